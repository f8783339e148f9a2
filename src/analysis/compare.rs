//! Codings of the same articles side by side: what agrees, what differs, and how far.
//!
//! A **unit** is a passage of one article together with one issue: positions whose evidence overlaps. Of a
//! unit each coder has at most one position. Where a passage gives a coder several positions on one issue (two
//! actors in one sentence), those that are most alike are taken for the same: of the same actor, with the
//! same stance, in the order of the text.
//!
//! Agreed codings are left out: they are no reading of their own. Deliberately absent: events, figures and
//! relations, which not every coder codes.

pub mod sheet;

use super::agreement::{Agreement, Ratings, Scale};
use super::facts::{Facts, QuoteFacts};
use crate::base::error::{Error, Result};
use crate::model::vocab::{prov, stp};
use crate::model::{CodingRole, Concept, Status};
use crate::store::GraphReader;
use crate::store::index::reading;
use crate::store::names::coders::Coder;
use crate::store::names::{Thing, thing};
use oxrdf::{NamedNode, NamedNodeRef, NamedOrBlankNode};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Fields that are compared, by the names that sheets have for them.
pub const FIELDS: [&str; 10] = [
    "actor",
    "onBehalfOf",
    "stance",
    "intensity",
    "mode",
    "explicitness",
    "certainty",
    "condition",
    "attribution",
    "status",
];

/// The value of a field: what is compared, and what is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Value {
    key: String,
    /// For people; empty where the field is.
    pub shown: String,
}

/// A position as one coder has it.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Its IRI.
    pub position: NamedNode,
    /// The coder's place in the list of coders.
    pub coder: usize,
    /// "Ana Berg: supports – The old mill is torn down".
    pub sentence: String,
    /// Words or records that prove it.
    pub evidence: Vec<QuoteFacts>,
    /// Values in the order of [`FIELDS`].
    pub values: Vec<Value>,
    issue: NamedNode,
}

/// A passage and an issue, with what each coder made of it.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The issue.
    pub issue: Thing,
    /// By coder, in their order; none of a coder who has nothing here.
    pub readings: Vec<Option<Reading>>,
    /// Fields of which the readings have different values.
    pub differing: Vec<&'static str>,
}

/// An article that two or more of the coders have coded.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The article.
    pub article: Thing,
    /// Its units in the order of the text.
    pub units: Vec<Unit>,
}

/// Codings of the same articles.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The coders.
    pub coders: Vec<Coder>,
    /// Articles in the order of their publication.
    pub articles: Vec<Compared>,
}

/// What is wanted of a comparison; everything where nothing is named.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only these articles.
    pub articles: Vec<NamedNode>,
    /// Only these issues.
    pub issues: Vec<NamedNode>,
    /// Only units in which a coder has one of these actors.
    pub actors: Vec<NamedNode>,
}

impl Value {
    /// What is compared: IRIs, in an order of their own.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl Unit {
    /// Readings that there are.
    pub fn present(&self) -> impl Iterator<Item = &Reading> {
        self.readings.iter().flatten()
    }

    /// Whether every coder has a reading of it, all with the same values.
    #[must_use]
    pub fn is_agreed(&self) -> bool {
        self.differing.is_empty() && self.readings.iter().all(Option::is_some)
    }

    /// Where the first of the words stands.
    fn place(&self) -> Option<u32> {
        self.present().filter_map(|reading| reading.evidence.first()?.start).min()
    }
}

impl Comparison {
    /// The codings of these coders in a graph of all codings, of articles that two or more of them have coded.
    ///
    /// # Errors
    /// A damaged index.
    pub fn of(index: &dyn GraphReader, coders: &[Coder], wanted: &Wanted) -> Result<Self> {
        reading(|| Self::read(index, coders, wanted)).map_err(Error::from)
    }

    fn read(index: &dyn GraphReader, coders: &[Coder], wanted: &Wanted) -> Self {
        let facts = Facts::new(index);
        let mut by_article: BTreeMap<NamedNode, Vec<NamedNode>> = BTreeMap::new();
        let mut coder_of: HashMap<NamedNode, usize> = HashMap::new();
        for (number, coder) in coders.iter().enumerate() {
            for position in positions_of(index, &coder.iri) {
                let Some(article) = facts.link(&position, prov::WAS_DERIVED_FROM) else { continue };
                // Of what several coders answer for together, the first counts.
                if !coder_of.contains_key(&position) {
                    coder_of.insert(position.clone(), number);
                    by_article.entry(article).or_default().push(position);
                }
            }
        }
        by_article.retain(|article, positions| {
            let coders: BTreeSet<usize> = positions.iter().map(|position| coder_of[position]).collect();
            coders.len() > 1 && (wanted.articles.is_empty() || wanted.articles.contains(article))
        });
        let mut articles: Vec<Compared> = Vec::new();
        for (article, positions) in by_article {
            let readings = positions
                .iter()
                .filter_map(|position| Reading::of(index, &facts, position, coder_of[position]));
            let mut units = units(index, readings.collect(), coders.len());
            units.retain(|unit| wanted.has(unit));
            articles.push(Compared { article: thing(index, article), units });
        }
        articles.sort_by_cached_key(|compared| {
            let day = facts.text(&compared.article.iri, stp::prop::PUBLISHED_FROM);
            (day.is_none(), day, compared.article.iri.clone())
        });
        Self { coders: coders.to_vec(), articles }
    }

    /// Leaves only units of which a reading is kept.
    pub fn retain(&mut self, keeps: impl Fn(&Reading) -> bool) {
        for compared in &mut self.articles {
            compared.units.retain(|unit| unit.present().any(&keeps));
        }
    }

    /// All units.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.articles.iter().flat_map(|compared| &compared.units)
    }

    /// Agreement by field, over the units that two or more coders have; none where there is no such unit.
    #[must_use]
    pub fn agreement(&self) -> Vec<(&'static str, Agreement)> {
        let of = |(at, field): (usize, &&'static str)| {
            let values = |unit: &Unit| unit.present().map(|reading| reading.values[at].key.clone()).collect();
            let ratings: Ratings<String> = Ratings::of(self.units().map(values));
            Some((*field, ratings.agreement(Scale::Nominal, None)?))
        };
        FIELDS.iter().enumerate().filter_map(of).collect()
    }
}

impl Wanted {
    fn has(&self, unit: &Unit) -> bool {
        let actors: Vec<&str> = self.actors.iter().map(NamedNode::as_str).collect();
        let is_wanted = |reading: &Reading| actors.contains(&reading.values[0].key.as_str());
        (self.issues.is_empty() || self.issues.contains(&unit.issue.iri))
            && (actors.is_empty() || unit.present().any(is_wanted))
    }
}

/// Number of articles that a coder has coded, by their IRIs.
///
/// # Errors
/// A damaged index.
pub fn articles_of(index: &dyn GraphReader, coder: &Coder) -> Result<BTreeSet<NamedNode>> {
    let facts = Facts::new(index);
    let articles = || {
        let positions = positions_of(index, &coder.iri);
        positions.iter().filter_map(|position| facts.link(position, prov::WAS_DERIVED_FROM)).collect()
    };
    reading(articles).map_err(Error::from)
}

/// The positions of codings of a coder that are not agreed ones.
fn positions_of(index: &dyn GraphReader, coder: &NamedNode) -> Vec<NamedNode> {
    let subjects = |property: NamedNodeRef<'_>, object: &NamedNode| -> Vec<NamedNode> {
        let triples = index.matching(None, Some(property), Some(object.as_ref().into()));
        triples
            .filter_map(|triple| match triple.subject {
                NamedOrBlankNode::NamedNode(node) => Some(node),
                NamedOrBlankNode::BlankNode(_) => None,
            })
            .collect()
    };
    let has = |subject: &NamedNode, property: NamedNodeRef<'_>, object: NamedNodeRef<'_>| {
        index.matching(Some(subject.as_ref().into()), Some(property), Some(object.into())).next().is_some()
    };
    let codings = subjects(prov::WAS_ASSOCIATED_WITH, coder).into_iter();
    let own = codings.filter(|coding| !has(coding, stp::prop::CODING_ROLE, CodingRole::Agreed.iri()));
    let mut positions: Vec<NamedNode> =
        own.flat_map(|coding| subjects(prov::WAS_GENERATED_BY, &coding)).collect();
    positions.retain(|position| has(position, crate::model::vocab::rdf::TYPE, stp::POSITION));
    positions.sort();
    positions
}

impl Reading {
    fn of(index: &dyn GraphReader, facts: &Facts<'_>, position: &NamedNode, coder: usize) -> Option<Self> {
        let links = |property| {
            let links = facts.links(position, property);
            let shown: Vec<String> = links.iter().map(|node| facts.label(node)).collect();
            let keys: Vec<&str> = links.iter().map(NamedNode::as_str).collect();
            Value { key: keys.join(" "), shown: shown.join(", ") }
        };
        let values = FIELDS.iter().map(|field| match *field {
            "actor" => links(stp::prop::ACTOR),
            "onBehalfOf" => links(stp::prop::ON_BEHALF_OF),
            "stance" => links(stp::prop::STANCE),
            "intensity" => links(stp::prop::INTENSITY),
            "mode" => links(stp::prop::MODE),
            "explicitness" => links(stp::prop::EXPLICITNESS),
            "certainty" => links(stp::prop::CERTAINTY),
            "condition" => conditions(facts, position),
            "attribution" => sources(facts, position),
            _ => status(links(stp::prop::STATUS)),
        });
        let mut evidence = facts.quotes(position);
        evidence.sort();
        Some(Self {
            position: position.clone(),
            coder,
            sentence: super::show::sentence(index, position),
            evidence,
            values: values.collect(),
            issue: facts.link(position, stp::prop::ISSUE)?,
        })
    }

    /// Whether the words that prove both overlap. Of records without a key none is known to be another.
    fn overlaps(&self, other: &Self) -> bool {
        let meets =
            |one: &QuoteFacts, other: &QuoteFacts| one.is_same(other, true) || (one.record && one == other);
        let none = [&self.evidence, &other.evidence].map(Vec::is_empty);
        none == [true; 2] || self.evidence.iter().any(|one| other.evidence.iter().any(|o| meets(one, o)))
    }

    /// How much two readings have in common: the actor counts most, then the stance.
    fn likeness(&self, other: &Self) -> (bool, bool, usize) {
        let same: Vec<bool> =
            self.values.iter().zip(&other.values).map(|(one, other)| one == other).collect();
        (same[0], same[2], same.iter().filter(|same| **same).count())
    }
}

/// Kinds of conditions and what they require, in an order of their own.
fn conditions(facts: &Facts<'_>, position: &NamedNode) -> Value {
    let mut conditions: Vec<(String, String)> = facts
        .links(position, stp::prop::CONDITION)
        .iter()
        .map(|condition| {
            let kind = facts.labels(condition, stp::prop::CONDITION_KIND).join(" ");
            let required = facts.links(condition, stp::prop::REQUIRES);
            let keys: Vec<&str> = required.iter().map(NamedNode::as_str).collect();
            (format!("{kind} {}", keys.join(" ")), facts.condition(condition))
        })
        .collect();
    conditions.sort();
    let (keys, shown): (Vec<String>, Vec<String>) = conditions.into_iter().unzip();
    Value { key: keys.join("\n"), shown: shown.join("; ") }
}

/// Sources of the attribution, from the one nearest to the words outwards.
fn sources(facts: &Facts<'_>, position: &NamedNode) -> Value {
    let mut steps: Vec<(u32, NamedNode)> = facts
        .links(position, stp::prop::ATTRIBUTION)
        .iter()
        .filter_map(|step| Some((facts.attribution_step(step).0, facts.link(step, stp::prop::SOURCE)?)))
        .collect();
    steps.sort();
    let keys: Vec<&str> = steps.iter().map(|(_, source)| source.as_str()).collect();
    let shown: Vec<String> = steps.iter().map(|(_, source)| facts.label(source)).collect();
    Value { key: keys.join(" "), shown: shown.join(" ← ") }
}

/// A coder of one article knows no later one: what another article superseded was in force.
fn status(value: Value) -> Value {
    if value.key == Status::Superseded.iri().as_str() {
        return Value {
            key: Status::InForce.iri().as_str().to_owned(),
            shown: Status::InForce.word().to_owned(),
        };
    }
    value
}

/// The units of one article, in the order of the text.
fn units(index: &dyn GraphReader, readings: Vec<Reading>, coders: usize) -> Vec<Unit> {
    let mut by_issue: BTreeMap<NamedNode, Vec<Reading>> = BTreeMap::new();
    for reading in readings {
        by_issue.entry(reading.issue.clone()).or_default().push(reading);
    }
    let mut units = Vec::new();
    for (issue, readings) in by_issue {
        let issue = thing(index, issue);
        for passage in passages(readings) {
            units.extend(matched(passage, coders).into_iter().map(|readings| Unit {
                issue: issue.clone(),
                differing: differing(&readings),
                readings,
            }));
        }
    }
    units.sort_by_cached_key(|unit| {
        let words = unit.present().flat_map(|reading| &reading.evidence).cloned().min();
        (unit.place().is_none(), words, unit.issue.label.clone())
    });
    units
}

/// Readings whose evidence overlaps, directly or by way of others.
fn passages(readings: Vec<Reading>) -> Vec<Vec<Reading>> {
    let mut passages: Vec<Vec<Reading>> = Vec::new();
    for reading in readings {
        let (joined, mut apart): (Vec<_>, Vec<_>) = std::mem::take(&mut passages)
            .into_iter()
            .partition(|passage| passage.iter().any(|other| other.overlaps(&reading)));
        apart.push(joined.into_iter().flatten().chain([reading]).collect());
        passages = apart;
    }
    passages
}

/// Readings of one passage by unit: the most alike ones of different coders together.
fn matched(mut passage: Vec<Reading>, coders: usize) -> Vec<Vec<Option<Reading>>> {
    passage.sort_by(|one, other| (&one.evidence, one.coder).cmp(&(&other.evidence, other.coder)));
    let mut pairs = Vec::new();
    for (i, one) in passage.iter().enumerate() {
        for (j, other) in passage.iter().enumerate().skip(i + 1) {
            if one.coder != other.coder {
                pairs.push((Reverse(one.likeness(other)), i, j));
            }
        }
    }
    pairs.sort();
    let mut unit_of: Vec<usize> = (0..passage.len()).collect();
    for (_, i, j) in pairs {
        let (one, other) = (unit_of[i], unit_of[j]);
        let coders_of = |unit: usize| -> BTreeSet<usize> {
            (0..passage.len()).filter(|at| unit_of[*at] == unit).map(|at| passage[at].coder).collect()
        };
        if one != other && coders_of(one).is_disjoint(&coders_of(other)) {
            unit_of.iter_mut().filter(|unit| **unit == other).for_each(|unit| *unit = one);
        }
    }
    let mut units: BTreeMap<usize, Vec<Option<Reading>>> = BTreeMap::new();
    for (reading, unit) in passage.into_iter().zip(unit_of) {
        let coder = reading.coder;
        units.entry(unit).or_insert_with(|| vec![None; coders])[coder] = Some(reading);
    }
    units.into_values().collect()
}

/// Fields of which readings have different values.
fn differing(readings: &[Option<Reading>]) -> Vec<&'static str> {
    let mut present = readings.iter().flatten();
    let Some(first) = present.next() else { return Vec::new() };
    let rest: Vec<&Reading> = present.collect();
    let differs = |at: usize| rest.iter().any(|other| other.values[at].key != first.values[at].key);
    FIELDS.iter().enumerate().filter(|(at, _)| differs(*at)).map(|(_, field)| *field).collect()
}
