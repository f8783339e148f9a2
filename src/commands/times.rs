//! The two times of a question: what is asked about, and what was known.

use crate::archive::When;
use jiff::civil::Date;

/// Not `next_help_heading`, which would go on with the arguments of whoever takes these in.
const HEADING: &str = "Times";

/// Named times. Both together ask what was then known to be in force on that day.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Times {
    /// Only positions in force on this day, such as 2025-04-17
    #[arg(long, value_name = "DATE", global = true, value_parser = day, help_heading = HEADING)]
    pub as_of: Option<Date>,

    /// The graph as the store held it then: after a revision, by its number, or at the end of a
    /// day, in UTC
    #[arg(long, value_name = "DATE|REV", global = true, help_heading = HEADING)]
    pub known_on: Option<When>,
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "write a day of the calendar, such as 2025-04-17".to_owned())
}
