use super::*;
use oxigraph::sparql::CancellationToken;
use oxrdf::{Dataset, Literal, NamedNode, Term, Triple};
use proptest::prelude::*;
use proptest::sample::select;
use spareval::{QueryEvaluator, QueryResults};
use spargebra::{Query, SparqlParser};
use std::cell::Cell;

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
            Triple::new(iri(words[0]), iri(words[1]), term(words[2]))
        })
        .collect()
}

fn parse(text: &str) -> Option<Query> {
    SparqlParser::new().with_prefix("", "http://e/").unwrap().parse_query(text).ok()
}

type Line = Vec<Option<Term>>;

fn lines(rows: &Rows, terms: &Terms<'_>) -> Vec<Line> {
    let cell = |column: &Vec<crate::index::id::Id>, row: usize| terms.term(column[row]).unwrap();
    (0..rows.len).map(|row| rows.columns.iter().map(|column| cell(column, row)).collect()).collect()
}

/// The rows of a plan, sorted; none if there is none.
fn planned(query: &Query, triples: &[Triple]) -> Option<Vec<Line>> {
    let Query::Select { pattern, .. } = query else { panic!("a SELECT") };
    let snapshot = Snapshot::of_triples(triples.iter().cloned());
    let token = CancellationToken::new();
    let terms = Terms::new(&snapshot, &token, ROOM);
    let plan = Plan::of(pattern, &snapshot).unwrap()?;
    let (rows, trace) = plan.traced(&terms).unwrap();
    assert!(trace.is_none_or(|trace| trace.seconds >= 0.0));
    terms.reserve(ROOM).expect("all memory is given back");
    terms.release(ROOM);
    let mut lines = lines(&rows, &terms);
    lines.sort_by_cached_key(|line| format!("{line:?}"));
    Some(lines)
}

/// The rows of the evaluator, sorted.
fn evaluated(query: &Query, triples: &[Triple]) -> Vec<Line> {
    let mut dataset = Dataset::new();
    for triple in triples {
        dataset.insert(triple.as_ref().in_graph(oxrdf::GraphNameRef::DefaultGraph));
    }
    let QueryResults::Solutions(solutions) =
        QueryEvaluator::new().prepare(query).execute(&dataset).unwrap()
    else {
        panic!("a SELECT")
    };
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
    prop::collection::vec(line.prop_map(|(s, p, o)| format!("{s} {p} {o}")), 0..14)
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
            2 => inline(),
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
}

/// Plans answer what the evaluator answers; and there is one for most of these queries.
#[test]
fn plans_answer_what_the_evaluator_answers() {
    let cases = std::env::var("PLANS").ok().and_then(|n| n.parse().ok()).unwrap_or(1500);
    proptest!(ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() },
        |(triples in triples(), text in query())| {
        if let Some(query) = parse(&text) {
            TRIED.set(TRIED.get() + 1);
            if let Some(lines) = planned(&query, &triples) {
                PLANNED.set(PLANNED.get() + 1);
                prop_assert_eq!(lines, evaluated(&query, &triples), "{}", text);
            }
        }
    });
    let (tried, planned) = (TRIED.get(), PLANNED.get());
    assert!(planned * 2 > tried, "{planned} of {tried} queries have a plan");
}
