//! Patterns of triple terms, which are refused: the graph is RDF 1.1, where positions and `rdf:Statement`s
//! stand in their place, so that such a pattern would find nothing without a word.
//!
//! Deliberately absent: rewriting them to patterns of positions. Which of a position's parts a pattern means
//! depends on what its variables are bound to, and an answer that depends on that is worse than none.

use super::algebra::{all_patterns, pattern_of};
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::tokens::Token;
use crate::query::QueryError;
use spargebra::Query;
use spargebra::algebra::GraphPattern;
use spargebra::term::TermPattern;

/// Refuses queries that look for triple terms in the graph. Triple terms in expressions are values like
/// others.
pub(in crate::query) fn check(
    name: &str,
    source: &str,
    tokens: &[Token],
    query: &Query,
) -> Result<(), QueryError> {
    if !all_patterns(pattern_of(query)).into_iter().any(asks_for_triple_term) {
        return Ok(());
    }
    let opens = |token: &&Token| matches!(token.text(source), "<<" | "<<(" | "{|" | "~");
    let token = tokens.iter().find(opens).or(tokens.first());
    let fault =
        Diagnostic::error("the graph has no triple terms (RDF 1.2)").expected("would never match").help(
            "use the position's node: ?p stp:actor ?who ; stp:stance ?stance ; stp:issue ?what; or that of \
             another triple: ?t rdf:subject ?s ; rdf:predicate ?q ; rdf:object ?o",
        );
    Err(QueryError::from(match token {
        Some(token) => fault.at(Place::in_source(name, source, token.range.clone())),
        None => fault,
    }))
}

/// Whether a pattern itself asks for a triple term; those inside it are not looked at.
fn asks_for_triple_term(pattern: &GraphPattern) -> bool {
    let is_term = |end: &TermPattern| matches!(end, TermPattern::Triple(_));
    match pattern {
        GraphPattern::Bgp { patterns } => {
            patterns.iter().any(|triple| is_term(&triple.subject) || is_term(&triple.object))
        }
        GraphPattern::Path { subject, object, .. } => is_term(subject) || is_term(object),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::query::Query;

    #[test]
    fn patterns_of_triple_terms_are_refused_wherever_they_stand() {
        for pattern in [
            "?r rdf:reifies <<( ?a stp:supports ?i )>>",
            "<< ?a stp:supports ?i >> ?p ?o",
            "?a stp:supports ?i {| ?p ?o |}",
            "?a stp:supports ?i ~ ?r",
            "?s ?p ?o OPTIONAL { ?o ?q <<( ?a ?b ?c )>> }",
            "?s ?p ?o FILTER NOT EXISTS { << ?s ?p ?o >> ?q ?r }",
            "?s ?p ?o BIND(EXISTS { << ?s ?p ?o >> ?q ?r } AS ?e)",
            "{ SELECT * { << ?s ?p ?o >> ?q ?r } }",
        ] {
            let query = format!("SELECT * {{ {pattern} }}");
            let error = Query::parse("query", &query).unwrap_err();
            let place = error.diagnostic().and_then(|fault| fault.place.as_ref()).map(|place| place.column);
            let sign = ["<<", "{|", "~"].iter().filter_map(|sign| query.find(sign)).min();
            assert_eq!(place, sign.map(|at| at + 1), "{pattern}");
            assert!(error.to_string().starts_with("the graph has no triple terms"), "{pattern}");
        }
    }

    #[test]
    fn triple_terms_in_expressions_and_templates_are_not() {
        for query in [
            "SELECT * { BIND(TRIPLE(actor:a, actor:b, actor:c) AS ?t) }",
            "SELECT * { ?s ?p ?o FILTER(!isTRIPLE(?o)) }",
            "CONSTRUCT { ?r rdf:reifies <<( ?a stp:supports ?i )>> } WHERE { ?a stp:supports ?i BIND(IRI('ex:r') AS ?r) }",
        ] {
            assert!(Query::parse("query", query).is_ok(), "{query}");
        }
    }
}
