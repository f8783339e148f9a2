//! What analyses share that answer with tables: how their cells are printed.

use super::answer::check_spreadsheet;
use super::context::Context;
use super::output::{self, Outcome};
use crate::analysis::opened;
use crate::base::error::{Error, Result, count};
use crate::cli::format::FormatParser;
use crate::cli::page;
use crate::export::{CellTable, Content, Format, Spreadsheet};
use crate::store::index::Index;
use oxrdf::NamedNode;
use std::io::Write;

/// How cells are printed.
#[derive(clap::Args, Clone, Debug)]
pub struct Cells {
    /// table, csv, tsv, xlsx, json or markdown
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = FormatParser(&[Content::Cells]), hide_possible_values = true)]
    format: Format,

    /// Begin CSV and TSV with a byte-order mark, by which Excel knows UTF-8
    #[arg(long)]
    bom: bool,

    /// In CSV and TSV, put an apostrophe before texts that a spreadsheet would take for formulas
    #[arg(long)]
    excel: bool,
}

impl Cells {
    /// Fails on options that do not fit each other: before anything is read.
    ///
    /// # Errors
    /// Options of spreadsheets for what is none; a workbook for a terminal.
    pub fn check(&self, context: &Context) -> Result<()> {
        check_spreadsheet(self.spreadsheet(), self.format)?;
        if self.format == Format::Xlsx && context.stdout_is_terminal {
            return Err(Error::usage("a workbook cannot be shown on a terminal")
                .with_help("redirect it into a file: … --format xlsx > answer.xlsx"));
        }
        Ok(())
    }

    /// Prints positions with their words, sorted where they have no order of their own.
    ///
    /// # Errors
    /// A damaged index; as [`Self::print`].
    pub fn open(
        &self,
        context: &Context,
        index: &Index,
        positions: &[NamedNode],
        is_sorted: bool,
    ) -> Result<Outcome> {
        let mut opened = opened::opened(index, positions)?;
        if !is_sorted {
            opened::sort(&mut opened);
        }
        self.print(context, &page::opened::cells(&opened))?;
        output::note(&count(opened.len(), "position"));
        Ok(Outcome::Done)
    }

    fn spreadsheet(&self) -> Spreadsheet {
        Spreadsheet { byte_order_mark: self.bom, harmless: self.excel }
    }

    /// Prints a table. People see no columns of IRIs, and nothing of a table without rows; data formats have both.
    ///
    /// # Errors
    /// More cells than a worksheet holds; standard output takes no more.
    pub fn print(&self, context: &Context, table: &CellTable) -> Result<Outcome> {
        let bytes = page::cells::bytes(table, self.format, self.spreadsheet(), context.width)?;
        let mut out = context.out();
        out.write_all(&bytes).and_then(|()| out.flush()).map_err(output::to_stdout)?;
        Ok(Outcome::Done)
    }
}
