//! Files in ZIP archives, read with a limit.

use std::io::{Read, Seek};
use zip::ZipArchive;

/// Length that the files which are read of an archive may have together when they are unpacked, in bytes.
const MOST: u64 = 256 << 20;
/// Number of files in an archive.
const FILES: usize = 100_000;
/// Factor by which a file may grow; beyond it and beyond [`ALWAYS`], it is a bomb.
const GROWTH: u64 = 100;
/// Length that is unpacked in any case, in bytes.
const ALWAYS: u64 = 16 << 20;

/// An archive, and how much of it may still be unpacked.
pub(super) struct Zipped<R> {
    archive: ZipArchive<R>,
    left: u64,
}

impl<R: Read + Seek> Zipped<R> {
    /// Opens an archive.
    ///
    /// # Errors
    /// It is none, or has too many files.
    pub(super) fn open(file: R) -> Result<Self, String> {
        let archive = ZipArchive::new(file).map_err(|error| format!("not a ZIP archive: {error}"))?;
        if archive.len() > FILES {
            return Err(format!("it has {} files, more than {FILES}", archive.len()));
        }
        Ok(Self { archive, left: MOST })
    }

    /// The names of the files, as far as they can be read.
    pub(super) fn names(&self) -> Vec<String> {
        self.archive.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned).collect()
    }

    /// A file as text.
    ///
    /// # Errors
    /// There is none of this name, it unpacks to too much, alone or with those before, or it is not UTF-8.
    pub(super) fn text(&mut self, name: &str) -> Result<String, String> {
        let file = self.archive.by_name(name).map_err(|error| format!("`{name}` cannot be read: {error}"))?;
        let most = file.compressed_size().saturating_mul(GROWTH).clamp(ALWAYS, MOST).min(self.left);
        let mut bytes = Vec::new();
        file.take(most + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| format!("`{name}` is damaged: {error}"))?;
        let length = bytes.len() as u64;
        if length > most {
            let what = if most == self.left {
                "the files together unpack".to_owned()
            } else {
                format!("`{name}` unpacks")
            };
            let most = if most == self.left { MOST } else { most };
            return Err(format!("{what} to suspiciously much, more than {} MB", most >> 20));
        }
        self.left -= length;
        String::from_utf8(bytes).map_err(|_| format!("`{name}` is not valid UTF-8"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    #[test]
    fn files_may_unpack_to_so_much_together() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["a", "b"] {
            writer.start_file(name, SimpleFileOptions::default()).unwrap();
            writer.write_all(b"0123456789").unwrap();
        }
        let file = writer.finish().unwrap();
        let mut zipped = Zipped { left: 15, ..Zipped::open(file).unwrap() };
        assert_eq!(zipped.text("a").unwrap(), "0123456789");
        assert_eq!(
            zipped.text("b").unwrap_err(),
            "the files together unpack to suspiciously much, more than 256 MB"
        );
        assert!(zipped.text("c").unwrap_err().contains("`c` cannot be read"));
    }
}
