//! Queries in batches: columns of ids instead of rows of terms.
//!
//! A pattern of the algebra becomes [`Rows`] by work on whole columns; terms are decoded only for
//! what needs their text, and for what is returned.

mod accumulate;
pub(super) mod aggregate;
mod evaluate;
pub(super) mod expression;
mod function;
pub(super) mod group;
pub(super) mod order;
pub(super) mod rows;
pub(super) mod terms;
mod value;

#[cfg(test)]
mod oracle;
