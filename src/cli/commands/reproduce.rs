//! `standpoint reproduce`.

use super::context::{Context, Origin};
use super::output::{self, Outcome};
use super::times::{Coding, Times, duration};
use crate::audit::receipt::{Receipt, Source, Verdict};
use crate::base::error::{Error, Result};
use crate::cli::format::FormatParser;
use crate::cli::page;
use crate::export::{Content, Format};
use crate::store::archive::{Archive, NotAPoint, When};
use crate::store::index::Index;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

const HELP: &str = "\
Examples:
  standpoint ask who-opposes --receipt opposes.json
  standpoint reproduce opposes.json
  standpoint reproduce opposes.json --against now

The store is opened as it was then: the chain of revisions is verified, and the receipt's revision is \
found by its hash; in another store, by its set of documents. The order of rows counts only if the query \
has an ORDER BY, and never among tied rows.

Exit status: 0 the same answer, 1 another answer, 2 undecided: the receipt was changed, the revision \
is not in this store, files have changed, or another answer comes from another version of the program \
or from a store from which something was purged since.";

/// Repeat a receipt's query and report whether the answer is the same
#[derive(clap::Args, Debug)]
#[command(after_help = HELP)]
pub struct Args {
    /// A receipt, written by `query … --receipt FILE` or `ask … --receipt FILE`
    #[arg(value_name = "FILE")]
    receipt: PathBuf,

    /// Also compare the answer with that of another time: `now`, a revision or a day
    #[arg(long, value_name = "now|DATE|REV")]
    against: Option<Against>,

    /// Stop after this time: 30, 30s, 2m
    #[arg(long, value_name = "TIME", value_parser = duration)]
    timeout: Option<Duration>,

    /// table: for people; json: for programs
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = FormatParser(&[Content::Page]), hide_possible_values = true)]
    format: Format,
}

/// The other time.
#[derive(Clone, Debug)]
enum Against {
    Now,
    Then(When),
}

impl FromStr for Against {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "now" {
            return Ok(Self::Now);
        }
        text.parse().map(Self::Then).map_err(|point: NotAPoint| {
            format!("write `now`, or {}", point.to_string().trim_start_matches("write "))
        })
    }
}

/// Runs it.
///
/// # Errors
/// Whatever makes it impossible to say.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let name = args.receipt.display().to_string();
    let outcome = reproduce(context, &args, &name);
    if let (Err(error), Format::Json) = (&outcome, args.format) {
        let why = serde_json::json!({ "verdict": "cannot", "receipt": name, "why": error.to_string() });
        output::print(&format!("{why:#}\n"))?;
    }
    outcome
}

fn reproduce(context: &Context, args: &Args, name: &str) -> Result<Outcome> {
    let bytes = std::fs::read(&args.receipt).map_err(Error::file("read", &args.receipt))?;
    let receipt = Receipt::from_json(name, &bytes)?;
    let (then, now, purged) = graphs(context, &receipt, args.against.as_ref())?;
    let outcome = receipt.ask(&then, args.timeout)?;
    let against = match &now {
        Some((source, index)) => Some((source.clone(), receipt.ask(index, args.timeout)?)),
        None => None,
    };
    let mut reproduction = receipt.compare(outcome, against);
    if let Some(purged) = purged {
        reproduction = reproduction.of_purged(purged);
    }
    let text = match args.format {
        Format::Json => format!("{:#}\n", page::receipt::json(&reproduction, name)),
        _ => page::receipt::page(&reproduction, name, context.width),
    };
    output::print(&text)?;
    match reproduction.verdict {
        Verdict::Same => Ok(Outcome::Done),
        Verdict::Different => Ok(Outcome::Findings),
        Verdict::Undecided => Ok(Outcome::Undecided),
    }
}

type Graph = Index;

/// The graph that was asked, the other one, and what was purged from the first since.
type Graphs = (Graph, Option<(Source, Graph)>, Option<String>);

/// The graph that was asked, and the other one.
fn graphs(context: &Context, receipt: &Receipt, against: Option<&Against>) -> Result<Graphs> {
    let coding = Coding { coder: receipt.coder.clone() };
    let times = Times { as_of: receipt.as_of, known_on: None, coding };
    if let Source::Files { paths, .. } = &receipt.source {
        let mut context = context.clone();
        if context.data.is_empty() {
            context.data = paths.iter().map(PathBuf::from).collect();
        }
        if let Some(Against::Then(_)) = against {
            return Err(Error::usage("--against with a revision needs a store, but the receipt is of files")
                .with_help("use `--against now` to ask the files as they are"));
        }
        let (index, origin) = context.graph(&times)?;
        if let Origin::Files(documents) = &origin
            && let Err(error) = receipt.ensure_documents(documents)
        {
            if against.is_none() {
                return Err(error);
            }
            // Who asks for now knows that it need not be then.
            output::note(&error.to_string());
        }
        return Ok((index, None, None));
    }
    if !context.data.is_empty() {
        receipt.ensure_documents(&[])?;
    }
    let archive = Archive::open(&context.store)?;
    let then = receipt.store_then(&archive)?;
    if let Some(note) = receipt.other_history(&then) {
        output::note(&note);
    }
    let purged = then.gap().map(|gap| format!("of the store as it was then, {}", output::purged(gap)));
    let then = Context::of_archive(&then, &times)?;
    let other = match against {
        None => return Ok((then, None, purged)),
        Some(Against::Now) => archive,
        Some(Against::Then(when)) => archive.at(archive.resolve(when)?)?,
    };
    let now = Context::of_archive(&other, &times)?;
    Ok((then, Some((Source::of_archive(&other), now)), purged))
}
