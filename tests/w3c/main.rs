//! The W3C's suite of SPARQL 1.1: every test of query evaluation, of query syntax and of the
//! formats of results, through the same path that the program takes.
//!
//! `tests/w3c/listed.rs` lists those that fail, with reasons, and those whose literals have other
//! spellings than the suite writes down. Each test is also given to oxigraph's own store, with its named
//! graphs, so that it shows whose failure it is. Tests of what this program is not are ignored, by name
//! with the reason; so is the suite where the reference data is absent. `docs/conformance.md` has the
//! counts; `UPDATE=1` writes them.

#[path = "../absent/mod.rs"]
mod absent;
mod expected;
mod listed;
mod manifest;
mod page;
#[path = "../differential/rows.rs"]
mod rows;

use expected::{Spelling, difference, read, written};
use libtest_mimic::{Arguments, Failed, Trial};
use listed::{BY_VALUE, LISTED, Reason};
use manifest::{Entry, entries, iri, quads};
use oxigraph::sparql::{QueryResults, SparqlEvaluator};
use oxigraph::store::Store;
use oxrdf::{GraphName, NamedNode, Quad, Triple};
use standpoint::query::{Answer, ParseOptions, Query};
use standpoint::store::index::Index;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// The suite's folder in the reference data.
const SUITE: &str = "w3c-sparql11";

/// Folders whose tests ask for what this program is not.
const NOT_RUN: &[(&str, &str)] = &[
    ("entailment/", "entailment regimes: queries see what is stated"),
    ("service/", "evaluation of SERVICE: needs other servers"),
    ("protocol/", "the protocol: `tests/serve` has them, over TCP"),
    ("graph-store-protocol/", "the graph store protocol: there is no server"),
    ("service-description/", "descriptions of services: there is no server"),
];

/// Why tests of updates are left out.
const UPDATES: &str = "updates: documents change through the archive";

/// What became of the tests that were run.
#[derive(Default)]
struct Tally {
    passed: usize,
    listed: BTreeMap<Reason, usize>,
    engine_failed: Vec<String>,
}

fn main() {
    let arguments = Arguments::from_args();
    let Some(suite) = absent::reference(SUITE).filter(|suite| suite.join("manifest-all.ttl").exists()) else {
        let trial = absent::without_reference("the_suite_of_sparql_1_1", SUITE);
        libtest_mimic::run(&arguments, vec![trial]).exit();
    };
    let all = Arc::new(entries(&suite));
    let mut not_run: BTreeMap<&str, usize> = BTreeMap::new();
    let tally = Arc::new(Mutex::new(Tally::default()));
    let mut trials = Vec::new();
    let mut names = Vec::new();
    for (at, entry) in all.iter().enumerate() {
        if let Some(reason) = left_out(entry) {
            *not_run.entry(reason).or_default() += 1;
            trials.push(Trial::test(&*entry.name, || Ok(())).with_kind(reason).with_ignored_flag(true));
            continue;
        }
        names.push(entry.name.clone());
        let (all, suite, tally) = (Arc::clone(&all), suite.clone(), Arc::clone(&tally));
        trials.push(Trial::test(&*entry.name, move || run(&suite, &all[at], &tally)));
    }
    trials.push(Trial::test("the_page_of_conformance_has_these_counts", {
        let (all, suite) = (Arc::clone(&all), suite.clone());
        move || page::check(&suite, &all)
    }));
    trials.push(Trial::test("the_list_names_tests_of_the_suite", move || {
        let listed = LISTED.iter().map(|(name, _)| name).chain(BY_VALUE.iter().map(|(name, _)| name));
        match listed.into_iter().find(|name| !names.iter().any(|test| test == *name)) {
            Some(name) => Err(format!("{name} is listed, and no test").into()),
            None => Ok(()),
        }
    }));
    let quiet = arguments.list;
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !quiet {
        let tally = tally.lock().expect("no test panics with it");
        summary(&tally, &not_run);
    }
    conclusion.exit();
}

fn summary(tally: &Tally, not_run: &BTreeMap<&str, usize>) {
    let listed: usize = tally.listed.values().sum();
    println!("SPARQL 1.1: {} tests pass, {listed} fail and are listed", tally.passed);
    for (reason, count) in &tally.listed {
        println!("  {count:4}  {}", reason.words());
    }
    println!("oxigraph's own store fails {}: {}", tally.engine_failed.len(), tally.engine_failed.join(", "));
    println!("not run: {}", not_run.values().sum::<usize>());
    for (reason, count) in not_run {
        println!("  {count:4}  {reason}");
    }
    println!();
}

/// Why a test is not ours to pass.
fn left_out(entry: &Entry) -> Option<&'static str> {
    if let Some((_, reason)) = NOT_RUN.iter().find(|(folder, _)| entry.name.starts_with(folder)) {
        return Some(reason);
    }
    // What is no query at all fails for that alone.
    if entry.query.extension().is_some_and(|extension| extension == "ru") {
        return Some(UPDATES);
    }
    match &*entry.kind {
        "QueryEvaluationTest" | "CSVResultFormatTest" | "PositiveSyntaxTest11" | "NegativeSyntaxTest11" => {
            None
        }
        kind if kind.contains("Update") => Some(UPDATES),
        _ => Some("other kinds of tests"),
    }
}

fn run(suite: &Path, entry: &Entry, tally: &Mutex<Tally>) -> Result<(), Failed> {
    let ours = outcome(suite, entry, ours);
    let theirs = outcome(suite, entry, theirs);
    let listed = LISTED.iter().find(|(name, _)| *name == entry.name).map(|(_, reason)| *reason);
    let spelled = BY_VALUE.iter().any(|(name, _)| *name == entry.name);
    let verdict = match (&ours, listed) {
        (Ok(Passed::ByValue(why)), None) if !spelled => {
            Err(format!("passes by value only, and tests/w3c/listed.rs does not list it: {why}"))
        }
        (Ok(Passed::Exactly), None) if spelled => {
            Err("is listed as passing by value, and passes exactly".into())
        }
        (Ok(_), None) => Ok(()),
        (Err(why), None) => {
            let engine =
                if theirs.is_ok() { "oxigraph's store passes" } else { "oxigraph's store fails it too" };
            Err(format!("{why}\n({engine}; tests/w3c/listed.rs does not list it)"))
        }
        (Ok(_), Some(_)) => Err("is listed as failing, and passes".into()),
        (Err(_), Some(Reason::Engine(_))) if theirs.is_ok() => {
            Err("is put down to oxigraph, whose own store passes it".into())
        }
        (Err(_), Some(_)) => Ok(()),
    };
    let mut tally = tally.lock().map_err(|_| "no test panics with it")?;
    if theirs.is_err() {
        tally.engine_failed.push(entry.name.clone());
    }
    match listed {
        Some(reason) => *tally.listed.entry(reason).or_default() += 1,
        None => tally.passed += usize::from(ours.is_ok()),
    }
    verdict.map_err(Failed::from)
}

/// How a test passed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Passed {
    Exactly,
    /// A literal has another spelling of its value than the suite writes down.
    ByValue(String),
}

/// How a test went, and why it failed.
fn outcome(
    suite: &Path,
    entry: &Entry,
    ask: fn(&Path, &Entry, &str) -> Result<Answer, String>,
) -> Result<Passed, String> {
    let text = fs::read_to_string(&entry.query).map_err(|error| error.to_string());
    // A query is relative to where it is; the program reads a text and has no such place.
    let text = format!("BASE <{}>\n{}", iri(suite, &entry.query), text?);
    let answer = ask(suite, entry, &text);
    match &*entry.kind {
        "PositiveSyntaxTest11" => answer.map(|_| Passed::Exactly),
        "NegativeSyntaxTest11" => match answer {
            Ok(_) => Err("is read, and has a fault".into()),
            Err(_) => Ok(Passed::Exactly),
        },
        _ => {
            let got = answer?;
            let file = entry.result.as_ref().ok_or("a test of evaluation has a result")?;
            let expected = read(suite, file, &got)?;
            let csv = file.extension().is_some_and(|e| e == "csv");
            let spelling = if csv { Spelling::Text } else { Spelling::Value };
            let order = text.to_uppercase().contains("ORDER BY");
            if let Some(difference) = difference(&expected, &got, order, spelling) {
                return Err(difference);
            }
            // What the program writes is no less than what it knows.
            if let Some(difference) = difference(&expected, &written(&got, file)?, order, spelling) {
                return Err(format!("as it is written: {difference}"));
            }
            match difference(&expected, &got, order, Spelling::Letter) {
                Some(difference) if !csv => Ok(Passed::ByValue(difference)),
                _ => Ok(Passed::Exactly),
            }
        }
    }
}

/// The program's path.
fn ours(suite: &Path, entry: &Entry, text: &str) -> Result<Answer, String> {
    let reading = ParseOptions { services: true, ..ParseOptions::default() };
    let query = Query::read(&entry.name, text, &reading).map_err(|error| error.to_string())?;
    if entry.result.is_none() {
        return Ok(Answer::Truth(true));
    }
    let triples = |file: &PathBuf| quads(suite, file).into_iter().map(Triple::from);
    let named =
        entry.named.iter().map(|file| (NamedNode::new_unchecked(iri(suite, file)), triples(file).collect()));
    let index = Index::from_dataset(entry.data.iter().flat_map(triples), named.collect());
    query.answer(&index, None).map_err(|error| error.to_string())
}

/// oxigraph's own, with named graphs.
fn theirs(suite: &Path, entry: &Entry, text: &str) -> Result<Answer, String> {
    let prepared = SparqlEvaluator::new().parse_query(text).map_err(|error| error.to_string())?;
    if entry.result.is_none() {
        return Ok(Answer::Truth(true));
    }
    let store = Store::new().map_err(|error| error.to_string())?;
    let fill = |file: &PathBuf, graph: GraphName| {
        let quad = |quad: Quad| Quad { graph_name: graph.clone(), ..quad };
        store.extend(quads(suite, file).into_iter().map(quad)).map_err(|error| error.to_string())
    };
    for file in &entry.data {
        fill(file, GraphName::DefaultGraph)?;
    }
    for file in &entry.named {
        fill(file, NamedNode::new_unchecked(iri(suite, file)).into())?;
    }
    let results = prepared.on_store(&store).execute().map_err(|error| error.to_string())?;
    let broken = |error: oxigraph::sparql::QueryEvaluationError| error.to_string();
    Ok(match results {
        QueryResults::Boolean(truth) => Answer::Truth(truth),
        QueryResults::Graph(triples) => {
            let mut triples: Vec<Triple> = triples.collect::<Result<_, _>>().map_err(broken)?;
            triples.sort_by_cached_key(ToString::to_string);
            triples.dedup();
            Answer::Graph(triples)
        }
        QueryResults::Solutions(rows) => {
            let variables = rows.variables().to_vec();
            let rows = rows.map(|row| row.map(|row| row.values().to_vec())).collect::<Result<_, _>>();
            Answer::Rows { variables, rows: rows.map_err(broken)? }
        }
    })
}
