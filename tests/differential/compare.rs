//! Whether an answer is one that the query allows, compared with oxigraph's evaluator.
//!
//! Most queries settle their answer, as rows in any order. Where one leaves something open –
//! the order of ties, what a LIMIT cuts from them, which value SAMPLE takes, in which order
//! GROUP_CONCAT joins – what it does settle is compared. If that is not for the query as a whole to
//! say (a cut or a sample within a subquery), answers may differ only where the evaluator's own
//! differ when the triples come in another order.

use crate::oracle::{NO_ORDER, Outcome, PANIC};
use crate::queries::{Column, Duplicates, Expression, Query, Select};
use crate::rows::{Row, of_graph, same};
use crate::settled::{comparable, number, runs};
use oxrdf::{Literal, Term, Variable};
use standpoint::query::Answer;
use std::collections::{BTreeSet, HashMap};

/// How an answer compares.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The same; empty where there are no rows, or an error on both sides.
    Same { empty: bool },
    /// The same in all that the query settles.
    Settled,
    /// The query leaves it open on this graph.
    Open,
    /// There is nothing to compare: the evaluator panicked, see [`NO_ORDER`].
    Unknown,
    /// Another one.
    Differs(String),
}

/// The evaluator to compare with.
pub struct Judge<'j> {
    /// Answers a query over this graph.
    pub ask: &'j dyn Fn(&Query) -> Outcome,
    /// The same in another order of everything.
    pub vary: &'j dyn Fn(&Query, u64) -> Outcome,
    /// The labels of the graph's own blank nodes.
    pub known: &'j BTreeSet<String>,
}

/// What the program says of constants that cannot work, for which it refuses a query before it runs.
const REFUSED: [&str; 2] = ["CONCAT joins texts", "regular expression"];

/// The evaluator is asked so often before a difference counts as one.
const VARIATIONS: u64 = 48;

impl Judge<'_> {
    /// Holds an answer to the query against the evaluator's.
    pub fn judge(&self, query: &Query, ours: &Outcome) -> Verdict {
        let theirs = (self.ask)(query);
        let (ours, theirs) = match (ours, &theirs) {
            (Err(ours), _) if ours.contains(NO_ORDER) => return Verdict::Unknown,
            (Err(ours), _) if ours.starts_with(PANIC) => return Verdict::Differs(ours.clone()),
            (_, Err(theirs)) if theirs.starts_with(PANIC) => return Verdict::Unknown,
            // A fault of Jena 4.5: it cannot run VALUES without rows inside GRAPH.
            (_, Err(theirs)) if theirs.contains("\"this.rows\" is null") => return Verdict::Unknown,
            (Err(_), Err(_)) => return Verdict::Same { empty: true },
            (Ok(_), Err(theirs)) => return Verdict::Differs(format!("answers, and fails there: {theirs}")),
            (Err(ours), Ok(_)) if REFUSED.iter().any(|why| ours.contains(why)) => return Verdict::Unknown,
            (Err(ours), Ok(_)) => return Verdict::Differs(format!("fails, and is answered there: {ours}")),
            (Ok(ours), Ok(theirs)) => (ours, theirs),
        };
        let Some(ours) = aligned(ours, theirs) else {
            return Verdict::Differs(told("has other columns", ours, theirs));
        };
        let same = self.same_rows(&ours, &rows(theirs));
        if (same || is_cut(query)) && self.in_order(query, &ours, &[]) {
            return if same { Verdict::Same { empty: theirs.is_empty() } } else { Verdict::Settled };
        }
        if let Query::Select(select) = query
            && self.is_settled(select, &ours)
        {
            return Verdict::Settled;
        }
        if is_open(query) && self.varies(query, theirs) {
            return Verdict::Open;
        }
        Verdict::Differs(told("differs", &shown_like(&ours, theirs), theirs))
    }

    fn same_rows(&self, ours: &[Row], theirs: &[Row]) -> bool {
        same(ours, theirs, self.known)
    }

    /// Whether the evaluator itself answers otherwise at another time.
    fn varies(&self, query: &Query, theirs: &Answer) -> bool {
        (0..VARIATIONS).any(|seed| match (self.vary)(query, seed) {
            Ok(other) => aligned(&other, theirs).is_none_or(|other| !self.same_rows(&other, &rows(theirs))),
            Err(_) => true,
        })
    }

    /// Whether rows that nothing unsettles come where ORDER BY, LIMIT and OFFSET put them.
    fn in_order(&self, query: &Query, ours: &[Row], masked: &[Mask]) -> bool {
        let Query::Select(select) = query else { return true };
        if select.order.is_empty() && select.limit.is_none() && select.offset.is_none() {
            return true;
        }
        let (keyed, keys, columns) = keyed(select);
        let Ok(Answer::Rows { variables, rows: all }) = (self.ask)(&Query::Select(keyed)) else {
            return false;
        };
        let places: Vec<usize> = match columns {
            // `SELECT *` has its columns in an order of its own.
            0 => (0..variables.len()).collect(),
            columns => (0..columns).collect(),
        };
        let keys: Vec<usize> = keys
            .iter()
            .filter_map(|key| variables.iter().position(|variable| variable.as_str() == &key[1..]))
            .collect();
        let own = |row: &Row| -> Row { places.iter().map(|place| row[*place].clone()).collect() };
        let from = select.offset.unwrap_or(0).min(all.len());
        let to = select.limit.map_or(all.len(), |limit| (from + limit).min(all.len()));
        if ours.len() != to - from {
            return false;
        }
        let mut begin = 0;
        runs(&all, &keys).into_iter().all(|length| {
            let run: Vec<Row> = all[begin..begin + length].iter().map(own).collect();
            let window = (begin.max(from), (begin + length).min(to));
            begin += length;
            let (begin, end) = window;
            begin >= end || self.within(&ours[begin - from..end - from], &run, masked)
        })
    }

    /// Whether rows are among others, each as often at most.
    fn within(&self, some: &[Row], all: &[Row], masked: &[Mask]) -> bool {
        let mut left: HashMap<Vec<String>, usize> = HashMap::new();
        for row in all {
            *left.entry(self.text(row, masked)).or_default() += 1;
        }
        some.iter().all(|row| match left.get_mut(&self.text(row, masked)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        })
    }

    fn text(&self, row: &Row, masked: &[Mask]) -> Vec<String> {
        let cell = |(column, term): (usize, &Option<Term>)| match (term, masked.get(column)) {
            (None, _) => String::new(),
            (Some(_), Some(Mask::Any)) => "something".into(),
            (Some(Term::Literal(literal)), Some(Mask::Value)) => match number(literal) {
                Some(number) => format!("{}", number + 0.0),
                None => literal.to_string(),
            },
            (Some(Term::Literal(literal)), Some(Mask::Pieces)) => {
                let mut pieces: Vec<&str> = literal.value().split('|').collect();
                pieces.sort_unstable();
                Literal::from(pieces.join("|")).to_string() + literal.language().unwrap_or_default()
            }
            (Some(Term::BlankNode(node)), _) if !self.known.contains(node.as_str()) => "_:".into(),
            (Some(term), _) => term.to_string(),
        };
        row.iter().enumerate().map(cell).collect()
    }

    /// Whether an answer that is not the evaluator's has what its query settles.
    fn is_settled(&self, select: &Select, ours: &[Row]) -> bool {
        if select.duplicates == Duplicates::Reduced {
            return self.is_reduced(select, ours);
        }
        let Some(masked) = self.masks(select, ours) else { return false };
        let query = Query::Select(select.clone());
        if select.order.is_empty() && select.limit.is_none() && select.offset.is_none() {
            let Ok(Answer::Rows { rows, .. }) = (self.ask)(&query) else { return false };
            return rows.len() == ours.len() && self.within(ours, &rows, &masked);
        }
        self.in_order(&query, ours, &masked)
    }

    /// REDUCED may drop what is there already, and nothing else.
    fn is_reduced(&self, select: &Select, ours: &[Row]) -> bool {
        let all = Query::Select(Select { duplicates: Duplicates::Kept, ..select.clone() });
        let Ok(Answer::Rows { rows, .. }) = (self.ask)(&all) else { return false };
        let set = |rows: &[Row]| rows.iter().map(|row| self.text(row, &[])).collect::<BTreeSet<_>>();
        set(&rows) == set(ours) && self.within(ours, &rows, &[])
    }

    /// What of every column is settled; none if something is wrong with it, or if it is not for
    /// the columns alone to say.
    fn masks(&self, select: &Select, ours: &[Row]) -> Option<Vec<Mask>> {
        let open = |expression: &Expression| expression.any(&|part| is_aggregate(part, OPEN));
        let named = |expression: &Expression| match expression {
            Expression::Term(name) => select.columns.iter().find(|column| column.name == *name),
            _ => None,
        };
        let by_open = |key: &Expression| {
            open(key) || named(key).and_then(|column| column.expression.as_ref()).is_some_and(open)
        };
        let cut = select.limit.is_some() || select.offset.is_some();
        let decides = select.having.iter().any(open) || select.order.iter().any(|(_, key)| by_open(key));
        if decides || select.duplicates == Duplicates::Distinct {
            return None;
        }
        let mut masks = Vec::new();
        for (at, column) in select.columns.iter().enumerate() {
            masks.push(match &column.expression {
                Some(Expression::Aggregate("GROUP_CONCAT", ..)) => Mask::Pieces,
                Some(Expression::Aggregate("SAMPLE" | "MIN" | "MAX", _, Some(of))) => {
                    self.candidates(select, of, column, ours, at)?
                }
                Some(expression) if open(expression) => Mask::Any,
                _ => Mask::Exact,
            });
        }
        // Rows that are cut out cannot be told from their like by what is masked.
        (!cut || masks.is_empty() || masks.contains(&Mask::Exact)).then_some(masks)
    }

    /// Whether all values of a column are values of their groups, and how far they are settled.
    fn candidates(
        &self,
        select: &Select,
        of: &Expression,
        column: &Column,
        ours: &[Row],
        at: usize,
    ) -> Option<Mask> {
        let value = Column { name: "?candidate".into(), expression: Some(of.clone()) };
        // Keys that are not shown tell nothing apart.
        let (keys, places): (Vec<Column>, Vec<usize>) = select
            .keys
            .iter()
            .filter_map(|key| {
                let place = select.columns.iter().position(|column| column.name == key.name)?;
                Some((key.clone(), place))
            })
            .unzip();
        let columns: Vec<Column> = keys.into_iter().chain([value]).collect();
        let body = select.body.clone();
        let query = Query::Select(Select { columns, body, ..Select::default() });
        let Ok(Answer::Rows { rows, .. }) = (self.ask)(&query) else { return None };
        let found: BTreeSet<Vec<String>> = rows.iter().map(|row| self.text(row, &[])).collect();
        for row in ours.iter().filter(|row| row[at].is_some()) {
            let candidate: Row = places.iter().chain([&at]).map(|place| row[*place].clone()).collect();
            if !found.contains(&self.text(&candidate, &[])) {
                return None;
            }
        }
        let sample = is_aggregate(column.expression.as_ref()?, &["SAMPLE"]);
        let settled = !sample && comparable(rows.iter().map(|row| row.last().and_then(Option::as_ref)));
        Some(if settled { Mask::Value } else { Mask::Any })
    }
}

/// What is compared of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mask {
    Exact,
    /// What a number is worth, not which of the terms that are worth it.
    Value,
    /// The pieces that were joined, in any order.
    Pieces,
    /// That there is something.
    Any,
}

/// What may take any of several values.
const OPEN: &[&str] = &["SAMPLE", "GROUP_CONCAT", "MIN", "MAX"];

fn is_aggregate(expression: &Expression, names: &[&str]) -> bool {
    matches!(expression, Expression::Aggregate(name, ..) if names.contains(name))
}

/// Whether a query takes some of its rows only.
fn is_cut(query: &Query) -> bool {
    matches!(query, Query::Select(select) if select.limit.is_some() || select.offset.is_some())
}

/// Whether a query says anything that may leave its answer open.
fn is_open(query: &Query) -> bool {
    let text = query.to_string();
    ["SAMPLE(", "GROUP_CONCAT(", "MIN(", "MAX(", "SUM(", "AVG(", "LIMIT", "OFFSET", "REDUCED"]
        .iter()
        .any(|word| text.contains(word))
}

/// The query without its cut, with the keys of its order as columns: their names, and how many
/// columns it has itself.
fn keyed(select: &Select) -> (Select, Vec<String>, usize) {
    let mut all = Select { limit: None, offset: None, ..select.clone() };
    let columns = all.columns.len();
    let mut keys = Vec::new();
    for (number, (_, key)) in select.order.iter().enumerate() {
        let name = match key {
            Expression::Term(name) if name.starts_with('?') => name.clone(),
            _ => format!("?key{number}"),
        };
        let there = columns == 0 || all.columns.iter().any(|column| column.name == name);
        if !there {
            if select.duplicates != Duplicates::Kept {
                // A further column would make rows of what is one row.
                break;
            }
            let plain = matches!(key, Expression::Term(term) if *term == name);
            let expression = (!plain).then(|| key.clone());
            all.columns.push(Column { name: name.clone(), expression });
        }
        keys.push(name);
    }
    (all, keys, columns)
}

fn rows(answer: &Answer) -> Vec<Row> {
    match answer {
        Answer::Truth(truth) => vec![vec![Some(Literal::from(*truth).into())]],
        Answer::Graph(triples) => of_graph(triples),
        Answer::Rows { rows, .. } => rows.clone(),
    }
}

/// Our rows with their columns as they have them; none if these are others.
fn aligned(ours: &Answer, theirs: &Answer) -> Option<Vec<Row>> {
    match (ours, theirs) {
        (Answer::Rows { variables, rows }, Answer::Rows { variables: wanted, .. }) => {
            if variables.len() != wanted.len() {
                return None;
            }
            let place = |name: &Variable| variables.iter().position(|variable| variable == name);
            let places: Vec<usize> = wanted.iter().map(place).collect::<Option<_>>()?;
            Some(rows.iter().map(|row| places.iter().map(|place| row[*place].clone()).collect()).collect())
        }
        (Answer::Truth(_), Answer::Truth(_)) | (Answer::Graph(_), Answer::Graph(_)) => Some(rows(ours)),
        _ => None,
    }
}

fn shown_like(ours: &[Row], theirs: &Answer) -> Answer {
    let variables = match theirs {
        Answer::Rows { variables, .. } => variables.clone(),
        _ => Vec::new(),
    };
    Answer::Rows { variables, rows: ours.to_vec() }
}

fn told(what: &str, ours: &Answer, theirs: &Answer) -> String {
    let cell = |term: &Option<Term>| term.as_ref().map_or_else(|| "-".into(), ToString::to_string);
    let lines = |answer: &Answer| {
        let head = match answer {
            Answer::Rows { variables, .. } => variables.iter().map(ToString::to_string).collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        let rows = rows(answer);
        let line = |row: &Row| format!("\n#   {}", row.iter().map(cell).collect::<Vec<_>>().join("  "));
        let shown: String = rows.iter().take(20).map(line).collect();
        let more = if rows.len() > 20 { format!("\n#   … {} rows", rows.len()) } else { String::new() };
        format!("#   {}{shown}{more}", head.join("  "))
    };
    format!("{what}\n# answered\n{}\n# expected\n{}", lines(ours), lines(theirs))
}
