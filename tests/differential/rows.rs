//! Whether two answers are the same, however their blank nodes are called.
//!
//! Rows are a multiset. The labels of blank nodes mean nothing, but which cells share one does:
//! two answers are the same if some renaming makes one of the other. It is found by colouring
//! (what a node's rows look like, again and again) and, where nodes still look alike, by trying.

use oxrdf::{NamedOrBlankNode, Term, Triple};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

/// A cell for each column, empty where nothing is bound.
pub type Row = Vec<Option<Term>>;

/// What every blank node looks like so far.
type Colours = HashMap<String, u64>;

/// Whether these are the same rows, each as often, but for the labels of blank nodes that are not
/// `known`.
#[must_use]
pub fn same(left: &[Row], right: &[Row], known: &BTreeSet<String>) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let (left, right) = (Parts::of(left, known), Parts::of(right, known));
    if left.alone != right.alone || left.nodes.len() != right.nodes.len() {
        return false;
    }
    let colours = |parts: &Parts<'_>| parts.nodes.iter().map(|node| (node.clone(), 0)).collect();
    isomorphic((&left.rows, colours(&left)), (&right.rows, colours(&right)), 0)
}

/// Rows, apart by how hard they are to compare.
struct Parts<'r> {
    /// What rows without blank nodes look like, and nodes that stand in no row with another one:
    /// a multiset that is equal or is not.
    alone: Vec<u64>,
    /// The others, and their nodes.
    rows: Vec<&'r Row>,
    nodes: BTreeSet<String>,
}

impl<'r> Parts<'r> {
    fn of(rows: &'r [Row], known: &BTreeSet<String>) -> Self {
        let mut together: BTreeSet<String> = BTreeSet::new();
        let nodes = |row: &'r Row| blank_nodes(std::slice::from_ref(row), known);
        for row in rows {
            let nodes = nodes(row);
            if nodes.len() > 1 {
                together.extend(nodes.into_iter().map(str::to_owned));
            }
        }
        let mut parts = Self { alone: Vec::new(), rows: Vec::new(), nodes: together };
        let mut single: HashMap<&str, Vec<u64>> = HashMap::new();
        for row in rows {
            let nodes = nodes(row);
            if nodes.iter().any(|node| parts.nodes.contains(*node)) {
                parts.rows.push(row);
            } else if let Some(node) = nodes.first() {
                let colours = Colours::from([((*node).to_owned(), 0)]);
                single.entry(node).or_default().push(look(row, &colours, node));
            } else {
                parts.alone.push(look(row, &Colours::new(), ""));
            }
        }
        for mut looks in single.into_values() {
            looks.sort_unstable();
            parts.alone.push(hash(&looks));
        }
        parts.alone.sort_unstable();
        parts
    }
}

/// Triples as rows of three.
#[must_use]
pub fn of_graph(triples: &[Triple]) -> Vec<Row> {
    let row = |triple: &Triple| {
        let subject = match triple.subject.clone() {
            NamedOrBlankNode::NamedNode(node) => Term::from(node),
            NamedOrBlankNode::BlankNode(node) => node.into(),
        };
        vec![Some(subject), Some(triple.predicate.clone().into()), Some(triple.object.clone())]
    };
    triples.iter().map(row).collect()
}

fn blank_nodes<'r>(rows: &'r [Row], known: &BTreeSet<String>) -> BTreeSet<&'r str> {
    let label = |cell: &'r Option<Term>| match cell {
        Some(Term::BlankNode(node)) => Some(node.as_str()).filter(|label| !known.contains(*label)),
        _ => None,
    };
    rows.iter().flatten().filter_map(label).collect()
}

fn isomorphic(left: (&[&Row], Colours), right: (&[&Row], Colours), depth: u64) -> bool {
    let left = (left.0, refine(left.0, left.1));
    let right = (right.0, refine(right.0, right.1));
    let shade = |rows: &[&Row], colours: &Colours| {
        let mut shades: Vec<u64> = rows.iter().map(|row| look(row, colours, "")).collect();
        shades.sort_unstable();
        shades
    };
    if shade(left.0, &left.1) != shade(right.0, &right.1) {
        return false;
    }
    // One of several that look alike stands for itself: for some node of the other side it does.
    let mut alike: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    for (node, colour) in &left.1 {
        alike.entry(*colour).or_default().push(node);
    }
    let Some((colour, nodes)) = alike.into_iter().find(|(_, nodes)| nodes.len() > 1) else { return true };
    let own = u64::MAX - depth;
    let mut chosen = left.1.clone();
    chosen.insert(nodes[0].to_owned(), own);
    let others = right.1.iter().filter(|(_, other)| **other == colour);
    others.into_iter().any(|(other, _)| {
        let mut tried = right.1.clone();
        tried.insert(other.clone(), own);
        isomorphic((left.0, chosen.clone()), (right.0, tried), depth + 1)
    })
}

/// Colours by the rows that nodes stand in, until no further two are told apart.
fn refine(rows: &[&Row], mut colours: Colours) -> Colours {
    let count = |colours: &Colours| colours.values().collect::<BTreeSet<_>>().len();
    loop {
        let mut seen: HashMap<&str, Vec<u64>> = HashMap::new();
        for row in rows {
            for cell in row.iter().flatten() {
                if let Term::BlankNode(node) = cell
                    && let Some((node, _)) = colours.get_key_value(node.as_str())
                {
                    seen.entry(node).or_default().push(look(row, &colours, node));
                }
            }
        }
        let mut finer = Colours::new();
        for (node, colour) in &colours {
            let mut looks = seen.remove(node.as_str()).unwrap_or_default();
            looks.sort_unstable();
            finer.insert(node.clone(), hash(&(colour, looks)));
        }
        if count(&finer) == count(&colours) {
            return finer;
        }
        colours = finer;
    }
}

/// What a row looks like, seen from one of its nodes.
fn look(row: &Row, colours: &Colours, from: &str) -> u64 {
    let cell = |cell: &Option<Term>| match cell {
        Some(Term::BlankNode(node)) => match colours.get(node.as_str()) {
            Some(colour) => (*colour, node.as_str() == from),
            None => (hash(&node.as_str()), false),
        },
        Some(term) => (hash(&term), false),
        None => (0, false),
    };
    hash(&row.iter().map(cell).collect::<Vec<_>>())
}

fn hash(thing: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    thing.hash(&mut hasher);
    hasher.finish()
}
