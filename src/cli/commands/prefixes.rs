//! `standpoint prefixes`.

use super::context::Context;
use super::output::Outcome;
use crate::base::error::Result;
use crate::cli::format::FormatParser;
use crate::cli::page;
use crate::export::{Content, Format};

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
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = FormatParser(&[Content::Prefixes]), hide_possible_values = true)]
    format: Format,
}

/// Runs it.
///
/// # Errors
/// A project file that is not understood; standard output cannot be written.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let prefixes = context.project(None)?.all_prefixes();
    context.print(&page::prefixes::page(&prefixes, args.format, context.width))
}
