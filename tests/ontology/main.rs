//! The ontology, the code and the data name the same things, and each is explained.

use oxigraph::io::{RdfFormat, RdfParser};
use oxrdf::graph::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm};
use oxrdf::{BlankNode, Graph, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, TermRef, Triple};
use rio_api::model as rio;
use rio_api::parser::TriplesParser;
use standpoint::model::ontology;
use standpoint::model::vocab::{owl, rdf, rdfs, sem, skos, stp, xsd};
use standpoint::model::{
    ActorKind, Certainty, CodingRole, Comparator, Concept, ConditionKind, EventKind, Explicitness, Family,
    Intensity, List, Mode, RelationKind, Stance, Status,
};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const IS_DEFINED_BY: NamedNodeRef<'_> =
    NamedNodeRef::new_unchecked("http://www.w3.org/2000/01/rdf-schema#isDefinedBy");
const SUB_PROPERTY_OF: NamedNodeRef<'_> =
    NamedNodeRef::new_unchecked("http://www.w3.org/2000/01/rdf-schema#subPropertyOf");
const DISJOINT_WITH: NamedNodeRef<'_> =
    NamedNodeRef::new_unchecked("http://www.w3.org/2002/07/owl#disjointWith");
const DATATYPE: NamedNodeRef<'_> =
    NamedNodeRef::new_unchecked("http://www.w3.org/2000/01/rdf-schema#Datatype");
const SH_PATH: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/ns/shacl#path");
const SH_IN: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/ns/shacl#in");
const SH_OR: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/ns/shacl#or");

// ── Every term is explained ──

#[test]
fn every_term_has_one_label_one_definition_and_an_example() {
    let graph = everything();
    for term in defined(&graph) {
        let term = term.as_ref();
        let labels = [texts(&graph, term, rdfs::LABEL), texts(&graph, term, skos::PREF_LABEL)].concat();
        assert_eq!(labels.len(), 1, "labels of {term}: {labels:?}");
        let definitions = texts(&graph, term, skos::DEFINITION);
        assert_eq!(definitions.len(), 1, "definitions of {term}: {definitions:?}");
        assert!(!texts(&graph, term, skos::EXAMPLE).is_empty(), "{term} has no example");
        assert!(texts(&graph, term, skos::SCOPE_NOTE).len() < 2, "{term} has several scope notes");
        let home = graph.object_for_subject_predicate(term, IS_DEFINED_BY);
        assert_eq!(home.map(|iri| iri.to_string()), Some(format!("<{}>", stp::NAMESPACE)), "{term}");
    }
}

/// What a coder chooses between must be told from what looks like it.
#[test]
fn every_stance_and_degree_has_a_near_miss() {
    let graph = everything();
    for (scheme, members) in lists() {
        let name = scheme.as_str().trim_start_matches(stp::NAMESPACE);
        let chosen = ["Stance", "Mode", "Explicitness", "Certainty", "Intensity", "Status", "ConditionKind"];
        for (term, _) in members {
            let near = texts(&graph, term.as_ref(), stp::prop::NEAR_MISS);
            assert!(near.len() < 2, "{term} has several near misses");
            if chosen.iter().any(|list| name.strip_suffix("Scheme") == Some(list)) {
                assert_eq!(near.len(), 1, "{term} has no near miss");
            }
        }
    }
}

/// A rule that names no term is one that nobody can check against the ontology.
#[test]
fn every_rule_of_coding_names_the_terms_that_it_uses() {
    let defined = local_names(&defined(&everything()));
    let mut rules: Vec<String> = Vec::new();
    for line in ontology::rules().lines() {
        let number = line.split_once(". **").map_or("", |(number, _)| number);
        let next = (rules.len() + 1).to_string();
        match rules.last_mut() {
            _ if number == next => rules.push(line.to_owned()),
            Some(rule) if line.starts_with(' ') => rule.push_str(line),
            _ => assert_eq!(number, "", "a rule out of order: {line}"),
        }
    }
    assert_eq!(rules.len(), 22);
    for rule in rules {
        let named = terms_in(&rule);
        assert!(!named.is_empty(), "names no term: {rule}");
        let unknown: Vec<_> = named.difference(&defined).collect();
        assert!(unknown.is_empty(), "{unknown:?} in {rule}");
    }
}

#[test]
fn no_definition_uses_the_word_that_it_defines() {
    let graph = everything();
    for term in defined(&graph) {
        let term = term.as_ref();
        let label = [texts(&graph, term, rdfs::LABEL), texts(&graph, term, skos::PREF_LABEL)].concat();
        let definition = &texts(&graph, term, skos::DEFINITION)[0];
        assert!(!is_circular(&label[0], definition), "{term} “{}”: {definition}", label[0]);
    }
}

#[test]
fn a_circular_definition_is_recognised() {
    assert!(is_circular("supports", "relates an actor to what it supports"));
    assert!(is_circular("has stance", "the stance of a position"));
    assert!(is_circular("stance value", "Stance-value of the axis"));
    assert!(!is_circular("over", "moreover, the amount is greater"));
}

/// Whether the words of the label, without a leading "has", stand in the definition.
fn is_circular(label: &str, definition: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.to_lowercase().split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect()
    };
    let label = words(label.strip_prefix("has ").unwrap_or(label));
    words(definition).windows(label.len()).any(|window| window == label)
}

/// An example about something that is not there teaches what a reader then looks for in vain. Who
/// is made up is called Jane Doe.
#[test]
fn examples_name_actors_and_issues_of_the_shipped_case() {
    let registry = include_str!("../../data/witkoff-putin-2025/registry.ttl");
    let graph = everything();
    let mut named = 0;
    for term in defined(&graph) {
        for example in texts(&graph, term.as_ref(), skos::EXAMPLE) {
            let names = ["actor:", "issue:"].into_iter().flat_map(|kind| {
                example.match_indices(kind).map(|(at, _)| {
                    example[at..].split(|c: char| !c.is_alphanumeric() && !"-:".contains(c)).next()
                })
            });
            for name in names.flatten().filter(|_| !example.contains("jane-doe")) {
                named += 1;
                assert!(registry.contains(&format!("\n{name} a ")), "{term}: {name}");
            }
        }
    }
    assert!(named > 50, "{named}");
}

#[test]
fn help_texts_are_looked_up_by_iri() {
    for term in stp::TERMS.iter().chain(stp::prop::TERMS) {
        assert!(ontology::definition(*term).is_some(), "{term}");
    }
    let position = ontology::definition(stp::POSITION).expect("the central class");
    assert_eq!(position.label, "position");
    assert!(position.definition.starts_with("stance that one stakeholder takes"));
    assert!(position.scope_note.as_ref().is_some_and(|note| note.starts_with("Not an office")));
    assert!(position.example.is_some());
    assert_eq!(ontology::definition(skos::CONCEPT), None);
    assert_eq!(ontology::definition(NamedNodeRef::new_unchecked(stp::NAMESPACE)), None);
}

// ── Code and ontology name the same terms ──

#[test]
fn the_ontology_defines_what_the_code_names_and_nothing_else() {
    let graph = everything();
    let schemes: BTreeSet<_> = subjects(&graph, skos::CONCEPT_SCHEME).collect();
    let in_ontology: BTreeSet<_> = defined(&graph).difference(&schemes).cloned().collect();

    let mut in_code: BTreeSet<_> =
        stp::TERMS.iter().chain(stp::prop::TERMS).map(|term| term.into_owned()).collect();
    in_code.extend(Stance::ALL.iter().map(|stance| stance.direct_property().into_owned()));
    for (_, members) in lists() {
        in_code.extend(members.into_iter().map(|(iri, _)| iri));
    }
    assert_eq!(in_ontology, in_code);
}

#[test]
fn the_schemes_hold_the_lists_of_the_model() {
    let graph = everything();
    let lists = lists();
    let schemes: BTreeSet<_> = subjects(&graph, skos::CONCEPT_SCHEME).collect();
    assert_eq!(schemes, lists.iter().map(|(scheme, _)| scheme.clone()).collect());

    for (scheme, in_code) in lists {
        let in_file: BTreeSet<_> = graph
            .subjects_for_predicate_object(skos::IN_SCHEME, &scheme)
            .map(|concept| match concept.into_owned() {
                NamedOrBlankNode::NamedNode(concept) => {
                    let mut labels = texts(&graph, concept.as_ref(), skos::PREF_LABEL);
                    (concept, labels.remove(0))
                }
                NamedOrBlankNode::BlankNode(node) => panic!("{node} in {scheme}"),
            })
            .collect();
        assert_eq!(in_file, in_code, "{scheme}");
    }
}

#[test]
fn stances_have_the_value_family_and_direct_property_of_the_model() {
    let graph = everything();
    for &stance in Stance::ALL {
        let iri = stance.iri();
        let value = stance.value().map(|value| Literal::new_typed_literal(value, oxrdf::vocab::xsd::DECIMAL));
        let found = graph.object_for_subject_predicate(iri, stp::prop::STANCE_VALUE);
        assert_eq!(found, value.as_ref().map(|value| TermRef::from(value.as_ref())), "{stance:?}");

        for &family in Family::ALL {
            let listed = graph.contains(oxrdf::TripleRef::new(iri, stp::prop::FAMILY, family.iri()));
            assert_eq!(listed, stance.fits(family), "{stance:?} on a {family:?}");
        }

        let property = graph.object_for_subject_predicate(iri, stp::prop::DIRECT_PROPERTY);
        assert_eq!(property, Some(stance.direct_property().into()), "{stance:?}");
        assert!(subjects(&graph, owl::OBJECT_PROPERTY).any(|found| found == stance.direct_property()));
    }
}

#[test]
fn kinds_of_actor_of_our_own_are_classes_of_actors() {
    let graph = everything();
    let own = ActorKind::ALL.iter().filter(|kind| kind.iri().as_str().starts_with(stp::NAMESPACE));
    for kind in own {
        assert!(
            graph.contains(oxrdf::TripleRef::new(kind.iri(), rdfs::SUB_CLASS_OF, stp::ACTOR)),
            "{kind:?}"
        );
        assert_eq!(texts(&graph, kind.iri(), rdfs::LABEL), [kind.word()]);
    }
}

#[test]
fn the_shapes_allow_exactly_the_values_of_the_model() {
    let shapes = parse_with_oxttl(file("shapes.ttl"));
    for (path, allowed) in [
        (stp::prop::STANCE, iris::<Stance>()),
        (stp::prop::FAMILY, iris::<Family>()),
        (stp::prop::MODE, iris::<Mode>()),
        (stp::prop::EXPLICITNESS, iris::<Explicitness>()),
        (stp::prop::DATING_BASIS, iris::<Explicitness>()),
        (stp::prop::CERTAINTY, iris::<Certainty>()),
        (stp::prop::INTENSITY, iris::<Intensity>()),
        (stp::prop::STATUS, iris::<Status>()),
        (stp::prop::CONDITION_KIND, iris::<ConditionKind>()),
        (stp::prop::CODING_ROLE, iris::<CodingRole>()),
        (stp::prop::COMPARATOR, iris::<Comparator>()),
        (sem::EVENT_TYPE, iris::<EventKind>()),
        (stp::prop::RELATION_KIND, iris::<RelationKind>()),
    ] {
        let lists: Vec<_> = shapes
            .subjects_for_predicate_object(SH_PATH, path)
            .filter_map(|shape| {
                // Of a list that cases extend: or the scheme says that it is one of their own.
                let or = shapes.object_for_subject_predicate(shape, SH_OR);
                let first = or.and_then(|head| match head {
                    TermRef::BlankNode(head) => shapes.object_for_subject_predicate(head, rdf::FIRST),
                    _ => None,
                });
                match first {
                    Some(TermRef::BlankNode(first)) => shapes.object_for_subject_predicate(first, SH_IN),
                    _ => shapes.object_for_subject_predicate(shape, SH_IN),
                }
            })
            .map(|head| members(&shapes, head))
            .collect();
        assert!(!lists.is_empty(), "no shape lists the values of {path}");
        for list in lists {
            assert_eq!(list, allowed, "{path}");
        }
    }

    let direct: BTreeSet<_> =
        Stance::ALL.iter().map(|stance| stance.direct_property().into_owned()).collect();
    let alternatives = NamedNodeRef::new_unchecked("http://www.w3.org/ns/shacl#alternativePath");
    let lists: Vec<_> =
        shapes.triples_for_predicate(alternatives).map(|t| members(&shapes, t.object)).collect();
    assert!(lists.contains(&direct), "{lists:?}");
}

// ── Terms are defined where they are used, and used where they are defined ──

#[test]
fn every_term_used_is_defined() {
    let defined = local_names(&defined(&everything()));
    for path in sources() {
        let used = terms_in(&fs::read_to_string(&path).expect("readable"));
        let undefined: Vec<_> = used.difference(&defined).collect();
        assert!(undefined.is_empty(), "{}: {undefined:?}", path.display());
    }
}

#[test]
fn every_term_defined_is_used_by_data_or_a_query_or_a_shape() {
    let mut used = terms_in(file("shapes.ttl"));
    for path in [files_below("data", "ttl"), files_below("queries", "rq")].concat() {
        used.extend(terms_in(&fs::read_to_string(&path).expect("readable")));
    }
    let defined = local_names(&defined(&everything()));
    // The ontology's own note on its terms.
    used.insert("nearMiss".to_owned());
    let unused: Vec<_> = defined.difference(&used).collect();
    assert!(unused.is_empty(), "defined, and used by nothing: {unused:?}");
}

#[test]
fn the_namespace_is_spelt_out_in_two_modules_only() {
    for path in files_below("src", "rs") {
        let name = path.file_name().unwrap_or_default();
        let home = path.ends_with("src/model/vocab.rs")
            || path.ends_with("src/model/concept.rs")
            || name == "tests.rs";
        let text = fs::read_to_string(&path).expect("readable");
        // Examples in comments spell out what a reader would write.
        let mut code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let spelt = code.any(|line| line.contains(stp::NAMESPACE));
        assert!(home || !spelt, "{} spells out an IRI of vocab.rs", path.display());
    }
}

#[test]
fn terms_are_found_in_text() {
    let found = terms_in(
        "# stp:Comment\n?p stp:actor/stp:x ; a <https://w3id.org/standpoint/ns#State> . stpsh:No stp: stp::NO",
    );
    assert_eq!(found, ["State", "actor", "x"].map(str::to_owned).into());
}

/// Everything that may name a term: code, data, queries, rules, the ontology itself with its
/// examples.
fn sources() -> Vec<PathBuf> {
    [
        ("src", "rs"),
        ("examples", "rs"),
        ("data", "ttl"),
        ("queries", "rq"),
        ("rules", "rq"),
        ("ontology", "ttl"),
        ("ontology", "md"),
    ]
    .into_iter()
    .flat_map(|(folder, extension)| files_below(folder, extension))
    .collect()
}

/// The local names of the project's terms that a text mentions outside of `#` comment lines.
fn terms_in(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        for mark in ["stp:", stp::NAMESPACE] {
            for (at, _) in line.match_indices(mark) {
                let glued = line[..at].chars().next_back().is_some_and(char::is_alphanumeric);
                let name: String =
                    line[at + mark.len()..].chars().take_while(|c| c.is_alphanumeric()).collect();
                if !glued && !name.is_empty() {
                    found.insert(name);
                }
            }
        }
    }
    found
}

/// The files with this extension in a folder of the project; none where there is no folder.
fn files_below(folder: impl AsRef<Path>, extension: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            files.extend(files_below(path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
    files.sort();
    files
}

// ── The files are sound, and the binary carries them ──

#[test]
fn two_parsers_read_the_same_graphs() {
    for (name, content) in ontology::FILES {
        let mut one = parse_with_oxttl(content);
        let mut other = parse_with_rio(content);
        assert!(!one.is_empty(), "{name}");
        for graph in [&mut one, &mut other] {
            graph.canonicalize(CanonicalizationAlgorithm::Rdfc10 {
                hash_algorithm: CanonicalizationHashAlgorithm::Sha256,
            });
        }
        assert!(one == other, "{name}:\n{one}\n---\n{other}");
    }
}

/// Editors and reasoners of OWL guess at a term that nothing declares, and warn of it.
#[test]
fn terms_of_other_vocabularies_are_declared_where_axioms_use_them() {
    let mut graph = everything();
    graph.extend(&parse_with_oxttl(file("alignments.ttl")));
    let declares = |iri: NamedNodeRef<'_>| {
        graph.objects_for_subject_predicate(iri, rdf::TYPE).any(|kind| match kind {
            TermRef::NamedNode(kind) => kind.as_str().starts_with(owl::NAMESPACE) || kind == DATATYPE,
            _ => false,
        })
    };
    let built_in = [rdf::NAMESPACE, rdfs::NAMESPACE, owl::NAMESPACE, xsd::NAMESPACE];
    let foreign =
        |iri: NamedNodeRef<'_>| !built_in.iter().any(|namespace| iri.as_str().starts_with(namespace));
    let axioms = [rdf::TYPE, rdfs::SUB_CLASS_OF, rdfs::DOMAIN, rdfs::RANGE, SUB_PROPERTY_OF, DISJOINT_WITH];
    let mut used = BTreeSet::new();
    for triple in &graph {
        used.insert(triple.predicate.into_owned());
        if let (true, TermRef::NamedNode(object)) = (axioms.contains(&triple.predicate), triple.object) {
            used.insert(object.into_owned());
        }
    }
    let undeclared: Vec<_> =
        used.iter().filter(|iri| foreign(iri.as_ref()) && !declares(iri.as_ref())).collect();
    assert!(undeclared.is_empty(), "{undeclared:?}");
}

#[test]
fn the_binary_carries_every_file() {
    let on_disk: BTreeSet<_> = files_below("ontology", "ttl")
        .iter()
        .map(|path| fs::read_to_string(path).expect("readable"))
        .collect();
    let carried: BTreeSet<_> = ontology::FILES.iter().map(|(_, content)| (*content).to_owned()).collect();
    assert_eq!(on_disk, carried);
}

#[test]
fn queries_see_the_concepts_and_schemes_only() {
    let schemes = ontology::schemes();
    let graph: Graph = schemes.iter().map(Triple::as_ref).collect();
    assert_eq!(graph.len(), schemes.len(), "a triple is there twice");

    let blank = schemes
        .iter()
        .any(|t| matches!(t.subject, NamedOrBlankNode::BlankNode(_)) || t.object.is_blank_node());
    assert!(!blank);

    let expected: BTreeSet<_> = lists()
        .into_iter()
        .flat_map(|(scheme, members)| members.into_iter().map(|(iri, _)| iri).chain([scheme]))
        .collect();
    let seen: BTreeSet<_> = schemes.iter().map(|triple| triple.subject.to_string()).collect();
    assert_eq!(seen, expected.iter().map(ToString::to_string).collect());
    for iri in &expected {
        assert_eq!(texts(&graph, iri.as_ref(), skos::PREF_LABEL).len(), 1, "{iri}");
        assert_eq!(texts(&graph, iri.as_ref(), skos::DEFINITION).len(), 1, "{iri}");
    }
    for stance in Stance::ALL {
        assert!(graph.object_for_subject_predicate(stance.iri(), stp::prop::DIRECT_PROPERTY).is_some());
    }
}

fn parse_with_oxttl(content: &str) -> Graph {
    RdfParser::from_format(RdfFormat::Turtle)
        .for_slice(content)
        .map(|quad| Triple::from(quad.expect("valid Turtle")))
        .collect()
}

fn parse_with_rio(content: &str) -> Graph {
    let mut graph = Graph::new();
    rio_turtle::TurtleParser::new(content.as_bytes(), None)
        .parse_all(&mut |triple| {
            let subject: NamedOrBlankNode = match triple.subject {
                rio::Subject::NamedNode(node) => NamedNode::new_unchecked(node.iri).into(),
                rio::Subject::BlankNode(node) => BlankNode::new_unchecked(node.id).into(),
                rio::Subject::Triple(_) => unreachable!("no RDF-star here"),
            };
            let object: oxrdf::Term = match triple.object {
                rio::Term::NamedNode(node) => NamedNode::new_unchecked(node.iri).into(),
                rio::Term::BlankNode(node) => BlankNode::new_unchecked(node.id).into(),
                rio::Term::Literal(literal) => match literal {
                    rio::Literal::Simple { value } => Literal::new_simple_literal(value),
                    rio::Literal::LanguageTaggedString { value, language } => {
                        Literal::new_language_tagged_literal_unchecked(value, language)
                    }
                    rio::Literal::Typed { value, datatype } => {
                        Literal::new_typed_literal(value, NamedNode::new_unchecked(datatype.iri))
                    }
                }
                .into(),
                rio::Term::Triple(_) => unreachable!("no RDF-star here"),
            };
            let predicate = NamedNode::new_unchecked(triple.predicate.iri);
            graph.insert(&Triple::new(subject, predicate, object));
            Ok::<(), rio_turtle::TurtleError>(())
        })
        .expect("valid Turtle 1.1");
    graph
}

// ── Looking into the files ──

fn file(name: &str) -> &'static str {
    ontology::FILES.iter().find(|(found, _)| *found == name).expect("a file of the ontology").1
}

/// The files that define terms, as one graph.
fn everything() -> Graph {
    ["standpoint.ttl", "stances.ttl", "values.ttl"]
        .iter()
        .flat_map(|name| parse_with_oxttl(file(name)).iter().map(Into::into).collect::<Vec<Triple>>())
        .collect()
}

/// The terms of the project's namespace that are given a type.
fn defined(graph: &Graph) -> BTreeSet<NamedNode> {
    graph
        .triples_for_predicate(rdf::TYPE)
        .filter_map(|triple| match triple.subject.into_owned() {
            NamedOrBlankNode::NamedNode(term) => Some(term),
            NamedOrBlankNode::BlankNode(_) => None,
        })
        .filter(|term| term.as_str().strip_prefix(stp::NAMESPACE).is_some_and(|local| !local.is_empty()))
        .collect()
}

fn subjects(graph: &Graph, class: NamedNodeRef<'_>) -> impl Iterator<Item = NamedNode> {
    graph.subjects_for_predicate_object(rdf::TYPE, class).filter_map(|subject| match subject.into_owned() {
        NamedOrBlankNode::NamedNode(subject) => Some(subject),
        NamedOrBlankNode::BlankNode(_) => None,
    })
}

/// The English texts that a property gives a term; all there are must be English.
fn texts(graph: &Graph, term: NamedNodeRef<'_>, property: NamedNodeRef<'_>) -> Vec<String> {
    graph
        .objects_for_subject_predicate(term, property)
        .map(|text| match text {
            TermRef::Literal(literal) if literal.language() == Some("en") => literal.value().to_owned(),
            other => panic!("{term} {property} {other}"),
        })
        .collect()
}

fn members(graph: &Graph, head: TermRef<'_>) -> BTreeSet<NamedNode> {
    let mut found = BTreeSet::new();
    let mut rest = head.into_owned();
    while let oxrdf::Term::BlankNode(cell) = &rest {
        match graph.object_for_subject_predicate(cell, rdf::FIRST) {
            Some(TermRef::NamedNode(member)) => found.insert(member.into_owned()),
            other => panic!("{other:?} in a list"),
        };
        rest = graph.object_for_subject_predicate(cell, rdf::REST).expect("a well-formed list").into_owned();
    }
    found
}

fn local_names(terms: &BTreeSet<NamedNode>) -> BTreeSet<String> {
    terms.iter().map(|term| term.as_str()[stp::NAMESPACE.len()..].to_owned()).collect()
}

/// Each scheme with the concepts and words that the model has for it.
fn lists() -> Vec<(NamedNode, BTreeSet<(NamedNode, String)>)> {
    fn list<C: Concept>(scheme: &str) -> (NamedNode, BTreeSet<(NamedNode, String)>) {
        let members = C::ALL.iter().map(|c| (c.iri().into_owned(), c.word().to_owned())).collect();
        (NamedNode::new_unchecked(format!("{}{scheme}", stp::NAMESPACE)), members)
    }
    let empty = |list: List| (list.iri().into_owned(), BTreeSet::new());
    vec![
        empty(List::ActorKind),
        empty(List::Sector),
        empty(List::Unit),
        list::<Stance>("StanceScheme"),
        list::<Family>("FamilyScheme"),
        list::<Mode>("ModeScheme"),
        list::<Explicitness>("ExplicitnessScheme"),
        list::<Certainty>("CertaintyScheme"),
        list::<Intensity>("IntensityScheme"),
        list::<Status>("StatusScheme"),
        list::<CodingRole>("CodingRoleScheme"),
        list::<ConditionKind>("ConditionKindScheme"),
        list::<Comparator>("ComparatorScheme"),
        list::<EventKind>("EventKindScheme"),
        list::<RelationKind>("RelationKindScheme"),
    ]
}

fn iris<C: Concept>() -> BTreeSet<NamedNode> {
    C::ALL.iter().map(|concept| concept.iri().into_owned()).collect()
}
