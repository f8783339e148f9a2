//! Copies of a store to be kept elsewhere: taken while others write, proved, and the same for the same store.
//!
//! ```text
//! backup.json                 what is in the backup: path, length and SHA-256 of each file; sealed
//! format                      the store's own files, as they are …
//! objects/ab/ab12….nt.gz
//! revisions/00000001.json
//! texts/ab/ab12….txt.gz       … in the order of their paths
//! ```
//!
//! As a folder, or as `.tar.zst`, which `tar --zstd -x` unpacks to that folder. Either way what lies there is a
//! store. Left out is what can be made again (index, checkpoint) and what is nobody's (lock, `tmp`, `lost`).
//!
//! Only a purge takes anything away from an archive, so a backup needs no lock: it is of the revision that is the newest one
//! when it begins, and of what that one names. Every content is proved by its hash as it is read, and the
//! finished backup is read once more and held against its own list before it gets its name.
//!
//! `.tar.zst` is written as frames of a few MiB, one behind the other. Two ways to compress were
//! weighed: the `zstd` crate compresses a little better, and is C; ruzstd, by which this program reads zstd
//! already, is Rust. Contents are compressed as they are, so little is left to be gained.

mod error;
mod packed;
mod restore;

pub use error::BackupError;
pub use restore::restore;

use super::error::{ArchiveError, Result as ArchiveResult};
use super::identity::Identity;
use super::layout::Layout;
use super::revision::{Entry, Revision};
use super::{Archive, ContentHash, durable, is_inside_store, object, seal, texts};
use crate::store::files;
use flate2::read::MultiGzDecoder;
use packed::Frames;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;
use tempfile::TempDir;

/// Version of what is written.
const FORMAT: &str = "standpoint backup 1";
/// Name of the list of files, which comes first.
const MANIFEST: &str = "backup.json";
/// How the name of a packed backup ends.
const PACKED: &str = ".tar.zst";
/// Endings of what people pack folders into otherwise.
const OTHER_ENDINGS: &[&str] = &["tar", "zst", "zip", "gz", "tgz", "xz", "bz2", "7z"];
/// Files that are proved at the same time.
const THREADS: usize = 8;

/// Contents of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    format: String,
    /// Identity of the store; none in format 1.
    pub store: Option<Identity>,
    /// The revision that was the newest; 0 in an empty store.
    pub revision: u64,
    /// Its hash, which names the whole history up to it.
    pub hash: Option<ContentHash>,
    /// Sorted by path.
    files: Vec<Listed>,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Listed {
    path: String,
    bytes: u64,
    sha256: ContentHash,
}

impl Manifest {
    /// Number of the files that it lists.
    #[must_use]
    pub fn files(&self) -> usize {
        self.files.len()
    }

    /// Bytes of these files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).fold(0, u64::saturating_add)
    }
}

/// Writes a backup of the store: into a packed file if its name ends with `.tar.zst`, else into a folder, which
/// must be absent or empty.
///
/// # Errors
/// Something is there already; the store is damaged; it cannot be read, or the backup not be written. Then
/// nothing is left of it.
pub fn backup(archive: &Archive, target: &Path) -> Result<Manifest, BackupError> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let is_packed = name.ends_with(PACKED);
    if !is_packed && target.extension().is_some_and(|end| OTHER_ENDINGS.iter().any(|other| end == *other)) {
        return Err(BackupError::Ending { path: target.into() });
    }
    if parent.canonicalize().is_ok_and(|parent| is_inside_store(&parent)) {
        return Err(BackupError::Inside { path: target.into() });
    }
    ensure_room(target, !is_packed)?;
    let (manifest, sources) = inventory(archive)?;
    if is_packed {
        let mut file = durable::temporary(parent)?;
        let path = file.path().to_owned();
        let written = write_packed(&manifest, &sources, BufWriter::new(file.as_file_mut()))?;
        files::sync(written, &path).map_err(ArchiveError::writing(target))?;
        let packed = File::open(file.path()).map_err(ArchiveError::reading(target))?;
        restore::read_packed(target, BufReader::new(packed), &mut restore::Look)?;
        files::place_new(file.into_temp_path(), target).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Taken { path: target.into() },
            _ => ArchiveError::writing(target)(error).into(),
        })?;
    } else {
        let folder = temporary_folder(parent)?;
        for (listed, source) in manifest.files.iter().zip(&sources) {
            let path = folder.path().join(&listed.path);
            create(&path, |out| source.copy(listed, out))?;
        }
        create(&folder.path().join(MANIFEST), |out| {
            out.write_all(&seal::seal(&manifest)).map_err(|error| ArchiveError::writing(target)(error).into())
        })?;
        restore::read_folder(folder.path(), &mut restore::Look)?;
        put_in_place(folder, target)?;
    }
    durable::sync_directory(parent)?;
    Ok(manifest)
}

/// Where the bytes of a file come from.
enum Source {
    Memory(Vec<u8>),
    File(PathBuf),
}

impl Source {
    /// Copies the bytes, which have to be those that were listed.
    fn copy(&self, listed: &Listed, out: &mut dyn Write) -> Result<(), BackupError> {
        let (mut memory, mut file);
        let (name, from): (&Path, &mut dyn Read) = match self {
            Self::Memory(bytes) => {
                memory = bytes.as_slice();
                (Path::new(&listed.path), &mut memory)
            }
            Self::File(path) => {
                file = File::open(path).map_err(ArchiveError::reading(path))?;
                (path, &mut file)
            }
        };
        match copy_listed(listed, from, out) {
            Ok(true) => Ok(()),
            Ok(false) => Err(BackupError::Changed { path: name.into() }),
            Err(error) => Err(ArchiveError::doing("copy", name)(error).into()),
        }
    }
}

/// Copies no more bytes than are listed; whether they are those.
fn copy_listed(listed: &Listed, from: &mut dyn Read, out: &mut dyn Write) -> io::Result<bool> {
    let mut tee = Tee { from: from.take(listed.bytes.saturating_add(1)), hasher: Sha256::new(), bytes: 0 };
    io::copy(&mut tee, out)?;
    Ok(tee.bytes == listed.bytes && ContentHash::of_all(tee.hasher) == listed.sha256)
}

/// What is read through it is counted and hashed.
struct Tee<R> {
    from: R,
    hasher: Sha256,
    bytes: u64,
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(into)?;
        self.hasher.update(&into[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}

/// A file of the store whose content is named by a hash.
struct Content {
    hash: ContentHash,
    path: PathBuf,
    /// The document in this state; none for a text.
    entry: Option<Entry>,
}

/// All files that belong to the present state and to its history, each proved.
fn inventory(archive: &Archive) -> Result<(Manifest, Vec<Source>), BackupError> {
    archive.verify_chain()?;
    let layout = &archive.layout;
    let revisions = archive.revisions(1..=archive.number())?;
    let lost: BTreeSet<ContentHash> = revisions.iter().flat_map(Revision::lost_contents).collect();
    let mut contents: BTreeMap<ContentHash, Content> = BTreeMap::new();
    for revision in &revisions {
        let entries = revision.changes.iter().filter_map(|change| change.entry(revision.number));
        let left = entries.filter_map(|entry| archive.state.gaps.left(&entry).map(Cow::into_owned));
        for entry in left {
            let (hash, path) = (entry.hash, layout.object(entry.hash));
            // What a repair put down as lost is no news.
            if !lost.contains(&hash) || path.exists() {
                contents.insert(hash, Content { hash, path, entry: Some(entry) });
            }
        }
    }
    let mut kept = texts::kept(layout);
    kept.extend(archive.texts().map(|hash| (hash, layout.text(hash))));
    let texts = kept.into_iter().map(|(hash, path)| Content { hash, path, entry: None });
    let contents: Vec<Content> = contents.into_values().chain(texts).collect();

    let mut files: BTreeMap<String, (u64, ContentHash, Source)> = BTreeMap::new();
    let mut add = |path: &Path, bytes: u64, sha256: ContentHash, source: Source| {
        let inside = path.strip_prefix(layout.dir()).unwrap_or(path);
        let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        files.insert(parts.join("/"), (bytes, sha256, source));
    };
    let revisions = (1..=archive.number()).map(|number| layout.revision(number));
    for path in std::iter::once(layout.format()).chain(revisions) {
        let bytes = fs::read(&path).map_err(ArchiveError::reading(&path))?;
        let hash = ContentHash::of(&bytes);
        // The one file that may be replaced meanwhile.
        let source =
            if path == layout.format() { Source::Memory(bytes.clone()) } else { Source::File(path.clone()) };
        add(&path, bytes.len() as u64, hash, source);
    }
    for (content, (bytes, sha256)) in contents.iter().zip(hashes(layout, &contents)?) {
        add(&content.path, bytes, sha256, Source::File(content.path.clone()));
    }
    let (listed, sources) = files
        .into_iter()
        .map(|(path, (bytes, sha256, source))| (Listed { path, bytes, sha256 }, source))
        .unzip();
    let manifest = Manifest {
        format: FORMAT.into(),
        store: archive.identity(),
        revision: archive.number(),
        hash: archive.head_hash(),
        files: listed,
    };
    Ok((manifest, sources))
}

/// Length and SHA-256 of each file, whose content has the hash that it is named by.
fn hashes(layout: &Layout, contents: &[Content]) -> ArchiveResult<Vec<(u64, ContentHash)>> {
    let one = |content: &Content| -> ArchiveResult<(u64, ContentHash)> {
        let damaged = |why: String| match &content.entry {
            Some(entry) => object::damaged(layout, entry, why),
            None => ArchiveError::DamagedText { path: content.path.clone(), why },
        };
        let file = File::open(&content.path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => damaged("is missing".into()),
            _ => ArchiveError::reading(&content.path)(error),
        })?;
        let longest = content.entry.as_ref().map_or(texts::LONGEST, |entry| entry.bytes);
        let mut tee = Tee { from: BufReader::new(file), hasher: Sha256::new(), bytes: 0 };
        let unpacked = MultiGzDecoder::new(&mut tee).take(longest.saturating_add(1));
        let hash = ContentHash::of_stream(unpacked)
            .map_err(|error| damaged(format!("cannot be unpacked: {error}")))?;
        if hash != content.hash {
            return Err(damaged("does not have the content that its name promises".into()));
        }
        io::copy(&mut tee, &mut io::sink()).map_err(ArchiveError::reading(&content.path))?;
        Ok((tee.bytes, ContentHash::of_all(tee.hasher)))
    };
    let share = contents.len().div_ceil(THREADS).max(1);
    thread::scope(|scope| {
        let workers: Vec<_> = contents
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().map(one).collect::<ArchiveResult<Vec<_>>>()))
            .collect();
        let mut proved = Vec::with_capacity(contents.len());
        for worker in workers {
            proved.extend(worker.join().expect("proving does not panic")?);
        }
        Ok(proved)
    })
}

/// Writes a tar in zstd. Nothing of it depends on the moment, the machine or the user.
fn write_packed<'f>(
    manifest: &Manifest,
    sources: &[Source],
    out: BufWriter<&'f mut File>,
) -> Result<&'f mut File, BackupError> {
    let writing = |error: io::Error| ArchiveError::writing(Path::new(MANIFEST))(error);
    let mut tar = tar::Builder::new(Frames::new(out));
    let list = seal::seal(manifest);
    tar.append(&header(MANIFEST, list.len() as u64).map_err(writing)?, list.as_slice()).map_err(writing)?;
    for (listed, source) in manifest.files.iter().zip(sources) {
        let writing = |error: io::Error| ArchiveError::writing(Path::new(&listed.path))(error);
        // By hand, since the builder believes the length.
        let out = tar.get_mut();
        out.write_all(header(&listed.path, listed.bytes).map_err(writing)?.as_bytes()).map_err(writing)?;
        source.copy(listed, out)?;
        let rest = listed.bytes.next_multiple_of(512) - listed.bytes;
        out.write_all(&[0; 512][..usize::try_from(rest).expect("less than a block")]).map_err(writing)?;
    }
    let frames = tar.into_inner().map_err(writing)?;
    let out = frames.finish().map_err(writing)?;
    out.into_inner().map_err(|error| writing(error.into_error()).into())
}

fn header(path: &str, bytes: u64) -> io::Result<tar::Header> {
    let mut header = tar::Header::new_gnu();
    header.set_path(path)?;
    header.set_size(bytes);
    header.set_entry_type(tar::EntryType::Regular);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_cksum();
    Ok(header)
}

/// Nothing is written over: a file may not be there, a folder only if it is empty.
fn ensure_room(target: &Path, is_folder: bool) -> Result<(), BackupError> {
    let is_free = match fs::symlink_metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(ArchiveError::reading(target)(error).into()),
        Ok(_) => is_folder && fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_none()),
    };
    if is_free { Ok(()) } else { Err(BackupError::Taken { path: target.into() }) }
}

/// A new folder beside the one that it will be; it deletes itself when dropped.
fn temporary_folder(parent: &Path) -> Result<TempDir, BackupError> {
    files::temporary_dir(parent, ".standpoint-").map_err(|error| ArchiveError::writing(parent)(error).into())
}

/// Makes a file, and the folders that it lies in, durably.
fn create(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    let writing = |error: io::Error| BackupError::from(ArchiveError::writing(path)(error));
    files::create_dirs(path.parent().unwrap_or(path)).map_err(writing)?;
    let mut out = BufWriter::new(files::create(path).map_err(writing)?);
    write(&mut out)?;
    let file = out.into_inner().map_err(|error| writing(error.into_error()))?;
    files::sync(&file, path).map_err(writing)
}

/// Gives a finished folder its name.
fn put_in_place(folder: TempDir, target: &Path) -> Result<(), BackupError> {
    ensure_room(target, true)?;
    let writing = |error: io::Error| BackupError::from(ArchiveError::writing(target)(error));
    if target.exists() {
        files::remove_dir(target).map_err(writing)?;
    }
    let path = folder.path().to_owned();
    files::sync_dirs(&path).map_err(writing)?;
    files::rename(&path, target).map_err(writing)?;
    // It is somewhere else now, and there is nothing to delete.
    let _ = folder.keep();
    Ok(())
}
