//! Damage to each kind of file: bits turned, files cut, emptied, filled with noise, gone.

use super::{Chance, FRESH, contents, copy, document, load, meta, newest, repair, tell, tempdir};
use standpoint::base::error::Helpful;
use standpoint::store::archive::{Action, Archive, ContentHash, Lost};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Trials of each way to damage each kind of file.
const EACH: u64 = 3;
/// One more than a checkpoint needs, and some.
const REVISIONS: u64 = 67;
const TEXT: &str = "The council voted four to three on Tuesday to keep the mill open.";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Bit,
    Cut,
    Emptied,
    Noise,
    Gone,
}

/// A store with every kind of file; documents a, b, c change in turn.
fn store(dir: &Path) {
    for number in 1..=REVISIONS {
        let name = ["a", "b", "c"][usize::try_from(number % 3).unwrap()];
        let (said, hash) = (format!("in-{number}"), ContentHash::of(TEXT.as_bytes()));
        let mut document = document(name, &[&said]);
        let said = document.ntriples.into_text().unwrap();
        document.ntriples = (said + &format!("<ex:z> <ex:sha256> \"{hash}\" .\n")).into();
        load(dir, &[document]);
    }
    let mut archive = Archive::open(dir).unwrap();
    let meta = meta(Action::Load);
    archive.begin(&meta.by, meta.time, FRESH).unwrap().keep_text(TEXT).unwrap();
}

/// The path of what a document said after some revision.
fn object(dir: &Path, name: &str, revision: u64) -> PathBuf {
    let archive = Archive::open(dir).unwrap().at(revision).unwrap();
    let hash = archive.documents().values().find(|e| e.short_name() == name).unwrap().hash.to_string();
    PathBuf::from(format!("objects/{}/{hash}.nt.gz", &hash[..2]))
}

fn kinds(dir: &Path) -> Vec<(&'static str, PathBuf)> {
    let text = ContentHash::of(TEXT.as_bytes()).to_string();
    vec![
        ("format", "format".into()),
        ("first revision", "revisions/00000001.json".into()),
        ("revision below the checkpoint", "revisions/00000033.json".into()),
        ("revision of the checkpoint", "revisions/00000064.json".into()),
        ("revision above the checkpoint", "revisions/00000065.json".into()),
        ("newest revision", format!("revisions/{REVISIONS:08}.json").into()),
        ("content of the present", object(dir, "b", REVISIONS)),
        ("content of the past", object(dir, "b", 31)),
        ("kept text", format!("texts/{}/{text}.txt.gz", &text[..2]).into()),
        ("checkpoint", "checkpoint.json".into()),
        ("lock", "lock".into()),
    ]
}

fn damage(path: &Path, way: Way, chance: &mut Chance) {
    let mut bytes = fs::read(path).unwrap();
    let length = bytes.len() as u64;
    let at = usize::try_from(chance.below(length)).unwrap();
    match way {
        Way::Bit if bytes.is_empty() => bytes.push(1),
        Way::Bit => bytes[at] ^= 1 << chance.below(8),
        Way::Cut => bytes.truncate(at),
        Way::Emptied => bytes.clear(),
        Way::Noise => bytes.iter_mut().for_each(|byte| *byte = u8::try_from(chance.below(256)).unwrap()),
        Way::Gone => return fs::remove_file(path).unwrap(),
    }
    fs::write(path, bytes).unwrap();
}

/// What other commands than `repair` notice: all that can go wrong in opening and reading.
fn noticed(dir: &Path) -> Vec<String> {
    let archive = match Archive::open(dir) {
        Ok(archive) => archive,
        Err(error) => {
            assert!(error.help().unwrap().contains("`standpoint repair`"), "{error}");
            return vec![error.to_string()];
        }
    };
    let mut errors: Vec<_> = archive.verify_chain().err().into_iter().collect();
    errors.extend(archive.documents().values().filter_map(|entry| archive.read(entry).err()));
    errors.extend(archive.text(ContentHash::of(TEXT.as_bytes())).err());
    assert!(errors.iter().all(|error| error.help().unwrap().contains("`standpoint repair`")), "{errors:?}");
    errors.iter().map(ToString::to_string).collect()
}

#[derive(Default)]
struct Tally {
    harmless: u64,
    mended: u64,
    lost: u64,
}

#[test]
fn damage_to_any_kind_of_file_is_noticed_named_and_left_behind() {
    let dir = tempdir();
    let base = dir.path().join("base");
    store(&base);
    let before = contents(&base);
    let mut chance = Chance::new("damage");
    for (kind, file) in kinds(&base) {
        let mut tally = Tally::default();
        for way in [Way::Bit, Way::Cut, Way::Emptied, Way::Noise, Way::Gone] {
            let trials = match way {
                Way::Bit => 2 * EACH,
                Way::Emptied | Way::Gone => 1,
                Way::Cut | Way::Noise => EACH,
            };
            if (kind, way) == ("newest revision", Way::Gone) {
                // No chain can tell: see `the_end_of_the_history_can_be_taken_away`.
                continue;
            }
            for _ in 0..trials {
                let store = dir.path().join("store");
                copy(&base, &store);
                damage(&store.join(&file), way, &mut chance);
                one_trial(&store, &file, &before, &format!("{kind}: {way:?}"), &mut tally);
                fs::remove_dir_all(&store).unwrap();
            }
        }
        let Tally { harmless, mended, lost } = tally;
        let trials = harmless + mended + lost;
        tell(&format!(
            "damage to {kind}: {trials} trials: {harmless} harmless, {mended} made whole, {lost} lost and named"
        ));
    }
}

fn one_trial(store: &Path, file: &Path, before: &BTreeMap<String, String>, what: &str, tally: &mut Tally) {
    let place = store.join(file).display().to_string();
    let errors = noticed(store);
    assert!(
        errors.iter().all(|error| error.contains(&place) || error.contains("checkpoint")),
        "{what}: {errors:?}"
    );

    let planned = repair(store, true);
    assert_eq!(noticed(store), errors, "{what}: looking changes nothing");
    let report = repair(store, false);
    let page = standpoint::cli::page::repair::page(&report, None, 80);
    assert_eq!(
        (planned.lost.len(), planned.mended.len()),
        (report.lost.len(), report.mended.len()),
        "{what}"
    );
    // The page breaks long names nowhere, so that they can be looked for and copied.
    let named = page.contains(&place);
    assert!(errors.is_empty() || named, "{what}: {errors:?}\n{page}");
    let missed = report.is_well() && report.mended.is_empty() && report.rebuilt.is_empty();
    assert_eq!(named, !missed, "{what}\n{page}");
    match (missed, report.lost.is_empty()) {
        (true, _) => tally.harmless += 1,
        (false, true) => tally.mended += 1,
        (false, false) => tally.lost += 1,
    }

    // The rest is as it was, and everything works.
    let archive = Archive::open(store).unwrap();
    archive.verify_chain().unwrap_or_else(|error| panic!("{what}: {error}"));
    let after = contents(store);
    let lost_now = report.lost.iter().filter(|lost| match lost {
        Lost::Content { present, .. } => *present,
        Lost::Revision { complete, .. } => !complete,
        _ => false,
    });
    assert!(before.len() - lost_now.count() <= after.len(), "{what}");
    if !report.lost.iter().any(|lost| matches!(lost, Lost::Revision { .. })) {
        assert!(after.iter().all(|(name, says)| before[name] == *says), "{what}");
    }
    assert_eq!(report.written.is_some(), !report.lost.is_empty() && !only_texts(&report.lost), "{what}");
    load(store, &[document("next", &["said"])]);
    let again = repair(store, false);
    assert!(again.is_well() && again.mended.is_empty() && again.rebuilt.is_empty(), "{what}: {again:?}");
    assert_eq!(noticed(store), Vec::<String>::new(), "{what}");
    assert!(newest(store) > REVISIONS || report.lost.is_empty() || only_texts(&report.lost), "{what}");
}

fn only_texts(lost: &[Lost]) -> bool {
    lost.iter().all(|lost| matches!(lost, Lost::Text { .. }))
}
