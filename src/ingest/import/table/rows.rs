//! The rows of a table, whatever it is written in.

use super::map::{Map, Part};
use crate::base::diagnostic::{Diagnostic, Place, did_you_mean, nearest};
use crate::base::error::{Error, Result, count};
use crate::ingest::sheet::first_worksheet;
use crate::ingest::{BYTE_ORDER_MARK, invalid_utf8};
use serde_json::{Map as Fields, Value};
use std::collections::BTreeSet;
use std::path::Path;

/// What a table is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// CSV, with a header.
    Csv,
    /// An object a line.
    JsonLines,
    /// A workbook: its first visible worksheet, with a header.
    Xlsx,
}

/// Columns that every row has.
const MADE: &[&str] = &["row", "coder", "value"];

/// A table: columns, and rows with the lines on which they begin.
pub(super) struct Rows {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<(usize, Vec<String>)>,
    /// Rows that cannot be read: line, content, why.
    pub(super) bad: Vec<(usize, String, String)>,
}

/// Reads a table.
///
/// # Errors
/// A file that is not text; columns of the map that the table does not have.
pub(super) fn read(file: &Path, form: Form, map: &Map) -> Result<Rows> {
    let bytes = std::fs::read(file).map_err(Error::file("read", file))?;
    let name = file.display().to_string();
    if form == Form::Xlsx {
        let read = first_worksheet(&bytes);
        let read = read.map_err(|(message, help)| {
            Error::Input(vec![Diagnostic::error(message).help(help).at(Place::file(&name))])
        })?;
        let rows = workbook(read);
        check(&rows, map, &name)?;
        return Ok(rows);
    }
    let text = if map.is_latin_1 {
        bytes.iter().map(|byte| char::from(*byte)).collect()
    } else {
        String::from_utf8(bytes).map_err(|error| {
            let fault = invalid_utf8(&name, &error);
            Error::Input(vec![fault.note("a map may say `encoding: latin-1`")])
        })?
    };
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text);
    let rows = match form {
        Form::JsonLines => json_lines(text, map),
        _ => csv(text, map),
    };
    check(&rows, map, &name)?;
    Ok(rows)
}

/// The columns that a map names.
fn named(map: &Map) -> BTreeSet<&str> {
    let parts = map.fields.iter().flat_map(|(_, parts)| parts);
    let columns = parts.filter_map(|part| match part {
        Part::Column(column) if !MADE.contains(&column.as_str()) => Some(column.as_str()),
        _ => None,
    });
    columns.chain(map.coders.iter().map(String::as_str)).collect()
}

/// Says which columns of the map are missing.
fn check(rows: &Rows, map: &Map, file: &str) -> Result<()> {
    let has = |column: &&str| rows.columns.iter().any(|own| own == column);
    let missing: Vec<&str> = named(map).into_iter().filter(|column| !has(column)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let faults = missing.iter().map(|column| {
        let near = nearest(column, rows.columns.iter().map(String::as_str), 2);
        let help = did_you_mean(&near).unwrap_or_else(|| {
            format!("its columns: {}; is the `delimiter:` of the map right?", rows.columns.join(", "))
        });
        Diagnostic::error(format!("the map names the column `{column}`"))
            .expected(format!("the table has {}, and none of this name", count(rows.columns.len(), "column")))
            .help(help)
            .at(Place::line(file, 1, 1))
    });
    Err(Error::Input(faults.collect()))
}

/// CSV. Where the map does not say what separates columns, it is what gives most of those that the map names.
fn csv(text: &str, map: &Map) -> Rows {
    let known = |delimiter: &u8| {
        let first = text.lines().next().unwrap_or_default();
        let mut reader = csv::ReaderBuilder::new().delimiter(*delimiter).from_reader(first.as_bytes());
        let header = reader.headers().cloned().unwrap_or_default();
        named(map).into_iter().filter(|column| header.iter().any(|own| own.trim() == *column)).count()
    };
    let guessed = [b'|', b'\t', b';', b','].into_iter().max_by_key(known);
    let delimiter = map.delimiter.or(guessed).unwrap_or(b',');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().cloned().unwrap_or_default();
    let columns: Vec<String> = header.iter().map(|column| column.trim().to_owned()).collect();
    let mut rows = Rows { columns, rows: Vec::new(), bad: Vec::new() };
    let mut line = 2;
    for record in reader.records() {
        match record {
            Ok(record) => {
                line = record.position().map_or(line, |place| usize::try_from(place.line()).unwrap_or(line));
                let cells: Vec<String> = record.iter().map(str::to_owned).collect();
                if cells.len() == rows.columns.len() {
                    rows.rows.push((line, cells));
                } else {
                    let why = format!("{} of {} columns", cells.len(), rows.columns.len());
                    rows.bad.push((line, cells.join(&char::from(delimiter).to_string()), why));
                }
            }
            Err(error) => rows.bad.push((line, String::new(), error.to_string())),
        }
    }
    rows
}

/// A worksheet: its first row names the columns, empty rows are none.
fn workbook(read: Vec<(usize, Vec<String>)>) -> Rows {
    let mut read = read.into_iter();
    let columns = read.next().map(|(_, columns)| columns).unwrap_or_default();
    let columns = columns.iter().map(|column| column.trim().to_owned()).collect();
    let rows = read.filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty())).collect();
    Rows { columns, rows, bad: Vec::new() }
}

/// JSON Lines: an object a line. Its columns are all fields that any has.
fn json_lines(text: &str, map: &Map) -> Rows {
    let mut objects: Vec<(usize, Fields<String, Value>)> = Vec::new();
    let mut rows = Rows { columns: Vec::new(), rows: Vec::new(), bad: Vec::new() };
    let mut seen = BTreeSet::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str::<Fields<String, Value>>(line) {
            Ok(object) => {
                for column in object.keys() {
                    if seen.insert(column.clone()) {
                        rows.columns.push(column.clone());
                    }
                }
                objects.push((number, object));
            }
            Err(error) => {
                let why = error.to_string();
                let why = why.split(" at line ").next().unwrap_or_default().to_owned();
                rows.bad.push((number, line.to_owned(), why));
            }
        }
    }
    for (number, object) in objects {
        let cells =
            rows.columns.iter().map(|column| object.get(column).map_or_else(String::new, |v| cell(v, map)));
        rows.rows.push((number, cells.collect()));
    }
    rows
}

/// A value as the text of a cell; a list is joined by what the map splits.
fn cell(value: &Value, map: &Map) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let by = map.split.first().map_or("|", |(_, by)| by.as_str());
            items.iter().map(|item| cell(item, map)).collect::<Vec<_>>().join(by)
        }
        other => other.to_string(),
    }
}
