//! Dates as precise as the source is: the Extended Date/Time Format.
//!
//! Of <https://www.loc.gov/standards/datetime/> this reads what news needs: level 0 dates
//! and intervals, and of level 1 the qualifiers (`?`, `~`, `%`), unspecified digits
//! (`2025-04-XX`), seasons (`2025-21` to `2025-24`) and open ends (`2025-04-11/..`).
//! Times of day, years beyond four digits and sets are absent: a position is dated by days.

use jiff::civil::{Date, date};
use std::fmt;
use std::str::FromStr;

/// A date, or an interval of dates, with its written form kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edtf {
    text: String,
    first: Option<Date>,
    last: Option<Date>,
}

/// Why a text is no EDTF date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EdtfError {
    /// Not of the form that EDTF has.
    #[error(
        "`{0}` is not an EDTF date: write 2025-04-11, 2025-04, 2025, or an interval 2025-04-14/2025-04-17"
    )]
    Form(String),
    /// Of the right form, but no such day.
    #[error("`{text}` is not a date of the calendar: {why}")]
    Calendar {
        /// What was written.
        text: String,
        /// What is wrong with it.
        why: String,
    },
    /// The interval ends before it begins.
    #[error("`{0}` ends before it begins")]
    Order(String),
}

impl Edtf {
    /// A day, month or year of the calendar, as people name a point in time by it: without qualifiers, ends or unknown
    /// digits.
    #[must_use]
    pub fn period(text: &str) -> Option<Self> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let date: Self = Some(text).filter(|_| is_plain)?.parse().ok()?;
        // The other form of that length is a season.
        (date.first.is_some() && (text.len() != 7 || text[5..] <= *"12")).then_some(date)
    }

    /// First day that the date can mean; none where the beginning is open or unknown.
    #[must_use]
    pub fn first(&self) -> Option<Date> {
        self.first
    }

    /// Last day that the date can mean; none where the end is open or unknown.
    #[must_use]
    pub fn last(&self) -> Option<Date> {
        self.last
    }

    /// The written form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Edtf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<Date> for Edtf {
    fn from(day: Date) -> Self {
        Self { text: day.to_string(), first: Some(day), last: Some(day) }
    }
}

impl FromStr for Edtf {
    type Err = EdtfError;

    fn from_str(text: &str) -> Result<Self, EdtfError> {
        let text = text.trim();
        let (first, last) = match text.split_once('/') {
            Some((from, to)) => (end_of_interval(from)?, end_of_interval(to)?),
            None => {
                let bounds = single(text)?;
                (Some(bounds), Some(bounds))
            }
        };
        let (first, last) = (first.map(|b| b.0), last.map(|b| b.1));
        if first.is_none() && last.is_none() {
            return Err(EdtfError::Form(text.to_owned()));
        }
        if let (Some(first), Some(last)) = (first, last)
            && last < first
        {
            return Err(EdtfError::Order(text.to_owned()));
        }
        Ok(Self { text: text.to_owned(), first, last })
    }
}

/// `..` is open and nothing is unknown; neither bounds anything.
fn end_of_interval(text: &str) -> Result<Option<(Date, Date)>, EdtfError> {
    if text.is_empty() || text == ".." { Ok(None) } else { single(text).map(Some) }
}

/// First and last day of one date.
fn single(text: &str) -> Result<(Date, Date), EdtfError> {
    let form = || EdtfError::Form(text.to_owned());
    let calendar = |why: String| EdtfError::Calendar { text: text.to_owned(), why };
    let bare = text.trim_end_matches(['?', '~', '%']);
    let parts: Vec<&str> = bare.split('-').collect();
    let year = parts.first().filter(|y| y.len() == 4).ok_or_else(form)?;
    let known = year.trim_end_matches('X');
    if known.is_empty() || !known.bytes().all(|b| b.is_ascii_digit()) {
        return Err(form());
    }
    let low: i16 = year.replace('X', "0").parse().map_err(|_| form())?;
    let high: i16 = year.replace('X', "9").parse().map_err(|_| form())?;
    let two_digits = |part: &str| -> Result<Option<i8>, EdtfError> {
        match part.as_bytes() {
            b"XX" => Ok(None),
            [a, b] if a.is_ascii_digit() && b.is_ascii_digit() => part.parse().map(Some).map_err(|_| form()),
            _ => Err(form()),
        }
    };
    let month = parts.get(1).map(|m| two_digits(m)).transpose()?.flatten();
    let day = parts.get(2).map(|d| two_digits(d)).transpose()?.flatten();
    if parts.len() > 3 || (low != high && parts.len() > 1) || (month.is_none() && day.is_some()) {
        return Err(form());
    }
    let month_bounds = |year: i16, month: i8| {
        let first = Date::new(year, month, 1).map_err(|_| calendar(format!("there is no month {month}")))?;
        Ok::<_, EdtfError>((first, first.last_of_month()))
    };
    match (month, day) {
        (None, _) => Ok((date(low, 1, 1), date(high, 12, 31))),
        (Some(season @ 21..=24), None) if parts.len() == 2 => season_bounds(low, season).ok_or_else(form),
        (Some(month), None) => month_bounds(low, month),
        (Some(month), Some(day)) => {
            let (_, last) = month_bounds(low, month)?;
            let exact = Date::new(low, month, day)
                .map_err(|_| calendar(format!("that month has {} days", last.day())))?;
            Ok((exact, exact))
        }
    }
}

/// Spring to winter of the northern hemisphere by whole months, winter into the next year.
fn season_bounds(year: i16, season: i8) -> Option<(Date, Date)> {
    let first_month = 3 * (season - 20);
    let first = Date::new(year, first_month, 1).ok()?;
    let (last_year, last_month) = if season == 24 { (year + 1, 2) } else { (year, first_month + 2) };
    Some((first, Date::new(last_year, last_month, 1).ok()?.last_of_month()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(text: &str) -> (String, String) {
        let edtf: Edtf = text.parse().unwrap();
        let show = |d: Option<Date>| d.map_or_else(|| "open".to_owned(), |d| d.to_string());
        (show(edtf.first()), show(edtf.last()))
    }

    #[test]
    fn dates_bound_what_they_can_mean() {
        for (text, first, last) in [
            ("2025-04-11", "2025-04-11", "2025-04-11"),
            ("2025-04", "2025-04-01", "2025-04-30"),
            ("2024-02", "2024-02-01", "2024-02-29"),
            ("2025", "2025-01-01", "2025-12-31"),
            ("202X", "2020-01-01", "2029-12-31"),
            ("2025-04-XX", "2025-04-01", "2025-04-30"),
            ("2025-XX", "2025-01-01", "2025-12-31"),
            ("2025-04-11~", "2025-04-11", "2025-04-11"),
            ("2025-24", "2025-12-01", "2026-02-28"),
            ("2025-04-14/2025-04-17", "2025-04-14", "2025-04-17"),
            ("2025-03/2025-04", "2025-03-01", "2025-04-30"),
            ("2025-04-11/..", "2025-04-11", "open"),
            ("../2025-04", "open", "2025-04-30"),
        ] {
            assert_eq!(bounds(text), (first.to_owned(), last.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_says_why() {
        for (text, message) in [
            ("2025-02-30", "`2025-02-30` is not a date of the calendar: that month has 28 days"),
            ("2025-13", "`2025-13` is not a date of the calendar: there is no month 13"),
            ("2025-04-17/2025-04-14", "`2025-04-17/2025-04-14` ends before it begins"),
        ] {
            assert_eq!(text.parse::<Edtf>().unwrap_err().to_string(), message);
        }
        for text in [
            "",
            "..",
            "../..",
            "11.4.2025",
            "April",
            "2025-4-1",
            "2025-04-11-01",
            "XXXX",
            "202X-04",
            "2025-XX-11",
        ] {
            assert!(matches!(text.parse::<Edtf>(), Err(EdtfError::Form(_))), "{text}");
        }
    }
}
