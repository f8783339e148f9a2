//! The graph as evaluation reads it: each node's triples once, grouped by property.
//!
//! Every thread has a view of its own, so nothing here is locked. What is remembered is bounded:
//! shared nodes (an actor, an article) are asked for again and again and stay cheap to read anew.

use super::Shapes;
use crate::model::vocab::{rdf, rdfs};
use crate::store::index::Index;
use oxrdf::{NamedNode, NamedOrBlankNodeRef, Term};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// A class among all classes that the shapes of a file name.
pub(super) type ClassId = usize;

/// Nodes that are remembered at most.
const REMEMBERED: usize = 1 << 15;

/// Which of the shapes' classes the instances of a type belong to, by `rdfs:subClassOf`.
pub(super) struct Classes {
    of_type: HashMap<Term, Vec<ClassId>>,
    /// For each class: itself and everything below it.
    below: Vec<Vec<Term>>,
}

impl Classes {
    pub fn new(index: &Index, shapes: &Shapes) -> Self {
        let mut of_type = HashMap::<Term, Vec<ClassId>>::new();
        let mut below = Vec::new();
        for (id, class) in shapes.classes.iter().enumerate() {
            let mut found = vec![class.clone()];
            let mut next = 0;
            while let Some(class) = found.get(next).cloned() {
                for triple in index.matching(None, Some(rdfs::SUB_CLASS_OF), Some(class.as_ref())) {
                    let class = Term::from(triple.subject);
                    if !found.contains(&class) {
                        found.push(class);
                    }
                }
                next += 1;
            }
            for class in &found {
                of_type.entry(class.clone()).or_default().push(id);
            }
            below.push(found);
        }
        Self { of_type, below }
    }

    /// For each class: itself and everything below it.
    pub fn below(&self) -> &[Vec<Term>] {
        &self.below
    }

    /// The instances of a class; one of several types comes several times.
    pub fn instances<'i>(&'i self, index: &'i Index, class: ClassId) -> impl Iterator<Item = Term> + 'i {
        self.below[class]
            .iter()
            .flat_map(|class| index.matching(None, Some(rdf::TYPE), Some(class.as_ref())))
            .map(|triple| triple.subject.into())
    }
}

/// What is said about one node.
#[derive(Default)]
pub(super) struct Node {
    /// Sorted by property.
    properties: Vec<(NamedNode, Rc<[Term]>)>,
    classes: Vec<ClassId>,
}

impl Node {
    pub fn values(&self, predicate: &NamedNode) -> Rc<[Term]> {
        match self.properties.binary_search_by(|(found, _)| found.cmp(predicate)) {
            Ok(at) => Rc::clone(&self.properties[at].1),
            Err(_) => Rc::default(),
        }
    }

    pub fn properties(&self) -> &[(NamedNode, Rc<[Term]>)] {
        &self.properties
    }

    pub fn is_instance_of(&self, class: ClassId) -> bool {
        self.classes.contains(&class)
    }
}

/// The graph, as one thread reads it.
pub(super) struct View<'a> {
    index: &'a Index,
    classes: &'a Classes,
    nodes: RefCell<HashMap<Term, Rc<Node>>>,
}

impl<'a> View<'a> {
    pub fn new(index: &'a Index, classes: &'a Classes) -> Self {
        Self { index, classes, nodes: RefCell::default() }
    }

    /// What is said about a term: nothing if it is a literal.
    pub fn node(&self, term: &Term) -> Rc<Node> {
        let Some(subject) = subject(term) else { return Rc::default() };
        if let Some(node) = self.nodes.borrow().get(term) {
            return Rc::clone(node);
        }
        let node = Rc::new(self.read(subject));
        let mut nodes = self.nodes.borrow_mut();
        if nodes.len() == REMEMBERED {
            nodes.clear();
        }
        nodes.insert(term.clone(), Rc::clone(&node));
        node
    }

    fn read(&self, subject: NamedOrBlankNodeRef<'_>) -> Node {
        let mut found: Vec<(NamedNode, Term)> = self
            .index
            .matching(Some(subject), None, None)
            .map(|triple| (triple.predicate, triple.object))
            .collect();
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut node = Node::default();
        let mut found = found.into_iter().peekable();
        while let Some((predicate, first)) = found.next() {
            let mut values = vec![first];
            while let Some((_, value)) = found.next_if(|(next, _)| *next == predicate) {
                values.push(value);
            }
            if predicate == rdf::TYPE {
                let classes = values.iter().filter_map(|class| self.classes.of_type.get(class)).flatten();
                node.classes.extend(classes);
            }
            // So that what is said about several comes in the same order in every run.
            if values.len() > 1 {
                values.sort_by_cached_key(ToString::to_string);
            }
            node.properties.push((predicate, values.into()));
        }
        node
    }

    pub fn is_instance_of(&self, term: &Term, class: ClassId) -> bool {
        self.node(term).is_instance_of(class)
    }

    pub fn subjects(&self, predicate: &NamedNode, object: &Term) -> impl Iterator<Item = Term> + 'a {
        let triples = self.index.matching(None, Some(predicate.as_ref()), Some(object.as_ref()));
        triples.map(|triple| triple.subject.into())
    }
}

/// The term where it can be a subject.
fn subject(term: &Term) -> Option<NamedOrBlankNodeRef<'_>> {
    match term {
        Term::NamedNode(node) => Some(node.as_ref().into()),
        Term::BlankNode(node) => Some(node.as_ref().into()),
        _ => None,
    }
}
