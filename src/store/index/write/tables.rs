//! The tables of a segment, both orders of each, and what is counted beside them.
//!
//! Threads put them together out of those of the runs, one table's one order after another; this one
//! writes what they have made, in its order.

use super::rows::{Merging, Numbers};
use super::sets::Collected;
use super::sorted::{Pair, Table, ends, pair};
use crate::base::spill::{MemoryBudget, Spool};
use crate::store::index::read::id::Id;
use crate::store::index::read::sealed::Sealing;
use crate::store::index::read::segment;
use crate::store::index::read::segment::{Contents, Repeated, Stored};
use crate::store::index::read::snapshot::By;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

/// With fewer rows, a second thread is not worth its start.
const FEW: usize = 20_000;

/// Tables of one predicate out of several runs, and what the ids of each become.
pub(in crate::store::index) type Parts<'a> = Vec<(&'a Table, Numbers<'a>)>;

/// What else is to be said of a predicate.
#[derive(Default)]
pub(in crate::store::index) struct Change {
    /// What is taken away, as pairs of subject and object.
    pub(in crate::store::index) removed: Vec<Pair>,
    /// How often triples are said.
    pub(in crate::store::index) counts: BTreeMap<Pair, u32>,
}

/// Writes all tables, the sets and the counts.
pub(in crate::store::index) fn write<W: Write>(
    parts: &BTreeMap<Id, Parts<'_>>,
    mut changes: BTreeMap<Id, Change>,
    budget: &MemoryBudget,
    contents: &mut Contents,
    out: &mut Sealing<W>,
) -> io::Result<()> {
    let own = contents.dictionary.numbers();
    let (mut subjects, mut objects) = (Collected::new(own.clone()), Collected::new(own));
    let mut counting = Counting::new(budget);
    let tasks: Vec<_> =
        parts.values().flat_map(|parts| [(parts, By::Subject), (parts, By::Object)]).collect();
    let rows: usize = parts.values().flatten().map(|(table, _)| table.rows).sum();
    let workers = if rows < FEW && !cfg!(test) { 1 } else { budget.threads() };
    let predicates: BTreeSet<Id> = parts.keys().chain(changes.keys()).copied().collect();
    thread::scope(|scope| {
        // Each hands over what it has made in the order of the tasks, and is not far ahead.
        let ready: Vec<Receiver<_>> = (0..workers)
            .map(|worker| {
                let (sender, receiver) = sync_channel(1);
                let mut tasks = tasks.iter().skip(worker).step_by(workers);
                scope.spawn(move || {
                    tasks.all(|(parts, by)| sender.send(Columns::make(parts, *by, budget)).is_ok())
                });
                receiver
            })
            .collect();
        let mut made =
            (0..tasks.len()).map(|n| ready[n % workers].recv().expect("putting together does not panic"));
        for predicate in predicates {
            let Change { mut removed, counts } = changes.remove(&predicate).unwrap_or_default();
            let mut added = Stored::default();
            if parts.contains_key(&predicate) {
                let columns = made.next().expect("each table has two orders")?;
                added.rows = columns.rows;
                let repeated;
                (added.by_subject, added.subjects, repeated) =
                    columns.write(out, |key| subjects.note(key, predicate))?;
                counting.add(predicate, counts, repeated)?;
                let columns = made.next().expect("each table has two orders")?;
                (added.by_object, added.objects, _) =
                    columns.write(out, |key| objects.note(key, predicate))?;
            } else {
                counting.add(predicate, counts, Spool::new(budget))?;
                if removed.is_empty() {
                    continue;
                }
            }
            removed.sort_unstable();
            removed.dedup();
            let removed = write_removed(removed, budget, out)?;
            contents.tables.push(segment::Table { predicate: predicate.number(), added, removed });
        }
        Ok::<_, io::Error>(())
    })?;
    contents.subjects = subjects.write(out)?;
    contents.objects = objects.write(out)?;
    contents.repeated = counting.write(out)?;
    Ok(())
}

fn write_removed<W: Write>(
    mut pairs: Vec<Pair>,
    budget: &MemoryBudget,
    out: &mut Sealing<W>,
) -> io::Result<Stored> {
    let mut stored = Stored { rows: pairs.len(), ..Stored::default() };
    if pairs.is_empty() {
        return Ok(stored);
    }
    let columns = |pairs: &[Pair]| {
        let mut columns = Columns::new(budget);
        columns.add(pairs)?;
        Ok::<_, io::Error>(columns)
    };
    (stored.by_subject, stored.subjects, _) = columns(&pairs)?.write(out, |_| ())?;
    pairs.iter_mut().for_each(|pair| *pair = pair.rotate_left(32));
    pairs.sort_unstable();
    (stored.by_object, stored.objects, _) = columns(&pairs)?.write(out, |_| ())?;
    Ok(stored)
}

/// A table in one order, before it is written.
struct Columns<'b> {
    rows: usize,
    keys: Spool<'b>,
    values: Spool<'b>,
    /// Keys, values and how often, of what comes more than once.
    repeated: Spool<'b>,
    /// The last row, and how often it has come.
    last: Option<(Pair, u32)>,
    buffers: [Vec<u8>; 2],
}

impl<'b> Columns<'b> {
    fn new(budget: &'b MemoryBudget) -> Self {
        let [keys, values, repeated] = [(); 3].map(|()| Spool::new(budget));
        Self { rows: 0, keys, values, repeated, last: None, buffers: Default::default() }
    }

    fn make(parts: &Parts<'_>, by: By, budget: &'b MemoryBudget) -> io::Result<Self> {
        let mut merging = Merging::new(parts.iter().copied(), by, budget.block(2 * parts.len()));
        let mut columns = Self::new(budget);
        loop {
            match merging.next()? {
                [] => break,
                rows => columns.add(rows)?,
            }
        }
        columns.end_row()?;
        columns.buffers = Default::default();
        Ok(columns)
    }

    /// Adds rows in their order; one that comes again is counted.
    fn add(&mut self, rows: &[Pair]) -> io::Result<()> {
        self.buffers.iter_mut().for_each(Vec::clear);
        for row in rows {
            match &mut self.last {
                Some((last, count)) if last == row => *count = count.saturating_add(1),
                _ => {
                    self.end_row()?;
                    self.last = Some((*row, 1));
                    self.rows += 1;
                    let (key, value) = ends(*row);
                    self.buffers[0].extend(key.to_bytes());
                    self.buffers[1].extend(value.to_bytes());
                }
            }
        }
        self.keys.write(&self.buffers[0])?;
        self.values.write(&self.buffers[1])
    }

    fn end_row(&mut self) -> io::Result<()> {
        if let Some((row, count)) = self.last.filter(|(_, count)| *count > 1) {
            let (key, value) = ends(row);
            for id in [key, value, Id::from_number(count)] {
                self.repeated.write(&id.to_bytes())?;
            }
        }
        Ok(())
    }

    /// Writes keys, then values; each key is told once. Where, and how many keys are distinct.
    fn write<W: Write>(
        self,
        out: &mut Sealing<W>,
        mut note: impl FnMut(Id),
    ) -> io::Result<(usize, usize, Spool<'b>)> {
        out.align()?;
        let at = out.at();
        let mut distinct = 0;
        let mut last = None;
        self.keys.read(4, |part| {
            for key in part.as_chunks::<4>().0 {
                if last != Some(*key) {
                    last = Some(*key);
                    distinct += 1;
                    note(Id::from_bytes(*key));
                }
            }
            out.write(part)
        })?;
        self.values.read(4, |part| out.write(part))?;
        Ok((at, distinct, self.repeated))
    }
}

/// What is said more than once: predicates, subjects, objects, and how often.
struct Counting<'b> {
    columns: [Spool<'b>; 4],
    rows: usize,
}

impl<'b> Counting<'b> {
    fn new(budget: &'b MemoryBudget) -> Self {
        Self { columns: [(); 4].map(|()| Spool::new(budget)), rows: 0 }
    }

    /// `known`: what is said of it anyway; what was counted takes its place.
    fn add(&mut self, predicate: Id, mut known: BTreeMap<Pair, u32>, counted: Spool<'_>) -> io::Result<()> {
        let row = |row: &[[u8; 4]]| {
            let [s, o, count] = [0, 1, 2].map(|n| Id::from_bytes(row[n]));
            (pair(s, o), count.number())
        };
        if known.is_empty() {
            return counted.read(12, |part| {
                part.as_chunks::<4>()
                    .0
                    .chunks_exact(3)
                    .map(row)
                    .try_for_each(|(pair, count)| self.add_one(predicate, pair, count))
            });
        }
        counted.read(12, |part| {
            known.extend(part.as_chunks::<4>().0.chunks_exact(3).map(row));
            Ok(())
        })?;
        known.into_iter().try_for_each(|(pair, count)| self.add_one(predicate, pair, count))
    }

    fn add_one(&mut self, predicate: Id, pair: Pair, count: u32) -> io::Result<()> {
        self.rows += 1;
        let (subject, object) = ends(pair);
        let row = [predicate, subject, object, Id::from_number(count)];
        self.columns.iter_mut().zip(row).try_for_each(|(column, id)| column.write(&id.to_bytes()))
    }

    fn write<W: Write>(self, out: &mut Sealing<W>) -> io::Result<Repeated> {
        out.align()?;
        let (at, rows) = (out.at(), self.rows);
        for column in self.columns {
            column.read(4, |part| out.write(part))?;
        }
        Ok(Repeated { at, rows })
    }
}
