//! A query answered in batches, from its algebra to its terms.

use super::graph::{self, Template};
use super::plan::{Plan, Trace};
use super::rows::Rows;
use super::terms::{ExecContext, Result, Stopped};
use crate::base::allowance::Allowance;
use crate::query::Answer;
use crate::store::index::read::dataset::text_bytes;
use crate::store::index::read::id::Id;
use crate::store::index::read::snapshot::Snapshot;
use oxigraph::sparql::CancellationToken;
use oxrdf::Term;
use rustc_hash::FxHashMap;
use spargebra::Query;
use spargebra::algebra::GraphPattern;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How it went.
pub(in crate::query) struct Traced {
    pub(in crate::query) trace: Trace,
    pub(in crate::query) planning: Duration,
}

/// The answer, and how it came about if that is wanted; none of a query that the evaluator is to
/// answer. `allowance`: memory that intermediate results may take.
pub(in crate::query) fn answer(
    query: &Query,
    snapshot: &Snapshot,
    token: &CancellationToken,
    allowance: Arc<Allowance>,
    traced: bool,
) -> Result<Option<(Answer, Option<Traced>)>> {
    let begin = Instant::now();
    let changed;
    let mut template = None;
    let pattern = match query {
        Query::Select { dataset: None, base_iri: None, pattern } => pattern,
        Query::Ask { dataset: None, base_iri: None, pattern } => {
            changed = GraphPattern::Slice { inner: Box::new(pattern.clone()), start: 0, length: Some(1) };
            &changed
        }
        Query::Construct { template: parts, dataset: None, base_iri: None, pattern } => {
            let Some(parts) = Template::of(parts) else { return Ok(None) };
            changed = parts.projected(pattern);
            template = Some(parts);
            &changed
        }
        Query::Describe { dataset: None, base_iri: None, pattern } => pattern,
        // The evaluator knows of named graphs, of which there are none, and of relative IRIs.
        _ => return Ok(None),
    };
    let Some(plan) = Plan::of(pattern, snapshot)? else { return Ok(None) };
    let planning = begin.elapsed();
    let terms = ExecContext::new(snapshot, token, allowance);
    let (rows, trace) = if traced {
        let (rows, trace) = plan.traced(&terms)?;
        (rows, Some(Traced { trace, planning }))
    } else {
        (plan.run(&terms)?, None)
    };
    let answer = match (query, template) {
        (Query::Ask { .. }, _) => Answer::Truth(rows.len > 0),
        (Query::Describe { .. }, _) => Answer::of_graph(graph::described(&rows, &terms)?),
        (_, Some(template)) => Answer::of_graph(template.filled(&rows, &terms)?),
        (_, None) => decoded(rows, &terms)?,
    };
    Ok(Some((answer, trace)))
}

/// Ids as terms; each is decoded once.
fn decoded(rows: Rows, terms: &ExecContext<'_>) -> Result<Answer> {
    let width = rows.columns.len();
    let mut decoded: Vec<Vec<Option<Term>>> = Vec::new();
    let cells = rows.len.saturating_mul(width.max(1));
    terms.reserve(cells.saturating_mul(size_of::<Option<Term>>()))?;
    decoded.resize_with(rows.len, || Vec::with_capacity(width));
    let mut known: FxHashMap<Id, Option<Term>> = FxHashMap::default();
    for column in rows.columns {
        for (at, (id, row)) in column.into_iter().zip(&mut decoded).enumerate() {
            if at % 65_536 == 0 {
                terms.ensure_wanted()?;
            }
            let term = match known.get(&id) {
                Some(term) => {
                    terms.reserve(term.as_ref().map_or(0, |term| text_bytes(term.as_ref())))?;
                    term.clone()
                }
                None => {
                    let term = terms.term(id)?;
                    // Here and in what is known.
                    terms.reserve(2 * term.as_ref().map_or(0, |term| text_bytes(term.as_ref())))?;
                    known.insert(id, term.clone());
                    term
                }
            };
            row.push(term);
        }
    }
    Ok(Answer::Rows { variables: rows.variables, rows: decoded })
}

impl From<Stopped> for crate::query::QueryError {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Corruption(damage) => Self::Index(damage),
            Stopped::Cancelled => Self::Stopped,
            Stopped::Memory(limit) => Self::Memory(limit),
            Stopped::TooManyTerms => Self::Failed(Box::new(stopped)),
        }
    }
}
