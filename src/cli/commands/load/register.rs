//! `load --register`: names that nothing has yet go to the registry of the case, or are printed.

use super::super::output;
use crate::base::diagnostic::Diagnostic;
use crate::base::error::{Error, Result};
use crate::cli::commands::context::Context;
use crate::ingest::case::{self, Projects};
use crate::ingest::register::{Destination, Registered};
use crate::ingest::{Input, yaml_sheet};
use std::path::{Path, PathBuf};

/// What is done with names that nothing has yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Register {
    /// They are added to the registry.
    Add,
    /// They are printed as they would be added, and nothing is loaded.
    Print,
}

/// The registry of the case that the inputs belong to, which becomes one of them.
///
/// # Errors
/// A project file that cannot be read; a registry in a form that names cannot be added to.
pub fn destination(
    register: Register,
    paths: &[PathBuf],
    project: Option<&Path>,
    inputs: &mut Vec<Input>,
) -> Result<Destination> {
    let mut projects = Projects::new(project.map(Path::to_owned));
    let Some(file) = case::registry(inputs, paths, &mut projects)? else {
        return Ok(Destination { registry: None });
    };
    let same = |input: &&Input| {
        let real = input.path.as_deref().and_then(|path| path.canonicalize().ok());
        real.is_some() && real == file.canonicalize().ok()
    };
    let named = inputs.iter().find(same).cloned();
    let is_new = named.is_none();
    if register == Register::Print {
        if is_new && file.exists() {
            inputs.extend(crate::ingest::find(&[file], None)?);
        }
        return Ok(Destination { registry: None });
    }
    let registry = named
        .or_else(|| yaml_sheet(&file))
        .filter(|input| input.path.as_deref().and_then(yaml_sheet).is_some());
    let Some(registry) = registry else {
        return Err(Error::usage(format!("names cannot be added to `{}`", file.display())).with_help(
            "only YAML registries are edited; use `--register=print` and add what it prints yourself",
        ));
    };
    if is_new && file.exists() {
        inputs.push(registry.clone());
    }
    Ok(Destination { registry: Some(registry) })
}

/// Why names are printed and nothing is loaded: because that was `asked` for, or for want of one case.
#[must_use]
pub fn only_printed(registered: &Registered, inputs: &[Input], asked: bool) -> Error {
    let why = match asked {
        true => "",
        false if inputs.iter().any(|input| input.path.is_none()) => ", and standard input belongs to no case",
        false => ", and the files belong to several cases",
    };
    let counts = &registered.counts;
    Error::usage(format!("{counts} not registered{why}; nothing was loaded"))
        .with_help("add what is printed to a registry, and load that too")
}

/// Tells what was registered, or would be, and what should be looked at.
pub fn tell(context: &Context, registered: &Registered, dry_run: bool) -> Result<()> {
    let file = registered.file.as_ref().map(|file| file.display().to_string()).unwrap_or_default();
    if dry_run {
        output::print(&registered.block)?;
        output::note(&format!("would register {} in {file}", registered.counts));
    } else {
        output::note(&format!("registered {} in {file}", registered.counts));
    }
    if !registered.notes.is_empty() {
        let warning = Diagnostic::warning("look at some of the names that are new");
        context.warn(&[registered.notes.iter().fold(warning, Diagnostic::note)]);
    }
    Ok(())
}
