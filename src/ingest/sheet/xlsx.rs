//! Sheets as XLSX workbooks: each worksheet is read as a CSV file is, by its first row.
//!
//! A worksheet called `actors`, `issues` or another section of a sheet holds those records; any other whose
//! first row names fields of a position holds positions. Hidden worksheets are passed over: they hold the
//! words of drop-down lists. Cells are values: a formula is an error, since what it last gave may be missing
//! or out of date.
//!
//! A workbook is a ZIP archive, and its reader holds it unpacked. So it is unpacked once before, to count.

use super::csv::{Cell, Table};
use super::faults::Fault;
use super::tree::{Entry, Node, Value};
use calamine::{Data, Dimensions, Range, Reader, SheetVisible, Xlsx, XlsxError};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{Cursor, Read};

/// Bytes that a workbook may have when it is unpacked.
const MOST_UNPACKED: u64 = 256 << 20;
/// Cells of a worksheet, empty ones among the filled included.
const MOST_CELLS: usize = 20_000_000;

/// Places of cells: a cell's number is the code point at which it would stand in a text.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    /// Name of each worksheet, and the number of its first cell.
    worksheets: Vec<(String, usize)>,
    /// Row and column of each cell, from 0.
    cells: Vec<(u32, u32)>,
}

impl Cells {
    /// What the cell of this number is called: `votes!C5`.
    pub(crate) fn name(&self, number: usize) -> Option<String> {
        let (row, column) = self.cells.get(number)?;
        let (worksheet, _) = self.worksheets.iter().rfind(|(_, first)| *first <= number)?;
        Some(format!("{worksheet}!{}", reference(*row, *column)))
    }

    fn add(&mut self, row: u32, column: u32) -> usize {
        self.cells.push((row, column));
        self.cells.len() - 1
    }
}

/// `C5` for row 4 and column 2.
fn reference(row: u32, column: u32) -> String {
    let (mut letters, mut rest) = (Vec::new(), column + 1);
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or_default()));
        rest = (rest - 1) / 26;
    }
    let mut name: String = letters.into_iter().rev().collect();
    let _ = write!(name, "{}", row + 1);
    name
}

/// What a workbook holds.
#[derive(Default)]
pub(crate) struct Workbook {
    pub(crate) cells: Cells,
    /// A tree for each row, with `record` where the worksheet says what it is.
    pub(crate) rows: Vec<Node>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) warnings: Vec<Fault>,
}

/// Reads a workbook. `sections` gives the kind of record that a worksheet of this name holds.
///
/// # Errors
/// What it is instead of a workbook.
pub(crate) fn workbook(
    bytes: &[u8],
    section: impl Fn(&str) -> Option<&'static str>,
) -> Result<Workbook, (String, &'static str)> {
    let mut book = Workbook::default();
    for Worksheet { name, range, formulas, merged } in worksheets(bytes)? {
        worksheet(&mut book, &name, section(&name), &range, &formulas, &merged);
    }
    Ok(book)
}

/// A row of a worksheet: its number from 1, and its cells.
pub(crate) type NumberedRow = (usize, Vec<String>);

/// Rows of the first visible worksheet that holds something.
///
/// # Errors
/// What it is instead of a workbook; a cell that holds no value.
pub(crate) fn first_worksheet(bytes: &[u8]) -> Result<Vec<NumberedRow>, (String, &'static str)> {
    let Some(Worksheet { name, range, formulas, merged }) = worksheets(bytes)?.into_iter().next() else {
        return Ok(Vec::new());
    };
    let (top, left) = range.start().unwrap_or_default();
    let at = |row: usize, column: usize| {
        let from = |start: u32, by: usize| start + u32::try_from(by).unwrap_or(u32::MAX - start);
        (from(top, row), from(left, column))
    };
    // The value stands in the first of merged cells alone: the others would be taken for empty.
    if let Some(area) = merged.first() {
        let (from, to) = (reference(area.start.0, area.start.1), reference(area.end.0, area.end.1));
        let is_header = (area.start.0..=area.end.0).contains(&top);
        return Err(match is_header {
            true => (
                format!("merged cells in the header: {name}!{from}:{to}"),
                "unmerge them; delete rows above the names of the columns",
            ),
            false => (format!("merged cells: {name}!{from}:{to}"), "unmerge them, and fill each cell"),
        });
    }
    let mut rows = Vec::new();
    for (number, values) in range.rows().enumerate() {
        for (column, value) in values.iter().enumerate() {
            let (row, column) = at(number, column);
            let formula = formulas.get_value((row, column)).filter(|formula| !formula.is_empty());
            if formula.is_some() || matches!(value, Data::Error(_)) {
                let cell = reference(row, column);
                return Err((
                    format!("a formula or an error in {name}!{cell}"),
                    "copy the cells and paste them as values",
                ));
            }
        }
        let (row, _) = at(number, 0);
        rows.push((row as usize + 1, values.iter().map(text).collect()));
    }
    Ok(rows)
}

/// A worksheet as it is read.
struct Worksheet {
    name: String,
    range: Range<Data>,
    formulas: Range<String>,
    merged: Vec<Dimensions>,
}

/// The visible worksheets that hold something.
fn worksheets(bytes: &[u8]) -> Result<Vec<Worksheet>, (String, &'static str)> {
    let broken = |error: &dyn std::fmt::Display| {
        (format!("not an XLSX workbook: {error}"), "save it again as .xlsx, or export it as CSV")
    };
    if is_too_large(bytes, MOST_UNPACKED).map_err(|error| broken(&error))? {
        let most = MOST_UNPACKED >> 20;
        return Err((
            format!("a workbook of more than {most} MB when unpacked"),
            "export its worksheets as CSV",
        ));
    }
    let mut file: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let sheets: Vec<(String, bool)> = file
        .sheets_metadata()
        .iter()
        .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
        .collect();
    let mut read = Vec::new();
    for (name, _) in sheets.into_iter().filter(|(_, is_visible)| *is_visible) {
        if extent(&mut file, &name).map_err(|error| broken(&error))? > MOST_CELLS {
            return Err((
                format!("worksheet `{name}` has too many cells"),
                "delete its empty rows and columns",
            ));
        }
        let range = file.worksheet_range(&name).map_err(|error| broken(&error))?;
        if range.is_empty() {
            continue;
        }
        let formulas = file.worksheet_formula(&name).map_err(|error| broken(&error))?;
        let merged = file.merge_cells_by_sheet_name(&name).map_err(|error| broken(&error))?;
        read.push(Worksheet { name, range, formulas, merged });
    }
    Ok(read)
}

/// Number of the cells between the outermost ones of a worksheet: the reader holds them all, and two cells in
/// opposite corners are enough to exhaust any memory.
fn extent(file: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<usize, XlsxError> {
    let mut cells = file.worksheet_cells_reader(name)?;
    let (mut rows, mut columns): (Option<(u32, u32)>, Option<(u32, u32)>) = (None, None);
    let widen = |bounds: &mut Option<(u32, u32)>, at: u32| {
        let (first, last) = bounds.unwrap_or((at, at));
        *bounds = Some((first.min(at), last.max(at)));
    };
    while let Some(cell) = cells.next_cell()? {
        let (row, column) = cell.get_position();
        widen(&mut rows, row);
        widen(&mut columns, column);
    }
    let length = |bounds: Option<(u32, u32)>| bounds.map_or(0, |(first, last)| (last - first) as usize + 1);
    Ok(length(rows).saturating_mul(length(columns)))
}

/// Whether the parts of a ZIP archive have more bytes than these, whatever it says of itself.
fn is_too_large(bytes: &[u8], most: u64) -> Result<bool, zip::result::ZipError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))?;
    let mut left = most;
    for at in 0..archive.len() {
        let part = archive.by_index(at)?;
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink())?;
        if read > left {
            return Ok(true);
        }
        left -= read;
    }
    Ok(false)
}

/// Reads one worksheet into the book.
fn worksheet(
    book: &mut Workbook,
    name: &str,
    record: Option<&'static str>,
    range: &Range<Data>,
    formulas: &Range<String>,
    merged: &[Dimensions],
) {
    book.cells.worksheets.push((name.to_owned(), book.cells.cells.len()));
    let (top, left) = range.start().unwrap_or_default();
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    // One fault a column: what is wrong in a cell is so in those below it.
    let mut faulty: HashSet<u32> = HashSet::new();
    for (row, values) in range.rows().enumerate() {
        let row = top + u32::try_from(row).unwrap_or(u32::MAX);
        let mut cells = Vec::with_capacity(values.len());
        for (column, value) in values.iter().enumerate() {
            let column = left + u32::try_from(column).unwrap_or(u32::MAX);
            let number = book.cells.add(row, column);
            let place = number..number + 1;
            let formula = formulas.get_value((row, column)).filter(|formula| !formula.is_empty());
            if let Some(formula) = formula.filter(|_| faulty.insert(column)) {
                book.faults.push(Fault::of(
                    place.clone(),
                    "a formula",
                    format!("found `={formula}`, expected a value"),
                    "copy the cells and paste them as values",
                ));
            }
            if let Data::Error(error) = value
                && faulty.insert(column)
            {
                book.faults.push(Fault::of(
                    place.clone(),
                    "an error of the spreadsheet",
                    format!("found `{error}`, expected a value"),
                    "mend the formula that gave it, and paste its result as a value",
                ));
            }
            cells.push(Cell::of_value(&text(value), place));
        }
        rows.push(cells);
    }
    if !faulty.is_empty() {
        return;
    }
    let header = top;
    if let Some(area) = merged.iter().find(|area| (area.start.0..=area.end.0).contains(&header)) {
        let number = book.cells.add(area.start.0, area.start.1);
        let (from, to) = (reference(area.start.0, area.start.1), reference(area.end.0, area.end.1));
        book.faults.push(Fault::of(
            number..number + 1,
            "merged cells in the header",
            format!("{from}:{to} is one cell, expected one name for each column"),
            "unmerge them; delete rows above the names of the columns",
        ));
        return;
    }
    let mut table = Table::default();
    rows.into_iter().for_each(|row| table.add(row));
    if record.is_none() && !table.is_of_positions() {
        let number = book.cells.add(top, left);
        book.warnings.push(Fault::of(
            number..number + 1,
            &format!("worksheet `{name}` is not read"),
            "its first row names no fields of positions".to_owned(),
            "call it `actors`, `issues` or `articles` if it holds those; hide it if it is none of the data",
        ));
        return;
    }
    book.faults.extend(table.errors.into_iter().map(Fault::from));
    book.warnings.extend(table.warnings.into_iter().map(Fault::from));
    for mut row in table.rows {
        if let (Some(record), Value::Map(entries)) = (record, &mut row.value)
            && !entries.iter().any(|entry| entry.key == "record")
        {
            let (key_place, node) =
                (row.place.clone(), Node { place: row.place.clone(), value: Value::Text(record.to_owned()) });
            entries.push(Entry { key: "record".to_owned(), key_place, node });
        }
        book.rows.push(row);
    }
}

/// A value as a sheet has it: whole numbers without a fraction, days without a time.
fn text(value: &Data) -> String {
    match value {
        Data::Empty | Data::Error(_) => String::new(),
        Data::DateTime(moment) => match moment.is_datetime().then(|| moment.to_ymd_hms_milli()) {
            Some((year, month, day, 0, 0, 0, 0)) => format!("{year:04}-{month:02}-{day:02}"),
            Some((year, month, day, hour, minute, second, _)) => {
                format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
            }
            None => moment.as_f64().to_string(),
        },
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_measured_by_what_it_unpacks_to() {
        let bomb = include_bytes!("../../../tests/fixtures/workbooks/votes.xlsx");
        assert!(is_too_large(bomb, 1000).unwrap());
        assert!(!is_too_large(bomb, MOST_UNPACKED).unwrap());
        assert!(is_too_large(b"no archive", 1000).is_err());
    }

    #[test]
    fn cells_are_called_as_spreadsheets_call_them() {
        for (row, column, name) in
            [(0, 0, "A1"), (4, 25, "Z5"), (0, 26, "AA1"), (9, 701, "ZZ10"), (0, 702, "AAA1")]
        {
            assert_eq!(reference(row, column), name);
        }
    }
}
