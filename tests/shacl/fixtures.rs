//! For every named shape that is shipped: data that conform, and data that break it several times.

use super::{below, read, triples};
use standpoint::audit::check::shacl::{Outcome, Shapes, validate};
use standpoint::model::ontology;
use standpoint::model::vocab::{rdf, sh};
use standpoint::store::index::Index;
use std::collections::{BTreeSet, HashSet};
use std::fs;

const NAMESPACE: &str = "https://w3id.org/standpoint/shapes#";

fn shipped() -> (&'static str, Shapes) {
    let (_, text) = ontology::FILES.iter().find(|(name, _)| *name == "shapes.ttl").expect("is carried");
    (text, Shapes::parse(text).unwrap_or_else(|error| panic!("shapes.ttl: {error}")))
}

/// Local names of the node shapes, with or without a target.
fn names(shapes: &str) -> BTreeSet<String> {
    triples("shapes.ttl", shapes)
        .iter()
        .filter(|triple| triple.predicate == rdf::TYPE && triple.object == sh::NODE_SHAPE.into())
        .filter_map(|triple| {
            Some(triple.subject.to_string().strip_prefix('<')?.strip_suffix('>')?.to_owned())
        })
        .filter_map(|iri| Some(iri.strip_prefix(NAMESPACE)?.to_owned()))
        .collect()
}

/// `AttributionStep` as a folder: `shape-attribution-step`.
fn folder(name: &str) -> String {
    let mut folder = "shape".to_owned();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            folder.push('-');
        }
        folder.push(c.to_ascii_lowercase());
    }
    folder
}

/// A fixture as it would stand in a store: with the concept schemes.
fn index(path: &str) -> Index {
    let data = triples(path, &read(&below(path)));
    Index::from_triples(data.into_iter().chain(ontology::schemes().iter().cloned()))
}

fn outcomes(path: &str, shapes: &Shapes) -> Vec<Outcome> {
    validate(&index(path), shapes, None)
}

#[test]
fn every_shape_has_data_that_conform_and_data_that_do_not() {
    let (text, shapes) = shipped();
    let names = names(text);
    assert!(names.len() > 20, "{names:?}");
    for name in &names {
        let folder = format!("tests/rules/{}", folder(name));
        let wrong: Vec<_> = outcomes(&format!("{folder}/passes.ttl"), &shapes);
        assert!(wrong.is_empty(), "{folder}/passes.ttl: {wrong:#?}");

        // A shape without a target is broken where another refers to it.
        let found = outcomes(&format!("{folder}/fails.ttl"), &shapes);
        let is_about = |outcome: &&Outcome| {
            outcome.shape.as_str() == format!("{NAMESPACE}{name}")
                || outcome.explanation.contains(&format!("stpsh:{name}: "))
        };
        let ways: HashSet<_> = found
            .iter()
            .filter(is_about)
            .map(|outcome| (&outcome.path, &outcome.component, &outcome.explanation))
            .collect();
        assert!(ways.len() > 1, "{folder}/fails.ttl breaks stpsh:{name} in {} ways: {found:#?}", ways.len());
    }
    let folders: BTreeSet<String> = fs::read_dir(below("tests/rules"))
        .expect("a folder lists its files")
        .map(|entry| entry.expect("a folder lists its files").file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("shape-"))
        .collect();
    assert_eq!(folders, names.iter().map(|name| folder(name)).collect());
}

#[test]
fn chosen_nodes_are_told_what_all_together_are_told() {
    let (text, shapes) = shipped();
    for name in names(text) {
        let index = index(&format!("tests/rules/{}/fails.ttl", folder(&name)));
        let all = validate(&index, &shapes, None);
        for focus in all.iter().map(|outcome| &outcome.focus).collect::<HashSet<_>>() {
            let oxrdf::Term::NamedNode(node) = focus else { continue };
            let alone = validate(&index, &shapes, Some(&HashSet::from([node.clone()])));
            let expected: Vec<_> = all.iter().filter(|outcome| outcome.focus == *focus).cloned().collect();
            assert_eq!(alone, expected, "{name}: {focus}");
        }
        assert!(validate(&index, &shapes, Some(&HashSet::new())).is_empty());
    }
}

#[test]
fn the_shipped_case_conforms() {
    let (_, shapes) = shipped();
    let case = "data/witkoff-putin-2025";
    let files = ["positions.ttl", "registry.ttl"].map(|file| format!("{case}/{file}"));
    let data = files.iter().flat_map(|file| triples(file, &read(&below(file))));
    let index = Index::from_triples(data.chain(ontology::schemes().iter().cloned()));
    let found = validate(&index, &shapes, None);
    assert!(found.is_empty(), "{found:#?}");
}
