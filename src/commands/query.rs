//! `standpoint query`.

use super::context::Context;
use super::output::Outcome;
use crate::error::Result;

/// Arguments of `standpoint query`.
#[derive(clap::Args, Debug)]
pub struct Args {}

/// Runs it.
///
/// # Errors
/// None yet.
pub fn run(context: &Context, _args: Args) -> Result<Outcome> {
    context.index()?;
    Ok(Outcome::Done)
}
