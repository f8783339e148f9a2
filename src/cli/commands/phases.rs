//! `standpoint phases`: how a debate changes, and which times go together.

use super::cells::{Cells, Order};
use super::context::Context;
use super::filters::Filters;
use super::network::{Counted, Named, Normalised, Once, Smoothed, Stepped, length};
use super::output::{self, Outcome};
use super::times::{Times, day};
use crate::analysis::network::Options;
use crate::analysis::network::window::{Kernel, Steps, Unit, Windows};
use crate::analysis::opened::iris;
use crate::analysis::phases::{Distance, phases};
use crate::analysis::statements::{Selection, Statements, Variable};
use crate::base::error::{Error, Result, count};
use crate::cli::page;
use jiff::civil::Date;

/// Find phases of a debate: times whose networks are alike
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  standpoint --data data/night-ferry phases --window 1mo --steps calendar
  standpoint phases --window 90d --distance spectral --format csv
  standpoint phases --window 1mo --steps calendar --distances --format csv
  standpoint phases --window 1mo --steps calendar --open 2025-06-01

Each window is a network. `change` is its distance from the window before: absolute, half the sum of the \
differences of all ties as shares of their network, from 0 (the same) to 1; or spectral, that of the eigenvalues of \
the Laplacians. Windows that are near each other are a phase: clusters by average linkage, as many as have the \
greatest modularity. `polarisation` is the share of agreement and disagreement that fits two camps.")]
pub struct Args {
    /// Length of a window: 30d, 2w, 6mo, 1y, 10events
    #[arg(long, value_name = "LENGTH", value_parser = length, default_value = "1mo")]
    window: (u32, Unit),

    /// How one window follows another: moving by one unit, calendar (one after the other), or cumulative
    #[arg(long, value_enum, value_name = "HOW", default_value = "moving", hide_possible_values = true)]
    steps: Stepped,

    /// Weigh statements by their distance from the window's middle: uniform, triangular, epanechnikov, gaussian
    #[arg(long, value_enum, value_name = "KERNEL", hide_possible_values = true)]
    kernel: Option<Smoothed>,

    /// How far two networks are apart
    #[arg(long, value_enum, value_name = "DISTANCE", default_value = "absolute")]
    distance: Apart,

    /// Number of phases [default: of 2 to 6 what fits best]
    #[arg(long, value_name = "N")]
    phases: Option<usize>,

    /// The distance of each two windows instead
    #[arg(long, conflicts_with = "open")]
    distances: bool,

    /// The positions of the window that begins on this day, with their words
    #[arg(long, value_name = "DATE", value_parser = day)]
    open: Option<Date>,

    /// What the nodes are: actor, represented, issue, publisher, author, section or type
    #[arg(long, value_enum, value_name = "VARIABLE", default_value = "actor", hide_possible_values = true)]
    nodes: Named,

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

/// How far two networks are apart.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Apart {
    /// Differences of all ties
    Absolute,
    /// Differences of the eigenvalues of the Laplacians
    Spectral,
}

/// Runs it.
///
/// # Errors
/// No data, unknown names; nothing dated; windows that do not fit; standard output takes no more.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    args.cells.check(context)?;
    let days = args.filters.days()?;
    let index = context.filtered(&args.times, &args.filters)?;
    let nodes = Variable::from(args.nodes);
    let via = if nodes == Variable::Issue { Variable::Represented } else { Variable::Issue };
    let statements = Statements::of(&index, Selection { nodes, via, dna_compat: false, days })?;
    let options = Options {
        counting: args.tie.into(),
        normalisation: args.normalise.into(),
        duplicates: args.duplicates.into(),
        dna_compat: false,
    };
    let (size, unit) = args.window;
    let (kernel, steps) = (args.kernel.map(Kernel::from), Steps::from(args.steps));
    let windows = Windows { size, unit, kernel, steps };
    let how = match args.distance {
        Apart::Absolute => Distance::Absolute,
        Apart::Spectral => Distance::Spectral,
    };
    let found = phases(&statements, options, windows, how, args.phases)?;
    if let Some(first) = args.open {
        let Some(window) = found.windows.iter().find(|window| window.first == first) else {
            let known: Vec<String> = found.windows.iter().map(|window| window.first.to_string()).collect();
            let last = known.last().cloned().unwrap_or_default();
            return Err(Error::usage(format!("no window begins on {first}"))
                .with_help(format!("windows begin on {} to {last}", known[0])));
        };
        let is_in = |day: Option<Date>| day.is_some_and(|day| (window.first..=window.last).contains(&day));
        let own = statements.all.iter().filter(|of| is_in(of.day)).map(|of| of.position);
        return args.cells.open(context, &index, &iris(&index, own)?, Order::ByIssue);
    }
    let table = if args.distances { page::phases::distances(&found) } else { page::phases::phases(&found) };
    args.cells.print(context, &table)?;
    let number = found.windows.iter().map(|window| window.phase + 1).max().unwrap_or_default();
    let undated = match statements.all.iter().filter(|of| of.day.is_none()).count() {
        0 => String::new(),
        undated => format!("; left out: {} without a day", count(undated, "statement")),
    };
    let windows = count(found.windows.len(), "window");
    output::note(&format!("{} in {windows}{undated}", count(number, "phase")));
    Ok(Outcome::Done)
}
