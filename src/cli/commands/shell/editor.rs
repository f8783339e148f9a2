//! Lines as they are typed: editing, history, completion.

use crate::base::error::{Error, Result};
use crate::cli::commands::state;
use crate::cli::shell;
use crate::cli::shell::Lexicon;
use rustyline::completion::{Completer, Pair};
use rustyline::config::{BellStyle, CompletionType};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Config, ExternalPrinter, Helper};
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::mpsc::{Sender, channel};
use std::thread;

const PROMPT: &str = "standpoint> ";
/// So much of what was typed is kept.
const KEPT: usize = 1_000;

/// What comes from the keyboard.
pub(super) enum Typed {
    /// A query or a command.
    Text(String),
    /// Nothing: Ctrl-C.
    Dropped,
    /// Nothing any more: Ctrl-D.
    End,
}

/// A line editor.
pub(super) struct Editor {
    line: rustyline::Editor<Typist, FileHistory>,
    file: Option<PathBuf>,
}

impl Editor {
    /// An editor that completes words of a lexicon, which may change.
    pub(super) fn new(lexicon: Rc<RefCell<Lexicon>>) -> Result<Self> {
        let config = Config::builder()
            .max_history_size(KEPT)
            .and_then(|config| config.history_ignore_dups(true))
            .map_err(failed)?
            .completion_type(CompletionType::List)
            .bell_style(BellStyle::None)
            .build();
        let mut line = rustyline::Editor::with_config(config).map_err(failed)?;
        let (lists, listed) = channel::<String>();
        if let Ok(mut printer) = line.create_external_printer() {
            // On a thread of its own: a second list would wait for the first to be shown, which the thread
            // that reads the keys has to do.
            thread::spawn(move || listed.into_iter().try_for_each(|list| printer.print(list)));
        }
        line.set_helper(Some(Typist { lexicon, lists }));
        let file = state::folder().filter(|folder| state::private(folder).is_ok());
        let file = file.map(|folder| folder.join("history"));
        if let Some(file) = &file {
            // There is none before the first line.
            let _ = line.load_history(file);
        }
        Ok(Self { line, file })
    }

    /// The next query or command. What is typed is kept at once: nothing is lost with the window.
    pub(super) fn read(&mut self) -> Result<Typed> {
        let text = match self.line.readline(PROMPT) {
            Ok(text) => text,
            Err(ReadlineError::Interrupted) => return Ok(Typed::Dropped),
            Err(ReadlineError::Eof) => return Ok(Typed::End),
            Err(error) => return Err(failed(error)),
        };
        let kept = text.trim();
        if !kept.is_empty()
            && self.line.add_history_entry(kept).unwrap_or(false)
            && let Some(file) = &self.file
        {
            let _ = self.line.append_history(file);
        }
        Ok(Typed::Text(text))
    }

    /// What was typed, oldest first.
    pub(super) fn history(&self) -> Vec<String> {
        self.line.history().iter().cloned().collect()
    }
}

fn failed(error: ReadlineError) -> Error {
    match error {
        ReadlineError::Io(error) => Error::file("read", "standard input")(error),
        error => Error::usage(format!("the terminal cannot be used: {error}"))
            .with_help("pipe queries into `standpoint shell`, or ask with `standpoint query`"),
    }
}

/// What helps whoever types.
struct Typist {
    lexicon: Rc<RefCell<Lexicon>>,
    lists: Sender<String>,
}

impl Typist {
    /// Shows candidates above what is typed. The editor has a list of its own, which writes over the lines
    /// above the cursor's.
    fn list(&self, candidates: &[shell::Candidate]) {
        let size = terminal_size::terminal_size();
        let (width, height) = size.map_or((80, 24), |(w, h)| (usize::from(w.0), usize::from(h.0)));
        // Without a printer nothing is listed.
        let _ = self.lists.send(shell::listed(candidates, width, height / 2));
    }
}

impl Helper for Typist {}
impl Highlighter for Typist {}

impl Hinter for Typist {
    type Hint = String;
}

impl Validator for Typist {
    fn validate(&self, typed: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let is_whole = shell::is_whole(typed.input(), self.lexicon.borrow().prefixes());
        Ok(if is_whole { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Completer for Typist {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        cursor: usize,
        _: &rustyline::Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (start, candidates) = shell::complete(line, cursor, &self.lexicon.borrow());
        let typed = &line[start..cursor];
        let common = shell::common(typed, &candidates);
        if candidates.len() > 1 {
            self.list(&candidates);
        }
        let pair = |text: String| Pair { display: text.clone(), replacement: text };
        Ok((start, common.map(pair).into_iter().collect()))
    }
}
