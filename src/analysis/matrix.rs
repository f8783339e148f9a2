//! Matrix of stances: what each actor takes on each issue, read off the position table.
//!
//! Positions count that are in force, ambiguous (one of several readings) or disputed. A position with
//! several actors, issues or stances has no row in the table and does not count.

mod across;

use super::columns::{concepts, node};
use super::statements::Variable;
use crate::base::error::Result;
use crate::base::fold::fold;
use crate::model::registry::Kind;
use crate::model::{Certainty, Concept, Stance, Status};
use crate::store::index::positions::{Days, PositionTable, Thing as Number};
use crate::store::index::{Corruption, Index, reading};
use crate::store::names::{self, Thing};
use jiff::civil::Date;
use oxrdf::NamedNode;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Rows and columns of a matrix of which nobody says what is wanted: with its legend it fits a screen.
const ACTORS: usize = 8;
const ISSUES: usize = 7;
/// Rows of a matrix of which only the issues are named.
const MOST: usize = 26;

/// The name that stands for all rows or columns.
const ALL: &str = "all";

/// Names of the rows and columns that are wanted; without any, the most telling ones; `all` for all.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Issues.
    pub issues: Vec<String>,
    /// Actors.
    pub actors: Vec<String>,
}

impl Wanted {
    /// All rows and columns.
    #[must_use]
    pub fn all() -> Self {
        Self { issues: vec![ALL.to_owned()], actors: vec![ALL.to_owned()] }
    }
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
    /// What the rows and the columns are.
    pub variables: (Variable, Variable),
    /// Whether the last row and the last column are those of all.
    pub has_margins: bool,
}

/// The stances that one actor takes on one issue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// Positions in force.
    pub in_force: Vec<Held>,
    /// Positions of which each is one of several readings, or which somebody denies.
    pub open: Vec<Held>,
}

/// A position in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its stance.
    pub stance: Stance,
    /// Its status.
    pub status: Status,
    /// Whether its wording is less than certain.
    pub uncertain: bool,
    /// Last and first day on which it can have been expressed.
    pub stated: (Option<Date>, Option<Date>),
    /// The position.
    pub position: Number,
}

impl Held {
    /// Where its stance lies on the axis from -1 (against) to 1 (for); nowhere if it has no place on it.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.stance.value().and_then(|value| value.parse().ok())
    }
}

impl Cell {
    fn values(&self) -> impl Iterator<Item = f64> {
        self.in_force.iter().chain(&self.open).filter_map(Held::value)
    }

    /// Whether a stance is in favour.
    #[must_use]
    pub fn is_for(&self) -> bool {
        self.values().any(|value| value > 0.0)
    }

    /// Whether a stance is opposed.
    #[must_use]
    pub fn is_against(&self) -> bool {
        self.values().any(|value| value < 0.0)
    }

    /// Mean value of the stances in force that have one.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let values: Vec<f64> = self.in_force.iter().filter_map(Held::value).collect();
        // Sums of halves: exact, and no order of the positions makes a difference.
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    }

    /// Standard deviation of the values of the stances in force that have one, over all of them.
    #[must_use]
    pub fn spread(&self) -> Option<f64> {
        let mean = self.mean()?;
        let squares: Vec<f64> =
            self.in_force.iter().filter_map(Held::value).map(|v| (v - mean).powi(2)).collect();
        Some((squares.iter().sum::<f64>() / squares.len() as f64).sqrt())
    }

    /// The newest positions in force: those of the greatest last day, then first day. Undated ones only if
    /// none is dated.
    #[must_use]
    pub fn newest(&self) -> Vec<Held> {
        let last = self.in_force.iter().map(|held| held.stated).max();
        self.in_force.iter().filter(|held| Some(held.stated) == last).copied().collect()
    }

    /// Stances without a place on the axis, or the status of what is not in force, in words: each once, in the
    /// order of the scheme.
    #[must_use]
    pub fn words(&self) -> Vec<&'static str> {
        if self.in_force.is_empty() {
            let has = |status| self.open.iter().any(|held| held.status == status);
            return Status::ALL.iter().filter(|status| has(**status)).map(|status| status.word()).collect();
        }
        stances(&self.in_force).iter().filter(|stance| stance.value().is_none()).map(|s| s.word()).collect()
    }
}

/// The stances of these positions: each once, in the order of the scheme.
#[must_use]
pub fn stances(positions: &[Held]) -> Vec<Stance> {
    let has = |stance| positions.iter().any(|held| held.stance == stance);
    Stance::ALL.iter().filter(|stance| has(**stance)).copied().collect()
}

/// The sign of one stance.
#[must_use]
pub fn sign_of(stance: Stance) -> &'static str {
    match stance {
        Stance::Supports | Stance::Affirms => "++",
        Stance::ConditionallySupports => "(+)",
        Stance::ConsidersLikely => "+",
        Stance::Neutral | Stance::ConsidersOpen => "0",
        Stance::Ambivalent => "+-",
        Stance::ConditionallyOpposes => "(-)",
        Stance::Critical | Stance::IsSkeptical => "-",
        Stance::Opposes | Stance::Denies => "--",
        Stance::Undeclared => "?",
        Stance::DeclinedToSay => "x",
    }
}

/// The sign of several positions: their common one, else that of their side, else both.
fn sign_of_all(positions: &[Held]) -> &'static str {
    let mut signs: Vec<&str> = stances(positions).into_iter().map(sign_of).collect();
    signs.dedup();
    let values: Vec<f64> = positions.iter().filter_map(Held::value).collect();
    let (is_for, is_against) = (values.iter().any(|v| *v > 0.0), values.iter().any(|v| *v < 0.0));
    match (signs.as_slice(), is_for, is_against) {
        ([sign], ..) => sign,
        (_, true, true) => "+-",
        (_, true, false) => "+",
        (_, false, true) => "-",
        (_, false, false) if values.is_empty() => "?",
        (_, false, false) => "0",
    }
}

/// The sign of a cell: of what is in force, else of what is open, how certain it is, and how many positions it has.
#[must_use]
pub fn sign(cell: &Cell) -> String {
    let (positions, mark) = match cell.in_force.is_empty() {
        true => (&cell.open, "|"),
        false => (&cell.in_force, if cell.open.is_empty() { "" } else { "|" }),
    };
    let uncertain = if positions.iter().any(|held| held.uncertain) { "~" } else { "" };
    let several = if positions.len() > 1 { format!("×{}", positions.len()) } else { String::new() };
    format!("{}{uncertain}{mark}{several}", sign_of_all(positions))
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
        let cells = cells(index)?;
        let all = |things: BTreeSet<&NamedNode>| -> Result<Vec<Thing>> {
            let mut things: Vec<Thing> =
                reading(|| things.into_iter().map(|thing| names::thing(index, thing.clone())).collect())?;
            things.sort_by(|one, next| {
                (fold(&one.label), one.iri.as_str()).cmp(&(fold(&next.label), next.iri.as_str()))
            });
            Ok(things)
        };
        let wanted_things = |kind: Kind, names: &[String], things: BTreeSet<&NamedNode>| {
            if names == [ALL] { all(things) } else { named(kind, names) }
        };
        let with_cells = |of: fn(&(NamedNode, NamedNode)) -> &NamedNode| cells.keys().map(of).collect();
        let mut issues = wanted_things(Kind::Issue, &wanted.issues, with_cells(|(_, issue)| issue))?;
        let mut actors = wanted_things(Kind::Actor, &wanted.actors, with_cells(|(actor, _)| actor))?;
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
        let variables = (Variable::Actor, Variable::Issue);
        Ok(Self { actors, issues, cells, of, variables, has_margins: false })
    }

    /// Its actors and issues, those with similar stances side by side: in the order of the first pair of singular
    /// vectors of the matrix of means, which puts those who agree at one end and their opponents at the other.
    /// Who has no mean comes last.
    #[must_use]
    pub fn by_similarity(&self) -> (Vec<&Thing>, Vec<&Thing>) {
        let value = |actor: &Thing, issue: &Thing| {
            self.cells.get(&(actor.iri.clone(), issue.iri.clone())).and_then(Cell::mean).unwrap_or_default()
        };
        let rows: Vec<Vec<f64>> = self
            .actors
            .iter()
            .map(|actor| self.issues.iter().map(|issue| value(actor, issue)).collect())
            .collect();
        // Power iteration from a beginning that is the same each time and no eigenvector by symmetry.
        let mut of_issue: Vec<f64> = (0..self.issues.len()).map(|i| 1.0 + 1.0 / (i + 2) as f64).collect();
        let mut of_actor = vec![0.0; self.actors.len()];
        for _ in 0..100 {
            for (score, row) in of_actor.iter_mut().zip(&rows) {
                *score = row.iter().zip(&of_issue).map(|(value, score)| value * score).sum();
            }
            for (column, score) in of_issue.iter_mut().enumerate() {
                *score = rows.iter().zip(&of_actor).map(|(row, score)| row[column] * score).sum();
            }
            let length = of_issue.iter().map(|score| score * score).sum::<f64>().sqrt();
            if length == 0.0 {
                break;
            }
            of_issue.iter_mut().for_each(|score| *score /= length);
        }
        (ordered(&self.actors, &of_actor), ordered(&self.issues, &of_issue))
    }

    /// Whether nobody takes a stance on any of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.actors.is_empty() || self.issues.is_empty()
    }
}

/// What cells show of the rows of the table.
struct Rows<'a> {
    table: PositionTable<'a>,
    statuses: Vec<Option<Status>>,
    stances: Vec<Option<Stance>>,
    degrees: Vec<Option<Certainty>>,
    stated: (Days<'a>, Days<'a>),
}

impl<'a> Rows<'a> {
    fn new(index: &'a Index) -> Result<Self, Corruption> {
        let table = PositionTable::new(index.snapshot())?;
        Ok(Self {
            statuses: concepts(&table, &table.statuses()?)?,
            stances: concepts(&table, &table.stances()?)?,
            degrees: concepts(&table, &table.certainty()?)?,
            stated: (table.stated_until()?, table.stated_from()?),
            table,
        })
    }

    /// What a cell shows of a row; none without a stance or a status.
    fn held(&self, row: usize) -> Option<Held> {
        Some(Held {
            stance: self.stances[row]?,
            status: self.statuses[row]?,
            uncertain: self.degrees[row].is_some_and(|degree| degree != Certainty::Certain),
            stated: (self.stated.0.get(row), self.stated.1.get(row)),
            position: self.table.position(row),
        })
    }
}

/// The stances of all positions that are in force or open, by actor and issue.
///
/// # Errors
/// A file of the index is damaged.
pub fn cells(index: &Index) -> Result<BTreeMap<(NamedNode, NamedNode), Cell>, Corruption> {
    let rows = Rows::new(index)?;
    let (actors, actor_of) = rows.table.actors()?.levels();
    let (issues, issue_of) = rows.table.issues()?.levels();
    let mut cells: BTreeMap<(u32, u32), Cell> = BTreeMap::new();
    for row in 0..rows.table.len() {
        let (Some(actor), Some(issue), Some(held)) = (actor_of[row], issue_of[row], rows.held(row)) else {
            continue;
        };
        match held.status {
            Status::InForce => cells.entry((actor, issue)).or_default().in_force.push(held),
            Status::Ambiguous | Status::Disputed => cells.entry((actor, issue)).or_default().open.push(held),
            Status::Superseded | Status::Retracted => {}
        }
    }
    let nodes = |things: Vec<Number>| -> Result<Vec<Option<NamedNode>>, Corruption> {
        things.into_iter().map(|thing| node(&rows.table, thing)).collect()
    };
    let (actors, issues) = (nodes(actors)?, nodes(issues)?);
    let named = |((actor, issue), cell): ((u32, u32), Cell)| {
        Some(((actors[actor as usize].clone()?, issues[issue as usize].clone()?), cell))
    };
    Ok(cells.into_iter().filter_map(named).collect())
}

/// Things by descending score, those without one last; of equal ones the first in their order first.
fn ordered<'t>(things: &'t [Thing], scores: &[f64]) -> Vec<&'t Thing> {
    let mut things: Vec<(&Thing, f64)> = things.iter().zip(scores.iter().copied()).collect();
    let is_none = |score: f64| score.abs() < 1e-9;
    things
        .sort_by(|(_, one), (_, next)| is_none(*one).cmp(&is_none(*next)).then_with(|| next.total_cmp(one)));
    things.into_iter().map(|(thing, _)| thing).collect()
}

/// How many actors stand on which side of an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// The issue.
    pub issue: NamedNode,
    /// Number of actors with any stance on it.
    pub actors: usize,
    /// Number of those with a stance in favour.
    pub pro: usize,
    /// Number of those with a stance against; who has both counts on both sides.
    pub contra: usize,
}

/// The issues of these cells: first where as many as possible are for and as many against.
pub fn divisions<'c>(cells: impl Iterator<Item = (&'c (NamedNode, NamedNode), &'c Cell)>) -> Vec<Division> {
    let mut counts: BTreeMap<&NamedNode, (usize, usize, usize)> = BTreeMap::new();
    for ((_, issue), cell) in cells {
        let (all, pro, contra) = counts.entry(issue).or_default();
        *all += 1;
        *pro += usize::from(cell.is_for());
        *contra += usize::from(cell.is_against());
    }
    let mut issues: Vec<_> = counts.into_iter().collect();
    issues.sort_by_key(|(issue, (all, pro, contra))| (Reverse(*pro.min(contra)), Reverse(*all), *issue));
    let division = |(issue, (actors, pro, contra)): (&NamedNode, _)| Division {
        issue: issue.clone(),
        actors,
        pro,
        contra,
    };
    issues.into_iter().map(division).collect()
}

/// The issues that divide these most.
fn contested<'c>(cells: impl Iterator<Item = (&'c (NamedNode, NamedNode), &'c Cell)>) -> Vec<NamedNode> {
    divisions(cells).into_iter().take(ISSUES).map(|division| division.issue).collect()
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
