//! DL, the matrices of UCINET, as Discourse Network Analyzer writes them: one number for each pair of nodes, so
//! edges of the same ends are summed up. A network of two sets is a matrix of the first by the second.

use super::{Network, NetworkWriter, quoted};
use std::collections::HashMap;
use std::fmt::Write;

/// The writer of DL.
pub(super) struct Dl;

impl NetworkWriter for Dl {
    fn text(&self, network: &Network) -> String {
        let labels: Vec<String> = network.unique_labels().iter().map(|label| quoted(label)).collect();
        let mut cells: HashMap<(usize, usize), f64> = HashMap::new();
        for edge in &network.edges {
            *cells.entry((edge.source, edge.target)).or_default() += edge.cell;
            if !network.is_directed && edge.source != edge.target {
                *cells.entry((edge.target, edge.source)).or_default() += edge.cell;
            }
        }
        let mut out = String::new();
        let list = |out: &mut String, name: &str, labels: &[String]| {
            *out += &format!("{name}:\n");
            labels.iter().for_each(|label| *out += &format!("{label}\n"));
        };
        let (rows, columns) = match network.first_set {
            Some(first) => (0..first, first..labels.len()),
            None => (0..labels.len(), 0..labels.len()),
        };
        if network.first_set.is_some() {
            let _ = writeln!(out, "dl nr = {}, nc = {}, format = fullmatrix", rows.len(), columns.len());
            list(&mut out, "row labels", &labels[rows.clone()]);
            list(&mut out, "col labels", &labels[columns.clone()]);
        } else {
            let _ = writeln!(out, "dl n = {}, format = fullmatrix", labels.len());
            list(&mut out, "labels", &labels);
        }
        out += "data:\n";
        let is_whole = cells.values().all(|cell| cell.fract() == 0.0);
        for row in rows {
            for column in columns.clone() {
                // Opposite stances add up to a zero without a sign.
                let cell = cells.get(&(row, column)).copied().unwrap_or_default() + 0.0;
                let _ = if is_whole { write!(out, " {cell:.0}") } else { write!(out, " {cell:.6}") };
            }
            out.push('\n');
        }
        out
    }
}
