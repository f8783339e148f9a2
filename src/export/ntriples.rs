//! N-Triples, and N-Quads, which for one default graph is the same text.
//!
//! Canonical: one line a triple, sorted by bytes, as `document::ntriples` has it; written
//! from numbered terms, which spares a copy of the whole in memory.

use super::graph::Graph;
use oxrdf::Term;
use std::cmp::Ordering;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Writes a graph that is sorted by bytes.
pub(super) fn write(graph: &Graph, out: &mut impl Write) -> io::Result<()> {
    let mut line = String::new();
    for of_subject in graph.triples().chunk_by(|a, b| a[0] == b[0]) {
        line.clear();
        push(&mut line, graph.term(of_subject[0][0]));
        line.push(' ');
        let start = line.len();
        for &[_, predicate, object] in of_subject {
            line.truncate(start);
            push(&mut line, graph.term(predicate));
            line.push(' ');
            push(&mut line, graph.term(object));
            line.push_str(" .\n");
            out.write_all(line.as_bytes())?;
        }
    }
    Ok(())
}

fn push(line: &mut String, term: &Term) {
    match term {
        Term::NamedNode(node) => line.extend(["<", node.as_str(), ">"]),
        other => write!(line, "{other}").expect("strings take any text"),
    }
}

/// Terms by the bytes of their text, which orders lines: no term's text is the beginning of
/// another's, save where the other goes on with a byte greater than the blank that ends it.
pub(super) fn compare(a: &Term, b: &Term) -> Ordering {
    a.to_string().cmp(&b.to_string())
}
