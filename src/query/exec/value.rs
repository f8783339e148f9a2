//! Values of terms: what filters compare, what arithmetic and aggregates compute with.
//!
//! The values are the evaluator's own, so their text and what they are made of are its own too.
//! Written out here is only what it keeps to itself: `=`, `<`, order, truth, numeric promotion.

use super::terms::{ExecContext, Result};
use crate::store::index::read::id::{Id, Inline};
use oxrdf::vocab::xsd;
use oxrdf::{NamedNodeRef, NamedOrBlankNode, Term};
use oxsdatatypes::{Date, Decimal, Double, Duration, Float, Integer};
pub(super) use spareval::ExpressionTerm as Value;
use spareval::ExpressionTriple;
use std::cmp::Ordering;
use std::sync::LazyLock;

/// `=`, `<` and their like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What has two numbers and makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl Comparison {
    /// The comparison with its sides exchanged.
    pub(super) fn flipped(self) -> Self {
        match self {
            Self::Equal => Self::Equal,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }

    /// Whether it holds between two values; none is an error.
    pub(super) fn holds(self, a: &Value, b: &Value) -> Option<bool> {
        if self == Self::Equal { equal(a, b) } else { compare(a, b).map(|order| self.of(order)) }
    }

    /// The same between values that are in their numbers.
    pub(super) fn holds_inline(self, a: Inline, b: Inline) -> Option<bool> {
        match order_inline(a, b) {
            Some(order) => Some(self.of(order)),
            None if self == Self::Equal => Some(a == b),
            None if a == b => Some(self.of(Ordering::Equal)),
            None => None,
        }
    }

    /// The same with an IRI or a blank node, which is the same term as the other, or is not.
    pub(super) fn holds_resource(self, same: bool) -> Option<bool> {
        match self {
            Self::Equal => Some(same),
            _ => same.then(|| self.of(Ordering::Equal)),
        }
    }

    fn of(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// In units of the last digit that an inline decimal can have.
pub(super) const SCALE: u32 = 4;

/// A number in ten-thousandths.
pub(super) fn scaled(value: Inline) -> Option<i64> {
    match value {
        Inline::Integer(n) => Some(i64::from(n) * 10_000),
        Inline::Decimal { mantissa, scale } => {
            Some(i64::from(mantissa) * 10_i64.pow(SCALE - u32::from(scale)))
        }
        Inline::Boolean(_) | Inline::Date(_) => None,
    }
}

/// The order that numbers have among themselves, and days.
pub(super) fn order_inline(a: Inline, b: Inline) -> Option<Ordering> {
    if let (Inline::Date(a), Inline::Date(b)) = (a, b) {
        return Some(a.cmp(&b));
    }
    Some(scaled(a)?.cmp(&scaled(b)?))
}

/// The value of an id; none of what is unbound.
pub(super) fn decode(id: Id, terms: &ExecContext<'_>) -> Result<Option<Value>> {
    match id.value() {
        Some(inline) => Ok(Some(of_inline(inline))),
        None => Ok(terms.term(id)?.map(Value::from)),
    }
}

/// The id of the term that has a value, in its canonical spelling.
pub(super) fn encode(value: Value, terms: &ExecContext<'_>) -> Result<Id> {
    match to_inline(&value).and_then(Id::of_value) {
        Some(id) => Ok(id),
        None => terms.intern(value.into()),
    }
}

/// The id of what may be an error.
pub(super) fn encode_or_unbound(value: Option<Value>, terms: &ExecContext<'_>) -> Result<Id> {
    value.map_or(Ok(Id::UNBOUND), |value| encode(value, terms))
}

fn of_inline(inline: Inline) -> Value {
    match inline {
        Inline::Boolean(truth) => truth.into(),
        Inline::Integer(n) => Value::IntegerLiteral(n.into()),
        Inline::Decimal { mantissa, scale } => Value::DecimalLiteral(decimal(mantissa.into(), scale.into())),
        Inline::Date(days) => Value::DateLiteral(date(days)),
    }
}

/// `mantissa / 10^scale`.
///
/// # Panics
/// It is beyond ±10²⁰.
pub(super) fn decimal(mantissa: i128, scale: u32) -> Decimal {
    Decimal::new(mantissa, scale).expect("sums of inline values are small")
}

/// The bytes of 1970-01-01: seconds as a decimal, then the time zone.
static EPOCH: LazyLock<[u8; 18]> = LazyLock::new(|| {
    let epoch: Date = "1970-01-01".parse().expect("a date");
    epoch.to_be_bytes()
});

/// A day without a time zone, without going through its text.
fn date(days: i32) -> Date {
    let mut bytes = *EPOCH;
    let (seconds, _) = bytes.split_first_chunk_mut::<16>().expect("18 bytes");
    let epoch = Decimal::from_be_bytes(*seconds);
    let day = epoch.checked_add(i64::from(days) * 86_400).expect("years 1 to 9999");
    *seconds = day.to_be_bytes();
    Date::from_be_bytes(bytes)
}

/// Without going through its text, if the number is one that an id may hold.
fn to_inline(value: &Value) -> Option<Inline> {
    match value {
        Value::BooleanLiteral(truth) => Some(Inline::Boolean((*truth).into())),
        Value::IntegerLiteral(n) => Some(Inline::Integer(i64::from(*n).try_into().ok()?)),
        Value::DecimalLiteral(n) => {
            let units = i128::from_be_bytes(n.to_be_bytes());
            let scaled = 10_i128.pow(18 - SCALE);
            if units % scaled != 0 {
                return None;
            }
            let (mut mantissa, mut scale) = (units / scaled, SCALE);
            while scale > 0 && mantissa % 10 == 0 {
                mantissa /= 10;
                scale -= 1;
            }
            Some(Inline::Decimal { mantissa: mantissa.try_into().ok()?, scale: scale as u8 })
        }
        _ => None,
    }
}

/// What compares with everything as this value does, if there is such a thing.
pub(super) fn comparable(value: &Value) -> Option<Inline> {
    match value {
        Value::DecimalLiteral(n) => {
            let whole = Integer::try_from(*n).ok().filter(|whole| Decimal::from(*whole) == *n);
            whole.map_or_else(|| to_inline(value), |whole| to_inline(&Value::IntegerLiteral(whole)))
        }
        Value::DateLiteral(_) => Id::of_term(Term::from(value.clone()).as_ref())?.value(),
        _ => to_inline(value),
    }
}

/// The effective boolean value; none is an error.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::BooleanLiteral(truth) => Some((*truth).into()),
        Value::StringLiteral(text)
        | Value::LangStringLiteral { value: text, .. }
        | Value::DirLangStringLiteral { value: text, .. } => Some(!text.is_empty()),
        Value::IntegerLiteral(n) => Some(*n != Integer::from(0)),
        Value::DecimalLiteral(n) => Some(*n != Decimal::from(0)),
        Value::FloatLiteral(n) => Some(!n.is_nan() && *n != Float::from(0.)),
        Value::DoubleLiteral(n) => Some(!n.is_nan() && *n != Double::from(0.)),
        // It is too large or too exact to be zero.
        _ => large(value).map(|_| true),
    }
}

/// Two numbers of one type.
enum Numbers {
    Integer(Integer, Integer),
    Decimal(Decimal, Decimal),
    Float(Float, Float),
    Double(Double, Double),
}

impl Numbers {
    fn of(a: &Value, b: &Value) -> Option<Self> {
        let is_double = |value: &Value| matches!(value, Value::DoubleLiteral(_));
        let is_float = |value: &Value| matches!(value, Value::FloatLiteral(_));
        if is_double(a) || is_double(b) {
            return Some(Self::Double(double(a)?, double(b)?));
        }
        if is_float(a) || is_float(b) {
            return Some(Self::Float(float(a)?, float(b)?));
        }
        Some(match (a, b) {
            (Value::IntegerLiteral(a), Value::IntegerLiteral(b)) => Self::Integer(*a, *b),
            (Value::IntegerLiteral(a), Value::DecimalLiteral(b)) => Self::Decimal((*a).into(), *b),
            (Value::DecimalLiteral(a), Value::IntegerLiteral(b)) => Self::Decimal(*a, (*b).into()),
            (Value::DecimalLiteral(a), Value::DecimalLiteral(b)) => Self::Decimal(*a, *b),
            _ => return None,
        })
    }

    fn order(&self) -> Option<Ordering> {
        match self {
            Self::Integer(a, b) => a.partial_cmp(b),
            Self::Decimal(a, b) => a.partial_cmp(b),
            Self::Float(a, b) => a.partial_cmp(b),
            Self::Double(a, b) => a.partial_cmp(b),
        }
    }
}

fn double(value: &Value) -> Option<Double> {
    Some(match value {
        Value::DoubleLiteral(n) => *n,
        Value::FloatLiteral(n) => (*n).into(),
        Value::IntegerLiteral(n) => (*n).into(),
        Value::DecimalLiteral(n) => (*n).into(),
        _ => return None,
    })
}

fn float(value: &Value) -> Option<Float> {
    Some(match value {
        Value::FloatLiteral(n) => *n,
        Value::IntegerLiteral(n) => (*n).into(),
        Value::DecimalLiteral(n) => (*n).into(),
        _ => return None,
    })
}

/// Whether it is a number, those included that are too large or too exact to compute with.
pub(super) fn is_number(value: &Value) -> bool {
    double(value).is_some() || large(value).is_some()
}

/// The text of what is a text, an IRI, or of a type that is not known: a value that keeps how it is written.
pub(super) fn written(value: &Value) -> Option<&str> {
    match value {
        Value::NamedNode(node) => Some(node.as_str()),
        Value::StringLiteral(value)
        | Value::LangStringLiteral { value, .. }
        | Value::DirLangStringLiteral { value, .. }
        | Value::OtherTypedLiteral { value, .. } => Some(value),
        _ => None,
    }
}

/// Types of which each literal is an exact number.
const EXACT: &[NamedNodeRef<'static>] = &[
    xsd::INTEGER,
    xsd::DECIMAL,
    xsd::LONG,
    xsd::UNSIGNED_LONG,
    xsd::POSITIVE_INTEGER,
    xsd::NEGATIVE_INTEGER,
    xsd::NON_POSITIVE_INTEGER,
    xsd::NON_NEGATIVE_INTEGER,
];

/// An exact number of any size, as it is written: `[+-]digits[.digits]`.
#[derive(Clone, Copy)]
struct Exact<'a> {
    is_negative: bool,
    /// Without leading zeros.
    whole: &'a str,
    /// Without trailing zeros.
    fraction: &'a str,
}

impl<'a> Exact<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let sound = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
            && !fraction.contains('.')
            && whole.len() + fraction.len() > 0;
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let is_zero = whole.is_empty() && fraction.is_empty();
        sound.then_some(Self { is_negative: text.starts_with('-') && !is_zero, whole, fraction })
    }

    fn order(self, other: Self) -> Ordering {
        let size = |n: Self| (n.whole.len(), n.whole, n.fraction);
        match (self.is_negative, other.is_negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => size(self).cmp(&size(other)),
            (true, true) => size(other).cmp(&size(self)),
        }
    }
}

/// A number beyond 64 bits, or a decimal beyond 18 digits behind the point: the evaluator has no value for it.
fn large(value: &Value) -> Option<Exact<'_>> {
    let Value::OtherTypedLiteral { value, datatype } = value else { return None };
    let sound =
        EXACT.contains(&datatype.as_ref()) && (datatype.as_ref() == xsd::DECIMAL || !value.contains('.'));
    if sound { Exact::of(value) } else { None }
}

/// The double nearest to a large number.
pub(super) fn nearest(value: &Value) -> Option<Double> {
    large(value).and_then(|_| written(value)?.parse().ok())
}

/// The order of two numbers of which one is large: exact, as XPath lets an implementation that has integers
/// of any size, so that no row is lost from a filter; computing with one is an error, as an overflow is.
fn order_large(a: &Value, b: &Value) -> Option<Ordering> {
    if large(a).is_none() && large(b).is_none() {
        return None;
    }
    let float = |value: &Value| match value {
        Value::DoubleLiteral(_) | Value::FloatLiteral(_) => double(value),
        _ => None,
    };
    let rounded = |value: &Value| nearest(value).or_else(|| double(value));
    if float(a).is_some() || float(b).is_some() {
        return rounded(a)?.partial_cmp(&rounded(b)?);
    }
    let text = |value: &Value| match value {
        Value::IntegerLiteral(n) => Some(n.to_string()),
        Value::DecimalLiteral(n) => Some(n.to_string()),
        other => large(other).and_then(|_| written(other).map(str::to_owned)),
    };
    let (a, b) = (text(a)?, text(b)?);
    Some(Exact::of(&a)?.order(Exact::of(&b)?))
}

/// The result for two numbers; none also is an overflow, or division of an exact one by zero.
pub(super) fn compute(operator: Arithmetic, a: &Value, b: &Value) -> Option<Value> {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    Some(match Numbers::of(a, b)? {
        Numbers::Integer(a, b) => Value::IntegerLiteral(match operator {
            Add => a.checked_add(b)?,
            Subtract => a.checked_sub(b)?,
            Multiply => a.checked_mul(b)?,
            Divide => return Some(Value::DecimalLiteral(Decimal::from(a).checked_div(b)?)),
        }),
        Numbers::Decimal(a, b) => Value::DecimalLiteral(match operator {
            Add => a.checked_add(b)?,
            Subtract => a.checked_sub(b)?,
            Multiply => a.checked_mul(b)?,
            Divide => a.checked_div(b)?,
        }),
        Numbers::Float(a, b) => Value::FloatLiteral(match operator {
            Add => a + b,
            Subtract => a - b,
            Multiply => a * b,
            Divide => a / b,
        }),
        Numbers::Double(a, b) => Value::DoubleLiteral(match operator {
            Add => a + b,
            Subtract => a - b,
            Multiply => a * b,
            Divide => a / b,
        }),
    })
}

/// `=`. Literals whose value is not known may or may not be equal to another: an error.
fn equal(a: &Value, b: &Value) -> Option<bool> {
    if let Some(order) = order_large(a, b) {
        return Some(order.is_eq());
    }
    let unknown = |value: &Value| matches!(value, Value::OtherTypedLiteral { .. }) && large(value).is_none();
    if unknown(a) || unknown(b) {
        let known = if unknown(a) { b } else { a };
        let is_other = matches!(
            known,
            Value::NamedNode(_)
                | Value::BlankNode(_)
                | Value::LangStringLiteral { .. }
                | Value::DirLangStringLiteral { .. }
                | Value::Triple(_)
        );
        return if a == b { Some(true) } else { is_other.then_some(false) };
    }
    if let Some(numbers) = Numbers::of(a, b) {
        return Some(numbers.order() == Some(Ordering::Equal));
    }
    if let (Value::Triple(a), Value::Triple(b)) = (a, b) {
        let same = a.subject == b.subject && a.predicate == b.predicate;
        return if same { equal(&a.object, &b.object) } else { Some(false) };
    }
    match (duration(a), duration(b)) {
        (Some(a), Some(b)) => Some(a == b),
        _ => Some(a == b),
    }
}

/// What `<` and its like decide by.
fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    if a == b {
        return Some(Ordering::Equal);
    }
    if let (Value::Triple(a), Value::Triple(b)) = (a, b) {
        let same = a.subject == b.subject && a.predicate == b.predicate;
        return if same { compare(&a.object, &b.object) } else { None };
    }
    compare_literals(a, b)
}

fn compare_literals(a: &Value, b: &Value) -> Option<Ordering> {
    if let Some(numbers) = Numbers::of(a, b) {
        return numbers.order();
    }
    match (a, b) {
        (Value::StringLiteral(a), Value::StringLiteral(b)) => Some(a.cmp(b)),
        (
            Value::LangStringLiteral { value: a, language: of_a },
            Value::LangStringLiteral { value: b, language: of_b },
        ) => (of_a == of_b).then(|| a.cmp(b)),
        (
            Value::DirLangStringLiteral { value: a, language: of_a, direction: to_a },
            Value::DirLangStringLiteral { value: b, language: of_b, direction: to_b },
        ) => (of_a == of_b && to_a == to_b).then(|| a.cmp(b)),
        (Value::YearMonthDurationLiteral(a), Value::YearMonthDurationLiteral(b)) => a.partial_cmp(b),
        (Value::DayTimeDurationLiteral(a), Value::DayTimeDurationLiteral(b)) => a.partial_cmp(b),
        (Value::DateTimeLiteral(a), Value::DateTimeLiteral(b)) => a.partial_cmp(b),
        (Value::DateLiteral(a), Value::DateLiteral(b)) => a.partial_cmp(b),
        (Value::TimeLiteral(a), Value::TimeLiteral(b)) => a.partial_cmp(b),
        (Value::GYearMonthLiteral(a), Value::GYearMonthLiteral(b)) => a.partial_cmp(b),
        (Value::GYearLiteral(a), Value::GYearLiteral(b)) => a.partial_cmp(b),
        (Value::GMonthDayLiteral(a), Value::GMonthDayLiteral(b)) => a.partial_cmp(b),
        (Value::GDayLiteral(a), Value::GDayLiteral(b)) => a.partial_cmp(b),
        (Value::GMonthLiteral(a), Value::GMonthLiteral(b)) => a.partial_cmp(b),
        _ => match duration(a).zip(duration(b)) {
            Some((a, b)) => a.partial_cmp(&b),
            None => order_large(a, b),
        },
    }
}

fn duration(value: &Value) -> Option<Duration> {
    Some(match value {
        Value::DurationLiteral(duration) => *duration,
        Value::YearMonthDurationLiteral(duration) => (*duration).into(),
        Value::DayTimeDurationLiteral(duration) => (*duration).into(),
        _ => return None,
    })
}

/// The order of `ORDER BY`, MIN and MAX: what is unbound, blank nodes, IRIs, literals, triples.
///
/// Literals are in the order of their values where they have one, else in that of their text;
/// so the order of a mixture may run in circles.
pub(super) fn order(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    let (a, b) = match (a, b) {
        (Some(a), Some(b)) => (a, b),
        (a, b) => return a.is_some().cmp(&b.is_some()),
    };
    match (a, b) {
        (Value::BlankNode(a), Value::BlankNode(b)) => a.as_str().cmp(b.as_str()),
        (Value::NamedNode(a), Value::NamedNode(b)) => a.as_str().cmp(b.as_str()),
        (Value::Triple(a), Value::Triple(b)) => order_triples(a, b),
        _ => {
            class(a).cmp(&class(b)).then_with(|| compare_literals(a, b).unwrap_or_else(|| order_texts(a, b)))
        }
    }
}

fn class(value: &Value) -> u8 {
    match value {
        Value::BlankNode(_) => 0,
        Value::NamedNode(_) => 1,
        Value::Triple(_) => 3,
        _ => 2,
    }
}

fn order_texts(a: &Value, b: &Value) -> Ordering {
    let (Term::Literal(a), Term::Literal(b)) = (a.clone().into(), b.clone().into()) else {
        return Ordering::Equal;
    };
    (a.value(), a.datatype(), a.language()).cmp(&(b.value(), b.datatype(), b.language()))
}

fn order_triples(a: &ExpressionTriple, b: &ExpressionTriple) -> Ordering {
    let subject = |triple: &ExpressionTriple| match &triple.subject {
        NamedOrBlankNode::BlankNode(node) => (0, node.as_str().to_owned()),
        NamedOrBlankNode::NamedNode(node) => (1, node.as_str().to_owned()),
    };
    let subjects = subject(a).cmp(&subject(b));
    subjects
        .then_with(|| a.predicate.as_str().cmp(b.predicate.as_str()))
        .then_with(|| order(Some(&a.object), Some(&b.object)))
}
