//! Answers as the suite writes them down, and answers in the same terms.

use crate::manifest::quads;
use crate::rows::{Row, of_graph, same};
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsParser, SliceQueryResultsParserOutput};
use oxrdf::vocab::xsd;
use oxrdf::{BlankNode, Graph, Literal, NamedNode, NamedNodeRef, Term, TermRef, Triple, Variable};
use oxsdatatypes::{Boolean, DateTime, Decimal, Double, Float, Integer};
use standpoint::export::Format;
use standpoint::model::prefixes::Prefixes;
use standpoint::query::{Answer, Printer};
use standpoint::store::index::Index;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const RS: &str = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#";

/// Reads the file of an answer; whether it is a graph the `question` decides: rows and truth
/// values are written as graphs too.
pub fn read(suite: &Path, file: &Path, question: &Answer) -> Result<Answer, String> {
    let is_graph = matches!(question, Answer::Graph(_));
    let extension = file.extension().unwrap_or_default().to_string_lossy().into_owned();
    if ["ttl", "rdf", "nt"].contains(&&*extension) {
        let triples: Vec<Triple> = quads(suite, file).into_iter().map(Triple::from).collect();
        return if is_graph {
            Ok(Answer::Graph(triples))
        } else {
            Ok(result_set(&Graph::from_iter(triples)))
        };
    }
    let bytes = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    parse(&extension, &bytes)
}

fn parse(extension: &str, bytes: &[u8]) -> Result<Answer, String> {
    let format = match extension {
        "srx" => QueryResultsFormat::Xml,
        "srj" => QueryResultsFormat::Json,
        "tsv" => QueryResultsFormat::Tsv,
        "csv" => return csv(bytes),
        other => return Err(format!("no format of results: {other}")),
    };
    let parser = QueryResultsParser::from_format(format).for_slice(bytes);
    Ok(match parser.map_err(|error| error.to_string())? {
        SliceQueryResultsParserOutput::Boolean(truth) => Answer::Truth(truth),
        SliceQueryResultsParserOutput::Solutions(rows) => {
            let variables = rows.variables().to_vec();
            let rows = rows.map(|row| row.map(|row| row.values().to_vec())).collect::<Result<_, _>>();
            Answer::Rows { variables, rows: rows.map_err(|error| error.to_string())? }
        }
    })
}

/// CSV has no types: a cell is a text, or a blank node by its looks.
fn csv(bytes: &[u8]) -> Result<Answer, String> {
    let mut reader = csv::Reader::from_reader(bytes);
    let broken = |error: csv::Error| error.to_string();
    let variables = reader.headers().map_err(broken)?.iter().map(Variable::new_unchecked).collect();
    let cell = |text: &str| match text.strip_prefix("_:") {
        Some(label) => Some(Term::from(BlankNode::new_unchecked(label))),
        None => (!text.is_empty()).then(|| Literal::from(text).into()),
    };
    let rows = reader.records().map(|record| record.map(|record| record.iter().map(cell).collect()));
    Ok(Answer::Rows { variables, rows: rows.collect::<Result<_, _>>().map_err(broken)? })
}

/// The vocabulary in which answers are graphs.
fn result_set(graph: &Graph) -> Answer {
    let iri = |name: &str| NamedNode::new_unchecked(format!("{RS}{name}"));
    let objects = |subject: TermRef<'_>, name: &str| -> Vec<Term> {
        let about = |triple: &oxrdf::TripleRef<'_>| {
            TermRef::from(triple.subject) == subject && triple.predicate == iri(name).as_ref()
        };
        graph.iter().filter(about).map(|triple| triple.object.into_owned()).collect()
    };
    let first = |subject: TermRef<'_>, name: &str| objects(subject, name).into_iter().next();
    let value = |term: Term| match term {
        Term::Literal(literal) => literal.value().to_owned(),
        other => other.to_string(),
    };
    let set_of = NamedNodeRef::new_unchecked("http://www.w3.org/1999/02/22-rdf-syntax-ns#type");
    let root = graph
        .subject_for_predicate_object(set_of, iri("ResultSet").as_ref())
        .expect("a graph that holds rows says so");
    let root = TermRef::from(root);
    if let Some(truth) = first(root, "boolean") {
        return Answer::Truth(value(truth) == "true");
    }
    let variables: Vec<Variable> = objects(root, "resultVariable")
        .into_iter()
        .map(|name| Variable::new_unchecked(value(name)))
        .collect();
    let mut rows: Vec<(Option<u32>, Row)> = Vec::new();
    for solution in objects(root, "solution") {
        let mut row = vec![None; variables.len()];
        for binding in objects(solution.as_ref(), "binding") {
            let variable = first(binding.as_ref(), "variable").map(value).unwrap_or_default();
            let column =
                variables.iter().position(|v| v.as_str() == variable).expect("a variable of the rows");
            row[column] = first(binding.as_ref(), "value");
        }
        rows.push((first(solution.as_ref(), "index").and_then(|index| value(index).parse().ok()), row));
    }
    rows.sort_by_key(|(index, _)| *index);
    Answer::Rows { variables, rows: rows.into_iter().map(|(_, row)| row).collect() }
}

/// What an answer looks like once it has been written in the format of a file and read again.
pub fn written(answer: &Answer, file: &Path) -> Result<Answer, String> {
    let (index, prefixes) = (Index::from_triples([]), Prefixes::known());
    let printer = Printer::new(&index, &prefixes, 80);
    let extension = file.extension().unwrap_or_default().to_string_lossy().into_owned();
    let format = match (answer, &*extension) {
        (Answer::Graph(_), "rdf") => Format::RdfXml,
        (Answer::Graph(_), "nt") => Format::NTriples,
        (Answer::Graph(_), _) => Format::Turtle,
        (_, "srj") => Format::Json,
        (_, "csv") => Format::Csv,
        (_, "tsv") => Format::Tsv,
        _ => Format::Xml,
    };
    let mut bytes = Vec::new();
    printer.print(answer, format, "memory", &mut bytes).map_err(|error| error.to_string())?;
    match format {
        Format::Turtle => graph(oxigraph::io::RdfFormat::Turtle, &bytes),
        Format::NTriples => graph(oxigraph::io::RdfFormat::NTriples, &bytes),
        Format::RdfXml => graph(oxigraph::io::RdfFormat::RdfXml, &bytes),
        Format::Json => parse("srj", &bytes),
        Format::Csv => parse("csv", &bytes),
        Format::Tsv => parse("tsv", &bytes),
        _ => parse("srx", &bytes),
    }
}

fn graph(format: oxigraph::io::RdfFormat, bytes: &[u8]) -> Result<Answer, String> {
    let quads = oxigraph::io::RdfParser::from_format(format).for_slice(bytes);
    let triples = quads.map(|quad| quad.map(Triple::from)).collect::<Result<_, _>>();
    triples.map(Answer::Graph).map_err(|error| error.to_string())
}

/// How literals are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// To the letter.
    Letter,
    /// By value, within one datatype.
    Value,
    /// As CSV has them: texts, numbers by value.
    Text,
}

/// How an answer differs from the expected one, if it does. Row by row in `order`, else as a multiset.
pub fn difference(expected: &Answer, got: &Answer, order: bool, spelling: Spelling) -> Option<String> {
    let value = |term: &Term| if spelling == Spelling::Letter { term.clone() } else { value(term) };
    let fits = match (expected, got) {
        (Answer::Truth(expected), Answer::Truth(got)) => expected == got,
        (Answer::Graph(expected), Answer::Graph(got)) => {
            let distinct = |triples: &[Triple]| {
                let set: BTreeSet<String> = triples.iter().map(ToString::to_string).collect();
                set.len()
            };
            let valued = |triples: &[Triple]| -> Vec<Row> {
                of_graph(triples)
                    .iter()
                    .map(|row| row.iter().map(|cell| cell.as_ref().map(&value)).collect())
                    .collect()
            };
            distinct(expected) == distinct(got) && same(&valued(expected), &valued(got), &BTreeSet::new())
        }
        (Answer::Rows { variables, rows }, Answer::Rows { variables: columns, rows: lines }) => {
            let names = |variables: &[Variable]| variables.iter().cloned().collect::<BTreeSet<_>>();
            names(variables) == names(columns) && {
                let places: Vec<usize> = variables
                    .iter()
                    .map(|variable| {
                        columns.iter().position(|column| column == variable).expect("the same names")
                    })
                    .collect();
                let term = |term: &Term| if spelling == Spelling::Text { plain(term) } else { value(term) };
                let own: Vec<usize> = (0..places.len()).collect();
                let lines_of = |rows: &[Row], places: &[usize]| -> Vec<Row> {
                    let line =
                        |row: &Row| places.iter().map(|place| row[*place].as_ref().map(term)).collect();
                    rows.iter().map(line).collect()
                };
                let (rows, lines) = (lines_of(rows, &own), lines_of(lines, &places));
                // A further column makes an order of the rows a part of each.
                let numbered = |rows: &[Row]| -> Vec<Row> {
                    let number = |n: usize| order.then(|| Literal::from(n as u64).into());
                    rows.iter().enumerate().map(|(n, row)| [row.clone(), vec![number(n)]].concat()).collect()
                };
                same(&numbered(&rows), &numbered(&lines), &BTreeSet::new())
            }
        }
        _ => false,
    };
    (!fits).then(|| format!("expected\n{}\nanswered\n{}", shown(expected), shown(got)))
}

/// A number, a truth value or a time in one spelling: the suite writes `2.0`, `2.0E-1` and `0E1`,
/// and accepts any spelling of the value in its datatype.
fn value(term: &Term) -> Term {
    let Term::Literal(literal) = term else { return term.clone() };
    let text = literal.value();
    let spelled = match literal.datatype() {
        xsd::INTEGER => text.parse().map(|value: Integer| value.to_string()).ok(),
        xsd::DECIMAL => text.parse().map(|value: Decimal| value.to_string()).ok(),
        xsd::DOUBLE => text.parse().map(|value: Double| value.to_string()).ok(),
        xsd::FLOAT => text.parse().map(|value: Float| value.to_string()).ok(),
        xsd::BOOLEAN => text.parse().map(|value: Boolean| value.to_string()).ok(),
        xsd::DATE_TIME => text.parse().map(|value: DateTime| value.to_string()).ok(),
        _ => None,
    };
    spelled.map_or_else(|| term.clone(), |text| Literal::new_typed_literal(text, literal.datatype()).into())
}

/// What is left of a term in CSV, numbers by their value.
fn plain(term: &Term) -> Term {
    match term {
        Term::NamedNode(node) => Literal::from(node.as_str()).into(),
        Term::Literal(literal) => {
            let text = literal.value();
            let number = text
                .parse::<f64>()
                .ok()
                .filter(|_| text.starts_with(|c: char| c.is_ascii_digit() || c == '-'));
            Literal::from(number.map_or_else(|| text.to_owned(), |number| number.to_string())).into()
        }
        other => other.clone(),
    }
}

fn shown(answer: &Answer) -> String {
    match answer {
        Answer::Truth(truth) => format!("  {truth}"),
        Answer::Graph(triples) => triples.iter().map(|triple| format!("  {triple} .\n")).collect(),
        Answer::Rows { variables, rows } => {
            let cell = |term: &Option<Term>| term.as_ref().map_or_else(|| "-".into(), ToString::to_string);
            let line = |row: &Row| row.iter().map(cell).collect::<Vec<_>>().join("  ");
            let head = variables.iter().map(ToString::to_string).collect::<Vec<_>>().join("  ");
            rows.iter().map(line).fold(format!("  {head}"), |text, line| format!("{text}\n  {line}"))
        }
    }
}
