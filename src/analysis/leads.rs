//! Who raises an issue first, and who follows.
//!
//! Of each actor the first day counts on which they speak on an issue. Whoever speaks on the first of all days raises
//! the issue, several on one day alike. Somebody who speaks on much raises much by chance: beside what is observed
//! stands what permutations give, in which the days of each issue are dealt out anew among those who speak on it.

use super::statements::{Node, Statements};
use crate::base::chance::Chance;
use crate::base::error::{Error, Result, count};
use crate::store::index::positions::Thing;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Most actors of whom each two are compared.
const MOST: usize = 300;

/// Permutations, and where their chance begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permutations {
    /// Number.
    pub number: u32,
    /// Seed: the same gives the same permutations.
    pub seed: u64,
}

/// Somebody, and what they raise.
#[derive(Clone, Debug, PartialEq)]
pub struct Lead {
    /// Who.
    pub actor: Node,
    /// Number of issues on which they and somebody else speak.
    pub issues: usize,
    /// Number of these that they raise.
    pub raised: usize,
    /// Mean of that over permutations; none without any.
    pub expected: Option<f64>,
    /// Share of permutations in which they raise as many or more; one is added to both, for what is observed.
    pub p: Option<f64>,
    /// Median number of days from the first word on an issue to theirs.
    pub days: i32,
    /// The positions with which they raise issues.
    pub positions: Vec<Thing>,
}

/// Two who speak on the same issues, the one mostly before the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Who is mostly earlier.
    pub leader: Node,
    /// Who is mostly later.
    pub follower: Node,
    /// Number of issues on which both speak.
    pub issues: usize,
    /// Number of these on which the leader speaks first.
    pub before: usize,
    /// Number of these on which the follower speaks first.
    pub after: usize,
    /// Mean of `before` over permutations; none without any.
    pub expected: Option<f64>,
    /// Share of permutations in which the leader is first as often or more.
    pub p: Option<f64>,
}

/// The first words on issues on which two or more speak.
#[derive(Clone, Debug)]
pub struct Leads<'a> {
    statements: &'a Statements,
    /// By issue: who speaks on it first when, by their numbers, and with which positions.
    issues: Vec<Vec<Entry>>,
    /// Number of statements without a day.
    pub undated: usize,
}

#[derive(Clone, Debug)]
struct Entry {
    node: usize,
    day: Date,
    positions: Vec<Thing>,
}

impl<'a> Leads<'a> {
    /// The first words of all who speak.
    ///
    /// # Errors
    /// No issue on which two speak on a known day.
    pub fn of(statements: &'a Statements) -> Result<Self> {
        let mut found: BTreeMap<(u32, u32), Entry> = BTreeMap::new();
        let mut undated = 0;
        for statement in &statements.all {
            let Some(day) = statement.day else {
                undated += 1;
                continue;
            };
            let node = statement.node as usize;
            let entry = found.entry((statement.via, statement.node)).or_insert(Entry {
                node,
                day,
                positions: Vec::new(),
            });
            if day < entry.day {
                (entry.day, entry.positions) = (day, Vec::new());
            }
            if day == entry.day {
                entry.positions.push(statement.position);
            }
        }
        let mut issues: Vec<Vec<Entry>> = vec![Vec::new(); statements.vias.len()];
        found.into_iter().for_each(|((via, _), entry)| issues[via as usize].push(entry));
        issues.retain(|entries| entries.len() > 1);
        if issues.is_empty() {
            let why = match (statements.all.len(), undated) {
                (0, _) => "no position in force is left".to_owned(),
                (all, undated) if all == undated => "no position has a day".to_owned(),
                _ => "on no issue two speak on a known day".to_owned(),
            };
            return Err(Error::usage(format!("nobody leads: {why}"))
                .with_help("omit a filter, or give positions `stated` or articles `published`"));
        }
        Ok(Self { statements, issues, undated })
    }

    /// Number of issues on which two or more speak.
    #[must_use]
    pub fn issues(&self) -> usize {
        self.issues.len()
    }

    /// How often each is first, by number.
    fn raised(&self, days: &[Vec<Date>]) -> Vec<usize> {
        let mut raised = vec![0; self.statements.nodes.len()];
        for (entries, days) in self.issues.iter().zip(days) {
            let first = days.iter().min();
            for (entry, _) in entries.iter().zip(days).filter(|(_, day)| Some(*day) == first) {
                raised[entry.node] += 1;
            }
        }
        raised
    }

    fn days(&self) -> Vec<Vec<Date>> {
        self.issues.iter().map(|entries| entries.iter().map(|entry| entry.day).collect()).collect()
    }

    /// Everybody who speaks on an issue on which others speak: whoever raises most first.
    #[must_use]
    pub fn leads(&self, permutations: Permutations) -> Vec<Lead> {
        let mut days = self.days();
        let observed = self.raised(&days);
        let nodes = self.statements.nodes.len();
        let (mut sums, mut reached) = (vec![0_u64; nodes], vec![0_u32; nodes]);
        let mut chance = Chance::new(permutations.seed);
        for _ in 0..permutations.number {
            days.iter_mut().for_each(|days| chance.shuffle(days));
            for (node, raised) in self.raised(&days).into_iter().enumerate() {
                sums[node] += raised as u64;
                reached[node] += u32::from(raised >= observed[node]);
            }
        }
        let mut own: Vec<(Vec<i32>, Vec<Thing>)> = vec![Default::default(); nodes];
        for entries in &self.issues {
            let Some(first) = entries.iter().map(|entry| entry.day).min() else { continue };
            for entry in entries {
                let (days, positions) = &mut own[entry.node];
                days.push((entry.day - first).get_days());
                if entry.day == first {
                    positions.extend_from_slice(&entry.positions);
                }
            }
        }
        let share = share_of(permutations);
        let lead = |(node, (mut days, positions)): (usize, (Vec<i32>, Vec<Thing>))| {
            days.sort_unstable();
            let middle = *days.get(days.len().checked_sub(1)? / 2)?;
            let (expected, p) = share(sums[node], reached[node]);
            Some(Lead {
                actor: self.statements.nodes[node].clone(),
                issues: days.len(),
                raised: observed[node],
                expected,
                p,
                days: middle,
                positions,
            })
        };
        let mut leads: Vec<Lead> = own.into_iter().enumerate().filter_map(lead).collect();
        leads.sort_by(|one, next| {
            (next.raised, one.issues, &one.actor).cmp(&(one.raised, next.issues, &next.actor))
        });
        leads
    }

    /// All two of whom the one is more often first than the other: the least by chance first.
    ///
    /// # Errors
    /// Too many actors.
    pub fn pairs(&self, permutations: Permutations) -> Result<Vec<Pair>> {
        let nodes = self.statements.nodes.len();
        if nodes > MOST {
            return Err(Error::usage(format!(
                "{} are too many to compare each with each",
                count(nodes, "actor")
            ))
            .with_help("narrow it with --actor, --camp or --issue"));
        }
        let mut days = self.days();
        let observed = self.orders(&days);
        let mut sums: BTreeMap<(usize, usize), (u64, u32)> = BTreeMap::new();
        let mut chance = Chance::new(permutations.seed);
        for _ in 0..permutations.number {
            days.iter_mut().for_each(|days| chance.shuffle(days));
            for (pair, [before, _, _]) in self.orders(&days) {
                let (sum, reached) = sums.entry(pair).or_default();
                *sum += before as u64;
                *reached += u32::from(before >= observed[&pair][0]);
            }
        }
        let share = share_of(permutations);
        let name = |node: usize| self.statements.nodes[node].clone();
        let mut pairs: Vec<Pair> = observed
            .iter()
            .filter(|(_, [before, after, _])| before > after)
            .map(|(pair, [before, after, issues])| {
                let (sum, reached) = sums.get(pair).copied().unwrap_or_default();
                let (expected, p) = share(sum, reached);
                let (leader, follower) = (name(pair.0), name(pair.1));
                Pair { leader, follower, issues: *issues, before: *before, after: *after, expected, p }
            })
            .collect();
        pairs.sort_by(|one, next| {
            let chance = one.p.unwrap_or(1.0).total_cmp(&next.p.unwrap_or(1.0));
            chance
                .then(next.before.cmp(&one.before))
                .then_with(|| (&one.leader, &one.follower).cmp(&(&next.leader, &next.follower)))
        });
        Ok(pairs)
    }

    /// Of each two in both orders: on how many issues the one is first, the other is, and both speak.
    fn orders(&self, days: &[Vec<Date>]) -> BTreeMap<(usize, usize), [usize; 3]> {
        let mut found: BTreeMap<(usize, usize), [usize; 3]> = BTreeMap::new();
        for (entries, days) in self.issues.iter().zip(days) {
            for (one, own) in entries.iter().zip(days) {
                for (other, theirs) in entries.iter().zip(days).filter(|(other, _)| other.node != one.node) {
                    let [before, after, both] = found.entry((one.node, other.node)).or_default();
                    *before += usize::from(own < theirs);
                    *after += usize::from(theirs < own);
                    *both += 1;
                }
            }
        }
        found
    }
}

/// Mean, and share of what is reached, over permutations.
fn share_of(permutations: Permutations) -> impl Fn(u64, u32) -> (Option<f64>, Option<f64>) {
    let number = f64::from(permutations.number);
    move |sum, reached| match permutations.number {
        0 => (None, None),
        _ => (Some(sum as f64 / number), Some((f64::from(reached) + 1.0) / (number + 1.0))),
    }
}
