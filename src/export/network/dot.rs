//! DOT (<https://graphviz.org/doc/info/lang.html>), to be drawn by `dot`, `neato` and the other programs of
//! Graphviz without options.

use super::{Kind, Network, NetworkWriter, number};
use crate::base::error::{Error, Result};
use std::fmt::Write;

/// The writer of DOT.
pub(super) struct Dot;

/// Width of the widest edge, in points.
const WIDEST: f64 = 6.0;

impl NetworkWriter for Dot {
    fn check(&self, network: &Network) -> Result<()> {
        match network.nodes.iter().find(|node| node.label.contains(is_refused)) {
            Some(node) => Err(Error::usage(format!(
                "DOT cannot carry a control character in the name {:?}",
                node.label
            ))
            .with_help("node-link and cx2 can")),
            None => Ok(()),
        }
    }

    fn text(&self, network: &Network) -> String {
        let (graph, arrow) = if network.is_directed { ("digraph", "->") } else { ("graph", "--") };
        let mut out = format!("{graph} {} {{\n", quoted(&network.name));
        out += "  graph [charset=\"UTF-8\", rankdir=LR, overlap=false, splines=true];\n";
        out += "  node [shape=box, style=rounded, fontname=\"Helvetica\"];\n";
        out += "  edge [fontname=\"Helvetica\", fontsize=9];\n";
        let attributes = network.attributes_of_nodes();
        for (id, node) in network.nodes.iter().enumerate() {
            let _ = write!(out, "  n{id} [label={}", quoted(&node.label));
            if network.first_set.is_some_and(|first_set| id >= first_set) {
                out += ", shape=ellipse, style=solid";
            }
            for (attribute, value) in attributes.iter().zip(network.values_of_node(id)).skip(1) {
                if let Some(text) = value.text() {
                    let _ = write!(out, ", {}={}", attribute.name, quoted(&text));
                }
            }
            out += "];\n";
        }
        let heaviest = network.edges.iter().map(|edge| edge.weight).fold(1.0, f64::max);
        let attributes = network.attributes_of_edges();
        for edge in &network.edges {
            let _ = write!(out, "  n{} {arrow} n{} [label={}", edge.source, edge.target, quoted(&edge.kind));
            for (attribute, value) in attributes.iter().zip(network.values_of_edge(edge)).skip(1) {
                match (attribute.name, value.text()) {
                    // Here a weight makes edges short and straight, and has to be a whole number for `dot`.
                    ("weight", _) => {
                        let _ = write!(out, ", strength={}", number(edge.weight));
                    }
                    (name, Some(text)) if matches!(attribute.kind, Kind::Integer | Kind::Decimal) => {
                        let _ = write!(out, ", {name}={text}");
                    }
                    (name, Some(text)) => {
                        let _ = write!(out, ", {name}={}", quoted(&text));
                    }
                    (_, None) => {}
                }
            }
            let (colour, style) = match edge.sign {
                1 => ("#009e73", "solid"),
                -1 => ("#d55e00", "dashed"),
                _ => ("#969696", "dotted"),
            };
            let width = 1.0 + (WIDEST - 1.0) * (edge.weight - 1.0).max(0.0) / (heaviest - 1.0).max(1.0);
            let _ = writeln!(out, ", color=\"{colour}\", style={style}, penwidth={width:.2}];");
        }
        out += "}\n";
        out
    }
}

/// Characters that C's texts end at, or that pictures of it cannot hold.
fn is_refused(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// A text in quotation marks. Graphviz takes `&…;` for a character by its name.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '&' => out += "&amp;",
            '\n' => out += "\\n",
            '\r' => out += "&#13;",
            '\t' => out += "&#9;",
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
