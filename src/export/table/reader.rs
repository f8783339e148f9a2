//! Values of things, by the ids of the index.

use crate::export::value::Value;
use crate::model::identity::{handle, id_of};
use crate::model::vocab::{rdf, stp};
use crate::store::index::read::id::Id;
use crate::store::index::read::snapshot::{By, Snapshot};
use crate::store::index::{Index, or_throw_corruption};
use crate::store::names;
use jiff::civil::Date;
use oxrdf::{NamedNodeRef, NamedOrBlankNode, Term};
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// What stands between several values in a cell.
const BETWEEN: &str = " | ";
/// Maximum number of labels that are kept for the next row.
const LABELS: usize = 1 << 16;

/// What a row is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// The position that a part belongs to; else the thing itself.
    pub owner: Id,
    /// The thing.
    pub thing: Id,
}

/// A graph, read by ids. What is damaged is thrown, as [`or_throw_corruption`] does it.
pub(super) struct Reader<'a> {
    index: &'a Index,
    snapshot: &'a Snapshot,
    quotes_max: Option<usize>,
    properties: RefCell<FxHashMap<&'static str, Option<Id>>>,
    labels: RefCell<FxHashMap<Id, String>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(index: &'a Index, quotes_max: Option<usize>) -> Self {
        let snapshot = index.snapshot();
        Self { index, snapshot, quotes_max, properties: RefCell::default(), labels: RefCell::default() }
    }

    fn id(&self, term: NamedNodeRef<'static>) -> Option<Id> {
        let find = || or_throw_corruption(self.snapshot.id(term.into()));
        *self.properties.borrow_mut().entry(term.as_str()).or_insert_with(find)
    }

    /// The things of a class, in the order of their IRIs.
    pub(super) fn members(&self, class: NamedNodeRef<'static>) -> Vec<Id> {
        let (Some(kind), Some(class)) = (self.id(rdf::TYPE), self.id(class)) else { return Vec::new() };
        let members = or_throw_corruption(self.snapshot.lookup(kind, By::Object, class));
        or_throw_corruption(self.snapshot.in_order(members.iter().collect()))
    }

    /// All positions, in the order of their IRIs.
    pub(super) fn positions(&self) -> Vec<Id> {
        self.members(stp::POSITION)
    }

    /// What a thing has by a property, in the order of the terms.
    pub(super) fn objects(&self, thing: Id, property: NamedNodeRef<'static>) -> Vec<Id> {
        let Some(property) = self.id(property) else { return Vec::new() };
        let found = or_throw_corruption(self.snapshot.lookup(property, By::Subject, thing));
        let mut found: Vec<Id> = found.iter().collect();
        if found.len() > 1 {
            found.sort_by_cached_key(|id| self.term(*id).to_string());
        }
        found
    }

    /// Number of things that have this one by a property.
    pub(super) fn count(&self, thing: Id, property: NamedNodeRef<'static>) -> Value {
        let subjects = self
            .id(property)
            .map(|property| or_throw_corruption(self.snapshot.lookup(property, By::Object, thing)).len());
        Value::Integer(subjects.unwrap_or_default() as i64)
    }

    fn term(&self, id: Id) -> Term {
        or_throw_corruption(self.snapshot.term(id))
    }

    /// The IRI; of a literal its text.
    pub(super) fn iri(&self, id: Id) -> String {
        match self.term(id) {
            Term::NamedNode(node) => node.into_string(),
            Term::Literal(literal) => literal.value().to_owned(),
            other => other.to_string(),
        }
    }

    /// The handle of a position, else the last part of its IRI.
    pub(super) fn handle(&self, id: Id) -> String {
        match self.term(id) {
            Term::NamedNode(node) => handle(node.as_str()).unwrap_or_else(|| id_of(&node)).to_owned(),
            other => other.to_string(),
        }
    }

    /// What it is called; the last part of its IRI where nothing names it. Of a literal its text.
    pub(super) fn label(&self, id: Id) -> String {
        if let Some(known) = self.labels.borrow().get(&id) {
            return known.clone();
        }
        let node = match self.term(id) {
            Term::NamedNode(node) => NamedOrBlankNode::from(node),
            Term::BlankNode(node) => node.into(),
            Term::Literal(literal) => return literal.value().to_owned(),
            Term::Triple(triple) => return triple.to_string(),
        };
        let label = names::shown(self.index, node.as_ref()).unwrap_or_else(|| match &node {
            NamedOrBlankNode::NamedNode(node) => id_of(node).to_owned(),
            NamedOrBlankNode::BlankNode(node) => node.to_string(),
        });
        let mut labels = self.labels.borrow_mut();
        if labels.len() >= LABELS {
            labels.clear();
        }
        labels.insert(id, label.clone());
        label
    }

    /// Labels of what it has by a property.
    pub(super) fn labels(&self, thing: Id, property: NamedNodeRef<'static>) -> Value {
        joined(self.objects(thing, property).into_iter().map(|id| self.label(id)))
    }

    /// The IRIs of the same, in the same order.
    pub(super) fn iris(&self, thing: Id, property: NamedNodeRef<'static>) -> Value {
        joined(self.objects(thing, property).into_iter().map(|id| self.iri(id)))
    }

    /// The texts that it has by a property.
    pub(super) fn texts(&self, thing: Id, property: NamedNodeRef<'static>) -> Value {
        self.iris(thing, property)
    }

    /// The number that it has by a property; none where there are several.
    pub(super) fn decimal(&self, thing: Id, property: NamedNodeRef<'static>) -> Value {
        let [id] = self.objects(thing, property)[..] else { return Value::Absent };
        let number = self.iri(id).parse().ok().filter(|number: &f64| number.is_finite());
        number.map_or(Value::Absent, Value::Decimal)
    }

    /// The whole number that it has by a property; none where there are several.
    pub(super) fn integer(&self, thing: Id, property: NamedNodeRef<'static>) -> Value {
        let [id] = self.objects(thing, property)[..] else { return Value::Absent };
        self.iri(id).parse().map_or(Value::Absent, Value::Integer)
    }

    /// The day that it has by a property; none where there are several.
    pub(super) fn day(&self, thing: Id, property: NamedNodeRef<'static>) -> Option<Date> {
        let [id] = self.objects(thing, property)[..] else { return None };
        // With a time zone, or a time, it is that day, too.
        self.iri(id).get(..10)?.parse().ok()
    }

    /// Words of a text, no more than are wished.
    pub(super) fn cut(&self, words: Value) -> Value {
        match (words, self.quotes_max) {
            (Value::Text(words), Some(most)) => Value::Text(super::super::quotes::cut(&words, most)),
            (words, _) => words,
        }
    }

    /// Whether a property leads from it to this class.
    pub(super) fn is_a(&self, thing: Id, class: NamedNodeRef<'static>) -> bool {
        let Some(class) = self.id(class) else { return false };
        self.objects(thing, rdf::TYPE).contains(&class)
    }
}

/// Several values in one cell; none where there are none.
pub(super) fn joined(values: impl Iterator<Item = String>) -> Value {
    let values: Vec<String> = values.collect();
    if values.is_empty() { Value::Absent } else { Value::Text(values.join(BETWEEN)) }
}
