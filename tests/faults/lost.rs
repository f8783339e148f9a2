//! What `repair` makes of each loss.

use super::{FRESH, contents, document, load, meta, repair, tempdir};
use standpoint::store::archive;
use standpoint::store::archive::{Action, Archive, Lost, Remedy, Repair, Report, Wait};
use std::fs;
use std::path::{Path, PathBuf};

/// The file of what a document says now.
fn object(dir: &Path, name: &str) -> PathBuf {
    let archive = Archive::open(dir).unwrap();
    let entry = archive.documents().values().find(|entry| entry.short_name() == name).unwrap();
    let hash = entry.hash.to_string();
    dir.join("objects").join(&hash[..2]).join(format!("{hash}.nt.gz"))
}

fn revision(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("revisions/{number:08}.json"))
}

fn cut(path: &Path) {
    let bytes = fs::read(path).unwrap();
    fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
}

#[test]
fn a_document_whose_content_is_lost_is_taken_out_and_undo_puts_it_back() {
    let dir = tempdir();
    load(dir.path(), &[document("a", &["first"]), document("b", &["said"])]);
    load(dir.path(), &[document("a", &["second"])]);
    let (before, file) = (contents(dir.path()), object(dir.path(), "a"));
    let backup = fs::read(&file).unwrap();
    cut(&file);
    let report = repair(dir.path(), false);
    let [Lost::Content { entry, present: true, earlier: Some(1), path, .. }] = &report.lost[..] else {
        panic!("{report:?}")
    };
    assert_eq!((entry.short_name(), entry.revision, path), ("a", 2, &file));
    assert_eq!(contents(dir.path()).into_keys().collect::<Vec<_>>(), ["b"]);
    // What it said before can be read still.
    let archive = Archive::open(dir.path()).unwrap();
    let past = archive.at(1).unwrap();
    assert!(past.documents().values().all(|entry| past.read(entry).is_ok()));

    let undo = |dir: &Path| -> Result<(), archive::ArchiveError> {
        let mut archive = Archive::open(dir)?;
        let meta = meta(Action::Undo);
        let mut transaction = archive.begin(&meta.by, meta.time, FRESH)?;
        transaction.undo(transaction.number())?;
        transaction.commit(meta).map(|_| ())
    };
    let refused = undo(dir.path()).unwrap_err();
    assert!(refused.to_string().contains("a repair found it damaged"), "{refused}");
    fs::write(&file, backup).unwrap();
    undo(dir.path()).unwrap();
    assert_eq!(contents(dir.path()), before);
    assert!(repair(dir.path(), false).is_well());
}

#[test]
fn a_content_is_mended_by_whatever_has_its_hash() {
    let dir = tempdir();
    let says = document("a", &["first"]);
    load(dir.path(), std::slice::from_ref(&says));
    let (before, file) = (contents(dir.path()), object(dir.path(), "a"));
    let sound = fs::read(&file).unwrap();
    // Its last bytes are a checksum of gzip's own.
    let mut wrapping = sound.clone();
    *wrapping.last_mut().unwrap() ^= 1;
    fs::write(&file, &wrapping).unwrap();
    assert_eq!(repair(dir.path(), false).mended[0].from, Remedy::Wrapping);
    // The same under another name.
    fs::write(&file, "").unwrap();
    let other = dir.path().join("objects/misplaced.gz");
    fs::write(&other, &sound).unwrap();
    assert_eq!(repair(dir.path(), false).mended[0].from, Remedy::Elsewhere(other.clone()));
    // No revision names it by that name, so it was moved away.
    fs::remove_dir_all(dir.path().join("lost")).unwrap();
    // What was read from where it came from; another content is not taken for it.
    for (source, mended) in [(document("a", &["other"]), false), (says, true)] {
        fs::write(&file, "").unwrap();
        let meta = meta(Action::Repair);
        let again = |lost: &[archive::Entry], _: &[archive::Entry]| {
            assert_eq!(lost[0].origin, "a.nt");
            vec![source.clone()]
        };
        let order = Repair {
            dry_run: !mended,
            meta,
            wait: &Wait::no_time(),
            again: &again,
            fresh: FRESH,
            expected: None,
        };
        let report = archive::repair(dir.path(), &order).unwrap();
        assert_eq!(report.mended.len(), usize::from(mended), "{report:?}");
        assert_eq!(report.lost.len(), usize::from(!mended), "{report:?}");
    }
    assert_eq!(contents(dir.path()), before);
}

#[test]
fn a_lost_revision_is_told_by_its_neighbours_and_stays_unproven() {
    let dir = tempdir();
    load(dir.path(), &[document("a", &["1"]), document("b", &["1"])]);
    load(dir.path(), &[document("a", &["2"]), document("b", &["2"]), document("c", &["2"])]);
    load(dir.path(), &[document("a", &["3"]), document("c", &["3"])]);
    let named = Archive::open(dir.path()).unwrap().revision(3).unwrap().unwrap().parent;
    cut(&revision(dir.path(), 2));
    let report = repair(dir.path(), false);
    let [Lost::Revision { number: 2, hash, known, complete: false, .. }, Lost::Unnamed { .. }] =
        &report.lost[..]
    else {
        panic!("{report:?}")
    };
    assert_eq!(*hash, named);
    let known: Vec<_> = known.iter().map(|change| (change.short_name(), change.word())).collect();
    // Nothing later speaks of b, so nothing tells that it changed: it stays as it was proved.
    assert_eq!(known, [("a", "replaced"), ("c", "added")]);
    let archive = Archive::open(dir.path()).unwrap();
    archive.verify_chain().unwrap();
    assert_eq!(archive.head().unwrap().action, Action::Repair);
    let says = |number, name: &str| {
        let past = archive.at(number).unwrap();
        let entry = past.documents().values().find(|entry| entry.short_name() == name).unwrap();
        past.read(entry).unwrap()
    };
    assert_eq!(says(2, "a"), document("a", &["2"]).ntriples.text().unwrap());
    assert_eq!(says(3, "a"), document("a", &["3"]).ntriples.text().unwrap());
    assert_eq!(says(4, "b"), document("b", &["1"]).ntriples.text().unwrap());
    let unverified = |number| archive.at(number).unwrap().unverified().collect::<Vec<_>>();
    assert_eq!(
        [unverified(1), unverified(2), unverified(3), unverified(4)],
        [vec![], vec![2], vec![2], vec![]]
    );
    let mut archive = Archive::open(dir.path()).unwrap();
    let mut transaction = archive.begin("ada", meta(Action::Undo).time, FRESH).unwrap();
    let refused = transaction.undo(2).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "revision 2 cannot be undone: its file was lost, so its changes are unknown"
    );
}

#[test]
fn what_stands_in_for_a_revision_cannot_be_planted_or_changed_unseen() {
    let dir = tempdir();
    for says in ["1", "2", "3"] {
        load(dir.path(), &[document("a", &[says])]);
    }
    let sound = fs::read(revision(dir.path(), 2)).unwrap();
    fs::write(revision(dir.path(), 2), "").unwrap();
    repair(dir.path(), false);
    let planted = fs::read(revision(dir.path(), 2)).unwrap();
    let repaired = revision(dir.path(), 4);
    fs::remove_file(&repaired).unwrap();
    let error = Archive::open(dir.path()).unwrap().verify_chain().unwrap_err();
    assert!(error.to_string().contains("no repair recorded this"), "{error}");
    // The true one fits there still, if it ever turns up.
    fs::write(revision(dir.path(), 2), sound).unwrap();
    Archive::open(dir.path()).unwrap().verify_chain().unwrap();
    assert_ne!(planted, fs::read(revision(dir.path(), 2)).unwrap());
}

#[test]
fn several_lost_revisions_in_a_row_and_at_the_end() {
    let dir = tempdir();
    for number in 1..=7 {
        load(dir.path(), &[document("a", &[&number.to_string()])]);
    }
    for number in [2, 3, 5, 7] {
        fs::write(revision(dir.path(), number), "").unwrap();
    }
    let report = repair(dir.path(), false);
    let revisions = report.lost.iter().filter(|lost| matches!(lost, Lost::Revision { .. }));
    assert_eq!(revisions.count(), 4, "{report:?}");
    let archive = Archive::open(dir.path()).unwrap();
    archive.verify_chain().unwrap();
    assert_eq!(archive.head().unwrap().number, 8);
    // Revision 7 put in what no revision names any more; it is not guessed.
    assert_eq!(contents(dir.path())["a"], document("a", &["6"]).ntriples.text().unwrap());
    assert_eq!(unnamed(&report), 2, "what revisions 2 and 7 put in");
    assert!(repair(dir.path(), false).is_well());
}

#[test]
fn a_checkpoint_witnesses_what_lost_revisions_did() {
    let dir = tempdir();
    for number in 1..=64 {
        load(dir.path(), &[document(&format!("d{number}"), &["said"])]);
    }
    let before = contents(dir.path());
    for number in [20, 21, 64] {
        fs::remove_file(revision(dir.path(), number)).unwrap();
    }
    let report = repair(dir.path(), false);
    assert!(
        report.lost.iter().all(|lost| matches!(lost, Lost::Revision { complete: true, .. })),
        "{report:?}"
    );
    assert_eq!(report.lost.len(), 3);
    Archive::open(dir.path()).unwrap().verify_chain().unwrap();
    assert_eq!(contents(dir.path()), before);
}

#[test]
fn a_revision_of_another_store_is_lost() {
    let (dir, other) = (tempdir(), tempdir());
    for says in ["1", "2", "3"] {
        load(dir.path(), &[document("a", &[says])]);
        load(other.path(), &[document("b", &[says])]);
    }
    fs::copy(revision(other.path(), 2), revision(dir.path(), 2)).unwrap();
    let report = repair(dir.path(), false);
    assert!(matches!(report.lost[..], [Lost::Revision { number: 2, .. }]), "{report:?}");
    Archive::open(dir.path()).unwrap().verify_chain().unwrap();
    assert_eq!(contents(dir.path())["a"], document("a", &["3"]).ntriples.text().unwrap());
}

#[test]
fn a_damaged_file_with_a_number_out_of_reach_is_set_aside() {
    let dir = tempdir();
    load(dir.path(), &[document("a", &["1"])]);
    fs::write(revision(dir.path(), 90_000_001), "noise").unwrap();
    assert!(Archive::open(dir.path()).is_err());
    let report = repair(dir.path(), false);
    assert!(matches!(&report.lost[..], [Lost::Stray { .. }]), "{report:?}");
    assert_eq!(contents(dir.path()).len(), 1);
    assert!(repair(dir.path(), false).is_well());
    assert!(dir.path().join("lost/90000001.json").exists());
}

/// Contents that no revision names.
fn unnamed(report: &Report) -> usize {
    let paths =
        report.lost.iter().map(|lost| if let Lost::Unnamed { paths } = lost { paths.len() } else { 0 });
    paths.sum()
}

/// The chain alone cannot tell. What is left of the lost end does, until somebody takes that away, too; who
/// needs more keeps the newest hash elsewhere.
#[test]
fn the_end_of_the_history_can_be_taken_away() {
    let dir = tempdir();
    load(dir.path(), &[document("a", &["1"])]);
    load(dir.path(), &[document("a", &["2"])]);
    fs::remove_file(revision(dir.path(), 2)).unwrap();
    let report = repair(dir.path(), false);
    assert!(!report.is_well());
    assert_eq!(unnamed(&report), 1, "all that is left of it");
    assert!(repair(dir.path(), false).is_well(), "it is said once");
    assert_eq!(fs::read_dir(dir.path().join("lost")).unwrap().count(), 1);
    assert_eq!(contents(dir.path())["a"], document("a", &["1"]).ntriples.text().unwrap());
}
