//! A store that is not as it was written, or none: noticed and named.

use super::{contents, document, iri, load, message};
use standpoint::base::error::Helpful;
use standpoint::store::archive::{Archive, ArchiveError};
use standpoint::store::index::Index;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::tempdir;

fn opening(dir: &Path) -> ArchiveError {
    Archive::open(dir).expect_err("the store must not open")
}

/// The file of the only object.
fn object(dir: &Path) -> PathBuf {
    let folder = fs::read_dir(dir.join("objects")).unwrap().next().unwrap().unwrap().path();
    fs::read_dir(folder).unwrap().next().unwrap().unwrap().path()
}

#[test]
fn an_absent_store_is_named_with_what_would_do() {
    let dir = tempdir().unwrap();
    let error = opening(&dir.path().join("s"));
    assert_eq!(message(&error, dir.path()), "there is no store at `DIR/s`");
    assert_eq!(error.help().unwrap(), "`standpoint load PATH` starts one; `--store DIR` names another place");
    fs::create_dir(dir.path().join("s")).unwrap();
    assert!(
        matches!(opening(&dir.path().join("s")), ArchiveError::Absent { .. }),
        "empty is as good as absent"
    );
}

#[test]
fn stores_nearby_are_suggested() {
    let dir = tempdir().unwrap();
    load(&dir.path().join("cases"), &[document("a", "x")]);
    fs::create_dir(dir.path().join("no-store")).unwrap();
    let help = opening(&dir.path().join("s")).help().unwrap().replace(dir.path().to_str().unwrap(), "DIR");
    assert_eq!(help, "`standpoint load PATH` starts one; there is already `--store DIR/cases`");
}

#[test]
fn what_is_no_store_is_left_alone() {
    let dir = tempdir().unwrap();
    fs::write(dir.path().join("thesis.tex"), "").unwrap();
    let error = Archive::open_or_create(dir.path()).unwrap_err();
    assert_eq!(message(&error, dir.path()), "`DIR` is not a store: it is a directory with other files in it");
    let error = Archive::open_or_create(dir.path().join("thesis.tex")).unwrap_err();
    assert_eq!(message(&error, dir.path()), "`DIR/thesis.tex` is not a store: it is a file");
    fs::write(dir.path().join("format"), "PDF 1.7").unwrap();
    let error = opening(dir.path());
    assert_eq!(message(&error, dir.path()), "`DIR` is not a store: its file `format` is not that of a store");
}

#[test]
fn a_store_of_a_newer_version_is_refused() {
    let dir = tempdir().unwrap();
    fs::write(dir.path().join("format"), "standpoint archive 4\nwritten by standpoint 3.1.0\n").unwrap();
    for result in [Archive::open(dir.path()), Archive::open_or_create(dir.path())] {
        let error = result.unwrap_err();
        assert_eq!(
            message(&error, dir.path()),
            "the store `DIR` has format 4, written by standpoint 3.1.0; this program reads format 3"
        );
        assert_eq!(
            error.help().unwrap(),
            "install the current version of standpoint; or start a new store with this one and load the \
             files into it"
        );
    }
}

#[test]
fn an_interrupted_creation_leaves_room_for_a_store() {
    let dir = tempdir().unwrap();
    fs::create_dir(dir.path().join("tmp")).unwrap();
    fs::write(dir.path().join("tmp/.tmpAbCdEf"), "standpoint arch").unwrap();
    load(dir.path(), &[document("a", "x")]);
    assert_eq!(contents(dir.path()).len(), 1);
    assert_eq!(fs::read_dir(dir.path().join("tmp")).unwrap().count(), 0);
}

#[test]
fn a_flipped_bit_of_a_content_is_noticed_or_does_no_harm() {
    let dir = tempdir().unwrap();
    let document = document("a", "xyz");
    load(dir.path(), std::slice::from_ref(&document));
    let archive = Archive::open(dir.path()).unwrap();
    let entry = &archive.documents()[&iri("a")];
    let path = object(dir.path());
    let sound = fs::read(&path).unwrap();
    let mut noticed = 0;
    for at in 0..sound.len() {
        for bit in 0..8 {
            let mut flipped = sound.clone();
            flipped[at] ^= 1 << bit;
            fs::write(&path, flipped).unwrap();
            // Gzip's header has bits that mean nothing, such as the time of writing.
            match archive.read(entry) {
                Ok(text) => assert_eq!(text, document.ntriples.text().unwrap()),
                Err(ArchiveError::DamagedObject { .. }) => noticed += 1,
                Err(other) => panic!("byte {at}, bit {bit}: {other}"),
            }
        }
    }
    assert!(noticed > (sound.len() - 10) * 8, "{noticed} of {}", sound.len() * 8);
}

#[test]
fn a_damaged_content_is_named_with_its_document_and_the_way_out() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("case/a", "xyz")]);
    fs::remove_file(object(dir.path())).unwrap();
    let error = Index::open(&Archive::open(dir.path()).unwrap(), &[]).err().expect("it cannot be read");
    let hash = Archive::open(dir.path()).unwrap().documents()[&iri("case/a")].hash.to_string();
    assert_eq!(
        message(&error, dir.path()).replace(&hash, "HASH").replace(&hash[..2], "HA"),
        "document `case/a` is damaged: `DIR/objects/HA/HASH.nt.gz` is missing"
    );
    assert_eq!(
        error.help().unwrap(),
        "restore the file from a backup; or `standpoint repair` repairs what can be repaired, reports what is lost, \
         and makes the rest usable again (`--dry-run` only reports)"
    );
}

#[test]
fn a_content_that_expands_beyond_its_length_is_cut_off() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x")]);
    let bomb = dir.path().join("bomb");
    load(
        &bomb,
        &[standpoint::model::document::Document {
            ntriples: "#".repeat(1_000_000).into(),
            ..document("b", "")
        }],
    );
    fs::copy(object(&bomb), object(dir.path())).unwrap();
    let archive = Archive::open(dir.path()).unwrap();
    let error = archive.read(&archive.documents()[&iri("a")]).unwrap_err();
    assert!(error.to_string().ends_with("does not match the hash in its name"), "{error}");
}

#[test]
fn a_changed_revision_is_noticed_the_newest_too() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x")]);
    load(dir.path(), &[document("a", "y")]);
    for number in [1, 2] {
        let path = dir.path().join(format!("revisions/0000000{number}.json"));
        let sound = fs::read_to_string(&path).unwrap();
        fs::write(&path, sound.replace("ada@", "eve@")).unwrap();
        let error = opening(dir.path());
        assert_eq!(
            message(&error, dir.path()),
            format!(
                "revision {number} is damaged: `DIR/revisions/0000000{number}.json` was changed after it was \
                 written: its seal does not match"
            )
        );
        fs::write(&path, sound).unwrap();
    }
}

#[test]
fn a_revision_that_is_no_revision_is_named() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x")]);
    fs::write(dir.path().join("revisions/00000001.json"), "").unwrap();
    assert_eq!(
        message(&opening(dir.path()), dir.path()),
        "revision 1 is damaged: `DIR/revisions/00000001.json` is truncated or has lost its seal"
    );
    assert_eq!(
        opening(dir.path()).help().unwrap(),
        "restore the file from a backup; or `standpoint repair` repairs what can be repaired, reports what is lost, \
         and makes the rest usable again (`--dry-run` only reports)"
    );
}

#[test]
fn a_revision_put_in_the_place_of_another_breaks_the_chain() {
    let (dir, other) = (tempdir().unwrap(), tempdir().unwrap());
    for number in ["x", "y", "z"] {
        load(dir.path(), &[document("a", number)]);
        load(other.path(), &[document("b", number)]);
    }
    let first = "revisions/00000001.json";
    fs::copy(other.path().join(first), dir.path().join(first)).unwrap();
    assert_eq!(
        message(&opening(dir.path()), dir.path()),
        "the history is broken at revision 2: it is based on another revision than the one before it \
         (`DIR/revisions/00000002.json`)"
    );
}

#[test]
fn a_missing_revision_breaks_the_chain() {
    let dir = tempdir().unwrap();
    for says in ["x", "y", "z"] {
        load(dir.path(), &[document("a", says)]);
    }
    fs::remove_file(dir.path().join("revisions/00000002.json")).unwrap();
    assert_eq!(
        message(&opening(dir.path()), dir.path()),
        "the history is broken at revision 2: it is missing (`DIR/revisions/00000002.json`)"
    );
}
