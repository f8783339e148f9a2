//! What a finding says: a sentence with places for the columns of its row.
//!
//! `{holder} is named {post}[, which was held until {until}]`: braces stand for a column, and
//! what is between brackets is left out unless all its columns have a value.

use crate::base::error::{Error, Result};
use oxrdf::Term;

/// Ending of a column's name in the genitive.
const POSSESSIVE: &str = "’s";

/// A sentence with places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Column(String),
    /// Left out unless every column in it has a value.
    Perhaps(Vec<Piece>),
}

impl Message {
    /// Reads a message.
    ///
    /// # Errors
    /// Braces or brackets without their second half, brackets in brackets.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let mut rest = text;
        let pieces = pieces(&mut rest, false)?;
        Ok(Self(pieces))
    }

    /// The columns that it has places for.
    pub(super) fn columns(&self) -> Vec<&str> {
        fn gather<'p>(pieces: &'p [Piece], columns: &mut Vec<&'p str>) {
            for piece in pieces {
                match piece {
                    Piece::Text(_) => {}
                    Piece::Column(name) => columns.push(name),
                    Piece::Perhaps(pieces) => gather(pieces, columns),
                }
            }
        }
        let mut columns = Vec::new();
        gather(&self.0, &mut columns);
        columns
    }

    /// The sentence about one row. `value` gives a column's term, `words` what to call it.
    pub(super) fn fill<'t>(
        &self,
        value: &impl Fn(&str) -> Option<&'t Term>,
        words: &impl Fn(&Term) -> String,
    ) -> String {
        let mut sentence = String::new();
        fill(&self.0, value, words, &mut sentence);
        sentence
    }
}

fn fill<'t>(
    pieces: &[Piece],
    value: &impl Fn(&str) -> Option<&'t Term>,
    words: &impl Fn(&Term) -> String,
    sentence: &mut String,
) -> bool {
    let mut whole = true;
    for piece in pieces {
        match piece {
            // A name that ends in s has the apostrophe alone: diplomats’.
            Piece::Text(text) if sentence.ends_with(['s', 'S']) && text.starts_with(POSSESSIVE) => {
                sentence.push('’');
                sentence.push_str(&text[POSSESSIVE.len()..]);
            }
            Piece::Text(text) => sentence.push_str(text),
            Piece::Column(name) => match value(name) {
                Some(term) => sentence.push_str(&words(term)),
                None => whole = false,
            },
            Piece::Perhaps(pieces) => {
                let before = sentence.len();
                if !fill(pieces, value, words, sentence) {
                    sentence.truncate(before);
                }
            }
        }
    }
    whole
}

fn pieces(rest: &mut &str, inside: bool) -> Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    while let Some(at) = rest.find(['{', '[', ']', '}']) {
        let (text, behind) = rest.split_at(at);
        if !text.is_empty() {
            pieces.push(Piece::Text(text.to_owned()));
        }
        *rest = &behind[1..];
        match &behind[..1] {
            "{" => {
                let Some((name, behind)) = rest.split_once('}') else {
                    return Err(unbalanced("{", "}"));
                };
                pieces.push(Piece::Column(name.trim_start_matches('?').to_owned()));
                *rest = behind;
            }
            "[" if !inside => pieces.push(Piece::Perhaps(self::pieces(rest, true)?)),
            "]" if inside => return Ok(pieces),
            "[" => return Err(Error::usage("`message` has nested brackets")),
            "]" => return Err(unbalanced("]", "[")),
            _ => return Err(unbalanced("}", "{")),
        }
    }
    if inside {
        return Err(unbalanced("[", "]"));
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text((*rest).to_owned()));
        *rest = "";
    }
    Ok(pieces)
}

fn unbalanced(one: &str, other: &str) -> Error {
    Error::usage(format!("`message` has a `{one}` without its `{other}`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxrdf::Literal;

    #[test]
    fn what_has_no_value_is_left_out_with_its_words() {
        let message =
            Message::parse("{who} is named {post}[, on {day}][, until {until} or {then}].").unwrap();
        assert_eq!(message.columns(), ["who", "post", "day", "until", "then"]);
        let terms: Vec<(&str, Term)> =
            [("who", "Ana"), ("post", "mayor"), ("day", "Monday"), ("until", "May")]
                .map(|(name, text)| (name, Literal::new_simple_literal(text).into()))
                .into();
        let value = |name: &str| terms.iter().find(|(column, _)| *column == name).map(|(_, term)| term);
        let words = |term: &Term| {
            if let Term::Literal(text) = term { text.value().to_owned() } else { String::new() }
        };
        assert_eq!(message.fill(&value, &words), "Ana is named mayor, on Monday.");
    }

    #[test]
    fn names_in_s_have_the_apostrophe_alone() {
        let message = Message::parse("{actor}’s view").unwrap();
        let filled = |name: &str| {
            let term = Term::from(oxrdf::Literal::from(name));
            message.fill(&|_| Some(&term), &|_| name.to_owned())
        };
        assert_eq!(filled("Diplomats"), "Diplomats’ view");
        assert_eq!(filled("Ana Berg"), "Ana Berg’s view");
    }

    #[test]
    fn halves_are_reported() {
        let fault = |text: &str| Message::parse(text).unwrap_err().to_string();
        assert_eq!(fault("{who"), "`message` has a `{` without its `}`");
        assert_eq!(fault("who]"), "`message` has a `]` without its `[`");
        assert_eq!(fault("[who"), "`message` has a `[` without its `]`");
        assert_eq!(fault("[a [b]]"), "`message` has nested brackets");
    }
}
