//! How much an answer leaves out that a flag brings in.
//!
//! Two designs were weighed. A question could give every row and say which of them are to be folded, and whoever
//! prints would fold them: then CSV, JSON and other engines get rows that a table has not, and counts and rankings
//! inside a query count what nobody sees. Or the query leaves them out unless its flag is bound: one answer
//! everywhere, and what is left out is found by asking once more. The second.

use super::parameter::SET;
use super::why_empty::PATIENCE;
use super::{Kind, Question, Value};
use crate::base::error::Result;
use crate::query::{Answer, QueryError};
use crate::store::index::Index;
use oxrdf::{Term, Variable};
use std::collections::HashSet;

/// What an answer leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded {
    /// Name of the flag that brings it in, as an option.
    pub option: String,
    /// Number of positions; none if counting them takes too long.
    pub positions: Option<usize>,
}

impl Question {
    /// What the rows of an answer leave out that a flag would bring in; none if that is nothing, the flag is set
    /// already, the question has none, or its rows are not about positions.
    ///
    /// # Errors
    /// A damaged index.
    pub fn folded(
        &self,
        index: &Index,
        values: &[Value],
        variables: &[Variable],
        rows: &[Vec<Option<Term>>],
    ) -> Result<Option<Folded>> {
        let is_set = |name: &str| values.iter().any(|value| value.name == name);
        let Some(flag) = self.parameters.iter().find(|p| p.kind == Kind::Flag && !is_set(&p.name)) else {
            return Ok(None);
        };
        let Some(column) = variables.iter().position(|variable| variable.as_str() == "position") else {
            return Ok(None);
        };
        let given = |name: &str| {
            let value = values.iter().find(|value| value.name == name).map(Value::given);
            if name == flag.name { Some(SET.to_owned()) } else { value }
        };
        let folded = |positions| Some(Folded { option: flag.option.clone(), positions });
        let all = match self.query(index, given)?.0.answer(index, Some(PATIENCE)) {
            Ok(Answer::Rows { rows, .. }) => rows,
            Ok(_) => return Ok(None),
            Err(QueryError::TimedOut { .. }) => return Ok(folded(None)),
            Err(error) => return Err(error.into()),
        };
        let shown: HashSet<&Term> = rows.iter().filter_map(|row| row[column].as_ref()).collect();
        let every: HashSet<&Term> = all.iter().filter_map(|row| row[column].as_ref()).collect();
        let positions = every.difference(&shown).count();
        Ok((positions > 0).then(|| folded(Some(positions))).flatten())
    }
}
