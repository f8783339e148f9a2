//! The archive: what every document said at every time, and who changed it when.
//!
//! It is the truth; everything else (the index, the checkpoint) can be made from it again.
//! A directory, readable without this program:
//!
//! ```text
//! format                      "standpoint archive 2", and the identity of the store
//! revisions/00000001.json     one step of the history, naming its parent by hash
//! objects/ab/ab12….nt.gz      what a document said: canonical N-Triples, named by their hash
//! texts/ab/ab12….txt.gz       articles' texts that somebody wished to keep, named by their hash
//! index/                      a cache: what queries run on (`crate::store::index::storage`)
//! checkpoint.json             a cache: what the store holds after some revision
//! lost/                       damaged files that `repair` took away
//! lock, tmp/                  of whoever is writing
//! ```
//!
//! Only ever added to, unless something is purged. Contents are written first, then, by one rename, the revision that
//! names them: a crash at any moment leaves the state before it or the state after it, and
//! readers, who take no lock, see one or the other.
//!
//! What is proved when: every content against its hash whenever it is read; every revision
//! against its own seal whenever it is read; the chain from the last checkpoint at every
//! opening, and all of it by [`Archive::verify_chain`]. No chain can prove that its newest
//! links were not taken away; who needs that keeps the newest hash elsewhere.
//!
//! The past is an archive too: [`Archive::at`] is the store as it was after a revision, and
//! whatever reads an archive reads that.
//!
//! Deliberately absent: the clock, the user's name and the environment (they come in with
//! each call), and any deletion of contents but by a purge (`purge`), which the history names.

pub mod backup;
mod durable;
mod error;
mod find;
mod identity;
pub mod layout;
mod lock;
mod object;
mod purge;
pub mod repair;
mod revision;
pub mod seal;
mod state;
mod texts;
mod transaction;
mod when;

pub use crate::model::document::{ContentHash, NotAHash};
pub use error::{ArchiveError, Known, Result};
pub use find::{find_graph, find_in, matching_in};
pub use identity::{Identity, NotAnIdentity};
pub use lock::{Holder, Wait};
pub use purge::{Gap, Purged, PurgedContent, Rest, Version, mark};
pub use repair::{Again, Lost, Mended, Remedy, Repair, Report, repair};
pub use revision::{Action, Change, Entry, Loss, Revision};
pub use transaction::{Meta, Redo, Transaction};
pub use when::{ClockJump, NotAPoint, When};

use crate::model::document::Document;
use layout::{Found, Layout};
use oxigraph::model::NamedNode;
use revision::Sealed;
use state::State;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::{ControlFlow, RangeInclusive};
use std::path::{Path, PathBuf};

/// A store, as it was when opened: what others add later is not seen.
///
/// Everything is put in through a transaction, which is one revision or never was. What was said before
/// stays, and can be opened again.
///
/// ```
/// # use standpoint_data as standpoint;
/// use jiff::Timestamp;
/// use oxrdf::NamedNode;
/// use standpoint::model::document::{Document, sha256};
/// use standpoint::store::archive::{Action, Archive, Identity, Meta};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// let mut archive = Archive::open_or_create(folder.path().join("standpoint.db"))?;
/// // Of a store that is new; the bytes should be random.
/// let identity = Identity::of_bytes([7; 16]);
/// for text in ["<ex:a> <ex:says> \"yes\" .\n", "<ex:a> <ex:says> \"no\" .\n"] {
///     let document = Document {
///         name: NamedNode::new("https://w3id.org/standpoint/id/document/a")?,
///         origin: "a.nt".into(),
///         source_hash: sha256(text.as_bytes()),
///         part_of: None,
///         ntriples: text.to_owned().into(),
///     };
///     let time = Timestamp::UNIX_EPOCH;
///     let mut transaction = archive.begin("ana", time, identity)?;
///     transaction.put(&document)?;
///     let meta = Meta { time, by: "ana".into(), message: None, action: Action::Load, violations: 0 };
///     transaction.commit(meta)?;
/// }
/// assert_eq!(archive.read(archive.find("a")?)?, "<ex:a> <ex:says> \"no\" .\n");
/// let past = archive.at(1)?;
/// assert_eq!(past.read(past.find("a")?)?, "<ex:a> <ex:says> \"yes\" .\n");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Archive {
    layout: Layout,
    /// The identity that the `format` file states.
    stated: Option<Identity>,
    state: State,
    /// Whether this is what the store held once, not what it held when it was opened.
    is_past: bool,
}

/// Effect of putting a document into the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The store does not have it yet.
    New,
    /// It said something else before.
    Replaced,
    /// It says what it said.
    Unchanged,
}

impl Effect {
    fn of(before: Option<ContentHash>, after: ContentHash) -> Self {
        match before {
            None => Self::New,
            Some(before) if before == after => Self::Unchanged,
            Some(_) => Self::Replaced,
        }
    }
}

/// Whether a directory is a store, of whatever version.
#[must_use]
pub fn is_store(dir: &Path) -> bool {
    let layout = Layout::new(dir);
    layout.format().is_file() && layout.revisions().is_dir()
}

/// Whether a path is a store or lies in one.
#[must_use]
pub fn is_inside_store(path: &Path) -> bool {
    path.ancestors().any(is_store)
}

/// What can be told of a store without folding its history.
pub(crate) struct Glance {
    layout: Layout,
    /// The identity that its `format` file states.
    pub(crate) identity: Option<Identity>,
}

impl Glance {
    /// None if there is no store in this directory that this program reads.
    pub(crate) fn at(store: &Path) -> Option<Self> {
        let layout = Layout::new(store);
        match layout.look() {
            Ok(Found::Store(identity)) => Some(Self { layout, identity }),
            _ => None,
        }
    }

    /// Where its index is kept.
    pub(crate) fn index_dir(&self) -> PathBuf {
        self.layout.index()
    }

    /// Whether the newest revision has this number and hash. One that stands in for a lost revision goes by
    /// another hash than that of its file, which opening the archive tells.
    pub(crate) fn is_newest(&self, number: u64, hash: Option<ContentHash>) -> bool {
        !self.layout.revision(number + 1).exists()
            && std::fs::read(self.layout.revision(number))
                .is_ok_and(|bytes| hash == Some(ContentHash::of(&bytes)))
    }
}

impl Archive {
    /// Opens the store in this directory.
    ///
    /// # Errors
    /// There is none, or one that this program cannot read, or it is damaged.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        let layout = Layout::new(dir.as_ref());
        match layout.look()? {
            Found::Store(stated) => {
                layout.ensure_revisions()?;
                Ok(Self { state: State::newest(&layout)?, layout, stated, is_past: false })
            }
            Found::Room => Err(layout.absent()),
        }
    }

    /// Opens the store in this directory; an empty one where there is none.
    ///
    /// Nothing is written before [`begin`](Self::begin).
    ///
    /// # Errors
    /// The place is taken by something else, or by a store that cannot be read.
    pub fn open_or_create(dir: impl AsRef<Path>) -> Result<Self> {
        let layout = Layout::new(dir.as_ref());
        let (stated, state) = match layout.look()? {
            Found::Store(stated) => {
                layout.ensure_revisions()?;
                (stated, State::newest(&layout)?)
            }
            Found::Room => (None, State::default()),
        };
        Ok(Self { layout, stated, state, is_past: false })
    }

    /// The documents that the store holds.
    #[must_use]
    pub fn documents(&self) -> &BTreeMap<NamedNode, Entry> {
        &self.state.documents
    }

    /// The newest revision; none in an empty store.
    #[must_use]
    pub fn head(&self) -> Option<&Revision> {
        self.state.head.as_ref().map(|head| &head.revision)
    }

    /// The hash of the newest revision: it names the whole state of the store.
    #[must_use]
    pub fn head_hash(&self) -> Option<ContentHash> {
        self.state.head.as_ref().map(|head| head.hash)
    }

    /// The identity of the store: that of its newest revision, before the one that its `format` file states.
    /// None in a store of format 1, which gets one when it is next written.
    #[must_use]
    pub fn identity(&self) -> Option<Identity> {
        let named = self.head().and_then(|head| head.store);
        named.or(self.stated)
    }

    /// Digest of the set of documents: two stores that hold the same documents have the same.
    #[must_use]
    pub fn digest(&self) -> ContentHash {
        self.state.digest()
    }

    /// The kept texts that revisions name.
    pub fn texts(&self) -> impl Iterator<Item = ContentHash> {
        self.state.texts.iter().copied()
    }

    /// Whether there is a file of the revision with this number, sound or not.
    pub(crate) fn has_revision(&self, number: u64) -> bool {
        self.layout.revision(number).exists()
    }

    /// The revision with this number; none beyond [`head`](Self::head).
    ///
    /// # Errors
    /// It is missing or damaged.
    pub fn revision(&self, number: u64) -> Result<Option<Revision>> {
        if number == 0 || number > self.state.number() {
            return Ok(None);
        }
        Sealed::read(&self.layout, number).map(|sealed| Some(sealed.revision))
    }

    /// The revisions of these numbers, in their order, as far as there are any.
    ///
    /// # Errors
    /// One is missing or damaged.
    pub fn revisions(&self, numbers: RangeInclusive<u64>) -> Result<Vec<Revision>> {
        let (first, last) = numbers.into_inner();
        let numbers = first.max(1)..=last.min(self.state.number());
        let sealed = revision::read_all(&self.layout, numbers)?;
        Ok(sealed.into_iter().map(|sealed| sealed.revision).collect())
    }

    /// The store as it was after the revision with this number; 0 is the empty store, and a
    /// number beyond [`head`](Self::head) the store as it is.
    ///
    /// It reads like any other. Who [begins](Self::begin) to write gets the present back.
    ///
    /// # Errors
    /// The history is damaged.
    pub fn at(&self, number: u64) -> Result<Self> {
        let state = self.state.at(&self.layout, number.min(self.state.number()))?;
        let is_past = self.is_past || number < self.state.number();
        Ok(Self { layout: self.layout.clone(), stated: self.stated, state, is_past })
    }

    /// Whether this is the store as it was, not as it was found on opening.
    #[must_use]
    pub fn is_past(&self) -> bool {
        self.is_past
    }

    /// The newest revision after which the store held the set of documents with this digest.
    ///
    /// # Errors
    /// The history is damaged.
    pub fn holding(&self, documents: ContentHash) -> Result<Option<u64>> {
        let revisions = self.revisions(1..=self.number())?;
        let found = revisions.iter().rev().find(|revision| revision.documents == Some(documents));
        Ok(found.map(|revision| revision.number))
    }

    /// The number of the newest revision; 0 in an empty store.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.state.number()
    }

    /// The store's directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.layout.dir()
    }

    /// A folder for temporary files without names, on the disk that the store is on: its own or, where there
    /// is no store yet, the nearest one above.
    #[must_use]
    pub fn temporary_dir(&self) -> PathBuf {
        let own = self.layout.temporary();
        let above = own.ancestors().find(|dir| dir.is_dir());
        above.unwrap_or(Path::new(".")).to_owned()
    }

    /// Folder of the store's index: a cache, nothing of the archive.
    pub fn index_dir(&self) -> PathBuf {
        self.layout.index()
    }

    /// The state after the revision with this number and hash, earlier or later; none if there is no
    /// such revision, or it cannot be determined.
    pub(crate) fn state_of(&self, number: u64, hash: ContentHash) -> Option<Self> {
        let newest = || Self::open(self.layout.dir()).ok();
        let state = if number <= self.number() { self.at(number) } else { newest()?.at(number) };
        state.ok().filter(|state| state.head_hash() == Some(hash))
    }

    /// Content of a document: canonical N-Triples, verified by their hash; what is left of it, if something was
    /// purged since.
    ///
    /// # Errors
    /// The file is missing or damaged.
    pub fn read(&self, entry: &Entry) -> Result<String> {
        self.state.read(&self.layout, entry)
    }

    /// Hands over what a document says in pieces of whole lines, of about so many bytes, until it is told
    /// to break off. Whether it is what was written is known at the end: an error may come after
    /// everything was handed over.
    ///
    /// # Errors
    /// The file is missing or damaged.
    pub fn read_pieces(
        &self,
        entry: &Entry,
        bytes: usize,
        take: &mut dyn FnMut(String) -> ControlFlow<()>,
    ) -> Result<()> {
        match self.state.gaps.left(entry) {
            Some(left) => object::read_pieces(&self.layout, &left, bytes, take),
            None => Ok(()),
        }
    }

    /// For a document whose content is as it was written and still makes no sense.
    pub(crate) fn unreadable(&self, entry: &Entry, why: &dyn Display) -> ArchiveError {
        object::damaged(&self.layout, entry, format!("cannot be read: {why}"))
    }

    /// The lost revisions, by number, that no repair has put down until this state: since then,
    /// what it holds is reported as far as is known.
    pub fn unverified(&self) -> impl Iterator<Item = u64> {
        self.state.unverified.keys().copied()
    }

    /// Effect that putting the document in would have.
    #[must_use]
    pub fn effect(&self, document: &Document) -> Effect {
        let before = self.state.documents.get(&document.name).map(|entry| entry.hash);
        Effect::of(before, document.ntriples.hash())
    }

    /// Proves every revision and every link of the chain, and that the documents are those
    /// which the history leads to. Contents are proved by reading them.
    ///
    /// # Errors
    /// The first revision that is damaged or does not fit.
    pub fn verify_chain(&self) -> Result<()> {
        self.state.verify(&self.layout)
    }
}
