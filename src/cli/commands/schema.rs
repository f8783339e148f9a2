//! `standpoint schema`.

use super::context::Context;
use super::output::{Outcome, stdout, to_stdout};
use crate::base::error::Result;
use std::io::Write;

/// Print the JSON Schema of coding sheets
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:\n  standpoint schema > standpoint.schema.json")]
pub struct Args {}

/// Runs it.
///
/// # Errors
/// Standard output cannot be written.
pub fn run(_context: &Context, _args: Args) -> Result<Outcome> {
    let mut out = stdout();
    out.write_all(crate::ingest::sheet::schema().as_bytes()).and_then(|()| out.flush()).map_err(to_stdout)?;
    Ok(Outcome::Done)
}
