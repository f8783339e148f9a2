//! Other spellings of the same values: what people and programs write, and no store's own form.

use crate::graphs::{Fact, Rng};

/// The facts, with so many of a hundred literals spelled otherwise.
pub fn respelled(facts: &[Fact], rng: &mut Rng, percent: usize) -> Vec<Fact> {
    let mut spelled: Vec<Fact> = facts.to_vec();
    for (_, _, object) in &mut spelled {
        if object.starts_with('"') && rng.chance(percent) {
            *object = other(object, rng);
        }
    }
    spelled.sort();
    spelled.dedup();
    rng.shuffle(&mut spelled);
    spelled
}

/// Another spelling of a literal, or a neighbour of another type.
fn other(token: &str, rng: &mut Rng) -> String {
    let Some((text, kind)) = token[1..].rsplit_once('"') else { return token.to_owned() };
    let typed = |text: String, datatype: &str| format!("\"{text}\"^^xsd:{datatype}");
    let digits = text.trim_start_matches(['+', '-']);
    let sign = if text.starts_with('-') { "-" } else { "" };
    match kind.strip_prefix("^^xsd:").unwrap_or_default() {
        "integer" | "long" if digits.parse::<u64>().is_ok() => match rng.below(9) {
            0 => typed(format!("{sign}0{digits}"), "integer"),
            1 if sign.is_empty() => typed(format!("+{digits}"), "integer"),
            2 => typed(format!("{sign}{digits}.0"), "decimal"),
            3 => typed(text.to_owned(), "long"),
            4 => typed(text.to_owned(), "int"),
            5 => typed(format!("{sign}{digits}E0"), "double"),
            6 if sign.is_empty() => typed(text.to_owned(), "nonNegativeInteger"),
            7 => typed(format!("{sign}{digits}."), "decimal"),
            _ => typed(format!("{sign}00{digits}"), "integer"),
        },
        "decimal" if digits.parse::<f64>().is_ok() => match rng.below(5) {
            0 if digits.contains('.') => typed(format!("{text}0"), "decimal"),
            1 if sign.is_empty() => typed(format!("+{digits}"), "decimal"),
            2 => typed(format!("{sign}0{digits}"), "decimal"),
            3 if digits.starts_with("0.") => typed(format!("{sign}{}", &digits[1..]), "decimal"),
            _ if digits.contains('.') => typed(format!("{text}00"), "decimal"),
            _ => typed(format!("{text}.00"), "decimal"),
        },
        datatype @ ("double" | "float") if digits.starts_with(|c: char| c.is_ascii_digit()) => {
            match rng.below(4) {
                0 if !digits.contains(['.', 'E']) => typed(format!("{text}.0"), datatype),
                1 if !digits.contains('E') => typed(format!("{text}e0"), datatype),
                2 if !digits.contains('E') => typed(format!("{text}E00"), datatype),
                _ => typed(format!("{sign}0{digits}"), datatype),
            }
        }
        "boolean" => typed((if text == "true" { "1" } else { "0" }).to_owned(), "boolean"),
        "dateTime" => {
            let bare = text.trim_end_matches('Z');
            match rng.below(6) {
                0 | 1 if bare.len() == 19 => typed(format!("{bare}.000Z"), "dateTime"),
                2 if bare.len() == 19 => typed(format!("{bare}+00:00"), "dateTime"),
                3 if bare.len() == 19 => typed(format!("{bare}.50Z"), "dateTime"),
                4 if bare.len() == 19 => typed(format!("{}T24:00:00Z", &bare[..10]), "dateTime"),
                _ if bare.len() == 19 => typed(format!("{bare}-00:00"), "dateTime"),
                _ => token.to_owned(),
            }
        }
        "date" if text.len() == 10 => match rng.below(3) {
            0 => typed(format!("{text}Z"), "date"),
            1 => typed(format!("{text}+00:00"), "date"),
            _ => typed(format!("{text}-05:00"), "date"),
        },
        "duration" => {
            let spelling = *rng.pick(&[
                ("PT24H", "dayTimeDuration"),
                ("P1D", "dayTimeDuration"),
                ("P12M", "yearMonthDuration"),
                ("P1Y", "yearMonthDuration"),
                ("PT86400S", "duration"),
            ]);
            typed(spelling.0.to_owned(), spelling.1)
        }
        "" if kind.is_empty() => match rng.below(3) {
            0 => format!("{token}@en"),
            1 => format!("{token}@en-us"),
            _ => token.to_owned(),
        },
        _ => token.to_owned(),
    }
}
