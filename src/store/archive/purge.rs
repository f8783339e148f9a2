//! Contents that are gone from every revision, and the gap that this leaves.
//!
//! Revisions go on naming contents by their hashes, so every link of the chain, every anchor and every receipt is
//! proved as before. A purge is a revision of its own. It says of each content that is gone what is left of it, by
//! hash, and not what it said; whoever reads a revision of before reads what is left. It counts from the rename of
//! that revision on, also for what lies in the folder still: files are deleted after it, and the file `purging`
//! says so until that is done. The next writer, or a repair, goes on with it.
//!
//! Two shapes were weighed. To write the history anew, without what is purged, leaves no gap, and proves nothing
//! any more: every hash after it is another one, and a store that was purged cannot be told from one that was
//! forged. So the history stays as it is, and the gap has a name. What that costs: the hash of a content that is
//! gone stays, and by it, somebody who guesses every byte of the content can see that the guess is right.
//!
//! A content may come back: when its document is loaded again, that is a later revision, which has it; revisions
//! from before the purge still have what was left.

use super::durable;
use super::error::{ArchiveError, Result};
use super::identity::Identity;
use super::layout::{Layout, files_below, hash_of_name};
use super::object;
use super::revision::{self, Action, Entry, Revision, Sealed};
use super::seal;
use super::state::State;
use super::{Archive, ContentHash, Transaction};
use crate::model::document::{Content, Document, count_lines};
use crate::store::files;
use jiff::Timestamp;
use oxigraph::model::NamedNode;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

/// Record of a purge, in its revision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purged {
    /// The contents that are gone.
    pub contents: Vec<PurgedContent>,
    /// Texts that were kept, and are gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<ContentHash>,
    /// Revisions in whose messages and file names something is blotted out, and the SHA-256 of their files since.
    /// Each goes by the hash of the file that it was.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub revisions: BTreeMap<u64, ContentHash>,
    /// What was purged, as [`mark`] names it: whoever loads it again is warned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<ContentHash>,
}

/// A content that is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurgedContent {
    /// The document that said it.
    #[serde(with = "super::revision::iri")]
    pub document: NamedNode,
    /// Its hash, by which revisions name it.
    pub content: ContentHash,
    /// What is left of it; none where nothing is.
    pub rest: Option<Rest>,
}

/// What is left of a content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rest {
    /// SHA-256 of its canonical N-Triples.
    pub hash: ContentHash,
    /// Number of its triples.
    pub triples: u64,
    /// Size of its canonical N-Triples, in bytes.
    pub bytes: u64,
}

/// A purge, as the history names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Its revision.
    pub number: u64,
    /// When.
    pub time: Timestamp,
    /// By whom.
    pub by: String,
}

/// Digest by which a purge names a thing without saying which: of its IRI, with the identity of the store. Whoever
/// has the store and a guess can see whether the guess is right.
#[must_use]
pub fn mark(store: Identity, iri: &str) -> ContentHash {
    ContentHash::of(format!("purged from {store}: {iri}").as_bytes())
}

/// All purges of a history.
#[derive(Clone, Debug, Default)]
pub(super) struct Gaps {
    purges: Vec<Gap>,
    /// What is left of a document's content, by the revision of the purge.
    contents: BTreeMap<NamedNode, BTreeMap<ContentHash, BTreeMap<u64, Option<Rest>>>>,
    marks: BTreeMap<ContentHash, u64>,
}

impl Gaps {
    pub fn is_empty(&self) -> bool {
        self.purges.is_empty()
    }

    /// Number of the contents that are gone.
    pub fn len(&self) -> usize {
        self.contents.values().map(BTreeMap::len).sum()
    }

    /// Numbers of their revisions, for a checkpoint.
    pub fn numbers(&self) -> Vec<u64> {
        self.purges.iter().map(|gap| gap.number).collect()
    }

    /// Takes in a revision, if it is a purge.
    pub fn add(&mut self, revision: &Revision) {
        let Some(purged) = &revision.purged else { return };
        let number = revision.number;
        self.purges.push(Gap { number, time: revision.time, by: revision.by.clone() });
        for gone in &purged.contents {
            let contents = self.contents.entry(gone.document.clone()).or_default();
            contents.entry(gone.content).or_default().insert(number, gone.rest.clone());
        }
        self.marks.extend(purged.marks.iter().map(|mark| (*mark, number)));
    }

    /// What of a document in this state can be read: what was left by the purges after it. None where nothing is.
    pub fn left<'e>(&self, entry: &'e Entry) -> Option<Cow<'e, Entry>> {
        let mut left = Cow::Borrowed(entry);
        let Some(contents) = self.contents.get(&entry.document) else { return Some(left) };
        let mut after = entry.revision;
        while let Some((number, rest)) =
            contents.get(&left.hash).and_then(|purges| purges.range(after + 1..).next())
        {
            let Rest { hash, triples, bytes } = rest.clone()?;
            left = Cow::Owned(Entry { hash, triples, bytes, ..left.into_owned() });
            after = *number;
        }
        Some(left)
    }

    /// The purge that took something from a document in this state.
    pub fn of(&self, entry: &Entry) -> Option<&Gap> {
        let purges = self.contents.get(&entry.document)?.get(&entry.hash)?;
        let (number, _) = purges.range(entry.revision + 1..).next()?;
        self.purges.iter().find(|gap| gap.number == *number)
    }

    fn marked(&self, mark: ContentHash) -> Option<&Gap> {
        let number = self.marks.get(&mark)?;
        self.purges.iter().find(|gap| gap.number == *number)
    }
}

/// A content of the history that can be read.
#[derive(Clone, Debug)]
pub struct Version {
    /// The document in this state; its hash is that of the content.
    pub entry: Entry,
    /// Whether it is what the document says now.
    pub is_present: bool,
}

impl Archive {
    /// What documents have said in any revision, as far as it is left: once for each document and content, in
    /// their order. What repairs have put down as lost is not among it.
    ///
    /// # Errors
    /// The history is damaged.
    pub fn versions(&self) -> Result<Vec<Version>> {
        let revisions = self.revisions(1..=self.number())?;
        let lost: BTreeSet<ContentHash> = revisions.iter().flat_map(Revision::lost_contents).collect();
        let mut versions: BTreeMap<(NamedNode, ContentHash), Version> = BTreeMap::new();
        for revision in &revisions {
            for entry in revision.changes.iter().filter_map(|change| change.entry(revision.number)) {
                let Some(entry) = self.state.gaps.left(&entry).map(Cow::into_owned) else { continue };
                if lost.contains(&entry.hash) && !self.layout.object(entry.hash).exists() {
                    continue;
                }
                let now = self.state.documents.get(&entry.document);
                let is_present = now.is_some_and(|now| now.hash == entry.hash);
                versions.insert((entry.document.clone(), entry.hash), Version { entry, is_present });
            }
        }
        Ok(versions.into_values().collect())
    }

    /// Whether the folder may hold what has no name in the history: contents and damaged files that a repair
    /// moved away. A purge deletes it, since nobody can tell what it says.
    #[must_use]
    pub fn unnamed_files(&self) -> usize {
        let named = live(&self.layout, &self.state).unwrap_or_default();
        let unnamed = files_below(&self.layout.objects()).into_iter();
        let unnamed = unnamed.filter(|path| !is_named(path, &named)).count();
        unnamed + files_below(&self.layout.lost()).len()
    }

    /// The texts of which there are files, named by a revision or not.
    #[must_use]
    pub fn kept_texts(&self) -> Vec<ContentHash> {
        super::texts::kept(&self.layout).into_keys().collect()
    }

    /// The latest purge that took something from what the store held in this state.
    #[must_use]
    pub fn gap(&self) -> Option<&Gap> {
        let gaps = &self.state.gaps;
        let taken = self.state.documents.values().filter_map(|entry| gaps.of(entry));
        taken.max_by_key(|gap| gap.number)
    }

    /// The number of the newest purge; 0 if there was none.
    #[must_use]
    pub(crate) fn last_purge(&self) -> u64 {
        self.state.gaps.purges.last().map_or(0, |gap| gap.number)
    }

    /// The purge that took out a thing or a document, if one did.
    fn purge_of(&self, iri: &str) -> Option<&Gap> {
        self.state.gaps.marked(mark(self.identity()?, iri))
    }

    /// What was purged, and is in a document again: the document itself, or what it speaks of.
    ///
    /// # Errors
    /// The document is in a temporary file that cannot be read.
    pub fn purged_in(&self, document: &Document) -> io::Result<Vec<(String, Gap)>> {
        let mut purged = BTreeMap::new();
        if self.state.gaps.marks.is_empty() {
            return Ok(Vec::new());
        }
        let mut look = |iri: &str| {
            if let Some(gap) = self.purge_of(iri) {
                purged.insert(iri.to_owned(), gap.clone());
            }
        };
        look(document.name.as_str());
        let mut seen = HashSet::new();
        let mut pieces = document.ntriples.pieces();
        while let Some(piece) = pieces.next()? {
            for word in piece.split([' ', '\n']) {
                let iri = word.strip_prefix('<').and_then(|word| word.strip_suffix('>'));
                if let Some(iri) = iri.filter(|iri| !seen.contains(*iri)) {
                    look(iri);
                    seen.insert(iri.to_owned());
                }
            }
        }
        Ok(purged.into_iter().collect())
    }

    /// Whether a purge was interrupted before all files were deleted.
    #[must_use]
    pub fn is_purging(&self) -> bool {
        self.layout.purging().exists()
    }
}

impl Transaction<'_> {
    /// Takes a content out of every revision, all but this rest of it. What the document says now, if it is this
    /// content, becomes the rest.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn purge(&mut self, version: &Version, rest: Option<&str>) -> Result<()> {
        let entry = &version.entry;
        let coding = rest.map(|text| Content::from(text).apart()).transpose();
        let coding = coding.map_err(ArchiveError::reading(&self.layout().temporary()))?.flatten();
        let rest = rest.map(|text| -> Result<_> {
            let hash = ContentHash::of(text.as_bytes());
            let mut file = durable::temporary(&self.layout().temporary())?;
            object::compress(text.as_bytes(), file.as_file_mut())
                .map_err(ArchiveError::writing(&self.layout().object(hash)))?;
            let triples = count_lines(text.as_bytes()) as u64;
            Ok((Rest { hash, triples, bytes: text.len() as u64 }, file.into_temp_path()))
        });
        let (rest, file) = rest.transpose()?.unzip();
        if version.is_present {
            self.replace(entry, rest.as_ref(), coding);
        }
        self.add_rest(rest.as_ref().map(|rest| rest.hash).zip(file));
        let gone = PurgedContent { document: entry.document.clone(), content: entry.hash, rest };
        self.purged().contents.push(gone);
        Ok(())
    }

    /// Blots out what a function finds in the messages of revisions and in the names of files.
    ///
    /// # Errors
    /// The history is damaged.
    pub fn purge_words(&mut self, blot: &dyn Fn(&str) -> Option<String>) -> Result<()> {
        let newest = self.number();
        for Sealed { revision, hash } in revision::read_all(self.layout(), 1..=newest)? {
            // What stands in for a lost revision is known by its own hash.
            if revision.action == Action::Lost {
                continue;
            }
            let mut blotted = revision.clone();
            let texts =
                blotted.changes.iter_mut().map(|change| &mut change.origin).chain(&mut blotted.message);
            for text in texts {
                if let Some(other) = blot(text) {
                    *text = other;
                }
            }
            if blotted != revision {
                blotted.stands_for = Some(hash);
                let file = ContentHash::of(&seal::seal(&blotted));
                self.purged().revisions.insert(blotted.number, file);
                self.add_blotted(blotted);
            }
        }
        Ok(())
    }

    /// Takes a text that was kept out of the store.
    pub fn purge_text(&mut self, hash: ContentHash) {
        self.purged().texts.push(hash);
    }

    /// Names what is purged by its [`mark`].
    pub fn mark_purged(&mut self, iri: &str) {
        let mark = mark(self.identity(), iri);
        self.purged().marks.push(mark);
    }
}

/// Files that are about to be deleted or replaced.
#[derive(Serialize, Deserialize)]
struct Announced {
    /// The purge; nothing is done before it is there.
    number: u64,
    /// What takes the place of revisions.
    revisions: Vec<Revision>,
}

/// Says what is about to be done, once there is a revision of this number.
pub(super) fn announce(layout: &Layout, number: u64, blotted: &[Revision]) -> Result<()> {
    let announced = Announced { number, revisions: blotted.to_vec() };
    durable::write(&layout.temporary(), &layout.purging(), &seal::seal(&announced))
}

/// Deletes what a purge has taken out, if one was announced and has its revision; for who holds the lock. Caches
/// go with it, and what has no name: they may say what is purged.
pub(super) fn finish(layout: &Layout) -> Result<()> {
    let marker = layout.purging();
    let Announced { number, revisions } = match fs::read(&marker) {
        Ok(bytes) => seal::unseal(&bytes).unwrap_or(Announced { number: 0, revisions: Vec::new() }),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(ArchiveError::reading(&marker)(error)),
    };
    if layout.revision(number).exists() {
        let revision = Sealed::read(layout, number)?.revision;
        if let Some(purged) = revision.purged.filter(|_| revision.action == Action::Purge) {
            for revision in revisions {
                let bytes = seal::seal(&revision);
                if purged.revisions.get(&revision.number) == Some(&ContentHash::of(&bytes)) {
                    durable::write(&layout.temporary(), &layout.revision(revision.number), &bytes)?;
                }
            }
            delete_purged(layout, &purged)?;
        }
    }
    delete(&marker)?;
    durable::sync_directory(layout.dir())
}

fn delete_purged(layout: &Layout, purged: &Purged) -> Result<()> {
    let mut state = State::default();
    state.advance(layout)?;
    let named = live(layout, &state)?;
    let mut files = files_below(&layout.objects());
    files.retain(|path| !is_named(path, &named));
    files.extend(purged.texts.iter().map(|text| layout.text(*text)));
    for path in &files {
        delete(path)?;
    }
    for dir in [layout.index(), layout.lost()] {
        match files::remove_dirs(&dir) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(ArchiveError::left(&dir)(error));
            }
            _ => {}
        }
    }
    delete(&layout.checkpoint())?;
    // Before the marker goes, which alone tells that there is something to delete.
    let folders: BTreeSet<&Path> = files.iter().filter_map(|path| path.parent()).collect();
    let kept = folders.into_iter().filter(|folder| folder.is_dir());
    kept.chain([layout.dir()]).try_for_each(durable::sync_directory)
}

fn delete(path: &Path) -> Result<()> {
    match files::remove(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(ArchiveError::left(path)(error)),
        _ => Ok(()),
    }
}

/// The contents that can be read in some revision.
fn live(layout: &Layout, state: &State) -> Result<BTreeSet<ContentHash>> {
    let mut named = BTreeSet::new();
    for sealed in revision::read_all(layout, 1..=state.number())? {
        let revision = sealed.revision;
        for entry in revision.changes.iter().filter_map(|change| change.entry(revision.number)) {
            named.extend(state.gaps.left(&entry).map(|entry| entry.hash));
        }
    }
    Ok(named)
}

fn is_named(path: &Path, named: &BTreeSet<ContentHash>) -> bool {
    hash_of_name(path, ".nt.gz").is_some_and(|hash| named.contains(&hash))
}
