//! Property paths: from a node to its values.

use super::view::View;
use crate::model::prefixes::Prefixes;
use oxrdf::{NamedNode, Term};
use std::collections::HashSet;
use std::fmt;
use std::rc::Rc;

/// A way from one node to others, as SHACL and SPARQL know it. Shown as in SPARQL.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Path {
    /// To the objects of a property.
    Predicate(NamedNode),
    /// The same way back.
    Inverse(Box<Path>),
    /// One after the other; at least two.
    Sequence(Vec<Path>),
    /// Any of them; at least two.
    Alternative(Vec<Path>),
    /// Any number of times, also not at all.
    ZeroOrMore(Box<Path>),
    /// Any number of times, but once.
    OneOrMore(Box<Path>),
    /// Once or not at all.
    ZeroOrOne(Box<Path>),
}

impl Path {
    /// As in SPARQL, with prefixes where they fit.
    #[must_use]
    pub fn shortened(&self, prefixes: &Prefixes) -> String {
        self.write(&|iri| prefixes.shorten(iri.as_ref()), false)
    }

    fn write(&self, name: &dyn Fn(&NamedNode) -> String, nested: bool) -> String {
        let join = |paths: &[Self], mark: &str| {
            let steps: Vec<_> = paths.iter().map(|path| path.write(name, true)).collect();
            if nested { format!("({})", steps.join(mark)) } else { steps.join(mark) }
        };
        // `^a*` is the inverse of `a*`; neither two marks in a row nor `(^a)*` is left to guess.
        let step = |path: &Self| match path {
            Self::Predicate(_) | Self::Sequence(_) | Self::Alternative(_) => path.write(name, true),
            _ => format!("({})", path.write(name, false)),
        };
        match self {
            Self::Predicate(iri) => name(iri),
            Self::Inverse(path) => format!("^{}", step(path)),
            Self::Sequence(paths) => join(paths, "/"),
            Self::Alternative(paths) => join(paths, "|"),
            Self::ZeroOrMore(path) => format!("{}*", step(path)),
            Self::OneOrMore(path) => format!("{}+", step(path)),
            Self::ZeroOrOne(path) => format!("{}?", step(path)),
        }
    }

    /// The nodes that it leads to, each once, in the order of their text.
    pub(super) fn values(&self, view: &View<'_>, from: &Term) -> Rc<[Term]> {
        match self {
            Self::Predicate(predicate) => view.node(from).values(predicate),
            _ => {
                let mut found = Found::default();
                self.walk(view, from, true, &mut found);
                found.order.sort_by_cached_key(ToString::to_string);
                found.order.into()
            }
        }
    }

    fn walk(&self, view: &View<'_>, from: &Term, forward: bool, found: &mut Found) {
        match self {
            Self::Predicate(predicate) if forward => {
                found.extend(view.node(from).values(predicate).iter().cloned());
            }
            Self::Predicate(predicate) => found.extend(view.subjects(predicate, from)),
            Self::Inverse(path) => path.walk(view, from, !forward, found),
            Self::Sequence(paths) => {
                let mut reached = vec![from.clone()];
                let mut step = |path: &Self| {
                    let mut next = Found::default();
                    reached.iter().for_each(|node| path.walk(view, node, forward, &mut next));
                    reached = next.order;
                };
                if forward {
                    paths.iter().for_each(&mut step);
                } else {
                    paths.iter().rev().for_each(&mut step);
                }
                found.extend(reached);
            }
            Self::Alternative(paths) => {
                paths.iter().for_each(|path| path.walk(view, from, forward, found));
            }
            Self::ZeroOrOne(path) => {
                found.add(from.clone());
                path.walk(view, from, forward, found);
            }
            Self::ZeroOrMore(path) => {
                let mut reached = Found::default();
                reached.add(from.clone());
                path.close(view, forward, reached, found);
            }
            Self::OneOrMore(path) => {
                let mut reached = Found::default();
                path.walk(view, from, forward, &mut reached);
                path.close(view, forward, reached, found);
            }
        }
    }

    /// Everything that can be reached from what is reached already, and that itself.
    fn close(&self, view: &View<'_>, forward: bool, mut reached: Found, found: &mut Found) {
        let mut next = 0;
        while let Some(node) = reached.order.get(next).cloned() {
            self.walk(view, &node, forward, &mut reached);
            next += 1;
        }
        found.extend(reached.order);
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.write(&ToString::to_string, false))
    }
}

/// Nodes, each once, in the order in which they were found.
#[derive(Default)]
struct Found {
    order: Vec<Term>,
    seen: HashSet<Term>,
}

impl Found {
    fn add(&mut self, node: Term) {
        if self.seen.insert(node.clone()) {
            self.order.push(node);
        }
    }

    fn extend(&mut self, nodes: impl IntoIterator<Item = Term>) {
        nodes.into_iter().for_each(|node| self.add(node));
    }
}
