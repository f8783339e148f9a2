use super::*;

const HEAD: &str = "@prefix ex: <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n";

fn error(turtle: &str) -> String {
    Shapes::parse(&format!("{HEAD}{turtle}")).expect_err(turtle).to_string()
}

#[test]
fn what_is_wrong_with_shapes_is_reported_with_shape_and_property() {
    for (turtle, message) in [
        (
            "ex:S sh:targetNode ex:a ; sh:minCount 1 .",
            "ex:S, sh:minCount: only a shape with a path can have this",
        ),
        (
            "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:minCount 1, 2 ] .",
            "ex:S → ex:p, sh:minCount: 2 values; at most one is expected",
        ),
        (
            "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:minCount -1 ] .",
            "ex:S → ex:p, sh:minCount: expected a whole number from 0, found -1",
        ),
        (
            "ex:S sh:targetNode ex:a ; sh:property [ sh:minCount 1 ] .",
            "ex:S → [], sh:minCount: only a shape with a path can have this",
        ),
        ("ex:S sh:targetNode ex:a ; sh:property [ ] .", "ex:S, sh:property: ex:S → [] has no sh:path"),
        ("ex:S a sh:PropertyShape .", "ex:S, sh:path: none; a property shape has one path"),
        (
            "ex:S a sh:NodeShape ; sh:path ex:p .",
            "ex:S, sh:path: a node shape has no path; use sh:PropertyShape",
        ),
        (
            "ex:S a sh:PropertyShape ; sh:path ( ex:p ) .",
            "ex:S, sh:path: a path of 1 steps; at least 2 are expected",
        ),
        ("ex:S a sh:PropertyShape ; sh:path [ ex:p ex:q ] .", "ex:S, sh:path: ex:p is not a kind of path"),
        (
            "ex:S a sh:PropertyShape ; sh:path \"p\" .",
            "ex:S, sh:path: expected a property or a path, found \"p\"",
        ),
        ("ex:S sh:targetClass \"C\" ; sh:class ex:C .", "ex:S, sh:targetClass: expected an IRI, found \"C\""),
        (
            "ex:S sh:targetNode ex:a ; sh:nodeKind sh:Iri .",
            "ex:S, sh:nodeKind: expected sh:IRI, sh:Literal or the like, found sh:Iri",
        ),
        ("ex:S sh:targetNode ex:a ; sh:or ex:T .", "ex:S, sh:or: expected a list, found ex:T"),
        (
            "ex:S sh:targetNode ex:a ; sh:node ex:T . ex:T sh:property [ sh:path ex:p ; sh:node ex:S ] .",
            "ex:S: the shape refers to itself, which is not supported",
        ),
        ("ex:S sh:targetNode ex:a ; sh:sparql [ ] .", "ex:S, sh:sparql: not supported: only SHACL Core is"),
        ("ex:S sh:targetNode ex:a ; sh:rule [ ] .", "ex:S, sh:rule: not supported: only SHACL Core is"),
        (
            "ex:S sh:targetNode ex:a ; sh:minCont 1 .",
            "ex:S, sh:minCont: not a term of SHACL Core; did you mean sh:minCount?",
        ),
        (
            "ex:S sh:targetNode ex:a ; sh:pattern \"(\" .",
            "ex:S, sh:pattern: \"(\" is not a supported pattern: unclosed group",
        ),
        (
            "ex:S sh:targetNode ex:a ; sh:severity ex:Bad .",
            "ex:S, sh:severity: expected sh:Violation, sh:Warning or sh:Info, found ex:Bad",
        ),
        (
            "[] sh:targetNode ex:a ; sh:class ex:C .",
            "[]: a shape with a target needs an IRI: findings are reported under it",
        ),
        ("ex:g sh:entailment ex:RDFS .", "ex:g, sh:entailment: entailment is not supported"),
    ] {
        let found = error(turtle);
        assert_eq!(found, message, "{turtle}");
    }
}

#[test]
fn what_is_no_turtle_is_reported_with_its_place() {
    let found = error("ex:S sh:targetNode .");
    assert!(found.starts_with("3:") && found.contains(": not Turtle: "), "{found}");
}

#[test]
fn shapes_that_nest_without_end_are_refused() {
    let deep = "[ sh:not ".repeat(5000) + "ex:T" + &" ]".repeat(5000);
    assert!(
        Shapes::parse(&format!("{HEAD}ex:S sh:targetNode ex:a ; sh:not {deep} ."))
            .is_err_and(|error| error.problem.contains("nest"))
    );
    let circle = "ex:S a sh:PropertyShape ; sh:path _:p . _:p sh:inversePath _:p .";
    assert!(error(circle).ends_with("the path nests too deeply, or contains itself"));
    let list =
        "ex:S sh:targetNode ex:a ; sh:in _:l . _:l <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> 1 ;
        <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:l .";
    assert!(error(list).ends_with("the list is circular"));
}

#[test]
fn names_are_those_of_shapes_with_a_target() {
    let shapes = Shapes::parse(&format!(
        "{HEAD}ex:B sh:targetNode ex:a . ex:A sh:targetClass ex:C . ex:N a sh:NodeShape .
         ex:Off sh:targetNode ex:a ; sh:deactivated true ."
    ));
    let shapes = shapes.expect("valid shapes");
    let names: Vec<_> = shapes.names().map(|name| name.as_str().rsplit('/').next().unwrap()).collect();
    assert_eq!(names, ["B", "A"]);
}

#[test]
fn explanations_hold_nothing_that_a_terminal_obeys() {
    let shapes =
        Shapes::parse(&format!("{HEAD}ex:S sh:targetObjectsOf ex:p ; sh:nodeKind sh:IRI ; sh:maxLength 3 ."));
    let turtle = format!("{HEAD}ex:a ex:p \"\\u001B[31mred\\n\\u202E{}\" .", "x".repeat(200));
    let parser = oxigraph::io::RdfParser::from_format(oxigraph::io::RdfFormat::Turtle);
    let index = Index::from_triples(parser.for_slice(&turtle).map(|quad| quad.unwrap().into()));
    for outcome in validate(&index, &shapes.unwrap(), None) {
        assert!(!outcome.explanation.chars().any(|c| c.is_control() || c == '\u{202e}'), "{outcome:?}");
        assert!(outcome.explanation.len() < 200, "{outcome:?}");
    }
}
