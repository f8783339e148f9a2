//! Random graphs compared with random shapes: nothing crashes, and logic holds.

use oxrdf::{BlankNode, Literal, NamedNode, NamedOrBlankNode, Term, Triple};
use proptest::prelude::*;
use standpoint::audit::check::shacl::{Outcome, Shapes, validate, validate_after, validate_each};
use standpoint::model::vocab::{rdf, rdfs, xsd};
use standpoint::store::index::Index;
use std::collections::{BTreeMap, BTreeSet};

fn node() -> impl Strategy<Value = NamedNode> {
    "[a-d]".prop_map(|name| NamedNode::new_unchecked(format!("http://example.org/{name}")))
}

fn predicate() -> impl Strategy<Value = NamedNode> {
    prop_oneof![
        6 => "[p-r]".prop_map(|name| NamedNode::new_unchecked(format!("http://example.org/{name}"))),
        2 => Just(rdf::TYPE.into_owned()),
        1 => Just(rdfs::SUB_CLASS_OF.into_owned()),
    ]
}

fn object() -> impl Strategy<Value = Term> {
    prop_oneof![
        4 => node().prop_map(Term::from),
        1 => (-2_i64..3).prop_map(|number| Literal::from(number).into()),
        1 => "[xy]{0,2}".prop_map(|text| Literal::new_simple_literal(text).into()),
        1 => ("[xy]", "en|de").prop_map(|(text, language)|
            Literal::new_language_tagged_literal_unchecked(text, language).into()),
        1 => "2025-0[12]-[03]1Z?".prop_map(|day| Literal::new_typed_literal(day, xsd::DATE).into()),
        1 => "0?1(\\.0)?".prop_map(|number| Literal::new_typed_literal(number, xsd::DECIMAL).into()),
        1 => "0?1|-0|x".prop_map(|number| Literal::new_typed_literal(number, xsd::INTEGER).into()),
    ]
}

fn graph() -> impl Strategy<Value = Vec<Triple>> {
    let triple = (node(), predicate(), object()).prop_map(|(s, p, o)| Triple {
        subject: NamedOrBlankNode::from(s),
        predicate: p,
        object: o,
    });
    prop::collection::vec(triple, 0..24)
}

/// With blank nodes.
fn mixed_graph() -> impl Strategy<Value = Vec<Triple>> {
    let blank = || "[ab]".prop_map(BlankNode::new_unchecked);
    let subject =
        prop_oneof![blank().prop_map(NamedOrBlankNode::from), node().prop_map(NamedOrBlankNode::from)];
    let object = prop_oneof![blank().prop_map(Term::from), object()];
    let blanks = prop::collection::vec((subject, predicate(), object), 0..6);
    (graph(), blanks).prop_map(|(mut graph, blanks)| {
        graph.extend(blanks.into_iter().map(|(s, p, o)| Triple::new(s, p, o)));
        graph
    })
}

fn path() -> impl Strategy<Value = String> {
    let step = prop_oneof![4 => "ex:[p-r]".boxed(), 1 => Just("rdf:type".to_owned()).boxed()];
    step.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|p| format!("[ sh:inversePath {p} ]")),
            inner.clone().prop_map(|p| format!("[ sh:zeroOrMorePath {p} ]")),
            inner.clone().prop_map(|p| format!("[ sh:oneOrMorePath {p} ]")),
            inner.clone().prop_map(|p| format!("[ sh:zeroOrOnePath {p} ]")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("( {a} {b} )")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("[ sh:alternativePath ( {a} {b} ) ]")),
        ]
    })
}

/// What a shape says of each value: something between the brackets.
fn about_values() -> impl Strategy<Value = String> {
    prop_oneof![
        "sh:class ex:[a-d]",
        "sh:nodeKind sh:(IRI|Literal|BlankNodeOrLiteral)",
        "sh:datatype (xsd:(integer|string|date|decimal|boolean)|rdf:langString)",
        "sh:(min|max)(In|Ex)clusive (-1|0|1|0\\.5|\"x\"|\"2025-01-31\"\\^\\^xsd:date)",
        "sh:(min|max)Length [0-3]",
        "sh:pattern \"[xy1]\"",
        "sh:languageIn \\( \"en\" \\)",
        "sh:in \\( ex:a ex:b 1 \"x\" \\)",
        "sh:hasValue (ex:a|1|\"x\")",
        "sh:(equals|disjoint) ex:[p-r]",
        "sh:closed true",
    ]
}

/// The inside of a shape, with or without a path.
fn shape() -> impl Strategy<Value = String> {
    let counts = prop_oneof![
        "sh:(min|max)Count [0-2]",
        "sh:uniqueLang true",
        "sh:lessThan(OrEquals)? ex:[p-r]",
        about_values(),
    ];
    let leaf = prop_oneof![
        about_values(),
        (path(), counts).prop_map(|(path, what)| format!("sh:property [ sh:path {path} ; {what} ]")),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let several = prop::collection::vec(inner.clone(), 0..3)
            .prop_map(|shapes| shapes.iter().map(|shape| format!("[ {shape} ] ")).collect::<String>());
        prop_oneof![
            inner.clone().prop_map(|shape| format!("sh:not [ {shape} ]")),
            inner.clone().prop_map(|shape| format!("sh:node [ {shape} ]")),
            ("sh:(and|or|xone)", several).prop_map(|(word, shapes)| format!("{word} ( {shapes})")),
            (path(), inner.clone()).prop_map(|(path, shape)| format!("sh:property [ sh:path {path} ; {shape} ]")),
            (path(), inner.clone(), 0..3).prop_map(|(path, shape, count)| format!(
                "sh:property [ sh:path {path} ; sh:qualifiedValueShape [ {shape} ] ; sh:qualifiedMinCount {count} ]"
            )),
            (inner.clone(), inner).prop_map(|(one, other)| format!("sh:node [ {one} ], [ {other} ]")),
        ]
    })
}

fn shapes(shape: &str) -> Shapes {
    let turtle = format!(
        "@prefix ex: <http://example.org/> . @prefix rdf: <{}> . @prefix xsd: <{}> .
         @prefix sh: <http://www.w3.org/ns/shacl#> .
         ex:Shape sh:targetNode ex:a, ex:b, ex:c ; sh:targetSubjectsOf ex:p ; sh:targetObjectsOf ex:q ; {shape} .",
        rdf::NAMESPACE,
        xsd::NAMESPACE
    );
    Shapes::parse(&turtle).unwrap_or_else(|error| panic!("{error}\n{turtle}"))
}

fn found(graph: &[Triple], shape: &str) -> Vec<Outcome> {
    validate(&Index::from_triples(graph.iter().cloned()), &shapes(shape), None)
}

/// The focus nodes that break a shape.
fn broken(graph: &[Triple], shape: &str) -> BTreeSet<String> {
    found(graph, shape).iter().map(|outcome| outcome.focus.to_string()).collect()
}

/// Those that do, whatever node a finding is about: as a shape that is referred to.
fn refused(graph: &[Triple], shape: &str) -> BTreeSet<String> {
    broken(graph, &format!("sh:node [ {shape} ]"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn logic_holds(graph in graph(), one in shape(), other in shape()) {
        let all = refused(&graph, "sh:nodeKind sh:BlankNode");
        let (a, b) = (refused(&graph, &one), refused(&graph, &other));
        let not = |set: &BTreeSet<String>| all.difference(set).cloned().collect::<BTreeSet<_>>();
        let both: BTreeSet<_> = a.intersection(&b).cloned().collect();
        let either: BTreeSet<_> = a.union(&b).cloned().collect();

        prop_assert_eq!(&broken(&graph, &format!("sh:not [ {one} ]")), &not(&a));
        prop_assert_eq!(&broken(&graph, &format!("sh:not [ sh:not [ {one} ] ]")), &a);
        prop_assert_eq!(&broken(&graph, &format!("sh:and ( [ {one} ] [ {other} ] )")), &either);
        prop_assert_eq!(&broken(&graph, &format!("sh:node [ {one} ], [ {other} ]")), &either);
        prop_assert_eq!(&broken(&graph, &format!("sh:or ( [ {one} ] [ {other} ] )")), &both);
        prop_assert_eq!(
            &broken(&graph, &format!("sh:not [ sh:and ( [ sh:not [ {one} ] ] [ sh:not [ {other} ] ] ) ]")),
            &both
        );
        // Exactly one: refused where both refuse, and where neither does.
        let mut neither = not(&either);
        neither.extend(both.iter().cloned());
        prop_assert_eq!(&broken(&graph, &format!("sh:xone ( [ {one} ] [ {other} ] )")), &neither);
        prop_assert!(broken(&graph, "sh:and ()").is_empty());
        prop_assert_eq!(&broken(&graph, "sh:or ()"), &all);
    }

    #[test]
    fn a_sweep_passes_over_nothing(graph in mixed_graph(), one in shape(), other in shape()) {
        let index = Index::from_triples(graph);
        for shape in [format!("{one} ; sh:node [ {other} ]"), format!("sh:not [ {one} ] ; {other}")] {
            let shapes = shapes(&shape);
            prop_assert_eq!(validate(&index, &shapes, None), validate_each(&index, &shapes));
        }
    }

    #[test]
    fn what_a_change_brings_about_is_found(
        before in mixed_graph(), more in prop::collection::vec(mixed_graph(), 0..2),
        kept in prop::collection::vec(prop::bool::weighted(0.85), 32),
        one in shape(), other in shape(),
    ) {
        let shapes = shapes(&format!("{one} ; sh:node [ {other} ] ; sh:not [ sh:not [ {one} ] ]"));
        let set = |triples: Vec<Triple>| {
            triples.into_iter().map(|triple| (triple.to_string(), triple)).collect::<BTreeMap<_, _>>()
        };
        let before = set(before);
        let stays = before.values().zip(&kept).filter(|(_, kept)| **kept).map(|(triple, _)| triple.clone());
        let after = set(stays.chain(more.concat().into_iter().take(3)).collect());
        let less = |one: &BTreeMap<String, Triple>, other: &BTreeMap<String, Triple>| {
            one.iter().filter(|(text, _)| !other.contains_key(*text)).map(|(_, t)| t.clone()).collect::<Vec<_>>()
        };
        let (added, removed) = (less(&after, &before), less(&before, &after));
        let [before, after] = [before, after].map(|graph| Index::from_triples(graph.into_values()));
        let key = |outcome: &Outcome| format!(
            "{:?}",
            (&outcome.focus, &outcome.path, &outcome.value, &outcome.component, &outcome.source, &outcome.shape)
        );
        let keys = |outcomes: &[Outcome]| outcomes.iter().map(key).collect::<BTreeSet<_>>();
        let (old, all) = (keys(&validate(&before, &shapes, None)), validate(&after, &shapes, None));
        let found = validate_after(&after, &shapes, &added, &removed);
        for outcome in &found {
            prop_assert!(all.contains(outcome), "{outcome:?} is no fault");
        }
        let found = keys(&found);
        for new in keys(&all).difference(&old) {
            prop_assert!(found.contains(new), "{new} is not found");
        }
    }

    #[test]
    fn the_order_of_triples_is_nothing(graph in graph(), one in shape()) {
        let forward = found(&graph, &one);
        let mut reversed = graph.clone();
        reversed.reverse();
        prop_assert_eq!(&found(&reversed, &one), &forward);
        for outcome in &forward {
            prop_assert!(!outcome.explanation.is_empty() && !outcome.explanation.contains('\n'));
        }
    }
}
