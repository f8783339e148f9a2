//! Expressions and aggregates over terms, one row at a time: for the evaluator, whose own give
//! every value back in canonical spelling.

use super::accumulate::{divided, is_spelled_before};
use super::expression::{Compiled, Row, Source};
use super::function::{Function, text};
use super::value::{self, Arithmetic, Value};
use crate::base::allowance::Allowance;
use crate::store::index::read::dataset::{from_spelled, to_spelled};
use oxrdf::{Literal, Term};
use spareval::AggregateFunctionAccumulator;
use spargebra::algebra::Function as Name;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::sync::Arc;

/// Whether a function of so many arguments has a value that depends on these alone.
pub(in crate::query) fn is_known(name: &Name, arguments: usize) -> bool {
    Function::of(name, arguments).is_some()
}

impl Compiled {
    /// The term for what its variables have in a row; none is an error.
    pub(in crate::query) fn term_of(&self, terms: &[Option<Term>], allowance: &Allowance) -> Option<Term> {
        with_row(terms, allowance, |row| self.root.term(row))
    }

    /// The truth value for what its variables have in a row; none is an error.
    pub(in crate::query) fn truth_of(&self, terms: &[Option<Term>], allowance: &Allowance) -> Option<bool> {
        with_row(terms, allowance, |row| self.root.truth(row))
    }
}

/// None also if memory was refused: then the query has to end.
fn with_row<T>(
    terms: &[Option<Term>],
    allowance: &Allowance,
    result: impl FnOnce(&Row<'_>) -> Option<T>,
) -> Option<T> {
    let values: Vec<Option<Value>> = terms.iter().map(|term| term.clone().map(Value::from)).collect();
    let row = Row { values: &values, source: Source::Terms(terms, allowance), stopped: RefCell::default() };
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
    /// None if something was no text, or memory was refused.
    text: Option<String>,
    is_first: bool,
    allowance: Arc<Allowance>,
    taken: usize,
}

impl Concat {
    pub(in crate::query) fn new(separator: String, allowance: Arc<Allowance>) -> Self {
        Self { separator, text: Some(String::new()), is_first: true, allowance, taken: 0 }
    }

    fn with(&mut self, mut all: String, term: Term) -> Option<String> {
        let value = Value::from(term);
        let part = text(&value)?.0;
        // A growing text has as much again in reserve.
        let more = 2 * (part.len() + self.separator.len());
        if !self.allowance.take(more) {
            return None;
        }
        self.taken += more;
        if !std::mem::take(&mut self.is_first) {
            all.push_str(&self.separator);
        }
        all.push_str(part);
        Some(all)
    }
}

impl Drop for Concat {
    fn drop(&mut self) {
        self.allowance.give_back(self.taken);
    }
}

impl AggregateFunctionAccumulator for Concat {
    fn accumulate(&mut self, term: Term) {
        self.text = self.text.take().and_then(|all| self.with(all, term));
    }

    fn finish(&mut self) -> Option<Term> {
        Some(Literal::new_simple_literal(self.text.take()?).into())
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
