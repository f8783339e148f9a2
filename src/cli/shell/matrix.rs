//! A matrix of stances as text: actors down, issues across, a sign where they meet.

use crate::analysis::matrix::{Cell, Matrix};
use crate::base::table::{Column, Table};
use crate::store::names::Thing;
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// Columns of a terminal that one issue takes, and what names of actors leave to them.
const COLUMN: usize = 4;
const NAME: usize = 28;

/// What the signs mean; no meaning is carried by colour alone.
const LEGEND: &str = "++ for  + rather  0 neither  - rather not  -- against  +- both  ? unsaid  · none";

fn sign(cell: Cell) -> &'static str {
    let (Some(least), Some(most)) = (cell.least, cell.most) else { return "?" };
    match (least < 0.0, most > 0.0) {
        (true, true) => "+-",
        (false, true) if most >= 1.0 => "++",
        (false, true) => "+",
        (true, false) if least <= -1.0 => "--",
        (true, false) => "-",
        (false, false) => "0",
    }
}

/// The IRI of the actor of each row.
#[must_use]
pub fn things(matrix: &Matrix) -> Vec<Option<String>> {
    matrix.actors.iter().map(|actor| Some(actor.iri.as_str().to_owned())).collect()
}

/// How much of everything a matrix shows: "10 of 34 actors, 7 of 41 issues".
#[must_use]
pub fn summary(matrix: &Matrix) -> String {
    let of = |shown: usize, all: usize, noun: &str| {
        if shown >= all {
            crate::base::error::count(shown, noun)
        } else {
            format!("{shown} of {all} {noun}s")
        }
    };
    let (actors, issues) = matrix.of;
    format!("{}, {}", of(matrix.actors.len(), actors, "actor"), of(matrix.issues.len(), issues, "issue"))
}

/// The table, what its signs mean, and the issues that its letters stand for; at most `width` columns
/// wide, for which issues may be left out.
#[must_use]
pub fn render(matrix: &Matrix, width: usize, numbered: bool) -> String {
    let name = matrix.actors.iter().map(|actor| actor.label.width()).max().unwrap_or_default().min(NAME);
    let room = width.saturating_sub(name + if numbered { 4 } else { 0 }) / COLUMN;
    let (issues, more) = matrix.issues.split_at(matrix.issues.len().min(room.max(1)));
    let mut columns = vec![Column { name: "actor".into(), right: false }];
    columns.extend((0..issues.len()).map(|i| Column { name: letter(i), right: false }));
    let row = |actor: &Thing| {
        let sign = |issue: &Thing| {
            let cell = matrix.cells.get(&(actor.iri.clone(), issue.iri.clone()));
            cell.map_or("·", |cell| sign(*cell)).to_owned()
        };
        let mut row = vec![crate::base::diagnostic::printable(&actor.label).replace('\n', " ")];
        row.extend(issues.iter().map(sign));
        row
    };
    let table = Table::new(columns, matrix.actors.iter().map(row).collect()).numbered(numbered);
    let mut out = table.render(width);
    let _ = writeln!(out, "{}", textwrap::fill(LEGEND, width));
    for (i, issue) in issues.iter().enumerate() {
        let on = |wanted: fn(Cell) -> bool| {
            matrix.cells.iter().filter(|((_, of), cell)| *of == issue.iri && wanted(**cell)).count()
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

/// A, B, C …
fn letter(column: usize) -> String {
    u8::try_from(column).map_or_else(|_| column.to_string(), |i| char::from(b'A' + i).to_string())
}
