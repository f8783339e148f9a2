use super::super::{Answer, Query};
use crate::store::index::Index;
use oxrdf::{Literal, NamedNode, Term, Triple};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that `delta` and `ever` go through, and what they give up.
const QUERIES: &[&str] = &[
    "?a <ex:p> ?b . ?b <ex:q> ?c",
    "?a <ex:p> ?b . ?b ?c ?a",
    "?a <ex:p> ?a",
    "?a <ex:p> <ex:b>",
    "?a <ex:p> [ <ex:q> ?b ]",
    "{ ?a <ex:p> ?b } UNION { ?a <ex:q> ?c }",
    "?a <ex:p> ?b OPTIONAL { ?b <ex:q> ?c }",
    "?a <ex:p> ?b OPTIONAL { ?b <ex:q> ?c FILTER (?c > ?a) }",
    "?a <ex:p> ?b OPTIONAL { ?b <ex:q> ?c OPTIONAL { ?c <ex:r> ?d } }",
    "?a <ex:p> ?b OPTIONAL { ?b <ex:q> ?c } OPTIONAL { ?c <ex:r> ?d }",
    "?a <ex:p> ?b OPTIONAL { ?b <ex:q> ?c } FILTER (!BOUND(?c))",
    "?a <ex:p> ?b MINUS { ?c <ex:q> ?b ; <ex:r> ?a }",
    "?a <ex:p> ?b MINUS { ?c <ex:q> ?b ; <ex:r> <ex:a> }",
    "?a <ex:p> ?b MINUS { ?c <ex:q> ?d }",
    "?a <ex:p> ?b MINUS { ?a <ex:q> ?c MINUS { ?c <ex:r> ?a } }",
    "?a <ex:p> ?b FILTER NOT EXISTS { ?b <ex:q> ?c . ?c <ex:r> ?a }",
    "?a <ex:p> ?b FILTER NOT EXISTS { ?b <ex:q> ?c FILTER NOT EXISTS { ?c <ex:r> ?d } }",
    "?a <ex:p> ?b FILTER EXISTS { ?b <ex:q> ?c MINUS { ?c <ex:r> ?c } }",
    "?a <ex:p> ?b FILTER (?b = <ex:a> || !EXISTS { ?b <ex:q>|<ex:r> ?c })",
    "?a <ex:p> ?b FILTER (EXISTS { ?b <ex:q> ?c } = EXISTS { ?a <ex:r> ?d })",
    "?a <ex:p> ?b FILTER NOT EXISTS { ?b <ex:q> ?x { SELECT ?x { ?x <ex:r> ?y } } }",
    "?a <ex:p> ?b BIND (EXISTS { ?b <ex:q> ?c } AS ?d)",
    "?a <ex:p> ?b { SELECT DISTINCT ?b { ?c <ex:q> ?b FILTER NOT EXISTS { ?b <ex:r> ?c } } }",
    "{ SELECT ?b (COUNT(?a) AS ?n) { ?a <ex:p> ?b } GROUP BY ?b HAVING (COUNT(?a) > 1) } ?b <ex:q> ?c",
    "{ SELECT (COUNT(?a) AS ?n) { ?a <ex:p> ?b } } ?c <ex:q> ?d",
    "{ SELECT ?a { ?a <ex:p> ?b } ORDER BY ?a LIMIT 1 } ?a <ex:q> ?c",
    "?a <ex:p>/(<ex:q>|^<ex:r>) ?b",
    "?a <ex:p>|^<ex:q> ?b . ?b <ex:r> ?c",
    "?a <ex:p>+ ?b",
    "?a <ex:p>* ?b . ?b <ex:q> ?c",
    "?a !<ex:p> ?b",
    "VALUES ?b { <ex:a> <ex:b> } ?a <ex:p> ?b OPTIONAL { ?a <ex:q> ?c } BIND (COALESCE(?c, ?b) AS ?d)",
    "?a <ex:p> ?b OPTIONAL { ?c <ex:q> ?d }",
    "OPTIONAL { ?a <ex:p> ?b } ?c <ex:q> ?d",
];

/// The one triple of this text, in a list.
fn triples(ntriples: &str) -> Vec<Triple> {
    crate::model::document::parse(&format!("{ntriples} .\n")).collect::<Result<_, _>>().unwrap()
}

fn node() -> impl Strategy<Value = NamedNode> {
    "[a-c]".prop_map(|name| NamedNode::new_unchecked(format!("ex:{name}")))
}

fn graph() -> impl Strategy<Value = Vec<Triple>> {
    let object = prop_oneof![
        4 => node().prop_map(Term::from),
        1 => (0..2i32).prop_map(|n| Literal::from(n).into()),
    ];
    let predicate = "[p-r]".prop_map(|name| NamedNode::new_unchecked(format!("ex:{name}")));
    let triple = (node(), predicate, object).prop_map(|(s, p, o)| triples(&format!("{s} {p} {o}")).remove(0));
    prop::collection::vec(triple, 0..12)
}

fn rows(answer: Answer) -> BTreeSet<String> {
    let Answer::Rows { rows, .. } = answer else { panic!("a SELECT has rows") };
    rows.into_iter().map(|row| format!("{row:?}")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn no_new_row_is_lost_and_none_is_made_up(
        before in graph(), more in graph(), kept in prop::collection::vec(prop::bool::weighted(0.8), 12),
        some in 0..4usize, query in 0..QUERIES.len(),
    ) {
        let before = set(before);
        let stays = before.values().zip(kept).filter(|(_, kept)| *kept).map(|(triple, _)| triple.clone());
        let after = set(stays.chain(more.into_iter().take(some)).collect());
        // Each in turn, so that every one of them comes with many graphs.
        for text in [QUERIES[query], QUERIES[(query * 7 + 3) % QUERIES.len()]] {
            agrees(&before, &after, text)?;
        }
    }
}

/// Triples, each once, by their text.
type Set = BTreeMap<String, Triple>;

fn set(triples: Vec<Triple>) -> Set {
    triples.into_iter().map(|triple| (triple.to_string(), triple)).collect()
}

/// Whether what is found after a change is rows of the new graph, and all that are new in it.
fn agrees(before: &Set, after: &Set, text: &str) -> Result<(), TestCaseError> {
    let less = |one: &Set, other: &Set| {
        let gone = one.iter().filter(|(text, _)| !other.contains_key(*text));
        gone.map(|(_, triple)| triple.clone()).collect::<Vec<_>>()
    };
    let (added, removed) = (less(after, before), less(before, after));
    let [before, after] = [before, after].map(|graph| Index::from_triples(graph.values().cloned()));
    for select in ["*", "DISTINCT ?a ?b"] {
        let query = Query::parse("query", &format!("SELECT {select} {{ {text} }}")).unwrap();
        let all = rows(query.answer(&after, None).unwrap());
        let old = rows(query.answer(&before, None).unwrap());
        let found = rows(query.answer_after(&after, &added, &removed).unwrap());
        prop_assert!(found.is_subset(&all), "{text}: {:?} are no rows", found.difference(&all));
        for new in all.difference(&old) {
            prop_assert!(found.contains(new), "{text}: {new} is lost");
        }
    }
    Ok(())
}

/// Found by the property above: both sides of a union bring a row in one change.
#[test]
fn both_sides_of_a_union_are_asked() {
    let more = [triples("<ex:a> <ex:q> <ex:a>"), triples("<ex:a> <ex:p> <ex:a>")].concat();
    for text in QUERIES {
        agrees(&set(Vec::new()), &set(more.clone()), text).unwrap();
    }
}

#[test]
fn what_is_not_touched_is_not_asked() {
    let index =
        Index::from_triples([triples("<ex:a> <ex:p> <ex:b>"), triples("<ex:b> <ex:q> <ex:c>")].concat());
    let found = |text: &str, added: &[Triple], removed: &[Triple]| {
        let query = Query::parse("query", &format!("SELECT * {{ {text} }}")).unwrap();
        rows(query.answer_after(&index, added, removed).unwrap()).len()
    };
    let (p, q) = (triples("<ex:a> <ex:p> <ex:b>"), triples("<ex:b> <ex:q> <ex:c>"));
    assert_eq!(found("?a <ex:p> ?b", &q, &[]), 0);
    assert_eq!(found("?a <ex:p> ?b", &p, &[]), 1);
    // What keeps rows away keeps none away by being more.
    let minus = "?a <ex:p> ?b MINUS { ?a <ex:q> ?c }";
    assert_eq!(found(minus, &triples("<ex:a> <ex:q> <ex:d>"), &[]), 0);
    assert_eq!(found(minus, &[], &triples("<ex:a> <ex:q> <ex:d>")), 1);
    assert_eq!(found(minus, &[], &triples("<ex:z> <ex:q> <ex:d>")), 0);
}
