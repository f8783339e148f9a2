//! Turtle as a person would write it; the same text is TriG for the default graph, and in braces for others.
//!
//! <https://www.w3.org/TR/turtle/>. The same graph always gives the same bytes: subjects,
//! predicates and objects in the order of [`Order::Reading`](super::order::Order), only
//! prefixes that are used. Each predicate has a line of its own, and so has the full stop:
//! what is added or removed touches no neighbour's line.

mod literal;
mod shape;

use super::dataset::{Dataset, HEADER};
use super::format::Format;
use super::graph::{Graph, Id};
use super::prefixes::FilePrefixes;
use super::writer::GraphWriter;
use crate::model::vocab::rdf;
use oxigraph::io::RdfFormat;
use oxrdf::{NamedNodeRef, NamedOrBlankNodeRef, TermRef, TripleRef};
use shape::{Form, Shape};
use std::io::{self, Write};

/// Several objects share a line up to this many bytes, indentation not counted.
const WIDTH: usize = 90;

/// The writer of Turtle, and of TriG, which for the default graph is the same text.
pub(super) struct Turtle(pub(super) Format);

impl GraphWriter for Turtle {
    fn format(&self) -> Format {
        self.0
    }

    fn rdf_format(&self) -> RdfFormat {
        if self.0 == Format::TriG { RdfFormat::TriG } else { RdfFormat::Turtle }
    }

    fn write(&self, graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
        write(graph, out)
    }
}

fn write(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    let prefixes = FilePrefixes::of(graph);
    let shape = Shape::of(graph);
    let writer = Writer { graph, prefixes: &prefixes, shape: &shape };
    let text = declarations(&prefixes, &writer.used_prefixes());
    writer.write(text, out)
}

/// Writes named graphs as TriG, behind a header.
pub(super) fn write_dataset(dataset: &Dataset, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(HEADER.as_bytes())?;
    write_graphs(dataset, out)
}

/// Writes named graphs as TriG, behind the prefixes that they use.
pub(super) fn write_graphs(dataset: &Dataset, out: &mut dyn Write) -> io::Result<()> {
    let prefixes = FilePrefixes::of_all(dataset.graphs().map(|(_, graph)| graph));
    let shapes: Vec<Shape> = dataset.graphs().map(|(_, graph)| Shape::of(graph)).collect();
    let writers = || {
        let graphs = dataset.graphs().zip(&shapes);
        graphs.map(|((name, graph), shape)| (name, Writer { graph, prefixes: &prefixes, shape }))
    };
    let mut used = vec![false; prefixes.iter().count()];
    for (name, writer) in writers() {
        used.iter_mut().zip(writer.used_prefixes()).for_each(|(used, here)| *used |= here);
        writer.mark_prefixes(&mut used, name.into());
    }
    out.write_all(declarations(&prefixes, &used).as_bytes())?;
    for (name, writer) in writers() {
        let mut text = "\n".to_owned();
        writer.push_iri(&mut text, name.as_ref());
        text.push_str(" {\n");
        writer.write(text, out)?;
        out.write_all(b"}\n")?;
    }
    Ok(())
}

/// The prefixes that a file uses.
fn declarations(prefixes: &FilePrefixes, used: &[bool]) -> String {
    let mut text = String::new();
    for ((prefix, namespace), used) in prefixes.iter().zip(used) {
        if *used {
            text.extend(["@prefix ", prefix, ": <", namespace, "> .\n"]);
        }
    }
    text
}

struct Writer<'a> {
    graph: &'a Graph,
    prefixes: &'a FilePrefixes,
    shape: &'a Shape,
}

impl Writer<'_> {
    /// Writes the blocks of all subjects behind this text.
    fn write(&self, mut text: String, out: &mut dyn Write) -> io::Result<()> {
        let mut is_first = text.is_empty();
        for triples in self.graph.triples().chunk_by(|a, b| a[0] == b[0]) {
            if self.shape.form(triples[0][0]) == Form::Named {
                if !std::mem::take(&mut is_first) {
                    text.push('\n');
                }
                self.push_block(&mut text, triples);
                out.write_all(text.as_bytes())?;
                text.clear();
            }
        }
        Ok(())
    }

    /// Everything about one subject.
    fn push_block(&self, text: &mut String, triples: &[[Id; 3]]) {
        self.push_term(text, self.graph.term(triples[0][0]).as_ref());
        if self.graph.predicate(triples[0][1]) == rdf::TYPE {
            text.push(' ');
        } else {
            text.push_str("\n    ");
        }
        self.push_predicates(text, triples, 1);
        text.push_str(".\n");
    }

    /// A line a predicate; the first is where the text stands.
    fn push_predicates(&self, text: &mut String, triples: &[[Id; 3]], depth: usize) {
        for (at, objects) in triples.chunk_by(|a, b| a[1] == b[1]).enumerate() {
            if at > 0 {
                indent(text, depth);
            }
            match self.graph.predicate(objects[0][1]) {
                rdf::TYPE => text.push('a'),
                predicate => self.push_iri(text, predicate),
            }
            text.push(' ');
            self.push_objects(text, objects, depth);
            text.push_str(" ;\n");
        }
    }

    /// Objects on one line where they fit, else on a line each.
    fn push_objects(&self, text: &mut String, triples: &[[Id; 3]], depth: usize) {
        if let [[_, _, object]] = triples {
            return self.push_object(text, *object, depth);
        }
        let objects = triples.iter().map(|[_, _, object]| {
            let mut text = String::new();
            self.push_object(&mut text, *object, depth);
            text
        });
        let objects: Vec<String> = objects.collect();
        let fits = objects.iter().map(|object| object.len() + 2).sum::<usize>() <= WIDTH;
        for (at, object) in objects.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            if fits {
                text.push_str(if at > 0 { " " } else { "" });
            } else {
                text.truncate(text.trim_end_matches(' ').len());
                text.push('\n');
                indent(text, depth + 1);
            }
            text.push_str(object);
        }
    }

    fn push_object(&self, text: &mut String, object: Id, depth: usize) {
        match self.shape.form(object) {
            Form::Nested => {
                let triples = self.shape.triples(self.graph, object);
                if triples.is_empty() {
                    return text.push_str("[]");
                }
                text.push_str("[\n");
                indent(text, depth + 1);
                self.push_predicates(text, triples, depth + 1);
                indent(text, depth);
                text.push(']');
            }
            Form::List => {
                text.push_str("( ");
                for item in self.shape.items(self.graph, object) {
                    self.push_object(text, item, depth);
                    text.push(' ');
                }
                text.push(')');
            }
            Form::Named => match self.graph.term(object).as_ref() {
                TermRef::NamedNode(rdf::NIL) => text.push_str("()"),
                term => self.push_term(text, term),
            },
        }
    }

    fn push_term(&self, text: &mut String, term: TermRef<'_>) {
        match term {
            TermRef::NamedNode(iri) => self.push_iri(text, iri),
            TermRef::BlankNode(node) => text.extend(["_:", node.as_str()]),
            TermRef::Literal(literal) => {
                literal::push(text, literal, |text, datatype| self.push_iri(text, datatype));
            }
            TermRef::Triple(triple) => {
                let TripleRef { subject, predicate, object } = triple.as_ref();
                text.push_str("<<( ");
                self.push_term(text, subject.into());
                text.push(' ');
                self.push_iri(text, predicate);
                text.push(' ');
                self.push_term(text, object);
                text.push_str(" )>>");
            }
        }
    }

    fn push_iri(&self, text: &mut String, iri: NamedNodeRef<'_>) {
        match self.prefixes.split(iri.as_str()) {
            Some((prefix, local)) => text.extend([self.prefixes.prefix(prefix), ":", local]),
            None => text.extend(["<", iri.as_str(), ">"]),
        }
    }

    /// Which prefixes the text will need, found without writing it.
    fn used_prefixes(&self) -> Vec<bool> {
        let mut printed = vec![false; self.graph.terms().len()];
        for &[subject, predicate, object] in self.graph.triples() {
            printed[subject as usize] = true;
            let hidden = self.graph.predicate(predicate) == rdf::TYPE
                || self.shape.form(subject) == Form::List
                || self.shape.is_inner_cell(subject);
            printed[predicate as usize] |= !hidden;
            printed[object as usize] |= *self.graph.term(object) != rdf::NIL.into();
        }
        let mut used = vec![false; self.prefixes.iter().count()];
        for (_, term) in printed.iter().zip(self.graph.terms()).filter(|(printed, _)| **printed) {
            self.mark_prefixes(&mut used, term.as_ref());
        }
        used
    }

    fn mark_prefixes(&self, used: &mut [bool], term: TermRef<'_>) {
        let mut mark = |iri: NamedNodeRef<'_>| {
            if let Some((prefix, _)) = self.prefixes.split(iri.as_str()) {
                used[prefix] = true;
            }
        };
        match term {
            TermRef::NamedNode(iri) => mark(iri),
            TermRef::Literal(literal) => literal::datatype_to_write(literal).into_iter().for_each(mark),
            TermRef::BlankNode(_) => {}
            TermRef::Triple(triple) => {
                mark(triple.predicate.as_ref());
                if let NamedOrBlankNodeRef::NamedNode(subject) = triple.subject.as_ref() {
                    mark(subject);
                }
                self.mark_prefixes(used, triple.object.as_ref());
            }
        }
    }
}

fn indent(text: &mut String, depth: usize) {
    for _ in 0..depth {
        text.push_str("    ");
    }
}
