//! Backbone: which issues carry the structure of a network, and which are redundant.
//!
//! The loss of a set of issues is the spectral distance between the network of all and the network of these alone
//! (see [`super::spectrum`]); with a penalty p it is multiplied by exp(−p · share of the issues that are not in the
//! set), so that small sets are worth something. (P. Leifeld, *Discourse Network Analyzer*, 3.1; the nested order, the
//! penalty and the annealing are its own.)
//!
//! Two designs were weighed for the order in which issues are taken out: all that lose as little at once, as that
//! program does, or the first by name, after which the losses are computed again. Of two issues that say the same
//! each is redundant beside the other, and both together are not: the second.

use super::network::{Options, Tie, counted, ties_of};
use super::spectrum::{distance, spectrum};
use super::statements::{Node, Statement, Statements};
use crate::base::chance::Chance;
use crate::base::error::{Error, Result, count};
use std::collections::HashMap;

/// Most operations, nearly, that a search may take: a minute or two.
const MOST: f64 = 2e11;
/// Most issues whose sets are all tried.
pub const EXACT: usize = 16;

/// How the backbone is sought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Search {
    /// All sets are tried.
    Exact,
    /// Sets are changed by chance, less and less.
    Annealing {
        /// Number of changes.
        iterations: u32,
        /// Beginning of chance.
        seed: u64,
    },
}

/// How large the backbone is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Size {
    /// As the penalty makes it.
    Penalty(f64),
    /// So many issues.
    Fixed(usize),
}

/// An issue that was taken out, in the order of what is least missed.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The issue.
    pub issue: Node,
    /// Loss of the network of the issues that are left.
    pub backbone_loss: f64,
    /// Loss of the network of the issues that are out, this one among them.
    pub redundant_loss: f64,
    /// Number of statements on the issues that are left.
    pub statements: usize,
}

/// A backbone and what is redundant beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Backbone {
    /// The issues, each with whether it is in the backbone and the number of its statements.
    pub issues: Vec<(Node, bool, usize)>,
    /// Loss of the backbone's network, without a penalty.
    pub loss: f64,
    /// The same with the penalty, which the search made small.
    pub penalised: f64,
    /// Loss of the network of the redundant issues.
    pub redundant_loss: f64,
}

/// The losses of sets of issues.
struct Losses<'a> {
    statements: &'a Statements,
    counted: Vec<Statement>,
    options: Options,
    whole: Vec<f64>,
    known: HashMap<Vec<bool>, f64>,
}

impl<'a> Losses<'a> {
    fn new(statements: &'a Statements, options: Options) -> Result<Self> {
        let all = counted(&statements.all, options);
        let mut losses = Self { statements, counted: all, options, whole: Vec::new(), known: HashMap::new() };
        let issues = statements.vias.len();
        if issues < 2 {
            let why = match issues {
                0 => "no position is left".to_owned(),
                _ => format!("`{}` is the only one spoken on", statements.vias[0].label),
            };
            return Err(Error::usage(format!("there is no backbone: {why}"))
                .with_help("a backbone needs two issues; omit a filter, or widen it"));
        }
        losses.whole = losses.spectrum(&vec![true; issues]);
        if losses.whole.iter().all(|value| *value == 0.0) {
            return Err(Error::usage("there is no backbone: nothing ties anybody to anybody").with_help(
                "two are tied by what both speak on; another --tie, or fewer filters, may find some",
            ));
        }
        Ok(losses)
    }

    fn spectrum(&self, has: &[bool]) -> Vec<f64> {
        let some: Vec<Statement> = self.counted.iter().filter(|of| has[of.via as usize]).copied().collect();
        let sizes = (self.statements.nodes.len(), self.statements.vias.len());
        let edge = |tie: &Tie| (tie.source as usize, tie.target as usize, tie.weight);
        spectrum(sizes.0, ties_of(&some, sizes, self.options).iter().map(edge))
    }

    fn of(&mut self, has: &[bool]) -> f64 {
        if let Some(known) = self.known.get(has) {
            return *known;
        }
        let loss = distance(&self.whole, &self.spectrum(has));
        self.known.insert(has.to_vec(), loss);
        loss
    }

    /// Fails where so many spectra would take too long.
    fn check(&self, spectra: f64) -> Result<()> {
        let (nodes, issues) = (self.statements.nodes.len(), self.statements.vias.len());
        let each = 2.0 * (nodes as f64).powi(3) + self.counted.len() as f64 * 10.0;
        if spectra * each <= MOST {
            return Ok(());
        }
        let (nodes, issues) = (count(nodes, "node"), count(issues, "issue"));
        Err(Error::usage(format!("{nodes} and {issues} are too many for this search"))
            .with_help("narrow it with --issue, --actor or --since, or choose fewer --iterations"))
    }

    fn statements_on(&self, has: impl Fn(usize) -> bool) -> usize {
        self.counted.iter().filter(|of| has(of.via as usize)).count()
    }
}

/// Issues in the order in which they are taken out: each time the one whose loss is least, the first by name of several.
///
/// # Errors
/// Fewer than two issues; no ties; too much to search.
pub fn nested(statements: &Statements, options: Options) -> Result<Vec<Step>> {
    let mut losses = Losses::new(statements, options)?;
    let issues = statements.vias.len();
    losses.check((issues * (issues + 1)) as f64 / 2.0)?;
    let mut has = vec![true; issues];
    let mut steps = Vec::new();
    for _ in 0..issues {
        let mut least: Option<(f64, usize)> = None;
        for issue in 0..issues {
            if has[issue] {
                has[issue] = false;
                let loss = losses.of(&has);
                has[issue] = true;
                // Equal but for rounding is equal.
                if least.is_none_or(|(least, _)| loss < least - 1e-12) {
                    least = Some((loss, issue));
                }
            }
        }
        let Some((backbone_loss, issue)) = least else { break };
        has[issue] = false;
        let out: Vec<bool> = has.iter().map(|is_in| !is_in).collect();
        steps.push(Step {
            issue: statements.vias[issue].clone(),
            backbone_loss,
            redundant_loss: losses.of(&out),
            statements: losses.statements_on(|issue| has[issue]),
        });
    }
    Ok(steps)
}

/// The set of issues whose loss is least, neither empty nor whole.
///
/// # Errors
/// Fewer than two issues; no ties; a size that no set has; too much to search.
pub fn backbone(statements: &Statements, options: Options, size: Size, search: Search) -> Result<Backbone> {
    let mut losses = Losses::new(statements, options)?;
    let issues = statements.vias.len();
    match size {
        Size::Fixed(size) if size == 0 || size >= issues => {
            let most = issues - 1;
            return Err(Error::usage(format!(
                "a backbone of {size} of {issues} issues leaves none on one side"
            ))
            .with_help(format!("--size goes from 1 to {most}")));
        }
        Size::Penalty(penalty) if !(penalty.is_finite() && penalty >= 0.0) => {
            return Err(Error::usage(format!("a penalty is a number from 0 on, not {penalty}")));
        }
        _ => {}
    }
    let has = match search {
        Search::Exact if issues > EXACT => {
            return Err(Error::usage(format!("{issues} issues have too many sets to try them all"))
                .with_help(format!(
                    "choose --method annealing, or narrow it to {EXACT} issues with --issue"
                )));
        }
        Search::Exact => {
            losses.check((1_u64 << issues) as f64)?;
            exact(&mut losses, issues, size)
        }
        Search::Annealing { iterations, seed } => {
            losses.check(f64::from(iterations))?;
            anneal(&mut losses, issues, size, iterations, &mut Chance::new(seed))
        }
    };
    let out: Vec<bool> = has.iter().map(|is_in| !is_in).collect();
    let of = |issue: usize| losses.statements_on(|other| other == issue);
    let listed = (0..issues).map(|issue| (statements.vias[issue].clone(), has[issue], of(issue))).collect();
    let loss = losses.of(&has);
    Ok(Backbone {
        issues: listed,
        loss,
        penalised: penalised(loss, &has, size),
        redundant_loss: losses.of(&out),
    })
}

fn penalised(loss: f64, has: &[bool], size: Size) -> f64 {
    let out = has.iter().filter(|is_in| !**is_in).count() as f64 / has.len() as f64;
    match size {
        Size::Penalty(penalty) => loss * (-penalty * out).exp(),
        Size::Fixed(_) => loss,
    }
}

/// Whether a loss and set are better than others: less is lost, or as much with fewer issues. Equal but for rounding is
/// equal.
fn is_better(new: (f64, &[bool]), old: (f64, &[bool])) -> bool {
    let size = |has: &[bool]| has.iter().filter(|is_in| **is_in).count();
    match new.0 - old.0 {
        less if less < -1e-12 => true,
        less => less <= 1e-12 && size(new.1) < size(old.1),
    }
}

fn exact(losses: &mut Losses<'_>, issues: usize, size: Size) -> Vec<bool> {
    let mut best: Option<(f64, Vec<bool>)> = None;
    for bits in 1..(1_u32 << issues) - 1 {
        if matches!(size, Size::Fixed(size) if bits.count_ones() as usize != size) {
            continue;
        }
        let has: Vec<bool> = (0..issues).map(|issue| bits >> issue & 1 == 1).collect();
        let loss = penalised(losses.of(&has), &has, size);
        if best.as_ref().is_none_or(|(least, set)| is_better((loss, &has), (*least, set))) {
            best = Some((loss, has));
        }
    }
    best.map(|(_, has)| has).unwrap_or_default()
}

/// A change of a set: an issue comes in, one goes out, or both.
fn changed(has: &[bool], size: Size, chance: &mut Chance) -> Vec<bool> {
    let of = |wanted: bool| (0..has.len()).filter(|issue| has[*issue] == wanted).collect::<Vec<usize>>();
    let (inside, outside) = (of(true), of(false));
    // What may be done: 0 adds, 1 removes, 2 swaps. Neither side may become empty.
    let mut moves = vec![2];
    if matches!(size, Size::Penalty(_)) {
        if outside.len() > 1 {
            moves.push(0);
        }
        if inside.len() > 1 {
            moves.push(1);
        }
    }
    let chosen = moves[chance.below(moves.len())];
    let mut has = has.to_vec();
    if chosen != 1 {
        has[outside[chance.below(outside.len())]] = true;
    }
    if chosen != 0 {
        has[inside[chance.below(inside.len())]] = false;
    }
    has
}

fn anneal(
    losses: &mut Losses<'_>,
    issues: usize,
    size: Size,
    iterations: u32,
    chance: &mut Chance,
) -> Vec<bool> {
    let begin = if let Size::Fixed(size) = size { size } else { 1 };
    let mut order: Vec<usize> = (0..issues).collect();
    chance.shuffle(&mut order);
    let mut now = vec![false; issues];
    order.iter().take(begin).for_each(|issue| now[*issue] = true);
    let mut loss = penalised(losses.of(&now), &now, size);
    let mut best = (loss, now.clone());
    for iteration in 1..=iterations {
        let step = 12.0 / f64::from(iterations) * f64::from(iteration);
        let temperature = 1.0 - 1.0 / (1.0 + (5.0 - step).exp());
        let candidate = changed(&now, size, chance);
        let new = penalised(losses.of(&candidate), &candidate, size);
        if is_better((new, &candidate), (loss, &now)) || chance.unit() < (loss - new).exp() * temperature {
            (now, loss) = (candidate, new);
            if is_better((loss, &now), (best.0, &best.1)) {
                best = (loss, now.clone());
            }
        }
    }
    best.1
}
