//! Coded texts: whatever a sheet says of an article comes back from the coded text that it is written as, and
//! reading takes a time that grows with the length of the file.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use standpoint::export::coded_text::{Unwritten, coded_text};
use standpoint::ingest::sheet::Format;
use standpoint::ingest::{Content, Encoding, Input, Options, Texts, article_text, nothing_known, read};
use standpoint::model::document::Document;
use standpoint::model::ontology;
use standpoint::model::text::ArticleText;
use standpoint::store::index::Index;
use std::collections::BTreeSet;
use std::path::Path;

/// What texts are made of: words, and everything that marks are made of.
const WORDS: &[&str] = &[
    "she ",
    "rejects",
    " the plan",
    ". ",
    "Ä",
    "🙂",
    "\n",
    "\n\n",
    " \n\t\n",
    "[",
    "]",
    "[1]",
    "]{",
    "]{.x}",
    "\\",
    "\\\\",
    "\\[",
    "\\]",
    "{",
    "}",
    "\"",
    "-",
];
/// What values are made of.
const VALUES: &[&str] = &["a", "\"", "\\", " ", "=", "}", "[", "]", "'", ",", "#", ".b", "é", "\n", ": "];

fn input(path: &Path, content: Content) -> Input {
    Input {
        name: path.display().to_string(),
        path: Some(path.to_owned()),
        content,
        held: None,
        encoding: Encoding::Plain,
        document: "case/vote".to_owned(),
        in_folder: false,
    }
}

/// What a file says, with the text of its article; none if it is refused.
fn load(path: &Path, content: Content, text: &Path) -> Option<(Document, Index)> {
    let texts = Texts::read(&[text.to_owned()]).unwrap();
    let loaded =
        read(&[input(path, content)], Options { texts, ..Options::default() }, nothing_known()).ok()?;
    let ntriples = loaded.documents[0].ntriples.text().unwrap().into_owned();
    let index = Index::from_ntriples([ntriples.as_str()], ontology::schemes()).unwrap();
    Some((loaded.documents.into_iter().next()?, index))
}

/// Words of a text at a place that is made to fit.
fn quote(text: &[char], (from, length): (usize, usize)) -> Value {
    let from = from % text.len();
    let length = 1 + length % (text.len() - from);
    let words: String = text[from..from + length].iter().collect();
    let exact = words.trim();
    let from = from + words.chars().take_while(|c| c.is_whitespace()).count();
    json!({ "exact": exact, "start": from })
}

type Place = (usize, usize);

fn value() -> impl Strategy<Value = String> {
    vec(select(VALUES), 1..6).prop_map(|parts| format!("x{}x", parts.concat()))
}

/// A record of the numbered kind, with parts; `number` makes its issue its own.
fn record(
    text: &[char],
    number: usize,
    kind: usize,
    places: &[Place],
    notes: &[String],
) -> (&'static str, Value) {
    let spans = |from: usize, to: usize| -> Vec<Value> {
        let mut spans: Vec<Value> =
            places.iter().skip(from).take(to).map(|place| quote(text, *place)).collect();
        // The IRI of a record counts a quote as often as it is written; the graph has it once.
        spans.dedup();
        spans
    };
    let one = |at: usize| places.get(at).map(|place| quote(text, *place));
    let mut record = json!({
        "quote": spans(0, 1 + places.len() % 2),
        "hedge": spans(3, places.len() % 3),
        "certainty": (if number.is_multiple_of(2) { "certain" } else { "possible" }),
        "note": notes,
    });
    let fields = record.as_object_mut().unwrap();
    if let Some(Value::Object(words)) = one(5) {
        let time = json!({ "text": words["exact"], "start": words["start"], "edtf": "2025-03-04", "basis": "inferred" });
        fields.insert("time".into(), time);
    }
    let steps = |number: usize| -> Vec<Value> {
        let step = |at: usize| match one(at) {
            Some(quote) if at.is_multiple_of(2) => json!({ "source": "ana", "verb": "said", "quote": quote }),
            Some(quote) => json!({ "source": "council", "quote": quote }),
            None => json!({ "source": "ana" }),
        };
        (0..number).map(|at| step(7 - at)).collect()
    };
    fields.insert("attribution".into(), steps(number % 3).into());
    let section = match kind {
        0 => {
            fields.extend([
                ("label".to_owned(), json!("A meeting")),
                ("kind".to_owned(), json!("meeting")),
                ("participant".to_owned(), json!(["ana", "council"])),
            ]);
            "events"
        }
        1 => {
            fields.extend([
                ("label".to_owned(), json!(format!("Figure {number}"))),
                ("value".to_owned(), json!("1.50")),
                ("unit".to_owned(), json!("percent")),
                ("about".to_owned(), json!(format!("issue-{number}"))),
            ]);
            "measures"
        }
        2 => {
            fields.remove("hedge");
            let quote = one(0).unwrap_or_default();
            let why = notes.first().map_or(Value::Null, |note| json!(note));
            return ("nothingToEncode", json!({ "quote": quote, "why": why }));
        }
        _ => {
            let condition = json!({ "kind": "provided that", "text": "it can", "quote": one(number % 4),
                "requires": (number.is_multiple_of(2)).then_some("issue-0") });
            let reason = json!({ "text": "because", "quote": one(0) });
            fields.extend([
                ("key".to_owned(), json!(format!("key {number}"))),
                ("actor".to_owned(), json!("ana")),
                (
                    "onBehalfOf".to_owned(),
                    json!(if number.is_multiple_of(2) { vec!["council"] } else { vec![] }),
                ),
                ("stance".to_owned(), json!(["supports", "opposes", "conditionally supports"][number % 3])),
                ("issue".to_owned(), json!(format!("issue-{number}"))),
                ("mode".to_owned(), json!(["public statement", "demand"][number % 2])),
                ("condition".to_owned(), json!(vec![condition; usize::from(kind == 3)])),
                ("reason".to_owned(), json!(vec![reason; usize::from(kind == 4)])),
                ("valid".to_owned(), json!({ "from": "2025-03-01" })),
                ("target".to_owned(), json!(["council"])),
            ]);
            if number > 0 && kind == 5 {
                fields.insert("supersedes".into(), json!(["https://w3id.org/standpoint/id/position/other"]));
            }
            "positions"
        }
    };
    (section, record)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_a_sheet_says_comes_back_from_a_coded_text(
        words in vec(select(WORDS), 4..40),
        records in vec((0_usize..8, vec((any::<usize>(), 0_usize..30), 1..9), vec(value(), 0..3)), 1..8),
    ) {
        let text = words.concat();
        let chars: Vec<char> = text.chars().collect();
        let mut sheet = json!({
            "article": "vote",
            "coding": { "coder": "A: \"B\"", "date": "2025-03-07" },
            "articles": [{ "id": "vote", "title": "Council \"divided\": #1", "author": ["A", "B"], "published": "2025-03-06" }],
            "actors": [{ "label": "Ana", "kind": "person", "aliases": [{ "uk": "Ана" }] }, { "label": "Council", "kind": "government" }],
        });
        let issues = (0..records.len()).map(|i| json!({ "label": format!("Issue {i}"), "family": "proposal" }));
        sheet["issues"] = issues.collect::<Vec<_>>().into();
        for (number, (kind, places, notes)) in records.iter().enumerate() {
            let (section, record) = record(&chars, number, *kind, places, notes);
            match sheet.get_mut(section) {
                Some(Value::Array(there)) => there.push(record),
                _ => sheet[section] = json!([record]),
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, content: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            path
        };
        let text_file = file("vote.txt", &text);
        let sheet_file = file("sheet.json", &sheet.to_string());
        // Two records may state the same, and words may be nothing but blanks.
        let loaded = load(&sheet_file, Content::Sheet(Format::Json), &text_file);
        prop_assume!(loaded.is_some());
        let (document, index) = loaded.unwrap();
        let of_article = |_: &_| Ok(Some(ArticleText::new(text.clone())));
        let written = coded_text(&document, &index, &of_article).unwrap();
        // A value cannot hold an empty line.
        let has_empty_line = records.iter().any(|(.., notes)| notes.iter().any(|note| note.contains("\n\n") || note.contains("\n \n")));
        // Nor can a quote that crosses another and an empty line, if it is found by no other words.
        let lines = document.ntriples.text().unwrap();
        let crosses = lines.lines().filter(|line| line.contains("#exact>")).any(|line| {
            line.replace("\\t", "").replace(' ', "").contains("\\n\\n")
        });
        // Nor do two reasons for one passage without anything to code.
        let nothing = sheet["nothingToEncode"].as_array().map_or(&[][..], Vec::as_slice);
        let quotes: BTreeSet<String> = nothing.iter().map(|one| one["quote"].to_string()).collect();
        prop_assume!(quotes.len() == nothing.len());
        prop_assume!(!has_empty_line && written != Err(Unwritten::NoArticle));
        prop_assume!(!crosses || written.is_ok());
        let written = written.map_err(|why| TestCaseError::fail(format!("{why:?}: {sheet:#}\n{text:?}")))?;
        let coded_file = file("coded.md", &written);
        let content = Content::Sheet(Format::CodedText);
        prop_assert_eq!(article_text(&input(&coded_file, content)).unwrap(), text.clone());
        let nowhere = folder.path().join("vote.txt");
        let (again, _) = load(&coded_file, content, &nowhere).unwrap();
        prop_assert_eq!(again.ntriples, document.ntriples);
    }
}

#[test]
fn a_long_coded_text_is_read_and_one_full_of_brackets_too() {
    let head =
        "---\nid: long\nactors: [{label: A, kind: person}]\nissues: [{label: B, family: proposal}]\n---\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.md");
    let content = Content::Sheet(Format::CodedText);
    let sentence = |i: usize| {
        format!("Line {i} [says no]{{.against actor=a issue=b}} [to it](x) and \\[goes\\] on.\n\n")
    };
    let long: String = (0..4_000).map(sentence).collect();
    std::fs::write(&path, format!("{head}{long}")).unwrap();
    let loaded = read(&[input(&path, content)], Options::default(), nothing_known()).unwrap();
    assert_eq!(loaded.documents[0].counts().positions, 4_000);
    // Where a scanner looks back or ahead for each of them, these take minutes.
    for hostile in [
        "[",
        "]",
        "]{",
        "[]{",
        "\\",
        "\n",
        "[a\n\n",
        "]{.x ",
        "[a]{.hedge}",
        "[a]{.x k=\"",
        "{",
        "[[a]{.for}",
    ] {
        std::fs::write(&path, format!("{head}x{}", hostile.repeat(400_000 / hostile.len()))).unwrap();
        let _ = article_text(&input(&path, content));
    }
    std::fs::write(&path, format!("{head}{}", "[a]{.hedge} ".repeat(4_000))).unwrap();
    assert!(read(&[input(&path, content)], Options::default(), nothing_known()).is_err());
}
