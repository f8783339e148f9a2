//! Writes a manual page for the program and for each of its commands: `make man`.
//!
//! A program of its own and not a command, so that the program does not carry what only packagers need.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).ok_or_else(|| io::Error::other("name a folder to write to"))?;
    fs::create_dir_all(&folder)?;
    let mut command = standpoint::cli::command();
    command.build();
    let pages = write(&command, "standpoint", Path::new(&folder))?;
    println!("{pages} pages in {}", Path::new(&folder).display());
    Ok(())
}

/// The page of a command and those of its commands: `standpoint-ask-overview.1`.
fn write(command: &clap::Command, name: &str, folder: &Path) -> io::Result<usize> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).title(name).render(&mut page)?;
    fs::write(folder.join(format!("{name}.1")), page)?;
    let mut pages = 1;
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set() && inner.get_name() != "help")
    {
        pages += write(inner, &format!("{name}-{}", inner.get_name()), folder)?;
    }
    Ok(pages)
}
