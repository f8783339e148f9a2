//! Parameters: variables of a query that get a value from outside, as terms, never as text.
//!
//! The engine's own `substitute_variable` takes projected variables only, and projecting a
//! parameter for that purpose is wrong under GROUP BY and DISTINCT. So a one-row `VALUES` is
//! joined to the pattern at its innermost left, which is where `VALUES` at the beginning of the
//! WHERE clause stands in the algebra: inside grouping, filters and OPTIONAL, which thus see the
//! value, and outside sub-queries, which keep their own scope, as everywhere in SPARQL. The engine
//! starts from that row, so the value also directs the look-ups.
//!
//! Hence a query with parameters is plain SPARQL: without a value, here or in any other engine,
//! the variable ranges over everything.

use super::algebra::pattern_of_mut;
use oxrdf::Variable;
use spargebra::Query;
use spargebra::algebra::GraphPattern;
use spargebra::term::GroundTerm;
use std::mem::take;

pub(in crate::query) fn bind(query: &mut Query, variable: Variable, value: GroundTerm) {
    let values = GraphPattern::Values { variables: vec![variable], bindings: vec![vec![Some(value)]] };
    prepend(pattern_of_mut(query), values, false);
}

/// Puts `values` where the WHERE clause of the query itself begins.
fn prepend(pattern: &mut GraphPattern, values: GraphPattern, in_where: bool) {
    use GraphPattern::{
        Distinct, Extend, Filter, Group, Join, LeftJoin, Minus, OrderBy, Project, Reduced, Slice,
    };
    match pattern {
        // Only the first projection is the query's own; a further one is a sub-query's.
        Project { inner, .. } if !in_where => prepend(inner, values, true),
        Distinct { inner } | Reduced { inner } | Slice { inner, .. } if !in_where => {
            prepend(inner, values, false)
        }
        OrderBy { inner, .. } | Extend { inner, .. } | Filter { inner, .. } | Group { inner, .. } => {
            prepend(inner, values, in_where);
        }
        Join { left, .. } | LeftJoin { left, .. } | Minus { left, .. } => prepend(left, values, in_where),
        first => *first = Join { left: Box::new(values), right: Box::new(take(first)) },
    }
}
