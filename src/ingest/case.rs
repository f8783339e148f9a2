//! The case that files belong to: the folder with their project file, what that file settles for them, and
//! the registry that their names are added to.

use super::input::Input;
use crate::base::error::Result;
use crate::model::project::Project;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Name of a case's registry where its project file names none.
pub const REGISTRY: &str = "registry.yaml";

/// Project files by the folder that they hold for, each read once.
#[derive(Default)]
pub struct Projects {
    /// The file that holds for all, if one was named.
    named: Option<PathBuf>,
    read: HashMap<PathBuf, Rc<Project>>,
    /// By folder, the file that holds there.
    found: HashMap<PathBuf, Option<PathBuf>>,
}

impl Projects {
    /// Project files found above the inputs, or the one that was named.
    #[must_use]
    pub fn new(named: Option<PathBuf>) -> Self {
        Self { named, ..Self::default() }
    }

    /// The project of an input: the file that was named, else the nearest in its folder or above. An input
    /// without a path has none.
    ///
    /// # Errors
    /// The file cannot be read, or says what is not understood.
    pub fn of(&mut self, input: &Input) -> Result<Rc<Project>> {
        let Some(file) = self.file(input) else { return Ok(Rc::default()) };
        if let Some(known) = self.read.get(&file) {
            return Ok(known.clone());
        }
        let project = Rc::new(Project::read(&file)?);
        self.read.insert(file, project.clone());
        Ok(project)
    }

    /// The one project of all inputs; none where they have several, or none at all.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub fn common(&mut self, inputs: &[Input]) -> Result<Option<Rc<Project>>> {
        let mut common: Option<Rc<Project>> = None;
        for input in inputs {
            let project = self.of(input)?;
            match &common {
                Some(other) if other.file != project.file => return Ok(None),
                _ => common = Some(project),
            }
        }
        Ok(common.filter(|project| !project.file.as_os_str().is_empty()))
    }

    fn file(&mut self, input: &Input) -> Option<PathBuf> {
        if self.named.is_some() {
            return self.named.clone();
        }
        let folder = input.path.as_deref()?.parent()?;
        if let Some(known) = self.found.get(folder) {
            return known.clone();
        }
        let file = Project::find(folder);
        self.found.insert(folder.to_owned(), file.clone());
        file
    }
}

/// The registry of the case that all inputs belong to; none where they belong to several, or to none, as
/// standard input does. `paths` are those that the inputs were found by.
///
/// # Errors
/// A project file that cannot be read, or says what is not understood.
pub fn registry(inputs: &[Input], paths: &[PathBuf], projects: &mut Projects) -> Result<Option<PathBuf>> {
    let mut common: Option<PathBuf> = None;
    for input in inputs {
        let Some(file) = &input.path else { return Ok(None) };
        let project = projects.of(input)?;
        let registry = match (&project.registry, project.file.parent()) {
            (Some(registry), _) => registry.clone(),
            (None, Some(folder)) => folder.join(REGISTRY),
            // The folder that was given, else the one that holds the file.
            (None, None) => {
                let given = paths.iter().find(|path| path.is_dir() && file.starts_with(path));
                given.map_or(file.parent().unwrap_or(Path::new("")), PathBuf::as_path).join(REGISTRY)
            }
        };
        match &common {
            Some(other) if *other != registry => return Ok(None),
            _ => common = Some(registry),
        }
    }
    Ok(common)
}
