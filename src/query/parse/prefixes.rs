//! Prefixes that queries need not declare, and those that they do.

use crate::base::tokens::{Kind, Token};
use crate::model::prefixes::Prefixes;
use crate::model::vocab::ELSEWHERE;
use oxrdf::NamedNode;
use spargebra::SparqlParser;

/// The prefixes that need no declaration with those that this query declares, which win. Prefixes of other
/// services are known to a query that uses them alone, so that no answer is shortened by them otherwise.
#[must_use]
pub(in crate::query) fn of_query(injected: &Prefixes, source: &str, tokens: &[Token]) -> Prefixes {
    let mut prefixes = injected.clone();
    let used = |prefix: &str| {
        tokens.iter().any(|token| {
            let name = token.text(source).strip_prefix(prefix);
            token.kind == Kind::PrefixedName && name.is_some_and(|rest| rest.starts_with(':'))
        })
    };
    for (prefix, namespace) in ELSEWHERE {
        if prefixes.get(prefix).is_none() && used(prefix) {
            prefixes.insert(prefix, namespace);
        }
    }
    for declaration in tokens.windows(3) {
        let [keyword, name, iri] = declaration else { continue };
        if keyword.is_word(source, "PREFIX") && name.kind == Kind::PrefixedName && iri.kind == Kind::Iri {
            let namespace = iri.text(source).trim_start_matches('<').trim_end_matches('>');
            prefixes.insert(name.text(source).trim_end_matches(':'), namespace);
        }
    }
    prefixes
}

/// A parser that knows these, and this base. A query's own declarations win there too.
pub(in crate::query) fn parser(injected: &Prefixes, base: Option<&NamedNode>) -> SparqlParser {
    let all = ELSEWHERE.iter().copied().chain(injected.iter());
    let parser = SparqlParser::new();
    let parser = match base {
        Some(base) => parser.clone().with_base_iri(base.as_str()).unwrap_or(parser),
        None => parser,
    };
    all.fold(parser, |parser, (prefix, namespace)| {
        // A namespace that is no IRI is nobody's: those of project files are checked there.
        parser.clone().with_prefix(prefix, namespace).unwrap_or(parser)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::tokens::tokens;
    use crate::model::vocab;

    #[test]
    fn a_query_can_rename_what_is_known() {
        let source =
            "prefix stp: <https://other.example/> PREFIX : <https://w3id.org/standpoint/id/actor/> ASK {}";
        let prefixes = of_query(&Prefixes::known(), source, &tokens(source));
        assert_eq!(prefixes.get("stp"), Some("https://other.example/"));
        assert_eq!(prefixes.get(""), Some("https://w3id.org/standpoint/id/actor/"));
        assert_eq!(prefixes.get("skos"), Some(vocab::skos::NAMESPACE));
    }

    #[test]
    fn prefixes_of_other_services_are_known_where_they_are_used() {
        let of = |source: &str, injected: &Prefixes| of_query(injected, source, &tokens(source));
        let known = Prefixes::known();
        assert_eq!(of("ASK { ?a ?b wd:Q1 }", &known).get("wd"), Some("http://www.wikidata.org/entity/"));
        assert_eq!(of("ASK { ?a ?b wd:Q1 }", &known).get("wdt"), None);
        let mut own = known.clone();
        own.insert("wd", "https://example.org/");
        assert_eq!(of("ASK { ?a ?b wd:Q1 }", &own).get("wd"), Some("https://example.org/"));
        for prefixes in [&known, &own] {
            assert!(parser(prefixes, None).parse_query("ASK { ?a wdt:P31 wd:Q1 }").is_ok());
        }
    }
}
