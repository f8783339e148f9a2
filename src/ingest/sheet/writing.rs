//! A sheet as YAML: a section a heading, a record an item, what is short on one line.

use serde_json::{Map, Value};

/// Columns that a value on one line takes at most.
const LINE: usize = 110;

/// The sheet.
#[must_use]
pub fn as_yaml(fields: &Map<String, Value>) -> String {
    let mut out = String::new();
    for (name, value) in fields {
        match value {
            Value::Array(records) => {
                out += &format!("\n{name}:\n");
                for record in records {
                    out.push_str("\n  - ");
                    block(record, 4, &mut out);
                }
            }
            value => out += &format!("{name}: {}\n", flow(value)),
        }
    }
    out
}

/// The fields of a record, the first where the text ends, the others below it.
fn block(record: &Value, indent: usize, out: &mut String) {
    let Value::Object(fields) = record else {
        *out += &format!("{}\n", flow(record));
        return;
    };
    for (number, (name, value)) in fields.iter().enumerate() {
        if number > 0 {
            *out += &" ".repeat(indent);
        }
        let text = flow(value);
        match value {
            Value::Array(items) if text.chars().count() + name.len() + indent > LINE => {
                *out += &format!("{name}:\n");
                for item in items {
                    *out += &format!("{}- {}\n", " ".repeat(indent + 2), flow(item));
                }
            }
            _ => *out += &format!("{name}: {text}\n"),
        }
    }
}

/// A value on one line.
fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| format!("{}: {}", scalar(name), flow(value));
            format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// A text: as it is where nothing of it means anything in YAML, else between quotation marks.
fn scalar(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || " -_./;()'’–%$€+".contains(c);
    // What YAML of any version reads as something else than a text.
    let is_word = |word: &str| {
        ["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(&word.to_lowercase().as_str())
    };
    let plain = text.starts_with(char::is_alphabetic)
        && text.chars().all(is_plain)
        && text.trim() == text
        && !text.contains("  ")
        && !is_word(text);
    if plain {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                out += &format!("\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
