//! What a question that needs an actor or issue is asked about if none is given: all in a small graph, else one
//! that somebody chooses.

use super::{ALL, Parameter, Question};
use crate::base::error::{Error, Result, count};
use crate::model::registry::Kind;
use crate::model::vocab::{prov, rdf, stp};
use crate::store::GraphReader;
use crate::store::index::reading;
use crate::store::names::{self, Thing};
use oxrdf::{NamedNode, NamedNodeRef, Term};
use std::cmp::Reverse;
use std::collections::HashMap;

/// Maximum number of positions in a graph about all of which a question answers unasked.
pub const SMALL: usize = 250;
/// Number of things offered.
const OFFERED: usize = 10;

/// A thing that a question can be asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The thing.
    pub thing: Thing,
    /// Number of positions that it is coded in.
    pub positions: usize,
}

impl Choice {
    /// "Vladimir Putin (12 positions)".
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{} ({})", self.thing.label, count(self.positions, "position"))
    }
}

/// Whether a question about everything has an answer that somebody reads.
pub(super) fn is_small(graph: &dyn GraphReader) -> Result<bool> {
    let positions =
        || graph.matching(None, Some(rdf::TYPE), Some(stp::POSITION.into())).take(SMALL + 1).count();
    Ok(reading(positions)? <= SMALL)
}

/// The things of a kind that most positions are coded with, most first.
fn most_coded(graph: &dyn GraphReader, kind: Kind) -> Result<Vec<Choice>> {
    let properties: &[NamedNodeRef<'_>] = match kind {
        Kind::Actor => &[stp::prop::ACTOR, stp::prop::ON_BEHALF_OF],
        Kind::Issue => &[stp::prop::ISSUE],
        Kind::Article => &[prov::WAS_DERIVED_FROM],
        _ => &[],
    };
    let choices = || {
        let mut counts: HashMap<NamedNode, usize> = HashMap::new();
        for property in properties {
            for triple in graph.matching(None, Some(*property), None) {
                if let Term::NamedNode(thing) = triple.object {
                    *counts.entry(thing).or_default() += 1;
                }
            }
        }
        let mut counts: Vec<(NamedNode, usize)> = counts.into_iter().collect();
        counts.sort_by(|one, next| (Reverse(one.1), one.0.as_str()).cmp(&(Reverse(next.1), next.0.as_str())));
        counts.truncate(OFFERED);
        counts
            .into_iter()
            .map(|(iri, positions)| Choice { thing: names::thing(graph, iri), positions })
            .collect()
    };
    Ok(reading(choices)?)
}

impl Question {
    /// The parameters that need a value and are given none, each with the things to choose from; none in a
    /// small graph, of which all are meant.
    ///
    /// # Errors
    /// A damaged index.
    pub fn open(
        &self,
        graph: &dyn GraphReader,
        given: impl Fn(&str) -> bool,
    ) -> Result<Vec<(&Parameter, Vec<Choice>)>> {
        let mut open = Vec::new();
        for parameter in self.parameters.iter().filter(|parameter| parameter.is_needed()) {
            if let Some(kind) = parameter.kind.things()
                && !given(&parameter.name)
                && !is_small(graph)?
            {
                open.push((parameter, most_coded(graph, kind)?));
            }
        }
        Ok(open)
    }
}

impl Parameter {
    /// Whether the question has to be given a value: it has no default, and does not go without.
    #[must_use]
    pub fn is_needed(&self) -> bool {
        self.default.is_none() && !self.optional
    }

    /// What is said where nobody can be asked to choose.
    pub(super) fn unchosen(&self, question: &str, kind: Kind, graph: &dyn GraphReader) -> Result<Error> {
        let option = &self.option;
        let listed: Vec<String> = most_coded(graph, kind)?.iter().map(Choice::shown).collect();
        let title = format!("`{question}` needs --{option}: the data have more than {SMALL} positions");
        Ok(Error::usage(title).with_help(format!(
            "name one, or write `--{option} {ALL}`; most positions are coded with:\n  {}",
            listed.join("\n  ")
        )))
    }
}
