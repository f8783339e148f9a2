//! What can be seen of the algebra before it is compiled.

use super::super::table::Names;
use crate::query::parse::algebra::{all_patterns, certain, exists_in, variables_of};
use oxrdf::{BlankNode, NamedNode, Variable};
use spargebra::algebra::{Expression, GraphPattern};
use spargebra::term::{NamedNodePattern, TermPattern};

/// A variable that has to be one of some IRIs, which can be looked up.
pub(super) fn one_of(condition: &Expression) -> Option<(&Variable, Vec<&NamedNode>)> {
    match condition {
        Expression::Equal(one, other) | Expression::SameTerm(one, other) => match (&**one, &**other) {
            (Expression::Variable(variable), Expression::NamedNode(iri))
            | (Expression::NamedNode(iri), Expression::Variable(variable)) => Some((variable, vec![iri])),
            _ => None,
        },
        Expression::In(one, others) => {
            let Expression::Variable(variable) = &**one else { return None };
            let mut iris = Vec::with_capacity(others.len());
            for other in others {
                let Expression::NamedNode(iri) = other else { return None };
                if !iris.contains(&iri) {
                    iris.push(iri);
                }
            }
            Some((variable, iris))
        }
        _ => None,
    }
}

/// Whether a pattern is made of joins, and of conditions on what it certainly binds itself.
pub(super) fn is_plain(pattern: &GraphPattern) -> bool {
    match pattern {
        GraphPattern::Bgp { .. } | GraphPattern::Path { .. } => true,
        GraphPattern::Values { bindings, .. } => bindings.iter().flatten().all(Option::is_some),
        GraphPattern::Join { left, right } | GraphPattern::Union { left, right } => {
            is_plain(left) && is_plain(right)
        }
        GraphPattern::Filter { expr, inner } => {
            let bound = certain(inner);
            is_plain(inner)
                && exists_in(expr).is_empty()
                && variables_of(expr).iter().all(|used| bound.contains(used))
        }
        _ => false,
    }
}

/// A blank node of a pattern is a variable that no query can name.
pub(super) fn blank(node: &BlankNode) -> Variable {
    Variable::new_unchecked(format!("_:{}", node.as_str()))
}

/// The variables that a pattern can bind, blank nodes and those of its subqueries included.
pub(super) fn names_of(pattern: &GraphPattern, names: &mut Names) {
    let mut add = |variable: Variable| {
        names.insert(variable);
    };
    let end = |end: &TermPattern| match end {
        TermPattern::Variable(variable) => Some(variable.clone()),
        TermPattern::BlankNode(node) => Some(blank(node)),
        _ => None,
    };
    for pattern in all_patterns(pattern) {
        match pattern {
            GraphPattern::Bgp { patterns } => {
                for pattern in patterns {
                    [end(&pattern.subject), end(&pattern.object)].into_iter().flatten().for_each(&mut add);
                    if let NamedNodePattern::Variable(variable) = &pattern.predicate {
                        add(variable.clone());
                    }
                }
            }
            GraphPattern::Path { subject, object, .. } => {
                [end(subject), end(object)].into_iter().flatten().for_each(&mut add);
            }
            GraphPattern::Values { variables, .. } => variables.iter().cloned().for_each(&mut add),
            GraphPattern::Extend { variable, .. } => add(variable.clone()),
            GraphPattern::Group { variables, aggregates, .. } => {
                variables.iter().cloned().for_each(&mut add);
                aggregates.iter().for_each(|(variable, _)| add(variable.clone()));
            }
            _ => {}
        }
    }
}
