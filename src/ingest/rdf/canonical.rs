//! Labels for blank nodes that depend on nothing but the graph: RDFC-1.0 with SHA-256, with a
//! limit on its work.
//!
//! The algorithm tries every order of blank nodes that look alike, and of those around each:
//! time grows with the factorial. The engine's implementation has no limit, so that a file of
//! twelve lines can hold up the program for days. This one counts its steps. For graphs within
//! the limit both give the same result, which a test holds them to.
//!
//! Steps are those of <https://www.w3.org/TR/rdf-canon/>. Graphs here have no names, and no
//! triple stands inside another.

use crate::model::document::sha256;
use oxrdf::{
    BlankNode, BlankNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Term, TermRef, Triple, TripleRef,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::thread;

/// Steps that any graph may take: a second or two.
const STEPS: usize = 500_000;
/// Further steps for each of its blank nodes.
const STEPS_EACH: usize = 50;
/// So far from a blank node is looked for what tells it from others.
const MOST_AWAY: usize = 2_000;
/// Enough for going so far in debug builds.
const STACK: usize = 64 << 20;

/// Some blank nodes are so much alike that telling them apart would take too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct TooAlike;

/// Numbers for the blank nodes of a graph, from 0, in canonical order. No triple may occur twice.
pub(in crate::ingest) fn number(triples: &[Triple]) -> Result<HashMap<BlankNode, usize>, TooAlike> {
    let mut graph = Canonical::new(triples);
    let mut alike: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let first = std::mem::take(&mut graph.first);
    for (node, hash) in first.iter().enumerate() {
        alike.entry(hash).or_default().push(node);
    }
    for nodes in alike.values() {
        if let [only] = nodes[..] {
            graph.canonical.issue(only);
        }
    }
    alike.retain(|_, nodes| nodes.len() > 1);
    if !alike.is_empty() {
        // It recurses from blank node to blank node.
        thread::scope(|scope| {
            let work = || alike.values().try_for_each(|nodes| graph.tell_apart(nodes, &first));
            let worker = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
            let done = worker.expect("a thread can be started").join();
            done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })?;
    }
    let numbers = graph.canonical.numbers;
    Ok(graph
        .nodes
        .into_iter()
        .zip(numbers)
        .filter_map(|(node, number)| Some((node.clone(), number?)))
        .collect())
}

struct Canonical<'a> {
    triples: &'a [Triple],
    nodes: Vec<&'a BlankNode>,
    /// The blank nodes at the ends of each triple.
    ends: Vec<[Option<usize>; 2]>,
    /// The triples that each blank node is in.
    around: Vec<Vec<usize>>,
    /// The hash of what is said about each, other blank nodes all looking the same.
    first: Vec<String>,
    canonical: Issuer,
    /// The numbers tried at the moment.
    trial: Issuer,
    /// Steps that are left.
    room: usize,
    away: usize,
}

/// Who gives numbers, in the order of asking; numbers given last can be taken back.
#[derive(Default)]
struct Issuer {
    numbers: Vec<Option<usize>>,
    order: Vec<usize>,
}

impl Issuer {
    fn issue(&mut self, node: usize) -> usize {
        *self.numbers[node].get_or_insert_with(|| {
            self.order.push(node);
            self.order.len() - 1
        })
    }

    fn take_back(&mut self, length: usize) {
        for node in self.order.drain(length..) {
            self.numbers[node] = None;
        }
    }
}

impl<'a> Canonical<'a> {
    fn new(triples: &'a [Triple]) -> Self {
        let (mut nodes, mut numbers) = (Vec::new(), HashMap::new());
        let mut ends = Vec::with_capacity(triples.len());
        let mut around: Vec<Vec<usize>> = Vec::new();
        for (at, triple) in triples.iter().enumerate() {
            let subject =
                if let NamedOrBlankNode::BlankNode(node) = &triple.subject { Some(node) } else { None };
            let object = if let Term::BlankNode(node) = &triple.object { Some(node) } else { None };
            let both = [subject, object].map(|node| {
                let node = node?;
                Some(*numbers.entry(node).or_insert_with(|| {
                    nodes.push(node);
                    around.push(Vec::new());
                    nodes.len() - 1
                }))
            });
            for node in both.into_iter().flatten() {
                if around[node].last() != Some(&at) {
                    around[node].push(at);
                }
            }
            ends.push(both);
        }
        let issuer = || Issuer { numbers: vec![None; nodes.len()], order: Vec::new() };
        let (canonical, trial) = (issuer(), issuer());
        let room = STEPS + STEPS_EACH * nodes.len();
        let mut graph =
            Self { triples, nodes, ends, around, first: Vec::new(), canonical, trial, room, away: 0 };
        graph.first = (0..graph.nodes.len()).map(|node| graph.first_degree(node)).collect();
        graph
    }

    /// “Hash First Degree Quads”.
    fn first_degree(&self, node: usize) -> String {
        let label =
            |other: Option<usize>| BlankNodeRef::new_unchecked(if other == Some(node) { "a" } else { "z" });
        let mut lines: Vec<String> = self.around[node]
            .iter()
            .map(|&at| {
                let Triple { subject, predicate, object } = &self.triples[at];
                let [s, o] = self.ends[at];
                let subject: NamedOrBlankNodeRef<'_> = s.map_or(subject.as_ref(), |_| label(s).into());
                let object: TermRef<'_> = o.map_or(object.as_ref(), |_| label(o).into());
                format!("{} .\n", TripleRef::new(subject, predicate, object))
            })
            .collect();
        lines.sort_unstable();
        sha256(lines.concat().as_bytes())
    }

    fn spend(&mut self, steps: usize) -> Result<(), TooAlike> {
        self.room = self.room.checked_sub(steps).ok_or(TooAlike)?;
        Ok(())
    }

    /// Numbers blank nodes that share their first hash: step 5 of the canonicalization algorithm.
    fn tell_apart(&mut self, nodes: &[usize], first: &[String]) -> Result<(), TooAlike> {
        let mut found: Vec<(String, Vec<usize>)> = Vec::new();
        for &node in nodes {
            if self.canonical.numbers[node].is_some() {
                continue;
            }
            self.trial.issue(node);
            let hash = self.n_degree(node, first)?;
            self.spend(self.trial.order.len())?;
            found.push((hash, self.trial.order.clone()));
            self.trial.take_back(0);
        }
        found.sort_unstable();
        for node in found.into_iter().flat_map(|(_, order)| order) {
            self.canonical.issue(node);
        }
        Ok(())
    }

    /// “Hash N-Degree Quads”. Leaves the numbers of the chosen orders in `trial`.
    fn n_degree(&mut self, node: usize, first: &[String]) -> Result<String, TooAlike> {
        self.spend(1)?;
        if self.away == MOST_AWAY {
            return Err(TooAlike);
        }
        let mut groups: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for at in self.around[node].clone() {
            for (position, related) in ["s", "o"].into_iter().zip(self.ends[at]) {
                if let Some(related) = related.filter(|related| *related != node) {
                    self.spend(1)?;
                    groups.entry(self.related(related, at, position, first)).or_default().insert(related);
                }
            }
        }
        let mut data = String::new();
        self.away += 1;
        for (hash, group) in groups {
            data.push_str(&hash);
            let mut order: Vec<usize> = group.into_iter().collect();
            let before = self.trial.order.len();
            if order.len() == 1 {
                data.push_str(&self.path(&order, None, first)?.expect("nothing was found before"));
                continue;
            }
            let mut chosen: Option<(String, Vec<usize>)> = None;
            loop {
                self.spend(order.len())?;
                let path = self.path(&order, chosen.as_ref().map(|(path, _)| path.as_str()), first)?;
                if let Some(path) = path {
                    let given = self.trial.order[before..].to_vec();
                    self.spend(given.len())?;
                    chosen = Some((path, given));
                }
                self.trial.take_back(before);
                if !next_order(&mut order) {
                    break;
                }
            }
            let (path, given) = chosen.expect("the first order is the best so far");
            for node in given {
                self.trial.issue(node);
            }
            data.push_str(&path);
        }
        self.away -= 1;
        Ok(sha256(data.as_bytes()))
    }

    /// The path of one order of related blank nodes; none if it does not come before `best`.
    fn path(
        &mut self,
        order: &[usize],
        best: Option<&str>,
        first: &[String],
    ) -> Result<Option<String>, TooAlike> {
        let behind = |path: &str| best.is_some_and(|best| path.len() >= best.len() && path > best);
        let (mut path, mut unexplored) = (String::new(), Vec::new());
        for &related in order {
            match self.canonical.numbers[related] {
                Some(number) => path.push_str(&format!("_:c14n{number}")),
                None => {
                    if self.trial.numbers[related].is_none() {
                        unexplored.push(related);
                    }
                    path.push_str(&format!("_:b{}", self.trial.issue(related)));
                }
            }
            if behind(&path) {
                return Ok(None);
            }
        }
        for related in unexplored {
            let hash = self.n_degree(related, first)?;
            path.push_str(&format!("_:b{}<{hash}>", self.trial.issue(related)));
            if behind(&path) {
                return Ok(None);
            }
        }
        Ok(best.is_none_or(|best| path.as_str() < best).then_some(path))
    }

    /// “Hash Related Blank Node”.
    fn related(&self, related: usize, at: usize, position: &str, first: &[String]) -> String {
        let predicate = &self.triples[at].predicate;
        let canonical = self.canonical.numbers[related].map(|number| format!("_:c14n{number}"));
        let trial = || self.trial.numbers[related].map(|number| format!("_:b{number}"));
        let known = canonical.or_else(trial).unwrap_or_else(|| first[related].clone());
        sha256(format!("{position}{predicate}{known}").as_bytes())
    }
}

/// The next order of these numbers; false after the last, which is descending.
fn next_order(order: &mut [usize]) -> bool {
    let Some(pivot) = order.windows(2).rposition(|pair| pair[0] < pair[1]) else { return false };
    let larger = order.iter().rposition(|number| *number > order[pivot]).expect("the next one is");
    order.swap(pivot, larger);
    order[pivot + 1..].reverse();
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxrdf::dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm};
    use oxrdf::{Graph, NamedNode};
    use proptest::prelude::*;

    fn triple(s: usize, p: usize, o: usize, named: usize) -> Triple {
        let predicate = NamedNode::new_unchecked(format!("https://example.org/p{p}"));
        let name = |n: usize| NamedNode::new_unchecked(format!("https://example.org/n{n}"));
        let blank = |n: usize| BlankNode::new_unchecked(format!("x{n}"));
        let subject = if s < named { name(s).into() } else { NamedOrBlankNode::from(blank(s)) };
        let object = if o < named { name(o).into() } else { Term::from(blank(o)) };
        Triple { subject, predicate, object }
    }

    fn relabelled(triples: &[Triple], label: impl Fn(&BlankNode) -> String) -> Vec<String> {
        let new = |node: &BlankNode| BlankNode::new_unchecked(label(node));
        let mut lines: Vec<String> = triples
            .iter()
            .cloned()
            .map(|Triple { subject, predicate, object }| {
                let subject = match subject {
                    NamedOrBlankNode::BlankNode(node) => new(&node).into(),
                    named => named,
                };
                let object = match object {
                    Term::BlankNode(node) => new(&node).into(),
                    other => other,
                };
                Triple { subject, predicate, object }.to_string()
            })
            .collect();
        lines.sort_unstable();
        lines
    }

    fn ours(triples: &[Triple]) -> Result<Vec<String>, TooAlike> {
        let numbers = number(triples)?;
        Ok(relabelled(triples, |node| format!("c14n{}", numbers[node])))
    }

    fn engines(triples: &[Triple]) -> Vec<String> {
        let mut graph: Graph = triples.iter().collect();
        let hash_algorithm = CanonicalizationHashAlgorithm::Sha256;
        graph.canonicalize(CanonicalizationAlgorithm::Rdfc10 { hash_algorithm });
        let mut lines: Vec<String> = graph.iter().map(|triple| triple.to_string()).collect();
        lines.sort_unstable();
        lines
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

        /// Few nodes and predicates, so that many look alike.
        #[test]
        fn the_result_is_the_engines(
            raw in proptest::collection::btree_set((0usize..7, 0usize..2, 0usize..7), 1..12),
            named in 0usize..4,
        ) {
            let triples: Vec<Triple> = raw.into_iter().map(|(s, p, o)| triple(s, p, o, named)).collect();
            prop_assert_eq!(ours(&triples), Ok(engines(&triples)));
        }
    }

    #[test]
    fn copies_and_rings_are_told_apart_as_the_engine_does() {
        let ring = |from: usize, n: usize| (0..n).map(move |i| triple(from + i, 0, from + (i + 1) % n, 0));
        let two: Vec<Triple> = ring(0, 5).chain(ring(10, 5)).chain(ring(20, 3)).collect();
        assert_eq!(ours(&two), Ok(engines(&two)));
    }

    #[test]
    fn orders_are_all_tried() {
        let mut order = vec![1, 2, 3, 4];
        let mut count = 1;
        while next_order(&mut order) {
            count += 1;
        }
        assert_eq!((count, order), (24, vec![4, 3, 2, 1]));
    }

    #[test]
    fn hopeless_graphs_are_refused() {
        let clique: Vec<Triple> =
            (0..12).flat_map(|s| (0..12).filter(move |o| *o != s).map(move |o| triple(s, 0, o, 0))).collect();
        assert_eq!(ours(&clique), Err(TooAlike));
        let chain: Vec<Triple> = (0..5_000).map(|i| triple(i, 0, i + 1, 0)).collect();
        assert_eq!(ours(&chain), Err(TooAlike));
    }
}
