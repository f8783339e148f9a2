//! What `load` refuses: violations in what is about to be put in.
//!
//! Checked is the graph as it would be, and told what the load brings about: what was wrong before
//! is `check`'s affair. Two shapes were weighed. Checking every load against the whole graph is
//! simple and makes a small load into a large store slow. So the graph is asked only where the
//! model does not vouch for the outcome already. What a sheet encodes to keeps the shapes by
//! construction, which a property test holds it to; it can go wrong only
//!
//! - where the load has a document that was written as RDF,
//! - where the graph says more of a thing than the sheet does: two documents speak of it in
//!   different words, or
//! - where a document no longer speaks of something that another refers to.

use super::place::subjects;
use super::{Change, Checks, Finding, place};
use crate::archive::{Archive, Effect};
use crate::diagnostic::Place;
use crate::document::Document;
use crate::error::Result;
use crate::index::Index;
use crate::index::keep::Prospect;
use crate::load::Loaded;
use crate::model::{Concept, Stance};
use oxrdf::NamedNodeRef;
use std::collections::{HashMap, HashSet};

/// The violations that putting these documents into the store would bring about, the places in
/// their files included; `prospect` is the index with those that change it.
///
/// # Errors
/// The store is damaged, or a rule cannot be run.
pub fn violations(
    archive: &Archive,
    loaded: &Loaded,
    prospect: &Prospect,
    checks: &Checks,
) -> Result<Vec<Finding>> {
    let changed: Vec<&Document> =
        loaded.documents.iter().filter(|document| archive.effect(document) != Effect::Unchanged).collect();
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let index = prospect.index();
    let (foreign, sheets): (Vec<&Document>, Vec<&Document>) =
        changed.iter().partition(|document| loaded.foreign.contains(&document.name));
    let mut doubtful: HashSet<String> =
        foreign.iter().flat_map(|document| subjects(&document.ntriples)).map(str::to_owned).collect();
    let loads_all = archive.documents().keys().all(|name| loaded.documents.iter().any(|d| d.name == *name));
    if loads_all {
        let all: Vec<&str> = loaded.documents.iter().map(|document| document.ntriples.as_str()).collect();
        doubtful.extend(shared(&all).into_iter().map(str::to_owned));
    } else {
        doubtful.extend(sheets.iter().flat_map(|sheet| told_elsewhere(&sheet.ntriples, index)));
    }
    for document in &changed {
        if let Some(entry) = archive.documents().get(&document.name) {
            doubtful.extend(forsaken(&archive.read(entry)?, index));
        }
    }
    if doubtful.is_empty() && !checks.has_violations_of_its_own() {
        return Ok(Vec::new());
    }
    let change = prospect.change().map(|(added, removed)| Change { added, removed });
    let mut findings = checks.violations_after(index, change.as_ref())?;
    if !findings.is_empty() {
        let own: HashSet<&str> = changed.iter().flat_map(|document| subjects(&document.ntriples)).collect();
        findings.retain(|finding| {
            let subject = finding.subject.to_string();
            let concerned = |name: &str| doubtful.contains(name) || own.contains(name);
            concerned(&subject) || finding.records.iter().any(|record| concerned(&record.to_string()))
        });
    }
    place::documents(&mut findings, &loaded.documents);
    place::places(&mut findings, index, &loaded.sources);
    for finding in findings.iter_mut().filter(|finding| finding.place.is_none()) {
        let of = |document: &&Document| finding.documents.contains(&document.name);
        finding.place = loaded.documents.iter().find(of).map(|document| Place::file(&document.origin));
    }
    Ok(findings)
}

/// The subjects of a document of which the graph says more than the document does. Direct triples
/// are not said but follow.
fn told_elsewhere(ntriples: &str, index: &Index) -> Vec<String> {
    let told = by_subject(ntriples).filter(|(subject, lines)| {
        let own = lines.lines().filter(|line| !is_direct(line)).count();
        index.says_of(subject, &direct()) > own
    });
    told.map(|(subject, _)| subject.to_owned()).collect()
}

/// The subjects that refer to what this document spoke of and nothing in the graph speaks of any more.
fn forsaken(before: &str, index: &Index) -> Vec<String> {
    let direct = direct();
    let lost = subjects(before).filter(|subject| index.says_of(subject, &direct) == 0);
    lost.flat_map(|subject| index.refer_to(subject, &direct)).map(|subject| subject.to_string()).collect()
}

/// The properties of triples that follow from positions.
fn direct() -> Vec<NamedNodeRef<'static>> {
    Stance::ALL.iter().map(|stance| stance.direct_property()).collect()
}

/// Whether a line says, in a document's own words, what else follows.
fn is_direct(line: &str) -> bool {
    let predicate = line.split(' ').nth(1).and_then(|text| text.strip_prefix('<')?.strip_suffix('>'));
    predicate.is_some_and(|iri| Stance::ALL.iter().any(|stance| stance.direct_property().as_str() == iri))
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
    fn what_the_graph_says_beyond_a_document_is_told_elsewhere() {
        let own = "<ex:a> <ex:p> <ex:c> .\n<ex:b> <ex:p> \"1\" .\n";
        let told = |other: &str| told_elsewhere(own, &Index::from_ntriples([own, other], &[]).unwrap());
        assert_eq!(told("<ex:b> <ex:p> \"1\" .\n<ex:c> <ex:p> <ex:a> .\n"), [""; 0]);
        assert_eq!(told("<ex:b> <ex:q> \"1\" .\n"), ["<ex:b>"]);
        let direct = Stance::Opposes.direct_property();
        assert_eq!(told(&format!("<ex:a> {direct} <ex:i> .\n")), [""; 0]);
    }

    #[test]
    fn what_refers_to_what_is_gone_is_forsaken() {
        let before = "<ex:a> <ex:p> \"1\" .\n<ex:b> <ex:p> \"1\" .\n";
        let after = "<ex:b> <ex:p> \"2\" .\n<ex:c> <ex:p> <ex:a> .\n<ex:d> <ex:p> <ex:b> .\n";
        assert_eq!(forsaken(before, &Index::from_ntriples([after], &[]).unwrap()), ["<ex:c>"]);
    }
}
