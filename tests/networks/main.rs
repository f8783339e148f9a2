//! Networks beside the Discourse Network Analyzer: what it computes on its own sample, case by case, to nine decimals.

#[path = "../absent/mod.rs"]
mod absent;

use serde_json::Value;
use standpoint::analysis::network::polarisation::Pair;
use standpoint::analysis::network::window::{Kernel, Unit, Window, Windows, series};
use standpoint::analysis::network::{
    Counting, Duplicates, Mode, Network, Normalisation, Options, one_mode, two_mode,
};
use standpoint::analysis::statements::{Selection, Statements, Variable};
use standpoint::ingest::import::dna;
use standpoint::ingest::{self, Texts, nothing_known};
use standpoint::model::ontology;
use standpoint::store::index::Index;
use std::collections::BTreeMap;
use std::path::Path;

/// Greatest difference of a number.
const TOLERANCE: f64 = 1e-9;

fn index(database: &Path) -> Index {
    let imported = dna::read(database, &dna::Map::default(), 0).unwrap();
    let options = ingest::Options { texts: Texts::of(imported.texts()), ..ingest::Options::default() };
    let loaded = ingest::read(&imported.inputs(), options, nothing_known()).unwrap();
    Index::from_documents(loaded.documents, ontology::schemes()).unwrap()
}

fn variable(name: &str) -> Variable {
    match name {
        "organization" => Variable::Represented,
        "person" => Variable::Actor,
        "concept" => Variable::Issue,
        other => panic!("{other}"),
    }
}

fn options(counting: &str, normalisation: &str, duplicates: &str) -> Options {
    Options {
        counting: match counting {
            "ignore" => Counting::Ignore,
            "congruence" => Counting::Congruence,
            "conflict" => Counting::Conflict,
            "subtract" => Counting::Subtract,
            "combine" => Counting::Combine,
            other => panic!("{other}"),
        },
        normalisation: match normalisation {
            "no" => Normalisation::None,
            "average" => Normalisation::Average,
            "jaccard" => Normalisation::Jaccard,
            "cosine" => Normalisation::Cosine,
            "activity" => Normalisation::Activity,
            "prominence" => Normalisation::Prominence,
            other => panic!("{other}"),
        },
        duplicates: match duplicates {
            "include" => Duplicates::Include,
            "document" => Duplicates::Document,
            "week" => Duplicates::Week,
            "month" => Duplicates::Month,
            "year" => Duplicates::Year,
            "acrossrange" => Duplicates::Range,
            other => panic!("{other}"),
        },
        dna_compat: true,
    }
}

/// What differs between a network and a case; nothing if it is the same.
fn difference(network: &Network, case: &Value) -> Option<String> {
    let names = |of: &str| -> Vec<&str> {
        case[of].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
    };
    let labels = |nodes: &[standpoint::analysis::statements::Node]| -> Vec<String> {
        nodes.iter().map(|node| node.label.clone()).collect()
    };
    let (rows, columns) =
        (labels(&network.nodes), labels(network.columns.as_ref().unwrap_or(&network.nodes)));
    if rows != names("rows") || columns != names("cols") {
        return Some(format!("names: {rows:?} × {columns:?}"));
    }
    for (i, row) in network.matrix().iter().enumerate() {
        for (j, found) in row.iter().enumerate() {
            let expected = case["matrix"][i][j].as_f64().unwrap();
            if (found - expected).abs() > TOLERANCE {
                return Some(format!("[{i}][{j}]: {found}, expected {expected}"));
            }
        }
    }
    None
}

struct Sample {
    index: Index,
}

impl Sample {
    fn statements(&self, nodes: Variable, via: Variable) -> Statements {
        Statements::of(&self.index, Selection { nodes, via, dna_compat: true }).unwrap()
    }

    fn windows(&self, mode: &str, size: &str, kernel: &str) -> Vec<Window> {
        let statements = self.statements(Variable::Represented, Variable::Issue);
        let digits = size.find(|c: char| c.is_ascii_digit()).unwrap();
        let windows = Windows {
            size: size[digits..].parse().unwrap(),
            unit: match &size[..digits] {
                "days" => Unit::Days,
                "weeks" => Unit::Weeks,
                "events" => Unit::Events,
                other => panic!("{other}"),
            },
            kernel: match kernel {
                "no" => None,
                "uniform" => Some(Kernel::Uniform),
                "gaussian" => Some(Kernel::Gaussian),
                other => panic!("{other}"),
            },
        };
        let (mode, counting) = match mode {
            "onemode" => (Mode::One, "congruence"),
            _ => (Mode::Two, "subtract"),
        };
        series(&statements, mode, options(counting, "no", "include"), windows).unwrap()
    }

    fn difference(&self, id: &str, case: &Value) -> Option<String> {
        let parts: Vec<&str> = id.split('/').collect();
        match parts.as_slice() {
            [kind @ ("onemode" | "twomode"), one, other, counting, normalisation, duplicates] => {
                let statements = self.statements(variable(one), variable(other));
                let options = options(counting, normalisation, duplicates);
                let network = if *kind == "onemode" {
                    one_mode(&statements, options)
                } else {
                    two_mode(&statements, options)
                };
                difference(&network, case)
            }
            ["window", mode, size, kernel, at] => {
                let windows = self.windows(mode, size, kernel);
                match windows.get(at.parse::<usize>().unwrap()) {
                    Some(window) => difference(&window.network, case),
                    None => Some(format!("there are {} windows", windows.len())),
                }
            }
            _ => Some("not tried".to_owned()),
        }
    }
}

#[test]
fn numbers_are_those_of_the_discourse_network_analyzer() {
    let test = "numbers_are_those_of_the_discourse_network_analyzer";
    let (database, cases) = ("dna/sample.dna", "dna/dna_reference.jsonl");
    let (Some(database), Some(cases)) = (absent::reference(database), absent::reference(cases)) else {
        return absent::skipped(test, "dna/ is missing");
    };
    let sample = Sample { index: index(&database) };
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut failed = Vec::new();
    for line in std::fs::read_to_string(cases).unwrap().lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let id = case["id"].as_str().unwrap();
        let (passed, all) = counts.entry(id.split('/').next().unwrap().to_owned()).or_default();
        *all += 1;
        match sample.difference(id, &case) {
            None => *passed += 1,
            Some(difference) => failed.push(format!("{id}: {difference}")),
        }
    }
    for (kind, (passed, all)) in &counts {
        eprintln!("{kind}: {passed} of {all} passed");
    }
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
}
