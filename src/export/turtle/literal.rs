//! Literals in Turtle: the shortest form that reads back as the same literal.

use crate::model::vocab::xsd;
use oxrdf::{LiteralRef, NamedNodeRef};
use std::fmt::Write;

/// Writes a literal; `push_iri` writes its datatype where it is needed.
pub(super) fn push(
    text: &mut String,
    literal: LiteralRef<'_>,
    push_iri: impl Fn(&mut String, NamedNodeRef<'_>),
) {
    if is_short(literal) {
        return text.push_str(literal.value());
    }
    push_quoted(text, literal.value());
    if let Some(language) = literal.language() {
        text.extend(["@", language]);
        if let Some(direction) = literal.direction() {
            write!(text, "--{direction}").expect("strings take any text");
        }
    } else if let Some(datatype) = datatype_to_write(literal) {
        text.push_str("^^");
        push_iri(text, datatype);
    }
}

/// The datatype, where it is not seen from the form.
pub(super) fn datatype_to_write(literal: LiteralRef<'_>) -> Option<NamedNodeRef<'_>> {
    let implied = literal.language().is_some() || literal.datatype() == xsd::STRING || is_short(literal);
    (!implied).then(|| literal.datatype())
}

/// Whether the bare lexical form is the literal: `42`, `-0.5`, `true`.
///
/// Only canonical forms: `+5` and `007` are Turtle too, but tools take the liberty to
/// normalise them.
fn is_short(literal: LiteralRef<'_>) -> bool {
    let value = literal.value();
    match literal.datatype() {
        xsd::BOOLEAN => matches!(value, "true" | "false"),
        xsd::INTEGER => is_integer(value),
        xsd::DECIMAL => value.split_once('.').is_some_and(|(whole, fraction)| {
            is_integer(whole) && !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit())
        }),
        _ => false,
    }
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
        && (digits.len() == 1 || !digits.starts_with('0'))
}

/// A string of several lines keeps them, between three quotes.
///
/// What an editor would not show, or would change on saving, is escaped: control characters,
/// carriage returns, blanks at the end of a line.
fn push_quoted(text: &mut String, value: &str) {
    let long = value.contains('\n');
    let quote = if long { "\"\"\"" } else { "\"" };
    text.push_str(quote);
    let mut rest = value.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\n' if long => text.push('\n'),
            // In a long string only a quote before another one, or before the end, could close it.
            '"' if long && !matches!(rest.peek(), None | Some('"')) => text.push('"'),
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\t' => text.push_str("\\t"),
            '\r' => text.push_str("\\r"),
            ' ' if long && rest.peek() == Some(&'\n') => text.push_str("\\u0020"),
            c if c.is_control() || is_invisible(c) => {
                write!(text, "\\u{:04X}", u32::from(c)).expect("strings take any text");
            }
            c => text.push(c),
        }
    }
    text.push_str(quote);
}

/// Line separators, the byte order mark, and code points that are no characters.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(literal: LiteralRef<'_>) -> String {
        let mut text = String::new();
        push(&mut text, literal, |text, iri| write!(text, "{iri}").unwrap());
        text
    }

    #[test]
    fn short_forms_are_canonical() {
        let typed = |value, datatype| written(LiteralRef::new_typed_literal(value, datatype));
        for value in ["0", "42", "-7"] {
            assert_eq!(typed(value, xsd::INTEGER), value);
        }
        for value in ["0.5", "-0.50", "12.0"] {
            assert_eq!(typed(value, xsd::DECIMAL), value);
        }
        for value in ["", "-", "+1", "007", "1.0", "x"] {
            assert!(typed(value, xsd::INTEGER).starts_with('"'), "{value}");
        }
        for value in ["1", ".5", "1.", "+1.5", "01.5", "1.5e3"] {
            assert!(typed(value, xsd::DECIMAL).starts_with('"'), "{value}");
        }
        assert_eq!(typed("true", xsd::BOOLEAN), "true");
        assert!(typed("1", xsd::BOOLEAN).starts_with('"'));
    }

    #[test]
    fn quotes_close_where_they_should() {
        let simple = |value| written(LiteralRef::new_simple_literal(value));
        assert_eq!(simple("say \"so\""), r#""say \"so\"""#);
        assert_eq!(simple("a\n\"b\" \"\""), "\"\"\"a\n\"b\" \\\"\\\"\"\"\"");
        assert_eq!(simple("a \nb\r\n"), "\"\"\"a\\u0020\nb\\r\n\"\"\"");
        assert_eq!(simple("\u{0}\u{2028}"), "\"\\u0000\\u2028\"");
    }
}
