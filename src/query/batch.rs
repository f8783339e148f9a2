//! Queries in batches: columns of ids instead of rows of terms.
//!
//! A pattern of the algebra becomes [`rows::Rows`] by work on whole columns; terms are decoded only
//! for what needs their text, and for what is returned.

mod block;
mod compile;
mod estimate;
mod join;
mod node;
mod path;
pub(super) mod plan;
pub(super) mod rows;
mod run;
mod scan;
mod table;
pub(super) mod terms;

pub(super) mod aggregate;
pub(super) mod expression;
pub(super) mod group;
pub(super) mod order;
