//! `standpoint undo`.

use super::context::Context;
use super::output::{self, Outcome};
use super::writing::Writing;
use crate::base::error::Result;
use crate::store::archive::{Action, Archive};

/// Undo a load or removal
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  standpoint undo\n  standpoint undo 2 -m 'wrong article'\n\n\
    The documents that the revision changed get back their former content, in a new revision: the \
    history keeps both. Undo that one to redo the change. A revision cannot be undone if its documents \
    have changed since.")]
pub struct Args {
    /// The revision to undo [default: the newest]
    #[arg(value_name = "REV")]
    revision: Option<u64>,

    #[command(flatten)]
    writing: Writing,
}

/// Takes the revision back.
///
/// # Errors
/// No such revision, documents that were changed since, a store that cannot be written.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let mut archive = Archive::open(&context.store)?;
    // The newest that the user can mean: not one that is being written while this waits.
    let revision = args.revision.or_else(|| archive.head().map(|head| head.number));
    let (mut transaction, meta) = args.writing.begin(&mut archive, context, Action::Undo)?;
    let target = transaction.undo(revision)?;
    if let Some(revision) = transaction.commit(meta)? {
        Context::keep_index(&archive);
        let (number, did, by) = (target.number, target.action.word(), target.by);
        output::note(&format!(
            "undid revision {number} ({did} by {by}); this is revision {}",
            revision.number
        ));
        for change in &revision.changes {
            let what = if change.after.is_some() { "restored" } else { "removed" };
            output::document(what, change.short_name(), change.triples);
        }
    } else {
        output::note(&format!(
            "revision {} changed no document: there is nothing to take back",
            target.number
        ));
    }
    Ok(Outcome::Done)
}
