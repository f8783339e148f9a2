//! What can go wrong with a backup, in words for whoever has to act.

use super::super::error::ArchiveError;
use super::PACKED;
use crate::base::error::{Error, Helpful};
use std::borrow::Cow;
use std::path::PathBuf;

/// Why a backup cannot be written or restored. Whatever it is, nothing is left of it.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The store, or the system.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Something is where the copy would be.
    #[error("`{}` already exists", path.display())]
    Taken {
        /// The place.
        path: PathBuf,
    },
    /// The copy would lie in the store.
    #[error("`{}` is inside a store", path.display())]
    Inside {
        /// The place.
        path: PathBuf,
    },
    /// The name promises a format that is not written.
    #[error("backups are folders, or files whose names end with `{PACKED}`; `{}` is neither", path.display())]
    Ending {
        /// The place.
        path: PathBuf,
    },
    /// A file of the store is not what it was a moment ago.
    #[error("`{}` was changed while it was copied", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// What is to be restored is no backup, or not as it was written.
    #[error("`{}` is not an intact backup: {why}", path.display())]
    Unsound {
        /// The backup.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

impl Helpful for BackupError {
    fn help(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Archive(error) => return error.help(),
            Self::Taken { .. } => {
                "name a place that does not exist, or an empty folder; nothing is overwritten".into()
            }
            Self::Inside { .. } => "name a place outside, preferably on another disk".into(),
            Self::Ending { .. } => format!("name it `copy{PACKED}`, or `copy` for a folder").into(),
            Self::Changed { .. } => "run the command again; `standpoint repair` finds damage".into(),
            Self::Unsound { .. } => "nothing was written; use another copy of the backup".into(),
        })
    }
}

impl From<BackupError> for Error {
    fn from(error: BackupError) -> Self {
        Self::other(error)
    }
}
