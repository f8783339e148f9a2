//! Golden answers: what the questions answer about the shipped cases, and why that is right.
//!
//! `tests/golden/CASE/QUESTION.csv` or `QUESTION--VARIANT.csv`, where CASE is a folder of `data/`,
//! or several joined by `+`. A file begins with lines of `# `: why the answer is right, read
//! against the texts; one of them may be `# ask: --issue "ceding territory"`, the parameters.
//! Then comes what `standpoint ask QUESTION … --format csv` prints, IRIs with prefixes.
//!
//! `UPDATE=1 cargo test --test golden` writes the rows anew and keeps the comments, to be read
//! before it is committed.

use libtest_mimic::{Arguments, Failed, Trial};
use oxrdf::{Literal, Term};
use standpoint::export::Format;
use standpoint::ingest;
use standpoint::model::ontology;
use standpoint::model::prefixes::Prefixes;
use standpoint::query::ask::{Kind, Question, library};
use standpoint::query::{Answer, Printer};
use standpoint::store::index::Index;
use standpoint::store::index::coders::{ApartDocument, Coders};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// A golden file.
struct Golden {
    path: PathBuf,
    case: String,
    question: String,
    /// The lines of `# `, without that.
    comments: Vec<String>,
    rows: String,
}

/// A case, loaded when the first of its files is asked.
type Case = Arc<OnceLock<Result<Graphs, String>>>;

/// What questions are asked of.
struct Graphs {
    /// What is asked if nothing is said of coders.
    first: Index,
    /// What questions about coders are asked of.
    all: Index,
}

fn main() {
    let files = goldens();
    let mut cases: BTreeMap<String, Case> = BTreeMap::new();
    let mut trials = vec![
        Trial::test("every_question_has_an_answer", complete),
        Trial::test("a_second_coding_changes_no_answer", second_coding),
    ];
    for golden in files {
        let case = cases.entry(golden.case.clone()).or_default().clone();
        let name =
            format!("{}/{}", golden.case, golden.path.file_stem().unwrap_or_default().to_string_lossy());
        trials.push(Trial::test(name, move || check(&golden, &case)));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every golden file, alphabetically.
fn goldens() -> Vec<Golden> {
    let list = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut paths: Vec<PathBuf> =
            entries.map(|entry| entry.expect("a folder lists its files").path()).collect();
        paths.retain(|path| path.extension().is_none_or(|ending| ending != "rs"));
        paths.sort();
        paths
    };
    let mut files = Vec::new();
    for folder in list(&root().join("tests/golden")) {
        for path in list(&folder) {
            let case = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).expect("a golden answer is text");
            let (comments, rows) = read(&text);
            let question = stem.split("--").next().unwrap_or_default().to_owned();
            files.push(Golden { path, case, question, comments, rows });
        }
    }
    files
}

/// The comments at the beginning, and what follows.
fn read(text: &str) -> (Vec<String>, String) {
    let mut comments = Vec::new();
    let mut rest = text;
    while let Some((line, further)) = rest.split_once('\n') {
        let Some(comment) = line.strip_prefix('#') else { break };
        comments.push(comment.trim().to_owned());
        rest = further;
    }
    (comments, rest.to_owned())
}

fn find(name: &str) -> Result<&'static Question, String> {
    library()
        .iter()
        .find(|question| question.name == name)
        .ok_or_else(|| format!("there is no question {name}"))
}

/// The values after `# ask:`, by the parameters' names.
fn values(golden: &Golden) -> Result<BTreeMap<String, String>, String> {
    let mut words = Vec::new();
    for line in golden.comments.iter().filter_map(|line| line.strip_prefix("ask:")) {
        let mut word = None::<String>;
        let mut quoted = false;
        for c in line.chars().chain([' ']) {
            match c {
                '"' => {
                    quoted = !quoted;
                    word.get_or_insert_default();
                }
                ' ' if !quoted => words.extend(word.take()),
                c => word.get_or_insert_default().push(c),
            }
        }
    }
    let question = find(&golden.question)?;
    let mut values = BTreeMap::new();
    let mut words = words.into_iter();
    while let Some(option) = words.next() {
        let name = option.trim_start_matches("--");
        let Some(parameter) = question.parameters.iter().find(|parameter| parameter.is_named(name)) else {
            return Err(format!("{} takes no {option}", question.name));
        };
        let value = match parameter.kind {
            Kind::Flag => "true".to_owned(),
            _ => words.next().ok_or_else(|| format!("{option} has no value"))?,
        };
        values.insert(parameter.name.clone(), value);
    }
    Ok(values)
}

fn check(golden: &Golden, case: &Case) -> Result<(), Failed> {
    if !golden.comments.iter().any(|line| !line.is_empty() && !line.starts_with("ask:")) {
        return Err("it begins with no comment that says why the answer is right".into());
    }
    let graphs = case.get_or_init(|| graphs(&golden.case)).as_ref()?;
    let question = find(&golden.question)?;
    let answered = answer(if question.all_coders { &graphs.all } else { &graphs.first }, golden)?;
    if answered == golden.rows {
        return Ok(());
    }
    if std::env::var_os("UPDATE").is_some() {
        let comments: String = golden.comments.iter().map(|line| format!("# {line}\n")).collect();
        fs::write(&golden.path, comments.replace("# \n", "#\n") + &answered)?;
        return Ok(());
    }
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let (expected, got) = (lines(&golden.rows), lines(&answered));
    let told = |mark: &str, lines: Vec<&String>| {
        lines.iter().map(|line| format!("\n{mark} {line}")).collect::<String>()
    };
    let (lost, new) =
        (told("-", expected.difference(&got).collect()), told("+", got.difference(&expected).collect()));
    let order =
        if lost.is_empty() && new.is_empty() { "\nonly the order of the rows is another one" } else { "" };
    Err(format!("the answer is another one; UPDATE=1 accepts it, if it is right:{lost}{new}{order}").into())
}

/// The graphs of a case by itself.
fn graphs(case: &str) -> Result<Graphs, String> {
    let folders: Vec<PathBuf> = case.split('+').map(|folder| root().join("data").join(folder)).collect();
    let fault = |error: &dyn Display| format!("{case}: {error}");
    let loaded = ingest::find(&folders, None)
        .and_then(|inputs| ingest::read(&inputs, ingest::Options::default(), ingest::nothing_known()))
        .map_err(|error| fault(&error))?;
    let first = loaded.documents.iter().filter(|document| document.ntriples.apart().unwrap().is_none());
    let texts: Vec<_> = first.map(|document| document.ntriples.text().unwrap()).collect();
    let index = Index::from_ntriples(texts.iter().map(AsRef::as_ref), ontology::schemes())
        .map_err(|error| fault(&error))?;
    let of = |coders: &Coders| {
        let apart = ApartDocument::of_documents(&loaded.documents, coders).map_err(|error| fault(&error))?;
        index.of_coders(&apart, coders).map_err(|error| fault(&error))
    };
    Ok(Graphs { first: of(&Coders::First)?, all: of(&Coders::All)? })
}

/// With a second coding beside it, a case answers as it did: every question that is not about coders, row by
/// row, and the graph itself.
fn second_coding() -> Result<(), Failed> {
    let (alone, both) = (graphs("night-ferry")?, graphs("night-ferry+night-ferry-recoded")?);
    let triples = |index: &Index| index.triples().map(|triple| triple.to_string()).collect::<BTreeSet<_>>();
    assert_eq!(triples(&alone.first), triples(&both.first));
    assert!(both.all.len() > both.first.len(), "there is a second coding");
    let mut compared = 0;
    for golden in goldens().iter().filter(|golden| golden.case == "night-ferry") {
        if find(&golden.question)?.all_coders {
            continue;
        }
        assert_eq!(answer(&both.first, golden)?, golden.rows, "{}", golden.path.display());
        compared += 1;
    }
    assert!(compared > 30, "{compared} answers");
    Ok(())
}

/// As `ask --format csv` prints it, with prefixes.
fn answer(index: &Index, golden: &Golden) -> Result<String, Failed> {
    let values = values(golden)?;
    let (query, _) = find(&golden.question)?.query(index, |name| values.get(name).cloned())?;
    let mut answer = query.answer(index, None)?;
    let prefixes = Prefixes::known();
    if let Answer::Rows { rows, .. } = &mut answer {
        for term in rows.iter_mut().flatten().flatten() {
            if let Term::NamedNode(iri) = term {
                *term = Literal::from(prefixes.shorten(iri.as_ref())).into();
            }
        }
    }
    let mut out = Vec::new();
    Printer::new(index, query.prefixes(), 80).print(&answer, Format::Csv, "memory", &mut out)?;
    Ok(String::from_utf8(out)?.replace("\r\n", "\n"))
}

/// Each question has a golden file, and each of its parameters is given in one.
fn complete() -> Result<(), Failed> {
    let goldens = goldens();
    let mut lacking = String::new();
    for golden in &goldens {
        if let Err(fault) = values(golden) {
            lacking += &format!("\n{}: {fault}", golden.path.display());
        }
    }
    for question in library() {
        let files: Vec<&Golden> = goldens.iter().filter(|golden| golden.question == question.name).collect();
        if files.is_empty() {
            lacking += &format!("\n{} has no golden file", question.name);
            continue;
        }
        for parameter in &question.parameters {
            if !files
                .iter()
                .any(|golden| values(golden).is_ok_and(|values| values.contains_key(&parameter.name)))
            {
                lacking += &format!("\n{}: no golden file gives --{}", question.name, parameter.name);
            }
        }
    }
    if lacking.is_empty() { Ok(()) } else { Err(lacking.into()) }
}
