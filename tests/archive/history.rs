//! Revisions: chained, sealed, quick to open.

use super::{FRESH, contents, document, iri, load, message, meta, noon};
use standpoint::store::archive::{Action, Archive, ContentHash};
use std::fs;
use std::path::Path;
use tempfile::tempdir;

/// A store with as many revisions, each of which replaces one document.
fn store_of(revisions: u64, dir: &Path) {
    let mut archive = Archive::open_or_create(dir).unwrap();
    for number in archive.head().map_or(1, |head| head.number + 1)..=revisions {
        let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
        transaction
            .put(&document(&format!("d{}", number % 7), if number % 2 == 0 { "x" } else { "y" }))
            .unwrap();
        transaction.commit(meta(Action::Load)).unwrap().expect("each revision changes something");
    }
}

#[test]
fn each_revision_names_its_parent_by_the_hash_of_its_file() {
    let dir = tempdir().unwrap();
    store_of(3, dir.path());
    let archive = Archive::open(dir.path()).unwrap();
    for number in [1, 2] {
        let file = fs::read(dir.path().join(format!("revisions/0000000{number}.json"))).unwrap();
        let parent = archive.revision(number + 1).unwrap().unwrap().parent.unwrap();
        assert_eq!(parent.to_string(), standpoint::model::document::sha256(&file));
    }
    archive.verify_chain().unwrap();
}

#[test]
fn a_revision_is_json_that_people_can_read() {
    let dir = tempdir().unwrap();
    let mut archive = Archive::open_or_create(dir.path()).unwrap();
    let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    transaction.put(&document("a", "x")).unwrap();
    let mut meta = meta(Action::Load);
    meta.message = Some("first sheet".into());
    transaction.commit(meta).unwrap();
    let json = fs::read_to_string(dir.path().join("revisions/00000001.json")).unwrap();
    let source = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
    let json = json.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    let (body, _seal) = json.split_once("  \"seal\"").unwrap();
    let after = &archive.documents()[&iri("a")].hash.to_string();
    // As the documentation has it: a line a document.
    let documents = ContentHash::of(format!("<{}> {after}\n", iri("a").as_str()).as_bytes());
    assert_eq!(
        body,
        format!(
            r#"{{
  "number": 1,
  "store": "07070707070707070707070707070707",
  "parent": null,
  "time": "2025-04-17T12:00:00Z",
  "action": "load",
  "by": "ada@example",
  "message": "first sheet",
  "tool": "standpoint VERSION",
  "changes": [
    {{
      "document": "https://w3id.org/standpoint/id/document/a",
      "before": null,
      "after": "{after}",
      "origin": "a.ttl",
      "source": "{source}",
      "triples": 1,
      "bytes": 27
    }}
  ],
  "documents": "{documents}",
"#
        )
    );
}

#[test]
fn the_checkpoint_is_a_cache() {
    let dir = tempdir().unwrap();
    store_of(130, dir.path());
    let checkpoint = dir.path().join("checkpoint.json");
    let with = contents(dir.path());
    let good = fs::read(&checkpoint).unwrap();
    for bad in [&good[..good.len() / 2], b"", b"{}"] {
        fs::write(&checkpoint, bad).unwrap();
        assert_eq!(contents(dir.path()), with);
    }
    fs::remove_file(&checkpoint).unwrap();
    assert_eq!(contents(dir.path()), with);
    Archive::open(dir.path()).unwrap().verify_chain().unwrap();
}

#[test]
fn the_checkpoint_of_another_history_is_passed_over() {
    let (one, other) = (tempdir().unwrap(), tempdir().unwrap());
    load(other.path(), &[document("stranger", "z")]);
    store_of(64, other.path());
    store_of(64, one.path());
    let expected = contents(one.path());
    fs::copy(other.path().join("checkpoint.json"), one.path().join("checkpoint.json")).unwrap();
    assert_eq!(contents(one.path()), expected);
}

#[test]
fn a_forged_checkpoint_does_not_pass_verification() {
    let dir = tempdir().unwrap();
    store_of(64, dir.path());
    let checkpoint = dir.path().join("checkpoint.json");
    let text = fs::read_to_string(&checkpoint).unwrap();
    let (body, _) = text.rsplit_once(",\n  \"seal\"").unwrap();
    let forged = body.replace("d3.ttl", "dx.ttl");
    let seal = standpoint::model::document::sha256(forged.as_bytes());
    fs::write(&checkpoint, format!("{forged},\n  \"seal\": \"{seal}\"\n}}\n")).unwrap();
    let error = Archive::open(dir.path()).unwrap().verify_chain().unwrap_err();
    assert_eq!(
        message(&error, dir.path()),
        "the history is broken at revision 64: the checkpoint does not match the history (`DIR/checkpoint.json`)"
    );
}

#[test]
fn a_lost_end_of_the_history_is_noticed_up_to_the_checkpoint() {
    let dir = tempdir().unwrap();
    store_of(65, dir.path());
    fs::remove_file(dir.path().join("revisions/00000065.json")).unwrap();
    fs::remove_file(dir.path().join("revisions/00000064.json")).unwrap();
    let error = Archive::open(dir.path()).unwrap_err();
    assert_eq!(
        message(&error, dir.path()),
        "the history is broken at revision 64: it is missing (`DIR/revisions/00000064.json`)"
    );
}
