//! What a page reads: a number of steps that depends on the page, and not on the graph around it.

use super::*;
use crate::model::registry::Kind;
use crate::model::vocab::DEFAULT_BASE;
use crate::store::graph::Triples;
use crate::store::index::{Index, Languages};
use crate::store::names;
use oxrdf::{NamedOrBlankNodeRef, TermRef, Triple};
use std::sync::atomic::{AtomicUsize, Ordering};

/// An index that counts patterns, and the triples and things that they give.
struct Counting<'i> {
    index: &'i Index,
    steps: AtomicUsize,
}

impl Counting<'_> {
    fn count(&self, steps: usize) {
        self.steps.fetch_add(steps, Ordering::Relaxed);
    }
}

impl GraphReader for Counting<'_> {
    fn matching(
        &self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
    ) -> Triples<'_> {
        self.count(1);
        Box::new(self.index.matching(subject, predicate, object).inspect(|_| self.count(1)))
    }

    fn called(&self, name: &str) -> Vec<NamedNode> {
        let things = self.index.called(name).unwrap();
        self.count(1 + things.len());
        things
    }

    fn having(&self, class: NamedNodeRef<'_>, property: NamedNodeRef<'_>) -> Vec<NamedNode> {
        let things = self.index.having(class, property).unwrap();
        self.count(1 + things.len());
        things
    }

    fn languages(&self) -> Option<&Languages> {
        self.index.languages()
    }
}

/// Positions of as many parties and as many articles, and three of one party more.
fn graph(positions: usize) -> Index {
    let ns = stp::NAMESPACE;
    let mut text = format!(
        "@prefix : <{DEFAULT_BASE}> . @prefix stp: <{ns}> . @prefix skos: <{}> . @prefix dcterms: <{}> .\n",
        "http://www.w3.org/2004/02/skos/core#", "http://purl.org/dc/terms/",
    );
    let own = (0..3).map(|n| (n, "seven".to_owned()));
    for (n, party) in own.chain((10..10 + positions).map(|n| (n, n.to_string()))) {
        text += &format!(
            "<{DEFAULT_BASE}actor/party-{party}> a stp:Actor ; skos:prefLabel \"Party number {party}\"@en .\n\
             <{DEFAULT_BASE}issue/i{n}> a stp:Issue ; skos:prefLabel \"Bridge {n} is built\"@en .\n\
             <{DEFAULT_BASE}article/a{n}> a stp:Article ; dcterms:title \"News of bridge {n}\"@en .\n\
             <{DEFAULT_BASE}position/party-{party}-i{n}-{n:08x}{n:08x}> a stp:Position ; stp:stance stp:Supports ;\n\
               stp:actor <{DEFAULT_BASE}actor/party-{party}> ; stp:issue <{DEFAULT_BASE}issue/i{n}> .\n"
        );
    }
    let parser = oxigraph::io::RdfParser::from_format(oxigraph::io::RdfFormat::Turtle);
    Index::from_triples(parser.for_slice(text.as_bytes()).map(|quad| Triple::from(quad.unwrap())))
}

fn steps(index: &Index, name: &str) -> (usize, Page) {
    let counting = Counting { index, steps: AtomicUsize::new(0) };
    let kinds = [Kind::Actor, Kind::Issue, Kind::Article, Kind::Position, Kind::Post, Kind::Topic];
    let thing = names::one_of(&counting, &kinds, name).unwrap();
    let page = Page::of(&counting, &thing.iri).unwrap().unwrap();
    (counting.steps.into_inner(), page)
}

#[test]
fn a_page_reads_what_it_needs_whatever_the_graph_holds_besides() {
    let (small, large) = (graph(5), graph(2_000));
    for name in [
        "Party number seven",
        "PARTY  number seven",
        "party-seven",
        "Bridge 1 is built",
        "00000002",
        "party-seven-i2-0000000200000002",
    ] {
        let ((few, page), (many, same)) = (steps(&small, name), steps(&large, name));
        assert_eq!(page, same, "{name}");
        assert_eq!(few, many, "{name}: {few} steps in a small graph, {many} in a large one");
        assert!(few < 500, "{name}: {few} steps");
    }
}

#[test]
fn a_part_of_a_name_is_sought_without_a_look_up_for_each_position() {
    let (thousand, more) = (steps(&graph(1_000), "number seven").0, steps(&graph(2_000), "number seven").0);
    // Each position comes with an actor, an issue and an article, whose names are read.
    assert!(more - thousand < 1_000 * 60, "{} steps for a thousand positions more", more - thousand);
}
