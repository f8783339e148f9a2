//! Answers for spreadsheets: labels in the columns of the query, IRIs in columns beside them.

use super::print::{NUMBERS, Printer};
use crate::export::{Cell, CellTable};
use crate::query::Answer;
use oxrdf::Term;
use oxrdf::vocab::xsd;
use std::collections::HashMap;

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
