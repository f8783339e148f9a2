//! The JSON Schema of coding sheets, generated from the serde model.

use super::record::Sheet;
use schemars::generate::SchemaSettings;

/// The schema as pretty JSON with a final newline: draft 7, which every editor understands.
#[must_use]
pub fn schema() -> String {
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<Sheet>();
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text.push('\n');
    text
}
