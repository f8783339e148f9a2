//! A position as a graph states it, and what it became.

use super::fields::{Field, FieldChange, changes, fields, identities};
use crate::analysis::facts::{Facts, QuoteFacts};
use crate::model::vocab::stp;
use oxrdf::NamedNode;
use std::collections::BTreeSet;

/// A position as one of the graphs states it.
#[derive(Clone, Debug)]
pub struct Stated {
    /// The position.
    pub position: NamedNode,
    /// Fields that the graph gives it.
    pub fields: Vec<Field>,
    /// Its evidence, in the order of the text.
    pub(super) places: Vec<QuoteFacts>,
}

/// A position and what it became.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The position before.
    pub before: Stated,
    /// The position after.
    pub after: Stated,
    /// The fields that differ; empty where only the IRI does.
    pub fields: Vec<FieldChange>,
}

impl Changed {
    pub(super) fn of(before: Stated, after: Stated) -> Option<Self> {
        let fields = changes(&before.fields, &after.fields);
        (!fields.is_empty()).then_some(Self { before, after, fields })
    }
}

impl Stated {
    pub(super) fn read(facts: &Facts<'_>, position: &NamedNode) -> Option<Self> {
        facts.is_a(position, stp::POSITION).then(|| Self {
            position: position.clone(),
            fields: fields(facts, position),
            places: facts.quotes(position),
        })
    }

    /// What a field is, in any of its values; empty where the position has no such field.
    pub(super) fn identities(&self, name: &str) -> BTreeSet<&str> {
        self.fields.iter().filter(|f| f.name == name).flat_map(|f| identities(&f.values)).collect()
    }

    /// The texts of a field; empty where the position has no such field.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<String> {
        texts_of(&self.fields, name)
    }

    /// "Vladimir Putin: supports – Russia and Ukraine reach …". No verb, so nothing to agree in number.
    #[must_use]
    pub fn sentence(&self) -> String {
        Self::sentence_of(&self.fields)
    }

    /// The same of a position with these fields.
    pub(super) fn sentence_of(fields: &[Field]) -> String {
        let text = |name| texts_of(fields, name).join(", ");
        format!("{}: {} – {}", text("actor"), text("stance"), text("issue"))
    }

    /// Key of the order of positions: by place in the text, then by IRI.
    pub(super) fn order(&self) -> (Option<QuoteFacts>, String) {
        (self.places.first().cloned(), self.position.as_str().to_owned())
    }
}

fn texts_of(fields: &[Field], name: &str) -> Vec<String> {
    let values = fields.iter().filter(|field| field.name == name).flat_map(|field| &field.values);
    values.map(|value| value.text.clone()).collect()
}
