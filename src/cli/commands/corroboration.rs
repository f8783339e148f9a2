//! `standpoint corroboration`: how many independent sources a claim has.

use super::cells::Cells;
use super::context::Context;
use super::filters::Filters;
use super::output::{self, Outcome};
use super::times::Times;
use crate::analysis::corroboration::claims;
use crate::base::error::{Error, Result, count};
use crate::cli::page;
use crate::model::registry::Kind;
use crate::store::names;

const HELP: &str = "\
Examples:
  standpoint --data data/night-ferry corroboration
  standpoint corroboration --at-least 2 --format csv
  standpoint corroboration --open 'engine'

The sources of a position are its holder and everybody in its attribution. Positions that share a source, \
rest on the same words, or quote the same five words or more are one independent source: one may be a copy \
of the other. `unnamed` counts independent sources in which nobody has a name; `deniers` counts actors who \
deny the claim or are skeptical. The texts cannot show whether two holders have it from a third.";

/// Count the independent sources of each claim
#[derive(clap::Args, Debug)]
#[command(after_help = HELP)]
pub struct Args {
    /// Only claims with so many independent sources
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    at_least: usize,

    /// The positions of this claim with their words, by independent source
    #[arg(long, value_name = "CLAIM", conflicts_with = "at_least")]
    open: Option<String>,

    /// Also what a text only implies
    #[arg(long)]
    all: bool,

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
/// No data, unknown names; a claim that nobody affirms.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    args.cells.check(context)?;
    let index = context.filtered(&args.times, &args.filters)?;
    let mut found = claims(&index, args.all)?;
    if let Some(name) = &args.open {
        let wanted = names::one(&index, Kind::Issue, name)?;
        let Some(claim) = found.iter().find(|claim| claim.issue == wanted) else {
            let known: Vec<&str> = found.iter().take(5).map(|claim| claim.issue.label.as_str()).collect();
            let help = match known.is_empty() {
                true => "nobody affirms a claim".to_owned(),
                false => format!("affirmed are, for instance: {}", known.join("; ")),
            };
            return Err(Error::usage(format!("nobody affirms `{}`", wanted.label)).with_help(help));
        };
        args.cells.print(context, &page::corroboration::opened(claim))?;
        output::note(&count(claim.sources.len(), "independent source"));
        return Ok(Outcome::Done);
    }
    let all = found.len();
    found.retain(|claim| claim.sources.len() >= args.at_least);
    args.cells.print(context, &page::corroboration::cells(&found))?;
    output::note(&match (all, args.at_least) {
        (0, _) => "nobody affirms a claim".to_owned(),
        (_, 0 | 1) => count(all, "claim"),
        (_, least) => format!("{} of {} with {least} or more", found.len(), count(all, "claim")),
    });
    Ok(Outcome::Done)
}
