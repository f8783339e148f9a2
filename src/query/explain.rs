//! How a query was run: steps, rows, times.

use super::QueryError;
use crate::prefixes::Prefixes;
use oxrdf::NamedNodeRef;
use serde_json::Value;
use std::fmt;

/// How a query was run, step by step; a step's inputs are indented below it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// As the engine tells it.
    json: Value,
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
struct Step {
    depth: usize,
    name: String,
    rows: u64,
    seconds: f64,
}

impl Plan {
    pub(super) fn from_json(json: &[u8], prefixes: &Prefixes) -> Result<Self, QueryError> {
        let json: Value =
            serde_json::from_slice(json).map_err(|error| QueryError::Failed(Box::new(error)))?;
        let mut steps = Vec::new();
        collect(&json["plan"], 0, prefixes, &mut steps);
        Ok(Self { json, steps })
    }

    /// The engine's own account, for programs.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.json
    }
}

fn collect(node: &Value, depth: usize, prefixes: &Prefixes, steps: &mut Vec<Step>) {
    steps.push(Step {
        depth,
        name: shorten(node["name"].as_str().unwrap_or_default(), prefixes),
        rows: node["number of results"].as_u64().unwrap_or_default(),
        seconds: node["duration in seconds"].as_f64().unwrap_or_default(),
    });
    for child in node["children"].as_array().into_iter().flatten() {
        collect(child, depth + 1, prefixes, steps);
    }
}

/// Every `<IRI>` in a step's name, written with its prefix.
fn shorten(name: &str, prefixes: &Prefixes) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        match after.split_once('>').map(|(iri, after)| (NamedNodeRef::new(iri), after)) {
            Some((Ok(iri), after)) => {
                out.push_str(&prefixes.shorten(iri));
                rest = after;
            }
            _ => {
                out.push('<');
                rest = after;
            }
        }
    }
    out + rest
}

/// Rows and time of each step before its name; times include those of the steps below.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>9}  {:>10}  step", "rows", "time")?;
        for Step { depth, name, rows, seconds } in &self.steps {
            writeln!(f, "{rows:>9}  {:>7.2} ms  {:indent$}{name}", seconds * 1e3, "", indent = 2 * depth)?;
        }
        Ok(())
    }
}
