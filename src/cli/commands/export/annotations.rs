//! `standpoint export --format web-annotation`: positions as marks on pages.

use super::Args;
use crate::base::error::{Result, count};
use crate::cli::commands::context::Context;
use crate::cli::commands::output::{self, Outcome};
use crate::export::{Format, save_with, web_annotations};
use std::io::Write;
use std::path::Path;

/// Runs it.
///
/// # Errors
/// Unknown names, no place to write it.
pub(super) fn run(context: &Context, args: &Args, output: Option<&Path>) -> Result<Outcome> {
    args.ensure_no_rdf(Format::WebAnnotation)?;
    let index = args.narrowed(context.index(&args.times)?)?;
    let quotes_max = args.quotes_max.map(usize::from);
    let Some(path) = output else {
        // Nothing is sent of what cannot be read to its end.
        let mut bytes = Vec::new();
        web_annotations(&index, quotes_max, &mut bytes)?;
        let mut out = output::stdout();
        out.write_all(&bytes).and_then(|()| out.flush()).map_err(output::to_stdout)?;
        return Ok(Outcome::Done);
    };
    let number = save_with(path, |mut out| web_annotations(&index, quotes_max, &mut out))?;
    output::note(&format!("wrote {} to {}", count(number, "annotation"), path.display()));
    Ok(Outcome::Done)
}
