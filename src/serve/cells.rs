//! Facts as rows of cells, for spreadsheets and programs: the same on the command line and on the server.

use crate::analysis::camps::{Camps, Member};
use crate::analysis::matrix::{self as analysis, Matrix, sign, stances};
use crate::analysis::network::{Network, Tie};
use crate::analysis::opened::iris;
use crate::analysis::pictures::Written;
use crate::analysis::timeline::{Row, Timeline};
use crate::base::error::Result;
use crate::export::{Cell, CellTable};
use crate::model::Concept;
use crate::model::prefixes::Prefixes;
use crate::store::index::Index;
use crate::store::names::{Thing, handle};
use jiff::civil::Date;
use oxrdf::NamedNode;
use std::collections::BTreeMap;

/// Number of positions up to which they are written beside what they are counted in.
pub const MOST: usize = 100_000;

/// IRIs of positions, with blanks between them.
#[must_use]
pub fn positions(positions: &[NamedNode]) -> Cell {
    text(&positions.iter().map(|position| position.as_str()).collect::<Vec<_>>().join(" "))
}

pub(crate) fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

/// A number with so many digits behind the point at most.
pub(crate) fn number(value: f64, digits: usize) -> Cell {
    let text = format!("{value:.digits$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    Cell::Number(if text == "-0" { "0".to_owned() } else { text.to_owned() })
}

pub(crate) fn optional(value: Option<f64>, digits: usize) -> Cell {
    value.map_or(Cell::Absent, |value| number(value, digits))
}

pub(crate) fn named(name: &str, columns: &[&str], rows: Vec<Vec<Cell>>) -> CellTable {
    CellTable {
        name: name.to_owned(),
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
        rows,
    }
}

/// A cell as a number or words; none where there is nothing to show.
#[must_use]
pub fn value(cell: &analysis::Cell, shown: Written) -> Cell {
    let words = |words: Vec<&str>| match words.is_empty() {
        true => Cell::Absent,
        false => Cell::Text(words.join("; ")),
    };
    match shown {
        Written::Mean => match cell.mean() {
            Some(mean) => Cell::Number(rounded(mean)),
            None => words(cell.words()),
        },
        Written::Count => Cell::Number(cell.in_force.len().to_string()),
        Written::Newest if cell.in_force.is_empty() => words(cell.words()),
        Written::Newest => words(stances(&cell.newest()).into_iter().map(|stance| stance.word()).collect()),
        Written::Sign => Cell::Text(sign(cell)),
    }
}

/// A value from -1 to 1 with the two digits that a mean of halves means.
#[must_use]
pub fn rounded(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Labels that differ: those of several things have an id behind them.
#[must_use]
pub fn names(things: &[Thing]) -> Vec<String> {
    let mut number: BTreeMap<&str, usize> = BTreeMap::new();
    things.iter().for_each(|thing| *number.entry(&thing.label).or_default() += 1);
    let name = |thing: &Thing| match number[thing.label.as_str()] {
        1 => thing.label.clone(),
        _ => format!("{} ({})", thing.label, Prefixes::known().shorten(thing.iri.as_ref())),
    };
    things.iter().map(name).collect()
}

/// A row an actor, a column an issue, with this in each cell.
#[must_use]
pub fn matrix(matrix: &Matrix, value: impl Fn(&analysis::Cell) -> Cell) -> CellTable {
    let mut columns = vec![matrix.variables.0.word().to_owned()];
    columns.extend(names(&matrix.issues));
    let row = |(actor, name): (&Thing, String)| {
        let cell = |issue: &Thing| {
            let cell = matrix.cells.get(&(actor.iri.clone(), issue.iri.clone()));
            cell.map(&value).unwrap_or_default()
        };
        let mut row = vec![Cell::Text(name)];
        row.extend(matrix.issues.iter().map(cell));
        row
    };
    let rows = matrix.actors.iter().zip(names(&matrix.actors)).map(row).collect();
    CellTable { name: "matrix".to_owned(), columns, rows }
}

/// A position a row, with its IRIs.
#[must_use]
pub fn timeline(timeline: &Timeline) -> CellTable {
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

/// A node a row; with the IRIs of its positions, if all are not too many.
///
/// # Errors
/// A damaged index.
pub fn camps(index: &Index, camps: &Camps) -> Result<CellTable> {
    let is_named = camps.nodes.iter().map(|member| member.held.len()).sum::<usize>() <= MOST;
    let mut members: Vec<&Member> = camps.nodes.iter().collect();
    members.sort_by_key(|member| (member.camp.is_none(), member.camp));
    let row = |member: &&Member| {
        let positions =
            if is_named { positions(&iris(index, member.held.iter().copied())?) } else { Cell::Absent };
        Ok(vec![
            member.camp.map_or(Cell::Absent, |camp| Cell::Number((camp + 1).to_string())),
            text(&member.node.label),
            Cell::Number(member.statements.to_string()),
            number(member.bridging, 3),
            optional(member.stability, 3),
            text(&member.node.iri),
            positions,
        ])
    };
    let columns = ["camp", "node", "statements", "bridging", "stability", "node_iri", "positions_iri"];
    Ok(named("camps", &columns, members.iter().map(row).collect::<Result<_>>()?))
}

/// A tie a row, those without weight left out.
#[must_use]
pub fn ties(network: &Network) -> CellTable {
    let targets = network.columns.as_ref().unwrap_or(&network.nodes);
    let row = |tie: &Tie| {
        let (source, target) = (&network.nodes[tie.source as usize], &targets[tie.target as usize]);
        let numbers =
            [tie.weight, tie.met, tie.same, tie.opposed].map(|number| Cell::Number(number.to_string()));
        let mut row = vec![text(&source.label), text(&target.label)];
        row.extend(numbers);
        row.extend([text(&source.iri), text(&target.iri)]);
        row
    };
    let columns = ["source", "target", "weight", "met", "same", "opposed", "source_iri", "target_iri"];
    named("ties", &columns, network.ties.iter().filter(|tie| tie.weight != 0.0).map(row).collect())
}
