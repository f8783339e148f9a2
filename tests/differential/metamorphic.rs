//! Properties that answers have whatever the data: each compares our answers with our own answers to
//! another query, so that no oracle is needed, and none can share a fault with us.

use crate::generate;
use crate::graphs::{self, Rng};
use crate::oracle::Outcome;
use crate::queries::{Column, Duplicates, Expression, Group, Part, Query, Select};
use crate::rows::{Row, same};
use crate::{MANY, Ours, Tally, WAYS, respell, shrink};
use libtest_mimic::{Failed, Trial};
use oxrdf::{Literal, Term, Triple, Variable};
use standpoint::query::Answer;
use standpoint::store::index::Index;
use std::sync::{Arc, Mutex};

/// A way to ask.
type Ask = fn(&Index, &str) -> Outcome;

/// Pairs of a graph and a pattern for each property.
const PAIRS: usize = 600;
/// Patterns that are asked of one graph.
const PATTERNS: usize = 25;
/// Words of queries whose answer may depend on the order of rows, or on the label of a new node.
const OPEN: &[&str] =
    &["LIMIT", "OFFSET", "SAMPLE(", "GROUP_CONCAT(", "MIN(", "MAX(", "SUM(", "AVG(", "BNODE("];

/// A property: its name, and what it expects of a pattern whose answer is known.
pub type Property = (&'static str, fn(&Known<'_>) -> Result<(), String>);

/// Every property.
pub const PROPERTIES: &[Property] = &[
    ("a_filter_its_negation_and_its_errors_add_up", split),
    ("a_union_with_itself_doubles", doubled),
    ("distinct_of_distinct_is_distinct", distinct),
    ("the_order_of_patterns_does_not_matter", reordered),
    ("a_subselect_around_changes_nothing", wrapped),
    ("values_of_its_answers_change_nothing", own_values),
    ("minus_itself_leaves_nothing", minus_itself),
    ("a_count_counts_the_rows", counted),
    ("a_copy_of_a_term_is_that_term", copied),
    ("graph_finds_what_the_whole_finds", within_graph),
];

/// A pattern, with its answer.
pub struct Known<'k> {
    graph: &'k Ours,
    ask: Ask,
    body: Group,
    variables: Vec<Variable>,
    rows: Vec<Row>,
    seed: u64,
}

impl Known<'_> {
    /// Rows of another query, with the columns of these, then those that are new.
    fn rows_of(&self, select: Select) -> Result<Vec<Row>, String> {
        self.rows_of_text(&Query::Select(select).to_string())
    }

    fn rows_of_text(&self, text: &str) -> Result<Vec<Row>, String> {
        self.rows_on(&self.graph.index, text)
    }

    fn rows_on(&self, index: &Index, text: &str) -> Result<Vec<Row>, String> {
        match (self.ask)(index, text).map_err(|error| format!("{text}\n# fails: {error}"))? {
            Answer::Rows { variables, rows } => {
                let place = |name: &Variable| variables.iter().position(|other| other == name);
                let mut places: Vec<Option<usize>> = self.variables.iter().map(place).collect();
                let new = (0..variables.len()).filter(|at| !self.variables.contains(&variables[*at]));
                places.extend(new.map(Some));
                let cell = |row: &Row, place: &Option<usize>| place.and_then(|place| row[place].clone());
                Ok(rows.iter().map(|row| places.iter().map(|place| cell(row, place)).collect()).collect())
            }
            _ => Err(format!("{text}\n# has no rows")),
        }
    }

    /// Fails where a query has other rows than expected.
    fn expect(&self, select: Select, expected: &[Row]) -> Result<(), String> {
        let text = Query::Select(select.clone()).to_string();
        let rows = self.rows_of(select)?;
        if same(&rows, expected, &self.graph.known) {
            return Ok(());
        }
        Err(format!("{text}\n# answered\n{}# expected\n{}", shown(&rows), shown(expected)))
    }
}

fn shown(rows: &[Row]) -> String {
    let cell = |cell: &Option<Term>| cell.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
    let line = |row: &Row| format!("#   {}\n", row.iter().map(cell).collect::<Vec<_>>().join("  "));
    rows.iter().take(20).map(line).collect()
}

fn all(parts: Vec<Part>) -> Select {
    Select { body: Group(parts), ..Select::default() }
}

fn split(known: &Known<'_>) -> Result<(), String> {
    let names: Vec<String> = known.variables.iter().map(ToString::to_string).collect();
    let condition = generate::condition(&mut Rng(known.seed), &names);
    let boxed = || Box::new(condition.clone());
    let never = Expression::Call("IF", vec![condition.clone(), term("false"), term("false")]);
    let conditions = [
        condition.clone(),
        Expression::Prefix("!", boxed()),
        Expression::Call("COALESCE", vec![never, term("true")]),
    ];
    let mut rows = Vec::new();
    for condition in conditions {
        rows.extend(known.rows_of(all([known.body.0.clone(), vec![Part::Filter(condition)]].concat()))?);
    }
    if same(&rows, &known.rows, &known.graph.known) {
        return Ok(());
    }
    Err(format!("FILTER({condition})\n# adds up to\n{}# and not to\n{}", shown(&rows), shown(&known.rows)))
}

fn term(token: &str) -> Expression {
    Expression::Term(token.to_owned())
}

fn doubled(known: &Known<'_>) -> Result<(), String> {
    let twice = vec![known.body.clone(), known.body.clone()];
    known.expect(all(vec![Part::Union(twice)]), &[known.rows.clone(), known.rows.clone()].concat())
}

fn distinct(known: &Known<'_>) -> Result<(), String> {
    let mut rows: Vec<Row> = Vec::new();
    for row in &known.rows {
        if !rows.contains(row) {
            rows.push(row.clone());
        }
    }
    let within = Select { duplicates: Duplicates::Distinct, body: known.body.clone(), ..Select::default() };
    let around = all(vec![Part::Select(Box::new(within.clone()))]);
    known.expect(within, &rows)?;
    known.expect(Select { duplicates: Duplicates::Distinct, ..around }, &rows)
}

fn reordered(known: &Known<'_>) -> Result<(), String> {
    let query = Query::Select(Select { body: known.body.clone(), ..Select::default() });
    match shrink::permuted(&query, known.seed) {
        Query::Select(select) => known.expect(select, &known.rows),
        _ => Ok(()),
    }
}

fn wrapped(known: &Known<'_>) -> Result<(), String> {
    let within = Select { body: known.body.clone(), ..Select::default() };
    known.expect(all(vec![Part::Select(Box::new(within))]), &known.rows)
}

/// Only of rows that are whole, and that VALUES can write.
fn own_values(known: &Known<'_>) -> Result<(), String> {
    let named = |cell: &Option<Term>| cell.as_ref().is_some_and(|term| !term.is_blank_node());
    if known.variables.is_empty() || !known.rows.iter().all(|row| row.iter().all(named)) {
        return Ok(());
    }
    let names = known.variables.iter().map(ToString::to_string).collect();
    let mut rows: Vec<Vec<String>> =
        known.rows.iter().map(|row| row.iter().flatten().map(ToString::to_string).collect()).collect();
    rows.sort();
    rows.dedup();
    known.expect(all(vec![Part::Group(known.body.clone()), Part::Values(names, rows)]), &known.rows)
}

/// MINUS leaves rows that have no variable in common with any.
fn minus_itself(known: &Known<'_>) -> Result<(), String> {
    let left: Vec<Row> = known.rows.iter().filter(|row| row.iter().all(Option::is_none)).cloned().collect();
    known.expect(all(vec![Part::Group(known.body.clone()), Part::Minus(known.body.clone())]), &left)
}

fn counted(known: &Known<'_>) -> Result<(), String> {
    let count =
        Column { name: "?rows".into(), expression: Some(Expression::Aggregate("COUNT", false, None)) };
    let select = Select { columns: vec![count], body: known.body.clone(), ..Select::default() };
    let mut row: Row = vec![None; known.variables.len()];
    row.push(Some(Literal::from(known.rows.len() as u64).into()));
    let row = row.into_iter().map(|cell| cell.map(integer)).collect();
    known.expect(select, &[row])
}

fn integer(term: Term) -> Term {
    match term {
        Term::Literal(literal) => {
            Literal::new_typed_literal(literal.value(), oxrdf::vocab::xsd::INTEGER).into()
        }
        other => other,
    }
}

/// COALESCE, IF, and MAX of a group of one row give back what they are given.
fn copied(known: &Known<'_>) -> Result<(), String> {
    let Some(at) = (!known.variables.is_empty()).then(|| (known.seed as usize) % known.variables.len())
    else {
        return Ok(());
    };
    let name = known.variables[at].to_string();
    let copies = [
        Expression::Call("COALESCE", vec![term(&name)]),
        Expression::Call("IF", vec![term("true"), term(&name), term("1")]),
        Expression::Call("COALESCE", vec![term("?unbound"), term(&name)]),
    ];
    for copy in copies {
        let mut columns: Vec<Column> =
            known.variables.iter().map(|name| Column::plain(&name.to_string())).collect();
        columns.push(Column { name: "?copy".into(), expression: Some(copy) });
        let expected: Vec<Row> =
            known.rows.iter().map(|row| [row.clone(), vec![row[at].clone()]].concat()).collect();
        known.expect(Select { columns, body: known.body.clone(), ..Select::default() }, &expected)?;
    }
    let most = Expression::Aggregate("MAX", false, Some(Box::new(term(&name))));
    let columns = vec![Column::plain(&name), Column { name: "?copy".into(), expression: Some(most) }];
    let keys = vec![Column::plain(&name)];
    let select = Select { columns, keys, body: known.body.clone(), ..Select::default() };
    let rows = known.rows_of(select)?;
    let kept = |row: &Row| row[at] == row[known.variables.len()];
    match rows.iter().find(|row| !kept(row)) {
        Some(row) => Err(format!(
            "MAX({name}) of a group of one value is another\n{}",
            shown(std::slice::from_ref(row))
        )),
        None => Ok(()),
    }
}

/// Of a graph that is one document. A pattern that names graphs itself sees more of them there.
fn within_graph(known: &Known<'_>) -> Result<(), String> {
    if known.body.to_string().contains("GRAPH") {
        return Ok(());
    }
    // By its name: what matches without a triple matches in every graph, and the schemes are one, too.
    let text = format!("SELECT * WHERE {{ GRAPH <http://example.org/document> {} }}", known.body);
    let mut rows = known.rows_on(&known.graph.document, &text)?;
    rows.iter_mut().for_each(|row| row.truncate(known.variables.len()));
    if same(&rows, &known.rows, &known.graph.known) {
        return Ok(());
    }
    Err(format!("{text}\n# answered\n{}# expected\n{}", shown(&rows), shown(&known.rows)))
}

/// The trials: one for each property.
pub fn trials(seed: u64, tally: &Arc<Mutex<Tally>>) -> Vec<Trial> {
    let trial = |property: &'static Property| {
        let tally = Arc::clone(tally);
        Trial::test(format!("metamorphic/{}", property.0), move || {
            let ways: Vec<Ask> = WAYS.iter().map(|(_, ask)| *ask).collect();
            run(property, &ways, seed, &tally)
        })
    };
    PROPERTIES.iter().map(trial).collect()
}

/// Holds a property against random patterns; ends at the first that has it not.
pub fn run(property: &Property, ways: &[Ask], seed: u64, tally: &Mutex<Tally>) -> Result<(), Failed> {
    let mut rng = Rng(seed);
    let mut held = 0;
    for _ in 0..PAIRS / PATTERNS {
        let facts = graphs::graph(&mut rng);
        let percent = *rng.pick(&[0, 30, 90]);
        let facts = respell::respelled(&facts, &mut rng, percent);
        let graph = Ours::new(graphs::triples(&facts));
        for _ in 0..PATTERNS {
            let drawn = match rng.chance(25) {
                true => generate::terms::query(&mut rng, &facts),
                false => generate::query(&mut rng, &facts),
            };
            let Query::Select(select) = drawn else { continue };
            let query = Query::Select(Select { body: select.body, ..Select::default() });
            let seed = rng.next();
            for ask in ways {
                match broken(property, &query, &graph, *ask, seed) {
                    None => held += 1,
                    Some(_) => return Err(report(property, query, &graph, *ask, seed).into()),
                }
            }
        }
    }
    *tally
        .lock()
        .map_err(|_| "no test panics with it")?
        .entry("with a property of their own")
        .or_default() += held;
    Ok(())
}

/// How a pattern lacks the property, if it does; none too where its answer is open, or too long.
fn broken(property: &Property, query: &Query, graph: &Ours, ask: Ask, seed: u64) -> Option<String> {
    let text = query.to_string();
    let Query::Select(Select { body, .. }) = query else { return None };
    if OPEN.iter().any(|word| text.contains(word)) {
        return None;
    }
    match ask(&graph.index, &text) {
        Ok(Answer::Rows { variables, rows }) if rows.len() < MANY => {
            let known = Known { graph, ask, body: body.clone(), variables, rows, seed };
            (property.1)(&known).err()
        }
        _ => None,
    }
}

fn report(property: &Property, query: Query, graph: &Ours, ask: Ask, seed: u64) -> String {
    let fails = |query: &Query, triples: &[Triple]| {
        broken(property, query, &Ours::new(triples.to_vec()), ask, seed).is_some()
    };
    let (small, triples) = shrink::shrink(query, graph.triples.clone(), &fails);
    let why = broken(property, &small, &Ours::new(triples.clone()), ask, seed).unwrap_or_default();
    let lines: String = triples.iter().map(|triple| format!("#| {triple} .\n")).collect();
    format!("{}\n{lines}{small}\n# but\n{why}", property.0)
}
