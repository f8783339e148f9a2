//! `standpoint query`.

use super::answer;
use super::context::Context;
use super::output::Outcome;
use crate::base::error::{Error, Result};
use crate::query::ask;
use crate::query::{ParseOptions, Query, QueryError};
use oxrdf::NamedNode;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Arguments of `standpoint query`.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  standpoint query 'SELECT ?who ?issue WHERE { ?who stp:opposes ?issue }'
  standpoint query --format csv 'SELECT * { ?who stp:supports ?what }'
  echo 'ASK { ?position a stp:Position }' | standpoint query -f -

Prefixes of the project (stp, actor, issue, position, article …) and of the vocabularies \
that it uses (skos, oa, prov, org, dcterms …) need no declaration: `standpoint prefixes` \
lists them. Add your own in standpoint.yaml.")]
pub struct Args {
    /// The query, in SPARQL 1.1; `-` is standard input
    text: Option<String>,

    /// Read the query from this file; `-` is standard input
    #[arg(short, long, value_name = "FILE", conflicts_with = "text")]
    file: Option<PathBuf>,

    /// Let the servers that SERVICE <http://…> names answer their parts of the query
    #[arg(long, conflicts_with = "receipt")]
    allow_service: bool,

    /// Leave out the ontology's own concepts, their labels and values: every graph holds them, and a pattern
    /// that names none of them, such as `?s ?p ?o`, counts them too
    #[arg(long, conflicts_with = "receipt")]
    no_ontology: bool,

    /// Treat warnings about the query as errors, and do not run it
    #[arg(long)]
    strict: bool,

    /// In CSV, TSV and JSON, write labels, and IRIs in columns `…_iri` behind them
    #[arg(long)]
    labels: bool,

    #[command(flatten)]
    answer: answer::Options,
}

/// Runs it.
///
/// # Errors
/// A query that cannot be read or answered, a format that does not fit its answer.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let (name, text) = source(&args)?;
    let how = ParseOptions {
        prefixes: context.project(None)?.all_prefixes(),
        base: context.base.clone().or_else(|| args.file.as_deref().and_then(address)),
        services: args.allow_service,
    };
    let query = Query::read(&name, &text, &how).map_err(|error| mistaken(error, &args))?;
    let (index, origin) = context.graph_of(&args.answer.times, args.answer.receipt.is_some())?;
    let index = if args.no_ontology { index.without_background()? } else { index };
    let warnings = query.lint(&index);
    if args.strict && !warnings.is_empty() {
        return Err(QueryError::Doubtful(warnings).into());
    }
    // An explanation has them.
    if !args.answer.why_empty {
        context.warn(&warnings);
    }
    let options = args.answer.with_labels(args.labels);
    answer::run(context, (&index, origin.as_ref()), &query, &options, None)
}

/// A query that cannot be read may be the name of one.
fn mistaken(error: QueryError, args: &Args) -> Error {
    let Some(text) = args.text.as_deref().filter(|text| !text.contains(char::is_whitespace)) else {
        return error.into();
    };
    let help = if Path::new(text).is_file() {
        format!("to run the query in that file: standpoint query -f {text}")
    } else if ask::library().iter().any(|question| question.name == text) {
        format!("that is the name of a question: standpoint ask {text}")
    } else {
        return error.into();
    };
    Error::usage(format!("`{text}` is not a query")).with_help(help)
}

/// The query's text, and what its author calls it.
/// The IRI of a file, against which relative IRIs in it are resolved (RFC 8089); none of standard input.
fn address(file: &Path) -> Option<NamedNode> {
    let path = std::path::absolute(file).ok().filter(|_| file.as_os_str() != "-")?;
    let mut iri = String::from("file://");
    for byte in path.to_str()?.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                iri.push(byte.into())
            }
            _ => iri.push_str(&format!("%{byte:02X}")),
        }
    }
    NamedNode::new(iri).ok()
}

fn source(args: &Args) -> Result<(String, String)> {
    let path = match (&args.file, &args.text) {
        (Some(path), _) => path.as_path(),
        (None, Some(text)) if text == "-" => Path::new("-"),
        (None, Some(text)) => return Ok(("query".into(), text.clone())),
        (None, None) => {
            return Err(Error::usage("there is no query").with_help(
                "write it after `query`, in quotation marks; or use -f FILE (`-` is standard input)",
            ));
        }
    };
    if path.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(Error::file("read", "standard input"))?;
        return Ok(("standard input".into(), text));
    }
    let text = std::fs::read_to_string(path).map_err(Error::file("read", path))?;
    Ok((path.display().to_string(), text))
}
