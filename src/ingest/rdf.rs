//! Reading graphs: oxttl and its kin first, rio_turtle for the older RDF-star syntax.

pub(in crate::ingest) mod bulk;
mod canonical;
mod faults;
pub(in crate::ingest) mod graph;
mod star;
mod value;

use crate::base::depth;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::model::vocab::rdf;
use graph::Graph;
use oxigraph::io::{RdfFormat, RdfParser};
use oxrdf::{BlankNode, GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, Term, Triple};
use rio_api::parser::{QuadsParser, TriplesParser};
use rio_turtle::{NQuadsParser, NTriplesParser, TriGParser, TurtleError, TurtleParser};
use std::collections::HashMap;

/// After so many faults the rest is not read.
const ENOUGH: usize = 20;

/// The graphs of a file: its default graph, and each named one, as far as they hold anything.
pub(in crate::ingest) fn read(
    file: &str,
    text: &str,
    format: RdfFormat,
) -> Result<Vec<Graph>, Vec<Diagnostic>> {
    if let Some(excess) = depth::excess(file, text, format) {
        return Err(vec![excess]);
    }
    let (mut quads, mut faults) = (Vec::new(), Vec::new());
    let parser = RdfParser::from_format(format).with_base_iri("file:///").unwrap_or_else(|_| format.into());
    for quad in parser.for_slice(text.as_bytes()) {
        match quad {
            Ok(quad) => quads.push(quad),
            Err(error) => faults.push(error),
        }
        if faults.len() > ENOUGH {
            break;
        }
    }
    if !faults.is_empty() {
        let legacy = text.contains("<<").then(|| legacy(text, format)).and_then(Result::ok);
        let Some(legacy) = legacy else {
            return Err(faults::tell(file, text, format, &faults));
        };
        quads = legacy;
    }
    let mut graphs: Vec<Graph> = Vec::new();
    let mut places: HashMap<GraphName, usize> = HashMap::new();
    for Quad { subject, predicate, object, graph_name } in quads {
        let at = *places.entry(graph_name).or_insert_with_key(|name| {
            let name = match name {
                GraphName::NamedNode(name) => Some(name.clone()),
                GraphName::BlankNode(_) | GraphName::DefaultGraph => None,
            };
            graphs.push(Graph { name, triples: Vec::new() });
            graphs.len() - 1
        });
        let mut triple = Triple { subject, predicate, object };
        value::spell(&mut triple);
        graphs[at].triples.push(triple);
    }
    if graphs.is_empty() {
        return Err(vec![Diagnostic::error("the file has no triples").at(Place::file(file))]);
    }
    Ok(graphs)
}

/// Reads RDF-star as it was before RDF 1.2: `<< s p o >>` in the place of a subject or object.
/// Each quoted triple becomes the reifier of RDF 1.2 that says the same.
fn legacy(text: &str, format: RdfFormat) -> Result<Vec<Quad>, TurtleError> {
    let mut reader = Legacy::default();
    match format {
        RdfFormat::Turtle => TurtleParser::new(text.as_bytes(), None).parse_all(&mut |t| {
            reader.triple(&t, GraphName::DefaultGraph);
            Ok::<_, TurtleError>(())
        })?,
        RdfFormat::NTriples => NTriplesParser::new(text.as_bytes()).parse_all(&mut |t| {
            reader.triple(&t, GraphName::DefaultGraph);
            Ok::<_, TurtleError>(())
        })?,
        RdfFormat::TriG => TriGParser::new(text.as_bytes(), None).parse_all(&mut |q| {
            reader.quad(&q);
            Ok::<_, TurtleError>(())
        })?,
        RdfFormat::NQuads => NQuadsParser::new(text.as_bytes()).parse_all(&mut |q| {
            reader.quad(&q);
            Ok::<_, TurtleError>(())
        })?,
        _ => {}
    }
    Ok(reader.quads)
}

#[derive(Default)]
struct Legacy {
    quads: Vec<Quad>,
    reifiers: HashMap<(GraphName, Triple), BlankNode>,
}

impl Legacy {
    fn quad(&mut self, quad: &rio_api::model::Quad<'_>) {
        let graph = match quad.graph_name {
            None => GraphName::DefaultGraph,
            Some(rio_api::model::GraphName::NamedNode(name)) => named(name).into(),
            Some(rio_api::model::GraphName::BlankNode(node)) => blank(node).into(),
        };
        let triple =
            rio_api::model::Triple { subject: quad.subject, predicate: quad.predicate, object: quad.object };
        self.triple(&triple, graph);
    }

    fn triple(&mut self, triple: &rio_api::model::Triple<'_>, graph: GraphName) {
        let triple = self.plain(triple, &graph);
        self.quads.push(triple.in_graph(graph));
    }

    /// A triple whose quoted triples stand as their reifiers.
    fn plain(&mut self, triple: &rio_api::model::Triple<'_>, graph: &GraphName) -> Triple {
        let subject: NamedOrBlankNode = match triple.subject {
            rio_api::model::Subject::NamedNode(name) => named(name).into(),
            rio_api::model::Subject::BlankNode(node) => blank(node).into(),
            rio_api::model::Subject::Triple(quoted) => self.reifier(quoted, graph).into(),
        };
        let object: Term = match triple.object {
            rio_api::model::Term::NamedNode(name) => named(name).into(),
            rio_api::model::Term::BlankNode(node) => blank(node).into(),
            rio_api::model::Term::Literal(value) => literal(value).into(),
            rio_api::model::Term::Triple(quoted) => self.reifier(quoted, graph).into(),
        };
        Triple { subject, predicate: named(triple.predicate), object }
    }

    fn reifier(&mut self, quoted: &rio_api::model::Triple<'_>, graph: &GraphName) -> BlankNode {
        let quoted = self.plain(quoted, graph);
        let key = (graph.clone(), quoted.clone());
        if let Some(node) = self.reifiers.get(&key) {
            return node.clone();
        }
        let node = BlankNode::default();
        self.reifiers.insert(key, node.clone());
        self.quads.push(Quad::new(node.clone(), rdf::REIFIES, Term::Triple(Box::new(quoted)), graph.clone()));
        node
    }
}

fn named(name: rio_api::model::NamedNode<'_>) -> NamedNode {
    NamedNode::new_unchecked(name.iri)
}

fn blank(node: rio_api::model::BlankNode<'_>) -> BlankNode {
    BlankNode::new_unchecked(node.id)
}

fn literal(literal: rio_api::model::Literal<'_>) -> Literal {
    match literal {
        rio_api::model::Literal::Simple { value } => Literal::new_simple_literal(value),
        rio_api::model::Literal::LanguageTaggedString { value, language } => {
            Literal::new_language_tagged_literal_unchecked(value, language.to_ascii_lowercase())
        }
        rio_api::model::Literal::Typed { value, datatype } => {
            Literal::new_typed_literal(value, NamedNode::new_unchecked(datatype.iri))
        }
    }
}
