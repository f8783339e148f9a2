//! Pages for people, which work without a script, and their facts as data: `.csv`, `.json` or `.ttl` behind the
//! address, or `Accept`, choose.
//!
//! What has an IRI below the base of the case is at `/id/…`, as its IRI ends; everything else at `/thing?iri=…`. Both
//! give a page or a graph, whichever the client likes, and `.ttl`, `.json` and `.csv` behind the address choose.

mod analyses;
mod history;
mod questions;

use super::body::Whole;
use super::page::{HTML, page};
use super::reply::{self, Failure, Reply};
use super::sparql::{accept, chosen, fresh, offers, run};
use super::{Asked, Service, State, negotiate};
use crate::analysis::find;
use crate::analysis::matrix::{self, Matrix, Wanted};
use crate::analysis::show::Page;
use crate::analysis::summary::Summary;
use crate::audit::verify;
use crate::base::diagnostic::did_you_mean;
use crate::base::error::{Error, count};
use crate::export::{self, Cell, CellTable, Export, Format, Selection, Spreadsheet};
use crate::model::registry::Kind;
use crate::model::text::ArticleText;
use crate::model::vocab::DEFAULT_BASE;
use crate::query::{Answer, Form, ParseOptions, Printer, Query};
use crate::serve::view::{self, Links, View, article, overview, thing};
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
    ("/network", "Network"),
    ("/camps", "Camps"),
    ("/timeline", "Timeline"),
    ("/questions", "Questions"),
    ("/sparql", "Query"),
    ("/checks", "Checks"),
    ("/history", "History"),
];

/// What stands at an address.
enum Shown {
    /// A page: its title and content.
    Page(String, Markup),
    /// Its facts as rows.
    Rows(CellTable),
    /// Its facts as they are.
    Json(serde_json::Value),
    /// The positions that it is made of.
    Graph(Box<Export>),
    /// The rows of a question.
    Answer(Box<(Query, Answer)>, Format),
}

type Drawn = Result<Shown, Failure>;

/// A request for a page, or for the data of one.
struct At<'a> {
    service: &'a Service,
    asked: &'a Asked,
    state: &'a State,
    /// The path without the ending that chooses a format.
    path: &'a str,
    /// The format of the data; none for the page.
    format: Option<Format>,
}

impl At<'_> {
    fn links(&self) -> Addresses<'_> {
        Addresses::new(self.service, self.asked, self.state)
    }

    /// Whether RDF is wanted.
    fn wants_graph(&self) -> bool {
        self.format == Some(Format::Turtle)
    }

    /// Another path with the parameters of this address and further ones.
    fn with(&self, path: &str, further: &[(&str, &str)]) -> String {
        let is_own = |name: &str| !further.iter().any(|(other, _)| *other == name) && name != "format";
        let own = self.asked.parameters.iter().filter(|(name, value)| is_own(name) && !value.is_empty());
        let pairs = own.chain(further.iter().copied());
        let pairs: Vec<String> =
            pairs.map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
    }

    /// These rows, in a format that has rows.
    fn rows(&self, cells: CellTable) -> Drawn {
        match self.wants_graph() {
            true => Err(self.only_rows()),
            false => Ok(Shown::Rows(cells)),
        }
    }

    fn only_rows(&self) -> Failure {
        Failure::not_acceptable([HTML, "text/csv", "application/json"])
    }

    /// The positions of a selection, with what is needed to read them.
    fn graph(&self, selection: Selection) -> Drawn {
        let options = export::Options { format: Format::Turtle, selection, ..export::Options::default() };
        let export = Export::new(&self.state.index, &options).map_err(|error| Failure::of_asking(&error))?;
        Ok(Shown::Graph(Box::new(export.with_prefixes(self.service.options.prefixes.clone()))))
    }
}

/// The page at a path, or its data; none where there is none.
pub(super) fn answer(service: &Service, asked: &Asked) -> Result<Option<Reply>, Failure> {
    let (path, ending) = unended(&asked.path);
    let draw: &dyn Fn(&At<'_>) -> Drawn = match path {
        "/" => &overview_page,
        "/matrix" => &analyses::matrix_page,
        "/timeline" => &analyses::timeline_page,
        "/network" => &analyses::network_page,
        "/camps" => &analyses::camps_page,
        "/tie" => &analyses::tie_page,
        "/positions" => &analyses::positions_page,
        "/questions" => &questions::list_page,
        "/checks" => &history::checks_page,
        "/history" => &history::history_page,
        "/find" => &find_page,
        _ => match path.strip_prefix("/questions/") {
            Some(name) => &move |at: &At<'_>| questions::question_page(at, name),
            None => match path.strip_prefix("/history/") {
                Some(name) => &move |at: &At<'_>| history::revision_page(at, name),
                None => return thing_at(service, asked),
            },
        },
    };
    let format = match ending {
        // Rows have no JSON-LD.
        Some(Format::JsonLd) => Some(Format::Json),
        Some(format) => Some(format),
        None => negotiated(asked)?,
    };
    let state = service.state(asked)?;
    let at = At { service, asked, state: &state, path, format };
    let shown = draw(&at)?;
    let (media_type, body) = match shown {
        Shown::Page(title, content) => {
            let content = html! { (content) (as_data(&at)) };
            return sent(asked, &state, &title, &content).map(Some);
        }
        Shown::Rows(cells) if format == Some(Format::Csv) => {
            ("text/csv; charset=utf-8", Whole::text(&cells.csv(Spreadsheet::default())))
        }
        Shown::Rows(cells) => ("application/json", Whole::text(&format!("{:#}\n", cells.json()))),
        Shown::Json(value) => ("application/json", Whole::text(&format!("{value:#}\n"))),
        Shown::Graph(export) => {
            let body = Whole::new(|file| -> Result<(), Failure> {
                let mut out = BufWriter::new(file);
                export.send("the answer", &mut out).map_err(|error| Failure::of_reading(&error))?;
                Ok(out.flush()?)
            })?;
            ("text/turtle; charset=utf-8", body)
        }
        Shown::Answer(answered, format) => {
            let (query, answer) = *answered;
            let body = Whole::new(|file| -> Result<(), Failure> {
                let mut out = BufWriter::new(file);
                let printer = Printer::new(&state.index, query.prefixes(), 80).with_labels(&query);
                let printed = printer.print(&answer, format, "the answer", &mut out);
                printed.map_err(|error| Failure::of_format(&error))?;
                Ok(out.flush()?)
            })?;
            let is_csv = format == Format::Csv;
            (if is_csv { "text/csv; charset=utf-8" } else { "application/json" }, body)
        }
    };
    let parameters: Vec<String> = asked
        .parameters
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    let gzip = if negotiate::takes_gzip(asked.header(&header::ACCEPT_ENCODING)) { "gzip" } else { "" };
    let tag = reply::tag([&*state.digest, "data", path, &parameters.join("&"), media_type, gzip]);
    if reply::has_already(asked, &tag) {
        return Ok(Some(fresh(Reply::empty(hyper::StatusCode::NOT_MODIFIED), &state, Some(&tag))));
    }
    fresh(Reply::new(media_type, body), &state, Some(&tag)).compressed(asked).map(Some)
}

/// A path without its ending, and the format that the ending chooses.
fn unended(path: &str) -> (&str, Option<Format>) {
    let found = ENDINGS.iter().find_map(|(ending, format)| Some((path.strip_suffix(ending)?, *format)));
    found.map_or((path, None), |(path, format)| (path, Some(format)))
}

/// The format of data that the client likes better than a page.
fn negotiated(asked: &Asked) -> Result<Option<Format>, Failure> {
    const FORMS: [(&str, Option<Format>); 4] = [
        (HTML, None),
        ("application/json", Some(Format::Json)),
        ("text/csv", Some(Format::Csv)),
        ("text/turtle", Some(Format::Turtle)),
    ];
    let all = || FORMS.iter().map(|(media_type, _)| *media_type);
    let number = negotiate::best(accept(asked).as_deref(), all());
    number.map(|number| FORMS[number].1).ok_or_else(|| Failure::not_acceptable(all()))
}

/// Where the data of a page are.
fn as_data(at: &At<'_>) -> Markup {
    let has_graph = ["/matrix", "/timeline", "/network", "/camps", "/tie", "/positions"].contains(&at.path);
    let is_asked = !at.path.starts_with("/questions/") || at.asked.parameters.has("ask");
    html! {
        @if is_asked {
            p.how {
                "As data: "
                @for (ending, name) in [(".csv", "csv"), (".json", "json"), (".ttl", "turtle")] {
                    @if has_graph || ending != ".ttl" {
                        a href=(at.with(&format!("{}{ending}", at.path), &[])) { (name) } " "
                    }
                }
            }
        }
    }
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

fn overview_page(at: &At<'_>) -> Drawn {
    let (state, links) = (at.state, at.links());
    let summary = Summary::of(&state.index).map_err(|corruption| Failure::of_reading(&corruption.into()))?;
    let matrix = Matrix::of(&state.index, &Wanted::all()).map_err(|error| Failure::of_reading(&error))?;
    let divisions = matrix::divisions(matrix.cells.iter());
    if at.format.is_some() {
        let text = |text: &str| Cell::Text(text.to_owned());
        let number = |number: usize| Cell::Number(number.to_string());
        let row = |of: &matrix::Division| {
            let label = names::thing(&state.index, of.issue.clone()).label;
            vec![text(&label), number(of.actors), number(of.pro), number(of.contra), text(of.issue.as_str())]
        };
        let columns = ["issue", "actors", "for", "against", "issue_iri"].map(str::to_owned).to_vec();
        let rows = divisions.iter().map(row).collect();
        return at.rows(CellTable { name: "issues".into(), columns, rows });
    }
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
    Ok(Shown::Page("Who stands where".into(), content))
}

fn find_page(at: &At<'_>) -> Drawn {
    let (asked, state, links) = (at.asked, at.state, at.links());
    let words = asked.parameters.once("q")?.unwrap_or_default();
    let found = find::find(&state.index, words, None, HITS)
        .map_err(|corruption| Failure::of_reading(&corruption.into()))?;
    if at.format.is_some() {
        let row = |hit: &find::Hit| {
            let texts = [hit.kind.word(), &hit.label, hit.field.word(), &hit.text, hit.iri.as_str()];
            texts.map(|text| Cell::Text(text.to_owned())).to_vec()
        };
        let columns = ["kind", "label", "field", "text", "iri"].map(str::to_owned).to_vec();
        let rows = found.hits.iter().map(row).collect();
        return at.rows(CellTable { name: "hits".into(), columns, rows });
    }
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
    Ok(Shown::Page(format!("Find {words}"), content))
}

/// The thing that an address names, and the format that it asks for.
fn named(service: &Service, asked: &Asked) -> Result<Option<(NamedNode, Option<Format>)>, Failure> {
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
