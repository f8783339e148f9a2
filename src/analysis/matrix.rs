//! Matrix of stances: what each actor takes on each issue, read off the position table.
//!
//! Positions count that are in force, ambiguous (one of several readings) or disputed. A position with
//! several actors, issues or stances has no row in the table and does not count.

use crate::base::error::Result;
use crate::model::registry::Kind;
use crate::model::vocab::stp;
use crate::model::{Concept, Status};
use crate::store::index::positions::{PositionTable, Thing as Number};
use crate::store::index::{Corruption, Index, reading};
use crate::store::names::{self, Thing};
use oxrdf::{NamedNode, NamedNodeRef, Term};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Rows and columns of a matrix of which nobody says what is wanted: with its legend it fits a screen.
const ACTORS: usize = 10;
const ISSUES: usize = 7;
/// Maximum number of rows and of columns, whatever is wanted.
const MOST: usize = 26;

/// Names of the rows and columns that are wanted; without any, the most telling ones.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Issues.
    pub issues: Vec<String>,
    /// Actors.
    pub actors: Vec<String>,
}

/// Stances of actors on issues.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// The rows.
    pub actors: Vec<Thing>,
    /// The columns.
    pub issues: Vec<Thing>,
    /// The stances of all actors on all issues, by actor and issue.
    pub cells: BTreeMap<(NamedNode, NamedNode), Cell>,
    /// Number of actors that take a stance anywhere, and of issues that any is taken on.
    pub of: (usize, usize),
}

/// The stances that one actor takes on one issue: the ends of their range, on the axis from -1 (against) to
/// 1 (for). None if all are undeclared.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cell {
    /// The lowest.
    pub least: Option<f64>,
    /// The highest.
    pub most: Option<f64>,
}

impl Cell {
    fn add(&mut self, value: Option<f64>) {
        let Some(value) = value else { return };
        self.least = Some(self.least.map_or(value, |least| least.min(value)));
        self.most = Some(self.most.map_or(value, |most| most.max(value)));
    }

    /// Whether a stance is in favour.
    #[must_use]
    pub fn is_for(self) -> bool {
        self.most.is_some_and(|most| most > 0.0)
    }

    /// Whether a stance is opposed.
    #[must_use]
    pub fn is_against(self) -> bool {
        self.least.is_some_and(|least| least < 0.0)
    }
}

impl Matrix {
    /// The stances of the wanted actors on the wanted issues.
    ///
    /// Without wanted issues those that divide most: where as many as possible are for and as many
    /// against, of the wanted actors if there are any. Without wanted actors those who take stances on
    /// most of these issues.
    ///
    /// # Errors
    /// A name that nothing, or more than one thing, has; a damaged index.
    pub fn of(index: &Index, wanted: &Wanted) -> Result<Self> {
        let named = |kind: Kind, names: &[String]| {
            let mut things = Vec::new();
            for name in names {
                let thing = names::one(index, kind, name)?;
                if !things.contains(&thing) {
                    things.push(thing);
                }
            }
            Ok::<_, crate::Error>(things)
        };
        let (mut issues, mut actors) =
            (named(Kind::Issue, &wanted.issues)?, named(Kind::Actor, &wanted.actors)?);
        let cells = cells(index)?;
        let of = {
            let actors: BTreeSet<&NamedNode> = cells.keys().map(|(actor, _)| actor).collect();
            let issues: BTreeSet<&NamedNode> = cells.keys().map(|(_, issue)| issue).collect();
            (actors.len(), issues.len())
        };
        if issues.is_empty() {
            let counted = |actor: &NamedNode| actors.is_empty() || actors.iter().any(|a| a.iri == *actor);
            let chosen = contested(cells.iter().filter(|((actor, _), _)| counted(actor)));
            issues = reading(|| chosen.into_iter().map(|issue| names::thing(index, issue)).collect())?;
        }
        if actors.is_empty() {
            let most = if wanted.issues.is_empty() { ACTORS } else { MOST };
            let chosen = active(&issues, &cells, most);
            actors = reading(|| chosen.into_iter().map(|actor| names::thing(index, actor)).collect())?;
        }
        issues.truncate(MOST);
        actors.truncate(MOST);
        Ok(Self { actors, issues, cells, of })
    }

    /// Whether nobody takes a stance on any of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.actors.is_empty() || self.issues.is_empty()
    }
}

/// The stances of all positions that are in force, ambiguous or disputed, by actor and issue.
///
/// # Errors
/// A file of the index is damaged.
pub fn cells(index: &Index) -> Result<BTreeMap<(NamedNode, NamedNode), Cell>, Corruption> {
    let table = PositionTable::new(index.snapshot())?;
    let thing = |node: NamedNodeRef<'_>| table.thing(node.into());
    let counted =
        [thing(Status::InForce.iri())?, thing(Status::Ambiguous.iri())?, thing(Status::Disputed.iri())?];
    let statuses = table.statuses()?;
    let (actors, actor_of) = table.actors()?.levels();
    let (issues, issue_of) = table.issues()?.levels();
    let (stances, stance_of) = table.stances()?.levels();
    let values: Vec<Option<f64>> =
        stances.into_iter().map(|stance| value(index, table.term(stance)?)).collect::<Result<_, _>>()?;
    let mut cells: BTreeMap<(u32, u32), Cell> = BTreeMap::new();
    for row in 0..table.len() {
        let is_counted = statuses.get(row).is_some_and(|status| counted.contains(&Some(status)));
        if let (true, Some(actor), Some(issue), Some(stance)) =
            (is_counted, actor_of[row], issue_of[row], stance_of[row])
        {
            cells.entry((actor, issue)).or_default().add(values[stance as usize]);
        }
    }
    let nodes = |things: Vec<Number>| -> Result<Vec<Option<NamedNode>>, Corruption> {
        let node = |thing| match table.term(thing)? {
            Term::NamedNode(node) => Ok(Some(node)),
            _ => Ok(None),
        };
        things.into_iter().map(node).collect()
    };
    let (actors, issues) = (nodes(actors)?, nodes(issues)?);
    let named = |((actor, issue), cell): ((u32, u32), Cell)| {
        Some(((actors[actor as usize].clone()?, issues[issue as usize].clone()?), cell))
    };
    Ok(cells.into_iter().filter_map(named).collect())
}

/// Where a stance lies on the axis from -1 to 1; nowhere if it is undeclared.
fn value(index: &Index, stance: Term) -> Result<Option<f64>, Corruption> {
    let Term::NamedNode(stance) = stance else { return Ok(None) };
    let values = || {
        let values = index.matching(Some(stance.as_ref().into()), Some(stp::prop::STANCE_VALUE), None);
        values
            .filter_map(|triple| match triple.object {
                Term::Literal(value) => value.value().parse().ok(),
                _ => None,
            })
            .next()
    };
    reading(values)
}

/// The issues that divide these most.
fn contested<'c>(cells: impl Iterator<Item = (&'c (NamedNode, NamedNode), &'c Cell)>) -> Vec<NamedNode> {
    let mut counts: BTreeMap<&NamedNode, (usize, usize, usize)> = BTreeMap::new();
    for ((_, issue), cell) in cells {
        let (all, pro, contra) = counts.entry(issue).or_default();
        *all += 1;
        *pro += usize::from(cell.is_for());
        *contra += usize::from(cell.is_against());
    }
    let mut issues: Vec<_> = counts.into_iter().collect();
    issues.sort_by_key(|(issue, (all, pro, contra))| (Reverse(*pro.min(contra)), Reverse(*all), *issue));
    issues.into_iter().take(ISSUES).map(|(issue, _)| issue.clone()).collect()
}

/// Those who take stances on most of these issues.
fn active(issues: &[Thing], cells: &BTreeMap<(NamedNode, NamedNode), Cell>, most: usize) -> Vec<NamedNode> {
    let mut counts: BTreeMap<&NamedNode, (usize, usize)> = BTreeMap::new();
    for (actor, issue) in cells.keys() {
        let (shown, all) = counts.entry(actor).or_default();
        *shown += usize::from(issues.iter().any(|shown| shown.iri == *issue));
        *all += 1;
    }
    let mut actors: Vec<_> = counts.into_iter().filter(|(_, (shown, _))| *shown > 0).collect();
    actors.sort_by_key(|(actor, (shown, all))| (Reverse(*shown), Reverse(*all), *actor));
    actors.into_iter().take(most).map(|(actor, _)| actor.clone()).collect()
}
