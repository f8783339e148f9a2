//! What the crate `shacl` says about a graph, as `xtask/src/bin/outcomes.rs` says what ours does.

use oxigraph::model::{NamedNode, Term};
use rudof_rdf::rdf_core::term::Object;
use rudof_rdf::rdf_core::{RDFFormat, SHACLPath};
use serde_json::json;
use shacl::validator::processor::{GraphValidation, ShaclProcessor};
use shacl::validator::store::ShaclDataManager;
use shacl::validator::{ShaclConfig, ShaclValidationMode};
use std::error::Error;
use std::io::Cursor;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let [shapes, data] = &env::args().skip(1).collect::<Vec<_>>()[..] else {
        return Err("usage: shacl-peer SHAPES.ttl DATA".into());
    };
    let turtle = fs::read_to_string(shapes)?;
    let schema = ShaclDataManager::load(&mut Cursor::new(turtle), shapes, &RDFFormat::Turtle, None)?;
    let format = if data.ends_with(".nt") { RDFFormat::NTriples } else { RDFFormat::Turtle };
    let mut graph = GraphValidation::from_path(Path::new(data), format, None)?;
    let report = graph.validate(&schema, &ShaclValidationMode::Native, &ShaclConfig::default())?;
    let term = |object: &Object| Term::from(object.clone()).to_string();
    for result in report.results() {
        let component = Term::from(result.constraint_component().clone()).to_string();
        let line = json!({
            "focus": term(result.focus_node()),
            "path": result.path().map(|steps| path(steps, false)),
            "value": result.value().map(term),
            "component": component.trim_matches(['<', '>']),
            "severity": format!("http://www.w3.org/ns/shacl#{:?}", result.severity()),
            "source": result.source().map(term),
        });
        println!("{line}");
    }
    Ok(())
}

/// A path as SPARQL writes it, with the brackets that ours has.
fn path(steps: &SHACLPath, nested: bool) -> String {
    let join = |paths: &[SHACLPath], mark: &str| {
        let joined = paths.iter().map(|step| path(step, true)).collect::<Vec<_>>().join(mark);
        if nested { format!("({joined})") } else { joined }
    };
    let step = |inner: &SHACLPath| match inner {
        SHACLPath::Predicate { .. } | SHACLPath::Sequence { .. } | SHACLPath::Alternative { .. } => {
            path(inner, true)
        }
        _ => format!("({})", path(inner, false)),
    };
    match steps {
        SHACLPath::Predicate { pred } => NamedNode::new_unchecked(pred.as_str()).to_string(),
        SHACLPath::Sequence { paths } => join(paths, "/"),
        SHACLPath::Alternative { paths } => join(paths, "|"),
        SHACLPath::Inverse { path } => format!("^{}", step(path)),
        SHACLPath::ZeroOrMore { path } => format!("{}*", step(path)),
        SHACLPath::OneOrMore { path } => format!("{}+", step(path)),
        SHACLPath::ZeroOrOne { path } => format!("{}?", step(path)),
    }
}
