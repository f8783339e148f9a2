//! Going down a query's algebra.

use spargebra::algebra::{Expression, GraphPattern};

/// The patterns right inside another, in their order; what stands in expressions (`EXISTS`) and
/// what another server answers (`SERVICE`) is left out.
pub(in crate::query) fn patterns_in(pattern: &GraphPattern) -> Vec<&GraphPattern> {
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

/// As [`expressions_in`], to be changed.
pub(in crate::query) fn expressions_in_mut(expression: &mut Expression) -> Vec<&mut Expression> {
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
        Expression::In(one, others) => std::iter::once(&mut **one).chain(others).collect(),
        Expression::UnaryPlus(one) | Expression::UnaryMinus(one) | Expression::Not(one) => vec![one],
        Expression::If(one, other, third) => vec![one, other, third],
        Expression::Coalesce(all) | Expression::FunctionCall(_, all) => all.iter_mut().collect(),
        Expression::NamedNode(_)
        | Expression::Literal(_)
        | Expression::Variable(_)
        | Expression::Exists(_)
        | Expression::Bound(_) => Vec::new(),
    }
}

/// The expressions right inside another; patterns (`EXISTS`) are left out.
pub(in crate::query) fn expressions_in(expression: &Expression) -> Vec<&Expression> {
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
        Expression::In(one, others) => std::iter::once(&**one).chain(others).collect(),
        Expression::UnaryPlus(one) | Expression::UnaryMinus(one) | Expression::Not(one) => vec![one],
        Expression::If(one, other, third) => vec![one, other, third],
        Expression::Coalesce(all) | Expression::FunctionCall(_, all) => all.iter().collect(),
        Expression::NamedNode(_)
        | Expression::Literal(_)
        | Expression::Variable(_)
        | Expression::Exists(_)
        | Expression::Bound(_) => Vec::new(),
    }
}
