//! A chain: boxes below each other, each with what leads to the next.

use super::heatmap::Name;
use super::palette::{on_stance_class, stance_class};
use super::text::{Face, wrapped};
use super::{Anchor, Canvas, Heading, MARGIN, Mark, Picture, Shape, Step, point};

/// Links of a chain from top to bottom.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chain {
    /// What it shows.
    pub heading: Heading,
    /// The links.
    pub links: Vec<Link>,
}

/// A link of a chain.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Link {
    /// What it is to the one above it; nothing of the first.
    pub how: String,
    /// What it is.
    pub role: String,
    /// Its name.
    pub name: Name,
    /// From -1 to 1, of a stance.
    pub value: Option<f64>,
    /// All there is to say of it.
    pub title: String,
}

/// Greatest width of a box, and the room between two.
const BOX: f64 = 560.0;
const BETWEEN: f64 = 34.0;
/// Most lines of a name.
const LINES: usize = 8;

/// The picture of a chain, `wide` pixels wide or as wide as its boxes need.
#[must_use]
pub fn picture(chain: &Chain, wide: f64) -> Picture {
    let mut canvas = Canvas::new(&chain.heading, wide);
    let across = (canvas.width - 2.0 * MARGIN).min(BOX);
    let left = MARGIN;
    canvas.y += 4.0;
    for (number, link) in chain.links.iter().enumerate() {
        if number > 0 {
            between(&mut canvas, link, left);
        }
        draw(&mut canvas, link, left, across);
    }
    canvas.finish(0.0)
}

/// The arrow from a box to the one below, and what it means.
fn between(canvas: &mut Canvas, link: &Link, left: f64) {
    let (x, top) = (left + 22.0, canvas.y);
    let end = top + BETWEEN;
    let line = Shape::Line(point(x, top + 2.0), point(x, end - 8.0));
    canvas.draw(Mark::new(line, "tie axis w2", &link.title));
    let head = vec![
        Step::Move(point(x - 5.0, end - 10.0)),
        Step::Line(point(x + 5.0, end - 10.0)),
        Step::Line(point(x, end - 1.0)),
        Step::Close,
    ];
    canvas.draw(Mark::new(Shape::Path(head), "dot", &link.title));
    let room = canvas.width - MARGIN - x - 14.0;
    if let Some(words) = wrapped(&link.how, Face::Note, room, 1).first() {
        let at = point(x + 14.0, top + BETWEEN / 2.0 + 4.0);
        canvas.draw(Mark::text(at, Anchor::Start, Face::Note, words).titled(&link.how).of_class("quiet"));
    }
    canvas.y = end;
}

fn draw(canvas: &mut Canvas, link: &Link, left: f64, across: f64) {
    let lines = wrapped(&link.name.label, Face::Label, across - 24.0, LINES);
    let role = if link.role.is_empty() { 0.0 } else { Face::Note.line() };
    let high = 12.0 + role + Face::Label.line() * lines.len().max(1) as f64 + 4.0;
    let top = canvas.y;
    let class = link.value.map_or("edge hollow".to_owned(), |value| format!("{} mark", stance_class(value)));
    let ink = link.value.map_or("", on_stance_class);
    let iri = link.name.iri.as_deref();
    let rect = Shape::Rect(point(left, top), across, high, 5.0);
    canvas.draw(Mark::new(rect, class, &link.title).about(iri));
    if role > 0.0 {
        for words in wrapped(&link.role, Face::Note, across - 24.0, 1) {
            let mark = Mark::text(point(left + 12.0, top + 17.0), Anchor::Start, Face::Note, words);
            let mark = mark.titled(&link.role).of_class(if ink.is_empty() { "quiet" } else { ink });
            canvas.draw(mark);
        }
    }
    for (number, line) in lines.iter().enumerate() {
        let y = top + 6.0 + role + Face::Label.line() * (number as f64 + 0.85);
        let mark = Mark::text(point(left + 12.0, y), Anchor::Start, Face::Label, line).titled(&link.title);
        let mark = if ink.is_empty() { mark } else { mark.of_class(ink) };
        canvas.draw(mark.about(iri));
    }
    canvas.y = top + high;
}
