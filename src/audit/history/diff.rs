//! What became of the positions between two graphs.

use super::fields::changes;
use super::pair::pair;
use super::patch::Patch;
use super::stated::{Changed, Stated};
use crate::analysis::facts::Facts;
use crate::base::error::count;
use crate::model::Stance;
use crate::model::encode::PARTS;
use crate::model::vocab::stp;
use crate::store::GraphReader;
use oxrdf::{NamedNode, NamedOrBlankNode, Triple};
use std::collections::{BTreeSet, HashSet};

/// The difference between two graphs.
///
/// The same position is the same IRI. A position whose stance, mode, actor, issue or evidence
/// was recoded has another one; so of the positions that went and came, two are taken for one
/// that *changed* if they have the same article, and of actor, issue and evidence at least two
/// in common, evidence being in common where spans overlap. Two of three, because one alone
/// means little: a sentence proves several positions, an actor has many, an issue more. What
/// agrees in all three is paired first.
#[derive(Clone, Debug, Default)]
pub struct Diff {
    /// Positions that came.
    pub added: Vec<Stated>,
    /// Positions that went.
    pub removed: Vec<Stated>,
    /// Positions that are no longer what they were.
    pub changed: Vec<Changed>,
    /// Every triple that differs, the direct ones among them.
    pub patch: Patch,
    /// Number of those that belong to no position and are not direct: actors, issues, events …
    pub elsewhere: usize,
}

impl Diff {
    /// What made the new graph of the old.
    #[must_use]
    pub fn between(old: &dyn GraphReader, new: &dyn GraphReader) -> Self {
        let patch = Patch::between(old, new);
        let (went, outside_old) = owners(old, &patch.removed);
        let (came, outside_new) = owners(new, &patch.added);
        let (old, new) = (Facts::new(old), Facts::new(new));
        let mut diff = Self { patch, elsewhere: outside_old + outside_new, ..Self::default() };
        for position in went.union(&came) {
            let stated = |facts| Stated::read(facts, position);
            match (stated(&old), stated(&new)) {
                (Some(before), Some(after)) => diff.changed.extend(Changed::of(before, after)),
                (Some(before), None) => diff.removed.push(before),
                (None, Some(after)) => diff.added.push(after),
                (None, None) => {}
            }
        }
        diff.removed.sort_by_cached_key(Stated::order);
        diff.added.sort_by_cached_key(Stated::order);
        let paired = pair(&mut diff.removed, &mut diff.added);
        diff.changed.extend(paired.into_iter().map(|(before, after)| Changed {
            fields: changes(&before.fields, &after.fields),
            before,
            after,
        }));
        diff.changed.sort_by_cached_key(|changed| changed.after.order());
        diff
    }

    /// "2 positions added, 1 removed, 3 changed; 40 triples added, 12 removed".
    #[must_use]
    pub fn summary(&self) -> String {
        let positions = |list: &[Stated]| count(list.len(), "position");
        let mut summary = format!(
            "{} added, {} removed, {} changed; {} added, {} removed",
            positions(&self.added),
            self.removed.len(),
            self.changed.len(),
            count(self.patch.added.len(), "triple"),
            self.patch.removed.len(),
        );
        if self.elsewhere > 0 {
            summary += &format!(", {} of them outside positions", self.elsewhere);
        }
        summary
    }
}

/// The positions that these triples of a graph belong to, and how many belong to none.
fn owners(index: &dyn GraphReader, triples: &[Triple]) -> (BTreeSet<NamedNode>, usize) {
    let (mut owners, mut outside) = (BTreeSet::new(), 0);
    for triple in triples {
        let found = owners_of(index, &triple.subject);
        if found.is_empty() && Stance::from_direct_property(triple.predicate.as_ref()).is_none() {
            outside += 1;
        }
        owners.extend(found);
    }
    (owners, outside)
}

/// The positions that a node is, or is a part of.
fn owners_of(index: &dyn GraphReader, node: &NamedOrBlankNode) -> Vec<NamedNode> {
    let facts = Facts::new(index);
    let (mut owners, mut seen) = (Vec::new(), HashSet::from([node.clone()]));
    let mut to_visit = vec![node.clone()];
    while let Some(node) = to_visit.pop() {
        if let NamedOrBlankNode::NamedNode(node) = &node
            && facts.is_a(node, stp::POSITION)
        {
            owners.push(node.clone());
            continue;
        }
        for property in PARTS {
            let whole = index.matching(None, Some(*property), Some(node.as_ref().into()));
            to_visit.extend(whole.map(|triple| triple.subject).filter(|whole| seen.insert(whole.clone())));
        }
    }
    owners
}
