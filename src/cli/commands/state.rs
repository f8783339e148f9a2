//! Where the program keeps what is a user's own: the rows of last answers, the history of the shell.
//!
//! In the user's state directory, or in the one that `STANDPOINT_STATE` names; if that is empty, nothing is
//! kept. Only the user may look into it.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The directory, which need not be there yet; none where nothing may be kept.
pub(super) fn folder() -> Option<PathBuf> {
    let named = |name: &str| env::var_os(name).map(PathBuf::from);
    let state = match named("STANDPOINT_STATE") {
        Some(own) => own,
        None => named("XDG_STATE_HOME")
            .filter(|path| path.is_absolute())
            .or_else(|| Some(named("HOME")?.join(".local/state")))
            .or_else(|| named("LOCALAPPDATA"))?
            .join("standpoint"),
    };
    (!state.as_os_str().is_empty()).then_some(state)
}

/// Makes a folder that nobody else may look into, where it is not there yet. On Windows the folder above decides,
/// and that of a user's local data is private.
pub(super) fn private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
