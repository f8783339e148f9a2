//! Matrices of any two sides of statements, their margins and their order.
//!
//! A side that is a text of articles, such as the publisher, has that text for its IRI.

use super::{Cell, Matrix, Rows, Wanted};
use crate::analysis::statements::{Node, Selection, Statements};
use crate::base::error::{Error, Result};
use crate::store::index::Index;
use crate::store::index::positions::Thing as Number;
use crate::store::names::Thing;
use oxrdf::NamedNode;
use std::collections::{BTreeMap, HashMap};

use crate::analysis::statements::Variable::{Actor, Issue};

/// What stands for all rows or columns: no IRI of data, for it is relative.
const ALL: &str = "all";

impl Matrix {
    /// The stances between any two sides. Of other sides than actor and issue positions in force count alone.
    ///
    /// # Errors
    /// Both sides are the same; a damaged index.
    pub fn across(index: &Index, sides: Selection) -> Result<Self> {
        match (sides.nodes, sides.via) {
            (one, other) if one == other => {
                Err(Error::usage(format!("rows and columns are both `{}`", one.word()))
                    .with_help("name another with --rows or --columns"))
            }
            (Actor, Issue) => Self::of(index, &Wanted::all()),
            (Issue, Actor) => Ok(Self::of(index, &Wanted::all())?.turned()),
            variables => {
                let statements = Statements::of(index, sides)?;
                if statements.all.is_empty() && statements.without_side > 0 {
                    let (rows, columns) = (variables.0.word(), variables.1.word());
                    let why = format!("no position in force has both `{rows}` and `{columns}`");
                    return Err(Error::usage(format!("there is no matrix: {why}"))
                        .with_help("choose other --rows or --columns"));
                }
                let rows = Rows::new(index)?;
                let row_of: HashMap<Number, usize> =
                    (0..rows.table.len()).map(|row| (rows.table.position(row), row)).collect();
                let things = |nodes: &[Node]| -> Vec<Thing> {
                    let thing = |node: &Node| Thing {
                        iri: NamedNode::new_unchecked(&node.iri),
                        label: node.label.clone(),
                    };
                    nodes.iter().map(thing).collect()
                };
                let (actors, issues) = (things(&statements.nodes), things(&statements.vias));
                let mut cells: BTreeMap<(u32, u32), Cell> = BTreeMap::new();
                for statement in &statements.all {
                    if let Some(held) = row_of.get(&statement.position).and_then(|row| rows.held(*row)) {
                        cells.entry((statement.node, statement.via)).or_default().in_force.push(held);
                    }
                }
                let named = |((row, column), cell): ((u32, u32), Cell)| {
                    ((actors[row as usize].iri.clone(), issues[column as usize].iri.clone()), cell)
                };
                let cells = cells.into_iter().map(named).collect();
                let of = (actors.len(), issues.len());
                Ok(Self { actors, issues, cells, of, variables, has_margins: false })
            }
        }
    }

    /// Rows for columns.
    fn turned(self) -> Self {
        Self {
            actors: self.issues,
            issues: self.actors,
            cells: self.cells.into_iter().map(|((row, column), cell)| ((column, row), cell)).collect(),
            of: (self.of.1, self.of.0),
            variables: (self.variables.1, self.variables.0),
            has_margins: self.has_margins,
        }
    }

    /// Puts rows and columns in the order of [`by_similarity`](Self::by_similarity).
    pub fn sort_by_similarity(&mut self) {
        let (actors, issues) = self.by_similarity();
        let (actors, issues) = (actors.into_iter().cloned().collect(), issues.into_iter().cloned().collect());
        (self.actors, self.issues) = (actors, issues);
    }

    /// Adds a row and a column with what all rows and all columns have, and the cell of both.
    pub fn add_margins(&mut self) {
        let all = NamedNode::new_unchecked(ALL);
        let mut margins: BTreeMap<(NamedNode, NamedNode), Cell> = BTreeMap::new();
        for ((row, column), cell) in &self.cells {
            for key in [(row.clone(), all.clone()), (all.clone(), column.clone()), (all.clone(), all.clone())]
            {
                let margin = margins.entry(key).or_default();
                margin.in_force.extend_from_slice(&cell.in_force);
                margin.open.extend_from_slice(&cell.open);
            }
        }
        self.cells.extend(margins);
        for things in [&mut self.actors, &mut self.issues] {
            things.push(Thing { iri: all.clone(), label: ALL.to_owned() });
        }
        self.has_margins = true;
    }

    /// Whether this is the row or column of all.
    #[must_use]
    pub fn is_margin(&self, thing: &NamedNode) -> bool {
        self.has_margins && thing.as_str() == ALL
    }
}
