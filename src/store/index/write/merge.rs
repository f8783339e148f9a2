//! Several segments made one.

use super::build::Material;
use super::delta::Failure;
use super::run::Run;
use crate::store::index::read::corruption::Corruption;
use crate::store::index::read::id::Id;
use crate::store::index::read::sealed::Sealing;
use crate::store::index::read::segment::{Contents, Segment};
use crate::store::index::read::snapshot::{By, Snapshot};
use rustc_hash::{FxHashMap, FxHashSet};
use std::io::Write;
use std::sync::Arc;

/// How much a segment holds: triples that it adds, takes away or counts, and terms. Even one that holds
/// nothing has to be looked at.
fn weight(segment: &Segment) -> usize {
    let contents = &segment.contents;
    let tables: usize = contents.tables.iter().map(|table| table.added.rows + table.removed.rows).sum();
    1 + tables + contents.repeated.rows + contents.dictionary.terms as usize
}

/// From which segment on to merge, if it pays: each segment is to be [`RATIO`] times as heavy as
/// all those behind it, so there are never more than a dozen, and every triple is written again
/// no oftener than that.
pub(in crate::store::index) fn from(segments: &[Arc<Segment>]) -> Option<usize> {
    const RATIO: usize = 4;
    let mut behind = 0;
    let mut from = None;
    for (at, segment) in segments.iter().enumerate().rev() {
        let weight = weight(segment);
        if behind > 0 && weight < RATIO * behind {
            from = Some(at);
        }
        behind += weight;
    }
    from
}

/// The same where it is done while somebody waits: only if what is merged is light, or if so many segments
/// have gathered that every reader pays for it.
pub(in crate::store::index) fn at_once(segments: &[Arc<Segment>]) -> Option<usize> {
    const LIGHT: usize = 20_000;
    const MANY: usize = 24;
    let due = from(segments)?;
    if segments.len() > MANY {
        return Some(due);
    }
    // The heavier ones in front may wait, and those behind them be merged all the same.
    (due..segments.len() - 1)
        .find(|at| segments[*at..].iter().map(|segment| weight(segment)).sum::<usize>() <= LIGHT)
}

/// Writes one segment that does what those from this one on do.
pub(in crate::store::index) fn write<W: Write>(
    snapshot: &Snapshot,
    from: usize,
    out: &mut Sealing<W>,
) -> Result<Contents, Failure> {
    let (below, merged) = snapshot.segments().split_at(from);
    let below = Snapshot::of_segments(below.to_vec());
    let material = match from {
        0 => all(snapshot)?,
        _ => net(snapshot, &below, merged)?,
    };
    Ok(material.write(out)?)
}

/// Everything that is left of a whole state.
fn all(snapshot: &Snapshot) -> Result<Material<'static>, Corruption> {
    let mut used = vec![false; snapshot.next_number() as usize];
    let mut mark = |id: Id| {
        if let Some(n) = id.as_stored() {
            used[n as usize] = true;
        }
    };
    for predicate in snapshot.predicates() {
        mark(*predicate);
        for (s, o) in snapshot.scan(*predicate, By::Subject)?.iter() {
            mark(s);
            mark(o);
        }
    }
    let mut run = Run::new(None);
    let mut numbers = vec![Id::UNBOUND; used.len()];
    for segment in snapshot.segments() {
        segment.for_each_key(|n, key| {
            if used[n as usize] {
                numbers[n as usize] = run.by_key(key).expect("nothing is below that could be damaged");
            }
        })?;
    }
    let number = |id: Id| id.as_stored().map_or(id, |n| numbers[n as usize]);
    for predicate in snapshot.predicates() {
        for (s, o) in snapshot.scan(*predicate, By::Subject)?.iter() {
            run.triples.push([s, *predicate, o].map(number));
        }
    }
    let known = counts(snapshot.segments())?;
    let known = known.into_iter().filter(|(_, count)| *count > 1);
    let mut counts = Vec::new();
    for (triple, _) in known {
        // What was taken away later is not said at all.
        let count = snapshot.count(triple)?;
        if count > 1 {
            counts.push((triple.map(number), count));
        }
    }
    Ok(Material { first: 0, runs: vec![run], removed: Vec::new(), counts })
}

/// What is left of several changes.
fn net<'a>(
    snapshot: &Snapshot,
    below: &'a Snapshot,
    merged: &[Arc<Segment>],
) -> Result<Material<'a>, Corruption> {
    let (mut added, mut removed) = (FxHashSet::default(), FxHashSet::default());
    // Taken away, and then said again: by how many documents, only those know that come after.
    let mut said_again = Vec::new();
    for segment in merged {
        for table in &segment.contents.tables {
            let predicate = Id::from_number(table.predicate);
            let triples = |stored| -> Result<Vec<[Id; 3]>, Corruption> {
                Ok(segment.scan(stored, By::Subject)?.iter().map(|(s, o)| [s, predicate, o]).collect())
            };
            for triple in triples(&table.removed)? {
                if !added.remove(&triple) {
                    removed.insert(triple);
                }
            }
            for triple in triples(&table.added)? {
                match removed.remove(&triple) {
                    true => said_again.push(triple),
                    false => drop(added.insert(triple)),
                }
            }
        }
    }
    let mut run = Run::new(Some(below));
    let mut numbers: FxHashMap<Id, Id> = FxHashMap::default();
    let first_own = below.next_number();
    let mut number = |id: Id, run: &mut Run<'a>| -> Result<Id, Corruption> {
        if id.as_stored().is_none_or(|n| n < first_own) {
            return Ok(id);
        }
        if let Some(known) = numbers.get(&id) {
            return Ok(*known);
        }
        let new = run.by_key(&snapshot.key(id)?)?;
        numbers.insert(id, new);
        Ok(new)
    };
    let mut ours = |triple: [Id; 3], run: &mut Run<'a>| -> Result<[Id; 3], Corruption> {
        let [s, p, o] = triple;
        Ok([number(s, run)?, number(p, run)?, number(o, run)?])
    };
    let mut added: Vec<[Id; 3]> = added.into_iter().collect();
    added.sort_unstable();
    for triple in added {
        let triple = ours(triple, &mut run)?;
        run.triples.push(triple);
    }
    let mut kept = Vec::new();
    let counted: FxHashSet<[Id; 3]> = counts(merged)?.into_keys().chain(said_again).collect();
    for triple in counted {
        let count = snapshot.count(triple)?;
        if count > 0 {
            kept.push((ours(triple, &mut run)?, count));
        }
    }
    kept.sort_unstable();
    Ok(Material { first: first_own, runs: vec![run], removed: removed.into_iter().collect(), counts: kept })
}

/// All triples that these segments say anything about how often they are said.
fn counts(segments: &[Arc<Segment>]) -> Result<FxHashMap<[Id; 3], u32>, Corruption> {
    let mut counts = FxHashMap::default();
    for segment in segments {
        counts.extend(segment.all_repeated()?);
    }
    Ok(counts)
}
