//! `standpoint shifts`: who moved, on what, from where to where.

use super::cells::{DrawnCells, Order};
use super::context::Context;
use super::filters::Filters;
use super::output::{self, Outcome};
use super::times::Times;
use crate::analysis::pictures::Frame;
use crate::audit::history::change::shifts::{self, Shifts};
use crate::audit::history::change::{Held, Kind, slopes};
use crate::base::error::{Result, count};
use crate::cli::page;
use crate::export::Content;
use crate::model::registry;
use crate::store::names::{self, Thing};
use oxrdf::NamedNode;

const HELP: &str = "\
Examples:
  standpoint --data data/night-ferry shifts
  standpoint shifts --kind shift --actor 'Island council' --format csv
  standpoint shifts --all --since 2025-04
  standpoint shifts --open 'Tomas Reede'
  standpoint shifts -o shifts.svg

A position is compared with those of the last earlier day on which somebody spoke on the issue for the same \
actor, and with what it supersedes. `change` says what the difference is: shift (the same speaker, another \
stance), condition-fulfilled, condition-dropped, other-speaker, order-unknown, correction (the same words, \
coded otherwise). `linked` is yes where a source, or the coder, calls it a change.";

/// Show who changed their stance, and what only looks like it
#[derive(clap::Args, Debug)]
#[command(after_help = HELP)]
pub struct Args {
    /// Only changes of this kind; repeat it for several
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    kind: Vec<String>,

    /// Also what a text only implies
    #[arg(long)]
    all: bool,

    /// Both positions of each change of an actor with their words, on all issues or on one
    #[arg(long, num_args = 1..=2, value_names = ["ACTOR", "ISSUE"])]
    open: Vec<String>,

    #[command(flatten)]
    cells: DrawnCells,

    #[command(flatten)]
    filters: Filters,

    #[command(flatten)]
    times: Times,
}

/// Kinds of changes between two stances.
fn kinds() -> clap::builder::PossibleValuesParser {
    let of_stances = |kind: &&Kind| !matches!(kind, Kind::Restated | Kind::New | Kind::Gone);
    Kind::ALL.iter().filter(of_stances).map(|kind| kind.name()).collect::<Vec<_>>().into()
}

/// Runs it.
///
/// # Errors
/// No data, unknown names; standard output takes no more.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let format = args.cells.format(context)?;
    let index = context.filtered(&args.times, &args.filters)?;
    let mut found = shifts::shifts(&index, args.all)?;
    let wanted = |kind: Kind| args.kind.is_empty() || args.kind.iter().any(|name| name == kind.name());
    found.shifts.retain(|shift| wanted(shift.change.kind));
    if let Some(actor) = args.open.first() {
        let actor = names::one(&index, registry::Kind::Actor, actor)?;
        let issue =
            args.open.get(1).map(|issue| names::one(&index, registry::Kind::Issue, issue)).transpose()?;
        let positions = both_of(&found, &actor, issue.as_ref());
        return args.cells.open(context, (&index, format), &positions, Order::Given);
    }
    let undated = match found.undated {
        0 => String::new(),
        undated => format!(" ({undated} without a date, which have no order)"),
    };
    let what = count(found.shifts.len(), "change");
    let what = format!("{what} in {}{undated}", count(found.positions, "position"));
    let picture = |frame: &Frame| slopes::picture(&index, &found, frame);
    args.cells.send(context, (&index, format), &page::shifts::cells(&index, &found), picture, &what)?;
    if !format.holds(Content::Picture) {
        output::note(&what);
    }
    Ok(Outcome::Done)
}

/// The positions of the changes of an actor on an issue, each earlier one before the later.
fn both_of(found: &Shifts, actor: &Thing, issue: Option<&Thing>) -> Vec<NamedNode> {
    let is = |held: &Held| {
        held.actor.as_ref() == Some(&actor.iri)
            && issue.is_none_or(|issue| held.issue.as_ref() == Some(&issue.iri))
    };
    let pairs = found.shifts.iter().filter_map(|shift| {
        let (before, after) = (shift.change.before.as_ref()?, shift.change.after.as_ref()?);
        (is(before) || is(after)).then(|| [before.position.clone(), after.position.clone()])
    });
    pairs.flatten().collect()
}
