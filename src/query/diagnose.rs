//! What there is to say about a query besides its answer.

pub mod explain;
pub mod lint;
pub mod why_empty;
pub mod written;
