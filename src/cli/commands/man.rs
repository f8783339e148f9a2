//! `standpoint man`: manual pages, for whoever packages the program. Hidden from the list of commands.

use super::context::Context;
use super::output::{self, Outcome};
use crate::base::error::{Error, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// Write a manual page for the program and for each of its commands
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:\n  standpoint man target/man && man target/man/standpoint.1")]
pub struct Args {
    /// Folder to write into; made if it is not there
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Runs it; `root` is the whole command line.
///
/// # Errors
/// Files that cannot be written.
pub fn run(_context: &Context, args: Args, mut root: clap::Command) -> Result<Outcome> {
    fs::create_dir_all(&args.folder).map_err(Error::file("create", &args.folder))?;
    root.build();
    let pages = write(&root, "standpoint", &args.folder)?;
    output::note(&format!("{pages} pages in {}", args.folder.display()));
    Ok(Outcome::Done)
}

/// The page of a command and those of its commands: `standpoint-ask-overview.1`. Returns how many there are.
fn write(command: &clap::Command, name: &str, folder: &Path) -> Result<usize> {
    let path = folder.join(format!("{name}.1"));
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(command.clone()).title(name).render(&mut page);
    rendered.and_then(|()| fs::write(&path, page)).map_err(Error::file("write", &path))?;
    let mut pages = 1;
    let listed = |inner: &&clap::Command| !inner.is_hide_set() && inner.get_name() != "help";
    for inner in command.get_subcommands().filter(listed) {
        pages += write(inner, &format!("{name}-{}", inner.get_name()), folder)?;
    }
    Ok(pages)
}
