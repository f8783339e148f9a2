//! The shipped cases: the Turtle beside each sheet is what it encodes to, and the README counts
//! what is there.
//!
//! `UPDATE=1 cargo test --test case` writes the Turtle, the schema, the codebook and what the program reads of the
//! ontology anew.

use standpoint::export::{Export, Format};
use standpoint::ingest;
use standpoint::ingest::sheet;
use standpoint::ingest::{Content, Input, Options};
use standpoint::model::ontology;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn updating() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// Holds a file against what it should be, or makes it so.
fn same_as_kept(path: &Path, text: &str) {
    if updating() {
        fs::write(path, text).unwrap();
    }
    let kept = fs::read_to_string(path).unwrap_or_default();
    assert!(kept == text, "{} is not what its source makes; run `make update`", path.display());
}

/// The sheets of the cases, without the Turtle beside them.
fn sheets(cases: &[&str]) -> Vec<Input> {
    let folders: Vec<_> = cases.iter().map(|case| root().join("data").join(case)).collect();
    let inputs = ingest::find(&folders, None).unwrap();
    inputs.into_iter().filter(|input| matches!(input.content, Content::Sheet(_))).collect()
}

fn triples(ntriples: &str) -> Vec<oxrdf::Triple> {
    oxigraph::io::RdfParser::from_format(oxigraph::io::RdfFormat::NTriples)
        .for_slice(ntriples)
        .map(|quad| quad.unwrap().into())
        .collect()
}

/// Cases with a registry of their own, and a README that counts.
const CASES: [&str; 2] = ["witkoff-putin-2025", "night-ferry"];

/// Folders that are encoded together: a second coding has no registry of its own.
const TOGETHER: [&[&str]; 2] = [&["witkoff-putin-2025"], &["night-ferry", "night-ferry-recoded"]];

/// What the sheets of the folders encode to, beside where each is to be kept.
fn encoded(cases: &[&str]) -> Vec<(PathBuf, String)> {
    let inputs = sheets(cases);
    let loaded = ingest::read(&inputs, Options::default(), ingest::nothing_known()).unwrap();
    assert_eq!(loaded.documents.len(), inputs.len());
    let kept = inputs.iter().map(|input| input.path.as_ref().unwrap().with_extension("ttl"));
    let turtle = loaded.documents.iter().map(|document| {
        let mut turtle = Vec::new();
        let export = Export::of_triples(triples(&document.ntriples.text().unwrap()), Format::Turtle).unwrap();
        export.send("memory", &mut turtle).unwrap();
        String::from_utf8(turtle).unwrap()
    });
    kept.zip(turtle).collect()
}

/// All of it, one after the other.
fn turtle(case: &str) -> String {
    encoded(&[case]).into_iter().map(|(_, turtle)| turtle).collect()
}

#[test]
fn the_turtle_beside_a_sheet_is_what_it_encodes_to() {
    for (path, turtle) in TOGETHER.into_iter().flat_map(encoded) {
        same_as_kept(&path, &turtle);
    }
}

#[test]
fn the_schema_beside_the_cases_is_the_programs() {
    same_as_kept(&root().join("data/standpoint.schema.json"), &sheet::schema(&[]));
}

#[test]
fn what_a_start_reads_of_the_ontology_is_made_of_its_files() {
    for (name, text) in ["schemes.nt", "types.nt"].into_iter().zip(ontology::made_of_turtle()) {
        same_as_kept(&root().join("ontology").join(name), &text);
    }
}

#[test]
fn the_codebook_in_the_docs_is_the_programs() {
    same_as_kept(&root().join("docs/codebook.md"), &standpoint::cli::page::codebook::page(&[]));
}

#[test]
fn every_sheet_names_its_schema_and_no_quote_is_long() {
    for input in TOGETHER.iter().flat_map(|cases| sheets(cases)) {
        let path = input.path.unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let first = text.lines().next().unwrap_or_default();
        if path.extension().is_some_and(|extension| extension == "md") {
            assert_eq!(first, "---", "{}", path.display());
            continue;
        }
        assert_eq!(first, "# yaml-language-server: $schema=../standpoint.schema.json", "{}", path.display());
    }
    for case in CASES {
        let turtle = turtle(case);
        let quotes: Vec<&str> =
            turtle.lines().filter_map(|line| line.trim().strip_prefix("oa:exact \"")).collect();
        assert!(quotes.len() > 100, "{} quotes", quotes.len());
        for quote in quotes {
            assert!(quote.split_whitespace().count() <= 13, "longer than 12 words: {quote}");
        }
    }
}

#[test]
fn the_readme_counts_what_is_there() {
    for case in CASES {
        counted(case);
    }
}

fn counted(case: &str) {
    let turtle = turtle(case);
    let count = |class: &str| {
        turtle.lines().filter(|line| line.ends_with(" ;") && line.contains(&format!(" a {class}"))).count()
    };
    let counted: BTreeMap<&str, usize> = [
        ("positions", count("stp:Position")),
        ("actors", turtle.lines().filter(|line| line.contains(" a ") && line.contains("stp:Actor")).count()),
        ("issues", count("stp:Issue")),
        ("events", count("stp:Event")),
        ("measures", count("stp:Measure")),
        ("relations", count("stp:Relation")),
        ("office claims", count("stp:OfficeClaim")),
    ]
    .into();
    let readme = fs::read_to_string(root().join("data").join(case).join("README.md")).unwrap();
    for (what, number) in counted {
        let row = readme.lines().find(|line| line.to_lowercase().starts_with(&format!("| {what}")));
        let row = row.unwrap_or_else(|| panic!("the README has no row for {what}"));
        let stated = row.split('|').nth(2).unwrap_or_default();
        let stated: String = stated.trim().chars().take_while(char::is_ascii_digit).collect();
        assert_eq!(stated, number.to_string(), "{case}: {row}");
    }
}
