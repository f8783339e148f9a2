//! Prefixes: short names for IRIs.

use crate::vocab::{self, rdf, stp};
use oxrdf::Term;
use std::collections::{BTreeMap, HashMap};

use super::graph::Graph;

/// The prefixes that a file may use, alphabetically.
pub(super) struct Prefixes {
    list: Vec<(String, String)>,
    by_namespace: HashMap<String, usize>,
}

impl Prefixes {
    /// The vocabularies' prefixes, and those of things below the graph's base.
    ///
    /// A graph does not say its base: it is the one that most articles share.
    pub fn of(graph: &Graph) -> Self {
        let base = base(graph).unwrap_or(vocab::DEFAULT_BASE);
        let mut list: Vec<(String, String)> = vocab::PREFIXES
            .iter()
            .map(|(prefix, namespace)| ((*prefix).to_owned(), (*namespace).to_owned()))
            .chain(vocab::kind_prefixes(base).map(|(prefix, namespace)| (prefix.to_owned(), namespace)))
            .collect();
        list.sort_unstable();
        let by_namespace =
            list.iter().enumerate().map(|(at, (_, namespace))| (namespace.clone(), at)).collect();
        Self { list, by_namespace }
    }

    /// Prefix and namespace of each, alphabetically by prefix.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.list.iter().map(|(prefix, namespace)| (prefix.as_str(), namespace.as_str()))
    }

    /// The prefix's place and the local name, where the IRI can be written with them.
    ///
    /// Only local names without escapes: an IRI in angle brackets is easier to read than they
    /// are, and tools disagree about them.
    pub fn split<'a>(&self, iri: &'a str) -> Option<(usize, &'a str)> {
        let (namespace, local) = iri.split_at(iri.rfind(['/', '#'])? + 1);
        let prefix = *self.by_namespace.get(namespace)?;
        is_plain(local).then_some((prefix, local))
    }

    /// The prefix at this place.
    pub fn prefix(&self, at: usize) -> &str {
        &self.list[at].0
    }
}

/// The most frequent beginning of `<base>article/<slug>`; of several, the first by bytes.
fn base(graph: &Graph) -> Option<&str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for &[subject, predicate, object] in graph.triples() {
        if let Term::NamedNode(article) = graph.term(subject)
            && let Term::NamedNode(class) = graph.term(object)
            && graph.predicate(predicate) == rdf::TYPE
            && class.as_ref() == stp::ARTICLE
            && let Some((base, _)) = article.as_str().rsplit_once("article/")
            && base.ends_with(['/', '#'])
        {
            *counts.entry(base).or_default() += 1;
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(base, _)| base)
}

/// Letters, digits, `_` and, save at the beginning, `-`: the part of Turtle's `PN_LOCAL` that
/// every reader agrees on.
fn is_plain(local: &str) -> bool {
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
    use super::is_plain;

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
