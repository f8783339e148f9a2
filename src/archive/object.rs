//! What one revision of one document says: a gzip file, named by the hash of its content.
//!
//! Level 2 of gzip, by zlib-rs. Measured on 313 MB of canonical N-Triples, one thread: level
//! 1 packs 927 MB/s to a fourteenth, 2 packs 750 MB/s to a nineteenth, 3 is slower without
//! being smaller, 6 packs 276 MB/s to a twenty-fourth. Long texts become several members,
//! which are packed side by side and which `zcat` reads as one.

use super::error::{ArchiveError, Result};
use super::hash::ContentHash;
use super::layout::Layout;
use super::revision::Entry;
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use std::fs::File;
use std::io::{self, Read, Write};
use std::thread;

const LEVEL: Compression = Compression::new(2);
/// What is said of a file that a repair could not mend.
pub(super) const SET_ASIDE: &str = "is gone: a repair found it damaged";
const MEMBER: usize = 4 << 20;
/// A length is believed up to here; beyond, memory is taken as the content arrives.
const MOST_RESERVED: u64 = 1 << 30;
/// More threads than this would wait for the disk.
const MOST_THREADS: usize = 8;

/// Compresses `bytes`. The same bytes give the same file on every machine.
pub(super) fn compress(bytes: &[u8], mut out: impl Write) -> io::Result<()> {
    if bytes.len() <= MEMBER {
        return out.write_all(&member(bytes)?);
    }
    let threads = thread::available_parallelism().map_or(1, |n| n.get().min(MOST_THREADS));
    for wave in bytes.chunks(MEMBER * threads) {
        thread::scope(|scope| {
            let workers: Vec<_> = wave.chunks(MEMBER).map(|part| scope.spawn(move || member(part))).collect();
            workers
                .into_iter()
                .try_for_each(|worker| out.write_all(&worker.join().expect("compressing does not panic")?))
        })?;
    }
    Ok(())
}

fn member(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 6 + 64), LEVEL);
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// What the document said, proved by its hash.
pub(super) fn read(layout: &Layout, entry: &Entry) -> Result<String> {
    let path = layout.object(entry.hash);
    let damaged = |why| damaged(layout, entry, why);
    let file = File::open(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            let aside = path.file_name().is_some_and(|name| layout.lost().join(name).exists());
            damaged(if aside { SET_ASIDE } else { "is missing" }.into())
        }
        _ => ArchiveError::reading(&path)(error),
    })?;
    // The length is known, so a file that would expand without end is stopped one byte later.
    let mut bytes = Vec::with_capacity(entry.bytes.min(MOST_RESERVED) as usize + 1);
    MultiGzDecoder::new(file)
        .take(entry.bytes.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| damaged(format!("cannot be unpacked: {error}")))?;
    if ContentHash::of(&bytes) != entry.hash {
        return Err(damaged("does not have the content that its name promises".into()));
    }
    String::from_utf8(bytes).map_err(|error| damaged(format!("is not UTF-8: {error}")))
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
