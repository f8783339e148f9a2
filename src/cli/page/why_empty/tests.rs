use super::*;
use crate::model::ontology;
use crate::store::index::Index;
use oxigraph::io::{RdfFormat, RdfParser};

fn index() -> Index {
    let turtle = include_str!("../../../../tests/query/mill.ttl");
    let triples =
        RdfParser::from_format(RdfFormat::Turtle).for_slice(turtle).map(|quad| quad.unwrap().into());
    Index::from_triples(ontology::schemes().iter().cloned().chain(triples))
}

fn why(text: &str) -> String {
    let query = Query::parse("query", text).unwrap();
    render(&query.why_empty(&index(), None).unwrap(), &query, None, false, 80)
}

#[test]
fn a_constant_is_shown_with_what_stands_in_its_place() {
    assert_eq!(
        why("SELECT ?p { ?p stp:actor actor:tenants ; stp:stance stp:Denies }"),
        "\
no rows, because of

  ?p stp:stance stp:Denies
      alone, it matches nothing
      instead: stp:ConditionallyOpposes (1)
      without it: 1 row
"
    );
    let misspelt = why("SELECT ?a { ?a skos:prefLabel 'Ana Bergh'@en ; a stp:Actor }");
    assert!(misspelt.contains("did you mean \"Ana Berg\"@en?"), "{misspelt}");
}

#[test]
fn a_filter_is_shown_with_what_it_saw() {
    let text = why("SELECT ?p { ?p a stp:Position ; stp:statedUntil ?d
         FILTER(?d > '2026-01-01'^^xsd:date && ?p != actor:clerk) }");
    assert!(
        text.contains(
            "FILTER (?d > \"2026-01-01\"^^xsd:date)\n      values of ?d: 2025-02-20 (1), 2025-03-01 (1)\n      without it: 2 rows"
        ),
        "{text}"
    );
    let text = why("SELECT ?a (COUNT(?p) AS ?n) { ?p stp:actor ?a } GROUP BY ?a HAVING (COUNT(?p) > 5)");
    assert!(
        text.contains(
            "HAVING (COUNT(?p) > 5)\n      values of COUNT(?p): 1 (2), 2 (1)\n      without it: 3 rows"
        ),
        "{text}"
    );
}

#[test]
fn two_sides_without_a_common_value_are_shown() {
    let text = why("SELECT ?x { ?x stp:mode ?m . ?y stp:source ?x }");
    assert!(text.contains("?x here: position:ana-berg"), "{text}");
    assert!(text.contains("?x elsewhere: actor:ana-berg (1), actor:clerk (1)"), "{text}");
}

#[test]
fn two_parts_are_reported_where_one_is_not_enough() {
    let text = why("ASK { ?p stp:actor ?a ; stp:validFrom ?d ; stp:validUntil ?e }");
    assert!(
        text.starts_with("false; there are rows if two parts are left out\n\n  ?p stp:validFrom ?d\n"),
        "{text}"
    );
}

#[test]
fn limits_minus_and_values_keep_rows_away_too() {
    for (text, part) in [
        ("SELECT ?p { ?p a stp:Position } LIMIT 0", "LIMIT 0"),
        ("SELECT ?p { ?p a stp:Position } OFFSET 100", "OFFSET 100"),
        ("SELECT ?p { ?p a stp:Position MINUS { ?p stp:actor ?a } }", "MINUS { … }"),
        ("SELECT ?p { VALUES ?s { stp:Denies } ?p stp:stance ?s }", "the value of ?s"),
        ("CONSTRUCT { ?p a stp:Issue } { ?p a stp:Position FILTER(1 = 2) }", "FILTER (1 = 2)"),
    ] {
        assert!(why(text).contains(&format!("\n  {part}\n")), "{}", why(text));
    }
}

#[test]
fn there_may_be_nothing_to_explain() {
    assert_eq!(why("SELECT ?p { ?p a stp:Position } LIMIT 2"), "nothing to explain: the query has 2 rows\n");
    let query = Query::parse("query", "ASK { ?p a stp:Position }").unwrap();
    let empty = Index::from_triples(ontology::schemes().iter().cloned());
    let why = render(&query.why_empty(&empty, None).unwrap(), &query, None, false, 80);
    assert!(why.starts_with("no rows, because the store is empty"), "{why}");
}
