//! Proving the whole archive, mending what a hash proves, and naming what is lost.
//!
//! Mended is only what cannot be anything else: a content or revision whose hash is known and
//! fits. It may come from the damaged file itself (one bit turned in a revision, a damaged
//! wrapping around a sound content), from another file in the store, or from the file that the
//! document was once read from, read again. Nothing is guessed.
//!
//! **A content of the present is lost.** Two shapes were weighed: to mark the document as
//! unreadable, or to take it out by a revision of its own. With a mark, every reader would have
//! to know of marks, and every answer would be about less than the store claims to hold. So it
//! is taken out: the chain stays what it is, `log` tells when, why and by whom, no other command
//! has to know, and once the file is back from a backup, `undo` puts the document back.
//!
//! **A revision is lost.** The one after it names it by hash, and says what documents were
//! before it. A file that stands in for it takes its place, under the hash of the lost one and
//! with what the neighbours tell, so that folding, links and numbers stay as they are for
//! everybody else. That nobody can plant such a file unseen: it counts only if a later revision
//! of action `repair` names its own hash, and `log` lists both. What a document was that
//! changed there and nowhere since, only a checkpoint knows; without one, that is reported.
//!
//! Damaged files are moved to `lost/`, for people to look at; what was put down as lost once is
//! not told again.
//!
//! Caches are made anew last, from what is verified by then. There is one, the checkpoint; an
//! index on disk would be the next, after it.

mod chain;
mod contents;

use super::ContentHash;
use super::durable;
use super::error::{ArchiveError, Result};
use super::identity::Identity;
use super::layout::{Found, Layout};
use super::lock::{Wait, WriterLock};
use super::purge;
use super::revision::{Action, Change, Entry, Loss, Revision};
use super::transaction::{Meta, interrupted, take_back_interrupted};
use super::{Archive, object};
use crate::model::document::Document;
use crate::store::files;
use chain::Chain;
use contents::Contents;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Options of a repair.
pub struct Repair<'a> {
    /// Only find out; nothing is written and no lock taken.
    pub dry_run: bool,
    /// Author, time and reason of the repair, for the revision that puts down losses.
    pub meta: Meta,
    /// Time to wait for another writer.
    pub wait: &'a Wait<'a>,
    /// Reads again what is lost.
    pub again: &'a Again<'a>,
    /// Identity for a store that has none: of format 1, or with nothing left that tells it.
    pub fresh: Identity,
    /// Hash of a revision that the history has to lead through; nothing is written if it does not.
    pub expected: Option<ContentHash>,
}

/// Reads documents again from wherever they came from: those of the first entries, which are
/// lost, with the help of the second, which are all there ever were. It may return more, fewer
/// or others; their hashes are what counts.
pub type Again<'a> = dyn Fn(&[Entry], &[Entry]) -> Vec<Document> + 'a;

/// Findings of a repair, and what became of them.
#[derive(Debug)]
pub struct Report {
    /// Revisions that are verified, each by its seal and by the one after it.
    pub revisions: usize,
    /// Contents of documents that are verified, of the present and of the past.
    pub contents: usize,
    /// Kept texts that are verified.
    pub texts: usize,
    /// Files that are whole again, or would be.
    pub mended: Vec<Mended>,
    /// Losses that no earlier repair has recorded.
    pub lost: Vec<Lost>,
    /// Caches that were made anew, or would be.
    pub rebuilt: Vec<PathBuf>,
    /// Number of losses that earlier repairs have recorded.
    pub known: usize,
    /// Revisions whose times contradict the order of the history, and these times.
    pub out_of_order: Vec<(u64, Timestamp)>,
    /// Contents of a load that was interrupted: no revision was meant to name them yet.
    pub interrupted: usize,
    /// Whether files of a purge are still to be deleted.
    pub purging: bool,
    /// Number of the contents of which a part or all was purged, as the history names them.
    pub purged: usize,
    /// The revision with the hash that was expected, if any was.
    pub expected: Option<Result<u64, ContentHash>>,
    /// The revision that puts the losses down; none where there are none, or none are new.
    pub written: Option<Revision>,
    /// Whether nothing was written.
    pub dry_run: bool,
}

/// A file that is whole again.
#[derive(Clone, Debug)]
pub struct Mended {
    /// The file.
    pub path: PathBuf,
    /// Fault of the file, continuing a sentence.
    pub why: String,
    /// Source of its content.
    pub from: Remedy,
}

/// Source of a repaired file's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// A single bit had turned, and was found by trying.
    Bit,
    /// The content was whole; what compression puts around it was damaged.
    Wrapping,
    /// Another file has the content.
    Elsewhere(PathBuf),
    /// The file that the document came from gives the same content again.
    Origin(String),
    /// It says nothing that the rest of the store does not say.
    Derived,
}

/// Something that cannot be brought back from what is there.
#[derive(Clone, Debug)]
pub enum Lost {
    /// What a document said after some revision.
    Content {
        /// The document in that state.
        entry: Entry,
        /// Its file.
        path: PathBuf,
        /// What is wrong with it, continuing a sentence.
        why: String,
        /// Lines, of [`Entry::triples`], that can still be unpacked. Nothing proves them.
        readable: u64,
        /// Whether the document is in this state now; then it is taken out.
        present: bool,
        /// The newest earlier revision with a content of this document that is verified.
        earlier: Option<u64>,
    },
    /// A revision.
    Revision {
        /// Its number.
        number: u64,
        /// Its file.
        path: PathBuf,
        /// What is wrong with it, continuing a sentence.
        why: String,
        /// SHA-256 of the lost file, where a neighbour tells it.
        hash: Option<ContentHash>,
        /// What the neighbours tell of what it did.
        known: Vec<Change>,
        /// Whether that is all it did, as far as it still matters.
        complete: bool,
    },
    /// An article's text.
    Text {
        /// Its hash.
        hash: ContentHash,
        /// Its file.
        path: PathBuf,
        /// What is wrong with it, continuing a sentence.
        why: String,
        /// The documents that speak of an article with this text, and where they came from.
        documents: Vec<(String, String)>,
    },
    /// Contents that no revision names: of a load that was interrupted, or of revisions that are gone.
    Unnamed {
        /// Their files.
        paths: Vec<PathBuf>,
    },
    /// A file among the revisions that is none and leads nowhere.
    Stray {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, continuing a sentence.
        why: String,
    },
}

impl Report {
    /// Whether nothing is lost, and nothing left to be mended.
    #[must_use]
    pub fn is_well(&self) -> bool {
        let is_expected = !matches!(self.expected, Some(Err(_)));
        is_expected && !self.purging && self.lost.is_empty() && (self.mended.is_empty() || !self.dry_run)
    }
}

/// Proves everything in the store, mends what can be mended, takes out what is lost.
///
/// # Errors
/// There is no store; another process is writing; the store cannot be read or written.
pub fn repair(dir: impl AsRef<Path>, repair: &Repair<'_>) -> Result<Report> {
    let layout = Layout::new(dir.as_ref());
    let mut mended = Vec::new();
    let mut stated = None;
    match layout.look() {
        Ok(Found::Store(identity)) => stated = identity,
        Ok(Found::Room) => return Err(layout.absent()),
        Err(ArchiveError::DamagedFormat { path, why }) => {
            mended.push(Mended { path, why: why.into(), from: Remedy::Derived });
        }
        Err(other) => return Err(other),
    }
    let lock = match repair.dry_run {
        true => None,
        false => Some(WriterLock::acquire(&layout, &repair.meta.by, repair.meta.time, repair.wait)?),
    };
    // Where the history is damaged, it is done after that is put right.
    if lock.is_some() {
        let _ = purge::finish(&layout);
    }
    let purging = layout.purging().exists();
    let chain = Chain::read(&layout, &repair.meta)?;
    let mut contents = Contents::read(&layout, &chain, repair.again)?;
    let interrupted = interrupted(&layout).unwrap_or_default();
    contents.unnamed.retain(|path| !purging && !interrupted.contains(path));
    let named = chain.state.head.as_ref().and_then(|head| head.revision.store);
    if stated.is_some() && named.is_some() && stated != named {
        let why = "names another store than its revisions".into();
        mended.push(Mended { path: layout.format(), why, from: Remedy::Derived });
    }
    let identity = named.or(stated).unwrap_or(repair.fresh);
    let expected = repair.expected.map(|hash| chain.number_of(hash).ok_or(hash));
    // Without any revision nobody knows what the contents are: they stay where they are.
    let is_headless = chain.revisions.is_empty() && !contents.unnamed.is_empty();
    let dry_run = repair.dry_run || is_headless || matches!(expected, Some(Err(_)));
    let bad_format = !mended.is_empty();

    mended.extend(chain.mended.iter().chain(&contents.mended).map(|(file, _)| file.clone()));
    let mut report = Report {
        revisions: chain.revisions.len() - chain.state.unverified.len() - chain.known_lost(),
        contents: contents.verified,
        texts: contents.texts_verified,
        mended,
        lost: chain
            .lost()
            .chain(contents.lost.iter().map(|(lost, _)| lost.clone()))
            .chain(contents.unnamed())
            .collect(),
        rebuilt: chain.bad_checkpoint.then(|| layout.checkpoint()).into_iter().collect(),
        known: chain.known_lost() + contents.known,
        out_of_order: chain.out_of_order(),
        interrupted: interrupted.len(),
        purging,
        purged: chain.state.gaps.len(),
        expected,
        written: None,
        dry_run,
    };
    if let Some(lock) = lock.filter(|_| !dry_run) {
        layout.create_folders()?;
        take_back_interrupted(&layout)?;
        durable::sweep(&layout.temporary());
        if bad_format {
            layout.write_format(identity, !chain.state.gaps.is_empty())?;
        }
        report.written = put_right(layout.clone(), chain, &contents, lock, repair)?;
    }
    Ok(report)
}

/// Does what was found necessary. Whenever it is interrupted, the next repair goes on.
fn put_right(
    layout: Layout,
    chain: Chain,
    contents: &Contents,
    lock: WriterLock,
    repair: &Repair<'_>,
) -> Result<Option<Revision>> {
    for (Mended { path, .. }, bytes) in chain.mended.iter().chain(&contents.mended) {
        let dir = path.parent().expect("files of a store lie in it");
        durable::create_folders(dir)?;
        durable::write(&layout.temporary(), path, bytes)?;
    }
    let lost = contents.lost.iter().map(|(_, path)| path);
    for path in chain.damaged.iter().chain(lost).chain(&contents.unnamed) {
        set_aside(&layout, path)?;
    }
    for (path, bytes) in chain.stand_ins() {
        durable::write(&layout.temporary(), &path, &bytes)?;
    }
    if chain.bad_checkpoint {
        chain.state.write_checkpoint(&layout)?;
    }
    let revisions = chain.state.unverified.iter();
    let mut lost: Vec<Loss> =
        revisions.map(|(number, hash)| Loss::Revision { number: *number, stand_in: *hash }).collect();
    let mut gone = BTreeSet::new();
    let mut hashes = BTreeSet::new();
    for (loss, _) in &contents.lost {
        match loss {
            Lost::Content { entry, present, .. } => {
                hashes.insert(entry.hash);
                if *present {
                    gone.insert(entry.document.clone());
                }
            }
            Lost::Text { hash, .. } if chain.state.texts.contains(hash) => lost.push(Loss::Text(*hash)),
            _ => {}
        }
    }
    lost.extend(hashes.into_iter().map(Loss::Content));
    if lost.is_empty() && gone.is_empty() {
        return Ok(None);
    }
    let mut archive = Archive { layout, stated: None, state: chain.state, is_past: false };
    let identity = archive.settle_identity(repair.fresh)?;
    let mut transaction = archive.begin_under(lock, identity);
    transaction.lose(lost);
    for document in &gone {
        transaction.remove(document);
    }
    transaction.commit(Meta { action: Action::Repair, ..repair.meta.clone() })
}

/// Moves a damaged file to where nothing is read from. One that is missing stays so.
fn set_aside(layout: &Layout, path: &Path) -> Result<()> {
    let dir = layout.lost();
    if !path.exists() {
        return Ok(());
    }
    durable::create_folders(&dir)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut target = dir.join(&name);
    for again in 2.. {
        if !target.exists() {
            break;
        }
        target = dir.join(format!("{name}.{again}"));
    }
    files::rename(path, &target).map_err(ArchiveError::doing("move away", path))?;
    durable::sync_directory(&dir)?;
    durable::sync_directory(path.parent().expect("files of a store lie in it"))
}

/// The bytes of a file; else what is wrong with it, continuing a sentence. What only lacks a
/// permission is not damaged.
fn read_file(path: &Path) -> Result<Result<Vec<u8>, String>> {
    use std::io::ErrorKind;
    match fs::read(path) {
        Ok(bytes) => Ok(Ok(bytes)),
        Err(error) => match error.kind() {
            ErrorKind::NotFound => Ok(Err("is missing".into())),
            ErrorKind::PermissionDenied => Err(ArchiveError::reading(path)(error)),
            _ => Ok(Err(format!("cannot be read: {}", crate::base::error::reason(&error)))),
        },
    }
}

/// Compressed as the archive keeps it.
fn packed(content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    object::compress(content, &mut bytes).expect("memory takes all bytes");
    bytes
}
