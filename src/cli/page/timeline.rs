//! A timeline as text and as cells: a position a row.

use crate::analysis::timeline::{Row, Timeline, range};
use crate::base::diagnostic::printable;
use crate::base::fold::fold;
use crate::base::table::{Cell as TableCell, Column, Table, Tone};
use crate::export::{Cell, CellTable};
use crate::model::Concept;
use crate::store::names::{Thing, handle};
use jiff::civil::Date;
use std::fmt::Write;

/// A position a row, with its IRIs.
#[must_use]
pub fn cells(timeline: &Timeline) -> CellTable {
    let columns = [
        "issue",
        "actor",
        "stance",
        "value",
        "stated_from",
        "stated_until",
        "valid_from",
        "valid_until",
        "mode",
        "certainty",
        "status",
        "article",
        "position",
        "issue_iri",
        "actor_iri",
        "article_iri",
        "position_iri",
    ];
    let text = |text: &str| Cell::Text(text.to_owned());
    let day = |day: Option<Date>| day.map_or(Cell::Absent, |day| Cell::Text(day.to_string()));
    let row = |row: &Row| {
        let article =
            |of: fn(&Thing) -> &str| row.article.as_ref().map_or(Cell::Absent, |thing| text(of(thing)));
        vec![
            text(&row.issue.label),
            text(&row.actor.label),
            text(row.stance.word()),
            row.stance.value().map_or(Cell::Absent, |value| Cell::Number(value.to_owned())),
            day(row.stated.0),
            day(row.stated.1),
            day(row.valid.0),
            day(row.valid.1),
            row.mode.map_or(Cell::Absent, |mode| text(mode.word())),
            row.certainty.map_or(Cell::Absent, |degree| text(degree.word())),
            row.status.map_or(Cell::Absent, |status| text(status.word())),
            article(|thing| &thing.label),
            text(handle(row.position.as_str()).unwrap_or(row.position.as_str())),
            text(row.issue.iri.as_str()),
            text(row.actor.iri.as_str()),
            article(|thing| thing.iri.as_str()),
            text(row.position.as_str()),
        ]
    };
    CellTable {
        name: "timeline".to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows: timeline.rows.iter().chain(&timeline.undated).map(row).collect(),
    }
}

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
