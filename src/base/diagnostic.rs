//! What is wrong with an input: where, what was found, what was expected, what would do.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, renderer::DecorStyle};
use std::fmt;
use std::ops::Range;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The input is taken as it is; somebody should look.
    Warning,
    /// The input cannot be taken.
    Error,
}

/// One thing that is wrong with an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What was found: one line without a full stop.
    pub message: String,
    /// Where; none where no place can be named.
    pub place: Option<Place>,
    /// What was expected, printed under the marked words.
    pub label: Option<String>,
    /// Further facts, a line each.
    pub notes: Vec<String>,
    /// What would mend it: usually the nearest valid choice.
    pub help: Option<String>,
}

/// A place in a file. Lines and columns count from 1, columns in code points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file as the user named it.
    pub file: String,
    /// Line, or 0 where the file as a whole is meant.
    pub line: usize,
    /// Column, or 0 where the line as a whole is meant.
    pub column: usize,
    excerpt: Option<Excerpt>,
}

/// Longer lines, in bytes, are not shown: nobody reads them, and each of many faults would hold one.
const LONGEST_SHOWN: usize = 1 << 16;

/// The lines around a place, so that a diagnostic outlives its source.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Excerpt {
    text: String,
    first_line: usize,
    marked: Range<usize>,
}

impl Place {
    /// A file as a whole.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), line: 0, column: 0, excerpt: None }
    }

    /// What places of one file are sorted by: the file as a whole comes last.
    pub fn order(&self) -> (usize, usize) {
        (if self.line == 0 { usize::MAX } else { self.line }, self.column)
    }

    /// A line and column of a file that cannot be shown.
    pub fn line(file: impl Into<String>, line: usize, column: usize) -> Self {
        Self { line, column, ..Self::file(file) }
    }

    /// The same place in a file that has so many lines more before it.
    fn below(mut self, lines: usize) -> Self {
        if self.line > 0 {
            self.line += lines;
        }
        if let Some(excerpt) = &mut self.excerpt {
            excerpt.first_line += lines;
        }
        self
    }

    /// The bytes `range` of `source`, which is the content of `file`.
    ///
    /// A range beyond the end, or off a code point, is moved to the nearest one inside.
    pub fn in_source(file: impl Into<String>, source: &str, range: Range<usize>) -> Self {
        let before = &source.as_bytes()[..range.start.min(source.len())];
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        Self::on_line(file, source, range, line)
    }

    /// The same of bytes that are known to begin on this line.
    fn on_line(file: impl Into<String>, source: &str, range: Range<usize>, line: usize) -> Self {
        let inside = |at: usize| {
            let mut at = at.min(source.len());
            while !source.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = inside(range.start);
        let end = inside(range.end).max(start);
        let line_start = source[..start].rfind('\n').map_or(0, |at| at + 1);
        let text_end = source[end..].find('\n').map_or(source.len(), |at| end + at);
        // Only the first marked line is shown: a fault that spans pages is found by its beginning.
        let text_end = source[start..text_end].find('\n').map_or(text_end, |at| start + at);
        let text = source[line_start..text_end].trim_end_matches('\r').to_owned();
        // A place on the line's own end, \r\n, is behind its last letter.
        let in_line = |at: usize| (at.min(text_end) - line_start).min(text.len());
        let marked = in_line(start)..in_line(end);
        let excerpt = (text.len() <= LONGEST_SHOWN).then_some(Excerpt { text, first_line: line, marked });
        Self { file: file.into(), line, column: source[line_start..start].chars().count() + 1, excerpt }
    }
}

/// Where the lines of a text begin, for who asks for many places in it.
#[derive(Clone, Debug)]
pub struct Lines {
    /// Bytes and code points before each line.
    starts: Vec<(usize, usize)>,
}

impl Lines {
    /// The lines of this text.
    #[must_use]
    pub fn of(source: &str) -> Self {
        let mut starts = Vec::new();
        let (mut bytes, mut chars) = (0, 0);
        for line in source.split_inclusive('\n') {
            starts.push((bytes, chars));
            bytes += line.len();
            chars += line.chars().count();
        }
        Self { starts }
    }

    /// The byte at which this code point of the text begins; its length where there are not so many.
    #[must_use]
    pub fn byte(&self, source: &str, char: usize) -> usize {
        let line = self.starts.partition_point(|(_, chars)| *chars <= char);
        let Some((bytes, chars)) = line.checked_sub(1).and_then(|line| self.starts.get(line)) else {
            return source.len();
        };
        source[*bytes..].char_indices().nth(char - chars).map_or(source.len(), |(at, _)| bytes + at)
    }

    /// The place of these bytes, as [`Place::in_source`] has it.
    #[must_use]
    pub fn place(&self, file: &str, source: &str, range: Range<usize>) -> Place {
        let line = self.starts.partition_point(|(bytes, _)| *bytes <= range.start).max(1);
        Place::on_line(file, source, range, line)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        for part in [self.line, self.column] {
            if part > 0 {
                write!(f, ":{part}")?;
            }
        }
        Ok(())
    }
}

impl Diagnostic {
    /// The same in a file that has so many lines more before it.
    pub(crate) fn below(mut self, lines: usize) -> Self {
        self.place = self.place.map(|place| place.below(lines));
        self
    }

    /// An error without a place, yet.
    pub fn error(message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            message: message.into(),
            place: None,
            label: None,
            notes: Vec::new(),
            help: None,
        }
    }

    /// A warning without a place, yet.
    pub fn warning(message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(message) }
    }

    /// Sets the place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Sets what was expected there.
    #[must_use]
    pub fn expected(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Sets what would mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The diagnostic as people read it, over several lines, the marked words underlined.
    ///
    /// Control characters of the input never reach the terminal.
    #[must_use]
    pub fn render(&self, styled: bool, width: usize) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group = annotate_snippets::Group::with_title(level.primary_title(printable(&self.message)));
        let excerpt = self.place.as_ref().and_then(|place| Some((place, place.excerpt.as_ref()?)));
        match (excerpt, &self.place) {
            (Some((place, excerpt)), _) => {
                // The renderer shows some control characters, not all.
                let (before, rest) = excerpt.text.split_at(excerpt.marked.start);
                let (within, after) = rest.split_at(excerpt.marked.len());
                let [before, within, after] = [before, within, after].map(printable);
                let marked = AnnotationKind::Primary
                    .span(before.len()..before.len() + within.len())
                    .label(self.label.as_deref().map(printable));
                group = group.element(
                    Snippet::source(before + &within + &after)
                        .path(printable(&place.file))
                        .line_start(excerpt.first_line)
                        .annotation(marked),
                );
            }
            (None, place) => {
                if let Some(place) = place {
                    let mut origin = annotate_snippets::Origin::path(printable(&place.file));
                    if place.line > 0 {
                        origin = origin.line(place.line).char_column(place.column.max(1));
                    }
                    group = group.element(origin);
                }
                if let Some(label) = &self.label {
                    group = group.element(Level::NOTE.message(wrapped(&printable(label), width)));
                }
            }
        }
        let wrapped = |text: &str| wrapped(&printable(text), width);
        for note in &self.notes {
            group = group.element(Level::NOTE.message(wrapped(note)));
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(wrapped(help)));
        }
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
        renderer.decor_style(DecorStyle::Ascii).term_width(width).render(&[group])
    }
}

/// A text on lines that leave room for the margin before it.
fn wrapped(text: &str, width: usize) -> String {
    let options = textwrap::Options::new(width.saturating_sub(12).max(30))
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options)
}

/// A text whose control characters, escape sequences among them, are shown instead of obeyed.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            c if c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {
                '\u{fffd}'
            }
            c => c,
        })
        .collect()
}

/// What is longer, in bytes, is no name that somebody mistyped.
const MOST_COMPARED: usize = 400;

/// The candidates that a person may have meant, nearest first, at most `limit`.
///
/// Nearness is the mean of Jaro–Winkler similarity, which likes shared beginnings, and of the
/// part that need not be typed anew, over lower-case text; a containing word helps. What is less
/// than 0.7 alike, or of which more than half would have to be typed anew, is no suggestion.
pub fn nearest<'a>(
    wanted: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    limit: usize,
) -> Vec<&'a str> {
    // Comparing takes as many steps as the one is long times the other.
    let is_name = |text: &str| text.len() <= MOST_COMPARED;
    if !is_name(wanted) {
        return Vec::new();
    }
    let wanted = wanted.to_lowercase();
    let mut scored: Vec<(f64, &str)> = candidates
        .into_iter()
        .filter(|candidate| is_name(candidate))
        .map(|candidate| {
            let lower = candidate.to_lowercase();
            let part = wanted.chars().count() > 2 && (lower.contains(&wanted) || wanted.contains(&lower));
            let score = strsim::jaro_winkler(&wanted, &lower);
            let kept = strsim::normalized_damerau_levenshtein(&wanted, &lower);
            let typo = match (score >= 0.7 && kept >= 0.5, kept > 0.66) {
                (true, _) => score.midpoint(kept).max(kept),
                (false, true) => kept,
                (false, false) => 0.0,
            };
            (if part { score.max(0.9) } else { typo }, candidate)
        })
        .filter(|(score, _)| *score > 0.0)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(limit).map(|(_, candidate)| candidate).collect()
}

/// "did you mean `a`, `b` or `c`?", or nothing without candidates.
#[must_use]
pub fn did_you_mean(candidates: &[&str]) -> Option<String> {
    let quoted: Vec<String> = candidates.iter().map(|c| format!("`{c}`")).collect();
    let (last, others) = quoted.split_last()?;
    Some(if others.is_empty() {
        format!("did you mean {last}?")
    } else {
        format!("did you mean {} or {last}?", others.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_code_points_from_one() {
        let source = "a: 1\nb: «ü» x\n";
        let at = source.find('x').unwrap();
        let place = Place::in_source("f.yaml", source, at..at + 1);
        assert_eq!(place.to_string(), "f.yaml:2:8");
        assert_eq!(Place::in_source("f", source, 999..1000).line, 3);
    }

    #[test]
    fn lines_give_the_places_that_the_source_gives() {
        let source = "a: 1\r\n«ü»: x\n\nend";
        let lines = Lines::of(source);
        for at in (0..=source.len()).filter(|at| source.is_char_boundary(*at)) {
            let range = at..source.len().min(at + 1);
            assert_eq!(lines.place("f", source, range.clone()), Place::in_source("f", source, range), "{at}");
            assert_eq!(lines.byte(source, source[..at].chars().count()), at);
        }
        assert_eq!(Lines::of("").place("f", "", 0..1).line, 1);
    }

    #[test]
    fn escape_sequences_are_shown_not_obeyed() {
        assert_eq!(printable("\u{1b}[31mred"), "\u{fffd}[31mred");
    }

    #[test]
    fn suggestions_are_near_or_absent() {
        let words = ["supports", "opposes", "critical"];
        assert_eq!(nearest("suports", words, 3), ["supports"]);
        assert!(nearest("xyzzy", words, 3).is_empty());
        assert_eq!(nearest("spt", ["span", "stp"], 1), ["stp"]);
        assert!(nearest("colour", ["actor"], 3).is_empty());
        assert_eq!(did_you_mean(&["a", "b", "c"]).unwrap(), "did you mean `a`, `b` or `c`?");
    }
}
