//! The dataset that a query runs on (SPARQL 1.1, 13): the default graph, and named graphs if it asks for them.
//!
//! `GRAPH ?g { … }` is the union of what each graph answers, joined with its name (18.6). Where every solution
//! inside comes from triples of the graph, the name is one more part of these and nothing is to be done.
//! Elsewhere (an aggregate, a `MINUS`, a `FILTER` that names `?g`) the union is written out, graph by graph:
//! the evaluator takes the name for a variable of the pattern there.

use super::QueryError;
use super::parse::algebra::{all_patterns, exists_in, expressions_of, pattern_of_mut, rewrite, variables_of};
use crate::store::index::read::snapshot::Snapshot;
use crate::store::index::{Corruption, Index};
use oxrdf::{NamedNode, Term, Variable};
use spargebra::Query;
use spargebra::algebra::{GraphPattern, QueryDataset};
use spargebra::term::{GroundTerm, NamedNodePattern};
use std::sync::Arc;

/// The snapshot that a query runs on; its `FROM` and `FROM NAMED` are done with. What asks for no graph
/// by name never reads one.
pub(super) fn of(query: &mut Query, index: &Index) -> Result<Arc<Snapshot>, QueryError> {
    let snapshot = match dataset_mut(query).take() {
        Some(dataset) => Arc::new(index.dataset_of(&dataset.default, &dataset.named.unwrap_or_default())?),
        None if asks_graphs(pattern_of_mut(query)) => Arc::clone(index.dataset()?),
        None => return Ok(Arc::clone(index.snapshot())),
    };
    let mut names = Names { snapshot: &snapshot, known: None };
    let mut corruption = None;
    rewrite(pattern_of_mut(query), &mut |pattern| {
        if let GraphPattern::Graph { name: NamedNodePattern::Variable(variable), inner } = pattern
            && !is_of_triples(inner, variable)
        {
            match names.get() {
                Ok(names) => *pattern = union(names, inner, variable),
                Err(found) => corruption = Some(found),
            }
        }
    });
    corruption.map_or(Ok(snapshot), |corruption| Err(corruption.into()))
}

/// The graphs that a query names for itself.
pub(super) fn dataset_mut(query: &mut Query) -> &mut Option<QueryDataset> {
    let (Query::Select { dataset, .. }
    | Query::Construct { dataset, .. }
    | Query::Describe { dataset, .. }
    | Query::Ask { dataset, .. }) = query;
    dataset
}

/// Whether there is a `GRAPH` in a pattern, in an `EXISTS` too.
pub(super) fn asks_graphs(pattern: &GraphPattern) -> bool {
    all_patterns(pattern).iter().any(|pattern| matches!(pattern, GraphPattern::Graph { .. }))
}

/// The names of graphs, read once.
struct Names<'a> {
    snapshot: &'a Snapshot,
    known: Option<Vec<NamedNode>>,
}

impl Names<'_> {
    fn get(&mut self) -> Result<&[NamedNode], Corruption> {
        let known = match self.known.take() {
            Some(known) => known,
            None => {
                let ids = self.snapshot.graph_names()?;
                let names = ids.into_iter().filter_map(|id| match self.snapshot.term(id) {
                    Ok(Term::NamedNode(name)) => Some(Ok(name)),
                    Ok(_) => None,
                    Err(corruption) => Some(Err(corruption)),
                });
                names.collect::<Result<_, _>>()?
            }
        };
        Ok(self.known.insert(known))
    }
}

/// Whether each solution of a pattern comes from triples, all of one graph, so that a variable that names
/// the graph can be taken for a part of them.
pub(super) fn is_of_triples(pattern: &GraphPattern, graph: &Variable) -> bool {
    let is_free = |pattern: &GraphPattern| {
        let expressions = expressions_of(pattern);
        expressions
            .iter()
            .all(|expression| !variables_of(expression).contains(graph) && exists_in(expression).is_empty())
    };
    match pattern {
        GraphPattern::Bgp { patterns } => !patterns.is_empty(),
        GraphPattern::Path { .. } => true,
        GraphPattern::Join { left, right } => match (&**left, &**right) {
            (GraphPattern::Values { .. }, other) | (other, GraphPattern::Values { .. }) => {
                is_of_triples(other, graph)
            }
            (left, right) => is_of_triples(left, graph) && is_of_triples(right, graph),
        },
        GraphPattern::Union { left, right } => is_of_triples(left, graph) && is_of_triples(right, graph),
        GraphPattern::LeftJoin { left, right, .. } => {
            is_free(pattern) && is_of_triples(left, graph) && is_of_triples(right, graph)
        }
        GraphPattern::Filter { inner, .. } => is_free(pattern) && is_of_triples(inner, graph),
        GraphPattern::Extend { inner, variable, .. } => {
            variable != graph && is_free(pattern) && is_of_triples(inner, graph)
        }
        _ => false,
    }
}

/// What each of these graphs answers, with its name.
fn union(names: &[NamedNode], inner: &GraphPattern, variable: &Variable) -> GraphPattern {
    match names {
        [] => GraphPattern::Values { variables: vec![variable.clone()], bindings: Vec::new() },
        [name] => GraphPattern::Join {
            left: Box::new(GraphPattern::Graph { name: name.clone().into(), inner: Box::new(inner.clone()) }),
            right: Box::new(GraphPattern::Values {
                variables: vec![variable.clone()],
                bindings: vec![vec![Some(GroundTerm::NamedNode(name.clone()))]],
            }),
        },
        // Balanced, as whoever runs it recurses.
        names => {
            let (one, other) = names.split_at(names.len() / 2);
            let half = |names| Box::new(union(names, inner, variable));
            GraphPattern::Union { left: half(one), right: half(other) }
        }
    }
}
