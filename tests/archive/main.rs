//! What the store promises: nothing half done, nothing forgotten, nothing damaged unseen.

#[path = "../absent/mod.rs"]
mod absent;
mod content;
mod damage;
mod faults;
mod history;
mod index;
mod model;
mod past;
mod prospect;
mod removal;
mod texts;
mod undo;
mod writers;

use jiff::Timestamp;
use oxigraph::model::NamedNode;
use standpoint::model::document::{Document, sha256};
use standpoint::store::archive::{Action, Archive, Meta, Revision};
use std::path::Path;

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
    let mut transaction = archive.begin("ada@example", noon()).unwrap();
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
