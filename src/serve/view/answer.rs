//! The answer to a query as a table, whose things lead to their pages.

use super::{Links, name, text};
use crate::base::error::count;
use crate::model::prefixes::Prefixes;
use crate::query::Answer;
use crate::store::GraphReader;
use crate::store::names;
use maud::{Markup, html};
use oxrdf::{Term, Triple};

/// Rows that are shown.
const SHOWN: usize = 1000;

/// The answer, its first thousand rows.
#[must_use]
pub fn answer(answer: &Answer, index: &dyn GraphReader, links: &dyn Links) -> Markup {
    let cell = |term: &Term| cell(term, index, links);
    html! {
        @match answer {
            Answer::Truth(truth) => p { strong { (truth) } },
            Answer::Rows { variables, rows } => {
                p { (counted(rows.len(), "row")) }
                div.wide role="region" aria-label="Answer" tabindex="0" {
                    table {
                        thead { tr { @for variable in variables { th scope="col" { (variable.as_str()) } } } }
                        tbody {
                            @for row in rows.iter().take(SHOWN) {
                                tr { @for term in row { td { @if let Some(term) = term { (cell(term)) } } } }
                            }
                        }
                    }
                }
            }
            Answer::Graph(triples) => {
                p { (counted(triples.len(), "triple")) }
                div.wide role="region" aria-label="Answer" tabindex="0" {
                    table { tbody {
                        @for Triple { subject, predicate, object } in triples.iter().take(SHOWN) {
                            tr {
                                td { (cell(&subject.clone().into())) }
                                td { (cell(&predicate.clone().into())) }
                                td { (cell(object)) }
                            }
                        }
                    } }
                }
            }
        }
    }
}

fn counted(number: usize, noun: &str) -> String {
    match number > SHOWN {
        true => format!("{}; the first {SHOWN} are shown", count(number, noun)),
        false => count(number, noun),
    }
}

fn cell(term: &Term, index: &dyn GraphReader, links: &dyn Links) -> Markup {
    match term {
        Term::NamedNode(thing) => {
            let label = names::shown(index, thing.as_ref().into());
            name(&label.unwrap_or_else(|| Prefixes::known().shorten(thing.as_ref())), Some(thing), links)
        }
        Term::Literal(literal) => text(literal.value()),
        other => text(&other.to_string()),
    }
}
