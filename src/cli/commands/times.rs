//! The two times of a question: what is asked about, and what was known. And how long things
//! may take.

use crate::base::error::{Error, Result};
use crate::model::Edtf;
use crate::store::archive::When;
use jiff::civil::Date;
use std::time::Duration;

/// Not `next_help_heading`, which would go on with the arguments of whoever takes these in.
const HEADING: &str = "Times";

/// Named times, and whose coding is asked. Both times together ask what was then known to be in force on
/// that day.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Times {
    /// Only positions in force on this day, e.g. 2025-04-17, or at the end of a month or year
    #[arg(long, value_name = "DATE", global = true, value_parser = day, help_heading = HEADING)]
    pub as_of: Option<Date>,

    /// Ask the data as the store held them then: after a revision, or at the end of a day or month in UTC
    #[arg(long, value_name = "DATE|REV", global = true, help_heading = HEADING)]
    pub known_on: Option<When>,

    /// Whose coding is asked.
    #[command(flatten)]
    pub coding: Coding,
}

/// Whose coding is asked.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Coding {
    /// Use this coder's coding of the articles that they coded; `all` for all codings together
    #[arg(long, value_name = "NAME|all", global = true, help_heading = "Coders")]
    pub coder: Option<String>,
}

impl Times {
    /// Fails if the past is asked, which files do not have.
    ///
    /// # Errors
    /// `--known-on` is given.
    pub fn ensure_no_past(&self) -> Result<()> {
        match self.known_on {
            None => Ok(()),
            Some(_) => Err(Error::usage("--known-on needs a store: files have no history")
                .with_help("omit --data, or use --as-of")),
        }
    }

    /// The options that are given, each with its value, as a report names them.
    #[must_use]
    pub fn described(&self) -> Vec<(String, String)> {
        let options = [
            ("as of", self.as_of.map(|day| day.to_string())),
            ("known on", self.known_on.as_ref().map(ToString::to_string)),
            ("coder", self.coding.coder.clone()),
        ];
        options.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    /// The same for all codings together, unless a coder is named.
    #[must_use]
    pub fn of_all_coders(&self) -> Self {
        let coder = self.coding.coder.clone().or_else(|| Some("all".to_owned()));
        Self { coding: Coding { coder }, ..self.clone() }
    }
}

/// A day; of a month or a year, its last.
pub(super) fn day(text: &str) -> Result<Date, String> {
    let period = Edtf::period(text).and_then(|period| period.last());
    period.ok_or_else(|| "write a day, month or year, such as 2025-04-17".to_owned())
}

/// "30", "30s", "500ms", "2m", "1h".
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let scale = match unit.trim() {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err("write seconds, or a number with ms, s, m or h, such as 2m".into()),
    };
    match number.parse::<f64>().map(|number| Duration::try_from_secs_f64(number * scale)) {
        Ok(Ok(duration)) if !duration.is_zero() => Ok(duration),
        Ok(Err(_)) => Err("write a shorter time, such as 24h, or omit it".into()),
        _ => Err("write a time above zero, such as 30s".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        for (text, milliseconds) in
            [("30", 30_000), ("1.5s", 1_500), ("250ms", 250), ("2m", 120_000), ("1h", 3_600_000)]
        {
            assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["", "0", "s", "-1", "2 weeks", "1.2.3", "99999999999999999999999h"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
