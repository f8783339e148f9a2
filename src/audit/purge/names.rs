//! Names of what is purged, and how they are blotted out of words.

use crate::base::error::{Error, Result};
use crate::model::identity::slug;
use crate::model::text::BLOCK;
use crate::model::vocab::{dcterms, foaf, rdfs, skos};
use oxrdf::Literal;
use regex::Regex;
use std::collections::BTreeSet;
use std::ops::Range;
use std::str::FromStr;

/// Names that are looked for.
#[derive(Default)]
pub struct Names {
    /// None if there are none.
    pattern: Option<Regex>,
    /// The same as they stand in IRIs and in names of files.
    in_ids: Option<Regex>,
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
        let ids = names.iter().map(|name| slug(name)).filter(|slug| !slug.is_empty());
        let ids: Vec<String> = ids
            .map(|slug| slug.split('-').map(regex::escape).collect::<Vec<_>>().join("[^a-z0-9/]{1,3}"))
            .collect();
        let in_ids = Regex::new(&format!("(?i){}", ids.join("|"))).ok().filter(|_| !ids.is_empty());
        Ok(Self { pattern: Some(pattern), in_ids })
    }

    /// The text with each name as blocks; none if there is none.
    pub fn blot(&self, text: &str) -> Option<String> {
        blot(text, found(self.pattern.as_ref(), text))
    }

    /// The same of an IRI, a path, or words in which there may be one.
    pub fn blot_in_id(&self, text: &str) -> Option<String> {
        let in_ids = blot(text, found(self.in_ids.as_ref(), text));
        self.blot(in_ids.as_deref().unwrap_or(text)).or(in_ids)
    }

    /// Whether a text has one of the names.
    pub fn is_in(&self, text: &str) -> bool {
        found(self.pattern.as_ref(), text).next().is_some()
    }

    /// Whether an IRI or a path has one of the names as a part.
    pub fn is_in_id(&self, id: &str) -> bool {
        found(self.in_ids.as_ref(), id).next().is_some()
    }
}

/// Where whole words are one of the names.
fn found<'t>(pattern: Option<&'t Regex>, text: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
    let is_whole = |range: &Range<usize>| {
        let before = text[..range.start].chars().next_back();
        let after = text[range.end..].chars().next();
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    };
    let all = pattern.into_iter().flat_map(|pattern| pattern.find_iter(text)).map(|found| found.range());
    all.filter(is_whole)
}

fn blot(text: &str, found: impl Iterator<Item = Range<usize>>) -> Option<String> {
    let (mut blotted, mut done) = (String::new(), 0);
    for found in found {
        blotted.push_str(&text[done..found.start]);
        let letters = text[found.clone()].chars();
        blotted.extend(letters.map(|letter| if letter.is_whitespace() { letter } else { BLOCK }));
        done = found.end;
    }
    (done > 0).then(|| blotted + &text[done..])
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
        assert_eq!(names.blot_in_id("x/Ana_Berg-2.md, Berg").as_deref(), Some("x/████████-2.md, ████"));
        assert!(!Names::default().is_in("Ana Berg"));
    }

    #[test]
    fn a_description_is_no_name() {
        let names = ["Mayor Berg", "the mayor", "Берг", "市長"].map(str::to_owned);
        assert_eq!(telling(names.into()), ["Mayor Berg", "Берг", "市長"]);
    }
}
