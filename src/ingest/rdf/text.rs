//! Graphs whose text is held in memory as a whole: Turtle, TriG, RDF/XML, JSON-LD, and lines with triple
//! terms. oxttl and its kin read first, rio_turtle reads the older RDF-star syntax.

use super::block::Block;
use super::collect::Collector;
use super::dataset::{Dataset, Failure};
use super::lines::Sizes;
use super::{faults, star};
use crate::base::depth;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::model::document::ContentPool;
use crate::model::vocab::rdf;
use oxigraph::io::{RdfFormat, RdfParser, RdfSyntaxError};
use oxiri::Iri;
use oxrdf::{BlankNode, GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, Term, Triple};
use rio_api::parser::{QuadsParser, TriplesParser};
use rio_turtle::{NQuadsParser, NTriplesParser, TriGParser, TurtleError, TurtleParser};
use std::collections::HashMap;

/// Number of faults after which the rest is not read.
const ENOUGH: usize = 20;

/// A text and what decides about its meaning.
pub(in crate::ingest) struct Text<'a> {
    /// The file's name, for messages.
    pub(in crate::ingest) file: &'a str,
    pub(in crate::ingest) text: &'a str,
    pub(in crate::ingest) format: RdfFormat,
    /// The IRI against which relative IRIs are resolved.
    pub(in crate::ingest) base: &'a NamedNode,
    /// The document that the default graph becomes; names of statements are made from it.
    pub(in crate::ingest) document: &'a NamedNode,
}

/// Reads the graphs of a text: its default graph, and each named one, as far as they hold anything.
pub(in crate::ingest) fn read(
    source: &Text<'_>,
    room: &mut ContentPool,
    sizes: Sizes,
) -> Result<Dataset, Failure> {
    let &Text { file, text, format, base, document } = source;
    if let Some(excess) = depth::excess(file, text, format) {
        return Err(Failure::Faults(vec![excess]));
    }
    let (quads, relative) =
        resolved(source).map_err(|errors| Failure::Faults(faults::tell(file, text, format, &errors)))?;
    let warnings: Vec<Diagnostic> = relative.map(|place| relative_warning(base, place)).into_iter().collect();
    let mut graphs: Vec<(GraphName, Vec<Triple>)> = Vec::new();
    let mut places: HashMap<GraphName, usize> = HashMap::new();
    for Quad { subject, predicate, object, graph_name } in quads {
        let at = *places.entry(graph_name).or_insert_with_key(|name| {
            graphs.push((name.clone(), Vec::new()));
            graphs.len() - 1
        });
        graphs[at].1.push(Triple { subject, predicate, object });
    }
    if graphs.is_empty() {
        return Err(Failure::Nothing);
    }
    let statements = star::normalise(&mut graphs, document).map_err(|star::Entwined| {
        let fault = Diagnostic::error("the description of an annotation contains too many blank nodes")
            .expected("its label would be computed from all of them, along too many paths")
            .help("give the blank nodes IRIs")
            .at(Place::file(file));
        Failure::Faults(vec![fault])
    })?;
    let mut collector = Collector::new(room, sizes);
    let quads = graphs
        .into_iter()
        .flat_map(|(name, triples)| triples.into_iter().map(move |triple| triple.in_graph(name.clone())));
    collector.add(text.len(), Block::of_quads(quads), room)?;
    let mut dataset = collector.end(room)?;
    dataset.warnings = warnings;
    dataset.statements = statements;
    Ok(dataset)
}

fn quads(text: &str, format: RdfFormat, base: Option<&NamedNode>) -> Result<Vec<Quad>, Vec<RdfSyntaxError>> {
    let parser = RdfParser::from_format(format);
    let parser = match base {
        Some(base) => parser.with_base_iri(base.as_str()).unwrap_or_else(|_| format.into()),
        None => parser,
    };
    let (mut quads, mut faults) = (Vec::new(), Vec::new());
    for quad in parser.for_slice(text.as_bytes()) {
        match quad {
            Ok(quad) => quads.push(quad),
            Err(error) => faults.push(error),
        }
        if faults.len() > ENOUGH {
            break;
        }
    }
    if faults.is_empty() {
        return Ok(quads);
    }
    let legacy = text.contains("<<").then(|| legacy(text, format, base)).and_then(Result::ok);
    legacy.ok_or(faults)
}

/// The quads of a text with all IRIs resolved, and the place of the first relative one, if there are any.
///
/// Without a base, most readers refuse relative IRIs, which tells that there are some; that of JSON-LD passes
/// over them, and gets a base that nobody uses first.
fn resolved(source: &Text<'_>) -> Result<(Vec<Quad>, Option<Place>), Vec<RdfSyntaxError>> {
    let &Text { file, text, format, base, .. } = source;
    let place = if matches!(format, RdfFormat::JsonLd { .. }) {
        let quads = quads(text, format, Some(&NamedNode::new_unchecked(NOBODYS)))?;
        if !quads.iter().any(is_nobodys) {
            return Ok((quads, None));
        }
        Place::file(file)
    } else {
        match quads(text, format, None) {
            Ok(quads) => return Ok((quads, None)),
            Err(errors) => {
                let first = errors.iter().find_map(RdfSyntaxError::location);
                let at = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
                first.map_or_else(
                    || Place::file(file),
                    |first| Place::in_source(file, text, at(first.start.offset)..at(first.end.offset)),
                )
            }
        }
    };
    Ok((quads(text, format, Some(base))?, Some(place)))
}

/// A base of relative IRIs by which they are recognised.
const NOBODYS: &str = "standpoint-relative://nobodys/";

/// Whether a quad has an IRI that was resolved against that base.
fn is_nobodys(quad: &Quad) -> bool {
    let is = |node: &NamedNode| node.as_str().starts_with("standpoint-relative:");
    let subject = matches!(&quad.subject, NamedOrBlankNode::NamedNode(node) if is(node));
    let object = match &quad.object {
        Term::NamedNode(node) => is(node),
        Term::Literal(literal) => is(&literal.datatype().into_owned()),
        _ => false,
    };
    subject
        || object
        || is(&quad.predicate)
        || matches!(&quad.graph_name, GraphName::NamedNode(node) if is(node))
}

fn relative_warning(base: &NamedNode, place: Place) -> Diagnostic {
    Diagnostic::warning("relative IRIs in a file that sets no base")
        .expected(format!("resolved against {base}"))
        .help("`--base IRI` sets another base; a base in the file itself holds for every program")
        .at(place)
}

/// Reads RDF-star as it was before RDF 1.2: `<< s p o >>` in the place of a subject or object.
/// Each quoted triple becomes the reifier of RDF 1.2 that says the same.
fn legacy(text: &str, format: RdfFormat, base: Option<&NamedNode>) -> Result<Vec<Quad>, TurtleError> {
    let base = base.and_then(|base| Iri::parse(base.as_str().to_owned()).ok());
    let mut reader = Legacy::default();
    match format {
        RdfFormat::Turtle => TurtleParser::new(text.as_bytes(), base).parse_all(&mut |t| {
            reader.triple(&t, GraphName::DefaultGraph);
            Ok::<_, TurtleError>(())
        })?,
        RdfFormat::NTriples => NTriplesParser::new(text.as_bytes()).parse_all(&mut |t| {
            reader.triple(&t, GraphName::DefaultGraph);
            Ok::<_, TurtleError>(())
        })?,
        RdfFormat::TriG => TriGParser::new(text.as_bytes(), base).parse_all(&mut |q| {
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
