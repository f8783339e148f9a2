//! Segments in the making: terms are sorted and numbered, triples sorted twice and written.

use super::derive::Names;
use super::dictionary::{self, Dictionary};
use super::id::Id;
use super::run::Run;
use super::sealed::Sealing;
use super::segment::{Contents, Repeated, Sets, Stored, Table};
use super::snapshot::By;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::io::{self, Write};

/// A subject and an object, or the other way round, in a number that sorts as they do.
type Pair = u64;

fn pair(first: Id, second: Id) -> Pair {
    u64::from(first.number()) << 32 | u64::from(second.number())
}

pub(super) fn ends(pair: Pair) -> (Id, Id) {
    (Id::from_number((pair >> 32) as u32), Id::from_number(pair as u32))
}

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

/// The tables of a segment while they are put together, by predicate.
pub(super) type Tables = BTreeMap<Id, Vec<Pair>>;

impl Material<'_> {
    /// Writes it, with the direct triples that follow from it. The first run knows the names.
    pub(super) fn write_with_direct<W: Write>(
        self,
        names: &Names,
        out: &mut Sealing<W>,
    ) -> io::Result<Contents> {
        self.write(out, |tables, dictionary, to| {
            let is_resource = |id: Id| id.as_stored().is_some_and(|n| dictionary.is_resource(n));
            names.map(to).derive(tables, &is_resource);
        })
    }

    /// Writes it. `derive` sees all tables, sorted by subject, and adds what follows from them; it
    /// is told the dictionary and the ids that the first run's ids have become.
    pub(super) fn write<W: Write>(
        self,
        out: &mut Sealing<W>,
        derive: impl FnOnce(&mut Tables, &Dictionary, &dyn Fn(Id) -> Id),
    ) -> io::Result<Contents> {
        let mut contents = Contents::default();
        let numbers = number(self.first, &self.runs, &mut contents, out)?;
        let renumber = |numbers: &[Id], id: Id| id.as_local().map_or(id, |n| numbers[n]);
        let mut added = Tables::new();
        for (run, numbers) in self.runs.into_iter().zip(&numbers) {
            for ids in run.triples {
                let [s, p, o] = ids.map(|id| renumber(numbers, id));
                added.entry(p).or_default().push(pair(s, o));
            }
        }
        added.values_mut().for_each(|pairs| pairs.sort_unstable());
        let of_first = |id: Id| numbers.first().map_or(id, |numbers| renumber(numbers, id));
        derive(&mut added, &contents.dictionary, &of_first);
        let mut removed = Tables::new();
        for [s, p, o] in self.removed {
            removed.entry(p).or_default().push(pair(s, o));
        }
        let mut counts: BTreeMap<(Id, Pair), u32> = BTreeMap::new();
        for (ids, count) in self.counts {
            let [s, p, o] = ids.map(of_first);
            counts.insert((p, pair(s, o)), count);
        }
        let mut predicates: Vec<Id> = added.keys().chain(removed.keys()).copied().collect();
        predicates.sort_unstable();
        predicates.dedup();
        let (mut subjects, mut objects) = (Collected::default(), Collected::default());
        for predicate in predicates {
            let mut pairs = added.remove(&predicate).unwrap_or_default();
            count_and_dedup(&mut pairs, |pair, count| {
                counts.insert((predicate, pair), count);
            });
            let added = write_table(pairs, out, |by, key| match by {
                By::Subject => subjects.note(key, predicate),
                By::Object => objects.note(key, predicate),
            })?;
            let mut pairs = removed.remove(&predicate).unwrap_or_default();
            pairs.sort_unstable();
            pairs.dedup();
            let removed = write_table(pairs, out, |_, _| ())?;
            contents.tables.push(Table { predicate: predicate.number(), added, removed });
        }
        contents.subjects = subjects.write(out)?;
        contents.objects = objects.write(out)?;
        contents.repeated = write_counts(&counts, out)?;
        Ok(contents)
    }
}

/// Writes the dictionary; for each run, which ids its terms have now.
fn number<W: Write>(
    first: u32,
    runs: &[Run<'_>],
    contents: &mut Contents,
    out: &mut Sealing<W>,
) -> io::Result<Vec<Vec<Id>>> {
    let orders: Vec<Vec<u32>> = std::thread::scope(|scope| {
        let sorting: Vec<_> = runs.iter().map(|run| scope.spawn(|| run.sorted())).collect();
        sorting.into_iter().map(|thread| thread.join().expect("sorting does not panic")).collect()
    });
    let mut numbers: Vec<Vec<Id>> = orders.iter().map(|order| vec![Id::UNBOUND; order.len()]).collect();
    let head = |run: usize, at: usize| orders[run].get(at).map(|n| Reverse((runs[run].key(*n), run, at)));
    let mut heads: BinaryHeap<_> = (0..runs.len()).filter_map(|run| head(run, 0)).collect();
    let mut writer = dictionary::Writer::new(first, out);
    let mut last: Option<(&[u8], Id)> = None;
    while let Some(Reverse((key, run, at))) = heads.pop() {
        let id = match last {
            Some((same, id)) if same == key => id,
            _ => Id::stored(writer.add(key, out)?),
        };
        last = Some((key, id));
        numbers[run][orders[run][at] as usize] = id;
        heads.extend(head(run, at + 1));
    }
    contents.dictionary = writer.finish(out)?;
    Ok(numbers)
}

/// Sorts; what is there several times is told, and there once afterwards.
fn count_and_dedup(pairs: &mut Vec<Pair>, mut repeated: impl FnMut(Pair, u32)) {
    if !pairs.is_sorted() {
        pairs.sort_unstable();
    }
    for same in pairs.chunk_by(|a, b| a == b) {
        if same.len() > 1 {
            repeated(same[0], same.len() as u32);
        }
    }
    pairs.dedup();
}

/// Writes a table in both orders; every key of each is told once.
fn write_table<W: Write>(
    mut pairs: Vec<Pair>,
    out: &mut Sealing<W>,
    mut note: impl FnMut(By, Id),
) -> io::Result<Stored> {
    let mut stored = Stored { rows: pairs.len(), ..Stored::default() };
    if pairs.is_empty() {
        return Ok(stored);
    }
    (stored.by_subject, stored.subjects) = write_pairs(&pairs, out, |key| note(By::Subject, key))?;
    pairs.iter_mut().for_each(|pair| *pair = pair.rotate_left(32));
    pairs.sort_unstable();
    (stored.by_object, stored.objects) = write_pairs(&pairs, out, |key| note(By::Object, key))?;
    Ok(stored)
}

/// Writes keys, then values. Where, and how many keys are distinct.
fn write_pairs<W: Write>(
    pairs: &[Pair],
    out: &mut Sealing<W>,
    mut note: impl FnMut(Id),
) -> io::Result<(usize, usize)> {
    out.align()?;
    let at = out.at();
    let mut distinct = 0;
    let mut last = None;
    for pair in pairs {
        let (key, _) = ends(*pair);
        if last != Some(key) {
            distinct += 1;
            note(key);
            last = Some(key);
        }
    }
    write_ids(pairs.iter().map(|pair| ends(*pair).0), out)?;
    write_ids(pairs.iter().map(|pair| ends(*pair).1), out)?;
    Ok((at, distinct))
}

fn write_ids<W: Write>(ids: impl Iterator<Item = Id>, out: &mut Sealing<W>) -> io::Result<()> {
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

fn write_counts<W: Write>(counts: &BTreeMap<(Id, Pair), u32>, out: &mut Sealing<W>) -> io::Result<Repeated> {
    out.align()?;
    let at = out.at();
    write_ids(counts.keys().map(|(predicate, _)| *predicate), out)?;
    write_ids(counts.keys().map(|(_, pair)| ends(*pair).0), out)?;
    write_ids(counts.keys().map(|(_, pair)| ends(*pair).1), out)?;
    write_ids(counts.values().map(|count| Id::from_number(*count)), out)?;
    Ok(Repeated { at, rows: counts.len() })
}

/// Of which predicates things are a subject, or an object: sets of predicates, each kept once.
///
/// Predicates come one after another, so each set is another one with a predicate added.
#[derive(Default)]
struct Collected {
    of: FxHashMap<Id, u32>,
    /// The set that a set adds its predicate to, 0 being none.
    sets: Vec<(u32, Id)>,
    known: FxHashMap<(u32, Id), u32>,
}

impl Collected {
    fn note(&mut self, key: Id, predicate: Id) {
        let set = self.of.entry(key).or_default();
        let larger = *self.known.entry((*set, predicate)).or_insert_with(|| {
            self.sets.push((*set, predicate));
            self.sets.len() as u32
        });
        *set = larger;
    }

    fn write<W: Write>(self, out: &mut Sealing<W>) -> io::Result<Sets> {
        let mut of: Vec<(Id, u32)> = self.of.into_iter().collect();
        of.sort_unstable();
        // Most sets were only on the way to another.
        let mut final_numbers = FxHashMap::default();
        let (mut starts, mut members) = (Vec::new(), Vec::new());
        for (_, set) in &mut of {
            *set = *final_numbers.entry(*set).or_insert_with(|| {
                starts.push(Id::from_number(members.len() as u32));
                let start = members.len();
                let mut at = *set;
                while at != 0 {
                    let (smaller, predicate) = self.sets[at as usize - 1];
                    members.push(predicate);
                    at = smaller;
                }
                members[start..].reverse();
                starts.len() as u32 - 1
            });
        }
        starts.push(Id::from_number(members.len() as u32));
        out.align()?;
        let at = out.at();
        write_ids(of.iter().map(|(key, _)| *key), out)?;
        write_ids(of.iter().map(|(_, set)| Id::from_number(*set)), out)?;
        let starts_at = out.at();
        write_ids(starts.into_iter(), out)?;
        let members_at = out.at();
        write_ids(members.into_iter(), out)?;
        Ok(Sets { at, rows: of.len(), starts: starts_at..members_at, members: members_at..out.at() })
    }
}
