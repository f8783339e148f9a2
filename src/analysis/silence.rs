//! Silence: who no longer speaks on an issue that goes on.
//!
//! An actor is silent on an issue from the last day on which a stance of theirs with a value can have been expressed.
//! The silence counts if others spoke on the issue long after, and if an article on it was published since in which
//! the actor takes no stance with a value on anything. Positions of every status count: a retracted one was expressed.
//! It is the definition of the question `who-falls-silent`, by the position table.

use super::columns::{concepts, node};
use crate::base::error::Result;
use crate::model::Stance;
use crate::model::vocab::stp;
use crate::store::index::positions::{PositionTable, Thing as Number};
use crate::store::index::{Corruption, Index, reading};
use crate::store::names::{Thing, thing};
use jiff::civil::Date;
use oxrdf::{NamedNode, Term};
use std::collections::{BTreeSet, HashMap, HashSet};

/// What counts as silence.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// Fewest days of silence; without it three times the average number of days between two articles.
    pub days: Option<u32>,
    /// Only who has been silent since this day, on what was discussed that day or later.
    pub since: Option<Date>,
}

/// Somebody who has fallen silent on an issue.
#[derive(Clone, Debug)]
pub struct Silence {
    /// The issue.
    pub issue: Thing,
    /// The actor.
    pub actor: Thing,
    /// Their last stance.
    pub stance: Option<Stance>,
    /// Last day on which it can have been expressed.
    pub stated_until: Date,
    /// The day on which they last spoke on anything.
    pub spoke_until: Date,
    /// The day on which anybody last spoke on the issue.
    pub discussed_until: Date,
    /// Days between the stance and that.
    pub days: i32,
    /// Number of articles on the issue since in which they take no stance.
    pub articles: usize,
    /// The position.
    pub position: NamedNode,
}

/// Everybody who has fallen silent, and how many days of silence count.
#[derive(Clone, Debug)]
pub struct Silences {
    /// By issue, then by the day of the last stance.
    pub rows: Vec<Silence>,
    /// Fewest days of silence; none where the data have no two articles with a day and none are wanted.
    pub days: Option<f64>,
    /// Number of positions with a value and a day.
    pub dated: usize,
}

/// Who has fallen silent.
///
/// # Errors
/// A damaged index.
pub fn silences(index: &Index, wanted: Wanted) -> Result<Silences> {
    reading(|| read(index, wanted))?.map_err(Into::into)
}

/// The last day on which one of these positions with a value can have been expressed; none if none is dated.
///
/// # Errors
/// A damaged index.
pub fn last_word(index: &Index, positions: &[NamedNode]) -> Result<Option<Date>> {
    let facts = super::facts::Facts::new(index);
    let day = |position: &NamedNode| {
        facts.text(position, stp::prop::STANCE_VALUE)?;
        facts.text(position, stp::prop::STATED_UNTIL)?.get(..10)?.parse().ok()
    };
    Ok(reading(|| positions.iter().filter_map(day).max())?)
}

/// A position with a value and a day.
struct Spoken {
    row: usize,
    day: Date,
}

fn read(index: &Index, wanted: Wanted) -> Result<Silences, Corruption> {
    let table = PositionTable::new(index.snapshot())?;
    let (actors, issues, articles) = (table.actors()?, table.issues()?, table.articles()?);
    let (values, until) = (table.values()?, table.stated_until()?);
    let stances: Vec<Option<Stance>> = concepts(&table, &table.stances()?)?;
    let mut spoken: HashMap<(Number, Number), Vec<Spoken>> = HashMap::new();
    let mut discussed: HashMap<Number, Date> = HashMap::new();
    let mut spoke: HashMap<Number, Date> = HashMap::new();
    let mut on_issue: HashMap<Number, HashSet<Number>> = HashMap::new();
    let mut in_article: HashSet<(Number, Number)> = HashSet::new();
    let mut dated = 0;
    for row in (0..table.len()).filter(|row| values.get(*row).is_some()) {
        let (Some(actor), Some(issue)) = (actors.get(row), issues.get(row)) else { continue };
        if let Some(article) = articles.get(row) {
            on_issue.entry(issue).or_default().insert(article);
            in_article.insert((article, actor));
        }
        let Some(day) = until.get(row) else { continue };
        dated += 1;
        let latest = |days: &mut HashMap<Number, Date>, thing: Number| {
            days.entry(thing).and_modify(|last| *last = day.max(*last)).or_insert(day);
        };
        latest(&mut discussed, issue);
        latest(&mut spoke, actor);
        spoken.entry((issue, actor)).or_default().push(Spoken { row, day });
    }
    let published = published(index, &table)?;
    let days = wanted.days.map(f64::from).or_else(|| rhythm(index).map(|rhythm| 3.0 * rhythm));
    let mut rows = Vec::new();
    for ((issue, actor), positions) in spoken {
        let Some(last) = positions.iter().map(|spoken| spoken.day).max() else { continue };
        let until = discussed[&issue];
        let gap = (until - last).get_days();
        let is_since = wanted.since.is_none_or(|since| last < since && until >= since);
        if gap < 1 || !is_since || days.is_none_or(|days| f64::from(gap) < days) {
            continue;
        }
        let is_without = |article: &&Number| {
            published.get(*article).is_some_and(|day| *day > last)
                && !in_article.contains(&(**article, actor))
        };
        let articles = on_issue.get(&issue).map_or(0, |articles| articles.iter().filter(is_without).count());
        if articles == 0 {
            continue;
        }
        let named = |number: Number| -> Result<Option<Thing>, Corruption> {
            Ok(node(&table, number)?.map(|node| thing(index, node)))
        };
        let (Some(issue), Some(actor_thing)) = (named(issue)?, named(actor)?) else { continue };
        for Spoken { row, .. } in positions.iter().filter(|spoken| spoken.day == last) {
            let Some(position) = node(&table, table.position(*row))? else { continue };
            rows.push(Silence {
                issue: issue.clone(),
                actor: actor_thing.clone(),
                stance: stances[*row],
                stated_until: last,
                spoke_until: spoke[&actor],
                discussed_until: until,
                days: gap,
                articles,
                position,
            });
        }
    }
    rows.sort_by_cached_key(|row| {
        let things =
            (row.issue.label.clone(), row.issue.iri.clone(), row.stated_until, row.actor.label.clone());
        (things, row.position.clone())
    });
    Ok(Silences { rows, days, dated })
}

/// The last day on which each article can have been published, of articles with positions.
fn published(index: &Index, table: &PositionTable<'_>) -> Result<HashMap<Number, Date>, Corruption> {
    let facts = super::facts::Facts::new(index);
    let mut published = HashMap::new();
    for article in table.articles()?.levels().0 {
        let Some(iri) = node(table, article)? else { continue };
        let day = facts.text(&iri, stp::prop::PUBLISHED_UNTIL).and_then(|text| text.get(..10)?.parse().ok());
        published.extend(day.map(|day: Date| (article, day)));
    }
    Ok(published)
}

/// Average number of days between two articles of the data, also those without positions.
fn rhythm(index: &Index) -> Option<f64> {
    let mut articles = BTreeSet::new();
    let mut days: BTreeSet<Date> = BTreeSet::new();
    for triple in index.matching(None, Some(stp::prop::PUBLISHED_UNTIL), None) {
        let Term::Literal(day) = &triple.object else { continue };
        let Some(day) = day.value().get(..10).and_then(|text| text.parse::<Date>().ok()) else { continue };
        articles.insert(triple.subject.to_string());
        days.insert(day);
    }
    let (first, last) = (days.first()?, days.last()?);
    let steps = articles.len().checked_sub(1).filter(|steps| *steps > 0)?;
    Some(f64::from((*last - *first).get_days()) / steps as f64)
}
