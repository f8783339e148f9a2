//! Documents read into runs, by as many threads as there are processors.
//!
//! A run that becomes heavier than its share of the memory is sorted and written to a file, and a
//! new one begun.

use super::build::Sources;
use super::delta::Failure;
use super::derive::Names;
use super::run::Run;
use super::sorted::Sorted;
#[cfg(test)]
use super::sorted::Terms;
use crate::base::spill::{MemoryBudget, Spill};
use crate::store::index::read::sealed::Sealing;
use crate::store::index::read::segment::{Contents, Segment};
use crate::store::index::read::snapshot::Snapshot;
use oxrdf::Triple;
use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, ScopedJoinHandle};

/// A document that is longer, in bytes, is shared among all threads while it is read.
const LONG: u64 = 8 << 20;

/// Where documents come from.
pub(in crate::store::index) trait Source: Sync {
    type Document: Sync;
    type Error: Send;

    /// About how long it is, in bytes.
    fn size(&self, document: &Self::Document) -> u64;

    /// Hands over what it says, in canonical N-Triples: whole lines, of about so many bytes at once,
    /// until it is told to break off. An error may come after everything was handed over.
    fn pieces<'a>(
        &'a self,
        document: &'a Self::Document,
        bytes: usize,
        take: &mut dyn FnMut(Cow<'a, str>) -> ControlFlow<()>,
    ) -> Result<(), Self::Error>;

    /// It is no N-Triples.
    fn unreadable(&self, document: &Self::Document, failure: Failure) -> Self::Error;
}

/// Runs that are sorted, ready to be written.
pub(in crate::store::index) struct SortedRuns {
    runs: Vec<Sorted>,
    names: Names,
}

/// Error of reading documents into sorted runs.
#[derive(Debug)]
pub(in crate::store::index) enum IngestError<E> {
    Document(E),
    /// A temporary file cannot be written.
    Spilling(io::Error),
}

impl SortedRuns {
    /// Whether anything was too heavy to stay in memory.
    #[cfg(test)]
    pub(in crate::store::index) fn is_in_files(&self) -> bool {
        self.runs.iter().any(|run| matches!(run.terms, Terms::File { .. }))
    }

    /// The snapshot of one segment, in memory; within a budget, temporary files may fail.
    pub(in crate::store::index) fn into_snapshot(self, budget: &MemoryBudget) -> io::Result<Snapshot> {
        let mut out = Sealing::new(Vec::new());
        let contents = self.write(budget, &mut out)?;
        Ok(Snapshot::of_segments(vec![Arc::new(Segment::in_memory(out.into_inner(), contents))]))
    }

    /// Writes the segment.
    pub(in crate::store::index) fn write<W: Write>(
        self,
        budget: &MemoryBudget,
        out: &mut Sealing<W>,
    ) -> io::Result<Contents> {
        let Self { runs, names } = self;
        let names = Some(names);
        Sources { first: 0, runs, removed: Vec::new(), counts: Vec::new(), names }.write(budget, out)
    }
}

/// The triples of the background, whose run comes first and knows the names for direct triples, and of
/// all documents. Which run a triple is in depends on chance, and what is made of them does not.
pub(in crate::store::index) fn sorted_runs<S: Source>(
    background: &[Triple],
    documents: &[S::Document],
    source: &S,
    budget: &MemoryBudget,
) -> Result<SortedRuns, IngestError<S::Error>> {
    let in_memory = "nothing is below that could be damaged";
    let mut first = Run::new(None);
    let names = Names::of(&mut first).expect(in_memory);
    background.iter().for_each(|triple| first.add(triple.as_ref()).expect(in_memory));
    let (first, places) = first.sort(None).map_err(IngestError::Spilling)?;
    let names = names.map(&|id| places.of(id));

    let mut readers: Vec<Reader<'_>> = (0..budget.threads()).map(|_| Reader::new(budget)).collect();
    let (long, short): (Vec<_>, Vec<_>) = documents.iter().partition(|d| source.size(d) > LONG);
    for document in long {
        share(document, source, &mut readers)?;
    }
    let next = AtomicUsize::new(0);
    let read_all = |reader: &mut Reader<'_>| {
        while let Some(document) = short.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut read = Ok(());
            let mut take = |piece: Cow<'_, str>| {
                read = reader.take(&piece);
                if read.is_ok() { Continue(()) } else { Break(()) }
            };
            source.pieces(document, budget.piece(), &mut take).map_err(IngestError::Document)?;
            read.map_err(|failure| IngestError::of(source, document, failure))?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        // All of them at once, then one after another.
        let reading: Vec<_> = readers.iter_mut().map(|reader| scope.spawn(|| read_all(reader))).collect();
        reading.into_iter().try_for_each(joined)
    })?;
    let in_files = readers.iter().any(|reader| reader.spill.is_some());
    let mut runs = vec![first];
    let rest: Result<Vec<_>, _> = thread::scope(|scope| {
        let sorting: Vec<_> =
            readers.into_iter().map(|reader| scope.spawn(move || reader.finish(in_files))).collect();
        sorting.into_iter().map(joined).collect()
    });
    runs.extend(rest.map_err(IngestError::Spilling)?.into_iter().flatten());
    Ok(SortedRuns { runs, names })
}

fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().expect("reading does not panic")
}

/// Reads a document by all threads while this one hands it over.
fn share<S: Source>(
    document: &S::Document,
    source: &S,
    readers: &mut [Reader<'_>],
) -> Result<(), IngestError<S::Error>> {
    let bytes = readers[0].budget.piece();
    let (sender, receiver) = sync_channel::<Cow<'_, str>>(2 * readers.len());
    let receiver = Mutex::new(receiver);
    let failed = AtomicBool::new(false);
    let read = |reader: &mut Reader<'_>| {
        let mut read = Ok(());
        loop {
            let piece = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(piece) = piece else { return read };
            // What comes after a failure is taken all the same: somebody waits to hand it over.
            if !failed.load(Ordering::Relaxed) {
                read = reader.take(&piece);
                failed.fetch_or(read.is_err(), Ordering::Relaxed);
            }
        }
    };
    let read = thread::scope(|scope| {
        let reading: Vec<_> = readers.iter_mut().map(|reader| scope.spawn(|| read(reader))).collect();
        let given = source.pieces(document, bytes, &mut |piece| {
            let taken = !failed.load(Ordering::Relaxed) && sender.send(piece).is_ok();
            if taken { Continue(()) } else { Break(()) }
        });
        drop(sender);
        let read: Vec<Result<(), Failure>> = reading.into_iter().map(joined).collect();
        // That a document is damaged says more than that it makes no sense.
        given.map(|()| read)
    });
    let read = read.map_err(IngestError::Document)?;
    read.into_iter().try_for_each(|read| read.map_err(|failure| IngestError::of(source, document, failure)))
}

impl<E> IngestError<E> {
    fn of<S: Source<Error = E>>(source: &S, document: &S::Document, failure: Failure) -> Self {
        match failure {
            Failure::Io(error) => Self::Spilling(error),
            failure => Self::Document(source.unreadable(document, failure)),
        }
    }
}

/// What one thread reads into.
struct Reader<'b> {
    budget: &'b MemoryBudget,
    run: Run<'static>,
    sorted: Vec<Sorted>,
    spill: Option<Arc<Spill>>,
}

impl<'b> Reader<'b> {
    fn new(budget: &'b MemoryBudget) -> Self {
        Self { budget, run: Run::new(None), sorted: Vec::new(), spill: None }
    }

    fn take(&mut self, piece: &str) -> Result<(), Failure> {
        self.run.add_ntriples(piece)?;
        if self.run.weight() > self.budget.run() && !self.budget.is_none() {
            self.sort(true)?;
        }
        Ok(())
    }

    fn sort(&mut self, in_files: bool) -> io::Result<()> {
        if in_files && self.spill.is_none() {
            self.spill = Some(Arc::new(Spill::new(self.budget)?));
        }
        let run = std::mem::replace(&mut self.run, Run::new(None));
        self.sorted.push(run.sort(self.spill.as_ref())?.0);
        Ok(())
    }

    /// All runs; the last one in memory if all others are.
    fn finish(mut self, in_files: bool) -> io::Result<Vec<Sorted>> {
        if !self.run.is_empty() {
            self.sort(in_files)?;
        }
        Ok(self.sorted)
    }
}

/// What a text says in pieces of about so many bytes: whole lines.
pub(in crate::store::index) fn lines(text: &str, bytes: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let from = bytes.clamp(1, rest.len()) - 1;
        let end = memchr::memchr(b'\n', &rest.as_bytes()[from..]).map_or(rest.len(), |at| from + at + 1);
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_whole_lines() {
        for text in ["", "a\n", "a\nbb\nccc\ndddd\n", "aaaaaaaaaaaa\nb\n", "ä\nö\nü\n", "no end", "\n\n"] {
            for bytes in 0..20 {
                let pieces: Vec<&str> = lines(text, bytes).collect();
                assert_eq!(pieces.concat(), text);
                let whole = |piece: &&str| piece.ends_with('\n') || text.ends_with(*piece);
                assert!(pieces.iter().all(whole), "{pieces:?}");
                assert!(pieces.iter().rev().skip(1).all(|piece| piece.len() >= bytes), "{pieces:?}");
            }
        }
    }
}
