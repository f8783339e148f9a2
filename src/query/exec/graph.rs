//! Queries that answer with a graph: CONSTRUCT and DESCRIBE, in ids until the end.

use super::rows::Rows;
use super::terms::{ExecContext, Result};
use crate::store::index::read::dataset::text_bytes;
use crate::store::index::read::id::Id;
use crate::store::index::read::snapshot::By;
use oxrdf::{BlankNode, NamedOrBlankNode, Term, Triple, Variable};
use rustc_hash::{FxHashMap, FxHashSet};
use spargebra::algebra::GraphPattern;
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};
use std::collections::BTreeSet;

/// Triples to be made of each solution.
pub(super) struct Template {
    triples: Vec<[Part; 3]>,
    variables: BTreeSet<Variable>,
}

enum Part {
    Term(Term),
    Variable(Variable),
    /// A new blank node for each solution.
    New(BlankNode),
}

impl Template {
    /// None of one with a triple inside a triple.
    pub(super) fn of(template: &[TriplePattern]) -> Option<Self> {
        let triple = |TriplePattern { subject, predicate, object }: &TriplePattern| {
            let predicate = match predicate {
                NamedNodePattern::NamedNode(node) => Part::Term(node.clone().into()),
                NamedNodePattern::Variable(variable) => Part::Variable(variable.clone()),
            };
            Some([Part::of(subject)?, predicate, Part::of(object)?])
        };
        let triples: Vec<[Part; 3]> = template.iter().map(triple).collect::<Option<_>>()?;
        let variable = |part: &Part| match part {
            Part::Variable(variable) => Some(variable.clone()),
            Part::Term(_) | Part::New(_) => None,
        };
        let variables = triples.iter().flatten().filter_map(variable).collect();
        Some(Self { triples, variables })
    }

    /// A pattern with the variables that are used here, and no others.
    pub(super) fn projected(&self, pattern: &GraphPattern) -> GraphPattern {
        let variables = self.variables.iter().cloned().collect();
        GraphPattern::Project { inner: Box::new(pattern.clone()), variables }
    }

    /// The triples of all solutions, each once; what would be none, as one without an object or
    /// with a literal as its subject, is left out.
    pub(super) fn filled(&self, rows: &Rows, terms: &ExecContext<'_>) -> Result<Vec<Triple>> {
        let mut found = Distinct::new(terms);
        let constant = |part: &Part| match part {
            Part::Term(term) => terms.intern(term.clone()),
            Part::Variable(_) | Part::New(_) => Ok(Id::UNBOUND),
        };
        for triple in &self.triples {
            let constants = [constant(&triple[0])?, constant(&triple[1])?, constant(&triple[2])?];
            if triple.iter().any(|part| matches!(part, Part::New(_))) {
                continue;
            }
            let column = |part: &Part| match part {
                Part::Variable(variable) => rows.column(variable),
                Part::Term(_) | Part::New(_) => None,
            };
            let columns = [column(&triple[0]), column(&triple[1]), column(&triple[2])];
            for row in 0..rows.len {
                let id = |at: usize| columns[at].map_or(constants[at], |column| column[row]);
                found.add([id(0), id(1), id(2)])?;
            }
        }
        // New blank nodes are shared by the triples of a solution.
        let mut new: FxHashMap<&BlankNode, Id> = FxHashMap::default();
        let with_new = |triple: &&[Part; 3]| triple.iter().any(|part| matches!(part, Part::New(_)));
        let with_new: Vec<&[Part; 3]> = self.triples.iter().filter(with_new).collect();
        let solutions = if with_new.is_empty() { 0 } else { rows.len };
        for row in 0..solutions {
            new.clear();
            for triple in &with_new {
                let mut ids = [Id::UNBOUND; 3];
                for (id, part) in ids.iter_mut().zip(triple.iter()) {
                    *id = match part {
                        Part::Term(_) => constant(part)?,
                        Part::Variable(variable) => {
                            rows.column(variable).map_or(Id::UNBOUND, |column| column[row])
                        }
                        Part::New(node) => match new.get(node) {
                            Some(id) => *id,
                            None => {
                                let id = terms.intern(BlankNode::default().into())?;
                                new.insert(node, id);
                                id
                            }
                        },
                    };
                }
                found.add(ids)?;
            }
        }
        found.finish()
    }
}

impl Part {
    fn of(pattern: &TermPattern) -> Option<Self> {
        Some(match pattern {
            TermPattern::NamedNode(node) => Self::Term(node.clone().into()),
            TermPattern::Literal(literal) => Self::Term(literal.clone().into()),
            TermPattern::BlankNode(node) => Self::New(node.clone()),
            TermPattern::Variable(variable) => Self::Variable(variable.clone()),
            TermPattern::Triple(_) => return None,
        })
    }
}

/// The triples about everything that the solutions name, and about blank nodes that these lead to.
pub(super) fn described(rows: &Rows, terms: &ExecContext<'_>) -> Result<Vec<Triple>> {
    let mut found = Distinct::new(terms);
    let mut known: FxHashSet<Id> = FxHashSet::default();
    let mut open: Vec<Id> = rows.columns.iter().flatten().copied().filter(|id| known.insert(*id)).collect();
    while let Some(node) = open.pop() {
        // Values are about nothing, and neither is what the query made up.
        if node.as_stored().is_none() {
            continue;
        }
        terms.ensure_wanted()?;
        for predicate in terms.snapshot.predicates_of(By::Subject, node)? {
            for object in terms.snapshot.lookup(predicate, By::Subject, node)?.iter() {
                found.add([node, predicate, object])?;
                if object.as_stored().is_some()
                    && terms.snapshot.is_resource(object)
                    && !known.contains(&object)
                    && matches!(terms.term(object)?, Some(Term::BlankNode(_)))
                {
                    known.insert(object);
                    open.push(object);
                }
            }
        }
    }
    found.finish()
}

/// Triples as ids, each once.
struct Distinct<'t> {
    terms: &'t ExecContext<'t>,
    triples: FxHashSet<[Id; 3]>,
    held: usize,
}

impl<'t> Distinct<'t> {
    fn new(terms: &'t ExecContext<'t>) -> Self {
        Self { terms, triples: FxHashSet::default(), held: 0 }
    }

    fn add(&mut self, triple: [Id; 3]) -> Result<()> {
        if triple.iter().all(|id| id.is_bound()) {
            if self.triples.len() == self.triples.capacity() {
                // It is about to double; and in the end each becomes a triple of terms.
                let more = (self.triples.len() + 64) * (size_of::<[Id; 3]>() * 2 + size_of::<Triple>());
                self.terms.reserve(more)?;
                self.held += more;
            }
            self.triples.insert(triple);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<Triple>> {
        let mut known: FxHashMap<Id, Term> = FxHashMap::default();
        let mut term = |id: Id| -> Result<Term> {
            if let Some(term) = known.get(&id) {
                self.terms.reserve(text_bytes(term.as_ref()))?;
                return Ok(term.clone());
            }
            let term = self.terms.term(id)?.expect("what is unbound was left out");
            // Here and in what is known.
            self.terms.reserve(2 * text_bytes(term.as_ref()))?;
            known.insert(id, term.clone());
            Ok(term)
        };
        let mut triples = Vec::with_capacity(self.triples.len());
        for (n, [subject, predicate, object]) in std::mem::take(&mut self.triples).into_iter().enumerate() {
            if n % 65_536 == 0 {
                self.terms.ensure_wanted()?;
            }
            let subject = match term(subject)? {
                Term::NamedNode(node) => NamedOrBlankNode::from(node),
                Term::BlankNode(node) => node.into(),
                Term::Literal(_) | Term::Triple(_) => continue,
            };
            if let Term::NamedNode(predicate) = term(predicate)? {
                triples.push(Triple { subject, predicate, object: term(object)? });
            }
        }
        self.terms.release(self.held);
        Ok(triples)
    }
}
