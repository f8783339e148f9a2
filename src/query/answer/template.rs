//! A line for each row, as somebody wants it written.

use crate::base::diagnostic::{did_you_mean, nearest};
use crate::base::error::{Error, Result};
use crate::query::Answer;
use std::iter::Peekable;
use std::str::Chars;

/// What a row becomes: text, and columns in braces.
///
/// `{actor}` is the label of what the column holds, `{actor|iri}` the IRI itself, or the bare value of a
/// literal; `{{` and `}}` are braces, `\n`, `\t` and `\\` line break, tabulator and backslash. A line break
/// ends each row, and none is taken from values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Column { name: String, form: Form },
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::query) enum Form {
    /// For people: labels.
    Label,
    /// As it is in the graph.
    Iri,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// A brace or backslash that is none of the above.
    pub fn parse(text: &str) -> Result<Self> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\\' => plain.push(escape(chars.next())?),
                '{' | '}' if chars.next_if_eq(&c).is_some() => plain.push(c),
                '{' => {
                    if !plain.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    }
                    pieces.push(column(&mut chars)?);
                }
                '}' => {
                    return Err(Error::usage("the template has a `}` without a `{` before it")
                        .with_help("write `}}` for a brace"));
                }
                c => plain.push(c),
            }
        }
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Self(pieces))
    }

    /// The lines for an answer; `cell` writes the value of a row's column.
    ///
    /// # Errors
    /// An answer without rows; a column that it does not have.
    pub(in crate::query) fn lines(
        &self,
        answer: &Answer,
        mut cell: impl FnMut(&oxrdf::Term, Form) -> String,
    ) -> Result<String> {
        let Answer::Rows { variables, rows } = answer else {
            return Err(Error::usage("a template writes rows, but the query returns none")
                .with_help("omit --template, or use SELECT"));
        };
        let names = || variables.iter().map(|variable| variable.as_str());
        let mut columns = Vec::new();
        for piece in &self.0 {
            let Piece::Column { name, .. } = piece else { continue };
            let at = names().position(|known| known == name).ok_or_else(|| unknown(name, names()))?;
            columns.push(at);
        }
        let mut out = String::new();
        for row in rows {
            let mut columns = columns.iter();
            for piece in &self.0 {
                match piece {
                    Piece::Text(text) => out.push_str(text),
                    Piece::Column { form, .. } => {
                        let term = columns.next().and_then(|at| row[*at].as_ref());
                        let value = term.map(|term| cell(term, *form)).unwrap_or_default();
                        out.push_str(&value.replace(['\n', '\r'], " "));
                    }
                }
            }
            out.push('\n');
        }
        Ok(out)
    }
}

fn escape(c: Option<char>) -> Result<char> {
    match c {
        Some('n') => Ok('\n'),
        Some('t') => Ok('\t'),
        Some('\\') => Ok('\\'),
        other => {
            let found = other.map_or_else(|| "ends with a `\\`".into(), |c| format!("has `\\{c}`"));
            Err(Error::usage(format!("the template {found}"))
                .with_help("write \\n, \\t, or \\\\ for a backslash"))
        }
    }
}

fn column(chars: &mut Peekable<Chars<'_>>) -> Result<Piece> {
    let mut inside = String::new();
    loop {
        match chars.next() {
            Some('}') => break,
            Some(c) if c != '{' => inside.push(c),
            _ => {
                return Err(Error::usage(format!("the template has `{{{inside}` without a `}}` after it"))
                    .with_help("write {column}, or `{{` for a brace"));
            }
        }
    }
    let (name, form) = inside.split_once('|').map_or((inside.as_str(), None), |(n, f)| (n, Some(f.trim())));
    let form = match form {
        None => Form::Label,
        Some("iri") => Form::Iri,
        Some(other) => {
            return Err(Error::usage(format!(
                "unknown `|{other}` in the template; only `|iri` can follow a column"
            )));
        }
    };
    let name = name.trim().trim_start_matches(['?', '$']);
    if name.is_empty() {
        return Err(Error::usage("the template has braces without a column")
            .with_help("write {column}, or `{{}}` for braces"));
    }
    Ok(Piece::Column { name: name.to_owned(), form })
}

fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Error {
    let near = did_you_mean(&nearest(name, known.clone(), 3));
    let all = || format!("the answer has {}", known.collect::<Vec<_>>().join(", "));
    Error::usage(format!("the template has {{{name}}}, but the answer has no such column"))
        .with_help(near.unwrap_or_else(all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxrdf::{Literal, Variable};
    use proptest::prelude::*;

    fn lines(template: &str, values: &[&str]) -> Result<String> {
        let variables = ["who", "quote"].map(Variable::new_unchecked).to_vec();
        let row = values.iter().map(|value| Some(Literal::new_simple_literal(*value).into()));
        let mut row: Vec<_> = row.collect();
        row.resize(2, None);
        let answer = Answer::Rows { variables, rows: vec![row] };
        Template::parse(template)?.lines(&answer, |term, form| match (term, form) {
            (oxrdf::Term::Literal(text), Form::Label) => text.value().to_owned(),
            (term, _) => term.to_string(),
        })
    }

    fn refusal(template: &str) -> String {
        let error = lines(template, &[]).unwrap_err();
        format!("{error}; {}", error.help().unwrap_or_default())
    }

    #[test]
    fn columns_are_filled_in() {
        assert_eq!(lines("{who}: {quote}", &["Ana", "no\nway"]).unwrap(), "Ana: no way\n");
        assert_eq!(lines("{ ?who | iri }", &["Ana"]).unwrap(), "\"Ana\"\n");
        assert_eq!(lines("{who}-{quote}", &["Ana"]).unwrap(), "Ana-\n", "unbound");
        assert_eq!(lines(r"a\tb\n\\{{who}}", &[]).unwrap(), "a\tb\n\\{who}\n");
        assert_eq!(lines("", &[]).unwrap(), "\n");
    }

    #[test]
    fn what_is_wrong_is_reported() {
        assert_eq!(
            refusal("{quot}"),
            "the template has {quot}, but the answer has no such column; did you mean `quote`?"
        );
        assert_eq!(
            refusal("{xyz}"),
            "the template has {xyz}, but the answer has no such column; the answer has who, quote"
        );
        assert_eq!(
            refusal("{who"),
            "the template has `{who` without a `}` after it; write {column}, or `{{` for a brace"
        );
        assert_eq!(refusal("who}"), "the template has a `}` without a `{` before it; write `}}` for a brace");
        assert_eq!(refusal(r"a\x"), r"the template has `\x`; write \n, \t, or \\ for a backslash");
        assert!(refusal("a\\").starts_with(r"the template ends with a `\`"));
        assert!(refusal("{who|upper}").contains("`|iri`"));
        assert!(refusal("{}").contains("{column}"));
    }

    proptest! {
        /// Whatever text is, escaped it comes out as it was; whatever a template is, reading it ends.
        #[test]
        fn escaped_text_comes_out_as_it_was(text in "\\PC{0,30}|[{}\\\\nt|a]{0,12}") {
            let escaped = text.replace('\\', "\\\\").replace('{', "{{").replace('}', "}}");
            prop_assert_eq!(lines(&escaped, &[]).unwrap(), format!("{text}\n"));
            let _ = Template::parse(&text);
        }
    }
}
