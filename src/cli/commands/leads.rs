//! `standpoint leads`: who raises issues first, and who follows.

use super::cells::{Cells, Order};
use super::context::Context;
use super::filters::Filters;
use super::network::{Named, find};
use super::output::{self, Outcome};
use super::times::Times;
use crate::analysis::leads::{Leads, Permutations};
use crate::analysis::opened::iris;
use crate::analysis::statements::{Selection, Statement, Statements, Variable};
use crate::base::error::{Error, Result, count};
use crate::cli::page;
use std::collections::BTreeMap;

/// Show who raises issues first, and who follows
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  standpoint --data data/night-ferry leads
  standpoint leads --pairs --permutations 10000 --format csv
  standpoint leads --open 'The night ferry to Orrin is ended'

Whoever speaks on the first day on which anybody speaks on an issue raises it. `expected` and `p` are what chance \
gives: permutations deal out the days of each issue anew among those who speak on it; `p` is the share in which \
somebody raises as many. `days` is the median number of days from the first word on an issue to theirs. Of many rows \
some have a small `p` by chance.")]
pub struct Args {
    /// Each two of whom the one is more often first
    #[arg(long, conflicts_with = "open")]
    pairs: bool,

    /// The first positions of everybody on an issue with their words, in the order of their days
    #[arg(long, value_name = "ISSUE")]
    open: Option<String>,

    /// What leads: actor, represented, publisher, author, section or type
    #[arg(long, value_enum, value_name = "VARIABLE", default_value = "actor", hide_possible_values = true)]
    nodes: Named,

    /// Number of permutations that show what chance gives; 0 for none
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    permutations: u32,

    /// Seed of the permutations: the same gives the same numbers
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

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
/// No data, unknown names; no issue on which two speak on a known day; standard output takes no more.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    args.cells.check(context)?;
    let nodes = Variable::from(args.nodes);
    if nodes == Variable::Issue {
        return Err(Error::usage("issues raise no issues").with_help("choose another --nodes, such as actor"));
    }
    let days = args.filters.days()?;
    let index = context.filtered(&args.times, &args.filters)?;
    let sides = Selection { nodes, via: Variable::Issue, dna_compat: false, days };
    let statements = Statements::of(&index, sides)?;
    if let Some(issue) = &args.open {
        let issue = find(&index, (Variable::Issue, &statements.vias), issue)?;
        let mut first: BTreeMap<u32, &Statement> = BTreeMap::new();
        // They come in the order of their days.
        for statement in statements.all.iter().filter(|of| of.via == issue && of.day.is_some()) {
            first.entry(statement.node).or_insert(statement);
        }
        let mut first: Vec<&Statement> = first.into_values().collect();
        first.sort_by_key(|statement| (statement.day, statement.node));
        let positions = iris(&index, first.into_iter().map(|statement| statement.position))?;
        return args.cells.open(context, &index, &positions, Order::Given);
    }
    let leads = Leads::of(&statements)?;
    let permutations = Permutations { number: args.permutations, seed: args.seed };
    let table = match args.pairs {
        true => page::phases::pairs(&leads.pairs(permutations)?),
        false => page::phases::leads(&index, &leads.leads(permutations))?,
    };
    args.cells.print(context, &table)?;
    let undated = match leads.undated {
        0 => String::new(),
        undated => format!("; left out: {} without a day", count(undated, "statement")),
    };
    let noun = if args.pairs { "pair" } else { nodes.word() };
    let what = count(table.rows.len(), noun);
    output::note(&format!("{what} on {} on which several speak{undated}", count(leads.issues(), "issue")));
    Ok(Outcome::Done)
}
