//! Named graphs: each document is the graph of its IRI, and the ontology's schemes are one.
//!
//! They are made when a query first asks for them, out of the documents, and kept beside the index
//! (`index/graphs.seg`) for the next time. The file names the state that it is of: one of another state is
//! made anew in its place, one that cannot be written stays in memory. So it can be deleted at any time, and
//! what is asked without them never reads it.

use super::read::as_of;
use super::read::corruption::Corruption;
use super::read::id::Id;
use super::read::sealed::Sealing;
use super::read::segment::Segment;
use super::read::snapshot::Snapshot;
use super::storage::Place;
use super::write::build::Material;
use super::write::delta::Failure;
use super::write::ingest::lines;
use super::write::quads::{Membership, QuadsBuilder};
use super::write::run::Run;
use crate::base::error::Error;
use crate::model::document::{self, Apart, ContentHash, Document};
use crate::model::vocab::stp;
use crate::store::archive::{Archive, ArchiveError};
use jiff::civil::Date;
use oxrdf::{NamedNode, NamedNodeRef, Triple};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::io::{self, Write};
use std::ops::ControlFlow::{Break, Continue};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// The graph of the ontology's concept schemes.
pub const SCHEMES: NamedNodeRef<'static> = NamedNodeRef::new_unchecked(stp::NAMESPACE);

/// Name of the file beside the index.
pub(super) const FILE: &str = "graphs.seg";

/// Bytes of a document that are read at once.
const PIECE: usize = 1 << 20;

/// Why the named graphs cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum GraphsError {
    /// A file of the index is damaged.
    #[error(transparent)]
    Corruption(#[from] Corruption),
    /// A document is missing or damaged.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The store is no longer in the state that is asked for, or a temporary file cannot be read.
    #[error("the documents cannot be read: {0}")]
    Documents(io::Error),
}

impl From<GraphsError> for Error {
    fn from(error: GraphsError) -> Self {
        match error {
            GraphsError::Corruption(corruption) => corruption.into(),
            GraphsError::Archive(error) => error.into(),
            error @ GraphsError::Documents(_) => Self::usage(error.to_string()),
        }
    }
}

impl From<Failure> for GraphsError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Corruption(corruption) => Self::Corruption(corruption),
            Failure::Archive(error) => Self::Archive(error),
            Failure::Io(error) => Self::Documents(error),
            Failure::Syntax(error) => Self::Documents(io::Error::other(error)),
            failure @ Failure::StatusUnknown => Self::Documents(io::Error::other(failure)),
        }
    }
}

/// The named graphs of an index.
pub(super) struct Graphs {
    source: Source,
    background: Cow<'static, [Triple]>,
    made: OnceLock<Arc<Snapshot>>,
}

/// Where the documents are.
pub(super) enum Source {
    /// There are none.
    None,
    /// Graphs beside the default one, which is not made of them.
    Given(Vec<(NamedNode, Vec<Triple>)>),
    Documents(Vec<Document>),
    Store(State),
    /// Those of another index.
    Same(Arc<Graphs>),
    /// What is left of those of another index.
    Part(Arc<Graphs>, Restriction),
}

/// What leaves positions out.
pub(super) enum Restriction {
    /// Those that are not in force on a day.
    Day(Date),
    /// All but these.
    Positions(BTreeSet<NamedNode>),
}

/// Documents of a store in one state, but for some, and others in their place.
pub(super) struct State {
    /// The store.
    pub(super) dir: PathBuf,
    /// The revision after which it is the state, and its hash; none of an empty store.
    pub(super) revision: u64,
    pub(super) hash: Option<ContentHash>,
    pub(super) without: HashSet<NamedNode>,
    pub(super) put: Vec<Document>,
    /// Where the graphs are kept; none of a state that nobody asks for again.
    pub(super) place: Option<Place>,
}

/// Takes a document: its name, how it relates to the default graph, and pieces of what it says.
type Take<'t> = dyn FnMut(NamedNodeRef<'_>, Membership, &mut Pieces<'_>) -> Result<(), Failure> + 't;
/// Hands over pieces of canonical N-Triples, of whole lines.
type Pieces<'p> = dyn FnMut(&mut dyn FnMut(&str) -> Result<(), Failure>) -> Result<(), Failure> + 'p;

impl Graphs {
    pub(super) fn new(source: Source, background: Cow<'static, [Triple]>) -> Self {
        Self { source, background, made: OnceLock::new() }
    }

    /// Whether there are none, by whatever query.
    pub(super) fn is_none(&self) -> bool {
        matches!(self.source, Source::None)
    }

    /// What every graph holds besides its documents.
    pub(super) fn background(&self) -> Cow<'static, [Triple]> {
        self.background.clone()
    }

    /// The snapshot with its named graphs.
    pub(super) fn of(&self, snapshot: &Arc<Snapshot>) -> Result<&Arc<Snapshot>, GraphsError> {
        if let Some(made) = self.made.get() {
            return Ok(made);
        }
        let made = match self.source {
            Source::None => Arc::clone(snapshot),
            _ => Arc::new(snapshot.with_graphs(Arc::new(self.segment(snapshot)?))),
        };
        Ok(self.made.get_or_init(|| made))
    }

    /// The kept segment if it is of this state, else a new one.
    fn segment(&self, snapshot: &Snapshot) -> Result<Segment, Failure> {
        let place = match &self.source {
            Source::Store(state) => state.place.as_ref(),
            _ => None,
        };
        let Some(place) = place else { return self.in_memory(snapshot) };
        if let Some(kept) = place.kept() {
            return Ok(kept);
        }
        let kept = place.keep(|out| self.write(snapshot, place.digest(), out));
        match kept {
            // Without permission or room it is made in memory.
            Err(Failure::Io(_)) => self.in_memory(snapshot),
            kept => kept,
        }
    }

    pub(super) fn in_memory(&self, snapshot: &Snapshot) -> Result<Segment, Failure> {
        let mut out = Sealing::new(Vec::new());
        let contents = self.write(snapshot, ContentHash::of(&[]), &mut out)?;
        Ok(Segment::in_memory(out.into_inner(), contents))
    }

    fn write<W: Write>(
        &self,
        snapshot: &Snapshot,
        of: ContentHash,
        out: &mut Sealing<W>,
    ) -> Result<super::read::segment::Contents, Failure> {
        let is_part = matches!(self.source, Source::Part(..));
        let mut quads = QuadsBuilder::new(snapshot, is_part)?;
        if !self.background.is_empty() {
            let schemes = document::ntriples(self.background.iter().cloned());
            quads.add(SCHEMES, Membership::Default, &mut |take| take(&schemes))?;
        }
        self.source.each(&mut |name, membership, pieces| quads.add(name, membership, pieces))?;
        quads.write(of, out)
    }
}

impl Source {
    /// Hands over each document.
    fn each(&self, take: &mut Take<'_>) -> Result<(), Failure> {
        match self {
            Self::None => Ok(()),
            Self::Given(graphs) => graphs.iter().try_for_each(|(name, triples)| {
                let text = document::ntriples(triples.iter().cloned());
                take(name.as_ref(), Membership::Given, &mut |take| take(&text))
            }),
            Self::Documents(documents) => documents.iter().try_for_each(|document| put(document, take)),
            Self::Store(state) => state.each(take),
            Self::Same(graphs) => graphs.source.each(take),
            Self::Part(graphs, restriction) => {
                graphs.source.each(&mut |name, membership, pieces| match membership {
                    Membership::Default | Membership::Given => take(name, membership, pieces),
                    Membership::NamedOnly => {
                        let text = restriction.left(pieces)?;
                        take(name, membership, &mut |take| take(&text))
                    }
                })
            }
        }
    }
}

impl State {
    /// Documents of a store, but for some, and others in their place; kept nowhere.
    pub(super) fn of(archive: &Archive, without: HashSet<NamedNode>, put: Vec<Document>) -> Self {
        Self {
            dir: archive.dir().into(),
            revision: archive.number(),
            hash: archive.head_hash(),
            without,
            put,
            place: None,
        }
    }

    fn each(&self, take: &mut Take<'_>) -> Result<(), Failure> {
        if let Some(hash) = self.hash {
            let archive = Archive::open(&self.dir)?;
            let archive = archive.state_of(self.revision, hash).ok_or_else(|| {
                io::Error::other(format!("revision {} is gone from the store", self.revision))
            })?;
            for entry in archive.documents().values() {
                if self.without.contains(&entry.document) {
                    continue;
                }
                let mut pieces = |take: &mut dyn FnMut(&str) -> Result<(), Failure>| {
                    let mut taken = Ok(());
                    archive.read_pieces(entry, PIECE, &mut |piece| {
                        taken = take(&piece);
                        if taken.is_ok() { Continue(()) } else { Break(()) }
                    })?;
                    taken.map_err(|failure| Failure::of_document(&archive, entry, failure))
                };
                take(entry.document.as_ref(), Membership::of(entry.in_default_graph()), &mut pieces)?;
            }
        }
        self.put.iter().try_for_each(|document| put(document, take))
    }
}

/// Hands over a document that is at hand.
fn put(document: &Document, take: &mut Take<'_>) -> Result<(), Failure> {
    let in_default_graph = document.ntriples.apart()?.as_ref().is_none_or(Apart::in_default_graph);
    take(document.name.as_ref(), Membership::of(in_default_graph), &mut |take| {
        let mut pieces = document.ntriples.pieces();
        while let Some(piece) = pieces.next()? {
            lines(piece, PIECE).try_for_each(&mut *take)?;
        }
        Ok(())
    })
}

impl Restriction {
    /// What it leaves of a document that stands for itself.
    fn left(&self, pieces: &mut Pieces<'_>) -> Result<String, Failure> {
        let mut triples: Vec<Triple> = Vec::new();
        pieces(&mut |piece| {
            for triple in document::parse(piece) {
                triples.push(triple?);
            }
            Ok(())
        })?;
        Ok(document::ntriples(match self {
            Self::Day(day) => as_of::restrict(triples, *day).triples,
            Self::Positions(positions) => as_of::with_positions(triples, positions),
        }))
    }
}

/// The dataset whose default graph is what these graphs say together, and whose named graphs are those
/// (SPARQL 1.1, 13.2).
pub(super) fn merged(
    dataset: &Snapshot,
    default: &[NamedNode],
    named: &[NamedNode],
) -> Result<Snapshot, GraphsError> {
    let ids = |names: &[NamedNode]| -> Result<Vec<Id>, Corruption> {
        let mut ids = Vec::new();
        for name in names {
            ids.extend(dataset.id(name.as_ref().into())?);
        }
        Ok(ids)
    };
    let mut run = Run::new(Some(dataset));
    for graph in ids(default)? {
        run.triples
            .extend(dataset.quads([Some(graph), None, None, None])?.iter().map(|[_, s, p, o]| [s, p, o]));
    }
    run.triples.sort_unstable();
    run.triples.dedup();
    let mut out = Sealing::new(Vec::new());
    let material =
        Material { first: dataset.next_number(), runs: vec![run], removed: Vec::new(), counts: Vec::new() };
    let contents = material.write(&mut out).expect("memory takes whatever is written");
    let segment = Arc::new(Segment::in_memory(out.into_inner(), contents));
    Ok(dataset.with_default(segment, ids(named)?.into_iter().collect::<BTreeSet<Id>>()))
}
