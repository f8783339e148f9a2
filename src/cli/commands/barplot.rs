//! `standpoint barplot`: how many are for and against, by issue and kind of actor.

use super::cells::{DrawnCells, Order};
use super::context::Context;
use super::filters::Filters;
use super::output::{self, Outcome};
use super::times::Times;
use crate::analysis::counts::counts;
use crate::analysis::opened::{Wanted, find};
use crate::analysis::pictures;
use crate::base::diagnostic::{did_you_mean, nearest};
use crate::base::error::{Error, Result, count};
use crate::cli::page;
use crate::export::{Content, Format};
use crate::model::registry::Kind;
use crate::model::{Concept, Stance, Status};
use crate::store::names;

/// Count positions by issue, stance and kind of actor
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  standpoint --data data/night-ferry barplot
  standpoint barplot --since 2025-06 --format csv > bars.csv
  standpoint barplot -o bars.svg
  standpoint barplot --open 'The night ferry to Orrin is ended' opposes

Positions in force count. A row is an issue, a kind of actor and a stance; `value` is the stance's place from \
-1 (against) to 1 (for). `--open` shows the positions of a bar with their words.")]
pub struct Args {
    /// The positions on an issue with their words, or those of them with one stance
    #[arg(long, num_args = 1..=2, value_names = ["ISSUE", "STANCE"])]
    open: Vec<String>,

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
    if let Some(issue) = args.open.first() {
        let stance = args.open.get(1).map(|word| stance(word)).transpose()?;
        let issue = Some(names::one(&index, Kind::Issue, issue)?.iri);
        let wanted = Wanted { issue, stance, statuses: vec![Status::InForce], ..Wanted::default() };
        return args.cells.open(context, (&index, format), &find(&index, &wanted)?, Order::ByIssue);
    }
    let counts = counts(&index)?;
    let issues = counts.chunk_by(|one, next| one.issue == next.issue).count();
    let positions = counts.iter().map(|count| count.positions).sum();
    let what = format!("{} in force on {}", count(positions, "position"), count(issues, "issue"));
    let picture = |frame: &pictures::Frame| pictures::barplot(&counts, frame);
    args.cells.send(context, (&index, format), &page::counts::cells(&index, &counts)?, picture, &what)?;
    if !format.holds(Content::Picture) {
        if format != Format::Table && positions > page::counts::MOST {
            output::note(
                "more than 100,000 positions: their IRIs are left out; --open shows those of one bar",
            );
        }
        output::note(&what);
    }
    Ok(Outcome::Done)
}

/// The stance of a word.
fn stance(word: &str) -> Result<Stance> {
    Stance::from_word(word).ok_or_else(|| {
        let known = || Stance::ALL.iter().map(|stance| stance.word());
        let help = did_you_mean(&nearest(word, known(), 2))
            .unwrap_or_else(|| format!("choose one of {}", known().collect::<Vec<_>>().join(", ")));
        Error::usage(format!("unknown stance `{word}`")).with_help(help)
    })
}
