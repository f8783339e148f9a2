//! `standpoint restore`.

use super::context::Context;
use super::output::{self, Outcome};
use super::progress::Progress;
use crate::base::error::{Result, count};
use crate::store::archive::backup;
use std::path::PathBuf;

/// Make a store from a backup
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  standpoint restore copy.tar.zst restored.db\n  standpoint restore copy again.db\n\n\
    Everything is verified before the folder gets its name, and nothing is overwritten. The store keeps \
    its identity and its history, so its receipts can be reproduced."
)]
pub struct Args {
    /// The file or folder that `backup` wrote
    #[arg(value_name = "BACKUP")]
    source: PathBuf,

    /// The folder of the store, which is absent or empty
    #[arg(value_name = "DIR")]
    target: PathBuf,
}

/// Runs it.
///
/// # Errors
/// The backup is not as it was written; something is there already; the store cannot be written.
pub fn run(context: &Context, args: Args) -> Result<Outcome> {
    let progress = Progress::new(context);
    progress.say("verifying and copying the backup".to_owned());
    let (manifest, archive) = backup::restore(&args.source, &args.target)?;
    progress.finish();
    output::note(&format!(
        "restored revision {} into `{}` ({})",
        manifest.revision,
        args.target.display(),
        count(archive.documents().len(), "document"),
    ));
    Ok(Outcome::Done)
}
