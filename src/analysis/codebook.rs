//! What a coder has to know of the ontology's terms, in words.

use crate::model::identity::id_of;
use crate::model::ontology;
use crate::model::stance_words;
use crate::model::vocab::{rdfs, skos, stp};
use crate::model::{Concept, Family, List, Stance};
use crate::store::index::read::corruption::Corruption;
use crate::store::index::{Index, reading};
use crate::store::names::{self, Thing};
use oxrdf::{NamedNodeRef, Term};

/// Notes on a term for coders, as names and texts: definition; of a stance what it is on, its value
/// and the short words for it; scope note, example, near miss. What the ontology does not say is left out.
#[must_use]
pub fn entry(iri: NamedNodeRef<'_>, term: &ontology::Term) -> Vec<(&'static str, String)> {
    let mut entry = vec![("Definition", in_words(&term.definition))];
    if let Some(stance) = Stance::from_iri(iri) {
        let families: Vec<_> =
            Family::ALL.iter().filter(|family| stance.fits(**family)).map(|f| f.word()).collect();
        entry.push(("On", format!("a {}", families.join(" or a "))));
        entry.push(("Value", stance.value().unwrap_or("none").to_owned()));
        let short: Vec<_> = stance_words::short_words()
            .filter(|word| stance_words::stances(word).contains(&stance))
            .map(|word| format!("`{word}`"))
            .collect();
        if !short.is_empty() {
            entry.push(("Short words", short.join(" ")));
        }
    }
    for (name, text) in
        [("Note", &term.scope_note), ("Example", &term.example), ("Near miss", &term.near_miss)]
    {
        entry.extend(text.as_ref().map(|text| (name, in_words(text))));
    }
    entry
}

/// The concepts that documents add to a list.
#[derive(Clone, Debug)]
pub struct OwnConcepts {
    /// The list.
    pub list: List,
    /// Labels, each with the notes on the concept: names and texts, as those of an [`entry`].
    pub concepts: Vec<(String, Vec<(&'static str, String)>)>,
}

/// What the documents of a graph add to each list.
///
/// # Errors
/// A damaged index.
pub fn own(index: &Index) -> Result<Vec<OwnConcepts>, Corruption> {
    reading(|| {
        List::ALL
            .iter()
            .map(|list| {
                let concepts = names::own_concepts(index, *list).into_iter();
                let concepts =
                    concepts.map(|concept| (concept.label.clone(), own_entry(index, *list, &concept)));
                OwnConcepts { list: *list, concepts: concepts.collect() }
            })
            .collect()
    })
}

fn own_entry(index: &Index, list: List, concept: &Thing) -> Vec<(&'static str, String)> {
    let values = |property| -> Vec<Term> {
        let triples = index.matching(Some(concept.iri.as_ref().into()), Some(property), None);
        let mut values: Vec<Term> = triples.map(|triple| triple.object).collect();
        values.sort_by_cached_key(ToString::to_string);
        values
    };
    let texts = |property| {
        let text = |value| if let Term::Literal(text) = value { Some(text.value().to_owned()) } else { None };
        values(property).into_iter().filter_map(text).collect::<Vec<_>>()
    };
    let broader = if list == List::ActorKind { rdfs::SUB_CLASS_OF } else { skos::BROADER };
    let wider = values(broader).into_iter().filter_map(|value| match value {
        Term::NamedNode(wider) => Some(match list.word_of(wider.as_ref()) {
            Some(word) => word.to_owned(),
            None => names::shown(index, wider.as_ref().into()).unwrap_or_else(|| id_of(&wider).to_owned()),
        }),
        _ => None,
    });
    let mut entry = Vec::new();
    let definitions = texts(skos::DEFINITION);
    let undefined = definitions.is_empty().then(|| "none yet".to_owned());
    entry.extend(definitions.into_iter().chain(undefined).map(|text| ("Definition", text)));
    entry.extend(wider.map(|word| ("A sort of", word)));
    entry.extend(texts(skos::ALT_LABEL).into_iter().map(|word| ("Also", word)));
    entry.extend(texts(skos::EXAMPLE).into_iter().map(|text| ("Example", text)));
    entry.extend(texts(skos::NOTE).into_iter().map(|text| ("Note", text)));
    entry
}

/// The text with the label of the term in place of each `stp:OnlyIf` and the like: in quotes, but where it stands in a
/// code font.
#[must_use]
pub fn in_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("stp:") {
        let name_end =
            rest[at + 4..].find(|c: char| !c.is_alphanumeric()).map_or(rest.len(), |end| at + 4 + end);
        let iri = format!("{}{}", stp::NAMESPACE, &rest[at + 4..name_end]);
        let label = ontology::definition(NamedNodeRef::new_unchecked(&iri)).map(|term| term.label.as_str());
        let quoted = rest[..at].ends_with('`');
        out += &rest[..at];
        match label {
            Some(label) if quoted => out += label,
            Some(label) => out.extend(["“", label, "”"]),
            None => out += &rest[at..name_end],
        }
        rest = &rest[name_end..];
    }
    out + rest
}
