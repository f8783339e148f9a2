//! What a person would have to accept: `stp:supersedes`, written down.

use super::{Change, Changes};
use crate::audit::history::patch::{Patch, comment};
use crate::model::vocab::stp;
use crate::model::{Concept, Status};
use oxrdf::Triple;
use std::fmt::Write;

const INTRODUCTION: &str = "\
RDF Patch, proposed by `standpoint changes --propose`. Nothing has been changed.
Check every change; to reject one, delete its block. Then either
- run `standpoint changes --accept` with this file: it writes `supersedes` into the sheets and
  loads them again; or
- apply the patch to the RDF files that were loaded, with an RDF Patch reader (Jena, RDFLib),
  and load them again.";

/// The changes for which `stp:supersedes` is proposed.
pub struct Proposal<'a> {
    changes: Vec<&'a Change>,
}

impl Changes {
    /// What would have to be written.
    #[must_use]
    pub fn proposal(&self) -> Proposal<'_> {
        Proposal { changes: self.changes.iter().filter(|change| change.proposed).collect() }
    }
}

impl Proposal<'_> {
    /// How many changes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The patch: a transaction a change, so that a block can be deleted whole.
    #[must_use]
    pub fn patch(&self) -> String {
        let mut out = String::new();
        INTRODUCTION.lines().for_each(|line| comment(&mut out, line));
        for (before, after, change) in self.pairs() {
            out.push('\n');
            comment(&mut out, &format!("{}: {} {}", change.kind.name(), before.sentence, before.quote()));
            comment(&mut out, &format!("→ {} {}", after.sentence, after.quote()));
            change.reasons.iter().for_each(|reason| comment(&mut out, reason));
            let (earlier, later) = (before.position.clone(), after.position.clone());
            let status = |status: Status| Triple::new(earlier.clone(), stp::prop::STATUS, status.iri());
            let patch = Patch {
                removed: vec![status(Status::InForce)],
                added: vec![
                    status(Status::Superseded),
                    Triple::new(later, stp::prop::SUPERSEDES, earlier.clone()),
                ],
            };
            let _ = write!(out, "{patch}");
        }
        out
    }

    fn pairs(&self) -> impl Iterator<Item = (&super::Held, &super::Held, &Change)> {
        self.changes
            .iter()
            .filter_map(|change| Some((change.before.as_ref()?, change.after.as_ref()?, *change)))
    }
}
