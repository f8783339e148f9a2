//! Prefixes that queries need not declare, and those that they do.

use crate::base::tokens::{Kind, Token};
use crate::model::prefixes::Prefixes;
use spargebra::SparqlParser;

/// The prefixes that need no declaration with those that this query declares, which win.
#[must_use]
pub(in crate::query) fn of_query(injected: &Prefixes, source: &str, tokens: &[Token]) -> Prefixes {
    let mut prefixes = injected.clone();
    for declaration in tokens.windows(3) {
        let [keyword, name, iri] = declaration else { continue };
        if keyword.is_word(source, "PREFIX") && name.kind == Kind::PrefixedName && iri.kind == Kind::Iri {
            let namespace = iri.text(source).trim_start_matches('<').trim_end_matches('>');
            prefixes.insert(name.text(source).trim_end_matches(':'), namespace);
        }
    }
    prefixes
}

/// A parser that knows these. A query's own declarations win there too.
pub(in crate::query) fn parser(injected: &Prefixes) -> SparqlParser {
    injected.iter().fold(SparqlParser::new(), |parser, (prefix, namespace)| {
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
}
