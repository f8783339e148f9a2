//! A snapshot as the engine's evaluator reads it: row by row, in ids.
//!
//! The evaluator's expressions have values, and give these back in canonical spelling. So what is spelled
//! otherwise goes through them in a type of its own, [`to_spelled`], and comes out as it went in.

use super::column::Column;
use super::corruption::Corruption;
use super::id::{Id, Inline};
use super::snapshot::{By, Snapshot};
use crate::base::allowance::Allowance;
use crate::model::vocab::xsd;
use hashbrown::HashTable;
use oxrdf::{Literal, NamedNode, Term, TermRef};
use rustc_hash::FxBuildHasher;
use spareval::{ExpressionTerm, InternalQuad, QueryableDataset};
use std::cell::RefCell;
use std::hash::BuildHasher;
use std::iter;

/// The terms of a snapshot, and those that one query makes up.
pub struct SnapshotDataset<'a> {
    snapshot: &'a Snapshot,
    made_up: RefCell<ComputedTerms>,
    allowance: &'a Allowance,
}

/// Terms that are in no triple.
#[derive(Default)]
pub struct ComputedTerms {
    terms: Vec<Term>,
    /// Places of the terms, by their hashes.
    places: HashTable<u32>,
}

/// Bytes of the texts of a term.
#[must_use]
pub fn text_bytes(term: TermRef<'_>) -> usize {
    match term {
        TermRef::NamedNode(node) => node.as_str().len(),
        TermRef::BlankNode(node) => node.as_str().len(),
        TermRef::Literal(literal) => literal.value().len() + literal.language().map_or(0, str::len),
        TermRef::Triple(triple) => {
            let subject = TermRef::from(triple.subject.as_ref());
            text_bytes(subject) + triple.predicate.as_str().len() + text_bytes(triple.object.as_ref())
        }
    }
}

impl ComputedTerms {
    /// The id of a term, if it has one.
    pub fn find(&self, term: &Term) -> Option<Id> {
        let is = |place: &u32| self.terms[*place as usize] == *term;
        self.places.find(FxBuildHasher.hash_one(term), is).and_then(|place| Id::local(*place as usize))
    }

    /// The id of a term, a new one if it has none; none if there are too many. A new one takes [`Self::BYTES`] and
    /// those of its text.
    pub fn intern(&mut self, term: Term) -> Option<Id> {
        if let Some(id) = self.find(&term) {
            return Some(id);
        }
        let id = Id::local(self.terms.len())?;
        let place = u32::try_from(self.terms.len()).expect("ids are shorter");
        let hash = |place: &u32| FxBuildHasher.hash_one(&self.terms[*place as usize]);
        self.places.insert_unique(FxBuildHasher.hash_one(&term), place, hash);
        self.terms.push(shrunk(term));
        Some(id)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The n-th term.
    pub fn term(&self, n: usize) -> &Term {
        &self.terms[n]
    }

    /// Bytes that a term takes besides its text: two vectors, each up to half empty.
    pub const BYTES: usize = 2 * (size_of::<Term>() + 5);
}

/// The term without what its text has in reserve, which is as much again where it has grown.
fn shrunk(term: Term) -> Term {
    match term {
        Term::Literal(literal) if literal.datatype() == oxrdf::vocab::xsd::STRING => {
            let (mut text, ..) = literal.destruct();
            text.shrink_to_fit();
            Literal::new_simple_literal(text).into()
        }
        other => other,
    }
}

impl<'a> SnapshotDataset<'a> {
    /// The snapshot as a dataset without computed terms; those that come are counted in the allowance.
    pub fn new(snapshot: &'a Snapshot, allowance: &'a Allowance) -> Self {
        Self { snapshot, made_up: RefCell::default(), allowance }
    }
}

type Quads<'a> = Box<dyn Iterator<Item = Result<InternalQuad<Id>, Corruption>> + 'a>;

fn quad(subject: Id, predicate: Id, object: Id) -> InternalQuad<Id> {
    InternalQuad { subject, predicate, object, graph_name: None }
}

/// The quads of one predicate with one end given.
fn of_key<'a>(snapshot: &'a Snapshot, predicate: Id, by: By, key: Id) -> Quads<'a> {
    match snapshot.lookup(predicate, by, key) {
        Err(corruption) => Box::new(iter::once(Err(corruption))),
        Ok(values) => Box::new(of_values(predicate, by, key, values)),
    }
}

fn of_values(
    predicate: Id,
    by: By,
    key: Id,
    values: Column<'_>,
) -> impl Iterator<Item = Result<InternalQuad<Id>, Corruption>> {
    (0..values.len()).map(move |at| {
        let value = values.get(at);
        Ok(match by {
            By::Subject => quad(key, predicate, value),
            By::Object => quad(value, predicate, key),
        })
    })
}

fn of_predicate<'a>(snapshot: &'a Snapshot, predicate: Id) -> Quads<'a> {
    match snapshot.scan(predicate, By::Subject) {
        Err(corruption) => Box::new(iter::once(Err(corruption))),
        Ok(pairs) => Box::new(
            (0..pairs.len()).map(move |at| Ok(quad(pairs.keys.get(at), predicate, pairs.values.get(at)))),
        ),
    }
}

/// What `of` gives for each of these predicates.
fn of_each<'a>(predicates: Result<Vec<Id>, Corruption>, of: impl Fn(Id) -> Quads<'a> + 'a) -> Quads<'a> {
    match predicates {
        Err(corruption) => Box::new(iter::once(Err(corruption))),
        Ok(predicates) => Box::new(predicates.into_iter().flat_map(of)),
    }
}

impl<'a> QueryableDataset<'a> for &'a SnapshotDataset<'a> {
    type InternalTerm = Id;
    type Error = Corruption;

    fn internal_quads_for_pattern(
        &self,
        subject: Option<&Id>,
        predicate: Option<&Id>,
        object: Option<&Id>,
        graph_name: Option<Option<&Id>>,
    ) -> impl Iterator<Item = Result<InternalQuad<Id>, Corruption>> + use<'a> {
        let snapshot: &'a Snapshot = self.snapshot;
        let known = |id: &&Id| id.as_local().is_none();
        let given = [subject, predicate, object];
        // What a query made up is in no graph.
        if !given.iter().flatten().all(known) {
            return Box::new(iter::empty()) as Quads<'a>;
        }
        if graph_name != Some(None) {
            let graph = graph_name.flatten().copied();
            let [subject, predicate, object] = given.map(Option::<&Id>::copied);
            return match snapshot.quads([graph, subject, predicate, object]) {
                Err(corruption) => Box::new(iter::once(Err(corruption))),
                Ok(quads) => Box::new(quads.into_rows().map(|[graph, subject, predicate, object]| {
                    Ok(InternalQuad { subject, predicate, object, graph_name: Some(graph) })
                })),
            };
        }
        let one = move |s: Id, p: Id, o: Id| -> Quads<'a> {
            match snapshot.contains(s, p, o) {
                Ok(true) => Box::new(iter::once(Ok(quad(s, p, o)))),
                Ok(false) => Box::new(iter::empty()),
                Err(corruption) => Box::new(iter::once(Err(corruption))),
            }
        };
        match given.map(Option::<&Id>::copied) {
            [Some(s), Some(p), Some(o)] => one(s, p, o),
            [Some(s), Some(p), None] => of_key(snapshot, p, By::Subject, s),
            [None, Some(p), Some(o)] => of_key(snapshot, p, By::Object, o),
            [None, Some(p), None] => of_predicate(snapshot, p),
            [Some(s), None, Some(o)] => {
                of_each(snapshot.predicates_of(By::Subject, s), move |p| one(s, p, o))
            }
            [Some(s), None, None] => {
                let predicates = snapshot.predicates_of(By::Subject, s);
                of_each(predicates, move |p| of_key(snapshot, p, By::Subject, s))
            }
            [None, None, Some(o)] => {
                let predicates = snapshot.predicates_of(By::Object, o);
                of_each(predicates, move |p| of_key(snapshot, p, By::Object, o))
            }
            [None, None, None] => {
                of_each(Ok(snapshot.predicates().to_vec()), move |p| of_predicate(snapshot, p))
            }
        }
    }

    fn internal_named_graphs(&self) -> impl Iterator<Item = Result<Id, Corruption>> + use<'a> {
        let (names, corruption) = match self.snapshot.graph_names() {
            Ok(names) => (names, None),
            Err(corruption) => (Vec::new(), Some(corruption)),
        };
        names.into_iter().map(Ok).chain(corruption.map(Err))
    }

    fn contains_internal_graph_name(&self, name: &Id) -> Result<bool, Corruption> {
        self.snapshot.has_graph(*name)
    }

    fn internalize_term(&self, term: Term) -> Result<Id, Corruption> {
        if let Some(id) = self.snapshot.id(term.as_ref())? {
            return Ok(id);
        }
        let mut made_up = self.made_up.borrow_mut();
        if let Some(id) = made_up.find(&term) {
            return Ok(id);
        }
        if !self.allowance.take(ComputedTerms::BYTES + text_bytes(term.as_ref()))
            && let Some(any) = Id::local(0).filter(|_| !made_up.is_empty())
        {
            // There will be no answer.
            return Ok(any);
        }
        Ok(made_up.intern(term).expect("a query makes up fewer than 268 million terms"))
    }

    fn externalize_term(&self, id: Id) -> Result<Term, Corruption> {
        match id.as_local() {
            Some(n) => Ok(self.made_up.borrow().term(n).clone()),
            None => self.snapshot.term(id),
        }
    }

    fn externalize_expression_term(&self, id: Id) -> Result<ExpressionTerm, Corruption> {
        Ok(match id.value() {
            Some(Inline::Boolean(truth)) => ExpressionTerm::BooleanLiteral(truth.into()),
            Some(Inline::Integer(n)) => ExpressionTerm::IntegerLiteral(i64::from(n).into()),
            _ => to_spelled(self.externalize_term(id)?).into(),
        })
    }

    fn internalize_expression_term(&self, term: ExpressionTerm) -> Result<Id, Corruption> {
        self.internalize_term(from_spelled(term.into()))
    }
}

/// Beginning of the types that stand for a type whose literal is not in canonical spelling.
const SPELLED: &str = "urn:standpoint:spelled:";

/// The term, or, of a literal that the evaluator would spell otherwise, a literal that it leaves alone.
#[must_use]
pub fn to_spelled(term: Term) -> Term {
    match term {
        Term::Literal(literal) => {
            let is_typed = literal.language().is_none() && literal.datatype() != xsd::STRING;
            if !is_typed
                || Term::from(ExpressionTerm::from(Term::from(literal.clone()))) == literal.clone().into()
            {
                return literal.into();
            }
            let datatype = NamedNode::new_unchecked(format!("{SPELLED}{}", literal.datatype().as_str()));
            Literal::new_typed_literal(literal.value(), datatype).into()
        }
        Term::Triple(mut triple) => {
            triple.object = to_spelled(triple.object);
            Term::Triple(triple)
        }
        other => other,
    }
}

/// The term that [`to_spelled`] was given.
#[must_use]
pub fn from_spelled(term: Term) -> Term {
    match term {
        Term::Literal(literal) => match literal.datatype().as_str().strip_prefix(SPELLED) {
            Some(datatype) => {
                Literal::new_typed_literal(literal.value(), NamedNode::new_unchecked(datatype)).into()
            }
            None => literal.into(),
        },
        Term::Triple(mut triple) => {
            triple.object = from_spelled(triple.object);
            Term::Triple(triple)
        }
        other => other,
    }
}
