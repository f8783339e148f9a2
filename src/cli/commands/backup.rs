//! `standpoint backup`.

use super::context::Context;
use super::output::{self, Outcome};
use super::progress::Progress;
use crate::base::error::{Error, Result, count, grouped};
use crate::store::archive::{Archive, backup};
use std::path::PathBuf;

/// Copy the store with its history, while others write
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  standpoint backup copy.tar.zst\n  standpoint backup copy\n\n\
    Every file is verified by its hash. The same store gives the same bytes. The index is left out; it is \
    rebuilt. A folder, or the output of `tar --zstd -x`, is itself a store. Nothing is overwritten.\n\n\
    A plain copy while another process writes can contain half a load.")]
pub struct Args {
    /// A file whose name ends with .tar.zst, or a folder, which is absent or empty
    #[arg(value_name = "PATH")]
    target: PathBuf,
}

/// Runs it.
///
/// # Errors
/// No store, or a damaged one; something is there already; it cannot be written.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    if !context.data.is_empty() {
        return Err(Error::usage("--data is for asking files without a store")
            .with_help("name the store to back up with `--store`"));
    }
    let archive = Archive::open(&context.store)?;
    let progress = Progress::new(context);
    progress.say("verifying and copying the store".to_owned());
    let manifest = backup::backup(&archive, &args.target)?;
    progress.finish();
    let bytes = grouped(usize::try_from(manifest.bytes()).unwrap_or(usize::MAX));
    output::note(&format!(
        "backed up revision {} to `{}` ({}, {bytes} bytes)",
        manifest.revision,
        args.target.display(),
        count(manifest.files(), "file"),
    ));
    Ok(Outcome::Done)
}
