//! The index as it would be if some documents were put in or taken out: asked before they are, and
//! put in place afterwards without being made a second time.

use super::*;
use crate::base::error::Error;
use crate::model::document::Document;
use crate::store::index::read::id::Id;
use crate::store::index::read::snapshot::By;
use crate::store::index::write::documents::in_memory as in_memory_of;
use crate::store::index::write::ingest::{self, lines};
use oxigraph::io::RdfSyntaxError;
use oxrdf::{NamedNode, NamedOrBlankNode, Term, Triple};
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::ControlFlow;

/// Documents of more bytes are not indexed in memory.
const LARGE: u64 = 16 << 20;
/// Who asks what a change is, asks about each of its triples, and otherwise reads the whole graph: of
/// more triples than these it is not told …
const MOST_TOLD: usize = 50_000;
/// … nor of more than one in so many of the graph's.
const ONE_IN: usize = 1_000;

/// Why there is no such index.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// A document of the store is missing or damaged.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// What is to be put in is no N-Triples.
    #[error("the input cannot be made into a graph: {0}")]
    Document(RdfSyntaxError),
    /// It cannot be written, or is more than an index can hold.
    #[error("the index cannot be built: {0}")]
    Io(#[from] io::Error),
}

/// The index as it would be. Dropped, it leaves nothing.
pub struct StagedIndex {
    index: Index,
    /// The newest revision when it was made.
    parent: Option<ContentHash>,
    /// The segments that are there already.
    below: Vec<Arc<Segment>>,
    on_top: OnTop,
}

/// What is new: the last segment, if anything is.
enum OnTop {
    Nothing,
    /// In memory, or in a file without a name.
    Nameless,
    File(NamedTempFile),
}

/// Where a large segment is made: where it is to stay, or, in a store that has no index yet, without a
/// name beside it.
#[derive(Clone, Copy)]
enum Folder<'a> {
    Index(&'a Path),
    Temporary(&'a Path),
}

impl<'a> Folder<'a> {
    fn path(self) -> &'a Path {
        match self {
            Self::Index(dir) | Self::Temporary(dir) => dir,
        }
    }
}

/// What is put in, and in whose place.
struct Wanted<'a> {
    archive: &'a Archive,
    background: Background,
    gone: Vec<&'a Entry>,
    kept: Vec<&'a Entry>,
    put: &'a [&'a Document],
    /// Documents that are no longer among the named graphs, and those that come to them: whoever coded them.
    without: HashSet<NamedNode>,
    documents: &'a [&'a Document],
    memory: Option<u64>,
}

impl StagedIndex {
    /// Index of the store as it would be with these documents in the place of their former selves, and without
    /// those that are removed.
    /// `present` is that of the store as `archive` has it; without it, everything is read. `memory`: bytes that
    /// the load may take in all; 1 GiB if nothing is said.
    ///
    /// # Errors
    /// A document of the store that is missing or damaged, one of these that is no N-Triples.
    pub fn new(
        archive: &Archive,
        background: Background,
        present: Option<&Index>,
        put: &[&Document],
        removed: &HashSet<NamedNode>,
        memory: Option<u64>,
    ) -> Result<Self, StageError> {
        let names: HashSet<&str> = put.iter().map(|document| document.name.as_str()).collect();
        let (gone, kept) = indexed(archive)
            .partition(|entry| names.contains(entry.document.as_str()) || removed.contains(&entry.document));
        let without =
            put.iter().map(|document| document.name.clone()).chain(removed.iter().cloned()).collect();
        let documents = put;
        let mut indexed = Vec::with_capacity(put.len());
        for document in put {
            if document.ntriples.apart()?.is_none() {
                indexed.push(*document);
            }
        }
        let put = indexed.as_slice();
        let wanted = Wanted { archive, background, gone, kept, put, without, documents, memory };
        let bytes = put.iter().map(|document| document.ntriples.len()).sum::<u64>()
            + wanted.gone.iter().map(|entry| entry.bytes).sum::<u64>();
        let below = present.filter(|_| is_small(bytes, archive)).map(|present| &**present.snapshot());
        let (dir, temporary) = (archive.index_dir(), archive.temporary_dir());
        let place = if dir.is_dir() { Folder::Index(&dir) } else { Folder::Temporary(&temporary) };
        // Where there is no room for a file, there may be in memory.
        for dir in [Some(place).filter(|_| bytes > LARGE), None] {
            if let Some(below) = below {
                match wanted.change(below, dir) {
                    // What the segments below have lost, or do not tell, is in the documents.
                    Err(Failure::Corruption(_) | Failure::StatusUnknown) => {}
                    Err(Failure::Io(_)) if dir.is_some() => continue,
                    made => return made.map_err(StageError::of),
                }
            }
            match wanted.anew(dir) {
                Err(Failure::Io(_) | Failure::Corruption(_)) if dir.is_some() => {}
                made => return made.map_err(StageError::of),
            }
        }
        unreachable!("in memory it is made or refused")
    }

    /// In a file of this folder, or in memory.
    fn on_top_of(
        wanted: &Wanted<'_>,
        below: Vec<Arc<Segment>>,
        dir: Option<Folder<'_>>,
        write: impl FnOnce(&mut Sealing<&mut dyn Write>) -> Result<Option<Contents>, Failure>,
    ) -> Result<Self, Failure> {
        let (segment, on_top) = match dir {
            None => match in_memory(write)? {
                Some(segment) => (Some(segment), OnTop::Nameless),
                None => (None, OnTop::Nothing),
            },
            Some(Folder::Temporary(dir)) => match nameless(dir, write)? {
                Some(segment) => (Some(segment), OnTop::Nameless),
                None => (None, OnTop::Nothing),
            },
            Some(Folder::Index(dir)) => match in_file(dir, write)? {
                Some(file) => (Some(Segment::open(file.path())?), OnTop::File(file)),
                None => (None, OnTop::Nothing),
            },
        };
        let segments = below.iter().cloned().chain(segment.map(Arc::new)).collect();
        let index = wanted.index(Snapshot::of_segments(segments));
        Ok(Self { index, parent: wanted.archive.head_hash(), below, on_top })
    }

    /// The graph as it would be.
    #[must_use]
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The triples that come and those that go, direct ones included; none if they are many or
    /// everything is new.
    ///
    /// # Errors
    /// A file of the index is damaged.
    #[allow(clippy::type_complexity)] // Two lists, or none.
    pub fn change(&self) -> Result<Option<(Vec<Triple>, Vec<Triple>)>, Corruption> {
        let snapshot = self.index.snapshot();
        if matches!(self.on_top, OnTop::Nothing) {
            return Ok(Some((Vec::new(), Vec::new())));
        }
        let Some(segment) = snapshot.segments().last().filter(|_| !self.below.is_empty()) else {
            return Ok(None);
        };
        let tables = &segment.contents.tables;
        let rows = tables.iter().map(|table| table.added.rows + table.removed.rows).sum::<usize>();
        if rows > MOST_TOLD.min(snapshot.triple_count() / ONE_IN) {
            return Ok(None);
        }
        let (mut added, mut removed) = (Vec::new(), Vec::new());
        for table in tables {
            let predicate = Id::from_number(table.predicate);
            for (stored, triples) in [(&table.added, &mut added), (&table.removed, &mut removed)] {
                if stored.rows > 0 {
                    for (s, o) in segment.scan(stored, By::Subject)?.iter() {
                        triples.push(triple(snapshot, [s, predicate, o])?);
                    }
                }
            }
        }
        Ok(Some((added, removed)))
    }

    /// Puts it in place: `archive` is the store after the documents have been put in. If it cannot be,
    /// the index is as far behind as it was, which whoever asks next makes good.
    pub fn commit(self, archive: &Archive, background: Background) {
        if self.try_commit(archive, background).is_none() {
            // What is wrong with a document is told when it is asked for.
            let _ = open(archive, background);
        }
    }

    /// None if the index or the store is not what it was when this was made.
    fn try_commit(self, archive: &Archive, background: Background) -> Option<()> {
        let Self { index, parent, below, on_top } = self;
        if archive.head()?.parent != parent {
            return None;
        }
        let dir = archive.index_dir();
        let mut writer = IndexWriter::begin(&dir, archive.number())?;
        if !below.is_empty() {
            // Numbers of terms hold for these segments alone.
            let there = manifest(&dir).ok()??.segments;
            let ours: Option<Vec<Named>> = below.iter().map(|segment| Named::of(segment)).collect();
            if there != ours? {
                return None;
            }
        }
        let file = match on_top {
            OnTop::Nothing => None,
            OnTop::File(file) => Some(file),
            OnTop::Nameless => {
                let mut file = files::temporary(&dir).ok()?;
                let mut buffered = BufWriter::with_capacity(1 << 20, file.as_file_mut());
                index.snapshot().segments().last()?.write(&mut buffered).ok()?;
                buffered.flush().ok()?;
                drop(buffered);
                Some(file)
            }
        };
        let mut segments = below;
        if let Some(file) = file {
            let path = writer.name(file).ok()?;
            segments.push(Arc::new(Segment::open(&path).ok()?));
        }
        let snapshot = merged(Snapshot::of_segments(segments), merge::at_once, &mut writer).ok()?;
        writer.commit(&Of::archive(archive), background, &snapshot).ok()
    }
}

impl Wanted<'_> {
    fn index(&self, snapshot: Snapshot) -> Index {
        let put = self.documents.iter().map(|document| (*document).clone()).collect();
        let state = State::of(self.archive, self.without.clone(), put);
        Index::of_graphs(snapshot, Source::Store(state), (self.background.triples)().into())
    }

    /// As a change on top of what there is.
    fn change(&self, below: &Snapshot, dir: Option<Folder<'_>>) -> Result<StagedIndex, Failure> {
        let mut delta = Delta::new(below)?;
        for entry in &self.gone {
            delta
                .remove(&self.archive.read(entry)?)
                .map_err(|failure| Failure::of_document(self.archive, entry, failure))?;
        }
        for document in self.put {
            let mut pieces = document.ntriples.pieces();
            while let Some(piece) = pieces.next()? {
                delta.add(piece)?;
            }
        }
        let write = |out: &mut Sealing<&mut dyn Write>| {
            if delta.is_empty() { Ok(None) } else { delta.write(out).map(Some) }
        };
        StagedIndex::on_top_of(self, below.segments().to_vec(), dir, write)
    }

    fn anew(&self, dir: Option<Folder<'_>>) -> Result<StagedIndex, Failure> {
        let kept = self.kept.iter().copied().map(Part::Kept);
        let parts: Vec<Part<'_>> = kept.chain(self.put.iter().copied().map(Part::Put)).collect();
        let budget =
            dir.map_or_else(MemoryBudget::none, |dir| MemoryBudget::folder(dir.path()).within(self.memory));
        let runs = sorted_runs((self.background.triples)(), &parts, &Both(self.archive), &budget)?;
        let write = |out: &mut Sealing<&mut dyn Write>| Ok(Some(runs.write(&budget, out)?));
        StagedIndex::on_top_of(self, Vec::new(), dir, write)
    }
}

impl From<StageError> for Error {
    fn from(unmade: StageError) -> Self {
        match unmade {
            StageError::Archive(error) => error.into(),
            other => Self::usage(other.to_string()),
        }
    }
}

impl StageError {
    fn of(failure: Failure) -> Self {
        match failure {
            Failure::Syntax(error) => Self::Document(error),
            Failure::Archive(error) => Self::Archive(error),
            Failure::Io(error) => Self::Io(error),
            failure @ (Failure::Corruption(_) | Failure::StatusUnknown) => {
                Self::Io(io::Error::other(failure))
            }
        }
    }
}

/// The graph of a store without some of its documents; `present` is that of all of them.
///
/// # Errors
/// A document that is missing or damaged.
pub fn without(
    archive: &Archive,
    background: Background,
    present: &Index,
    documents: &HashSet<NamedNode>,
) -> Result<Index, ArchiveError> {
    let (gone, kept): (Vec<&Entry>, Vec<&Entry>) =
        indexed(archive).partition(|entry| documents.contains(&entry.document));
    if gone.is_empty() {
        return Ok(present.clone());
    }
    let without = documents.clone();
    let wanted = Wanted { archive, background, gone, kept, put: &[], without, documents: &[], memory: None };
    if is_small(wanted.gone.iter().map(|entry| entry.bytes).sum(), archive) {
        match wanted.change(present.snapshot(), None) {
            Ok(without) => return Ok(without.index),
            Err(Failure::Archive(error)) => return Err(error),
            Err(_) => {}
        }
    }
    in_memory_of((background.triples)(), &wanted.kept, &Stored(archive), MemoryBudget::system())
        .map(|snapshot| wanted.index(snapshot))
}

pub(in crate::store::index) fn triple(
    snapshot: &Snapshot,
    [subject, predicate, object]: [Id; 3],
) -> Result<Triple, Corruption> {
    let subject: NamedOrBlankNode = match snapshot.term(subject)? {
        Term::NamedNode(node) => node.into(),
        Term::BlankNode(node) => node.into(),
        _ => unreachable!("subjects are resources"),
    };
    let Term::NamedNode(predicate) = snapshot.term(predicate)? else { unreachable!("predicates are IRIs") };
    Ok(Triple::new(subject, predicate, snapshot.term(object)?))
}

/// A document of the store, or one that is to be put into it.
enum Part<'a> {
    Kept(&'a Entry),
    Put(&'a Document),
}

struct Both<'a>(&'a Archive);

impl<'d> ingest::Source for Both<'d> {
    type Document = Part<'d>;
    type Error = Failure;

    fn size(&self, part: &Part<'d>) -> u64 {
        match part {
            Part::Kept(entry) => entry.bytes,
            Part::Put(document) => document.ntriples.len(),
        }
    }

    fn pieces<'a>(
        &'a self,
        part: &'a Part<'d>,
        bytes: usize,
        take: &mut dyn FnMut(Cow<'a, str>) -> ControlFlow<()>,
    ) -> Result<(), Failure> {
        match part {
            Part::Kept(entry) => {
                Ok(self.0.read_pieces(entry, bytes, &mut |piece| take(Cow::Owned(piece)))?)
            }
            Part::Put(document) => {
                let mut pieces = document.ntriples.pieces();
                while let Some(piece) = pieces.next()? {
                    let mut parts = lines(piece, bytes).map(|part| Cow::Owned(part.to_owned()));
                    if parts.try_for_each(&mut *take).is_break() {
                        break;
                    }
                }
                Ok(())
            }
        }
    }

    fn unreadable(&self, part: &Part<'d>, failure: Failure) -> Failure {
        match part {
            Part::Kept(entry) => Failure::of_document(self.0, entry, failure),
            Part::Put(_) => failure,
        }
    }
}
