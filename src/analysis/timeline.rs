//! Who said what when: every position with its days, by issue and actor, read off the position table.
//!
//! All positions count, whatever their status: what is superseded was said, too.

use super::facts::Facts;
use crate::base::error::Result;
use crate::base::fold::fold;
use crate::model::{Certainty, Concept, Mode, Stance, Status};
use crate::store::index::positions::{PositionTable, Things};
use crate::store::index::{Corruption, Index, reading};
use crate::store::names::{self, Thing};
use jiff::civil::Date;
use oxrdf::{NamedNode, Term};
use std::collections::BTreeMap;

/// Positions in the order of issues, actors and days.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// The positions with a day.
    pub rows: Vec<Row>,
    /// The positions without any.
    pub undated: Vec<Row>,
}

/// A position and its days.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The position.
    pub position: NamedNode,
    /// Whose it is.
    pub actor: Thing,
    /// On what.
    pub issue: Thing,
    /// The article that it was read in.
    pub article: Option<Thing>,
    /// Its stance.
    pub stance: Stance,
    /// Its status.
    pub status: Option<Status>,
    /// How it was expressed, one of the model's own modes.
    pub mode: Option<Mode>,
    /// How certain its wording is.
    pub certainty: Option<Certainty>,
    /// First and last day on which it can have been expressed.
    pub stated: (Option<Date>, Option<Date>),
    /// First and last day on which the stance holds, where the text says so.
    pub valid: (Option<Date>, Option<Date>),
}

impl Row {
    /// Where its stance lies on the axis from -1 to 1; nowhere if it has no place on it.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.stance.value().and_then(|value| value.parse().ok())
    }

    /// The day on which it was expressed, if that is known to the day.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        self.stated.0.filter(|day| self.stated.1 == Some(*day))
    }

    /// First day of it that is known.
    #[must_use]
    pub fn first(&self) -> Option<Date> {
        self.stated.0.or(self.stated.1).or(self.valid.0).or(self.valid.1)
    }
}

/// The concept that each row of a column has.
fn concepts<C: Concept>(
    table: &PositionTable<'_>,
    column: &Things<'_>,
) -> Result<Vec<Option<C>>, Corruption> {
    let (things, of_row) = column.levels();
    let concept = |thing| {
        Ok(match table.term(thing)? {
            Term::NamedNode(node) => C::from_iri(node.as_ref()),
            _ => None,
        })
    };
    let concepts: Vec<Option<C>> = things.into_iter().map(concept).collect::<Result<_, Corruption>>()?;
    Ok(of_row.into_iter().map(|level| level.and_then(|level| concepts[level as usize])).collect())
}

/// The thing that each row of a column has, and what it is called.
fn things(
    index: &Index,
    table: &PositionTable<'_>,
    column: &Things<'_>,
) -> Result<(Vec<Option<Thing>>, Vec<Option<u32>>)> {
    let (things, of_row) = column.levels();
    let mut named = Vec::with_capacity(things.len());
    for thing in things {
        named.push(match table.term(thing)? {
            Term::NamedNode(node) => Some(reading(|| names::thing(index, node))?),
            _ => None,
        });
    }
    Ok((named, of_row))
}

impl Timeline {
    /// The positions of an index.
    ///
    /// # Errors
    /// A damaged index.
    pub fn of(index: &Index) -> Result<Self> {
        let table = PositionTable::new(index.snapshot())?;
        let (actors, actor_of) = things(index, &table, &table.actors()?)?;
        let (issues, issue_of) = things(index, &table, &table.issues()?)?;
        let (articles, article_of) = things(index, &table, &table.articles()?)?;
        let stances = concepts::<Stance>(&table, &table.stances()?)?;
        let statuses = concepts::<Status>(&table, &table.statuses()?)?;
        let modes = concepts::<Mode>(&table, &table.modes()?)?;
        let degrees = concepts::<Certainty>(&table, &table.certainty()?)?;
        let stated = (table.stated_from()?, table.stated_until()?);
        let valid = (table.valid_from()?, table.valid_until()?);
        let named = |things: &[Option<Thing>], level: Option<u32>| {
            level.and_then(|level| things[level as usize].clone())
        };
        let mut all = Vec::new();
        for row in 0..table.len() {
            let (Some(actor), Some(issue), Some(stance), Term::NamedNode(position)) = (
                named(&actors, actor_of[row]),
                named(&issues, issue_of[row]),
                stances[row],
                table.term(table.position(row))?,
            ) else {
                continue;
            };
            all.push(Row {
                position,
                actor,
                issue,
                article: named(&articles, article_of[row]),
                stance,
                status: statuses[row],
                mode: modes[row],
                certainty: degrees[row],
                stated: (stated.0.get(row), stated.1.get(row)),
                valid: (valid.0.get(row), valid.1.get(row)),
            });
        }
        // Who speaks first comes first, in each issue.
        let mut begins: BTreeMap<(NamedNode, NamedNode), Option<Date>> = BTreeMap::new();
        for row in &all {
            let begin = begins.entry((row.issue.iri.clone(), row.actor.iri.clone())).or_default();
            *begin = [*begin, row.first()].into_iter().flatten().min();
        }
        all.sort_by_cached_key(|row| {
            let begin = begins.get(&(row.issue.iri.clone(), row.actor.iri.clone())).copied().flatten();
            let name = |thing: &Thing| (fold(&thing.label), thing.iri.as_str().to_owned());
            let days = (row.first(), row.stated, row.valid);
            (
                name(&row.issue),
                begin.is_none(),
                begin,
                name(&row.actor),
                days,
                row.position.as_str().to_owned(),
            )
        });
        let (rows, undated) = all.into_iter().partition(|row| row.first().is_some());
        Ok(Self { rows, undated })
    }
}

/// The first words that prove a position, in quotation marks; nothing where there are none.
///
/// # Errors
/// A damaged index.
pub fn quote(index: &Index, position: &NamedNode) -> Result<Option<String>> {
    let quotes = reading(|| Facts::new(index).quotes(position))?;
    Ok(quotes.first().map(super::facts::QuoteFacts::words))
}

/// "2025-04-11", "2025-04-11 to 2025-04-14", "since 2025-04-11", "by 2025-04-11".
#[must_use]
pub fn range(days: (Option<Date>, Option<Date>)) -> String {
    match days {
        (Some(from), Some(until)) if from == until => from.to_string(),
        (Some(from), Some(until)) => format!("{from} to {until}"),
        (Some(from), None) => format!("since {from}"),
        (None, Some(until)) => format!("by {until}"),
        (None, None) => String::new(),
    }
}
