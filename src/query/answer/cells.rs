//! Answers for spreadsheets: labels in the columns of the query, IRIs in columns beside them.

use super::print::{NUMBERS, Printer};
use crate::export::{Cell, CellTable};
use crate::model::ontology;
use crate::model::vocab::rdfs;
use crate::query::parse::algebra::{all_patterns, pattern_of};
use crate::query::{Answer, Query};
use oxrdf::Term;
use oxrdf::vocab::xsd;
use spargebra::algebra::{AggregateExpression, AggregateFunction, Expression, Function, GraphPattern};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern};
use std::collections::{BTreeSet, HashMap};

/// What the column of IRIs is named after the column of labels.
const IRI: &str = "_iri";

impl Printer<'_> {
    /// The rows as cells: a column a variable, with labels, and behind them a column `…_iri` for each that
    /// holds things.
    #[must_use]
    pub fn cells(&self, answer: &Answer) -> CellTable {
        let (variables, rows) = match answer {
            Answer::Rows { variables, rows } => (variables, rows),
            Answer::Truth(truth) => {
                let (name, cell) = ("answer".to_owned(), Cell::Truth(*truth));
                return CellTable { name: name.clone(), columns: vec![name], rows: vec![vec![cell]] };
            }
            Answer::Graph(_) => return CellTable::default(),
        };
        let mut labels = HashMap::new();
        let holds_things = |column: usize| {
            let mut terms = rows.iter().filter_map(|row| row[column].as_ref()).peekable();
            match terms.peek() {
                // The query decides, so that an answer without rows has the same columns.
                None => self.things.contains(variables[column].as_str()),
                Some(_) => terms.any(|term| matches!(term, Term::NamedNode(_))),
            }
        };
        let things: Vec<usize> = (0..variables.len()).filter(|column| holds_things(*column)).collect();
        let iri = |column: &usize| format!("{}{IRI}", variables[*column].as_str());
        let columns = variables.iter().map(|v| v.as_str().to_owned()).chain(things.iter().map(iri)).collect();
        let mut cells = |row: &Vec<Option<Term>>| {
            let mut cells: Vec<Cell> = row
                .iter()
                .map(|term| term.as_ref().map(|term| self.cell(term, &mut labels)).unwrap_or_default())
                .collect();
            cells.extend(things.iter().map(|column| match &row[*column] {
                Some(Term::NamedNode(iri)) => Cell::Text(iri.as_str().to_owned()),
                _ => Cell::Absent,
            }));
            cells
        };
        let rows = rows.iter().map(&mut cells).collect();
        CellTable { name: "answer".to_owned(), columns, rows }
    }

    fn cell(&self, term: &Term, labels: &mut HashMap<oxrdf::NamedNode, String>) -> Cell {
        match term {
            Term::Literal(literal) if NUMBERS.contains(&literal.datatype()) => {
                Cell::Number(literal.value().to_owned())
            }
            Term::Literal(literal) if literal.datatype() == xsd::BOOLEAN => {
                Cell::Truth(matches!(literal.value(), "true" | "1"))
            }
            Term::Literal(literal) => Cell::Text(literal.value().to_owned()),
            _ => Cell::Text(self.text(term, false, labels)),
        }
    }
}

impl Query {
    /// Names of the variables that can stand for things: all but those which the query and the ontology leave
    /// nothing but texts, numbers and dates.
    pub(super) fn things(&self) -> BTreeSet<String> {
        let patterns = all_patterns(pattern_of(&self.parsed));
        let mut things: BTreeSet<String> = BTreeSet::new();
        // A variable that is another's value can come before it.
        loop {
            let before = things.len();
            for pattern in &patterns {
                bind(pattern, &mut things);
            }
            if things.len() == before {
                return things;
            }
        }
    }
}

/// Adds the variables that a pattern binds to things, as far as is known of others.
fn bind(pattern: &GraphPattern, things: &mut BTreeSet<String>) {
    match pattern {
        GraphPattern::Bgp { patterns } => {
            for triple in patterns {
                let is_text = match &triple.predicate {
                    NamedNodePattern::NamedNode(property) => {
                        let range = ontology::types().range(property.as_ref());
                        let is_datatype = |class: &String| {
                            class == rdfs::LITERAL.as_str()
                                || class.starts_with("http://www.w3.org/2001/XMLSchema#")
                        };
                        !range.is_empty() && range.iter().all(is_datatype)
                    }
                    NamedNodePattern::Variable(_) => false,
                };
                let ends = [Some(&triple.subject), (!is_text).then_some(&triple.object)];
                for end in ends.into_iter().flatten() {
                    if let TermPattern::Variable(variable) = end {
                        things.insert(variable.as_str().to_owned());
                    }
                }
                if let NamedNodePattern::Variable(variable) = &triple.predicate {
                    things.insert(variable.as_str().to_owned());
                }
            }
        }
        GraphPattern::Path { subject, object, .. } => {
            for end in [subject, object] {
                if let TermPattern::Variable(variable) = end {
                    things.insert(variable.as_str().to_owned());
                }
            }
        }
        GraphPattern::Graph { name: NamedNodePattern::Variable(name), .. } => {
            things.insert(name.as_str().to_owned());
        }
        GraphPattern::Values { variables, bindings } => {
            for (column, variable) in variables.iter().enumerate() {
                if bindings.iter().any(|row| matches!(row[column], Some(GroundTerm::NamedNode(_)))) {
                    things.insert(variable.as_str().to_owned());
                }
            }
        }
        GraphPattern::Extend { variable, expression, .. } if is_thing(expression, things) => {
            things.insert(variable.as_str().to_owned());
        }
        GraphPattern::Group { aggregates, .. } => {
            for (variable, aggregate) in aggregates {
                let AggregateExpression::FunctionCall { name, expr, .. } = aggregate else { continue };
                let is_one_of = matches!(
                    name,
                    AggregateFunction::Max | AggregateFunction::Min | AggregateFunction::Sample
                );
                if is_one_of && is_thing(expr, things) {
                    things.insert(variable.as_str().to_owned());
                }
            }
        }
        _ => {}
    }
}

/// Whether the value of an expression can be a thing.
fn is_thing(expression: &Expression, things: &BTreeSet<String>) -> bool {
    match expression {
        Expression::NamedNode(_) => true,
        Expression::Variable(variable) => things.contains(variable.as_str()),
        Expression::If(_, yes, no) => is_thing(yes, things) || is_thing(no, things),
        Expression::Coalesce(parts) => parts.iter().any(|part| is_thing(part, things)),
        Expression::FunctionCall(function, _) => matches!(function, Function::Iri),
        _ => false,
    }
}
