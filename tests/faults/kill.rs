//! Killing writers at moments that are spread over all they do.

use super::{Chance, contents, copy, document, leftovers, load, newest, repair, standpoint, tell};
use flate2::read::MultiGzDecoder;
use standpoint::store::archive::Archive;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};
use tempfile::tempdir;

/// Kills in all, unless told.
const TRIALS: u64 = 200;
const DOCUMENTS: usize = 12;

/// A share of all trials.
fn trials(percent: u64) -> u64 {
    let all = std::env::var("STANDPOINT_TRIALS").ok().and_then(|trials| trials.parse().ok());
    (all.unwrap_or(TRIALS) * percent).div_ceil(100)
}

#[test]
fn a_killed_load_leaves_the_state_before_or_after() {
    let dir = tempdir().unwrap();
    let files = sheets(dir.path());
    let base = dir.path().join("base");
    load(&base, &[document("old", &["a", "b"])]);
    let files = files.to_str().unwrap();
    kills("kill -9 of load", &base, &["load", files], trials(50));
}

#[test]
fn a_killed_removal_leaves_the_state_before_or_after() {
    let dir = tempdir().unwrap();
    let base = dir.path().join("base");
    load(&base, &many());
    kills("kill -9 of remove", &base, &["remove", "d0", "d3", "d5", "d7"], trials(25));
}

#[test]
fn a_killed_undo_leaves_the_state_before_or_after() {
    let dir = tempdir().unwrap();
    let base = dir.path().join("base");
    load(&base, &many());
    let changed: Vec<_> = (0..DOCUMENTS).map(|i| document(&format!("d{i}"), &["changed"])).collect();
    load(&base, &changed);
    kills("kill -9 of undo", &base, &["undo"], trials(25));
}

/// What is taken out is in no file once the next writer has begun, wherever the purge was killed after its revision.
#[test]
fn a_killed_purge_leaves_the_state_before_or_after() {
    let dir = tempdir().unwrap();
    let base = dir.path().join("base");
    let ana = r#"<https://w3id.org/standpoint/id/actor/ana> <http://www.w3.org/2004/02/skos/core#prefLabel> "Ana Berg" .
<https://w3id.org/standpoint/id/actor/ana> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/standpoint/ns#Actor> .
"#;
    let named = |name: &str| {
        let mut document = document(name, &["a"]);
        document.ntriples = (document.ntriples.text().unwrap().into_owned() + ana).into();
        document
    };
    load(&base, &many());
    load(&base, &[named("d1"), named("d2"), named("d3")]);
    load(&base, &[document("d1", &["again"])]);
    assert!(names_ana(&base));
    kills_and("kill -9 of purge", &base, &["purge", "Ana Berg", "--yes"], trials(25), &|store, done| {
        assert_eq!(names_ana(store), !done, "what is purged is in no file");
    });
}

/// Whether a file of the store, unpacked, has the name.
fn names_ana(store: &Path) -> bool {
    fs::read_dir(store).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return names_ana(&path);
        }
        let bytes = fs::read(&path).unwrap();
        let mut unpacked = Vec::new();
        let _ = MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked);
        [bytes, unpacked].iter().any(|bytes| String::from_utf8_lossy(bytes).contains("Ana Berg"))
    })
}

/// A repair is no single step, but the next goes on with it.
#[test]
fn a_killed_repair_is_finished_by_the_next() {
    let dir = tempdir().unwrap();
    let base = dir.path().join("base");
    load(&base, &many());
    load(&base, &[document("d1", &["again"])]);
    load(&base, &[document("d1", &["and again"])]);
    fs::write(base.join("revisions/00000002.json"), "").unwrap();
    let archive = Archive::open(&base).expect_err("it is damaged");
    assert!(archive.to_string().contains("00000002.json"), "{archive}");
    let hash = sound_hash(&dir.path().join("sound"));
    fs::write(base.join("objects").join(&hash[..2]).join(format!("{hash}.nt.gz")), "").unwrap();

    let whole = dir.path().join("whole");
    copy(&base, &whole);
    assert_eq!(repair(&whole, false).lost.len(), 2);
    let after = contents(&whole);
    assert_eq!(after.len(), DOCUMENTS - 1, "one was taken out");
    let mut chance = Chance::new("kill -9 of repair");
    let (whole_run, _) = measure(&base, &["repair"], dir.path());
    let number = trials(10);
    let mut unfinished = 0;
    for trial in 0..number {
        let store = dir.path().join(format!("repair-{trial}"));
        copy(&base, &store);
        kill_at(standpoint(&store, &["repair"]).spawn().unwrap(), after_start(&mut chance, whole_run));
        let report = repair(&store, false);
        unfinished += u64::from(!report.lost.is_empty());
        assert_eq!(contents(&store), after, "trial {trial}");
        Archive::open(&store).unwrap().verify_chain().unwrap();
        let again = repair(&store, false);
        assert!(again.lost.is_empty() && again.mended.is_empty(), "trial {trial}: {again:?}");
        fs::remove_dir_all(&store).unwrap();
    }
    tell(&format!("kill -9 of repair: {number} kills: {unfinished} finished by the next"));
}

/// The hash of one of the many documents, as a store names it.
fn sound_hash(dir: &Path) -> String {
    load(dir, &many()[3..4]);
    let archive = Archive::open(dir).unwrap();
    archive.documents().values().next().unwrap().hash.to_string()
}

fn many() -> Vec<standpoint::model::document::Document> {
    (0..DOCUMENTS).map(|i| document(&format!("d{i}"), &["a", "b", "c"])).collect()
}

/// A folder with a file for each of some documents.
fn sheets(dir: &Path) -> std::path::PathBuf {
    let folder = dir.join("files");
    fs::create_dir(&folder).unwrap();
    for i in 0..DOCUMENTS {
        let lines: String =
            (0..20).map(|line| format!("<http://e.x/{i}/{line}> <http://e.x/is> \"{line}\" .\n")).collect();
        fs::write(folder.join(format!("f{i}.nt")), lines).unwrap();
    }
    folder
}

/// Kills this command on copies of a store, half of the time anywhere and half of the time after
/// its first temporary file, when it is about to commit.
fn kills(what: &str, base: &Path, args: &[&str], number: u64) {
    kills_and(what, base, args, number, &|_, _| {});
}

/// The same; `check` looks at each store when the next writer is done, told whether the command was.
fn kills_and(what: &str, base: &Path, args: &[&str], number: u64, check: &dyn Fn(&Path, bool)) {
    let dir = tempdir().unwrap();
    let mut chance = Chance::new(what);
    let before = (newest(base), contents(base));
    let done = dir.path().join("done");
    copy(base, &done);
    assert!(standpoint(&done, args).status().unwrap().success());
    let after = (newest(&done), contents(&done));
    assert_ne!(before.1, after.1, "the command does something");
    // How long the whole takes, and the commit. Other work on the machine makes both longer or
    // shorter, so they follow what the kills find: earlier after a late one, later after an early.
    let (whole, commit) = measure(base, args, dir.path());
    let mut spans = [whole, commit];

    let (mut unchanged, mut changed, mut halves) = (0, 0, 0);
    for trial in 0..number {
        let store = dir.path().join(format!("trial-{trial}"));
        copy(base, &store);
        let mut child = standpoint(&store, args).spawn().unwrap();
        let span = &mut spans[usize::from(trial % 2 == 1)];
        if trial % 2 == 1 {
            until_first_file(&store, &mut child);
        }
        kill_at(child, after_start(&mut chance, *span));
        halves += u64::from(leftovers(&store) > 0);

        let archive = Archive::open(&store).unwrap_or_else(|error| panic!("trial {trial}: {error}"));
        archive.verify_chain().unwrap_or_else(|error| panic!("trial {trial}: {error}"));
        let now = (newest(&store), contents(&store));
        if now == before {
            unchanged += 1;
            *span = span.mul_f64(1.2);
        } else {
            assert_eq!(now, after, "trial {trial}: neither before nor after");
            changed += 1;
            *span = span.mul_f64(1.0 / 1.2);
        }
        // The next writer is not in the least disturbed.
        let next = document("next", &["said"]);
        load(&store, std::slice::from_ref(&next));
        assert_eq!(contents(&store)["next"], next.ntriples.text().unwrap());
        assert_eq!(leftovers(&store), 0, "trial {trial}");
        check(&store, now != before);
        let report = repair(&store, true);
        assert!(report.is_well(), "trial {trial}: {report:?}");
        fs::remove_dir_all(&store).unwrap();
    }
    assert!(number < 50 || (unchanged > 0 && changed > 0), "some kills come before the commit, some after");
    tell(&format!(
        "{what}: {number} kills: {unchanged} before, {changed} after; {halves} with files half written"
    ));
}

/// How long the command takes, and how long of it after its first temporary file.
fn measure(base: &Path, args: &[&str], dir: &Path) -> (Duration, Duration) {
    let runs = (0..5).map(|run| {
        let store = dir.join(format!("measure-{run}"));
        copy(base, &store);
        let start = Instant::now();
        let mut child = standpoint(&store, args).spawn().unwrap();
        until_first_file(&store, &mut child);
        let first = Instant::now();
        child.wait().unwrap();
        (start.elapsed(), first.elapsed())
    });
    let runs: Vec<_> = runs.collect();
    let middle = |mut times: Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    let (whole, commit) = runs.into_iter().unzip();
    (middle(whole), middle(commit).max(Duration::from_millis(1)))
}

fn until_first_file(store: &Path, child: &mut Child) {
    while leftovers(store) == 0 && child.try_wait().unwrap().is_none() {
        thread::yield_now();
    }
}

/// A moment of a run, or just behind it.
fn after_start(chance: &mut Chance, whole: Duration) -> Duration {
    Duration::from_micros(chance.below(u64::try_from(whole.as_micros()).unwrap() * 11 / 10))
}

fn kill_at(mut child: Child, moment: Duration) {
    thread::sleep(moment);
    // On Unix this is kill -9.
    child.kill().unwrap();
    child.wait().unwrap();
}
