//! Prefixes of a file: short names for IRIs.

use super::graph::Graph;
use crate::model::prefixes::{Prefixes, is_plain};
use crate::model::vocab;
use crate::model::vocab::{rdf, stp};
use oxrdf::Term;
use std::collections::{BTreeMap, HashMap};

/// The prefixes that a file may use, alphabetically.
pub(super) struct FilePrefixes {
    list: Vec<(String, String)>,
    by_namespace: HashMap<String, usize>,
}

impl FilePrefixes {
    /// The prefixes that the graph was given, else the vocabularies' and those of things below
    /// the graph's base. A graph does not say its base: it is the one that most articles share.
    pub fn of(graph: &Graph) -> Self {
        Self::of_all(std::iter::once(graph))
    }

    /// The same of several graphs in one file.
    pub fn of_all<'a>(graphs: impl Iterator<Item = &'a Graph> + Clone) -> Self {
        let guessed = || Prefixes::with_base(base(graphs.clone()).unwrap_or(vocab::DEFAULT_BASE));
        let prefixes = graphs.clone().find_map(Graph::prefixes).cloned().unwrap_or_else(guessed);
        let list: Vec<(String, String)> =
            prefixes.iter().map(|(prefix, namespace)| (prefix.to_owned(), namespace.to_owned())).collect();
        let by_namespace =
            list.iter().enumerate().map(|(at, (_, namespace))| (namespace.clone(), at)).collect();
        Self { list, by_namespace }
    }

    /// Prefix and namespace of each, alphabetically by prefix.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.list.iter().map(|(prefix, namespace)| (prefix.as_str(), namespace.as_str()))
    }

    /// The prefix's place and the local name, where the IRI can be written with them.
    ///
    /// Only local names without escapes: an IRI in angle brackets is easier to read than they
    /// are, and tools disagree about them.
    pub fn split<'a>(&self, iri: &'a str) -> Option<(usize, &'a str)> {
        let (namespace, local) = iri.split_at(iri.rfind(['/', '#'])? + 1);
        let prefix = *self.by_namespace.get(namespace)?;
        is_plain(local).then_some((prefix, local))
    }

    /// The prefix at this place.
    pub fn prefix(&self, at: usize) -> &str {
        &self.list[at].0
    }
}

/// The most frequent beginning of `<base>article/<slug>`; of several, the first by bytes.
fn base<'a>(graphs: impl Iterator<Item = &'a Graph>) -> Option<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let triples = graphs.flat_map(|graph| graph.triples().iter().map(move |triple| (graph, *triple)));
    for (graph, [subject, predicate, object]) in triples {
        if let Term::NamedNode(article) = graph.term(subject)
            && let Term::NamedNode(class) = graph.term(object)
            && graph.predicate(predicate) == rdf::TYPE
            && class.as_ref() == stp::ARTICLE
            && let Some((base, _)) = article.as_str().rsplit_once("article/")
            && base.ends_with(['/', '#'])
        {
            *counts.entry(base).or_default() += 1;
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(base, _)| base)
}
