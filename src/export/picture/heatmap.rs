//! A heat map: rows, columns, and a coloured cell where there is a value.

use super::palette::{on_stance_class, stance_class};
use super::text::{Face, shortened, width, wrapped};
use super::{Anchor, Canvas, Heading, MARGIN, Mark, Picture, Shape, point};

/// Values from -1 to 1 of rows and columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeatMap {
    /// What it shows.
    pub heading: Heading,
    /// The rows; long names belong here, where they have room.
    pub rows: Vec<Name>,
    /// The columns.
    pub columns: Vec<Name>,
    /// A line a row, with a cell a column.
    pub cells: Vec<Vec<Option<Cell>>>,
    /// What the colours mean.
    pub legend: Vec<(f64, String)>,
}

/// Something that has a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// What people call it.
    pub label: String,
    /// Its IRI, if it has one.
    pub iri: Option<String>,
}

/// A cell that has something in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// Its value, from -1 to 1; none where there are words only.
    pub value: Option<f64>,
    /// The few characters in it.
    pub words: String,
    /// All there is to say of it.
    pub title: String,
}

impl Name {
    /// The name of a thing.
    #[must_use]
    pub fn new(label: impl Into<String>, iri: impl Into<String>) -> Self {
        Self { label: label.into(), iri: Some(iri.into()) }
    }
}

/// Least and greatest width of a cell, in pixels.
const CELL: (f64, f64) = (32.0, 46.0);
/// Degrees by which the names of columns are turned.
const TURNED: f64 = -55.0;
/// Most room of the name of a column, along its length.
const COLUMN: f64 = 150.0;
/// Blank between a name and its cells.
const GAP: f64 = 8.0;

/// The picture of a heat map, `wide` pixels wide or as wide as its columns need.
#[must_use]
pub fn picture(map: &HeatMap, wide: f64) -> Picture {
    let mut canvas = Canvas::new(&map.heading, wide);
    let wide = canvas.width;
    let legend: Vec<(&str, &str)> =
        map.legend.iter().map(|(value, words)| (stance_class(*value), words.as_str())).collect();
    canvas.legend(&legend);
    let longest = |names: &[Name]| names.iter().map(|n| width(&n.label, Face::Label)).fold(0.0, f64::max);
    let names = longest(&map.rows).min((wide * 0.38).max(150.0)).min(330.0);
    let lines: Vec<Vec<String>> =
        map.rows.iter().map(|row| wrapped(&row.label, Face::Label, names, 2)).collect();
    let high = if lines.iter().any(|lines| lines.len() > 1) { 36.0 } else { 26.0 };
    let (sine, cosine) = (-TURNED.to_radians().sin(), TURNED.to_radians().cos());
    let heads = longest(&map.columns).min(COLUMN);
    let left = MARGIN + names + GAP;
    let columns = map.columns.len().max(1) as f64;
    let cell = ((wide - left - MARGIN - heads * cosine) / columns).clamp(CELL.0, CELL.1);
    let top = canvas.y + heads * sine.abs() + 14.0;
    for (number, column) in map.columns.iter().enumerate() {
        let at = point(left + cell * (number as f64 + 0.5) + 4.0, top - 6.0);
        let words = shortened(&column.label, Face::Label, COLUMN);
        let mark = Mark::text(at, Anchor::Start, Face::Label, words).turned_by(TURNED);
        canvas.draw(mark.titled(&column.label).about(column.iri.as_deref()));
    }
    for (number, (row, lines)) in map.rows.iter().zip(&lines).enumerate() {
        let y = top + high * number as f64;
        let middle = y + high / 2.0;
        let first =
            middle - Face::Label.line() * (lines.len() as f64 - 1.0) / 2.0 + Face::Label.size() * 0.35;
        for (line, words) in lines.iter().enumerate() {
            let at = point(left - GAP, first + Face::Label.line() * line as f64);
            let mark = Mark::text(at, Anchor::End, Face::Label, words);
            canvas.draw(mark.titled(&row.label).about(row.iri.as_deref()));
        }
        let cells = map.cells.get(number).map(Vec::as_slice).unwrap_or_default();
        for (column, name) in map.columns.iter().enumerate() {
            let x = left + cell * column as f64;
            match cells.get(column).and_then(Option::as_ref) {
                Some(shown) => draw(&mut canvas, shown, [x, y, cell, high]),
                None => {
                    let title = format!("{} · {}: no record", name.label, row.label);
                    let dot = Shape::Circle(point(x + cell / 2.0, middle), 1.5);
                    canvas.draw(Mark::new(dot, "dot", title));
                }
            }
        }
    }
    canvas.y = top + high * map.rows.len() as f64;
    canvas.finish(left + cell * columns + heads * cosine + MARGIN)
}

fn draw(canvas: &mut Canvas, shown: &Cell, [x, y, wide, high]: [f64; 4]) {
    let class = match shown.value {
        Some(value) => format!("{} mark", stance_class(value)),
        None => "edge hollow".to_owned(),
    };
    let rect = match shown.value {
        Some(_) => Shape::Rect(point(x + 0.5, y + 0.5), wide - 1.0, high - 1.0, 3.0),
        None => Shape::Rect(point(x + 2.0, y + 2.0), wide - 4.0, high - 4.0, 3.0),
    };
    canvas.draw(Mark::new(rect, class, &shown.title));
    let words = shortened(&shown.words, Face::Cell, wide);
    let at = point(x + wide / 2.0, y + high / 2.0 + Face::Cell.size() * 0.35);
    let mark = Mark::text(at, Anchor::Middle, Face::Cell, words).titled(&shown.title);
    canvas.draw(mark.of_class(shown.value.map_or("ink", on_stance_class)));
}
