//! Where the words of a query begin and end.
//!
//! The engine's parser names no tokens, and its places may lie beyond the word that is at fault;
//! to mark that word, and to find prefixes and `SERVICE`, it takes the tokens themselves.
//! A text that is no SPARQL has tokens too: every character belongs to one, or is white space
//! or a comment.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `<https://example.org/>`
    Iri,
    /// `<https://example.org/a b>`: meant for an IRI, and none
    BrokenIri,
    /// `stp:Position`, and `stp:` before a namespace
    PrefixedName,
    /// `?who`
    Variable,
    /// A keyword, a function's name, `a`, `true`
    Word,
    /// A string in quotes, without language or datatype
    Text,
    /// A quotation mark that no other closes, with the rest of its line
    UnclosedText,
    /// `12`, `-0.5`
    Number,
    /// Anything else: brackets, operators, `_:b`, `@en`
    Symbol,
}

/// A token and the bytes that it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Where it is, in bytes.
    pub range: Range<usize>,
}

impl Token {
    /// Its text.
    #[must_use]
    pub fn text<'s>(&self, source: &'s str) -> &'s str {
        &source[self.range.clone()]
    }

    /// Whether it is this keyword.
    #[must_use]
    pub fn is_word(&self, source: &str, keyword: &str) -> bool {
        self.kind == Kind::Word && self.text(source).eq_ignore_ascii_case(keyword)
    }
}

/// Symbols of more than one character, longer ones first.
const LONG_SYMBOLS: &[&str] = &["<<(", ")>>", "<<", ">>", "<=", ">=", "!=", "&&", "||", "^^", "{|", "|}"];

/// The tokens of a query, in order.
#[must_use]
pub fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = source[at..].chars().next() {
        let rest = &source[at..];
        if first.is_whitespace() {
            at += first.len_utf8();
        } else if first == '#' {
            at += rest.find('\n').unwrap_or(rest.len());
        } else {
            let (kind, length) = token(rest, first);
            tokens.push(Token { kind, range: at..at + length });
            at += length;
        }
    }
    tokens
}

/// Kind and length of the token at the beginning of `rest`.
fn token(rest: &str, first: char) -> (Kind, usize) {
    match first {
        '<' => iri(rest).unwrap_or_else(|| symbol(rest)),
        '"' | '\'' => text(rest, first),
        '?' | '$' => match run(&rest[1..], is_name) {
            0 => symbol(rest),
            length => (Kind::Variable, 1 + length),
        },
        '@' => (Kind::Symbol, 1 + run(&rest[1..], |c| c.is_ascii_alphanumeric() || c == '-')),
        '_' if rest.starts_with("_:") => (Kind::Symbol, 2 + name(&rest[2..])),
        _ => {
            if let Some(length) = number(rest) {
                (Kind::Number, length)
            } else if first == ':' || is_name(first) {
                word(rest)
            } else {
                symbol(rest)
            }
        }
    }
}

fn iri(rest: &str) -> Option<(Kind, usize)> {
    let until = |stop: fn(char) -> bool| {
        let end = rest[1..].find(stop)? + 1;
        rest[end..].starts_with('>').then_some(end + 1)
    };
    if let Some(length) = until(|c| c <= ' ' || "<>\"{}|^`\\".contains(c)) {
        return Some((Kind::Iri, length));
    }
    let length = until(|c| "<>\"\n".contains(c))?;
    rest[..length].contains("://").then_some((Kind::BrokenIri, length))
}

fn text(rest: &str, quote: char) -> (Kind, usize) {
    let long: String = std::iter::repeat_n(quote, 3).collect();
    let (fence, may_break) = if rest.starts_with(&long) { (long, true) } else { (quote.to_string(), false) };
    let mut at = fence.len();
    while let Some(c) = rest[at..].chars().next() {
        if rest[at..].starts_with(&fence) {
            return (Kind::Text, at + fence.len());
        }
        if c == '\n' && !may_break {
            break;
        }
        at += c.len_utf8();
        if c == '\\' {
            at += rest[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    (Kind::UnclosedText, rest.find('\n').unwrap_or(rest.len()))
}

/// A number with its sign: cut apart, `?s ?p -` would look like the beginning of nothing.
fn number(rest: &str) -> Option<usize> {
    let digits = |from: usize| run(&rest[from..], |c| c.is_ascii_digit());
    let mut at = usize::from(rest.starts_with(['+', '-']));
    let whole = digits(at);
    at += whole;
    let fraction = if rest[at..].starts_with('.') { digits(at + 1) } else { 0 };
    if fraction > 0 {
        at += 1 + fraction;
    } else if whole == 0 {
        return None;
    }
    if rest[at..].starts_with(['e', 'E']) {
        let sign = usize::from(rest[at + 1..].starts_with(['+', '-']));
        match digits(at + 1 + sign) {
            0 => {}
            exponent => at += 1 + sign + exponent,
        }
    }
    Some(at)
}

fn word(rest: &str) -> (Kind, usize) {
    let prefix = name(rest);
    if !rest[prefix..].starts_with(':') {
        return (Kind::Word, prefix);
    }
    let (mut at, mut escaped) = (prefix + 1, 0);
    while let Some(c) = rest[at..].chars().next() {
        match c {
            '\\' => {
                at += 1 + rest[at + 1..].chars().next().map_or(0, char::len_utf8);
                escaped = at;
            }
            c if is_name(c) || "-.:%".contains(c) => at += c.len_utf8(),
            _ => break,
        }
    }
    // A full stop at the end closes the triple; it is no part of the name, unless it is escaped.
    (Kind::PrefixedName, rest[..at].trim_end_matches('.').len().max(escaped))
}

fn symbol(rest: &str) -> (Kind, usize) {
    let long = LONG_SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
    (Kind::Symbol, long.map_or_else(|| rest.chars().next().map_or(0, char::len_utf8), |s| s.len()))
}

fn name(rest: &str) -> usize {
    let length = run(rest, |c| is_name(c) || "-.".contains(c));
    rest[..length].trim_end_matches('.').len()
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || (!c.is_ascii() && !c.is_whitespace())
}

fn run(rest: &str, belongs: impl Fn(char) -> bool) -> usize {
    rest.find(|c| !belongs(c)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<&str> {
        tokens(source).iter().map(|token| token.text(source)).collect()
    }

    #[test]
    fn tokens_are_those_of_sparql() {
        assert_eq!(
            texts("SELECT ?a{?a ex:x.y. # <no> 'token'\n FILTER(?a<=-1.5e3&&?b != \"a\\\"#\"@en)}"),
            [
                "SELECT",
                "?a",
                "{",
                "?a",
                "ex:x.y",
                ".",
                "FILTER",
                "(",
                "?a",
                "<=",
                "-1.5e3",
                "&&",
                "?b",
                "!=",
                "\"a\\\"#\"",
                "@en",
                ")",
                "}"
            ]
        );
        assert_eq!(
            texts("<a:b>?x < 3 ; :x 1. '''a\n'b'''^^xsd:date"),
            ["<a:b>", "?x", "<", "3", ";", ":x", "1", ".", "'''a\n'b'''", "^^", "xsd:date"]
        );
    }

    #[test]
    fn a_full_stop_that_is_escaped_is_part_of_a_name() {
        assert_eq!(texts(r"ex:a ex:b ex:end\. ."), ["ex:a", "ex:b", r"ex:end\.", "."]);
        assert_eq!(texts(r"ex:b ex:end\..ex:c"), ["ex:b", r"ex:end\..ex:c"]);
        assert_eq!(texts(r"ex:end\.."), [r"ex:end\.", "."]);
    }

    #[test]
    fn anything_has_tokens() {
        for source in ["\"", "'''", "<", "\\", "?", "é:ü\\", "1e", "@", "_:", "-", "\u{1F600}", ":", "a.b."]
        {
            let tokens = tokens(source);
            assert!(tokens.iter().all(|token| !token.range.is_empty()), "{source}");
            assert_eq!(tokens.last().unwrap().range.end, source.len(), "{source}");
        }
        assert_eq!(tokens("\"abc")[0].kind, Kind::UnclosedText);
        assert_eq!(tokens("<http://a b> ?x")[0].kind, Kind::BrokenIri);
        assert_eq!(tokens("< 3 > <http://a>")[0].kind, Kind::Symbol);
    }
}
