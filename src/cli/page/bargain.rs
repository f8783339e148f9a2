//! Bargains as cells.

use super::cells::{iri, iris, label, number, text};
use crate::analysis::bargain::{Bargain, Party, Problem, ProblemKind, Settlement, Side};
use crate::export::{Cell, CellTable};
use crate::model::Concept;
use crate::store::names::Thing;
use oxrdf::NamedNode;
use std::collections::{BTreeMap, BTreeSet};

fn columns(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Names of parties.
fn names<'p>(parties: impl Iterator<Item = &'p Party>) -> Cell {
    text(parties.map(|party| party.actor.label.as_str()).collect::<Vec<_>>().join("; "))
}

/// IRIs of the positions of parties.
fn positions<'p>(parties: impl Iterator<Item = &'p Party>) -> Cell {
    let all = parties.flat_map(|party| &party.stands).map(|stand| stand.position.clone());
    iris(&all.collect::<Vec<_>>())
}

/// What the zone of possible agreement is, in words.
fn zone(settlement: &Settlement) -> String {
    match settlement {
        Settlement::Agreed => "agreed".to_owned(),
        Settlement::Sets(_) => "on terms".to_owned(),
        Settlement::Blocked => "none: blocked".to_owned(),
        Settlement::Unsatisfiable => "none: terms conflict".to_owned(),
        Settlement::NotSearched(size) => format!("none with up to {size}"),
    }
}

/// A row an issue: its zone of possible agreement.
#[must_use]
pub fn zones(bargains: &[Bargain]) -> CellTable {
    let columns = columns(&[
        "issue",
        "zone",
        "concessions",
        "sets",
        "accept",
        "on_terms",
        "oppose_on_terms",
        "oppose",
        "blocked_by",
        "issue_iri",
        "positions_iri",
    ]);
    let row = |bargain: &Bargain| {
        let on = |side: Side| number(bargain.on(side).count());
        let sets = bargain.sets();
        let fewest = match bargain.settlement {
            Settlement::Agreed => number(0),
            _ => sets.first().map_or(Cell::Absent, |set| number(set.len())),
        };
        vec![
            label(&bargain.issue),
            text(zone(&bargain.settlement)),
            fewest,
            if sets.is_empty() { Cell::Absent } else { number(sets.len()) },
            on(Side::Accepts),
            on(Side::AcceptsOnTerms),
            on(Side::OpposesOnTerms),
            on(Side::Opposes),
            names(bargain.on(Side::Opposes)),
            iri(&bargain.issue),
            positions(bargain.parties.iter()),
        ]
    };
    CellTable { name: "zones".to_owned(), columns, rows: bargains.iter().map(row).collect() }
}

/// A row a term: who would accept what if what.
#[must_use]
pub fn terms(bargains: &[Bargain]) -> CellTable {
    let columns = columns(&[
        "issue",
        "actor",
        "stance",
        "must",
        "what",
        "condition",
        "issue_iri",
        "actor_iri",
        "what_iri",
        "position_iri",
    ]);
    let mut rows = Vec::new();
    for bargain in bargains {
        for party in &bargain.parties {
            for stand in &party.stands {
                for term in &stand.terms {
                    rows.push(vec![
                        label(&bargain.issue),
                        label(&party.actor),
                        text(stand.stance.word()),
                        text(if term.must { "come true" } else { "stay away" }),
                        term.what.issue().map_or(Cell::Absent, |_| text(term.what.label())),
                        text(term.words.as_str()),
                        iri(&bargain.issue),
                        iri(&party.actor),
                        term.what.issue().map_or(Cell::Absent, |issue| text(issue.as_str())),
                        text(stand.position.as_str()),
                    ]);
                }
            }
        }
    }
    CellTable { name: "terms".to_owned(), columns, rows }
}

/// A row a concession of a smallest set of the wanted issues, of all where none is: who asks for it, and who is against it whatever happens.
#[must_use]
pub fn sets(bargains: &[Bargain], wanted: &[NamedNode]) -> CellTable {
    let columns = columns(&[
        "issue",
        "set",
        "concession",
        "asked_by",
        "opposed_by",
        "issue_iri",
        "concession_iri",
        "positions_iri",
    ]);
    let by_issue: BTreeMap<&str, &Bargain> =
        bargains.iter().map(|bargain| (bargain.issue.iri.as_str(), bargain)).collect();
    let mut rows = Vec::new();
    let is_wanted = |bargain: &&Bargain| wanted.is_empty() || wanted.contains(&bargain.issue.iri);
    for bargain in bargains.iter().filter(is_wanted) {
        for (at, set) in bargain.sets().iter().enumerate() {
            for concession in set {
                let asks = |party: &&Party| {
                    let mut terms = party.stands.iter().flat_map(|stand| &stand.terms);
                    terms.any(|term| term.must && term.what == *concession)
                };
                let against = concession.issue().and_then(|issue| by_issue.get(issue.as_str()));
                rows.push(vec![
                    label(&bargain.issue),
                    number(at + 1),
                    text(concession.label()),
                    names(bargain.parties.iter().filter(asks)),
                    against.map_or(Cell::Absent, |bargain| names(bargain.on(Side::Opposes))),
                    iri(&bargain.issue),
                    concession.issue().map_or(Cell::Absent, |issue| text(issue.as_str())),
                    positions(bargain.parties.iter().filter(asks)),
                ]);
            }
        }
    }
    CellTable { name: "sets".to_owned(), columns, rows }
}

/// A row a problem.
#[must_use]
pub fn problems(problems: &[Problem]) -> CellTable {
    let columns = columns(&["problem", "issues", "positions", "issues_iri", "positions_iri"]);
    let row = |problem: &Problem| {
        let labels: Vec<&str> = problem.issues.iter().map(|issue: &Thing| issue.label.as_str()).collect();
        let (word, between) = match problem.kind {
            ProblemKind::Circle => ("circle", " → "),
            ProblemKind::Incompatible => ("incompatible", " | "),
            ProblemKind::RuledOut => ("ruled out", " | "),
        };
        let issues: Vec<&str> = problem.issues.iter().map(|issue| issue.iri.as_str()).collect();
        let positions: BTreeSet<&str> = problem.positions.iter().map(|position| position.as_str()).collect();
        let positions = Vec::from_iter(positions);
        vec![
            text(word),
            text(labels.join(between)),
            number(positions.len()),
            text(issues.join(" ")),
            text(positions.join(" ")),
        ]
    };
    CellTable { name: "problems".to_owned(), columns, rows: problems.iter().map(row).collect() }
}
