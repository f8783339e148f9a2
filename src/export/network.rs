//! Networks: nodes, edges and their attributes, in the formats of programs that draw and measure them.
//!
//! A [`Network`] says nothing about positions, so that any analysis can fill one;
//! [`positions`] makes the two that need no choices. A format is one file here and one row of
//! the table in `format.rs`.
//!
//! Weights are above zero and signs stand beside them: Gephi's layouts take weights for forces, and explode at
//! a negative one. What differs between two edges of the same ends is their kind.

mod cx2;
mod cypher;
mod dl;
mod dot;
mod gexf;
mod graphml;
mod node_link;
mod pajek;
pub mod positions;

use super::format::{Content, Format};
use super::rdfxml::outside_xml_text;
use super::value::{Attribute, Kind, Value};
use crate::base::error::{Error, Result};
use jiff::civil::Date;
use std::collections::HashMap;

/// Nodes and edges with attributes.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Name of the network.
    pub name: String,
    /// Whether edges have a direction.
    pub is_directed: bool,
    /// Nodes of the first set, then those of the second, if there are two: then no edge joins two nodes of one.
    pub nodes: Vec<Node>,
    /// Number of nodes of the first set; none where there is one set.
    pub first_set: Option<usize>,
    /// Attributes that this network's nodes have besides those of every network.
    pub node_attributes: Vec<Attribute>,
    /// Edges.
    pub edges: Vec<Edge>,
    /// Attributes that this network's edges have besides those of every network.
    pub edge_attributes: Vec<Attribute>,
}

/// Node of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// IRI of what it stands for; different from that of every other node.
    pub iri: String,
    /// Name for people.
    pub label: String,
    /// A value for each of the network's own attributes of nodes.
    pub values: Vec<Value>,
}

/// Edge of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// Number of the node that it comes from.
    pub source: usize,
    /// Number of the node that it goes to.
    pub target: usize,
    /// What kind of tie it is: edges of the same ends differ in it.
    pub kind: String,
    /// Strength, above zero.
    pub weight: f64,
    /// 1 for, -1 against, 0 neither.
    pub sign: i8,
    /// What a matrix holds of it: matrices have one number a pair of nodes, the sum of their edges.
    pub cell: f64,
    /// First and last days of the times in which it is known to be there.
    pub times: Vec<(Date, Date)>,
    /// Whether it may be there at other times, too.
    pub is_always: bool,
    /// A value for each of the network's own attributes of edges.
    pub values: Vec<Value>,
}

/// Writer of networks in one format.
trait NetworkWriter: Sync {
    /// Looks for what the format cannot carry.
    ///
    /// # Errors
    /// The first such thing, by name.
    fn check(&self, _network: &Network) -> Result<()> {
        Ok(())
    }

    /// The network as a text.
    fn text(&self, network: &Network) -> String;
}

/// The writer of a format.
///
/// # Errors
/// A format that cannot hold a network.
fn writer(format: Format) -> Result<&'static dyn NetworkWriter> {
    Ok(match format {
        Format::GraphMl => &graphml::GraphMl,
        Format::Gexf => &gexf::Gexf,
        Format::Dot => &dot::Dot,
        Format::Cx2 => &cx2::Cx2,
        Format::Pajek => &pajek::Pajek,
        Format::Dl => &dl::Dl,
        Format::NodeLink => &node_link::NodeLink,
        Format::Cypher => &cypher::Cypher,
        _ => {
            let names: Vec<&str> = Content::Network.formats().map(Format::name).collect();
            return Err(Error::usage(format!("{format} cannot hold a network"))
                .with_help(format!("choose one of {}", names.join(", "))));
        }
    })
}

impl Network {
    /// The network as a text in this format: the same bytes each time.
    ///
    /// # Errors
    /// A format that cannot hold a network, or not this one.
    pub fn text(&self, format: Format) -> Result<String> {
        let writer = writer(format)?;
        writer.check(self)?;
        Ok(writer.text(self))
    }

    /// The network as files for the bulk import of Neo4j, by name, with a script that loads them.
    #[must_use]
    pub fn bulk_files(&self) -> Vec<(&'static str, String)> {
        cypher::bulk(self)
    }

    /// Attributes of its nodes.
    fn attributes_of_nodes(&self) -> Vec<Attribute> {
        let mut attributes = vec![Attribute::new("label", Kind::Text)];
        if self.first_set.is_some() {
            // What networkx calls the set of a node.
            attributes.push(Attribute::new("bipartite", Kind::Integer));
        }
        attributes.extend(&self.node_attributes);
        attributes.push(Attribute::new("iri", Kind::Text));
        attributes
    }

    /// Values of those attributes.
    fn values_of_node(&self, number: usize) -> Vec<Value> {
        let node = &self.nodes[number];
        let mut values = vec![Value::Text(node.label.clone())];
        if let Some(first_set) = self.first_set {
            values.push(Value::Integer(i64::from(number >= first_set)));
        }
        values.extend(node.values.iter().cloned());
        values.push(Value::Text(node.iri.clone()));
        values
    }

    /// Attributes of its edges.
    fn attributes_of_edges(&self) -> Vec<Attribute> {
        let mut attributes = vec![
            Attribute::new("interaction", Kind::Text),
            Attribute::new("weight", Kind::Decimal),
            Attribute::new("sign", Kind::Integer),
            Attribute::new("since", Kind::Day),
            Attribute::new("until", Kind::Day),
        ];
        attributes.extend(&self.edge_attributes);
        attributes
    }

    /// Values of those attributes.
    fn values_of_edge(&self, edge: &Edge) -> Vec<Value> {
        let mut values = vec![
            Value::Text(edge.kind.clone()),
            Value::Decimal(edge.weight),
            Value::Integer(edge.sign.into()),
            edge.times.iter().map(|(first, _)| *first).min().into(),
            edge.times.iter().map(|(_, last)| *last).max().into(),
        ];
        values.extend(edge.values.iter().cloned());
        values
    }

    /// Labels of its nodes, each different, for formats that know a node by its label: where several nodes have
    /// the same, their IRIs follow it.
    fn unique_labels(&self) -> Vec<String> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        self.nodes.iter().for_each(|node| *counts.entry(&node.label).or_default() += 1);
        let label = |node: &Node| match counts[node.label.as_str()] {
            1 => node.label.clone(),
            _ => format!("{} <{}>", node.label, node.iri),
        };
        self.nodes.iter().map(label).collect()
    }

    /// Looks for characters that XML has no form for.
    ///
    /// # Errors
    /// The first text with such a character.
    fn check_xml(&self, format: Format) -> Result<()> {
        let texts = |values: &[Value]| values.iter().filter_map(Value::text).collect::<Vec<_>>();
        let nodes = self
            .nodes
            .iter()
            .flat_map(|node| [node.label.clone(), node.iri.clone()].into_iter().chain(texts(&node.values)));
        let edges =
            self.edges.iter().flat_map(|edge| std::iter::once(edge.kind.clone()).chain(texts(&edge.values)));
        match nodes.chain(edges).find_map(|text| outside_xml_text(&text)) {
            Some(lost) => Err(lost.error(&format.to_string()).with_help("node-link and cx2 can")),
            None => Ok(()),
        }
    }
}

/// A number as a decimal fraction, a whole one without a point.
fn number(number: f64) -> String {
    number.to_string()
}

/// A label between the double quotes of Pajek and DL, which have no escapes of their own: quotes, backslashes
/// and line ends become the character references that Pajek knows.
fn quoted(label: &str) -> String {
    let mut out = String::with_capacity(label.len() + 2);
    out.push('"');
    let mut rest = label.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' | '\\' => out += &format!("&#{};", u32::from(c)),
            '&' if rest.peek() == Some(&'#') => out += "&#38;",
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                out += &format!("&#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
