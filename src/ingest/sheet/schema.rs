//! The JSON Schema of coding sheets, generated from the serde model.

use super::record::Sheet;
use crate::model::{Concept, List};
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

/// The schema as pretty JSON with a final newline: draft 7, which every editor understands. `own` has the words
/// that a case adds to lists.
#[must_use]
pub fn schema(own: &[(List, Vec<String>)]) -> String {
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<Sheet>();
    let mut schema = serde_json::to_value(&schema).expect("a schema is JSON");
    for (list, words) in own.iter().filter(|(_, words)| !words.is_empty()) {
        extend(&mut schema, *list, words);
    }
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text.push('\n');
    text
}

/// Adds words to every enumeration of a list; where any word will do, as examples of the field.
fn extend(schema: &mut Value, list: List, words: &[String]) {
    let model = list.words();
    match schema {
        Value::Object(fields) => {
            if let Some(Value::Array(listed)) = fields.get_mut("enum")
                && !model.is_empty()
                && listed.iter().take(model.len()).map(Value::as_str).eq(model.iter().map(|word| Some(*word)))
            {
                listed.splice(model.len()..model.len(), words.iter().map(|word| json!(word)));
            }
            let field = fields.get_mut("properties").and_then(|properties| properties.get_mut(list.word()));
            if let (true, Some(Value::Object(field))) = (model.is_empty(), field) {
                field.insert("examples".to_owned(), json!(words));
            }
            fields.values_mut().for_each(|value| extend(value, list, words));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| extend(item, list, words)),
        _ => {}
    }
}
