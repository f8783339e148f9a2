//! What a tie is made of: the positions of both sides, with their words.

use super::{Counting, Mode, Network, Options};
use crate::analysis::facts::{Facts, QuoteFacts};
use crate::analysis::statements::{Node, Statement, Statements};
use crate::base::error::Result;
use crate::model::Concept;
use crate::store::index::positions::{PositionTable, Thing};
use crate::store::index::{Corruption, Index, reading};
use oxrdf::{NamedNode, Term};
use std::collections::{BTreeMap, HashMap};

/// The positions of two nodes on one node of the other side; in two modes those of the one node alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// What both speak on.
    pub on: Node,
    /// Positions of the first node.
    pub one: Vec<Said>,
    /// Positions of the second.
    pub other: Vec<Said>,
}

/// A position, with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The position.
    pub iri: NamedNode,
    /// Its stance in a word; none where it is none of the scheme.
    pub stance: Option<&'static str>,
    /// The last day on which it can have been expressed, else that of the article.
    pub day: Option<String>,
    /// What proves it.
    pub quotes: Vec<QuoteFacts>,
}

/// Statements of each node by what they are on.
pub struct Evidence<'a> {
    statements: &'a Statements,
    options: Options,
    of: HashMap<(u32, u32), Vec<&'a Statement>>,
    vias: Vec<Vec<u32>>,
}

impl<'a> Evidence<'a> {
    /// The evidence of all ties of the network of these statements. Duplicates are kept: each is evidence.
    #[must_use]
    pub fn new(statements: &'a Statements, options: Options) -> Self {
        let mut of: HashMap<(u32, u32), Vec<&Statement>> = HashMap::new();
        let mut vias = vec![Vec::new(); statements.nodes.len()];
        for statement in &statements.all {
            if options.counting != Counting::Ignore && statement.value.is_none() {
                continue;
            }
            let same = of.entry((statement.node, statement.via)).or_default();
            if same.is_empty() {
                vias[statement.node as usize].push(statement.via);
            }
            same.push(statement);
        }
        vias.iter_mut().for_each(|vias| vias.sort_unstable());
        Self { statements, options, of, vias }
    }

    /// Whether two statements add to a tie.
    fn meet(&self, one: &Statement, other: &Statement) -> bool {
        let distance = one.value.zip(other.value).map(|(one, other)| (one - other).abs() / 2.0);
        match self.options.counting {
            Counting::Congruence => distance.is_some_and(|distance| distance < 1.0),
            Counting::Conflict => distance.is_some_and(|distance| distance > 0.0),
            _ => true,
        }
    }

    /// For each node of the other side that two nodes meet on, the statements of both.
    fn meetings(&self, one: u32, other: u32) -> Vec<(u32, [Vec<&'a Statement>; 2])> {
        let mut found = Vec::new();
        for via in &self.vias[one as usize] {
            let (Some(ones), Some(others)) = (self.of.get(&(one, *via)), self.of.get(&(other, *via))) else {
                continue;
            };
            let meets = |own: &&&Statement, all: &[&Statement]| all.iter().any(|s| self.meet(own, s));
            let ones_left: Vec<_> = ones.iter().filter(|own| meets(own, others)).copied().collect();
            let others_left: Vec<_> = others.iter().filter(|own| meets(own, ones)).copied().collect();
            if !ones_left.is_empty() {
                found.push((*via, [ones_left, others_left]));
            }
        }
        found
    }

    /// Positions behind a tie of a network, each once.
    #[must_use]
    pub fn positions(&self, mode: Mode, source: u32, target: u32) -> Vec<Thing> {
        let mut positions: Vec<Thing> = match mode {
            Mode::One => {
                let meetings = self.meetings(source, target).into_iter();
                meetings.flat_map(|(_, sides)| sides.into_iter().flatten()).map(|s| s.position).collect()
            }
            Mode::Two => self.of.get(&(source, target)).into_iter().flatten().map(|s| s.position).collect(),
        };
        positions.sort_unstable();
        positions.dedup();
        positions
    }

    /// The positions behind all ties of a network, tie by tie; none if they are more than `most` in all.
    ///
    /// # Errors
    /// A damaged index.
    pub fn of_ties(&self, index: &Index, network: &Network, most: usize) -> Result<Option<Vec<Vec<String>>>> {
        let mode = if network.columns.is_some() { Mode::Two } else { Mode::One };
        let mut all = Vec::with_capacity(network.ties.len());
        let mut number = 0;
        for tie in &network.ties {
            let positions = self.positions(mode, tie.source, tie.target);
            number += positions.len();
            if number > most {
                return Ok(None);
            }
            all.push(positions);
        }
        let table = PositionTable::new(index.snapshot())?;
        let mut names: BTreeMap<Thing, String> = BTreeMap::new();
        for position in all.iter().flatten() {
            if !names.contains_key(position) {
                names.insert(*position, iri(&table, *position)?.into_string());
            }
        }
        Ok(Some(all.iter().map(|tie| tie.iter().map(|position| names[position].clone()).collect()).collect()))
    }

    /// What two nodes meet on, with the words of both; in two modes what the one says on the other.
    ///
    /// # Errors
    /// A damaged index.
    pub fn open(&self, index: &Index, mode: Mode, source: u32, target: u32) -> Result<Vec<Meeting>> {
        let table = PositionTable::new(index.snapshot())?;
        let meetings = match mode {
            Mode::One => self.meetings(source, target),
            Mode::Two => self
                .of
                .get(&(source, target))
                .map(|all| vec![(target, [all.clone(), Vec::new()])])
                .unwrap_or_default(),
        };
        let said = |statements: Vec<&Statement>| -> Result<Vec<Said>> {
            let said = |statement: &Statement| {
                let iri = iri(&table, statement.position)?;
                let facts = reading(|| Facts::new(index).position(&iri))?;
                Ok(Said {
                    iri,
                    stance: facts.stance.map(|stance| stance.word()),
                    day: facts.stated.or_else(|| statement.day.map(|day| day.to_string())),
                    quotes: facts.quotes,
                })
            };
            statements.into_iter().map(said).collect()
        };
        let meeting = |(via, [one, other]): (u32, [Vec<&Statement>; 2])| {
            let on = self.statements.vias[via as usize].clone();
            Ok(Meeting { on, one: said(one)?, other: said(other)? })
        };
        meetings.into_iter().map(meeting).collect()
    }
}

fn iri(table: &PositionTable<'_>, position: Thing) -> Result<NamedNode, Corruption> {
    Ok(match table.term(position)? {
        Term::NamedNode(node) => node,
        other => NamedNode::new_unchecked(other.to_string()),
    })
}
