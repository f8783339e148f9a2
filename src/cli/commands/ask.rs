//! `standpoint ask`: each question of the library is a subcommand, each of its parameters an option.
//!
//! So help, unknown names and completion are clap's, as everywhere else.

mod every;

use super::answer;
use super::context::Context;
use super::filters::Filters;
use super::output::{self, Outcome};
use crate::analysis::compare::{Comparison, Wanted};
use crate::audit::receipt;
use crate::base::error::{Error, Result};
use crate::cli::page;
use crate::export::Format;
use crate::query::Query;
use crate::query::ask;
use crate::query::ask::{GROUPS, Parameter, Question, library};
use crate::store::index::Index;
use crate::store::names::coders::coders;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Args as _, Command, FromArgMatches};
use oxrdf::NamedNode;
use serde_json::json;
use std::collections::HashMap;
use std::fmt::Write;
use std::io::{self, IsTerminal};
use std::str::FromStr;

/// Arguments of `standpoint ask`.
#[derive(Debug)]
pub struct Args {
    chosen: Option<Chosen>,
    all_questions: bool,
    filters: Filters,
    answer: answer::Options,
}

/// A question with the values of its parameters, as they were typed.
#[derive(Debug)]
struct Chosen {
    question: &'static Question,
    values: HashMap<String, String>,
}

/// Runs it.
///
/// # Errors
/// Values that nothing, or more than one thing, is called by; what `query` fails of.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    if args.all_questions {
        return every::run(context, &args.filters, &args.answer);
    }
    let Some(Chosen { question, mut values }) = args.chosen else {
        return list(context, args.answer.format);
    };
    let mut answer = args.answer;
    if question.all_coders {
        answer.times = answer.times.of_all_coders();
    }
    let (index, origin) = context.graph_of(&answer.times, answer.receipt.is_some())?;
    if answer.receipt.is_some() && !args.filters.are_none() {
        let help = "use the question's own parameters, which a receipt keeps";
        return Err(Error::usage("a receipt does not keep filters").with_help(help));
    }
    let index = args.filters.narrow(index)?;
    if context.stdout_is_terminal && context.stderr_is_terminal && io::stdin().is_terminal() {
        choose(&index, question, &mut values)?;
    }
    let (query, mut named) = asked(&index, question, &values)?;
    named.filtered = !args.filters.are_none();
    let after =
        if question.all_coders && answer.are_table() { agreement(context, &index, &named)? } else { None };
    let outcome = answer::run(context, (&index, origin.as_ref()), &query, &answer, Some(named))?;
    after.map_or(Ok(()), |text| context.print(&format!("\n{text}")).map(|_| ()))?;
    Ok(outcome)
}

/// How far coders agree on what a question about them was asked about; none where nothing is coded twice.
///
/// # Errors
/// A damaged index.
pub(super) fn agreement(context: &Context, index: &Index, named: &answer::Named) -> Result<Option<String>> {
    let of = |name: &str| {
        let parameters = named.parameters.iter().filter(|parameter| parameter.name == name);
        let terms = parameters.filter_map(|parameter| parameter.term.as_deref());
        terms.filter_map(|term| NamedNode::from_str(term).ok()).collect()
    };
    let wanted = Wanted { articles: of("article"), issues: of("issue"), actors: of("actor") };
    let agreement = Comparison::of(index, &coders(index, []), &wanted)?.agreement();
    let table = || page::compare::agreement_table(&agreement).render(context.width);
    Ok((!agreement.is_empty()).then(table))
}

/// A question with these values, which are shown as they were understood.
///
/// # Errors
/// Values that nothing, or more than one thing, is called by; a parameter that needs a value.
pub(super) fn asked(
    index: &Index,
    question: &'static Question,
    values: &HashMap<String, String>,
) -> Result<(Query, answer::Named)> {
    let (query, understood) = question.query(index, |name| values.get(name).cloned())?;
    for value in understood.iter().filter(|value| !question.is_default_choice(value)) {
        let parameter = question.parameters.iter().find(|parameter| parameter.name == value.name);
        let option = parameter.map_or(&value.name, |parameter| &parameter.option);
        output::note(&format!("{option}: {}", value.shown));
    }
    let parameter = |value: &ask::Value| receipt::Parameter::new(value, values.get(&value.name).cloned());
    let parameters = understood.iter().map(parameter).collect();
    Ok((query, answer::Named { question, values: understood, parameters, filtered: false }))
}

/// Lets the person at the terminal choose what the question is about, where it needs that and the data are many.
fn choose(index: &Index, question: &Question, values: &mut HashMap<String, String>) -> Result<()> {
    let open = question.open(index, |name| values.contains_key(name))?;
    for (parameter, choices) in open {
        let option = &parameter.option;
        output::note(&format!("Which {option}? Most positions are coded with:"));
        for (number, choice) in (1..).zip(&choices) {
            output::note(&format!("{number:4}  {}", choice.shown()));
        }
        output::note("A number, a name, or `all`:");
        let mut line = String::new();
        io::stdin().read_line(&mut line).map_err(Error::file("read", "standard input"))?;
        let typed = line.trim();
        let chosen = typed.parse::<usize>().ok().and_then(|number| choices.get(number.checked_sub(1)?));
        match chosen {
            Some(choice) => values.insert(parameter.name.clone(), choice.thing.iri.as_str().to_owned()),
            // Whoever types nothing gets the list as the message that others get.
            None if typed.is_empty() => None,
            None => values.insert(parameter.name.clone(), typed.to_owned()),
        };
    }
    Ok(())
}

/// What is wrong with a command line that clap refused, said of questions rather than of subcommands;
/// nothing where it is not about a question.
pub fn mistyped(error: &clap::Error, arguments: &[String]) -> Option<Error> {
    let refused = match error.kind() {
        ErrorKind::InvalidSubcommand => ContextKind::InvalidSubcommand,
        ErrorKind::UnknownArgument => ContextKind::InvalidArg,
        _ => return None,
    };
    let Some(ContextValue::String(typed)) = error.get(refused) else { return None };
    let behind = arguments.iter().skip_while(|argument| *argument != "ask").skip(1);
    let mut behind = behind.take_while(|argument| *argument != typed);
    if refused == ContextKind::InvalidSubcommand {
        let is_ask = arguments.iter().take_while(|argument| *argument != typed).any(|word| word == "ask");
        return is_ask.then(|| ask::question(typed, "`standpoint ask`").err())?;
    }
    let question = behind.find_map(|name| library().iter().find(|question| question.name == *name))?;
    Some(match typed.strip_prefix("--") {
        None if typed.starts_with('-') => return None,
        None => question.stray(typed, "standpoint ask"),
        Some(option) => {
            let command = Filters::augment_args(answer::Options::augment_args(Command::new("ask")));
            let options = command.get_arguments().filter_map(Arg::get_long);
            let others: Vec<&str> = options.chain(["store", "data", "lang", "help"]).collect();
            question.no_parameter(option, &others)
        }
    })
}

/// The questions that there are.
fn list(context: &Context, format: Option<Format>) -> Result<Outcome> {
    let text = match format {
        None | Some(Format::Table) => grouped(context.width),
        Some(Format::Json) => {
            let parameter =
                |p: &Parameter| json!({ "name": p.name, "type": p.kind.name(), "default": p.default });
            let question = |q: &Question| {
                let params: Vec<_> = q.parameters.iter().map(parameter).collect();
                json!({ "name": q.name, "summary": q.summary, "params": params })
            };
            format!("{:#}\n", serde_json::Value::from_iter(library().iter().map(question)))
        }
        Some(_) => {
            return Err(Error::usage("the list of questions is printed as a table or as JSON")
                .with_help("write --format json, or name a question"));
        }
    };
    context.print(&text)
}

/// Names and summaries below the headings of their groups.
pub(super) fn grouped(width: usize) -> String {
    let name = library().iter().map(|question| question.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for (tag, heading) in GROUPS {
        let of_group = |question: &&Question| question.tags.first().is_some_and(|first| first == tag);
        let _ = writeln!(text, "── {heading} ──");
        for question in library().iter().filter(of_group) {
            let begin = format!("{:name$}  ", question.name);
            let indent = " ".repeat(begin.len());
            let options = textwrap::Options::new(width).initial_indent(&begin).subsequent_indent(&indent);
            let _ = writeln!(text, "{}", textwrap::fill(&question.summary, options));
        }
    }
    text
}

impl clap::Args for Args {
    fn augment_args(command: Command) -> Command {
        // Put off until somebody asks: no other command pays for reading the questions.
        command.defer(|command| {
            let about = command.get_about().cloned();
            Filters::augment_args(answer::Options::augment_args(command))
                .about(about.unwrap_or_default())
                .arg(
                    Arg::new("all-questions")
                        .long("all-questions")
                        .num_args(0)
                        .help("Ask every question; show its rows, or the reason why it has none"),
                )
                .arg(
                    Arg::new("list").long("list").num_args(0).help("List the questions, as `ask` alone does"),
                )
                .subcommands(library().iter().map(subcommand))
                .subcommand_value_name("QUESTION")
                .subcommand_help_heading("Questions")
                .args_conflicts_with_subcommands(false)
                .disable_help_subcommand(true)
                .after_help(
                    "Examples:\n  standpoint ask who-stands-where --issue 'cedes territory'\n  \
                    standpoint ask positions-of-an-actor --actor Putin --format csv\n  \
                    standpoint ask own-words-and-others --help\n  \
                    standpoint ask --all-questions --format json",
                )
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn subcommand(question: &'static Question) -> Command {
    Command::new(question.name.as_str())
        .about(question.summary.as_str())
        .long_about(format!("{}\n\n{}", question.summary, question.description))
        .args(question.parameters.iter().map(|parameter| {
            let default = parameter.default.as_ref().map(|d| format!(" [default: {d}]")).unwrap_or_default();
            let kind = parameter.kind.name();
            let article = if kind.starts_with(['a', 'i']) { "An" } else { "A" };
            // The name of the query's variable does as well.
            let (option, name) = (parameter.option.as_str(), parameter.name.as_str());
            let alias = (option != name).then_some(name);
            let argument = Arg::new(name);
            let argument = match parameter.kind {
                ask::Kind::Flag => argument.action(ArgAction::Set).num_args(0).default_missing_value("true"),
                _ => argument.value_name("VALUE"),
            };
            argument
                .long(option)
                .aliases(alias)
                .allow_negative_numbers(parameter.kind == ask::Kind::Integer)
                .required(parameter.is_needed() && parameter.kind.things().is_none())
                .help(match &parameter.about {
                    Some(about) => about.clone(),
                    None => format!("{article} {kind}: {}{default}", parameter.kind.form()),
                })
        }))
}

impl FromArgMatches for Args {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let innermost = matches.subcommand().map_or(matches, |(_, inner)| inner);
        let chosen = matches.subcommand().and_then(|(name, inner)| {
            let question = library().iter().find(|question| question.name == name)?;
            let value = |p: &Parameter| Some((p.name.clone(), inner.get_one::<String>(&p.name)?.clone()));
            Some(Chosen { question, values: question.parameters.iter().filter_map(value).collect() })
        });
        let all_questions = chosen.is_none() && matches.get_flag("all-questions");
        // A parameter of the question of the same name wins.
        let own = chosen.iter().flat_map(|chosen| chosen.question.parameters.iter());
        let filters = Filters::from_arg_matches(innermost)?.without(own.map(|p| p.name.as_str()));
        Ok(Self { chosen, all_questions, filters, answer: answer::Options::from_arg_matches(innermost)? })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
