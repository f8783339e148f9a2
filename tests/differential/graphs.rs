//! Random graphs: of the model's shape, and of no shape at all.
//!
//! Terms are kept as SPARQL writes them, `stp:actor` or `"042"^^xsd:integer`, so that graphs and
//! queries are drawn from the same few, and meet.

use oxrdf::{BlankNode, Literal, NamedNode, NamedOrBlankNode, Term, Triple};
use standpoint::model::prefixes::Prefixes;
use std::sync::OnceLock;

/// SplitMix64: small, seeded, and the same on every machine.
#[derive(Clone)]
pub struct Rng(pub u64);

impl Rng {
    /// Any number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Less than `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// So often of a hundred times.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of them.
    pub fn pick<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }

    /// In another order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// What a node or a value is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Position,
    Actor,
    Issue,
    Stance,
    Status,
    Span,
    Selector,
    Article,
    Publisher,
    Sector,
    Date,
    Moment,
    Value,
    Whole,
    Text,
    Label,
    /// Anything.
    Odd,
}

use Role::*;

/// Subject, property, object, and how often of a hundred nodes that have it.
pub const SHAPE: &[(Role, &str, Role, usize)] = &[
    (Position, "stp:actor", Actor, 95),
    (Position, "stp:stance", Stance, 95),
    (Position, "stp:issue", Issue, 95),
    (Position, "stp:status", Status, 90),
    (Position, "stp:statedUntil", Date, 80),
    (Position, "stp:stanceValue", Value, 75),
    (Position, "stp:evidence", Span, 50),
    (Position, "stp:supersedes", Position, 20),
    (Position, "stp:onBehalfOf", Actor, 15),
    (Position, "prov:wasDerivedFrom", Article, 40),
    (Span, "oa:hasSource", Article, 80),
    (Span, "oa:hasSelector", Selector, 80),
    (Selector, "oa:start", Whole, 85),
    (Selector, "oa:end", Whole, 85),
    (Selector, "oa:exact", Text, 85),
    (Article, "dcterms:publisher", Publisher, 85),
    (Article, "dcterms:date", Moment, 60),
    (Actor, "stp:sector", Sector, 70),
    (Actor, "skos:prefLabel", Label, 80),
    (Actor, "stp:opposes", Issue, 40),
    (Actor, "stp:supports", Issue, 40),
    (Issue, "skos:prefLabel", Label, 70),
    (Issue, "skos:broader", Issue, 60),
    (Issue, "stp:incompatibleWith", Issue, 20),
    (Position, "stp:odd", Odd, 20),
    (Actor, "stp:odd", Odd, 20),
    (Issue, "stp:weight", Odd, 15),
];

/// What there is of every kind. Some names have several roles.
pub fn terms(role: Role) -> &'static [&'static str] {
    match role {
        Position => {
            &["position:p1", "position:p2", "position:p3", "position:p4", "position:p5", "position:p6"]
        }
        Actor => &["actor:a", "actor:b", "actor:c", "actor:d", "_:someone"],
        Issue => &["issue:i", "issue:j", "issue:k", "issue:l", "issue:m"],
        Stance => &["stp:Supports", "stp:Opposes", "stp:Neutral", "stp:ConditionallySupports"],
        Status => &["stp:InForce", "stp:Superseded", "stp:Retracted"],
        Span => &["_:s1", "_:s2", "_:s3", "position:span"],
        Selector => &["_:t1", "_:t2", "_:t3"],
        Article => &["article:x", "article:y", "article:z"],
        Publisher => &["actor:paper", "actor:a", "\"The Paper\""],
        Sector => &["stp:Government", "stp:Media", "stp:Party"],
        Date => DATES,
        Moment => MOMENTS,
        Value => VALUES,
        Whole => WHOLES,
        Text => TEXTS,
        Label => LABELS,
        Odd => ODD,
    }
}

const DATES: &[&str] = &[
    "\"2024-12-31\"^^xsd:date",
    "\"2025-01-01\"^^xsd:date",
    "\"2025-02-28\"^^xsd:date",
    "\"2025-04-11\"^^xsd:date",
    "\"2025-04-14\"^^xsd:date",
    "\"2026-03-01\"^^xsd:date",
];
const MOMENTS: &[&str] = &[
    "\"2025-04-14T08:00:00Z\"^^xsd:dateTime",
    "\"2025-04-14T10:00:00Z\"^^xsd:dateTime",
    "\"2025-04-14\"^^xsd:date",
    "\"2025-04-17\"^^xsd:date",
];
const VALUES: &[&str] = &[
    "\"-1\"^^xsd:decimal",
    "\"-0.5\"^^xsd:decimal",
    "\"0\"^^xsd:decimal",
    "\"0.5\"^^xsd:decimal",
    "\"1\"^^xsd:decimal",
    "\"0.25\"^^xsd:decimal",
];
const WHOLES: &[&str] = &[
    "\"0\"^^xsd:integer",
    "\"1\"^^xsd:integer",
    "\"7\"^^xsd:integer",
    "\"42\"^^xsd:integer",
    "\"100\"^^xsd:integer",
    "\"4015\"^^xsd:integer",
];
const TEXTS: &[&str] = &["\"peace\"", "\"full withdrawal\"", "\"\"", "\"Peace now\"", "\"мир\"", "\"a.b\""];
const LABELS: &[&str] =
    &["\"Kyiv\"@en", "\"Kiew\"@de", "\"Kyiv\"", "\"Київ\"@uk", "\"Vienna\"@en-gb", "\"Wien\"@de-at"];

/// Every type, values on the edge, spellings that are no canonical ones from [`CANONICAL`] on.
const ODD: &[&str] = &[
    "\"1\"^^xsd:integer",
    "\"1\"^^xsd:decimal",
    "\"1\"^^xsd:double",
    "\"1\"^^xsd:float",
    "\"2.5\"^^xsd:decimal",
    "\"-3\"^^xsd:integer",
    "\"2.5\"^^xsd:double",
    "\"NaN\"^^xsd:double",
    "\"INF\"^^xsd:double",
    "\"-INF\"^^xsd:double",
    "\"-0\"^^xsd:double",
    "\"0\"^^xsd:double",
    "\"true\"^^xsd:boolean",
    "\"false\"^^xsd:boolean",
    "\"2025-04-11\"^^xsd:date",
    "\"2025-04-11Z\"^^xsd:date",
    "\"2025-04-11+02:00\"^^xsd:date",
    "\"2025-04-11T12:00:00\"^^xsd:dateTime",
    "\"2025-04-11T12:00:00Z\"^^xsd:dateTime",
    "\"2025-04-11T14:00:00+02:00\"^^xsd:dateTime",
    "\"1\"",
    "\"10\"",
    "\"peace\"",
    "\"peace\"@en",
    "\"Frieden\"@de",
    "\"\"",
    "\"abc\"^^xsd:integer",
    "\"2025-13-01\"^^xsd:date",
    "\"maybe\"^^xsd:boolean",
    "\"x\"^^stp:Grade",
    "\"y\"^^stp:Grade",
    "\"99999999999999999999\"^^xsd:integer",
    // Beyond what an id holds; sums of it stay far from where the order of rows decides on an overflow.
    "\"900719925474099\"^^xsd:integer",
    "\"P1D\"^^xsd:duration",
    "\"2025\"^^xsd:gYear",
    "stp:actor",
    "actor:a",
    "_:someone",
    "_:s1",
    "\"042\"^^xsd:integer",
    "\"+7\"^^xsd:integer",
    "\"1.50\"^^xsd:decimal",
    "\"1.0\"^^xsd:decimal",
    "\"1.0E0\"^^xsd:double",
    "\"+INF\"^^xsd:double",
    "\"1\"^^xsd:boolean",
    "\"5\"^^xsd:long",
    "\"2025-04-11T12:00:00.00Z\"^^xsd:dateTime",
    "\"2025-04-11+00:00\"^^xsd:date",
    "\" 7 \"^^xsd:integer",
];

/// So many of the odd ones are spelled as the engine spells them.
pub const CANONICAL: usize = 39;

/// The term that is written so.
pub fn term(token: &str) -> Term {
    static PREFIXES: OnceLock<Prefixes> = OnceLock::new();
    let prefixes = PREFIXES.get_or_init(Prefixes::known);
    let iri = |name: &str| NamedNode::new_unchecked(prefixes.expand(name).expect("a known prefix"));
    if let Some(label) = token.strip_prefix("_:") {
        return BlankNode::new_unchecked(label).into();
    }
    let Some(rest) = token.strip_prefix('"') else { return iri(token).into() };
    let (text, kind) = rest.rsplit_once('"').expect("a literal ends");
    match (kind.strip_prefix("^^"), kind.strip_prefix('@')) {
        (Some(datatype), _) => Literal::new_typed_literal(text, iri(datatype)).into(),
        (_, Some(tag)) => Literal::new_language_tagged_literal_unchecked(text, tag).into(),
        _ => Literal::from(text).into(),
    }
}

/// A triple as SPARQL writes it.
pub type Fact = (String, String, String);

/// The triples, each once.
pub fn triples(facts: &[Fact]) -> Vec<Triple> {
    let triple = |(subject, property, object): &Fact| {
        let subject = NamedOrBlankNode::try_from(term(subject)).expect("a node");
        let Term::NamedNode(property) = term(property) else { unreachable!("a property is named") };
        Triple::new(subject, property, term(object))
    };
    facts.iter().map(triple).collect()
}

/// Graphs that have something in common with the first.
pub fn family(rng: &mut Rng, count: usize) -> Vec<Vec<Fact>> {
    let first = graph(rng);
    let mut family = vec![first.clone()];
    while family.len() < count {
        let keep = *rng.pick(&[100, 97, 85]);
        let mut other: Vec<Fact> = first.iter().filter(|_| rng.chance(keep)).cloned().collect();
        let more = graph(rng);
        other.extend(more.into_iter().take(1 + first.len() / 4));
        other.truncate(MOST);
        other.sort();
        other.dedup();
        rng.shuffle(&mut other);
        family.push(other);
    }
    family
}

/// No graph has more triples.
const MOST: usize = 200;

/// A graph: at most 200 triples, most of them few.
pub fn graph(rng: &mut Rng) -> Vec<Fact> {
    let target = match rng.below(100) {
        0..3 => 0,
        3..12 => 1 + rng.below(4),
        12..80 => 4 + rng.below(18),
        80..98 => 22 + rng.below(40),
        _ => 62 + rng.below(MOST - 62),
    };
    // Odd graphs and orderly ones; those in between are drawn too.
    let disorder = *rng.pick(&[0, 0, 5, 15, 40]);
    let odd = if rng.chance(60) { CANONICAL } else { ODD.len() };
    let mut triples = Vec::new();
    while triples.len() < target {
        let (role, ..) = *rng.pick(SHAPE);
        let subject = node(rng, role);
        for (_, property, range, often) in SHAPE.iter().filter(|(domain, ..)| *domain == role) {
            let mut often = *often;
            while rng.chance(often) && triples.len() < target {
                let range = if rng.chance(disorder) { Odd } else { *range };
                triples.push((subject.clone(), (*property).to_owned(), value(rng, range, odd).to_owned()));
                // Most properties have one value.
                often = if matches!(range, Odd | Label | Issue) { 40 } else { 5 + disorder / 4 };
            }
        }
        if rng.chance(disorder) {
            let wild = *rng.pick(&["stp:unknown", "stp:actor", "skos:broader", "rdf:type"]);
            let subject = if rng.chance(20) { "stp:actor".to_owned() } else { subject };
            let range = *rng.pick(&[Odd, Actor, Issue, Stance]);
            triples.push((subject, wild.to_owned(), value(rng, range, odd).to_owned()));
        }
    }
    triples.sort();
    triples.dedup();
    rng.shuffle(&mut triples);
    triples
}

/// A subject of this role.
fn node(rng: &mut Rng, role: Role) -> String {
    if role == Position && rng.chance(60) {
        return format!("position:q{}", rng.below(30));
    }
    (*rng.pick(terms(role))).to_owned()
}

fn value(rng: &mut Rng, role: Role, odd: usize) -> &'static str {
    let of = if role == Odd { &ODD[..odd] } else { terms(role) };
    of[rng.below(of.len())]
}
