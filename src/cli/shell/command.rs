//! Lines for the shell: `.show 3`.

use crate::base::diagnostic::{did_you_mean, nearest};
use crate::base::error::{Error, Result};
use crate::cli::format;
use crate::export::Content;
use crate::model::registry::Kind;
use crate::query::ask::{Question, library};
use crate::query::complete::{Candidate, Lexicon, begins};
use std::fmt::Write;
use std::path::PathBuf;

/// A line for the shell, as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// List the questions of the library.
    Questions,
    /// Ask one of them: its name, and its parameters with their values.
    Ask(String, Vec<(String, String)>),
    /// Show a thing, by its name or by the number of a row.
    Show(String),
    /// Find words.
    Find(String),
    /// Lay stances out: on these issues, of these actors.
    Matrix {
        /// Names of issues.
        issues: Vec<String>,
        /// Names of actors.
        actors: Vec<String>,
    },
    /// Tell how a query is run: this one, or the last.
    Explain(Option<String>),
    /// Tell why the last query has no rows.
    WhyEmpty,
    /// Set something, or tell how it is set.
    Set(Setting, Option<String>),
    /// List the prefixes.
    Prefixes,
    /// List what was typed.
    History,
    /// Write the last answer to a file.
    Save(PathBuf),
    /// Open the data anew.
    Reload,
    /// Explain the commands, or one of them.
    Help(Option<&'static str>),
    /// Leave.
    Quit,
}

/// What can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// How answers are written.
    Format,
    /// How long a query may take.
    Timeout,
    /// The day that is asked about.
    AsOf,
    /// When it was known.
    KnownOn,
    /// Whose coding is asked.
    Coder,
}

/// A command of the shell.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Its name, without the full stop.
    pub name: &'static str,
    /// Form of what can follow it.
    pub form: &'static str,
    /// Summary in one line.
    pub summary: &'static str,
    /// Further explanation.
    pub more: &'static str,
}

/// The commands of the shell, by what a person wants.
pub const COMMANDS: &[About] = &[
    About {
        name: "ask",
        form: "[QUESTION [--PARAMETER VALUE]...]",
        summary: "ask one of the questions by name; alone, list them",
        more: "Values are names, and need no quotation marks:\n  .ask who-opposes --issue cedes territory",
    },
    About {
        name: "show",
        form: "NUMBER|NAME|IRI",
        summary: "show a thing, or the one in a row of the last answer",
        more: "For instance:\n  .show 3\n  .show Zelensky",
    },
    About {
        name: "find",
        form: "WORDS",
        summary: "find things and positions by words",
        more: "For instance:\n  .find ceding territory",
    },
    About {
        name: "matrix",
        form: "[ISSUE]... [--actor NAME]...",
        summary: "show who stands where on what, in a table",
        more: "Without arguments, it shows the most contested issues and the actors with most stances on them.\n\
               For several issues, use quotation marks, or --issue for each:\n  .matrix cedes territory\n  \
               .matrix --actor Putin --actor Zelensky",
    },
    About {
        name: "explain",
        form: "[QUERY]",
        summary: "show how a query runs; alone, the last one",
        more: "It shows steps, rows and times. The query may have several lines.",
    },
    About {
        name: "why-empty",
        form: "",
        summary: "explain why the last answer has no rows",
        more: "It leaves out parts of the query until there are rows, and shows what those parts matched.",
    },
    About {
        name: "format",
        form: "[FORMAT]",
        summary: "set how answers are written: table, csv, json, turtle …",
        more: "Rows: table, csv, tsv, json, xml, markdown. Graphs: turtle, ntriples, nquads, trig, rdfxml,\n\
               jsonld. `.format off` returns to tables and Turtle.",
    },
    About {
        name: "timeout",
        form: "[TIME|off]",
        summary: "set how long a query may take, such as 30s or 2m",
        more: "A query that is stopped shows nothing, because that would not be the whole answer.",
    },
    About {
        name: "as-of",
        form: "[DATE|off]",
        summary: "ask only about positions in force on a day",
        more: "For instance:\n  .as-of 2025-04-17\n  .as-of off",
    },
    About {
        name: "known-on",
        form: "[DATE|REVISION|off]",
        summary: "ask the store as it was on a day, or after a revision",
        more: "For instance:\n  .known-on 1\n  .known-on off",
    },
    About {
        name: "coder",
        form: "[NAME|all|off]",
        summary: "use a coder's coding of the articles that they coded",
        more: "`.coder all` has all codings together; `.coder off` returns to the first coder's.",
    },
    About {
        name: "prefixes",
        form: "",
        summary: "list the prefixes that need no declaration",
        more: "Add your own in standpoint.yaml.",
    },
    About {
        name: "history",
        form: "",
        summary: "list past input, newest last",
        more: "Up and Down go through it, Ctrl-R searches it. It is kept in the user's state directory, or in\n\
               the directory in STANDPOINT_STATE; if that is empty, nowhere.",
    },
    About {
        name: "save",
        form: "FILE",
        summary: "write the last answer to a file; its extension gives the format",
        more: "Rows: .txt, .csv, .tsv, .json, .xml, .md. Graphs: .ttl, .nt, .nq, .trig, .rdf, .jsonld.\n\
               An existing file is not overwritten.",
    },
    About {
        name: "reload",
        form: "",
        summary: "reopen the data, with changes that others made since",
        more: "",
    },
    About { name: "help", form: "[COMMAND]", summary: "explain the commands, or one of them", more: "" },
    About { name: "quit", form: "", summary: "leave, as Ctrl-D does", more: "" },
];

/// Other names that people try.
const ALIASES: &[(&str, &str)] =
    &[("exit", "quit"), ("q", "quit"), ("h", "help"), ("?", "help"), ("match", "matrix")];

/// Below the list of commands.
const KEYS: &str = "\
Anything else is a query in SPARQL. Enter runs it when it is complete, else continues it on a new
line; a blank line runs it as it is. Tab completes keywords, prefixes, classes, properties, values
and names: stp:actor \"zel, then Tab. Ctrl-C drops the line, or stops a query.";

/// The commands, or what is to be known of one, at most `width` columns wide.
#[must_use]
pub fn help(name: Option<&str>, width: usize) -> String {
    let fill = |text: &str| {
        // Lines that begin with blanks are examples.
        let parts = text.split("\n  ").map(|part| textwrap::fill(&part.replace('\n', " "), width));
        parts.collect::<Vec<_>>().join("\n  ")
    };
    let mut out = String::new();
    match name.and_then(|name| COMMANDS.iter().find(|about| about.name == name)) {
        Some(about) => {
            let _ = writeln!(out, "{}", format!(".{} {}", about.name, about.form).trim_end());
            let _ = writeln!(out, "{}{}", about.summary[..1].to_uppercase(), &about.summary[1..]);
            if !about.more.is_empty() {
                let _ = writeln!(out, "{}", fill(about.more));
            }
        }
        None => {
            for about in COMMANDS {
                let _ = writeln!(out, ".{:10} {}", about.name, about.summary);
            }
            let _ = writeln!(out, ".help COMMAND explains one of them.\n\n{}", fill(KEYS));
        }
    }
    out
}

impl Command {
    /// Reads a line that begins with a full stop.
    ///
    /// # Errors
    /// No such command, question or parameter; nothing where something has to follow, and the reverse.
    pub fn parse(line: &str) -> Result<Self> {
        let (name, rest) = head(line);
        let name = named(name)?;
        let needed = |what: &str| {
            let example = COMMANDS.iter().find(|about| about.name == name);
            let example = example.and_then(|about| about.more.split("\n  ").nth(1)).unwrap_or_default();
            match rest {
                "" if example.is_empty() => Err(Error::usage(format!(".{name} needs {what}"))),
                "" => Err(Error::usage(format!(".{name} needs {what}"))
                    .with_help(format!("for instance {example}"))),
                rest => Ok(rest.to_owned()),
            }
        };
        let setting = |setting| Ok(Self::Set(setting, (!rest.is_empty()).then(|| unquoted(rest))));
        let alone = |command: Self| match rest {
            "" => Ok(command),
            _ => Err(Error::usage(format!(".{name} takes no arguments, but found `{rest}`"))),
        };
        match name {
            "ask" if rest.is_empty() => Ok(Self::Questions),
            "ask" => ask(rest),
            "show" => Ok(Self::Show(unquoted(&needed("a name, an IRI or the number of a row")?))),
            "find" => Ok(Self::Find(unquoted(&needed("words to search for")?))),
            "matrix" => matrix(rest),
            "explain" => Ok(Self::Explain((!rest.is_empty()).then(|| rest.to_owned()))),
            "why-empty" => alone(Self::WhyEmpty),
            "format" => setting(Setting::Format),
            "timeout" => setting(Setting::Timeout),
            "as-of" => setting(Setting::AsOf),
            "known-on" => setting(Setting::KnownOn),
            "coder" => setting(Setting::Coder),
            "prefixes" => alone(Self::Prefixes),
            "history" => alone(Self::History),
            "save" => Ok(Self::Save(unquoted(&needed("the name of a file")?).into())),
            "reload" => alone(Self::Reload),
            "help" => match rest.trim_start_matches('.') {
                "" => Ok(Self::Help(None)),
                about => named(about).map(|name| Self::Help(Some(name))),
            },
            _ => alone(Self::Quit),
        }
    }
}

/// Words that leave the shell or explain it without a full stop: no query can begin so, and every other
/// program's shell takes them.
const BARE: &[&str] = &["quit", "exit", "help", "\\q", ":q", "\\h"];

/// The command that a line without a full stop stands for; an error with the right form where it begins like
/// one, none where it may be a query.
#[must_use]
pub fn bare(line: &str) -> Option<Result<Command>> {
    let line = line.trim().trim_end_matches(';');
    if super::is_command(line) {
        return None;
    }
    let (name, rest) = head(line);
    if BARE.iter().any(|word| word.eq_ignore_ascii_case(name)) {
        return Some(Command::parse(line.trim_start_matches(['\\', ':'])));
    }
    let is_command = match name {
        // ASK begins a query, too.
        "ask" => {
            let question = rest.split_whitespace().next().unwrap_or_default();
            library().iter().any(|one| one.name == question)
        }
        name => COMMANDS.iter().any(|about| about.name == name),
    };
    is_command
        .then(|| Err(Error::usage("a command begins with a full stop").with_help(format!("write .{line}"))))
}

/// The query behind `.explain`, which may go on over several lines.
pub(super) fn query_of(line: &str) -> Option<&str> {
    let (name, rest) = head(line);
    (name == "explain" && !rest.is_empty()).then_some(rest)
}

/// A command's name without its full stop, and what follows it.
fn head(line: &str) -> (&str, &str) {
    let line = line.trim().trim_start_matches('.');
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    (name, rest.trim())
}

fn named(text: &str) -> Result<&'static str> {
    let text = text.to_lowercase();
    let alias = ALIASES.iter().find(|(alias, _)| *alias == text).map(|(_, name)| *name);
    let own = COMMANDS.iter().map(|about| about.name).find(|name| *name == text);
    own.or(alias).ok_or_else(|| {
        let near = nearest(&text, COMMANDS.iter().map(|about| about.name), 2);
        let near: Vec<String> = near.iter().map(|name| format!(".{name}")).collect();
        let near: Vec<&str> = near.iter().map(String::as_str).collect();
        let help = did_you_mean(&near).unwrap_or_else(|| ".help lists the commands".into());
        Error::usage(format!("unknown command `.{text}`")).with_help(help)
    })
}

fn ask(rest: &str) -> Result<Command> {
    let mut words = words(rest).into_iter();
    let name = words.next().map(|word| word.text).unwrap_or_default();
    let question = crate::query::ask::question(&name, ".ask")?;
    let mut values: Vec<(String, String)> = Vec::new();
    let is_flag = |name: &str| {
        question.parameters.iter().any(|p| p.is_named(name) && p.kind == crate::query::ask::Kind::Flag)
    };
    for (option, value) in options(words, is_flag)? {
        let Some(option) = option else { return Err(question.stray(&value, ".ask")) };
        let Some(parameter) = question.parameters.iter().find(|parameter| parameter.is_named(&option)) else {
            return Err(question.no_parameter(&option, &[]));
        };
        values.push((parameter.name.clone(), value));
    }
    Ok(Command::Ask(name, values))
}

fn matrix(rest: &str) -> Result<Command> {
    let (mut issues, mut actors) = (Vec::new(), Vec::new());
    for (option, value) in options(words(rest).into_iter(), |_| false)? {
        match option.as_deref() {
            None | Some("issue") => issues.push(value),
            Some("actor") => actors.push(value),
            Some(other) => {
                let near: Vec<&str> = nearest(other, ["issue", "actor"], 1);
                let near: Vec<String> = near.iter().map(|name| format!("--{name}")).collect();
                let near: Vec<&str> = near.iter().map(String::as_str).collect();
                return Err(Error::usage(format!(".matrix has no option --{other}"))
                    .with_help(did_you_mean(&near).unwrap_or_else(|| "it has --issue and --actor".into())));
            }
        }
    }
    Ok(Command::Matrix { issues, actors })
}

/// A word of a line.
struct Word {
    text: String,
    quoted: bool,
}

/// The words of a line; what is in quotation marks is one.
fn words(line: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let (text, quoted, length) = match first {
            '"' | '\'' => match rest[1..].find(first) {
                Some(end) => (&rest[1..=end], true, end + 2),
                None => (&rest[1..], true, rest.len()),
            },
            _ => {
                let blank =
                    |from: usize| rest[from..].find(char::is_whitespace).map_or(rest.len(), |at| from + at);
                // --issue='cedes territory'
                let quote = rest[..blank(0)].find("='").or_else(|| rest[..blank(0)].find("=\""));
                let closed = quote.filter(|_| rest.starts_with("--")).and_then(|at| {
                    let mark = &rest[at + 1..at + 2];
                    rest[at + 2..].find(mark).map(|end| at + 2 + end + 1)
                });
                let end = blank(closed.unwrap_or_default());
                (&rest[..end], false, end)
            }
        };
        words.push(Word { text: text.to_owned(), quoted });
        rest = rest[length..].trim_start();
    }
    words
}

/// Options with their values; values without an option have none. Words that follow one another are one
/// value unless they are in quotation marks.
fn options(
    words: impl Iterator<Item = Word>,
    is_flag: impl Fn(&str) -> bool,
) -> Result<Vec<(Option<String>, String)>> {
    let mut found: Vec<(Option<String>, String)> = Vec::new();
    let mut option: Option<String> = None;
    let mut goes_on = false;
    for word in words {
        if let Some(name) = word.text.strip_prefix("--").filter(|_| !word.quoted) {
            without_value(option.take())?;
            goes_on = false;
            match name.split_once('=') {
                Some((name, value)) => {
                    found.push((Some(name.to_owned()), value.trim_matches(['"', '\'']).to_owned()));
                    goes_on = true;
                }
                None if is_flag(name) => found.push((Some(name.to_owned()), "true".to_owned())),
                None => option = Some(name.to_owned()),
            }
        } else if let Some((_, value)) = found.last_mut().filter(|_| goes_on && !word.quoted) {
            let _ = write!(value, " {}", word.text);
        } else {
            found.push((option.take(), word.text));
            goes_on = !word.quoted;
        }
    }
    without_value(option)?;
    Ok(found)
}

fn without_value(option: Option<String>) -> Result<()> {
    option.map_or(Ok(()), |option| Err(Error::usage(format!("--{option} needs a value"))))
}

/// A text without the quotation marks around it.
fn unquoted(text: &str) -> String {
    let inside = |quote: char| text.strip_prefix(quote).map(|rest| rest.strip_suffix(quote).unwrap_or(rest));
    inside('"').or_else(|| inside('\'')).unwrap_or(text).to_owned()
}

/// What can stand at the cursor of a line for the shell.
pub(super) fn complete(text: &str, cursor: usize, lexicon: &Lexicon) -> (usize, Vec<Candidate>) {
    let before = &text[..cursor];
    let dot = before.find('.').unwrap_or(cursor);
    let Some((name, _)) = before[dot..].split_once(char::is_whitespace) else {
        let typed = before[dot..].trim_start_matches('.');
        let candidates = COMMANDS.iter().filter(|about| begins(about.name, typed));
        let candidate =
            |about: &About| Candidate { text: format!(".{}", about.name), about: about.summary.to_owned() };
        return (dot, candidates.map(candidate).collect());
    };
    let start =
        dot + name.len() + before[dot + name.len()..].len() - before[dot + name.len()..].trim_start().len();
    let rest = &before[start..];
    let plain = |names: Vec<&str>| {
        let names = names.into_iter().filter(|name| begins(name, rest));
        (start, names.map(|name| Candidate::plain(name.to_owned())).collect())
    };
    match &name[1..] {
        "ask" => ask_at(before, start, lexicon),
        "show" => things(rest, start, &[Kind::Actor, Kind::Issue, Kind::Article], lexicon),
        "matrix" => matrix_at(before, start, lexicon),
        "explain" => {
            let (at, candidates) = crate::query::complete::complete(&text[start..], cursor - start, lexicon);
            (start + at, candidates)
        }
        "format" => plain(format::names(&[Content::Rows, Content::Graph]).chain(["off"]).collect()),
        "coder" => plain(vec!["all", "off"]),
        "timeout" | "as-of" | "known-on" => plain(vec!["off"]),
        "help" => plain(COMMANDS.iter().map(|about| about.name).collect()),
        _ => (cursor, Vec::new()),
    }
}

fn ask_at(before: &str, start: usize, lexicon: &Lexicon) -> (usize, Vec<Candidate>) {
    let rest = &before[start..];
    let Some((name, _)) = rest.split_once(char::is_whitespace) else {
        let questions = library().iter().filter(|question| begins(&question.name, rest));
        let candidate =
            |question: &Question| Candidate { text: question.name.clone(), about: question.summary.clone() };
        return (start, questions.map(candidate).collect());
    };
    let Some(question) = library().iter().find(|question| question.name == name) else {
        return (before.len(), Vec::new());
    };
    let parameters: Vec<&str> = question.parameters.iter().map(|p| p.option.as_str()).collect();
    options_at(before, start + name.len(), &parameters, None, lexicon, |option| {
        let parameter = question.parameters.iter().find(|parameter| parameter.is_named(option))?;
        parameter.kind.things()
    })
}

fn matrix_at(before: &str, start: usize, lexicon: &Lexicon) -> (usize, Vec<Candidate>) {
    options_at(before, start, &["issue", "actor"], Some(Kind::Issue), lexicon, |option| match option {
        "issue" => Some(Kind::Issue),
        "actor" => Some(Kind::Actor),
        _ => None,
    })
}

/// Completes options, and names of things as their values; `bare` is what words without an option name.
fn options_at(
    before: &str,
    start: usize,
    options: &[&str],
    bare: Option<Kind>,
    lexicon: &Lexicon,
    kind: impl Fn(&str) -> Option<Kind>,
) -> (usize, Vec<Candidate>) {
    let rest = &before[start..];
    let last = rest.rfind(|c: char| c.is_whitespace()).map_or(0, |at| at + 1);
    let missing = options.iter().filter(|option| !rest.contains(&format!("--{option} ")));
    let offered = |from: usize, typed: &str| {
        let names = missing.clone().map(|option| format!("--{option}")).filter(|name| begins(name, typed));
        (from, names.map(Candidate::plain).collect())
    };
    if rest[last..].starts_with('-') {
        return offered(start + last, &rest[last..]);
    }
    let (from, of) = match rest.rfind("--") {
        Some(at) => {
            let end = rest[at..].find([' ', '=']).map_or(rest.len(), |end| at + end + 1);
            let option = rest[at + 2..end].trim_end_matches([' ', '=']);
            (end, kind(option))
        }
        None => (0, bare),
    };
    let from = from + rest[from..].len() - rest[from..].trim_start().len();
    match of {
        Some(kind) => things(&rest[from..], start + from, &[kind], lexicon),
        None if rest[last..].is_empty() && !rest.contains("--") => offered(start + last, ""),
        None => (before.len(), Vec::new()),
    }
}

/// The things whose names fit what is typed.
fn things(typed: &str, start: usize, kinds: &[Kind], lexicon: &Lexicon) -> (usize, Vec<Candidate>) {
    let quote = typed.chars().next().filter(|c| matches!(c, '"' | '\''));
    let wanted = typed.trim_start_matches(['"', '\'']);
    let quoted =
        |label: &str| quote.map_or_else(|| label.to_owned(), |quote| format!("{quote}{label}{quote}"));
    let mut found: Vec<Candidate> = Vec::new();
    for kind in kinds {
        let directory = lexicon.directory(*kind);
        let things =
            if wanted.is_empty() { directory.things().collect() } else { directory.matching(wanted) };
        found.extend(things.iter().map(|thing| Candidate::plain(quoted(&thing.label))));
    }
    (start, found)
}

#[cfg(test)]
mod tests;
