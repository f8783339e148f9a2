//! Our answers against oxigraph's, over random graphs and random queries.
//!
//! `STANDPOINT_DIFFERENTIAL_PAIRS` says how many pairs of a query and a graph (10,000; `.ci/run` asks
//! 100,000), and `STANDPOINT_DIFFERENTIAL_SEED` which ones. Each is asked in all of [`WAYS`], and answered by
//! oxigraph's evaluator over the terms as they are written; where these are spelled as
//! oxigraph's store spells them, and so cannot tell the two apart, by that store too.
//!
//! Answers are also held against our own to other queries ([`metamorphic`]), and against Jena's where there is
//! one ([`jena`]).
//!
//! A difference is shrunk and printed as a file for `tests/differential/found/`, whose cases are asked
//! first, for ever.

mod compare;
mod generate;
mod graphs;
mod jena;
mod metamorphic;
mod named;
mod oracle;
mod queries;
mod respell;
mod rows;
mod settled;
mod shrink;
mod values;

use compare::{Judge, Verdict};
use graphs::Rng;
use libtest_mimic::{Arguments, Failed, Trial};
use oracle::Outcome;
use oxigraph::store::Store;
use oxrdf::{Dataset, NamedOrBlankNode, Term, Triple};
use queries::Query;
use standpoint::query::{Answer, Engine};
use standpoint::store::index::Index;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::{env, fs};

/// A way to ask the index.
type Way = (&'static str, fn(&Index, &str) -> Outcome);

/// Every way in which each pair is asked.
const WAYS: &[Way] = &[("in batches where they can", in_batches), ("row by row", row_by_row)];

/// Pairs of a run that nobody says more about.
const PAIRS: usize = 10_000;
/// Every query is asked of so many graphs: reading it costs more than answering it.
const GRAPHS: usize = 5;
/// Queries that are asked of the same graphs.
const QUERIES: usize = 50;
/// More rows than a query should have.
const MANY: usize = 80;
/// Parts that can run at the same time, each with its own numbers.
const PARTS: usize = 20;

fn in_batches(index: &Index, text: &str) -> Outcome {
    read(text, |query| query.answer(index, None))
}

fn row_by_row(index: &Index, text: &str) -> Outcome {
    read(text, |query| query.clone().by(Engine::Evaluator).answer(index, None))
}

/// Reads a query and does something with it; the one that was read last is not read again.
fn read(
    text: &str,
    work: impl FnOnce(&standpoint::query::Query) -> Result<Answer, standpoint::query::QueryError>,
) -> Outcome {
    type Last = Option<(String, Rc<standpoint::query::Query>)>;
    thread_local!(static LAST: RefCell<Last> = const { RefCell::new(None) });
    let known =
        LAST.with_borrow(|last| last.as_ref().filter(|(read, _)| read == text).map(|last| last.1.clone()));
    let query = match known {
        Some(query) => query,
        None => {
            let query = standpoint::query::Query::parse("query", text).map_err(|error| error.to_string())?;
            let query = Rc::new(query);
            LAST.set(Some((text.to_owned(), query.clone())));
            query
        }
    };
    oracle::caught(|| work(&query))
}

/// How many came out how.
type Tally = BTreeMap<&'static str, usize>;

fn main() {
    let number = |name: &str| env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seed = number("STANDPOINT_DIFFERENTIAL_SEED").unwrap_or(20_250_411);
    let pairs = number("STANDPOINT_DIFFERENTIAL_PAIRS").map_or(PAIRS, |pairs| pairs as usize);
    let arguments = Arguments::from_args();
    oracle::expect_panics();
    let tally = Arc::new(Mutex::new(Tally::new()));
    let mut trials = vec![
        Trial::test("a_lost_row_is_noticed_and_shrunk", a_lost_row_is_noticed_and_shrunk),
        Trial::test("a_wrong_order_is_noticed", a_wrong_order_is_noticed),
        Trial::test("a_wrong_sample_is_noticed", a_wrong_sample_is_noticed),
        Trial::test("a_wrong_graph_is_noticed", mutants::a_wrong_graph_is_noticed),
        Trial::test("a_lost_name_is_noticed", mutants::a_lost_name_is_noticed),
        Trial::test("every_shape_is_drawn", every_shape_is_drawn),
        Trial::test("every_broken_property_is_noticed", mutants::every_broken_property_is_noticed),
        Trial::test("another_order_is_no_difference", mutants::another_order_is_no_difference),
        Trial::test("the_store_keeps_values_and_a_set_keeps_terms", mutants::values_and_terms),
    ];
    for path in found() {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        trials.push(Trial::test(format!("found/{name}"), move || again(&path)));
    }
    for part in 0..PARTS {
        let tally = Arc::clone(&tally);
        let name = format!("pairs/seed_{seed}_part_{part:02}");
        trials.push(Trial::test(name, move || run(seed, part, pairs.div_ceil(PARTS), WAYS, &tally)));
    }
    trials.extend(metamorphic::trials(seed, &tally));
    match jena::trials(seed, number("STANDPOINT_JENA_PAIRS").map(|pairs| pairs as usize), &tally) {
        Ok(jena) => trials.extend(jena),
        Err(error) => trials.push(Trial::test("jena", move || Err(error.into()))),
    }
    let list = arguments.list;
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !list {
        let tally = tally.lock().expect("no test panics with it");
        let counts: Vec<String> = tally.iter().map(|(what, count)| format!("{count} {what}")).collect();
        println!("seed {seed}: {}\n", counts.join(", "));
    }
    conclusion.exit();
}

/// A graph, kept by everybody.
struct Graph {
    triples: Vec<Triple>,
    index: Index,
    dataset: Dataset,
    store: Store,
    /// Whether the store spells it as it is.
    canonical: bool,
    /// The labels of its blank nodes.
    known: BTreeSet<String>,
    /// Whether to ask both where they ought to answer alike.
    both: bool,
}

/// The labels of the blank nodes of a graph.
fn labels(triples: &[Triple]) -> BTreeSet<String> {
    let labels = |triple: &Triple| {
        let subject = match &triple.subject {
            NamedOrBlankNode::BlankNode(node) => Some(node.as_str().to_owned()),
            NamedOrBlankNode::NamedNode(_) => None,
        };
        let object = match &triple.object {
            Term::BlankNode(node) => Some(node.as_str().to_owned()),
            _ => None,
        };
        [subject, object].into_iter().flatten()
    };
    triples.iter().flat_map(labels).collect()
}

/// A graph that oxigraph need not keep, which takes it longer than us.
struct Ours {
    triples: Vec<Triple>,
    index: Index,
    /// The same graph as one document.
    document: Index,
    /// The labels of its blank nodes.
    known: BTreeSet<String>,
}

impl Ours {
    fn new(triples: Vec<Triple>) -> Self {
        let index = Index::from_dataset(triples.iter().cloned(), named::graphs(&triples));
        let name = oxrdf::NamedNode::new_unchecked("http://example.org/document");
        let document = Index::from_dataset(triples.iter().cloned(), vec![(name, triples.clone())]);
        Self { index, document, known: labels(&triples), triples }
    }
}

impl Graph {
    fn new(triples: Vec<Triple>) -> Self {
        let quads = named::quads(&triples);
        let store = Store::new().expect("a store in memory opens");
        store.extend(quads.iter().cloned()).expect("a store in memory takes triples");
        let index = Index::from_dataset(triples.iter().cloned(), named::graphs(&triples));
        let dataset: Dataset = quads.into_iter().collect();
        let canonical = oracle::is_kept(&triples, &store);
        Self { index, dataset, canonical, known: labels(&triples), both: true, store, triples }
    }

    /// Asks in one way and holds the answer against all that it has to be equal to.
    fn verdict(&self, query: &Query, ask: fn(&Index, &str) -> Outcome) -> Verdict {
        let text = query.to_string();
        self.judged(query, &ask(&self.index, &text))
    }

    /// Holds an answer against all that it has to be equal to.
    fn judged(&self, query: &Query, ours: &Outcome) -> Verdict {
        let text = named::written_out(query, &self.triples).to_string();
        let parsed = oracle::parse(&text);
        let alike = self.canonical && is_canonical(&text);
        let mut verdict = Verdict::Unknown;
        let on = |query: &Query, answer: &dyn Fn(&spargebra::Query) -> Outcome| {
            let other = named::written_out(query, &self.triples).to_string();
            match if other == text { parsed.clone() } else { oracle::parse(&other) } {
                Ok(parsed) => answer(&parsed),
                Err(error) => Err(error),
            }
        };
        let exact = |query: &Query| on(query, &|parsed| oracle::exact(parsed, &self.dataset));
        let stored = |query: &Query| on(query, &|parsed| oracle::stored(parsed, &self.store));
        let vary = |query: &Query, seed: u64| {
            let query = shrink::permuted(query, seed);
            let mut triples = self.triples.clone();
            Rng(seed).shuffle(&mut triples);
            on(&query, &|parsed| oracle::shuffled(parsed, &triples, seed))
        };
        if self.both || !alike {
            verdict = Judge { ask: &exact, vary: &vary, known: &self.known }.judge(query, ours);
        }
        if alike {
            let second = Judge { ask: &stored, vary: &vary, known: &self.known }.judge(query, ours);
            verdict = match (verdict, second) {
                (Verdict::Differs(why), _) => Verdict::Differs(why),
                (Verdict::Unknown, second) => second,
                (_, Verdict::Differs(why)) => Verdict::Differs(format!("from oxigraph's store: {why}")),
                (first, _) => first,
            };
        }
        verdict
    }
}

/// Whether the constants of a query are spelled as oxigraph's store spells them.
fn is_canonical(text: &str) -> bool {
    !graphs::terms(graphs::Role::Odd)[graphs::CANONICAL..].iter().any(|token| text.contains(token))
}

/// A part of the pairs; ends at the first difference.
fn run(seed: u64, part: usize, pairs: usize, ways: &[Way], tally: &Mutex<Tally>) -> Result<(), Failed> {
    let mut rng = Rng(seed.wrapping_mul(PARTS as u64).wrapping_add(part as u64));
    let mut counts = Tally::new();
    let mut done = 0;
    let mut result = Ok(());
    'pairs: while done < pairs {
        let family = graphs::family(&mut rng, GRAPHS);
        let mut graphs: Vec<Graph> = family.iter().map(|facts| Graph::new(graphs::triples(facts))).collect();
        graphs.iter_mut().skip(1).for_each(|graph| graph.both = false);
        for _ in 0..QUERIES {
            let query = telling(&mut rng, &family[0], &graphs[0]);
            for graph in &graphs {
                for (way, ask) in ways {
                    let verdict = graph.verdict(&query, *ask);
                    *counts.entry(named(&verdict)).or_default() += 1;
                    if let Verdict::Differs(_) = verdict {
                        result = Err(report(&query, graph, way, *ask, seed).into());
                        break 'pairs;
                    }
                }
                done += 1;
                if done == pairs {
                    break 'pairs;
                }
            }
        }
    }
    let mut tally = tally.lock().map_err(|_| "no test panics with it")?;
    for (what, count) in counts {
        *tally.entry(what).or_default() += count;
    }
    result
}

/// A query; another one, twice, where nothing answers it, or too much: two empty answers say
/// little, and many rows take long to say what few do.
fn telling(rng: &mut Rng, facts: &[graphs::Fact], graph: &Graph) -> Query {
    for _ in 0..2 {
        let query = generate::query(rng, facts);
        let answer = oracle::parse(&named::written_out(&query, &graph.triples).to_string())
            .and_then(|query| oracle::exact(&query, &graph.dataset));
        let telling = match answer {
            Ok(Answer::Rows { rows, .. }) => !rows.is_empty() && rows.len() < MANY,
            Ok(Answer::Graph(triples)) => !triples.is_empty() && triples.len() < MANY,
            Ok(Answer::Truth(truth)) => truth,
            Err(_) => false,
        };
        if telling || rng.chance(10) {
            return query;
        }
    }
    generate::query(rng, facts)
}

fn named(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Same { empty: false } => "the same",
        Verdict::Same { empty: true } => "the same and empty",
        Verdict::Settled => "the same where the query settles it",
        Verdict::Open => "left open by a subquery",
        Verdict::Unknown => "that the evaluator panics at",
        Verdict::Differs(_) => "different",
    }
}

fn differs(query: &Query, triples: &[Triple], ask: fn(&Index, &str) -> Outcome) -> Option<String> {
    match Graph::new(triples.to_vec()).verdict(query, ask) {
        Verdict::Differs(why) => Some(why),
        _ => None,
    }
}

/// A difference, shrunk, as a file of `found/`.
fn report(query: &Query, graph: &Graph, way: &str, ask: fn(&Index, &str) -> Outcome, seed: u64) -> String {
    let fails = |query: &Query, triples: &[Triple]| differs(query, triples, ask).is_some();
    let (small, triples) = shrink::shrink(query.clone(), graph.triples.clone(), &fails);
    let why = differs(&small, &triples, ask).unwrap_or_else(|| "differs, but not twice".into());
    let lines: String = triples.iter().map(|triple| format!("#| {triple} .\n")).collect();
    format!("{way}, seed {seed}; kept in tests/differential/found/, as NAME.rq:\n# {why}\n{lines}{small}\n")
}

/// What was found once.
fn found() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential/found");
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "rq"));
    paths.sort();
    paths
}

/// A case of `found/`: lines of `#| ` are its graph, the rest is its query. Rows are compared as
/// they come where it has an order, which has to settle them.
fn again(path: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(path)?;
    let lines: String =
        text.lines().filter_map(|line| line.strip_prefix("#| ")).map(|l| format!("{l}\n")).collect();
    let parser = oxigraph::io::RdfParser::from_format(oxigraph::io::RdfFormat::NTriples);
    let quads = parser.lenient().for_slice(&lines).collect::<Result<Vec<_>, _>>()?;
    let graph = Graph::new(quads.into_iter().map(Triple::from).collect());
    let parsed = oracle::parse(&text)?;
    let theirs = oracle::exact(&parsed, &graph.dataset);
    let rows_of = |outcome: Outcome| -> Result<_, Failed> {
        Ok(match outcome? {
            Answer::Truth(truth) => vec![vec![Some(Term::from(oxrdf::Literal::from(truth)))]],
            Answer::Graph(triples) => rows::of_graph(&triples),
            Answer::Rows { rows, .. } => rows,
        })
    };
    let theirs = rows_of(theirs)?;
    for (way, ask) in WAYS {
        let ours = rows_of(ask(&graph.index, &text))?;
        let ordered = text.contains("ORDER BY");
        if !rows::same(&ours, &theirs, &graph.known) || (ordered && ours != theirs) {
            return Err(format!("{way}\nanswered {ours:?}\nexpected {theirs:?}").into());
        }
    }
    Ok(())
}

mod mutants;
use mutants::{
    a_lost_row_is_noticed_and_shrunk, a_wrong_order_is_noticed, a_wrong_sample_is_noticed,
    every_shape_is_drawn,
};
