//! JSON in the node-link form of networkx (`node_link_graph`), which d3's forces take as well.

use super::{Network, NetworkWriter, Value};
use serde_json::{Map, json};

/// The writer of node-link JSON.
pub(super) struct NodeLink;

impl NetworkWriter for NodeLink {
    fn text(&self, network: &Network) -> String {
        let of_nodes = network.attributes_of_nodes();
        let of_edges = network.attributes_of_edges();
        let object = |names: Vec<&'static str>, values: Vec<Value>| {
            let there = names.into_iter().zip(values).filter(|(_, value)| *value != Value::Absent);
            there.map(|(name, value)| (name.to_owned(), value.json())).collect::<Map<_, _>>()
        };
        let mut out = format!(
            "{{\"directed\": {}, \"multigraph\": true, \"graph\": {},\n\"nodes\": [",
            network.is_directed,
            json!({"name": network.name})
        );
        let mut lines = (0..network.nodes.len()).map(|id| {
            let mut node = Map::from_iter([("id".to_owned(), json!(format!("n{id}")))]);
            let names = of_nodes.iter().map(|attribute| attribute.name).collect();
            node.append(&mut object(names, network.values_of_node(id)));
            serde_json::Value::Object(node).to_string()
        });
        join(&mut out, &mut lines);
        out += "],\n\"edges\": [";
        let mut lines = network.edges.iter().enumerate().map(|(id, edge)| {
            let mut fields = Map::new();
            let ends = [("source", edge.source), ("target", edge.target)];
            fields.extend(ends.map(|(name, end)| (name.to_owned(), json!(format!("n{end}")))));
            fields.insert("key".to_owned(), json!(format!("e{id}")));
            let names = of_edges.iter().map(|attribute| attribute.name).collect();
            fields.append(&mut object(names, network.values_of_edge(edge)));
            serde_json::Value::Object(fields).to_string()
        });
        join(&mut out, &mut lines);
        out += "]}\n";
        out
    }
}

/// An object a line.
fn join(out: &mut String, lines: &mut dyn Iterator<Item = String>) {
    for (number, line) in lines.enumerate() {
        *out += if number == 0 { "\n" } else { ",\n" };
        *out += &line;
    }
    *out += "\n";
}
