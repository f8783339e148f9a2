//! `standpoint query`.

use super::answer;
use super::context::Context;
use super::output::{self, Outcome};
use crate::error::{Error, Result};
use crate::query::{Query, QueryError, Reading};
use std::io::Read;
use std::path::PathBuf;

/// Arguments of `standpoint query`.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  standpoint query 'SELECT ?who ?issue WHERE { ?who stp:opposes ?issue }'
  standpoint query --format csv 'SELECT * { ?who stp:supports ?what }'
  echo 'ASK { ?position a stp:Position }' | standpoint query -f -

Prefixes of the project (stp, actor, issue, position, article …) and of the vocabularies \
that it uses (skos, oa, prov, org, dcterms …) need no declaration: `standpoint prefixes` \
lists them. More of them can be set in standpoint.yaml.")]
pub struct Args {
    /// The query, in SPARQL 1.1
    #[arg(required_unless_present = "file")]
    text: Option<String>,

    /// Read the query from this file; `-` is standard input
    #[arg(short, long, value_name = "FILE", conflicts_with = "text")]
    file: Option<PathBuf>,

    /// Let other servers answer the parts of the query that SERVICE <http://…> names
    #[arg(long, conflicts_with = "receipt")]
    allow_service: bool,

    /// Take warnings about the query for errors, and do not run it
    #[arg(long)]
    strict: bool,

    #[command(flatten)]
    answer: answer::Options,
}

/// Runs it.
///
/// # Errors
/// A query that cannot be read or answered, a format that does not fit its answer.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let (name, text) = source(&args)?;
    let how = Reading { prefixes: context.project(None)?.all_prefixes(), services: args.allow_service };
    let query = Query::read(&name, &text, &how)?;
    let (index, origin) = context.graph_of(&args.answer.times, args.answer.receipt.is_some())?;
    let warnings = query.lint(&index);
    if args.strict && !warnings.is_empty() {
        return Err(QueryError::Doubtful(warnings).into());
    }
    // An explanation has them.
    if !args.answer.why_empty {
        output::diagnostics(&warnings, context);
    }
    answer::run(context, (&index, origin.as_ref()), &query, &args.answer, None)
}

/// The query's text, and what its author calls it.
fn source(args: &Args) -> Result<(String, String)> {
    let Some(path) = &args.file else {
        return Ok(("query".into(), args.text.clone().unwrap_or_default()));
    };
    if path.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(Error::file("read", "standard input"))?;
        return Ok(("standard input".into(), text));
    }
    let text = std::fs::read_to_string(path).map_err(Error::file("read", path))?;
    Ok((path.display().to_string(), text))
}
