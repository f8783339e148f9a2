//! The questions of `queries/`: what their files promise, and what they answer about a small case.

use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::sparql::SparqlEvaluator;
use standpoint::base::error::Error;
use standpoint::export::Format;
use standpoint::ingest;
use standpoint::model::ontology;
use standpoint::model::registry::Kind;
use standpoint::model::vocab;
use standpoint::query::ask;
use standpoint::query::ask::{Question, library};
use standpoint::query::{Answer, Form, Printer, Query};
use standpoint::store::index::Index;
use standpoint::store::names;
use std::collections::BTreeSet;
use std::path::Path;
use unicode_width::UnicodeWidthStr;

/// Summaries that fit beside the longest name on 80 columns.
const SUMMARY: usize = 54;

fn index() -> Index {
    let turtle = include_str!("../query/mill.ttl");
    Index::from_triples(
        RdfParser::from_format(RdfFormat::Turtle).for_slice(turtle).map(|quad| quad.unwrap().into()),
    )
}

fn question(name: &str) -> &'static Question {
    library().iter().find(|question| question.name == name).unwrap_or_else(|| panic!("no question {name}"))
}

/// The answer as CSV, IRIs without their namespaces.
fn answer_of(name: &str, values: &[(&str, &str)]) -> String {
    let index = index();
    let given = |wanted: &str| values.iter().find(|(name, _)| *name == wanted).map(|(_, v)| (*v).to_owned());
    let (query, _) = question(name).query(&index, given).unwrap();
    let answer = query.answer(&index, None).unwrap();
    let mut out = Vec::new();
    Printer::new(&index, query.prefixes(), 80).print(&answer, Format::Csv, "memory", &mut out).unwrap();
    let text = String::from_utf8(out).unwrap().replace("\r\n", "\n");
    ["id/actor/", "id/issue/", "id/position/", "id/article/", "ns#"]
        .iter()
        .fold(text, |text, space| text.replace(&format!("https://w3id.org/standpoint/{space}"), ""))
}

fn refusal(name: &str, values: &[(&str, &str)]) -> String {
    let given = |wanted: &str| values.iter().find(|(name, _)| *name == wanted).map(|(_, v)| (*v).to_owned());
    let error: Error = question(name).query(&index(), given).unwrap_err();
    format!("{error}\n{}", error.help().unwrap_or_default())
}

#[test]
fn files_are_plain_sparql_with_a_header() {
    assert!(!library().is_empty());
    for question in library() {
        let name = &question.name;
        // No prefix is injected here: another engine would not know them either.
        let parsed = SparqlEvaluator::new().parse_query(&question.text);
        assert!(parsed.is_ok(), "{name}: {:?}", parsed.err());
        assert!(question.summary.chars().count() <= SUMMARY, "{name}: the summary is too long for the list");
        assert!(
            question.summary.ends_with('?') && !question.description.is_empty() && !question.tags.is_empty(),
            "{name}"
        );
        for parameter in &question.parameters {
            assert!(question.text.contains(&format!("?{}", parameter.name)), "{name}: ?{}", parameter.name);
            assert!(
                !["list", "format", "timeout", "explain", "why_empty", "fail_empty", "store", "data", "help"]
                    .contains(&parameter.name.as_str()),
                "{name}: --{} is taken",
                parameter.name
            );
        }
        let body: String = question.text.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(
            !body.to_uppercase().contains("EXISTS"),
            "{name}: the engine does not order what EXISTS holds"
        );
        assert!(body.contains("ORDER BY"), "{name}: rows need an order");
    }
}

/// What else questions are tagged with than their group.
const TAGS: &[&str] = &[
    "actor",
    "change",
    "claim",
    "coding",
    "condition",
    "conflict",
    "event",
    "evidence",
    "figure",
    "issue",
    "source",
    "time",
];

#[test]
fn tags_are_a_group_and_words_of_a_small_set() {
    for question in library() {
        let (group, others) = question.tags.split_first().unwrap();
        assert!(ask::GROUPS.iter().any(|(tag, _)| tag == group), "{}: {group} is no group", question.name);
        assert!(others.iter().all(|tag| TAGS.contains(&tag.as_str())), "{}: {others:?}", question.name);
    }
}

/// Of these, some rows are about no position; their descriptions say which.
const WITHOUT: &[&str] = &["actions-and-amounts", "polls-compared", "who-presses-whom"];

#[test]
fn rows_about_positions_name_them_last() {
    let index = index();
    for question in library() {
        let all = |name: &str| {
            let parameter = question.parameters.iter().find(|p| p.name == name && !p.optional)?;
            (parameter.kind != ask::Kind::Integer).then(|| "all".to_owned())
        };
        let (query, _) = question.query(&index, all).unwrap();
        assert_eq!(query.form(), Form::Rows);
        let Answer::Rows { variables, rows } = query.answer(&index, None).unwrap() else { unreachable!() };
        let Some(at) = variables.iter().position(|v| v.as_str() == "position") else { continue };
        assert_eq!(at + 1, variables.len(), "{}", question.name);
        assert!(
            WITHOUT.contains(&question.name.as_str()) || rows.iter().all(|row| row[at].is_some()),
            "{}",
            question.name
        );
    }
}

#[test]
fn who_stands_where() {
    assert_eq!(
        answer_of("who-stands-where", &[("issue", "mill torn")]),
        "\
issue,actor,stance,status,statedUntil,quote,position
mill-torn-down,ana-berg,Supports,InForce,2025-03-01,wants the mill pulled down,ana-berg-00000000000000a1
mill-torn-down,tenants,ConditionallyOpposes,InForce,2025-02-20,will not hear of it,tenants-00000000000000b2
"
    );
}

#[test]
fn who_opposes_counts_those_for_the_opposite() {
    assert_eq!(
        answer_of("who-opposes", &[("issue", "issue:mill-torn-down")]),
        "\
about,actor,stance,status,quote,article,issue,position
mill-torn-down,tenants,ConditionallyOpposes,InForce,will not hear of it,mill,mill-torn-down,tenants-00000000000000b2
mill-stays,heritage-society,Supports,InForce,and it ought to stay,mill,mill-torn-down,heritage-society-00000000000000c3
"
    );
}

#[test]
fn positions_of_an_actor() {
    assert_eq!(
        answer_of("positions-of-an-actor", &[("actor", "文化遺産協会")]),
        "\
actor,stance,issue,status,onBehalfOf,orHeldBy,quote,position
heritage-society,Supports,mill-stays,InForce,tenants,,and it ought to stay,heritage-society-00000000000000c3
"
    );
}

#[test]
fn anonymous_sources_only() {
    assert_eq!(
        answer_of("anonymous-sources-only", &[]),
        "\
source,actor,stance,issue,quote,position
clerk,ana-berg,Supports,mill-torn-down,wants the mill pulled down,ana-berg-00000000000000a1
"
    );
}

#[test]
fn own_words_and_others() {
    assert_eq!(
        answer_of("own-words-and-others", &[("actor", "all")]),
        "\
actor,voice,source,stance,issue,status,quote,position
ana-berg,others,clerk,Supports,mill-torn-down,InForce,wants the mill pulled down,ana-berg-00000000000000a1
heritage-society,others,ana-berg,Supports,mill-stays,InForce,and it ought to stay,heritage-society-00000000000000c3
tenants,own words,,ConditionallyOpposes,mill-torn-down,InForce,will not hear of it,tenants-00000000000000b2
"
    );
}

#[test]
fn evidence_of_a_claim_has_a_row_a_span() {
    assert_eq!(
        answer_of("evidence-of-a-claim", &[("issue", "keeping mills"), ("actor", "HERITAGE society")]),
        "\
issue,actor,stance,quote,start,end,article,position
mill-stays,heritage-society,Supports,worth its,90,99,mill,heritage-society-00000000000000c3
mill-stays,heritage-society,Supports,and it ought to stay,220,240,mill,heritage-society-00000000000000c3
"
    );
}

#[test]
fn superseded_positions_are_told_by_no_question_of_who_stands_where() {
    // Ana Berg opposed the demolition before she came to support it.
    for (name, parameter) in
        [("overview", None), ("who-stands-where", Some("issue")), ("positions-of-an-actor", Some("actor"))]
    {
        let values: Vec<_> = parameter.map(|parameter| (parameter, "all")).into_iter().collect();
        let answer = answer_of(name, &values);
        assert!(answer.contains("00000000000000a1") && !answer.contains("00000000000000d4"), "{name}");
    }
}

#[test]
fn tables_name_positions_by_handles_that_are_names() {
    let index = index();
    let (query, _) = question("overview").query(&index, |_| None).unwrap();
    let answer = query.answer(&index, None).unwrap();
    let mut out = Vec::new();
    let printer = Printer::new(&index, query.prefixes(), 200).with_handles(true);
    printer.print(&answer, Format::Table, "memory", &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("  00000000\n") && !text.contains("position:"), "{text}");

    let one = |handle: &str| names::one(&index, Kind::Position, handle).map(|thing| thing.iri.into_string());
    assert_eq!(
        one("00000000000000c3").unwrap(),
        format!("{}position/heritage-society-00000000000000c3", vocab::DEFAULT_BASE)
    );
    assert!(one("00000000").unwrap_err().to_string().starts_with("`00000000` matches 4 positions"));
}

#[test]
fn values_that_fit_several_things_or_none_list_them() {
    assert_eq!(
        refusal("who-stands-where", &[("issue", "old mill")]),
        "\
`old mill` matches 2 issues; choose one:
  The old mill is torn down (issue:mill-torn-down)
  The old mill stays (issue:mill-stays)
"
    );
    assert_eq!(
        refusal("positions-of-an-actor", &[("actor", "Heritage Sosiety")]),
        "no actor matches `Heritage Sosiety`\ndid you mean `Heritage Society`?"
    );
    assert_eq!(
        refusal("positions-of-an-actor", &[("actor", "xyzzy")]),
        "no actor matches `xyzzy`\nthe data have 4 actors, for instance `Ana Berg`, `Heritage Society`, `Tenants of Mill Street`"
    );
}

/// A graph of so many positions by a tenth as many actors on seven issues.
fn many(positions: usize) -> Index {
    let stp = |name: &str| format!("<https://w3id.org/standpoint/ns#{name}>");
    let thing = |kind: &str, id: usize| format!("<{}{kind}/{id}>", vocab::DEFAULT_BASE);
    let mut text = String::new();
    for i in 0..positions {
        let (position, actor, issue) = (
            format!("<{}position/p-{i:016x}>", vocab::DEFAULT_BASE),
            thing("actor", i % (positions / 10)),
            // The first issue is the one that most positions are on.
            thing("issue", (i % 8).saturating_sub(1)),
        );
        let (stance, value) = [("Supports", 1), ("Opposes", -1), ("Neutral", 0)][i % 3];
        let a = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>";
        text += &format!(
            "{position} {a} {} .\n{position} {} {actor} .\n{position} {} {issue} .\n{position} {} {} .\n\
             {position} {} \"{value}\"^^<http://www.w3.org/2001/XMLSchema#decimal> .\n{position} {} {} .\n\
             {actor} {a} {} .\n{issue} {a} {} .\n",
            stp("Position"),
            stp("actor"),
            stp("issue"),
            stp("stance"),
            stp(stance),
            stp("stanceValue"),
            stp("status"),
            stp("InForce"),
            stp("Actor"),
            stp("Issue"),
        );
    }
    Index::from_ntriples([text.as_str()], ontology::schemes()).unwrap()
}

#[test]
fn a_question_about_one_thing_is_about_all_where_they_are_few() {
    let question = question("who-stands-where");
    let (_, values) = question.query(&index(), |_| None).unwrap();
    assert_eq!(values.iter().map(|value| value.shown.as_str()).collect::<Vec<_>>(), ["all", "newest"]);
    assert!(question.open(&index(), |_| false).unwrap().is_empty());

    let index = many(ask::SMALL + 1);
    let error = question.query(&index, |_| None).unwrap_err();
    assert_eq!(
        format!("{error}\n{}", error.help().unwrap()),
        "\
`who-stands-where` needs --issue: the data have more than 250 positions
name one, or write `--issue all`; most positions are coded with:
  0 (64 positions)
  1 (32 positions)
  2 (31 positions)
  3 (31 positions)
  4 (31 positions)
  5 (31 positions)
  6 (31 positions)"
    );
    let open = question.open(&index, |_| false).unwrap();
    assert_eq!(open.iter().map(|(parameter, _)| parameter.name.as_str()).collect::<Vec<_>>(), ["issue"]);
    assert_eq!(open[0].1[0].positions, 64);
    assert!(question.open(&index, |name| name == "issue").unwrap().is_empty());
    let (query, _) = question.query(&index, |_| Some("all".to_owned())).unwrap();
    let Answer::Rows { rows, .. } = query.answer(&index, None).unwrap() else { unreachable!() };
    assert_eq!(rows.len(), ask::SMALL + 1);
}

/// The sheets below a folder.
fn case(folder: &Path) -> Index {
    let inputs = ingest::find(&[folder.to_owned()], None).unwrap();
    let loaded = ingest::read(&inputs, ingest::Options::default(), ingest::nothing_known()).unwrap();
    let texts: Vec<_> = loaded.documents.iter().map(|document| document.ntriples.text().unwrap()).collect();
    Index::from_ntriples(texts.iter().map(AsRef::as_ref), ontology::schemes()).unwrap()
}

#[test]
fn every_question_has_rows_or_a_reason_on_every_case() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let begun = tempfile::tempdir().unwrap();
    let own = begun.path().join("mine");
    ingest::init::init(&own, ingest::init::Form::default()).unwrap();
    let (mut answered, mut reasons) = (BTreeSet::new(), 0);
    for folder in [root.join("witkoff-putin-2025"), root.join("night-ferry"), own] {
        let index = case(&folder);
        for question in library() {
            let (query, values) = question.query(&index, |_| None).unwrap();
            let answer = query.answer(&index, None).unwrap();
            if !answer.is_empty() {
                answered.insert(question.name.as_str());
                continue;
            }
            // What could keep rows away is a default; else the reason is about the data.
            let reason = question.why_empty(&index, &values).unwrap();
            let is_of_defaults = reason.starts_with("No rows for `--") && reason.contains(" with `--");
            assert!(
                is_of_defaults || reason == question.empty,
                "{reason}: {} in {}",
                question.name,
                folder.display()
            );
            reasons += 1;
        }
    }
    let never: Vec<&str> =
        library().iter().map(|q| q.name.as_str()).filter(|name| !answered.contains(name)).collect();
    // Nobody coded these cases twice.
    assert_eq!(never, ["coded-twice"]);
    assert!(reasons > 0);
}

#[test]
fn no_question_fails_on_many_positions() {
    let index = many(5_000);
    for question in library() {
        match question.query(&index, |_| None) {
            Ok((query, values)) => {
                let answer = query.answer(&index, None).unwrap_or_else(|e| panic!("{}: {e}", question.name));
                if answer.is_empty() {
                    assert!(!question.why_empty(&index, &values).unwrap().is_empty(), "{}", question.name);
                }
            }
            Err(error) => {
                assert!(error.to_string().contains(" needs --"), "{}: {error}", question.name);
                assert!(error.help().unwrap().contains(" positions)"), "{}", question.name);
            }
        }
    }
}

#[test]
fn what_keeps_the_rows_away_is_said_of_the_parameters() {
    let index = many(60);
    let why = |name: &str, values: &[(&str, &str)]| {
        let given =
            |wanted: &str| values.iter().find(|(name, _)| *name == wanted).map(|(_, v)| (*v).to_owned());
        let (query, understood) = question(name).query(&index, given).unwrap();
        assert!(query.answer(&index, None).unwrap().is_empty(), "{name}");
        question(name).why_empty(&index, &understood).unwrap()
    };
    assert_eq!(
        why("agreeing-actors", &[("actor", "all"), ("atLeast", "99")]),
        "No rows for `--at-least 99`; with `--at-least 1` there are 4 rows."
    );
    assert_eq!(why("predictions", &[]), "No position is a prediction.");
    let empty = Index::from_triples(ontology::schemes().iter().cloned());
    assert_eq!(question("overview").why_empty(&empty, &[]).unwrap(), "There are no positions to ask about.");
}

#[test]
fn every_question_says_why_it_may_have_no_rows() {
    for question in library() {
        assert!(question.text.contains("\n#+ empty: "), "{}", question.name);
        assert!(question.empty.ends_with('.') && question.empty.chars().count() < 100, "{}", question.name);
        for parameter in &question.parameters {
            let is_thing = parameter.kind.things().is_some();
            assert!(!is_thing || parameter.default.is_none(), "{}: a thing of one case", question.name);
        }
    }
}

#[test]
fn shipped_questions_and_rules_have_no_warnings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts: Vec<(String, String)> =
        library().iter().map(|question| (question.file(), question.text.clone())).collect();
    for file in std::fs::read_dir(root.join("rules")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "rq") {
            // `check` puts a language and its words in the place of these two.
            let text = std::fs::read_to_string(&path).unwrap();
            let text = match text.contains("lexicon: hedges") {
                true => text.replace("?language", "\"en\"").replace("?hedges", "\"a\""),
                false => text,
            };
            texts.push((path.display().to_string(), text));
        }
    }
    assert!(texts.len() > 40);
    let inputs = ingest::find(&[root.join("data")], None).unwrap();
    let loaded = ingest::read(&inputs, ingest::Options::default(), ingest::nothing_known()).unwrap();
    let documents: Vec<_> =
        loaded.documents.iter().map(|document| document.ntriples.text().unwrap()).collect();
    let case = Index::from_ntriples(documents.iter().map(AsRef::as_ref), ontology::schemes()).unwrap();
    // Of a small case too: that it has no event, say, is no fault of a question about events.
    let small = Index::from_triples(ontology::schemes().iter().cloned());
    for (name, text) in texts {
        let query = Query::parse(&name, &text).unwrap();
        for index in [&case, &small] {
            let warnings: Vec<String> = query.lint(index).iter().map(|w| w.render(false, 80)).collect();
            assert!(warnings.is_empty(), "{}", warnings.join("\n"));
        }
    }
}

/// Every question, of the ferry and of the article, as terminals of three widths show its answer.
#[test]
fn every_answer_can_be_compared_on_a_terminal() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let mut tables = 0;
    for name in ["night-ferry", "witkoff-putin-2025"] {
        let index = case(&root.join(name));
        for question in library() {
            let Ok((query, _)) = question.query(&index, |_| None) else { continue };
            let answer = query.answer(&index, None).unwrap();
            for width in [60, 80, 200] {
                let mut out = Vec::new();
                let printer =
                    Printer::new(&index, query.prefixes(), width).with_handles(true).with_labels(&query);
                printer.print(&answer, Format::Table, "memory", &mut out).unwrap();
                let text = String::from_utf8(out).unwrap();
                let name = format!("{}, {name}, {width}", question.name);
                for line in text.lines() {
                    assert!(
                        !line.starts_with("──") || line.chars().all(|c| c == '─'),
                        "{name}: a record: {line}"
                    );
                    // An identifier is not broken to fit the narrowest.
                    let fits = line.width() <= width || width < 80 && line.trim().split(' ').count() == 1;
                    assert!(fits, "{name}: {} columns: {line}", line.width());
                }
                tables += usize::from(!answer.is_empty());
            }
        }
    }
    assert!(tables > 150, "{tables} tables");
}
