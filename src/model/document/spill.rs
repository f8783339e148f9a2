//! What is too long for memory, in a file that nobody else sees.
//!
//! The file has no name, or loses it as soon as it is made: however the program ends, nothing of it
//! is left behind. It is only ever added to.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard};

/// So much is gathered before it is written, in bytes.
const GATHERED: usize = 1 << 20;

/// A temporary file without a name.
#[derive(Debug)]
pub(crate) struct Spill {
    file: File,
    tail: Mutex<Tail>,
}

#[derive(Debug, Default)]
struct Tail {
    /// What has not been written yet …
    bytes: Vec<u8>,
    /// … and where it begins.
    at: u64,
}

impl Spill {
    /// A file in this folder.
    pub(crate) fn create(dir: &Path) -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile_in(dir)?, tail: Mutex::default() })
    }

    fn tail(&self) -> MutexGuard<'_, Tail> {
        self.tail.lock().expect("nothing panics that holds it")
    }

    /// How long it is, in bytes.
    pub(crate) fn len(&self) -> u64 {
        let tail = self.tail();
        tail.at + tail.bytes.len() as u64
    }

    /// Writes at its end. After an error nothing more can be written.
    pub(crate) fn append(&self, bytes: &[u8]) -> io::Result<()> {
        let mut tail = self.tail();
        if tail.bytes.len() + bytes.len() > GATHERED {
            let Tail { bytes: gathered, at } = &mut *tail;
            write_at(&self.file, gathered, *at)?;
            *at += gathered.len() as u64;
            gathered.clear();
        }
        if bytes.len() > GATHERED {
            write_at(&self.file, bytes, tail.at)?;
            tail.at += bytes.len() as u64;
        } else {
            tail.bytes.extend_from_slice(bytes);
        }
        Ok(())
    }

    /// Reads from this byte on; how much was read, 0 at the end only.
    pub(crate) fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        let written = {
            let tail = self.tail();
            if at >= tail.at {
                let start = usize::try_from(at - tail.at).unwrap_or(usize::MAX).min(tail.bytes.len());
                let rest = &tail.bytes[start..];
                let length = rest.len().min(buffer.len());
                buffer[..length].copy_from_slice(&rest[..length]);
                return Ok(length);
            }
            tail.at - at
        };
        let length = usize::try_from(written).unwrap_or(usize::MAX).min(buffer.len());
        read_at(&self.file, &mut buffer[..length], at)?;
        Ok(length)
    }
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, at)
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let length = std::os::windows::fs::FileExt::seek_write(file, bytes, at)?;
        bytes = &bytes[length..];
        at += length as u64;
    }
    Ok(())
}

#[cfg(windows)]
fn read_at(file: &File, mut buffer: &mut [u8], mut at: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        let length = std::os::windows::fs::FileExt::seek_read(file, buffer, at)?;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        buffer = &mut buffer[length..];
        at += length as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let spill = Spill::create(&tempfile::env::temp_dir()).unwrap();
        let mut all = Vec::new();
        for (i, length) in [0, 1, 10, GATHERED - 5, 3, 7, GATHERED, GATHERED + 1, 2].into_iter().enumerate() {
            let bytes: Vec<u8> = (0..length).map(|at| (at * 7 + i) as u8).collect();
            spill.append(&bytes).unwrap();
            all.extend(bytes);
            assert_eq!(spill.len(), all.len() as u64);
            for from in [0, 5, all.len() / 2, all.len().saturating_sub(3), all.len(), all.len() + 9] {
                let mut read = Vec::new();
                let mut buffer = vec![0; GATHERED / 3];
                loop {
                    let length = spill.read_at(&mut buffer, (from + read.len()) as u64).unwrap();
                    if length == 0 {
                        break;
                    }
                    read.extend_from_slice(&buffer[..length]);
                }
                assert!(read == all.get(from..).unwrap_or_default(), "from {from} of {}", all.len());
            }
        }
    }
}
