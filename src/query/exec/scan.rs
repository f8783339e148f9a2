//! Pattern patterns: read whole, or joined to a table by one of their ends.

use super::join::spread;
use super::node::{End, Pattern};
use super::table::{Found, MemoryReservation, Names, Table};
use super::terms::{ExecContext, Result};
use crate::store::index::read::column::{Column, Pairs};
use crate::store::index::read::id::Id;
use crate::store::index::read::snapshot::By;
use oxrdf::Variable;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::ops::Range;

/// What becomes of a row and the values that are found for it.
#[derive(Clone, Copy)]
enum JoinOutput {
    /// A row for each value, with it.
    Value,
    /// A row for each value, without it.
    Times,
    /// A row if there is one.
    Once,
    /// A row if there is none.
    Never,
    /// As `Value`, and a row without a value if there is none.
    ValueOrNone,
    /// As `Times`, and a row if there is none.
    TimesOrOnce,
    /// A row if the value in this column is among them.
    Equal(usize),
}

/// A binary search takes as long as going over so many keys.
const FEW: usize = 256;

/// How a pattern is joined to a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Inner,
    /// OPTIONAL.
    Outer,
    /// EXISTS.
    Semi,
    /// NOT EXISTS.
    Anti,
}

/// The solutions of a pattern alone, for those of its variables that are needed.
///
/// It is sorted by one of them, `order` if that is possible.
pub(super) fn scan<'t>(
    triple: &Pattern,
    needed: &Names,
    order: Option<&Variable>,
    terms: &'t ExecContext<'t>,
) -> Result<Table<'t>> {
    let Pattern { subject, predicate, object, .. } = triple;
    let mut table = Table::unit(terms);
    let snapshot = terms.snapshot;
    let wanted = |end: &End| end.variable().is_some_and(|variable| needed.contains(variable));
    let End::Id(p) = predicate else { return of_any_predicate(triple, needed, terms) };
    match (subject, object) {
        (End::Absent, _) | (_, End::Absent) => table.rows.len = 0,
        (End::Id(s), End::Id(o)) => table.rows.len = usize::from(snapshot.contains(*s, *p, *o)?),
        (End::Variable(variable), End::Id(key)) | (End::Id(key), End::Variable(variable)) => {
            let by = if object.id().is_some() { By::Object } else { By::Subject };
            let found = snapshot.lookup(*p, by, *key)?;
            table.rows.len = found.len();
            if needed.contains(variable) {
                fill(&mut table, variable, &found)?;
                table.sorted = Some(variable.clone());
            }
        }
        (End::Variable(s), End::Variable(o)) if s == o => {
            let pairs = snapshot.scan(*p, By::Subject)?;
            let same: Vec<Id> = pairs.iter().filter(|(s, o)| s == o).map(|(s, _)| s).collect();
            table.rows.len = same.len();
            if needed.contains(s) {
                table.add(s.clone(), same, true)?;
                table.sorted = Some(s.clone());
            }
        }
        (End::Variable(s), End::Variable(o)) => {
            let by_object = order == Some(o) || !wanted(subject) && wanted(object);
            if !wanted(subject) && !wanted(object) {
                table.rows.len = snapshot.scan(*p, By::Subject)?.len();
                return Ok(table);
            }
            let (by, key, value) = if by_object { (By::Object, o, s) } else { (By::Subject, s, o) };
            let pairs = snapshot.scan(*p, by)?;
            table.rows.len = pairs.len();
            if needed.contains(key) {
                fill(&mut table, key, &pairs.keys)?;
                table.sorted = Some(key.clone());
            }
            if needed.contains(value) {
                fill(&mut table, value, &pairs.values)?;
            }
        }
    }
    Ok(table)
}

fn fill(table: &mut Table<'_>, variable: &Variable, ids: &Column<'_>) -> Result<()> {
    let mut more = MemoryReservation::new(table.terms());
    more.set(ids.len() * size_of::<Id>())?;
    let column = ids.iter().collect();
    drop(more);
    table.add(variable.clone(), column, true)
}

fn of_any_predicate<'t>(triple: &Pattern, needed: &Names, terms: &'t ExecContext<'t>) -> Result<Table<'t>> {
    let Pattern { subject, predicate, object, .. } = triple;
    let snapshot = terms.snapshot;
    let ends = [subject, predicate, object];
    if ends.contains(&&End::Absent) {
        return Ok(Table::empty(&Names::new(), terms));
    }
    let predicates = match (subject, object) {
        (End::Id(s), _) => snapshot.predicates_of(By::Subject, *s)?,
        (_, End::Id(o)) => snapshot.predicates_of(By::Object, *o)?,
        _ => snapshot.predicates().to_vec(),
    };
    let variables = || ends.iter().filter_map(|end| end.variable());
    let differ = variables().count() == variables().collect::<BTreeSet<_>>().len();
    if differ && subject.id().is_none() && object.id().is_none() && !variables().any(|v| needed.contains(v)) {
        let mut table = Table::unit(terms);
        table.rows.len = snapshot.triple_count();
        return Ok(table);
    }
    // Columns for the different variables, and where else one of them stands.
    let mut columns: Vec<(&Variable, Vec<Id>)> = Vec::new();
    for variable in ends.iter().filter_map(|end| end.variable()) {
        if !columns.iter().any(|(known, _)| *known == variable) {
            columns.push((variable, Vec::new()));
        }
    }
    let (mut len, mut held) = (0, MemoryReservation::new(terms));
    for p in predicates {
        let mut add = |s: Id, o: Id| {
            let ids = [s, p, o];
            let agrees = ends.iter().enumerate().all(|(at, end)| {
                let first = end.variable().and_then(|v| ends.iter().position(|e| e.variable() == Some(v)));
                first.is_none_or(|first| ids[first] == ids[at])
            });
            if agrees {
                len += 1;
                for (variable, column) in &mut columns {
                    let at = ends.iter().position(|end| end.variable() == Some(*variable));
                    column.push(ids[at.expect("the variable is of an end")]);
                }
            }
        };
        match (subject.id(), object.id()) {
            (Some(s), Some(o)) => {
                if snapshot.contains(s, p, o)? {
                    add(s, o);
                }
            }
            (Some(s), None) => snapshot.lookup(p, By::Subject, s)?.iter().for_each(|o| add(s, o)),
            (None, Some(o)) => snapshot.lookup(p, By::Object, o)?.iter().for_each(|s| add(s, o)),
            (None, None) => {
                let pairs = snapshot.scan(p, By::Subject)?;
                held.grow(pairs.len() * ends.len() * size_of::<Id>())?;
                pairs.iter().for_each(|(s, o)| add(s, o));
            }
        }
        terms.ensure_wanted()?;
    }
    drop(held);
    let mut table = Table::unit(terms);
    table.rows.len = len;
    for (variable, column) in columns {
        if needed.contains(variable) {
            table.add(variable.clone(), column, true)?;
        }
    }
    Ok(table)
}

/// Whether a pattern can be joined to a table by one of its ends: that is bound in every row, and
/// nothing of the pattern is bound in some only.
pub(super) fn can_index_join(table: &Table<'_>, triple: &Pattern) -> bool {
    let ends = [&triple.subject, &triple.object];
    let variables = || ends.iter().filter_map(|end| end.variable());
    triple.predicate.id().is_some()
        && !ends.contains(&&End::Absent)
        && triple.subject != triple.object
        && variables().any(|variable| table.is_certain(variable))
        && variables().all(|variable| table.is_certain(variable) || table.lacks(variable))
}

/// Joins a pattern to a table by an end; see [`can_index_join`]. What is not needed of the pattern gets
/// no column.
///
/// The rows keep their order. If solutions count, each comes as often as it should.
pub(super) fn index_join<'t>(
    table: Table<'t>,
    triple: &Pattern,
    mode: Mode,
    needed: &Names,
    counts: bool,
) -> Result<Table<'t>> {
    let p = triple.predicate.id().expect("the predicate is known");
    let column = |end: &End| end.variable().and_then(|variable| table.rows.position(variable));
    let (by, key, other) = match (column(&triple.subject), column(&triple.object)) {
        (Some(s), Some(o)) => {
            let by_object = triple.object.variable().is_some_and(|v| table.is_sorted_by(v))
                && !triple.subject.variable().is_some_and(|v| table.is_sorted_by(v));
            if by_object { (By::Object, o, &triple.subject) } else { (By::Subject, s, &triple.object) }
        }
        (Some(s), None) => (By::Subject, s, &triple.object),
        (None, Some(o)) => (By::Object, o, &triple.subject),
        (None, None) => unreachable!("an end is bound"),
    };
    let value = other.variable();
    let want = match (mode, value.map(|value| table.rows.position(value))) {
        (Mode::Anti, _) => JoinOutput::Never,
        (Mode::Semi, None | Some(None)) => JoinOutput::Once,
        (Mode::Inner | Mode::Semi, Some(Some(at))) => JoinOutput::Equal(at),
        (Mode::Inner, None) => JoinOutput::Once,
        (Mode::Inner, Some(None)) if value.is_some_and(|v| needed.contains(v)) => JoinOutput::Value,
        (Mode::Inner, Some(None)) if counts => JoinOutput::Times,
        (Mode::Inner, Some(None)) => JoinOutput::Once,
        (Mode::Outer, Some(None)) if value.is_some_and(|v| needed.contains(v)) => JoinOutput::ValueOrNone,
        (Mode::Outer, Some(None)) if counts => JoinOutput::TimesOrOnce,
        // Nothing is added, and a triple comes once.
        (Mode::Outer, _) => return Ok(table),
    };
    debug_assert!(!(mode == Mode::Anti && column(other).is_some()), "that is for a general join");
    let found = match other.id() {
        Some(id) => by_keys(&table, key, p, by, id, want)?,
        None => by_pairs(&table, key, p, by, want)?,
    };
    let single = table.len() == 1;
    let mut table = if found.is_whole { table } else { table.gather(&found.left)? };
    if let JoinOutput::Value | JoinOutput::ValueOrNone = want {
        let variable = value.expect("a value is wanted of a variable");
        let is_bound = matches!(want, JoinOutput::Value) || found.right.iter().all(|id| id.is_bound());
        table.add(variable.clone(), found.right, is_bound)?;
        if single && is_bound {
            table.sorted = Some(variable.clone());
        }
    }
    Ok(table)
}

/// The other end is a constant: of it, only the keys count.
fn by_keys<'t>(
    table: &Table<'t>,
    key: usize,
    p: Id,
    by: By,
    other: Id,
    want: JoinOutput,
) -> Result<Found<'t, Id>> {
    let terms = table.terms();
    let mut found = Found::new(terms);
    let back = if by == By::Subject { By::Object } else { By::Subject };
    let keys = terms.snapshot.lookup(p, back, other)?;
    let none = Column::default();
    let column = &table.rows.columns[key];
    if let JoinOutput::Once | JoinOutput::Times | JoinOutput::TimesOrOnce = want
        && is_aligned(column, &keys)
    {
        found.is_whole = true;
        return Ok(found);
    }
    let mut finder = Finder::new(table, key, &keys)?;
    for (row, id) in (0u32..).zip(column) {
        watch(row, terms)?;
        take(row, finder.places(&keys, *id), &none, want, table, &mut found)?;
    }
    Ok(found)
}

fn by_pairs<'t>(table: &Table<'t>, key: usize, p: Id, by: By, want: JoinOutput) -> Result<Found<'t, Id>> {
    let terms = table.terms();
    let snapshot = terms.snapshot;
    let mut found = Found::new(terms);
    let column = &table.rows.columns[key];
    if table.len().saturating_mul(FEW) < snapshot.statistics(p).triples {
        let mut last = None;
        let mut values = Column::default();
        for (row, id) in (0u32..).zip(column) {
            if last != Some(*id) {
                values = snapshot.lookup(p, by, *id)?;
                last = Some(*id);
            }
            take(row, 0..values.len(), &values, want, table, &mut found)?;
        }
        return Ok(found);
    }
    let Pairs { keys, values } = snapshot.scan(p, by)?;
    if !matches!(want, JoinOutput::Never | JoinOutput::Equal(_)) && is_aligned(column, &keys) {
        if let JoinOutput::Value | JoinOutput::ValueOrNone = want {
            found.hold_right(values.len())?;
            found.right.extend(values.iter());
        }
        found.is_whole = true;
        return Ok(found);
    }
    let mut finder = Finder::new(table, key, &keys)?;
    for (row, id) in (0u32..).zip(column) {
        watch(row, terms)?;
        take(row, finder.places(&keys, *id), &values, want, table, &mut found)?;
    }
    Ok(found)
}

/// Whether a column is the keys, each once: a star's predicates that everything has are that.
fn is_aligned(column: &[Id], keys: &Column<'_>) -> bool {
    let mut last = None;
    column.len() == keys.len()
        && std::iter::zip(column, keys.iter()).all(|(id, key)| *id == key && last.replace(key) < Some(key))
}

/// Sees now and then whether the rows are still wanted, even where none are found.
#[inline]
fn watch(row: u32, terms: &ExecContext<'_>) -> Result<()> {
    if row & 0xf_ffff == 0xf_ffff { terms.ensure_wanted() } else { Ok(()) }
}

#[inline]
fn take(
    row: u32,
    places: Range<usize>,
    values: &Column<'_>,
    want: JoinOutput,
    table: &Table<'_>,
    found: &mut Found<'_, Id>,
) -> Result<()> {
    match want {
        JoinOutput::Value => places.into_iter().try_for_each(|at| found.push(row, values.get(at))),
        JoinOutput::ValueOrNone if places.is_empty() => found.push(row, Id::UNBOUND),
        JoinOutput::ValueOrNone => places.into_iter().try_for_each(|at| found.push(row, values.get(at))),
        JoinOutput::TimesOrOnce if places.is_empty() => found.push_left(row),
        JoinOutput::Times | JoinOutput::TimesOrOnce => {
            places.into_iter().try_for_each(|_| found.push_left(row))
        }
        JoinOutput::Once if places.is_empty() => Ok(()),
        JoinOutput::Once => found.push_left(row),
        JoinOutput::Never if places.is_empty() => found.push_left(row),
        JoinOutput::Never => Ok(()),
        JoinOutput::Equal(at) => {
            let id = table.rows.columns[at][row as usize];
            if values.part(places).places(id).is_empty() { Ok(()) } else { found.push_left(row) }
        }
    }
}

/// How keys are found in a sorted column: chosen by how many there are, and in what order.
enum Finder<'t> {
    /// The rows ascend, too: each is looked for from where the one before was found.
    Merge(Range<usize>),
    /// Few rows.
    Halving,
    /// By the number of the key, less the least: where its places begin.
    Dense(u32, Vec<u32>, #[expect(dead_code, reason = "holds the memory")] MemoryReservation<'t>),
    Hashed(FxHashMap<u32, u32>, #[expect(dead_code, reason = "holds the memory")] MemoryReservation<'t>),
}

impl<'t> Finder<'t> {
    fn new(table: &Table<'t>, key: usize, keys: &Column<'_>) -> Result<Self> {
        if table.is_sorted_by(&table.rows.variables[key]) {
            return Ok(Self::Merge(0..0));
        }
        if table.len().saturating_mul(FEW) < keys.len() || keys.len() < 16 {
            return Ok(Self::Halving);
        }
        let mut held = MemoryReservation::new(table.terms());
        let ends = [keys.get(0), keys.get(keys.len() - 1)];
        if let Some((least, n)) = spread(ends.into_iter(), keys.len() + table.len()) {
            held.set((n + 1) * size_of::<u32>())?;
            let mut starts = vec![0u32; n + 1];
            let mut next = 0;
            for (at, id) in (0u32..).zip(keys.iter()) {
                let number = (id.number() - least) as usize;
                while next <= number {
                    starts[next] = at;
                    next += 1;
                }
            }
            starts[next..].fill(keys.len() as u32);
            return Ok(Self::Dense(least, starts, held));
        }
        held.set(keys.len() * 2 * size_of::<(u32, u32)>())?;
        let mut firsts = FxHashMap::with_capacity_and_hasher(keys.len(), rustc_hash::FxBuildHasher);
        for (at, id) in (0u32..).zip(keys.iter()) {
            firsts.entry(id.number()).or_insert(at);
        }
        Ok(Self::Hashed(firsts, held))
    }

    #[inline]
    fn places(&mut self, keys: &Column<'_>, id: Id) -> Range<usize> {
        let run = |start: usize| {
            let mut end = start;
            while end < keys.len() && keys.get(end) == id {
                end += 1;
            }
            start..end
        };
        match self {
            Self::Merge(last) => {
                if Range::is_empty(last) || keys.get(last.start) != id {
                    *last = run(keys.seek(last.end, id));
                }
                last.clone()
            }
            Self::Halving => keys.places(id),
            Self::Dense(least, starts, _) => {
                let at = id.number().wrapping_sub(*least) as usize;
                match starts.get(at..at.saturating_add(2)) {
                    Some(both) => both[0] as usize..both[1] as usize,
                    None => 0..0,
                }
            }
            Self::Hashed(firsts, _) => firsts.get(&id.number()).map_or(0..0, |at| run(*at as usize)),
        }
    }
}

/// Joins a pattern of any predicate to a table row by row, for few rows.
pub(super) fn index_join_each<'t>(table: Table<'t>, triple: &Pattern, needed: &Names) -> Result<Table<'t>> {
    let terms = table.terms();
    let mut new: Vec<(&Variable, Vec<Id>)> = Vec::new();
    for variable in [&triple.subject, &triple.predicate, &triple.object].into_iter().filter_map(End::variable)
    {
        if table.lacks(variable)
            && needed.contains(variable)
            && !new.iter().any(|(known, _)| *known == variable)
        {
            new.push((variable, Vec::new()));
        }
    }
    let mut places = Found::<()>::new(terms);
    let mut held = MemoryReservation::new(terms);
    for row in 0..table.len() {
        let bound = |end: &End| match end.variable().and_then(|v| table.column(v)).map(|ids| ids[row]) {
            Some(id) => End::Id(id),
            None => end.clone(),
        };
        let one = Pattern {
            subject: bound(&triple.subject),
            predicate: bound(&triple.predicate),
            object: bound(&triple.object),
            estimate: super::estimate::Estimate::default(),
            text: String::new(),
        };
        let found = scan(&one, needed, None, terms)?;
        (0..found.len()).try_for_each(|_| places.push_left(row as u32))?;
        held.set(places.left.capacity() * new.len() * size_of::<Id>())?;
        for (variable, column) in &mut new {
            column.extend_from_slice(found.column(variable).unwrap_or_default());
        }
    }
    drop(held);
    let mut table = table.gather(&places.left)?;
    for (variable, column) in new {
        table.add(variable.clone(), column, true)?;
    }
    Ok(table)
}
