//! A backup made a store again. It comes from anywhere, so nothing in it is believed.
//!
//! The list of files comes first, and says of each what it has to be. Its paths are those of a store and
//! no others, so none leads elsewhere; what follows has to be these files in this order, and is
//! written only as far as their lengths go. The sum of these is limited by the length of the packed file.
//! The store is then opened and proved like any other, under a temporary name.

use super::super::error::ArchiveError;
use super::super::layout::Layout;
use super::super::{Archive, ContentHash, durable, seal};
use super::packed::Unpacked;
use super::{BackupError, FORMAT, Listed, MANIFEST, Manifest};
use super::{copy_listed, create, ensure_room, inventory, put_in_place, temporary_folder};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

/// A packed file may become so many times as long: most of it is compressed contents …
const MOST_UNPACKED: u64 = 100;
/// … and in any case as long as this, in bytes.
const ALWAYS_UNPACKED: u64 = 16 << 20;
/// No list of files is longer, in bytes: a million of them.
const LONGEST_MANIFEST: u64 = 1 << 28;

/// Makes a store of a backup, in a folder that is absent or empty.
///
/// # Errors
/// Something is there already; the backup is not as it was written; the store cannot be written. Then nothing
/// is left of it.
pub fn restore(source: &Path, target: &Path) -> Result<(Manifest, Archive), BackupError> {
    ensure_room(target, true)?;
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    durable::create_folders(parent)?;
    let folder = temporary_folder(parent)?;
    let mut place = Folder(folder.path().to_owned());
    let manifest = if source.is_dir() {
        read_folder(source, &mut place)?
    } else {
        let file = File::open(source).map_err(ArchiveError::reading(source))?;
        read_packed(source, BufReader::new(file), &mut place)?
    };
    let layout = Layout::new(folder.path());
    layout.create_folders()?;
    let unsound = |why: String| BackupError::Unsound { path: source.into(), why };
    let archive = Archive::open(folder.path()).map_err(|error| unsound(error.to_string()))?;
    let (found, _) = inventory(&archive).map_err(|error| unsound(error.to_string()))?;
    if found != manifest {
        return Err(unsound("its list of files is not that of the store in it".into()));
    }
    archive.state.write_checkpoint(&layout)?;
    put_in_place(folder, target)?;
    durable::sync_directory(parent)?;
    Ok((manifest, Archive::open(target)?))
}

/// What becomes of the files of a backup.
pub(super) trait Place {
    /// Takes the bytes of a file; whether they are those that are listed.
    fn take(&mut self, listed: &Listed, from: &mut dyn Read) -> Result<bool, BackupError>;
}

/// They are only looked at.
pub(super) struct Look;

impl Place for Look {
    fn take(&mut self, listed: &Listed, from: &mut dyn Read) -> Result<bool, BackupError> {
        let copied = copy_listed(listed, from, &mut io::sink());
        copied.map_err(|error| ArchiveError::reading(Path::new(&listed.path))(error).into())
    }
}

/// They are written into this folder.
struct Folder(PathBuf);

impl Place for Folder {
    fn take(&mut self, listed: &Listed, from: &mut dyn Read) -> Result<bool, BackupError> {
        let path = self.0.join(&listed.path);
        let mut is_listed = false;
        create(&path, |out: &mut dyn Write| {
            is_listed = copy_listed(listed, from, out).map_err(ArchiveError::writing(&path))?;
            Ok(())
        })?;
        Ok(is_listed)
    }
}

/// Reads a backup that is a folder. Files that it does not list are not looked at.
pub(super) fn read_folder(source: &Path, place: &mut dyn Place) -> Result<Manifest, BackupError> {
    let unsound = |why: String| BackupError::Unsound { path: source.into(), why };
    let path = source.join(MANIFEST);
    let bytes = match File::open(&path) {
        Ok(file) => read_limited(file, LONGEST_MANIFEST).map_err(ArchiveError::reading(&path))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(unsound(format!("it has no `{MANIFEST}`")));
        }
        Err(error) => return Err(ArchiveError::reading(&path)(error).into()),
    };
    let manifest = Manifest::parse(&bytes).map_err(unsound)?;
    for listed in &manifest.files {
        let path = source.join(&listed.path);
        let mut file = File::open(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => unsound(format!("`{}` is missing", listed.path)),
            _ => ArchiveError::reading(&path)(error).into(),
        })?;
        if !place.take(listed, &mut file)? {
            return Err(unsound(format!("`{}` is not what the list says", listed.path)));
        }
    }
    Ok(manifest)
}

/// Reads a backup that is a tar in zstd.
pub(super) fn read_packed(
    source: &Path,
    packed: BufReader<File>,
    place: &mut dyn Place,
) -> Result<Manifest, BackupError> {
    let length = packed.get_ref().metadata().map_err(ArchiveError::reading(source))?.len();
    let most = length.saturating_mul(MOST_UNPACKED).max(ALWAYS_UNPACKED);
    read_tar(source, Unpacked::new(packed), most, place)
}

/// Reads a tar whose files have no more than `most` bytes.
fn read_tar<R: BufRead>(
    source: &Path,
    tar: Unpacked<R>,
    most: u64,
    place: &mut dyn Place,
) -> Result<Manifest, BackupError> {
    let unsound = |why: String| BackupError::Unsound { path: source.into(), why };
    let unreadable = |error: io::Error| unsound(format!("it cannot be unpacked: {error}"));
    let mut tar = tar::Archive::new(tar);
    // Raw: long names and other extensions would be read into memory unasked.
    let mut entries = tar.entries().map_err(unreadable)?.raw(true);
    let mut next = |wanted: &str| {
        let entry = entries.next().transpose().map_err(unreadable)?;
        let Some(entry) = entry else { return Err(unsound(format!("it ends before `{wanted}`"))) };
        let is_file = entry.header().entry_type() == tar::EntryType::Regular;
        match entry.path_bytes() {
            name if is_file && *name == *wanted.as_bytes() => Ok(entry),
            name => {
                let name = String::from_utf8_lossy(&name);
                Err(unsound(format!("it has {name:?} where `{wanted}` should be")))
            }
        }
    };
    let list = next(MANIFEST)?;
    if list.size() > LONGEST_MANIFEST.min(most) {
        return Err(unsound("its list of files is too long".into()));
    }
    let manifest =
        Manifest::parse(&read_limited(list, LONGEST_MANIFEST).map_err(unreadable)?).map_err(unsound)?;
    if manifest.bytes() > most {
        return Err(unsound(format!("it unpacks to suspiciously much: {} bytes", manifest.bytes())));
    }
    for listed in &manifest.files {
        let mut entry = next(&listed.path)?;
        if entry.size() != listed.bytes || !place.take(listed, &mut entry)? {
            return Err(unsound(format!("`{}` is not what the list says", listed.path)));
        }
    }
    match entries.next() {
        None => Ok(manifest),
        Some(_) => Err(unsound("it has more than its list of files says".into())),
    }
}

fn read_limited(from: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl Manifest {
    /// Else what is wrong with it.
    fn parse(bytes: &[u8]) -> Result<Self, String> {
        let manifest: Self = seal::unseal(bytes).map_err(|why| format!("its list of files {why}"))?;
        if manifest.format != FORMAT {
            return Err(format!("it is a `{}`, and this program reads `{FORMAT}`", manifest.format));
        }
        if let Some(file) = manifest.files.iter().find(|file| !is_of_store(&file.path)) {
            return Err(format!("no store has a file {:?}", file.path));
        }
        if !manifest.files.is_sorted_by(|one, next| one.path < next.path) {
            return Err("its list of files is not sorted".into());
        }
        Ok(manifest)
    }
}

/// Whether this is the path of a file that backups have.
fn is_of_store(path: &str) -> bool {
    let layout = Layout::new(Path::new(""));
    let name = path.rsplit('/').next().unwrap_or_default();
    let hash = |ending: &str| name.strip_suffix(ending).and_then(|hash| hash.parse::<ContentHash>().ok());
    let number = name.strip_suffix(".json").and_then(|number| number.parse().ok());
    let paths = [
        Some(layout.format()),
        number.map(|number| layout.revision(number)),
        hash(".nt.gz").map(|hash| layout.object(hash)),
        hash(".txt.gz").map(|hash| layout.text(hash)),
    ];
    paths.into_iter().flatten().any(|known| known.iter().eq(path.split('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_a_store_have_a_place() {
        let hash = ContentHash::of(b"").to_string();
        let good = [
            "format".to_owned(),
            "revisions/00000001.json".into(),
            format!("objects/{}/{hash}.nt.gz", &hash[..2]),
            format!("texts/{}/{hash}.txt.gz", &hash[..2]),
        ];
        for path in &good {
            assert!(is_of_store(path), "{path}");
            for bad in [format!("/{path}"), format!("../{path}"), format!("./{path}"), format!("{path}/")] {
                assert!(!is_of_store(&bad), "{bad}");
            }
        }
        for bad in
            ["", "lock", "index/manifest.json", "revisions/1.json", "revisions/../format", "checkpoint.json"]
        {
            assert!(!is_of_store(bad), "{bad}");
        }
        assert!(!is_of_store(&format!("objects/00/{hash}.nt.gz")));
    }
}
