//! A graph as it was read, and what is settled before it becomes a document.

use super::canonical::{self, TooAlike};
use super::star;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::error::count;
use crate::model::document::sha256;
use crate::model::ontology;
use crate::model::vocab::stp;
use crate::model::{Concept, Stance};
use oxrdf::{BlankNode, NamedNode, NamedOrBlankNode, Term, Triple};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Triples and the name of their graph, if it has one.
pub(in crate::ingest) struct Graph {
    pub(in crate::ingest) name: Option<NamedNode>,
    pub(in crate::ingest) triples: Vec<Triple>,
}

/// Brings annotations into the model's shape, and settles what is derived and what has no name.
///
/// # Errors
/// Blank nodes that cannot be told apart, annotations that lead through too many of them.
pub(in crate::ingest) fn in_memory(
    triples: Vec<Triple>,
    name: &NamedNode,
    file: &str,
) -> Result<(Vec<Triple>, Option<Diagnostic>), Box<Diagnostic>> {
    let plain = star::normalise(triples, name).map_err(|star::Entwined| {
        Diagnostic::error("the description of an annotation contains too many blank nodes")
            .expected("its label would be computed from all of them, along too many paths")
            .help("give the blank nodes IRIs")
            .at(Place::file(file))
    })?;
    settle(plain, name, file)
}

/// Drops what is derived anyway, and gives blank nodes labels that depend on nothing but the
/// document's content and name.
///
/// Derived are the direct triples of positions that the document holds, and the ontology's
/// schemes: an export holds both, and loading it must not turn them into claims of their own.
///
/// # Errors
/// Blank nodes that cannot be told apart.
fn settle(
    triples: Vec<Triple>,
    name: &NamedNode,
    file: &str,
) -> Result<(Vec<Triple>, Option<Diagnostic>), Box<Diagnostic>> {
    let backed = backed_direct_triples(&triples);
    static SCHEMES: LazyLock<HashSet<&Triple>> = LazyLock::new(|| ontology::schemes().iter().collect());
    let known = &*SCHEMES;
    // A triple may be written twice.
    let mut unbacked = HashSet::new();
    let kept: Vec<Triple> = triples
        .into_iter()
        .filter(|triple| {
            if Stance::from_direct_property(triple.predicate.as_ref()).is_some() {
                if backed.contains(triple) {
                    return false;
                }
                unbacked.insert(triple.clone());
            }
            !known.contains(triple)
        })
        .collect();
    Ok((label_blank_nodes(kept, name, file)?, unbacked_warning(unbacked.len(), file)))
}

/// What is said of so many direct triples that nothing backs.
pub(in crate::ingest) fn unbacked_warning(number: usize, file: &str) -> Option<Diagnostic> {
    (number > 0).then(|| {
        Diagnostic::warning(format!("{} without a position in force", count(number, "direct triple")))
            .help("kept as written; a position would say who reports it, when and in which words")
            .at(Place::file(file))
    })
}

/// The direct triples that the positions of a graph give rise to.
pub(in crate::ingest) fn backed_direct_triples(triples: &[Triple]) -> HashSet<Triple> {
    #[derive(Default)]
    struct Parts<'a> {
        actors: Vec<&'a NamedOrBlankNode>,
        stances: Vec<Stance>,
        issues: Vec<&'a Term>,
    }
    let mut positions: HashMap<&NamedOrBlankNode, Parts<'_>> = HashMap::new();
    let mut actors: HashMap<&NamedNode, NamedOrBlankNode> = HashMap::new();
    for triple in triples {
        if triple.predicate == stp::prop::ACTOR
            && let Term::NamedNode(actor) = &triple.object
        {
            actors.entry(actor).or_insert_with(|| actor.clone().into());
        }
    }
    for triple in triples {
        match triple.predicate.as_ref() {
            stp::prop::ACTOR => {
                if let Term::NamedNode(actor) = &triple.object {
                    positions.entry(&triple.subject).or_default().actors.push(&actors[actor]);
                }
            }
            stp::prop::STANCE => {
                if let Term::NamedNode(stance) = &triple.object {
                    let stance = Stance::from_iri(stance.as_ref());
                    positions.entry(&triple.subject).or_default().stances.extend(stance);
                }
            }
            stp::prop::ISSUE => positions.entry(&triple.subject).or_default().issues.push(&triple.object),
            _ => {}
        }
    }
    let mut direct = HashSet::new();
    for parts in positions.into_values() {
        for actor in &parts.actors {
            for stance in &parts.stances {
                for issue in &parts.issues {
                    let property = stance.direct_property().into_owned();
                    direct.insert(Triple::new((*actor).clone(), property, (*issue).clone()));
                }
            }
        }
    }
    direct
}

/// Gives blank nodes labels that depend on nothing but the graph and the document's name. Triples without
/// blank nodes have no part in it.
pub(in crate::ingest) fn label_blank_nodes(
    mut triples: Vec<Triple>,
    name: &NamedNode,
    file: &str,
) -> Result<Vec<Triple>, Box<Diagnostic>> {
    let blank = |triple: &Triple| triple.subject.is_blank_node() || triple.object.is_blank_node();
    if !triples.iter().any(blank) {
        return Ok(triples);
    }
    let mut seen = HashSet::new();
    let repeated: Vec<bool> = triples.iter().map(|triple| !seen.insert(triple)).collect();
    let mut repeated = repeated.into_iter();
    triples.retain(|_| repeated.next() == Some(false));
    let numbers = canonical::number(&triples).map_err(|TooAlike| {
        Box::new(
            Diagnostic::error("the blank nodes of this graph are too similar to be distinguished")
                .expected("too many have the same neighbours, so labels for them take too long to compute")
                .help("give them IRIs, or give each a property that distinguishes it")
                .at(Place::file(file)),
        )
    })?;
    let scope = sha256(name.as_str().as_bytes());
    let scoped =
        |node: &BlankNode| BlankNode::new_unchecked(format!("d{}c14n{}", &scope[..8], numbers[node]));
    let label = |Triple { subject, predicate, object }: Triple| {
        let subject = match subject {
            NamedOrBlankNode::BlankNode(node) => scoped(&node).into(),
            named => named,
        };
        let object = match object {
            Term::BlankNode(node) => scoped(&node).into(),
            other => other,
        };
        Triple { subject, predicate, object }
    };
    Ok(triples.into_iter().map(label).collect())
}
