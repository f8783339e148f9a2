//! Syntax errors: which word is at fault, and what could stand there instead.
//!
//! The engine's parser backtracks, so the place that it reports is the furthest character that
//! any of its rules looked at, and the list of what it expected belongs to that place. Both are
//! often wrong by a word or two. Hence the fault is found by trying: the first token that no
//! query could have after the tokens before it. What could stand there is found the same way.

mod blamed;
mod columns;

use super::prefixes::{of_query, parser};
use crate::base::diagnostic::{Diagnostic, Place, did_you_mean, nearest};
use crate::base::tokens::{Kind, Token, tokens};
use crate::model::prefixes::Prefixes;
use crate::model::vocab;
use crate::query::ParseOptions;
use spargebra::SparqlParser;
use std::ops::Range;

/// Longer than any keyword: a rule that compares the text with a keyword then ends inside.
const PADDING: &str = "                              ";

/// What may stand at a place: how it is named, and an example to try.
const THINGS: &[(&str, &str)] = &[
    ("a variable", "?x"),
    ("an IRI or prefixed name", "<x:y>"),
    ("a string", "'x'"),
    ("a number", "1"),
    ("`{`", "{"),
    ("`}`", "}"),
    ("`(`", "("),
    ("`)`", ")"),
    ("`.`", "."),
    ("`;`", ";"),
    ("`,`", ","),
    ("an operator", "="),
];

/// Keywords that a query may have at a place, commoner ones first.
const KEYWORDS: &[&str] = &[
    "SELECT",
    "ASK",
    "CONSTRUCT",
    "DESCRIBE",
    "PREFIX",
    "BASE",
    "DISTINCT",
    "REDUCED",
    "FROM",
    "WHERE",
    "FILTER",
    "OPTIONAL",
    "UNION",
    "MINUS",
    "BIND",
    "VALUES",
    "GRAPH",
    "AS",
    "IN",
    "NOT",
    "EXISTS",
    "GROUP",
    "BY",
    "HAVING",
    "ORDER",
    "ASC",
    "DESC",
    "LIMIT",
    "OFFSET",
    "UNDEF",
    "COUNT",
    "BOUND",
];

/// Words that begin a query, after what it declares.
const FORMS: &[&str] = &["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"];

/// Words that begin an update, which is no question.
const UPDATES: &[&str] =
    &["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"];

/// What is wrong with a query that the parser refuses.
pub(in crate::query) fn diagnose(name: &str, source: &str, how: &ParseOptions) -> Diagnostic {
    let injected = &how.prefixes;
    let parser = parser(injected, how.base.as_ref());
    let tokens = tokens(source);
    if tokens.is_empty() {
        return Diagnostic::error("the query is empty")
            .at(Place::file(name))
            .help("for instance: SELECT ?who WHERE { ?who stp:opposes ?issue }");
    }
    let at = |range: Range<usize>| Place::in_source(name, source, range);
    // To the parser, an open string is one that may still be closed.
    let open = tokens.iter().position(|token| token.kind == Kind::UnclosedText).unwrap_or(tokens.len());
    // Whether a beginning can become a query holds for fewer tokens if it holds for more.
    let sound = partition(open, |n| Beginning::of(&parser, &source[..tokens[n].range.end]).is_sound());
    let before = if sound == 0 { "" } else { &source[..tokens[sound - 1].range.end] };
    let Some(fault) = tokens.get(sound) else {
        let end = before.len();
        return expectation(
            Diagnostic::error("the query ends too early").at(at(end..end)),
            &expected(&parser, before),
        );
    };
    let found = fault.text(source);
    let marked = |message: String| Diagnostic::error(message).at(at(fault.range.clone()));
    // What a rule forbids so far, a further word may mend (`GROUP BY ?a` by `?b`), unless a
    // bracket closes the clause or nothing follows.
    let read = if fault.kind == Kind::Symbol { &source[..fault.range.end] } else { source.trim_end() };
    if let Beginning::Refused(reason) = Beginning::of(&parser, read) {
        return refusal(&reason, source, &tokens, fault, at);
    }
    match fault.kind {
        Kind::PrefixedName
            if unknown_prefix(&of_query(injected, source, &tokens), source, fault).is_some() =>
        {
            prefix(&of_query(injected, source, &tokens), source, fault, marked)
        }
        Kind::UnclosedText => {
            marked("a string that is never closed".into()).expected("needs a second quotation mark")
        }
        Kind::Iri if sparql_iri(found).is_err() => marked(format!("`{found}` is not a complete IRI"))
            .expected("needs a scheme, such as `https:`")
            .help("write the whole IRI, or a prefixed name such as stp:Position, or set --base"),
        Kind::BrokenIri => marked(format!("`{found}` is not an IRI"))
            .expected("an IRI has no spaces and none of \"<>{}|^`\\")
            .help("write %20 for a space"),
        Kind::Word
            if !tokens[..sound].iter().any(|token| FORMS.iter().any(|form| token.is_word(source, form)))
                && UPDATES.iter().any(|word| fault.is_word(source, word)) =>
        {
            marked(format!("`{found}` begins an update, but queries only read"))
                .help("to change the data, load or remove documents")
        }
        _ => {
            let can_be_named =
                || !matches!(Beginning::of(&parser, &format!("{before} AS")), Beginning::Unsound);
            columns::diagnose(source, &tokens, sound, can_be_named, marked).unwrap_or_else(|| {
                let expected = expected(&parser, before);
                unexpected(found, fault.kind, &expected, marked(format!("unexpected `{found}`")))
            })
        }
    }
}

/// What the parser says about the beginning of a query.
pub(in crate::query) enum Beginning {
    /// A query can begin like this.
    Sound,
    /// None can.
    Unsound,
    /// The grammar allows it, another rule does not; in the parser's words.
    Refused(String),
}

impl Beginning {
    pub(in crate::query) fn of(parser: &SparqlParser, text: &str) -> Self {
        let padded = format!("{text}{PADDING}");
        let Err(error) = parser.clone().parse_query(&padded) else { return Self::Sound };
        let message = error.to_string();
        if let Some(reason) = reason(&message) {
            return Self::Refused(reason);
        }
        // A beginning that lacks nothing but its end has been read up to there.
        if place(&message) == Some(end(&padded)) { Self::Sound } else { Self::Unsound }
    }

    pub(in crate::query) fn is_sound(&self) -> bool {
        matches!(self, Self::Sound)
    }
}

/// Line and column of "error at 1:26: expected …".
fn place(message: &str) -> Option<(usize, usize)> {
    let (line, rest) = message.strip_prefix("error at ")?.split_once(':')?;
    Some((line.parse().ok()?, rest.split_once(':')?.0.parse().ok()?))
}

fn end(text: &str) -> (usize, usize) {
    let last = text.rsplit('\n').next().unwrap_or_default();
    (text.matches('\n').count() + 1, last.chars().count() + 1)
}

/// A reason that is a sentence, among the tokens that the parser lists as expected.
fn reason(message: &str) -> Option<String> {
    let expected = message.split_once("expected ")?.1;
    let sentence = expected.trim_start_matches("one of ").split(", ").find(|item| {
        item.starts_with(|c: char| c.is_ascii_alphabetic())
            && item.contains(' ')
            && !item.contains("parsing failed")
    })?;
    (sentence != "Prefix not found").then(|| sentence.to_owned())
}

fn partition(count: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = usize::midpoint(low, high);
        if holds(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

/// What could stand after this beginning: things, then keywords.
pub(in crate::query) fn expected(
    parser: &SparqlParser,
    before: &str,
) -> (Vec<&'static str>, Vec<&'static str>) {
    let fits =
        |example: &str| !matches!(Beginning::of(parser, &format!("{before} {example}")), Beginning::Unsound);
    (
        THINGS.iter().filter(|(_, example)| fits(example)).map(|(name, _)| *name).collect(),
        KEYWORDS.iter().copied().filter(|keyword| fits(keyword)).collect(),
    )
}

fn expectation(diagnostic: Diagnostic, (things, keywords): &(Vec<&str>, Vec<&str>)) -> Diagnostic {
    let all: Vec<&str> = things.iter().chain(keywords).copied().collect();
    match all.split_last() {
        None => diagnostic,
        Some((only, [])) => diagnostic.expected(format!("expected {only}")),
        Some((last, others)) if all.len() <= 4 => {
            diagnostic.expected(format!("expected {} or {last}", others.join(", ")))
        }
        Some((last, others)) => diagnostic.note(format!("expected {} or {last}", others.join(", "))),
    }
}

fn unexpected(
    found: &str,
    kind: Kind,
    expected: &(Vec<&str>, Vec<&str>),
    diagnostic: Diagnostic,
) -> Diagnostic {
    let diagnostic = expectation(diagnostic, expected);
    if kind != Kind::Word {
        return diagnostic;
    }
    let terms: Vec<String> = vocab::stp::TERMS
        .iter()
        .chain(vocab::stp::prop::TERMS)
        .filter(|term| term.as_str()[vocab::stp::NAMESPACE.len()..].eq_ignore_ascii_case(found))
        .map(|term| Prefixes::known().shorten(*term))
        .collect();
    let keywords = nearest(found, expected.1.iter().copied(), 1);
    match did_you_mean(&keywords.into_iter().chain(terms.iter().map(String::as_str)).collect::<Vec<_>>()) {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

fn unknown_prefix<'s>(known: &Prefixes, source: &'s str, fault: &Token) -> Option<&'s str> {
    let (prefix, _) = fault.text(source).split_once(':')?;
    known.get(prefix).is_none().then_some(prefix)
}

fn prefix(
    known: &Prefixes,
    source: &str,
    fault: &Token,
    marked: impl Fn(String) -> Diagnostic,
) -> Diagnostic {
    let prefix = unknown_prefix(known, source, fault).unwrap_or_default();
    let diagnostic = marked(format!("unknown prefix `{prefix}:`")).expected("neither declared nor known");
    let names: Vec<String> =
        known.iter().filter(|(name, _)| !name.is_empty()).map(|(name, _)| format!("{name}:")).collect();
    let near = nearest(&format!("{prefix}:"), names.iter().map(String::as_str), 1);
    let declare = format!("declare it at the beginning: PREFIX {prefix}: <https://…>");
    match did_you_mean(&near) {
        Some(help) => diagnostic.note(declare).help(help),
        None => diagnostic.help(declare),
    }
}

fn refusal(
    reason: &str,
    source: &str,
    tokens: &[Token],
    fault: &Token,
    at: impl Fn(Range<usize>) -> Place,
) -> Diagnostic {
    if reason.contains("SELECT")
        && reason.contains("expression")
        && let Some((range, help)) = columns::grouped_again(source, tokens)
    {
        let message = "an expression of GROUP BY is selected again";
        return Diagnostic::error(message).at(at(range)).help(help);
    }
    let range = blamed::range(reason, source, tokens, fault);
    let (message, help) = match reason {
        "The SELECT contains a variable that is unbound" => (
            "SELECT names a variable that is neither grouped nor aggregated",
            Some("add it to GROUP BY, or wrap it, as in (SAMPLE(?x) AS ?one)"),
        ),
        "The SELECT contains an expression with a variable that is unbound" => (
            "an expression of SELECT has a variable that is neither grouped nor aggregated",
            Some("add it to GROUP BY, or wrap it, as in SAMPLE(?x)"),
        ),
        "Duplicated variable name in SELECT" => ("SELECT names a variable twice", None),
        "The SELECT overrides an existing variable using an expression" => (
            "SELECT gives a name to an expression that the pattern uses already",
            Some("choose another name after AS"),
        ),
        "BIND is overriding an existing variable" => (
            "BIND gives a name that the pattern before it uses already",
            Some("choose another name after AS"),
        ),
        other => (other.trim_end_matches('.'), None),
    };
    let diagnostic = Diagnostic::error(message).at(at(range));
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

fn sparql_iri(token: &str) -> Result<oxrdf::NamedNode, oxrdf::IriParseError> {
    oxrdf::NamedNode::new(token.trim_start_matches('<').trim_end_matches('>'))
}

#[cfg(test)]
mod tests;
