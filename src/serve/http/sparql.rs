//! `/sparql`: queries by the SPARQL 1.1 Protocol (<https://www.w3.org/TR/sparql11-protocol/>).

use super::body::Whole;
use super::parameters::Parameters;
use super::reply::{self, Failure, REVISION, Reply};
use super::{Asked, Service, State, description, negotiate, page};
use crate::base::tokens::{Kind, tokens};
use crate::export::{Content, Format};
use crate::query::{Answer, Form, ParseOptions, Printer, Query};
use hyper::header::{self, HeaderValue};
use hyper::{Method, StatusCode};
use oxrdf::NamedNode;
use std::io::{BufWriter, Write};

/// Functions whose value is another each time.
const CHANGING: &[&str] = &["NOW", "RAND", "UUID", "STRUUID", "BNODE"];
/// Columns of tables in plain text.
const WIDTH: usize = 120;

impl Asked {
    /// The same, with the parameters of its body: a form, or a query as it is.
    pub(super) fn with_form(mut self) -> Result<Self, Failure> {
        if self.method != Method::POST {
            return Ok(self);
        }
        let kind = self.header(&header::CONTENT_TYPE).unwrap_or_default();
        let mut parts = kind.split(';').map(str::trim);
        let media_type = parts.next().unwrap_or_default().to_ascii_lowercase();
        let charset = parts
            .filter_map(|part| part.split_once('='))
            .find(|(name, _)| name.eq_ignore_ascii_case("charset"));
        if let Some((_, charset)) = charset
            && !["utf-8", "utf8", "us-ascii"]
                .contains(&charset.trim_matches('"').to_ascii_lowercase().as_str())
        {
            return Err(unsupported(format!("the body is in `{charset}`"), "send UTF-8"));
        }
        if self.headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
            return Err(unsupported("the body is compressed".into(), "send it as it is"));
        }
        let text = |body: Vec<u8>| {
            String::from_utf8(body).map_err(|_| Failure::bad_request("the body is not valid UTF-8"))
        };
        let body = std::mem::take(&mut self.body);
        let others = match media_type.as_str() {
            "application/x-www-form-urlencoded" => Parameters::parse(&text(body)?)?,
            "application/sparql-query" => Parameters::query(text(body)?),
            "application/sparql-update" => return Err(no_update()),
            "" => {
                let message = "the body has no Content-Type";
                return Err(unsupported(message.into(), TYPES));
            }
            other => return Err(unsupported(format!("`{other}` is not understood here"), TYPES)),
        };
        self.parameters = std::mem::take(&mut self.parameters).and(others);
        Ok(self)
    }
}

const TYPES: &str =
    "send application/sparql-query, or a form (application/x-www-form-urlencoded) with `query`";

fn unsupported(message: String, help: &str) -> Failure {
    Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message).with_help(help)
}

fn no_update() -> Failure {
    Failure::new(StatusCode::FORBIDDEN, "this server only reads")
        .with_help("to change the data, load or remove documents")
}

/// Answers a query; without one, says what this endpoint does.
pub(super) fn answer(service: &Service, asked: &Asked) -> Result<Reply, Failure> {
    if asked.parameters.has("update") {
        return Err(no_update());
    }
    let mut queries = asked.parameters.all("query");
    let text = match (queries.next(), queries.next()) {
        (Some(text), None) => text,
        (Some(_), Some(_)) => return Err(Failure::bad_request("more than one query").with_help("send one")),
        (None, _) if asked.is_reading() && !names_graphs(&asked.parameters) => {
            return description::answer(service, asked);
        }
        (None, _) => {
            return Err(Failure::bad_request("no query").with_help("send it as the parameter `query`"));
        }
    };
    if asked.is_reading() && likes_page(asked) {
        if asked.parameters.has("edit") {
            return page::form(asked, &service.state(asked)?, Some(text));
        }
        let answered = page_of(service, asked, text);
        return Ok(answered.unwrap_or_else(|failure| page::mistaken(text, failure)));
    }
    let state = service.state(asked)?;
    let query = read(service, asked, text)?;
    let (format, media_type) = chosen(asked, query.form())?;
    let tag = (!changes(text)).then(|| {
        let graphs = ["default-graph-uri", "named-graph-uri"]
            .map(|name| asked.parameters.all(name).collect::<Vec<_>>().join(" "));
        let gzip = negotiate::takes_gzip(asked.header(&header::ACCEPT_ENCODING));
        let gzip = if gzip { "gzip" } else { "" };
        reply::tag([&state.digest, text, &graphs[0], &graphs[1], format.name(), &media_type, gzip])
    });
    if let Some(tag) = &tag
        && reply::has_already(asked, tag)
    {
        return Ok(fresh(Reply::empty(StatusCode::NOT_MODIFIED), &state, Some(tag)));
    }
    let answer = run(service, &query, &state)?;
    let body = Whole::new(|file| -> Result<(), Failure> {
        let mut out = BufWriter::new(file);
        let printer = Printer::new(&state.index, query.prefixes(), WIDTH);
        // A graph that this format cannot hold: another can.
        let printed = printer.print(&answer, format, "the answer", &mut out);
        printed.map_err(|error| Failure::of_format(&error))?;
        Ok(out.flush()?)
    })?;
    fresh(Reply::new(&media_type, body), &state, tag.as_deref()).compressed(asked)
}

/// The query, on the graphs that the request names, within the limits.
fn read(service: &Service, asked: &Asked, text: &str) -> Result<Query, Failure> {
    let base = NamedNode::new(format!("{}/sparql", asked.origin)).ok();
    let prefixes = service.options.prefixes.clone();
    let options = ParseOptions { prefixes, services: false, base };
    let mut query = Query::read("query", text, &options)?;
    if names_graphs(&asked.parameters) {
        let graphs = |name| asked.parameters.all(name).map(graph).collect::<Result<Vec<_>, _>>();
        query = query.on_graphs(graphs("default-graph-uri")?, graphs("named-graph-uri")?);
    }
    Ok(query.until(&asked.stop).in_memory(service.options.memory))
}

/// The answer, if it is within the limits.
pub(super) fn run(service: &Service, query: &Query, state: &State) -> Result<Answer, Failure> {
    let limits = &service.options;
    // One more tells that there are too many, without all of them being kept.
    let bounded = query.clone().at_most(limits.rows.saturating_add(1));
    let answer = bounded.answer(&state.index, Some(limits.timeout))?;
    let (length, what) = match &answer {
        Answer::Rows { rows, .. } => (rows.len(), "rows"),
        Answer::Graph(triples) => (triples.len(), "triples"),
        Answer::Truth(_) => (1, "rows"),
    };
    if length > limits.rows {
        let message = format!("the answer has more than {} {what}", limits.rows);
        return Err(Failure::bad_request(message).with_help("add LIMIT, or restrict the query"));
    }
    Ok(answer)
}

/// The page with a query and its answer.
fn page_of(service: &Service, asked: &Asked, text: &str) -> Result<Reply, Failure> {
    let state = service.state(asked)?;
    let query = read(service, asked, text)?;
    if asked.parameters.once("do")? == Some("explain") {
        let plan = query.explain(&state.index, Some(service.options.timeout))?;
        return page::plan(asked, &state, text, &plan);
    }
    let answer = run(service, &query, &state)?;
    page::answer(service, asked, &state, text, (&query, &answer))
}

/// Whether a page pleases the client better than any data.
pub(super) fn likes_page(asked: &Asked) -> bool {
    let mut offers: Vec<String> = offers(Form::Rows).into_iter().map(|(_, media_type)| media_type).collect();
    offers.extend(self::offers(Form::Graph).into_iter().map(|(_, media_type)| media_type));
    let page = offers.len();
    offers.push(page::HTML.to_owned());
    !asked.parameters.has("format")
        && negotiate::best(accept(asked).as_deref(), offers.iter().map(String::as_str)) == Some(page)
}

/// The answer with what a cache needs to know.
pub(super) fn fresh(reply: Reply, state: &State, tag: Option<&str>) -> Reply {
    let reply = match state.revision {
        Some(revision) => reply.with(REVISION, &revision.to_string()),
        None => reply,
    };
    let reply = reply.with(header::VARY, "Accept, Accept-Encoding");
    match tag {
        // It may be kept, and is to be asked about each time: the store may have changed.
        Some(tag) => reply.with(header::ETAG, tag).with(header::CACHE_CONTROL, "private, no-cache"),
        None => reply.with(header::CACHE_CONTROL, "no-store"),
    }
}

fn names_graphs(parameters: &Parameters) -> bool {
    parameters.has("default-graph-uri") || parameters.has("named-graph-uri")
}

/// The name of a graph.
pub(super) fn graph(name: &str) -> Result<NamedNode, Failure> {
    NamedNode::new(name).map_err(|_| {
        Failure::bad_request(format!("`{}` is not an IRI", name.escape_debug()))
            .with_help("name a graph by its whole IRI")
    })
}

/// Whether a query can have another answer each time that it is asked.
fn changes(text: &str) -> bool {
    tokens(text)
        .iter()
        .any(|token| token.kind == Kind::Word && CHANGING.iter().any(|name| token.is_word(text, name)))
}

/// The forms of an answer, the best first: formats with their media types.
pub(super) fn offers(form: Form) -> Vec<(Format, String)> {
    let with_charset = |media_type: &str| match media_type.starts_with("text/") {
        true => format!("{media_type}; charset=utf-8"),
        false => media_type.to_owned(),
    };
    let content = form.content();
    let formats = content.formats();
    let mut offers: Vec<(Format, String)> =
        formats.map(|format| (format, with_charset(format.media_type(content)))).collect();
    if content == Content::Rows {
        // Programs first; and the types that clients of other servers ask for.
        offers.sort_by_key(|(format, _)| match format {
            Format::W3cJson => 0,
            Format::Xml => 1,
            Format::Csv => 2,
            Format::Tsv => 3,
            Format::Json => 4,
            _ => 5,
        });
        offers.push((Format::Xml, "application/xml".into()));
        offers.push((Format::Xml, "text/xml; charset=utf-8".into()));
    } else {
        offers.push((Format::Turtle, "application/x-turtle".into()));
        offers.push((Format::Turtle, "text/n3; charset=utf-8".into()));
        offers.push((Format::RdfXml, "application/xml".into()));
        offers.push((Format::NTriples, "text/plain; charset=utf-8".into()));
    }
    offers
}

/// The form that the client wants.
pub(super) fn chosen(asked: &Asked, form: Form) -> Result<(Format, String), Failure> {
    let mut offers = offers(form);
    // SPARQLWrapper sends some formats twice, by name and by media type: the first that is known counts.
    let named = asked.parameters.all("format").filter(|name| !name.is_empty());
    let named: Vec<Result<Format, Failure>> = named.map(|name| named_format(name, form)).collect();
    if let Some(format) = named.into_iter().reduce(Result::or).transpose()? {
        let found = offers.iter().position(|(offer, _)| *offer == format);
        return found.map(|number| offers.swap_remove(number)).ok_or_else(|| {
            Failure::not_acceptable(offers.iter().map(|(_, media_type)| media_type.as_str()))
        });
    }
    let accept = accept(asked);
    let number = negotiate::best(accept.as_deref(), offers.iter().map(|(_, media_type)| media_type.as_str()));
    match number {
        Some(number) => Ok(offers.swap_remove(number)),
        None => Err(Failure::not_acceptable(offers.iter().map(|(_, media_type)| media_type.as_str()))),
    }
}

/// The format of this name that can hold an answer of this form.
fn named_format(name: &str, form: Form) -> Result<Format, Failure> {
    // Names that clients of other servers use.
    let name = match name {
        "n3" | "text/n3" => "turtle",
        "rdf+xml" => "rdfxml",
        name => name,
    };
    Format::named(name, &[form.content()]).map_err(|help| {
        match Format::named(name, &[Content::Rows, Content::Graph]).map(|other| form.format(Some(other))) {
            Ok(Err(error)) => Failure::of_format(&error),
            _ => Failure::bad_request(format!("`{name}` is not a format")).with_help(help),
        }
    })
}

/// All of what a client accepts: the header may come in several lines.
pub(super) fn accept(asked: &Asked) -> Option<String> {
    let lines = asked.headers.get_all(header::ACCEPT).iter().map(HeaderValue::to_str);
    let lines: Vec<&str> = lines.filter_map(Result::ok).collect();
    (!lines.is_empty()).then(|| lines.join(","))
}
