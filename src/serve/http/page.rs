//! The query page: a form, and the answer as a table.

use super::body::Whole;
use super::pages::{Addresses, NAVIGATION};
use super::reply::{Failure, Reply};
use super::sparql::fresh;
use super::{Asked, Service, State};
use crate::base::diagnostic::printable;
use crate::query::{Answer, Plan, Query};
use crate::serve::view::{self, Sheet};
use crate::store::names;
use hyper::StatusCode;
use maud::{Markup, html};
use oxrdf::Term;

/// The type of pages.
pub(super) const HTML: &str = "text/html; charset=utf-8";
/// Rows that a page shows; the other formats have all of them.
const SHOWN: usize = 1000;
/// The query of a form that is opened for the first time.
const FIRST: &str = "SELECT ?who ?issue WHERE {\n  ?who stp:opposes ?issue\n}\nLIMIT 100\n";

/// A page of the server: what navigates, and the content.
pub(super) fn page(title: &str, content: &Markup) -> Reply {
    let navigation = html! {
        nav.contents aria-label="Pages" {
            ul {
                @for (address, name) in NAVIGATION { li { a href=(address) { (name) } } }
                li {
                    form method="get" action="/find" role="search" {
                        input type="search" name="q" aria-label="Find" placeholder="Find";
                        " " button type="submit" { "Find" }
                    }
                }
            }
        }
    };
    let page = view::page(title, Sheet::At("/style.css"), &navigation, content);
    Reply::new(HTML, Whole::text(&page.into_string()))
}

/// The form with a query that is not run yet, or an example.
pub(super) fn form(asked: &Asked, state: &State, text: Option<&str>) -> Result<Reply, Failure> {
    let content = html! {
        h1 { "Query" }
        (editor(text.unwrap_or(FIRST)))
        section #answer aria-label="Answer" aria-live="polite" {}
        p { "The graph has " (state.index.len()) " triples. Programs ask " code { (asked.origin) "/sparql" } "." }
    };
    fresh(page("Query", &content), state, None).compressed(asked)
}

fn editor(text: &str) -> Markup {
    html! {
        form.query #editor method="get" action="/sparql" {
            label for="query" { "SPARQL" }
            textarea #query name="query" rows="12" cols="80" spellcheck="false" autocapitalize="off" autocomplete="off"
                aria-autocomplete="list" aria-controls="candidates" aria-describedby="keys" { (text) }
            ul #candidates role="listbox" aria-label="What can stand here" hidden {}
            div role="status" aria-label="Remarks" { ul #remarks {} }
            p {
                button type="submit" { "Run" } " "
                button #stop type="button" hidden { "Stop" } " "
                button type="submit" name="do" value="explain" { "Explain" } " "
                select #earlier aria-label="Earlier queries" hidden {}
            }
            p #keys .how { "Ctrl-Enter runs, Ctrl-Space completes; arrow keys choose, Tab takes, Escape closes." }
        }
        script src="/editor.js" defer {}
    }
}

/// The form with its query and the answer to it.
pub(super) fn answer(
    service: &Service,
    asked: &Asked,
    state: &State,
    text: &str,
    (query, answer): (&Query, &Answer),
) -> Result<Reply, Failure> {
    let content = html! {
        h1 { "Query" }
        (editor(text))
        section #answer aria-label="Answer" aria-live="polite" {
            (table(state, query, answer, &Addresses::new(service, asked, state)))
            @if let Some(address) = permalink(text) {
                p {
                    "As data: "
                    @for format in formats(answer) {
                        a href={ (address) "&format=" (format) } { (format) } " "
                    }
                    " · " a href=(address) { "permalink" }
                }
            }
        }
    };
    fresh(page("Answer", &content), state, None).compressed(asked)
}

/// The form with its query and how it is run.
pub(super) fn plan(asked: &Asked, state: &State, text: &str, plan: &Plan) -> Result<Reply, Failure> {
    let content = html! {
        h1 { "Query" }
        (editor(text))
        section #answer aria-label="Plan" { pre { (printable(&plan.render(100))) } }
    };
    fresh(page("Plan", &content), state, None).compressed(asked)
}

/// The form with its query and what is wrong with it.
pub(super) fn mistaken(text: &str, failure: Failure) -> Reply {
    let content = html! {
        h1 { "Query" }
        (editor(text))
        section #answer aria-label="Answer" { pre role="alert" { (failure.text()) } }
    };
    page("Query", &content).with_failure(failure)
}

fn formats(answer: &Answer) -> &'static [&'static str] {
    match answer {
        Answer::Graph(_) => &["turtle", "ntriples", "jsonld", "rdfxml"],
        Answer::Rows { .. } | Answer::Truth(_) => &["csv", "tsv", "json", "xml"],
    }
}

fn permalink(text: &str) -> Option<String> {
    let query = percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
    Some(format!("/sparql?query={query}"))
}

/// An answer as a table, whose things lead to their pages.
pub(super) fn table(state: &State, query: &Query, answer: &Answer, links: &Addresses<'_>) -> Markup {
    let cell = |term: &Term| cell(state, query, term, links);
    match answer {
        Answer::Truth(truth) => html! { p { strong { (truth) } } },
        Answer::Rows { variables, rows } => html! {
            p { (crate::base::error::count(rows.len(), "row")) @if rows.len() > SHOWN { ", of which " (SHOWN) " are shown" } }
            div class="wide" {
                table {
                    thead { tr { @for variable in variables { th scope="col" { (variable.as_str()) } } } }
                    tbody {
                        @for row in rows.iter().take(SHOWN) {
                            tr { @for term in row { td { @if let Some(term) = term { (cell(term)) } } } }
                        }
                    }
                }
            }
        },
        Answer::Graph(triples) => html! {
            p { (crate::base::error::count(triples.len(), "triple")) @if triples.len() > SHOWN { ", of which " (SHOWN) " are shown" } }
            div class="wide" {
                table {
                    tbody {
                        @for triple in triples.iter().take(SHOWN) {
                            tr {
                                td { (cell(&triple.subject.clone().into())) }
                                td { (cell(&triple.predicate.clone().into())) }
                                td { (cell(&triple.object)) }
                            }
                        }
                    }
                }
            }
        },
    }
}

fn cell(state: &State, query: &Query, term: &Term, links: &Addresses<'_>) -> Markup {
    match term {
        Term::NamedNode(thing) => {
            let name = names::shown(&state.index, thing.as_ref().into())
                .map_or_else(|| query.prefixes().shorten(thing.as_ref()), |label| printable(&label));
            html! { span title=(thing.as_str()) { (view::name(&name, Some(thing), links)) } }
        }
        Term::Literal(literal) => html! { bdi { (printable(literal.value())) } },
        other => html! { (other.to_string()) },
    }
}

/// What forms add to the sheet of the views.
const FORMS: &str = include_str!("forms.css");

/// The sheet of all pages.
pub(super) fn style(asked: &Asked) -> Result<Reply, Failure> {
    let sheet = view::style() + FORMS;
    let tag = super::reply::tag([&*sheet]);
    if super::reply::has_already(asked, &tag) {
        return Ok(Reply::empty(StatusCode::NOT_MODIFIED).with(hyper::header::ETAG, &tag));
    }
    Reply::new("text/css; charset=utf-8", Whole::text(&sheet))
        .with(hyper::header::ETAG, &tag)
        .with(hyper::header::CACHE_CONTROL, "private, no-cache")
        .compressed(asked)
}
