//! A network: nodes with their names, and ties between them.
//!
//! Ties of disagreement want to be longer than those of agreement, and strong ties shorter than weak ones. Nodes
//! that nothing joins stand below, side by side.

use super::heatmap::Name;
use super::layout::{Room, Spring, distances, places, separate};
use super::palette::group_class;
use super::text::{Face, width, wrapped};
use super::{Anchor, Canvas, Heading, MARGIN, Mark, Picture, Point, Shape, Step, point};
use std::collections::{BTreeMap, BTreeSet};

/// Nodes and ties, with what they mean.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// What it shows.
    pub heading: Heading,
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The ties.
    pub ties: Vec<Tie>,
    /// Names of the groups that nodes are in.
    pub groups: Vec<String>,
}

/// A node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// Its name.
    pub name: Name,
    /// Its size among the others, from 0.
    pub weight: f64,
    /// Number of its group, if it is in one.
    pub group: Option<usize>,
    /// Whether it is of the second set, such as issues among actors: a square.
    pub is_second: bool,
    /// All there is to say of it.
    pub title: String,
}

/// A tie.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tie {
    /// Numbers of its ends.
    pub ends: (usize, usize),
    /// Its strength, above zero.
    pub weight: f64,
    /// Whether it is one of disagreement.
    pub is_against: bool,
    /// All there is to say of it.
    pub title: String,
}

/// Least and greatest radius of a node, in pixels.
const RADIUS: (f64, f64) = (8.0, 18.0);
/// Greatest width of a name, on two lines.
const NAME: f64 = 118.0;
/// Length of a tie of disagreement against one of agreement.
const AGAINST: f64 = 2.0;

/// A node with its name below it.
struct Drawn {
    radius: f64,
    lines: Vec<String>,
    room: Room,
}

impl Drawn {
    fn of(node: &Node, heaviest: f64) -> Self {
        let share = (node.weight.max(0.0) / heaviest).sqrt();
        let radius = RADIUS.0 + (RADIUS.1 - RADIUS.0) * share;
        let lines = wrapped(&node.name.label, Face::Note, NAME, 2);
        let wide = lines.iter().map(|line| width(line, Face::Note)).fold(2.0 * radius, f64::max);
        let high = 2.0 * radius + 2.0 + Face::Note.line() * lines.len() as f64;
        Self { radius, lines, room: (wide / 2.0 + 4.0, high / 2.0 + 3.0) }
    }

    /// The middle of the node's circle, of the middle of its box.
    fn centre(&self, place: Point) -> Point {
        point(place.x, place.y - self.room.1 + 3.0 + self.radius)
    }
}

/// The picture of a network, `wide` pixels wide or as wide as its names need.
#[must_use]
pub fn picture(network: &Network, wide: f64) -> Picture {
    let mut canvas = Canvas::new(&network.heading, wide);
    let wide = canvas.width;
    legend(&mut canvas, network);
    let heaviest = network.nodes.iter().map(|node| node.weight).fold(f64::MIN_POSITIVE, f64::max);
    let drawn: Vec<Drawn> = network.nodes.iter().map(|node| Drawn::of(node, heaviest)).collect();
    let places = placed(network, &drawn, wide, canvas.y + 6.0);
    draw_ties(&mut canvas, network, &drawn, &places);
    for ((node, drawn), place) in network.nodes.iter().zip(&drawn).zip(&places) {
        draw_node(&mut canvas, node, drawn, *place);
    }
    let bottom = places.iter().zip(&drawn).map(|(place, drawn)| place.y + drawn.room.1);
    canvas.y = bottom.fold(canvas.y, f64::max);
    let right = places.iter().zip(&drawn).map(|(place, drawn)| place.x + drawn.room.0);
    canvas.finish(right.fold(0.0, f64::max) + MARGIN)
}

fn legend(canvas: &mut Canvas, network: &Network) {
    let numbered: Vec<(String, String)> = (0..network.groups.len())
        .map(|group| (group_class(group).to_owned(), format!("{} {}", group + 1, network.groups[group])))
        .collect();
    let mut entries: Vec<(&str, &str)> =
        numbered.iter().map(|(class, words)| (class.as_str(), words.as_str())).collect();
    if network.ties.iter().any(|tie| !tie.is_against) {
        entries.push(("tie tie-for w3", "agree"));
    }
    if network.ties.iter().any(|tie| tie.is_against) {
        entries.push(("tie tie-against w3", "disagree"));
    }
    canvas.legend(&entries);
}

/// Places of the middles of the nodes' boxes: connected parts beside or below each other, then single nodes.
fn placed(network: &Network, drawn: &[Drawn], wide: f64, top: f64) -> Vec<Point> {
    let strongest = network.ties.iter().map(|tie| tie.weight).fold(f64::MIN_POSITIVE, f64::max);
    let springs: Vec<Spring> = network
        .ties
        .iter()
        .filter(|tie| tie.ends.0 != tie.ends.1)
        .map(|tie| {
            let strength = (tie.weight / strongest).clamp(0.0, 1.0).sqrt();
            let length = if tie.is_against { AGAINST } else { 1.0 } * (1.5 - 0.7 * strength);
            Spring { one: tie.ends.0, other: tie.ends.1, length }
        })
        .collect();
    let ideal = distances(network.nodes.len(), &springs);
    let mut out = vec![Point::default(); network.nodes.len()];
    let mut y = top;
    let mut singles = Vec::new();
    for part in parts(&ideal) {
        if let [single] = part.as_slice() {
            singles.push(*single);
            continue;
        }
        let within: Vec<Vec<f64>> =
            part.iter().map(|i| part.iter().map(|j| ideal[*i][*j]).collect()).collect();
        let rooms: Vec<Room> = part.iter().map(|node| drawn[*node].room).collect();
        let mut found = scaled(places(&within), &rooms, wide);
        separate(&mut found, &rooms, MARGIN, wide - MARGIN);
        let above = found.iter().zip(&rooms).map(|(place, room)| place.y - room.1).fold(f64::MAX, f64::min);
        for (node, place) in part.iter().zip(&found) {
            out[*node] = point(place.x, place.y - above + y);
        }
        let below = part.iter().map(|node| out[*node].y + drawn[*node].room.1).fold(y, f64::max);
        y = below + 14.0;
    }
    // In lines, as words.
    let (mut x, mut high) = (MARGIN, 0.0_f64);
    for single in singles {
        let room = drawn[single].room;
        if x > MARGIN && x + 2.0 * room.0 > wide - MARGIN {
            (x, y, high) = (MARGIN, y + high + 6.0, 0.0);
        }
        out[single] = point(x + room.0, y + room.1);
        x += 2.0 * room.0 + 6.0;
        high = high.max(2.0 * room.1);
    }
    out
}

/// Connected parts, the largest first.
fn parts(ideal: &[Vec<f64>]) -> Vec<Vec<usize>> {
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    let mut parts: Vec<Vec<usize>> = Vec::new();
    for (node, row) in ideal.iter().enumerate() {
        if seen.contains(&node) {
            continue;
        }
        let part: Vec<usize> = (0..row.len()).filter(|other| row[*other].is_finite()).collect();
        seen.extend(&part);
        parts.push(part);
    }
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    parts
}

/// Places as large as the width allows, and no larger than the boxes need.
fn scaled(mut places: Vec<Point>, rooms: &[Room], wide: f64) -> Vec<Point> {
    let span = |of: fn(&Point) -> f64| {
        let (least, most) =
            places.iter().map(of).fold((f64::MAX, f64::MIN), |(least, most), v| (least.min(v), most.max(v)));
        (least, (most - least).max(1e-9))
    };
    let ((left, across), (above, down)) = (span(|place| place.x), span(|place| place.y));
    // Four times the room of all boxes lets ties be seen between them.
    let area: f64 = rooms.iter().map(|room| 4.0 * room.0 * room.1).sum::<f64>() * 4.0;
    let widest = rooms.iter().map(|room| room.0).fold(0.0, f64::max);
    let free = (wide - 2.0 * MARGIN - 2.0 * widest).max(1.0);
    let by_area = (area / (across * down.max(across * 0.4))).sqrt();
    let scale = (free / across).min(by_area);
    let shift = (wide - across * scale) / 2.0;
    for place in &mut places {
        *place = point((place.x - left) * scale + shift, (place.y - above) * scale);
    }
    places
}

fn draw_ties(canvas: &mut Canvas, network: &Network, drawn: &[Drawn], places: &[Point]) {
    let strongest = network.ties.iter().map(|tie| tie.weight).fold(f64::MIN_POSITIVE, f64::max);
    let mut beside: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut order: Vec<&Tie> = network.ties.iter().filter(|tie| tie.ends.0 != tie.ends.1).collect();
    // Strong ties on top.
    order.sort_by(|one, next| one.weight.total_cmp(&next.weight).then(one.ends.cmp(&next.ends)));
    for tie in order {
        let ends = (tie.ends.0.min(tie.ends.1), tie.ends.0.max(tie.ends.1));
        let number = beside.entry(ends).or_default();
        let (from, to) = (drawn[ends.0].centre(places[ends.0]), drawn[ends.1].centre(places[ends.1]));
        let class = match tie.weight / strongest {
            share if share > 0.75 => "w4",
            share if share > 0.5 => "w3",
            share if share > 0.25 => "w2",
            _ => "w1",
        };
        let kind = if tie.is_against { "tie-against" } else { "tie-for" };
        let shape = match *number {
            0 => Shape::Line(from, to),
            // A second tie of the same ends bows to one side, a third to the other.
            more => {
                let bow = 0.12 * more.div_ceil(2) as f64 * if more % 2 == 1 { 1.0 } else { -1.0 };
                let (dx, dy) = (to.x - from.x, to.y - from.y);
                let by = |share: f64| point(from.x + dx * share - dy * bow, from.y + dy * share + dx * bow);
                Shape::Path(vec![Step::Move(from), Step::Curve(by(0.33), by(0.67), to)])
            }
        };
        *number += 1;
        canvas.draw(Mark::new(shape, format!("tie {kind} {class} faint"), &tie.title));
    }
}

fn draw_node(canvas: &mut Canvas, node: &Node, drawn: &Drawn, place: Point) {
    let centre = drawn.centre(place);
    let iri = node.name.iri.as_deref();
    let class = match node.group {
        Some(group) => format!("{} mark", group_class(group)),
        None if node.is_second => "v0 edge".to_owned(),
        None => "dot mark".to_owned(),
    };
    let r = drawn.radius;
    let shape = match node.is_second {
        true => Shape::Rect(point(centre.x - r * 0.9, centre.y - r * 0.9), r * 1.8, r * 1.8, 2.0),
        false => Shape::Circle(centre, r),
    };
    canvas.draw(Mark::new(shape, class, &node.title).about(iri));
    if let Some(group) = node.group {
        let at = point(centre.x, centre.y + 3.6);
        let mark = Mark::text(at, Anchor::Middle, Face::Cell, (group + 1).to_string());
        canvas.draw(mark.titled(&node.title).of_class("on-group").about(iri));
    }
    for (number, line) in drawn.lines.iter().enumerate() {
        let at = point(centre.x, centre.y + r + 2.0 + Face::Note.line() * (number as f64 + 0.8));
        let mark = Mark::text(at, Anchor::Middle, Face::Note, line).of_class("halo");
        canvas.draw(mark.titled(&node.title).about(iri));
    }
}
