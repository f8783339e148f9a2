//! Rows that are alike: distinct ones, groups, and places to compute something only once.

use super::rows::Rows;
use super::terms::{Result, Terms};
use crate::index::id::Id;
use rustc_hash::FxHashMap;

/// Which rows are meant: all, or these in this order.
#[derive(Clone, Copy)]
pub(super) enum Places<'a> {
    All(usize),
    Some(&'a [u32]),
}

/// Rows after which somebody may have lost patience.
const STEP: usize = 1 << 16;

impl Places<'_> {
    pub(super) fn len(self) -> usize {
        match self {
            Self::All(len) => len,
            Self::Some(places) => places.len(),
        }
    }

    /// Every row in turn.
    #[inline]
    pub(super) fn each(self, terms: &Terms<'_>, mut visit: impl FnMut(usize) -> Result<()>) -> Result<()> {
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

/// Bytes that were reserved, given back when they are dropped.
pub(super) struct Room<'a> {
    terms: &'a Terms<'a>,
    bytes: usize,
}

impl<'a> Room<'a> {
    pub(super) fn new(terms: &'a Terms<'_>, bytes: usize) -> Result<Self> {
        terms.reserve(bytes)?;
        Ok(Self { terms, bytes })
    }

    pub(super) fn grow(&mut self, bytes: usize) -> Result<()> {
        self.terms.reserve(bytes)?;
        self.bytes += bytes;
        Ok(())
    }

    /// Gives back some of it.
    pub(super) fn shrink(&mut self, bytes: usize) {
        self.terms.release(bytes);
        self.bytes -= bytes;
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        self.terms.release(self.bytes);
    }
}

/// Rows, numbered by what they have in some columns.
pub(super) struct Groups {
    /// Of each row that was meant, which group it is in.
    pub(super) of_row: Vec<u32>,
    /// Of each group its first row.
    pub(super) first: Vec<u32>,
}

impl Groups {
    /// Rows are alike that have the same ids in all these columns.
    pub(super) fn of(columns: &[&[Id]], places: Places<'_>, terms: &Terms<'_>) -> Result<Self> {
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
                let groups = Self::of(start, places, terms)?;
                let mut numbers = groups.of_row.iter();
                Self::of_keys(places, terms, |row| pair(next(&mut numbers), last[row]))
            }
        }
    }

    /// Rows are alike that have the same key. Keys are asked for once, in the order of rows.
    pub(super) fn of_keys(
        places: Places<'_>,
        terms: &Terms<'_>,
        mut key: impl FnMut(usize) -> u64,
    ) -> Result<Self> {
        let mut room = Room::new(terms, 4 * places.len())?;
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

    /// By a table instead of hashes where ids lie close together.
    fn of_column(column: &[Id], places: Places<'_>, terms: &Terms<'_>) -> Result<Self> {
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
        if span > 2 * places.len() + 1024 {
            return Self::of_keys(places, terms, |row| u64::from(column[row].number()));
        }
        const NONE: u32 = u32::MAX;
        let _room = Room::new(terms, 4 * (span + places.len()))?;
        // The last one is for what is unbound.
        let mut numbers = vec![NONE; span + 1];
        let mut groups = Self { of_row: Vec::with_capacity(places.len()), first: Vec::new() };
        places.each(terms, |row| {
            let id = column[row];
            let slot = if id.is_bound() { (id.number() - least) as usize } else { span };
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
}

fn next(numbers: &mut std::slice::Iter<'_, u32>) -> u32 {
    *numbers.next().expect("a number for every row")
}

/// A key of a group and what a row of it has.
pub(super) fn pair(group: u32, id: Id) -> u64 {
    u64::from(group) << 32 | u64::from(id.number())
}

/// The first place of each different row, ascending.
pub(in crate::query) fn distinct(rows: &Rows, terms: &Terms<'_>) -> Result<Vec<u32>> {
    let columns: Vec<&[Id]> = rows.columns.iter().map(Vec::as_slice).collect();
    Ok(Groups::of(&columns, Places::All(rows.len), terms)?.first)
}
