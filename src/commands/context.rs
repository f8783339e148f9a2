//! What every command knows: where the data is and what the terminal can show.

use super::output;
use super::times::Times;
use crate::archive::{Archive, Entry, When};
use crate::document::Document;
use crate::error::{Error, Result, count};
use crate::index::Index;
use crate::load::{self, Loaded};
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
    /// The graph to ask, at the times that are meant: that of the files, if any were named,
    /// else that of the store.
    ///
    /// It is left to the system to clear away: a command that asks ends then, and taking a graph
    /// apart triple by triple takes a quarter of the time that filling it took.
    ///
    /// # Errors
    /// Files that cannot be taken; a store that is absent or damaged, or whose history does not
    /// reach back so far.
    pub fn index(&self, times: &Times) -> Result<ManuallyDrop<Index>> {
        let index = if self.data.is_empty() {
            self.of_store(times.known_on.as_ref())?
        } else if times.known_on.is_some() {
            return Err(Error::usage("--known-on asks what a store held, and files have no history")
                .with_help("leave --data out, or ask the files with --as-of"));
        } else {
            self.of_files()?
        };
        let Some(day) = times.as_of else { return Ok(ManuallyDrop::new(index)) };
        let (index, undated) = index.as_of(day);
        if undated > 0 {
            let left_out = count(undated, "position");
            output::note(&format!("left out: {left_out} in force of which nothing says since when"));
        }
        Ok(ManuallyDrop::new(index))
    }

    fn of_store(&self, known_on: Option<&When>) -> Result<Index> {
        let mut archive = Archive::open(&self.store)?;
        if let Some(when) = known_on {
            archive = archive.at(archive.resolve(when)?)?;
            if let Some(lost) = archive.unproven().next() {
                output::note(&format!(
                    "revision {lost} was lost: what the store held from then until it was repaired is told as \
                     far as it is known"
                ));
            }
        }
        Ok(Index::open(&archive, ontology::schemes())?)
    }

    fn of_files(&self) -> Result<Index> {
        let loaded = self.loaded()?;
        output::diagnostics(&loaded.warnings, self);
        let documents = loaded.documents.iter().map(|document| document.ntriples.as_str());
        Index::from_ntriples(documents, ontology::schemes())
            .map_err(|error| Error::usage(format!("what was read makes no graph: {error}")))
    }

    /// The documents behind that graph, one by one.
    ///
    /// # Errors
    /// Files that cannot be taken, a store that is absent or damaged.
    pub fn documents(&self) -> Result<Vec<Document>> {
        if !self.data.is_empty() {
            return Ok(self.loaded()?.documents);
        }
        let archive = Archive::open(&self.store)?;
        let entries = archive.documents().values();
        let document = |entry: &Entry| {
            Ok(Document {
                name: entry.document.clone(),
                origin: entry.origin.clone(),
                source_hash: entry.source.clone(),
                ntriples: archive.read(entry)?,
            })
        };
        entries.map(document).collect()
    }

    fn loaded(&self) -> Result<Loaded> {
        let inputs = load::find(&self.data, None)?;
        load::read(&inputs, load::Options::default(), load::nothing_known())
    }
}
