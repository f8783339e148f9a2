//! Counts of positions by issue, stance and kind of actor: the numbers of a bar plot.
//!
//! Positions in force count.

use super::columns::{concepts, node};
use super::facts::Facts;
use crate::base::error::Result;
use crate::base::fold::fold;
use crate::model::{Concept, Stance, Status};
use crate::store::index::positions::{PositionTable, Thing as Number};
use crate::store::index::{Corruption, Index, reading};
use crate::store::names::{Thing, thing};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many positions on an issue have one stance and are of one kind of actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The issue.
    pub issue: Thing,
    /// Kind of the actors, such as `person`; empty where none is known.
    pub kind: String,
    /// The stance.
    pub stance: Stance,
    /// Number of positions.
    pub positions: usize,
    /// Number of actors.
    pub actors: usize,
    /// The positions.
    pub held: Vec<Number>,
}

/// Positions, and whose they are.
type Held = (Vec<Number>, BTreeSet<Number>);

/// Counts of all issues: those with most positions first, each by kind of actor, then in the order of stances.
///
/// # Errors
/// A damaged index.
pub fn counts(index: &Index) -> Result<Vec<Count>> {
    reading(|| read(index))?.map_err(Into::into)
}

fn read(index: &Index) -> Result<Vec<Count>, Corruption> {
    let table = PositionTable::new(index.snapshot())?;
    let facts = Facts::new(index);
    let (actors, issues) = (table.actors()?, table.issues()?);
    let stances: Vec<Option<Stance>> = concepts(&table, &table.stances()?)?;
    let statuses: Vec<Option<Status>> = concepts(&table, &table.statuses()?)?;
    let mut kinds: HashMap<Number, String> = HashMap::new();
    for actor in actors.levels().0 {
        let kind = node(&table, actor)?.and_then(|actor| facts.actor_kind(&actor));
        kinds.insert(actor, kind.unwrap_or_default());
    }
    let mut found: BTreeMap<(Number, &str, Stance), Held> = BTreeMap::new();
    let mut totals: HashMap<Number, usize> = HashMap::new();
    for row in (0..table.len()).filter(|row| statuses[*row] == Some(Status::InForce)) {
        let (Some(actor), Some(issue), Some(stance)) = (actors.get(row), issues.get(row), stances[row])
        else {
            continue;
        };
        let (positions, holders) = found.entry((issue, &kinds[&actor], stance)).or_default();
        positions.push(table.position(row));
        holders.insert(actor);
        *totals.entry(issue).or_default() += 1;
    }
    let mut named: HashMap<Number, Thing> = HashMap::new();
    for issue in totals.keys() {
        named.extend(node(&table, *issue)?.map(|iri| (*issue, thing(index, iri))));
    }
    let mut counts: Vec<(usize, Count)> = found
        .into_iter()
        .filter_map(|((issue, kind, stance), (positions, actors))| {
            let count = Count {
                issue: named.get(&issue)?.clone(),
                kind: kind.to_owned(),
                stance,
                positions: positions.len(),
                actors: actors.len(),
                held: positions,
            };
            Some((totals[&issue], count))
        })
        .collect();
    let place = |stance: Stance| Stance::ALL.iter().position(|other| *other == stance);
    counts.sort_by_cached_key(|(total, of)| {
        let issue = (fold(&of.issue.label), of.issue.iri.clone());
        (Reverse(*total), issue, of.kind.clone(), place(of.stance))
    });
    Ok(counts.into_iter().map(|(_, count)| count).collect())
}
