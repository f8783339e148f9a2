//! One record at the end of a sheet, the rest of its text untouched.

use super::BYTE_ORDER_MARK;
use super::file_edits::{FileEdits, Made};
use super::insert::{Addition, inserted, scalar};
use crate::base::error::{Error, Result};
use std::path::Path;

/// Adds a position of these fields to a YAML sheet, which is made if need be, as a change of the case's files that can be undone.
///
/// # Errors
/// The file is no YAML sheet, is read-only, or cannot be written. Then it is as it was.
pub fn append(file: &Path, fields: &[(&'static str, String)]) -> Result<Made> {
    let name = file.display().to_string();
    if super::yaml_sheet(file).is_none() {
        return Err(Error::usage(format!("positions cannot be added to `{name}`"))
            .with_help("name a YAML sheet with `--sheet`, such as positions.yaml"));
    }
    let target = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let before = match std::fs::read(&target) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(Error::file("read", file)(error)),
    };
    if std::fs::metadata(&target).is_ok_and(|data| data.permissions().readonly()) {
        return Err(Error::usage(format!("`{name}` is read-only"))
            .with_help("make it writable, or name another sheet"));
    }
    let before = before.map(String::from_utf8).transpose();
    let before = before.map_err(|error| Error::Input(vec![super::invalid_utf8(&name, &error)]))?;
    let whole = before.as_deref().unwrap_or_default();
    let (mark, text) =
        whole.split_at(if whole.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 });
    let lines: Vec<String> =
        fields.iter().map(|(field, value)| format!("{field}: {}", scalar(value))).collect();
    let addition = Addition { section: "positions", item: lines.join("\n") };
    let text = inserted(&name, text, &[addition]).map_err(|fault| Error::Input(vec![*fault]))?;
    let mut edits = FileEdits::of_case_with(file, format!("add to {name}"));
    match &before {
        None => edits.create(file, &text),
        Some(before) => edits.rewrite(file, before, &format!("{mark}{text}")),
    }
    edits.make()
}
