//! oxigraph's evaluator over graphs that others keep: its own store, an exact set of terms, and a
//! graph that comes in another order each time.
//!
//! By itself it gives terms back in canonical spelling; it is asked by way of
//! `standpoint::query::evaluator`, so joins, unions, closures, groups and orders are its own, and values are not:
//! these are held against it in the library's tests, against Jena in `tests/peers/`, and against the standards in
//! `tests/terms/`.

use crate::graphs::Rng;
use crate::named;
use oxigraph::sparql::{QueryEvaluationError, QueryResults};
use oxigraph::store::Store;
use oxrdf::{Dataset, GraphName, NamedOrBlankNode, Quad, Term, Triple};
use spareval::{ExpressionTerm, InternalQuad, QueryableDataset};
use spargebra::SparqlParser;
use standpoint::base::allowance::Allowance;
use standpoint::model::prefixes::Prefixes;
use standpoint::query::Answer;
use standpoint::query::evaluator::{Prepared, from_spelled, prepared, to_spelled};
use std::cell::RefCell;
use std::convert::Infallible;
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::OnceLock;

/// An answer, or why there is none.
pub type Outcome = Result<Answer, String>;

/// What a panic begins with, where it stands for an answer.
pub const PANIC: &str = "panicked: ";

/// What the standard library says when it sorts by oxigraph's order of keys that mix types, where
/// 9 < 10 < "10" < 9: it is none, and from about twenty rows on that may be noticed. It depends on
/// the order in which rows come, so one of two runs may panic and the other not.
pub const NO_ORDER: &str = "does not correctly implement a total order";

/// Keeps quiet about panics of that kind.
pub fn expect_panics() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !panic.to_string().contains(NO_ORDER) {
            tell(panic);
        }
    }));
}

/// A query with the prefixes that the program knows.
pub fn parse(text: &str) -> Result<Rc<spargebra::Query>, String> {
    type Last = Option<(String, Result<Rc<spargebra::Query>, String>)>;
    thread_local!(static LAST: RefCell<Last> = const { RefCell::new(None) });
    // A query is asked of several graphs.
    let known =
        LAST.with_borrow(|last| last.as_ref().filter(|(read, _)| read == text).map(|last| last.1.clone()));
    known.unwrap_or_else(|| {
        let query = parse_anew(text).map(Rc::new);
        LAST.set(Some((text.to_owned(), query.clone())));
        query
    })
}

fn parse_anew(text: &str) -> Result<spargebra::Query, String> {
    static PARSER: OnceLock<SparqlParser> = OnceLock::new();
    let parser = PARSER.get_or_init(|| {
        let known = Prefixes::known();
        known.iter().fold(SparqlParser::new(), |parser, (prefix, namespace)| {
            parser.with_prefix(prefix, namespace).expect("known prefixes are IRIs")
        })
    });
    parser.clone().parse_query(&with_names(text)).map_err(|error| error.to_string())
}

/// The query with `GROUP BY (?a AS ?b)`, of which the parser forgets `?b`, written as an expression.
fn with_names(text: &str) -> String {
    let mut clauses = text.split("GROUP BY ");
    let mut changed = clauses.next().unwrap_or_default().to_owned();
    for clause in clauses {
        changed += "GROUP BY ";
        let mut rest = clause;
        while let Some((condition, behind)) = rest.split_once(' ').filter(|_| rest.starts_with(['(', '?'])) {
            match (condition.strip_prefix("(?"), behind.strip_prefix("AS ")) {
                (Some(name), Some(_)) => changed += &format!("(COALESCE(?{name}) "),
                _ => changed += &format!("{condition} "),
            }
            let end = closing(condition, behind);
            changed += &behind[..end];
            rest = &behind[end..];
            // Another condition may follow the bracket.
            if end > 0
                && let Some(next) = rest.strip_prefix(' ')
            {
                changed.push(' ');
                rest = next;
            }
        }
        changed += rest;
    }
    changed
}

/// Where the brackets that a condition has opened are closed, in what stands behind it; 0 if none are open.
fn closing(condition: &str, behind: &str) -> usize {
    let count = |text: &str, bracket: char| text.matches(bracket).count();
    let mut open = count(condition, '(') - count(condition, ')').min(count(condition, '('));
    for (at, c) in behind.char_indices().filter(|(_, c)| matches!(c, '(' | ')')) {
        if open == 0 {
            break;
        }
        open = if c == '(' { open + 1 } else { open - 1 };
        if open == 0 {
            return at + 1;
        }
    }
    0
}

/// The answer over terms as they are written.
pub fn exact(query: &spargebra::Query, dataset: &Dataset) -> Outcome {
    caught(|| {
        let quads = dataset.iter().map(|quad| quad.into_owned()).collect();
        let dataset = Written { quads, shuffled: None, salt: 0 };
        let Prepared { query, evaluator, .. } =
            prepared(query.clone(), &Arc::new(Allowance::new(usize::MAX)));
        gather(evaluator.for_query(query).on_queryable_dataset(dataset).execute()?)
    })
}

/// The answer of oxigraph's store, which keeps the values of numbers and times.
pub fn stored(query: &spargebra::Query, store: &Store) -> Outcome {
    caught(|| {
        let Prepared { query, evaluator, .. } =
            prepared(query.clone(), &Arc::new(Allowance::new(usize::MAX)));
        gather(evaluator.for_query(query).on_store(store).execute()?)
    })
}

/// The answer over the same triples in some other order, which tables of hashes have too.
pub fn shuffled(query: &spargebra::Query, triples: &[Triple], seed: u64) -> Outcome {
    caught(|| {
        let shuffled = Some(Rc::new(RefCell::new(Rng(seed))));
        let dataset = Written { quads: named::quads(triples).into(), shuffled, salt: seed };
        let Prepared { query, evaluator, .. } =
            prepared(query.clone(), &Arc::new(Allowance::new(usize::MAX)));
        gather(evaluator.for_query(query).on_queryable_dataset(dataset).execute()?)
    })
}

/// Whether the store gives back these triples as they are.
pub fn is_kept(triples: &[Triple], store: &Store) -> bool {
    let kept = |triple: &Triple| store.contains(&triple.clone().in_graph(GraphName::DefaultGraph));
    // It contains what it has the value of; only what comes out again tells how it is written.
    let spelled: std::collections::HashSet<Triple> =
        store.iter().filter_map(Result::ok).map(Triple::from).collect();
    triples.iter().all(|triple| kept(triple).unwrap_or(false) && spelled.contains(triple))
}

/// Does it, and takes a panic for a failure.
pub fn caught<E: ToString>(work: impl FnOnce() -> Result<Answer, E>) -> Outcome {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(outcome) => outcome.map_err(|error| error.to_string()),
        Err(panic) => {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or_default();
            Err(format!("{PANIC}{said}"))
        }
    }
}

fn gather(results: QueryResults<'_>) -> Result<Answer, QueryEvaluationError> {
    Ok(match results {
        QueryResults::Boolean(truth) => Answer::Truth(truth),
        QueryResults::Solutions(rows) => {
            let variables = rows.variables().to_vec();
            let rows = rows.map(|row| row.map(|row| row.values().to_vec())).collect::<Result<_, _>>()?;
            Answer::Rows { variables, rows }
        }
        QueryResults::Graph(triples) => {
            let mut triples: Vec<Triple> = triples.collect::<Result<_, _>>()?;
            triples.sort_by_cached_key(ToString::to_string);
            triples.dedup();
            Answer::Graph(triples)
        }
    })
}

/// Quads with their terms as they are written.
struct Written {
    quads: Rc<[Quad]>,
    /// Of what nothing finds in the same order twice.
    shuffled: Option<Rc<RefCell<Rng>>>,
    salt: u64,
}

/// A term whose hash is another each time.
#[derive(Clone)]
struct Salted {
    term: Term,
    salt: u64,
}

impl PartialEq for Salted {
    fn eq(&self, other: &Self) -> bool {
        self.term == other.term
    }
}

impl Eq for Salted {}

impl Hash for Salted {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.salt, &self.term).hash(state);
    }
}

impl QueryableDataset<'static> for Written {
    type InternalTerm = Salted;
    type Error = Infallible;

    fn internal_quads_for_pattern(
        &self,
        subject: Option<&Salted>,
        predicate: Option<&Salted>,
        object: Option<&Salted>,
        graph: Option<Option<&Salted>>,
    ) -> impl Iterator<Item = Result<InternalQuad<Salted>, Infallible>> + use<> {
        let fits = |wanted: Option<&Salted>, term: &Salted| wanted.is_none_or(|wanted| wanted == term);
        let salted = |term: Term| Salted { term, salt: self.salt };
        let name = |name: &GraphName| match name {
            GraphName::NamedNode(node) => Some(salted(node.clone().into())),
            GraphName::BlankNode(node) => Some(salted(node.clone().into())),
            GraphName::DefaultGraph => None,
        };
        let quad = |triple: &Quad| {
            let quad = InternalQuad {
                subject: salted(match triple.subject.clone() {
                    NamedOrBlankNode::NamedNode(node) => node.into(),
                    NamedOrBlankNode::BlankNode(node) => node.into(),
                }),
                predicate: salted(triple.predicate.clone().into()),
                object: salted(triple.object.clone()),
                graph_name: name(&triple.graph_name),
            };
            let found = fits(subject, &quad.subject) && fits(predicate, &quad.predicate);
            let here = match graph {
                None => quad.graph_name.is_some(),
                Some(wanted) => wanted == quad.graph_name.as_ref(),
            };
            (found && here && fits(object, &quad.object)).then_some(Ok(quad))
        };
        let mut quads: Vec<_> = self.quads.iter().filter_map(quad).collect();
        if let Some(rng) = &self.shuffled {
            rng.borrow_mut().shuffle(&mut quads);
        }
        quads.into_iter()
    }

    fn internalize_term(&self, term: Term) -> Result<Salted, Infallible> {
        Ok(Salted { term, salt: self.salt })
    }

    fn externalize_term(&self, term: Salted) -> Result<Term, Infallible> {
        Ok(term.term)
    }

    fn externalize_expression_term(&self, term: Salted) -> Result<ExpressionTerm, Infallible> {
        Ok(to_spelled(term.term).into())
    }

    fn internalize_expression_term(&self, term: ExpressionTerm) -> Result<Salted, Infallible> {
        self.internalize_term(from_spelled(term.into()))
    }
}
