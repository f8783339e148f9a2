//! Positions with their words as cells.

use super::cells::{iri, label, quote, text};
use crate::analysis::opened::Opened;
use crate::export::{Cell, CellTable};
use crate::model::Concept;
use crate::store::names::Thing;

/// A row a position.
#[must_use]
pub fn cells(positions: &[Opened]) -> CellTable {
    let columns = [
        "issue",
        "actor",
        "stance",
        "stated",
        "article",
        "quote",
        "issue_iri",
        "actor_iri",
        "article_iri",
        "position_iri",
    ];
    let name = |thing: &Option<Thing>| thing.as_ref().map(label).unwrap_or_default();
    let node = |thing: &Option<Thing>| thing.as_ref().map(iri).unwrap_or_default();
    let row = |of: &Opened| {
        vec![
            name(&of.issue),
            name(&of.actor),
            of.stance.map_or(Cell::Absent, |stance| text(stance.word())),
            text(of.stated.as_deref().unwrap_or_default()),
            name(&of.article),
            quote(&of.quotes),
            node(&of.issue),
            node(&of.actor),
            node(&of.article),
            text(of.position.as_str()),
        ]
    };
    CellTable {
        name: "positions".to_owned(),
        columns: columns.map(str::to_owned).into(),
        rows: positions.iter().map(row).collect(),
    }
}
