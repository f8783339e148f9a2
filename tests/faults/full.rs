//! A disk that is full at every single write, in turn.

use super::{absent, contents, copy, document, leftovers, load, newest, standpoint, tell, tempdir};
use standpoint::store::archive::Archive;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs a command on copies of a store on a disk of its own, with 0, 1, 2 … pages or inodes
/// left, until it succeeds. Copies out what each run left, with what was said.
const STEPS: &str = r#"
set -e
base=$1 out=$2 what=$3; shift 3
mount -t tmpfs -o size=1m,nr_inodes=400 none /mnt
for left in $(seq 0 80); do
  rm -rf /mnt/*
  if [ -d "$base" ]; then cp -r "$base" /mnt/s; fi
  if [ "$what" = pages ]; then
    free=$(stat -f -c %a /mnt)
    [ "$free" -le "$left" ] || dd if=/dev/zero of=/mnt/filler bs=4096 count=$((free - left)) 2> /dev/null
  else
    mkdir /mnt/filler
    i=$(stat -f -c %d /mnt)
    while [ "$i" -gt "$left" ]; do : > /mnt/filler/$i; i=$((i - 1)); done
  fi
  mkdir -p "$out/$left"
  set +e
  "$@" > "$out/$left/said" 2>&1
  status=$?
  set -e
  echo $status > "$out/$left/status"
  if [ -e /mnt/s ]; then cp -r /mnt/s "$out/$left/s"; fi
  if [ $status = 0 ]; then exit 0; fi
done
exit 9
"#;

struct Case {
    name: &'static str,
    base: PathBuf,
    args: Vec<String>,
}

fn cases(dir: &Path) -> Vec<Case> {
    let files = dir.join("files");
    fs::create_dir(&files).unwrap();
    for i in 0..4 {
        // Each longer than the one before, so that a limit on lengths meets one after another.
        // Hashes hardly compress.
        let line = |line: i32| {
            let noise = standpoint::model::document::sha256(&[i, u8::try_from(line).unwrap()]);
            format!("<http://e.x/{noise}> <http://e.x/is> \"{line}\" .\n")
        };
        let lines: String = (0..20 + 60 * i32::from(i)).map(line).collect();
        fs::write(files.join(format!("f{i}.nt")), lines).unwrap();
    }
    let (one, two) = (dir.join("one"), dir.join("two"));
    load(&one, &[document("old", &["a", "b"]), document("other", &["c"])]);
    copy(&one, &two);
    load(&two, &[document("old", &["d"]), document("more", &["e"])]);
    let load = ["load".to_owned(), files.display().to_string()];
    vec![
        Case { name: "the first load", base: dir.join("none"), args: load.to_vec() },
        Case { name: "a load", base: one.clone(), args: load.to_vec() },
        Case { name: "a removal", base: one, args: vec!["remove".into(), "old".into()] },
        Case { name: "an undo", base: two, args: vec!["undo".into()] },
    ]
}

/// What a store says and how old it is; nothing where there is none.
fn state(dir: &Path) -> (u64, BTreeMap<String, String>) {
    match Archive::open(dir) {
        Err(error) if error.to_string().starts_with("there is no store") => (0, BTreeMap::new()),
        _ => (newest(dir), contents(dir)),
    }
}

fn is_as_before(store: &Path, before: &(u64, BTreeMap<String, String>), said: &str) {
    assert_eq!(state(store), *before, "{said}");
    assert!(said.contains("error: no space left to write `"), "{said}");
    assert!(said.contains("help: nothing was changed; free some space and run the command again"), "{said}");
    assert_eq!(leftovers(store), 0, "{said}");
    // With room again, all goes on.
    load(store, &[document("next", &["said"])]);
    Archive::open(store).unwrap().verify_chain().unwrap();
}

#[test]
fn a_disk_that_is_full_at_any_write_changes_nothing() {
    let possible = Command::new("unshare").args(["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]).output();
    if !possible.is_ok_and(|output| output.status.success()) {
        absent::skipped("full disk", "no small file system can be mounted here");
        return;
    }
    let dir = tempdir();
    for Case { name, base, args } in cases(dir.path()) {
        let before = state(&base);
        for what in ["pages", "inodes"] {
            let out = dir.path().join(format!("{name} {what}"));
            let run = Command::new("unshare")
                .args(["-rm", "sh", "-c", STEPS, "sh"])
                .args([&base, &out])
                .args([what, env!("CARGO_BIN_EXE_standpoint"), "--store", "/mnt/s"])
                .args(&args)
                .output()
                .unwrap();
            assert!(run.status.success(), "{name}: {}", String::from_utf8_lossy(&run.stderr));
            let steps = fs::read_dir(&out).unwrap().count();
            for left in 0..steps {
                let out = out.join(left.to_string());
                let said = fs::read_to_string(out.join("said")).unwrap();
                match fs::read_to_string(out.join("status")).unwrap().trim() {
                    "0" => assert_ne!(state(&out.join("s")), before, "{said}"),
                    "2" => is_as_before(&out.join("s"), &before, &said),
                    other => panic!("{name}, {left} {what} left: status {other}: {said}"),
                }
            }
            assert!(steps > 1, "{name} needs room");
            tell(&format!("full disk: {name} failed with 0 to {} {what} left, then went through", steps - 2));
        }
    }
}

/// Also where no disk can be mounted: no file may be longer than so many blocks.
#[test]
fn a_limit_on_lengths_at_any_write_changes_nothing() {
    let dir = tempdir();
    for Case { name, base, args } in cases(dir.path()) {
        let before = state(&base);
        let mut failed = 0;
        for limit in 0..100 {
            let store = dir.path().join("store");
            if base.exists() {
                copy(&base, &store);
            }
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            let command = standpoint(&store, &args);
            let run = Command::new("sh")
                .args(["-c", "trap '' XFSZ; ulimit -f $0; exec \"$@\"", &limit.to_string()])
                .arg(command.get_program())
                .args(command.get_args())
                .output()
                .unwrap();
            let done = run.status.success();
            if done {
                assert_ne!(state(&store), before);
            } else {
                is_as_before(&store, &before, &String::from_utf8_lossy(&run.stderr));
                failed += 1;
            }
            fs::remove_dir_all(&store).unwrap();
            if done {
                break;
            }
        }
        assert!(failed > 0, "{name} meets the limit");
        tell(&format!("length limit: {name} failed below {failed} blocks, then went through"));
    }
}
