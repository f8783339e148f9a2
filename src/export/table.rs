//! Tables for people and for statistics: positions, actors, issues, articles, evidence, conditions and
//! attributions, a row a thing, with labels and IRIs.
//!
//! A [`Table`] says what its columns are; a format is one file here and one row of the table in `format.rs`.
//! Rows are read off the index one after another, in the order of the IRIs, so that memory does not grow with
//! the graph. Two designs were weighed. Queries would say in SPARQL what a row is, and hold an answer in memory,
//! sorted. Look-ups by the ids of the index walk all columns in their order, and hold a row. The second.
//!
//! Deliberately absent: what sheets are for. These tables are read, and not loaded again.

mod csv;
mod package;
mod parquet;
mod reader;
mod records;

pub use package::PACKAGE;

use super::cells::{CellTable, Spreadsheet, check_rows, workbook};
use super::format::Format;
use super::value::{Kind, Value};
use crate::base::error::{Error, Result};
use crate::store::index::{Index, reading};
use reader::{Reader, Row};
use std::collections::BTreeMap;
use std::io::Write;

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// A row a position.
    Positions,
    /// A row an actor.
    Actors,
    /// A row an issue.
    Issues,
    /// A row an article.
    Articles,
    /// A row for each words, or record, that prove a position.
    Evidence,
    /// A row for each condition of a position.
    Conditions,
    /// A row for each step by which the words of a position came to the article.
    Attributions,
}

/// A column of a table.
pub struct Column {
    /// Name.
    pub name: &'static str,
    /// Type of its values.
    pub kind: Kind,
    /// What it holds, for people.
    pub description: &'static str,
    read: fn(&Reader<'_>, Row) -> Value,
}

/// Takes the rows of a table in, one after another.
trait RowWriter {
    /// Writes a row.
    ///
    /// # Errors
    /// A stream that takes no more.
    fn row(&mut self, row: Vec<Value>) -> Result<()>;

    /// Writes what comes after the last row.
    ///
    /// # Errors
    /// A stream that takes no more.
    fn finish(self: Box<Self>) -> Result<()>;
}

/// The graph as tables.
pub struct Tables<'a> {
    reader: Reader<'a>,
}

impl Table {
    /// All tables.
    pub const ALL: &'static [Self] = &[
        Self::Positions,
        Self::Actors,
        Self::Issues,
        Self::Articles,
        Self::Evidence,
        Self::Conditions,
        Self::Attributions,
    ];

    /// The tables of a workbook.
    const WORKBOOK: &'static [Self] =
        &[Self::Positions, Self::Actors, Self::Issues, Self::Articles, Self::Evidence];

    /// The name, as of its file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Positions => "positions",
            Self::Actors => "actors",
            Self::Issues => "issues",
            Self::Articles => "articles",
            Self::Evidence => "evidence",
            Self::Conditions => "conditions",
            Self::Attributions => "attributions",
        }
    }

    /// What it holds, for people.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Positions => "Positions: who takes which stance on what, and when",
            Self::Actors => "Actors: who can take a stance",
            Self::Issues => "Issues: what one can be for or against",
            Self::Articles => "Articles that positions were read in",
            Self::Evidence => "Evidence: the words, or the record, that prove a position",
            Self::Conditions => "Conditions under which a stance holds",
            Self::Attributions => {
                "Attributions: on whose word a position is reported, the nearest to the text first"
            }
        }
    }

    /// The columns.
    #[must_use]
    pub fn columns(self) -> &'static [Column] {
        records::columns(self)
    }
}

impl<'a> Tables<'a> {
    /// The tables of this graph; quotes are cut to so many words, if to any number.
    #[must_use]
    pub fn new(index: &'a Index, quotes_max: Option<usize>) -> Self {
        Self { reader: Reader::new(index, quotes_max) }
    }

    /// Writes a table; returns the number of its rows.
    ///
    /// # Errors
    /// A format that holds one table of several, or none; a damaged index; a stream that takes no more.
    pub fn write(
        &self,
        table: Table,
        format: Format,
        how: Spreadsheet,
        out: &mut (dyn Write + Send),
    ) -> Result<usize> {
        let rows = self.rows(table)?;
        self.write_rows(table, rows, format, how, out)
    }

    fn write_rows(
        &self,
        table: Table,
        rows: impl Iterator<Item = Row>,
        format: Format,
        how: Spreadsheet,
        out: &mut (dyn Write + Send),
    ) -> Result<usize> {
        let columns = table.columns();
        let mut writer: Box<dyn RowWriter + '_> = match format {
            Format::Csv | Format::Tsv => Box::new(csv::Separated::new(columns, format, how, out)?),
            Format::Parquet => Box::new(parquet::Parquet::new(table, out)?),
            _ => return Err(Error::usage(format!("{format} holds no single table"))),
        };
        let mut count = 0;
        for row in rows {
            writer.row(self.values(table, row)?)?;
            count += 1;
        }
        writer.finish()?;
        Ok(count)
    }

    /// The positions by the month in which they were stated, in a file each; `write` is given the name of the
    /// month, none of those that are not dated, and what writes its file and returns the number of rows.
    ///
    /// # Errors
    /// Those of `write`; a damaged index.
    pub fn by_month(
        &self,
        mut write: impl FnMut(
            Option<&str>,
            &mut dyn FnMut(&mut (dyn Write + Send)) -> Result<usize>,
        ) -> Result<()>,
    ) -> Result<()> {
        let mut months: BTreeMap<Option<String>, Vec<Row>> = BTreeMap::new();
        let rows = self.rows(Table::Positions)?;
        reading(|| {
            for row in rows {
                months.entry(records::month(&self.reader, row)).or_default().push(row);
            }
        })?;
        for (month, rows) in months {
            let how = Spreadsheet::default();
            write(month.as_deref(), &mut |out| {
                self.write_rows(Table::Positions, rows.iter().copied(), Format::Parquet, how, out)
            })?;
        }
        Ok(())
    }

    /// The tables of a workbook.
    ///
    /// # Errors
    /// More rows or characters than a worksheet holds, by their place; a damaged index.
    pub fn workbook(&self) -> Result<Vec<u8>> {
        let mut sheets = Vec::new();
        for table in Table::WORKBOOK {
            let rows: Vec<Row> = self.rows(*table)?.collect();
            // Before a row is read: a million takes gigabytes, and does not fit.
            check_rows(table.name(), rows.len())?;
            let mut cells = Vec::with_capacity(rows.len());
            for row in rows {
                cells.push(self.values(*table, row)?.into_iter().map(Into::into).collect());
            }
            let columns = table.columns().iter().map(|column| column.name.to_owned()).collect();
            sheets.push(CellTable { name: table.name().to_owned(), columns, rows: cells });
        }
        workbook(&sheets)
    }

    /// What describes the files of a folder: a data package of Frictionless.
    #[must_use]
    pub fn package(&self, format: Format, how: Spreadsheet) -> String {
        package::package(format, how)
    }

    /// Number of positions.
    ///
    /// # Errors
    /// A damaged index.
    pub fn count(&self) -> Result<usize> {
        Ok(reading(|| self.reader.positions().len())?)
    }

    /// What the rows of a table are about, in order.
    fn rows(&self, table: Table) -> Result<Box<dyn Iterator<Item = Row> + '_>> {
        Ok(reading(|| records::rows(&self.reader, table))?)
    }

    fn values(&self, table: Table, row: Row) -> Result<Vec<Value>> {
        let read = |column: &Column| (column.read)(&self.reader, row);
        Ok(reading(|| table.columns().iter().map(read).collect())?)
    }
}
