//! Power cuts: whatever a store was doing, and whatever part of it had reached the disk, it holds afterwards what it
//! held before or what it holds now; once a change was promised, the latter.

use crate::model::document::{ContentHash, Document, sha256};
use crate::model::ontology::Background;
use crate::store::archive::backup::{backup, restore};
use crate::store::archive::{self, Action, Archive, Identity, Meta, Repair, Transaction, Wait};
use crate::store::files::journal::Journal;
use crate::store::index::storage;
use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use oxrdf::{NamedNode, Triple};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const FRESH: Identity = Identity::of_bytes([7; 16]);
const BACKGROUND: Background = Background { triples: nothing, mark: 7 };

fn nothing() -> &'static [Triple] {
    &[]
}

/// In memory where the system has such a place: many thousand small stores are made.
pub(super) fn folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

pub(super) fn name(of: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("https://w3id.org/standpoint/id/document/{of}"))
}

/// A document that says these words, a triple each, and has a label.
pub(super) fn document(of: &str, says: &str) -> Document {
    let label = "<http://www.w3.org/2004/02/skos/core#prefLabel>";
    let mut lines = vec![format!("<https://w3id.org/standpoint/id/actor/{of}> {label} \"{of}\" .\n")];
    lines.extend(says.chars().map(|letter| format!("<ex:{letter}> <ex:is> <ex:said> .\n")));
    lines.sort();
    lines.dedup();
    Document {
        name: name(of),
        origin: format!("{of}.ttl"),
        source_hash: sha256(says.as_bytes()),
        part_of: None,
        ntriples: lines.concat().into(),
    }
}

fn meta(action: Action) -> Meta {
    Meta { time: Timestamp::UNIX_EPOCH, by: "ada".into(), message: None, action, violations: 0 }
}

/// Makes a revision.
pub(super) fn change(
    store: &Path,
    action: Action,
    changes: impl FnOnce(&mut Transaction<'_>),
) -> io::Result<()> {
    let made = || -> archive::Result<()> {
        let mut archive = Archive::open_or_create(store)?;
        let mut transaction = archive.begin("ada", Timestamp::UNIX_EPOCH, FRESH)?;
        changes(&mut transaction);
        transaction.commit(meta(action)).map(|_| ())
    };
    made().map_err(io::Error::other)
}

pub(super) fn load(store: &Path, documents: &[Document]) -> io::Result<()> {
    let mut failed = None;
    change(store, Action::Load, |transaction| {
        for document in documents {
            failed = failed.take().or(transaction.put(document).err());
        }
    })?;
    failed.map_or(Ok(()), |error| Err(io::Error::other(error)))
}

/// Brings the index up to date, and what is made of it when it is first asked for.
pub(super) fn index(store: &Path) {
    let archive = Archive::open(store).unwrap();
    let opened = storage::open(&archive, BACKGROUND).unwrap();
    storage::merge_segments(store, BACKGROUND);
    let _ = opened.index.dataset();
}

pub(super) type Said = BTreeMap<String, String>;

/// What a store says, by the names of its documents; everything in it must be readable.
pub(super) fn said(archive: &Archive) -> Said {
    let entries = archive.documents().values();
    entries.map(|entry| (entry.short_name().to_owned(), archive.read(entry).unwrap())).collect()
}

/// Does something to a store, and calls the function when it is promised.
type Act = dyn Fn(&Path, &mut dyn FnMut()) -> io::Result<()>;

/// Copies of what was there before, to be done something to.
struct Scene<'s> {
    name: &'s str,
    before: &'s dyn Fn(&Path),
    act: &'s Act,
    /// What holds besides, of a store after the change.
    after: &'s dyn Fn(&Path),
}

impl Scene<'_> {
    fn act_on(&self, top: &Path, journal: &Journal) -> (io::Result<()>, usize) {
        let mut promised = usize::MAX;
        let done = (self.act)(&top.join("s"), &mut || promised = journal.len());
        (done, promised)
    }

    /// Tries every disk that a power cut could leave.
    fn cut(&self) {
        let top = folder();
        let store = top.path().join("s");
        (self.before)(&store);
        let before = said(&Archive::open_or_create(&store).unwrap());
        let journal = Journal::begin(top.path());
        let (done, promised) = self.act_on(top.path(), &journal);
        done.unwrap();
        let after = said(&Archive::open(&store).unwrap());
        every_disk(self.name, &journal, promised, &|top, is_promised| {
            self.holds(top, &before, &after, is_promised);
        });
    }

    /// Has every step fail, and all after it.
    fn fail(&self) {
        let mut number = 0;
        loop {
            let top = folder();
            (self.before)(&top.path().join("s"));
            let before = Archive::open_or_create(top.path().join("s")).map(|archive| said(&archive)).unwrap();
            let journal = Journal::failing(top.path(), number);
            let (done, promised) = self.act_on(top.path(), &journal);
            let has_failed = journal.has_failed();
            drop(journal);
            assert!(has_failed || done.is_ok(), "{}: {done:?}", self.name);
            let now = Archive::open_or_create(top.path().join("s")).map(|archive| said(&archive)).unwrap();
            if done.is_err() && promised == usize::MAX {
                // Not promised, so one or the other; and what is there is whole.
                self.holds(top.path(), &before, &now, false);
            } else {
                self.holds(top.path(), &before, &now, true);
            }
            if !has_failed {
                break;
            }
            number += 1;
        }
    }

    /// The state is one of the two, whole, and can be worked with.
    fn holds(&self, top: &Path, before: &Said, after: &Said, is_promised: bool) {
        let store = top.join("s");
        let archive = Archive::open_or_create(&store).unwrap();
        archive.verify_chain().unwrap();
        let says = said(&archive);
        assert!(says == *after || (!is_promised && says == *before), "{says:?}");
        if is_promised {
            (self.after)(&store);
        }
        if archive::is_store(&store) {
            index_is_right(&archive);
            // Contents of a load that never was may be there for nothing, until somebody writes.
            let lost = repair(&store, true).lost;
            assert!(lost.iter().all(|lost| matches!(lost, archive::Lost::Unnamed { .. })), "{lost:?}");
        }
        load(&store, &[document("next", "n")]).unwrap();
        let archive = Archive::open(&store).unwrap();
        let mut with_next = says;
        with_next.insert("next".into(), document("next", "n").ntriples.text().unwrap().into_owned());
        assert_eq!(said(&archive), with_next);
        index_is_right(&archive);
        assert!(repair(&store, true).is_well(), "{:?}", repair(&store, true));
    }
}

pub(super) fn repair(store: &Path, dry_run: bool) -> archive::Report {
    let order = Repair {
        dry_run,
        meta: meta(Action::Repair),
        wait: &Wait::no_time(),
        again: &|_, _| Vec::new(),
        fresh: FRESH,
        expected: None,
    };
    archive::repair(store, &order).unwrap()
}

/// What is kept of the index says what the documents say, in all ways in which it is asked, or knows that it does not.
pub(super) fn index_is_right(archive: &Archive) {
    let said = said(archive);
    let current = storage::current(archive.dir(), BACKGROUND);
    for index in current.into_iter().chain([storage::open(archive, BACKGROUND).unwrap().index]) {
        let _ = catch_unwind(AssertUnwindSafe(|| sorted(index.triples()))).inspect(|triples| {
            let lines: BTreeSet<&str> = said.values().flat_map(|text| text.lines()).collect();
            assert_eq!(
                *triples,
                lines.into_iter().map(|line| line[..line.len() - 2].to_owned()).collect::<Vec<_>>()
            );
        });
        for (document, text) in &said {
            if let Ok(called) = index.called(document) {
                let actor = format!("https://w3id.org/standpoint/id/actor/{document}");
                assert!(called.iter().any(|node| node.as_str() == actor), "{document}: {called:?}");
            }
            if let Ok(graph) = index.graph(name(document).as_ref()) {
                let lines: Vec<String> = text.lines().map(|line| line[..line.len() - 2].to_owned()).collect();
                assert_eq!(sorted(graph), lines, "{document}");
            }
        }
        if let Ok(names) = index.graph_names() {
            assert_eq!(names, said.keys().map(|document| name(document)).collect::<Vec<_>>());
        }
    }
}

fn sorted(triples: impl IntoIterator<Item = Triple>) -> Vec<String> {
    let mut lines: Vec<String> = triples.into_iter().map(|triple| triple.to_string()).collect();
    lines.sort();
    lines
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

fn three_revisions(store: &Path) {
    load(store, &[document("a", "xy"), document("b", "pq")]).unwrap();
    index(store);
    load(store, &[document("a", "xyz")]).unwrap();
    index(store);
    load(store, &[document("b", "q")]).unwrap();
    index(store);
}

fn scenes(each: &dyn Fn(&Scene<'_>)) {
    let nothing = |_: &Path| {};
    let first = |store: &Path, promised: &mut dyn FnMut()| {
        load(store, &[document("a", "xy"), document("b", "pq")])?;
        promised();
        Ok(())
    };
    each(&Scene { name: "the first load", before: &nothing, act: &first, after: &nothing });

    let text = "An article that was kept.";
    let has_text = |store: &Path| {
        let archive = Archive::open(store).unwrap();
        assert_eq!(archive.text(ContentHash::of(text.as_bytes())).unwrap().as_deref(), Some(text));
    };
    let replace = |store: &Path, promised: &mut dyn FnMut()| {
        let mut failed = None;
        change(store, Action::Load, |transaction| {
            failed = transaction.keep_text(text).err();
            let many = (0..12).map(|number| document(&format!("d{number}"), "new"));
            for document in [document("a", "changed")].into_iter().chain(many) {
                failed = failed.take().or(transaction.put(&document).err());
            }
        })?;
        failed.map_or(Ok(()), |error| Err(io::Error::other(error)))?;
        promised();
        Ok(())
    };
    each(&Scene { name: "a load that replaces", before: &three_revisions, act: &replace, after: &has_text });

    let remove = |store: &Path, promised: &mut dyn FnMut()| {
        change(store, Action::Remove, |transaction| {
            transaction.remove(&name("a"));
        })?;
        promised();
        Ok(())
    };
    each(&Scene { name: "a removal", before: &three_revisions, act: &remove, after: &nothing });

    let undo = |store: &Path, promised: &mut dyn FnMut()| {
        change(store, Action::Undo, |transaction| drop(transaction.undo(3)))?;
        promised();
        Ok(())
    };
    each(&Scene { name: "an undo", before: &three_revisions, act: &undo, after: &nothing });

    let purge = |store: &Path, promised: &mut dyn FnMut()| {
        let reader = Archive::open(store).map_err(io::Error::other)?;
        let mut failed = None;
        change(store, Action::Purge, |transaction| {
            for version in reader.versions().unwrap() {
                let text = reader.read(&version.entry).unwrap();
                let rest: String =
                    text.split_inclusive('\n').filter(|line| !line.starts_with("<ex:x>")).collect();
                if rest != text {
                    failed = failed.take().or(transaction.purge(&version, Some(&rest)).err());
                }
            }
            transaction.mark_purged("ex:x");
        })?;
        failed.map_or(Ok(()), |error| Err(io::Error::other(error)))?;
        promised();
        Ok(())
    };
    let is_gone = |store: &Path| assert_eq!(files_with(store, "ex:x"), Vec::<PathBuf>::new());
    each(&Scene { name: "a purge", before: &three_revisions, act: &purge, after: &is_gone });

    // Nothing is promised of a cache but that it is right.
    let changed = |store: &Path| {
        three_revisions(store);
        load(store, &[document("a", "xyzu"), document("c", "c")]).unwrap();
    };
    let indexing = |store: &Path, promised: &mut dyn FnMut()| {
        index(store);
        promised();
        Ok(())
    };
    each(&Scene { name: "an index that grows", before: &changed, act: &indexing, after: &nothing });
    let unindexed = |store: &Path| {
        load(store, &[document("a", "xy"), document("b", "pq")]).unwrap();
    };
    each(&Scene { name: "an index that is made", before: &unindexed, act: &indexing, after: &nothing });
}

/// Tries every disk that a power cut could leave of what is done in a folder, all of which is promised at its end.
fn cut(name: &str, top: &Path, act: &dyn Fn(), holds: &dyn Fn(&Path, bool)) {
    let journal = Journal::begin(top);
    act();
    every_disk(name, &journal, journal.len(), holds);
}

/// Tries every disk that a journal allows for; the change is promised after so many steps.
fn every_disk(name: &str, journal: &Journal, promised: usize, holds: &dyn Fn(&Path, bool)) {
    let disks = journal.disks(promised);
    assert!(disks.len() > 1, "a power cut leaves more than one disk");
    for (done, disk) in disks {
        let place = folder();
        disk.write(place.path());
        let held = catch_unwind(AssertUnwindSafe(|| holds(place.path(), done >= promised)));
        assert!(
            held.is_ok(),
            "{name}, after {}: the disk is kept as {}",
            journal.told(done),
            place.keep().display()
        );
    }
}

/// A disk may bring back what a file was before, whole and with sums that fit, or half of it. Nothing of that is
/// believed: the store says what it says, or that it is damaged.
#[test]
fn a_file_as_it_once_was_is_not_believed() {
    let top = folder();
    let store = top.path().join("s");
    let mut once: BTreeMap<PathBuf, BTreeSet<Vec<u8>>> = BTreeMap::new();
    for says in ["x", "xy", "xyz", "xyzu", "yz"] {
        load(&store, &[document("a", says), document("b", "pq")]).unwrap();
        index(&store);
        for (path, bytes) in Journal::begin(top.path()).disks(0)[0].1.files() {
            once.entry(path.strip_prefix(top.path()).unwrap().into()).or_default().insert(bytes.to_vec());
        }
    }
    let now = Journal::begin(top.path()).disks(0)[0].1.clone();
    let whole = said(&Archive::open(&store).unwrap());
    let mut number = 0;
    for (path, bytes) in now.files().filter(|(path, _)| !path.ends_with("lock")) {
        let path = path.strip_prefix(top.path()).unwrap();
        // Those of the same kind, whatever their names.
        let others = once.iter().filter(|(other, _)| other.extension() == path.extension());
        for other in others.flat_map(|(_, versions)| versions).filter(|other| *other != bytes) {
            let (half, rest) = (bytes.len() / 2, other.len() / 2);
            for stale in [other.clone(), [&bytes[..half], &other[rest..]].concat()] {
                let place = folder();
                now.write(place.path());
                fs::write(place.path().join(path), stale).unwrap();
                number += 1;
                let Ok(archive) = Archive::open(place.path().join("s")) else { continue };
                let entries = archive.documents().values();
                let read = entries.map(|entry| Ok((entry.short_name().to_owned(), archive.read(entry)?)));
                let Ok(says) = read.collect::<archive::Result<Said>>() else { continue };
                let is_proved = archive.verify_chain().is_ok() && repair(archive.dir(), true).is_well();
                assert!(says == whole || !is_proved, "{}: {says:?}", path.display());
                if says == whole {
                    index_is_right(&archive);
                }
            }
        }
    }
    assert!(number > 100);
}

#[test]
fn a_power_cut_leaves_a_backup_whole_or_none() {
    let home = folder();
    let store = home.path().join("s");
    three_revisions(&store);
    let archive = Archive::open(&store).unwrap();
    let whole = said(&archive);
    for target in ["backup", "backup.tar.zst"] {
        let top = folder();
        let act = || drop(backup(&archive, &top.path().join(target)).unwrap());
        cut(target, top.path(), &act, &|top, is_promised| {
            let target = top.join(target);
            assert!(target.exists() || !is_promised);
            if target.exists() {
                let (_, restored) = restore(&target, &top.join("s")).unwrap();
                assert_eq!(said(&restored), whole);
            }
        });
        let top = folder();
        let source = home.path().join(target);
        backup(&archive, &source).unwrap();
        let act = || drop(restore(&source, &top.path().join("s")).unwrap());
        cut(&format!("restoring {target}"), top.path(), &act, &|top, is_promised| {
            let store = top.join("s");
            assert!(store.exists() || !is_promised);
            if store.exists() {
                assert_eq!(said(&Archive::open(&store).unwrap()), whole);
                assert!(repair(&store, true).is_well());
            }
        });
    }
}

#[test]
fn a_power_cut_leaves_a_repair_that_the_next_finishes() {
    let top = folder();
    let store = top.path().join("s");
    three_revisions(&store);
    let archive = Archive::open(&store).unwrap();
    let lost = archive.documents().values().find(|entry| entry.short_name() == "a").unwrap();
    let hash = lost.hash.to_string();
    fs::write(store.join("objects").join(&hash[..2]).join(format!("{hash}.nt.gz")), "noise").unwrap();
    fs::write(store.join("revisions/00000002.json"), "noise").unwrap();
    let uninterrupted = folder();
    Journal::begin(top.path()).disks(0)[0].1.write(uninterrupted.path());
    repair(&uninterrupted.path().join("s"), false);
    let whole = said(&Archive::open(uninterrupted.path().join("s")).unwrap());
    assert_ne!(whole, said(&archive.at(1).unwrap()));
    let act = || assert!(!repair(&store, false).is_well());
    cut("a repair", top.path(), &act, &|top, is_promised| {
        let store = top.join("s");
        if !is_promised {
            repair(&store, false);
        }
        assert!(repair(&store, true).is_well(), "{:?}", repair(&store, true));
        let archive = Archive::open(&store).unwrap();
        archive.verify_chain().unwrap();
        assert_eq!(said(&archive), whole);
        index_is_right(&archive);
    });
}

#[test]
fn a_power_cut_leaves_the_state_before_or_after() {
    scenes(&|scene| scene.cut());
}

#[test]
fn a_failing_disk_leaves_the_state_before_or_after() {
    scenes(&|scene| scene.fail());
}
