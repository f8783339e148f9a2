//! `standpoint timeline`: who said what when.

use super::answer::check_spreadsheet;
use super::context::Context;
use super::destination::Destination;
use super::filters::Filters;
use super::output::{self, Outcome};
use super::times::Times;
use crate::analysis::pictures;
use crate::analysis::timeline::Timeline;
use crate::base::error::{Result, count};
use crate::cli::format::FormatParser;
use crate::cli::page::timeline;
use crate::export::{Content, Format, Spreadsheet, workbook};

/// What the command can show.
const CONTENTS: &[Content] = &[Content::Cells, Content::Picture];

/// Show who said what when: every position with its days, by issue
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  standpoint timeline --issue 'cedes territory'
  standpoint timeline --issue 'cedes territory' -o timeline.svg
  standpoint timeline --actor Witkoff --format csv

In a picture a position is a bar. Its strong part covers days that are certain: the day on which it was \
stated, or the days between which it holds where the text says so. Its pale part covers days of which one \
is meant.")]
pub struct Args {
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

/// Runs it.
///
/// # Errors
/// No data, unknown names, a picture of nothing or of too much; no place to write it.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let format = args.to.format(args.format, CONTENTS)?;
    args.to.look.check(format)?;
    let how = Spreadsheet { byte_order_mark: args.bom, harmless: args.excel };
    check_spreadsheet(how, format)?;
    let index = context.filtered(&args.times, &args.filters)?;
    let found = Timeline::of(&index)?;
    let cells = || timeline::cells(&found);
    let bytes = match format {
        format if format.holds(Content::Picture) => {
            let look = &args.to.look;
            look.draw(&pictures::timeline(&index, &found, &look.frame(&index)?)?, format)?
        }
        Format::Csv => cells().csv(how).into_bytes(),
        Format::Tsv => cells().tsv(how).into_bytes(),
        Format::Json => format!("{:#}\n", cells().json()).into_bytes(),
        Format::Xlsx => workbook(&[cells()])?,
        Format::Markdown => timeline::table(&found).markdown().into_bytes(),
        _ => timeline::render(&found, context.width, context.colours_results()).into_bytes(),
    };
    let all = count(found.rows.len() + found.undated.len(), "position");
    args.to.send(context, &bytes, &format!("a timeline of {all}"))?;
    if format == Format::Table && !found.undated.is_empty() {
        output::note(&format!("without a date: {}", count(found.undated.len(), "position")));
    }
    Ok(Outcome::Done)
}
