//! Any sequence of operations leaves what a plain map would hold, whatever fails and wherever the power is cut.

use super::crashes::Said;
use super::crashes::{change, document, folder, index, index_is_right, load, name, repair, said};
use crate::store::archive::backup::{backup, restore};
use crate::store::archive::{Action, Archive};
use crate::store::files::journal::Journal;
use proptest::prelude::*;
use proptest::sample::Index;
use std::io;
use std::path::Path;

/// What is done to a store.
#[derive(Clone, Debug)]
enum Operation {
    /// Puts documents in, in the place of their former selves.
    Load(Vec<(u8, String)>),
    Remove(u8),
    /// Takes the newest revision back.
    Undo,
    Repair,
    /// Makes a backup, and goes on with the store that is restored from it.
    Backup {
        packed: bool,
    },
    /// Makes or merges what is kept of the index.
    Merge,
}

/// What happens meanwhile.
#[derive(Clone, Debug)]
enum Fault {
    None,
    /// From this step on nothing can be written.
    Failing(usize),
    /// One of the disks that the power may leave.
    Cut(Index),
}

fn operation() -> impl Strategy<Value = Operation> {
    let says = prop::collection::vec((0..4u8, "[a-e]{0,4}"), 1..4);
    prop_oneof![
        5 => says.prop_map(Operation::Load),
        2 => (0..4u8).prop_map(Operation::Remove),
        2 => Just(Operation::Undo),
        1 => Just(Operation::Repair),
        1 => any::<bool>().prop_map(|packed| Operation::Backup { packed }),
        2 => Just(Operation::Merge),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        3 => Just(Fault::None),
        2 => (0..40usize).prop_map(Fault::Failing),
        3 => any::<Index>().prop_map(Fault::Cut),
    ]
}

/// Does it to the store `s` in this folder; what the store holds then, by the model.
fn act(top: &Path, operation: &Operation, history: &[Said]) -> (io::Result<()>, Said) {
    let store = top.join("s");
    let mut model = history.last().cloned().unwrap_or_default();
    let done = match operation {
        Operation::Load(documents) => {
            let documents: Vec<_> =
                documents.iter().map(|(name, says)| document(&name.to_string(), says)).collect();
            for document in &documents {
                let short = document.name.as_str().rsplit('/').next().unwrap().to_owned();
                model.insert(short, document.ntriples.text().unwrap().into_owned());
            }
            load(&store, &documents)
        }
        Operation::Remove(document) => {
            model.remove(&document.to_string());
            change(&store, Action::Remove, |transaction| {
                transaction.remove(&name(&document.to_string()));
            })
        }
        Operation::Undo if history.len() > 1 => {
            model = history[history.len() - 2].clone();
            let number = u64::try_from(history.len() - 1).unwrap();
            let mut undone = Ok(());
            change(&store, Action::Undo, |transaction| {
                undone = transaction.undo(number).map(|_| ()).map_err(io::Error::other);
            })
            .and(undone)
        }
        Operation::Undo => Ok(()),
        Operation::Repair => {
            // What cannot be written is no fault of the store.
            let _ = std::panic::catch_unwind(|| repair(&store, false));
            Ok(())
        }
        Operation::Backup { packed } => {
            let home = tempfile::tempdir_in(top).unwrap();
            let target = home.path().join(if *packed { "backup.tar.zst" } else { "backup" });
            let again = || -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
                backup(&Archive::open(&store)?, &target)?;
                restore(&target, &home.path().join("restored"))?;
                Ok(())
            };
            let done = again();
            if done.is_ok() {
                std::fs::remove_dir_all(&store).unwrap();
                std::fs::rename(home.path().join("restored"), &store).unwrap();
            }
            done.map_err(io::Error::other)
        }
        Operation::Merge => {
            index(&store);
            Ok(())
        }
    };
    (done, model)
}

proptest! {
    // Each case makes some dozen stores.
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_sequence_of_operations_equals_a_map(
        operations in prop::collection::vec((operation(), fault(), any::<Index>()), 1..14),
    ) {
        let mut top = folder();
        load(&top.path().join("s"), &[document("large", "vwxyz")]).unwrap();
        // What the store holds after each revision.
        let first = said(&Archive::open(top.path().join("s")).unwrap());
        let mut history = vec![Said::new(), first];
        for (operation, fault, past) in operations {
            let before = history.last().unwrap().clone();
            let after = match (&fault, &operation) {
                // A store that is moved about is no longer where the journal saw it.
                (Fault::Cut(which), Operation::Load(_) | Operation::Remove(_) | Operation::Undo | Operation::Repair | Operation::Merge) => {
                    let journal = Journal::begin(top.path());
                    let (done, after) = act(top.path(), &operation, &history);
                    prop_assert!(done.is_ok(), "{done:?}");
                    let promised = journal.len();
                    let disks = journal.disks(promised);
                    let (done, disk) = which.get(&disks);
                    let place = folder();
                    disk.write(place.path());
                    top = place;
                    (after, *done >= promised)
                }
                (Fault::Failing(at), _) => {
                    let journal = Journal::failing(top.path(), *at);
                    let (done, after) = act(top.path(), &operation, &history);
                    prop_assert!(done.is_ok() || journal.has_failed(), "{done:?}");
                    (after, done.is_ok())
                }
                _ => {
                    let (done, after) = act(top.path(), &operation, &history);
                    prop_assert!(done.is_ok(), "{done:?}");
                    (after, true)
                }
            };
            let archive = Archive::open(top.path().join("s")).unwrap();
            let (after, is_promised) = after;
            let says = said(&archive);
            prop_assert!(says == after || (!is_promised && says == before), "{says:?}");
            let revisions = usize::try_from(archive.number()).unwrap() + 1;
            prop_assert!(revisions == history.len() || revisions == history.len() + 1, "{revisions}");
            history.resize(revisions, says);
            archive.verify_chain().unwrap();
            let past = past.index(revisions);
            prop_assert_eq!(&said(&archive.at(past as u64).unwrap()), &history[past]);
            index_is_right(&archive);
        }
    }
}
