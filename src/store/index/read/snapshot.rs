//! The triples of one state, as numbers: what queries run on.
//!
//! A state is a list of segments, the first of which is the largest. What it holds is what they
//! add, each to those before it, without what they take away.

use super::column::{Column, Pairs};
use super::corruption::Corruption;
use super::id::Id;
use super::key::{self, Kind};
use super::quads::NamedGraphs;
use super::segment::{Segment, Stored};
use oxrdf::{NamedNodeRef, Term, TermRef};
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeSet, BinaryHeap};
use std::ops::Range;
use std::sync::Arc;

/// By which end triples of one predicate are sorted and looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Sorted by subject.
    Subject,
    /// Sorted by object.
    Object,
}

/// Counts of one predicate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Number of triples.
    pub triples: usize,
    /// Distinct ones; with several segments at most so many.
    pub subjects: usize,
    /// Number of distinct objects.
    pub objects: usize,
}

/// The triples of one state, immutable.
#[derive(Clone)]
pub struct Snapshot {
    segments: Vec<Arc<Segment>>,
    /// Of the earlier segments only the terms count: another default graph was put in place of theirs.
    tables_from: usize,
    predicates: Vec<Id>,
    named: Option<NamedGraphs>,
}

impl Snapshot {
    /// The state that these segments make up, each on top of those before it.
    pub(in crate::store::index) fn of_segments(segments: Vec<Arc<Segment>>) -> Self {
        Self::of_tables(segments, 0, None)
    }

    fn of_tables(segments: Vec<Arc<Segment>>, tables_from: usize, named: Option<NamedGraphs>) -> Self {
        let mut snapshot = Self { segments, tables_from, predicates: Vec::new(), named };
        let tables = snapshot.with_tables().iter().flat_map(|segment| &segment.contents.tables);
        let all: BTreeSet<Id> = tables.map(|table| Id::from_number(table.predicate)).collect();
        snapshot.predicates = all.into_iter().filter(|p| snapshot.statistics(*p).triples > 0).collect();
        snapshot
    }

    /// The same state with the named graphs of this segment, which is on top of it.
    pub(in crate::store::index) fn with_graphs(&self, segment: Arc<Segment>) -> Self {
        let named = NamedGraphs::of(&segment);
        let segments = self.segments.iter().cloned().chain([segment]).collect();
        Self { segments, named, ..self.clone() }
    }

    /// The same terms with the default graph of this segment, which is on top of them, and of the named graphs
    /// only these.
    pub(in crate::store::index) fn with_default(&self, segment: Arc<Segment>, visible: BTreeSet<Id>) -> Self {
        let named = self.named.clone().map(|named| named.restricted(visible));
        let segments = self.segments.iter().cloned().chain([segment]).collect();
        Self::of_tables(segments, self.segments.len(), named)
    }

    pub(super) fn named_graphs(&self) -> Option<&NamedGraphs> {
        self.named.as_ref()
    }

    fn with_tables(&self) -> &[Arc<Segment>] {
        &self.segments[self.tables_from..]
    }

    pub(in crate::store::index) fn segments(&self) -> &[Arc<Segment>] {
        &self.segments
    }

    /// The number of the next term of a dictionary.
    pub fn next_number(&self) -> u32 {
        self.segments.last().map_or(0, |segment| segment.contents.dictionary.numbers().end)
    }

    /// The id of a term; none if no triple has it.
    pub fn id(&self, term: TermRef<'_>) -> Result<Option<Id>, Corruption> {
        if let Some(id) = Id::of_term(term) {
            return Ok(Some(id));
        }
        let mut key = Vec::new();
        key::write(term, &mut key);
        self.id_of_key(&key)
    }

    pub(in crate::store::index) fn id_of_key(&self, key: &[u8]) -> Result<Option<Id>, Corruption> {
        for segment in &self.segments {
            if let Some(id) = segment.find(key)? {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// Whether the dictionaries have a literal of this datatype, those left out whose value is in
    /// their id.
    pub fn has_datatype(&self, datatype: NamedNodeRef<'_>) -> Result<bool, Corruption> {
        let mut prefix = Vec::new();
        key::typed("", datatype.as_str(), &mut prefix);
        for segment in &self.segments {
            if segment.has_prefix(&prefix)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The term of an id that holds a value or is of the dictionaries.
    ///
    /// # Panics
    /// It is another one.
    pub fn term(&self, id: Id) -> Result<Term, Corruption> {
        if let Some(value) = id.value() {
            return Ok(value.term());
        }
        let (segment, number) = self.home(id);
        let corruption = || segment.corruption(format!("has a term {number} that cannot be read"));
        key::read(&segment.key(number)?).ok_or_else(corruption)
    }

    /// Whether an id is of an IRI or a blank node.
    ///
    /// # Panics
    /// It is of no dictionary and holds no value.
    pub fn is_resource(&self, id: Id) -> bool {
        id.value().is_none() && {
            let (segment, number) = self.home(id);
            segment.contents.dictionary.is_resource(number)
        }
    }

    /// The numbers of the terms of a kind, a range for each dictionary; values in ids are beside them.
    pub fn numbers_of(&self, kind: Kind<'_>) -> Result<Vec<Range<u32>>, Corruption> {
        let prefix = kind.prefix();
        let ranges = self.segments.iter().map(|segment| segment.beginning(&prefix));
        ranges.filter(|range| !range.as_ref().is_ok_and(Range::is_empty)).collect()
    }

    /// Asks something of the text of a term of the dictionaries; none if it has no text.
    pub fn with_text<T>(&self, id: Id, ask: impl FnOnce(&str) -> T) -> Result<Option<T>, Corruption> {
        Ok(key::text(&self.key(id)?).map(ask))
    }

    /// The bytes of a term of the dictionaries.
    pub(in crate::store::index) fn key(&self, id: Id) -> Result<Vec<u8>, Corruption> {
        let (segment, number) = self.home(id);
        segment.key(number)
    }

    /// These things, each once, in the order of their terms. Those of one dictionary, whose ids are in order, are
    /// a run; runs are merged.
    ///
    /// # Panics
    /// One holds a value or is of no dictionary.
    pub fn in_order(&self, mut ids: Vec<Id>) -> Result<Vec<Id>, Corruption> {
        ids.sort_unstable();
        ids.dedup();
        let firsts = self.segments.iter().skip(1).map(|segment| segment.contents.dictionary.first);
        let mut ends: Vec<usize> =
            firsts.map(|first| ids.partition_point(|id| id.number() < first)).collect();
        ends.push(ids.len());
        let mut heap: BinaryHeap<Reverse<(Vec<u8>, usize, usize)>> = BinaryHeap::new();
        let mut start = 0;
        for end in ends {
            if start < end {
                heap.push(Reverse((self.key(ids[start])?, start, end)));
            }
            start = end;
        }
        if heap.len() < 2 {
            return Ok(ids);
        }
        let mut merged = Vec::with_capacity(ids.len());
        while let Some(Reverse((_, at, end))) = heap.pop() {
            merged.push(ids[at]);
            if at + 1 < end {
                heap.push(Reverse((self.key(ids[at + 1])?, at + 1, end)));
            }
        }
        Ok(merged)
    }

    fn home(&self, id: Id) -> (&Segment, u32) {
        let number = id.as_stored().expect("a term of the dictionaries");
        let after = self.segments.partition_point(|s| s.contents.dictionary.first <= number);
        (&self.segments[after.max(1) - 1], number)
    }

    /// All predicates, in the order of their ids.
    pub fn predicates(&self) -> &[Id] {
        &self.predicates
    }

    /// Number of triples.
    pub fn triple_count(&self) -> usize {
        self.predicates.iter().map(|p| self.statistics(*p).triples).sum()
    }

    /// Counts of a predicate; zeros for what is none.
    pub fn statistics(&self, predicate: Id) -> Statistics {
        let mut statistics = Statistics::default();
        for table in self.with_tables().iter().filter_map(|segment| segment.table(predicate)) {
            statistics.triples += table.added.rows;
            statistics.triples -= table.removed.rows;
            statistics.subjects += table.added.subjects;
            statistics.objects += table.added.objects;
        }
        statistics.subjects = statistics.subjects.min(statistics.triples);
        statistics.objects = statistics.objects.min(statistics.triples);
        statistics
    }

    /// Whether several segments say something of a predicate: its distinct subjects and objects are then
    /// only known to be no more than the statistics say.
    pub(in crate::store::index) fn is_changed(&self, predicate: Id) -> bool {
        self.tables(predicate).nth(1).is_some()
    }

    /// All triples of a predicate: subjects with objects, or objects with subjects.
    pub fn scan(&self, predicate: Id, by: By) -> Result<Pairs<'_>, Corruption> {
        let pairs = |segment: &Arc<Segment>, stored: &Stored| -> Result<Vec<(Id, Id)>, Corruption> {
            let empty = stored.rows == 0;
            if empty { Ok(Vec::new()) } else { Ok(segment.scan(stored, by)?.iter().collect()) }
        };
        let mut tables = self.tables(predicate);
        let Some((segment, first)) = tables.next() else { return Ok(Pairs::default()) };
        let largest = segment.scan(&first.added, by)?;
        // Later segments are small: they are made one change before it meets the large one.
        let mut change = Change::default();
        for (segment, table) in tables {
            change.then(&pairs(segment, &table.added)?, &pairs(segment, &table.removed)?);
        }
        Ok(if change.is_empty() { largest } else { change.applied(&largest) })
    }

    /// The objects that a subject has by a predicate, or the subjects that an object has; sorted.
    pub fn lookup(&self, predicate: Id, by: By, key: Id) -> Result<Column<'_>, Corruption> {
        let mut tables = self.tables(predicate);
        let Some((segment, table)) = tables.next() else { return Ok(Column::default()) };
        let mut found = segment.lookup(&table.added, by, key)?;
        for (segment, table) in tables {
            let added = segment.lookup(&table.added, by, key)?;
            let removed = segment.lookup(&table.removed, by, key)?;
            if !added.is_empty() || !removed.is_empty() {
                let gone: BTreeSet<Id> = removed.iter().collect();
                let mut values: Vec<Id> = found.iter().filter(|id| !gone.contains(id)).collect();
                values.extend(added.iter());
                values.sort_unstable();
                found = values.into_iter().collect();
            }
        }
        Ok(found)
    }

    fn tables(&self, predicate: Id) -> impl Iterator<Item = (&Arc<Segment>, &super::segment::Table)> {
        self.with_tables().iter().filter_map(move |segment| Some((segment, segment.table(predicate)?)))
    }

    /// The predicates by which this is a subject, or an object; of predicates of which all such
    /// triples were taken away some may be among them.
    pub fn predicates_of(&self, by: By, key: Id) -> Result<Vec<Id>, Corruption> {
        let mut predicates = Vec::new();
        for segment in self.with_tables() {
            predicates.extend(segment.predicates_of(by, key)?.iter().flat_map(Column::iter));
        }
        if self.segments.len() > 1 {
            predicates.sort_unstable();
            predicates.dedup();
        }
        Ok(predicates)
    }

    /// Whether the state holds this triple.
    pub fn contains(&self, subject: Id, predicate: Id, object: Id) -> Result<bool, Corruption> {
        Ok(!self.lookup(predicate, By::Subject, subject)?.places(object).is_empty())
    }

    /// How often a triple is said: by so many documents, or positions that it follows from.
    pub(in crate::store::index) fn count(&self, triple: [Id; 3]) -> Result<u32, Corruption> {
        let [subject, predicate, object] = triple;
        if triple.iter().any(|id| id.as_local().is_some()) {
            return Ok(0);
        }
        for segment in self.with_tables().iter().rev() {
            if let Some(count) = segment.repeats(triple)? {
                return Ok(count);
            }
            let Some(table) = segment.table(predicate) else { continue };
            let has = |stored: &Stored| -> Result<bool, Corruption> {
                Ok(!segment.lookup(stored, By::Subject, subject)?.places(object).is_empty())
            };
            if has(&table.removed)? {
                return Ok(0);
            }
            if has(&table.added)? {
                return Ok(1);
            }
        }
        Ok(0)
    }

    /// Proves every byte.
    pub(in crate::store::index) fn verify_all(&self) -> Result<(), Corruption> {
        self.segments.iter().try_for_each(|segment| segment.verify_all())
    }
}

/// What several segments do to a table together.
#[derive(Default)]
struct Change {
    added: BTreeSet<(Id, Id)>,
    removed: BTreeSet<(Id, Id)>,
}

impl Change {
    fn then(&mut self, added: &[(Id, Id)], removed: &[(Id, Id)]) {
        for pair in removed {
            if !self.added.remove(pair) {
                self.removed.insert(*pair);
            }
        }
        for pair in added {
            if !self.removed.remove(pair) {
                self.added.insert(*pair);
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }

    fn applied(&self, to: &Pairs<'_>) -> Pairs<'static> {
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        keys.reserve(to.len() + self.added.len());
        values.reserve(to.len() + self.added.len());
        let mut put = |(key, value): (Id, Id)| {
            keys.push(key);
            values.push(value);
        };
        let mut added = self.added.iter().copied().peekable();
        let mut removed = self.removed.iter().copied().peekable();
        for pair in to.iter() {
            while let Some(new) = added.next_if(|new| *new < pair) {
                put(new);
            }
            while removed.next_if(|gone| *gone < pair).is_some() {}
            match removed.peek().map(|gone| gone.cmp(&pair)) {
                Some(Ordering::Equal) => {}
                _ => put(pair),
            }
        }
        added.for_each(&mut put);
        Pairs { keys: keys.into_iter().collect(), values: values.into_iter().collect() }
    }
}
