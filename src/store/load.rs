//! A load: documents are read and checked against a snapshot of the store, and then put in under the lock,
//! in one revision and with the index that was checked.
//!
//! Reading and checking take long and need no lock, so they come first. If another writer has changed the
//! store by the time the lock is held, they are done again: what a name means, and what a load brings about,
//! depends on what the store holds. How inputs are read and what is refused, the caller says ([`Load`]).

use super::archive::{Archive, ClockJump, Effect, Gap, Identity, Meta, Transaction, Wait};
use super::index::storage::{self, Opened, StagedIndex};
use super::index::{Corruption, Index, reading};
use crate::base::error::{Error, Result};
use crate::model::document::Document;
use crate::model::ontology::Background;
use oxrdf::NamedNode;
use std::collections::BTreeMap;

/// The parts of a load that the store does not know.
pub trait Load {
    /// Contents of the inputs.
    type Read;
    /// What the check has found and lets pass.
    type Findings;

    /// Reads the inputs; `present` is the graph of the store, none of an empty one.
    ///
    /// # Errors
    /// Inputs that cannot be taken.
    fn read(&self, archive: &Archive, present: Option<&Index>) -> Result<Self::Read>;

    /// Documents among what was read.
    fn documents<'r>(&self, read: &'r Self::Read) -> &'r [Document];

    /// Documents of the store that are taken out, as their files no longer hold them.
    fn gone(&self, archive: &Archive, read: &Self::Read) -> Vec<NamedNode>;

    /// Checks what putting the documents in brings about; `staged` is the index with them.
    ///
    /// # Errors
    /// Findings for which the load is refused.
    fn check(&self, archive: &Archive, read: &Self::Read, staged: &StagedIndex) -> Result<Self::Findings>;

    /// Number of violations among findings, which the history records.
    fn violations(&self, findings: &Self::Findings) -> usize;

    /// Whether the inputs can be read a second time.
    fn is_lasting(&self) -> bool;

    /// Whether what the inputs mean depends on what the store holds.
    fn depends_on_store(&self) -> bool;

    /// Puts in what belongs to the documents besides themselves.
    ///
    /// # Errors
    /// The store cannot be written.
    fn add_to(&self, transaction: &mut Transaction<'_>, read: &Self::Read) -> Result<()>;

    /// What the revision says about itself, now that it is written.
    fn meta(&self) -> Meta;

    /// Bytes that the index may take in memory while it is made; 1 GiB if nothing is said.
    fn memory(&self) -> Option<u64>;

    /// Takes note of what is done next.
    fn notice(&self, step: Step<'_>);
}

/// Step of a load, as its caller is told.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// Documents are checked: so many.
    Checking(usize),
    /// The lock is taken; another writer may have to be waited for.
    Locking,
    /// Documents are written: so many.
    Writing(usize),
    /// The index was damaged and is made again.
    Rebuilding(&'a Corruption),
    /// The index has this revision, and the history does not.
    HistoryShrank(u64),
    /// The revision is made at a time that does not follow the one before.
    ClockJump(ClockJump),
    /// Documents have something that was purged.
    Purged {
        /// The documents.
        documents: &'a [&'a Document],
        /// IRI of what was purged.
        thing: &'a str,
        /// The purge.
        gap: &'a Gap,
    },
}

/// Result of a load.
#[derive(Debug)]
pub struct Outcome<R, F> {
    /// Contents of the inputs.
    pub read: R,
    /// Findings of the check that were let pass.
    pub findings: F,
    /// Effect of each document, in their order.
    pub effects: Vec<Effect>,
    /// Documents that were taken out.
    pub gone: Vec<NamedNode>,
}

/// Outcome that a load would have on the store as it is now, without writing anything.
///
/// # Errors
/// Those of reading and checking.
pub fn rehearse<L: Load>(
    archive: &Archive,
    background: Background,
    load: &L,
) -> Result<Outcome<L::Read, L::Findings>> {
    let Examined { read, findings, gone, .. } = examine(archive, background, load, None)?;
    let effects = load.documents(&read).iter().map(|document| archive.effect(document)).collect();
    notice_purged(archive, load, load.documents(&read))?;
    Ok(Outcome { read, findings, effects, gone })
}

/// Loads: reads, checks, takes the lock, does both again if the store has changed meanwhile, and commits.
/// `fresh` identifies a store that has no identity yet.
///
/// # Errors
/// Those of reading and checking; another writer that does not end in time; a store that cannot be written.
/// Then the store is as it was.
pub fn load<L: Load>(
    archive: &mut Archive,
    background: Background,
    load: &L,
    fresh: Identity,
    wait: &Wait<'_>,
) -> Result<Outcome<L::Read, L::Findings>> {
    let mut found = examine(archive, background, load, None)?;
    let read_from = archive.head_hash();
    notice_purged(archive, load, load.documents(&found.read))?;
    let dir = archive.dir().to_owned();
    load.notice(Step::Locking);
    let meta = load.meta();
    let mut transaction = archive.begin_within(&meta.by, meta.time, fresh, wait)?;
    if let Some(jump) = transaction.clock_jump(meta.time) {
        load.notice(Step::ClockJump(jump));
    }
    if transaction.head_hash() != read_from {
        let stale = load.depends_on_store();
        if stale && !load.is_lasting() {
            return Err(Error::usage("the store changed meanwhile, and the input cannot be read twice")
                .with_help("run the command again"));
        }
        let read = Some(found.read).filter(|_| !stale);
        found = examine(&Archive::open(&dir)?, background, load, read)?;
    }
    let Examined { read, findings, gone, staged } = found;
    let documents = load.documents(&read);
    load.notice(Step::Writing(documents.len()));
    let effects =
        documents.iter().map(|document| transaction.put(document)).collect::<Result<Vec<_>, _>>()?;
    for document in &gone {
        transaction.remove(document);
    }
    load.add_to(&mut transaction, &read)?;
    let violations = load.violations(&findings);
    if transaction.commit(Meta { violations, ..meta })?.is_some() {
        staged.commit(archive, background);
    }
    Ok(Outcome { read, findings, effects, gone })
}

/// Tells of what was purged and comes back.
fn notice_purged<L: Load>(archive: &Archive, load: &L, documents: &[Document]) -> Result<()> {
    let mut purged: BTreeMap<String, (Gap, Vec<&Document>)> = BTreeMap::new();
    for document in documents.iter().filter(|document| archive.effect(document) != Effect::Unchanged) {
        for (thing, gap) in archive.purged_in(document).map_err(Error::temporary)? {
            purged.entry(thing).or_insert((gap, Vec::new())).1.push(document);
        }
    }
    for (thing, (gap, documents)) in &purged {
        load.notice(Step::Purged { documents, thing, gap });
    }
    Ok(())
}

/// What a load would bring.
struct Examined<R, F> {
    read: R,
    findings: F,
    gone: Vec<NamedNode>,
    staged: StagedIndex,
}

fn examine<L: Load>(
    archive: &Archive,
    background: Background,
    load: &L,
    read: Option<L::Read>,
) -> Result<Examined<L::Read, L::Findings>> {
    let look = |read| look(archive, background, load, read);
    // The archive has what a damaged index has lost.
    reading(|| look(read)).unwrap_or_else(|corruption| {
        if !load.is_lasting() {
            return Err(corruption.into());
        }
        load.notice(Step::Rebuilding(&corruption));
        storage::delete(archive).map_err(Error::file("delete", archive.index_dir()))?;
        look(None)
    })
}

fn look<L: Load>(
    archive: &Archive,
    background: Background,
    load: &L,
    read: Option<L::Read>,
) -> Result<Examined<L::Read, L::Findings>> {
    let present = match archive.number() {
        0 => None,
        _ => {
            let Opened { index, corruption, gone } = storage::open(archive, background)?;
            if let Some(revision) = gone {
                load.notice(Step::HistoryShrank(revision));
            }
            if let Some(corruption) = &corruption {
                load.notice(Step::Rebuilding(corruption));
            }
            Some(index)
        }
    };
    let read = match read {
        Some(read) => read,
        None => load.read(archive, present.as_ref())?,
    };
    let documents = load.documents(&read);
    load.notice(Step::Checking(documents.len()));
    let changed: Vec<&Document> =
        documents.iter().filter(|document| archive.effect(document) != Effect::Unchanged).collect();
    let gone = load.gone(archive, &read);
    let removed = gone.iter().cloned().collect();
    let staged = StagedIndex::new(archive, background, present.as_ref(), &changed, &removed, load.memory())?;
    let findings = load.check(archive, &read, &staged)?;
    Ok(Examined { read, findings, gone, staged })
}
