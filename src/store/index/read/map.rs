//! Files in memory.

use memmap2::Mmap;
use std::fs::File;
use std::io;

/// The contents of a file, read by the system as they are asked for.
///
/// # Errors
/// It cannot be mapped.
pub(in crate::store::index) fn map(file: &File) -> io::Result<Mmap> {
    // Whoever shortens a mapped file takes the process that reads it down. Files of the index are
    // never written to once they are mapped: they are made under another name or none, renamed, and at
    // last unlinked, which leaves a mapping whole.
    #[expect(unsafe_code, reason = "there is no safe way to map a file")]
    unsafe {
        Mmap::map(file)
    }
}
