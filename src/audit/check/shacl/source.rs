//! The graph that shapes are written in: small, in the file's order, read by subject.

use super::error::ShapesError;
use super::path::Path;
use crate::model::prefixes::Prefixes;
use crate::model::vocab::{rdf, rdfs, sh};
use oxigraph::io::{RdfFormat, RdfParser};
use oxrdf::{BlankNode, NamedNode, NamedNodeRef, NamedOrBlankNode, Term};
use std::collections::{HashMap, HashSet};

/// Paths do not nest deeper, nor do shapes.
pub(super) const DEPTH: usize = 64;

/// A graph of shapes. Blank nodes are named by their order in the text.
pub(super) struct Source {
    about: HashMap<Term, Vec<(NamedNode, Term)>>,
    /// The subjects in the order of the text.
    pub subjects: Vec<Term>,
    pub prefixes: Prefixes,
}

impl Source {
    pub fn parse(turtle: &str) -> Result<Self, ShapesError> {
        let mut source = Self { about: HashMap::new(), subjects: Vec::new(), prefixes: Prefixes::known() };
        source.prefixes.insert(sh::PREFIX, sh::NAMESPACE);
        let mut blank = HashMap::new();
        let mut parser = RdfParser::from_format(RdfFormat::Turtle).for_slice(turtle);
        for quad in &mut parser {
            let quad = quad.map_err(|error| ShapesError {
                shape: None,
                property: None,
                // Counted from 0 there.
                place: error.location().map(|at| (at.start.line as usize + 1, at.start.column as usize + 1)),
                problem: format!("not Turtle: {}", without_place(&error.to_string())),
            })?;
            let mut rename = |node: BlankNode| -> Term {
                let next = blank.len();
                let node =
                    blank.entry(node).or_insert_with(|| BlankNode::new_unchecked(format!("shape{next}")));
                node.clone().into()
            };
            let subject = match quad.subject {
                NamedOrBlankNode::NamedNode(node) => node.into(),
                NamedOrBlankNode::BlankNode(node) => rename(node),
            };
            let object = match quad.object {
                Term::BlankNode(node) => rename(node),
                other => other,
            };
            let about = source.about.entry(subject.clone()).or_insert_with(|| {
                source.subjects.push(subject);
                Vec::new()
            });
            let said = (quad.predicate, object);
            if !about.contains(&said) {
                about.push(said);
            }
        }
        for (prefix, namespace) in parser.prefixes() {
            source.prefixes.insert(prefix, namespace);
        }
        Ok(source)
    }

    /// All that is said about a node, in the order of the text.
    pub fn about(&self, node: &Term) -> &[(NamedNode, Term)] {
        self.about.get(node).map_or(&[], Vec::as_slice)
    }

    pub fn values<'s>(&'s self, node: &Term, property: NamedNodeRef<'s>) -> impl Iterator<Item = &'s Term> {
        self.about(node).iter().filter(move |(found, _)| *found == property).map(|(_, value)| value)
    }

    /// Everything that says this property of something, with what it says.
    pub fn pairs<'s>(&'s self, property: NamedNodeRef<'s>) -> impl Iterator<Item = (&'s Term, &'s Term)> {
        self.subjects.iter().flat_map(move |node| self.values(node, property).map(move |value| (node, value)))
    }

    /// Whether a node's type is this class or, by what this graph says, below it.
    pub fn is_instance(&self, node: &Term, class: NamedNodeRef<'_>) -> bool {
        let mut types: Vec<&Term> = self.values(node, rdf::TYPE).collect();
        let mut next = 0;
        while let Some(found) = types.get(next).copied() {
            if *found == Term::from(class) {
                return true;
            }
            for above in self.values(found, rdfs::SUB_CLASS_OF) {
                if !types.contains(&above) {
                    types.push(above);
                }
            }
            next += 1;
        }
        false
    }

    /// The members of an RDF list; what is wrong with it otherwise.
    pub fn list(&self, head: &Term) -> Result<Vec<Term>, String> {
        let mut members = Vec::new();
        let mut seen = HashSet::new();
        let mut at = head;
        let nil = Term::from(rdf::NIL);
        while *at != nil {
            if !seen.insert(at) {
                return Err("the list is circular".to_owned());
            }
            let one = |property| {
                let mut values = self.values(at, property);
                values.next().filter(|_| values.next().is_none())
            };
            let (Some(first), Some(rest)) = (one(rdf::FIRST), one(rdf::REST)) else {
                return Err(format!("expected a list, found {}", self.name(at)));
            };
            members.push(first.clone());
            at = rest;
        }
        Ok(members)
    }

    /// The property path that a node stands for; what is wrong with it otherwise.
    pub fn path(&self, node: &Term, depth: usize) -> Result<Path, String> {
        if depth > DEPTH {
            return Err("the path nests too deeply, or contains itself".to_owned());
        }
        if let Term::NamedNode(predicate) = node {
            return Ok(Path::Predicate(predicate.clone()));
        }
        let several = |head: &Term| {
            let members = self.list(head)?;
            if members.len() < 2 {
                return Err(format!("a path of {} steps; at least 2 are expected", members.len()));
            }
            members.iter().map(|member| self.path(member, depth + 1)).collect::<Result<Vec<_>, _>>()
        };
        if self.values(node, rdf::FIRST).next().is_some() {
            return several(node).map(Path::Sequence);
        }
        let [(property, value)] = self.about(node) else {
            return Err(format!("expected a property or a path, found {}", self.name(node)));
        };
        if *property == sh::ALTERNATIVE_PATH {
            return several(value).map(Path::Alternative);
        }
        let kind = match property.as_ref() {
            sh::INVERSE_PATH => Path::Inverse,
            sh::ZERO_OR_MORE_PATH => Path::ZeroOrMore,
            sh::ONE_OR_MORE_PATH => Path::OneOrMore,
            sh::ZERO_OR_ONE_PATH => Path::ZeroOrOne,
            other => return Err(format!("{} is not a kind of path", self.prefixes.shorten(other))),
        };
        Ok(kind(Box::new(self.path(value, depth + 1)?)))
    }

    /// Name of a term in a message.
    pub fn name(&self, term: &Term) -> String {
        super::words::term(&self.prefixes, term)
    }
}

/// The parser's words without the place, which is told apart.
fn without_place(message: &str) -> &str {
    let has_place = message.starts_with("Parser error ");
    message.split_once(": ").filter(|_| has_place).map_or(message, |(_, rest)| rest)
}
