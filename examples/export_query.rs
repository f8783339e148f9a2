//! Exports a part of the graph that a query makes, as Turtle: `cargo run --example export_query`.

use standpoint::export::{Export, Format};
use standpoint::ingest;
use standpoint::model::ontology;
use standpoint::query::{Answer, Query};
use standpoint::store::index::Index;
use standpoint::{Error, Result};
use std::io::{self, Write};

/// Who opposes what somebody else supports, as edges of a network.
const EDGES: &str = "
PREFIX ex: <https://example.org/>
CONSTRUCT { ?one ex:disagreesWith ?other . ?one skos:prefLabel ?name . ?other skos:prefLabel ?otherName }
WHERE {
  ?one stp:opposes ?issue ; skos:prefLabel ?name .
  ?other stp:supports ?issue ; skos:prefLabel ?otherName .
  FILTER(?one != ?other)
}";

fn main() -> Result<()> {
    run(&mut io::stdout())
}

/// Writes the disagreements of the shipped case to `out`.
pub fn run(out: &mut impl Write) -> Result<()> {
    let inputs = ingest::find(&["data/night-ferry".into()], None)?;
    let loaded = ingest::read(&inputs, ingest::Options::default(), ingest::nothing_known())?;
    let texts = loaded.documents.iter().map(|document| document.ntriples.text());
    let texts: Vec<_> = texts.collect::<io::Result<_>>().map_err(Error::file("read", "a document"))?;
    let index = Index::from_ntriples(texts.iter().map(AsRef::as_ref), ontology::schemes())
        .expect("documents are N-Triples");

    let query = Query::parse("edges", EDGES)?;
    let Answer::Graph(triples) = query.answer(&index, None)? else {
        unreachable!("CONSTRUCT is answered by a graph")
    };
    // What is written is read back and compared before a byte of it is sent.
    let export = Export::of_triples(triples, Format::Turtle)?.with_prefixes(query.prefixes().clone());
    export.send("the output", out)
}
