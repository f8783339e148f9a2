//! A document: the unit of change, a named set of triples.

mod apart;
mod content;
mod hash;

pub use apart::{Apart, TO_CODING};
pub use content::{Begun, Cursor};
pub use content::{Content, ContentPool, Pieces, Reader};
pub use hash::{ContentHash, NotAHash};

use oxigraph::io::{RdfFormat, RdfParser, RdfSyntaxError};
use oxigraph::model::{NamedNode, Triple};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// What one file, or one named graph of a file, asserts.
///
/// ```
/// # use standpoint_data as standpoint;
/// use oxrdf::{NamedNode, Triple};
/// use standpoint::model::document::{Document, ntriples, sha256};
///
/// let [a, b, says] = ["ex:a", "ex:b", "ex:says"].map(NamedNode::new_unchecked);
/// let triples = [Triple::new(b.clone(), says.clone(), a.clone()), Triple::new(a, says, b)];
/// // The order in which triples come makes no difference to what is kept.
/// let text = ntriples(triples);
/// assert_eq!(text, "<ex:a> <ex:says> <ex:b> .\n<ex:b> <ex:says> <ex:a> .\n");
/// let document = Document {
///     name: NamedNode::new_unchecked("https://w3id.org/standpoint/id/document/letters/first"),
///     origin: "letters/first.nt".into(),
///     source_hash: sha256(text.as_bytes()),
///     part_of: None,
///     ntriples: text.into(),
/// };
/// assert_eq!(document.short_name(), "letters/first");
/// assert_eq!(document.ntriples.triples(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its IRI. Loading a document of the same name replaces what it said before.
    pub name: NamedNode,
    /// Where it came from, as the user named it.
    pub origin: String,
    /// SHA-256 over the bytes that it was read from, lower-case hexadecimal.
    pub source_hash: String,
    /// The document that its file is named by, where it is a named graph of that file: a graph that the file no
    /// longer has goes when the file is loaded again.
    pub part_of: Option<NamedNode>,
    /// Canonical N-Triples: one line a triple, sorted by bytes, no duplicates; blank-node
    /// labels depend on nothing but the document's content and name.
    pub ntriples: Content,
}

/// How much a document says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Triples.
    pub triples: usize,
    /// Positions.
    pub positions: usize,
}

impl Document {
    /// How much it says.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let whole = |number| usize::try_from(number).unwrap_or(usize::MAX);
        Counts { triples: whole(self.ntriples.triples()), positions: whole(self.ntriples.positions()) }
    }

    /// Its name without the base: `witkoff-putin-2025/positions`.
    #[must_use]
    pub fn short_name(&self) -> &str {
        short_name(&self.name)
    }
}

/// `case/positions` of `<base>document/case/positions`; the IRI where it is no such name.
#[must_use]
pub fn short_name(document: &NamedNode) -> &str {
    let iri = document.as_str();
    iri.split_once("/document/").map_or(iri, |(_, name)| name)
}

/// Canonical N-Triples of these triples: one line each, sorted by bytes, no duplicates.
#[must_use]
pub fn ntriples(triples: impl IntoIterator<Item = Triple>) -> String {
    let mut lines = String::new();
    let mut ends = Vec::new();
    for triple in triples {
        writeln!(lines, "{triple} .").expect("strings take any text");
        ends.push(lines.len());
    }
    let mut spans: Vec<&str> = Vec::with_capacity(ends.len());
    let mut start = 0;
    for end in ends {
        spans.push(&lines[start..end]);
        start = end;
    }
    spans.sort_unstable();
    spans.dedup();
    spans.concat()
}

/// How many lines there are, each ended by a line feed: as many triples, if they are N-Triples.
#[must_use]
pub fn count_lines(ntriples: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', ntriples).count()
}

/// SHA-256 in lower-case hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The triples of a document. Its terms are not validated again: they were before it was kept.
pub fn parse(ntriples: &str) -> impl Iterator<Item = Result<Triple, RdfSyntaxError>> + '_ {
    RdfParser::from_format(RdfFormat::NTriples)
        .lenient()
        .for_slice(ntriples)
        .map(|quad| quad.map(Triple::from))
}
