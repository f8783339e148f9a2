//! `standpoint bargain`: who would accept what if what.

use super::cells::{DrawnCells, Order};
use super::context::Context;
use super::filters::Filters;
use super::output::{self, Outcome};
use super::times::Times;
use crate::analysis::bargain::{Bargain, MOST, Settlement, Which, bargains, problems};
use crate::analysis::pictures::{self, Frame};
use crate::base::error::{Result, count, grouped};
use crate::cli::page;
use crate::export::{Content, Selection};
use crate::model::registry::Kind;
use crate::store::names::{self, Thing};
use oxrdf::NamedNode;

const HELP: &str = "\
Examples:
  standpoint --data data/night-ferry bargain
  standpoint bargain --show terms --issue 'The night ferry to Orrin is ended'
  standpoint bargain --show sets --format csv
  standpoint bargain --show problems
  standpoint bargain --open 'The night ferry sails every night'
  standpoint bargain -o conditions.svg

Of each actor the newest positions in force count. Support on terms holds once all its terms do; opposition \
falls once one of its terms holds, and never without one. A set is a smallest set of concessions after which \
nobody is against the issue and nobody waits: `sets` lists all of that size. Which terms have been met no \
record says; a position that supersedes another drops its terms. `problems` looks at all positions in force, \
ambiguous or disputed.";

/// Show who would accept what if what
#[derive(clap::Args, Debug)]
#[command(after_help = HELP)]
pub struct Args {
    /// What the rows are
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    show: Shown,

    /// The positions that an issue's zone rests on with their words, or those of one party
    #[arg(long, num_args = 1..=2, value_names = ["ISSUE", "ACTOR"], conflicts_with = "show")]
    open: Vec<String>,

    /// Also what a text only implies
    #[arg(long)]
    all: bool,

    #[command(flatten)]
    cells: DrawnCells,

    #[command(flatten)]
    filters: Filters,

    #[command(flatten)]
    times: Times,
}

/// What the rows are.
#[derive(clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Shown {
    /// Issues, with the zone of possible agreement
    #[default]
    Zones,
    /// Terms: who would accept what if what
    Terms,
    /// Concessions of the smallest sets
    Sets,
    /// Circles, and terms that exclude each other
    Problems,
}

/// Runs it.
///
/// # Errors
/// No data, unknown names; standard output takes no more.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let format = args.cells.format(context)?;
    let index = context.index(&args.times)?;
    let selection = args.filters.selection(&index)?;
    // A set shows who is against its concessions: other issues are read whole, and only rows are chosen.
    let wanted = selection.issues.clone();
    let index = args.filters.narrow_to(index, Selection { issues: Vec::new(), ..selection })?;
    let is_wanted = |issue: &NamedNode| wanted.is_empty() || wanted.contains(issue);
    let is_problems = args.show == Shown::Problems;
    let which = Which { implied: args.all || is_problems, earlier: is_problems };
    let (mut found, logic) = bargains(&index, which)?;
    if let Some(issue) = args.open.first() {
        let issue = names::one(&index, Kind::Issue, issue)?;
        let actor = args.open.get(1).map(|actor| names::one(&index, Kind::Actor, actor)).transpose()?;
        let positions = stands(&found, &issue, actor.as_ref());
        return args.cells.open(context, (&index, format), &positions, Order::Given);
    }
    if format.holds(Content::Picture) {
        let shown: Vec<&Bargain> = found.iter().filter(|of| is_wanted(&of.issue.iri)).collect();
        let mut problems = problems(&found, &logic);
        problems.retain(|of| of.issues.iter().any(|issue| is_wanted(&issue.iri)));
        let picture = |frame: &Frame| pictures::conditions(&shown, &found, &problems, frame);
        return args.cells.draw(context, (&index, format), picture, "a map of conditions");
    }
    let all = match args.show {
        Shown::Sets => page::bargain::sets(&found, &wanted),
        Shown::Problems => {
            let mut problems = problems(&found, &logic);
            problems.retain(|of| of.issues.iter().any(|issue| is_wanted(&issue.iri)));
            page::bargain::problems(&problems)
        }
        Shown::Zones | Shown::Terms => {
            found.retain(|bargain| is_wanted(&bargain.issue.iri));
            if args.show == Shown::Zones {
                page::bargain::zones(&found)
            } else {
                page::bargain::terms(&found)
            }
        }
    };
    let noun = match args.show {
        Shown::Zones => "issue",
        Shown::Terms => "term",
        Shown::Sets => "concession",
        Shown::Problems => "problem",
    };
    let what = count(all.rows.len(), noun);
    args.cells.print(context, format, &all, &what)?;
    found.retain(|bargain| is_wanted(&bargain.issue.iri));
    let unsearched =
        found.iter().filter(|bargain| matches!(bargain.settlement, Settlement::NotSearched(_))).count();
    if unsearched > 0 {
        output::note(&format!(
            "{} not searched to the end: more than {} sets",
            count(unsearched, "issue"),
            grouped(MOST)
        ));
    }
    output::note(&what);
    Ok(Outcome::Done)
}

/// The positions of the parties to an issue, in the order of their names.
fn stands(found: &[Bargain], issue: &Thing, actor: Option<&Thing>) -> Vec<NamedNode> {
    let parties = found.iter().filter(|bargain| bargain.issue == *issue).flat_map(|bargain| &bargain.parties);
    let wanted = parties.filter(|party| actor.is_none_or(|actor| party.actor == *actor));
    wanted.flat_map(|party| party.stands.iter().map(|stand| stand.position.clone())).collect()
}
