//! `standpoint matrix`: who stands where on what, in a table.

use super::answer::check_spreadsheet;
use super::context::Context;
use super::destination::Destination;
use super::filters::Filters;
use super::output::{self, Outcome};
use super::times::Times;
use crate::analysis::matrix::{Matrix, Wanted};
use crate::analysis::pictures;
use crate::base::error::Result;
use crate::cli::format::FormatParser;
use crate::cli::page::matrix::{self, Shown};
use crate::export::picture::svg::NO_LINKS;
use crate::export::{Content, Format, Spreadsheet, workbook};

/// What the command can show.
const CONTENTS: &[Content] = &[Content::Cells, Content::Picture];

/// Show who stands where on what: a row an actor, a column an issue
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  standpoint matrix --format csv > matrix.csv
  standpoint matrix --actor Russia --actor Ukraine --cells sign
  standpoint matrix --since 2025-04 --format markdown
  standpoint matrix -o matrix.svg

A cell is the mean of the stances in force, from -1 (against) to 1 (for). It is empty where there is no \
record, and has words where no stance in force has a value: undeclared, declined to say, ambiguous.")]
pub struct Args {
    /// What a cell shows
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    cells: Shown,

    /// The positions of a cell with their words
    #[arg(long, num_args = 2, value_names = ["ACTOR", "ISSUE"])]
    open: Option<Vec<String>>,

    /// table, csv, tsv, xlsx, json or markdown; svg for a picture [default: by the file's extension, else table]
    #[arg(long, value_name = "FORMAT", value_parser = FormatParser(CONTENTS), hide_possible_values = true)]
    format: Option<Format>,

    #[command(flatten)]
    to: Destination,

    /// Begin CSV and TSV with a byte-order mark, by which Excel knows UTF-8
    #[arg(long)]
    bom: bool,

    /// In CSV and TSV, put an apostrophe before texts that a spreadsheet would take for formulas
    #[arg(long)]
    excel: bool,

    #[command(flatten)]
    filters: Filters,

    #[command(flatten)]
    times: Times,
}

/// Runs it.
///
/// # Errors
/// No data, unknown names; standard output takes no more.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let format = args.to.format(args.format, CONTENTS)?;
    args.to.look.check(format)?;
    let how = Spreadsheet { byte_order_mark: args.bom, harmless: args.excel };
    check_spreadsheet(how, format)?;
    let index = context.filtered(&args.times, &args.filters)?;
    let matrix = Matrix::of(&index, &Wanted::all())?;
    let cells = || matrix::cells(&matrix, args.cells);
    let bytes = match format {
        Format::Svg => {
            let frame = args.to.look.frame(&index)?;
            pictures::matrix(&matrix, args.cells.written(), &frame)?.svg(NO_LINKS).into_bytes()
        }
        Format::Csv => cells().csv(how).into_bytes(),
        Format::Tsv => cells().tsv(how).into_bytes(),
        Format::Json => format!("{:#}\n", cells().json()).into_bytes(),
        Format::Xlsx => workbook(&[cells()])?,
        Format::Markdown => matrix::markdown(&matrix, args.cells).into_bytes(),
        _ => {
            matrix::render(&matrix, args.cells, context.width, false, context.colours_results()).into_bytes()
        }
    };
    args.to.send(context, &bytes, &format!("a matrix of {}", matrix::summary(&matrix)))?;
    if format == Format::Table {
        output::note(&matrix::summary(&matrix));
    }
    Ok(Outcome::Done)
}
