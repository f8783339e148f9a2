//! RDF/XML and JSON-LD, by the engine's own writers.

use super::format::Format;
use super::graph::{Graph, Id};
use super::prefixes::FilePrefixes;
use crate::error::{Error, Result};
use crate::vocab::rdf;
use oxigraph::io::RdfSerializer;
use oxrdf::Term;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Writes a graph that is sorted for readers, so that the same graph gives the same bytes.
pub(super) fn write(graph: &Graph, format: Format, out: &mut impl Write) -> io::Result<()> {
    let mut serializer = RdfSerializer::from_format(format.engine_format());
    // JSON-LD comes expanded, without a context: it has no use for prefixes.
    if format == Format::RdfXml {
        let prefixes = FilePrefixes::of(graph);
        let used = names_of_elements(graph, &prefixes);
        for (_, (prefix, namespace)) in prefixes.iter().enumerate().filter(|(at, _)| used.contains(at)) {
            serializer = serializer.with_prefix(prefix, namespace).map_err(io::Error::other)?;
        }
    }
    let mut serializer = serializer.for_writer(&mut *out);
    for triple in graph.triples() {
        serializer.serialize_triple(graph.triple(*triple))?;
    }
    serializer.finish()?;
    out.write_all(b"\n")
}

/// The prefixes of predicates and classes, which are all that XML abbreviates.
fn names_of_elements(graph: &Graph, prefixes: &FilePrefixes) -> BTreeSet<usize> {
    let mut ids: BTreeSet<Id> = BTreeSet::new();
    for &[_, predicate, object] in graph.triples() {
        ids.insert(if graph.predicate(predicate) == rdf::TYPE { object } else { predicate });
    }
    let iri = |id| match graph.term(id) {
        Term::NamedNode(node) => prefixes.split(node.as_str()),
        _ => None,
    };
    ids.into_iter().filter_map(iri).map(|(prefix, _)| prefix).collect()
}

/// What the format cannot carry, found before anything is written.
pub(super) fn check(graph: &Graph, format: Format) -> Result<()> {
    if graph.needs_rdf12() {
        check_rdf12(format)?;
    }
    if format == Format::RdfXml
        && let Some((value, character)) = graph.terms().iter().find_map(outside_xml)
    {
        return Err(Error::usage(format!(
            "RDF/XML cannot carry the character U+{:04X} in the text {value:?}",
            u32::from(character)
        ))
        .with_help("every other format can"));
    }
    Ok(())
}

/// Whether the format can carry what RDF 1.2 brings.
pub(super) fn check_rdf12(format: Format) -> Result<()> {
    if format.carries_rdf12() {
        return Ok(());
    }
    let able: Vec<&str> = Format::ALL.iter().filter(|f| f.carries_rdf12()).map(|f| f.name()).collect();
    Err(Error::usage(format!("{format} cannot carry the triple terms of RDF 1.2"))
        .with_help(format!("formats that can: {}", able.join(", "))))
}

/// A character that XML cannot carry, or that its readers turn into another.
fn outside_xml(term: &Term) -> Option<(&str, char)> {
    let Term::Literal(literal) = term else { return None };
    let is_lost = |c: char| (c < ' ' && !matches!(c, '\t' | '\n')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    literal.value().chars().find(|c| is_lost(*c)).map(|c| (literal.value(), c))
}
