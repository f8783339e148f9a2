//! The triples of one predicate out of all runs, in one order.

use super::sorted::{Pair, Rows, Table, ends, pair};
use crate::store::index::read::id::Id;
use crate::store::index::read::snapshot::By;
use std::io;

/// What the ids of a run become in the segment.
#[derive(Clone, Copy)]
pub(in crate::store::index) struct Numbers<'a> {
    /// The number of the segment's first term, and of the run's.
    pub(in crate::store::index) first: u32,
    /// Which of the segment's terms each of the run's is.
    pub(in crate::store::index) ranks: &'a [u32],
}

impl Numbers<'_> {
    pub(in crate::store::index) fn of(self, id: Id) -> Id {
        match id.as_stored().and_then(|n| n.checked_sub(self.first)) {
            // What is of the state below, holds its value, or is of the segment already stays.
            Some(own) => self.ranks.get(own as usize).map_or(id, |rank| Id::stored(self.first + rank)),
            None => id,
        }
    }
}

/// The same rows of several runs as one, sorted; what is said twice comes twice.
///
/// They are put together by blocks: what is not above the end of any block is complete, and sorting
/// a few sorted pieces is merging them.
pub(in crate::store::index) struct Merging<'a> {
    parts: Vec<Part<'a>>,
    block: usize,
    bytes: Vec<u8>,
    sorted: Vec<Pair>,
}

struct Part<'a> {
    rows: &'a Rows,
    numbers: Numbers<'a>,
    /// Rows that are in no block yet: where they begin, and how many there are.
    next: usize,
    left: usize,
    block: Vec<Pair>,
    used: usize,
}

impl<'a> Merging<'a> {
    /// `block`: how much of each is in memory at once, in bytes.
    pub(in crate::store::index) fn new(
        tables: impl IntoIterator<Item = (&'a Table, Numbers<'a>)>,
        by: By,
        block: usize,
    ) -> Self {
        let part = |(table, numbers): (&'a Table, _)| {
            let rows = match by {
                By::Subject => &table.by_subject,
                By::Object => &table.by_object,
            };
            Part { rows, numbers, next: 0, left: table.rows, block: Vec::new(), used: 0 }
        };
        let parts = tables.into_iter().map(part).collect();
        Self { parts, block: (block / 8).max(1), bytes: Vec::new(), sorted: Vec::new() }
    }

    /// The next rows; none at the end.
    pub(in crate::store::index) fn next(&mut self) -> io::Result<&[Pair]> {
        self.sorted.clear();
        for part in &mut self.parts {
            part.fill(self.block, &mut self.bytes)?;
        }
        self.parts.retain(|part| part.used < part.block.len());
        let Some(end) = self.parts.iter().filter_map(|part| part.block.last()).min().copied() else {
            return Ok(&[]);
        };
        for part in &mut self.parts {
            let rest = &part.block[part.used..];
            let complete = rest.partition_point(|pair| *pair <= end);
            self.sorted.extend_from_slice(&rest[..complete]);
            part.used += complete;
        }
        if self.parts.len() > 1 {
            self.sorted.sort();
        }
        Ok(&self.sorted)
    }
}

impl Part<'_> {
    fn fill(&mut self, most: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
        if self.used < self.block.len() || self.left == 0 {
            return Ok(());
        }
        let numbers = self.numbers;
        let renumbered = |some: Pair| {
            let (first, second) = ends(some);
            pair(numbers.of(first), numbers.of(second))
        };
        let now = self.left.min(most);
        self.block.clear();
        self.used = 0;
        match self.rows {
            Rows::Memory(pairs) => {
                self.block.extend(pairs[self.next..self.next + now].iter().map(|some| renumbered(*some)));
            }
            Rows::File { file, at } => {
                bytes.resize(8 * now, 0);
                file.read_exact_at(bytes, at + 8 * self.next as u64)?;
                let (pairs, _) = bytes.as_chunks::<8>();
                self.block.extend(pairs.iter().map(|some| renumbered(Pair::from_le_bytes(*some))));
            }
        }
        self.next += now;
        self.left -= now;
        Ok(())
    }
}

/// Rows one after another, each once.
pub(in crate::store::index) struct Cursor<'a> {
    merging: Merging<'a>,
    block: Vec<Pair>,
    at: usize,
    last: Option<Pair>,
}

impl<'a> Cursor<'a> {
    pub(in crate::store::index) fn new(merging: Merging<'a>) -> Self {
        Self { merging, block: Vec::new(), at: 0, last: None }
    }

    /// The next row, and moves on.
    pub(in crate::store::index) fn next(&mut self) -> io::Result<Option<(Id, Id)>> {
        let next = self.peek()?;
        self.at += 1;
        self.last = next;
        Ok(next.map(ends))
    }

    /// The values of a key, and moves behind them; keys come in their order.
    pub(in crate::store::index) fn values(&mut self, key: Id, values: &mut Vec<Id>) -> io::Result<()> {
        values.clear();
        while let Some((at, value)) = self.peek()?.map(ends)
            && at <= key
        {
            if at == key {
                values.push(value);
            }
            self.next()?;
        }
        Ok(())
    }

    fn peek(&mut self) -> io::Result<Option<Pair>> {
        loop {
            match self.block.get(self.at) {
                Some(same) if self.last == Some(*same) => self.at += 1,
                Some(next) => return Ok(Some(*next)),
                None => {
                    let block = self.merging.next()?;
                    if block.is_empty() {
                        return Ok(None);
                    }
                    self.block.clear();
                    self.block.extend_from_slice(block);
                    self.at = 0;
                }
            }
        }
    }
}
