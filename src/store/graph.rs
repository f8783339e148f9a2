//! The one door to a graph: what pages, names, analyses and audits read through.
//!
//! [`Index`] implements it; a SPARQL endpoint can, since each method is one short query. It is a trait
//! object everywhere (`&dyn GraphReader`). Two designs were weighed. A type parameter: each function that
//! reads is compiled once a graph, and carries the parameter through all that call it. A trait object: one
//! box for each pattern, which a look-up in the dictionary outweighs many times. The second.
//!
//! Deliberately absent: the columns and ids that queries and validation run on. They are the index's own
//! (`index::read`), and a remote graph answers a query itself.

use super::index::{Index, Languages, or_throw_corruption};
use crate::model::vocab::rdf;
use oxrdf::{NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, TermRef, Triple};

/// Triples that match a pattern, in no particular order.
pub type Triples<'a> = Box<dyn Iterator<Item = Triple> + 'a>;

/// A graph that can be read.
///
/// A graph whose reading may fail throws the failure, which [`reading`](super::index::reading) makes an
/// error again: see there.
pub trait GraphReader: Sync {
    /// The triples with this subject, predicate and object, as far as they are given: a look-up where a
    /// subject or an object is, a scan where none is.
    fn matching(
        &self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
    ) -> Triples<'_>;

    /// The things that may have a name or an id, as [`Index::called`] has them: all that have it, and maybe
    /// others.
    fn called(&self, name: &str) -> Vec<NamedNode>;

    /// The things of a class that have a property.
    fn having(&self, class: NamedNodeRef<'_>, property: NamedNodeRef<'_>) -> Vec<NamedNode> {
        let of_class = self.matching(None, Some(rdf::TYPE), Some(class.into()));
        let things = of_class.filter_map(|triple| match triple.subject {
            NamedOrBlankNode::NamedNode(thing) => Some(thing),
            NamedOrBlankNode::BlankNode(_) => None,
        });
        let has = |thing: &NamedNode| {
            self.matching(Some(thing.as_ref().into()), Some(property), None).next().is_some()
        };
        things.filter(has).collect()
    }

    /// The languages in which labels are wanted, if any are.
    fn languages(&self) -> Option<&Languages>;

    /// All triples.
    fn triples(&self) -> Triples<'_> {
        self.matching(None, None, None)
    }

    /// Whether it holds this triple.
    fn contains(&self, triple: &Triple) -> bool {
        let (subject, object) = (triple.subject.as_ref(), triple.object.as_ref());
        self.matching(Some(subject), Some(triple.predicate.as_ref()), Some(object)).next().is_some()
    }
}

impl GraphReader for Index {
    fn matching(
        &self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
    ) -> Triples<'_> {
        Box::new(Self::matching(self, subject, predicate, object))
    }

    fn called(&self, name: &str) -> Vec<NamedNode> {
        or_throw_corruption(Self::called(self, name))
    }

    fn having(&self, class: NamedNodeRef<'_>, property: NamedNodeRef<'_>) -> Vec<NamedNode> {
        or_throw_corruption(Self::having(self, class, property))
    }

    fn languages(&self) -> Option<&Languages> {
        Self::languages(self)
    }
}
