//! `standpoint undo` and `standpoint redo`.

use super::context::Context;
use super::output::{self, Outcome};
use super::writing::Writing;
use crate::base::error::{Error, Result};
use crate::store::archive::{Action, Archive, Redo};

/// Undo a load or removal
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  standpoint undo\n  standpoint undo 2 -m 'wrong article'\n\n\
    The documents that the revision changed get back their former content, in a new revision: the \
    history keeps both. A second undo takes back the revision before; `standpoint redo` repeats what was \
    undone. A revision cannot be undone if its documents have changed since.")]
pub struct Args {
    /// The revision to undo [default: the newest load or removal that is not undone]
    #[arg(value_name = "REV")]
    revision: Option<u64>,

    #[command(flatten)]
    writing: Writing,
}

/// Repeat what was undone
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:\n  standpoint redo\n\n\
    The last undo is taken back; a second redo takes back the one before. After another load or removal there \
    is nothing to redo; `standpoint undo REV` takes any undo back whose documents have not changed since.")]
pub struct RedoArgs {
    #[command(flatten)]
    writing: Writing,
}

/// Takes the revision back.
///
/// # Errors
/// No such revision, documents that were changed since, a store that cannot be written.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let archive = Archive::open(&context.store)?;
    // What the user can mean: not a revision that is being written while this waits.
    let number = match args.revision {
        Some(number) => number,
        None if archive.number() == 0 => {
            return Err(Error::usage("there is nothing to undo: the store has no revision"));
        }
        None => archive.newest_to_undo()?.ok_or_else(|| {
            Error::usage("there is nothing to undo: every load and removal is undone")
                .with_help("`standpoint redo` repeats the last one")
        })?,
    };
    take_back(context, archive, args.writing, number, "undid")
}

/// Repeats what was undone.
///
/// # Errors
/// Nothing is undone, or the store was changed since; a store that cannot be written.
pub fn redo(context: &Context, args: RedoArgs) -> Result<Outcome> {
    let archive = Archive::open(&context.store)?;
    match archive.newest_to_redo()? {
        Redo::Undo(number) => take_back(context, archive, args.writing, number, "redid"),
        Redo::Nothing => Err(Error::usage("there is nothing to redo: nothing is undone")),
        Redo::Since(number) => Err(Error::usage(format!(
            "there is nothing to redo: revision {number} has changed the store since the last undo"
        ))
        .with_help("`standpoint log` lists the undos; `standpoint undo REV` takes one of them back")),
    }
}

/// Takes a revision back, and says so; of an undo, what it had undone is `redid`.
fn take_back(
    context: &Context,
    mut archive: Archive,
    writing: Writing,
    number: u64,
    did: &str,
) -> Result<Outcome> {
    let redone = archive.revision(number)?.and_then(|revision| revision.undoes).filter(|_| did == "redid");
    let told = match redone {
        Some(redone) => archive.revision(redone)?,
        None => archive.revision(number)?,
    };
    let (mut transaction, meta) = writing.begin(&mut archive, context, Action::Undo)?;
    transaction.undo(number)?;
    let committed = transaction.commit(meta)?;
    // It is there, since it could be taken back.
    let Some(told) = told else { return Ok(Outcome::Done) };
    if let Some(revision) = committed {
        Context::keep_index(&archive);
        let what = format!("revision {} ({} by {})", told.number, told.action.word(), told.by);
        output::note(&format!("{did} {what}; this is revision {}", revision.number));
        for change in &revision.changes {
            let what = if change.after.is_some() { "restored" } else { "removed" };
            output::document(what, change.short_name(), change.triples);
        }
    } else {
        output::note(&format!("revision {} changed no document: there is nothing to take back", told.number));
    }
    Ok(Outcome::Done)
}
