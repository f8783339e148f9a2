//! `standpoint check`.

use super::context::{Context, chosen, documents, no_graph, of_day};
use super::output::Outcome;
use super::times::Times;
use crate::audit::check;
use crate::audit::check::{Checks, Finding, Severity};
use crate::base::error::{Error, Result};
use crate::cli::format::FormatParser;
use crate::cli::page;
use crate::export::{Content, Format};
use crate::store::index::Index;
use crate::store::index::coders::{ApartDocument, Coders};
use oxrdf::NamedNode;
use std::collections::BTreeSet;
use std::path::PathBuf;

const HELP: &str = "\
Examples:
  standpoint check
  standpoint check data/ --fail-on violation
  standpoint check --rules
  standpoint check --rule opposite-stances --format json

A rule is a SPARQL query with a header; a shape is defined in ontology/shapes.ttl. The project file, \
standpoint.yaml in this folder or above, switches rules off and adds others:

  check:
    off:
      article-without-publisher: leaflets have none
    rules: rules/
    hedges: hedges.yaml

Exit status: 0 no finding as severe as --fail-on, 1 findings, 2 the check failed.";

/// Arguments of `standpoint check`.
#[derive(clap::Args, Debug)]
#[command(after_help = HELP)]
pub struct Args {
    /// Files or folders to check instead of the store
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Run only this rule or shape, and show all it finds; repeat it for several
    #[arg(long, value_name = "NAME")]
    rule: Vec<String>,

    /// table: for people; json: an array; sarif: for code hosts and editors
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = FormatParser(&[Content::Findings]), hide_possible_values = true)]
    format: Format,

    /// Exit with status 1 from this severity on
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = FailOn::Warning)]
    fail_on: FailOn,

    /// Show all findings, even of rules that find many
    #[arg(long)]
    all: bool,

    /// List the rules and shapes, and check nothing
    #[arg(long, conflicts_with_all = ["paths", "rule", "all"])]
    rules: bool,

    /// The project file [default: standpoint.yaml, here or in a folder above]
    #[arg(long, value_name = "FILE")]
    project: Option<PathBuf>,

    #[command(flatten)]
    times: Times,
}

/// From where on findings are a failure.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum FailOn {
    Violation,
    Warning,
    Note,
    Never,
}

impl FailOn {
    fn is_met(self, findings: &[Finding]) -> bool {
        let least = match self {
            Self::Violation => Severity::Violation,
            Self::Warning => Severity::Warning,
            Self::Note => Severity::Note,
            Self::Never => return false,
        };
        findings.iter().any(|finding| finding.severity >= least)
    }
}

/// Runs it.
///
/// # Errors
/// No data, files that cannot be taken, rules that cannot be run.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let mut checks = Checks::of_project(&context.project(args.project.as_deref())?)?;
    if args.rules {
        return list(context, &args, &checks);
    }
    if !args.rule.is_empty() {
        checks = checks.only(&args.rule)?;
    }
    let (index, findings) = if args.paths.is_empty() {
        of_graph(context, &args.times, &checks)?
    } else {
        if !context.data.is_empty() {
            return Err(Error::usage("--data and PATH both name the files to check")
                .with_help("name the files once, after `check`"));
        }
        let files = Context { data: args.paths.clone(), ..context.clone() };
        of_graph(&files, &args.times, &checks)?
    };
    let failed = args.fail_on.is_met(&findings);
    let text = match args.format {
        Format::Json => json(&check::rows(&findings, &index))?,
        Format::Sarif => json(&page::sarif::sarif(&findings, &index, &checks))?,
        _ => {
            let all = args.all || !args.rule.is_empty();
            page::check::page(&findings, &index, &checks, context.width, all)
        }
    };
    context.print(&text)?;
    Ok(if failed { Outcome::Findings } else { Outcome::Done })
}

/// The findings in the graph that is asked, with the places where it is written, and the graph that they are
/// shown with.
fn of_graph(context: &Context, times: &Times, checks: &Checks) -> Result<(Index, Vec<Finding>)> {
    if !context.data.is_empty() {
        let loaded = context.loaded()?;
        context.warn(&loaded.warnings);
        times.ensure_no_past()?;
        let apart = ApartDocument::of_documents(&loaded.documents, &Coders::All).map_err(Error::temporary)?;
        let (index, mut findings) =
            of_codings(context, times, checks, &Context::first_of_files(&loaded)?, &apart)?;
        check::documents(&mut findings, &loaded.documents);
        check::places(&mut findings, &index, &loaded.sources);
        return Ok((index, findings));
    }
    // Of the store as it was then, if the past is checked.
    let archive = context.archive(times)?;
    let apart = ApartDocument::of_archive(&archive, &Coders::All, |_| true)?;
    let (index, mut findings) =
        of_codings(context, times, checks, &Context::first_of_archive(&archive)?, &apart)?;
    if !findings.is_empty() {
        check::documents(&mut findings, &documents(&archive)?);
        let origins = check::origins(&archive, &findings);
        check::places(&mut findings, &index, &origins);
    }
    Ok((index, findings))
}

/// The findings in one coding, if one is named; else in the default graph, and the violations in what each second
/// coder says in the place of that.
fn of_codings(
    context: &Context,
    times: &Times,
    checks: &Checks,
    first: &Index,
    apart: &[ApartDocument],
) -> Result<(Index, Vec<Finding>)> {
    let view = |coders: &Coders| -> Result<Index> {
        let index = first.of_coders(apart, coders).map_err(no_graph)?;
        Ok(context.reading(of_day(index, times.as_of)))
    };
    if times.coding.coder.is_some() {
        let index = view(&chosen(first, apart.iter().map(|document| &document.coding), &times.coding)?)?;
        let findings = checks.run(&index)?;
        return Ok((index, findings));
    }
    let index = view(&Coders::First)?;
    let mut findings = checks.run(&index)?;
    let second = || apart.iter().filter(|document| !document.coding.in_default_graph());
    let coders: BTreeSet<&String> = second().flat_map(|document| document.coding.coders.keys()).collect();
    for coder in &coders {
        let documents: Vec<&ApartDocument> =
            second().filter(|document| document.coding.is_by(coder)).collect();
        let coder = Coders::One(NamedNode::new_unchecked(*coder));
        let found = match times.as_of {
            None => {
                let own = first.of_coders(apart, &coder).map_err(no_graph)?;
                checks.run_apart(&own, Some(first), &documents)?
            }
            Some(_) => checks.run_apart(&view(&coder)?, None, &documents)?,
        };
        findings.extend(found.into_iter().filter(|finding| !findings.contains(finding)).collect::<Vec<_>>());
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    // Whatever is found is shown with what is said of it.
    let index = if coders.is_empty() { index } else { view(&Coders::All)? };
    Ok((index, findings))
}

fn list(context: &Context, args: &Args, checks: &Checks) -> Result<Outcome> {
    let rules = checks.list();
    context.print(&match args.format {
        Format::Json => json(&rules)?,
        Format::Sarif => {
            return Err(Error::usage("a list of rules cannot be SARIF").with_help("use --format json"));
        }
        _ => page::check::listing(&rules, context.width),
    })
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|error| Error::usage(format!("the report cannot be written: {error}")))
}
