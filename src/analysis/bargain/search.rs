//! Smallest sets of concessions that settle an issue, by trying all.

use super::{Bargain, Concession, Logic, Party, Term};
use oxrdf::NamedNode;
use std::collections::BTreeSet;

/// Greatest number of sets that are tried for one issue.
pub const MOST: usize = 200_000;

/// What would leave nobody against an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// Nobody is against it, and nobody waits for anything.
    Agreed,
    /// All sets of the fewest concessions.
    Sets(Vec<Vec<Concession>>),
    /// Somebody is against it whatever happens.
    Blocked,
    /// No set of concessions meets all terms.
    Unsatisfiable,
    /// No set of up to so many concessions does; larger ones are more than [`MOST`] and were not tried.
    NotSearched(usize),
}

/// A set of terms of which one must hold.
type Clause<'p> = Vec<&'p Term>;

/// The settlement between these parties.
pub(super) fn settlement(issue: &NamedNode, parties: &[Party], logic: &Logic) -> Settlement {
    let mut clauses: Vec<Clause<'_>> = Vec::new();
    for stand in parties.iter().flat_map(|party| &party.stands) {
        match (stand.is_for, stand.terms.is_empty()) {
            (true, _) => clauses.extend(stand.terms.iter().map(|term| vec![term])),
            (false, true) => return Settlement::Blocked,
            (false, false) => clauses.push(stand.terms.iter().collect()),
        }
    }
    let holds = |given: &[&Concession]| {
        let issues = logic.closure(given.iter().filter_map(|what| what.issue()).chain([issue]));
        let is_true = |what: &Concession| match what {
            Concession::Issue(issue, _) => issues.contains(issue),
            Concession::Words(..) => given.contains(&what),
        };
        logic.is_consistent(&issues)
            && clauses.iter().all(|clause| clause.iter().any(|term| is_true(&term.what) == term.must))
    };
    // What a clause of one term needs is in every set.
    let forced: BTreeSet<&Concession> = clauses
        .iter()
        .filter(|clause| clause.len() == 1 && clause[0].must)
        .map(|clause| &clause[0].what)
        .collect();
    let free: Vec<&Concession> = clauses
        .iter()
        .flatten()
        .filter(|term| term.must && !forced.contains(&term.what))
        .map(|term| &term.what)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let mut tried = 0;
    for size in 0..=free.len() {
        if tried + sets(free.len(), size) > MOST {
            return Settlement::NotSearched((forced.len() + size).saturating_sub(1));
        }
        let mut found = Vec::new();
        let mut chosen: Vec<usize> = (0..size).collect();
        loop {
            tried += 1;
            let given: Vec<&Concession> =
                forced.iter().copied().chain(chosen.iter().map(|at| free[*at])).collect();
            if holds(&given) {
                let mut set: Vec<Concession> = given.into_iter().cloned().collect();
                set.sort();
                found.push(set);
            }
            if !advance(&mut chosen, free.len()) {
                break;
            }
        }
        match found.as_slice() {
            [] => {}
            [set] if set.is_empty() => return Settlement::Agreed,
            _ => return Settlement::Sets(found),
        }
    }
    Settlement::Unsatisfiable
}

/// Number of sets of this size out of so many, or more than [`MOST`].
fn sets(of: usize, size: usize) -> usize {
    let mut number: usize = 1;
    for at in 0..size.min(of - size) {
        number = number.saturating_mul(of - at) / (at + 1);
        if number > MOST {
            return MOST + 1;
        }
    }
    number
}

/// Goes to the next set of the same size in the order of their members; false after the last.
fn advance(chosen: &mut [usize], of: usize) -> bool {
    let size = chosen.len();
    let Some(at) = (0..size).rev().find(|at| chosen[*at] < of - (size - at)) else { return false };
    chosen[at] += 1;
    for next in at + 1..size {
        chosen[next] = chosen[next - 1] + 1;
    }
    true
}

impl Bargain {
    /// The concessions of the first of the smallest sets.
    #[must_use]
    pub fn sets(&self) -> &[Vec<Concession>] {
        match &self.settlement {
            Settlement::Sets(sets) => sets,
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Stand, Thing};
    use super::*;
    use crate::model::Stance;

    fn node(name: &str) -> NamedNode {
        NamedNode::new_unchecked(format!("https://example.org/{name}"))
    }

    fn term(issue: &str, must: bool) -> Term {
        Term { what: Concession::Issue(node(issue), issue.into()), must, words: String::new() }
    }

    fn party(name: &str, is_for: bool, terms: Vec<Term>) -> Party {
        let stance = if is_for { Stance::Supports } else { Stance::Opposes };
        let stand = Stand { position: node(name), stance, is_for, terms };
        Party { actor: Thing { iri: node(name), label: name.into() }, stands: vec![stand] }
    }

    fn labels(settlement: &Settlement) -> Vec<Vec<&str>> {
        let Settlement::Sets(sets) = settlement else { return Vec::new() };
        sets.iter().map(|set| set.iter().map(Concession::label).collect()).collect()
    }

    #[test]
    fn one_concession_may_serve_several() {
        let parties = [
            party("A", false, vec![term("x", true), term("y", true)]),
            party("B", false, vec![term("y", true), term("z", true)]),
            party("C", true, Vec::new()),
        ];
        let found = settlement(&node("i"), &parties, &Logic::default());
        assert_eq!(labels(&found), [["y"]]);
    }

    #[test]
    fn what_supporters_need_is_in_every_set() {
        let parties = [
            party("A", true, vec![term("x", true), term("w", false)]),
            party("B", false, vec![term("y", true), term("z", true)]),
        ];
        let mut logic = Logic::default();
        assert_eq!(labels(&settlement(&node("i"), &parties, &logic)), [["x", "y"], ["x", "z"]]);
        logic.exclusive = [(node("x"), node("y")), (node("y"), node("x"))].into();
        assert_eq!(labels(&settlement(&node("i"), &parties, &logic)), [["x", "z"]]);
        logic.entailed.insert(node("z"), [node("w")].into());
        assert_eq!(settlement(&node("i"), &parties, &logic), Settlement::Unsatisfiable);
    }

    #[test]
    fn every_outcome_has_its_word() {
        let logic = Logic::default();
        assert_eq!(settlement(&node("i"), &[party("A", true, Vec::new())], &logic), Settlement::Agreed);
        assert_eq!(settlement(&node("i"), &[party("A", false, Vec::new())], &logic), Settlement::Blocked);
        // Forty parties with a term of their own each and one that all exclude: 2 to the 40 sets.
        let own = |at: usize| {
            party(
                &format!("p{at}"),
                false,
                vec![term(&format!("x{at}"), true), term(&format!("y{at}"), true)],
            )
        };
        let many: Vec<Party> = (0..40).map(own).collect();
        assert!(matches!(settlement(&node("i"), &many, &logic), Settlement::NotSearched(2..=4)));
    }
}
