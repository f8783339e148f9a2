//! `standpoint export --format web-annotation`: positions as marks on pages.

use super::{Args, send_whole};
use crate::base::error::{Result, count};
use crate::cli::commands::context::Context;
use crate::cli::commands::output::{self, Outcome};
use crate::export::{Format, web_annotations};
use std::path::Path;

/// Runs it.
///
/// # Errors
/// Unknown names, no place to write it.
pub(super) fn run(context: &Context, args: &Args, output: Option<&Path>) -> Result<Outcome> {
    args.ensure_no_rdf(Format::WebAnnotation)?;
    let index = args.narrowed(context.index(&args.times)?)?;
    let quotes_max = args.quotes_max.map(usize::from);
    let number = send_whole(output, |mut out| web_annotations(&index, quotes_max, &mut out))?;
    if let Some(path) = output {
        output::note(&format!("wrote {} to {}", count(number, "annotation"), path.display()));
    }
    Ok(Outcome::Done)
}
