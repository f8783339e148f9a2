//! GraphML (<http://graphml.graphdrawing.org/specification.html>), as Gephi, yEd, visone, Cytoscape, igraph and
//! networkx read it.
//!
//! Ids of keys are their names, since Gephi shows ids. A key belongs to nodes or to edges, and the label
//! of a node stands there twice: `label` for Gephi, `name` for yEd, visone and igraph.

use super::{Attribute, Format, Kind, Network, NetworkWriter, Value};
use crate::base::error::Result;
use crate::export::xml::escaped;
use std::fmt::Write;

/// The writer of GraphML.
pub(super) struct GraphMl;

impl NetworkWriter for GraphMl {
    fn check(&self, network: &Network) -> Result<()> {
        network.check_xml(Format::GraphMl)
    }

    fn text(&self, network: &Network) -> String {
        let mut out = String::from(concat!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
            "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" ",
            "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" ",
            "xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns ",
            "http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">\n"
        ));
        let nodes = network.attributes_of_nodes();
        let edges = network.attributes_of_edges();
        key(&mut out, "node", Attribute::new("name", Kind::Text));
        nodes.iter().for_each(|attribute| key(&mut out, "node", *attribute));
        edges.iter().for_each(|attribute| key(&mut out, "edge", *attribute));
        let direction = if network.is_directed { "directed" } else { "undirected" };
        let _ = writeln!(out, "  <graph id=\"G\" edgedefault=\"{direction}\">");
        for (number, node) in network.nodes.iter().enumerate() {
            let _ = writeln!(out, "    <node id=\"n{number}\">");
            data(&mut out, "name", &Value::Text(node.label.clone()));
            let values = network.values_of_node(number);
            nodes.iter().zip(&values).for_each(|(attribute, value)| data(&mut out, attribute.name, value));
            out += "    </node>\n";
        }
        for (number, edge) in network.edges.iter().enumerate() {
            let (source, target) = (edge.source, edge.target);
            let _ = writeln!(out, "    <edge id=\"e{number}\" source=\"n{source}\" target=\"n{target}\">");
            let values = network.values_of_edge(edge);
            edges.iter().zip(&values).for_each(|(attribute, value)| data(&mut out, attribute.name, value));
            out += "    </edge>\n";
        }
        out += "  </graph>\n</graphml>\n";
        out
    }
}

fn key(out: &mut String, of: &str, Attribute { name, kind }: Attribute) {
    let kind = match kind {
        Kind::Text | Kind::Day => "string",
        Kind::Integer => "int",
        Kind::Decimal => "double",
    };
    let _ = writeln!(out, "  <key id=\"{name}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>");
}

fn data(out: &mut String, key: &str, value: &Value) {
    if let Some(text) = value.text() {
        let _ = writeln!(out, "      <data key=\"{key}\">{}</data>", escaped(&text));
    }
}
