//! Expressions over columns.
//!
//! Truth is computed column by column: AND and OR narrow the rows that are still open, and what
//! compares a variable with a constant looks at ids alone where these tell. Everything else is
//! computed once for each different combination of ids that it depends on.

use super::expression::{Compiled, Constant, Node, Row, Source};
use super::function::Function;
use super::group::{Groups, Places};
use super::rows::Rows;
use super::table::MemoryReservation;
use super::terms::{ExecContext, Result};
use super::value::{self, Comparison, Value};
use crate::store::index::read::id::{Id, Inline};
use oxrdf::Term;
use std::cell::RefCell;

/// A truth value; none is an error.
type Truth = Option<bool>;

/// Whether it matters if something is false or an error: a filter wants to know what is true.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Truth,
    All,
}

impl Compiled {
    /// The column of its terms. What is an error is unbound.
    pub(in crate::query) fn evaluate(&self, rows: &Rows, terms: &ExecContext<'_>) -> Result<Vec<Id>> {
        Input::new(self, rows, terms).ids(&self.root, Places::All(rows.len))
    }

    /// The places of the rows for which it is true, ascending.
    pub(in crate::query) fn filter(&self, rows: &Rows, terms: &ExecContext<'_>) -> Result<Vec<u32>> {
        let input = Input::new(self, rows, terms);
        let mut conditions = Vec::new();
        conjuncts(&self.root, &mut conditions);
        // What needs no text first.
        conditions.sort_by_key(|node| !is_cheap(node));
        let mut left: Option<Vec<u32>> = None;
        for node in conditions {
            let places = left.as_deref().map_or(Places::All(rows.len), Places::Some);
            let truths = input.truths(node, places, Wanted::Truth)?;
            left = Some(input.chosen(places, &truths, |truth| truth == Some(true))?);
        }
        Ok(left.unwrap_or_default())
    }
}

fn conjuncts<'a>(node: &'a Node, conditions: &mut Vec<&'a Node>) {
    match node {
        Node::And(list) => list.iter().for_each(|child| conjuncts(child, conditions)),
        _ => conditions.push(node),
    }
}

/// An expression's variables in some rows.
struct Input<'a> {
    /// Column of each variable; none if no row binds it.
    columns: Vec<Option<&'a [Id]>>,
    terms: &'a ExecContext<'a>,
}

impl<'a> Input<'a> {
    fn new(expression: &Compiled, rows: &'a Rows, terms: &'a ExecContext<'_>) -> Self {
        let columns = expression.variables().iter().map(|variable| rows.column(variable)).collect();
        Self { columns, terms }
    }

    fn id(&self, slot: usize, row: usize) -> Id {
        self.columns[slot].map_or(Id::UNBOUND, |column| column[row])
    }

    /// The rows among these for whose truth value something is the case.
    fn chosen(&self, places: Places<'_>, truths: &[Truth], is: impl Fn(Truth) -> bool) -> Result<Vec<u32>> {
        let mut chosen = Vec::new();
        let mut truths = truths.iter();
        places.each(self.terms, |row| {
            if truths.next().is_some_and(|truth| is(*truth)) {
                chosen.push(row as u32);
            }
            Ok(())
        })?;
        Ok(chosen)
    }

    fn ids(&self, node: &Node, places: Places<'_>) -> Result<Vec<Id>> {
        let _room = MemoryReservation::of(self.terms, 4 * places.len())?;
        match node {
            Node::Error => Ok(vec![Id::UNBOUND; places.len()]),
            Node::Constant(constant) if places.len() > 0 => {
                Ok(vec![self.terms.intern(constant.term.clone())?; places.len()])
            }
            Node::Variable(slot) => {
                let mut ids = Vec::with_capacity(places.len());
                places.each(self.terms, |row| {
                    ids.push(self.id(*slot, row));
                    Ok(())
                })?;
                Ok(ids)
            }
            Node::If(parts) => {
                let truths = self.truths(&parts[0], places, Wanted::All)?;
                let branch = |truth: bool, part: &Node| -> Result<_> {
                    let rows = self.chosen(places, &truths, |found| found == Some(truth))?;
                    Ok(self.ids(part, Places::Some(&rows))?.into_iter())
                };
                let (mut then, mut other) = (branch(true, &parts[1])?, branch(false, &parts[2])?);
                let pick = |truth: &Truth| match truth {
                    Some(true) => then.next(),
                    Some(false) => other.next(),
                    None => None,
                };
                Ok(truths.iter().map(pick).map(|id| id.unwrap_or(Id::UNBOUND)).collect())
            }
            Node::Coalesce(list) => {
                let mut ids = vec![Id::UNBOUND; places.len()];
                for part in list {
                    let missing: Vec<Truth> = ids.iter().map(|id| Some(!id.is_bound())).collect();
                    let rows = self.chosen(places, &missing, |truth| truth == Some(true))?;
                    if rows.is_empty() {
                        break;
                    }
                    let mut found = self.ids(part, Places::Some(&rows))?.into_iter();
                    for id in ids.iter_mut().filter(|id| !id.is_bound()) {
                        *id = found.next().unwrap_or(Id::UNBOUND);
                    }
                }
                Ok(ids)
            }
            _ if node.is_boolean() => {
                let id = |truth: Truth| truth.and_then(|truth| Id::of_value(Inline::Boolean(truth)));
                let truths = self.truths(node, places, Wanted::All)?;
                Ok(truths.into_iter().map(|truth| id(truth).unwrap_or(Id::UNBOUND)).collect())
            }
            _ => self
                .once_each(node, places, |row, ids| Ok(node.id(row, ids, self.terms).unwrap_or(Id::UNBOUND))),
        }
    }

    fn truths(&self, node: &Node, places: Places<'_>, wanted: Wanted) -> Result<Vec<Truth>> {
        let _room = MemoryReservation::of(self.terms, places.len())?;
        match node {
            Node::Error => Ok(vec![None; places.len()]),
            Node::Constant(constant) => Ok(vec![value::truth(&constant.value); places.len()]),
            Node::Bound(slot) => self.tested(*slot, places, |id| Some(Some(id.is_bound())), node),
            Node::And(list) => self.joined(list, false, places, wanted),
            Node::Or(list) => self.joined(list, true, places, wanted),
            Node::Not(inner) => {
                let truths = self.truths(inner, places, Wanted::All)?;
                Ok(truths.into_iter().map(|truth| truth.map(|truth| !truth)).collect())
            }
            Node::Compare(comparison, pair) => match &**pair {
                [Node::Variable(slot), Node::Constant(constant)] => {
                    let test = Test::new(*comparison, constant, wanted, self.terms)?;
                    self.tested(*slot, places, |id| test.of(id, self.terms), node)
                }
                [Node::Variable(a), Node::Variable(b)] => {
                    let test = |a, b| compare_ids(*comparison, a, b, self.terms);
                    self.tested_together([*a, *b], places, test, node)
                }
                _ => self.slowly(node, places),
            },
            Node::Same(pair) => match &**pair {
                [Node::Variable(a), Node::Variable(b)] => {
                    self.tested_together([*a, *b], places, |a, b| Some(same_ids(a, b)), node)
                }
                [Node::Variable(slot), Node::Constant(constant)]
                | [Node::Constant(constant), Node::Variable(slot)] => {
                    let other = self.terms.intern(constant.term.clone())?;
                    self.tested(*slot, places, |id| Some(same_ids(id, other)), node)
                }
                _ => self.slowly(node, places),
            },
            Node::In(one, list) => match &**one {
                Node::Variable(slot) => {
                    let constant = |node: &Node| match node {
                        Node::Constant(constant) => {
                            Test::new(Comparison::Equal, constant, wanted, self.terms)
                        }
                        _ => Ok(Test::Unknown(None)),
                    };
                    let tests = Tests::new(list.iter().map(constant).collect::<Result<_>>()?);
                    self.tested(*slot, places, |id| tests.of(id, self.terms), node)
                }
                _ => self.slowly(node, places),
            },
            Node::Call(Function::IsLiteral, arguments) => match &**arguments {
                [Node::Variable(slot)] => self.tested(*slot, places, |id| is_literal(id, self.terms), node),
                _ => self.slowly(node, places),
            },
            _ => self.slowly(node, places),
        }
    }

    /// AND, or OR: as soon as one is `decisive`, it is.
    fn joined(
        &self,
        list: &[Node],
        decisive: bool,
        places: Places<'_>,
        wanted: Wanted,
    ) -> Result<Vec<Truth>> {
        let mut truths = vec![Some(!decisive); places.len()];
        let mut open = None;
        for child in list {
            let rows = open.as_deref().map_or(places, Places::Some);
            let mut found = self.truths(child, rows, wanted)?.into_iter();
            for truth in truths.iter_mut().filter(|truth| **truth != Some(decisive)) {
                match found.next().flatten() {
                    Some(found) if found == decisive => *truth = Some(decisive),
                    Some(_) => {}
                    None => *truth = None,
                }
            }
            open = Some(self.chosen(places, &truths, |truth| truth != Some(decisive))?);
        }
        Ok(truths)
    }

    /// Truth by a look at a variable's ids, or slowly where these do not tell.
    fn tested(
        &self,
        slot: usize,
        places: Places<'_>,
        test: impl Fn(Id) -> Option<Truth>,
        node: &Node,
    ) -> Result<Vec<Truth>> {
        match self.columns[slot] {
            Some(column) => self.tested_rows(places, |row| test(column[row]), node),
            None => self.tested_rows(places, |_| test(Id::UNBOUND), node),
        }
    }

    fn tested_together(
        &self,
        [a, b]: [usize; 2],
        places: Places<'_>,
        test: impl Fn(Id, Id) -> Option<Truth>,
        node: &Node,
    ) -> Result<Vec<Truth>> {
        self.tested_rows(places, |row| test(self.id(a, row), self.id(b, row)), node)
    }

    fn tested_rows(
        &self,
        places: Places<'_>,
        test: impl Fn(usize) -> Option<Truth>,
        node: &Node,
    ) -> Result<Vec<Truth>> {
        let mut truths = Vec::with_capacity(places.len());
        let (mut rest, mut unknown) = (Vec::new(), Vec::new());
        places.each(self.terms, |row| {
            match test(row) {
                Some(truth) => truths.push(truth),
                None => {
                    rest.push(row as u32);
                    unknown.push(truths.len() as u32);
                    truths.push(None);
                }
            }
            Ok(())
        })?;
        if !rest.is_empty() {
            let found = self.slowly(node, Places::Some(&rest))?;
            for (at, truth) in unknown.into_iter().zip(found) {
                truths[at as usize] = truth;
            }
        }
        Ok(truths)
    }

    fn slowly(&self, node: &Node, places: Places<'_>) -> Result<Vec<Truth>> {
        self.once_each(node, places, |row, _| Ok(node.truth(row)))
    }

    /// Result of a node for rows, computed once for each different combination of ids.
    fn once_each<T: Copy>(
        &self,
        node: &Node,
        places: Places<'_>,
        mut result: impl FnMut(&Row<'_>, &[Id]) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut used = vec![false; self.columns.len()];
        node.any(&mut |node| {
            if let Node::Variable(slot) | Node::Bound(slot) = node {
                used[*slot] = true;
            }
            false
        });
        let slots: Vec<usize> =
            (0..used.len()).filter(|slot| used[*slot] && self.columns[*slot].is_some()).collect();
        let mut ids = vec![Id::UNBOUND; used.len()];
        let mut values: Vec<Option<Value>> = used.iter().map(|_| None).collect();
        let mut ask = |row: usize| {
            for slot in &slots {
                let id = self.id(*slot, row);
                if ids[*slot] != id {
                    ids[*slot] = id;
                    values[*slot] = value::decode(id, self.terms)?;
                }
            }
            let source = Source::Ids(&ids, self.terms);
            let row = Row { values: &values, source, stopped: RefCell::default() };
            let result = result(&row, &ids)?;
            row.stopped.into_inner().map_or(Ok(result), Err)
        };
        let mut results = Vec::new();
        if is_cheap(node) && self.are_numbers(&slots, places)? {
            results.reserve_exact(places.len());
            places.each(self.terms, |row| {
                results.push(ask(row)?);
                Ok(())
            })?;
            return Ok(results);
        }
        let columns: Vec<&[Id]> = slots.iter().filter_map(|slot| self.columns[*slot]).collect();
        let groups = Groups::of(&columns, places, self.terms)?;
        let _room = MemoryReservation::of(self.terms, size_of::<T>() * (groups.first.len() + places.len()))?;
        for (n, first) in groups.first.iter().enumerate() {
            if n % 1024 == 0 {
                self.terms.ensure_wanted()?;
            }
            results.push(ask(*first as usize)?);
        }
        Ok(groups.of_row.iter().map(|group| results[*group as usize]).collect())
    }

    /// Whether all of it is numbers that are in their ids, so that remembering results would
    /// cost more than computing them.
    fn are_numbers(&self, slots: &[usize], places: Places<'_>) -> Result<bool> {
        let is =
            |id: Id| !id.is_bound() || matches!(id.value(), Some(value) if value::scaled(value).is_some());
        let mut all = true;
        places.each(self.terms, |row| {
            all = all && slots.iter().all(|slot| is(self.id(*slot, row)));
            Ok(())
        })?;
        Ok(all)
    }
}

/// Whether nothing in it looks at a text.
fn is_cheap(node: &Node) -> bool {
    !node.any(&mut |node| matches!(node, Node::Call(..) | Node::Same(_)))
}

fn same_ids(a: Id, b: Id) -> Truth {
    (a.is_bound() && b.is_bound()).then_some(a == b)
}

/// Comparison of two ids; none if they do not tell.
fn compare_ids(comparison: Comparison, a: Id, b: Id, terms: &ExecContext<'_>) -> Option<Truth> {
    if !a.is_bound() || !b.is_bound() {
        return Some(None);
    }
    if let Some((a, b)) = a.value().zip(b.value()) {
        return Some(comparison.holds_inline(a, b));
    }
    let unlike = is_resource(a, terms) || is_resource(b, terms);
    unlike.then(|| comparison.holds_resource(a == b))
}

/// Whether it is known to be an IRI or a blank node: these are equal to themselves and to nothing
/// else, and have no order.
fn is_resource(id: Id, terms: &ExecContext<'_>) -> bool {
    id.as_stored().is_some() && terms.snapshot.is_resource(id)
}

/// Whether it is a literal; none if the id does not tell.
fn is_literal(id: Id, terms: &ExecContext<'_>) -> Option<Truth> {
    match id.as_stored() {
        _ if !id.is_bound() => Some(None),
        Some(_) if is_resource(id, terms) => Some(Some(false)),
        _ => id.value().map(|_| Some(true)),
    }
}

/// A comparison with a constant, as far as ids can tell.
enum Test {
    /// True for this id, false for all others.
    Same(Id),
    Inline(Comparison, Inline),
    /// Comparison with a literal, or, if there is none, with something else.
    Unknown(Option<Comparison>),
}

impl Test {
    fn new(
        comparison: Comparison,
        constant: &Constant,
        wanted: Wanted,
        terms: &ExecContext<'_>,
    ) -> Result<Self> {
        // Terms without another spelling. Of a text or a value that is not known, a literal that
        // is not known could be another spelling, which is an error, and never true.
        let is_one = match &constant.value {
            Value::NamedNode(_) | Value::LangStringLiteral { .. } | Value::DirLangStringLiteral { .. } => {
                true
            }
            Value::StringLiteral(_) => wanted == Wanted::Truth,
            Value::OtherTypedLiteral { .. } => wanted == Wanted::Truth && !value::is_number(&constant.value),
            _ => false,
        };
        if comparison == Comparison::Equal && is_one {
            return Ok(Self::Same(terms.intern(constant.term.clone())?));
        }
        Ok(match value::comparable(&constant.value) {
            Some(value) => Self::Inline(comparison, value),
            None => Self::Unknown(matches!(constant.term, Term::Literal(_)).then_some(comparison)),
        })
    }

    fn of(&self, id: Id, terms: &ExecContext<'_>) -> Option<Truth> {
        if !id.is_bound() {
            return Some(None);
        }
        let comparison = match self {
            Self::Same(same) => return Some(Some(id == *same)),
            Self::Inline(comparison, constant) => match id.value() {
                Some(value) => return Some(comparison.holds_inline(value, *constant)),
                None => *comparison,
            },
            Self::Unknown(comparison) => (*comparison)?,
        };
        is_resource(id, terms).then(|| comparison.holds_resource(false))
    }
}

/// Equality with one of some constants.
struct Tests {
    /// Sorted.
    same: Vec<Id>,
    others: Vec<Test>,
}

impl Tests {
    fn new(tests: Vec<Test>) -> Self {
        let (mut same, mut others) = (Vec::new(), Vec::new());
        for test in tests {
            match test {
                Test::Same(id) => same.push(id),
                test => others.push(test),
            }
        }
        same.sort_unstable();
        Self { same, others }
    }

    fn of(&self, id: Id, terms: &ExecContext<'_>) -> Option<Truth> {
        if !id.is_bound() {
            return Some(None);
        }
        if self.same.binary_search(&id).is_ok() {
            return Some(Some(true));
        }
        let mut error = false;
        for test in &self.others {
            match test.of(id, terms)? {
                Some(true) => return Some(Some(true)),
                Some(false) => {}
                None => error = true,
            }
        }
        Some(if error { None } else { Some(false) })
    }
}
