//! The difference between two graphs, as an RDF Patch.
//!
//! <https://jena.apache.org/documentation/rdf-patch/>: a row a change, `D` for what went and
//! `A` for what came, in N-Triples, between the beginning (`TX`) and the end (`TC`) of a
//! transaction. Blank nodes have the labels that the store gives them; the format is made for
//! that, and unlike in other formats they mean the node of that name.

use crate::store::GraphReader;
use oxrdf::Triple;
use std::fmt;

/// What makes one graph of another: first the removals, then the additions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    /// Deleted triples, sorted.
    pub removed: Vec<Triple>,
    /// Added triples, sorted.
    pub added: Vec<Triple>,
}

impl Patch {
    /// What makes the new graph of the old one.
    #[must_use]
    pub fn between(old: &dyn GraphReader, new: &dyn GraphReader) -> Self {
        Self { removed: missing(old, new), added: missing(new, old) }
    }

    /// Whether the graphs are the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.added.is_empty()
    }
}

/// What the one graph has and the other has not.
fn missing(one: &dyn GraphReader, other: &dyn GraphReader) -> Vec<Triple> {
    let mut missing: Vec<Triple> = one.triples().filter(|triple| !other.contains(triple)).collect();
    missing.sort_by_cached_key(ToString::to_string);
    missing
}

impl fmt::Display for Patch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "TX .")?;
        self.removed.iter().try_for_each(|triple| writeln!(f, "D {triple} ."))?;
        self.added.iter().try_for_each(|triple| writeln!(f, "A {triple} ."))?;
        writeln!(f, "TC .")
    }
}

/// A comment of one line, whatever the text holds: words of an article must not become rows.
pub(crate) fn comment(out: &mut String, text: &str) {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    out.push_str(&format!("# {line}\n"));
}
