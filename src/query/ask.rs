//! Questions that need no SPARQL: the files of `queries/`, which the program carries inside it.
//!
//! A file is plain SPARQL 1.1, so it runs in any engine as it is. What is said about it stands in
//! YAML behind `#+`, at its beginning; a parameter is a variable of the query, and one without a
//! value ranges over everything. So a parameter's variable belongs in a pattern that every row has
//! to match: in an OPTIONAL alone it would exclude nothing.

mod choices;
mod folded;
mod header;
mod mistyped;
mod parameter;
mod why_empty;

pub use choices::{Choice, SMALL};
pub use folded::Folded;
pub use mistyped::question;
pub use parameter::{Kind, Parameter, Value};

use crate::base::error::Result;
use crate::query::Query;
use crate::store::GraphReader;
use include_dir::{Dir, include_dir};
use oxrdf::Variable;
use parameter::ALL;
use std::sync::LazyLock;

/// The groups that questions are listed in: the first tag of each question, and its heading.
pub const GROUPS: &[(&str, &str)] = &[
    ("positions", "Who stands where"),
    ("bargaining", "Conditions and bargaining"),
    ("trust", "How far to trust it"),
    ("context", "Around the positions"),
];

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/queries");

/// The questions of `queries/`, alphabetically by name.
///
/// # Panics
/// If one of them cannot be read, which a test excludes.
#[must_use]
pub fn library() -> &'static [Question] {
    static LIBRARY: LazyLock<Vec<Question>> = LazyLock::new(|| {
        let mut questions: Vec<Question> = FILES
            .files()
            .filter_map(|file| {
                let name = file.path().to_str()?.strip_suffix(".rq")?;
                let text = file.contents_utf8()?;
                Some(Question::parse(name, text).unwrap_or_else(|fault| panic!("{fault}")))
            })
            .collect();
        questions.sort_by(|a, b| a.name.cmp(&b.name));
        questions
    });
    &LIBRARY
}

/// A question with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its name: that of its file.
    pub name: String,
    /// The question in one line.
    pub summary: String,
    /// Meaning of the rows, and what they leave out.
    pub description: String,
    /// Why it has no rows where no parameter keeps them away, in a sentence.
    pub empty: String,
    /// Words to find it by; the first is one of [`GROUPS`].
    pub tags: Vec<String>,
    /// Parameters, in the order of the file.
    pub parameters: Vec<Parameter>,
    /// Whether it is about coders: then it is asked of all codings.
    pub all_coders: bool,
    /// The whole file.
    pub text: String,
}

impl Question {
    /// Reads a question file; `name` is the file's without its ending.
    ///
    /// # Errors
    /// A header that is not as it should be. The query itself is read when it is asked.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        header::parse(name, text)
    }

    /// Whether a value is one of a few, and the one that its parameter has unless another is given.
    #[must_use]
    pub fn is_default_choice(&self, value: &Value) -> bool {
        let parameter = self.parameters.iter().find(|parameter| parameter.name == value.name);
        parameter.is_some_and(|parameter| parameter.is_default_choice(value))
    }

    /// The file's name, for messages.
    #[must_use]
    pub fn file(&self) -> String {
        format!("queries/{}.rq", self.name)
    }

    /// The query with these values for its parameters, and the values as they were understood.
    ///
    /// # Errors
    /// Values that nothing, or more than one thing, is called by; a parameter that needs a value.
    pub fn query(
        &self,
        index: &dyn GraphReader,
        given: impl Fn(&str) -> Option<String>,
    ) -> Result<(Query, Vec<Value>)> {
        let mut query = Query::parse(&self.file(), &self.text)?;
        let mut values = Vec::new();
        for parameter in &self.parameters {
            let Some(value) = parameter.resolve(&self.name, index, given(&parameter.name).as_deref())? else {
                continue;
            };
            if let Some(term) = value.term.clone() {
                let variable = Variable::new_unchecked(&parameter.name);
                query = query.bind(variable.clone(), term).with_option(variable, &value.shown);
            }
            values.push(value);
        }
        Ok((query, values))
    }
}
