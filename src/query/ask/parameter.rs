//! Parameters of questions: from what people write to the terms that queries need.

use super::choices::is_small;
use crate::base::error::{Error, Result};
use crate::base::header::unknown;
use crate::model::Edtf;
use crate::model::registry;
use crate::query::GroundTerm;
use crate::store::GraphReader;
use crate::store::names;
use oxrdf::Literal;
use oxrdf::vocab::xsd;

/// The value that stands for every thing of a kind.
pub(super) const ALL: &str = "all";
/// The value of a flag that is set.
pub(super) const SET: &str = "true";

/// What can be said more precisely about a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name: that of the query's variable.
    pub name: String,
    /// Its name as an option of the command line: words joined by hyphens.
    pub option: String,
    /// Kind of its values.
    pub kind: Kind,
    /// The value that it has unless another is given.
    pub default: Option<String>,
    /// Whether it can go without a value, and then ranges over everything.
    pub optional: bool,
    /// What it does, if its kind does not say so.
    pub about: Option<String>,
    /// The texts that it can be; any if there are none.
    pub values: Vec<String>,
}

/// What a parameter's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An issue.
    Issue,
    /// An actor.
    Actor,
    /// An article.
    Article,
    /// A topic, which issues belong to.
    Topic,
    /// A day.
    Date,
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// A number of days.
    Days,
    /// Whether something is wanted: an option without a value.
    Flag,
}

/// A parameter's value as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The parameter.
    pub name: String,
    /// The term to bind; none where everything is meant.
    pub term: Option<GroundTerm>,
    /// The value for people: a label rather than an IRI.
    pub shown: String,
}

impl Value {
    /// The value as it can be given again.
    pub(super) fn given(&self) -> String {
        match &self.term {
            Some(GroundTerm::NamedNode(thing)) => thing.as_str().to_owned(),
            _ => self.shown.clone(),
        }
    }
}

impl Kind {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::Issue,
        Self::Actor,
        Self::Article,
        Self::Topic,
        Self::Date,
        Self::Text,
        Self::Integer,
        Self::Days,
        Self::Flag,
    ];

    /// Its name in question files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Actor => "actor",
            Self::Article => "article",
            Self::Topic => "topic",
            Self::Date => "date",
            Self::Text => "string",
            Self::Integer => "integer",
            Self::Days => "days",
            Self::Flag => "flag",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// What a value looks like, for help texts.
    #[must_use]
    pub fn form(self) -> &'static str {
        match self {
            Self::Issue | Self::Actor | Self::Article | Self::Topic => {
                "name, alias, unambiguous part of either, IRI, or `all`"
            }
            Self::Date => "day, month or year, such as 2025-04-11",
            Self::Text => "text",
            Self::Integer => "whole number",
            Self::Days => "number of days, such as 90d",
            Self::Flag => "`true` or `false`",
        }
    }

    /// What sort of things values name, if they name things.
    #[must_use]
    pub fn things(self) -> Option<registry::Kind> {
        match self {
            Self::Issue => Some(registry::Kind::Issue),
            Self::Actor => Some(registry::Kind::Actor),
            Self::Article => Some(registry::Kind::Article),
            Self::Topic => Some(registry::Kind::Topic),
            Self::Date | Self::Text | Self::Integer | Self::Days | Self::Flag => None,
        }
    }
}

impl Parameter {
    /// Whether a value is one of a few, and the one that it has unless another is given.
    #[must_use]
    pub fn is_default_choice(&self, value: &Value) -> bool {
        !self.values.is_empty() && self.default.as_ref() == Some(&value.shown)
    }

    /// Whether it is called that, as an option or as the query's variable.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        self.name == name || self.option == name
    }

    /// The value that was given, or else the default; none where the parameter goes without.
    ///
    /// # Errors
    /// A value that nothing, or more than one thing, is called by; no value where one is needed.
    pub(super) fn resolve(
        &self,
        question: &str,
        index: &dyn GraphReader,
        given: Option<&str>,
    ) -> Result<Option<Value>> {
        let text = match (given.or(self.default.as_deref()), self.kind.things()) {
            (Some(text), _) => text,
            (None, _) if self.optional => return Ok(None),
            (None, Some(_)) if is_small(index)? => ALL,
            (None, Some(kind)) => return Err(self.unchosen(question, kind, index)?),
            (None, None) => return Err(self.missing(question)),
        };
        if text.trim().is_empty() {
            let all = self
                .kind
                .things()
                .map_or_else(String::new, |kind| format!("; {}", names::examples(index, kind)));
            return Err(Error::usage(format!("--{} is empty", self.option))
                .with_help(format!("write a {}{all}", self.kind.form())));
        }
        let value = |term: GroundTerm, shown: String| {
            Ok(Some(Value { name: self.name.clone(), term: Some(term), shown }))
        };
        let Some(kind) = self.kind.things() else {
            return value(self.literal(text)?.into(), text.to_owned());
        };
        if text == ALL {
            return Ok(Some(Value { name: self.name.clone(), term: None, shown: ALL.to_owned() }));
        }
        let thing = names::one(index, kind, text)?;
        value(thing.iri.into(), thing.label)
    }

    fn literal(&self, text: &str) -> Result<Literal> {
        if let (Kind::Days, Some(days)) = (self.kind, days(text)) {
            return Ok(days.into());
        }
        if let (Kind::Date, Some(period)) = (self.kind, Edtf::period(text)) {
            // What is asked from some time on begins with it; everything else means its end.
            let day = if self.name == "since" { period.first() } else { period.last() };
            if let Some(day) = day {
                return Ok(Literal::new_typed_literal(day.to_string(), xsd::DATE));
            }
        }
        let datatype = match self.kind {
            Kind::Integer if text.parse::<i64>().is_ok() => xsd::INTEGER,
            Kind::Flag if text.parse::<bool>().is_ok() => xsd::BOOLEAN,
            Kind::Date | Kind::Integer | Kind::Days | Kind::Flag => {
                return Err(Error::usage(format!(
                    "--{} takes a {}, not `{text}`",
                    self.option,
                    self.kind.form()
                )));
            }
            _ if !self.values.is_empty() && !self.values.iter().any(|value| value == text) => {
                let values = self.values.iter().map(String::as_str);
                return Err(unknown(&format!("value of --{}", self.option), text, values));
            }
            _ => xsd::STRING,
        };
        Ok(Literal::new_typed_literal(text, datatype))
    }

    fn missing(&self, question: &str) -> Error {
        Error::usage(format!("`{question}` needs --{}", self.option))
            .with_help(format!("a {}", self.kind.form()))
    }
}

/// Days of a span of time in days or weeks: 90, 90d, 13w.
fn days(text: &str) -> Option<i64> {
    let text = text.trim();
    let (number, unit) = match text.strip_suffix('w') {
        Some(weeks) => (weeks, 7),
        None => (text.strip_suffix('d').unwrap_or(text), 1),
    };
    number.parse::<u32>().ok().map(|number| i64::from(number) * unit)
}
