//! The store as it was, by number and by time.

use super::{FRESH, contents, document, iri, load, meta, noon};
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;
use standpoint::audit::history::Patch;
use standpoint::store::archive::{Action, Archive, When};
use standpoint::store::index::Index;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tempfile::tempdir;

/// What a store says, by short name.
type Contents = BTreeMap<String, String>;

fn contents_at(archive: &Archive, number: u64) -> Contents {
    let past = archive.at(number).unwrap();
    assert_eq!(past.head().map_or(0, |head| head.number), number);
    let entries = past.documents().values();
    entries.map(|entry| (entry.short_name().to_owned(), past.read(entry).unwrap())).collect()
}

/// Writes a revision at this time, in which a document says something else.
fn write(dir: &Path, says: &str, time: Timestamp) {
    let mut archive = Archive::open_or_create(dir).unwrap();
    let mut transaction = archive.begin("ada@example", time, FRESH).unwrap();
    transaction.put(&document("a", says)).unwrap();
    let mut meta = meta(Action::Load);
    meta.time = time;
    transaction.commit(meta).unwrap();
}

fn resolve(archive: &Archive, when: &str) -> Result<u64, String> {
    archive.resolve(&when.parse::<When>().unwrap()).map_err(|error| error.to_string())
}

#[test]
fn a_time_means_the_last_revision_until_then() {
    let dir = tempdir().unwrap();
    // Two on the day of 17 April, one a minute into the next, in UTC.
    for (says, time) in [
        ("x", noon()),
        ("y", noon() + 11.hours()),
        ("z", noon() + 12.hours() + 1.minute()),
        ("x", noon() + SignedDuration::from_hours(24 * 30)),
    ] {
        write(dir.path(), says, time);
    }
    let archive = Archive::open(dir.path()).unwrap();
    for (when, number) in [
        ("2025-04-17", 2),
        ("2025-04-18", 3),
        ("2025-05-01", 3),
        ("2030-01-01", 4),
        ("2025-04-17T12:00:00Z", 1),
        ("2025-04-18T02:01:00+02:00", 3),
        ("3", 3),
    ] {
        assert_eq!(resolve(&archive, when), Ok(number), "{when}");
    }
    let range = "it has revisions 1 to 4, of 2025-04-17T12:00:00Z to 2025-05-17T12:00:00Z";
    for (when, none) in [
        ("2025-04-16", "until 2025-04-16"),
        ("2025-04-17T11:59:59Z", "until 2025-04-17T11:59:59Z"),
        ("0", "0"),
        ("5", "5"),
    ] {
        assert_eq!(resolve(&archive, when), Err(format!("the store has no revision {none}; {range}")));
    }
}

#[test]
fn an_empty_store_has_no_past() {
    let dir = tempdir().unwrap();
    let archive = Archive::open_or_create(dir.path()).unwrap();
    assert_eq!(resolve(&archive, "1").unwrap_err(), "the store has no revision 1; it is empty");
    assert!(archive.at(0).unwrap().documents().is_empty());
}

#[test]
fn the_past_is_the_same_before_and_behind_a_checkpoint() {
    let dir = tempdir().unwrap();
    let says = |number: u64| ["x", "y", "z"][number as usize % 3];
    for number in 1..=150 {
        load(dir.path(), &[document(&format!("d{}", number % 4), says(number))]).unwrap();
    }
    let archive = Archive::open(dir.path()).unwrap();
    for number in [0, 1, 63, 64, 65, 127, 128, 129, 149, 150] {
        let last = (number.max(3) - 3..=number).filter(|n| *n > 0);
        let expected: Contents = last
            .map(|n| (format!("d{}", n % 4), document("d", says(n)).ntriples.into_text().unwrap()))
            .collect();
        assert_eq!(contents_at(&archive, number), expected, "{number}");
    }
}

#[test]
fn who_writes_from_the_past_writes_in_the_present() {
    let dir = tempdir().unwrap();
    for says in ["x", "y", "z"] {
        load(dir.path(), &[document("a", says)]).unwrap();
    }
    let mut past = Archive::open(dir.path()).unwrap().at(1).unwrap();
    let mut transaction = past.begin("ada@example", noon(), FRESH).unwrap();
    transaction.put(&document("b", "x")).unwrap();
    assert_eq!(transaction.commit(meta(Action::Load)).unwrap().unwrap().number, 4);
    assert_eq!(contents(dir.path()).len(), 2);
    past.verify_chain().unwrap();
}

#[derive(Clone, Debug)]
enum Step {
    Load(Vec<(u8, String)>),
    Remove(u8),
    /// Of a revision that many before the newest.
    Undo(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let load = prop::collection::vec((0..4u8, "[a-c]{1,2}"), 1..3);
    let step = prop_oneof![
        4 => load.prop_map(Step::Load),
        1 => (0..4u8).prop_map(Step::Remove),
        2 => (0..4u64).prop_map(Step::Undo),
    ];
    prop::collection::vec(step, 0..14)
}

/// What each document said after each revision; the model that the archive is compared with.
struct Remembered(Vec<Contents>);

impl Remembered {
    /// The state that taking a revision back leads to; none where later changes are in the way.
    fn undo(&self, number: usize) -> Option<Contents> {
        let (before, after) = (self.0.get(number.checked_sub(1)?)?, self.0.get(number)?);
        let mut state = self.0.last()?.clone();
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for name in names.into_iter().filter(|name| before.get(*name) != after.get(*name)) {
            if state.get(name) != after.get(name) {
                return None;
            }
            match before.get(name) {
                Some(said) => state.insert(name.clone(), said.clone()),
                None => state.remove(name),
            };
        }
        Some(state)
    }
}

fn perform(archive: &mut Archive, step: &Step, remembered: &mut Remembered) {
    let mut next = remembered.0.last().unwrap().clone();
    let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    let action = match step {
        Step::Load(documents) => {
            for (name, says) in documents {
                let document = document(&name.to_string(), says);
                transaction.put(&document).unwrap();
                next.insert(name.to_string(), document.ntriples.into_text().unwrap());
            }
            Action::Load
        }
        Step::Remove(name) => {
            transaction.remove(&iri(&name.to_string()));
            next.remove(&name.to_string());
            Action::Remove
        }
        Step::Undo(back) => {
            let number = remembered.0.len() as u64 - 1;
            let number = number.saturating_sub(*back);
            let undone = remembered.undo(number as usize);
            assert_eq!(transaction.undo(number).is_ok(), undone.is_some(), "undo {number}");
            let Some(undone) = undone else { return };
            next = undone;
            Action::Undo
        }
    };
    let revision = transaction.commit(meta(action)).unwrap();
    assert_eq!(revision.is_some(), next != *remembered.0.last().unwrap());
    if revision.is_some() {
        remembered.0.push(next);
    }
}

proptest! {
    // Each case writes dozens of files durably.
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_state_is_remembered(steps in steps()) {
        let dir = tempdir().unwrap();
        let mut archive = Archive::open_or_create(dir.path()).unwrap();
        let mut remembered = Remembered(vec![Contents::new()]);
        for step in &steps {
            perform(&mut archive, step, &mut remembered);
        }
        for (number, expected) in remembered.0.iter().enumerate() {
            prop_assert_eq!(&contents_at(&archive, number as u64), expected);
        }
        archive.verify_chain().unwrap();
        let indexes: Vec<Index> = (0..remembered.0.len() as u64)
            .map(|number| Index::open(&archive.at(number).unwrap(), &[]).unwrap())
            .collect();
        let triples = |index: &Index| index.triples().collect::<std::collections::HashSet<_>>();
        for (old, new) in indexes.iter().zip(&indexes[1..]).chain(indexes.first().zip(indexes.last())) {
            let patch = Patch::between(old, new);
            let mut patched = triples(old);
            prop_assert!(patch.removed.iter().all(|triple| patched.remove(triple)));
            prop_assert!(patch.added.iter().all(|triple| patched.insert(triple.clone())));
            prop_assert_eq!(patched, triples(new));
        }
    }
}

#[test]
fn a_clock_that_jumped_hides_nothing_that_follows() {
    let dir = tempdir().unwrap();
    let far: Timestamp = "5195-01-01T00:00:00Z".parse().unwrap();
    let day = |days: i64| noon() + SignedDuration::from_hours(24 * days);
    for (says, time) in [("x", day(0)), ("y", far), ("z", day(2)), ("x", day(4))] {
        write(dir.path(), says, time);
    }
    let archive = Archive::open(dir.path()).unwrap();
    let recorded = archive.revision(2).unwrap().unwrap().time;
    assert_eq!(recorded, far, "what the clock said is on record");
    for (when, number) in
        [("2025-04-17", 1), ("2025-04-18", 1), ("2025-04-19", 3), ("2025-04-21", 4), ("5195-01-02", 4)]
    {
        assert_eq!(resolve(&archive, when), Ok(number), "{when}");
    }
}

#[test]
fn a_clock_that_jumps_is_told() {
    let dir = tempdir().unwrap();
    write(dir.path(), "x", noon());
    let mut archive = Archive::open(dir.path()).unwrap();
    let transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    let days = |days: i64| noon() + SignedDuration::from_hours(24 * days);
    for (now, is_told) in [
        (noon(), false),
        (noon() - 30.seconds(), false),
        (days(300), false),
        (noon() - 2.minutes(), true),
        (days(400), true),
        (days(-9000), true),
    ] {
        assert_eq!(transaction.clock_jump(now).is_some(), is_told, "{now}");
    }
    assert_eq!(
        transaction.clock_jump(days(-2)).unwrap().to_string(),
        "the clock says 2025-04-15 12:00 UTC, earlier than revision 1 (2025-04-17 12:00 UTC); set it if \
         it is wrong: `--known-on` follows the order of the revisions, and ignores a time that contradicts it"
    );
}
