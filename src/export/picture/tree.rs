//! A dendrogram: who is joined with whom at which distance, leaves on the left.

use super::heatmap::Name;
use super::palette::group_class;
use super::text::{Face, shortened, width};
use super::{Anchor, Canvas, Heading, MARGIN, Mark, Picture, Shape, Step, point};

/// Leaves and how they are joined.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    /// What it shows.
    pub heading: Heading,
    /// What is joined.
    pub leaves: Vec<Leaf>,
    /// One join less than leaves, by ascending distance.
    pub joins: Vec<Join>,
    /// Distance at which the tree is cut into groups, if it is.
    pub cut: Option<f64>,
    /// What the distance is.
    pub axis: String,
}

/// A leaf.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Leaf {
    /// Its name.
    pub name: Name,
    /// Number of its group, if it is in one.
    pub group: Option<usize>,
    /// All there is to say of it.
    pub title: String,
}

/// Two things that become one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Join {
    /// A leaf by its number, or a join by its number after all leaves.
    pub one: usize,
    /// The other.
    pub other: usize,
    /// How far apart they are.
    pub distance: f64,
}

/// Height of a leaf, in pixels.
const LEAF: f64 = 20.0;

/// The leaves in an order in which no branches cross: the larger, or earlier, side of a join first.
#[must_use]
pub fn order(leaves: usize, joins: &[Join]) -> Vec<usize> {
    let mut members: Vec<Vec<usize>> = (0..leaves).map(|leaf| vec![leaf]).collect();
    let mut is_joined = vec![false; leaves + joins.len()];
    for join in joins {
        let (one, other) = (members[join.one].clone(), members[join.other].clone());
        let key = |side: &Vec<usize>| (std::cmp::Reverse(side.len()), side.iter().min().copied());
        let (first, second) = if key(&one) <= key(&other) { (one, other) } else { (other, one) };
        members.push([first, second].concat());
        is_joined[join.one] = true;
        is_joined[join.other] = true;
    }
    members
        .iter()
        .zip(&is_joined)
        .filter(|(_, is_joined)| !**is_joined)
        .flat_map(|(side, _)| side.clone())
        .collect()
}

/// The picture of a tree, `wide` pixels wide.
#[must_use]
pub fn picture(tree: &Tree, wide: f64) -> Picture {
    let mut canvas = Canvas::new(&tree.heading, wide);
    let wide = canvas.width;
    let longest = tree.leaves.iter().map(|leaf| width(&leaf.name.label, Face::Label)).fold(0.0, f64::max);
    let names = longest.min((wide * 0.35).max(110.0)).min(260.0);
    let (left, right) = (MARGIN + names + 28.0, wide - MARGIN - 14.0);
    let most = tree.joins.iter().map(|join| join.distance).fold(f64::MIN_POSITIVE, f64::max);
    let x = |distance: f64| left + (right - left) * distance / most;
    let top = canvas.y + 6.0;
    // Where the middle of each leaf, then of each join, is.
    let mut at = vec![(left, 0.0); tree.leaves.len()];
    let mut groups: Vec<Option<usize>> = tree.leaves.iter().map(|leaf| leaf.group).collect();
    for (line, leaf) in order(tree.leaves.len(), &tree.joins).into_iter().enumerate() {
        let y = top + LEAF * (line as f64 + 0.5);
        at[leaf] = (left, y);
        let Leaf { name, group, title } = &tree.leaves[leaf];
        let words = shortened(&name.label, Face::Label, names);
        let mark = Mark::text(point(MARGIN + names, y + 4.0), Anchor::End, Face::Label, words);
        canvas.draw(mark.titled(title).about(name.iri.as_deref()));
        if let Some(group) = group {
            let circle = Shape::Circle(point(left - 14.0, y), 8.0);
            canvas.draw(Mark::new(circle, format!("{} mark", group_class(*group)), title));
            let number =
                Mark::text(point(left - 14.0, y + 3.6), Anchor::Middle, Face::Cell, (group + 1).to_string());
            canvas.draw(number.titled(title).of_class("on-group"));
        }
    }
    for join in &tree.joins {
        let ((x1, y1), (x2, y2)) = (at[join.one], at[join.other]);
        let end = x(join.distance);
        let group = groups[join.one].filter(|group| groups[join.other] == Some(*group));
        let class = group.map_or("axis", line_class);
        let steps = vec![
            Step::Move(point(x1, y1)),
            Step::Line(point(end, y1)),
            Step::Line(point(end, y2)),
            Step::Line(point(x2, y2)),
        ];
        let title = format!("joined at {:.2}", join.distance);
        canvas.draw(Mark::new(Shape::Path(steps), format!("tie {class} w2"), title));
        at.push((end, (y1 + y2) / 2.0));
        groups.push(group);
    }
    let bottom = top + LEAF * tree.leaves.len() as f64;
    if let Some(cut) = tree.cut {
        let line = Shape::Line(point(x(cut), top), point(x(cut), bottom));
        canvas.draw(Mark::new(line, "axis open", format!("cut here, at {cut:.2}")));
    }
    let line = Shape::Line(point(left, bottom + 4.0), point(right, bottom + 4.0));
    canvas.draw(Mark::new(line, "axis", &tree.axis));
    for share in [0.0, 0.5, 1.0] {
        let at = point(left + (right - left) * share, bottom + 18.0);
        let words = format!("{:.2}", most * share);
        canvas.draw(Mark::text(at, Anchor::Middle, Face::Note, words).of_class("quiet"));
    }
    let at = point((left + right) / 2.0, bottom + 34.0);
    let words = shortened(&tree.axis, Face::Note, right - left);
    canvas.draw(Mark::text(at, Anchor::Middle, Face::Note, words).titled(&tree.axis).of_class("quiet"));
    canvas.y = bottom + 38.0;
    canvas.finish(0.0)
}

fn line_class(group: usize) -> &'static str {
    super::svg::GROUP_LINES[group.min(super::svg::GROUP_LINES.len() - 1)]
}
