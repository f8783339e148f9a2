//! Quotes cut short, for publishing.

use crate::model::vocab::oa;
use oxrdf::{Literal, Term, Triple};

/// The first words of a quote; an ellipsis stands for what is left out.
pub(super) fn cut(quote: &str, most: usize) -> String {
    let mut ends = quote
        .char_indices()
        .zip(quote.chars().skip(1).map(Some).chain([None]))
        .filter(|((_, c), next)| !c.is_whitespace() && next.is_none_or(char::is_whitespace))
        .map(|((at, c), _)| at + c.len_utf8());
    match (ends.nth(most.saturating_sub(1)), ends.next()) {
        (Some(end), Some(_)) => format!("{} …", &quote[..end]),
        _ => quote.to_owned(),
    }
}

/// Cuts the quote that a triple states.
pub(super) fn cut_triple(triple: &mut Triple, most: usize) {
    if triple.predicate == oa::EXACT
        && let Term::Literal(literal) = &triple.object
    {
        let words = cut(literal.value(), most);
        triple.object = match literal.language() {
            Some(tag) => Literal::new_language_tagged_literal_unchecked(words, tag.to_owned()),
            None => Literal::new_typed_literal(words, literal.datatype()),
        }
        .into();
    }
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn words_beyond_the_number_are_left_out() {
        assert_eq!(cut("the night  ferry ends", 3), "the night  ferry …");
        assert_eq!(cut("the night  ferry ends", 4), "the night  ferry ends");
        assert_eq!(cut("ночной паром", 1), "ночной …");
        assert_eq!(cut(" one ", 1), " one ");
        assert_eq!(cut("", 1), "");
    }
}
