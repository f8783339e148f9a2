//! `standpoint init`.

use super::context::Context;
use super::output::{self, Outcome, stdout, to_stdout};
use crate::base::error::Result;
use crate::ingest::init::{self, Form};
use std::io::Write;
use std::path::PathBuf;

/// Start a case of your own: coded text, registry, editor schema
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:\n  standpoint init mill\n  standpoint --store mill.db load mill")]
pub struct Args {
    /// Folder for the case; created if it does not exist
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// Start with a sheet in YAML beside the article's text
    #[arg(long)]
    yaml: bool,

    /// Start with a table in CSV
    #[arg(long, conflicts_with = "yaml")]
    csv: bool,

    /// Start with a workbook whose cells offer stances, modes, actors and issues
    #[arg(long, conflicts_with_all = ["yaml", "csv"])]
    xlsx: bool,
}

/// Runs it.
///
/// # Errors
/// Files that are there already or cannot be written.
pub fn run(_context: &Context, args: Args) -> Result<Outcome> {
    let form = match (args.yaml, args.csv, args.xlsx) {
        (true, ..) => Form::Yaml,
        (_, true, _) => Form::Csv,
        (.., true) => Form::Xlsx,
        _ => Form::default(),
    };
    let written = init::init(&args.folder, form)?;
    let mut out = stdout();
    for path in &written {
        writeln!(out, "{}", path.display()).map_err(to_stdout)?;
    }
    out.flush().map_err(to_stdout)?;
    let folder = args.folder.display();
    let word = for_shell(&folder.to_string());
    output::note(&format!("Next: edit {folder}/{}, then `standpoint load {word}`", form.first_file()));
    output::note("      (with --watch, it loads again whenever you save)");
    Ok(Outcome::Done)
}

/// As one word of a shell: in quotes where it has a blank or another sign that a shell reads.
fn for_shell(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-./,:+@%".contains(c);
    if text.chars().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
