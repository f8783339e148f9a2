//! The history: which revisions are sound, and what stands in for those that are not.

use super::super::ContentHash;
use super::super::error::Result;
use super::super::layout::{Layout, TOOL};
use super::super::revision::{self, Action, Change, Entry, Loss, Revision, Sealed};
use super::super::seal;
use super::super::state::{Checkpoint, INTERVAL, PLANTED, State};
use super::super::transaction::Meta;
use super::super::when::in_order;
use super::contents::{Measured, measure};
use super::{Lost, Mended, Remedy, read_file};
use jiff::Timestamp;
use oxigraph::model::NamedNode;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Hashing to find a turned bit goes no further than this many bytes: some seconds. Revisions
/// of a dozen documents are below it.
const MOST_HASHED: usize = 1 << 29;

/// The whole history, as far as it can be reconstructed.
pub(super) struct Chain {
    /// Every revision from the first to the newest, those that stand in included.
    pub revisions: Vec<Sealed>,
    /// The state after the newest.
    pub state: State,
    /// Files that are whole again, and their bytes.
    pub mended: Vec<(Mended, Vec<u8>)>,
    /// Files to be set aside.
    pub damaged: Vec<PathBuf>,
    /// Whether the checkpoint has to be made anew.
    pub bad_checkpoint: bool,
    layout: Layout,
    /// What is wrong with revisions that are lost, by number.
    why: BTreeMap<u64, String>,
    /// The same for files that lead nowhere.
    strays: Vec<(PathBuf, String)>,
    /// The revision up to which a checkpoint tells what the store held.
    witnessed: u64,
}

/// What is known while the history is being settled.
struct Evidence<'a> {
    layout: &'a Layout,
    meta: &'a Meta,
    sound: BTreeMap<u64, Sealed>,
    /// The hashes that neighbours tell of lost files.
    named: BTreeMap<u64, ContentHash>,
    witness: Option<Checkpoint>,
}

impl Chain {
    pub fn read(layout: &Layout, meta: &Meta) -> Result<Self> {
        let (mut sound, mut why, mut mended) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        let listed: BTreeSet<u64> = revision::numbers(layout)?.into_iter().filter(|n| *n > 0).collect();
        for &number in &listed {
            let path = layout.revision(number);
            let bytes = read_file(&path)?;
            match bytes.as_ref().map_err(Clone::clone).and_then(|bytes| Sealed::parse(number, bytes)) {
                Ok(sealed) => {
                    sound.insert(number, sealed);
                }
                Err(wrong) => {
                    let whole = bytes.ok().and_then(|bytes| turn_back(number, bytes));
                    match whole {
                        Some((sealed, bytes)) => {
                            sound.insert(number, sealed);
                            mended.push((Mended { path, why: wrong, from: Remedy::Bit }, bytes));
                        }
                        None => {
                            why.insert(number, wrong);
                        }
                    }
                }
            }
        }
        let witness = Checkpoint::read(layout);
        let kept = witness.as_ref().map_or(0, |checkpoint| checkpoint.number);
        // A damaged file is taken for a revision only where the next would be: its name may be
        // what is damaged, and a million stand-ins would help nobody.
        let mut newest = sound.keys().next_back().copied().unwrap_or(0).max(kept);
        while why.contains_key(&(newest + 1)) {
            newest += 1;
        }
        let beyond = why.split_off(&(newest + 1));

        for number in (1..=newest).filter(|number| !listed.contains(number)) {
            why.insert(number, "is missing".into());
        }

        let mut evidence = Evidence { layout, meta, sound, named: BTreeMap::new(), witness };
        evidence.follow_back(newest, &mut why);
        let (revisions, state, fits) = evidence.fold(newest, &mut why);
        let exists = layout.checkpoint().exists();
        let mut damaged: Vec<PathBuf> = why.keys().map(|number| layout.revision(*number)).collect();
        damaged.extend(beyond.keys().map(|number| layout.revision(*number)));
        Ok(Self {
            bad_checkpoint: if exists { !fits } else { newest >= INTERVAL },
            damaged,
            witnessed: evidence.witness.map_or(0, |checkpoint| checkpoint.number),
            layout: layout.clone(),
            revisions,
            state,
            mended,
            strays: beyond.into_iter().map(|(number, why)| (layout.revision(number), why)).collect(),
            why,
        })
    }

    /// The revisions that repairs have put down as lost, as far as nobody put them back.
    pub fn known_lost(&self) -> usize {
        let lost = self.revisions.iter().filter(|sealed| sealed.revision.action == Action::Lost);
        lost.count() - self.state.unverified.len()
    }

    /// Revisions whose times contradict the order.
    pub fn out_of_order(&self) -> Vec<(u64, Timestamp)> {
        let times: Vec<Timestamp> = self.revisions.iter().map(|sealed| sealed.revision.time).collect();
        let counting = in_order(&times);
        let all = (1..).zip(times.into_iter().zip(counting));
        all.filter(|(_, (time, counting))| time != counting)
            .map(|(number, (time, _))| (number, time))
            .collect()
    }

    /// The number of the revision with this hash.
    pub fn number_of(&self, hash: ContentHash) -> Option<u64> {
        self.revisions.iter().find(|sealed| sealed.hash == hash).map(|sealed| sealed.revision.number)
    }

    /// Whether a repair has put this content down as lost.
    pub fn knows_lost(&self, hash: ContentHash) -> bool {
        self.revisions.iter().any(|sealed| sealed.revision.lost.contains(&Loss::Content(hash)))
    }

    /// Losses of the history that are not recorded yet.
    pub fn lost(&self) -> impl Iterator<Item = Lost> {
        let revisions = self.state.unverified.keys().map(|&number| {
            let sealed = &self.revisions[place(number)];
            let interrupted = || "was lost, and the repair that found this was interrupted".to_owned();
            Lost::Revision {
                number,
                path: self.layout.revision(number),
                why: self.why.get(&number).cloned().unwrap_or_else(interrupted),
                hash: sealed.revision.stands_for,
                known: sealed.revision.changes.clone(),
                complete: number <= self.witnessed,
            }
        });
        let strays =
            self.strays.iter().map(|(path, why)| Lost::Stray { path: path.clone(), why: why.clone() });
        revisions.chain(strays)
    }

    /// The files that stand in for lost revisions, to be written.
    pub fn stand_ins(&self) -> impl Iterator<Item = (PathBuf, Vec<u8>)> {
        self.why.keys().map(|&number| {
            let sealed = &self.revisions[place(number)];
            (self.layout.revision(number), seal::seal(&sealed.revision))
        })
    }
}

/// Where the revision with this number is in a list of all.
fn place(number: u64) -> usize {
    usize::try_from(number - 1).expect("revisions are in memory")
}

/// The file as it was before one of its bits turned, if that is all that happened to it.
fn turn_back(number: u64, mut bytes: Vec<u8>) -> Option<(Sealed, Vec<u8>)> {
    let work = bytes.len().saturating_mul(bytes.len()).saturating_mul(8);
    if work > MOST_HASHED || !seal::is_nearly_sealed(&bytes) {
        return None;
    }
    for at in 0..bytes.len() {
        for bit in 0..8 {
            bytes[at] ^= 1 << bit;
            if let Ok(sealed) = Sealed::parse(number, &bytes) {
                return Some((sealed, bytes));
            }
            bytes[at] ^= 1 << bit;
        }
    }
    None
}

impl Evidence<'_> {
    /// Holds every revision against what the one after it, or the checkpoint, says its hash is.
    fn follow_back(&mut self, newest: u64, why: &mut BTreeMap<u64, String>) {
        let mut named: Option<ContentHash> = None;
        for number in (1..=newest).rev() {
            let hash = self.sound.get(&number).map(|sealed| sealed.hash);
            if let Some(witness) = self.witness.as_ref().filter(|witness| witness.number == number) {
                // One that does not fit is no witness but a stale cache, as opening takes it.
                match hash.or(named) {
                    Some(hash) if hash != witness.revision => self.witness = None,
                    _ => named = Some(witness.revision),
                }
            }
            if hash.is_some() && named.is_some() && hash != named {
                self.sound.remove(&number);
                why.insert(number, "is not the revision on which the next one is based".into());
            }
            if let (false, Some(hash)) = (self.sound.contains_key(&number), named) {
                self.named.insert(number, hash);
            }
            named = self.sound.get(&number).and_then(|sealed| sealed.revision.parent);
        }
    }

    /// Folds the history, with stand-ins where it is lost. What does not follow from the one
    /// before it is lost too. Also whether the checkpoint is what the history leads to.
    fn fold(&mut self, newest: u64, why: &mut BTreeMap<u64, String>) -> (Vec<Sealed>, State, bool) {
        'anew: loop {
            let (mut state, mut revisions, mut fits) = (State::default(), Vec::new(), false);
            for number in 1..=newest {
                let sealed = match self.sound.get(&number) {
                    Some(sealed) => sealed.clone(),
                    None => {
                        let revision = self.stand_in(number, &state);
                        let bytes = seal::seal(&revision);
                        Sealed::new(revision, &bytes)
                    }
                };
                revisions.push(sealed.clone());
                let wrong = state.apply(sealed).err();
                let leads = number < newest || state.fits_digest();
                let elsewhere = || "the history does not lead to the documents that it names".to_owned();
                if let Some(wrong) = wrong.or_else(|| (!leads).then(elsewhere)) {
                    let sealed = self.sound.remove(&number).expect("a stand-in follows what it stands on");
                    self.named.entry(number).or_insert(sealed.hash);
                    why.insert(number, format!("does not match: {wrong}"));
                    continue 'anew;
                }
                if let Some(witness) = self.witness.as_ref().filter(|witness| witness.number == number) {
                    fits = witness.documents.iter().eq(state.documents.values());
                }
            }
            if let Some(number) = state.blotted.keys().next().copied() {
                let sealed = self.sound.remove(&number).expect("a stand-in of ours is of a lost revision");
                self.named.entry(number).or_insert(sealed.hash);
                why.insert(number, format!("does not match: {PLANTED}"));
                continue 'anew;
            }
            return (revisions, state, fits);
        }
    }

    /// What the neighbours tell of a lost revision, on top of this state.
    fn stand_in(&self, number: u64, state: &State) -> Revision {
        let mut later: BTreeMap<&NamedNode, (u64, &Change)> = BTreeMap::new();
        for (at, sealed) in self.sound.range(number + 1..) {
            for change in &sealed.revision.changes {
                later.entry(&change.document).or_insert((*at, change));
            }
        }
        let witness = self.witness.as_ref().filter(|witness| witness.number >= number);
        let kept: BTreeMap<&NamedNode, &Entry> = witness
            .iter()
            .flat_map(|witness| &witness.documents)
            .map(|entry| (&entry.document, entry))
            .collect();
        let documents: BTreeSet<&NamedNode> =
            state.documents.keys().chain(later.keys().copied()).chain(kept.keys().copied()).collect();
        let mut changes = Vec::new();
        for document in documents {
            let now = state.documents.get(document);
            let in_time = |at: u64| witness.is_none_or(|witness| at <= witness.number);
            let then: Option<Entry> = match (later.get(document), kept.get(document)) {
                (Some((at, change)), _) if in_time(*at) => {
                    change.before.map(|hash| self.entry_before(hash, change, now))
                }
                // It was changed by another revision after this one, which is lost as well.
                (_, Some(entry)) if entry.revision > number => continue,
                (_, Some(entry)) => Some((*entry).clone()),
                (_, None) if witness.is_some() => None,
                _ => continue,
            };
            if then.as_ref().map(|entry| entry.hash) == now.map(|entry| entry.hash) {
                continue;
            }
            let Some(known) = then.as_ref().or(now) else { continue };
            changes.push(Change {
                document: document.clone(),
                before: now.map(|entry| entry.hash),
                after: then.as_ref().map(|entry| entry.hash),
                origin: known.origin.clone(),
                part_of: known.part_of.clone(),
                source: known.source.clone(),
                triples: known.triples,
                bytes: known.bytes,
                coding: known.coding.clone(),
            });
        }
        let next = self.sound.range(number + 1..).next();
        let time = next.map_or(self.meta.time, |(_, next)| next.revision.time);
        Revision {
            number,
            store: None,
            parent: state.head.as_ref().map(|head| head.hash),
            time: state.head.as_ref().map_or(time, |head| head.revision.time.max(time)),
            action: Action::Lost,
            undoes: None,
            stands_for: self.named.get(&number).copied(),
            lost: Vec::new(),
            purged: None,
            by: self.meta.by.clone(),
            message: Some("its file was lost; this is known from other revisions".into()),
            tool: TOOL.into(),
            violations: 0,
            changes,
            texts: Vec::new(),
            documents: None,
        }
    }

    /// A document as a later change says that it was. Only a removal says all of it.
    fn entry_before(&self, hash: ContentHash, change: &Change, now: Option<&Entry>) -> Entry {
        let entry = |origin: &str, source: &str, Measured { triples, bytes, coding }: Measured| Entry {
            document: change.document.clone(),
            hash,
            origin: origin.into(),
            part_of: None,
            source: source.into(),
            triples,
            bytes,
            revision: 0,
            coding,
        };
        match (change.after, now) {
            (None, _) => {
                let Change { triples, bytes, coding, .. } = change.clone();
                entry(&change.origin, &change.source, Measured { triples, bytes, coding })
            }
            (_, Some(now)) if now.hash == hash => now.clone(),
            _ => entry(&change.origin, "unknown", measure(self.layout, hash).unwrap_or_default()),
        }
    }
}
