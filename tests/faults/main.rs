//! Faults survived: processes that are killed, disks that are full, bits that turn, and others
//! who write at the same time. Each test says on stderr how many trials it made.
//!
//! `STANDPOINT_TRIALS` sets how many times a writer is killed (200); `STANDPOINT_SEED` repeats
//! the moments and bits of a run, which says its seed.

#[path = "../absent/mod.rs"]
mod absent;
mod bits;
// Small disks, signals and the list of open files have no counterpart elsewhere that a test could count on.
#[cfg(unix)]
mod full;
#[cfg(unix)]
mod kill;
mod lost;
#[cfg(target_os = "linux")]
mod spill;
mod waiting;

use jiff::Timestamp;
use oxigraph::model::NamedNode;
use standpoint::model::document::{Document, sha256};
use standpoint::store::archive;
use standpoint::store::archive::{Action, Archive, Identity, Meta, Repair, Report, Wait};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

/// Identity of the stores that these tests make.
const FRESH: Identity = Identity::of_bytes([7; 16]);

/// Says how many trials there were. Past the harness, which shows only what failing tests print.
fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Numbers that look random and can be had again.
struct Chance(u64);

impl Chance {
    /// Another course for each test of a run.
    fn new(test: &str) -> Self {
        let given = std::env::var("STANDPOINT_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is set");
            u64::try_from(now.as_micros() % 1_000_000_007).expect("it is small")
        });
        tell(&format!("{test}: STANDPOINT_SEED={seed}"));
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(test.len() as u64))
    }

    /// A number below this one.
    fn below(&mut self, most: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % most.max(1)
    }
}

/// A folder for stores: in memory where the system has such a place, to save the time of disks.
fn tempdir() -> TempDir {
    let memory = tempfile::tempdir_in("/dev/shm");
    memory.or_else(|_| tempfile::tempdir()).expect("a folder can be made")
}

/// A document that says these things about itself, so that no two say the same.
fn document(name: &str, says: &[&str]) -> Document {
    let mut lines: Vec<String> =
        says.iter().map(|word| format!("<ex:{name}/{word}> <ex:is> <ex:said> .\n")).collect();
    lines.sort();
    Document {
        name: NamedNode::new_unchecked(format!("https://w3id.org/standpoint/id/document/{name}")),
        origin: format!("{name}.nt"),
        source_hash: sha256(lines.concat().as_bytes()),
        part_of: None,
        ntriples: lines.concat().into(),
    }
}

fn meta(action: Action) -> Meta {
    let time: Timestamp = "2025-04-17T12:00:00Z".parse().expect("a time");
    Meta { time, by: "ada@example".into(), message: None, action, violations: 0 }
}

fn load(dir: &Path, documents: &[Document]) {
    let meta = meta(Action::Load);
    let mut archive = Archive::open_or_create(dir).expect("the store opens");
    let mut transaction = archive.begin(&meta.by, meta.time, FRESH).expect("nobody else writes");
    for document in documents {
        transaction.put(document).expect("it is written");
    }
    transaction.commit(meta).expect("it is written");
}

/// What a store says, by the names of its documents. Everything in it must be readable.
fn contents(dir: &Path) -> BTreeMap<String, String> {
    let archive = Archive::open(dir).expect("the store opens");
    let entries = archive.documents().values();
    entries
        .map(|entry| {
            let ntriples = archive.read(entry).expect("its documents can be read");
            (entry.short_name().to_owned(), ntriples)
        })
        .collect()
}

fn newest(dir: &Path) -> u64 {
    Archive::open(dir).expect("the store opens").head().map_or(0, |head| head.number)
}

/// Files that a writer leaves while it writes.
fn leftovers(dir: &Path) -> usize {
    fs::read_dir(dir.join("tmp")).map_or(0, Iterator::count)
}

/// Repairs with nothing to read documents from again.
fn repair(dir: &Path, dry_run: bool) -> Report {
    let order = Repair {
        dry_run,
        meta: meta(Action::Repair),
        wait: &Wait::no_time(),
        again: &|_, _| Vec::new(),
        fresh: FRESH,
        expected: None,
    };
    archive::repair(dir, &order).expect("it can be repaired")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("a folder lists its files") {
        let entry = entry.expect("a folder lists its files");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("files can be copied");
        }
    }
}

/// The program on this store, in silence.
fn standpoint(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_standpoint"));
    command.arg("--store").arg(dir).args(args).stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(Stdio::null());
    command
}
