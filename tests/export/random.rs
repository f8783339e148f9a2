//! Random graphs: written, read back by two parsers, isomorphic; the order of input is nothing.

use super::{canonical, read, read_with_rio, written};
use oxrdf::{BlankNode, Literal, NamedNode, NamedOrBlankNode, Term, Triple};
use proptest::prelude::*;
use standpoint::export::Format;

fn iri() -> impl Strategy<Value = NamedNode> {
    let namespace = prop_oneof![
        Just("https://w3id.org/standpoint/id/position/"),
        Just("https://w3id.org/standpoint/id/actor/"),
        Just("https://w3id.org/standpoint/ns#"),
        Just("http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
        Just("http://example.org/"),
        Just("urn:x:"),
    ];
    let local = prop_oneof![
        4 => "[a-c]",
        1 => "[a-z0-9_.~%20(),;:@!$&'*+=/?#ü中-]{0,6}",
        1 => prop::sample::select(vec!["type", "first", "rest", "nil", "Position", "Actor", "attribution", "true"]).prop_map(str::to_owned),
    ];
    (namespace, local)
        .prop_filter_map("an IRI", |(namespace, local)| NamedNode::new(format!("{namespace}{local}")).ok())
}

fn blank() -> impl Strategy<Value = BlankNode> {
    "[a-f]".prop_map(BlankNode::new_unchecked)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,8}",
        prop::collection::vec(
            prop::sample::select(vec![
                '"',
                '\'',
                '\\',
                '\n',
                '\r',
                '\t',
                ' ',
                'a',
                'é',
                '\u{0}',
                '\u{1f}',
                '\u{7f}',
                '\u{85}',
                '\u{2028}',
                '\u{feff}',
                '\u{fffe}',
                '\u{ffff}',
                '\u{10ffff}',
                '😀'
            ]),
            0..8
        )
        .prop_map(String::from_iter),
        any::<String>(),
    ]
}

fn literal() -> impl Strategy<Value = Literal> {
    let number = "[+-]?[0-9]{0,3}([.][0-9]{0,2})?([eE][0-9])?|true|false|1";
    let datatype = prop_oneof![
        prop::sample::select(vec!["integer", "decimal", "double", "boolean", "date", "string"])
            .prop_map(|name| NamedNode::new_unchecked(format!("http://www.w3.org/2001/XMLSchema#{name}"))),
        iri(),
    ];
    prop_oneof![
        text().prop_map(Literal::new_simple_literal),
        (text(), prop::sample::select(vec!["en", "en-gb", "uk", "zh-hant-tw"]))
            .prop_map(|(text, tag)| Literal::new_language_tagged_literal(text, tag).unwrap()),
        (prop_oneof![number.boxed(), text().boxed()], datatype)
            .prop_map(|(value, datatype)| Literal::new_typed_literal(value, datatype)),
    ]
}

fn triple() -> impl Strategy<Value = Triple> {
    let rdf = |name| NamedNode::new_unchecked(format!("http://www.w3.org/1999/02/22-rdf-syntax-ns#{name}"));
    let subject =
        prop_oneof![iri().prop_map(NamedOrBlankNode::from), blank().prop_map(NamedOrBlankNode::from)];
    let predicate = prop_oneof![
        3 => iri(),
        1 => prop::sample::select(vec!["first", "rest", "type"]).prop_map(rdf)
    ];
    let object = prop_oneof![
        1 => iri().prop_map(Term::from),
        3 => blank().prop_map(Term::from),
        1 => literal().prop_map(Term::from),
        1 => Just(Term::from(rdf("nil"))),
    ];
    (subject, predicate, object)
        .prop_map(|(subject, predicate, object)| Triple::new(subject, predicate, object))
}

/// Well-formed lists and trees of blank nodes, which chance alone makes too seldom.
fn structure() -> impl Strategy<Value = Vec<Triple>> {
    let rdf =
        |name: &str| NamedNode::new_unchecked(format!("http://www.w3.org/1999/02/22-rdf-syntax-ns#{name}"));
    let cell = |list: usize, at: usize| BlankNode::new_unchecked(format!("l{list}x{at}"));
    let items = prop::collection::vec(
        prop_oneof![
            literal().prop_map(Term::from),
            blank().prop_map(Term::from),
            (0..3usize).prop_map(move |list| cell(list, 0).into())
        ],
        1..4,
    );
    let lists = prop::collection::vec(items, 0..3).prop_map(move |lists| {
        let mut triples = Vec::new();
        for (list, items) in lists.into_iter().enumerate() {
            let count = items.len();
            for (at, item) in items.into_iter().enumerate() {
                let rest = if at + 1 == count { rdf("nil").into() } else { Term::from(cell(list, at + 1)) };
                triples.push(Triple::new(cell(list, at), rdf("first"), item));
                triples.push(Triple::new(cell(list, at), rdf("rest"), rest));
            }
        }
        triples
    });
    let head = (0..3usize).prop_map(move |list| Term::from(cell(list, 0)));
    let references = prop::collection::vec((iri(), iri(), head), 0..3);
    (lists, references).prop_map(|(mut triples, references)| {
        triples.extend(references.into_iter().map(|(s, p, o)| Triple::new(s, p, o)));
        triples
    })
}

fn graph() -> impl Strategy<Value = Vec<Triple>> {
    (prop::collection::vec(triple(), 0..14), structure()).prop_map(|(mut triples, structure)| {
        triples.extend(structure);
        triples
    })
}

fn rename(triple: Triple) -> Triple {
    let other = |node: BlankNode| BlankNode::new_unchecked(format!("other{}", node.as_str()));
    Triple {
        subject: match triple.subject {
            NamedOrBlankNode::BlankNode(node) => other(node).into(),
            named => named,
        },
        object: match triple.object {
            Term::BlankNode(node) => other(node).into(),
            term => term,
        },
        ..triple
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_parsers_read_the_graph_back(triples in graph()) {
        let meant = canonical(&triples);
        for format in [Format::Turtle, Format::NTriples] {
            let text = written(triples.clone(), format);
            let engine = if format == Format::Turtle { oxigraph::io::RdfFormat::Turtle } else { oxigraph::io::RdfFormat::NTriples };
            prop_assert_eq!(&canonical(&read(&text, engine)), &meant, "{}", text);
            prop_assert_eq!(&canonical(&read_with_rio(&text, format)), &meant, "{}", text);
        }
        let text = written(triples.clone(), Format::TriG);
        prop_assert_eq!(&canonical(&read(&text, oxigraph::io::RdfFormat::TriG)), &meant, "{}", text);
        // JSON-LD is read back before it is sent; that it was sent is the test.
        written(triples, Format::JsonLd);
    }

    #[test]
    fn the_order_of_input_is_nothing(
        (triples, shuffled) in graph().prop_flat_map(|t| (Just(t.clone()), Just(t).prop_shuffle())),
    ) {
        // Other labels for the same blank nodes, as another document would have.
        let renamed: Vec<Triple> = shuffled.into_iter().map(rename).collect();
        for format in [Format::Turtle, Format::NTriples, Format::JsonLd] {
            prop_assert_eq!(written(triples.clone(), format), written(renamed.clone(), format));
        }
    }
}

/// The namespace of a prefix may be a property, too, whose values have a datatype of that namespace.
#[test]
fn a_namespace_that_is_a_property_makes_no_circle_of_a_context() {
    let namespace = "https://w3id.org/standpoint/ns#";
    let node = |iri: String| NamedNode::new_unchecked(iri);
    let value = Literal::new_typed_literal("", node(format!("{namespace}a")));
    let subject = node("https://w3id.org/standpoint/id/position/a".into());
    let text = written(vec![Triple::new(subject, node(namespace.into()), value)], Format::JsonLd);
    assert!(text.contains("\"@value\""), "{text}");
}
