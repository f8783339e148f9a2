//! The graphs of a file become documents: graphs and blank nodes get names that depend on nothing but what
//! the file says.
//!
//! A blank node is one node in the whole file, so graphs that share blank nodes are labelled together, by
//! the canonical labels of the dataset that they make (RDFC-1.0); their labels are scoped by the names of all
//! of them, those of a graph that shares none by its own name alone. So a graph that stands alone has the
//! same labels whatever else is in the file.
//!
//! A graph that is named by a blank node becomes a document whose IRI is made from its content and from what
//! other graphs of the file say about that blank node; the IRI stands in the blank node's place everywhere.
//! Two such graphs that say the same are one document.

use super::settle::Settled;
use super::sort::{Source, merge};
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::error::count;
use crate::model::canonical::{TooAlike, canonical_numbers, each_of_triple, replace_in_triple};
use crate::model::document::{self, Content, ContentPool, sha256};
use crate::model::identity::Base;
use crate::model::renamed::RENAMED;
use crate::store::index::SCHEMES;
use oxrdf::{BlankNode, GraphName, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Triple};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;

/// Number of digits of a content's hash in the IRI of a document.
const DIGITS: usize = 16;

/// What a blank graph's hash is said by, among the quads from which its name is made; written nowhere.
const GROUND: NamedNodeRef<'static> = NamedNodeRef::new_unchecked("urn:standpoint:ground");

/// The graphs of a file, sorted and settled.
pub(in crate::ingest) struct Dataset {
    pub(super) graphs: Vec<Graph>,
    /// Number of triple terms that were written as `rdf:Statement`.
    pub(super) statements: usize,
    /// Number of old terms that were read as the new ones.
    pub(super) renamed: usize,
    /// What somebody should look at.
    pub(super) warnings: Vec<Diagnostic>,
}

/// A graph of a file.
pub(super) struct Graph {
    pub(super) name: GraphName,
    pub(super) settled: Settled,
}

/// The documents of a file.
pub(in crate::ingest) struct Completed {
    /// Contents with the names of their documents, in the order of the graphs.
    pub(in crate::ingest) contents: Vec<(NamedNode, Content)>,
    /// What somebody should look at.
    pub(in crate::ingest) warnings: Vec<Diagnostic>,
}

/// Reason why a file cannot become documents.
pub(in crate::ingest) enum Failure {
    /// Faults of the file.
    Faults(Vec<Diagnostic>),
    /// It has no triples.
    Nothing,
    /// Error of the temporary file.
    Io(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A graph on its way: its lines without blank nodes, and its triples with them.
struct Part {
    name: GraphName,
    ground: Content,
    blank: Vec<Triple>,
}

impl Dataset {
    /// The documents that this file is; `document` is the name of the default graph.
    pub(in crate::ingest) fn complete(
        self,
        document: &NamedNode,
        file: &str,
        room: &mut ContentPool,
    ) -> Result<Completed, Failure> {
        let Self { graphs, statements, renamed, mut warnings } = self;
        warnings.extend(statements_warning(statements, file));
        if renamed > 0 {
            warnings.push(RENAMED[0].warning(renamed).at(Place::file(file)));
        }
        let mut parts = Vec::with_capacity(graphs.len());
        for Graph { name, settled } in graphs {
            let Settled { content, unbacked, blank, unbacked_number, .. } = settled;
            warnings.extend(unbacked_warning(unbacked_number, file));
            let ground = match unbacked.is_empty() {
                true => content,
                false => together(content, &[Source::Run(&unbacked)], room)?,
            };
            let blank = std::str::from_utf8(&blank).map_err(io::Error::other)?;
            let blank = document::parse(blank).collect::<Result<Vec<_>, _>>().map_err(io::Error::other)?;
            parts.push(Part { name, ground, blank });
        }
        name_graphs(&mut parts).and_then(|()| label(&mut parts, document)).map_err(|error| {
            let fault = Diagnostic::error("the blank nodes of this file are too similar to be distinguished")
                .expected(error.to_string())
                .help("give them IRIs, or give each a property that distinguishes it")
                .at(Place::file(file));
            Failure::Faults(vec![fault])
        })?;
        let mut contents = Vec::with_capacity(parts.len());
        for Part { name, ground, blank } in parts {
            let name = iri(&name, document);
            if name == SCHEMES {
                warnings.extend(schemes_warning(&ground, &blank, file));
                continue;
            }
            let lines = document::ntriples(blank);
            let content = match lines.is_empty() {
                true => ground,
                false => together(ground, &[Source::Lines(lines.as_bytes())], room)?,
            };
            contents.push((name, content));
        }
        Ok(Completed { contents, warnings })
    }
}

/// A warning of so many direct triples that nothing backs.
fn unbacked_warning(number: usize, file: &str) -> Option<Diagnostic> {
    (number > 0).then(|| {
        Diagnostic::warning(format!("{} without a position in force", count(number, "direct triple")))
            .help("kept as written; a position would say who reports it, when and in which words")
            .at(Place::file(file))
    })
}

/// A warning of what a graph of the ontology's schemes says otherwise than this program's: the schemes are
/// part of the program, and no document.
fn schemes_warning(ground: &Content, blank: &[Triple], file: &str) -> Option<Diagnostic> {
    let number = ground.triples() as usize + blank.len();
    (number > 0).then(|| {
        Diagnostic::warning(format!("{} of the graph {SCHEMES} left out", count(number, "triple")))
            .expected("it holds the ontology's concepts, and these are not this program's")
            .help("put concepts of your own into a graph with another name")
            .at(Place::file(file))
    })
}

/// A warning of so many triple terms that are kept in the form of RDF 1.1.
fn statements_warning(number: usize, file: &str) -> Option<Diagnostic> {
    (number > 0).then(|| {
        Diagnostic::warning(format!("{} kept as rdf:Statement", count(number, "triple term")))
            .expected("queries find rdf:subject, rdf:predicate and rdf:object")
            .help("`export --view rdf12` writes triple terms again")
            .at(Place::file(file))
    })
}

/// The name of the document that a graph becomes.
fn iri(name: &GraphName, document: &NamedNode) -> NamedNode {
    match name {
        GraphName::NamedNode(name) => name.clone(),
        GraphName::DefaultGraph | GraphName::BlankNode(_) => document.clone(),
    }
}

/// Lines merged into a content.
fn together(content: Content, more: &[Source<'_>], room: &mut ContentPool) -> io::Result<Content> {
    let mut all = room.begin();
    let mut sources = vec![Source::Run(&content)];
    sources.extend_from_slice(more);
    merge(sources, &mut |lines| all.write(lines, room))?;
    let all = all.end(room)?;
    room.free(content);
    Ok(all)
}

/// Graphs by what they have to do with each other: those that share blank nodes, also as their names.
fn groups(parts: &[Part]) -> Vec<Vec<usize>> {
    let mut first: HashMap<&BlankNode, usize> = HashMap::new();
    // Each graph points to an earlier one of its group, the first one to itself.
    let mut above: Vec<usize> = (0..parts.len()).collect();
    fn top(above: &[usize], mut at: usize) -> usize {
        while above[at] != at {
            at = above[at];
        }
        at
    }
    for (number, part) in parts.iter().enumerate() {
        let mut join = |node| {
            let other = *first.entry(node).or_insert(number);
            let (one, other) = (top(&above, number), top(&above, other));
            above[one.max(other)] = one.min(other);
        };
        if let GraphName::BlankNode(name) = &part.name {
            join(name);
        }
        part.blank.iter().for_each(|triple| each_of_triple(triple, &mut join));
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for number in 0..parts.len() {
        groups.entry(top(&above, number)).or_default().push(number);
    }
    groups.into_values().collect()
}

/// Gives IRIs to graphs that are named by blank nodes.
fn name_graphs(parts: &mut [Part]) -> Result<(), TooAlike> {
    let mut names: HashMap<BlankNode, NamedNode> = HashMap::new();
    for group in groups(parts) {
        let is_blank = |number: &&usize| parts[**number].name.is_blank_node();
        if !group.iter().any(|number| is_blank(&number)) {
            continue;
        }
        let mut quads = Vec::new();
        for &number in &group {
            let Part { name, ground, blank } = &parts[number];
            quads.extend(once_each(blank).map(|triple| triple.clone().in_graph(name.clone())));
            if let GraphName::BlankNode(node) = name {
                let hash = Literal::new_simple_literal(ground.hash().to_string());
                quads.push(Quad::new(node.clone(), GROUND, hash, GraphName::DefaultGraph));
            }
        }
        let numbers = canonical_numbers(&quads)?;
        let label = |node: &BlankNode| BlankNode::new_unchecked(format!("c14n{}", numbers[node]));
        let mut lines: Vec<String> = quads
            .into_iter()
            .map(|quad| {
                let graph = match &quad.graph_name {
                    GraphName::BlankNode(node) => label(node).into(),
                    other => other.clone(),
                };
                let mut triple = Triple::from(quad);
                replace_in_triple(&mut triple, &mut |node| label(node).into());
                format!("{} .\n", triple.in_graph(graph))
            })
            .collect();
        lines.sort_unstable();
        let lines = lines.concat();
        for &number in group.iter().filter(is_blank) {
            if let GraphName::BlankNode(node) = &parts[number].name {
                let hash = sha256(format!("{}\n{lines}", label(node)).as_bytes());
                let name = Base::default().thing("document", &format!("graph/{}", &hash[..DIGITS]));
                names.insert(node.clone(), name);
            }
        }
    }
    if names.is_empty() {
        return Ok(());
    }
    let mut named = |node: &BlankNode| match names.get(node) {
        Some(name) => NamedOrBlankNode::from(name.clone()),
        None => node.clone().into(),
    };
    for part in parts {
        if let GraphName::BlankNode(node) = &part.name {
            part.name = names[node].clone().into();
        }
        part.blank.iter_mut().for_each(|triple| replace_in_triple(triple, &mut named));
    }
    Ok(())
}

/// Gives blank nodes labels that depend on nothing but the graphs that share them, and their names.
fn label(parts: &mut [Part], document: &NamedNode) -> Result<(), TooAlike> {
    for group in groups(parts) {
        let name = |number: usize| iri(&parts[number].name, document);
        let mut quads: Vec<Quad> = Vec::new();
        let mut scope = String::new();
        if let [only] = group[..] {
            quads.extend(
                with_blank(&parts[only]).map(|triple| triple.clone().in_graph(GraphName::DefaultGraph)),
            );
            scope.push_str(name(only).as_str());
        } else {
            let mut names: Vec<NamedNode> = group.iter().map(|number| name(*number)).collect();
            for (&number, name) in group.iter().zip(&names) {
                quads.extend(with_blank(&parts[number]).map(|triple| triple.clone().in_graph(name.clone())));
            }
            names.sort_unstable();
            names.dedup();
            scope = names.iter().map(NamedNode::as_str).collect::<Vec<_>>().join("\n");
        }
        if quads.is_empty() {
            continue;
        }
        let numbers = canonical_numbers(&quads)?;
        let scope = sha256(scope.as_bytes());
        let mut scoped = |node: &BlankNode| {
            BlankNode::new_unchecked(format!("d{}c14n{}", &scope[..8], numbers[node])).into()
        };
        for number in group {
            parts[number].blank.iter_mut().for_each(|triple| replace_in_triple(triple, &mut scoped));
        }
    }
    Ok(())
}

/// Triples that have blank nodes still, each once.
fn with_blank(part: &Part) -> impl Iterator<Item = &Triple> {
    once_each(&part.blank).filter(|triple| triple.subject.is_blank_node() || triple.object.is_blank_node())
}

fn once_each(triples: &[Triple]) -> impl Iterator<Item = &Triple> {
    let mut seen = HashSet::new();
    triples.iter().filter(move |triple| seen.insert(*triple))
}
