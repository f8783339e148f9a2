//! Looking back: what was in force on a day, and what changed between two graphs.

mod as_of;
mod change;
mod diff;

use standpoint::ingest;
use standpoint::ingest::Input;
use standpoint::store::index::Index;
use std::path::PathBuf;

/// The graph of a Turtle text, with the prefixes that it needs.
fn graph(turtle: &str) -> Index {
    let prefixes = "
        @prefix : <https://w3id.org/standpoint/id/thing/> .
        @prefix stp: <https://w3id.org/standpoint/ns#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        @prefix oa: <http://www.w3.org/ns/oa#> .
        @prefix prov: <http://www.w3.org/ns/prov#> .
        @prefix schema: <http://schema.org/> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        ";
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("graph.ttl");
    std::fs::write(&path, format!("{prefixes}{turtle}")).unwrap();
    let inputs: Vec<Input> = ingest::find(&[path], None).unwrap();
    let loaded = ingest::read(&inputs, ingest::Options::default(), ingest::nothing_known()).unwrap();
    let texts: Vec<_> = loaded.documents.iter().map(|d| d.ntriples.text().unwrap()).collect();
    Index::from_ntriples(texts.iter().map(AsRef::as_ref), &[]).unwrap()
}

/// The lines of a graph without the project's namespaces, sorted.
fn lines(index: &Index) -> Vec<String> {
    let mut lines: Vec<String> = index
        .triples()
        .map(|triple| {
            let line = triple.to_string();
            line.replace("https://w3id.org/standpoint/id/thing/", "")
                .replace("https://w3id.org/standpoint/ns#", "stp:")
        })
        .collect();
    lines.sort();
    lines
}
