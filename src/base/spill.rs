//! Memory budgets, and temporary files for what goes beyond them.
//!
//! A [`MemoryBudget`] says how many bytes a task may hold and where the rest goes; a [`Spill`] is the
//! temporary file, to which sorted runs are appended and from which they are read while they are merged; a
//! [`Spool`] is one sequence of bytes that moves to a file once it is long. The file has no name, or loses
//! it as soon as it is made: however the program ends, nothing of it is left behind.
//!
//! Deliberately absent: the merge itself. Runs of terms share prefixes, runs of pairs have a fixed width,
//! runs of lines are text; each is merged where it is made, by the order that it has.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
#[cfg(test)]
use std::sync::Arc;
#[cfg(test)]
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

/// Maximum number of bytes that are gathered in memory before they are written.
const GATHERED: usize = 1 << 20;

/// Limit of the memory that a task may hold, and the place of its temporary files.
///
/// The result of a task is the same whatever its budget is.
#[derive(Clone, Debug)]
pub struct MemoryBudget {
    bytes: usize,
    threads: usize,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    /// Everything stays in memory.
    Nowhere,
    /// Where the system keeps temporary files.
    System,
    Folder(PathBuf),
    /// Which file it is after so many that finds the disk full.
    #[cfg(test)]
    FullAfter(Arc<AtomicUsize>),
}

impl MemoryBudget {
    /// Bytes of a budget if nobody says otherwise: with what else the program holds, it stays below 1 GiB.
    const BYTES: usize = 600 << 20;

    /// Default budget, temporary files in this folder.
    #[must_use]
    pub fn folder(dir: &Path) -> Self {
        Self { place: Place::Folder(dir.into()), ..Self::system() }
    }

    /// Default budget, temporary files where the system keeps them.
    #[must_use]
    pub fn system() -> Self {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        Self { bytes: Self::BYTES, threads, place: Place::System }
    }

    /// Unlimited memory and no files.
    #[must_use]
    pub fn none() -> Self {
        Self { bytes: usize::MAX, place: Place::Nowhere, ..Self::system() }
    }

    /// The same places for a program that may hold so many bytes in all, if a number is given.
    #[must_use]
    pub fn within(self, memory: Option<u64>) -> Self {
        let share = |memory: u64| usize::try_from(memory / 1024 * 600).unwrap_or(usize::MAX);
        Self { bytes: memory.map_or(self.bytes, share), ..self }
    }

    /// Whether nothing is written to files.
    #[must_use]
    pub fn is_none(&self) -> bool {
        matches!(self.place, Place::Nowhere)
    }

    /// Number of threads that share the budget.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Bytes of one run before it is sorted and spilled: there is one for each thread, and sorting it takes
    /// as much again.
    #[must_use]
    pub fn run(&self) -> usize {
        self.bytes / (2 * self.threads)
    }

    /// Bytes of input that are read at once.
    #[must_use]
    pub fn piece(&self) -> usize {
        (self.bytes / (64 * self.threads)).clamp(1, 1 << 20)
    }

    /// Bytes of each of so many runs that are in memory during a merge: at least 8, in each thread's turn.
    #[must_use]
    pub fn block(&self, runs: usize) -> usize {
        (self.bytes / (8 * self.threads * runs.max(1))).clamp(8, 64 << 10)
    }

    /// Bytes of a spool before it moves to a file: each thread fills two, has two ready, and two are being
    /// written.
    fn spool(&self) -> usize {
        self.bytes / (8 * (2 * self.threads + 1))
    }

    fn file(&self) -> io::Result<File> {
        match &self.place {
            Place::Nowhere => unreachable!("without a limit nothing is written to files"),
            Place::System => tempfile::tempfile(),
            Place::Folder(dir) => tempfile::tempfile_in(dir),
            #[cfg(test)]
            Place::FullAfter(files) => {
                if files.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok() {
                    tempfile::tempfile()
                } else {
                    File::options().write(true).open("/dev/full")
                }
            }
        }
    }
}

#[cfg(test)]
impl MemoryBudget {
    /// Budget of so few bytes and threads.
    pub(crate) fn tiny(bytes: usize, threads: usize) -> Self {
        Self { bytes, threads, place: Place::System }
    }

    /// The same on a disk that is full after so many files.
    #[cfg(target_os = "linux")]
    pub(crate) fn full_after(self, files: usize) -> Self {
        Self { place: Place::FullAfter(Arc::new(AtomicUsize::new(files))), ..self }
    }
}

/// A temporary file without a name, which is only ever added to and may be read at any time.
#[derive(Debug)]
pub struct Spill {
    file: File,
    /// Bytes that are gathered before they are written.
    gathered: usize,
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
    /// Creates a file where the budget has its files.
    ///
    /// # Errors
    /// It cannot be created.
    pub fn new(budget: &MemoryBudget) -> io::Result<Self> {
        let gathered = GATHERED.min(budget.spool());
        Ok(Self { file: budget.file()?, gathered, tail: Mutex::default() })
    }

    fn tail(&self) -> MutexGuard<'_, Tail> {
        self.tail.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        let tail = self.tail();
        tail.at + tail.bytes.len() as u64
    }

    /// Whether nothing was appended.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes at its end. After an error nothing more can be written.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn append(&self, bytes: &[u8]) -> io::Result<()> {
        let mut tail = self.tail();
        if tail.bytes.len() + bytes.len() > self.gathered {
            tail.write(&self.file)?;
        }
        if bytes.len() > self.gathered {
            write_at(&self.file, bytes, tail.at)?;
            tail.at += bytes.len() as u64;
        } else {
            tail.bytes.extend_from_slice(bytes);
        }
        Ok(())
    }

    /// Writes what was gathered, and gives its memory back.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn flush(&self) -> io::Result<()> {
        let mut tail = self.tail();
        tail.write(&self.file)?;
        tail.bytes = Vec::new();
        Ok(())
    }

    /// Reads exactly so many bytes from this place on.
    ///
    /// # Errors
    /// The file cannot be read, or ends before.
    pub fn read_exact_at(&self, mut buffer: &mut [u8], mut at: u64) -> io::Result<()> {
        while !buffer.is_empty() {
            match self.read_at(buffer, at)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                length => {
                    buffer = &mut buffer[length..];
                    at += length as u64;
                }
            }
        }
        Ok(())
    }

    /// Reads from this place on; how many bytes were read, 0 at the end only.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
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

impl Tail {
    fn write(&mut self, file: &File) -> io::Result<()> {
        write_at(file, &self.bytes, self.at)?;
        self.at += self.bytes.len() as u64;
        self.bytes.clear();
        Ok(())
    }
}

/// A sequence of bytes that is written and then read once: in memory, or, if it is long, in a file.
pub struct Spool<'b> {
    budget: &'b MemoryBudget,
    /// All of it, or what is not in the file yet.
    memory: Vec<u8>,
    file: Option<Spill>,
}

impl<'b> Spool<'b> {
    /// An empty sequence.
    #[must_use]
    pub fn new(budget: &'b MemoryBudget) -> Self {
        Self { budget, memory: Vec::new(), file: None }
    }

    /// Writes at its end.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(file) = &self.file {
            return file.append(bytes);
        }
        self.memory.extend_from_slice(bytes);
        if self.memory.len() >= self.budget.spool().max(8) && !self.budget.is_none() {
            let file = Spill::new(self.budget)?;
            file.append(&std::mem::take(&mut self.memory))?;
            self.file = Some(file);
        }
        Ok(())
    }

    /// Hands everything over, in parts whose lengths are multiples of `row` bytes.
    ///
    /// # Errors
    /// The file cannot be read; those of `take`.
    pub fn read(self, row: usize, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let Some(file) = self.file else { return take(&self.memory) };
        let (length, mut at) = (file.len(), 0);
        let most = (row * (GATHERED / row).max(1)) as u64;
        let mut part = Vec::new();
        while at < length {
            part.resize((length - at).min(most) as usize, 0);
            file.read_exact_at(&mut part, at)?;
            at += part.len() as u64;
            take(&part)?;
        }
        Ok(())
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
        let spill = Spill::new(&MemoryBudget::system()).unwrap();
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
