//! Pages for people: the overview, things, the matrix, the timeline, the checks, the search. All of them work without a script.
//!
//! What has an IRI below the base of the case is at `/id/…`, as its IRI ends; everything else at `/thing?iri=…`. Both
//! give a page or a graph, whichever the client likes, and `.ttl`, `.json` and `.csv` behind the address choose.

use super::body::Whole;
use super::page::{HTML, page};
use super::reply::{self, Failure, Reply};
use super::sparql::{accept, chosen, fresh, offers, run};
use super::{Asked, Service, State, negotiate};
use crate::analysis::find;
use crate::analysis::matrix::{self, Matrix, Wanted};
use crate::analysis::pictures::{self, Frame, Written};
use crate::analysis::show::Page;
use crate::analysis::summary::Summary;
use crate::analysis::timeline::Timeline;
use crate::audit::verify;
use crate::base::diagnostic::did_you_mean;
use crate::base::error::{Error, count};
use crate::export::Format;
use crate::export::picture::Picture;
use crate::model::registry::Kind;
use crate::model::text::ArticleText;
use crate::model::vocab::DEFAULT_BASE;
use crate::query::{Form, ParseOptions, Printer, Query};
use crate::serve::view::{self, Links, View, article, checks, overview, thing};
use crate::store::index::Index;
use crate::store::names;
use hyper::header;
use maud::{Markup, html};
use oxrdf::NamedNode;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::io::{BufWriter, Write};

/// What of an IRI is written with % in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// Entries of a list that a page shows, unless all are wanted.
const ENTRIES: usize = 100;
/// Issues of the overview.
const ISSUES: usize = 30;
/// Hits of a search.
const HITS: usize = 50;
/// Bars of a timeline.
const BARS: usize = 400;
/// Width of pictures, in pixels.
const WIDTH: f64 = 1000.0;
/// Endings of addresses, with the formats that they choose.
const ENDINGS: &[(&str, Format)] =
    &[(".ttl", Format::Turtle), (".json", Format::JsonLd), (".csv", Format::Csv)];

/// The base of the case's IRIs.
fn base(service: &Service) -> &str {
    service
        .options
        .prefixes
        .get("actor")
        .and_then(|actor| actor.strip_suffix("actor/"))
        .unwrap_or(DEFAULT_BASE)
}

/// Addresses of things on this server.
pub(super) struct Addresses<'a> {
    base: &'a str,
    index: &'a Index,
    /// Times that the request names, for the addresses of its links: `as-of=2025-04-17`.
    times: String,
    /// An article whose text is shown.
    pub(super) text: Option<&'a NamedNode>,
}

impl<'a> Addresses<'a> {
    /// Those of a request.
    pub(super) fn new(service: &'a Service, asked: &Asked, state: &'a State) -> Self {
        let of = |name| asked.parameters.all(name).next().map(|value| format!("{name}={}", encoded(value)));
        let times: Vec<String> = ["as-of", "known-on"].into_iter().filter_map(of).collect();
        Self { base: base(service), index: &state.index, times: times.join("&"), text: None }
    }

    fn to(&self, address: &str) -> String {
        match (self.times.is_empty(), address.contains('?')) {
            (true, _) => address.to_owned(),
            (false, true) => format!("{address}&{}", self.times),
            (false, false) => format!("{address}?{}", self.times),
        }
    }

    fn of(&self, iri: &NamedNode, ending: &str) -> String {
        match iri.as_str().strip_prefix(self.base).filter(|rest| !rest.is_empty() && !rest.contains("..")) {
            Some(rest) => self.to(&format!("/id/{}{ending}", utf8_percent_encode(rest, PATH))),
            None => self.to(&format!("/thing{ending}?iri={}", encoded(iri.as_str()))),
        }
    }
}

impl Links for Addresses<'_> {
    fn thing(&self, iri: &NamedNode) -> Option<String> {
        let is_known = self.index.matching(Some(iri.as_ref().into()), None, None).next().is_some();
        is_known.then(|| self.of(iri, ""))
    }

    fn span(&self, article: &NamedNode, start: u32) -> Option<String> {
        let is_shown = self.text == Some(article);
        is_shown.then(|| format!("#s{start}"))
    }

    fn cell(&self, actor: &NamedNode, issue: &NamedNode) -> Option<String> {
        let [actor, issue] = [actor, issue].map(|iri| encoded(iri.as_str()));
        Some(self.to(&format!("/positions?actor={actor}&issue={issue}")))
    }

    fn id(&self, _: &NamedNode) -> Option<String> {
        None
    }

    fn card(&self, _: &NamedNode) -> Option<String> {
        None
    }

    fn all(&self, iri: &NamedNode) -> Option<String> {
        let address = self.of(iri, "");
        let sign = if address.contains('?') { '&' } else { '?' };
        Some(format!("{address}{sign}all"))
    }
}

pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// Addresses of pages, with what navigation calls them.
pub(super) const NAVIGATION: &[(&str, &str)] = &[
    ("/", "Overview"),
    ("/matrix", "Matrix"),
    ("/timeline", "Timeline"),
    ("/checks", "Checks"),
    ("/sparql", "Query"),
];

/// The page at a path; none where there is none.
pub(super) fn answer(service: &Service, asked: &Asked) -> Result<Option<Reply>, Failure> {
    let path = asked.path.as_str();
    let draw = match path {
        "/" => overview_page,
        "/matrix" => matrix_page,
        "/timeline" => timeline_page,
        "/checks" => checks_page,
        "/find" => find_page,
        "/positions" => positions_page,
        _ => return thing_at(service, asked),
    };
    let state = service.state(asked)?;
    let (title, content) = draw(service, asked, &state)?;
    sent(asked, &state, &title, &content).map(Some)
}

/// A page that is the same until the store changes.
fn sent(asked: &Asked, state: &State, title: &str, content: &Markup) -> Result<Reply, Failure> {
    let reply = page(title, content);
    let gzip = negotiate::takes_gzip(asked.header(&header::ACCEPT_ENCODING));
    let tag = reply::tag([&*state.digest, &content.0, if gzip { "gzip" } else { "" }]);
    if reply::has_already(asked, &tag) {
        return Ok(fresh(Reply::empty(hyper::StatusCode::NOT_MODIFIED), state, Some(&tag)));
    }
    fresh(reply, state, Some(&tag)).compressed(asked)
}

type Drawn = Result<(String, Markup), Failure>;

fn overview_page(service: &Service, asked: &Asked, state: &State) -> Drawn {
    let links = Addresses::new(service, asked, state);
    let summary = Summary::of(&state.index).map_err(|corruption| Failure::of_reading(&corruption.into()))?;
    let matrix = Matrix::of(&state.index, &Wanted::all()).map_err(|error| Failure::of_reading(&error))?;
    let divisions = matrix::divisions(matrix.cells.iter());
    let shown: Vec<_> = divisions
        .iter()
        .take(ISSUES)
        .map(|division| (division.clone(), names::thing(&state.index, division.issue.clone()).label))
        .collect();
    let articles =
        Summary::articles(&state.index).map_err(|corruption| Failure::of_reading(&corruption.into()))?;
    let content = html! {
        h1 { "Who stands where" }
        p.lead { (overview::sentence(&summary)) }
        (overview::overview(&summary))
        @if !shown.is_empty() {
            h2 { "Issues by disagreement" }
            (overview::divisions(&shown, &links))
            @if divisions.len() > ISSUES {
                p.omitted { "Shown: the " (ISSUES) " issues that divide most, of " (divisions.len()) "." }
            }
        }
        @if !articles.is_empty() {
            h2 { "Articles" }
            ul {
                @for article in articles.iter().take(ENTRIES) {
                    li { (view::name(&names::thing(&state.index, article.clone()).label, Some(article), &links)) }
                }
            }
            @if articles.len() > ENTRIES {
                p.omitted { "Shown: " (ENTRIES) " of " (count(articles.len(), "article")) "." }
            }
        }
    };
    Ok(("Who stands where".into(), content))
}

fn matrix_page(service: &Service, asked: &Asked, state: &State) -> Drawn {
    let links = Addresses::new(service, asked, state);
    let named =
        |name| asked.parameters.all(name).filter(|value| !value.is_empty()).map(str::to_owned).collect();
    let wanted = match asked.parameters.has("all") {
        true => Wanted::all(),
        false => Wanted { issues: named("issue"), actors: named("actor") },
    };
    let matrix = Matrix::of(&state.index, &wanted).map_err(|error| Failure::of_asking(&error))?;
    let frame = Frame { title: None, source: String::new(), width: WIDTH };
    let picture = pictures::matrix(&matrix, Written::Mean, &frame).ok();
    let content = html! {
        h1 { "Who stands where on what" }
        @if matrix.is_empty() { p { "No actor takes a stance." } } @else {
            @if let Some(picture) = &picture { (view::picture(picture, &links)) }
            h2 { "As a table" }
            (view::matrix::matrix(&matrix, &links))
            p { a href=(links.to("/matrix?all")) { "All actors and issues" } }
        }
    };
    Ok(("Matrix".into(), content))
}

fn timeline_page(service: &Service, asked: &Asked, state: &State) -> Drawn {
    let links = Addresses::new(service, asked, state);
    let timeline = Timeline::of(&state.index).map_err(|error| Failure::of_reading(&error))?;
    let mut shown = timeline.clone();
    shown.rows.truncate(BARS);
    let frame = Frame { title: None, source: String::new(), width: WIDTH };
    let picture: Option<Picture> = pictures::timeline(&state.index, &shown, &frame).ok();
    let content = html! {
        h1 { "Timeline" }
        @match &picture {
            Some(picture) => (view::picture(picture, &links)),
            None => p { "No position has a day." },
        }
        @if timeline.rows.len() > BARS {
            p.omitted { "Shown: " (BARS) " of " (count(timeline.rows.len(), "position")) "." }
        }
        @if !timeline.undated.is_empty() {
            p.omitted { (count(timeline.undated.len(), "position")) " without a day." }
        }
    };
    Ok(("Timeline".into(), content))
}

fn checks_page(service: &Service, asked: &Asked, state: &State) -> Drawn {
    let links = Addresses::new(service, asked, state);
    let all = service.graphs.checks().map_err(|error| Failure::of_reading(&error))?;
    let findings = all.run(&state.index).map_err(|error| Failure::of_reading(&error))?;
    let groups = checks::groups(&findings, &all, &state.index);
    let (rules, shapes) = all.count();
    let content = html! {
        h1 { "Checks" }
        p { (checks::sentence(&findings)) " by " (count(rules, "rule")) " and " (count(shapes, "shape")) "." }
        (checks::checks(&groups, View::new(&links, 2)))
    };
    Ok(("Checks".into(), content))
}

fn find_page(service: &Service, asked: &Asked, state: &State) -> Drawn {
    let links = Addresses::new(service, asked, state);
    let words = asked.parameters.once("q")?.unwrap_or_default();
    let found = find::find(&state.index, words, None, HITS)
        .map_err(|corruption| Failure::of_reading(&corruption.into()))?;
    let near: Vec<&str> = found.nearest.iter().map(String::as_str).collect();
    let content = html! {
        h1 { "Find" }
        @if !words.is_empty() {
            p role="status" {
                @if found.hits.is_empty() {
                    "No matches for " (view::text(words)) "."
                    @if let Some(near) = did_you_mean(&near) { " " (view::prose(&near)) }
                } @else {
                    (count(found.hits.len(), "hit")) @if found.more { ", and more" } " for " (view::text(words)) "."
                }
            }
        }
        dl.hits {
            @for hit in &found.hits {
                div {
                    dt { (hit.kind.word()) }
                    dd {
                        (view::name(&hit.label, Some(&hit.iri), &links))
                        @if !hit.is_named() { p.how { (view::text(&hit.marked())) } }
                    }
                }
            }
        }
    };
    Ok((format!("Find {words}"), content))
}

fn positions_page(service: &Service, asked: &Asked, state: &State) -> Drawn {
    let links = Addresses::new(service, asked, state);
    let iri = |name| -> Result<NamedNode, Failure> {
        let text = asked.parameters.once(name)?.unwrap_or_default();
        NamedNode::new(text).map_err(|_| Failure::bad_request(format!("`{name}` is not an IRI")))
    };
    let (actor, issue) = (iri("actor")?, iri("issue")?);
    let page =
        Page::of(&state.index, &actor).map_err(|corruption| Failure::of_reading(&corruption.into()))?;
    let mut page = page.ok_or_else(|| Failure::not_found(format!("the data say nothing about {actor}")))?;
    for section in &mut page.sections {
        section.entries.retain(|entry| {
            let of = entry.position().and_then(|line| line.issue.as_ref());
            of.is_some_and(|of| of.thing.as_ref() == Some(&issue))
        });
    }
    page.sections.retain(|section| !section.entries.is_empty());
    let [of, on] = [&actor, &issue].map(|thing| names::thing(&state.index, thing.clone()).label);
    let content = html! {
        h1 { (view::name(&of, Some(&actor), &links)) " on " (view::name(&on, Some(&issue), &links)) }
        (thing::sections(&page, View::new(&links, 2)))
    };
    Ok((format!("{of}: {on}"), content))
}

/// The thing that an address names, and the format that it asks for.
fn named(service: &Service, asked: &Asked) -> Result<Option<(NamedNode, Option<Format>)>, Failure> {
    let unended = |path: &str| {
        let found = ENDINGS.iter().find_map(|(ending, format)| Some((path.strip_suffix(ending)?, *format)));
        found.map_or_else(|| (path.to_owned(), None), |(path, format)| (path.to_owned(), Some(format)))
    };
    let (path, format) = unended(&asked.path);
    let iri = if path == "/thing" {
        asked.parameters.once("iri")?.unwrap_or_default().to_owned()
    } else if let Some(rest) = asked.path.strip_prefix("/id/") {
        let Ok(rest) = percent_decode_str(rest).decode_utf8() else { return Ok(None) };
        let (without, ended) = unended(&rest);
        return Ok(NamedNode::new(format!("{}{without}", base(service))).ok().map(|iri| (iri, ended)));
    } else {
        return Ok(None);
    };
    let iri = NamedNode::new(&iri).map_err(|_| {
        Failure::bad_request("`iri` is not an IRI").with_help("ask /thing?iri=https%3A%2F%2F…")
    })?;
    Ok(Some((iri, format)))
}

fn thing_at(service: &Service, asked: &Asked) -> Result<Option<Reply>, Failure> {
    let Some((iri, ending)) = named(service, asked)? else { return Ok(None) };
    let state = service.state(asked)?;
    if state.index.matching(Some(iri.as_ref().into()), None, None).next().is_none() {
        return Err(Failure::not_found(format!("the data say nothing about {iri}")));
    }
    let forms = offers(Form::Graph);
    let all = forms.iter().map(|(_, media_type)| media_type.as_str());
    let likes = negotiate::best(accept(asked).as_deref(), all.chain([HTML]));
    if ending.is_some() || likes != Some(forms.len()) || asked.parameters.has("format") {
        return data(service, asked, &state, &iri, ending).map(Some);
    }
    let mut links = Addresses::new(service, asked, &state);
    let drawn = Page::of(&state.index, &iri).map_err(|corruption| Failure::of_reading(&corruption.into()))?;
    let mut drawn = drawn.ok_or_else(|| Failure::not_found(format!("there is no page about {iri}")))?;
    if !asked.parameters.has("all") {
        drawn.sections.iter_mut().for_each(|section| section.shorten(ENTRIES));
    }
    let text = match drawn.kind {
        Some(Kind::Article) => text_of(service, &state, &iri)?,
        _ => None,
    };
    links.text = text.as_ref().map(|_| &iri);
    let shown = match drawn.kind {
        Some(Kind::Article) => article::article(&drawn, text.as_ref(), View::new(&links, 1)),
        _ => thing::thing(&drawn, View::new(&links, 1)),
    };
    let content = html! {
        (shown)
        p.how {
            "As data: "
            @for (ending, format) in ENDINGS {
                a href=(links.of(&iri, ending)) { (format.name()) } " "
            }
        }
    };
    let title = drawn.title.as_ref().map_or_else(|| iri.as_str().to_owned(), |(label, _)| label.clone());
    sent(asked, &state, &title, &content).map(Some)
}

/// The text of an article, if it is kept.
fn text_of(service: &Service, state: &State, iri: &NamedNode) -> Result<Option<ArticleText>, Failure> {
    let mut articles = verify::articles(&state.index);
    articles.retain(|article| article.iri == *iri);
    let texts = service.graphs.texts(&articles).map_err(|error| Failure::of_reading(&error))?;
    let report = verify::verify(articles, &texts);
    let found = report.articles.iter().find(|report| report.article.iri == *iri);
    Ok(found.and_then(|report| report.text_of(&texts)).cloned())
}

/// What the graph says of a thing.
fn data(
    service: &Service,
    asked: &Asked,
    state: &State,
    iri: &NamedNode,
    ending: Option<Format>,
) -> Result<Reply, Failure> {
    let prefixes = service.options.prefixes.clone();
    let options = ParseOptions { prefixes, ..ParseOptions::default() };
    let (text, format, media_type) = match ending {
        Some(Format::Csv) => {
            let text =
                format!("SELECT ?property ?value {{ {iri} ?property ?value }} ORDER BY ?property ?value");
            (text, Format::Csv, "text/csv; charset=utf-8".to_owned())
        }
        Some(Format::Turtle) => {
            (format!("DESCRIBE {iri}"), Format::Turtle, "text/turtle; charset=utf-8".to_owned())
        }
        Some(format) => {
            (format!("DESCRIBE {iri}"), format, format.media_type(crate::export::Content::Graph).to_owned())
        }
        None => {
            let (format, media_type) = chosen(asked, Form::Graph)?;
            (format!("DESCRIBE {iri}"), format, media_type)
        }
    };
    let gzip = negotiate::takes_gzip(asked.header(&header::ACCEPT_ENCODING));
    let tag = reply::tag([&*state.digest, &text, &media_type, if gzip { "gzip" } else { "" }]);
    if reply::has_already(asked, &tag) {
        return Ok(fresh(Reply::empty(hyper::StatusCode::NOT_MODIFIED), state, Some(&tag)));
    }
    let query =
        Query::read("the thing", &text, &options)?.until(&asked.stop).in_memory(service.options.memory);
    let answer = run(service, &query, state)?;
    let body = Whole::new(|file| -> Result<(), Failure> {
        let mut out = BufWriter::new(file);
        let printer = Printer::new(&state.index, query.prefixes(), 80);
        let printed: Result<(), Error> = printer.print(&answer, format, "the answer", &mut out);
        printed.map_err(|error| Failure::of_format(&error))?;
        Ok(out.flush()?)
    })?;
    fresh(Reply::new(&media_type, body), state, Some(&tag)).compressed(asked)
}
