//! The triples of one state, as numbers: what queries run on.

use super::column::{Column, Pairs};
use super::id::Id;
use oxrdf::{Term, TermRef};
use std::path::PathBuf;

/// A file of the index that is not what was written.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}: {why}", path.display())]
pub struct Damage {
    path: PathBuf,
    why: String,
}

/// By which end triples of one predicate are sorted and looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Subject,
    Object,
}

/// How much there is of one predicate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Statistics {
    pub(crate) triples: usize,
    /// Distinct ones; with several segments at most so many.
    pub(crate) subjects: usize,
    pub(crate) objects: usize,
}

/// The triples of one state, immutable.
pub(crate) struct Snapshot {}

impl Snapshot {
    /// The id of a term; none if no triple has it.
    pub(crate) fn id(&self, term: TermRef<'_>) -> Result<Option<Id>, Damage> {
        let _ = term;
        todo!()
    }

    /// The term of an id that holds a value or is of the dictionaries.
    ///
    /// # Panics
    /// It is another one.
    pub(crate) fn term(&self, id: Id) -> Result<Term, Damage> {
        let _ = id;
        todo!()
    }

    /// All predicates, in the order of their ids.
    pub(crate) fn predicates(&self) -> &[Id] {
        todo!()
    }

    /// How much there is of a predicate; nothing of what is none.
    pub(crate) fn statistics(&self, predicate: Id) -> Statistics {
        let _ = predicate;
        todo!()
    }

    /// All triples of a predicate: subjects with objects, or objects with subjects.
    pub(crate) fn scan(&self, predicate: Id, by: By) -> Result<Pairs<'_>, Damage> {
        let _ = (predicate, by);
        todo!()
    }

    /// The objects that a subject has by a predicate, or the subjects that an object has; sorted.
    pub(crate) fn lookup(&self, predicate: Id, by: By, key: Id) -> Result<Column<'_>, Damage> {
        let _ = (predicate, by, key);
        todo!()
    }

    /// The predicates by which this is a subject, or an object.
    pub(crate) fn predicates_of(&self, by: By, key: Id) -> Result<Vec<Id>, Damage> {
        let _ = (by, key);
        todo!()
    }

    pub(crate) fn contains(&self, subject: Id, predicate: Id, object: Id) -> Result<bool, Damage> {
        let _ = (subject, predicate, object);
        todo!()
    }
}

impl Snapshot {
    /// These triples, in memory; one that comes twice counts once.
    pub(crate) fn of_triples(triples: impl IntoIterator<Item = oxrdf::Triple>) -> Self {
        drop(triples.into_iter());
        todo!()
    }
}
