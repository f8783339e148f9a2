//! `standpoint codebook`.

use super::context::Context;
use super::output::{self, Outcome};
use crate::base::error::Result;
use crate::cli::page;

/// Explain how to code: rules, every stance, mode and degree
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  standpoint codebook > codebook.md\n  standpoint show supports\n\n\
    The second example explains one term.")]
pub struct Args {}

/// Runs it.
///
/// # Errors
/// Standard output cannot be written.
pub fn run(_context: &Context, _args: Args) -> Result<Outcome> {
    output::print(&page::codebook::page())
}
