//! What a shell remembers from one line to the next, and what its commands do.

use crate::analysis::matrix::{Matrix, Wanted};
use crate::base::error::{Error, Result, count};
use crate::cli::commands::context::Context;
use crate::cli::commands::times::{Coding, Times, day, duration};
use crate::cli::commands::{answer, ask, find, last, output, show};
use crate::cli::page;
use crate::cli::page::matrix::{self, Shown};
use crate::cli::shell;
use crate::cli::shell::{Command, Lexicon, Setting, is_command};
use crate::export::{Content, Format};
use crate::model::prefixes::Prefixes;
use crate::query::ask::library;
use crate::query::{Answer, Form, ParseOptions, Printer, Query, QueryError, Stop};
use crate::store::index::Index;
use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

/// Whether there is a next line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    GoOn,
    Quit,
}

/// The last answer, to be saved or asked about.
enum Answered {
    Nothing,
    Query { query: Box<Query>, answer: Option<Answer>, by_name: bool },
    Page(String),
}

/// An open graph, what is set, and the last answer.
pub(super) struct Session {
    context: Context,
    times: Times,
    is_terminal: bool,
    index: Rc<Index>,
    prefixes: Prefixes,
    lexicon: Rc<RefCell<Lexicon>>,
    /// How rows, and how graphs are written.
    formats: (Option<Format>, Option<Format>),
    timeout: Option<Duration>,
    stop: Stop,
    answered: Answered,
    /// What was asked, and what the rows of its answer are about.
    rows: Option<(String, Vec<Option<String>>)>,
}

impl Session {
    pub(super) fn open(context: &Context, times: Times, is_terminal: bool) -> Result<Self> {
        let prefixes = context.project(None)?.all_prefixes();
        let index = Rc::new(context.index(&times)?);
        let lexicon = Lexicon::new(index.clone(), prefixes.clone());
        Ok(Self {
            context: context.clone(),
            times,
            is_terminal,
            index,
            prefixes,
            lexicon: Rc::new(RefCell::new(lexicon)),
            formats: (None, None),
            timeout: None,
            stop: Stop::default(),
            answered: Answered::Nothing,
            rows: None,
        })
    }

    pub(super) fn stop(&self) -> &Stop {
        &self.stop
    }

    pub(super) fn prefixes(&self) -> &Prefixes {
        &self.prefixes
    }

    pub(super) fn lexicon(&self) -> Rc<RefCell<Lexicon>> {
        self.lexicon.clone()
    }

    pub(super) fn width(&self) -> usize {
        self.context.width
    }

    /// Says what is open, and where to begin.
    pub(super) fn greet(&self) {
        let triples = count(self.index.len(), "triple");
        let from = match self.context.data.as_slice() {
            [] => self.context.store.display().to_string(),
            [file] => file.display().to_string(),
            files => count(files.len(), "file"),
        };
        output::note(&format!("{from}: {triples}"));
        output::note("Ask in SPARQL, or with .ask; .help explains, Tab completes, Ctrl-D leaves.");
    }

    /// Runs what was typed, of which this is the number of the first line.
    pub(super) fn run(&mut self, text: &str, line: usize, history: &dyn Fn() -> Vec<String>) -> Result<Flow> {
        if self.is_terminal
            && let Some((width, _)) = terminal_size::terminal_size()
        {
            self.context.width = usize::from(width.0);
        }
        let bare = shell::bare(text);
        if !is_command(text) && bare.is_none() {
            if crate::query::stage(text, &self.prefixes) != crate::query::Stage::Nothing {
                self.query(text, line)?;
            }
            return Ok(Flow::GoOn);
        }
        match bare.unwrap_or_else(|| Command::parse(text))? {
            Command::Questions => self.show(&ask::grouped(self.width()))?,
            Command::Ask(name, values) => self.ask(&name, values)?,
            Command::Show(text) => self.page(&text)?,
            Command::Find(words) => {
                let found = crate::analysis::find::find(&*self.index, &words, None, usize::MAX)?;
                self.show(&page::find::page(&found, self.width()))?;
                find::note_fit(&found, &words, true);
            }
            Command::Matrix { issues, actors } => self.matrix(&Wanted { issues, actors })?,
            Command::Explain(text) => {
                let query = match text {
                    Some(text) => self.read(&text, line)?,
                    None => self.last_query(".explain QUERY explains one")?,
                };
                let options = self.options(None).explaining();
                self.answer(&query, &options, None)?;
            }
            Command::WhyEmpty => {
                let query = self.last_query("ask something first")?;
                let options = self.options(None).why_empty();
                self.answer(&query, &options, None)?;
            }
            Command::Set(setting, value) => self.set(setting, value.as_deref())?,
            Command::Prefixes => {
                let text = page::prefixes::page(&self.prefixes, Format::Table, self.width());
                self.show(&text)?;
            }
            Command::History => {
                let indented = |text: String| text.replace('\n', "\n        ");
                let line = |(i, text): (usize, String)| format!("{:6}  {}\n", i + 1, indented(text));
                let text: String = history().into_iter().enumerate().map(line).collect();
                self.show(&text)?;
            }
            Command::Save(file) => self.save(&file)?,
            Command::Reload => {
                self.reopen(self.times.clone())?;
                output::note(&format!("reopened: {}", count(self.index.len(), "triple")));
            }
            Command::Help(about) => self.show(&shell::help(about, self.width()))?,
            Command::Quit => return Ok(Flow::Quit),
        }
        Ok(Flow::GoOn)
    }

    /// An error, with help that the shell understands.
    pub(super) fn in_words_of_the_shell(&self, error: Error) -> Error {
        match error.downcast_ref() {
            Some(QueryError::TimedOut(_)) => Error::usage(error.to_string())
                .with_help(".timeout 5m gives it more time; .explain shows where the time goes"),
            _ => error,
        }
    }

    fn read(&self, text: &str, line: usize) -> Result<Query> {
        // Places are told by the lines of what was piped in.
        let name = if self.is_terminal { "query" } else { "standard input" };
        let text = "\n".repeat(line - 1) + text;
        let how = ParseOptions {
            prefixes: self.prefixes.clone(),
            base: self.context.base.clone(),
            services: false,
        };
        let query = Query::read(name, &text, &how)?.until(&self.stop);
        self.context.warn(&query.lint(&self.index));
        Ok(query)
    }

    fn query(&mut self, text: &str, line: usize) -> Result<()> {
        let query = self.read(text, line)?;
        let options = self.options(Some(query.form()));
        let answer = self.answer(&query, &options, None)?;
        self.keep("a query", query, answer, false);
        Ok(())
    }

    fn ask(&mut self, name: &str, values: Vec<(String, String)>) -> Result<()> {
        let question = library().iter().find(|question| question.name == name);
        let question = question.ok_or_else(|| Error::usage(format!("unknown question `{name}`")))?;
        let values: HashMap<String, String> = values.into_iter().collect();
        let index = match question.all_coders {
            true => Rc::new(self.context.index(&self.times.of_all_coders())?),
            false => self.index.clone(),
        };
        let (query, named) = ask::asked(&index, question, &values)?;
        let query = query.until(&self.stop);
        let options = self.options(Some(query.form()));
        let after = match question.all_coders && options.are_table() {
            true => ask::agreement(&self.context, &index, &named)?,
            false => None,
        };
        let answer = self.answer_of(&index, &query, &options, Some(named))?;
        after.map_or(Ok(()), |text| self.show(&text))?;
        self.keep(&format!("`{name}`"), query, answer, true);
        Ok(())
    }

    fn answer(
        &self,
        query: &Query,
        options: &answer::Options,
        named: Option<answer::Named>,
    ) -> Result<Option<Answer>> {
        self.answer_of(&self.index, query, options, named)
    }

    fn answer_of(
        &self,
        index: &Index,
        query: &Query,
        options: &answer::Options,
        named: Option<answer::Named>,
    ) -> Result<Option<Answer>> {
        let mut out = self.out();
        let graph = (index, None);
        answer::run_to(&self.context, graph, query, options, named, &mut *out).map(|(_, answer)| answer)
    }

    fn keep(&mut self, asked: &str, query: Query, answer: Option<Answer>, by_name: bool) {
        if let Some(answer) = &answer {
            self.rows = Some((asked.to_owned(), answer.things()));
        }
        self.answered = Answered::Query { query: Box::new(query), answer, by_name };
    }

    fn last_query(&self, help: &str) -> Result<Query> {
        match &self.answered {
            Answered::Query { query, .. } => Ok(Query::clone(query)),
            _ => Err(Error::usage("there is no last query").with_help(help)),
        }
    }

    fn options(&self, form: Option<Form>) -> answer::Options {
        let format = match form {
            Some(Form::Rows | Form::Truth) => self.formats.0,
            Some(Form::Graph) => self.formats.1,
            None => None,
        };
        answer::Options::in_shell(format, self.timeout, self.times.clone())
    }

    fn page(&self, text: &str) -> Result<()> {
        let text = match (last::number(text), &self.rows) {
            (None, _) => text.to_owned(),
            (Some(number), Some((asked, rows))) => {
                let iri = last::row(asked, rows, number)?.to_owned();
                output::note(&format!("row {number} of {asked}"));
                iri
            }
            (Some(number), None) => {
                let last = last::last(&self.context)?;
                let iri = last.row(number)?.to_owned();
                output::note(&format!("row {number} of {}", last.description()));
                iri
            }
        };
        self.show(&show::page(&self.index, &text, self.width())?)
    }

    fn matrix(&mut self, wanted: &Wanted) -> Result<()> {
        let matrix = Matrix::of(&self.index, wanted)?;
        if matrix.is_empty() {
            output::note("nobody takes a stance on these issues");
            return Ok(());
        }
        let text = matrix::render(
            &matrix,
            Shown::Sign,
            self.width(),
            self.is_terminal,
            self.context.colours_results(),
        );
        self.show(&text)?;
        output::note(&matrix::summary(&matrix));
        self.rows = Some(("the matrix".to_owned(), matrix::things(&matrix)));
        self.answered = Answered::Page(text);
        Ok(())
    }

    fn set(&mut self, setting: Setting, value: Option<&str>) -> Result<()> {
        let off = |value: &str| matches!(value, "off" | "none");
        let is = |what: String| output::note(&what);
        match (setting, value) {
            (Setting::Format, None) => {
                let (rows, graphs) = self.formats;
                let (rows, graphs) = (rows.unwrap_or(Format::Table), graphs.unwrap_or(Format::Turtle));
                is(format!("rows: {}; graphs: {}", rows.name(), graphs.name()));
            }
            (Setting::Format, Some(value)) if off(value) => self.formats = (None, None),
            (Setting::Format, Some(value)) => {
                let format = format(value)?;
                match format.holds(Content::Rows) {
                    true => self.formats.0 = Some(format),
                    false => self.formats.1 = Some(format),
                }
            }
            (Setting::Timeout, None) => is(match self.timeout {
                Some(time) => format!("queries may take {} s", time.as_secs_f64()),
                None => "queries have no time limit".into(),
            }),
            (Setting::Timeout, Some(value)) if off(value) => self.timeout = None,
            (Setting::Timeout, Some(value)) => {
                let time = duration(value);
                self.timeout = Some(time.map_err(|help| no_value(".timeout", value, &help))?);
            }
            (Setting::AsOf, None) => is(match self.times.as_of {
                Some(day) => format!("positions in force on {day}"),
                None => "positions of any day".into(),
            }),
            (Setting::AsOf, Some(value)) => {
                let day = if off(value) { Ok(None) } else { day(value).map(Some) };
                let as_of = day.map_err(|help| no_value(".as-of", value, &help))?;
                self.reopen(Times { as_of, ..self.times.clone() })?;
            }
            (Setting::KnownOn, None) => is(match &self.times.known_on {
                Some(when) => format!("what the store held at {when}"),
                None => "what the store holds now".into(),
            }),
            (Setting::KnownOn, Some(value)) => {
                let when = if off(value) { Ok(None) } else { value.parse().map(Some) };
                let known_on = when.map_err(|error| no_value(".known-on", value, &format!("{error}")))?;
                self.reopen(Times { known_on, ..self.times.clone() })?;
            }
            (Setting::Coder, None) => is(match &self.times.coding.coder {
                Some(coder) => format!("coder: {coder}"),
                None => "the first coder's coding".into(),
            }),
            (Setting::Coder, Some(value)) => {
                let coding = Coding { coder: (!off(value)).then(|| value.to_owned()) };
                self.reopen(Times { coding, ..self.times.clone() })?;
            }
        }
        Ok(())
    }

    /// Opens the graph at other times, or as it is by now; where that fails, the one at hand stays.
    fn reopen(&mut self, times: Times) -> Result<()> {
        let index = Rc::new(self.context.index(&times)?);
        *self.lexicon.borrow_mut() = Lexicon::new(index.clone(), self.prefixes.clone());
        (self.index, self.times) = (index, times);
        Ok(())
    }

    fn save(&self, file: &Path) -> Result<()> {
        let mut text = Vec::new();
        match &self.answered {
            Answered::Nothing | Answered::Query { answer: None, .. } => {
                return Err(Error::usage("there is no answer to save").with_help("ask something first"));
            }
            Answered::Page(page) if ending(file) == "txt" => text.extend_from_slice(page.as_bytes()),
            Answered::Page(_) => {
                return Err(Error::usage("a matrix is saved as text, in a .txt file").with_help(
                    "`.ask who-stands-where --issue all` gives the same positions in every format",
                ));
            }
            Answered::Query { query, answer: Some(answer), by_name } => {
                let ending = ending(file);
                let wished = match ending.as_str() {
                    "" => None,
                    other => Some(format(other)?),
                };
                let format = query.form().format(wished)?;
                let mut printer = Printer::new(&self.index, query.prefixes(), self.width());
                if *by_name {
                    printer = printer.with_labels(query);
                }
                printer.print(answer, format, &file.display().to_string(), &mut text)?;
            }
        }
        let mut out = fs::File::create_new(file).map_err(Error::file("create", file))?;
        out.write_all(&text).map_err(Error::file("write", file))?;
        output::note(&format!("wrote {}", file.display()));
        Ok(())
    }

    /// Prints a failure in words of the shell.
    pub(super) fn report(&self, error: Error) {
        self.context.report(&self.in_words_of_the_shell(error));
    }

    fn show(&self, text: &str) -> Result<()> {
        output::print_to(text, &mut *self.out())
    }

    /// Where results go: to standard output, page by page if somebody reads them.
    fn out(&self) -> Box<dyn Write> {
        if self.is_terminal { self.context.out() } else { Box::new(output::stdout()) }
    }
}

fn format(name: &str) -> Result<Format> {
    Format::named(name, &[Content::Rows, Content::Graph])
        .map_err(|help| Error::usage(format!("unknown format `{name}`")).with_help(help))
}

fn ending(file: &Path) -> String {
    file.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

fn no_value(command: &str, value: &str, help: &str) -> Error {
    Error::usage(format!("{command} cannot be `{value}`")).with_help(help)
}
