//! From analyses to pictures: what is shown of each, and in which words.
//!
//! One place for the command line, the report and the server.

use super::matrix::{Cell, Matrix, sign, sign_of};
use super::timeline::{Row, Timeline, quote, range};
use crate::base::error::{Error, Result, count};
use crate::export::picture::heatmap::{self, HeatMap, Name};
use crate::export::picture::timeline::{self as lanes, Bar, Group, Lane};
use crate::export::picture::{Heading, Picture};
use crate::model::{Certainty, Concept, Status};
use crate::store::index::Index;
use crate::store::names::Thing;

/// Most cells, and most bars, that a picture can show.
const CELLS: usize = 40_000;
const BARS: usize = 2_000;
/// Quotes are looked up for so many bars; of more, a title names the article alone.
const QUOTED: usize = 500;

/// What a picture is to say above and below, and how wide it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// Its title; without one it has its own.
    pub title: Option<String>,
    /// Where the data come from.
    pub source: String,
    /// Its width in pixels.
    pub width: f64,
}

impl Frame {
    fn heading(&self, title: &str, notes: Vec<String>) -> Heading {
        let title = self.title.clone().unwrap_or_else(|| title.to_owned());
        Heading { title, notes, source: self.source.clone() }
    }
}

/// What the colours of stances mean.
fn legend() -> Vec<(f64, String)> {
    let entries = [
        (-1.0, "against"),
        (-0.5, "rather, or conditionally, against"),
        (0.0, "neither"),
        (0.5, "rather, or conditionally, for"),
        (1.0, "for"),
    ];
    entries.iter().map(|(value, words)| (*value, (*words).to_owned())).collect()
}

fn name(thing: &Thing) -> Name {
    Name::new(&thing.label, thing.iri.as_str())
}

/// What a cell of the picture of a matrix has written in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Written {
    /// Mean of the stances in force, from -1 to 1.
    #[default]
    Mean,
    /// Number of positions in force.
    Count,
    /// Sign of the stances, or of the newest.
    Sign,
    /// Sign of the newest stance.
    Newest,
}

/// A matrix as a heat map: an issue a row, for its name is a sentence, an actor a column; similar ones side by side.
///
/// # Errors
/// No stances; more cells than a picture can show.
pub fn matrix(matrix: &Matrix, written: Written, frame: &Frame) -> Result<Picture> {
    if matrix.is_empty() {
        return Err(nothing());
    }
    let (actors, issues) = matrix.by_similarity();
    if actors.len() * issues.len() > CELLS {
        let cells = format!("{} by {}", count(issues.len(), "issue"), count(actors.len(), "actor"));
        return Err(Error::usage(format!("{cells} are too many for a picture"))
            .with_help("narrow it with --actor, --issue, --since or --article; --format csv has them all"));
    }
    let row = |issue: &&Thing| -> Vec<Option<heatmap::Cell>> {
        let cell = |actor: &&Thing| {
            let cell = matrix.cells.get(&(actor.iri.clone(), issue.iri.clone()))?;
            Some(shown(cell, written, actor, issue))
        };
        actors.iter().map(cell).collect()
    };
    let what = match written {
        Written::Mean => "A number is the mean of the stances in force, from −1 (against) to 1 (for)",
        Written::Count => "A number is how many positions are in force; the colour is their mean",
        Written::Sign => "++ for, + rather, (+) if, 0 neither, +- both, (-) unless, - rather not, -- against",
        Written::Newest => "The sign of the newest stance in force; the colour is the mean",
    };
    let note = format!("{what}; ? has no value; a dot is no record.");
    let map = HeatMap {
        heading: frame.heading("Who stands where on what", vec![note]),
        rows: issues.iter().map(|issue| name(issue)).collect(),
        columns: actors.iter().map(|actor| name(actor)).collect(),
        cells: issues.iter().map(row).collect(),
        legend: legend(),
    };
    Ok(heatmap::picture(&map, frame.width))
}

fn shown(cell: &Cell, written: Written, actor: &Thing, issue: &Thing) -> heatmap::Cell {
    let mean = cell.mean();
    let words = match (written, mean) {
        (Written::Count, _) => cell.in_force.len().to_string(),
        (Written::Sign, _) => sign(cell).replace('-', "−"),
        (Written::Newest, Some(_)) => {
            let newest = super::matrix::stances(&cell.newest());
            newest.first().map(|stance| sign_of(*stance).replace('-', "−")).unwrap_or_default()
        }
        (_, None) => "?".to_owned(),
        (Written::Mean, Some(mean)) => decimal(mean),
    };
    let stances = super::matrix::stances(if cell.in_force.is_empty() { &cell.open } else { &cell.in_force });
    let mut said: Vec<&str> = stances.into_iter().map(Concept::word).collect();
    if cell.in_force.is_empty() {
        said.extend(cell.words());
    }
    let positions = count(cell.in_force.len() + cell.open.len(), "position");
    let title = format!("{}: {} ({positions})\n{}", actor.label, said.join(", "), issue.label);
    heatmap::Cell { value: mean, words, title }
}

/// A value with at most two digits behind the point, and a true minus.
fn decimal(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.replace('-', "−") }
}

/// A timeline as lanes: an issue a group, an actor a lane, a position a bar.
///
/// # Errors
/// No position with a day; more positions than a picture can show; a damaged index.
pub fn timeline(index: &Index, timeline: &Timeline, frame: &Frame) -> Result<Picture> {
    if timeline.rows.is_empty() {
        return Err(match timeline.undated.len() {
            0 => nothing(),
            undated => Error::usage(format!("no position has a date ({})", count(undated, "position")))
                .with_help("the dates come from `stated:` of a position and `published:` of its article"),
        });
    }
    if timeline.rows.len() > BARS {
        return Err(Error::usage(format!(
            "{} are too many for a picture",
            count(timeline.rows.len(), "position")
        ))
        .with_help("narrow it with --issue, --actor, --since or --until; --format csv has them all"));
    }
    let mut groups: Vec<Group> = Vec::new();
    for row in &timeline.rows {
        let of_issue = |group: &Group| group.name.iri.as_deref() == Some(row.issue.iri.as_str());
        if !groups.last().is_some_and(of_issue) {
            groups.push(Group { name: name(&row.issue), lanes: Vec::new() });
        }
        let Some(group) = groups.last_mut() else { continue };
        let of_actor = |lane: &Lane| lane.name.iri.as_deref() == Some(row.actor.iri.as_str());
        if !group.lanes.last().is_some_and(of_actor) {
            group.lanes.push(Lane { name: name(&row.actor), bars: Vec::new() });
        }
        let words = if timeline.rows.len() <= QUOTED { quote(index, &row.position)? } else { None };
        if let Some(lane) = group.lanes.last_mut() {
            lane.bars.push(bar(row, words));
        }
    }
    for lane in groups.iter_mut().flat_map(|group| &mut group.lanes) {
        lane.bars = merged(&lane.bars);
    }
    let mut notes = vec![
        "++ for, + rather, (+) if, 0 neither, +− both, (−) unless, − rather not, −− against, \
                          ? undeclared, × declined to say."
            .to_owned(),
    ];
    if !timeline.undated.is_empty() {
        notes.push(format!("Left out: {} without a date.", count(timeline.undated.len(), "position")));
    }
    let one = match groups.as_mut_slice() {
        // The title says it already.
        [group] if frame.title.is_none() => Some(std::mem::take(&mut group.name).label),
        _ => None,
    };
    let title =
        one.map_or_else(|| "Who said what when".to_owned(), |issue| format!("Who said what when: {issue}"));
    let heading = frame.heading(&title, notes);
    Ok(lanes::picture(&lanes::Timeline { heading, groups, legend: legend() }, frame.width))
}

fn bar(row: &Row, words: Option<String>) -> Bar {
    let has = |(from, until): (Option<_>, Option<_>)| from.is_some() || until.is_some();
    let is_stated = has(row.stated);
    let certain = row.day().map(|day| (Some(day), Some(day)));
    let certain = if has(row.valid) { Some(row.valid) } else { certain };
    let mut said = vec![format!("{}: {}", row.actor.label, row.stance.word())];
    said.extend(
        row.status.filter(|status| *status != Status::InForce).map(|status| status.word().to_owned()),
    );
    said.extend(
        row.certainty.filter(|degree| *degree != Certainty::Certain).map(|degree| degree.word().to_owned()),
    );
    said.extend(row.mode.map(|mode| mode.word().to_owned()));
    let days = [("stated", row.stated), ("valid", row.valid)].into_iter().filter(|(_, days)| has(*days));
    said.extend(days.map(|(what, days)| format!("{what} {}", range(days))));
    let mut title = format!("{}\n{}", said.join(" · "), row.issue.label);
    for more in words.into_iter().chain(row.article.as_ref().map(|article| article.label.clone())) {
        title += &format!("\n{more}");
    }
    let uncertain = if row.certainty.is_some_and(|degree| degree != Certainty::Certain) { "~" } else { "" };
    Bar {
        possible: if is_stated { row.stated } else { row.valid },
        certain,
        value: row.value(),
        sign: format!("{}{uncertain}", sign_of(row.stance).replace('-', "−").replace('x', "×")),
        title,
        iri: Some(row.position.as_str().to_owned()),
    }
}

/// The same bars, where what is said again on the same days is one.
fn merged(bars: &[Bar]) -> Vec<Bar> {
    let is_same = |one: &Bar, next: &Bar| {
        (one.possible, one.certain, &one.sign) == (next.possible, next.certain, &next.sign)
    };
    let one = |same: &[Bar]| {
        let mut bar = same[0].clone();
        if same.len() > 1 {
            bar.sign += &format!(" ×{}", same.len());
            bar.title = same.iter().map(|bar| bar.title.as_str()).collect::<Vec<_>>().join("\n\n");
        }
        bar
    };
    bars.chunk_by(is_same).map(one).collect()
}

fn nothing() -> Error {
    Error::usage("there is nothing to draw: no position is left")
        .with_help("`standpoint summary` counts the positions; omit filters to have more")
}
