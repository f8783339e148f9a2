//! Files of the archive that are there whole or not at all, also after the power has failed.

use super::error::{ArchiveError, Result};
use crate::store::files;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use tempfile::{NamedTempFile, TempPath};

/// A new file to be placed later; it deletes itself when dropped.
pub(super) fn temporary(dir: &Path) -> Result<NamedTempFile> {
    files::temporary(dir).map_err(ArchiveError::writing(dir))
}

/// Writes a file in one step, in the place of its former self.
pub(super) fn write(temporary_dir: &Path, path: &Path, bytes: &[u8]) -> Result<()> {
    let file = filled(temporary_dir, path, bytes)?;
    files::place(file, path).map_err(ArchiveError::writing(path))?;
    sync_parent(path)
}

/// Writes a file in one step unless there is one. Whether it did.
pub(super) fn write_new(temporary_dir: &Path, path: &Path, bytes: &[u8]) -> Result<bool> {
    let file = filled(temporary_dir, path, bytes)?;
    match files::place_new(file, path) {
        Ok(()) => sync_parent(path).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(ArchiveError::writing(path)(error)),
    }
}

fn filled(temporary_dir: &Path, path: &Path, bytes: &[u8]) -> Result<TempPath> {
    let mut file = temporary(temporary_dir)?;
    // By the file itself: the wrapper would add the temporary name to the message.
    let name = file.path().to_owned();
    let plain = file.as_file_mut();
    plain.write_all(bytes).and_then(|()| files::sync(plain, &name)).map_err(ArchiveError::writing(path))?;
    Ok(file.into_temp_path())
}

/// Makes sure that what is in the file stays.
pub(super) fn sync_file(path: &Path) -> Result<()> {
    files::sync_path(path).map_err(ArchiveError::writing(path))
}

/// Makes sure that the names in the folder stay.
pub(super) fn sync_directory(dir: &Path) -> Result<()> {
    files::sync_dir(dir).map_err(ArchiveError::writing(dir))
}

/// Makes a folder, and those that it lies in, so that they stay.
pub(super) fn create_folders(dir: &Path) -> Result<()> {
    files::create_dirs(dir).map_err(ArchiveError::writing(dir))
}

fn sync_parent(path: &Path) -> Result<()> {
    path.parent().map_or(Ok(()), sync_directory)
}

/// Deletes what writers that were killed have left in the directory for temporary files.
///
/// Only for who holds the writer's lock. A file that cannot be deleted is in nobody's way.
pub(super) fn sweep(temporary_dir: &Path) {
    for entry in fs::read_dir(temporary_dir).into_iter().flatten().flatten() {
        let _ = files::remove(&entry.path());
    }
}
