//! Partitions of a network: communities, trees of clusters, and how good a partition is.

use crate::export::picture::tree::Join;
use kodama::{Method, linkage};
use leiden_rs::{GraphDataBuilder, Leiden, LeidenConfig};
use std::cmp::Reverse;

/// A tie between two nodes, by their numbers, and its strength.
pub type Edge = (usize, usize, f64);

/// How the distance of two clusters follows from those of their members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Linkage {
    /// The least of them.
    Single,
    /// The greatest of them.
    Complete,
    /// Their mean.
    #[default]
    Average,
    /// How much the variance within grows (Ward 1963).
    Ward,
}

/// The number of each node's community, by descending size and then by first member; on positive ties alone.
///
/// The communities of greatest modularity that the Leiden algorithm finds (Traag, Waltman and van Eck 2019, doi
/// 10.1038/s41598-019-41695-z). The same seed gives the same communities; the crate is pinned, and tests hold its
/// partitions.
#[must_use]
pub fn communities(nodes: usize, ties: &[Edge], resolution: f64, seed: u64) -> Vec<usize> {
    let mut builder = GraphDataBuilder::new(nodes);
    for (one, other, weight) in ties.iter().filter(|(one, other, weight)| one != other && *weight > 0.0) {
        // Nodes are within bounds and weights above zero: nothing is left to be refused.
        let _ = builder.add_edge(*one, *other, *weight);
    }
    let alone = || (0..nodes).collect();
    let Ok(graph) = builder.build() else { return alone() };
    if graph.total_weight() == 0.0 {
        return alone();
    }
    let config = LeidenConfig {
        resolution,
        seed: Some(seed),
        // One after the other: what is computed side by side may come out otherwise.
        parallel_local_moving_threshold: Some(usize::MAX),
        parallel_aggregation_threshold: Some(usize::MAX),
        ..LeidenConfig::default()
    };
    match Leiden::new(config).run(&graph) {
        Ok(found) => {
            renumbered(&(0..nodes).map(|node| found.partition.community_of(node)).collect::<Vec<_>>())
        }
        Err(_) => alone(),
    }
}

/// The same partition with numbers by descending size, then by first member.
#[must_use]
pub fn renumbered(parts: &[usize]) -> Vec<usize> {
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); parts.iter().max().map_or(0, |most| most + 1)];
    for (node, part) in parts.iter().enumerate() {
        members[*part].push(node);
    }
    members.retain(|members| !members.is_empty());
    members.sort_by_key(|members| (Reverse(members.len()), members[0]));
    let mut out = vec![0; parts.len()];
    for (number, members) in members.iter().enumerate() {
        members.iter().for_each(|node| out[*node] = number);
    }
    out
}

/// Modularity of a partition (Newman and Girvan 2004), on positive ties; 0 without any.
#[must_use]
pub fn modularity(nodes: usize, ties: &[Edge], parts: &[usize], resolution: f64) -> f64 {
    let (mut degree, mut within, mut all) = (vec![0.0; nodes], 0.0, 0.0);
    for (one, other, weight) in ties.iter().filter(|tie| tie.2 > 0.0) {
        degree[*one] += weight;
        degree[*other] += weight;
        all += weight;
        within += if parts[*one] == parts[*other] { *weight } else { 0.0 };
    }
    if all == 0.0 {
        return 0.0;
    }
    let mut of_part = vec![0.0; parts.iter().max().map_or(0, |most| most + 1)];
    for (node, part) in parts.iter().enumerate() {
        of_part[*part] += degree[node];
    }
    let expected: f64 = of_part.iter().map(|sum| (sum / (2.0 * all)).powi(2)).sum();
    within / all - resolution * expected
}

/// How much of what was said fits two or more camps: agreement within camps and disagreement between them, as a
/// share of all agreement and disagreement; 0 without any. It is 1 where camps agree within and on nothing with
/// others, which is what the theory of structural balance calls balanced (Cartwright and Harary 1956).
#[must_use]
pub fn fit(congruence: &[Edge], conflict: &[Edge], parts: &[usize]) -> f64 {
    let sum = |ties: &[Edge], is_within: bool| -> f64 {
        ties.iter().filter(|tie| (parts[tie.0] == parts[tie.1]) == is_within).map(|tie| tie.2).sum()
    };
    let fitting = sum(congruence, true) + sum(conflict, false);
    let all = fitting + sum(congruence, false) + sum(conflict, true);
    if all == 0.0 { 0.0 } else { fitting / all }
}

/// Greatest number of nodes whose partitions into two are all tried.
pub const EXACT: usize = 16;

/// The partition into two camps of greatest [`fit`], and whether no other has a greater one: all are tried of up to
/// [`EXACT`] nodes; of more, nodes change sides from a few beginnings as long as that helps.
#[must_use]
pub fn two_camps(nodes: usize, congruence: &[Edge], conflict: &[Edge], seed: u64) -> (Vec<usize>, bool) {
    // What it is worth that two are on one side, against on two.
    let mut worth = vec![Vec::new(); nodes];
    let mut add = |one: usize, other: usize, by: f64| {
        worth[one].push((other, by));
        worth[other].push((one, by));
    };
    congruence.iter().for_each(|(one, other, weight)| add(*one, *other, *weight));
    conflict.iter().for_each(|(one, other, weight)| add(*one, *other, -weight));
    let gain = |sides: &[usize], node: usize| -> f64 {
        let value = |(other, by): &(usize, f64)| if sides[*other] == sides[node] { -by } else { *by };
        worth[node].iter().map(value).sum()
    };
    if nodes <= EXACT {
        // Each step moves one node (a Gray code); the last node stays, for sides have no names.
        let (mut sides, mut value) = (vec![0; nodes], 0.0);
        let (mut best, mut most) = (sides.clone(), 0.0);
        for step in 1_u32..1 << nodes.saturating_sub(1) {
            let node = step.trailing_zeros() as usize;
            value += gain(&sides, node);
            sides[node] = 1 - sides[node];
            if value > most + 1e-9 {
                (best, most) = (sides.clone(), value);
            }
        }
        return (renumbered(&best), true);
    }
    let mut chance = crate::base::chance::Chance::new(seed);
    let mut found: Option<(f64, Vec<usize>)> = None;
    for _ in 0..20 {
        let mut sides: Vec<usize> = (0..nodes).map(|_| chance.below(2)).collect();
        loop {
            let mut is_moved = false;
            for node in 0..nodes {
                if gain(&sides, node) > 1e-9 {
                    sides[node] = 1 - sides[node];
                    is_moved = true;
                }
            }
            if !is_moved {
                break;
            }
        }
        let value = fit(congruence, conflict, &sides);
        if found.as_ref().is_none_or(|(most, _)| value > most + 1e-12) {
            found = Some((value, sides));
        }
    }
    (renumbered(&found.map(|(_, sides)| sides).unwrap_or_default()), false)
}

/// The tree of clusters over distances: all pairs of nodes, the first row first, without the diagonal.
#[must_use]
pub fn tree(nodes: usize, mut distances: Vec<f64>, how: Linkage) -> Vec<Join> {
    if nodes < 2 {
        return Vec::new();
    }
    let method = match how {
        Linkage::Single => Method::Single,
        Linkage::Complete => Method::Complete,
        Linkage::Average => Method::Average,
        Linkage::Ward => Method::Ward,
    };
    let found = linkage(&mut distances, nodes, method);
    let join = |step: &kodama::Step<f64>| Join {
        one: step.cluster1,
        other: step.cluster2,
        distance: step.dissimilarity,
    };
    found.steps().iter().map(join).collect()
}

/// The tree cut into so many clusters.
#[must_use]
pub fn cut(nodes: usize, joins: &[Join], clusters: usize) -> Vec<usize> {
    let mut above: Vec<usize> = (0..nodes + joins.len()).collect();
    for (number, join) in joins.iter().take(nodes.saturating_sub(clusters)).enumerate() {
        above[join.one] = nodes + number;
        above[join.other] = nodes + number;
    }
    let root = |mut at: usize| {
        while above[at] != at {
            at = above[at];
        }
        at
    };
    renumbered(&(0..nodes).map(root).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ties of the 34 members of a karate club (Zachary 1977).
    #[rustfmt::skip]
    const KARATE: [(usize, usize); 78] = [
        (2, 1), (3, 1), (3, 2), (4, 1), (4, 2), (4, 3), (5, 1), (6, 1), (7, 1), (7, 5), (7, 6), (8, 1), (8, 2), (8, 3),
        (8, 4), (9, 1), (9, 3), (10, 3), (11, 1), (11, 5), (11, 6), (12, 1), (13, 1), (13, 4), (14, 1), (14, 2), (14, 3),
        (14, 4), (17, 6), (17, 7), (18, 1), (18, 2), (20, 1), (20, 2), (22, 1), (22, 2), (26, 24), (26, 25), (28, 3),
        (28, 24), (28, 25), (29, 3), (30, 24), (30, 27), (31, 2), (31, 9), (32, 1), (32, 25), (32, 26), (32, 29), (33, 3),
        (33, 9), (33, 15), (33, 16), (33, 19), (33, 21), (33, 23), (33, 24), (33, 30), (33, 31), (33, 32), (34, 9),
        (34, 10), (34, 14), (34, 15), (34, 16), (34, 19), (34, 20), (34, 21), (34, 23), (34, 24), (34, 27), (34, 28),
        (34, 29), (34, 30), (34, 31), (34, 32), (34, 33),
    ];

    #[test]
    fn communities_of_the_karate_club_are_those_that_are_known() {
        let ties: Vec<Edge> = KARATE.iter().map(|(one, other)| (one - 1, other - 1, 1.0)).collect();
        let parts = communities(34, &ties, 1.0, 1);
        // The greatest modularity that there is (Brandes and others 2008).
        assert!((modularity(34, &ties, &parts, 1.0) - 0.4198).abs() < 5e-5);
        let golden = [
            1, 1, 1, 1, 3, 3, 3, 1, 0, 0, 3, 1, 1, 1, 0, 0, 3, 1, 0, 1, 0, 1, 0, 2, 2, 2, 0, 2, 2, 0, 0, 2,
            0, 0,
        ];
        assert_eq!(parts, golden);
        assert_eq!(communities(34, &ties, 1.0, 1), golden, "the same each time");
    }

    #[test]
    fn negative_ties_and_none_make_no_community() {
        assert_eq!(communities(3, &[(0, 1, -1.0), (1, 2, 0.0)], 1.0, 1), [0, 1, 2]);
        assert_eq!(communities(3, &[(0, 1, -1.0), (1, 2, 2.0)], 1.0, 1), [1, 0, 0]);
        assert_eq!(communities(0, &[], 1.0, 1), Vec::<usize>::new());
        assert_eq!(modularity(2, &[], &[0, 1], 1.0), 0.0);
    }

    #[test]
    fn two_camps_that_agree_within_and_on_nothing_with_the_other_fit() {
        for nodes in [4, 6, EXACT + 4] {
            let (mut congruence, mut conflict) = (Vec::new(), Vec::new());
            for one in 0..nodes {
                for other in one + 1..nodes {
                    let ties = if one % 2 == other % 2 { &mut congruence } else { &mut conflict };
                    ties.push((one, other, 1.0));
                }
            }
            let (parts, is_exact) = two_camps(nodes, &congruence, &conflict, 1);
            assert_eq!(fit(&congruence, &conflict, &parts), 1.0, "{nodes}");
            assert_eq!(is_exact, nodes <= EXACT);
            assert_eq!(parts, (0..nodes).map(|node| node % 2).collect::<Vec<_>>());
        }
        // Three who disagree with each other cannot be two camps without one disagreement within.
        let (parts, _) = two_camps(3, &[], &[(0, 1, 1.0), (0, 2, 1.0), (1, 2, 1.0)], 1);
        assert!((fit(&[], &[(0, 1, 1.0), (0, 2, 1.0), (1, 2, 1.0)], &parts) - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn linkages_join_at_their_own_distances() {
        // Points 0, 1 and 5 on a line.
        let joined =
            |how| tree(3, vec![1.0, 5.0, 4.0], how).iter().map(|join| join.distance).collect::<Vec<_>>();
        assert_eq!(joined(Linkage::Single), [1.0, 4.0]);
        assert_eq!(joined(Linkage::Complete), [1.0, 5.0]);
        assert_eq!(joined(Linkage::Average), [1.0, 4.5]);
        let ward = joined(Linkage::Ward);
        assert!((ward[1] - (2.0_f64 / 3.0 * (25.0 + 16.0) - 1.0 / 3.0).sqrt()).abs() < 1e-12, "{ward:?}");
        let joins = tree(3, vec![1.0, 5.0, 4.0], Linkage::Single);
        assert_eq!([1, 2, 3].map(|clusters| cut(3, &joins, clusters)), [[0, 0, 0], [0, 0, 1], [0, 1, 2]]);
    }
}
