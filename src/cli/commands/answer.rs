//! What `query` and `ask` share: how an answer is to be shown.

use super::author::now;
use super::context::{Context, Origin};
use super::last;
use super::output::{self, Outcome};
use super::sizes::memory;
use super::times::{Times, duration};
use crate::audit::receipt::{Asked, Canonical, Parameter, Receipt};
use crate::base::error::{Error, Result, count};
use crate::cli::format::FormatParser;
use crate::cli::page;
use crate::export::{Content, Format, Spreadsheet};
use crate::query::ask::{Question, Value};
use crate::query::{Answer, Printer, Query, Template};
use crate::store::index::Index;
use oxrdf::{Term, Variable};
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

/// The heading of these options, which come after a command's own in its help.
const ANSWER: &str = "Answer";

/// How an answer is to be shown.
#[derive(clap::Args, Clone, Debug)]
pub struct Options {
    /// table, csv, tsv, xlsx, json, w3c-json, xml or markdown for rows [default: table]; turtle, ntriples,
    /// nquads, trig, rdfxml or jsonld for graphs [default: turtle]
    #[arg(long, value_name = "FORMAT", global = true, help_heading = ANSWER, value_parser = FormatParser(&[Content::Rows, Content::Graph]), hide_possible_values = true)]
    pub format: Option<Format>,

    /// Print one line per row: text with {column}, {column|iri}, \n and \t
    #[arg(long, value_name = "TEMPLATE", global = true, help_heading = ANSWER, allow_hyphen_values = true, conflicts_with_all = ["format", "explain"])]
    template: Option<String>,

    /// Begin CSV and TSV with a byte-order mark, by which Excel knows UTF-8
    #[arg(long, global = true, help_heading = ANSWER)]
    bom: bool,

    /// In CSV and TSV, put an apostrophe before texts that a spreadsheet would take for formulas
    #[arg(long, global = true, help_heading = ANSWER)]
    excel: bool,

    /// Stop after this time without an answer: 30, 30s, 2m
    #[arg(long, value_name = "TIME", global = true, help_heading = ANSWER, value_parser = duration, allow_hyphen_values = true)]
    pub timeout: Option<Duration>,

    /// Stop without an answer if intermediate results need more memory than this: 512M, 16G [default:
    /// 4G]
    #[arg(long, value_name = "SIZE", global = true, help_heading = ANSWER, value_parser = memory)]
    max_memory: Option<usize>,

    /// Show how the query ran instead of its answer: steps, rows and times, as a tree or, with --format
    /// json, for programs
    #[arg(long, global = true, help_heading = ANSWER)]
    explain: bool,

    /// If there are no rows, explain what excludes them
    #[arg(long, global = true, help_heading = ANSWER, conflicts_with_all = ["explain", "receipt"])]
    pub why_empty: bool,

    /// Number the rows of a table, as on a terminal, so that `show 3` opens the third
    #[arg(long, global = true, help_heading = ANSWER)]
    number: bool,

    /// Exit with status 1 if the answer is empty or false
    #[arg(long, global = true, help_heading = ANSWER)]
    fail_empty: bool,

    /// Also write a receipt: query, parameters, state of the store and hash of the answer, for
    /// `reproduce`
    #[arg(long, value_name = "FILE", global = true, help_heading = ANSWER, conflicts_with = "explain")]
    pub receipt: Option<PathBuf>,

    /// What day is asked about, and what was known then.
    #[command(flatten)]
    pub times: Times,

    /// Whether CSV, TSV and JSON have labels and columns of IRIs, as those of questions do.
    #[arg(skip)]
    labelled: bool,

    /// Whether the shell asks: it keeps rows itself, and has words of its own.
    #[arg(skip)]
    in_shell: bool,
}

impl Options {
    /// How the shell shows answers.
    #[must_use]
    pub fn in_shell(format: Option<Format>, timeout: Option<Duration>, times: Times) -> Self {
        Self {
            format,
            template: None,
            bom: false,
            excel: false,
            timeout,
            max_memory: None,
            explain: false,
            why_empty: false,
            number: false,
            fail_empty: false,
            receipt: None,
            times,
            labelled: false,
            in_shell: true,
        }
    }

    /// Whether rows are printed as a table.
    #[must_use]
    pub fn are_table(&self) -> bool {
        let is_table = matches!(self.format, None | Some(Format::Table)) && self.template.is_none();
        is_table && !self.explain && !self.why_empty
    }

    /// The same, for spreadsheets: with labels, if they are wished.
    #[must_use]
    pub fn with_labels(self, labelled: bool) -> Self {
        Self { labelled, ..self }
    }

    /// The same, to show how a query is run.
    #[must_use]
    pub fn explaining(self) -> Self {
        Self { explain: true, ..self }
    }

    /// What suits the spreadsheet that reads CSV and TSV.
    #[must_use]
    pub fn spreadsheet(&self) -> Spreadsheet {
        Spreadsheet { byte_order_mark: self.bom, harmless: self.excel }
    }

    /// As [`check_spreadsheet`]; and of answers, what is said of their labels and of workbooks.
    fn check_spreadsheet(&self, context: &Context, format: Format, labelled: bool) -> Result<()> {
        check_spreadsheet(self.spreadsheet(), format)?;
        if self.excel && !labelled {
            let help = "add --labels: results as the W3C has them are for programs";
            return Err(Error::usage("--excel is for tables with labels").with_help(help));
        }
        if format == Format::Xlsx && context.stdout_is_terminal && !self.in_shell {
            return Err(Error::usage("a workbook cannot be shown on a terminal")
                .with_help("redirect it into a file: … --format xlsx > answer.xlsx"));
        }
        Ok(())
    }

    /// The same, to tell what keeps rows away.
    #[must_use]
    pub fn why_empty(self) -> Self {
        Self { why_empty: true, ..self }
    }
}

/// A question of the library, as it was asked.
#[derive(Clone, Debug)]
pub struct Named {
    /// The question.
    pub question: &'static Question,
    /// Values of its parameters, as they were understood.
    pub values: Vec<Value>,
    /// The same, as a receipt keeps them.
    pub parameters: Vec<Parameter>,
    /// Whether filters left out some of the positions.
    pub filtered: bool,
}

impl Named {
    /// What the rows leave out, to be said behind their number: ", +22 implied: `--all`".
    fn folded(&self, index: &Index, variables: &[Variable], rows: &[Vec<Option<Term>>]) -> Result<String> {
        let folded = self.question.folded(index, &self.values, variables, rows)?;
        Ok(folded.map_or_else(String::new, |folded| match folded.positions {
            Some(positions) => format!(", +{positions} implied: `--{}`", folded.option),
            None => format!("; `--{}` shows what is implied, too", folded.option),
        }))
    }

    /// Why it has no rows, in a sentence.
    fn why_empty(&self, index: &Index) -> Result<String> {
        let reason = self.question.why_empty(index, &self.values)?;
        Ok(if self.filtered { format!("Of the positions that pass the filters: {reason}") } else { reason })
    }
}

/// Runs the query and shows the answer; the number of rows goes to stderr. `origin` is what the
/// index was made of; a receipt needs it.
///
/// # Errors
/// Those of the query, a format that does not fit, a closed standard output, a receipt that
/// cannot be written.
pub fn run(
    context: &Context,
    graph: (&Index, Option<&Origin>),
    query: &Query,
    args: &Options,
    named: Option<Named>,
) -> Result<Outcome> {
    run_to(context, graph, query, args, named, &mut *context.out()).map(|(outcome, _)| outcome)
}

/// The same to any stream instead of standard output, and the answer, where one was asked for.
///
/// # Errors
/// As [`run`].
pub fn run_to(
    context: &Context,
    (index, origin): (&Index, Option<&Origin>),
    query: &Query,
    args: &Options,
    named: Option<Named>,
    mut out: &mut dyn Write,
) -> Result<(Outcome, Option<Answer>)> {
    let limited = args.max_memory.map(|bytes| query.clone().in_memory(bytes));
    let query = limited.as_ref().unwrap_or(query);
    if args.explain {
        let for_programs = for_programs(args.format, "a plan")?;
        let plan = query.explain(index, args.timeout)?;
        let text = if for_programs { format!("{:#}\n", plan.json()) } else { plan.render(context.width) };
        output::print_to(&text, out)?;
        return Ok((Outcome::Done, None));
    }
    if args.why_empty {
        let for_programs = for_programs(args.format, "an explanation")?;
        let why = query.why_empty(index, args.timeout)?;
        let sentence = match &named {
            Some(named) if !why.has_rows() => Some(named.why_empty(index)?),
            _ => None,
        };
        let text = if for_programs {
            format!("{:#}\n", page::why_empty::json(&why, query, sentence.as_deref()))
        } else {
            page::why_empty::render(
                &why,
                query,
                sentence.as_deref(),
                context.colours_results(),
                context.width,
            )
        };
        output::print_to(&text, out)?;
        let fails = args.fail_empty && !why.has_rows();
        return Ok((if fails { Outcome::Findings } else { Outcome::Done }, None));
    }
    let template = args.template.as_deref().map(Template::parse).transpose()?;
    let format = query.form().format(args.format)?;
    // A question of the library is read by people, who hand positions to `show`.
    let handles = named.is_some();
    let labelled = handles || args.labelled;
    args.check_spreadsheet(context, format, labelled)?;
    let title =
        named.as_ref().map_or_else(|| "a query".to_owned(), |named| format!("`{}`", named.question.name));
    let by_name = named.clone();
    let answer = match &args.receipt {
        None => query.answer(index, args.timeout)?,
        Some(path) => {
            let origin = origin.expect("whoever asks for a receipt says what the graph was made of");
            let (answer, keys) = query.ordered_answer(index, args.timeout)?;
            let canonical = Canonical::of(&answer, keys.as_deref())?;
            let receipt = Receipt::new(asked(context, origin, args, named), query, &canonical);
            std::fs::write(path, receipt.to_json()).map_err(Error::file("write", path))?;
            for open in query.unsettled() {
                output::note(&format!("the query does not fix its answer: {open}"));
            }
            answer
        }
    };
    let is_table = format == Format::Table && template.is_none();
    let numbered = is_table
        && (args.number || context.stdout_is_terminal)
        && match last::keep(context, &title, answer.things()) {
            Ok(()) => true,
            Err(_) if args.in_shell => true,
            Err(error) => {
                if args.number {
                    output::note(&format!(
                        "the rows are not numbered, because `show` could not open them: {error}"
                    ));
                }
                false
            }
        };
    let mut printer = Printer::new(index, query.prefixes(), context.width)
        .with_handles(handles)
        .with_numbers(numbered)
        .with_colours(context.colours_results())
        .for_spreadsheet(args.spreadsheet());
    if labelled {
        printer = printer.with_labels(query);
    }
    match &template {
        Some(template) => printer.print_lines(&answer, template, "standard output", &mut out)?,
        None => printer.print(&answer, format, "standard output", &mut out)?,
    }
    if let Answer::Rows { variables, rows } = &answer {
        if is_table {
            let folded = match &by_name {
                Some(named) if !rows.is_empty() => named.folded(index, variables, rows)?,
                _ => String::new(),
            };
            output::note(&format!("{}{folded}", count(rows.len(), "row")));
        }
        if let (Some(named), true) = (by_name, rows.is_empty()) {
            output::note(&named.why_empty(index)?);
        }
        if is_table && rows.is_empty() && context.stdout_is_terminal {
            let how = if args.in_shell { ".why-empty" } else { "the same with --why-empty" };
            output::note(&format!("{how} explains why there are none"));
        }
    }
    let outcome = if args.fail_empty && answer.is_empty() { Outcome::Findings } else { Outcome::Done };
    Ok((outcome, Some(answer)))
}

/// Whether remarks on a query go to a program, as JSON, or else to people.
fn for_programs(format: Option<Format>, what: &str) -> Result<bool> {
    match format {
        None | Some(Format::Table) => Ok(false),
        Some(Format::Json) => Ok(true),
        Some(_) => Err(Error::usage(format!("{what} is printed as text or as JSON"))
            .with_help("omit --format, or write --format json")),
    }
}

/// What a receipt says of the asking.
fn asked(context: &Context, origin: &Origin, args: &Options, named: Option<Named>) -> Asked {
    let source = origin.source(context);
    let (question, parameters) = match named {
        Some(Named { question, parameters, .. }) => (Some(question.name.clone()), parameters),
        None => (None, Vec::new()),
    };
    let known_on = args.times.known_on.as_ref().map(ToString::to_string);
    let coder = args.times.coding.coder.clone();
    Asked { time: now(), source, known_on, as_of: args.times.as_of, coder, question, parameters }
}

/// Refuses options for spreadsheets where they would do nothing.
///
/// # Errors
/// A format that is neither CSV nor TSV.
pub fn check_spreadsheet(how: Spreadsheet, format: Format) -> Result<()> {
    let for_tables = matches!(format, Format::Csv | Format::Tsv);
    let options = [(how.byte_order_mark, "--bom"), (how.harmless, "--excel")];
    match options.iter().find(|(given, _)| *given && !for_tables) {
        Some((_, option)) => Err(Error::usage(format!("{option} is for CSV and TSV"))
            .with_help("add --format csv; a workbook (--format xlsx) needs neither")),
        None => Ok(()),
    }
}
