//! The interactive shell, as far as it needs no terminal: what a line means, what can stand at the
//! cursor, where piped text is cut, how stances are laid out as a matrix.
//!
//! A line that begins with a full stop is for the shell; anything else is a query.

mod command;
mod complete;
mod lexicon;
mod matrix;
mod place;
mod script;

pub use command::{COMMANDS, Command, Setting, help};
pub use lexicon::Lexicon;
pub use matrix::{Matrix, Wanted};
pub use script::{Statement, Statements};

use crate::prefixes::Prefixes;
use crate::query::{self, Stage};

/// What can stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What is written.
    pub text: String,
    /// What is shown: the same, with the name of the thing where that says more.
    pub shown: String,
}

impl Candidate {
    fn plain(text: String) -> Self {
        Self { shown: text.clone(), text }
    }
}

/// The beginning of the word at the cursor and what can stand there instead of it; both places
/// are in bytes, and `cursor` lies between characters of the text.
#[must_use]
pub fn complete(text: &str, cursor: usize, lexicon: &Lexicon) -> (usize, Vec<Candidate>) {
    if is_command(text) {
        command::complete(text, cursor, lexicon)
    } else {
        complete::complete(text, cursor, lexicon)
    }
}

/// Whether a text is for the shell, and no query.
#[must_use]
pub fn is_command(text: &str) -> bool {
    text.trim_start().starts_with('.')
}

/// Whether a text that somebody has typed is to be run: a whole query, or one that more words would
/// not mend; a blank line runs whatever is above it.
#[must_use]
pub fn is_whole(text: &str, prefixes: &Prefixes) -> bool {
    let is_blank = |line: &str| line.trim().is_empty();
    if text.contains('\n') && text.rsplit('\n').next().is_some_and(is_blank) {
        return true;
    }
    let query = if is_command(text) {
        match command::query_of(text) {
            Some(query) => query,
            None => return true,
        }
    } else {
        text
    };
    match query::stage(query, prefixes) {
        Stage::Nothing => is_blank(query),
        Stage::Begun => false,
        Stage::Whole | Stage::Broken => true,
    }
}

#[cfg(test)]
mod tests;
