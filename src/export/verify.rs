//! Reading back what was written, before anybody else does.
//!
//! Turtle, TriG, N-Triples and N-Quads are read by `rio_turtle`, which shares no code with
//! the writers here nor with the engine: what leaves can be read by others. It predates RDF
//! 1.2, so graphs with triple terms, and the formats it does not know, are read by the
//! engine's own readers; that still finds whatever a format silently drops.

use super::dataset::Dataset;
use super::format::Format;
use super::graph::Graph;
use super::order::Order;
use super::writer::GraphWriter;
use crate::base::error::{Error, Result};
use oxigraph::io::{RdfFormat, RdfParseError, RdfParser};
use oxrdf::{
    BlankNode, BlankNodeRef, GraphName, LiteralRef, NamedNode, NamedNodeRef, NamedOrBlankNodeRef, TermRef,
    Triple, TripleRef,
};
use rio_api::model as rio;
use rio_api::parser::{QuadsParser, TriplesParser};
use rio_turtle::{NQuadsParser, NTriplesParser, TriGParser, TurtleError, TurtleParser};
use std::io::BufRead;

/// Holds a written text against the graph that was to be written.
///
/// # Errors
/// The text cannot be read, or says something else.
pub(super) fn verify(graph: &Graph, writer: &dyn GraphWriter, text: impl BufRead) -> Result<()> {
    let verdict = match writer.format() {
        Format::Turtle | Format::TriG if !graph.needs_rdf12() => {
            compare(graph, writer, |take| by_rio(&mut TurtleParser::new(text, None), take))
        }
        Format::NTriples | Format::NQuads if !graph.needs_rdf12() => {
            compare(graph, writer, |take| by_rio(&mut NTriplesParser::new(text), take))
        }
        _ => compare(graph, writer, |take| by_engine(writer.rdf_format(), text, take)),
    };
    verdict.map_err(|difference| Error::ReadBack { format: writer.format().to_string(), why: difference.0 })
}

/// Holds a written text against the named graphs that were to be written.
///
/// # Errors
/// As [`verify`].
pub(super) fn verify_dataset(dataset: &Dataset, writer: &dyn GraphWriter, text: impl BufRead) -> Result<()> {
    let needs_rdf12 = dataset.graphs().any(|(_, graph)| graph.needs_rdf12());
    let verdict = compare_datasets(dataset, writer.order(), |take| match writer.format() {
        Format::TriG if !needs_rdf12 => quads_by_rio(&mut TriGParser::new(text, None), take),
        Format::NQuads if !needs_rdf12 => quads_by_rio(&mut NQuadsParser::new(text), take),
        _ => {
            for quad in RdfParser::from_format(writer.rdf_format()).for_reader(text) {
                let quad = quad?;
                take(quad.graph_name.clone(), Triple::from(quad).as_ref())?;
            }
            Ok(())
        }
    });
    verdict.map_err(|difference| Error::ReadBack { format: writer.format().to_string(), why: difference.0 })
}

/// Takes the quads of a text as they are read.
type TakeQuad<'a> = dyn FnMut(GraphName, TripleRef<'_>) -> Result<(), Difference> + 'a;

fn compare_datasets(
    dataset: &Dataset,
    order: Order,
    read: impl FnOnce(&mut TakeQuad<'_>) -> Result<(), Difference>,
) -> Result<(), Difference> {
    let has_blank_nodes = dataset.graphs().any(|(_, graph)| graph.has_blank_nodes());
    let mut expected = quads(dataset);
    let mut take = |name: &GraphName, found: TripleRef<'_>| match expected.next() {
        Some((graph, triple)) if *name == graph.clone().into() && triple == found => Ok(()),
        Some((graph, triple)) => {
            Err(Difference(format!("`{triple}` of {graph} reads back as `{found}` of {name}")))
        }
        None => Err(Difference(format!("unexpected `{found}` of {name}"))),
    };
    if has_blank_nodes {
        let mut parts: Vec<(NamedNode, Vec<Triple>)> = Vec::new();
        read(&mut |name, triple| {
            let GraphName::NamedNode(name) = name else {
                return Err(Difference(format!("unexpected `{triple}` of {name}")));
            };
            match parts.iter_mut().find(|(known, _)| *known == name) {
                Some((_, triples)) => triples.push(triple.into_owned()),
                None => parts.push((name, vec![triple.into_owned()])),
            }
            Ok(())
        })?;
        let found = Dataset::new(parts, order).map_err(|error| Difference(error.to_string()))?;
        quads(&found).try_for_each(|(name, triple)| take(&name.clone().into(), triple))?;
    } else {
        read(&mut |name, triple| take(&name, triple))?;
    }
    match expected.next() {
        Some((name, triple)) => Err(Difference(format!("`{triple}` of {name} is missing"))),
        None => Ok(()),
    }
}

fn quads(dataset: &Dataset) -> impl Iterator<Item = (&NamedNode, TripleRef<'_>)> {
    dataset
        .graphs()
        .flat_map(|(name, graph)| graph.triples().iter().map(move |triple| (name, graph.triple(*triple))))
}

/// What is wrong with the text.
struct Difference(String);

impl From<TurtleError> for Difference {
    fn from(error: TurtleError) -> Self {
        Self(error.to_string())
    }
}

impl From<RdfParseError> for Difference {
    fn from(error: RdfParseError) -> Self {
        Self(error.to_string())
    }
}

/// Takes the triples of a text as they are read.
type Take<'a> = dyn FnMut(TripleRef<'_>) -> Result<(), Difference> + 'a;

fn compare(
    graph: &Graph,
    writer: &dyn GraphWriter,
    read: impl FnOnce(&mut Take<'_>) -> Result<(), Difference>,
) -> Result<(), Difference> {
    if graph.has_blank_nodes() || !writer.keeps_order() {
        compare_sets(graph, writer.order(), read)
    } else {
        compare_in_order(graph, read)
    }
}

/// Without blank nodes a text has its triples in the order of the graph: nothing is copied.
fn compare_in_order(
    graph: &Graph,
    read: impl FnOnce(&mut Take<'_>) -> Result<(), Difference>,
) -> Result<(), Difference> {
    let mut expected = graph.triples().iter().map(|triple| graph.triple(*triple));
    read(&mut |found| match expected.next() {
        Some(triple) if triple == found => Ok(()),
        Some(triple) => Err(Difference(format!("`{triple}` reads back as `{found}`"))),
        None => Err(Difference(format!("unexpected `{found}`"))),
    })?;
    match expected.next() {
        Some(triple) => Err(Difference(format!("`{triple}` is missing"))),
        None => Ok(()),
    }
}

/// With blank nodes both sides get canonical labels first.
fn compare_sets(
    graph: &Graph,
    order: Order,
    read: impl FnOnce(&mut Take<'_>) -> Result<(), Difference>,
) -> Result<(), Difference> {
    let mut triples: Vec<Triple> = Vec::with_capacity(graph.triples().len());
    read(&mut |found| {
        triples.push(found.into_owned());
        Ok(())
    })?;
    let found = order.graph(triples).map_err(|error| Difference(error.to_string()))?;
    compare_in_order(graph, |take| found.triples().iter().try_for_each(|triple| take(found.triple(*triple))))
}

fn by_engine(format: RdfFormat, text: impl BufRead, take: &mut Take<'_>) -> Result<(), Difference> {
    for quad in RdfParser::from_format(format).for_reader(text) {
        take(Triple::from(quad?).as_ref())?;
    }
    Ok(())
}

fn by_rio<P: TriplesParser<Error = TurtleError>>(
    parser: &mut P,
    take: &mut Take<'_>,
) -> Result<(), Difference> {
    parser.parse_all(&mut |triple| take(of_rio(triple.subject, triple.predicate, triple.object)?))
}

fn quads_by_rio<P: QuadsParser<Error = TurtleError>>(
    parser: &mut P,
    take: &mut TakeQuad<'_>,
) -> Result<(), Difference> {
    parser.parse_all(&mut |quad| {
        let name = match quad.graph_name {
            None => GraphName::DefaultGraph,
            Some(rio::GraphName::NamedNode(node)) => NamedNode::new_unchecked(node.iri).into(),
            Some(rio::GraphName::BlankNode(node)) => BlankNode::new_unchecked(node.id).into(),
        };
        take(name, of_rio(quad.subject, quad.predicate, quad.object)?)
    })
}

fn of_rio<'t>(
    subject: rio::Subject<'t>,
    predicate: rio::NamedNode<'t>,
    object: rio::Term<'t>,
) -> Result<TripleRef<'t>, Difference> {
    let subject = match subject {
        rio::Subject::NamedNode(node) => NamedNodeRef::new_unchecked(node.iri).into(),
        rio::Subject::BlankNode(node) => NamedOrBlankNodeRef::from(BlankNodeRef::new_unchecked(node.id)),
        rio::Subject::Triple(_) => return Err(Difference("a triple reads back as a subject".into())),
    };
    let object = match object {
        rio::Term::NamedNode(node) => NamedNodeRef::new_unchecked(node.iri).into(),
        rio::Term::BlankNode(node) => TermRef::from(BlankNodeRef::new_unchecked(node.id)),
        rio::Term::Literal(literal) => TermRef::from(match literal {
            rio::Literal::Simple { value } => LiteralRef::new_simple_literal(value),
            rio::Literal::LanguageTaggedString { value, language } => {
                LiteralRef::new_language_tagged_literal_unchecked(value, language)
            }
            rio::Literal::Typed { value, datatype } => {
                LiteralRef::new_typed_literal(value, NamedNodeRef::new_unchecked(datatype.iri))
            }
        }),
        rio::Term::Triple(_) => return Err(Difference("a triple reads back as an object".into())),
    };
    Ok(TripleRef { subject, predicate: NamedNodeRef::new_unchecked(predicate.iri), object })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::format::Content;
    use crate::export::{Export, writer};

    fn graph(turtle: &str, format: Format) -> Graph {
        let triples = RdfParser::from_format(RdfFormat::Turtle).for_slice(turtle);
        writer(format).unwrap().order().graph(triples.map(|quad| quad.unwrap().into())).unwrap()
    }

    fn text(turtle: &str, format: Format) -> String {
        let triples = RdfParser::from_format(RdfFormat::Turtle).for_slice(turtle);
        let export = Export::of_triples(triples.map(|quad| quad.unwrap().into()), format).unwrap();
        let mut text = Vec::new();
        export.send("memory", &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    /// What is said of a text in which one passage is another.
    fn said(turtle: &str, format: Format, passage: &str, other: &str) -> String {
        let right = text(turtle, format);
        assert!(verify(&graph(turtle, format), writer(format).unwrap(), right.as_bytes()).is_ok());
        assert!(right.contains(passage), "{right}");
        let wrong = right.replacen(passage, other, 1);
        match verify(&graph(turtle, format), writer(format).unwrap(), wrong.as_bytes()) {
            Err(error @ Error::ReadBack { .. }) => error.to_string(),
            other => panic!("{other:?}"),
        }
    }

    const NAMED: &str = "@prefix e: <http://e.org/> . e:a e:p 'one', 'two' . e:b e:p e:c .";
    const BLANK: &str = "@prefix e: <http://e.org/> . e:a e:p [ e:q 'one' ], [ e:q 'two' ] .";

    #[test]
    fn any_difference_is_reported_in_every_format() {
        for format in Content::Graph.formats() {
            for turtle in [NAMED, BLANK] {
                let changed = said(turtle, format, "one", "eins");
                assert!(changed.contains("reads back as"), "{format}: {changed}");
                assert!(changed.contains(&format.to_string()), "{changed}");
            }
        }
        let format = Format::NTriples;
        let line = "<http://e.org/a> <http://e.org/p> \"two\" .\n";
        let last = "<http://e.org/b> <http://e.org/p> <http://e.org/c> .\n";
        assert!(said(NAMED, format, last, "").contains("is missing"));
        assert!(said(NAMED, format, last, &format!("{last}{line}")).contains("unexpected"));
    }

    #[test]
    fn a_text_that_cannot_be_read_is_reported_with_the_place() {
        let said = said(NAMED, Format::Turtle, "\"two\"", "\"two");
        assert!(said.contains("line"), "{said}");
    }

    #[test]
    fn the_language_and_the_type_of_a_text_count() {
        let turtle = "<http://e.org/a> <http://e.org/p> 'x'@en, 7, '7' .";
        assert!(said(turtle, Format::Turtle, "@en", "@de").contains("reads back as"));
        assert!(said(turtle, Format::Turtle, " 7", " 07").contains("reads back as"));
    }
}
