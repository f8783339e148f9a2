//! Terms and parts of a query as a person would write them.

use super::explain;
use crate::model::prefixes::Prefixes;
use crate::model::vocab::xsd;
use oxrdf::Term;

/// A value is shown up to so many letters.
const LONGEST: usize = 40;

/// A term as it would be written; a long text is cut.
pub fn short(term: &Term, prefixes: &Prefixes) -> String {
    let text = match term {
        Term::NamedNode(iri) => return prefixes.shorten(iri.as_ref()),
        Term::Literal(literal) if literal.language().is_none() && literal.value().len() <= LONGEST => {
            let datatype = literal.datatype();
            if datatype == xsd::STRING { literal.to_string() } else { literal.value().to_owned() }
        }
        other => other.to_string(),
    };
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// A part's text with prefixes, and numbers for the variables that nobody wrote.
pub(crate) fn shortened(text: &str, prefixes: &Prefixes) -> String {
    const WHOLE: &str = "\"^^xsd:integer";
    let mut text = explain::shorten(text, prefixes).replace(" rdf:type ", " a ");
    // Whole numbers need no quotation marks.
    while let Some(end) = text.find(WHOLE)
        && let Some(start) = text[..end].rfind('"')
    {
        text = format!("{}{}{}", &text[..start], &text[start + 1..end], &text[end + WHOLE.len()..]);
    }
    text
}

/// An expression in one pair of brackets.
pub(crate) fn bracketed(text: &str) -> String {
    if text.starts_with('(') { text.to_owned() } else { format!("({text})") }
}
