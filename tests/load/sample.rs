//! Random sheets, and the four ways to write them.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use standpoint::model::{
    ActorKind, Certainty, Comparator, Concept, ConditionKind, EventKind, Explicitness, Family, Intensity,
    Mode, RelationKind, Stance, Status,
};
use std::fmt::Write;

/// A record: its kind, and its fields in the order of the file.
#[derive(Clone, Debug)]
pub struct Record {
    pub kind: &'static str,
    pub fields: Vec<(&'static str, Value)>,
}

/// Texts with whatever a format may trip over. CSV cannot tell blanks at the ends.
fn text() -> impl Strategy<Value = Value> {
    let words = prop_oneof![
        4 => "[ -~äЖ漢🙂\n]{1,24}",
        1 => prop::sample::select(vec!["null", "true", "no", "2025-04-11", "1e3", "- a", "a: b", "#", "'", "\"x\", y", "~"])
            .prop_map(str::to_owned),
    ];
    let words = words.prop_map(|text: String| text.trim().to_owned());
    words.prop_filter("texts are not empty", |text| !text.is_empty()).prop_map(Value::from)
}

fn word<C: Concept + 'static>() -> impl Strategy<Value = Value> {
    prop::sample::select(C::ALL.iter().map(|concept| concept.word()).collect::<Vec<_>>())
        .prop_map(Value::from)
}

/// Their places are given to quotes at last, lest two stand at one.
fn quote() -> impl Strategy<Value = Value> {
    text().prop_map(|exact| json!({ "exact": exact, "start": 0 }))
}

fn place(value: &mut Value, next: &mut u32) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| place(item, next)),
        Value::Object(fields) => {
            for (name, value) in fields {
                if name == "start" {
                    *value = (*next).into();
                    *next += 40;
                } else {
                    place(value, next);
                }
            }
        }
        _ => {}
    }
}

fn actor() -> impl Strategy<Value = Value> {
    (0..3).prop_map(|i| Value::from(format!("actor-{i}")))
}

fn position() -> impl Strategy<Value = Record> {
    let issue_and_stance = any::<bool>().prop_flat_map(|claim| {
        let family = if claim { Family::Claim } else { Family::Proposal };
        let stances: Vec<&str> = Stance::ALL.iter().filter(|s| s.fits(family)).map(|s| s.word()).collect();
        (Just(if claim { "issue-1" } else { "issue-0" }), prop::sample::select(stances))
    });
    let condition =
        (word::<ConditionKind>(), text()).prop_map(|(kind, text)| json!({ "kind": kind, "text": text }));
    let reason = (text(), quote()).prop_map(|(text, quote)| json!({ "text": text, "quote": quote }));
    let rare = (
        option::of(word::<Intensity>()),
        option::of(word::<Status>()),
        option::of(actor()),
        vec(reason, 0..3),
        option::of(Just(json!({ "from": "2025-04", "until": "2025-05-02" }))),
    );
    let plain = (actor(), issue_and_stance, word::<Mode>(), word::<Explicitness>(), word::<Certainty>());
    (plain, vec(actor(), 0..3), vec(condition, 0..3), rare, attested()).prop_map(
        |(plain, targets, conditions, rare, attested)| {
            let (actor, (issue, stance), mode, explicitness, certainty) = plain;
            let (intensity, status, on_behalf_of, reasons, valid) = rare;
            let mut fields = vec![
                ("actor", actor),
                ("issue", issue.into()),
                ("stance", stance.into()),
                ("mode", mode),
                ("explicitness", explicitness),
                ("certainty", certainty),
                ("target", targets.into()),
                ("condition", conditions.into()),
                ("reason", reasons.into()),
            ];
            fields.extend(intensity.map(|intensity| ("intensity", intensity)));
            fields.extend(status.map(|status| ("status", status)));
            fields.extend(on_behalf_of.map(|actor| ("onBehalfOf", actor)));
            fields.extend(valid.map(|valid| ("valid", valid)));
            fields.extend(attested);
            record("position", fields)
        },
    )
}

/// What every record that an article states may have.
fn attested() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let attribution = (actor(), text(), option::of(quote())).prop_map(|(source, verb, quote)| match quote {
        Some(quote) => json!({ "source": source, "verb": verb, "quote": quote }),
        None => json!({ "source": source, "verb": verb }),
    });
    let time = text().prop_map(|text| json!({ "text": text, "start": 0, "edtf": "2025-04" }));
    let time = prop_oneof![time, Just(Value::from("2025-04-11"))];
    let lists = (vec(quote(), 1..3), vec(quote(), 0..3), vec(text(), 0..3), vec(attribution, 0..3));
    (lists, option::of(time)).prop_map(|((quotes, hedges, notes, attribution), time)| {
        let mut fields: Vec<(&str, Value)> = vec![
            ("quote", quotes.into()),
            ("hedge", hedges.into()),
            ("note", notes.into()),
            ("attribution", attribution.into()),
        ];
        fields.extend(time.map(|time| ("time", time)));
        fields
    })
}

fn record(kind: &'static str, mut fields: Vec<(&'static str, Value)>) -> Record {
    fields.retain(|(_, value)| value.as_array().is_none_or(|items| !items.is_empty()));
    Record { kind, fields }
}

/// What an article states beside positions.
fn fact() -> impl Strategy<Value = Record> {
    let event =
        (word::<EventKind>(), vec(actor(), 0..3), option::of(text())).prop_map(|(kind, actors, place)| {
            let mut fields =
                vec![("kind", kind), ("participant", actors.into()), ("about", json!(["issue-0"]))];
            fields.extend(place.map(|place| ("place", place)));
            ("event", fields)
        });
    let value = prop_oneof![
        (0..100_000_u32).prop_map(Value::from),
        (0..100_000_u32).prop_map(|n| Value::from(f64::from(n) / 100.0)),
        Just(Value::from("1.50")),
    ];
    let measure = (value, word::<Comparator>(), text(), vec(actor(), 0..2)).prop_map(
        |(value, comparator, unit, of)| {
            let fields =
                vec![("value", value), ("comparator", comparator), ("unit", unit), ("of", of.into())];
            ("measure", fields)
        },
    );
    let relation =
        (actor(), word::<RelationKind>(), Just(Value::from("actor-3"))).prop_map(|(from, relation, to)| {
            ("relation", vec![("from", from), ("relation", relation), ("to", to)])
        });
    let claim =
        actor().prop_map(|person| ("officeClaim", vec![("person", person), ("post", "post-0".into())]));
    let facts = prop_oneof![event, measure, relation, claim];
    (facts, text(), word::<Certainty>(), attested()).prop_map(
        |((kind, mut fields), label, certainty, attested)| {
            if matches!(kind, "event" | "measure") {
                fields.push(("label", label));
            }
            fields.push(("certainty", certainty));
            fields.extend(attested);
            record(kind, fields)
        },
    )
}

/// Reference knowledge: a topic, an office and who holds it, an alias in another language.
fn reference() -> impl Strategy<Value = Vec<Record>> {
    (text(), text(), word::<ActorKind>(), any::<bool>(), option::of(quote()), text()).prop_map(
        |(label, alias, kind, single, nothing, why)| {
            let name = |of: &str| Value::from(format!("{of} {}", label.as_str().unwrap_or_default()));
            let aliases = json!([{ "uk": alias }, name("another")]);
            let mut records = vec![
                record("topic", vec![("id", "topic-0".into()), ("label", json!({ "de": name("topic") }))]),
                record(
                    "actor",
                    vec![
                        ("id", "actor-3".into()),
                        ("label", name("actor")),
                        ("aliases", aliases),
                        ("kind", kind),
                        ("memberOf", json!(["actor-0", "actor-1"])),
                        ("exactMatch", json!(["http://www.wikidata.org/entity/Q42"])),
                    ],
                ),
                record(
                    "post",
                    vec![
                        ("id", "post-0".into()),
                        ("label", name("post")),
                        ("organisation", "actor-3".into()),
                        ("singleHolder", single.into()),
                    ],
                ),
                record(
                    "membership",
                    vec![
                        ("person", "actor-0".into()),
                        ("post", "post-0".into()),
                        ("from", "2022-10".into()),
                        ("note", json!([why])),
                    ],
                ),
            ];
            records.extend(nothing.map(|quote| record("nothing", vec![("quote", quote), ("why", why)])));
            records
        },
    )
}

/// A sheet's records: registry and positions.
pub fn records() -> impl Strategy<Value = Vec<Record>> {
    let labels = vec(text(), 5);
    (labels, vec(position(), 1..4), vec(fact(), 0..4), reference()).prop_map(
        |(labels, positions, facts, reference)| {
            let article = Record {
                kind: "article",
                fields: vec![("id", "speech".into()), ("length", 10_000.into()), ("language", "en".into())],
            };
            let mut records = vec![article];
            for (i, label) in labels.into_iter().enumerate() {
                // What is random in a name must not make it the name of another.
                let label = Value::from(format!("{i} {}", label.as_str().unwrap_or_default()));
                records.push(match i {
                    0..3 => Record {
                        kind: "actor",
                        fields: vec![
                            ("id", format!("actor-{i}").into()),
                            ("label", label),
                            ("kind", "person".into()),
                        ],
                    },
                    _ => Record {
                        kind: "issue",
                        fields: vec![
                            ("id", format!("issue-{}", i - 3).into()),
                            ("label", label),
                            ("family", if i == 3 { "proposal" } else { "claim" }.into()),
                        ],
                    },
                });
            }
            let first = records.len();
            records.extend(positions);
            // The second of two replaces the first, and may be read otherwise.
            if let [one, other, ..] = &mut records[first..] {
                one.fields.push(("key", "first".into()));
                other
                    .fields
                    .extend([("supersedes", json!(["first"])), ("alternativeReading", json!(["first"]))]);
            }
            records.extend(facts);
            records.extend(reference);
            let mut next = 0;
            records.iter_mut().flat_map(|r| &mut r.fields).for_each(|(_, value)| place(value, &mut next));
            records
        },
    )
}

fn object(fields: &[(&'static str, Value)]) -> Value {
    Value::Object(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
}

/// The sheet's own fields.
fn head() -> Map<String, Value> {
    let coding = json!({ "coder": "Ana", "date": "2026-01-31", "model": "m", "acceptedBy": "Bo" });
    let head = json!({ "document": "tests/random", "article": "speech", "coding": coding });
    head.as_object().cloned().unwrap_or_default()
}

fn sections(records: &[Record]) -> Vec<(String, Vec<Value>)> {
    let mut kinds: Vec<&str> = records.iter().map(|record| record.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let section = |kind: &str| {
        let items = records.iter().filter(|r| r.kind == kind).map(|r| object(&r.fields)).collect();
        (if kind == "nothing" { "nothingToEncode".to_owned() } else { format!("{kind}s") }, items)
    };
    kinds.into_iter().map(section).collect()
}

pub fn json(records: &[Record]) -> String {
    let sections = sections(records).into_iter().map(|(name, items)| (name, Value::from(items)));
    Value::Object(head().into_iter().chain(sections).collect::<Map<_, _>>()).to_string()
}

pub fn json_lines(records: &[Record]) -> String {
    let mut head = head();
    head.insert("record".to_owned(), "sheet".into());
    let mut out = Value::from(head).to_string();
    for record in records {
        let mut fields = record.fields.clone();
        // A row is a position unless it says otherwise.
        if record.kind != "position" {
            fields.insert(0, ("record", record.kind.into()));
        }
        let _ = write!(out, "\n{}", object(&fields));
    }
    out
}

pub fn yaml(records: &[Record]) -> String {
    let mut out = String::new();
    for (name, value) in head() {
        let _ = write!(out, "{name}:");
        block(&value, 1, &mut out);
    }
    for (section, items) in sections(records) {
        let _ = write!(out, "{section}:");
        block(&Value::from(items), 1, &mut out);
    }
    out
}

/// A value in the block style of YAML, after the `:` of its field.
fn block(value: &Value, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Array(items) => {
            out.push('\n');
            for item in items {
                let _ = write!(out, "{indent}-");
                block(item, depth + 1, out);
            }
        }
        Value::Object(fields) => {
            out.push('\n');
            for (name, value) in fields {
                let _ = write!(out, "{indent}{name}:");
                block(value, depth + 1, out);
            }
        }
        Value::String(text) => {
            let _ = writeln!(out, " {}", scalar(text));
        }
        other => {
            let _ = writeln!(out, " {other}");
        }
    }
}

fn scalar(text: &str) -> String {
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ');
    if is_plain && text != "null" {
        text.to_owned()
    } else if text.contains('\n') || text.contains('"') {
        // JSON's quotation is YAML's, too.
        Value::from(text).to_string()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

pub fn csv(records: &[Record]) -> String {
    let mut row = vec![("record".to_owned(), "sheet".to_owned())];
    head().into_iter().for_each(|(name, value)| cells(name, &value, &mut row));
    let mut rows: Vec<Vec<(String, String)>> = vec![row];
    for record in records {
        let mut row = vec![("record".to_owned(), record.kind.to_owned())];
        for (name, value) in &record.fields {
            cells((*name).to_owned(), value, &mut row);
        }
        rows.push(row);
    }
    let mut header: Vec<&String> = Vec::new();
    for (column, _) in rows.iter().flatten() {
        if !header.contains(&column) {
            header.push(column);
        }
    }
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(header.iter().map(|column| column.as_str())).expect("memory takes any row");
    for row in &rows {
        let cell = |column: &&String| {
            row.iter().find(|(name, _)| name == *column).map_or("", |(_, text)| text.as_str())
        };
        out.write_record(header.iter().map(cell)).expect("memory takes any row");
    }
    String::from_utf8(out.into_inner().expect("memory takes any row")).expect("what was written is UTF-8")
}

/// A field's columns: `quote.1.exact`.
fn cells(name: String, value: &Value, row: &mut Vec<(String, String)>) {
    match value {
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                cells(format!("{name}.{}", i + 1), item, row);
            }
        }
        Value::Object(fields) => {
            for (field, value) in fields {
                cells(format!("{name}.{field}"), value, row);
            }
        }
        Value::String(text) => row.push((name, text.clone())),
        other => row.push((name, other.to_string())),
    }
}
