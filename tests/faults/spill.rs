//! Files too long for memory: what is written of them meanwhile is never left behind.

use super::{Chance, contents, document, leftovers, load, newest, standpoint, tell};
use standpoint::store::archive::Archive;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Instant;
use tempfile::tempdir;

/// Longer than what a load may hold in memory, and in no order: runs are written, and what they merge to.
const LINES: u64 = 60_000;
/// What it may hold.
const MEMORY: &str = "--max-memory=16M";

fn long(dir: &Path) -> PathBuf {
    let path = dir.join("long.nt");
    let mut file = BufWriter::new(fs::File::create(&path).unwrap());
    for i in 0..LINES {
        // Every number once, as the factor has no divisor in common with how many there are.
        let mixed = i * 777_767_777 % LINES;
        writeln!(
            file,
            "<http://e.x/things/in/no/order/{mixed:09}> <http://e.x/is/one/of/those/that/are> \"said\" ."
        )
        .unwrap();
    }
    file.flush().unwrap();
    path
}

/// Files that this process has open and that have no name, by what they were called.
fn nameless(process: u32) -> Vec<String> {
    let open = fs::read_dir(format!("/proc/{process}/fd")).into_iter().flatten().flatten();
    let names = open.filter_map(|entry| fs::read_link(entry.path()).ok());
    let names = names.map(|path| path.display().to_string());
    names.filter(|name| name.ends_with(" (deleted)")).collect()
}

#[test]
fn a_killed_load_of_a_long_file_leaves_nothing_behind() {
    let dir = tempdir().unwrap();
    let file = long(dir.path());
    let base = dir.path().join("base");
    load(&base, &[document("old", &["a"])]);
    let before = (newest(&base), contents(&base));
    let args = ["load", file.to_str().unwrap(), "--allow-violations", MEMORY];
    let mut chance = Chance::new("kill -9 of a long load");
    let mut spilled = 0;
    for trial in 0..6 {
        let start = Instant::now();
        let mut child = standpoint(&base, &args).spawn().unwrap();
        // From the moment on when something has been spilled.
        while nameless(child.id()).is_empty() && child.try_wait().unwrap().is_none() {
            thread::yield_now();
        }
        let whole = u64::try_from(start.elapsed().as_micros()).unwrap();
        thread::sleep(std::time::Duration::from_micros(chance.below(whole)));
        let open = nameless(child.id());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(open.iter().all(|name| name.starts_with(base.to_str().unwrap())), "{open:?}");
        spilled += u64::from(!open.is_empty());
        let archive = Archive::open(&base).unwrap();
        archive.verify_chain().unwrap();
        if newest(&base) != before.0 {
            break;
        }
        assert_eq!(contents(&base), before.1, "trial {trial}");
        assert_eq!(leftovers(&base), 0, "trial {trial}");
    }
    assert!(spilled > 0, "some kills come while something is spilled");
    tell(&format!("kill -9 of a long load: {spilled} while something was spilled"));
}

#[test]
fn a_disk_too_small_for_a_long_file_changes_nothing() {
    let dir = tempdir().unwrap();
    let file = long(dir.path());
    let base = dir.path().join("base");
    load(&base, &[document("old", &["a"])]);
    let before = (newest(&base), contents(&base));
    // In blocks of 512 bytes, or 1024: at once, with some runs, with all runs but not what they merge to.
    for limit in ["100", "3000", "10000"] {
        let command = standpoint(&base, &["load", file.to_str().unwrap(), "--allow-violations", MEMORY]);
        let run = Command::new("sh")
            .args(["-c", "trap '' XFSZ; ulimit -f $0; exec \"$@\"", limit])
            .arg(command.get_program())
            .args(command.get_args())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(2), "{limit}: {said}");
        assert!(said.contains("error: no space left to write `"), "{said}");
        assert!(
            said.contains("help: nothing was changed; free some space and run the command again"),
            "{said}"
        );
        assert_eq!((newest(&base), contents(&base)), before, "{said}");
        assert_eq!(leftovers(&base), 0, "{said}");
    }
}
