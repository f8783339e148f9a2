//! Rows that are alike: distinct ones, groups, and places to compute something only once.

use super::rows::Rows;
use super::table::MemoryReservation;
use super::terms::{ExecContext, Result};
use crate::store::index::read::id::Id;
use rustc_hash::FxHashMap;

/// Rows to work on: all, or these in this order.
#[derive(Clone, Copy)]
pub(super) enum Places<'a> {
    All(usize),
    Some(&'a [u32]),
}

/// Rows between two looks at whether the query is cancelled.
const STEP: usize = 1 << 16;

impl Places<'_> {
    pub(super) fn len(self) -> usize {
        match self {
            Self::All(len) => len,
            Self::Some(places) => places.len(),
        }
    }

    /// The row at one of these places.
    #[inline]
    pub(super) fn row(self, at: usize) -> usize {
        match self {
            Self::All(_) => at,
            Self::Some(places) => places[at] as usize,
        }
    }

    /// Every row in turn.
    #[inline]
    pub(super) fn each(
        self,
        terms: &ExecContext<'_>,
        mut visit: impl FnMut(usize) -> Result<()>,
    ) -> Result<()> {
        match self {
            Self::All(len) => {
                for start in (0..len).step_by(STEP) {
                    terms.ensure_wanted()?;
                    (start..len.min(start + STEP)).try_for_each(&mut visit)?;
                }
            }
            Self::Some(places) => {
                for part in places.chunks(STEP) {
                    terms.ensure_wanted()?;
                    part.iter().try_for_each(|place| visit(*place as usize))?;
                }
            }
        }
        Ok(())
    }
}

/// Rows, numbered by what they have in some columns.
pub(super) struct Groups {
    /// Group of each row that was meant.
    pub(super) of_row: Vec<u32>,
    /// First row of each group.
    pub(super) first: Vec<u32>,
}

impl Groups {
    /// Rows are alike that have the same ids in all these columns.
    pub(super) fn of(columns: &[&[Id]], places: Places<'_>, terms: &ExecContext<'_>) -> Result<Self> {
        match columns {
            [] => {
                let mut first = Vec::new();
                places.each(terms, |row| {
                    if first.is_empty() {
                        first.push(row as u32);
                    }
                    Ok(())
                })?;
                Ok(Self { of_row: vec![0; places.len()], first })
            }
            [column] => Self::of_column(column, places, terms),
            [start @ .., last] => {
                let Self { of_row, first } = Self::of(start, places, terms)?;
                Self::parted(&of_row, first.len(), last, places, terms)
            }
        }
    }

    /// Rows are alike that have the same key. Keys are asked for once, in the order of rows.
    pub(super) fn of_keys(
        places: Places<'_>,
        terms: &ExecContext<'_>,
        mut key: impl FnMut(usize) -> u64,
    ) -> Result<Self> {
        let mut room = MemoryReservation::of(terms, 4 * places.len())?;
        let mut numbers: FxHashMap<u64, u32> = FxHashMap::default();
        let mut groups = Self { of_row: Vec::with_capacity(places.len()), first: Vec::new() };
        let mut last = None;
        places.each(terms, |row| {
            let key = key(row);
            // Columns that were sorted for a join have runs.
            if let Some((same, number)) = last
                && same == key
            {
                groups.of_row.push(number);
                return Ok(());
            }
            let next = groups.first.len() as u32;
            let number = *numbers.entry(key).or_insert(next);
            if number == next {
                groups.first.push(row as u32);
                if groups.first.len().is_power_of_two() {
                    // The table is about to double.
                    room.grow(32 * groups.first.len())?;
                }
            }
            groups.of_row.push(number);
            last = Some((key, number));
            Ok(())
        })?;
        Ok(groups)
    }

    /// Groups by one column: by a table instead of hashes where ids lie close together.
    fn of_column(column: &[Id], places: Places<'_>, terms: &ExecContext<'_>) -> Result<Self> {
        let Some(slots) = Slots::of(column, places, terms)? else {
            return Self::of_keys(places, terms, |row| u64::from(column[row].number()));
        };
        let _room = MemoryReservation::of(terms, 4 * (slots.len() + places.len()))?;
        let mut numbers = vec![NONE; slots.len()];
        let mut groups = Self { of_row: Vec::with_capacity(places.len()), first: Vec::new() };
        places.each(terms, |row| {
            let slot = slots.of_id(column[row]);
            let mut number = numbers[slot];
            if number == NONE {
                number = groups.first.len() as u32;
                numbers[slot] = number;
                groups.first.push(row as u32);
            }
            groups.of_row.push(number);
            Ok(())
        })?;
        Ok(groups)
    }

    /// Splits so many groups of rows by one more column.
    ///
    /// Rows are brought together group by group, and in each the ids are looked up in a table
    /// that fits into the cache. Hashing pairs of a group and an id instead takes a miss for every row as
    /// soon as there are many.
    pub(super) fn parted(
        of_row: &[u32],
        groups: usize,
        column: &[Id],
        places: Places<'_>,
        terms: &ExecContext<'_>,
    ) -> Result<Self> {
        let slots = if groups > 1 && places.len() >= FEW { Slots::of(column, places, terms)? } else { None };
        let Some(slots) = slots else {
            let mut numbers = of_row.iter();
            let mut number = || *numbers.next().expect("a number for every row");
            return Self::of_keys(places, terms, |row| pair(number(), column[row]));
        };
        let len = places.len();
        let _room = MemoryReservation::of(terms, 12 * len + 4 * groups + 8 * slots.len())?;
        let mut ends = vec![0_u32; groups];
        of_row.iter().for_each(|group| ends[*group as usize] += 1);
        let mut sum = 0;
        for end in &mut ends {
            sum += std::mem::replace(end, sum);
        }
        // Each row's place among `places`, and its slot; what begins as the start of a group ends as its end.
        let mut together = vec![(0_u32, 0_u32); len];
        let mut at = 0;
        places.each(terms, |row| {
            let end = &mut ends[of_row[at] as usize];
            together[*end as usize] = (at as u32, slots.of_id(column[row]) as u32);
            *end += 1;
            at += 1;
            Ok(())
        })?;
        let mut parted = Self { of_row: vec![0; len], first: Vec::new() };
        // Of each slot, the last group in which it was met, and its number there.
        let mut met = vec![(NONE, 0_u32); slots.len()];
        let mut start = 0;
        for (group, end) in (0_u32..).zip(&ends) {
            for (at, slot) in &together[start..*end as usize] {
                let (last, number) = &mut met[*slot as usize];
                if *last != group {
                    (*last, *number) = (group, parted.first.len() as u32);
                    parted.first.push(places.row(*at as usize) as u32);
                }
                parted.of_row[*at as usize] = *number;
            }
            start = *end as usize;
        }
        Ok(parted)
    }
}

/// No group.
const NONE: u32 = u32::MAX;
/// Rows below which hashing is cheaper than sorting into groups.
const FEW: usize = 16;

/// Places in a table for ids that lie close together.
struct Slots {
    least: u32,
    span: usize,
}

impl Slots {
    /// Table for a column; none if its ids do not lie close together.
    fn of(column: &[Id], places: Places<'_>, terms: &ExecContext<'_>) -> Result<Option<Self>> {
        let (mut least, mut most) = (u32::MAX, 0);
        places.each(terms, |row| {
            let id = column[row];
            if id.is_bound() {
                least = least.min(id.number());
                most = most.max(id.number());
            }
            Ok(())
        })?;
        let span = most.checked_sub(least).map_or(0, |span| span as usize + 1);
        Ok((span <= 2 * places.len() + 1024).then_some(Self { least, span }))
    }

    /// How many there are: the last one is for what is unbound.
    fn len(&self) -> usize {
        self.span + 1
    }

    #[inline]
    fn of_id(&self, id: Id) -> usize {
        if id.is_bound() { (id.number() - self.least) as usize } else { self.span }
    }
}

/// A key of a group and what a row of it has.
fn pair(group: u32, id: Id) -> u64 {
    u64::from(group) << 32 | u64::from(id.number())
}

/// The first place of each different row, ascending.
pub(in crate::query) fn distinct(rows: &Rows, terms: &ExecContext<'_>) -> Result<Vec<u32>> {
    let columns: Vec<&[Id]> = rows.columns.iter().map(Vec::as_slice).collect();
    let mut first = Groups::of(&columns, Places::All(rows.len), terms)?.first;
    if !first.is_sorted() {
        first.sort_unstable();
    }
    Ok(first)
}
