//! Corroboration: how many independent sources a claim has.
//!
//! The **sources** of a position that affirms a claim, or considers it likely, are its holder and everybody in its
//! attribution: speakers, documents, unnamed people. Two positions depend on each other if they share a source, if they
//! rest on the same words of an article, or if their articles quote the same passage of five words or more: then one
//! may be a copy of the other. Positions that depend on each other, directly or by way of others, are one
//! **independent source**. So a speaker whom ten articles quote is one, and so are all whose words come through one
//! agency.
//!
//! The graph cannot know whether two holders have it from a third whom no text names: the number is the most that the
//! texts allow. Deliberately absent: weights of sources.

use super::columns::{concepts, node, plain};
use super::facts::{Facts, QuoteFacts};
use crate::base::error::Result;
use crate::base::fold::fold;
use crate::model::vocab::{prov, stp};
use crate::model::{Concept, Family, Stance, Status};
use crate::store::index::positions::{PositionTable, Thing as Number};
use crate::store::index::{Corruption, Index, reading};
use crate::store::names::{Thing, thing};
use oxrdf::NamedNode;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Number of words from which two equal quotes of different articles are taken for copies.
const COPIED: usize = 5;

/// A claim and those who say that it is true.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The issue.
    pub issue: Thing,
    /// Independent sources, those with most positions first.
    pub sources: Vec<Source>,
    /// Number of actors who deny it, or are skeptical.
    pub deniers: usize,
}

/// Positions that depend on each other.
#[derive(Clone, Debug)]
pub struct Source {
    /// The positions, in the order of article and text.
    pub positions: Vec<Witness>,
    /// Whether nobody in it has a name.
    pub is_unnamed: bool,
}

/// A position that says that a claim is true or likely.
#[derive(Clone, Debug)]
pub struct Witness {
    /// The position.
    pub position: NamedNode,
    /// Its holder.
    pub actor: Thing,
    /// Its stance.
    pub stance: Stance,
    /// Its attribution, from the source nearest to the words outwards: "the ministry (said) ← Coast Press".
    pub via: String,
    /// Its article.
    pub article: Option<Thing>,
    /// Its words.
    pub evidence: Vec<QuoteFacts>,
    /// Holder and sources.
    chain: BTreeSet<NamedNode>,
}

impl Claim {
    /// Number of positions.
    #[must_use]
    pub fn positions(&self) -> usize {
        self.sources.iter().map(|source| source.positions.len()).sum()
    }

    /// Number of articles.
    #[must_use]
    pub fn articles(&self) -> usize {
        let witnesses = self.sources.iter().flat_map(|source| &source.positions);
        witnesses.filter_map(|of| of.article.as_ref().map(|of| &of.iri)).collect::<BTreeSet<_>>().len()
    }
}

/// The claims that somebody affirms or considers likely; those with most independent sources first. Without `all`, not
/// what a text only implies: a decision or vote implies nothing.
///
/// # Errors
/// A damaged index.
pub fn claims(index: &Index, all: bool) -> Result<Vec<Claim>> {
    reading(|| read(index, all))?.map_err(Into::into)
}

fn read(index: &Index, all: bool) -> Result<Vec<Claim>, Corruption> {
    let table = PositionTable::new(index.snapshot())?;
    let facts = Facts::new(index);
    let (actors, issues) = (table.actors()?, table.issues()?);
    let stances: Vec<Option<Stance>> = concepts(&table, &table.stances()?)?;
    let statuses: Vec<Option<Status>> = concepts(&table, &table.statuses()?)?;
    let plain = plain(&table)?;
    let mut claims: HashMap<Number, NamedNode> = HashMap::new();
    for issue in issues.levels().0 {
        let Some(iri) = node(&table, issue)? else { continue };
        if facts
            .links(&iri, stp::prop::FAMILY)
            .iter()
            .any(|of| Family::from_iri(of.as_ref()) == Some(Family::Claim))
        {
            claims.insert(issue, iri);
        }
    }
    let mut witnesses: BTreeMap<Number, Vec<Witness>> = BTreeMap::new();
    let mut deniers: HashMap<Number, BTreeSet<Number>> = HashMap::new();
    for row in (0..table.len()).filter(|row| statuses[*row] == Some(Status::InForce)) {
        let (Some(actor), Some(issue), Some(stance)) = (actors.get(row), issues.get(row), stances[row])
        else {
            continue;
        };
        let value = stance.value().and_then(|value| value.parse::<f64>().ok()).unwrap_or_default();
        if value == 0.0 || !claims.contains_key(&issue) || !(all || plain[row]) {
            continue;
        }
        if value < 0.0 {
            deniers.entry(issue).or_default().insert(actor);
            continue;
        }
        let (Some(position), Some(holder)) = (node(&table, table.position(row))?, node(&table, actor)?)
        else {
            continue;
        };
        let mut chain: BTreeSet<NamedNode> = facts
            .links(&position, stp::prop::ATTRIBUTION)
            .iter()
            .flat_map(|step| facts.links(step, stp::prop::SOURCE))
            .collect();
        chain.insert(holder.clone());
        witnesses.entry(issue).or_default().push(Witness {
            actor: thing(index, holder),
            stance,
            via: facts.attribution(&position).join(" ← "),
            article: facts.link(&position, prov::WAS_DERIVED_FROM).map(|a| thing(index, a)),
            evidence: facts.quotes(&position),
            chain,
            position,
        });
    }
    let is_unnamed = |node: &NamedNode| facts.is_a(node, stp::ANONYMOUS_SOURCE);
    let mut found: Vec<Claim> = witnesses
        .into_iter()
        .map(|(issue, witnesses)| Claim {
            issue: thing(index, claims[&issue].clone()),
            sources: sources(witnesses, is_unnamed),
            deniers: deniers.get(&issue).map_or(0, BTreeSet::len),
        })
        .collect();
    found.sort_by_cached_key(|claim| {
        let name = (fold(&claim.issue.label), claim.issue.iri.clone());
        (Reverse(claim.sources.len()), Reverse(claim.positions()), name)
    });
    Ok(found)
}

/// The positions by what depends on each other.
fn sources(mut witnesses: Vec<Witness>, is_unnamed: impl Fn(&NamedNode) -> bool) -> Vec<Source> {
    witnesses.sort_by(|one, other| (&one.evidence, &one.position).cmp(&(&other.evidence, &other.position)));
    let mut groups: Vec<Vec<Witness>> = Vec::new();
    for witness in witnesses {
        let (joined, mut apart): (Vec<_>, Vec<_>) = std::mem::take(&mut groups)
            .into_iter()
            .partition(|group| group.iter().any(|other| depend(other, &witness)));
        apart.push(joined.into_iter().flatten().chain([witness]).collect());
        groups = apart;
    }
    let source = |mut positions: Vec<Witness>| {
        positions
            .sort_by(|one, other| (&one.evidence, &one.position).cmp(&(&other.evidence, &other.position)));
        let is_unnamed = positions.iter().flat_map(|witness| &witness.chain).all(&is_unnamed);
        Source { positions, is_unnamed }
    };
    let mut sources: Vec<Source> = groups.into_iter().map(source).collect();
    sources.sort_by_cached_key(|source| {
        (Reverse(source.positions.len()), source.positions.first().map(|witness| witness.position.clone()))
    });
    sources
}

/// Whether one position may be a copy of the other.
fn depend(one: &Witness, other: &Witness) -> bool {
    let is_copied = |words: &QuoteFacts, copy: &QuoteFacts| {
        words.is_same(copy, true)
            || (!words.record
                && words.exact == copy.exact
                && words.exact.split_whitespace().count() >= COPIED)
    };
    !one.chain.is_disjoint(&other.chain)
        || one.evidence.iter().any(|words| other.evidence.iter().any(|copy| is_copied(words, copy)))
}
