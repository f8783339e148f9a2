//! Pajek's `.net` (<http://mrvar.fdv.uni-lj.si/pajek/>), with arcs where edges have a direction and edges where they
//! have none. It holds labels, kinds of edges and signed weights, not the other attributes. The size of the first
//! of two sets, which may follow the number of nodes, is left out: networkx reads no network with it.

use super::{Network, NetworkWriter, number, quoted};
use std::fmt::Write;

/// The writer of Pajek's networks.
pub(super) struct Pajek;

impl NetworkWriter for Pajek {
    fn text(&self, network: &Network) -> String {
        let mut out = format!("*Vertices {}\n", network.nodes.len());
        for (id, label) in network.unique_labels().iter().enumerate() {
            let _ = writeln!(out, "{} {}", id + 1, quoted(label));
        }
        out += if network.is_directed { "*Arcs\n" } else { "*Edges\n" };
        for edge in &network.edges {
            // 0 of what is neither for nor against: a weight alone would be one for.
            let weight = f64::from(edge.sign) * edge.weight;
            let (source, target) = (edge.source + 1, edge.target + 1);
            let _ = writeln!(out, "{source} {target} {} l {}", number(weight), quoted(&edge.kind));
        }
        out
    }
}
