//! Documents as sources of an index: those of an archive, and texts in memory.

use super::delta::Failure;
use super::ingest::{IngestError, Source, lines, sorted_runs};
use crate::base::spill::MemoryBudget;
use crate::store::archive::{Archive, ArchiveError, Entry};
use crate::store::index::read::snapshot::Snapshot;
use oxigraph::io::RdfSyntaxError;
use oxrdf::Triple;
use std::borrow::Cow;
use std::marker::PhantomData;
use std::ops::ControlFlow;

/// What these documents say, in memory. If no temporary files can be written, it takes more of it.
pub(in crate::store::index) fn in_memory<S: Source>(
    background: &[Triple],
    documents: &[S::Document],
    source: &S,
    budget: MemoryBudget,
) -> Result<Snapshot, S::Error> {
    let made = |budget: MemoryBudget| {
        let runs = sorted_runs(background, documents, source, &budget)?;
        runs.into_snapshot(&budget).map_err(IngestError::Spilling)
    };
    match made(budget).or_else(|failed| match failed {
        IngestError::Spilling(_) => made(MemoryBudget::none()),
        other => Err(other),
    }) {
        Ok(snapshot) => Ok(snapshot),
        Err(IngestError::Document(error)) => Err(error),
        Err(IngestError::Spilling(error)) => unreachable!("in memory nothing can fail: {error}"),
    }
}

/// Documents of an archive.
pub(in crate::store::index) struct Stored<'a>(pub &'a Archive);

impl<'e> Source for Stored<'e> {
    type Document = &'e Entry;
    type Error = ArchiveError;

    fn size(&self, entry: &&Entry) -> u64 {
        entry.bytes
    }

    fn pieces<'a>(
        &'a self,
        entry: &'a &Entry,
        bytes: usize,
        take: &mut dyn FnMut(Cow<'a, str>) -> ControlFlow<()>,
    ) -> Result<(), ArchiveError> {
        self.0.read_pieces(entry, bytes, &mut |piece| take(Cow::Owned(piece)))
    }

    fn unreadable(&self, entry: &&Entry, failure: Failure) -> ArchiveError {
        self.0.unreadable(entry, &failure)
    }
}

/// Documents in memory.
pub(in crate::store::index) struct Given<'d>(pub PhantomData<&'d str>);

impl<'d> Source for Given<'d> {
    type Document = &'d str;
    type Error = RdfSyntaxError;

    fn size(&self, document: &&str) -> u64 {
        document.len() as u64
    }

    fn pieces<'a>(
        &'a self,
        document: &'a &str,
        bytes: usize,
        take: &mut dyn FnMut(Cow<'a, str>) -> ControlFlow<()>,
    ) -> Result<(), RdfSyntaxError> {
        let _ = lines(document, bytes).map(Cow::Borrowed).try_for_each(take);
        Ok(())
    }

    fn unreadable(&self, _: &&str, failure: Failure) -> RdfSyntaxError {
        match failure {
            Failure::Syntax(error) => error,
            other => unreachable!("in memory there is nothing else to fail: {other}"),
        }
    }
}
