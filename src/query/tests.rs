use super::*;
use crate::base::error::Helpful;
use crate::export::Format;
use oxigraph::io::{RdfFormat, RdfParser};
use oxrdf::{Literal, NamedNode};

fn index() -> Index {
    let turtle = include_str!("../../tests/query/mill.ttl");
    Index::from_triples(
        RdfParser::from_format(RdfFormat::Turtle).for_slice(turtle).map(|quad| quad.unwrap().into()),
    )
}

fn query(text: &str) -> Query {
    Query::parse("query", text).unwrap()
}

fn printed(query: &Query, format: Format) -> String {
    let index = index();
    let answer = query.answer(&index, None).unwrap();
    let mut out = Vec::new();
    Printer::new(&index, query.prefixes(), 80).print(&answer, format, "memory", &mut out).unwrap();
    String::from_utf8(out).unwrap().replace("\r\n", "\n")
}

fn csv(text: &str) -> String {
    printed(&query(text), Format::Csv)
}

fn with_issue(text: &str, issue: &str) -> String {
    let issue = NamedNode::new_unchecked(format!("https://w3id.org/standpoint/id/issue/{issue}"));
    printed(&query(text).bind(Variable::new_unchecked("issue"), issue), Format::Csv)
}

#[test]
fn prefixes_need_no_declaration_and_can_be_redeclared() {
    assert_eq!(csv("SELECT ?l { actor:clerk skos:prefLabel ?l }"), "l\na clerk\n");
    assert_eq!(
        csv(
            "PREFIX actor: <https://w3id.org/standpoint/id/topic/> SELECT ?l { actor:housing skos:prefLabel ?l }"
        ),
        "l\nHousing\n"
    );
}

#[test]
fn a_star_keeps_the_order_of_the_text() {
    assert_eq!(csv("SELECT DISTINCT * { ?s stp:order ?o . ?s stp:verb ?a } LIMIT 0"), "s,o,a\n");
    assert_eq!(csv("SELECT ?o ?s { ?s stp:order ?o { SELECT * { ?x ?y ?z } } } LIMIT 0"), "o,s\n");
}

#[test]
fn parameters_reach_into_groups_filters_and_optionals() {
    let count = "SELECT (COUNT(?p) AS ?n) { ?p stp:issue ?issue }";
    assert_eq!(csv(count), "n\n4\n");
    assert_eq!(with_issue(count, "mill-stays"), "n\n1\n");
    assert_eq!(
        with_issue(
            "SELECT DISTINCT ?a { ?p stp:issue ?issue ; stp:actor ?a } ORDER BY ?a LIMIT 1",
            "mill-stays"
        ),
        "a\nhttps://w3id.org/standpoint/id/actor/heritage-society\n"
    );
    assert_eq!(
        with_issue(
            "SELECT ?n { { SELECT ?issue (COUNT(*) AS ?n) { ?p stp:issue ?issue } GROUP BY ?issue } }",
            "mill-torn-down"
        ),
        "n\n3\n"
    );
    let open =
        "SELECT ?l { ?i a stp:Issue ; skos:prefLabel ?l FILTER(!BOUND(?issue) || ?i = ?issue) } ORDER BY ?l";
    assert_eq!(csv(open), "l\nThe old mill is torn down\nThe old mill stays\n");
    assert_eq!(with_issue(open, "mill-stays"), "l\nThe old mill stays\n");
    let optional = "SELECT ?v { OPTIONAL { ?p stp:issue ?issue ; stp:stanceValue ?v } }";
    assert_eq!(with_issue(optional, "mill-stays"), "v\n1.0\n");
    assert_eq!(with_issue("ASK { ?p stp:issue ?issue ; stp:stance stp:Opposes }", "mill-stays"), "false\n");
}

#[test]
fn parameters_are_terms_whatever_they_contain() {
    let label = "SELECT ?x { ?x skos:prefLabel ?label }";
    let hostile = Literal::new_simple_literal("\" } DROP ALL # ?x <a b>");
    assert_eq!(printed(&query(label).bind(Variable::new_unchecked("label"), hostile), Format::Csv), "x\n");
}

#[test]
fn graphs_are_sets_in_a_fixed_order_with_the_prefixes_they_use() {
    let construct =
        query("CONSTRUCT { ?a stp:supports topic:housing } { ?p stp:actor ?a ; stp:evidence ?e }");
    assert_eq!(
        printed(&construct, Format::Turtle),
        "\
@prefix actor: <https://w3id.org/standpoint/id/actor/> .
@prefix stp: <https://w3id.org/standpoint/ns#> .
@prefix topic: <https://w3id.org/standpoint/id/topic/> .

actor:ana-berg
    stp:supports topic:housing ;
.

actor:heritage-society
    stp:supports topic:housing ;
.

actor:tenants
    stp:supports topic:housing ;
.
"
    );
    assert_eq!(printed(&query("DESCRIBE actor:nobody"), Format::NTriples), "");
}

#[test]
fn truth_is_a_word_in_every_format_for_rows() {
    let ask = query("ASK { ?p a stp:Position }");
    for format in [Format::Table, Format::Csv, Format::Tsv, Format::Markdown] {
        assert_eq!(printed(&ask, format), "true\n");
    }
    assert_eq!(printed(&ask, Format::Json), "{\"head\":{},\"boolean\":true}\n");
}

#[test]
fn tables_have_labels_numbers_at_the_right_and_languages_where_they_differ() {
    let labels = query(
        "SELECT ?who ?label ?n { ?who skos:prefLabel ?label VALUES (?who ?n) {
        (actor:heritage-society 7) (actor:clerk 12) } } ORDER BY ?n ?label",
    );
    assert_eq!(
        printed(&labels, Format::Table),
        "\
who               label                  n
──────────────────────────────────────────
Heritage Society  Heimatverein @de       7
Heritage Society  Heritage Society @en   7
a clerk           a clerk @en           12
"
    );
    let evidence = query(
        "SELECT ?p ?until ?selector { ?p stp:statedUntil ?until OPTIONAL { ?p stp:hedge/oa:hasSelector ?selector } } ORDER BY ?p",
    );
    assert_eq!(
        printed(&evidence, Format::Markdown),
        "\
| p | until | selector |
| --- | --- | --- |
| position:ana-berg-00000000000000a1 | 2025-03-01 | reportedly |
| position:tenants-00000000000000b2 | 2025-02-20 |  |
"
    );
}

#[test]
fn formats_fit_the_answer_or_name_those_that_do() {
    let refused = |format, form: Form| {
        let error = form.format(Some(format)).unwrap_err();
        format!("{error}; {}", error.help().unwrap_or_default())
    };
    assert_eq!(
        refused(Format::Csv, Form::Graph),
        "the query returns a graph, which csv cannot represent; \
         choose one of turtle, ntriples, nquads, trig, rdfxml, jsonld; SELECT returns rows"
    );
    assert_eq!(
        refused(Format::Turtle, Form::Rows),
        "the query returns rows, which turtle cannot represent; choose one of table, csv, tsv, xlsx, json, \
         w3c-json, xml, markdown; \
         CONSTRUCT and DESCRIBE return a graph"
    );
    assert_eq!(Form::Graph.format(None).unwrap(), Format::Turtle);
}

#[test]
fn a_query_that_takes_too_long_has_no_answer() {
    let everything = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }";
    let limit = Duration::from_millis(50);
    let started = std::time::Instant::now();
    let error = query(everything).answer(&index(), Some(limit)).unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(5), "a time-out is prompt");
    assert_eq!(error.to_string(), "the query was stopped after 0.05 s; a partial answer is not shown");
    assert!(matches!(query(everything).explain(&index(), Some(limit)), Err(QueryError::TimedOut(_))));
}

#[test]
fn plans_count_rows_and_use_prefixes() {
    let query = query("SELECT ?p { ?p a stp:Position ; stp:issue ?i }");
    for (engine, expected) in [
        (
            Engine::Evaluator,
            vec![
                "4 Project(?p)",
                "4 └─Lateral",
                "4   ├─QuadPattern(?p rdf:type stp:Position)",
                "4   └─QuadPattern(?p stp:issue ?i)",
            ],
        ),
        (Engine::Batches, vec!["4 the answer", "4 ├─?p rdf:type stp:Position", "4 └─join ?p stp:issue ?i"]),
    ] {
        let plan = query.clone().by(engine).explain(&index(), None).unwrap();
        // Times differ from run to run.
        let text = plan.render(80);
        let steps = text.lines().filter_map(|line| line.split_once(" %  "));
        let steps: Vec<String> = steps.map(|(row, step)| row[..9].trim().to_owned() + " " + step).collect();
        assert_eq!(steps, expected);
        let json = plan.json();
        assert_eq!(json["engine"], if engine == Engine::Batches { "batches" } else { "evaluator" });
        assert_eq!(json["plan"]["rows"], 4);
        assert!(json["plan"]["steps"][0]["step"].is_string());
    }
}

#[test]
fn plans_fit_the_terminal_and_name_what_nobody_named() {
    let text = "SELECT (COUNT(?p) AS ?n) { ?p stp:evidence/oa:hasSelector/oa:exact ?w .
                OPTIONAL { ?p stp:condition ?c } FILTER(?w < 'x' || ?w > 'a' || ?w = 'some longer words here') }";
    for engine in [Engine::Evaluator, Engine::Batches] {
        let plan = query(text).by(engine).explain(&index(), None).unwrap().render(80);
        for line in plan.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{line}");
        }
        let is_made_up = |word: &str| word.len() > 24 && word.bytes().all(|b| b.is_ascii_hexdigit());
        assert!(!plan.split(|c: char| !c.is_alphanumeric()).any(is_made_up), "{plan}");
        assert!(!plan.contains("http"), "{plan}");
    }
}

#[test]
fn a_query_may_not_take_all_memory() {
    let everything = query("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }").in_memory(100_000);
    let error = everything.answer(&index(), None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the query was stopped: its intermediate results need more than 97.7 KiB of memory"
    );
    assert!(error.help().unwrap().starts_with("give it more"));
}

#[test]
fn a_query_is_given_up_when_somebody_wishes_it() {
    let triple = |i: usize| format!("<ex:{i}> <ex:p> <ex:o> .\n");
    let text: String = (0..100).map(triple).collect();
    let index = Index::from_ntriples([text.as_str()], &[]).unwrap();
    let stop = Stop::default();
    let ask = |text: &str| Query::parse("query", text).unwrap().until(&stop).answer(&index, None);
    stop.wish();
    // It would take years.
    let endless =
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?q ?r ?s }";
    assert!(matches!(ask(&endless.replace("AS ?n", "AS ?all")), Err(QueryError::Stopped)));
    stop.reset();
    assert_eq!(ask("ASK { ?a ?b ?c }").unwrap(), Answer::Truth(true));
}
