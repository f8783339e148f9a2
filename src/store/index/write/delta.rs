//! What changes when documents change: a small segment on top of a state.

use super::build::Material;
use super::derive::Names;
use super::run::Run;
use crate::store::archive::{Archive, ArchiveError, Entry};
use crate::store::index::read::corruption::Corruption;
use crate::store::index::read::id::Id;
use crate::store::index::read::sealed::Sealing;
use crate::store::index::read::segment::Contents;
use crate::store::index::read::snapshot::{By, Snapshot};
use crate::store::index::write::ingest::IngestError;
use oxigraph::io::RdfSyntaxError;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Why there is no segment.
#[derive(Debug, thiserror::Error)]
pub(in crate::store::index) enum Failure {
    #[error(transparent)]
    Corruption(#[from] Corruption),
    #[error(transparent)]
    Syntax(#[from] RdfSyntaxError),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A position is superseded no longer; what its documents say of its status is not in the index.
    #[error("the status of a position follows from documents that are not at hand")]
    StatusUnknown,
}

impl<E: Into<Self>> From<IngestError<E>> for Failure {
    fn from(failed: IngestError<E>) -> Self {
        match failed {
            IngestError::Document(error) => error.into(),
            IngestError::Spilling(error) => Self::Io(error),
        }
    }
}

impl Failure {
    /// What cannot be read is a document of the archive.
    pub(in crate::store::index) fn of_document(archive: &Archive, entry: &Entry, failure: Self) -> Self {
        match failure {
            Self::Syntax(error) => Self::Archive(archive.unreadable(entry, &error)),
            other => other,
        }
    }
}

/// Counts are kept by adding and subtracting, so only what changes is looked at: the triples that
/// documents say now and did not before, or the other way round, and the positions that they are
/// about, whose direct triples may change.
pub(in crate::store::index) struct Delta<'a> {
    below: &'a Snapshot,
    run: Run<'a>,
    names: Names,
    /// By how much each triple is said more often.
    changes: FxHashMap<[Id; 3], i64>,
    /// Whether triples go whichever documents say them.
    erases: bool,
}

impl<'a> Delta<'a> {
    pub(in crate::store::index) fn new(below: &'a Snapshot) -> Result<Self, Corruption> {
        let mut run = Run::new(Some(below));
        let names = Names::of(&mut run)?;
        Ok(Self { below, run, names, changes: FxHashMap::default(), erases: false })
    }

    /// A document, in canonical N-Triples, is there now.
    pub(in crate::store::index) fn add(&mut self, ntriples: &str) -> Result<(), Failure> {
        self.count(ntriples, 1)
    }

    /// A document is no longer there.
    pub(in crate::store::index) fn remove(&mut self, ntriples: &str) -> Result<(), Failure> {
        self.count(ntriples, -1)
    }

    /// The state that changes.
    pub(super) fn below(&self) -> &'a Snapshot {
        self.below
    }

    /// A triple of the state is no longer there, however often it is said.
    pub(super) fn erase(&mut self, triple: [Id; 3]) -> Result<(), Corruption> {
        let times = i64::from(self.below.count(triple)?);
        self.changes.entry(triple).or_insert(-times);
        self.erases = true;
        Ok(())
    }

    fn count(&mut self, ntriples: &str, by: i64) -> Result<(), Failure> {
        self.run.add_ntriples(ntriples)?;
        for triple in std::mem::take(&mut self.run.triples) {
            *self.changes.entry(triple).or_default() += by;
        }
        Ok(())
    }

    /// Whether nothing has changed so far.
    pub(in crate::store::index) fn is_empty(&self) -> bool {
        self.changes.values().all(|by| *by == 0)
    }

    /// Writes the segment.
    pub(in crate::store::index) fn write<W: Write>(
        mut self,
        out: &mut Sealing<W>,
    ) -> Result<Contents, Failure> {
        self.changes.retain(|_, by| *by != 0);
        self.supersede()?;
        self.derive()?;
        let (mut removed, mut counts) = (Vec::new(), Vec::new());
        // In an order: the same change gives the same bytes.
        let mut changes: Vec<([Id; 3], i64)> = self.changes.into_iter().collect();
        changes.sort_unstable();
        for (triple, by) in changes {
            let before = i64::from(self.below.count(triple)?);
            let after = (before + by).max(0);
            if before == after {
                continue;
            }
            match (before, after) {
                (0, _) => self.run.triples.push(triple),
                (_, 0) => removed.push(triple),
                _ => {}
            }
            if after > 1 || (before > 0 && after > 0) {
                counts.push((triple, u32::try_from(after).unwrap_or(u32::MAX)));
            }
        }
        let first = self.below.next_number();
        let material = Material { first, runs: vec![self.run], removed, counts };
        Ok(material.write(out)?)
    }

    /// Statuses of positions that are superseded now: what says that they are in force, says that they are
    /// superseded. Those that are so no longer cannot be told from what is below. Where triples are erased, whoever
    /// says them, no document is asked: such a position is in force.
    fn supersede(&mut self) -> Result<(), Failure> {
        let names = self.names.clone();
        let mut later: FxHashMap<Id, Vec<Id>> = FxHashMap::default();
        let mut affected: BTreeSet<Id> = BTreeSet::new();
        for [s, p, o] in self.changes.keys() {
            if *p == names.supersedes {
                later.entry(*o).or_default().push(*s);
                affected.insert(*o);
            } else if *p == names.status {
                affected.insert(*s);
                affected.extend(self.known(names.supersedes, By::Subject, *s)?);
            }
        }
        for position in affected {
            let mut candidates = self.known(names.supersedes, By::Object, position)?;
            candidates.extend(later.get(&position).into_iter().flatten());
            candidates.retain(|candidate| *candidate != position);
            let before = self.is_superseded(position, &candidates, false)?;
            match (before, self.is_superseded(position, &candidates, true)?) {
                (false, false) => {}
                (true, false) if self.erases => {
                    let said = [position, names.status, names.superseded];
                    let by = self.changes.remove(&said).unwrap_or_default();
                    let hidden = i64::from(self.below.count(said)?);
                    self.changes.insert(said, -hidden);
                    *self.changes.entry([position, names.status, names.in_force]).or_default() += hidden + by;
                }
                (true, false) => return Err(Failure::StatusUnknown),
                (_, true) => {
                    let said = [position, names.status, names.in_force];
                    let mut by = self.changes.remove(&said).unwrap_or_default();
                    let hidden = i64::from(self.below.count(said)?);
                    if hidden > 0 {
                        self.changes.insert(said, -hidden);
                        by += hidden;
                    }
                    *self.changes.entry([position, names.status, names.superseded]).or_default() += by;
                }
            }
        }
        self.changes.retain(|_, by| *by != 0);
        Ok(())
    }

    /// Whether any of these positions supersedes it, below or now.
    fn is_superseded(&self, position: Id, candidates: &[Id], now: bool) -> Result<bool, Corruption> {
        let count = |triple: [Id; 3]| -> Result<i64, Corruption> {
            let change = if now { self.changes.get(&triple).copied().unwrap_or_default() } else { 0 };
            Ok(i64::from(self.below.count(triple)?) + change)
        };
        for candidate in candidates {
            let mut counting = 0;
            for status in self.names.counting() {
                counting += count([*candidate, self.names.status, status])?;
            }
            if counting > 0 && count([*candidate, self.names.supersedes, position])? > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What stands at the other end of a property, in the state below.
    fn known(&self, property: Id, by: By, key: Id) -> Result<Vec<Id>, Corruption> {
        let known = [key, property].iter().all(|id| id.as_local().is_none());
        if !known {
            return Ok(Vec::new());
        }
        Ok(self.below.lookup(property, by, key)?.iter().collect())
    }

    /// Direct triples that positions gave rise to, and those that they do now.
    fn derive(&mut self) -> Result<(), Corruption> {
        let names = &self.names;
        let telling = [names.actor, names.stance, names.issue, names.status];
        let positions: FxHashSet<Id> =
            self.changes.keys().filter(|[_, p, _]| telling.contains(p)).map(|[s, _, _]| *s).collect();
        let mut of_positions: FxHashMap<(Id, Id), Vec<(Id, i64)>> = FxHashMap::default();
        for ([s, p, o], by) in &self.changes {
            if telling.contains(p) {
                of_positions.entry((*s, *p)).or_default().push((*o, *by));
            }
        }
        let mut direct: Vec<([Id; 3], i64)> = Vec::new();
        for position in positions {
            let before =
                |property: Id| -> Result<Vec<Id>, Corruption> { self.known(property, By::Subject, position) };
            let after = |property: Id| -> Result<Vec<Id>, Corruption> {
                let mut values = before(property)?;
                for (value, by) in of_positions.get(&(position, property)).into_iter().flatten() {
                    let count = i64::from(self.below.count([position, property, *value])?);
                    match (values.iter().position(|v| v == value), count + by > 0) {
                        (None, true) => values.push(*value),
                        (Some(at), false) => drop(values.remove(at)),
                        _ => {}
                    }
                }
                Ok(values)
            };
            let is_resource = |id: Id| {
                Ok(match id.as_local() {
                    Some(n) => self.run.is_resource(n as u32),
                    None => self.below.is_resource(id),
                })
            };
            names.direct(&mut |p| before(p), &is_resource, |triple| direct.push((triple, -1)))?;
            names.direct(&mut |p| after(p), &is_resource, |triple| direct.push((triple, 1)))?;
        }
        for (triple, by) in direct {
            *self.changes.entry(triple).or_default() += by;
        }
        self.changes.retain(|_, by| *by != 0);
        Ok(())
    }
}
