//! Purging: what has to go from every revision when a thing or a document does.
//!
//! **A document** goes whole, whatever it ever said, with the kept texts that no other document speaks of.
//!
//! **A thing** goes with every record that refers to it, itself or by one of its parts: positions that it holds, that
//! are attributed to it or aimed at it, events, measures, relations, offices and memberships, with the words that
//! prove them. Other things (an issue, an article, another actor) lose what they say of it, and stay; so do records
//! that refer to a record which goes. Of an actor, the names go too: in every other text they become blocks, as
//! many as they have letters, so that places in a text stay right. Kept texts that have a name or a quote go.
//!
//! Two shapes were weighed. To take out single statements, and leave a position without its holder, leaves records
//! that say nothing, and that every rule and shape finds. So records go whole, and say so by their number. And to
//! take out whatever has the name in its words would take out what others say; so words are blotted out there.
//!
//! IRIs stay as they are: they are what documents outside refer to. What has a name in its IRI still is listed. In
//! messages of revisions and in names of files, names become blocks as well.

mod names;
mod records;

use crate::base::diagnostic::{did_you_mean, nearest};
use crate::base::error::{Error, Result, count};
use crate::model::identity::slug;
use crate::model::registry::Kind;
use crate::store::archive::{Archive, Change, ContentHash, Revision, Transaction, Version, matching_in};
use crate::store::index::Index;
use crate::store::names::{self as things, Thing};
use names::Names;
use oxrdf::{NamedNode, Triple};
use records::{Nodes, Record, Removed};
use std::collections::{BTreeMap, BTreeSet};

/// What is to be purged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// All that a document ever said.
    Document(NamedNode),
    /// A thing and all that is recorded of it.
    Thing(Thing),
}

impl Subject {
    /// Its IRI.
    #[must_use]
    pub fn iri(&self) -> &NamedNode {
        match self {
            Self::Document(document) => document,
            Self::Thing(thing) => &thing.iri,
        }
    }

    /// The name that a person types to confirm.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Document(document) => {
                let iri = document.as_str();
                iri.split_once("/document/").map_or(iri, |(_, name)| name)
            }
            Self::Thing(thing) => &thing.label,
        }
    }
}

/// What a text stands for, in the present or in any revision: a thing by its whole name, alias, id, handle or IRI,
/// or a document as `remove` takes it. Part of a thing's name is not enough to delete it.
///
/// # Errors
/// Nothing is meant, or more than one thing or document; a damaged store.
pub fn find(archive: &Archive, present: &Index, background: &[Triple], text: &str) -> Result<Subject> {
    let revisions = archive.revisions(1..=archive.number())?;
    let documents = matching_in(&revisions, text).into_iter().map(|found| Subject::Document(found.clone()));
    let mut found: Vec<Subject> = documents.collect();
    let mut named = things::exact(present, text)?;
    if named.is_empty() && found.is_empty() {
        // What was removed, or renamed, is in earlier revisions still.
        let past = past(archive, background)?;
        named = things::exact(&past, text)?;
        if named.is_empty() {
            return Err(unknown(&past, &revisions, text));
        }
    }
    found.extend(named.into_iter().map(Subject::Thing));
    match found.len() {
        1 => Ok(found.remove(0)),
        number => {
            let listed: Vec<String> = found.iter().map(listed).collect();
            Err(Error::usage(format!(
                "`{text}` matches {number} things; choose one by its IRI:\n  {}",
                listed.join("\n  ")
            )))
        }
    }
}

fn listed(subject: &Subject) -> String {
    match subject {
        Subject::Document(document) => format!("document {} ({})", subject.name(), document.as_str()),
        Subject::Thing(thing) => format!("{} ({})", thing.label, thing.iri.as_str()),
    }
}

/// Graph of everything that any revision says.
fn past(archive: &Archive, background: &[Triple]) -> Result<Index> {
    let versions = archive.versions()?;
    let texts = versions.iter().map(|version| archive.read(&version.entry)).collect::<Result<Vec<_>, _>>()?;
    Index::from_ntriples(texts.iter().map(String::as_str), background)
        .map_err(|error| Error::usage(format!("the history cannot be made into a graph: {error}")))
}

fn unknown(past: &Index, revisions: &[Revision], text: &str) -> Error {
    let documents = revisions.iter().flat_map(|revision| &revision.changes).map(Change::short_name);
    let near = nearest(text, documents.collect::<BTreeSet<_>>(), 3);
    if let Some(help) = did_you_mean(&near).filter(|_| text.contains('/')) {
        return Error::usage(format!("no document matches `{text}`")).with_help(help);
    }
    match things::one_of(past, &Kind::ALL, text) {
        Ok(thing) => Error::usage(format!("nothing has the whole name `{text}`"))
            .with_help(format!("did you mean `{}`? Purging needs a whole name or an IRI", thing.label)),
        Err(error) => error,
    }
}

/// What a purge takes out.
pub struct Plan {
    /// What is purged.
    pub subject: Subject,
    /// The names that are blotted out elsewhere.
    pub names: Vec<String>,
    /// Records that go, by the word for them, in all revisions together.
    pub records: BTreeMap<&'static str, usize>,
    /// Triples that go, over all contents.
    pub triples: usize,
    /// Texts in other records in which a name is blotted out.
    pub blotted: usize,
    /// Kept texts that go.
    pub texts: Vec<ContentHash>,
    /// What has a name in its IRI, and keeps it.
    pub left: BTreeSet<String>,
    /// Contents that are no longer what they were, and whether they are of the present.
    versions: Vec<Version>,
    removed: Removed,
    blots: Names,
}

impl Plan {
    /// Reads the whole history and finds out what has to go; `words` are blotted out like names.
    ///
    /// # Errors
    /// A damaged store: nobody can tell what a damaged content says.
    pub fn new(archive: &Archive, subject: Subject, words: &[String]) -> Result<Self> {
        let all = archive.versions()?;
        match &subject {
            Subject::Document(_) => Self::of_document(archive, subject, all, words),
            Subject::Thing(_) => Self::of_thing(archive, subject, &all, words),
        }
    }

    /// Number of the contents that are changed or gone: of the present, and of the past.
    #[must_use]
    pub fn contents(&self) -> (usize, usize) {
        let present = self.versions.iter().filter(|version| version.is_present).count();
        (present, self.versions.len() - present)
    }

    /// Whether there is nothing to purge.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.versions.is_empty() && self.texts.is_empty()
    }

    /// Takes it out. `archive` is the state that the plan was made of.
    ///
    /// # Errors
    /// The store changed since, is damaged, or cannot be written.
    pub fn apply(&self, archive: &Archive, transaction: &mut Transaction<'_>) -> Result<()> {
        if transaction.head_hash() != archive.head_hash() {
            return Err(Error::usage("the store changed meanwhile").with_help("run the command again"));
        }
        for version in &self.versions {
            let rest = match &self.subject {
                Subject::Document(_) => String::new(),
                Subject::Thing(_) => {
                    self.removed.without(&archive.read(&version.entry)?, &self.blots).text.unwrap_or_default()
                }
            };
            transaction.purge(version, Some(rest.as_str()).filter(|rest| !rest.is_empty()))?;
        }
        self.texts.iter().for_each(|text| transaction.purge_text(*text));
        if let Subject::Thing(_) = self.subject {
            transaction.purge_words(&|text| self.blots.blot_in_id(text))?;
        }
        transaction.mark_purged(self.subject.iri().as_str());
        Ok(())
    }

    /// A text of the user's in which the names are blotted out.
    #[must_use]
    pub fn blotted(&self, text: &str) -> String {
        self.blots.blot(text).unwrap_or_else(|| text.to_owned())
    }

    fn of_document(archive: &Archive, subject: Subject, all: Vec<Version>, words: &[String]) -> Result<Self> {
        if !words.is_empty() {
            return Err(Error::usage("--word is for a thing, and a document is purged whole"));
        }
        let kept = archive.kept_texts();
        let (mut own, mut others) = (BTreeSet::new(), BTreeSet::new());
        let (mut records, mut seen, mut triples) = (BTreeMap::new(), Nodes::default(), 0);
        let (gone, stays): (Vec<Version>, Vec<Version>) =
            all.into_iter().partition(|version| version.entry.document == *subject.iri());
        for (versions, speak_of) in [(&gone, &mut own), (&stays, &mut others)] {
            for version in versions {
                let text = archive.read(&version.entry)?;
                speak_of.extend(kept.iter().copied().filter(|hash| text.contains(&format!("\"{hash}\""))));
            }
        }
        for version in &gone {
            let text = archive.read(&version.entry)?;
            seen.read(&text);
            triples += text.lines().count();
        }
        for record in seen.records().map(|(_, record)| record) {
            *records.entry(record.word()).or_default() += 1;
        }
        Ok(Self {
            subject,
            names: Vec::new(),
            records,
            triples,
            blotted: 0,
            texts: own.difference(&others).copied().collect(),
            left: BTreeSet::new(),
            versions: gone,
            removed: Removed::default(),
            blots: Names::default(),
        })
    }

    fn of_thing(archive: &Archive, subject: Subject, all: &[Version], words: &[String]) -> Result<Self> {
        let target = format!("<{}>", subject.iri().as_str());
        let mut nodes = Nodes::default();
        let mut names = BTreeSet::new();
        for version in all {
            let text = archive.read(&version.entry)?;
            nodes.read(&text);
            names.extend(names::of(&text, &target));
        }
        // What an issue or an article is called are words that others may use of it.
        let is_named = !nodes.is_record(&target) && !nodes.is_sentence(&target);
        let mut called: Vec<String> = if is_named { names::telling(names) } else { Vec::new() };
        called.extend(words.iter().cloned());
        let blots = Names::new(&called)?;

        let mut gone = BTreeSet::from([target.clone()]);
        if !nodes.is_record(&target) {
            for version in all {
                let text = archive.read(&version.entry)?;
                if text.contains(&target) {
                    gone.extend(nodes.referring(&text, &target));
                }
            }
            let slugs: Vec<String> =
                called.iter().map(|name| slug(name)).filter(|s| s.contains('-')).collect();
            let named = nodes.records().filter(|(node, _)| slugs.iter().any(|slug| has_part(node, slug)));
            let named: Vec<String> = named.map(|(node, _)| node.to_owned()).collect();
            gone.extend(named);
        }
        let mut records = BTreeMap::new();
        for record in gone.iter().filter_map(|node| nodes.record(node)) {
            *records.entry(Record::word(record)).or_default() += 1;
        }
        let removed = Removed::new(gone, nodes);

        let mut plan = Self {
            subject,
            names: called,
            records,
            triples: 0,
            blotted: 0,
            texts: Vec::new(),
            left: BTreeSet::new(),
            versions: Vec::new(),
            removed,
            blots,
        };
        let (mut quotes, mut hashes) = (BTreeSet::new(), BTreeSet::new());
        for version in all {
            let without = plan.removed.without(&archive.read(&version.entry)?, &plan.blots);
            if without.is_changed() {
                plan.triples += without.triples;
                plan.blotted += without.blotted;
                plan.versions.push(version.clone());
            }
            quotes.extend(without.quotes);
            hashes.extend(without.hashes);
            plan.left.extend(without.named);
        }
        for hash in archive.kept_texts() {
            let of_thing = hashes.contains(&hash.to_string());
            let text = archive.text(hash)?.unwrap_or_default();
            if of_thing || plan.blots.is_in(&text) || quotes.iter().any(|quote| text.contains(quote.as_str()))
            {
                plan.texts.push(hash);
            }
        }
        plan.find_left(archive)?;
        Ok(plan)
    }

    /// Documents that have a name in theirs.
    fn find_left(&mut self, archive: &Archive) -> Result<()> {
        for revision in archive.revisions(1..=archive.number())? {
            let named = revision.changes.iter().map(Change::short_name);
            let named = named.filter(|name| self.blots.is_in_id(name));
            self.left.extend(named.map(|name| format!("document/{name}")));
        }
        Ok(())
    }

    /// What goes, in words: "3 positions, 1 event".
    #[must_use]
    pub fn records_in_words(&self) -> String {
        let words: Vec<String> = self.records.iter().map(|(word, number)| count(*number, word)).collect();
        words.join(", ")
    }
}

/// Whether an IRI has a slug in it that is divided from the rest.
fn has_part(iri: &str, slug: &str) -> bool {
    let ends = |byte: Option<u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let bytes = iri.as_bytes();
    iri.match_indices(slug).any(|(at, found)| {
        ends(at.checked_sub(1).map(|before| bytes[before])) && ends(bytes.get(at + found.len()).copied())
    })
}
