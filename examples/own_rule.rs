//! Checks a case with a rule of one's own, the file `own_rule.rq`: `cargo run --example own_rule`.

use standpoint::audit::check::Checks;
use standpoint::ingest;
use standpoint::model::ontology;
use standpoint::model::project::Project;
use standpoint::store::index::Index;
use standpoint::{Error, Result};
use std::io::{self, Write};

fn main() -> Result<()> {
    run(&mut io::stdout())
}

/// Writes what the rule finds in the shipped case to `out`.
pub fn run(out: &mut impl Write) -> Result<()> {
    // A graph in memory, for data that no store has to keep.
    let inputs = ingest::find(&["data/witkoff-putin-2025".into()], None)?;
    let loaded = ingest::read(&inputs, ingest::Options::default(), ingest::nothing_known())?;
    let texts = loaded.documents.iter().map(|document| document.ntriples.text());
    let texts: Vec<_> = texts.collect::<io::Result<_>>().map_err(Error::file("read", "a document"))?;
    let index = Index::from_ntriples(texts.iter().map(AsRef::as_ref), ontology::schemes())
        .expect("documents are N-Triples");

    // The same as `check: rules: examples/own_rule.rq` in a project file `standpoint.yaml`.
    let project = Project { rules: vec!["examples/own_rule.rq".into()], ..Project::default() };
    let checks = Checks::of_project(&project)?.only(&["own_rule".to_owned()])?;
    for finding in checks.run(&index)? {
        writeln!(out, "{}: {}", finding.severity.word(), finding.message)
            .map_err(Error::file("write to", "the output"))?;
    }
    Ok(())
}
