//! Changes to a store that happen together or not at all.

mod undo;

pub use undo::Redo;

use super::ContentHash;
use super::error::{ArchiveError, Result};
use super::identity::Identity;
use super::layout::{Found, Layout, TOOL};
use super::lock::{Wait, WriterLock};
use super::purge::{self, Purged, Rest};
use super::revision::{self, Action, Change, Entry, Loss, Revision, Sealed};
use super::state::State;
use super::when::ClockJump;
use super::{Archive, Effect, durable, layout, object, seal, texts};
use crate::model::document::{Apart, Document};
use crate::store::files;
use jiff::Timestamp;
use oxigraph::model::NamedNode;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use tempfile::TempPath;

/// Writers to disk at the same time: a journaling file system settles what several of them
/// wait for in one go.
const SYNCING_THREADS: usize = 8;

/// Author, time, reason and action of a revision.
#[derive(Clone, Debug)]
pub struct Meta {
    /// The time of writing.
    pub time: Timestamp,
    /// Author.
    pub by: String,
    /// Why.
    pub message: Option<String>,
    /// Action.
    pub action: Action,
    /// Violations that were allowed in.
    pub violations: usize,
}

/// Changes in the making, by the only writer. Dropped without [`commit`](Self::commit),
/// they never were.
#[derive(Debug)]
pub struct Transaction<'a> {
    layout: Layout,
    identity: Identity,
    state: &'a mut State,
    /// Before the lock, so that no other writer meets files that are about to go.
    staged: BTreeMap<NamedNode, Staged>,
    /// The revision that is being taken back.
    undoes: Option<u64>,
    lost: Vec<Loss>,
    /// Texts that were kept, as far as no revision names them yet.
    texts: BTreeSet<ContentHash>,
    purged: Option<Purged>,
    /// What is left of contents of the past, compressed.
    rests: Vec<(ContentHash, TempPath)>,
    /// Revisions as they are from now on.
    blotted: Vec<Revision>,
    _lock: WriterLock,
}

#[derive(Debug)]
struct Staged {
    change: Change,
    /// The compressed content, not yet in place; none for a removal.
    object: Option<TempPath>,
}

impl Archive {
    /// Begins to write; `by` and `now` are shown to other writers meanwhile. `fresh` becomes the identity
    /// of a store that has none yet: one that is new, or of format 1, which is then of the present format.
    ///
    /// # Errors
    /// Another process is writing; the store is read-only or damaged.
    pub fn begin(&mut self, by: &str, now: Timestamp, fresh: Identity) -> Result<Transaction<'_>> {
        self.begin_within(by, now, fresh, &Wait::no_time())
    }

    /// The same, waiting for another writer to end.
    ///
    /// # Errors
    /// Another process is still writing when the time is up; the store is read-only or damaged.
    pub fn begin_within(
        &mut self,
        by: &str,
        now: Timestamp,
        fresh: Identity,
        wait: &Wait<'_>,
    ) -> Result<Transaction<'_>> {
        if !self.layout.format().exists() {
            self.layout.create(fresh)?;
        }
        let lock = WriterLock::acquire(&self.layout, by, now, wait)?;
        take_back_interrupted(&self.layout)?;
        purge::finish(&self.layout)?;
        durable::sweep(&self.layout.temporary());
        self.layout.create_folders()?;
        self.state.advance(&self.layout)?;
        let identity = self.settle_identity(fresh)?;
        Ok(self.begin_under(lock, identity))
    }

    /// The identity of the store, stated by its `format` file from now on.
    pub(super) fn settle_identity(&mut self, fresh: Identity) -> Result<Identity> {
        let stated = match self.layout.look()? {
            Found::Store(stated) => stated,
            Found::Room => None,
        };
        self.stated = stated;
        let identity = self.identity().unwrap_or(fresh);
        if stated != Some(identity) {
            self.layout.write_format(identity, !self.state.gaps.is_empty())?;
            self.stated = Some(identity);
        }
        Ok(identity)
    }

    /// Begins to write under a lock that is held already, by whom the folders are there and this
    /// is the newest state.
    pub(super) fn begin_under(&mut self, lock: WriterLock, identity: Identity) -> Transaction<'_> {
        Transaction {
            layout: self.layout.clone(),
            identity,
            state: &mut self.state,
            staged: BTreeMap::new(),
            undoes: None,
            lost: Vec::new(),
            texts: BTreeSet::new(),
            purged: None,
            rests: Vec::new(),
            blotted: Vec::new(),
            _lock: lock,
        }
    }
}

impl Transaction<'_> {
    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Number of the newest revision.
    pub fn number(&self) -> u64 {
        self.state.number()
    }

    pub(super) fn identity(&self) -> Identity {
        self.identity
    }

    /// Record of the purge that this becomes.
    pub(super) fn purged(&mut self) -> &mut Purged {
        self.purged.get_or_insert_default()
    }

    /// Puts what is left of a document in its place; takes it out where nothing is.
    pub(super) fn replace(&mut self, entry: &Entry, rest: Option<&Rest>, coding: Option<Apart>) {
        let change = Change {
            document: entry.document.clone(),
            before: Some(entry.hash),
            after: rest.map(|rest| rest.hash),
            origin: entry.origin.clone(),
            source: entry.source.clone(),
            part_of: entry.part_of.clone(),
            triples: rest.map_or(entry.triples, |rest| rest.triples),
            bytes: rest.map_or(entry.bytes, |rest| rest.bytes),
            coding,
        };
        self.staged.insert(entry.document.clone(), Staged { change, object: None });
    }

    /// Adds a revision in which something is blotted out.
    pub(super) fn add_blotted(&mut self, revision: Revision) {
        self.blotted.push(revision);
    }

    /// Adds the file of what is left of a content.
    pub(super) fn add_rest(&mut self, rest: Option<(ContentHash, TempPath)>) {
        self.rests.extend(rest);
    }

    /// The hash of the newest revision: who read before waiting for another writer sees by it
    /// whether that one changed anything.
    #[must_use]
    pub fn head_hash(&self) -> Option<ContentHash> {
        self.state.head.as_ref().map(|head| head.hash)
    }

    /// Jump of the clock that a revision made at this time would record, if any.
    #[must_use]
    pub fn clock_jump(&self, now: Timestamp) -> Option<ClockJump> {
        let head = &self.state.head.as_ref()?.revision;
        ClockJump::between(head.number, head.time, now)
    }

    /// Puts the document in, in the place of its former self.
    ///
    /// Nothing is done for a document that already says the same, wherever it came from.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn put(&mut self, document: &Document) -> Result<Effect> {
        let content = &document.ntriples;
        let hash = content.hash();
        let before = self.state.documents.get(&document.name).map(|entry| entry.hash);
        let effect = Effect::of(before, hash);
        if effect == Effect::Unchanged {
            self.staged.remove(&document.name);
            return Ok(effect);
        }
        // An object of the same name may be there from an earlier revision. It is written all
        // the same: that costs less than proving it sound, and mends it if it is not.
        let mut file = durable::temporary(&self.layout.temporary())?;
        object::compress(content.reader(), file.as_file_mut())
            .map_err(ArchiveError::writing(&self.layout.object(hash)))?;
        let change = Change {
            document: document.name.clone(),
            before,
            after: Some(hash),
            origin: document.origin.clone(),
            source: document.source_hash.clone(),
            part_of: document.part_of.clone(),
            triples: content.triples(),
            bytes: content.len(),
            coding: content.apart().map_err(ArchiveError::reading(&self.layout.temporary()))?,
        };
        let staged = Staged { change, object: Some(file.into_temp_path()) };
        self.staged.insert(document.name.clone(), staged);
        Ok(effect)
    }

    /// Takes the document out. Whether the store had it.
    pub fn remove(&mut self, document: &NamedNode) -> bool {
        self.staged.remove(document);
        let Some(entry) = self.state.documents.get(document) else { return false };
        let change = Change {
            document: document.clone(),
            before: Some(entry.hash),
            after: None,
            origin: entry.origin.clone(),
            source: entry.source.clone(),
            part_of: entry.part_of.clone(),
            triples: entry.triples,
            bytes: entry.bytes,
            coding: entry.coding.clone(),
        };
        self.staged.insert(document.clone(), Staged { change, object: None });
        true
    }

    /// Names a text that was kept in the revision that is being made.
    pub(super) fn name_text(&mut self, hash: ContentHash) {
        if !self.state.texts.contains(&hash) {
            self.texts.insert(hash);
        }
    }

    /// Puts down what is lost.
    pub(super) fn lose(&mut self, lost: Vec<Loss>) {
        self.lost = lost;
    }

    /// Makes all changes at once, as one revision; none where nothing changes.
    ///
    /// # Errors
    /// The store cannot be written; then it holds what it held before.
    pub fn commit(mut self, meta: Meta) -> Result<Option<Revision>> {
        let committed = self.try_commit(meta);
        if committed.is_err() {
            // What could not be taken back now is by the next writer.
            let _ = take_back_interrupted(&self.layout);
        }
        let _ = files::remove(&self.layout.placing());
        committed
    }

    fn try_commit(&mut self, meta: Meta) -> Result<Option<Revision>> {
        let purges = self.purged.is_some();
        if self.staged.is_empty() && self.lost.is_empty() && self.texts.is_empty() && !purges {
            return Ok(None);
        }
        self.adopt_texts();
        let changes = self.place_objects()?;
        let documents = Some(self.digest_after(&changes));
        let head = self.state.head.as_ref();
        let revision = Revision {
            number: self.state.number() + 1,
            store: Some(self.identity),
            parent: head.map(|h| h.hash),
            // As the clock says. One that is wrong is not made right by another that may be, too: which times
            // count is told by all of them (`when`).
            time: meta.time,
            action: meta.action,
            undoes: self.undoes,
            stands_for: None,
            lost: std::mem::take(&mut self.lost),
            purged: self.purged.take(),
            by: meta.by,
            message: meta.message,
            tool: TOOL.into(),
            violations: meta.violations,
            changes,
            texts: std::mem::take(&mut self.texts).into_iter().collect(),
            documents,
        };
        let bytes = seal::seal(&revision);
        let path = self.layout.revision(revision.number);
        if purges {
            self.layout.write_format(self.identity, true)?;
            purge::announce(&self.layout, revision.number, &self.blotted)?;
        }
        // From this rename on the revision is there; until then nothing refers to its objects.
        if !durable::write_new(&self.layout.temporary(), &path, &bytes)? {
            return Err(ArchiveError::Overtaken { dir: self.layout.dir().into(), number: revision.number });
        }
        let sealed = Sealed::new(revision.clone(), &bytes);
        self.state.apply(sealed).expect("a revision made from this state follows it");
        if purges {
            purge::finish(&self.layout)?;
        }
        self.state.checkpoint_if_due(&self.layout);
        Ok(Some(revision))
    }

    /// Digest of the set of documents after these changes.
    fn digest_after(&self, changes: &[Change]) -> ContentHash {
        let documents = self.state.documents.values().map(|entry| (&entry.document, entry.hash));
        let mut documents: BTreeMap<&NamedNode, ContentHash> = documents.collect();
        for change in changes {
            match change.after {
                Some(hash) => documents.insert(&change.document, hash),
                None => documents.remove(&change.document),
            };
        }
        revision::digest_of(documents)
    }

    /// Texts that were kept before revisions named them are named by the first one that does.
    fn adopt_texts(&mut self) {
        let head = self.state.head.as_ref().map(|head| &head.revision);
        if head.is_some_and(|head| head.store.is_none()) {
            texts::kept(&self.layout).into_iter().for_each(|(hash, _)| self.name_text(hash));
        }
    }

    /// Puts the contents where revisions look for them, durably, and lists the changes.
    fn place_objects(&mut self) -> Result<Vec<Change>> {
        let (mut changes, mut files) = (Vec::new(), Vec::new());
        for staged in std::mem::take(&mut self.staged).into_values() {
            if let (Some(hash), Some(file)) = (staged.change.after, staged.object) {
                files.push((file, self.layout.object(hash)));
            }
            changes.push(staged.change);
        }
        let rests = std::mem::take(&mut self.rests);
        files.extend(rests.into_iter().map(|(hash, file)| (file, self.layout.object(hash))));
        in_parallel(&files.iter().map(|(file, _)| file.as_ref()).collect::<Vec<_>>(), durable::sync_file)?;
        let placed = files.iter().filter_map(|(_, path)| layout::hash_of_name(path, ".nt.gz"));
        let hashes: String = placed.map(|hash| format!("{hash}\n")).collect();
        if !hashes.is_empty() {
            let placing = self.layout.placing();
            // On the disk before the first of them: a content without it looks like one that got lost.
            durable::write(&self.layout.temporary(), &placing, hashes.as_bytes())?;
        }
        let mut dirs = BTreeSet::new();
        for (file, path) in files {
            if let Some(dir) = path.parent()
                && dirs.insert(dir.to_owned())
            {
                files::create_dir(dir).map_err(ArchiveError::writing(dir))?;
            }
            files::place(file, &path).map_err(ArchiveError::writing(&path))?;
        }
        dirs.insert(self.layout.objects());
        in_parallel(&dirs.iter().map(PathBuf::as_path).collect::<Vec<_>>(), durable::sync_directory)?;
        Ok(changes)
    }
}

/// Contents that an interrupted writer has put in place and no revision names.
pub(super) fn interrupted(layout: &Layout) -> Result<Vec<PathBuf>> {
    let placing = fs::read_to_string(layout.placing()).unwrap_or_default();
    let mut hashes: BTreeSet<ContentHash> = placing.lines().filter_map(|line| line.parse().ok()).collect();
    if hashes.is_empty() {
        return Ok(Vec::new());
    }
    let newest = revision::newest(layout)?;
    for sealed in revision::read_all(layout, 1..=newest)? {
        for change in &sealed.revision.changes {
            [change.before, change.after].iter().flatten().for_each(|hash| {
                hashes.remove(hash);
            });
        }
        for gone in sealed.revision.purged.iter().flat_map(|purged| &purged.contents) {
            gone.rest.iter().for_each(|rest| {
                hashes.remove(&rest.hash);
            });
        }
    }
    Ok(hashes.into_iter().map(|hash| layout.object(hash)).filter(|path| path.exists()).collect())
}

/// Deletes them, for who holds the lock: what never was in the store must not look like something that it
/// lost. Where the history cannot be read, nobody knows, and nothing is deleted.
pub(super) fn take_back_interrupted(layout: &Layout) -> Result<()> {
    for path in interrupted(layout).unwrap_or_default() {
        files::remove(&path).map_err(ArchiveError::writing(&path))?;
    }
    Ok(())
}

fn in_parallel(paths: &[&Path], sync: fn(&Path) -> Result<()>) -> Result<()> {
    let share = paths.len().div_ceil(SYNCING_THREADS).max(1);
    thread::scope(|scope| {
        let workers: Vec<_> = paths
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().try_for_each(|path| sync(path))))
            .collect();
        workers.into_iter().try_for_each(|worker| worker.join().expect("syncing does not panic"))
    })
}
