//! Running a block: which two are joined next is decided when the tables so far are there, from
//! their real sizes and the statistics of what is left. The two are those whose join is smallest, so
//! that two stars over positions are each put together before they meet.
//!
//! A condition is asked as soon as no further join can change what it depends on, and a column is
//! dropped as soon as nothing asks for it.

use super::estimate::{Estimate, closest};
use super::join;
use super::node::{Block, Item, Pattern, Test};
use super::path;
use super::run::{Run, names, project, simple};
use super::scan::{self, Mode};
use super::table::{Names, Table};
use super::terms::Result;
use oxrdf::Variable;

/// Something that is still to be joined.
enum Part<'t> {
    Item(&'t Item),
    Ready(Table<'t>),
}

struct Rest<'t> {
    part: Part<'t>,
    estimate: Estimate,
    variables: Names,
}

/// Conditions with the variables that they depend on.
type Tests<'t> = Vec<(&'t Test, Names)>;

/// Rows from which on a pattern of any predicate is rather read whole than for each row.
const EACH: usize = 1000;

impl Rest<'_> {
    /// Of two, the one that is there, or has fewer rows: it is looked up in the other.
    fn goes_before(&self, other: &Self) -> bool {
        let rank = |one: &Self| (!matches!(one.part, Part::Ready(_)), one.estimate.rows);
        rank(self) <= rank(other)
    }
}

impl<'t> Run<'t> {
    pub(super) fn block(&self, block: &'t Block, needed: &Names, counts: bool) -> Result<Table<'t>> {
        let (mut rest, certain) = self.rest(block)?;
        let mut tests: Tests<'t> = block.tests.iter().map(|test| (test, test.variables())).collect();
        let nothing = || Ok(Table::empty(&(needed & &certain), self.terms));
        while rest.len() > 1 {
            let (one, other) = closest(&rest.iter().map(|one| &one.estimate).collect::<Vec<_>>());
            let (last, first) = (rest.swap_remove(one.max(other)), rest.swap_remove(one.min(other)));
            let (mut first, last) = if first.goes_before(&last) { (first, last) } else { (last, first) };
            rest.push(last);
            let table = match first.part {
                Part::Ready(table) => table,
                part => {
                    let unit = Table::unit(self.terms);
                    self.advance(unit, part, &first.estimate, None, &rest, &mut tests, needed, counts)?
                }
            };
            if table.len() == 0 {
                return nothing();
            }
            first.estimate.set_rows(table.len());
            let last = rest.pop().expect("it was put there");
            let mut estimate = first.estimate.join(&last.estimate);
            let expected = Some(estimate.rows);
            let table =
                self.advance(table, last.part, &last.estimate, expected, &rest, &mut tests, needed, counts)?;
            if table.len() == 0 {
                return nothing();
            }
            estimate.set_rows(table.len());
            let variables = &first.variables | &last.variables;
            rest.push(Rest { part: Part::Ready(table), estimate, variables });
        }
        let mut table = match rest.pop() {
            None => Table::unit(self.terms),
            Some(Rest { part: Part::Ready(table), .. }) => table,
            Some(Rest { part, estimate, .. }) => {
                let unit = Table::unit(self.terms);
                self.advance(unit, part, &estimate, None, &[], &mut tests, needed, counts)?
            }
        };
        self.ask(&mut table, tests, |_| false)?;
        self.only(table, needed)
    }

    /// Joins a part to a table, or begins with it, and asks what then can be asked.
    #[expect(clippy::too_many_arguments, reason = "a step of the loop above, which is taken in three places")]
    fn advance(
        &self,
        table: Table<'t>,
        part: Part<'t>,
        estimate: &Estimate,
        expected: Option<f64>,
        rest: &[Rest<'t>],
        tests: &mut Tests<'t>,
        needed: &Names,
        counts: bool,
    ) -> Result<Table<'t>> {
        let later = |variable: &Variable| rest.iter().any(|one| one.variables.contains(variable));
        let is_wanted = |variable: &Variable, tests: &Tests<'t>| {
            needed.contains(variable)
                || later(variable)
                || tests.iter().any(|(_, names)| names.contains(variable))
        };
        let wanted = |variable: &Variable| is_wanted(variable, tests);
        let expected = expected.unwrap_or(estimate.rows);
        let mut table = self.join_next(table, part, estimate, expected, rest, &wanted, counts)?;
        table.keep(|variable| is_wanted(variable, tests))?;
        *tests = self.ask(&mut table, std::mem::take(tests), later)?;
        table.keep(|variable| is_wanted(variable, tests))?;
        Ok(table)
    }

    /// What there is to join, with the solutions that came in from outside.
    fn rest(&self, block: &'t Block) -> Result<(Vec<Rest<'t>>, Names)> {
        let mut rest = Vec::with_capacity(block.items.len());
        let mut certain = Names::new();
        for item in &block.items {
            let Item::SidewaysBinding { slot, variables } = item else {
                certain.extend(item.certain());
                let estimate = item.estimate().cloned().unwrap_or_else(Estimate::unit);
                rest.push(Rest { part: Part::Item(item), estimate, variables: item.variables() });
                continue;
            };
            let Some(seed) = self.seed(*slot) else { continue };
            let seed = project(&seed, |variable| variables.contains(variable))?;
            if seed.rows.variables.is_empty() {
                continue;
            }
            let rows = seed.len() as f64;
            let estimate = Estimate::new(rows, seed.rows.variables.iter().map(|v| (v.clone(), rows)));
            let variables = seed.rows.variables.iter().cloned().collect();
            rest.push(Rest { part: Part::Ready(seed), estimate, variables });
        }
        Ok((rest, certain))
    }

    #[expect(clippy::too_many_arguments, reason = "told apart from the above for its length")]
    fn join_next(
        &self,
        table: Table<'t>,
        part: Part<'t>,
        estimate: &Estimate,
        expected: f64,
        rest: &[Rest<'t>],
        is_wanted: &dyn Fn(&Variable) -> bool,
        counts: bool,
    ) -> Result<Table<'t>> {
        let expected = Some(expected);
        let is_first = table.rows.variables.is_empty() && table.len() == 1;
        let shared: Names = table.rows.variables.iter().cloned().collect();
        let is_shared = |variable: &Variable| shared.contains(variable);
        match part {
            Part::Ready(other) => {
                let both = other.rows.variables.iter().filter(|v| is_shared(v));
                let what = format!("join both by {}", names(both));
                self.traced(expected, || what, || join::inner(table, other))
            }
            Part::Item(Item::Pattern(triple)) => {
                let order = most_wanted(triple, rest);
                let ends = [&triple.subject, &triple.predicate, &triple.object];
                let variables = || ends.iter().filter_map(|end| end.variable());
                let wanted: Names = variables().filter(|v| is_wanted(v)).cloned().collect();
                if is_first {
                    return self.traced(
                        expected,
                        || triple.text.clone(),
                        || scan::scan(triple, &wanted, order, self.terms),
                    );
                }
                let what = || format!("join {}", triple.text);
                self.traced(expected, what, || {
                    if scan::can_index_join(&table, triple) {
                        return scan::index_join(table, triple, Mode::Inner, &wanted, counts);
                    }
                    let bound = variables().any(|v| table.is_certain(v));
                    let clear = variables().all(|v| table.is_certain(v) || table.lacks(v));
                    if triple.predicate.id().is_none() && bound && clear && table.len() < EACH {
                        return scan::index_join_each(table, triple, &wanted);
                    }
                    let all: Names = variables().filter(|v| is_shared(v) || is_wanted(v)).cloned().collect();
                    join::inner(table, scan::scan(triple, &all, order, self.terms)?)
                })
            }
            Part::Item(Item::Path(path)) => {
                let what = || format!("path {}", path.text);
                self.traced(expected, what, || {
                    let ends = [&path.subject, &path.object];
                    let variables = ends.iter().filter_map(|end| end.variable());
                    let all = variables.filter(|v| is_shared(v) || is_wanted(v)).cloned().collect();
                    let found = path::solutions(path, &table, &all)?;
                    if is_first { Ok(found) } else { join::inner(table, found) }
                })
            }
            Part::Item(Item::Node { node, slot, .. }) => {
                let all = node.variables().iter().filter(|v| is_shared(v) || is_wanted(v)).cloned().collect();
                if is_first {
                    return self.node(node, &all, counts);
                }
                let what = || format!("join by {}", names(all.iter().filter(|v| is_shared(v))));
                self.traced(expected, what, || {
                    let found = self.seeded(node, *slot, &table, estimate.rows, &all, counts)?;
                    join::inner(table, found)
                })
            }
            Part::Item(Item::SidewaysBinding { .. }) => Ok(table),
        }
    }

    /// Asks the conditions that are settled, and gives back the others.
    fn ask(
        &self,
        table: &mut Table<'t>,
        tests: Tests<'t>,
        later: impl Fn(&Variable) -> bool,
    ) -> Result<Tests<'t>> {
        let mut open = Vec::new();
        for (test, names) in tests {
            if names.iter().any(|name| later(name) && !table.is_certain(name)) {
                open.push((test, names));
                continue;
            }
            let taken = std::mem::replace(table, Table::unit(self.terms));
            *table = match test {
                Test::Filter(condition) => {
                    let what = || format!("filter on {}", self::names(&names));
                    self.traced(None, what, || {
                        let places = condition.filter(&taken.rows, self.terms)?;
                        taken.gather(&places)
                    })?
                }
                Test::Exists { .. } => self.exists(taken, test)?,
            };
        }
        Ok(open)
    }

    fn exists(&self, table: Table<'t>, test: &'t Test) -> Result<Table<'t>> {
        let Test::Exists { node, slot, negated, estimate } = test else {
            unreachable!("only EXISTS is asked here");
        };
        let common: Names = node.variables().into_iter().filter(|variable| !table.lacks(variable)).collect();
        let what = || {
            let by = names(&common);
            if *negated { format!("where not exists, by {by}") } else { format!("where exists, by {by}") }
        };
        self.traced(None, what, || {
            if let Some(triple) = simple(node)
                && scan::can_index_join(&table, triple)
                && (!negated || common.len() == 1)
            {
                let mode = if *negated { Mode::Anti } else { Mode::Semi };
                return scan::index_join(table, triple, mode, &Names::new(), false);
            }
            let found = self.seeded(node, *slot, &table, estimate.rows, &common, false)?;
            let places = join::matching(&table, &found, false, !negated)?;
            table.gather(&places)
        })
    }
}

/// The variable of a pattern that the next part has, or most others: rows are best sorted by it.
fn most_wanted<'v>(triple: &'v Pattern, rest: &[Rest<'_>]) -> Option<&'v Variable> {
    let ends = [&triple.object, &triple.subject];
    let wanted = |variable: &&Variable| {
        let next = rest.last().is_some_and(|one| one.variables.contains(*variable));
        (next, rest.iter().filter(|one| one.variables.contains(*variable)).count())
    };
    ends.into_iter().filter_map(|end| end.variable()).max_by_key(wanted)
}
