//! Reading documents again from the files that they once came from.

use super::{Input, Options, find, nothing_known, read};
use crate::model::document::Document;
use crate::store::archive::Entry;
use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;

/// Documents that these entries, which are lost, may have been, read from files that are still
/// as they were. `all` are those of the store's whole history.
///
/// Sheets name what other files say, so those that were loaded together are read together;
/// failing that, with everything that is still as it was, or alone. Whether what comes out is
/// what was lost, its hash has to tell: names may have meant something else then.
#[must_use]
pub fn reread_sources(lost: &[Entry], all: &[Entry]) -> Vec<Document> {
    let sources: HashSet<&str> = all.iter().map(|entry| entry.source.as_str()).collect();
    let unchanged = |origins: BTreeSet<&str>| -> Vec<Input> {
        let paths = origins.into_iter().map(PathBuf::from).filter(|path| path.is_file());
        let inputs = paths.filter_map(|path| find(&[path], None).ok()).flatten();
        inputs.filter(|input| input.sha256().is_ok_and(|hash| sources.contains(hash.as_str()))).collect()
    };
    let revisions: BTreeSet<u64> = lost.iter().map(|entry| entry.revision).collect();
    let together = |number: u64| {
        let entries = all.iter().filter(|entry| entry.revision == number);
        unchanged(entries.map(|entry| entry.origin.as_str()).collect())
    };
    let mut groups: Vec<Vec<Input>> = revisions.into_iter().map(together).collect();
    groups.push(unchanged(all.iter().map(|entry| entry.origin.as_str()).collect()));
    groups.extend(
        unchanged(lost.iter().map(|entry| entry.origin.as_str()).collect()).into_iter().map(|one| vec![one]),
    );
    groups
        .into_iter()
        .filter(|inputs| !inputs.is_empty())
        .filter_map(|inputs| read(&inputs, Options::default(), nothing_known()).ok())
        .flat_map(|loaded| loaded.documents)
        .collect()
}
