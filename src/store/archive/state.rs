//! Which documents the store holds: the revisions, folded.
//!
//! Folding reads one small file a revision. That is the truth and needs no upkeep, but
//! 10,000 files cost 0.1 s when the system has them in memory and more than a second when
//! it has not. So every [`INTERVAL`]th revision leaves a checkpoint, and opening folds from
//! there: at most `INTERVAL` files, however long the history. Writing it at every revision
//! would cost as much as all documents, every time; this way that cost is shared by many.
//!
//! Only the newest checkpoint is kept: one for every thousand revisions would let a store grow
//! with the square of its history. So a state before it is folded from the first revision on,
//! by several readers at once, since nearly all of that is waiting for files.
//!
//! The checkpoint is a cache: without it, or with one that does not fit, the whole history
//! is folded. [`State::prove`] does that on request, and so proves every link of the chain.

use super::ContentHash;
use super::durable;
use super::error::{ArchiveError, Result};
use super::layout::Layout;
use super::object;
use super::purge::Gaps;
use super::revision::{self, Action, Entry, Loss, Sealed};
use super::seal;
use oxigraph::model::NamedNode;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;

/// A checkpoint is written with every revision whose number this divides.
pub(super) const INTERVAL: u64 = 64;
/// What is wrong with a revision that another file stands in for, and nobody says why.
pub(super) const PLANTED: &str = "it stands in for another file, but no purge recorded this";
/// Revisions that are read before they are applied: a limit on memory.
const WAVE: u64 = 4096;

/// What the store holds after some revision.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub head: Option<Sealed>,
    pub documents: BTreeMap<NamedNode, Entry>,
    /// Kept texts that revisions name, without those that a repair put down as lost.
    pub texts: BTreeSet<ContentHash>,
    /// Revisions that are lost, with the hash of what stands in for them, until a repair says so.
    pub unverified: BTreeMap<u64, ContentHash>,
    /// Revisions in which something is blotted out, with the hash of the file, until a purge says so.
    pub blotted: BTreeMap<u64, ContentHash>,
    /// Every purge that is known, also those after this state: what they took out is nowhere.
    pub gaps: Arc<Gaps>,
}

/// What the store holds after some revision, as it is kept.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    pub number: u64,
    pub revision: ContentHash,
    pub documents: Vec<Entry>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub texts: BTreeSet<ContentHash>,
    /// The revisions that are purges.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purges: Vec<u64>,
}

impl Checkpoint {
    /// The one that is kept; none where there is none that is sound.
    pub fn read(layout: &Layout) -> Option<Self> {
        fs::read(layout.checkpoint()).ok().and_then(|bytes| seal::unseal(&bytes).ok())
    }
}

impl State {
    /// The state after the newest revision.
    pub fn newest(layout: &Layout) -> Result<Self> {
        // The checkpoint is read before the listing: one written later would be ahead of it.
        let mut state = Self::from_checkpoint(layout)?.unwrap_or_default();
        state.advance(layout)?;
        state.ensure_digest(layout)?;
        Ok(state)
    }

    /// Number of the revision after which this is the state; 0 before the first.
    pub fn number(&self) -> u64 {
        self.head.as_ref().map_or(0, |head| head.revision.number)
    }

    /// The state after an earlier revision, that of this one at most; 0 is the empty store.
    pub fn at(&self, layout: &Layout, number: u64) -> Result<Self> {
        debug_assert!(number <= self.number());
        if number == self.number() {
            return Ok(self.clone());
        }
        let checkpoint = Self::from_checkpoint(layout)?.filter(|state| state.number() <= number);
        let mut state = checkpoint.unwrap_or_default();
        state.advance_to(layout, number)?;
        state.ensure_digest(layout)?;
        state.gaps = Arc::clone(&self.gaps);
        Ok(state)
    }

    /// What a document in this state says, as far as no purge took it out, proved by its hash.
    pub fn read(&self, layout: &Layout, entry: &Entry) -> Result<String> {
        self.gaps.left(entry).map_or(Ok(String::new()), |left| object::read(layout, &left))
    }

    /// Digest of the set of documents.
    pub fn digest(&self) -> ContentHash {
        revision::digest_of(self.documents.values().map(|entry| (&entry.document, entry.hash)))
    }

    /// Whether the newest revision names this set of documents, as far as it names any. What stands in for a
    /// lost revision may not know of all.
    pub fn fits_digest(&self) -> bool {
        let named = self.head.as_ref().and_then(|head| head.revision.documents);
        !self.unverified.is_empty() || named.is_none_or(|named| named == self.digest())
    }

    fn ensure_digest(&self, layout: &Layout) -> Result<()> {
        if self.fits_digest() {
            return Ok(());
        }
        let number = self.number();
        let why = "the history does not lead to the documents that it names".into();
        Err(ArchiveError::BrokenChain { number, path: layout.revision(number), why })
    }

    /// Applies the revisions that have been added since.
    pub fn advance(&mut self, layout: &Layout) -> Result<()> {
        self.advance_to(layout, revision::newest(layout)?)
    }

    /// Folds the history anew, from the first revision on, and compares.
    pub fn verify(&self, layout: &Layout) -> Result<()> {
        let mut verified = Self::default();
        verified.advance_to(layout, self.number())?;
        let hash = |state: &Self| state.head.as_ref().map(|head| head.hash);
        if let Some(number) = verified.unverified.keys().next().copied() {
            let why = "it replaces a lost revision, but no repair recorded this".into();
            return Err(ArchiveError::BrokenChain { number, path: layout.revision(number), why });
        }
        if let Some(number) = verified.blotted.keys().next().copied() {
            return Err(ArchiveError::BrokenChain {
                number,
                path: layout.revision(number),
                why: PLANTED.into(),
            });
        }
        if hash(&verified) == hash(self) && verified.documents == self.documents {
            return Ok(());
        }
        let path = layout.checkpoint();
        let why = "the checkpoint does not match the history".into();
        Err(ArchiveError::BrokenChain { number: self.number(), path, why })
    }

    fn advance_to(&mut self, layout: &Layout, last: u64) -> Result<()> {
        while self.number() < last {
            let wave = self.number() + 1..=last.min(self.number() + WAVE);
            for sealed in revision::read_all(layout, wave)? {
                let number = sealed.revision.number;
                self.apply(sealed).map_err(|why| {
                    let path = layout.revision(number);
                    ArchiveError::BrokenChain { number, path, why }
                })?;
            }
        }
        Ok(())
    }

    /// Applies the next revision; else says why it is not the next.
    pub fn apply(&mut self, next: Sealed) -> Result<(), String> {
        let parent = self.head.as_ref().map(|head| head.hash);
        if next.revision.parent != parent {
            return Err("it is based on another revision than the one before it".into());
        }
        for change in &next.revision.changes {
            let before = self.documents.get(&change.document).map(|entry| entry.hash);
            if before != change.before {
                return Err(format!(
                    "it changes `{}` from a state that the document did not have",
                    change.short_name()
                ));
            }
        }
        for change in &next.revision.changes {
            match change.entry(next.revision.number) {
                Some(entry) => self.documents.insert(entry.document.clone(), entry),
                None => self.documents.remove(&change.document),
            };
        }
        if next.revision.action == Action::Lost {
            self.unverified.insert(next.revision.number, next.file_hash());
        } else if next.revision.stands_for.is_some() {
            self.blotted.insert(next.revision.number, next.file_hash());
        }
        self.texts.extend(&next.revision.texts);
        if let Some(purged) = &next.revision.purged {
            self.texts.retain(|hash| !purged.texts.contains(hash));
            self.blotted.retain(|number, file| purged.revisions.get(number) != Some(file));
            Arc::make_mut(&mut self.gaps).add(&next.revision);
        }
        for loss in &next.revision.lost {
            match loss {
                Loss::Revision { number, stand_in } if self.unverified.get(number) == Some(stand_in) => {
                    self.unverified.remove(number);
                }
                Loss::Text(hash) => {
                    self.texts.remove(hash);
                }
                Loss::Revision { .. } | Loss::Content(_) => {}
            }
        }
        self.head = Some(next);
        Ok(())
    }

    /// Leaves a checkpoint if one is due. It failing harms nobody: the truth is written.
    pub fn checkpoint_if_due(&self, layout: &Layout) {
        if self.number().is_multiple_of(INTERVAL) {
            let _ = self.write_checkpoint(layout);
        }
    }

    /// Leaves a checkpoint; none where the store is empty.
    pub fn write_checkpoint(&self, layout: &Layout) -> Result<()> {
        let Some(head) = &self.head else { return Ok(()) };
        let checkpoint = Checkpoint {
            number: head.revision.number,
            revision: head.hash,
            documents: self.documents.values().cloned().collect(),
            texts: self.texts.clone(),
            purges: self.gaps.numbers(),
        };
        durable::write(&layout.temporary(), &layout.checkpoint(), &seal::seal(&checkpoint))
    }

    /// The state at the checkpoint; none where there is none that can be trusted.
    ///
    /// One that speaks of a revision which is gone is no cache to be passed over: it is
    /// the witness that the end of the history got lost.
    fn from_checkpoint(layout: &Layout) -> Result<Option<Self>> {
        let Some(Checkpoint { number, revision, documents, texts, purges }) = Checkpoint::read(layout) else {
            return Ok(None);
        };
        let head = Sealed::read(layout, number)?;
        let fits = head.hash == revision;
        let mut gaps = Gaps::default();
        for purge in purges {
            gaps.add(&Sealed::read(layout, purge)?.revision);
        }
        let state = Self {
            head: Some(head),
            documents: documents.into_iter().map(|entry| (entry.document.clone(), entry)).collect(),
            texts,
            unverified: BTreeMap::new(),
            blotted: BTreeMap::new(),
            gaps: Arc::new(gaps),
        };
        Ok(Some(state).filter(|state| fits && state.fits_digest()))
    }
}
