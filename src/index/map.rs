//! Files in memory.

use memmap2::Mmap;
use std::fs::File;
use std::io;
use std::path::Path;

/// The contents of a file, read by the system as they are asked for.
///
/// # Errors
/// It cannot be opened or mapped.
pub(super) fn map(path: &Path) -> io::Result<Mmap> {
    let file = File::open(path)?;
    // Whoever shortens a mapped file takes the process that reads it down. Files of the index are
    // never written to once they have their name: they are made under another one, renamed, and
    // at last unlinked, which leaves a mapping whole.
    #[expect(unsafe_code, reason = "there is no safe way to map a file")]
    unsafe {
        Mmap::map(&file)
    }
}
