//! CX2 (<https://cytoscape.org/cx/cx2/specification/cytoscape-exchange-format-specification-(version-2)/>), for
//! Cytoscape Desktop, Cytoscape Web and NDEx.

use super::{Attribute, Kind, Network, NetworkWriter, Value};
use serde_json::{Map, json};

/// The writer of CX2.
pub(super) struct Cx2;

impl NetworkWriter for Cx2 {
    fn text(&self, network: &Network) -> String {
        // Cytoscape shows `name`.
        let mut of_nodes = network.attributes_of_nodes();
        of_nodes[0].name = "name";
        let of_edges = network.attributes_of_edges();
        let nodes = (0..network.nodes.len())
            .map(|id| json!({"id": id, "v": values(&of_nodes, network.values_of_node(id))}));
        let edges = network.edges.iter().enumerate().map(|(id, edge)| {
            let values = values(&of_edges, network.values_of_edge(edge));
            json!({"id": id, "s": edge.source, "t": edge.target, "v": values})
        });
        let (nodes, edges): (Vec<_>, Vec<_>) = (nodes.collect(), edges.collect());
        let colour = |sign: i8, colour: &str| json!({"v": sign, "vp": colour});
        let aspects = [
            json!({"CXVersion": "2.0", "hasFragments": false}),
            json!({"metaData": [
                {"name": "attributeDeclarations", "elementCount": 1},
                {"name": "networkAttributes", "elementCount": 1},
                {"name": "nodes", "elementCount": nodes.len()},
                {"name": "edges", "elementCount": edges.len()},
                {"name": "visualProperties", "elementCount": 1},
            ]}),
            json!({"attributeDeclarations": [{
                "networkAttributes": {"name": {"d": "string"}, "directed": {"d": "boolean"}},
                "nodes": declared(&of_nodes),
                "edges": declared(&of_edges),
            }]}),
            json!({"networkAttributes": [{"name": network.name, "directed": network.is_directed}]}),
            json!({"nodes": nodes}),
            json!({"edges": edges}),
            json!({"visualProperties": [{
                "default": {"network": {}, "node": {"NODE_SHAPE": "round-rectangle"}, "edge": {"EDGE_WIDTH": 1}},
                "nodeMapping": {"NODE_LABEL": {"type": "PASSTHROUGH",
                    "definition": {"attribute": "name", "type": "string"}}},
                "edgeMapping": {"EDGE_LINE_COLOR": {"type": "DISCRETE", "definition": {
                    "attribute": "sign", "type": "integer",
                    "map": [colour(1, "#009E73"), colour(-1, "#D55E00"), colour(0, "#969696")]}}},
            }]}),
            json!({"status": [{"success": true}]}),
        ];
        // An aspect a line.
        let lines: Vec<String> = aspects.iter().map(ToString::to_string).collect();
        format!("[{}]\n", lines.join(",\n"))
    }
}

fn declared(attributes: &[Attribute]) -> serde_json::Value {
    let declared = attributes.iter().map(|Attribute { name, kind }| {
        let kind = match kind {
            Kind::Text | Kind::Day => "string",
            Kind::Integer => "integer",
            Kind::Decimal => "double",
        };
        ((*name).to_owned(), json!({"d": kind}))
    });
    serde_json::Value::Object(declared.collect())
}

fn values(attributes: &[Attribute], values: Vec<Value>) -> Map<String, serde_json::Value> {
    let there = attributes.iter().zip(values).filter(|(_, value)| *value != Value::Absent);
    there.map(|(attribute, value)| (attribute.name.to_owned(), value.json())).collect()
}
