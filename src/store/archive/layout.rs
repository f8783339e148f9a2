//! Where things lie in a store's directory, and the `format` file that makes it one.

use super::ContentHash;
use super::durable;
use super::error::{ArchiveError, Result};
use super::identity::Identity;
use crate::store::files;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The format that this program writes. It also reads the one before, in which stores had no identity and
/// revisions named neither the set of documents nor kept texts.
const FORMAT: u64 = 2;
const FORMAT_BEFORE: u64 = 1;
/// The format of a store from which something was purged. It is [`FORMAT`] with a gap that a program of before
/// would take for damage; so stores get it when they need it, and no sooner.
const FORMAT_PURGED: u64 = 3;
/// How the first line of the `format` file begins.
const MAGIC: &str = "standpoint archive ";
/// How its third line begins.
const IDENTITY: &str = "identity ";
/// Name and version of the program that writes: recorded in the `format` file and in every revision.
pub const TOOL: &str = concat!("standpoint ", env!("CARGO_PKG_VERSION"));

/// The paths of one store.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    dir: PathBuf,
}

fn format_text(format: u64, identity: Identity) -> String {
    format!("{MAGIC}{format}\nwritten by {TOOL}\n{IDENTITY}{identity}\n")
}

/// What is found where a store is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A store that this program reads; none has no identity yet.
    Store(Option<Identity>),
    /// Nothing, or an empty directory: room for a new one.
    Room,
}

impl Layout {
    pub fn new(dir: &Path) -> Self {
        Self { dir: dir.into() }
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn format(&self) -> PathBuf {
        self.dir.join("format")
    }

    pub fn lock(&self) -> PathBuf {
        self.dir.join("lock")
    }

    /// Files that are being written; on the file system of their destination, so that a
    /// rename is all that is left to do, and in one place, so that leftovers are found.
    pub fn temporary(&self) -> PathBuf {
        self.dir.join("tmp")
    }

    /// The contents that a writer is about to put in place, a hash a line: until their revision is there, they
    /// are nobody's.
    pub fn placing(&self) -> PathBuf {
        self.temporary().join("placing")
    }

    /// The revision of a purge whose files are being deleted.
    pub fn purging(&self) -> PathBuf {
        self.dir.join("purging")
    }

    pub fn revisions(&self) -> PathBuf {
        self.dir.join("revisions")
    }

    pub fn revision(&self, number: u64) -> PathBuf {
        self.revisions().join(format!("{number:08}.json"))
    }

    pub fn objects(&self) -> PathBuf {
        self.dir.join("objects")
    }

    /// Spread over 256 directories: some file systems are slow with very many files in one.
    pub fn object(&self, hash: ContentHash) -> PathBuf {
        let hash = hash.to_string();
        self.objects().join(&hash[..2]).join(format!("{hash}.nt.gz"))
    }

    pub fn texts(&self) -> PathBuf {
        self.dir.join("texts")
    }

    /// An article's text, spread like objects.
    pub fn text(&self, hash: ContentHash) -> PathBuf {
        let hash = hash.to_string();
        self.texts().join(&hash[..2]).join(format!("{hash}.txt.gz"))
    }

    pub fn index(&self) -> PathBuf {
        self.dir.join("index")
    }

    pub fn checkpoint(&self) -> PathBuf {
        self.dir.join("checkpoint.json")
    }

    /// Damaged files that repairs have taken away. Nothing is read from here but by repairs.
    pub fn lost(&self) -> PathBuf {
        self.dir.join("lost")
    }

    /// Makes the folders that a writer needs.
    pub fn create_folders(&self) -> Result<()> {
        for dir in [self.temporary(), self.objects(), self.revisions()] {
            if !dir.is_dir() {
                files::create_dir(&dir).map_err(ArchiveError::writing(&dir))?;
                durable::sync_directory(&self.dir)?;
            }
        }
        Ok(())
    }

    /// A writer makes the folder of the revisions before it puts the first content in place.
    ///
    /// # Errors
    /// There are contents, and no such folder.
    pub fn ensure_revisions(&self) -> Result<()> {
        if self.revisions().is_dir() || files_below(&self.objects()).is_empty() {
            return Ok(());
        }
        let why = "the folder of the revisions is missing".into();
        Err(ArchiveError::BrokenChain { number: 1, path: self.revisions(), why })
    }

    /// Whether there is a store, or room for one.
    pub fn look(&self) -> Result<Found> {
        let foreign = |why| {
            // What else has these two?
            let path = self.format();
            match self.revisions().is_dir() && self.objects().is_dir() {
                true if path.exists() => {
                    Err(ArchiveError::DamagedFormat { path, why: "is not that of a store" })
                }
                true => Err(ArchiveError::DamagedFormat { path, why: "is missing" }),
                false => Err(ArchiveError::Foreign { dir: self.dir.clone(), why }),
            }
        };
        match fs::read_to_string(self.format()) {
            Ok(text) => match self.check(&text)? {
                Some(identity) => Ok(Found::Store(identity)),
                None => foreign("its file `format` is not that of a store"),
            },
            Err(error) => match error.kind() {
                ErrorKind::NotFound if self.has_room()? => Ok(Found::Room),
                ErrorKind::NotFound => foreign("it is a directory with other files in it"),
                ErrorKind::NotADirectory => foreign("it is a file"),
                ErrorKind::InvalidData | ErrorKind::IsADirectory => {
                    foreign("its file `format` is not that of a store")
                }
                _ => Err(ArchiveError::reading(&self.format())(error)),
            },
        }
    }

    /// Makes an empty store. The `format` file comes first: a crash right after leaves a
    /// store without revisions, a crash before it leaves room. Where another process makes one at the same
    /// moment, that one stays.
    pub fn create(&self, identity: Identity) -> Result<()> {
        let temporary = self.temporary();
        files::create_dirs(&temporary).map_err(ArchiveError::writing(&self.dir))?;
        durable::write_new(&temporary, &self.format(), format_text(FORMAT, identity).as_bytes())?;
        let parent = self.dir.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        durable::sync_directory(parent)
    }

    /// Writes the `format` file; `purged` if something is purged from the store.
    pub fn write_format(&self, identity: Identity, purged: bool) -> Result<()> {
        let format = if purged { FORMAT_PURGED } else { FORMAT };
        durable::write(&self.temporary(), &self.format(), format_text(format, identity).as_bytes())
    }

    /// The store's absence, with what else could be meant.
    pub fn absent(&self) -> ArchiveError {
        let parent = self.dir.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut nearby: Vec<PathBuf> = fs::read_dir(parent)
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| fs::read_to_string(path.join("format")).is_ok_and(|f| f.starts_with(MAGIC)))
            .map(|path| path.strip_prefix("./").map(Path::to_owned).unwrap_or(path))
            .collect();
        nearby.sort();
        ArchiveError::Absent { dir: self.dir.clone(), nearby }
    }

    /// The identity that the `format` file with this text states; none if it is no such file. One of a later
    /// format is an error.
    fn check(&self, text: &str) -> Result<Option<Option<Identity>>> {
        let mut lines = text.lines();
        let Some(found) = lines.next().and_then(|line| line.strip_prefix(MAGIC)?.parse().ok()) else {
            return Ok(None);
        };
        let written_by = lines.next().and_then(|line| line.strip_prefix("written by "));
        let identity = lines.next();
        if found == FORMAT || found == FORMAT_PURGED {
            let identity = identity.and_then(|line| line.strip_prefix(IDENTITY)?.parse().ok());
            return Ok(identity.map(Some));
        }
        if found == FORMAT_BEFORE {
            return Ok(identity.is_none().then_some(None));
        }
        // This very program knows of no other format, so it cannot have written one.
        if written_by == Some(TOOL) {
            return Ok(None);
        }
        Err(ArchiveError::Newer {
            dir: self.dir.clone(),
            found,
            expected: FORMAT_PURGED,
            written_by: written_by.unwrap_or("an unknown program").into(),
        })
    }

    /// Whether the directory is absent, or holds nothing but what an interrupted `create` left.
    fn has_room(&self) -> Result<bool> {
        match fs::read_dir(&self.dir) {
            Ok(mut entries) => Ok(entries.all(|entry| entry.is_ok_and(|e| e.file_name() == "tmp"))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
            Err(error) => Err(ArchiveError::reading(&self.dir)(error)),
        }
    }
}

/// The hash that a file is named by, before this ending.
pub(super) fn hash_of_name(path: &Path, ending: &str) -> Option<ContentHash> {
    path.file_name()?.to_str()?.strip_suffix(ending)?.parse().ok()
}

/// The files in a folder and in its folders, sorted.
pub(super) fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files.extend(files_below(&entry.path())),
            _ => files.push(entry.path()),
        }
    }
    files.sort();
    files
}
