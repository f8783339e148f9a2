//! What can be seen of the algebra before it is compiled.

use super::super::table::Names;
use crate::query::parse::algebra::{expressions_in, patterns_in};
use oxrdf::{BlankNode, NamedNode, Variable};
use spargebra::algebra::{Expression, GraphPattern};
use spargebra::term::{NamedNodePattern, TermPattern};

pub(super) fn conjuncts<'e>(condition: &'e Expression, all: &mut Vec<&'e Expression>) {
    match condition {
        Expression::And(one, other) => {
            conjuncts(one, all);
            conjuncts(other, all);
        }
        other => all.push(other),
    }
}

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
            let mut used = Names::new();
            names_in(expr, &mut used);
            is_plain(inner) && !has_exists(expr) && used.is_subset(&plainly_bound(inner))
        }
        _ => false,
    }
}

/// What a plain pattern always binds.
fn plainly_bound(pattern: &GraphPattern) -> Names {
    let of = |end: &TermPattern| match end {
        TermPattern::Variable(variable) => Some(variable.clone()),
        _ => None,
    };
    match pattern {
        GraphPattern::Bgp { patterns } => {
            let mut names = Names::new();
            for pattern in patterns {
                names.extend(of(&pattern.subject));
                names.extend(of(&pattern.object));
                if let NamedNodePattern::Variable(variable) = &pattern.predicate {
                    names.insert(variable.clone());
                }
            }
            names
        }
        GraphPattern::Path { subject, object, .. } => of(subject).into_iter().chain(of(object)).collect(),
        GraphPattern::Values { variables, .. } => variables.iter().cloned().collect(),
        GraphPattern::Join { left, right } => {
            plainly_bound(left).into_iter().chain(plainly_bound(right)).collect()
        }
        GraphPattern::Union { left, right } => &plainly_bound(left) & &plainly_bound(right),
        GraphPattern::Filter { inner, .. } => plainly_bound(inner),
        _ => Names::new(),
    }
}

fn has_exists(expression: &Expression) -> bool {
    matches!(expression, Expression::Exists(_)) || expressions_in(expression).into_iter().any(has_exists)
}

pub(super) fn names_in(expression: &Expression, names: &mut Names) {
    if let Expression::Variable(variable) | Expression::Bound(variable) = expression {
        names.insert(variable.clone());
    }
    for inner in expressions_in(expression) {
        names_in(inner, names);
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
    let mut expressions: Vec<&Expression> = Vec::new();
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
        GraphPattern::Extend { variable, expression, .. } => {
            add(variable.clone());
            expressions.push(expression);
        }
        GraphPattern::Group { variables, aggregates, .. } => {
            variables.iter().cloned().for_each(&mut add);
            aggregates.iter().for_each(|(variable, _)| add(variable.clone()));
        }
        GraphPattern::Filter { expr, .. } => expressions.push(expr),
        GraphPattern::LeftJoin { expression, .. } => expressions.extend(expression),
        _ => {}
    }
    while let Some(expression) = expressions.pop() {
        if let Expression::Exists(pattern) = expression {
            names_of(pattern, names);
        }
        expressions.extend(expressions_in(expression));
    }
    for inner in patterns_in(pattern) {
        names_of(inner, names);
    }
}
