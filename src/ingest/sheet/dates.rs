//! Dates as spreadsheets and people write them, to offer the one that is meant.

use super::Written;
use crate::model::Edtf;
use jiff::civil::{Date, date};
use std::borrow::Cow;

/// A date as sheets have it. In a spreadsheet's own form it is taken where only one day can be meant.
pub(super) fn date_of<'t>(written: &Written, text: &'t str) -> Cow<'t, str> {
    let text = text.trim();
    if !written.is_table() || is_number(text) || text.parse::<Edtf>().is_ok() {
        return Cow::Borrowed(text);
    }
    match <[String; 1]>::try_from(meant(text)) {
        Ok([day]) => Cow::Owned(day),
        Err(_) => Cow::Borrowed(text),
    }
}

/// Whether a date is written as the number by which spreadsheets keep it.
pub(super) fn is_number(text: &str) -> bool {
    text.trim().bytes().all(|b| b.is_ascii_digit())
}

/// The days, as sheets have them, that a text in another form can mean: day and month first, numbers of
/// spreadsheets, English names of months. Nothing where nobody can tell.
pub(super) fn meant(text: &str) -> Vec<String> {
    let text = text.trim();
    // The time of day is left out: positions are dated by days.
    let text = match (text.get(..10), text.get(10..)) {
        (Some(day), Some(time)) if time.starts_with('T') => day,
        _ => text,
    };
    // An interval, whatever is wrong with it.
    if text.contains('/') && text.contains('-') {
        return Vec::new();
    }
    // Serial numbers of 1927 to 2064; years are shorter.
    if let Ok(days @ 10_000..=60_000) = text.parse::<i32>() {
        let day = date(1899, 12, 30).checked_add(jiff::Span::new().days(days));
        return day.map(|day| vec![day.to_string()]).unwrap_or_default();
    }
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let number = |word: &str| word.trim_start_matches('0').parse::<i16>().ok().filter(|_| word.len() <= 4);
    let mut months = words.iter().filter_map(|word| month(word));
    let numbers: Vec<(usize, i16)> =
        words.iter().filter_map(|word| Some((word.len(), number(word)?))).collect();
    let day = |year: i16, month: i16, day: i16| -> Option<Date> {
        Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
    };
    let days = match (months.next(), &numbers[..]) {
        (Some(month), [(_, d), (4, y)] | [(4, y), (_, d)]) if words.len() == 3 => vec![day(*y, month, *d)],
        (None, [(4, y), (_, m), (_, d), ..]) => vec![day(*y, *m, *d)],
        (None, [(_, one), (_, two), (4, y), ..]) => vec![day(*y, *two, *one), day(*y, *one, *two)],
        _ => Vec::new(),
    };
    let mut days: Vec<String> = days.into_iter().flatten().map(|day| day.to_string()).collect();
    days.dedup();
    days
}

fn month(word: &str) -> Option<i16> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.to_lowercase();
    let at = NAMES.iter().position(|name| word.len() >= 3 && name.starts_with(&word))?;
    i16::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn other_forms_are_understood() {
        for (text, days) in [
            ("3.3.2025", "2025-03-03"),
            ("03/03/2025", "2025-03-03"),
            ("31.12.2025", "2025-12-31"),
            ("12/31/2025", "2025-12-31"),
            ("4/3/2025", "2025-03-04 2025-04-03"),
            ("2025/3/4", "2025-03-04"),
            ("2025-3-4", "2025-03-04"),
            ("2025-03-04T10:30:00", "2025-03-04"),
            ("2025-03-04 00:00:00", "2025-03-04"),
            ("45719", "2025-03-03"),
            ("March 3, 2025", "2025-03-03"),
            ("3 Mar 2025", "2025-03-03"),
            ("2025年3月4日", ""),
            ("03.03.25", ""),
            ("2025-02-30", ""),
            ("2025-03/2025-04", ""),
            ("2025-04-14/2025-04-17", ""),
            ("yesterday", ""),
            ("", ""),
        ] {
            assert_eq!(meant(text).join(" "), days, "{text}");
        }
    }
}
