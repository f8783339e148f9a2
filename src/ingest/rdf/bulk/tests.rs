use super::*;
use crate::ingest::rdf;
use crate::ingest::rdf::graph;
use crate::model::vocab::{rdf as rdf_vocabulary, stp};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Documents by the names of their graphs, and how many direct triples nothing backs.
type Documents = Vec<(Option<String>, String, usize)>;

fn name() -> NamedNode {
    NamedNode::new_unchecked("https://w3id.org/standpoint/id/document/tested")
}

/// The way by memory.
fn in_memory(text: &str, format: RdfFormat) -> Result<Documents, Vec<Diagnostic>> {
    let graphs = rdf::read("file.nt", text, format)?;
    let document = |graph: graph::Graph| {
        let called = graph.name.clone().unwrap_or_else(name);
        let (triples, warning) = graph::in_memory(graph.triples, &called, "file.nt").map_err(|f| vec![*f])?;
        let unbacked = warning.map_or(0, |warning| {
            let number = warning.message.split(' ').next().expect("a message begins with a number");
            number.parse().expect("a number")
        });
        let name = graph.name.map(|name| name.into_string());
        Ok((name, crate::model::document::ntriples(triples), unbacked))
    };
    graphs.into_iter().map(document).collect()
}

fn sizes() -> impl Strategy<Value = (Sizes, u64)> {
    let sizes = (1usize..400, 1usize..2_000).prop_map(|(chunk, run)| Sizes { chunk, run, short: 0 });
    (sizes, select(vec![0, 300, 1 << 20]))
}

/// This way; none where the other one is asked.
fn in_bulk(
    text: &str,
    format: RdfFormat,
    (sizes, memory): (Sizes, u64),
) -> Option<Result<Documents, Vec<Diagnostic>>> {
    let mut room = ContentPool::in_folder(&tempfile::env::temp_dir(), memory);
    let outcome = read(text.as_bytes(), "file.nt", format, true, &mut room, sizes);
    match outcome.unwrap_or_else(|_| panic!("memory is read, and the folder can be written")) {
        Outcome::Whole(kept) => {
            assert_eq!(kept.as_deref(), Some(text.as_bytes()));
            None
        }
        Outcome::Faults(faults) => Some(Err(faults)),
        Outcome::Graphs(graphs, hash) => {
            assert_eq!(hash, ContentHash::of(text.as_bytes()));
            let mut documents = Vec::new();
            for graph in graphs {
                let called = graph.name.clone().unwrap_or_else(name);
                let own = graph.name.clone().map(|name| name.into_string());
                let (content, unbacked) = match graph.complete(&called, "file.nt", &mut room) {
                    Ok(complete) => complete,
                    Err(Incomplete::Fault(fault)) => return Some(Err(vec![*fault])),
                    Err(Incomplete::Io(error)) => panic!("{error}"),
                };
                let text = content.text().unwrap().into_owned();
                let again: Content = text.as_str().into();
                assert_eq!(content.hash(), again.hash());
                assert_eq!(content.triples(), again.triples());
                assert_eq!(content.positions(), again.positions());
                documents.push((own, text, unbacked));
            }
            Some(Ok(documents))
        }
    }
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
    fn both_ways_make_the_same_documents(
        (triples, quads) in (file(false), file(true)),
        sizes in sizes(),
    ) {
        for (text, format) in [(triples, RdfFormat::NTriples), (quads, RdfFormat::NQuads)] {
            let bulk = in_bulk(&text, format, sizes);
            prop_assert_eq!(bulk, Some(in_memory(&text, format)), "{}", text);
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
        let mut lines: Vec<&str> = text.split('\n').collect();
        lines.insert(at.index(lines.len()), fault);
        let text = lines.join("\n").replace(" << ", " ");
        let expected = in_memory(&text, RdfFormat::NTriples);
        let bulk = in_bulk(&text, RdfFormat::NTriples, sizes);
        prop_assert_eq!(bulk, Some(expected), "{}", text);
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
        assert!(in_bulk(&text, RdfFormat::NTriples, sizes).is_none(), "{star}");
    }
}

#[test]
fn what_is_no_text_is_told_at_its_place() {
    let mut bytes = b"<urn:a> <urn:b> <urn:c> .\n".repeat(5);
    bytes.extend(b"<urn:a> <urn:b> \"caf\xe9\" .\n");
    let mut room = ContentPool::in_memory();
    let sizes = Sizes { chunk: 60, run: 100, short: 0 };
    let Ok(Outcome::Faults(faults)) =
        read(&bytes[..], "file.nt", RdfFormat::NTriples, false, &mut room, sizes)
    else {
        panic!("it is no text")
    };
    let place = faults[0].place.as_ref().map(ToString::to_string);
    assert_eq!((faults.len(), place.as_deref()), (1, Some("file.nt:6:21")), "{}", faults[0].message);
}
