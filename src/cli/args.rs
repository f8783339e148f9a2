//! The command line: what can be typed, and which command runs.

use crate::base::diagnostic::{did_you_mean, nearest};
use crate::base::error::{Error, Result};
use crate::cli::commands::context::{Colour, Context};
use crate::cli::commands::output;
use crate::cli::commands::output::Outcome;
use crate::cli::commands::{
    add, affiliation, ask, backbone, backup, bargain, barplot, camps, changes, check, codebook, compare,
    completions, corroboration, diff, export, find, import, init, leads, load, log, matrix, network, phases,
    prefixes, purge, query, recode, reliability, remove, repair, report, reproduce, restore, schema, serve,
    shell, shifts, show, silence, summary, text, timeline, undo, verify,
};
use crate::ingest::Content;
use crate::query::ask::library;
use crate::store::archive::is_store;
use crate::store::index::{Languages, reading};
use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use oxiri::Iri;
use oxrdf::NamedNode;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use strsim::damerau_levenshtein;

/// The heading of the options that say what to work on.
const WHERE: &str = "Where the data is";

/// The commands by what a person wants. A test holds them against [`Command`].
const GROUPS: &[(&str, &[&str])] = &[
    (
        "Put in and take out",
        &["init", "codebook", "add", "load", "import", "text", "recode", "remove", "export"],
    ),
    (
        "Ask",
        &[
            "summary",
            "ask",
            "matrix",
            "shifts",
            "silence",
            "barplot",
            "corroboration",
            "bargain",
            "timeline",
            "camps",
            "phases",
            "backbone",
            "leads",
            "network",
            "affiliation",
            "report",
            "show",
            "find",
            "query",
            "shell",
            "prefixes",
        ],
    ),
    ("Check", &["check", "verify", "compare", "reliability"]),
    ("Look back", &["log", "diff", "changes", "undo", "redo", "reproduce"]),
    ("Keep safe", &["backup", "restore", "repair", "purge"]),
    ("Connect", &["serve", "schema", "completions"]),
];

/// Commands that take something away.
const TAKING_AWAY: &[&str] = &["remove", "undo", "purge"];

/// Commands of other tools, and what does it here. None of it takes anything away.
const ELSEWHERE: &[(&[&str], &str)] = &[
    (&["search", "grep", "lookup"], "`standpoint find WORDS` finds things and positions by words"),
    (&["stats", "info", "status"], "`standpoint summary` says what is in the store"),
    (
        &["list", "ls"],
        "`standpoint summary` says what is in the store, `standpoint ask` lists the questions, and `standpoint log` \
         what was loaded",
    ),
    (&["sparql", "select", "construct"], "`standpoint query 'SELECT …'` runs a query in SPARQL"),
    (
        &["sql"],
        "the data are queried in SPARQL: `standpoint query`; `standpoint ask` needs no query language",
    ),
    (&["server", "endpoint", "http"], "`standpoint serve` answers SPARQL over HTTP, and browsers with pages"),
    (&["insert", "put", "ingest"], "`standpoint load PATH` loads sheets and RDF files"),
    (&["dump", "save", "convert"], "`standpoint export` writes the graph in any format of RDF"),
    (&["validate", "lint", "shacl"], "`standpoint check` reports what breaks a rule or shape"),
    (&["describe", "get", "open"], "`standpoint show THING` shows everything about a thing"),
    (&["history", "commits"], "`standpoint log` lists every load, removal and undo"),
    (&["create", "new"], "`standpoint init DIR` starts a case; `standpoint load PATH` makes a store"),
    (&["quit", "exit"], "only the shell is left so: `standpoint shell` begins it"),
];

/// Below the help of the whole.
const FIRST: &str = "\
Four commands are enough to begin with:
  standpoint load data/witkoff-putin-2025
  standpoint ask who-opposes --issue 'cedes territory'
  standpoint show Zelensky
  standpoint export -o positions.ttl

`standpoint COMMAND --help` shows a command's options, and examples that work on data/.";

/// Who stands where, on what, since when, on whose word.
#[derive(Parser, Debug)]
#[command(
    name = "standpoint",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = FIRST
)]
pub struct Cli {
    /// The store's directory
    #[arg(
        long,
        global = true,
        help_heading = WHERE,
        value_name = "DIR",
        env = "STANDPOINT_STORE",
        default_value = "standpoint.db"
    )]
    store: PathBuf,

    /// Use this file instead of a store, in memory; repeat it for several
    #[arg(long, global = true, help_heading = WHERE, value_name = "FILE")]
    data: Vec<PathBuf>,

    /// Format of those files, regardless of their names: turtle, trig, ntriples, nquads, rdfxml, jsonld, yaml …
    #[arg(long, global = true, help_heading = WHERE, value_name = "FORMAT", value_parser = load::content, requires = "data")]
    data_format: Option<Content>,

    /// Resolve relative IRIs against this [default: of RDF the file's document, of a query its file]
    #[arg(long, global = true, help_heading = WHERE, value_name = "IRI", value_parser = base)]
    base: Option<NamedNode>,

    /// Show labels in this language; mark others, e.g. (en); several in order: uk,ru
    #[arg(long, global = true, help_heading = WHERE, value_name = "TAG")]
    lang: Option<Languages>,

    /// Colour stances and messages: auto (on a terminal, unless `NO_COLOR` is set), always, never
    // The values' own help would turn every command's help into the long form.
    #[arg(long, global = true, help_heading = WHERE, value_name = "WHEN", alias = "colour", value_enum, default_value = "auto", hide_possible_values = true)]
    color: Colour,

    /// Show results at once that are longer than the screen
    #[arg(long, global = true, help_heading = WHERE)]
    no_pager: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Start a case of your own: coded text, registry, editor schema
    Init(init::Args),
    /// Explain how to code: rules, every stance, mode and degree
    Codebook(codebook::Args),
    /// Add one position to a sheet, with the words that prove it
    Add(add::Args),
    /// Load coded texts, sheets and RDF files
    Load(load::Args),
    /// Import other tools' data: DNA, tables, marks, QDA, people
    Import(import::Args),
    /// Print the article of a coded text, without its marks
    Text(text::Args),
    /// Rename or merge actors, issues or modes in all sheets of a case
    Recode(recode::Args),
    /// Remove a document
    Remove(remove::Args),
    /// Run a query in SPARQL
    Query(query::Args),
    /// Ask one thing after another, with completion and history
    Shell(shell::Args),
    /// List the prefixes that need no declaration
    Prefixes(prefixes::Args),
    /// Ask one of the questions that come with the program
    Ask(ask::Args),
    /// Show what is in the store: how much, of which days, by whom
    Summary(summary::Args),
    /// Show who stands where on what: a row an actor, a column an issue
    Matrix(matrix::Args),
    /// Count positions by issue, stance and kind of actor
    Barplot(barplot::Args),
    /// Count the independent sources of each claim
    Corroboration(corroboration::Args),
    /// Show who would accept what if what
    Bargain(bargain::Args),
    /// Show who changed their stance, and what only looks like it
    Shifts(shifts::Args),
    /// Show who has fallen silent on an issue that goes on
    Silence(silence::Args),
    /// Show camps: who goes together, and what each stands for
    Camps(camps::Args),
    /// Find phases of a debate: times whose networks are alike
    Phases(phases::Args),
    /// Show which issues carry a network, and which are redundant
    Backbone(backbone::Args),
    /// Show who raises issues first, and who follows
    Leads(leads::Args),
    /// Show who said what when: every position with its days, by issue
    Timeline(timeline::Args),
    /// Tie actors, bodies or issues by what they agree or disagree on
    Network(network::Args),
    /// Tie actors or bodies to the issues that they take stances on
    Affiliation(affiliation::Args),
    /// Write one page for a browser: who stands where, with every quote
    Report(report::Args),
    /// Show everything about an actor, issue, article or position
    Show(show::Args),
    /// Find things and positions by words
    Find(find::Args),
    /// Write the graph as Turtle or another format
    Export(export::Args),
    /// Report every rule and shape that the data break
    Check(check::Args),
    /// Check every quote against the article's text
    Verify(verify::Args),
    /// Show passage by passage where two coders agree and differ
    Compare(compare::Args),
    /// Measure how far coders agree: Krippendorff's alpha
    Reliability(reliability::Args),
    /// List every load, removal and undo, with time and person
    Log(log::Args),
    /// Show what changed between two revisions
    Diff(diff::Args),
    /// Compare two articles or revisions, and classify each change
    Changes(changes::Args),
    /// Undo a load or removal
    Undo(undo::Args),
    /// Repeat what was undone
    Redo(undo::RedoArgs),
    /// Repeat a receipt's query and say whether the answer is the same
    Reproduce(reproduce::Args),
    /// Copy the store with its history, while others write
    Backup(backup::Args),
    /// Make a store from a backup
    Restore(restore::Args),
    /// Verify the store, repair what can be repaired, report losses
    Repair(repair::Args),
    /// Delete a thing or a document from every revision, for good
    Purge(purge::Args),
    /// Serve the store to programs that speak SPARQL, and to browsers
    Serve(serve::Args),
    /// Print the JSON Schema of coding sheets
    Schema(schema::Args),
    /// Print the script that lets a shell complete commands and names
    Completions(completions::Args),
}

impl Cli {
    fn run(self, context: &Context) -> Result<Outcome> {
        let reads_files = matches!(
            self.command,
            Command::Load(_) | Command::Check(_) | Command::Query(_) | Command::Shell(_)
        );
        if self.base.is_some() && self.data.is_empty() && !reads_files {
            return Err(Error::usage("--base is for reading files, and a store is asked")
                .with_help("set it when the files are loaded, or name them with --data"));
        }
        match self.command {
            Command::Init(args) => init::run(context, args),
            Command::Add(args) => add::run(context, args),
            Command::Load(args) => load::run(context, args),
            Command::Import(args) => import::run(context, args),
            Command::Text(args) => text::run(context, args),
            Command::Recode(args) => recode::run(context, args),
            Command::Remove(args) => remove::run(context, args),
            Command::Query(args) => query::run(context, args),
            Command::Shell(args) => shell::run(context, args),
            Command::Prefixes(args) => prefixes::run(context, args),
            Command::Ask(args) => ask::run(context, args),
            Command::Summary(args) => summary::run(context, args),
            Command::Matrix(args) => matrix::run(context, args),
            Command::Barplot(args) => barplot::run(context, args),
            Command::Corroboration(args) => corroboration::run(context, args),
            Command::Bargain(args) => bargain::run(context, args),
            Command::Shifts(args) => shifts::run(context, args),
            Command::Silence(args) => silence::run(context, args),
            Command::Camps(args) => camps::run(context, args),
            Command::Phases(args) => phases::run(context, args),
            Command::Backbone(args) => backbone::run(context, args),
            Command::Leads(args) => leads::run(context, args),
            Command::Timeline(args) => timeline::run(context, args),
            Command::Network(args) => network::run(context, args),
            Command::Affiliation(args) => affiliation::run(context, args),
            Command::Report(args) => report::run(context, args),
            Command::Show(args) => show::run(context, args),
            Command::Find(args) => find::run(context, args),
            Command::Export(args) => export::run(context, args),
            Command::Check(args) => check::run(context, args),
            Command::Verify(args) => verify::run(context, args),
            Command::Compare(args) => compare::run(context, args),
            Command::Reliability(args) => reliability::run(context, args),
            Command::Log(args) => log::run(context, args),
            Command::Diff(args) => diff::run(context, args),
            Command::Changes(args) => changes::run(context, args),
            Command::Undo(args) => undo::run(context, args),
            Command::Redo(args) => undo::redo(context, args),
            Command::Reproduce(args) => reproduce::run(context, args),
            Command::Backup(args) => backup::run(context, args),
            Command::Restore(args) => restore::run(context, args),
            Command::Repair(args) => repair::run(context, args),
            Command::Purge(args) => purge::run(context, args),
            Command::Codebook(args) => codebook::run(context, args),
            Command::Serve(args) => serve::run(context, args),
            Command::Schema(args) => schema::run(context, args),
            Command::Completions(args) => completions::run(context, args, command()),
        }
    }
}

/// The command line with its commands in groups, which clap itself knows for options only.
#[must_use]
pub fn command() -> clap::Command {
    let command = Cli::command();
    let mut groups = String::new();
    for (heading, names) in GROUPS {
        groups += &format!("\n{heading}:\n");
        for name in *names {
            let about = command.find_subcommand(name).and_then(clap::Command::get_about);
            groups += &format!("  {name:14}{}\n", about.map(ToString::to_string).unwrap_or_default());
        }
    }
    command.help_template(format!(
        "{{about}}\n\n{{usage-heading}} {{usage}}\n{groups}\nOptions:\n{{options}}{{after-help}}"
    ))
}

/// The base of relative IRIs: an IRI with a scheme against which others can be resolved.
fn base(text: &str) -> Result<NamedNode, String> {
    let iri = Iri::parse(text.to_owned()).map_err(|error| format!("not an absolute IRI: {error}"))?;
    match iri.resolve("x") {
        Ok(_) => Ok(NamedNode::new_unchecked(iri.into_inner())),
        Err(_) => Err("no relative IRI can be resolved against it".to_owned()),
    }
}

/// Runs the command line of this process and says how it ended.
#[must_use]
pub fn run() -> ExitCode {
    let (stdout, stderr) = (std::io::stdout(), std::io::stderr());
    let width = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
    let parse = |arguments: Vec<OsString>| {
        command().try_get_matches_from(arguments).and_then(|matches| Cli::from_arg_matches(&matches))
    };
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let parsed = parse(arguments.clone()).or_else(|error| match summarizing(&error, arguments) {
        Some(arguments) => parse(arguments).inspect(|_| output::note(NEXT)),
        None => Err(error),
    });
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => match mistyped(&error) {
            Some(error) => {
                return ExitCode::from({
                    let columns = stderr.is_terminal().then_some(width);
                    output::report(&error, Colour::Auto.wanted(stderr.is_terminal()), columns)
                });
            }
            None => error.exit(),
        },
    };
    let context = Context {
        store: cli.store.clone(),
        data: cli.data.clone(),
        data_format: cli.data_format,
        base: cli.base.clone(),
        languages: cli.lang.clone(),
        stdout_is_terminal: stdout.is_terminal(),
        stderr_is_terminal: stderr.is_terminal(),
        width,
        colour: cli.color,
        pages: !cli.no_pager,
    };
    let ran = reading(|| cli.run(&context));
    match ran.unwrap_or_else(|corruption| Err(corruption.into())) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Ok(Outcome::Undecided) => ExitCode::from(2),
        Err(error) => ExitCode::from(context.report(&error)),
    }
}

/// Note for whoever names no command.
const NEXT: &str = "no command given: this is `standpoint summary`; `standpoint --help` lists all commands";

/// The command line with `summary`, if it has no command and its store is there.
fn summarizing(error: &clap::Error, mut arguments: Vec<OsString>) -> Option<Vec<OsString>> {
    use clap::error::ErrorKind::{DisplayHelpOnMissingArgumentOrSubcommand, MissingSubcommand};
    if !matches!(error.kind(), DisplayHelpOnMissingArgumentOrSubcommand | MissingSubcommand) {
        return None;
    }
    arguments.push("summary".into());
    let matches = command().try_get_matches_from(&arguments).ok()?;
    let cli = Cli::from_arg_matches(&matches).ok()?;
    (cli.data.is_empty() && is_store(&cli.store)).then_some(arguments)
}

/// What clap says in its own terms and with its own guesses, in ours: questions and commands.
fn mistyped(error: &clap::Error) -> Option<Error> {
    let arguments: Vec<String> =
        std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    ask::mistyped(error, &arguments).or_else(|| {
        if error.kind() == clap::error::ErrorKind::MissingSubcommand {
            return Some(
                Error::usage("no command given").with_help("`standpoint --help` lists the commands"),
            );
        }
        let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand) else {
            return None;
        };
        if let Some((_, help)) = ELSEWHERE.iter().find(|(names, _)| names.contains(&&*typed.to_lowercase())) {
            return Some(Error::usage(format!("unknown command `{typed}`")).with_help(*help));
        }
        if library().iter().any(|question| question.name == *typed) {
            return Some(
                Error::usage(format!("unknown command `{typed}`"))
                    .with_help(format!("it is a question: `standpoint ask {typed}`")),
            );
        }
        // What takes something away is offered for a slip of the finger only.
        let is_meant = |name: &&str| !TAKING_AWAY.contains(name) || damerau_levenshtein(name, typed) <= 2;
        let names = GROUPS.iter().flat_map(|(_, names)| *names).copied().chain(["help"]).filter(is_meant);
        let near = nearest(typed, names, 2);
        let help = did_you_mean(&near).unwrap_or_else(|| "`standpoint --help` lists the commands".into());
        Some(Error::usage(format!("unknown command `{typed}`")).with_help(help))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn every_command_is_in_one_group() {
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| *names).copied().collect();
        let command = Cli::command();
        let mut known: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        grouped.sort_unstable();
        known.sort_unstable();
        assert_eq!(grouped, known, "GROUPS and Command name the same commands");
    }

    #[test]
    fn no_help_is_wider_than_the_terminal() {
        fn check(command: &mut clap::Command, name: &str) {
            for help in [command.render_help(), command.render_long_help()] {
                for line in help.to_string().lines() {
                    assert!(line.width() <= 80, "{} columns in the help of {name}: {line}", line.width());
                }
            }
            for inner in command.get_subcommands_mut() {
                let name = format!("{name} {}", inner.get_name());
                check(inner, &name);
            }
        }
        let mut command = command().term_width(80);
        command.build();
        check(&mut command, "standpoint");
    }
}
