//! Aggregates of one group, while its rows come in. What is inline is neither decoded nor is
//! anything allocated for it.

use super::function::text;
use super::table::MemoryReservation;
use super::terms::{ExecContext, Result};
use super::value::{self, Arithmetic, SCALE, Value};
use crate::store::index::read::id::{Id, Inline};
use oxrdf::Term;
use rustc_hash::FxHashMap;
use std::cmp::Ordering;

/// An aggregate while rows come in.
pub(super) trait Accumulator {
    /// Takes an id that is bound.
    fn add(&mut self, id: Id, decoder: &mut Decoder<'_>) -> Result<()>;
    /// Takes an error.
    fn fail(&mut self);
    /// The id of the result; unbound if it is an error.
    fn finish(self, decoder: &Decoder<'_>) -> Result<Id>;
}

/// Values of ids, each decoded once.
pub(super) struct Decoder<'a> {
    terms: &'a ExecContext<'a>,
    values: FxHashMap<Id, Value>,
    room: MemoryReservation<'a>,
}

impl<'a> Decoder<'a> {
    pub(super) fn new(terms: &'a ExecContext<'_>) -> Result<Self> {
        Ok(Self { terms, values: FxHashMap::default(), room: MemoryReservation::of(terms, 0)? })
    }

    /// The value of a number. Texts are not kept: there may be as many as rows.
    fn number(&mut self, id: Id) -> Result<Option<Value>> {
        if let Some(value) = self.values.get(&id) {
            return Ok(Some(value.clone()));
        }
        let value = value::decode(id, self.terms)?.filter(value::is_number);
        if let Some(value) = &value
            && id.value().is_none()
        {
            if self.values.len() == self.values.capacity() {
                self.room.grow(64 * (self.values.len() + 4))?;
            }
            self.values.insert(id, value.clone());
        }
        Ok(value)
    }
}

/// Number of values; errors are left out (SPARQL 1.1, 18.5.1.2).
#[derive(Default)]
pub(super) struct Count(i64);

impl Accumulator for Count {
    fn add(&mut self, _: Id, _: &mut Decoder<'_>) -> Result<()> {
        self.0 += 1;
        Ok(())
    }

    fn fail(&mut self) {}

    fn finish(self, decoder: &Decoder<'_>) -> Result<Id> {
        value::encode(Value::IntegerLiteral(self.0.into()), decoder.terms)
    }
}

/// SUM, and AVG.
pub(super) struct Sum {
    count: i64,
    /// Sum of inline values, in ten-thousandths; four thousand million of the largest fit.
    inline: i128,
    has_decimals: bool,
    average: bool,
    /// The sum, as soon as there was another value: floating point depends on the order.
    rest: Option<Box<Option<Value>>>,
}

impl Sum {
    pub(super) fn new(average: bool) -> Self {
        Self { count: 0, inline: 0, has_decimals: false, average, rest: None }
    }

    fn of_inline(&self) -> Value {
        if self.has_decimals {
            Value::DecimalLiteral(value::decimal(self.inline, SCALE))
        } else {
            let sum = i64::try_from(self.inline / 10_i128.pow(SCALE));
            Value::IntegerLiteral(sum.expect("sums of inline values are small").into())
        }
    }
}

impl Sum {
    /// The sum of inline numbers that were added up by themselves.
    fn of_inlines(sums: &Inlines, average: bool) -> Self {
        let inline = i128::from(sums.whole) * 10_i128.pow(SCALE) + i128::from(sums.parts);
        Self { count: sums.count.into(), inline, has_decimals: sums.has_decimals, average, rest: None }
    }
}

/// Inline numbers of one group added up: small, so that many groups fit into the cache.
#[derive(Clone, Copy, Default)]
pub(super) struct Inlines {
    whole: i64,
    /// Sum of the decimals, in ten-thousandths.
    parts: i64,
    count: u32,
    has_decimals: bool,
}

impl Inlines {
    /// Rows of which no sum is too large.
    pub(super) const MOST: usize = 1 << 27;

    /// Adds a number; whether it is one, and inline.
    #[inline]
    pub(super) fn add(&mut self, id: Id) -> bool {
        const TENS: [i64; 5] = [10_000, 1_000, 100, 10, 1];
        match id.value() {
            Some(Inline::Integer(n)) => self.whole += i64::from(n),
            Some(Inline::Decimal { mantissa, scale }) => {
                self.parts += i64::from(mantissa) * TENS[usize::from(scale)];
                self.has_decimals = true;
            }
            _ => return false,
        }
        self.count += 1;
        true
    }

    /// Their sum, or their average.
    pub(super) fn finish(&self, average: bool, decoder: &Decoder<'_>) -> Result<Id> {
        Sum::of_inlines(self, average).finish(decoder)
    }
}

impl Accumulator for Sum {
    fn add(&mut self, id: Id, decoder: &mut Decoder<'_>) -> Result<()> {
        self.count += 1;
        if self.rest.is_none()
            && let Some(inline) = id.value()
            && let Some(scaled) = value::scaled(inline)
        {
            self.inline += i128::from(scaled);
            self.has_decimals |= matches!(inline, Inline::Decimal { .. });
            return Ok(());
        }
        let sum = match self.rest.take() {
            Some(sum) => *sum,
            None => Some(self.of_inline()),
        };
        let sum = match sum {
            Some(sum) => decoder.number(id)?.and_then(|value| value::compute(Arithmetic::Add, &sum, &value)),
            None => None,
        };
        self.rest = Some(Box::new(sum));
        Ok(())
    }

    fn fail(&mut self) {
        self.rest = Some(Box::new(None));
    }

    fn finish(self, decoder: &Decoder<'_>) -> Result<Id> {
        let sum = match self.rest {
            Some(ref sum) => (**sum).clone(),
            None => Some(self.of_inline()),
        };
        value::encode_or_unbound(divided(sum, self.average, self.count), decoder.terms)
    }
}

/// The sum, or, if it is wanted, the average of so many; 0 of none.
pub(super) fn divided(sum: Option<Value>, average: bool, count: i64) -> Option<Value> {
    if !average || count == 0 {
        return sum;
    }
    value::compute(Arithmetic::Divide, &sum?, &Value::IntegerLiteral(count.into()))
}

/// MIN, and MAX: of those that no other is before, the term that is the first by spelling.
pub(super) struct Extreme {
    /// Side on which another has to be to take its place.
    side: Ordering,
    best: Id,
    /// The value of the best, as soon as its id does not tell.
    value: Option<Box<Value>>,
    failed: bool,
}

impl Extreme {
    pub(super) fn new(side: Ordering) -> Self {
        Self { side, best: Id::UNBOUND, value: None, failed: false }
    }

    /// Whether another of the same value takes the place of the best.
    fn is_spelled_before(&self, other: Id, decoder: &Decoder<'_>) -> Result<bool> {
        let (other, best) = (decoder.terms.term(other)?, decoder.terms.term(self.best)?);
        Ok(other.zip(best).is_some_and(|(other, best)| is_spelled_before(&other, &best)))
    }
}

impl Accumulator for Extreme {
    fn add(&mut self, id: Id, decoder: &mut Decoder<'_>) -> Result<()> {
        if id == self.best || self.failed {
            return Ok(());
        }
        if !self.best.is_bound() {
            self.best = id;
            return Ok(());
        }
        let inline = self.best.value().zip(id.value());
        if let Some(order) = inline.and_then(|(best, other)| value::order_inline(other, best)) {
            if order == self.side || (order.is_eq() && self.is_spelled_before(id, decoder)?) {
                self.best = id;
                self.value = None;
            }
            return Ok(());
        }
        if self.value.is_none() {
            self.value = value::decode(self.best, decoder.terms)?.map(Box::new);
        }
        let other = value::decode(id, decoder.terms)?;
        let order = value::order(other.as_ref(), self.value.as_deref());
        if order == self.side || (order.is_eq() && self.is_spelled_before(id, decoder)?) {
            self.best = id;
            self.value = other.map(Box::new);
        }
        Ok(())
    }

    fn fail(&mut self) {
        self.failed = true;
    }

    fn finish(self, _: &Decoder<'_>) -> Result<Id> {
        Ok(if self.failed { Id::UNBOUND } else { self.best })
    }
}

/// Whether a literal comes before another by its text, then by its type.
pub(super) fn is_spelled_before(term: &Term, other: &Term) -> bool {
    match (term, other) {
        (Term::Literal(a), Term::Literal(b)) => {
            (a.value(), a.datatype().as_str()) < (b.value(), b.datatype().as_str())
        }
        // Triples whose objects have one value.
        _ => term.to_string() < other.to_string(),
    }
}

/// The first that is bound.
pub(super) struct Sample(Id);

impl Default for Sample {
    fn default() -> Self {
        Self(Id::UNBOUND)
    }
}

impl Accumulator for Sample {
    fn add(&mut self, id: Id, _: &mut Decoder<'_>) -> Result<()> {
        if !self.0.is_bound() {
            self.0 = id;
        }
        Ok(())
    }

    fn fail(&mut self) {}

    fn finish(self, _: &Decoder<'_>) -> Result<Id> {
        Ok(self.0)
    }
}

/// GROUP_CONCAT: a plain text, whatever the languages are (SPARQL 1.1, 18.5.1.7: CONCAT with a plain separator).
pub(super) struct Concat<'s> {
    /// Concatenation so far; none if something was no text.
    text: Option<String>,
    is_first: bool,
    separator: &'s str,
}

impl<'s> Concat<'s> {
    pub(super) fn new(separator: &'s str) -> Self {
        Self { text: Some(String::new()), is_first: true, separator }
    }
}

impl Accumulator for Concat<'_> {
    fn add(&mut self, id: Id, decoder: &mut Decoder<'_>) -> Result<()> {
        let Some(all) = &mut self.text else { return Ok(()) };
        let value = value::decode(id, decoder.terms)?;
        let Some((part, _)) = value.as_ref().and_then(text) else {
            self.text = None;
            return Ok(());
        };
        // A growing text has as much again in reserve.
        decoder.room.grow(2 * (part.len() + self.separator.len()))?;
        if !std::mem::take(&mut self.is_first) {
            all.push_str(self.separator);
        }
        all.push_str(part);
        Ok(())
    }

    fn fail(&mut self) {
        self.text = None;
    }

    fn finish(self, decoder: &Decoder<'_>) -> Result<Id> {
        value::encode_or_unbound(self.text.map(Value::StringLiteral), decoder.terms)
    }
}
