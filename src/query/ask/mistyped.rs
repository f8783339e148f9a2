//! What helps who mistyped a question or one of its parameters.

use super::{Kind, Question, library};
use crate::base::diagnostic::{did_you_mean, nearest};
use crate::base::error::{Error, Result};

/// The question of this name; `list` says what lists them all.
///
/// # Errors
/// There is none; with those of similar names.
pub fn question(name: &str, list: &str) -> Result<&'static Question> {
    library().iter().find(|question| question.name == name).ok_or_else(|| {
        // Who types words rather than a name means the name.
        let wanted = name.trim().replace(' ', "-");
        let near = nearest(&wanted, library().iter().map(|question| question.name.as_str()), 3);
        let help = did_you_mean(&near).unwrap_or_else(|| format!("{list} lists the questions"));
        Error::usage(format!("unknown question `{name}`")).with_help(help)
    })
}

impl Question {
    /// It has no such parameter; `others` are options that can stand beside its parameters, without
    /// their hyphens.
    #[must_use]
    pub fn no_parameter(&self, typed: &str, others: &[&str]) -> Error {
        let own = self.parameters.iter().map(|parameter| parameter.option.as_str());
        let near: Vec<String> = nearest(typed, own.chain(others.iter().copied()), 1)
            .iter()
            .map(|name| format!("--{name}"))
            .collect();
        let near: Vec<&str> = near.iter().map(String::as_str).collect();
        Error::usage(format!("`{}` has no parameter --{typed}", self.name))
            .with_help(did_you_mean(&near).unwrap_or_else(|| self.listed()))
    }

    /// A value stands behind no parameter; `ask` is what the question is asked with.
    #[must_use]
    pub fn stray(&self, value: &str, ask: &str) -> Error {
        let takes_any = self.parameters.iter().find(|p| p.values.is_empty() && p.kind != Kind::Flag);
        let help = takes_any.map(|parameter| {
            let quote = if value.contains(char::is_whitespace) { "'" } else { "" };
            format!("write {ask} {} --{} {quote}{value}{quote}", self.name, parameter.option)
        });
        Error::usage(format!("`{value}` follows no parameter"))
            .with_help(help.unwrap_or_else(|| self.listed()))
    }

    fn listed(&self) -> String {
        let list: Vec<String> = self.parameters.iter().map(|p| format!("--{}", p.option)).collect();
        match list.is_empty() {
            true => format!("`{}` has no parameters", self.name),
            false => format!("`{}` has {}", self.name, list.join(", ")),
        }
    }
}
