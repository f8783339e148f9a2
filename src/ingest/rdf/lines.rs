//! N-Triples and N-Quads of any length, read in chunks by several threads.
//!
//! Left to who reads a text as a whole ([`Outcome::Whole`]) are inputs where a triple stands inside another,
//! whether as RDF 1.2 or RDF-star has it, and short ones with faults, to tell them. Of long ones, faults are
//! told line by line.

use super::block::{Block, Fault, MOST_FAULTS};
use super::collect::Collector;
use super::dataset::Dataset;
use super::faults;
use crate::base::diagnostic::Diagnostic;
use crate::base::spill::Spill;
use crate::ingest::invalid_utf8;
use crate::model::document::{ContentHash, ContentPool};
use oxigraph::io::RdfFormat;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::{Mutex, mpsc};
use std::thread;

/// Number of chunks in memory for each thread that reads them.
const CHUNKS_EACH: usize = 2;

/// Sizes in bytes of what is done at once.
#[derive(Clone, Copy, Debug)]
pub(in crate::ingest) struct Sizes {
    /// Length of what one thread reads.
    pub(in crate::ingest) chunk: usize,
    /// Length of what is sorted in memory.
    pub(in crate::ingest) run: usize,
    /// Length up to which an input may be read as a whole to tell its faults.
    pub(in crate::ingest) short: u64,
}

impl Sizes {
    /// Sizes for a load that may take so many bytes in all.
    pub(in crate::ingest) fn within(memory: u64) -> Self {
        let part = |of: u64| usize::try_from(memory / of).unwrap_or(usize::MAX);
        Self { chunk: part(256).clamp(64 << 10, 4 << 20), run: part(11), short: 32 << 20 }
    }
}

/// Result of reading an input.
pub(in crate::ingest) enum Outcome {
    /// Its graphs, in the order of their first triples, and the hash of its bytes.
    Dataset(Dataset, ContentHash),
    /// An input to be read as a whole; its bytes, if they cannot be had again.
    Whole(Option<Vec<u8>>),
    /// Faults of an input that cannot be taken.
    Faults(Vec<Diagnostic>),
    /// It has no triples.
    Nothing,
}

/// Reason why an input could not be read.
pub(in crate::ingest) enum LinesError {
    /// Error of the input itself.
    Input(io::Error),
    /// Error of the temporary file.
    Spill(io::Error),
}

/// Reads an input. `keeps` if it cannot be read a second time.
pub(in crate::ingest) fn read(
    reader: impl Read + Send,
    file: &str,
    format: RdfFormat,
    keeps: bool,
    room: &mut ContentPool,
    sizes: Sizes,
) -> Result<Outcome, LinesError> {
    let mut chunks = Chunks::new(reader, sizes, keeps, room);
    let mut collector = Collector::new(room, sizes);
    let Some(first) = chunks.next()? else { return Ok(Outcome::Whole(chunks.kept()?)) };
    if chunks.ended {
        collector.add(first.len(), Block::of(first, format), room).map_err(LinesError::Spill)?;
    } else {
        chunks = in_parallel(chunks, first, format, &mut |length, block| collector.add(length, block, room))?;
    }
    let is_short = chunks.length <= sizes.short;
    let nothing = collector.names.is_empty() && collector.faults.is_empty();
    if collector.has_star || (is_short && (nothing || !collector.faults.is_empty())) {
        return chunks.kept().map(Outcome::Whole);
    }
    if nothing {
        return Ok(Outcome::Nothing);
    }
    if !collector.faults.is_empty() {
        return Ok(Outcome::Faults(tell(file, format, collector.faults)));
    }
    let dataset = collector.end(room).map_err(LinesError::Spill)?;
    Ok(Outcome::Dataset(dataset, ContentHash::of_all(chunks.hasher)))
}

/// Reads chunks beside each other, and takes what they say in their order, until it is enough.
fn in_parallel<R: Read + Send>(
    mut chunks: Chunks<R>,
    first: Vec<u8>,
    format: RdfFormat,
    take: &mut dyn FnMut(usize, Block) -> io::Result<bool>,
) -> Result<Chunks<R>, LinesError> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let (give, given) = mpsc::channel::<(usize, Vec<u8>)>();
    let given = Mutex::new(given);
    let given = &given;
    let (done, blocks) = mpsc::channel::<(usize, usize, Block)>();
    // Who has a leave reads a chunk; so there are never more than a few.
    let (leave, leaves) = mpsc::channel::<()>();
    (0..threads * CHUNKS_EACH + 1).for_each(|_| leave.send(()).expect("both ends are here"));
    // What is moved in here is gone before the other threads are waited for.
    thread::scope(move |scope| {
        let reader = scope.spawn(move || {
            let mut chunk = Some(first);
            for number in 0.. {
                let Some(next) = chunk.take() else { break };
                if leaves.recv().is_err() || give.send((number, next)).is_err() {
                    break;
                }
                chunk = chunks.next()?;
            }
            Ok(chunks)
        });
        for _ in 0..threads {
            let done = done.clone();
            scope.spawn(move || {
                loop {
                    let next = given.lock().expect("nothing panics that holds it").recv();
                    let Ok((number, chunk)) = next else { return };
                    let length = chunk.len();
                    if done.send((number, length, Block::of(chunk, format))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        let mut early: BTreeMap<usize, (usize, Block)> = BTreeMap::new();
        let mut next = 0;
        'all: for (number, length, block) in blocks {
            early.insert(number, (length, block));
            while let Some((length, block)) = early.remove(&next) {
                next += 1;
                if !take(length, block).map_err(LinesError::Spill)? {
                    break 'all;
                }
                // Nobody may be waiting any more.
                let _ = leave.send(());
            }
        }
        drop(leave);
        reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// The input in chunks of whole lines.
struct Chunks<R> {
    reader: R,
    sizes: Sizes,
    /// The beginning of the next chunk.
    rest: Vec<u8>,
    hasher: Sha256,
    length: u64,
    ended: bool,
    /// All of it, if it cannot be read again.
    kept: Option<Kept>,
}

struct Kept {
    bytes: Vec<u8>,
    /// Where what is longer goes.
    room: ContentPool,
    spill: Option<std::sync::Arc<Spill>>,
}

impl<R: Read> Chunks<R> {
    fn new(reader: R, sizes: Sizes, keeps: bool, room: &ContentPool) -> Self {
        let kept = keeps.then(|| Kept { bytes: Vec::new(), room: room.beside(0), spill: None });
        Self { reader, sizes, rest: Vec::new(), hasher: Sha256::new(), length: 0, ended: false, kept }
    }

    /// The next chunk; none at the end.
    fn next(&mut self) -> Result<Option<Vec<u8>>, LinesError> {
        let mut chunk = Vec::with_capacity(self.rest.len() + self.sizes.chunk);
        chunk.append(&mut self.rest);
        while !self.ended {
            let start = chunk.len();
            let most = self.sizes.chunk as u64;
            let read = self.reader.by_ref().take(most).read_to_end(&mut chunk).map_err(LinesError::Input)?;
            self.ended = (read as u64) < most;
            self.hasher.update(&chunk[start..]);
            if let Some(kept) = &mut self.kept {
                kept.add(&chunk[start..], self.sizes.short).map_err(LinesError::Spill)?;
            }
            // Some editors begin files with it.
            let mark = crate::ingest::BYTE_ORDER_MARK.len_utf8();
            if self.length == 0 && chunk.get(..mark).is_some_and(|b| b == "\u{feff}".as_bytes()) {
                chunk.drain(..mark);
            }
            self.length += read as u64;
            if let Some(last) = memchr::memrchr(b'\n', &chunk)
                && !self.ended
            {
                self.rest = chunk.split_off(last + 1);
                break;
            }
        }
        Ok((!chunk.is_empty()).then_some(chunk))
    }

    /// All that has been read and what is left.
    fn kept(mut self) -> Result<Option<Vec<u8>>, LinesError> {
        if self.kept.is_some() {
            while self.next()?.is_some() {}
        }
        self.kept.map(Kept::all).transpose().map_err(LinesError::Spill)
    }
}

impl Kept {
    fn add(&mut self, bytes: &[u8], most: u64) -> io::Result<()> {
        if (self.bytes.len() + bytes.len()) as u64 > most
            && let Some(spill) = self.room.spill()?
        {
            spill.append(&std::mem::take(&mut self.bytes))?;
            self.spill = Some(spill.clone());
        }
        match &self.spill {
            Some(spill) => spill.append(bytes),
            None => {
                self.bytes.extend_from_slice(bytes);
                Ok(())
            }
        }
    }

    fn all(mut self) -> io::Result<Vec<u8>> {
        if let Some(spill) = self.spill {
            self.bytes.resize(usize::try_from(spill.len()).unwrap_or(usize::MAX), 0);
            let mut at = 0;
            while at < self.bytes.len() {
                at += spill.read_at(&mut self.bytes[at..], at as u64)?;
            }
        }
        Ok(self.bytes)
    }
}

/// The faults of these lines.
fn tell(file: &str, format: RdfFormat, faults: Vec<(usize, Fault)>) -> Vec<Diagnostic> {
    // A text that is none is told of before what stands in it.
    if let Some((line, fault)) = faults.iter().find(|(_, fault)| fault.errors.is_none())
        && let Err(error) = String::from_utf8(fault.text.clone())
    {
        return vec![invalid_utf8(file, &error).below(*line)];
    }
    let (mut found, mut others) = (Vec::new(), Vec::new());
    for (line, fault) in faults {
        let text = String::from_utf8_lossy(&fault.text);
        let errors = fault.errors.unwrap_or_default();
        match faults::of_line(file, &text, format) {
            Some(told) => found.push(told.below(line)),
            None => others.extend(faults::whole(file, &text, &errors).into_iter().map(|d| d.below(line))),
        }
    }
    if found.is_empty() {
        found = others;
    }
    found.truncate(MOST_FAULTS);
    found
}
