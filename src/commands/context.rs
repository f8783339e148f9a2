//! What every command knows: where the data is and what the terminal can show.

use super::output;
use crate::archive::Archive;
use crate::error::{Error, Result};
use crate::index::Index;
use crate::load;
use crate::ontology;
use std::mem::ManuallyDrop;
use std::path::PathBuf;

/// Where a command finds its data, and how it may talk.
#[derive(Clone, Debug)]
pub struct Context {
    /// The store's directory.
    pub store: PathBuf,
    /// Files to use instead of a store.
    pub data: Vec<PathBuf>,
    /// Whether results go to a terminal, which wants tables that fit.
    pub stdout_is_terminal: bool,
    /// Whether messages go to a terminal, which wants progress and colour.
    pub stderr_is_terminal: bool,
    /// Columns of the terminal; 80 where there is none.
    pub width: usize,
}

impl Context {
    /// The graph to ask: that of the files, if any were named, else that of the store.
    ///
    /// It is left to the system to clear away: a command that asks ends then, and taking a graph
    /// apart triple by triple takes a tenth of the time that filling it took.
    ///
    /// # Errors
    /// Files that cannot be taken, a store that is absent or damaged.
    pub fn index(&self) -> Result<ManuallyDrop<Index>> {
        if self.data.is_empty() {
            let archive = Archive::open(&self.store)?;
            return Ok(ManuallyDrop::new(Index::open(&archive, ontology::schemes())?));
        }
        let inputs = load::find(&self.data, None)?;
        let loaded = load::read(&inputs, load::Options::default(), load::nothing_known())?;
        output::diagnostics(&loaded.warnings, self);
        let documents = loaded.documents.iter().map(|document| document.ntriples.as_str());
        Index::from_ntriples(documents, ontology::schemes())
            .map(ManuallyDrop::new)
            .map_err(|error| Error::usage(format!("what was read makes no graph: {error}")))
    }
}
