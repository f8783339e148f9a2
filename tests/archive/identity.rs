//! A store among others: which it is, and that nothing of another one is taken for its own.

use super::{FRESH, copy, document, load, meta, noon, repair, repair_expecting};
use flate2::read::GzDecoder;
use oxrdf::Triple;
use serde_json::Value;
use standpoint::model::ontology::Background;
use standpoint::store::archive::{Action, Archive, Identity, seal};
use standpoint::store::index::storage;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;
use tempfile::{TempDir, tempdir};

const BACKGROUND: Background = Background { mark: 7, triples: || &[] };

/// A store that the first version of this program made: three revisions and a kept text.
fn of_format_1() -> TempDir {
    let dir = tempdir().unwrap();
    let packed = File::open("tests/fixtures/store-0.1.0.tar.gz").unwrap();
    tar::Archive::new(GzDecoder::new(packed)).unpack(dir.path()).unwrap();
    dir
}

/// Opens the index of the store, which is kept for the next time.
fn opened(dir: &Path) -> storage::Opened {
    storage::open(&Archive::open(dir).unwrap(), BACKGROUND).unwrap()
}

fn triples(opened: &storage::Opened) -> BTreeSet<String> {
    opened.index.triples().map(|triple: Triple| triple.to_string()).collect()
}

#[test]
fn a_store_of_format_1_is_read_as_it_is_and_migrated_when_it_is_written() {
    let dir = of_format_1();
    let store = dir.path().join("store");
    let format = || fs::read_to_string(store.join("format")).unwrap();
    let before = format();
    let archive = Archive::open(&store).unwrap();
    archive.verify_chain().unwrap();
    assert_eq!((archive.identity(), archive.number(), archive.documents().len()), (None, 3, 2));
    assert_eq!(archive.at(2).unwrap().documents().len(), 1);
    assert!(opened(&store).corruption.is_none(), "an index of before is no damaged one");
    assert!(repair(&store).is_well());
    assert_eq!(format(), before, "who reads, and finds nothing to repair, changes nothing");

    load(&store, &[document("next", "x")]);
    assert!(format().starts_with("standpoint archive 2\n") && format().contains(&FRESH.to_string()));
    let archive = Archive::open(&store).unwrap();
    archive.verify_chain().unwrap();
    assert_eq!((archive.identity(), archive.number(), archive.documents().len()), (Some(FRESH), 4, 3));
    let head = archive.head().unwrap();
    assert_eq!((head.store, head.documents), (Some(FRESH), Some(archive.digest())));
    assert_eq!(head.texts.len(), 1, "a text that was kept before is named from now on");
    assert!(repair(&store).is_well());
}

#[test]
fn an_identity_stays() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x")]);
    let mut archive = Archive::open(dir.path()).unwrap();
    let mut transaction = archive.begin("ada@example", noon(), Identity::of_bytes([9; 16])).unwrap();
    transaction.put(&document("b", "y")).unwrap();
    let revision = transaction.commit(meta(Action::Load)).unwrap().unwrap();
    assert_eq!((revision.store, archive.identity()), (Some(FRESH), Some(FRESH)));
    // A bit that turns in the file is told by the revisions, and mended.
    let format = dir.path().join("format");
    let sound = fs::read_to_string(&format).unwrap();
    fs::write(&format, sound.replace("identity 0707", "identity 0706")).unwrap();
    assert_eq!(Archive::open(dir.path()).unwrap().identity(), Some(FRESH));
    assert_eq!(repair(dir.path()).mended.len(), 1);
    assert_eq!(fs::read_to_string(&format).unwrap(), sound);
}

/// Two stores that went apart after their first revision, each with its index.
fn branches(dir: &Path) -> [std::path::PathBuf; 2] {
    let (one, other) = (dir.join("one"), dir.join("other"));
    load(&one, &[document("a", "abcdefghij")]);
    copy(&one, &other);
    load(&one, &[document("b", "x")]);
    load(&other, &[document("b", "y")]);
    opened(&one);
    opened(&other);
    [one, other]
}

#[test]
fn the_index_of_another_branch_is_not_believed() {
    let dir = tempdir().unwrap();
    let [one, other] = branches(dir.path());
    let expected = triples(&opened(&one));
    assert!(storage::current(&one, BACKGROUND).is_some());
    fs::remove_dir_all(one.join("index")).unwrap();
    copy(&other.join("index"), &one.join("index"));
    assert!(storage::current(&one, BACKGROUND).is_none());
    assert!(storage::verify(&Archive::open(&one).unwrap(), BACKGROUND).corruption.is_some());
    assert_eq!(triples(&opened(&one)), expected);
    assert!(storage::current(&one, BACKGROUND).is_some(), "it was made anew");
}

#[test]
fn the_index_of_another_store_is_not_believed() {
    let dir = tempdir().unwrap();
    let stores =
        [("one", "x", FRESH), ("other", "y", Identity::of_bytes([9; 16]))].map(|(name, says, fresh)| {
            let store = dir.path().join(name);
            let mut archive = Archive::open_or_create(&store).unwrap();
            let mut transaction = archive.begin("ada@example", noon(), fresh).unwrap();
            transaction.put(&document("a", says)).unwrap();
            transaction.commit(meta(Action::Load)).unwrap();
            opened(&store);
            store
        });
    let expected = triples(&opened(&stores[0]));
    // One file of it, and all of it.
    let segment = "index/00000001-1.seg";
    fs::remove_file(stores[0].join(segment)).unwrap();
    fs::copy(stores[1].join(segment), stores[0].join(segment)).unwrap();
    assert!(storage::current(&stores[0], BACKGROUND).is_none());
    let found = opened(&stores[0]);
    assert!(found.corruption.is_some());
    assert_eq!(triples(&found), expected);
    fs::remove_dir_all(stores[0].join("index")).unwrap();
    copy(&stores[1].join("index"), &stores[0].join("index"));
    assert!(storage::current(&stores[0], BACKGROUND).is_none());
    assert_eq!(triples(&opened(&stores[0])), expected);
    assert!(storage::current(&stores[0], BACKGROUND).is_some());
}

/// Changes a sealed file and seals it again.
fn forge(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut value: Value = seal::unseal(&fs::read(path).unwrap()).unwrap();
    value.as_object_mut().unwrap().remove("seal");
    change(&mut value);
    fs::write(path, seal::seal(&value)).unwrap();
}

#[test]
fn an_index_with_other_triples_than_the_archive_is_noticed() {
    let dir = tempdir().unwrap();
    let [one, other] = branches(dir.path());
    let archive = Archive::open(&one).unwrap();
    assert!(storage::verify(&archive, BACKGROUND).corruption.is_none());
    // Every file of it is sound, and the manifest says that it is of this revision.
    fs::remove_dir_all(one.join("index")).unwrap();
    copy(&other.join("index"), &one.join("index"));
    forge(&one.join("index/manifest.json"), |manifest| {
        manifest["hash"] = archive.head_hash().unwrap().to_string().into();
        manifest["documents"] = archive.digest().to_string().into();
    });
    let damage = storage::verify(&archive, BACKGROUND).corruption.unwrap().to_string();
    assert!(damage.contains("does not hold the triples of the archive"), "{damage}");
}

#[test]
fn history_that_shrank_is_noticed() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x")]);
    load(dir.path(), &[document("b", "y")]);
    assert_eq!(opened(dir.path()).gone, None);
    fs::remove_file(dir.path().join("revisions/00000002.json")).unwrap();
    for _ in 0..2 {
        let found = opened(dir.path());
        assert_eq!((found.gone, found.index.len()), (Some(2), 1), "as long as nobody repairs it");
    }
    assert_eq!(storage::verify(&Archive::open(dir.path()).unwrap(), BACKGROUND).gone, Some(2));
}

#[test]
fn a_checkpoint_of_other_documents_is_not_believed() {
    let dir = tempdir().unwrap();
    for number in 0..64 {
        load(dir.path(), &[document(&format!("d{number}"), "x")]);
    }
    forge(&dir.path().join("checkpoint.json"), |checkpoint| {
        checkpoint["documents"].as_array_mut().unwrap().pop();
    });
    assert_eq!(Archive::open(dir.path()).unwrap().documents().len(), 64);
    assert_eq!(repair(dir.path()).rebuilt.len(), 1);
}

#[test]
fn a_history_made_anew_passes_until_it_is_held_against_an_anchor() {
    let dir = tempdir().unwrap();
    let store = dir.path().join("store");
    for says in ["x", "y", "z"] {
        load(&store, &[document("a", says)]);
    }
    let anchor = Archive::open(&store).unwrap().head_hash();
    load(&store, &[document("a", "x")]);
    assert_eq!(repair_expecting(&store, anchor).expected, Some(Ok(3)), "what came later does no harm");

    // Somebody else's word in revision 1, and every link made to fit.
    let mut parent: Option<String> = None;
    for number in 1..=4 {
        let path = store.join(format!("revisions/{number:08}.json"));
        forge(&path, |revision| {
            revision["by"] = "eve@example".into();
            revision["parent"] = parent.take().into();
        });
        parent = Some(standpoint::store::archive::ContentHash::of(&fs::read(&path).unwrap()).to_string());
    }
    Archive::open(&store).unwrap().verify_chain().unwrap();
    assert!(repair(&store).is_well(), "there is no key: nothing in the store can tell");
    let report = repair_expecting(&store, anchor);
    assert!(!report.is_well() && matches!(report.expected, Some(Err(_))) && report.written.is_none());
}
