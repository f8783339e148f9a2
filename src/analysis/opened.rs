//! Positions opened to their words: what a cell, a bar, a camp or a silence is made of.

use super::columns::{concepts, node};
use super::facts::{Facts, QuoteFacts};
use crate::base::error::Result;
use crate::base::fold::fold;
use crate::model::vocab::prov;
use crate::model::{Stance, Status};
use crate::store::index::positions::{PositionTable, Thing as Number};
use crate::store::index::{Corruption, Index, reading};
use crate::store::names::{Thing, thing};
use jiff::civil::Date;
use oxrdf::{NamedNode, Term};
use std::collections::HashSet;

/// A position with what proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The position.
    pub position: NamedNode,
    /// Whose stance it is.
    pub actor: Option<Thing>,
    /// What it is on.
    pub issue: Option<Thing>,
    /// Its stance; none where it is none of the scheme.
    pub stance: Option<Stance>,
    /// The last day on which it can have been expressed, as it was written.
    pub stated: Option<String>,
    /// The article that it was read in.
    pub article: Option<Thing>,
    /// What proves it.
    pub quotes: Vec<QuoteFacts>,
}

/// Positions with their words, in the same order.
///
/// # Errors
/// A damaged index.
pub fn opened(index: &Index, positions: &[NamedNode]) -> Result<Vec<Opened>> {
    let facts = Facts::new(index);
    let open = |position: &NamedNode| {
        let of = facts.position(position);
        let named = |node: Option<NamedNode>| node.map(|node| thing(index, node));
        Opened {
            position: position.clone(),
            actor: named(of.actor),
            issue: named(of.issue),
            stance: of.stance,
            stated: of.stated,
            article: named(facts.link(position, prov::WAS_DERIVED_FROM)),
            quotes: of.quotes,
        }
    };
    Ok(reading(|| positions.iter().map(open).collect())?)
}

/// Sorts by issue, then actor, then day.
pub fn sort(positions: &mut [Opened]) {
    positions.sort_by_cached_key(|of| {
        let name =
            |thing: &Option<Thing>| thing.as_ref().map(|thing| (fold(&thing.label), thing.iri.clone()));
        (name(&of.issue), name(&of.actor), of.stated.clone(), of.position.clone())
    });
}

/// Which positions are opened: of all of these.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Whose; everybody's without any.
    pub actors: Vec<NamedNode>,
    /// On what.
    pub issue: Option<NamedNode>,
    /// With which stance.
    pub stance: Option<Stance>,
    /// Statuses; without any, all.
    pub statuses: Vec<Status>,
    /// Only dated positions whose last day is later than this.
    pub after: Option<Date>,
}

/// The positions that are wanted.
///
/// # Errors
/// A damaged index.
pub fn find(index: &Index, wanted: &Wanted) -> Result<Vec<NamedNode>> {
    Ok(reading(|| read(index, wanted))??)
}

fn read(index: &Index, wanted: &Wanted) -> Result<Vec<NamedNode>, Corruption> {
    let table = PositionTable::new(index.snapshot())?;
    let (actors, issues, until) = (table.actors()?, table.issues()?, table.stated_until()?);
    let stances: Vec<Option<Stance>> = concepts(&table, &table.stances()?)?;
    let statuses: Vec<Option<Status>> = concepts(&table, &table.statuses()?)?;
    let mut holders: HashSet<Number> = HashSet::new();
    for actor in &wanted.actors {
        holders.extend(table.thing(actor.as_ref().into())?);
    }
    // What the table does not know is on no row.
    let issue = wanted.issue.as_ref().map(|issue| table.thing(issue.as_ref().into())).transpose()?;
    let is_on = |row: usize| issue.is_none_or(|issue| issue.is_some() && issue == issues.get(row));
    let is_whose = |row: usize| {
        wanted.actors.is_empty() || actors.get(row).is_some_and(|actor| holders.contains(&actor))
    };
    let takes = |row: &usize| {
        is_whose(*row)
            && is_on(*row)
            && wanted.stance.is_none_or(|stance| stances[*row] == Some(stance))
            && (wanted.statuses.is_empty()
                || statuses[*row].is_some_and(|status| wanted.statuses.contains(&status)))
            && wanted.after.is_none_or(|after| until.get(*row).is_some_and(|day| day > after))
    };
    let mut found = Vec::new();
    for row in (0..table.len()).filter(takes) {
        found.extend(node(&table, table.position(row))?);
    }
    Ok(found)
}

/// The IRIs of positions, each once.
///
/// # Errors
/// A damaged index.
pub fn iris(index: &Index, positions: impl IntoIterator<Item = Number>) -> Result<Vec<NamedNode>> {
    let table = PositionTable::new(index.snapshot())?;
    let mut seen: HashSet<Number> = HashSet::new();
    let mut found = Vec::new();
    for position in positions {
        if seen.insert(position)
            && let Term::NamedNode(node) = table.term(position)?
        {
            found.push(node);
        }
    }
    Ok(found)
}
