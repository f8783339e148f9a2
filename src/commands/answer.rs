//! What `query` and `ask` share: how an answer is to be shown.

use super::context::Context;
use super::output::{self, Outcome};
use super::times::{Times, duration};
use crate::error::{Result, count};
use crate::index::Index;
use crate::query::{Answer, Format, Printer, Query};
use std::io::Write;
use std::time::Duration;

/// How an answer is to be shown.
#[derive(clap::Args, Clone, Debug)]
pub struct Options {
    /// table, csv, tsv, json, xml or markdown for rows [default: table]; turtle, ntriples, nquads, trig,
    /// rdfxml or jsonld for graphs [default: turtle]
    #[arg(long, value_name = "FORMAT", global = true, hide_possible_values = true)]
    pub format: Option<Format>,

    /// Give up after this time, and show nothing: 30, 30s, 2m
    #[arg(long, value_name = "TIME", global = true, value_parser = duration)]
    timeout: Option<Duration>,

    /// Show how the query was run instead of its answer: steps, rows, times; `json` for programs
    #[arg(
        long,
        value_name = "FORM",
        global = true,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "tree",
        hide_possible_values = true
    )]
    explain: Option<Explain>,

    /// Exit with status 1 if there are no rows, no triples, or the answer is false
    #[arg(long, global = true)]
    fail_empty: bool,

    /// What day is asked about, and what was known then.
    #[command(flatten)]
    pub times: Times,
}

/// How a plan is shown.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Explain {
    /// Indented, for people
    Tree,
    /// As the engine tells it, for programs
    Json,
}

/// How tables name positions, which have no labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ids {
    /// As a query names them.
    Iris,
    /// As a person hands them to `show`.
    Handles,
}

/// Runs the query and shows the answer; the number of rows goes to stderr.
///
/// # Errors
/// Those of the query, a format that does not fit, a closed standard output.
pub fn run(context: &Context, index: &Index, query: &Query, args: &Options, ids: Ids) -> Result<Outcome> {
    let format = Format::for_form(args.format, query.form())?;
    let mut out = output::stdout();
    if let Some(form) = args.explain {
        let plan = query.explain(index, args.timeout)?;
        match form {
            Explain::Tree => write!(out, "{plan}"),
            Explain::Json => writeln!(out, "{:#}", plan.json()),
        }
        .and_then(|()| out.flush())
        .map_err(output::to_stdout)?;
        return Ok(Outcome::Done);
    }
    let answer = query.answer(index, args.timeout)?;
    Printer::new(index, query.prefixes(), context.width).with_handles(ids == Ids::Handles).print(
        &answer,
        format,
        "standard output",
        &mut out,
    )?;
    if let (Answer::Rows { rows, .. }, Format::Table) = (&answer, format) {
        output::note(&count(rows.len(), "row"));
    }
    Ok(if args.fail_empty && answer.is_empty() { Outcome::Findings } else { Outcome::Done })
}
