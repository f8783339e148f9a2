//! `standpoint remove`, as typed.

use super::{contents, document, load, without_clock};
use std::path::Path;
use std::process::Command;
use tempfile::{TempDir, tempdir};

fn store() -> TempDir {
    let dir = tempdir().unwrap();
    let names = ["witkoff/positions", "witkoff/registry", "minsk/registry"];
    load(dir.path(), &names.map(|name| document(name, "xyz")));
    dir
}

/// Exit status and stderr of `standpoint remove …`.
fn remove(dir: &Path, arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_standpoint"))
        .arg("--store")
        .arg(dir)
        .arg("remove")
        .args(arguments)
        .env("USER", "ada")
        .env("HOSTNAME", "example")
        .output()
        .unwrap();
    assert!(output.stdout.is_empty());
    (output.status.code().unwrap(), without_clock(&output.stderr))
}

#[test]
fn a_document_goes_by_name_part_iri_or_origin() {
    for wanted in [
        "witkoff/positions",
        "positions",
        "https://w3id.org/standpoint/id/document/witkoff/positions",
        "witkoff/positions.ttl",
    ] {
        let dir = store();
        let result = remove(dir.path(), &[wanted]);
        assert_eq!(result, (0, "removed witkoff/positions (3 triples)\n".into()), "{wanted}");
        assert_eq!(contents(dir.path()).len(), 2);
    }
}

#[test]
fn several_documents_go_in_one_revision() {
    let dir = store();
    let result = remove(dir.path(), &["positions", "minsk", "-m", "wrong case"]);
    assert_eq!(
        result,
        (0, "removed minsk/registry (3 triples)\nremoved witkoff/positions (3 triples)\n".into())
    );
    let archive = standpoint::store::archive::Archive::open(dir.path()).unwrap();
    let head = archive.head().unwrap();
    assert_eq!((head.number, &*head.by, head.message.as_deref()), (2, "ada@example", Some("wrong case")));
}

#[test]
fn a_dry_run_removes_nothing() {
    let dir = store();
    let result = remove(dir.path(), &["positions", "--dry-run"]);
    assert_eq!(result, (0, "would remove witkoff/positions (3 triples)\n".into()));
    assert_eq!(contents(dir.path()).len(), 3);
}

#[test]
fn an_ambiguous_part_removes_nothing() {
    let dir = store();
    let result = remove(dir.path(), &["positions", "registry"]);
    let expected = "error: `registry` matches 2 documents\n\
                    help: choose one: `minsk/registry`, `witkoff/registry`\n";
    assert_eq!(result, (2, expected.into()));
    assert_eq!(contents(dir.path()).len(), 3);
}

#[test]
fn an_unknown_name_gets_the_nearest() {
    let dir = store();
    let result = remove(dir.path(), &["witkof/position"]);
    let expected = "error: the store has no document `witkof/position`\n\
                    help: did you mean `witkoff/positions` or `witkoff/registry`?\n";
    assert_eq!(result, (2, expected.into()));
}

#[test]
fn without_a_store_there_is_nothing_to_remove() {
    let dir = tempdir().unwrap();
    let (status, message) = remove(&dir.path().join("s"), &["a"]);
    assert_eq!(status, 2);
    assert!(message.starts_with("error: there is no store at "), "{message}");
    assert!(!dir.path().join("s").exists());
}
