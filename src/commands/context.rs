//! What every command knows: where the data is and what the terminal can show.

use crate::error::Result;
use crate::index::Index;
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
    /// # Errors
    /// Files that cannot be taken, a store that is absent or damaged.
    pub fn index(&self) -> Result<Index> {
        let mut triples = Vec::new();
        for path in &self.data {
            let text = std::fs::read(path).map_err(crate::error::Error::file("read", path))?;
            let format = oxigraph::io::RdfFormat::from_extension(
                &path.extension().unwrap_or_default().to_string_lossy(),
            )
            .unwrap_or(oxigraph::io::RdfFormat::Turtle);
            for quad in oxigraph::io::RdfParser::from_format(format).for_slice(&text) {
                triples.push(quad.map_err(|e| crate::error::Error::usage(e.to_string()))?.into());
            }
        }
        Ok(Index::from_triples(triples))
    }
}
