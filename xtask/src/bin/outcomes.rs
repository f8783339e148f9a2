//! What our shapes say about a graph, for comparing with others: one JSON object a line.
//!
//!     cargo run -p xtask --bin outcomes -- SHAPES.ttl DATA
//!
//! DATA is Turtle or N-Triples. An ill-formed file of shapes ends it with status 2.

use oxigraph::io::{RdfFormat, RdfParser};
use oxrdf::Triple;
use serde_json::{Value, json};
use standpoint::audit::check::shacl::{Outcome, Shapes, validate};
use standpoint::store::index::Index;
use std::io::{BufWriter, Write};
use std::process::exit;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let [shapes, data] = &env::args().skip(1).collect::<Vec<_>>()[..] else {
        eprintln!("usage: outcomes SHAPES.ttl DATA");
        exit(2);
    };
    let shapes = Shapes::parse(&fs::read_to_string(shapes)?).unwrap_or_else(|error| {
        eprintln!("{shapes}: {error}");
        exit(2);
    });
    let text = fs::read_to_string(data)?;
    // N-Triples is Turtle, but read several times as fast as itself.
    let format = if data.ends_with(".nt") { RdfFormat::NTriples } else { RdfFormat::Turtle };
    let parser = RdfParser::from_format(format).for_slice(&text);
    let index = Index::from_triples(parser.map(|quad| {
        Triple::from(quad.unwrap_or_else(|error| {
            eprintln!("{data}: {error}");
            exit(2);
        }))
    }));
    let mut out = BufWriter::new(io::stdout().lock());
    for outcome in validate(&index, &shapes, None) {
        writeln!(out, "{}", line(&outcome))?;
    }
    out.flush()
}

fn line(outcome: &Outcome) -> Value {
    json!({
        "focus": outcome.focus.to_string(),
        "path": outcome.path.as_ref().map(ToString::to_string),
        "value": outcome.value.as_ref().map(ToString::to_string),
        "component": outcome.component.as_str(),
        "source": outcome.source.to_string(),
        "shape": outcome.shape.as_str(),
        "severity": outcome.severity.iri().as_str(),
        "messages": outcome.messages.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "explanation": outcome.explanation,
    })
}
