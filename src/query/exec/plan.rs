//! A plan for a pattern: found before anything runs, run as often as one likes.

use super::compile::{Compiler, Unfit};
use super::estimate::Estimate;
use super::node::Node;
use super::rows::Rows;
use super::run::Run;
use super::table::Names;
use super::terms::{ExecContext, Result};
use crate::query::parse::algebra::projection;
use crate::store::index::Corruption;
use crate::store::index::read::snapshot::Snapshot;
use oxrdf::Variable;
use spargebra::algebra::GraphPattern;

/// How a pattern will be run on a snapshot.
pub(in crate::query) struct Plan {
    root: Node,
    slots: usize,
    /// The columns of the result.
    variables: Vec<Variable>,
}

/// Record of an operator's run.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::query) struct Trace {
    /// A short phrase, with variables and IRIs in full, as SPARQL writes them.
    pub(in crate::query) what: String,
    /// How many rows the statistics promised; none where nobody asked them.
    pub(in crate::query) estimated: Option<f64>,
    pub(in crate::query) rows: usize,
    /// With those of the operators below.
    pub(in crate::query) seconds: f64,
    /// Those whose rows it took, in the order in which they ran.
    pub(in crate::query) children: Vec<Trace>,
}

impl Plan {
    /// None: the pattern is for the evaluator, because of something in it that is done there only,
    /// or because it asks for the first rows of many, in no order.
    ///
    /// The plan holds ids, so it can be run on this snapshot only.
    ///
    /// # Errors
    /// A damaged file.
    pub(in crate::query) fn of(
        pattern: &GraphPattern,
        snapshot: &Snapshot,
    ) -> std::result::Result<Option<Self>, Corruption> {
        let mut compiler = Compiler::new(snapshot, pattern);
        let root = match compiler.root(pattern) {
            Ok(root) => root,
            Err(Unfit::Other) => return Ok(None),
            Err(Unfit::Corruption(damage)) => return Err(damage),
        };
        let variables = match projection(pattern) {
            Some((variables, _)) => variables.clone(),
            None => root.variables().into_iter().filter(|name| !name.as_str().starts_with("_:")).collect(),
        };
        Ok(Some(Self { root, slots: compiler.slots, variables }))
    }

    /// How many rows there will be, as far as statistics tell.
    pub(in crate::query) fn estimated(&self) -> f64 {
        Estimate::of_node(&self.root).rows
    }

    /// All solutions. The columns are those of a projection in its order, or else all variables.
    ///
    /// # Errors
    /// [`super::terms::Stopped`].
    pub(in crate::query) fn run<'t>(&'t self, terms: &'t ExecContext<'t>) -> Result<Rows> {
        self.rows(&Run::new(terms, self.slots, false))
    }

    /// All solutions, and how they came about.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub(in crate::query) fn traced<'t>(&'t self, terms: &'t ExecContext<'t>) -> Result<(Rows, Trace)> {
        let run = Run::new(terms, self.slots, true);
        let rows = self.rows(&run)?;
        Ok((rows, run.into_traces().pop().expect("an answer leaves a trace")))
    }

    fn rows<'t>(&'t self, run: &Run<'t>) -> Result<Rows> {
        let needed: Names = self.variables.iter().cloned().collect();
        let mut table = run.traced(
            Some(self.estimated()),
            || "the answer".into(),
            || run.node(&self.root, &needed, true)?.arrange(&self.variables),
        )?;
        Ok(std::mem::take(&mut table.rows))
    }
}

#[cfg(test)]
mod tests;
