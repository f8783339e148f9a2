//! Ids one after another, as they lie in a file or as they were put together.

use super::id::Id;
use std::borrow::Cow;
use std::ops::Range;

/// Ids in a row: borrowed from a segment where one segment has them all, else owned.
#[derive(Clone, Debug, Default)]
pub struct Column<'a>(Cow<'a, [[u8; 4]]>);

/// Two columns of one length: sorted by key, under one key by value, no pair twice.
#[derive(Clone, Debug, Default)]
pub struct Pairs<'a> {
    /// The sorted column.
    pub keys: Column<'a>,
    /// Value beside each key.
    pub values: Column<'a>,
}

impl<'a> Column<'a> {
    /// The ids that these bytes are; a rest that is none is left out.
    pub(in crate::store::index) fn of_bytes(bytes: &'a [u8]) -> Self {
        Self(Cow::Borrowed(bytes.as_chunks().0))
    }

    /// Number of ids.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no ids.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether these are the same ids in the same order.
    pub(in crate::store::index) fn is_same(&self, other: &Column<'_>) -> bool {
        self.0 == other.0
    }

    #[cfg(test)]
    pub(in crate::store::index) fn is_borrowed(&self) -> bool {
        matches!(self.0, Cow::Borrowed(_))
    }

    /// # Panics
    /// There are no more than `at` ids.
    pub fn get(&self, at: usize) -> Id {
        Id::from_bytes(self.0[at])
    }

    /// The ids, in their order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Id> + ExactSizeIterator + '_ {
        self.0.iter().map(|bytes| Id::from_bytes(*bytes))
    }

    /// The first place at or after `from` whose id is not below `id`, in a sorted column: by steps
    /// that double, so that what is near is found in few.
    pub fn seek(&self, from: usize, id: Id) -> usize {
        let mut step = 1;
        let mut below = from;
        while below + step <= self.len() && self.get(below + step - 1) < id {
            below += step;
            step *= 2;
        }
        let end = (below + step - 1).min(self.len());
        below + self.0[below..end].partition_point(|bytes| Id::from_bytes(*bytes) < id)
    }

    /// The first place whose id is not below `id`, in a sorted column: from its end, by steps that double.
    pub fn seek_back(&self, id: Id) -> usize {
        let mut step = 1;
        let mut end = self.len();
        while end >= step && self.get(end - step) >= id {
            end -= step;
            step *= 2;
        }
        let start = end.saturating_sub(step);
        start + self.0[start..end].partition_point(|bytes| Id::from_bytes(*bytes) < id)
    }

    /// The places of an id in a sorted column.
    pub fn places(&self, id: Id) -> Range<usize> {
        let start = self.0.partition_point(|bytes| Id::from_bytes(*bytes) < id);
        let length = self.0[start..].partition_point(|bytes| Id::from_bytes(*bytes) == id);
        start..start + length
    }

    /// The ids at these places.
    pub fn part(&self, places: Range<usize>) -> Column<'_> {
        Column(Cow::Borrowed(&self.0[places]))
    }
}

impl FromIterator<Id> for Column<'_> {
    fn from_iter<I: IntoIterator<Item = Id>>(ids: I) -> Self {
        Self(ids.into_iter().map(Id::to_bytes).collect())
    }
}

impl Pairs<'_> {
    /// Number of pairs.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are no pairs.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The pairs, in the order of the keys.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Id, Id)> + '_ {
        self.keys.iter().zip(self.values.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn places_are_found(mut ids in prop::collection::vec(0u32..30, 0..40), id in 0u32..31, from in 0usize..40) {
            ids.sort_unstable();
            let column: Column<'_> = ids.iter().map(|n| Id::stored(*n)).collect();
            let from = from.min(ids.len());
            let first = (from..ids.len()).find(|at| ids[*at] >= id).unwrap_or(ids.len());
            prop_assert_eq!(column.seek(from, Id::stored(id)), first);
            prop_assert_eq!(column.seek_back(Id::stored(id)), column.seek(0, Id::stored(id)));
            let places = column.places(Id::stored(id));
            prop_assert_eq!(places.len(), ids.iter().filter(|n| **n == id).count());
            prop_assert!(column.part(places).iter().all(|found| found == Id::stored(id)));
        }
    }
}
