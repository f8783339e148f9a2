//! The rows of a table, whatever it is written in, one by one.

use crate::base::diagnostic::{Diagnostic, Place, did_you_mean, nearest};
use crate::base::error::{Error, Result, count};
use crate::ingest::input::ReadError;
use crate::ingest::packed::Encoding;
use crate::ingest::sheet::{Format, first_worksheet};
use crate::ingest::{Content, Input, Progress, invalid_utf8};
use serde_json::{Map as Fields, Value};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;

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

/// What is wanted of a table, and how it is written.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// Columns that it must have, each once.
    pub(super) columns: Vec<String>,
    /// What separates columns; found by itself if none.
    pub(super) delimiter: Option<u8>,
    pub(super) is_latin_1: bool,
    /// What joins the items of a list in JSON.
    pub(super) between: String,
}

/// Mark with which some editors begin files, in bytes.
const MARK: &[u8] = b"\xef\xbb\xbf";
/// Number of names of columns of JSON Lines that are kept for help.
const KNOWN: usize = 100;

/// A row of a table.
pub(super) struct Row<'r> {
    /// Line of the file on which it begins; of a workbook, its number.
    pub(super) line: usize,
    /// Its cells, in the order of the columns; or why it cannot be read.
    pub(super) cells: std::result::Result<&'r [String], String>,
    /// What the file has there.
    pub(super) written: &'r str,
}

/// A table that is open: the header of CSV and workbooks has been read.
pub(super) struct Rows {
    pub(super) columns: Vec<String>,
    file: String,
    source: Source,
}

enum Source {
    Csv {
        reader: csv::Reader<Box<dyn Read>>,
        delimiter: u8,
        input: Input,
    },
    Lines {
        reader: Box<dyn BufRead>,
        input: Input,
    },
    /// A worksheet, which `calamine` gives whole.
    Sheet(Vec<(usize, Vec<String>)>),
}

/// Opens a table.
///
/// # Errors
/// A file that cannot be read; columns of the map that the table does not have.
pub(super) fn open(file: &Path, form: Form, wanted: &Wanted, progress: &Arc<Progress>) -> Result<Rows> {
    let name = file.display().to_string();
    let format = if form == Form::Xlsx { Format::Xlsx } else { Format::Csv };
    let input = Input {
        encoding: Encoding::of_name(&name).1,
        in_folder: false,
        name: name.clone(),
        path: Some(file.to_owned()),
        held: None,
        content: Content::Sheet(format),
        document: String::new(),
    };
    let mut reader = BufReader::new(input.open(progress).map_err(told)?);
    if form == Form::Xlsx {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).map_err(|error| told(input.failed(error)))?;
        let read = first_worksheet(&bytes);
        let mut read = read.map_err(|(message, help)| {
            Error::Input(vec![Diagnostic::error(message).help(help).at(Place::file(&name))])
        })?;
        let columns = if read.is_empty() { Vec::new() } else { read.remove(0).1 };
        let columns = columns.iter().map(|column| column.trim().to_owned()).collect();
        read.retain(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty()));
        let rows = Rows { columns, file: name, source: Source::Sheet(read) };
        check(&rows.columns, wanted, &rows.file)?;
        return Ok(rows);
    }
    let mut first = Vec::new();
    reader.read_until(b'\n', &mut first).map_err(|error| told(input.failed(error)))?;
    if first.starts_with(MARK) {
        first.drain(..MARK.len());
    }
    if form == Form::JsonLines {
        let columns = wanted.columns.clone();
        let reader: Box<dyn BufRead> = Box::new(BufReader::new(Cursor::new(first).chain(reader)));
        return Ok(Rows { columns, file: name, source: Source::Lines { reader, input } });
    }
    let delimiter =
        wanted.delimiter.unwrap_or_else(|| delimiter(&decoded(&first, wanted).unwrap_or_default(), wanted));
    let reader: Box<dyn Read> = Box::new(Cursor::new(first).chain(reader));
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(reader);
    let header = reader.byte_headers().cloned().map_err(|error| broken(error, &input))?;
    let columns = header.iter().map(|column| decoded(column, wanted).map(|column| column.trim().to_owned()));
    let columns = columns.collect::<Option<Vec<String>>>().ok_or_else(|| not_utf8(&input))?;
    check(&columns, wanted, &name)?;
    Ok(Rows { columns, file: name, source: Source::Csv { reader, delimiter, input } })
}

impl Rows {
    /// Gives the rows one by one.
    ///
    /// # Errors
    /// A file that is not text or cannot be read; of JSON Lines, columns of the map that no line has.
    pub(super) fn each(self, wanted: &Wanted, take: &mut dyn FnMut(Row<'_>)) -> Result<()> {
        let columns = self.columns;
        match self.source {
            Source::Sheet(rows) => {
                for (line, cells) in &rows {
                    take(Row { line: *line, cells: Ok(cells), written: &cells.join("\t") });
                }
                Ok(())
            }
            Source::Csv { reader, delimiter, input } => {
                csv_rows(reader, delimiter, &input, &columns, wanted, take)
            }
            Source::Lines { reader, input } => json_lines(reader, &input, &self.file, &columns, wanted, take),
        }
    }
}

fn csv_rows(
    mut reader: csv::Reader<Box<dyn Read>>,
    delimiter: u8,
    input: &Input,
    columns: &[String],
    wanted: &Wanted,
    take: &mut dyn FnMut(Row<'_>),
) -> Result<()> {
    let (mut record, mut cells) = (csv::ByteRecord::new(), Vec::new());
    while reader.read_byte_record(&mut record).map_err(|error| broken(error, input))? {
        let line = record.position().map_or(0, csv::Position::line);
        let line = usize::try_from(line).unwrap_or(usize::MAX);
        cells.clear();
        for cell in &record {
            cells.push(decoded(cell, wanted).ok_or_else(|| not_utf8(input))?);
        }
        if cells.len() == columns.len() {
            take(Row { line, cells: Ok(&cells), written: "" });
        } else {
            let why = format!("{} of {} columns", cells.len(), columns.len());
            take(Row { line, cells: Err(why), written: &cells.join(&char::from(delimiter).to_string()) });
        }
    }
    Ok(())
}

/// JSON Lines: an object a line. Its columns are those that the map names.
fn json_lines(
    mut reader: Box<dyn BufRead>,
    input: &Input,
    file: &str,
    columns: &[String],
    wanted: &Wanted,
    take: &mut dyn FnMut(Row<'_>),
) -> Result<()> {
    let mut known: BTreeSet<String> = BTreeSet::new();
    let (mut bytes, mut number) = (Vec::new(), 0);
    loop {
        bytes.clear();
        number += 1;
        if reader.read_until(b'\n', &mut bytes).map_err(|error| told(input.failed(error)))? == 0 {
            break;
        }
        let line = decoded(&bytes, wanted).ok_or_else(|| not_utf8(input))?;
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        match serde_json::from_str::<Fields<String, Value>>(line) {
            Ok(object) => {
                for column in object.keys() {
                    if (known.len() < KNOWN || columns.contains(column)) && !known.contains(column) {
                        known.insert(column.clone());
                    }
                }
                let cells = columns
                    .iter()
                    .map(|column| object.get(column).map_or_else(String::new, |value| cell(value, wanted)));
                let cells: Vec<String> = cells.collect();
                take(Row { line: number, cells: Ok(&cells), written: line });
            }
            Err(error) => {
                let why = error.to_string();
                let why = format!("not JSON: {}", why.split(" at line ").next().unwrap_or_default());
                take(Row { line: number, cells: Err(why), written: line });
            }
        }
    }
    match known.is_empty() {
        // Nothing could be read, which has been told line by line.
        true => Ok(()),
        false => check(&known.into_iter().collect::<Vec<_>>(), wanted, file),
    }
}

/// The fields that objects of JSON Lines have, in the order in which they first occur.
pub(super) fn keys(file: &Path) -> Result<Vec<String>> {
    let file = std::fs::File::open(file).map_err(Error::file("read", file))?;
    let mut columns: Vec<String> = Vec::new();
    for line in BufReader::new(file).lines().take(KNOWN).map_while(std::result::Result::ok) {
        for column in serde_json::from_str::<Fields<String, Value>>(&line).unwrap_or_default().keys() {
            if !columns.contains(column) {
                columns.push(column.clone());
            }
        }
    }
    Ok(columns)
}

/// A value as the text of a cell; a list is joined by what the map splits.
fn cell(value: &Value, wanted: &Wanted) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            items.iter().map(|item| cell(item, wanted)).collect::<Vec<_>>().join(&wanted.between)
        }
        other => other.to_string(),
    }
}

/// Bytes as text, in the encoding of the map; none if they are not in it.
fn decoded(bytes: &[u8], wanted: &Wanted) -> Option<String> {
    match wanted.is_latin_1 {
        true => Some(bytes.iter().map(|byte| char::from(*byte)).collect()),
        false => std::str::from_utf8(bytes).ok().map(str::to_owned),
    }
}

/// A file that is not UTF-8: it is read once more for the place of the fault.
fn not_utf8(input: &Input) -> Error {
    let bytes = match input.read() {
        Ok(bytes) => bytes,
        Err(error) => return told(error),
    };
    let fault = match String::from_utf8(bytes) {
        Ok(_) => Diagnostic::error("not valid UTF-8").at(Place::file(&input.name)),
        Err(error) => invalid_utf8(&input.name, &error),
    };
    let is_of_bytes = !fault.message.contains("UTF-16");
    Error::Input(vec![if is_of_bytes { fault.note("a map may say `encoding: latin-1`") } else { fault }])
}

fn broken(error: csv::Error, input: &Input) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => told(input.failed(error)),
        other => Error::Input(vec![
            Diagnostic::error(format!("not a table: {other:?}")).at(Place::file(&input.name)),
        ]),
    }
}

fn told(error: ReadError) -> Error {
    match error {
        ReadError::Fault(fault) => Error::Input(vec![*fault]),
        ReadError::Io(error) => error,
    }
}

/// Says which columns of the map are missing.
fn check(columns: &[String], wanted: &Wanted, file: &str) -> Result<()> {
    let missing: Vec<&String> = wanted.columns.iter().filter(|column| !columns.contains(column)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if columns.is_empty() {
        let fault = Diagnostic::error("an empty table").expected("its first row has to name the columns");
        return Err(Error::Input(vec![fault.at(Place::file(file))]));
    }
    Err(Error::Input(missing.iter().map(|column| absent(column, columns, file)).collect()))
}

/// A column that a table lacks.
pub(super) fn absent(column: &str, columns: &[String], file: &str) -> Diagnostic {
    let near = nearest(column, columns.iter().map(String::as_str), 2);
    let help = did_you_mean(&near).unwrap_or_else(|| {
        format!("its columns: {}; is the `delimiter:` of the map right?", columns.join(", "))
    });
    Diagnostic::error(format!("the map names the column `{column}`"))
        .expected(format!("the table has {}, and none of this name", count(columns.len(), "column")))
        .help(help)
        .at(Place::line(file, 1, 1))
}

/// What separates the columns of a header: what gives most of those that the map names.
fn delimiter(header: &str, wanted: &Wanted) -> u8 {
    let known = |delimiter: &u8| {
        let names = split(header, *delimiter);
        wanted.columns.iter().filter(|column| names.contains(column)).count()
    };
    [b'|', b'\t', b';', b','].into_iter().max_by_key(known).unwrap_or(b',')
}

/// Columns of a header that a delimiter separates.
pub(super) fn split(header: &str, delimiter: u8) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(header.as_bytes());
    let columns = reader.headers().cloned().unwrap_or_default();
    columns.iter().map(|column| column.trim().to_owned()).collect()
}
