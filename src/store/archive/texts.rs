//! Articles' texts that somebody wished to keep: gzip files, named by the hash of the text.
//!
//! They stand beside the history and are no part of it: what a graph says of an article's text
//! is its hash, and whoever has a text of that hash has the text. Nothing refers to their files,
//! so there is nothing to be done together with a revision.

use super::ContentHash;
use super::error::{ArchiveError, Result};
use super::transaction::Transaction;
use super::{Archive, durable, object};
use flate2::read::MultiGzDecoder;
use std::fs::{self, File};
use std::io::{self, Read};

/// No article is longer. A file that expands to more is none, whatever it says.
const LONGEST: u64 = 1 << 28;

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
    /// Keeps an article's text, at once and for good. A text that is kept already is written
    /// again: that costs less than proving it sound, and mends it if it is not.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn keep_text(&self, text: &str) -> Result<()> {
        let layout = self.layout();
        let path = layout.text(ContentHash::of(text.as_bytes()));
        let mut bytes = Vec::new();
        object::compress(text.as_bytes(), &mut bytes).map_err(ArchiveError::writing(&path))?;
        for dir in [layout.texts().as_path(), path.parent().expect("a text lies in a folder")] {
            if !dir.is_dir() {
                fs::create_dir(dir).map_err(ArchiveError::writing(dir))?;
                durable::sync_directory(dir.parent().expect("below the store"))?;
            }
        }
        durable::write(&layout.temporary(), &path, &bytes)
    }
}
