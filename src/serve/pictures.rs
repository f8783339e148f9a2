//! Pictures of a page: bounded, so that they can be looked at, and so that a page costs what it shows.
//!
//! Each is laid out twice, for a screen and for a telephone; the style sheet shows one of the two. One picture that
//! shrinks was weighed: on a telephone its words would be three pixels high.

use crate::analysis::bargain::{Which, bargains, problems};
use crate::analysis::camps::{Camps, Method, Question};
use crate::analysis::counts::counts;
use crate::analysis::matrix::Division;
use crate::analysis::network::{Duplicates, Normalisation};
use crate::analysis::pictures::{self, Frame};
use crate::analysis::statements::{Selection as Sides, Variable};
use crate::analysis::timeline::{Row, Timeline};
use crate::base::error::{Error, Result};
use crate::export::Selection;
use crate::export::picture::Picture;
use crate::store::index::Index;
use oxrdf::NamedNode;
use std::collections::BTreeMap;

/// Bars of the timeline, a bar a position; and of that of one thing.
const BARS: usize = 300;
const MOST: usize = 2_000;
/// Issues of the bar plot.
const ISSUES: usize = 30;
/// Actors whose camps are looked for, and that a network shows.
const ACTORS: usize = 60;
/// Issues whose conditions are drawn.
const CONDITIONS: usize = 20;
/// Permutations that show what chance gives.
const PERMUTATIONS: usize = 100;
/// Widths of pictures, in pixels: on a screen, and on a telephone.
const WIDTHS: [f64; 2] = [1000.0, 350.0];

/// A picture, laid out for a screen and for a telephone.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// For a screen, and for print.
    pub wide: Picture,
    /// For a telephone.
    pub narrow: Picture,
}

/// Lays a picture out in both widths.
fn both(draw: impl Fn(&Frame) -> Result<Picture>) -> Result<Drawing> {
    let [wide, narrow] = WIDTHS.map(|width| draw(&Frame { title: None, source: String::new(), width }));
    Ok(Drawing { wide: wide?, narrow: narrow? })
}

/// What cannot be drawn is left out of a page; all other errors are passed on.
fn if_any<T>(drawn: Result<T>) -> Result<Option<T>> {
    match drawn {
        Ok(drawn) => Ok(Some(drawn)),
        Err(Error::Usage { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Who said what when, about one issue, actor or article if one is given, else about the issues that divide most;
/// as many of them as fit; with the number of issues that it shows. None where nothing has a day, or too much.
///
/// # Errors
/// A damaged index.
pub fn timeline(
    index: &Index,
    divisions: &[Division],
    only: Option<&NamedNode>,
) -> Result<Option<(Drawing, usize)>> {
    let mut timeline = Timeline::of(index)?;
    if let Some(only) = only {
        let is_about = |row: &Row| {
            let article = row.article.as_ref().map(|article| &article.iri);
            [Some(&row.issue.iri), Some(&row.actor.iri), article].contains(&Some(only))
        };
        timeline.rows.retain(is_about);
        timeline.undated.retain(is_about);
    }
    let mut bars: BTreeMap<NamedNode, usize> = BTreeMap::new();
    timeline.rows.iter().for_each(|row| *bars.entry(row.issue.iri.clone()).or_default() += 1);
    let mut issues: Vec<NamedNode> = bars.keys().cloned().collect();
    if only.is_none() && timeline.rows.len() > BARS {
        let mut drawn = 0;
        let fits = |issue: &&NamedNode| {
            drawn += bars.get(*issue).copied().unwrap_or_default();
            drawn <= BARS
        };
        issues = divisions.iter().map(|of| &of.issue).take_while(fits).cloned().collect();
        timeline.rows.retain(|row| issues.contains(&row.issue.iri));
    }
    if timeline.rows.is_empty() || timeline.rows.len() > MOST {
        return Ok(None);
    }
    let drawing = both(|frame| pictures::timeline(index, &timeline, frame))?;
    Ok(Some((drawing, issues.len())))
}

/// How many are for and against, of one issue if one is given, else of those with most positions; with the number of
/// issues that it shows, and of all. None without a position in force.
///
/// # Errors
/// A damaged index.
pub fn bars(index: &Index, only: Option<&NamedNode>) -> Result<Option<(Drawing, usize, usize)>> {
    let mut counts = counts(index)?;
    counts.retain(|count| only.is_none_or(|only| count.issue.iri == *only));
    let issues: Vec<usize> = counts.chunk_by(|one, next| one.issue == next.issue).map(<[_]>::len).collect();
    let shown = issues.len().min(ISSUES);
    counts.truncate(issues.iter().take(shown).sum());
    let drawing = if_any(both(|frame| pictures::barplot(&counts, frame)))?;
    Ok(drawing.map(|drawing| (drawing, shown, issues.len())))
}

/// The camps of those actors who come first, as many as can be told apart, as a network. None where nobody is tied to
/// anybody.
///
/// # Errors
/// A damaged index.
pub fn camps(index: &Index, actors: &[NamedNode]) -> Result<Option<(Drawing, Camps)>> {
    let narrowed;
    let index = if actors.len() > ACTORS {
        let selection = Selection { actors: actors[..ACTORS].to_vec(), ..Selection::default() };
        narrowed = index.with_positions(&selection.positions(index)?);
        &narrowed
    } else {
        index
    };
    let sides = Sides { nodes: Variable::Actor, via: Variable::Issue, dna_compat: false, days: (None, None) };
    let question = Question {
        sides,
        duplicates: Duplicates::Document,
        normalisation: Normalisation::None,
        method: Method::Leiden { resolution: 1.0 },
        camps: None,
        seed: 1,
        permutations: PERMUTATIONS,
    };
    let Some(camps) = if_any(Camps::of(index, &question))? else { return Ok(None) };
    let drawing = if_any(both(|frame| pictures::camps(&camps, 0.0, frame)))?;
    Ok(drawing.map(|drawing| (drawing, camps)))
}

/// Who requires what of whom, on one issue if one is given; with the number of issues that it shows, and of all that
/// have conditions. None where there are no conditions.
///
/// # Errors
/// A damaged index.
pub fn conditions(index: &Index, only: Option<&NamedNode>) -> Result<Option<(Drawing, usize, usize)>> {
    let (all, logic) = bargains(index, Which::default())?;
    let is_wanted = |issue: &NamedNode| only.is_none_or(|only| issue == only);
    let mut shown: Vec<_> = all
        .iter()
        .filter(|bargain| is_wanted(&bargain.issue.iri))
        .filter(|bargain| bargain.parties.iter().flat_map(|of| &of.stands).any(|of| !of.terms.is_empty()))
        .collect();
    let issues = shown.len();
    shown.truncate(CONDITIONS);
    let mut problems = problems(&all, &logic);
    problems.retain(|problem| problem.issues.iter().any(|issue| is_wanted(&issue.iri)));
    let drawing = if_any(both(|frame| pictures::conditions(&shown, &all, &problems, frame)))?;
    Ok(drawing.map(|drawing| (drawing, shown.len(), issues)))
}
