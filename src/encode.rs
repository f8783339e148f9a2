//! From the model to triples: the only place that builds them.
//!
//! Lines of N-Triples are written as they come and sorted at the end. Two shapes were weighed:
//! building a graph of terms and serialising it, or writing lines at once. Lines win: a term
//! is copied once instead of three times, and a document is kept as sorted lines anyway.

pub mod direct;
mod lines;
mod registry;
mod stated;

use crate::identity::Base;
use crate::model::Content;
use crate::vocab::{oa, stp};
use lines::Lines;
use oxrdf::NamedNodeRef;

/// What leads from something that an article states to the nodes that belong to it alone or,
/// as spans do, to several such things: they come and go with it.
pub const PARTS: &[NamedNodeRef<'static>] = &[
    stp::EVIDENCE,
    stp::HEDGE,
    stp::CONDITION_OF,
    stp::REASON_OF,
    stp::ATTRIBUTION,
    stp::TIME_EXPRESSION_OF,
    oa::HAS_SELECTOR,
];

/// The N-Triples of everything that a sheet says, in texts of about so many bytes. Each is canonical:
/// sorted by bytes, each line once; merged they are the document.
pub fn encode(content: &Content, base: &Base, bytes: usize, take: &mut dyn FnMut(String)) {
    let mut lines = Lines::default();
    let mut between = |lines: &mut Lines| {
        if lines.len() >= bytes {
            take(std::mem::take(lines).canonical());
        }
    };
    registry::encode(content, &mut lines);
    stated::encode(content, base, &mut lines, &mut between);
    take(lines.canonical());
}
