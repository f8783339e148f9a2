//! Taking back, and taking that back.

use super::{FRESH, contents, document, load, meta, noon};
use proptest::prelude::*;
use standpoint::store::archive::{Action, Archive, Redo, Revision};
use std::path::Path;
use tempfile::tempdir;

fn undo(dir: &Path, number: Option<u64>) -> Result<Revision, String> {
    let mut archive = Archive::open(dir).unwrap();
    let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
    let number = number.unwrap_or(transaction.number());
    transaction.undo(number).map_err(|error| error.to_string())?;
    Ok(transaction.commit(meta(Action::Undo)).unwrap().expect("an undo changes something"))
}

fn said(dir: &Path) -> Vec<(String, usize)> {
    contents(dir).into_iter().map(|(name, ntriples)| (name, ntriples.lines().count())).collect()
}

fn is(name: &str, triples: usize) -> (String, usize) {
    (name.into(), triples)
}

#[test]
fn an_undo_brings_back_what_was_and_its_undo_does_it_again() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x"), document("b", "x")]);
    load(dir.path(), &[document("a", "xy"), document("c", "xyz")]);
    let revision = undo(dir.path(), None).unwrap();
    assert_eq!((revision.number, revision.action, revision.undoes), (3, Action::Undo, Some(2)));
    assert_eq!(said(dir.path()), [is("a", 1), is("b", 1)]);
    assert_eq!(undo(dir.path(), None).unwrap().undoes, Some(3));
    assert_eq!(said(dir.path()), [is("a", 2), is("b", 1), is("c", 3)]);
}

#[test]
fn what_is_brought_back_comes_from_where_it_came_from() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x")]);
    let mut other = document("a", "y");
    other.origin = "elsewhere.ttl".into();
    load(dir.path(), &[other]);
    undo(dir.path(), None).unwrap();
    let archive = Archive::open(dir.path()).unwrap();
    assert_eq!(archive.documents().values().next().unwrap().origin, "a.ttl");
}

#[test]
fn an_older_revision_goes_if_nobody_touched_its_documents() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x")]);
    load(dir.path(), &[document("b", "x")]);
    load(dir.path(), &[document("c", "x")]);
    undo(dir.path(), Some(2)).unwrap();
    assert_eq!(said(dir.path()), [is("a", 1), is("c", 1)]);
}

#[test]
fn later_changes_are_in_the_way_until_they_are_taken_back() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x"), document("b", "x")]);
    load(dir.path(), &[document("b", "xy")]);
    let refused = "revision 1 cannot be undone: revision 2 has changed `b` since";
    assert_eq!(undo(dir.path(), Some(1)).unwrap_err(), refused);
    assert_eq!(said(dir.path()), [is("a", 1), is("b", 2)]);
    undo(dir.path(), Some(2)).unwrap();
    undo(dir.path(), Some(1)).unwrap();
    assert_eq!(said(dir.path()), []);
    let gone = "revision 1 cannot be undone: revision 4 has changed `a` since";
    assert_eq!(undo(dir.path(), Some(1)).unwrap_err(), gone);
}

#[test]
fn there_has_to_be_something_to_take_back() {
    let dir = tempdir().unwrap();
    load(dir.path(), &[document("a", "x")]);
    let range = "it has revision 1, of 2025-04-17T12:00:00Z";
    for number in [0, 2] {
        assert_eq!(
            undo(dir.path(), Some(number)).unwrap_err(),
            format!("the store has no revision {number}; {range}")
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Undo and redo without a number go along a stack, as in an editor; a load cuts what could be redone.
    #[test]
    fn undo_and_redo_go_back_and_forth(steps in prop::collection::vec(0..4u8, 1..14)) {
        let dir = tempdir().unwrap();
        let (mut states, mut at) = (vec![Vec::new()], 0);
        load(dir.path(), &[document("a", "a")]);
        states.push(said(dir.path()));
        at += 1;
        for (n, step) in steps.into_iter().enumerate() {
            let archive = Archive::open(dir.path()).unwrap();
            match step {
                0 | 1 => {
                    load(dir.path(), &[document(&format!("d{n}"), "x")]);
                    states.truncate(at + 1);
                    states.push(said(dir.path()));
                    at += 1;
                }
                2 => match archive.newest_to_undo().unwrap() {
                    Some(number) => {
                        undo(dir.path(), Some(number)).unwrap();
                        at -= 1;
                    }
                    None => prop_assert_eq!(at, 0),
                },
                _ => match archive.newest_to_redo().unwrap() {
                    Redo::Undo(number) => {
                        undo(dir.path(), Some(number)).unwrap();
                        at += 1;
                    }
                    Redo::Nothing | Redo::Since(_) => prop_assert_eq!(at + 1, states.len()),
                },
            }
            prop_assert_eq!(said(dir.path()), states[at].clone());
        }
    }
}
