//! Documents go in, are replaced, and come out.

use super::{FRESH, contents, document, iri, load, meta, noon};
use standpoint::store::archive::{Action, Archive, Effect};
use standpoint::store::index::Index;
use std::ops::ControlFlow;
use tempfile::tempdir;

#[test]
fn what_is_put_in_is_read_back() {
    let dir = tempdir().unwrap();
    let revision = load(dir.path(), &[document("case/a", "xyz"), document("case/b", "")]).unwrap();
    assert_eq!((revision.number, revision.parent, revision.changes.len()), (1, None, 2));
    let archive = Archive::open(dir.path()).unwrap();
    let a = &archive.documents()[&iri("case/a")];
    assert_eq!((a.short_name(), &*a.origin, a.triples, a.revision), ("case/a", "case/a.ttl", 3, 1));
    assert_eq!(archive.read(a).unwrap(), document("case/a", "xyz").ntriples.text().unwrap());
    assert_eq!(archive.read(&archive.documents()[&iri("case/b")]).unwrap(), "");
}

#[test]
fn loading_twice_changes_nothing() {
    let dir = tempdir().unwrap();
    assert!(load(dir.path(), &[document("a", "xy")]).is_some());
    let mut moved = document("a", "xy");
    moved.origin = "elsewhere.ttl".into();
    assert_eq!(load(dir.path(), &[moved]), None);
    let archive = Archive::open(dir.path()).unwrap();
    assert_eq!(archive.head().unwrap().number, 1);
    assert_eq!(archive.revision(2).unwrap(), None);
}

#[test]
fn a_document_loaded_again_replaces_what_it_said() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "xy"), document("b", "z")]);
    let before = Archive::open(dir.path()).unwrap().documents()[&iri("a")].hash;
    let revision = load(dir.path(), &[document("a", "yz"), document("b", "z")]).unwrap();
    assert_eq!(revision.changes.len(), 1);
    assert_eq!(revision.changes[0].before, Some(before));
    assert_eq!(contents(dir.path())[0].1, document("a", "yz").ntriples.text().unwrap());
}

#[test]
fn what_was_said_before_is_kept() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "xy")]);
    let former = Archive::open(dir.path()).unwrap().documents()[&iri("a")].clone();
    load(dir.path(), &[document("a", "z")]);
    let archive = Archive::open(dir.path()).unwrap();
    assert_eq!(archive.read(&former).unwrap(), document("a", "xy").ntriples.text().unwrap());
}

#[test]
fn removing_a_document_takes_out_what_only_it_said() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "xy"), document("b", "yz")]);
    let mut archive = Archive::open(dir.path()).unwrap();
    assert_eq!(Index::open(&archive, &[]).unwrap().len(), 3);
    let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    assert!(transaction.remove(&iri("a")));
    assert!(!transaction.remove(&iri("never-there")));
    transaction.commit(meta(Action::Remove)).unwrap().unwrap();
    let index = Index::open(&archive, &[]).unwrap();
    let mut left: Vec<String> = index.triples().map(|triple| triple.subject.to_string()).collect();
    left.sort();
    assert_eq!(left, ["<ex:y>", "<ex:z>"]);
}

#[test]
fn the_effect_of_a_load_is_known_beforehand() {
    let dir = tempdir().unwrap();
    let place = dir.path().join("new");
    let archive = Archive::open_or_create(&place).unwrap();
    assert_eq!(archive.effect(&document("a", "x")), Effect::New);
    assert!(!place.exists(), "looking must not make a store");
    load(&place, &[document("a", "x")]);
    let archive = Archive::open(&place).unwrap();
    assert_eq!(archive.effect(&document("a", "x")), Effect::Unchanged);
    assert_eq!(archive.effect(&document("a", "y")), Effect::Replaced);
}

#[test]
fn the_last_word_in_a_transaction_counts() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x")]);
    let mut archive = Archive::open(dir.path()).unwrap();
    let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    transaction.remove(&iri("a"));
    transaction.put(&document("a", "y")).unwrap();
    assert_eq!(transaction.put(&document("a", "x")).unwrap(), Effect::Unchanged);
    assert_eq!(transaction.commit(meta(Action::Load)).unwrap(), None);
}

#[test]
fn a_document_of_many_members_is_one_file_for_gzip() {
    let dir = tempdir().unwrap();
    let mut big = document("big", "");
    big.ntriples =
        (0..200_000).map(|i| format!("<ex:{i:06}> <ex:is> <ex:said> .\n")).collect::<String>().into();
    assert!(big.ntriples.len() > 5 << 20);
    load(dir.path(), std::slice::from_ref(&big));
    assert_eq!(contents(dir.path())[0].1, big.ntriples.text().unwrap());
    let objects = dir.path().join("objects");
    let zcat = std::process::Command::new("sh")
        .args(["-c", "zcat \"$0\"/*/*.nt.gz | sha256sum"])
        .arg(&objects)
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&zcat.stdout).starts_with(&big.ntriples.hash().to_string()));
}

#[test]
fn a_long_document_is_read_in_pieces_of_whole_lines() {
    let dir = tempdir().unwrap();
    let mut big = document("big", "");
    big.ntriples =
        (0..300_000).map(|i| format!("<ex:{i:06}> <ex:is> <ex:said> .\n")).collect::<String>().into();
    load(dir.path(), &[big.clone(), document("small", "a")]);
    let archive = Archive::open(dir.path()).unwrap();
    for entry in archive.documents().values() {
        let (mut read, mut pieces) = (String::new(), 0);
        archive
            .read_pieces(entry, 1 << 20, &mut |piece| {
                assert!(piece.ends_with('\n'));
                (read, pieces) = (std::mem::take(&mut read) + &piece, pieces + 1);
                ControlFlow::Continue(())
            })
            .unwrap();
        assert_eq!(read, archive.read(entry).unwrap());
        assert_eq!(pieces > 1, entry.short_name() == "big");
        // Who has had enough is given no more.
        let mut given = 0;
        let take = &mut |_| {
            given += 1;
            ControlFlow::Break(())
        };
        archive.read_pieces(entry, 1 << 20, take).unwrap();
        assert_eq!(given, 1);
    }
    // Sound gzip of something else, as long: only the hash tells.
    let entry = archive.documents().values().find(|entry| entry.short_name() == "big").unwrap();
    let other = tempdir().unwrap();
    let mut changed = big.clone();
    changed.ntriples = big.ntriples.into_text().unwrap().replace("000007", "000006").into();
    load(other.path(), &[changed]);
    let hash = |dir: &std::path::Path| {
        let archive = Archive::open(dir).unwrap();
        let hash = archive.documents().values().next().unwrap().hash.to_string();
        dir.join("objects").join(&hash[..2]).join(format!("{hash}.nt.gz"))
    };
    std::fs::copy(hash(other.path()), hash(dir.path())).unwrap();
    let error = archive.read_pieces(entry, 1 << 20, &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert!(error.to_string().contains("does not match the hash in its name"), "{error}");
}
