//! Queries in batches: columns of ids instead of rows of terms.
//!
//! A pattern of the algebra becomes [`Rows`] by work on whole columns; terms are decoded only for
//! what needs their text, and for what is returned.

pub(super) mod rows;
pub(super) mod terms;
