//! Undo and redo: a revision that takes an earlier one back.
//!
//! The history only grows, so an undo is a revision that names the one that it takes back, and a redo is an undo of
//! an undo. What is undone now follows from the whole of them: a revision is, while one that takes it back is not
//! itself taken back.

use super::super::error::{ArchiveError, Result};
use super::super::revision::{Action, Change, Revision, Sealed};
use super::super::{Archive, ContentHash};
use super::Transaction;
use crate::model::document::Document;
use oxigraph::model::NamedNode;
use std::collections::BTreeSet;

/// The undo that a redo repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redo {
    /// It is the one with this number.
    Undo(u64),
    /// There is none: nothing is undone.
    Nothing,
    /// Since the last undo, the revision with this number has changed the store.
    Since(u64),
}

impl Archive {
    /// Number of the newest revision that an undo can mean: one that changed documents, is no undo itself, and is
    /// not undone. None where there is none.
    ///
    /// # Errors
    /// The history is damaged.
    pub fn newest_to_undo(&self) -> Result<Option<u64>> {
        let mut undone = BTreeSet::new();
        for number in (1..=self.number()).rev() {
            let revision = Sealed::read(&self.layout, number)?.revision;
            let is_undone = undone.contains(&number);
            match revision.undoes.filter(|_| !is_undone) {
                Some(undoes) => drop(undone.insert(undoes)),
                None if is_undone || revision.action == Action::Undo || revision.changes.is_empty() => {}
                None => return Ok(Some(number)),
            }
        }
        Ok(None)
    }

    /// The undo that a redo repeats: the last one that is not repeated yet, if nothing else has changed the store
    /// since.
    ///
    /// # Errors
    /// The history is damaged.
    pub fn newest_to_redo(&self) -> Result<Redo> {
        let mut taken_back = BTreeSet::new();
        for number in (1..=self.number()).rev() {
            let revision = Sealed::read(&self.layout, number)?.revision;
            if revision.action != Action::Undo {
                if revision.changes.is_empty() {
                    continue;
                }
                return Ok(if self.has_undo_before(number)? { Redo::Since(number) } else { Redo::Nothing });
            }
            let Some(undoes) = revision.undoes.filter(|_| !taken_back.contains(&number)) else { continue };
            if Sealed::read(&self.layout, undoes)?.revision.action != Action::Undo {
                return Ok(Redo::Undo(number));
            }
            taken_back.insert(undoes);
        }
        Ok(Redo::Nothing)
    }

    fn has_undo_before(&self, number: u64) -> Result<bool> {
        for number in (1..number).rev() {
            if Sealed::read(&self.layout, number)?.revision.action == Action::Undo {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Transaction<'_> {
    /// Takes back what a revision did: its documents say again
    /// what they said before it. Returns the revision; the caller commits as [`Action::Undo`].
    ///
    /// Taking back the taking back does it again. Whatever else was staged for these documents
    /// gives way.
    ///
    /// # Errors
    /// There is no such revision, a document is no longer as the revision left it, or what it
    /// said before is damaged.
    pub fn undo(&mut self, number: u64) -> Result<Revision> {
        let newest = self.state.number();
        if !(1..=newest).contains(&number) {
            return Err(self.state.no_revision(&self.layout, number.to_string())?);
        }
        let target = Sealed::read(&self.layout, number)?.revision;
        match target.action {
            Action::Lost => return Err(ArchiveError::LostRevision { number }),
            Action::Purge => return Err(ArchiveError::PurgeStays { number }),
            _ => {}
        }
        let gaps = self.state.gaps.clone();
        let left = |change: &Change| {
            let entry = change.entry(number)?;
            gaps.left(&entry).map(|left| left.hash)
        };
        // Content counts, not the number of the last change: where a later load has itself been
        // taken back, the document is again as this revision left it.
        if let Some(change) = target.changes.iter().find(|change| self.hash(&change.document) != left(change))
        {
            return Err(ArchiveError::ChangedSince {
                number,
                document: change.short_name().into(),
                later: self.last_change(&change.document, number)?,
            });
        }
        let before = self.state.at(&self.layout, number - 1)?;
        for change in &target.changes {
            match before.documents.get(&change.document).filter(|entry| gaps.left(entry).is_some()) {
                Some(entry) => {
                    self.put(&Document {
                        name: entry.document.clone(),
                        origin: entry.origin.clone(),
                        source_hash: entry.source.clone(),
                        part_of: entry.part_of.clone(),
                        ntriples: self.state.read(&self.layout, entry)?.into(),
                    })?;
                }
                None => {
                    self.remove(&change.document);
                }
            }
        }
        self.undoes = Some(number);
        Ok(target)
    }

    /// What a document says now.
    fn hash(&self, document: &NamedNode) -> Option<ContentHash> {
        self.state.documents.get(document).map(|entry| entry.hash)
    }

    /// The newest revision after this one that changed the document.
    fn last_change(&self, document: &NamedNode, after: u64) -> Result<u64> {
        for number in (after + 1..=self.state.number()).rev() {
            let revision = Sealed::read(&self.layout, number)?.revision;
            let changes = revision.changes.iter().any(|change| change.document == *document);
            if changes && revision.action != Action::Purge {
                return Ok(number);
            }
        }
        Ok(after)
    }
}
