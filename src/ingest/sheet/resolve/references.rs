//! References to other positions: by key, handle or IRI, or as the previous one.

use super::{At, Resolver, way};
use crate::base::diagnostic::{Diagnostic, did_you_mean, nearest};
use crate::ingest::sheet::scalar::Text;
use crate::ingest::sheet::tree::Step;
use crate::model::identity::handle_in;
use crate::model::prefixes::Prefixes;
use oxrdf::NamedNode;
use std::collections::HashMap;

/// A field that refers to positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `supersedes`
    Supersedes,
    /// `alternativeReading`
    AlternativeReading,
}

impl Field {
    /// Its name in sheets.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Supersedes => "supersedes",
            Self::AlternativeReading => "alternativeReading",
        }
    }
}

/// A reference to a position that its sheet does not hold.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Place of the record among the positions of the sheet.
    pub position: usize,
    /// The field.
    pub field: Field,
    /// Place in the field's list.
    pub item: usize,
    /// What is referred to.
    pub to: Referred,
}

/// What a reference names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Referred {
    /// The position before this one.
    Previous,
    /// The handle of a position.
    Handle(String),
    /// The IRI of a position that has to be there, and how it is written.
    Iri(NamedNode, String),
    /// The name of a sheet, and a key in it.
    Key(String, String),
}

impl Referred {
    /// What a text that is no key of its own sheet refers to.
    pub(super) fn of(text: &str, field: Field) -> Option<Self> {
        let text = text.trim();
        if field == Field::Supersedes && text.eq_ignore_ascii_case("previous") {
            return Some(Self::Previous);
        }
        let bare = text.trim_start_matches('<').trim_end_matches('>');
        if !bare.contains("://") {
            if let Some((sheet, key)) = text.split_once('#') {
                return Some(Self::Key(sheet.trim().to_owned(), key.trim().to_owned()));
            }
            let iri = Prefixes::known().expand(bare).and_then(|iri| NamedNode::new(iri).ok());
            if let Some(iri) = iri {
                return Some(Self::Iri(iri, bare.to_owned()));
            }
        }
        let is_handle = !text.contains([' ', ':']);
        handle_in(text).filter(|_| is_handle).map(|handle| Self::Handle(handle.to_lowercase()))
    }
}

impl Resolver<'_> {
    /// Positions referred to by a key of this sheet or by IRI; those that are referred to otherwise are resolved
    /// when all sheets are.
    pub(super) fn references(
        &self,
        names: &[Text],
        keys: &HashMap<&str, NamedNode>,
        at: At,
        field: Field,
    ) -> Vec<NamedNode> {
        let reference = |(i, name): (usize, &Text)| {
            if let Some(iri) = keys.get(name.0.as_str()) {
                return Some(iri.clone());
            }
            // What is wrong with that record is told there.
            if self.is_key(name) {
                return None;
            }
            if name.0.contains("://") {
                return self.iri(name, way!(at, field.name(), i));
            }
            if let Some(to) = Referred::of(&name.0, field) {
                self.references.borrow_mut().push(Reference { position: at.1, field, item: i, to });
                return None;
            }
            let keys = self.declared.keys().filter(|_| !self.are_enough());
            let near = nearest(&name.0, keys, 3);
            let mut diagnostic =
                Diagnostic::error(format!("no record has the key `{}`", name.0)).expected(match field {
                    Field::Supersedes => "expected a `key`, `sheet#key`, handle, IRI, or `previous`",
                    Field::AlternativeReading => "expected a `key`, `sheet#key`, handle, or IRI",
                });
            diagnostic.help = did_you_mean(&near);
            self.problem(diagnostic, way!(at, field.name(), i));
            None
        };
        names.iter().enumerate().filter_map(reference).collect()
    }
}
