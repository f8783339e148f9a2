//! `standpoint recode`.

use super::case_files::Case;
use super::context::Context;
use super::output::{self, Outcome};
use super::writing::Writing;
use crate::base::diagnostic::{did_you_mean, nearest, printable};
use crate::base::error::{Error, Result, count};
use crate::ingest::recode::{self, Plan, Recoded, Request, Touched};
use std::fmt::Write as _;
use std::io::{BufRead, Write as _};
use std::path::PathBuf;

const HELP: &str = "\
Examples:
  standpoint recode issue 'The mill is razed' into 'The old mill is torn down'
  standpoint recode actor 'A. Berg' into 'Ana Berg' --dry-run
  standpoint recode mode demand into 'public statement' --split
  standpoint recode --undo

A new name renames: the registry gets it as the label and the old one as an alias; IRIs stay. The \
name of another actor or issue merges the two: the old names become aliases of the one that is left.

The sheets keep their comments and layout, and are loaded again in one revision. RDF files are left \
as they are. The change is kept as a patch in `changes/` beside the case.";

/// How it is written.
const USAGE: &str = "write: standpoint recode issue 'OLD NAME' into 'NEW NAME'";

/// Rename or merge actors, issues or modes in all sheets of a case
#[derive(clap::Args, Debug)]
#[command(after_help = HELP, override_usage = "standpoint recode <KIND> <NAME> into <NAME> [OPTIONS]\n       standpoint recode --undo [OPTIONS]")]
pub struct Args {
    /// actor, issue or mode; the name that it has; `into`; the name that it gets
    #[arg(value_name = "KIND NAME into NAME", required_unless_present = "undo", conflicts_with = "undo")]
    words: Vec<String>,

    /// Ask quote by quote which ones get the new name
    #[arg(long, conflicts_with = "undo")]
    split: bool,

    /// Show what would change, and change nothing
    #[arg(long, conflicts_with = "undo")]
    dry_run: bool,

    /// Take back the last change that a command made to the files of the case
    #[arg(long)]
    undo: bool,

    /// Folder of the case [default: that of standpoint.yaml, else of the store's files]
    #[arg(long, value_name = "DIR")]
    case: Option<PathBuf>,

    #[command(flatten)]
    writing: Writing,
}

/// Runs it.
///
/// # Errors
/// Names that nothing, or more than one thing, has; files that cannot be changed or loaded.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let case = Case::find(context, args.case.as_deref())?;
    if args.undo {
        return case.undo(context, args.writing);
    }
    let (what, from, into) = parse(&args.words)?;
    let request = Request { what, from, into, folder: case.folder.clone() };
    let inputs = case.inputs()?;
    let mut ask = |touched: &Touched| ask(touched, &request.into);
    let choose: Option<&mut recode::Choose<'_>> = if args.split { Some(&mut ask) } else { None };
    let plan = case.with_known(|known| recode::plan(&inputs, known, &request, choose))?;
    output::print(&listed(&plan, &request, args.dry_run))?;
    plan.notes.iter().for_each(|note| output::note(note));
    if args.dry_run {
        return Ok(Outcome::Done);
    }
    if plan.edits.is_empty() {
        output::note("nothing has changed");
        return Ok(Outcome::Done);
    }
    case.change(context, plan.edits, args.writing, &recode::title(&request))?;
    Ok(Outcome::Done)
}

/// What the words ask for.
fn parse(words: &[String]) -> Result<(Recoded, String, String)> {
    let [kind, from, link, into] = words else {
        let error = Error::usage(format!("expected 4 words after `recode`, found {}", words.len()));
        return Err(error.with_help(format!("{USAGE}; put names of several words between quotation marks")));
    };
    let bare = kind.to_lowercase();
    let what = Recoded::ALL.into_iter().find(|what| what.word() == bare.trim_end_matches('s'));
    let what = what.ok_or_else(|| {
        let near = nearest(kind, Recoded::ALL.iter().map(|what| what.word()), 1);
        let help = did_you_mean(&near).unwrap_or_else(|| "choose one of actor, issue, mode".to_owned());
        Error::usage(format!("`{kind}` cannot be recoded")).with_help(help)
    })?;
    if link != "into" {
        return Err(Error::usage(format!("expected `into`, found `{link}`")).with_help(USAGE));
    }
    Ok((what, from.clone(), into.clone()))
}

/// What changes, as people read it before it does.
fn listed(plan: &Plan, request: &Request, with_diff: bool) -> String {
    let mut out = String::new();
    for touched in &plan.touched {
        let _ = writeln!(out, "{}  {}", touched.place, printable(&touched.words));
    }
    let positions = plan.touched.iter().filter(|touched| touched.is_position).count();
    let others = plan.touched.len() - positions;
    let others = if others > 0 { format!(", {}", count(others, "other record")) } else { String::new() };
    let does = if plan.merges { "merge" } else { "rename" };
    let _ = writeln!(
        out,
        "{does} {} '{}' into '{}': {}{others}",
        request.what.word(),
        printable(&request.from),
        printable(&request.into),
        count(positions, "position")
    );
    if with_diff {
        out += &printable_lines(&plan.edits.diff());
    }
    out
}

fn printable_lines(text: &str) -> String {
    text.lines().map(|line| printable(line) + "\n").collect()
}

/// Whether this record gets the new name.
fn ask(touched: &Touched, into: &str) -> Result<bool> {
    let reading = |error| Error::file("read", "standard input")(error);
    loop {
        eprint!("{}  {}\n  into '{}'? [y/n] ", touched.place, printable(&touched.words), printable(into));
        std::io::stderr().flush().map_err(reading)?;
        let mut answer = String::new();
        if std::io::stdin().lock().read_line(&mut answer).map_err(reading)? == 0 {
            return Err(Error::usage("no answer, so nothing was changed")
                .with_help("answer y or n for each quote; --dry-run shows them all"));
        }
        match answer.trim().to_lowercase().as_str() {
            "y" | "yes" => return Ok(true),
            "n" | "no" => return Ok(false),
            _ => {}
        }
    }
}
