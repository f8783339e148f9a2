use super::super::terms::Stopped;
use super::*;
use crate::base::allowance::Allowance;
use crate::query::evaluator::{Prepared, prepared};
use crate::store::index::Index;
use crate::store::index::read::dataset::SnapshotDataset;
use oxigraph::sparql::CancellationToken;
use oxrdf::{Literal, NamedNode, Term, Triple, TripleRef};
use proptest::prelude::*;
use proptest::sample::select;
use spareval::QueryResults;
use spargebra::{Query, SparqlParser};
use std::cell::Cell;
use std::sync::Arc;

const ROOM: usize = 1 << 28;

fn iri(name: &str) -> NamedNode {
    NamedNode::new(format!("http://e/{name}")).unwrap()
}

/// A graph in a line a triple: `a p b` of local names, numbers as they are.
fn graph(text: &str) -> Vec<Triple> {
    let term = |word: &str| match word.as_bytes()[0] {
        b'0'..=b'9' | b'-' => Literal::from(word.parse::<i64>().unwrap()).into(),
        b'"' => Literal::new_simple_literal(word.trim_matches('"')).into(),
        _ => Term::from(iri(word)),
    };
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let (s, p, o) = (iri(words[0]), iri(words[1]), term(words[2]));
            TripleRef::new(&s, &p, &o).into_owned()
        })
        .collect()
}

fn parse(text: &str) -> Option<Query> {
    SparqlParser::new().with_prefix("", "http://e/").unwrap().parse_query(text).ok()
}

type Line = Vec<Option<Term>>;

fn lines(rows: &Rows, terms: &ExecContext<'_>) -> Vec<Line> {
    let cell = |column: &Vec<crate::store::index::read::id::Id>, row: usize| terms.term(column[row]).unwrap();
    (0..rows.len).map(|row| rows.columns.iter().map(|column| cell(column, row)).collect()).collect()
}

/// The rows of a plan, sorted; none if there is none.
fn planned(query: &Query, triples: &[Triple]) -> Option<Vec<Line>> {
    let Query::Select { pattern, .. } = query else { panic!("a SELECT") };
    let snapshot = Index::from_triples(triples.iter().cloned()).snapshot().clone();
    let token = CancellationToken::new();
    let terms = ExecContext::new(&snapshot, &token, Arc::new(Allowance::new(ROOM)));
    let plan = Plan::of(pattern, &snapshot).unwrap()?;
    let (rows, trace) = plan.traced(&terms).unwrap();
    assert_eq!(trace.rows, rows.len);
    let rest = ROOM - terms.made_up_bytes();
    terms.reserve(rest).expect("all memory is given back");
    terms.release(rest);
    let mut lines = lines(&rows, &terms);
    lines.sort_by_cached_key(|line| format!("{line:?}"));
    Some(lines)
}

/// The rows of the evaluator, sorted.
fn evaluated(query: &Query, triples: &[Triple]) -> Vec<Line> {
    let snapshot = Index::from_triples(triples.to_vec()).snapshot().clone();
    let allowance = Arc::new(Allowance::new(ROOM));
    let dataset = SnapshotDataset::new(&snapshot, &allowance);
    let Prepared { query, evaluator, .. } = prepared(query.clone(), &allowance);
    let prepared = evaluator.for_query(query).on_queryable_dataset(&dataset);
    let QueryResults::Solutions(solutions) = prepared.execute().unwrap() else { panic!("a SELECT") };
    let variables = solutions.variables().to_vec();
    let mut lines: Vec<Line> = solutions
        .map(|solution| {
            let solution = solution.unwrap();
            variables.iter().map(|variable| solution.get(variable).cloned()).collect()
        })
        .collect();
    lines.sort_by_cached_key(|line| format!("{line:?}"));
    lines
}

fn node() -> impl Strategy<Value = String> {
    select(vec!["a", "b", "c", "d"]).prop_map(str::to_owned)
}

fn triples() -> impl Strategy<Value = Vec<Triple>> {
    let object = prop_oneof![3 => node(), 1 => select(vec!["1", "2", "3"]).prop_map(str::to_owned)];
    let line = (node(), select(vec!["p", "q", "r"]), object);
    prop::collection::vec(line.prop_map(|(s, p, o)| format!("{s} {p} {o}")), 0..26)
        .prop_map(|lines| graph(&lines.join("\n")))
}

fn variable() -> impl Strategy<Value = String> {
    select(vec!["?v", "?w", "?x", "?y", "?z"]).prop_map(str::to_owned)
}

fn predicate() -> impl Strategy<Value = String> {
    prop_oneof![8 => select(vec![":p", ":q", ":r"]).prop_map(str::to_owned), 1 => Just(":none".to_owned())]
}

fn subject() -> impl Strategy<Value = String> {
    prop_oneof![5 => variable(), 1 => node().prop_map(|name| format!(":{name}")), 1 => Just("_:k".to_owned())]
}

fn object() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => variable(),
        1 => node().prop_map(|name| format!(":{name}")),
        1 => select(vec!["1", "2", "99", ":none"]).prop_map(str::to_owned),
    ]
}

fn path() -> impl Strategy<Value = String> {
    predicate().prop_recursive(3, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}/{b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}|{b})")),
            inner.clone().prop_map(|a| format!("({a})*")),
            inner.clone().prop_map(|a| format!("({a})+")),
            inner.clone().prop_map(|a| format!("({a})?")),
            inner.prop_map(|a| format!("(^{a})")),
            Just("!:p".to_owned()),
            Just("!(:p|^:q)".to_owned()),
        ]
    })
}

fn pattern() -> impl Strategy<Value = String> {
    let by = prop_oneof![6 => predicate(), 1 => variable()];
    let one = (subject(), by, object()).prop_map(|(s, p, o)| format!("{s} {p} {o} . "));
    let through = (subject(), path(), object()).prop_map(|(s, p, o)| format!("{s} {p} {o} . "));
    prop_oneof![5 => one, 1 => through]
}

fn condition() -> impl Strategy<Value = String> {
    let comparison = (variable(), select(vec!["=", "!=", "<", ">="]), object());
    prop_oneof![
        4 => comparison.prop_map(|(a, by, b)| format!("{a} {by} {b}")),
        2 => variable().prop_map(|a| format!("BOUND({a})")),
        1 => variable().prop_map(|a| format!("{a} IN (:a, :b)")),
        1 => (variable(), variable()).prop_map(|(a, b)| format!("!BOUND({a}) || {b} > 1")),
        1 => (variable(), variable()).prop_map(|(a, b)| format!("{a} = :b && {b} != :c")),
    ]
}

fn inline() -> impl Strategy<Value = String> {
    let cell = || prop_oneof![3 => node().prop_map(|n| format!(":{n}")), 1 => Just("UNDEF".to_owned()), 1 => Just("2".to_owned())];
    let row = (cell(), cell()).prop_map(|(a, b)| format!("({a} {b})"));
    (select(vec!["?v ?w", "?x ?y", "?w ?z"]), prop::collection::vec(row, 0..4))
        .prop_map(|(names, rows)| format!("VALUES ({names}) {{ {} }} ", rows.join(" ")))
}

/// What stands between braces.
fn group() -> impl Strategy<Value = String> {
    let several = || prop::collection::vec(pattern(), 1..4).prop_map(|all| all.concat());
    several().prop_recursive(3, 24, 4, move |inner| {
        let part = prop_oneof![
            6 => pattern(),
            3 => inner.clone().prop_map(|group| format!("OPTIONAL {{ {group} }} ")),
            2 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{{ {a} }} UNION {{ {b} }} ")),
            2 => inner.clone().prop_map(|group| format!("MINUS {{ {group} }} ")),
            2 => condition().prop_map(|condition| format!("FILTER ({condition}) ")),
            1 => several().prop_map(|group| format!("FILTER EXISTS {{ {group} }} ")),
            1 => several().prop_map(|group| format!("FILTER NOT EXISTS {{ {group} }} ")),
            1 => (several(), condition())
                .prop_map(|(group, condition)| format!("FILTER NOT EXISTS {{ {group} FILTER ({condition}) }} ")),
            1 => inline(),
            1 => (variable(), variable()).prop_map(|(a, b)| format!("BIND ({a} AS {b}) ")),
            1 => inner.clone().prop_map(|group| format!("{{ SELECT DISTINCT ?v ?w {{ {group} }} }} ")),
            1 => inner.clone().prop_map(|group| format!("{{ SELECT ?v (MAX(?w) AS ?x) {{ {group} }} GROUP BY ?v }} ")),
            1 => inner.prop_map(|group| format!("{{ {group} }} ")),
        ];
        prop::collection::vec(part, 1..5).prop_map(|parts| parts.concat())
    })
}

fn query() -> impl Strategy<Value = String> {
    let head = select(vec![
        ("SELECT ?v ?w ?x ?y ?z", ""),
        ("SELECT ?v ?w", ""),
        ("SELECT ?x", ""),
        ("SELECT DISTINCT ?v ?w", ""),
        ("SELECT DISTINCT ?z", ""),
        ("SELECT ?v (COUNT(*) AS ?n)", "GROUP BY ?v"),
        ("SELECT (COUNT(?w) AS ?n) (COUNT(DISTINCT ?x) AS ?m)", ""),
        ("SELECT ?v (MIN(?w) AS ?n) (MAX(?x) AS ?m)", "GROUP BY ?v HAVING (COUNT(?y) > 0)"),
        ("SELECT ?v (COUNT(DISTINCT ?w) AS ?n)", "GROUP BY ?v"),
    ]);
    (head, group()).prop_map(|((head, tail), group)| format!("{head} {{ {group} }} {tail}"))
}

thread_local! {
    static TRIED: Cell<u32> = const { Cell::new(0) };
    static PLANNED: Cell<u32> = const { Cell::new(0) };
    /// Answers with rows.
    static SOME: Cell<u32> = const { Cell::new(0) };
}

/// Plans answer what the evaluator answers; and there is one for most of these queries.
#[test]
fn plans_answer_what_the_evaluator_answers() {
    let cases = ProptestConfig::default().cases.max(1500);
    proptest!(ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() },
        |(triples in triples(), text in query())| {
        if let Some(query) = parse(&text) {
            TRIED.set(TRIED.get() + 1);
            if let Some(lines) = planned(&query, &triples) {
                PLANNED.set(PLANNED.get() + 1);
                SOME.set(SOME.get() + u32::from(!lines.is_empty()));
                prop_assert_eq!(lines, evaluated(&query, &triples), "{}", text);
            }
        }
    });
    let (tried, planned, some) = (TRIED.get(), PLANNED.get(), SOME.get());
    assert!(planned * 3 > tried * 2, "{planned} of {tried} queries have a plan");
    assert!(some * 3 > planned, "{some} of {planned} have an answer");
}

const POSITIONS: &str = "
    p1 type Position\n p1 issue i1\n p1 actor a1\n p1 value 2\n p1 until 20\n p1 quote \"x\"\n p1 quote \"y\"
    p2 type Position\n p2 issue i1\n p2 actor a2\n p2 value -1\n p2 until 10
    p3 type Position\n p3 issue i2\n p3 actor a1\n p3 value 3\n p3 until 30
    p4 type Position\n p4 issue i1\n p4 actor a1\n p4 value -2\n p4 until 25
    p5 type Position\n p5 issue i3\n p5 actor a3
    i2 broader i1\n i3 broader i2\n i1 opposite i3\n i3 opposite i1
    a1 sector s1\n a2 sector s2\n a3 sector s1";

/// How many rows there are, by the plan and by the evaluator.
fn rows(text: &str) -> usize {
    let (query, triples) = (parse(text).expect("it is SPARQL"), graph(POSITIONS));
    let lines = planned(&query, &triples).unwrap_or_else(|| panic!("{text} has no plan"));
    assert_eq!(lines, evaluated(&query, &triples), "{text}");
    lines.len()
}

#[test]
fn positions_are_joined_with_what_they_are_about() {
    assert_eq!(rows("SELECT ?i (AVG(?v) AS ?mean) { ?p a ?t ; :issue ?i ; :value ?v } GROUP BY ?i"), 0);
    assert_eq!(
        rows("SELECT ?i (AVG(?v) AS ?m) { ?p :type :Position ; :issue ?i ; :value ?v } GROUP BY ?i"),
        2
    );
    assert_eq!(rows("SELECT ?s (COUNT(*) AS ?n) { ?p :actor ?a . ?a :sector ?s } GROUP BY ?s"), 2);
    assert_eq!(rows("SELECT ?p { VALUES ?i { :i1 :i2 :none } ?p :issue ?i ; :value ?v FILTER (?v > 0) }"), 2);
    let rivals = "?p :issue ?i ; :actor ?a ; :value ?v . ?q :issue ?i ; :actor ?b ; :value ?w";
    assert_eq!(rows(&format!("SELECT ?a ?b {{ {rivals} FILTER (?v > 0 && ?w < 0) }}")), 2);
    assert_eq!(rows("SELECT ?p ?x { ?p ?x ?o . ?p :issue :i3 }"), 3);
}

#[test]
fn a_column_that_nobody_asks_for_still_counts() {
    assert_eq!(rows("SELECT ?a { ?p :quote ?q ; :actor ?a }"), 2);
    assert_eq!(rows("SELECT DISTINCT ?a { ?p :quote ?q ; :actor ?a }"), 1);
    assert_eq!(rows("SELECT ?a { ?p :actor ?a OPTIONAL { ?p :quote ?q } }"), 6);
    assert_eq!(rows("SELECT ?a (COUNT(*) AS ?n) { ?p :actor ?a OPTIONAL { ?p :quote ?q } } GROUP BY ?a"), 3);
    assert_eq!(rows("SELECT ?a (MAX(?p) AS ?n) { ?p :actor ?a OPTIONAL { ?p :quote ?q } } GROUP BY ?a"), 3);
}

#[test]
fn the_latest_stance_is_joined_back() {
    let latest =
        "{ SELECT ?a ?i (MAX(?d) AS ?last) { ?x :actor ?a ; :issue ?i ; :until ?d } GROUP BY ?a ?i }";
    assert_eq!(
        rows(&format!("SELECT ?a ?i ?v {{ {latest} ?p :actor ?a ; :issue ?i ; :until ?last ; :value ?v }}")),
        3
    );
    assert_eq!(
        rows(&format!(
            "SELECT ?a {{ VALUES ?i {{ :i1 }} {latest} ?p :issue ?i ; :actor ?a ; :until ?last }}"
        )),
        2
    );
}

#[test]
fn what_is_left_out_is_left_out() {
    assert_eq!(rows("SELECT ?p { ?p :issue ?i FILTER NOT EXISTS { ?p :until ?d } }"), 1);
    assert_eq!(
        rows("SELECT ?p { ?p :issue ?i FILTER EXISTS { ?p :value ?v . ?p :quote ?q FILTER (?v > 1) } }"),
        1
    );
    assert_eq!(rows("SELECT ?p { ?p :issue ?i MINUS { ?p :until ?d } }"), 1);
    assert_eq!(rows("SELECT ?p { ?p :issue ?i MINUS { ?x :until ?d } }"), 5);
    assert_eq!(rows("SELECT ?p { ?p :issue ?i OPTIONAL { ?p :value ?v } MINUS { ?x :value ?v } }"), 1);
}

#[test]
fn paths_of_any_length_are_walked() {
    assert_eq!(rows("SELECT ?p { ?p :issue/:broader* :i1 }"), 5);
    assert_eq!(rows("SELECT ?i ?b { ?i :broader+ ?b }"), 3);
    assert_eq!(rows("SELECT ?i { ?i :broader? ?i }"), 24);
    assert_eq!(rows("SELECT ?x { :i1 (:opposite|^:opposite|^:broader) ?x }"), 3);
    assert_eq!(rows("SELECT ?x { VALUES ?n { :i1 :none } ?n :broader* ?x }"), 1);
}

#[test]
fn the_first_in_order_are_taken() {
    assert_eq!(rows("SELECT ?p ?d { ?p :until ?d } ORDER BY DESC(?d) ?p LIMIT 2"), 2);
    assert_eq!(rows("SELECT ?p ?d { ?p :until ?d } ORDER BY ?d OFFSET 3"), 1);
}

/// Large enough that keys are found in all the ways there are: numbers far apart are hashed, those of
/// nodes are in a table, rows in order are merged.
#[test]
fn many_rows_are_joined_as_few_are() {
    let mut state = 1u32;
    let mut random = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    let mut lines = Vec::new();
    for node in 0..150 {
        lines.push(format!(
            "n{node} type Node\nn{node} one n{}\nn{node} far {}",
            random(150),
            node * 800_000
        ));
        for _ in 0..random(6) {
            lines.push(format!("n{node} p n{}\nn{node} q n{}", random(150), random(150)));
            lines.push(format!("n{node} r {}", random(40) * 3_000_000));
        }
    }
    let triples = graph(&lines.join("\n"));
    for text in [
        "SELECT * { ?a :p ?b . ?b :q ?c . ?c :p ?d }",
        "SELECT ?a { ?a :p ?b . ?b :q ?c . ?c :type :Node }",
        "SELECT * { ?a :type :Node ; :one ?b ; :far ?n . ?b :far ?m }",
        "SELECT ?a { ?a :type :Node ; :one ?b ; :far ?n }",
        "SELECT * { ?a :r ?n . ?b :r ?n . ?b :one ?a }",
        "SELECT * { ?a :p ?b ; :r ?n OPTIONAL { ?b :r ?n } OPTIONAL { ?b :q ?c } OPTIONAL { ?x :far ?n } }",
        "SELECT * { ?a :p ?b OPTIONAL { ?b :r ?n FILTER (?n > 30000000) } OPTIONAL { ?c :q ?a ; :r ?n } }",
        "SELECT * { ?a :q ?b FILTER NOT EXISTS { ?b :p ?a } FILTER EXISTS { ?b :q ?c . ?c :r ?n } }",
        "SELECT * { ?a :q ?b MINUS { ?b :r ?n } }",
        "SELECT ?a ?last { { SELECT ?a (MAX(?n) AS ?last) { ?a :r ?n } GROUP BY ?a } ?b :r ?last ; :p ?a }",
        "SELECT (COUNT(*) AS ?n) { ?a :one+ ?b }",
        "SELECT ?b { ?a :p ?b . ?b :one/:q* ?c } ORDER BY ?b LIMIT 7",
    ] {
        let query = parse(text).expect("it is SPARQL");
        let lines = planned(&query, &triples).unwrap_or_else(|| panic!("{text} has no plan"));
        assert!(!lines.is_empty() && lines == evaluated(&query, &triples), "{text}");
    }
}

#[test]
fn some_is_left_to_the_evaluator() {
    let snapshot = Index::from_triples(graph(POSITIONS)).snapshot().clone();
    for text in [
        "SELECT ?p { GRAPH ?g { ?p :issue ?i } }",
        "SELECT ?p { ?p :issue ?i FILTER (RAND() < 0.5) }",
        "SELECT ?p { ?p :issue ?i FILTER NOT EXISTS { ?q :value ?v OPTIONAL { ?q :until ?d } } }",
        "SELECT ?p { ?p :issue ?i ; :until ?t FILTER NOT EXISTS { ?q :until ?d FILTER (?d > ?t) } }",
        "SELECT (COUNT(DISTINCT *) AS ?n) { ?p :issue ?i }",
    ] {
        let Some(Query::Select { pattern, .. }) = parse(text) else { panic!("{text} is SPARQL") };
        assert!(Plan::of(&pattern, &snapshot).unwrap().is_none(), "{text}");
    }
}

/// So many triples of each of two predicates.
fn two_tables(n: usize) -> Arc<Snapshot> {
    let lines: Vec<String> = (0..n).map(|at| format!("x{at} p y{at}\nz{at} q y{at}")).collect();
    Index::from_triples(graph(&lines.join("\n"))).snapshot().clone()
}

#[test]
fn the_first_of_many_in_no_order_are_not_gathered() {
    let plan = |text: &str, n: usize| {
        let Some(Query::Select { pattern, .. }) = parse(text) else { panic!("{text} is SPARQL") };
        Plan::of(&pattern, &two_tables(n)).unwrap().is_some()
    };
    let many = "SELECT ?a ?b { ?a :p ?y . ?b :q ?z }";
    assert!(!plan(&format!("{many} LIMIT 10"), 300));
    assert!(plan(&format!("{many} LIMIT 10"), 20));
    assert!(plan(&format!("{many} ORDER BY ?a LIMIT 10"), 300));
    assert!(!plan(&format!("SELECT ?a {{ {{ {many} LIMIT 10 }} ?a :p ?c }}"), 300));
    assert!(plan("SELECT (COUNT(*) AS ?n) { ?a :p ?y . ?b :q ?z } LIMIT 10", 300));
}

#[test]
fn a_result_that_explodes_or_is_not_wanted_any_more_is_given_up() {
    let snapshot = two_tables(300);
    let token = CancellationToken::new();
    for text in ["SELECT ?a ?b { ?a :p ?y . ?b :q ?z }", "SELECT ?a ?b { { ?a :p ?y } { ?b ?r ?z } }"] {
        let Some(Query::Select { pattern, .. }) = parse(text) else { panic!("{text} is SPARQL") };
        let plan = Plan::of(&pattern, &snapshot).unwrap().expect("it has a plan");
        let terms = ExecContext::new(&snapshot, &token, Arc::new(Allowance::new(100_000)));
        assert!(matches!(plan.run(&terms), Err(Stopped::Memory(_))), "{text}");
        terms.reserve(100_000).expect("all memory is given back");
        let token = CancellationToken::new();
        token.cancel();
        let terms = ExecContext::new(&snapshot, &token, Arc::new(Allowance::new(ROOM)));
        assert!(matches!(plan.run(&terms), Err(Stopped::Cancelled)), "{text}");
    }
}

#[test]
fn joins_begin_with_the_fewest_rows() {
    let query = parse("SELECT ?v { ?p :type :Position ; :value ?v ; :issue :i2 OPTIONAL { ?p :quote ?q } }");
    let Some(Query::Select { pattern, .. }) = query else { panic!("a SELECT") };
    let snapshot = Index::from_triples(graph(POSITIONS)).snapshot().clone();
    let token = CancellationToken::new();
    let terms = ExecContext::new(&snapshot, &token, Arc::new(Allowance::new(ROOM)));
    let plan = Plan::of(&pattern, &snapshot).unwrap().expect("it has a plan");
    let (_, trace) = plan.traced(&terms).unwrap();
    let step = |trace: &Trace| (trace.what.replace("http://e/", ""), trace.rows);
    let steps: Vec<_> = trace.children.iter().map(step).collect();
    assert_eq!(steps[0], ("?p <issue> <i2>".to_owned(), 1));
    assert_eq!(steps.iter().map(|(_, rows)| *rows).max(), Some(1), "{steps:?}");
    assert!(plan.estimated() <= 2.0);
}
