//! One writer at a time; readers need no lock.
//!
//! The operating system holds the lock and drops it when its process ends, however it ends.
//! So the file may stay behind: what it says counts only while somebody holds the lock.

use super::error::{ArchiveError, Result};
use super::layout::Layout;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, TryLockError};
use std::io::Write;

/// Who holds the writer's lock, for the message that somebody else gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The process.
    pub pid: u32,
    /// The person or program, as revisions name it.
    pub by: String,
    /// Since when.
    pub since: Timestamp,
}

/// The writer's lock, until dropped.
#[derive(Debug)]
pub(super) struct WriterLock {
    file: File,
}

impl WriterLock {
    /// Takes the lock, or says who has it.
    pub fn acquire(layout: &Layout, by: &str, since: Timestamp) -> Result<Self> {
        let path = layout.lock();
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(ArchiveError::writing(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                // Unreadable while locked on some systems, empty for an instant on the others.
                let holder = fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
                return Err(ArchiveError::Locked { dir: layout.dir().into(), holder });
            }
            Err(TryLockError::Error(error)) => return Err(ArchiveError::doing("lock", &path)(error)),
        }
        // The lock holds without its label; a full disk will show itself where it matters.
        let holder = Holder { pid: std::process::id(), by: by.into(), since };
        let _ = file.set_len(0);
        let _ = serde_json::to_vec(&holder).map(|label| file.write_all(&label));
        Ok(Self { file })
    }
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
        // Not left to closing: a child process that is just being started elsewhere in this
        // one may hold a copy of the handle for an instant.
        let _ = self.file.unlock();
    }
}
