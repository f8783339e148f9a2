//! Where the things at fault are written: the documents that speak of them, and the line.

use super::{Finding, selection};
use crate::base::diagnostic::Place;
use crate::base::error::Result;
use crate::ingest;
use crate::ingest::Sources;
use crate::model::document::{ContentHash, Document};
use crate::model::encode::PARTS;
use crate::model::identity::{id_of, slug};
use crate::model::ontology;
use crate::model::vocab::prov;
use crate::store::GraphReader;
use crate::store::archive::Archive;
use crate::store::index::storage;
use oxrdf::{NamedNode, NamedOrBlankNode, Term};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::path::PathBuf;

/// Steps from a part to what it is a part of: from a selector to its span, to the condition that
/// it proves, to the position.
const STEPS: usize = 3;

impl Finding {
    /// What the finding is about, the most telling first: its subject if that is a record, the
    /// records that show it, any other subject.
    fn about(&self) -> impl Iterator<Item = &NamedNode> {
        let subject = selection::node(&self.subject);
        let is_record = subject.is_some_and(|subject| self.records.contains(subject));
        let before = subject.filter(|_| is_record);
        let after = subject.filter(|_| !is_record);
        before.into_iter().chain(&self.records).chain(after)
    }
}

/// Adds to each finding the documents that speak of its subject and records, in their order.
pub fn documents(findings: &mut [Finding], documents: &[Document]) {
    let mut wanted: HashMap<String, Vec<usize>> = HashMap::new();
    for (i, finding) in findings.iter().enumerate() {
        for thing in finding.about() {
            wanted.entry(thing.to_string()).or_default().push(i);
        }
        if let Term::BlankNode(node) = &finding.subject {
            wanted.entry(node.to_string()).or_default().push(i);
        }
    }
    if wanted.is_empty() {
        return;
    }
    for document in documents {
        let mut pieces = document.ntriples.pieces();
        // A place is a help, not a promise: what cannot be read again has none.
        while let Ok(Some(piece)) = pieces.next() {
            for subject in subjects(piece) {
                for i in wanted.get(subject).into_iter().flatten() {
                    let named = &mut findings[*i].documents;
                    if named.last() != Some(&document.name) {
                        named.push(document.name.clone());
                    }
                }
            }
        }
    }
}

/// The subjects of canonical N-Triples as they are written, each once: its lines are sorted.
pub(super) fn subjects(ntriples: &str) -> impl Iterator<Item = &str> {
    let mut last = "";
    ntriples.lines().filter_map(move |line| {
        let subject = line.split_once(' ')?.0;
        (subject != last).then(|| {
            last = subject;
            subject
        })
    })
}

/// Adds to each finding that has no place yet the one where its subject is written, or what it is
/// a part of, or the first of its records that is.
pub fn places(findings: &mut [Finding], index: &dyn GraphReader, sources: &Sources) {
    for finding in findings.iter_mut().filter(|finding| finding.place.is_none()) {
        let place = finding.about().find_map(|thing| sources.place(thing.as_ref())).or_else(|| {
            let whole = wholes(index, &finding.subject);
            whole.iter().find_map(|thing| sources.place(thing.as_ref()))
        });
        finding.place = place;
    }
}

/// The files that the documents of these findings came from, as far as they are where they were
/// and hold what they held: then they say where things are written.
#[must_use]
pub fn origins(archive: &Archive, findings: &[Finding]) -> Sources {
    let named: HashSet<&NamedNode> = findings.iter().flat_map(|finding| &finding.documents).collect();
    let entries = archive.documents().values().filter(|entry| named.contains(&entry.document));
    let files: BTreeSet<&str> = entries
        .filter(|entry| {
            let hash = File::open(&entry.origin).and_then(ContentHash::of_stream);
            hash.is_ok_and(|hash| hash.to_string() == entry.source)
        })
        .map(|entry| entry.origin.as_str())
        .collect();
    let paths: Vec<PathBuf> = files.into_iter().map(PathBuf::from).collect();
    // A place is a help, not a promise: what cannot be read again has none.
    let read = || -> Result<_> {
        let inputs = ingest::find(&paths, None)?;
        let present = storage::open(archive, ontology::background())?.index;
        let options = ingest::Options {
            temporary: Some(archive.temporary_dir()),
            texts: ingest::Texts::default().with_kept_in(archive.dir()),
            ..ingest::Options::default()
        };
        ingest::read(&inputs, options, ingest::known_to(archive, &present))
    };
    if paths.is_empty() {
        Sources::default()
    } else {
        read().map(|loaded| loaded.sources).unwrap_or_default()
    }
}

/// Says of a record that two codings of one role have where it is already: the shape counts codings, and people
/// look for the line.
pub(super) fn coded_before(
    finding: &mut Finding,
    index: &dyn GraphReader,
    archive: &Archive,
    sources: &Sources,
) {
    let Some(position) = selection::node(&finding.subject).cloned() else { return };
    let codings: Vec<String> = index
        .matching(Some((&position).into()), Some(prov::WAS_GENERATED_BY), None)
        .filter_map(|triple| selection::node(&triple.object).map(|coding| id_of(coding).to_owned()))
        .collect();
    if codings.len() < 2 || !finding.message.contains("prov:wasGeneratedBy") {
        return;
    }
    let mut here = sources.records(&position);
    let before = if here.len() > 1 {
        Some(here.remove(0))
    } else {
        // A coding is called after its document.
        let is_of = |name: &str| {
            let name = slug(name) + "-";
            codings.iter().any(|coding| coding.starts_with(&name))
        };
        let stored = archive.documents().values().filter(|entry| is_of(entry.short_name()));
        // What is loaded takes the place of the document of its name.
        stored.filter(|entry| !finding.documents.contains(&entry.document)).find_map(|entry| {
            let of_entry = Finding { documents: vec![entry.document.clone()], ..finding.clone() };
            let place = origins(archive, &[of_entry]).place(position.as_ref());
            place.or_else(|| Some(Place::file(&entry.origin)))
        })
    };
    if let Some(mut before) = before {
        before.column = 0;
        finding.message = format!("this record is already in `{before}`");
        finding.solution = "delete one of the two; or, if another person coded it, write `coding: {coder: …, role: second}`; or, if both are meant, quote other words".into();
        finding.place = here.pop().or(finding.place.take());
    }
}

/// What this is a part of, the nearest first.
fn wholes(index: &dyn GraphReader, part: &Term) -> Vec<NamedNode> {
    let (mut all, mut seen) = (Vec::new(), HashSet::new());
    let mut parts = vec![part.clone()];
    for _ in 0..STEPS {
        let mut above = Vec::new();
        for part in parts {
            for triple in index.matching(None, None, Some(part.as_ref())) {
                if !PARTS.contains(&triple.predicate.as_ref()) || !seen.insert(triple.subject.to_string()) {
                    continue;
                }
                if let NamedOrBlankNode::NamedNode(node) = &triple.subject {
                    all.push(node.clone());
                }
                above.push(triple.subject.into());
            }
        }
        parts = above;
    }
    all
}
