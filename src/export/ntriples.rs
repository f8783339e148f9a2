//! N-Triples, and N-Quads, which for one default graph is the same text, and has a fourth term for others.
//!
//! Canonical: one line a triple, sorted by bytes, as `document::ntriples` has it; written
//! from numbered terms, which spares a copy of the whole in memory.

use super::dataset::{Dataset, HEADER};
use super::format::Format;
use super::graph::Graph;
use super::order::Order;
use super::writer::GraphWriter;
use oxigraph::io::RdfFormat;
use oxrdf::Term;
use std::fmt::Write as _;
use std::io::{self, Write};

/// The writer of N-Triples, and of N-Quads.
pub(super) struct NTriples(pub(super) Format);

impl GraphWriter for NTriples {
    fn format(&self) -> Format {
        self.0
    }

    fn rdf_format(&self) -> RdfFormat {
        if self.0 == Format::NQuads { RdfFormat::NQuads } else { RdfFormat::NTriples }
    }

    fn order(&self) -> Order {
        Order::Bytes
    }

    fn write(&self, graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
        write(graph, out)
    }
}

fn write(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    write_lines(graph, " .\n", out)
}

/// Writes named graphs as N-Quads.
pub(super) fn write_dataset(dataset: &Dataset, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(HEADER.as_bytes())?;
    dataset.graphs().try_for_each(|(name, graph)| write_lines(graph, &format!(" {name} .\n"), out))
}

/// Writes a line a triple, each with this end.
fn write_lines(graph: &Graph, end: &str, out: &mut dyn Write) -> io::Result<()> {
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
            line.push_str(end);
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
