//! One step of the history: what changed, when, by whom.

use super::ContentHash;
use super::error::{ArchiveError, Result};
use super::identity::Identity;
use super::layout::Layout;
use super::purge::Purged;
use super::seal;
use crate::model::document::{Apart, short_name};
use jiff::Timestamp;
use oxigraph::model::NamedNode;
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use std::fs;
use std::io::ErrorKind;
use std::ops::RangeInclusive;
use std::thread;

/// Readers of revisions at the same time. What takes long is waiting for the disk, so there
/// are more of them than processors.
const READING_THREADS: usize = 8;
/// Fewer revisions than this are not worth a thread of their own.
const WORTH_A_THREAD: usize = 64;

/// A revision as it is kept, in `revisions/`. Revisions are numbered from 1 without gaps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// Its number.
    pub number: u64,
    /// The store that it was made in; none in revisions of format 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<Identity>,
    /// SHA-256 of the file of the revision before; none for the first.
    pub parent: Option<ContentHash>,
    /// Time at which it was made, by the clock. In revisions of format 1 never before the parent's.
    pub time: Timestamp,
    /// Action that made it.
    pub action: Action,
    /// The revision that was taken back, where that was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<u64>,
    /// The hash of the file in whose place this one is: one that was lost, where its neighbours tell it, or one in
    /// which names were purged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands_for: Option<ContentHash>,
    /// Losses that a repair found and could not restore.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<Loss>,
    /// What was purged, where that was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purged: Option<Purged>,
    /// Author.
    pub by: String,
    /// Why, in the user's words.
    pub message: Option<String>,
    /// The program that wrote it.
    pub tool: String,
    /// Violations of shapes and rules that it was allowed to bring.
    #[serde(default, skip_serializing_if = "is_none")]
    pub violations: usize,
    /// Changes of documents, sorted by name.
    pub changes: Vec<Change>,
    /// Articles' texts that were kept with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<ContentHash>,
    /// Digest of the set of documents that the store holds after it (`digest_of`); none in revisions of
    /// format 1, and in those that stand in for a lost one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documents: Option<ContentHash>,
}

/// Action of a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Documents were put in or replaced.
    Load,
    /// Documents were taken out.
    Remove,
    /// An earlier revision was taken back; an undo as well, which is then done again.
    Undo,
    /// Losses were put down, and documents whose content is lost taken out.
    Repair,
    /// Contents were taken out of every revision.
    Purge,
    /// Nobody knows for certain: the file is lost, and this one is in its place, with what its
    /// neighbours tell. It counts only if a later repair names it.
    Lost,
}

impl Revision {
    /// Contents that it puts down as lost.
    pub(super) fn lost_contents(&self) -> impl Iterator<Item = ContentHash> {
        self.lost.iter().filter_map(|loss| if let Loss::Content(hash) = loss { Some(*hash) } else { None })
    }
}

impl Action {
    /// The word for it, as files and tables have it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Remove => "remove",
            Self::Undo => "undo",
            Self::Repair => "repair",
            Self::Purge => "purge",
            Self::Lost => "lost",
        }
    }
}

/// Loss that a repair could not restore.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Loss {
    /// What a document once said.
    Content(ContentHash),
    /// A kept text.
    Text(ContentHash),
    /// A revision's file.
    Revision {
        /// Its number.
        number: u64,
        /// SHA-256 of the file in its place.
        stand_in: ContentHash,
    },
}

/// Change of one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The document.
    #[serde(with = "iri")]
    pub document: NamedNode,
    /// Hash of what it said before; none where it is new.
    pub before: Option<ContentHash>,
    /// Hash of what it says now; none where it was removed.
    pub after: Option<ContentHash>,
    /// File or address that the content put in, or taken out, came from.
    pub origin: String,
    /// SHA-256 of the bytes that it was read from.
    pub source: String,
    /// As [`Document::part_of`](crate::model::document::Document::part_of); none in older revisions.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "iri::optional")]
    pub part_of: Option<NamedNode>,
    /// Number of its triples.
    pub triples: u64,
    /// Size of its canonical N-Triples, in bytes.
    pub bytes: u64,
    /// Its coding, where that is not the first coder's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coding: Option<Apart>,
}

/// A document of the store, in one state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The document.
    #[serde(with = "iri")]
    pub document: NamedNode,
    /// SHA-256 of its canonical N-Triples.
    pub hash: ContentHash,
    /// File or address that it came from.
    pub origin: String,
    /// SHA-256 of the bytes that it was read from.
    pub source: String,
    /// As [`Document::part_of`](crate::model::document::Document::part_of); none in older revisions.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "iri::optional")]
    pub part_of: Option<NamedNode>,
    /// Number of its triples.
    pub triples: u64,
    /// Size of its canonical N-Triples, in bytes.
    pub bytes: u64,
    /// The revision that put it into this state.
    pub revision: u64,
    /// Its coding, where that is not the first coder's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coding: Option<Apart>,
}

impl Entry {
    /// Whether what the document says belongs to the default graph: all but what second coders say.
    #[must_use]
    pub fn in_default_graph(&self) -> bool {
        self.coding.as_ref().is_none_or(Apart::in_default_graph)
    }

    /// The document's name without the part that all share.
    #[must_use]
    pub fn short_name(&self) -> &str {
        short_name(&self.document)
    }
}

impl Change {
    /// Kind of the change in a word: "added", "replaced" or "removed".
    #[must_use]
    pub fn word(&self) -> &'static str {
        match (self.before, self.after) {
            (None, _) => "added",
            (Some(_), Some(_)) => "replaced",
            (Some(_), None) => "removed",
        }
    }

    /// The document as the change of this revision leaves it; none where it is removed.
    #[must_use]
    pub fn entry(&self, revision: u64) -> Option<Entry> {
        Some(Entry {
            document: self.document.clone(),
            hash: self.after?,
            origin: self.origin.clone(),
            source: self.source.clone(),
            part_of: self.part_of.clone(),
            triples: self.triples,
            bytes: self.bytes,
            revision,
            coding: self.coding.clone(),
        })
    }

    /// The document's name without the part that all share.
    #[must_use]
    pub fn short_name(&self) -> &str {
        short_name(&self.document)
    }
}

/// Digest of a set of documents: SHA-256 of a line each, `<IRI> HASH`, in the order of their IRIs.
pub(super) fn digest_of<'a>(
    documents: impl IntoIterator<Item = (&'a NamedNode, ContentHash)>,
) -> ContentHash {
    let mut lines = String::new();
    for (document, hash) in documents {
        let _ = writeln!(lines, "{document} {hash}");
    }
    ContentHash::of(lines.as_bytes())
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_none(number: &usize) -> bool {
    *number == 0
}

/// A revision and the hash of its file, which the next one names as its parent.
#[derive(Clone, Debug)]
pub(super) struct Sealed {
    pub revision: Revision,
    pub hash: ContentHash,
}

impl Sealed {
    /// The revision with this number, as far as it can be judged alone.
    pub fn read(layout: &Layout, number: u64) -> Result<Self> {
        let path = layout.revision(number);
        let bytes = fs::read(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                ArchiveError::BrokenChain { number, path: path.clone(), why: "it is missing".into() }
            }
            _ => ArchiveError::reading(&path)(error),
        })?;
        Self::parse(number, &bytes).map_err(|why| ArchiveError::DamagedRevision { number, path, why })
    }

    /// The revision with this number from the bytes of its file; else what is wrong with them,
    /// continuing a sentence.
    pub fn parse(number: u64, bytes: &[u8]) -> Result<Self, String> {
        let revision: Revision = seal::unseal(bytes)?;
        if revision.number != number {
            return Err(format!("says that it is revision {}", revision.number));
        }
        Ok(Self::new(revision, bytes))
    }

    /// A revision whose file has these bytes. One that stands in for another goes by its hash.
    pub fn new(revision: Revision, bytes: &[u8]) -> Self {
        Self { hash: revision.stands_for.unwrap_or_else(|| ContentHash::of(bytes)), revision }
    }

    /// SHA-256 of the file itself, whatever it stands for.
    pub fn file_hash(&self) -> ContentHash {
        ContentHash::of(&seal::seal(&self.revision))
    }
}

/// The revisions with these numbers, in their order, each judged alone.
pub(super) fn read_all(layout: &Layout, numbers: RangeInclusive<u64>) -> Result<Vec<Sealed>> {
    let numbers: Vec<u64> = numbers.collect();
    let share = numbers.len().div_ceil(READING_THREADS).max(WORTH_A_THREAD);
    let read = |part: &[u64]| part.iter().map(|number| Sealed::read(layout, *number)).collect();
    if numbers.len() <= share {
        return read(&numbers);
    }
    thread::scope(|scope| {
        let workers: Vec<_> =
            numbers.chunks(share).map(|part| scope.spawn(move || read(part) as Result<Vec<_>>)).collect();
        let mut all = Vec::with_capacity(numbers.len());
        for worker in workers {
            all.extend(worker.join().expect("reading does not panic")?);
        }
        Ok(all)
    })
}

/// The number of the newest revision; 0 where there is none.
///
/// Only the highest number of the listing counts: a listing that is taken while revisions
/// are added may lack some of them, so gaps are judged by opening the files.
pub(super) fn newest(layout: &Layout) -> Result<u64> {
    Ok(numbers(layout)?.into_iter().max().unwrap_or(0))
}

/// The numbers of which there are files, in no order.
pub(super) fn numbers(layout: &Layout) -> Result<Vec<u64>> {
    let dir = layout.revisions();
    let entries = match fs::read_dir(&dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(ArchiveError::reading(&dir)(error)),
    };
    let mut numbers = Vec::new();
    for entry in entries {
        let name = entry.map_err(ArchiveError::reading(&dir))?.file_name();
        numbers.extend(name.to_str().and_then(|n| n.strip_suffix(".json")?.parse::<u64>().ok()));
    }
    Ok(numbers)
}

/// IRIs as plain strings in JSON, checked when read.
pub(super) mod iri {
    use oxigraph::model::NamedNode;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(iri: &NamedNode, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(iri.as_str())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NamedNode, D::Error> {
        NamedNode::new(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }

    pub mod optional {
        use oxigraph::model::NamedNode;
        use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

        #[allow(clippy::ref_option, reason = "serde passes a reference")]
        pub fn serialize<S: Serializer>(iri: &Option<NamedNode>, serializer: S) -> Result<S::Ok, S::Error> {
            iri.as_ref().map(NamedNode::as_str).serialize(serializer)
        }

        pub fn deserialize<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<NamedNode>, D::Error> {
            let iri = Option::<String>::deserialize(deserializer)?;
            iri.map(NamedNode::new).transpose().map_err(D::Error::custom)
        }
    }
}
