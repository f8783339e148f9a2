//! Tables for spreadsheets: rows of plain cells as CSV, TSV, JSON and XLSX.
//!
//! Two designs were weighed. Rows of strings need one type, and make `2.40` and `-1` of a spreadsheet texts, or
//! guess. Cells that say what they are keep a text a text: nothing that somebody wrote becomes a formula.

use crate::base::error::{Error, Result};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use serde_json::{Map, Number, Value};

/// Rows with a name for each column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CellTable {
    /// Its name, which a workbook shows.
    pub name: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// A cell a column.
    pub rows: Vec<Vec<Cell>>,
}

/// A value of a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// No value.
    #[default]
    Absent,
    /// A text.
    Text(String),
    /// A number as it is written in decimal or exponential notation.
    Number(String),
    /// True or false.
    Truth(bool),
}

/// What suits spreadsheets that read CSV their own way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spreadsheet {
    /// Begin with the mark by which Excel knows UTF-8.
    pub byte_order_mark: bool,
    /// Put an apostrophe before texts that Excel would take for formulas.
    pub harmless: bool,
}

/// Characters that begin a formula in a spreadsheet.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Maximum number of characters that a cell of a workbook holds, in units of UTF-16.
const CELL: usize = 32_767;
/// Maximum number of rows of a worksheet, with its header.
const ROWS: usize = 1_048_576;
/// Maximum number of columns of a worksheet.
const COLUMNS: usize = 16_384;
/// Maximum width of a column, in characters, however long its texts are.
const WIDEST: usize = 60;
/// Rows by which the width of a column is estimated.
const SAMPLE: usize = 200;

impl Cell {
    /// The cell as CSV has it.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Absent => "",
            Self::Text(text) | Self::Number(text) => text,
            Self::Truth(true) => "true",
            Self::Truth(false) => "false",
        }
    }

    fn is_formula(&self) -> bool {
        matches!(self, Self::Text(text) if text.starts_with(FORMULA))
    }

    fn json(&self) -> Value {
        match self {
            Self::Absent => Value::Null,
            Self::Text(text) => text.clone().into(),
            Self::Truth(truth) => (*truth).into(),
            Self::Number(text) => {
                let whole = text.parse::<i64>().ok().map(Number::from);
                let number = whole.or_else(|| text.parse().ok().and_then(Number::from_f64));
                // Infinity is a number in RDF, and none in JSON.
                number.map_or_else(|| text.clone().into(), Value::Number)
            }
        }
    }
}

/// What stands between two cells of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// CSV.
    Comma,
    /// TSV.
    Tab,
}

impl Separator {
    /// Adds the line of the names of columns.
    pub(super) fn header<'n>(self, names: impl Iterator<Item = &'n str>, out: &mut String) {
        self.cells(names.map(|name| self.escaped(name)), out);
    }

    /// Adds the line of a row.
    pub(super) fn line(self, row: &[Cell], how: Spreadsheet, out: &mut String) {
        let cell = |cell: &Cell| match how.harmless && cell.is_formula() {
            true => self.escaped(&format!("'{}", cell.text())),
            false => self.escaped(cell.text()),
        };
        self.cells(row.iter().map(cell), out);
    }

    fn cells(self, cells: impl Iterator<Item = String>, out: &mut String) {
        let (comma, end) = match self {
            Self::Comma => (',', "\r\n"),
            Self::Tab => ('\t', "\n"),
        };
        let start = out.len();
        for (number, cell) in cells.enumerate() {
            if number > 0 {
                out.push(comma);
            }
            out.push_str(&cell);
        }
        // A line with nothing on it would be no row.
        if out.len() == start && self == Self::Comma {
            out.push_str("\"\"");
        }
        out.push_str(end);
    }

    fn escaped(self, text: &str) -> String {
        match self {
            Self::Tab => text.replace(['\t', '\n', '\r'], " "),
            Self::Comma
                if text.contains([',', '"', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ') =>
            {
                format!("\"{}\"", text.replace('"', "\"\""))
            }
            Self::Comma => text.to_owned(),
        }
    }
}

impl CellTable {
    /// Comma-separated values (RFC 4180), with a header.
    #[must_use]
    pub fn csv(&self, how: Spreadsheet) -> String {
        self.separated(Separator::Comma, how)
    }

    /// Tab-separated values, with a header. The format has no form for tabs and line ends in a cell: they
    /// become blanks.
    #[must_use]
    pub fn tsv(&self, how: Spreadsheet) -> String {
        self.separated(Separator::Tab, how)
    }

    fn separated(&self, separator: Separator, how: Spreadsheet) -> String {
        let mut out = String::new();
        if how.byte_order_mark {
            out.push('\u{feff}');
        }
        separator.header(self.columns.iter().map(String::as_str), &mut out);
        self.rows.iter().for_each(|row| separator.line(row, how, &mut out));
        out
    }

    /// A list of objects, each with a field a column; `null` where a row has no value.
    #[must_use]
    pub fn json(&self) -> Value {
        let object = |row: &Vec<Cell>| {
            let fields = self.columns.iter().cloned().zip(row.iter().map(Cell::json));
            Value::Object(Map::from_iter(fields))
        };
        self.rows.iter().map(object).collect()
    }
}

/// A workbook (XLSX) with a worksheet a table. The header stays in view and filters; texts are texts, whatever
/// they begin with.
///
/// # Errors
/// More rows, columns or characters than a worksheet holds, by their place.
pub fn workbook(tables: &[CellTable]) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    // A fixed time: the same table is the same file.
    let created = rust_xlsxwriter::ExcelDateTime::from_ymd(2000, 1, 1).map_err(failed)?;
    book.set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(&created));
    for table in tables {
        check(table)?;
        fill(book.add_worksheet(), table).map_err(failed)?;
    }
    book.save_to_buffer().map_err(failed)
}

fn fill(sheet: &mut Worksheet, table: &CellTable) -> Result<(), XlsxError> {
    sheet.set_name(&table.name)?;
    let header = Format::new().set_bold();
    for (column, name) in (0..).zip(&table.columns) {
        sheet.write_string_with_format(0, column, name, &header)?;
        let cells = table.rows.iter().take(SAMPLE).map(|row| row[usize::from(column)].text());
        let widest = cells.chain([name.as_str()]).map(|text| text.chars().count()).max().unwrap_or_default();
        // Room for the arrow of the filter.
        sheet.set_column_width(column, u32::try_from(widest.min(WIDEST)).unwrap_or_default() + 3)?;
    }
    for (row, cells) in (1..).zip(&table.rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Absent => {}
                Cell::Truth(truth) => drop(sheet.write_boolean(row, column, *truth)?),
                Cell::Text(text) => drop(sheet.write_string(row, column, text)?),
                Cell::Number(text) => match text.parse::<f64>() {
                    Ok(number) if number.is_finite() => drop(sheet.write_number(row, column, number)?),
                    _ => drop(sheet.write_string(row, column, text)?),
                },
            }
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    if let (Some(last), rows @ 1..) = (table.columns.len().checked_sub(1), table.rows.len()) {
        let (rows, last) = (u32::try_from(rows).unwrap_or(u32::MAX), u16::try_from(last).unwrap_or(u16::MAX));
        sheet.autofilter(0, 0, rows, last)?;
    }
    Ok(())
}

/// What helps where a table does not fit into a worksheet.
const NO_LIMIT: &str = "write CSV, which has no such limit";

/// Looks whether so many rows fit into a worksheet.
///
/// # Errors
/// They do not.
pub(super) fn check_rows(name: &str, rows: usize) -> Result<()> {
    if rows < ROWS {
        return Ok(());
    }
    let rows = crate::base::error::count(rows, "row");
    Err(Error::usage(format!("`{name}` has {rows}; a worksheet holds 1,048,575 below its header"))
        .with_help(NO_LIMIT))
}

fn check(table: &CellTable) -> Result<()> {
    let name = &table.name;
    let help = NO_LIMIT;
    check_rows(name, table.rows.len())?;
    if table.columns.len() > COLUMNS {
        let columns = crate::base::error::count(table.columns.len(), "column");
        return Err(Error::usage(format!("`{name}` has {columns}; a worksheet holds 16,384")).with_help(help));
    }
    for (number, row) in (2..).zip(&table.rows) {
        for (cell, column) in row.iter().zip(&table.columns) {
            let length = cell.text().encode_utf16().count();
            if length > CELL {
                let length = crate::base::error::count(length, "character");
                return Err(Error::usage(format!(
                    "`{column}` in row {number} of `{name}` has {length}; a cell of a workbook holds 32,767"
                ))
                .with_help(help));
            }
        }
    }
    Ok(())
}

/// Only names of worksheets and the memory are left to fail of.
fn failed(error: XlsxError) -> Error {
    Error::usage(format!("the workbook cannot be written: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(cells: &[Cell]) -> CellTable {
        let columns = (0..cells.len()).map(|i| format!("c{i}")).collect();
        CellTable { name: "answer".into(), columns, rows: vec![cells.to_vec()] }
    }

    #[test]
    fn formulas_are_harmless_only_where_that_is_wished() {
        let cells = ["=1+1", "+1", "-1", "@x", "\tx"].map(|text| Cell::Text(text.into()));
        let table = table(&[&cells[..], &[Cell::Number("-1".into())]].concat());
        let rows = |how| table.csv(how).lines().nth(1).unwrap().to_owned();
        assert_eq!(rows(Spreadsheet::default()), "=1+1,+1,-1,@x,\tx,-1");
        let harmless = Spreadsheet { harmless: true, byte_order_mark: false };
        assert_eq!(rows(harmless), "'=1+1,'+1,'-1,'@x,'\tx,-1", "a number is none");
        assert!(table.csv(Spreadsheet { byte_order_mark: true, harmless: false }).starts_with("\u{feff}c0,"));
    }

    #[test]
    fn cells_are_quoted_and_typed() {
        let table = table(&[
            Cell::Text("a \"b\", c\nd".into()),
            Cell::Absent,
            Cell::Number("2.50".into()),
            Cell::Truth(true),
            Cell::Number("INF".into()),
        ]);
        assert_eq!(
            table.csv(Spreadsheet::default()),
            "c0,c1,c2,c3,c4\r\n\"a \"\"b\"\", c\nd\",,2.50,true,INF\r\n"
        );
        assert_eq!(
            table.tsv(Spreadsheet::default()),
            "c0\tc1\tc2\tc3\tc4\na \"b\", c d\t\t2.50\ttrue\tINF\n"
        );
        assert_eq!(
            table.json().to_string(),
            r#"[{"c0":"a \"b\", c\nd","c1":null,"c2":2.5,"c3":true,"c4":"INF"}]"#
        );
    }

    #[test]
    fn limits_of_workbooks_are_told_by_place() {
        let long = table(&[Cell::Text("x".into()), Cell::Text("x".repeat(CELL + 1))]);
        let error = workbook(&[long]).unwrap_err().to_string();
        assert_eq!(
            error,
            "`c1` in row 2 of `answer` has 32,768 characters; a cell of a workbook holds 32,767"
        );
        let wide = table(&vec![Cell::Absent; COLUMNS + 1]);
        assert!(workbook(&[wide]).unwrap_err().to_string().contains("16,385 columns"));
        let one = table(&[Cell::Text("=1+1".into()), Cell::Number("1".into())]);
        assert_eq!(
            workbook(std::slice::from_ref(&one)).unwrap(),
            workbook(std::slice::from_ref(&one)).unwrap(),
            "the same bytes each time"
        );
    }
}
