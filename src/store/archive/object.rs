//! What one revision of one document says: a gzip file, named by the hash of its content.
//!
//! Level 2 of gzip, by zlib-rs. Measured on 313 MB of canonical N-Triples, one thread: level
//! 1 packs 927 MB/s to a fourteenth, 2 packs 750 MB/s to a nineteenth, 3 is slower without
//! being smaller, 6 packs 276 MB/s to a twenty-fourth. Long texts become several members,
//! which are packed side by side and which `zcat` reads as one.

use super::ContentHash;
use super::error::{ArchiveError, Result};
use super::layout::Layout;
use super::revision::Entry;
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use std::fs::File;
use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::string::FromUtf8Error;
use std::thread;

const LEVEL: Compression = Compression::new(2);
/// What is said of a file that a repair could not mend.
pub(super) const SET_ASIDE: &str = "is missing: a repair found it damaged and moved it";
const MEMBER: usize = 4 << 20;
/// A length is believed up to here; beyond, memory is taken as the content arrives.
const MOST_RESERVED: u64 = 1 << 30;
/// More threads than this would wait for the disk.
const MOST_THREADS: usize = 8;

/// Compresses all that comes. The same bytes give the same file on every machine.
pub(super) fn compress(mut bytes: impl Read, mut out: impl Write) -> io::Result<()> {
    let threads = thread::available_parallelism().map_or(1, |n| n.get().min(MOST_THREADS));
    let mut wave = Vec::new();
    let mut first = true;
    loop {
        wave.clear();
        bytes.by_ref().take((MEMBER * threads) as u64).read_to_end(&mut wave)?;
        if wave.len() <= MEMBER {
            // Nothing is one member, too.
            if first || !wave.is_empty() {
                out.write_all(&member(&wave)?)?;
            }
        } else {
            thread::scope(|scope| {
                let workers: Vec<_> =
                    wave.chunks(MEMBER).map(|part| scope.spawn(move || member(part))).collect();
                workers.into_iter().try_for_each(|worker| {
                    out.write_all(&worker.join().expect("compressing does not panic")?)
                })
            })?;
        }
        if wave.len() < MEMBER * threads {
            return Ok(());
        }
        first = false;
    }
}

fn member(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 6 + 64), LEVEL);
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// The bytes of the document, packed no longer. The length is known, so a file that would expand
/// without end is stopped one byte later.
fn unpack(layout: &Layout, entry: &Entry) -> Result<impl Read + use<>> {
    let path = layout.object(entry.hash);
    let file = File::open(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            let aside = path.file_name().is_some_and(|name| layout.lost().join(name).exists());
            damaged(layout, entry, if aside { SET_ASIDE } else { "is missing" }.into())
        }
        _ => ArchiveError::reading(&path)(error),
    })?;
    Ok(MultiGzDecoder::new(file).take(entry.bytes.saturating_add(1)))
}

/// What the document said, proved by its hash.
pub(super) fn read(layout: &Layout, entry: &Entry) -> Result<String> {
    let damaged = |why| damaged(layout, entry, why);
    let mut bytes = Vec::with_capacity(entry.bytes.min(MOST_RESERVED) as usize + 1);
    unpack(layout, entry)?
        .read_to_end(&mut bytes)
        .map_err(|error| damaged(format!("cannot be unpacked: {error}")))?;
    if ContentHash::of(&bytes) != entry.hash {
        return Err(damaged("does not match the hash in its name".into()));
    }
    String::from_utf8(bytes).map_err(|error| damaged(format!("is not UTF-8: {error}")))
}

/// Hands over what the document said in pieces of whole lines, of about so many bytes, until it is told
/// to break off. It is proved when all of it has been read, as it is in any case.
pub(super) fn read_pieces(
    layout: &Layout,
    entry: &Entry,
    bytes: usize,
    take: &mut dyn FnMut(String) -> ControlFlow<()>,
) -> Result<()> {
    let damaged = |why| damaged(layout, entry, why);
    let mut pieces =
        Pieces { from: unpack(layout, entry)?, bytes, piece: Vec::new(), wrong: None, take: Some(take) };
    let hash = ContentHash::of_stream(&mut pieces)
        .map_err(|error| damaged(format!("cannot be unpacked: {error}")))?;
    if hash != entry.hash {
        return Err(damaged("does not match the hash in its name".into()));
    }
    pieces.give(pieces.piece.len());
    pieces.wrong.map_or(Ok(()), |error| Err(damaged(format!("is not UTF-8: {error}"))))
}

/// What is read through it is handed over in whole lines.
struct Pieces<'t, R> {
    from: R,
    bytes: usize,
    piece: Vec<u8>,
    wrong: Option<FromUtf8Error>,
    /// None if no more is wanted.
    take: Option<&'t mut dyn FnMut(String) -> ControlFlow<()>>,
}

impl<R> Pieces<'_, R> {
    /// Hands over so many of the bytes that have come.
    fn give(&mut self, bytes: usize) {
        let Some(take) = &mut self.take else { return };
        let mut rest = Vec::with_capacity(self.bytes + self.bytes / 8);
        rest.extend(self.piece.drain(bytes..));
        let piece = std::mem::replace(&mut self.piece, rest);
        let goes_on = match String::from_utf8(piece) {
            Ok(piece) if piece.is_empty() => true,
            Ok(piece) => take(piece).is_continue(),
            Err(error) => {
                self.wrong = Some(error);
                false
            }
        };
        if !goes_on {
            self.take = None;
        }
    }
}

impl<R: Read> Read for Pieces<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(into)?;
        if self.take.is_some() {
            let new = self.piece.len();
            self.piece.extend_from_slice(&into[..read]);
            if self.piece.len() >= self.bytes
                && let Some(at) = memchr::memrchr(b'\n', &self.piece[new..])
            {
                self.give(new + at + 1);
            }
        }
        Ok(read)
    }
}

/// The error for a document whose content is not what it was; `why` continues the sentence.
pub(super) fn damaged(layout: &Layout, entry: &Entry, why: String) -> ArchiveError {
    ArchiveError::DamagedObject {
        document: entry.short_name().into(),
        origin: entry.origin.clone(),
        path: layout.object(entry.hash),
        why,
    }
}
