//! Phases of a debate: how far the networks of two windows are apart, and which windows go together.
//!
//! The method is that of state dynamics (Masuda and Holme 2019, doi 10.1038/s41598-018-37534-2): a network a window, the
//! distance of each two, a tree of clusters over these, cut where the modularity of what is alike is greatest.

use super::camps::parts::{Edge, Linkage, cut, fit, modularity, tree, two_camps};
use super::network::window::{Window, Windows, series};
use super::network::{Counting, Mode, Options, Tie};
use super::spectrum::{distance, spectrum};
use super::statements::{Node, Statements};
use crate::base::error::{Error, Result, count};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Most windows, each of which is held against each, and most operations for their spectra.
const MOST: usize = 2_000;
const SPECTRA: f64 = 2e11;
/// Numbers of phases that are tried if none is given.
const PHASES: std::ops::RangeInclusive<usize> = 2..=6;

/// How far two networks are apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Distance {
    /// Half the sum of the differences of all ties, as shares of their network: from 0 to 1.
    #[default]
    Absolute,
    /// Euclidean distance of the eigenvalues of the Laplacians, as shares of their sum.
    Spectral,
}

/// A window with its phase.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
    /// Number of statements that count.
    pub statements: usize,
    /// Number of ties.
    pub ties: usize,
    /// Distance from the window before; none of the first.
    pub change: Option<f64>,
    /// Number of the phase, from 0 on, by first window.
    pub phase: usize,
    /// How much of all agreement and disagreement fits two camps; none where nobody meets anybody.
    pub polarisation: Option<f64>,
}

/// All windows, and how far they are apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Phases {
    /// The windows.
    pub windows: Vec<Phase>,
    /// Distance of each two windows.
    pub distances: Vec<Vec<f64>>,
    /// Modularity of each number of phases that was tried.
    pub scores: Vec<(usize, f64)>,
}

/// The phases of these statements; `wanted`, their number.
///
/// # Errors
/// No windows, or too many; more phases than windows.
pub fn phases(
    statements: &Statements,
    options: Options,
    windows: Windows,
    how: Distance,
    wanted: Option<usize>,
) -> Result<Phases> {
    let of = |counting| series(statements, Mode::One, Options { counting, ..options }, windows);
    let all = of(options.counting)?;
    let number = all.len();
    let nodes = statements.nodes.len();
    let work = if how == Distance::Spectral { number as f64 * 2.0 * (nodes as f64).powi(3) } else { 0.0 };
    if number > MOST || work > SPECTRA {
        let what = format!("{} of {}", count(number, "window"), count(nodes, "node"));
        return Err(Error::usage(format!("{what} are too many to compare each with each"))
            .with_help("choose a longer unit for --window, or --steps calendar, or narrow it with --since"));
    }
    if let Some(wanted) = wanted.filter(|wanted| *wanted == 0 || *wanted > number) {
        return Err(Error::usage(format!(
            "{} cannot be {}",
            count(number, "window"),
            count(wanted, "phase")
        ))
        .with_help(format!("--phases goes from 1 to {number}")));
    }
    let numbers: BTreeMap<&Node, usize> = statements.nodes.iter().zip(0..).collect();
    let ties: Vec<Vec<Edge>> = all.iter().map(|window| edges(window, &numbers)).collect();
    let distances = distances(&ties, nodes, how);
    let (parts, scores) = clusters(&distances, wanted);
    let polarisation = polarisation(&of(Counting::Congruence)?, &of(Counting::Conflict)?, &numbers);
    let phase = |(at, window): (usize, &Window)| Phase {
        first: window.first,
        last: window.last,
        statements: window.network.statements,
        ties: ties[at].len(),
        change: at.checked_sub(1).map(|before| distances[before][at]),
        phase: parts[at],
        polarisation: polarisation[at],
    };
    Ok(Phases { windows: all.iter().enumerate().map(phase).collect(), distances, scores })
}

/// Ties of a window between the nodes of all windows.
fn edges(window: &Window, numbers: &BTreeMap<&Node, usize>) -> Vec<Edge> {
    let of = |node: u32| numbers[&window.network.nodes[node as usize]];
    let edge = |tie: &Tie| (of(tie.source), of(tie.target), tie.weight);
    window.network.ties.iter().filter(|tie| tie.source != tie.target && tie.weight != 0.0).map(edge).collect()
}

fn distances(ties: &[Vec<Edge>], nodes: usize, how: Distance) -> Vec<Vec<f64>> {
    let number = ties.len();
    let mut found = vec![vec![0.0; number]; number];
    let spectra: Vec<Vec<f64>> = match how {
        Distance::Spectral => ties.iter().map(|ties| spectrum(nodes, ties.iter().copied())).collect(),
        Distance::Absolute => Vec::new(),
    };
    let shares: Vec<BTreeMap<(usize, usize), f64>> = ties.iter().map(|ties| shares(ties)).collect();
    for one in 0..number {
        for other in one + 1..number {
            let apart = match how {
                Distance::Spectral => distance(&spectra[one], &spectra[other]),
                Distance::Absolute => absolute(&shares[one], &shares[other]),
            };
            found[one][other] = apart;
            found[other][one] = apart;
        }
    }
    found
}

/// Ties as shares of the sum of their strengths.
fn shares(ties: &[Edge]) -> BTreeMap<(usize, usize), f64> {
    let sum: f64 = ties.iter().map(|tie| tie.2.abs()).sum();
    ties.iter().map(|(one, other, weight)| ((*one, *other), weight / sum)).collect()
}

fn absolute(one: &BTreeMap<(usize, usize), f64>, other: &BTreeMap<(usize, usize), f64>) -> f64 {
    match (one.is_empty(), other.is_empty()) {
        (true, true) => return 0.0,
        (true, false) | (false, true) => return 1.0,
        (false, false) => {}
    }
    let own = one.iter().map(|(pair, share)| (share - other.get(pair).copied().unwrap_or_default()).abs());
    let new = other.iter().filter(|(pair, _)| !one.contains_key(pair)).map(|(_, share)| share.abs());
    (own.sum::<f64>() + new.sum::<f64>()) / 2.0
}

/// The phase of each window, and the modularity of the numbers that were tried.
fn clusters(distances: &[Vec<f64>], wanted: Option<usize>) -> (Vec<usize>, Vec<(usize, f64)>) {
    let number = distances.len();
    let greatest = distances.iter().flatten().copied().fold(0.0, f64::max);
    let condensed = distances.iter().enumerate().flat_map(|(at, row)| row[at + 1..].to_vec()).collect();
    let joins = tree(number, condensed, Linkage::Average);
    // Windows that are all the same are one phase.
    if greatest == 0.0 && wanted.is_none() {
        return (vec![0; number], Vec::new());
    }
    let alike = |one: usize, other: usize| (one, other, 1.0 - distances[one][other] / greatest.max(1e-300));
    let ties: Vec<Edge> =
        (0..number).flat_map(|one| (one + 1..number).map(move |other| alike(one, other))).collect();
    let tried = PHASES.filter(|phases| *phases <= number);
    let scores: Vec<(usize, f64)> =
        tried.map(|phases| (phases, modularity(number, &ties, &cut(number, &joins, phases), 1.0))).collect();
    let best = scores.iter().max_by(|one, next| one.1.total_cmp(&next.1).then(next.0.cmp(&one.0)));
    let phases = wanted.or(best.map(|(phases, _)| *phases)).unwrap_or(1);
    (by_time(&cut(number, &joins, phases)), scores)
}

/// The same parts, numbered by their first member.
fn by_time(parts: &[usize]) -> Vec<usize> {
    let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
    let number = |part: &usize| {
        let next = numbers.len();
        *numbers.entry(*part).or_insert(next)
    };
    parts.iter().map(number).collect()
}

/// How much of all agreement and disagreement of each window fits two camps.
fn polarisation(
    congruence: &[Window],
    conflict: &[Window],
    numbers: &BTreeMap<&Node, usize>,
) -> Vec<Option<f64>> {
    let of = |(one, other): (&Window, &Window)| {
        let (pro, contra) = (edges(one, numbers), edges(other, numbers));
        if pro.is_empty() && contra.is_empty() {
            return None;
        }
        // Only who meets somebody in the window is put on a side.
        let mut met: BTreeMap<usize, usize> = BTreeMap::new();
        for (one, other, _) in pro.iter().chain(&contra) {
            for node in [one, other] {
                let next = met.len();
                met.entry(*node).or_insert(next);
            }
        }
        let own = |ties: &[Edge]| -> Vec<Edge> {
            ties.iter().map(|(one, other, weight)| (met[one], met[other], *weight)).collect()
        };
        let (pro, contra) = (own(&pro), own(&contra));
        let (parts, _) = two_camps(met.len(), &pro, &contra, 1);
        Some(fit(&pro, &contra, &parts))
    };
    congruence.iter().zip(conflict).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_go_from_the_same_to_nothing_in_common() {
        let ties =
            [vec![(0, 1, 2.0), (1, 2, 2.0)], vec![(0, 1, 1.0), (1, 2, 1.0)], vec![(0, 2, 5.0)], Vec::new()];
        let found = distances(&ties, 3, Distance::Absolute);
        assert_eq!(found[0], [0.0, 0.0, 1.0, 1.0]);
        assert_eq!(found[3], [1.0, 1.0, 1.0, 0.0]);
        let half = distances(&[vec![(0, 1, 1.0), (1, 2, 1.0)], vec![(0, 1, 3.0)]], 3, Distance::Absolute);
        assert_eq!(half[0][1], 0.5);
        // A path of three has eigenvalues 3, 1, 0; one tie has 2, 0, 0.
        let found = distances(&ties, 3, Distance::Spectral);
        assert!(found[0][1] < 1e-12);
        assert!((found[0][2] - (0.25_f64.powi(2) * 2.0).sqrt()).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn windows_that_are_alike_are_one_phase() {
        let (near, far) = (0.1, 1.0);
        let distances: Vec<Vec<f64>> = (0..6)
            .map(|one| {
                let apart = |other: usize| match (one == other, (one < 3) == (other < 3)) {
                    (true, _) => 0.0,
                    (_, true) => near,
                    _ => far,
                };
                (0..6).map(apart).collect()
            })
            .collect();
        assert_eq!(clusters(&distances, None).0, [0, 0, 0, 1, 1, 1]);
        assert_eq!(clusters(&distances, Some(1)).0, [0; 6]);
        assert_eq!(clusters(&vec![vec![0.0; 3]; 3], None).0, [0; 3]);
        assert_eq!(clusters(&[vec![0.0]], None).0, [0]);
        assert_eq!(by_time(&[2, 2, 0, 1]), [0, 0, 1, 2]);
    }
}
