//! `standpoint schema`.

use super::context::Context;
use super::output::{Outcome, stdout, to_stdout};
use crate::base::error::Result;
use crate::model::{Concept, List};
use crate::store::index::{Index, reading};
use crate::store::names::own_concepts;
use std::io::Write;

/// Print the JSON Schema of coding sheets
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:\n  standpoint schema > standpoint.schema.json\n\n\
    Words of the case's own vocabulary are in it if the store, or the files of --data, have any.")]
pub struct Args {}

/// Runs it.
///
/// # Errors
/// A damaged store, files that cannot be read; standard output cannot be written.
pub fn run(context: &Context, _args: Args) -> Result<Outcome> {
    let own = match context.case_graph()? {
        Some(index) => reading(|| words(&index))?,
        None => Vec::new(),
    };
    let mut out = stdout();
    out.write_all(crate::ingest::sheet::schema(&own).as_bytes())
        .and_then(|()| out.flush())
        .map_err(to_stdout)?;
    Ok(Outcome::Done)
}

/// The words that documents add to each list.
fn words(index: &Index) -> Vec<(List, Vec<String>)> {
    let of =
        |list: &List| (*list, own_concepts(index, *list).into_iter().map(|concept| concept.label).collect());
    List::ALL.iter().map(of).collect()
}
