//! `standpoint completions`: scripts for shells, and what they ask for.
//!
//! A script hands over what is typed and prints what comes back: one walk over the commands, in one place,
//! serves every shell, and knows the actors and issues of the store. The other shapes weighed: scripts that
//! `clap_complete` makes know no store; its engine that does is unstable.

use super::context::Context;
use super::output::{self, Outcome};
use super::times::Times;
use crate::base::error::Result;
use crate::base::fold::fold;
use crate::model::registry::Kind;
use crate::model::{Certainty, Concept, Explicitness, List};
use crate::query::ask::library;
use crate::store::names::{own_concepts, things};
use clap::{Arg, Command};
use std::path::PathBuf;

/// Print the script that lets a shell complete commands, options, questions, actors and issues
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  source <(standpoint completions bash)          # in ~/.bashrc
  source <(standpoint completions zsh)           # in ~/.zshrc, after compinit
  standpoint completions fish | source           # in ~/.config/fish/config.fish

Names of actors and issues come from the store on the command line, else from the default one.")]
pub struct Args {
    /// The shell
    #[arg(value_name = "SHELL", required_unless_present = "typed")]
    shell: Option<Shell>,

    /// What is typed, up to the word to be completed
    #[arg(last = true, hide = true)]
    typed: Vec<String>,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

/// Runs it; `root` is the whole command line.
///
/// # Errors
/// Standard output takes no more.
pub fn run(context: &Context, args: Args, root: clap::Command) -> Result<Outcome> {
    match args.shell {
        Some(Shell::Bash) => output::print(include_str!("completions/standpoint.bash")),
        Some(Shell::Zsh) => output::print(include_str!("completions/standpoint.zsh")),
        Some(Shell::Fish) => output::print(include_str!("completions/standpoint.fish")),
        None => output::print(&candidates(context, root, &args.typed).concat()),
    }
}

/// Whatever can follow, a line each: the word, a tabulator, what it means.
fn candidates(context: &Context, mut root: clap::Command, typed: &[String]) -> Vec<String> {
    root.build();
    let Some((last, before)) = typed.split_last() else { return Vec::new() };
    // A shell hands over an opening quotation mark as it was typed.
    let word = last.trim_start_matches(['"', '\'']).replace('\\', "");
    let line = Line::read(&root, before, context);
    match line.awaited {
        Some(option) => line.values(option, &word),
        None if word.starts_with('-') => options(line.command, &word),
        None => {
            let mut found = commands(line.command, &word);
            if found.is_empty() && ["show", "purge"].contains(&line.command.get_name()) {
                found = line.names(&[Kind::Actor, Kind::Issue, Kind::Article], &word);
            } else if found.is_empty()
                && let Some(positional) = line.command.get_positionals().next()
            {
                found = line.values(positional, &word);
            }
            found
        }
    }
}

/// What is typed before the word to be completed.
struct Line<'c> {
    command: &'c Command,
    /// The option whose value comes next.
    awaited: Option<&'c Arg>,
    context: Context,
}

impl<'c> Line<'c> {
    fn read(root: &'c Command, words: &[String], context: &Context) -> Self {
        let mut line = Line { command: root, awaited: None, context: context.clone() };
        for word in words {
            if let Some(option) = line.awaited.take() {
                line.set(option, word);
            } else if let Some(name) = word.strip_prefix("--") {
                let (name, value) = name.split_once('=').map_or((name, None), |(n, v)| (n, Some(v)));
                let option = line.command.get_arguments().find(|arg| arg.get_long() == Some(name));
                match (option, value) {
                    (Some(option), Some(value)) => line.set(option, value),
                    (Some(option), None) if takes_value(option) => line.awaited = Some(option),
                    _ => {}
                }
            } else if let Some(letter) = word.strip_prefix('-').and_then(|word| word.chars().last()) {
                let option = line.command.get_arguments().find(|arg| arg.get_short() == Some(letter));
                line.awaited = option.filter(|option| takes_value(option));
            } else if let Some(command) = line.command.find_subcommand(word) {
                line.command = command;
            }
        }
        line
    }

    /// Some options say where names come from.
    fn set(&mut self, option: &Arg, value: &str) {
        match option.get_id().as_str() {
            "store" => self.context.store = PathBuf::from(value),
            "data" => self.context.data.push(PathBuf::from(value)),
            _ => {}
        }
    }

    /// The values that an option or argument can have.
    fn values(&self, arg: &Arg, word: &str) -> Vec<String> {
        let possible = arg.get_possible_values();
        if !possible.is_empty() {
            let about = |value: &clap::builder::PossibleValue| value.get_help().map(ToString::to_string);
            let value = |value: &clap::builder::PossibleValue| {
                value.get_name().starts_with(word).then(|| line(value.get_name(), about(value)))
            };
            return possible.iter().filter(|value| !value.is_hide_set()).filter_map(value).collect();
        }
        let name = arg.get_id().as_str();
        let question = library().iter().find(|question| question.name == self.command.get_name());
        let parameter = question.and_then(|q| q.parameters.iter().find(|p| p.name == name));
        let kind = match parameter {
            Some(parameter) => parameter.kind.things(),
            None => [Kind::Actor, Kind::Issue, Kind::Article].into_iter().find(|kind| kind.word() == name),
        };
        match name {
            "mode" => self.words(Some(List::Mode), &List::Mode.words(), word),
            "explicitness" => self.words(None, &concepts::<Explicitness>(), word),
            "certainty" => self.words(None, &concepts::<Certainty>(), word),
            _ => kind.map(|kind| self.names(&[kind], word)).unwrap_or_default(),
        }
    }

    /// Words of the model, and of the case's own in a list, that begin so.
    fn words(&self, list: Option<List>, model: &[&str], word: &str) -> Vec<String> {
        let wanted = fold(word);
        let index = list.and_then(|_| self.context.index(&Times::default()).ok());
        let own = list.zip(index).map(|(list, index)| own_concepts(&index, list)).unwrap_or_default();
        let all = model.iter().map(|word| (*word).to_owned());
        let all = all.chain(own.into_iter().map(|concept| concept.label));
        all.filter(|label| fold(label).starts_with(&wanted)).map(|label| line(&label, None)).collect()
    }

    /// Labels that begin so; else the only one of the first kind of which a word does: a shell puts in place of the
    /// word what all candidates begin with.
    fn names(&self, kinds: &[Kind], word: &str) -> Vec<String> {
        let Ok(index) = self.context.index(&Times::default()) else { return Vec::new() };
        let wanted = fold(word);
        let all: Vec<(String, Kind)> = kinds
            .iter()
            .flat_map(|kind| things(&index, kind.class()).into_iter().map(|thing| (thing.label, *kind)))
            .collect();
        let begin: Vec<_> = all.iter().filter(|(label, _)| fold(label).starts_with(&wanted)).collect();
        let within = |of: Kind| {
            let has = |label: &str| fold(label).contains(&format!(" {wanted}"));
            all.iter().filter(move |(label, kind)| *kind == of && has(label)).collect::<Vec<_>>()
        };
        let found = if begin.is_empty() {
            // An actor rather than the issues that speak of them.
            let first = kinds.iter().map(|kind| within(*kind)).find(|found| !found.is_empty());
            first.filter(|found| found.len() == 1).unwrap_or_default()
        } else {
            begin
        };
        found.into_iter().map(|(label, kind)| line(label, Some(kind.word().to_owned()))).collect()
    }
}

fn concepts<C: Concept>() -> Vec<&'static str> {
    C::ALL.iter().map(|concept| concept.word()).collect()
}

fn takes_value(option: &Arg) -> bool {
    let optional = option.get_num_args().is_some_and(|number| number.min_values() == 0);
    option.get_action().takes_values() && !optional
}

fn options(command: &Command, word: &str) -> Vec<String> {
    let shown = command.get_arguments().filter(|arg| !arg.is_hide_set());
    let option = |arg: &Arg| {
        let name = format!("--{}", arg.get_long()?);
        name.starts_with(word).then(|| line(&name, arg.get_help().map(ToString::to_string)))
    };
    shown.filter_map(option).collect()
}

fn commands(command: &Command, word: &str) -> Vec<String> {
    let shown = command.get_subcommands().filter(|command| !command.is_hide_set());
    shown
        .filter(|command| command.get_name().starts_with(word))
        .map(|command| line(command.get_name(), command.get_about().map(ToString::to_string)))
        .collect()
}

/// A word and what it means, which takes no line of its own.
fn line(word: &str, about: Option<String>) -> String {
    let flat = |text: &str| crate::base::diagnostic::printable(text).replace(['\n', '\t'], " ");
    format!("{}\t{}\n", flat(word), flat(about.as_deref().unwrap_or_default()))
}
