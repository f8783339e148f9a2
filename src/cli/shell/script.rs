//! Piped text, cut into what is to be run one after the other.

use super::is_command;
use crate::model::prefixes::Prefixes;
use crate::query::{Stage, stage};

/// A query or a command, and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its text.
    pub text: String,
    /// Its first line, from 1.
    pub line: usize,
}

/// The statements of a text: a line that begins with a full stop, outside of queries, is one; a query
/// goes on as long as the next line can belong to it, so that `LIMIT 5` may stand on a line of its own. An
/// unfinished or wrong query is a statement, too: whoever runs it finds what is wrong.
pub struct Statements<'a> {
    lines: std::iter::Peekable<std::iter::Enumerate<std::str::Lines<'a>>>,
    prefixes: &'a Prefixes,
}

impl<'a> Statements<'a> {
    /// Of a text in which these prefixes need no declaration.
    #[must_use]
    pub fn of(text: &'a str, prefixes: &'a Prefixes) -> Self {
        Self { lines: text.lines().enumerate().peekable(), prefixes }
    }
}

impl Iterator for Statements<'_> {
    type Item = Statement;

    fn next(&mut self) -> Option<Statement> {
        let mut found: Option<Statement> = None;
        while let Some((number, line)) = self.lines.next_if(|(_, line)| {
            let Some(so_far) = &found else { return true };
            let query = super::command::query_of(&so_far.text);
            if query.is_none() && is_command(&so_far.text) {
                return false;
            }
            let so_far = query.unwrap_or(&so_far.text);
            let with = || stage(&format!("{so_far}\n{line}"), self.prefixes);
            match stage(so_far, self.prefixes) {
                Stage::Begun => true,
                // A query that is whole may have more behind it.
                Stage::Whole => !is_command(line) && with() != Stage::Broken,
                Stage::Nothing => !is_command(line),
                Stage::Broken => false,
            }
        }) {
            match &mut found {
                None if line.trim().is_empty() => {}
                None => found = Some(Statement { text: line.to_owned(), line: number + 1 }),
                Some(statement) => {
                    statement.text.push('\n');
                    statement.text.push_str(line);
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(usize, String)> {
        let prefixes = Prefixes::known();
        Statements::of(text, &prefixes).map(|s| (s.line, s.text.trim_end().to_owned())).collect()
    }

    #[test]
    fn queries_go_on_as_long_as_lines_belong_to_them() {
        let text = ".format csv\n\nSELECT ?a {\n  ?a ?b ?c\n\n}\nORDER BY ?a\nLIMIT 5\nASK {}\n\n.show 1\n";
        let query = "SELECT ?a {\n  ?a ?b ?c\n\n}\nORDER BY ?a\nLIMIT 5";
        assert_eq!(
            cut(text),
            [(1, ".format csv".into()), (3, query.into()), (9, "ASK {}".into()), (11, ".show 1".into())]
        );
    }

    #[test]
    fn what_is_wrong_is_a_statement_too() {
        assert_eq!(cut("SELCT ?a\nASK {}"), [(1, "SELCT ?a".into()), (2, "ASK {}".into())]);
        assert_eq!(cut("ASK {\n?a"), [(1, "ASK {\n?a".into())]);
        assert_eq!(cut("# why\nASK {}"), [(1, "# why\nASK {}".into())]);
        assert_eq!(cut(".explain ASK {\n}\nASK {}"), [(1, ".explain ASK {\n}".into()), (3, "ASK {}".into())]);
        assert!(cut("\n\n").is_empty());
        // In a query a line may begin with the full stop of its triples.
        assert_eq!(cut("ASK { ?a ?b ?c\n. ?d ?e ?f }").len(), 1);
    }
}
