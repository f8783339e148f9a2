//! Shapes as they meet one graph: with the ids that their terms have in it.

use super::Shapes;
use super::path::Path;
use super::shape::Constraint;
use super::view::Classes;
use crate::model::vocab::rdf;
use crate::store::index::read::id::Id;
use crate::store::index::read::key::Kind;
use crate::store::index::read::snapshot::{By, Snapshot};
use crate::store::index::{Index, or_throw_corruption};
use oxrdf::{NamedNode, NamedNodeRef, Term};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

/// The triples of a predicate by one end: a number among a plan's.
pub(super) type TableId = usize;

/// What evaluation over ids needs to know of shapes and graph.
pub(super) struct Plan<'a> {
    pub snapshot: &'a Snapshot,
    pub shapes: Vec<Planned<'a>>,
    /// For each class of the shapes: the types whose instances are its instances.
    pub types: Vec<Vec<Id>>,
    /// None where the graph has no such predicate.
    pub tables: Vec<(Option<Id>, By)>,
    /// The objects of `rdf:type` by subject.
    pub type_of: TableId,
    pub iris: Numbers,
    pub blanks: Numbers,
}

/// The numbers of the terms of a kind, a range for each dictionary, looked for when they are first asked for.
#[derive(Default)]
pub(super) struct Numbers(OnceLock<Vec<Range<u32>>>);

pub(super) struct Planned<'a> {
    pub way: Option<Way>,
    pub tests: Vec<Test<'a>>,
}

/// A path, of steps by tables.
#[derive(Clone, Debug)]
pub(super) enum Way {
    Step(TableId),
    Sequence(Vec<Way>),
    Alternative(Vec<Way>),
    Closure {
        inner: Box<Way>,
        /// Whether where it begins is reached, too.
        at_once: bool,
        /// Whether it goes on from where it came to.
        on: bool,
    },
}

/// A constraint with ids.
pub(super) enum Test<'a> {
    /// As it is: nothing in it depends on the graph.
    Plain(&'a Constraint),
    /// Literals of this type.
    Datatype(&'a Constraint, NamedNodeRef<'a>, Numbers),
    /// No id: what is wanted is nowhere in the graph.
    HasValue(Option<Id>),
    /// Sorted.
    In(Vec<Id>),
    /// Sorted.
    Closed(Vec<Id>),
    Equals(TableId),
    Disjoint(TableId),
    Ordered(TableId, bool),
}

impl<'a> Plan<'a> {
    pub fn new(index: &'a Index, shapes: &'a Shapes, classes: &Classes) -> Self {
        let snapshot: &Snapshot = index.snapshot();
        let known = Known { snapshot, tables: RefCell::default() };
        let planned = shapes.shapes.iter().map(|shape| Planned {
            way: shape.path.as_ref().map(|path| known.way(path, true)),
            tests: shape.constraints.iter().map(|constraint| known.test(constraint)).collect(),
        });
        let shapes = planned.collect();
        let types = classes.below().iter().map(|types| known.ids(types)).collect();
        let type_of = known.table(rdf::TYPE, By::Subject);
        let tables = known.tables.into_inner();
        let mut all = vec![(None, By::Subject); tables.len()];
        for ((predicate, by), at) in tables {
            all[at] = (predicate, if by { By::Subject } else { By::Object });
        }
        Self {
            snapshot,
            shapes,
            types,
            tables: all,
            type_of,
            iris: Numbers::default(),
            blanks: Numbers::default(),
        }
    }

    /// The subjects, or objects, of a property; often several times.
    pub fn ends(&self, property: &NamedNode, by: By) -> Vec<Id> {
        let id = or_throw_corruption(self.snapshot.id(property.as_ref().into()));
        id.map_or_else(Vec::new, |id| or_throw_corruption(self.snapshot.scan(id, by)).keys.iter().collect())
    }

    pub fn id(&self, term: &Term) -> Option<Id> {
        or_throw_corruption(self.snapshot.id(term.as_ref()))
    }
}

struct Known<'a> {
    snapshot: &'a Snapshot,
    /// By predicate, and whether by its subjects.
    tables: RefCell<HashMap<(Option<Id>, bool), TableId>>,
}

impl Known<'_> {
    fn id(&self, term: &Term) -> Option<Id> {
        or_throw_corruption(self.snapshot.id(term.as_ref()))
    }

    /// Sorted; what is not in the graph is left out.
    fn ids<'t>(&self, terms: impl IntoIterator<Item = &'t Term>) -> Vec<Id> {
        let mut ids: Vec<Id> = terms.into_iter().filter_map(|term| self.id(term)).collect();
        ids.sort_unstable();
        ids
    }

    fn table(&self, predicate: NamedNodeRef<'_>, by: By) -> TableId {
        let id = or_throw_corruption(self.snapshot.id(predicate.into()));
        let mut tables = self.tables.borrow_mut();
        let next = tables.len();
        *tables.entry((id, by == By::Subject)).or_insert(next)
    }

    fn way(&self, path: &Path, forward: bool) -> Way {
        let all = |paths: &[Path]| paths.iter().map(|path| self.way(path, forward)).collect();
        let closure = |path: &Path, at_once, on| {
            let inner = Box::new(self.way(path, forward));
            Way::Closure { inner, at_once, on }
        };
        match path {
            Path::Predicate(predicate) => {
                Way::Step(self.table(predicate.as_ref(), if forward { By::Subject } else { By::Object }))
            }
            Path::Inverse(path) => self.way(path, !forward),
            Path::Sequence(paths) => {
                let mut ways: Vec<Way> = all(paths);
                if !forward {
                    ways.reverse();
                }
                Way::Sequence(ways)
            }
            Path::Alternative(paths) => Way::Alternative(all(paths)),
            Path::ZeroOrOne(path) => closure(path, true, false),
            Path::ZeroOrMore(path) => closure(path, true, true),
            Path::OneOrMore(path) => closure(path, false, true),
        }
    }

    fn test<'c>(&self, constraint: &'c Constraint) -> Test<'c> {
        let of = |property: &NamedNode| self.table(property.as_ref(), By::Subject);
        match constraint {
            Constraint::Datatype(datatype) => {
                Test::Datatype(constraint, datatype.as_ref(), Numbers::default())
            }
            Constraint::HasValue(wanted) => Test::HasValue(self.id(wanted)),
            Constraint::In { listed, .. } => Test::In(self.ids(listed)),
            Constraint::Closed(allowed) => {
                let ids =
                    allowed.iter().filter_map(|p| or_throw_corruption(self.snapshot.id(p.as_ref().into())));
                let mut ids: Vec<Id> = ids.collect();
                ids.sort_unstable();
                Test::Closed(ids)
            }
            Constraint::Equals(other) => Test::Equals(of(other)),
            Constraint::Disjoint(other) => Test::Disjoint(of(other)),
            Constraint::LessThan(other) => Test::Ordered(of(other), false),
            Constraint::LessThanOrEquals(other) => Test::Ordered(of(other), true),
            plain => Test::Plain(plain),
        }
    }
}

impl Numbers {
    pub fn contain(&self, number: u32, kind: Kind<'_>, snapshot: &Snapshot) -> bool {
        let ranges = self.0.get_or_init(|| or_throw_corruption(snapshot.numbers_of(kind)));
        ranges.iter().any(|range| range.contains(&number))
    }
}

impl Plan<'_> {
    /// A path that is no shape's.
    pub fn other_way(&mut self, path: &Path) -> Way {
        let by_subject = |by: &By| *by == By::Subject;
        let tables = self.tables.iter().enumerate().map(|(at, (p, by))| ((*p, by_subject(by)), at)).collect();
        let known = Known { snapshot: self.snapshot, tables: RefCell::new(tables) };
        let way = known.way(path, true);
        for ((predicate, by), at) in known.tables.into_inner() {
            if at >= self.tables.len() {
                self.tables.resize(at + 1, (None, By::Subject));
            }
            self.tables[at] = (predicate, if by { By::Subject } else { By::Object });
        }
        way
    }
}
