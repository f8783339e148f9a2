//! What `ORDER BY` settles: which keys are tied, and which keys it can order at all.
//!
//! SPARQL orders unbound, blank nodes, IRIs, literals, in this sequence, and literals where `<`
//! does. Where a column of keys mixes literals that no `<` compares, engines order them as they like,
//! and not even one engine has to do it consistently; only the four classes count there.

use crate::rows::Row;
use oxrdf::vocab::xsd;
use oxrdf::{Literal, Term};
use oxsdatatypes::{Boolean, Date, DateTime, Double};
use std::collections::BTreeSet;
use std::str::FromStr;

/// Which keys can be compared with one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Unbound,
    Blank,
    Iri,
    Number,
    Truth,
    Text,
    Day(bool),
    Moment(bool),
    /// Nothing that has an order of its own: by its text.
    Other,
    /// Not even with itself: NaN.
    Incomparable,
}

fn family(term: Option<&Term>) -> Family {
    let literal = match term {
        None => return Family::Unbound,
        Some(Term::BlankNode(_)) => return Family::Blank,
        Some(Term::NamedNode(_)) => return Family::Iri,
        Some(Term::Literal(literal)) => literal,
        Some(Term::Triple(_)) => return Family::Incomparable,
    };
    let zoned =
        |text: &str| text.ends_with('Z') || text.get(10..).is_some_and(|rest| rest.contains(['+', '-']));
    let text = literal.value();
    match literal.datatype() {
        xsd::STRING => Family::Text,
        _ if number(literal).is_some_and(f64::is_nan) => Family::Incomparable,
        _ if number(literal).is_some() => Family::Number,
        xsd::BOOLEAN if text.parse::<Boolean>().is_ok() => Family::Truth,
        xsd::DATE if text.parse::<Date>().is_ok() => Family::Day(zoned(text)),
        xsd::DATE_TIME if text.parse::<DateTime>().is_ok() => Family::Moment(zoned(text)),
        xsd::DURATION | xsd::G_YEAR => Family::Incomparable,
        _ => Family::Other,
    }
}

/// What a number is worth.
pub fn number(literal: &Literal) -> Option<f64> {
    let numeric = [
        xsd::INTEGER,
        xsd::DECIMAL,
        xsd::DOUBLE,
        xsd::FLOAT,
        xsd::LONG,
        xsd::NEGATIVE_INTEGER,
        xsd::NON_NEGATIVE_INTEGER,
    ];
    let text = literal.value();
    let whole = [xsd::INTEGER, xsd::LONG].contains(&literal.datatype());
    if !numeric.contains(&literal.datatype()) || (whole && text.trim().parse::<i64>().is_err()) {
        return None;
    }
    text.parse::<Double>().ok().map(f64::from)
}

/// Whether all of them can be put in one order.
pub fn comparable<'t>(terms: impl Iterator<Item = Option<&'t Term>>) -> bool {
    let families: BTreeSet<Family> = terms.map(family).filter(|family| *family > Family::Iri).collect();
    families.len() < 2 && !families.contains(&Family::Incomparable)
}

/// Whether neither is before the other.
pub fn tied(left: Option<&Term>, right: Option<&Term>) -> bool {
    let (Some(Term::Literal(a)), Some(Term::Literal(b))) = (left, right) else {
        // Blank nodes are ordered by labels, which mean nothing.
        return left == right || (family(left), family(right)) == (Family::Blank, Family::Blank);
    };
    let same = |family: Family| match family {
        Family::Number => number(a) == number(b),
        Family::Truth => equal::<Boolean>(a, b),
        Family::Day(_) => equal::<Date>(a, b),
        Family::Moment(_) => equal::<DateTime>(a, b),
        _ => false,
    };
    a == b || (family(left) == family(right) && same(family(left)))
}

fn equal<T: FromStr + PartialEq>(a: &Literal, b: &Literal) -> bool {
    a.value().parse::<T>().ok() == b.value().parse::<T>().ok()
}

/// Where rows that are ordered by these columns stop being tied: the lengths of the runs.
pub fn runs(rows: &[Row], keys: &[usize]) -> Vec<usize> {
    let mut columns: Vec<(usize, bool)> = Vec::new();
    for key in keys {
        let terms = || rows.iter().map(|row| row[*key].as_ref());
        // Blank nodes are in some order, which is nobody's business.
        let blank: BTreeSet<String> = terms()
            .filter(|term| family(*term) == Family::Blank)
            .filter_map(|term| term.map(ToString::to_string))
            .collect();
        let whole = blank.len() < 2 && comparable(terms());
        columns.push((*key, whole));
        if !whole {
            break;
        }
    }
    let class = |term: Option<&Term>| family(term).min(Family::Number);
    let alike = |above: &Row, below: &Row| {
        columns.iter().all(|(key, whole)| {
            let (above, below) = (above[*key].as_ref(), below[*key].as_ref());
            if *whole { tied(above, below) } else { class(above) == class(below) }
        })
    };
    let mut lengths = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        match lengths.last_mut() {
            Some(length) if alike(&rows[at - 1], row) => *length += 1,
            _ => lengths.push(1),
        }
    }
    lengths
}
