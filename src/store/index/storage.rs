//! The index on disk: where it is kept, when it is made anew, and when it grows.
//!
//! ```text
//! index/manifest.json     which segments make up the state after which revision, sealed
//! index/00000012-1.seg    a segment, written with revision 12
//! index/graphs.seg        the named graphs of that state, if somebody has asked for them
//! index/lock              of whoever is writing here
//! ```
//!
//! A manifest takes the place of the one before it in one step; then what no manifest names any more
//! is unlinked. Who has it mapped reads on undisturbed; who has read a manifest whose files are
//! gone reads the next. Whatever is interrupted leaves a manifest that fits its segments.
//!
//! Three things can be found: the index of the state that is wanted, which is opened without
//! looking at the data; that of another state, earlier or later, to which the documents that
//! differ are a change on top; or none that can be used, and it is made from the archive. All of
//! them give the same graph. Writing is never necessary: without permission, without room, or while
//! somebody else does it, the index is made in memory and the answer is the same.
//! What does not fit into memory meanwhile lies in temporary files of the same folder, without a name.

mod staged;

pub(in crate::store::index) use staged::triple;
pub use staged::{StageError, StagedIndex, without};

use super::Index;
use super::graphs::{self, Source, State};
use super::write::delta::{Delta, Failure};
use super::write::documents::Stored;
use super::write::ingest::sorted_runs;
use super::write::merge;
use crate::base::error::grouped;
use crate::base::spill::MemoryBudget;
use crate::model::ontology::Background;
use crate::store::archive::{Archive, ArchiveError, ContentHash, Entry, Glance, Identity, seal};
use crate::store::files;
use crate::store::index::read::corruption::Corruption;
use crate::store::index::read::name_index::{self, NameIndexes};
use crate::store::index::read::sealed::Sealing;
use crate::store::index::read::segment::{Contents, Segment};
use crate::store::index::read::snapshot::Snapshot;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::NamedTempFile;

/// Raised when files that an older program wrote cannot be read by this one.
const FORMAT: u32 = 2;

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    background: u32,
    /// The store; none if it had no identity then.
    store: Option<Identity>,
    /// The revision after which this is the state, and its hash.
    revision: u64,
    hash: Option<ContentHash>,
    /// Digest of the set of documents.
    documents: ContentHash,
    /// Whether some of them have a coding that is not the first coder's, and are not in the segments.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    apart: bool,
    /// In their order.
    segments: Vec<Named>,
}

/// A segment as the manifest names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Named {
    /// The name of its file.
    file: String,
    /// Its digest: a file of another store can have the same name.
    digest: ContentHash,
}

impl Named {
    /// None if it is in memory alone.
    fn of(segment: &Segment) -> Option<Self> {
        Some(Self { file: segment.file_name()?, digest: segment.digest() })
    }
}

/// Where the named graphs of a state are kept.
pub(super) struct Place {
    dir: PathBuf,
    digest: ContentHash,
}

impl Place {
    /// None of a state that is not on disk.
    fn of(dir: &Path, snapshot: &Snapshot, documents: ContentHash) -> Option<Self> {
        let segments: Option<Vec<Named>> =
            snapshot.segments().iter().map(|segment| Named::of(segment)).collect();
        Some(Self { dir: dir.into(), digest: digest_of_state(&segments?, documents) })
    }

    /// Digest of the state.
    pub(super) fn digest(&self) -> ContentHash {
        self.digest
    }

    /// The segment that is kept, if it is of this state.
    pub(super) fn kept(&self) -> Option<Segment> {
        kept_graphs(&self.dir).filter(|segment| is_of(segment, self.digest))
    }

    /// Keeps what `write` writes.
    pub(super) fn keep(
        &self,
        write: impl FnOnce(&mut Sealing<&mut dyn Write>) -> Result<Contents, Failure>,
    ) -> Result<Segment, Failure> {
        let mut file = files::temporary(&self.dir)?;
        file.as_file().try_lock().map_err(io::Error::from)?;
        written(file.as_file_mut(), |out| write(out).map(Some))?;
        files::sync(file.as_file(), file.path())?;
        file.as_file().unlock()?;
        let path = self.dir.join(graphs::FILE);
        files::place(file.into_temp_path(), &path)?;
        Ok(Segment::open(&path)?)
    }
}

/// Digest of what named graphs depend on: the numbers of terms, and what each document says.
fn digest_of_state(segments: &[Named], documents: ContentHash) -> ContentHash {
    /// Raised when the same state gives other files.
    const LAYOUT: u32 = 1;
    let segments: Vec<String> = segments.iter().map(|segment| segment.digest.to_string()).collect();
    ContentHash::of(format!("{LAYOUT} {documents} {}", segments.join(" ")).as_bytes())
}

fn kept_graphs(dir: &Path) -> Option<Segment> {
    Segment::open(&dir.join(graphs::FILE)).ok()
}

fn is_of(segment: &Segment, state: ContentHash) -> bool {
    segment.contents.quads.as_ref().is_some_and(|quads| quads.of == state)
}

impl Manifest {
    /// Whether it may be of this store: copies of a store have its identity, and what was indexed before the
    /// store had one has none.
    fn may_be_of(&self, store: Option<Identity>) -> bool {
        self.store.is_none() || self.store == store
    }

    fn is_of(&self, archive: &Archive) -> bool {
        self.may_be_of(archive.identity())
            && self.hash == archive.head_hash()
            && self.documents == archive.digest()
    }
}

/// Index of a store, and what was found on opening it.
pub struct Opened {
    /// The graph.
    pub index: Index,
    /// A damage for which the index on disk was not used.
    pub corruption: Option<Corruption>,
    /// The revision that the index on disk was made of, if the store no longer has it: the end of the history
    /// may be lost.
    pub gone: Option<u64>,
}

/// The graph of the store in this directory as it is now, if its index is that of its newest
/// revision: without reading anything else. None also if some documents come on top of it.
pub fn current(dir: &Path, background: Background) -> Option<Index> {
    let store = Glance::at(dir)?;
    let (manifest, snapshot) = read(&store.index_dir(), background).ok()??;
    let is_current = manifest.may_be_of(store.identity) && store.is_newest(manifest.revision, manifest.hash);
    (is_current && !manifest.apart).then(|| {
        let state = State {
            dir: dir.into(),
            revision: manifest.revision,
            hash: manifest.hash,
            without: HashSet::new(),
            put: Vec::new(),
            place: Place::of(&store.index_dir(), &snapshot, manifest.documents),
        };
        Index::of_graphs(snapshot, Source::Store(state), (background.triples)().into())
    })
}

/// Whether the newest revision of the store in this directory has this number and hash; without reading
/// anything else.
#[must_use]
pub fn is_newest(dir: &Path, revision: u64, hash: Option<ContentHash>) -> bool {
    Glance::at(dir).is_some_and(|store| store.is_newest(revision, hash))
}

/// The index of a state of the store.
fn of_archive(archive: &Archive, background: Background, snapshot: Snapshot) -> Index {
    let dir = archive.index_dir();
    let state = State {
        place: Place::of(&dir, &snapshot, archive.digest()),
        ..State::of(archive, HashSet::new(), Vec::new())
    };
    Index::of_graphs(snapshot, Source::Store(state), (background.triples)().into())
}

/// The graph of a store, present or past, by way of the index that is kept beside it. If it is
/// the present one, the index is kept for the next time.
///
/// # Errors
/// A document that is missing or damaged.
pub fn open(archive: &Archive, background: Background) -> Result<Opened, ArchiveError> {
    let dir = archive.index_dir();
    let (found, mut corruption) = match read(&dir, background) {
        Ok(found) => (found, None),
        Err(corruption) => (None, Some(corruption)),
    };
    let gone = found.as_ref().and_then(|(manifest, _)| gone(archive, manifest));
    // What was indexed before a purge still says what is purged.
    let is_purged = |manifest: &Manifest| manifest.revision < archive.last_purge();
    let found = found.filter(|(manifest, _)| manifest.may_be_of(archive.identity()) && !is_purged(manifest));
    if let Some((manifest, snapshot)) = &found
        && manifest.is_of(archive)
    {
        return Ok(Opened { index: of_archive(archive, background, snapshot.clone()), corruption, gone });
    }
    let mut writer = if archive.is_past() { None } else { IndexWriter::begin(&dir, archive.number()) };
    let base = found.and_then(|(manifest, snapshot)| {
        let then = archive.state_of(manifest.revision, manifest.hash?)?;
        // A repair may have lost a revision before it: what is told of that state now is not what was indexed.
        (then.digest() == manifest.documents).then_some((snapshot, then))
    });
    let mut base = base.as_ref().and_then(|(snapshot, then)| {
        Some(Base { snapshot, then, difference: Difference::between(then, archive)? })
    });
    let mut budget =
        writer.as_ref().map_or_else(MemoryBudget::system, |writer| MemoryBudget::folder(&writer.dir));
    let snapshot = loop {
        match make(archive, background, base.as_ref(), writer.as_mut(), &budget) {
            Ok(snapshot) => break snapshot,
            // A document of the other state may be lost, and this one whole.
            Err(Failure::Archive(_) | Failure::StatusUnknown) if base.is_some() => base = None,
            Err(Failure::Archive(error)) => return Err(error),
            // Neither is needed.
            Err(Failure::Corruption(found)) if base.is_some() => (base, corruption) = (None, Some(found)),
            Err(Failure::Io(_) | Failure::Corruption(_)) if writer.is_some() => {
                (writer, budget) = (None, MemoryBudget::system());
            }
            // It takes more memory, and no files.
            Err(Failure::Io(_)) if !budget.is_none() => budget = MemoryBudget::none(),
            Err(failure) => unreachable!("in memory nothing else can fail: {failure}"),
        }
    };
    if let Some(writer) = writer {
        // Written or not, the graph is the same.
        let _ = writer.commit(&Of::archive(archive), background, &snapshot);
    }
    Ok(Opened { index: of_archive(archive, background, snapshot), corruption, gone })
}

/// The revision that the index was made of, if the store has lost it.
fn gone(archive: &Archive, manifest: &Manifest) -> Option<u64> {
    let is_gone = manifest.revision > 0
        && manifest.may_be_of(archive.identity())
        && !archive.has_revision(manifest.revision);
    is_gone.then_some(manifest.revision)
}

/// What a manifest says of the state that it is of.
struct Of {
    store: Option<Identity>,
    hash: Option<ContentHash>,
    documents: ContentHash,
    apart: bool,
}

impl Of {
    fn archive(archive: &Archive) -> Self {
        Self {
            store: archive.identity(),
            hash: archive.head_hash(),
            documents: archive.digest(),
            apart: archive.documents().values().any(|entry| entry.coding.is_some()),
        }
    }
}

/// The state that is on disk.
struct Base<'a> {
    snapshot: &'a Snapshot,
    then: &'a Archive,
    difference: Difference<'a>,
}

fn make(
    archive: &Archive,
    background: Background,
    base: Option<&Base<'_>>,
    mut writer: Option<&mut IndexWriter>,
    budget: &MemoryBudget,
) -> Result<Snapshot, Failure> {
    let Some(Base { snapshot, then, difference }) = base else {
        let entries: Vec<&Entry> = indexed(archive).collect();
        let runs = sorted_runs((background.triples)(), &entries, &Stored(archive), budget)?;
        let segment = segment(writer, |out| Ok(Some(runs.write(budget, out)?)))?;
        return Ok(Snapshot::of_segments(segment.into_iter().map(Arc::new).collect()));
    };
    let on_top = segment(writer.as_deref_mut(), |out| difference.write(snapshot, then, archive, out))?;
    let segments = snapshot.segments().iter().cloned().chain(on_top.map(Arc::new));
    let snapshot = Snapshot::of_segments(segments.collect());
    match writer {
        Some(writer) => merged(snapshot, merge::at_once, writer),
        None => Ok(snapshot),
    }
}

/// The same state with fewer segments, if merging pays.
fn merged(
    snapshot: Snapshot,
    from: fn(&[Arc<Segment>]) -> Option<usize>,
    writer: &mut IndexWriter,
) -> Result<Snapshot, Failure> {
    let Some(from) = from(snapshot.segments()) else { return Ok(snapshot) };
    let merged = segment(Some(writer), |out| merge::write(&snapshot, from, out).map(Some))?;
    let kept = snapshot.segments()[..from].iter().cloned();
    Ok(Snapshot::of_segments(kept.chain(merged.map(Arc::new)).collect()))
}

/// A segment, if `write` has anything to write: a file if somebody keeps it, else in memory.
fn segment(
    writer: Option<&mut IndexWriter>,
    write: impl FnOnce(&mut Sealing<&mut dyn Write>) -> Result<Option<Contents>, Failure>,
) -> Result<Option<Segment>, Failure> {
    let Some(writer) = writer else { return in_memory(write) };
    let Some(file) = in_file(&writer.dir, write)? else { return Ok(None) };
    let path = writer.name(file)?;
    Ok(Some(Segment::open(&path)?))
}

fn in_memory(
    write: impl FnOnce(&mut Sealing<&mut dyn Write>) -> Result<Option<Contents>, Failure>,
) -> Result<Option<Segment>, Failure> {
    let mut memory = Vec::new();
    let contents = write(&mut Sealing::new(&mut memory))?;
    Ok(contents.map(|contents| Segment::in_memory(memory, contents)))
}

/// In a file that has no name and is gone when nobody reads it any more.
fn nameless(
    dir: &Path,
    write: impl FnOnce(&mut Sealing<&mut dyn Write>) -> Result<Option<Contents>, Failure>,
) -> Result<Option<Segment>, Failure> {
    let mut file = tempfile::tempfile_in(dir)?;
    if !written(&mut file, write)? {
        return Ok(None);
    }
    Ok(Some(Segment::of_file(&file, dir)?))
}

/// Whether anything was written.
fn written(
    file: &mut File,
    write: impl FnOnce(&mut Sealing<&mut dyn Write>) -> Result<Option<Contents>, Failure>,
) -> Result<bool, Failure> {
    let mut buffered = BufWriter::with_capacity(1 << 20, file);
    let mut out = Sealing::new(&mut buffered as &mut dyn Write);
    let Some(contents) = write(&mut out)? else { return Ok(false) };
    out.finish(&contents.to_bytes())?;
    buffered.flush()?;
    Ok(true)
}

/// In a file that has no name of its own yet. It is locked: others take away what nobody holds; what was
/// interrupted before goes first, since it may be as long again.
fn in_file(
    dir: &Path,
    write: impl FnOnce(&mut Sealing<&mut dyn Write>) -> Result<Option<Contents>, Failure>,
) -> Result<Option<NamedTempFile>, Failure> {
    if let Some(writer) = IndexWriter::begin(dir, 0) {
        writer.delete_unnamed();
    }
    let mut file = files::temporary(dir)?;
    file.as_file().try_lock().map_err(io::Error::from)?;
    Ok(if written(file.as_file_mut(), write)? { Some(file) } else { None })
}

/// Whoever writes the index, alone.
struct IndexWriter {
    dir: PathBuf,
    revision: u64,
    written: usize,
    _lock: File,
}

impl IndexWriter {
    /// None if somebody else does, or nobody can.
    fn begin(dir: &Path, revision: u64) -> Option<Self> {
        files::create_dir(dir).ok()?;
        let lock = File::options().create(true).truncate(false).write(true).open(dir.join("lock")).ok()?;
        lock.try_lock().ok()?;
        Some(Self { dir: dir.into(), revision, written: 0, _lock: lock })
    }

    /// Gives a file that is complete its name.
    fn name(&mut self, file: NamedTempFile) -> io::Result<PathBuf> {
        files::sync(file.as_file(), file.path())?;
        file.as_file().unlock()?;
        loop {
            self.written += 1;
            let path = self.dir.join(format!("{:08}-{}.seg", self.revision, self.written));
            if !path.exists() {
                files::place(file.into_temp_path(), &path)?;
                return Ok(path);
            }
        }
    }

    /// Puts the manifest of this state in place, unless that of a later one is there, and takes away
    /// what it does not name.
    fn commit(self, of: &Of, background: Background, snapshot: &Snapshot) -> io::Result<()> {
        // That of another store is in the way, that of a revision which is gone is its last witness.
        let is_later = |there: &Manifest| there.revision > self.revision && there.may_be_of(of.store);
        let overtaken = manifest(&self.dir).is_ok_and(|there| there.as_ref().is_some_and(is_later));
        let named: Option<Vec<Named>> =
            snapshot.segments().iter().map(|segment| Named::of(segment)).collect();
        if let Some(segments) = named.filter(|_| !overtaken) {
            let manifest = Manifest {
                format: FORMAT,
                background: background.mark,
                store: of.store,
                revision: self.revision,
                hash: of.hash,
                documents: of.documents,
                apart: of.apart,
                segments,
            };
            let mut file = files::temporary(&self.dir)?;
            file.write_all(&seal::seal(&manifest))?;
            files::sync(file.as_file(), file.path())?;
            files::place(file.into_temp_path(), &self.dir.join("manifest.json"))?;
        }
        self.delete_unnamed();
        Ok(())
    }

    /// Takes away what the manifest does not name: segments that were merged, and what somebody who was
    /// interrupted has left.
    fn delete_unnamed(&self) {
        let Ok(Some(manifest)) = manifest(&self.dir) else { return };
        let named = |name: &str| manifest.segments.iter().any(|segment| segment.file == name);
        let state = digest_of_state(&manifest.segments, manifest.documents);
        let graphs = kept_graphs(&self.dir).is_some_and(|segment| is_of(&segment, state));
        for entry in fs::read_dir(&self.dir).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let names = name.strip_suffix(name_index::ENDING).map(|stem| format!("{stem}seg"));
            let is_kept = ["manifest.json", "lock"].contains(&&*name)
                || named(&name)
                || (graphs && name == graphs::FILE);
            if is_kept || names.is_some_and(|segment| named(&segment)) || is_held(&entry.path()) {
                continue;
            }
            let _ = files::remove(&entry.path());
        }
    }
}

/// Whether somebody is still at work on a file.
fn is_held(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// Merges segments that have gathered, if that pays, and takes as long as it takes: for whoever has
/// given its answer already. Nobody is kept waiting by it, and it may be interrupted.
pub fn merge_segments(store: &Path, background: Background) {
    // A cache that is as it was is no failure.
    let _ = try_merge_segments(store, background);
    // What is asked by name next is made now.
    let names = |store: Glance| {
        let (_, snapshot) = read(&store.index_dir(), background).ok()??;
        NameIndexes::new(&snapshot).find(&snapshot, "").ok()
    };
    let _ = Glance::at(store).and_then(names);
}

fn try_merge_segments(store: &Path, background: Background) -> Option<()> {
    let dir = Glance::at(store)?.index_dir();
    let (there, snapshot) = read(&dir, background).ok()??;
    let from = merge::from(snapshot.segments())?;
    let file = in_file(&dir, |out| merge::write(&snapshot, from, out).map(Some)).ok()??;
    let mut writer = IndexWriter::begin(&dir, there.revision)?;
    // What has been added meanwhile is numbered on top of the segments that it found.
    let unchanged = manifest(&dir).ok()??.segments == there.segments;
    if !unchanged {
        return None;
    }
    let path = writer.name(file).ok()?;
    let merged = Arc::new(Segment::open(&path).ok()?);
    let kept = snapshot.segments()[..from].iter().cloned();
    let snapshot = Snapshot::of_segments(kept.chain([merged]).collect());
    let of = Of { store: there.store, hash: there.hash, documents: there.documents, apart: there.apart };
    writer.commit(&of, background, &snapshot).ok()
}

/// Takes the index away; it is made anew when it is asked for.
///
/// # Errors
/// It cannot be deleted.
pub fn delete(archive: &Archive) -> io::Result<()> {
    match files::remove_dirs(&archive.index_dir()) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Faults of the index of a store.
#[derive(Debug, Default)]
pub struct Findings {
    /// Bytes that are not what was written, or triples that are not those of the archive.
    pub corruption: Option<Corruption>,
    /// Revision of the index that the archive no longer has, as [`Opened::gone`].
    pub gone: Option<u64>,
}

/// Reads every byte of the index of a store, if it has one, and compares the number and the digest of its
/// triples with those that the archive gives.
#[must_use]
pub fn verify(archive: &Archive, background: Background) -> Findings {
    let dir = archive.index_dir();
    let damaged = |corruption| Findings { corruption: Some(corruption), gone: None };
    let (manifest, snapshot) = match read(&dir, background) {
        Ok(Some(found)) => found,
        Ok(None) => return Findings::default(),
        Err(corruption) => return damaged(corruption),
    };
    if let gone @ Some(_) = gone(archive, &manifest) {
        return Findings { corruption: None, gone };
    }
    if let Err(corruption) = snapshot.verify_all() {
        return damaged(corruption);
    }
    let then = manifest.hash.and_then(|hash| archive.state_of(manifest.revision, hash));
    let then =
        then.filter(|then| manifest.may_be_of(archive.identity()) && manifest.documents == then.digest());
    let Some(then) = then else {
        return damaged(Corruption::new(&dir, "is that of another history".into()));
    };
    let made = make(&then, background, None, None, &MemoryBudget::system());
    // What is wrong with a document is found where contents are verified.
    let Ok(made) = made else { return Findings::default() };
    let (kept, made) = (digest(snapshot), digest(made));
    if kept == made {
        return Findings::default();
    }
    let why = format!(
        "does not hold the triples of the archive: it has {}, and the documents say {}",
        grouped(kept.0),
        grouped(made.0)
    );
    damaged(Corruption::new(&dir, why))
}

/// Number of the triples, and a digest in which their order does not count: the sum of the first 16 bytes of
/// the SHA-256 of each, as a line of N-Triples.
fn digest(snapshot: Snapshot) -> (usize, u128) {
    let index = Index::of_snapshot(snapshot);
    let (mut count, mut sum) = (0, 0_u128);
    for triple in index.triples() {
        count += 1;
        sum = sum.wrapping_add(ContentHash::of(triple.to_string().as_bytes()).prefix());
    }
    (count, sum)
}

/// The index in this directory; none if there is none, or one that another program made.
fn read(dir: &Path, background: Background) -> Result<Option<(Manifest, Snapshot)>, Corruption> {
    // A writer may put a new manifest in place, and take its predecessor's files away, while this is read.
    let mut gone = None;
    for _ in 0..5 {
        let Some(manifest) = manifest(dir)? else { return Ok(None) };
        if manifest.background != background.mark {
            return Ok(None);
        }
        let segments: Result<Vec<_>, Corruption> =
            manifest.segments.iter().map(|named| open_named(dir, named).map(Arc::new)).collect();
        match segments {
            Ok(segments) => return Ok(Some((manifest, Snapshot::of_segments(segments)))),
            Err(corruption) => gone = Some(corruption),
        }
    }
    Err(gone.expect("it was looked for"))
}

/// The segment that a manifest names.
fn open_named(dir: &Path, named: &Named) -> Result<Segment, Corruption> {
    let path = dir.join(&named.file);
    let segment = Segment::open(&path)?;
    match segment.digest() == named.digest {
        true => Ok(segment),
        false => Err(Corruption::new(&path, "is not the file that the manifest names".into())),
    }
}

/// The manifest in this directory; none if there is none, or one of another format.
fn manifest(dir: &Path) -> Result<Option<Manifest>, Corruption> {
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    let path = dir.join("manifest.json");
    let damage = |why| Corruption::new(&path, why);
    match fs::read(&path) {
        Ok(bytes) => match seal::unseal(&bytes).map_err(damage)? {
            Version { format: FORMAT } => seal::unseal(&bytes).map(Some).map_err(damage),
            Version { .. } => Ok(None),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Corruption::new(&path, format!("cannot be read: {error}"))),
    }
}

/// The documents that the index is made of: what other than first coders say comes on top of it.
fn indexed(archive: &Archive) -> impl Iterator<Item = &Entry> {
    archive.documents().values().filter(|entry| entry.coding.is_none())
}

/// Whether changing so many bytes of documents is less work than making everything anew.
fn is_small(bytes: u64, archive: &Archive) -> bool {
    let all: u64 = indexed(archive).map(|entry| entry.bytes).sum();
    2 * bytes < all
}

/// The documents in which two states differ.
struct Difference<'a> {
    gone: Vec<&'a Entry>,
    new: Vec<&'a Entry>,
}

impl<'a> Difference<'a> {
    /// None if there is so much of it that making everything anew is less work.
    fn between(then: &'a Archive, now: &'a Archive) -> Option<Self> {
        let lacks = |other: &Archive, entry: &Entry| {
            other.documents().get(&entry.document).is_none_or(|e| e.hash != entry.hash)
        };
        let gone: Vec<&Entry> = indexed(then).filter(|entry| lacks(now, entry)).collect();
        let new: Vec<&Entry> = indexed(now).filter(|entry| lacks(then, entry)).collect();
        let bytes = |entries: &[&Entry]| entries.iter().map(|entry| entry.bytes).sum::<u64>();
        is_small(bytes(&gone) + bytes(&new), now).then_some(Self { gone, new })
    }

    fn write(
        &self,
        below: &Snapshot,
        then: &Archive,
        now: &Archive,
        out: &mut Sealing<&mut dyn Write>,
    ) -> Result<Option<Contents>, Failure> {
        let mut delta = Delta::new(below)?;
        for entry in &self.gone {
            delta.remove(&then.read(entry)?).map_err(|failure| Failure::of_document(then, entry, failure))?;
        }
        for entry in &self.new {
            delta.add(&now.read(entry)?).map_err(|failure| Failure::of_document(now, entry, failure))?;
        }
        if delta.is_empty() { Ok(None) } else { delta.write(out).map(Some) }
    }
}
