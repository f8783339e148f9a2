//! Named graphs as they are written: one graph after another, blank nodes labelled together.
//!
//! A blank node is one node in the whole file, so labels follow from all graphs (RDFC-1.0), and a node
//! that several graphs have is written by its label.

use super::compare::compare as compare_terms;
use super::graph::{Graph, mentions_blank_node};
use super::order::Order;
use crate::base::error::Result;
use crate::model::canonical::{canonical_numbers_of_many, each_of_triple, replace_in_triple};
use oxrdf::{BlankNode, GraphName, NamedNode, Quad, Triple};
use std::collections::{HashMap, HashSet};

/// What a file of named graphs begins with.
pub(super) const HEADER: &str = "\
# Each document is the named graph of its IRI. Standpoint's default graph is what all of them say together:
# to ask its questions elsewhere, let the engine take the union of the named graphs as its default graph.
";

/// Graphs with their names, in order.
pub(super) struct Dataset {
    graphs: Vec<(NamedNode, Graph)>,
}

impl Dataset {
    /// The dataset of these graphs, their triples in this order; empty ones are left out.
    ///
    /// # Errors
    /// As [`Graph::new`].
    pub fn new(parts: Vec<(NamedNode, Vec<Triple>)>, order: Order) -> Result<Self> {
        let mut parts: Vec<_> = parts.into_iter().filter(|(_, triples)| !triples.is_empty()).collect();
        parts.sort_by(|(one, _), (other, _)| compare_terms(one.into(), other.into()));
        let shared = label(&mut parts)?;
        let graphs = parts.into_iter().map(|(name, triples)| {
            let mut graph = order.sorted(Graph::labelled(triples)?);
            graph.set_shared(&shared);
            Ok((name, graph))
        });
        Ok(Self { graphs: graphs.collect::<Result<_>>()? })
    }

    /// Name and content of each.
    pub fn graphs(&self) -> impl Iterator<Item = (&NamedNode, &Graph)> + Clone {
        self.graphs.iter().map(|(name, graph)| (name, graph))
    }

    /// The contents, to be changed.
    pub fn graphs_mut(&mut self) -> impl Iterator<Item = &mut Graph> {
        self.graphs.iter_mut().map(|(_, graph)| graph)
    }

    /// Number of quads.
    pub fn len(&self) -> usize {
        self.graphs.iter().map(|(_, graph)| graph.triples().len()).sum()
    }
}

/// Gives blank nodes labels that follow from the graphs alone; those that several graphs have.
fn label(parts: &mut [(NamedNode, Vec<Triple>)]) -> Result<HashSet<BlankNode>> {
    let mut quads: HashSet<Quad> = HashSet::new();
    let mut graph_of: HashMap<BlankNode, usize> = HashMap::new();
    let mut shared: HashSet<BlankNode> = HashSet::new();
    for (number, (name, triples)) in parts.iter().enumerate() {
        for triple in triples {
            if triple.subject.is_blank_node() || mentions_blank_node(&triple.object) {
                quads.insert(triple.clone().in_graph(GraphName::from(name.clone())));
                each_of_triple(triple, &mut |node| {
                    if *graph_of.entry(node.clone()).or_insert(number) != number {
                        shared.insert(node.clone());
                    }
                });
            }
        }
    }
    if quads.is_empty() {
        return Ok(shared);
    }
    let quads: Vec<Quad> = quads.into_iter().collect();
    let numbers = canonical_numbers_of_many(&quads)?;
    let label = |node: &BlankNode| BlankNode::new_unchecked(format!("c14n{}", numbers[node]));
    for triple in parts.iter_mut().flat_map(|(_, triples)| triples) {
        replace_in_triple(triple, &mut |node| label(node).into());
    }
    Ok(shared.iter().map(label).collect())
}
