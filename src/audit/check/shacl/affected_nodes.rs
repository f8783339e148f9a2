//! The nodes that a change can have made break a shape: from the changed triples back along the ways
//! on which shapes come to read them.
//!
//! A node is held against a shape by reads: the values of a property at a node that former reads
//! led to. If the outcome is another one after a change, then there is a first read that gives
//! something else, and where it was made is reached on the same way before and after. So it is
//! enough to go back from a changed triple along that way in the graph as it is now.
//!
//! Many reads can only break a shape by what is new, or only by what is gone: a value too many, a
//! type that is lost. That an actor gets one more type concerns none of its thousands of positions.

use super::Shapes;
use super::path::Path;
use super::shape::{Constraint, Qualified, ShapeId, Target};
use crate::model::vocab::{rdf, rdfs};
use oxrdf::{NamedNode, Term, Triple};
use std::collections::{HashMap, HashSet};

/// How something about the triples that are read can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ways {
    by_more: bool,
    by_less: bool,
}

const MORE: Ways = Ways { by_more: true, by_less: false };
const LESS: Ways = Ways { by_more: false, by_less: true };
const BOTH: Ways = Ways { by_more: true, by_less: true };

impl Ways {
    fn flipped(self) -> Self {
        Self { by_more: self.by_less, by_less: self.by_more }
    }

    fn or(self, other: Self) -> Self {
        Self { by_more: self.by_more || other.by_more, by_less: self.by_less || other.by_less }
    }
}

/// What is to be known of a shape that is met on the way: whether it comes to be broken, or to be met.
#[derive(Clone, Copy)]
struct Concern {
    breaks: bool,
    mends: bool,
}

impl Concern {
    fn ways(self, breaking: Ways) -> Ways {
        match (self.breaks, self.mends) {
            (true, true) => breaking.or(breaking.flipped()),
            (false, true) => breaking.flipped(),
            (_, false) => breaking,
        }
    }

    fn flipped(self) -> Self {
        Self { breaks: self.mends, mends: self.breaks }
    }
}

/// Triples that a shape reads.
struct Read {
    root: ShapeId,
    /// From the node that the shape is held against to where they are read.
    prefix: Vec<Path>,
    /// None: any.
    predicate: Option<NamedNode>,
    /// Whether by their subjects.
    forward: bool,
    ways: Ways,
}

/// Nodes that a change touches, and the way back from them to nodes that a shape is to be held against.
pub(super) struct Touched {
    pub root: ShapeId,
    pub nodes: HashSet<Term>,
    pub back: Option<Path>,
}

/// What is to be looked at after a change; none: everything.
pub(super) fn touched(shapes: &Shapes, added: &[Triple], removed: &[Triple]) -> Option<Vec<Touched>> {
    // What is above what, all is built on.
    if added.iter().chain(removed).any(|triple| triple.predicate == rdfs::SUB_CLASS_OF) {
        return None;
    }
    let mut of_predicate: HashMap<&NamedNode, [Vec<&Triple>; 2]> = HashMap::new();
    for (at, triples) in [added, removed].into_iter().enumerate() {
        for triple in triples {
            of_predicate.entry(&triple.predicate).or_default()[at].push(triple);
        }
    }
    let mut touched = Vec::new();
    for read in reads(shapes) {
        let mut nodes = HashSet::new();
        let mut touch = |[more, less]: &[Vec<&Triple>; 2]| {
            let more = more.iter().filter(|_| read.ways.by_more);
            for triple in more.chain(less.iter().filter(|_| read.ways.by_less)) {
                nodes.insert(match read.forward {
                    true => Term::from(triple.subject.clone()),
                    false => triple.object.clone(),
                });
            }
        };
        match &read.predicate {
            Some(predicate) => of_predicate.get(predicate).into_iter().for_each(&mut touch),
            None => of_predicate.values().for_each(&mut touch),
        }
        if nodes.is_empty() {
            continue;
        }
        let mut prefix = read.prefix;
        let way = if prefix.len() > 1 { Some(Path::Sequence(prefix)) } else { prefix.pop() };
        let back = way.map(|way| Path::Inverse(Box::new(way)));
        touched.push(Touched { root: read.root, nodes, back });
    }
    Some(touched)
}

/// Everything that the shapes read.
fn reads(shapes: &Shapes) -> Vec<Read> {
    let mut reads = Vec::new();
    for (root, _) in shapes.roots() {
        let mut reader = Reader { shapes, root, reads: &mut reads };
        for target in &shapes.shapes[root].targets {
            match target {
                Target::Class(_) => reader.read(&[], Some(rdf::TYPE.into_owned()), true, MORE),
                Target::SubjectsOf(property) => reader.read(&[], Some(property.clone()), true, MORE),
                Target::ObjectsOf(property) => reader.read(&[], Some(property.clone()), false, MORE),
                Target::Node(_) => {}
            }
        }
        reader.shape(root, &[], Concern { breaks: true, mends: false });
    }
    reads
}

struct Reader<'s, 'r> {
    shapes: &'s Shapes,
    root: ShapeId,
    reads: &'r mut Vec<Read>,
}

impl Reader<'_, '_> {
    fn read(&mut self, prefix: &[Path], predicate: Option<NamedNode>, forward: bool, ways: Ways) {
        let same = |read: &&mut Read| {
            read.root == self.root
                && read.predicate == predicate
                && read.forward == forward
                && read.prefix == prefix
        };
        match self.reads.iter_mut().rev().find(same) {
            Some(read) => read.ways = read.ways.or(ways),
            None => {
                let prefix = prefix.to_vec();
                self.reads.push(Read { root: self.root, prefix, predicate, forward, ways });
            }
        }
    }

    fn path(&mut self, path: &Path, prefix: &[Path], forward: bool, ways: Ways) {
        let behind = |step: Path| {
            let step = if forward { step } else { Path::Inverse(Box::new(step)) };
            [prefix, &[step]].concat()
        };
        match path {
            Path::Predicate(predicate) => self.read(prefix, Some(predicate.clone()), forward, ways),
            Path::Inverse(path) => self.path(path, prefix, !forward, ways),
            Path::Alternative(paths) => paths.iter().for_each(|path| self.path(path, prefix, forward, ways)),
            Path::Sequence(paths) => {
                let mut prefix = prefix.to_vec();
                let mut step = |path: &Path| {
                    self.path(path, &prefix, forward, ways);
                    prefix.push(if forward { path.clone() } else { Path::Inverse(Box::new(path.clone())) });
                };
                if forward {
                    paths.iter().for_each(&mut step);
                } else {
                    paths.iter().rev().for_each(&mut step);
                }
            }
            Path::ZeroOrOne(inner) => self.path(inner, prefix, forward, ways),
            Path::ZeroOrMore(inner) | Path::OneOrMore(inner) => {
                self.path(inner, &behind(Path::ZeroOrMore(inner.clone())), forward, ways);
            }
        }
    }

    fn shape(&mut self, shape: ShapeId, focus: &[Path], concern: Concern) {
        let shapes = self.shapes;
        let shape = &shapes.shapes[shape];
        if shape.deactivated {
            return;
        }
        let values = match &shape.path {
            Some(path) => [focus, std::slice::from_ref(path)].concat(),
            None => focus.to_vec(),
        };
        for constraint in &shape.constraints {
            if let Some(path) = &shape.path {
                self.path(path, focus, true, concern.ways(by_values(constraint)));
            }
            let other = |reader: &mut Self, property: &NamedNode, ways| {
                reader.read(focus, Some(property.clone()), true, concern.ways(ways));
            };
            match constraint {
                Constraint::Class(_) => {
                    self.read(&values, Some(rdf::TYPE.into_owned()), true, concern.ways(LESS));
                }
                Constraint::Closed(_) => self.read(&values, None, true, concern.ways(MORE)),
                Constraint::Equals(property) => other(self, property, BOTH),
                Constraint::Disjoint(property)
                | Constraint::LessThan(property)
                | Constraint::LessThanOrEquals(property) => other(self, property, MORE),
                Constraint::Not(inner) => self.shape(*inner, &values, concern.flipped()),
                Constraint::And(inner) | Constraint::Or(inner) => {
                    inner.iter().for_each(|inner| self.shape(*inner, &values, concern));
                }
                Constraint::Xone(inner) => {
                    let both = Concern { breaks: true, mends: true };
                    inner.iter().for_each(|inner| self.shape(*inner, &values, both));
                }
                Constraint::Node(inner) | Constraint::Property(inner) => self.shape(*inner, &values, concern),
                Constraint::QualifiedMin(_, qualified) => self.qualified(qualified, &values, concern),
                Constraint::QualifiedMax(_, qualified) => {
                    self.qualified(qualified, &values, concern.flipped())
                }
                _ => {}
            }
        }
    }

    /// Less is met if a value comes to break the shape, or to meet a sibling.
    fn qualified(&mut self, qualified: &Qualified, values: &[Path], fewer: Concern) {
        self.shape(qualified.shape, values, fewer);
        qualified.siblings.iter().for_each(|sibling| self.shape(*sibling, values, fewer.flipped()));
    }
}

/// Whether more values can break a constraint, or fewer.
fn by_values(constraint: &Constraint) -> Ways {
    match constraint {
        Constraint::MinCount(_) | Constraint::HasValue(_) | Constraint::QualifiedMin(..) => LESS,
        Constraint::Equals(_) => BOTH,
        _ => MORE,
    }
}
