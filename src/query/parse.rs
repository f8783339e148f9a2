//! From a text to a query: syntax, prefixes, parameters, and what can be typed next.

pub(in crate::query) mod algebra;
pub(in crate::query) mod bind;
pub(in crate::query) mod group;
pub(in crate::query) mod guard;
pub(in crate::query) mod prefixes;
pub(in crate::query) mod star;
pub(in crate::query) mod syntax;
pub(in crate::query) mod things;
pub(in crate::query) mod triple_terms;
pub(in crate::query) mod typing;
