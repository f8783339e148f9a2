//! `standpoint diff`.

use super::context::Context;
use super::output::Outcome;
use super::times::Times;
use crate::audit::history::Diff;
use crate::base::error::Result;
use crate::cli::format::FormatParser;
use crate::cli::page;
use crate::export::{Content, Format};
use crate::store::archive::{Archive, When};

/// Show what changed between two revisions
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  standpoint diff\n  standpoint diff 1\n  \
    standpoint diff --format patch 1 2\n\n\
    Two positions are the same if their IRIs are. A removed and an added position count as one that \
    changed if they have the same article and share two of these: actor, issue, words of evidence.")]
pub struct Args {
    /// A revision's number, a day (its end in UTC) or a moment; one alone is compared with the revision
    /// before it [default: the newest]
    #[arg(value_name = "REV", num_args = 0..=2)]
    revisions: Vec<When>,

    /// table: positions field by field, for people; json: for programs; patch: all triples, as an RDF Patch
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = FormatParser(&[Content::Difference]), hide_possible_values = true)]
    format: Format,
}

/// Runs it.
///
/// # Errors
/// No store, or a damaged one; a history that does not reach there.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let archive = Archive::open(&context.store)?;
    let resolved = args.revisions.iter().map(|when| archive.resolve(when)).collect::<Result<Vec<_>, _>>()?;
    let (from, to) = match resolved[..] {
        [from, to, ..] => (from, to),
        [only] => (only - 1, only),
        [] => {
            let newest = archive.head().map_or(0, |head| head.number);
            (newest.saturating_sub(1), newest)
        }
    };
    // Whatever a revision put in or took out, whoever coded it.
    let all = Times::default().of_all_coders();
    let graph =
        |number| -> Result<_> { Ok(context.reading(Context::of_archive(&archive.at(number)?, &all)?)) };
    let diff = Diff::between(&graph(from)?, &graph(to)?);
    let text = match args.format {
        Format::Patch => diff.patch.to_string(),
        Format::Json => {
            let between = [("from".to_owned(), from.into()), ("to".to_owned(), to.into())];
            let all = serde_json::Value::Object(between.into_iter().chain(page::diff::json(&diff)).collect());
            format!("{all:#}\n")
        }
        _ => page::diff::page(&diff, &format!("Revision {from} → {to}"), context.width),
    };
    context.print(&text)
}
