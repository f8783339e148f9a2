//! What the store promises: nothing half done, nothing forgotten, nothing damaged unseen.

#[path = "../absent/mod.rs"]
mod absent;
mod backup;
mod coders;
mod content;
mod damage;
mod faults;
mod history;
mod identity;
mod index;
mod model;
mod past;
mod purge;
mod staged;
mod removal;
mod texts;
mod undo;
mod writers;

use jiff::Timestamp;
use oxigraph::model::NamedNode;
use standpoint::model::document::{Document, sha256};
use standpoint::store::archive::{
    Action, Archive, ContentHash, Identity, Meta, Repair, Report, Revision, Wait,
};
use std::path::Path;

/// Identity of the stores that these tests make.
const FRESH: Identity = Identity::of_bytes([7; 16]);

/// A document with this short name that says these things, a letter a triple.
fn document(name: &str, says: &str) -> Document {
    let mut lines: Vec<String> =
        says.chars().map(|letter| format!("<ex:{letter}> <ex:is> <ex:said> .\n")).collect();
    lines.sort();
    lines.dedup();
    Document {
        name: iri(name),
        origin: format!("{name}.ttl"),
        source_hash: sha256(says.as_bytes()),
        part_of: None,
        ntriples: lines.concat().into(),
    }
}

fn iri(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("https://w3id.org/standpoint/id/document/{name}"))
}

fn meta(action: Action) -> Meta {
    Meta { time: noon(), by: "ada@example".into(), message: None, action, violations: 0 }
}

fn noon() -> Timestamp {
    "2025-04-17T12:00:00Z".parse().unwrap()
}

/// Loads the documents in one go.
fn load(dir: &Path, documents: &[Document]) -> Option<Revision> {
    let mut archive = Archive::open_or_create(dir).unwrap();
    let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    for document in documents {
        transaction.put(document).unwrap();
    }
    transaction.commit(meta(Action::Load)).unwrap()
}

/// What the store in this directory says, by short name.
fn contents(dir: &Path) -> Vec<(String, String)> {
    let archive = Archive::open(dir).unwrap();
    let entries = archive.documents().values();
    entries.map(|entry| (entry.short_name().to_owned(), archive.read(entry).unwrap())).collect()
}

/// A message with the directory, which differs from run to run, left out.
fn message(error: &dyn std::error::Error, dir: &Path) -> String {
    error.to_string().replace(dir.to_str().unwrap(), "DIR")
}

/// Repairs with nothing to read documents from again.
fn repair(dir: &Path) -> Report {
    repair_expecting(dir, None)
}

fn repair_expecting(dir: &Path, expected: Option<ContentHash>) -> Report {
    let order = Repair {
        dry_run: false,
        meta: meta(Action::Repair),
        wait: &Wait::no_time(),
        again: &|_, _| Vec::new(),
        fresh: FRESH,
        expected,
    };
    standpoint::store::archive::repair(dir, &order).unwrap()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (path, target) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(path, target).unwrap();
        }
    }
}

/// What the program said, but for the clock, which is years ahead of these stores.
fn without_clock(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    text.split_inclusive('\n').filter(|line| !line.starts_with("the clock says")).collect()
}
