//! Expressions, made ready once for many rows.
//!
//! What is here has the value of an expression for one row; how few rows that has to be asked for
//! is the business of `evaluate`.

use super::function::{Function, OfTerms, Unary};
use super::terms::{ExecContext, Stopped};
use super::value::{self, Arithmetic, Comparison, Value};
use crate::base::allowance::Allowance;
use crate::store::index::read::id::Id;
use memchr::memmem::Finder;
use oxrdf::{Literal, Term, Variable};
use spargebra::algebra::{Expression, Function as Name};
use std::borrow::Cow;
use std::cell::RefCell;

/// Memory that it may take to compute what is the same for every row, in bytes.
const FOLDED: usize = 16 << 20;

/// An expression that columns can be computed with.
pub(in crate::query) struct Compiled {
    pub(super) root: Node,
    variables: Vec<Variable>,
}

pub(super) enum Node {
    /// What has a value for no row.
    Error,
    Constant(Box<Constant>),
    /// By its place among the variables.
    Variable(usize),
    Bound(usize),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Compare(Comparison, Box<[Node; 2]>),
    In(Box<Node>, Vec<Node>),
    Same(Box<[Node; 2]>),
    Arithmetic(Arithmetic, Box<[Node; 2]>, Function),
    If(Box<[Node; 3]>),
    Coalesce(Vec<Node>),
    Call(Function, Vec<Node>),
}

pub(super) struct Constant {
    pub(super) term: Term,
    pub(super) value: Value,
}

impl Compiled {
    /// None if its value depends on more than the variables in it (EXISTS, NOW, RAND, UUID,
    /// BNODE, IRI, which knows the base), or if a function is not known.
    pub(in crate::query) fn new(expression: &Expression) -> Option<Self> {
        let mut variables = Vec::new();
        let root = Node::of(expression, &mut variables)?;
        Some(Self { root, variables })
    }

    /// The variables that it depends on, each once.
    pub(in crate::query) fn variables(&self) -> &[Variable] {
        &self.variables
    }
}

/// What a row has in an expression's variables.
pub(super) struct Row<'a> {
    pub(super) values: &'a [Option<Value>],
    pub(super) source: Source<'a>,
    /// Why the query has to end, if it has to.
    pub(super) stopped: RefCell<Option<Stopped>>,
}

/// Where the terms of a row are, as they are written.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    /// Behind ids.
    Ids(&'a [Id], &'a ExecContext<'a>),
    /// At hand; of an expression without variables there are none. With the memory that may be taken.
    Terms(&'a [Option<Term>], &'a Allowance),
}

impl Row<'_> {
    /// The result, or none; why the query has to end is remembered.
    fn kept<T>(&self, result: super::terms::Result<T>) -> Option<T> {
        match result {
            Ok(result) => Some(result),
            Err(why) => {
                self.stopped.borrow_mut().get_or_insert(why);
                None
            }
        }
    }

    /// The term of a variable.
    fn term(&self, slot: usize) -> Option<Term> {
        match self.source {
            Source::Ids(ids, terms) => self.kept(terms.term(ids[slot]))?,
            Source::Terms(terms, _) => terms[slot].clone(),
        }
    }

    /// Makes sure that there is room to compute with a text of so many bytes: none if there is not, and then the
    /// query has to end.
    pub(super) fn room_for(&self, text: usize) -> Option<()> {
        let allowance = match self.source {
            Source::Ids(_, terms) => terms.allowance(),
            Source::Terms(_, allowance) => allowance,
        };
        let has_room = allowance.has_room_for(text);
        self.kept(if has_room { Ok(()) } else { Err(Stopped::Memory(allowance.limit())) })
    }

    fn is_bound(&self, slot: usize) -> bool {
        match self.source {
            Source::Ids(ids, _) => ids[slot].is_bound(),
            Source::Terms(terms, _) => terms[slot].is_some(),
        }
    }
}

impl Node {
    fn of(expression: &Expression, variables: &mut Vec<Variable>) -> Option<Self> {
        let slot = |variable: &Variable, variables: &mut Vec<Variable>| {
            variables.iter().position(|v| v == variable).unwrap_or_else(|| {
                variables.push(variable.clone());
                variables.len() - 1
            })
        };
        let all = |list: &[Expression], variables: &mut Vec<Variable>| {
            list.iter().map(|e| Self::of(e, variables)).collect::<Option<Vec<Self>>>()
        };
        let two = |a: &Expression, b: &Expression, variables: &mut Vec<Variable>| {
            Some([Self::of(a, variables)?, Self::of(b, variables)?])
        };
        let compare = |comparison: Comparison, [a, b]: [Self; 2]| {
            // A constant last: that is the shape that columns are compared in.
            let exchange = matches!(a, Self::Constant(_));
            if exchange {
                Self::Compare(comparison.flipped(), Box::new([b, a]))
            } else {
                Self::Compare(comparison, Box::new([a, b]))
            }
        };
        let compute = |operator: Arithmetic, operands: [Self; 2]| {
            // Days and durations.
            let other = Function::delegated(2, |arguments| {
                let mut arguments = arguments.into_iter().map(Box::new);
                let (Some(a), Some(b)) = (arguments.next(), arguments.next()) else { unreachable!() };
                match operator {
                    Arithmetic::Add => sparopt::algebra::Expression::Add(a, b),
                    Arithmetic::Subtract => sparopt::algebra::Expression::Subtract(a, b),
                    Arithmetic::Multiply => sparopt::algebra::Expression::Multiply(a, b),
                    Arithmetic::Divide => sparopt::algebra::Expression::Divide(a, b),
                }
            });
            Self::Arithmetic(operator, Box::new(operands), other)
        };
        let node = match expression {
            Expression::NamedNode(node) => Self::constant(node.clone().into()),
            Expression::Literal(literal) => Self::constant(literal.clone().into()),
            Expression::Variable(variable) => Self::Variable(slot(variable, variables)),
            Expression::Bound(variable) => Self::Bound(slot(variable, variables)),
            Expression::Or(a, b) => Self::Or(flat(two(a, b, variables)?, |node| match node {
                Self::Or(list) => Ok(list),
                node => Err(node),
            })),
            Expression::And(a, b) => Self::And(flat(two(a, b, variables)?, |node| match node {
                Self::And(list) => Ok(list),
                node => Err(node),
            })),
            Expression::Not(inner) => Self::Not(Self::of(inner, variables)?.into()),
            Expression::Equal(a, b) => compare(Comparison::Equal, two(a, b, variables)?),
            Expression::Less(a, b) => compare(Comparison::Less, two(a, b, variables)?),
            Expression::LessOrEqual(a, b) => compare(Comparison::LessOrEqual, two(a, b, variables)?),
            Expression::Greater(a, b) => compare(Comparison::Greater, two(a, b, variables)?),
            Expression::GreaterOrEqual(a, b) => compare(Comparison::GreaterOrEqual, two(a, b, variables)?),
            Expression::SameTerm(a, b) => Self::Same(Box::new(two(a, b, variables)?)),
            Expression::In(one, list) => {
                let one = Self::of(one, variables)?;
                let mut list = all(list, variables)?;
                match (list.pop(), list.is_empty()) {
                    (None, _) => Self::In(one.into(), list),
                    (Some(last), true) => compare(Comparison::Equal, [one, last]),
                    (Some(last), false) => {
                        list.push(last);
                        Self::In(one.into(), list)
                    }
                }
            }
            Expression::Add(a, b) => compute(Arithmetic::Add, two(a, b, variables)?),
            Expression::Subtract(a, b) => compute(Arithmetic::Subtract, two(a, b, variables)?),
            Expression::Multiply(a, b) => compute(Arithmetic::Multiply, two(a, b, variables)?),
            Expression::Divide(a, b) => compute(Arithmetic::Divide, two(a, b, variables)?),
            Expression::UnaryPlus(inner) => {
                Self::Call(Function::Number(Unary::Plus), vec![Self::of(inner, variables)?])
            }
            Expression::UnaryMinus(inner) => {
                Self::Call(Function::Number(Unary::Minus), vec![Self::of(inner, variables)?])
            }
            Expression::If(a, b, c) => Self::If(Box::new([
                Self::of(a, variables)?,
                Self::of(b, variables)?,
                Self::of(c, variables)?,
            ])),
            Expression::Coalesce(list) => Self::Coalesce(all(list, variables)?),
            Expression::FunctionCall(name, arguments) => Self::call(name, all(arguments, variables)?)?,
            Expression::Exists(_) => return None,
        };
        Some(node.folded())
    }

    fn call(name: &Name, mut arguments: Vec<Self>) -> Option<Self> {
        let text = |node: Option<&Self>| match node {
            Some(Self::Constant(constant)) => match &constant.value {
                Value::StringLiteral(text) => Some(text.clone()),
                _ => None,
            },
            _ => None,
        };
        if *name == Name::Regex
            && let Some(pattern) = text(arguments.get(1))
            && let Some(flags) =
                if arguments.len() == 2 { Some(String::new()) } else { text(arguments.get(2)) }
        {
            arguments.truncate(1);
            let function = Function::pattern(&pattern, &flags);
            return Some(function.map_or(Self::Error, |function| Self::Call(function, arguments)));
        }
        if *name == Name::Contains
            && let Some(part) = text(arguments.get(1))
        {
            arguments.truncate(1);
            return Some(Self::Call(Function::Has(Box::new(Finder::new(&part).into_owned())), arguments));
        }
        Some(Self::Call(Function::of(name, arguments.len())?, arguments))
    }

    fn constant(term: Term) -> Self {
        Self::Constant(Box::new(Constant { value: term.clone().into(), term }))
    }

    /// Its term instead of it, if that is the same for every row.
    fn folded(self) -> Self {
        let is_leaf = matches!(self, Self::Error | Self::Constant(_) | Self::Variable(_) | Self::Bound(_));
        if is_leaf || self.any(&mut |node| matches!(node, Self::Variable(_) | Self::Bound(_))) {
            return self;
        }
        let allowance = Allowance::new(FOLDED);
        let source = Source::Terms(&[], &allowance);
        let row = Row { values: &[], source, stopped: RefCell::default() };
        let term = self.term(&row);
        if allowance.is_exceeded() {
            // A query that is run may have more room.
            return self;
        }
        term.map_or(Self::Error, Self::constant)
    }

    /// Whether it has a truth value only.
    pub(super) fn is_boolean(&self) -> bool {
        match self {
            Self::Bound(_)
            | Self::And(_)
            | Self::Or(_)
            | Self::Not(_)
            | Self::Compare(..)
            | Self::In(..)
            | Self::Same(_) => true,
            Self::Call(function, _) => function.is_boolean(),
            _ => false,
        }
    }

    pub(super) fn children(&self) -> impl Iterator<Item = &Self> {
        let (one, list): (Option<&Self>, &[Self]) = match self {
            Self::Error | Self::Constant(_) | Self::Variable(_) | Self::Bound(_) => (None, &[]),
            Self::And(list) | Self::Or(list) | Self::Coalesce(list) | Self::Call(_, list) => (None, list),
            Self::Not(inner) => (Some(inner), &[]),
            Self::In(one, list) => (Some(one), list),
            Self::Compare(_, pair) | Self::Same(pair) | Self::Arithmetic(_, pair, _) => (None, &**pair),
            Self::If(parts) => (None, &**parts),
        };
        one.into_iter().chain(list)
    }

    pub(super) fn any(&self, is: &mut impl FnMut(&Self) -> bool) -> bool {
        is(self) || self.children().any(|child| child.any(is))
    }

    /// The value for a row; none is an error.
    pub(super) fn value<'a>(&'a self, row: &'a Row<'_>) -> Option<Cow<'a, Value>> {
        Some(match self {
            Self::Error => return None,
            Self::Constant(constant) => Cow::Borrowed(&constant.value),
            Self::Variable(slot) => Cow::Borrowed(row.values[*slot].as_ref()?),
            Self::Arithmetic(operator, operands, other) => {
                let (a, b) = (operands[0].value(row)?, operands[1].value(row)?);
                let number = value::compute(*operator, &a, &b);
                if number.is_none() && (value::is_number(&a) || value::is_number(&b)) {
                    return None;
                }
                Cow::Owned(number.or_else(|| other.call(&[&a, &b], row))?)
            }
            Self::If(parts) => {
                return if parts[0].truth(row)? { parts[1].value(row) } else { parts[2].value(row) };
            }
            Self::Coalesce(list) => return list.iter().find_map(|node| node.value(row)),
            Self::Call(Function::OfTerms(function), arguments) => {
                Cow::Owned(Self::of_terms(*function, arguments, row)?.into())
            }
            Self::Call(function, arguments) => {
                Cow::Owned(with_values(arguments, row, |values| function.call(values, row))?)
            }
            _ => Cow::Owned(self.truth(row)?.into()),
        })
    }

    /// The truth value for a row; none is an error.
    pub(super) fn truth(&self, row: &Row<'_>) -> Option<bool> {
        match self {
            Self::Bound(slot) => Some(row.is_bound(*slot)),
            Self::And(list) => all_or_error(list.iter().map(|node| node.truth(row)), false),
            Self::Or(list) => all_or_error(list.iter().map(|node| node.truth(row)), true),
            Self::Not(inner) => Some(!inner.truth(row)?),
            Self::Compare(comparison, pair) => comparison.holds(&*pair[0].value(row)?, &*pair[1].value(row)?),
            Self::In(one, list) => {
                let one = one.value(row)?;
                let equal = |node: &Self| Comparison::Equal.holds(&one, &*node.value(row)?);
                all_or_error(list.iter().map(equal), true)
            }
            Self::Same(pair) => {
                let [a, b] = &**pair;
                Some(match row.source {
                    Source::Ids(ids, terms) => a.id(row, ids, terms)? == b.id(row, ids, terms)?,
                    Source::Terms(..) => a.term(row)? == b.term(row)?,
                })
            }
            Self::Call(function, arguments) if function.is_boolean() => {
                with_values(arguments, row, |values| function.holds(values))
            }
            _ => value::truth(&*self.value(row)?),
        }
    }

    /// The term for a row; none is an error. What picks a term gives back that very term, what
    /// computes a value gives it in canonical spelling.
    pub(super) fn term(&self, row: &Row<'_>) -> Option<Term> {
        match self {
            Self::Variable(slot) => row.term(*slot),
            Self::Constant(constant) => Some(constant.term.clone()),
            Self::If(parts) => self.branch(parts, row)?.term(row),
            Self::Coalesce(list) => list.iter().find_map(|node| node.term(row)),
            Self::Call(Function::OfTerms(function), arguments) => Self::of_terms(*function, arguments, row),
            _ => Some(self.value(row)?.into_owned().into()),
        }
    }

    /// The id of [`Self::term`].
    pub(super) fn id(&self, row: &Row<'_>, ids: &[Id], terms: &ExecContext<'_>) -> Option<Id> {
        match self {
            Self::Variable(slot) => Some(ids[*slot]).filter(|id| id.is_bound()),
            Self::If(parts) => self.branch(parts, row)?.id(row, ids, terms),
            Self::Coalesce(list) => list.iter().find_map(|node| node.id(row, ids, terms)),
            Self::Constant(_) | Self::Call(Function::OfTerms(_), _) => {
                row.kept(terms.intern(self.term(row)?))
            }
            _ => row.kept(value::encode(self.value(row)?.into_owned(), terms)),
        }
    }

    fn branch<'n>(&self, parts: &'n [Self; 3], row: &Row<'_>) -> Option<&'n Self> {
        Some(if parts[0].truth(row)? { &parts[1] } else { &parts[2] })
    }

    fn of_terms(function: OfTerms, arguments: &[Self], row: &Row<'_>) -> Option<Term> {
        if let (OfTerms::Str, [argument]) = (function, arguments)
            && let Some(text) = value::written(&*argument.value(row)?)
        {
            // No look at the dictionary for what is a text.
            return Some(Literal::new_simple_literal(text).into());
        }
        let terms = arguments.iter().map(|argument| argument.term(row)).collect::<Option<Vec<_>>>()?;
        function.call(&terms)
    }
}

/// Two operands of an operator, each replaced by its own if it is the same operator's.
fn flat(operands: [Node; 2], inner: impl Fn(Node) -> Result<Vec<Node>, Node>) -> Vec<Node> {
    operands.into_iter().flat_map(|node| inner(node).unwrap_or_else(|node| vec![node])).collect()
}

/// `decisive` as soon as there is one, else an error if there is one, else its contrary.
fn all_or_error(truths: impl Iterator<Item = Option<bool>>, decisive: bool) -> Option<bool> {
    let mut error = false;
    for truth in truths {
        match truth {
            Some(truth) if truth == decisive => return Some(decisive),
            Some(_) => {}
            None => error = true,
        }
    }
    if error { None } else { Some(!decisive) }
}

fn with_values<T>(nodes: &[Node], row: &Row<'_>, call: impl FnOnce(&[&Value]) -> Option<T>) -> Option<T> {
    // Nearly all have one argument or two.
    match nodes {
        [a] => call(&[&*a.value(row)?]),
        [a, b] => call(&[&*a.value(row)?, &*b.value(row)?]),
        _ => {
            let values = nodes.iter().map(|node| node.value(row)).collect::<Option<Vec<_>>>()?;
            call(&values.iter().map(|value| &**value).collect::<Vec<_>>())
        }
    }
}
