//! What can go wrong with a store, in words for whoever has to act.

use super::lock::Holder;
use super::object::SET_ASIDE;
use crate::base::error::{Error, Helpful, reason};
use jiff::Timestamp;
use std::borrow::Cow;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why a store cannot be read or written.
///
/// Whatever it is, the store holds what it held before.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// There is no store in this place yet.
    #[error("there is no store at `{}`", dir.display())]
    Absent {
        /// Where one was looked for.
        dir: PathBuf,
        /// Stores in the same folder, one of which may be meant.
        nearby: Vec<PathBuf>,
    },
    /// The place is taken by something else.
    #[error("`{}` is not a store: {why}", dir.display())]
    Foreign {
        /// Where a store was looked for.
        dir: PathBuf,
        /// What tells that it is none.
        why: &'static str,
    },
    /// A later version of this program made the store.
    #[error(
        "the store `{}` has format {found}, written by {written_by}; this program reads format {expected}",
        dir.display()
    )]
    Newer {
        /// The store.
        dir: PathBuf,
        /// Its format.
        found: u64,
        /// The format that would do.
        expected: u64,
        /// The program that made the store, in its own words.
        written_by: String,
    },
    /// Another process is writing.
    #[error(
        "another process is {} to the store `{}`{}{}",
        if waited.is_zero() { "writing" } else { "still writing" },
        dir.display(),
        after(*waited),
        by_whom(holder.as_ref())
    )]
    Locked {
        /// The store.
        dir: PathBuf,
        /// Who; none where the lock file does not tell.
        holder: Option<Holder>,
        /// How long was waited for it.
        waited: Duration,
    },
    /// Another process added this revision in spite of the lock.
    #[error("another process wrote revision {number} of the store `{}` at the same moment", dir.display())]
    Overtaken {
        /// The store.
        dir: PathBuf,
        /// The revision that was to be written.
        number: u64,
    },
    /// The store may be read, not written.
    #[error("cannot write to `{}`: {}", path.display(), reason(source))]
    ReadOnly {
        /// What was to be written.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The disk, or the user's share of it, is used up.
    #[error("no space left to write `{}`: {}", path.display(), reason(source))]
    Full {
        /// What was to be written.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Any other failure of the system.
    #[error("cannot {action} `{}`: {}", path.display(), reason(source))]
    File {
        /// "read", "write", "lock" …
        action: &'static str,
        /// Which file or directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The history does not reach to what was asked for.
    #[error("the store has no revision {wanted}; {}", range(bounds.as_ref()))]
    NoRevision {
        /// The number, day or moment, as it was written.
        wanted: String,
        /// First and newest revision; none in an empty store.
        bounds: Option<(Known, Known)>,
    },
    /// A revision cannot be taken back, because its documents have been changed since.
    #[error("revision {number} cannot be undone: revision {later} has changed `{document}` since")]
    ChangedSince {
        /// The revision.
        number: u64,
        /// The first of its documents that is no longer as it left it.
        document: String,
        /// The newest revision that changed that document.
        later: u64,
    },
    /// A purge cannot be taken back: what it took out is nowhere.
    #[error("revision {number} cannot be undone: it is a purge, and what it took out is deleted")]
    PurgeStays {
        /// The revision.
        number: u64,
    },
    /// A purge is recorded, and a file that it takes out cannot be deleted.
    #[error("the purge is recorded, but `{}` cannot be deleted: {}", path.display(), reason(source))]
    Left {
        /// What was to be deleted.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A revision cannot be taken back, because nobody knows for certain what it did.
    #[error("revision {number} cannot be undone: its file was lost, so its changes are unknown")]
    LostRevision {
        /// The revision.
        number: u64,
    },
    /// The file that makes a directory a store is not as it was, and everything else tells a store.
    #[error("the store is damaged: `{}` {why}", path.display())]
    DamagedFormat {
        /// The file `format`.
        path: PathBuf,
        /// What is wrong with it, continuing the sentence.
        why: &'static str,
    },
    /// The file that keeps what a document says does not hold what was written.
    #[error("document `{document}` is damaged: `{}` {why}", path.display())]
    DamagedObject {
        /// The document as people call it.
        document: String,
        /// Where it was loaded from.
        origin: String,
        /// The damaged file.
        path: PathBuf,
        /// What is wrong with it, continuing the sentence.
        why: String,
    },
    /// A kept text that is not what was kept.
    #[error("a kept text is damaged: `{}` {why}", path.display())]
    DamagedText {
        /// The damaged file.
        path: PathBuf,
        /// What is wrong with it, continuing the sentence.
        why: String,
    },
    /// A revision that cannot be read.
    #[error("revision {number} is damaged: `{}` {why}", path.display())]
    DamagedRevision {
        /// Its number.
        number: u64,
        /// Its file.
        path: PathBuf,
        /// What is wrong with it, continuing the sentence.
        why: String,
    },
    /// Revisions that do not follow from one another.
    #[error("the history is broken at revision {number}: {why} (`{}`)", path.display())]
    BrokenChain {
        /// The first revision that does not fit.
        number: u64,
        /// Its file.
        path: PathBuf,
        /// What does not fit.
        why: String,
    },
}

/// What helps against all damage.
const REPAIR: &str = "restore the file from a backup; or `standpoint repair` repairs what can be repaired, reports \
                      what is lost, and makes the rest usable again (`--dry-run` only reports)";

/// Results of the archive.
pub type Result<T, E = ArchiveError> = std::result::Result<T, E>;

impl Helpful for ArchiveError {
    fn help(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Absent { nearby, .. } => return Some(start_or_choose(nearby).into()),
            Self::Foreign { .. } => "name an empty or new directory with `--store`".into(),
            Self::Newer { .. } => {
                "install the current version of standpoint; or start a new store with this \
                                   one and load the files into it"
                    .into()
            }
            Self::Locked { waited, .. } if waited.is_zero() => {
                "wait for it with `--wait 1m`; reading is possible meanwhile".into()
            }
            Self::Locked { .. } | Self::Overtaken { .. } => {
                "run the command again when it is done; reading is possible meanwhile".into()
            }
            Self::ReadOnly { .. } => {
                "nothing was changed; get permission to write there, or name another store with `--store`"
                    .into()
            }
            Self::Full { .. } => "nothing was changed; free some space and run the command again".into(),
            Self::File { .. } => return None,
            Self::NoRevision { .. } => {
                "`standpoint log` lists the revisions; a day means its end, in UTC".into()
            }
            Self::ChangedSince { later, .. } => {
                format!("undo that first: `standpoint undo {later}`; or load the correct files").into()
            }
            Self::LostRevision { number } => {
                format!("`standpoint diff {number}` shows what is known of it; load the correct files").into()
            }
            Self::PurgeStays { .. } => "to have it again, load the files that it came from".into(),
            Self::Left { .. } => {
                "get permission to delete it; then `standpoint repair` finishes the purge".into()
            }
            Self::DamagedObject { why, .. } if why == SET_ASIDE => {
                "restore the file from a backup; its content is stored nowhere else".into()
            }
            Self::DamagedText { .. } => "restore the file from a backup; or store the text again: \
                 `standpoint load --keep-text --text FILE PATH`; `standpoint repair` looks for more damage"
                .into(),
            Self::DamagedFormat { .. }
            | Self::DamagedObject { .. }
            | Self::DamagedRevision { .. }
            | Self::BrokenChain { .. } => REPAIR.into(),
        })
    }
}

impl From<ArchiveError> for Error {
    fn from(error: ArchiveError) -> Self {
        Self::other(error)
    }
}

impl ArchiveError {
    /// A file that cannot be read, for `map_err`.
    pub(super) fn reading(path: &Path) -> impl FnOnce(io::Error) -> Self {
        Self::doing("read", path)
    }

    /// A file that cannot be written, for `map_err`: classed by who has to act.
    pub(crate) fn writing(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| match source.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                Self::ReadOnly { path: path.into(), source }
            }
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                Self::Full { path: path.into(), source }
            }
            _ => Self::File { action: "write", path: path.into(), source },
        }
    }

    /// A file of a purge that cannot be deleted, for `map_err`.
    pub(super) fn left(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Left { path: path.into(), source }
    }

    /// Any other failure of the system, for `map_err`.
    pub(super) fn doing(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { action, path: path.into(), source }
    }
}

/// An end of the history: a revision's number and time.
pub type Known = (u64, Timestamp);

fn range(bounds: Option<&(Known, Known)>) -> String {
    let time = |known: &Known| known.1.strftime("%Y-%m-%dT%H:%M:%SZ");
    match bounds {
        None => "it is empty".into(),
        Some((first, last)) if first == last => format!("it has revision 1, of {}", time(first)),
        Some((first, last)) => {
            format!("it has revisions {} to {}, of {} to {}", first.0, last.0, time(first), time(last))
        }
    }
}

fn by_whom(holder: Option<&Holder>) -> String {
    holder.map_or_else(String::new, |holder| format!(": {holder}"))
}

/// " after 30 s".
fn after(waited: Duration) -> String {
    if waited.is_zero() { String::new() } else { format!(" after {} s", waited.as_secs_f64()) }
}

fn start_or_choose(nearby: &[PathBuf]) -> String {
    let start = "`standpoint load PATH` starts one";
    match nearby {
        [] => format!("{start}; `--store DIR` names another place"),
        stores => {
            let choices: Vec<String> = stores.iter().map(|s| format!("`--store {}`", s.display())).collect();
            format!("{start}; there is already {}", choices.join(", "))
        }
    }
}
