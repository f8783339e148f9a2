//! Rules and shapes: each has a case that it finds something in, and a near miss.
//!
//! `tests/rules/NAME/fails.yaml` (or .ttl) breaks the rule, `passes` is the smallest change that
//! is right, and `expected.txt` is the report about the first, rewritten with UPDATE=1. A rule
//! without both, or a folder without a rule, fails.

use libtest_mimic::{Arguments, Failed, Trial};
use standpoint::audit::check;
use standpoint::audit::check::{Checks, Finding};
use standpoint::ingest;
use standpoint::model::ontology;
use standpoint::store::index::Index;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

const WIDTH: usize = 80;

fn main() {
    let names: Vec<String> = Checks::default().list().into_iter().map(|rule| rule.name).collect();
    let mut trials: Vec<Trial> = names
        .iter()
        .map(|name| {
            let name = name.clone();
            Trial::test(name.clone(), move || rule(&name))
        })
        .collect();
    trials.push(Trial::test("every_folder_is_of_a_rule", move || folders(&names)));
    trials.push(Trial::test("rules_are_plain_sparql", plain));
    println!("{} rules and shapes, each with a case that fails and one that passes", trials.len() - 2);
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules")
}

/// The fixture of this name, whatever its format.
fn fixture(rule: &str, name: &str) -> Result<PathBuf, Failed> {
    let folder = root().join(rule);
    let file = ["yaml", "ttl"].map(|ending| folder.join(format!("{name}.{ending}")));
    file.into_iter().find(|file| file.is_file()).ok_or_else(|| {
        format!(
            "tests/rules/{rule}/{name}.yaml is missing: every rule has a case that fails and one that passes"
        )
        .into()
    })
}

/// What these rules find in a fixture, and what it is told with.
fn findings(rules: &[String], file: &Path) -> Result<(Index, Checks, Vec<Finding>), Failed> {
    let inputs = ingest::find(&[file.to_owned()], None)?;
    let loaded =
        ingest::read(&inputs, ingest::Options::default(), ingest::nothing_known()).map_err(|error| {
            let mut told = format!("{}: {error}", file.display());
            if let standpoint::Error::Input(faults) = &error {
                faults.iter().for_each(|fault| {
                    let _ = write!(told, "\n{}", fault.render(false, WIDTH));
                });
            }
            told
        })?;
    let texts: Vec<_> = loaded.documents.iter().map(|document| document.ntriples.text().unwrap()).collect();
    let documents = texts.iter().map(AsRef::as_ref);
    let index = Index::from_ntriples(documents, ontology::schemes())?;
    let checks = Checks::default().only(rules)?;
    let mut findings = checks.run(&index)?;
    check::documents(&mut findings, &loaded.documents);
    check::places(&mut findings, &index, &loaded.sources);
    for place in findings.iter_mut().filter_map(|finding| finding.place.as_mut()) {
        place.file = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    }
    Ok((index, checks, findings))
}

fn rule(rule: &str) -> Result<(), Failed> {
    let (index, checks, found) = findings(&[rule.to_owned()], &fixture(rule, "passes")?)?;
    if !found.is_empty() {
        let report = standpoint::cli::page::check::page(&found, &index, &checks, WIDTH, true);
        return Err(format!("the case that passes does not:\n{report}").into());
    }
    let (index, checks, found) = findings(&[rule.to_owned()], &fixture(rule, "fails")?)?;
    if found.is_empty() {
        return Err("nothing is found in the case that fails".into());
    }
    let report = standpoint::cli::page::check::page(&found, &index, &checks, WIDTH, true);
    let expected = root().join(rule).join("expected.txt");
    if env::var_os("UPDATE").is_some() {
        fs::write(&expected, &report)?;
    }
    let before = fs::read_to_string(&expected).unwrap_or_default();
    if before == report {
        return Ok(());
    }
    Err(format!("the report is another one (UPDATE=1 accepts it):\n{report}\nexpected:\n{before}").into())
}

/// Folders that are of no rule are of shapes without a target: others refer to these, and what
/// breaks them is told under the name of the other.
fn folders(names: &[String]) -> Result<(), Failed> {
    let shapes = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ontology/shapes.ttl"))?;
    for folder in fs::read_dir(root())? {
        let name = folder?.file_name().to_string_lossy().into_owned();
        if names.contains(&name) {
            continue;
        }
        let words = name.split('-').skip(1);
        let shape: String = words.map(|word| word[..1].to_uppercase() + &word[1..]).collect();
        if !name.starts_with("shape-") || !shapes.contains(&format!("stpsh:{shape} a sh:NodeShape")) {
            return Err(format!("tests/rules/{name} is of no rule and no shape").into());
        }
        let all: Vec<String> = names.iter().filter(|name| name.starts_with("shape-")).cloned().collect();
        let found = |which: &str| Ok::<_, Failed>(findings(&all, &fixture(&name, which)?)?.2.len());
        if found("fails")? == 0 || found("passes")? > 0 {
            return Err(format!("tests/rules/{name}: the cases do not fail and pass").into());
        }
    }
    Ok(())
}

/// A rule is also asked elsewhere, where no prefix is known without being declared.
fn plain() -> Result<(), Failed> {
    for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"))? {
        let file = file?.path();
        if file.extension().is_some_and(|ending| ending == "rq") {
            let _ = oxigraph::sparql::SparqlEvaluator::new()
                .parse_query(&fs::read_to_string(&file)?)
                .map_err(|error| format!("{}: {error}", file.display()))?;
        }
    }
    Ok(())
}
