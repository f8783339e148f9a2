//! Parameters of questions: from what people write to the terms that queries need.

use crate::diagnostic::did_you_mean;
use crate::error::{Error, Result};
use crate::index::Index;
use crate::names::{self, Found, Thing};
use crate::query::Prefixes;
use crate::vocab::{rdf, skos, stp};
use jiff::civil::Date;
use oxrdf::vocab::xsd;
use oxrdf::{Literal, NamedNode, NamedNodeRef};
use spargebra::term::GroundTerm;

/// The value that stands for every thing of a kind.
const ALL: &str = "all";
/// Several hits are listed up to this many.
const LISTED: usize = 8;

/// What can be said more precisely about a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name: that of the query's variable.
    pub name: String,
    /// What its values are.
    pub kind: Kind,
    /// The value that it has unless another is given.
    pub default: Option<String>,
    /// Whether it can go without a value, and then ranges over everything.
    pub optional: bool,
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

impl Kind {
    /// Every kind.
    pub const ALL: &[Self] =
        &[Self::Issue, Self::Actor, Self::Article, Self::Topic, Self::Date, Self::Text, Self::Integer];

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
            Self::Date => "day, such as 2025-04-11",
            Self::Text => "text",
            Self::Integer => "whole number",
        }
    }

    /// The class of the things that values name.
    fn class(self) -> Option<NamedNodeRef<'static>> {
        match self {
            Self::Issue => Some(stp::ISSUE),
            Self::Actor => Some(stp::ACTOR),
            Self::Article => Some(stp::ARTICLE),
            Self::Topic => Some(skos::CONCEPT),
            Self::Date | Self::Text | Self::Integer => None,
        }
    }
}

impl Parameter {
    /// The value that was given, or else the default; none where the parameter goes without.
    ///
    /// # Errors
    /// A value that nothing, or more than one thing, is called by; no value where one is needed.
    pub(super) fn resolve(
        &self,
        question: &str,
        index: &Index,
        given: Option<&str>,
    ) -> Result<Option<Value>> {
        let Some(text) = given.or(self.default.as_deref()) else {
            return if self.optional { Ok(None) } else { Err(self.missing(question)) };
        };
        let value = |term: GroundTerm, shown: String| {
            Ok(Some(Value { name: self.name.clone(), term: Some(term), shown }))
        };
        let Some(class) = self.kind.class() else {
            return value(self.literal(text)?.into(), text.to_owned());
        };
        if text == ALL {
            return Ok(Some(Value { name: self.name.clone(), term: None, shown: ALL.to_owned() }));
        }
        if let Some(thing) = iri(index, class, text) {
            return value(thing.iri.into(), thing.label);
        }
        match names::find(index, class, text) {
            Found::One(thing) => value(thing.iri.into(), thing.label),
            Found::Several(things) => Err(self.ambiguous(text, &things)),
            Found::None(_) if given.is_none() => Err(self.absent_default(question, text, index, class)),
            Found::None(similar) => Err(self.unknown(text, &similar, index, class)),
        }
    }

    fn literal(&self, text: &str) -> Result<Literal> {
        let datatype = match self.kind {
            Kind::Date if text.parse::<Date>().is_ok() => xsd::DATE,
            Kind::Integer if text.parse::<i64>().is_ok() => xsd::INTEGER,
            Kind::Date | Kind::Integer => {
                return Err(Error::usage(format!(
                    "--{} takes a {}, not `{text}`",
                    self.name,
                    self.kind.form()
                )));
            }
            _ => xsd::STRING,
        };
        Ok(Literal::new_typed_literal(text, datatype))
    }

    fn missing(&self, question: &str) -> Error {
        Error::usage(format!("`{question}` needs --{}", self.name))
            .with_help(format!("a {}", self.kind.form()))
    }

    fn ambiguous(&self, text: &str, things: &[Thing]) -> Error {
        let prefixes = Prefixes::known();
        let mut listed: Vec<String> = things
            .iter()
            .take(LISTED)
            .map(|thing| format!("{} ({})", thing.label, prefixes.shorten(thing.iri.as_ref())))
            .collect();
        if things.len() > LISTED {
            listed.push(format!("and {} more", things.len() - LISTED));
        }
        Error::usage(format!("{} {}s are called `{text}`, or in part", things.len(), self.kind.name()))
            .with_help(format!("say which:\n  {}", listed.join("\n  ")))
    }

    fn unknown(&self, text: &str, similar: &[Thing], index: &Index, class: NamedNodeRef<'_>) -> Error {
        let error = Error::usage(format!("no {} is called `{text}`", self.kind.name()));
        let labels: Vec<&str> = similar.iter().map(|thing| thing.label.as_str()).collect();
        error.with_help(did_you_mean(&labels).unwrap_or_else(|| self.examples(index, class)))
    }

    fn absent_default(&self, question: &str, text: &str, index: &Index, class: NamedNodeRef<'_>) -> Error {
        let kind = self.kind.name();
        Error::usage(format!(
            "`{question}` asks about the {kind} `{text}` unless told otherwise, and the graph has none of that name"
        ))
        .with_help(format!("name one with --{}, or `--{} all`; {}", self.name, self.name, self.examples(index, class)))
    }

    fn examples(&self, index: &Index, class: NamedNodeRef<'_>) -> String {
        let kind = self.kind.name();
        let things = names::things(index, class);
        let labels: Vec<String> = things.iter().take(3).map(|thing| format!("`{}`", thing.label)).collect();
        match labels.len() {
            0 => format!("the graph has no {kind} at all"),
            _ => format!(
                "the graph has {}, for instance {}",
                crate::error::count(things.len(), kind),
                labels.join(", ")
            ),
        }
    }
}

/// The thing of this class that an IRI or prefixed name stands for.
fn iri(index: &Index, class: NamedNodeRef<'_>, text: &str) -> Option<Thing> {
    let bare = text.trim_start_matches('<').trim_end_matches('>');
    [Prefixes::known().expand(bare), Some(bare.to_owned())]
        .into_iter()
        .flatten()
        .filter_map(|iri| NamedNode::new(iri).ok())
        .find(|iri| {
            index.matching(Some(iri.as_ref().into()), Some(rdf::TYPE), Some(class.into())).next().is_some()
        })
        .map(|iri| names::thing(index, iri))
}
