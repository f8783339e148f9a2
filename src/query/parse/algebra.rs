//! The walk over a query's algebra: which patterns and expressions stand in which.
//!
//! Two designs were weighed. A visitor with a method for each kind of node makes every walk a type of its own,
//! and most walks here look at one or two kinds. So a walk is a loop over [`all_patterns`] or
//! [`all_expressions`]; [`rewrite`] changes patterns in place. What another server answers (`SERVICE`) is
//! never entered.

use oxrdf::Variable;
use spargebra::Query;
use spargebra::algebra::{AggregateExpression, Expression, GraphPattern, OrderExpression};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};
use std::collections::BTreeSet;

/// The direct parts of queries, patterns and expressions, for reading and for writing.
macro_rules! parts {
    ($pattern_of:ident, $projection:ident, $patterns_in:ident, $expressions_of:ident, $expressions_in:ident $(, $mut:tt)?) => {
        /// The pattern of a query: its WHERE clause, with what is done to the rows around it.
        pub(in crate::query) fn $pattern_of(query: &$($mut)? Query) -> &$($mut)? GraphPattern {
            let (Query::Select { pattern, .. }
            | Query::Construct { pattern, .. }
            | Query::Describe { pattern, .. }
            | Query::Ask { pattern, .. }) = query;
            pattern
        }

        /// The columns of a SELECT and the pattern that they are cut from; none for other patterns.
        pub(in crate::query) fn $projection(
            pattern: &$($mut)? GraphPattern,
        ) -> Option<(&$($mut)? Vec<Variable>, &$($mut)? GraphPattern)> {
            match pattern {
                GraphPattern::Project { variables, inner } => Some((variables, inner)),
                GraphPattern::Distinct { inner }
                | GraphPattern::Reduced { inner }
                | GraphPattern::Slice { inner, .. } => $projection(inner),
                _ => None,
            }
        }

        /// The patterns right inside another, in their order; those of expressions (`EXISTS`) are left out.
        pub(in crate::query) fn $patterns_in(pattern: &$($mut)? GraphPattern) -> Vec<&$($mut)? GraphPattern> {
            match pattern {
                GraphPattern::Join { left, right }
                | GraphPattern::Union { left, right }
                | GraphPattern::Lateral { left, right }
                | GraphPattern::LeftJoin { left, right, .. }
                | GraphPattern::Minus { left, right } => vec![left, right],
                GraphPattern::Filter { inner, .. }
                | GraphPattern::Extend { inner, .. }
                | GraphPattern::OrderBy { inner, .. }
                | GraphPattern::Project { inner, .. }
                | GraphPattern::Distinct { inner }
                | GraphPattern::Reduced { inner }
                | GraphPattern::Slice { inner, .. }
                | GraphPattern::Group { inner, .. }
                | GraphPattern::Graph { inner, .. } => vec![inner],
                GraphPattern::Bgp { .. }
                | GraphPattern::Path { .. }
                | GraphPattern::Values { .. }
                | GraphPattern::Service { .. } => Vec::new(),
            }
        }

        /// The expressions of a pattern itself: conditions, computed values, keys of the order, aggregates.
        pub(in crate::query) fn $expressions_of(pattern: &$($mut)? GraphPattern) -> Vec<&$($mut)? Expression> {
            let mut found = Vec::new();
            match pattern {
                GraphPattern::Filter { expr: expression, .. } | GraphPattern::Extend { expression, .. } => {
                    found.push(expression);
                }
                GraphPattern::LeftJoin { expression, .. } => found.extend(expression),
                GraphPattern::OrderBy { expression, .. } => {
                    for OrderExpression::Asc(key) | OrderExpression::Desc(key) in expression {
                        found.push(key);
                    }
                }
                GraphPattern::Group { aggregates, .. } => {
                    for (_, aggregate) in aggregates {
                        if let AggregateExpression::FunctionCall { expr, .. } = aggregate {
                            found.push(expr);
                        }
                    }
                }
                _ => {}
            }
            found
        }

        /// The expressions right inside another; patterns (`EXISTS`) are left out.
        pub(in crate::query) fn $expressions_in(expression: &$($mut)? Expression) -> Vec<&$($mut)? Expression> {
            match expression {
                Expression::Or(one, other)
                | Expression::And(one, other)
                | Expression::Equal(one, other)
                | Expression::SameTerm(one, other)
                | Expression::Greater(one, other)
                | Expression::GreaterOrEqual(one, other)
                | Expression::Less(one, other)
                | Expression::LessOrEqual(one, other)
                | Expression::Add(one, other)
                | Expression::Subtract(one, other)
                | Expression::Multiply(one, other)
                | Expression::Divide(one, other) => vec![one, other],
                Expression::In(one, others) => std::iter::once(&$($mut)? **one).chain(others).collect(),
                Expression::UnaryPlus(one) | Expression::UnaryMinus(one) | Expression::Not(one) => vec![one],
                Expression::If(one, other, third) => vec![one, other, third],
                Expression::Coalesce(all) | Expression::FunctionCall(_, all) => {
                    let mut found = Vec::new();
                    found.extend(all);
                    found
                }
                Expression::NamedNode(_)
                | Expression::Literal(_)
                | Expression::Variable(_)
                | Expression::Exists(_)
                | Expression::Bound(_) => Vec::new(),
            }
        }
    };
}

parts!(pattern_of, projection, patterns_in, expressions_of, expressions_in);
parts!(pattern_of_mut, projection_mut, patterns_in_mut, expressions_of_mut, expressions_in_mut, mut);

/// A pattern and all patterns inside it, those of `EXISTS` too: each before what it holds.
pub(in crate::query) fn all_patterns(pattern: &GraphPattern) -> Vec<&GraphPattern> {
    let exists = expressions_of(pattern).into_iter().flat_map(exists_in);
    let inside = exists.chain(patterns_in(pattern)).flat_map(all_patterns);
    std::iter::once(pattern).chain(inside).collect()
}

/// An expression and all expressions inside it, not those of the patterns of `EXISTS`: each before what it holds.
pub(in crate::query) fn all_expressions(expression: &Expression) -> Vec<&Expression> {
    let inside = expressions_in(expression).into_iter().flat_map(all_expressions);
    std::iter::once(expression).chain(inside).collect()
}

/// The patterns of `EXISTS` in an expression.
pub(in crate::query) fn exists_in(expression: &Expression) -> Vec<&GraphPattern> {
    let mut found: Vec<&GraphPattern> = Vec::new();
    for part in all_expressions(expression) {
        if let Expression::Exists(pattern) = part {
            found.push(pattern);
        }
    }
    found
}

/// Changes a pattern and all patterns inside it, those of `EXISTS` too: each after what it holds.
pub(in crate::query) fn rewrite(pattern: &mut GraphPattern, change: &mut impl FnMut(&mut GraphPattern)) {
    fn in_expression(expression: &mut Expression, change: &mut impl FnMut(&mut GraphPattern)) {
        match expression {
            Expression::Exists(pattern) => rewrite(pattern, change),
            other => expressions_in_mut(other).into_iter().for_each(|inner| in_expression(inner, change)),
        }
    }
    patterns_in_mut(pattern).into_iter().for_each(|inner| rewrite(inner, change));
    expressions_of_mut(pattern).into_iter().for_each(|expression| in_expression(expression, change));
    change(pattern);
}

/// The variables of an expression, each once; those of `EXISTS` are its own.
pub(in crate::query) fn variables_of(expression: &Expression) -> Vec<Variable> {
    let mut variables = Vec::new();
    for part in all_expressions(expression) {
        if let Expression::Variable(variable) | Expression::Bound(variable) = part
            && !variables.contains(variable)
        {
            variables.push(variable.clone());
        }
    }
    variables
}

/// The conditions that `&&` joins.
pub(in crate::query) fn conjuncts(condition: &Expression) -> Vec<&Expression> {
    match condition {
        Expression::And(one, other) => [conjuncts(one), conjuncts(other)].concat(),
        other => vec![other],
    }
}

/// The variables that every solution of a pattern binds.
pub(in crate::query) fn certain(pattern: &GraphPattern) -> BTreeSet<Variable> {
    let of_ends = |ends: &[&TermPattern]| -> BTreeSet<Variable> {
        let variable = |end: &&TermPattern| match end {
            TermPattern::Variable(variable) => Some(variable.clone()),
            _ => None,
        };
        ends.iter().filter_map(variable).collect()
    };
    match pattern {
        GraphPattern::Bgp { patterns } => {
            let mut all = BTreeSet::new();
            for TriplePattern { subject, predicate, object } in patterns {
                all.extend(of_ends(&[subject, object]));
                if let NamedNodePattern::Variable(variable) = predicate {
                    all.insert(variable.clone());
                }
            }
            all
        }
        GraphPattern::Path { subject, object, .. } => of_ends(&[subject, object]),
        GraphPattern::Join { left, right } => &certain(left) | &certain(right),
        GraphPattern::Union { left, right } => &certain(left) & &certain(right),
        GraphPattern::LeftJoin { left: inner, .. }
        | GraphPattern::Minus { left: inner, .. }
        | GraphPattern::Filter { inner, .. }
        | GraphPattern::Extend { inner, .. }
        | GraphPattern::OrderBy { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. } => certain(inner),
        GraphPattern::Project { inner, variables } | GraphPattern::Group { inner, variables, .. } => {
            let variables = variables.iter().cloned().collect();
            &certain(inner) & &variables
        }
        GraphPattern::Values { variables, bindings } => {
            let bound = |at: usize| bindings.iter().all(|row| row[at].is_some());
            variables.iter().enumerate().filter(|(at, _)| bound(*at)).map(|(_, v)| v.clone()).collect()
        }
        GraphPattern::Lateral { .. } | GraphPattern::Graph { .. } | GraphPattern::Service { .. } => {
            BTreeSet::new()
        }
    }
}
