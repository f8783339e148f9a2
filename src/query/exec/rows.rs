//! Solutions, column by column.

use crate::store::index::read::id::Id;
use oxrdf::Variable;

/// A multiset of solutions: for each variable a column, all of one length. What a solution
/// leaves unbound is [`Id::UNBOUND`].
#[derive(Clone, Debug, Default)]
pub struct Rows {
    pub(in crate::query) variables: Vec<Variable>,
    pub(in crate::query) columns: Vec<Vec<Id>>,
    /// How many solutions: there can be some without any variable.
    pub(in crate::query) len: usize,
}

impl Rows {
    /// Place of a variable among the columns.
    pub(in crate::query) fn position(&self, variable: &Variable) -> Option<usize> {
        self.variables.iter().position(|v| v == variable)
    }

    /// The rows at these places.
    pub(in crate::query) fn part(&self, places: &[u32]) -> Self {
        let of_column = |column: &Vec<Id>| places.iter().map(|place| column[*place as usize]).collect();
        Self {
            variables: self.variables.clone(),
            columns: self.columns.iter().map(of_column).collect(),
            len: places.len(),
        }
    }

    /// The column of a variable; none if no solution binds it.
    pub(in crate::query) fn column(&self, variable: &Variable) -> Option<&[Id]> {
        self.position(variable).map(|at| self.columns[at].as_slice())
    }
}
