//! Texts of the articles that are exported, wherever they are kept.

use super::Args;
use crate::base::error::Result;
use crate::cli::commands::context::{Context, Origin};
use crate::ingest::Texts;
use crate::store::archive::Archive;
use std::collections::HashMap;

/// Texts at hand: of the store, of the files that are read instead of one, of `--text`.
pub(super) struct KnownTexts {
    /// By SHA-256.
    texts: HashMap<String, String>,
    archive: Option<Box<Archive>>,
    are_wanted: bool,
}

impl KnownTexts {
    /// Those of a graph of this origin.
    ///
    /// # Errors
    /// A text that cannot be read.
    pub(super) fn of(context: &Context, args: &Args, origin: Origin) -> Result<Self> {
        let mut texts: HashMap<String, String> = HashMap::new();
        let archive = match origin {
            Origin::Store(archive) => Some(archive),
            Origin::Files(_) => {
                let loaded = context.loaded()?.texts;
                texts.extend(loaded.iter().map(|text| (text.sha256().to_owned(), text.as_str().to_owned())));
                None
            }
        };
        for text in Texts::read(&args.text)?.all() {
            texts.insert(text.sha256().to_owned(), text.as_str().to_owned());
        }
        Ok(Self { texts, archive, are_wanted: !args.no_texts })
    }

    /// The text of this SHA-256; none where it is not at hand, or not wanted.
    ///
    /// # Errors
    /// A text that cannot be read.
    pub(super) fn of_hash(&self, hash: &str) -> Result<Option<String>> {
        match (self.texts.get(hash), &self.archive, hash.parse()) {
            _ if !self.are_wanted => Ok(None),
            (Some(text), _, _) => Ok(Some(text.clone())),
            (None, Some(archive), Ok(hash)) => Ok(archive.text(hash)?),
            _ => Ok(None),
        }
    }
}
