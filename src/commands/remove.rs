//! `standpoint remove`.

use super::context::Context;
use super::output::Outcome;
use crate::error::Result;

/// Arguments of `standpoint remove`.
#[derive(clap::Args, Debug)]
pub struct Args {}

/// Runs it.
///
/// # Errors
/// None yet.
pub fn run(_context: &Context, _args: Args) -> Result<Outcome> {
    Ok(Outcome::Done)
}
