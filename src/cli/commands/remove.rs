//! `standpoint remove`.

use super::context::Context;
use super::output::{self, Outcome};
use super::writing::Writing;
use crate::base::error::Result;
use crate::ingest;
use crate::store::archive::{Action, Archive, Entry};
use std::collections::BTreeMap;
use std::path::Path;

/// Arguments of `standpoint remove`.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:\n  standpoint remove witkoff-putin-2025/positions\n\n\
    Removing a document removes what only this document said; what others also say stays.")]
pub struct Args {
    /// Documents: name, unambiguous part of a name, IRI, or the file they came from
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,

    #[command(flatten)]
    writing: Writing,

    /// Report what would be removed, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Takes the documents out of the store, all in one revision.
///
/// # Errors
/// No store, no such document, or a store that cannot be written; then all of them stay.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let mut archive = Archive::open(&context.store)?;
    let documents = args
        .names
        .iter()
        .map(|name| find(&archive, name).map(|entry| (entry.document.clone(), entry.clone())))
        .collect::<Result<BTreeMap<_, _>>>()?;
    if args.dry_run {
        for entry in documents.values() {
            output::document("would remove", entry.short_name(), entry.triples);
        }
        return Ok(Outcome::Done);
    }
    let (mut transaction, meta) = args.writing.begin(&mut archive, context, Action::Remove)?;
    for document in documents.keys() {
        transaction.remove(document);
    }
    // A document that somebody else removed in the meantime is gone, as was wished.
    if let Some(revision) = transaction.commit(meta)? {
        Context::keep_index(&archive);
        for change in &revision.changes {
            output::document("removed", change.short_name(), change.triples);
        }
    }
    Ok(Outcome::Done)
}

/// The document of this name; of a file, the one that loading it would replace.
fn find<'a>(archive: &'a Archive, name: &str) -> Result<&'a Entry> {
    archive.find(name).or_else(|error| {
        let document = ingest::document_of(Path::new(name));
        document.and_then(|document| archive.documents().get(&document)).ok_or(error)
    })
}
