//! Blocks of lines brought together: graph by graph, in order, settled.

use super::block::{Block, Fault, MOST_FAULTS};
use super::dataset::{Dataset, Graph};
use super::lines::Sizes;
use super::settle::{DerivedFilter, Settled};
use super::sort::Sorter;
use crate::model::document::ContentPool;
use oxrdf::{BlankNode, GraphName, NamedNode};
use std::collections::HashMap;
use std::io;

/// Collector of blocks, which come in their order.
pub(super) struct Collector {
    /// Graphs by name, and their names in the order of their numbers; each as N-Quads has it, empty for the
    /// default graph.
    graphs: HashMap<String, usize>,
    pub(super) names: Vec<String>,
    in_order: bool,
    filter: DerivedFilter,
    sorter: Sorter,
    has_blank: bool,
    pub(super) has_star: bool,
    /// Each with the number of lines before it.
    pub(super) faults: Vec<(usize, Fault)>,
    line_feeds: usize,
    length: u64,
    short: u64,
}

impl Collector {
    pub(super) fn new(room: &ContentPool, sizes: Sizes) -> Self {
        Self {
            graphs: HashMap::new(),
            names: Vec::new(),
            in_order: true,
            filter: DerivedFilter::default(),
            sorter: Sorter::new(room.beside(0), sizes.run),
            has_blank: false,
            has_star: false,
            faults: Vec::new(),
            line_feeds: 0,
            length: 0,
            short: sizes.short,
        }
    }

    /// Takes a block of a chunk of this length. Whether more is wanted.
    pub(super) fn add(
        &mut self,
        length: usize,
        mut block: Block,
        room: &mut ContentPool,
    ) -> io::Result<bool> {
        self.length += length as u64;
        let faults = std::mem::take(&mut block.faults);
        self.faults.extend(faults.into_iter().map(|fault| (self.line_feeds + fault.line, fault)));
        self.line_feeds += block.line_feeds;
        self.has_star |= block.has_star;
        if self.has_star {
            return Ok(false);
        }
        if !self.faults.is_empty() {
            return Ok(self.faults.len() < MOST_FAULTS || self.length <= self.short);
        }
        let numbers: Vec<usize> = block.graphs.drain(..).map(|name| self.number(name)).collect();
        self.has_blank |= block.has_blank;
        self.filter.has_blank = self.has_blank;
        block.sections.iter_mut().for_each(|(graph, _)| *graph = numbers[*graph]);
        block.sections.sort_unstable_by_key(|(graph, _)| *graph);
        if self.in_order {
            let is_next = block
                .sections
                .first()
                .is_none_or(|(graph, lines)| self.filter.is_next(*graph, &block.lines[lines.clone()]));
            if is_next {
                for (graph, lines) in block.sections {
                    self.filter.take(graph, &block.lines[lines], room)?;
                }
                return Ok(true);
            }
            self.in_order = false;
            for (graph, run) in self.filter.give_back(room)? {
                self.sorter.add_run(graph, run);
            }
        }
        self.sorter.add(block)?;
        Ok(true)
    }

    fn number(&mut self, name: String) -> usize {
        let next = self.names.len();
        *self.graphs.entry(name).or_insert_with_key(|name| {
            self.names.push(name.clone());
            next
        })
    }

    /// The graphs, settled.
    pub(super) fn end(mut self, room: &mut ContentPool) -> io::Result<Dataset> {
        if !self.in_order {
            self.filter.has_blank = self.has_blank;
            self.sorter.all(&mut |graph, lines| self.filter.take(graph, lines, room))?;
        }
        let settled = self.filter.end(room)?;
        let renamed = self.filter.renamed;
        let mut settled = settled.into_iter().peekable();
        let graph = |(number, name): (usize, String)| Graph {
            name: graph_name(&name),
            settled: match settled.next_if(|settled| settled.graph == number) {
                Some(settled) => settled,
                None => Settled::empty(number),
            },
        };
        let graphs = self.names.into_iter().enumerate().map(graph).collect();
        Ok(Dataset { graphs, statements: 0, renamed, warnings: Vec::new() })
    }
}

/// The name of a graph as N-Quads has it; none for the default graph.
fn graph_name(name: &str) -> GraphName {
    if let Some(iri) = name.strip_prefix('<').and_then(|name| name.strip_suffix('>')) {
        NamedNode::new_unchecked(iri).into()
    } else if let Some(label) = name.strip_prefix("_:") {
        BlankNode::new_unchecked(label).into()
    } else {
        GraphName::DefaultGraph
    }
}
