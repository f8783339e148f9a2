//! What a position is made of: an n-ary node and its parts, read as named fields.
//!
//! The names are the local names of the properties, those of coding sheets. Values are held
//! against each other by what they are and shown by what they are called: a new label for an
//! actor changes no position. `stp:stanceValue` is no field, since it follows from the stance.

use crate::analysis::facts::Facts;
use crate::model::prefixes::Prefixes;
use crate::model::vocab::{dcterms, prov, skos, stp};
use oxrdf::{NamedNode, NamedNodeRef};
use std::collections::BTreeSet;

/// One property of a position, with its values in a fixed order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// "actor", "onBehalfOf", "statedUntil" …
    pub name: &'static str,
    /// Values.
    pub values: Vec<Value>,
}

/// A value of a field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value {
    /// For people.
    pub text: String,
    /// What it is, whatever it is called and whatever position it belongs to.
    pub(super) identity: String,
}

/// A field that two readings of a position differ in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// "actor", "onBehalfOf", "statedUntil" …
    pub name: &'static str,
    /// Values before.
    pub before: Vec<Value>,
    /// Values.
    pub after: Vec<Value>,
}

impl FieldChange {
    /// Values that only the earlier one has.
    pub fn removed(&self) -> impl Iterator<Item = &Value> {
        without(&self.before, &self.after)
    }

    /// Values that only the later one has.
    pub fn added(&self) -> impl Iterator<Item = &Value> {
        without(&self.after, &self.before)
    }
}

fn without<'v>(values: &'v [Value], others: &'v [Value]) -> impl Iterator<Item = &'v Value> {
    let others = identities(others);
    values.iter().filter(move |value| !others.contains(value.identity.as_str()))
}

/// How the values of a field are read.
#[derive(Clone, Copy)]
enum Read {
    /// Things that have names.
    Links,
    /// Texts and dates.
    Texts,
    /// Words of an article.
    Spans,
    /// Other positions.
    Positions,
    /// Nodes that belong to the position, read by this.
    Parts(fn(&Facts<'_>, &NamedNode) -> String),
}

const FIELDS: &[(&str, NamedNodeRef<'static>, Read)] = &[
    ("actor", stp::prop::ACTOR, Read::Links),
    ("alternativeHolder", stp::prop::ALTERNATIVE_HOLDER, Read::Links),
    ("onBehalfOf", stp::prop::ON_BEHALF_OF, Read::Links),
    ("stance", stp::prop::STANCE, Read::Links),
    ("issue", stp::prop::ISSUE, Read::Links),
    ("evidence", stp::prop::EVIDENCE, Read::Spans),
    ("intensity", stp::prop::INTENSITY, Read::Links),
    ("mode", stp::prop::MODE, Read::Links),
    ("explicitness", stp::prop::EXPLICITNESS, Read::Links),
    ("certainty", stp::prop::CERTAINTY, Read::Links),
    ("hedge", stp::prop::HEDGE, Read::Spans),
    ("attribution", stp::prop::ATTRIBUTION, Read::Parts(attribution)),
    ("condition", stp::prop::CONDITION, Read::Parts(|facts, part| facts.condition(part))),
    ("reason", stp::prop::REASON, Read::Parts(|facts, part| facts.label(part))),
    ("target", stp::prop::TARGET, Read::Links),
    ("timeExpression", stp::prop::TIME_EXPRESSION, Read::Parts(|facts, part| facts.time(part))),
    ("statedFrom", stp::prop::STATED_FROM, Read::Texts),
    ("statedUntil", stp::prop::STATED_UNTIL, Read::Texts),
    ("validFrom", stp::prop::VALID_FROM, Read::Texts),
    ("validUntil", stp::prop::VALID_UNTIL, Read::Texts),
    ("status", stp::prop::STATUS, Read::Links),
    ("supersedes", stp::prop::SUPERSEDES, Read::Positions),
    ("alternativeReading", stp::prop::ALTERNATIVE_READING, Read::Positions),
    ("article", prov::WAS_DERIVED_FROM, Read::Links),
    ("number", dcterms::IDENTIFIER, Read::Texts),
    ("coding", prov::WAS_GENERATED_BY, Read::Links),
    ("note", skos::NOTE, Read::Texts),
];

/// The fields that a position has, in the order of the model.
pub(super) fn fields(facts: &Facts<'_>, position: &NamedNode) -> Vec<Field> {
    FIELDS
        .iter()
        .map(|(name, property, read)| Field { name, values: read.values(facts, position, *property) })
        .filter(|field| !field.values.is_empty())
        .collect()
}

impl Read {
    fn values(self, facts: &Facts<'_>, position: &NamedNode, property: NamedNodeRef<'_>) -> Vec<Value> {
        let links = || facts.links(position, property);
        let linked = |text: &dyn Fn(&NamedNode) -> String| -> Vec<Value> {
            links().iter().map(|node| Value { text: text(node), identity: node.as_str().into() }).collect()
        };
        let mut values = match self {
            Self::Links => linked(&|node| facts.label(node)),
            Self::Positions => linked(&shortened),
            Self::Spans => linked(&|span| {
                let quotes: Vec<String> = facts.spans(span).iter().map(ToString::to_string).collect();
                if quotes.is_empty() { shortened(span) } else { quotes.join(" ") }
            }),
            Self::Texts => {
                let texts = facts.texts(position, property).into_iter();
                texts.map(|text| Value { identity: text.clone(), text }).collect()
            }
            Self::Parts(text) => {
                let value = |part| Value { text: text(facts, part), identity: content(facts, part) };
                links().iter().map(value).collect()
            }
        };
        values.sort();
        values
    }
}

/// The IRI as `position:…`, where it is one of ours.
fn shortened(node: &NamedNode) -> String {
    Prefixes::known().shorten(node.as_ref())
}

/// All that a part says. Its own IRI is built on that of the position, so it changes with it
/// and tells nothing.
fn content(facts: &Facts<'_>, part: &NamedNode) -> String {
    let mut said = facts.said_of(part);
    said.sort();
    said.join("\n")
}

fn attribution(facts: &Facts<'_>, step: &NamedNode) -> String {
    let (order, text) = facts.attribution_step(step);
    format!("{order}. {text}")
}

/// The fields in which the readings differ.
pub(super) fn changes(before: &[Field], after: &[Field]) -> Vec<FieldChange> {
    FIELDS
        .iter()
        .filter_map(|(name, ..)| {
            let values = |fields: &[Field]| -> Vec<Value> {
                fields.iter().filter(|f| f.name == *name).flat_map(|f| f.values.clone()).collect()
            };
            let (before, after) = (values(before), values(after));
            (identities(&before) != identities(&after)).then_some(FieldChange { name, before, after })
        })
        .collect()
}

/// What some values are, whatever they are called.
pub(super) fn identities(values: &[Value]) -> BTreeSet<&str> {
    values.iter().map(|value| value.identity.as_str()).collect()
}
