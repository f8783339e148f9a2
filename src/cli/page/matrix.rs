//! A matrix of stances as text and as cells: actors down, issues across.

use crate::analysis::matrix::{Cell, Matrix};
use crate::analysis::opened::iris;
use crate::analysis::pictures::Written;
use crate::analysis::statements::Variable;
use crate::base::diagnostic::printable;
use crate::base::error::{Result, count};
use crate::base::table::{self, Column, Table, Tone};
use crate::export::{self, CellTable};
use crate::model::{Concept, Stance};
use crate::serve::cells::{self, names};
use crate::store::index::Index;
use crate::store::names::Thing;
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// What a cell shows.
#[derive(clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// Mean value of the stances in force, from -1 (against) to 1 (for); words where there is none
    #[default]
    Mean,
    /// Number of positions in force
    Count,
    /// Stance of the newest position in force
    Newest,
    /// Sign of the stance
    Sign,
    /// Standard deviation of the values of the stances in force
    Spread,
    /// IRIs of the positions
    Positions,
}

impl Shown {
    /// The same in a picture; none of what a picture does not show.
    #[must_use]
    pub fn written(self) -> Option<Written> {
        match self {
            Self::Mean => Some(Written::Mean),
            Self::Count => Some(Written::Count),
            Self::Newest => Some(Written::Newest),
            Self::Sign => Some(Written::Sign),
            Self::Spread | Self::Positions => None,
        }
    }
}

/// Columns of a terminal that names of actors take at most, and that part two columns.
const NAME: usize = 28;
const GAP: usize = 2;

/// What the signs mean; no meaning is carried by colour alone.
const LEGEND: &str = "++ for  + rather  (+) if  0 neither  +- both  (-) unless  - rather not  -- against  \
                      ? undeclared  x declined to say  ~ uncertain  ×2 two positions  | several readings, \
                      or denied  · no record";

/// A cell as a number or words; none where there is nothing to show.
fn value(cell: &Cell, shown: Shown) -> export::Cell {
    match shown.written() {
        Some(written) => cells::value(cell, written),
        None if shown == Shown::Spread => {
            cell.spread().map_or(export::Cell::Absent, |spread| export::Cell::Number(cells::rounded(spread)))
        }
        // Numbers of the index say nothing to anybody: `positions` writes their IRIs.
        None => export::Cell::Number((cell.in_force.len() + cell.open.len()).to_string()),
    }
}

/// A row an actor, a column an issue; a cell has the IRIs of the positions behind it.
///
/// # Errors
/// A damaged index.
pub fn positions(index: &Index, matrix: &Matrix) -> Result<CellTable> {
    let mut table = cells(matrix, Shown::Positions);
    for (actor, row) in matrix.actors.iter().zip(&mut table.rows) {
        for (issue, cell) in matrix.issues.iter().zip(row.iter_mut().skip(1)) {
            if let Some(of) = matrix.cells.get(&(actor.iri.clone(), issue.iri.clone())) {
                let numbers = of.in_force.iter().chain(&of.open).map(|held| held.position);
                *cell = super::cells::iris(&iris(index, numbers)?);
            }
        }
    }
    Ok(table)
}

/// A row an actor, a column an issue.
#[must_use]
pub fn cells(matrix: &Matrix, shown: Shown) -> CellTable {
    cells::matrix(matrix, |cell| value(cell, shown))
}

/// The same as a Markdown table.
#[must_use]
pub fn markdown(matrix: &Matrix, shown: Shown) -> String {
    let CellTable { columns, rows, .. } = cells(matrix, shown);
    let column = |name: String| Column { name, right: false };
    let row = |row: &Vec<export::Cell>| row.iter().map(|cell| cell.text().to_owned()).collect();
    Table::new(columns.into_iter().map(column).collect(), rows.iter().map(row).collect()).markdown()
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
        if shown >= all { count(all, noun) } else { format!("{shown} of {all} {noun}s") }
    };
    let (actors, issues) = matrix.of;
    let (row, column) = match matrix.variables {
        (Variable::Actor, Variable::Issue) => ("actor", "issue"),
        (Variable::Issue, Variable::Actor) => ("issue", "actor"),
        _ => ("row", "column"),
    };
    format!("{}, {}", of(matrix.actors.len(), actors, row), of(matrix.issues.len(), issues, column))
}

/// Tables of as many issues as fit beside each other, what the signs mean, and the issues that the letters
/// stand for; at most `width` columns wide.
#[must_use]
pub fn render(matrix: &Matrix, shown: Shown, width: usize, numbered: bool, coloured: bool) -> String {
    let line = |text: &str| printable(text).replace('\n', " ");
    let actors: Vec<String> = names(&matrix.actors).iter().map(|name| shortened(&line(name))).collect();
    let name = actors.iter().map(|actor| actor.width()).max().unwrap_or_default().clamp(5, NAME);
    let column = |(number, issue): (usize, &Thing)| -> (String, Vec<String>) {
        let cell = |actor: &Thing| match matrix.cells.get(&(actor.iri.clone(), issue.iri.clone())) {
            None => "·".to_owned(),
            Some(cell) => match value(cell, shown) {
                export::Cell::Absent => "·".to_owned(),
                value => value.text().to_owned(),
            },
        };
        (letters(number), matrix.actors.iter().map(cell).collect())
    };
    let columns: Vec<(String, Vec<String>)> = matrix.issues.iter().enumerate().map(column).collect();
    let mut out = String::new();
    let mut left = columns.as_slice();
    let begin = name + if numbered { 5 } else { 0 };
    while !left.is_empty() {
        let mut used = begin;
        let fits = left.iter().take_while(|(letter, cells)| {
            let widest = cells.iter().chain([letter]).map(|cell| cell.width()).max().unwrap_or_default();
            used += GAP + widest;
            used <= width
        });
        let (now, later) = left.split_at(fits.count().max(1));
        let heads = [matrix.variables.0.word().to_owned()]
            .into_iter()
            .chain(now.iter().map(|(letter, _)| letter.clone()));
        let heads = heads.map(|name| Column { name, right: false }).collect();
        let row = |(i, actor): (usize, &String)| {
            let cells =
                now.iter().map(|(_, cells)| table::Cell::new(cells[i].clone(), tone(&cells[i], shown)));
            [actor.clone().into()].into_iter().chain(cells).collect()
        };
        let rows = actors.iter().enumerate().map(row).collect();
        out += &Table::new(heads, rows).numbered(numbered).coloured(coloured).grid_of(width);
        out.push('\n');
        left = later;
    }
    if shown == Shown::Sign {
        let _ = writeln!(out, "{}\n", textwrap::fill(LEGEND, width));
    }
    for (number, issue) in matrix.issues.iter().enumerate() {
        let on = |wanted: fn(&Cell) -> bool| {
            let rows = matrix.cells.iter().filter(|((actor, _), _)| !matrix.is_margin(actor));
            rows.filter(|((_, of), cell)| *of == issue.iri && wanted(cell)).count()
        };
        let (label, letter) = (line(&issue.label), letters(number));
        let text = match matrix.is_margin(&issue.iri) {
            true => label,
            false => format!("{label} ({} for, {} against)", on(Cell::is_for), on(Cell::is_against)),
        };
        let begin = format!("{letter:3}");
        let options = textwrap::Options::new(width).initial_indent(&begin).subsequent_indent("   ");
        let _ = writeln!(out, "{}", textwrap::fill(&text, options));
    }
    out
}

/// The side that a cell is on; a count is on none.
fn tone(cell: &str, shown: Shown) -> Tone {
    let value = match shown {
        Shown::Count | Shown::Spread | Shown::Positions => None,
        Shown::Mean => cell.parse().ok(),
        Shown::Newest => Stance::from_word(cell).and_then(Stance::value).and_then(|value| value.parse().ok()),
        Shown::Sign => match cell.trim_start_matches('(') {
            both if both.starts_with("+-") => None,
            sign if sign.starts_with('+') => Some(1.0),
            sign if sign.starts_with('-') => Some(-1.0),
            _ => None,
        },
    };
    match value.unwrap_or(0.0) {
        value if value > 0.0 => Tone::For,
        value if value < 0.0 => Tone::Against,
        _ => Tone::Plain,
    }
}

/// A name that takes one line.
fn shortened(name: &str) -> String {
    if name.width() <= NAME {
        return name.to_owned();
    }
    let mut out = String::new();
    for c in name.chars() {
        if out.width() + 1 >= NAME {
            break;
        }
        out.push(c);
    }
    out.trim_end().to_owned() + "…"
}

/// A, B … Z, AA, AB …
fn letters(column: usize) -> String {
    let letter = |number: usize| char::from(b'A' + u8::try_from(number % 26).unwrap_or_default());
    match column / 26 {
        0 => letter(column).to_string(),
        more => letters(more - 1) + &letter(column).to_string(),
    }
}
