//! Files that are there whole or not at all, also after the power has failed.

use super::error::{ArchiveError, Result};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use tempfile::NamedTempFile;

/// A new file to be renamed into place later; it deletes itself when dropped.
pub(super) fn temporary(dir: &Path) -> Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    // A store is for everybody whom the umask lets in, not only for who wrote it last. Windows has no umask: there a
    // file takes over who may read it from its folder.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(dir).map_err(ArchiveError::writing(dir))
}

/// Writes a file in one step, in the place of its former self.
pub(super) fn write(temporary_dir: &Path, path: &Path, bytes: &[u8]) -> Result<()> {
    let file = filled(temporary_dir, path, bytes)?;
    file.persist(path).map_err(|e| ArchiveError::writing(path)(e.error))?;
    sync_parent(path)
}

/// Writes a file in one step unless there is one. Whether it did.
pub(super) fn write_new(temporary_dir: &Path, path: &Path, bytes: &[u8]) -> Result<bool> {
    let file = filled(temporary_dir, path, bytes)?;
    match file.persist_noclobber(path) {
        Ok(_) => sync_parent(path).map(|()| true),
        Err(e) if e.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(e) => Err(ArchiveError::writing(path)(e.error)),
    }
}

fn filled(temporary_dir: &Path, path: &Path, bytes: &[u8]) -> Result<NamedTempFile> {
    let mut file = temporary(temporary_dir)?;
    // By the file itself: the wrapper would add the temporary name to the message.
    let plain = file.as_file_mut();
    plain.write_all(bytes).and_then(|()| plain.sync_all()).map_err(ArchiveError::writing(path))?;
    Ok(file)
}

/// Makes sure that what is in the file stays.
pub(super) fn sync_file(path: &Path) -> Result<()> {
    // Windows wants a handle that may write; elsewhere it does no harm.
    File::options().write(true).open(path).and_then(|f| f.sync_all()).map_err(ArchiveError::writing(path))
}

/// Makes sure that the names in the directory stay.
pub(super) fn sync_directory(dir: &Path) -> Result<()> {
    // Elsewhere directories cannot be opened, and their entries are durable by themselves.
    if cfg!(unix) {
        File::open(dir).and_then(|d| d.sync_all()).map_err(ArchiveError::writing(dir))?;
    }
    Ok(())
}

fn sync_parent(path: &Path) -> Result<()> {
    path.parent().map_or(Ok(()), sync_directory)
}

/// Deletes what writers that were killed have left in the directory for temporary files.
///
/// Only for who holds the writer's lock. A file that cannot be deleted is in nobody's way.
pub(super) fn sweep(temporary_dir: &Path) {
    for entry in fs::read_dir(temporary_dir).into_iter().flatten().flatten() {
        let _ = fs::remove_file(entry.path());
    }
}
