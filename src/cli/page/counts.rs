//! Counts of positions as cells.

use super::cells::{iri, label, number, text};
use crate::analysis::counts::Count;
use crate::export::{Cell, CellTable};
use crate::model::Concept;

/// A row an issue, kind of actor and stance.
#[must_use]
pub fn cells(counts: &[Count]) -> CellTable {
    let columns = ["issue", "actor_kind", "stance", "value", "positions", "actors", "issue_iri"];
    let row = |count: &Count| {
        vec![
            label(&count.issue),
            text(count.kind.as_str()),
            text(count.stance.word()),
            count.stance.value().map_or(Cell::Absent, |value| Cell::Number(value.to_owned())),
            number(count.positions),
            number(count.actors),
            iri(&count.issue),
        ]
    };
    CellTable {
        name: "barplot".to_owned(),
        columns: columns.map(str::to_owned).into(),
        rows: counts.iter().map(row).collect(),
    }
}
