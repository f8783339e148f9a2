//! Others who write or read at the same time.

use super::{FRESH, contents, document, load, meta, newest, standpoint, tell, tempdir};
use standpoint::store::archive::{Action, Archive, ArchiveError, Wait};
use std::cell::RefCell;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

/// A file with one document.
fn file(dir: &Path, name: &str, says: &str) -> String {
    let path = dir.join(name);
    fs::write(&path, format!("<http://e.x/{says}> <http://e.x/is> \"said\" .\n")).unwrap();
    path.display().to_string()
}

#[test]
fn a_second_writer_waits_and_goes_on_from_what_the_first_wrote() {
    let dir = tempdir();
    let store = dir.path().join("s");
    load(&store, &[document("a", &["x"])]);
    let source = file(dir.path(), "b.nt", "b");
    let mut archive = Archive::open(&store).unwrap();
    let mut transaction = archive.begin("ada@example", meta(Action::Load).time, FRESH).unwrap();
    transaction.put(&document("a", &["y"])).unwrap();
    let mut second = standpoint(&store, &["load", "--wait", "5m", &source]).spawn().unwrap();
    transaction.commit(meta(Action::Load)).unwrap();
    assert!(second.wait().unwrap().success());
    assert_eq!(newest(&store), 3);
    assert_eq!(contents(&store)["a"], document("a", &["y"]).ntriples.text().unwrap());
    Archive::open(&store).unwrap().verify_chain().unwrap();
}

#[test]
fn a_second_writer_whose_time_is_up_says_who_writes() {
    let dir = tempdir();
    load(dir.path(), &[document("a", &["x"])]);
    let mut archive = Archive::open(dir.path()).unwrap();
    let transaction = archive.begin("ada@example", meta(Action::Load).time, FRESH).unwrap();
    for args in [["remove", "a"], ["undo", "1"], ["repair", "--by=bob"]] {
        let output = standpoint(dir.path(), &args)
            .args(["--wait", "50ms"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
            .wait_with_output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(
            String::from_utf8(output.stderr).unwrap().replace(dir.path().to_str().unwrap(), "DIR"),
            format!(
                "error: another process is still writing to the store `DIR` after 0.05 s: ada@example \
                 (process {}, since 2025-04-17T12:00:00Z)\n\
                 help: run the command again when it is done; reading is possible meanwhile\n",
                std::process::id()
            )
        );
    }
    drop(transaction);
    assert_eq!(newest(dir.path()), 1);
}

#[test]
fn who_is_waited_for_is_told_once() {
    let dir = tempdir();
    load(dir.path(), &[document("a", &["x"])]);
    let (mut one, mut other) = (Archive::open(dir.path()).unwrap(), Archive::open(dir.path()).unwrap());
    let _first = one.begin("ada@example", meta(Action::Load).time, FRESH).unwrap();
    let told = RefCell::new(Vec::new());
    let at_most = Duration::from_millis(50);
    let wait = Wait { at_most, begins: &|holder| told.borrow_mut().push(holder.cloned()) };
    let error = other.begin_within("bob@example", meta(Action::Load).time, FRESH, &wait).unwrap_err();
    let ArchiveError::Locked { holder, waited, .. } = error else { panic!("{error}") };
    assert_eq!(waited, at_most);
    assert_eq!(holder.as_ref().unwrap().by, "ada@example");
    assert_eq!(*told.borrow(), [holder]);
}

/// `undo` means the revision that was the newest when it was typed.
#[cfg(target_os = "linux")]
#[test]
fn an_undo_does_not_take_back_what_it_waited_for() {
    let dir = tempdir();
    load(dir.path(), &[document("a", &["x"])]);
    load(dir.path(), &[document("b", &["y"])]);
    let mut archive = Archive::open(dir.path()).unwrap();
    let mut transaction = archive.begin("ada@example", meta(Action::Load).time, FRESH).unwrap();
    transaction.put(&document("c", &["z"])).unwrap();
    let mut undo = standpoint(dir.path(), &["undo", "--wait", "5m"]).spawn().unwrap();
    until_at_the_lock(&undo, dir.path());
    transaction.commit(meta(Action::Load)).unwrap();
    assert!(undo.wait().unwrap().success());
    assert_eq!(contents(dir.path()).into_keys().collect::<Vec<_>>(), ["a", "c"]);
}

/// A sheet's names mean what the store holds when it is written, not when the waiting began.
#[cfg(target_os = "linux")]
#[test]
fn a_load_that_waited_reads_names_again() {
    let dir = tempdir();
    let (store, mill) = (dir.path().join("s"), dir.path().join("mill"));
    assert!(standpoint(&store, &["init", "--yaml", mill.to_str().unwrap()]).status().unwrap().success());
    assert!(standpoint(&store, &["load", mill.to_str().unwrap()]).status().unwrap().success());
    let positions = contents(&store)["mill/positions"].clone();
    // Positions alone, which name actors of a registry that somebody is about to take out.
    let alone = mill.join("positions.yaml");
    fs::write(&alone, fs::read_to_string(&alone).unwrap() + "\n").unwrap();
    let mut archive = Archive::open(&store).unwrap();
    let registry = archive.find("registry").unwrap().document.clone();
    let mut transaction = archive.begin("ada@example", meta(Action::Remove).time, FRESH).unwrap();
    transaction.remove(&registry);
    let load = standpoint(&store, &["load", "--wait", "5m", alone.to_str().unwrap()])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    until_at_the_lock(&load, &store);
    transaction.commit(meta(Action::Remove)).unwrap();
    let output = load.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("nothing was loaded"), "{said}");
    assert_eq!(contents(&store)["mill/positions"], positions);
}

/// Until a process has the lock file open, which it opens last of all.
#[cfg(target_os = "linux")]
fn until_at_the_lock(child: &Child, store: &Path) {
    // Of this store: whoever runs the tests may hold a lock of his own, and children inherit it.
    let lock = fs::canonicalize(store).unwrap().join("lock");
    let files = format!("/proc/{}/fd", child.id());
    let at_lock = || {
        fs::read_dir(&files)
            .into_iter()
            .flatten()
            .flatten()
            .any(|file| fs::read_link(file.path()).is_ok_and(|path| path == lock))
    };
    while !at_lock() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn many_writers_come_one_after_another() {
    const WRITERS: usize = 6;
    const LOADS: usize = 4;
    let dir = tempdir();
    let store = dir.path().join("s");
    load(&store, &[document("a", &["x"])]);
    let mut written = 0;
    for round in 0..LOADS {
        let children: Vec<Child> = (0..WRITERS)
            .map(|writer| {
                let source = file(dir.path(), &format!("w{writer}-{round}.nt"), &format!("{writer}/{round}"));
                standpoint(&store, &["load", "--wait", "5m", &source]).spawn().unwrap()
            })
            .collect();
        for mut child in children {
            assert!(child.wait().unwrap().success());
            written += 1;
        }
    }
    assert_eq!(newest(&store), 1 + written);
    assert_eq!(contents(&store).len(), 1 + WRITERS * LOADS);
    Archive::open(&store).unwrap().verify_chain().unwrap();
    tell(&format!("writers at the same time: {written} loads by {WRITERS} at a time, all of them written"));
}

#[test]
fn what_the_lock_file_says_is_no_lock() {
    let dir = tempdir();
    load(dir.path(), &[document("a", &["x"])]);
    let labels = [
        r#"{"pid":1,"by":"eve@another-machine","since":"2099-04-17T12:00:00Z"}"#,
        r#"{"pid":4294967295,"by":"the dead","since":"2025-04-17T12:00:00Z"}"#,
        "noise",
        "",
    ];
    for label in labels {
        fs::write(dir.path().join("lock"), label).unwrap();
        load(dir.path(), &[document("a", &["y"])]);
    }
    fs::remove_file(dir.path().join("lock")).unwrap();
    load(dir.path(), &[document("a", &["z"])]);
}

#[test]
fn readers_during_a_load_see_the_state_before_it() {
    let dir = tempdir();
    let store = dir.path().join("s");
    let source = dir.path().join("big");
    fs::create_dir(&source).unwrap();
    let mut names = vec!["a".to_owned()];
    for part in 0..4 {
        let mut lines = String::new();
        for line in 0..8_000 {
            writeln!(lines, "<http://e.x/{part}/{line}> <http://e.x/is> \"{line}\" .").unwrap();
        }
        fs::write(source.join(format!("{part}.nt")), lines).unwrap();
        names.push(format!("big/{part}"));
    }
    names.sort();
    load(&store, &[document("a", &["x"])]);
    let mut writer = standpoint(&store, &["load", source.to_str().unwrap()]).spawn().unwrap();
    let (mut before, mut after) = (0, 0);
    loop {
        let running = writer.try_wait().unwrap().is_none();
        let seen: Vec<String> = contents(&store).into_keys().collect();
        if seen == ["a"] {
            assert_eq!(after, 0, "what was there once stays");
            before += 1;
        } else {
            assert_eq!(seen, names, "a load is seen whole");
            after += 1;
        }
        if before % 20 == 1 && after == 0 {
            let query = "ASK { <ex:a/x> ?is ?said }";
            let asked = standpoint(&store, &["query", "--fail-empty", query]).status().unwrap();
            assert!(asked.success());
        }
        if !running {
            break;
        }
    }
    assert!(writer.wait().unwrap().success());
    assert!(before > 0 && after > 0);
    tell(&format!(
        "readers during a load: {} reads: {before} saw the state before, {after} after",
        before + after
    ));
}
