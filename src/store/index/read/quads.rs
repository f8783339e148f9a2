//! The quads of named graphs: what each document says, beside the de-duplicated default graph.
//!
//! ```text
//! graphs      names of graphs, sorted; where the rows of each begin
//! by graph    predicate, subject, object: sorted by graph, predicate, subject, object
//! predicates  sorted; where the rows of each begin, in the two orders below
//! by subject  subject, graph, object: sorted by predicate, subject, graph, object
//! by object   object, graph, subject: sorted by predicate, object, graph, subject
//! ```
//!
//! A pattern with a known graph, subject or object is a range of one of them, found by halving. Two designs
//! were weighed: the three orders, 36 bytes a quad; and the first order alone, 12 bytes, in which a pattern
//! whose graph is unknown looks into each graph. The first, because who asks `GRAPH ?document` mostly knows a
//! thing and not the document.
//!
//! Deliberately absent: any part in a query without `GRAPH` and `FROM`, which does not open them.

use super::column::Column;
use super::corruption::Corruption;
use super::id::Id;
use super::segment::Segment;
use super::snapshot::Snapshot;
use crate::model::document::ContentHash;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// Where the quads of a segment are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store::index) struct Stored {
    /// Digest of the state that they are of.
    pub(in crate::store::index) of: ContentHash,
    pub(in crate::store::index) rows: usize,
    pub(in crate::store::index) graphs: Directory,
    pub(in crate::store::index) predicates: Directory,
    /// Where each order begins: three columns, one behind the other.
    pub(in crate::store::index) orders: [usize; 3],
}

/// Sorted keys, then where the rows of each begin, and behind the last of them their number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store::index) struct Directory {
    pub(in crate::store::index) at: usize,
    pub(in crate::store::index) keys: usize,
}

/// The order of some rows, and which part of a quad its key and its columns are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Graph,
    Subject,
    Object,
}

/// Places of graph, subject, predicate and object in a quad.
const GRAPH: usize = 0;
const SUBJECT: usize = 1;
const PREDICATE: usize = 2;
const OBJECT: usize = 3;

impl Order {
    /// The key's place in a quad, and those of the three columns.
    fn places(self) -> [usize; 4] {
        match self {
            Self::Graph => [GRAPH, PREDICATE, SUBJECT, OBJECT],
            Self::Subject => [PREDICATE, SUBJECT, GRAPH, OBJECT],
            Self::Object => [PREDICATE, OBJECT, GRAPH, SUBJECT],
        }
    }
}

/// The named graphs that a query sees.
#[derive(Clone)]
pub(in crate::store::index) struct NamedGraphs {
    segment: Arc<Segment>,
    stored: Stored,
    /// Those that `FROM NAMED` names; all without it.
    visible: Option<Arc<BTreeSet<Id>>>,
}

/// Quads that match a pattern: rows of one order that stand together, as often as needed.
pub struct Quads<'a> {
    parts: Vec<Part<'a>>,
}

struct Part<'a> {
    order: Order,
    key: Id,
    columns: [Column<'a>; 3],
    /// An object that the order does not sort by.
    object: Option<Id>,
}

impl<'a> Quads<'a> {
    /// Graph, subject, predicate and object of each.
    pub fn iter(&self) -> impl Iterator<Item = [Id; 4]> + '_ {
        self.parts.iter().flat_map(Part::iter)
    }

    /// The same, with the columns that they are read from.
    pub fn into_rows(self) -> impl Iterator<Item = [Id; 4]> + 'a {
        self.parts.into_iter().flat_map(|part| (0..part.columns[0].len()).filter_map(move |at| part.get(at)))
    }

    /// Number of rows that are read for them.
    pub fn rows(&self) -> usize {
        self.parts.iter().map(|part| part.columns[0].len()).sum()
    }
}

impl Part<'_> {
    fn iter(&self) -> impl Iterator<Item = [Id; 4]> + '_ {
        (0..self.columns[0].len()).filter_map(|at| self.get(at))
    }

    fn get(&self, at: usize) -> Option<[Id; 4]> {
        let mut quad = [self.key; 4];
        let [_, places @ ..] = self.order.places();
        for (place, column) in places.into_iter().zip(&self.columns) {
            quad[place] = column.get(at);
        }
        self.object.is_none_or(|object| quad[OBJECT] == object).then_some(quad)
    }
}

impl NamedGraphs {
    /// Those of a segment that has quads.
    pub(in crate::store::index) fn of(segment: &Arc<Segment>) -> Option<Self> {
        let stored = segment.contents.quads.clone()?;
        Some(Self { segment: Arc::clone(segment), stored, visible: None })
    }

    /// The same where only these graphs are seen.
    pub(in crate::store::index) fn restricted(self, visible: BTreeSet<Id>) -> Self {
        Self { visible: Some(Arc::new(visible)), ..self }
    }

    fn keys(&self, directory: Directory) -> Result<Column<'_>, Corruption> {
        self.segment.column(directory.at, directory.keys)
    }

    fn names(&self) -> Result<Vec<Id>, Corruption> {
        let names = self.keys(self.stored.graphs)?;
        let is_visible = |id: &Id| self.visible.as_ref().is_none_or(|visible| visible.contains(id));
        Ok(names.iter().filter(is_visible).collect())
    }

    fn has(&self, graph: Id) -> Result<bool, Corruption> {
        let is_visible = self.visible.as_ref().is_none_or(|visible| visible.contains(&graph));
        Ok(is_visible && !self.keys(self.stored.graphs)?.places(graph).is_empty())
    }

    /// The rows of a key.
    fn range(&self, directory: Directory, key: Id) -> Result<Range<usize>, Corruption> {
        let Some(at) = self.keys(directory)?.places(key).next() else { return Ok(0..0) };
        let starts = self.segment.column(directory.at + 4 * (directory.keys + at), 2)?;
        let [start, end] = [0, 1].map(|n| starts.get(n).number() as usize);
        Ok(start.min(self.stored.rows)..end.min(self.stored.rows))
    }

    /// Some of the rows of a key, with these values in the first columns.
    fn part(&self, order: Order, key: Id, values: &[Option<Id>]) -> Result<Option<Part<'_>>, Corruption> {
        let directory = match order {
            Order::Graph => self.stored.graphs,
            Order::Subject | Order::Object => self.stored.predicates,
        };
        let mut range = self.range(directory, key)?;
        for (n, value) in values.iter().map_while(|value| *value).enumerate() {
            range = self.narrowed(order, n, range, value)?;
        }
        if range.is_empty() {
            return Ok(None);
        }
        let column = |n| self.segment.column(self.at(order, n) + 4 * range.start, range.len());
        Ok(Some(Part { order, key, columns: [column(0)?, column(1)?, column(2)?], object: None }))
    }

    /// Where the n-th column of an order begins.
    fn at(&self, order: Order, n: usize) -> usize {
        self.stored.orders[order as usize] + 4 * n * self.stored.rows
    }

    /// The rows of a range in which a column, sorted there, has this value. Touches, and so proves, no more
    /// than it has to.
    fn narrowed(
        &self,
        order: Order,
        n: usize,
        range: Range<usize>,
        value: Id,
    ) -> Result<Range<usize>, Corruption> {
        let at = self.at(order, n);
        let first = |from: usize, is_before: &dyn Fn(Id) -> bool| {
            let (mut low, mut high) = (from, range.end);
            while low < high {
                let middle = low.midpoint(high);
                let id = self.segment.column(at + 4 * middle, 1)?.get(0);
                if is_before(id) { low = middle + 1 } else { high = middle }
            }
            Ok::<_, Corruption>(low)
        };
        let start = first(range.start, &|id| id < value)?;
        Ok(start..first(start, &|id| id == value)?)
    }

    /// The predicates of a graph.
    fn predicates_of(&self, graph: Id) -> Result<Vec<Id>, Corruption> {
        let mut range = self.range(self.stored.graphs, graph)?;
        let mut predicates = Vec::new();
        while !range.is_empty() {
            let predicate = self.segment.column(self.at(Order::Graph, 0) + 4 * range.start, 1)?.get(0);
            predicates.push(predicate);
            range.start = self.narrowed(Order::Graph, 0, range.clone(), predicate)?.end;
        }
        Ok(predicates)
    }

    fn matching<'a>(
        &'a self,
        [graph, subject, predicate, object]: [Option<Id>; 4],
        parts: &mut Vec<Part<'a>>,
    ) -> Result<(), Corruption> {
        match (graph, &self.visible) {
            (Some(graph), Some(visible)) if !visible.contains(&graph) => return Ok(()),
            (None, Some(visible)) => {
                return visible
                    .iter()
                    .try_for_each(|graph| self.matching([Some(*graph), subject, predicate, object], parts));
            }
            _ => {}
        }
        let part = match ([graph, subject, object], predicate) {
            ([_, Some(_), _], Some(predicate)) => {
                let part = self.part(Order::Subject, predicate, &[subject, graph, object])?;
                let is_sorted_by = graph.is_some();
                part.map(|part| Part { object: object.filter(|_| !is_sorted_by), ..part })
            }
            ([_, None, Some(_)], Some(predicate)) => self.part(Order::Object, predicate, &[object, graph])?,
            ([Some(graph), None, None], _) => self.part(Order::Graph, graph, &[predicate])?,
            ([None, None, None], Some(predicate)) => self.part(Order::Subject, predicate, &[])?,
            ([None, None, None], None) => {
                for graph in self.names()? {
                    parts.extend(self.part(Order::Graph, graph, &[])?);
                }
                None
            }
            (_, None) => {
                let predicates = match graph {
                    Some(graph) => self.predicates_of(graph)?,
                    None => self.keys(self.stored.predicates)?.iter().collect(),
                };
                for predicate in predicates {
                    self.matching([graph, subject, Some(predicate), object], parts)?;
                }
                None
            }
        };
        parts.extend(part);
        Ok(())
    }
}

impl Snapshot {
    /// The names of the graphs that are seen, sorted.
    ///
    /// # Errors
    /// A file is damaged; so for all that read named graphs.
    pub fn graph_names(&self) -> Result<Vec<Id>, Corruption> {
        self.named_graphs().map_or_else(|| Ok(Vec::new()), NamedGraphs::names)
    }

    /// Whether there is a named graph of this name.
    ///
    /// # Errors
    /// As [`graph_names`](Self::graph_names).
    pub fn has_graph(&self, name: Id) -> Result<bool, Corruption> {
        self.named_graphs().map_or(Ok(false), |graphs| graphs.has(name))
    }

    /// The quads of named graphs with this graph, subject, predicate and object, as far as they are given.
    ///
    /// # Errors
    /// As [`graph_names`](Self::graph_names).
    pub fn quads(&self, given: [Option<Id>; 4]) -> Result<Quads<'_>, Corruption> {
        let mut parts = Vec::new();
        let is_made_up = given.iter().flatten().any(|id| id.as_local().is_some());
        if let Some(graphs) = self.named_graphs()
            && !is_made_up
        {
            graphs.matching(given, &mut parts)?;
        }
        Ok(Quads { parts })
    }
}
