//! `standpoint report`.

use super::context::Context;
use super::filters::Filters;
use super::output::{self, Outcome};
use super::times::Times;
use super::verify::kept;
use crate::audit::check::Checks;
use crate::audit::verify;
use crate::base::diagnostic::{did_you_mean, nearest};
use crate::base::error::{Error, Result};
use crate::export::save;
use crate::model::registry::Kind;
use crate::serve::report::{Inputs, report};
use crate::store::archive::layout::TOOL;
use crate::store::index::Index;
use crate::store::names;
use oxrdf::NamedNode;
use std::path::{Path, PathBuf};

const HELP: &str = "\
Examples:
  standpoint report night-ferry.html
  standpoint report ferry.html --text data/night-ferry --title 'The night ferry'
  standpoint report subsidy.html --only 'issue:pays a subsidy'
  standpoint report - --since 2025-06 > summer.html

One self-contained page: overview, issues by disagreement, matrix, every issue and actor with its quotes, \
articles with the quoted words marked, checks, and how it was made. It opens from disk, needs no network \
and no script, and prints. The same data give the same bytes.

The text of an article is shown where it is at hand: kept in the store by `load --keep-text`, or named \
with --text.";

/// Arguments of `standpoint report`.
#[derive(clap::Args, Debug)]
#[command(after_help = HELP)]
pub struct Args {
    /// The page to write; `-` for standard output
    #[arg(value_name = "FILE.html")]
    file: PathBuf,

    /// Only this thing and what proves it: issue:NAME, actor:NAME or article:NAME
    #[arg(long, value_name = "KIND:NAME")]
    only: Option<String>,

    /// Text of an article, or a folder of texts; repeat it for several
    #[arg(long, value_name = "PATH")]
    text: Vec<PathBuf>,

    /// Title of the page
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,

    #[command(flatten)]
    filters: Filters,

    #[command(flatten)]
    times: Times,
}

/// Runs it.
///
/// # Errors
/// No data, unknown names, rules that cannot be run, texts that cannot be read, a file that cannot be written.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let checks = Checks::of_project(&context.project(None)?)?;
    let (index, origin) = context.graph(&args.times)?;
    let index = args.filters.narrow(index)?;
    let only = args.only.as_deref().map(|only| thing(&index, only)).transpose()?;
    let mut texts = verify::read(&args.text)?;
    texts.extend(kept(context, &verify::articles(&index))?);
    let findings = checks.run(&index)?;
    let mut filters = args.times.described();
    filters.extend(args.filters.described());
    filters.extend(args.only.iter().map(|only| ("only".to_owned(), only.clone())));
    let page = report(
        &index,
        Inputs {
            title: args.title.as_deref(),
            only: only.as_ref(),
            findings: &findings,
            checks: &checks,
            texts: &texts,
            source: &origin.source(context),
            program: TOOL,
            filters: &filters,
        },
    )?;
    if args.file == Path::new("-") {
        return context.print(&page);
    }
    save(&args.file, page.as_bytes())?;
    output::note(&format!("wrote {}", args.file.display()));
    Ok(Outcome::Done)
}

/// The thing that a report is about: `issue:NAME`.
fn thing(index: &Index, text: &str) -> Result<NamedNode> {
    const KINDS: [Kind; 3] = [Kind::Issue, Kind::Actor, Kind::Article];
    let forms = "write issue:NAME, actor:NAME or article:NAME";
    let Some((kind, name)) = text.split_once(':') else {
        return Err(Error::usage(format!("--only: `{text}` has no kind")).with_help(forms));
    };
    match KINDS.into_iter().find(|known| known.word() == kind) {
        Some(kind) => Ok(names::one(index, kind, name)?.iri),
        None => {
            let near = nearest(kind, KINDS.iter().map(|kind| kind.word()), 1);
            let help = did_you_mean(&near).unwrap_or_else(|| forms.to_owned());
            Err(Error::usage(format!("--only: unknown kind `{kind}`")).with_help(help))
        }
    }
}
