//! Changes of stance, and silence, as cells.

use super::cells::{iri, label, number, quote, text};
use crate::analysis::silence::Silences;
use crate::audit::history::change::shifts::{Shift, Shifts};
use crate::audit::history::change::{Change, Held};
use crate::export::{Cell, CellTable};
use crate::model::Concept;
use crate::store::GraphReader;
use crate::store::names;
use oxrdf::NamedNode;

fn named(columns: &[&str]) -> Vec<String> {
    columns.iter().map(|name| (*name).to_owned()).collect()
}

/// A row a change.
#[must_use]
pub fn cells(graph: &dyn GraphReader, shifts: &Shifts) -> CellTable {
    let columns = named(&[
        "change",
        "actor",
        "issue",
        "was",
        "was_stated",
        "stance",
        "stated",
        "linked",
        "reason",
        "was_quote",
        "quote",
        "article",
        "actor_iri",
        "issue_iri",
        "earlier_iri",
        "position_iri",
        "article_iri",
    ]);
    let thing = |node: Option<&NamedNode>| node.map(|node| names::thing(graph, node.clone()));
    let row = |shift: &Shift| {
        let Change { kind, reasons, before, after, .. } = &shift.change;
        let (before, after) = (before.as_ref()?, after.as_ref()?);
        let stance = |held: &Held| held.stance.map_or(Cell::Absent, |stance| text(stance.word()));
        let [actor, issue, article] =
            [after.actor.as_ref(), after.issue.as_ref(), after.article.as_ref()].map(thing);
        let name = |thing: &Option<names::Thing>| thing.as_ref().map(label).unwrap_or_default();
        let node = |thing: &Option<names::Thing>| thing.as_ref().map(iri).unwrap_or_default();
        Some(vec![
            text(kind.name()),
            name(&actor),
            name(&issue),
            stance(before),
            text(before.stated.as_str()),
            stance(after),
            text(after.stated.as_str()),
            text(if shift.linked { "yes" } else { "no" }),
            text(reasons.join("; ")),
            quote(&before.spans),
            quote(&after.spans),
            name(&article),
            node(&actor),
            node(&issue),
            text(before.position.as_str()),
            text(after.position.as_str()),
            node(&article),
        ])
    };
    CellTable { name: "shifts".to_owned(), columns, rows: shifts.shifts.iter().filter_map(row).collect() }
}

/// A row an actor and issue on which they are silent.
#[must_use]
pub fn silences(silences: &Silences) -> CellTable {
    let columns = named(&[
        "issue",
        "actor",
        "stance",
        "stated_until",
        "spoke_until",
        "discussed_until",
        "days",
        "articles",
        "issue_iri",
        "actor_iri",
        "position_iri",
    ]);
    let row = |row: &crate::analysis::silence::Silence| {
        vec![
            label(&row.issue),
            label(&row.actor),
            row.stance.map_or(Cell::Absent, |stance| text(stance.word())),
            text(row.stated_until.to_string()),
            text(row.spoke_until.to_string()),
            text(row.discussed_until.to_string()),
            Cell::Number(row.days.to_string()),
            number(row.articles),
            iri(&row.issue),
            iri(&row.actor),
            text(row.position.as_str()),
        ]
    };
    CellTable { name: "silence".to_owned(), columns, rows: silences.rows.iter().map(row).collect() }
}
