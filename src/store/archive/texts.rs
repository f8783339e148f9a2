//! Articles' texts that somebody wished to keep: gzip files, named by the hash of the text.
//!
//! What a graph says of an article's text is its hash, and whoever has a text of that hash has the text. A
//! revision names the texts that were kept with it, so that one which is gone is missed. A text is written
//! before the revision that names it: where that is never made, the text is there for nothing.

use super::ContentHash;
use super::error::{ArchiveError, Result};
use super::layout::{Layout, files_below, hash_of_name};
use super::transaction::Transaction;
use super::{Archive, durable, object};
use crate::store::files;
use flate2::read::MultiGzDecoder;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

/// No article is longer. A file that expands to more is none, whatever it says.
pub(super) const LONGEST: u64 = 1 << 28;

/// The texts of which there are files, by the hashes of their names, in that order.
pub(super) fn kept(layout: &Layout) -> BTreeMap<ContentHash, PathBuf> {
    let files = files_below(&layout.texts()).into_iter();
    files.filter_map(|path| Some((hash_of_name(&path, ".txt.gz")?, path))).collect()
}

impl Archive {
    /// The text with this hash, if it was kept, proved by its hash.
    ///
    /// # Errors
    /// The file is damaged, or cannot be read.
    pub fn text(&self, hash: ContentHash) -> Result<Option<String>> {
        let path = self.layout.text(hash);
        let damaged = |why: String| ArchiveError::DamagedText { path: path.clone(), why };
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ArchiveError::reading(&path)(error)),
        };
        let mut bytes = Vec::new();
        MultiGzDecoder::new(file)
            .take(LONGEST + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| damaged(format!("cannot be unpacked: {error}")))?;
        if ContentHash::of(&bytes) != hash {
            return Err(damaged("does not match the hash in its name".into()));
        }
        String::from_utf8(bytes).map(Some).map_err(|error| damaged(format!("is not UTF-8: {error}")))
    }
}

impl Transaction<'_> {
    /// Keeps an article's text, at once and for good; the revision that is committed names it. A text that is kept already is written
    /// again: that costs less than proving it sound, and mends it if it is not.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn keep_text(&mut self, text: &str) -> Result<()> {
        let layout = self.layout();
        let hash = ContentHash::of(text.as_bytes());
        let path = layout.text(hash);
        let mut bytes = Vec::new();
        object::compress(text.as_bytes(), &mut bytes).map_err(ArchiveError::writing(&path))?;
        for dir in [layout.texts().as_path(), path.parent().expect("a text lies in a folder")] {
            if !dir.is_dir() {
                files::create_dir(dir).map_err(ArchiveError::writing(dir))?;
                durable::sync_directory(dir.parent().expect("below the store"))?;
            }
        }
        durable::write(&layout.temporary(), &path, &bytes)?;
        self.name_text(hash);
        Ok(())
    }
}
