//! Documents as people name them.

use super::Archive;
use super::revision::{Entry, Revision};
use crate::base::diagnostic::{did_you_mean, nearest};
use crate::base::error::{Error, Result};
use crate::model::document::short_name;
use oxigraph::model::NamedNode;
use std::collections::BTreeMap;

/// How many documents a message lists.
const LISTED: usize = 5;

/// A document by its IRI and the file that it came from.
type Candidate<'a> = (&'a NamedNode, &'a str);

impl Archive {
    /// The one document that is meant by its IRI, its name (`case/positions`), some whole
    /// parts of its name (`positions`), or the file that it came from.
    ///
    /// Parts of words do not count: a wrong guess would take the wrong document out.
    ///
    /// # Errors
    /// None is meant, or more than one could be.
    pub fn find<'a>(&'a self, wanted: &str) -> Result<&'a Entry> {
        let documents = self.documents();
        let candidates = documents.values().map(|entry| (&entry.document, entry.origin.as_str()));
        one_of(&candidates.collect::<Vec<_>>(), wanted, STORE).map(|document| &documents[document])
    }
}

/// The same among all documents that these revisions changed, whether or not they are left.
///
/// # Errors
/// None is meant, or more than one could be.
pub fn find_in<'a>(revisions: &'a [Revision], wanted: &str) -> Result<&'a NamedNode> {
    one_of(&latest(revisions), wanted, STORE)
}

/// All of them that may be meant.
#[must_use]
pub fn matching_in<'a>(revisions: &'a [Revision], wanted: &str) -> Vec<&'a NamedNode> {
    matching(&latest(revisions), wanted)
}

fn latest(revisions: &[Revision]) -> Vec<Candidate<'_>> {
    let changes = revisions.iter().flat_map(|revision| &revision.changes);
    let latest: BTreeMap<&NamedNode, &str> =
        changes.map(|change| (&change.document, change.origin.as_str())).collect();
    latest.into_iter().collect()
}

/// The same among the names of graphs.
///
/// # Errors
/// None is meant, or more than one could be.
pub fn find_graph<'a>(graphs: &'a [NamedNode], wanted: &str) -> Result<&'a NamedNode> {
    one_of(
        &graphs.iter().map(|name| (name, "")).collect::<Vec<_>>(),
        wanted,
        Words { none: "no graph is", many: "graphs" },
    )
}

/// How a message speaks of what was looked for.
#[derive(Clone, Copy)]
struct Words {
    none: &'static str,
    many: &'static str,
}

const STORE: Words = Words { none: "the store has no document", many: "documents" };

fn matching<'a>(candidates: &[Candidate<'a>], wanted: &str) -> Vec<&'a NamedNode> {
    let that = |fits: &dyn Fn(&Candidate<'a>) -> bool| -> Vec<&'a NamedNode> {
        candidates.iter().filter(|candidate| fits(candidate)).map(|(document, _)| *document).collect()
    };
    let mut found = that(&|(document, _)| document.as_str() == wanted);
    if found.is_empty() {
        found = that(&|(document, _)| short_name(document) == wanted);
    }
    if found.is_empty() {
        found =
            that(&|(document, origin)| is_path(origin, wanted) || has_parts(short_name(document), wanted));
    }
    found
}

fn one_of<'a>(candidates: &[Candidate<'a>], wanted: &str, words: Words) -> Result<&'a NamedNode> {
    let found = matching(candidates, wanted);
    match found[..] {
        [document] => Ok(document),
        [] => {
            let names: Vec<&str> = candidates.iter().map(|(document, _)| short_name(document)).collect();
            let error = Error::usage(format!("{} `{wanted}`", words.none));
            Err(match did_you_mean(&nearest(wanted, names.iter().copied(), 3)) {
                Some(help) => error.with_help(help),
                None => error.with_help(listed("it has", &names)),
            })
        }
        _ => {
            // Two bases can have the same name below them; then only the IRI tells them apart.
            let same = found.iter().all(|document| short_name(document) == wanted);
            let name = |document: &&'a NamedNode| if same { document.as_str() } else { short_name(document) };
            let names: Vec<&str> = found.iter().map(name).collect();
            Err(Error::usage(format!("`{wanted}` matches {} {}", names.len(), words.many))
                .with_help(listed("choose one", &names)))
        }
    }
}

/// Whether `wanted` is a run of whole parts of `name`, parts being what slashes divide.
fn has_parts(name: &str, wanted: &str) -> bool {
    let wanted = wanted.trim_matches('/');
    !wanted.is_empty() && format!("/{name}/").contains(&format!("/{wanted}/"))
}

/// Whether both are the same path, but for how it begins.
fn is_path(origin: &str, wanted: &str) -> bool {
    origin.trim_start_matches("./") == wanted.trim_start_matches("./")
}

fn listed(intro: &str, names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
    match names.len() {
        0 => format!("{intro} none"),
        n if n > LISTED => format!("{intro}: {} and {} more", shown.join(", "), n - LISTED),
        _ => format!("{intro}: {}", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_parts_of_a_name_count() {
        let name = "2025/case/positions";
        for part in ["positions", "case", "case/positions", "2025/case", "/case/"] {
            assert!(has_parts(name, part), "{part}");
        }
        for no_part in ["", "/", "pos", "ase/positions", "2025/positions"] {
            assert!(!has_parts(name, no_part), "{no_part}");
        }
    }
}
