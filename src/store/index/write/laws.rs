//! Laws of snapshots: whatever is loaded and removed, and however it is merged, a state is what its
//! documents say.

use super::delta::{Delta, Failure};
use super::documents::{Given, in_memory};
use super::merge;
use crate::base::spill::MemoryBudget;
use crate::model::document::parse;
use crate::model::encode::direct::{derive, with_superseded};
use crate::model::vocab::stp;
use crate::store::index::read::sealed::Sealing;
use crate::store::index::read::segment::Segment;
use crate::store::index::read::snapshot::{By, Snapshot};
use crate::store::index::write::ingest::{IngestError, sorted_runs};
use oxrdf::Triple;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;

/// A few things said by documents: so few that they often say the same, and make up positions.
fn statement() -> impl Strategy<Value = String> {
    let ns = stp::NAMESPACE;
    let position = || (0..4u8).prop_map(|n| format!("<ex:p{n}>"));
    prop_oneof![
        3 => (position(), 0..3u8).prop_map(move |(p, a)| format!("{p} <{ns}actor> <ex:a{a}> .")),
        1 => position().prop_map(move |p| format!("{p} <{ns}actor> \"nobody\" .")),
        3 => (position(), 0..3u8).prop_map(move |(p, i)| format!("{p} <{ns}issue> <ex:i{i}> .")),
        3 => (position(), prop_oneof![Just("Supports"), Just("Opposes"), Just("Odd")])
            .prop_map(move |(p, s)| format!("{p} <{ns}stance> <{ns}{s}> .")),
        3 => (position(), prop_oneof![3 => Just("InForce"), 1 => Just("Superseded"), 1 => Just("Retracted")])
            .prop_map(move |(p, s)| format!("{p} <{ns}status> <{ns}{s}> .")),
        2 => (position(), position()).prop_map(move |(p, q)| format!("{p} <{ns}supersedes> {q} .")),
        1 => (0..3u8, 0..3u8).prop_map(move |(a, i)| format!("<ex:a{a}> <{ns}supports> <ex:i{i}> .")),
        2 => (0..9u8, 0..3u8).prop_map(|(s, n)| format!("_:b{s} <ex:n> \"{n}\"^^<http://www.w3.org/2001/XMLSchema#integer> .")),
        1 => (0..9u8).prop_map(|n| format!("<ex:a0> <ex:label> \"a\\\"{n}\"@en .")),
        1 => (0..3u8).prop_map(|n| format!("<ex:p{n}> <ex:n> \"0{n}\"^^<http://www.w3.org/2001/XMLSchema#integer> .")),
        1 => (0..3u8).prop_map(|n| format!("<ex:n> <ex:says> <<( <ex:p{n}> <ex:n> \"x\" )>> .")),
    ]
}

fn document() -> impl Strategy<Value = String> {
    prop::collection::btree_set(statement(), 0..12)
        .prop_map(|lines| lines.into_iter().map(|line| line + "\n").collect())
}

/// What these documents say, with what follows, the plain way.
fn expected(documents: &BTreeMap<u8, String>) -> BTreeSet<String> {
    let triples: Vec<Triple> =
        documents.values().flat_map(|text| parse(text).map(Result::unwrap)).collect::<BTreeSetOf>().0;
    let triples = with_superseded(triples);
    let direct: Vec<Triple> = derive(&triples).collect();
    // A status that follows may be said as well: in a set it is there once.
    triples.iter().chain(&direct).map(ToString::to_string).collect()
}

/// Each triple once, in the order in which they come.
struct BTreeSetOf(Vec<Triple>);

impl FromIterator<Triple> for BTreeSetOf {
    fn from_iter<I: IntoIterator<Item = Triple>>(triples: I) -> Self {
        let mut seen = BTreeSet::new();
        Self(triples.into_iter().filter(|triple| seen.insert(triple.to_string())).collect())
    }
}

/// What a snapshot holds, asked in every way that there is.
fn held(snapshot: &Snapshot) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for predicate in snapshot.predicates() {
        let by_subject = snapshot.scan(*predicate, By::Subject).unwrap();
        let by_object = snapshot.scan(*predicate, By::Object).unwrap();
        let rows: Vec<_> = by_subject.iter().collect();
        assert!(rows.is_sorted() && by_object.iter().collect::<Vec<_>>().is_sorted());
        let mut turned: Vec<_> = by_object.iter().map(|(o, s)| (s, o)).collect();
        turned.sort_unstable();
        assert_eq!(rows, turned);
        assert_eq!(rows.len(), snapshot.statistics(*predicate).triples);
        for (s, o) in rows {
            assert!(snapshot.contains(s, *predicate, o).unwrap());
            assert!(snapshot.lookup(*predicate, By::Object, o).unwrap().iter().any(|id| id == s));
            assert!(snapshot.predicates_of(By::Subject, s).unwrap().contains(predicate));
            assert!(snapshot.predicates_of(By::Object, o).unwrap().contains(predicate));
            let [subject, property, object] = [s, *predicate, o].map(|id| snapshot.term(id).unwrap());
            for (id, term) in [(s, &subject), (*predicate, &property), (o, &object)] {
                assert_eq!(snapshot.id(term.as_ref()).unwrap(), Some(id));
            }
            let is_new = all.insert(format!("{subject} {property} {object}"));
            assert!(is_new, "a triple comes once");
        }
    }
    assert_eq!(all.len(), snapshot.triple_count());
    all
}

fn base<'a>(documents: impl Iterator<Item = &'a String>) -> Snapshot {
    let documents: Vec<&str> = documents.map(String::as_str).collect();
    let budget = MemoryBudget::none();
    sorted_runs(&[], &documents, &Given(PhantomData), &budget).unwrap().into_snapshot(&budget).unwrap()
}

/// The file that is made of these documents.
fn file(background: &[Triple], documents: &[&str], budget: &MemoryBudget) -> io::Result<Vec<u8>> {
    let mut out = Sealing::new(Vec::new());
    let runs = match sorted_runs(background, documents, &Given(PhantomData), budget) {
        Ok(runs) => runs,
        Err(IngestError::Spilling(error)) => return Err(error),
        Err(IngestError::Document(error)) => panic!("{error}"),
    };
    let in_files = runs.is_in_files();
    if documents.iter().any(|text| !text.is_empty()) {
        assert!(in_files || budget.run() > 0, "without memory it is in files");
    }
    let contents = runs.write(budget, &mut out)?;
    out.finish(&serde_json::to_vec(&contents).unwrap())
}

fn on_top(snapshot: &Snapshot, change: impl FnOnce(&mut Delta<'_>)) -> Snapshot {
    let mut delta = Delta::new(snapshot).unwrap();
    change(&mut delta);
    written(snapshot, delta).unwrap()
}

fn written(snapshot: &Snapshot, delta: Delta<'_>) -> Result<Snapshot, Failure> {
    let mut out = Sealing::new(Vec::new());
    let contents = delta.write(&mut out)?;
    let segment = Segment::in_memory(out.into_inner(), contents);
    Ok(Snapshot::of_segments(snapshot.segments().iter().cloned().chain([Arc::new(segment)]).collect()))
}

fn merged(snapshot: &Snapshot, from: usize) -> Snapshot {
    let mut out = Sealing::new(Vec::new());
    let contents = merge::write(snapshot, from, &mut out).unwrap();
    let segment = Arc::new(Segment::in_memory(out.into_inner(), contents));
    Snapshot::of_segments(snapshot.segments()[..from].iter().cloned().chain([segment]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
    #[test]
    fn a_state_is_what_its_documents_say(
        start in prop::collection::vec(document(), 0..4),
        steps in prop::collection::vec((0..5u8, prop::option::weighted(0.7, document()), 0..6usize), 0..8),
    ) {
        let mut documents: BTreeMap<u8, String> = (0..).zip(start).collect();
        let mut snapshot = base(documents.values());
        prop_assert_eq!(held(&snapshot), expected(&documents));
        for (name, text, merge_from) in steps {
            let before = documents.remove(&name);
            let mut delta = Delta::new(&snapshot).unwrap();
            if let Some(before) = &before {
                delta.remove(before).unwrap();
            }
            if let Some(text) = &text {
                delta.add(text).unwrap();
            }
            documents.extend(text.map(|text| (name, text)));
            snapshot = match written(&snapshot, delta) {
                Err(Failure::StatusUnknown) => base(documents.values()),
                made => made.unwrap(),
            };
            prop_assert_eq!(held(&snapshot), expected(&documents));
            if merge_from < snapshot.segments().len() {
                snapshot = merged(&snapshot, merge_from);
                prop_assert_eq!(held(&snapshot), expected(&documents));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn memory_and_threads_do_not_matter(
        background in document(),
        documents in prop::collection::vec(document(), 0..12),
        bytes in prop_oneof![Just(0), 0..3000usize, 0..200_000usize],
        threads in 1..5usize,
    ) {
        let background: Vec<Triple> = parse(&background).map(Result::unwrap).collect();
        let documents: Vec<&str> = documents.iter().map(String::as_str).collect();
        let whole = file(&background, &documents, &MemoryBudget::none()).unwrap();
        prop_assert!(file(&background, &documents, &MemoryBudget::tiny(bytes, threads)).unwrap() == whole);
        // One document that all threads read.
        let text = documents.concat();
        let whole = file(&background, &[text.as_str()], &MemoryBudget::none()).unwrap();
        prop_assert!(file(&background, &[text.as_str()], &MemoryBudget::tiny(bytes, threads)).unwrap() == whole);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_at_any_file_is_an_error_and_memory_does_without() {
    let stp = stp::NAMESPACE;
    let document: String = (0..40)
        .map(|n| {
            format!(
                "<ex:p{n}> <{stp}actor> <ex:a> .\n<ex:p{n}> <{stp}issue> <ex:i> .\n\
                 <ex:p{n}> <{stp}stance> <{stp}Opposes> .\n<ex:p{n}> <{stp}status> <{stp}InForce> .\n"
            )
        })
        .collect();
    let documents = [document.as_str(), document.as_str()];
    let whole = file(&[], &documents, &MemoryBudget::none()).unwrap();
    let tiny = |files| MemoryBudget::tiny(0, 2).full_after(files);
    let mut files = 0;
    let made = loop {
        match file(&[], &documents, &tiny(files)) {
            Ok(made) => break made,
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{error}"),
        }
        files += 1;
    };
    assert!(made == whole && files > 10, "{files} files");
    for files in [0, 1, files / 2] {
        let snapshot = in_memory(&[], &documents, &Given(PhantomData), tiny(files)).unwrap();
        assert_eq!(held(&snapshot).len(), 4 * 40 + 1);
    }
}

/// Two documents said it and no longer do; then one does again: it is said once, and not twice.
#[test]
fn what_is_said_again_is_not_said_as_often_as_before() {
    let triple = "<ex:a> <ex:b> <ex:c> .\n";
    let mut snapshot = base([triple.to_owned(), triple.to_owned()].iter());
    for _ in 0..2 {
        snapshot = on_top(&snapshot, |delta| delta.remove(triple).unwrap());
    }
    // What is left of the two says nothing of how often it was said.
    snapshot = merged(&snapshot, 1);
    assert_eq!(snapshot.triple_count(), 0);
    snapshot = merged(&on_top(&snapshot, |delta| delta.add(triple).unwrap()), 1);
    assert_eq!((snapshot.segments().len(), snapshot.triple_count()), (2, 1));
    snapshot = on_top(&snapshot, |delta| delta.remove(triple).unwrap());
    assert_eq!(held(&snapshot), BTreeSet::new());
}

#[test]
fn merging_pays_when_what_is_behind_is_not_small() {
    let documents: BTreeMap<u8, String> = BTreeMap::from([(0, "<ex:a> <ex:b> <ex:c> .\n".to_owned())]);
    let mut snapshot = base(documents.values());
    let mut most = 0;
    for n in 0..200 {
        snapshot = on_top(&snapshot, |delta| delta.add(&format!("<ex:a> <ex:b> <ex:{n}> .\n")).unwrap());
        if let Some(from) = merge::from(snapshot.segments()) {
            snapshot = merged(&snapshot, from);
        }
        most = most.max(snapshot.segments().len());
    }
    assert_eq!(snapshot.triple_count(), 201);
    assert!((3..=6).contains(&most), "{most} segments");
}
