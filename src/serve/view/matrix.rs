//! A matrix of stances as a table: a row an actor, a column an issue; every cell leads to its words.

use super::{Links, name, side, text};
use crate::analysis::matrix::{Cell, Matrix};
use crate::base::error::count;
use maud::{Markup, html};

/// The matrix as a table.
#[must_use]
pub fn matrix(matrix: &Matrix, links: &dyn Links) -> Markup {
    html! {
        div.wide role="region" aria-label="Matrix of stances" tabindex="0" {
            table.matrix {
                thead { tr {
                    td {}
                    @for issue in &matrix.issues {
                        th scope="col" { div { (name(&issue.label, Some(&issue.iri), links)) } }
                    }
                } }
                tbody {
                    @for actor in &matrix.actors {
                        tr {
                            th scope="row" { (name(&actor.label, Some(&actor.iri), links)) }
                            @for issue in &matrix.issues {
                                @match matrix.cells.get(&(actor.iri.clone(), issue.iri.clone())) {
                                    Some(one) => (cell(one, links.cell(&actor.iri, &issue.iri).as_deref())),
                                    None => td {},
                                }
                            }
                        }
                    }
                }
            }
        }
        p.how {
            "Mean of the stances in force, from −1 (against) to +1 (for); an empty cell has no record; "
            "○ undeclared, declined, or not in force."
        }
    }
}

/// A cell: the mean of its stances, or what stands for it, and how many positions it is of.
fn cell(cell: &Cell, address: Option<&str>) -> Markup {
    let mean = cell.mean();
    let positions = cell.in_force.len() + cell.open.len();
    let spoken = match mean {
        Some(_) => count(positions, "position"),
        None => cell.words().join("; "),
    };
    let shown = match mean {
        Some(mean) => signed(mean),
        None => "○".to_owned(),
    };
    let strength = match mean.map(f64::abs) {
        Some(mean) if mean > 0.5 => "strong",
        _ => "weak",
    };
    let content = html! { (shown) span.unseen { " " (text(&spoken)) } };
    html! { td.(side(mean)).(strength) { (super::linked(&content, address)) } }
}

/// "+1", "+0.5", "0", "−0.33".
fn signed(value: f64) -> String {
    let text = format!("{:.2}", value.abs());
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "0" => text.to_owned(),
        _ if value < 0.0 => format!("−{text}"),
        _ => format!("+{text}"),
    }
}
