//! Part of a graph: the positions asked for, and everything needed to read them.

use super::view::{objects, parts};
use crate::model::Stance;
use crate::model::encode::direct;
use crate::model::vocab::{org, prov, rdf, schema, stp};
use crate::store::GraphReader;
use crate::store::index::{Corruption, reading};
use jiff::civil::Date;
use oxrdf::{NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Term, TermRef, Triple};
use std::collections::{BTreeSet, HashSet};

/// Which positions are written. Of one kind any will do; all kinds that are given must agree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Derived from one of these articles. Without actors and issues, the events, measures,
    /// relations and office claims of the articles come too.
    pub articles: Vec<NamedNode>,
    /// Actors whose positions, or positions in whose name, are selected.
    pub actors: Vec<NamedNode>,
    /// Issues of the positions.
    pub issues: Vec<NamedNode>,
    /// How the positions were expressed: concepts.
    pub modes: Vec<NamedNode>,
    /// How openly the text gives them to the actor: concepts.
    pub explicitness: Vec<NamedNode>,
    /// How far their wording commits itself: concepts.
    pub certainty: Vec<NamedNode>,
    /// Stated on this day or later, as far as is known: a bound that is missing is open.
    pub from: Option<Date>,
    /// Stated on this day or earlier, as far as is known.
    pub until: Option<Date>,
    /// Positions that were chosen otherwise; all, if none were. What articles state besides is left out with them.
    pub only: Option<BTreeSet<NamedNode>>,
}

/// What an article states besides positions.
const OTHER_STATEMENTS: &[NamedNodeRef<'_>] = &[stp::EVENT, stp::MEASURE, stp::RELATION, stp::OFFICE_CLAIM];

/// Links between things of one rank. They are kept where both ends are written, and do not
/// bring the other end in: they would bring in everything.
const LINKS: &[NamedNodeRef<'_>] = &[
    stp::prop::SUPERSEDES,
    stp::prop::ALTERNATIVE_READING,
    stp::prop::INCOMPATIBLE_WITH,
    stp::prop::CONTRASTS_WITH,
    stp::prop::ENTAILS,
    stp::prop::OPPOSITE,
    stp::prop::NOTHING_TO_ENCODE,
];

/// Where the days of a statement stand: of positions and claims, else of events.
const BOUNDS: [[NamedNodeRef<'_>; 2]; 2] =
    [[stp::prop::STATED_FROM, stp::prop::STATED_UNTIL], [schema::START_DATE, schema::END_DATE]];

impl Selection {
    /// Whether it leaves nothing out.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// Its parts, each as a selection of its own, and what to call them.
    pub(super) fn parts(&self) -> Vec<(&'static str, Self)> {
        let parts = [
            ("of the article", Self { articles: self.articles.clone(), ..Self::default() }),
            ("of the actor", Self { actors: self.actors.clone(), ..Self::default() }),
            ("on the issue", Self { issues: self.issues.clone(), ..Self::default() }),
            ("of the mode", Self { modes: self.modes.clone(), ..Self::default() }),
            ("of the explicitness", Self { explicitness: self.explicitness.clone(), ..Self::default() }),
            ("of the certainty", Self { certainty: self.certainty.clone(), ..Self::default() }),
            ("in the time", Self { from: self.from, until: self.until, ..Self::default() }),
            ("chosen otherwise", Self { only: self.only.clone(), ..Self::default() }),
        ];
        parts.into_iter().filter(|(_, part)| !part.is_everything()).collect()
    }

    /// The selected positions and other statements.
    pub(super) fn statements(&self, index: &dyn GraphReader) -> BTreeSet<NamedNode> {
        let found: Vec<Triple> = if !self.articles.is_empty() {
            pointing_to(index, prov::WAS_DERIVED_FROM, &self.articles)
        } else if !self.actors.is_empty() {
            let mut found = pointing_to(index, stp::prop::ACTOR, &self.actors);
            found.extend(pointing_to(index, stp::prop::ON_BEHALF_OF, &self.actors));
            found
        } else if !self.issues.is_empty() {
            pointing_to(index, stp::prop::ISSUE, &self.issues)
        } else {
            index.matching(None, Some(rdf::TYPE), Some(stp::POSITION.into())).collect()
        };
        let candidates =
            found.into_iter().filter_map(|triple| NamedNode::try_from(Term::from(triple.subject)).ok());
        candidates.filter(|statement| self.takes(index, statement.as_ref())).collect()
    }

    /// The selected positions.
    ///
    /// # Errors
    /// A damaged index.
    pub fn positions(&self, index: &dyn GraphReader) -> Result<BTreeSet<NamedNode>, Corruption> {
        reading(|| {
            let mut statements = self.statements(index);
            statements.retain(|statement| has(index, statement.as_ref(), rdf::TYPE, stp::POSITION));
            statements
        })
    }

    fn takes(&self, index: &dyn GraphReader, statement: NamedNodeRef<'_>) -> bool {
        let is_a = |class: &NamedNodeRef<'_>| has(index, statement, rdf::TYPE, *class);
        let points_to_any = |predicate, wanted: &[NamedNode]| {
            wanted.is_empty() || wanted.iter().any(|node| has(index, statement, predicate, node.as_ref()))
        };
        let of_positions = [&self.actors, &self.issues, &self.modes, &self.explicitness];
        let by_article_alone = of_positions.iter().all(|wanted| wanted.is_empty());
        (is_a(&stp::POSITION) || (by_article_alone && OTHER_STATEMENTS.iter().any(is_a)))
            && points_to_any(prov::WAS_DERIVED_FROM, &self.articles)
            && points_to_any(stp::prop::ISSUE, &self.issues)
            && (points_to_any(stp::prop::ACTOR, &self.actors)
                || points_to_any(stp::prop::ON_BEHALF_OF, &self.actors))
            && points_to_any(stp::prop::MODE, &self.modes)
            && points_to_any(stp::prop::EXPLICITNESS, &self.explicitness)
            && points_to_any(stp::prop::CERTAINTY, &self.certainty)
            && self.only.as_ref().is_none_or(|only| only.contains(&statement.into_owned()))
            && self.overlaps(index, statement)
    }

    /// Whether the statement can have been made in the time asked for.
    fn overlaps(&self, index: &dyn GraphReader, statement: NamedNodeRef<'_>) -> bool {
        let day =
            |predicate| objects(index, statement.into(), predicate).find_map(|term| date(term.as_ref()));
        let [first, last] = BOUNDS
            .map(|bounds| bounds.map(day))
            .into_iter()
            .find(|bounds| bounds.iter().any(Option::is_some))
            .unwrap_or_default();
        let ends_before = last.zip(self.from).is_some_and(|(last, from)| last < from);
        let begins_after = first.zip(self.until).is_some_and(|(first, until)| first > until);
        !ends_before && !begins_after
    }

    /// The triples of these statements and of everything needed to read them.
    ///
    /// Nothing that is written refers to a thing that the graph knows and the result does not.
    pub(super) fn close(&self, index: &dyn GraphReader, statements: &BTreeSet<NamedNode>) -> Vec<Triple> {
        let mut closure = Closure::new(index, in_force(index, statements));
        for node in statements.iter().chain(&self.articles) {
            closure.reach(node.clone().into());
        }
        for article in &self.articles {
            let spans = objects(index, article.as_ref().into(), stp::prop::NOTHING_TO_ENCODE);
            spans
                .filter_map(|span| NamedOrBlankNode::try_from(span).ok())
                .for_each(|span| closure.reach(span));
        }
        closure.finish()
    }
}

/// The direct triples of the statements that are in force.
pub(super) fn in_force(index: &dyn GraphReader, statements: &BTreeSet<NamedNode>) -> HashSet<Triple> {
    let direct = |position: &NamedNode| direct::direct_triples_of(&parts(index, position.as_ref().into()));
    statements.iter().flat_map(direct).collect()
}

struct Closure<'a> {
    index: &'a dyn GraphReader,
    /// Direct triples that a selected position stands behind; no others are written.
    direct: HashSet<Triple>,
    reached: HashSet<NamedOrBlankNode>,
    to_visit: Vec<NamedOrBlankNode>,
    triples: Vec<Triple>,
    links: Vec<Triple>,
}

impl<'a> Closure<'a> {
    fn new(index: &'a dyn GraphReader, direct: HashSet<Triple>) -> Self {
        let (to_visit, triples, links) = (Vec::new(), Vec::new(), Vec::new());
        Self { index, direct, reached: HashSet::new(), to_visit, triples, links }
    }

    fn reach(&mut self, node: NamedOrBlankNode) {
        if self.reached.insert(node.clone()) {
            self.to_visit.push(node);
        }
    }

    fn finish(mut self) -> Vec<Triple> {
        while let Some(node) = self.to_visit.pop() {
            self.visit(node.as_ref());
        }
        for link in self.links {
            if NamedOrBlankNode::try_from(link.object.clone()).is_ok_and(|end| self.reached.contains(&end)) {
                self.triples.push(link);
            }
        }
        self.triples
    }

    fn visit(&mut self, node: NamedOrBlankNodeRef<'_>) {
        for triple in self.index.matching(Some(node), None, None) {
            let predicate = triple.predicate.as_ref();
            if Stance::from_direct_property(predicate).is_some() {
                if self.direct.contains(&triple) {
                    self.triples.push(triple);
                }
            } else if LINKS.contains(&predicate) {
                self.links.push(triple);
            } else {
                // A class is a word, not a thing to be described along.
                if predicate != rdf::TYPE
                    && let Ok(end) = NamedOrBlankNode::try_from(triple.object.clone())
                {
                    self.reach(end);
                }
                self.triples.push(triple);
            }
        }
        // Who held which office is said by memberships, which point to the actor.
        for membership in self.index.matching(None, Some(org::MEMBER), Some(node.into())) {
            if is_membership(self.index, membership.subject.as_ref()) {
                self.reach(membership.subject);
            }
        }
    }
}

fn is_membership(index: &dyn GraphReader, node: NamedOrBlankNodeRef<'_>) -> bool {
    index.matching(Some(node), Some(rdf::TYPE), Some(org::MEMBERSHIP.into())).next().is_some()
}

fn pointing_to(index: &dyn GraphReader, predicate: NamedNodeRef<'_>, ends: &[NamedNode]) -> Vec<Triple> {
    ends.iter().flat_map(|end| index.matching(None, Some(predicate), Some(end.into()))).collect()
}

fn has(
    index: &dyn GraphReader,
    subject: NamedNodeRef<'_>,
    predicate: NamedNodeRef<'_>,
    object: NamedNodeRef<'_>,
) -> bool {
    index.matching(Some(subject.into()), Some(predicate), Some(object.into())).next().is_some()
}

/// The day of an `xsd:date`, with or without a time zone; none where it is none.
fn date(term: TermRef<'_>) -> Option<Date> {
    let TermRef::Literal(literal) = term else { return None };
    literal.value().get(..10)?.parse().ok()
}
