//! What a document says: a text in memory, or, if it is long, a part of a temporary file.
//!
//! Whoever reads a content reads pieces of whole lines, and need not know which it is.

use super::apart::Apart;
use super::hash::ContentHash;
use crate::base::spill::{MemoryBudget, Spill};
use crate::model::vocab::{rdf, stp};
use memchr::memmem::{self, Finder};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, mpsc};
use std::thread;

/// About how long a piece of a file is, in bytes.
const PIECE: usize = 2 << 20;

/// So many texts may wait to be taken in.
const RECEIVED: usize = 2;

/// Canonical N-Triples: one line a triple, sorted by bytes, no duplicates.
#[derive(Clone)]
pub struct Content {
    held: Held,
    triples: u64,
    positions: u64,
    hash: OnceLock<ContentHash>,
    /// Its coding, once somebody has looked for it: that goes through all lines.
    pub(super) apart: OnceLock<Option<Apart>>,
}

#[derive(Clone)]
enum Held {
    /// Shared, so that a document can be at hand in several places.
    Text(Arc<String>),
    File {
        spill: Arc<Spill>,
        at: u64,
        len: u64,
    },
}

impl Content {
    /// How long it is, in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        match &self.held {
            Held::Text(text) => text.len() as u64,
            Held::File { len, .. } => *len,
        }
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many triples there are.
    #[must_use]
    pub fn triples(&self) -> u64 {
        self.triples
    }

    /// How many of them make something a position.
    #[must_use]
    pub fn positions(&self) -> u64 {
        self.positions
    }

    /// Pieces of whole lines, in their order.
    #[must_use]
    pub fn pieces(&self) -> Pieces<'_> {
        match &self.held {
            Held::Text(text) => Pieces::of_text(text),
            Held::File { spill, at, len } => {
                let file = Part { spill, at: *at, end: at + len };
                Pieces(Source::File(Buffer { file, bytes: Vec::new(), given: 0, filled: 0 }))
            }
        }
    }

    /// All of it as bytes.
    #[must_use]
    pub fn reader(&self) -> Reader<'_> {
        Reader(match &self.held {
            Held::Text(text) => Bytes::Text(text.as_bytes()),
            Held::File { spill, at, len } => Bytes::File(Part { spill, at: *at, end: at + len }),
        })
    }

    /// All of it as text: for who knows that it is short, or must have it whole.
    ///
    /// # Errors
    /// The temporary file cannot be read.
    pub fn text(&self) -> io::Result<Cow<'_, str>> {
        match &self.held {
            Held::Text(text) => Ok(Cow::Borrowed(text)),
            Held::File { .. } => {
                let mut text = String::new();
                self.reader().read_to_string(&mut text)?;
                Ok(Cow::Owned(text))
            }
        }
    }

    /// The same, given away.
    ///
    /// # Errors
    /// The temporary file cannot be read.
    pub fn into_text(self) -> io::Result<String> {
        match self.held {
            Held::Text(text) => Ok(Arc::unwrap_or_clone(text)),
            Held::File { .. } => self.text().map(Cow::into_owned),
        }
    }

    /// Its hash.
    #[must_use]
    pub fn hash(&self) -> ContentHash {
        *self.hash.get_or_init(|| match &self.held {
            Held::Text(text) => ContentHash::of(text.as_bytes()),
            Held::File { .. } => unreachable!("what is put into a file is hashed on its way"),
        })
    }

    /// Whether these words, which are part of a line, stand in it.
    ///
    /// # Errors
    /// The temporary file cannot be read.
    pub fn contains(&self, words: &str) -> io::Result<bool> {
        let finder = Finder::new(words);
        let mut pieces = self.pieces();
        while let Some(piece) = pieces.next()? {
            if finder.find(piece.as_bytes()).is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How many lines only one of two contents has.
    ///
    /// # Errors
    /// A temporary file cannot be read.
    pub fn differing(&self, other: &Self) -> io::Result<usize> {
        let (mut ours, mut theirs) = (Cursor::new(self.pieces())?, Cursor::new(other.pieces())?);
        let mut differing = 0;
        loop {
            let order = match (ours.line(), theirs.line()) {
                (None, None) => return Ok(differing),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(our), Some(their)) => our.cmp(their),
            };
            differing += usize::from(order.is_ne());
            if order.is_le() {
                ours.advance()?;
            }
            if order.is_ge() {
                theirs.advance()?;
            }
        }
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        let mut counted = Counted::default();
        counted.count(text.as_bytes());
        let Counted { triples, positions } = counted;
        let held = Held::Text(text.into());
        Self { held, triples, positions, hash: OnceLock::new(), apart: OnceLock::new() }
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        match (&self.held, &other.held) {
            (Held::Text(ours), Held::Text(theirs)) => ours == theirs,
            _ => self.len() == other.len() && self.hash() == other.hash(),
        }
    }
}

impl Eq for Content {}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.held {
            Held::Text(text) => f.debug_tuple("Content").field(text).finish(),
            Held::File { at, len, .. } => write!(f, "Content({len} bytes at {at} of a temporary file)"),
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    triples: u64,
    positions: u64,
}

impl Counted {
    fn count(&mut self, lines: &[u8]) {
        static TYPED: OnceLock<Finder<'static>> = OnceLock::new();
        let typed = TYPED.get_or_init(|| {
            let typed = format!(" {} {} .\n", rdf::TYPE, stp::POSITION);
            memmem::Finder::new(typed.as_bytes()).into_owned()
        });
        self.triples += super::count_lines(lines) as u64;
        self.positions += typed.find_iter(lines).count() as u64;
    }
}

/// A part of a temporary file that is still to be read.
struct Part<'a> {
    spill: &'a Spill,
    at: u64,
    end: u64,
}

impl Read for Part<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = usize::try_from(self.end - self.at).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.spill.read_at(&mut buffer[..length], self.at)?;
        if read == 0 && length > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += read as u64;
        Ok(read)
    }
}

/// The bytes of a content.
pub struct Reader<'a>(Bytes<'a>);

enum Bytes<'a> {
    Text(&'a [u8]),
    File(Part<'a>),
}

impl Read for Reader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Bytes::Text(text) => text.read(buffer),
            Bytes::File(part) => part.read(buffer),
        }
    }
}

/// Pieces of whole lines: all of a text at once, some MB of a file each time.
pub struct Pieces<'a>(Source<'a>);

enum Source<'a> {
    Text(Option<&'a str>),
    File(Buffer<'a>),
}

impl<'a> Pieces<'a> {
    fn of_text(text: &'a str) -> Self {
        Self(Source::Text((!text.is_empty()).then_some(text)))
    }

    /// The next one; none after the last.
    ///
    /// # Errors
    /// The temporary file cannot be read.
    #[allow(clippy::should_implement_trait)] // A piece is lent out.
    pub fn next(&mut self) -> io::Result<Option<&str>> {
        match &mut self.0 {
            Source::Text(text) => Ok(text.take()),
            Source::File(buffer) => {
                let piece = std::str::from_utf8(buffer.next()?).map_err(|_| io::ErrorKind::InvalidData)?;
                Ok((!piece.is_empty()).then_some(piece))
            }
        }
    }
}

/// A file in pieces of whole lines.
struct Buffer<'a> {
    file: Part<'a>,
    bytes: Vec<u8>,
    /// How much of the buffer was the last piece, and how much of it has been read.
    given: usize,
    filled: usize,
}

impl Buffer<'_> {
    /// Fills the buffer behind what was given before, and gives as many whole lines as there are.
    fn next(&mut self) -> io::Result<&[u8]> {
        self.bytes.copy_within(self.given..self.filled, 0);
        self.filled -= self.given;
        self.given = 0;
        loop {
            let start = self.filled;
            // No more than is needed: runs are many, and may be short.
            let left = usize::try_from(self.file.end - self.file.at).unwrap_or(usize::MAX);
            self.bytes.resize(self.bytes.len().max(self.filled + left.min(PIECE)), 0);
            while self.filled < self.bytes.len() {
                match self.file.read(&mut self.bytes[self.filled..])? {
                    0 => break,
                    length => self.filled += length,
                }
            }
            if self.file.at == self.file.end {
                self.given = self.filled;
            } else if let Some(last) = memchr::memrchr(b'\n', &self.bytes[start..self.filled]) {
                self.given = start + last + 1;
            } else {
                continue;
            }
            return Ok(&self.bytes[..self.given]);
        }
    }
}

/// One line after another, each with its line feed.
pub struct Cursor<'a> {
    pieces: Pieces<'a>,
    /// What is read, if it is in memory.
    text: &'a [u8],
    line: std::ops::Range<usize>,
}

impl<'a> Cursor<'a> {
    /// At the first line.
    pub fn new(pieces: Pieces<'a>) -> io::Result<Self> {
        let mut cursor = Self { pieces, text: &[], line: 0..0 };
        cursor.advance()?;
        Ok(cursor)
    }

    /// At the first of these lines in memory.
    pub(crate) fn of_lines(lines: &'a [u8]) -> Self {
        let mut cursor = Self { pieces: Pieces(Source::Text(None)), text: lines, line: 0..0 };
        cursor.advance().expect("nothing is read");
        cursor
    }

    /// The bytes that lines are taken from.
    fn bytes(&self) -> &[u8] {
        match &self.pieces.0 {
            Source::Text(_) => self.text,
            Source::File(buffer) => &buffer.bytes[..buffer.given],
        }
    }

    /// The line; none behind the last.
    pub fn line(&self) -> Option<&[u8]> {
        (!self.line.is_empty()).then(|| &self.bytes()[self.line.clone()])
    }

    /// The line and all behind it that is at hand; to be followed by [`skip`](Self::skip).
    pub(crate) fn at_hand(&self) -> &[u8] {
        &self.bytes()[self.line.start..]
    }

    /// Behind what is at hand.
    pub(crate) fn skip(&mut self) -> io::Result<()> {
        self.line.end = self.bytes().len();
        self.advance()
    }

    /// To the first line that is not below these bytes, if it is not there already.
    pub fn advance_to(&mut self, least: &[u8]) -> io::Result<()> {
        while self.line().is_some_and(|line| line < least) {
            let lines = self.at_hand();
            let start = |before: usize| memchr::memrchr(b'\n', &lines[..before]).map_or(0, |at| at + 1);
            // Lines that begin below `low` are below, the one at `high` is not.
            let (mut low, mut high) = (0, lines.len());
            while low < high {
                let middle = start(low.midpoint(high));
                let end = memchr::memchr(b'\n', &lines[middle..]).map_or(lines.len(), |at| middle + at + 1);
                if &lines[middle..end] < least { low = end } else { high = middle }
            }
            self.line.end = self.line.start + low;
            self.advance()?;
        }
        Ok(())
    }

    /// To the next line.
    pub fn advance(&mut self) -> io::Result<()> {
        if self.line.end == self.bytes().len() {
            self.line = 0..0;
            match &mut self.pieces.0 {
                Source::Text(text) => self.text = text.take().unwrap_or_default().as_bytes(),
                Source::File(buffer) => {
                    buffer.next()?;
                }
            }
        }
        let rest = &self.bytes()[self.line.end..];
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
        self.line = self.line.end..self.line.end + length;
        Ok(())
    }
}

/// Where contents are put: so much of them in memory, the rest into one temporary file.
#[derive(Debug)]
pub struct ContentPool {
    dir: Option<PathBuf>,
    memory: u64,
    spill: Option<Arc<Spill>>,
    counts: bool,
}

impl ContentPool {
    /// Everything in memory, however long it is.
    #[must_use]
    pub fn in_memory() -> Self {
        Self { dir: None, memory: u64::MAX, spill: None, counts: true }
    }

    /// What is over these bytes of memory, into a file in this folder.
    #[must_use]
    pub fn in_folder(dir: &Path, memory: u64) -> Self {
        Self { dir: Some(dir.into()), memory, spill: None, counts: true }
    }

    /// Another room in the same folder, for lines that are needed for a while only: nobody asks how many
    /// there are, nor for their hash.
    #[must_use]
    pub(crate) fn beside(&self, memory: u64) -> Self {
        let room = match &self.dir {
            Some(dir) => Self::in_folder(dir, memory),
            None => Self::in_memory(),
        };
        Self { counts: false, ..room }
    }

    /// The folder, if there is one.
    #[must_use]
    pub fn dir(&self) -> Option<&Path> {
        self.dir.as_deref()
    }

    /// Takes back a content that is not needed any more.
    pub(crate) fn free(&mut self, content: Content) {
        if let Held::Text(text) = content.held {
            self.memory = self.memory.saturating_add(text.len() as u64);
        }
    }

    /// Begins a content. Only one is written at a time: its parts stand together.
    pub(crate) fn begin(&self) -> Begun {
        let memory = self.memory;
        let hasher = self.counts.then(Sha256::new);
        Begun { text: Vec::new(), noted: 0, memory, file: None, counted: Counted::default(), hasher }
    }

    /// Puts a text in.
    ///
    /// # Errors
    /// The temporary file cannot be written.
    pub fn keep(&mut self, text: String) -> io::Result<Content> {
        if text.len() as u64 <= self.memory {
            self.memory -= text.len() as u64;
            return Ok(text.into());
        }
        let mut begun = self.begin();
        begun.write(text.as_bytes(), self)?;
        begun.end(self)
    }

    /// Takes in lines while another thread makes them. They come in their order, in texts of whole lines.
    ///
    /// # Errors
    /// The temporary file cannot be written.
    pub(crate) fn receive(
        &mut self,
        make: impl FnOnce(&mut dyn FnMut(String)) + Send,
    ) -> io::Result<Content> {
        let mut begun = self.begin();
        thread::scope(|scope| {
            let (give, given) = mpsc::sync_channel::<String>(RECEIVED);
            // Nobody takes any more after an error.
            scope.spawn(move || make(&mut |lines| drop(give.send(lines))));
            given.iter().try_for_each(|lines| begun.write(lines.as_bytes(), self))
        })?;
        begun.end(self)
    }

    /// The temporary file.
    pub(crate) fn spill(&mut self) -> io::Result<Option<&Arc<Spill>>> {
        if self.spill.is_none()
            && let Some(dir) = &self.dir
        {
            self.spill = Some(Arc::new(Spill::new(&MemoryBudget::folder(dir))?));
        }
        Ok(self.spill.as_ref())
    }
}

/// A content in the making. It may be dropped; what it has put into a file stays there unused.
pub struct Begun {
    text: Vec<u8>,
    /// So much of the text has been hashed and counted.
    noted: usize,
    memory: u64,
    /// The file and where in it this began.
    file: Option<(Arc<Spill>, u64)>,
    counted: Counted,
    /// None for what nobody asks for its hash.
    hasher: Option<Sha256>,
}

/// Lines are hashed and counted in portions of about this length, in bytes.
const PORTION: usize = 1 << 20;

impl Begun {
    /// Adds lines, which come in their order.
    ///
    /// # Errors
    /// The temporary file cannot be written.
    pub(crate) fn write(&mut self, lines: &[u8], room: &mut ContentPool) -> io::Result<()> {
        if self.file.is_none() {
            if (self.text.len() + lines.len()) as u64 <= self.memory {
                self.text.extend_from_slice(lines);
                if self.text.len() - self.noted >= PORTION {
                    self.note();
                }
                return Ok(());
            }
            let spill = room.spill()?.expect("without a folder there is memory for all");
            self.file = Some((spill.clone(), spill.len()));
            self.flush()?;
        }
        if lines.len() >= PORTION {
            self.flush()?;
            note(&mut self.hasher, &mut self.counted, lines);
            return self.append(lines);
        }
        self.text.extend_from_slice(lines);
        if self.text.len() >= PORTION { self.flush() } else { Ok(()) }
    }

    /// Hashes and counts what has come: while a text still grows in memory, this costs no time of its own.
    fn note(&mut self) {
        note(&mut self.hasher, &mut self.counted, &self.text[self.noted..]);
        self.noted = self.text.len();
    }

    fn flush(&mut self) -> io::Result<()> {
        self.note();
        self.append(&self.text)?;
        self.text.clear();
        self.noted = 0;
        Ok(())
    }

    fn append(&self, lines: &[u8]) -> io::Result<()> {
        let (spill, _) = self.file.as_ref().expect("lines are flushed into a file");
        spill.append(lines)
    }

    /// The content.
    ///
    /// # Errors
    /// The temporary file cannot be written.
    pub(crate) fn end(mut self, room: &mut ContentPool) -> io::Result<Content> {
        let held = match self.file.clone() {
            None => {
                self.note();
                room.memory -= self.text.len() as u64;
                Held::Text(Arc::new(String::from_utf8(self.text).expect("lines are text")))
            }
            Some((spill, at)) => {
                self.flush()?;
                let len = spill.len() - at;
                Held::File { spill, at, len }
            }
        };
        let Counted { triples, positions } = self.counted;
        let hash = self.hasher.map(|hasher| ContentHash::of_all(hasher).into()).unwrap_or_default();
        Ok(Content { held, triples, positions, hash, apart: OnceLock::new() })
    }
}

fn note(hasher: &mut Option<Sha256>, counted: &mut Counted, lines: &[u8]) {
    if let Some(hasher) = hasher {
        hasher.update(lines);
        counted.count(lines);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_advances_to_the_first_line_that_is_not_below(
            lines in prop::collection::btree_set("[ab]{1,4}", 0..40),
            mut targets in prop::collection::vec("[abc]{1,4}", 0..8),
        ) {
            targets.sort();
            let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
            let dir = tempfile::tempdir().unwrap();
            for mut room in [ContentPool::in_memory(), ContentPool::in_folder(dir.path(), 0)] {
                let content = room.keep(text.clone()).unwrap();
                let mut cursor = Cursor::new(content.pieces()).unwrap();
                for target in &targets {
                    cursor.advance_to(target.as_bytes()).unwrap();
                    let expected = lines.iter().find(|line| format!("{line}\n") >= *target);
                    let line = cursor.line().map(|line| String::from_utf8_lossy(line).trim_end().to_owned());
                    prop_assert_eq!(line.as_ref(), expected);
                }
            }
        }
    }

    #[test]
    fn what_another_thread_makes_is_taken_in() {
        let texts: Vec<String> =
            (0..50).map(|n| format!("<ex:{n:02}> <ex:p> \"{n}\" .\n").repeat(30_000)).collect();
        let dir = tempfile::tempdir().unwrap();
        for mut room in [ContentPool::in_memory(), ContentPool::in_folder(dir.path(), 100)] {
            let made = texts.clone();
            let content = room.receive(move |give| made.iter().cloned().for_each(give)).unwrap();
            assert_eq!(content.hash(), ContentHash::of(texts.concat().as_bytes()));
            assert_eq!(content.triples(), 50 * 30_000);
        }
    }
}
