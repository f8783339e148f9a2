//! The canonical form of an answer, as the module above describes it.

use crate::base::error::Result;
use crate::model::canonical::{canonical_numbers_of_many, each_of_triple, replace_in_triple};
use crate::query::Answer;
use crate::store::archive::ContentHash;
use oxrdf::{BlankNode, GraphName, NamedOrBlankNode, Quad, Term, Triple};
use std::collections::HashMap;

/// Digits of a fingerprint: enough to tell the rows of one answer apart.
const DIGITS: usize = 16;

/// An answer in its canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical {
    /// The columns of rows; empty for others.
    pub columns: Vec<String>,
    /// Whether the order of rows counts.
    pub ordered: bool,
    /// Its lines, without the columns.
    pub lines: Vec<String>,
    /// One a line.
    pub fingerprints: Vec<String>,
    /// Which row of the answer became which line; empty for what has no rows.
    pub rows: Vec<usize>,
    /// SHA-256 of the whole.
    pub sha256: ContentHash,
}

/// A row on its way.
struct Line {
    row: usize,
    /// With each blank node as `_:`.
    masked: String,
    /// With the labels of the store.
    labelled: String,
}

impl Canonical {
    /// The form of an answer. `keys` tell tied rows of an ordered one, as
    /// [`Query::ordered_answer`](crate::query::Query::ordered_answer) gives them.
    ///
    /// # Errors
    /// A graph whose blank nodes are too much alike to be told apart.
    pub fn of(answer: &Answer, keys: Option<&[String]>) -> Result<Self> {
        match answer {
            Answer::Truth(truth) => {
                let line = truth.to_string();
                Ok(Self::new(Vec::new(), false, vec![line.clone()], &[line], Vec::new()))
            }
            Answer::Graph(triples) => graph(triples),
            Answer::Rows { variables, rows } => {
                let columns = variables.iter().map(ToString::to_string).collect();
                Ok(of_rows(columns, rows, keys))
            }
        }
    }

    fn new(
        columns: Vec<String>,
        ordered: bool,
        lines: Vec<String>,
        masked: &[String],
        rows: Vec<usize>,
    ) -> Self {
        let mut text = String::new();
        // An answer of rows has a first line even if it has no columns.
        let head = (!rows.is_empty() || !columns.is_empty()).then(|| columns.join("\t"));
        for line in head.iter().chain(&lines) {
            text.push_str(line);
            text.push('\n');
        }
        let fingerprint = |line: &String| ContentHash::of(line.as_bytes()).to_string()[..DIGITS].to_owned();
        Self {
            columns,
            ordered,
            fingerprints: masked.iter().map(fingerprint).collect(),
            rows,
            sha256: ContentHash::of(text.as_bytes()),
            lines,
        }
    }
}

fn of_rows(columns: Vec<String>, rows: &[Vec<Option<Term>>], keys: Option<&[String]>) -> Canonical {
    let mut lines: Vec<Line> = rows
        .iter()
        .enumerate()
        .map(|(row, terms)| Line {
            row,
            masked: line(terms, &mut |_| String::new()),
            labelled: line(terms, &mut |node| node.as_str().to_owned()),
        })
        .collect();
    let order =
        |one: &Line, other: &Line| (&one.masked, &one.labelled).cmp(&(&other.masked, &other.labelled));
    match keys {
        None => lines.sort_by(order),
        Some(keys) => {
            lines
                .chunk_by_mut(|one, other| keys[one.row] == keys[other.row])
                .for_each(|tied| tied.sort_by(order));
        }
    }
    let mut names: HashMap<BlankNode, String> = HashMap::new();
    let mut name = |node: &BlankNode| {
        let next = format!("b{}", names.len());
        names.entry(node.clone()).or_insert(next).clone()
    };
    let named = lines.iter().map(|one| line(&rows[one.row], &mut name)).collect();
    let masked: Vec<String> = lines.iter().map(|one| one.masked.clone()).collect();
    Canonical::new(columns, keys.is_some(), named, &masked, lines.iter().map(|one| one.row).collect())
}

fn line(terms: &[Option<Term>], name: &mut dyn FnMut(&BlankNode) -> String) -> String {
    let cells: Vec<String> =
        terms.iter().map(|cell| cell.as_ref().map(|cell| term(cell, name)).unwrap_or_default()).collect();
    cells.join("\t")
}

fn term(cell: &Term, name: &mut dyn FnMut(&BlankNode) -> String) -> String {
    match cell {
        Term::BlankNode(node) => format!("_:{}", name(node)),
        Term::Triple(triple) => {
            let subject = match &triple.subject {
                NamedOrBlankNode::NamedNode(node) => node.to_string(),
                NamedOrBlankNode::BlankNode(node) => format!("_:{}", name(node)),
            };
            format!("<<( {subject} {} {} )>>", triple.predicate, term(&triple.object, name))
        }
        other => other.to_string(),
    }
}

fn graph(triples: &[Triple]) -> Result<Canonical> {
    let mut triples = triples.to_vec();
    let is_blank = |triple: &&Triple| {
        let mut found = false;
        each_of_triple(triple, &mut |_| found = true);
        found
    };
    let quads: Vec<Quad> =
        triples.iter().filter(is_blank).map(|t| t.clone().in_graph(GraphName::DefaultGraph)).collect();
    if !quads.is_empty() {
        let numbers = canonical_numbers_of_many(&quads)?;
        let mut label = |node: &BlankNode| BlankNode::new_unchecked(format!("c14n{}", numbers[node])).into();
        triples.iter_mut().for_each(|triple| replace_in_triple(triple, &mut label));
    }
    let mut both: Vec<(String, String)> = triples
        .into_iter()
        .map(|triple| {
            let as_row = [
                Some(Term::from(triple.subject.clone())),
                Some(triple.predicate.clone().into()),
                Some(triple.object.clone()),
            ];
            let masked = line(&as_row, &mut |_| String::new()).replace('\t', " ");
            (format!("{triple} ."), format!("{masked} ."))
        })
        .collect();
    both.sort();
    let (lines, masked): (Vec<String>, Vec<String>) = both.into_iter().unzip();
    Ok(Canonical::new(Vec::new(), false, lines, &masked, Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::document::parse;
    use crate::query::Query;
    use crate::store::index::Index;

    fn canonical(query: &str, ntriples: &str) -> Canonical {
        let triples: Vec<Triple> = parse(ntriples).collect::<std::result::Result<_, _>>().unwrap();
        let index = Index::from_triples(triples);
        let query = Query::parse("test", query).unwrap();
        let (answer, keys) = query.ordered_answer(&index, None).unwrap();
        Canonical::of(&answer, keys.as_deref()).unwrap()
    }

    const ONE: &str = "<ex:a> <ex:n> \"1\" .\n<ex:b> <ex:n> \"2\" .\n<ex:c> <ex:n> \"1\" .\n";
    /// The same graph in another order.
    const OTHER: &str = "<ex:c> <ex:n> \"1\" .\n<ex:b> <ex:n> \"2\" .\n<ex:a> <ex:n> \"1\" .\n";

    #[test]
    fn another_program_can_compute_it() {
        let got = canonical("SELECT ?s ?n { ?s <ex:n> ?n OPTIONAL { ?s <ex:m> ?m } }", OTHER);
        let text = "?s\t?n\n<ex:a>\t\"1\"\n<ex:b>\t\"2\"\n<ex:c>\t\"1\"\n";
        assert_eq!(got.sha256, ContentHash::of(text.as_bytes()));
        assert_eq!(got.fingerprints[0], ContentHash::of(b"<ex:a>\t\"1\"").to_string()[..16]);
        assert_eq!(canonical("ASK { <ex:a> <ex:n> ?n }", ONE).sha256, ContentHash::of(b"true\n"));
        let graph = canonical("CONSTRUCT { [] <ex:p> ?s } { ?s <ex:n> \"2\" }", ONE);
        assert_eq!(graph.sha256, ContentHash::of(b"_:c14n0 <ex:p> <ex:b> .\n"));
    }

    #[test]
    fn order_counts_as_far_as_it_is_asked_for() {
        let sorted = |query| canonical(query, ONE).lines.join(" ").replace('\t', "");
        assert_eq!(sorted("SELECT ?s { ?s <ex:n> ?n }"), "<ex:a> <ex:b> <ex:c>");
        assert_eq!(sorted("SELECT ?s { ?s <ex:n> ?n } ORDER BY ?n"), "<ex:a> <ex:c> <ex:b>");
        assert_eq!(sorted("SELECT ?s { ?s <ex:n> ?n } ORDER BY DESC(?n)"), "<ex:b> <ex:a> <ex:c>");
        assert_eq!(sorted("SELECT ?s { ?s <ex:n> ?n } ORDER BY DESC(?s)"), "<ex:c> <ex:b> <ex:a>");
        // Of a sub-query it does not.
        assert_eq!(
            sorted("SELECT ?s { { SELECT * { ?s <ex:n> ?n } ORDER BY DESC(?s) } }"),
            "<ex:a> <ex:b> <ex:c>"
        );
    }

    #[test]
    fn ties_come_in_any_order_and_make_no_difference() {
        for query in [
            "SELECT ?s { ?s <ex:n> ?n }",
            "SELECT ?s { ?s <ex:n> ?n } ORDER BY ?n",
            "SELECT ?s ?n { ?s <ex:n> ?n } ORDER BY STRLEN(?n)",
            "SELECT DISTINCT ?s { ?s <ex:n> ?n } ORDER BY ?n",
            "SELECT (COUNT(?s) AS ?c) ?n { ?s <ex:n> ?n } GROUP BY ?n ORDER BY DESC(COUNT(?s))",
            "SELECT ?n { ?s <ex:n> ?n } ORDER BY ?missing LIMIT 3",
        ] {
            assert_eq!(
                canonical(query, ONE),
                {
                    let mut o = canonical(query, OTHER);
                    o.rows = canonical(query, ONE).rows;
                    o
                },
                "{query}"
            );
        }
    }

    #[test]
    fn keys_do_not_make_rows_of_one_row() {
        let got = canonical("SELECT DISTINCT ?n { ?s <ex:n> ?n } ORDER BY ?s ?n", ONE);
        assert_eq!(got.lines, ["\"1\"", "\"2\""]);
        let got = canonical("SELECT DISTINCT ?n { ?s <ex:n> ?n } ORDER BY DESC(STR(?n))", ONE);
        assert_eq!(got.lines, ["\"2\"", "\"1\""]);
        assert_eq!(got.columns, ["?n"]);
    }

    #[test]
    fn blank_nodes_have_no_names() {
        let named =
            |a: &str, b: &str| format!("_:{a} <ex:n> \"1\" .\n_:{b} <ex:n> \"2\" .\n_:{b} <ex:of> _:{a} .\n");
        let (one, other) = (named("x", "y"), named("y", "x"));
        for query in ["SELECT ?s ?n { ?s <ex:n> ?n }", "CONSTRUCT WHERE { ?s ?p ?o }"] {
            assert_eq!(canonical(query, &one).sha256, canonical(query, &other).sha256, "{query}");
        }
        assert_eq!(canonical("SELECT ?o ?s { ?s <ex:of> ?o }", &one).lines, ["_:b0\t_:b1"]);
    }

    #[test]
    fn what_differs_differs() {
        let sha = |query, data| canonical(query, data).sha256;
        let query = "SELECT ?s { ?s <ex:n> ?n }";
        assert_ne!(sha(query, ONE), sha("SELECT ?n { ?s <ex:n> ?n }", ONE), "columns");
        assert_ne!(sha(query, ONE), sha(query, "<ex:a> <ex:n> \"1\" .\n"), "rows");
        assert_ne!(
            sha("SELECT ?x {}", ""),
            sha("SELECT ?x { FILTER(false) }", ""),
            "a row of nothing, no row"
        );
        let twice = "SELECT ?n { ?s <ex:n> ?n }";
        assert_ne!(sha(twice, ONE), sha("SELECT DISTINCT ?n { ?s <ex:n> ?n }", ONE), "how often");
    }
}
