//! The one door by which a store changes what is on the disk: new files, names, folders, deletions, and what is
//! made sure to outlast a power cut.
//!
//! A system keeps in memory what was written, and loses it with the power: the bytes of a file until it is synced,
//! its name until the folder is. Whoever needs one thing to be there before another syncs the first in between.
//! In tests this layer writes a journal, from which [`journal`] makes every disk that a power cut could leave.
//! Reading goes past it, and so does what nobody misses: locks, temporary files without a name.

#[cfg(test)]
pub(super) mod journal;

use std::fs::{self, File};
use std::io;
use std::path::Path;
use tempfile::{NamedTempFile, TempDir, TempPath};

/// A new file under a temporary name, to be given its own by [`place`]; it deletes itself when dropped.
pub(super) fn temporary(dir: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    // A store is for everybody whom the umask lets in, not only for who wrote it last. Windows has no umask: there a
    // file takes over who may read it from its folder.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(dir)
}

/// Makes sure that the bytes of a file stay.
pub(super) fn sync(file: &File, path: &Path) -> io::Result<()> {
    step(|| Step::Sync(path.into(), bytes(path)))?;
    file.sync_all()
}

/// Makes sure that the bytes of a closed file stay.
pub(super) fn sync_path(path: &Path) -> io::Result<()> {
    // Windows wants a handle that may write; elsewhere it does no harm.
    sync(&File::options().write(true).open(path)?, path)
}

/// Makes sure that the names in a folder stay.
pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
    step(|| Step::SyncDir(dir.into()))?;
    // Elsewhere directories cannot be opened, and their entries are durable by themselves.
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}

/// Makes sure that the names in a folder and in all below it stay.
pub(super) fn sync_dirs(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_dirs(&entry.path())?;
        }
    }
    sync_dir(dir)
}

/// Gives a temporary file its name, in the place of what has it.
pub(super) fn place(file: TempPath, path: &Path) -> io::Result<()> {
    step(|| Step::name(&file, path))?;
    file.persist(path).map_err(|error| error.error)
}

/// Gives a temporary file its name unless something has it: [`io::ErrorKind::AlreadyExists`].
pub(super) fn place_new(file: TempPath, path: &Path) -> io::Result<()> {
    if !path.exists() {
        step(|| Step::name(&file, path))?;
    }
    file.persist_noclobber(path).map_err(|error| error.error)
}

/// A new file where it is, still without bytes.
pub(super) fn create(path: &Path) -> io::Result<File> {
    step(|| Step::Create(path.into()))?;
    File::options().write(true).create_new(true).open(path)
}

/// A new folder under a temporary name, to be renamed; it deletes itself when dropped.
pub(super) fn temporary_dir(parent: &Path, prefix: &str) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
    let folder = builder.tempdir_in(parent)?;
    step(|| Step::CreateDir(folder.path().into()))?;
    Ok(folder)
}

/// Gives a file or a folder another name.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    step(|| Step::Rename(from.into(), to.into()))?;
    fs::rename(from, to)
}

/// Makes a folder and those that it lies in, so that they stay. Whether there is nothing to make is no matter.
pub(super) fn create_dirs(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    create_dirs(parent)?;
    create_dir(dir)?;
    sync_dir(parent)
}

/// Makes a folder if there is none, and leaves it to the system when its name reaches the disk.
pub(super) fn create_dir(dir: &Path) -> io::Result<()> {
    step(|| Step::CreateDir(dir.into()))?;
    match fs::create_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && dir.is_dir() => Ok(()),
        done => done,
    }
}

/// Deletes a file.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    step(|| Step::Remove(path.into()))?;
    fs::remove_file(path)
}

/// Deletes a folder that is empty.
pub(super) fn remove_dir(dir: &Path) -> io::Result<()> {
    step(|| Step::Remove(dir.into()))?;
    fs::remove_dir(dir)
}

/// Deletes a folder with all that is in it.
pub(super) fn remove_dirs(dir: &Path) -> io::Result<()> {
    step(|| Step::Remove(dir.into()))?;
    fs::remove_dir_all(dir)
}

/// A change of what is on the disk, as the journal has it.
#[cfg_attr(not(test), expect(dead_code, reason = "nothing keeps a journal but tests"))]
#[derive(Clone, Debug)]
enum Step {
    /// A file, and the bytes in it.
    Sync(Box<Path>, Vec<u8>),
    SyncDir(Box<Path>),
    /// From, to, and the bytes that are named.
    Name(Box<Path>, Box<Path>, Vec<u8>),
    Create(Box<Path>),
    Rename(Box<Path>, Box<Path>),
    CreateDir(Box<Path>),
    Remove(Box<Path>),
}

impl Step {
    fn name(from: &Path, to: &Path) -> Self {
        Self::Name(from.into(), to.into(), bytes(from))
    }
}

fn bytes(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_default()
}

/// Enters a step into the journals of tests, which may make it fail. Without them it is not even made.
fn step(step: impl FnOnce() -> Step) -> io::Result<()> {
    #[cfg(test)]
    return journal::enter(step);
    #[cfg(not(test))]
    {
        let _ = step;
        Ok(())
    }
}
