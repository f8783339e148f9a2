//! Queries while they are typed: how far a text has come, and which words can come next.
//!
//! Both are asked of the engine's parser, so that what is offered is what will be taken.

use super::prefixes::parser;
use super::syntax::{Beginning, expected};
use super::{group, guard};
use crate::base::tokens::{Kind, Token, tokens};
use crate::model::prefixes::Prefixes;

/// How far a text has come on its way to a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Blanks and comments.
    Nothing,
    /// The beginning of a query.
    Begun,
    /// A query.
    Whole,
    /// No query, whatever comes next.
    Broken,
}

/// Functions and aggregates, which can begin an expression.
const FUNCTIONS: &[&str] = &[
    "ABS",
    "BNODE",
    "BOUND",
    "CEIL",
    "COALESCE",
    "CONCAT",
    "CONTAINS",
    "DATATYPE",
    "DAY",
    "ENCODE_FOR_URI",
    "FLOOR",
    "HOURS",
    "IF",
    "IRI",
    "ISBLANK",
    "ISIRI",
    "ISLITERAL",
    "ISNUMERIC",
    "LANG",
    "LANGMATCHES",
    "LCASE",
    "MD5",
    "MINUTES",
    "MONTH",
    "NOW",
    "RAND",
    "REGEX",
    "REPLACE",
    "ROUND",
    "SAMETERM",
    "SECONDS",
    "SHA256",
    "STR",
    "STRAFTER",
    "STRBEFORE",
    "STRDT",
    "STRENDS",
    "STRLANG",
    "STRLEN",
    "STRSTARTS",
    "STRUUID",
    "SUBSTR",
    "TIMEZONE",
    "TZ",
    "UCASE",
    "UUID",
    "YEAR",
];
const AGGREGATES: &[&str] = &["AVG", "COUNT", "GROUP_CONCAT", "MAX", "MIN", "SAMPLE", "SUM"];

/// Where expressions stand, and where they may aggregate.
const CLAUSES: &[&str] = &["SELECT", "HAVING", "BY", "WHERE", "FILTER", "BIND"];
const GROUPING: &[&str] = &["SELECT", "HAVING", "BY"];

/// How far a text has come; prefixes that are known need no declaration.
#[must_use]
pub fn stage(text: &str, known: &Prefixes) -> Stage {
    let tokens = tokens(text);
    let Some(last) = tokens.last() else { return Stage::Nothing };
    if guard::check("query", text, &tokens).is_err() {
        return Stage::Broken;
    }
    guard::with_room(|| {
        let parser = parser(known, None);
        if parser.clone().parse_query(&group::with_names(text, &tokens)).is_ok() {
            return Stage::Whole;
        }
        let open = tokens.iter().find(|token| token.kind == Kind::UnclosedText);
        let is_long = |token: &Token| ["'''", "\"\"\""].iter().any(|q| token.text(text).starts_with(q));
        if open.is_some_and(|token| !is_long(token)) {
            return Stage::Broken;
        }
        // A string of several lines has an end somewhere below.
        let end = open.map_or(last.range.end, |token| token.range.start);
        match Beginning::of(&parser, &text[..end]) {
            Beginning::Sound => Stage::Begun,
            // What is not grouped yet can be.
            Beginning::Refused(reason) if reason.contains("unbound") && !has_word(text, &tokens, "GROUP") => {
                Stage::Begun
            }
            Beginning::Refused(_) | Beginning::Unsound => Stage::Broken,
        }
    })
}

/// What can come next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Next {
    /// Keywords and functions, in capital letters, alphabetically.
    pub keywords: Vec<&'static str>,
    /// Whether an IRI or a prefixed name can.
    pub names: bool,
}

/// What can come next; prefixes as for [`stage`].
#[must_use]
pub fn next(before: &str, known: &Prefixes) -> Next {
    let tokens = tokens(before);
    if guard::check("query", before, &tokens).is_err() {
        return Next::default();
    }
    // A comment would swallow what is tried.
    let before = tokens.last().map_or("", |token| &before[..token.range.end]);
    guard::with_room(|| {
        let parser = parser(known, None);
        let (things, mut words) = expected(&parser, before);
        if words.contains(&"BOUND") {
            words.retain(|word| !FUNCTIONS.contains(word) && !AGGREGATES.contains(word));
            words.extend(FUNCTIONS);
            // The parser takes them anywhere, and refuses them later.
            let clause =
                tokens.iter().rev().find(|token| CLAUSES.iter().any(|word| token.is_word(before, word)));
            let groups = |clause: &Token| GROUPING.iter().any(|word| clause.is_word(before, word));
            words.extend(AGGREGATES.iter().filter(|_| clause.is_some_and(groups)));
        }
        words.sort_unstable();
        words.dedup();
        Next { keywords: words, names: things.iter().any(|thing| thing.contains("prefixed name")) }
    })
}

fn has_word(text: &str, tokens: &[Token], word: &str) -> bool {
    tokens.iter().any(|token| token.is_word(text, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_whole_when_it_parses_and_begun_while_more_can_mend_it() {
        let cases = [
            ("", Stage::Nothing),
            ("\n# a comment {\n", Stage::Nothing),
            ("SELECT", Stage::Begun),
            ("SELECT ?a {", Stage::Begun),
            ("SELECT ?a { ?a stp:issue ?b", Stage::Begun),
            ("SELECT ?a { ?a stp:issue ?b }", Stage::Whole),
            ("SELECT ?a { ?a stp:issue ?b # why\n}", Stage::Whole),
            ("SELECT ?a { ?a stp:issue ?b # why", Stage::Begun),
            ("PREFIX ex: <https://example.org/>", Stage::Begun),
            ("ASK { ?a rdfs:label '''two", Stage::Begun),
            ("ASK { ?a rdfs:label 'two", Stage::Broken),
            ("SELECT ?a (COUNT(?b) AS ?n) { ?a stp:issue ?b }", Stage::Begun),
            ("SELECT ?a (COUNT(?b) AS ?n) { ?a stp:issue ?b } GROUP BY ?a", Stage::Whole),
            ("SELECT ?a ?b { ?a stp:issue ?b } LIMIT", Stage::Begun),
            ("SELCT ?a", Stage::Broken),
            ("ASK { ?a } }", Stage::Broken),
            ("ASK { ?a nowhere:b", Stage::Broken),
            ("INSERT DATA {", Stage::Broken),
            ("hello", Stage::Broken),
        ];
        for (text, expected) in cases {
            assert_eq!(stage(text, &Prefixes::known()), expected, "{text}");
        }
    }

    #[test]
    fn keywords_are_those_that_the_parser_takes() {
        let after = |text: &str| next(text, &Prefixes::known()).keywords;
        assert_eq!(after(""), ["ASK", "BASE", "CONSTRUCT", "DESCRIBE", "PREFIX", "SELECT"]);
        assert_eq!(after("SELECT ?a { } ORDER"), ["BY"]);
        assert!(after("ASK { ?a ?b ?c .").contains(&"OPTIONAL"));
        assert!(after("ASK { ?a ?b").is_empty());
        let filter = after("ASK { FILTER(");
        assert!(filter.contains(&"STRSTARTS") && !filter.contains(&"OPTIONAL") && !filter.contains(&"SUM"));
        assert!(after("SELECT (").contains(&"SUM"));
        let names = |text: &str| next(text, &Prefixes::known()).names;
        assert!(names("ASK {") && names("ASK { ?a") && names("DESCRIBE"));
        assert!(!names("SELECT") && !names("ASK { ?a ?b ?c }"));
    }
}
