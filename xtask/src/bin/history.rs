//! How long a long history takes: 10,000 revisions of small documents, written durably.
//!
//! `cargo run --release -p xtask --bin history`

use jiff::Timestamp;
use oxrdf::NamedNode;
use standpoint::audit::history::{Of, log};
use standpoint::model::document::{Document, sha256};
use standpoint::store::archive::{Action, Archive, Identity, Meta};
use standpoint::store::index::Index;
use std::time::Instant;

const REVISIONS: u64 = 10_000;

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    println!("{what}: {:.3} s", start.elapsed().as_secs_f64());
    result
}

/// A small document; what it says changes with every revision of it.
fn document(number: u64, revision: u64) -> Document {
    let mut lines: Vec<String> =
        (0..13).map(|i| format!("<ex:d{number}> <ex:says> <ex:{}> .\n", i + revision % 2 * 13)).collect();
    lines.sort();
    let ntriples = lines.concat();
    Document {
        name: NamedNode::new_unchecked(format!("https://w3id.org/standpoint/id/document/d{number}")),
        origin: format!("d{number}.ttl"),
        source_hash: sha256(ntriples.as_bytes()),
        part_of: None,
        ntriples: ntriples.into(),
    }
}

fn main() -> standpoint::Result<()> {
    for documents in [100, REVISIONS] {
        println!("{REVISIONS} revisions of {documents} documents");
        let dir = tempfile::tempdir().map_err(standpoint::Error::file("create", "a folder"))?;
        let mut archive = Archive::open_or_create(dir.path())?;
        timed("  writing", || -> standpoint::Result<()> {
            for number in 0..REVISIONS {
                let time = Timestamp::now();
                let mut transaction = archive.begin("ada@example", time, Identity::of_bytes([7; 16]))?;
                transaction.put(&document(number % documents, number / documents))?;
                let meta = Meta {
                    time,
                    by: "ada@example".into(),
                    message: None,
                    action: Action::Load,
                    violations: 0,
                };
                transaction.commit(meta)?;
            }
            Ok(())
        })?;
        let archive = timed("  opening", || Archive::open(dir.path()))?;
        for number in [1, REVISIONS / 2, REVISIONS - 1] {
            let past = timed(&format!("  revision {number}"), || archive.at(number))?;
            timed("    its graph", || Index::open(&past, &[]))?;
        }
        timed("  log", || log(&archive, &Of::Everything))?;
        timed("  proof of the chain", || archive.verify_chain())?;
    }
    Ok(())
}
