//! Lines of a page.

use crate::base::diagnostic::printable;
use crate::base::table::is_iri;
use textwrap::{Options, WordSplitter, fill, wrap};
use unicode_width::UnicodeWidthStr;

/// Columns that the names of fields take.
const NAME: usize = 14;
/// Columns between two texts.
const GUTTER: usize = 4;

/// A page in the making. Whatever comes from data is made printable.
pub struct Page {
    text: String,
    width: usize,
}

impl Page {
    /// An empty page of lines of at most `width` columns.
    pub fn new(width: usize) -> Self {
        // Wider lines than this are hard to read, narrower ones cannot hold a field.
        Self { text: String::new(), width: width.clamp(40, 100) }
    }

    /// The text of the page.
    pub fn finish(self) -> String {
        let mut text = self.text.trim_end().to_owned();
        text.push('\n');
        text
    }

    fn wrapped(&mut self, text: &str, first: &str, rest: &str) {
        let text = printable(text);
        if text.trim().is_empty() {
            return;
        }
        // Dates and identifiers must not be split at their hyphens.
        let options = Options::new(self.width)
            .initial_indent(first)
            .subsequent_indent(rest)
            .word_splitter(WordSplitter::NoHyphenation)
            .break_words(false);
        self.text.push_str(&fill(text.trim(), options));
        self.text.push('\n');
    }

    /// The name of the thing, and at the right what it is.
    pub fn title(&mut self, title: &str, kind: &str) {
        let (title, kind) = (printable(title), printable(kind));
        let room = self.width.saturating_sub(title.width() + kind.width());
        if room >= 2 && !kind.is_empty() {
            self.text.push_str(&format!("{title}{}{kind}\n", " ".repeat(room)));
        } else {
            self.wrapped(&title, "", "");
            self.wrapped(&kind, "", "");
        }
        self.text.push_str(&"─".repeat(self.width));
        self.text.push('\n');
    }

    /// A heading with the number of entries below it.
    pub fn heading(&mut self, heading: &str, number: usize) {
        self.gap();
        let line = format!("{heading} ({number})");
        self.text.push_str(&format!("{line}\n{}\n", "─".repeat(line.width())));
    }

    /// A name and its value; nothing where the value is empty. An IRI that is too wide gets a line of its own.
    pub fn field(&mut self, name: &str, value: &str) {
        let name = printable(name);
        if is_iri(value) && value.width() > self.width - NAME {
            self.text.push_str(&format!("{name}\n"));
            return self.wrapped(value, "  ", "  ");
        }
        let pad = " ".repeat(NAME.saturating_sub(name.width()).max(1));
        self.wrapped(value, &format!("{name}{pad}"), &" ".repeat(NAME));
    }

    /// A name and its values in one line.
    pub fn list(&mut self, name: &str, values: impl IntoIterator<Item = String>) {
        let values: Vec<String> = values.into_iter().collect();
        self.field(name, &values.join("; "));
    }

    /// Words from a text, or lines of data, indented.
    pub fn quote(&mut self, quote: &str) {
        self.wrapped(quote, "", "  ");
    }

    /// An entry below a heading.
    pub fn entry(&mut self, entry: &str) {
        self.wrapped(entry, "  ", "    ");
    }

    /// A detail of the entry above, indented further.
    pub fn detail(&mut self, detail: &str) {
        self.wrapped(detail, "    ", "    ");
    }

    /// Two texts in columns of the same width; nothing where both are empty.
    pub fn beside(&mut self, left: &str, right: &str) {
        if left.is_empty() && right.is_empty() {
            return;
        }
        let column = (self.width - GUTTER) / 2;
        let lines = |text: &str| -> Vec<String> {
            let options = Options::new(column)
                .subsequent_indent("  ")
                .word_splitter(WordSplitter::NoHyphenation)
                .break_words(!text.split_whitespace().any(is_iri));
            wrap(&printable(text), options).into_iter().map(|line| line.into_owned()).collect()
        };
        let (left, right) = (lines(left), lines(right));
        for at in 0..left.len().max(right.len()) {
            let cell = |lines: &[String]| lines.get(at).cloned().unwrap_or_default();
            let (left, right) = (cell(&left), cell(&right));
            let pad = " ".repeat((column + GUTTER).saturating_sub(left.width()));
            self.text.push_str(format!("{left}{pad}{right}").trim_end());
            self.text.push('\n');
        }
    }

    /// An empty line, unless the page has just begun or ended a paragraph.
    pub fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }
}
