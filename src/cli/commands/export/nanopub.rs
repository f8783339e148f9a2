//! `standpoint export --format nanopub`: positions as nanopublications.

use super::{Args, send_whole};
use crate::base::error::{Result, count};
use crate::cli::commands::context::Context;
use crate::cli::commands::output::{self, Outcome};
use crate::export::{Format, NanopubOptions, nanopubs};
use std::path::Path;

/// Runs it.
///
/// # Errors
/// Unknown names, no place to write it.
pub(super) fn run(context: &Context, args: &Args, output: Option<&Path>) -> Result<Outcome> {
    args.ensure_no_rdf(Format::Nanopub)?;
    let index = args.narrowed(context.index(&args.times)?)?;
    let options =
        NanopubOptions { licence: args.licence.clone(), quotes_max: args.quotes_max.map(usize::from) };
    let written = send_whole(output, |mut out| nanopubs(&index, &options, &mut out))?;
    if written.written == 0 {
        output::note("there are no positions");
    }
    for (number, noun, what) in [
        (written.without_iri, "position", "left out: without an IRI"),
        (written.undated, "nanopublication", "without a date: the coding has none"),
        (written.without_creator, "nanopublication", "without a creator: the coding names no coder"),
    ] {
        if number > 0 {
            output::note(&format!("{} {what}", count(number, noun)));
        }
    }
    if args.licence.is_none() && written.written > 0 {
        output::note("no licence is named: `--licence IRI` does");
    }
    if let Some(path) = output {
        output::note(&format!("wrote {} to {}", count(written.written, "nanopublication"), path.display()));
    }
    Ok(Outcome::Done)
}
