//! Marks on pages and texts: what annotation tools export.
//!
//! Which tool it was is seen in the content: no two of these formats can be taken for each other.

mod cas;
mod doccano;
mod web;
mod webanno;

pub use web::GENERATOR;

use super::marks::{self, Codes, Marked};
use super::{Imported, Options};
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::error::{Error, Result};
use crate::ingest::{BYTE_ORDER_MARK, invalid_utf8};
use serde_json::Value;
use std::path::Path;

/// Reads annotations: Web Annotations in JSON-LD, exports of Hypothesis, doccano and INCEpTION (UIMA CAS JSON,
/// WebAnno TSV 3).
///
/// # Errors
/// A file in none of these formats; more faulty marks than may be left out.
pub fn read(file: &Path, codes: &Codes, options: &Options) -> Result<Imported> {
    let name = file.display().to_string();
    let bytes = std::fs::read(file).map_err(Error::file("read", file))?;
    let text = String::from_utf8(bytes).map_err(|error| Error::Input(vec![invalid_utf8(&name, &error)]))?;
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text);
    let articles = parse(text, &Imported::name_of(file)).map_err(|fault| {
        let place = fault.line.map_or_else(|| Place::file(&name), |line| Place::line(&name, line, 1));
        Error::Input(vec![Diagnostic::error(fault.message).help(fault.help).at(place)])
    })?;
    marks::imported(file, articles, codes, options)
}

/// Why a file cannot be read.
#[derive(Debug)]
struct Fault {
    message: String,
    line: Option<usize>,
    help: &'static str,
}

impl Fault {
    fn new(message: impl Into<String>, line: Option<usize>) -> Self {
        let help = "`import annotations` reads Web Annotations (JSON-LD) and exports of Hypothesis (JSON), doccano \
            (JSONL) and INCEpTION (UIMA CAS JSON, WebAnno TSV 3)";
        Self { message: message.into(), line, help }
    }
}

/// The articles of a text, and their marks.
fn parse(text: &str, name: &str) -> std::result::Result<Vec<Marked>, Fault> {
    if text.starts_with("#FORMAT=WebAnno TSV") {
        return webanno::read(text, name).map(|article| vec![article]);
    }
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(object)) if object.contains_key("%FEATURE_STRUCTURES") => cas::read(&object, name),
        // A file of one line of doccano is an object, and so is an annotation.
        Ok(Value::Object(object)) if doccano::is_one(&object) => doccano::read(text),
        Ok(Value::Array(items)) if items.iter().filter_map(Value::as_object).any(doccano::is_one) => {
            doccano::of_objects(items.iter().map(|item| (1, item)))
        }
        Ok(value) => web::read(&value),
        Err(error) => match doccano::read(text) {
            // Neither JSON as a whole nor line by line: it is the first fault that helps.
            Err(fault) if fault.line == Some(1) => {
                let line = Some(error.line()).filter(|line| *line > 0);
                let why = error.to_string();
                Err(Fault::new(
                    format!("not JSON: {}", why.split(" at line ").next().unwrap_or_default()),
                    line,
                ))
            }
            other => other,
        },
    }
}

/// A number or text as text.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// A value, or the items of a list.
fn each(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whatever_is_read_nothing_panics(text in ".{0,200}") {
            let _ = parse(&text, "name");
            let _ = parse(&format!("#FORMAT=WebAnno TSV 3.3\n{text}"), "name");
        }

        #[test]
        fn offsets_out_of_any_text_do_not_panic(begin in any::<i64>(), end in any::<i64>(), text in ".{0,20}") {
            let text = serde_json::Value::from(text);
            let lines = format!("{{\"id\":1,\"text\":{text},\"label\":[[{begin},{end},\"actor:A\"]]}}");
            prop_assert!(parse(&lines, "name").is_ok());
            let cas = format!("{{\"%FEATURE_STRUCTURES\":[{{\"%ID\":1,\"%TYPE\":\"uima.cas.Sofa\",\"sofaString\":{text}}},\
                {{\"%ID\":2,\"%TYPE\":\"x.Mark\",\"@sofa\":1,\"begin\":{begin},\"end\":{end},\"actor\":\"A\"}}]}}");
            prop_assert!(parse(&cas, "name").is_ok());
            let tsv = format!("#FORMAT=WebAnno TSV 3.3\n#T_SP=x.Mark|actor\n\n#Text=a\n1-1\t{begin}-{end}\ta\tA\n");
            let _ = parse(&tsv, "name");
        }
    }
}
