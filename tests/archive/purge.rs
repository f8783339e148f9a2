//! What is purged is in no revision and in no file, and the history still leads to where it led.

use super::{FRESH, contents, copy, document, iri, load, message, meta, noon, repair};
use flate2::read::MultiGzDecoder;
use proptest::prelude::*;
use serde_json::json;
use standpoint::model::ontology;
use standpoint::store::archive::backup::{backup, restore};
use standpoint::store::archive::{Action, Archive, ContentHash, Lost, Revision, Version, seal};
use standpoint::store::index::storage;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use tempfile::tempdir;

/// Purges what begins a line, and blots it out of messages.
fn purge(dir: &Path, letter: &str) -> Option<Revision> {
    let reader = Archive::open(dir).unwrap();
    let mut archive = Archive::open(dir).unwrap();
    let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    for version in reader.versions().unwrap() {
        let text = reader.read(&version.entry).unwrap();
        let rest: String =
            text.split_inclusive('\n').filter(|line| !line.starts_with(&format!("<ex:{letter}>"))).collect();
        if rest != text {
            transaction.purge(&version, Some(rest.as_str()).filter(|rest| !rest.is_empty())).unwrap();
        }
    }
    let word = format!("ex:{letter}");
    transaction.purge_words(&|text| text.contains(&word).then(|| text.replace(&word, "█"))).unwrap();
    transaction.mark_purged(&word);
    transaction.commit(meta(Action::Purge)).unwrap()
}

/// Loads a document with a message.
fn say(dir: &Path, name: &str, says: &str, message: &str) {
    let mut archive = Archive::open_or_create(dir).unwrap();
    let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    transaction.put(&document(name, says)).unwrap();
    let meta = standpoint::store::archive::Meta { message: Some(message.into()), ..meta(Action::Load) };
    transaction.commit(meta).unwrap();
}

/// What each document says after a revision, a letter a triple; what says nothing is left out.
fn says_at(dir: &Path, number: u64) -> BTreeMap<String, String> {
    let archive = Archive::open(dir).unwrap().at(number).unwrap();
    let letters = |text: &str| text.lines().map(|line| &line[4..5]).collect::<String>();
    let said = archive
        .documents()
        .values()
        .map(|entry| (entry.short_name().to_owned(), letters(&archive.read(entry).unwrap())));
    said.filter(|(_, says)| !says.is_empty()).collect()
}

/// Files, unpacked, that have these words.
fn files_with(dir: &Path, words: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, words));
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let mut unpacked = Vec::new();
        let _ = MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked);
        let has = |bytes: &[u8]| bytes.windows(words.len()).any(|window| window == words.as_bytes());
        if has(&bytes) || has(&unpacked) {
            found.push(path);
        }
    }
    found
}

/// Two documents, three revisions; the second revision names `ex:x` in its message.
fn store(dir: &Path) {
    load(dir, &[document("a", "xy"), document("b", "pq")]);
    say(dir, "a", "xyz", "because of ex:x");
    say(dir, "b", "q", "less");
}

fn hashes(dir: &Path) -> Vec<Option<ContentHash>> {
    let archive = Archive::open(dir).unwrap();
    (1..=3).map(|number| archive.at(number).unwrap().head_hash()).collect()
}

#[test]
fn what_is_purged_is_in_no_revision_and_no_file() {
    let dir = tempdir().unwrap();
    store(dir.path());
    Archive::open(dir.path()).unwrap();
    let before = hashes(dir.path());
    assert!(!files_with(dir.path(), "ex:x").is_empty(), "the test would find it");
    let revision = purge(dir.path(), "x").unwrap();
    assert_eq!((revision.number, revision.action), (4, Action::Purge));
    assert_eq!(files_with(dir.path(), "ex:x"), [] as [PathBuf; 0]);

    assert_eq!(hashes(dir.path()), before, "the history leads through the same hashes");
    let archive = Archive::open(dir.path()).unwrap();
    archive.verify_chain().unwrap();
    assert_eq!(says_at(dir.path(), 1), BTreeMap::from([("a".into(), "y".into()), ("b".into(), "pq".into())]));
    assert_eq!(says_at(dir.path(), 4)["a"], "yz");
    let message = archive.revision(2).unwrap().unwrap().message;
    assert_eq!(message.as_deref(), Some("because of █"));
    // The gap has a name wherever it is, and nowhere else.
    let gap = |number| archive.at(number).unwrap().gap().map(|gap| gap.number);
    assert_eq!([1, 2, 3, 4].map(gap), [Some(4), Some(4), Some(4), None]);
    let report = repair(dir.path());
    assert!(report.is_well(), "{report:?}");
    assert_eq!((report.purged, report.contents, report.revisions), (2, 4, 4));
    let format = fs::read_to_string(dir.path().join("format")).unwrap();
    assert!(format.starts_with("standpoint archive 3\n"), "a program of before refuses it: {format}");
}

#[test]
fn a_purge_cannot_be_undone_and_what_was_before_can() {
    let dir = tempdir().unwrap();
    store(dir.path());
    purge(dir.path(), "x");
    let mut archive = Archive::open(dir.path()).unwrap();
    let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    let error = transaction.undo(4).unwrap_err();
    assert_eq!(
        message(&error, dir.path()),
        "revision 4 cannot be undone: it is a purge, and what it took out is deleted"
    );
    transaction.undo(2).unwrap();
    transaction.commit(meta(Action::Undo)).unwrap();
    assert_eq!(says_at(dir.path(), 5)["a"], "y");
}

#[test]
fn what_is_loaded_again_is_there_from_then_on() {
    let dir = tempdir().unwrap();
    store(dir.path());
    purge(dir.path(), "x");
    let again = document("a", "xyz");
    let archive = Archive::open(dir.path()).unwrap();
    let known = archive.purged_in(&again).unwrap();
    assert_eq!(known.iter().map(|(iri, gap)| (iri.as_str(), gap.number)).collect::<Vec<_>>(), [("ex:x", 4)]);
    assert!(archive.purged_in(&document("c", "yz")).unwrap().is_empty());
    load(dir.path(), &[again]);
    let says = |number| says_at(dir.path(), number)["a"].clone();
    assert_eq!([1, 2, 4, 5].map(says), ["y", "yz", "yz", "xyz"]);
    // Another purge does not bring the first one's back.
    purge(dir.path(), "z");
    assert_eq!([1, 2, 4, 5, 6].map(says), ["y", "y", "y", "xy", "xy"]);
    assert!(repair(dir.path()).is_well());
    assert_eq!(files_with(dir.path(), "ex:z"), [] as [PathBuf; 0]);
}

#[test]
fn a_purged_text_is_not_missed() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x")]);
    let text = "x said so\n";
    let hash = ContentHash::of(text.as_bytes());
    let mut archive = Archive::open(dir.path()).unwrap();
    let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    transaction.keep_text(text).unwrap();
    transaction.commit(meta(Action::Load)).unwrap();
    let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    transaction.purge_text(hash);
    transaction.commit(meta(Action::Purge)).unwrap();
    assert!(archive.text(hash).unwrap().is_none());
    assert!(repair(dir.path()).is_well());
}

#[test]
fn a_backup_of_it_is_a_store_with_the_same_gap() {
    let dir = tempdir().unwrap();
    let (from, packed, to) = (dir.path().join("s"), dir.path().join("b.tar.zst"), dir.path().join("t"));
    store(&from);
    purge(&from, "x");
    backup(&Archive::open(&from).unwrap(), &packed).unwrap();
    restore(&packed, &to).unwrap();
    assert_eq!(hashes(&to), hashes(&from));
    assert_eq!(contents(&to), contents(&from));
    assert_eq!(Archive::open(&to).unwrap().at(1).unwrap().gap().unwrap().number, 4);
}

/// A store whose purge has its revision, and all files of before still.
fn half_purged(dir: &Path) {
    store(dir);
    storage::open(&Archive::open(dir).unwrap(), ontology::background()).unwrap();
    assert!(dir.join("index").is_dir());
    fs::create_dir(dir.join("lost")).unwrap();
    fs::write(dir.join("lost/x.nt"), "ex:x").unwrap();
    let before = tempdir().unwrap();
    copy(dir, before.path());
    purge(dir, "x");
    let archive = Archive::open(dir).unwrap();
    let blotted = archive.revision(2).unwrap().unwrap();
    fs::write(dir.join("purging"), seal::seal(&json!({ "number": 4, "revisions": [blotted] }))).unwrap();
    fs::remove_file(before.path().join("format")).unwrap();
    copy(before.path(), dir);
    assert!(!files_with(dir, "ex:x").is_empty());
}

#[test]
fn an_interrupted_purge_counts_and_is_finished() {
    for finish_by_repair in [true, false] {
        let dir = tempdir().unwrap();
        half_purged(dir.path());
        let archive = Archive::open(dir.path()).unwrap();
        archive.verify_chain().unwrap();
        assert!(archive.is_purging());
        assert_eq!(says_at(dir.path(), 1)["a"], "y");
        // Neither is the index of before believed: of no state, the one that it was made of least of all.
        for number in [1, 3, 4] {
            let state = archive.at(number).unwrap();
            let graph = storage::open(&state, ontology::background()).unwrap().index;
            assert!(graph.triples().all(|triple| !triple.to_string().contains("ex:x")), "revision {number}");
        }
        if finish_by_repair {
            assert!(repair(dir.path()).is_well());
        } else {
            load(dir.path(), &[document("c", "c")]);
        }
        assert_eq!(files_with(dir.path(), "ex:x"), [] as [PathBuf; 0], "by repair: {finish_by_repair}");
        assert!(!Archive::open(dir.path()).unwrap().is_purging());
        assert!(repair(dir.path()).is_well());
    }
}

/// Killed before its revision was there, it never was.
#[test]
fn a_purge_without_its_revision_takes_nothing_away() {
    let dir = tempdir().unwrap();
    store(dir.path());
    let before = contents(dir.path());
    fs::create_dir(dir.path().join("lost")).unwrap();
    fs::write(dir.path().join("purging"), seal::seal(&json!({ "number": 4, "revisions": [] }))).unwrap();
    load(dir.path(), &[]);
    assert_eq!(contents(dir.path()), before);
    assert!(dir.path().join("lost").is_dir() && !dir.path().join("purging").exists());
}

/// Nobody can plant a revision under the hash of another.
#[test]
fn a_revision_in_the_place_of_another_counts_only_by_a_purge() {
    let dir = tempdir().unwrap();
    store(dir.path());
    let path = dir.path().join("revisions/00000002.json");
    let archive = Archive::open(dir.path()).unwrap();
    let mut planted = archive.revision(2).unwrap().unwrap();
    planted.stands_for = archive.at(2).unwrap().head_hash();
    planted.message = Some("nothing to see".into());
    fs::write(&path, seal::seal(&planted)).unwrap();
    let error = Archive::open(dir.path()).unwrap().verify_chain().unwrap_err();
    assert_eq!(
        message(&error, dir.path()),
        "the history is broken at revision 2: it stands in for another file, but no purge recorded this \
         (`DIR/revisions/00000002.json`)"
    );
    let report = repair(dir.path());
    assert!(matches!(report.lost[..], [Lost::Revision { number: 2, .. }, ..]), "{report:?}");
}

/// One step of a history.
#[derive(Clone, Debug)]
enum Step {
    Load(&'static str, BTreeSet<char>),
    Purge(char),
}

fn step() -> impl Strategy<Value = Step> {
    let letters = prop::collection::btree_set(prop::sample::select(vec!['u', 'v', 'w', 'x']), 1..4);
    prop_oneof![
        3 => (prop::sample::select(vec!["a", "b"]), letters).prop_map(|(name, says)| Step::Load(name, says)),
        1 => prop::sample::select(vec!['u', 'v', 'w', 'x']).prop_map(Step::Purge),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// Whatever is loaded and purged in whatever order: each revision says what it said but for what was purged
    /// after it, and no file has a letter that no revision has.
    #[test]
    fn every_revision_says_what_is_left(steps in prop::collection::vec(step(), 1..12)) {
        let dir = tempdir().unwrap();
        let mut states: Vec<BTreeMap<String, String>> = vec![BTreeMap::new()];
        for step in steps {
            let mut next = states.last().unwrap().clone();
            let revision = match step {
                Step::Load(name, says) => {
                    let says: String = says.into_iter().collect();
                    next.insert(name.to_owned(), says.clone());
                    load(dir.path(), &[document(name, &says)])
                }
                Step::Purge(letter) if dir.path().join("format").exists() => {
                    let without = |state: &mut BTreeMap<String, String>| {
                        state.values_mut().for_each(|says| says.retain(|other| other != letter));
                        state.retain(|_, says| !says.is_empty());
                    };
                    states.iter_mut().for_each(without);
                    without(&mut next);
                    purge(dir.path(), &letter.to_string())
                }
                Step::Purge(_) => continue,
            };
            if revision.is_some() {
                states.push(next);
            }
            let newest = u64::try_from(states.len()).unwrap() - 1;
            for (number, state) in (0..).zip(&states) {
                prop_assert_eq!(&says_at(dir.path(), number), state, "after revision {}", number);
            }
            let archive = Archive::open(dir.path()).unwrap();
            prop_assert_eq!(archive.number(), newest);
            archive.verify_chain().unwrap();
            for letter in ["u", "v", "w", "x"] {
                if states.iter().flat_map(BTreeMap::values).all(|says| !says.contains(letter)) {
                    let found = files_with(dir.path(), &format!("<ex:{letter}>"));
                    prop_assert!(found.is_empty(), "{:?} have {}", found, letter);
                }
            }
        }
        if dir.path().join("format").exists() {
            let report = repair(dir.path());
            prop_assert!(report.is_well(), "{:?}", report);
        }
    }
}

#[test]
fn a_version_is_listed_once_with_what_is_left() {
    let dir = tempdir().unwrap();
    store(dir.path());
    purge(dir.path(), "x");
    let versions = Archive::open(dir.path()).unwrap().versions().unwrap();
    let is = |version: &Version| (version.entry.document.clone(), version.entry.triples, version.is_present);
    let (a, b) = (iri("a"), iri("b"));
    let mut found: Vec<_> = versions.iter().map(is).collect();
    found.sort();
    assert_eq!(found, [(a.clone(), 1, false), (a, 2, true), (b.clone(), 1, true), (b, 2, false)]);
}
