//! `standpoint export --query`: the answer of a query, in a file.

use super::Args;
use crate::base::error::{Error, Result, count};
use crate::cli::commands::answer::check_spreadsheet;
use crate::cli::commands::context::Context;
use crate::cli::commands::output::{self, Outcome};
use crate::cli::commands::query::address;
use crate::export::{Content, Format, Spreadsheet, save_with};
use crate::query::{Answer, ParseOptions, Printer, Query};
use std::io::{Read, Write};
use std::path::Path;

/// Runs it.
///
/// # Errors
/// A query that cannot be read or answered, a format that does not fit its answer, no place to write it.
pub(super) fn run(context: &Context, args: &Args, file: &Path, output: Option<&Path>) -> Result<Outcome> {
    let text = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(Error::file("read", "standard input"))?;
        text
    } else {
        std::fs::read_to_string(file).map_err(Error::file("read", file))?
    };
    let how = ParseOptions {
        prefixes: context.project(None)?.all_prefixes(),
        base: context.base.clone().or_else(|| address(file)),
        services: false,
    };
    let query = Query::read(&file.display().to_string(), &text, &how)?;
    let format = match (args.format, output) {
        (Some(format), _) => Some(format),
        (None, Some(path)) => Some(Format::of_path(path)?),
        (None, None) => None,
    };
    // For people, as tables are: rows without a format are CSV.
    let format = match query.form().format(None)? {
        plain if plain.holds(Content::Graph) => query.form().format(format)?,
        _ => query.form().format(format.or(Some(Format::Csv)))?,
    };
    args.ensure_no_rdf(format)?;
    args.ensure_no_network(format)?;
    if args.partition.is_some() || args.quotes_max.is_some() || args.no_texts || !args.text.is_empty() {
        return Err(Error::usage("a query says itself what is written")
            .with_help("omit --partition, --quotes-max, --no-texts and --text"));
    }
    let spreadsheet = Spreadsheet { byte_order_mark: args.bom, harmless: args.excel };
    check_spreadsheet(spreadsheet, format)?;
    if format == Format::Xlsx && output.is_none() && context.stdout_is_terminal {
        return Err(Error::usage("a workbook cannot be shown on a terminal").with_help("use `-o FILE.xlsx`"));
    }
    let index = context.filtered(&args.times, &args.filters)?;
    context.warn(&query.lint(&index));
    let answer = query.answer(&index, None)?;
    let printer = Printer::new(&index, query.prefixes(), context.width)
        .for_spreadsheet(spreadsheet)
        .with_labels(&query);
    let print = |name: &str, mut out: &mut dyn Write| printer.print(&answer, format, name, &mut out);
    let Some(path) = output else {
        print("standard output", &mut output::stdout())?;
        return Ok(Outcome::Done);
    };
    save_with(path, |mut out| print(&path.display().to_string(), &mut out))?;
    let what = match &answer {
        Answer::Rows { rows, .. } => count(rows.len(), "row"),
        Answer::Graph(triples) => count(triples.len(), "triple"),
        _ => "an answer".to_owned(),
    };
    output::note(&format!("wrote {what} to {}", path.display()));
    Ok(Outcome::Done)
}
