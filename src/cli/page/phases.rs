//! Phases, backbones and leads as cells.

use super::cells::{iris, measure, number, text};
use crate::analysis::backbone::{Backbone, Step};
use crate::analysis::leads::{Lead, Pair};
use crate::analysis::opened;
use crate::analysis::phases::Phases;
use crate::base::error::Result;
use crate::export::{Cell, CellTable};
use crate::store::index::Index;

fn named(name: &str, columns: &[&str], rows: Vec<Vec<Cell>>) -> CellTable {
    CellTable {
        name: name.to_owned(),
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
        rows,
    }
}

/// A row a window.
#[must_use]
pub fn phases(phases: &Phases) -> CellTable {
    let columns = ["first", "last", "phase", "change", "statements", "ties", "polarisation"];
    let row = |of: &crate::analysis::phases::Phase| {
        vec![
            text(of.first.to_string()),
            text(of.last.to_string()),
            number(of.phase + 1),
            measure(of.change),
            number(of.statements),
            number(of.ties),
            measure(of.polarisation),
        ]
    };
    named("phases", &columns, phases.windows.iter().map(row).collect())
}

/// A row and a column a window: how far they are apart.
#[must_use]
pub fn distances(phases: &Phases) -> CellTable {
    let days: Vec<String> = phases.windows.iter().map(|of| of.first.to_string()).collect();
    let mut columns = vec!["first".to_owned()];
    columns.extend(days.iter().cloned());
    let row = |(day, row): (&String, &Vec<f64>)| {
        let mut cells = vec![text(day.as_str())];
        cells.extend(row.iter().map(|apart| measure(Some(*apart))));
        cells
    };
    let rows = days.iter().zip(&phases.distances).map(row).collect();
    CellTable { name: "distances".to_owned(), columns, rows }
}

/// A row an issue, in the order in which they are taken out.
#[must_use]
pub fn steps(steps: &[Step]) -> CellTable {
    let columns = ["step", "issue", "backbone_loss", "redundant_loss", "statements_left", "issue_iri"];
    let row = |(at, of): (usize, &Step)| {
        vec![
            number(at + 1),
            text(of.issue.label.as_str()),
            measure(Some(of.backbone_loss)),
            measure(Some(of.redundant_loss)),
            number(of.statements),
            text(of.issue.iri.as_str()),
        ]
    };
    named("backbone", &columns, steps.iter().enumerate().map(row).collect())
}

/// A row an issue, those of the backbone first.
#[must_use]
pub fn backbone(backbone: &Backbone) -> CellTable {
    let mut issues: Vec<_> = backbone.issues.iter().collect();
    issues.sort_by_key(|(_, is_in, _)| !is_in);
    let row = |(issue, is_in, statements): &&(crate::analysis::statements::Node, bool, usize)| {
        vec![
            text(if *is_in { "backbone" } else { "redundant" }),
            text(issue.label.as_str()),
            number(*statements),
            text(issue.iri.as_str()),
        ]
    };
    named("backbone", &["set", "issue", "statements", "issue_iri"], issues.iter().map(row).collect())
}

/// A row an actor.
///
/// # Errors
/// A damaged index.
pub fn leads(index: &Index, leads: &[Lead]) -> Result<CellTable> {
    let columns = ["actor", "issues", "raised", "expected", "p", "days", "actor_iri", "positions_iri"];
    let row = |of: &Lead| {
        Ok(vec![
            text(of.actor.label.as_str()),
            number(of.issues),
            number(of.raised),
            measure(of.expected),
            measure(of.p),
            Cell::Number(of.days.to_string()),
            text(of.actor.iri.as_str()),
            iris(&opened::iris(index, of.positions.iter().copied())?),
        ])
    };
    Ok(named("leads", &columns, leads.iter().map(row).collect::<Result<_>>()?))
}

/// A row two actors.
#[must_use]
pub fn pairs(pairs: &[Pair]) -> CellTable {
    let columns =
        ["leader", "follower", "issues", "before", "after", "expected", "p", "leader_iri", "follower_iri"];
    let row = |of: &Pair| {
        vec![
            text(of.leader.label.as_str()),
            text(of.follower.label.as_str()),
            number(of.issues),
            number(of.before),
            number(of.after),
            measure(of.expected),
            measure(of.p),
            text(of.leader.iri.as_str()),
            text(of.follower.iri.as_str()),
        ]
    };
    named("pairs", &columns, pairs.iter().map(row).collect())
}
