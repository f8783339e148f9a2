//! N-Triples and N-Quads of any length, read by several threads and put in order in bounded memory.
//!
//! - `plain`: lines that stand as the archive writes them need no parser.
//! - `block`: a chunk of lines is read, and sorted where it is not, by one thread.
//! - `settle`: sorted lines pass by, and what is derived anyway is left out.
//! - `sort`: lines that come in no order are sorted in runs, which are merged.
//!
//! An input that is in order, as exports are, is read in one pass. In memory are held, whatever the
//! input's length: some chunks, the blocks of a run, a hash for each direct triple that a position backs, and
//! all triples with blank nodes, which are labelled together.
//!
//! What comes out is what `rdf` and `graph` make of the whole input in memory, which a property test
//! holds it to. Those two are asked ([`Outcome::Whole`]) where a triple stands inside another, whether as
//! RDF 1.2 or RDF-star has it, and where a short input has faults, to tell them. Of a long one, faults are
//! told line by line.

mod block;
mod plain;
mod settle;
mod sort;
#[cfg(test)]
mod tests;

use super::faults;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::spill::Spill;
use crate::ingest::invalid_utf8;
use crate::model::document::{Content, ContentHash, ContentPool};
use block::{Block, Fault, MOST_FAULTS};
use oxigraph::io::RdfFormat;
use oxrdf::{NamedNode, Triple};
pub(in crate::ingest) use settle::Incomplete;
use settle::{DerivedFilter, Settled};
use sha2::{Digest, Sha256};
use sort::Sorter;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Read};
use std::sync::{Mutex, mpsc};
use std::thread;

/// So many chunks are in memory at a time, for each thread that reads them, and some more.
const CHUNKS_EACH: usize = 2;

/// How much is done at once, in bytes.
#[derive(Clone, Copy, Debug)]
pub(in crate::ingest) struct Sizes {
    /// Read by one thread.
    pub(in crate::ingest) chunk: usize,
    /// Sorted in memory.
    pub(in crate::ingest) run: usize,
    /// An input up to this length may be read whole to tell its faults.
    pub(in crate::ingest) short: u64,
}

impl Sizes {
    /// For a load that may take so many bytes in all.
    pub(in crate::ingest) fn within(memory: u64) -> Self {
        let part = |of: u64| usize::try_from(memory / of).unwrap_or(usize::MAX);
        Self { chunk: part(256).clamp(64 << 10, 4 << 20), run: part(11), short: 32 << 20 }
    }
}

/// What an input is.
pub(in crate::ingest) enum Outcome {
    /// Graphs in the order of their first triples.
    Graphs(Vec<Graph>, ContentHash),
    /// One to be read whole; its bytes, if they cannot be had again.
    Whole(Option<Vec<u8>>),
    /// One that cannot be taken.
    Faults(Vec<Diagnostic>),
}

/// A graph of an input.
pub(in crate::ingest) struct Graph {
    pub(in crate::ingest) name: Option<NamedNode>,
    settled: Settled,
    blank: Vec<Triple>,
}

impl Graph {
    /// What it says as the document of this name, and how many direct triples nothing backs.
    pub(in crate::ingest) fn complete(
        self,
        name: &NamedNode,
        file: &str,
        room: &mut ContentPool,
    ) -> Result<(Content, usize), Incomplete> {
        self.settled.complete(self.blank, name, file, room)
    }
}

/// Why an input could not be read.
pub(in crate::ingest) enum Failure {
    /// The input itself.
    Input(io::Error),
    /// The temporary file.
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
) -> Result<Outcome, Failure> {
    let mut chunks = Chunks::new(reader, sizes, keeps, room);
    let mut collector = Collector::new(room, sizes);
    let Some(first) = chunks.next()? else { return Ok(Outcome::Whole(chunks.kept()?)) };
    if chunks.ended {
        collector.add(first.len(), Block::of(first, format), room).map_err(Failure::Spill)?;
    } else {
        chunks = in_parallel(chunks, first, format, &mut |length, block| collector.add(length, block, room))?;
    }
    let is_short = chunks.length <= sizes.short;
    let nothing = collector.names.is_empty() && collector.faults.is_empty();
    if collector.has_star || (is_short && (nothing || !collector.faults.is_empty())) {
        return chunks.kept().map(Outcome::Whole);
    }
    if nothing {
        let fault = Diagnostic::error("the file has no triples").at(Place::file(file));
        return Ok(Outcome::Faults(vec![fault]));
    }
    if !collector.faults.is_empty() {
        return Ok(Outcome::Faults(tell(file, format, collector.faults)));
    }
    let graphs = collector.end(room).map_err(Failure::Spill)?;
    Ok(Outcome::Graphs(graphs, ContentHash::of_all(chunks.hasher)))
}

/// Reads chunks beside each other, and takes what they say in their order, until it is enough.
fn in_parallel<R: Read + Send>(
    mut chunks: Chunks<R>,
    first: Vec<u8>,
    format: RdfFormat,
    take: &mut dyn FnMut(usize, Block) -> io::Result<bool>,
) -> Result<Chunks<R>, Failure> {
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
                if !take(length, block).map_err(Failure::Spill)? {
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
    fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let mut chunk = Vec::with_capacity(self.rest.len() + self.sizes.chunk);
        chunk.append(&mut self.rest);
        while !self.ended {
            let start = chunk.len();
            let most = self.sizes.chunk as u64;
            let read = self.reader.by_ref().take(most).read_to_end(&mut chunk).map_err(Failure::Input)?;
            self.ended = (read as u64) < most;
            self.hasher.update(&chunk[start..]);
            if let Some(kept) = &mut self.kept {
                kept.add(&chunk[start..], self.sizes.short).map_err(Failure::Spill)?;
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
    fn kept(mut self) -> Result<Option<Vec<u8>>, Failure> {
        if self.kept.is_some() {
            while self.next()?.is_some() {}
        }
        self.kept.map(Kept::all).transpose().map_err(Failure::Spill)
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

/// Takes blocks in their order.
struct Collector {
    /// Graphs by name, and their names in the order of their numbers.
    graphs: HashMap<String, usize>,
    names: Vec<String>,
    in_order: bool,
    settling: DerivedFilter,
    sorter: Sorter,
    blank: BTreeMap<usize, Vec<Triple>>,
    has_star: bool,
    /// Each with the number of lines before it.
    faults: Vec<(usize, Fault)>,
    line_feeds: usize,
    length: u64,
    short: u64,
}

impl Collector {
    fn new(room: &ContentPool, sizes: Sizes) -> Self {
        Self {
            graphs: HashMap::new(),
            names: Vec::new(),
            in_order: true,
            settling: DerivedFilter::default(),
            sorter: Sorter::new(room.beside(0), sizes.run),
            blank: BTreeMap::new(),
            has_star: false,
            faults: Vec::new(),
            line_feeds: 0,
            length: 0,
            short: sizes.short,
        }
    }

    /// Takes a block of a chunk of this length. Whether more is wanted.
    fn add(&mut self, length: usize, mut block: Block, room: &mut ContentPool) -> io::Result<bool> {
        self.length += length as u64;
        let faults = std::mem::take(&mut block.faults);
        self.faults.extend(faults.into_iter().map(|fault| (self.line_feeds + fault.line, fault)));
        self.line_feeds += block.line_feeds;
        self.has_star |= block.has_star;
        if self.has_star {
            return Ok(false);
        }
        if !self.faults.is_empty() {
            return Ok(self.faults.len() < MOST_FAULTS || self.length <= self.short);
        }
        let numbers: Vec<usize> = block.graphs.drain(..).map(|name| self.number(name)).collect();
        for (graph, triple) in std::mem::take(&mut block.blank) {
            self.blank.entry(numbers[graph]).or_default().push(triple);
        }
        block.sections.iter_mut().for_each(|(graph, _)| *graph = numbers[*graph]);
        block.sections.sort_unstable_by_key(|(graph, _)| *graph);
        if self.in_order {
            let is_next = block
                .sections
                .first()
                .is_none_or(|(graph, lines)| self.settling.is_next(*graph, &block.lines[lines.clone()]));
            if is_next {
                for (graph, lines) in block.sections {
                    self.settling.take(graph, &block.lines[lines], room)?;
                }
                return Ok(true);
            }
            self.in_order = false;
            for (graph, run) in std::mem::take(&mut self.settling).give_back(room)? {
                self.sorter.add_run(graph, run);
            }
        }
        self.sorter.add(block)?;
        Ok(true)
    }

    fn number(&mut self, name: String) -> usize {
        let next = self.names.len();
        *self.graphs.entry(name).or_insert_with_key(|name| {
            self.names.push(name.clone());
            next
        })
    }

    fn end(mut self, room: &mut ContentPool) -> io::Result<Vec<Graph>> {
        if !self.in_order {
            self.sorter.all(&mut |graph, lines| self.settling.take(graph, lines, room))?;
        }
        let mut settled = self.settling.end(room)?.into_iter().peekable();
        let mut graphs = Vec::new();
        for (number, name) in self.names.into_iter().enumerate() {
            let name = name.strip_prefix('<').and_then(|name| name.strip_suffix('>'));
            graphs.push(Graph {
                name: name.map(NamedNode::new_unchecked),
                settled: match settled.next_if(|settled| settled.graph == number) {
                    Some(settled) => settled,
                    None => Settled::empty(number),
                },
                blank: self.blank.remove(&number).unwrap_or_default(),
            });
        }
        Ok(graphs)
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
