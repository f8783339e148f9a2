//! Texts that are kept: found by their hash, proved by it, and missed when they are gone.

use super::{FRESH, document, load, message, meta, noon, repair};
use standpoint::base::error::Helpful;
use standpoint::store::archive::{Action, Archive, ArchiveError, ContentHash, Lost};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::tempdir;

const TEXT: &str = "The mill on Canal Street – “an eyesore” – is to go.\n";

fn keep(dir: &Path) {
    let mut archive = Archive::open_or_create(dir).unwrap();
    archive.begin("ada@example", noon(), FRESH).unwrap().keep_text(TEXT).unwrap();
}

fn file(dir: &Path) -> PathBuf {
    let hash = ContentHash::of(TEXT.as_bytes()).to_string();
    dir.join("texts").join(&hash[..2]).join(format!("{hash}.txt.gz"))
}

fn text(dir: &Path) -> Result<Option<String>, ArchiveError> {
    Archive::open(dir).unwrap().text(ContentHash::of(TEXT.as_bytes()))
}

#[test]
fn a_text_is_kept_as_it_is_and_no_revision_tells_of_it() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x")]);
    assert!(text(dir.path()).unwrap().is_none());
    keep(dir.path());
    assert_eq!(text(dir.path()).unwrap().as_deref(), Some(TEXT));
    let archive = Archive::open(dir.path()).unwrap();
    assert_eq!(archive.head().unwrap().number, 1);
    archive.verify_chain().unwrap();
}

#[test]
fn keeping_a_text_twice_changes_nothing() {
    let dir = tempdir().unwrap();
    keep(dir.path());
    let before = fs::read(file(dir.path())).unwrap();
    keep(dir.path());
    assert_eq!(fs::read(file(dir.path())).unwrap(), before);
    assert_eq!(fs::read_dir(dir.path().join("texts")).unwrap().count(), 1);
}

#[test]
fn every_flipped_bit_of_a_kept_text_is_noticed_and_keeping_it_again_mends_it() {
    let dir = tempdir().unwrap();
    keep(dir.path());
    let sound = fs::read(file(dir.path())).unwrap();
    let mut noticed = 0;
    for bit in 0..sound.len() * 8 {
        let mut bytes = sound.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(file(dir.path()), bytes).unwrap();
        match text(dir.path()) {
            // The header of gzip has bits that mean nothing.
            Ok(found) => assert_eq!(found.as_deref(), Some(TEXT)),
            Err(error) => {
                noticed += 1;
                assert!(message(&error, dir.path()).starts_with("a kept text is damaged: `DIR/texts/"));
                assert!(error.help().unwrap().contains("--keep-text"));
            }
        }
    }
    assert!(noticed > sound.len() * 6, "{noticed} of {} bits", sound.len() * 8);
    keep(dir.path());
    assert_eq!(text(dir.path()).unwrap().as_deref(), Some(TEXT));
}

#[test]
fn a_text_that_is_gone_is_missed_once() {
    let dir = tempdir().unwrap();
    let mut archive = Archive::open_or_create(dir.path()).unwrap();
    let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    transaction.put(&document("a", "x")).unwrap();
    transaction.keep_text(TEXT).unwrap();
    let revision = transaction.commit(meta(Action::Load)).unwrap().unwrap();
    assert_eq!(revision.texts, [ContentHash::of(TEXT.as_bytes())]);
    assert!(repair(dir.path()).is_well());
    fs::remove_file(file(dir.path())).unwrap();
    let report = repair(dir.path());
    assert!(matches!(report.lost[..], [Lost::Text { .. }]), "{report:?}");
    assert!(report.written.is_some(), "it is put down");
    assert!(repair(dir.path()).is_well());
    assert_eq!(Archive::open(dir.path()).unwrap().texts().count(), 0);
}

#[test]
fn a_text_alone_makes_a_revision_and_only_once() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x")]);
    for expected in [true, false] {
        let mut archive = Archive::open(dir.path()).unwrap();
        let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
        transaction.keep_text(TEXT).unwrap();
        assert_eq!(transaction.commit(meta(Action::Load)).unwrap().is_some(), expected);
    }
    // It survives a checkpoint.
    for number in 0..130 {
        load(dir.path(), &[document("b", ["x", "y"][number % 2])]);
    }
    assert!(dir.path().join("checkpoint.json").exists());
    assert_eq!(Archive::open(dir.path()).unwrap().texts().count(), 1);
}
