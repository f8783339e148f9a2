//! Solutions on their way through the operators: columns, what is known of them, and the memory
//! that they are accounted with.

use super::rows::Rows;
use super::terms::{ExecContext, Result};
use crate::store::index::read::id::Id;
use oxrdf::Variable;
use std::collections::BTreeSet;

pub(super) type Names = BTreeSet<Variable>;

/// Memory that is reserved until this is dropped.
pub(super) struct MemoryReservation<'t> {
    terms: &'t ExecContext<'t>,
    bytes: usize,
}

impl<'t> MemoryReservation<'t> {
    pub(super) fn new(terms: &'t ExecContext<'_>) -> Self {
        Self { terms, bytes: 0 }
    }

    /// Reservation of so many bytes.
    pub(super) fn of(terms: &'t ExecContext<'_>, bytes: usize) -> Result<Self> {
        let mut reservation = Self::new(terms);
        reservation.set(bytes)?;
        Ok(reservation)
    }

    /// Reserves so many bytes more.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<()> {
        self.set(self.bytes.saturating_add(bytes))
    }

    /// Reserves so many bytes instead.
    pub(super) fn set(&mut self, bytes: usize) -> Result<()> {
        if bytes > self.bytes {
            self.terms.reserve(bytes - self.bytes)?;
        } else {
            self.terms.release(self.bytes - bytes);
        }
        self.bytes = bytes;
        Ok(())
    }

    /// Releases so many of the bytes.
    pub(super) fn shrink(&mut self, bytes: usize) {
        self.terms.release(bytes);
        self.bytes -= bytes;
    }
}

impl Drop for MemoryReservation<'_> {
    fn drop(&mut self) {
        self.terms.release(self.bytes);
    }
}

/// A multiset of solutions, whose memory is held.
pub(super) struct Table<'t> {
    pub(super) rows: Rows,
    /// Whether all rows bind a column, for each.
    pub(super) certain: Vec<bool>,
    /// The variable by whose ids the rows ascend; it is certain.
    pub(super) sorted: Option<Variable>,
    held: MemoryReservation<'t>,
}

/// Bytes of an id.
const ID: usize = size_of::<Id>();

impl<'t> Table<'t> {
    /// One solution without variables.
    pub(super) fn unit(terms: &'t ExecContext<'t>) -> Self {
        let rows = Rows { len: 1, ..Rows::default() };
        Self { rows, certain: Vec::new(), sorted: None, held: MemoryReservation::new(terms) }
    }

    /// No solution, but columns.
    pub(super) fn empty(names: &Names, terms: &'t ExecContext<'t>) -> Self {
        let rows = Rows {
            variables: names.iter().cloned().collect(),
            columns: vec![Vec::new(); names.len()],
            len: 0,
        };
        Self { certain: vec![true; names.len()], rows, sorted: None, held: MemoryReservation::new(terms) }
    }

    /// Rows that are there already.
    pub(super) fn of(rows: Rows, terms: &'t ExecContext<'t>) -> Result<Self> {
        let certain =
            rows.columns.iter().map(|column| column.iter().all(|id| id.is_bound())).collect::<Vec<_>>();
        let mut table = Self { rows, certain, sorted: None, held: MemoryReservation::new(terms) };
        table.settle()?;
        Ok(table)
    }

    pub(super) fn terms(&self) -> &'t ExecContext<'t> {
        self.held.terms
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len
    }

    pub(super) fn column(&self, variable: &Variable) -> Option<&[Id]> {
        self.rows.column(variable)
    }

    /// Whether there is a column that all rows bind.
    pub(super) fn is_certain(&self, variable: &Variable) -> bool {
        self.rows.position(variable).is_some_and(|at| self.certain[at])
    }

    /// Whether no row can bind it.
    pub(super) fn lacks(&self, variable: &Variable) -> bool {
        self.rows.position(variable).is_none()
    }

    pub(super) fn is_sorted_by(&self, variable: &Variable) -> bool {
        self.len() < 2 || self.sorted.as_ref() == Some(variable)
    }

    /// Accounts for the columns as they are.
    fn settle(&mut self) -> Result<()> {
        self.held.set(self.rows.columns.iter().map(|column| column.capacity() * ID).sum())
    }

    /// Another column. Whoever filled it has asked for its memory.
    pub(super) fn add(&mut self, variable: Variable, column: Vec<Id>, is_certain: bool) -> Result<()> {
        debug_assert!(column.len() == self.len() && self.lacks(&variable));
        self.rows.variables.push(variable);
        self.rows.columns.push(column);
        self.certain.push(is_certain);
        self.settle()
    }

    /// Leaves out the columns of all other variables.
    pub(super) fn keep(&mut self, needed: impl Fn(&Variable) -> bool) -> Result<()> {
        let mut at = 0;
        while at < self.rows.variables.len() {
            if needed(&self.rows.variables[at]) {
                at += 1;
                continue;
            }
            let gone = self.rows.variables.swap_remove(at);
            self.rows.columns.swap_remove(at);
            self.certain.swap_remove(at);
            if self.sorted.as_ref() == Some(&gone) {
                self.sorted = None;
            }
        }
        self.settle()
    }

    /// The rows at these places, which ascend; any of them may come several times or not at all.
    pub(super) fn gather(mut self, places: &[u32]) -> Result<Self> {
        let all = places.len() == self.len();
        if all && places.iter().zip(0..).all(|(place, at)| *place == at) {
            return Ok(self);
        }
        self.pick(places)?;
        Ok(self)
    }

    /// The rows at these places in any order.
    pub(super) fn reorder(mut self, places: &[u32]) -> Result<Self> {
        self.sorted = None;
        self.pick(places)?;
        Ok(self)
    }

    fn pick(&mut self, places: &[u32]) -> Result<()> {
        let mut more = MemoryReservation::new(self.held.terms);
        more.set(places.len() * ID * self.rows.columns.len())?;
        for column in &mut self.rows.columns {
            *column = places.iter().map(|at| column[*at as usize]).collect();
        }
        self.rows.len = places.len();
        drop(more);
        self.settle()
    }

    /// Columns in this order, those that are missing unbound.
    pub(super) fn arrange(mut self, variables: &[Variable]) -> Result<Self> {
        self.keep(|variable| variables.contains(variable))?;
        let len = self.len();
        let mut columns = Vec::with_capacity(variables.len());
        let mut certain = Vec::with_capacity(variables.len());
        for variable in variables {
            if let Some(at) = self.rows.position(variable) {
                columns.push(std::mem::take(&mut self.rows.columns[at]));
                certain.push(self.certain[at]);
            } else {
                let mut more = MemoryReservation::new(self.held.terms);
                more.set(len * ID)?;
                columns.push(vec![Id::UNBOUND; len]);
                certain.push(false);
            }
        }
        self.rows = Rows { variables: variables.to_vec(), columns, len };
        self.certain = certain;
        self.settle()?;
        Ok(self)
    }
}

/// What a join finds: of each row of its result, the place on the left and something from the
/// right, an id or a place.
pub(super) struct Found<'t, T> {
    pub(super) left: Vec<u32>,
    pub(super) right: Vec<T>,
    /// Instead of places on the left: all, each once.
    pub(super) is_whole: bool,
    held: MemoryReservation<'t>,
}

impl<'t, T> Found<'t, T> {
    pub(super) fn new(terms: &'t ExecContext<'t>) -> Self {
        Self { left: Vec::new(), right: Vec::new(), is_whole: false, held: MemoryReservation::new(terms) }
    }

    /// Asks for the memory of so many on the right.
    pub(super) fn hold_right(&mut self, len: usize) -> Result<()> {
        self.held.set(len * size_of::<T>())
    }

    /// Only a place on the left.
    pub(super) fn push_left(&mut self, left: u32) -> Result<()> {
        if self.left.len() == self.left.capacity() {
            self.grow()?;
        }
        self.left.push(left);
        Ok(())
    }

    pub(super) fn push(&mut self, left: u32, right: T) -> Result<()> {
        if self.left.len() == self.left.capacity() || self.right.len() == self.right.capacity() {
            self.grow()?;
        }
        self.left.push(left);
        self.right.push(right);
        Ok(())
    }

    #[cold]
    fn grow(&mut self) -> Result<()> {
        let more = self.left.len().max(1024);
        let each = size_of::<u32>() + size_of::<T>();
        self.held.set((self.left.len() + more) * each)?;
        self.left.reserve_exact(more);
        self.right.reserve_exact(more);
        Ok(())
    }
}
