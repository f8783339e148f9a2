//! `standpoint export --format qdpx`: a project of REFI-QDA.

use super::Args;
use super::texts::KnownTexts;
use crate::base::error::{Error, Result, count};
use crate::cli::commands::context::Context;
use crate::cli::commands::output::{self, Outcome};
use crate::export::{Format, qdpx, save};
use std::path::Path;

/// Runs it.
///
/// # Errors
/// Unknown names, a name that XML cannot hold, no place to write it.
pub(super) fn run(context: &Context, args: &Args, output: Option<&Path>) -> Result<Outcome> {
    args.ensure_no_rdf(Format::Qdpx)?;
    if output.is_none() && context.stdout_is_terminal {
        return Err(Error::usage("a project cannot be shown on a terminal").with_help("use `-o FILE.qdpx`"));
    }
    let (index, origin) = context.graph(&args.times)?;
    let index = args.narrowed(index)?;
    let texts = KnownTexts::of(context, args, origin)?;
    let text = |hash: &str| texts.of_hash(hash);
    let name = output.and_then(Path::file_stem).map(|stem| stem.to_string_lossy().into_owned());
    let name = name.unwrap_or_else(|| "Standpoint".to_owned());
    let (bytes, written) = qdpx::project(&index, &text, args.quotes_max.map(usize::from), &name)?;
    match output {
        Some(path) => save(path, &bytes)?,
        None => super::send(None, &bytes, "")?,
    }
    for (number, noun, what) in [
        (written.no_article, "position", "left out: of no article"),
        (written.cases, "position", "without words: as cases, which name no coder"),
        (written.no_text, "source", "without text: the quotes stand in blanks"),
    ] {
        if number > 0 {
            output::note(&format!("{} {what}", count(number, noun)));
        }
    }
    if let Some(path) = output {
        let (positions, sources) = (count(written.positions, "position"), count(written.sources, "source"));
        output::note(&format!("wrote {positions} and {sources} to {}", path.display()));
    }
    Ok(Outcome::Done)
}
