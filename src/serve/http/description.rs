//! What the endpoint says of itself: SPARQL 1.1 Service Description
//! (<https://www.w3.org/TR/sparql11-service-description/>), or a form for people.

use super::body::Whole;
use super::reply::{self, Failure, Reply};
use super::sparql::{chosen, fresh, likes_page};
use super::{Asked, Service, page};
use crate::export::Export;
use crate::query::Form;
use hyper::StatusCode;
use oxrdf::vocab::{rdf, xsd};
use oxrdf::{BlankNode, Literal, NamedNode, NamedNodeRef, Term, Triple};
use std::io::Write;

/// The vocabulary of service descriptions.
const SD: &str = "http://www.w3.org/ns/sparql-service-description#";
/// Statistics of graphs (VoID).
const VOID_TRIPLES: NamedNodeRef<'static> = NamedNodeRef::new_unchecked("http://rdfs.org/ns/void#triples");
/// The W3C's names of formats.
const FORMATS: &str = "http://www.w3.org/ns/formats/";
/// The W3C's names of the formats that are written.
const WRITTEN: &[&str] = &[
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
    "TriG",
    "N-Quads",
];

/// Says what the endpoint does.
pub(super) fn answer(service: &Service, asked: &Asked) -> Result<Reply, Failure> {
    let state = service.state(asked)?;
    if likes_page(asked) {
        return page::form(asked, &state, None);
    }
    let (format, media_type) = chosen(asked, Form::Graph)?;
    let tag = reply::tag([&*state.digest, "description", &asked.origin, &media_type]);
    if reply::has_already(asked, &tag) {
        return Ok(fresh(Reply::empty(StatusCode::NOT_MODIFIED), &state, Some(&tag)));
    }
    let names = state.index.graph_names();
    let names = names.map_err(|error| {
        Failure::new(StatusCode::INTERNAL_SERVER_ERROR, format!("the graphs cannot be read: {error}"))
    })?;
    let triples = description(&format!("{}/sparql", asked.origin), state.index.len(), &names);
    let mut prefixes = service.options.prefixes.clone();
    prefixes.insert("sd", SD);
    prefixes.insert("void", "http://rdfs.org/ns/void#");
    prefixes.insert("format", FORMATS);
    let export = Export::of_triples(triples, format)
        .map_err(|error| Failure::of_format(&error))?
        .with_prefixes(prefixes);
    let body = Whole::new(|file| -> Result<(), Failure> {
        export
            .send("the answer", file)
            .map_err(|error| Failure::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
        Ok(file.flush()?)
    })?;
    Ok(fresh(Reply::new(&media_type, body), &state, Some(&tag)))
}

fn sd(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{SD}{name}"))
}

/// The triples of the description.
fn description(endpoint: &str, triples: usize, names: &[NamedNode]) -> Vec<Triple> {
    let mut described = Vec::new();
    let mut say = |subject: &BlankNode, predicate: NamedNode, object: Term| {
        described.push(Triple::new(subject.clone(), predicate, object));
    };
    let node = |name: &str| BlankNode::new_unchecked(name);
    let (service, dataset, default) = (node("service"), node("dataset"), node("default"));
    let a = || rdf::TYPE.into_owned();
    say(&service, a(), sd("Service").into());
    if let Ok(endpoint) = NamedNode::new(endpoint) {
        say(&service, sd("endpoint"), endpoint.into());
    }
    say(&service, sd("supportedLanguage"), sd("SPARQL11Query").into());
    for format in WRITTEN {
        let format = NamedNode::new_unchecked(format!("{FORMATS}{format}"));
        say(&service, sd("resultFormat"), format.into());
    }
    say(&service, sd("defaultDataset"), dataset.clone().into());
    say(&dataset, a(), sd("Dataset").into());
    say(&dataset, sd("defaultGraph"), default.clone().into());
    say(&default, a(), sd("Graph").into());
    let number = Literal::new_typed_literal(triples.to_string(), xsd::INTEGER);
    say(&default, VOID_TRIPLES.into_owned(), number.into());
    for (at, name) in names.iter().enumerate() {
        let graph = node(&format!("graph{at}"));
        say(&dataset, sd("namedGraph"), graph.clone().into());
        say(&graph, a(), sd("NamedGraph").into());
        say(&graph, sd("name"), name.clone().into());
    }
    described
}
