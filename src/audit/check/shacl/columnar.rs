//! Shapes held against many nodes at once, over the columns of the index: which of them break one.
//!
//! Two shapes were weighed. An evaluator over ids that also words what it finds would be one
//! instead of two; but words need terms, in an order that ids do not have, and nearly all nodes
//! are as they should be. So this only tells which are not, and leaves it to `evaluate`, which goes
//! from node to node, to say why. What this passes over is never reported: that it passes over
//! nothing that `evaluate` would find is what `tests/shacl/laws.rs` holds it to.
//!
//! `query::exec` runs over the same columns and stays a mechanism of its own. It joins tables of rows; a shape
//! asks for one bit a node, of a slice of nodes that ascends, with closures that are looked up and never
//! listed. Shapes as SPARQL (`FILTER NOT EXISTS` for each constraint) would join every value to say that
//! it is as it should be.

use super::Shapes;
use super::evaluate::{compare, fits, is_inside, text_fits};
use super::plan::{Plan, Planned, Test, Way};
use super::shape::{Constraint, NodeKinds, Qualified, ShapeId, Target};
use super::value::Value;
use super::view::ClassId;
use crate::audit::check::shacl::path_values::{Reached, Tables};
use crate::model::vocab::xsd;
use crate::store::index::or_throw_corruption;
use crate::store::index::read::id::{Id, Inline};
use crate::store::index::read::key::Kind;
use crate::store::index::read::snapshot::By;
use oxrdf::{NamedNode, NamedNodeRef, Term};
use std::cmp::Ordering;
use std::sync::OnceLock;

/// What is known of a graph once, for all nodes; shared by threads.
pub(super) struct ColumnarValidator<'a> {
    shapes: &'a Shapes,
    plan: &'a Plan<'a>,
    tables: Tables<'a>,
    /// For each class, a bit for each term of the dictionaries.
    members: Vec<OnceLock<Vec<u64>>>,
}

impl<'a> ColumnarValidator<'a> {
    /// `few` tells that hardly any of the graph's nodes will be asked about.
    pub fn new(shapes: &'a Shapes, plan: &'a Plan<'a>, few: bool) -> Self {
        let members = plan.types.iter().map(|_| OnceLock::new()).collect();
        Self { shapes, plan, tables: Tables::new(plan, few), members }
    }

    pub fn tables(&self) -> &Tables<'a> {
        &self.tables
    }

    /// Marks the nodes that break a shape. Quick where they ascend.
    pub fn mark(&self, shape: ShapeId, nodes: &[Id], broken: &mut [bool]) {
        let shape_read = &self.shapes.shapes[shape];
        if shape_read.deactivated || nodes.is_empty() {
            return;
        }
        let Planned { way, tests } = &self.plan.shapes[shape];
        let values = match way {
            Some(way) => self.tables.follow(way, nodes),
            None => Reached::same(nodes),
        };
        for test in tests {
            self.test(test, nodes, &values, broken);
        }
    }

    fn test(&self, test: &Test<'_>, nodes: &[Id], values: &Reached, broken: &mut [bool]) {
        match test {
            Test::Plain(constraint) => self.plain(constraint, values, broken),
            Test::Datatype(constraint, datatype, numbers) => {
                each(values, broken, |id| match (id.value(), id.as_stored()) {
                    (Some(value), _) => datatype_of(value) == *datatype,
                    (None, Some(number)) if !self.tables.few() => {
                        numbers.contain(number, Kind::Typed(*datatype), self.plan.snapshot)
                            && (!has_form(*datatype) || fits(constraint, &self.term(id)))
                    }
                    _ => fits(constraint, &self.term(id)),
                });
            }
            Test::HasValue(wanted) => {
                nodes_where(values, broken, |found| wanted.is_none_or(|wanted| !found.contains(&wanted)));
            }
            Test::In(members) => {
                each(values, broken, |id| members.binary_search(&id).is_ok());
            }
            Test::Closed(allowed) => each(values, broken, |id| !self.has_other_than(allowed, id)),
            Test::Equals(other) => {
                let others = self.tables.follow(&Way::Step(*other), nodes);
                both(values, &others, broken, |found, others| {
                    found.len() != others.len() || found.iter().any(|id| !others.contains(id))
                });
            }
            Test::Disjoint(other) => {
                let others = self.tables.follow(&Way::Step(*other), nodes);
                both(values, &others, broken, |found, others| found.iter().any(|id| others.contains(id)));
            }
            Test::Ordered(other, or_equal) => {
                let others = self.tables.follow(&Way::Step(*other), nodes);
                let fits = |value: Id, limit: Id| match self.order(value, limit) {
                    Some(Ordering::Less) => true,
                    Some(Ordering::Equal) => *or_equal,
                    _ => false,
                };
                both(values, &others, broken, |found, others| {
                    found.iter().any(|value| others.iter().any(|limit| !fits(*value, *limit)))
                });
            }
        }
    }

    fn plain(&self, constraint: &Constraint, values: &Reached, broken: &mut [bool]) {
        let each_wrong = |broken: &mut [bool], wrong: Vec<bool>| count(values, &wrong, broken, |n| n > 0);
        match constraint {
            // About all values together.
            Constraint::MinCount(min) => nodes_where(values, broken, |found| (found.len() as u64) < *min),
            Constraint::MaxCount(max) => nodes_where(values, broken, |found| found.len() as u64 > *max),
            Constraint::UniqueLang => nodes_where(values, broken, |found| self.repeats_language(found)),
            Constraint::QualifiedMin(min, qualified) => {
                count(values, &self.counted(qualified, &values.ids), broken, |met| met < *min);
            }
            Constraint::QualifiedMax(max, qualified) => {
                count(values, &self.counted(qualified, &values.ids), broken, |met| met > *max);
            }
            // About each value by itself.
            Constraint::Property(shape) | Constraint::Node(shape) => {
                each_wrong(broken, self.broken(*shape, &values.ids));
            }
            Constraint::Not(shape) => {
                let inner = self.broken(*shape, &values.ids);
                each_wrong(broken, inner.into_iter().map(|wrong| !wrong).collect());
            }
            Constraint::And(shapes) => {
                each_wrong(broken, self.met(shapes, &values.ids, |n| n < shapes.len()))
            }
            Constraint::Or(shapes) => each_wrong(broken, self.none_met(shapes, &values.ids)),
            Constraint::Xone(shapes) => each_wrong(broken, self.met(shapes, &values.ids, |n| n != 1)),
            Constraint::Class(class) => each(values, broken, |id| self.is_instance(id, *class)),
            Constraint::NodeKind(kinds) => each(values, broken, |id| self.is_of_kind(id, *kinds)),
            Constraint::Bound(bound, limit) => {
                each(values, broken, |id| match id.value().and_then(Value::of_inline) {
                    Some(value) => is_inside(*bound, limit, Some(&value)),
                    None => fits(constraint, &self.term(id)),
                });
            }
            Constraint::MinLength(_) | Constraint::MaxLength(_) | Constraint::Pattern { .. } => {
                each(values, broken, |id| match id.value() {
                    Some(_) => fits(constraint, &self.term(id)),
                    None => {
                        let text = self.plan.snapshot.with_text(id, |text| text_fits(constraint, text));
                        or_throw_corruption(text).unwrap_or(false)
                    }
                });
            }
            other => each(values, broken, |id| fits(other, &self.term(id))),
        }
    }

    fn term(&self, id: Id) -> Term {
        or_throw_corruption(self.plan.snapshot.term(id))
    }

    /// Which of these break a shape.
    fn broken(&self, shape: ShapeId, ids: &[Id]) -> Vec<bool> {
        let mut broken = vec![false; ids.len()];
        self.mark(shape, ids, &mut broken);
        broken
    }

    /// Of each, whether the number of shapes that it does not break is as asked for.
    fn met(&self, shapes: &[ShapeId], ids: &[Id], is_asked_for: impl Fn(usize) -> bool) -> Vec<bool> {
        let mut met = vec![0; ids.len()];
        for shape in shapes {
            let broken = self.broken(*shape, ids);
            met.iter_mut().zip(broken).for_each(|(met, broken)| *met += usize::from(!broken));
        }
        met.into_iter().map(is_asked_for).collect()
    }

    /// Which of these meet none of the shapes. Each shape is asked only about those that met none before it.
    fn none_met(&self, shapes: &[ShapeId], ids: &[Id]) -> Vec<bool> {
        let mut open: Vec<usize> = (0..ids.len()).collect();
        for shape in shapes {
            let asked: Vec<Id> = open.iter().map(|at| ids[*at]).collect();
            let mut broken = self.broken(*shape, &asked).into_iter();
            open.retain(|_| broken.next().unwrap_or(true));
        }
        let mut none = vec![false; ids.len()];
        open.into_iter().for_each(|at| none[at] = true);
        none
    }

    /// Which of these count.
    fn counted(&self, qualified: &Qualified, ids: &[Id]) -> Vec<bool> {
        let broken = self.broken(qualified.shape, ids);
        let mut counted: Vec<bool> = broken.into_iter().map(|broken| !broken).collect();
        for sibling in &qualified.siblings {
            let broken = self.broken(*sibling, ids);
            counted.iter_mut().zip(broken).for_each(|(counted, broken)| *counted &= broken);
        }
        counted
    }

    fn is_instance(&self, id: Id, class: ClassId) -> bool {
        let Some(number) = id.as_stored() else { return false };
        let types = &self.plan.types[class];
        if self.tables.few() {
            return self.tables.lookup(self.plan.type_of, id).iter().any(|t| types.contains(&t));
        }
        let members = self.members[class].get_or_init(|| {
            let mut bits = vec![0u64; self.plan.snapshot.next_number().div_ceil(64) as usize];
            for id in self.instances(class) {
                if let Some(n) = id.as_stored() {
                    bits[n as usize / 64] |= 1 << (n % 64);
                }
            }
            bits
        });
        members.get(number as usize / 64).is_some_and(|bits| bits >> (number % 64) & 1 == 1)
    }

    /// Whether a shape is about a node.
    pub fn is_target(&self, id: Id, target: &Target) -> bool {
        let has = |property: &NamedNode, by: By| {
            let snapshot = self.plan.snapshot;
            let property = or_throw_corruption(snapshot.id(property.as_ref().into()));
            property
                .is_some_and(|property| !or_throw_corruption(snapshot.lookup(property, by, id)).is_empty())
        };
        match target {
            Target::Class(class) => self.is_instance(id, *class),
            Target::Node(node) => self.plan.id(node) == Some(id),
            Target::SubjectsOf(property) => has(property, By::Subject),
            Target::ObjectsOf(property) => has(property, By::Object),
        }
    }

    /// The instances of a class; one of several types comes several times.
    pub fn instances(&self, class: ClassId) -> Vec<Id> {
        let (Some(is_a), _) = self.plan.tables[self.plan.type_of] else { return Vec::new() };
        let of = |class: &Id| or_throw_corruption(self.plan.snapshot.lookup(is_a, By::Object, *class));
        self.plan.types[class].iter().flat_map(|class| of(class).iter().collect::<Vec<_>>()).collect()
    }

    fn is_of_kind(&self, id: Id, kinds: NodeKinds) -> bool {
        let Some(number) = id.as_stored() else { return kinds.literal };
        let Plan { snapshot, iris, blanks, .. } = self.plan;
        if self.tables.few() {
            kinds.allow(&self.term(id))
        } else if iris.contain(number, Kind::Iri, snapshot) {
            kinds.iri
        } else if blanks.contain(number, Kind::Blank, snapshot) {
            kinds.blank
        } else {
            // Or a triple, which is of no kind.
            kinds.literal && kinds.allow(&self.term(id))
        }
    }

    fn order(&self, one: Id, other: Id) -> Option<Ordering> {
        match (one.value(), other.value()) {
            // As days are compared that have no zone.
            (Some(Inline::Date(one)), Some(Inline::Date(other))) => Some(one.cmp(&other)),
            (Some(Inline::Integer(one)), Some(Inline::Integer(other))) => Some(one.cmp(&other)),
            _ => compare(&self.term(one), &self.term(other)),
        }
    }

    fn repeats_language(&self, found: &[Id]) -> bool {
        if found.len() < 2 {
            return false;
        }
        let language = |id: &Id| match self.term(*id) {
            Term::Literal(literal) => Some(literal.language()?.to_ascii_lowercase()),
            _ => None,
        };
        let mut languages: Vec<String> = found.iter().filter_map(language).collect();
        languages.sort_unstable();
        languages.windows(2).any(|two| two[0] == two[1])
    }

    /// Whether a node has a property besides these.
    fn has_other_than(&self, allowed: &[Id], id: Id) -> bool {
        let snapshot = self.plan.snapshot;
        if id.as_stored().is_none() {
            return false;
        }
        let has =
            |predicate: Id| !or_throw_corruption(snapshot.lookup(predicate, By::Subject, id)).is_empty();
        let predicates = or_throw_corruption(snapshot.predicates_of(By::Subject, id));
        predicates.into_iter().any(|predicate| allowed.binary_search(&predicate).is_err() && has(predicate))
    }
}

/// Whether not every text is one of this type.
fn has_form(datatype: NamedNodeRef<'_>) -> bool {
    datatype != xsd::STRING && datatype.as_str().starts_with(xsd::NAMESPACE)
}

fn datatype_of(value: Inline) -> NamedNodeRef<'static> {
    match value {
        Inline::Boolean(_) => xsd::BOOLEAN,
        Inline::Integer(_) => xsd::INTEGER,
        Inline::Decimal { .. } => xsd::DECIMAL,
        Inline::Date(_) => xsd::DATE,
    }
}

/// Marks the nodes whose values are so.
fn nodes_where(values: &Reached, broken: &mut [bool], is_wrong: impl Fn(&[Id]) -> bool) {
    for (node, broken) in broken.iter_mut().enumerate() {
        *broken |= is_wrong(values.of(node));
    }
}

/// Marks the nodes that have a value that does not fit.
fn each(values: &Reached, broken: &mut [bool], fits: impl Fn(Id) -> bool) {
    let mut last = None;
    for (node, broken) in broken.iter_mut().enumerate() {
        for id in values.of(node) {
            // Neighbours often have the same.
            if last != Some(*id) {
                if fits(*id) {
                    last = Some(*id);
                } else {
                    *broken = true;
                }
            }
        }
    }
}

/// Marks the nodes of which so many values are so.
fn count(values: &Reached, which: &[bool], broken: &mut [bool], is_wrong: impl Fn(u64) -> bool) {
    for (node, broken) in broken.iter_mut().enumerate() {
        *broken |= is_wrong(which[values.range(node)].iter().filter(|so| **so).count() as u64);
    }
}

/// Marks the nodes whose values of two kinds are so.
fn both(one: &Reached, other: &Reached, broken: &mut [bool], is_wrong: impl Fn(&[Id], &[Id]) -> bool) {
    for (node, broken) in broken.iter_mut().enumerate() {
        *broken |= is_wrong(one.of(node), other.of(node));
    }
}
