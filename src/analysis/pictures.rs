//! From analyses to pictures: what is shown of each, and in which words.
//!
//! One place for the command line, the report and the server.

mod bars;
mod chain;
mod course;
mod demands;

pub use bars::barplot;
pub use chain::attribution;
pub use course::polarisation;
pub use demands::conditions;

use super::camps::{Camps, Member};
use super::matrix::{Cell, Matrix, sign, sign_of};
use super::network;
use super::statements::Node;
use super::timeline::{Row, Timeline, quote, range};
use crate::base::error::{Error, Result, count};
use crate::export::picture::heatmap::{self, HeatMap, Name};
use crate::export::picture::network::{self as graph, Tie};
use crate::export::picture::timeline::{self as lanes, Bar, Group, Lane};
use crate::export::picture::tree::{self as dendrogram, Leaf, Tree};
use crate::export::picture::{Heading, Picture};
use crate::model::{Certainty, Concept, Status};
use crate::store::index::Index;
use crate::store::names::Thing;
use std::collections::BTreeSet;

/// Most cells, and most bars, that a picture can show.
const CELLS: usize = 40_000;
const BARS: usize = 2_000;
/// Most nodes, and most ties, that can be told apart.
const NODES: usize = 250;
const TIES: usize = 8_000;
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
    /// Its heading, with its own title if no other is given.
    pub(crate) fn heading(&self, title: &str, notes: Vec<String>) -> Heading {
        let title = self.title.clone().unwrap_or_else(|| title.to_owned());
        Heading { title, notes, source: self.source.clone() }
    }
}

/// What the colours of stances mean.
pub(crate) fn legend() -> Vec<(f64, String)> {
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

/// A network as circles and lines: ties of disagreement are dashed, and nodes of a second set are squares.
///
/// # Errors
/// No nodes; more nodes or ties than can be told apart.
pub fn network(network: &network::Network, title: &str, frame: &Frame) -> Result<Picture> {
    let first = network.nodes.len();
    let mut said = vec![0.0; first + network.columns.as_ref().map_or(0, Vec::len)];
    let second = if network.columns.is_some() { first } else { 0 };
    let mut ties = Vec::new();
    for tie in network.ties.iter().filter(|tie| tie.weight != 0.0) {
        let ends = (tie.source as usize, tie.target as usize + second);
        said[ends.0] += tie.met;
        said[ends.1] += tie.met;
        let (one, other) = (label(network, ends.0), label(network, ends.1));
        let title = format!("{one} – {other}: {}", decimal(tie.weight));
        // In two modes the weight may mark sides, and ties of both count as for.
        let is_against = tie.weight < 0.0 || second > 0 && tie.opposed > tie.same;
        ties.push(Tie { ends, weight: tie.weight.abs(), is_against, title });
    }
    let all = network.nodes.iter().chain(network.columns.iter().flatten()).enumerate();
    let nodes = all.map(|(number, node)| graph::Node {
        name: Name::new(&node.label, &node.iri),
        weight: said[number],
        group: None,
        is_second: number >= first,
        title: node.label.clone(),
    });
    let nodes: Vec<graph::Node> = nodes.collect();
    let note = match second {
        0 => {
            "Short, thick ties are strong; dashed ones join those who disagree; a larger circle has more ties."
        }
        _ => "Circles take stances on squares; a solid tie is for, a dashed one against.",
    };
    draw(
        graph::Network {
            heading: frame.heading(title, vec![note.to_owned()]),
            nodes,
            ties,
            groups: Vec::new(),
        },
        frame,
        " --isolates drop",
    )
}

fn label(network: &network::Network, number: usize) -> &str {
    let all = network.nodes.iter().chain(network.columns.iter().flatten());
    all.map(|node: &Node| node.label.as_str()).nth(number).unwrap_or_default()
}

/// `drop`: the option, besides a threshold, that leaves out nodes without a tie.
fn draw(network: graph::Network, frame: &Frame, drop: &str) -> Result<Picture> {
    if network.nodes.is_empty() {
        return Err(nothing());
    }
    let (nodes, ties) = (network.nodes.len(), network.ties.len());
    if nodes > NODES || ties > TIES {
        let (nodes, ties) = (count(nodes, "node"), count(ties, "tie"));
        let help = match threshold_of(&network) {
            Some((weight, left)) => format!(
                "`--threshold {weight}{drop}` leaves out weaker ties, and who has no other: {} are left",
                count(left, "node")
            ),
            None => "narrow it with --issue, --actor, --since or --article".to_owned(),
        };
        return Err(Error::usage(format!("{nodes} and {ties} are too many for a picture")).with_help(help));
    }
    Ok(graph::picture(&network, frame.width))
}

/// The least strength of ties that leaves a network that can be drawn, and how many nodes that has; none where the
/// strongest ties alone are too many.
fn threshold_of(network: &graph::Network) -> Option<(f64, usize)> {
    let mut ties: Vec<&Tie> = network.ties.iter().collect();
    ties.sort_by(|one, next| next.weight.total_cmp(&one.weight));
    let mut tied = BTreeSet::new();
    let mut best = None;
    let mut kept = 0;
    for same in ties.chunk_by(|one, next| one.weight == next.weight) {
        tied.extend(same.iter().flat_map(|tie| [tie.ends.0, tie.ends.1]));
        kept += same.len();
        if tied.len() > NODES || kept > TIES {
            break;
        }
        best = Some((same[0].weight, tied.len()));
    }
    // As short as it can be: nothing between is lost.
    best.map(|(weight, left)| ((weight * 1000.0).floor() / 1000.0, left))
}

/// Who is in which camp, in a sentence a node.
fn said_of(camps: &Camps, member: &Member) -> String {
    let camp = match member.camp {
        Some(camp) => format!("camp {}", camp + 1),
        None => "no camp".to_owned(),
    };
    let stable = member.stability.map(|share| {
        format!("\ntogether with its camp in {:.0} % of {} ways of counting", share * 100.0, camps.variants)
    });
    let bridging =
        if member.bridging > 0.0 { format!("\nbridging {:.2}", member.bridging) } else { String::new() };
    let statements = count(member.statements, "statement");
    format!("{}: {camp}, {statements}{bridging}{}", member.node.label, stable.unwrap_or_default())
}

/// What stands below the title of a picture of camps.
fn notes(camps: &Camps) -> Vec<String> {
    let stable = |number: usize| {
        camps.camps[number].stability.map(|share| format!("{} in {:.0} %", number + 1, share * 100.0))
    };
    let stable: Vec<String> = (0..camps.camps.len()).filter_map(stable).collect();
    let of = &camps.polarisation;
    let z = of.z().map(|z| format!(", z = {}", decimal((z * 10.0).round() / 10.0))).unwrap_or_default();
    let by_chance = match of.permutations {
        0 => String::new(),
        permutations => {
            format!("; by chance {:.2} ± {:.2}{z} ({permutations} permutations)", of.mean, of.deviation)
        }
    };
    let at_least = if of.is_exact { "" } else { "at least " };
    let mut notes = vec![format!(
        "{} in {}. Modularity {:.2}. Polarisation into two camps {at_least}{:.2}{by_chance}.",
        count(camps.nodes.iter().filter(|member| member.camp.is_some()).count(), "member"),
        count(camps.camps.len(), "camp"),
        camps.modularity,
        of.observed,
    )];
    if !stable.is_empty() {
        notes.push(format!(
            "Pairs stay together in other ways of counting ({}): camp {}.",
            camps.variants,
            stable.join(", ")
        ));
    }
    notes
}

/// Names of camps: what each stands for.
fn names_of(camps: &Camps) -> Vec<String> {
    let named = |camp: &super::camps::Camp| match camp.telling.first() {
        Some(telling) => {
            let side = if telling.camp < 0.0 { "against" } else { "for" };
            format!("{side}: {}", telling.issue.label)
        }
        None => count(camp.members.len(), "member"),
    };
    camps.camps.iter().map(named).collect()
}

/// Camps as a network: a colour and a number a camp. Ties weaker than the threshold are left out, and who has no
/// other.
///
/// # Errors
/// More nodes or ties than can be told apart.
pub fn camps(camps: &Camps, threshold: f64, frame: &Frame) -> Result<Picture> {
    let kept: Vec<_> = camps.ties.iter().filter(|tie| tie.2.abs() >= threshold).collect();
    if kept.is_empty() {
        let strongest = camps.ties.iter().map(|tie| tie.2.abs()).fold(0.0, f64::max);
        return Err(match strongest > 0.0 {
            true => Error::usage(format!("no tie is as strong as {threshold}"))
                .with_help(format!("the strongest has {}", decimal(strongest))),
            false => Error::usage("there is no tie: nobody takes a stance on the same as somebody else")
                .with_help("`standpoint matrix` shows who stands where on what"),
        });
    }
    let mut is_tied = vec![false; camps.nodes.len()];
    for tie in &kept {
        is_tied[tie.0] = true;
        is_tied[tie.1] = true;
    }
    let mut number = vec![0; camps.nodes.len()];
    let mut nodes = Vec::new();
    for (at, member) in camps.nodes.iter().enumerate().filter(|(at, _)| is_tied[*at]) {
        number[at] = nodes.len();
        nodes.push(graph::Node {
            name: Name::new(&member.node.label, &member.node.iri),
            weight: member.statements as f64,
            group: member.camp,
            is_second: false,
            title: said_of(camps, member),
        });
    }
    let tie = |(one, other, weight): &(usize, usize, f64)| {
        let (first, second) = (&camps.nodes[*one].node.label, &camps.nodes[*other].node.label);
        let word = if *weight < 0.0 { "disagree" } else { "agree" };
        Tie {
            ends: (number[*one], number[*other]),
            weight: weight.abs(),
            is_against: *weight < 0.0,
            title: format!("{first} – {second}: {word}, {}", decimal(*weight)),
        }
    };
    let mut notes = notes(camps);
    let left_out = camps.nodes.len() - nodes.len();
    if left_out > 0 {
        notes.push(format!("Left out: {} without a tie.", count(left_out, "node")));
    }
    let ties = kept.into_iter().map(tie).collect();
    let heading = frame.heading("Camps: who goes together", notes);
    draw(graph::Network { heading, nodes, ties, groups: names_of(camps) }, frame, "")
}

/// Camps as a dendrogram: who is joined with whom at which distance.
///
/// # Errors
/// No tree; more leaves than can be read.
pub fn dendrogram(camps: &Camps, frame: &Frame) -> Result<Picture> {
    if camps.tree.is_empty() || camps.nodes.len() > 4 * NODES {
        return Err(Error::usage(format!(
            "{} are too many for a dendrogram",
            count(camps.nodes.len(), "node")
        ))
        .with_help("narrow it with --issue, --actor, --since or --article"));
    }
    let leaf = |member: &Member| Leaf {
        name: Name::new(&member.node.label, &member.node.iri),
        group: member.camp,
        title: said_of(camps, member),
    };
    let tree = Tree {
        heading: frame.heading("Camps: who is near to whom", notes(camps)),
        leaves: camps.nodes.iter().map(leaf).collect(),
        joins: camps.tree.clone(),
        cut: camps.cut,
        axis: "distance: 0 agree on all, 0.5 nothing in common, 1 disagree on all".to_owned(),
    };
    Ok(dendrogram::picture(&tree, frame.width))
}
