//! Shapes: every component of SHACL Core, the shapes that are shipped, the laws of logic.
//!
//! That other engines find the same is shown by `tests/peers/`.

mod cases;
mod fixtures;
mod laws;

use oxigraph::io::{RdfFormat, RdfParser};
use oxrdf::Triple;
use std::fs;
use std::path::{Path, PathBuf};

fn triples(name: &str, turtle: &str) -> Vec<Triple> {
    let quads = RdfParser::from_format(RdfFormat::Turtle).for_slice(turtle);
    quads.map(|quad| quad.unwrap_or_else(|error| panic!("{name}: {error}")).into()).collect()
}

fn below(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
