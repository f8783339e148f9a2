//! A system that refuses: the store is as it was, and the message says what to do.
#![cfg(target_os = "linux")]

use super::{FRESH, absent, contents, document, load, meta, noon, without_clock};
use standpoint::store::archive::{Action, Archive, ArchiveError};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::{TempDir, tempdir};

fn store() -> TempDir {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x")]);
    dir
}

/// Runs `standpoint remove a` behind this shell code, which ends with `exec "$@"`.
fn remove_behind(shell: &str, dir: &Path) -> Output {
    Command::new("sh")
        .args(["-c", shell, "sh", env!("CARGO_BIN_EXE_standpoint"), "remove", "a", "--store"])
        .arg(dir)
        .output()
        .unwrap()
}

fn stderr(output: &Output, dir: &Path) -> String {
    without_clock(&output.stderr).replace(dir.to_str().unwrap(), "DIR")
}

#[test]
fn a_file_size_limit_changes_nothing() {
    let dir = store();
    let before = contents(dir.path());
    let output = remove_behind("trap '' XFSZ; ulimit -f 0; exec \"$@\"", dir.path());
    assert_eq!(
        stderr(&output, dir.path()),
        "error: no space left to write `DIR/revisions/00000002.json`: file too large\n\
         help: nothing was changed; free some space and run the command again\n"
    );
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(contents(dir.path()), before);
    assert_eq!(fs::read_dir(dir.path().join("tmp")).unwrap().count(), 0);
}

#[test]
fn a_full_disk_changes_nothing() {
    let mount = tempdir().unwrap();
    let small =
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "none"]).arg(mount.path()).output();
    if !small.is_ok_and(|output| output.status.success()) {
        absent::skipped("a_full_disk_changes_nothing", "a small file system cannot be mounted here");
        return;
    }
    let unmount = Unmount(mount.path());
    let dir = mount.path().join("s");
    load(&dir, &[document("a", "x")]);
    let before = contents(&dir);
    // Hashes do not compress below half their size.
    let mut big = document("big", "");
    let mut said = String::new();
    for i in 0..40_000_u32 {
        let noise = standpoint::model::document::sha256(&i.to_le_bytes());
        said += &format!("<ex:{noise}> <ex:is> <ex:said> .\n");
    }
    big.ntriples = said.into();
    let mut archive = Archive::open(&dir).unwrap();
    let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    let error = transaction.put(&big).expect_err("it does not fit");
    assert!(matches!(error, ArchiveError::Full { .. }), "{error}");
    assert!(error.to_string().ends_with("no space left on device"), "{error}");
    drop(transaction);
    assert_eq!(contents(&dir), before);
    let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    transaction.put(&document("b", "y")).unwrap();
    transaction.commit(meta(Action::Load)).unwrap().expect("there is room again");
    drop(unmount);
}

struct Unmount<'a>(&'a Path);

impl Drop for Unmount<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn a_read_only_store_can_be_read_but_not_written() {
    let dir = store();
    let before = contents(dir.path());
    let writable = |mode| {
        for place in ["", "tmp", "revisions", "objects", "lock"] {
            let place = dir.path().join(place);
            let bits = if place.is_dir() { mode | 0o111 } else { mode };
            fs::set_permissions(place, fs::Permissions::from_mode(bits)).unwrap();
        }
    };
    writable(0o444);
    // Permissions do not bind root, unless it puts its privileges down.
    let privileged = fs::write(dir.path().join("probe"), "").is_ok();
    if privileged && Command::new("setpriv").arg("--version").output().is_err() {
        absent::skipped("a_read_only_store_can_be_read_but_not_written", "root cannot put privileges down");
        return;
    }
    let shell = match privileged {
        true => "exec setpriv --inh-caps=-all --bounding-set=-all \"$@\"",
        false => "exec \"$@\"",
    };
    let output = remove_behind(shell, dir.path());
    assert_eq!(contents(dir.path()), before);
    writable(0o644);
    assert_eq!(
        stderr(&output, dir.path()),
        "error: cannot write to `DIR/lock`: permission denied\n\
         help: nothing was changed; get permission to write there, or name another store with `--store`\n"
    );
    assert_eq!(output.status.code(), Some(2));
}
