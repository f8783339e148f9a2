use super::*;
use crate::ingest;
use crate::model::ontology;
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The shipped case.
static CASE: LazyLock<Index> = LazyLock::new(|| graph(root().join("data")));

/// A small one.
static MILL: LazyLock<Index> = LazyLock::new(|| graph(root().join("tests/query/mill.ttl")));

fn graph(path: PathBuf) -> Index {
    let inputs = ingest::find(&[path], None).unwrap();
    let loaded = ingest::read(&inputs, ingest::Options::default(), ingest::nothing_known()).unwrap();
    let texts: Vec<_> = loaded.documents.iter().map(|document| document.ntriples.text().unwrap()).collect();
    let documents = texts.iter().map(AsRef::as_ref);
    Index::from_ntriples(documents, ontology::schemes()).unwrap()
}

/// Terms of the project that there are not: elsewhere in the source, every one has to be there.
fn misspelt(text: &str) -> String {
    text.replace("wrong:", "stp:")
}

/// Place and message of each warning, with its help.
fn warnings(text: &str) -> Vec<String> {
    let text = &misspelt(text);
    let query = Query::parse("query", text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let line = |warning: Diagnostic| {
        let help = warning.help.map(|help| format!("; {help}")).unwrap_or_default();
        format!("{}: {}{help}", warning.place.unwrap(), warning.message)
    };
    query.lint(&CASE).into_iter().map(line).collect()
}

#[test]
fn a_variable_that_nothing_gives_a_value_is_reported_where_it_is_asked_about() {
    for text in [
        "ASK { ?p stp:actor ?who FILTER(?wo = actor:mill) }",
        "ASK { ?p stp:actor ?who OPTIONAL { ?who a ?class FILTER(?wo = ?class) } }",
        "ASK { ?p stp:actor ?who BIND(STR(?wo) AS ?name) }",
        "SELECT ?p { ?p stp:actor ?who } ORDER BY ?wo",
        "SELECT (COUNT(?wo) AS ?n) { ?p stp:actor ?who }",
        "ASK { ?p stp:actor ?who FILTER EXISTS { ?p stp:issue ?i FILTER(?i = ?wo) } }",
    ] {
        assert!(warnings(text).iter().any(|line| line.contains("?wo is in no pattern")), "{text}");
    }
    for text in [
        "ASK { ?p stp:actor ?who FILTER(!BOUND(?wo)) }",
        "SELECT (COALESCE(?wo, 1) AS ?n) (IF(true, 1, ?wo) AS ?m) {}",
        "ASK { { ?p stp:actor ?who } UNION { ?wo stp:issue ?i } FILTER(?wo = ?who) }",
        "ASK { VALUES ?wo { 1 } BIND(?wo + 1 AS ?more) FILTER(?more > ?wo) }",
        "SELECT ?who (COUNT(?p) AS ?n) { ?p stp:actor ?who } GROUP BY ?who HAVING (COUNT(?p) > 1) ORDER BY ?n",
        "ASK { ?p stp:actor ?who MINUS { ?p stp:issue ?wo FILTER(?wo = 1) } }",
    ] {
        let lines = warnings(text);
        assert!(!lines.iter().any(|line| line.contains("is in no pattern")), "{text}: {lines:?}");
    }
}

#[test]
fn habits_of_other_services_are_answered_with_the_form_that_works() {
    for (text, warning) in [
        (
            "ASK { ?a a stp:Actor ; rdfs:label ?n }",
            "`rdfs:label` matches nothing here; write ?a skos:prefLabel ?n",
        ),
        (
            "ASK { ?p stp:issue/schema:name ?n }",
            "`schema:name` matches nothing here; write skos:prefLabel in its place",
        ),
        (
            "ASK { ?a rdfs:label 'Vladimir Putin' }",
            "`rdfs:label` matches nothing here; write ?a skos:prefLabel \"Vladimir Putin\"@en",
        ),
        ("ASK { ?e a stp:Event ; skos:prefLabel ?n }", "matches nothing here; write ?e rdfs:label ?n"),
        ("ASK { ?p stp:evidence ?e . ?e oa:exact ?q }", "write ?e oa:hasSelector/oa:exact ?q"),
        ("ASK { ?p stp:actor ?a ; oa:start ?q }", "write ?p stp:evidence/oa:hasSelector/oa:start ?q"),
        ("SELECT ?a ?aLabel { ?p stp:actor ?a }", "add ?a skos:prefLabel ?aLabel"),
        ("SELECT ?a ?aAltLabel { ?p stp:actor ?a }", "add ?a skos:altLabel ?aAltLabel"),
        ("ASK { ?a text:query (skos:prefLabel 'Peace' 9) }", "FILTER(CONTAINS(LCASE(?name), \"peace\"))"),
        ("ASK { ?a wdt:P31/wdt:P279* wd:Q5 }", "`wdt:P279` is a property of Wikidata"),
        ("ASK { ?p stp:statedFrom ?d FILTER(?d < NOW()) }", "write xsd:date(NOW())"),
        ("ASK { ?p stp:statedFrom ?d FILTER(NOW() > ?d) }", "write xsd:date(NOW())"),
        ("ASK { ?p stp:statedFrom ?d BIND(NOW() AS ?now) FILTER(?now > ?d) }", "write xsd:date(?now)"),
        (
            "ASK { ?p stp:statedFrom ?d FILTER(?d < '2025-04-01T10:00:00'^^xsd:dateTime) }",
            "write \"2025-04-01\"^^xsd:date",
        ),
        ("ASK { ?p stp:statedFrom ?d FILTER(?d < '2025-04') }", "write \"2025-04-01\"^^xsd:date"),
    ] {
        let lines = warnings(text);
        assert!(lines.iter().any(|line| line.contains(warning)), "{text}: {lines:?}");
    }
    for text in [
        "ASK { ?a skos:exactMatch wd:Q7747 }",
        "ASK { ?e a stp:Event ; rdfs:label ?n }",
        "ASK { ?e a stp:Event OPTIONAL { ?e skos:prefLabel ?n } OPTIONAL { ?e rdfs:label ?n } }",
        "ASK { ?p stp:evidence/oa:hasSelector/oa:exact ?q }",
        "ASK { ?s oa:exact ?q }",
        "ASK { ?p stp:statedFrom ?d FILTER(?d < xsd:date(NOW())) }",
        "ASK { ?p stp:statedFrom ?d BIND(xsd:date(NOW()) AS ?now) FILTER(?d < ?now) }",
        "ASK { ?p stp:statedFrom ?d ; stp:statedUntil ?e FILTER(?d < ?e) }",
    ] {
        let lines = warnings(text);
        assert!(lines.is_empty() || text.contains("OPTIONAL"), "{text}: {lines:?}");
        assert!(!lines.iter().any(|line| line.contains("matches nothing here")), "{text}: {lines:?}");
    }
}

#[test]
fn unknown_terms_have_near_ones() {
    for (text, warning) in [
        (
            "SELECT ?p { ?p a wrong:Positon }",
            "query:1:18: unknown class `wrong:Positon`; did you mean `stp:Position`?",
        ),
        (
            "ASK { ?p wrong:stnce ?s }",
            "query:1:10: unknown property `wrong:stnce`; did you mean `stp:stance`?",
        ),
        (
            "ASK { ?p skos:preflabel ?s }",
            "query:1:10: unknown property `skos:preflabel`; did you mean `skos:prefLabel`?",
        ),
        (
            "ASK { ?p <http://example.org/actor> ?s }",
            "query:1:10: unknown property `<http://example.org/actor>`; did you mean `stp:actor`?",
        ),
        (
            "ASK { ?p stp:actor actor:putin }",
            "query:1:20: unknown name `actor:putin`; did you mean `actor:vladimir-putin`?",
        ),
        (
            "ASK { ?p stp:stance ?s FILTER(?s = wrong:Oposes) }",
            "query:1:36: unknown name `wrong:Oposes`; did you mean `stp:Opposes`?",
        ),
        (
            "ASK { ?p stp:stance stp:supports }",
            "query:1:21: `stp:stance` never has a `rdf:Property` as value; did you mean `stp:Supports`?",
        ),
        (
            "ASK { ?p a stp:actor }",
            "query:1:12: `stp:actor` is a property, but is used as a class; did you mean `stp:Actor`?",
        ),
        (
            "ASK { ?p stp:Issue ?i }",
            "query:1:10: `stp:Issue` is a class, but is used as a property; did you mean `stp:issue`?",
        ),
        (
            "CONSTRUCT { ?p wrong:suports ?i } { ?p stp:issue ?i }",
            "query:1:16: unknown property `wrong:suports`; did you mean `stp:supports`?",
        ),
    ] {
        assert_eq!(warnings(text), [misspelt(warning)]);
    }
    for sound in [
        "CONSTRUCT { ?p <http://example.org/says> ?i } { ?p stp:issue ?i }",
        "SELECT ?x { ?p stp:issue ?i BIND(<http://example.org/x> AS ?x) }",
        "PREFIX p: <https://w3id.org/standpoint/ns#> ASK { ?p a p:Position ; p:validFrom ?never }",
        "BASE <https://w3id.org/standpoint/> ASK { ?p a <ns#Position> }",
    ] {
        assert_eq!(warnings(sound), [""; 0], "{sound}");
    }
}

#[test]
fn patterns_that_never_meet_by_type_are_reported() {
    for (text, warning) in [
        (
            "ASK { ?a a stp:Actor ; stp:issue ?i }",
            "query:1:24: no `stp:Actor` has `stp:issue`; perhaps you need `stp:actor` between them: ?that stp:actor ?a ; stp:issue …",
        ),
        (
            "ASK { ?p stp:stance ?s ; skos:broader ?t }",
            "query:1:26: no subject of `stp:stance` has `skos:broader`",
        ),
        (
            "ASK { ?p stp:stance ?s OPTIONAL { ?p skos:broader ?t } }",
            "query:1:38: no subject of `stp:stance` has `skos:broader`",
        ),
        (
            "ASK { ?p stp:evidence/oa:exact ?t }",
            "query:1:23: `oa:exact` matches nothing here; write oa:hasSelector/oa:exact in its place",
        ),
        (
            "ASK { ?p stp:statedFrom ?d . ?d skos:prefLabel ?l }",
            "query:1:33: no value of `stp:statedFrom` has `skos:prefLabel`",
        ),
        (
            "ASK { ?a a foaf:Person . { ?a stp:mode ?m } UNION { ?a stp:sector ?m } }",
            "query:1:31: no `foaf:Person` has `stp:mode`; perhaps you need `stp:actor` between them: ?that stp:actor ?a ; stp:mode …",
        ),
        (
            "ASK { actor:vladimir-putin stp:issue ?i }",
            "query:1:28: `actor:vladimir-putin` has no `stp:issue`: it is a `foaf:Person`, `stp:Actor`",
        ),
        (
            "ASK { ?p stp:actor 'Putin' }",
            "query:1:20: the values of `stp:actor` are things, never text or numbers; did you mean `actor:vladimir-putin`?",
        ),
    ] {
        assert_eq!(warnings(text), [misspelt(warning)]);
    }
    for sound in [
        "ASK { ?i a stp:Issue, skos:Concept ; skos:broader ?t }",
        "ASK { ?a a stp:Actor, foaf:Person, org:Organization }",
        "ASK { ?a a stp:Actor . MINUS { ?a stp:issue ?i } }",
        "ASK { ?x ^stp:actor/stp:issue ?i . ?x skos:prefLabel ?l }",
        "ASK { ?p stp:actor|stp:issue ?x . ?x skos:prefLabel ?l }",
        "ASK { ?p stp:issue ?i { SELECT ?i { ?p a stp:Actor . ?i a stp:Issue } } }",
    ] {
        assert_eq!(warnings(sound), [""; 0], "{sound}");
    }
}

#[test]
fn text_numbers_and_dates_are_of_the_right_kind() {
    for (text, warning) in [
        (
            "ASK { ?a skos:prefLabel 'Vladimir Putin' }",
            "query:1:25: every `skos:prefLabel` has a language, but \"Vladimir Putin\" has none; write \"Vladimir Putin\"@en",
        ),
        (
            "ASK { ?p stp:stanceValue 1 }",
            "query:1:26: no `stp:stanceValue` has this datatype or language; write \"1\"^^xsd:decimal",
        ),
        (
            "ASK { ?p stp:statedFrom ?d FILTER(?d > '2025-04-01') }",
            "query:1:40: ?d never equals \"2025-04-01\"; write \"2025-04-01\"^^xsd:date",
        ),
        (
            "ASK { ?a skos:prefLabel ?l FILTER(?l = 'Putin') }",
            "query:1:40: ?l never equals \"Putin\"; write \"Putin\"@en, or compare STR(?l) with it",
        ),
        (
            "ASK { ?p stp:actor ?a FILTER(?a IN ('Donald Trump')) }",
            "query:1:37: ?a never equals \"Donald Trump\"; did you mean `actor:donald-trump`?",
        ),
        (
            "ASK { ?p stp:actor ?a FILTER(?a = stp:Opposes) }",
            "query:1:35: ?a is never a `skos:Concept`, `stp:Stance`",
        ),
        (
            "ASK { ?p stp:actor ?a FILTER(REGEX(LCASE(?a), 'putin')) }",
            "query:1:30: REGEX needs text, but ?a is not text; use its label: ?a skos:prefLabel ?name; or its IRI: STR(?a)",
        ),
        (
            "ASK { ?p stp:statedFrom ?d FILTER(STRSTARTS(?d, '2025')) }",
            "query:1:35: STRSTARTS needs text, but ?d is not text; write STR(?d)",
        ),
        (
            "ASK { ?p stp:issue ?i OPTIONAL { ?p stp:statedFrom ?d FILTER(?d > '2025') } }",
            "query:1:67: ?d never equals \"2025\"; write \"2025-01-01\"^^xsd:date",
        ),
    ] {
        assert_eq!(warnings(text), [misspelt(warning)]);
    }
    for sound in [
        "ASK { ?a skos:prefLabel 'Vladimir Putin'@en }",
        "ASK { ?a skos:prefLabel ?l FILTER(STR(?l) = 'Putin' || CONTAINS(?l, 'Putin') || ?l != 'x') }",
        "ASK { ?p stp:stanceValue ?v FILTER(?v > 0 && ?v < 1.5e0) }",
        "ASK { ?p stp:statedFrom ?d FILTER(?d > '2025-04-01'^^xsd:date) }",
        "ASK { ?x oa:exact ?w FILTER(?w IN ('a', 'b')) }",
        "ASK { ?x stp:verb 'according to' }",
    ] {
        assert_eq!(warnings(sound), [""; 0], "{sound}");
    }
}

#[test]
fn traps_are_reported_at_their_keyword() {
    for (text, start) in [
        (
            "ASK { ?p stp:issue ?i FILTER NOT EXISTS { ?i skos:broader ?t . ?t a stp:Issue } }",
            "query:1:34: NOT EXISTS with 2",
        ),
        (
            "ASK { ?i skos:broader ?x FILTER EXISTS { ?i a ?t } FILTER EXISTS { ?i skos:broader/skos:prefLabel ?t } }",
            "query:1:59: EXISTS with 2",
        ),
        ("ASK { GRAPH ?g { ?p stp:issue ?i } }", "query:1:7: there are no named graphs"),
        ("ASK FROM <https://example.org/g> { ?p stp:issue ?i }", "query:1:10: no graph has the name"),
        ("SELECT ?isue { ?p stp:issue ?issue }", "query:1:8: ?isue is in no pattern; did you mean `?issue`?"),
    ] {
        let found = warnings(text);
        assert!(found.len() == 1 && found[0].starts_with(start), "{text}: {found:?}");
    }
    assert_eq!(warnings("ASK { ?p stp:issue ?i FILTER NOT EXISTS { ?i skos:broader ?t } }"), [""; 0]);
    assert_eq!(warnings("SELECT (COUNT(*) AS ?n) { ?p stp:issue ?i }"), [""; 0]);
}

/// Queries of all forms, made of words that fit, nearly fit, and do not fit together.
fn any_query() -> impl Strategy<Value = String> {
    const NODES: &[&str] = &[
        "?a",
        "?b",
        "?c",
        "_:d",
        "stp:Opposes",
        "actor:ukraine",
        "issue:none",
        "<http://e.x/y>",
        "[]",
        "\"x\"@en",
        "'''é'''",
        "1",
        "-0.5",
        "true",
        "'2025'^^xsd:date",
        "(?a 1)",
        "[ stp:actor ?c ]",
    ];
    const LINKS: &[&str] = &[
        "a",
        "stp:actor",
        "stp:issue",
        "skos:prefLabel",
        "oa:exact",
        "wrong:nothing",
        "?b",
        "^stp:actor",
        "stp:actor/stp:issue",
        "skos:broader*",
        "(stp:issue|^stp:target)+",
        "!(rdf:type|^stp:actor)",
        "stp:evidence?",
    ];
    const TESTS: &[&str] = &[
        "?a = 'x'",
        "?b > 1 && CONTAINS(?c, 'é')",
        "?a IN (stp:Opposes, actor:none) || !BOUND(?b)",
        "NOT EXISTS { ?a stp:actor ?b . ?b a ?c }",
        "EXISTS { GRAPH ?g { ?a ?b ?c } }",
        "REGEX(LCASE(?a), 'x')",
        "COALESCE(IF(?a < ?b, ?c, 1), 2) = 3",
        "<http://e.x/f>(?a)",
    ];
    let node = || prop::sample::select(NODES.to_vec());
    let link = prop::sample::select(LINKS.to_vec());
    let triple = (node(), link, node()).prop_map(|(s, p, o)| format!("{s} {p} {o} . "));
    let leaf = prop_oneof![
        4 => prop::collection::vec(triple, 1..4).prop_map(|triples| triples.concat()),
        1 => prop::sample::select(TESTS.to_vec()).prop_map(|test| format!("FILTER({test}) ")),
        1 => Just("VALUES (?a ?b) { (stp:Opposes UNDEF) (actor:none 1) } ".to_owned()),
    ];
    let group = leaf.prop_recursive(4, 24, 4, |inner| {
        (prop::collection::vec(inner, 1..4), 0..7).prop_map(|(parts, how)| {
            let all = parts.concat();
            match how {
                0 => format!("OPTIONAL {{ {all} }} "),
                1 => format!("{{ {all} }} UNION {{ {} }} ", parts[0]),
                2 => format!("MINUS {{ {all} }} "),
                3 => {
                    format!("{{ SELECT ?a (COUNT(*) AS ?n) {{ {all} }} GROUP BY ?a HAVING (COUNT(*) > 1) }} ")
                }
                4 => format!("GRAPH <http://e.x/g> {{ {all} }} "),
                _ => all,
            }
        })
    });
    (group, 0..5).prop_map(|(group, form)| match form {
        0 => format!("ASK {{ {group} }}"),
        1 => format!("CONSTRUCT {{ ?a wrong:suports ?b }} {{ {group} }}"),
        2 => format!("DESCRIBE ?a {{ {group} }}"),
        3 => format!("SELECT DISTINCT ?a ?z {{ {group} }} ORDER BY ?a LIMIT 5"),
        _ => format!("SELECT * {{ {group} }}"),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_query_can_be_judged_and_explained(text in any_query()) {
        // Some of them break a rule, which the parser tells.
        if let Ok(query) = Query::parse("query", &misspelt(&text)) {
            for warning in query.lint(&MILL) {
                prop_assert!(warning.place.is_some() && !warning.render(false, 80).is_empty());
            }
            let _ = query.why_empty(&MILL, Some(std::time::Duration::from_millis(20)));
        }
    }
}
