//! A sheet as tables: one for each kind of record, a column a field.

use crate::export::{Cell, CellTable};
use crate::ingest::sheet::holds_lists;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Sections, and what a row of each says it is.
const RECORDS: [(&str, &str); 13] = [
    ("positions", "position"),
    ("events", "event"),
    ("measures", "measure"),
    ("relations", "relation"),
    ("officeClaims", "officeClaim"),
    ("nothingToEncode", "nothing"),
    ("articles", "article"),
    ("actors", "actor"),
    ("posts", "post"),
    ("memberships", "membership"),
    ("vocabulary", "concept"),
    ("topics", "topic"),
    ("issues", "issue"),
];

/// The sections as tables. The article that a whole sheet is about goes into its rows.
pub(super) fn tables(sheet: &Map<String, Value>) -> Vec<CellTable> {
    let article = sheet.get("article").and_then(Value::as_str);
    let mut tables = Vec::new();
    for (section, word) in RECORDS {
        let Some(Value::Array(records)) = sheet.get(section) else { continue };
        let is_stated = RECORDS.iter().position(|(other, _)| *other == section).is_some_and(|at| at < 6);
        let mut columns: Vec<String> = vec!["record".to_owned()];
        let mut rows: Vec<BTreeMap<String, String>> = Vec::new();
        for record in records {
            let mut row = BTreeMap::from([("record".to_owned(), word.to_owned())]);
            let mut take = |name: String, value: String| {
                if !columns.contains(&name) {
                    columns.push(name.clone());
                }
                row.insert(name, value);
            };
            if let Value::Object(fields) = record {
                for (name, value) in fields {
                    flatten(name, value, &mut take);
                }
                if let (true, Some(article), false) = (is_stated, article, fields.contains_key("article")) {
                    take("article".to_owned(), article.to_owned());
                }
            }
            rows.push(row);
        }
        let cells = |row: &BTreeMap<String, String>| {
            columns.iter().map(|name| row.get(name).cloned().map(Cell::Text).unwrap_or_default()).collect()
        };
        let rows = rows.iter().map(cells).collect();
        tables.push(CellTable { name: section.to_owned(), columns: columns.clone(), rows });
    }
    tables
}

/// The cells of a value: fields of fields have dots, items of lists count from 1.
fn flatten(name: &str, value: &Value, take: &mut impl FnMut(String, String)) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (field, value) in fields {
                flatten(&format!("{name}.{field}"), value, take);
            }
        }
        Value::Array(items) => {
            for (number, item) in (1..).zip(items) {
                flatten(&format!("{name}.{number}"), item, take);
            }
        }
        // In a cell of its own it would be taken for several items.
        Value::String(text) if text.contains('|') && holds_lists(name) => {
            take(format!("{name}.1"), text.clone())
        }
        Value::String(text) => take(name.to_owned(), text.clone()),
        other => take(name.to_owned(), other.to_string()),
    }
}
