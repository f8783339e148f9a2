//! The files of the case that a command changes, and how they are changed and loaded in one step.

use super::context::Context;
use super::load;
use super::output::{self, Outcome};
use super::writing::Writing;
use crate::base::error::{Error, Result, count};
use crate::ingest::file_edits::{FileEdits, Undo};
use crate::ingest::{self, Input, Known, recode};
use crate::model::ontology;
use crate::model::project::Project;
use crate::store::archive::{self, Archive};
use crate::store::index::storage;
use std::path::{Path, PathBuf};

/// A case and its files.
pub struct Case {
    /// Its folder, where patches are kept.
    pub folder: PathBuf,
    /// Files and folders of its data.
    pub paths: Vec<PathBuf>,
    /// Its store, if there is one.
    archive: Option<Archive>,
}

impl Case {
    /// The case in the folder that is named, else that of the project file here or above, else the files that
    /// the documents of the store came from.
    ///
    /// # Errors
    /// No such folder, no store, or none of its files.
    pub fn find(context: &Context, named: Option<&Path>) -> Result<Self> {
        if !context.data.is_empty() {
            return Err(Error::usage("--data asks files without a store, and this command changes files")
                .with_help("name the folder of the case with --case"));
        }
        let archive =
            if archive::is_store(&context.store) { Some(Archive::open(&context.store)?) } else { None };
        let above = || {
            let file = Project::find(&std::env::current_dir().ok()?)?;
            let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
            Some(folder.unwrap_or(Path::new(".")).to_owned())
        };
        if let Some(folder) = named.map(Path::to_owned).or_else(above) {
            if !folder.is_dir() {
                return Err(Error::usage(format!("`{}` is not a folder", folder.display()))
                    .with_help("a case is a folder with its registry and its sheets"));
            }
            return Ok(Self { paths: vec![folder.clone()], folder, archive });
        }
        let origins = archive.iter().flat_map(|archive| archive.documents().values());
        let mut paths: Vec<PathBuf> = origins.map(|entry| PathBuf::from(&entry.origin)).collect();
        paths.retain(|path| path.is_file());
        paths.sort();
        paths.dedup();
        if paths.is_empty() {
            return Err(Error::usage("the files of the case are not known")
                .with_help("name its folder: --case FOLDER"));
        }
        let folder = recode::common_folder(&paths);
        let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
        Ok(Self { folder, paths, archive })
    }

    /// Its files.
    ///
    /// # Errors
    /// There are none, or one cannot be read.
    pub fn inputs(&self) -> Result<Vec<Input>> {
        ingest::find(&self.paths, None)
    }

    /// What its store knows.
    ///
    /// # Errors
    /// A damaged store.
    pub fn with_known<T>(&self, read: impl FnOnce(Box<Known<'_>>) -> Result<T>) -> Result<T> {
        match self.archive.as_ref().filter(|archive| archive.number() > 0) {
            Some(archive) => {
                let present = storage::open(archive, ontology::background())?.index;
                read(ingest::known_to(archive, &present))
            }
            None => read(ingest::nothing_known()),
        }
    }

    /// Makes changes and loads the case again, in one revision; if that fails, the files are as they were.
    ///
    /// # Errors
    /// Files that cannot be written, what loading fails of.
    pub fn change(&self, context: &Context, edits: FileEdits, writing: Writing, message: &str) -> Result<()> {
        let files = edits.paths().count();
        let made = edits.make()?;
        let patch = made.patch().map(|patch| patch.display().to_string());
        if let Err(error) = self.load(context, writing, message) {
            made.take_back()?;
            output::note("the files are as they were");
            return Err(error);
        }
        if let Some(patch) = patch {
            output::note(&format!(
                "changed {}; `standpoint recode --undo` takes it back ({patch})",
                count(files, "file")
            ));
        }
        Ok(())
    }

    /// Takes the last change back and loads the case again. Files that can no longer be loaded stay as they were
    /// before the change, as was wished; the store keeps what it has.
    ///
    /// # Errors
    /// No change to undo, files that have changed since or cannot be written.
    pub fn undo(mut self, context: &Context, writing: Writing) -> Result<Outcome> {
        let undo = Undo::last(&self.folder)?;
        let title = undo.title.clone();
        let files: Vec<String> = undo.paths().map(|path| path.display().to_string()).collect();
        let _kept = undo.make()?;
        output::note(&format!("undid {title}: restored {}", files.join(", ")));
        self.paths.retain(|path| path.exists());
        if let Err(error) = self.load(context, writing, &format!("undo {title}")) {
            context.report(&error);
            output::note("the store is as it was; `standpoint log` shows what it was loaded with");
            return Ok(Outcome::Findings);
        }
        Ok(Outcome::Done)
    }

    fn load(&self, context: &Context, writing: Writing, message: &str) -> Result<()> {
        if self.archive.is_none() {
            output::note(&format!("`{}` is no store, so nothing was loaded", context.store.display()));
            return Ok(());
        }
        load::again(context, &self.paths, writing.with_message(message))
    }
}
