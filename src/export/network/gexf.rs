//! GEXF 1.3 (<https://gexf.net/schema.html>), dynamic where edges have dates, as Gephi reads it.
//!
//! The namespace has no `www.`, without which networkx finds no graph. A time of days is written from midnight
//! to the midnight after its last day: Gephi's intervals are closed and of instants, so a day is
//! an interval with a length, and days that follow each other are one. A node is there as long as any of its
//! edges, and always if one of them is.

use super::{Attribute, Edge, Format, Kind, Network, NetworkWriter, Value, number};
use crate::base::error::Result;
use crate::export::xml::escaped;
use jiff::civil::Date;
use std::fmt::Write;

/// The writer of GEXF.
pub(super) struct Gexf;

impl NetworkWriter for Gexf {
    fn check(&self, network: &Network) -> Result<()> {
        network.check_xml(Format::Gexf)
    }

    fn text(&self, network: &Network) -> String {
        let mut out = String::from(concat!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
            "<gexf xmlns=\"http://gexf.net/1.3\" xmlns:viz=\"http://gexf.net/1.3/viz\" version=\"1.3\">\n",
            "  <meta>\n    <creator>Standpoint</creator>\n",
        ));
        let _ = writeln!(out, "    <description>{}</description>\n  </meta>", escaped(&network.name));
        let is_dynamic = network.edges.iter().any(|edge| !edge.times.is_empty() && !edge.is_always);
        let mode = match is_dynamic {
            true => "mode=\"dynamic\" timeformat=\"date\" timerepresentation=\"interval\"",
            false => "mode=\"static\"",
        };
        let direction = if network.is_directed { "directed" } else { "undirected" };
        let _ = writeln!(out, "  <graph {mode} defaultedgetype=\"{direction}\">");
        // Labels of nodes, kinds and weights of edges have places of their own.
        let nodes = Written::new(network.attributes_of_nodes(), &["label"]);
        let edges = Written::new(network.attributes_of_edges(), &["interaction", "weight"]);
        nodes.declare(&mut out, "node");
        edges.declare(&mut out, "edge");
        let times = times_of_nodes(network);
        out += "    <nodes>\n";
        for (number, node) in network.nodes.iter().enumerate() {
            let _ = writeln!(out, "      <node id=\"n{number}\" label=\"{}\">", escaped(&node.label));
            nodes.values(&mut out, &network.values_of_node(number));
            if is_dynamic {
                spells(&mut out, &times[number]);
            }
            out += "      </node>\n";
        }
        out += "    </nodes>\n    <edges>\n";
        for (number, edge) in network.edges.iter().enumerate() {
            self::edge(&mut out, number, edge);
            edges.values(&mut out, &network.values_of_edge(edge));
            let (r, g, b) = colour(edge.sign);
            let _ = writeln!(out, "        <viz:color r=\"{r}\" g=\"{g}\" b=\"{b}\"/>");
            if !edge.is_always {
                spells(&mut out, &merged(edge.times.clone()));
            }
            out += "      </edge>\n";
        }
        out += "    </edges>\n  </graph>\n</gexf>\n";
        out
    }
}

fn edge(out: &mut String, id: usize, edge: &Edge) {
    let (source, target, weight) = (edge.source, edge.target, number(edge.weight));
    let kind = escaped(&edge.kind);
    let _ = writeln!(
        out,
        "      <edge id=\"e{id}\" source=\"n{source}\" target=\"n{target}\" kind=\"{kind}\" label=\"{kind}\" \
         weight=\"{weight}\">"
    );
}

/// Attributes that are written as such.
struct Written(Vec<(usize, Attribute)>);

impl Written {
    fn new(attributes: Vec<Attribute>, elsewhere: &[&str]) -> Self {
        let kept = attributes.into_iter().enumerate();
        Self(kept.filter(|(_, attribute)| !elsewhere.contains(&attribute.name)).collect())
    }

    fn declare(&self, out: &mut String, class: &str) {
        let _ = writeln!(out, "    <attributes class=\"{class}\" mode=\"static\">");
        for (_, Attribute { name, kind }) in &self.0 {
            let kind = match kind {
                // A type of days is in the schema, and not in networkx.
                Kind::Text | Kind::Day => "string",
                Kind::Integer => "integer",
                Kind::Decimal => "double",
            };
            let _ = writeln!(out, "      <attribute id=\"{name}\" title=\"{name}\" type=\"{kind}\"/>");
        }
        out.push_str("    </attributes>\n");
    }

    fn values(&self, out: &mut String, values: &[Value]) {
        out.push_str("        <attvalues>\n");
        for (place, attribute) in &self.0 {
            if let Some(text) = values[*place].text() {
                let (name, text) = (attribute.name, escaped(&text));
                let _ = writeln!(out, "          <attvalue for=\"{name}\" value=\"{text}\"/>");
            }
        }
        out.push_str("        </attvalues>\n");
    }
}

/// Green for, red against, grey neither; also to be told apart by people who see no red.
fn colour(sign: i8) -> (u8, u8, u8) {
    match sign {
        1 => (0, 158, 115),
        -1 => (213, 94, 0),
        _ => (150, 150, 150),
    }
}

fn spells(out: &mut String, times: &[(Date, Date)]) {
    if times.is_empty() {
        return;
    }
    out.push_str("        <spells>\n");
    for (start, end) in times {
        let _ = writeln!(out, "          <spell start=\"{start}\" end=\"{end}\"/>");
    }
    out.push_str("        </spells>\n");
}

/// Midnights between which something is there: those that overlap or touch are one.
fn merged(mut times: Vec<(Date, Date)>) -> Vec<(Date, Date)> {
    times.sort_unstable();
    let mut merged: Vec<(Date, Date)> = Vec::new();
    for (first, last) in times {
        // The last day of the calendar has no midnight after it.
        let end = last.tomorrow().unwrap_or(last);
        match merged.last_mut() {
            Some((_, until)) if first <= *until => *until = end.max(*until),
            _ => merged.push((first, end)),
        }
    }
    merged
}

/// When each node is there; always, without any time.
fn times_of_nodes(network: &Network) -> Vec<Vec<(Date, Date)>> {
    let mut times = vec![Vec::new(); network.nodes.len()];
    let mut is_always = vec![false; network.nodes.len()];
    for edge in &network.edges {
        for end in [edge.source, edge.target] {
            is_always[end] |= edge.is_always || edge.times.is_empty();
            times[end].extend(&edge.times);
        }
    }
    let times = times.into_iter().zip(is_always);
    times.map(|(times, is_always)| if is_always { Vec::new() } else { merged(times) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_become_intervals_none_of_which_touch() {
        let day = |day| date(2025, 4, day);
        let times =
            vec![(day(9), day(9)), (day(1), day(1)), (day(2), day(3)), (day(2), day(2)), (day(9), day(9))];
        assert_eq!(merged(times), [(day(1), day(4)), (day(9), day(10))]);
        assert_eq!(merged(Vec::new()), []);
    }
}
