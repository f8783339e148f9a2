//! Counts of positions as cells.

use super::cells::{iri, label, number, text};
use crate::analysis::counts::Count;
use crate::analysis::opened::iris;
use crate::base::error::Result;
use crate::export::{Cell, CellTable};
use crate::model::Concept;
use crate::store::index::Index;

pub use crate::serve::cells::MOST;

/// A row an issue, kind of actor and stance; with the IRIs of its positions, if they are not too many.
///
/// # Errors
/// A damaged index.
pub fn cells(index: &Index, counts: &[Count]) -> Result<CellTable> {
    let columns =
        ["issue", "actor_kind", "stance", "value", "positions", "actors", "issue_iri", "positions_iri"];
    let is_named = counts.iter().map(|count| count.positions).sum::<usize>() <= MOST;
    let row = |count: &Count| {
        let positions = if is_named {
            super::cells::iris(&iris(index, count.held.iter().copied())?)
        } else {
            Cell::Absent
        };
        Ok(vec![
            label(&count.issue),
            text(count.kind.as_str()),
            text(count.stance.word()),
            count.stance.value().map_or(Cell::Absent, |value| Cell::Number(value.to_owned())),
            number(count.positions),
            number(count.actors),
            iri(&count.issue),
            positions,
        ])
    };
    Ok(CellTable {
        name: "barplot".to_owned(),
        columns: columns.map(str::to_owned).into(),
        rows: counts.iter().map(row).collect::<Result<_>>()?,
    })
}
