//! One graph with codings of several roles, as an export of all coders is: a document for each.
//!
//! A document is in the default graph or outside it as a whole. So what a second or an agreed coding states goes
//! into a document of its own, `NAME/second/CODER` or `NAME/agreed`, with the words and the coding that it leads
//! to; all the rest stays. Two designs were weighed: to refuse such a graph sends whoever exported it back to
//! export it otherwise; to keep it and filter records whenever it is read makes every reader know of roles.

use crate::base::error::{Error, Result};
use crate::model::document::{Content, ContentPool, TO_CODING, ntriples, parse};
use crate::model::encode::PARTS;
use crate::model::encode::direct::derive;
use crate::model::identity::id_of;
use crate::model::vocab::{prov, stp};
use crate::model::{CodingRole, Concept};
use oxrdf::{NamedNode, NamedOrBlankNode, Term, Triple};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The documents of a graph: itself, unless it has codings of several roles.
///
/// # Errors
/// A temporary file cannot be read or written.
pub(super) fn by_role(
    name: NamedNode,
    content: Content,
    room: &mut ContentPool,
) -> Result<Vec<(NamedNode, Content)>> {
    if content.roles().map_err(Error::temporary)?.len() < 2 {
        return Ok(vec![(name, content)]);
    }
    let text = content.into_text().map_err(Error::temporary)?;
    let triples: Vec<Triple> =
        parse(&text).map(|triple| triple.expect("what was written can be read")).collect();
    let graph = Graph::of(&triples);
    let mut documents = Vec::new();
    let mut apart: HashSet<&NamedOrBlankNode> = HashSet::new();
    let mut direct: HashSet<Triple> = HashSet::new();
    for (own, codings) in graph.apart(&name) {
        let records: Vec<&NamedOrBlankNode> = graph.records_of(&codings);
        let nodes = graph.reached(records.iter().copied().chain(codings).collect());
        let said: Vec<Triple> = triples.iter().filter(|t| nodes.contains(&t.subject)).cloned().collect();
        direct.extend(derive(&said));
        apart.extend(nodes);
        documents.push((own, said));
    }
    // What the rest refers to stays with it, too.
    let referred = triples.iter().filter(|triple| !apart.contains(&triple.subject));
    let referred = referred.filter_map(|triple| graph.node(&triple.object)).collect();
    let staying = graph.reached(referred);
    let stays = |triple: &&Triple| !apart.contains(&triple.subject) || staying.contains(&triple.subject);
    let mut rest: Vec<Triple> = triples.iter().filter(stays).cloned().collect();
    // Direct triples follow from positions, and those have gone.
    let own: HashSet<Triple> = derive(&rest).collect();
    rest.retain(|triple| !direct.contains(triple) || own.contains(triple));
    documents.push((name, rest));
    let kept = documents
        .into_iter()
        .map(|(name, said)| Ok((name, room.keep(ntriples(said)).map_err(Error::temporary)?)));
    kept.collect()
}

/// The nodes of a graph, and what leads from one to the other.
struct Graph<'a> {
    triples: &'a [Triple],
    nodes: HashMap<String, &'a NamedOrBlankNode>,
    parts: HashMap<&'a NamedOrBlankNode, Vec<&'a NamedOrBlankNode>>,
}

impl<'a> Graph<'a> {
    fn of(triples: &'a [Triple]) -> Self {
        let nodes = triples.iter().map(|triple| (triple.subject.to_string(), &triple.subject)).collect();
        let mut graph = Self { triples, nodes, parts: HashMap::new() };
        let leads =
            |triple: &&Triple| PARTS.iter().chain(&TO_CODING).any(|property| triple.predicate == *property);
        for triple in triples.iter().filter(leads) {
            if let Some(part) = graph.node(&triple.object) {
                graph.parts.entry(&triple.subject).or_default().push(part);
            }
        }
        graph
    }

    /// The node that a term is, if the graph says anything of it.
    fn node(&self, term: &Term) -> Option<&'a NamedOrBlankNode> {
        self.nodes.get(&term.to_string()).copied()
    }

    /// The codings that are not first ones, by the document that they go into.
    fn apart(&self, name: &NamedNode) -> BTreeMap<NamedNode, Vec<&'a NamedOrBlankNode>> {
        let mut documents: BTreeMap<NamedNode, Vec<&NamedOrBlankNode>> = BTreeMap::new();
        for triple in self.triples.iter().filter(|triple| triple.predicate == stp::prop::CODING_ROLE) {
            let Term::NamedNode(role) = &triple.object else { continue };
            let own = match CodingRole::from_iri(role.as_ref()) {
                Some(CodingRole::Second) => {
                    let coders = self.triples.iter().filter(|of| {
                        of.subject == triple.subject && of.predicate == prov::WAS_ASSOCIATED_WITH
                    });
                    let ids = coders.filter_map(|of| match &of.object {
                        Term::NamedNode(coder) => Some(id_of(coder)),
                        _ => None,
                    });
                    format!("{}/second/{}", name.as_str(), ids.min().unwrap_or("nobody"))
                }
                Some(CodingRole::Agreed) => format!("{}/agreed", name.as_str()),
                Some(CodingRole::First) | None => continue,
            };
            documents.entry(NamedNode::new_unchecked(own)).or_default().push(&triple.subject);
        }
        documents
    }

    fn records_of(&self, codings: &[&'a NamedOrBlankNode]) -> Vec<&'a NamedOrBlankNode> {
        let of = |triple: &&Triple| {
            triple.predicate == prov::WAS_GENERATED_BY
                && self.node(&triple.object).is_some_and(|coding| codings.contains(&coding))
        };
        self.triples.iter().filter(of).map(|triple| &triple.subject).collect()
    }

    /// These nodes and all that they lead to.
    fn reached(&self, mut from: Vec<&'a NamedOrBlankNode>) -> HashSet<&'a NamedOrBlankNode> {
        let mut reached: HashSet<&NamedOrBlankNode> = from.iter().copied().collect();
        while let Some(node) = from.pop() {
            for part in self.parts.get(node).into_iter().flatten() {
                if reached.insert(part) {
                    from.push(part);
                }
            }
        }
        reached
    }
}
