//! Tables of analyses as people read them, and the cells that several of them have.

use crate::analysis::facts::QuoteFacts;
use crate::base::diagnostic::printable;
use crate::base::error::Result;
use crate::base::table::{Column, Table};
use crate::export::{Cell, CellTable, Format, Spreadsheet, workbook};
pub use crate::serve::cells::positions as iris;
use crate::store::names::Thing;

/// End of the name of a column of IRIs.
const IRI: &str = "_iri";

/// The same without columns of IRIs.
#[must_use]
pub fn table(cells: &CellTable) -> Table {
    let shown: Vec<usize> =
        (0..cells.columns.len()).filter(|column| !cells.columns[*column].ends_with(IRI)).collect();
    let column = |column: &usize| {
        let mut of =
            cells.rows.iter().map(|row| &row[*column]).filter(|cell| **cell != Cell::Absent).peekable();
        let right = of.peek().is_some() && of.all(|cell| matches!(cell, Cell::Number(_)));
        Column { name: printable(&cells.columns[*column]), right }
    };
    let row = |row: &Vec<Cell>| shown.iter().map(|column| printable(row[*column].text())).collect();
    Table::new(shown.iter().map(column).collect(), cells.rows.iter().map(row).collect::<Vec<Vec<String>>>())
}

/// A table in one of the formats of cells, as text for people in any other. People see no columns of IRIs, and
/// nothing of a table without rows; data formats have both.
///
/// # Errors
/// More cells than a worksheet holds.
pub fn bytes(table_of: &CellTable, format: Format, how: Spreadsheet, width: usize) -> Result<Vec<u8>> {
    Ok(match format {
        Format::Csv => table_of.csv(how).into_bytes(),
        Format::Tsv => table_of.tsv(how).into_bytes(),
        Format::Json => format!("{:#}\n", table_of.json()).into_bytes(),
        Format::Xlsx => workbook(std::slice::from_ref(table_of))?,
        Format::Markdown => table(table_of).markdown().into_bytes(),
        _ if table_of.rows.is_empty() => Vec::new(),
        _ => table(table_of).render(width).into_bytes(),
    })
}

/// A text; nothing where it is empty.
#[must_use]
pub fn text(text: impl Into<String>) -> Cell {
    let text = text.into();
    if text.is_empty() { Cell::Absent } else { Cell::Text(text) }
}

/// A whole number.
#[must_use]
pub fn number(number: usize) -> Cell {
    Cell::Number(number.to_string())
}

/// A measure with four digits behind the point.
#[must_use]
pub fn measure(value: Option<f64>) -> Cell {
    // Adding zero takes the sign from a zero.
    value.map_or(Cell::Absent, |value| Cell::Number(format!("{:.4}", (value * 1e4).round() / 1e4 + 0.0)))
}

/// The label of a thing.
#[must_use]
pub fn label(thing: &Thing) -> Cell {
    Cell::Text(thing.label.clone())
}

/// The IRI of a thing.
#[must_use]
pub fn iri(thing: &Thing) -> Cell {
    Cell::Text(thing.iri.as_str().to_owned())
}

/// The words that prove something.
#[must_use]
pub fn quote(evidence: &[QuoteFacts]) -> Cell {
    text(evidence.iter().map(|words| words.exact.as_str()).collect::<Vec<_>>().join(" … "))
}
