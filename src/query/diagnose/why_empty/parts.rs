//! The parts of a query that can keep rows away, and the query without some of them.

use crate::query::parse::algebra::patterns_in;
use spargebra::algebra::{Expression, GraphPattern, PropertyPathExpression as Path};
use spargebra::term::{TermPattern, TriplePattern};
use std::collections::BTreeSet;

/// A part of a query that rows have to pass.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    /// A triple pattern.
    Triple(TriplePattern),
    /// A path.
    Path(TermPattern, Path, TermPattern),
    /// A condition, of those that FILTER or HAVING joins with `&&`; and what it is asked of.
    Condition(Expression, Box<GraphPattern>),
    /// What MINUS takes away.
    Minus,
    /// A list of values, of so many rows.
    Values(String, usize),
    /// GRAPH, which finds nothing where no graph has a name.
    Graph,
    /// LIMIT and OFFSET.
    Slice(usize, Option<usize>),
}

impl Part {
    /// Whether it brings rows, and does not just choose among them.
    pub(super) fn brings(&self) -> bool {
        matches!(self, Self::Triple(_) | Self::Path(..) | Self::Values(..))
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
            Self::Triple(triple) => Some(GraphPattern::Bgp { patterns: vec![triple.clone()] }),
            Self::Path(subject, path, object) => Some(GraphPattern::Path {
                subject: subject.clone(),
                path: path.clone(),
                object: object.clone(),
            }),
            _ => None,
        }
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
    let mut editor = Editor { change: &change, parts: Vec::new() };
    editor.edit(pattern);
    editor.parts
}

/// The query with a change, without its order, which brings no rows and takes time.
pub(super) fn changed(pattern: &GraphPattern, change: &Change) -> GraphPattern {
    Editor { change, parts: Vec::new() }.edit(pattern)
}

/// Goes through a query and counts its parts.
struct Editor<'c> {
    change: &'c Change,
    parts: Vec<Part>,
}

impl Editor<'_> {
    /// Takes down a part; whether it stays.
    fn keeps(&mut self, part: Part) -> bool {
        self.parts.push(part);
        !self.change.without.contains(&(self.parts.len() - 1))
    }

    fn edit(&mut self, pattern: &GraphPattern) -> GraphPattern {
        let nothing = || GraphPattern::Bgp { patterns: Vec::new() };
        match pattern {
            GraphPattern::Bgp { patterns } => {
                let mut kept = Vec::new();
                for triple in patterns {
                    if self.keeps(Part::Triple(triple.clone())) {
                        let number = self.parts.len() - 1;
                        let instead = self.change.instead.as_ref().filter(|(of, _)| *of == number);
                        kept.push(instead.map_or_else(|| triple.clone(), |(_, other)| other.clone()));
                    }
                }
                GraphPattern::Bgp { patterns: kept }
            }
            GraphPattern::Path { subject, path, object } => {
                let part = Part::Path(subject.clone(), path.clone(), object.clone());
                if self.keeps(part) { pattern.clone() } else { nothing() }
            }
            GraphPattern::Values { variables, bindings } => {
                let names: Vec<String> = variables.iter().map(ToString::to_string).collect();
                let part = Part::Values(names.join(" "), bindings.len());
                if self.keeps(part) { pattern.clone() } else { nothing() }
            }
            GraphPattern::Filter { expr, inner } => {
                let mut kept = Vec::new();
                for condition in conditions(expr) {
                    if self.keeps(Part::Condition(condition.clone(), inner.clone())) {
                        kept.push(condition.clone());
                    }
                }
                let inner = self.edit(inner);
                let and = |one, other| Expression::And(Box::new(one), Box::new(other));
                match kept.into_iter().reduce(and) {
                    Some(expr) => GraphPattern::Filter { expr, inner: Box::new(inner) },
                    None => inner,
                }
            }
            GraphPattern::Minus { left, right } => {
                let keeps = self.keeps(Part::Minus);
                let left = self.edit(left);
                if !keeps {
                    return left;
                }
                GraphPattern::Minus { left: Box::new(left), right: right.clone() }
            }
            GraphPattern::Graph { inner, name } => {
                let keeps = self.keeps(Part::Graph);
                let inner = self.edit(inner);
                if !keeps {
                    return inner;
                }
                GraphPattern::Graph { name: name.clone(), inner: Box::new(inner) }
            }
            GraphPattern::Slice { inner, start, length } => {
                let keeps = self.keeps(Part::Slice(*start, *length));
                let inner = self.edit(inner);
                if !keeps {
                    return inner;
                }
                GraphPattern::Slice { inner: Box::new(inner), start: *start, length: *length }
            }
            GraphPattern::Join { left, right } => {
                GraphPattern::Join { left: Box::new(self.edit(left)), right: Box::new(self.edit(right)) }
            }
            GraphPattern::Lateral { left, right } => {
                GraphPattern::Lateral { left: Box::new(self.edit(left)), right: Box::new(self.edit(right)) }
            }
            GraphPattern::Union { left, right } => {
                GraphPattern::Union { left: Box::new(self.edit(left)), right: Box::new(self.edit(right)) }
            }
            // An OPTIONAL takes no row away.
            GraphPattern::LeftJoin { left, right, expression } => GraphPattern::LeftJoin {
                left: Box::new(self.edit(left)),
                right: right.clone(),
                expression: expression.clone(),
            },
            GraphPattern::Extend { inner, variable, expression } => GraphPattern::Extend {
                inner: Box::new(self.edit(inner)),
                variable: variable.clone(),
                expression: expression.clone(),
            },
            GraphPattern::OrderBy { inner, .. } => self.edit(inner),
            GraphPattern::Project { inner, variables } => {
                GraphPattern::Project { inner: Box::new(self.edit(inner)), variables: variables.clone() }
            }
            GraphPattern::Distinct { inner } => GraphPattern::Distinct { inner: Box::new(self.edit(inner)) },
            GraphPattern::Reduced { inner } => GraphPattern::Reduced { inner: Box::new(self.edit(inner)) },
            GraphPattern::Group { inner, variables, aggregates } => GraphPattern::Group {
                inner: Box::new(self.edit(inner)),
                variables: variables.clone(),
                aggregates: aggregates.clone(),
            },
            GraphPattern::Service { .. } => pattern.clone(),
        }
    }
}

/// The variables that stand for aggregates, which nobody wrote, with these.
pub(super) fn aggregates(pattern: &GraphPattern) -> Vec<(String, String)> {
    let own = match pattern {
        GraphPattern::Group { aggregates, .. } => aggregates.as_slice(),
        _ => &[],
    };
    let own = own.iter().map(|(variable, aggregate)| (variable.to_string(), aggregate.to_string()));
    own.chain(patterns_in(pattern).into_iter().flat_map(aggregates)).collect()
}

/// The conditions that `&&` joins.
fn conditions(expression: &Expression) -> Vec<&Expression> {
    match expression {
        Expression::And(one, other) => [conditions(one), conditions(other)].concat(),
        other => vec![other],
    }
}
