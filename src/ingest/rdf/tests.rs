//! Both readers make the same documents, and they are what the rules say of the parsed triples.

use super::*;
use crate::base::diagnostic::Diagnostic;
use crate::model::document::{self, Content, ContentHash, ContentPool, Document};
use crate::model::encode::direct::derive;
use crate::model::ontology;
use crate::model::vocab::{rdf as rdf_vocabulary, stp};
use crate::model::{Concept, Stance, Status};
use oxigraph::io::{RdfFormat, RdfParser};
use oxrdf::dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm};
use oxrdf::{Dataset as Quads, GraphName, NamedNode, Quad, Triple};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::{BTreeMap, HashSet};

/// Documents by name, and what should be known of them.
type Documents = (BTreeMap<NamedNode, String>, Vec<String>);

fn name() -> NamedNode {
    NamedNode::new_unchecked("https://w3id.org/standpoint/id/document/tested")
}

fn nothing() -> Vec<Diagnostic> {
    vec![Diagnostic::error("no triples")]
}

fn completed(dataset: Dataset, room: &mut ContentPool) -> Result<Documents, Vec<Diagnostic>> {
    let Completed { contents, warnings } = match dataset.complete(&name(), "file.nt", room) {
        Ok(complete) => complete,
        Err(Failure::Faults(faults)) => return Err(faults),
        Err(Failure::Nothing) => return Err(nothing()),
        Err(Failure::Io(error)) => panic!("{error}"),
    };
    let mut texts: BTreeMap<NamedNode, String> = BTreeMap::new();
    for (name, content) in contents {
        let text = content.text().unwrap().into_owned();
        let again: Content = text.as_str().into();
        assert_eq!(content.hash(), again.hash());
        assert_eq!(content.triples(), again.triples());
        assert_eq!(content.positions(), again.positions());
        if let Some(other) = texts.insert(name, text.clone()) {
            assert_eq!(other, text, "documents of one name say the same");
        }
    }
    Ok((texts, warnings.into_iter().map(|warning| warning.message).collect()))
}

/// What the reader of whole texts makes of it.
fn as_text(text: &str, format: RdfFormat) -> Result<Documents, Vec<Diagnostic>> {
    let mut room = ContentPool::in_memory();
    let name = name();
    let text = Text { file: "file.nt", text, format, base: &name, document: &name };
    match read_text(&text, &mut room, Sizes::within(1 << 20)) {
        Ok(dataset) => completed(dataset, &mut room),
        Err(Failure::Faults(faults)) => Err(faults),
        Err(Failure::Nothing) => Err(nothing()),
        Err(Failure::Io(error)) => panic!("{error}"),
    }
}

fn sizes() -> impl Strategy<Value = (Sizes, u64)> {
    let sizes = (1usize..400, 1usize..2_000).prop_map(|(chunk, run)| Sizes { chunk, run, short: 0 });
    (sizes, select(vec![0, 300, 1 << 20]))
}

/// What the reader of lines makes of it; none where the other one is asked.
fn as_lines(
    text: &str,
    format: RdfFormat,
    (sizes, memory): (Sizes, u64),
) -> Option<Result<Documents, Vec<Diagnostic>>> {
    let mut room = ContentPool::in_folder(&tempfile::env::temp_dir(), memory);
    let outcome = read_lines(text.as_bytes(), "file.nt", format, true, &mut room, sizes);
    match outcome.unwrap_or_else(|_| panic!("memory is read, and the folder can be written")) {
        Outcome::Whole(kept) => {
            assert_eq!(kept.as_deref(), Some(text.as_bytes()));
            None
        }
        Outcome::Faults(faults) => Some(Err(faults)),
        Outcome::Nothing => Some(Err(nothing())),
        Outcome::Dataset(dataset, hash) => {
            assert_eq!(hash, ContentHash::of(text.as_bytes()));
            Some(completed(dataset, &mut room))
        }
    }
}

fn canonical(quads: impl IntoIterator<Item = Quad>) -> Vec<String> {
    let mut dataset: Quads = quads.into_iter().collect();
    let hash_algorithm = CanonicalizationHashAlgorithm::Sha256;
    dataset.canonicalize(CanonicalizationAlgorithm::Rdfc10 { hash_algorithm });
    let mut lines: Vec<String> = dataset.iter().map(|quad| quad.to_string()).collect();
    lines.sort_unstable();
    lines
}

/// The dataset that documents make.
fn of_documents((documents, _): &Documents) -> Vec<String> {
    canonical(documents.iter().flat_map(|(name, text)| {
        document::parse(text).map(|triple| triple.unwrap().in_graph(name.clone())).collect::<Vec<_>>()
    }))
}

/// The same dataset straight from the parser: without schemes, without what positions in force give rise to.
fn expected(text: &str, format: RdfFormat) -> Vec<String> {
    let schemes: HashSet<&Triple> = ontology::schemes().iter().collect();
    let mut graphs: BTreeMap<String, (GraphName, Vec<Triple>)> = BTreeMap::new();
    for quad in RdfParser::from_format(format).for_slice(text.as_bytes()) {
        let quad = quad.unwrap();
        let graph = match quad.graph_name.clone() {
            GraphName::DefaultGraph => name().into(),
            other => other,
        };
        let mut triple = Triple::from(quad);
        value::spell(&mut triple);
        graphs.entry(graph.to_string()).or_insert_with(|| (graph, Vec::new())).1.push(triple);
    }
    canonical(graphs.into_values().flat_map(|(graph, triples)| {
        let derived: HashSet<Triple> = derive(&triples).collect();
        let stays = |triple: &Triple| !derived.contains(triple) && !schemes.contains(triple);
        triples
            .into_iter()
            .filter(stays)
            .map(move |triple| triple.in_graph(graph.clone()))
            .collect::<Vec<_>>()
    }))
}

/// Triples that have much to do with each other: positions, what they give rise to, and what is known anyway.
fn statement() -> impl Strategy<Value = String> {
    let stp = stp::NAMESPACE;
    let things = ["<http://e.org/a>", "<http://e.org/b>", "<urn:c>", "_:x", "_:y", "<http://e.org/\\u0061>"];
    let scheme =
        crate::model::ontology::schemes().iter().take(40).map(ToString::to_string).collect::<Vec<_>>();
    let direct = ["supports", "opposes"].map(|local| format!("<{stp}{local}>"));
    let literal =
        ["\"a\"", "\"a\"@en", "\"a\"@EN", "\"a\\u0062\"", "\"a << b\"", "\"<\"^^<urn:t>", "\"ü\\n\""];
    let part = prop_oneof![
        select(things.to_vec()).prop_map(move |actor| format!("<{stp}actor> {actor}")),
        select(vec!["Supports", "Opposes"]).prop_map(move |s| format!("<{stp}stance> <{stp}{s}>")),
        select(things.to_vec()).prop_map(move |issue| format!("<{stp}issue> {issue}")),
        select(vec!["InForce", "InForce", "Superseded"])
            .prop_map(move |s| format!("<{stp}status> <{stp}{s}>")),
        Just(format!("{} {}", rdf_vocabulary::TYPE, stp::POSITION)),
    ];
    let position = select(vec!["<http://e.org/p>", "<http://e.org/q>", "_:p", "<http://e.org/a>"]);
    prop_oneof![
        4 => (position, part).prop_map(|(position, part)| format!("{position} {part}")),
        3 => (select(things.to_vec()), select(direct.to_vec()), select(things.to_vec()))
            .prop_map(|(actor, direct, issue)| format!("{actor} {direct} {issue}")),
        1 => select(scheme),
        2 => (select(things.to_vec()), select(literal.to_vec()))
            .prop_map(|(thing, literal)| format!("{thing} <http://e.org/says> {literal}")),
        1 => (select(things.to_vec()), select(vec!["1", "1.0", "-.50", "0.7"]), select(vec!["decimal", "integer"]))
            .prop_map(move |(thing, value, datatype)| {
                format!("{thing} <{stp}stanceValue> \"{value}\"^^<http://www.w3.org/2001/XMLSchema#{datatype}>")
            }),
    ]
}

/// Statements, each with its graph, and what else a file may have between them.
fn file(with_graphs: bool) -> impl Strategy<Value = String> {
    let graphs: Vec<&str> = if with_graphs { vec!["", "", " <urn:g>", " <urn:h>", " _:g"] } else { vec![""] };
    let end = select(vec![
        " .\n",
        " .\n",
        " .\n",
        " .\n",
        ".\n",
        " . # that is it\n",
        " .\r\n",
        " .\n\n",
        "\t .\n#\n",
    ]);
    let line = (statement(), select(graphs), end).prop_map(|(s, graph, end)| format!("{s}{graph}{end}"));
    (vec(line, 1..40), any::<bool>(), any::<bool>()).prop_map(|(mut lines, sort, cut)| {
        if sort {
            lines.sort();
        }
        let mut text = lines.concat();
        if cut {
            text.truncate(text.trim_end().len());
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..Default::default() })]

    #[test]
    fn both_readers_make_what_the_rules_say(
        (triples, quads) in (file(false), file(true)),
        sizes in sizes(),
    ) {
        for (text, format) in [(triples, RdfFormat::NTriples), (quads, RdfFormat::NQuads)] {
            let lines = as_lines(&text, format, sizes);
            let whole = as_text(&text, format);
            prop_assert_eq!(&lines, &Some(whole.clone()), "{}", text);
            // A graph with a blank name has an IRI instead.
            if !text.contains(" _:g") {
                prop_assert_eq!(of_documents(&whole.unwrap()), expected(&text, format), "{}", text);
            }
        }
    }

    /// One line is broken somewhere.
    #[test]
    fn faults_are_told_the_same(
        text in file(false),
        sizes in sizes(),
        fault in select(vec!["<a> <urn:b> <urn:c> .", "<urn:a b> <urn:b> \"x .", "<urn:a> <urn:b> \"c\"", "x", "\u{a0}"]),
        at in any::<proptest::sample::Index>(),
    ) {
        let mut all: Vec<&str> = text.split('\n').collect();
        all.insert(at.index(all.len()), fault);
        let text = all.join("\n").replace(" << ", " ");
        let expected = as_text(&text, RdfFormat::NTriples);
        let lines = as_lines(&text, RdfFormat::NTriples, sizes);
        prop_assert_eq!(lines, Some(expected), "{}", text);
    }
}

#[test]
fn what_needs_the_whole_is_left_to_who_reads_it_whole() {
    let sizes = (Sizes { chunk: 40, run: 100, short: 0 }, 0);
    let plain = "<urn:a> <urn:b> <urn:c> .\n".repeat(9);
    for star in
        ["<urn:a> <urn:b> <<( <urn:a> <urn:b> <urn:c> )>> .", "<< <urn:a> <urn:b> <urn:c> >> <urn:b> 1 ."]
    {
        let text = format!("{plain}{star}\n{plain}");
        assert!(as_lines(&text, RdfFormat::NTriples, sizes).is_none(), "{star}");
    }
}

#[test]
fn what_is_no_text_is_told_at_its_place() {
    let mut bytes = b"<urn:a> <urn:b> <urn:c> .\n".repeat(5);
    bytes.extend(b"<urn:a> <urn:b> \"caf\xe9\" .\n");
    let mut room = ContentPool::in_memory();
    let sizes = Sizes { chunk: 60, run: 100, short: 0 };
    let Ok(Outcome::Faults(faults)) =
        read_lines(&bytes[..], "file.nt", RdfFormat::NTriples, false, &mut room, sizes)
    else {
        panic!("it is no text")
    };
    let place = faults[0].place.as_ref().map(ToString::to_string);
    assert_eq!((faults.len(), place.as_deref()), (1, Some("file.nt:6:21")), "{}", faults[0].message);
}

fn documents(text: &str, format: RdfFormat) -> BTreeMap<String, String> {
    let (documents, _) = as_text(text, format).unwrap_or_else(|faults| panic!("{faults:?}"));
    let short = |name: NamedNode, text: &str| {
        let (origin, source_hash) = (String::new(), String::new());
        Document { name, origin, source_hash, part_of: None, ntriples: text.into() }.short_name().to_owned()
    };
    documents.into_iter().map(|(name, text)| (short(name, &text), text)).collect()
}

const EX: &str = "@prefix ex: <http://ex.org/> . ";

#[test]
fn a_blank_node_is_one_node_in_the_whole_file() {
    let trig = format!("{EX} ex:g1 {{ ex:a ex:knows _:b . }} ex:g2 {{ _:b ex:name \"Bo\" . }}");
    let nquads = "<http://ex.org/a> <http://ex.org/knows> _:b <http://ex.org/g1> .
        _:b <http://ex.org/name> \"Bo\" <http://ex.org/g2> .";
    let jsonld = r#"[{"@id": "http://ex.org/g1", "@graph": [
        {"@id": "http://ex.org/a", "http://ex.org/knows": {"@id": "_:b"}}]},
        {"@id": "http://ex.org/g2", "@graph": [{"@id": "_:b", "http://ex.org/name": "Bo"}]}]"#;
    let jsonld_format = RdfFormat::JsonLd { profile: Default::default() };
    let found: Vec<_> = [(&*trig, RdfFormat::TriG), (nquads, RdfFormat::NQuads), (jsonld, jsonld_format)]
        .map(|(text, format)| documents(text, format))
        .into();
    assert!(found.iter().all(|one| *one == found[0]), "{found:?}");
    let label = |graph: &str| {
        let text = &found[0][graph];
        let at = text.find("_:").unwrap();
        text[at..].split(' ').next().unwrap().to_owned()
    };
    assert_eq!(label("http://ex.org/g1"), label("http://ex.org/g2"));
}

#[test]
fn labels_do_not_depend_on_graphs_that_share_nothing() {
    let alone = documents(&format!("{EX} ex:g1 {{ ex:a ex:knows [ ex:name 1 ] }}"), RdfFormat::TriG);
    let beside = format!("{EX} ex:g0 {{ [] ex:name 1 }} ex:g1 {{ ex:a ex:knows [ ex:name 1 ] }}");
    assert_eq!(documents(&beside, RdfFormat::TriG)["http://ex.org/g1"], alone["http://ex.org/g1"]);
}

#[test]
fn graphs_named_by_blank_nodes_are_named_by_what_they_say() {
    let read = |text: &str| documents(&format!("{EX} {text}"), RdfFormat::TriG);
    let two = read("_:x { ex:a ex:p 1 } _:y { ex:b ex:p 2 }");
    let other = read("_:q { ex:b ex:p 2 } _:p { ex:a ex:p 1 }");
    assert_eq!((two.len(), &two), (2, &other), "labels and order do not count");
    assert!(two.keys().all(|name| name.starts_with("graph/")), "{two:?}");
    assert_eq!(read("_:x { ex:a ex:p 1 } _:y { ex:a ex:p 1 }").len(), 1, "the same twice is one document");
    let told = read("_:x { ex:a ex:p 1 } _:x ex:from ex:b . _:y { ex:a ex:p 1 } _:y ex:from ex:c .");
    assert_eq!(told.len(), 3, "what is said about them tells them apart");
    let named: Vec<&String> = told.keys().filter(|name| name.starts_with("graph/")).collect();
    assert!(named.iter().all(|name| told["tested"].contains(name.as_str())), "{told:?}");
    assert!(!told["tested"].contains("_:"), "the IRI stands in the place of the blank node");
}

#[test]
fn a_direct_triple_is_dropped_only_if_a_position_in_force_backs_it() {
    let supports = Stance::Supports.direct_property();
    for actor in ["<ex:a>", "_:a"] {
        let triples = |status: Status| {
            format!(
                "{actor} {supports} <ex:i> .\n<ex:p> {} {actor} .\n<ex:p> {} {} .\n<ex:p> {} <ex:i> .\n<ex:p> {} {} .\n",
                stp::prop::ACTOR,
                stp::prop::STANCE,
                Stance::Supports.iri(),
                stp::prop::ISSUE,
                stp::prop::STATUS,
                status.iri(),
            )
        };
        for status in Status::ALL {
            let (documents, warnings) = as_text(&triples(*status), RdfFormat::NTriples).unwrap();
            let stays = documents[&name()].contains(supports.as_str());
            assert_eq!(stays, *status != Status::InForce, "{actor} {status:?}");
            let expected: &[&str] =
                if stays { &["1 direct triple without a position in force"] } else { &[] };
            assert_eq!(warnings, expected, "{actor} {status:?}");
        }
    }
}

/// In order and out of it, in lines and in Turtle, with names and without: a reading that is disputed.
#[test]
fn a_reading_written_as_disputed_is_ambiguous() {
    let (reading, status) = (stp::prop::ALTERNATIVE_READING, stp::prop::STATUS);
    let (disputed, ambiguous) = (Status::Disputed.iri(), Status::Ambiguous.iri());
    let line = |position: &str, property, object| format!("{position} {property} {object} .\n");
    for position in ["<ex:p>", "_:p"] {
        let of = |property, object| line(position, property, object);
        let other = line("<ex:z>", status, disputed);
        let in_order = of(reading, stp::POSITION) + &of(status, disputed) + &other;
        let out_of_order = other.clone() + &of(status, disputed) + &of(reading, stp::POSITION);
        // What is not said once is nothing that is known.
        let several = of(reading, stp::POSITION) + &of(status, ambiguous) + &of(status, disputed);
        for text in [&in_order, &out_of_order, &several] {
            let number = usize::from(text != &several);
            let lines = as_lines(text, RdfFormat::NTriples, (Sizes { chunk: 40, run: 60, short: 0 }, 0));
            let whole = as_text(text, RdfFormat::Turtle).unwrap();
            for (documents, warnings) in [lines.unwrap().unwrap(), whole] {
                let found = &documents[&name()];
                let lines: Vec<&str> = found.split_inclusive('\n').collect();
                assert!(lines.is_sorted(), "{found}");
                assert_eq!(found.matches(ambiguous.as_str()).count(), 1, "{found}");
                assert_eq!(found.contains(&other), number == 1, "only a reading is ambiguous: {found}");
                assert_eq!(warnings.len(), number, "{warnings:?}");
                assert!(
                    warnings.iter().all(|w| w.contains("1 position with another reading")),
                    "{warnings:?}"
                );
            }
        }
    }
}

#[test]
fn relative_iris_are_resolved_and_told() {
    let turtle = "<#me> <http://ex.org/name> \"Ann\" .";
    let (documents, warnings) = as_text(turtle, RdfFormat::Turtle).unwrap();
    assert!(documents[&name()].starts_with(&format!("<{}#me>", name().as_str())), "{documents:?}");
    assert_eq!(warnings, ["relative IRIs in a file that sets no base"]);
    let based = format!("@base <http://ex.org/> . {turtle}");
    let (documents, warnings) = as_text(&based, RdfFormat::Turtle).unwrap();
    assert!(documents[&name()].starts_with("<http://ex.org/#me>") && warnings.is_empty(), "{documents:?}");
    for (text, format) in [
        (
            r##"{"@id": "#me", "http://ex.org/name": "Ann"}"##,
            RdfFormat::JsonLd { profile: Default::default() },
        ),
        (
            r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="http://ex.org/">
               <rdf:Description rdf:ID="me" ex:name="Ann"/></rdf:RDF>"#,
            RdfFormat::RdfXml,
        ),
        ("<g> { <#me> <http://ex.org/name> \"Ann\" }", RdfFormat::TriG),
    ] {
        let (documents, warnings) = as_text(text, format).unwrap();
        let text = documents.values().next().unwrap();
        assert!(text.starts_with(&format!("<{}#me>", name().as_str())), "{format}: {documents:?}");
        assert_eq!(warnings, ["relative IRIs in a file that sets no base"], "{format}");
    }
}

#[test]
fn triple_terms_that_become_statements_are_counted() {
    let turtle = format!("{EX} ex:a ex:says <<( ex:b ex:c ex:d )>> . << ex:e ex:f ex:g >> ex:by ex:h .");
    let (_, warnings) = as_text(&turtle, RdfFormat::Turtle).unwrap();
    assert_eq!(warnings, ["2 triple terms kept as rdf:Statement"]);
}
