//! Segments in the making: the terms of all runs become one dictionary, their triples tables.
//!
//! Runs are sorted, in memory or in files; so everything here is read from beginning to end and
//! written from beginning to end, and little of it is in memory at any time. What is:
//! 4 bytes for each term of each run (which number it has), and 8 for each term of the segment (its sets).

use super::derive::Names;
use super::rows::{Cursor, Merging, Numbers};
use super::run::Run;
use super::sorted::{Sorted, Table, pair, tables};
use super::tables::{Change, Parts};
use crate::base::spill::{MemoryBudget, Spill};
use crate::store::index::read::dictionary;
use crate::store::index::read::id::Id;
use crate::store::index::read::sealed::Sealing;
use crate::store::index::read::segment::{Contents, Segment};
use crate::store::index::read::snapshot::{By, Snapshot};
use oxrdf::Triple;
use std::cmp::Ordering;
use std::collections::binary_heap::PeekMut;
use std::collections::{BTreeMap, BinaryHeap};
use std::io::{self, Write};
use std::sync::Arc;

/// What a segment is made of.
pub(in crate::store::index) struct Material<'a> {
    /// The number of its first term.
    pub(in crate::store::index) first: u32,
    /// What it adds. A triple that comes several times is added once and counted.
    pub(in crate::store::index) runs: Vec<Run<'a>>,
    /// What it takes away, in ids of the state below.
    pub(in crate::store::index) removed: Vec<[Id; 3]>,
    /// How often triples are said, in ids of the first run; what is counted itself comes before.
    pub(in crate::store::index) counts: Vec<([Id; 3], u32)>,
}

impl Material<'_> {
    /// Writes it.
    pub(in crate::store::index) fn write<W: Write>(self, out: &mut Sealing<W>) -> io::Result<Contents> {
        let Self { first, runs, removed, mut counts } = self;
        let mut sorted = Vec::with_capacity(runs.len());
        for run in runs {
            let (run, places) = run.sort(None)?;
            if sorted.is_empty() {
                counts.iter_mut().for_each(|(ids, _)| *ids = ids.map(|id| places.of(id)));
            }
            sorted.push(run);
        }
        Sources { first, runs: sorted, removed, counts, names: None }.write(&MemoryBudget::none(), out)
    }
}

/// The snapshot of these triples, in memory; one that comes twice counts once.
pub(in crate::store::index) fn snapshot(triples: impl IntoIterator<Item = Triple>) -> Snapshot {
    let mut run = Run::new(None);
    for triple in triples {
        run.add(triple.as_ref()).expect("nothing is below that could be damaged");
    }
    let mut out = Sealing::new(Vec::new());
    let material = Material { first: 0, runs: vec![run], removed: Vec::new(), counts: Vec::new() };
    let contents = material.write(&mut out).expect("memory takes whatever is written");
    Snapshot::of_segments(vec![Arc::new(Segment::in_memory(out.into_inner(), contents))])
}

/// The same with its runs sorted.
pub(in crate::store::index) struct Sources {
    pub(in crate::store::index) first: u32,
    pub(in crate::store::index) runs: Vec<Sorted>,
    pub(in crate::store::index) removed: Vec<[Id; 3]>,
    pub(in crate::store::index) counts: Vec<([Id; 3], u32)>,
    /// Names for the direct triples that follow, in ids of the first run.
    pub(in crate::store::index) names: Option<Names>,
}

impl Sources {
    pub(in crate::store::index) fn write<W: Write>(
        self,
        budget: &MemoryBudget,
        out: &mut Sealing<W>,
    ) -> io::Result<Contents> {
        let mut contents = Contents::default();
        let Self { first, runs, removed, counts, names } = self;
        let ranks = number(first, &runs, budget, &mut contents, out)?;
        let numbers = |run: usize| Numbers { first, ranks: &ranks[run] };
        let mut parts: BTreeMap<Id, Parts<'_>> = BTreeMap::new();
        for (n, run) in runs.iter().enumerate() {
            for table in &run.tables {
                parts.entry(numbers(n).of(table.predicate)).or_default().push((table, numbers(n)));
            }
        }
        let direct = match names {
            Some(names) => direct(&names.map(&|id| numbers(0).of(id)), &parts, &contents, budget)?,
            None => Vec::new(),
        };
        for table in &direct {
            parts.entry(table.predicate).or_default().push((table, Numbers { first, ranks: &[] }));
        }
        let mut changes: BTreeMap<Id, Change> = BTreeMap::new();
        for [s, p, o] in removed {
            changes.entry(p).or_default().removed.push(pair(s, o));
        }
        for (ids, count) in counts {
            let [s, p, o] = ids.map(|id| if runs.is_empty() { id } else { numbers(0).of(id) });
            changes.entry(p).or_default().counts.insert(pair(s, o), count);
        }
        super::tables::write(&parts, changes, budget, &mut contents, out)?;
        Ok(contents)
    }
}

/// Writes the dictionary; for each run, which of the segment's terms its terms are.
pub(in crate::store::index) fn number<W: Write>(
    first: u32,
    runs: &[Sorted],
    budget: &MemoryBudget,
    contents: &mut Contents,
    out: &mut Sealing<W>,
) -> io::Result<Vec<Vec<u32>>> {
    let mut ranks: Vec<Vec<u32>> = runs.iter().map(|run| Vec::with_capacity(run.terms.len())).collect();
    let mut readings: Vec<_> = runs.iter().map(|run| run.terms.read(budget.block(runs.len()))).collect();
    let mut heads = BinaryHeap::with_capacity(runs.len());
    for (run, reading) in readings.iter_mut().enumerate() {
        let mut key = Vec::new();
        if reading.next(&mut key)? {
            heads.push(Head { key, run });
        }
    }
    let mut writer = dictionary::Writer::new(first, out);
    while let Some(mut head) = heads.peek_mut() {
        let number = match writer.last(&head.key) {
            Some(number) => number,
            None => writer.add(&head.key, out)?,
        };
        let run = head.run;
        ranks[run].push(number - first);
        if !readings[run].next(&mut head.key)? {
            PeekMut::pop(head);
        }
    }
    contents.dictionary = writer.finish(out)?;
    Ok(ranks)
}

/// The next term of a run: the greatest head has the smallest.
#[derive(PartialEq, Eq)]
struct Head {
    key: Vec<u8>,
    run: usize,
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        (&other.key, other.run).cmp(&(&self.key, self.run))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The direct triples that follow from these tables.
fn direct(
    names: &Names,
    parts: &BTreeMap<Id, Parts<'_>>,
    contents: &Contents,
    budget: &MemoryBudget,
) -> io::Result<Vec<Table>> {
    let block = budget.block(4 * parts.values().map(Vec::len).max().unwrap_or(0));
    let cursor = |predicate| {
        Cursor::new(Merging::new(parts.get(&predicate).into_iter().flatten().copied(), By::Subject, block))
    };
    let is_resource = |id: Id| id.as_stored().is_some_and(|n| contents.dictionary.is_resource(n));
    // As for a run: so many fit.
    let most = budget.run() / size_of::<[Id; 3]>();
    let (mut all, mut some) = (Vec::new(), Vec::new());
    let mut spill: Option<Arc<Spill>> = None;
    names.derive(cursor, is_resource, |triple| {
        some.push(triple);
        if some.len() <= most || budget.is_none() {
            return Ok(());
        }
        if spill.is_none() {
            spill = Some(Arc::new(Spill::new(budget)?));
        }
        all.extend(tables(std::mem::take(&mut some), |id| id, spill.as_ref())?);
        Ok(())
    })?;
    all.extend(tables(some, |id| id, spill.as_ref())?);
    Ok(all)
}

/// Writes ids one after another.
pub(in crate::store::index) fn write_ids<W: Write>(
    ids: impl Iterator<Item = Id>,
    out: &mut Sealing<W>,
) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(16 << 10);
    for id in ids {
        buffer.extend(id.to_bytes());
        if buffer.len() == 16 << 10 {
            out.write(&buffer)?;
            buffer.clear();
        }
    }
    out.write(&buffer)
}
