//! The words that are looked for, and how well a text fits them.

use crate::base::fold;
use crate::base::fold::{fold, sound};
use crate::store::names::are_kin;
use std::ops::Range;

/// How well words fit, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// They are the whole text.
    Whole,
    /// The text has them in a row.
    Row,
    /// The text has them.
    Words,
    /// They begin words of the text.
    Beginning,
    /// They are spelled so by another custom or in another script.
    Spelling,
    /// They have so many typos.
    Typos(usize),
    /// They may be other forms of words of the text.
    Form,
}

impl Fit {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Row => "row",
            Self::Words => "words",
            Self::Beginning => "beginning",
            Self::Spelling => "spelling",
            Self::Typos(_) => "typo",
            Self::Form => "form",
        }
    }

    /// Whether somebody may have meant something else.
    pub(super) fn is_guess(self) -> bool {
        self >= Self::Typos(0)
    }
}

/// How a text fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    /// How many of the words it has.
    pub(super) words: usize,
    /// How well the worst of them fits.
    pub(super) fit: Fit,
}

/// What is looked for.
pub(super) struct Pattern {
    words: Vec<Wanted>,
    folded: String,
}

struct Wanted {
    folded: String,
    sound: String,
    letters: u32,
    typos: usize,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        let mut words: Vec<Wanted> = Vec::new();
        fold::each(text, |_, folded| {
            if words.iter().all(|word| word.folded != folded) {
                words.push(Wanted::new(folded));
            }
        });
        Self { words, folded: fold(text) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How many different words there are.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn folded(&self) -> String {
        self.folded.clone()
    }

    /// How well a text fits; none if it has none of the words.
    pub(super) fn fit(&self, text: &str, best: &mut Vec<Option<Fit>>) -> Option<Match> {
        best.clear();
        best.resize(self.words.len(), None);
        fold::each(text, |_, word| {
            let letters = letters(word);
            for (wanted, best) in self.words.iter().zip(best.iter_mut()) {
                if *best != Some(Fit::Words)
                    && let Some(fit) = wanted.fit(word, letters)
                    && best.is_none_or(|best| fit < best)
                {
                    *best = Some(fit);
                }
            }
        });
        let worst = best.iter().flatten().max()?;
        let words = best.iter().flatten().count();
        let mut fit = *worst;
        if fit == Fit::Words && words == self.words.len() {
            let text = fold(text);
            if text == self.folded {
                fit = Fit::Whole;
            } else if self.words.len() > 1 && format!(" {text} ").contains(&format!(" {} ", self.folded)) {
                fit = Fit::Row;
            }
        }
        Some(Match { words, fit })
    }

    /// Where in a text words stand that fit no worse than `fit`, in bytes.
    pub(super) fn places(&self, text: &str, fit: Fit) -> Vec<Range<usize>> {
        let fits = |word: &str| {
            let fits = |wanted: &Wanted| {
                wanted.fit(word, letters(word)).is_some_and(|one| one <= fit.max(Fit::Words))
            };
            self.words.iter().any(fits)
        };
        fold::words(text).into_iter().filter(|word| fits(&word.folded)).map(|word| word.range).collect()
    }
}

impl Wanted {
    fn new(folded: &str) -> Self {
        let typos = match folded.chars().count() {
            ..4 => 0,
            4..8 => 1,
            _ => 2,
        };
        // A number with a typo is another number.
        let typos = if folded.bytes().any(|b| b.is_ascii_digit()) { 0 } else { typos };
        let sound = sound(folded);
        // `zzzz` sounds like one letter, and any other would be a typo away.
        let typos = if sound.chars().count() < 3 { 0 } else { typos };
        Self { folded: folded.to_owned(), sound, letters: letters(folded), typos }
    }

    /// How a folded word fits, of which these are the letters.
    fn fit(&self, word: &str, letters: u32) -> Option<Fit> {
        if word == self.folded {
            return Some(Fit::Words);
        }
        if self.folded.len() > 1 && word.starts_with(&self.folded) {
            return Some(Fit::Beginning);
        }
        // Each typo puts in one letter or takes one away, or both.
        let differ = (letters ^ self.letters).count_ones() as usize;
        let lacking = self.letters & !letters;
        if lacking == 0 || differ <= 2 * self.typos {
            let sounds = sound(word);
            if sounds == self.sound || (self.sound.len() > 2 && sounds.starts_with(&self.sound)) {
                return Some(Fit::Spelling);
            }
            let longer = sounds.chars().count().abs_diff(self.sound.chars().count());
            if self.typos > 0 && longer <= self.typos {
                let typos = strsim::osa_distance(&sounds, &self.sound);
                if typos <= self.typos {
                    return Some(Fit::Typos(typos));
                }
            }
        }
        let begins = self.typos > 0 && word.as_bytes().get(..3) == self.folded.as_bytes().get(..3);
        (begins && are_kin(word, &self.folded)).then_some(Fit::Form)
    }
}

/// The letters of a folded word that its sound keeps, a bit each: a quick look whether two words can
/// be near each other, without making either's sound.
fn letters(word: &str) -> u32 {
    word.bytes().fold(0, |letters, byte| {
        let byte = match byte {
            b'y' | b'j' => b'i',
            b'w' => b'v',
            // They are dropped at times.
            b'k' | b'h' | b'o' | b'u' | b'e' => return letters,
            byte => byte,
        };
        letters | 1 << (byte % 32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fit(words: &str, text: &str) -> Option<Fit> {
        let pattern = Pattern::new(words);
        let found = pattern.fit(text, &mut Vec::new())?;
        (found.words == pattern.len()).then_some(found.fit)
    }

    #[test]
    fn fits_are_told_apart() {
        let text = "Volodymyr Zelensky";
        assert_eq!(fit("volodymyr ZELENSKY", text), Some(Fit::Whole));
        assert_eq!(fit("cedes territory", "Ukraine cedes territory to Russia"), Some(Fit::Row));
        assert_eq!(fit("Zelensky", text), Some(Fit::Words));
        assert_eq!(fit("Zelensky Volodymyr", text), Some(Fit::Words));
        assert_eq!(fit("zelen", text), Some(Fit::Beginning));
        assert_eq!(fit("Зеленський", text), Some(Fit::Spelling));
        assert_eq!(fit("Zelnesky", text), Some(Fit::Typos(1)));
        assert_eq!(fit("Zlenskii", text), Some(Fit::Typos(1)));
        assert_eq!(fit("ceding", "Ukraine cedes territory"), Some(Fit::Form));
        assert_eq!(fit("Zelensky Putin", text), None);
        assert_eq!(fit("80", "81 per cent"), None, "numbers have no typos");
        assert_eq!(fit("zzzz", "a letter is not what is left of it"), None);
        assert_eq!(fit("cat", "car"), None, "nor have short words");
    }

    #[test]
    fn places_are_those_of_the_words() {
        let text = "«Зеленський» and Zelensky's aides";
        let places = Pattern::new("Zelenskyy").places(text, Fit::Spelling);
        let found: Vec<&str> = places.into_iter().map(|place| &text[place]).collect();
        assert_eq!(found, ["Зеленський", "Zelensky"]);
    }

    proptest! {
        /// The quick look at letters never hides a word that the whole comparison would find.
        #[test]
        fn letters_hide_nothing(a in "[a-z]{1,12}", b in "[a-z]{1,12}", at in 0usize..12) {
            let mut near = a.clone();
            near.insert(at.min(a.len()), 'q');
            for b in [b, near] {
                let wanted = Wanted::new(&a);
                prop_assert_eq!(wanted.fit(&b, letters(&b)), wanted.fit(&b, wanted.letters));
            }
        }
    }
}
