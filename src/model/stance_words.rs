//! Words that people type for a stance: its label, or a short word such as `for`, `+` or `dagegen`.
//!
//! A label names one stance. A short word may name two, one on proposals and one on claims: `for` is
//! `supports` or `affirms`, as the issue is something to be done or something held to be true.

use crate::base::error::{Error, Result};
use crate::base::header;
use crate::model::concept::squash;
use crate::model::{Concept, Family, Stance};
use std::collections::HashMap;
use std::sync::OnceLock;

const SHIPPED: &str = include_str!("../../ontology/stance-words.yaml");

/// Stances by the words for them, without case, blanks and hyphens.
type Words = HashMap<String, Vec<Stance>>;

/// Stances that a word may mean, by which one fits the issue; none of a word that is not known.
#[must_use]
pub fn stances(word: &str) -> Vec<Stance> {
    if let Some(stance) = Stance::from_word(word) {
        return vec![stance];
    }
    words().get(&key(word)).cloned().unwrap_or_default()
}

/// Stance that a word means on an issue of this family; on a proposal where the family is not known. A word
/// that fits no such issue keeps its meaning, which the caller refuses.
#[must_use]
pub fn stance(word: &str, family: Option<Family>) -> Option<Stance> {
    let meant = stances(word);
    let fits = |stance: &&Stance| stance.fits(family.unwrap_or(Family::Proposal));
    meant.iter().find(fits).or(meant.first()).copied()
}

/// The short words of all languages, as the file spells them.
pub fn short_words() -> impl Iterator<Item = &'static str> {
    static SPELLED: OnceLock<Vec<String>> = OnceLock::new();
    let spelled = SPELLED.get_or_init(|| shipped().into_iter().flat_map(|(_, words)| words).collect());
    spelled.iter().map(String::as_str)
}

fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut all = Words::new();
        for (stances, words) in shipped() {
            all.extend(words.iter().map(|word| (key(word), stances.clone())));
        }
        all
    })
}

/// A word as it is compared. A sign has neither letters nor digits: it is compared as it is.
fn key(word: &str) -> String {
    let squashed = squash(word);
    match word.trim() {
        "\u{2212}" | "\u{2013}" => "-".to_owned(),
        sign if squashed.is_empty() => sign.to_owned(),
        _ => squashed,
    }
}

/// The lines of `ontology/stance-words.yaml`.
///
/// # Panics
/// If they cannot be read, which a test excludes.
fn shipped() -> Vec<(Vec<Stance>, Vec<String>)> {
    parse(SHIPPED).unwrap_or_else(|fault| panic!("ontology/stance-words.yaml: {fault}"))
}

/// The lines of the file: stances, and the words for them.
fn parse(text: &str) -> Result<Vec<(Vec<Stance>, Vec<String>)>> {
    let mut lines = Vec::new();
    for (_, language) in header::settings(text, None)?.all_parts()? {
        for (stances, words) in language.lists()? {
            let stance = |word: &str| {
                let unknown = || Error::usage(format!("`{word}` is no stance"));
                Stance::from_word(word).ok_or_else(unknown)
            };
            lines.push((stances.split('/').map(stance).collect::<Result<Vec<_>>>()?, words));
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_file_has_one_meaning_and_hides_no_label() {
        let mut seen: HashMap<String, Vec<Stance>> = HashMap::new();
        for (stances, words) in parse(SHIPPED).unwrap() {
            let families = stances.iter().filter(|stance| stance.fits(Family::Claim)).count();
            assert!(stances.len() == 1 || (stances.len() == 2 && families == 1), "{stances:?}");
            for word in words {
                assert!(Stance::from_word(&word).is_none(), "`{word}` is a label");
                let before = seen.insert(key(&word), stances.clone());
                assert!(before.is_none_or(|before| before == stances), "`{word}` has two meanings");
            }
        }
        assert!(seen.len() > 50);
    }

    #[test]
    fn the_issue_decides_what_a_short_word_means() {
        let (proposal, claim) = (Some(Family::Proposal), Some(Family::Claim));
        for (word, family, expected) in [
            ("+", proposal, Stance::Supports),
            ("+", claim, Stance::Affirms),
            (" For ", None, Stance::Supports),
            ("No", claim, Stance::Denies),
            ("−", proposal, Stance::Opposes),
            ("supports-if", proposal, Stance::ConditionallySupports),
            ("opposes-unless", proposal, Stance::ConditionallyOpposes),
            ("CONSIDERS-LIKELY", claim, Stance::ConsidersLikely),
            ("Проти", proposal, Stance::Opposes),
            // A label is one stance; that it does not fit is told by who knows the issue.
            ("denies", proposal, Stance::Denies),
        ] {
            assert_eq!(stance(word, family), Some(expected), "{word}");
        }
        assert_eq!(stance("perhaps", proposal), None);
        assert_eq!(stance("", proposal), None);
    }
}
