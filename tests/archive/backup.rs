//! Backups: the same store gives the same bytes, whoever writes meanwhile; and nothing that strangers made of
//! one gets past `restore`.

use super::{FRESH, contents, document, load, meta, noon, repair};
use serde_json::Value;
use standpoint::store::archive::backup::{backup, restore};
use standpoint::store::archive::{Action, Archive, ContentHash, seal};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use tempfile::tempdir;

const TEXT: &str = "The mill is to go.\n";

/// Three revisions, a document that is gone, and a text.
fn store(dir: &Path) -> Archive {
    load(dir, &[document("a", "abc"), document("b", "xyz")]);
    let mut archive = Archive::open(dir).unwrap();
    let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    transaction.remove(&document("b", "").name);
    transaction.keep_text(TEXT).unwrap();
    transaction.commit(meta(Action::Remove)).unwrap();
    load(dir, &[document("a", "abcd")]);
    Archive::open(dir).unwrap()
}

#[test]
fn what_is_restored_is_the_store() {
    let dir = tempdir().unwrap();
    let place = |name: &str| dir.path().join(name);
    let archive = store(&place("store"));
    for (name, restored) in [("copy.tar.zst", "of-file"), ("copy", "of-folder")] {
        let manifest = backup(&archive, &place(name)).unwrap();
        assert_eq!((manifest.revision, manifest.hash), (3, archive.head_hash()));
        let (_, copy) = restore(&place(name), &place(restored)).unwrap();
        assert_eq!((copy.identity(), copy.head_hash()), (archive.identity(), archive.head_hash()));
        assert_eq!(copy.text(ContentHash::of(TEXT.as_bytes())).unwrap().as_deref(), Some(TEXT));
        assert_eq!(contents(&place(restored)), contents(&place("store")));
        assert_eq!(copy.at(1).unwrap().documents().len(), 2, "with its history");
        assert!(repair(&place(restored)).is_well());
        load(&place(restored), &[document("next", "x")]);
    }
    // A folder that was backed up is a store already.
    assert_eq!(contents(&place("copy")), contents(&place("store")));
}

#[test]
fn the_same_store_gives_the_same_bytes_and_its_list_comes_first() {
    let dir = tempdir().unwrap();
    let place = |name: &str| dir.path().join(name);
    let archive = store(&place("store"));
    backup(&archive, &place("one.tar.zst")).unwrap();
    let (_, copy) = restore(&place("one.tar.zst"), &place("restored")).unwrap();
    backup(&copy, &place("two.tar.zst")).unwrap();
    assert!(fs::read(place("one.tar.zst")).unwrap() == fs::read(place("two.tar.zst")).unwrap());
    let names: Vec<String> = entries(&place("one.tar.zst")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names[..2], ["backup.json", "format"]);
    assert!(names.is_sorted() && names.iter().all(|name| !name.starts_with("index") && name != "lock"));
}

#[test]
fn nothing_is_written_over() {
    let dir = tempdir().unwrap();
    let place = |name: &str| dir.path().join(name);
    let archive = store(&place("store"));
    backup(&archive, &place("copy.tar.zst")).unwrap();
    let before = fs::read(place("copy.tar.zst")).unwrap();
    backup(&archive, &place("copy.tar.zst")).unwrap_err();
    assert!(fs::read(place("copy.tar.zst")).unwrap() == before);
    for taken in ["store", "copy.tar.zst"] {
        restore(&place("copy.tar.zst"), &place(taken)).unwrap_err();
    }
    backup(&archive, &place("store")).unwrap_err();
    backup(&archive, &place("store/inside.tar.zst")).unwrap_err();
    backup(&archive, &place("copy.zip")).unwrap_err();
    assert_eq!(contents(&place("store")).len(), 1);
    fs::create_dir(place("empty")).unwrap();
    restore(&place("copy.tar.zst"), &place("empty")).unwrap();
    let mut left: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["copy.tar.zst", "empty", "store"], "no temporary files are left");
}

#[test]
fn a_backup_is_whole_whoever_writes_meanwhile() {
    let dir = tempdir().unwrap();
    let place = |name: &str| dir.path().join(name);
    let dir_of_store = place("store");
    store(&dir_of_store);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0_usize.. {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                let says = ["abc", "bcd", "cde", "def"][number % 4];
                let name = format!("d{}", number % 7);
                load(&dir_of_store, &[document(&name, says), document("a", &says[1..])]);
            }
        });
        let mut heads = Vec::new();
        for number in 0..20 {
            let (copy, target) = (place(&format!("{number}.tar.zst")), place(&format!("restored-{number}")));
            let archive = Archive::open(&dir_of_store).unwrap();
            let manifest = backup(&archive, &copy).unwrap();
            let (_, restored) = restore(&copy, &target).unwrap();
            assert_eq!(restored.head_hash(), manifest.hash);
            assert!(repair(&target).is_well(), "{number}");
            heads.push(manifest.revision);
        }
        done.store(true, Ordering::Relaxed);
        assert!(heads.is_sorted() && heads.first() < heads.last(), "somebody wrote: {heads:?}");
    });
}

#[test]
fn a_damaged_store_is_not_backed_up() {
    let dir = tempdir().unwrap();
    let place = |name: &str| dir.path().join(name);
    let archive = store(&place("store"));
    let hash = archive.documents().values().next().unwrap().hash.to_string();
    fs::write(place("store").join("objects").join(&hash[..2]).join(format!("{hash}.nt.gz")), "").unwrap();
    for name in ["copy.tar.zst", "copy"] {
        let error = backup(&archive, &place(name)).unwrap_err().to_string();
        assert!(error.starts_with("document `a` is damaged"), "{error}");
        assert!(!place(name).exists());
    }
}

/// What is in a packed backup.
fn entries(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let file = File::open(path).unwrap();
    ruzstd::decoding::StreamingDecoder::new(file).unwrap().read_to_end(&mut bytes).unwrap();
    let mut tar = tar::Archive::new(bytes.as_slice());
    let read = |entry: std::io::Result<tar::Entry<'_, &[u8]>>| {
        let mut entry = entry.unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (String::from_utf8(entry.path_bytes().into_owned()).unwrap(), bytes)
    };
    tar.entries().unwrap().map(read).collect()
}

/// A tar in zstd with these entries, whatever their names and kinds.
fn packed(entries: &[(String, Vec<u8>)], kind: tar::EntryType) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in entries {
        let mut header = tar::Header::new_gnu();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_entry_type(if name == "backup.json" { tar::EntryType::Regular } else { kind });
        header.set_cksum();
        tar.append(&header, bytes.as_slice()).unwrap();
    }
    let tar = tar.into_inner().unwrap();
    ruzstd::encoding::compress_to_vec(tar.as_slice(), ruzstd::encoding::CompressionLevel::Fastest)
}

/// Changes the list of files and seals it again.
fn relisted(entries: &mut [(String, Vec<u8>)], change: impl FnOnce(&mut Value)) {
    let mut list: Value = seal::unseal(&entries[0].1).unwrap();
    list.as_object_mut().unwrap().remove("seal");
    change(&mut list);
    entries[0].1 = seal::seal(&list);
}

type Entries = Vec<(String, Vec<u8>)>;

#[test]
fn what_strangers_made_of_a_backup_is_refused() {
    let dir = tempdir().unwrap();
    let place = |name: &str| dir.path().join(name);
    backup(&store(&place("store")), &place("good.tar.zst")).unwrap();
    let good = entries(&place("good.tar.zst"));
    let file = tar::EntryType::Regular;
    fs::create_dir(place("target")).unwrap();
    let refused = |what: &str, bytes: &[u8]| -> String {
        fs::write(place("bad.tar.zst"), bytes).unwrap();
        let target = place("target/restored");
        let error = restore(&place("bad.tar.zst"), &target).err().unwrap_or_else(|| panic!("{what}"));
        assert_eq!(fs::read_dir(place("target")).unwrap().count(), 0, "{what}: nothing is left");
        error.to_string()
    };
    fs::write(place("bad.tar.zst"), packed(&good, file)).unwrap();
    restore(&place("bad.tar.zst"), &place("control")).expect("packed anew, it is as good");

    let last = good.len() - 1;
    type Case<'a> = (&'a str, Box<dyn Fn(&mut Entries)>, &'a str);
    let cases: Vec<Case<'_>> = vec![
        ("a name that leads out", Box::new(|e| e[1].0 = "../format".into()), "where `format` should be"),
        (
            "a listed name that leads out",
            Box::new(|e| {
                relisted(e, |list| list["files"][0]["path"] = "../format".into());
                e[1].0 = "../format".into();
            }),
            "no store has a file \"../format\"",
        ),
        (
            "a listed name from the root",
            Box::new(|e| relisted(e, |list| list["files"][0]["path"] = "/etc/passwd".into())),
            "no store has a file",
        ),
        ("a file too many", Box::new(|e| e.push(("zzz".into(), b"x".to_vec()))), "more than its list"),
        ("a file too few", Box::new(|e| drop(e.pop())), "it ends before"),
        ("another order", Box::new(|e| e.swap(1, 2)), "should be"),
        ("one file twice", Box::new(|e| e.insert(1, e[1].clone())), "should be"),
        ("a bit of a file", Box::new(move |e| e[last].1[20] ^= 1), "is not what the list says"),
        ("a file cut", Box::new(move |e| e[last].1.truncate(9)), "is not what the list says"),
        ("a bit of the list", Box::new(|e| e[0].1[40] ^= 1), "its list of files"),
        ("no list", Box::new(|e| drop(e.remove(0))), "where `backup.json` should be"),
        (
            "more than there can be",
            Box::new(|e| relisted(e, |list| list["files"][0]["bytes"] = (1_u64 << 40).into())),
            "suspiciously much",
        ),
        (
            "another revision than it says",
            Box::new(|e| relisted(e, |list| list["revision"] = 2.into())),
            "is not that of the store in it",
        ),
        (
            "another format",
            Box::new(|e| relisted(e, |list| list["format"] = "standpoint backup 9".into())),
            "this program reads",
        ),
    ];
    for (what, change, expected) in cases {
        let mut changed = good.clone();
        change(&mut changed);
        let error = refused(what, &packed(&changed, file));
        assert!(error.contains(expected), "{what}: {error}");
    }
    // A content that is listed as it is, and is not what its own name promises.
    let mut changed = good.clone();
    let at = changed.iter().position(|(name, _)| name.starts_with("objects/")).unwrap();
    changed[at].1 = b"\x1f\x8b no gzip".to_vec();
    let (bytes, hash) = (changed[at].1.len(), ContentHash::of(&changed[at].1).to_string());
    relisted(&mut changed, |list| {
        list["files"][at - 1]["bytes"] = bytes.into();
        list["files"][at - 1]["sha256"] = hash.into();
    });
    let error = refused("a forged content", &packed(&changed, file));
    assert!(error.contains("is damaged"), "{error}");
    for kind in [
        tar::EntryType::Symlink,
        tar::EntryType::Link,
        tar::EntryType::Directory,
        tar::EntryType::GNULongName,
    ] {
        refused("another kind of entry", &packed(&good, kind));
    }
    let whole = fs::read(place("good.tar.zst")).unwrap();
    for length in (0..whole.len()).step_by(whole.len() / 50) {
        refused("cut", &whole[..length]);
    }
    refused(
        "a bomb",
        &ruzstd::encoding::compress_to_vec(
            std::io::repeat(0).take(64 << 20),
            ruzstd::encoding::CompressionLevel::Fastest,
        ),
    );
    refused("no zstd", b"PK\x03\x04");
}

#[test]
fn a_folder_of_strangers_is_refused() {
    let dir = tempdir().unwrap();
    let place = |name: &str| dir.path().join(name);
    backup(&store(&place("store")), &place("copy")).unwrap();
    let object: PathBuf = fs::read_dir(place("copy/objects")).unwrap().next().unwrap().unwrap().path();
    let object = fs::read_dir(object).unwrap().next().unwrap().unwrap().path();
    let sound = fs::read(&object).unwrap();
    fs::write(&object, &sound[1..]).unwrap();
    let error = restore(&place("copy"), &place("restored")).unwrap_err().to_string();
    assert!(error.ends_with("is not what the list says"), "{error}");
    fs::remove_file(&object).unwrap();
    let error = restore(&place("copy"), &place("restored")).unwrap_err().to_string();
    assert!(error.ends_with("is missing"), "{error}");
    let error = restore(&place("store"), &place("restored")).unwrap_err().to_string();
    assert!(error.ends_with("it has no `backup.json`"), "{error}");
    assert!(!place("restored").exists());
    fs::write(&object, &sound).unwrap();
    restore(&place("copy"), &place("restored")).unwrap();
}
