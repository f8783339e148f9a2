//! The formats of an answer.

use crate::base::error::{Error, Result};
use crate::export::{self, XmlText};
use crate::query::{Answer, Form};
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};
use oxrdf::Variable;
use std::io::{self, Write};

/// A format that an answer can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: labels, as wide as the terminal
    Table,
    /// Comma-separated values
    Csv,
    /// Tab-separated values with RDF's own notation
    Tsv,
    /// SPARQL 1.1 results in JSON
    Json,
    /// SPARQL results in XML
    Xml,
    /// A table for reports
    #[value(alias = "md")]
    Markdown,
    /// Turtle
    #[value(alias = "ttl")]
    Turtle,
    /// N-Triples
    #[value(alias = "nt", alias = "n-triples")]
    Ntriples,
    /// N-Quads
    #[value(alias = "nq", alias = "n-quads")]
    Nquads,
    /// TriG
    Trig,
    /// RDF/XML
    #[value(alias = "rdf", alias = "rdf-xml")]
    Rdfxml,
    /// JSON-LD
    #[value(alias = "json-ld")]
    Jsonld,
}

/// Formats for rows and for true or false.
pub(in crate::query) const FOR_ROWS: &[Format] =
    &[Format::Table, Format::Csv, Format::Tsv, Format::Json, Format::Xml, Format::Markdown];

/// Formats for graphs.
const FOR_GRAPHS: &[Format] =
    &[Format::Turtle, Format::Ntriples, Format::Nquads, Format::Trig, Format::Rdfxml, Format::Jsonld];

impl Format {
    /// The format of an answer of this form: the wished one if it can hold it, else an error;
    /// without a wish a table for rows and Turtle for graphs.
    ///
    /// # Errors
    /// A format for rows that is to hold a graph, and the reverse.
    pub fn for_form(wished: Option<Self>, form: Form) -> Result<Self> {
        let (possible, has, others) = match form {
            Form::Rows => (FOR_ROWS, "rows", "CONSTRUCT and DESCRIBE return a graph"),
            Form::Truth => (FOR_ROWS, "true or false", "CONSTRUCT and DESCRIBE return a graph"),
            Form::Graph => (FOR_GRAPHS, "a graph", "SELECT returns rows"),
        };
        match wished {
            None => Ok(possible[0]),
            Some(format) if possible.contains(&format) => Ok(format),
            Some(format) => Err(Error::usage(format!(
                "the query returns {has}, which {} cannot represent",
                format.name()
            ))
            .with_help(format!("choose one of {}; {others}", names(possible)))),
        }
    }

    /// As it is named on the command line.
    fn name(self) -> String {
        clap::ValueEnum::to_possible_value(&self).map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    pub(in crate::query) fn results(self) -> Option<QueryResultsFormat> {
        match self {
            Self::Csv => Some(QueryResultsFormat::Csv),
            Self::Tsv => Some(QueryResultsFormat::Tsv),
            Self::Json => Some(QueryResultsFormat::Json),
            Self::Xml => Some(QueryResultsFormat::Xml),
            _ => None,
        }
    }

    /// The format of a graph.
    pub(in crate::query) fn graphs(self) -> Option<export::Format> {
        match self {
            Self::Turtle => Some(export::Format::Turtle),
            Self::Ntriples => Some(export::Format::NTriples),
            Self::Nquads => Some(export::Format::NQuads),
            Self::Trig => Some(export::Format::TriG),
            Self::Rdfxml => Some(export::Format::RdfXml),
            Self::Jsonld => Some(export::Format::JsonLd),
            _ => None,
        }
    }
}

fn names(formats: &[Format]) -> String {
    formats.iter().map(|format| format.name()).collect::<Vec<_>>().join(", ")
}

/// Writes an answer the way machines read it.
pub(in crate::query) fn write_results(
    answer: &Answer,
    format: QueryResultsFormat,
    mut out: impl Write,
) -> io::Result<()> {
    match format {
        QueryResultsFormat::Xml => serialize(answer, format, &mut XmlText(&mut out))?,
        _ => serialize(answer, format, &mut out)?,
    }
    // Those of one line leave it open.
    match format {
        QueryResultsFormat::Json | QueryResultsFormat::Xml => writeln!(out),
        _ if matches!(answer, Answer::Truth(_)) => writeln!(out),
        _ => Ok(()),
    }
}

fn serialize(answer: &Answer, format: QueryResultsFormat, mut out: &mut impl Write) -> io::Result<()> {
    let serializer = QueryResultsSerializer::from_format(format);
    match answer {
        // CSV and TSV have no form for a truth value in their specification; the word alone is
        // what other engines write, and what a script compares with.
        Answer::Truth(truth) => {
            serializer.serialize_boolean_to_writer(&mut out, *truth)?;
        }
        Answer::Rows { variables, rows } => {
            let mut writer = serializer.serialize_solutions_to_writer(&mut out, variables.clone())?;
            for row in rows {
                writer.serialize(bound(variables, row))?;
            }
            writer.finish()?;
        }
        Answer::Graph(_) => return Err(io::Error::other("a graph is not written as rows")),
    }
    Ok(())
}

fn bound<'a>(
    variables: &'a [Variable],
    row: &'a [Option<oxrdf::Term>],
) -> impl Iterator<Item = (&'a Variable, &'a oxrdf::Term)> {
    variables.iter().zip(row).filter_map(|(variable, term)| Some((variable, term.as_ref()?)))
}
