//! What a receipt promises: any answer can be asked for again, whatever was loaded since, and
//! nothing that was changed goes unseen.

use jiff::Timestamp;
use jiff::civil::Date;
use standpoint::audit::receipt::{Asked, Canonical, Parameter, Receipt, Source, Verdict};
use standpoint::ingest;
use standpoint::model::document::Document;
use standpoint::model::ontology;
use standpoint::query::ask::{self, library};
use standpoint::query::{ENGINE, Query};
use standpoint::store::archive::{Action, Archive, Identity, Meta};
use standpoint::store::index::Index;
use std::fs;
use std::path::Path;

/// Identity of the stores that these tests make.
const FRESH: Identity = Identity::of_bytes([7; 16]);

const QUERIES: &[&str] = &[
    "SELECT * { ?s ?p ?o }",
    "SELECT ?who ?what { ?who stp:opposes ?what } ORDER BY ?what",
    "SELECT DISTINCT ?stance { ?p stp:stance ?stance ; stp:actor ?actor } ORDER BY ?actor",
    "SELECT ?stance (COUNT(*) AS ?n) { ?p stp:stance ?stance } GROUP BY ?stance ORDER BY DESC(?n)",
    "ASK { ?p stp:status stp:Disputed }",
    "CONSTRUCT { [] stp:actor ?a ; stp:issue ?i } { ?a stp:supports ?i }",
    "DESCRIBE actor:vladimir-putin",
];

fn meta(action: Action) -> Meta {
    Meta { time: noon(), by: "ada@example".into(), message: None, action, violations: 0 }
}

fn noon() -> Timestamp {
    "2025-04-17T12:00:00Z".parse().unwrap()
}

/// The documents of the shipped case.
fn case() -> Vec<Document> {
    let inputs = ingest::find(&["data/witkoff-putin-2025".into()], None).unwrap();
    ingest::read(&inputs, ingest::Options::default(), ingest::nothing_known()).unwrap().documents
}

fn change(dir: &Path, documents: &[Document]) {
    let mut archive = Archive::open_or_create(dir).unwrap();
    let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    documents.iter().for_each(|document| {
        transaction.put(document).unwrap();
    });
    transaction.commit(meta(Action::Load)).unwrap().expect("the documents change something");
}

fn undo(dir: &Path) {
    let mut archive = Archive::open(dir).unwrap();
    let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    transaction.undo(transaction.number()).unwrap();
    transaction.commit(meta(Action::Undo)).unwrap().expect("the undo changes something");
}

fn graph(archive: &Archive, as_of: Option<Date>) -> Index {
    let index = Index::open(archive, ontology::schemes()).unwrap();
    as_of.map(|day| index.as_of(day).0).unwrap_or(index)
}

/// The receipt of an answer from this graph, which is that of the archive.
fn receipt_of(
    (archive, index): (&Archive, &Index),
    query: &Query,
    as_of: Option<Date>,
    named: Option<(&str, Vec<Parameter>)>,
) -> Receipt {
    let (answer, keys) = query.ordered_answer(index, None).unwrap();
    let (question, parameters) = named.unzip();
    let asked = Asked {
        time: noon(),
        source: Source::of_archive(archive),
        known_on: None,
        coder: None,
        as_of,
        question: question.map(str::to_owned),
        parameters: parameters.unwrap_or_default(),
    };
    Receipt::new(asked, query, &Canonical::of(&answer, keys.as_deref()).unwrap())
}

fn receipt(archive: &Archive, query: &Query) -> Receipt {
    receipt_of((archive, &graph(archive, None)), query, None, None)
}

/// A receipt of every question, with its defaults, and of the queries above: now and of a day.
fn receipts(dir: &Path) -> Vec<Receipt> {
    let archive = Archive::open(dir).unwrap();
    let mut all = Vec::new();
    for as_of in [None, Some("2025-04-20".parse().unwrap())] {
        let index = graph(&archive, as_of);
        for question in library() {
            let needed = question.parameters.iter().find(|p| p.default.is_none() && !p.optional);
            let thing = |parameter: &ask::Parameter| match parameter.kind {
                ask::Kind::Issue => "accord-emerging".to_owned(),
                _ => "vladimir-putin".to_owned(),
            };
            let things = |name: &str| needed.filter(|p| p.name == name).map(thing);
            let (query, values) = question.query(&index, things).unwrap();
            let parameters = values.iter().map(|value| Parameter::new(value, things(&value.name))).collect();
            all.push(receipt_of((&archive, &index), &query, as_of, Some((&question.name, parameters))));
        }
        for text in QUERIES {
            all.push(receipt_of((&archive, &index), &Query::parse("query", text).unwrap(), as_of, None));
        }
    }
    all
}

#[test]
fn every_answer_can_be_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let dir = &folder.path().join("s");
    let documents = case();
    change(dir, &documents);
    let mut all = receipts(dir);
    let empty: Vec<&str> = all.iter().filter(|r| r.answer.count == 0).map(|r| r.query.as_str()).collect();
    // What has no rows proves little; some questions are about what one article cannot show.
    assert!(empty.len() * 2 < all.len(), "{} of {} answers have no rows", empty.len(), all.len());
    // Half of what the largest document says is gone, then all of it, then a bit is back.
    let mut half = documents.iter().max_by_key(|d| d.ntriples.len()).unwrap().clone();
    let said = half.ntriples.text().unwrap();
    let lines: Vec<String> = said.lines().step_by(2).map(|line| format!("{line}\n")).collect();
    half.ntriples = lines.concat().into();
    change(dir, std::slice::from_ref(&half));
    all.extend(receipts(dir));
    undo(dir);
    change(dir, &[Document { ntriples: "".into(), ..half }]);
    let archive = Archive::open(dir).unwrap();
    for of_one_graph in all.chunk_by(|one, next| (&one.source, one.as_of) == (&next.source, next.as_of)) {
        let first = &of_one_graph[0];
        let then = graph(&first.store_then(&archive).unwrap(), first.as_of);
        for receipt in of_one_graph {
            let again = Receipt::from_json("receipt", &receipt.to_json()).unwrap();
            assert_eq!(again, *receipt);
            let made = again.compare(again.ask(&then, None).unwrap(), None);
            assert_eq!(made.verdict, Verdict::Same, "{}", receipt.query);
        }
    }
}

#[test]
fn against_another_revision_what_came_and_went_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let dir = &folder.path().join("s");
    let document = |says: &str| Document {
        name: oxrdf::NamedNode::new_unchecked("ex:document"),
        origin: "letters.nt".into(),
        source_hash: says.into(),
        part_of: None,
        ntriples: says
            .chars()
            .map(|letter| format!("<ex:{letter}> <ex:is> <ex:said> .\n"))
            .collect::<String>()
            .into(),
    };
    change(dir, &[document("abc")]);
    let archive = Archive::open(dir).unwrap();
    let query = Query::parse("query", "SELECT ?s { ?s <ex:is> <ex:said> }").unwrap();
    let receipt = receipt(&archive, &query);
    change(dir, &[document("bcde")]);
    let now = Archive::open(dir).unwrap();
    let (then_index, now_index) = (graph(&archive, None), graph(&now, None));
    let outcomes = || (receipt.ask(&then_index, None).unwrap(), receipt.ask(&now_index, None).unwrap());
    let (then, later) = outcomes();
    let held = receipt.compare(then, Some((Source::of_archive(&now), later)));
    assert_eq!(held.verdict, Verdict::Different);
    let json = standpoint::cli::page::receipt::json(&held, "r");
    assert_eq!(json["gone"], serde_json::json!(["<ex:a>"]));
    assert_eq!(json["came"], serde_json::json!(["<ex:d>", "<ex:e>"]));
    // Without the graph of that time, what went can be counted.
    let alone = receipt.compare(outcomes().1, None);
    assert_eq!(
        (alone.verdict, alone.difference.gone, alone.difference.came.len()),
        (Verdict::Different, 1, 2)
    );
}

#[test]
fn another_program_decides_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let dir = &folder.path().join("s");
    change(dir, &case());
    let query = Query::parse("query", "ASK { ?p stp:status stp:Disputed }").unwrap();
    let mut receipt = receipt(&Archive::open(dir).unwrap(), &query);
    receipt.engine = "oxigraph 0.1.0".into();
    let noted = |receipt: &Receipt| {
        let index = graph(&Archive::open(dir).unwrap(), None);
        let made = receipt.compare(receipt.ask(&index, None).unwrap(), None);
        (made.verdict, made.notes.join("; "))
    };
    let note = format!("another engine: oxigraph 0.1.0 then, {ENGINE} now");
    assert_eq!(noted(&receipt), (Verdict::Same, note.clone()));
    receipt.answer.sha256 = receipt.ontology;
    assert_eq!(
        noted(&receipt),
        (Verdict::Undecided, format!("{note}; the rows are the same, but for blank nodes"))
    );
}

#[test]
fn no_byte_of_a_receipt_changes_unseen() {
    let folder = tempfile::tempdir().unwrap();
    let dir = &folder.path().join("s");
    change(dir, &case());
    let query = Query::parse("query", QUERIES[1]).unwrap();
    let bytes = receipt(&Archive::open(dir).unwrap(), &query).to_json();
    Receipt::from_json("r", &bytes).unwrap();
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        assert!(Receipt::from_json("r", &flipped).is_err(), "byte {at} is changed");
        assert!(Receipt::from_json("r", &bytes[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn a_changed_archive_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let dir = &folder.path().join("s");
    change(dir, &case());
    let query = Query::parse("query", QUERIES[0]).unwrap();
    let receipt = receipt(&Archive::open(dir).unwrap(), &query);
    change(dir, &[Document { ntriples: "".into(), ..case().remove(0) }]);
    let refusal = || -> String {
        let archive = Archive::open(dir).map_err(|e| e.to_string()).err();
        archive.unwrap_or_else(|| {
            let archive = Archive::open(dir).unwrap();
            let then = receipt.store_then(&archive).map_err(|e| e.to_string());
            match then {
                Err(error) => error,
                Ok(then) => Index::open(&then, ontology::schemes())
                    .map(|_| "nothing".to_owned())
                    .unwrap_or_else(|e| e.to_string()),
            }
        })
    };
    assert_eq!(refusal(), "nothing");
    let mut files = Vec::new();
    for folder in ["revisions", "objects"] {
        collect(&dir.join(folder), &mut files);
    }
    assert!(files.len() >= 4);
    let mut told = 0;
    for file in &files {
        let bytes = fs::read(file).unwrap();
        let mut flipped = bytes.clone();
        flipped[bytes.len() / 2] ^= 1;
        fs::write(file, flipped).unwrap();
        told += usize::from(refusal() != "nothing");
        fs::write(file, bytes).unwrap();
    }
    // All but the object of the later revision, which the receipt is not of.
    assert_eq!(told, files.len() - 1, "{files:?}");
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

#[test]
fn the_engine_is_the_one_that_is_built_in() {
    let lock = fs::read_to_string("Cargo.lock").unwrap();
    let (name, version) = ENGINE.split_once(' ').unwrap();
    assert!(
        lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\"\n")),
        "{ENGINE} is not in Cargo.lock"
    );
}
