//! The segment of named graphs, made out of documents on top of a state.

use super::build::number;
use super::delta::Failure;
use super::derive::Names;
use super::run::Run;
use crate::base::spill::MemoryBudget;
use crate::model::document::ContentHash;
use crate::store::index::read::id::Id;
use crate::store::index::read::quads::{Directory, Stored};
use crate::store::index::read::sealed::Sealing;
use crate::store::index::read::segment::Contents;
use crate::store::index::read::snapshot::{By, Snapshot};
use oxrdf::NamedNodeRef;
use rustc_hash::{FxHashMap, FxHashSet};
use std::io::{self, Write};

/// Bytes of terms and triples that are read before their ids are looked up.
const BATCH: usize = 64 << 20;

/// Hands over what a document says, piece by piece, in canonical N-Triples.
type Reader<'a> = &'a mut dyn FnMut(&mut dyn FnMut(&str) -> Result<(), Failure>) -> Result<(), Failure>;

/// Relation of a document to the default graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store::index) enum Membership {
    /// What it says is in the default graph.
    Default,
    /// It is a named graph alone: what follows from it follows there.
    NamedOnly,
    /// It is a graph of somebody else's dataset: nothing follows.
    Given,
}

/// Quads in the making.
///
/// Terms are ids of the state below; those that it has not are local, until they get numbers behind its own.
pub(in crate::store::index) struct QuadsBuilder<'a> {
    below: &'a Snapshot,
    own: Run<'a>,
    names: Names,
    /// Whether the state below is a part of what its documents say, as that of a day is.
    is_part: bool,
    graphs: Vec<Id>,
    /// Graph, subject, predicate, object.
    quads: Vec<[Id; 4]>,
}

impl Membership {
    /// That of a document whose triples are in the default graph, or are not.
    pub(in crate::store::index) fn of(is_in_default: bool) -> Self {
        if is_in_default { Self::Default } else { Self::NamedOnly }
    }
}

/// A document on its way.
struct Reading {
    graph: Id,
    membership: Membership,
    batch: Run<'static>,
    /// Positions whose stance it states.
    positions: FxHashSet<Id>,
    /// Those of them that have another status than it states.
    replaced: FxHashSet<Id>,
    /// What it says of positions, where that alone decides on what follows.
    parts: FxHashMap<(Id, Id), Vec<Id>>,
}

impl<'a> QuadsBuilder<'a> {
    pub(in crate::store::index) fn new(below: &'a Snapshot, is_part: bool) -> Result<Self, Failure> {
        let mut own = Run::new(Some(below));
        let names = Names::of(&mut own)?;
        Ok(Self { below, own, names, is_part, graphs: Vec::new(), quads: Vec::new() })
    }

    /// Adds a document.
    pub(in crate::store::index) fn add(
        &mut self,
        name: NamedNodeRef<'_>,
        membership: Membership,
        read: Reader<'_>,
    ) -> Result<(), Failure> {
        let graph = self.own.named(name)?;
        self.graphs.push(graph);
        let mut reading = Reading {
            graph,
            membership,
            batch: Run::new(None),
            positions: FxHashSet::default(),
            replaced: FxHashSet::default(),
            parts: FxHashMap::default(),
        };
        read(&mut |piece| {
            reading.batch.add_ntriples(piece)?;
            if reading.batch.weight() > BATCH { self.take(&mut reading) } else { Ok(()) }
        })?;
        self.take(&mut reading)?;
        self.derive(&reading)
    }

    /// Takes in what was read: each term is looked up once.
    fn take(&mut self, reading: &mut Reading) -> Result<(), Failure> {
        let batch = std::mem::replace(&mut reading.batch, Run::new(None));
        let mut ids = Vec::with_capacity(batch.terms());
        for n in 0..batch.terms() {
            ids.push(self.own.by_key(batch.key(n as u32))?);
        }
        let Names { actor, stance, issue, status, .. } = self.names;
        for triple in &batch.triples {
            let [s, p, o] = triple.map(|id| id.as_local().map_or(id, |n| ids[n]));
            if p == stance {
                reading.positions.insert(s);
            }
            match reading.membership {
                Membership::Default if self.is_part || p == status => {
                    if !self.is_below([s, p, o])? {
                        if p == status {
                            reading.replaced.insert(s);
                        }
                        continue;
                    }
                }
                Membership::Default | Membership::Given => {}
                Membership::NamedOnly => {
                    if [actor, stance, issue, status].contains(&p) {
                        reading.parts.entry((s, p)).or_default().push(o);
                    }
                }
            }
            self.quads.push([reading.graph, s, p, o]);
        }
        Ok(())
    }

    /// Adds what follows for the positions of a document: that they follow from is what the default graph
    /// holds, but for a document that is not in it.
    fn derive(&mut self, reading: &Reading) -> Result<(), Failure> {
        let Self { below, own, names, quads, .. } = self;
        let is_resource = |id: Id| {
            Ok(match id.as_local() {
                Some(n) => own.is_resource(n as u32),
                None => below.is_resource(id),
            })
        };
        let known = |position: Id, property: Id| {
            let is_known = [position, property].iter().all(|id| id.as_local().is_none());
            let values = is_known.then(|| below.lookup(property, By::Subject, position)).transpose()?;
            Ok(values.map_or_else(Vec::new, |values| values.iter().collect()))
        };
        if reading.membership == Membership::Given {
            return Ok(());
        }
        for position in &reading.positions {
            let mut has = |property| match reading.membership {
                Membership::Default => known(*position, property),
                Membership::NamedOnly | Membership::Given => {
                    Ok(reading.parts.get(&(*position, property)).cloned().unwrap_or_default())
                }
            };
            names.direct(&mut has, &is_resource, |[s, p, o]| quads.push([reading.graph, s, p, o]))?;
            if reading.replaced.contains(position) {
                let statuses = known(*position, names.status)?;
                quads.extend(statuses.into_iter().map(|o| [reading.graph, *position, names.status, o]));
            }
        }
        Ok(())
    }

    fn is_below(&self, triple: [Id; 3]) -> Result<bool, Failure> {
        let [s, p, o] = triple;
        let is_known = triple.iter().all(|id| id.as_local().is_none());
        Ok(is_known && self.below.contains(s, p, o)?)
    }

    /// Writes the segment; `of` is the digest of the state that the documents are of.
    pub(in crate::store::index) fn write<W: Write>(
        self,
        of: ContentHash,
        out: &mut Sealing<W>,
    ) -> Result<Contents, Failure> {
        let Self { below, own, mut graphs, mut quads, .. } = self;
        let mut contents = Contents::default();
        let (sorted, places) = own.sort(None)?;
        number(below.next_number(), &[sorted], &MemoryBudget::none(), &mut contents, out)?;
        quads.iter_mut().for_each(|quad| *quad = quad.map(|id| places.of(id)));
        graphs.iter_mut().for_each(|graph| *graph = places.of(*graph));
        graphs.sort_unstable();
        graphs.dedup();
        // In each order, the key comes first.
        quads.iter_mut().for_each(|quad| *quad = [quad[0], quad[2], quad[1], quad[3]]);
        quads.sort_unstable();
        quads.dedup();
        let mut stored = Stored {
            of,
            rows: quads.len(),
            graphs: Directory::default(),
            predicates: Directory::default(),
            orders: [0; 3],
        };
        stored.graphs = write_directory(&graphs, &quads, out)?;
        stored.orders[0] = write_columns(&quads, out)?;
        quads.iter_mut().for_each(|[g, p, s, _]| (*g, *p, *s) = (*p, *s, *g));
        quads.sort_unstable();
        let mut predicates: Vec<Id> = quads.iter().map(|quad| quad[0]).collect();
        predicates.dedup();
        stored.predicates = write_directory(&predicates, &quads, out)?;
        stored.orders[1] = write_columns(&quads, out)?;
        quads.iter_mut().for_each(|[_, s, _, o]| std::mem::swap(s, o));
        quads.sort_unstable();
        stored.orders[2] = write_columns(&quads, out)?;
        contents.quads = Some(stored);
        Ok(contents)
    }
}

/// Writes keys and where the rows of each begin.
fn write_directory<W: Write>(keys: &[Id], rows: &[[Id; 4]], out: &mut Sealing<W>) -> io::Result<Directory> {
    out.align()?;
    let directory = Directory { at: out.at(), keys: keys.len() };
    let start = |key: &Id| Id::from_number(rows.partition_point(|row| row[0] < *key) as u32);
    let end = Id::from_number(rows.len() as u32);
    super::build::write_ids(keys.iter().copied().chain(keys.iter().map(start)).chain([end]), out)?;
    Ok(directory)
}

/// Writes the columns behind the key; where they begin.
fn write_columns<W: Write>(rows: &[[Id; 4]], out: &mut Sealing<W>) -> io::Result<usize> {
    out.align()?;
    let at = out.at();
    for column in 1..4 {
        super::build::write_ids(rows.iter().map(|row| row[column]), out)?;
    }
    Ok(at)
}
