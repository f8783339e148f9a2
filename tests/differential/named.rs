//! The named graphs beside a random graph: what is said of a subject is in some of three, which its name decides
//! on, so that a case of `found/` needs no more than its triples.

use crate::queries::{Group, Part, Query};
use oxrdf::{GraphName, NamedNode, Quad, Triple};

/// The names of the graphs, as queries have them.
pub const NAMES: &[&str] =
    &["<http://example.org/graph/0>", "<http://example.org/graph/1>", "<http://example.org/graph/2>"];

/// Which graphs a subject can be in, by their places.
const PLACES: &[&[usize]] = &[&[0], &[0, 1], &[0, 1, 2], &[1, 2], &[0, 2], &[2], &[]];

fn places(triple: &Triple) -> &'static [usize] {
    let bytes = triple.subject.to_string().into_bytes();
    let hash =
        bytes.iter().fold(7_usize, |hash, byte| hash.wrapping_mul(31).wrapping_add(usize::from(*byte)));
    PLACES[hash % PLACES.len()]
}

fn name(place: usize) -> NamedNode {
    NamedNode::new_unchecked(NAMES[place].trim_matches(['<', '>']))
}

/// The graphs that these triples give, without those that are empty.
pub fn graphs(triples: &[Triple]) -> Vec<(NamedNode, Vec<Triple>)> {
    let graph = |place: usize| {
        let own = triples.iter().filter(|triple| places(triple).contains(&place)).cloned();
        (name(place), own.collect::<Vec<_>>())
    };
    (0..NAMES.len()).map(graph).filter(|(_, triples)| !triples.is_empty()).collect()
}

/// These triples as the default graph, and the named graphs.
pub fn quads(triples: &[Triple]) -> Vec<Quad> {
    let default = triples.iter().map(|triple| triple.clone().in_graph(GraphName::DefaultGraph));
    let named = triples
        .iter()
        .flat_map(|triple| places(triple).iter().map(|place| triple.clone().in_graph(name(*place))));
    default.chain(named).collect()
}

/// The query with each `GRAPH ?name` written out for each graph that these triples give, as SPARQL defines it
/// (18.6): the evaluator takes the name for a variable of the pattern.
pub fn written_out(query: &Query, triples: &[Triple]) -> Query {
    let names: Vec<String> = graphs(triples).iter().map(|(name, _)| name.to_string()).collect();
    let mut query = query.clone();
    match &mut query {
        Query::Select(select) => group(&mut select.body, &names),
        Query::Ask(body) | Query::Construct(_, body) => group(body, &names),
    }
    query
}

fn group(body: &mut Group, names: &[String]) {
    for part in &mut body.0 {
        match part {
            Part::Optional(inner) | Part::Minus(inner) | Part::Group(inner) => group(inner, names),
            Part::Union(branches) => branches.iter_mut().for_each(|branch| group(branch, names)),
            Part::Select(select) => group(&mut select.body, names),
            Part::Graph(variable, inner) => {
                group(inner, names);
                if variable.starts_with('?') {
                    let branch = |name: &String, rows: Vec<Vec<String>>| {
                        let named = Part::Values(vec![variable.clone()], rows);
                        Group(vec![named, Part::Graph(name.clone(), inner.clone())])
                    };
                    *part = match names {
                        // No row, and yet the columns that `SELECT *` has of what stands inside.
                        [] => Part::Group(branch(&NAMES[0].to_owned(), Vec::new())),
                        names => {
                            let named = |name: &String| branch(name, vec![vec![name.clone()]]);
                            Part::Union(names.iter().map(named).collect())
                        }
                    };
                }
            }
            Part::Patterns(_) | Part::Filter(_) | Part::Bind(..) | Part::Values(..) => {}
        }
    }
}
