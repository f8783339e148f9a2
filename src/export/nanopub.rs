//! Nanopublications in TriG (<https://nanopub.net/guidelines/working_draft/>): a position each, citable by a
//! trusty URI, which anybody can hold against the content.
//!
//! The assertion is the claim: who takes which stance on what, with the names that it takes to read it alone. Its
//! provenance is the words, the article, by whom it is reported and how it was coded. The publication info says who
//! publishes it, when, and under which licence.
//!
//! Two designs were weighed. With everything about a position in the assertion, a correction of the spelling of a
//! title would make another assertion. Divided by what a property says, assertions of the same claim are equal, and
//! all is there for whoever reads the four graphs as one.
//!
//! Deliberately absent: signatures, which need a key, and the version of the program, by which the URI of an
//! unchanged position would change.

use super::dataset::Dataset;
use super::format::Format;
use super::graph::mentions_blank_node;
use super::order::Order;
use super::quotes;
use super::selection::in_force;
use super::turtle::{Turtle, write_graphs};
use super::verify::verify_dataset;
use super::view::{drop_direction, objects};
use crate::base::error::{Error, Result};
use crate::ingest::import::annotations::GENERATOR;
use crate::model::canonical::{canonical_numbers_of_many, replace_in_triple};
use crate::model::prefixes::Prefixes;
use crate::model::vocab::{
    DEFAULT_BASE, dcterms, foaf, np, npx, oa, pav, prov, rdf, rdfs, schema, skos, stp,
};
use crate::store::GraphReader;
use crate::store::index::reading;
use crate::store::names;
use oxrdf::{GraphName, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term, Triple};
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashSet};
use std::io::Write;

/// Stands for the artifact code where it is not known yet; no IRI has a blank.
const BLANK: &str = " ";
/// What made it.
const PROGRAM: NamedNodeRef<'static> = NamedNodeRef::new_unchecked(GENERATOR);

/// Properties of a position and its parts that say whence it is known, and in which words.
const PROVENANCE: &[NamedNodeRef<'static>] = &[
    stp::prop::EVIDENCE,
    stp::prop::HEDGE,
    stp::prop::ATTRIBUTION,
    stp::prop::TIME_EXPRESSION,
    prov::WAS_DERIVED_FROM,
    prov::WAS_GENERATED_BY,
    dcterms::IDENTIFIER,
    skos::NOTE,
];
/// Links to other positions, which a part of the graph may lack: what is published must not depend on the part.
const LINKS: &[NamedNodeRef<'static>] = &[stp::prop::SUPERSEDES, stp::prop::ALTERNATIVE_READING];
/// What is said of the article.
const OF_ARTICLE: &[NamedNodeRef<'static>] = &[
    dcterms::TITLE,
    dcterms::CREATOR,
    dcterms::PUBLISHER,
    dcterms::ISSUED,
    dcterms::LANGUAGE,
    dcterms::SOURCE,
    stp::prop::PUBLISHED_FROM,
    stp::prop::PUBLISHED_UNTIL,
    stp::prop::DATING_BASIS,
    schema::SHA256,
];
/// What is said of actors, issues and concepts.
const OF_THING: &[NamedNodeRef<'static>] = &[skos::PREF_LABEL, rdfs::LABEL, foaf::NAME, skos::EXACT_MATCH];
/// From a whole to its parts, of which all is said.
const PARTS: &[NamedNodeRef<'static>] = &[
    stp::prop::EVIDENCE,
    stp::prop::ATTRIBUTION,
    stp::prop::TIME_EXPRESSION,
    stp::prop::CONDITION,
    stp::prop::REASON,
    stp::prop::HEDGE,
    oa::HAS_SELECTOR,
    prov::WAS_GENERATED_BY,
];

/// How nanopublications are made.
#[derive(Clone, Debug, Default)]
pub struct NanopubOptions {
    /// Licence under which they may be used.
    pub licence: Option<NamedNode>,
    /// Number of words that quotes are cut to, if they are.
    pub quotes_max: Option<usize>,
}

/// What was written, and what was wanting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nanopubs {
    /// Number of nanopublications.
    pub written: usize,
    /// Number of those whose coding has no date.
    pub undated: usize,
    /// Number of those whose coding has no coder.
    pub without_creator: usize,
    /// Positions left out because they have no IRI.
    pub without_iri: usize,
}

/// Writes a nanopublication for each position, one after another in the order of the IRIs. Each begins with its
/// prefixes, and is read back before it is written.
///
/// # Errors
/// A damaged index, a stream that takes no more, blank nodes that are too similar to be distinguished.
pub fn nanopubs(index: &dyn GraphReader, options: &NanopubOptions, out: &mut dyn Write) -> Result<Nanopubs> {
    let mut done = Nanopubs::default();
    let mut positions: BTreeSet<NamedNode> = BTreeSet::new();
    reading(|| {
        for triple in index.matching(None, Some(rdf::TYPE), Some(stp::POSITION.into())) {
            match triple.subject {
                NamedOrBlankNode::NamedNode(position) => drop(positions.insert(position)),
                NamedOrBlankNode::BlankNode(_) => done.without_iri += 1,
            }
        }
    })?;
    for position in &positions {
        let mut nanopub = reading(|| Nanopub::of(index, position, options))?;
        nanopub.name_blank_nodes()?;
        done.undated += usize::from(!nanopub.is_dated);
        done.without_creator += usize::from(!nanopub.has_creator);
        let text = nanopub.text()?;
        if done.written > 0 {
            out.write_all(b"\n").map_err(Error::file("write", "the nanopublications"))?;
        }
        out.write_all(&text).map_err(Error::file("write", "the nanopublications"))?;
        done.written += 1;
    }
    Ok(done)
}

/// A nanopublication that has no artifact code yet.
struct Nanopub {
    /// Its IRI up to the code.
    namespace: String,
    /// IRI below which the things of the case are.
    base: String,
    assertion: HashSet<Triple>,
    provenance: HashSet<Triple>,
    info: HashSet<Triple>,
    is_dated: bool,
    has_creator: bool,
}

/// Where triples are gathered.
struct Gathering<'g> {
    index: &'g dyn GraphReader,
    triples: HashSet<Triple>,
    described: HashSet<NamedOrBlankNode>,
    /// Whether what is provenance is put aside.
    is_assertion: bool,
    aside: Vec<Triple>,
    quotes_max: Option<usize>,
}

impl Nanopub {
    fn of(index: &dyn GraphReader, position: &NamedNode, options: &NanopubOptions) -> Self {
        let base = match position.as_str().rsplit_once("position/") {
            Some((base, _)) if base.ends_with('/') && !base.contains('#') => base,
            _ => DEFAULT_BASE,
        };
        let namespace = format!("{base}nanopub/");
        let own = |suffix: &str| NamedNode::new_unchecked(format!("{namespace}{BLANK}{suffix}"));
        let gathering = || Gathering {
            index,
            triples: HashSet::new(),
            described: HashSet::from([position.clone().into()]),
            is_assertion: false,
            aside: Vec::new(),
            quotes_max: options.quotes_max,
        };
        let (mut assertion, mut provenance) = (gathering(), gathering());
        assertion.is_assertion = true;
        for triple in index.matching(Some(position.as_ref().into()), None, None) {
            assertion.take(triple);
        }
        for whence in std::mem::take(&mut assertion.aside) {
            provenance.take(whence);
        }
        for direct in in_force(index, &BTreeSet::from([position.clone()])) {
            assertion.add(direct);
        }
        let of = |property| -> Vec<Term> { objects(index, position.as_ref().into(), property).collect() };
        let (claim, whole) = (own("#assertion"), own(""));
        provenance.add(Triple::new(claim.clone(), rdf::TYPE, prov::ENTITY));
        for article in of(prov::WAS_DERIVED_FROM) {
            provenance.add(Triple::new(claim.clone(), prov::WAS_DERIVED_FROM, article));
        }
        let mut info = gathering();
        info.add(Triple::new(whole.clone(), npx::INTRODUCES, position.clone()));
        info.add(Triple::new(whole.clone(), pav::CREATED_WITH, PROGRAM));
        let label = [stp::prop::ACTOR, stp::prop::STANCE, stp::prop::ISSUE].map(|property| {
            let shown = |term: Term| names::shown(index, NamedOrBlankNode::try_from(term).ok()?.as_ref());
            of(property).into_iter().filter_map(shown).min().unwrap_or_default()
        });
        if label.iter().all(|part| !part.is_empty()) {
            let label = Literal::new_simple_literal(label.join(" "));
            info.add(Triple::new(whole.clone(), rdfs::LABEL, label));
        }
        if let Some(licence) = &options.licence {
            info.add(Triple::new(whole.clone(), dcterms::LICENSE, licence.clone()));
        }
        let (mut is_dated, mut has_creator) = (false, false);
        for coding in of(prov::WAS_GENERATED_BY) {
            provenance.add(Triple::new(claim.clone(), prov::WAS_GENERATED_BY, coding.clone()));
            let Ok(coding) = NamedOrBlankNode::try_from(coding) else { continue };
            for property in [dcterms::DATE, prov::ENDED_AT_TIME] {
                for date in objects(index, coding.as_ref(), property) {
                    info.add(Triple::new(whole.clone(), dcterms::CREATED, date));
                    is_dated = true;
                }
            }
            for coder in objects(index, coding.as_ref(), prov::WAS_ASSOCIATED_WITH) {
                provenance.add(Triple::new(claim.clone(), prov::WAS_ATTRIBUTED_TO, coder.clone()));
                info.take(Triple::new(whole.clone(), dcterms::CREATOR, coder));
                has_creator = true;
            }
        }
        let (assertion, provenance, info) = (assertion.triples, provenance.triples, info.triples);
        Self { base: base.to_owned(), namespace, assertion, provenance, info, is_dated, has_creator }
    }

    /// Name and content of its four graphs, with this artifact code.
    fn graphs(&self, code: &str) -> Vec<(NamedNode, Vec<Triple>)> {
        let own = |suffix: &str| NamedNode::new_unchecked(format!("{}{code}{suffix}", self.namespace));
        let [assertion, provenance, info] = ["#assertion", "#provenance", "#pubinfo"].map(own);
        let head = vec![
            Triple::new(own(""), rdf::TYPE, np::NANOPUBLICATION),
            Triple::new(own(""), np::HAS_ASSERTION, assertion.clone()),
            Triple::new(own(""), np::HAS_PROVENANCE, provenance.clone()),
            Triple::new(own(""), np::HAS_PUBLICATION_INFO, info.clone()),
        ];
        let unnamed = format!("{}{BLANK}", self.namespace);
        let with_code = |node: &mut NamedNode| {
            if let Some(suffix) = node.as_str().strip_prefix(&unnamed) {
                *node = own(suffix);
            }
        };
        let named = |triples: &HashSet<Triple>| -> Vec<Triple> {
            let mut triples: Vec<Triple> = triples.iter().cloned().collect();
            for triple in &mut triples {
                if let NamedOrBlankNode::NamedNode(subject) = &mut triple.subject {
                    with_code(subject);
                }
                if let Term::NamedNode(object) = &mut triple.object {
                    with_code(object);
                }
            }
            triples
        };
        vec![
            (own("#Head"), head),
            (assertion, named(&self.assertion)),
            (provenance, named(&self.provenance)),
            (info, named(&self.info)),
        ]
    }

    /// Gives blank nodes names below that of the nanopublication, as trusty URIs demand it.
    fn name_blank_nodes(&mut self) -> Result<()> {
        let parts = [&self.assertion, &self.provenance, &self.info];
        let mut quads: Vec<Quad> = Vec::new();
        for (number, triples) in parts.into_iter().enumerate() {
            let graph = NamedNode::new_unchecked(format!("{}{BLANK}{number}", self.namespace));
            let has_blank =
                |triple: &&Triple| triple.subject.is_blank_node() || mentions_blank_node(&triple.object);
            let blank = triples.iter().filter(has_blank);
            quads.extend(blank.map(|triple| triple.clone().in_graph(GraphName::from(graph.clone()))));
        }
        if quads.is_empty() {
            return Ok(());
        }
        let numbers = canonical_numbers_of_many(&quads)?;
        for triples in [&mut self.assertion, &mut self.provenance, &mut self.info] {
            let named = std::mem::take(triples).into_iter().map(|mut triple| {
                replace_in_triple(&mut triple, &mut |node| {
                    let name = format!("{}{BLANK}#_{}", self.namespace, numbers[node] + 1);
                    NamedNode::new_unchecked(name).into()
                });
                triple
            });
            *triples = named.collect();
        }
        Ok(())
    }

    /// Its text, read back.
    fn text(&self) -> Result<Vec<u8>> {
        let code = artifact_code(&self.graphs(BLANK));
        let mut dataset = Dataset::new(self.graphs(&code), Order::Reading)?;
        let mut prefixes = Prefixes::with_base(&self.base);
        prefixes.insert("sub", &format!("{}{code}#", self.namespace));
        for (prefix, namespace) in
            [(np::PREFIX, np::NAMESPACE), (npx::PREFIX, npx::NAMESPACE), (pav::PREFIX, pav::NAMESPACE)]
        {
            prefixes.insert(prefix, namespace);
        }
        dataset.graphs_mut().for_each(|graph| graph.set_prefixes(prefixes.clone()));
        let mut text = Vec::new();
        write_graphs(&dataset, &mut text).map_err(Error::file("write", "the nanopublications"))?;
        verify_dataset(&dataset, &Turtle(Format::TriG), text.as_slice())?;
        Ok(text)
    }
}

impl Gathering<'_> {
    /// Adds a triple, and what it takes to read its object.
    fn take(&mut self, triple: Triple) {
        if LINKS.contains(&triple.predicate.as_ref()) {
            return;
        }
        if self.is_assertion && PROVENANCE.contains(&triple.predicate.as_ref()) {
            self.aside.push(triple);
            return;
        }
        let end = NamedOrBlankNode::try_from(triple.object.clone()).ok();
        let property = triple.predicate.clone();
        self.add(triple);
        if let Some(end) = end.filter(|_| property != rdf::TYPE) {
            self.describe(end, property.as_ref());
        }
    }

    fn add(&mut self, mut triple: Triple) {
        // There are triple terms in views alone, and trusty URIs do not know them.
        if matches!(triple.object, Term::Triple(_)) {
            return;
        }
        drop_direction(&mut triple);
        if let Some(most) = self.quotes_max {
            quotes::cut_triple(&mut triple, most);
        }
        // Implementations differ in which spelling of a tag they hash; of small letters there is one.
        if let Term::Literal(literal) = &triple.object
            && let Some(tag) =
                literal.language().filter(|tag| tag.bytes().any(|byte| byte.is_ascii_uppercase()))
        {
            let tag = tag.to_ascii_lowercase();
            let text = Literal::new_language_tagged_literal_unchecked(literal.value(), tag);
            triple.object = text.into();
        }
        self.triples.insert(triple);
    }

    /// Says of a thing what it is and what it is called, of an article what it takes to find it, of a part all.
    fn describe(&mut self, node: NamedOrBlankNode, property: NamedNodeRef<'_>) {
        if !self.described.insert(node.clone()) {
            return;
        }
        let said: Vec<Triple> = self.index.matching(Some(node.as_ref()), None, None).collect();
        let is_part = PARTS.contains(&property);
        let is_article =
            said.iter().any(|triple| triple.predicate == rdf::TYPE && triple.object == stp::ARTICLE.into());
        let wanted = if is_article { OF_ARTICLE } else { OF_THING };
        for triple in said {
            if is_part {
                self.take(triple);
            } else if triple.predicate == rdf::TYPE || wanted.contains(&triple.predicate.as_ref()) {
                self.add(triple);
            }
        }
    }
}

/// The artifact code of quads in which a blank stands for it: module RA of
/// <https://github.com/trustyuri/trustyuri-spec>.
fn artifact_code(graphs: &[(NamedNode, Vec<Triple>)]) -> String {
    let mut quads: Vec<_> = graphs
        .iter()
        .flat_map(|(name, triples)| triples.iter().map(move |triple| (name.as_str(), triple)))
        .map(|(name, triple)| {
            let subject = match &triple.subject {
                NamedOrBlankNode::NamedNode(node) => node.as_str(),
                NamedOrBlankNode::BlankNode(node) => node.as_str(),
            };
            (name, subject, triple.predicate.as_str(), of_object(&triple.object))
        })
        .collect();
    quads.sort_unstable();
    quads.dedup();
    let mut hash = Sha256::new();
    for (name, subject, predicate, object) in quads {
        let object = match object {
            Object::Node(node) => node.to_owned(),
            Object::Literal { text, datatype, language } => {
                let kind = language.map_or_else(
                    || format!("^{}", datatype.unwrap_or_default()),
                    |language| format!("@{language}"),
                );
                format!("{kind} {}", text.replace('\\', "\\\\").replace('\n', "\\n"))
            }
        };
        hash.update(format!("{name}\n{subject}\n{predicate}\n{object}\n"));
    }
    format!("RA{}", base64url(&hash.finalize()))
}

/// An object; in the order in which the code is computed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Object<'t> {
    Node(&'t str),
    Literal { text: &'t str, datatype: Option<&'t str>, language: Option<&'t str> },
}

fn of_object(object: &Term) -> Object<'_> {
    match object {
        Term::NamedNode(node) => Object::Node(node.as_str()),
        Term::BlankNode(node) => Object::Node(node.as_str()),
        Term::Literal(literal) => {
            let (text, language) = (literal.value(), literal.language());
            let datatype = Some(literal.datatype().as_str()).filter(|_| language.is_none());
            Object::Literal { text, datatype, language }
        }
        Term::Triple(_) => unreachable!("triple terms are not gathered"),
    }
}

/// Bytes in the alphabet of RFC 4648, section 5, without padding.
fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(group.get(at).copied().unwrap_or(0)));
        for digit in 0..=group.len() {
            text.push(char::from(LETTERS[(bits >> (18 - 6 * digit)) as usize & 63]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_without_padding() {
        for (bytes, text) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg")] {
            assert_eq!(base64url(bytes.as_bytes()), text);
        }
        assert_eq!(base64url(&[0xfb, 0xff]), "-_8");
    }

    #[test]
    fn objects_sort_as_the_specification_says() {
        let literal = |text, datatype, language| Object::Literal { text, datatype, language };
        let sorted = [
            Object::Node("z"),
            literal("a", None, Some("de")),
            literal("a", None, Some("en")),
            literal("a", Some("x"), None),
            literal("b", None, Some("de")),
        ];
        assert!(sorted.is_sorted());
    }
}
