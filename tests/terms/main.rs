//! Queries with their data and their rows, as the standards have them, to the letter of each term.
//!
//! A case is a file: what it is about and which sentence decides it, `#|` its graph in Turtle, `#=` its rows in any
//! order, with two spaces between cells and `-` for what is unbound, then its query. `:` is `http://x.org/`. The rows
//! were reviewed by hand against the standards and held against Jena's; where it answers otherwise, the case says
//! so. Each is asked in batches and of the evaluator.

use oxigraph::io::{RdfFormat, RdfParser};
use oxrdf::{Term, Triple};
use standpoint::query::{Answer, Engine, Query};
use standpoint::store::index::Index;
use std::fs;
use std::path::Path;

const PREFIXES: &str = "PREFIX : <http://x.org/>\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n";

fn shown(term: &Option<Term>) -> String {
    let Some(term) = term else { return "-".into() };
    term.to_string()
        .replace("<http://x.org/", ":")
        .replace("<http://www.w3.org/2001/XMLSchema#", "xsd:")
        .replace('>', "")
}

fn rows(answer: Answer) -> Vec<String> {
    let row = |row: Vec<Option<Term>>| row.iter().map(shown).collect::<Vec<_>>().join("  ");
    let mut rows: Vec<String> = match answer {
        Answer::Rows { rows, .. } => rows.into_iter().map(row).collect(),
        Answer::Truth(truth) => vec![truth.to_string()],
        Answer::Graph(triples) => triples.iter().map(ToString::to_string).collect(),
    };
    rows.sort();
    rows
}

/// Lines of a case behind this mark.
fn marked<'t>(text: &'t str, mark: &str) -> Vec<&'t str> {
    text.lines().filter_map(|line| line.strip_prefix(mark)).map(|line| line.trim_start_matches(' ')).collect()
}

#[test]
fn every_query_has_its_rows() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terms");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "rq"));
    files.sort();
    assert!(files.len() > 20, "the cases are there");
    let mut faults = String::new();
    for path in files {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let turtle = format!("{PREFIXES}{}", marked(&text, "#|").join("\n"));
        let quads =
            RdfParser::from_format(RdfFormat::Turtle).for_slice(&turtle).collect::<Result<Vec<_>, _>>();
        let triples: Vec<Triple> =
            quads.unwrap_or_else(|error| panic!("{name}: {error}")).into_iter().map(Triple::from).collect();
        let index = Index::from_triples(triples);
        let mut expected: Vec<&str> = marked(&text, "#=");
        expected.sort_unstable();
        for engine in [Engine::Batches, Engine::Evaluator] {
            let query = Query::parse(&name, &format!("{PREFIXES}{text}"))
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            let found = match query.by(engine).answer(&index, None) {
                Ok(answer) => rows(answer),
                Err(error) => vec![error.to_string()],
            };
            if found != expected {
                faults += &format!("{name}, {engine:?}\n  answered {found:?}\n  expected {expected:?}\n");
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
}
