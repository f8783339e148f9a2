//! Networks as text, cells, JSON and graphs.

use crate::analysis::network::evidence::{Meeting, Said};
use crate::analysis::network::window::Window;
use crate::analysis::network::{Mode, Network, Tie};
use crate::analysis::statements::Node;
use crate::base::error::count;
use crate::base::page::Page;
use crate::base::table::{self, Column, Table, Tone};
use crate::export::network::{self as graph, Edge};
use crate::export::{Attribute, Cell, CellTable, Kind, Value};
use crate::model::prefixes::Prefixes;
use oxrdf::NamedNodeRef;
use serde_json::json;
use std::collections::BTreeMap;

/// Labels that differ: those of several nodes have an id behind them.
fn names(nodes: &[Node]) -> Vec<String> {
    let mut number: BTreeMap<&str, usize> = BTreeMap::new();
    nodes.iter().for_each(|node| *number.entry(&node.label).or_default() += 1);
    let name = |node: &Node| match number[node.label.as_str()] {
        1 => node.label.clone(),
        _ => {
            let iri = NamedNodeRef::new_unchecked(&node.iri);
            format!("{} ({})", node.label, Prefixes::known().shorten(iri))
        }
    };
    nodes.iter().map(name).collect()
}

/// The second set of nodes; in one mode, the nodes.
fn targets(network: &Network) -> &[Node] {
    network.columns.as_ref().unwrap_or(&network.nodes)
}

/// A row and a column a node, sorted by name; in two modes, a column a node of the second set. `corner` is the
/// head of the names.
#[must_use]
pub fn matrix(network: &Network, corner: &str) -> CellTable {
    let mut columns = vec![corner.to_owned()];
    columns.extend(names(targets(network)));
    let row = |(name, numbers): (String, Vec<f64>)| {
        let numbers = numbers.into_iter().map(|number| Cell::Number(number.to_string()));
        std::iter::once(Cell::Text(name)).chain(numbers).collect()
    };
    let rows = names(&network.nodes).into_iter().zip(network.matrix()).map(row).collect();
    CellTable { name: "network".to_owned(), columns, rows }
}

/// A row a tie and window.
#[must_use]
pub fn windows(windows: &[Window]) -> CellTable {
    let columns = ["first", "middle", "last", "source", "target", "weight"].map(str::to_owned).to_vec();
    let rows = windows.iter().flat_map(|window| {
        let (sources, targets) = (names(&window.network.nodes), names(targets(&window.network)));
        let row = move |tie: &Tie| {
            vec![
                Cell::Text(window.first.to_string()),
                Cell::Text(window.middle.to_string()),
                Cell::Text(window.last.to_string()),
                Cell::Text(sources[tie.source as usize].clone()),
                Cell::Text(targets[tie.target as usize].clone()),
                Cell::Number(tie.weight.to_string()),
            ]
        };
        window.network.ties.iter().map(row).collect::<Vec<_>>()
    });
    CellTable { name: "windows".to_owned(), columns, rows: rows.collect() }
}

/// A row a tie that is another than in the window before.
#[must_use]
pub fn changes(windows: &[Window]) -> CellTable {
    let columns = [
        "first",
        "middle",
        "last",
        "source",
        "target",
        "was",
        "weight",
        "change",
        "source_iri",
        "target_iri",
    ];
    let mut rows = Vec::new();
    let ties = |window: &Window| -> BTreeMap<(Node, Node), f64> {
        let network = &window.network;
        let pair = |tie: &Tie| {
            (network.nodes[tie.source as usize].clone(), targets(network)[tie.target as usize].clone())
        };
        network.ties.iter().map(|tie| (pair(tie), tie.weight)).collect()
    };
    for pair in windows.windows(2) {
        let (before, now) = (ties(&pair[0]), ties(&pair[1]));
        let both: std::collections::BTreeSet<&(Node, Node)> = before.keys().chain(now.keys()).collect();
        for tie in both {
            let of = |ties: &BTreeMap<(Node, Node), f64>| ties.get(tie).copied().unwrap_or_default();
            let (was, is) = (of(&before), of(&now));
            if was != is {
                let (source, target) = tie;
                let days =
                    [pair[1].first, pair[1].middle, pair[1].last].map(|day| Cell::Text(day.to_string()));
                let mut row: Vec<Cell> = days.into();
                row.extend([&source.label, &target.label].map(|label| Cell::Text(label.clone())));
                row.extend([was, is, is - was].map(|number| Cell::Number(number.to_string())));
                row.extend([&source.iri, &target.iri].map(|iri| Cell::Text(iri.clone())));
                rows.push(row);
            }
        }
    }
    CellTable { name: "changes".to_owned(), columns: columns.map(str::to_owned).into(), rows }
}

/// Four digits at most.
fn rounded(number: f64) -> String {
    let text = format!("{number:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Ties of a network, the strongest first, with what they are made of.
fn list(network: &Network) -> Table {
    let right = |name: &str| Column { name: name.to_owned(), right: true };
    let left = |name: &str| Column { name: name.to_owned(), right: false };
    let columns = match network.columns {
        None => {
            vec![left("source"), left("target"), right("tie"), right("met"), right("same"), right("opposed")]
        }
        Some(_) => {
            let number = ["tie", "statements", "for", "against"].map(right);
            [left("source"), left("target")].into_iter().chain(number).collect()
        }
    };
    let (sources, targets) = (names(&network.nodes), names(targets(network)));
    let mut ties: Vec<&Tie> = network.ties.iter().filter(|tie| tie.weight != 0.0).collect();
    ties.sort_by(|one, next| {
        let strength = next.weight.abs().total_cmp(&one.weight.abs());
        strength.then((one.source, one.target).cmp(&(next.source, next.target)))
    });
    let row = |tie: &Tie| {
        let tone = match tie.weight {
            weight if weight < 0.0 => Tone::Against,
            _ => Tone::Plain,
        };
        let numbers = [tie.met, tie.same, tie.opposed].map(|number| rounded(number).into());
        let names = [sources[tie.source as usize].clone(), targets[tie.target as usize].clone()];
        let mut row: Vec<table::Cell> = names.map(table::Cell::from).into();
        row.push(table::Cell::new(rounded(tie.weight), tone));
        row.extend(numbers);
        row
    };
    Table::new(columns, ties.into_iter().map(row).collect())
}

/// The ties of a network, the strongest first, at most `width` columns wide.
#[must_use]
pub fn render(network: &Network, width: usize, coloured: bool) -> String {
    list(network).coloured(coloured).grid_of(width)
}

/// A table of cells for people, at most `width` columns wide.
#[must_use]
pub fn grid(cells: &CellTable, width: usize) -> String {
    table_of(cells).grid_of(width)
}

/// The same as a Markdown table.
#[must_use]
pub fn markdown(cells: &CellTable) -> String {
    table_of(cells).markdown()
}

fn table_of(cells: &CellTable) -> Table {
    // People see no columns of IRIs.
    let shown: Vec<usize> =
        (0..cells.columns.len()).filter(|at| !cells.columns[*at].ends_with("_iri")).collect();
    let is_number = |at: usize| cells.rows.iter().all(|row| matches!(row[at], Cell::Number(_)));
    let column = |at: &usize| Column { name: cells.columns[*at].clone(), right: is_number(*at) };
    let text = |cell: &Cell| match cell {
        Cell::Number(number) => number.parse().map_or_else(|_| number.clone(), rounded),
        other => other.text().to_owned(),
    };
    let rows = cells
        .rows
        .iter()
        .map(|row| shown.iter().map(|at| text(&row[*at])).collect())
        .collect::<Vec<Vec<String>>>();
    Table::new(shown.iter().map(column).collect(), rows)
}

/// How much a network has.
#[must_use]
pub fn summary(network: &Network) -> String {
    let ties = network.ties.iter().filter(|tie| tie.weight != 0.0).count();
    let nodes = match &network.columns {
        None => count(network.nodes.len(), "node"),
        Some(columns) => format!("{} and {}", count(network.nodes.len(), "node"), columns.len()),
    };
    format!("{nodes}, {}, from {}", count(ties, "tie"), count(network.statements, "statement"))
}

/// Nodes, and ties with the positions behind them, where these are given.
#[must_use]
pub fn json(network: &Network, positions: Option<&[Vec<String>]>) -> serde_json::Value {
    let nodes = |nodes: &[Node]| -> Vec<serde_json::Value> {
        nodes.iter().map(|node| json!({"iri": node.iri, "label": node.label})).collect()
    };
    let tie = |(at, tie): (usize, &Tie)| {
        let (source, target) = (&network.nodes[tie.source as usize], &targets(network)[tie.target as usize]);
        let mut object = json!({
            "source": source.label,
            "source_iri": source.iri,
            "target": target.label,
            "target_iri": target.iri,
            "weight": tie.weight,
        });
        let numbers = match network.columns {
            None => [("met", tie.met), ("same", tie.same), ("opposed", tie.opposed)],
            Some(_) => [("statements", tie.met), ("for", tie.same), ("against", tie.opposed)],
        };
        for (name, number) in numbers {
            object[name] = number.into();
        }
        if let Some(positions) = positions {
            object["positions"] = positions[at].clone().into();
        }
        object
    };
    let mut object = json!({ "statements": network.statements, "nodes": nodes(&network.nodes) });
    if let Some(columns) = &network.columns {
        object["columns"] = nodes(columns).into();
    }
    object["ties"] = network.ties.iter().enumerate().map(tie).collect();
    object
}

/// The network as programs that draw and measure networks read it.
#[must_use]
pub fn graph(network: &Network, kind: &str, positions: Option<&[Vec<String>]>) -> graph::Network {
    let all = network.nodes.iter().chain(network.columns.iter().flatten());
    let nodes =
        all.map(|node| graph::Node { iri: node.iri.clone(), label: node.label.clone(), values: Vec::new() });
    let offset = if network.columns.is_some() { network.nodes.len() } else { 0 };
    let edge = |(at, tie): (usize, &Tie)| {
        let mut values = [tie.met, tie.same, tie.opposed].map(Value::Decimal).to_vec();
        values.extend(positions.map(|positions| Value::Text(positions[at].join(" "))));
        Edge {
            source: tie.source as usize,
            target: offset + tie.target as usize,
            kind: kind.to_owned(),
            weight: tie.weight.abs(),
            sign: if tie.weight < 0.0 { -1 } else { 1 },
            cell: tie.weight,
            times: Vec::new(),
            is_always: true,
            values,
        }
    };
    let names =
        if network.columns.is_none() { ["met", "same", "opposed"] } else { ["statements", "pro", "contra"] };
    let mut edge_attributes = names.map(|name| Attribute::new(name, Kind::Decimal)).to_vec();
    edge_attributes.extend(positions.map(|_| Attribute::new("positions", Kind::Text)));
    graph::Network {
        name: "Network".to_owned(),
        is_directed: network.columns.is_some(),
        nodes: nodes.collect(),
        first_set: network.columns.is_some().then_some(network.nodes.len()),
        node_attributes: Vec::new(),
        edges: network.ties.iter().enumerate().filter(|(_, tie)| tie.weight != 0.0).map(edge).collect(),
        edge_attributes,
    }
}

/// What a tie is made of: for each thing that both speak on the positions of both, with their words.
#[must_use]
pub fn opened(
    meetings: &[Meeting],
    mode: Mode,
    (one, other): (&Node, &Node),
    tie: &Tie,
    width: usize,
) -> String {
    let mut page = Page::new(width);
    page.title(&format!("{} – {}", one.label, other.label), &format!("tie {}", rounded(tie.weight)));
    for meeting in meetings {
        if mode == Mode::One {
            page.gap();
            page.quote(&meeting.on.label);
        }
        for (node, said) in [(one, &meeting.one), (other, &meeting.other)] {
            for said in said {
                page.gap();
                let words = [Some(node.label.as_str()), said.stance, said.day.as_deref()];
                page.entry(&words.into_iter().flatten().collect::<Vec<_>>().join(" · "));
                said.quotes.iter().for_each(|quote| page.detail(&quote.to_string()));
                page.detail(&Prefixes::known().shorten(said.iri.as_ref()));
            }
        }
    }
    page.finish()
}

/// The same for programs.
#[must_use]
pub fn opened_json(meetings: &[Meeting], (one, other): (&Node, &Node), tie: &Tie) -> serde_json::Value {
    let said = |all: &[Said]| -> Vec<serde_json::Value> {
        let said = |said: &Said| {
            json!({
                "iri": said.iri.as_str(), "stance": said.stance, "day": said.day, "quotes": said.quotes,
            })
        };
        all.iter().map(said).collect()
    };
    let meeting = |meeting: &Meeting| {
        json!({
            "on": meeting.on.label, "on_iri": meeting.on.iri,
            "one": said(&meeting.one), "other": said(&meeting.other),
        })
    };
    json!({
        "source": one.label, "source_iri": one.iri, "target": other.label, "target_iri": other.iri,
        "weight": tie.weight, "meetings": meetings.iter().map(meeting).collect::<Vec<_>>(),
    })
}
