//! Hedging words, language by language: what a rule about wording looks for.

use crate::base::error::{Error, Result};
use crate::base::header;
use std::collections::BTreeMap;
use std::path::Path;

const SHIPPED: &str = include_str!("../../../rules/hedges.yaml");

/// Words and phrases that hedge, by language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lexicon(BTreeMap<String, Vec<String>>);

impl Lexicon {
    /// The lists of `rules/hedges.yaml`.
    ///
    /// # Panics
    /// If they cannot be read, which a test excludes.
    #[must_use]
    pub fn shipped() -> Self {
        Self::parse(SHIPPED).unwrap_or_else(|fault| panic!("rules/hedges.yaml: {fault}"))
    }

    /// The lists of a file of one's own: a language tag, and its words.
    ///
    /// # Errors
    /// It cannot be read, is no YAML, or lists something else than texts.
    pub fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).map_err(Error::file("read", file))?;
        Self::parse(&text).map_err(header::in_file(&file.display().to_string()))
    }

    fn parse(text: &str) -> Result<Self> {
        let lists = header::settings(text, None)?.lists()?;
        Ok(Self(lists.into_iter().filter(|(_, words)| !words.is_empty()).collect()))
    }

    /// This one, with another's languages in the place of its own.
    #[must_use]
    pub fn replaced_by(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Each language, and a regular expression that a text with one of its words between blanks
    /// matches; the word is its first group: `^.* (might have|might|may) .*$`.
    pub(super) fn patterns(&self) -> impl Iterator<Item = (&str, String)> {
        self.0.iter().map(|(language, words)| {
            let mut words: Vec<String> = words.iter().map(|word| escaped(&word.to_lowercase())).collect();
            // "might have" before "might": alternatives are tried in their order.
            words.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
            (language.as_str(), format!("^.* ({}) .*$", words.join("|")))
        })
    }
}

/// A word in which nothing is an operator of regular expressions.
fn escaped(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        if ".^$*+?()[]{}|\\-".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_words_go_first_and_operators_are_words() {
        let lexicon = Lexicon::parse("en: [may, may (or may not), might]\nde: wohl\n").unwrap();
        let lexicon = lexicon.replaced_by(Lexicon::parse("de: [vielleicht]").unwrap());
        let patterns: Vec<(&str, String)> = lexicon.patterns().collect();
        let expected = [
            ("de", "^.* (vielleicht) .*$".to_owned()),
            ("en", "^.* (may \\(or may not\\)|might|may) .*$".to_owned()),
        ];
        assert_eq!(patterns, expected);
    }

    #[test]
    fn the_shipped_lists_are_read() {
        let shipped = Lexicon::shipped();
        assert!(shipped.patterns().any(|(language, words)| language == "en" && words.contains("reportedly")));
    }
}
