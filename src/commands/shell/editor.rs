//! Lines as they are typed: editing, history, completion.

use crate::commands::state;
use crate::error::{Error, Result};
use crate::shell::{self, Lexicon};
use rustyline::completion::{Completer, Pair};
use rustyline::config::{BellStyle, CompletionType};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Config, Helper};
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

const PROMPT: &str = "standpoint> ";
/// So much of what was typed is kept.
const KEPT: usize = 1_000;
/// Longer names of candidates are cut: each takes a line.
const WIDEST: usize = 76;

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
            .completion_show_all_if_ambiguous(true)
            .bell_style(BellStyle::None)
            .build();
        let mut line = rustyline::Editor::with_config(config).map_err(failed)?;
        line.set_helper(Some(Typist(lexicon)));
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
struct Typist(Rc<RefCell<Lexicon>>);

impl Helper for Typist {}
impl Highlighter for Typist {}

impl Hinter for Typist {
    type Hint = String;
}

impl Validator for Typist {
    fn validate(&self, typed: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let is_whole = shell::is_whole(typed.input(), self.0.borrow().prefixes());
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
        let (start, candidates) = shell::complete(line, cursor, &self.0.borrow());
        let typed = &line[start..cursor];
        // The editor puts in what all candidates begin with. If that is not how the word begins, as where things
        // are found by their labels, it would lose what was typed.
        let goes_on = |text: &str| text.to_lowercase().starts_with(&typed.to_lowercase());
        let keeps = candidates.len() > 1 && !candidates.iter().all(|candidate| goes_on(&candidate.text));
        let pair = |candidate: shell::Candidate| Pair {
            display: candidate.shown.chars().take(WIDEST).collect(),
            replacement: if keeps { typed.to_owned() } else { candidate.text },
        };
        Ok((start, candidates.into_iter().map(pair).collect()))
    }
}
