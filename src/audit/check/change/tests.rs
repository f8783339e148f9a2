use super::*;
use crate::model::ontology;
use crate::model::vocab::{rdfs, skos};
use oxigraph::io::{RdfFormat, RdfParser};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

/// What the rules and shapes that find violations are tried on: graphs of our shape, right and wrong.
static TRIPLES: LazyLock<Vec<Triple>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let rules = ["direct-triple-alone", "span-outside-text", "stance-wrong-family", "shape-position"];
    let mut all = Vec::new();
    for file in
        rules.iter().flat_map(|rule| ["passes.ttl", "fails.ttl"].map(|file| folder.join(rule).join(file)))
    {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        let parser = RdfParser::from_format(RdfFormat::Turtle).for_slice(&text);
        all.extend(parser.map(|quad| Triple::from(quad.expect("fixtures are Turtle"))));
    }
    all.sort_by_key(ToString::to_string);
    all.dedup();
    all
});

/// What happens to a graph, to the triple at this place or to all that is said of its subject.
#[derive(Clone, Copy, Debug)]
enum Blow {
    Gone(usize),
    AllGone(usize),
    /// Its object is that of another triple.
    Turned(usize, usize),
    Added(usize, usize),
}

fn blow() -> impl Strategy<Value = Blow> {
    let (one, other) = (any::<prop::sample::Index>(), any::<prop::sample::Index>());
    (0..4, one, other).prop_map(|(kind, one, other)| {
        let len = TRIPLES.len();
        let (one, other) = (one.index(len), other.index(len));
        match kind {
            0 => Blow::Gone(one),
            1 => Blow::AllGone(one),
            2 => Blow::Turned(one, other),
            _ => Blow::Added(one, other),
        }
    })
}

type Graph = BTreeMap<String, Triple>;

fn struck(mut graph: Graph, blows: &[Blow]) -> Graph {
    for blow in blows {
        let with_object = |one: usize, other: usize| {
            // Most often of the same kind: else shapes alone are tried.
            let near = TRIPLES.iter().cycle().skip(other).take(TRIPLES.len());
            let same = near.clone().find(|triple| triple.predicate == TRIPLES[one].predicate);
            let mut new = TRIPLES[one].clone();
            new.object = same.unwrap_or(&TRIPLES[other]).object.clone();
            new
        };
        match *blow {
            Blow::Gone(at) => {
                graph.remove(&TRIPLES[at].to_string());
            }
            Blow::AllGone(at) => graph.retain(|_, triple| triple.subject != TRIPLES[at].subject),
            Blow::Turned(one, other) => {
                if graph.remove(&TRIPLES[one].to_string()).is_some() {
                    let new = with_object(one, other);
                    graph.insert(new.to_string(), new);
                }
            }
            Blow::Added(one, other) => {
                let new = with_object(one, other);
                graph.insert(new.to_string(), new);
            }
        }
    }
    graph
}

fn index(graph: &Graph) -> Index {
    Index::from_triples(graph.values().cloned().chain(ontology::schemes().iter().cloned()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_violation_of_a_change_is_lost(
        first in prop::collection::vec(blow(), 0..6),
        then in prop::collection::vec(blow(), 1..4),
        there in prop::collection::vec(prop::bool::weighted(0.8), 1..40),
    ) {
        let whole: Graph = TRIPLES
            .iter()
            .zip(there.iter().cycle())
            .filter(|(_, there)| **there)
            .map(|(triple, _)| (triple.to_string(), triple.clone()))
            .collect();
        let before = struck(whole, &first);
        let after = struck(before.clone(), &then);
        let less = |one: &Graph, other: &Graph| {
            let only = one.iter().filter(|(text, _)| !other.contains_key(*text));
            only.map(|(_, triple)| triple.clone()).collect::<Vec<_>>()
        };
        let schemes = ontology::schemes();
        let mut change = Change { added: less(&after, &before), removed: less(&before, &after) };
        change.added.retain(|triple| !schemes.contains(triple));
        change.removed.retain(|triple| !schemes.contains(triple));
        let (old, new) = (index(&before), index(&after));
        let checks = Checks::default();
        let all = checks.violations_after(&new, None).unwrap();
        let found = checks.violations_after(&new, Some(&change)).unwrap();
        for finding in &found {
            prop_assert!(all.contains(finding), "{finding:?} is no violation");
        }
        // What a shape says of a count changes with it and is no other violation; nor is one that names
        // things by other labels.
        let changed = || change.added.iter().chain(&change.removed);
        let renamed = changed().any(|triple| [skos::PREF_LABEL, rdfs::LABEL].contains(&triple.predicate.as_ref()));
        let key = |finding: &Finding| {
            let message = if renamed || finding.rule.starts_with("shape-") { "" } else { &finding.message };
            format!("{} {} {message}", finding.rule, finding.subject)
        };
        let keys = |findings: &[Finding]| findings.iter().map(key).collect::<BTreeSet<_>>();
        let old = keys(&checks.violations_after(&old, None).unwrap());
        let found = keys(&found);
        for new in keys(&all).difference(&old) {
            prop_assert!(found.contains(new), "{new} is lost; {change:?}");
        }
    }
}
