//! The triples of a graph by subject, as the writer of sheets reads them.

use crate::model::vocab::{rdf, skos};
use crate::model::{Concept, List};
use oxrdf::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term, Triple};
use std::collections::{BTreeMap, BTreeSet};

pub(super) struct Facts<'a> {
    of: BTreeMap<&'a str, Vec<(NamedNodeRef<'a>, &'a Term)>>,
}

impl<'a> Facts<'a> {
    pub(super) fn new(triples: &'a [Triple]) -> Self {
        let mut of: BTreeMap<&str, Vec<(NamedNodeRef<'_>, &Term)>> = BTreeMap::new();
        for triple in triples {
            if let NamedOrBlankNode::NamedNode(subject) = &triple.subject {
                of.entry(subject.as_str()).or_default().push((triple.predicate.as_ref(), &triple.object));
            }
        }
        Self { of }
    }

    /// The things of a class, by IRI.
    pub(super) fn members(&self, class: NamedNodeRef<'_>) -> Vec<NamedNode> {
        let is_member = |facts: &Vec<(NamedNodeRef<'_>, &Term)>| {
            facts.iter().any(|(p, o)| *p == rdf::TYPE && **o == Term::from(class.into_owned()))
        };
        let members = self.of.iter().filter(|(_, facts)| is_member(facts));
        members.map(|(subject, _)| NamedNode::new_unchecked(*subject)).collect()
    }

    /// The concepts of a list, by IRI.
    pub(super) fn concepts(&self, list: List) -> Vec<NamedNode> {
        let mut concepts = self.members_with(skos::IN_SCHEME);
        concepts.retain(|concept| {
            self.links(concept, skos::IN_SCHEME).iter().any(|scheme| *scheme == list.iri())
        });
        concepts
    }

    /// The things that have a property, by IRI.
    pub(super) fn members_with(&self, property: NamedNodeRef<'_>) -> Vec<NamedNode> {
        let has = |facts: &Vec<(NamedNodeRef<'_>, &Term)>| {
            facts.iter().any(|(p, _)| p.as_str() == property.as_str())
        };
        let members = self.of.iter().filter(|(_, facts)| has(facts));
        members.map(|(subject, _)| NamedNode::new_unchecked(*subject)).collect()
    }

    pub(super) fn is_a(&self, thing: &NamedNode, class: NamedNodeRef<'_>) -> bool {
        self.links(thing, rdf::TYPE).iter().any(|link| link.as_ref() == class)
    }

    fn objects(&self, thing: &NamedNode, property: NamedNodeRef<'_>) -> impl Iterator<Item = &'a Term> {
        let facts = self.of.get(thing.as_str()).map(Vec::as_slice).unwrap_or_default();
        facts.iter().filter(move |(p, _)| p.as_str() == property.as_str()).map(|(_, o)| *o)
    }

    /// Things, by IRI.
    pub(super) fn links(&self, thing: &NamedNode, property: NamedNodeRef<'_>) -> Vec<NamedNode> {
        let mut links: Vec<NamedNode> = self
            .objects(thing, property)
            .filter_map(|term| if let Term::NamedNode(node) = term { Some(node.clone()) } else { None })
            .collect();
        links.sort_by(|one, next| one.as_str().cmp(next.as_str()));
        links
    }

    pub(super) fn link(&self, thing: &NamedNode, property: NamedNodeRef<'_>) -> Option<NamedNode> {
        self.links(thing, property).into_iter().next()
    }

    /// Texts, alphabetically, each with its language.
    pub(super) fn tagged(
        &self,
        thing: &NamedNode,
        property: NamedNodeRef<'_>,
    ) -> Vec<(Option<String>, String)> {
        let mut texts: Vec<(Option<String>, String)> = self
            .objects(thing, property)
            .filter_map(|term| match term {
                Term::Literal(text) => Some((text.language().map(str::to_owned), text.value().to_owned())),
                _ => None,
            })
            .collect();
        texts.sort();
        texts
    }

    pub(super) fn texts(&self, thing: &NamedNode, property: NamedNodeRef<'_>) -> Vec<String> {
        self.tagged(thing, property).into_iter().map(|(_, text)| text).collect()
    }

    pub(super) fn text(&self, thing: &NamedNode, property: NamedNodeRef<'_>) -> Option<String> {
        self.texts(thing, property).into_iter().next()
    }

    /// The word of a concept.
    pub(super) fn word<C: Concept>(
        &self,
        thing: &NamedNode,
        property: NamedNodeRef<'_>,
    ) -> Option<&'static str> {
        self.links(thing, property).iter().find_map(|link| C::from_iri(link.as_ref())).map(Concept::word)
    }

    /// What stands before the kind in the IRIs of what a sheet defines: of positions, else of what comes next.
    pub(super) fn bases(&self) -> BTreeSet<String> {
        let of_kind = |kind: &str| -> BTreeSet<String> {
            let base = |subject: &&str| {
                let (base, id) = subject.rsplit_once(&format!("/{kind}/"))?;
                (!id.contains('/')).then(|| format!("{base}/"))
            };
            self.of.keys().filter_map(base).collect()
        };
        DEFINING.iter().map(|kind| of_kind(kind)).find(|bases| !bases.is_empty()).unwrap_or_default()
    }
}

/// Kinds of things whose IRIs show the base of a sheet, the most telling first.
const DEFINING: [&str; 16] = [
    "position",
    "event",
    "measure",
    "relation",
    "office-claim",
    "issue",
    "actor",
    "membership",
    "article",
    "post",
    "mode",
    "event-kind",
    "relation-kind",
    "actor-kind",
    "sector",
    "unit",
];
