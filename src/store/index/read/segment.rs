//! One file of triples: what it adds to those before it, and what it takes away.
//!
//! Each predicate has a table, which is two columns, subjects and objects, in both orders: sorted
//! by subject, and sorted by object. A star is then a merge of columns, and so is any other join.
//! What a segment adds was not there before it, and what it takes away was: so the triples of a
//! state are counted and merged without looking at more than one table at a time.

use super::column::{Column, Pairs};
use super::corruption::Corruption;
use super::dictionary::Dictionary;
use super::id::Id;
use super::quads;
use super::sealed::{Sealed, Sealing};
use super::snapshot::By;
use crate::model::document::ContentHash;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

/// What is where in a segment: the end of its file, in JSON.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(in crate::store::index) struct Contents {
    pub(in crate::store::index) dictionary: Dictionary,
    /// Sorted by predicate.
    pub(in crate::store::index) tables: Vec<Table>,
    pub(in crate::store::index) subjects: Sets,
    pub(in crate::store::index) objects: Sets,
    pub(in crate::store::index) repeated: Repeated,
    /// Of the segment of named graphs alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store::index) quads: Option<quads::Stored>,
}

/// What a segment adds and takes away of one predicate.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::store::index) struct Table {
    pub(in crate::store::index) predicate: u32,
    #[serde(default, skip_serializing_if = "Stored::is_empty")]
    pub(in crate::store::index) added: Stored,
    #[serde(default, skip_serializing_if = "Stored::is_empty")]
    pub(in crate::store::index) removed: Stored,
}

/// Where two orders of the same triples are. Keys come first, values right behind them.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(in crate::store::index) struct Stored {
    pub(in crate::store::index) rows: usize,
    pub(in crate::store::index) by_subject: usize,
    pub(in crate::store::index) by_object: usize,
    /// Distinct ones.
    pub(in crate::store::index) subjects: usize,
    pub(in crate::store::index) objects: usize,
}

/// For each subject, or object, by which predicates it is one: the number of a set.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(in crate::store::index) struct Sets {
    pub(in crate::store::index) at: usize,
    pub(in crate::store::index) rows: usize,
    /// Where the members of each set begin, and behind the last of them its end.
    pub(in crate::store::index) starts: Range<usize>,
    pub(in crate::store::index) members: Range<usize>,
}

/// Triples that are said more than once, by several documents or positions: four columns, sorted by
/// predicate, subject, object; the fourth says how often. One that is 1 says that a former count
/// is over.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(in crate::store::index) struct Repeated {
    pub(in crate::store::index) at: usize,
    pub(in crate::store::index) rows: usize,
}

impl Contents {
    /// As they lie at the end of a file.
    pub(in crate::store::index) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("plain structures become JSON")
    }
}

impl Stored {
    fn is_empty(&self) -> bool {
        self.rows == 0
    }

    fn at(&self, by: By) -> usize {
        match by {
            By::Subject => self.by_subject,
            By::Object => self.by_object,
        }
    }
}

/// A file of the index, or the same in memory.
pub(in crate::store::index) struct Segment {
    sealed: Sealed,
    pub(in crate::store::index) contents: Contents,
}

impl Segment {
    pub(in crate::store::index) fn open(path: &Path) -> Result<Self, Corruption> {
        Self::of_sealed(Sealed::open(path)?)
    }

    /// The same of a file that is open; `path` is what it is called if it is damaged.
    pub(in crate::store::index) fn of_file(file: &File, path: &Path) -> Result<Self, Corruption> {
        Self::of_sealed(Sealed::of_file(file, path)?)
    }

    fn of_sealed((sealed, contents): (Sealed, Vec<u8>)) -> Result<Self, Corruption> {
        let contents = serde_json::from_slice(&contents)
            .map_err(|error| sealed.corruption(format!("has contents that cannot be read: {error}")))?;
        Ok(Self { sealed, contents })
    }

    pub(in crate::store::index) fn in_memory(data: Vec<u8>, contents: Contents) -> Self {
        Self { sealed: Sealed::in_memory(data), contents }
    }

    /// Its file, if it is one.
    pub(in crate::store::index) fn path(&self) -> Option<&Path> {
        Some(self.sealed.path()).filter(|path| !path.as_os_str().is_empty())
    }

    /// The name of its file, if it is one.
    pub(in crate::store::index) fn file_name(&self) -> Option<String> {
        Some(self.path()?.file_name()?.to_str()?.to_owned())
    }

    /// Digest by which a manifest and an index of names refer to it: SHA-256 of the end of its file, so that
    /// naming a segment reads no data.
    pub(in crate::store::index) fn digest(&self) -> ContentHash {
        ContentHash::of(self.sealed.end())
    }

    /// Writes it as a file has it.
    pub(in crate::store::index) fn write<W: Write>(&self, out: W) -> io::Result<()> {
        let mut out = Sealing::new(out);
        let data = self.sealed.all().map_err(io::Error::other)?;
        out.write(data)?;
        out.finish(&self.contents.to_bytes()).map(drop)
    }

    pub(in crate::store::index) fn corruption(&self, why: String) -> Corruption {
        self.sealed.corruption(why)
    }

    pub(in crate::store::index) fn verify_all(&self) -> Result<(), Corruption> {
        self.sealed.verify_all()
    }

    pub(in crate::store::index) fn find(&self, key: &[u8]) -> Result<Option<Id>, Corruption> {
        Ok(self.contents.dictionary.find(key, &self.sealed)?.map(Id::stored))
    }

    pub(in crate::store::index) fn has_prefix(&self, prefix: &[u8]) -> Result<bool, Corruption> {
        self.contents.dictionary.has_prefix(prefix, &self.sealed)
    }

    pub(in crate::store::index) fn key(&self, number: u32) -> Result<Vec<u8>, Corruption> {
        self.contents.dictionary.key(number, &self.sealed)
    }

    pub(in crate::store::index) fn beginning(&self, prefix: &[u8]) -> Result<Range<u32>, Corruption> {
        self.contents.dictionary.beginning(prefix, &self.sealed)
    }

    pub(in crate::store::index) fn for_each_key(
        &self,
        take: impl FnMut(u32, &[u8]),
    ) -> Result<(), Corruption> {
        self.contents.dictionary.for_each(&self.sealed, take)
    }

    pub(in crate::store::index) fn table(&self, predicate: Id) -> Option<&Table> {
        let tables = &self.contents.tables;
        let at = tables.binary_search_by_key(&predicate.number(), |table| table.predicate).ok()?;
        Some(&tables[at])
    }

    pub(in crate::store::index) fn scan(&self, stored: &Stored, by: By) -> Result<Pairs<'_>, Corruption> {
        self.pairs(stored.at(by), stored.rows)
    }

    pub(in crate::store::index) fn lookup(
        &self,
        stored: &Stored,
        by: By,
        key: Id,
    ) -> Result<Column<'_>, Corruption> {
        let places = self.places(stored.at(by), stored.rows, key)?;
        let values = stored.at(by) + 4 * stored.rows;
        self.column(values + 4 * places.start, places.len())
    }

    /// By which predicates the segment adds something to a subject or an object.
    pub(in crate::store::index) fn predicates_of(
        &self,
        by: By,
        key: Id,
    ) -> Result<Option<Column<'_>>, Corruption> {
        let sets = match by {
            By::Subject => &self.contents.subjects,
            By::Object => &self.contents.objects,
        };
        let places = self.places(sets.at, sets.rows, key)?;
        if places.is_empty() {
            return Ok(None);
        }
        let set = self.column(sets.at + 4 * (sets.rows + places.start), 1)?.get(0).number() as usize;
        let budget = self.column(sets.starts.start + 4 * set, 2)?;
        let (start, end) = (budget.get(0).number() as usize, budget.get(1).number() as usize);
        let start = start.min(end);
        self.column(sets.members.start + 4 * start, end - start).map(Some)
    }

    /// How often a triple is said, if this segment knows it to be more than once.
    pub(in crate::store::index) fn repeats(&self, triple: [Id; 3]) -> Result<Option<u32>, Corruption> {
        let Repeated { at, rows } = self.contents.repeated;
        let column = |n: usize, row: usize| Ok(self.column(at + 4 * (n * rows + row), 1)?.get(0));
        let (mut low, mut high) = (0, rows);
        let [subject, predicate, object] = triple;
        while low < high {
            let middle = low.midpoint(high);
            let found = (column(0, middle)?, column(1, middle)?, column(2, middle)?);
            match found.cmp(&(predicate, subject, object)) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Ok(Some(column(3, middle)?.number())),
            }
        }
        Ok(None)
    }

    /// All triples that it knows to be said more than once, with how often.
    pub(in crate::store::index) fn all_repeated(&self) -> Result<Vec<([Id; 3], u32)>, Corruption> {
        let Repeated { at, rows } = self.contents.repeated;
        let column = |n: usize| self.column(at + 4 * n * rows, rows);
        let (p, s, o, count) = (column(0)?, column(1)?, column(2)?, column(3)?);
        Ok((0..rows).map(|i| ([s.get(i), p.get(i), o.get(i)], count.get(i).number())).collect())
    }

    fn pairs(&self, at: usize, rows: usize) -> Result<Pairs<'_>, Corruption> {
        Ok(Pairs { keys: self.column(at, rows)?, values: self.column(at + 4 * rows, rows)? })
    }

    /// So many ids that begin here.
    pub(in crate::store::index) fn column(&self, at: usize, rows: usize) -> Result<Column<'_>, Corruption> {
        Ok(Column::of_bytes(self.sealed.bytes(at..at + 4 * rows)?))
    }

    /// The places of a key in the sorted column that begins here. Reads, and proves, no more than
    /// it touches.
    fn places(&self, at: usize, rows: usize, key: Id) -> Result<Range<usize>, Corruption> {
        let id = |row: usize| Ok::<_, Corruption>(self.column(at + 4 * row, 1)?.get(0));
        let first = |mut low: usize, mut high: usize, is_before: &dyn Fn(Id) -> bool| {
            while low < high {
                let middle = low.midpoint(high);
                if is_before(id(middle)?) { low = middle + 1 } else { high = middle }
            }
            Ok::<_, Corruption>(low)
        };
        let start = first(0, rows, &|id| id < key)?;
        // Keys have few values, or very many.
        let mut step = 1;
        while start + step < rows && id(start + step)? == key {
            step *= 2;
        }
        let end = first(start, (start + step).min(rows), &|id| id == key)?;
        Ok(start..end)
    }
}
