//! Cypher: a script that creates the network in Neo4j or Memgraph, and bulk files for `neo4j-admin database import`.
//!
//! Nodes have the label of their class, relationships the type of their kind: `(:Actor)-[:SUPPORTS]->(:Issue)`.

use super::{Network, NetworkWriter};
use crate::export::cells::{Cell, Separator, Spreadsheet};
use crate::export::value::{Attribute, Kind, Value};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The writer of scripts.
pub(super) struct Cypher;

impl NetworkWriter for Cypher {
    fn text(&self, network: &Network) -> String {
        let mut out = String::new();
        let attributes = network.attributes_of_nodes();
        for number in 0..network.nodes.len() {
            let values = network.values_of_node(number);
            let _ = writeln!(
                out,
                "CREATE (:{} {{{}}});",
                label(network, number),
                properties(&attributes, &values)
            );
        }
        let attributes = network.attributes_of_edges();
        for edge in &network.edges {
            let values = network.values_of_edge(edge);
            let end = |number: usize| {
                format!("{} {{iri: {}}}", label(network, number), quoted(&network.nodes[number].iri))
            };
            let _ = writeln!(
                out,
                "MATCH (a:{}), (b:{}) CREATE (a)-[:{} {{{}}}]->(b);",
                end(edge.source),
                end(edge.target),
                relationship(&edge.kind),
                properties(&attributes, &values)
            );
        }
        out
    }
}

/// The bulk files, by name: nodes of each label, relationships, and a script that loads them without rights of an
/// administrator.
pub(super) fn bulk(network: &Network) -> Vec<(&'static str, String)> {
    let mut files = Vec::new();
    let mut script = String::new();
    let attributes = network.attributes_of_nodes();
    let sets = [("Actor", "actors.csv"), ("Issue", "issues.csv")];
    for (set, file) in &sets[..if network.first_set.is_some() { 2 } else { 1 }] {
        let own = (0..network.nodes.len()).filter(|number| label(network, *number) == *set);
        let names: Vec<String> = attributes
            .iter()
            .map(|attribute| match attribute.name {
                "iri" => format!("iri:ID({set})"),
                _ => header(attribute),
            })
            .chain([":LABEL".to_owned()])
            .collect();
        let rows = own.map(|number| {
            let mut row = network.values_of_node(number);
            row.push((*set).into());
            row
        });
        files.push((*file, lines(&names, rows)));
        let _ = writeln!(
            script,
            "LOAD CSV WITH HEADERS FROM 'file:///{file}' AS row\nCREATE (:{set} {{{}}});",
            read(&attributes, &names)
        );
    }
    let target = if network.first_set.is_some() { "Issue" } else { "Actor" };
    let attributes = network.attributes_of_edges();
    let mut names = vec![":START_ID(Actor)".to_owned(), format!(":END_ID({target})"), ":TYPE".to_owned()];
    names.extend(attributes.iter().map(header));
    let rows = network.edges.iter().map(|edge| {
        let ends = [edge.source, edge.target].map(|end| Value::Text(network.nodes[end].iri.clone()));
        let kind = Value::Text(relationship(&edge.kind));
        ends.into_iter().chain([kind]).chain(network.values_of_edge(edge)).collect()
    });
    files.push(("relationships.csv", lines(&names, rows)));
    let kinds: BTreeSet<String> = network.edges.iter().map(|edge| relationship(&edge.kind)).collect();
    for kind in kinds {
        let _ = writeln!(
            script,
            "LOAD CSV WITH HEADERS FROM 'file:///relationships.csv' AS row\nWITH row WHERE row.`:TYPE` = '{kind}'\n\
             MATCH (a:Actor {{iri: row.`:START_ID(Actor)`}}), (b:{target} {{iri: row.`:END_ID({target})`}})\n\
             CREATE (a)-[:{kind} {{{}}}]->(b);",
            read(&attributes, &names[3..])
        );
    }
    files.push(("load.cypher", script));
    files
}

/// The label of a node.
fn label(network: &Network, number: usize) -> &'static str {
    if network.first_set.is_some_and(|first| number >= first) { "Issue" } else { "Actor" }
}

/// The type of a relationship, as Cypher writes types.
fn relationship(kind: &str) -> String {
    let kind: String =
        kind.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    if kind.starts_with(|c: char| c.is_ascii_alphabetic()) { kind } else { format!("STANCE_{kind}") }
}

/// Name and type of a column.
fn header(attribute: &Attribute) -> String {
    let kind = match attribute.kind {
        Kind::Text => "string",
        Kind::Integer => "long",
        Kind::Decimal => "double",
        Kind::Day => "date",
    };
    format!("{}:{kind}", attribute.name)
}

fn lines(names: &[String], rows: impl Iterator<Item = Vec<Value>>) -> String {
    let mut out = String::new();
    Separator::Comma.header(names.iter().map(String::as_str), &mut out);
    for row in rows {
        let cells: Vec<Cell> = row.into_iter().map(Into::into).collect();
        Separator::Comma.line(&cells, Spreadsheet::default(), &mut out);
    }
    out
}

/// The properties as a script reads them of a row.
fn read(attributes: &[Attribute], names: &[String]) -> String {
    let one = |(attribute, name): (&Attribute, &String)| {
        let value = match attribute.kind {
            Kind::Text => format!("row.`{name}`"),
            Kind::Integer => format!("toInteger(row.`{name}`)"),
            Kind::Decimal => format!("toFloat(row.`{name}`)"),
            Kind::Day => format!("date(row.`{name}`)"),
        };
        format!("{}: {value}", attribute.name)
    };
    attributes.iter().zip(names).map(one).collect::<Vec<_>>().join(", ")
}

/// The properties with their values; those without a value are left out, as the database leaves them out.
fn properties(attributes: &[Attribute], values: &[Value]) -> String {
    let one = |(attribute, value): (&Attribute, &Value)| {
        let value = match value {
            Value::Absent => return None,
            Value::Text(text) => quoted(text),
            Value::Integer(number) => number.to_string(),
            Value::Decimal(number) => format!("{number:?}"),
            Value::Day(day) => format!("date('{day}')"),
        };
        Some(format!("{}: {value}", attribute.name))
    };
    attributes.iter().zip(values).filter_map(one).collect::<Vec<_>>().join(", ")
}

fn quoted(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars() {
        match c {
            '\\' | '\'' => out.extend(['\\', c]),
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            '\t' => out += "\\t",
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}
