//! `standpoint matrix`: who stands where on what, in a table.

use super::answer::check_spreadsheet;
use super::cells::check_opened;
use super::context::Context;
use super::destination::Destination;
use super::filters::Filters;
use super::network::{Named, find};
use super::output::{self, Outcome};
use super::times::Times;
use crate::analysis::matrix::Matrix;
use crate::analysis::opened::{Opened, iris, opened, sort};
use crate::analysis::pictures;
use crate::analysis::statements::{Node, Selection, Variable};
use crate::base::error::{Error, Result, count};
use crate::cli::format::FormatParser;
use crate::cli::page;
use crate::cli::page::matrix::{self, Shown};
use crate::export::{Content, Format, Spreadsheet, workbook};
use crate::store::index::Index;
use crate::store::names::Thing;

/// What the command can show.
const CONTENTS: &[Content] = &[Content::Cells, Content::Picture];

/// Show who stands where on what: a row an actor, a column an issue
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  standpoint matrix --format csv > matrix.csv
  standpoint matrix --actor Russia --actor Ukraine --cells sign
  standpoint matrix --since 2025-04 --format markdown
  standpoint matrix --rows publisher --cells spread --margins
  standpoint matrix --open 'Island council' 'The county covers the loss of the night ferry'
  standpoint matrix -o matrix.svg

A cell is the mean of the stances in force, from -1 (against) to 1 (for). It is empty where there is no \
record, and has words where no stance in force has a value: undeclared, declined to say, ambiguous.")]
pub struct Args {
    /// What a cell shows
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    cells: Shown,

    /// What the rows are: actor, represented, issue, publisher, author, section or type
    #[arg(long, value_enum, value_name = "VARIABLE", default_value = "actor", hide_possible_values = true)]
    rows: Named,

    /// What the columns are [default: issue; for issues: actor]
    #[arg(long, value_enum, value_name = "VARIABLE", hide_possible_values = true)]
    columns: Option<Named>,

    /// Order of rows and columns: name, or similarity, which puts those who agree side by side
    #[arg(long, value_enum, value_name = "ORDER", default_value = "name", hide_possible_values = true)]
    order: Order,

    /// Add a row and a column with what all have
    #[arg(long)]
    margins: bool,

    /// The positions of a cell with their words
    #[arg(long, num_args = 2, value_names = ["ROW", "COLUMN"], conflicts_with_all = ["cells", "margins", "order"])]
    open: Option<Vec<String>>,

    /// table, csv, tsv, xlsx, json or markdown; svg or png for a picture [default: by the file's extension, else table]
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

/// Order of rows and columns.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// By name
    Name,
    /// Those with similar stances side by side
    Similarity,
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
    let is_picture = format.holds(Content::Picture);
    if is_picture && args.margins {
        return Err(
            Error::usage(format!("--margins is for tables, and {format} is a picture")).with_help("omit it")
        );
    }
    let rows = Variable::from(args.rows);
    let usual = if rows == Variable::Issue { Variable::Actor } else { Variable::Issue };
    let columns = args.columns.map_or(usual, Variable::from);
    let days = args.filters.days()?;
    let index = context.filtered(&args.times, &args.filters)?;
    let mut matrix =
        Matrix::across(&index, Selection { nodes: rows, via: columns, dna_compat: false, days })?;
    if let Some(names) = &args.open {
        check_opened(format)?;
        let table = page::opened::cells(&opened_cell(&index, &matrix, (&names[0], &names[1]))?);
        let bytes = page::cells::bytes(&table, format, how, context.width)?;
        let what = count(table.rows.len(), "position");
        output::note(&what);
        return args.to.send(context, &bytes, &what);
    }
    if args.order == Order::Similarity {
        matrix.sort_by_similarity();
    }
    if args.margins {
        matrix.add_margins();
    }
    let cells = || matrix::cells(&matrix, args.cells);
    let bytes = match format {
        format if format.holds(Content::Picture) => {
            let look = &args.to.look;
            let Some(written) = args.cells.written() else {
                return Err(Error::usage("a picture has no such cells")
                    .with_help("choose --cells mean, count, newest or sign"));
            };
            look.draw(&pictures::matrix(&matrix, written, &look.frame(&index)?)?, format)?
        }
        format if args.cells == Shown::Positions => {
            page::cells::bytes(&matrix::positions(&index, &matrix)?, format, how, context.width)?
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

/// The positions of a cell, by the names of its row and column.
fn opened_cell(index: &Index, matrix: &Matrix, (row, column): (&str, &str)) -> Result<Vec<Opened>> {
    let nodes = |things: &[Thing]| -> Vec<Node> {
        let node = |thing: &Thing| Node { label: thing.label.clone(), iri: thing.iri.as_str().to_owned() };
        things.iter().map(node).collect()
    };
    let (rows, columns) = (nodes(&matrix.actors), nodes(&matrix.issues));
    let row = find(index, (matrix.variables.0, &rows), row)? as usize;
    let column = find(index, (matrix.variables.1, &columns), column)? as usize;
    let key = (matrix.actors[row].iri.clone(), matrix.issues[column].iri.clone());
    let cell = matrix.cells.get(&key).cloned().unwrap_or_default();
    let held = cell.in_force.iter().chain(&cell.open).map(|held| held.position);
    let mut opened = opened(index, &iris(index, held)?)?;
    sort(&mut opened);
    Ok(opened)
}
