//! `standpoint codebook`.

use super::context::Context;
use super::output::{self, Outcome};
use crate::analysis::codebook;
use crate::base::error::Result;
use crate::cli::page;

/// Explain how to code: rules, every stance, mode and degree, the case's own vocabulary
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  standpoint codebook > codebook.md\n  standpoint --data mine codebook\n  standpoint show supports\n\n\
    The vocabulary of a case comes from the store, or from the files of --data. The last example explains one \
    term."
)]
pub struct Args {}

/// Runs it.
///
/// # Errors
/// A damaged store, files that cannot be read; standard output cannot be written.
pub fn run(context: &Context, _args: Args) -> Result<Outcome> {
    let own = match context.case_graph()? {
        Some(index) => codebook::own(&index)?,
        None => Vec::new(),
    };
    output::print(&page::codebook::page(&own))
}
