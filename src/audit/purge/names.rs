//! Names of what is purged, and how they are blotted out of words.

use super::has_part;
use crate::base::error::{Error, Result};
use crate::model::identity::slug;
use crate::model::vocab::{dcterms, foaf, rdfs, skos};
use oxrdf::Literal;
use regex::Regex;
use std::collections::BTreeSet;
use std::str::FromStr;

/// Stands for a letter of a name.
const BLOCK: char = '█';

/// Names that are looked for.
#[derive(Default)]
pub struct Names {
    /// None if there are none.
    pattern: Option<Regex>,
    slugs: Vec<String>,
}

impl Names {
    /// A name of several words is found in any case and over the end of a line; one of a single word as it is
    /// written, and in capitals.
    pub fn new(names: &[String]) -> Result<Self> {
        let mut names: Vec<&String> = names.iter().collect();
        // The longest first: an alternation takes the first that fits.
        names.sort_by_key(|name| std::cmp::Reverse(name.chars().count()));
        let patterns: Vec<String> = names
            .iter()
            .map(|name| {
                let words: Vec<String> = name.split_whitespace().map(regex::escape).collect();
                match &words[..] {
                    [word] => format!("{word}|{}", regex::escape(&name.trim().to_uppercase())),
                    _ => format!("(?i:{})", words.join(r"\s+")),
                }
            })
            .filter(|pattern| pattern != "(?i:)")
            .collect();
        if patterns.is_empty() {
            return Ok(Self::default());
        }
        let pattern = Regex::new(&patterns.join("|"))
            .map_err(|error| Error::usage(format!("the names cannot be looked for: {error}")))?;
        Ok(Self { pattern: Some(pattern), slugs: names.iter().map(|name| slug(name)).collect() })
    }

    /// The text with each name as blocks; none if there is none.
    pub fn blot(&self, text: &str) -> Option<String> {
        let mut blotted = String::new();
        let mut done = 0;
        for found in self.found(text) {
            blotted.push_str(&text[done..found.start]);
            let letters = text[found.clone()].chars();
            blotted.extend(letters.map(|letter| if letter.is_whitespace() { letter } else { BLOCK }));
            done = found.end;
        }
        (done > 0).then(|| blotted + &text[done..])
    }

    /// Whether a text has one of the names.
    pub fn is_in(&self, text: &str) -> bool {
        self.found(text).next().is_some()
    }

    /// Whether an IRI or a path has one of the names as a part.
    pub fn is_in_id(&self, id: &str) -> bool {
        let id = id.to_lowercase();
        self.slugs.iter().any(|slug| !slug.is_empty() && has_part(&id, slug))
    }

    /// Where whole words are one of the names.
    fn found<'t>(&'t self, text: &'t str) -> impl Iterator<Item = std::ops::Range<usize>> + 't {
        let is_whole = |range: &std::ops::Range<usize>| {
            let before = text[..range.start].chars().next_back();
            let after = text[range.end..].chars().next();
            ![before, after].into_iter().flatten().any(char::is_alphanumeric)
        };
        let all = self.pattern.iter().flat_map(|pattern| pattern.find_iter(text)).map(|found| found.range());
        all.filter(is_whole)
    }
}

/// The names that a content gives to a thing, written as in N-Triples.
pub fn of(ntriples: &str, thing: &str) -> BTreeSet<String> {
    let is_name = |predicate: &str| {
        let iri = predicate.trim_start_matches('<').trim_end_matches('>');
        [skos::PREF_LABEL, skos::ALT_LABEL, rdfs::LABEL, foaf::NAME, dcterms::TITLE]
            .iter()
            .any(|property| property.as_str() == iri)
    };
    let names = ntriples.lines().filter_map(|line| {
        let (predicate, object) = line.strip_prefix(thing)?.strip_prefix(' ')?.split_once(' ')?;
        let object = object.strip_suffix(" .")?;
        is_name(predicate).then(|| Literal::from_str(object).ok())?.map(|name| name.value().to_owned())
    });
    names.collect()
}

/// Those that tell whom they mean: "the mayor" may be anybody.
pub fn telling(names: BTreeSet<String>) -> Vec<String> {
    let tells = |name: &String| name.chars().next().is_some_and(|first| !first.is_lowercase());
    names.into_iter().filter(tells).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_names_become_blocks_of_their_length() {
        let names = Names::new(&["Ana Berg".into(), "Berg".into(), "A. Berg".into()]).unwrap();
        for (text, blotted) in [
            ("Ana Berg said so", Some("███ ████ said so")),
            ("ANA\nBERG", Some("███\n████")),
            ("Berg's mill", Some("████'s mill")),
            ("A. Berg, BERG", Some("██ ████, ████")),
            ("the berg, Bergen, Anaberg", None),
            ("", None),
        ] {
            assert_eq!(names.blot(text).as_deref(), blotted, "{text}");
        }
        assert!(names.is_in_id("cases/Ana-Berg.yaml") && !names.is_in_id("cases/bergen.yaml"));
        assert!(!Names::default().is_in("Ana Berg"));
    }

    #[test]
    fn a_description_is_no_name() {
        let names = ["Mayor Berg", "the mayor", "Берг", "市長"].map(str::to_owned);
        assert_eq!(telling(names.into()), ["Mayor Berg", "Берг", "市長"]);
    }
}
