//! Files in ZIP archives, read with a limit.

use std::io::{Read, Seek};
use zip::ZipArchive;

/// Length that a file in an archive may have when it is unpacked, in bytes.
const MOST: u64 = 256 << 20;
/// Factor by which a file may grow; beyond it and beyond [`ALWAYS`], it is a bomb.
const GROWTH: u64 = 100;
/// Length that is unpacked in any case, in bytes.
const ALWAYS: u64 = 16 << 20;

/// The names of the files in an archive, as far as they can be read.
pub(super) fn names(archive: &ZipArchive<impl Read + Seek>) -> Vec<String> {
    archive.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned).collect()
}

/// A file of an archive as text.
///
/// # Errors
/// There is none of this name, it unpacks to too much, or it is not UTF-8.
pub(super) fn text(archive: &mut ZipArchive<impl Read + Seek>, name: &str) -> Result<String, String> {
    let file = archive.by_name(name).map_err(|error| format!("`{name}` cannot be read: {error}"))?;
    let most = (file.compressed_size().saturating_mul(GROWTH)).clamp(ALWAYS, MOST);
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).map_err(|error| format!("`{name}` is damaged: {error}"))?;
    if bytes.len() as u64 > most {
        return Err(format!("`{name}` unpacks to suspiciously much, more than {} MB", most >> 20));
    }
    String::from_utf8(bytes).map_err(|_| format!("`{name}` is not valid UTF-8"))
}
