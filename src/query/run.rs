//! Running a query to its end, or to the end of the user's patience.

use super::service::{Servers, ServiceError};
use super::{Answer, QueryError};
use crate::index::Damage;
use crate::index::dataset::Reading;
use crate::index::snapshot::Snapshot;
use oxigraph::sparql::{
    CancellationToken, PreparedSparqlQuery, QueryEvaluationError, QueryResults, SparqlEvaluator,
};
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// Patterns nest as deeply as their author likes, and the evaluator recurses.
const STACK: usize = 64 << 20;

pub(super) fn answer(
    query: spargebra::Query,
    snapshot: Arc<Snapshot>,
    limit: Option<Duration>,
) -> Result<Answer, QueryError> {
    within(limit, query, move |query, token| {
        let reading = Reading::new(&snapshot);
        gather(query.on_queryable_dataset(&reading).execute()?, token)
    })
}

/// The engine's plan with its counts and times, in JSON.
pub(super) fn explain(
    query: spargebra::Query,
    snapshot: Arc<Snapshot>,
    limit: Option<Duration>,
) -> Result<Vec<u8>, QueryError> {
    within(limit, query, move |query, token| {
        let reading = Reading::new(&snapshot);
        let (results, explanation) = query.on_queryable_dataset(&reading).compute_statistics().explain();
        // Counts are complete only once everything has been asked for.
        gather(results?, token)?;
        let mut json = Vec::new();
        explanation.write_in_json(&mut json).expect("memory takes any text");
        Ok(json)
    })
}

/// Does the work on a thread of its own and waits for it no longer than `limit`.
///
/// The engine sees a cancellation only when it reads the dataset, which a sort or an aggregation
/// may not do for long; so whoever waits does not wait for the engine to notice. The thread ends
/// by itself soon after.
fn within<T: Send + 'static>(
    limit: Option<Duration>,
    query: spargebra::Query,
    work: impl FnOnce(PreparedSparqlQuery, &CancellationToken) -> Result<T, QueryEvaluationError> + Send + 'static,
) -> Result<T, QueryError> {
    let token = CancellationToken::new();
    let (sender, receiver) = channel();
    let worker = {
        let token = token.clone();
        thread::Builder::new()
            .name("query".into())
            .stack_size(STACK)
            .spawn(move || {
                let prepared = SparqlEvaluator::new()
                    .with_cancellation_token(token.clone())
                    .with_default_service_handler(Servers::new(limit))
                    .for_query(query);
                // Nobody listens any more when the time is up.
                let _ = sender.send(work(prepared, &token));
            })
            .map_err(|error| QueryError::Failed(Box::new(error)))?
    };
    let outcome = match limit {
        Some(limit) => receiver.recv_timeout(limit),
        None => receiver.recv().map_err(RecvTimeoutError::from),
    };
    match (outcome, limit) {
        (Ok(result), _) => result.map_err(failed),
        (Err(RecvTimeoutError::Timeout), Some(limit)) => {
            token.cancel();
            Err(QueryError::TimedOut(limit))
        }
        // Nothing was sent, so the work panicked: that is a fault of the program, not an answer.
        (Err(_), _) => match worker.join() {
            Err(panic) => resume_unwind(panic),
            Ok(()) => unreachable!("the work sends its result before it ends"),
        },
    }
}

/// A server that did not answer is told as such, not as a fault of the engine.
fn failed(error: QueryEvaluationError) -> QueryError {
    match error {
        QueryEvaluationError::Service(error) => match error.downcast::<ServiceError>() {
            Ok(error) => error.into(),
            Err(error) => QueryError::Failed(error),
        },
        QueryEvaluationError::Dataset(error) => match error.downcast::<Damage>() {
            Ok(damage) => QueryError::Index(*damage),
            Err(error) => QueryError::Failed(error),
        },
        error => QueryError::Failed(Box::new(error)),
    }
}

fn gather(results: QueryResults<'_>, token: &CancellationToken) -> Result<Answer, QueryEvaluationError> {
    Ok(match results {
        QueryResults::Boolean(truth) => Answer::Truth(truth),
        QueryResults::Solutions(solutions) => {
            let variables = solutions.variables().to_vec();
            let rows = solutions
                .map(|solution| {
                    ensure_wanted(token)?;
                    let solution = solution?;
                    Ok(variables.iter().map(|variable| solution.get(variable).cloned()).collect())
                })
                .collect::<Result<_, QueryEvaluationError>>()?;
            Answer::Rows { variables, rows }
        }
        QueryResults::Graph(triples) => {
            let mut triples = triples
                .map(|triple| {
                    ensure_wanted(token)?;
                    triple
                })
                .collect::<Result<Vec<_>, _>>()?;
            // A graph is a set; the engine may give a triple more than once, and in any order.
            triples.sort_by_cached_key(ToString::to_string);
            triples.dedup();
            Answer::Graph(triples)
        }
    })
}

fn ensure_wanted(token: &CancellationToken) -> Result<(), QueryEvaluationError> {
    if token.is_cancelled() { Err(QueryEvaluationError::Cancelled) } else { Ok(()) }
}
