//! Loads a case into a store and asks it a question of the library: `cargo run --example load_and_ask`.

use jiff::Timestamp;
use standpoint::Result;
use standpoint::export::Format;
use standpoint::ingest;
use standpoint::model::ontology;
use standpoint::query::Printer;
use standpoint::query::ask::library;
use standpoint::store::archive::{Action, Archive, Identity, Meta};
use standpoint::store::index::storage;
use std::io::{self, Write};
use std::path::Path;

/// Widest line of the answer, in columns.
const WIDTH: usize = 80;

fn main() -> Result<()> {
    let folder = tempfile::tempdir().map_err(standpoint::Error::file("create", "a folder"))?;
    run(&folder.path().join("standpoint.db"), &mut io::stdout())
}

/// Loads the shipped case into the store `store`, and writes the answer to `out`.
pub fn run(store: &Path, out: &mut impl Write) -> Result<()> {
    // Sheets become documents: all of them, or none and everything that is wrong with them.
    let inputs = ingest::find(&["data/witkoff-putin-2025".into()], None)?;
    let loaded = ingest::read(&inputs, ingest::Options::default(), ingest::nothing_known())?;

    // One revision of the store takes them all. The library reads no clock and no
    // randomness: the caller says when and who, and gives a new store its identity.
    let mut archive = Archive::open_or_create(store)?;
    let time = Timestamp::UNIX_EPOCH;
    let mut transaction = archive.begin("example", time, Identity::of_bytes([7; 16]))?;
    for document in &loaded.documents {
        transaction.put(document)?;
    }
    let meta = Meta { time, by: "example".into(), message: None, action: Action::Load, violations: 0 };
    transaction.commit(meta)?;

    // The index is made from the archive, and kept beside it for the next time.
    let index = storage::open(&archive, ontology::background())?.index;

    // Questions take names as people write them.
    let question =
        library().iter().find(|question| question.name == "who-opposes").expect("it is in queries/");
    let issue = |parameter: &str| (parameter == "issue").then(|| "cedes territory".to_owned());
    let (query, _) = question.query(&index, issue)?;
    let answer = query.answer(&index, None)?;
    let printer = Printer::new(&index, query.prefixes(), WIDTH).with_handles(true);
    printer.print(&answer, Format::Table, "the output", out)
}
