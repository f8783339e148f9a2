//! Any sequence of changes leaves what a plain map would hold.

use super::{FRESH, contents, document, iri, meta, noon};
use proptest::prelude::*;
use standpoint::store::archive::{Action, Archive};
use std::collections::BTreeMap;
use tempfile::tempdir;

#[derive(Clone, Debug)]
enum Step {
    Put(u8, String),
    Remove(u8),
}

/// Steps that happen together, and whether they are committed or given up.
type Batch = (Vec<Step>, bool);

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..4u8, "[a-c]{0,3}").prop_map(|(name, says)| Step::Put(name, says)),
        1 => (0..4u8).prop_map(Step::Remove),
    ]
}

fn batches() -> impl Strategy<Value = Vec<Batch>> {
    prop::collection::vec((prop::collection::vec(step(), 0..5), prop::bool::weighted(0.8)), 0..8)
}

proptest! {
    // Each case writes dozens of files durably.
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_puts_and_removals_equals_a_map(batches in batches()) {
        let dir = tempdir().unwrap();
        let mut archive = Archive::open_or_create(dir.path()).unwrap();
        let mut model = BTreeMap::new();
        for (steps, commit) in batches {
            let mut next: BTreeMap<String, String> = model.clone();
            let mut transaction = archive.begin("ada@example", noon(), FRESH).unwrap();
            for step in steps {
                match step {
                    Step::Put(name, says) => {
                        let document = document(&name.to_string(), &says);
                        transaction.put(&document).unwrap();
                        next.insert(name.to_string(), document.ntriples.into_text().unwrap());
                    }
                    Step::Remove(name) => {
                        let there = transaction.remove(&iri(&name.to_string()));
                        prop_assert_eq!(there, model.contains_key(&name.to_string()));
                        next.remove(&name.to_string());
                    }
                }
            }
            if commit {
                let revision = transaction.commit(meta(Action::Load)).unwrap();
                prop_assert_eq!(revision.is_some(), next != model);
                model = next;
            } else {
                drop(transaction);
            }
            prop_assert_eq!(contents(dir.path()), model.clone().into_iter().collect::<Vec<_>>());
        }
        archive.verify_chain().unwrap();
    }
}
