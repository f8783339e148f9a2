//! What is queried: one de-duplicated default graph, a cache of the archive.
//!
//! It can be deleted and made from the archive again at any time. In the order of reading:
//!
//! - `id`: terms are numbers of 32 bits; small values are in the number itself.
//! - `key`, `dictionary`: all other terms, sorted, as bytes that share their beginnings.
//! - `segment`: a file of triples. Each predicate is a table of two columns, in both orders.
//! - `sealed`, `map`: files are mapped, and checked block by block as they are read; `corruption`: what a
//!   file is that fails the check.
//! - `snapshot`: a list of segments, each with what it adds to those before and takes away.
//! - `name_index`: from a name to the things that have it.
//! - `positions`: what every position has once, as columns for analyses.
//! - `coders`: codings that are not the first coder's, in the place of those that are.
//! - `dataset`: a snapshot as the engine's evaluator reads it. `query` has the other way.
//! - `ingest`, `documents`, `run`, `lines`: how documents are read, within a budget of memory
//!   ([`spill`](crate::base::spill)).
//! - `order`, `sorted`, `rows`: runs that are sorted, and read together.
//! - `build`, `derive`, `tables`, `sets`: how they become a segment, direct triples included.
//! - `delta`, `merge`: what a change adds on top, and when many small segments become one.
//! - `quads` (read and write), `graphs`: the named graphs, made when they are first asked for.
//! - `storage`: the index on disk, when it is made anew, and when it grows.
//!
//! The read side knows nothing of the write side. Most readers come through
//! [`GraphReader`](super::GraphReader).
//!
//! With `query`, the only module that names the SPARQL engine. Deliberately absent: named graphs in what is asked
//! without them (a triple said by two documents would be counted twice), compression of columns (they are read where
//! they lie), an order of all triples by subject (a subject's predicates are listed instead),
//! and any change to a file that has its name.

pub mod coders;
mod graphs;
pub mod read;
pub mod storage;
#[doc(hidden)]
pub mod write;

pub use graphs::{GraphsError, SCHEMES};
pub use read::corruption::{Corruption, or_throw_corruption, reading};
pub use read::language::{Languages, NoTag};
pub use read::{as_of, positions};

use crate::base::spill::MemoryBudget;
use crate::model::document::{self, Document};
use crate::model::encode::direct::derive;
use crate::model::vocab::rdf;
use crate::store::archive::{Archive, ArchiveError};
use graphs::{Graphs, Restriction, Source};
use jiff::civil::Date;
use oxigraph::io::RdfSyntaxError;
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNodeRef, Term, TermRef, Triple, TripleRef};
use read::column::Column;
use read::id::Id;
use read::name_index::{self, NameIndexes};
use read::sealed::Sealing;
use read::segment::Segment;
use read::snapshot::{By, Snapshot};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::Arc;
use write::build;
use write::delta::Delta;
use write::documents::{Given, Stored, in_memory};

/// The graph that queries see. A copy shares what it reads.
///
/// Direct triples follow from positions in force, and are found like all others:
///
/// ```
/// # use standpoint_data as standpoint;
/// use oxrdf::NamedNode;
/// use standpoint::model::ontology;
/// use standpoint::store::index::Index;
/// use standpoint::store::index::positions::PositionTable;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let document = "\
/// <ex:p> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/standpoint/ns#Position> .
/// <ex:p> <https://w3id.org/standpoint/ns#actor> <ex:ana> .
/// <ex:p> <https://w3id.org/standpoint/ns#issue> <ex:mill> .
/// <ex:p> <https://w3id.org/standpoint/ns#stance> <https://w3id.org/standpoint/ns#Opposes> .
/// <ex:p> <https://w3id.org/standpoint/ns#status> <https://w3id.org/standpoint/ns#InForce> .
/// ";
/// let index = Index::from_ntriples([document], ontology::schemes())?;
///
/// let ana = NamedNode::new("ex:ana")?;
/// let said: Vec<String> =
///     index.matching(Some(ana.as_ref().into()), None, None).map(|triple| triple.to_string()).collect();
/// assert_eq!(said, ["<ex:ana> <https://w3id.org/standpoint/ns#opposes> <ex:mill>"]);
/// // The same position as a row of columns, for analyses.
/// assert_eq!(PositionTable::new(index.snapshot())?.len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Index {
    snapshot: Arc<Snapshot>,
    names: Arc<NameIndexes>,
    graphs: Arc<Graphs>,
    /// Not of the graph, but of whoever reads it: everything that shows a label has the graph at hand,
    /// and would have to be handed this beside it, through every list and page.
    languages: Option<Languages>,
}

impl Index {
    /// An index over these triples; duplicates count once.
    #[must_use]
    pub fn from_triples(triples: impl IntoIterator<Item = Triple>) -> Self {
        Self::of_snapshot(build::snapshot(triples))
    }

    /// Graph of what first coders say in the store's documents, with the direct triples that follow and
    /// `background`: what every graph holds, the ontology's concept schemes.
    ///
    /// # Errors
    /// A document that is missing or damaged.
    pub fn open(archive: &Archive, background: &[Triple]) -> Result<Self, ArchiveError> {
        let entries: Vec<_> = archive.documents().values().filter(|entry| entry.coding.is_none()).collect();
        in_memory(background, &entries, &Stored(archive), MemoryBudget::system()).map(Self::of_snapshot)
    }

    /// The same from documents in canonical N-Triples, wherever they come from.
    ///
    /// # Errors
    /// A document that is no N-Triples.
    pub fn from_ntriples<'a>(
        documents: impl IntoIterator<Item = &'a str>,
        background: &[Triple],
    ) -> Result<Self, RdfSyntaxError> {
        let documents: Vec<&str> = documents.into_iter().collect();
        in_memory(background, &documents, &Given(PhantomData), MemoryBudget::system()).map(Self::of_snapshot)
    }

    /// The same from documents with their names, which are those of graphs: its default graph is what first coders
    /// say.
    ///
    /// # Errors
    /// A document that is no N-Triples, or cannot be read.
    pub fn from_documents(
        documents: Vec<Document>,
        background: &'static [Triple],
    ) -> Result<Self, GraphsError> {
        let mut texts = Vec::with_capacity(documents.len());
        for document in &documents {
            // Another coding than the first comes on top where it is asked for, and is a named graph in any case.
            if document.ntriples.apart().map_err(GraphsError::Documents)?.is_none() {
                texts.push(document.ntriples.text().map_err(GraphsError::Documents)?);
            }
        }
        let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        let snapshot = in_memory(background, &texts, &Given(PhantomData), MemoryBudget::system())
            .map_err(|error| GraphsError::Documents(io::Error::other(error)))?;
        drop(texts);
        Ok(Self::of_graphs(snapshot, Source::Documents(documents), background.into()))
    }

    /// A default graph, and named graphs beside it, of which it says nothing.
    #[must_use]
    pub fn from_dataset(
        default: impl IntoIterator<Item = Triple>,
        named: Vec<(NamedNode, Vec<Triple>)>,
    ) -> Self {
        Self::of_graphs(build::snapshot(default), Source::Given(named), (&[]).into())
    }

    fn of_snapshot(snapshot: Snapshot) -> Self {
        let names = Arc::new(NameIndexes::new(&snapshot));
        let graphs = Arc::new(Graphs::new(Source::None, (&[]).into()));
        Self { snapshot: Arc::new(snapshot), names, graphs, languages: None }
    }

    fn of_graphs(snapshot: Snapshot, source: Source, background: Cow<'static, [Triple]>) -> Self {
        Self { graphs: Arc::new(Graphs::new(source, background)), ..Self::of_snapshot(snapshot) }
    }

    /// The graph of one day: only the positions that were in force on it, as [`mod@as_of`] defines
    /// that, with their direct triples, and everything that is no position. Also what should be
    /// known of the positions that are left out.
    #[must_use]
    pub fn as_of(&self, day: Date) -> (Self, as_of::LeftOut) {
        let as_of::DayGraph { mut triples, left_out } = as_of::restrict(self.triples().collect(), day);
        let direct: Vec<Triple> = derive(&triples).collect();
        triples.extend(direct);
        (self.restricted(triples, Restriction::Day(day)), left_out)
    }

    /// The same graph without what every graph holds besides its documents.
    ///
    /// # Errors
    /// A file of the index is damaged.
    pub fn without_background(&self) -> Result<Self, GraphsError> {
        let background = self.graphs.background();
        if background.is_empty() {
            return Ok(self.clone());
        }
        let mut delta = Delta::new(&self.snapshot)?;
        delta.remove(&document::ntriples(background.iter().cloned()))?;
        let mut out = Sealing::new(Vec::new());
        let contents = delta.write(&mut out)?;
        let on_top = Arc::new(Segment::in_memory(out.into_inner(), contents));
        let segments = self.snapshot.segments().iter().cloned().chain([on_top]).collect();
        let source = Source::Same(Arc::clone(&self.graphs));
        let index = Self::of_graphs(Snapshot::of_segments(segments), source, (&[]).into());
        Ok(index.read_in(self.languages.clone()))
    }

    /// The graph with these of its positions and no others: with their direct triples, and everything that is
    /// no position.
    #[must_use]
    pub fn with_positions(&self, positions: &BTreeSet<NamedNode>) -> Self {
        let mut triples = as_of::with_positions(self.triples().collect(), positions);
        let direct: Vec<Triple> = derive(&triples).collect();
        triples.extend(direct);
        self.restricted(triples, Restriction::Positions(positions.clone()))
    }

    /// The graph of these triples, which a restriction leaves of it, with what it leaves of the named graphs.
    fn restricted(&self, triples: Vec<Triple>, restriction: Restriction) -> Self {
        let graphs = match self.graphs.is_none() {
            true => Source::None,
            false => Source::Part(Arc::clone(&self.graphs), restriction),
        };
        Self::of_graphs(build::snapshot(triples), graphs, self.graphs.background())
            .read_in(self.languages.clone())
    }

    /// The same graph for somebody who wants to read labels in these languages.
    #[must_use]
    pub fn read_in(self, languages: Option<Languages>) -> Self {
        Self { languages, ..self }
    }

    /// The languages in which labels are wanted, if any are.
    #[must_use]
    pub fn languages(&self) -> Option<&Languages> {
        self.languages.as_ref()
    }

    /// Number of triples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.snapshot.triple_count()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All triples, in no particular order.
    ///
    /// # Panics
    /// As [`matching`](Self::matching).
    pub fn triples(&self) -> impl Iterator<Item = Triple> + '_ {
        self.matching(None, None, None)
    }

    /// The triples with this subject, predicate and object, as far as they are given.
    ///
    /// # Panics
    /// A file of the index is damaged; what is thrown is the [`Corruption`], which [`reading`] makes an error
    /// again.
    pub fn matching<'a>(
        &'a self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
    ) -> impl Iterator<Item = Triple> + 'a {
        let given = [subject.map(TermRef::from), predicate.map(TermRef::from), object];
        let ids = given.map(|term| term.map(|term| or_throw_corruption(self.snapshot.id(term))));
        let unknown = ids.contains(&Some(None));
        let ids = ids.map(Option::flatten);
        let matches = (!unknown).then(|| Matches::new(&self.snapshot, ids));
        matches.into_iter().flatten()
    }

    /// Whether it holds this triple.
    ///
    /// # Errors
    /// A file of the index is damaged; so for all methods that return a result.
    pub fn contains(&self, triple: &Triple) -> Result<bool, Corruption> {
        Ok(self.count(triple.as_ref())? > 0)
    }

    /// The things that may have a name, or an id: the end of their IRI, or a position's handle. The name is
    /// folded as [`normalize_name`](crate::base::fold::normalize_name) or [`fold`](crate::base::fold::fold) does
    /// it. All actors, issues, offices, topics, articles and positions that have it, and maybe others.
    ///
    /// # Errors
    /// As [`contains`](Self::contains).
    pub fn called(&self, name: &str) -> Result<Vec<NamedNode>, Corruption> {
        name_index::nodes(&self.snapshot, self.names.find(&self.snapshot, name)?)
    }

    /// The things of a class that have a property.
    ///
    /// # Errors
    /// As [`contains`](Self::contains).
    pub fn having(
        &self,
        class: NamedNodeRef<'_>,
        property: NamedNodeRef<'_>,
    ) -> Result<Vec<NamedNode>, Corruption> {
        /// So many rows are scanned in the time of one look-up.
        const SCANNED: usize = 64;
        let snapshot = &self.snapshot;
        let ids = [rdf::TYPE, class, property].map(|node| snapshot.id(node.into()));
        let [Some(kind), Some(class), Some(property)] = [ids[0].clone()?, ids[1].clone()?, ids[2].clone()?]
        else {
            return Ok(Vec::new());
        };
        let things = snapshot.lookup(kind, By::Object, class)?;
        let mut found = Vec::new();
        if SCANNED * things.len() < snapshot.statistics(property).triples {
            for thing in things.iter() {
                if !snapshot.lookup(property, By::Subject, thing)?.is_empty() {
                    found.push(thing);
                }
            }
        } else {
            let keys = snapshot.scan(property, By::Subject)?.keys;
            let mut at = 0;
            for thing in things.iter() {
                at = keys.seek(at, thing);
                if at == keys.len() {
                    break;
                }
                if keys.get(at) == thing {
                    found.push(thing);
                }
            }
        }
        name_index::nodes(snapshot, found)
    }

    /// Number of sources of a triple: documents that state it, the background being one, or positions that it
    /// follows from.
    ///
    /// # Errors
    /// As [`contains`](Self::contains).
    pub fn count(&self, triple: TripleRef<'_>) -> Result<u32, Corruption> {
        let mut ids = [Id::UNBOUND; 3];
        for (id, term) in ids.iter_mut().zip([triple.subject.into(), triple.predicate.into(), triple.object])
        {
            match self.snapshot.id(term)? {
                Some(known) => *id = known,
                None => return Ok(0),
            }
        }
        self.snapshot.count(ids)
    }

    /// Number of triples about a thing, written as in N-Triples, by other than these properties.
    ///
    /// # Errors
    /// As [`contains`](Self::contains).
    pub fn says_of(&self, thing: &str, but: &[NamedNodeRef<'_>]) -> Result<usize, Corruption> {
        Ok(self.values_of(thing, By::Subject, but)?.iter().map(Column::len).sum())
    }

    /// Subjects that refer to a thing, written as in N-Triples, by other than these properties.
    ///
    /// # Errors
    /// As [`contains`](Self::contains).
    pub fn refer_to(&self, thing: &str, but: &[NamedNodeRef<'_>]) -> Result<Vec<Term>, Corruption> {
        let tables = self.values_of(thing, By::Object, but)?;
        let mut ids: Vec<Id> = tables.iter().flat_map(Column::iter).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().map(|id| self.snapshot.term(id)).collect()
    }

    /// The objects of a subject, or the subjects of an object, predicate by predicate.
    fn values_of(
        &self,
        thing: &str,
        by: By,
        but: &[NamedNodeRef<'_>],
    ) -> Result<Vec<Column<'_>>, Corruption> {
        let mut key = Vec::new();
        let id = if write::lines::resource(thing, &mut key) {
            self.snapshot.id_of_key(&key)?
        } else {
            match Term::from_str(thing) {
                Ok(term) => self.snapshot.id(term.as_ref())?,
                Err(_) => None,
            }
        };
        let Some(id) = id else { return Ok(Vec::new()) };
        let mut predicates = self.snapshot.predicates_of(by, id)?;
        for property in but {
            if predicates.is_empty() {
                break;
            }
            if let Some(property) = self.snapshot.id((*property).into())? {
                predicates.retain(|predicate| *predicate != property);
            }
        }
        predicates.into_iter().map(|predicate| self.snapshot.lookup(predicate, by, id)).collect()
    }

    /// Snapshot that queries with `GRAPH` run on: the same graph and the named ones.
    ///
    /// # Errors
    /// A document or a file of the index is missing or damaged.
    pub fn dataset(&self) -> Result<&Arc<Snapshot>, GraphsError> {
        self.graphs.of(&self.snapshot)
    }

    /// Snapshot whose default graph is what these graphs say together, and whose named graphs are those: what
    /// `FROM` and `FROM NAMED` make.
    ///
    /// # Errors
    /// As [`dataset`](Self::dataset).
    pub fn dataset_of(&self, default: &[NamedNode], named: &[NamedNode]) -> Result<Snapshot, GraphsError> {
        graphs::merged(self.dataset()?, default, named)
    }

    /// Names of the named graphs, in their order.
    ///
    /// # Errors
    /// As [`dataset`](Self::dataset).
    pub fn graph_names(&self) -> Result<Vec<NamedNode>, GraphsError> {
        let dataset = self.dataset()?;
        Ok(name_index::nodes(dataset, dataset.graph_names()?)?)
    }

    /// The triples of a named graph; none if there is no such graph.
    ///
    /// # Errors
    /// As [`dataset`](Self::dataset).
    pub fn graph(&self, name: NamedNodeRef<'_>) -> Result<Vec<Triple>, GraphsError> {
        let dataset = self.dataset()?;
        let Some(id) = dataset.id(name.into())? else { return Ok(Vec::new()) };
        let quads = dataset.quads([Some(id), None, None, None])?;
        let mut terms = Terms::new(dataset);
        Ok(quads.iter().map(|[_, s, p, o]| terms.triple([s, p, o])).collect::<Result<_, Corruption>>()?)
    }

    /// Snapshot that queries run on.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }
}

/// Triples that match, as terms.
struct Matches<'a> {
    snapshot: &'a Snapshot,
    given: [Option<Id>; 3],
    /// Predicates that are still to be looked at, the next one last.
    predicates: Vec<Id>,
    current: Option<Table<'a>>,
    terms: Terms<'a>,
}

/// Triples as terms, one after another.
struct Terms<'a> {
    snapshot: &'a Snapshot,
    /// The last subject and predicate: many triples in a row have the same.
    subject: Option<(Id, Term)>,
    predicate: Option<(Id, Term)>,
}

/// The triples of one predicate that match, and how far they have been read.
struct Table<'a> {
    predicate: Id,
    subjects: Ends<'a>,
    objects: Ends<'a>,
    at: usize,
    len: usize,
}

enum Ends<'a> {
    Same(Id),
    Each(Column<'a>),
}

impl Ends<'_> {
    fn get(&self, at: usize) -> Id {
        match self {
            Self::Same(id) => *id,
            Self::Each(column) => column.get(at),
        }
    }
}

impl<'a> Matches<'a> {
    fn new(snapshot: &'a Snapshot, given: [Option<Id>; 3]) -> Self {
        let mut predicates = match given {
            [_, Some(predicate), _] => vec![predicate],
            [Some(subject), None, _] => or_throw_corruption(snapshot.predicates_of(By::Subject, subject)),
            [None, None, Some(object)] => or_throw_corruption(snapshot.predicates_of(By::Object, object)),
            [None, None, None] => snapshot.predicates().to_vec(),
        };
        predicates.reverse();
        Self { snapshot, given, predicates, current: None, terms: Terms::new(snapshot) }
    }

    fn table(&self, predicate: Id) -> Table<'a> {
        let [subject, _, object] = self.given;
        let snapshot = self.snapshot;
        let (subjects, objects, len) = match (subject, object) {
            (Some(s), Some(o)) => {
                let len = usize::from(or_throw_corruption(snapshot.contains(s, predicate, o)));
                (Ends::Same(s), Ends::Same(o), len)
            }
            (Some(s), None) => {
                let objects = or_throw_corruption(snapshot.lookup(predicate, By::Subject, s));
                let len = objects.len();
                (Ends::Same(s), Ends::Each(objects), len)
            }
            (None, Some(o)) => {
                let subjects = or_throw_corruption(snapshot.lookup(predicate, By::Object, o));
                let len = subjects.len();
                (Ends::Each(subjects), Ends::Same(o), len)
            }
            (None, None) => {
                let pairs = or_throw_corruption(snapshot.scan(predicate, By::Subject));
                let len = pairs.len();
                (Ends::Each(pairs.keys), Ends::Each(pairs.values), len)
            }
        };
        Table { predicate, subjects, objects, at: 0, len }
    }
}

impl Iterator for Matches<'_> {
    type Item = Triple;

    fn next(&mut self) -> Option<Triple> {
        let (subject, predicate, object) = loop {
            if let Some(table) = &mut self.current
                && table.at < table.len
            {
                let at = table.at;
                table.at += 1;
                break (table.subjects.get(at), table.predicate, table.objects.get(at));
            }
            let predicate = self.predicates.pop()?;
            self.current = Some(self.table(predicate));
        };
        Some(or_throw_corruption(self.terms.triple([subject, predicate, object])))
    }
}

impl<'a> Terms<'a> {
    fn new(snapshot: &'a Snapshot) -> Self {
        Self { snapshot, subject: None, predicate: None }
    }

    fn triple(&mut self, [subject, predicate, object]: [Id; 3]) -> Result<Triple, Corruption> {
        let snapshot = self.snapshot;
        let term = |id, last: &mut Option<(Id, Term)>| match last {
            Some((same, term)) if *same == id => Ok(term.clone()),
            _ => {
                let term = snapshot.term(id)?;
                *last = Some((id, term.clone()));
                Ok(term)
            }
        };
        let Term::NamedNode(property) = term(predicate, &mut self.predicate)? else {
            unreachable!("predicates are IRIs")
        };
        let subject = match term(subject, &mut self.subject)? {
            Term::NamedNode(node) => node.into(),
            Term::BlankNode(node) => oxigraph::model::NamedOrBlankNode::from(node),
            _ => unreachable!("subjects are resources"),
        };
        Ok(Triple::new(subject, property, snapshot.term(object)?))
    }
}

#[cfg(test)]
mod tests;
