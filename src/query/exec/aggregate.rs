//! GROUP BY: rows become groups, and each group a row.
//!
//! An error makes SUM, AVG, MIN, MAX and GROUP_CONCAT fail for its whole group; COUNT and SAMPLE leave
//! it out. DISTINCT compares terms.

use super::accumulate::{Accumulator, Concat, Count, Decoder, Extreme, Inlines, Sample, Sum};
use super::expression::{Compiled, Node};
use super::group::{Groups, Places};
use super::rows::Rows;
use super::table::MemoryReservation;
use super::terms::{ExecContext, Result};
use super::value::{self, Value};
use crate::store::index::read::id::Id;
use oxrdf::Variable;
use spargebra::algebra::{AggregateExpression, AggregateFunction};
use std::borrow::Cow;
use std::cmp::Ordering;

/// GROUP BY with its aggregates.
pub(in crate::query) struct Aggregation {
    by: Vec<Variable>,
    aggregates: Vec<(Variable, Aggregate)>,
}

enum Aggregate {
    Rows,
    Of { what: What, distinct: bool, argument: Compiled },
}

enum What {
    Count,
    Sum,
    Average,
    Least,
    Greatest,
    Sample,
    Concat(String),
}

impl Aggregation {
    /// Compiles it; none if a function or an expression in it is not one of those that are known, and of
    /// `COUNT(DISTINCT *)`: columns may have been left out that it would have to see.
    pub(in crate::query) fn new(
        by: &[Variable],
        aggregates: &[(Variable, AggregateExpression)],
    ) -> Option<Self> {
        let aggregate = |(variable, expression): &(Variable, AggregateExpression)| {
            Some((variable.clone(), Aggregate::new(expression)?))
        };
        Some(Self { by: by.to_vec(), aggregates: aggregates.iter().map(aggregate).collect::<Option<_>>()? })
    }

    /// A row for each group: what it is grouped by, then the aggregates. Without anything to group
    /// by there is one group, of no rows too.
    pub(in crate::query) fn run(&self, rows: &Rows, terms: &ExecContext<'_>) -> Result<Rows> {
        let (groups, mut columns) = if self.by.is_empty() {
            (Members { of_row: None, len: 1 }, Vec::new())
        } else {
            let bound: Vec<&[Id]> = self.by.iter().filter_map(|variable| rows.column(variable)).collect();
            let Groups { of_row, first } = Groups::of(&bound, Places::All(rows.len), terms)?;
            let keys = |variable| match rows.column(variable) {
                Some(column) => first.iter().map(|row| column[*row as usize]).collect(),
                None => vec![Id::UNBOUND; first.len()],
            };
            (Members { of_row: Some(of_row), len: first.len() }, self.by.iter().map(keys).collect())
        };
        let _room = MemoryReservation::of(terms, 4 * groups.of_row.as_ref().map_or(0, Vec::len))?;
        for (_, aggregate) in &self.aggregates {
            columns.push(aggregate.run(rows, &groups, terms)?);
        }
        let variables = self.by.iter().chain(self.aggregates.iter().map(|(variable, _)| variable));
        Ok(Rows { variables: variables.cloned().collect(), columns, len: groups.len })
    }
}

/// Which group each row is in.
struct Members {
    /// Group of each row; none if all are in one.
    of_row: Option<Vec<u32>>,
    len: usize,
}

impl Members {
    fn of(&self, row: usize) -> usize {
        self.of_row.as_ref().map_or(0, |groups| groups[row] as usize)
    }
}

impl Aggregate {
    fn new(expression: &AggregateExpression) -> Option<Self> {
        let (name, expression, distinct) = match expression {
            AggregateExpression::CountSolutions { distinct: false } => return Some(Self::Rows),
            AggregateExpression::CountSolutions { distinct: true } => return None,
            AggregateExpression::FunctionCall { name, expr, distinct } => (name, expr, *distinct),
        };
        let what = match name {
            AggregateFunction::Count => What::Count,
            AggregateFunction::Sum => What::Sum,
            AggregateFunction::Avg => What::Average,
            AggregateFunction::Min => What::Least,
            AggregateFunction::Max => What::Greatest,
            AggregateFunction::Sample => What::Sample,
            AggregateFunction::GroupConcat { separator } => {
                What::Concat(separator.clone().unwrap_or_else(|| " ".to_owned()))
            }
            AggregateFunction::Custom(_) => return None,
        };
        Some(Self::Of { what, distinct, argument: Compiled::new(expression)? })
    }

    fn run(&self, rows: &Rows, groups: &Members, terms: &ExecContext<'_>) -> Result<Vec<Id>> {
        let Self::Of { what, distinct, argument } = self else {
            return counts(rows, groups, terms);
        };
        let ids = match (&argument.root, argument.variables()) {
            (Node::Variable(_), [variable]) => rows.column(variable).map(Cow::Borrowed),
            _ => Some(Cow::Owned(argument.evaluate(rows, terms)?)),
        };
        let ids = ids.unwrap_or_else(|| Cow::Owned(vec![Id::UNBOUND; rows.len]));
        let is_first = |ids: &[Id]| -> Result<_> {
            let all = Places::All(rows.len);
            Ok(match &groups.of_row {
                None => Groups::of(&[ids], all, terms)?.first,
                Some(of_row) => Groups::parted(of_row, groups.len, ids, all, terms)?.first,
            })
        };
        let first = match what {
            What::Sample => None,
            // Twice the same changes neither, and texts are decoded only once.
            What::Least | What::Greatest if ids.iter().all(|id| id.value().is_some()) => None,
            What::Least | What::Greatest => Some(is_first(&ids)?),
            _ if !distinct => None,
            _ => Some(is_first(&ids)?),
        };
        let places = first.as_deref().map_or(Places::All(rows.len), Places::Some);
        let input = Arguments { ids: &ids, places, groups, terms };
        match what {
            What::Count => input.accumulated(Count::default),
            What::Sum => input.summed(false),
            What::Average => input.summed(true),
            What::Least => input.accumulated(|| Extreme::new(Ordering::Less)),
            What::Greatest => input.accumulated(|| Extreme::new(Ordering::Greater)),
            What::Sample => input.accumulated(Sample::default),
            What::Concat(separator) => input.accumulated(|| Concat::new(separator)),
        }
    }
}

fn counts(rows: &Rows, groups: &Members, terms: &ExecContext<'_>) -> Result<Vec<Id>> {
    let mut counts = vec![0_u32; groups.len];
    match &groups.of_row {
        None => counts[0] = rows.len as u32,
        Some(of_row) => of_row.iter().for_each(|group| counts[*group as usize] += 1),
    }
    let id = |count: u32| value::encode(Value::IntegerLiteral(count.into()), terms);
    counts.into_iter().map(id).collect()
}

/// Arguments of one aggregate.
struct Arguments<'a> {
    ids: &'a [Id],
    places: Places<'a>,
    groups: &'a Members,
    terms: &'a ExecContext<'a>,
}

impl Arguments<'_> {
    /// Sums, or averages. Nearly always all are numbers whose value is in their id.
    fn summed(&self, average: bool) -> Result<Vec<Id>> {
        let slow = || self.accumulated(|| Sum::new(average));
        if self.places.len() > Inlines::MOST {
            return slow();
        }
        let room = MemoryReservation::of(self.terms, size_of::<Inlines>() * self.groups.len)?;
        let mut sums = vec![Inlines::default(); self.groups.len];
        let mut complete = true;
        self.places.each(self.terms, |row| {
            complete &= sums[self.groups.of(row)].add(self.ids[row]);
            Ok(())
        })?;
        if !complete {
            drop((sums, room));
            return slow();
        }
        let decoder = Decoder::new(self.terms)?;
        sums.into_iter().map(|sums| sums.finish(average, &decoder)).collect()
    }

    fn accumulated<A: Accumulator>(&self, new: impl Fn() -> A) -> Result<Vec<Id>> {
        let _room = MemoryReservation::of(self.terms, (size_of::<A>() + 4) * self.groups.len)?;
        let mut decoder = Decoder::new(self.terms)?;
        let mut accumulators: Vec<A> = (0..self.groups.len).map(|_| new()).collect();
        self.places.each(self.terms, |row| {
            let accumulator = &mut accumulators[self.groups.of(row)];
            let id = self.ids[row];
            if id.is_bound() {
                accumulator.add(id, &mut decoder)?;
            } else {
                accumulator.fail();
            }
            Ok(())
        })?;
        accumulators.into_iter().map(|accumulator| accumulator.finish(&decoder)).collect()
    }
}
