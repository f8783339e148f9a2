//! A text as people see it, to find words whose letters are encoded otherwise.
//!
//! What somebody copies out of an article and what the article's file holds may differ where nobody
//! can see it: a line break is a blank elsewhere, `é` is one code point or two, a hyphen is soft.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// Longer quotes are not compared with every passage of a text.
const MOST_COMPARED: usize = 200;

/// A text's letters as they are seen, each with its place in the text, in code points.
pub(super) struct Seen {
    letters: Vec<char>,
    places: Vec<Range<u32>>,
}

impl Seen {
    /// White space of any kind and length is one blank, a letter and its accents are composed, what is
    /// invisible is not there.
    pub(super) fn of(text: &str) -> Self {
        let mut seen = Self { letters: Vec::new(), places: Vec::new() };
        let mut chars = (0..).zip(text.chars()).filter(|(_, c)| !is_invisible(*c)).peekable();
        while let Some((start, c)) = chars.next() {
            let mut end = start + 1;
            if c.is_whitespace() {
                while let Some((at, _)) = chars.next_if(|(_, next)| next.is_whitespace()) {
                    end = at + 1;
                }
                seen.push(' ', start..end);
                continue;
            }
            let mut cluster = String::from(c);
            while let Some((at, mark)) = chars.next_if(|(_, next)| continues(*next)) {
                cluster.push(mark);
                end = at + 1;
            }
            cluster.nfc().for_each(|letter| seen.push(letter, start..end));
        }
        seen
    }

    /// The same with the differences made away that people do not mind: case, quotation marks, dashes.
    pub(super) fn alike(&self) -> Self {
        let mut alike = Self { letters: Vec::new(), places: Vec::new() };
        for (letter, place) in self.letters.iter().zip(&self.places) {
            letter.to_lowercase().for_each(|c| alike.push(super::plain(c), place.clone()));
        }
        alike
    }

    fn push(&mut self, letter: char, place: Range<u32>) {
        self.letters.push(letter);
        self.places.push(place);
    }

    /// The letters without blanks at the ends.
    fn words(&self) -> &[char] {
        let is_letter = |c: &char| *c != ' ';
        let start = self.letters.iter().position(is_letter).unwrap_or(0);
        let end = self.letters.iter().rposition(is_letter).map_or(0, |at| at + 1);
        &self.letters[start..end]
    }

    /// Everywhere that these letters stand.
    pub(super) fn find_all(&self, quote: &Self) -> Vec<Range<u32>> {
        let wanted = quote.words();
        if wanted.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(window) = self.letters.get(at..at + wanted.len()) {
            if window == wanted {
                found.push(self.place(at, wanted.len()));
                at += wanted.len();
            } else {
                at += 1;
            }
        }
        found
    }

    /// The place of the letters most like these, for scripts that put no blanks between words; none if
    /// less than half of them agree.
    pub(super) fn nearest(&self, quote: &Self) -> Option<Range<u32>> {
        let wanted = quote.words().to_vec();
        if wanted.len() > MOST_COMPARED {
            return None;
        }
        let known: HashSet<char> = wanted.iter().copied().collect();
        let mut best: Option<(f64, usize)> = None;
        for (at, window) in self.letters.windows(wanted.len().max(1)).enumerate() {
            // Only where most letters are those of the quote is the costly comparison worth it.
            if window.iter().filter(|letter| known.contains(letter)).count() * 2 < wanted.len() {
                continue;
            }
            let steps = strsim::generic_levenshtein(&window.to_vec(), &wanted);
            let score = 1.0 - steps as f64 / wanted.len() as f64;
            if score > best.map_or(0.5, |(score, _)| score) {
                best = Some((score, at));
            }
        }
        best.map(|(_, at)| self.place(at, wanted.len()))
    }

    fn place(&self, at: usize, length: usize) -> Range<u32> {
        self.places[at].start..self.places[at + length - 1].end
    }
}

/// In what two wordings differ that people take for the same; nothing if in more than that.
pub(super) fn differences(one: &str, other: &str) -> BTreeSet<&'static str> {
    let (one, other) = (Seen::of(one), Seen::of(other));
    let (one, other) = (one.words(), other.words());
    let mut found = BTreeSet::new();
    if one.len() != other.len() {
        return found;
    }
    for (a, b) in one.iter().zip(other).filter(|(a, b)| a != b) {
        let (a, b) = (super::plain(*a), super::plain(*b));
        found.insert(match (a, b) {
            ('\'' | '"', '\'' | '"') => "quotation marks",
            ('-', '-') => "dashes",
            (a, b) if a.to_lowercase().eq(b.to_lowercase()) => "capitals",
            _ => return BTreeSet::new(),
        });
    }
    found
}

/// Whether a code point belongs to the letter before it: accents, vowel signs, later parts of a
/// Korean syllable.
fn continues(c: char) -> bool {
    canonical_combining_class(c) != 0 || matches!(c, '\u{1160}'..='\u{11ff}')
}

/// Whether a code point is never seen: soft hyphens, zero-width blanks, marks of direction.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether the words of a quote are not parted by blanks: Chinese, Japanese, Thai, Lao, Burmese, Khmer.
pub(super) fn is_without_blanks(quote: &str) -> bool {
    quote.chars().any(|c| {
        matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
            || matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
            || c >= '\u{20000}'
    })
}
