//! Triples as lines of text.
//!
//! Measured on 100,000 positions, 2.5 million lines: writing them without the `Display` of their
//! terms and sorting subjects before lines takes two thirds of the time of the plain way.

use crate::model::LanguageText;
use crate::vocab::{edtf, xsd};
use jiff::civil::Date;
use oxrdf::{LiteralRef, NamedNodeRef};
use std::fmt::{Display, Write};
use std::ops::Range;
use std::thread;

/// N-Triples in the making.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
    /// The subject that each run of lines begins with. Brackets included: as none begins with
    /// another then, they are in the order of their lines.
    subjects: Vec<Range<usize>>,
}

impl Lines {
    /// How long they are, in bytes.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Writes a line as far as its object.
    fn begin(&mut self, s: NamedNodeRef<'_>, p: NamedNodeRef<'_>) {
        let start = self.text.len();
        self.iri(s);
        let subject = start..self.text.len();
        let runs_on =
            self.subjects.last().is_some_and(|last| self.text[last.clone()] == self.text[subject.clone()]);
        if !runs_on {
            self.subjects.push(subject);
        }
        self.text.push(' ');
        self.iri(p);
        self.text.push(' ');
    }

    fn end(&mut self) {
        self.text.push_str(" .\n");
    }

    fn iri(&mut self, iri: NamedNodeRef<'_>) {
        self.text.push('<');
        self.text.push_str(iri.as_str());
        self.text.push('>');
    }

    /// A literal without what follows its closing quotation mark.
    fn quoted(&mut self, value: &str) {
        // 0xef begins the noncharacters U+FFFE and U+FFFF, and little else.
        let escaped = |byte: u8| byte < 0x20 || matches!(byte, b'"' | b'\\' | 0x7f | 0xef);
        if value.bytes().any(escaped) {
            write!(self.text, "{}", LiteralRef::new_simple_literal(value)).expect("strings take any text");
        } else {
            self.text.push('"');
            self.text.push_str(value);
            self.text.push('"');
        }
    }

    /// A value whose lexical form needs no escapes.
    fn typed(
        &mut self,
        s: NamedNodeRef<'_>,
        p: NamedNodeRef<'_>,
        value: impl Display,
        datatype: NamedNodeRef<'_>,
    ) {
        self.begin(s, p);
        write!(self.text, "\"{value}\"^^").expect("strings take any text");
        self.iri(datatype);
        self.end();
    }

    /// A link.
    pub(super) fn link<'a>(
        &mut self,
        s: NamedNodeRef<'_>,
        p: NamedNodeRef<'_>,
        o: impl Into<NamedNodeRef<'a>>,
    ) {
        self.begin(s, p);
        self.iri(o.into());
        self.end();
    }

    /// Several links.
    pub(super) fn links<'a, T: Into<NamedNodeRef<'a>>>(
        &mut self,
        s: NamedNodeRef<'_>,
        p: NamedNodeRef<'_>,
        o: impl IntoIterator<Item = T>,
    ) {
        o.into_iter().for_each(|o| self.link(s, p, o));
    }

    /// A plain text.
    pub(super) fn text(&mut self, s: NamedNodeRef<'_>, p: NamedNodeRef<'_>, text: &str) {
        self.begin(s, p);
        self.quoted(text);
        self.end();
    }

    /// Several plain texts.
    pub(super) fn texts<T: AsRef<str>>(
        &mut self,
        s: NamedNodeRef<'_>,
        p: NamedNodeRef<'_>,
        texts: impl IntoIterator<Item = T>,
    ) {
        texts.into_iter().for_each(|text| self.text(s, p, text.as_ref()));
    }

    /// A text in a language.
    pub(super) fn tagged(&mut self, s: NamedNodeRef<'_>, p: NamedNodeRef<'_>, (tag, text): &LanguageText) {
        self.begin(s, p);
        self.quoted(text);
        self.text.push('@');
        self.text.push_str(tag);
        self.end();
    }

    /// A whole number.
    pub(super) fn integer(&mut self, s: NamedNodeRef<'_>, p: NamedNodeRef<'_>, number: u32) {
        self.typed(s, p, number, xsd::INTEGER);
    }

    /// A decimal number, in its lexical form.
    pub(super) fn decimal(&mut self, s: NamedNodeRef<'_>, p: NamedNodeRef<'_>, number: &str) {
        self.typed(s, p, number, xsd::DECIMAL);
    }

    /// Yes or no.
    pub(super) fn boolean(&mut self, s: NamedNodeRef<'_>, p: NamedNodeRef<'_>, yes: bool) {
        self.typed(s, p, yes, xsd::BOOLEAN);
    }

    /// A day, if there is one.
    pub(super) fn date(&mut self, s: NamedNodeRef<'_>, p: NamedNodeRef<'_>, day: Option<Date>) {
        if let Some(day) = day {
            self.typed(s, p, day, xsd::DATE);
        }
    }

    /// An EDTF date.
    pub(super) fn edtf(&mut self, s: NamedNodeRef<'_>, p: NamedNodeRef<'_>, date: &crate::model::Edtf) {
        self.typed(s, p, date.as_str(), edtf::EDTF);
    }

    /// The lines sorted by bytes, each once.
    pub(super) fn canonical(self) -> String {
        let ends = self.subjects.iter().skip(1).map(|next| next.start).chain([self.text.len()]);
        let run = |(subject, end): (&Range<usize>, usize)| {
            (&self.text[subject.clone()], &self.text[subject.start..end])
        };
        let mut runs: Vec<Run<'_>> = self.subjects.iter().zip(ends).map(run).collect();
        if runs.len() < WORTH_A_THREAD {
            return sorted(runs);
        }
        let middle = runs.len() / 2;
        let (_, &mut (pivot, _), _) = runs.select_nth_unstable_by_key(middle, |(subject, _)| *subject);
        let (low, high): (Vec<_>, Vec<_>) = runs.into_iter().partition(|(subject, _)| *subject < pivot);
        thread::scope(|scope| {
            let high = scope.spawn(|| sorted(high));
            let mut lines = sorted(low);
            lines.push_str(&high.join().expect("sorting does not panic"));
            lines
        })
    }
}

/// So many runs of lines take longer to sort than a thread to start.
const WORTH_A_THREAD: usize = 10_000;

/// A subject with its brackets, and some lines that begin with it.
type Run<'a> = (&'a str, &'a str);

fn sorted(mut runs: Vec<Run<'_>>) -> String {
    runs.sort_unstable_by_key(|(subject, _)| *subject);
    let mut sorted = String::with_capacity(runs.iter().map(|(_, run)| run.len()).sum());
    let mut lines: Vec<&str> = Vec::new();
    for of_one in runs.chunk_by(|(one, _), (next, _)| one == next) {
        lines.clear();
        lines.extend(of_one.iter().flat_map(|(_, run)| lines_of(run)));
        lines.sort_unstable();
        lines.dedup();
        sorted.extend(lines.iter().copied());
    }
    sorted
}

/// The lines of a text with their line feeds, as `split_inclusive` gives them, but faster.
fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    memchr::memchr_iter(b'\n', text.as_bytes()).map(move |end| {
        let line = &text[start..=end];
        start = end + 1;
        line
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::{rdfs, stp};
    use oxrdf::NamedNode;

    #[test]
    fn lines_are_sorted_by_bytes_and_each_is_there_once() {
        let mut lines = Lines::default();
        let nodes = ["ex:a-b", "ex:a", "ex:a.c", "ex:a", "ex:a-b", "ex:aa"].map(NamedNode::new_unchecked);
        for (number, node) in (0..).zip(&nodes) {
            lines.integer(node.as_ref(), stp::ORDER, number % 3);
            lines.link(node.as_ref(), stp::SOURCE, node);
        }
        let written = lines.text.clone();
        let mut expected: Vec<&str> = written.split_inclusive('\n').collect();
        expected.sort_unstable();
        expected.dedup();
        assert_eq!(expected.len(), 10);
        assert_eq!(lines.canonical(), expected.concat());
    }

    #[test]
    fn two_threads_sort_as_one_does() {
        let mut lines = Lines::default();
        for number in 0..2 * WORTH_A_THREAD as u32 {
            let node = NamedNode::new_unchecked(format!("ex:{}", number.wrapping_mul(2_654_435_761) % 7919));
            lines.integer(node.as_ref(), stp::ORDER, number % 3);
        }
        let written = lines.text.clone();
        let mut expected: Vec<&str> = written.split_inclusive('\n').collect();
        expected.sort_unstable();
        expected.dedup();
        assert_eq!(lines.canonical(), expected.concat());
    }

    #[test]
    fn texts_are_escaped_as_canonical_n_triples_are() {
        for text in [
            "plain",
            "«Ünïted»",
            "a \"quote\"",
            "back\\slash",
            "two\nlines\r",
            "\t\u{7f}\u{1}\u{8}\u{c}",
            "\u{fffe}\u{ffff}\u{feff}",
        ] {
            let mut lines = Lines::default();
            let node = NamedNode::new_unchecked("ex:a");
            lines.text(node.as_ref(), rdfs::LABEL, text);
            lines.tagged(node.as_ref(), rdfs::LABEL, &("en".to_owned(), text.to_owned()));
            let plain = LiteralRef::new_simple_literal(text);
            let tagged = LiteralRef::new_language_tagged_literal_unchecked(text, "en");
            let line = |literal| format!("<ex:a> {} {literal} .\n", rdfs::LABEL);
            assert_eq!(lines.text, line(plain) + &line(tagged));
        }
    }
}
