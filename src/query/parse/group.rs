//! `GROUP BY (?q AS ?p)`: the engine's parser groups by `?q` and forgets the name.

use crate::base::tokens::{Kind, Token};
use std::borrow::Cow;

/// What ends the conditions of `GROUP BY`.
const ENDS: &[&str] = &["HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"];

/// The text, in which such a variable is written as an expression that has its value.
pub(in crate::query) fn with_names<'s>(source: &'s str, tokens: &[Token]) -> Cow<'s, str> {
    let mut text = Cow::Borrowed(source);
    let mut added = 0;
    let mut in_group = false;
    for (at, token) in tokens.iter().enumerate() {
        let is_word = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.is_word(source, word));
        let is_text = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.text(source) == text);
        let is_variable = |at: usize| tokens.get(at).is_some_and(|token| token.kind == Kind::Variable);
        if is_word(at, "GROUP") && is_word(at + 1, "BY") {
            in_group = true;
        } else if token.text(source) == "}" || ENDS.iter().any(|word| is_word(at, word)) {
            in_group = false;
        }
        let is_named = is_text(at, "(")
            && is_variable(at + 1)
            && is_word(at + 2, "AS")
            && is_variable(at + 3)
            && is_text(at + 4, ")");
        if in_group && is_named {
            let range = tokens[at + 1].range.clone();
            let written = format!("COALESCE({})", &source[range.clone()]);
            text.to_mut().replace_range(range.start + added..range.end + added, &written);
            added += written.len() - range.len();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::tokens::tokens;

    #[test]
    fn only_names_of_group_conditions_are_changed() {
        let changed = |source: &str| with_names(source, &tokens(source)).into_owned();
        assert_eq!(
            changed("SELECT (?a AS ?b) { } GROUP BY (?q AS ?p) ?r (?s as ?t) HAVING (?x AS ?y)"),
            "SELECT (?a AS ?b) { } GROUP BY (COALESCE(?q) AS ?p) ?r (COALESCE(?s) as ?t) HAVING (?x AS ?y)"
        );
        for same in ["SELECT ?a { BIND(?a AS ?b) }", "ASK { { SELECT ?a { } GROUP BY ?a } BIND (?q AS ?p) }"]
        {
            assert_eq!(changed(same), same);
        }
    }
}
