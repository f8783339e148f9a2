//! Pajek's `.net` (<http://mrvar.fdv.uni-lj.si/pajek/>), with arcs where edges have a direction, edges where they
//! have none, and the sizes of the two sets of nodes. It holds labels and signed weights, not the other
//! attributes.

use super::{Network, NetworkWriter, number, quoted};
use std::fmt::Write;

/// The writer of Pajek's networks.
pub(super) struct Pajek;

impl NetworkWriter for Pajek {
    fn text(&self, network: &Network) -> String {
        let mut out = format!("*Vertices {}", network.nodes.len());
        if let Some(first_set) = network.first_set {
            let _ = write!(out, " {first_set}");
        }
        out.push('\n');
        for (id, label) in network.unique_labels().iter().enumerate() {
            let _ = writeln!(out, "{} {}", id + 1, quoted(label));
        }
        out += if network.is_directed { "*Arcs\n" } else { "*Edges\n" };
        for edge in &network.edges {
            let weight = if edge.sign < 0 { -edge.weight } else { edge.weight };
            let (source, target) = (edge.source + 1, edge.target + 1);
            let _ = writeln!(out, "{source} {target} {} l {}", number(weight), quoted(&edge.kind));
        }
        out
    }
}
