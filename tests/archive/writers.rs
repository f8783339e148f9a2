//! One writer at a time, any number of readers, and processes that die.

use super::{FRESH, contents, document, iri, load, meta, noon};
use standpoint::store::archive::{Action, Archive, ArchiveError};
use std::fs;
use std::process::Command;
use tempfile::tempdir;

#[test]
fn a_second_writer_is_told_who_writes() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x")]);
    let mut archive = Archive::open(dir.path()).unwrap();
    let transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    let second = Command::new(env!("CARGO_BIN_EXE_standpoint"))
        .args(["remove", "a", "--store"])
        .arg(dir.path())
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(second.stderr).unwrap().replace(dir.path().to_str().unwrap(), "DIR"),
        format!(
            "error: another process is writing to the store `DIR`: ada@example (process {}, since \
             2025-04-17T12:00:00Z)\nhelp: wait for it with `--wait 1m`; reading is possible meanwhile\n",
            std::process::id()
        )
    );
    drop(transaction);
    assert_eq!(contents(dir.path()).len(), 1);
}

#[test]
fn the_lock_ends_with_the_transaction() {
    let dir = tempdir().unwrap();
    let mut one = Archive::open_or_create(dir.path()).unwrap();
    let mut other = Archive::open_or_create(dir.path()).unwrap();
    let first = one.begin("ada@example", noon(), FRESH).unwrap();
    assert!(matches!(other.begin("bob@example", noon(), FRESH), Err(ArchiveError::Locked { .. })));
    drop(first);
    other.begin("bob@example", noon(), FRESH).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn the_lock_of_a_killed_process_is_no_obstacle() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x")]);
    let lock = dir.path().join("lock");
    fs::write(&lock, r#"{"pid":1,"by":"the dead","since":"2025-04-17T12:00:00Z"}"#).unwrap();
    let mut holder =
        Command::new("flock").arg("--no-fork").arg(&lock).args(["sleep", "600"]).spawn().unwrap();
    let mut archive = Archive::open(dir.path()).unwrap();
    let refused = (0..1000).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(5));
        archive.begin("ada@example", noon(), FRESH).is_err()
    });
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert!(refused, "the lock of a living process counts");
    archive.begin("ada@example", noon(), FRESH).unwrap();
}

#[test]
fn a_writer_sees_what_others_wrote_since_it_opened() {
    let dir = tempdir().unwrap();
    let mut archive = Archive::open_or_create(dir.path()).unwrap();
    load(dir.path(), &[document("a", "x")]);
    let mut transaction = archive.begin("bob@example", noon(), FRESH).unwrap();
    transaction.put(&document("a", "x")).unwrap();
    assert_eq!(transaction.commit(meta(Action::Load)).unwrap(), None);
    assert!(archive.documents().contains_key(&iri("a")));
}

#[test]
fn readers_see_the_state_before_a_load_until_it_is_whole() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x")]);
    let before = contents(dir.path());
    let mut archive = Archive::open(dir.path()).unwrap();
    let reader = Archive::open(dir.path()).unwrap();
    let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    transaction.put(&document("a", "y")).unwrap();
    transaction.put(&document("b", "z")).unwrap();
    assert_eq!(contents(dir.path()), before);
    transaction.commit(meta(Action::Load)).unwrap();
    assert_eq!(contents(dir.path()).len(), 2);
    assert_eq!(reader.documents().len(), 1, "what was opened stays as it was");
    assert_eq!(reader.read(&reader.documents()[&iri("a")]).unwrap(), before[0].1);
}

#[test]
fn a_transaction_given_up_leaves_nothing_behind() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x")]);
    let before = contents(dir.path());
    let mut archive = Archive::open(dir.path()).unwrap();
    let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    transaction.put(&document("b", "z")).unwrap();
    transaction.remove(&iri("a"));
    drop(transaction);
    assert_eq!(contents(dir.path()), before);
    assert_eq!(fs::read_dir(dir.path().join("tmp")).unwrap().count(), 0);
}

#[test]
fn leftovers_of_a_killed_writer_are_cleaned_by_the_next() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x")]);
    let leftover = dir.path().join("tmp/.tmpAbCdEf");
    fs::write(&leftover, "half a document").unwrap();
    // Contents that were put in place before the revision that names them: as if never written.
    let orphan = dir.path().join("objects/00");
    fs::create_dir_all(&orphan).unwrap();
    fs::write(orphan.join(format!("{}.nt.gz", "0".repeat(64))), "").unwrap();
    assert_eq!(contents(dir.path()).len(), 1);
    assert!(leftover.exists(), "readers change nothing");
    load(dir.path(), &[document("a", "y")]);
    assert!(!leftover.exists());
    Archive::open(dir.path()).unwrap().verify_chain().unwrap();
}

#[test]
fn a_content_written_again_replaces_its_damaged_self() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x")]);
    let archive = Archive::open(dir.path()).unwrap();
    let hash = archive.documents()[&iri("a")].hash.to_string();
    let object = dir.path().join("objects").join(&hash[..2]).join(format!("{hash}.nt.gz"));
    fs::write(&object, "").unwrap();
    load(dir.path(), &[document("a", "y")]);
    load(dir.path(), &[document("a", "x")]);
    assert_eq!(contents(dir.path())[0].1, document("a", "x").ntriples.text().unwrap());
}
