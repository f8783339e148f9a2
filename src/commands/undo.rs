//! `standpoint undo`.

use super::author::Signature;
use super::context::Context;
use super::output::{self, Outcome};
use crate::archive::{Action, Archive};
use crate::error::Result;

/// Take back a load or removal
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  standpoint undo\n  standpoint undo 3 -m 'wrong article'\n\n\
    The documents that the revision changed say again what they said before it, as a revision of \
    its own: nothing is forgotten. Taking that back does it again. A revision whose documents have \
    been changed since is left alone.")]
pub struct Args {
    /// The revision to take back [default: the newest]
    #[arg(value_name = "REV")]
    revision: Option<u64>,

    #[command(flatten)]
    signature: Signature,
}

/// Takes the revision back.
///
/// # Errors
/// No such revision, documents that were changed since, a store that cannot be written.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let mut archive = Archive::open(&context.store)?;
    let meta = args.signature.meta(Action::Undo);
    let mut transaction = archive.begin(&meta.by, meta.time)?;
    let target = transaction.undo(args.revision)?;
    if let Some(revision) = transaction.commit(meta)? {
        let (number, did, by) = (target.number, target.action.word(), target.by);
        output::note(&format!(
            "took back revision {number} ({did} by {by}); this is revision {}",
            revision.number
        ));
        for change in &revision.changes {
            let what = if change.after.is_some() { "restored" } else { "removed" };
            output::document(what, change.short_name(), change.triples);
        }
    }
    Ok(Outcome::Done)
}
