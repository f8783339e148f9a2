//! What analyses share that answer with tables: how their cells are printed.

use super::answer::check_spreadsheet;
use super::context::Context;
use super::destination::Destination;
use super::output::{self, Outcome};
use crate::analysis::opened;
use crate::analysis::pictures::Frame;
use crate::base::error::{Error, Result, count};
use crate::cli::format::FormatParser;
use crate::cli::page;
use crate::export::picture::Picture;
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

    /// Prints positions with their words.
    ///
    /// # Errors
    /// A damaged index; as [`Self::print`].
    pub fn open(
        &self,
        context: &Context,
        index: &Index,
        positions: &[NamedNode],
        order: Order,
    ) -> Result<Outcome> {
        let table = opened(index, positions, order)?;
        self.print(context, &table)?;
        output::note(&count(table.rows.len(), "position"));
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

/// In which order positions are opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// That in which they are given.
    Given,
    /// By issue, then actor, then day.
    ByIssue,
}

/// Refuses to open positions in a picture.
///
/// # Errors
/// The format is that of a picture.
pub fn check_opened(format: Format) -> Result<()> {
    match format.holds(Content::Picture) {
        true => Err(Error::usage(format!("--open lists positions, and {format} is a picture"))
            .with_help("choose table, csv, tsv, xlsx, json or markdown")),
        false => Ok(()),
    }
}

/// Positions with their words as a table.
fn opened(index: &Index, positions: &[NamedNode], order: Order) -> Result<CellTable> {
    let mut opened = opened::opened(index, positions)?;
    if order == Order::ByIssue {
        opened::sort(&mut opened);
    }
    Ok(page::opened::cells(&opened))
}

/// What is shown: cells, or a picture of them.
const DRAWN: &[Content] = &[Content::Cells, Content::Picture];

/// How cells, or a picture of them, are written.
#[derive(clap::Args, Clone, Debug)]
pub struct DrawnCells {
    /// table, csv, tsv, xlsx, json or markdown; svg or png for a picture [default: by the file's extension, else table]
    #[arg(long, value_name = "FORMAT", value_parser = FormatParser(DRAWN), hide_possible_values = true)]
    format: Option<Format>,

    #[command(flatten)]
    to: Destination,

    /// Begin CSV and TSV with a byte-order mark, by which Excel knows UTF-8
    #[arg(long)]
    bom: bool,

    /// In CSV and TSV, put an apostrophe before texts that a spreadsheet would take for formulas
    #[arg(long)]
    excel: bool,
}

impl DrawnCells {
    /// The format that is wanted; fails on options that do not fit each other: before anything is read.
    ///
    /// # Errors
    /// An extension of no such format; options of spreadsheets or pictures for what is none; a workbook or a picture of
    /// pixels for a terminal.
    pub fn format(&self, context: &Context) -> Result<Format> {
        let format = self.to.format(self.format, DRAWN)?;
        self.to.look.check(format)?;
        check_spreadsheet(self.spreadsheet(), format)?;
        self.to.check_terminal(context, format)?;
        Ok(format)
    }

    fn spreadsheet(&self) -> Spreadsheet {
        Spreadsheet { byte_order_mark: self.bom, harmless: self.excel }
    }

    /// Sends cells, or a picture of them, on their way; `what` says what they are.
    ///
    /// # Errors
    /// A picture of nothing or of too much; more cells than a worksheet holds; no place to write it.
    pub fn send(
        &self,
        context: &Context,
        (index, format): (&Index, Format),
        table: &CellTable,
        picture: impl FnOnce(&Frame) -> Result<Picture>,
        what: &str,
    ) -> Result<Outcome> {
        match format.holds(Content::Picture) {
            true => self.draw(context, (index, format), picture, what),
            false => self.print(context, format, table, what),
        }
    }

    /// Sends cells on their way.
    ///
    /// # Errors
    /// More cells than a worksheet holds; no place to write it.
    pub fn print(&self, context: &Context, format: Format, table: &CellTable, what: &str) -> Result<Outcome> {
        self.to.send(context, &page::cells::bytes(table, format, self.spreadsheet(), context.width)?, what)
    }

    /// Sends positions with their words on their way.
    ///
    /// # Errors
    /// A picture is asked for; a damaged index; as [`Self::print`].
    pub fn open(
        &self,
        context: &Context,
        (index, format): (&Index, Format),
        positions: &[NamedNode],
        order: Order,
    ) -> Result<Outcome> {
        check_opened(format)?;
        let table = opened(index, positions, order)?;
        let what = count(table.rows.len(), "position");
        self.print(context, format, &table, &what)?;
        output::note(&what);
        Ok(Outcome::Done)
    }

    /// Sends a picture on its way.
    ///
    /// # Errors
    /// A picture of nothing or of too much; no place to write it.
    pub fn draw(
        &self,
        context: &Context,
        (index, format): (&Index, Format),
        picture: impl FnOnce(&Frame) -> Result<Picture>,
        what: &str,
    ) -> Result<Outcome> {
        let look = &self.to.look;
        self.to.send(context, &look.draw(&picture(&look.frame(index)?)?, format)?, what)
    }
}
