//! What a change of the graph can have made wrong.
//!
//! A load asks what it would break, and most loads are small beside the graph.

use super::place::subjects;
use super::{Checks, Finding, Severity};
use crate::base::error::Result;
use crate::store::index::Index;
use crate::store::index::coders::ApartDocument;
use oxrdf::Triple;
use std::collections::HashSet;

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

impl Checks {
    /// The violations in these documents of a second coder in `index`, the graph with them on top of `first`;
    /// without `first`, all of the graph is looked at. What else is doubtful in a second coding is found by who
    /// asks for that coder.
    ///
    /// # Errors
    /// A rule that cannot be run; a damaged index.
    pub fn run_apart(
        &self,
        index: &Index,
        first: Option<&Index>,
        documents: &[&ApartDocument],
    ) -> Result<Vec<Finding>> {
        let change = first.map(|first| index.change_from(first)).transpose()?;
        let change = change.map(|(added, removed)| Change { added, removed });
        let mut findings = self.run_on(index, Severity::Violation, change.as_ref())?;
        let own: HashSet<&str> = documents.iter().flat_map(|document| subjects(&document.ntriples)).collect();
        findings.retain(|finding| finding.names().iter().any(|name| own.contains(name.as_str())));
        Ok(findings)
    }
}

impl Finding {
    /// Its subject and its records, as N-Triples have them.
    pub(super) fn names(&self) -> Vec<String> {
        let records = self.records.iter().map(ToString::to_string);
        records.chain([self.subject.to_string()]).collect()
    }
}

#[cfg(test)]
mod tests;
