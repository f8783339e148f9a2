//! Bargaining: who would accept what if what, and which concessions would leave nobody against.
//!
//! A **party** to an issue is an actor with a stance on it: of their positions in force the newest, or, of whoever has
//! none in force, those that are ambiguous or disputed. What has no side is no party.
//!
//! A **term** says of another issue that it must come true or must stay away, and of words without an issue that they
//! must come true. Support holds once all its terms do: *unless* and *until* name what must stay away, every other kind
//! what must come true. Opposition falls once one of its terms holds: *unless*, *until* and *only if* name what must
//! come true, *if* and *provided that* what must stay away. Opposition without a term never falls. A stance that is
//! conditional by name, without a condition, has a term that the data do not describe.
//!
//! A **settlement** of an issue is a smallest set of concessions (what must come true) after which all support holds
//! and all opposition has fallen, and of which no two issues, with the issue itself and all that they entail, are
//! incompatible or opposite. Concessions are what somebody names as a term. The search is exact: it tries every set by
//! size, [`MOST`] at most, and says where it stopped.
//!
//! Whether a term has been met no record says: whoever drops one takes another position.

mod search;
mod read;

pub use read::bargains;
pub use search::{MOST, Settlement};

use crate::model::Stance;
use crate::store::names::Thing;
use oxrdf::NamedNode;
use std::collections::{BTreeMap, BTreeSet};

/// Positions that count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Which {
    /// Also what a text only implies; a decision or vote implies nothing.
    pub implied: bool,
    /// Also what is not the newest, and what is ambiguous or disputed beside positions in force.
    pub earlier: bool,
}

/// An issue with its parties.
#[derive(Clone, Debug)]
pub struct Bargain {
    /// The issue.
    pub issue: Thing,
    /// Whoever has a side, in the order of their names.
    pub parties: Vec<Party>,
    /// What would settle it.
    pub settlement: Settlement,
}

/// An actor and their positions on an issue.
#[derive(Clone, Debug)]
pub struct Party {
    /// The actor.
    pub actor: Thing,
    /// Their positions.
    pub stands: Vec<Stand>,
}

/// A position with its terms.
#[derive(Clone, Debug)]
pub struct Stand {
    /// The position.
    pub position: NamedNode,
    /// Its stance.
    pub stance: Stance,
    /// Whether it is for the issue; else it is against.
    pub is_for: bool,
    /// Its terms.
    pub terms: Vec<Term>,
}

/// What has to happen before somebody accepts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// What has to happen.
    pub what: Concession,
    /// Whether it must come true; else it must stay away.
    pub must: bool,
    /// The condition, in words.
    pub words: String,
}

/// What may be conceded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concession {
    /// An issue comes true.
    Issue(NamedNode, String),
    /// A condition of a position comes true that is no issue, in words.
    Words(NamedNode, String),
}

/// Where a party stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Accepts it as it is.
    Accepts,
    /// Accepts it on terms.
    AcceptsOnTerms,
    /// Is against it, and names terms.
    OpposesOnTerms,
    /// Is against it whatever happens.
    Opposes,
}

/// Terms that cannot all be met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong with them.
    pub kind: ProblemKind,
    /// Issues: of a circle each waits for the next and the last for the first; else the issue that is bargained for,
    /// then the terms.
    pub issues: Vec<Thing>,
    /// Positions that say so.
    pub positions: Vec<NamedNode>,
}

/// What is wrong with terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// Issues wait for each other.
    Circle,
    /// Two issues that must come true exclude each other.
    Incompatible,
    /// One party needs what another excludes.
    RuledOut,
}

impl Concession {
    /// For people.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::Issue(_, label) | Self::Words(_, label) => label,
        }
    }

    /// The issue, if it is one.
    #[must_use]
    pub fn issue(&self) -> Option<&NamedNode> {
        match self {
            Self::Issue(issue, _) => Some(issue),
            Self::Words(..) => None,
        }
    }
}

impl Party {
    /// Where they stand: where their positions differ, the one furthest from acceptance.
    #[must_use]
    pub fn side(&self) -> Side {
        let side = |stand: &Stand| match (stand.is_for, stand.terms.is_empty()) {
            (true, true) => Side::Accepts,
            (true, false) => Side::AcceptsOnTerms,
            (false, false) => Side::OpposesOnTerms,
            (false, true) => Side::Opposes,
        };
        self.stands.iter().map(side).max().unwrap_or(Side::Accepts)
    }
}

impl Bargain {
    /// Parties on one side.
    pub fn on(&self, side: Side) -> impl Iterator<Item = &Party> {
        self.parties.iter().filter(move |party| party.side() == side)
    }

    fn terms(&self) -> impl Iterator<Item = (&Stand, &Term)> {
        let stands = self.parties.iter().flat_map(|party| &party.stands);
        stands.flat_map(|stand| stand.terms.iter().map(move |term| (stand, term)))
    }
}

/// Issues that exclude each other, and what each entails.
#[derive(Clone, Debug, Default)]
pub struct Logic {
    exclusive: BTreeSet<(NamedNode, NamedNode)>,
    entailed: BTreeMap<NamedNode, BTreeSet<NamedNode>>,
}

impl Logic {
    fn excludes(&self, one: &NamedNode, other: &NamedNode) -> bool {
        self.exclusive.contains(&(one.clone(), other.clone()))
    }

    /// These issues and all that they entail.
    fn closure<'a>(&self, issues: impl IntoIterator<Item = &'a NamedNode>) -> BTreeSet<NamedNode> {
        let mut closed = BTreeSet::new();
        let mut open: Vec<NamedNode> = issues.into_iter().cloned().collect();
        while let Some(issue) = open.pop() {
            if closed.insert(issue.clone()) {
                open.extend(self.entailed.get(&issue).into_iter().flatten().cloned());
            }
        }
        closed
    }

    fn is_consistent(&self, issues: &BTreeSet<NamedNode>) -> bool {
        let issues: Vec<&NamedNode> = issues.iter().collect();
        issues
            .iter()
            .enumerate()
            .all(|(at, one)| issues[at + 1..].iter().all(|other| !self.excludes(one, other)))
    }
}

/// Terms of all issues that cannot all be met: circles, each of the fewest issues through its first; pairs that exclude
/// each other; and what one party needs and another excludes.
#[must_use]
pub fn problems(bargains: &[Bargain], logic: &Logic) -> Vec<Problem> {
    let mut found = circles(bargains);
    for bargain in bargains {
        let needed: BTreeMap<&NamedNode, Vec<&NamedNode>> = by_issue(bargain, true);
        let excluded = by_issue(bargain, false);
        let labels: BTreeMap<&NamedNode, &str> = bargain
            .terms()
            .filter_map(|(_, term)| Some((term.what.issue()?, term.what.label())))
            .chain([(&bargain.issue.iri, bargain.issue.label.as_str())])
            .collect();
        let thing = |iri: &NamedNode| Thing { iri: iri.clone(), label: labels[iri].to_owned() };
        let mut all: Vec<(&NamedNode, Vec<&NamedNode>)> =
            needed.iter().map(|(issue, positions)| (*issue, positions.clone())).collect();
        all.insert(0, (&bargain.issue.iri, Vec::new()));
        for (at, (one, positions)) in all.iter().enumerate() {
            for (other, further) in all[at + 1..].iter().filter(|(other, _)| logic.excludes(one, other)) {
                let mut issues = vec![thing(&bargain.issue.iri)];
                issues.extend(
                    [*one, *other].into_iter().filter(|issue| **issue != bargain.issue.iri).map(thing),
                );
                found.push(Problem {
                    kind: ProblemKind::Incompatible,
                    issues,
                    positions: positions.iter().chain(further).map(|position| (*position).clone()).collect(),
                });
            }
        }
        for (issue, positions) in &needed {
            if let Some(further) = excluded.get(issue) {
                found.push(Problem {
                    kind: ProblemKind::RuledOut,
                    issues: vec![thing(&bargain.issue.iri), thing(issue)],
                    positions: positions.iter().chain(further).map(|position| (*position).clone()).collect(),
                });
            }
        }
    }
    found
}

/// Issues that must come true, or stay away, with the positions that say so.
fn by_issue(bargain: &Bargain, must: bool) -> BTreeMap<&NamedNode, Vec<&NamedNode>> {
    let mut issues: BTreeMap<&NamedNode, Vec<&NamedNode>> = BTreeMap::new();
    for (stand, term) in bargain.terms().filter(|(_, term)| term.must == must) {
        if let Some(issue) = term.what.issue() {
            issues.entry(issue).or_default().push(&stand.position);
        }
    }
    issues
}

/// Circles of issues of which each must come true before the one before: through each issue the shortest.
fn circles(bargains: &[Bargain]) -> Vec<Problem> {
    let awaits: BTreeMap<&NamedNode, BTreeMap<&NamedNode, Vec<&NamedNode>>> =
        bargains.iter().map(|bargain| (&bargain.issue.iri, by_issue(bargain, true))).collect();
    let label: BTreeMap<&NamedNode, &Thing> =
        bargains.iter().map(|bargain| (&bargain.issue.iri, &bargain.issue)).collect();
    let mut found: Vec<Problem> = Vec::new();
    let mut known: BTreeSet<BTreeSet<&NamedNode>> = BTreeSet::new();
    for start in awaits.keys().copied() {
        let Some(circle) = circle_through(start, &awaits) else { continue };
        if known.insert(circle.iter().copied().collect()) {
            let next = circle.iter().cycle().skip(1);
            let positions = circle
                .iter()
                .zip(next)
                .flat_map(|(one, other)| awaits[one][*other].iter().map(|of| (*of).clone()));
            found.push(Problem {
                kind: ProblemKind::Circle,
                positions: positions.collect(),
                issues: circle.iter().map(|issue| label[issue].clone()).collect(),
            });
        }
    }
    found
}

/// The shortest way from an issue back to it, breadth first.
fn circle_through<'b>(
    start: &'b NamedNode,
    awaits: &BTreeMap<&'b NamedNode, BTreeMap<&'b NamedNode, Vec<&'b NamedNode>>>,
) -> Option<Vec<&'b NamedNode>> {
    let mut came_from: BTreeMap<&NamedNode, &NamedNode> = BTreeMap::new();
    let mut open = std::collections::VecDeque::from([start]);
    while let Some(issue) = open.pop_front() {
        for next in awaits.get(issue).into_iter().flat_map(BTreeMap::keys).copied() {
            if next == start {
                let mut path = vec![issue];
                while let Some(before) =
                    path.last().filter(|last| **last != start).and_then(|last| came_from.get(last))
                {
                    path.push(before);
                }
                path.reverse();
                return Some(path);
            }
            if !came_from.contains_key(next) {
                came_from.insert(next, issue);
                open.push_back(next);
            }
        }
    }
    None
}
