//! The value of a stance, in the one spelling that it has.
//!
//! Tools write numbers as they please: RDFLib's Turtle has `1.0` for `"1"^^xsd:decimal`, raptor's has `1`,
//! which is an integer, and a number in JSON-LD is an integer or a double. The value is a copy of the
//! stance's, so what equals it is written as that is. Other numbers stay as they are spelt: in them, a
//! zero may say how exact they are.

use crate::model::vocab::{stp, xsd};
use crate::model::{Concept, Stance};
use oxrdf::{Literal, Term, Triple};

/// Brings the value of a stance into its spelling; any other triple stays as it is.
pub(in crate::ingest) fn spell(triple: &mut Triple) {
    if triple.predicate == stp::prop::STANCE_VALUE
        && let Term::Literal(literal) = &mut triple.object
        && let Some(value) = same(literal)
    {
        *literal = Literal::new_typed_literal(value, xsd::DECIMAL);
    }
}

/// Whether `object`, a term as N-Triples has it, is the value of a stance in its spelling.
pub(in crate::ingest) fn is_spelt(object: &str) -> bool {
    let typed = |rest: &str| {
        rest.strip_prefix("^^<").and_then(|rest| rest.strip_suffix('>')) == Some(xsd::DECIMAL.as_str())
    };
    object
        .strip_prefix('"')
        .and_then(|object| object.split_once('"'))
        .is_some_and(|(value, rest)| values().any(|known| known == value) && typed(rest))
}

fn values() -> impl Iterator<Item = &'static str> {
    Stance::ALL.iter().filter_map(|stance| stance.value())
}

/// The value of a stance that equals this number.
fn same(literal: &Literal) -> Option<&'static str> {
    let numeric = [xsd::DECIMAL, xsd::INTEGER, xsd::DOUBLE].contains(&literal.datatype());
    let number: f64 = if numeric { literal.value().parse().ok()? } else { return None };
    values().find(|value| value.parse() == Ok(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxrdf::NamedNodeRef;

    #[test]
    fn what_equals_the_value_of_a_stance_is_spelt_as_it() {
        let spelt = |value: &str, datatype: NamedNodeRef<'_>| {
            let literal = Literal::new_typed_literal(value, datatype);
            let mut triple = Triple::new(stp::POSITION, stp::prop::STANCE_VALUE, literal);
            spell(&mut triple);
            triple.object.to_string()
        };
        for (value, datatype, expected) in [
            ("1.0", xsd::DECIMAL, "1"),
            ("1", xsd::INTEGER, "1"),
            ("-0.50", xsd::DECIMAL, "-0.5"),
            ("5.0E-1", xsd::DOUBLE, "0.5"),
            ("-0", xsd::INTEGER, "0"),
            ("-1", xsd::DECIMAL, "-1"),
        ] {
            let expected = Literal::new_typed_literal(expected, xsd::DECIMAL).to_string();
            assert_eq!(spelt(value, datatype), expected, "{value}");
            assert!(is_spelt(&expected), "{expected}");
        }
        for (value, datatype) in [("0.7", xsd::DECIMAL), ("7", xsd::INTEGER), ("1.0", xsd::STRING)] {
            let unchanged = Literal::new_typed_literal(value, datatype).to_string();
            assert_eq!(spelt(value, datatype), unchanged);
            assert!(!is_spelt(&unchanged));
        }
    }
}
