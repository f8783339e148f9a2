//! What is queried: one de-duplicated default graph, a cache of the archive.
//!
//! The only module, with `query`, that names the SPARQL engine's store. It can be
//! rebuilt from the archive at any time, and is at every start: oxigraph's in-memory
//! store is all there is to it. Deliberately absent: named graphs (a triple said by two
//! documents would be counted twice) and anything kept on disk.

use oxigraph::model::{GraphNameRef, NamedNodeRef, NamedOrBlankNodeRef, TermRef, Triple};
use oxigraph::store::Store;

/// The graph that queries see.
pub struct Index {
    store: Store,
}

impl Index {
    /// An index over these triples; duplicates count once.
    #[must_use]
    pub fn from_triples(triples: impl IntoIterator<Item = Triple>) -> Self {
        let store = Store::new().expect("an in-memory store opens");
        store
            .extend(triples.into_iter().map(|t| t.in_graph(oxigraph::model::GraphName::DefaultGraph)))
            .expect("an in-memory store takes triples");
        Self { store }
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

    /// The engine's dataset, for `query`.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }
}
