//! What a document says, by subject, and the words of the model's concepts.

use crate::model::vocab::{oa, rdf, skos};
use crate::model::{
    ActorKind, Certainty, Comparator, Concept, ConditionKind, EventKind, Explicitness, Family, Intensity,
    Mode, RelationKind, Stance, Status,
};
use oxrdf::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term, Triple};
use std::collections::BTreeMap;
use std::ops::Range;

/// The triples of a document by their subjects.
pub(super) struct Facts(BTreeMap<NamedNode, Vec<(NamedNode, Term)>>);

impl Facts {
    /// None where a subject is a blank node: no sheet says such a thing.
    pub(super) fn new(triples: Vec<Triple>) -> Option<Self> {
        let mut facts: BTreeMap<NamedNode, Vec<(NamedNode, Term)>> = BTreeMap::new();
        for triple in triples {
            let NamedOrBlankNode::NamedNode(subject) = triple.subject else { return None };
            facts.entry(subject).or_default().push((triple.predicate, triple.object));
        }
        Some(Self(facts))
    }

    /// The things of a class, in the order of their IRIs.
    pub(super) fn of_class(&self, class: NamedNodeRef<'_>) -> Vec<&NamedNode> {
        let is =
            |(p, o): &(NamedNode, Term)| *p == rdf::TYPE && matches!(o, Term::NamedNode(o) if *o == class);
        self.0.iter().filter(|(_, said)| said.iter().any(is)).map(|(subject, _)| subject).collect()
    }

    /// The concepts of a scheme.
    pub(super) fn in_scheme(&self, scheme: NamedNodeRef<'_>) -> Vec<&NamedNode> {
        self.having(skos::IN_SCHEME)
            .filter(|concept| self.iris(concept, skos::IN_SCHEME).iter().any(|one| **one == scheme))
            .collect()
    }

    /// The things of which something is said by a property.
    pub(super) fn having(&self, p: NamedNodeRef<'_>) -> impl Iterator<Item = &NamedNode> {
        let is = move |said: &[(NamedNode, Term)]| said.iter().any(|(predicate, _)| *predicate == p);
        self.0.iter().filter(move |(_, said)| is(said)).map(|(subject, _)| subject)
    }

    /// What is said of a thing by a property.
    fn objects(&self, s: &NamedNode, p: NamedNodeRef<'_>) -> impl Iterator<Item = &Term> {
        let said = self.0.get(s).map(Vec::as_slice).unwrap_or_default();
        said.iter().filter(move |(predicate, _)| *predicate == p).map(|(_, object)| object)
    }

    pub(super) fn iris(&self, s: &NamedNode, p: NamedNodeRef<'_>) -> Vec<&NamedNode> {
        self.objects(s, p)
            .filter_map(|o| if let Term::NamedNode(iri) = o { Some(iri) } else { None })
            .collect()
    }

    pub(super) fn iri(&self, s: &NamedNode, p: NamedNodeRef<'_>) -> Option<&NamedNode> {
        self.iris(s, p).into_iter().next()
    }

    pub(super) fn texts(&self, s: &NamedNode, p: NamedNodeRef<'_>) -> Vec<&str> {
        self.objects(s, p)
            .filter_map(|o| if let Term::Literal(text) = o { Some(text.value()) } else { None })
            .collect()
    }

    pub(super) fn text(&self, s: &NamedNode, p: NamedNodeRef<'_>) -> Option<&str> {
        self.texts(s, p).into_iter().next()
    }

    /// Names with their languages.
    pub(super) fn names(&self, s: &NamedNode, p: NamedNodeRef<'_>) -> Vec<(String, String)> {
        let name = |o: &Term| match o {
            Term::Literal(name) => {
                Some((name.language().unwrap_or_default().to_owned(), name.value().to_owned()))
            }
            _ => None,
        };
        self.objects(s, p).filter_map(name).collect()
    }

    /// The words of the concepts that a property names, as a sheet has them.
    pub(super) fn words(&self, s: &NamedNode, p: NamedNodeRef<'_>) -> Vec<&'static str> {
        self.iris(s, p).into_iter().filter_map(word).collect()
    }

    /// The places of the spans that a property leads to, in the order of the text.
    pub(super) fn places(&self, s: &NamedNode, p: NamedNodeRef<'_>) -> Vec<Range<u32>> {
        let place = |span: &NamedNode| {
            let selector = self.iri(span, oa::HAS_SELECTOR)?;
            let at = |p| self.text(selector, p)?.parse::<u32>().ok();
            Some(at(oa::START)?..at(oa::END)?)
        };
        let mut places: Vec<Range<u32>> = self.iris(s, p).into_iter().filter_map(place).collect();
        places.sort_by_key(|place| (place.start, place.end));
        places
    }
}

/// The word of a concept of any of the closed lists.
pub(super) fn word(iri: &NamedNode) -> Option<&'static str> {
    fn of<C: Concept>(iri: &NamedNode) -> Option<&'static str> {
        C::from_iri(iri.as_ref()).map(Concept::word)
    }
    of::<Stance>(iri)
        .or_else(|| of::<Mode>(iri))
        .or_else(|| of::<Explicitness>(iri))
        .or_else(|| of::<Certainty>(iri))
        .or_else(|| of::<Intensity>(iri))
        .or_else(|| of::<Status>(iri))
        .or_else(|| of::<ConditionKind>(iri))
        .or_else(|| of::<Comparator>(iri))
        .or_else(|| of::<EventKind>(iri))
        .or_else(|| of::<RelationKind>(iri))
        .or_else(|| of::<Family>(iri))
        .or_else(|| of::<ActorKind>(iri))
}
