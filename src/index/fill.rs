//! Documents read into runs, by as many threads as there are processors.

use super::delta::Failure;
use super::derive::Names;
use super::parse_into;
use super::run::Run;
use oxrdf::Triple;
use std::borrow::Cow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// A document that is longer, in bytes, is shared among all threads.
const LONG: u64 = 32 << 20;

/// Where documents come from.
pub(super) trait Source: Sync {
    type Document: Sync;
    type Error: Send;

    /// About how long it is, in bytes.
    fn size(&self, document: &Self::Document) -> u64;

    /// What it says, in canonical N-Triples.
    fn read<'a>(&'a self, document: &'a Self::Document) -> Result<Cow<'a, str>, Self::Error>;

    /// It is no N-Triples.
    fn unreadable(&self, document: &Self::Document, failure: Failure) -> Self::Error;
}

/// The triples of the background, whose run comes first and knows the names for direct triples, and of
/// all documents. Which run a triple is in depends on chance, and what is made of them does not.
pub(super) fn fill<S: Source>(
    background: &[Triple],
    documents: &[S::Document],
    source: &S,
) -> Result<(Vec<Run<'static>>, Names), S::Error> {
    let in_memory = "nothing is below that could be damaged";
    let mut first = Run::new(None);
    let names = Names::of(&mut first).expect(in_memory);
    background.iter().for_each(|triple| first.add(triple.as_ref()).expect(in_memory));
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut runs: Vec<Run<'static>> = (0..threads).map(|_| Run::new(None)).collect();
    let (long, short): (Vec<_>, Vec<_>) = documents.iter().partition(|d| source.size(d) > LONG);
    for document in long {
        let text = source.read(document)?;
        let pieces = pieces(&text, threads);
        thread::scope(|scope| {
            let parse = |(piece, run)| parse_into(piece, run).map_err(|f| source.unreadable(document, f));
            let work = pieces.into_iter().zip(&mut runs);
            let readers: Vec<_> = work.map(|work| scope.spawn(move || parse(work))).collect();
            readers.into_iter().try_for_each(|reader| reader.join().expect("parsing does not panic"))
        })?;
    }
    let next = AtomicUsize::new(0);
    let read_all = |run: &mut Run<'static>| {
        while let Some(document) = short.get(next.fetch_add(1, Ordering::Relaxed)) {
            let text = source.read(document)?;
            parse_into(&text, run).map_err(|failure| source.unreadable(document, failure))?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let readers: Vec<_> = runs.iter_mut().map(|run| scope.spawn(|| read_all(run))).collect();
        readers.into_iter().try_for_each(|reader| reader.join().expect("reading does not panic"))
    })?;
    let mut all = vec![first];
    all.append(&mut runs);
    Ok((all, names))
}

/// Whole lines, in as many pieces of about the same length.
fn pieces(text: &str, number: usize) -> Vec<&str> {
    let mut rest = text;
    let mut pieces = Vec::new();
    for left in (1..=number).rev() {
        let about = rest.len() / left;
        let end = memchr::memchr(b'\n', &rest.as_bytes()[about.min(rest.len())..]).map(|at| about + at + 1);
        let (piece, after) = rest.split_at(if left == 1 { rest.len() } else { end.unwrap_or(rest.len()) });
        pieces.push(piece);
        rest = after;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_whole_lines() {
        for text in ["", "a\n", "a\nbb\nccc\ndddd\n", "aaaaaaaaaaaa\nb\n", "ä\nö\nü\n", "no end"] {
            for number in 1..6 {
                let pieces = pieces(text, number);
                assert_eq!(pieces.concat(), text);
                assert_eq!(pieces.len(), number);
                let whole =
                    |piece: &&str| piece.is_empty() || piece.ends_with('\n') || text.ends_with(*piece);
                assert!(pieces.iter().all(whole), "{pieces:?}");
            }
        }
    }
}
