//! The parts of a query that can keep rows away, and the query without some of them.

use crate::query::parse::algebra::{all_patterns, conjuncts, patterns_in_mut};
use spargebra::algebra::{Expression, GraphPattern, PropertyPathExpression as Path};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};
use std::collections::BTreeSet;
use std::mem::take;

/// A part of a query that rows have to pass.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    /// A triple pattern, and the GRAPH around it.
    Triple(TriplePattern, Option<NamedNodePattern>),
    /// A path, and the GRAPH around it.
    Path(TermPattern, Path, TermPattern, Option<NamedNodePattern>),
    /// A condition, of those that FILTER or HAVING joins with `&&`; and what it is asked of.
    Condition(Expression, Box<GraphPattern>),
    /// What MINUS takes away.
    Minus,
    /// A list of values, of so many rows.
    Values(String, usize),
    /// GRAPH, which finds nothing where no graph has this name.
    Graph(NamedNodePattern),
    /// LIMIT and OFFSET.
    Slice(usize, Option<usize>),
}

impl Part {
    /// Whether it brings rows, and does not just choose among them.
    pub(super) fn brings(&self) -> bool {
        matches!(self, Self::Triple(..) | Self::Path(..) | Self::Values(..))
    }

    /// Whether it is a pattern with one of these variables.
    pub(super) fn joins_any(&self, variables: &[String]) -> bool {
        let mut joins = false;
        if let Some(alone) = self.alone() {
            alone.on_in_scope_variable(|variable| joins |= variables.contains(&variable.to_string()));
        }
        joins
    }

    /// What has to match for it, alone.
    pub(super) fn alone(&self) -> Option<GraphPattern> {
        match self {
            Self::Triple(triple, graph) => {
                Some(in_graph(GraphPattern::Bgp { patterns: vec![triple.clone()] }, graph))
            }
            Self::Path(subject, path, object, graph) => {
                let (subject, path, object) = (subject.clone(), path.clone(), object.clone());
                Some(in_graph(GraphPattern::Path { subject, path, object }, graph))
            }
            _ => None,
        }
    }
}

/// A pattern with the GRAPH around it, if there is one.
fn in_graph(pattern: GraphPattern, graph: &Option<NamedNodePattern>) -> GraphPattern {
    match graph {
        Some(name) => GraphPattern::Graph { name: name.clone(), inner: Box::new(pattern) },
        None => pattern,
    }
}

/// What is changed in a query.
#[derive(Clone, Debug, Default)]
pub(super) struct Change {
    /// Parts that are left out.
    pub(super) without: BTreeSet<usize>,
    /// A triple pattern that is put in the place of another.
    pub(super) instead: Option<(usize, TriplePattern)>,
}

/// The parts of a query, in its order.
pub(super) fn parts(pattern: &GraphPattern) -> Vec<Part> {
    let change = Change::default();
    let mut editor = Editor { change: &change, parts: Vec::new(), graph: None };
    editor.edit(&mut pattern.clone());
    editor.parts
}

/// The query with a change, without its order, which brings no rows and takes time.
pub(super) fn changed(pattern: &GraphPattern, change: &Change) -> GraphPattern {
    let mut pattern = pattern.clone();
    Editor { change, parts: Vec::new(), graph: None }.edit(&mut pattern);
    pattern
}

/// Goes through a query and counts its parts.
struct Editor<'c> {
    change: &'c Change,
    parts: Vec<Part>,
    /// The GRAPH around what it is at.
    graph: Option<NamedNodePattern>,
}

impl Editor<'_> {
    /// Takes down a part; whether it stays.
    fn keeps(&mut self, part: Part) -> bool {
        self.parts.push(part);
        !self.change.without.contains(&(self.parts.len() - 1))
    }

    fn edit(&mut self, pattern: &mut GraphPattern) {
        // What is one part as a whole is counted before what it holds.
        let whole = match pattern {
            GraphPattern::Path { subject, path, object } => {
                Some(Part::Path(subject.clone(), path.clone(), object.clone(), self.graph.clone()))
            }
            GraphPattern::Values { variables, bindings } => {
                let names: Vec<String> = variables.iter().map(ToString::to_string).collect();
                Some(Part::Values(names.join(" "), bindings.len()))
            }
            GraphPattern::Minus { .. } => Some(Part::Minus),
            GraphPattern::Graph { name, .. } => Some(Part::Graph(name.clone())),
            GraphPattern::Slice { start, length, .. } => Some(Part::Slice(*start, *length)),
            _ => None,
        };
        let keeps = whole.is_none_or(|part| self.keeps(part));
        match pattern {
            GraphPattern::Bgp { patterns } => {
                let all = take(patterns);
                for triple in all {
                    if self.keeps(Part::Triple(triple.clone(), self.graph.clone())) {
                        let number = self.parts.len() - 1;
                        let instead = self.change.instead.as_ref().filter(|(of, _)| *of == number);
                        patterns.push(instead.map_or(triple, |(_, other)| other.clone()));
                    }
                }
            }
            GraphPattern::Path { .. } | GraphPattern::Values { .. } => {
                if !keeps {
                    *pattern = GraphPattern::default();
                }
            }
            GraphPattern::Filter { expr, inner } => {
                let mut kept = Vec::new();
                for condition in conjuncts(expr) {
                    if self.keeps(Part::Condition(
                        condition.clone(),
                        Box::new(in_graph((**inner).clone(), &self.graph)),
                    )) {
                        kept.push(condition.clone());
                    }
                }
                self.edit(inner);
                let and = |one, other| Expression::And(Box::new(one), Box::new(other));
                match kept.into_iter().reduce(and) {
                    Some(condition) => *expr = condition,
                    None => *pattern = take(inner),
                }
            }
            GraphPattern::Graph { name, inner } => {
                let around = self.graph.replace(name.clone());
                self.edit(inner);
                self.graph = around;
                if !keeps {
                    *pattern = take(inner);
                }
            }
            GraphPattern::Minus { left: inner, .. } | GraphPattern::Slice { inner, .. } => {
                self.edit(inner);
                if !keeps {
                    *pattern = take(inner);
                }
            }
            // An OPTIONAL takes no row away.
            GraphPattern::LeftJoin { left, .. } => self.edit(left),
            GraphPattern::OrderBy { inner, .. } => {
                self.edit(inner);
                *pattern = take(inner);
            }
            other => patterns_in_mut(other).into_iter().for_each(|inner| self.edit(inner)),
        }
    }
}

/// The variables that stand for aggregates, which nobody wrote, with these.
pub(super) fn aggregates(pattern: &GraphPattern) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for pattern in all_patterns(pattern) {
        if let GraphPattern::Group { aggregates, .. } = pattern {
            found.extend(aggregates.iter().map(|(name, value)| (name.to_string(), value.to_string())));
        }
    }
    found
}
