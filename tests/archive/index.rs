//! The index beside the archive: always what the archive says, whatever has become of its files.

use super::{FRESH, document, iri, load, meta, noon};
use oxrdf::Triple;
use proptest::prelude::*;
use standpoint::model::ontology::Background;
use standpoint::store::archive::{Action, Archive};
use standpoint::store::index::storage;
use standpoint::store::index::{Corruption, Index};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use tempfile::tempdir;

const BACKGROUND: Background = Background { triples: nothing, mark: 7 };

fn nothing() -> &'static [Triple] {
    &[]
}

fn sorted(index: &Index) -> Vec<String> {
    let mut triples: Vec<String> = index.triples().map(|triple| triple.to_string()).collect();
    triples.sort();
    triples
}

/// What the archive says, the index left aside.
fn told(archive: &Archive) -> Vec<String> {
    sorted(&Index::open(archive, &[]).unwrap())
}

/// What the index says; none if it knows itself to be damaged.
fn kept(archive: &Archive) -> Option<(Vec<String>, Option<Corruption>)> {
    let opened = storage::open(archive, BACKGROUND).unwrap();
    let read = catch_unwind(AssertUnwindSafe(|| sorted(&opened.index)));
    match read {
        Ok(triples) => Some((triples, opened.corruption)),
        Err(thrown) => {
            thrown.downcast::<Corruption>().expect("nothing else is thrown");
            None
        }
    }
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir.join("index")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.file_name().unwrap() != "lock").collect();
    files.sort();
    files
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
    #[test]
    fn it_says_what_the_archive_says_at_every_time(
        steps in prop::collection::vec((0..4u8, prop::option::weighted(0.8, "[a-f]{0,5}"), any::<bool>()), 1..12),
    ) {
        let dir = tempdir().unwrap();
        let large = document("large", "uvwxyz");
        load(dir.path(), std::slice::from_ref(&large));
        for (name, says, look) in steps {
            let mut archive = Archive::open(dir.path()).unwrap();
            let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
            match says {
                Some(says) => drop(transaction.put(&document(&name.to_string(), &says)).unwrap()),
                None => drop(transaction.remove(&iri(&name.to_string()))),
            }
            transaction.commit(meta(Action::Load)).unwrap();
            // It may be several revisions behind.
            if look {
                prop_assert_eq!(kept(&archive).unwrap().0, told(&archive));
                let current = storage::current(dir.path(), BACKGROUND).expect("it has just been kept");
                prop_assert_eq!(sorted(&current), told(&archive));
            }
        }
        let archive = Archive::open(dir.path()).unwrap();
        for number in 0..=archive.number() {
            let then = archive.at(number).unwrap();
            prop_assert_eq!(kept(&then).unwrap().0, told(&then));
        }
    }
}

#[test]
fn an_index_that_is_behind_is_not_taken_for_the_present() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x")]);
    assert!(storage::current(dir.path(), BACKGROUND).is_none());
    storage::open(&Archive::open(dir.path()).unwrap(), BACKGROUND).unwrap();
    assert_eq!(storage::current(dir.path(), BACKGROUND).unwrap().len(), 1);
    load(dir.path(), &[document("b", "y")]);
    assert!(storage::current(dir.path(), BACKGROUND).is_none());
    // Of another program, whose background is another.
    storage::open(&Archive::open(dir.path()).unwrap(), BACKGROUND).unwrap();
    assert!(storage::current(dir.path(), Background { mark: 8, ..BACKGROUND }).is_none());
}

#[test]
fn who_opened_the_store_before_a_load_sees_the_state_of_then() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "uvwxyz")]);
    let before = Archive::open(dir.path()).unwrap();
    let early = storage::open(&before, BACKGROUND).unwrap().index;
    for n in 0..30 {
        load(dir.path(), &[document(&n.to_string(), "s")]);
        storage::open(&Archive::open(dir.path()).unwrap(), BACKGROUND).unwrap();
    }
    // By files that have long been merged and unlinked, and by the index of later on.
    assert_eq!(sorted(&early), told(&before));
    assert_eq!(kept(&before).unwrap().0, told(&before));
    assert!(files(dir.path()).len() < 8, "{:?}", files(dir.path()));
}

#[test]
fn any_byte_that_changes_is_noticed_or_does_not_matter() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "abcdefghijklmnopqrstuvwxyz")]);
    storage::open(&Archive::open(dir.path()).unwrap(), BACKGROUND).unwrap();
    load(dir.path(), &[document("b", "zA")]);
    let archive = Archive::open(dir.path()).unwrap();
    storage::open(&archive, BACKGROUND).unwrap();
    let whole = told(&archive);
    let files = files(dir.path());
    assert_eq!(files.len(), 3);
    let mut noticed = 0;
    for path in &files {
        let sound = fs::read(path).unwrap();
        let mut damages: Vec<Vec<u8>> =
            vec![Vec::new(), sound[..sound.len() / 2].to_vec(), vec![0; sound.len()]];
        for at in (0..sound.len()).step_by(3) {
            let mut flipped = sound.clone();
            flipped[at] ^= 1 << (at % 8);
            damages.push(flipped);
        }
        for damaged in damages {
            // In its place in one step, as a broken disk would have it: it may be mapped still.
            let copies: Vec<(PathBuf, Vec<u8>)> =
                files.iter().map(|file| (file.clone(), fs::read(file).unwrap())).collect();
            fs::remove_file(path).unwrap();
            fs::write(path, damaged).unwrap();
            match kept(&archive) {
                None => {
                    assert!(storage::verify(&archive, BACKGROUND).corruption.is_some());
                    storage::delete(&archive).unwrap();
                    assert_eq!(kept(&archive).unwrap().0, whole);
                    noticed += 1;
                }
                Some((triples, damage)) => {
                    assert_eq!(triples, whole);
                    noticed += usize::from(damage.is_some());
                }
            }
            storage::delete(&archive).unwrap();
            fs::create_dir(dir.path().join("index")).unwrap();
            copies.into_iter().for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
        }
    }
    assert!(noticed > 200, "{noticed}");
}

#[test]
fn what_an_interrupted_writer_left_is_swept_away() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "abcdefghijklmnopqrstuvwxyz")]);
    storage::open(&Archive::open(dir.path()).unwrap(), BACKGROUND).unwrap();
    fs::write(dir.path().join("index/.tmpAbC"), "half").unwrap();
    fs::write(dir.path().join("index/00000009-1.seg"), "of a load that was killed").unwrap();
    load(dir.path(), &[document("b", "y")]);
    storage::open(&Archive::open(dir.path()).unwrap(), BACKGROUND).unwrap();
    let names: Vec<_> = files(dir.path()).iter().map(|f| f.file_name().unwrap().to_owned()).collect();
    assert_eq!(names, ["00000001-1.seg", "00000002-1.seg", "manifest.json"]);
}

// With permissions that Windows does not have.
#[cfg(unix)]
#[test]
fn a_store_that_cannot_be_written_is_read_all_the_same() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "xyz")]);
    // A file where the folder would be: not even who may do everything can write there.
    fs::write(dir.path().join("index"), "").unwrap();
    let archive = Archive::open(dir.path()).unwrap();
    assert_eq!(sorted(&storage::open(&archive, BACKGROUND).unwrap().index), told(&archive));
    fs::remove_file(dir.path().join("index")).unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o555)).unwrap();
    assert_eq!(sorted(&storage::open(&archive, BACKGROUND).unwrap().index), told(&archive));
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
}
