//! `standpoint export`: the graph, or a part of it, as a file.

use super::context::Context;
use super::filters::Filters;
use super::output::{self, Outcome};
use super::times::Times;
use crate::base::error;
use crate::base::error::Result;
use crate::cli::format::FormatParser;
use crate::export::{Content, Export, Format, Options, View};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  standpoint export -o positions.ttl
  standpoint export --actor 'Vladimir Putin' --format ntriples
  standpoint export --issue 'cedes territory' --view direct

The output is read back before the file appears, by a parser that shares no code with the \
writer; a file is written whole or not at all. That parser does not know RDF 1.2, RDF/XML and \
JSON-LD: the engine's own parser reads these.";

/// Arguments of `standpoint export`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// turtle, ntriples, nquads, trig, rdfxml or jsonld [default: by the file's extension, else turtle]
    #[arg(long, value_name = "FORMAT", value_parser = FormatParser(&[Content::Graph]), hide_possible_values = true)]
    format: Option<Format>,

    /// Write to this file, compressed if it ends in .gz, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// full: everything; direct: actor, stance, issue and labels; rdf12: everything and reifiers
    #[arg(long, value_name = "VIEW", default_value = View::default().name(), value_parser = view)]
    view: View,

    /// Do not read back what was written
    #[arg(long)]
    no_verify: bool,

    #[command(flatten)]
    filters: Filters,

    #[command(flatten)]
    times: Times,
}

/// Runs it.
///
/// # Errors
/// No data, unknown names, nothing to write, no place to write it.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let output = args.output.as_deref().filter(|path| *path != Path::new("-"));
    let format = match (args.format, output) {
        (Some(format), Some(path)) => {
            if let Some(other) = format.belied_by(path)? {
                output::note(&format!(
                    "`{}` has the extension of {other}, but contains {format}",
                    path.display()
                ));
            }
            format
        }
        (Some(format), None) => format,
        (None, Some(path)) => Format::of_path(path)?,
        (None, None) => Format::default(),
    };
    let index = context.index(&args.times)?;
    let selection = args.filters.selection(&index)?;
    let options = Options { format, view: args.view, selection, unverified: args.no_verify };
    let export = Export::new(&index, &options)?;
    if export.directions_dropped() > 0 {
        let texts = error::count(export.directions_dropped(), "text");
        output::note(&format!("the direction of {texts} is left out; `--view rdf12` keeps it"));
    }
    match output {
        Some(path) => {
            export.save(path)?;
            output::note(&format!("wrote {} to {}", error::count(export.len(), "triple"), path.display()));
        }
        None => export.send("standard output", &mut output::stdout())?,
    }
    Ok(Outcome::Done)
}

fn view(name: &str) -> Result<View, String> {
    let found = View::ALL.iter().copied().find(|view| view.name() == name);
    found.ok_or_else(|| unknown(name, View::ALL.iter().map(|view| view.name())))
}

fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    match crate::base::diagnostic::nearest(name, known.iter().copied(), 1).first() {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("choose one of {}", known.join(", ")),
    }
}
