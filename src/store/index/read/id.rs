//! Terms as numbers of 32 bits.
//!
//! Two terms are the same term if their numbers are equal, so joins and groups compare numbers
//! and never look a text up; and the values that filters ask for are in the number itself:
//!
//! ```text
//! 0nnn nnnn …            the n-th term of the dictionaries
//! 1kkk pppp … (28 bits)  a value of kind k, or
//! 1111 nnnn …            the n-th term that a query made up, and, last of all, no term
//! ```
//!
//! A value is in the number only in the one spelling that the number gives back, so nothing is
//! lost: `"042"^^xsd:integer` is another term than `"42"^^xsd:integer` and lies in a dictionary.

use crate::model::vocab::xsd;
use jiff::civil::Date;
use oxrdf::{Literal, LiteralRef, NamedNodeRef, Term, TermRef};

/// A term, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(u32);

/// A value that an id holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inline {
    /// `xsd:boolean`.
    Boolean(bool),
    /// `xsd:integer`.
    Integer(i32),
    /// `mantissa / 10^scale`, scale 0 to 4; without a point if the scale is 0.
    Decimal {
        /// The digits, without the point.
        mantissa: i32,
        /// Number of digits behind the point.
        scale: u8,
    },
    /// A day without a time zone, counted from 1970-01-01.
    Date(i32),
}

const INLINE: u32 = 1 << 31;
const KIND: u32 = 28;
const PAYLOAD: u32 = (1 << KIND) - 1;
const BOOLEAN: u32 = 0;
const INTEGER: u32 = 1;
const DECIMAL: u32 = 2;
const DATE: u32 = 3;
/// A decimal without a point.
const WHOLE: u32 = 4;
const LOCAL: u32 = 7;
/// Of a decimal's payload, how many digits follow the point, less one.
const SCALE: u32 = KIND - 2;

impl Id {
    /// No term.
    pub const UNBOUND: Self = Self(u32::MAX);
    /// How many terms dictionaries can hold.
    pub(crate) const MOST_STORED: u32 = INLINE;

    /// The n-th term of the dictionaries.
    pub(crate) const fn stored(n: u32) -> Self {
        debug_assert!(n < INLINE);
        Self(n)
    }

    /// The n-th term that a query made up; none beyond 268 million.
    pub(crate) fn local(n: usize) -> Option<Self> {
        let n = u32::try_from(n).ok().filter(|n| *n < PAYLOAD)?;
        Some(Self(INLINE | LOCAL << KIND | n))
    }

    /// Which term of the dictionaries it is, if it is one.
    pub const fn as_stored(self) -> Option<u32> {
        if self.0 & INLINE == 0 { Some(self.0) } else { None }
    }

    /// Which term that a query made up it is, if it is one.
    pub fn as_local(self) -> Option<usize> {
        let is_local = self.0 >> KIND == INLINE >> KIND | LOCAL && self != Self::UNBOUND;
        is_local.then_some((self.0 & PAYLOAD) as usize)
    }

    /// Whether it is a term at all.
    pub fn is_bound(self) -> bool {
        self != Self::UNBOUND
    }

    /// As it lies in files.
    pub(crate) const fn to_bytes(self) -> [u8; 4] {
        self.0.to_le_bytes()
    }

    /// From how it lies in files.
    pub(crate) const fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(u32::from_le_bytes(bytes))
    }

    /// The number itself: for tables that are indexed by it.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The id that such a number was.
    pub(crate) const fn from_number(number: u32) -> Self {
        Self(number)
    }

    /// The id that holds the value of this literal, if one does.
    pub(crate) fn of_literal(literal: LiteralRef<'_>) -> Option<Self> {
        if literal.language().is_some() {
            return None;
        }
        let text = literal.value();
        let inline = match literal.datatype() {
            xsd::BOOLEAN => match text {
                "true" => Inline::Boolean(true),
                "false" => Inline::Boolean(false),
                _ => return None,
            },
            xsd::INTEGER => Inline::Integer(integer(text)?),
            xsd::DECIMAL => decimal(text)?,
            xsd::DATE => Inline::Date(date(text)?),
            _ => return None,
        };
        Self::of_value(inline)
    }

    /// The id that holds the value of this term, if one does.
    pub fn of_term(term: TermRef<'_>) -> Option<Self> {
        match term {
            TermRef::Literal(literal) => Self::of_literal(literal),
            _ => None,
        }
    }

    /// The id that holds this value; none if it is too large.
    pub fn of_value(value: Inline) -> Option<Self> {
        let signed = |n: i32, bits: u32| {
            let limit = 1 << (bits - 1);
            (-limit..limit).contains(&n).then_some(n.cast_unsigned() & ((1 << bits) - 1))
        };
        let (kind, payload) = match value {
            Inline::Boolean(truth) => (BOOLEAN, u32::from(truth)),
            Inline::Integer(n) => (INTEGER, signed(n, KIND)?),
            Inline::Decimal { mantissa, scale: 0 } => (WHOLE, signed(mantissa, KIND)?),
            Inline::Decimal { mantissa, scale: scale @ 1..=4 } => {
                (DECIMAL, (u32::from(scale) - 1) << SCALE | signed(mantissa, SCALE)?)
            }
            Inline::Decimal { .. } => return None,
            Inline::Date(days) => (DATE, signed(days, KIND)?),
        };
        Some(Self(INLINE | kind << KIND | payload))
    }

    /// The value that it holds, if it holds one.
    pub fn value(self) -> Option<Inline> {
        if self.0 & INLINE == 0 {
            return None;
        }
        let signed = |bits: u32| (self.0 << (32 - bits)).cast_signed() >> (32 - bits);
        Some(match (self.0 & !INLINE) >> KIND {
            BOOLEAN => Inline::Boolean(self.0 & 1 == 1),
            INTEGER => Inline::Integer(signed(KIND)),
            DECIMAL => {
                let scale = (self.0 >> SCALE & 3) as u8 + 1;
                Inline::Decimal { mantissa: signed(SCALE), scale }
            }
            DATE => Inline::Date(signed(KIND)),
            WHOLE => Inline::Decimal { mantissa: signed(KIND), scale: 0 },
            _ => return None,
        })
    }
}

impl Inline {
    /// The term that has this value.
    pub(crate) fn term(self) -> Term {
        let typed = |text: String, datatype: NamedNodeRef<'_>| Literal::new_typed_literal(text, datatype);
        let literal = match self {
            Self::Boolean(truth) => typed(truth.to_string(), xsd::BOOLEAN),
            Self::Integer(n) => typed(n.to_string(), xsd::INTEGER),
            Self::Decimal { mantissa, scale } => typed(decimal_text(mantissa, scale), xsd::DECIMAL),
            Self::Date(days) => typed(date_of(days).to_string(), xsd::DATE),
        };
        literal.into()
    }
}

fn integer(text: &str) -> Option<i32> {
    // Its only spelling: no sign but a minus, no leading zeros, no minus zero.
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let leading = digits.starts_with('0') && text != "0";
    if !plain || leading || digits.len() > 9 { None } else { text.parse().ok() }
}

fn decimal(text: &str) -> Option<Inline> {
    let Some((whole, fraction)) = text.split_once('.') else {
        return Some(Inline::Decimal { mantissa: integer(text)?, scale: 0 });
    };
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    if digits.len() + fraction.len() > 9 || !(1..=4).contains(&fraction.len()) {
        return None;
    }
    let mantissa: i32 = [digits, fraction].concat().parse().ok()?;
    let mantissa = if whole.starts_with('-') { -mantissa } else { mantissa };
    let scale = fraction.len() as u8;
    (decimal_text(mantissa, scale) == text).then_some(Inline::Decimal { mantissa, scale })
}

fn decimal_text(mantissa: i32, scale: u8) -> String {
    let sign = if mantissa < 0 { "-" } else { "" };
    if scale == 0 {
        return mantissa.to_string();
    }
    let power = 10u32.pow(scale.into());
    let (whole, fraction) = (mantissa.unsigned_abs() / power, mantissa.unsigned_abs() % power);
    format!("{sign}{whole}.{fraction:0width$}", width = usize::from(scale))
}

fn date(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    let plain = |b: &[u8]| b.iter().all(u8::is_ascii_digit);
    let [a, b, c, d, b'-', e, f, b'-', g, h] = *bytes else { return None };
    if !plain(&[a, b, c, d, e, f, g, h]) || bytes.starts_with(b"0000") {
        return None;
    }
    let date: Date = text.parse().ok()?;
    Some((date - EPOCH).get_days())
}

const EPOCH: Date = Date::constant(1970, 1, 1);

pub(in crate::store::index) fn date_of(days: i32) -> Date {
    EPOCH.saturating_add(jiff::Span::new().days(i64::from(days)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn round(text: &str, datatype: NamedNodeRef<'_>) -> Option<(Inline, Term)> {
        let literal = Literal::new_typed_literal(text, datatype);
        let value = Id::of_literal(literal.as_ref())?.value().expect("it holds a value");
        assert_eq!(value.term(), Term::from(literal), "{text}");
        Some((value, value.term()))
    }

    #[test]
    fn values_are_in_the_number_in_one_spelling_only() {
        for text in ["0", "1", "-1", "42", "134217727", "-134217728"] {
            assert!(round(text, xsd::INTEGER).is_some(), "{text}");
        }
        for text in ["", "-", "-0", "+1", "042", "134217728", "-134217729", "99999999999", "1.0", "1e3", " 1"]
        {
            assert!(round(text, xsd::INTEGER).is_none(), "{text}");
        }
        for text in ["0.5", "-0.5", "1.0", "0.85", "-12.3456", "0.0000", "1", "0", "-134217728"] {
            assert!(round(text, xsd::DECIMAL).is_some(), "{text}");
        }
        let refused = ["01", "-0", ".5", "1.", "-0.0", "00.5", "+0.5", "+1", "0.12345", "9999999.9", "a.5"];
        for text in refused.into_iter().chain(["1.+5", "--1.5", "134217728"]) {
            assert!(round(text, xsd::DECIMAL).is_none(), "{text}");
        }
        for text in ["2025-04-11", "1969-12-31", "0001-01-01", "9999-12-31", "2024-02-29"] {
            assert!(round(text, xsd::DATE).is_some(), "{text}");
        }
        for text in ["2025-04-11Z", "2025-02-30", "-0001-01-01", "0000-01-01", "12025-01-01", "2025-4-1"] {
            assert!(round(text, xsd::DATE).is_none(), "{text}");
        }
        assert!(round("true", xsd::BOOLEAN).is_some() && round("1", xsd::BOOLEAN).is_none());
        let days = |text| match round(text, xsd::DATE) {
            Some((Inline::Date(days), _)) => days,
            other => panic!("{other:?}"),
        };
        assert_eq!((days("1970-01-02"), days("1969-12-31")), (1, -1));
    }

    #[test]
    fn kinds_of_ids_are_apart() {
        let local = Id::local(5).unwrap();
        assert_eq!((local.as_local(), local.as_stored(), local.value()), (Some(5), None, None));
        assert_eq!((Id::stored(5).as_stored(), Id::stored(5).as_local()), (Some(5), None));
        let none = Id::UNBOUND;
        assert_eq!(
            (none.as_local(), none.as_stored(), none.value(), none.is_bound()),
            (None, None, None, false)
        );
        assert_eq!(Id::local(PAYLOAD as usize), None);
    }

    proptest! {
        #[test]
        fn whatever_is_taken_comes_back(text in "-?[0-9]{0,5}\\.?[0-9]{0,5}(-[0-9]{2}-[0-9]{2})?") {
            for datatype in [xsd::INTEGER, xsd::DECIMAL, xsd::DATE, xsd::BOOLEAN] {
                round(&text, datatype);
            }
        }
    }
}
