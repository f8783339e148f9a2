//! What of a graph is written: all, the direct triples alone, or all with RDF 1.2 reifiers.

use crate::model::Stance;
use crate::model::encode::direct::{self, Parts};
use crate::model::vocab::{rdf, stp};
use crate::store::index::Index;
use crate::store::names::LABELS;
use oxrdf::{NamedNode, NamedNodeRef, NamedOrBlankNodeRef, Term, Triple};
use std::collections::BTreeSet;

/// How positions are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// Everything, as it is queried.
    #[default]
    Full,
    /// Only actor–stance–issue, for positions in force, and the labels to read it by.
    Direct,
    /// Everything, and each position as the reifier of its direct triple:
    /// `position:… rdf:reifies <<( actor:… stp:supports issue:… )>>`.
    ///
    /// The direct triple itself is asserted only where the position is in force, which is just
    /// the difference that RDF 1.2 makes between reifying and asserting.
    Rdf12,
}

impl View {
    /// All views, the default first.
    pub const ALL: &'static [Self] = &[Self::Full, Self::Direct, Self::Rdf12];

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Direct => "direct",
            Self::Rdf12 => "rdf12",
        }
    }
}

/// The direct triples among these, and a label of each actor and issue in them.
pub(super) fn direct_view(index: &Index, triples: impl Iterator<Item = Triple>) -> Vec<Triple> {
    let mut direct: Vec<Triple> =
        triples.filter(|t| Stance::from_direct_property(t.predicate.as_ref()).is_some()).collect();
    let named: BTreeSet<NamedNode> = direct
        .iter()
        .flat_map(|triple| [Term::from(triple.subject.clone()), triple.object.clone()])
        .filter_map(|end| NamedNode::try_from(end).ok())
        .collect();
    for node in named {
        // In every language, by the first property that gives it a name at all.
        let labels = LABELS.iter().map(|property| {
            index.matching(Some(node.as_ref().into()), Some(*property), None).collect::<Vec<_>>()
        });
        direct.extend(labels.into_iter().find(|labels| !labels.is_empty()).unwrap_or_default());
    }
    direct
}

/// `position rdf:reifies <<( actor direct-property issue )>>` for the positions among these triples.
pub(super) fn reifiers(index: &Index, triples: &[Triple]) -> Vec<Triple> {
    let is_position = |t: &&Triple| t.predicate == rdf::TYPE && t.object == stp::POSITION.into();
    let mut reifiers = Vec::new();
    for position in triples.iter().filter(is_position).map(|triple| &triple.subject) {
        for triple in stated_triples(index, position.as_ref()) {
            reifiers.push(Triple::new(position.clone(), rdf::REIFIES, triple));
        }
    }
    reifiers
}

/// What a position states, in force or not; several triples where it has several actors, stances or issues.
pub(super) fn stated_triples(index: &Index, position: NamedOrBlankNodeRef<'_>) -> Vec<Triple> {
    direct::stated_triples_of(&parts(index, position))
}

/// What the rule of direct triples reads of a position.
pub(super) fn parts(index: &Index, position: NamedOrBlankNodeRef<'_>) -> Parts<Term> {
    let has = |property| objects(index, position, property).collect();
    Parts {
        actors: has(stp::prop::ACTOR),
        stances: has(stp::prop::STANCE),
        issues: has(stp::prop::ISSUE),
        statuses: has(stp::prop::STATUS),
    }
}

/// The objects of one property of a subject.
pub(super) fn objects(
    index: &Index,
    subject: NamedOrBlankNodeRef<'_>,
    predicate: NamedNodeRef<'_>,
) -> impl Iterator<Item = Term> {
    index.matching(Some(subject), Some(predicate), None).map(|triple| triple.object)
}
