//! Rules: SPARQL queries that find what is wrong, and say in their header what it is.
//!
//! A rule is a file: plain SPARQL 1.1 behind `#+` lines that give `summary`, `problem`,
//! `solution`, `severity` and `message`. Its rows have `?subject`, the thing at fault. Rows that
//! agree in all columns but `?position` are one finding, and their `?position`s are the records
//! shown beside each other under it; so a conflict of ten positions is one finding, and no rule
//! needs to join positions with each other.
//!
//! A rule with `lexicon: hedges` is asked once a language: `?language` is its tag, `?hedges` a
//! regular expression that a text with a hedging word between blanks matches, the word being its
//! first group.

use super::lexicon::Lexicon;
use super::message::Message;
use super::{Change, Found, Severity};
use crate::base::diagnostic::{did_you_mean, nearest};
use crate::base::error::{Error, Result};
use crate::base::header;
use crate::base::header::unknown;
use crate::base::tokens;
use crate::query::{Answer, Form, Query};
use crate::store::index::Index;
use include_dir::{Dir, include_dir};
use oxrdf::{Literal, NamedNode, Term, Variable};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules");

const FIELDS: &[&str] = &["summary", "problem", "solution", "severity", "message", "lexicon"];
const SUBJECT: &str = "subject";
const POSITION: &str = "position";

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name: that of its file.
    pub name: String,
    /// Finding in one line.
    pub summary: String,
    /// Why that matters.
    pub problem: String,
    /// Remedy.
    pub solution: String,
    /// Severity of its findings.
    pub severity: Severity,
    message: Message,
    uses_lexicon: bool,
    file: String,
    text: String,
}

/// The rules of `rules/`, alphabetically by name.
///
/// # Panics
/// If one of them cannot be read, which a test excludes.
#[must_use]
pub fn library() -> &'static [Rule] {
    static LIBRARY: LazyLock<Vec<Rule>> = LazyLock::new(|| {
        let mut rules: Vec<Rule> = FILES
            .files()
            .filter_map(|file| {
                let name = file.path().to_str()?.strip_suffix(".rq")?;
                let text = file.contents_utf8()?;
                // Most are never asked: a query is parsed when it is, and by a test.
                let rule = Rule::headed(&format!("rules/{name}.rq"), name, text);
                Some(rule.unwrap_or_else(|fault| panic!("{fault}")))
            })
            .collect();
        rules.sort_by(|a, b| a.name.cmp(&b.name));
        rules
    });
    &LIBRARY
}

/// The rules in a file of one's own, or in the `.rq` files of a folder.
///
/// # Errors
/// Files that cannot be read, or are no rules.
pub fn read(path: &Path) -> Result<Vec<Rule>> {
    let mut files: Vec<PathBuf> = if path.is_dir() {
        let entries = std::fs::read_dir(path).map_err(Error::file("read", path))?;
        let files = entries.map(|entry| entry.map(|entry| entry.path()));
        files.collect::<Result<_, _>>().map_err(Error::file("read", path))?
    } else {
        vec![path.to_owned()]
    };
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rq"));
    files.sort();
    if files.is_empty() {
        return Err(Error::usage(format!("`{}` contains no rules", path.display()))
            .with_help("a rule is a .rq file: SPARQL with a header of `#+` lines"));
    }
    let rule = |file: &PathBuf| {
        let text = std::fs::read_to_string(file).map_err(Error::file("read", file))?;
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        Rule::parse(&file.display().to_string(), &name, &text)
    };
    files.iter().map(rule).collect()
}

impl Rule {
    /// Reads a rule; `name` is its file's without the ending.
    ///
    /// # Errors
    /// A header that is not as it should be, a query that cannot be read or is no SELECT.
    pub fn parse(file: &str, name: &str, text: &str) -> Result<Self> {
        let rule = Self::headed(file, name, text).map_err(header::in_file(file))?;
        if Query::parse(file, text)?.form() != Form::Rows {
            return Err(Error::usage(format!("{file}: a rule must be a SELECT query")));
        }
        Ok(rule)
    }

    fn headed(file: &str, name: &str, text: &str) -> Result<Self> {
        let header = header::read(text, FIELDS)?;
        let severity = header.required("severity", "a rule")?;
        let severity = Severity::named(&severity)
            .ok_or_else(|| unknown("severity", &severity, Severity::ALL.iter().map(|s| s.word())))?;
        let lexicon = header.text("lexicon")?;
        if let Some(other) = lexicon.as_deref().filter(|lexicon| *lexicon != "hedges") {
            return Err(unknown("lexicon", other, ["hedges"].into_iter()));
        }
        Ok(Self {
            name: name.to_owned(),
            summary: header.required("summary", "a rule")?,
            problem: header.required("problem", "a rule")?,
            solution: header.required("solution", "a rule")?,
            severity,
            message: Message::parse(&header.required("message", "a rule")?)?,
            uses_lexicon: lexicon.is_some(),
            file: file.to_owned(),
            text: text.to_owned(),
        })
    }

    /// What the rule finds; after a change, what that can have brought about.
    ///
    /// # Errors
    /// The query cannot be answered, or its columns are not those that the rule needs.
    pub(super) fn find(
        &self,
        index: &Index,
        lexicon: &Lexicon,
        change: Option<&Change>,
    ) -> Result<Vec<Found>> {
        let found = |text: &str| {
            let query = Query::parse(&self.file, text)?;
            let answer = match change {
                Some(change) => self.answer_after(&query, index, change)?,
                None => query.answer(index, None)?,
            };
            self.findings(answer, index)
        };
        if !self.uses_lexicon {
            return found(&self.text);
        }
        let mut all = Vec::new();
        for (language, words) in lexicon.patterns() {
            let text = with_constants(&self.text, &[("?language", language), ("?hedges", &words)]);
            all.extend(found(&text)?);
        }
        Ok(all)
    }

    fn answer_after(&self, query: &Query, index: &Index, change: &Change) -> Result<Answer> {
        let answer = query.answer_after(index, &change.added, &change.removed)?;
        let Answer::Rows { variables, rows } = &answer else { return Ok(answer) };
        let Some(position) = variables.iter().position(|name| name.as_str() == POSITION) else {
            return Ok(answer);
        };
        if rows.is_empty() {
            return Ok(answer);
        }
        // A finding shows all positions in conflict, those of before, too.
        let key =
            |row: &[Option<Term>]| -> Vec<Option<Term>> { [&row[..position], &row[position + 1..]].concat() };
        let known: HashSet<_> = rows.iter().map(|row| key(row)).collect();
        let mut answer = query.answer(index, None)?;
        if let Answer::Rows { rows, .. } = &mut answer {
            rows.retain(|row| known.contains(&key(row)));
        }
        Ok(answer)
    }

    fn findings(&self, answer: Answer, index: &Index) -> Result<Vec<Found>> {
        let Answer::Rows { variables, rows } = answer else {
            unreachable!("a rule was found to be a SELECT query when it was read");
        };
        let columns: Vec<&str> = variables.iter().map(Variable::as_str).collect();
        for wanted in std::iter::once(SUBJECT).chain(self.message.columns()) {
            if !columns.contains(&wanted) {
                let help = did_you_mean(&nearest(wanted, columns.iter().copied(), 1));
                let fault = Error::usage(format!("{}: the query returns no column `?{wanted}`", self.file));
                return Err(help.into_iter().fold(fault, Error::with_help));
            }
        }
        let subject = columns.iter().position(|name| *name == SUBJECT).unwrap_or_default();
        let position = columns.iter().position(|name| *name == POSITION);
        let words = |term: &Term| match term {
            Term::NamedNode(node) => super::name(index, node),
            Term::Literal(text) => text.value().to_owned(),
            other => other.to_string(),
        };
        // Rows that agree in all but the position are one finding.
        let mut places: HashMap<Vec<Option<Term>>, usize> = HashMap::new();
        let mut found: Vec<Found> = Vec::new();
        for mut row in rows {
            let position = position.and_then(|at| row[at].take());
            let Some(at) = row[subject].clone() else { continue };
            let place = *places.entry(row.clone()).or_insert_with(|| {
                let value = |name: &str| {
                    let column = columns.iter().position(|column| *column == name)?;
                    row[column].as_ref()
                };
                found.push(Found {
                    subject: at,
                    message: self.message.fill(&value, &words),
                    records: Vec::new(),
                });
                found.len() - 1
            });
            if let Some(Term::NamedNode(position)) = position {
                found[place].records.push(position);
            }
        }
        for found in &mut found {
            found.records.sort_by(|a: &NamedNode, b| a.as_str().cmp(b.as_str()));
            found.records.dedup();
        }
        Ok(found)
    }
}

/// The query with these variables written as texts.
///
/// Not bound like parameters: the engine compiles a pattern once only if it stands there as a
/// constant, and for every row if it is a variable.
fn with_constants(query: &str, constants: &[(&str, &str)]) -> String {
    let (mut text, mut end) = (String::with_capacity(query.len()), 0);
    for token in tokens::tokens(query) {
        let name = &query[token.range.clone()];
        if let Some((_, value)) = constants.iter().find(|(constant, _)| *constant == name) {
            text.push_str(&query[end..token.range.start]);
            text += &Literal::new_simple_literal(*value).to_string();
            end = token.range.end;
        }
    }
    text + &query[end..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_take_the_place_of_variables_alone() {
        let text = "FILTER (REGEX(?words, ?hedges)) # ?hedges\n\"?hedges\"";
        let expected = "FILTER (REGEX(?words, \"a\\\\(b\")) # ?hedges\n\"?hedges\"";
        assert_eq!(with_constants(text, &[("?hedges", "a\\(b")]), expected);
    }

    const HEAD: &str = "#+ summary: a\n#+ problem: b\n#+ solution: c\n#+ severity: warning\n";

    fn rule(rest: &str) -> Result<Rule> {
        Rule::parse("own.rq", "own", &format!("{HEAD}{rest}"))
    }

    fn index() -> Index {
        let triples = "<ex:a> <ex:p> <ex:x> .\n<ex:b> <ex:p> <ex:x> .\n<ex:c> <ex:p> <ex:y> .\n";
        Index::from_ntriples([triples], &[]).unwrap()
    }

    #[test]
    fn rows_that_differ_in_the_position_alone_are_one_finding() {
        let rule = rule(
            "#+ message: \"{subject} is shared\"\nSELECT ?subject ?position { ?position <ex:p> ?subject }",
        );
        let mut found = rule.unwrap().find(&index(), &Lexicon::shipped(), None).unwrap();
        found.sort_by_key(|found| found.message.clone());
        let reported: Vec<(&str, usize)> =
            found.iter().map(|found| (found.message.as_str(), found.records.len())).collect();
        assert_eq!(reported, [("ex:x is shared", 2), ("ex:y is shared", 1)]);
    }

    #[test]
    fn faults_name_the_file_and_what_would_do() {
        let fault = |rest: &str| {
            let fault =
                rule(rest).and_then(|rule| rule.find(&index(), &Lexicon::shipped(), None)).unwrap_err();
            format!("{fault}; {}", fault.help().unwrap_or_default())
        };
        assert_eq!(fault("SELECT * {}"), "own.rq: a rule needs a `message`; ");
        assert_eq!(fault("#+ message: a\nASK {}"), "own.rq: a rule must be a SELECT query; ");
        assert_eq!(
            fault("#+ message: \"{subjct}\"\nSELECT ?subject { ?subject ?p ?o }"),
            "own.rq: the query returns no column `?subjct`; did you mean `subject`?"
        );
        assert_eq!(
            fault("#+ mesage: a\nSELECT * {}"),
            "own.rq: unknown field `mesage`; did you mean `message`?"
        );
    }

    #[test]
    fn the_shipped_rules_have_the_columns_that_they_need() {
        for rule in library() {
            let text = Rule::parse(&rule.file, &rule.name, &rule.text);
            assert_eq!(text.as_ref().ok(), Some(rule));
            rule.find(&Index::from_triples([]), &Lexicon::shipped(), None)
                .unwrap_or_else(|fault| panic!("{}: {fault}", rule.name));
        }
    }
}
