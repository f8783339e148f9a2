//! The interactive shell, as far as it needs no terminal: what a line means, what can stand at the
//! cursor, where piped text is cut, how stances are laid out as a matrix.
//!
//! A line that begins with a full stop is for the shell; anything else is a query.

mod command;
mod script;

pub use crate::query::complete::{Candidate, Lexicon};
pub use command::{COMMANDS, Command, Setting, bare, help};
pub use script::{Statement, Statements};

use crate::model::prefixes::Prefixes;
use crate::query::{self, Stage};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What can be put in whichever of the candidates is meant: what all of them begin with, if that goes on
/// where the typed word ends. Things that are found by their labels mostly do not.
#[must_use]
pub fn common(typed: &str, candidates: &[Candidate]) -> Option<String> {
    let (first, others) = candidates.split_first()?;
    if others.is_empty() {
        return Some(first.text.clone());
    }
    let mut common = first.text.as_str();
    for other in others {
        let same = common.char_indices().zip(other.text.chars()).take_while(|((_, a), b)| a == b);
        let end = same.last().map_or(0, |((at, c), _)| at + c.len_utf8());
        common = &common[..end];
    }
    let goes_on = common.len() > typed.len() && common.to_lowercase().starts_with(&typed.to_lowercase());
    goes_on.then(|| common.to_owned())
}

/// The candidates as a list of at most so many columns and lines of a terminal.
#[must_use]
pub fn listed(candidates: &[Candidate], width: usize, lines: usize) -> String {
    let widest = |of: fn(&Candidate) -> &str, all: &[Candidate]| {
        all.iter().map(|candidate| of(candidate).width()).max().unwrap_or_default()
    };
    let text = widest(|candidate| &candidate.text, candidates);
    let per_line = if candidates.iter().all(|candidate| candidate.about.is_empty()) {
        (width / (text + 2)).max(1)
    } else {
        1
    };
    let room = lines.max(2) * per_line;
    let (shown, more) = match candidates.len() {
        all if all > room => candidates.split_at(room - per_line),
        _ => (candidates, &[][..]),
    };
    let rows = shown.len().div_ceil(per_line);
    let text = widest(|candidate| &candidate.text, shown);
    let mut out = String::new();
    for row in 0..rows {
        // Down the columns, as people read lists.
        let of_row = (0..per_line).filter_map(|column| shown.get(column * rows + row));
        let cell = |candidate: &Candidate| {
            let gap = " ".repeat(text - candidate.text.width());
            format!("{}{gap}  {}", candidate.text, candidate.about)
        };
        let line: String = of_row.map(cell).collect();
        out += cut(line.trim_end(), width.saturating_sub(1));
        out.push('\n');
    }
    if !more.is_empty() {
        out += &format!("… and {} more\n", crate::base::error::grouped(more.len()));
    }
    out
}

/// As much of a line as so many columns hold.
fn cut(line: &str, width: usize) -> &str {
    let mut left = width;
    let end = line.char_indices().find(|(_, c)| {
        let wide = c.width().unwrap_or_default();
        let fits = wide <= left;
        left = left.saturating_sub(wide);
        !fits
    });
    end.map_or(line, |(at, _)| &line[..at])
}

/// The beginning of the word at the cursor and what can stand there instead of it; both places
/// are in bytes, and `cursor` lies between characters of the text.
#[must_use]
pub fn complete(text: &str, cursor: usize, lexicon: &Lexicon) -> (usize, Vec<Candidate>) {
    if is_command(text) {
        command::complete(text, cursor, lexicon)
    } else {
        query::complete::complete(text, cursor, lexicon)
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
