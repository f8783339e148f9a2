//! A second oracle that is not oxigraph: Apache Jena, over graphs whose literals are spelled in every way.
//!
//! `STANDPOINT_JENA` is the class path of `tests/peers/jena/Answer.java`, which `tests/peers/run.sh jena`
//! compiles and hands in; without it these tests report themselves as ignored. One process answers all
//! pairs. Terms of the data are compared to the letter, computed terms by value (see [`Computed`]).
//!
//! Reasoned differences are the files of `tests/peers/jena/known/`. A difference is first shrunk, then held
//! against them; one that none of them describes fails. A file that no longer differs fails as well.

use crate::compare::{Judge, Verdict};
use crate::graphs::Rng;
use crate::oracle::{Outcome, PANIC};
use crate::queries::{Column, Expression, Group, Part, Query, Select};
use crate::rows::{of_graph, same};
use crate::settled::{comparable, tied};
use crate::values::Computed;
use crate::{Ours, QUERIES, Tally, WAYS, Way, generate, graphs, named, oracle, respell, shrink};
use libtest_mimic::{Failed, Trial};
use oxrdf::vocab::xsd;
use oxrdf::{BlankNode, Literal, NamedNode, NamedOrBlankNode, Term, Triple, Variable};
use oxsdatatypes::Decimal;
use regex::Regex;
use serde_json::{Value, json};
use standpoint::model::prefixes::Prefixes;
use standpoint::query::Answer;
use standpoint::store::index::Index;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::{env, fs};

/// Pairs of a run that nobody says more about; see `STANDPOINT_JENA_PAIRS`.
const PAIRS: usize = 4_000;
/// Trials among which these are shared.
const PARTS: usize = 12;
/// Differences of a part that are reported.
const REPORTED: usize = 3;
/// An integer that the judge of orders takes for no number, as oxigraph does; queries have it as a constant.
const UNORDERED: &str = "\"99999999999999999999\"";
/// Literals about whose value engines differ, for known reasons: drawn seldom, for shrinking takes its time.
const CONTESTED: &[&str] = &["\" 7 \"", "\"+INF\"", "\"2025\"^^xsd:gYear"];
/// Orders in which oxigraph is asked before a query counts as settled.
const VARIATIONS: u64 = 12;

/// The process, which answers one request at a time.
struct Jena {
    child: Child,
    requests: ChildStdin,
    responses: BufReader<ChildStdout>,
}

impl Jena {
    fn start(class_path: &str) -> Result<Self, String> {
        let mut child = Command::new("java")
            .args(["-Xss16m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", class_path, "Answer"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("java: {error}"))?;
        let requests = child.stdin.take().ok_or("java has no input")?;
        let responses = BufReader::new(child.stdout.take().ok_or("java has no output")?);
        Ok(Self { child, requests, responses })
    }

    fn ask(&mut self, data: &str, query: &str) -> Outcome {
        let broken = |error: std::io::Error| format!("{PANIC}{error}");
        writeln!(self.requests, "{}", json!({ "data": data, "query": query })).map_err(broken)?;
        self.requests.flush().map_err(broken)?;
        let mut line = String::new();
        self.responses.read_line(&mut line).map_err(broken)?;
        let response: Value = serde_json::from_str(&line).map_err(|error| format!("{PANIC}{error}"))?;
        answer(&response)
    }
}

impl Drop for Jena {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answer(response: &Value) -> Outcome {
    if let Some(error) = response["error"].as_str() {
        return Err(error.to_owned());
    }
    if let Some(truth) = response["truth"].as_bool() {
        return Ok(Answer::Truth(truth));
    }
    if response["cancelled"].as_bool() == Some(true) {
        return Err(format!("{PANIC}it took too long"));
    }
    let rows_of = |name: &str| -> Vec<Vec<Option<Term>>> {
        let rows = response[name].as_array().into_iter().flatten();
        rows.map(|row| row.as_array().into_iter().flatten().map(term).collect()).collect()
    };
    if response["triples"].is_array() {
        let triple = |row: Vec<Option<Term>>| -> Option<Triple> {
            let row: [Option<Term>; 3] = row.try_into().ok()?;
            let [subject, Some(Term::NamedNode(predicate)), object] = row else { return None };
            Some(Triple::new(NamedOrBlankNode::try_from(subject?).ok()?, predicate, object?))
        };
        let mut triples: Vec<Triple> = rows_of("triples").into_iter().filter_map(triple).collect();
        triples.sort_by_cached_key(ToString::to_string);
        triples.dedup();
        return Ok(Answer::Graph(triples));
    }
    let names = response["variables"].as_array().into_iter().flatten();
    let variables = names.filter_map(Value::as_str).map(Variable::new_unchecked).collect();
    Ok(Answer::Rows { variables, rows: rows_of("rows") })
}

fn term(term: &Value) -> Option<Term> {
    let value = term["value"].as_str()?;
    Some(match (term["type"].as_str()?, term["datatype"].as_str(), term["xml:lang"].as_str()) {
        ("uri", ..) => NamedNode::new_unchecked(value).into(),
        ("bnode", ..) => BlankNode::new_unchecked(value.replace(|c: char| !c.is_alphanumeric(), "z")).into(),
        (_, _, Some(language)) => {
            Literal::new_language_tagged_literal_unchecked(value, language.to_lowercase()).into()
        }
        (_, Some(datatype), _) => {
            Literal::new_typed_literal(value, NamedNode::new_unchecked(datatype)).into()
        }
        _ => Literal::from(value).into(),
    })
}

/// What the tests of a run share.
struct Shared {
    jena: Mutex<Jena>,
    prologue: String,
    known: Vec<Known>,
    tally: Arc<Mutex<Tally>>,
}

/// A reasoned difference: a file with its reason in comments, an example (lines of `#| ` are its graph, the
/// rest is its query) and a `#? ` line, the pattern of shrunk queries that show it.
struct Known {
    pattern: Regex,
    graph: Option<Regex>,
}

impl Known {
    fn read(path: &Path) -> Result<Self, String> {
        let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = fs::read_to_string(path).map_err(|error| told(&error))?;
        let line =
            |mark: &str| text.lines().find_map(|line| line.strip_prefix(mark)).map(Regex::new).transpose();
        let pattern =
            line("#? ").map_err(|error| told(&error))?.ok_or_else(|| told(&"has no line of `#? `"))?;
        let graph = line("#?| ").map_err(|error| told(&error))?;
        Ok(Self { pattern, graph })
    }

    fn describes(&self, query: &Query, triples: &[Triple]) -> bool {
        let lines: String = triples.iter().map(|triple| format!("{triple} .\n")).collect();
        self.pattern.is_match(&query.to_string())
            && self.graph.as_ref().is_none_or(|graph| graph.is_match(&lines))
    }
}

/// The trials; one that is ignored where there is no Jena.
pub fn trials(seed: u64, pairs: Option<usize>, tally: &Arc<Mutex<Tally>>) -> Result<Vec<Trial>, String> {
    let Ok(class_path) = env::var("STANDPOINT_JENA") else {
        return Ok(vec![Trial::test("jena", || Ok(())).with_ignored_flag(true)]);
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/jena/known");
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rq"))
        .collect();
    paths.sort();
    let known = paths.iter().map(|path| Known::read(path)).collect::<Result<_, _>>()?;
    let prologue =
        Prefixes::known().iter().map(|(prefix, iri)| format!("PREFIX {prefix}: <{iri}>\n")).collect();
    let jena = Mutex::new(Jena::start(&class_path)?);
    let shared = Arc::new(Shared { jena, prologue, known, tally: Arc::clone(tally) });
    let pairs = pairs.unwrap_or(PAIRS).div_ceil(PARTS);
    let mut trials: Vec<Trial> = (0..PARTS)
        .map(|part| {
            let shared = Arc::clone(&shared);
            Trial::test(format!("jena/seed_{seed}_part_{part:02}"), move || {
                run(&shared, WAYS, seed, part, pairs)
            })
        })
        .collect();
    let mutant = Arc::clone(&shared);
    trials.push(Trial::test("jena/a_term_that_changes_is_noticed", move || {
        match run(&mutant, &[("wrongly", canonical)], seed, PARTS, 2_000) {
            Ok(()) => Err("nobody notices".into()),
            Err(_) => Ok(()),
        }
    }));
    for path in paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let shared = Arc::clone(&shared);
        trials.push(Trial::test(format!("jena/known/{name}"), move || still_differs(&shared, &path)));
    }
    Ok(trials)
}

impl Shared {
    fn ask(&self, data: &str, query: &str) -> Outcome {
        let text = format!("{}{query}", self.prologue);
        self.jena.lock().map_err(|_| "another test panicked with Jena")?.ask(data, &text)
    }

    /// A query that Jena has an answer to, most often: two empty answers say little.
    fn telling(&self, rng: &mut Rng, facts: &[graphs::Fact], graph: &Ours) -> Query {
        let draw = |rng: &mut Rng| match rng.chance(50) {
            true => generate::terms::query(rng, facts),
            false => generate::query(rng, facts),
        };
        let data = lines(&graph.triples);
        for _ in 0..2 {
            let query = draw(rng);
            let telling = match self.ask(&data, &query.to_string()) {
                Ok(Answer::Rows { rows, .. }) => !rows.is_empty(),
                Ok(Answer::Graph(triples)) => !triples.is_empty(),
                Ok(Answer::Truth(truth)) => truth,
                Err(_) => false,
            };
            if telling || rng.chance(10) {
                return query;
            }
        }
        draw(rng)
    }

    /// Holds one way of asking against Jena.
    fn verdict(&self, query: &Query, graph: &Ours, ask: fn(&Index, &str) -> Outcome) -> Verdict {
        let computed = Computed::of(query);
        let ours = ask(&graph.index, &query.to_string()).map(|answer| computed.settle(answer));
        let data = lines(&graph.triples);
        let theirs = |query: &Query| {
            let answer = self.ask(&data, &query.to_string())?;
            Ok(Computed::of(query).settle(answer))
        };
        let judge = Judge { ask: &theirs, vary: &|query, _| theirs(query), known: &graph.known };
        match judge.judge(query, &ours) {
            Verdict::Differs(_)
                if computed.are_read(query) || is_open(query, graph) || leaves_open(query, &theirs) =>
            {
                Verdict::Open
            }
            verdict => verdict,
        }
    }
}

/// Whether oxigraph answers one query in several ways over triples in another order.
fn is_open(query: &Query, graph: &Ours) -> bool {
    let text = query.to_string();
    let words = ["SAMPLE(", "GROUP_CONCAT(", "MIN(", "MAX(", "LIMIT", "OFFSET", "REDUCED"];
    if !words.iter().any(|word| text.contains(word)) {
        return false;
    }
    let answers = |seed: u64| {
        let parsed = oracle::parse(&shrink::permuted(query, seed).to_string())?;
        oracle::shuffled(&parsed, &graph.triples, seed)
    };
    let rows = |outcome: &Outcome| match outcome {
        Ok(Answer::Rows { rows, .. }) => rows.clone(),
        Ok(Answer::Graph(triples)) => of_graph(triples),
        Ok(Answer::Truth(truth)) => vec![vec![Some(Literal::from(*truth).into())]],
        Err(_) => Vec::new(),
    };
    let first = rows(&answers(0));
    (1..VARIATIONS).any(|seed| !same(&first, &rows(&answers(seed)), &graph.known))
}

/// Whether a subselect takes one of several values, of which the specification prefers none: by SAMPLE, in
/// the order of GROUP_CONCAT, by MIN and MAX of what cannot be compared or is tied.
fn leaves_open(query: &Query, ask: &dyn Fn(&Query) -> Outcome) -> bool {
    let (Query::Select(Select { body, .. }) | Query::Ask(body) | Query::Construct(_, body)) = query;
    selects(body).iter().any(|select| {
        select.columns.iter().filter_map(|column| column.expression.as_ref()).any(|expression| {
            let Expression::Aggregate(name, _, Some(of)) = expression else { return false };
            if !["SAMPLE", "GROUP_CONCAT", "MIN", "MAX"].contains(name) {
                return false;
            }
            let candidate = Column { name: "?candidate".into(), expression: Some((**of).clone()) };
            let body = select.body.clone();
            let candidates = Query::Select(Select { columns: vec![candidate], body, ..Select::default() });
            let Ok(Answer::Rows { mut rows, .. }) = ask(&candidates) else { return true };
            rows.sort_by_cached_key(|row| format!("{row:?}"));
            rows.dedup();
            let terms: Vec<Option<&Term>> = rows.iter().map(|row| row[0].as_ref()).collect();
            let several = terms.len() > 1;
            match *name {
                "MIN" | "MAX" => {
                    let ties = |at: usize| terms[at + 1..].iter().any(|other| tied(terms[at], *other));
                    several && (!comparable(terms.iter().copied()) || (0..terms.len()).any(ties))
                }
                _ => several,
            }
        })
    })
}

/// The subselects of a pattern.
fn selects<'g>(group: &'g Group) -> Vec<&'g Select> {
    let within = |part: &'g Part| -> Vec<&'g Select> {
        match part {
            Part::Select(select) => {
                let mut found = selects(&select.body);
                found.push(select);
                found
            }
            Part::Optional(group) | Part::Minus(group) | Part::Group(group) | Part::Graph(_, group) => {
                selects(group)
            }
            Part::Union(groups) => groups.iter().flat_map(selects).collect(),
            _ => Vec::new(),
        }
    };
    group.0.iter().flat_map(within).collect()
}

fn lines(triples: &[Triple]) -> String {
    named::quads(triples).iter().map(|quad| format!("{quad} .\n")).collect()
}

fn run(shared: &Shared, ways: &[Way], seed: u64, part: usize, pairs: usize) -> Result<(), Failed> {
    let mut rng = Rng(seed.wrapping_mul(1_000).wrapping_add(part as u64));
    let mut reports: Vec<String> = Vec::new();
    let mut done = 0;
    while done < pairs && reports.len() < REPORTED {
        let facts = graphs::graph(&mut rng);
        let percent = *rng.pick(&[0, 30, 60, 90]);
        let mut facts = respell::respelled(&facts, &mut rng, percent);
        facts.retain(|fact| !fact.2.starts_with(UNORDERED));
        if rng.chance(90) {
            facts.retain(|fact| !CONTESTED.iter().any(|contested| fact.2.starts_with(contested)));
        }
        let graph = Ours::new(graphs::triples(&facts));
        for _ in 0..QUERIES.min(pairs - done) {
            let query = shared.telling(&mut rng, &facts, &graph);
            done += 1;
            if reports.len() == REPORTED {
                break;
            }
            for (way, ask) in ways {
                let verdict = shared.verdict(&query, &graph, *ask);
                let mut named = crate::named(&verdict);
                if let Verdict::Differs(_) = verdict {
                    match report(shared, &query, &graph, way, *ask, seed) {
                        None => named = "different for a reason that is known",
                        Some(report) => {
                            reports.push(report);
                            break;
                        }
                    }
                }
                *shared.tally.lock().map_err(|_| "no test panics with it")?.entry(named).or_default() += 1;
            }
        }
    }
    if reports.is_empty() { Ok(()) } else { Err(reports.join("\n").into()) }
}

/// Wrongly: answers with decimals in canonical form.
fn canonical(index: &Index, text: &str) -> Outcome {
    let mut answer = WAYS[0].1(index, text)?;
    if let Answer::Rows { rows, .. } = &mut answer {
        for cell in rows.iter_mut().flatten() {
            if let Some(Term::Literal(literal)) = cell
                && literal.datatype() == xsd::DECIMAL
                && let Ok(value) = literal.value().parse::<Decimal>()
            {
                *cell = Some(Literal::from(value).into());
            }
        }
    }
    Ok(answer)
}

/// A difference, shrunk, as a case; none where it is known.
fn report(
    shared: &Shared,
    query: &Query,
    graph: &Ours,
    way: &str,
    ask: fn(&Index, &str) -> Outcome,
    seed: u64,
) -> Option<String> {
    let differs = |query: &Query, triples: &[Triple]| {
        matches!(shared.verdict(query, &Ours::new(triples.to_vec()), ask), Verdict::Differs(_))
    };
    let (small, triples) = shrink::shrink(query.clone(), graph.triples.clone(), &differs);
    if shared.known.iter().any(|known| known.describes(&small, &triples)) {
        return None;
    }
    let why = match shared.verdict(&small, &Ours::new(triples.clone()), ask) {
        Verdict::Differs(why) => why,
        _ => "differs, but not twice".to_owned(),
    };
    let graph: String = triples.iter().map(|triple| format!("#| {triple} .\n")).collect();
    Some(format!("{way}, seed {seed}; Jena expects another answer:\n# {why}\n{graph}{small}\n"))
}

/// That the example of a known difference still shows it.
fn still_differs(shared: &Shared, path: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(path)?;
    let graph: String =
        text.lines().filter_map(|line| line.strip_prefix("#| ")).map(|line| format!("{line}\n")).collect();
    let parser = oxigraph::io::RdfParser::from_format(oxigraph::io::RdfFormat::NTriples);
    let triples: Vec<Triple> =
        parser.lenient().for_slice(&graph).map(|quad| quad.map(Triple::from)).collect::<Result<_, _>>()?;
    let graph = Ours::new(triples);
    let query: String =
        text.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    let theirs = shared.ask(&lines(&graph.triples), &query);
    let rows = |answer: Answer| match answer {
        Answer::Rows { rows, .. } => rows,
        Answer::Graph(triples) => of_graph(&triples),
        Answer::Truth(truth) => vec![vec![Some(Literal::from(truth).into())]],
    };
    for (way, ask) in WAYS {
        let alike = match (ask(&graph.index, &query), &theirs) {
            (Ok(ours), Ok(theirs)) => {
                let (ours, theirs) = (rows(ours), rows(theirs.clone()));
                same(&ours, &theirs, &graph.known) && (!text.contains("ORDER BY") || ours == theirs)
            }
            (Err(_), Err(_)) => true,
            _ => false,
        };
        if alike {
            return Err(format!("{way}: Jena answers the same now; delete {}", path.display()).into());
        }
    }
    Ok(())
}
