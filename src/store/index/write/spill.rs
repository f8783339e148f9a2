//! What does not fit into memory while a segment is made: temporary files.
//!
//! They have no name where the system can do that, and are gone when the program is, however it
//! ends; elsewhere, the folder of an index is swept when the next one is written.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
#[cfg(test)]
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// How much is written to a file at once, in bytes.
const BUFFER: usize = 1 << 20;

/// How much memory may be taken while a segment is made, and where the rest goes.
///
/// What is made is the same whatever they are.
#[derive(Clone, Debug)]
pub(in crate::store::index) struct MemoryBudget {
    /// Memory for all of it together, in bytes. Not counted: the segment itself, where it is made in
    /// memory, and 12 bytes for each of its terms.
    pub(in crate::store::index) bytes: usize,
    pub(in crate::store::index) threads: usize,
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
    /// What building takes if nobody says otherwise: with what else the program holds, it stays below
    /// 1 GiB.
    const BYTES: usize = 600 << 20;

    /// Files in this folder.
    pub(in crate::store::index) fn folder(dir: &Path) -> Self {
        Self { place: Place::Folder(dir.into()), ..Self::system() }
    }

    /// The same for who may take so many bytes in all, if that is said.
    pub(in crate::store::index) fn within(self, memory: Option<u64>) -> Self {
        let share = |memory: u64| usize::try_from(memory / 1024 * 600).unwrap_or(usize::MAX);
        Self { bytes: memory.map_or(self.bytes, share), ..self }
    }

    /// Files where the system keeps temporary ones.
    pub(in crate::store::index) fn system() -> Self {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        Self { bytes: Self::BYTES, threads, place: Place::System }
    }

    /// As much memory as it takes, and no files.
    pub(in crate::store::index) fn none() -> Self {
        Self { bytes: usize::MAX, place: Place::Nowhere, ..Self::system() }
    }

    /// Whether nothing is written to files.
    pub(in crate::store::index) fn is_none(&self) -> bool {
        matches!(self.place, Place::Nowhere)
    }

    /// How heavy a run may become: there is one for each thread, and sorting it takes as much again.
    pub(in crate::store::index) fn run(&self) -> usize {
        self.bytes / (2 * self.threads)
    }

    /// How much of a document is read at once, in bytes.
    pub(in crate::store::index) fn piece(&self) -> usize {
        (self.bytes / (64 * self.threads)).clamp(1, 1 << 20)
    }

    /// How much of each of so many files is in memory at once, in bytes: at least a pair, in each
    /// thread's turn.
    pub(in crate::store::index) fn block(&self, files: usize) -> usize {
        (self.bytes / (8 * self.threads * files.max(1))).clamp(8, 64 << 10)
    }

    /// How much of a column is held: each thread is making two, has two ready, and two are being written.
    fn column(&self) -> usize {
        self.bytes / (8 * (2 * self.threads + 1))
    }

    fn file(&self) -> io::Result<File> {
        match &self.place {
            Place::Nowhere => unreachable!("without bounds nothing is written to files"),
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

/// A temporary file that is being written.
pub(in crate::store::index) struct Spill {
    file: Arc<Spilled>,
    buffer: Vec<u8>,
    at: u64,
}

/// A temporary file to read from.
pub(in crate::store::index) struct Spilled(Mutex<File>);

impl Spill {
    pub(in crate::store::index) fn new(bounds: &MemoryBudget) -> io::Result<Self> {
        let file = Arc::new(Spilled(Mutex::new(bounds.file()?)));
        Ok(Self { file, buffer: Vec::new(), at: 0 })
    }

    /// Where the next byte will be.
    pub(in crate::store::index) fn at(&self) -> u64 {
        self.at
    }

    pub(in crate::store::index) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.at += bytes.len() as u64;
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    /// What was written so far can be read from now on, when nothing more is written.
    pub(in crate::store::index) fn file(&mut self) -> io::Result<Arc<Spilled>> {
        self.flush()?;
        self.buffer = Vec::new();
        Ok(Arc::clone(&self.file))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.lock().write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}

impl Spilled {
    fn lock(&self) -> std::sync::MutexGuard<'_, File> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what lies there.
    pub(in crate::store::index) fn read(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let mut file = self.lock();
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(into)
    }
}

/// A column in the making: in memory, or, if it becomes long, in a file.
pub(in crate::store::index) struct Spool<'b> {
    bounds: &'b MemoryBudget,
    /// All of it, or what is not yet in the file.
    memory: Vec<u8>,
    file: Option<File>,
}

impl<'b> Spool<'b> {
    pub(in crate::store::index) fn new(bounds: &'b MemoryBudget) -> Self {
        Self { bounds, memory: Vec::new(), file: None }
    }

    pub(in crate::store::index) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.memory.extend_from_slice(bytes);
        let most = if self.file.is_some() { BUFFER.min(self.bounds.column()) } else { self.bounds.column() };
        if self.memory.len() < most.max(8) || self.bounds.is_none() {
            return Ok(());
        }
        if self.file.is_none() {
            self.file = Some(self.bounds.file()?);
        }
        let file = self.file.as_mut().expect("it is there now");
        file.write_all(&self.memory)?;
        self.memory.clear();
        Ok(())
    }

    /// Hands everything over, in parts whose lengths are multiples of 12.
    pub(in crate::store::index) fn read(
        mut self,
        mut take: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let Some(mut file) = self.file.take() else { return take(&self.memory) };
        let length = file.stream_position()?;
        file.rewind()?;
        let mut part = Vec::new();
        let mut read = 0;
        while read < length {
            let now = (length - read).min(12 * (BUFFER as u64 / 12));
            part.resize(now as usize, 0);
            file.read_exact(&mut part)?;
            read += now;
            if read == length {
                // A part of the file alone need not be of whole rows.
                part.append(&mut self.memory);
            }
            take(&part)?;
        }
        take(&self.memory)
    }
}

#[cfg(test)]
impl MemoryBudget {
    /// Bounds as small as may be.
    pub(in crate::store::index) fn tiny(bytes: usize, threads: usize) -> Self {
        Self { bytes, threads, place: Place::System }
    }

    /// The same on a disk that is full after so many files.
    #[cfg(target_os = "linux")]
    pub(in crate::store::index) fn full_after(self, files: usize) -> Self {
        Self { place: Place::FullAfter(Arc::new(AtomicUsize::new(files))), ..self }
    }
}
