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
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::mpsc;
use std::thread;

const LEVEL: Compression = Compression::new(2);
/// What is said of a file that a repair could not mend.
pub(super) const SET_ASIDE: &str = "is gone: a repair found it damaged";
const MEMBER: usize = 4 << 20;
/// Documents that are longer, in bytes, are read in pieces of about this length …
const PIECE: usize = 4 << 20;
/// … of which so many are unpacked before they are taken.
const AHEAD: usize = 2;
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

/// What the document said, proved by its hash.
pub(super) fn read(layout: &Layout, entry: &Entry) -> Result<String> {
    let damaged = |why| damaged(layout, entry, why);
    let mut bytes = Vec::with_capacity(entry.bytes.min(MOST_RESERVED) as usize + 1);
    unpacked(layout, entry)?
        .read_to_end(&mut bytes)
        .map_err(|error| damaged(format!("cannot be unpacked: {error}")))?;
    if ContentHash::of(&bytes) != entry.hash {
        return Err(damaged(NOT_PROMISED.into()));
    }
    String::from_utf8(bytes).map_err(|error| damaged(format!("is not UTF-8: {error}")))
}

const NOT_PROMISED: &str = "does not have the content that its name promises";

/// The same, a piece of whole lines after another: while one is taken, the next is unpacked. The hash
/// can prove them only when the last has been taken; until then they may be anything.
pub(super) fn read_pieces<E: From<ArchiveError>>(
    layout: &Layout,
    entry: &Entry,
    take: &mut dyn FnMut(&str) -> Result<(), E>,
) -> Result<(), E> {
    if entry.bytes <= PIECE as u64 {
        return take(&read(layout, entry)?);
    }
    let damaged = |why| damaged(layout, entry, why);
    let mut file = unpacked(layout, entry)?;
    // Pieces go to and fro, so that there are never more than a few.
    let (give, pieces) = mpsc::sync_channel::<Result<Vec<u8>>>(AHEAD);
    let (give_back, empty) = mpsc::channel::<Vec<u8>>();
    (0..=AHEAD).for_each(|_| give_back.send(Vec::new()).expect("both ends are here"));
    // What is moved in here is gone before the other thread is waited for.
    thread::scope(move |scope| {
        scope.spawn(move || {
            let mut hasher = Sha256::new();
            let mut rest = Vec::new();
            for mut piece in empty {
                piece.clear();
                piece.append(&mut rest);
                let read = file.by_ref().take(PIECE as u64).read_to_end(&mut piece);
                let ended = match read {
                    Ok(length) => length < PIECE,
                    Err(error) => {
                        let _ = give.send(Err(damaged(format!("cannot be unpacked: {error}"))));
                        return;
                    }
                };
                if !ended {
                    let whole = memchr::memrchr(b'\n', &piece).map_or(0, |at| at + 1);
                    rest.extend_from_slice(&piece[whole..]);
                    piece.truncate(whole);
                }
                hasher.update(&piece);
                // Who has had enough asks for no more.
                if give.send(Ok(piece)).is_err() {
                    return;
                }
                if ended {
                    if ContentHash::of_all(hasher) != entry.hash {
                        let _ = give.send(Err(damaged(NOT_PROMISED.into())));
                    }
                    return;
                }
            }
        });
        for piece in pieces {
            let piece = piece?;
            let text = std::str::from_utf8(&piece);
            let text = text.map_err(|error| damaged(format!("is not UTF-8: {error}")))?;
            if !text.is_empty() {
                take(text)?;
            }
            // Nobody takes it any more after the last.
            let _ = give_back.send(piece);
        }
        Ok(())
    })
}

/// The bytes of a document, not proved: no more than one over what is promised.
fn unpacked(layout: &Layout, entry: &Entry) -> Result<impl Read + Send> {
    let path = layout.object(entry.hash);
    let file = File::open(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            let aside = path.file_name().is_some_and(|name| layout.lost().join(name).exists());
            damaged(layout, entry, if aside { SET_ASIDE } else { "is missing" }.into())
        }
        _ => ArchiveError::reading(&path)(error),
    })?;
    // The length is known, so a file that would expand without end is stopped one byte later.
    Ok(MultiGzDecoder::new(file).take(entry.bytes.saturating_add(1)))
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
