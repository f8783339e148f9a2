//! Prefixes that queries need not declare, and names written short with them.

use super::lexer::{Kind, Token};
use crate::vocab;
use oxrdf::NamedNodeRef;
use spargebra::SparqlParser;
use std::collections::BTreeMap;

/// Prefixes and their namespaces: the known ones, and those that a query declares itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefixes(BTreeMap<String, String>);

impl Prefixes {
    /// Every vocabulary of the project, and every kind of thing below the default base.
    #[must_use]
    pub fn known() -> Self {
        let vocabularies =
            vocab::PREFIXES.iter().map(|(prefix, iri)| ((*prefix).to_owned(), (*iri).to_owned()));
        let kinds = vocab::kind_prefixes(vocab::DEFAULT_BASE).map(|(kind, iri)| (kind.to_owned(), iri));
        Self(vocabularies.chain(kinds).collect())
    }

    /// The known ones with those that this query declares, which win.
    #[must_use]
    pub fn of_query(source: &str, tokens: &[Token]) -> Self {
        let mut prefixes = Self::known();
        for declaration in tokens.windows(3) {
            let [keyword, name, iri] = declaration else { continue };
            if keyword.is_word(source, "PREFIX") && name.kind == Kind::PrefixedName && iri.kind == Kind::Iri {
                let namespace = iri.text(source).trim_start_matches('<').trim_end_matches('>');
                prefixes.0.insert(name.text(source).trim_end_matches(':').to_owned(), namespace.to_owned());
            }
        }
        prefixes
    }

    /// A parser that knows them all. A query's own declarations win there too.
    pub(super) fn parser() -> SparqlParser {
        Self::known().0.into_iter().fold(SparqlParser::new(), |parser, (prefix, namespace)| {
            parser.with_prefix(prefix, namespace).expect("the project's namespaces are IRIs")
        })
    }

    /// The namespace of a prefix.
    #[must_use]
    pub fn get(&self, prefix: &str) -> Option<&str> {
        self.0.get(prefix).map(String::as_str)
    }

    /// Prefixes and namespaces, alphabetically by prefix.
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

/// Whether this can follow a prefix as it is, in SPARQL and in Turtle.
fn is_plain(local: &str) -> bool {
    !local.is_empty()
        && !local.starts_with(['-', '.'])
        && !local.ends_with('.')
        && local.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::lexer::tokens;

    fn shorten(prefixes: &Prefixes, iri: &str) -> String {
        prefixes.shorten(NamedNodeRef::new(iri).unwrap())
    }

    #[test]
    fn a_query_can_rename_what_is_known() {
        let source =
            "prefix stp: <https://other.example/> PREFIX : <https://w3id.org/standpoint/id/actor/> ASK {}";
        let prefixes = Prefixes::of_query(source, &tokens(source));
        assert_eq!(prefixes.get("stp"), Some("https://other.example/"));
        assert_eq!(prefixes.get(""), Some("https://w3id.org/standpoint/id/actor/"));
        assert_eq!(prefixes.get("skos"), Some(vocab::skos::NAMESPACE));
    }

    #[test]
    fn names_are_shortened_only_to_what_can_be_read_back() {
        let known = Prefixes::known();
        assert_eq!(shorten(&known, "https://w3id.org/standpoint/id/actor/ana-berg"), "actor:ana-berg");
        assert_eq!(shorten(&known, crate::vocab::stp::POSITION.as_str()), "stp:Position");
        assert_eq!(shorten(&known, "http://schema.org/a/b"), "<http://schema.org/a/b>");
        assert_eq!(shorten(&known, "https://example.org/x"), "<https://example.org/x>");
        assert_eq!(known.expand("actor:ana-berg").unwrap(), "https://w3id.org/standpoint/id/actor/ana-berg");
        assert_eq!(known.expand("https://example.org/x"), None);
    }
}
