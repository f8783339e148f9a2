//! The filters that every reading command shares: which positions it is about.
//!
//! Two designs were weighed. A condition in each query and each analysis has to be thought of in every one of them,
//! and what counts as inside drifts apart. A graph without the other positions gives every reader the same answer,
//! and costs a rebuild of the index in memory. The second.

mod articles;

pub(in crate::cli) use articles::camp_named;

use super::context::Context;
use super::output;
use crate::base::diagnostic::{did_you_mean, nearest};
use crate::base::error::{Error, Result};
use crate::export::Selection;
use crate::model::registry::Kind;
use crate::model::{Certainty, Concept, Edtf, EdtfError, Explicitness, List};
use crate::store::index::Index;
use crate::store::names;
use jiff::civil::Date;
use oxrdf::NamedNode;
use std::path::PathBuf;

/// Heading of these options in help.
const HEADING: &str = "Which positions";

/// Positions that a command reads; of one kind any value will do, all kinds that are given must agree.
#[derive(clap::Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Only positions of this actor, or in their name; repeat it for several
    #[arg(long, value_name = "NAME", global = true, help_heading = HEADING)]
    actor: Vec<String>,

    /// Only positions on this issue; repeat it for several
    #[arg(long, value_name = "NAME", global = true, help_heading = HEADING)]
    issue: Vec<String>,

    /// Only what this article states; repeat it for several
    #[arg(long, value_name = "NAME", global = true, help_heading = HEADING)]
    article: Vec<String>,

    /// Only positions expressed so: demand, vote, public statement …
    #[arg(long, value_name = "MODE", global = true, help_heading = HEADING)]
    mode: Vec<String>,

    /// Only positions given so: explicit, reported, inferred, presupposed
    #[arg(long, value_name = "DEGREE", global = true, help_heading = HEADING)]
    explicitness: Vec<String>,

    /// Only positions worded so: certain, probable, possible, underspecified
    #[arg(long, value_name = "DEGREE", global = true, help_heading = HEADING)]
    certainty: Vec<String>,

    /// Only positions stated on this day, month or year, or later; undated ones too
    #[arg(long, value_name = "DATE", alias = "from", global = true, help_heading = HEADING)]
    since: Option<String>,

    /// Only positions stated on this day, month or year, or earlier; undated ones too
    #[arg(long, value_name = "DATE", global = true, help_heading = HEADING)]
    until: Option<String>,

    #[command(flatten)]
    articles: articles::Articles,
}

impl Filters {
    /// The same without those of these names, which mean something else to a question.
    #[must_use]
    pub fn without<'n>(mut self, names: impl Iterator<Item = &'n str>) -> Self {
        for name in names {
            match name {
                "actor" => self.actor.clear(),
                "issue" => self.issue.clear(),
                "article" => self.article.clear(),
                "mode" => self.mode.clear(),
                "explicitness" => self.explicitness.clear(),
                "certainty" => self.certainty.clear(),
                "since" => self.since = None,
                "until" => self.until = None,
                "camp" => self.articles.camp.clear(),
                _ => {}
            }
        }
        self
    }

    /// The file of `--query`, which is none of these filters any more: `export` writes its answer.
    pub fn take_query(&mut self) -> Option<PathBuf> {
        self.articles.chosen_by.take()
    }

    /// Whether none is given.
    #[must_use]
    pub fn are_none(&self) -> bool {
        *self == Self::default()
    }

    /// The first and last day that are selected, as far as they are given.
    ///
    /// # Errors
    /// What is no date; bounds that exclude everything.
    pub fn days(&self) -> Result<(Option<Date>, Option<Date>)> {
        let days = (bound(&self.since, "since", Edtf::first)?, bound(&self.until, "until", Edtf::last)?);
        match days {
            (Some(from), Some(until)) if from > until => Err(Error::usage("--since is later than --until")),
            days => Ok(days),
        }
    }

    /// The options that are given, each with its values, as a report names them.
    #[must_use]
    pub fn described(&self) -> Vec<(String, String)> {
        let named = [
            ("actor", &self.actor),
            ("issue", &self.issue),
            ("article", &self.article),
            ("mode", &self.mode),
            ("explicitness", &self.explicitness),
            ("certainty", &self.certainty),
        ];
        let dates = [("since", &self.since), ("until", &self.until)];
        let named = named.into_iter().filter(|(_, values)| !values.is_empty());
        let named = named.map(|(name, values)| (name.to_owned(), values.join(", ")));
        let dates = dates.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
        named.chain(dates).chain(self.articles.described()).collect()
    }

    /// What they select.
    ///
    /// # Errors
    /// A name that nothing, or more than one thing, has; an unknown word; bounds that exclude everything.
    pub fn selection(&self, index: &Index) -> Result<Selection> {
        let find = |kind: Kind, given: &[String]| -> Result<Vec<NamedNode>> {
            let one = |name: &String| {
                let thing = names::one(index, kind, name)?;
                // A name may be understood that was not meant.
                if thing.label != *name {
                    output::note(&format!("{}: {}", kind.word(), thing.label));
                }
                Ok(thing.iri)
            };
            given.iter().map(one).collect()
        };
        let (from, until) = self.days()?;
        let only = if self.articles.are_none() {
            None
        } else {
            let without = [
                Selection { actors: find(Kind::Actor, &self.articles.not_actor)?, ..Selection::default() },
                Selection { issues: find(Kind::Issue, &self.articles.not_issue)?, ..Selection::default() },
                Selection {
                    articles: find(Kind::Article, &self.articles.not_article)?,
                    ..Selection::default()
                },
            ];
            let without: Vec<Selection> = without.into_iter().filter(|part| !part.is_everything()).collect();
            Some(self.articles.positions(index, &without)?)
        };
        Ok(Selection {
            only,
            articles: find(Kind::Article, &self.article)?,
            actors: find(Kind::Actor, &self.actor)?,
            issues: find(Kind::Issue, &self.issue)?,
            modes: self
                .mode
                .iter()
                .map(|word| names::concept(index, List::Mode, word))
                .collect::<Result<_>>()?,
            explicitness: concepts::<Explicitness>(&self.explicitness)?,
            certainty: concepts::<Certainty>(&self.certainty)?,
            from,
            until,
        })
    }

    /// The graph with no positions but the selected ones; the whole graph if nothing is filtered.
    ///
    /// # Errors
    /// As [`selection`](Self::selection).
    pub fn narrow(&self, index: Index) -> Result<Index> {
        let selection = self.selection(&index)?;
        self.narrow_to(index, selection)
    }

    /// The graph with no positions but these.
    ///
    /// # Errors
    /// A damaged index.
    pub fn narrow_to(&self, index: Index, selection: Selection) -> Result<Index> {
        if selection.is_everything() {
            return Ok(index);
        }
        let positions = selection.positions(&index)?;
        if positions.is_empty() {
            output::note("no position passes the filters");
        }
        Ok(index.with_positions(&positions))
    }
}

impl Context {
    /// The graph to read at these times, narrowed by these filters.
    ///
    /// # Errors
    /// As [`index`](Self::index) and [`Filters::narrow`].
    pub fn filtered(&self, times: &super::times::Times, filters: &Filters) -> Result<Index> {
        filters.narrow(self.index(times)?)
    }
}

/// The first or last day of a date.
fn bound(text: &Option<String>, option: &str, day: fn(&Edtf) -> Option<Date>) -> Result<Option<Date>> {
    let Some(text) = text else { return Ok(None) };
    let date: Edtf = text.parse().map_err(|error: EdtfError| {
        Error::usage(format!("--{option}: {error}")).with_help("write a day, month or year, such as 2025-04")
    })?;
    match day(&date) {
        Some(day) => Ok(Some(day)),
        None => Err(Error::usage(format!("--{option}: `{text}` has no such day"))),
    }
}

fn concepts<C: Concept>(words: &[String]) -> Result<Vec<NamedNode>> {
    let concept = |word: &String| match C::from_word(word) {
        Some(concept) => Ok(concept.iri().into_owned()),
        None => {
            let known = || C::ALL.iter().map(|concept| concept.word());
            let help = did_you_mean(&nearest(word, known(), 2))
                .unwrap_or_else(|| format!("choose one of {}", known().collect::<Vec<_>>().join(", ")));
            Err(Error::usage(format!("unknown {} `{word}`", C::FIELD)).with_help(help))
        }
    };
    words.iter().map(concept).collect()
}
