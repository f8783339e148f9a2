//! RDF/XML, by the engine's own writer.

use super::engine;
use super::format::Format;
use super::graph::{Graph, Id};
use super::prefixes::FilePrefixes;
use super::writer::GraphWriter;
use crate::base::error::{Error, Result};
use crate::model::vocab::rdf;
use oxigraph::io::{RdfFormat, RdfSerializer};
use oxrdf::Term;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// The writer of RDF/XML.
pub(super) struct RdfXml;

impl GraphWriter for RdfXml {
    fn format(&self) -> Format {
        Format::RdfXml
    }

    fn rdf_format(&self) -> RdfFormat {
        RdfFormat::RdfXml
    }

    fn carries_rdf12(&self) -> bool {
        false
    }

    fn keeps_order(&self) -> bool {
        false
    }

    fn check(&self, graph: &Graph) -> Result<()> {
        check_names(graph)?;
        match graph.terms().iter().find_map(outside_xml) {
            Some(lost) => Err(lost.error("RDF/XML").with_help("every other format can")),
            None => Ok(()),
        }
    }

    fn write(&self, graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
        let mut serializer = RdfSerializer::from_format(self.rdf_format());
        let prefixes = FilePrefixes::of(graph);
        let used = names_of_elements(graph, &prefixes);
        for (_, (prefix, namespace)) in prefixes.iter().enumerate().filter(|(at, _)| used.contains(at)) {
            serializer = serializer.with_prefix(prefix, namespace).map_err(io::Error::other)?;
        }
        engine::write(graph, serializer, &mut XmlText(out))
    }
}

/// Writer of XML in which U+000D becomes a character reference: a reader takes the character itself for the
/// end of a line (<https://www.w3.org/TR/xml/#sec-line-ends>). The engine's writers write it as it is, and
/// only within texts.
pub struct XmlText<W>(pub W);

impl<W: Write> Write for XmlText<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut parts = bytes.split(|byte| *byte == b'\r');
        if let Some(first) = parts.next() {
            self.0.write_all(first)?;
        }
        parts.try_for_each(|part| {
            self.0.write_all(b"&#13;")?;
            self.0.write_all(part)
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
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

/// Names that mean something else in RDF/XML than the terms that they are made of
/// (<https://www.w3.org/TR/rdf-syntax-grammar/#section-grammar-productions>).
const SYNTAX: &[&str] = &[
    "RDF",
    "ID",
    "about",
    "parseType",
    "resource",
    "nodeID",
    "datatype",
    "Description",
    "li",
    "aboutEach",
    "aboutEachPrefix",
    "bagID",
];

/// In RDF/XML properties and classes are names of elements: their IRIs have to end in one. The engine writes
/// elements without a name there, which its own reader takes and no other.
fn check_names(graph: &Graph) -> Result<()> {
    for &[_, predicate, object] in graph.triples() {
        let is_type = graph.predicate(predicate) == rdf::TYPE;
        let (what, id) = if is_type { ("class", object) } else { ("property", predicate) };
        let Term::NamedNode(node) = graph.term(id) else { continue };
        let own = node.as_str().strip_prefix(rdf::NAMESPACE);
        let why = if own.is_some_and(|name| SYNTAX.contains(&name)) {
            "there it is a word of its syntax"
        } else if !ends_in_a_name(node.as_str()) {
            "its end cannot be the name of an XML element"
        } else {
            continue;
        };
        return Err(Error::usage(format!("RDF/XML cannot carry the {what} {node}: {why}"))
            .with_help("every other format can"));
    }
    Ok(())
}

/// Whether an NCName can be split off (<https://www.w3.org/TR/xml-names/#NT-NCName>).
fn ends_in_a_name(iri: &str) -> bool {
    let begins = |c: char| {
        matches!(c, 'A'..='Z' | '_' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}'
            | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}'
            | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}'
            | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
            | '\u{10000}'..='\u{effff}')
    };
    let goes_on = |c: char| {
        begins(c)
            || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
    };
    iri.chars().rev().take_while(|c| goes_on(*c)).any(begins)
}

/// A character that XML cannot carry, and the words around it.
pub struct OutsideXml(String, char);

impl OutsideXml {
    /// Error about writing it in this format.
    pub fn error(&self, format: &str) -> Error {
        let Self(words, character) = self;
        Error::usage(format!(
            "{format} cannot carry the character U+{:04X} in the text {words:?}",
            u32::from(*character)
        ))
    }
}

/// The first such character of a term.
pub fn outside_xml(term: &Term) -> Option<OutsideXml> {
    let Term::Literal(literal) = term else { return None };
    outside_xml_text(literal.value())
}

/// The first such character of a text.
pub(super) fn outside_xml_text(text: &str) -> Option<OutsideXml> {
    let is_lost =
        |c: char| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    let (at, character) = text.char_indices().find(|(_, c)| is_lost(*c))?;
    let before = text[..at].chars().count();
    let words = text.chars().skip(before.saturating_sub(20)).take(40).collect();
    Some(OutsideXml(words, character))
}
