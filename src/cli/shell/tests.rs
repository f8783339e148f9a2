use super::*;
use crate::analysis::matrix::{Matrix, Wanted};
use crate::cli::page::matrix::{self, Shown};
use crate::ingest;
use crate::model::ontology;
use crate::store::index::Index;
use std::rc::Rc;

fn index() -> Index {
    let inputs = ingest::find(&["data/night-ferry".into()], None).unwrap();
    let loaded = ingest::read(&inputs, ingest::Options::default(), ingest::nothing_known()).unwrap();
    let texts: Vec<_> = loaded.documents.iter().map(|document| document.ntriples.text().unwrap()).collect();
    let documents = texts.iter().map(AsRef::as_ref);
    Index::from_ntriples(documents, ontology::schemes()).unwrap()
}

/// What can stand at `|`, behind the word in whose place it stands.
fn at(lexicon: &Lexicon, marked: &str) -> Vec<String> {
    let cursor = marked.find('|').expect("a cursor");
    let text = marked.replacen('|', "", 1);
    let (start, candidates) = complete(&text, cursor, lexicon);
    let typed = text[start..cursor].to_owned();
    std::iter::once(typed).chain(candidates.into_iter().map(|candidate| candidate.text)).collect()
}

#[test]
fn what_fits_at_the_cursor_is_all_that_is_offered() {
    let lexicon = Lexicon::new(Rc::new(index()), Prefixes::known());
    // Where the candidates are many, the first of them and `…`.
    let cases: &[(&str, &[&str])] = &[
        // Keywords, in the case in which they are typed.
        ("|", &["", "ASK", "BASE", "CONSTRUCT", "DESCRIBE", "PREFIX", "SELECT"]),
        ("sel|", &["sel", "select"]),
        ("SELECT ?a W|", &["W", "WHERE"]),
        ("SELECT ?a { ?a ?b ?c } O|", &["O", "OFFSET", "ORDER"]),
        ("ASK { ?p stp:issue ?i . OPT|", &["OPT", "OPTIONAL"]),
        ("ASK { ?p stp:issue ?i FILTER(strs|", &["strs", "strstarts"]),
        ("ASK { ?p stp:issue ?i |", &["", "BIND", "FILTER", "GRAPH", "MINUS", "OPTIONAL", "VALUES"]),
        // Variables, from anywhere in the text.
        ("SELECT ?wh| { ?who stp:opposes ?what }", &["?wh", "?what", "?who"]),
        // Prefixes, those of the query itself too.
        ("ASK { sk|", &["sk", "skos:"]),
        ("PREFIX my: <https://w3id.org/standpoint/ns#> ASK { ?a a my:Pos|", &["my:Pos", "my:Position"]),
        ("ASK { ?a nowhere:|", &["nowhere:"]),
        // Classes, and nothing else.
        ("ASK { ?a a unfinished:Po|", &["unfinished:Po", "stp:Position"]),
        ("ASK { ?a rdf:type unfinished:is|", &["unfinished:is", "stp:Issue"]),
        ("ASK { ?a a pos|", &["pos", "stp:Position", "org:Post"]),
        // Properties: those that fit what is known of the subject.
        ("ASK { ?a a stp:Position ; unfinished:stan|", &["unfinished:stan", "stp:stance", "stp:stanceValue"]),
        ("ASK { ?a a stp:Issue ; unfinished:o|", &["unfinished:o", "stp:opposite"]),
        // If none of them begins so, what is known is wrong.
        ("ASK { ?a a stp:Issue ; unfinished:stan|", &["unfinished:stan", "stp:stance", "stp:stanceValue"]),
        ("ASK { ?p stp:actor ?a . ?a unfinished:con|", &["unfinished:con", "stp:conditionallyOpposes", "…"]),
        ("ASK { ?p stp:stance ?s ; unfinished:i|", &["unfinished:i", "stp:intensity", "stp:issue"]),
        (
            "ASK { ?p stp:issue/stp:|",
            &[
                "stp:",
                "stp:contrastsWith",
                "stp:entails",
                "stp:family",
                "stp:incompatibleWith",
                "stp:opposite",
            ],
        ),
        ("ASK { ?i a stp:Issue . ?i ^unfinished:issu|", &["unfinished:issu", "stp:issue"]),
        ("ASK { ?a unfinished:is| . ?a a stp:Position }", &["unfinished:is", "stp:issue"]),
        ("ASK { ?p stp:evidence ?e . ?e |", &["", "a", "skos:note", "oa:hasSelector", "oa:hasSource"]),
        (
            "ASK { actor:lena-oduya unfinished:cond|",
            &["unfinished:cond", "stp:conditionallyOpposes", "stp:conditionallySupports"],
        ),
        // Values: of the property's range.
        (
            "ASK { ?p stp:status |",
            &["", "stp:Ambiguous", "stp:Disputed", "stp:InForce", "stp:Retracted", "stp:Superseded"],
        ),
        ("ASK { ?p stp:stance unfinished:Op|", &["unfinished:Op", "stp:Opposes"]),
        ("ASK { ?c stp:conditionKind un|", &["un", "stp:Unless", "stp:Until"]),
        ("ASK { ?p stp:status ?s FILTER(?s = unfinished:R|", &["unfinished:R", "stp:Retracted"]),
        ("ASK { VALUES ?s { unfinished:R| } ?p stp:status ?s }", &["unfinished:R", "stp:Retracted"]),
        // Things by their names, aliases and other spellings; in quotation marks or without.
        ("ASK { ?p stp:actor odu|", &["odu", "actor:lena-oduya"]),
        ("ASK { ?p stp:actor \"lena o|", &["\"lena o", "actor:lena-oduya"]),
        ("ASK { ?p stp:actor \"Søren V|", &["\"Søren V", "actor:soren-vale"]),
        ("ASK { ?p stp:actor actor:odu|", &["actor:odu", "actor:lena-oduya"]),
        ("ASK { ?a stp:opposes \"tunnel|", &["\"tunnel", "issue:tunnel-to-orrin"]),
        ("ASK { ?p stp:actor \"tunnel|", &["\"tunnel"]),
        ("ASK { ?p stp:issue issue:tun|", &["issue:tun", "issue:tunnel-to-orrin"]),
        // Nowhere: within IRIs and comments.
        ("ASK { ?a a <https://w3id.org/st|", &["st"]),
        ("ASK { # stp:|", &[""]),
        // Commands of the shell.
        (".as|", &[".as", ".ask", ".as-of"]),
        (".ask who-o|", &["who-o", "who-opposes"]),
        (".ask who-opposes |", &["", "--issue", "--in-force", "--all"]),
        (".ask who-opposes --is|", &["--is", "--issue"]),
        (".ask who-opposes --issue tun|", &["tun", "A tunnel to Orrin is built"]),
        (".ask who-opposes --issue \"a tun|", &["\"a tun", "\"A tunnel to Orrin is built\""]),
        (".ask positions-of-an-actor --actor Lena Od|", &["Lena Od", "Lena Oduya"]),
        (".ask nothing-known --|", &[""]),
        (".show Ruth|", &["Ruth", "Ruth Calder"]),
        (".matrix tunnel|", &["tunnel", "A tunnel to Orrin is built"]),
        (".matrix --actor Ruth|", &["Ruth", "Ruth Calder"]),
        (".format c|", &["c", "csv"]),
        (".help ma|", &["ma", "matrix"]),
        (".explain ASK { ?a a unfinished:Po|", &["unfinished:Po", "stp:Position"]),
        (".nothing |", &[""]),
    ];
    let mut wrong = String::new();
    for (marked, expected) in cases {
        // No terms of the ontology, as all others in the source are.
        let marked = &marked.replace("unfinished:", "stp:");
        let expected: Vec<String> = expected.iter().map(|e| e.replace("unfinished:", "stp:")).collect();
        let mut found = at(&lexicon, marked);
        if expected.last().is_some_and(|last| last == "…") {
            found.truncate(expected.len() - 1);
            found.push("…".into());
        }
        if found != expected {
            wrong += &format!("{marked}\n  found    {found:?}\n  expected {expected:?}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn a_place_anywhere_in_any_text_is_completed_somehow() {
    let lexicon = Lexicon::new(Rc::new(index()), Prefixes::known());
    let text =
        "SELECT ?å { ?å stp:actor \"Sørén\" ; ^rdf:x/(a|!b)* [ <a:b> 'x'@en ], ( 1 ) . } VALUES (?å) { (1) }";
    for text in [text.to_owned(), format!(".ask who-opposes --issue {text}")] {
        for cursor in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            let (start, _) = complete(&text, cursor, &lexicon);
            assert!(text.is_char_boundary(start) && start <= cursor, "{text} at {cursor}");
        }
    }
}

#[test]
fn enter_runs_what_is_whole_or_cannot_be_mended() {
    let prefixes = Prefixes::known();
    for whole in [
        "ASK { ?a ?b ?c }",
        "SELCT",
        ".show 3",
        ".nonsense",
        "",
        "ASK {\n",
        "ASK {\n  ",
        ".explain",
        "ASK { ?a 'b",
    ] {
        assert!(is_whole(whole, &prefixes), "{whole}");
    }
    for open in ["SELECT", "ASK {", "ASK {\n?a ?b ?c", ".explain ASK {", "# first\nASK {", "# only a comment"]
    {
        assert!(!is_whole(open, &prefixes), "{open}");
    }
}

#[test]
fn candidates_fill_columns_and_say_how_many_are_left_out() {
    let plain = |text: &str| Candidate::plain(text.to_owned());
    let five: Vec<Candidate> = ["a", "bb", "ccc", "d", "e"].map(plain).into();
    assert_eq!(listed(&five, 15, 10), "a    ccc  e\nbb   d\n");
    assert_eq!(listed(&five, 6, 3), "a\nbb\n… and 3 more\n");
    let told = [Candidate { text: "actor:x".into(), about: "Xenia with a long name".into() }, plain("y")];
    assert_eq!(listed(&told, 20, 10), "actor:x  Xenia with\ny\n");
}

#[test]
fn what_all_candidates_begin_with_never_loses_what_was_typed() {
    let all =
        |texts: &[&str]| texts.iter().map(|text| Candidate::plain((*text).to_owned())).collect::<Vec<_>>();
    assert_eq!(
        common("skos:pref", &all(&["skos:prefLabel", "skos:prefLabels"])).as_deref(),
        Some("skos:prefLabel")
    );
    assert_eq!(common("stp:stance", &all(&["stp:stance", "stp:stanceValue"])), None);
    assert_eq!(common("\"ce", &all(&["issue:a-b", "issue:a-c"])), None);
    assert_eq!(common("\"ce", &all(&["issue:a-b"])).as_deref(), Some("issue:a-b"));
    assert_eq!(common("x", &[]), None);
}

#[test]
fn a_matrix_shows_what_divides_most() {
    let index = index();
    let of = |wanted: Wanted| Matrix::of(&index, &wanted);
    let matrix = of(Wanted::default()).unwrap();
    let text = matrix::render(&matrix, Shown::Sign, 80, false, false);
    assert!(text.lines().all(|line| line.width() <= 80) && text.lines().count() < 24, "{text}");
    let one = of(Wanted { issues: vec!["tunnel".into()], actors: Vec::new() }).unwrap();
    assert!(matrix::summary(&one).contains("1 of "), "{}", matrix::summary(&one));
    let two =
        of(Wanted { issues: Vec::new(), actors: vec!["Ruth Calder".into(), "Lena Oduya".into()] }).unwrap();
    assert_eq!(matrix::things(&two).len(), 2);
    let names = crate::store::names::things(&index, crate::model::vocab::stp::ISSUE);
    let all = of(Wanted {
        issues: names.into_iter().map(|thing| thing.iri.into_string()).collect(),
        actors: Vec::new(),
    });
    let text = matrix::render(&all.unwrap(), Shown::Sign, 80, true, false);
    assert!(text.lines().all(|line| line.width() <= 80), "{text}");
    assert!(of(Wanted { issues: vec!["no such thing".into()], actors: Vec::new() }).is_err());
}
