//! `standpoint prefixes`.

use super::context::Context;
use super::output::{self, Outcome};
use crate::base::error::Result;
use crate::model::prefixes::Declaration;

/// Arguments of `standpoint prefixes`.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  standpoint prefixes
  standpoint prefixes --format sparql > prefixes.rq

Add your own in standpoint.yaml, in this folder or above it:
  prefixes:
    ex: https://example.org/terms/")]
pub struct Args {
    /// table, or declarations for sparql, turtle or json
    #[arg(long, value_name = "FORMAT", default_value = "table", hide_possible_values = true)]
    format: Declaration,
}

/// Runs it.
///
/// # Errors
/// A project file that is not understood; standard output cannot be written.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    output::print(&context.project(None)?.all_prefixes().declare(args.format, context.width))
}
