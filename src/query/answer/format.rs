//! The formats of an answer.

use crate::base::error::{Error, Result};
use crate::export::{Content, Format, XmlText};
use crate::query::{Answer, Form};
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};
use oxrdf::Variable;
use std::io::{self, Write};

impl Form {
    /// The content that answers of this form are.
    #[must_use]
    pub fn content(self) -> Content {
        match self {
            Self::Rows | Self::Truth => Content::Rows,
            Self::Graph => Content::Graph,
        }
    }

    /// The format of an answer of this form: the wished one if it can hold it, else an error;
    /// without a wish a table for rows and Turtle for graphs.
    ///
    /// # Errors
    /// A format for rows that is to hold a graph, and the reverse.
    pub fn format(self, wished: Option<Format>) -> Result<Format> {
        let format = match wished {
            None => return Ok(if self == Self::Graph { Format::Turtle } else { Format::Table }),
            Some(format) if format.holds(self.content()) => return Ok(format),
            Some(format) => format,
        };
        let (has, others) = match self {
            Self::Rows => ("rows", "CONSTRUCT and DESCRIBE return a graph"),
            Self::Truth => ("true or false", "CONSTRUCT and DESCRIBE return a graph"),
            Self::Graph => ("a graph", "SELECT returns rows"),
        };
        let possible: Vec<&str> = self.content().formats().map(Format::name).collect();
        let title = format!("the query returns {has}, which {} cannot represent", format.name());
        Err(Error::usage(title).with_help(format!("choose one of {}; {others}", possible.join(", "))))
    }
}

/// The engine's name of a format of rows; none for the tables, which are written here.
pub(in crate::query) fn results(format: Format) -> Option<QueryResultsFormat> {
    match format {
        Format::Csv => Some(QueryResultsFormat::Csv),
        Format::Tsv => Some(QueryResultsFormat::Tsv),
        Format::Json | Format::W3cJson => Some(QueryResultsFormat::Json),
        Format::Xml => Some(QueryResultsFormat::Xml),
        _ => None,
    }
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
