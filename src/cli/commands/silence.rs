//! `standpoint silence`: who no longer speaks on an issue that goes on.

use super::cells::{Cells, Order};
use super::context::Context;
use super::filters::Filters;
use super::output::{self, Outcome};
use super::times::{Times, day};
use crate::analysis::opened::{Wanted, find};
use crate::analysis::silence::{self, silences};
use crate::base::error::{Error, Result, count};
use crate::cli::page;
use crate::model::registry::Kind;
use crate::store::index::Index;
use crate::store::names;
use jiff::civil::Date;

const HELP: &str = "\
Examples:
  standpoint --data data/night-ferry silence
  standpoint silence --for 90 --issue 'night ferry' --format csv
  standpoint silence --open 'Health Board' 'An ambulance boat is stationed on Orrin'

A row is an actor and an issue on which others spoke long after they last did, and on which an article was \
published since in which they take no stance. `stated_until` is the last day on which their stance can have \
been expressed. A stance without a side, such as declined to say, counts as silence.";

/// Show who has fallen silent on an issue that goes on
#[derive(clap::Args, Debug)]
#[command(after_help = HELP)]
pub struct Args {
    /// Fewest days of silence [default: three times the average number of days between two articles]
    #[arg(long = "for", value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    days: Option<u32>,

    /// Only who has been silent since this day, on what was discussed that day or later
    #[arg(long, value_name = "DATE", value_parser = day)]
    silent_since: Option<Date>,

    /// What a silence is made of: what somebody said on an issue, and what others said of it since
    #[arg(long, num_args = 2, value_names = ["ACTOR", "ISSUE"], conflicts_with_all = ["days", "silent_since"])]
    open: Option<Vec<String>>,

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
    let index = context.index(&args.times)?;
    if let Some(names) = &args.open {
        return open(context, &index, &args, (&names[0], &names[1]));
    }
    let mut found = silences(&index, silence::Wanted { days: args.days, since: args.silent_since })?;
    if !args.filters.are_none() {
        // What others say makes a silence: only rows are chosen, and nobody's words are left out.
        let passing = args.filters.selection(&index)?.positions(&index)?;
        found.rows.retain(|row| passing.contains(&row.position));
    }
    args.cells.print(context, &page::shifts::silences(&found))?;
    let note = match (found.days, found.dated) {
        (_, 0) => "no position has both a day and a stance with a value: nobody can be seen to fall silent"
            .to_owned(),
        (None, _) => {
            "fewer than two articles have a day of publication, so the data have no rhythm; --for DAYS says \
                      how long a silence is"
                .to_owned()
        }
        (Some(days), _) => {
            format!("{} of {days:.0} days or more", count(found.rows.len(), "silence"))
        }
    };
    output::note(&note);
    Ok(Outcome::Done)
}

/// The positions of an actor on an issue, and those of others since.
fn open(context: &Context, index: &Index, args: &Args, (actor, issue): (&str, &str)) -> Result<Outcome> {
    let actor = names::one(index, Kind::Actor, actor)?;
    let issue = names::one(index, Kind::Issue, issue)?;
    let own = Wanted { actors: vec![actor.iri.clone()], issue: Some(issue.iri.clone()), ..Wanted::default() };
    let mut positions = find(index, &own)?;
    let last = silence::last_word(index, &positions)?;
    let Some(last) = last else {
        return Err(Error::usage(format!("`{}` takes no dated stance on `{}`", actor.label, issue.label))
            .with_help("whoever never spoke cannot fall silent; `standpoint show` has what there is"));
    };
    let since = Wanted { issue: Some(issue.iri), after: Some(last), ..Wanted::default() };
    positions.extend(find(index, &since)?);
    args.cells.open(context, index, &positions, Order::ByIssue)
}
