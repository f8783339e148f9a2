use crate::query::Query;

fn rendered(query: &str) -> String {
    let error = Query::parse("query", query).unwrap_err();
    error.diagnostic().expect("the text is at fault").render(false, 100)
}

#[test]
fn a_mistyped_keyword_is_marked_and_mended() {
    assert_eq!(
        rendered("SELECT ?x WHER { ?x ?y ?z }"),
        "\
error: unexpected `WHER`
 --> query:1:11
  |
1 | SELECT ?x WHER { ?x ?y ?z }
  |           ^^^^
  |
  = note: expected a variable, `{`, `(`, FROM or WHERE
  = help: did you mean `WHERE`?"
    );
}

#[test]
fn an_unknown_prefix_gets_the_nearest_one() {
    assert_eq!(
        rendered("SELECT ?x WHERE {\n  ?x a stap:Position .\n  ?x a stp:Position }"),
        "\
error: unknown prefix `stap:`
 --> query:2:8
  |
2 |   ?x a stap:Position .
  |        ^^^^^^^^^^^^^ neither declared nor known
  |
  = note: declare it at the beginning: PREFIX stap: <https://…>
  = help: did you mean `stp:`?"
    );
}

#[test]
fn a_term_without_its_prefix_gets_it() {
    assert_eq!(
        rendered("SELECT ?x { ?x a Position }"),
        "\
error: unexpected `Position`
 --> query:1:18
  |
1 | SELECT ?x { ?x a Position }
  |                  ^^^^^^^^
  |
  = note: expected a variable, an IRI or prefixed name, a string, a number or `(`
  = help: did you mean `stp:Position`?"
    );
}

#[test]
fn the_place_is_where_the_fault_is_not_where_the_parser_gave_up() {
    // The parser reports column 39, inside the second name.
    assert_eq!(
        rendered("SELECT ?s { ?s a stp:Position stp:actor ?a }"),
        "\
error: unexpected `stp:actor`
 --> query:1:31
  |
1 | SELECT ?s { ?s a stp:Position stp:actor ?a }
  |                               ^^^^^^^^^
  |
  = note: expected `{`, `}`, `.`, `;`, `,`, FILTER, OPTIONAL, MINUS, BIND, VALUES or GRAPH"
    );
}

#[test]
fn what_is_never_closed_says_so() {
    assert_eq!(
        rendered("SELECT ?s {\n  ?s rdfs:label \"mill }\n"),
        "\
error: a string that is never closed
 --> query:2:17
  |
2 |   ?s rdfs:label \"mill }
  |                 ^^^^^^^ needs a second quotation mark"
    );
    assert_eq!(
        rendered("ASK { ?s ?p ?o"),
        "\
error: the query ends too early
 --> query:1:15
  |
1 | ASK { ?s ?p ?o
  |               ^
  |
  = note: expected `{`, `}`, `.`, `;`, `,`, FILTER, OPTIONAL, MINUS, BIND, VALUES or GRAPH"
    );
}

#[test]
fn iris_are_whole_and_have_no_spaces() {
    assert_eq!(
        rendered("ASK { ?s a <Position> }"),
        "\
error: `<Position>` is not a complete IRI
 --> query:1:12
  |
1 | ASK { ?s a <Position> }
  |            ^^^^^^^^^^ needs a scheme, such as `https:`
  |
  = help: write the whole IRI, or a prefixed name such as stp:Position, or set --base"
    );
    assert_eq!(
        rendered("ASK { ?s a <https://example.org/a b> }"),
        "\
error: `<https://example.org/a b>` is not an IRI
 --> query:1:12
  |
1 | ASK { ?s a <https://example.org/a b> }
  |            ^^^^^^^^^^^^^^^^^^^^^^^^^ an IRI has no spaces and none of \"<>{}|^`\\
  |
  = help: write %20 for a space"
    );
}

#[test]
fn rules_beyond_the_grammar_are_explained() {
    assert_eq!(
        rendered("SELECT ?p (COUNT(?s) AS ?n) { ?s a ?p }"),
        "\
error: SELECT names a variable that is neither grouped nor aggregated
 --> query:1:8
  |
1 | SELECT ?p (COUNT(?s) AS ?n) { ?s a ?p }
  |        ^^
  |
  = help: add it to GROUP BY, or wrap it, as in (SAMPLE(?x) AS ?one)"
    );
}

#[test]
fn columns_are_mended() {
    for (text, expected) in [
        ("SELECT ?a, ?b,?c WHERE { ?a ?b ?c }", "= help: write SELECT ?a ?b ?c"),
        ("SELECT ?a { ?a ?b ?c } GROUP BY ?a, STR(?b)", "= help: write GROUP BY ?a STR(?b)"),
        ("SELECT ?a { ?a ?b ?c } ORDER BY DESC(?a), ?b LIMIT 1", "= help: write ORDER BY DESC(?a) ?b"),
        ("SELECT ?a sum(?b) as ?n { ?a ?p ?b } GROUP BY ?a", "= help: write (sum(?b) AS ?n)"),
        ("SELECT DISTINCT STR(?a) { ?a ?p ?str }", "= help: write (STR(?a) AS ?name)"),
        ("SELECT (COUNT(DISTINCT ?b)) { ?a ?p ?b }", "= help: write (COUNT(DISTINCT ?b) AS ?count)"),
        ("SELECT (?a + 1) AS ?b { ?p ?q ?a }", "= help: write (?a + 1 AS ?b)"),
        ("SELECT (?a) { ?p ?q ?a }", "= help: write ?a without brackets"),
        (
            "SELECT (str(?a) AS ?b) (COUNT(*) AS ?n) { ?p ?q ?a } GROUP BY (STR( ?a ))",
            "SELECT ?b … GROUP BY (str(?a) AS ?b)",
        ),
        (
            "SELECT (STR(?a) AS ?b) (COUNT(*) AS ?n) { ?p ?q ?a } GROUP BY (STR(?a) AS ?c)",
            "GROUP BY names it already: write SELECT ?c",
        ),
    ] {
        assert!(rendered(text).contains(expected), "{}", rendered(text));
    }
    // What lacks more than a name is told otherwise, and a comma of a pattern is none of these.
    for text in ["SELECT (COUNT(?a) +) { ?a ?b ?c }", "SELECT ?a { ?a ?b ?c, , ?d }"] {
        assert!(rendered(text).contains("= note: expected"), "{}", rendered(text));
    }
}

#[test]
fn what_is_no_question_says_what_to_do_instead() {
    assert_eq!(
        rendered("insert data { <a:b> <a:c> <a:d> }"),
        "\
error: `insert` begins an update, but queries only read
 --> query:1:1
  |
1 | insert data { <a:b> <a:c> <a:d> }
  | ^^^^^^
  |
  = help: to change the data, load or remove documents"
    );
    assert_eq!(
        rendered("# nothing\n"),
        "\
error: the query is empty
--> query
 = help: for instance: SELECT ?who WHERE { ?who stp:opposes ?issue }"
    );
    assert_eq!(
        rendered("ASK { SERVICE SILENT <https://example.org/sparql> { ?s ?p ?o } }"),
        "\
error: SERVICE is switched off
 --> query:1:7
  |
1 | ASK { SERVICE SILENT <https://example.org/sparql> { ?s ?p ?o } }
  |       ^^^^^^^ would ask another server
  |
  = help: `query --allow-service` allows it, and the answer then depends on that server; or load
          its data beside yours"
    );
}

#[test]
fn any_beginning_of_a_query_has_a_diagnosis() {
    let whole = "PREFIX ex: <https://example.org/> SELECT ?a (COUNT(*) AS ?n) { ?a ex:p 'x'@en ; ex:q -1.5 . \
                 FILTER(?a != ex:b && ?n <= 3) OPTIONAL { ?a (ex:p|^ex:q)* \"y\"^^xsd:date } } GROUP BY ?a LIMIT 3";
    assert!(Query::parse("query", whole).is_ok());
    for end in (0..whole.len()).step_by(3) {
        if let Err(error) = Query::parse("query", &whole[..end]) {
            assert!(error.diagnostic().is_some_and(|found| !found.render(false, 80).is_empty()), "{end}");
        }
    }
}
