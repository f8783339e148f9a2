//! Annotated triples brought into the model's shape: `:ana stp:supports :x {| stp:mode … |}`
//! becomes a position with an IRI of its own; other annotated triples become `rdf:Statement`s.
//!
//! Afterwards no triple stands inside another, so that the data is plain RDF 1.1 and every
//! engine can answer with indexes instead of searching through quoted triples.

use crate::model::canonical::{each_of_triple, replace_in_triple};
use crate::model::identity::{Base, Evidence, id_of, part, triple_term};
use crate::model::vocab::{dcterms, oa, prov, rdf, stp, xsd};
use crate::model::{Concept, Mode, Span, Stance, Status};
use oxrdf::{BlankNode, GraphName, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Term, Triple};
use std::cell::Cell;
use std::collections::{HashMap, HashSet};

/// Number of triples about annotations, counted each time they are come upon, and some for each
/// triple there is, that may be needed to name them all: where blank nodes are entwined, ways through
/// them multiply.
const STEPS: usize = 500_000;
const STEPS_EACH: usize = 50;

/// What is said about an annotation leads through too many blank nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entwined;

/// Writes the triple terms of a dataset in the model's shape and as `rdf:Statement`s, and returns the number
/// of the latter.
pub(super) fn normalise(
    graphs: &mut [(GraphName, Vec<Triple>)],
    document: &NamedNode,
) -> Result<usize, Entwined> {
    let mut names: HashMap<NamedOrBlankNode, NamedNode> = HashMap::new();
    let mut statements = 0;
    for (graph, triples) in graphs.iter_mut() {
        let name = match graph {
            GraphName::NamedNode(name) => &*name,
            GraphName::BlankNode(_) | GraphName::DefaultGraph => document,
        };
        if triples.iter().any(|triple| matches!(triple.object, Term::Triple(_))) {
            statements += normalise_graph(triples, name, &mut names)?;
        }
    }
    if names.is_empty() {
        return Ok(statements);
    }
    // A reifier is one node in the whole file.
    let mut renamed = |node: &BlankNode| {
        let node = NamedOrBlankNode::from(node.clone());
        names.get(&node).cloned().map_or(node, Into::into)
    };
    for (graph, triples) in graphs {
        if let GraphName::BlankNode(node) = graph {
            *graph = renamed(node).into();
        }
        triples.iter_mut().for_each(|triple| replace_in_triple(triple, &mut renamed));
    }
    Ok(statements)
}

/// Does this for a graph; `names` are those of reifiers that had none.
fn normalise_graph(
    triples: &mut Vec<Triple>,
    document: &NamedNode,
    names: &mut HashMap<NamedOrBlankNode, NamedNode>,
) -> Result<usize, Entwined> {
    let mut plain: Vec<Triple> = Vec::new();
    let mut reified: Vec<(NamedOrBlankNode, Triple)> = Vec::new();
    let mut inner: HashMap<Triple, NamedOrBlankNode> = HashMap::new();
    for triple in std::mem::take(triples) {
        let Triple { subject, predicate, object } = triple;
        match object {
            Term::Triple(quoted) if predicate == rdf::REIFIES => {
                let quoted = flat(*quoted, document, &mut reified, &mut inner);
                reified.push((subject, quoted));
            }
            Term::Triple(quoted) => {
                // A triple term anywhere else stands for a statement about it.
                let node = statement(*quoted, document, &mut reified, &mut inner);
                plain.push(Triple::new(subject, predicate, node));
            }
            object => plain.push(Triple { subject, predicate, object }),
        }
    }
    let asserted: HashSet<&Triple> = plain.iter().collect();
    let mut added: Vec<Triple> = Vec::new();
    let mut statements = 0;
    let graph = Annotations::new(&plain);
    for (node, quoted) in &reified {
        let (name, shape) = match stated(quoted) {
            Some((actor, stance, issue)) => (
                Some(position_name(&graph, node, actor, stance, issue)),
                position(&graph, node, actor, stance, issue, asserted.contains(quoted)),
            ),
            None => {
                statements += 1;
                // A name that was made from the labels of a file would differ from one load to the next.
                let name = (!has_blank(quoted)).then(|| statement_name(&graph, node, quoted, document));
                (name, statement_shape(quoted))
            }
        };
        if graph.room.get() == 0 {
            return Err(Entwined);
        }
        if let (NamedOrBlankNode::BlankNode(_), Some(name)) = (node, name) {
            names.insert(node.clone(), name);
        }
        added.extend(shape.into_iter().map(|(p, o)| Triple::new(node.clone(), p, o)));
    }
    *triples = plain;
    triples.extend(added);
    Ok(statements)
}

/// What a triple states of a stakeholder's stance.
fn stated(quoted: &Triple) -> Option<(&NamedNode, Stance, &NamedNode)> {
    let stance = Stance::from_direct_property(quoted.predicate.as_ref())?;
    match (&quoted.subject, &quoted.object) {
        (NamedOrBlankNode::NamedNode(actor), Term::NamedNode(issue)) => Some((actor, stance, issue)),
        _ => None,
    }
}

fn has_blank(triple: &Triple) -> bool {
    let mut found = false;
    each_of_triple(triple, &mut |_| found = true);
    found
}

/// A quoted triple whose own quoted object, if it has one, stands as a statement.
fn flat(
    quoted: Triple,
    document: &NamedNode,
    reified: &mut Vec<(NamedOrBlankNode, Triple)>,
    inner: &mut HashMap<Triple, NamedOrBlankNode>,
) -> Triple {
    let Triple { subject, predicate, object } = quoted;
    let object = match object {
        Term::Triple(deeper) => statement(*deeper, document, reified, inner).into(),
        other => other,
    };
    Triple { subject, predicate, object }
}

/// The node that stands for a triple term.
fn statement(
    quoted: Triple,
    document: &NamedNode,
    reified: &mut Vec<(NamedOrBlankNode, Triple)>,
    inner: &mut HashMap<Triple, NamedOrBlankNode>,
) -> NamedOrBlankNode {
    let written = quoted.to_string();
    let quoted = flat(quoted, document, reified, inner);
    if let Some(node) = inner.get(&quoted) {
        return node.clone();
    }
    let node = match has_blank(&quoted) || stated(&quoted).is_some() {
        true => NamedOrBlankNode::from(BlankNode::default()),
        false => triple_term(document, &written).into(),
    };
    inner.insert(quoted.clone(), node.clone());
    reified.push((node.clone(), quoted));
    node
}

/// What is said about reifiers, by subject.
struct Annotations<'a> {
    by_subject: HashMap<&'a NamedOrBlankNode, Vec<&'a Triple>>,
    /// How many triples may still be come upon.
    room: Cell<usize>,
}

impl<'a> Annotations<'a> {
    fn new(triples: &'a [Triple]) -> Self {
        let mut by_subject: HashMap<_, Vec<_>> = HashMap::new();
        for triple in triples {
            by_subject.entry(&triple.subject).or_default().push(triple);
        }
        Self { by_subject, room: Cell::new(STEPS + STEPS_EACH * triples.len()) }
    }

    fn objects(&self, node: &NamedOrBlankNode, property: NamedNodeRef<'_>) -> impl Iterator<Item = &'a Term> {
        let triples = self.by_subject.get(node).map(Vec::as_slice).unwrap_or_default();
        triples.iter().filter(move |t| t.predicate == property).map(|t| &t.object)
    }

    fn has(&self, node: &NamedOrBlankNode, property: NamedNodeRef<'_>) -> bool {
        self.objects(node, property).next().is_some()
    }

    /// Everything that is said about a node, blank nodes followed, as a text that does not
    /// depend on their labels.
    fn content(&self, node: &NamedOrBlankNode, depth: usize) -> String {
        let triples = self.by_subject.get(node).map(Vec::as_slice).unwrap_or_default();
        self.room.set(self.room.get().saturating_sub(triples.len()));
        if self.room.get() == 0 {
            return String::new();
        }
        let mut lines: Vec<String> = triples
            .iter()
            .map(|triple| match &triple.object {
                Term::BlankNode(next) if depth > 0 => {
                    format!("{} [{}]", triple.predicate, self.content(&next.clone().into(), depth - 1))
                }
                Term::BlankNode(_) => format!("{} []", triple.predicate),
                other => format!("{} {other}", triple.predicate),
            })
            .collect();
        lines.sort_unstable();
        lines.join("\n")
    }

    /// The key of the record without words that a node rests on.
    fn record(&self, node: &NamedOrBlankNode) -> Option<String> {
        let evidence = self.objects(node, stp::prop::EVIDENCE).find_map(|term| match term {
            Term::NamedNode(name) => Some(NamedOrBlankNode::from(name.clone())),
            Term::BlankNode(blank) => Some(blank.clone().into()),
            _ => None,
        })?;
        let has = |property| self.objects(&evidence, property).next().is_some();
        let key = match self.objects(&evidence, dcterms::IDENTIFIER).next() {
            Some(Term::Literal(key)) => key.value().to_owned(),
            _ => String::new(),
        };
        (has(oa::HAS_SOURCE) && !has(oa::HAS_SELECTOR)).then_some(key)
    }

    /// The spans that a node rests on, as far as they are written in the model's shape.
    fn spans(&self, node: &NamedOrBlankNode, article: &NamedNode) -> Vec<Span> {
        let resource = |term: &Term| match term {
            Term::NamedNode(name) => Some(NamedOrBlankNode::from(name.clone())),
            Term::BlankNode(blank) => Some(blank.clone().into()),
            _ => None,
        };
        let number = |node: &NamedOrBlankNode, property| match self.objects(node, property).next() {
            Some(Term::Literal(number)) => number.value().parse::<u32>().ok(),
            _ => None,
        };
        self.objects(node, stp::prop::EVIDENCE)
            .filter_map(resource)
            .flat_map(|span| self.objects(&span, oa::HAS_SELECTOR).filter_map(resource).collect::<Vec<_>>())
            .filter_map(|selector| {
                let place = number(&selector, oa::START).zip(number(&selector, oa::END));
                let exact = match self.objects(&selector, oa::EXACT).next() {
                    Some(Term::Literal(words)) => words.value().to_owned(),
                    _ => String::new(),
                };
                let is_known = place.is_some() || !exact.is_empty();
                is_known.then(|| Span { article: article.clone(), place, exact })
            })
            .collect()
    }
}

/// The name that the same position gets when it is written as a node, as far as the annotation
/// says what that takes; else one made from all that it says.
fn position_name(
    graph: &Annotations<'_>,
    node: &NamedOrBlankNode,
    actor: &NamedNode,
    stance: Stance,
    issue: &NamedNode,
) -> NamedNode {
    let base = Base::default();
    let named = |property| match graph.objects(node, property).next() {
        Some(Term::NamedNode(name)) => Some(name),
        _ => None,
    };
    let mode = named(stp::prop::MODE).and_then(|mode| Mode::from_iri(mode.as_ref()));
    if let (Some(article), Some(mode)) = (named(prov::WAS_DERIVED_FROM), mode) {
        let spans = graph.spans(node, article);
        if !spans.is_empty() {
            let number = graph.objects(node, dcterms::IDENTIFIER).find_map(|number| match number {
                Term::Literal(number) => Some(number.value().to_owned()),
                _ => None,
            });
            let evidence = Evidence::of_spans(&spans, number.as_deref());
            return base.position(article, actor, issue, stance, mode.iri(), evidence);
        }
        if let Some(key) = graph.record(node) {
            return base.position(article, actor, issue, stance, mode.iri(), Evidence::Record(&key));
        }
    }
    let content = graph.content(node, 8);
    let whole = base.thing("position", id_of(actor));
    part(&whole, "annotated", &[actor.as_str(), stance.word(), issue.as_str(), &content], None)
}

/// What makes a node a position, as far as it does not say so itself.
fn position(
    graph: &Annotations<'_>,
    node: &NamedOrBlankNode,
    actor: &NamedNode,
    stance: Stance,
    issue: &NamedNode,
    asserted: bool,
) -> Vec<(NamedNode, Term)> {
    let mut shape: Vec<(NamedNode, Term)> = vec![
        (rdf::TYPE.into_owned(), stp::POSITION.into_owned().into()),
        (stp::prop::ACTOR.into_owned(), actor.clone().into()),
        (stp::prop::STANCE.into_owned(), stance.iri().into_owned().into()),
        (stp::prop::ISSUE.into_owned(), issue.clone().into()),
    ];
    if let Some(value) = stance.value() {
        let value = Literal::new_typed_literal(value, xsd::DECIMAL);
        shape.push((stp::prop::STANCE_VALUE.into_owned(), value.into()));
    }
    // A triple that is quoted but not asserted says nothing of what is in force.
    if asserted && !graph.has(node, stp::prop::STATUS) {
        shape.push((stp::prop::STATUS.into_owned(), Status::InForce.iri().into_owned().into()));
    }
    shape
}

fn statement_name(
    graph: &Annotations<'_>,
    node: &NamedOrBlankNode,
    quoted: &Triple,
    document: &NamedNode,
) -> NamedNode {
    let whole = Base::default().thing("statement", id_of(document));
    part(&whole, "annotated", &[&quoted.to_string(), &graph.content(node, 8)], None)
}

fn statement_shape(quoted: &Triple) -> Vec<(NamedNode, Term)> {
    vec![
        (rdf::TYPE.into_owned(), rdf::STATEMENT.into_owned().into()),
        (rdf::SUBJECT.into_owned(), quoted.subject.clone().into()),
        (rdf::PREDICATE.into_owned(), quoted.predicate.clone().into()),
        (rdf::OBJECT.into_owned(), quoted.object.clone()),
    ]
}
