//! CSV and TSV.

use super::{Column, RowWriter};
use crate::base::error::{Error, Result};
use crate::export::cells::{Cell, Separator, Spreadsheet};
use crate::export::format::Format;
use crate::export::value::Value;
use std::io::Write;

/// Writer of separated values.
pub(super) struct Separated<'o> {
    separator: Separator,
    how: Spreadsheet,
    line: String,
    out: &'o mut (dyn Write + Send),
}

impl<'o> Separated<'o> {
    /// Writes the header.
    ///
    /// # Errors
    /// A stream that takes no more.
    pub(super) fn new(
        columns: &[Column],
        format: Format,
        how: Spreadsheet,
        out: &'o mut (dyn Write + Send),
    ) -> Result<Self> {
        let separator = if format == Format::Tsv { Separator::Tab } else { Separator::Comma };
        let mut line = String::new();
        if how.byte_order_mark {
            line.push('\u{feff}');
        }
        separator.header(columns.iter().map(|column| column.name), &mut line);
        let mut writer = Self { separator, how, line, out };
        writer.write()?;
        Ok(writer)
    }

    fn write(&mut self) -> Result<()> {
        self.out.write_all(self.line.as_bytes()).map_err(Error::file("write", "the table"))
    }
}

impl RowWriter for Separated<'_> {
    fn row(&mut self, row: Vec<Value>) -> Result<()> {
        let cells: Vec<Cell> = row.into_iter().map(Into::into).collect();
        self.line.clear();
        self.separator.line(&cells, self.how, &mut self.line);
        self.write()
    }

    fn finish(self: Box<Self>) -> Result<()> {
        self.out.flush().map_err(Error::file("write", "the table"))
    }
}
