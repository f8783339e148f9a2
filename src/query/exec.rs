//! Queries in batches: columns of ids instead of rows of terms.
//!
//! A pattern of the algebra becomes [`rows::Rows`] by work on whole columns; terms are decoded only
//! for what needs their text, and for what is returned.
//!
//! A [`plan::Plan`] is made by `compile`: the algebra becomes `node`s, of which a *block* is what
//! is joined in no order, with the conditions on the result. Joins are gathered into one block over
//! the borders of OPTIONAL, BIND and MINUS wherever that changes nothing, and conditions go down to
//! the block that settles them. What is not exactly the evaluator's answer gets no plan.
//!
//! `run` runs nodes, `block` a block, one join after the other: the next is that with the fewest
//! rows, reckoned (`estimate`) from the real number of rows so far and the statistics of the rest.
//! A node that is joined to few rows (the right of OPTIONAL and MINUS, EXISTS, a sub-query) is given
//! their terms as a *seed* to start from.
//!
//! | module | operators | rows of the result |
//! |---|---|---|
//! | `scan` | a pattern alone; a pattern joined by one end, merged, looked up by table or row by row | sorted by an end; in the order of the rows they were joined to |
//! | `join` | joins, left joins, MINUS and EXISTS of two tables by compatible mappings; union | in the order of the larger, of the left |
//! | `path` | property paths from known ends, or all pairs | in no order |
//! | `group`, `aggregate`, `order` | DISTINCT, GROUP BY, ORDER BY | the first of each; one a group; in order |
//! | `graph` | what CONSTRUCT and DESCRIBE make of solutions | each triple once |
//! | `expression`, `evaluate`, `value` | a column from an expression, the places where it is true | |
//! | `written` | expressions and aggregates over terms, one row at a time, for the evaluator | |
//!
//! What a `table` of solutions promises: which variable its rows ascend by, if any; of each column
//! whether all rows bind it (only such a column is a key of `scan`); and that its memory is
//! reserved. A table may have a row several times, as SPARQL has it; where nothing above counts
//! them (DISTINCT, EXISTS, MIN), it may have it any number of times.
//!
//! Deliberately absent: GRAPH, SERVICE, LATERAL; EXISTS whose inside is not made of joins, unions
//! and conditions on what is bound there; the first rows of a large result in no order, which
//! the evaluator need not see in full; threads.

mod accumulate;
pub(super) mod aggregate;
mod block;
mod compile;
mod estimate;
mod evaluate;
pub(super) mod expression;
pub(super) mod function;
mod graph;
pub(super) mod group;
mod join;
mod node;
pub(super) mod order;
mod path;
pub(super) mod plan;
pub(super) mod rows;
mod run;
mod scan;
pub(super) mod solve;
mod table;
pub(super) mod terms;
mod value;
pub(super) mod written;

#[cfg(test)]
mod oracle;
