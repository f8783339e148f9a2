//! The ontology that the binary carries: its files, the schemes that queries see,
//! and what each term means.
//!
//! The files in `ontology/` are the truth. `vocab` and `model` repeat their terms
//! for the compiler, and `tests/ontology.rs` holds the two against each other.

mod codebook;
mod types;

pub use codebook::{Chapter, chapters, rules};
pub use types::{Types, types};

use crate::model::document;
use crate::model::vocab::{rdf, rdfs, skos, stp};
use oxigraph::io::{RdfFormat, RdfParser};
use oxrdf::{NamedNodeRef, NamedOrBlankNode, Term as RdfTerm, Triple};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// Name and content of each file.
pub const FILES: &[(&str, &str)] = &[
    ("standpoint.ttl", STANDPOINT),
    ("stances.ttl", STANCES),
    ("values.ttl", VALUES),
    ("shapes.ttl", include_str!("../../ontology/shapes.ttl")),
    ("alignments.ttl", include_str!("../../ontology/alignments.ttl")),
];

const STANDPOINT: &str = include_str!("../../ontology/standpoint.ttl");
const STANCES: &str = include_str!("../../ontology/stances.ttl");
const VALUES: &str = include_str!("../../ontology/values.ttl");

/// What every start of the program reads instead of the Turtle, which is ten times as long for the people who
/// read it: [`schemes`], and what [`types`] knows. A test makes both of the Turtle.
const SCHEMES: &str = include_str!("../../ontology/schemes.nt");
const TYPES: &str = include_str!("../../ontology/types.nt");

/// What queries see of a concept or scheme. Left out is what explains it to people
/// ([`definition`] has that) and what every one of them would repeat.
const SEEN: &[NamedNodeRef<'static>] = &[
    rdf::TYPE,
    skos::PREF_LABEL,
    skos::DEFINITION,
    skos::IN_SCHEME,
    stp::prop::STANCE_VALUE,
    stp::prop::FAMILY,
    stp::prop::DIRECT_PROPERTY,
];

/// The concept schemes as queries see them and exports write them: each concept with its
/// type, label, definition and scheme, each stance also with its value, families and direct
/// property. Without blank nodes, in the order of the files.
///
/// The declarations of the direct properties are left out, so that whoever lists the classes
/// and properties in use is not shown those of OWL.
pub fn schemes() -> &'static [Triple] {
    static TRIPLES: OnceLock<Vec<Triple>> = OnceLock::new();
    TRIPLES.get_or_init(|| document::parse(SCHEMES).map(|triple| triple.expect(TESTED)).collect())
}

/// `schemes.nt` and `types.nt`, made of the files in Turtle: the first has the triples of [`schemes`], the second
/// those between two IRIs, and one of each property that has nothing but literals, without the literal.
#[doc(hidden)]
#[must_use]
pub fn made_of_turtle() -> [String; 2] {
    let concepts: Vec<_> = [STANCES, VALUES].into_iter().flat_map(parse).collect();
    let schemes = concepts
        .chunk_by(|one, next| one.subject == next.subject)
        .filter(|about_one| about_one.iter().any(|triple| triple.predicate == skos::PREF_LABEL))
        .flatten()
        .filter(|triple| SEEN.contains(&triple.predicate.as_ref()));
    let mut properties = BTreeSet::new();
    let all = [STANDPOINT, STANCES, VALUES].into_iter().flat_map(parse);
    let types = all.filter(|triple| triple.subject.is_named_node()).filter_map(|triple| {
        let is_first = properties.insert(triple.predicate.clone());
        match &triple.object {
            RdfTerm::NamedNode(_) => Some(format!("{triple} .\n")),
            _ => is_first.then(|| format!("{} {} \"\" .\n", triple.subject, triple.predicate)),
        }
    });
    [schemes.map(|triple| format!("{triple} .\n")).collect(), types.collect()]
}

/// What every graph holds besides its documents.
#[derive(Clone, Copy)]
pub struct Background {
    /// The triples.
    pub triples: fn() -> &'static [Triple],
    /// A number that is another one when they are others.
    pub mark: u32,
}

/// The schemes as the background of every graph.
#[must_use]
pub fn background() -> Background {
    static MARK: OnceLock<u32> = OnceLock::new();
    let mark = *MARK.get_or_init(|| crc32fast::hash(SCHEMES.as_bytes()));
    Background { triples: schemes, mark }
}

/// What a term of the ontology means, in English.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Term {
    /// Its name for people.
    pub label: String,
    /// What it is.
    pub definition: String,
    /// What it is not, and how it is told from its neighbours.
    pub scope_note: Option<String>,
    /// One use of it, in Turtle or in words.
    pub example: Option<String>,
    /// A passage that looks like a case of it and is none, with what it is instead.
    pub near_miss: Option<String>,
}

/// The meaning of one of the project's own classes, properties, concepts or schemes.
pub fn definition(iri: NamedNodeRef<'_>) -> Option<&'static Term> {
    static TERMS: OnceLock<BTreeMap<String, Term>> = OnceLock::new();
    TERMS.get_or_init(terms).get(iri.as_str())
}

fn terms() -> BTreeMap<String, Term> {
    let mut terms = BTreeMap::<String, Term>::new();
    for (_, content) in FILES {
        for triple in parse(content) {
            let (NamedOrBlankNode::NamedNode(subject), RdfTerm::Literal(literal)) =
                (triple.subject, triple.object)
            else {
                continue;
            };
            if !subject.as_str().starts_with(stp::NAMESPACE) {
                continue;
            }
            let text = literal.value().to_owned();
            let term = terms.entry(subject.into_string()).or_default();
            match triple.predicate.as_ref() {
                rdfs::LABEL | skos::PREF_LABEL => term.label = text,
                skos::DEFINITION => term.definition = text,
                skos::SCOPE_NOTE => term.scope_note = Some(text),
                skos::EXAMPLE => term.example = Some(text),
                stp::prop::NEAR_MISS => term.near_miss = Some(text),
                _ => {}
            }
        }
    }
    terms.retain(|_, term| !term.definition.is_empty());
    terms
}

/// Why a file of the program itself is read without an error.
const TESTED: &str = "a test parses the same text";

/// The triples of one of the files in Turtle.
fn parse(content: &'static str) -> impl Iterator<Item = Triple> {
    RdfParser::from_format(RdfFormat::Turtle).for_slice(content).map(|quad| Triple::from(quad.expect(TESTED)))
}
