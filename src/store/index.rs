//! What is queried: one de-duplicated default graph, a cache of the archive.
//!
//! It can be deleted and made from the archive again at any time. In the order of reading:
//!
//! - `id`: terms are numbers of 32 bits; small values are in the number itself.
//! - `key`, `dictionary`: all other terms, sorted, as bytes that share their beginnings.
//! - `segment`: a file of triples. Each predicate is a table of two columns, in both orders.
//! - `sealed`, `map`: files are mapped, and proved piece by piece as they are read.
//! - `snapshot`: a list of segments, each with what it adds to those before and takes away.
//! - `roll`: what things are called, for whoever names them.
//! - `fill`, `run`, `lines`: how documents are read, in as much memory as `spill` allows.
//! - `order`, `sorted`, `rows`: runs that are sorted, and read together.
//! - `build`, `derive`, `tables`, `sets`: how they become a segment, direct triples included.
//! - `delta`, `merge`: what a change adds on top, and when many small segments become one.
//! - `positions`: what every position has once, as columns for analyses.
//! - `dataset`: a snapshot as the engine's evaluator reads it. `query` has the other way.
//!
//! With `query`, the only module that names the SPARQL engine. Deliberately absent: named graphs (a triple
//! said by two documents would be counted twice), compression of columns (they are read where
//! they lie), an order of all triples by subject (a subject's predicates are listed instead),
//! and any change to a file that has its name.

pub mod read;
pub mod write;

pub use read::language::{Languages, NoTag};
pub use read::snapshot::Corruption;
pub use read::{as_of, positions};
pub use write::storage;

use crate::model::encode::direct::derive;
use crate::store::archive::{Archive, ArchiveError, Entry};
use jiff::civil::Date;
use oxigraph::io::RdfSyntaxError;
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNodeRef, Term, TermRef, Triple, TripleRef};
use read::column::Column;
use read::id::Id;
use read::name_index;
use read::snapshot::{By, Snapshot};
use std::borrow::Cow;
use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::str::FromStr;
use std::sync::Arc;
use write::delta::Failure;
use write::ingest::{Source, Unfilled, fill};
use write::spill::MemoryBudget;

/// The graph that queries see. A copy shares what it reads.
///
/// Direct triples follow from positions in force, and are found like all others:
///
/// ```
/// # use standpoint_data as standpoint;
/// use oxrdf::NamedNode;
/// use standpoint::model::ontology;
/// use standpoint::store::index::Index;
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
/// assert_eq!(index.positions().len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Index {
    snapshot: Arc<Snapshot>,
    /// Not of the graph, but of whoever reads it: everything that shows a label has the graph at hand,
    /// and would have to be handed this beside it, through every list and page.
    languages: Option<Languages>,
}

impl Index {
    /// An index over these triples; duplicates count once.
    #[must_use]
    pub fn from_triples(triples: impl IntoIterator<Item = Triple>) -> Self {
        Self::of_snapshot(Snapshot::of_triples(triples))
    }

    /// What the store's documents say together, the direct triples that follow from it, and
    /// `background`: what every graph holds, the ontology's concept schemes.
    ///
    /// # Errors
    /// A document that is missing or damaged.
    pub fn open(archive: &Archive, background: &[Triple]) -> Result<Self, ArchiveError> {
        let entries: Vec<_> = archive.documents().values().collect();
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

    fn of_snapshot(snapshot: Snapshot) -> Self {
        Self { snapshot: Arc::new(snapshot), languages: None }
    }

    /// The graph of one day: only the positions that were in force on it, as [`mod@as_of`] defines
    /// that, with their direct triples, and everything that is no position. Also what should be
    /// known of the positions that are left out.
    #[must_use]
    pub fn as_of(&self, day: Date) -> (Self, as_of::LeftOut) {
        let as_of::DayGraph { mut triples, left_out } = as_of::restrict(self.triples().collect(), day);
        let direct: Vec<Triple> = derive(&triples).collect();
        triples.extend(direct);
        (Self { languages: self.languages.clone(), ..Self::from_triples(triples) }, left_out)
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

    /// How many triples there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.snapshot.len()
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
    /// A file of the index is damaged; what is thrown is the [`Corruption`].
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
    /// # Panics
    /// As [`matching`](Self::matching).
    #[must_use]
    pub fn contains(&self, triple: &Triple) -> bool {
        let (subject, object) = (triple.subject.as_ref(), triple.object.as_ref());
        self.matching(Some(subject), Some(triple.predicate.as_ref()), Some(object)).next().is_some()
    }

    /// The things that may have a name, which is folded as [`normalize_name`](crate::base::fold::normalize_name) does
    /// it, or an IRI that ends so: all actors, issues, offices, topics and articles that have, and maybe
    /// others.
    ///
    /// # Panics
    /// As [`matching`](Self::matching).
    #[must_use]
    pub fn called(&self, name: &str) -> Vec<NamedNode> {
        let found = name_index::find(&self.snapshot, name);
        or_throw_corruption(found.and_then(|things| name_index::nodes(&self.snapshot, things)))
    }

    /// How often a triple is said: by so many documents, the background being one, or positions that it
    /// follows from.
    ///
    /// # Panics
    /// As [`matching`](Self::matching).
    #[must_use]
    pub fn count(&self, triple: TripleRef<'_>) -> u32 {
        let ids = [triple.subject.into(), triple.predicate.into(), triple.object];
        let [Some(s), Some(p), Some(o)] = ids.map(|term| or_throw_corruption(self.snapshot.id(term))) else {
            return 0;
        };
        or_throw_corruption(self.snapshot.count([s, p, o]))
    }

    /// How many triples say something of a thing, written as in N-Triples, by other than these properties.
    ///
    /// # Panics
    /// As [`matching`](Self::matching).
    pub fn says_of(&self, thing: &str, but: &[NamedNodeRef<'_>]) -> usize {
        self.tables_of(thing, By::Subject, but).map(|(_, things)| things.len()).sum()
    }

    /// What refers to a thing, written as in N-Triples, by other than these properties.
    ///
    /// # Panics
    /// As [`matching`](Self::matching).
    pub fn refer_to(&self, thing: &str, but: &[NamedNodeRef<'_>]) -> Vec<Term> {
        let tables = self.tables_of(thing, By::Object, but);
        let mut ids: Vec<Id> = tables.flat_map(|(_, things)| things.iter().collect::<Vec<_>>()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().map(|id| or_throw_corruption(self.snapshot.term(id))).collect()
    }

    fn tables_of<'a>(
        &'a self,
        thing: &str,
        by: By,
        but: &[NamedNodeRef<'_>],
    ) -> impl Iterator<Item = (Id, Column<'a>)> + use<'a> {
        let mut key = Vec::new();
        let id = if write::lines::resource(thing, &mut key) {
            or_throw_corruption(self.snapshot.id_of_key(&key))
        } else {
            Term::from_str(thing).ok().and_then(|term| or_throw_corruption(self.snapshot.id(term.as_ref())))
        };
        let mut predicates =
            id.map(|id| or_throw_corruption(self.snapshot.predicates_of(by, id))).unwrap_or_default();
        if !predicates.is_empty() {
            let but: Vec<Id> =
                but.iter().filter_map(|p| or_throw_corruption(self.snapshot.id((*p).into()))).collect();
            predicates.retain(|predicate| !but.contains(predicate));
        }
        let lookup = move |predicate| {
            let things =
                or_throw_corruption(self.snapshot.lookup(predicate, by, id.expect("it has predicates")));
            (predicate, things)
        };
        predicates.into_iter().map(lookup)
    }

    /// What queries run on.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }
}

/// What these documents say, in memory. If no temporary files can be written, it takes more of it.
fn in_memory<S: Source>(
    background: &[Triple],
    documents: &[S::Document],
    source: &S,
    bounds: MemoryBudget,
) -> Result<Snapshot, S::Error> {
    let made = |bounds: MemoryBudget| {
        let filled = fill(background, documents, source, &bounds)?;
        Snapshot::of_filled(filled, &bounds).map_err(Unfilled::Spilling)
    };
    match made(bounds).or_else(|unfilled| match unfilled {
        Unfilled::Spilling(_) => made(MemoryBudget::none()),
        other => Err(other),
    }) {
        Ok(snapshot) => Ok(snapshot),
        Err(Unfilled::Document(error)) => Err(error),
        Err(Unfilled::Spilling(error)) => unreachable!("in memory nothing can fail: {error}"),
    }
}

/// Documents of an archive.
struct Stored<'a>(&'a Archive);

impl<'e> Source for Stored<'e> {
    type Document = &'e Entry;
    type Error = ArchiveError;

    fn size(&self, entry: &&Entry) -> u64 {
        entry.bytes
    }

    fn pieces<'a>(
        &'a self,
        entry: &'a &Entry,
        bytes: usize,
        take: &mut dyn FnMut(Cow<'a, str>) -> ControlFlow<()>,
    ) -> Result<(), ArchiveError> {
        self.0.read_pieces(entry, bytes, &mut |piece| take(Cow::Owned(piece)))
    }

    fn unreadable(&self, entry: &&Entry, failure: Failure) -> ArchiveError {
        self.0.unreadable(entry, &failure)
    }
}

/// Documents in memory.
struct Given<'d>(PhantomData<&'d str>);

impl<'d> Source for Given<'d> {
    type Document = &'d str;
    type Error = RdfSyntaxError;

    fn size(&self, document: &&str) -> u64 {
        document.len() as u64
    }

    fn pieces<'a>(
        &'a self,
        document: &'a &str,
        bytes: usize,
        take: &mut dyn FnMut(Cow<'a, str>) -> ControlFlow<()>,
    ) -> Result<(), RdfSyntaxError> {
        let _ = write::ingest::lines(document, bytes).map(Cow::Borrowed).try_for_each(take);
        Ok(())
    }

    fn unreadable(&self, _: &&str, failure: Failure) -> RdfSyntaxError {
        match failure {
            Failure::Syntax(error) => error,
            other => unreachable!("in memory there is nothing else to fail: {other}"),
        }
    }
}

/// Most readers of an index have no errors of their own, and one of its files being damaged is as rare as
/// a broken disk. So the damage is thrown past them, to whoever talks to people.
pub fn or_throw_corruption<T>(read: Result<T, Corruption>) -> T {
    read.unwrap_or_else(|damage| resume_unwind(Box::new(damage)))
}

/// Triples that match, as terms.
struct Matches<'a> {
    snapshot: &'a Snapshot,
    given: [Option<Id>; 3],
    /// Predicates that are still to be looked at, the next one last.
    predicates: Vec<Id>,
    current: Option<Table<'a>>,
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
        Self { snapshot, given, predicates, current: None, subject: None, predicate: None }
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
        let snapshot = self.snapshot;
        let term = |id, last: &mut Option<(Id, Term)>| match last {
            Some((same, term)) if *same == id => term.clone(),
            _ => {
                let term = or_throw_corruption(snapshot.term(id));
                *last = Some((id, term.clone()));
                term
            }
        };
        let Term::NamedNode(property) = term(predicate, &mut self.predicate) else {
            unreachable!("predicates are IRIs")
        };
        let subject = match term(subject, &mut self.subject) {
            Term::NamedNode(node) => node.into(),
            Term::BlankNode(node) => oxigraph::model::NamedOrBlankNode::from(node),
            _ => unreachable!("subjects are resources"),
        };
        Some(Triple::new(subject, property, or_throw_corruption(snapshot.term(object))))
    }
}

/// Adds the triples of a document in canonical N-Triples.
fn parse_into(ntriples: &str, run: &mut write::run::Run<'_>) -> Result<(), write::delta::Failure> {
    for line in ntriples.lines() {
        if run.add_line(line)? {
            continue;
        }
        for triple in crate::model::document::parse(line) {
            run.add(triple?.as_ref())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Stance;
    use crate::model::vocab::stp;

    #[test]
    fn a_triple_of_two_documents_counts_once() {
        let line = |s: &str| format!("<ex:{s}> <ex:p> \"o\" .\n");
        let documents = [line("a") + &line("b"), line("b") + &line("c")];
        let background: Vec<Triple> =
            crate::model::document::parse(&(line("c") + &line("d"))).collect::<Result<_, _>>().unwrap();
        let index = Index::from_ntriples(documents.iter().map(String::as_str), &background).unwrap();
        assert_eq!(index.len(), 4);
    }

    #[test]
    fn what_one_document_leaves_open_another_may_settle() {
        let stp = stp::NAMESPACE;
        let stance = format!("<ex:p> <{stp}actor> <ex:a> .\n<ex:p> <{stp}stance> <{stp}Opposes> .\n");
        let rest = format!("<ex:p> <{stp}issue> <ex:i> .\n<ex:p> <{stp}status> <{stp}InForce> .\n");
        let index = Index::from_ntriples([stance.as_str(), rest.as_str()], &[]).unwrap();
        let opposes = Stance::Opposes.direct_property();
        let direct: Vec<String> = index.matching(None, Some(opposes), None).map(|t| t.to_string()).collect();
        assert_eq!(direct, [format!("<ex:a> <{stp}opposes> <ex:i>")]);
    }

    #[test]
    fn many_documents_all_arrive() {
        let documents: Vec<String> = (0..30_000).map(|i| format!("<ex:{i}> <ex:p> <ex:o> .\n")).collect();
        let index = Index::from_ntriples(documents.iter().map(String::as_str), &[]).unwrap();
        assert_eq!(index.len(), documents.len());
        let broken = documents.iter().map(String::as_str).chain(["<ex:a> <ex:p> "]);
        assert!(Index::from_ntriples(broken, &[]).is_err());
    }
}
