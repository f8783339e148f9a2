//! Which variables of a query can stand for things, by what the query and the ontology say.

use super::algebra::{all_patterns, pattern_of};
use crate::model::ontology;
use crate::model::vocab::rdfs;
use spargebra::Query;
use spargebra::algebra::{AggregateExpression, AggregateFunction, Expression, Function, GraphPattern};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern};
use std::collections::BTreeSet;

/// Names of the variables that can stand for things: all but those to which the query and the ontology leave
/// nothing but texts, numbers and dates.
pub(in crate::query) fn things(query: &Query) -> BTreeSet<String> {
    let patterns = all_patterns(pattern_of(query));
    let mut things: BTreeSet<String> = BTreeSet::new();
    // A variable that is another's value can come before it.
    loop {
        let before = things.len();
        for pattern in &patterns {
            bind(pattern, &mut things);
        }
        if things.len() == before {
            return things;
        }
    }
}

/// Adds the variables that a pattern binds to things, as far as is known of others.
fn bind(pattern: &GraphPattern, things: &mut BTreeSet<String>) {
    match pattern {
        GraphPattern::Bgp { patterns } => {
            for triple in patterns {
                let is_text = match &triple.predicate {
                    NamedNodePattern::NamedNode(property) => {
                        let range = ontology::types().range(property.as_ref());
                        let is_datatype = |class: &String| {
                            class == rdfs::LITERAL.as_str()
                                || class.starts_with("http://www.w3.org/2001/XMLSchema#")
                        };
                        !range.is_empty() && range.iter().all(is_datatype)
                    }
                    NamedNodePattern::Variable(_) => false,
                };
                let ends = [Some(&triple.subject), (!is_text).then_some(&triple.object)];
                for end in ends.into_iter().flatten() {
                    if let TermPattern::Variable(variable) = end {
                        things.insert(variable.as_str().to_owned());
                    }
                }
                if let NamedNodePattern::Variable(variable) = &triple.predicate {
                    things.insert(variable.as_str().to_owned());
                }
            }
        }
        GraphPattern::Path { subject, object, .. } => {
            for end in [subject, object] {
                if let TermPattern::Variable(variable) = end {
                    things.insert(variable.as_str().to_owned());
                }
            }
        }
        GraphPattern::Graph { name: NamedNodePattern::Variable(name), .. } => {
            things.insert(name.as_str().to_owned());
        }
        GraphPattern::Values { variables, bindings } => {
            for (column, variable) in variables.iter().enumerate() {
                if bindings.iter().any(|row| matches!(row[column], Some(GroundTerm::NamedNode(_)))) {
                    things.insert(variable.as_str().to_owned());
                }
            }
        }
        GraphPattern::Extend { variable, expression, .. } if is_thing(expression, things) => {
            things.insert(variable.as_str().to_owned());
        }
        GraphPattern::Group { aggregates, .. } => {
            for (variable, aggregate) in aggregates {
                let AggregateExpression::FunctionCall { name, expr, .. } = aggregate else { continue };
                let is_one_of = matches!(
                    name,
                    AggregateFunction::Max | AggregateFunction::Min | AggregateFunction::Sample
                );
                if is_one_of && is_thing(expr, things) {
                    things.insert(variable.as_str().to_owned());
                }
            }
        }
        _ => {}
    }
}

/// Whether the value of an expression can be a thing.
fn is_thing(expression: &Expression, things: &BTreeSet<String>) -> bool {
    match expression {
        Expression::NamedNode(_) => true,
        Expression::Variable(variable) => things.contains(variable.as_str()),
        Expression::If(_, yes, no) => is_thing(yes, things) || is_thing(no, things),
        Expression::Coalesce(parts) => parts.iter().any(|part| is_thing(part, things)),
        Expression::FunctionCall(function, _) => matches!(function, Function::Iri),
        _ => false,
    }
}
