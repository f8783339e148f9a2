//! A sheet as a tree that remembers where in the file each part stands.
//!
//! YAML and CSV are read into it; JSON, whose own parser is faster but forgets places, only
//! when something is wrong and has to be shown. Scalars stay text: what a field makes of
//! them is its own affair (`2025` is a year to one field and a figure to another).

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, Deserializer, IntoDeserializer, Unexpected, Visitor};
use std::fmt;
use std::ops::Range;

/// A part of a sheet and its place, in code points from the start of the file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) place: Range<usize>,
    pub(crate) value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_place: Range<usize>,
    pub(crate) node: Node,
}

/// One step down a tree.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Into a field.
    Field(String),
    /// Into an item, counted from 0.
    Item(usize),
}

impl From<&str> for Step {
    fn from(field: &str) -> Self {
        Self::Field(field.to_owned())
    }
}

impl From<usize> for Step {
    fn from(item: usize) -> Self {
        Self::Item(item)
    }
}

/// The way from a sheet's root to a part: `positions[3].stance`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(pub Vec<Step>);

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Field(field) if i == 0 => write!(f, "{field}")?,
                Step::Field(field) => write!(f, ".{field}")?,
                Step::Item(item) => write!(f, "[{item}]")?,
            }
        }
        Ok(())
    }
}

impl Node {
    /// Where the path leads; the nearest part that exists where it leads nowhere.
    ///
    /// A field that is absent is shown at the first field of its record, and a single item
    /// that stands for a list is its own first item.
    pub(crate) fn find(&self, path: &[Step]) -> Range<usize> {
        let Some((step, rest)) = path.split_first() else { return self.mark() };
        match (step, &self.value) {
            (Step::Field(field), Value::Map(entries)) => match entries.iter().find(|e| e.key == *field) {
                Some(entry) if rest.is_empty() && entry.node.is_collection() => entry.key_place.clone(),
                Some(entry) => entry.node.find(rest),
                None => self.mark(),
            },
            (Step::Item(item), Value::List(items)) => {
                items.get(*item).map_or_else(|| self.mark(), |node| node.find(rest))
            }
            // A bare text stands for its record, a bare record for the list of it.
            _ => self.find(rest),
        }
    }

    /// The key of the field that the path leads to, rather than its value.
    pub(crate) fn find_key(&self, path: &[Step], key: &str) -> Range<usize> {
        let mut node = self;
        for step in path {
            let next = match (step, &node.value) {
                (Step::Field(field), Value::Map(entries)) => {
                    entries.iter().find(|e| e.key == *field).map(|e| &e.node)
                }
                (Step::Item(item), Value::List(items)) => items.get(*item),
                _ => Some(node),
            };
            let Some(next) = next else { return node.mark() };
            node = next;
        }
        match &node.value {
            Value::Map(entries) => {
                entries.iter().find(|e| e.key == key).map_or_else(|| node.mark(), |e| e.key_place.clone())
            }
            _ => node.mark(),
        }
    }

    /// Takes out the field that the path leads to, or that holds the item which it leads to.
    /// Returns the path of what was taken out; none where nothing was.
    pub(crate) fn take_out(&mut self, path: &[Step]) -> Option<Vec<Step>> {
        let last = path.iter().rposition(|step| matches!(step, Step::Field(_)))?;
        let mut node = self;
        for step in &path[..last] {
            node = match (step, &mut node.value) {
                (Step::Field(field), Value::Map(entries)) => {
                    &mut entries.iter_mut().find(|e| e.key == *field)?.node
                }
                (Step::Item(item), Value::List(items)) => items.get_mut(*item)?,
                _ => return None,
            };
        }
        let (Value::Map(entries), Step::Field(field)) = (&mut node.value, &path[last]) else { return None };
        let at = entries.iter().position(|e| e.key == *field)?;
        entries.remove(at);
        Some(path[..=last].to_vec())
    }

    fn is_collection(&self) -> bool {
        matches!(self.value, Value::Map(_) | Value::List(_))
    }

    /// What to underline for the whole of this part.
    fn mark(&self) -> Range<usize> {
        match &self.value {
            Value::Map(entries) => match entries.first() {
                // The name of a column stands far from its cell.
                Some(e) if !self.place.contains(&e.key_place.start) => e.node.mark(),
                Some(e) => e.key_place.clone(),
                None => self.place.clone(),
            },
            Value::List(items) => items.first().map_or_else(|| self.place.clone(), Node::mark),
            _ => self.place.clone(),
        }
    }

    /// Moves every place by `by` code points.
    pub(crate) fn shifted(mut self, by: usize) -> Self {
        self.map_places(&|at| at + by);
        self
    }

    /// Puts every place where `to` says.
    pub(crate) fn map_places(&mut self, to: &dyn Fn(usize) -> usize) {
        self.place = to(self.place.start)..to(self.place.end);
        match &mut self.value {
            Value::List(items) => items.iter_mut().for_each(|item| item.map_places(to)),
            Value::Map(entries) => entries.iter_mut().for_each(|entry| {
                entry.key_place = to(entry.key_place.start)..to(entry.key_place.end);
                entry.node.map_places(to);
            }),
            Value::Null | Value::Text(_) => {}
        }
    }
}

/// Why a tree is no record; the place is told by the path that led there.
#[derive(Debug)]
pub(crate) enum NodeError {
    /// A field that the record does not have.
    UnknownField { field: String, fields: &'static [&'static str] },
    /// A value of another sort than the field takes.
    Mismatch { found: Found, expected: String },
    /// Anything else, in its own words.
    Other(String),
}

/// What stands where something else was expected.
#[derive(Debug)]
pub(crate) enum Found {
    /// A list.
    List,
    /// Fields.
    Fields,
    /// Nothing.
    Nothing,
    /// This text.
    Text(String),
}

impl NodeError {
    fn mismatch(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let found = match found {
            Unexpected::Seq => Found::List,
            Unexpected::Map => Found::Fields,
            Unexpected::Unit | Unexpected::Option => Found::Nothing,
            Unexpected::Str(text) => Found::Text(text.to_owned()),
            other => Found::Text(other.to_string()),
        };
        let expected = expected.to_string();
        // What serde says of a plain `Vec`.
        let expected = if expected == "a sequence" { "a list".to_owned() } else { expected };
        Self::Mismatch { found, expected }
    }
}

impl fmt::Display for NodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownField { field, .. } => write!(f, "unknown field `{field}`"),
            Self::Mismatch { expected, .. } => write!(f, "expected {expected}"),
            Self::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for NodeError {}

impl de::Error for NodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Other(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::mismatch(found, expected)
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::mismatch(found, expected)
    }

    fn unknown_field(field: &str, fields: &'static [&'static str]) -> Self {
        Self::UnknownField { field: field.to_owned(), fields }
    }
}

impl<'de> IntoDeserializer<'de, NodeError> for &'de Node {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = NodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NodeError> {
        match &self.value {
            Value::Null => visitor.visit_unit(),
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::List(items) => visitor.visit_seq(SeqDeserializer::new(items.iter())),
            Value::Map(entries) => {
                visitor.visit_map(MapDeserializer::new(entries.iter().map(|e| (e.key.as_str(), &e.node))))
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NodeError> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    // `actors:` with nothing below it is an empty list, not a fault.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NodeError> {
        match self.value {
            Value::Null => visitor.visit_seq(SeqDeserializer::new(std::iter::empty::<&Node>())),
            _ => self.deserialize_any(visitor),
        }
    }

    // A record of which nothing is written lacks all its fields, which is told later.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NodeError> {
        match self.value {
            Value::Null => visitor.visit_map(MapDeserializer::new(std::iter::empty::<(&str, &Node)>())),
            _ => self.deserialize_any(visitor),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct newtype_struct tuple tuple_struct struct enum identifier ignored_any
    }
}
