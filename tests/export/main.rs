//! What is exported is what was meant, in every format, and the same bytes each time.

mod files;
mod golden;
mod random;
mod selection;
mod sheets;

use oxigraph::io::{RdfFormat, RdfParser};
use oxrdf::dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm};
use oxrdf::{Dataset, Quad, Triple};
use rio_api::parser::TriplesParser;
use rio_turtle::{NTriplesParser, TurtleError, TurtleParser};
use standpoint::export::{Export, Format};

/// Two positions with all that belongs to them, as somebody might have typed them.
const EXAMPLE: &str = include_str!("example.ttl");

/// What the engine's parser reads.
fn read(text: &str, format: RdfFormat) -> Vec<Triple> {
    let quads = RdfParser::from_format(format).for_slice(text.as_bytes());
    quads.map(|quad| quad.unwrap_or_else(|error| panic!("{error}\n{text}")).into()).collect()
}

fn example() -> Vec<Triple> {
    read(EXAMPLE, RdfFormat::Turtle)
}

/// What rio reads, by way of its own N-Triples.
fn read_with_rio(text: &str, format: Format) -> Vec<Triple> {
    let mut lines = String::new();
    let mut take = |triple: rio_api::model::Triple<'_>| {
        lines.push_str(&format!("{triple} .\n"));
        Ok::<_, TurtleError>(())
    };
    match format {
        Format::NTriples | Format::NQuads => NTriplesParser::new(text.as_bytes()).parse_all(&mut take),
        _ => TurtleParser::new(text.as_bytes(), None).parse_all(&mut take),
    }
    .unwrap_or_else(|error| panic!("{error}\n{text}"));
    read(&lines, RdfFormat::NTriples)
}

/// The graph with canonical blank nodes: equal for isomorphic graphs only.
fn canonical(triples: &[Triple]) -> Vec<String> {
    let quads = triples.iter().cloned().map(|t| t.in_graph(oxrdf::GraphName::DefaultGraph));
    let mut dataset: Dataset = quads.collect::<Vec<Quad>>().into_iter().collect();
    let algorithm =
        CanonicalizationAlgorithm::Rdfc10 { hash_algorithm: CanonicalizationHashAlgorithm::Sha256 };
    dataset.canonicalize(algorithm);
    let mut lines: Vec<String> = dataset.iter().map(|quad| quad.to_string()).collect();
    lines.sort_unstable();
    lines
}

/// The text of these triples.
fn written(triples: impl IntoIterator<Item = Triple>, format: Format) -> String {
    let mut text = Vec::new();
    let export = Export::of_triples(triples, format).unwrap();
    export.send("memory", &mut text).unwrap();
    String::from_utf8(text).unwrap()
}
