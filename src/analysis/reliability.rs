//! Reliability: how far coders agree, by issue, actor, field or pair of coders.
//!
//! A unit is a passage of one article with one issue that two or more coders have coded, as [`compare`](super::compare)
//! matches them. A unit counts for each actor that one of its readings has: where coders differ on the actor, it
//! counts for both.

use super::agreement::{Agreement, Bootstrap, Ratings, Scale};
use super::compare::{Compared, Comparison, FIELDS, Reading, Unit};
use crate::base::fold::fold;
use crate::model::{Concept, Stance};
use crate::store::GraphReader;
use crate::store::names::{Thing, thing};
use oxrdf::NamedNode;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Places of fields in [`FIELDS`].
const ACTOR: usize = 0;
const STANCE: usize = 2;

/// What the rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A row an issue.
    Issue,
    /// A row an actor.
    Actor,
    /// A row a field of positions.
    Field,
    /// A row a pair of coders.
    Pair,
}

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// What the rows are.
    pub by: By,
    /// The field whose values are compared, as a place in [`FIELDS`]; without meaning by field.
    pub field: usize,
    /// The scale of that field; of fields other than the stance it is nominal.
    pub scale: Scale,
    /// Samples for the interval; none for no interval.
    pub bootstrap: Option<Bootstrap>,
}

/// Units with something in common, and how far coders agree on them.
#[derive(Clone, Debug)]
pub struct Group<'c> {
    /// What they have in common: one thing, a field, or two coders.
    pub of: Vec<Member>,
    /// The field whose values are compared, as a place in [`FIELDS`].
    pub field: usize,
    /// Agreement on them.
    pub agreement: Agreement,
    /// Units with two or more values.
    pub units: Vec<Rated<'c>>,
}

/// Name of a group, and the thing that it is, if it is one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    /// For people.
    pub label: String,
    /// IRI of an issue, actor or coder.
    pub iri: Option<NamedNode>,
}

/// Unit with the codings that are compared.
#[derive(Clone, Debug)]
pub struct Rated<'c> {
    /// Its article.
    pub article: &'c Thing,
    /// Its issue.
    pub issue: &'c Thing,
    /// Codings, in the order of the coders.
    pub readings: Vec<&'c Reading>,
}

impl Rated<'_> {
    /// Whether two coders gave it different values of a field.
    #[must_use]
    pub fn differs(&self, field: usize) -> bool {
        self.readings.windows(2).any(|pair| pair[0].values[field] != pair[1].values[field])
    }
}

/// How often one coder gave one value and another coder another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confusion {
    /// The values: rows and columns.
    pub values: Vec<String>,
    /// Number of pairs of codings of one unit, by row and column. Of two coders the row is the first one's value; of
    /// more each pair is counted in both directions.
    pub counts: Vec<Vec<usize>>,
}

/// What two values are compared by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// Twice the value of a stance.
    Place(i32),
    /// IRIs.
    Words(String),
}

/// The groups of a comparison with at least one unit of two values; those with most units first, fields in the order
/// of sheets.
#[must_use]
pub fn groups<'c>(index: &dyn GraphReader, comparison: &'c Comparison, wanted: Wanted) -> Vec<Group<'c>> {
    let mut found: BTreeMap<(usize, Vec<Member>), Vec<Rated<'c>>> = BTreeMap::new();
    let named = |label: &str, iri: &NamedNode| Member { label: label.to_owned(), iri: Some(iri.clone()) };
    for (compared, unit) in units(comparison) {
        let mut put = |field: usize, of: Vec<Member>, readings: Vec<&'c Reading>| {
            let rated = Rated { article: &compared.article, issue: &unit.issue, readings };
            found.entry((field, of)).or_default().push(rated);
        };
        let all: Vec<&Reading> = unit.present().collect();
        match wanted.by {
            By::Issue => put(wanted.field, vec![named(&unit.issue.label, &unit.issue.iri)], all),
            By::Actor => {
                let actors: BTreeSet<&str> =
                    all.iter().flat_map(|reading| reading.values[ACTOR].key().split(' ')).collect();
                for actor in actors.into_iter().filter(|actor| !actor.is_empty()) {
                    let Thing { iri, label } = thing(index, NamedNode::new_unchecked(actor));
                    put(wanted.field, vec![named(&label, &iri)], all.clone());
                }
            }
            By::Field => {
                for (field, name) in FIELDS.iter().enumerate() {
                    put(field, vec![Member { label: (*name).to_owned(), iri: None }], all.clone());
                }
            }
            By::Pair => {
                for (at, one) in all.iter().enumerate() {
                    for other in &all[at + 1..] {
                        let coder = |reading: &Reading| &comparison.coders[reading.coder];
                        let pair = [coder(one), coder(other)].map(|coder| named(&coder.name, &coder.iri));
                        put(wanted.field, pair.to_vec(), vec![*one, *other]);
                    }
                }
            }
        }
    }
    let group = |((field, of), units)| Group::of(field, of, units, wanted);
    let mut groups: Vec<Group<'_>> = found.into_iter().filter_map(group).collect();
    if wanted.by != By::Field {
        groups.sort_by_cached_key(|group| {
            (Reverse(group.agreement.units), fold(&group.of[0].label), group.of.clone())
        });
    }
    groups
}

/// All units, in one group; none where no unit has two values.
#[must_use]
pub fn overall(comparison: &Comparison, wanted: Wanted) -> Option<Group<'_>> {
    let all = units(comparison).map(|(compared, unit)| Rated {
        article: &compared.article,
        issue: &unit.issue,
        readings: unit.present().collect(),
    });
    Group::of(wanted.field, Vec::new(), all.collect(), wanted)
}

fn units(comparison: &Comparison) -> impl Iterator<Item = (&Compared, &Unit)> {
    comparison.articles.iter().flat_map(|compared| compared.units.iter().map(move |unit| (compared, unit)))
}

impl<'c> Group<'c> {
    fn of(field: usize, of: Vec<Member>, mut units: Vec<Rated<'c>>, wanted: Wanted) -> Option<Self> {
        let scale = if field == STANCE { wanted.scale } else { Scale::Nominal };
        for unit in &mut units {
            unit.readings.retain(|reading| key(reading, field, scale).is_some());
        }
        units.retain(|unit| unit.readings.len() > 1);
        let keys = |unit: &Rated<'_>| {
            unit.readings.iter().filter_map(|of| key(of, field, scale)).collect::<Vec<Key>>()
        };
        let ratings = Ratings::placed(units.iter().map(keys), |key| match key {
            Key::Place(place) => f64::from(*place),
            Key::Words(_) => 0.0,
        });
        Some(Self { of, field, agreement: ratings.agreement(scale, wanted.bootstrap)?, units })
    }

    /// How often which values met.
    #[must_use]
    pub fn confusion(&self) -> Confusion {
        let value = |reading: &Reading| {
            let value = &reading.values[self.field];
            // Stances stand in the order of their scheme.
            let stance = Stance::ALL.iter().position(|stance| stance.iri().as_str() == value.key());
            (stance, shown(reading, self.field).to_owned())
        };
        let values: BTreeSet<_> =
            self.units.iter().flat_map(|unit| &unit.readings).map(|of| value(of)).collect();
        let number: BTreeMap<_, usize> = values.iter().enumerate().map(|(at, value)| (value, at)).collect();
        let coders: BTreeSet<usize> =
            self.units.iter().flat_map(|unit| &unit.readings).map(|reading| reading.coder).collect();
        let mut counts = vec![vec![0; values.len()]; values.len()];
        for unit in &self.units {
            for (at, one) in unit.readings.iter().enumerate() {
                for other in &unit.readings[at + 1..] {
                    let (one, other) = (number[&value(one)], number[&value(other)]);
                    counts[one][other] += 1;
                    if coders.len() > 2 {
                        counts[other][one] += 1;
                    }
                }
            }
        }
        Confusion { values: values.into_iter().map(|(_, shown)| shown).collect(), counts }
    }
}

/// What a reading has in a field, for people.
#[must_use]
pub fn shown(reading: &Reading, field: usize) -> &str {
    let shown = &reading.values[field].shown;
    if shown.is_empty() { "–" } else { shown }
}

/// What a reading is compared by; none of a stance without a value where values are wanted.
fn key(reading: &Reading, field: usize, scale: Scale) -> Option<Key> {
    let key = reading.values[field].key();
    if scale == Scale::Nominal {
        return Some(Key::Words(key.to_owned()));
    }
    let stance = Stance::ALL.iter().find(|stance| stance.iri().as_str() == key)?;
    let value: f64 = stance.value()?.parse().ok()?;
    Some(Key::Place((2.0 * value).round() as i32))
}
