//! What a coder has to know of the ontology's terms, in words.

use crate::model::ontology::{self, Term};
use crate::model::stance_words;
use crate::model::vocab::stp;
use crate::model::{Concept, Family, Stance};
use oxrdf::NamedNodeRef;

/// Notes on a term for coders, as names and texts: definition; of a stance what it is on, its value
/// and the short words for it; scope note, example, near miss. What the ontology does not say is left out.
#[must_use]
pub fn entry(iri: NamedNodeRef<'_>, term: &Term) -> Vec<(&'static str, String)> {
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
