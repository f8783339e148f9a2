//! CSL-JSON, which Zotero, Pandoc and citeproc read.

use super::{Reference, ReferenceWriter};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

/// The writer of CSL-JSON.
pub(super) struct CslJson;

impl ReferenceWriter for CslJson {
    fn text(&self, references: &[Reference]) -> String {
        let items: Value = references.iter().map(item).collect();
        format!("{items:#}\n")
    }
}

fn item(reference: &Reference) -> Value {
    let mut item = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            item.insert(name.to_owned(), value);
        }
    };
    put("id", reference.key.clone().into());
    put("type", "article-newspaper".into());
    put("title", reference.title.clone().into());
    // Names of people and of desks are not told apart.
    let authors: Vec<Value> = reference.authors.iter().map(|name| json!({ "literal": name })).collect();
    put("author", if authors.is_empty() { Value::Null } else { authors.into() });
    put("container-title", reference.publisher.clone().into());
    let parts = |day: Date| json!([day.year(), day.month(), day.day()]);
    put(
        "issued",
        match (reference.from.or(reference.until), reference.until.or(reference.from)) {
            (Some(from), Some(until)) if from == until => json!({ "date-parts": [parts(from)] }),
            (Some(from), Some(until)) => json!({ "date-parts": [parts(from), parts(until)] }),
            _ => Value::Null,
        },
    );
    put("language", reference.language.clone().into());
    put("URL", reference.link.clone().into());
    put("note", reference.note.clone().into());
    put("custom", json!({ "iri": reference.iri }));
    Value::Object(item)
}
