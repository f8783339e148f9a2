//! The networks of positions that need no choices: actors and issues, and actors by what they agree on.
//!
//! Positions in force count, as they do for direct triples. A position with several actors, issues or stances has
//! no row in the table and does not count.

use super::{Edge, Network, Node};
use crate::base::error::Result;
use crate::export::value::{Attribute, Kind, Value};
use crate::model::vocab::{prov, rdf, stp};
use crate::model::{ActorKind, Concept, Stance, Status};
use crate::store::GraphReader;
use crate::store::index::positions::{PositionTable, Thing};
use crate::store::index::{Corruption, Index, reading};
use crate::store::names;
use jiff::civil::Date;
use oxrdf::NamedNode;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What joins an actor and an issue, or two actors.
#[derive(Clone, Debug, Default)]
struct Tie {
    /// Number of positions, or of sides that both take.
    positions: usize,
    /// Times in which they were stated, as far as they are known.
    times: Vec<(Date, Date)>,
    /// Whether it is not known when one of them was.
    is_undated: bool,
    value: Option<f64>,
}

/// Ties by actor, issue and stance.
type Ties = BTreeMap<(NamedNode, NamedNode, NamedNode), Tie>;

/// Actors and issues: an edge for each stance that an actor takes on an issue. Its kind is the stance, its weight
/// the number of positions, its sign that of the stance's value; a matrix holds the sum of the values.
///
/// # Errors
/// A file of the index is damaged.
pub fn actors_and_issues(index: &Index) -> Result<Network> {
    let ties = ties(index)?;
    let things = |of: fn(&(NamedNode, NamedNode, NamedNode)) -> &NamedNode| -> BTreeSet<&NamedNode> {
        ties.keys().map(of).collect()
    };
    let actors = named(index, things(|(actor, _, _)| actor))?;
    let issues = named(index, things(|(_, issue, _)| issue))?;
    let stances: HashMap<&NamedNode, String> = named(index, things(|(_, _, stance)| stance))?
        .into_iter()
        .map(|(label, stance)| (stance, word(stance).map_or(label, str::to_owned)))
        .collect();
    let first_set = actors.len();
    let all: Vec<(String, &NamedNode)> = actors.into_iter().chain(issues).collect();
    let mut positions = vec![0; all.len()];
    // One thing may be an actor and an issue.
    let number = |things: std::ops::Range<usize>| -> HashMap<&NamedNode, usize> {
        things.map(|number| (all[number].1, number)).collect()
    };
    let (actor_of, issue_of) = (number(0..first_set), number(first_set..all.len()));
    let mut edges: Vec<Edge> = Vec::new();
    for ((actor, issue, stance), tie) in &ties {
        let (source, target) = (actor_of[actor], issue_of[issue]);
        positions[source] += tie.positions;
        positions[target] += tie.positions;
        let value = tie.value.unwrap_or_default();
        edges.push(Edge {
            source,
            target,
            kind: stances[stance].clone(),
            weight: tie.positions as f64,
            sign: sign(value),
            cell: value * tie.positions as f64,
            times: tie.times.clone(),
            is_always: tie.is_undated,
            values: vec![tie.value.map_or(Value::Absent, Value::Decimal)],
        });
    }
    edges.sort_by(|one, next| {
        (one.source, one.target, &one.kind).cmp(&(next.source, next.target, &next.kind))
    });
    let node = |(number, (label, thing)): (usize, &(String, &NamedNode))| {
        let is_actor = number < first_set;
        let kind = if is_actor { kind_of(index, thing)? } else { "issue".to_owned() };
        let class = if is_actor { "actor" } else { "issue" };
        let values = vec![class.into(), Value::Text(kind), Value::Integer(positions[number] as i64)];
        Ok(Node { iri: thing.as_str().to_owned(), label: label.clone(), values })
    };
    Ok(Network {
        name: "Actors and issues".to_owned(),
        is_directed: true,
        nodes: all.iter().enumerate().map(node).collect::<Result<_>>()?,
        first_set: Some(first_set),
        node_attributes: vec![
            Attribute::new("class", Kind::Text),
            Attribute::new("kind", Kind::Text),
            Attribute::new("positions", Kind::Integer),
        ],
        edges,
        edge_attributes: vec![Attribute::new("value", Kind::Decimal)],
    })
}

/// Number of positions that networks leave out, because they have several actors, issues or stances, or something
/// else several times that a position has once.
///
/// # Errors
/// A file of the index is damaged.
pub fn ambiguous(index: &Index) -> Result<usize> {
    Ok(PositionTable::new(index.snapshot())?.ambiguous().len())
}

/// Actors by what they agree on: the weight of an edge is the number of issues on which both take the same side,
/// for or against, whatever the strength. Who takes both sides of an issue agrees with both. The edge is there
/// from the first day on which both had taken one side until the last on which either is known to have.
///
/// # Errors
/// A file of the index is damaged.
pub fn congruence(index: &Index) -> Result<Network> {
    let ties = ties(index)?;
    let actors = named(index, ties.keys().map(|(actor, _, _)| actor).collect())?;
    let number: HashMap<&NamedNode, usize> =
        actors.iter().enumerate().map(|(number, (_, actor))| (*actor, number)).collect();
    let mut positions = vec![0; actors.len()];
    // Who takes which side of an issue.
    let mut sides: BTreeMap<(&NamedNode, i8), BTreeMap<usize, Tie>> = BTreeMap::new();
    for ((actor, issue, _), tie) in &ties {
        let actor = number[actor];
        positions[actor] += tie.positions;
        let side = sign(tie.value.unwrap_or_default());
        if side != 0 {
            let holders = sides.entry((issue, side)).or_default();
            holders.entry(actor).or_default().join(tie);
        }
    }
    let mut shared: BTreeMap<(usize, usize), Tie> = BTreeMap::new();
    for holders in sides.values() {
        let holders: Vec<(&usize, &Tie)> = holders.iter().collect();
        for (at, (source, one)) in holders.iter().enumerate() {
            for (target, other) in &holders[at + 1..] {
                shared.entry((**source, **target)).or_default().share(one, other);
            }
        }
    }
    let edges = shared.into_iter().map(|((source, target), tie)| Edge {
        source,
        target,
        kind: "congruence".to_owned(),
        weight: tie.positions as f64,
        sign: 1,
        cell: tie.positions as f64,
        times: tie.span().into_iter().collect(),
        is_always: tie.is_undated,
        values: Vec::new(),
    });
    let edges = edges.collect();
    let node = |((label, actor), positions): (&(String, &NamedNode), &usize)| {
        let values = vec![Value::Text(kind_of(index, actor)?), Value::Integer(*positions as i64)];
        Ok(Node { iri: actor.as_str().to_owned(), label: label.clone(), values })
    };
    Ok(Network {
        name: "Congruence of actors".to_owned(),
        is_directed: false,
        nodes: actors.iter().zip(&positions).map(node).collect::<Result<_>>()?,
        first_set: None,
        node_attributes: vec![Attribute::new("kind", Kind::Text), Attribute::new("positions", Kind::Integer)],
        edges,
        edge_attributes: Vec::new(),
    })
}

impl Tie {
    /// From the first of its days to the last.
    fn span(&self) -> Option<(Date, Date)> {
        let (first, last) =
            (self.times.iter().map(|time| time.0).min(), self.times.iter().map(|time| time.1).max());
        first.zip(last)
    }

    /// Adds a side that two actors take: from the day on which both had taken it.
    fn share(&mut self, one: &Self, other: &Self) {
        self.positions += 1;
        self.is_undated |= one.is_undated || other.is_undated;
        if let Some(((a, b), (c, d))) = one.span().zip(other.span()) {
            self.times.push((a.max(c), b.max(d)));
        }
    }

    fn join(&mut self, other: &Self) {
        self.positions += other.positions;
        self.times.extend(&other.times);
        self.is_undated |= other.is_undated;
    }
}

fn sign(value: f64) -> i8 {
    match value {
        value if value > 0.0 => 1,
        value if value < 0.0 => -1,
        _ => 0,
    }
}

/// The ties of all positions in force.
fn ties(index: &Index) -> Result<Ties, Corruption> {
    let table = PositionTable::new(index.snapshot())?;
    let (actors, actor_of) = table.actors()?.levels();
    let (issues, issue_of) = table.issues()?.levels();
    let (stances, stance_of) = table.stances()?.levels();
    let (statuses, status_of) = table.statuses()?.levels();
    let (values, from, until) = (table.values()?, table.stated_from()?, table.stated_until()?);
    let nodes = |things: Vec<Thing>| -> Result<Vec<Option<NamedNode>>, Corruption> {
        things.into_iter().map(|thing| Ok(NamedNode::try_from(table.term(thing)?).ok())).collect()
    };
    let (actors, issues, stances) = (nodes(actors)?, nodes(issues)?, nodes(stances)?);
    let in_force: Vec<bool> = nodes(statuses)?
        .into_iter()
        .map(|status| status.is_some_and(|status| status.as_ref() == Status::InForce.iri()))
        .collect();
    let mut ties: HashMap<(u32, u32, u32), Tie> = HashMap::new();
    for row in 0..table.len() {
        if !status_of[row].is_some_and(|status| in_force[status as usize]) {
            continue;
        }
        let (Some(actor), Some(issue), Some(stance)) = (actor_of[row], issue_of[row], stance_of[row]) else {
            continue;
        };
        let tie = ties.entry((actor, issue, stance)).or_default();
        tie.positions += 1;
        tie.value = tie.value.or(values.get(row));
        // Of a position with one bound that day is all that is known.
        let (from, until) = (from.get(row), until.get(row));
        match (from.or(until), until.or(from)) {
            (Some(from), Some(until)) if from <= until => tie.times.push((from, until)),
            _ => tie.is_undated = true,
        }
    }
    let named = ties.into_iter().filter_map(|((actor, issue, stance), mut tie)| {
        tie.times.sort_unstable();
        tie.times.dedup();
        let stance = stances[stance as usize].clone()?;
        // What every reader of a stance knows need not stand beside it.
        let known = || Stance::from_iri(stance.as_ref())?.value()?.parse().ok();
        tie.value = tie.value.or_else(known);
        Some(((actors[actor as usize].clone()?, issues[issue as usize].clone()?, stance), tie))
    });
    Ok(named.collect())
}

/// Things with their labels, in the order of the labels.
fn named<'t>(index: &Index, things: BTreeSet<&'t NamedNode>) -> Result<Vec<(String, &'t NamedNode)>> {
    let label = |thing: &'t NamedNode| (names::thing(index, thing.clone()).label, thing);
    let mut named: Vec<_> = reading(|| things.into_iter().map(label).collect())?;
    named.sort();
    Ok(named)
}

fn word(stance: &NamedNode) -> Option<&'static str> {
    Stance::from_iri(stance.as_ref()).map(Stance::word)
}

/// What kind of actor it is: a word of the scheme, else the label of a class of the case's own.
fn kind_of(index: &Index, actor: &NamedNode) -> Result<String, Corruption> {
    reading(|| {
        let types = GraphReader::matching(index, Some(actor.as_ref().into()), Some(rdf::TYPE), None);
        let mut classes: Vec<NamedNode> =
            types.filter_map(|triple| NamedNode::try_from(triple.object).ok()).collect();
        classes.sort();
        let known = classes.iter().find_map(|class| ActorKind::from_iri(class.as_ref()));
        if let Some(kind) = known {
            return kind.word().to_owned();
        }
        let own = |class: &&NamedNode| ![stp::ACTOR, prov::AGENT].contains(&class.as_ref());
        match classes.iter().find(own) {
            Some(class) => names::thing(index, class.clone()).label,
            None => "unknown".to_owned(),
        }
    })
}
