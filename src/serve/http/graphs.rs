//! `/graphs`: graphs as they are (SPARQL 1.1 Graph Store HTTP Protocol, <https://www.w3.org/TR/sparql11-http-rdf-update/>).
//!
//! Names of graphs are looked up in the index: none is ever a path or an address.

use super::body::Whole;
use super::reply::{self, Failure, Reply};
use super::sparql::{chosen, fresh, graph};
use super::{Asked, Service, negotiate};
use crate::export::Export;
use crate::query::Form;
use hyper::{StatusCode, header};
use oxrdf::Triple;
use std::io::{BufWriter, Write};

/// Sends the default graph, or the graph of a document.
pub(super) fn answer(service: &Service, asked: &Asked) -> Result<Reply, Failure> {
    let is_default = asked.parameters.has("default");
    let named = asked.parameters.once("graph")?;
    let name = match (is_default, named) {
        (true, None) => None,
        (false, Some(name)) => Some(graph(name)?),
        _ => {
            return Err(Failure::bad_request("one graph is to be named")
                .with_help("ask /graphs?default, or /graphs?graph=IRI; documents are graphs"));
        }
    };
    let state = service.state(asked)?;
    let (format, media_type) = chosen(asked, Form::Graph)?;
    let gzip = negotiate::takes_gzip(asked.header(&header::ACCEPT_ENCODING));
    let label = name.as_ref().map_or("", |name| name.as_str());
    let tag = reply::tag([&*state.digest, "graph", label, &media_type, if gzip { "gzip" } else { "" }]);
    let unreadable = |error: &dyn std::fmt::Display| {
        Failure::new(StatusCode::INTERNAL_SERVER_ERROR, format!("the graph cannot be read: {error}"))
    };
    let triples: Vec<Triple> = match &name {
        None => state.index.triples().collect(),
        Some(name) => {
            let names = state.index.graph_names().map_err(|error| unreadable(&error))?;
            if !names.contains(name) {
                return Err(Failure::not_found(format!("no graph {name}"))
                    .with_help("SELECT ?g WHERE { GRAPH ?g { } } lists the graphs"));
            }
            state.index.graph(name.as_ref()).map_err(|error| unreadable(&error))?
        }
    };
    if reply::has_already(asked, &tag) {
        return Ok(fresh(Reply::empty(StatusCode::NOT_MODIFIED), &state, Some(&tag)));
    }
    let export = Export::of_triples(triples, format)
        .map_err(|error| Failure::of_format(&error))?
        .with_prefixes(service.options.prefixes.clone());
    let body = Whole::new(|file| -> Result<(), Failure> {
        let mut out = BufWriter::new(file);
        export.send("the answer", &mut out).map_err(|error| unreadable(&error))?;
        Ok(out.flush()?)
    })?;
    fresh(Reply::new(&media_type, body), &state, Some(&tag)).compressed(asked)
}
