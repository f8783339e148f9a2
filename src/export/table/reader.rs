//! Values of things, by the ids of the index.

use crate::export::placed::Quote;
use crate::export::value::Value;
use crate::model::identity::{handle, id_of};
use crate::model::vocab::{dcterms, oa, rdf, stp};
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
pub(in crate::export) struct Row {
    /// The position that a part belongs to; else the thing itself.
    pub owner: Id,
    /// The thing.
    pub thing: Id,
}

/// A graph, read by ids. What is damaged is thrown, as [`or_throw_corruption`] does it.
pub(in crate::export) struct Reader<'a> {
    index: &'a Index,
    snapshot: &'a Snapshot,
    quotes_max: Option<usize>,
    properties: RefCell<FxHashMap<&'static str, Option<Id>>>,
    labels: RefCell<FxHashMap<Id, String>>,
}

impl<'a> Reader<'a> {
    pub(in crate::export) fn new(index: &'a Index, quotes_max: Option<usize>) -> Self {
        let snapshot = index.snapshot();
        Self { index, snapshot, quotes_max, properties: RefCell::default(), labels: RefCell::default() }
    }

    fn id(&self, term: NamedNodeRef<'static>) -> Option<Id> {
        let find = || or_throw_corruption(self.snapshot.id(term.into()));
        *self.properties.borrow_mut().entry(term.as_str()).or_insert_with(find)
    }

    /// The things of a class, in the order of their IRIs.
    pub(in crate::export) fn members(&self, class: NamedNodeRef<'static>) -> Vec<Id> {
        let (Some(kind), Some(class)) = (self.id(rdf::TYPE), self.id(class)) else { return Vec::new() };
        let members = or_throw_corruption(self.snapshot.lookup(kind, By::Object, class));
        or_throw_corruption(self.snapshot.in_order(members.iter().collect()))
    }

    /// All positions, in the order of their IRIs.
    pub(in crate::export) fn positions(&self) -> Vec<Id> {
        self.members(stp::POSITION)
    }

    /// What a thing has by a property, in the order of the terms.
    pub(in crate::export) fn objects(&self, thing: Id, property: NamedNodeRef<'static>) -> Vec<Id> {
        let Some(property) = self.id(property) else { return Vec::new() };
        let found = or_throw_corruption(self.snapshot.lookup(property, By::Subject, thing));
        let mut found: Vec<Id> = found.iter().collect();
        if found.len() > 1 {
            found.sort_by_cached_key(|id| self.term(*id).to_string());
        }
        found
    }

    /// Number of things that have this one by a property.
    pub(in crate::export) fn count(&self, thing: Id, property: NamedNodeRef<'static>) -> Value {
        let subjects = self
            .id(property)
            .map(|property| or_throw_corruption(self.snapshot.lookup(property, By::Object, thing)).len());
        Value::Integer(subjects.unwrap_or_default() as i64)
    }

    fn term(&self, id: Id) -> Term {
        or_throw_corruption(self.snapshot.term(id))
    }

    /// The IRI; of a literal its text.
    pub(in crate::export) fn iri(&self, id: Id) -> String {
        match self.term(id) {
            Term::NamedNode(node) => node.into_string(),
            Term::Literal(literal) => literal.value().to_owned(),
            other => other.to_string(),
        }
    }

    /// The handle of a position, else the last part of its IRI.
    pub(in crate::export) fn handle(&self, id: Id) -> String {
        match self.term(id) {
            Term::NamedNode(node) => handle(node.as_str()).unwrap_or_else(|| id_of(&node)).to_owned(),
            other => other.to_string(),
        }
    }

    /// What it is called; the last part of its IRI where nothing names it. Of a literal its text.
    pub(in crate::export) fn label(&self, id: Id) -> String {
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
    pub(in crate::export) fn labels(&self, thing: Id, property: NamedNodeRef<'static>) -> Value {
        joined(self.objects(thing, property).into_iter().map(|id| self.label(id)))
    }

    /// The IRIs of the same, in the same order.
    pub(in crate::export) fn iris(&self, thing: Id, property: NamedNodeRef<'static>) -> Value {
        joined(self.objects(thing, property).into_iter().map(|id| self.iri(id)))
    }

    /// The texts that it has by a property.
    pub(in crate::export) fn texts(&self, thing: Id, property: NamedNodeRef<'static>) -> Value {
        self.iris(thing, property)
    }

    /// The number that it has by a property; none where there are several.
    pub(in crate::export) fn decimal(&self, thing: Id, property: NamedNodeRef<'static>) -> Value {
        let [id] = self.objects(thing, property)[..] else { return Value::Absent };
        let number = self.iri(id).parse().ok().filter(|number: &f64| number.is_finite());
        number.map_or(Value::Absent, Value::Decimal)
    }

    /// The whole number that it has by a property; none where there are several.
    pub(in crate::export) fn integer(&self, thing: Id, property: NamedNodeRef<'static>) -> Value {
        let [id] = self.objects(thing, property)[..] else { return Value::Absent };
        self.iri(id).parse().map_or(Value::Absent, Value::Integer)
    }

    /// The day that it has by a property; none where there are several.
    pub(in crate::export) fn day(&self, thing: Id, property: NamedNodeRef<'static>) -> Option<Date> {
        let [id] = self.objects(thing, property)[..] else { return None };
        // With a time zone, or a time, it is that day, too.
        self.iri(id).get(..10)?.parse().ok()
    }

    /// Words of a text, no more than are wished.
    fn cut(&self, words: Value) -> Value {
        match (words, self.quotes_max) {
            (Value::Text(words), Some(most)) => Value::Text(crate::export::quotes::cut(&words, most)),
            (words, _) => words,
        }
    }

    /// First code point of the words of a span.
    pub(in crate::export) fn start(&self, span: Id) -> Value {
        self.of_selectors(span, |selector| self.integer(selector, oa::START))
    }

    /// Code point after the last.
    pub(in crate::export) fn end(&self, span: Id) -> Value {
        self.of_selectors(span, |selector| self.integer(selector, oa::END))
    }

    /// Its words, no more than are wished.
    pub(in crate::export) fn exact(&self, span: Id) -> Value {
        self.cut(self.of_selectors(span, |selector| self.texts(selector, oa::EXACT)))
    }

    /// The words of a span with their place; of a record its key.
    pub(in crate::export) fn quote(&self, span: Id) -> Quote {
        let offset = |value| if let Value::Integer(at) = value { usize::try_from(at).ok() } else { None };
        let words = self.exact(span).text().or_else(|| self.texts(span, dcterms::IDENTIFIER).text());
        Quote {
            place: offset(self.start(span)).zip(offset(self.end(span))),
            words: words.unwrap_or_default(),
        }
    }

    /// Length of the text of an article, in code points.
    pub(in crate::export) fn length(&self, article: Id) -> Option<usize> {
        match self.integer(article, stp::prop::TEXT_LENGTH) {
            Value::Integer(length) => usize::try_from(length).ok(),
            _ => None,
        }
    }

    /// Spans in the order of the text.
    pub(in crate::export) fn in_text_order(&self, mut spans: Vec<Id>) -> Vec<Id> {
        spans
            .sort_by_key(|span| if let Value::Integer(start) = self.start(*span) { start } else { i64::MAX });
        spans
    }

    /// Of the selectors of a span what the first has.
    fn of_selectors(&self, span: Id, read: impl Fn(Id) -> Value) -> Value {
        let selectors = self.objects(span, oa::HAS_SELECTOR).into_iter();
        selectors.map(read).find(|value| *value != Value::Absent).unwrap_or_default()
    }

    /// Whether a property leads from it to this class.
    pub(in crate::export) fn is_a(&self, thing: Id, class: NamedNodeRef<'static>) -> bool {
        let Some(class) = self.id(class) else { return false };
        self.objects(thing, rdf::TYPE).contains(&class)
    }
}

/// Several values in one cell; none where there are none.
pub(in crate::export) fn joined(values: impl Iterator<Item = String>) -> Value {
    let values: Vec<String> = values.collect();
    if values.is_empty() { Value::Absent } else { Value::Text(values.join(BETWEEN)) }
}
