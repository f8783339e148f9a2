//! Camps as text, cells and JSON.

use crate::analysis::camps::{Camp, Camps, Telling};
use crate::base::diagnostic::printable;
use crate::base::error::{Result, count};
use crate::base::table::{Column, Table};
use crate::export::picture::tree::Join;
use crate::export::{Cell, CellTable};
use crate::store::index::Index;
use serde_json::{Value, json};
use std::fmt::Write;

pub use crate::serve::cells::camps as cells;
use crate::serve::cells::{named, number, optional, text};

/// A number of camps a row, with its scores.
#[must_use]
pub fn scores(camps: &Camps) -> CellTable {
    let row = |score: &crate::analysis::camps::Score| {
        vec![
            Cell::Number(score.camps.to_string()),
            optional(score.resolution, 3),
            number(score.modularity, 3),
            number(score.fit, 3),
            if score.is_chosen { text("chosen") } else { Cell::Absent },
        ]
    };
    named(
        "scores",
        &["parts", "resolution", "modularity", "fit", "choice"],
        camps.scores.iter().map(row).collect(),
    )
}

/// What tells camps apart, an issue a row.
#[must_use]
pub fn telling(camps: &Camps) -> CellTable {
    let row = |number_of: usize, telling: &Telling| {
        vec![
            Cell::Number((number_of + 1).to_string()),
            text(&telling.issue.label),
            number(telling.camp, 3),
            optional(telling.others, 3),
            Cell::Number(telling.members.to_string()),
            text(&telling.issue.iri),
        ]
    };
    let rows = camps.camps.iter().enumerate();
    let rows = rows.flat_map(|(number, camp)| camp.telling.iter().map(move |telling| row(number, telling)));
    named("stands for", &["camp", "issue", "mean", "mean_of_others", "members", "issue_iri"], rows.collect())
}

/// Cells as a table of text.
#[must_use]
pub fn table(cells: &CellTable) -> Table {
    let line = |text: &str| printable(text).replace('\n', " ");
    let is_right = |column: usize| cells.rows.iter().any(|row| matches!(row[column], Cell::Number(_)));
    let columns = cells.columns.iter().enumerate();
    let columns = columns.map(|(at, name)| Column { name: name.replace('_', " "), right: is_right(at) });
    let row = |row: &Vec<Cell>| row.iter().map(|cell| line(cell.text())).collect();
    Table::new(columns.collect(), cells.rows.iter().map(row).collect())
}

/// A page: camps with what they stand for, who bridges, scores of all numbers, polarisation.
#[must_use]
pub fn render(camps: &Camps, width: usize, coloured: bool) -> String {
    let mut out = String::new();
    let mut paragraph = |text: &str| {
        let indent = if text.starts_with(' ') { "    " } else { "" };
        let options = textwrap::Options::new(width).subsequent_indent(indent);
        let _ = writeln!(out, "{}", textwrap::fill(text, options));
    };
    for (number, camp) in camps.camps.iter().enumerate() {
        paragraph(&format!(
            "Camp {}: {}{}",
            number + 1,
            count(camp.members.len(), "member"),
            stable(camps, camp)
        ));
        let names: Vec<String> = camp
            .members
            .iter()
            .map(|member| printable(&camps.nodes[*member].node.label).replace('\n', " "))
            .collect();
        paragraph(&names.join(", "));
        for telling in &camp.telling {
            paragraph(&format!("  {}", sentence(telling, camp.members.len())));
        }
        paragraph("");
    }
    if camps.camps.is_empty() {
        paragraph("No camps: nobody agrees with anybody on more than they disagree on.\n");
    }
    let alone = camps.nodes.iter().filter(|member| member.camp.is_none());
    let alone: Vec<String> = alone.map(|member| printable(&member.node.label).replace('\n', " ")).collect();
    if !alone.is_empty() {
        paragraph(&format!("In no camp ({}): {}\n", alone.len(), alone.join(", ")));
    }
    let bridges: Vec<String> = camps
        .bridges()
        .iter()
        .take(5)
        .map(|member| {
            format!("{} ({:.2})", printable(&member.node.label).replace('\n', " "), member.bridging)
        })
        .collect();
    if !bridges.is_empty() {
        paragraph(&format!("Bridges, who agree with several camps: {}\n", bridges.join(", ")));
    }
    paragraph(&polarisation(camps));
    if !camps.scores.is_empty() {
        paragraph("\nScores of other numbers of camps, those of one node counted as parts:");
        let table = table(&scores(camps)).coloured(coloured).grid_of(width);
        let _ = writeln!(out, "{table}");
    }
    out
}

fn stable(camps: &Camps, camp: &Camp) -> String {
    let share = |share: f64| {
        format!(
            "; of {} ways of counting, two of them are together in {:.0} %",
            camps.variants,
            share * 100.0
        )
    };
    camp.stability.map(share).unwrap_or_default()
}

/// "for An ambulance boat (1.00, others −0.50; 3 of 5 members)".
fn sentence(telling: &Telling, members: usize) -> String {
    let side = if telling.camp < 0.0 { "against" } else { "for" };
    let others = telling.others.map_or_else(|| "nobody else".to_owned(), |mean| format!("others {mean:.2}"));
    let label = printable(&telling.issue.label).replace('\n', " ");
    format!("{side}: {label} ({:.2}, {others}; {} of {members} members)", telling.camp, telling.members)
}

fn polarisation(camps: &Camps) -> String {
    let of = &camps.polarisation;
    let exact = if of.is_exact { "exact" } else { "the greatest that was found" };
    let chance = match (of.permutations, of.z()) {
        (0, _) => "; chance was not asked".to_owned(),
        (number, None) => format!("; {:.3} in each of {number} permutations", of.mean),
        (number, Some(z)) => {
            format!("; {:.3} ± {:.3} over {number} permutations, z = {z:.2}", of.mean, of.deviation)
        }
    };
    format!(
        "Modularity of these camps {:.3}, fit {:.3}. Polarisation into two camps {:.3} ({exact}){chance}.",
        camps.modularity, camps.fit, of.observed
    )
}

/// All of it.
///
/// # Errors
/// A damaged index.
pub fn json(index: &Index, camps: &Camps) -> Result<Value> {
    let of = &camps.polarisation;
    let camp = |(number, camp): (usize, &Camp)| {
        let members: Vec<&str> =
            camp.members.iter().map(|node| camps.nodes[*node].node.iri.as_str()).collect();
        let telling = camp.telling.iter().map(|telling| {
            json!({
                "issue": telling.issue.label, "issue_iri": telling.issue.iri, "mean": telling.camp,
                "mean_of_others": telling.others, "members": telling.members,
            })
        });
        json!({
            "camp": number + 1, "members": members, "stability": camp.stability,
            "stands_for": telling.collect::<Value>(),
        })
    };
    let tie = |(one, other, weight): &(usize, usize, f64)| json!({"source": camps.nodes[*one].node.iri, "target": camps.nodes[*other].node.iri, "weight": weight});
    // A node by its IRI, what was joined before by its number in the list, from 0 on.
    let side = |at: usize| match camps.nodes.get(at) {
        Some(member) => Value::from(member.node.iri.as_str()),
        None => Value::from(at - camps.nodes.len()),
    };
    let join =
        |join: &Join| json!({"one": side(join.one), "other": side(join.other), "distance": join.distance});
    Ok(json!({
        "camps": camps.camps.iter().enumerate().map(camp).collect::<Value>(),
        "nodes": cells(index, camps)?.json(),
        "ties": camps.ties.iter().map(tie).collect::<Value>(),
        "modularity": camps.modularity,
        "fit": camps.fit,
        "polarisation": {
            "observed": of.observed, "exact": of.is_exact, "mean": of.mean, "deviation": of.deviation,
            "z": of.z(), "permutations": of.permutations,
        },
        "scores": scores(camps).json(),
        "ways_of_counting": camps.variants,
        "statements": camps.statements,
        "tree": camps.tree.iter().map(join).collect::<Value>(),
    }))
}
