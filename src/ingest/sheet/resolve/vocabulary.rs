//! Concepts that a case adds to the lists, and the words that may name one.
//!
//! A word of the model always means the model's concept, whatever a case defines.

use super::{At, Resolver, texts, way};
use crate::base::diagnostic::{Diagnostic, did_you_mean, nearest};
use crate::ingest::sheet::record::{self, Sheet};
use crate::ingest::sheet::scalar::{Text, Word};
use crate::ingest::sheet::tree::Step;
use crate::model::registry::{Kind, Lookup, Registry};
use crate::model::{ActorKind, Concept, Extensible, List, Listed, OwnConcept};
use oxrdf::NamedNode;
use std::collections::HashMap;

/// Lets the registry know what the kinds of actor of a sheet are sorts of.
pub(super) fn declare_wider_kinds(sheet: &Sheet, ids: &HashMap<At, NamedNode>, registry: &mut Registry) {
    for (i, r) in sheet.vocabulary.iter().enumerate() {
        if r.list.as_ref().and_then(Word::concept) == Some(List::ActorKind)
            && let (Some(iri), Some(wider)) = (ids.get(&("vocabulary", i)), r.broader.0.first())
            && let Some(wider) = concept_named(List::ActorKind, &wider.0, registry)
        {
            registry.add_wider_kind(iri, &wider);
        }
    }
}

/// The kind of the model that a word for a kind of actor comes down to.
pub(super) fn actor_kind(word: &Word<ActorKind>, registry: &Registry) -> Option<ActorKind> {
    let own = || registry.wider_kind(&concept_named(List::ActorKind, &word.text, registry)?);
    word.concept().or_else(own)
}

/// The concept that a word means, if it means one.
fn concept_named(list: List, word: &str, registry: &Registry) -> Option<NamedNode> {
    let own = || match registry.look_up(Kind::Concept(list), word) {
        Lookup::Found(iri) => Some(iri),
        Lookup::Ambiguous(_) | Lookup::Unknown => None,
    };
    list.model(word).map(|concept| concept.into_owned()).or_else(own)
}

impl Resolver<'_> {
    pub(super) fn own_concept(&self, r: &record::OwnConcept, at: At) -> Option<OwnConcept> {
        let list = self.required_word(r.list.as_ref(), at, "list");
        let names = self.names(r.label.as_ref(), &r.aliases.0, at);
        let list = list?;
        let broader = r.broader.0.iter().enumerate();
        let broader: Vec<NamedNode> = broader
            .filter_map(|(i, word)| {
                let way = way!(at, "broader", i);
                match list.model(&word.0) {
                    Some(concept) => Some(concept.into_owned()),
                    None => self.own(list, word, way),
                }
            })
            .collect();
        let iri = self.declared.ids.get(&at)?.clone();
        self.not_itself(&iri, &broader, at, "broader");
        Some(OwnConcept {
            iri,
            list,
            names: names?,
            definition: r
                .definition
                .as_ref()
                .map(|text| text.0.trim().to_owned())
                .filter(|text| !text.is_empty()),
            broader,
            example: r.example.as_ref().map(|text| text.0.clone()),
            notes: texts(&r.note.0),
        })
    }

    /// The concept of an extensible list that a word names.
    pub(super) fn listed<C: Extensible>(&self, word: &Word<C>, path: &[Step]) -> Option<Listed<C>> {
        match word.concept() {
            Some(concept) => Some(Listed::Model(concept)),
            None => self.own(C::LIST, &Text(word.text.clone()), path).map(Listed::of),
        }
    }

    pub(super) fn required_listed<C: Extensible>(
        &self,
        word: Option<&Word<C>>,
        at: At,
        field: &'static str,
    ) -> Option<Listed<C>> {
        self.required(word, at, field).and_then(|word| self.listed(word, way!(at, field)))
    }

    /// The concept of a case's own that a word names; what names none is told with the words of the list.
    fn own(&self, list: List, word: &Text, path: &[Step]) -> Option<NamedNode> {
        let kind = Kind::Concept(list);
        match self.registry.look_up(kind, &word.0) {
            Lookup::Found(iri) => return Some(iri),
            Lookup::Ambiguous(ids) => {
                let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
                self.problem(
                    Diagnostic::error(format!("`{}` is a name of {} {}s", word.0, ids.len(), list.word()))
                        .expected("write the id or IRI of the one you mean")
                        .help(did_you_mean(&ids).unwrap_or_default()),
                    path,
                );
            }
            Lookup::Unknown => {
                let own = self.registry.labels(kind);
                let words: Vec<&str> =
                    list.words().into_iter().chain(own.iter().map(String::as_str)).collect();
                let near = nearest(&word.0, words.iter().copied(), 3);
                self.unknown_word(field(list), &word.0, &near, &words, path);
            }
        }
        None
    }
}

/// What sheets call the field that holds a word of the list.
fn field(list: List) -> &'static str {
    match list {
        List::EventKind | List::ActorKind => "kind",
        other => other.word(),
    }
}
