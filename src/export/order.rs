//! The order in which triples are written: that of bytes, or one for readers.
//!
//! For readers: subjects by what they are (articles, actors, offices, issues, positions …),
//! a part directly after the whole it belongs to; predicates as the model lists them; numbers
//! inside names by value, so that the spans of an article follow its text. The order of a
//! triple depends on nothing but the triples of its subject, its type and its owner: what is
//! added elsewhere moves nothing.

use super::compare::{by_bytes, compare};
use super::graph::{Graph, Id};
use crate::base::error::Result;
use crate::model::vocab::{dcterms, foaf, oa, org, prov, rdf, rdfs, schema, sem, skos, stp};
use crate::model::{Concept, Stance};
use oxrdf::{NamedNodeRef, Term, TermRef, Triple};
use std::collections::HashMap;

/// How triples are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// As the lines of canonical N-Triples, by bytes.
    Bytes,
    /// As a person reads them.
    Reading,
}

/// What a subject is, in the order in which a reader wants to meet it.
const CLASSES: &[NamedNodeRef<'_>] = &[
    stp::ARTICLE,
    stp::ACTOR,
    org::POST,
    org::MEMBERSHIP,
    TOPIC,
    stp::ISSUE,
    stp::POSITION,
    stp::EVENT,
    stp::MEASURE,
    stp::RELATION,
    stp::OFFICE_CLAIM,
    stp::CODING,
    prov::AGENT,
    oa::SPECIFIC_RESOURCE,
    skos::CONCEPT_SCHEME,
];

/// A concept in no scheme; those in a scheme follow it.
const TOPIC: NamedNodeRef<'_> = skos::CONCEPT;

/// From a whole to a part that is written directly after it.
const PARTS: &[NamedNodeRef<'_>] = &[
    stp::prop::CONDITION,
    stp::prop::REASON,
    stp::prop::ATTRIBUTION,
    stp::prop::TIME_EXPRESSION,
    oa::HAS_SELECTOR,
];

/// Predicates as the model lists them. The direct properties of stances follow, then all others.
const PREDICATES: &[NamedNodeRef<'_>] = &[
    // What it is, and its name
    rdf::TYPE,
    rdf::REIFIES,
    skos::PREF_LABEL,
    rdfs::LABEL,
    foaf::NAME,
    dcterms::TITLE,
    rdf::VALUE,
    skos::ALT_LABEL,
    skos::DEFINITION,
    skos::SCOPE_NOTE,
    skos::EXAMPLE,
    // Articles, times
    dcterms::CREATOR,
    dcterms::PUBLISHER,
    dcterms::LANGUAGE,
    dcterms::ISSUED,
    stp::prop::EDTF,
    stp::prop::DATING_BASIS,
    stp::prop::PUBLISHED_FROM,
    stp::prop::PUBLISHED_UNTIL,
    schema::SHA256,
    stp::prop::TEXT_LENGTH,
    dcterms::SOURCE,
    stp::prop::NOTHING_TO_ENCODE,
    // Actors and offices
    stp::prop::SECTOR,
    org::MEMBER_OF,
    org::POST_IN,
    stp::prop::SINGLE_HOLDER,
    org::MEMBER,
    stp::prop::HOLDER,
    stp::prop::POST,
    org::ORGANIZATION_OF,
    org::ROLE,
    // Issues and concepts
    stp::prop::FAMILY,
    skos::BROADER,
    stp::prop::INCOMPATIBLE_WITH,
    stp::prop::CONTRASTS_WITH,
    stp::prop::ENTAILS,
    stp::prop::OPPOSITE,
    skos::IN_SCHEME,
    stp::prop::DIRECT_PROPERTY,
    // Events, measures, relations
    sem::EVENT_TYPE,
    sem::HAS_ACTOR,
    stp::prop::RELATION_FROM,
    stp::prop::RELATION_KIND,
    stp::prop::RELATION_TO,
    stp::prop::COMPARATOR,
    schema::VALUE,
    schema::UNIT_TEXT,
    stp::prop::MEASURE_OF,
    schema::ABOUT,
    schema::LOCATION,
    schema::START_DATE,
    schema::END_DATE,
    // Parts
    stp::prop::CONDITION_KIND,
    stp::prop::REQUIRES,
    stp::prop::ORDER,
    stp::prop::SOURCE,
    stp::prop::VERB,
    oa::HAS_SOURCE,
    oa::HAS_SELECTOR,
    oa::START,
    oa::END,
    oa::EXACT,
    // Positions
    stp::prop::ACTOR,
    stp::prop::ALTERNATIVE_HOLDER,
    stp::prop::ON_BEHALF_OF,
    stp::prop::STANCE,
    stp::prop::STANCE_VALUE,
    stp::prop::ISSUE,
    stp::prop::INTENSITY,
    stp::prop::MODE,
    stp::prop::EXPLICITNESS,
    stp::prop::CERTAINTY,
    stp::prop::HEDGE,
    stp::prop::CONDITION,
    stp::prop::REASON,
    stp::prop::TARGET,
    stp::prop::ATTRIBUTION,
    stp::prop::STATED_FROM,
    stp::prop::STATED_UNTIL,
    stp::prop::TIME_EXPRESSION,
    stp::prop::VALID_FROM,
    stp::prop::VALID_UNTIL,
    stp::prop::EVIDENCE,
    stp::prop::STATUS,
    stp::prop::SUPERSEDES,
    stp::prop::ALTERNATIVE_READING,
    prov::WAS_DERIVED_FROM,
    prov::WAS_GENERATED_BY,
    // Codings
    prov::WAS_ASSOCIATED_WITH,
    dcterms::DATE,
    stp::prop::NEAR_MISS,
    stp::prop::CODING_ROLE,
    stp::prop::SETTLES,
    stp::prop::TOOL,
    stp::prop::MODEL,
    stp::prop::ACCEPTED_BY,
    // Whatever has them
    skos::EXACT_MATCH,
    skos::NOTE,
    rdf::FIRST,
    rdf::REST,
];

impl Order {
    /// The graph of these triples, in this order.
    ///
    /// # Errors
    /// As [`Graph::new`].
    pub fn graph(self, triples: impl IntoIterator<Item = Triple>) -> Result<Graph> {
        Ok(self.sorted(Graph::new(triples)?))
    }

    /// The graph in this order.
    pub fn sorted(self, mut graph: Graph) -> Graph {
        let sorted = self.sort(&graph);
        graph.set_triples(sorted);
        graph
    }

    /// The graph's triples in this order, without duplicates.
    fn sort(self, graph: &Graph) -> Vec<[Id; 3]> {
        let by_object = |a: &Id, b: &Id| match self {
            Self::Bytes => by_bytes(graph.term(*a), graph.term(*b)),
            Self::Reading => compare(graph.term(*a).as_ref(), graph.term(*b).as_ref()),
        };
        let subjects = self.subjects(graph);
        let predicates = self.predicates(graph);
        let mut keyed: Vec<(Id, Id, Id)> = graph
            .triples()
            .iter()
            .map(|&[s, p, o]| (subjects.place[s as usize], predicates.place[p as usize], o))
            .collect();
        keyed.sort_unstable();
        keyed.dedup();
        // Nearly every predicate has one object: texts are compared only where there are several.
        for several in keyed.chunk_by_mut(|a, b| (a.0, a.1) == (b.0, b.1)) {
            if several.len() > 1 {
                several.sort_unstable_by(|a, b| by_object(&a.2, &b.2));
            }
        }
        keyed.into_iter().map(|(s, p, o)| [subjects.ids[s as usize], predicates.ids[p as usize], o]).collect()
    }

    fn subjects(self, graph: &Graph) -> Places {
        let ids = distinct(graph, 0);
        match self {
            Self::Bytes => Places::by_text(graph, ids),
            Self::Reading => {
                let groups = Groups::of(graph);
                let mut keyed: Vec<(usize, TermRef<'_>, TermRef<'_>, Id)> = ids
                    .into_iter()
                    .map(|id| {
                        let (group, whole) = groups.group_and_whole(id);
                        (group, graph.term(whole).as_ref(), graph.term(id).as_ref(), id)
                    })
                    .collect();
                keyed.sort_unstable_by(|a, b| {
                    a.0.cmp(&b.0)
                        .then_with(|| compare(a.1, b.1))
                        // The whole itself comes before its parts, whatever their names.
                        .then_with(|| (a.1 != a.2).cmp(&(b.1 != b.2)))
                        .then_with(|| compare(a.2, b.2))
                });
                Places::new(graph, keyed.into_iter().map(|key| key.3).collect())
            }
        }
    }

    fn predicates(self, graph: &Graph) -> Places {
        let mut ids = distinct(graph, 1);
        match self {
            Self::Bytes => Places::by_text(graph, ids),
            Self::Reading => {
                let known: HashMap<NamedNodeRef<'_>, usize> = PREDICATES
                    .iter()
                    .copied()
                    .chain(Stance::ALL.iter().map(|s| s.direct_property()))
                    .zip(0..)
                    .collect();
                let rank = |id: &Id| known.get(&graph.predicate(*id)).copied().unwrap_or(usize::MAX);
                ids.sort_unstable_by(|a, b| {
                    rank(a)
                        .cmp(&rank(b))
                        .then_with(|| compare(graph.term(*a).as_ref(), graph.term(*b).as_ref()))
                });
                Places::new(graph, ids)
            }
        }
    }
}

/// Terms in order, and the place of each.
struct Places {
    ids: Vec<Id>,
    place: Vec<Id>,
}

impl Places {
    fn new(graph: &Graph, ids: Vec<Id>) -> Self {
        let mut place = vec![Id::MAX; graph.terms().len()];
        for (at, id) in (0..).zip(&ids) {
            place[*id as usize] = at;
        }
        Self { ids, place }
    }

    fn by_text(graph: &Graph, ids: Vec<Id>) -> Self {
        let mut keyed: Vec<(String, Id)> =
            ids.into_iter().map(|id| (graph.term(id).to_string(), id)).collect();
        keyed.sort_unstable();
        Self::new(graph, keyed.into_iter().map(|(_, id)| id).collect())
    }
}

/// The terms that stand at this place of a triple.
fn distinct(graph: &Graph, place: usize) -> Vec<Id> {
    let mut seen = vec![false; graph.terms().len()];
    let ids = graph.triples().iter().map(|triple| triple[place]);
    ids.filter(|id| !std::mem::replace(&mut seen[*id as usize], true)).collect()
}

/// What each subject is, and the whole that it is part of.
struct Groups {
    group: Vec<usize>,
    whole: HashMap<Id, Whole>,
}

enum Whole {
    One(Id),
    Several,
}

impl Groups {
    const OTHER: usize = CLASSES.len();
    const BLANK: usize = CLASSES.len() + 1;

    fn of(graph: &Graph) -> Self {
        let place = |class| CLASSES.iter().position(|c| *c == class).expect("listed");
        let (topic, scheme) = (place(TOPIC), place(skos::CONCEPT_SCHEME));
        let mut group: Vec<usize> = graph
            .terms()
            .iter()
            .map(|term| if term.is_blank_node() { Self::BLANK } else { Self::OTHER })
            .collect();
        let mut whole = HashMap::new();
        let mut in_scheme = Vec::new();
        for &[subject, predicate, object] in graph.triples() {
            let predicate = graph.predicate(predicate);
            if predicate == rdf::TYPE
                && let Term::NamedNode(class) = graph.term(object)
                && group[subject as usize] != Self::BLANK
                && let Some(place) = CLASSES.iter().position(|c| *c == class.as_ref())
            {
                // An issue is a concept too: the more special class says what it is.
                let weight = |group: usize| (group == Self::OTHER, group == topic, group);
                let group = &mut group[subject as usize];
                *group = std::cmp::min_by_key(*group, place, |group| weight(*group));
            } else if predicate == skos::IN_SCHEME {
                in_scheme.push((subject, object));
            } else if PARTS.contains(&predicate) {
                whole
                    .entry(object)
                    .and_modify(|whole| *whole = Whole::Several)
                    .or_insert(Whole::One(subject));
            }
        }
        for (concept, its_scheme) in in_scheme {
            if matches!(group[concept as usize], g if g == topic || g == Self::OTHER || g == scheme) {
                group[concept as usize] = scheme;
                let smaller =
                    |other: Id| compare(graph.term(its_scheme).as_ref(), graph.term(other).as_ref());
                match whole.get(&concept) {
                    Some(Whole::One(other)) if smaller(*other).is_ge() => {}
                    _ => drop(whole.insert(concept, Whole::One(its_scheme))),
                }
            }
        }
        // What has a place of its own is no part, whoever refers to it.
        whole.retain(|part, _| group[*part as usize] >= Self::OTHER || group[*part as usize] == scheme);
        Self { group, whole }
    }

    fn group_and_whole(&self, id: Id) -> (usize, Id) {
        let whole = match self.whole.get(&id) {
            Some(Whole::One(whole)) => *whole,
            Some(Whole::Several) | None => id,
        };
        (self.group[whole as usize], whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_property_of_the_model_has_its_place() {
        for term in stp::TERMS.iter().chain(stp::prop::TERMS) {
            let local = term.as_str().trim_start_matches(stp::NAMESPACE);
            if local.starts_with(char::is_lowercase) {
                assert!(PREDICATES.contains(term), "{term} has no place among the predicates");
            }
        }
    }
}
