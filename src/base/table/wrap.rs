//! Text broken into lines of a column's width: at blanks, and inside a word only where the word alone is wider.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The lines of a text in a column of this width, without blanks at their ends. IRIs stay whole, and may be wider.
/// Takes time in proportion to the text.
pub(super) fn lines(text: &str, width: usize) -> Vec<&str> {
    text.split('\n').flat_map(|line| line_of(line.trim_end(), width.max(1))).collect()
}

fn line_of(text: &str, width: usize) -> Vec<&str> {
    if text.len() <= width || text.width() <= width {
        return vec![text];
    }
    let mut lines = Vec::new();
    // The line being filled: from here to there, and the columns that it takes.
    let (mut start, mut end, mut filled) = (0, 0, 0);
    let mut at = 0;
    for word in text.split(' ') {
        let begin = at;
        at += word.len() + 1;
        if word.is_empty() {
            continue;
        }
        let columns = bound(word);
        if end > start && filled + (begin - end) + columns > width {
            lines.push(&text[start..end]);
            (start, filled) = (begin, 0);
        } else if end == start {
            start = begin;
        } else {
            filled += begin - end;
        }
        if columns <= width || is_iri(word) {
            filled += columns;
        } else {
            for (i, c) in word.char_indices() {
                let columns = char_bound(c);
                if filled > 0 && columns > 0 && filled + columns > width {
                    lines.push(&text[start..begin + i]);
                    (start, filled) = (begin + i, 0);
                }
                filled += columns;
            }
        }
        end = begin + word.len();
    }
    lines.push(&text[start..end]);
    lines
}

/// Columns that a word takes at most.
fn bound(word: &str) -> usize {
    if word.is_ascii() { word.len() } else { word.chars().map(char_bound).sum() }
}

/// Columns that a character takes at most: the sign that makes a character a picture makes it wide, too.
fn char_bound(c: char) -> usize {
    if c == '\u{fe0f}' { 1 } else { c.width().unwrap_or(1) }
}

/// Width of the longest IRI in a text; 0 where there is none.
pub(super) fn longest_iri(text: &str) -> usize {
    text.split_whitespace().filter(|word| is_iri(word)).map(UnicodeWidthStr::width).max().unwrap_or_default()
}

/// Whether a word is an IRI, in full or with a prefix, such as `issue:peace`.
pub(crate) fn is_iri(word: &str) -> bool {
    let word = word.trim_start_matches(['<', '(']);
    word.is_ascii()
        && word.split_once(':').is_some_and(|(scheme, rest)| {
            scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-._".contains(c))
                && rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/')
        })
}
