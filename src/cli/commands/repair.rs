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

Every revision, content and kept text is proved by its hash. Mended is only what a hash proves:
from the damaged file itself, from another file of the store, or from the file that a document \
was loaded from, if that is as it was (so run this in the folder where `load` was run). Caches \
are made anew. The index is compared with what the archive says.

The hashes prove that nothing was damaged, not that nobody made the history anew: there is no key. \
For that, keep what `standpoint log --anchor` prints elsewhere, and hold the store against it with \
--expect: the history has to lead through that revision. If it does not, nothing is written.

What is lost is named, and put down as a revision of its own, by which documents whose content \
is lost are taken out. Damaged files are moved to `lost/` in the store.

Exit status: 0 all is well, 1 something is lost (or, with --dry-run, to be mended), 2 could not.";

/// Prove the whole store, mend what can be mended, say what is lost
#[derive(clap::Args, Debug)]
#[command(after_help = HELP)]
pub struct Args {
    #[command(flatten)]
    writing: Writing,

    /// Only say what is damaged and what would be done
    #[arg(long)]
    dry_run: bool,

    /// Hash of a revision that the history has to lead through, as `log --anchor` printed it
    #[arg(long, value_name = "HASH", value_parser = hash)]
    expect: Option<ContentHash>,
}

/// Runs it.
///
/// # Errors
/// No store, or one that cannot be read or written.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    if !context.data.is_empty() {
        return Err(Error::usage("--data is for asking files without a store")
            .with_help("name the store to repair with `--store`"));
    }
    let meta = args.writing.meta(Action::Repair);
    let progress = Progress::new(context);
    progress.say("proving everything in the store".to_owned());
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
    let index = proved(context, report.dry_run)?;
    progress.finish();
    if let Some(damage) = &index.damage {
        let done = if report.dry_run { "would be made anew" } else { "has been made anew" };
        output::note(&format!("the index was damaged and {done}: {damage}"));
    }
    output::print(&page::repair::page(&report, index.gone, context.width))?;
    let is_well = report.is_well() && index.gone.is_none() && (index.damage.is_none() || !report.dry_run);
    Ok(if is_well { Outcome::Done } else { Outcome::Findings })
}

/// What is wrong with the index, which is made anew unless this only looks.
fn proved(context: &Context, dry_run: bool) -> Result<Findings> {
    let archive = match Archive::open(&context.store) {
        Ok(archive) => archive,
        // The report says what is wrong with the archive.
        Err(_) if dry_run => return Ok(Findings::default()),
        Err(error) => return Err(error.into()),
    };
    let findings = storage::prove(&archive, ontology::background());
    if dry_run {
        return Ok(findings);
    }
    if findings.damage.is_some() || findings.gone.is_some() {
        storage::forget(&archive).map_err(Error::file("delete the index in", &context.store))?;
    }
    // What is wrong with a document the report says.
    Context::keep_index(&archive);
    Ok(findings)
}

/// A hash as `log --anchor` prints it.
fn hash(text: &str) -> Result<ContentHash, String> {
    text.trim().parse().map_err(|error: NotAHash| error.to_string())
}
