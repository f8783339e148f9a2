//! Files that are written once, and verified as they are read.
//!
//! ```text
//! data        sections, each at a multiple of 4 bytes
//! sums        CRC-32 of every 16 KiB of the data
//! contents    what is where in the data (JSON)
//! trailer     40 bytes: magic, version, CRC-32 of sums, contents and trailer, three lengths
//! ```
//!
//! Numbers are little-endian. Opening reads the end of the file only; a part of the data is
//! verified when it is touched for the first time, so opening takes as long for a large file as for
//! a small one, and no byte is believed that has not been verified.

use super::corruption::Corruption;
use super::map::map;
use crc32fast::Hasher;
use memmap2::Mmap;
use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// How much data has one sum.
const CHUNK: usize = 16 << 10;
const MAGIC: [u8; 8] = *b"stpindex";
const VERSION: u32 = 2;
const TRAILER: usize = 40;

/// A file, or the same in memory.
pub(in crate::store::index) struct Sealed {
    path: PathBuf,
    data: Data,
    /// Where the data end.
    end: usize,
    sums: Range<usize>,
    /// A bit for every chunk that has been verified; empty where nothing has to be.
    verified: Vec<AtomicU64>,
}

enum Data {
    Mapped(Mmap),
    Owned(Vec<u8>),
}

impl Sealed {
    /// A file, and its contents.
    pub(in crate::store::index) fn open(path: &Path) -> Result<(Self, Vec<u8>), Corruption> {
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Corruption::new(path, "is missing".into()),
            _ => Corruption::new(path, format!("cannot be read: {error}")),
        })?;
        Self::of_file(&file, path)
    }

    /// The same of a file that is open; `path` is what it is called if it is damaged.
    pub(in crate::store::index) fn of_file(file: &File, path: &Path) -> Result<(Self, Vec<u8>), Corruption> {
        let damage = |why: String| Corruption::new(path, why);
        let data = map(file).map_err(|error| damage(format!("cannot be read: {error}")))?;
        let Some((_, trailer)) = data.split_last_chunk::<TRAILER>() else {
            return Err(damage("is too short for a file of an index".into()));
        };
        if trailer[..8] != MAGIC {
            return Err(damage(
                "does not end like a file of an index: it was truncated, or is another file".into(),
            ));
        }
        let small = |at: usize| u32::from_le_bytes(trailer[at..at + 4].try_into().expect("four bytes"));
        let large = |at: usize| u64::from_le_bytes(trailer[at..at + 8].try_into().expect("eight bytes"));
        if small(8) != VERSION {
            return Err(damage(format!("has version {}, but this program reads {VERSION}", small(8))));
        }
        let lengths = [large(16), large(24), large(32)].map(usize::try_from);
        let [Ok(end), Ok(sums), Ok(contents)] = lengths else { return Err(damage("is damaged".into())) };
        let whole = end.checked_add(sums).and_then(|n| n.checked_add(contents)?.checked_add(TRAILER));
        if whole != Some(data.len()) || sums != 4 * end.div_ceil(CHUNK) {
            return Err(damage(format!("has {} bytes, which is not the size it states", data.len())));
        }
        let mut hasher = Hasher::new();
        hasher.update(&data[end..data.len() - TRAILER]);
        hasher.update(&trailer[16..]);
        if hasher.finalize() != small(12) {
            return Err(damage("has an end that does not match its checksum".into()));
        }
        let contents = data[end + sums..end + sums + contents].to_vec();
        let verified = (0..end.div_ceil(CHUNK).div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Ok((
            Self { path: path.into(), data: Data::Mapped(data), end, sums: end..end + sums, verified },
            contents,
        ))
    }

    /// The same of data that have never left memory.
    pub(in crate::store::index) fn in_memory(data: Vec<u8>) -> Self {
        Self {
            path: PathBuf::new(),
            end: data.len(),
            data: Data::Owned(data),
            sums: 0..0,
            verified: Vec::new(),
        }
    }

    /// Bytes of the data.
    ///
    /// # Errors
    /// They are not what was written.
    pub(in crate::store::index) fn bytes(&self, range: Range<usize>) -> Result<&[u8], Corruption> {
        let all: &[u8] = match &self.data {
            Data::Mapped(map) => map,
            Data::Owned(data) => data,
        };
        if range.end > self.end || range.start > range.end {
            return Err(self.corruption("has a missing offset".into()));
        }
        if !self.verified.is_empty() && !range.is_empty() {
            for chunk in range.start / CHUNK..=(range.end - 1) / CHUNK {
                self.verify(all, chunk)?;
            }
        }
        Ok(&all[range])
    }

    /// All data, verified.
    pub(in crate::store::index) fn all(&self) -> Result<&[u8], Corruption> {
        self.bytes(0..self.end)
    }

    /// Proves all data.
    pub(in crate::store::index) fn verify_all(&self) -> Result<(), Corruption> {
        self.all().map(drop)
    }

    fn verify(&self, all: &[u8], chunk: usize) -> Result<(), Corruption> {
        let (word, bit) = (&self.verified[chunk / 64], 1 << (chunk % 64));
        if word.load(Ordering::Relaxed) & bit != 0 {
            return Ok(());
        }
        let start = chunk * CHUNK;
        let at = self.sums.start + 4 * chunk;
        let sum = u32::from_le_bytes(all[at..at + 4].try_into().expect("four bytes"));
        if crc32fast::hash(&all[start..(start + CHUNK).min(self.end)]) != sum {
            return Err(self.corruption(format!("is damaged near byte {start}: its checksum does not match")));
        }
        word.fetch_or(bit, Ordering::Relaxed);
        Ok(())
    }

    /// What stands behind the data of a file: its sums among it. Two files with the same end have the same
    /// data, as far as sums tell.
    pub(in crate::store::index) fn end(&self) -> &[u8] {
        match &self.data {
            Data::Mapped(map) => &map[self.end..],
            Data::Owned(_) => &[],
        }
    }

    pub(in crate::store::index) fn path(&self) -> &Path {
        &self.path
    }

    pub(in crate::store::index) fn corruption(&self, why: String) -> Corruption {
        Corruption::new(&self.path, why)
    }
}

/// A file in the making.
pub(in crate::store::index) struct Sealing<W> {
    out: W,
    at: usize,
    hasher: Hasher,
    sums: Vec<u8>,
}

impl<W: Write> Sealing<W> {
    pub(in crate::store::index) fn new(out: W) -> Self {
        Self { out, at: 0, hasher: Hasher::new(), sums: Vec::new() }
    }

    /// Where the next byte will be.
    pub(in crate::store::index) fn at(&self) -> usize {
        self.at
    }

    pub(in crate::store::index) fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        while !bytes.is_empty() {
            let room = CHUNK - self.at % CHUNK;
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.hasher.update(now);
            self.at += now.len();
            bytes = later;
            if self.at.is_multiple_of(CHUNK) {
                self.end_chunk();
            }
        }
        Ok(())
    }

    /// Goes on to where a section may begin.
    pub(in crate::store::index) fn align(&mut self) -> io::Result<()> {
        let rest = self.at.next_multiple_of(4) - self.at;
        self.write(&[0; 4][..rest])
    }

    fn end_chunk(&mut self) {
        let sum = std::mem::take(&mut self.hasher).finalize();
        self.sums.extend(sum.to_le_bytes());
    }

    /// What was written to, without the end that a file has.
    pub(in crate::store::index) fn into_inner(self) -> W {
        self.out
    }

    /// Writes the end.
    pub(in crate::store::index) fn finish(mut self, contents: &[u8]) -> io::Result<W> {
        if !self.at.is_multiple_of(CHUNK) {
            self.end_chunk();
        }
        let mut lengths = Vec::with_capacity(24);
        for length in [self.at, self.sums.len(), contents.len()] {
            lengths.extend((length as u64).to_le_bytes());
        }
        let mut hasher = Hasher::new();
        [&self.sums, contents, &lengths].into_iter().for_each(|part| hasher.update(part));
        for part in
            [&self.sums, contents, &MAGIC, &VERSION.to_le_bytes(), &hasher.finalize().to_le_bytes(), &lengths]
        {
            self.out.write_all(part)?;
        }
        Ok(self.out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn sealed(data: &[u8], contents: &[u8]) -> Vec<u8> {
        let mut sealing = Sealing::new(Vec::new());
        data.chunks(1000).for_each(|part| sealing.write(part).unwrap());
        sealing.finish(contents).unwrap()
    }

    #[test]
    fn every_flipped_byte_is_noticed_and_every_cut() {
        let data: Vec<u8> = (0..2 * CHUNK + 5).map(|i| (i * 7 % 251) as u8).collect();
        let whole = sealed(&data, b"{\"a\": 1}");
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("segment");
        let read = |bytes: &[u8]| {
            fs::write(&path, bytes).unwrap();
            let (sealed, contents) = Sealed::open(&path)?;
            Ok::<_, Corruption>((sealed.bytes(0..data.len())?.to_vec(), contents))
        };
        assert_eq!(read(&whole).unwrap(), (data.clone(), b"{\"a\": 1}".to_vec()));
        for at in (0..whole.len()).step_by(97).chain(data.len()..whole.len()) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x10;
            assert!(read(&damaged).is_err(), "byte {at}");
        }
        for length in (0..whole.len()).step_by(89) {
            assert!(read(&whole[..length]).is_err(), "cut to {length}");
        }
        assert!(read(&[whole.clone(), vec![0]].concat()).is_err());
    }

    #[test]
    fn a_part_that_is_whole_is_read_although_another_is_not() {
        let data = vec![1; 3 * CHUNK];
        let mut file = sealed(&data, b"");
        file[CHUNK] ^= 1;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("segment");
        fs::write(&path, &file).unwrap();
        let (sealed, _) = Sealed::open(&path).unwrap();
        assert!(sealed.bytes(0..CHUNK).is_ok() && sealed.bytes(2 * CHUNK..3 * CHUNK).is_ok());
        let error = sealed.bytes(CHUNK - 1..CHUNK + 1).unwrap_err().to_string();
        assert!(
            error.ends_with("segment` is damaged near byte 16384: its checksum does not match"),
            "{error}"
        );
        assert!(sealed.verify_all().is_err());
    }
}
