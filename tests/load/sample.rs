//! Random sheets, and the four ways to write them.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use standpoint::model::{Certainty, Concept, ConditionKind, Explicitness, Family, Mode, Stance};
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
    // A bar parts the items of a cell.
    words
        .prop_map(|text| text.replace('|', "/"))
        .prop_filter("texts are not empty", |text| !text.is_empty())
        .prop_map(Value::from)
}

fn word<C: Concept + 'static>() -> impl Strategy<Value = Value> {
    prop::sample::select(C::ALL.iter().map(|concept| concept.word()).collect::<Vec<_>>())
        .prop_map(Value::from)
}

fn quote() -> impl Strategy<Value = Value> {
    (text(), 0..9000_u32).prop_map(|(exact, start)| json!({ "exact": exact, "start": start }))
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
    let attribution = (actor(), text(), option::of(quote())).prop_map(|(source, verb, quote)| match quote {
        Some(quote) => json!({ "source": source, "verb": verb, "quote": quote }),
        None => json!({ "source": source, "verb": verb }),
    });
    let time = (text(), 0..9000_u32)
        .prop_map(|(text, start)| json!({ "text": text, "start": start, "edtf": "2025-04" }));
    let time = prop_oneof![time, Just(Value::from("2025-04-11"))];
    let plain = (actor(), issue_and_stance, word::<Mode>(), word::<Explicitness>(), word::<Certainty>());
    let lists = (
        vec(quote(), 1..3),
        vec(quote(), 0..3),
        vec(text(), 0..3),
        vec(actor(), 0..3),
        vec(attribution, 0..3),
    );
    (plain, lists, option::of(condition), option::of(time)).prop_map(|(plain, lists, condition, time)| {
        let (actor, (issue, stance), mode, explicitness, certainty) = plain;
        let (quotes, hedges, notes, targets, attribution) = lists;
        let mut fields = vec![
            ("actor", actor),
            ("issue", issue.into()),
            ("stance", stance.into()),
            ("mode", mode),
            ("explicitness", explicitness),
            ("certainty", certainty),
            ("quote", quotes.into()),
            ("hedge", hedges.into()),
            ("note", notes.into()),
            ("target", targets.into()),
            ("attribution", attribution.into()),
        ];
        fields.extend(condition.map(|condition| ("condition", Value::from(vec![condition]))));
        fields.extend(time.map(|time| ("time", time)));
        fields.retain(|(_, value)| value.as_array().is_none_or(|items| !items.is_empty()));
        Record { kind: "position", fields }
    })
}

/// A sheet's records: registry and positions.
pub fn records() -> impl Strategy<Value = Vec<Record>> {
    let labels = vec(text(), 5);
    (labels, vec(position(), 1..4)).prop_map(|(labels, positions)| {
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
        records.extend(positions);
        records
    })
}

fn object(fields: &[(&'static str, Value)]) -> Value {
    Value::Object(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
}

const HEAD: &[(&str, &str)] = &[("document", "tests/random"), ("article", "speech")];

fn sections(records: &[Record]) -> Vec<(String, Vec<Value>)> {
    let kinds = ["article", "actor", "issue", "position"];
    let section = |kind: &str| {
        let items = records.iter().filter(|r| r.kind == kind).map(|r| object(&r.fields)).collect();
        (format!("{kind}s"), items)
    };
    kinds.into_iter().map(section).collect()
}

pub fn json(records: &[Record]) -> String {
    let head = HEAD.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
    let sections = sections(records).into_iter().map(|(name, items)| (name, Value::from(items)));
    Value::Object(head.chain(sections).collect::<Map<_, _>>()).to_string()
}

pub fn json_lines(records: &[Record]) -> String {
    let mut out = json!({ "record": "sheet", "document": "tests/random", "article": "speech" }).to_string();
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
    for (name, value) in HEAD {
        let _ = writeln!(out, "{name}: {value}");
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
    let mut rows: Vec<Vec<(String, String)>> = vec![
        std::iter::once(("record".to_owned(), "sheet".to_owned()))
            .chain(HEAD.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
            .collect(),
    ];
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
