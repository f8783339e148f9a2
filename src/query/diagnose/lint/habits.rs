//! What queries for other services ask for and this graph has elsewhere: names, quotes, full-text search,
//! Wikidata's properties.

use super::known::{Known, split};
use super::places::{Places, first_iri};
use super::scope::{Block, Link};
use super::{Found, Mend};
use crate::base::diagnostic::Diagnostic;
use crate::model::prefixes::Prefixes;
use crate::model::vocab::{ELSEWHERE, rdf, skos, xsd};
use crate::query::run::ExecOptions;
use crate::query::{Answer, run};
use oxrdf::{Literal, NamedNode, Term};
use spargebra::algebra::{GraphPattern, PropertyPathExpression as Path};
use spargebra::term::TermPattern;
use std::time::Duration;

/// A suspicion is looked into for so long; what takes longer is not reported.
const PATIENCE: Duration = Duration::from_secs(1);
/// Suspicions looked into, of one query.
const MOST_LOOKED_INTO: usize = 12;
/// So many names are looked through for one that is asked for.
const MOST_SCANNED: usize = 200_000;

/// Properties that name things, in the order in which they are offered.
const NAMES: &[&str] = &["skos:prefLabel", "rdfs:label", "dcterms:title", "foaf:name", "schema:name"];
/// Properties of a selector: the words of a quote and their place.
const OF_SELECTORS: &[&str] = &["oa:exact", "oa:prefix", "oa:suffix", "oa:start", "oa:end"];
/// Ways to a selector: from the evidence, from what has evidence.
const TO_SELECTORS: &[&[&str]] = &[&["oa:hasSelector"], &["stp:evidence", "oa:hasSelector"]];
/// Properties of full-text indexes.
const SEARCHES: &[&str] = &["text:query", "bif:contains"];

pub(super) fn check<'h>(
    blocks: &'h [Block<'h>],
    known: &'h Known<'_>,
    places: &'h Places<'h>,
    found: &'h mut Found<'_>,
) {
    let mut prefixes = Prefixes::known();
    ELSEWHERE.iter().for_each(|(prefix, namespace)| prefixes.insert(prefix, namespace));
    let mut habits = Habits { blocks, known, places, found, prefixes, looked_into: 0 };
    for block in blocks {
        for (at, link) in block.links.iter().enumerate().skip(block.inherited.0) {
            if let Path::NamedNode(property) = &link.path {
                habits.link(block, at, link, property);
            } else if let Some(property) = first_iri(&link.path) {
                habits.wikidata(link, property);
            }
        }
    }
}

struct Habits<'h, 'a, 'q> {
    blocks: &'h [Block<'h>],
    known: &'h Known<'a>,
    places: &'h Places<'h>,
    found: &'h mut Found<'q>,
    /// What the names above mean, whatever prefixes the query declares.
    prefixes: Prefixes,
    looked_into: usize,
}

impl Habits<'_, '_, '_> {
    fn link(&mut self, block: &Block<'_>, at: usize, link: &Link<'_>, property: &NamedNode) {
        let is_one = |names: &[&str]| names.iter().any(|name| self.iri(name).as_ref() == Some(property));
        if is_one(SEARCHES) {
            self.search(block, link, property);
        } else if is_one(NAMES) {
            let others: Vec<Vec<NamedNode>> = NAMES
                .iter()
                .filter_map(|name| self.iri(name))
                .filter(|other| other != property)
                .map(|other| vec![other])
                .collect();
            self.elsewhere(block, at, link, property, &others);
        } else if is_one(OF_SELECTORS) {
            let way = |way: &&[&str]| {
                let steps = way.iter().filter_map(|name| self.iri(name));
                steps.chain([property.clone()]).collect()
            };
            let ways: Vec<Vec<NamedNode>> = TO_SELECTORS.iter().map(way).collect();
            self.elsewhere(block, at, link, property, &ways);
        } else {
            self.wikidata(link, property);
        }
    }

    fn iri(&self, name: &str) -> Option<NamedNode> {
        self.prefixes.expand(name).map(NamedNode::new_unchecked)
    }

    /// Warns where a property matches nothing beside its neighbours and another way does.
    fn elsewhere(
        &mut self,
        block: &Block<'_>,
        at: usize,
        link: &Link<'_>,
        property: &NamedNode,
        ways: &[Vec<NamedNode>],
    ) {
        self.looked_into += 1;
        if self.looked_into > MOST_LOOKED_INTO
            || self.matches(block, at, std::slice::from_ref(property), link.object) != Some(false)
        {
            return;
        }
        // Whoever asks for both knows that a thing has one or the other.
        let is_asked = |way: &Vec<NamedNode>| {
            let [only] = way.as_slice() else { return false };
            let mut links = self.blocks.iter().flat_map(|block| &block.links);
            links.any(|one| one.subject == link.subject && one.path == Path::NamedNode(only.clone()))
        };
        if ways.iter().any(is_asked) {
            return;
        }
        let tried = ways.iter().find_map(|way| {
            let last = way.last()?;
            let object = self.as_kept(last, link.object);
            (self.matches(block, at, way, &object) == Some(true)).then_some((way, object))
        });
        let Some((way, object)) = tried else { return };
        let name = self.known.short(property.as_str());
        let steps: Vec<String> = way.iter().map(|step| self.known.short(step.as_str())).collect();
        let steps = steps.join("/");
        let help = match (self.written(link.subject), self.written(&object)) {
            (Some(subject), Some(object)) => format!("write {subject} {steps} {object}"),
            _ => format!("write {steps} in its place"),
        };
        let place = self.places.predicate(link.subject, &link.path, link.object);
        if let (Some(range), true) = (&place, object == *link.object) {
            self.found.mends.push(Mend { range: range.clone(), with: steps.clone() });
        }
        let warning = Diagnostic::warning(format!("`{name}` matches nothing here"));
        self.found.warn(place, warning.expected("is elsewhere in this graph").help(help));
    }

    /// Whether a way from the link's subject to this object exists beside the other links of the subject;
    /// nothing where that takes too long to tell.
    fn matches(&self, block: &Block<'_>, at: usize, way: &[NamedNode], object: &TermPattern) -> Option<bool> {
        let link = &block.links[at];
        let is_it = |node: &TermPattern| {
            node == link.subject && matches!(node, TermPattern::Variable(_) | TermPattern::BlankNode(_))
        };
        // What the graph has no case of at all, nothing can be compared beside.
        let is_absent = |one: &Link<'_>| {
            let first = match &one.path {
                Path::NamedNode(property) => Some(property),
                path => first_iri(path),
            };
            first.is_some_and(|property| !self.known.has(None, Some(property.as_ref()), None))
        };
        let is_beside =
            |(other, one): &(usize, &Link<'_>)| *other != at && (is_it(one.subject) || is_it(one.object));
        let mut neighbours = block.links.iter().enumerate().filter(is_beside).peekable();
        // What binds the subject may stand in another block: a branch of a UNION, a subselect.
        let is_bound_elsewhere = || {
            let mut others = self.blocks.iter().filter(|other| !std::ptr::eq(*other, block));
            others.any(|other| other.links.iter().any(|one| is_it(one.subject) || is_it(one.object)))
        };
        if neighbours.peek().is_none() && is_bound_elsewhere() || neighbours.any(|(_, one)| is_absent(one)) {
            return None;
        }
        let beside = block.links.iter().enumerate().filter(is_beside).map(|(_, one)| GraphPattern::Path {
            subject: one.subject.clone(),
            path: one.path.clone(),
            object: one.object.clone(),
        });
        let steps = way.iter().map(|step| Path::NamedNode(step.clone()));
        let path = steps.reduce(|one, next| Path::Sequence(Box::new(one), Box::new(next)))?;
        let own = GraphPattern::Path { subject: link.subject.clone(), path, object: object.clone() };
        let pattern = beside
            .fold(own, |left, right| GraphPattern::Join { left: Box::new(left), right: Box::new(right) });
        let ask = spargebra::Query::Ask { dataset: None, pattern, base_iri: None };
        match run::answer(ask, self.known.index, &ExecOptions::within(PATIENCE)) {
            Ok(Answer::Truth(truth)) => Some(truth),
            _ => None,
        }
    }

    /// A text as this property has it, which may have a language.
    fn as_kept(&self, property: &NamedNode, object: &TermPattern) -> TermPattern {
        let TermPattern::Literal(wanted) = object else { return object.clone() };
        let values = self.known.index.matching(None, Some(property.as_ref()), None).take(MOST_SCANNED);
        let literal = |term: Term| match term {
            Term::Literal(literal) if literal.value() == wanted.value() => Some(literal),
            _ => None,
        };
        let found: Vec<Literal> = values.filter_map(|triple| literal(triple.object)).collect();
        let kept = found.iter().find(|literal| *literal == wanted).or(found.first()).unwrap_or(wanted);
        kept.clone().into()
    }

    /// `?who text:query "words"`.
    fn search(&mut self, block: &Block<'_>, link: &Link<'_>, property: &NamedNode) {
        if self.known.has(None, Some(property.as_ref()), None) {
            return;
        }
        let text = |object: &TermPattern| match object {
            TermPattern::Literal(literal) if literal.datatype() != xsd::INTEGER => {
                Some(literal.value().to_owned())
            }
            _ => None,
        };
        // `text:query (rdfs:label "words" 10)`
        let in_list = || {
            let is_member =
                |link: &&Link<'_>| matches!(&link.path, Path::NamedNode(step) if step.as_ref() == rdf::FIRST);
            block.links.iter().filter(is_member).find_map(|link| text(link.object))
        };
        let words = text(link.object).or_else(in_list);
        let words = words.map(|words| words.replace(['"', '\'', '*', '\\'], "").trim().to_owned());
        let words = words.filter(|words| !words.is_empty()).unwrap_or_else(|| "words".into());
        let subject = self.written(link.subject).unwrap_or_else(|| "?it".into());
        let label = self.known.short(skos::PREF_LABEL.as_str());
        let title = format!("there is no full-text index for `{}`", self.known.short(property.as_str()));
        let place = self.places.predicate(link.subject, &link.path, link.object);
        let warning = Diagnostic::warning(title)
            .expected("matches nothing")
            .note(format!("`standpoint find {words}` searches labels and quotes, typos included"))
            .help(format!(
                "write {subject} {label} ?name FILTER(CONTAINS(LCASE(?name), {}))",
                Literal::new_simple_literal(words.to_lowercase())
            ));
        self.found.warn(place, warning);
    }

    /// `?who wdt:P31 wd:Q5`.
    fn wikidata(&mut self, link: &Link<'_>, property: &NamedNode) {
        let namespace = split(property.as_str()).0;
        let is_direct = self.prefixes.get("wdt") == Some(namespace);
        if !is_direct || self.known.has(None, Some(property.as_ref()), None) {
            return;
        }
        let subject = self.written(link.subject).unwrap_or_else(|| "?it".into());
        let title = format!("`{}` is a property of Wikidata", self.known.short(property.as_str()));
        let warning = Diagnostic::warning(title)
            .expected("not in this graph")
            .note("classes are given by `a`, as in ?who a stp:Actor; names by `skos:prefLabel`")
            .help(format!("to find what is linked to Wikidata, write {subject} skos:exactMatch wd:Q…"));
        self.found.warn(self.places.predicate(link.subject, &link.path, link.object), warning);
    }

    /// A node as it would be written; nothing for one that the query has no word for.
    fn written(&self, node: &TermPattern) -> Option<String> {
        match node {
            TermPattern::Variable(variable) => Some(variable.to_string()),
            TermPattern::NamedNode(iri) => Some(self.known.short(iri.as_str())),
            TermPattern::Literal(literal) => Some(literal.to_string()),
            _ => None,
        }
    }
}
