//! Networks of statements: plain numbers between named nodes.
//!
//! [`one_mode`] ties nodes that meet on the other side, such as bodies that take the same stance on an issue.
//! [`two_mode`] ties each node to what it speaks on. Both take [`Statements`] and [`Options`] and give a [`Network`].
//!
//! A node has a vector: for each node of the other side and each value the number of its statements. The tie of two
//! nodes is the sum, over the other side, of the products of their numbers, times how alike the two values are:
//! 1 − |a − b| ÷ 2, from 1 for the same value to 0 for the two ends of the axis. Congruence sums the likeness, conflict
//! what is missing to 1, subtract the difference of both, and ignore the products alone.
//! (P. Leifeld, *Discourse Network Analysis*, in: The Oxford Handbook of Political Networks, 2017.)
//!
//! The cost is linear in statements and in pairs that meet: a row of the matrix is summed in a dense array, which is
//! emptied where it was touched. Two designs were weighed: a hash table of pairs takes a look-up for each meeting, and
//! of a dense network (the votes of all states) holds all pairs anyhow.

pub mod evidence;
mod normalise;
pub mod polarisation;
pub mod window;

use super::statements::{Node, Statement, Statements};
use normalise::Norms;
use std::collections::{HashMap, HashSet};

/// What a tie counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counting {
    /// Meetings, whatever the values; in two modes, statements.
    Ignore,
    /// Likeness of values.
    #[default]
    Congruence,
    /// Unlikeness of values.
    Conflict,
    /// Congruence less conflict; in two modes, the sum of the values.
    Subtract,
    /// In two modes, which sides are taken: 1 for, 2 against, 4 neither, and sums of them.
    Combine,
}

/// What a tie is divided by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Normalisation {
    /// Nothing.
    #[default]
    None,
    /// Mean number of statements of the two nodes.
    Average,
    /// Size of what the two have, together.
    Jaccard,
    /// Lengths of the two vectors.
    Cosine,
    /// In two modes: number of statements of the node.
    Activity,
    /// In two modes: number of statements on the other side's node.
    Prominence,
}

/// Within what a statement counts once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Duplicates {
    /// Every statement counts.
    #[default]
    Include,
    /// A document.
    Document,
    /// A calendar week (ISO 8601).
    Week,
    /// A month.
    Month,
    /// A year.
    Year,
    /// All that was selected.
    Range,
}

/// How statements become a network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// What a tie counts.
    pub counting: Counting,
    /// What it is divided by.
    pub normalisation: Normalisation,
    /// Within what a statement counts once.
    pub duplicates: Duplicates,
    /// The same numbers as the Discourse Network Analyzer, version 3: weeks and months of all years are the same,
    /// Jaccard and cosine divide by its denominators.
    pub dna_compat: bool,
}

/// Nodes and the numbers between them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// The nodes, in the order of their names.
    pub nodes: Vec<Node>,
    /// The second set of nodes, in a network of two modes.
    pub columns: Option<Vec<Node>>,
    /// Ties, by source and target, each pair once. In one mode the source comes before the target.
    pub ties: Vec<Tie>,
    /// Number of statements that count.
    pub statements: usize,
}

/// What two nodes have with each other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tie {
    /// Number of a node.
    pub source: u32,
    /// Number of a later node; in two modes, of a node of the second set.
    pub target: u32,
    /// Strength: what the matrix has.
    pub weight: f64,
    /// Number of pairs of statements that meet; in two modes, of statements.
    pub met: f64,
    /// Of these, pairs with the same value; in two modes, statements in favour.
    pub same: f64,
    /// Of these, pairs on opposite sides; in two modes, statements against.
    pub opposed: f64,
}

impl Network {
    /// The matrix, row by row; symmetric in one mode.
    #[must_use]
    pub fn matrix(&self) -> Vec<Vec<f64>> {
        let columns = self.columns.as_ref().unwrap_or(&self.nodes).len();
        let mut rows = vec![vec![0.0; columns]; self.nodes.len()];
        for tie in &self.ties {
            let (source, target) = (tie.source as usize, tie.target as usize);
            rows[source][target] = tie.weight;
            if self.columns.is_none() {
                rows[target][source] = tie.weight;
            }
        }
        rows
    }

    /// Drops ties whose strength, whatever its sign, is below a number.
    pub fn drop_weaker(&mut self, threshold: f64) {
        self.ties.retain(|tie| tie.weight.abs() >= threshold);
    }

    /// Drops nodes without a tie.
    pub fn drop_isolates(&mut self) {
        self.ties.retain(|tie| tie.weight != 0.0);
        let mut used =
            [vec![false; self.nodes.len()], vec![false; self.columns.as_ref().map_or(0, Vec::len)]];
        let second = usize::from(self.columns.is_some());
        for tie in &self.ties {
            used[0][tie.source as usize] = true;
            used[second][tie.target as usize] = true;
        }
        self.keep(&used);
    }

    /// Drops nodes that are not used: of the first set, and of the second. No tie of theirs may be left.
    fn keep(&mut self, used: &[Vec<bool>; 2]) {
        let second = usize::from(self.columns.is_some());
        let numbers = used.each_ref().map(|used| {
            let mut next = 0;
            let number = |is_used: &bool| {
                next += u32::from(*is_used);
                next.saturating_sub(1)
            };
            used.iter().map(number).collect::<Vec<u32>>()
        });
        for tie in &mut self.ties {
            tie.source = numbers[0][tie.source as usize];
            tie.target = numbers[second][tie.target as usize];
        }
        let keep = |nodes: &mut Vec<Node>, used: &[bool]| {
            let mut used = used.iter();
            nodes.retain(|_| *used.next().unwrap_or(&false));
        };
        keep(&mut self.nodes, &used[0]);
        if let Some(columns) = &mut self.columns {
            keep(columns, &used[1]);
        }
    }
}

/// A statement that counts, so much.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weighted {
    pub(crate) node: u32,
    pub(crate) via: u32,
    pub(crate) value: Option<f64>,
    pub(crate) weight: f64,
}

impl Weighted {
    pub(crate) fn new(statement: &Statement, weight: f64) -> Self {
        Self { node: statement.node, via: statement.via, value: statement.value, weight }
    }
}

/// Node, via, value by its bits, and where one of several alike counts.
type Counted = (u32, u32, Option<u64>, (i64, i64));

/// The statements that count: those that have a value where values count, and each once within a document, week,
/// month, year or all.
#[must_use]
pub fn counted(statements: &[Statement], options: Options) -> Vec<Statement> {
    let by_value = options.counting != Counting::Ignore;
    let mut seen: HashSet<Counted> = HashSet::new();
    let is_new = |statement: &&Statement| {
        if by_value && statement.value.is_none() {
            return false;
        }
        let document = (-1, i64::from(statement.document));
        let day = statement.day;
        // Of what has no day nothing says that it was said in one week with something else.
        let within = match options.duplicates {
            Duplicates::Include => return true,
            Duplicates::Document => document,
            Duplicates::Range => (0, 0),
            Duplicates::Year => day.map_or(document, |day| (0, day.year().into())),
            Duplicates::Month => day.map_or(document, |day| {
                (if options.dna_compat { 0 } else { day.year().into() }, day.month().into())
            }),
            Duplicates::Week => day.map(|day| day.iso_week_date()).map_or(document, |week| {
                (if options.dna_compat { 0 } else { week.year().into() }, week.week().into())
            }),
        };
        let value = statement.value.filter(|_| by_value).map(f64::to_bits);
        seen.insert((statement.node, statement.via, value, within))
    };
    statements.iter().filter(is_new).copied().collect()
}

/// How many sets of nodes a network has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nodes are tied by what they meet on.
    One,
    /// Nodes are tied to what they speak on.
    Two,
}

/// Nodes tied by what they meet on.
#[must_use]
pub fn one_mode(statements: &Statements, options: Options) -> Network {
    all(statements, Mode::One, options)
}

/// Nodes tied to what they speak on.
#[must_use]
pub fn two_mode(statements: &Statements, options: Options) -> Network {
    all(statements, Mode::Two, options)
}

/// Ties of one mode between so many nodes, by so many on the other side, of statements that all count.
#[must_use]
pub fn ties_of(counted: &[Statement], (nodes, vias): (usize, usize), options: Options) -> Vec<Tie> {
    let weighted: Vec<Weighted> = counted.iter().map(|statement| Weighted::new(statement, 1.0)).collect();
    let counts = Counts::new(&weighted, nodes, vias);
    counts.ties(options, &Norms::new(&counts, options), false)
}

fn all(statements: &Statements, mode: Mode, options: Options) -> Network {
    let counted = counted(&statements.all, options);
    let weighted: Vec<Weighted> = counted.iter().map(|statement| Weighted::new(statement, 1.0)).collect();
    of(statements, &weighted, mode, options, false)
}

/// The network of statements that count; with `loops`, ties of nodes with themselves as well.
fn of(statements: &Statements, weighted: &[Weighted], mode: Mode, options: Options, loops: bool) -> Network {
    let sizes = (statements.nodes.len(), statements.vias.len());
    let ties = match mode {
        Mode::One => {
            let counts = Counts::new(weighted, sizes.0, sizes.1);
            counts.ties(options, &Norms::new(&counts, options), loops)
        }
        Mode::Two => affiliations(weighted, options, sizes),
    };
    let columns = (mode == Mode::Two).then(|| statements.vias.clone());
    Network { nodes: statements.nodes.clone(), columns, ties, statements: weighted.len() }
}

/// Ties of nodes to those of the other side.
pub(crate) fn affiliations(
    statements: &[Weighted],
    options: Options,
    (nodes, vias): (usize, usize),
) -> Vec<Tie> {
    let mut all: Vec<&Weighted> = statements.iter().collect();
    all.sort_by_key(|s| (s.node, s.via));
    let (mut of_node, mut of_via) = (vec![0.0; nodes], vec![0.0; vias]);
    for statement in &all {
        of_node[statement.node as usize] += statement.weight;
        of_via[statement.via as usize] += statement.weight;
    }
    let tie = |same: &[&Weighted]| {
        let (source, target) = (same[0].node, same[0].via);
        let sum = |wanted: &dyn Fn(f64) -> f64| -> f64 {
            same.iter().map(|s| s.weight * s.value.map_or(0.0, wanted)).sum()
        };
        let met = same.iter().map(|s| s.weight).sum();
        let (pro, contra) = (sum(&|value| f64::from(value > 0.0)), sum(&|value| f64::from(value < 0.0)));
        let neither = sum(&|value| f64::from(value == 0.0));
        let weight = match options.counting {
            Counting::Subtract => sum(&|value| value),
            Counting::Combine => [(pro, 1.0), (contra, 2.0), (neither, 4.0)]
                .into_iter()
                .map(|(number, mark)| if number > 0.0 { mark } else { 0.0 })
                .sum(),
            _ => met,
        };
        let norm = match options.normalisation {
            Normalisation::Activity => of_node[source as usize],
            Normalisation::Prominence => of_via[target as usize],
            _ => 1.0,
        };
        let weight = if norm == 0.0 { 0.0 } else { weight / norm };
        Tie { source, target, weight, met, same: pro, opposed: contra }
    };
    all.chunk_by(|one, next| (one.node, one.via) == (next.node, next.via)).map(tie).collect()
}

/// How much one node has of one node of the other side, with one value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count {
    /// The node of the other side.
    via: u32,
    /// Number of the value.
    level: u32,
    weight: f64,
}

/// Nodes that have one value on one node of the other side, ascending, and how much of it.
#[derive(Clone, Debug)]
struct Holders {
    level: u32,
    nodes: Vec<(u32, f64)>,
}

/// The vectors of all nodes: by node, and by node of the other side.
pub(crate) struct Counts {
    /// Values, by number.
    levels: Vec<Option<f64>>,
    of_node: Vec<Vec<Count>>,
    of_via: Vec<Vec<Holders>>,
}

/// What two nodes have in common: pairs that meet, their likeness, those of the same value, those on opposite sides.
/// The order is that of [`Counts::shares`]: a meeting adds to all four at once.
type Sums = [f64; 4];

impl Counts {
    pub(crate) fn new(statements: &[Weighted], nodes: usize, vias: usize) -> Self {
        let bits = |value: Option<f64>| value.map(f64::to_bits);
        let mut numbers: HashMap<Option<u64>, u32> = HashMap::new();
        let mut levels = Vec::new();
        for statement in statements {
            numbers.entry(bits(statement.value)).or_insert_with(|| {
                levels.push(statement.value);
                levels.len() as u32 - 1
            });
        }
        let level = |value| numbers[&bits(value)];
        let mut all: Vec<(u32, u32, u32, f64)> = statements
            .iter()
            .filter(|statement| statement.weight > 0.0)
            .map(|s| (s.via, level(s.value), s.node, s.weight))
            .collect();
        all.sort_unstable_by_key(|(via, level, node, _)| (*via, *level, *node));
        let mut counts = Self { levels, of_node: vec![Vec::new(); nodes], of_via: vec![Vec::new(); vias] };
        for same in all.chunk_by(|one, next| (one.0, one.1, one.2) == (next.0, next.1, next.2)) {
            let (via, level, node, _) = same[0];
            let weight = same.iter().map(|(.., weight)| weight).sum();
            counts.of_node[node as usize].push(Count { via, level, weight });
            let holders = &mut counts.of_via[via as usize];
            match holders.last_mut().filter(|last| last.level == level) {
                Some(last) => last.nodes.push((node, weight)),
                None => holders.push(Holders { level, nodes: vec![(node, weight)] }),
            }
        }
        counts
    }

    /// How alike two values are, by their numbers; nothing is like no value.
    fn likeness(&self, one: u32, other: u32) -> f64 {
        let values = self.levels[one as usize].zip(self.levels[other as usize]);
        values.map_or(0.0, |(one, other)| 1.0 - (one - other).abs() / 2.0)
    }

    /// What a meeting of two values adds to each of the sums.
    fn shares(&self, one: u32, other: u32) -> Sums {
        let values = self.levels[one as usize].zip(self.levels[other as usize]);
        let is = |is: bool| f64::from(u8::from(is));
        let same = values.is_some_and(|_| one == other);
        let opposed = values.is_some_and(|(one, other)| one * other < 0.0);
        [1.0, self.likeness(one, other), is(same), is(opposed)]
    }

    /// The ties of all pairs that meet; with `loops` those of each node with itself, too.
    pub(crate) fn ties(&self, options: Options, norms: &Norms, loops: bool) -> Vec<Tie> {
        let levels = 0..self.levels.len() as u32;
        let shares: Vec<Vec<Sums>> =
            levels.clone().map(|one| levels.clone().map(|other| self.shares(one, other)).collect()).collect();
        // What both have of the same value, which one denominator asks for.
        let mut alike = vec![0.0; if norms.need_alike() { self.of_node.len() } else { 0 }];
        let mut sums = vec![Sums::default(); self.of_node.len()];
        let (mut touched, mut ties) = (Vec::new(), Vec::new());
        for (source, own) in (0_u32..).zip(&self.of_node) {
            for one in own {
                let shares = &shares[one.level as usize];
                for holders in &self.of_via[one.via as usize] {
                    let share = shares[holders.level as usize];
                    let first = holders.nodes.partition_point(|(node, _)| *node < source + u32::from(!loops));
                    for (target, weight) in &holders.nodes[first..] {
                        let (sums, product) = (&mut sums[*target as usize], one.weight * weight);
                        if sums[0] == 0.0 {
                            touched.push(*target);
                        }
                        for (sum, share) in sums.iter_mut().zip(share) {
                            *sum += product * share;
                        }
                    }
                    if !alike.is_empty() && holders.level == one.level {
                        for (target, weight) in &holders.nodes[first..] {
                            alike[*target as usize] += one.weight + weight;
                        }
                    }
                }
            }
            touched.sort_unstable();
            touched.dedup();
            for target in touched.drain(..) {
                let place = target as usize;
                let [met, congruence, same, opposed] = std::mem::take(&mut sums[place]);
                let weight = match options.counting {
                    Counting::Congruence => congruence,
                    // Values are there: statements without one do not count.
                    Counting::Conflict => met - congruence,
                    Counting::Subtract => congruence - (met - congruence),
                    Counting::Ignore | Counting::Combine => met,
                };
                let alike = alike.get_mut(place).map(std::mem::take).unwrap_or_default();
                let norm = norms.of(source as usize, place, (met, congruence), (same, alike));
                let weight = if norm == 0.0 { 0.0 } else { weight / norm };
                ties.push(Tie { source, target, weight, met, same, opposed });
            }
        }
        ties
    }
}
