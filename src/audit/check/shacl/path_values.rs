//! Paths from many nodes at once: by merging with columns, or by looking up where they are few.

use super::plan::{Plan, TableId, Way};
use crate::store::index::or_throw_corruption;
use crate::store::index::read::column::{Column, Pairs};
use crate::store::index::read::id::Id;
use rustc_hash::FxHashSet;
use std::ops::Range;
use std::sync::OnceLock;

/// The values of many nodes, in their order: of each, every value once.
#[derive(Default)]
pub(super) struct Reached {
    /// Where the values of each node end.
    ends: Vec<u32>,
    pub ids: Vec<Id>,
}

impl Reached {
    /// Every node itself.
    pub fn same(nodes: &[Id]) -> Self {
        Self { ends: (1..=nodes.len() as u32).collect(), ids: nodes.to_vec() }
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn range(&self, node: usize) -> Range<usize> {
        let start = if node == 0 { 0 } else { self.ends[node - 1] };
        start as usize..self.ends[node] as usize
    }

    /// Sorted after one step; in no order after more.
    pub fn of(&self, node: usize) -> &[Id] {
        &self.ids[self.range(node)]
    }

    /// The node is done; of its values, from this place on, each is kept once.
    fn end(&mut self, start: usize) {
        if self.ids.len() > start + 1 {
            self.ids[start..].sort_unstable();
            let mut kept = start + 1;
            for at in start + 1..self.ids.len() {
                if self.ids[at] != self.ids[kept - 1] {
                    self.ids[kept] = self.ids[at];
                    kept += 1;
                }
            }
            self.ids.truncate(kept);
        }
        self.ends.push(self.ids.len() as u32);
    }
}

/// The tables of a plan, read when they are first asked for.
pub(super) struct Tables<'a> {
    plan: &'a Plan<'a>,
    /// Whether so few nodes are asked about that looking them up is less than reading columns.
    few: bool,
    scanned: Vec<OnceLock<Pairs<'a>>>,
}

impl<'a> Tables<'a> {
    pub fn new(plan: &'a Plan<'a>, few: bool) -> Self {
        Self { plan, few, scanned: plan.tables.iter().map(|_| OnceLock::new()).collect() }
    }

    pub fn few(&self) -> bool {
        self.few
    }

    pub fn scan(&self, table: TableId) -> &Pairs<'a> {
        self.scanned[table].get_or_init(|| match self.plan.tables[table] {
            (Some(predicate), by) => or_throw_corruption(self.plan.snapshot.scan(predicate, by)),
            (None, _) => Pairs::default(),
        })
    }

    pub fn lookup(&self, table: TableId, node: Id) -> Column<'a> {
        match self.plan.tables[table] {
            (Some(predicate), by) if node.as_local().is_none() => {
                or_throw_corruption(self.plan.snapshot.lookup(predicate, by, node))
            }
            _ => Column::default(),
        }
    }

    /// The values of each node; quick where nodes ascend.
    pub fn follow(&self, way: &Way, nodes: &[Id]) -> Reached {
        match way {
            Way::Step(table) => self.step(*table, nodes),
            Way::Sequence(ways) => {
                let mut ways = ways.iter();
                let first = ways.next().map_or_else(|| Reached::same(nodes), |way| self.follow(way, nodes));
                ways.fold(first, |reached, way| self.then(&reached, way))
            }
            Way::Alternative(ways) => {
                let each: Vec<Reached> = ways.iter().map(|way| self.follow(way, nodes)).collect();
                let mut all = Reached::default();
                for node in 0..nodes.len() {
                    let start = all.ids.len();
                    each.iter().for_each(|reached| all.ids.extend_from_slice(reached.of(node)));
                    all.end(start);
                }
                all
            }
            Way::Closure { inner, at_once, on } => {
                let mut all = Reached::default();
                for node in nodes {
                    let mut found = if *at_once { vec![*node] } else { self.follow(inner, &[*node]).ids };
                    let mut known: FxHashSet<Id> = found.iter().copied().collect();
                    let mut next = 0;
                    while next < found.len() && (*on || next == 0 && *at_once) {
                        for id in self.follow(inner, &found[next..=next]).ids {
                            if known.insert(id) {
                                found.push(id);
                            }
                        }
                        next += 1;
                    }
                    let start = all.ids.len();
                    all.ids.extend(found);
                    all.end(start);
                }
                all
            }
        }
    }

    fn then(&self, reached: &Reached, way: &Way) -> Reached {
        let further = self.follow(way, &reached.ids);
        let mut all = Reached::default();
        for node in 0..reached.len() {
            let start = all.ids.len();
            for at in reached.range(node) {
                all.ids.extend_from_slice(further.of(at));
            }
            all.end(start);
        }
        all
    }

    fn step(&self, table: TableId, nodes: &[Id]) -> Reached {
        let mut reached = Reached { ends: Vec::with_capacity(nodes.len()), ids: Vec::new() };
        if self.few {
            for node in nodes {
                reached.ids.extend(self.lookup(table, *node).iter());
                reached.ends.push(reached.ids.len() as u32);
            }
            return reached;
        }
        let Pairs { keys, values } = self.scan(table);
        let mut at = 0;
        for node in nodes {
            // From where the last one was found, if it lies behind.
            if at > 0 && keys.get(at - 1) >= *node {
                at = keys.part(0..at).seek_back(*node);
            } else {
                at = keys.seek(at, *node);
            }
            let mut end = at;
            while end < keys.len() && keys.get(end) == *node {
                reached.ids.push(values.get(end));
                end += 1;
            }
            reached.ends.push(reached.ids.len() as u32);
        }
        reached
    }
}
