//! A run whose terms and triples are sorted: in memory, or in a temporary file.
//!
//! Its own terms are numbered in their order, behind those of the state below. What becomes of the
//! numbers when runs are put together never changes an order, so what is sorted here stays so.

use super::order;
use crate::base::spill::Spill;
use crate::store::index::read::id::Id;
use crate::store::index::read::key;
use rustc_hash::FxHashMap;
use std::io;
use std::sync::Arc;

/// Bytes that are gathered before they are handed to a spill.
const BUFFER: usize = 8 << 10;

/// A subject and an object, or the other way round, in a number that sorts as they do.
pub(in crate::store::index) type Pair = u64;

pub(in crate::store::index) fn pair(first: Id, second: Id) -> Pair {
    u64::from(first.number()) << 32 | u64::from(second.number())
}

pub(in crate::store::index) fn ends(pair: Pair) -> (Id, Id) {
    (Id::from_number((pair >> 32) as u32), Id::from_number(pair as u32))
}

/// Some of the terms and triples of a segment.
pub(in crate::store::index) struct Sorted {
    pub(in crate::store::index) terms: Terms,
    pub(in crate::store::index) tables: Vec<Table>,
}

/// Different terms in the order of their bytes.
pub(in crate::store::index) enum Terms {
    Memory {
        /// Their bytes, in another order.
        text: Vec<u8>,
        spans: Vec<(usize, u32)>,
    },
    /// What each shares with the one before and how much follows, 4 bytes each, and what follows.
    File { file: Arc<Spill>, at: u64, end: u64, terms: usize },
}

/// The triples of one predicate, in both orders. What was said twice is there twice.
pub(in crate::store::index) struct Table {
    pub(in crate::store::index) predicate: Id,
    pub(in crate::store::index) rows: usize,
    pub(in crate::store::index) by_subject: Rows,
    pub(in crate::store::index) by_object: Rows,
}

pub(in crate::store::index) enum Rows {
    Memory(Vec<Pair>),
    /// 8 bytes each.
    File {
        file: Arc<Spill>,
        at: u64,
    },
}

impl Terms {
    /// Writes terms that come in their order to a file.
    pub(in crate::store::index) fn spill<'k>(
        keys: impl ExactSizeIterator<Item = &'k [u8]>,
        spill: &Arc<Spill>,
    ) -> io::Result<Self> {
        let (at, terms) = (spill.len(), keys.len());
        let mut buffer = Vec::with_capacity(2 * BUFFER);
        let mut last: &[u8] = &[];
        for key in keys {
            let shared = key::common(last, key);
            buffer.extend((shared as u32).to_le_bytes());
            buffer.extend(((key.len() - shared) as u32).to_le_bytes());
            buffer.extend_from_slice(&key[shared..]);
            last = key;
            if buffer.len() >= BUFFER {
                spill.append(&buffer)?;
                buffer.clear();
            }
        }
        spill.append(&buffer)?;
        spill.flush()?;
        Ok(Self::File { file: Arc::clone(spill), at, end: spill.len(), terms })
    }

    /// How many there are.
    pub(in crate::store::index) fn len(&self) -> usize {
        match self {
            Self::Memory { spans, .. } => spans.len(),
            Self::File { terms, .. } => *terms,
        }
    }

    /// Begins to read them, with so much of a file in memory.
    pub(in crate::store::index) fn read(&self, block: usize) -> RunReader<'_> {
        let at = match self {
            Self::Memory { .. } => 0,
            Self::File { at, .. } => *at,
        };
        RunReader { terms: self, block, next: 0, at, buffer: Vec::new(), used: 0 }
    }
}

/// Terms as they are read.
pub(in crate::store::index) struct RunReader<'a> {
    terms: &'a Terms,
    block: usize,
    /// Which comes next.
    next: usize,
    /// Where what is in no buffer yet begins.
    at: u64,
    buffer: Vec<u8>,
    used: usize,
}

impl RunReader<'_> {
    /// Makes `key`, the term before, the next one; whether there is one.
    pub(in crate::store::index) fn next(&mut self, key: &mut Vec<u8>) -> io::Result<bool> {
        if self.next == self.terms.len() {
            return Ok(false);
        }
        match self.terms {
            Terms::Memory { text, spans } => {
                let (start, length) = spans[self.next];
                key.clear();
                key.extend_from_slice(&text[start..start + length as usize]);
            }
            Terms::File { file, end, .. } => {
                let (head, _) = self.bytes(8, file, *end)?.as_chunks::<4>();
                let [shared, length] = [head[0], head[1]].map(|n| u32::from_le_bytes(n) as usize);
                key.truncate(shared);
                key.extend_from_slice(self.bytes(length, file, *end)?);
            }
        }
        self.next += 1;
        Ok(true)
    }

    fn bytes(&mut self, length: usize, file: &Spill, end: u64) -> io::Result<&[u8]> {
        if self.buffer.len() - self.used < length {
            self.buffer.drain(..self.used);
            self.used = 0;
            let here = self.buffer.len();
            let more = (end - self.at).min(self.block.max(length - here) as u64);
            self.buffer.resize(here + more as usize, 0);
            file.read_exact_at(&mut self.buffer[here..], self.at)?;
            self.at += more;
        }
        let start = self.used;
        self.used += length;
        Ok(&self.buffer[start..self.used])
    }
}

/// Sorts triples into tables, which are in the order of no predicate.
pub(in crate::store::index) fn tables(
    triples: Vec<[Id; 3]>,
    number: impl Fn(Id) -> Id,
    spill: Option<&Arc<Spill>>,
) -> io::Result<Vec<Table>> {
    // Of each predicate, how many triples, and which number it has.
    let mut known: FxHashMap<Id, (usize, Id)> = FxHashMap::default();
    for [_, predicate, _] in &triples {
        known.entry(*predicate).or_insert_with(|| (0, number(*predicate))).0 += 1;
    }
    let mut predicates: Vec<(Id, usize)> = Vec::new();
    let mut groups: Vec<Vec<Pair>> = Vec::new();
    for (rows, predicate) in known.values_mut() {
        predicates.push((*predicate, groups.len()));
        groups.push(Vec::with_capacity(*rows));
        *rows = groups.len() - 1;
    }
    for [subject, predicate, object] in triples {
        groups[known[&predicate].0].push(pair(number(subject), number(object)));
    }
    predicates.sort_unstable();
    let mut tables = Vec::with_capacity(predicates.len());
    for (predicate, group) in predicates {
        let mut by_subject = std::mem::take(&mut groups[group]);
        // Documents are sorted by subject, so these come nearly so: this sort makes use of that.
        by_subject.sort();
        let by_object = order::turned(&by_subject);
        let rows = by_subject.len();
        let keep = |pairs| match spill {
            Some(spill) => write(pairs, spill),
            None => Ok(Rows::Memory(pairs)),
        };
        tables.push(Table { predicate, rows, by_subject: keep(by_subject)?, by_object: keep(by_object)? });
    }
    Ok(tables)
}

fn write(pairs: Vec<Pair>, spill: &Arc<Spill>) -> io::Result<Rows> {
    let at = spill.len();
    let mut buffer = Vec::with_capacity(BUFFER);
    for some in pairs.chunks(BUFFER / 8) {
        buffer.clear();
        some.iter().for_each(|pair| buffer.extend(pair.to_le_bytes()));
        spill.append(&buffer)?;
    }
    spill.flush()?;
    Ok(Rows::File { file: Arc::clone(spill), at })
}
