//! A graph as numbers: each term is kept once, a triple is the numbers of its three terms.
//!
//! Everything is written from here, so that sorting compares numbers instead of texts.
//! Blank nodes carry their canonical labels (RDFC-1.0, <https://www.w3.org/TR/rdf-canon/>),
//! which depend on the graph alone and not on where it was read.

use crate::base::error::{Error, Result};
use crate::model::canonical::{canonical_numbers_of_many, replace_blank_nodes};
use crate::model::prefixes::Prefixes;
use oxrdf::{BlankNode, GraphName, NamedNodeRef, NamedOrBlankNode, Quad, Term, Triple, TripleRef};
use std::collections::{HashMap, HashSet};

/// The number of a term in a [`Graph`].
pub(super) type Id = u32;

/// A graph by the numbers of its terms.
pub(super) struct Graph {
    terms: Vec<Term>,
    triples: Vec<[Id; 3]>,
    has_blank_nodes: bool,
    needs_rdf12: bool,
    shared: HashSet<Id>,
    prefixes: Option<Prefixes>,
}

impl Graph {
    /// The graph of these triples, in no order.
    ///
    /// # Errors
    /// An IRI with a character that no IRI has: it could be written, but never read again. Blank nodes that
    /// are too similar to be distinguished.
    pub fn new(triples: impl IntoIterator<Item = Triple>) -> Result<Self> {
        let mut graph = Self::labelled(triples)?;
        if graph.has_blank_nodes {
            graph.label_blank_nodes()?;
        }
        Ok(graph)
    }

    /// The same of triples whose blank nodes have the labels that they are to be written with.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn labelled(triples: impl IntoIterator<Item = Triple>) -> Result<Self> {
        let mut ids: HashMap<Term, Id> = HashMap::new();
        let mut number = |term: Term| {
            let next = Id::try_from(ids.len()).expect("a graph has fewer than 2^32 terms");
            *ids.entry(term).or_insert(next)
        };
        let triples = triples
            .into_iter()
            .map(|t| [number(t.subject.into()), number(t.predicate.into()), number(t.object)])
            .collect();
        let mut terms = vec![None; ids.len()];
        for (term, id) in ids {
            terms[id as usize] = Some(term);
        }
        let terms: Vec<Term> = terms.into_iter().flatten().collect();
        for term in &terms {
            check_iris(term)?;
        }
        let has_blank_nodes = terms.iter().any(mentions_blank_node);
        let needs_rdf12 = terms.iter().any(is_rdf12);
        Ok(Self { terms, triples, has_blank_nodes, needs_rdf12, shared: HashSet::new(), prefixes: None })
    }

    /// Sets the blank nodes that other graphs of the file have, too.
    pub fn set_shared(&mut self, nodes: &HashSet<BlankNode>) {
        let is_shared = |term: &Term| matches!(term, Term::BlankNode(node) if nodes.contains(node));
        let ids = (0..).zip(&self.terms).filter(|(_, term)| is_shared(term)).map(|(id, _)| id);
        self.shared = ids.collect();
    }

    /// Whether other graphs of the file have this blank node, too.
    pub fn is_shared(&self, id: Id) -> bool {
        self.shared.contains(&id)
    }

    /// Sets the triples, in the order in which they are to be written.
    pub fn set_triples(&mut self, triples: Vec<[Id; 3]>) {
        self.triples = triples;
    }

    /// Sets the prefixes to write it with.
    pub fn set_prefixes(&mut self, prefixes: Prefixes) {
        self.prefixes = Some(prefixes);
    }

    /// The prefixes to write it with, if somebody chose them.
    pub fn prefixes(&self) -> Option<&Prefixes> {
        self.prefixes.as_ref()
    }

    /// All terms; a term's number is its place.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The term with this number.
    pub fn term(&self, id: Id) -> &Term {
        &self.terms[id as usize]
    }

    /// All triples, in order.
    pub fn triples(&self) -> &[[Id; 3]] {
        &self.triples
    }

    /// The triple of these numbers.
    pub fn triple(&self, [subject, predicate, object]: [Id; 3]) -> TripleRef<'_> {
        TripleRef {
            subject: match self.term(subject) {
                Term::NamedNode(node) => node.as_ref().into(),
                Term::BlankNode(node) => node.as_ref().into(),
                _ => unreachable!("subjects are nodes"),
            },
            predicate: self.predicate(predicate),
            object: self.term(object).as_ref(),
        }
    }

    /// The IRI with this number, which is that of a predicate.
    pub fn predicate(&self, id: Id) -> NamedNodeRef<'_> {
        match self.term(id) {
            Term::NamedNode(node) => node.as_ref(),
            _ => unreachable!("predicates are IRIs"),
        }
    }

    /// Whether any triple mentions a blank node.
    pub fn has_blank_nodes(&self) -> bool {
        self.has_blank_nodes
    }

    /// Whether it has terms that only RDF 1.2 knows: triple terms, texts with a direction.
    pub fn needs_rdf12(&self) -> bool {
        self.needs_rdf12
    }

    /// Gives blank nodes the labels that follow from the graph alone.
    ///
    /// Only triples with a blank node matter to the algorithm, so only they are copied.
    fn label_blank_nodes(&mut self) -> Result<()> {
        let mut quads: Vec<Quad> = Vec::new();
        let mut seen: HashSet<[Id; 3]> = HashSet::new();
        for &[subject, predicate, object] in &self.triples {
            let has_blank = [subject, object].iter().any(|id| mentions_blank_node(self.term(*id)));
            if has_blank && seen.insert([subject, predicate, object]) {
                let triple = self.triple([subject, predicate, object]).into_owned();
                quads.push(triple.in_graph(GraphName::DefaultGraph));
            }
        }
        let numbers = canonical_numbers_of_many(&quads)?;
        let mut label = |node: &BlankNode| BlankNode::new_unchecked(format!("c14n{}", numbers[node])).into();
        self.terms.iter_mut().for_each(|term| replace_blank_nodes(term, &mut label));
        Ok(())
    }
}

/// Whether a term is a blank node, or mentions one.
pub(super) fn mentions_blank_node(term: &Term) -> bool {
    match term {
        Term::BlankNode(_) => true,
        Term::Triple(triple) => triple.subject.is_blank_node() || mentions_blank_node(&triple.object),
        Term::NamedNode(_) | Term::Literal(_) => false,
    }
}

fn is_rdf12(term: &Term) -> bool {
    match term {
        Term::Triple(_) => true,
        Term::Literal(literal) => literal.direction().is_some(),
        Term::NamedNode(_) | Term::BlankNode(_) => false,
    }
}

/// Finds IRIs that would break out of their angle brackets.
fn check_iris(term: &Term) -> Result<()> {
    match term {
        Term::NamedNode(node) => check_iri(node.as_ref()),
        Term::Literal(literal) => check_iri(literal.datatype()),
        Term::BlankNode(_) => Ok(()),
        Term::Triple(triple) => {
            if let NamedOrBlankNode::NamedNode(node) = &triple.subject {
                check_iri(node.as_ref())?;
            }
            check_iri(triple.predicate.as_ref())?;
            check_iris(&triple.object)
        }
    }
}

fn check_iri(iri: NamedNodeRef<'_>) -> Result<()> {
    let forbidden =
        |b: u8| b <= b' ' || matches!(b, b'<' | b'>' | b'"' | b'{' | b'}' | b'|' | b'^' | b'`' | b'\\');
    if iri.as_str().bytes().any(forbidden) {
        return Err(Error::usage(format!("cannot write `{}`: not an IRI", iri.as_str()))
            .with_help("spaces, quotes and brackets are percent-encoded in IRIs: %20 for a space"));
    }
    Ok(())
}
