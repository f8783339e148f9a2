//! Names that a store knows: its index answers as a registry that was filled from all its triples.

use oxrdf::{NamedNode, Triple, TripleRef};
use proptest::prelude::*;
use standpoint::base::fold::normalize_name;
use standpoint::ingest;
use standpoint::ingest::stored::Stored;
use standpoint::model::ontology;
use standpoint::model::registry::{Kind, Registry};
use standpoint::store::index::Index;
use std::collections::HashSet;

const CASES: &[&str] = &["data/witkoff-putin-2025", "data/night-ferry"];

/// A registry that was filled, and one that asks; both know what `own` says as files of a load.
fn both(own: &[Triple], stored: &[Triple]) -> (Registry, Registry) {
    let (mut filled, mut asking) = (Registry::default(), Registry::default());
    for registry in [&mut filled, &mut asking] {
        registry.add_triples(own.iter().map(TripleRef::from));
    }
    let mut sorted = stored.to_vec();
    sorted.sort_by_cached_key(ToString::to_string);
    filled.add_triples(sorted.iter().map(TripleRef::from));
    let text = standpoint::model::document::ntriples(stored.iter().cloned());
    let index = Index::from_ntriples([text.as_str()], ontology::schemes()).unwrap();
    asking.know(Box::new(Stored::new(index, ontology::schemes())));
    (filled, asking)
}

fn assert_alike(own: &[Triple], stored: &[Triple], names: &[String]) {
    let (filled, asking) = both(own, stored);
    for name in names {
        for kind in Kind::NAMED {
            let expected = filled.look_up(kind, name);
            let found = asking.look_up(kind, name);
            let sorted = |lookup| match lookup {
                standpoint::model::registry::Lookup::Ambiguous(mut ids) => {
                    ids.sort();
                    standpoint::model::registry::Lookup::Ambiguous(ids)
                }
                other => other,
            };
            assert_eq!(sorted(found), sorted(expected), "{} `{name}`", kind.word());
            let near = |registry: &Registry| registry.nearest(kind, name);
            let sorted = |mut names: Vec<String>| {
                names.sort();
                names
            };
            assert_eq!(sorted(near(&asking)), sorted(near(&filled)), "near {} `{name}`", kind.word());
        }
    }
    let subjects: HashSet<String> = own.iter().chain(stored).map(|t| t.subject.to_string()).collect();
    for subject in subjects {
        let Some(iri) = subject.strip_prefix('<').and_then(|s| s.strip_suffix('>')) else { continue };
        let node = NamedNode::new_unchecked(iri);
        assert_eq!(asking.family(&node), filled.family(&node), "{subject}");
        let facts = |registry: &Registry| {
            registry.article(&node).map(|facts| (facts.length, facts.sha256.clone(), facts.published))
        };
        assert_eq!(facts(&asking), facts(&filled), "{subject}");
    }
}

fn triples(case: &str) -> Vec<Triple> {
    let inputs = ingest::find(&[case.into()], None).unwrap();
    let loaded = ingest::read(&inputs, ingest::Options::default(), ingest::nothing_known()).unwrap();
    let texts: Vec<_> = loaded.documents.iter().map(|document| document.ntriples.text().unwrap()).collect();
    let index = Index::from_ntriples(texts.iter().map(AsRef::as_ref), &[]).unwrap();
    index.triples().collect()
}

#[test]
fn every_name_of_the_cases_means_the_same() {
    for case in CASES {
        let triples = triples(case);
        let mut names: Vec<String> = triples
            .iter()
            .filter(|triple| triple.predicate.as_str().ends_with("Label"))
            .map(|triple| match &triple.object {
                oxrdf::Term::Literal(text) => text.value().to_owned(),
                other => other.to_string(),
            })
            .collect();
        names.sort();
        names.dedup();
        assert!(names.len() > 20, "{case}");
        names.truncate(60);
        let spelled: Vec<String> = names
            .iter()
            .flat_map(|name| [name.to_uppercase(), name.replace('e', "x"), normalize_name(name)])
            .collect();
        names.extend(spelled);
        assert_alike(&[], &triples, &names);
        // Half of it as files of a load, which overlap with what the store says.
        assert_alike(&triples[..triples.len() / 2], &triples[triples.len() / 3..], &names[..40]);
    }
}

/// Things of few names, in spellings that are folded alike and others that are not.
fn statement() -> impl Strategy<Value = String> {
    let thing = || (0..5u8).prop_map(|n| format!("<https://w3id.org/standpoint/id/actor/T-{n}>"));
    let name = prop::sample::select(vec![
        "Mill",
        "MILL",
        "mill ",
        "“Mill”",
        "\\\"mill\\\"",
        "t-1",
        "Ｍill",
        "Milll",
    ]);
    let class = prop::sample::select(vec!["Actor", "Issue", "Article"]);
    let stp = "https://w3id.org/standpoint/ns#";
    prop_oneof![
        3 => (thing(), class).prop_map(move |(t, c)| {
            format!("{t} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{stp}{c}> .\n")
        }),
        1 => thing().prop_map(|t| {
            format!("{t} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2004/02/skos/core#Concept> .\n")
        }),
        4 => (thing(), prop::sample::select(vec!["prefLabel", "altLabel"]), name).prop_map(|(t, p, n)| {
            format!("{t} <http://www.w3.org/2004/02/skos/core#{p}> \"{n}\"@en .\n")
        }),
    ]
}

fn parsed(lines: Vec<String>) -> Vec<Triple> {
    let text = lines.concat();
    Index::from_ntriples([text.as_str()], &[]).unwrap().triples().collect()
}

/// Names to look up: as they are, folded, in quotation marks, ids, nearly right, and nobody's.
const NAMES: [&str; 10] =
    ["mill", "Mill", "\"MILL\"", "t-1", "T-2", "milll", "actor:T-1", "actor:t-1", "nobody", "supports"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]
    #[test]
    fn random_names_mean_the_same(
        own in prop::collection::vec(statement(), 0..8),
        stored in prop::collection::vec(statement(), 0..24),
    ) {
        assert_alike(&parsed(own), &parsed(stored), &NAMES.map(str::to_owned));
    }
}

/// Found by the property above: two articles with the same name, one of them in quotation marks, one of them twice.
#[test]
fn names_in_quotation_marks_mean_the_same() {
    let thing = |n: u8| format!("<https://w3id.org/standpoint/id/actor/T-{n}>");
    let class = |n| {
        let class = "<https://w3id.org/standpoint/ns#Article>";
        format!("{} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> {class} .\n", thing(n))
    };
    let named = |n, property: &str, name: &str| {
        format!("{} <http://www.w3.org/2004/02/skos/core#{property}> \"{name}\"@en .\n", thing(n))
    };
    let stored = vec![
        named(0, "prefLabel", "“Mill”"),
        named(2, "altLabel", "Mill"),
        class(0),
        named(2, "altLabel", "\\\"mill\\\""),
        class(2),
        named(0, "prefLabel", "Mill"),
    ];
    assert_alike(&[], &parsed(stored), &NAMES.map(str::to_owned));
}
