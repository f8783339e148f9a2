//! IRIs that moved: a document loaded again names by another IRI what it says as before.
//!
//! An IRI follows from what a thing is, so it moves when its base, a default that it hashes or the rule itself
//! changes. Two nodes are one if everything that the document says of them is the same, IRIs counting by the
//! name in them; if that finds none, if all but the degrees of a position are the same. What may be either of
//! several is left out. Deliberately absent: what was coded anew, which `diff` shows.

use crate::base::error::Result;
use crate::model::identity::id_of;
use crate::model::vocab::stp;
use crate::store::archive::{Archive, Entry};
use oxrdf::{NamedNode, NamedNodeRef};
use std::collections::{BTreeMap, BTreeSet};

/// What the second comparison leaves out.
const DEGREES: [NamedNodeRef<'static>; 4] =
    [stp::prop::MODE, stp::prop::EXPLICITNESS, stp::prop::CERTAINTY, stp::prop::STATUS];
/// Shortest run of hexadecimal digits at the end of an id that is taken for a hash.
const HASH: usize = 8;

/// An IRI that moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The revision with which it did.
    pub revision: u64,
    /// The document that says so.
    pub document: NamedNode,
    /// The IRI before.
    pub from: NamedNode,
    /// The IRI since.
    pub to: NamedNode,
}

/// The IRIs that moved with any revision, in their order.
///
/// # Errors
/// The history is damaged.
pub fn moved(archive: &Archive) -> Result<Vec<Moved>> {
    let revisions = archive.revisions(1..=archive.number())?;
    let mut latest: BTreeMap<NamedNode, Entry> = BTreeMap::new();
    let mut all = Vec::new();
    for revision in &revisions {
        for change in &revision.changes {
            let after = change.entry(revision.number);
            let before = match &after {
                Some(after) => latest.insert(change.document.clone(), after.clone()),
                None => latest.remove(&change.document),
            };
            let (Some(before), Some(after)) = (before, after) else { continue };
            all.extend(of_document(archive, &before, &after));
        }
    }
    Ok(all)
}

/// The IRIs that moved with the newest revision, if it changed no more than so many bytes of documents.
///
/// # Errors
/// The history is damaged.
pub fn just_moved(archive: &Archive, most: u64) -> Result<Vec<Moved>> {
    let Some(head) = archive.head() else { return Ok(Vec::new()) };
    let replaced = head.changes.iter().filter(|change| change.before.is_some());
    let replaced: Vec<Entry> = replaced.filter_map(|change| change.entry(head.number)).collect();
    if replaced.is_empty() || replaced.iter().map(|entry| entry.bytes).sum::<u64>() > most {
        return Ok(Vec::new());
    }
    let before = archive.at(head.number - 1)?;
    let before = |after: &Entry| Some((before.documents().get(&after.document)?.clone(), after.clone()));
    let pairs: Vec<_> = replaced.iter().filter_map(before).collect();
    Ok(pairs.iter().flat_map(|(before, after)| of_document(archive, before, after)).collect())
}

/// Those of one document. What a repair put down as lost says nothing any more.
fn of_document(archive: &Archive, before: &Entry, after: &Entry) -> Vec<Moved> {
    let (Ok(old), Ok(new)) = (archive.read(before), archive.read(after)) else { return Vec::new() };
    let moved = between(&old, &new).into_iter().map(|(from, to)| Moved {
        revision: after.revision,
        document: after.document.clone(),
        from: NamedNode::new_unchecked(from),
        to: NamedNode::new_unchecked(to),
    });
    moved.collect()
}

/// The IRIs that moved between two contents of a document, without those of parts, which begin with the IRI of
/// what they are a part of.
fn between(old: &str, new: &str) -> Vec<(String, String)> {
    let (old, new) = (described(old), described(new));
    let missing = |these: &Nodes<'_>, others: &Nodes<'_>| -> BTreeSet<String> {
        these.keys().filter(|node| !others.contains_key(*node)).map(|node| (*node).to_owned()).collect()
    };
    let (mut went, mut came) = (missing(&old, &new), missing(&new, &old));
    let mut moved = BTreeMap::new();
    for without in [&[][..], &DEGREES] {
        let by_signature = |nodes: &Nodes<'_>, which: &BTreeSet<String>| {
            let mut signatures: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for node in which {
                signatures
                    .entry(signature(node, &nodes[node.as_str()], without))
                    .or_default()
                    .push(node.clone());
            }
            signatures
        };
        let mut candidates = by_signature(&new, &came);
        for (signature, from) in by_signature(&old, &went) {
            let Some(to) = candidates.remove(&signature).filter(|to| to.len() == from.len()) else {
                continue;
            };
            for (from, to) in from.into_iter().zip(to) {
                went.remove(&from);
                came.remove(&to);
                moved.insert(from, to);
            }
        }
    }
    let is_part = |node: &str| {
        node.match_indices('-').any(|(at, _)| moved.keys().any(|whole: &String| *whole == node[..at]))
    };
    moved.iter().filter(|(from, _)| !is_part(from)).map(|(from, to)| (from.clone(), to.clone())).collect()
}

/// The IRIs of which a content says something, with the predicates and objects, as written.
type Nodes<'a> = BTreeMap<&'a str, Vec<(&'a str, &'a str)>>;

fn described(ntriples: &str) -> Nodes<'_> {
    let mut nodes = Nodes::new();
    for line in ntriples.lines() {
        let parts = line.strip_suffix(" .").and_then(|line| {
            let (subject, rest) = line.split_once(' ')?;
            Some((subject.strip_prefix('<')?.strip_suffix('>')?, rest.split_once(' ')?))
        });
        if let Some((subject, said)) = parts {
            nodes.entry(subject).or_default().push(said);
        }
    }
    nodes
}

/// What is said of a node, whatever it and others are called.
fn signature(node: &str, said: &[(&str, &str)], without: &[NamedNodeRef<'_>]) -> String {
    let is_left_out = |predicate: &str| {
        without.iter().any(|property| predicate.trim_matches(['<', '>']) == property.as_str())
    };
    let lines = said.iter().filter(|(predicate, _)| !is_left_out(predicate)).map(|(predicate, object)| {
        let object = match object.strip_prefix('<').and_then(|object| object.strip_suffix('>')) {
            Some(part) if part.starts_with(node) => "part".to_owned(),
            Some(iri) => without_hash(id_of(&NamedNode::new_unchecked(iri))).to_owned(),
            None if object.starts_with("_:") => "part".to_owned(),
            None => (*object).to_owned(),
        };
        format!("{predicate} {object}")
    });
    let mut lines: Vec<String> = lines.collect();
    lines.sort_unstable();
    lines.join("\n")
}

/// An id without the hash at its end.
fn without_hash(id: &str) -> &str {
    match id.rsplit_once('-') {
        Some((name, hash)) if hash.len() >= HASH && hash.bytes().all(|b| b.is_ascii_hexdigit()) => name,
        _ => id,
    }
}

#[cfg(test)]
mod tests;
