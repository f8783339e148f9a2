//! Graphs that a query names: whether there are any, and whether the query sees them.

use super::Found;
use super::places::Places;
use crate::base::diagnostic::{Diagnostic, did_you_mean, nearest};
use crate::model::document::short_name;
use crate::model::vocab::stp;
use crate::query::Query;
use crate::query::dataset::asks_graphs;
use crate::query::parse::algebra::{all_patterns, patterns_in};
use crate::store::index::Index;
use oxrdf::NamedNode;
use spargebra::algebra::{GraphPattern, QueryDataset};
use spargebra::term::NamedNodePattern;

/// Names that a message lists.
const LISTED: usize = 3;

pub(super) fn check(query: &Query, index: &Index, found: &mut Found<'_>) {
    let dataset = query.dataset();
    if dataset.is_none() && !asks_graphs(query.pattern()) {
        return;
    }
    // What cannot be read is told when the query is run.
    let Ok(known) = index.graph_names() else { return };
    let places = Places::of(&query.text, &query.tokens, &query.prefixes);
    let mut graphs = Graphs { known: &known, places: &places, found };
    if let Some(QueryDataset { default, named }) = dataset {
        let named = named.as_deref().unwrap_or_default();
        default.iter().chain(named).for_each(|name| graphs.known(name, "is empty"));
        graphs.seen(query.pattern(), named);
        if default.is_empty() && asks_default(query.pattern()) {
            let warning = Diagnostic::warning("FROM NAMED leaves the default graph empty")
                .expected("what stands outside GRAPH never matches")
                .help(
                    "add FROM <…> for each graph that the default graph is to be made of, or omit FROM NAMED",
                );
            graphs.found.warn(places.keyword("FROM"), warning);
        }
        return;
    }
    for pattern in all_patterns(query.pattern()) {
        match pattern {
            GraphPattern::Graph { name: NamedNodePattern::NamedNode(name), .. } => {
                graphs.known(name, "never matches");
            }
            GraphPattern::Graph { .. } if known.is_empty() => {
                let warning = Diagnostic::warning("there are no named graphs").expected("never matches");
                graphs.found.warn(places.keyword("GRAPH"), warning);
            }
            _ => {}
        }
    }
}

/// Whether a pattern has a part that is matched in the default graph.
fn asks_default(pattern: &GraphPattern) -> bool {
    match pattern {
        GraphPattern::Graph { .. } => false,
        GraphPattern::Bgp { patterns } => !patterns.is_empty(),
        GraphPattern::Path { .. } => true,
        other => patterns_in(other).into_iter().any(asks_default),
    }
}

struct Graphs<'g, 'q> {
    known: &'g [NamedNode],
    places: &'g Places<'g>,
    found: &'g mut Found<'q>,
}

impl Graphs<'_, '_> {
    /// A name has to be that of a graph.
    fn known(&mut self, name: &NamedNode, then: &str) {
        if self.known.contains(name) {
            return;
        }
        let warning = Diagnostic::warning(format!("no graph has the name {name}")).expected(then);
        let near = nearest(short_name(name), self.known.iter().map(short_name), LISTED);
        let near: Vec<String> = self.written(|known| near.contains(&short_name(known)));
        let near: Vec<&str> = near.iter().map(String::as_str).collect();
        let help = did_you_mean(&near).unwrap_or_else(|| {
            let some: Vec<String> = self.written(|_| true).into_iter().take(LISTED).collect();
            match self.known.len().saturating_sub(LISTED) {
                _ if some.is_empty() => "there are no named graphs".into(),
                0 => format!("the graphs are {}", some.join(", ")),
                more => format!("the graphs are {} and {more} more", some.join(", ")),
            }
        });
        let note =
            format!("each document is the graph of its IRI, and <{}> that of the schemes", stp::NAMESPACE);
        self.found.warn(self.places.iri(name.as_ref()), warning.note(note).help(help));
    }

    fn written(&self, is_wanted: impl Fn(&NamedNode) -> bool) -> Vec<String> {
        self.known.iter().filter(|name| is_wanted(name)).map(ToString::to_string).collect()
    }

    /// `GRAPH` sees those graphs only that FROM NAMED names, where a query has FROM.
    fn seen(&mut self, pattern: &GraphPattern, named: &[NamedNode]) {
        for pattern in all_patterns(pattern) {
            let GraphPattern::Graph { name, .. } = pattern else { continue };
            let (place, name) = match name {
                NamedNodePattern::Variable(_) if named.is_empty() => (self.places.keyword("GRAPH"), None),
                NamedNodePattern::NamedNode(name) if !named.contains(name) => {
                    (self.places.last_iri(name.as_ref()), Some(name))
                }
                _ => continue,
            };
            let name = name.map_or_else(|| "<…>".into(), ToString::to_string);
            let warning = Diagnostic::warning("GRAPH sees no graph that FROM NAMED does not name")
                .expected("never matches")
                .help(format!("add FROM NAMED {name}"));
            self.found.warn(place, warning);
        }
    }
}
