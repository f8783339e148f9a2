//! What is queried: one de-duplicated default graph, a cache of the archive.
//!
//! The only module, with `query`, that names the SPARQL engine's store. It can be
//! rebuilt from the archive at any time, and is at every start: oxigraph's in-memory
//! store is all there is to it. Deliberately absent: named graphs (a triple said by two
//! documents would be counted twice) and anything kept on disk.

pub mod as_of;
mod build;
pub(crate) mod column;
mod delta;
mod derive;
mod dictionary;
pub(crate) mod id;
mod key;
mod language;
#[cfg(test)]
mod laws;
mod lines;
mod map;
mod merge;
mod run;
mod sealed;
mod segment;
pub(crate) mod snapshot;

pub use language::{Languages, NoTag};

use crate::archive::{Archive, ArchiveError};
use crate::encode::direct::{Positions, derive};
use crate::vocab::rdf;
use jiff::civil::Date;
use oxigraph::io::{RdfFormat, RdfParser, RdfSyntaxError};
use oxigraph::model::{
    GraphName, GraphNameRef, NamedNodeRef, NamedOrBlankNodeRef, QuadRef, Term, TermRef, Triple,
};
use oxigraph::store::Store;
use std::sync::mpsc;
use std::{mem, thread};

/// Triples that are handed over from the parser at once.
const BATCH: usize = 512;
/// Batches that may wait to be taken in.
const WAITING: usize = 16;

/// The graph that queries see.
pub struct Index {
    store: Store,
    /// Not of the graph, but of whoever reads it: everything that shows a label has the graph at hand,
    /// and would have to be handed this beside it, through every list and page.
    languages: Option<Languages>,
}

impl Index {
    /// An index over these triples; duplicates count once.
    #[must_use]
    pub fn from_triples(triples: impl IntoIterator<Item = Triple>) -> Self {
        let store = Store::new().expect("an in-memory store opens");
        store
            .extend(triples.into_iter().map(|t| t.in_graph(GraphName::DefaultGraph)))
            .expect("an in-memory store takes triples");
        Self { store, languages: None }
    }

    /// What the store's documents say together, the direct triples that follow from it, and
    /// `background`: what every graph holds, the ontology's concept schemes.
    ///
    /// # Errors
    /// A document that is missing or damaged.
    pub fn open(archive: &Archive, background: &[Triple]) -> Result<Self, ArchiveError> {
        Self::fill(background, |sink| {
            for entry in archive.documents().values() {
                let ntriples = archive.read(entry)?;
                parse(&ntriples)
                    .try_for_each(|triple| triple.map(&mut *sink))
                    .map_err(|error| archive.unreadable(entry, &error))?;
            }
            Ok(())
        })
    }

    /// The same from documents in canonical N-Triples, wherever they come from.
    ///
    /// # Errors
    /// A document that is no N-Triples.
    pub fn from_ntriples<'a>(
        documents: impl IntoIterator<Item = &'a str> + Send,
        background: &[Triple],
    ) -> Result<Self, RdfSyntaxError> {
        Self::fill(background, |sink| {
            documents.into_iter().flat_map(parse).try_for_each(|triple| triple.map(&mut *sink))
        })
    }

    /// An index of what `read` hands over, with what follows from it.
    ///
    /// Reading and parsing take about as long as filling, so each has its thread. The engine's
    /// bulk loader is no faster than one transaction: in memory it is one.
    fn fill<E: Send>(
        background: &[Triple],
        read: impl FnOnce(&mut dyn FnMut(Triple)) -> Result<(), E> + Send,
    ) -> Result<Self, E> {
        let store = Store::new().expect("an in-memory store opens");
        let mut transaction = store.start_transaction().expect("an in-memory store can be written");
        let mut insert =
            |triple: &Triple| transaction.insert(triple.as_ref().in_graph(GraphNameRef::DefaultGraph));
        let mut positions = Positions::default();
        thread::scope(|scope| {
            let (sender, batches) = mpsc::sync_channel::<Vec<Triple>>(WAITING);
            let reader = scope.spawn(move || {
                let mut batch = Vec::with_capacity(BATCH);
                read(&mut |triple| {
                    batch.push(triple);
                    if batch.len() == BATCH {
                        // The receiver outlives this thread.
                        let _ = sender.send(mem::replace(&mut batch, Vec::with_capacity(BATCH)));
                    }
                })?;
                let _ = sender.send(batch);
                Ok(())
            });
            for triple in batches.into_iter().flatten() {
                positions.observe(&triple);
                insert(&triple);
            }
            reader.join().expect("reading does not panic")
        })?;
        background.iter().for_each(&mut insert);
        positions.direct_triples().for_each(|triple| insert(&triple));
        transaction.commit().expect("an in-memory store takes triples");
        Ok(Self { store, languages: None })
    }

    /// The graph of one day: only the positions that were in force on it, as [`mod@as_of`] defines
    /// that, with their direct triples, and everything that is no position. Also how many
    /// positions are left out because nothing says when they began.
    #[must_use]
    pub fn as_of(&self, day: Date) -> (Self, usize) {
        let as_of::DayGraph { mut triples, undated } = as_of::restrict(self.triples().collect(), day);
        let direct: Vec<Triple> = derive(&triples).collect();
        triples.extend(direct);
        (Self { languages: self.languages.clone(), ..Self::from_triples(triples) }, undated)
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
        self.store.len().expect("an in-memory store counts")
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All triples, in no particular order.
    pub fn triples(&self) -> impl Iterator<Item = Triple> + '_ {
        self.matching(None, None, None)
    }

    /// The triples with this subject, predicate and object, as far as they are given.
    pub fn matching<'a>(
        &'a self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
    ) -> impl Iterator<Item = Triple> + 'a {
        self.store
            .quads_for_pattern(subject, predicate, object, Some(GraphNameRef::DefaultGraph))
            .map(|quad| quad.expect("an in-memory store reads").into())
    }

    /// Whether it holds this triple.
    #[must_use]
    pub fn contains(&self, triple: &Triple) -> bool {
        let (subject, object) = (triple.subject.as_ref(), triple.object.as_ref());
        self.matching(Some(subject), Some(triple.predicate.as_ref()), Some(object)).next().is_some()
    }

    /// The form in which a term comes out again: the engine keeps a number's or a date's value,
    /// not its spelling. What is compared with terms of the index has to be in that form.
    pub(crate) fn as_kept(term: TermRef<'_>) -> Term {
        let store = Store::new().expect("an in-memory store opens");
        let quad = QuadRef::new(rdf::VALUE, rdf::VALUE, term, GraphNameRef::DefaultGraph);
        store.insert(quad).expect("an in-memory store takes triples");
        let kept = store.iter().next().expect("what was put in is there");
        kept.expect("an in-memory store reads").object
    }

    /// The engine's dataset, for `query`.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }
}

/// The triples of a document. Its terms are not validated again: they were before it was kept.
pub(crate) fn parse(ntriples: &str) -> impl Iterator<Item = Result<Triple, RdfSyntaxError>> + '_ {
    RdfParser::from_format(RdfFormat::NTriples)
        .lenient()
        .for_slice(ntriples)
        .map(|quad| quad.map(Triple::from))
}

/// Adds the triples of a document in canonical N-Triples.
fn parse_into(ntriples: &str, run: &mut run::Run<'_>) -> Result<(), delta::Failure> {
    for line in ntriples.lines() {
        if run.add_line(line)? {
            continue;
        }
        for triple in parse(line) {
            run.add(triple?.as_ref())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Stance;
    use crate::vocab::stp;

    #[test]
    fn a_triple_of_two_documents_counts_once() {
        let line = |s: &str| format!("<ex:{s}> <ex:p> \"o\" .\n");
        let documents = [line("a") + &line("b"), line("b") + &line("c")];
        let background: Vec<Triple> = parse(&(line("c") + &line("d"))).collect::<Result<_, _>>().unwrap();
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
    fn more_triples_than_fit_the_queue_all_arrive() {
        let documents: Vec<String> =
            (0..3 * BATCH * WAITING).map(|i| format!("<ex:{i}> <ex:p> <ex:o> .\n")).collect();
        let index = Index::from_ntriples(documents.iter().map(String::as_str), &[]).unwrap();
        assert_eq!(index.len(), documents.len());
        let broken = documents.iter().map(String::as_str).chain(["<ex:a> <ex:p> "]);
        assert!(Index::from_ntriples(broken, &[]).is_err());
    }
}
