//! Shifts: who moved, on what, from where to where, over all articles; and what only looks like it.
//!
//! A position is held against those of the last earlier day on which somebody spoke on the issue for the same actor, or
//! in the same name, if they have another stance; and against what it supersedes. Positions of one article on the same
//! words are held against each other, too: such a pair is a correction of the coding. [`Kind`] says what each pair is,
//! as [`Changes`](super::Changes) do for two articles; its "later side" is the article of the later position.
//!
//! Of one day and actor, positions with the same stance stand for each other: the first by its IRI is shown. Of several
//! earlier positions of one actor and stance the last is.

use super::held::{Held, Side, Words};
use super::{Change, Judge, Kind};
use crate::analysis::columns::{concepts, node, plain};
use crate::analysis::facts::Facts;
use crate::base::error::Result;
use crate::model::Status;
use crate::model::vocab::stp;
use crate::store::index::positions::{PositionTable, Thing as Number};
use crate::store::index::{Corruption, Index, reading};
use jiff::civil::Date;
use std::cmp::Reverse;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A change of stance between two positions.
#[derive(Clone, Debug)]
pub struct Shift {
    /// What it is, with its reasons and both positions.
    pub change: Change,
    /// Whether the later position supersedes the earlier: a source, or the coder, calls it a change.
    pub linked: bool,
}

/// What was found, and in how much.
#[derive(Clone, Debug, Default)]
pub struct Shifts {
    /// By kind, then by the day of the later position.
    pub shifts: Vec<Shift>,
    /// Number of positions that were looked at.
    pub positions: usize,
    /// Number of those without a day, which have no order.
    pub undated: usize,
}

/// Later position, and actor and stance of the earlier.
type Key = (usize, Option<Number>, Option<Number>);

/// All changes of stance. Without `all`, not what a text only implies: a decision or vote implies nothing.
///
/// # Errors
/// A damaged index.
pub fn shifts(index: &Index, all: bool) -> Result<Shifts> {
    reading(|| read(index, all))?.map_err(Into::into)
}

/// A position's day and row.
type Spoken = (Option<Date>, usize);

/// By which the last of several alike is known: its day, then its IRI.
type Order = (Option<Date>, Reverse<String>);

fn read(index: &Index, all: bool) -> Result<Shifts, Corruption> {
    let table = PositionTable::new(index.snapshot())?;
    let columns = Columns::new(&table)?;
    let mut found = Shifts::default();
    let mut spoken: BTreeMap<(Number, Number), Vec<Spoken>> = BTreeMap::new();
    for row in (0..table.len()).filter(|row| columns.counts(*row, all)) {
        let Some(issue) = columns.issue[row] else { continue };
        found.positions += 1;
        found.undated += usize::from(columns.day[row].is_none());
        for principal in &columns.principals[row] {
            spoken.entry((*principal, issue)).or_default().push((columns.day[row], row));
        }
    }
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut alike: BTreeSet<(usize, usize)> = BTreeSet::new();
    for positions in spoken.values_mut() {
        positions.sort_unstable();
        let days: Vec<&[(Option<Date>, usize)]> = positions.chunk_by(|one, next| one.0 == next.0).collect();
        for day in &days {
            for (at, (_, row)) in day.iter().enumerate() {
                let others = day[at + 1..].iter().map(|(_, other)| *other);
                alike.extend(
                    others.filter(|other| columns.may_be_correction(*row, *other)).map(|o| (*row, o)),
                );
            }
        }
        for two in days.windows(2).filter(|two| two[0][0].0.is_some()) {
            let (earlier, later) = (columns.representatives(two[0])?, columns.representatives(two[1])?);
            for before in &earlier {
                let moved = later.iter().filter(|after| columns.stance[*before] != columns.stance[**after]);
                pairs.extend(moved.map(|after| (*before, *after)));
            }
        }
    }
    let linked = columns.linked(all)?;
    pairs.extend(&linked);
    let mut judged = Judged::new(index, &columns)?;
    alike.retain(|(one, other)| !linked.contains(&(*one, *other)) && !linked.contains(&(*other, *one)));
    for (before, after) in alike {
        let change = judged.change(before, after, false)?;
        found.shifts.extend(
            change
                .filter(|change| change.kind == Kind::Correction)
                .map(|change| Shift { change, linked: false }),
        );
    }
    // What repeats an earlier stance until it changes is one change: from the last time it was said.
    let mut last: BTreeMap<Key, (Order, Shift)> = BTreeMap::new();
    for (before, after) in pairs {
        let is_linked = linked.contains(&(before, after));
        let Some(change) = judged.change(before, after, is_linked)? else { continue };
        let Some(earlier) = change.before.as_ref().filter(|_| change.kind != Kind::Restated) else {
            continue;
        };
        let order = (earlier.begin, Reverse(earlier.position.as_str().to_owned()));
        let key = (after, columns.actor[before], columns.stance[before]);
        let shift = Shift { change, linked: is_linked };
        match last.entry(key) {
            Entry::Vacant(entry) => drop(entry.insert((order, shift))),
            Entry::Occupied(mut entry) => {
                let linked = is_linked || entry.get().1.linked;
                if order > entry.get().0 {
                    entry.insert((order, shift));
                }
                entry.get_mut().1.linked = linked;
            }
        }
    }
    found.shifts.extend(last.into_values().map(|(_, shift)| shift));
    let begin = |held: &Option<Held>| held.as_ref().and_then(|held| held.begin);
    found.shifts.sort_by_cached_key(|shift| {
        let Change { kind, before, after, .. } = &shift.change;
        let iri = |held: &Option<Held>| held.as_ref().map(|held| held.position.clone());
        (*kind, begin(after), begin(before), iri(after), iri(before))
    });
    Ok(found)
}

/// What of each position decides which others it is held against.
struct Columns<'t> {
    table: &'t PositionTable<'t>,
    actor: Vec<Option<Number>>,
    issue: Vec<Option<Number>>,
    stance: Vec<Option<Number>>,
    article: Vec<Option<Number>>,
    status: Vec<Option<Status>>,
    day: Vec<Option<Date>>,
    /// Whether it is more than implied.
    plain: Vec<bool>,
    /// The actor, and those in whose name they speak.
    principals: Vec<Vec<Number>>,
}

impl<'t> Columns<'t> {
    fn new(table: &'t PositionTable<'t>) -> Result<Self, Corruption> {
        let actor: Vec<_> = table.actors()?.iter().collect();
        let mut principals: Vec<Vec<Number>> =
            actor.iter().map(|actor| actor.iter().copied().collect()).collect();
        for (row, represented) in table.each(stp::prop::ON_BEHALF_OF)? {
            principals[row as usize].push(represented);
        }
        principals.iter_mut().for_each(|of| {
            of.sort_unstable();
            of.dedup();
        });
        let (from, until, valid) = (table.stated_from()?, table.stated_until()?, table.valid_from()?);
        let day = (0..table.len()).map(|row| valid.get(row).or(until.get(row)).or(from.get(row)));
        Ok(Self {
            issue: table.issues()?.iter().collect(),
            stance: table.stances()?.iter().collect(),
            article: table.articles()?.iter().collect(),
            status: concepts(table, &table.statuses()?)?,
            day: day.collect(),
            plain: plain(table)?,
            actor,
            principals,
            table,
        })
    }

    /// Whether a position takes part without being linked.
    fn counts(&self, row: usize, all: bool) -> bool {
        matches!(self.status[row], Some(Status::InForce | Status::Superseded)) && (all || self.plain[row])
    }

    fn may_be_correction(&self, one: usize, other: usize) -> bool {
        let same = self.article[one].is_some() && self.article[one] == self.article[other];
        same && self.actor[one] == self.actor[other] && self.stance[one] != self.stance[other]
    }

    /// Of positions of one day, the first of each actor and stance.
    fn representatives(&self, positions: &[(Option<Date>, usize)]) -> Result<Vec<usize>, Corruption> {
        let mut first: BTreeMap<(Option<Number>, Option<Number>), (String, usize)> = BTreeMap::new();
        for (_, row) in positions {
            let found = (self.table.term(self.table.position(*row))?.to_string(), *row);
            let of = first.entry((self.actor[*row], self.stance[*row])).or_insert_with(|| found.clone());
            if found < *of {
                *of = found;
            }
        }
        Ok(first.into_values().map(|(_, row)| row).collect())
    }

    /// Pairs of which the later supersedes the earlier.
    fn linked(&self, all: bool) -> Result<BTreeSet<(usize, usize)>, Corruption> {
        let links = self.table.each(stp::prop::SUPERSEDES)?;
        if links.is_empty() {
            return Ok(BTreeSet::new());
        }
        let rows: HashMap<Number, usize> =
            (0..self.table.len()).map(|row| (self.table.position(row), row)).collect();
        let pair = |(after, before): (u32, Number)| Some((*rows.get(&before)?, after as usize));
        let is_shown = |(before, after): &(usize, usize)| all || (self.plain[*before] && self.plain[*after]);
        Ok(links.into_iter().filter_map(pair).filter(is_shown).collect())
    }
}

/// Positions read so far, and those of the articles of later positions.
struct Judged<'t> {
    index: &'t Index,
    columns: &'t Columns<'t>,
    words: Words,
    articles: HashMap<Option<Number>, Vec<Held>>,
}

impl<'t> Judged<'t> {
    fn new(index: &'t Index, columns: &'t Columns<'t>) -> Result<Self, Corruption> {
        Ok(Self { index, columns, words: Words::of(index, index), articles: HashMap::new() })
    }

    fn change(&mut self, before: usize, after: usize, linked: bool) -> Result<Option<Change>, Corruption> {
        let iris = [before, after].map(|row| node(self.columns.table, self.columns.table.position(row)));
        let [Some(earlier), Some(later)] = [iris[0].clone()?, iris[1].clone()?] else { return Ok(None) };
        let facts = Facts::new(self.index);
        let article = self.columns.article[after];
        if !self.articles.contains_key(&article) {
            let side = match article.map(|article| node(self.columns.table, article)).transpose()?.flatten() {
                Some(article) => Held::all(&Side::of_article(self.index, String::new(), &article)),
                None => vec![Held::read(self.index, &facts, &later)],
            };
            self.articles.insert(article, side);
        }
        let side = &self.articles[&article];
        let earlier = Held::read(self.index, &facts, &earlier);
        let judge = Judge::new(self.index, side, &self.words);
        let later = side.iter().find(|held| held.position == later);
        Ok(later.map(|later| match linked {
            true => judge.linked_change(&earlier, later),
            false => judge.change(&earlier, later),
        }))
    }
}
