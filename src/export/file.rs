//! Files that appear whole or not at all.

use super::format::is_gzip;
use crate::base::error::{Error, Result};
use flate2::{Compression, write::GzEncoder};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Puts a file in place once `fill` has written it; until then nobody sees it.
///
/// It is written beside its place, so that the last step is a rename. A file that is there
/// already stays until that step, and hands on its permissions. A link is followed.
///
/// # Errors
/// A place where no file can be, whatever `fill` says, a full disk: nothing is left behind.
pub(super) fn put(path: &Path, fill: impl FnOnce(&mut File) -> Result<()>) -> Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| followed(path));
    let directory = directory_of(&target);
    let mut file = new_file(&directory).map_err(|source| no_file(&directory, path, source))?;
    fill(file.as_file_mut())?;
    if let Ok(former) = fs::metadata(&target) {
        file.as_file().set_permissions(former.permissions()).map_err(Error::file("write", path))?;
    }
    file.as_file().sync_all().map_err(Error::file("write", path))?;
    file.persist(&target).map_err(|error| error.error).map_err(Error::file("replace", path))?;
    sync(&directory).map_err(Error::file("write", path))
}

/// Puts bytes into a file, which appears whole or not at all, compressed where its name ends in `.gz`.
///
/// # Errors
/// A place where no file can be, a full disk: the file is then what it was before.
pub fn save(path: &Path, bytes: &[u8]) -> Result<()> {
    save_with(path, |out| out.write_all(bytes).map_err(Error::file("write", path)))
}

/// Puts into a file what `fill` writes; it appears whole or not at all, compressed where its name ends in `.gz`.
///
/// # Errors
/// A place where no file can be, whatever `fill` says, a full disk: the file is then what it was before.
pub fn save_with<T>(path: &Path, fill: impl FnOnce(&mut (dyn Write + Send)) -> Result<T>) -> Result<T> {
    let mut filled = None;
    let write = |file: &mut File| {
        let mut out = BufWriter::with_capacity(1 << 16, file);
        if is_gzip(path) {
            let mut packed = GzEncoder::new(out, Compression::default());
            filled = Some(fill(&mut packed)?);
            out = packed.finish().map_err(Error::file("write", path))?;
        } else {
            filled = Some(fill(&mut out)?);
        }
        out.flush().map_err(Error::file("write", path))
    };
    match open_device(path)? {
        Some(mut device) => write(&mut device)?,
        None => put(path, write)?,
    }
    filled.ok_or_else(|| Error::usage("nothing was written"))
}

/// Where a link leads to whose end is not there yet.
fn followed(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    // Links may run in a circle.
    for _ in 0..40 {
        let Ok(next) = fs::read_link(&path) else { break };
        path = directory_of(&path).join(next);
    }
    path
}

/// What is there already, if it is neither a file nor nothing: a pipe, a terminal, `/dev/null`.
///
/// # Errors
/// A directory.
pub(super) fn open_device(path: &Path) -> Result<Option<File>> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => {
            Err(Error::usage(format!("cannot write `{}`: it is a directory", path.display()))
                .with_help("name a file in it"))
        }
        Ok(found) if !found.is_file() => {
            OpenOptions::new().write(true).open(path).map(Some).map_err(Error::file("write", path))
        }
        _ => Ok(None),
    }
}

fn directory_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn new_file(directory: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".standpoint-").suffix(".part");
    // A new file is as readable as any other program would make it, not private as temporary ones. Elsewhere
    // nothing is to be done: on Windows a file takes over who may read it from its folder.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(directory)
}

fn no_file(directory: &Path, path: &Path, source: io::Error) -> Error {
    if source.kind() == io::ErrorKind::NotFound {
        return Error::usage(format!(
            "cannot write `{}`: the directory `{}` does not exist",
            path.display(),
            directory.display()
        ))
        .with_help("create it first, or name another place");
    }
    // Only the kind: the whole error names the file beside, of which nobody has heard.
    Error::File { action: "write", path: path.to_owned(), source: source.kind().into() }
}

/// Makes a rename last over a power cut.
#[cfg(unix)]
fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Elsewhere directories cannot be opened; the rename is all that can be done.
#[cfg(not(unix))]
fn sync(_directory: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    #[test]
    fn what_does_not_read_back_leaves_no_file_and_keeps_the_former_one() {
        let fail = |file: &mut File| {
            file.write_all(b"half").map_err(Error::file("write", "it"))?;
            Err(Error::ReadBack { format: "Turtle".into(), why: "`…` is missing".into() })
        };
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("out.ttl");
        assert!(put(&path, fail).is_err());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
        fs::write(&path, "what was there").unwrap();
        assert!(put(&path, fail).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "what was there");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}
