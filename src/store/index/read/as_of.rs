//! The graph of one day: the positions in force on it, and everything that is no position.
//!
//! A position is **in force on a day** if, as far as is known,
//!
//! 1. it has begun: on `stp:validFrom`; where the text gives none, on `stp:statedUntil`, the
//!    day by which it had certainly been expressed; where that is missing too, on
//!    `stp:statedFrom`. A position without any date is in force on no day, for nothing shows
//!    that it was; callers are told how many there are;
//! 2. it has not ended: its last day is the earliest of `stp:validUntil` and the day before a
//!    position that `stp:supersedes` it begins. Without either it lasts;
//! 3. its `stp:status` lets it count: `stp:InForce` does; `stp:Superseded` does until its last
//!    day, which has to be known; the others and none never do.
//!
//! So the first conditions are about the world and never about the store: together with an
//! archive of the past (`Archive::at`) they say what was known *then* to be in force *on that
//! day*.
//!
//! Two shapes were weighed. *Positions that are not in force only lose their direct triple*:
//! evidence stays in sight, but a count of positions does not change with the day, a position
//! that has not begun would need a status that the model does not have, and each query would
//! have to know. *Positions that are not in force leave the graph*, with the conditions,
//! reasons, attributions and spans that only they had, and the others all have the status
//! `stp:InForce`: every query, short or long, with or without a status in it, gives the answer
//! of that day, and an export gives the same answers elsewhere. The second was taken. Who
//! wants to see the others asks without a day.
//!
//! Direct triples are those of the positions in force and no others: one that a document
//! states without a position says nothing about when. Events, figures, relations and offices
//! stay; they carry dates of their own, and are not in force or out of it.

use crate::model::encode::PARTS;
use crate::model::vocab::{rdf, stp};
use crate::model::{Concept, Stance, Status};
use jiff::civil::Date;
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term, Triple};
use std::collections::{BTreeSet, HashMap, HashSet};

/// The graph of a day, without direct triples.
pub(in crate::store::index) struct DayGraph {
    pub(in crate::store::index) triples: Vec<Triple>,
    pub(in crate::store::index) left_out: LeftOut,
}

/// Counts and dates of the positions that a day leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Number of positions in force without a first day.
    pub undated: usize,
    /// First days of the earliest and the latest position, where none was in force on the day.
    pub begins: Option<(Date, Date)>,
}

/// What is left of a graph on a day.
pub(in crate::store::index) fn restrict(triples: Vec<Triple>, day: Date) -> DayGraph {
    let lives = Lives::of(&triples);
    let (mut gone, mut staying) = (HashSet::new(), HashSet::new());
    for position in lives.0.keys() {
        let set = if lives.in_force(position, day) { &mut staying } else { &mut gone };
        set.insert((*position).clone());
    }
    let begins = if staying.is_empty() { lives.begins() } else { None };
    let left_out = LeftOut { undated: lives.undated(), begins };
    let mut triples = without(triples, gone);
    triples.retain(|triple| triple.predicate != stp::prop::STATUS || !staying.contains(&triple.subject));
    let status = |position| Triple::new(position, stp::prop::STATUS, Status::InForce.iri());
    // In an order: rows of a query that asks for none must not differ from one run to the next.
    let mut staying: Vec<NamedOrBlankNode> = staying.into_iter().collect();
    staying.sort_by_cached_key(ToString::to_string);
    triples.extend(staying.into_iter().map(status));
    DayGraph { triples, left_out }
}

/// A graph without these positions, without what only they lead to, and without direct triples.
fn without(triples: Vec<Triple>, mut gone: HashSet<NamedOrBlankNode>) -> Vec<Triple> {
    gone.extend(parts_of(&gone, &triples));
    let is_gone = |term: &Term| match term {
        Term::NamedNode(node) => gone.contains(&node.clone().into()),
        Term::BlankNode(node) => gone.contains(&node.clone().into()),
        _ => false,
    };
    let leaves = |triple: &Triple| {
        gone.contains(&triple.subject)
            || is_gone(&triple.object)
            || Stance::from_direct_property(triple.predicate.as_ref()).is_some()
    };
    triples.into_iter().filter(|triple| !leaves(triple)).collect()
}

/// A graph with these of its positions and no others, without direct triples.
pub(in crate::store::index) fn with_positions(
    triples: Vec<Triple>,
    kept: &BTreeSet<NamedNode>,
) -> Vec<Triple> {
    let is_kept = |node: &NamedOrBlankNode| match node {
        NamedOrBlankNode::NamedNode(node) => kept.contains(node),
        NamedOrBlankNode::BlankNode(_) => false,
    };
    let positions = Lives::of(&triples).0.into_keys();
    let gone = positions.filter(|position| !is_kept(position)).cloned().collect();
    without(triples, gone)
}

/// What decides when a position is in force. Where documents disagree, the earliest day counts.
#[derive(Default)]
struct Life<'a> {
    is_position: bool,
    statuses: Vec<Status>,
    stated_from: Option<Date>,
    stated_until: Option<Date>,
    valid_from: Option<Date>,
    valid_until: Option<Date>,
    superseded_by: Vec<&'a NamedOrBlankNode>,
}

/// What decides it, but for `stp:supersedes`. A stance makes a position also of what has no
/// type, as it does for direct triples.
const TELLING: &[NamedNodeRef<'static>] = &[
    rdf::TYPE,
    stp::prop::STANCE,
    stp::prop::STATUS,
    stp::prop::STATED_FROM,
    stp::prop::STATED_UNTIL,
    stp::prop::VALID_FROM,
    stp::prop::VALID_UNTIL,
];

impl Life<'_> {
    fn observe(&mut self, property: NamedNodeRef<'_>, value: &Term) {
        match property {
            rdf::TYPE => self.is_position |= *value == stp::POSITION.into(),
            stp::prop::STANCE => self.is_position = true,
            stp::prop::STATUS => self.statuses.extend(status(value)),
            stp::prop::STATED_FROM => earliest(&mut self.stated_from, value),
            stp::prop::STATED_UNTIL => earliest(&mut self.stated_until, value),
            stp::prop::VALID_FROM => earliest(&mut self.valid_from, value),
            stp::prop::VALID_UNTIL => earliest(&mut self.valid_until, value),
            _ => {}
        }
    }

    fn begin(&self) -> Option<Date> {
        self.valid_from.or(self.stated_until).or(self.stated_from)
    }

    fn counts(&self) -> bool {
        self.statuses.iter().any(|status| matches!(status, Status::InForce | Status::Superseded))
    }
}

struct Lives<'a>(HashMap<&'a NamedOrBlankNode, Life<'a>>);

impl<'a> Lives<'a> {
    fn of(triples: &'a [Triple]) -> Self {
        let mut lives: HashMap<&NamedOrBlankNode, Life<'_>> = HashMap::new();
        let mut superseding = Vec::new();
        for triple in triples {
            let property = triple.predicate.as_ref();
            if property == stp::prop::SUPERSEDES {
                superseding.push((&triple.subject, &triple.object));
            } else if TELLING.contains(&property) {
                lives.entry(&triple.subject).or_default().observe(property, &triple.object);
            }
        }
        // Office claims are dated by the same properties.
        lives.retain(|_, life| life.is_position);
        for (later, earlier) in superseding {
            if let Ok(earlier) = NamedOrBlankNode::try_from(earlier.clone())
                && let Some(life) = lives.get_mut(&earlier)
            {
                life.superseded_by.push(later);
            }
        }
        Self(lives)
    }

    fn in_force(&self, position: &NamedOrBlankNode, day: Date) -> bool {
        let life = &self.0[position];
        let begun = life.begin().is_some_and(|begin| begin <= day);
        let lasts = match self.last_day(life) {
            Some(last) => day <= last,
            None => life.statuses.contains(&Status::InForce),
        };
        life.counts() && begun && lasts
    }

    /// The last day of a position that does not last.
    fn last_day(&self, life: &Life<'_>) -> Option<Date> {
        let successors = life.superseded_by.iter().filter_map(|later| self.0.get(later));
        let replaced = successors.filter(|later| later.counts()).filter_map(Life::begin);
        let eves = replaced.filter_map(|begin| begin.yesterday().ok());
        eves.chain(life.valid_until).min()
    }

    fn begins(&self) -> Option<(Date, Date)> {
        let begins = || self.0.values().filter(|life| life.counts()).filter_map(Life::begin);
        begins().min().zip(begins().max())
    }

    fn undated(&self) -> usize {
        let undated = |life: &&Life<'_>| life.statuses.contains(&Status::InForce) && life.begin().is_none();
        self.0.values().filter(undated).count()
    }
}

/// The nodes that only these positions lead to, by properties that lead to parts.
fn parts_of(positions: &HashSet<NamedOrBlankNode>, triples: &[Triple]) -> HashSet<NamedOrBlankNode> {
    let mut parts: HashMap<&NamedOrBlankNode, Vec<NamedOrBlankNode>> = HashMap::new();
    for triple in triples.iter().filter(|triple| is_part(triple.predicate.as_ref())) {
        if let Ok(part) = NamedOrBlankNode::try_from(triple.object.clone()) {
            parts.entry(&triple.subject).or_default().push(part);
        }
    }
    let below = |from: Vec<NamedOrBlankNode>| {
        let mut found = HashSet::new();
        let mut to_visit = from;
        while let Some(node) = to_visit.pop() {
            for part in parts.get(&node).into_iter().flatten() {
                if found.insert(part.clone()) {
                    to_visit.push(part.clone());
                }
            }
        }
        found
    };
    let mut gone = below(positions.iter().cloned().collect());
    // Words that prove two positions stay with the one that stays.
    let mut kept = Vec::new();
    for triple in triples {
        if let Ok(object) = NamedOrBlankNode::try_from(triple.object.clone())
            && gone.contains(&object)
            && !gone.contains(&triple.subject)
            && !positions.contains(&triple.subject)
        {
            kept.push(object);
        }
    }
    for node in below(kept.clone()).into_iter().chain(kept) {
        gone.remove(&node);
    }
    gone
}

fn is_part(property: NamedNodeRef<'_>) -> bool {
    PARTS.contains(&property)
}

fn status(term: &Term) -> Option<Status> {
    match term {
        Term::NamedNode(node) => Status::from_iri(node.as_ref()),
        _ => None,
    }
}

fn earliest(day: &mut Option<Date>, term: &Term) {
    let Term::Literal(literal) = term else { return };
    let found: Option<Date> = literal.value().get(..10).and_then(|text| text.parse().ok());
    *day = [*day, found].into_iter().flatten().min();
}
