//! Queries as oxigraph's evaluator is given them, so that it answers what batches would.
//!
//! It matches and joins; expressions and aggregates are computed here, by what batches compute with.
//! Two designs were weighed: to put right what it has wrong, function by function, in the query's text; or to
//! hand it each expression as one function of ours. The first needs a list of faults that is never complete, and
//! cannot keep a spelling through an `IF`; so each expression becomes a call, whose arguments are
//! its variables and those parts that only the evaluator knows (`EXISTS`, `NOW`, `RAND`, `BNODE`, a
//! relative IRI). Terms that it would spell otherwise go through it as `to_spelled` makes them.
//!
//! Paths become joins and unions up to their closures: it drops the duplicates of an alternative (since its pull request
//! 351), finds no path of no steps from a constant that is in no triple (until 1815), and finds one where a variable
//! has such a value if it is deep enough in a path (1952). `COUNT(DISTINCT *)` counts variables in scope only.
//!
//! Deliberately absent: `BNODE("x")`, which is one node in all rows there, as W3C's bnode01 has it listed.

use super::exec::expression::Compiled;
use super::exec::written::{Concat, Extreme, Sum, in_order, is_known};
use super::parse::algebra::expressions_in_mut;
use crate::base::allowance::Allowance;
use crate::store::index::read::dataset::text_bytes;
pub use crate::store::index::read::dataset::{from_spelled, to_spelled};
use oxigraph::sparql::SparqlEvaluator;
use oxrdf::{Literal, NamedNode, Term, Variable};
use spargebra::Query;
use spargebra::algebra::{
    AggregateExpression, AggregateFunction, Expression, Function, GraphPattern, OrderExpression,
    PropertyPathExpression,
};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern, TriplePattern};
use std::cmp::Ordering;
use std::mem::take;
use std::sync::Arc;

/// Argument of a function in place of what is unbound or an error. Nobody writes it in a query by mistake.
const UNBOUND: &str = "urn:standpoint:unbound";
/// Beginning of the name of a function.
const CALL: &str = "<urn:standpoint:expression:";
/// What orders a term.
const IN_ORDER: &str = "urn:standpoint:in-order";
const MIN: &str = "urn:standpoint:min";
const MAX: &str = "urn:standpoint:max";
const SUM: &str = "urn:standpoint:sum";
const AVG: &str = "urn:standpoint:avg";

/// The query for the evaluator, and the evaluator that knows its functions. A dataset that it is run on gives
/// terms to expressions as [`to_spelled`] makes them, and takes them back by [`from_spelled`]. What they make is
/// counted in the allowance: once it is exceeded, they have no value any more, and what there is is no answer.
#[must_use]
pub fn prepared(mut query: Query, allowance: &Arc<Allowance>) -> Prepared {
    let has_base = match &query {
        Query::Select { base_iri, .. }
        | Query::Ask { base_iri, .. }
        | Query::Construct { base_iri, .. }
        | Query::Describe { base_iri, .. } => base_iri.is_some(),
    };
    let mut rewriter = Rewriter { has_base, ..Rewriter::default() };
    let (Query::Select { pattern, .. }
    | Query::Ask { pattern, .. }
    | Query::Construct { pattern, .. }
    | Query::Describe { pattern, .. }) = &mut query;
    rewriter.pattern(pattern);
    let evaluator = SparqlEvaluator::new()
        .with_custom_function(named(IN_ORDER), |arguments| {
            Some(in_order(from_spelled(arguments.first()?.clone())))
        })
        .with_custom_aggregate_function(named(MIN), || Box::new(Extreme::new(Ordering::Less)))
        .with_custom_aggregate_function(named(MAX), || Box::new(Extreme::new(Ordering::Greater)))
        .with_custom_aggregate_function(named(SUM), || Box::new(Sum::new(false)))
        .with_custom_aggregate_function(named(AVG), || Box::new(Sum::new(true)));
    let evaluator =
        rewriter.separators.into_iter().enumerate().fold(evaluator, |evaluator, (n, separator)| {
            let allowance = Arc::clone(allowance);
            evaluator.with_custom_aggregate_function(concat_name(n), move || {
                Box::new(Concat::new(separator.clone(), Arc::clone(&allowance)))
            })
        });
    let evaluator = rewriter.functions.into_iter().enumerate().fold(evaluator, |evaluator, (n, function)| {
        let allowance = Arc::clone(allowance);
        evaluator
            .with_custom_function(function_name(n), move |arguments| function.call(arguments, &allowance))
    });
    Prepared { query, evaluator, expressions: rewriter.expressions }
}

/// A query for the evaluator.
pub struct Prepared {
    /// The query, with calls in place of its expressions.
    pub query: Query,
    /// An evaluator that knows what they call.
    pub evaluator: SparqlEvaluator,
    expressions: Vec<String>,
}

impl Prepared {
    /// What stands in the query in place of calls, by their number.
    pub(super) fn expressions(&self) -> &[String] {
        &self.expressions
    }
}

/// A step of the evaluator's plan with the expressions of the query in place of calls.
pub(super) fn with_expressions(step: &str, expressions: &[String]) -> String {
    let mut text = String::new();
    let mut rest = step;
    while let Some((before, call)) = rest.split_once(CALL) {
        text += before;
        let parts =
            call.split_once('>').and_then(|(n, arguments)| Some((n.parse::<usize>().ok()?, arguments)));
        let Some((n, arguments)) = parts else { break };
        text += expressions.get(n).map_or("…", String::as_str);
        let mut depth = 0;
        let end = arguments.find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        rest = end.map_or("", |end| &arguments[end + 1..]);
    }
    text += rest;
    text = text.replace("?_:", "?");
    for (name, word) in [(MIN, "MIN"), (MAX, "MAX"), (SUM, "SUM"), (AVG, "AVG"), (IN_ORDER, "")] {
        text = text.replace(&format!("<{name}>"), word);
    }
    text
}

fn named(iri: &str) -> NamedNode {
    NamedNode::new_unchecked(iri)
}

fn function_name(n: usize) -> NamedNode {
    NamedNode::new_unchecked(format!("{}{n}", &CALL[1..]))
}

fn concat_name(n: usize) -> NamedNode {
    NamedNode::new_unchecked(format!("urn:standpoint:concat:{n}"))
}

/// An expression of the query as a function of its variables.
enum Computed {
    Term(Compiled),
    Truth(Compiled),
    /// A text that is another for each combination of terms.
    Row,
}

impl Computed {
    fn call(&self, arguments: &[Term], allowance: &Allowance) -> Option<Term> {
        let bytes = arguments.iter().map(|term| text_bytes(term.as_ref())).sum();
        if allowance.is_exceeded() || !allowance.has_room_for(bytes) {
            return None;
        }
        let bound = |term: &Term| match term {
            Term::NamedNode(node) if node.as_str() == UNBOUND => None,
            term => Some(from_spelled(term.clone())),
        };
        let terms: Vec<Option<Term>> = arguments.iter().map(bound).collect();
        match self {
            Self::Term(expression) => expression.term_of(&terms, allowance).map(to_spelled),
            Self::Truth(expression) => Some(Literal::from(expression.truth_of(&terms, allowance)?).into()),
            Self::Row => {
                let cell = |term: &Option<Term>| term.as_ref().map_or_else(String::new, ToString::to_string);
                let cells: Vec<String> = terms.iter().map(cell).collect();
                // No term has a line break in N-Triples.
                Some(Literal::new_simple_literal(cells.join("\n")).into())
            }
        }
    }
}

#[derive(Default)]
struct Rewriter {
    functions: Vec<Computed>,
    /// The text of each of them.
    expressions: Vec<String>,
    /// Of each GROUP_CONCAT.
    separators: Vec<String>,
    /// Number of variables that were made up.
    names: usize,
    /// Whether `IRI` may have to resolve against a base.
    has_base: bool,
}

impl Rewriter {
    fn name(&mut self) -> Variable {
        self.names += 1;
        Variable::new_unchecked(format!("standpoint_computed_{}", self.names))
    }

    fn pattern(&mut self, pattern: &mut GraphPattern) {
        match pattern {
            GraphPattern::Path { subject, path, object } => {
                *pattern = self.path(&without_blank(subject), path, &without_blank(object));
            }
            GraphPattern::Bgp { patterns } => {
                for TriplePattern { subject, object, .. } in patterns {
                    (*subject, *object) = (without_blank(subject), without_blank(object));
                }
            }
            GraphPattern::Join { left, right }
            | GraphPattern::Union { left, right }
            | GraphPattern::Lateral { left, right }
            | GraphPattern::Minus { left, right } => {
                self.pattern(left);
                self.pattern(right);
            }
            GraphPattern::LeftJoin { left, right, expression } => {
                self.pattern(left);
                self.pattern(right);
                expression.iter_mut().for_each(|expression| self.truth(expression));
            }
            GraphPattern::Filter { inner, expr } => {
                self.pattern(inner);
                self.truth(expr);
            }
            GraphPattern::Extend { inner, expression, .. } => {
                self.pattern(inner);
                self.term(expression);
            }
            GraphPattern::OrderBy { inner, expression } => {
                self.pattern(inner);
                for key in expression {
                    let (OrderExpression::Asc(key) | OrderExpression::Desc(key)) = key;
                    self.term(key);
                    *key = Expression::FunctionCall(
                        Function::Custom(named(IN_ORDER)),
                        vec![take_expression(key)],
                    );
                }
            }
            GraphPattern::Group { inner, aggregates, .. } => {
                let mut all = Vec::new();
                inner.on_in_scope_variable(|variable| all.push(variable.clone()));
                all.sort_unstable();
                all.dedup();
                self.pattern(inner);
                for (_, aggregate) in aggregates {
                    self.aggregate(aggregate, inner, &all);
                }
            }
            GraphPattern::Project { inner, .. }
            | GraphPattern::Distinct { inner }
            | GraphPattern::Reduced { inner }
            | GraphPattern::Slice { inner, .. }
            | GraphPattern::Graph { inner, .. } => self.pattern(inner),
            // What another server is asked stays as it is written.
            GraphPattern::Service { .. } | GraphPattern::Values { .. } => {}
        }
    }

    fn aggregate(
        &mut self,
        aggregate: &mut AggregateExpression,
        inner: &mut Box<GraphPattern>,
        all: &[Variable],
    ) {
        match aggregate {
            AggregateExpression::CountSolutions { distinct: false } => {}
            AggregateExpression::CountSolutions { distinct: true } => {
                // Its own count tells variables apart that the query cannot name.
                let arguments = all.iter().cloned().map(Expression::Variable).collect();
                let expr = self.call(Computed::Row, "*".into(), arguments);
                let name = AggregateFunction::Count;
                *aggregate = AggregateExpression::FunctionCall { name, expr, distinct: true };
            }
            AggregateExpression::FunctionCall { name, expr, distinct } => {
                self.term(expr);
                match name {
                    // Its own fails for a group as soon as there is an error, but for variables.
                    AggregateFunction::Count if !is_term(expr) => {
                        let variable = self.name();
                        let expression = take_expression(expr);
                        *expr = Expression::Variable(variable.clone());
                        let below = take(&mut **inner);
                        **inner = GraphPattern::Extend { inner: Box::new(below), variable, expression };
                    }
                    AggregateFunction::Min => {
                        (*name, *distinct) = (AggregateFunction::Custom(named(MIN)), false)
                    }
                    AggregateFunction::Max => {
                        (*name, *distinct) = (AggregateFunction::Custom(named(MAX)), false)
                    }
                    AggregateFunction::Sum => *name = AggregateFunction::Custom(named(SUM)),
                    AggregateFunction::GroupConcat { separator } => {
                        self.separators.push(separator.take().unwrap_or_else(|| " ".to_owned()));
                        *name = AggregateFunction::Custom(concat_name(self.separators.len() - 1));
                    }
                    AggregateFunction::Avg => *name = AggregateFunction::Custom(named(AVG)),
                    _ => {}
                }
            }
        }
    }

    /// Makes an expression one that has its term.
    fn term(&mut self, expression: &mut Expression) {
        if !is_term(expression) {
            self.computed(expression, Computed::Term);
        }
    }

    /// Makes an expression one that has its truth value.
    fn truth(&mut self, expression: &mut Expression) {
        match expression {
            Expression::And(one, other) | Expression::Or(one, other) => {
                self.truth(one);
                self.truth(other);
            }
            Expression::Not(inner) => self.truth(inner),
            Expression::Exists(pattern) => self.pattern(pattern),
            Expression::Bound(_) => {}
            // Which terms are meant is known, so the evaluator can look them up.
            Expression::Equal(one, other) | Expression::SameTerm(one, other)
                if is_variable(one) && is_iri(other) || is_iri(one) && is_variable(other) => {}
            Expression::In(one, list) if is_variable(one) && !list.is_empty() && list.iter().all(is_iri) => {}
            _ => self.computed(expression, Computed::Truth),
        }
    }

    fn computed(&mut self, expression: &mut Expression, kind: fn(Compiled) -> Computed) {
        let text = expression.to_string();
        let mut parts = Vec::new();
        self.take_parts(expression, &mut parts);
        if let Some((_, part)) = parts.pop_if(|(name, _)| *expression == Expression::Variable(name.clone())) {
            *expression = part;
            return;
        }
        let Some(compiled) = Compiled::new(expression) else { return };
        let argument = |variable: &Variable| {
            let part = parts.iter().find(|(name, _)| name == variable);
            part.map_or_else(|| Expression::Variable(variable.clone()), |(_, part)| part.clone())
        };
        let arguments = compiled.variables().iter().map(argument).collect();
        *expression = self.call(kind(compiled), text, arguments);
    }

    /// The call of a function, which an unbound argument is no error for.
    fn call(&mut self, function: Computed, text: String, arguments: Vec<Expression>) -> Expression {
        self.functions.push(function);
        self.expressions.push(text);
        let or_unbound =
            |argument| Expression::Coalesce(vec![argument, Expression::NamedNode(named(UNBOUND))]);
        let arguments = arguments.into_iter().map(or_unbound).collect();
        Expression::FunctionCall(Function::Custom(function_name(self.functions.len() - 1)), arguments)
    }

    /// Puts variables in place of the parts that only the evaluator can compute.
    fn take_parts(&mut self, expression: &mut Expression, parts: &mut Vec<(Variable, Expression)>) {
        let is_ours = match expression {
            Expression::Exists(_) => false,
            Expression::FunctionCall(Function::Iri, _) if self.has_base => false,
            Expression::FunctionCall(name, arguments) => is_known(name, arguments.len()),
            _ => true,
        };
        if is_ours {
            for inner in expressions_in_mut(expression) {
                self.take_parts(inner, parts);
            }
            return;
        }
        if let Expression::Exists(pattern) = expression {
            self.pattern(pattern);
        }
        expressions_in_mut(expression).into_iter().for_each(|argument| self.term(argument));
        let name = self.name();
        let part = std::mem::replace(expression, Expression::Variable(name.clone()));
        parts.push((name, part));
    }

    /// A path as a union of joins of closures (SPARQL 1.1, 18.2.2.3 and 18.4).
    fn path(
        &mut self,
        subject: &TermPattern,
        path: &PropertyPathExpression,
        object: &TermPattern,
    ) -> GraphPattern {
        match path {
            PropertyPathExpression::NamedNode(predicate) => GraphPattern::Bgp {
                patterns: vec![TriplePattern {
                    subject: subject.clone(),
                    predicate: NamedNodePattern::NamedNode(predicate.clone()),
                    object: object.clone(),
                }],
            },
            PropertyPathExpression::Reverse(inner) => self.path(object, inner, subject),
            PropertyPathExpression::Sequence(one, other) => {
                let middle = TermPattern::Variable(self.name());
                GraphPattern::Join {
                    left: Box::new(self.path(subject, one, &middle)),
                    right: Box::new(self.path(&middle, other, object)),
                }
            }
            PropertyPathExpression::Alternative(one, other) => GraphPattern::Union {
                left: Box::new(self.path(subject, one, object)),
                right: Box::new(self.path(subject, other, object)),
            },
            // A pair of ends comes once for each predicate between them, also where both are known: there the
            // evaluator would have it once.
            PropertyPathExpression::NegatedPropertySet(but) => {
                let predicate = self.name();
                let but = but.iter().cloned().map(Expression::NamedNode).collect();
                let is_of_set = Expression::In(Box::new(Expression::Variable(predicate.clone())), but);
                GraphPattern::Filter {
                    expr: Expression::Not(Box::new(is_of_set)),
                    inner: Box::new(GraphPattern::Bgp {
                        patterns: vec![TriplePattern {
                            subject: subject.clone(),
                            predicate: NamedNodePattern::Variable(predicate),
                            object: object.clone(),
                        }],
                    }),
                }
            }
            PropertyPathExpression::ZeroOrMore(_)
            | PropertyPathExpression::ZeroOrOne(_)
            | PropertyPathExpression::OneOrMore(_) => {
                let (subject, path, object) = (subject.clone(), path.clone(), object.clone());
                with_itself(GraphPattern::Path { subject, path, object })
            }
        }
    }
}

/// A variable in place of a blank node: what a closure leads to from a term that no triple has is put there by
/// `VALUES`. No query can name it.
fn without_blank(term: &TermPattern) -> TermPattern {
    match term {
        TermPattern::BlankNode(node) => Variable::new_unchecked(format!("_:{}", node.as_str())).into(),
        TermPattern::Triple(triple) => TermPattern::Triple(Box::new(TriplePattern {
            subject: without_blank(&triple.subject),
            predicate: triple.predicate.clone(),
            object: without_blank(&triple.object),
        })),
        other => other.clone(),
    }
}

/// A closure with the solution of length zero from a term of the query, also if no triple has it: the
/// evaluator looks for nodes of the graph only.
fn with_itself(closure: GraphPattern) -> GraphPattern {
    let GraphPattern::Path { subject, path, object } = &closure else { return closure };
    if !is_nullable(path) {
        return closure;
    }
    let ground = |term: &TermPattern| match term {
        TermPattern::NamedNode(iri) => Some(GroundTerm::from(iri.clone())),
        TermPattern::Literal(literal) => Some(literal.clone().into()),
        _ => None,
    };
    let itself = match (ground(subject), ground(object), subject, object) {
        (Some(one), Some(other), ..) if one == other => return GraphPattern::default(),
        (Some(term), None, _, TermPattern::Variable(variable))
        | (None, Some(term), TermPattern::Variable(variable), _) => {
            GraphPattern::Values { variables: vec![variable.clone()], bindings: vec![vec![Some(term)]] }
        }
        _ => return closure,
    };
    let both = GraphPattern::Union { left: Box::new(itself), right: Box::new(closure) };
    GraphPattern::Distinct { inner: Box::new(both) }
}

fn is_nullable(path: &PropertyPathExpression) -> bool {
    match path {
        PropertyPathExpression::NamedNode(_) | PropertyPathExpression::NegatedPropertySet(_) => false,
        PropertyPathExpression::ZeroOrMore(_) | PropertyPathExpression::ZeroOrOne(_) => true,
        PropertyPathExpression::Reverse(inner) | PropertyPathExpression::OneOrMore(inner) => {
            is_nullable(inner)
        }
        PropertyPathExpression::Sequence(one, other) => is_nullable(one) && is_nullable(other),
        PropertyPathExpression::Alternative(one, other) => is_nullable(one) || is_nullable(other),
    }
}

fn is_variable(expression: &Expression) -> bool {
    matches!(expression, Expression::Variable(_))
}

fn is_iri(expression: &Expression) -> bool {
    matches!(expression, Expression::NamedNode(_))
}

/// Whether the evaluator has the very term of it.
fn is_term(expression: &Expression) -> bool {
    matches!(expression, Expression::Variable(_) | Expression::NamedNode(_) | Expression::Literal(_))
}

fn take_expression(expression: &mut Expression) -> Expression {
    std::mem::replace(expression, Expression::Coalesce(Vec::new()))
}
