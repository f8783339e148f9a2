//! Constants that cannot work, found before a query runs: regular expressions that are none, and what CONCAT
//! cannot join. An expression that holds one is an error for every row.

use super::exec::function::{PatternError, regex};
use super::parse::algebra::{all_expressions, all_patterns, expressions_of};
use super::{Query, QueryError};
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::tokens::Kind;
use crate::model::vocab::xsd;
use oxrdf::{Literal, NamedNode};
use spargebra::algebra::{Expression, Function};
use std::ops::Range;

/// Looks at the constants of a query.
///
/// # Errors
/// The first that cannot work, at its place.
pub(super) fn check(query: &Query) -> Result<(), QueryError> {
    for pattern in all_patterns(query.pattern()) {
        for expression in expressions_of(pattern).into_iter().flat_map(all_expressions) {
            let Expression::FunctionCall(function, arguments) = expression else { continue };
            match function {
                Function::Regex => of_pattern(query, arguments, 2)?,
                Function::Replace => of_pattern(query, arguments, 3)?,
                Function::Concat => joined(query, arguments)?,
                _ => {}
            }
        }
    }
    Ok(())
}

/// The second argument of REGEX and REPLACE, with the flags at `flags`, as far as both are constants.
fn of_pattern(query: &Query, arguments: &[Expression], flags: usize) -> Result<(), QueryError> {
    let text = |at: usize| match arguments.get(at) {
        None => Some(""),
        Some(Expression::Literal(literal)) if literal.datatype() == xsd::STRING => Some(literal.value()),
        Some(_) => None,
    };
    let (Some(Expression::Literal(pattern)), Some(flag)) = (arguments.get(1), text(flags)) else {
        return Ok(());
    };
    let Err(error) = regex(pattern.value(), flag) else { return Ok(()) };
    let (at, diagnostic) = match error {
        PatternError::Flag(flag) => (
            arguments.get(flags),
            Diagnostic::error(format!("`{flag}` is not a flag of regular expressions"))
                .help("flags are i (any case), s (dot matches a line end), m (lines), x (blanks are ignored), q (no pattern)"),
        ),
        PatternError::Pattern(why) => {
            (arguments.get(1), Diagnostic::error("this is not a valid regular expression").expected(why))
        }
        PatternError::Unsupported(what, instead) => (
            arguments.get(1),
            Diagnostic::error(format!("regular expressions with {what} are not supported")).help(instead),
        ),
    };
    let place = match at {
        Some(Expression::Literal(literal)) => place(query, literal),
        _ => None,
    };
    Err(placed(query, diagnostic, place))
}

/// The arguments of CONCAT: an IRI or a number is not a text.
fn joined(query: &Query, arguments: &[Expression]) -> Result<(), QueryError> {
    for argument in arguments {
        let (what, place) = match argument {
            Expression::NamedNode(iri) => match place_of_iri(query, iri) {
                Some(range) => (query.text[range.clone()].to_owned(), Some(range)),
                None => (iri.to_string(), None),
            },
            Expression::Literal(literal)
                if literal.datatype() != xsd::STRING && literal.language().is_none() =>
            {
                (literal.value().to_owned(), place(query, literal))
            }
            _ => continue,
        };
        let diagnostic = Diagnostic::error(format!("CONCAT joins texts, and `{what}` is not a text"))
            .help(format!("write STR({what})"));
        return Err(placed(query, diagnostic, place));
    }
    Ok(())
}

fn placed(query: &Query, diagnostic: Diagnostic, place: Option<Range<usize>>) -> QueryError {
    let place = match place {
        Some(range) => Place::in_source(&query.name, &query.text, range),
        None => Place::file(&query.name),
    };
    diagnostic.at(place).into()
}

/// Where a constant stands first.
fn place(query: &Query, literal: &Literal) -> Option<Range<usize>> {
    let is_it = |text: &str| {
        let bare = text.trim_matches(['"', '\'']);
        bare == literal.value() || bare.replace("\\\\", "\\") == literal.value()
    };
    let constants = query.tokens.iter().filter(|token| matches!(token.kind, Kind::Text | Kind::Number));
    constants.map(|token| token.range.clone()).find(|range| is_it(&query.text[range.clone()]))
}

/// Where an IRI stands first, in full or with a prefix.
fn place_of_iri(query: &Query, iri: &NamedNode) -> Option<Range<usize>> {
    let is_it = |range: &Range<usize>, kind: Kind| match kind {
        Kind::Iri => query.text[range.start + 1..range.end - 1] == *iri.as_str(),
        Kind::PrefixedName => {
            query.prefixes.expand(&query.text[range.clone()]).as_deref() == Some(iri.as_str())
        }
        _ => false,
    };
    let mut tokens = query.tokens.iter();
    tokens.find(|token| is_it(&token.range, token.kind)).map(|token| token.range.clone())
}
