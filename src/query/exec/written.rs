//! Expressions and aggregates over terms, one row at a time: for the evaluator, whose own give
//! every value back in canonical spelling.

use super::accumulate::{divided, is_spelled_before};
use super::expression::{Compiled, Row, Source};
use super::function::{Function, text};
use super::value::{self, Arithmetic, Value};
use crate::store::index::read::dataset::{from_spelled, to_spelled};
use oxrdf::{Literal, Term};
use spareval::AggregateFunctionAccumulator;
use spargebra::algebra::Function as Name;
use std::cell::RefCell;
use std::cmp::Ordering;

/// Whether a function of so many arguments has a value that depends on these alone.
pub(in crate::query) fn is_known(name: &Name, arguments: usize) -> bool {
    Function::of(name, arguments).is_some()
}

impl Compiled {
    /// The term for what its variables have in a row; none is an error.
    pub(in crate::query) fn term_of(&self, terms: &[Option<Term>]) -> Option<Term> {
        with_row(terms, |row| self.root.term(row))
    }

    /// The truth value for what its variables have in a row; none is an error.
    pub(in crate::query) fn truth_of(&self, terms: &[Option<Term>]) -> Option<bool> {
        with_row(terms, |row| self.root.truth(row))
    }
}

fn with_row<T>(terms: &[Option<Term>], result: impl FnOnce(&Row<'_>) -> Option<T>) -> Option<T> {
    let values: Vec<Option<Value>> = terms.iter().map(|term| term.clone().map(Value::from)).collect();
    let row = Row { values: &values, source: Source::Terms(terms), stopped: RefCell::default() };
    result(&row)
}

/// What the evaluator orders a term by: its value; of numbers that it has no value for, the nearest it has.
pub(in crate::query) fn in_order(term: Term) -> Term {
    let value = Value::from(term.clone());
    value::nearest(&value).map_or(term, |nearest| Value::DoubleLiteral(nearest).into())
}

/// MIN, or MAX.
pub(in crate::query) struct Extreme {
    side: Ordering,
    best: Option<(Term, Value)>,
}

impl Extreme {
    /// `side`: where a term has to be to take another's place.
    pub(in crate::query) fn new(side: Ordering) -> Self {
        Self { side, best: None }
    }
}

impl AggregateFunctionAccumulator for Extreme {
    fn accumulate(&mut self, term: Term) {
        let term = from_spelled(term);
        let value = Value::from(term.clone());
        let is_better = self.best.as_ref().is_none_or(|(best, known)| {
            let order = value::order(Some(&value), Some(known));
            order == self.side || (order.is_eq() && is_spelled_before(&term, best))
        });
        if is_better {
            self.best = Some((term, value));
        }
    }

    fn finish(&mut self) -> Option<Term> {
        self.best.take().map(|(term, _)| to_spelled(term))
    }
}

/// GROUP_CONCAT.
pub(in crate::query) struct Concat {
    separator: String,
    texts: Option<Vec<String>>,
}

impl Concat {
    pub(in crate::query) fn new(separator: String) -> Self {
        Self { separator, texts: Some(Vec::new()) }
    }
}

impl AggregateFunctionAccumulator for Concat {
    fn accumulate(&mut self, term: Term) {
        self.texts = self.texts.take().and_then(|mut texts| {
            texts.push(text(&Value::from(term))?.0.to_owned());
            Some(texts)
        });
    }

    fn finish(&mut self) -> Option<Term> {
        Some(Literal::new_simple_literal(self.texts.take()?.join(&self.separator)).into())
    }
}

/// SUM, or AVG.
pub(in crate::query) struct Sum {
    average: bool,
    count: i64,
    /// None after an error.
    sum: Option<Value>,
}

impl Sum {
    pub(in crate::query) fn new(average: bool) -> Self {
        Self { average, count: 0, sum: Some(Value::IntegerLiteral(0.into())) }
    }
}

impl AggregateFunctionAccumulator for Sum {
    fn accumulate(&mut self, term: Term) {
        self.count += 1;
        let value = Value::from(from_spelled(term));
        self.sum = self.sum.take().and_then(|sum| value::compute(Arithmetic::Add, &sum, &value));
    }

    fn finish(&mut self) -> Option<Term> {
        divided(self.sum.take(), self.average, self.count).map(Term::from)
    }
}
