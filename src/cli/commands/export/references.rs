//! `standpoint export --format bibtex`, and CSL-JSON: the articles, to be cited.

use super::{Args, send};
use crate::base::error::{Result, count};
use crate::cli::commands::context::Context;
use crate::cli::commands::output::{self, Outcome};
use crate::export::{Format, references};
use std::path::Path;

/// Runs it.
///
/// # Errors
/// Unknown names, no place to write it.
pub(super) fn run(context: &Context, args: &Args, format: Format, output: Option<&Path>) -> Result<Outcome> {
    args.ensure_no_rdf(format)?;
    let index = args.narrowed(context.index(&args.times)?)?;
    let (text, number) = references(&index, format)?;
    if number == 0 {
        output::note("there are no articles");
    }
    send(output, text.as_bytes(), &count(number, "article"))?;
    Ok(Outcome::Done)
}
