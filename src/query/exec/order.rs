//! ORDER BY: places of rows in order.
//!
//! Each key becomes a column of numbers in the same order, so that rows are compared without a
//! look at a term: numbers and days are in their ids already, and of everything else the distinct
//! values are sorted once. Where only the first rows are wanted, what cannot be among them is
//! dropped as it comes.

use super::expression::Compiled;
use super::group::{Groups, Places};
use super::rows::Rows;
use super::table::MemoryReservation;
use super::terms::{ExecContext, Result};
use super::value::{self, Value};
use crate::store::index::read::id::{Id, Inline};
use spargebra::algebra::OrderExpression;
use std::cmp::Ordering;

/// ORDER BY.
pub(in crate::query) struct Order {
    keys: Vec<Key>,
}

struct Key {
    expression: Compiled,
    descending: bool,
}

/// Numbers in the order of a key: what is to come first has the least.
type Ranks = Vec<u64>;

impl Order {
    /// Compiles it; none if an expression in it is not one of those that are known.
    pub(in crate::query) fn new(keys: &[OrderExpression]) -> Option<Self> {
        let key = |key: &OrderExpression| {
            let (OrderExpression::Asc(expression) | OrderExpression::Desc(expression)) = key;
            let descending = matches!(key, OrderExpression::Desc(_));
            Some(Key { expression: Compiled::new(expression)?, descending })
        };
        Some(Self { keys: keys.iter().map(key).collect::<Option<_>>()? })
    }

    /// The places of the rows in order, or of the first so many. Rows that are equal in all keys
    /// stay in the order in which they are.
    pub(in crate::query) fn run(
        &self,
        rows: &Rows,
        first: Option<usize>,
        terms: &ExecContext<'_>,
    ) -> Result<Vec<u32>> {
        let first = first.unwrap_or(rows.len).min(rows.len);
        if first == 0 {
            return Ok(Vec::new());
        }
        let _room = MemoryReservation::of(terms, 8 * rows.len * self.keys.len())?;
        let mut keys: Vec<Ranks> = Vec::with_capacity(self.keys.len());
        for key in &self.keys {
            let ids = key.expression.evaluate(rows, terms)?;
            // By further keys any row can come first.
            let wanted = if keys.is_empty() { first } else { rows.len };
            keys.push(ranks(&ids, key.descending, wanted, terms)?);
            if let [ranks] = &keys[..]
                && self.keys.len() > 1
                && 2 * first < rows.len
            {
                // Further keys, names as a rule, are only asked of rows that can still be among the first.
                let open = not_behind(ranks, first, terms)?;
                if 2 * open.len() < rows.len {
                    let _room = MemoryReservation::of(terms, 4 * open.len() * rows.columns.len())?;
                    let places = self.run(&rows.part(&open), Some(first), terms)?;
                    return Ok(places.into_iter().map(|place| open[place as usize]).collect());
                }
            }
        }
        let compare = |a: &u32, b: &u32| {
            let mut by_keys = keys.iter().map(|ranks| ranks[*a as usize].cmp(&ranks[*b as usize]));
            by_keys.find(|order| order.is_ne()).unwrap_or_else(|| a.cmp(b))
        };
        if first == rows.len {
            let _room = MemoryReservation::of(terms, 16 * rows.len)?;
            // With the first key beside it: most comparisons need no more.
            let rank = |place: u32| keys.first().map_or(0, |ranks| ranks[place as usize]);
            let mut places: Vec<(u64, u32)> =
                (0..rows.len as u32).map(|place| (rank(place), place)).collect();
            places.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| compare(&a.1, &b.1)));
            return Ok(places.into_iter().map(|(_, place)| place).collect());
        }
        let mut least = Least::new(first, terms)?;
        Places::All(rows.len).each(terms, |row| {
            least.add(row as u32, compare);
            Ok(())
        })?;
        Ok(least.finish(compare))
    }
}

/// The first so many of what comes, in an order without two that are equal.
struct Least {
    wanted: usize,
    /// Up to twice as many: then the second half goes.
    kept: Vec<u32>,
    /// The last of the first half, once it has gone.
    last: Option<u32>,
}

impl Least {
    fn new(wanted: usize, terms: &ExecContext<'_>) -> Result<Self> {
        let _room = MemoryReservation::of(terms, 8 * wanted)?;
        Ok(Self { wanted, kept: Vec::with_capacity(2 * wanted), last: None })
    }

    fn add(&mut self, place: u32, compare: impl Fn(&u32, &u32) -> Ordering) {
        if self.last.is_some_and(|last| compare(&place, &last).is_gt()) {
            return;
        }
        self.kept.push(place);
        if self.kept.len() == 2 * self.wanted {
            let (_, last, _) = self.kept.select_nth_unstable_by(self.wanted - 1, compare);
            self.last = Some(*last);
            self.kept.truncate(self.wanted);
        }
    }

    fn finish(mut self, compare: impl Fn(&u32, &u32) -> Ordering) -> Vec<u32> {
        self.kept.sort_unstable_by(compare);
        self.kept.truncate(self.wanted);
        self.kept
    }
}

/// The rows that no `wanted` others come before.
fn not_behind(ranks: &[u64], wanted: usize, terms: &ExecContext<'_>) -> Result<Vec<u32>> {
    let _room = MemoryReservation::of(terms, 12 * ranks.len())?;
    let mut parted = ranks.to_vec();
    let last = *parted.select_nth_unstable(wanted - 1).1;
    Ok((0_u32..).zip(ranks).filter(|(_, rank)| **rank <= last).map(|(place, _)| place).collect())
}

/// Ranks of terms. Only those of the first so many rows need be right; no other is less.
fn ranks(ids: &[Id], descending: bool, wanted: usize, terms: &ExecContext<'_>) -> Result<Ranks> {
    let ranks = match inline_ranks(ids, terms)? {
        Some(ranks) => ranks,
        None => return value_ranks(ids, descending, wanted, terms),
    };
    Ok(if descending { ranks.into_iter().map(|rank| u64::MAX - rank).collect() } else { ranks })
}

/// Ranks without decoding; none unless all are numbers, or all are days, apart from those that are unbound.
fn inline_ranks(ids: &[Id], terms: &ExecContext<'_>) -> Result<Option<Ranks>> {
    let are_days = ids.iter().find(|id| id.is_bound()).map(|id| matches!(id.value(), Some(Inline::Date(_))));
    let number = |inline: Inline| match inline {
        Inline::Date(days) if are_days == Some(true) => Some(i64::from(days)),
        _ if are_days == Some(true) => None,
        _ => value::scaled(inline),
    };
    let mut ranks = Vec::with_capacity(ids.len());
    let mut complete = true;
    Places::All(ids.len()).each(terms, |row| {
        let id = ids[row];
        let number = if id.is_bound() { id.value().and_then(number) } else { Some(i64::MIN) };
        complete &= number.is_some();
        // The signs exchanged, so that what is negative comes first.
        ranks.push(number.unwrap_or(0).cast_unsigned() ^ (1 << 63));
        Ok(())
    })?;
    Ok(complete.then_some(ranks))
}

/// Ranks by sorting the distinct values.
fn value_ranks(ids: &[Id], descending: bool, wanted: usize, terms: &ExecContext<'_>) -> Result<Ranks> {
    let groups = Groups::of(&[ids], Places::All(ids.len()), terms)?;
    let compare = |a: &Option<Value>, b: &Option<Value>| {
        let order = value::order(a.as_ref(), b.as_ref());
        if descending { order.reverse() } else { order }
    };
    let mut room = MemoryReservation::of(terms, 8 * groups.first.len())?;
    let mut values: Vec<(Option<Value>, u32)> = Vec::new();
    let mut most = (2 * wanted).max(1024);
    for (group, first) in groups.first.iter().enumerate() {
        let value = value::decode(ids[*first as usize], terms)?;
        room.grow(size_of::<Value>() + value.as_ref().map_or(0, bytes))?;
        values.push((value, group as u32));
        if values.len() == most {
            sort(&mut values, &|a, b| compare(&a.0, &b.0));
            // As many rows as are wanted have these values, or one that is equal to the last.
            let mut end = wanted;
            while end < values.len() && compare(&values[end - 1].0, &values[end].0).is_eq() {
                end += 1;
            }
            let gone =
                values.drain(end..).map(|(value, _)| size_of::<Value>() + value.as_ref().map_or(0, bytes));
            room.shrink(gone.sum());
            most = (2 * values.len()).max(1024);
        }
    }
    sort(&mut values, &|a, b| compare(&a.0, &b.0));
    let mut of_group = vec![u64::MAX; groups.first.len()];
    let mut rank = 0;
    for (at, (value, group)) in values.iter().enumerate() {
        if at > 0 && compare(&values[at - 1].0, value).is_ne() {
            rank += 1;
        }
        of_group[*group as usize] = rank;
    }
    Ok(groups.of_row.iter().map(|group| of_group[*group as usize]).collect())
}

fn bytes(value: &Value) -> usize {
    match value {
        Value::NamedNode(node) => node.as_str().len(),
        Value::StringLiteral(value) | Value::LangStringLiteral { value, .. } => value.len(),
        _ => 0,
    }
}

/// A stable sort that ends in any order, also in one that runs in circles, as that of mixed terms
/// may: the standard library's panics if it notices.
fn sort<T>(items: &mut Vec<T>, compare: &impl Fn(&T, &T) -> Ordering) {
    if items.len() < 2 {
        return;
    }
    let mut right = items.split_off(items.len() / 2);
    sort(items, compare);
    sort(&mut right, compare);
    if compare(&items[items.len() - 1], &right[0]).is_le() {
        items.append(&mut right);
        return;
    }
    let mut merged = Vec::with_capacity(items.len() + right.len());
    let (mut left, mut right) = (items.drain(..).peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        merged.extend(if compare(a, b).is_le() { left.next() } else { right.next() });
    }
    merged.extend(left);
    merged.extend(right);
    *items = merged;
}
