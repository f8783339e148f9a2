//! `standpoint barplot`: how many are for and against, by issue and kind of actor.

use super::cells::DrawnCells;
use super::context::Context;
use super::filters::Filters;
use super::output::{self, Outcome};
use super::times::Times;
use crate::analysis::counts::counts;
use crate::analysis::pictures;
use crate::base::error::{Result, count};
use crate::cli::page;
use crate::export::Content;

/// Count positions by issue, stance and kind of actor
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  standpoint --data data/night-ferry barplot
  standpoint barplot --since 2025-06 --format csv > bars.csv
  standpoint barplot -o bars.svg
  standpoint show 'The night ferry to Orrin is ended'

Positions in force count. A row is an issue, a kind of actor and a stance; `value` is the stance's place from \
-1 (against) to 1 (for). `show ISSUE` opens an issue to its quotes.")]
pub struct Args {
    #[command(flatten)]
    cells: DrawnCells,

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
    let format = args.cells.format(context)?;
    let index = context.filtered(&args.times, &args.filters)?;
    let counts = counts(&index)?;
    let issues = counts.chunk_by(|one, next| one.issue == next.issue).count();
    let positions = counts.iter().map(|count| count.positions).sum();
    let what = format!("{} in force on {}", count(positions, "position"), count(issues, "issue"));
    let picture = |frame: &pictures::Frame| pictures::barplot(&counts, frame);
    args.cells.send(context, (&index, format), &page::counts::cells(&counts), picture, &what)?;
    if !format.holds(Content::Picture) {
        output::note(&what);
    }
    Ok(Outcome::Done)
}
