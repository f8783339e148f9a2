//! Index of names: how a name, in whatever spelling, leads to the things that have it.
//!
//! Dictionaries are sorted by the bytes of terms, and `“The Mill”` is as good a name of a thing as
//! `the mill`. So beside a large segment lies its name index: of each name that it adds, folded, a hash
//! with the thing that has it, sorted. It is found by a few steps; reading all names of a million
//! positions' actors, issues and articles takes a fifth of a second. It says who may be meant:
//! names are compared by who asks, so hashes may meet, and names may be gone since.
//!
//! A position's name is the handle that its IRI ends in, or, in IRIs of others, the end of the IRI.
//!
//! A name index can be made from its segment at any time: one that is lacking or damaged is.

use super::corruption::Corruption;
use super::id::Id;
use super::sealed::{Sealed, Sealing};
use super::segment::{Segment, Stored};
use super::snapshot::{By, Snapshot};
use crate::base::fold::{fold, normalize_name};
use crate::model::document::ContentHash;
use crate::model::identity::{handle, id_of};
use crate::model::registry::Kind;
use crate::model::vocab::{dcterms, foaf, rdf, rdfs, schema, skos, stp};
use crate::store::files;
use oxrdf::{NamedNode, NamedNodeRef, Term};
use rustc_hash::FxHasher;
use std::cmp::Ordering;
use std::hash::Hasher;
use std::io::Write;
use std::path::Path;
use std::sync::OnceLock;

/// What holds names: the hash of an article's text is one too.
const NAMES: &[NamedNodeRef<'static>] =
    &[skos::PREF_LABEL, skos::ALT_LABEL, rdfs::LABEL, foaf::NAME, dcterms::TITLE, schema::SHA256];
/// What is only said of things that can be named, as is the class of the [`Kind`]s.
const TELLING: &[NamedNodeRef<'static>] =
    &[schema::SHA256, stp::prop::TEXT_LENGTH, stp::prop::PUBLISHED_FROM, stp::prop::PUBLISHED_UNTIL];
/// The index of fewer entries is not worth a file: it is made again in a few milliseconds.
const FEW: usize = 2_000;
/// Ending of its file, which lies beside the segment.
pub(in crate::store::index) const ENDING: &str = "names";
/// What an entry takes in a file.
const BYTES: usize = 8;

/// Hashes of folded names, each with the number of a thing in its lower half, sorted.
pub(in crate::store::index) enum NameIndex {
    Kept { sealed: Sealed, entries: usize },
    Made(Vec<u64>),
}

impl NameIndex {
    /// That of one of a snapshot's segments. It is stored for the next time, where that pays and can be.
    pub(in crate::store::index) fn of(segment: &Segment, snapshot: &Snapshot) -> Result<Self, Corruption> {
        let path = segment.path().map(|path| path.with_extension(ENDING));
        if let Some(path) = &path
            && let Ok(index) = Self::open(path, segment.digest())
        {
            return Ok(index);
        }
        let entries = make(segment, snapshot)?;
        if let Some(path) = path.filter(|_| entries.len() >= FEW) {
            let _ = write(&entries, segment.digest(), &path);
        }
        Ok(Self::Made(entries))
    }

    /// The roll in this file, if it is that of the segment with this digest.
    fn open(path: &Path, segment: ContentHash) -> Result<Self, Corruption> {
        let (sealed, contents) = Sealed::open(path)?;
        let contents = str::from_utf8(&contents).ok().and_then(|text| text.split_once(' '));
        let contents = contents.filter(|(_, of)| of.parse() == Ok(segment));
        let entries = contents.and_then(|(entries, _)| entries.parse().ok());
        let entries = entries.ok_or_else(|| sealed.corruption("is not that of its segment".into()))?;
        Ok(Self::Kept { sealed, entries })
    }

    fn entry(&self, at: usize) -> Result<u64, Corruption> {
        match self {
            Self::Made(entries) => Ok(entries[at]),
            Self::Kept { sealed, .. } => {
                let bytes = sealed.bytes(BYTES * at..BYTES * (at + 1))?;
                Ok(u64::from_le_bytes(bytes.try_into().expect("eight bytes")))
            }
        }
    }

    /// Adds the things that may have this name, which is folded.
    fn find(&self, name: &str, things: &mut Vec<Id>) -> Result<(), Corruption> {
        let wanted = hash(name);
        let entries = match self {
            Self::Made(entries) => entries.len(),
            Self::Kept { entries, .. } => *entries,
        };
        let (mut low, mut high) = (0, entries);
        while low < high {
            let middle = low.midpoint(high);
            match ((self.entry(middle)? >> 32) as u32).cmp(&wanted) {
                Ordering::Less => low = middle + 1,
                _ => high = middle,
            }
        }
        for at in low..entries {
            let entry = self.entry(at)?;
            if (entry >> 32) as u32 != wanted {
                break;
            }
            things.push(Id::from_number(entry as u32));
        }
        Ok(())
    }
}

/// The name indexes of a snapshot's segments, each made or opened when it is first asked.
pub(in crate::store::index) struct NameIndexes(Vec<OnceLock<NameIndex>>);

impl NameIndexes {
    /// Those of this snapshot, of which none is there yet.
    pub(in crate::store::index) fn new(snapshot: &Snapshot) -> Self {
        Self(snapshot.segments().iter().map(|_| OnceLock::new()).collect())
    }

    /// The things of the snapshot that may have a name, which is folded as [`normalize_name`] does it; those
    /// that had it once may be among them.
    pub(in crate::store::index) fn find(
        &self,
        snapshot: &Snapshot,
        name: &str,
    ) -> Result<Vec<Id>, Corruption> {
        let mut things = Vec::new();
        for (segment, index) in snapshot.segments().iter().zip(&self.0) {
            let before = things.len();
            let index = match index.get() {
                Some(index) => index,
                None => {
                    let made = NameIndex::of(segment, snapshot)?;
                    index.get_or_init(|| made)
                }
            };
            if index.find(name, &mut things).is_err() {
                things.truncate(before);
                NameIndex::Made(make(segment, snapshot)?).find(name, &mut things)?;
            }
        }
        things.sort_unstable();
        things.dedup();
        Ok(things)
    }
}

fn make(segment: &Segment, snapshot: &Snapshot) -> Result<Vec<u64>, Corruption> {
    let mut entries = Vec::new();
    let mut add = |name: &str, thing: Id| {
        let entry = |folded: &str| u64::from(hash(folded)) << 32 | u64::from(thing.number());
        // People's names are compared by words, a sheet's to the letter.
        entries.extend([entry(&normalize_name(name)), entry(&fold(name))]);
    };
    let added = |property: NamedNodeRef<'_>| -> Result<Option<(Id, Stored)>, Corruption> {
        let id = snapshot.id(property.into())?;
        Ok(id.and_then(|id| Some((id, segment.table(id)?.added))).filter(|(_, stored)| stored.rows > 0))
    };
    for property in NAMES {
        let Some((_, stored)) = added(*property)? else { continue };
        // In the order of the names, which lie that way in the dictionaries.
        for (name, thing) in segment.scan(&stored, By::Object)?.iter() {
            if let Term::Literal(name) = snapshot.term(name)? {
                add(name.value(), thing);
            }
        }
    }
    let mut things = Vec::new();
    if let Some((_, stored)) = added(rdf::TYPE)? {
        for kind in Kind::ALL {
            if let Some(class) = snapshot.id(kind.class().into())? {
                things.extend(segment.lookup(&stored, By::Object, class)?.iter());
            }
        }
    }
    for property in TELLING {
        if let Some((_, stored)) = added(*property)? {
            things.extend(segment.scan(&stored, By::Subject)?.keys.iter());
        }
    }
    things.sort_unstable();
    things.dedup();
    for thing in things {
        if let Term::NamedNode(node) = snapshot.term(thing)? {
            let id = id_of(&node);
            add(handle(node.as_str()).unwrap_or(id), thing);
        }
    }
    entries.sort_unstable();
    entries.dedup();
    Ok(entries)
}

/// The file is put in place whole or not at all, and nobody waits until it is on the disk: what the
/// power takes away is noticed and made again.
fn write(entries: &[u64], segment: ContentHash, path: &Path) -> std::io::Result<()> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let mut file = files::temporary(dir)?;
    let mut data = Vec::with_capacity(BYTES * entries.len());
    entries.iter().for_each(|entry| data.extend(entry.to_le_bytes()));
    let mut out = Sealing::new(Vec::new());
    out.write(&data)?;
    file.write_all(&out.finish(format!("{} {segment}", entries.len()).as_bytes())?)?;
    files::place(file.into_temp_path(), path)
}

fn hash(name: &str) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(name.as_bytes());
    (hasher.finish() >> 32) as u32
}

/// The things that nodes of a state are.
pub(in crate::store::index) fn nodes(
    snapshot: &Snapshot,
    things: Vec<Id>,
) -> Result<Vec<NamedNode>, Corruption> {
    let node = |id: Id| match snapshot.term(id) {
        Ok(Term::NamedNode(node)) => Some(Ok(node)),
        Ok(_) => None,
        Err(corruption) => Some(Err(corruption)),
    };
    things.into_iter().filter_map(node).collect()
}
