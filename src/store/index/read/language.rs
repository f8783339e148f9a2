//! The languages in which somebody wants to read what things are called.

use std::fmt;
use std::str::FromStr;

/// Language tags (BCP 47), the most wanted first; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Languages(Vec<String>);

/// A text that is no language tag.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a language tag; write one such as uk or pt-BR, or several: uk,ru")]
pub struct NoTag(String);

impl Languages {
    /// Rank of a language among those wanted, from 0 for the most wanted; none if it is not wanted.
    ///
    /// `de` takes in `de-AT`, and `de-AT` is content with `de` (RFC 4647, filtering and lookup).
    #[must_use]
    pub fn rank(&self, tag: &str) -> Option<usize> {
        let near = |wanted: &str| {
            let (wanted, tag) = (wanted.to_ascii_lowercase(), tag.to_ascii_lowercase());
            let within = |a: &str, b: &str| a.strip_prefix(b).is_some_and(|rest| rest.starts_with('-'));
            if tag == wanted {
                Some(0)
            } else if within(&tag, &wanted) {
                Some(1)
            } else if within(&wanted, &tag) {
                Some(2)
            } else {
                None
            }
        };
        (0..).zip(&self.0).find_map(|(i, wanted)| Some(3 * i + near(wanted)?))
    }
}

impl FromStr for Languages {
    type Err = NoTag;

    fn from_str(text: &str) -> Result<Self, NoTag> {
        let is_part = |(i, part): (usize, &str)| {
            (1..=8).contains(&part.len())
                && part
                    .bytes()
                    .all(|b| if i == 0 { b.is_ascii_alphabetic() } else { b.is_ascii_alphanumeric() })
        };
        let tag = |tag: &str| {
            let tag = tag.trim();
            let is_tag = tag.split('-').enumerate().all(is_part);
            if is_tag { Ok(tag.to_owned()) } else { Err(NoTag(tag.to_owned())) }
        };
        text.split(',').map(tag).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Languages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_ranked_as_they_are_wanted() {
        let wanted: Languages = "pt-BR, uk".parse().unwrap();
        let ranks: Vec<_> = ["pt-br", "pt", "uk", "uk-Latn", "en", "p"].map(|tag| wanted.rank(tag)).into();
        assert_eq!(ranks, [Some(0), Some(2), Some(3), Some(4), None, None]);
        assert_eq!(wanted.to_string(), "pt-BR,uk");
    }

    #[test]
    fn tags_are_told_from_other_words() {
        for text in ["", "uk,", "de_AT", "englishlanguage", "-", "1a"] {
            assert!(text.parse::<Languages>().is_err(), "{text}");
        }
    }
}
