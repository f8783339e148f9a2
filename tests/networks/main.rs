//! Networks beside the Discourse Network Analyzer: what it computes on its own sample, case by case, to nine decimals.

#[path = "../absent/mod.rs"]
mod absent;

use jiff::civil::Date;
use serde_json::Value;
use standpoint::analysis::network::polarisation::Pair;
use standpoint::analysis::network::window::{Kernel, Steps, Unit, Window, Windows, series};
use standpoint::analysis::network::{
    Counting, Duplicates, Mode, Network, Normalisation, Options, one_mode, two_mode,
};
use standpoint::analysis::statements::{Node, Selection, Statement, Statements, Variable};
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
    let labels = |nodes: &[Node]| -> Vec<String> { nodes.iter().map(|node| node.label.clone()).collect() };
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

/// All sets of so many of these statements; those that say the same stand for each other.
fn draws<'s>(statements: impl Iterator<Item = &'s Statement>, number: usize) -> Vec<Vec<Statement>> {
    let mut kinds: Vec<Vec<Statement>> = Vec::new();
    for statement in statements {
        let is_same = |kind: &&mut Vec<Statement>| {
            (kind[0].node, kind[0].via, kind[0].value) == (statement.node, statement.via, statement.value)
        };
        match kinds.iter_mut().find(is_same) {
            Some(kind) => kind.push(*statement),
            None => kinds.push(vec![*statement]),
        }
    }
    let mut sets: Vec<Vec<Statement>> = vec![Vec::new()];
    for kind in &kinds {
        let longer = |set: &Vec<Statement>| {
            let most = kind.len().min(number - set.len());
            (0..=most).map(|taken| [set.as_slice(), &kind[..taken]].concat()).collect::<Vec<_>>()
        };
        sets = sets.iter().flat_map(longer).collect();
    }
    sets.retain(|set| set.len() == number);
    sets
}

struct Sample {
    index: Index,
}

impl Sample {
    fn statements(&self, nodes: Variable, via: Variable) -> Statements {
        Statements::of(&self.index, Selection { nodes, via, dna_compat: true, days: (None, None) }).unwrap()
    }

    fn windows(&self, mode: &str, size: &str, kernel: &str) -> Vec<Window> {
        let statements = self.statements(Variable::Represented, Variable::Issue);
        let digits = size.find(|c: char| c.is_ascii_digit()).unwrap();
        let windows = Windows {
            steps: Steps::Moving,
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

    /// What differs from a window of events. DNA draws by chance which statements of its first and last day are in it:
    /// that one of the draws gives its numbers is all that can be found.
    fn drawn(&self, mode: &str, at: usize, case: &Value) -> Option<String> {
        const HALF: usize = 5;
        let statements = self.statements(Variable::Represented, Variable::Issue);
        let (all, middle) = (&statements.all, at + HALF);
        let (first, last) = (all[middle - HALF].day, all[middle + HALF].day);
        let mut certain: Vec<Statement> = Vec::new();
        certain.extend(all[..middle].iter().filter(|s| s.day > first));
        let of_first = draws(all.iter().filter(|s| s.day == first), HALF - certain.len());
        let before = certain.len();
        certain.push(all[middle]);
        certain.extend(all[middle + 1..].iter().filter(|s| s.day < last));
        let of_last = draws(all.iter().filter(|s| s.day == last), HALF - (certain.len() - before - 1));
        let names = |of: &str| -> Vec<&str> {
            case[of].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
        };
        let (rows, columns) = (names("rows"), names("cols"));
        let used = |nodes: &[Node], numbers: &dyn Fn(u32) -> bool| -> Vec<String> {
            (0..).zip(nodes).filter(|(n, _)| numbers(*n)).map(|(_, node)| node.label.clone()).collect()
        };
        for begin in &of_first {
            for end in &of_last {
                let some: Vec<Statement> = [begin, &certain, end].into_iter().flatten().copied().collect();
                if used(&statements.nodes, &|n| some.iter().any(|s| s.node == n)) != rows
                    || mode == "twomode"
                        && used(&statements.vias, &|n| some.iter().any(|s| s.via == n)) != columns
                {
                    continue;
                }
                let mut drawn = Statements { all: some, ..statements.clone() };
                drawn.retain(|_| true);
                let network = match mode {
                    "onemode" => one_mode(&drawn, options("congruence", "no", "include")),
                    _ => two_mode(&drawn, options("subtract", "no", "include")),
                };
                difference(&network, case)?;
            }
        }
        Some("no draw gives it".to_owned())
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
            ["window", mode, "events10", "no", at] => self.drawn(mode, at.parse().unwrap(), case),
            ["window", mode, size, kernel, at] => {
                let windows = self.windows(mode, size, kernel);
                match windows.get(at.parse::<usize>().unwrap()) {
                    Some(window) => difference(&window.network, case),
                    None => Some(format!("there are {} windows", windows.len())),
                }
            }
            ["testthat", what] => {
                let mut statements = self.statements(Variable::Represented, Variable::Issue);
                let label = |nodes: &[Node], number: u32| nodes[number as usize].label.clone();
                if *what == "exclude" {
                    let left_out =
                        ["Senate", "Sierra Club", "There should be legislation to regulate emissions."];
                    let (nodes, vias) = (statements.nodes.clone(), statements.vias.clone());
                    let is_left_out = |name: String| left_out.contains(&name.as_str());
                    statements
                        .retain(|s| !is_left_out(label(&nodes, s.node)) && !is_left_out(label(&vias, s.via)));
                } else {
                    let sections = self.statements(Variable::Section, Variable::Issue);
                    let of_section = |s: &&Statement| label(&sections.nodes, s.node) == "1";
                    let those: Vec<_> = sections.all.iter().filter(of_section).map(|s| s.position).collect();
                    statements.retain(|s| those.contains(&s.position));
                }
                difference(&one_mode(&statements, options("congruence", "average", "include")), case)
            }
            ["daterange", days] => {
                let days = days.split('_').map(|day| day.parse().unwrap()).collect::<Vec<Date>>();
                let mut statements = self.statements(Variable::Represented, Variable::Issue);
                statements.retain(|s| s.day.is_some_and(|day| days[0] <= day && day <= days[1]));
                difference(&one_mode(&statements, options("congruence", "average", "include")), case)
            }
            ["polarization", _, normalised] => {
                let statements = self.statements(Variable::Represented, Variable::Issue);
                let matrix =
                    |counting| one_mode(&statements, options(counting, "average", "include")).matrix();
                let (congruence, conflict) = (matrix("congruence"), matrix("conflict"));
                let pair = Pair { congruence: &congruence, conflict: &conflict };
                let found = pair.greatest(*normalised == "normalize=true").unwrap();
                let expected = case["finalMaxQs"][0].as_f64().unwrap();
                let camps = serde_json::to_value(&found.camps).unwrap();
                let is_same =
                    (found.quality - expected).abs() <= TOLERANCE && camps == case["memberships"][0];
                (!is_same).then(|| format!("{found:?}"))
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
