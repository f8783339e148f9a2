//! Segments in the making: the terms of all runs become one dictionary, their triples tables.
//!
//! Runs are sorted, in memory or in files; so everything here is read from beginning to end and
//! written from beginning to end, and little of it is in memory at any time. What is:
//! 4 bytes for each term of each run (which number it has), and 8 for each term of the segment (its sets).

use super::derive::Names;
use super::dictionary;
use super::id::Id;
use super::rows::{Cursor, Merging, Numbers};
use super::run::Run;
use super::sealed::Sealing;
use super::segment::{self, Contents, Repeated, Stored};
use super::sets::Collected;
use super::snapshot::By;
use super::sorted::{Pair, Sorted, Table, ends, pair, tables};
use super::spill::{Bounds, Spill, Spool};
use std::cmp::Ordering;
use std::collections::binary_heap::PeekMut;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::io::{self, Write};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

/// With fewer rows, a second thread is not worth its start.
const FEW: usize = 20_000;

/// What a segment is made of.
pub(super) struct Material<'a> {
    /// The number of its first term.
    pub(super) first: u32,
    /// What it adds. A triple that comes several times is added once and counted.
    pub(super) runs: Vec<Run<'a>>,
    /// What it takes away, in ids of the state below.
    pub(super) removed: Vec<[Id; 3]>,
    /// How often triples are said, in ids of the first run; what is counted itself comes before.
    pub(super) counts: Vec<([Id; 3], u32)>,
}

impl Material<'_> {
    /// Writes it.
    pub(super) fn write<W: Write>(self, out: &mut Sealing<W>) -> io::Result<Contents> {
        let Self { first, runs, removed, mut counts } = self;
        let mut sorted = Vec::with_capacity(runs.len());
        for run in runs {
            let (run, places) = run.sort(None)?;
            if sorted.is_empty() {
                counts.iter_mut().for_each(|(ids, _)| *ids = ids.map(|id| places.of(id)));
            }
            sorted.push(run);
        }
        Sources { first, runs: sorted, removed, counts, names: None }.write(&Bounds::none(), out)
    }
}

/// The same with its runs sorted.
pub(super) struct Sources {
    pub(super) first: u32,
    pub(super) runs: Vec<Sorted>,
    pub(super) removed: Vec<[Id; 3]>,
    pub(super) counts: Vec<([Id; 3], u32)>,
    /// Names for the direct triples that follow, in ids of the first run.
    pub(super) names: Option<Names>,
}

/// Tables of one predicate out of several runs, and what the ids of each become.
type Parts<'a> = Vec<(&'a Table, Numbers<'a>)>;

impl Sources {
    pub(super) fn write<W: Write>(self, bounds: &Bounds, out: &mut Sealing<W>) -> io::Result<Contents> {
        let mut contents = Contents::default();
        let Self { first, runs, removed, counts, names } = self;
        let ranks = number(first, &runs, bounds, &mut contents, out)?;
        let numbers = |run: usize| Numbers { first, ranks: &ranks[run] };
        let mut parts: BTreeMap<Id, Parts<'_>> = BTreeMap::new();
        for (n, run) in runs.iter().enumerate() {
            for table in &run.tables {
                parts.entry(numbers(n).of(table.predicate)).or_default().push((table, numbers(n)));
            }
        }
        let direct = match names {
            Some(names) => direct(&names.map(&|id| numbers(0).of(id)), &parts, &contents, bounds)?,
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
        write_tables(&parts, changes, bounds, &mut contents, out)?;
        Ok(contents)
    }
}

/// What else is to be said of a predicate.
#[derive(Default)]
struct Change {
    removed: Vec<Pair>,
    counts: BTreeMap<Pair, u32>,
}

/// Writes the dictionary; for each run, which of the segment's terms its terms are.
fn number<W: Write>(
    first: u32,
    runs: &[Sorted],
    bounds: &Bounds,
    contents: &mut Contents,
    out: &mut Sealing<W>,
) -> io::Result<Vec<Vec<u32>>> {
    let mut ranks: Vec<Vec<u32>> = runs.iter().map(|run| Vec::with_capacity(run.terms.len())).collect();
    let mut readings: Vec<_> = runs.iter().map(|run| run.terms.read(bounds.block(runs.len()))).collect();
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
    bounds: &Bounds,
) -> io::Result<Vec<Table>> {
    let block = bounds.block(4 * parts.values().map(Vec::len).max().unwrap_or(0));
    let cursor = |predicate| {
        Cursor::new(Merging::new(parts.get(&predicate).into_iter().flatten().copied(), By::Subject, block))
    };
    let is_resource = |id: Id| id.as_stored().is_some_and(|n| contents.dictionary.is_resource(n));
    // As for a run: so many fit.
    let most = bounds.run() / size_of::<[Id; 3]>();
    let (mut all, mut some) = (Vec::new(), Vec::new());
    let mut spill = None;
    names.derive(cursor, is_resource, |triple| {
        some.push(triple);
        if some.len() <= most || bounds.is_none() {
            return Ok(());
        }
        if spill.is_none() {
            spill = Some(Spill::new(bounds)?);
        }
        all.extend(tables(std::mem::take(&mut some), |id| id, spill.as_mut())?);
        Ok(())
    })?;
    all.extend(tables(some, |id| id, spill.as_mut())?);
    Ok(all)
}

/// Writes all tables, the sets and the counts.
fn write_tables<W: Write>(
    parts: &BTreeMap<Id, Parts<'_>>,
    mut changes: BTreeMap<Id, Change>,
    bounds: &Bounds,
    contents: &mut Contents,
    out: &mut Sealing<W>,
) -> io::Result<()> {
    let own = contents.dictionary.numbers();
    let (mut subjects, mut objects) = (Collected::new(own.clone()), Collected::new(own));
    let mut counting = Counting::new(bounds);
    let tasks: Vec<_> =
        parts.values().flat_map(|parts| [(parts, By::Subject), (parts, By::Object)]).collect();
    let rows: usize = parts.values().flatten().map(|(table, _)| table.rows).sum();
    let workers = if rows < FEW && !cfg!(test) { 1 } else { bounds.threads };
    let predicates: BTreeSet<Id> = parts.keys().chain(changes.keys()).copied().collect();
    thread::scope(|scope| {
        // Each hands over what it has made in the order of the tasks, and is not far ahead.
        let ready: Vec<Receiver<_>> = (0..workers)
            .map(|worker| {
                let (sender, receiver) = sync_channel(1);
                let mut tasks = tasks.iter().skip(worker).step_by(workers);
                scope.spawn(move || {
                    tasks.all(|(parts, by)| sender.send(Columns::make(parts, *by, bounds)).is_ok())
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
                counting.add(predicate, counts, Spool::new(bounds))?;
                if removed.is_empty() {
                    continue;
                }
            }
            removed.sort_unstable();
            removed.dedup();
            let removed = write_removed(removed, bounds, out)?;
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
    bounds: &Bounds,
    out: &mut Sealing<W>,
) -> io::Result<Stored> {
    let mut stored = Stored { rows: pairs.len(), ..Stored::default() };
    if pairs.is_empty() {
        return Ok(stored);
    }
    let columns = |pairs: &[Pair]| {
        let mut columns = Columns::new(bounds);
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
    fn new(bounds: &'b Bounds) -> Self {
        let [keys, values, repeated] = [(); 3].map(|()| Spool::new(bounds));
        Self { rows: 0, keys, values, repeated, last: None, buffers: Default::default() }
    }

    fn make(parts: &Parts<'_>, by: By, bounds: &'b Bounds) -> io::Result<Self> {
        let mut merging = Merging::new(parts.iter().copied(), by, bounds.block(2 * parts.len()));
        let mut columns = Self::new(bounds);
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
        self.keys.read(|part| {
            for key in part.as_chunks::<4>().0 {
                if last != Some(*key) {
                    last = Some(*key);
                    distinct += 1;
                    note(Id::from_bytes(*key));
                }
            }
            out.write(part)
        })?;
        self.values.read(|part| out.write(part))?;
        Ok((at, distinct, self.repeated))
    }
}

/// What is said more than once: predicates, subjects, objects, and how often.
struct Counting<'b> {
    columns: [Spool<'b>; 4],
    rows: usize,
}

impl<'b> Counting<'b> {
    fn new(bounds: &'b Bounds) -> Self {
        Self { columns: [(); 4].map(|()| Spool::new(bounds)), rows: 0 }
    }

    /// `known`: what is said of it anyway; what was counted takes its place.
    fn add(&mut self, predicate: Id, mut known: BTreeMap<Pair, u32>, counted: Spool<'_>) -> io::Result<()> {
        let row = |row: &[[u8; 4]]| {
            let [s, o, count] = [0, 1, 2].map(|n| Id::from_bytes(row[n]));
            (pair(s, o), count.number())
        };
        if known.is_empty() {
            return counted.read(|part| {
                part.as_chunks::<4>()
                    .0
                    .chunks_exact(3)
                    .map(row)
                    .try_for_each(|(pair, count)| self.add_one(predicate, pair, count))
            });
        }
        counted.read(|part| {
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
            column.read(|part| out.write(part))?;
        }
        Ok(Repeated { at, rows })
    }
}

/// Writes ids one after another.
pub(super) fn write_ids<W: Write>(ids: impl Iterator<Item = Id>, out: &mut Sealing<W>) -> io::Result<()> {
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
