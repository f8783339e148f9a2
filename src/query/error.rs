//! Why a query has no answer.

use super::service::ServiceError;
use crate::base::diagnostic::Diagnostic;
use crate::base::error::{Helpful, count};
use crate::store::index::{Corruption, GraphsError};
use oxrdf::NamedNode;
use std::borrow::Cow;
use std::error::Error;
use std::time::Duration;

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// It cannot be read, or asks for what is not there; its author has to act.
    #[error("{}", .0.message)]
    Malformed(Box<Diagnostic>),
    /// It has warnings, and was to have none; its author has to act.
    #[error("the query was not run: {}", count(.0.len(), "warning"))]
    Doubtful(Vec<Diagnostic>),
    /// It was stopped. What it had found by then is dropped: an answer cut short would look like
    /// a whole one.
    #[error("the query was stopped after {}; a partial answer is not shown", seconds(*.0))]
    TimedOut(Duration),
    /// It was stopped by whoever asked it; likewise without a part of the answer.
    #[error("the query was stopped; a partial answer is not shown")]
    Stopped,
    /// Its intermediate results would need more memory than they may have, in bytes.
    #[error("the query was stopped: its intermediate results need more than {} of memory", size(*.0))]
    Memory(usize),
    /// It calls a function that there is none of.
    #[error("unknown function {0}")]
    NoFunction(NamedNode),
    /// It calls a function with more or fewer values than that takes.
    #[error("wrong number of arguments for the function {0}")]
    Arguments(NamedNode),
    /// A server that SERVICE names did not answer its part.
    #[error("the query has no complete answer: {0}")]
    Service(#[source] Box<ServiceError>),
    /// A file of the index is not what was written.
    #[error("the store's index is damaged: {0}")]
    Index(#[from] Corruption),
    /// The named graphs that it asks for cannot be read.
    #[error("the named graphs cannot be read: {0}")]
    Graphs(#[source] Box<GraphsError>),
    /// The engine failed.
    #[error("the query failed: {0}")]
    Failed(#[source] Box<dyn Error + Send + Sync>),
}

impl QueryError {
    /// The place and the reason, where the text of the query is at fault.
    #[must_use]
    pub fn diagnostic(&self) -> Option<&Diagnostic> {
        match self {
            Self::Malformed(diagnostic) => Some(diagnostic),
            Self::Doubtful(_)
            | Self::TimedOut(_)
            | Self::Stopped
            | Self::Memory(_)
            | Self::NoFunction(_)
            | Self::Arguments(_)
            | Self::Service(_)
            | Self::Index(_)
            | Self::Graphs(_)
            | Self::Failed(_) => None,
        }
    }
}

impl From<GraphsError> for QueryError {
    fn from(error: GraphsError) -> Self {
        match error {
            GraphsError::Corruption(corruption) => Self::Index(corruption),
            error => Self::Graphs(Box::new(error)),
        }
    }
}

impl Helpful for QueryError {
    fn help(&self) -> Option<Cow<'_, str>> {
        let help = match self {
            Self::TimedOut(_) => Some(
                "give it more time (--timeout 5m), or restrict it: add a pattern, narrow a FILTER; \
                 --explain shows where the time goes",
            ),
            Self::Memory(_) => Some(
                "give it more memory (--max-memory 16G), or restrict it: patterns without a common variable \
                 give every pair of their rows; --explain shows the steps",
            ),
            Self::Doubtful(_) => Some("fix them, or omit --strict"),
            Self::Service(error) => error.help(),
            Self::Index(_) => Some("`standpoint repair` rebuilds the index; nothing is lost"),
            Self::Malformed(_)
            | Self::Stopped
            | Self::NoFunction(_)
            | Self::Arguments(_)
            | Self::Graphs(_)
            | Self::Failed(_) => None,
        };
        help.map(Cow::Borrowed)
    }
}

impl From<QueryError> for crate::Error {
    fn from(error: QueryError) -> Self {
        Self::other(error)
    }
}

impl From<Diagnostic> for QueryError {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Malformed(Box::new(diagnostic))
    }
}

/// "2 s", "0.25 s".
fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}

/// "4 GiB", "512 MiB", "100 bytes".
fn size(bytes: usize) -> String {
    let unit = [(30, "GiB"), (20, "MiB"), (10, "KiB")].into_iter().find(|(power, _)| bytes >> power > 0);
    match unit {
        Some((power, unit)) => {
            let number = format!("{:.1}", bytes as f64 / f64::from(1u32 << power));
            format!("{} {unit}", number.strip_suffix(".0").unwrap_or(&number))
        }
        None => format!("{bytes} bytes"),
    }
}
