//! How many solutions there will be, from the statistics of predicates: for the order of joins
//! only, never for what an answer is.

use super::node::{Block, End, Item, Node, Step};
use crate::store::index::Corruption;
use crate::store::index::read::id::Id;
use crate::store::index::read::snapshot::{By, Snapshot};
use oxrdf::Variable;
use std::collections::BTreeMap;

/// How many solutions, and of a variable how many different terms.
#[derive(Clone, Debug, Default)]
pub(super) struct Estimate {
    pub(super) rows: f64,
    pub(super) distinct: BTreeMap<Variable, f64>,
    /// What they come sorted by, if that costs nothing.
    sorted: Option<Variable>,
}

/// Of conditions that nothing is known about, how much they leave.
const SELECTED: f64 = 0.3;

/// How much longer a row takes that is looked up than one that comes by merging.
const LOOK_UP: f64 = 2.0;

impl Estimate {
    pub(super) fn unit() -> Self {
        Self { rows: 1.0, ..Self::default() }
    }

    pub(super) fn new(rows: f64, distinct: impl IntoIterator<Item = (Variable, f64)>) -> Self {
        let mut estimate = Self { rows, ..Self::default() };
        for (variable, n) in distinct {
            estimate.distinct.insert(variable, n.max(1.0));
        }
        estimate
    }

    /// Of the join with another, whose values are taken to be spread evenly, the fewer among the
    /// more.
    pub(super) fn join(&self, other: &Self) -> Self {
        let mut rows = self.rows * other.rows;
        let mut distinct = self.distinct.clone();
        for (variable, theirs) in &other.distinct {
            let ours = distinct.entry(variable.clone()).or_insert(*theirs);
            if self.distinct.contains_key(variable) {
                rows /= ours.max(*theirs);
            }
            *ours = ours.min(*theirs);
        }
        Self { rows, distinct, sorted: self.sorted.clone() }
    }

    /// Once it is known that there are so many.
    pub(super) fn set_rows(&mut self, rows: usize) {
        self.rows = rows as f64;
        for n in self.distinct.values_mut() {
            *n = n.min(self.rows).max(1.0);
        }
    }

    fn scaled(mut self, factor: f64) -> Self {
        self.rows *= factor;
        self
    }

    /// Of a block, and how many rows there are at most on the way to it.
    pub(super) fn of_block(block: &Block) -> (Self, f64) {
        let mut rest: Vec<Self> = block.items.iter().filter_map(Item::estimate).cloned().collect();
        let mut most = rest.iter().map(|one| one.rows).fold(f64::INFINITY, f64::min);
        while rest.len() > 1 {
            let (one, other) = closest(&rest.iter().collect::<Vec<_>>());
            let (last, first) = (rest.swap_remove(one.max(other)), rest.swap_remove(one.min(other)));
            let joined = first.join(&last);
            most = most.max(joined.rows);
            rest.push(joined);
        }
        let all = rest.pop().unwrap_or_else(Self::unit);
        (all.scaled(SELECTED.powi(i32::try_from(block.tests.len()).unwrap_or(9))), most)
    }

    pub(super) fn of_node(node: &Node) -> Self {
        match node {
            Node::Block(block) => Self::of_block(block).0,
            Node::Left { left, right, .. } => {
                let left = Self::of_node(left);
                let mut both = left.join(&Self::of_node(right));
                both.rows = both.rows.max(left.rows);
                both
            }
            Node::Union(left, right) => {
                let (mut left, right) = (Self::of_node(left), Self::of_node(right));
                left.rows += right.rows;
                for (variable, n) in right.distinct {
                    *left.distinct.entry(variable).or_default() += n;
                }
                left
            }
            Node::Extend { inner, variable, value } => {
                let mut inner = Self::of_node(inner);
                // No more than there are different things to make it from.
                let of = |variable| inner.distinct.get(variable).copied().unwrap_or(inner.rows);
                let most = value.variables().iter().map(of).product::<f64>();
                inner.distinct.insert(variable.clone(), most.min(inner.rows).max(1.0));
                inner
            }
            Node::Minus { left: inner, .. } | Node::Order { inner, .. } | Node::Distinct(inner) => {
                Self::of_node(inner)
            }
            Node::Values { variables, rows } => {
                let rows = rows.len() as f64;
                Self::new(rows, variables.iter().map(|variable| (variable.clone(), rows)))
            }
            Node::Project { inner, variables } => {
                let mut inner = Self::of_node(inner);
                inner.distinct.retain(|variable, _| variables.contains(variable));
                inner
            }
            Node::Slice { inner, length, .. } => {
                let mut inner = Self::of_node(inner);
                inner.rows = length.map_or(inner.rows, |length| inner.rows.min(length as f64));
                inner
            }
            Node::Group { inner, by, group } => {
                let inner = Self::of_node(inner);
                let one = |variable: &Variable| inner.distinct.get(variable).copied().unwrap_or(10.0);
                let groups = by.iter().map(one).product::<f64>().min(inner.rows).max(1.0);
                let by = by.iter().map(|variable| (variable.clone(), one(variable).min(groups)));
                let results = group.results.iter().map(|(variable, from)| {
                    let most = from.as_ref().and_then(|from| inner.distinct.get(from)).copied();
                    (variable.clone(), most.unwrap_or(groups).min(groups))
                });
                Self::new(groups, by.chain(results))
            }
        }
    }
}

/// Of two or more, those two whose join is smallest; a cross product only if nothing else is left,
/// or it is small.
pub(super) fn closest(all: &[&Estimate]) -> (usize, usize) {
    let mut best = (0, 1);
    let mut least = f64::INFINITY;
    for (at, one) in all.iter().enumerate() {
        for (other_at, other) in all.iter().enumerate().skip(at + 1) {
            let mut rows = one.rows * other.rows;
            let mut is_connected = false;
            let is_merge = one.sorted.is_some() && one.sorted == other.sorted;
            for (variable, theirs) in &other.distinct {
                if let Some(ours) = one.distinct.get(variable) {
                    rows /= ours.max(*theirs);
                    is_connected = true;
                }
            }
            if !is_connected {
                rows = (rows + 1.0) * 1e3;
            }
            // Columns that lie side by side, as those of a star do, are joined in far less time than it takes to
            // look rows up; and the order of a table that stays is of use to what comes after.
            let effort = if is_merge { 1.0 } else { LOOK_UP };
            // The same from both: those that are smaller themselves.
            let cost = rows * effort + (one.rows.min(other.rows)) * 1e-3;
            if cost < least {
                (best, least) = ((at, other_at), cost);
            }
        }
    }
    best
}

/// Of a triple pattern: exact where it has constants, but for both ends of an unknown predicate.
pub(super) fn of_triple(
    snapshot: &Snapshot,
    subject: &End,
    predicate: &End,
    object: &End,
) -> Result<Estimate, Corruption> {
    if [subject, predicate, object].contains(&&End::Absent) {
        return Ok(Estimate::new(0.0, []));
    }
    let predicates: Vec<Id> = match predicate {
        End::Id(id) => vec![*id],
        _ => snapshot.predicates().to_vec(),
    };
    let (mut rows, mut subjects, mut objects, mut used) = (0.0, 0.0, 0.0, 0.0);
    for predicate in predicates {
        let statistics = snapshot.statistics(predicate);
        let (n, s, o) = match (subject.id(), object.id()) {
            (Some(s), Some(o)) => (usize::from(snapshot.contains(s, predicate, o)?), 1, 1),
            (Some(s), None) => {
                let n = snapshot.lookup(predicate, By::Subject, s)?.len();
                (n, 1, n)
            }
            (None, Some(o)) => {
                let n = snapshot.lookup(predicate, By::Object, o)?.len();
                (n, n, 1)
            }
            (None, None) => (statistics.triples, statistics.subjects, statistics.objects),
        };
        if n > 0 {
            used += 1.0;
            rows += n as f64;
            // Different predicates mostly have the same subjects.
            subjects = f64::max(subjects, s as f64);
            objects += o as f64;
        }
    }
    let ends = [(subject, subjects), (predicate, used), (object, objects)];
    let mut estimate =
        Estimate::new(rows, ends.iter().filter_map(|(end, n)| Some((end.variable()?.clone(), *n))));
    estimate.sorted = subject.variable().or_else(|| object.variable()).cloned();
    if subject.variable().is_some() && subject == object {
        estimate.rows /= f64::max(subjects, 1.0);
    }
    Ok(estimate)
}

/// Of a path: a guess.
pub(super) fn of_path(snapshot: &Snapshot, subject: &End, step: &Step, object: &End) -> Estimate {
    if [subject, object].contains(&&End::Absent) {
        return Estimate::new(0.0, []);
    }
    let (rows, starts, ends) = size(snapshot, step);
    let (rows, starts, ends) = match (subject.id(), object.id()) {
        (Some(_), Some(_)) => (1.0, 1.0, 1.0),
        (Some(_), None) => (fan(rows, starts), 1.0, fan(rows, starts)),
        (None, Some(_)) => (fan(rows, ends), fan(rows, ends), 1.0),
        (None, None) => (rows, starts, ends),
    };
    let both = [(subject, starts), (object, ends)];
    Estimate::new(rows, both.iter().filter_map(|(end, n)| Some((end.variable()?.clone(), *n))))
}

fn fan(rows: f64, ends: f64) -> f64 {
    (rows / ends.max(1.0)).max(1.0)
}

/// Pairs, different starts, different ends.
fn size(snapshot: &Snapshot, step: &Step) -> (f64, f64, f64) {
    match step {
        Step::Predicate(None) => (0.0, 0.0, 0.0),
        Step::Predicate(Some(predicate)) => {
            let all = snapshot.statistics(*predicate);
            (all.triples as f64, all.subjects as f64, all.objects as f64)
        }
        Step::Reverse(step) => {
            let (rows, starts, ends) = size(snapshot, step);
            (rows, ends, starts)
        }
        Step::Sequence(one, other) => {
            let (one, other) = (size(snapshot, one), size(snapshot, other));
            (one.0 * other.0 / one.2.max(other.1).max(1.0), one.1, other.2)
        }
        Step::Alternative(one, other) => {
            let (one, other) = (size(snapshot, one), size(snapshot, other));
            (one.0 + other.0, one.1 + other.1, one.2 + other.2)
        }
        Step::OneOrMore(step) => {
            let (rows, starts, ends) = size(snapshot, step);
            (rows * 3.0, starts, ends)
        }
        Step::ZeroOrOne(step) | Step::ZeroOrMore(step) => {
            let nodes = nodes(snapshot);
            (size(snapshot, step).0 * 3.0 + nodes, nodes, nodes)
        }
        Step::Not(but) => {
            let others = snapshot.predicates().iter().filter(|predicate| !but.contains(predicate));
            let rows = others.map(|predicate| snapshot.statistics(*predicate).triples as f64).sum::<f64>();
            (rows, rows, rows)
        }
    }
}

fn nodes(snapshot: &Snapshot) -> f64 {
    let of = |predicate: &Id| {
        let all = snapshot.statistics(*predicate);
        (all.subjects + all.objects) as f64
    };
    snapshot.predicates().iter().map(of).sum()
}
