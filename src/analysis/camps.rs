//! Camps: who goes together, how sure that is, how far they are apart, what each stands for, and who bridges them.
//!
//! Nodes are tied by what they agree on less what they disagree on. Camps are the communities of the positive ties,
//! or the clusters of a tree. Of a number of camps that is chosen, the scores of all others are there, too. A measure
//! of polarisation is high on chance alone (Salloum, Chen and Kivelä 2022, doi 10.1145/3512962): beside what is
//! observed stand mean and deviation over permutations in which each node makes as many statements as it did, and on
//! each issue as much is said for and against.

pub mod parts;

use super::network::{Counting, Duplicates, Network, Normalisation, Options, counted, one_mode};
use super::statements::{Node, Selection, Statement, Statements, Variable};
use crate::base::chance::Chance;
use crate::base::error::{Error, Result, count};
use crate::export::picture::tree::Join;
use crate::model::{Certainty, Concept};
use crate::store::index::Index;
use crate::store::index::positions::{PositionTable, Thing};
use oxrdf::Term;
use parts::{Edge, Linkage, communities, cut, fit, modularity, renumbered, tree, two_camps};
use std::collections::{BTreeMap, HashSet};

/// Numbers of camps whose scores are shown.
const NUMBERS: usize = 10;
/// Resolutions whose scores are shown.
const RESOLUTIONS: [f64; 8] = [0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 4.0];
/// Greatest number of nodes of a tree: it holds the distance of each two.
const LEAVES: usize = 3_000;
/// Greatest number of nodes for which other ways of counting are tried, and permutations are counted.
const TRIED: usize = 2_000;
/// Issues that are shown of a camp.
const TELLING: usize = 5;

/// How camps are found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// Communities by the Leiden algorithm.
    Leiden {
        /// Above 1 for more and smaller camps.
        resolution: f64,
    },
    /// Clusters of a tree.
    Tree(Linkage),
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Question {
    /// What becomes the nodes, and by what they are tied.
    pub sides: Selection,
    /// Within what a statement counts once.
    pub duplicates: Duplicates,
    /// What a tie is divided by.
    pub normalisation: Normalisation,
    /// How camps are found.
    pub method: Method,
    /// Number of camps, if one is wanted: a tree is cut there.
    pub camps: Option<usize>,
    /// Beginning of all chance.
    pub seed: u64,
    /// Number of permutations.
    pub permutations: usize,
}

/// The camps of an index, and what there is to know of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Camps {
    /// All nodes that are tied.
    pub nodes: Vec<Member>,
    /// The camps of two or more, by descending size.
    pub camps: Vec<Camp>,
    /// Ties: what is agreed on less what is not.
    pub ties: Vec<Edge>,
    /// How well each number of camps fits.
    pub scores: Vec<Score>,
    /// Modularity and fit of these camps.
    pub modularity: f64,
    /// The same, see [`parts::fit`].
    pub fit: f64,
    /// Polarisation into two camps.
    pub polarisation: Polarisation,
    /// The tree over the nodes, if there are not too many.
    pub tree: Vec<Join>,
    /// Distance at which the tree was cut, if camps are its clusters.
    pub cut: Option<f64>,
    /// Number of other ways of counting that were tried.
    pub variants: usize,
    /// Number of statements that count.
    pub statements: usize,
}

/// A node.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Which.
    pub node: Node,
    /// Number of its camp; none if it goes with nobody.
    pub camp: Option<usize>,
    /// Number of its statements.
    pub statements: usize,
    /// How evenly its agreement is spread over camps, from 0 (its own alone) to 1: the participation coefficient
    /// (Guimerà and Amaral 2005).
    pub bridging: f64,
    /// Share of its camp with whom it is together in the other ways of counting, on average; none without a camp.
    pub stability: Option<f64>,
    /// The positions behind its statements, those that do not count because they are said twice, too.
    pub held: Vec<Thing>,
}

/// A camp.
#[derive(Clone, Debug, PartialEq)]
pub struct Camp {
    /// Numbers of its nodes.
    pub members: Vec<usize>,
    /// Share of its pairs that are together in the other ways of counting, on average; none if none was tried.
    pub stability: Option<f64>,
    /// What it stands for, the most telling first.
    pub telling: Vec<Telling>,
}

/// An issue that tells a camp from the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Telling {
    /// Which.
    pub issue: Node,
    /// Mean of the camp's members, from -1 to 1.
    pub camp: f64,
    /// Mean of the others, if any of them takes a stance.
    pub others: Option<f64>,
    /// Members that take a stance.
    pub members: usize,
}

/// How well a number of camps fits, of communities or of a tree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// The number, of those of one node too.
    pub camps: usize,
    /// The resolution that gives so many communities.
    pub resolution: Option<f64>,
    /// Whether these are the camps that are shown.
    pub is_chosen: bool,
    /// Modularity on positive ties.
    pub modularity: f64,
    /// Agreement within and disagreement between, as a share of all.
    pub fit: f64,
}

/// Polarisation: the greatest fit of two camps, and what chance alone gives.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Polarisation {
    /// Observed.
    pub observed: f64,
    /// Whether no two camps fit better: all were tried.
    pub is_exact: bool,
    /// Mean over permutations.
    pub mean: f64,
    /// Standard deviation over permutations.
    pub deviation: f64,
    /// Number of permutations.
    pub permutations: usize,
}

impl Polarisation {
    /// How many deviations above the mean; none where chance gives the same each time, or was not asked.
    #[must_use]
    pub fn z(&self) -> Option<f64> {
        let is_known = self.permutations > 1 && self.deviation > 1e-12;
        is_known.then(|| (self.observed - self.mean) / self.deviation)
    }
}

/// Ties of a network.
fn edges(network: &Network) -> Vec<Edge> {
    let edge = |tie: &super::network::Tie| (tie.source as usize, tie.target as usize, tie.weight);
    network.ties.iter().map(edge).filter(|tie| tie.0 != tie.1 && tie.2 != 0.0).collect()
}

/// What is agreed on, what is not, and the difference, of counted statements.
struct Three {
    congruence: Vec<Edge>,
    conflict: Vec<Edge>,
    difference: Vec<Edge>,
}

impl Three {
    fn of(statements: &Statements, duplicates: Duplicates, normalisation: Normalisation) -> Self {
        let with = |counting| {
            let options = Options { counting, normalisation, duplicates, dna_compat: false };
            edges(&one_mode(statements, options))
        };
        let (congruence, conflict) = (with(Counting::Congruence), with(Counting::Conflict));
        let mut difference: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        for (sign, ties) in [(1.0, &congruence), (-1.0, &conflict)] {
            for (one, other, weight) in ties {
                *difference.entry((*one, *other)).or_default() += sign * weight;
            }
        }
        let difference = difference.into_iter().map(|((one, other), weight)| (one, other, weight));
        let difference = difference.filter(|tie| tie.2.abs() > 1e-12).collect();
        Self { congruence, conflict, difference }
    }

    /// Distances of all pairs, from 0 to 1: half where nothing was said of the same; the more that two agree or
    /// disagree on, the nearer or farther they are.
    fn distances(&self, nodes: usize) -> Vec<f64> {
        let mut sums = vec![(0.0, 0.0); nodes * nodes.saturating_sub(1) / 2];
        let place = |one: usize, other: usize| {
            let (one, other) = (one.min(other), one.max(other));
            one * nodes - one * (one + 1) / 2 + other - one - 1
        };
        for (one, other, weight) in &self.congruence {
            sums[place(*one, *other)].0 += weight;
        }
        for (one, other, weight) in &self.conflict {
            sums[place(*one, *other)].1 += weight;
        }
        let scale = self.congruence.iter().chain(&self.conflict).map(|tie| tie.2).sum::<f64>()
            / (self.congruence.len() + self.conflict.len()).max(1) as f64;
        let scale = if scale > 0.0 { scale } else { 1.0 };
        // One meeting of middling strength moves half-way.
        let distance = |(pro, contra): (f64, f64)| 0.5 * (1.0 - (pro - contra) / (pro + contra + scale));
        sums.into_iter().map(distance).collect()
    }
}

impl Camps {
    /// The camps of an index.
    ///
    /// # Errors
    /// Fewer than two nodes with a stance that has a value; a damaged index.
    pub fn of(index: &Index, question: &Question) -> Result<Self> {
        let statements = Statements::of(index, question.sides)?;
        let options =
            Options { counting: Counting::Congruence, duplicates: question.duplicates, ..Options::default() };
        let all = counted(&statements.all, options);
        let nodes = statements.nodes.len();
        check(&statements, &all, question)?;
        let three = Three::of(&statements, question.duplicates, question.normalisation);
        let joins = match nodes <= LEAVES {
            true => tree(nodes, three.distances(nodes), question.linkage()),
            false => Vec::new(),
        };
        let score = |parts: &[usize], resolution: Option<f64>| Score {
            camps: parts.iter().max().map_or(0, |most| most + 1),
            resolution,
            is_chosen: false,
            modularity: modularity(nodes, &three.difference, parts, 1.0),
            fit: fit(&three.congruence, &three.conflict, parts),
        };
        let mut scores: Vec<Score> = match question.resolution() {
            Some(chosen) => {
                let mut resolutions = vec![chosen];
                resolutions.extend(RESOLUTIONS.iter().filter(|other| **other != chosen));
                resolutions.sort_by(f64::total_cmp);
                let at = |resolution: f64| {
                    let parts = communities(nodes, &three.difference, resolution, question.seed);
                    score(&parts, Some(resolution))
                };
                resolutions.into_iter().map(at).collect()
            }
            None if joins.is_empty() => Vec::new(),
            None => (1..=nodes.min(NUMBERS)).map(|camps| score(&cut(nodes, &joins, camps), None)).collect(),
        };
        let found = question.parts(nodes, &three, &joins, &scores)?;
        let number = found.iter().max().map_or(0, |most| most + 1);
        for score in &mut scores {
            score.is_chosen = match score.resolution {
                Some(resolution) => question.resolution() == Some(resolution),
                None => score.camps == number,
            };
        }
        let mut camps = camps_of(&found);
        let camp_of = numbers(nodes, &camps);
        let stable = match nodes <= TRIED {
            true => Stability::of(index, &statements, question, &camp_of)?,
            false => Stability::default(),
        };
        let means = means(&all);
        for (number, camp) in camps.iter_mut().enumerate() {
            camp.stability = stable.of_camp(&camp.members);
            camp.telling = telling(&statements, &means, &camp_of, number, camp.members.len());
        }
        let mut held: Vec<Vec<Thing>> = vec![Vec::new(); nodes];
        for statement in statements.all.iter().filter(|statement| statement.value.is_some()) {
            held[statement.node as usize].push(statement.position);
        }
        let member = |(number, node): (usize, &Node)| Member {
            node: node.clone(),
            camp: camp_of[number],
            statements: all.iter().filter(|statement| statement.node as usize == number).count(),
            bridging: participation(number, &three.difference, &found),
            stability: camp_of[number].and_then(|camp| stable.of_member(number, &camps[camp].members)),
            held: std::mem::take(&mut held[number]),
        };
        Ok(Self {
            nodes: statements.nodes.iter().enumerate().map(member).collect(),
            modularity: modularity(nodes, &three.difference, &found, 1.0),
            fit: fit(&three.congruence, &three.conflict, &found),
            polarisation: polarisation(&statements, &all, question, &three),
            scores,
            camps,
            ties: three.difference,
            cut: question.cut_at(&joins, number),
            tree: joins,
            variants: stable.variants,
            statements: all.len(),
        })
    }

    /// Those who agree with several camps, most evenly first.
    #[must_use]
    pub fn bridges(&self) -> Vec<&Member> {
        let mut bridges: Vec<&Member> = self.nodes.iter().filter(|member| member.bridging > 0.2).collect();
        bridges.sort_by(|one, next| next.bridging.total_cmp(&one.bridging).then(one.node.cmp(&next.node)));
        bridges
    }
}

/// Nodes, and of each camp the numbers of its members: as [`Camps::of`] finds them, without what there is to know of
/// them besides.
///
/// # Errors
/// As [`Camps::of`].
pub fn membership(index: &Index, question: &Question) -> Result<(Vec<Node>, Vec<Vec<usize>>)> {
    let statements = Statements::of(index, question.sides)?;
    let options =
        Options { counting: Counting::Congruence, duplicates: question.duplicates, ..Options::default() };
    check(&statements, &counted(&statements.all, options), question)?;
    let three = Three::of(&statements, question.duplicates, question.normalisation);
    let nodes = statements.nodes.len();
    let resolution = question.resolution().unwrap_or(1.0);
    let found = communities(nodes, &three.difference, resolution, question.seed);
    Ok((statements.nodes, camps_of(&found).into_iter().map(|camp| camp.members).collect()))
}

impl Question {
    /// What is asked if nobody says otherwise: communities of actors, by what they say of issues.
    #[must_use]
    pub fn usual() -> Self {
        let (nodes, via) = (Variable::Actor, Variable::Issue);
        Self {
            sides: Selection { nodes, via, dna_compat: false, days: (None, None) },
            duplicates: Duplicates::Document,
            normalisation: Normalisation::None,
            method: Method::Leiden { resolution: 1.0 },
            camps: None,
            seed: 1,
            permutations: 0,
        }
    }

    /// Between which joins a tree is cut into so many clusters: half-way.
    fn cut_at(&self, joins: &[Join], clusters: usize) -> Option<f64> {
        if self.resolution().is_some() {
            return None;
        }
        let last = (joins.len() + 1).checked_sub(clusters)?;
        let below = last.checked_sub(1).map_or(0.0, |join| joins[join].distance);
        joins.get(last).map(|join| (below + join.distance) / 2.0)
    }

    /// The resolution, of communities.
    fn resolution(&self) -> Option<f64> {
        match self.method {
            Method::Leiden { resolution } if self.camps.is_none() => Some(resolution),
            _ => None,
        }
    }

    fn linkage(&self) -> Linkage {
        match self.method {
            Method::Leiden { .. } => Linkage::default(),
            Method::Tree(linkage) => linkage,
        }
    }

    /// The partition that is asked for.
    fn parts(&self, nodes: usize, three: &Three, joins: &[Join], scores: &[Score]) -> Result<Vec<usize>> {
        match (self.method, self.camps) {
            (Method::Leiden { resolution }, None) => {
                Ok(communities(nodes, &three.difference, resolution, self.seed))
            }
            (_, Some(camps)) if camps > nodes || camps == 0 => {
                Err(Error::usage(format!("{} cannot be {}", count(nodes, "node"), count(camps, "camp")))
                    .with_help(format!("--camps goes from 1 to {nodes}")))
            }
            _ if joins.is_empty() => {
                Err(Error::usage(format!("{} are too many for a tree", count(nodes, "node")))
                    .with_help("use --method leiden, or narrow it with --issue, --actor or --since"))
            }
            (_, Some(camps)) => Ok(cut(nodes, joins, camps)),
            (Method::Tree(_), None) => {
                // The number whose camps fit best by modularity: fit alone never falls below that of one camp each.
                let best = scores.iter().max_by(|one, next| {
                    one.modularity.total_cmp(&next.modularity).then(next.camps.cmp(&one.camps))
                });
                Ok(cut(nodes, joins, best.map_or(1, |score| score.camps)))
            }
        }
    }
}

fn check(statements: &Statements, all: &[Statement], question: &Question) -> Result<()> {
    let word = question.sides.nodes.word();
    if statements.all.is_empty() {
        return Err(Error::usage("there are no camps: no position in force is left")
            .with_help("`standpoint summary` counts the positions; omit filters to have more"));
    }
    if all.is_empty() {
        return Err(Error::usage("there are no camps: no stance has a value")
            .with_help("undeclared and declined stances put nobody on a side"));
    }
    if statements.nodes.len() < 2 {
        let name = statements.nodes.first().map(|node| node.label.as_str()).unwrap_or_default();
        return Err(Error::usage(format!("there are no camps: `{name}` is the only {word}"))
            .with_help("camps need two; omit --actor, or choose other --nodes"));
    }
    Ok(())
}

/// The parts of two or more.
fn camps_of(parts: &[usize]) -> Vec<Camp> {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (node, part) in renumbered(parts).into_iter().enumerate() {
        members.entry(part).or_default().push(node);
    }
    let camps = members.into_values().filter(|members| members.len() > 1);
    camps.map(|members| Camp { members, stability: None, telling: Vec::new() }).collect()
}

fn numbers(nodes: usize, camps: &[Camp]) -> Vec<Option<usize>> {
    let mut out = vec![None; nodes];
    for (number, camp) in camps.iter().enumerate() {
        camp.members.iter().for_each(|node| out[*node] = Some(number));
    }
    out
}

/// Mean value of each node on each issue.
fn means(all: &[Statement]) -> BTreeMap<(u32, u32), f64> {
    let mut sums: BTreeMap<(u32, u32), (f64, f64)> = BTreeMap::new();
    for statement in all {
        let (sum, number) = sums.entry((statement.via, statement.node)).or_default();
        *sum += statement.value.unwrap_or_default();
        *number += 1.0;
    }
    sums.into_iter().map(|(key, (sum, number))| (key, sum / number)).collect()
}

/// What tells a camp from the others: half the difference of the means of its members and of all others (0 where
/// nobody else takes a stance), times the share of its members that take one.
fn telling(
    statements: &Statements,
    means: &BTreeMap<(u32, u32), f64>,
    camp_of: &[Option<usize>],
    camp: usize,
    size: usize,
) -> Vec<Telling> {
    let mut found: Vec<(f64, Telling)> = Vec::new();
    for (number, issue) in statements.vias.iter().enumerate() {
        let values = means.range((number as u32, 0)..=(number as u32, u32::MAX));
        let (mut own, mut others) = (Vec::new(), Vec::new());
        for ((_, node), value) in values {
            let side = if camp_of[*node as usize] == Some(camp) { &mut own } else { &mut others };
            side.push(*value);
        }
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        if own.is_empty() {
            continue;
        }
        let (own_mean, others_mean) = (mean(&own), (!others.is_empty()).then(|| mean(&others)));
        let weight =
            (own_mean - others_mean.unwrap_or_default()).abs() / 2.0 * own.len() as f64 / size as f64;
        let issue = issue.clone();
        found.push((weight, Telling { issue, camp: own_mean, others: others_mean, members: own.len() }));
    }
    found.retain(|(weight, _)| *weight > 0.0);
    found.sort_by(|(one, first), (other, second)| {
        other.total_cmp(one).then_with(|| first.issue.cmp(&second.issue))
    });
    found.into_iter().take(TELLING).map(|(_, telling)| telling).collect()
}

/// The participation coefficient of a node on positive ties.
fn participation(node: usize, ties: &[Edge], parts: &[usize]) -> f64 {
    let mut sums: BTreeMap<usize, f64> = BTreeMap::new();
    for (one, other, weight) in ties.iter().filter(|tie| tie.2 > 0.0) {
        let with = match (*one == node, *other == node) {
            (true, _) => *other,
            (_, true) => *one,
            _ => continue,
        };
        *sums.entry(parts[with]).or_default() += weight;
    }
    let all: f64 = sums.values().sum();
    if all == 0.0 { 0.0 } else { 1.0 - sums.values().map(|sum| (sum / all).powi(2)).sum::<f64>() }
}

/// Polarisation as observed, and over permutations of who made the statements.
fn polarisation(
    statements: &Statements,
    all: &[Statement],
    question: &Question,
    three: &Three,
) -> Polarisation {
    let nodes = statements.nodes.len();
    let (parts, is_exact) = two_camps(nodes, &three.congruence, &three.conflict, question.seed);
    let observed = fit(&three.congruence, &three.conflict, &parts);
    let mut shuffled = Statements {
        nodes: statements.nodes.clone(),
        vias: statements.vias.clone(),
        all: all.to_vec(),
        without_side: 0,
    };
    let mut chance = Chance::new(question.seed);
    let permutations = if nodes <= TRIED { question.permutations } else { 0 };
    let values: Vec<f64> = (0..permutations)
        .map(|_| {
            for at in (1..shuffled.all.len()).rev() {
                let other = chance.below(at + 1);
                let node = shuffled.all[at].node;
                shuffled.all[at].node = shuffled.all[other].node;
                shuffled.all[other].node = node;
            }
            let by_chance = Three::of(&shuffled, Duplicates::Include, question.normalisation);
            let (parts, _) = two_camps(nodes, &by_chance.congruence, &by_chance.conflict, question.seed);
            fit(&by_chance.congruence, &by_chance.conflict, &parts)
        })
        .collect();
    let number = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / number;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let deviation = (squares / (number - 1.0).max(1.0)).sqrt();
    Polarisation { observed, is_exact, mean, deviation, permutations: values.len() }
}

/// How often two nodes are together in other ways of counting.
#[derive(Default)]
struct Stability {
    variants: usize,
    /// Ways in which two nodes of a camp are together, of those that have both.
    together: BTreeMap<(usize, usize), usize>,
}

impl Stability {
    /// Tries all duplicates and normalisations, with all statements and with those that are certain.
    fn of(
        index: &Index,
        statements: &Statements,
        question: &Question,
        camp_of: &[Option<usize>],
    ) -> Result<Self> {
        let uncertain = uncertain(index)?;
        let mut certain = statements.clone();
        certain.all.retain(|statement| !uncertain.contains(&statement.position));
        let sets = if certain.all.len() < statements.all.len() {
            vec![statements, &certain]
        } else {
            vec![statements]
        };
        let nodes = statements.nodes.len();
        let mut found = Self::default();
        let scores = Vec::new();
        for set in sets {
            for duplicates in [Duplicates::Include, Duplicates::Document, Duplicates::Range] {
                for normalisation in [
                    Normalisation::None,
                    Normalisation::Average,
                    Normalisation::Jaccard,
                    Normalisation::Cosine,
                ] {
                    let three = Three::of(set, duplicates, normalisation);
                    let parts = match question.resolution() {
                        Some(resolution) => communities(nodes, &three.difference, resolution, question.seed),
                        None => {
                            let joins = tree(nodes, three.distances(nodes), question.linkage());
                            let camps = camp_of.iter().flatten().max().map_or(1, |most| most + 1);
                            let asked =
                                Question { camps: Some(question.camps.unwrap_or(camps)), ..*question };
                            asked.parts(nodes, &three, &joins, &scores)?
                        }
                    };
                    found.add(&parts, camp_of);
                }
            }
        }
        Ok(found)
    }

    fn add(&mut self, parts: &[usize], camp_of: &[Option<usize>]) {
        self.variants += 1;
        for one in 0..parts.len() {
            for other in one + 1..parts.len() {
                if camp_of[one].is_some() && camp_of[one] == camp_of[other] && parts[one] == parts[other] {
                    *self.together.entry((one, other)).or_default() += 1;
                }
            }
        }
    }

    fn share(&self, one: usize, other: usize) -> f64 {
        let times = self.together.get(&(one.min(other), one.max(other))).copied().unwrap_or_default();
        times as f64 / self.variants.max(1) as f64
    }

    fn of_member(&self, node: usize, members: &[usize]) -> Option<f64> {
        let others = members.iter().filter(|other| **other != node);
        let shares: Vec<f64> = others.map(|other| self.share(node, *other)).collect();
        mean(&shares).filter(|_| self.variants > 0)
    }

    fn of_camp(&self, members: &[usize]) -> Option<f64> {
        let pairs = members
            .iter()
            .enumerate()
            .flat_map(|(at, one)| members[at + 1..].iter().map(|other| self.share(*one, *other)));
        mean(&pairs.collect::<Vec<_>>()).filter(|_| self.variants > 0)
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Positions whose wording is less than certain.
fn uncertain(index: &Index) -> Result<HashSet<Thing>> {
    let table = PositionTable::new(index.snapshot())?;
    let (degrees, degree_of) = table.certainty()?.levels();
    let mut doubtful = Vec::with_capacity(degrees.len());
    for degree in degrees {
        doubtful.push(match table.term(degree)? {
            Term::NamedNode(node) => Certainty::from_iri(node.as_ref()) != Some(Certainty::Certain),
            _ => true,
        });
    }
    let is_doubtful = |row: &usize| degree_of[*row].is_some_and(|degree| doubtful[degree as usize]);
    Ok((0..table.len()).filter(is_doubtful).map(|row| table.position(row)).collect())
}
