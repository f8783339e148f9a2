//! `standpoint repair`.

use super::context::Context;
use super::output::{self, Outcome};
use super::progress::Progress;
use super::writing::Writing;
use crate::base::error::{Error, Result};
use crate::cli::page;
use crate::ingest;
use crate::model::ontology;
use crate::store::archive;
use crate::store::archive::{Action, Archive, Repair};
use crate::store::index::Corruption;
use crate::store::index::storage;

const HELP: &str = "\
Examples:
  standpoint repair --dry-run
  standpoint repair

Every revision, content and kept text is verified by its hash. Only data that match a hash are \
repaired: from the damaged file itself, from another file of the store, or from the file that a \
document was loaded from, if it is unchanged (so run this in the folder where you ran `load`). \
Caches are rebuilt.

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
    let report = args.writing.within(context, |wait| {
        archive::repair(
            &context.store,
            &Repair { dry_run: args.dry_run, meta, wait, again: &ingest::reread_sources },
        )
    })?;
    let index = if args.dry_run { None } else { remade(context)? };
    progress.finish();
    if let Some(damage) = index {
        output::note(&format!("the index was damaged and has been rebuilt: {damage}"));
    }
    output::print(&page::repair::page(&report, context.width))?;
    Ok(if report.is_well() { Outcome::Done } else { Outcome::Findings })
}

/// Makes the index anew if a byte of it is not what was written; which.
fn remade(context: &Context) -> Result<Option<Corruption>> {
    let archive = Archive::open(&context.store)?;
    let damage = storage::prove(&archive, ontology::background()).err();
    if damage.is_some() {
        storage::forget(&archive).map_err(Error::file("delete the index in", &context.store))?;
    }
    // What is wrong with a document the report says.
    Context::keep_index(&archive);
    Ok(damage)
}
