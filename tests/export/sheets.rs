//! Sheets that are written load to the same graph.

use proptest::prelude::*;
use serde_json::{Value, json};
use standpoint::export::{SheetForm, sheets};
use standpoint::ingest;
use standpoint::model::document::Document;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

fn documents(folder: &Path) -> Vec<Document> {
    let inputs = ingest::find(&[folder.to_owned()], None).unwrap();
    let loaded = ingest::read(&inputs, ingest::Options::default(), ingest::nothing_known());
    loaded.unwrap_or_else(|error| panic!("{error:#?}")).documents
}

fn lines(documents: &[Document]) -> BTreeMap<String, BTreeSet<String>> {
    let lines = |document: &Document| {
        let text = document.ntriples.text().unwrap();
        (document.name.as_str().to_owned(), text.lines().map(str::to_owned).collect())
    };
    documents.iter().map(lines).collect()
}

/// Everything but how it was coded, whichever document says it.
fn uncoded(documents: &[Document]) -> BTreeSet<String> {
    let all = lines(documents).into_values().flatten();
    all.filter(|line| !line.contains("/coding/") && !line.contains("/coder/")).collect()
}

/// Writes documents as sheets and loads these.
fn back(documents: &[Document], form: SheetForm) -> Vec<Document> {
    let written = sheets(documents, None, form, "back.yaml").unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in &written.files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let lost: Vec<&String> =
        written.lost.iter().filter(|line| !line.contains("/coding/") && !line.contains("/coder/")).collect();
    assert!(lost.is_empty(), "{form:?}: {lost:#?}");
    self::documents(folder.path())
}

fn assert_round_trip(all: &[Document]) {
    assert_eq!(lines(&back(all, SheetForm::Folder)), lines(all), "a sheet a document");
    let bases: BTreeSet<bool> = lines(all)
        .into_values()
        .flatten()
        .map(|line| line.starts_with("<https://w3id.org/standpoint/id/"))
        .collect();
    if bases.len() == 1 {
        assert_eq!(uncoded(&back(all, SheetForm::One)), uncoded(all), "one sheet");
        assert_eq!(uncoded(&back(all, SheetForm::Csv)), uncoded(all), "a table a kind of record");
    }
}

#[test]
fn the_shipped_cases_come_back() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    for case in ["night-ferry", "witkoff-putin-2025"] {
        assert_round_trip(&documents(&data.join(case)));
    }
    // Coded by another person, under another base.
    let mut all = documents(&data.join("night-ferry"));
    let inputs = ingest::find(&[data.join("night-ferry"), data.join("night-ferry-recoded")], None).unwrap();
    let loaded = ingest::read(&inputs, ingest::Options::default(), ingest::nothing_known()).unwrap();
    all.clone_from(&loaded.documents);
    assert_eq!(lines(&back(&all, SheetForm::Folder)), lines(&all));
}

#[test]
fn what_sheets_have_no_form_for_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let text = "<https://example.org/a> <https://example.org/b> \"c\" .\n";
    fs::write(folder.path().join("foreign.nt"), text).unwrap();
    let written = sheets(&documents(folder.path()), None, SheetForm::Folder, "").unwrap();
    assert_eq!(written.lost.into_iter().collect::<Vec<_>>(), [text.trim_end()]);
}

/// Texts as people write them: of several scripts, with what YAML and CSV give a meaning to.
fn text() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        "[a-zA-Z][a-z ]{0,20}[a-z]",
        "[-#:{}\\[\\]|>&*!%@`'\", a-zà-ÿ]{0,12}[a-z]",
        "[0-9]{1,4}(-[0-9]{2})?",
        "(yes|no|null|true|~|=1\\+1|2025-01-01|Київ|東京 都|“x”)",
    ];
    // Cells of CSV are trimmed.
    text.prop_map(|text| text.trim().to_owned()).prop_filter("empty", |text| !text.is_empty())
}

fn maybe<S: Strategy<Value = Value>>(value: S) -> impl Strategy<Value = Value> {
    prop::option::of(value).prop_map(|value| value.unwrap_or(Value::Null))
}

fn word(words: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop::sample::select(words).prop_map(Value::from)
}

fn quote() -> impl Strategy<Value = Value> {
    // One start has one text: two quotes of other words at one place are refused.
    (0_u32..40).prop_map(|at| json!({ "exact": format!("words at {at}"), "start": at * 30 }))
}

fn list<S: Strategy<Value = Value>>(value: S) -> impl Strategy<Value = Value> {
    prop::collection::vec(value, 0..3).prop_map(|mut values| {
        values.sort_by_key(Value::to_string);
        values.dedup();
        Value::Array(values)
    })
}

const ACTORS: &[&str] = &["a0", "a1", "a2", "a3"];
const CERTAINTY: &[&str] = &["certain", "probable", "possible", "underspecified"];

fn attested(fields: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let attribution = (word(ACTORS), maybe(text().prop_map(Value::from)), maybe(quote()))
        .prop_map(|(source, verb, quote)| json!({ "source": source, "verb": verb, "quote": quote }));
    let time = (maybe(quote()), word(&["2025", "2025-03", "2025-03-04", "2025-03-04/2025-04-01"]), maybe(text().prop_map(Value::from)))
        .prop_map(|(quote, edtf, note)| {
            json!({ "text": quote["exact"], "start": quote["start"], "edtf": edtf, "basis": "inferred", "note": note })
        });
    // The same words twice are a slip, which the IRI shows and the graph does not.
    let quotes = (quote(), list(quote())).prop_map(|(first, more)| {
        let more = more.as_array().unwrap().iter().filter(|quote| **quote != first).cloned();
        Value::from_iter([first.clone()].into_iter().chain(more))
    });
    // Words whose place is not known; none at all, as of a row of a table.
    let unplaced = (0_u32..40).prop_map(|at| json!([{ "exact": format!("unplaced words {at}") }]));
    let quotes = prop_oneof![4 => quotes, 1 => unplaced, 1 => Just(Value::Null)];
    let key = "[a-z]{3}-[0-9]{1,3}".prop_map(Value::from);
    let notes = list(text().prop_map(Value::from));
    let more = (quotes, key, list(attribution), word(CERTAINTY), list(quote()), maybe(time), notes);
    (fields, more).prop_map(|(mut fields, (quote, key, attribution, certainty, hedge, time, note))| {
        // Of what has words, a key is for other records alone.
        let key = if quote.is_null() { key } else { Value::Null };
        let more = json!({ "quote": quote, "key": key, "attribution": attribution, "certainty": certainty, "hedge": hedge,
            "time": time, "note": note });
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        without_nulls(&mut fields);
        fields
    })
}

fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let nulls: Vec<String> =
                fields.iter().filter(|(_, value)| value.is_null()).map(|(name, _)| name.clone()).collect();
            nulls.iter().for_each(|name| drop(fields.remove(name)));
            fields.iter_mut().for_each(|(_, value)| without_nulls(value));
        }
        Value::Array(items) => items.iter_mut().for_each(without_nulls),
        _ => {}
    }
}

fn position() -> impl Strategy<Value = Value> {
    let condition = (word(&["if", "unless", "until"]), text(), maybe(word(&["i0", "i1"])), maybe(quote()))
        .prop_map(|(kind, text, requires, quote)| json!({ "kind": kind, "text": text, "requires": requires, "quote": quote }));
    let reason = (text(), maybe(quote())).prop_map(|(text, quote)| json!({ "text": text, "quote": quote }));
    let stance =
        word(&["supports", "opposes", "conditionally supports", "neutral", "undeclared", "critical"]);
    let who =
        (word(ACTORS), list(word(ACTORS)), stance, word(&["i0", "i1"]), word(&["demand", "vote", "other"]));
    let how = (
        word(&["explicit", "reported", "inferred"]),
        maybe(word(&["weak", "strong"])),
        maybe(word(&["superseded", "retracted", "disputed"])),
        list(condition),
        list(reason),
        list(word(ACTORS)),
    );
    attested((who, how).prop_map(|((actor, on_behalf_of, stance, issue, mode), how)| {
        let (explicitness, intensity, status, condition, reason, target) = how;
        json!({ "actor": actor, "onBehalfOf": on_behalf_of, "stance": stance, "issue": issue, "mode": mode,
            "explicitness": explicitness, "intensity": intensity, "status": status, "condition": condition,
            "reason": reason, "target": target })
    }))
}

fn measure() -> impl Strategy<Value = Value> {
    attested((text(), "[0-9]{1,3}(\\.[0-9]{1,2})?", text(), list(word(ACTORS)), list(word(&["i0", "i1"]))).prop_map(
        |(label, value, unit, of, about)| {
            json!({ "label": label, "value": value, "unit": unit, "of": of, "about": about, "comparator": "about" })
        },
    ))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn generated_sheets_come_back(
        labels in prop::collection::vec(text(), 6),
        aliases in prop::collection::vec(text(), 3),
        notes in list(text().prop_map(Value::from)),
        positions in prop::collection::vec(position(), 0..4),
        measures in prop::collection::vec(measure(), 0..3),
        date in prop::option::of(Just("2025-06-01")),
    ) {
        let folder = tempfile::tempdir().unwrap();
        // Names are told apart by their number: what two things share, no sheet can mean.
        let label = |i: usize| format!("{} {i}", labels[i]);
        let actor = |i: usize| {
            let alias = aliases.get(i).map(|alias| json!({ "uk": format!("{alias} {i}") }));
            let mut actor = json!({ "id": format!("a{i}"), "label": label(i), "kind": "person", "note": notes,
                "aliases": alias });
            without_nulls(&mut actor);
            actor
        };
        let issue = |i: usize| json!({ "id": format!("i{i}"), "label": label(4 + i), "family": "proposal" });
        let registry = json!({
            "document": "generated/registry",
            "actors": (0..4).map(actor).collect::<Vec<_>>(),
            "issues": [issue(0), issue(1)],
            "articles": [{ "id": "art", "title": labels[0], "published": date, "length": 5000 }],
        });
        let mut registry = registry;
        without_nulls(&mut registry);
        let sheet = json!({
            "document": "generated/sheet", "article": "art", "coding": { "coder": labels[1], "date": "2025-06-02" },
            "positions": positions, "measures": measures,
        });
        fs::write(folder.path().join("registry.json"), registry.to_string()).unwrap();
        fs::write(folder.path().join("sheet.json"), sheet.to_string()).unwrap();
        let inputs = ingest::find(&[folder.path().to_owned()], None).unwrap();
        let read = ingest::read(&inputs, ingest::Options::default(), ingest::nothing_known());
        // Two records that state the same and differ are refused, as is a coder without a letter.
        let Ok(loaded) = read else { return Ok(()) };
        assert_round_trip(&loaded.documents);
    }
}
