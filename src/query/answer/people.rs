//! How tables for people write what data formats give as it is: names of columns, numbers, stances.

use crate::base::table::Tone;
use crate::model::{Concept, Stance};
use oxrdf::{NamedNodeRef, Variable};

/// Decimals up to which a number is shown as it is written: those of people. Computed ones have more.
const WRITTEN: usize = 4;
/// Decimals of a number that is rounded.
const ROUNDED: usize = 3;

/// Variables whose words say it worse.
const HEADINGS: &[(&str, &str)] = &[
    ("onBehalfOf", "in whose name"),
    ("statedFrom", "from"),
    ("statedUntil", "until"),
    ("wasQuote", "earlier quote"),
];

/// Heading of a question's column: the words of its variable, so `statedUntil` is "until", or "stated until"
/// beside a variable `until`.
pub(super) fn heading(variable: &Variable, beside: &[Variable]) -> String {
    let name = variable.as_str();
    let is_taken = |heading: &str| beside.iter().any(|other| other.as_str() == heading);
    if let Some((_, heading)) = HEADINGS.iter().find(|(of, heading)| *of == name && !is_taken(heading)) {
        return (*heading).to_owned();
    }
    let mut words = String::with_capacity(name.len() + 2);
    let mut after_small = false;
    for c in name.chars() {
        if c.is_uppercase() && after_small {
            words.push(' ');
        }
        match c {
            '_' => words.push(' '),
            c => words.extend(c.to_lowercase()),
        }
        after_small = c.is_lowercase() || c.is_numeric();
    }
    words
}

/// A number with as many decimals as mean something: one with more than four is rounded to three, or to three
/// digits if it is small.
pub(super) fn number(written: &str) -> String {
    let decimals = written.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    if decimals <= WRITTEN && !written.contains(['e', 'E']) {
        return written.to_owned();
    }
    match written.parse::<f64>() {
        Ok(value) if value.is_finite() && (1e-6..1e15).contains(&value.abs()) => {
            // 0.0123 has its first digit at the second decimal.
            let leading = if value.abs() < 0.1 { format!("{:e}", value.abs()) } else { String::new() };
            let zeros =
                leading.split_once("e-").and_then(|(_, power)| power.parse::<usize>().ok()).unwrap_or(1);
            let rounded = format!("{value:.*}", ROUNDED + zeros - 1);
            let text = if rounded.contains('.') { rounded.trim_end_matches('0') } else { &rounded };
            text.trim_end_matches('.').to_owned()
        }
        _ => written.to_owned(),
    }
}

/// On which side a stance is; others and other things are on none.
pub(super) fn tone(thing: NamedNodeRef<'_>) -> Tone {
    match Stance::from_iri(thing).and_then(Stance::value) {
        Some("0") | None => Tone::Plain,
        Some(value) if value.starts_with('-') => Tone::Against,
        Some(_) => Tone::For,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_headed_by_words() {
        let variables = |names: &[&str]| -> Vec<Variable> {
            names.iter().map(|name| Variable::new_unchecked(*name)).collect()
        };
        for (name, beside, expected) in [
            ("onBehalfOf", "actor", "in whose name"),
            ("statedUntil", "actor", "until"),
            ("statedUntil", "until", "stated until"),
            ("refusedBy", "actor", "refused by"),
            ("in_favour", "actor", "in favour"),
            ("sourceURL", "actor", "source url"),
            ("n", "actor", "n"),
        ] {
            assert_eq!(heading(&Variable::new_unchecked(name), &variables(&[name, beside])), expected);
        }
    }

    #[test]
    fn numbers_have_as_many_decimals_as_mean_something() {
        for (written, expected) in [
            ("3", "3"),
            ("-0.5", "-0.5"),
            ("1.6", "1.6"),
            ("0.1234", "0.1234"),
            ("0.6666666666666666", "0.667"),
            ("-12.345678", "-12.346"),
            ("0.99999999", "1"),
            ("0.000123456", "0.000123"),
            ("0.0123456", "0.0123"),
            ("1.5E0", "1.5"),
            ("2.0E2", "200"),
            ("1.5e300", "1.5e300"),
            ("0.0000000001", "0.0000000001"),
            ("NaN", "NaN"),
            ("INF", "INF"),
            ("12345678901234567890", "12345678901234567890"),
        ] {
            assert_eq!(number(written), expected, "{written}");
        }
    }
}
