//! How long a long history takes. `cargo test --test archive -- --ignored --nocapture` prints it.

use super::{document, meta, noon};
use standpoint::archive::{Action, Archive};
use standpoint::history::{Of, log};
use standpoint::index::Index;
use std::time::Instant;
use tempfile::tempdir;

const REVISIONS: u64 = 10_000;

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    println!("{what}: {:.3} s", start.elapsed().as_secs_f64());
    result
}

#[test]
#[ignore = "measures and writes 10,000 revisions durably"]
fn ten_thousand_revisions_of_small_documents() {
    for documents in [100, REVISIONS] {
        println!("{REVISIONS} revisions of {documents} documents");
        let dir = tempdir().unwrap();
        let mut archive = Archive::open_or_create(dir.path()).unwrap();
        timed("  writing", || {
            for number in 0..REVISIONS {
                let says = ["abcdefghijklm", "nopqrstuvwxyz"][(number / documents) as usize % 2];
                let mut transaction = archive.begin("ada@example", noon()).unwrap();
                transaction.put(&document(&format!("d{}", number % documents), says)).unwrap();
                transaction.commit(meta(Action::Load)).unwrap().expect("each revision changes something");
            }
        });
        let archive = timed("  opening", || Archive::open(dir.path()).unwrap());
        for number in [1, REVISIONS / 2, REVISIONS - 1] {
            let past = timed(&format!("  revision {number}"), || archive.at(number).unwrap());
            timed("    its graph", || Index::open(&past, &[]).unwrap());
        }
        timed("  log", || log(&archive, &Of::Everything).unwrap());
        timed("  proof of the chain", || archive.verify_chain().unwrap());
    }
}
