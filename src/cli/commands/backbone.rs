//! `standpoint backbone`: which issues carry the structure of a network, and which are redundant.

use super::cells::Cells;
use super::context::Context;
use super::filters::Filters;
use super::network::{Counted, Named, Normalised, Once};
use super::output::{self, Outcome};
use super::times::Times;
use crate::analysis::backbone::{Search, Size, backbone, nested};
use crate::analysis::network::Options;
use crate::analysis::statements::{Selection, Statements, Variable};
use crate::base::error::{Result, count};
use crate::cli::page;

/// Show which issues carry a network, and which are redundant
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  standpoint --data data/night-ferry backbone
  standpoint backbone --method annealing --penalty 5 --seed 7
  standpoint backbone --method annealing --size 4 --format csv
  standpoint barplot --open 'The night ferry to Orrin is ended'

The loss of a set of issues is the distance between the network of all and that of the set alone: of the \
eigenvalues of their Laplacians. `nested` takes out one issue after the other, each time the one whose loss is \
least: the last are the backbone. `exact` tries all sets, `annealing` changes sets by chance; both make the loss \
small, times exp(-penalty × share of the issues that are out), or that of a set of --size.")]
pub struct Args {
    /// How the backbone is sought
    #[arg(long, value_enum, value_name = "METHOD", default_value = "nested")]
    method: Method,

    /// How much a small backbone is worth
    #[arg(long, value_name = "NUMBER", default_value_t = 3.5, conflicts_with = "size")]
    penalty: f64,

    /// Number of issues of the backbone
    #[arg(long, value_name = "N")]
    size: Option<usize>,

    /// For annealing: number of changes
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    iterations: u32,

    /// For annealing: the same seed gives the same backbone
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// What the nodes are: actor, represented, publisher, author, section or type
    #[arg(long, value_enum, value_name = "VARIABLE", default_value = "actor", hide_possible_values = true)]
    nodes: Named,

    /// What is in the backbone or out: issue, or another variable than the nodes
    #[arg(long, value_enum, value_name = "VARIABLE", default_value = "issue", hide_possible_values = true)]
    via: Named,

    /// What a tie counts: ignore, congruence, conflict or subtract
    #[arg(long, value_enum, value_name = "WHAT", default_value = "congruence", hide_possible_values = true)]
    tie: Counted,

    /// What a tie is divided by: none, average, jaccard or cosine
    #[arg(long, value_enum, value_name = "BY", default_value = "none", hide_possible_values = true)]
    normalise: Normalised,

    /// Within what a statement counts once: include (every one counts), document, week, month, year or range
    #[arg(long, value_enum, value_name = "WITHIN", default_value = "document", hide_possible_values = true)]
    duplicates: Once,

    #[command(flatten)]
    cells: Cells,

    #[command(flatten)]
    filters: Filters,

    #[command(flatten)]
    times: Times,
}

/// How the backbone is sought.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    /// One issue out after the other
    Nested,
    /// All sets, of 16 issues at most
    Exact,
    /// Changes by chance
    Annealing,
}

/// Runs it.
///
/// # Errors
/// No data, unknown names; fewer than two issues, no ties; too much to search; standard output takes no more.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    args.cells.check(context)?;
    let (nodes, via) = (Variable::from(args.nodes), Variable::from(args.via));
    if nodes == via {
        return Err(crate::Error::usage(format!("--nodes and --via are both `{}`", nodes.word()))
            .with_help("nodes are tied by something else: name another with --via"));
    }
    let days = args.filters.days()?;
    let index = context.filtered(&args.times, &args.filters)?;
    let statements = Statements::of(&index, Selection { nodes, via, dna_compat: false, days })?;
    let options = Options {
        counting: args.tie.into(),
        normalisation: args.normalise.into(),
        duplicates: args.duplicates.into(),
        dna_compat: false,
    };
    let search = match args.method {
        Method::Nested => {
            let steps = nested(&statements, options)?;
            args.cells.print(context, &page::phases::steps(&steps))?;
            output::note(&count(steps.len(), via.word()));
            return Ok(Outcome::Done);
        }
        Method::Exact => Search::Exact,
        Method::Annealing => Search::Annealing { iterations: args.iterations, seed: args.seed },
    };
    let size = args.size.map_or(Size::Penalty(args.penalty), Size::Fixed);
    let found = backbone(&statements, options, size, search)?;
    args.cells.print(context, &page::phases::backbone(&found))?;
    let penalised = match size {
        Size::Penalty(_) => format!(", with the penalty {:.4}", found.penalised),
        Size::Fixed(_) => String::new(),
    };
    let inside = found.issues.iter().filter(|(_, is_in, _)| *is_in).count();
    output::note(&format!(
        "backbone of {inside} of {}: loss {:.4}{penalised}; of the others alone {:.4}",
        count(found.issues.len(), via.word()),
        found.loss,
        found.redundant_loss
    ));
    Ok(Outcome::Done)
}
