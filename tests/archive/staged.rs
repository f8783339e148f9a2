//! The index that a load will have: the same, whether it was made before or is made afterwards.

use super::{FRESH, document, load, meta, noon};
use oxrdf::Triple;
use proptest::prelude::*;
use standpoint::model::document::Document;
use standpoint::model::ontology::Background;
use standpoint::store::archive::{Action, Archive};
use standpoint::store::index::Index;
use standpoint::store::index::storage;
use standpoint::store::index::storage::StagedIndex;
use std::collections::{BTreeSet, HashSet};
use tempfile::tempdir;

const BACKGROUND: Background = Background { triples: || &[], mark: 7 };

fn told(index: &Index) -> BTreeSet<String> {
    index.triples().map(|triple| triple.to_string()).collect()
}

fn staged(archive: &Archive, put: &[Document]) -> StagedIndex {
    let present = storage::open(archive, BACKGROUND).unwrap().index;
    let put: Vec<&Document> = put.iter().collect();
    StagedIndex::new(archive, BACKGROUND, Some(&present), &put, &HashSet::new(), None).unwrap()
}

fn commit(archive: &mut Archive, put: &[Document]) {
    let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    for document in put {
        transaction.put(document).unwrap();
    }
    transaction.commit(meta(Action::Load)).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn what_is_kept_is_what_the_store_says(
        loads in prop::collection::vec(prop::collection::vec(("[a-d]", "[a-zA-Z]{0,12}"), 1..3), 1..8),
    ) {
        let dir = tempdir().unwrap();
        for documents in loads {
            let mut put: Vec<Document> = documents.iter().map(|(name, says)| document(name, says)).collect();
            put.dedup_by(|a, b| a.name == b.name);
            let mut archive = Archive::open_or_create(dir.path()).unwrap();
            let before = Index::open(&archive, &[]).unwrap();
            let staged = staged(&archive, &put);
            let would_be = told(staged.index());
            if let Some((added, removed)) = staged.change().unwrap() {
                let lines = |triples: Vec<Triple>| -> BTreeSet<String> {
                    triples.iter().map(ToString::to_string).collect()
                };
                let (added, removed) = (lines(added), lines(removed));
                let before = told(&before);
                prop_assert!(added.is_disjoint(&before) && removed.is_subset(&before));
                let after: BTreeSet<String> =
                    before.union(&added).filter(|line| !removed.contains(*line)).cloned().collect();
                prop_assert_eq!(&after, &would_be);
            }
            let revision = archive.number();
            commit(&mut archive, &put);
            if archive.number() > revision {
                staged.commit(&archive, BACKGROUND);
            }
            prop_assert_eq!(&would_be, &told(&Index::open(&archive, &[]).unwrap()));
            let kept = storage::current(dir.path(), BACKGROUND).expect("it has just been kept");
            prop_assert_eq!(&told(&kept), &would_be);
            assert!(storage::verify(&archive, BACKGROUND).corruption.is_none());
            storage::merge_segments(dir.path(), BACKGROUND);
            let tidied = storage::current(dir.path(), BACKGROUND).expect("tidying loses nothing");
            prop_assert_eq!(&told(&tidied), &would_be);
        }
    }
}

#[test]
fn what_another_writer_has_overtaken_is_made_again() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "abcdefghijklmnopqrstuvwxyz")]);
    let mut archive = Archive::open(dir.path()).unwrap();
    let ours = [document("b", "AB")];
    let staged = staged(&archive, &ours);
    load(dir.path(), &[document("c", "CD")]);
    storage::open(&Archive::open(dir.path()).unwrap(), BACKGROUND).unwrap();
    commit(&mut archive, &ours);
    staged.commit(&archive, BACKGROUND);
    let kept = storage::current(dir.path(), BACKGROUND).expect("it has just been kept");
    assert_eq!(told(&kept), told(&Index::open(&archive, &[]).unwrap()));
}

#[test]
fn what_is_dropped_leaves_nothing() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "abcdefghijklmnopqrstuvwxyz")]);
    let archive = Archive::open(dir.path()).unwrap();
    storage::open(&archive, BACKGROUND).unwrap();
    let files = || std::fs::read_dir(dir.path().join("index")).unwrap().count();
    let before = files();
    drop(staged(&archive, &[document("b", "AB")]));
    assert_eq!(files(), before);
}

/// What is interrupted in the middle leaves as much as it has written, each time.
#[test]
fn what_interrupted_loads_left_goes_before_a_large_one_begins() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "xyz")]);
    let archive = Archive::open(dir.path()).unwrap();
    storage::open(&archive, BACKGROUND).unwrap();
    let left = dir.path().join("index/.tmpAbC");
    std::fs::write(&left, "half").unwrap();
    let small = staged(&archive, &[document("b", "y")]);
    assert!(left.exists());
    drop(small);
    let long = "long".repeat(1 << 18);
    let lines = (10..30).map(|i| format!("<http://e.org/{i}> <http://e.org/says> \"{long}\" .\n"));
    let large = Document { ntriples: lines.collect::<String>().into(), ..document("c", "z") };
    drop(staged(&archive, &[large]));
    assert!(!left.exists());
}
