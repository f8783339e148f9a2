//! `standpoint export --format dna`: a database of the Discourse Network Analyzer.

use super::Args;
use super::texts::KnownTexts;
use crate::base::error::{Error, Result, count};
use crate::cli::commands::context::Context;
use crate::cli::commands::output::{self, Outcome};
use crate::export::{Format, dna, save};
use std::fs;
use std::path::Path;

/// Runs it.
///
/// # Errors
/// Unknown names, no position that a statement can be, no place to write it.
pub(super) fn run(context: &Context, args: &Args, output: Option<&Path>) -> Result<Outcome> {
    args.ensure_no_rdf(Format::Dna)?;
    if output.is_none() && context.stdout_is_terminal {
        return Err(Error::usage("a database cannot be shown on a terminal").with_help("use `-o FILE.dna`"));
    }
    let (index, origin) = context.graph(&args.times)?;
    let index = args.narrowed(index)?;
    let texts = KnownTexts::of(context, args, origin)?;
    let text = |hash: &str| texts.of_hash(hash);
    let folder = tempfile::tempdir().map_err(Error::temporary)?;
    let file = folder.path().join("database");
    let written = dna::write(&index, &text, args.quotes_max.map(usize::from), &file)?;
    if written.statements == 0 {
        output::note("no position in force is for or against something: the database has no statements");
    }
    let bytes = fs::read(&file).map_err(Error::temporary)?;
    match output {
        Some(path) => save(path, &bytes)?,
        None => super::send(None, &bytes, "")?,
    }
    for (number, noun, what) in [
        (written.not_in_force, "position", "left out: not in force"),
        (
            written.no_side,
            "position",
            "left out: neither for nor against, or without actor, issue or article",
        ),
        (written.several_spans, "statement", "cut to the first of several spans"),
        (written.several_organizations, "statement", "cut to the first of several organizations"),
        (written.no_text, "document", "without text: the quotes stand in blanks"),
        (written.undated, "document", "without a date: it is 1970-01-01"),
    ] {
        if number > 0 {
            output::note(&format!("{} {what}", count(number, noun)));
        }
    }
    if let Some(path) = output {
        let (statements, documents) =
            (count(written.statements, "statement"), count(written.documents, "document"));
        output::note(&format!("wrote {statements} and {documents} to {}", path.display()));
        output::note(&format!("DNA asks for a password: it is `{}` for all coders", dna::PASSWORD));
    }
    Ok(Outcome::Done)
}
