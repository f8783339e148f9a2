//! Triples as lines of text.
//!
//! They are written without the `Display` of their terms, and put into order soon after, while they are
//! few and at hand: subjects first, then the lines of each.

use crate::model::LanguageText;
use crate::model::vocab::{edtf, xsd};
use jiff::civil::Date;
use oxrdf::{LiteralRef, NamedNodeRef};
use std::fmt::{Display, Write};
use std::ops::Range;

/// What is in order is given away in texts of about this length, in bytes.
const GIVEN: usize = 1 << 20;

/// N-Triples in the making.
#[derive(Default)]
pub(super) struct Lines {
    /// What has been written and is in no order yet.
    text: String,
    /// The subject that each run of its lines begins with. Brackets included: as none begins with
    /// another then, they are in the order of their lines.
    subjects: Vec<Range<usize>>,
    /// What is in order: nothing that comes later belongs between.
    settled: String,
    /// Subjects and their lines, and the lines of one subject; kept for their memory.
    runs: Vec<(Range<usize>, Range<usize>)>,
    lines: Vec<Range<usize>>,
}

impl Lines {
    /// Puts into order, each once, the lines whose subjects are below `next`, or all. Whatever is written
    /// later has subjects that begin with `next` or come after it. `take` gets what has gathered.
    pub(super) fn settle(&mut self, next: Option<&str>, take: &mut dyn FnMut(String)) {
        let Self { text, subjects, settled, runs, lines } = self;
        let ends = subjects.iter().skip(1).map(|next| next.start).chain([text.len()]);
        runs.clear();
        runs.extend(subjects.iter().zip(ends).map(|(subject, end)| (subject.clone(), subject.start..end)));
        let name = |subject: &Range<usize>| &text[subject.clone()];
        runs.sort_unstable_by(|(one, _), (next, _)| name(one).cmp(name(next)));
        let below = match next {
            Some(next) => runs.partition_point(|(subject, _)| name(subject)[1..] < *next),
            None => runs.len(),
        };
        for of_one in runs[..below].chunk_by(|(one, _), (next, _)| name(one) == name(next)) {
            lines.clear();
            of_one.iter().for_each(|(_, run)| lines.extend(lines_of(text, run)));
            // All begin with the subject.
            let skipped = of_one[0].0.len();
            lines.sort_unstable_by(|one, next| {
                text[one.start + skipped..one.end].cmp(&text[next.start + skipped..next.end])
            });
            lines.dedup_by(|next, one| text[next.clone()] == text[one.clone()]);
            lines.iter().for_each(|line| settled.push_str(&text[line.clone()]));
        }
        if settled.len() >= GIVEN || (next.is_none() && !settled.is_empty()) {
            take(std::mem::replace(settled, String::with_capacity(GIVEN + GIVEN / 8)));
        }
        let kept: String = runs[below..].iter().map(|(_, run)| &text[run.clone()]).collect();
        subjects.clear();
        let mut at = 0;
        for (subject, run) in &runs[below..] {
            subjects.push(at..at + subject.len());
            at += run.len();
        }
        // Mostly nothing is kept, and the memory is used again.
        text.clear();
        text.push_str(&kept);
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
}

/// The lines of a part of a text, with their line feeds.
fn lines_of(text: &str, part: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut start = part.start;
    memchr::memchr_iter(b'\n', &text.as_bytes()[part.clone()]).map(move |at| {
        let line = start..part.start + at + 1;
        start = line.end;
        line
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::vocab::{rdfs, stp};
    use oxrdf::NamedNode;

    #[test]
    fn lines_are_sorted_by_bytes_and_each_is_there_once() {
        let mut lines = Lines::default();
        let nodes = ["ex:a-b", "ex:a", "ex:a.c", "ex:a", "ex:a-b", "ex:aa"].map(NamedNode::new_unchecked);
        for (number, node) in (0..).zip(&nodes) {
            lines.integer(node.as_ref(), stp::prop::ORDER, number % 3);
            lines.link(node.as_ref(), stp::prop::SOURCE, node);
        }
        let written = lines.text.clone();
        let mut expected: Vec<&str> = written.split_inclusive('\n').collect();
        expected.sort_unstable();
        expected.dedup();
        assert_eq!(expected.len(), 10);
        let mut given = String::new();
        lines.settle(None, &mut |text| given += &text);
        assert_eq!(given, expected.concat());
    }

    #[test]
    fn what_later_lines_may_come_before_is_not_settled() {
        let mut lines = Lines::default();
        let mut given = String::new();
        // `<ex:a-1>` stands behind `<ex:a-1-b>` and `<ex:a-12>`, which are written later.
        let records = [["ex:a-1", "ex:a-1-b"], ["ex:a-12", "ex:a-12-b"], ["ex:a-2", "ex:a-2-b"]];
        for (at, subjects) in records.iter().enumerate() {
            for subject in subjects {
                lines.integer(NamedNodeRef::new_unchecked(subject), stp::prop::ORDER, 1);
            }
            lines.settle(records.get(at + 1).map(|next| next[0]), &mut |text| given += &text);
        }
        let subjects: Vec<&str> = given.lines().filter_map(|line| line.split(' ').next()).collect();
        let expected = ["<ex:a-1-b>", "<ex:a-12-b>", "<ex:a-12>", "<ex:a-1>", "<ex:a-2-b>", "<ex:a-2>"];
        assert_eq!(subjects, expected);
        assert!(subjects.is_sorted());
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
