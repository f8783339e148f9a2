//! Reliability of coding as cells.

use super::cells::{iri, label, measure, number, quote, text};
use crate::analysis::compare::{Comparison, FIELDS};
use crate::analysis::reliability::{By, Group, Member, shown};
use crate::export::{Cell, CellTable};

/// Names of the columns that say which group a row is.
fn heads(by: By) -> &'static [&'static str] {
    match by {
        By::Issue => &["issue"],
        By::Actor => &["actor"],
        By::Field => &["field"],
        By::Pair => &["coder", "other"],
    }
}

fn columns(by: By, further: &[&str]) -> Vec<String> {
    heads(by).iter().chain(further).map(|name| (*name).to_owned()).collect()
}

/// Names of the columns of IRIs of groups.
fn iris(by: By) -> impl Iterator<Item = String> {
    heads(by).iter().filter(move |_| by != By::Field).map(|head| format!("{head}_iri"))
}

fn names(group: &Group<'_>) -> Vec<Cell> {
    group.of.iter().map(|member| text(member.label.as_str())).collect()
}

fn iris_of(group: &Group<'_>) -> impl Iterator<Item = Cell> {
    let iri = |member: &Member| member.iri.as_ref().map(|iri| Cell::Text(iri.as_str().to_owned()));
    group.of.iter().filter_map(iri)
}

/// A row a group.
#[must_use]
pub fn cells(groups: &[Group<'_>], by: By) -> CellTable {
    let mut columns = columns(by, &["units", "ratings", "agreement", "alpha", "low", "high"]);
    columns.extend(iris(by));
    let row = |group: &Group<'_>| {
        let of = &group.agreement;
        let mut row = names(group);
        row.extend([number(of.units), number(of.ratings), measure(Some(of.share)), measure(of.alpha)]);
        row.extend([measure(of.interval.map(|of| of.0)), measure(of.interval.map(|of| of.1))]);
        row.extend(iris_of(group));
        row
    };
    CellTable { name: "reliability".to_owned(), columns, rows: groups.iter().map(row).collect() }
}

/// A row a group and value: how often another coder gave which value.
#[must_use]
pub fn confusion(groups: &[Group<'_>], by: By) -> CellTable {
    let mut columns = columns(by, &["value", "other_value", "pairs"]);
    columns.extend(iris(by));
    let mut rows = Vec::new();
    for group in groups {
        let of = group.confusion();
        for (value, counts) in of.values.iter().zip(&of.counts) {
            for (other, count) in of.values.iter().zip(counts).filter(|(_, count)| **count > 0) {
                let mut row = names(group);
                row.extend([text(value.as_str()), text(other.as_str()), number(*count)]);
                row.extend(iris_of(group));
                rows.push(row);
            }
        }
    }
    CellTable { name: "confusion".to_owned(), columns, rows }
}

/// A row a coding of the units of a group on which its coders differ.
#[must_use]
pub fn opened(comparison: &Comparison, group: &Group<'_>) -> CellTable {
    let columns = ["unit", "article", "issue", "coder", FIELDS[group.field], "quote"];
    let iris = ["article_iri", "issue_iri", "coder_iri", "position_iri"];
    let mut rows = Vec::new();
    for (at, unit) in group.units.iter().filter(|unit| unit.differs(group.field)).enumerate() {
        for reading in &unit.readings {
            let coder = &comparison.coders[reading.coder];
            rows.push(vec![
                number(at + 1),
                label(unit.article),
                label(unit.issue),
                text(coder.name.as_str()),
                text(shown(reading, group.field)),
                quote(&reading.evidence),
                iri(unit.article),
                iri(unit.issue),
                text(coder.iri.as_str()),
                text(reading.position.as_str()),
            ]);
        }
    }
    let columns = columns.iter().chain(&iris).map(|name| (*name).to_owned()).collect();
    CellTable { name: "units".to_owned(), columns, rows }
}
