//! The spans of a graph, the articles that they are of, and what rests on them.

use crate::analysis::show;
use crate::model::registry::Kind;
use crate::model::vocab::{oa, prov, rdf, schema, stp};
use crate::store::GraphReader;
use oxrdf::{NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Term};
use std::collections::{BTreeMap, BTreeSet};

/// How far up from a span that which rests on it is looked for: span, attribution step or
/// condition, position, and one to spare.
const STEPS: usize = 4;

/// An article and its spans, in the order of the text.
#[derive(Clone, Debug)]
pub struct Article {
    /// Its IRI.
    pub iri: NamedNode,
    /// The SHA-256 of the text that was coded, as the graph states it.
    pub sha256: Option<String>,
    /// Spans that are quoted from it.
    pub spans: Vec<Span>,
    /// Number of records of it that have no words.
    pub records: usize,
}

/// Words of an article and where the graph says that they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The `oa:SpecificResource`.
    pub node: NamedOrBlankNode,
    /// Its selector, which has the place and the words.
    pub selector: NamedOrBlankNode,
    /// First code point; none where the graph does not say, or not in a whole number.
    pub start: Option<u32>,
    /// Code point after the last.
    pub end: Option<u32>,
    /// The words.
    pub exact: Option<String>,
}

impl Span {
    /// The words, if the graph gives no place to them at all.
    #[must_use]
    pub fn words_only(&self) -> Option<&str> {
        let exact = self.exact.as_deref().filter(|words| !words.is_empty())?;
        (self.start.is_none() && self.end.is_none()).then_some(exact)
    }

    /// Place and words, if the graph says all of it.
    #[must_use]
    pub fn quote(&self) -> Option<(std::ops::Range<u32>, &str)> {
        let exact = self.exact.as_deref().filter(|words| !words.is_empty())?;
        Some((self.start?..self.end?, exact))
    }
}

/// Something that an article states, and whose proof a span is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rest {
    /// Its IRI.
    pub iri: NamedNode,
    /// Whether it is a position, and not an event, measure, relation or office claim.
    pub is_position: bool,
    /// Statement in one line.
    pub sentence: String,
}

/// All articles that are quoted, and all that are described, by IRI.
#[must_use]
pub fn articles(index: &dyn GraphReader) -> Vec<Article> {
    let mut spans: BTreeMap<NamedNode, (Vec<Span>, usize)> = BTreeMap::new();
    for triple in index.matching(None, Some(rdf::TYPE), Some(Kind::Article.class().into())) {
        if let NamedOrBlankNode::NamedNode(article) = triple.subject {
            spans.entry(article).or_default();
        }
    }
    for triple in index.matching(None, Some(oa::HAS_SOURCE), None) {
        if let Term::NamedNode(article) = triple.object {
            let (quotes, records) = spans.entry(article).or_default();
            match selected(index, &triple.subject) {
                Some(selected) => quotes.extend(selected),
                None => *records += 1,
            }
        }
    }
    spans
        .into_iter()
        .map(|(iri, (mut spans, records))| {
            spans.sort_by_cached_key(|span| (span.start, span.end, span.selector.to_string()));
            let sha256 = text(index, iri.as_ref().into(), schema::SHA256);
            Article { sha256: sha256.map(|hash| hash.to_lowercase()), iri, spans, records }
        })
        .collect()
}

/// The places that a span names, one a selector; none of a record, which has no selector.
fn selected(index: &dyn GraphReader, node: &NamedOrBlankNode) -> Option<Vec<Span>> {
    let number = |of: &NamedOrBlankNode, p| text(index, of.as_ref(), p)?.parse().ok();
    let selectors: Vec<Term> = index
        .matching(Some(node.as_ref()), Some(oa::HAS_SELECTOR), None)
        .map(|triple| triple.object)
        .collect();
    let span = |selector: NamedOrBlankNode| Span {
        node: node.clone(),
        start: number(&selector, oa::START),
        end: number(&selector, oa::END),
        exact: text(index, selector.as_ref(), oa::EXACT),
        selector,
    };
    (!selectors.is_empty()).then(|| selectors.into_iter().filter_map(subject).map(span).collect())
}

/// The positions, events, measures and so on that rest on a span, directly or by a part of
/// theirs: an attribution step, a condition, a hedge.
#[must_use]
pub fn rests_on(index: &dyn GraphReader, span: &Span) -> Vec<Rest> {
    let (mut seen, mut found) = (BTreeSet::new(), BTreeSet::new());
    let mut nodes = vec![span.node.clone()];
    for _ in 0..STEPS {
        let mut next = Vec::new();
        for node in nodes {
            for triple in index.matching(None, None, Some(node.as_ref().into())) {
                let above = triple.subject;
                // What states nothing leads to the article, and from there to everything.
                if triple.predicate == stp::prop::NOTHING_TO_ENCODE || !seen.insert(above.to_string()) {
                    continue;
                }
                match above {
                    NamedOrBlankNode::NamedNode(iri) if is_stated(index, &iri) => {
                        let is_position = has(index, &iri, stp::prop::ACTOR);
                        found.insert(Rest { sentence: show::sentence(index, &iri), is_position, iri });
                    }
                    part => next.push(part),
                }
            }
        }
        nodes = next;
    }
    found.into_iter().collect()
}

/// Whether an article states this as such, and it is no part of something else.
fn is_stated(index: &dyn GraphReader, iri: &NamedNode) -> bool {
    has(index, iri, prov::WAS_DERIVED_FROM) || has(index, iri, stp::prop::ACTOR)
}

fn has(index: &dyn GraphReader, s: &NamedNode, p: NamedNodeRef<'_>) -> bool {
    index.matching(Some(s.as_ref().into()), Some(p), None).next().is_some()
}

fn text(index: &dyn GraphReader, of: NamedOrBlankNodeRef<'_>, p: NamedNodeRef<'_>) -> Option<String> {
    // The least of several, so that the same graph reads the same.
    let value = |term| if let Term::Literal(text) = term { Some(text.value().to_owned()) } else { None };
    index.matching(Some(of), Some(p), None).filter_map(|triple| value(triple.object)).min()
}

fn subject(term: Term) -> Option<NamedOrBlankNode> {
    match term {
        Term::NamedNode(node) => Some(node.into()),
        Term::BlankNode(node) => Some(node.into()),
        _ => None,
    }
}
