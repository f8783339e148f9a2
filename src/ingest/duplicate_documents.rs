//! Documents that say what another one says: as a rule, a file that has moved.

use crate::base::diagnostic::{Diagnostic, Place};
use crate::model::document::Document;
use crate::store::archive::{Archive, Effect};
use std::collections::HashSet;

/// Warnings of what these documents would say a second time, under another name: a document is named after
/// its folder and file, so the store keeps what a file said where it was before.
#[must_use]
pub fn duplicate_documents(archive: &Archive, documents: &[Document]) -> Vec<Diagnostic> {
    let names: HashSet<_> = documents.iter().map(|document| &document.name).collect();
    let mut warnings = Vec::new();
    for (at, document) in documents.iter().enumerate() {
        if archive.effect(document) != Effect::New {
            continue;
        }
        let hash = document.ntriples.hash();
        // What a file says may depend on its name; its bytes do not.
        let stored = archive.documents().values().find(|entry| {
            !names.contains(&entry.document) && (entry.hash == hash || entry.source == document.source_hash)
        });
        let beside = documents[..at].iter().find(|other| other.ntriples.hash() == hash);
        let (other, help) = match (stored, beside) {
            (Some(entry), _) => {
                let name = entry.short_name();
                (name, format!("if the file has moved, remove the old document: standpoint remove {name}"))
            }
            (None, Some(other)) => (other.short_name(), "load one of them".to_owned()),
            (None, None) => continue,
        };
        let what = format!("`{}` says the same as `{other}`", document.short_name());
        warnings.push(Diagnostic::warning(what).help(help).at(Place::file(&document.origin)));
    }
    warnings
}
