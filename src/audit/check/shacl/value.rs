//! Literals as values: whether their text fits their datatype, and which of two is greater.
//!
//! As XPath and SPARQL compare them: numbers of all kinds with each other, everything else within
//! its own type only, and a time without a zone with one that has it only where every zone gives
//! the same answer.

use crate::model::vocab::xsd;
use crate::store::index::read::id::Inline;
use oxrdf::Literal;
use oxsdatatypes::{
    Date, DateTime, DayTimeDuration, Decimal, Double, Duration, Float, GDay, GMonth, GMonthDay, GYear,
    GYearMonth, Time, YearMonthDuration,
};
use std::cmp::Ordering;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// A literal's value, of the types that have an order.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Integer(i128),
    Decimal(Decimal),
    Float(Float),
    Double(Double),
    Boolean(bool),
    String(String),
    DateTime(DateTime),
    Date(Date),
    Time(Time),
    Year(GYear),
    YearMonth(GYearMonth),
    Month(GMonth),
    MonthDay(GMonthDay),
    Day(GDay),
    Duration(Duration),
}

impl Value {
    /// None where the text does not fit the datatype, or the datatype has no order.
    pub fn of(literal: &Literal) -> Option<Self> {
        if literal.language().is_some() {
            return None;
        }
        let text = literal.value();
        let datatype = literal.datatype();
        let local = datatype.as_str().strip_prefix(xsd::NAMESPACE)?;
        if let Some(range) = integers(local) {
            return match integer(text) {
                Ok(number) => range.contains(&number).then_some(Self::Integer(number)),
                // Beyond any use, but comparable.
                Err(NoInteger::TooLarge) => Double::from_str(text).ok().map(Self::Double),
                Err(NoInteger::Other) => None,
            };
        }
        match local {
            "decimal" if is_decimal(text) => Some(
                Decimal::from_str(text)
                    .map(Self::Decimal)
                    .or_else(|_| Double::from_str(text).map(Self::Double))
                    .ok()?,
            ),
            "float" => parse(text).filter(|_| is_double(text)).map(Self::Float),
            "double" => parse(text).filter(|_| is_double(text)).map(Self::Double),
            "boolean" => match text {
                "true" | "1" => Some(Self::Boolean(true)),
                "false" | "0" => Some(Self::Boolean(false)),
                _ => None,
            },
            "string" => Some(Self::String(text.to_owned())),
            "dateTime" => parse(text).map(Self::DateTime),
            "dateTimeStamp" => {
                parse(text).filter(|time: &DateTime| time.timezone_offset().is_some()).map(Self::DateTime)
            }
            "date" => parse(text).map(Self::Date),
            "time" => parse(text).map(Self::Time),
            "gYear" => parse(text).map(Self::Year),
            "gYearMonth" => parse(text).map(Self::YearMonth),
            "gMonth" => parse(text).map(Self::Month),
            "gMonthDay" => parse(text).map(Self::MonthDay),
            "gDay" => parse(text).map(Self::Day),
            "duration" => parse(text).map(Self::Duration),
            "yearMonthDuration" => {
                parse(text).map(|duration: YearMonthDuration| Self::Duration(duration.into()))
            }
            "dayTimeDuration" => parse(text).map(|duration: DayTimeDuration| Self::Duration(duration.into())),
            _ => None,
        }
    }

    /// The value of a number or truth that an id holds; none of what else one holds.
    pub fn of_inline(value: Inline) -> Option<Self> {
        match value {
            Inline::Integer(number) => Some(Self::Integer(number.into())),
            Inline::Decimal { mantissa, scale } => {
                Decimal::new(mantissa.into(), scale.into()).ok().map(Self::Decimal)
            }
            Inline::Boolean(truth) => Some(Self::Boolean(truth)),
            Inline::Date(_) => None,
        }
    }

    /// Whether both are days or moments, of which one is earlier and not smaller.
    pub fn is_moment(&self) -> bool {
        matches!(self, Self::DateTime(_) | Self::Date(_) | Self::Time(_) | Self::Year(_) | Self::YearMonth(_))
    }

    fn as_decimal(&self) -> Option<Decimal> {
        match self {
            Self::Integer(number) => Decimal::try_from(*number).ok(),
            Self::Decimal(number) => Some(*number),
            _ => None,
        }
    }

    #[allow(clippy::cast_precision_loss)] // As XPath promotes a number to xs:double.
    fn as_double(&self) -> Option<Double> {
        match self {
            Self::Integer(number) => Some((*number as f64).into()),
            Self::Decimal(number) => Some((*number).into()),
            Self::Float(number) => Some((*number).into()),
            Self::Double(number) => Some(*number),
            _ => None,
        }
    }

    fn as_float(&self) -> Option<Float> {
        match self {
            Self::Double(_) => None,
            Self::Float(number) => Some(*number),
            _ => self.as_double().map(Into::into),
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(one), Self::Integer(other)) => one.partial_cmp(other),
            (Self::Boolean(one), Self::Boolean(other)) => one.partial_cmp(other),
            (Self::String(one), Self::String(other)) => one.partial_cmp(other),
            (Self::DateTime(one), Self::DateTime(other)) => one.partial_cmp(other),
            (Self::Date(one), Self::Date(other)) => one.partial_cmp(other),
            (Self::Time(one), Self::Time(other)) => one.partial_cmp(other),
            (Self::Year(one), Self::Year(other)) => one.partial_cmp(other),
            (Self::YearMonth(one), Self::YearMonth(other)) => one.partial_cmp(other),
            (Self::Month(one), Self::Month(other)) => one.partial_cmp(other),
            (Self::MonthDay(one), Self::MonthDay(other)) => one.partial_cmp(other),
            (Self::Day(one), Self::Day(other)) => one.partial_cmp(other),
            (Self::Duration(one), Self::Duration(other)) => one.partial_cmp(other),
            _ => {
                if let (Some(one), Some(other)) = (self.as_decimal(), other.as_decimal()) {
                    return one.partial_cmp(&other);
                }
                if let (Some(one), Some(other)) = (self.as_float(), other.as_float()) {
                    return one.partial_cmp(&other);
                }
                self.as_double()?.partial_cmp(&other.as_double()?)
            }
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

/// Whether a literal's text is one of its datatype's; true of a datatype that is not known.
pub(super) fn is_well_formed(literal: &Literal) -> bool {
    let datatype = literal.datatype();
    let Some(local) = datatype.as_str().strip_prefix(xsd::NAMESPACE) else { return true };
    let text = literal.value();
    if let Some(range) = integers(local) {
        return match integer(text) {
            Ok(number) => range.contains(&number),
            Err(NoInteger::TooLarge) => is_open(&range, text),
            Err(NoInteger::Other) => false,
        };
    }
    match local {
        "decimal" => is_decimal(text),
        "float" | "double" => is_double(text),
        "language" => text.split('-').enumerate().all(|(part, subtag)| {
            (1..=8).contains(&subtag.len())
                && subtag.chars().all(|c| c.is_ascii_alphabetic() || part > 0 && c.is_ascii_digit())
        }),
        "hexBinary" => text.len().is_multiple_of(2) && text.bytes().all(|b| b.is_ascii_hexdigit()),
        "base64Binary" => is_base64(text),
        "boolean" | "dateTime" | "dateTimeStamp" | "date" | "time" | "gYear" | "gYearMonth" | "gMonth"
        | "gMonthDay" | "gDay" | "duration" | "yearMonthDuration" | "dayTimeDuration" => {
            Value::of(literal).is_some()
        }
        _ => true,
    }
}

fn parse<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

/// The range of an integer type; its ends stand for no limit where it has none.
fn integers(local: &str) -> Option<RangeInclusive<i128>> {
    Some(match local {
        "integer" => i128::MIN..=i128::MAX,
        "nonNegativeInteger" => 0..=i128::MAX,
        "positiveInteger" => 1..=i128::MAX,
        "nonPositiveInteger" => i128::MIN..=0,
        "negativeInteger" => i128::MIN..=-1,
        "long" => i64::MIN.into()..=i64::MAX.into(),
        "int" => i32::MIN.into()..=i32::MAX.into(),
        "short" => i16::MIN.into()..=i16::MAX.into(),
        "byte" => i8::MIN.into()..=i8::MAX.into(),
        "unsignedLong" => 0..=u64::MAX.into(),
        "unsignedInt" => 0..=u32::MAX.into(),
        "unsignedShort" => 0..=u16::MAX.into(),
        "unsignedByte" => 0..=u8::MAX.into(),
        _ => return None,
    })
}

/// Why a text is no integer that can be held.
enum NoInteger {
    TooLarge,
    Other,
}

fn integer(text: &str) -> Result<i128, NoInteger> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_integer = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if is_integer { text.parse().map_err(|_| NoInteger::TooLarge) } else { Err(NoInteger::Other) }
}

/// Whether a number too large for `i128` is inside a range without an end on its side.
fn is_open(range: &RangeInclusive<i128>, text: &str) -> bool {
    if text.starts_with('-') { *range.start() == i128::MIN } else { *range.end() == i128::MAX }
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    !(whole.is_empty() && part.is_empty())
        && [whole, part].iter().all(|s| s.bytes().all(|b| b.is_ascii_digit()))
}

fn is_double(text: &str) -> bool {
    if matches!(text, "INF" | "+INF" | "-INF" | "NaN") {
        return true;
    }
    match text.split_once(['e', 'E']) {
        Some((number, exponent)) => is_decimal(number) && integer(exponent).is_ok(),
        None => is_decimal(text),
    }
}

fn is_base64(text: &str) -> bool {
    let text: Vec<u8> = text.bytes().filter(|b| *b != b' ').collect();
    let padding = text.iter().rev().take_while(|b| **b == b'=').count();
    text.len().is_multiple_of(4)
        && padding <= 2
        && text[..text.len() - padding].iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
}
