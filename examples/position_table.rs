//! Reads positions column by column, without SPARQL, as an analysis does: how far each actor leans to the
//! side of support. `cargo run --example position_table`.

use standpoint::ingest;
use standpoint::model::ontology;
use standpoint::store::index::Index;
use standpoint::store::index::positions::PositionTable;
use standpoint::store::names;
use standpoint::{Error, Result};
use std::cmp::Reverse;
use std::io::{self, Write};

/// Positions with a value that an actor needs to have.
const ENOUGH: usize = 3;

fn main() -> Result<()> {
    run(&mut io::stdout())
}

/// Writes a line for each actor of the shipped case who has enough positions to `out`.
pub fn run(out: &mut impl Write) -> Result<()> {
    let inputs = ingest::find(&["data/witkoff-putin-2025".into()], None)?;
    let loaded = ingest::read(&inputs, ingest::Options::default(), ingest::nothing_known())?;
    let texts = loaded.documents.iter().map(|document| document.ntriples.text());
    let texts: Vec<_> = texts.collect::<io::Result<_>>().map_err(Error::file("read", "a document"))?;
    let index = Index::from_ntriples(texts.iter().map(AsRef::as_ref), ontology::schemes())
        .expect("documents are N-Triples");

    // Row n of every column is about the same position. A level is one of the different actors.
    let table = PositionTable::new(index.snapshot())?;
    let (actors, of_row) = table.actors()?.levels();
    let mut values: Vec<Vec<f64>> = vec![Vec::new(); actors.len()];
    for (actor, value) in of_row.iter().zip(table.values()?.iter()) {
        if let (Some(actor), Some(value)) = (actor, value) {
            values[*actor as usize].push(value);
        }
    }
    let mut lines: Vec<(usize, f64, String)> = Vec::new();
    for (actor, values) in actors.iter().zip(values).filter(|(_, values)| values.len() >= ENOUGH) {
        let oxrdf::Term::NamedNode(node) = table.term(*actor)? else { continue };
        let name = names::shown(&index, node.as_ref().into()).unwrap_or_else(|| node.to_string());
        lines.push((values.len(), values.iter().sum::<f64>() / values.len() as f64, name));
    }
    lines.sort_by(|one, other| (Reverse(one.0), &one.2).cmp(&(Reverse(other.0), &other.2)));
    for (count, mean, name) in lines {
        writeln!(out, "{name}: {mean:+.2} over {count} positions")
            .map_err(Error::file("write to", "the output"))?;
    }
    Ok(())
}
