//! `standpoint repair`.

use super::author::fresh_identity;
use super::context::Context;
use super::output::{self, Outcome};
use super::progress::Progress;
use super::writing::Writing;
use crate::base::error::{Error, Result};
use crate::cli::page;
use crate::ingest;
use crate::model::ontology;
use crate::store::archive;
use crate::store::archive::{Action, Archive, ContentHash, NotAHash, Repair};
use crate::store::index::storage;
use crate::store::index::storage::Findings;

const HELP: &str = "\
Examples:
  standpoint repair --dry-run
  standpoint repair
  standpoint repair --expect \"$(cat anchor.txt)\"

Every revision, content and kept text is verified by its hash. Only data that match a hash are \
repaired: from the damaged file itself, from another file of the store, or from the file that a \
document was loaded from, if it is unchanged (so run this in the folder where you ran `load`). \
Caches are rebuilt. The index is compared with the archive.

The hashes have no key, so they do not show that somebody rewrote the whole history. To notice that, \
keep the output of `standpoint log --anchor` elsewhere. --expect checks that the history contains this \
revision. If it does not, nothing is written.

Losses are listed, and recorded as a revision of their own, which removes documents whose content \
is lost. Damaged files are moved to `lost/` in the store.

Exit status: 0 the store is intact, 1 something is lost (or, with --dry-run, to be repaired), 2 the \
repair failed.";

/// Verify the store, repair what can be repaired, report losses
#[derive(clap::Args, Debug)]
#[command(after_help = HELP)]
pub struct Args {
    #[command(flatten)]
    writing: Writing,

    /// Report the damage and what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,

    /// Hash of a revision that the history must contain, from `log --anchor`
    #[arg(long, value_name = "HASH", value_parser = hash)]
    expect: Option<ContentHash>,
}

/// Runs it.
///
/// # Errors
/// No store, or one that cannot be read or written.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    if !context.data.is_empty() {
        return Err(Error::usage("--data asks files without a store, so `repair` cannot use it")
            .with_help("name the store to repair with `--store`"));
    }
    let meta = args.writing.meta(Action::Repair);
    let progress = Progress::new(context);
    progress.say("verifying the store".to_owned());
    let fresh = fresh_identity()?;
    let report = args.writing.within(context, |wait| {
        archive::repair(
            &context.store,
            &Repair {
                dry_run: args.dry_run,
                meta,
                wait,
                again: &ingest::reread_sources,
                fresh,
                expected: args.expect,
            },
        )
    })?;
    let index = verified(context, report.dry_run)?;
    progress.finish();
    if let Some(corruption) = &index.corruption {
        let done = if report.dry_run { "would be rebuilt" } else { "has been rebuilt" };
        output::note(&format!("the index was damaged and {done}: {corruption}"));
    }
    output::print(&page::repair::page(&report, index.gone, context.width))?;
    let is_well = report.is_well() && index.gone.is_none() && (index.corruption.is_none() || !report.dry_run);
    Ok(if is_well { Outcome::Done } else { Outcome::Findings })
}

/// What is wrong with the index, which is made anew unless this only looks.
fn verified(context: &Context, dry_run: bool) -> Result<Findings> {
    let archive = match Archive::open(&context.store) {
        Ok(archive) => archive,
        // The report says what is wrong with the archive.
        Err(_) if dry_run => return Ok(Findings::default()),
        Err(error) => return Err(error.into()),
    };
    let findings = storage::verify(&archive, ontology::background());
    if dry_run {
        return Ok(findings);
    }
    if findings.corruption.is_some() || findings.gone.is_some() {
        storage::delete(&archive).map_err(Error::file("delete the index in", &context.store))?;
    }
    // What is wrong with a document the report says.
    Context::keep_index(&archive);
    Ok(findings)
}

/// A hash as `log --anchor` prints it.
fn hash(text: &str) -> Result<ContentHash, String> {
    text.trim().parse().map_err(|error: NotAHash| error.to_string())
}
