//! What a change of the graph can have made wrong.
//!
//! A load asks what it would break, and most loads are small beside the graph.

use super::{Checks, Finding, Severity};
use crate::base::error::Result;
use crate::store::index::Index;
use oxrdf::Triple;

/// What is new in a graph, and what is gone: no triple is in both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Triples that the graph has and had not, direct ones that follow included.
    pub added: Vec<Triple>,
    /// Triples that the graph had and has not.
    pub removed: Vec<Triple>,
}

impl Checks {
    /// The violations in `index`, the graph after a change, that the change can have brought
    /// about: all that were none before it, and maybe some that were. Without a change: all.
    ///
    /// # Errors
    /// A rule that cannot be run.
    pub fn violations_after(&self, index: &Index, change: Option<&Change>) -> Result<Vec<Finding>> {
        if change.is_some_and(|change| change.added.is_empty() && change.removed.is_empty()) {
            return Ok(Vec::new());
        }
        self.run_on(index, Severity::Violation, change)
    }
}

#[cfg(test)]
mod tests;
