//! The command line: what can be typed, and which command runs.

use crate::commands::context::Context;
use crate::commands::output::{self, Outcome};
use crate::commands::{ask, export, init, load, query, remove, schema, show, verify};
use crate::error::Result;
use clap::{Parser, Subcommand};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

/// Who stands where, on what, since when, on whose word.
#[derive(Parser, Debug)]
#[command(
    name = "standpoint",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// The store's directory
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "STANDPOINT_STORE",
        default_value = "standpoint.db"
    )]
    store: PathBuf,

    /// Use this file instead of a store, in memory; repeat it for several
    #[arg(long, global = true, value_name = "FILE")]
    data: Vec<PathBuf>,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Start a case of your own: registry, first sheet, schema for your editor
    Init(init::Args),
    /// Take in coding sheets and RDF files
    Load(load::Args),
    /// Take a document out again
    Remove(remove::Args),
    /// Ask in SPARQL
    Query(query::Args),
    /// Ask a question of the library
    Ask(ask::Args),
    /// Show an actor, issue, article or position with everything around it
    Show(show::Args),
    /// Write the graph as Turtle or another format
    Export(export::Args),
    /// Hold every quote against its article's text
    Verify(verify::Args),
    /// Print the JSON Schema of coding sheets
    Schema(schema::Args),
}

impl Cli {
    fn run(self, context: &Context) -> Result<Outcome> {
        match self.command {
            Command::Init(args) => init::run(context, args),
            Command::Load(args) => load::run(context, args),
            Command::Remove(args) => remove::run(context, args),
            Command::Query(args) => query::run(context, args),
            Command::Ask(args) => ask::run(context, args),
            Command::Show(args) => show::run(context, args),
            Command::Export(args) => export::run(context, args),
            Command::Verify(args) => verify::run(context, args),
            Command::Schema(args) => schema::run(context, args),
        }
    }
}

/// Runs the command line of this process and says how it ended.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let (stdout, stderr) = (std::io::stdout(), std::io::stderr());
    let width = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
    let context = Context {
        store: cli.store.clone(),
        data: cli.data.clone(),
        stdout_is_terminal: stdout.is_terminal(),
        stderr_is_terminal: stderr.is_terminal(),
        width,
    };
    match cli.run(&context) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) => ExitCode::from(output::report(&error, context.stderr_is_terminal, context.width)),
    }
}
