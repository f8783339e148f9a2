//! Triples as lines of text.

use crate::model::LanguageText;
use crate::vocab::{edtf, xsd};
use jiff::civil::Date;
use oxrdf::{LiteralRef, NamedNodeRef, TermRef};
use std::fmt::Write;

/// N-Triples in the making.
#[derive(Default)]
pub(super) struct Lines(String);

impl Lines {
    fn term<'a>(&mut self, s: NamedNodeRef<'_>, p: NamedNodeRef<'_>, o: impl Into<TermRef<'a>>) {
        let o = o.into();
        writeln!(self.0, "{s} {p} {o} .").expect("strings take any text");
    }

    /// A link.
    pub(super) fn link<'a>(
        &mut self,
        s: NamedNodeRef<'_>,
        p: NamedNodeRef<'_>,
        o: impl Into<NamedNodeRef<'a>>,
    ) {
        self.term(s, p, o.into());
    }

    /// Several links.
    pub(super) fn links<'a, T: Into<NamedNodeRef<'a>>>(
        &mut self,
        s: NamedNodeRef<'_>,
        p: NamedNodeRef<'_>,
        o: impl IntoIterator<Item = T>,
    ) {
        o.into_iter().for_each(|o| self.term(s, p, o.into()));
    }

    /// A plain text.
    pub(super) fn text(&mut self, s: NamedNodeRef<'_>, p: NamedNodeRef<'_>, text: &str) {
        self.term(s, p, LiteralRef::new_simple_literal(text));
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
        self.term(s, p, LiteralRef::new_language_tagged_literal_unchecked(text, tag));
    }

    /// A whole number.
    pub(super) fn integer(&mut self, s: NamedNodeRef<'_>, p: NamedNodeRef<'_>, number: u32) {
        self.term(s, p, LiteralRef::new_typed_literal(&number.to_string(), xsd::INTEGER));
    }

    /// A decimal number, in its lexical form.
    pub(super) fn decimal(&mut self, s: NamedNodeRef<'_>, p: NamedNodeRef<'_>, number: &str) {
        self.term(s, p, LiteralRef::new_typed_literal(number, xsd::DECIMAL));
    }

    /// Yes or no.
    pub(super) fn boolean(&mut self, s: NamedNodeRef<'_>, p: NamedNodeRef<'_>, yes: bool) {
        self.term(s, p, LiteralRef::new_typed_literal(if yes { "true" } else { "false" }, xsd::BOOLEAN));
    }

    /// A day, if there is one.
    pub(super) fn date(&mut self, s: NamedNodeRef<'_>, p: NamedNodeRef<'_>, day: Option<Date>) {
        if let Some(day) = day {
            self.term(s, p, LiteralRef::new_typed_literal(&day.to_string(), xsd::DATE));
        }
    }

    /// An EDTF date.
    pub(super) fn edtf(&mut self, s: NamedNodeRef<'_>, p: NamedNodeRef<'_>, date: &crate::model::Edtf) {
        self.term(s, p, LiteralRef::new_typed_literal(date.as_str(), edtf::EDTF));
    }

    /// The lines sorted by bytes, each once.
    pub(super) fn canonical(self) -> String {
        let mut lines: Vec<&str> = self.0.split_inclusive('\n').collect();
        lines.sort_unstable();
        lines.dedup();
        lines.concat()
    }
}
