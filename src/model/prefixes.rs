//! Prefixes: names of things, short enough to be typed and read.

use crate::model::vocab;
use oxrdf::NamedNodeRef;
use std::collections::BTreeMap;

/// Prefixes and their namespaces, alphabetically by prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefixes(BTreeMap<String, String>);

impl Prefixes {
    /// Every vocabulary of the project, and every kind of thing below the default base.
    #[must_use]
    pub fn known() -> Self {
        Self::with_base(vocab::DEFAULT_BASE)
    }

    /// The same for things below another base.
    #[must_use]
    pub fn with_base(base: &str) -> Self {
        let vocabularies =
            vocab::PREFIXES.iter().map(|(prefix, iri)| ((*prefix).to_owned(), (*iri).to_owned()));
        let kinds = vocab::kind_prefixes(base).map(|(kind, iri)| (kind.to_owned(), iri));
        Self(vocabularies.chain(kinds).collect())
    }

    /// Adds one, in the place of a known one of that name.
    pub fn insert(&mut self, prefix: &str, namespace: &str) {
        self.0.insert(prefix.to_owned(), namespace.to_owned());
    }

    /// The namespace of a prefix.
    #[must_use]
    pub fn get(&self, prefix: &str) -> Option<&str> {
        self.0.get(prefix).map(String::as_str)
    }

    /// Prefixes and namespaces.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(prefix, namespace)| (prefix.as_str(), namespace.as_str()))
    }

    /// The IRI with a prefix, of the longest namespace that fits; `<IRI>` where none does.
    #[must_use]
    pub fn shorten(&self, iri: NamedNodeRef<'_>) -> String {
        self.iter()
            .filter_map(|(prefix, namespace)| Some((prefix, iri.as_str().strip_prefix(namespace)?)))
            .filter(|(_, local)| is_plain(local))
            .min_by_key(|(_, local)| local.len())
            .map_or_else(|| iri.to_string(), |(prefix, local)| format!("{prefix}:{local}"))
    }

    /// The IRI that a prefixed name stands for; none without a known prefix.
    #[must_use]
    pub fn expand(&self, name: &str) -> Option<String> {
        let (prefix, local) = name.split_once(':')?;
        Some(format!("{}{local}", self.get(prefix)?))
    }
}

/// Whether this can follow a prefix as it is, in SPARQL and in Turtle: letters, digits, `_` and,
/// save at the beginning, `-`. Every reader agrees on that part of `PN_LOCAL`; an IRI in angle
/// brackets is easier to read than escapes are.
pub(crate) fn is_plain(local: &str) -> bool {
    !local.is_empty()
        && !local.starts_with('-')
        && local.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-' || is_letter(c))
}

/// `PN_CHARS_BASE` beyond ASCII, <https://www.w3.org/TR/turtle/#grammar-production-PN_CHARS_BASE>.
fn is_letter(c: char) -> bool {
    matches!(c,
        '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}'
        | '\u{37f}'..='\u{1fff}' | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}'
        | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shorten(prefixes: &Prefixes, iri: &str) -> String {
        prefixes.shorten(NamedNodeRef::new(iri).unwrap())
    }

    #[test]
    fn names_are_shortened_only_to_what_can_be_read_back() {
        let known = Prefixes::known();
        assert_eq!(shorten(&known, "https://w3id.org/standpoint/id/actor/ana-berg"), "actor:ana-berg");
        assert_eq!(shorten(&known, crate::model::vocab::stp::POSITION.as_str()), "stp:Position");
        assert_eq!(shorten(&known, "http://schema.org/a/b"), "<http://schema.org/a/b>");
        assert_eq!(shorten(&known, "https://example.org/x"), "<https://example.org/x>");
        assert_eq!(known.expand("actor:ana-berg").unwrap(), "https://w3id.org/standpoint/id/actor/ana-berg");
        assert_eq!(known.expand("https://example.org/x"), None);
    }

    #[test]
    fn local_names_need_no_escapes() {
        for plain in ["ana-berg", "a_1", "9", "Олена", "x--y"] {
            assert!(is_plain(plain), "{plain}");
        }
        for other in ["", "-a", "a.b", "a%20b", "a,b", "a:b", "a'b", "\u{200d}x", "·"] {
            assert!(!is_plain(other), "{other}");
        }
    }
}
