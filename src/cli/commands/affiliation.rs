//! `standpoint affiliation`: actors or bodies tied to the issues that they take stances on.

use super::context::Context;
use super::network::Common;
use super::output::Outcome;
use crate::analysis::network::{Counting, Mode, Normalisation};
use crate::base::error::{Error, Result};

/// Tie actors or bodies to the issues that they take stances on
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  standpoint affiliation --nodes represented
  standpoint affiliation --tie ignore --normalise activity --format csv
  standpoint affiliation --open Zelensky 'cedes territory'

Subtract sums the values of the stances, from -1 (against) to 1 (for); ignore counts statements; combine adds 1 \
where any is for, 2 where any is against and 4 where any is neither. Positions in force count. docs/networks.md \
explains every option.")]
pub struct Args {
    /// What a tie counts: ignore, combine or subtract
    #[arg(long, value_enum, value_name = "WHAT", default_value = "subtract", hide_possible_values = true)]
    tie: Counted,

    /// What a tie is divided by: none, activity (statements of the node) or prominence (statements on the issue)
    #[arg(long, value_enum, value_name = "BY", default_value = "none", hide_possible_values = true)]
    normalise: Normalised,

    #[command(flatten)]
    common: Common,
}

/// What a tie counts.
#[derive(clap::ValueEnum, Clone, Copy, Debug)]
pub enum Counted {
    /// Statements.
    Ignore,
    /// Sides that are taken.
    Combine,
    /// Values.
    Subtract,
}

/// What a tie is divided by.
#[derive(clap::ValueEnum, Clone, Copy, Debug)]
pub enum Normalised {
    /// Nothing.
    None,
    /// Statements of the node.
    Activity,
    /// Statements on the other side's node.
    Prominence,
}

/// Runs it.
///
/// # Errors
/// As `network`; combined sides cannot be divided.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let counting = match args.tie {
        Counted::Ignore => Counting::Ignore,
        Counted::Combine => Counting::Combine,
        Counted::Subtract => Counting::Subtract,
    };
    let normalisation = match args.normalise {
        Normalised::None => Normalisation::None,
        Normalised::Activity => Normalisation::Activity,
        Normalised::Prominence => Normalisation::Prominence,
    };
    if counting == Counting::Combine && normalisation != Normalisation::None {
        return Err(Error::usage("combined sides are marks, which cannot be divided")
            .with_help("omit --normalise, or use `--tie subtract`"));
    }
    args.common.run(context, Mode::Two, counting, normalisation)
}
