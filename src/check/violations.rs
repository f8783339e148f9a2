//! What `load` refuses: violations in what is about to be put in.
//!
//! Checked is the graph as it would be, and told what the load brings about: what was wrong before
//! is `check`'s affair. Two shapes were weighed. Checking every load against the whole graph is
//! simple and makes a small load into a large store slow. So the graph is made only where the
//! model does not vouch for the outcome already. What a sheet encodes to keeps the shapes by
//! construction, which a property test holds it to; it can go wrong only
//!
//! - where the load has a document that was written as RDF,
//! - where two documents speak of the same thing in different words, or
//! - where a document no longer speaks of something that another refers to.

use super::place::subjects;
use super::{Checks, Finding, Severity, place};
use crate::archive::{Archive, Effect, Entry};
use crate::diagnostic::Place;
use crate::document::Document;
use crate::error::{Error, Result};
use crate::index::Index;
use crate::load::Loaded;
use crate::ontology;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// The violations that putting these documents into the store would bring about, the places in
/// their files included.
///
/// # Errors
/// The store is damaged, or a rule cannot be run.
pub fn violations(archive: &Archive, loaded: &Loaded, checks: &Checks) -> Result<Vec<Finding>> {
    let changed: Vec<&Document> =
        loaded.documents.iter().filter(|document| archive.effect(document) != Effect::Unchanged).collect();
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let names: HashSet<&str> = loaded.documents.iter().map(|document| document.name.as_str()).collect();
    let (replaced, kept): (Vec<&Entry>, Vec<&Entry>) =
        archive.documents().values().partition(|entry| names.contains(entry.document.as_str()));
    let read = |entries: Vec<&Entry>| -> Result<Vec<String>> {
        entries.into_iter().map(|entry| Ok(archive.read(entry)?)).collect()
    };
    let (replaced, kept) = (read(replaced)?, read(kept)?);
    let new = texts(loaded.documents.iter())?;
    let all: Vec<&str> = kept.iter().map(String::as_str).chain(new.iter().map(AsRef::as_ref)).collect();

    let foreign = changed.iter().filter(|document| loaded.foreign.contains(&document.name));
    let foreign = texts(foreign.copied())?;
    let changed = texts(changed.iter().copied())?;
    let mut doubtful: HashSet<&str> = foreign.iter().flat_map(|document| subjects(document)).collect();
    let own: HashSet<&str> = changed.iter().flat_map(|document| subjects(document)).collect();
    doubtful.extend(shared(&all).into_iter().filter(|subject| own.contains(subject)));
    doubtful.extend(forsaken(&replaced, &all));
    if doubtful.is_empty() && !checks.has_violations_of_its_own() {
        return Ok(Vec::new());
    }
    let index = Index::from_ntriples(all.iter().copied(), ontology::schemes())
        .map_err(|error| Error::usage(format!("what was read makes no graph: {error}")))?;
    let mut findings = checks.run_on(&index, Severity::Violation)?;
    findings.retain(|finding| {
        let subject = finding.subject.to_string();
        let concerned = |name: &str| doubtful.contains(name) || own.contains(name);
        concerned(&subject) || finding.records.iter().any(|record| concerned(&record.to_string()))
    });
    place::documents(&mut findings, &loaded.documents);
    place::places(&mut findings, &index, &loaded.sources);
    for finding in findings.iter_mut().filter(|finding| finding.place.is_none()) {
        let of = |document: &&Document| finding.documents.contains(&document.name);
        finding.place = loaded.documents.iter().find(of).map(|document| Place::file(&document.origin));
    }
    Ok(findings)
}

fn texts<'d>(documents: impl Iterator<Item = &'d Document>) -> Result<Vec<Cow<'d, str>>> {
    documents.map(|document| document.ntriples.text().map_err(Error::temporary)).collect()
}

/// The subjects of which two documents say different things.
fn shared<'d>(documents: &[&'d str]) -> Vec<&'d str> {
    if documents.len() < 2 {
        return Vec::new();
    }
    let mut said: HashMap<&str, &str> = HashMap::new();
    let mut shared = Vec::new();
    for document in documents {
        for (subject, lines) in by_subject(document) {
            if said.insert(subject, lines).is_some_and(|before| before != lines) {
                shared.push(subject);
            }
        }
    }
    shared
}

/// A document's subjects, each with all its lines.
fn by_subject(ntriples: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = ntriples;
    std::iter::from_fn(move || {
        let subject = rest.split_once(' ')?.0;
        let same = |line: &&str| line.strip_prefix(subject).is_some_and(|line| line.starts_with(' '));
        let length = rest.split_inclusive('\n').take_while(same).map(str::len).sum();
        let (lines, others) = rest.split_at(length);
        rest = others;
        Some((subject, lines))
    })
}

/// The subjects that refer to what nothing speaks of any more.
fn forsaken<'d>(before: &[String], after: &[&'d str]) -> Vec<&'d str> {
    let mut lost: HashSet<&str> = before.iter().flat_map(|document| subjects(document)).collect();
    for document in after {
        for subject in subjects(document) {
            lost.remove(subject);
        }
    }
    if lost.is_empty() {
        return Vec::new();
    }
    let refers = |line: &&'d str| {
        let object = line.rsplit(' ').nth(1);
        object.is_some_and(|object| lost.contains(object))
    };
    let lines = after.iter().flat_map(|document| document.lines());
    lines.filter(refers).filter_map(|line| Some(line.split_once(' ')?.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_documents_say_differently_is_shared() {
        let (a, b) = ("<a> <p> 1 .\n<b> <p> 1 .\n<b> <p> 2 .\n", "<b> <p> 1 .\n<c> <p> <a> .\n");
        assert_eq!(shared(&[a, b]), ["<b>"]);
        assert_eq!(shared(&[a, "<b> <p> 1 .\n<b> <p> 2 .\n"]), [""; 0]);
    }

    #[test]
    fn what_refers_to_what_is_gone_is_forsaken() {
        let before = ["<a> <p> 1 .\n".to_owned(), "<b> <p> 1 .\n".to_owned()];
        assert_eq!(forsaken(&before, &["<c> <p> <a> .\n<d> <p> <b> .\n", "<b> <p> 2 .\n"]), ["<c>"]);
    }
}
