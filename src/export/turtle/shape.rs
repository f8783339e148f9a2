//! How blank nodes are written: nested, as lists, or by a label.

use crate::export::graph::{Graph, Id};
use crate::model::vocab::rdf;
use oxrdf::{BlankNodeRef, Term, TermRef};
use std::collections::HashMap;
use std::ops::Range;

/// Brackets inside brackets, at most; readers of Turtle have limits too.
const MAX_DEPTH: usize = 16;

/// How a term is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// By its name or label; a subject has a block of its own.
    Named,
    /// A blank node inside `[ … ]`, where it is referred to.
    Nested,
    /// The first cell of a list, `( … )`.
    List,
}

/// The form of every blank node.
///
/// Nested is what exactly one triple refers to and what does not lead back to itself. A graph
/// without blank nodes costs nothing.
#[derive(Default)]
pub(super) struct Shape {
    nodes: HashMap<Id, Node>,
}

#[derive(Default)]
struct Node {
    /// Its own triples, as a range of the graph's.
    triples: Range<usize>,
    /// Subject and predicate of the triples that refer to it: the first of them.
    parent: Option<(Id, Id)>,
    /// How many refer to it.
    references: usize,
    /// The one item and the next cell, if it has the form of a cell.
    cell: Option<(Id, Id)>,
    /// Whether it is a cell of a list that ends as lists do.
    in_list: bool,
    placement: Placement,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Placement {
    #[default]
    Unknown,
    /// On the path that is being followed upwards.
    Visiting,
    Labelled,
    Nested {
        depth: usize,
    },
}

impl Shape {
    pub fn of(graph: &Graph) -> Self {
        if !graph.has_blank_nodes() {
            return Self::default();
        }
        let mut shape = Self { nodes: nodes(graph) };
        shape.count_references(graph);
        shape.find_cells(graph);
        let mut ids: Vec<Id> = shape.nodes.keys().copied().collect();
        ids.sort_unstable();
        for &id in &ids {
            shape.mark_list_ending_at(graph, id);
        }
        for id in ids {
            shape.place(id);
        }
        shape
    }

    pub fn form(&self, id: Id) -> Form {
        match self.nodes.get(&id) {
            Some(node) if matches!(node.placement, Placement::Nested { .. }) => {
                if node.in_list {
                    Form::List
                } else {
                    Form::Nested
                }
            }
            _ => Form::Named,
        }
    }

    /// The triples of a blank node.
    pub fn triples<'a>(&self, graph: &'a Graph, id: Id) -> &'a [[Id; 3]] {
        &graph.triples()[self.nodes[&id].triples.clone()]
    }

    /// The items of a list, by its first cell.
    pub fn items(&self, graph: &Graph, id: Id) -> impl Iterator<Item = Id> {
        let nil = Term::from(rdf::NIL);
        let mut next = Some(id);
        std::iter::from_fn(move || {
            let (item, rest) = self.nodes[&next?].cell.expect("lists are made of cells");
            next = (*graph.term(rest) != nil).then_some(rest);
            Some(item)
        })
    }

    fn count_references(&mut self, graph: &Graph) {
        let by_label: HashMap<BlankNodeRef<'_>, Id> = (0..)
            .zip(graph.terms())
            .filter_map(|(id, term)| match term {
                Term::BlankNode(node) => Some((node.as_ref(), id)),
                _ => None,
            })
            .collect();
        for &[subject, predicate, object] in graph.triples() {
            if let Some(node) = self.nodes.get_mut(&object) {
                node.references += 1;
                node.parent.get_or_insert((subject, predicate));
            }
            for end in [subject, object] {
                if graph.is_shared(end)
                    && let Some(node) = self.nodes.get_mut(&end)
                {
                    // Brackets name a node of one graph.
                    node.references += 2;
                }
            }
            for mentioned in inside_triple_term(graph.term(object).as_ref()) {
                // Brackets would make another node of it: whatever a triple term mentions is labelled.
                self.nodes.get_mut(&by_label[&mentioned]).expect("all have a node").references += 2;
            }
        }
    }

    fn find_cells(&mut self, graph: &Graph) {
        for node in self.nodes.values_mut() {
            if let [[_, first, item], [_, then, rest]] = graph.triples()[node.triples.clone()]
                && graph.predicate(first) == rdf::FIRST
                && graph.predicate(then) == rdf::REST
                && node.references == 1
            {
                node.cell = Some((item, rest));
            }
        }
    }

    /// Marks the cells of the list whose last cell this is, from the end to the beginning.
    fn mark_list_ending_at(&mut self, graph: &Graph, last: Id) {
        if !self.nodes[&last].cell.is_some_and(|(_, rest)| *graph.term(rest) == rdf::NIL.into()) {
            return;
        }
        let mut id = last;
        while let Some(node) = self.nodes.get_mut(&id).filter(|node| node.cell.is_some()) {
            node.in_list = true;
            match node.parent {
                Some((parent, by)) if graph.predicate(by) == rdf::REST => id = parent,
                _ => break,
            }
        }
    }

    /// Decides where a node is written, and all nodes between it and the one that is named.
    fn place(&mut self, id: Id) {
        let mut path = Vec::new();
        let mut id = id;
        let mut depth = loop {
            let Some(node) = self.nodes.get_mut(&id) else { break 0 };
            match node.placement {
                Placement::Labelled => break 0,
                Placement::Nested { depth } => break depth,
                Placement::Visiting => {
                    // A circle has no beginning: all of it is labelled.
                    while let Some(member) = path.pop() {
                        self.set(member, Placement::Labelled);
                        if member == id {
                            break;
                        }
                    }
                    break 0;
                }
                Placement::Unknown => match node.parent {
                    Some((parent, _)) if node.references == 1 => {
                        node.placement = Placement::Visiting;
                        path.push(id);
                        id = parent;
                    }
                    _ => {
                        node.placement = Placement::Labelled;
                        break 0;
                    }
                },
            }
        };
        while let Some(id) = path.pop() {
            let continues = self.is_inner_cell(id);
            if !continues {
                depth += 1;
            }
            if depth > MAX_DEPTH {
                depth = 0;
                self.set(id, Placement::Labelled);
            } else {
                self.set(id, Placement::Nested { depth });
            }
        }
    }

    fn set(&mut self, id: Id, placement: Placement) {
        self.nodes.get_mut(&id).expect("has a node").placement = placement;
    }

    /// Whether it is a cell that the list before it goes on with.
    pub fn is_inner_cell(&self, id: Id) -> bool {
        let Some(node) = self.nodes.get(&id).filter(|node| node.in_list) else { return false };
        let Some((parent, _)) = node.parent else { return false };
        self.nodes.get(&parent).is_some_and(|parent| {
            parent.in_list
                && matches!(parent.placement, Placement::Nested { .. })
                && parent.cell.is_some_and(|(_, rest)| rest == id)
        })
    }
}

/// A node for each blank node, with its triples.
fn nodes(graph: &Graph) -> HashMap<Id, Node> {
    let mut nodes: HashMap<Id, Node> = (0..)
        .zip(graph.terms())
        .filter(|(_, term)| term.is_blank_node())
        .map(|(id, _)| (id, Node::default()))
        .collect();
    let mut start = 0;
    for triples in graph.triples().chunk_by(|a, b| a[0] == b[0]) {
        let end = start + triples.len();
        if let Some(node) = nodes.get_mut(&triples[0][0]) {
            node.triples = start..end;
        }
        start = end;
    }
    nodes
}

/// The blank nodes that a triple term mentions; none for other terms.
fn inside_triple_term(term: TermRef<'_>) -> Vec<BlankNodeRef<'_>> {
    let TermRef::Triple(triple) = term else { return Vec::new() };
    let ends = [triple.subject.as_ref().into(), triple.object.as_ref()];
    let mut nodes: Vec<BlankNodeRef<'_>> = ends
        .iter()
        .filter_map(|end| match end {
            TermRef::BlankNode(node) => Some(*node),
            _ => None,
        })
        .collect();
    nodes.extend(inside_triple_term(triple.object.as_ref()));
    nodes
}
