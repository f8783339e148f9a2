//! Property paths: from known ends node by node, or all pairs at once.
//!
//! A pair of ends comes as often as there are ways between them through sequences, alternatives and
//! negated sets, and once where a closure (`*`, `+`, `?`) leads from one to the other (SPARQL 1.1, 18.4). A path of
//! length zero is one from a node of the graph to itself; from a term that is none, see `Compiler::path`.

use super::node::{End, Path, Step};
use super::rows::Rows;
use super::table::{MemoryReservation, Names, Table};
use super::terms::{ExecContext, Result};
use crate::store::index::Corruption;
use crate::store::index::read::id::Id;
use crate::store::index::read::snapshot::{By, Snapshot};
use oxrdf::Variable;
use rustc_hash::{FxHashMap, FxHashSet};

/// Whether a term is a subject or an object.
pub(super) fn is_node(snapshot: &Snapshot, id: Id) -> std::result::Result<bool, Corruption> {
    for by in [By::Subject, By::Object] {
        // Of some of these predicates all such triples may have been taken away.
        for p in snapshot.predicates_of(by, id)? {
            if !snapshot.lookup(p, by, id)?.is_empty() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The solutions of a path for a table that it is to be joined with: for its ends if they are bound
/// in every row, and not too many.
pub(super) fn solutions<'t>(path: &Path, table: &Table<'t>, needed: &Names) -> Result<Table<'t>> {
    let terms = table.terms();
    let walk = Walk { terms };
    let Path { subject, step, object, .. } = path;
    let pairs = match (subject, object) {
        (End::Absent, _) | (_, End::Absent) => Vec::new(),
        (End::Id(s), End::Id(o)) => {
            walk.one(step, By::Subject, *s)?.into_iter().filter(|end| end == o).map(|o| (*s, o)).collect()
        }
        (End::Id(s), _) => walk.one(step, By::Subject, *s)?.into_iter().map(|o| (*s, o)).collect(),
        (_, End::Id(o)) => walk.one(step, By::Object, *o)?.into_iter().map(|s| (s, *o)).collect(),
        (End::Variable(s), End::Variable(o)) => {
            let starts = keys(table, s, path);
            let ends = keys(table, o, path);
            match (starts, ends) {
                (Some(starts), ends) if ends.as_ref().is_none_or(|ends| starts.len() <= ends.len()) => {
                    walk.walk_each(step, By::Subject, &starts)?
                }
                (_, Some(ends)) => {
                    let found = walk.walk_each(step, By::Object, &ends)?;
                    found.into_iter().map(|(o, s)| (s, o)).collect()
                }
                _ => walk.all(step)?,
            }
        }
    };
    let mut held = MemoryReservation::new(terms);
    held.set(pairs.len() * 2 * size_of::<Id>() * 2)?;
    let (mut variables, mut columns) = (Vec::new(), Vec::new());
    let is_loop = subject.variable().is_some() && subject == object;
    let pairs: Vec<_> = pairs.into_iter().filter(|(s, o)| !is_loop || s == o).collect();
    for (end, is_start) in [(subject, true), (object, false)] {
        if let Some(variable) = end.variable()
            && needed.contains(variable)
            && !variables.contains(variable)
        {
            variables.push(variable.clone());
            columns.push(pairs.iter().map(|(s, o)| if is_start { *s } else { *o }).collect());
        }
    }
    drop(held);
    Table::of(Rows { variables, columns, len: pairs.len() }, terms)
}

/// The different ids that a table has for an end.
fn keys(table: &Table<'_>, end: &Variable, path: &Path) -> Option<Vec<Id>> {
    if !table.is_certain(end) {
        return None;
    }
    let mut ids = table.column(end)?.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let is_cheap = path.step.is_nullable() || (ids.len() as f64) * 4.0 < path.estimate.rows || ids.len() < 64;
    is_cheap.then_some(ids)
}

struct Walk<'t> {
    terms: &'t ExecContext<'t>,
}

type Pairs = Vec<(Id, Id)>;

impl<'t> Walk<'t> {
    fn walk_each(&self, step: &Step, by: By, starts: &[Id]) -> Result<Pairs> {
        let mut held = MemoryReservation::new(self.terms);
        let mut pairs = Vec::new();
        for start in starts {
            pairs.extend(self.one(step, by, *start)?.into_iter().map(|end| (*start, end)));
            held.set(pairs.capacity() * size_of::<(Id, Id)>())?;
        }
        Ok(pairs)
    }

    /// Where a path leads from a start, or to an end: by the subject forward, by the object back.
    fn one(&self, step: &Step, by: By, start: Id) -> Result<Vec<Id>> {
        let snapshot = self.terms.snapshot;
        Ok(match step {
            Step::Predicate(None) => Vec::new(),
            Step::Predicate(Some(p)) => snapshot.lookup(*p, by, start)?.iter().collect(),
            Step::Reverse(step) => self.one(step, back(by), start)?,
            Step::Sequence(one, other) => {
                let (first, second) = if by == By::Subject { (one, other) } else { (other, one) };
                let mut ends = Vec::new();
                for middle in self.one(first, by, start)? {
                    ends.extend(self.one(second, by, middle)?);
                }
                ends
            }
            Step::Alternative(one, other) => {
                let mut ends = self.one(one, by, start)?;
                ends.extend(self.one(other, by, start)?);
                ends
            }
            Step::ZeroOrMore(step) => {
                if is_node(snapshot, start)? {
                    self.closure(vec![start], |middle| self.one(step, by, middle))?
                } else {
                    Vec::new()
                }
            }
            Step::OneOrMore(step) => {
                self.closure(self.one(step, by, start)?, |middle| self.one(step, by, middle))?
            }
            Step::ZeroOrOne(step) => {
                if is_node(snapshot, start)? {
                    let mut ends = self.one(step, by, start)?;
                    ends.push(start);
                    once(ends)
                } else {
                    Vec::new()
                }
            }
            Step::Not(but) => {
                let mut ends = Vec::new();
                for p in snapshot.predicates_of(by, start)? {
                    if !but.contains(&p) {
                        ends.extend(snapshot.lookup(p, by, start)?.iter());
                    }
                }
                ends
            }
        })
    }

    /// These and all that can be reached from them, each once.
    fn closure(&self, starts: Vec<Id>, next: impl Fn(Id) -> Result<Vec<Id>>) -> Result<Vec<Id>> {
        let mut held = MemoryReservation::new(self.terms);
        let mut found = once(starts);
        let mut seen: FxHashSet<Id> = found.iter().copied().collect();
        let mut at = 0;
        while let Some(middle) = found.get(at) {
            found.extend(next(*middle)?.into_iter().filter(|end| seen.insert(*end)));
            at += 1;
            if at % 256 == 0 {
                held.set(seen.capacity() * 2 * size_of::<Id>() + found.capacity() * size_of::<Id>())?;
            }
        }
        Ok(found)
    }

    /// All pairs of ends.
    fn all(&self, step: &Step) -> Result<Pairs> {
        let snapshot = self.terms.snapshot;
        let mut held = MemoryReservation::new(self.terms);
        let mut hold = |n: usize| held.set(n * size_of::<(Id, Id)>());
        Ok(match step {
            Step::Predicate(None) => Vec::new(),
            Step::Predicate(Some(p)) => {
                let pairs = snapshot.scan(*p, By::Subject)?;
                hold(pairs.len())?;
                pairs.iter().collect()
            }
            Step::Reverse(step) => self.all(step)?.into_iter().map(|(s, o)| (o, s)).collect(),
            Step::Sequence(one, other) => {
                let first = self.all(one)?;
                let mut ends: FxHashMap<Id, Vec<Id>> = FxHashMap::default();
                let mut pairs = Vec::new();
                for (start, middle) in first {
                    let ends = match ends.entry(middle) {
                        std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
                        std::collections::hash_map::Entry::Vacant(new) => {
                            new.insert(self.one(other, By::Subject, middle)?)
                        }
                    };
                    pairs.extend(ends.iter().map(|end| (start, *end)));
                    hold(pairs.capacity())?;
                }
                pairs
            }
            Step::Alternative(one, other) => {
                let mut pairs = self.all(one)?;
                pairs.extend(self.all(other)?);
                hold(pairs.capacity())?;
                pairs
            }
            Step::OneOrMore(step) => self.closures(&self.all(step)?)?,
            Step::ZeroOrMore(step) => {
                let mut pairs = self.closures(&self.all(step)?)?;
                pairs.extend(self.nodes()?.into_iter().map(|node| (node, node)));
                hold(pairs.capacity())?;
                once(pairs)
            }
            Step::ZeroOrOne(step) => {
                let mut pairs = self.all(step)?;
                pairs.extend(self.nodes()?.into_iter().map(|node| (node, node)));
                hold(pairs.capacity())?;
                once(pairs)
            }
            Step::Not(but) => {
                let mut pairs = Vec::new();
                for p in snapshot.predicates().iter().filter(|p| !but.contains(p)) {
                    let more = snapshot.scan(*p, By::Subject)?;
                    hold(pairs.len() + more.len())?;
                    pairs.extend(more.iter());
                }
                pairs
            }
        })
    }

    /// The pairs that are linked by these, one or several one after the other.
    fn closures(&self, links: &[(Id, Id)]) -> Result<Pairs> {
        let mut links = links.to_vec();
        links.sort_unstable();
        let mut held = MemoryReservation::new(self.terms);
        let mut pairs = Vec::new();
        let ends = |start: Id| {
            let from = links.partition_point(|(s, _)| *s < start);
            let to = from + links[from..].partition_point(|(s, _)| *s == start);
            links[from..to].iter().map(|(_, end)| *end).collect::<Vec<_>>()
        };
        let mut last = None;
        for (start, _) in &links {
            if last == Some(*start) {
                continue;
            }
            last = Some(*start);
            let found = self.closure(ends(*start), |middle| Ok(ends(middle)))?;
            pairs.extend(found.into_iter().map(|end| (*start, end)));
            held.set((pairs.capacity() + links.len()) * size_of::<(Id, Id)>())?;
        }
        Ok(pairs)
    }

    /// All subjects and objects.
    fn nodes(&self) -> Result<Vec<Id>> {
        let snapshot = self.terms.snapshot;
        let mut held = MemoryReservation::new(self.terms);
        let mut nodes: Vec<Id> = Vec::new();
        for p in snapshot.predicates() {
            for by in [By::Subject, By::Object] {
                let pairs = snapshot.scan(*p, by)?;
                held.set((nodes.len() + pairs.len()) * size_of::<Id>())?;
                let mut last = None;
                nodes.extend(pairs.keys.iter().filter(|id| last.replace(*id) != Some(*id)));
            }
            nodes = once(nodes);
        }
        Ok(nodes)
    }
}

fn back(by: By) -> By {
    if by == By::Subject { By::Object } else { By::Subject }
}

/// Each once.
fn once<T: Ord>(mut all: Vec<T>) -> Vec<T> {
    all.sort_unstable();
    all.dedup();
    all
}
