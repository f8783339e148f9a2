//! Lines of more than memory holds, put in order: sorted runs are written to a temporary file, and merged.

use super::block::Block;
use crate::model::document::{Content, ContentPool, Cursor};
use std::collections::BTreeMap;
use std::io;

/// What has come in no order, graph by graph.
pub(super) struct Sorter {
    room: ContentPool,
    /// Runs by graph.
    runs: BTreeMap<usize, Vec<Content>>,
    /// Blocks that are no run yet.
    blocks: Vec<Block>,
    bytes: usize,
    /// A run is made of so many bytes of blocks.
    most: usize,
}

impl Sorter {
    pub(super) fn new(room: ContentPool, most: usize) -> Self {
        Self { room, runs: BTreeMap::new(), blocks: Vec::new(), bytes: 0, most }
    }

    /// Takes lines that are in order already.
    pub(super) fn add_run(&mut self, graph: usize, run: Content) {
        self.runs.entry(graph).or_default().push(run);
    }

    /// Takes a block, whose graphs have the numbers of all.
    pub(super) fn add(&mut self, block: Block) -> io::Result<()> {
        self.bytes += block.lines.len();
        self.blocks.push(block);
        if self.bytes < self.most { Ok(()) } else { self.make_run() }
    }

    fn make_run(&mut self) -> io::Result<()> {
        let blocks = std::mem::take(&mut self.blocks);
        self.bytes = 0;
        for (graph, cursors) in cursors(&blocks) {
            let mut run = self.room.begin();
            merge(cursors, &mut |lines| run.write(lines, &mut self.room))?;
            let run = run.end(&mut self.room)?;
            self.add_run(graph, run);
        }
        Ok(())
    }

    /// Gives all lines, each once, in the order of graphs and lines.
    pub(super) fn all(self, take: &mut dyn FnMut(usize, &[u8]) -> io::Result<()>) -> io::Result<()> {
        let mut all = cursors(&self.blocks);
        for (graph, runs) in &self.runs {
            let cursors = all.entry(*graph).or_default();
            for run in runs {
                cursors.push(Source::Run(run));
            }
        }
        for (graph, cursors) in all {
            merge(cursors, &mut |lines| take(graph, lines))?;
        }
        Ok(())
    }
}

/// Where sorted lines are.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    Lines(&'a [u8]),
    Run(&'a Content),
}

fn cursors(blocks: &[Block]) -> BTreeMap<usize, Vec<Source<'_>>> {
    let mut all: BTreeMap<usize, Vec<Source<'_>>> = BTreeMap::new();
    for block in blocks {
        for (graph, lines) in &block.sections {
            all.entry(*graph).or_default().push(Source::Lines(&block.lines[lines.clone()]));
        }
    }
    all
}

/// Gives the lines of several sorted sources in their order, each once: one or more at a time.
pub(super) fn merge(
    sources: Vec<Source<'_>>,
    take: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let mut cursors = Vec::with_capacity(sources.len());
    for source in sources {
        let cursor = match source {
            Source::Lines(lines) => Cursor::of_lines(lines),
            Source::Run(run) => Cursor::new(run.pieces())?,
        };
        if cursor.line().is_some() {
            cursors.push(cursor);
        }
    }
    // A heap with the least line on top.
    let mut heap: Vec<usize> = (0..cursors.len()).collect();
    for at in (0..heap.len() / 2).rev() {
        sink(&mut heap, &cursors, at);
    }
    let mut last: Vec<u8> = Vec::new();
    while let [top, ..] = heap[..] {
        let cursor = &mut cursors[top];
        let line = cursor.line().expect("what has no line is not in the heap");
        let is_new = line != last;
        if heap.len() == 1 {
            if !is_new {
                cursor.advance()?;
            }
            while cursor.line().is_some() {
                take(cursor.at_hand())?;
                cursor.skip()?;
            }
            return Ok(());
        }
        if is_new {
            take(line)?;
            last.clear();
            last.extend_from_slice(line);
        }
        cursor.advance()?;
        if cursor.line().is_none() {
            heap.swap_remove(0);
        }
        sink(&mut heap, &cursors, 0);
    }
    Ok(())
}

fn sink(heap: &mut [usize], cursors: &[Cursor<'_>], mut at: usize) {
    let line = |heap: &[usize], at: usize| cursors[heap[at]].line();
    loop {
        let mut least = at;
        for child in [2 * at + 1, 2 * at + 2] {
            if child < heap.len() && line(heap, child) < line(heap, least) {
                least = child;
            }
        }
        if least == at {
            return;
        }
        heap.swap(at, least);
        at = least;
    }
}
