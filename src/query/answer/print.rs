//! Answers as people and machines read them.

use super::format::{results, write_results};
use super::people;
use super::template::{Form, Template};
use crate::base::diagnostic::printable;
use crate::base::error::{Error, Result};
use crate::base::table::{Cell, Column, Table};
use crate::export::{Export, Format, Spreadsheet, outside_xml, workbook};
use crate::model::prefixes::Prefixes;
use crate::query::{Answer, Query};
use crate::store::index::Index;
use crate::store::names;
use oxrdf::vocab::xsd;
use oxrdf::{Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Term, Variable};
use std::collections::{BTreeSet, HashMap};
use std::io::{self, Write};

/// Writes answers: knows the labels of things, the prefixes of a query, and the room there is.
pub struct Printer<'a> {
    index: &'a Index,
    prefixes: &'a Prefixes,
    width: usize,
    short: bool,
    numbered: bool,
    coloured: bool,
    /// Whether CSV, TSV and JSON are for people rather than as the W3C has them.
    labelled: bool,
    /// Variables that can stand for things.
    pub(super) things: BTreeSet<String>,
    spreadsheet: Spreadsheet,
}

/// Datatypes that are aligned by their last digit.
pub(super) const NUMBERS: &[NamedNodeRef<'static>] = &[
    xsd::INTEGER,
    xsd::DECIMAL,
    xsd::DOUBLE,
    xsd::FLOAT,
    xsd::LONG,
    xsd::INT,
    xsd::SHORT,
    xsd::BYTE,
    xsd::NON_NEGATIVE_INTEGER,
    xsd::POSITIVE_INTEGER,
    xsd::UNSIGNED_LONG,
    xsd::UNSIGNED_INT,
];

impl<'a> Printer<'a> {
    /// A printer for answers from this graph, at most `width` columns wide.
    #[must_use]
    pub fn new(index: &'a Index, prefixes: &'a Prefixes, width: usize) -> Self {
        Self {
            index,
            prefixes,
            width,
            short: false,
            numbered: false,
            coloured: false,
            labelled: false,
            things: BTreeSet::new(),
            spreadsheet: Spreadsheet::default(),
        }
    }

    /// Writes CSV, TSV and JSON of this query's rows for people: labels in its columns, IRIs in columns
    /// `…_iri` behind them.
    #[must_use]
    pub fn with_labels(mut self, query: &Query) -> Self {
        self.labelled = true;
        self.short = true;
        self.things = query.things();
        self
    }

    /// Suits CSV and TSV to a spreadsheet.
    #[must_use]
    pub fn for_spreadsheet(mut self, how: Spreadsheet) -> Self {
        self.spreadsheet = how;
        self
    }

    /// Names positions in tables by handles, which leave room for what they say.
    #[must_use]
    pub fn with_handles(mut self, short: bool) -> Self {
        self.short = short;
        self
    }

    /// Numbers the rows of tables, from 1.
    #[must_use]
    pub fn with_numbers(mut self, numbered: bool) -> Self {
        self.numbered = numbered;
        self
    }

    /// Colours stances in tables by the side that they are on.
    #[must_use]
    pub fn with_colours(mut self, coloured: bool) -> Self {
        self.coloured = coloured;
        self
    }

    /// Writes the answer to a stream; errors call the stream `name`.
    ///
    /// # Errors
    /// Those of the stream, and a graph that the format cannot hold.
    pub fn print(&self, answer: &Answer, format: Format, name: &str, out: &mut impl Write) -> Result<()> {
        if let Answer::Graph(triples) = answer {
            return Export::of_triples(triples.iter().cloned(), format)?
                .with_prefixes(self.prefixes.clone())
                .send(name, out);
        }
        if let (Format::Xml, Answer::Rows { rows, .. }) = (format, answer)
            && let Some(lost) = rows.iter().flatten().flatten().find_map(outside_xml)
        {
            return Err(lost.error("XML").with_help("json, csv and tsv can"));
        }
        if format == Format::Xlsx || self.labelled && matches!(answer, Answer::Rows { .. }) {
            let cells = || self.cells(answer);
            let bytes = match format {
                Format::Csv => Some(cells().csv(self.spreadsheet).into_bytes()),
                Format::Tsv => Some(cells().tsv(self.spreadsheet).into_bytes()),
                Format::Json => Some(format!("{:#}\n", cells().json()).into_bytes()),
                Format::Xlsx => Some(workbook(&[cells()])?),
                _ => None,
            };
            if let Some(bytes) = bytes {
                return out
                    .write_all(&bytes)
                    .and_then(|()| out.flush())
                    .map_err(Error::file("write to", name));
            }
        }
        let mark: &[u8] = if self.spreadsheet.byte_order_mark { "\u{feff}".as_bytes() } else { &[] };
        let printed = out.write_all(mark).and_then(|()| self.print_rows(answer, format, out));
        printed.and_then(|()| out.flush()).map_err(Error::file("write to", name))
    }

    /// Writes a line for each row; `name` is that of the stream.
    ///
    /// # Errors
    /// Those of the template, and of the stream.
    pub fn print_lines(
        &self,
        answer: &Answer,
        template: &Template,
        name: &str,
        out: &mut impl Write,
    ) -> Result<()> {
        let mut labels = HashMap::new();
        let text = template.lines(answer, |term, form| match (form, term) {
            (Form::Iri, Term::NamedNode(thing)) => thing.as_str().to_owned(),
            (Form::Iri, Term::Literal(literal)) => printable(literal.value()),
            _ => self.text(term, false, &mut labels),
        })?;
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Error::file("write to", name))
    }

    fn print_rows(&self, answer: &Answer, format: Format, out: &mut impl Write) -> io::Result<()> {
        match (answer, results(format)) {
            (Answer::Graph(_), _) => Err(io::Error::other("a graph is not written as rows")),
            (_, Some(results)) => write_results(answer, results, out),
            (Answer::Truth(truth), None) => writeln!(out, "{truth}"),
            (Answer::Rows { variables, rows }, None) => {
                let table = self.table(variables, rows);
                let text =
                    if format == Format::Markdown { table.markdown() } else { table.render(self.width) };
                out.write_all(text.as_bytes())
            }
        }
    }

    /// The rows with labels instead of IRIs.
    fn table(&self, variables: &[Variable], rows: &[Vec<Option<Term>>]) -> Table {
        let mut labels = HashMap::new();
        let columns: Vec<Style> = (0..variables.len())
            .map(|column| Style::of(rows.iter().filter_map(|row| row[column].as_ref())))
            .collect();
        let cells = rows
            .iter()
            .map(|row| {
                let cell = |(term, style): (&Option<Term>, &Style)| match term {
                    Some(Term::Literal(literal)) if style.numbers => people::number(literal.value()).into(),
                    Some(Term::NamedNode(thing)) => {
                        Cell::new(self.label(thing, &mut labels), people::tone(thing.as_ref()))
                    }
                    Some(term) => self.text(term, style.languages, &mut labels).into(),
                    None => Cell::default(),
                };
                row.iter().zip(&columns).map(cell).collect()
            })
            .collect();
        // A person who wrote the query named the columns.
        let heading = |variable: &Variable| match self.labelled {
            true => people::heading(variable, variables),
            false => variable.as_str().to_owned(),
        };
        let columns = variables.iter().zip(&columns);
        let columns =
            columns.map(|(variable, style)| Column { name: heading(variable), right: style.numbers });
        Table::new(columns.collect(), cells).numbered(self.numbered).coloured(self.coloured)
    }

    pub(super) fn text(
        &self,
        term: &Term,
        languages: bool,
        labels: &mut HashMap<NamedNode, String>,
    ) -> String {
        match term {
            Term::NamedNode(thing) => self.label(thing, labels),
            Term::BlankNode(node) => node.to_string(),
            Term::Literal(literal) => {
                let text = printable(literal.value());
                match literal.language() {
                    Some(language) if languages => format!("{text} @{language}"),
                    _ => text,
                }
            }
            Term::Triple(triple) => {
                let subject = match &triple.subject {
                    NamedOrBlankNode::NamedNode(node) => self.prefixes.shorten(node.as_ref()),
                    NamedOrBlankNode::BlankNode(node) => node.to_string(),
                };
                let predicate = self.prefixes.shorten(triple.predicate.as_ref());
                format!("<<( {subject} {predicate} {} )>>", self.text(&triple.object, languages, labels))
            }
        }
    }

    fn label(&self, thing: &NamedNode, labels: &mut HashMap<NamedNode, String>) -> String {
        labels.entry(thing.clone()).or_insert_with(|| self.name(thing)).clone()
    }

    fn name(&self, thing: &NamedNode) -> String {
        if let Some(handle) = names::handle(thing.as_str()).filter(|_| self.short) {
            return handle.to_owned();
        }
        let label = names::shown(self.index, thing.as_ref().into());
        label.map_or_else(|| self.prefixes.shorten(thing.as_ref()), |label| printable(&label))
    }
}

/// What a column's terms have in common.
struct Style {
    /// All are numbers.
    numbers: bool,
    /// They are in several languages, so each says in which.
    languages: bool,
}

impl Style {
    fn of<'t>(terms: impl Iterator<Item = &'t Term> + Clone) -> Self {
        let is_number = |term: &Term| match term {
            Term::Literal(literal) => NUMBERS.contains(&literal.datatype()),
            _ => false,
        };
        let languages: BTreeSet<&str> = terms
            .clone()
            .filter_map(
                |term| if let Term::Literal(literal) = term { Literal::language(literal) } else { None },
            )
            .collect();
        Self {
            numbers: terms.clone().count() > 0 && terms.clone().all(is_number),
            languages: languages.len() > 1,
        }
    }
}
