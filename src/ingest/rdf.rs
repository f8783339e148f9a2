//! From the text of graphs to sorted N-Triples, by one way, whatever the format and the length:
//!
//! 1. It is read: N-Triples and N-Quads in chunks by several threads (`lines`, `block`; `plain` recognises
//!    lines that need no parser), everything else as a whole (`text`), where `star` brings annotations into
//!    the model's shape. What cannot be read is told by `faults`.
//! 2. Its lines are collected graph by graph and put in order (`collect`, `sort`), in temporary files beyond
//!    a bound of memory.
//! 3. Sorted lines pass by, and what is derived anyway is left out (`settle`).
//! 4. Graphs and blank nodes get the names that depend on nothing but what the file says (`dataset`).
//!
//! An input that is in order, as exports are, is read in one pass. In memory are held, whatever its length:
//! some chunks, the blocks of a run, a hash for each direct triple that a position backs, and all triples
//! with blank nodes, which are labelled together. Of formats without lines, the text and its triples are
//! held too.

mod block;
mod collect;
mod dataset;
mod faults;
mod lines;
mod plain;
mod settle;
mod sort;
mod star;
#[cfg(test)]
mod tests;
mod text;
mod value;
mod xml;

pub(in crate::ingest) use dataset::{Completed, Dataset, Failure};
pub(in crate::ingest) use lines::{LinesError, Outcome, Sizes, read as read_lines};
pub(in crate::ingest) use text::{Text, read as read_text};
pub(in crate::ingest) use xml::in_utf8;
