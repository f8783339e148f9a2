//! Running a query to its end, or to the end of the user's patience.

use super::service::{Servers, ServiceError};
use super::{Answer, QueryError};
use crate::base::allowance::Allowance;
use crate::query::exec::solve;
use crate::query::exec::solve::Traced;
use crate::query::{dataset, evaluator, total_order};
use crate::store::index::read::dataset::{SnapshotDataset, text_bytes};
use crate::store::index::{Corruption, Index};
use oxigraph::sparql::{CancellationToken, PreparedSparqlQuery, QueryEvaluationError, QueryResults};
use oxrdf::{Term, Triple};
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes of stack of a query's thread: patterns nest as deeply as their author likes, and the evaluator recurses.
const STACK: usize = 64 << 20;
/// Interval at which a wish to stop is looked for.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// A wish, which another thread may utter, that a query be given up.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Wishes it.
    pub fn wish(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it is wished.
    #[must_use]
    pub fn is_wished(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Withdraws the request, before the next query.
    pub fn reset(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Engine that answers queries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// Batches of ids where there is a plan, and the evaluator for the rest.
    #[default]
    Batches,
    /// The evaluator of oxigraph for everything, row by row: as a check, or to compare.
    Evaluator,
}

/// Bytes that intermediate results may take, unless it is said otherwise.
pub(super) const MEMORY: usize = 4 << 30;

/// How a query is to be run.
#[derive(Clone, Debug)]
pub(super) struct ExecOptions {
    pub(super) limit: Option<Duration>,
    pub(super) stop: Option<Stop>,
    /// Bytes that intermediate results in batches may take.
    pub(super) memory: usize,
    pub(super) engine: Engine,
}

impl ExecOptions {
    /// Options with a time limit.
    pub(super) fn within(limit: Duration) -> Self {
        Self { limit: Some(limit), stop: None, memory: MEMORY, engine: Engine::default() }
    }

    pub(super) fn until(self, stop: Option<&Stop>) -> Self {
        Self { stop: stop.cloned(), ..self }
    }
}

/// Answers a query.
///
/// Two designs were weighed: batches for the parts of a query that they can do, with their rows handed
/// to the evaluator as input for the rest; or batches for whole queries, and the evaluator for those
/// that have anything else in them. The evaluator takes rows in as `VALUES`, which cannot hold blank
/// nodes, or from a service; and it would decide on an order of joins without knowing what is
/// cheap. Batches do nearly all of SPARQL, so the second was taken.
pub(super) fn answer(
    query: spargebra::Query,
    index: &Index,
    how: &ExecOptions,
) -> Result<Answer, QueryError> {
    let ExecOptions { memory, engine, .. } = *how;
    let index = index.clone();
    within(how, query, move |mut query, servers, token| {
        let snapshot = dataset::of(&mut query, &index)?;
        let allowance = Arc::new(Allowance::new(memory));
        if engine == Engine::Batches
            && let Some((answer, _)) = solve::answer(&query, &snapshot, token, Arc::clone(&allowance), false)?
        {
            return Ok(answer);
        }
        let reading = SnapshotDataset::new(&snapshot, &allowance);
        let (prepared, _) = prepared(query, engine, servers, token, &allowance);
        let results = prepared.on_queryable_dataset(&reading).execute();
        let answer = results.and_then(|results| gather(results, token, &allowance)).map_err(failed);
        within_allowance(&allowance)?;
        answer
    })
}

/// How a query was run.
pub(super) enum Ran {
    InBatches(Traced),
    RowByRow {
        /// The engine's plan with its counts and times.
        json: Vec<u8>,
        /// What it calls by numbers.
        expressions: Vec<String>,
    },
}

pub(super) fn explain(query: spargebra::Query, index: &Index, how: &ExecOptions) -> Result<Ran, QueryError> {
    let ExecOptions { memory, engine, .. } = *how;
    let index = index.clone();
    within(how, query, move |mut query, servers, token| {
        let snapshot = dataset::of(&mut query, &index)?;
        let allowance = Arc::new(Allowance::new(memory));
        if engine == Engine::Batches
            && let Some((_, Some(traced))) =
                solve::answer(&query, &snapshot, token, Arc::clone(&allowance), true)?
        {
            return Ok(Ran::InBatches(traced));
        }
        let reading = SnapshotDataset::new(&snapshot, &allowance);
        let (prepared, expressions) = prepared(query, engine, servers, token, &allowance);
        let prepared = prepared.on_queryable_dataset(&reading);
        let (results, explanation) = prepared.compute_statistics().explain();
        // Counts are complete only once everything has been asked for.
        let answer = results.and_then(|results| gather(results, token, &allowance)).map_err(failed);
        within_allowance(&allowance)?;
        answer?;
        let mut json = Vec::new();
        explanation.write_in_json(&mut json).expect("memory takes any text");
        Ok(Ran::RowByRow { json, expressions })
    })
}

/// The query as the evaluator is given it, and the expressions that it then calls by numbers.
fn prepared(
    query: spargebra::Query,
    engine: Engine,
    servers: Servers,
    token: &CancellationToken,
    allowance: &Arc<Allowance>,
) -> (PreparedSparqlQuery, Vec<String>) {
    let query = match engine {
        Engine::Batches => total_order::ordered(query),
        // As a check, the evaluator is left to its own order.
        Engine::Evaluator => query,
    };
    let prepared = evaluator::prepared(query, allowance);
    let expressions = prepared.expressions().to_vec();
    let query = total_order::functions(prepared.evaluator)
        .with_cancellation_token(token.clone())
        .with_default_service_handler(servers)
        .for_query(prepared.query);
    (query, expressions)
}

/// Does the work on a thread of its own and waits for it no longer than the limit, or until it is to stop.
///
/// The engine sees a cancellation only when it reads the dataset, which a sort or an aggregation
/// may not do for long; so whoever waits does not wait for the engine to notice. The thread ends
/// by itself soon after.
fn within<T: Send + 'static>(
    how: &ExecOptions,
    query: spargebra::Query,
    work: impl FnOnce(spargebra::Query, Servers, &CancellationToken) -> Result<T, QueryError> + Send + 'static,
) -> Result<T, QueryError> {
    let ExecOptions { limit, ref stop, .. } = *how;
    let stop = stop.as_ref();
    let token = CancellationToken::new();
    let (sender, receiver) = channel();
    let worker = {
        let token = token.clone();
        thread::Builder::new()
            .name("query".into())
            .stack_size(STACK)
            .spawn(move || {
                // Nobody listens any more when the time is up.
                let _ = sender.send(work(query, Servers::new(limit), &token));
            })
            .map_err(|error| QueryError::Failed(Box::new(error)))?
    };
    match (wait(&receiver, limit, stop), limit) {
        (Ok(result), _) => {
            // It ends at this moment, and some C libraries crash if a thread is let go of just then.
            let _ = worker.join();
            result
        }
        (Err(RecvTimeoutError::Timeout), limit) => {
            token.cancel();
            Err(limit
                .filter(|_| !stop.is_some_and(Stop::is_wished))
                .map_or(QueryError::Stopped, QueryError::TimedOut))
        }
        // Nothing was sent, so the work panicked: that is a fault of the program, not an answer.
        (Err(_), _) => match worker.join() {
            Err(panic) => resume_unwind(panic),
            Ok(()) => unreachable!("the work sends its result before it ends"),
        },
    }
}

/// Waits for a result; the time is up, too, when somebody wishes to stop.
fn wait<T>(
    receiver: &Receiver<T>,
    limit: Option<Duration>,
    stop: Option<&Stop>,
) -> Result<T, RecvTimeoutError> {
    let Some(stop) = stop else {
        return match limit {
            Some(limit) => receiver.recv_timeout(limit),
            None => receiver.recv().map_err(RecvTimeoutError::from),
        };
    };
    let began = Instant::now();
    loop {
        let left = limit.map(|limit| limit.saturating_sub(began.elapsed()));
        let is_up = stop.is_wished() || left.is_some_and(|left| left.is_zero());
        match receiver.recv_timeout(left.unwrap_or(POLL_INTERVAL).min(POLL_INTERVAL)) {
            Err(RecvTimeoutError::Timeout) if !is_up => {}
            outcome => return outcome,
        }
    }
}

/// A server that did not answer is reported as such, not as a fault of the engine.
fn failed(error: QueryEvaluationError) -> QueryError {
    match error {
        QueryEvaluationError::Service(error) => match error.downcast::<ServiceError>() {
            Ok(error) => error.into(),
            Err(error) => QueryError::Failed(error),
        },
        QueryEvaluationError::Dataset(error) => match error.downcast::<Corruption>() {
            Ok(damage) => QueryError::Index(*damage),
            Err(error) => QueryError::Failed(error),
        },
        QueryEvaluationError::UnsupportedCustomFunction(name) => QueryError::NoFunction(name),
        QueryEvaluationError::UnsupportedCustomFunctionArity { name, .. } => QueryError::Arguments(name),
        error => QueryError::Failed(Box::new(error)),
    }
}

/// # Errors
/// Memory was refused, so what there is is no answer.
fn within_allowance(allowance: &Allowance) -> Result<(), QueryError> {
    if allowance.is_exceeded() { Err(QueryError::Memory(allowance.limit())) } else { Ok(()) }
}

/// What the evaluator gives, row by row, until memory is refused.
fn gather(
    results: QueryResults<'_>,
    token: &CancellationToken,
    allowance: &Allowance,
) -> Result<Answer, QueryEvaluationError> {
    let take = |bytes: usize| {
        ensure_wanted(token)?;
        if allowance.take(bytes) { Ok(()) } else { Err(QueryEvaluationError::Cancelled) }
    };
    Ok(match results {
        QueryResults::Boolean(truth) => Answer::Truth(truth),
        QueryResults::Solutions(solutions) => {
            let variables = solutions.variables().to_vec();
            let rows = solutions
                .map(|solution| {
                    let solution = solution?;
                    let text = solution
                        .values()
                        .iter()
                        .flatten()
                        .map(|term| text_bytes(term.as_ref()))
                        .sum::<usize>();
                    take(text + variables.len() * size_of::<Option<Term>>())?;
                    Ok(variables.iter().map(|variable| solution.get(variable).cloned()).collect())
                })
                .collect::<Result<_, QueryEvaluationError>>()?;
            Answer::Rows { variables, rows }
        }
        QueryResults::Graph(triples) => {
            let triples = triples.map(|triple| {
                let triple = triple?;
                let ends = text_bytes(triple.subject.as_ref().into()) + text_bytes(triple.object.as_ref());
                take(size_of::<Triple>() + triple.predicate.as_str().len() + ends)?;
                Ok(triple)
            });
            Answer::of_graph(triples.collect::<Result<_, QueryEvaluationError>>()?)
        }
    })
}

fn ensure_wanted(token: &CancellationToken) -> Result<(), QueryEvaluationError> {
    if token.is_cancelled() { Err(QueryEvaluationError::Cancelled) } else { Ok(()) }
}
