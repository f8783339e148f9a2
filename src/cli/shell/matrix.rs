//! Who stands where on what: actors down, issues across, a sign where they meet.

use crate::base::error::Result;
use crate::base::table::{Column, Table};
use crate::model::registry::Kind;
use crate::query::{Stop, Taken, stances_taken};
use crate::store::index::Index;
use crate::store::names;
use crate::store::names::Thing;
use oxrdf::NamedNode;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

/// Rows and columns of a matrix of which nobody says what is wanted: with its legend it fits a screen.
const ACTORS: usize = 10;
const ISSUES: usize = 7;
/// No more rows and columns than this, whatever is wanted.
const MOST: usize = 26;

/// Columns of a terminal that one issue takes, and what names of actors leave to them.
const COLUMN: usize = 4;
const NAME: usize = 28;

/// What the signs mean; what they are of is nowhere told by colour.
const LEGEND: &str = "++ for  + rather  0 neither  - rather not  -- against  +- both  ? unsaid  · none";

/// The names of what is wanted; nothing stands for what is most telling.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Issues.
    pub issues: Vec<String>,
    /// Actors.
    pub actors: Vec<String>,
}

/// Stances, laid out.
#[derive(Clone, Debug)]
pub struct Matrix {
    actors: Vec<Thing>,
    issues: Vec<Thing>,
    cells: BTreeMap<(NamedNode, NamedNode), Cell>,
    /// How many actors take a stance anywhere, and on how many issues.
    of: (usize, usize),
}

/// What one actor takes on one issue.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    least: Option<f64>,
    most: Option<f64>,
}

impl Cell {
    fn add(&mut self, value: Option<f64>) {
        let Some(value) = value else { return };
        self.least = Some(self.least.map_or(value, |least| least.min(value)));
        self.most = Some(self.most.map_or(value, |most| most.max(value)));
    }

    fn is_for(self) -> bool {
        self.most.is_some_and(|most| most > 0.0)
    }

    fn is_against(self) -> bool {
        self.least.is_some_and(|least| least < 0.0)
    }

    fn sign(self) -> &'static str {
        let (Some(least), Some(most)) = (self.least, self.most) else { return "?" };
        match (least < 0.0, most > 0.0) {
            (true, true) => "+-",
            (false, true) if most >= 1.0 => "++",
            (false, true) => "+",
            (true, false) if least <= -1.0 => "--",
            (true, false) => "-",
            (false, false) => "0",
        }
    }
}

impl Matrix {
    /// The stances of the wanted actors on the wanted issues, of positions that are in force or disputed.
    ///
    /// Without wanted issues those that divide most: where as many as possible are for and as many
    /// against, of the wanted actors if there are any. Without wanted actors those who take stances on
    /// most of these issues.
    ///
    /// # Errors
    /// A name that nothing, or more than one thing, has; those of a query.
    pub fn of(index: &Index, wanted: &Wanted, limit: Option<Duration>, stop: &Stop) -> Result<Self> {
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
        let taken = stances_taken(index, limit, stop)?;
        let mut cells: BTreeMap<(NamedNode, NamedNode), Cell> = BTreeMap::new();
        for Taken { actor, issue, value } in taken {
            cells.entry((actor, issue)).or_default().add(value);
        }
        let of = {
            let actors: BTreeSet<&NamedNode> = cells.keys().map(|(actor, _)| actor).collect();
            let issues: BTreeSet<&NamedNode> = cells.keys().map(|(_, issue)| issue).collect();
            (actors.len(), issues.len())
        };
        if issues.is_empty() {
            let counted = |actor: &NamedNode| actors.is_empty() || actors.iter().any(|a| a.iri == *actor);
            issues = contested(index, cells.iter().filter(|((actor, _), _)| counted(actor)));
        }
        if actors.is_empty() {
            actors = active(index, &issues, &cells, if wanted.issues.is_empty() { ACTORS } else { MOST });
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

    /// What each row is about: the IRI of an actor.
    #[must_use]
    pub fn things(&self) -> Vec<Option<String>> {
        self.actors.iter().map(|actor| Some(actor.iri.as_str().to_owned())).collect()
    }

    /// How much of everything it shows: "10 of 34 actors, 7 of 41 issues".
    #[must_use]
    pub fn told(&self) -> String {
        let of = |shown: usize, all: usize, noun: &str| {
            if shown >= all {
                crate::base::error::count(shown, noun)
            } else {
                format!("{shown} of {all} {noun}s")
            }
        };
        let (actors, issues) = self.of;
        format!("{}, {}", of(self.actors.len(), actors, "actor"), of(self.issues.len(), issues, "issue"))
    }

    /// The table, what its signs mean, and the issues that its letters stand for; at most `width` columns
    /// wide, for which issues may be left out.
    #[must_use]
    pub fn render(&self, width: usize, numbered: bool) -> String {
        let name = self.actors.iter().map(|actor| actor.label.width()).max().unwrap_or_default().min(NAME);
        let room = width.saturating_sub(name + if numbered { 4 } else { 0 }) / COLUMN;
        let (issues, more) = self.issues.split_at(self.issues.len().min(room.max(1)));
        let mut columns = vec![Column { name: "actor".into(), right: false }];
        columns.extend((0..issues.len()).map(|i| Column { name: letter(i), right: false }));
        let row = |actor: &Thing| {
            let sign = |issue: &Thing| {
                let cell = self.cells.get(&(actor.iri.clone(), issue.iri.clone()));
                cell.map_or("·", |cell| cell.sign()).to_owned()
            };
            let mut row = vec![crate::base::diagnostic::printable(&actor.label).replace('\n', " ")];
            row.extend(issues.iter().map(sign));
            row
        };
        let table = Table::new(columns, self.actors.iter().map(row).collect()).numbered(numbered);
        let mut out = table.render(width);
        let _ = writeln!(out, "{}", textwrap::fill(LEGEND, width));
        for (i, issue) in issues.iter().enumerate() {
            let on = |wanted: fn(Cell) -> bool| {
                self.cells.iter().filter(|((_, of), cell)| *of == issue.iri && wanted(**cell)).count()
            };
            let label = crate::base::diagnostic::printable(&issue.label).replace('\n', " ");
            let text = format!("{label} ({} for, {} against)", on(Cell::is_for), on(Cell::is_against));
            let begin = format!("{}  ", letter(i));
            let options = textwrap::Options::new(width).initial_indent(&begin).subsequent_indent("   ");
            let _ = writeln!(out, "{}", textwrap::fill(&text, options));
        }
        if !more.is_empty() {
            let _ = writeln!(out, "no room for {}", crate::base::error::count(more.len(), "further issue"));
        }
        out
    }
}

/// The issues that divide these most.
fn contested<'c>(
    index: &Index,
    cells: impl Iterator<Item = (&'c (NamedNode, NamedNode), &'c Cell)>,
) -> Vec<Thing> {
    let mut counts: BTreeMap<&NamedNode, (usize, usize, usize)> = BTreeMap::new();
    for ((_, issue), cell) in cells {
        let (all, pro, contra) = counts.entry(issue).or_default();
        *all += 1;
        *pro += usize::from(cell.is_for());
        *contra += usize::from(cell.is_against());
    }
    let mut issues: Vec<_> = counts.into_iter().collect();
    issues.sort_by_key(|(issue, (all, pro, contra))| (Reverse(*pro.min(contra)), Reverse(*all), *issue));
    issues.into_iter().take(ISSUES).map(|(issue, _)| names::thing(index, issue.clone())).collect()
}

/// Those who take stances on most of these issues.
fn active(
    index: &Index,
    issues: &[Thing],
    cells: &BTreeMap<(NamedNode, NamedNode), Cell>,
    most: usize,
) -> Vec<Thing> {
    let mut counts: BTreeMap<&NamedNode, (usize, usize)> = BTreeMap::new();
    for (actor, issue) in cells.keys() {
        let (shown, all) = counts.entry(actor).or_default();
        *shown += usize::from(issues.iter().any(|shown| shown.iri == *issue));
        *all += 1;
    }
    let mut actors: Vec<_> = counts.into_iter().filter(|(_, (shown, _))| *shown > 0).collect();
    actors.sort_by_key(|(actor, (shown, all))| (Reverse(*shown), Reverse(*all), *actor));
    actors.into_iter().take(most).map(|(actor, _)| names::thing(index, actor.clone())).collect()
}

/// A, B, C …
fn letter(column: usize) -> String {
    u8::try_from(column).map_or_else(|_| column.to_string(), |i| char::from(b'A' + i).to_string())
}
