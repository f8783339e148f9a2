//! Running nodes: all operators but what is inside a block.
//!
//! A node is told which variables are needed above it, and whether it matters there how often a
//! solution comes. It may leave out a column that is not needed, or that no row binds, and never
//! has one that is not needed; and where it does not matter, it may give a solution any number of
//! times but none.

use super::expression::Compiled;
use super::group::distinct;
use super::join;
use super::node::{Item, Node, Pattern, Slot};
use super::plan::Trace;
use super::rows::Rows;
use super::scan::{self, Mode};
use super::table::{MemoryReservation, Names, Table};
use super::terms::{ExecContext, Result};
use crate::store::index::read::id::Id;
use oxrdf::{Term, Variable};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

/// One run of a plan.
pub(super) struct Run<'t> {
    pub(super) terms: &'t ExecContext<'t>,
    seeds: RefCell<Vec<Option<Rc<Table<'t>>>>>,
    is_traced: bool,
    traces: RefCell<Vec<Trace>>,
}

impl<'t> Run<'t> {
    pub(super) fn new(terms: &'t ExecContext<'t>, slots: usize, is_traced: bool) -> Self {
        Self {
            terms,
            seeds: RefCell::new((0..slots).map(|_| None).collect()),
            is_traced,
            traces: RefCell::default(),
        }
    }

    pub(super) fn into_traces(self) -> Vec<Trace> {
        self.traces.into_inner()
    }

    /// Does the work of an operator, and remembers how if that is wanted.
    pub(super) fn traced(
        &self,
        estimated: Option<f64>,
        what: impl FnOnce() -> String,
        work: impl FnOnce() -> Result<Table<'t>>,
    ) -> Result<Table<'t>> {
        if !self.is_traced {
            return work();
        }
        let before = self.traces.take();
        let start = Instant::now();
        let table = work()?;
        let seconds = start.elapsed().as_secs_f64();
        let children = self.traces.replace(before);
        let trace = Trace { what: what(), estimated, rows: table.len(), seconds, children };
        self.traces.borrow_mut().push(trace);
        Ok(table)
    }

    /// The seed in a slot, if there is one.
    pub(super) fn seed(&self, slot: Slot) -> Option<Rc<Table<'t>>> {
        self.seeds.borrow()[slot].clone()
    }

    /// Runs a node for a table that it will be joined with: from its solutions if these are few.
    pub(super) fn seeded(
        &self,
        node: &'t Node,
        slot: Slot,
        table: &Table<'t>,
        expected: f64,
        needed: &Names,
        counts: bool,
    ) -> Result<Table<'t>> {
        let names = &node.certain();
        let common: Vec<&Variable> = table.rows.variables.iter().filter(|v| names.contains(v)).collect();
        if table.len() as f64 * 2.0 < expected && common.iter().any(|v| table.is_certain(v)) {
            let seed = project(table, |v| common.contains(&v) && table.is_certain(v))?;
            self.seeds.borrow_mut()[slot] = Some(Rc::new(seed));
        }
        let found = self.node(node, needed, counts);
        self.seeds.borrow_mut()[slot] = None;
        found
    }

    /// The solutions of a node.
    pub(super) fn node(&self, node: &'t Node, needed: &Names, counts: bool) -> Result<Table<'t>> {
        let with = |more: &Names| needed | more;
        match node {
            Node::Block(block) => self.block(block, needed, counts),
            Node::Left { left, right, on, slot } => self.left(left, right, on, *slot, needed, counts),
            Node::Minus { left, right, slot } => {
                let common = &left.variables() & &right.variables();
                let left = self.node(left, &with(&common), counts)?;
                if common.is_empty() || left.len() == 0 {
                    return self.only(left, needed);
                }
                self.traced(
                    None,
                    || format!("without those of {}", names(&common)),
                    || {
                        let expected = super::estimate::Estimate::of_node(right).rows;
                        let right = self.seeded(right, *slot, &left, expected, &common, false)?;
                        let places = join::matching(&left, &right, true, false)?;
                        left.gather(&places)
                    },
                )
                .and_then(|table| self.only(table, needed))
            }
            Node::Union(left, right) => self.traced(
                None,
                || "union".into(),
                || join::union(self.node(left, needed, counts)?, self.node(right, needed, counts)?),
            ),
            Node::Extend { inner, variable, value } => {
                if !needed.contains(variable) {
                    return self.node(inner, needed, counts);
                }
                let used: Names = value.variables().iter().cloned().collect();
                let mut table = self.node(inner, &with(&used), counts)?;
                self.traced(
                    None,
                    || format!("bind {variable}"),
                    || {
                        let mut more = MemoryReservation::new(self.terms);
                        more.set(table.len() * size_of::<Id>())?;
                        let column = value.evaluate(&table.rows, self.terms)?;
                        drop(more);
                        let is_certain = column.iter().all(|id| id.is_bound());
                        table.add(variable.clone(), column, is_certain)?;
                        self.only(table, needed)
                    },
                )
            }
            Node::Values { variables, rows } => self.traced(
                Some(rows.len() as f64),
                || "values".into(),
                || self.values(variables, rows).and_then(|table| self.only(table, needed)),
            ),
            Node::Order { inner, order, used, first } => {
                let table = self.node(inner, &with(used), counts || first.is_some())?;
                self.traced(
                    None,
                    || first.map_or("sort".into(), |n| format!("first {n} in order")),
                    || {
                        let places = order.run(&table.rows, *first, self.terms)?;
                        self.only(table.reorder(&places)?, needed)
                    },
                )
            }
            Node::Project { inner, variables } => {
                let needed = variables.iter().filter(|v| needed.contains(*v)).cloned().collect();
                self.node(inner, &needed, counts)
            }
            Node::Distinct(inner) => {
                let all = inner.variables();
                let table = self.node(inner, &all, false)?;
                self.traced(
                    None,
                    || "each once".into(),
                    || {
                        let places = distinct(&table.rows, self.terms)?;
                        self.only(table.gather(&places)?, needed)
                    },
                )
            }
            Node::Slice { inner, start, length } => {
                let mut table = self.node(inner, needed, true)?;
                self.traced(
                    None,
                    || match (start, length) {
                        (0, Some(length)) => format!("no more than {length}"),
                        (start, Some(length)) => format!("no more than {length}, without the first {start}"),
                        (start, None) => format!("without the first {start}"),
                    },
                    || {
                        let start = (*start).min(table.len());
                        let end = length.map_or(table.len(), |n| start.saturating_add(n).min(table.len()));
                        for column in &mut table.rows.columns {
                            column.truncate(end);
                            column.drain(..start);
                        }
                        table.rows.len = end - start;
                        Ok(table)
                    },
                )
            }
            Node::Group { inner, by, group } => {
                let table = self.node(inner, &group.used, group.counts)?;
                let what = || match &by[..] {
                    [] => "all as one group".into(),
                    by => format!("group by {}", names(by)),
                };
                self.traced(None, what, || {
                    let rows = group.aggregation.run(&table.rows, self.terms)?;
                    drop(table);
                    self.only(Table::of(rows, self.terms)?, needed)
                })
            }
        }
    }

    /// Drops the columns that are not needed.
    pub(super) fn only(&self, mut table: Table<'t>, needed: &Names) -> Result<Table<'t>> {
        table.keep(|variable| needed.contains(variable))?;
        Ok(table)
    }

    fn values(&self, variables: &[Variable], rows: &[Vec<Option<Term>>]) -> Result<Table<'t>> {
        let mut columns = vec![Vec::with_capacity(rows.len()); variables.len()];
        for row in rows {
            for (column, term) in columns.iter_mut().zip(row) {
                column.push(match term {
                    Some(term) => self.terms.intern(term.clone())?,
                    None => Id::UNBOUND,
                });
            }
        }
        Table::of(Rows { variables: variables.to_vec(), columns, len: rows.len() }, self.terms)
    }

    fn left(
        &self,
        left: &'t Node,
        right: &'t Node,
        on: &'t [Compiled],
        slot: Slot,
        needed: &Names,
        counts: bool,
    ) -> Result<Table<'t>> {
        let (ours, theirs) = (left.variables(), right.variables());
        let common = &ours & &theirs;
        // What is optional then changes nothing.
        let adds = |name: &Variable| {
            needed.contains(name) && (!ours.contains(name) || !left.certain().contains(name))
        };
        if !counts && !theirs.iter().any(adds) {
            return self.node(left, needed, false);
        }
        let used: Names = on.iter().flat_map(|on| on.variables().to_vec()).collect();
        let wanted = &(needed | &used) | &common;
        let left = self.node(left, &wanted, counts)?;
        if left.len() == 0 {
            return self.only(left, needed);
        }
        let what = || match simple(right) {
            Some(triple) => format!("optional {}", triple.text),
            None => format!("optional, by {}", names(&common)),
        };
        self.traced(None, what, || {
            if let Some(triple) = simple(right)
                && on.is_empty()
                && scan::can_index_join(&left, triple)
            {
                return scan::index_join(left, triple, Mode::Outer, needed, counts);
            }
            let expected = super::estimate::Estimate::of_node(right).rows;
            let right = self.seeded(right, slot, &left, expected, &wanted, counts)?;
            if on.is_empty() {
                return join::outer(left, &right, None);
            }
            let holds = |table: &Table<'t>| {
                let mut kept: Option<Vec<u32>> = None;
                for on in on {
                    let places = on.filter(&table.rows, self.terms)?;
                    kept = Some(match kept {
                        None => places,
                        Some(kept) => {
                            kept.into_iter().filter(|place| places.binary_search(place).is_ok()).collect()
                        }
                    });
                }
                Ok(kept.unwrap_or_default())
            };
            join::outer(left, &right, Some(&holds))
        })
        .and_then(|table| self.only(table, needed))
    }
}

/// The only pattern of a node, if it is one.
pub(super) fn simple(node: &Node) -> Option<&Pattern> {
    let Node::Block(block) = node else { return None };
    let mut items = block.items.iter().filter(|item| !matches!(item, Item::SidewaysBinding { .. }));
    match (items.next(), items.next(), &*block.tests) {
        (Some(Item::Pattern(triple)), None, []) => Some(triple),
        _ => None,
    }
}

/// Some columns of a table, each combination once.
pub(super) fn project<'t>(table: &Table<'t>, wanted: impl Fn(&Variable) -> bool) -> Result<Table<'t>> {
    let mut rows = Rows { len: table.len(), ..Rows::default() };
    let mut held = MemoryReservation::new(table.terms());
    for (variable, column) in table.rows.variables.iter().zip(&table.rows.columns) {
        if wanted(variable) {
            held.set((rows.columns.len() + 1) * table.len() * size_of::<Id>())?;
            rows.variables.push(variable.clone());
            rows.columns.push(column.clone());
        }
    }
    let places = distinct(&rows, table.terms())?;
    let sorted = table.sorted.clone().filter(|variable| rows.variables.contains(variable));
    drop(held);
    let mut table = Table::of(rows, table.terms())?.gather(&places)?;
    table.sorted = sorted;
    Ok(table)
}

/// Variables as a person lists them.
pub(super) fn names<'v>(variables: impl IntoIterator<Item = &'v Variable>) -> String {
    variables.into_iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
