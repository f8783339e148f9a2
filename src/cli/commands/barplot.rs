//! `standpoint barplot`: how many are for and against, by issue and kind of actor.

use super::cells::Cells;
use super::context::Context;
use super::filters::Filters;
use super::output::{self, Outcome};
use super::times::Times;
use crate::analysis::counts::counts;
use crate::base::error::{Result, count};
use crate::cli::page;

/// Count positions by issue, stance and kind of actor
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  standpoint --data data/night-ferry barplot
  standpoint barplot --since 2025-06 --format csv > bars.csv
  standpoint show 'The night ferry to Orrin is ended'

Positions in force count. A row is an issue, a kind of actor and a stance; `value` is the stance's place from \
-1 (against) to 1 (for). `show ISSUE` opens an issue to its quotes.")]
pub struct Args {
    #[command(flatten)]
    cells: Cells,

    #[command(flatten)]
    filters: Filters,

    #[command(flatten)]
    times: Times,
}

/// Runs it.
///
/// # Errors
/// No data, unknown names; standard output takes no more.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    args.cells.check(context)?;
    let index = context.filtered(&args.times, &args.filters)?;
    let counts = counts(&index)?;
    args.cells.print(context, &page::counts::cells(&counts))?;
    let issues = counts.chunk_by(|one, next| one.issue == next.issue).count();
    let positions = counts.iter().map(|count| count.positions).sum();
    output::note(&format!("{} in force on {}", count(positions, "position"), count(issues, "issue")));
    Ok(Outcome::Done)
}
