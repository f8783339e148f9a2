//! `standpoint summary`: what is in the store.

use super::context::Context;
use super::filters::Filters;
use super::output::{self, Outcome};
use super::times::Times;
use crate::analysis::summary::Summary;
use crate::audit::check::Checks;
use crate::base::error::Result;
use crate::cli::format::FormatParser;
use crate::cli::page;
use crate::export::{Content, Format};

/// Show what is in the store: how much, of which days, by whom, and what is unusual
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  standpoint summary
  standpoint summary --format json
  standpoint summary --article herald-2025-05-16")]
pub struct Args {
    /// table or json
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = FormatParser(&[Content::Page]), hide_possible_values = true)]
    format: Format,

    #[command(flatten)]
    filters: Filters,

    #[command(flatten)]
    times: Times,
}

/// Runs it.
///
/// # Errors
/// No data, unknown names, rules that cannot be run.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let checks = Checks::of_project(&context.project(None)?)?;
    let index = context.filtered(&args.times, &args.filters)?;
    let summary = Summary::of(&index)?;
    let findings = checks.run(&index)?;
    let text = match args.format {
        Format::Json => format!("{:#}\n", page::summary::json(&summary, &findings)),
        _ => page::summary::page(&summary, &findings, context.width),
    };
    context.print(&text)?;
    if summary.positions == 0 {
        output::note("no positions yet: `standpoint load` loads sheets and RDF files");
    } else if args.format == Format::Table {
        output::note("`standpoint ask` lists questions; `standpoint matrix` shows who stands where");
    }
    Ok(Outcome::Done)
}
