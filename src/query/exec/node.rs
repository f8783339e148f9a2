//! What the algebra becomes before anything runs: blocks of what is joined, and the operators
//! around them.

use super::aggregate::Aggregation;
use super::estimate::Estimate;
use super::expression::Compiled;
use super::order::Order;
use super::table::Names;
use crate::store::index::read::id::Id;
use oxrdf::{Term, Variable};

/// An operator and what it works on.
pub(super) enum Node {
    Block(Block),
    /// OPTIONAL: `on` is evaluated on a row of both sides.
    Left {
        left: Box<Node>,
        right: Box<Node>,
        on: Vec<Compiled>,
        slot: Slot,
    },
    Minus {
        left: Box<Node>,
        right: Box<Node>,
        slot: Slot,
    },
    Union(Box<Node>, Box<Node>),
    Extend {
        inner: Box<Node>,
        variable: Variable,
        value: Compiled,
    },
    Values {
        variables: Vec<Variable>,
        rows: Vec<Vec<Option<Term>>>,
    },
    /// Only the first rows, if a number of them is given.
    Order {
        inner: Box<Node>,
        order: Order,
        used: Names,
        first: Option<usize>,
    },
    Project {
        inner: Box<Node>,
        variables: Vec<Variable>,
    },
    Distinct(Box<Node>),
    Slice {
        inner: Box<Node>,
        start: usize,
        length: Option<usize>,
    },
    Group {
        inner: Box<Node>,
        by: Vec<Variable>,
        group: Group,
    },
}

pub(super) struct Group {
    pub(super) aggregation: Aggregation,
    /// The variables that the aggregates are called; of one that picks a term, what from.
    pub(super) results: Vec<(Variable, Option<Variable>)>,
    /// Those that their expressions name.
    pub(super) used: Names,
    /// Whether it matters how often a solution comes.
    pub(super) counts: bool,
}

/// Joins in no order, and conditions on the result.
#[derive(Default)]
pub(super) struct Block {
    pub(super) items: Vec<Item>,
    pub(super) tests: Vec<Test>,
}

pub(super) enum Item {
    Pattern(Pattern),
    Path(Path),
    Node {
        node: Box<Node>,
        slot: Slot,
        estimate: Estimate,
    },
    /// The solutions that whatever this is to be joined with has, as far as they are known before:
    /// each once. Leaving it out changes nothing but the work.
    SidewaysBinding {
        slot: Slot,
        variables: Names,
    },
}

/// Place for the solutions of a seed, filled before the node runs that has it inside.
pub(super) type Slot = usize;

pub(super) enum Test {
    Filter(Compiled),
    Exists { node: Box<Node>, slot: Slot, negated: bool, estimate: Estimate },
}

/// The subject, predicate or object of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    Id(Id),
    /// A term that no triple has.
    Absent,
    Variable(Variable),
}

impl End {
    pub(super) fn variable(&self) -> Option<&Variable> {
        if let Self::Variable(variable) = self { Some(variable) } else { None }
    }

    pub(super) fn id(&self) -> Option<Id> {
        if let Self::Id(id) = self { Some(*id) } else { None }
    }
}

/// A triple pattern.
pub(super) struct Pattern {
    pub(super) subject: End,
    pub(super) predicate: End,
    pub(super) object: End,
    pub(super) estimate: Estimate,
    /// Text of the pattern, as a person would write it.
    pub(super) text: String,
}

pub(super) struct Path {
    pub(super) subject: End,
    pub(super) step: Step,
    pub(super) object: End,
    pub(super) estimate: Estimate,
    pub(super) text: String,
}

/// A property path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// One triple; none if no triple has this predicate.
    Predicate(Option<Id>),
    Reverse(Box<Step>),
    Sequence(Box<Step>, Box<Step>),
    Alternative(Box<Step>, Box<Step>),
    ZeroOrMore(Box<Step>),
    OneOrMore(Box<Step>),
    ZeroOrOne(Box<Step>),
    /// Any predicate but these.
    Not(Vec<Id>),
}

impl Step {
    /// Whether it leads from each node to itself.
    pub(super) fn is_nullable(&self) -> bool {
        match self {
            Self::Predicate(_) | Self::Not(_) => false,
            Self::ZeroOrMore(_) | Self::ZeroOrOne(_) => true,
            Self::Reverse(step) | Self::OneOrMore(step) => step.is_nullable(),
            Self::Sequence(one, other) => one.is_nullable() && other.is_nullable(),
            Self::Alternative(one, other) => one.is_nullable() || other.is_nullable(),
        }
    }
}

impl Item {
    /// The variables that it may bind.
    pub(super) fn variables(&self) -> Names {
        let of = |ends: &[&End]| ends.iter().filter_map(|end| end.variable().cloned()).collect();
        match self {
            Self::Pattern(t) => of(&[&t.subject, &t.predicate, &t.object]),
            Self::Path(p) => of(&[&p.subject, &p.object]),
            Self::Node { node, .. } => node.variables(),
            Self::SidewaysBinding { .. } => Names::new(),
        }
    }

    /// The variables that it always binds.
    pub(super) fn certain(&self) -> Names {
        match self {
            Self::Node { node, .. } => node.certain(),
            _ => self.variables(),
        }
    }

    pub(super) fn estimate(&self) -> Option<&Estimate> {
        match self {
            Self::Pattern(t) => Some(&t.estimate),
            Self::Path(p) => Some(&p.estimate),
            Self::Node { estimate, .. } => Some(estimate),
            Self::SidewaysBinding { .. } => None,
        }
    }
}

impl Test {
    /// The variables whose values it depends on.
    pub(super) fn variables(&self) -> Names {
        match self {
            Self::Filter(condition) => condition.variables().iter().cloned().collect(),
            Self::Exists { node, .. } => node.variables(),
        }
    }
}

impl Block {
    pub(super) fn variables(&self) -> Names {
        self.items.iter().flat_map(Item::variables).collect()
    }

    pub(super) fn certain(&self) -> Names {
        self.items.iter().flat_map(Item::certain).collect()
    }
}

impl Default for Node {
    /// One solution without variables.
    fn default() -> Self {
        Self::Block(Block::default())
    }
}

impl Node {
    /// The block of one item.
    pub(super) fn item(item: Item) -> Self {
        Self::Block(Block { items: vec![item], tests: Vec::new() })
    }

    /// The variables that a solution may bind.
    pub(super) fn variables(&self) -> Names {
        match self {
            Self::Block(block) => block.variables(),
            Self::Left { left, right, .. } | Self::Union(left, right) => {
                left.variables().into_iter().chain(right.variables()).collect()
            }
            Self::Minus { left: inner, .. }
            | Self::Order { inner, .. }
            | Self::Distinct(inner)
            | Self::Slice { inner, .. } => inner.variables(),
            Self::Extend { inner, variable, .. } => {
                let mut names = inner.variables();
                names.insert(variable.clone());
                names
            }
            Self::Values { variables, .. } | Self::Project { variables, .. } => {
                variables.iter().cloned().collect()
            }
            Self::Group { by, group, .. } => {
                by.iter().chain(group.results.iter().map(|(variable, _)| variable)).cloned().collect()
            }
        }
    }

    /// The variables that each solution binds.
    pub(super) fn certain(&self) -> Names {
        match self {
            Self::Block(block) => block.certain(),
            Self::Left { left: inner, .. }
            | Self::Minus { left: inner, .. }
            | Self::Order { inner, .. }
            | Self::Distinct(inner)
            | Self::Slice { inner, .. }
            | Self::Extend { inner, .. } => inner.certain(),
            Self::Union(left, right) => &left.certain() & &right.certain(),
            Self::Project { inner, variables } => {
                let certain = inner.certain();
                variables.iter().filter(|variable| certain.contains(*variable)).cloned().collect()
            }
            Self::Group { inner, by, .. } => {
                let certain = inner.certain();
                by.iter().filter(|variable| certain.contains(*variable)).cloned().collect()
            }
            Self::Values { variables, rows } => {
                let bound = |at: usize| rows.iter().all(|row| row[at].is_some());
                let all = variables.iter().enumerate().filter(|(at, _)| bound(*at));
                all.map(|(_, variable)| variable.clone()).collect()
            }
        }
    }
}
