//! Shapes (SHACL Core) held against the graph: what is missing, of the wrong type, out of order.
//!
//! Everything of <https://www.w3.org/TR/shacl/#part1> is here: all targets, paths and constraint
//! components. A file of shapes is read to its end before anything is validated, and what it asks
//! for beyond that is an error and never passed over.
//!
//! Deliberately absent: SHACL-SPARQL and the advanced features (targets by query, rules, functions):
//! queries of our own say more and are explained better; shapes that refer to themselves, which the
//! specification leaves open; severities besides its three; entailment other than `rdfs:subClassOf`.
//! A shape with a target needs an IRI, because what it finds is reported under it.
//!
//! In the order in which data flow: `source` reads a graph of shapes, `read` makes shapes of it
//! (`shape`, `path`, `pattern`). `sweep` holds them against all nodes at once, over the index's
//! columns (`plan` has their ids, `reach` their paths). The few nodes that do not pass `evaluate` looks
//! at one by one (`view` reads the graph, `value` compares), and `words` says what was found.

mod error;
mod evaluate;
mod path;
mod pattern;
mod plan;
mod path_values;
mod read;
mod shape;
mod source;
mod columnar;
mod affected_nodes;
mod value;
mod view;
mod words;

pub use error::ShapesError;
pub use path::Path;
pub use shape::Severity;

use crate::model::prefixes::Prefixes;
use crate::store::index::read::id::Id;
use crate::store::index::read::snapshot::By;
use crate::store::index::{Index, or_throw_corruption};
use affected_nodes::Touched;
use columnar::ColumnarValidator;
use evaluate::{Evaluation, Finding};
use oxrdf::{Literal, NamedNode, Term, Triple};
use plan::{Plan, Way};
use shape::{Shape, ShapeId, Target};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use view::{Classes, View};

/// Threads that validate.
const THREADS: usize = 2;
/// Nodes that a thread takes at once, to look at each.
const BATCH: usize = 256;
/// Nodes that a thread takes at once, to sweep over: their values should stay in its cache.
const SWEPT: usize = 1 << 13;

/// The shapes of one file, ready for use.
///
/// ```
/// use oxrdf::{NamedNode, Triple};
/// use standpoint::audit::check::shacl::{Shapes, validate};
/// use standpoint::store::index::Index;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let shapes = Shapes::parse(
///     "@prefix sh: <http://www.w3.org/ns/shacl#> .
///      <ex:Named> sh:targetSubjectsOf <ex:knows> ; sh:property [ sh:path <ex:name> ; sh:minCount 1 ] .",
/// )?;
/// let [ana, knows, ben] = ["ex:ana", "ex:knows", "ex:ben"].map(NamedNode::new_unchecked);
/// let index = Index::from_triples([Triple::new(ana.clone(), knows, ben)]);
///
/// let outcomes = validate(&index, &shapes, None);
/// assert_eq!(outcomes.len(), 1);
/// assert_eq!(outcomes[0].focus, ana.into());
/// assert_eq!(outcomes[0].explanation, "has no <ex:name>; at least one is expected");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Shapes {
    /// In the order of the file.
    shapes: Vec<Shape>,
    /// The classes that they name, each once.
    classes: Vec<Term>,
    /// Those of the file, and those that need no declaration.
    prefixes: Prefixes,
}

impl Shapes {
    /// Reads shapes from Turtle.
    ///
    /// # Errors
    /// [`ShapesError`] for what is no Turtle, for a shape that is ill-formed, and for one that asks
    /// for more than SHACL Core.
    pub fn parse(turtle: &str) -> Result<Self, ShapesError> {
        read::read(turtle)
    }

    /// The IRIs of the shapes that have a target and are not deactivated, in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &NamedNode> {
        self.roots().map(|(_, name)| name)
    }

    /// The prefixes that their file declares, and the known ones.
    #[must_use]
    pub fn prefixes(&self) -> &Prefixes {
        &self.prefixes
    }

    fn roots(&self) -> impl Iterator<Item = (ShapeId, &NamedNode)> {
        self.shapes.iter().enumerate().filter(|(_, shape)| !shape.deactivated).filter_map(|(id, shape)| {
            match &shape.id {
                Term::NamedNode(name) if !shape.targets.is_empty() => Some((id, name)),
                _ => None,
            }
        })
    }
}

/// One validation result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The node that is wrong.
    pub focus: Term,
    /// The way to the value that is wrong; none where the node itself is.
    pub path: Option<Path>,
    /// The value that is wrong; none where one is missing, or several together are wrong.
    pub value: Option<Term>,
    /// The constraint component: `sh:MinCountConstraintComponent` and so on.
    pub component: NamedNode,
    /// The shape that holds the broken constraint. An anonymous one is a blank node named by its
    /// place in the file: the same shape has the same name, until the file is changed.
    pub source: Term,
    /// The shape with the target that led here.
    pub shape: NamedNode,
    /// Severity.
    pub severity: Severity,
    /// Messages of the shape for this case, in one or more languages; mostly none.
    pub messages: Vec<Literal>,
    /// Explanation: found and expected, in one line without a full stop, about the focus node.
    pub explanation: String,
}

/// Holds shapes against the graph: all nodes that they are about, or those of them in `focus`.
///
/// What is found comes ordered by focus node, shape and constraint, the same in every run.
///
/// # Panics
/// A file of the index is damaged; what is thrown is the [`Corruption`](crate::store::index::Corruption).
#[must_use]
pub fn validate(index: &Index, shapes: &Shapes, focus: Option<&HashSet<NamedNode>>) -> Vec<Outcome> {
    let classes = Classes::new(index, shapes);
    let work = match focus {
        None => doubtful(index, shapes, &classes),
        Some(nodes) => chosen(index, shapes, &classes, nodes),
    };
    evaluate_all(index, shapes, &classes, &work)
}

/// The same without columns, node by node: what [`validate`] is held to.
#[must_use]
pub fn validate_each(index: &Index, shapes: &Shapes) -> Vec<Outcome> {
    let classes = Classes::new(index, shapes);
    let work: Work = targets(index, shapes, &classes).into_iter().collect();
    evaluate_all(index, shapes, &classes, &work)
}

/// What [`validate`] finds after a change, as far as the change can have brought it about: everything
/// that was not found before, messages aside, and maybe some that was.
///
/// `added` is what the graph has and had not, `removed` what it had and has not.
///
/// # Panics
/// As [`validate`].
#[must_use]
pub fn validate_after(index: &Index, shapes: &Shapes, added: &[Triple], removed: &[Triple]) -> Vec<Outcome> {
    let classes = Classes::new(index, shapes);
    let work = match affected_nodes::touched(shapes, added, removed) {
        Some(touched) => doubtful_of(index, shapes, &classes, &touched),
        None => doubtful(index, shapes, &classes),
    };
    evaluate_all(index, shapes, &classes, &work)
}

/// Nodes, each with the shapes to be held against it in their order.
type Work = Vec<(Term, Vec<ShapeId>)>;

fn evaluate_all(index: &Index, shapes: &Shapes, classes: &Classes, work: &Work) -> Vec<Outcome> {
    let mut found: Vec<(ShapeId, Finding)> = in_pieces(work, BATCH, || {
        let evaluation = Evaluation::new(shapes, View::new(index, classes));
        move |(node, roots): &(Term, Vec<ShapeId>), found: &mut Vec<_>| {
            for &root in roots {
                found.extend(evaluation.findings(root, node).into_iter().map(|finding| (root, finding)));
            }
        }
    });
    found.sort_by_cached_key(|(root, finding)| {
        let value = finding.value.as_ref().map(ToString::to_string);
        let path = finding.path.as_ref().map(ToString::to_string);
        (finding.focus.to_string(), *root, finding.source, finding.constraint, path, value)
    });
    found.into_iter().map(|(root, finding)| outcome(shapes, root, finding)).collect()
}

/// Does all work, on several threads if it is much: each begins anew, and takes so many pieces at once.
fn in_pieces<W: Sync, T: Send, F: FnMut(&W, &mut Vec<T>)>(
    work: &[W],
    at_once: usize,
    begin: impl Fn() -> F + Sync,
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let run = || {
        let (mut each, mut found) = (begin(), Vec::new());
        loop {
            let start = next.fetch_add(at_once, Ordering::Relaxed);
            let Some(rest) = work.get(start..).filter(|rest| !rest.is_empty()) else { return found };
            rest.iter().take(at_once).for_each(|piece| each(piece, &mut found));
        }
    };
    if work.len() <= at_once {
        return run();
    }
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(run)).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}

/// Everything that a shape is about and that breaks it, each node with those shapes in their order.
fn doubtful(index: &Index, shapes: &Shapes, classes: &Classes) -> Work {
    let plan = Plan::new(index, shapes, classes);
    let sweep = ColumnarValidator::new(shapes, &plan, false);
    let (mut nodes, mut unknown) = (Vec::new(), Work::new());
    for (root, _) in shapes.roots() {
        let mut ids = Vec::new();
        for target in &shapes.shapes[root].targets {
            match target {
                Target::Class(class) => ids.extend(sweep.instances(*class)),
                Target::Node(node) => match plan.id(node) {
                    Some(id) => ids.push(id),
                    // Of what the graph does not know it has no id.
                    None => unknown.push((node.clone(), vec![root])),
                },
                Target::SubjectsOf(property) => ids.extend(plan.ends(property, By::Subject)),
                Target::ObjectsOf(property) => ids.extend(plan.ends(property, By::Object)),
            }
        }
        ids.sort_unstable();
        ids.dedup();
        nodes.push((root, ids));
    }
    broken(&sweep, &plan, &nodes).into_iter().chain(unknown).collect()
}

/// The same of what a change touches.
fn doubtful_of(index: &Index, shapes: &Shapes, classes: &Classes, touched: &[Touched]) -> Work {
    let mut plan = Plan::new(index, shapes, classes);
    let ways: Vec<Option<Way>> =
        touched.iter().map(|touched| Some(plan.other_way(touched.back.as_ref()?))).collect();
    let sweep = ColumnarValidator::new(shapes, &plan, true);
    let mut nodes = BTreeMap::<ShapeId, Vec<Id>>::new();
    for (Touched { root, nodes: terms, .. }, way) in touched.iter().zip(ways) {
        let mut ids: Vec<Id> = terms.iter().filter_map(|term| plan.id(term)).collect();
        ids.sort_unstable();
        if let Some(way) = way {
            ids = sweep.tables().follow(&way, &ids).ids;
        }
        nodes.entry(*root).or_default().extend(ids);
    }
    for (root, ids) in &mut nodes {
        ids.sort_unstable();
        ids.dedup();
        let targets = &shapes.shapes[*root].targets;
        ids.retain(|id| targets.iter().any(|target| sweep.is_target(*id, target)));
    }
    // What is named in a shape, and not known to the graph, may have been before.
    let unknown = shapes.roots().flat_map(|(root, _)| {
        let named = shapes.shapes[root].targets.iter().filter_map(|target| match target {
            Target::Node(node) if plan.id(node).is_none() => Some(node),
            _ => None,
        });
        named.map(move |node| (node.clone(), vec![root]))
    });
    let unknown: Work = unknown.collect();
    broken(&sweep, &plan, &nodes.into_iter().collect::<Vec<_>>()).into_iter().chain(unknown).collect()
}

/// Those of the nodes that break the shape that they come with.
fn broken(sweep: &ColumnarValidator<'_>, plan: &Plan<'_>, nodes: &[(ShapeId, Vec<Id>)]) -> Work {
    let pieces: Vec<(ShapeId, &[Id])> =
        nodes.iter().flat_map(|(root, ids)| ids.chunks(SWEPT).map(|ids| (*root, ids))).collect();
    let mut found: Vec<(Id, ShapeId)> = in_pieces(&pieces, 1, || {
        |(root, ids): &(ShapeId, &[Id]), found: &mut Vec<_>| {
            let mut broken = vec![false; ids.len()];
            sweep.mark(*root, ids, &mut broken);
            found.extend(ids.iter().zip(broken).filter(|(_, broken)| *broken).map(|(id, _)| (*id, *root)));
        }
    });
    found.sort_unstable();
    let mut work = Work::new();
    for same in found.chunk_by(|one, other| one.0 == other.0) {
        let roots = same.iter().map(|(_, root)| *root).collect();
        work.push((or_throw_corruption(plan.snapshot.term(same[0].0)), roots));
    }
    work
}

/// Everything that the shapes are about, each node with its shapes in their order.
fn targets(index: &Index, shapes: &Shapes, classes: &Classes) -> HashMap<Term, Vec<ShapeId>> {
    let mut found = HashMap::<Term, Vec<ShapeId>>::new();
    for (root, _) in shapes.roots() {
        let mut add = |node: Term| {
            let roots = found.entry(node).or_default();
            if roots.last() != Some(&root) {
                roots.push(root);
            }
        };
        for target in &shapes.shapes[root].targets {
            match target {
                Target::Class(class) => classes.instances(index, *class).for_each(&mut add),
                Target::Node(node) => add(node.clone()),
                Target::SubjectsOf(property) => index
                    .matching(None, Some(property.as_ref()), None)
                    .for_each(|triple| add(triple.subject.into())),
                Target::ObjectsOf(property) => {
                    index.matching(None, Some(property.as_ref()), None).for_each(|triple| add(triple.object))
                }
            }
        }
    }
    found
}

/// The same for some nodes only; nothing else of the graph is looked at.
fn chosen(
    index: &Index,
    shapes: &Shapes,
    classes: &Classes,
    nodes: &HashSet<NamedNode>,
) -> Vec<(Term, Vec<ShapeId>)> {
    let view = View::new(index, classes);
    let is_target = |node: &Term, target: &Target| match target {
        Target::Class(class) => view.is_instance_of(node, *class),
        Target::Node(named) => named == node,
        Target::SubjectsOf(property) => !view.node(node).values(property).is_empty(),
        Target::ObjectsOf(property) => view.subjects(property, node).next().is_some(),
    };
    let with_roots = nodes.iter().map(|node| {
        let node = Term::from(node.clone());
        let roots = shapes
            .roots()
            .filter(|(root, _)| shapes.shapes[*root].targets.iter().any(|target| is_target(&node, target)))
            .map(|(root, _)| root)
            .collect();
        (node, roots)
    });
    with_roots.filter(|(_, roots): &(_, Vec<_>)| !roots.is_empty()).collect()
}

fn outcome(shapes: &Shapes, root: ShapeId, finding: Finding) -> Outcome {
    let source = &shapes.shapes[finding.source];
    let Term::NamedNode(shape) = &shapes.shapes[root].id else {
        unreachable!("a shape with a target was read only if it has a name")
    };
    Outcome {
        focus: finding.focus,
        path: finding.path,
        value: finding.value,
        component: source.constraints[finding.constraint].component().into_owned(),
        source: source.id.clone(),
        shape: shape.clone(),
        severity: source.severity,
        messages: source.messages.clone(),
        explanation: finding.explanation,
    }
}

#[cfg(test)]
mod tests;
