//! A timeline as text and as cells: a position a row.

use crate::analysis::timeline::{Row, Timeline, range};
use crate::base::diagnostic::printable;
use crate::base::fold::fold;
use crate::base::table::{Cell as TableCell, Column, Table, Tone};
use crate::model::Concept;
use crate::store::names::handle;
use std::fmt::Write;

pub use crate::serve::cells::timeline as cells;

/// Columns for people, of these rows.
fn grid(rows: &[&Row], with_issue: bool) -> Table {
    let with_valid = rows.iter().any(|row| row.valid != (None, None));
    let shown = [with_issue, true, with_valid, true, true, true];
    let names = ["issue", "stated", "valid", "actor", "stance", "position"];
    let names = names.into_iter().zip(shown).filter(|(_, is_shown)| *is_shown);
    let columns = names.map(|(name, _)| Column { name: name.to_owned(), right: false }).collect();
    let line = |text: &str| printable(text).replace('\n', " ");
    let row = |row: &&Row| {
        let tone = match row.value().unwrap_or_default() {
            value if value > 0.0 => Tone::For,
            value if value < 0.0 => Tone::Against,
            _ => Tone::Plain,
        };
        let cells: Vec<TableCell> = vec![
            line(&row.issue.label).into(),
            range(row.stated).into(),
            range(row.valid).into(),
            line(&row.actor.label).into(),
            TableCell::new(row.stance.word().to_owned(), tone),
            handle(row.position.as_str()).unwrap_or(row.position.as_str()).to_owned().into(),
        ];
        cells.into_iter().zip(shown).filter(|(_, is_shown)| *is_shown).map(|(cell, _)| cell).collect()
    };
    Table::new(columns, rows.iter().map(row).collect())
}

/// All positions in one table.
#[must_use]
pub fn table(timeline: &Timeline) -> Table {
    grid(&timeline.rows.iter().chain(&timeline.undated).collect::<Vec<_>>(), true)
}

/// A table an issue, at most `width` columns wide.
#[must_use]
pub fn render(timeline: &Timeline, width: usize, coloured: bool) -> String {
    let mut out = String::new();
    let mut all: Vec<&Row> = timeline.rows.iter().chain(&timeline.undated).collect();
    all.sort_by_cached_key(|row| (fold(&row.issue.label), row.issue.iri.as_str().to_owned()));
    for rows in all.chunk_by(|one, next| one.issue == next.issue) {
        let issue = printable(&rows[0].issue.label).replace('\n', " ");
        let table = grid(rows, false).coloured(coloured).grid_of(width);
        let _ = writeln!(out, "{}\n{table}", textwrap::fill(&issue, width));
    }
    out
}
