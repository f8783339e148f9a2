//! Joins of two tables by compatible mappings: rows agree in every variable that both bind.
//!
//! Rows are first parted by which of the shared variables they bind, which mostly is one part; of
//! two parts the variables that both bind are the key of a hash join, or of a merge where both are
//! sorted by the only one.

use super::rows::Rows;
use super::table::{Found, MemoryReservation, Table};
use super::terms::{ExecContext, Result, Stopped};
use crate::store::index::read::id::Id;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// The places of a table where something is true.
pub(super) type Condition<'c, 't> = dyn Fn(&Table<'t>) -> Result<Vec<u32>> + 'c;

/// The place of no row.
const NONE: u32 = u32::MAX;

/// All compatible pairs, as one table.
pub(super) fn inner<'t>(left: Table<'t>, right: Table<'t>) -> Result<Table<'t>> {
    // The larger one keeps its order, the smaller one is looked up.
    let (left, right) = if left.len() < right.len() { (right, left) } else { (left, right) };
    let found = pairs(&left, &right)?;
    combine(left, &right, &found.left, &found.right)
}

/// All compatible pairs for which `holds`, and the rows of `left` that are in none.
pub(super) fn outer<'t>(
    left: Table<'t>,
    right: &Table<'t>,
    holds: Option<&Condition<'_, 't>>,
) -> Result<Table<'t>> {
    let terms = left.terms();
    let found = pairs(&left, right)?;
    let kept = match holds {
        None => None,
        Some(holds) => Some(holds(&combine(copy(&left)?, right, &found.left, &found.right)?)?),
    };
    let mut all = Found::new(terms);
    let mut kept = kept.map(|kept| kept.into_iter().peekable());
    let mut at = 0;
    for row in 0..place(left.len())? {
        let mut is_alone = true;
        while found.left.get(at) == Some(&row) {
            let holds =
                kept.as_mut().is_none_or(|kept| kept.next_if(|place| *place as usize == at).is_some());
            if holds {
                all.push(row, found.right[at])?;
                is_alone = false;
            }
            at += 1;
        }
        if is_alone {
            all.push(row, NONE)?;
        }
    }
    combine(left, right, &all.left, &all.right)
}

/// The places of `left` that have, or do not have, a compatible row in `right`; for MINUS they also
/// have to share a variable.
pub(super) fn matching(
    left: &Table<'_>,
    right: &Table<'_>,
    is_minus: bool,
    wanted: bool,
) -> Result<Vec<u32>> {
    let mut is_matched = vec![false; left.len()];
    let shared = shared(left, right);
    for one in parts(left, &shared.iter().map(|(l, _)| *l).collect::<Vec<_>>())? {
        for other in parts(right, &shared.iter().map(|(_, r)| *r).collect::<Vec<_>>())? {
            let both = common(&shared, one.bound & other.bound);
            if is_minus && both.is_empty() {
                continue;
            }
            let key = Key::new(left, right, &both);
            let index = Index::new(&key, &other)?;
            one.each(|row| {
                if !is_matched[row as usize] {
                    is_matched[row as usize] = index.first(&key, row) != NONE;
                }
                Ok(())
            })?;
        }
    }
    left.terms().ensure_wanted()?;
    Ok((0u32..).zip(is_matched).filter(|(_, is)| *is == wanted).map(|(row, _)| row).collect())
}

/// All rows of both, one after the other.
pub(super) fn union<'t>(left: Table<'t>, right: Table<'t>) -> Result<Table<'t>> {
    let terms = left.terms();
    let mut variables = left.rows.variables.clone();
    variables.extend(right.rows.variables.iter().filter(|v| left.lacks(v)).cloned());
    let len = left.len() + right.len();
    place(len)?;
    let (mut left, right) = (left.arrange(&variables)?, right.arrange(&variables)?);
    let mut more = MemoryReservation::new(terms);
    more.set(right.len() * variables.len() * size_of::<Id>())?;
    let mut rows = std::mem::take(&mut left.rows);
    let certain: Vec<bool> = std::iter::zip(&left.certain, &right.certain).map(|(l, r)| *l && *r).collect();
    // Columns without rows bind whatever is asked of them.
    let certain = match (rows.len, right.len()) {
        (0, _) => right.certain.clone(),
        (_, 0) => left.certain.clone(),
        _ => certain,
    };
    for (column, more) in rows.columns.iter_mut().zip(&right.rows.columns) {
        column.extend_from_slice(more);
    }
    rows.len = len;
    drop((more, left, right));
    let mut table = Table::of(rows, terms)?;
    table.certain = certain;
    Ok(table)
}

fn copy<'t>(table: &Table<'t>) -> Result<Table<'t>> {
    let mut more = MemoryReservation::new(table.terms());
    more.set(table.len() * table.rows.columns.len() * size_of::<Id>())?;
    let rows = table.rows.clone();
    drop(more);
    let mut copy = Table::of(rows, table.terms())?;
    copy.sorted.clone_from(&table.sorted);
    Ok(copy)
}

/// A number of rows that has places.
fn place(len: usize) -> Result<u32> {
    u32::try_from(len)
        .ok()
        .filter(|len| *len < NONE)
        .ok_or(Stopped::Memory(len.saturating_mul(size_of::<u32>())))
}

fn shared(left: &Table<'_>, right: &Table<'_>) -> Vec<(usize, usize)> {
    let both = left.rows.variables.iter().enumerate();
    both.filter_map(|(at, variable)| Some((at, right.rows.position(variable)?))).collect()
}

/// The pairs, in the order of `left`.
fn pairs<'t>(left: &Table<'t>, right: &Table<'t>) -> Result<Found<'t, u32>> {
    place(left.len())?;
    place(right.len())?;
    let mut found = Found::new(left.terms());
    let shared = shared(left, right);
    let ones = parts(left, &shared.iter().map(|(l, _)| *l).collect::<Vec<_>>())?;
    let others = parts(right, &shared.iter().map(|(_, r)| *r).collect::<Vec<_>>())?;
    for one in &ones {
        for other in &others {
            let both = common(&shared, one.bound & other.bound);
            if let [(l, r)] = both[..]
                && one.places.is_none()
                && other.places.is_none()
                && left.is_sorted_by(&left.rows.variables[l])
                && right.is_sorted_by(&right.rows.variables[r])
            {
                merge(&left.rows.columns[l], &right.rows.columns[r], &mut found)?;
                continue;
            }
            let key = Key::new(left, right, &both);
            let index = Index::new(&key, other)?;
            one.each(|row| {
                let mut place = index.first(&key, row);
                while place != NONE {
                    found.push(row, place)?;
                    place = index.next(&key, row, place);
                }
                Ok(())
            })?;
        }
    }
    if ones.len() > 1 || others.len() > 1 {
        let mut order: Vec<(u32, u32)> =
            found.left.iter().copied().zip(found.right.iter().copied()).collect();
        order.sort_unstable();
        (found.left, found.right) = order.into_iter().unzip();
    }
    Ok(found)
}

fn merge(left: &[Id], right: &[Id], found: &mut Found<'_, u32>) -> Result<()> {
    let mut start = 0;
    for (row, id) in (0u32..).zip(left) {
        while start < right.len() && right[start] < *id {
            start += 1;
        }
        let mut at = start;
        while at < right.len() && right[at] == *id {
            found.push(row, at as u32)?;
            at += 1;
        }
    }
    Ok(())
}

/// The rows that these pairs are.
fn combine<'t>(left: Table<'t>, right: &Table<'t>, lefts: &[u32], rights: &[u32]) -> Result<Table<'t>> {
    let sorted = left.sorted.clone();
    let mut all = left.gather(lefts)?;
    let is_outer = rights.contains(&NONE);
    for (at, variable) in right.rows.variables.iter().enumerate() {
        let theirs = &right.rows.columns[at];
        let value = |place: &u32| theirs.get(*place as usize).copied().unwrap_or(Id::UNBOUND);
        if let Some(own) = all.rows.position(variable) {
            if !all.certain[own] {
                for (id, place) in all.rows.columns[own].iter_mut().zip(rights) {
                    if !id.is_bound() {
                        *id = value(place);
                    }
                }
                all.certain[own] = right.certain[at] && !is_outer;
            }
            continue;
        }
        let mut more = MemoryReservation::new(all.terms());
        more.set(rights.len() * size_of::<Id>())?;
        let column = rights.iter().map(value).collect();
        drop(more);
        all.add(variable.clone(), column, right.certain[at] && !is_outer)?;
    }
    all.sorted = sorted.filter(|variable| all.is_certain(variable));
    Ok(all)
}

/// Rows that bind the same of the shared variables.
struct Part {
    /// A bit for each shared variable.
    bound: u128,
    /// None: all of them.
    places: Option<Vec<u32>>,
    len: usize,
}

impl Part {
    fn each(&self, mut visit: impl FnMut(u32) -> Result<()>) -> Result<()> {
        match &self.places {
            Some(places) => places.iter().try_for_each(|row| visit(*row)),
            None => (0..self.len as u32).try_for_each(visit),
        }
    }
}

fn parts(table: &Table<'_>, columns: &[usize]) -> Result<Vec<Part>> {
    let all = (1u128 << columns.len()) - 1;
    if columns.iter().all(|column| table.certain[*column]) {
        return Ok(vec![Part { bound: all, places: None, len: table.len() }]);
    }
    let mut parts: BTreeMap<u128, Vec<u32>> = BTreeMap::new();
    for row in 0..place(table.len())? {
        let mut bound = 0;
        for (bit, column) in columns.iter().enumerate() {
            bound |= u128::from(table.rows.columns[*column][row as usize].is_bound()) << bit;
        }
        parts.entry(bound).or_default().push(row);
    }
    Ok(parts
        .into_iter()
        .map(|(bound, places)| Part { bound, len: places.len(), places: Some(places) })
        .collect())
}

fn common(shared: &[(usize, usize)], bits: u128) -> Vec<(usize, usize)> {
    shared.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1).map(|(_, pair)| *pair).collect()
}

/// The columns that have to agree.
struct Key<'k> {
    terms: &'k ExecContext<'k>,
    left: Vec<&'k [Id]>,
    right: Vec<&'k [Id]>,
}

impl<'k> Key<'k> {
    fn new(left: &'k Table<'_>, right: &'k Table<'_>, both: &[(usize, usize)]) -> Self {
        fn columns(rows: &Rows, places: impl Iterator<Item = usize>) -> Vec<&[Id]> {
            places.map(|at| rows.columns[at].as_slice()).collect()
        }
        Self {
            terms: left.terms(),
            left: columns(&left.rows, both.iter().map(|(l, _)| *l)),
            right: columns(&right.rows, both.iter().map(|(_, r)| *r)),
        }
    }

    /// One number for the key of a row; the same for others where there are more than two columns.
    fn number(columns: &[&[Id]], row: u32) -> u64 {
        let row = row as usize;
        match columns {
            [] => 0,
            [one] => one[row].number().into(),
            [one, other] => u64::from(one[row].number()) << 32 | u64::from(other[row].number()),
            more => more.iter().fold(0, |sum: u64, column| {
                (sum.rotate_left(5) ^ u64::from(column[row].number())).wrapping_mul(0x517c_c1b7_2722_0a95)
            }),
        }
    }

    fn agrees(&self, left: u32, right: u32) -> bool {
        std::iter::zip(&self.left, &self.right).all(|(l, r)| l[left as usize] == r[right as usize])
    }
}

/// The rows of the right part by their key: the first of each, and for each the next.
struct Index<'t> {
    heads: Heads,
    next: Vec<u32>,
    _held: MemoryReservation<'t>,
}

enum Heads {
    /// By the number of the only column, less the least.
    Dense(u32, Vec<u32>),
    Hashed(FxHashMap<u64, u32>),
}

impl<'k> Index<'k> {
    fn new(key: &Key<'k>, part: &Part) -> Result<Self> {
        let mut held = MemoryReservation::new(key.terms);
        let rows =
            part.places.as_ref().and_then(|places| places.last()).map_or(part.len, |n| *n as usize + 1);
        let dense = match key.right[..] {
            [column] if part.places.is_none() => spread(column.iter().copied(), part.len),
            _ => None,
        };
        let each = if dense.is_some() { 0 } else { size_of::<(u64, u32)>() * 2 };
        held.set(rows * size_of::<u32>() + part.len * each + dense.map_or(0, |(_, n)| n * size_of::<u32>()))?;
        let mut next = vec![NONE; rows];
        let mut heads = match dense {
            Some((least, n)) => Heads::Dense(least, vec![NONE; n]),
            None => Heads::Hashed(FxHashMap::with_capacity_and_hasher(part.len, rustc_hash::FxBuildHasher)),
        };
        // From the last to the first, so that a chain ascends.
        let mut add = |row: u32| {
            let number = Key::number(&key.right, row);
            let head = match &mut heads {
                Heads::Dense(least, heads) => &mut heads[(number - u64::from(*least)) as usize],
                Heads::Hashed(heads) => heads.entry(number).or_insert(NONE),
            };
            next[row as usize] = std::mem::replace(head, row);
        };
        match &part.places {
            Some(places) => places.iter().rev().for_each(|row| add(*row)),
            None => (0..part.len as u32).rev().for_each(add),
        }
        Ok(Self { heads, next, _held: held })
    }

    /// The first row on the right that agrees with one on the left.
    fn first(&self, key: &Key<'_>, left: u32) -> u32 {
        let number = Key::number(&key.left, left);
        let head = match &self.heads {
            Heads::Dense(least, heads) => {
                let at = number.checked_sub(u64::from(*least)).and_then(|at| heads.get(at as usize));
                at.copied().unwrap_or(NONE)
            }
            Heads::Hashed(heads) => heads.get(&number).copied().unwrap_or(NONE),
        };
        self.agreeing(key, left, head)
    }

    fn next(&self, key: &Key<'_>, left: u32, right: u32) -> u32 {
        self.agreeing(key, left, self.next[right as usize])
    }

    fn agreeing(&self, key: &Key<'_>, left: u32, mut right: u32) -> u32 {
        while key.right.len() > 2 && right != NONE && !key.agrees(left, right) {
            right = self.next[right as usize];
        }
        right
    }
}

/// The least of these ids and how far they reach, if a table by their numbers is worth its place.
pub(super) fn spread(ids: impl Iterator<Item = Id>, len: usize) -> Option<(u32, usize)> {
    let (mut least, mut most) = (u32::MAX, 0);
    for id in ids {
        least = least.min(id.number());
        most = most.max(id.number());
    }
    let reach = most.checked_sub(least)? as usize + 1;
    (reach <= 8 * len + 1024).then_some((least, reach))
}
