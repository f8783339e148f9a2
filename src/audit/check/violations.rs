//! What `load` refuses: violations in what is about to be put in.
//!
//! Checks the graph as it would be, and reports what the load brings about: what was wrong before
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
use crate::base::diagnostic::Place;
use crate::base::error::{Error, Result};
use crate::ingest::Loaded;
use crate::model::document::{Apart, Content, Cursor, Document};
use crate::model::{Concept, Stance};
use crate::store::archive::{Archive, Effect};
use crate::store::index::Index;
use crate::store::index::coders::{ApartDocument, Coders};
use crate::store::index::storage::StagedIndex;
use oxrdf::{NamedNode, NamedNodeRef};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashSet};
use std::io;

/// The violations that putting these documents into the store would bring about, the places in
/// their files included; `staged` is the index with those that change it.
///
/// # Errors
/// The store is damaged, or a rule cannot be run.
pub fn violations(
    archive: &Archive,
    loaded: &Loaded,
    staged: &StagedIndex,
    checks: &Checks,
) -> Result<Vec<Finding>> {
    let changed: Vec<&Document> =
        loaded.documents.iter().filter(|document| archive.effect(document) != Effect::Unchanged).collect();
    let mut codings: Vec<Option<Apart>> = Vec::new();
    for document in &changed {
        codings.push(document.ntriples.apart().map_err(Error::temporary)?);
    }
    let of = |wanted: &dyn Fn(&Apart) -> bool| -> Vec<&Document> {
        let both = changed.iter().zip(&codings);
        both.filter(|(_, coding)| coding.as_ref().is_some_and(wanted))
            .map(|(document, _)| *document)
            .collect()
    };
    let first: Vec<&Document> =
        changed.iter().zip(&codings).filter(|(_, c)| c.is_none()).map(|(d, _)| *d).collect();
    let index = staged.index();
    let change = || Ok(staged.change()?.map(|(added, removed)| Change { added, removed }));
    let mut findings = brought_about(archive, loaded, &first, (index, &change), checks)?;
    // Each other coding is looked at where it stands in the place of the first.
    let second: BTreeSet<&String> = codings
        .iter()
        .flatten()
        .filter(|coding| !coding.in_default_graph())
        .flat_map(|coding| coding.coders.keys())
        .collect();
    let second = second.into_iter().map(|coder| Coders::One(NamedNode::new_unchecked(coder)));
    for coders in second.chain([Coders::First]) {
        let documents = of(&|coding: &Apart| match &coders {
            Coders::One(coder) => !coding.in_default_graph() && coding.is_by(coder.as_str()),
            _ => coding.in_default_graph(),
        });
        if documents.is_empty() {
            continue;
        }
        let loaded_names: HashSet<&NamedNode> =
            loaded.documents.iter().map(|document| &document.name).collect();
        let mut apart = ApartDocument::of_documents(&loaded.documents, &coders).map_err(Error::temporary)?;
        apart.extend(ApartDocument::of_archive(archive, &coders, |name| !loaded_names.contains(name))?);
        let view = index.of_coders(&apart, &coders);
        let view = view.map_err(|error| Error::usage(format!("a document cannot be read: {error}")))?;
        let change = || {
            let (added, removed) = view.change_from(index)?;
            Ok(Some(Change { added, removed }))
        };
        let found = brought_about(archive, loaded, &documents, (&view, &change), checks)?;
        findings.extend(found.into_iter().filter(|finding| !findings.contains(finding)).collect::<Vec<_>>());
    }
    for finding in &mut findings {
        place::coded_before(finding, index, archive, &loaded.sources);
    }
    Ok(findings)
}

/// The violations that these changed documents bring about in a graph that has them; `change` is what they
/// change in it, none where that is everything.
fn brought_about(
    archive: &Archive,
    loaded: &Loaded,
    changed: &[&Document],
    (index, change): (&Index, &dyn Fn() -> Result<Option<Change>>),
    checks: &Checks,
) -> Result<Vec<Finding>> {
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let is_foreign = |document: &&&Document| loaded.foreign.contains(&document.name);
    let mut forsaken: HashSet<String> = HashSet::new();
    for document in changed {
        if let Some(entry) = archive.documents().get(&document.name) {
            forsaken.extend(self::forsaken(&archive.read(entry)?, index)?);
        }
    }
    let loads_all = archive.documents().keys().all(|name| loaded.documents.iter().any(|d| d.name == *name));
    let is_doubtful = || {
        if changed.iter().any(|document| is_foreign(&document)) {
            Ok(true)
        } else if loads_all {
            differ(loaded.documents.iter().map(|document| &document.ntriples)).map_err(Error::temporary)
        } else {
            is_stated_elsewhere(changed.iter().map(|document| &document.ntriples), index)
        }
    };
    if forsaken.is_empty() && !checks.has_violations_of_its_own() && !is_doubtful()? {
        return Ok(Vec::new());
    }
    let mut findings = checks.violations_after(index, change()?.as_ref())?;
    if !findings.is_empty() {
        let reported: HashSet<String> = findings.iter().flat_map(Finding::names).collect();
        let own = spoken_of(reported, changed.iter().map(|document| &document.ntriples))
            .map_err(Error::temporary)?;
        findings.retain(|finding| {
            finding.names().iter().any(|name| forsaken.contains(name) || own.contains(name))
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

/// Whether the graph says more of a subject of these documents than the document does. Direct
/// triples are not said but follow.
fn is_stated_elsewhere<'d>(documents: impl Iterator<Item = &'d Content>, index: &Index) -> Result<bool> {
    for document in documents {
        let mut subjects = Subjects::of(document).map_err(Error::temporary)?;
        while let Some((subject, lines)) = subjects.next().map_err(Error::temporary)? {
            let own = lines.split_inclusive('\n').filter(|line| !is_direct(line)).count();
            if index.says_of(subject.trim_end(), &direct())? > own {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Which of these names, written as in N-Triples, the documents speak of.
fn spoken_of<'d>(
    names: HashSet<String>,
    documents: impl Iterator<Item = &'d Content>,
) -> io::Result<HashSet<String>> {
    let mut found = HashSet::new();
    for document in documents {
        let mut pieces = document.pieces();
        while let Some(piece) = pieces.next()? {
            found.extend(subjects(piece).filter(|subject| names.contains(*subject)).map(str::to_owned));
        }
    }
    Ok(found)
}

/// The subjects that refer to what this document spoke of and nothing in the graph speaks of any more.
fn forsaken(before: &str, index: &Index) -> Result<Vec<String>> {
    let direct = direct();
    let mut forsaken = Vec::new();
    for subject in subjects(before) {
        if index.says_of(subject, &direct)? == 0 {
            forsaken.extend(index.refer_to(subject, &direct)?.iter().map(ToString::to_string));
        }
    }
    Ok(forsaken)
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

/// Whether two of these documents say different things of a subject: they are read side by side.
fn differ<'d>(documents: impl Iterator<Item = &'d Content>) -> io::Result<bool> {
    let mut all: Vec<Subjects<'d>> = documents.map(Subjects::of).collect::<io::Result<_>>()?;
    // Documents by the subjects that they are at; the least on top.
    let at = |at: usize, all: &[Subjects<'_>]| Some(Reverse((all[at].at()?.to_owned(), at)));
    let mut next: BinaryHeap<_> = (0..all.len()).filter_map(|one| at(one, &all)).collect();
    while let Some(Reverse((subject, one))) = next.pop() {
        // What stands before the least subject of the others is said once.
        let Some(Reverse((least, _))) = next.peek() else { return Ok(false) };
        if subject < *least {
            all[one].advance_to(least)?;
        } else {
            let lines = all[one].next()?;
            while next.peek().is_some_and(|Reverse((same, _))| *same == subject) {
                let Some(Reverse((_, other))) = next.pop() else { break };
                if all[other].next()? != lines {
                    return Ok(true);
                }
                next.extend(at(other, &all));
            }
        }
        next.extend(at(one, &all));
    }
    Ok(false)
}

/// A document's subjects, each with the blank behind it and with all its lines.
struct Subjects<'d>(Cursor<'d>);

impl<'d> Subjects<'d> {
    fn of(document: &'d Content) -> io::Result<Self> {
        Cursor::new(document.pieces()).map(Self)
    }

    /// The subject whose lines are the next.
    fn at(&self) -> Option<&[u8]> {
        self.0.line().map(|line| &line[..memchr::memchr(b' ', line).map_or(line.len(), |at| at + 1)])
    }

    /// To this subject, or the first behind it.
    fn advance_to(&mut self, subject: &[u8]) -> io::Result<()> {
        self.0.advance_to(subject)
    }

    /// The subject and its lines.
    fn next(&mut self) -> io::Result<Option<(String, String)>> {
        let Some(subject) = self.at().map(<[u8]>::to_vec) else { return Ok(None) };
        let mut lines = Vec::new();
        while let Some(line) = self.0.line().filter(|line| line.starts_with(&subject)) {
            lines.extend_from_slice(line);
            self.0.advance()?;
        }
        let text = |bytes| String::from_utf8(bytes).expect("lines are text");
        Ok(Some((text(subject), text(lines))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_documents_say_differently_is_shared() {
        let a = "<a> <p> 1 .\n<b> <p> 1 .\n<b> <p> 2 .\n";
        let differ = |texts: &[&str]| {
            let documents: Vec<Content> = texts.iter().map(|text| (*text).to_owned().into()).collect();
            super::differ(documents.iter()).unwrap()
        };
        assert!(differ(&[a, "<b> <p> 1 .\n<c> <p> <a> .\n"]));
        assert!(differ(&["<aa> <p> 1 .\n", a, "<b> <p> 1 .\n<b> <p> 2 .\n", "<b> <p> 2 .\n"]));
        assert!(!differ(&[a, "<b> <p> 1 .\n<b> <p> 2 .\n", "<aa> <p> 1 .\n<c> <p> <a> .\n"]));
        assert!(!differ(&[a]));
    }

    #[test]
    fn what_the_graph_says_beyond_a_document_is_stated_elsewhere() {
        let own = "<ex:a> <ex:p> <ex:c> .\n<ex:b> <ex:p> \"1\" .\n";
        let document: Content = own.to_owned().into();
        let is_elsewhere = |other: &str| {
            let index = Index::from_ntriples([own, other], &[]).unwrap();
            is_stated_elsewhere([&document].into_iter(), &index).unwrap()
        };
        assert!(!is_elsewhere("<ex:b> <ex:p> \"1\" .\n<ex:c> <ex:p> <ex:a> .\n"));
        assert!(is_elsewhere("<ex:b> <ex:q> \"1\" .\n"));
        let direct = Stance::Opposes.direct_property();
        assert!(!is_elsewhere(&format!("<ex:a> {direct} <ex:i> .\n")));
    }

    #[test]
    fn what_refers_to_what_is_gone_is_forsaken() {
        let before = "<ex:a> <ex:p> \"1\" .\n<ex:b> <ex:p> \"1\" .\n";
        let after = "<ex:b> <ex:p> \"2\" .\n<ex:c> <ex:p> <ex:a> .\n<ex:d> <ex:p> <ex:b> .\n";
        assert_eq!(forsaken(before, &Index::from_ntriples([after], &[]).unwrap()).unwrap(), ["<ex:c>"]);
    }
}
