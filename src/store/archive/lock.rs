//! One writer at a time; readers need no lock.
//!
//! The operating system holds the lock and drops it when its process ends, however it ends.
//! So the file may stay behind: what it says counts only while somebody holds the lock.
//!
//! Waiting asks again and again instead of blocking: a blocked request for a lock cannot be
//! taken back when the time is up, and would seize the lock later, for nobody. Asking costs a
//! microsecond, so it begins after a hundredth of a second and slows down to a fifth of one.

use super::error::{ArchiveError, Result};
use super::layout::Layout;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::Path;
use std::thread;
use std::time::Duration;

/// How soon is asked again at first, and how late at most.
const SOONEST: Duration = Duration::from_millis(10);
const LATEST: Duration = Duration::from_millis(200);

/// Holder of the writer's lock, for the message that somebody else gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The process.
    pub pid: u32,
    /// The person or program, as revisions name it.
    pub by: String,
    /// Since when.
    pub since: Timestamp,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (process {}, since {})", self.by, self.pid, self.since.strftime("%Y-%m-%dT%H:%M:%SZ"))
    }
}

/// Time to wait for another writer.
#[derive(Clone, Copy)]
pub struct Wait<'a> {
    /// The time after which it is given up; zero asks once.
    pub at_most: Duration,
    /// Is told, once, that the waiting begins, and for whom as far as the lock tells.
    pub begins: &'a dyn Fn(Option<&Holder>),
}

impl fmt::Debug for Wait<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait").field("at_most", &self.at_most).finish_non_exhaustive()
    }
}

impl Wait<'static> {
    /// Not at all.
    #[must_use]
    pub fn no_time() -> Self {
        Self { at_most: Duration::ZERO, begins: &|_| {} }
    }
}

/// The writer's lock, until dropped.
#[derive(Debug)]
pub(super) struct WriterLock {
    file: File,
}

impl WriterLock {
    /// Takes the lock, or says who has it when the time is up.
    pub fn acquire(layout: &Layout, by: &str, now: Timestamp, wait: &Wait<'_>) -> Result<Self> {
        let path = layout.lock();
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(ArchiveError::writing(&path))?;
        let (mut waited, mut pause) = (Duration::ZERO, SOONEST);
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if waited < wait.at_most => {
                    if waited.is_zero() {
                        (wait.begins)(holder(&path).as_ref());
                    }
                    let rest = pause.min(wait.at_most - waited);
                    thread::sleep(rest);
                    waited += rest;
                    pause = (pause * 2).min(LATEST);
                }
                Err(TryLockError::WouldBlock) => {
                    let (dir, holder) = (layout.dir().into(), holder(&path));
                    return Err(ArchiveError::Locked { dir, holder, waited });
                }
                Err(TryLockError::Error(error)) => return Err(ArchiveError::doing("lock", &path)(error)),
            }
        }
        // The lock holds without its label; a full disk will show itself where it matters.
        let holder = Holder {
            pid: std::process::id(),
            by: by.into(),
            since: now.saturating_add(waited).unwrap_or(now),
        };
        let _ = file.set_len(0);
        let _ = serde_json::to_vec(&holder).map(|label| file.write_all(&label));
        Ok(Self { file })
    }
}

/// What the lock file says. Unreadable while locked on some systems, empty for an instant on the
/// others.
fn holder(path: &Path) -> Option<Holder> {
    fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok())
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
        // Not left to closing: a child process that is just being started elsewhere in this
        // one may hold a copy of the handle for an instant.
        let _ = self.file.unlock();
    }
}
