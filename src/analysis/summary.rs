//! What is in a graph: how much, of which days, by whom, and what is unusual about it.

use crate::model::identity::id_of;
use crate::model::vocab::{dcterms, prov, rdf, stp};
use crate::model::{Concept, Mode, Stance, Status};
use crate::store::index::positions::{PositionTable, Things};
use crate::store::index::{Corruption, Index, reading};
use crate::store::names;
use jiff::civil::Date;
use oxrdf::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// What is in a graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Number of articles.
    pub articles: usize,
    /// First day on which a position can have been expressed; where none is dated, on which an article appeared.
    pub from: Option<Date>,
    /// Last such day.
    pub until: Option<Date>,
    /// Number of positions of every status.
    pub positions: usize,
    /// Number of positions by stance, in the order of the scheme.
    pub by_stance: Vec<(String, usize)>,
    /// Number of positions by mode, most frequent first.
    pub by_mode: Vec<(String, usize)>,
    /// Number of positions by status, in the order of the scheme.
    pub by_status: Vec<(String, usize)>,
    /// Number of actors, also of those who take no position.
    pub actors: usize,
    /// Number of issues, also of those without a position.
    pub issues: usize,
    /// Names of the coders, alphabetically.
    pub coders: Vec<String>,
    /// Number of positions without a day.
    pub undated: usize,
    /// Number of actors, issues and articles without a position.
    pub unused: [usize; 3],
    /// The actor and the issue with most positions, and their number.
    pub most: [Option<(String, usize)>; 2],
}

impl Summary {
    /// What is in this graph.
    ///
    /// # Errors
    /// A file of the index is damaged.
    pub fn of(index: &Index) -> Result<Self, Corruption> {
        let table = PositionTable::new(index.snapshot())?;
        let (from, until) = (table.stated_from()?, table.stated_until()?);
        let days = || from.iter().chain(until.iter()).flatten();
        let undated = (0..table.len()).filter(|row| from.get(*row).or(until.get(*row)).is_none()).count();
        let counts = |things: Things<'_>| -> Result<BTreeMap<NamedNode, usize>, Corruption> {
            let (levels, rows) = things.levels();
            let mut counts = vec![0; levels.len()];
            rows.iter().flatten().for_each(|level| counts[*level as usize] += 1);
            let mut named = BTreeMap::new();
            for (thing, count) in levels.into_iter().zip(counts) {
                if let Term::NamedNode(thing) = table.term(thing)? {
                    named.insert(thing, count);
                }
            }
            Ok(named)
        };
        let (actors, issues, articles) =
            (counts(table.actors()?)?, counts(table.issues()?)?, counts(table.articles()?)?);
        let of_class = |class: NamedNodeRef<'_>| -> Result<BTreeSet<NamedNode>, Corruption> {
            reading(|| {
                let members = index.matching(None, Some(rdf::TYPE), Some(class.into()));
                let named = |node| match node {
                    NamedOrBlankNode::NamedNode(node) => Some(node),
                    NamedOrBlankNode::BlankNode(_) => None,
                };
                members.filter_map(|triple| named(triple.subject)).collect()
            })
        };
        let all = [stp::ACTOR, stp::ISSUE, stp::ARTICLE].map(of_class);
        let [all_actors, all_issues, all_articles] = all;
        let (all_actors, all_issues, all_articles) = (all_actors?, all_issues?, all_articles?);
        let unused = |all: &BTreeSet<NamedNode>, used: &BTreeMap<NamedNode, usize>| {
            all.iter().filter(|thing| !used.contains_key(*thing)).count()
        };
        let most = |used: &BTreeMap<NamedNode, usize>| {
            let most = used.iter().max_by_key(|(thing, count)| (**count, Reverse(*thing)));
            reading(|| most.map(|(thing, count)| (label(index, thing), *count)))
        };
        let published = reading(|| published(index))?;
        let period = |order: fn(Vec<Date>) -> Option<Date>| {
            order(days().collect()).or_else(|| order(published.clone()))
        };
        let mut by_mode = by_concept::<Mode>(index, &counts(table.modes()?)?)?;
        by_mode.sort_by_key(|(_, count)| Reverse(*count));
        Ok(Self {
            articles: all_articles.len(),
            from: period(|days| days.into_iter().min()),
            until: period(|days| days.into_iter().max()),
            positions: table.len() + table.ambiguous().len(),
            by_stance: by_concept::<Stance>(index, &counts(table.stances()?)?)?,
            by_mode,
            by_status: by_concept::<Status>(index, &counts(table.statuses()?)?)?,
            actors: all_actors.len(),
            issues: all_issues.len(),
            coders: reading(|| coders(index))?,
            undated,
            unused: [
                unused(&all_actors, &actors),
                unused(&all_issues, &issues),
                unused(&all_articles, &articles),
            ],
            most: [most(&actors)?, most(&issues)?],
        })
    }
}

impl Summary {
    /// The articles of this graph, the first published first; those without a day last.
    ///
    /// # Errors
    /// A file of the index is damaged.
    pub fn articles(index: &Index) -> Result<Vec<NamedNode>, Corruption> {
        reading(|| {
            let members = index.matching(None, Some(rdf::TYPE), Some(stp::ARTICLE.into()));
            let articles = members.filter_map(|triple| NamedNode::try_from(Term::from(triple.subject)).ok());
            let issued = |article: &NamedNode| {
                let days = index.matching(Some(article.as_ref().into()), Some(dcterms::ISSUED), None);
                let days = days.filter_map(|triple| match triple.object {
                    Term::Literal(day) => Some(day.value().to_owned()),
                    _ => None,
                });
                days.min()
            };
            let mut articles: Vec<(bool, Option<String>, NamedNode)> = articles
                .map(|article| {
                    let day = issued(&article);
                    (day.is_none(), day, article)
                })
                .collect();
            articles.sort();
            articles.into_iter().map(|(.., article)| article).collect()
        })
    }
}

/// Counts by the labels of concepts, in the order of their scheme; those of a case's own come last.
fn by_concept<C: Concept>(
    index: &Index,
    counts: &BTreeMap<NamedNode, usize>,
) -> Result<Vec<(String, usize)>, Corruption> {
    let place = |iri: &NamedNode| C::ALL.iter().position(|concept| concept.iri() == iri.as_ref());
    let mut counts: Vec<(&NamedNode, usize)> = counts.iter().map(|(iri, count)| (iri, *count)).collect();
    counts.sort_by_key(|(iri, _)| (place(iri).unwrap_or(usize::MAX), *iri));
    reading(|| counts.into_iter().map(|(iri, count)| (label(index, iri), count)).collect())
}

fn label(index: &Index, thing: &NamedNode) -> String {
    names::shown(index, thing.as_ref().into()).unwrap_or_else(|| id_of(thing).to_owned())
}

/// Days on which articles can have appeared.
fn published(index: &Index) -> Vec<Date> {
    let bounds = [stp::prop::PUBLISHED_FROM, stp::prop::PUBLISHED_UNTIL, dcterms::ISSUED];
    let dates = bounds.into_iter().flat_map(|bound| index.matching(None, Some(bound), None));
    dates
        .filter_map(|triple| match triple.object {
            Term::Literal(day) => day.value().get(..10)?.parse().ok(),
            _ => None,
        })
        .collect()
}

/// Names of those who coded.
fn coders(index: &Index) -> Vec<String> {
    let coders: BTreeSet<NamedNode> = index
        .matching(None, Some(prov::WAS_ASSOCIATED_WITH), None)
        .filter_map(|triple| NamedNode::try_from(triple.object).ok())
        .collect();
    let mut names: Vec<String> = coders.iter().map(|coder| label(index, coder)).collect();
    names.sort();
    names
}
