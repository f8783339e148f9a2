//! Which nodes go with a thing, and a content without them.
//!
//! Contents are read line by line, as they are kept: a line is a triple, and what stays is kept as it is written.

use super::names::Names;
use crate::model::encode::PARTS;
use crate::model::vocab::{foaf, oa, org, prov, rdf, schema, skos, stp};
use oxrdf::{Literal, NamedNodeRef};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::str::FromStr;

/// Kind of a record: what goes whole when it refers to what is purged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Record {
    Position,
    Event,
    Measure,
    Relation,
    OfficeClaim,
    Membership,
}

impl Record {
    const ALL: [(Self, NamedNodeRef<'static>); 6] = [
        (Self::Position, stp::POSITION),
        (Self::Event, stp::EVENT),
        (Self::Measure, stp::MEASURE),
        (Self::Relation, stp::RELATION),
        (Self::OfficeClaim, stp::OFFICE_CLAIM),
        (Self::Membership, org::MEMBERSHIP),
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::Position => "position",
            Self::Event => "event",
            Self::Measure => "measure",
            Self::Relation => "relation",
            Self::OfficeClaim => "office claim",
            Self::Membership => "membership",
        }
    }
}

/// Classes of what stays when it refers to what is purged, without saying so any more.
const THINGS: [NamedNodeRef<'static>; 9] = [
    stp::ACTOR,
    stp::ISSUE,
    stp::ARTICLE,
    stp::CODING,
    org::POST,
    org::ORGANIZATION,
    skos::CONCEPT,
    foaf::PERSON,
    prov::AGENT,
];

/// What nodes are, in all contents together.
#[derive(Default)]
pub struct Nodes {
    records: BTreeMap<String, Record>,
    things: HashSet<String>,
    /// Issues and articles: what they are called are sentences and headlines.
    sentences: HashSet<String>,
}

impl Nodes {
    /// Takes in the classes that a content states.
    pub fn read(&mut self, ntriples: &str) {
        let named = |object: &str, class: NamedNodeRef<'_>| {
            object.strip_prefix('<').and_then(|object| object.strip_suffix('>')) == Some(class.as_str())
        };
        for line in ntriples.lines().filter_map(Line::of) {
            if !named(line.predicate, rdf::TYPE) || line.subject.starts_with('_') {
                continue;
            }
            let node = line.subject.to_owned();
            if let Some((record, _)) = Record::ALL.iter().find(|(_, class)| named(line.object, *class)) {
                self.records.insert(node, *record);
            } else if THINGS.iter().any(|class| named(line.object, *class)) {
                if [stp::ISSUE, stp::ARTICLE, skos::CONCEPT].iter().any(|class| named(line.object, *class)) {
                    self.sentences.insert(node.clone());
                }
                self.things.insert(node);
            }
        }
    }

    pub fn records(&self) -> impl Iterator<Item = (&str, Record)> {
        self.records.iter().map(|(node, record)| (node.as_str(), *record))
    }

    pub fn record(&self, node: &str) -> Option<Record> {
        self.records.get(node).copied()
    }

    pub fn is_record(&self, node: &str) -> bool {
        self.records.contains_key(node)
    }

    pub fn is_sentence(&self, node: &str) -> bool {
        self.sentences.contains(node)
    }

    /// The records of a content that refer to a node, themselves or by a part of theirs.
    pub fn referring(&self, ntriples: &str, target: &str) -> BTreeSet<String> {
        let lines: Vec<Line<'_>> = ntriples.lines().filter_map(Line::of).collect();
        let mut wholes: HashMap<&str, Vec<&str>> = HashMap::new();
        for line in lines.iter().filter(|line| line.is_part()) {
            wholes.entry(line.object).or_default().push(line.subject);
        }
        let mentions = lines.iter().filter(|line| line.mentions(|node| node == target));
        let mut to_visit: Vec<&str> = mentions.map(|line| line.subject).collect();
        let (mut seen, mut found) = (HashSet::new(), BTreeSet::new());
        while let Some(node) = to_visit.pop() {
            if node == target || !seen.insert(node) {
                continue;
            }
            if self.is_record(node) {
                found.insert(node.to_owned());
            } else if !self.things.contains(node) {
                to_visit.extend(wholes.get(node).into_iter().flatten());
            }
        }
        found
    }
}

/// A line of N-Triples, taken apart.
#[derive(Clone, Copy)]
struct Line<'a> {
    whole: &'a str,
    subject: &'a str,
    predicate: &'a str,
    object: &'a str,
}

impl<'a> Line<'a> {
    fn of(whole: &'a str) -> Option<Self> {
        let (subject, rest) = whole.strip_suffix(" .")?.split_once(' ')?;
        let (predicate, object) = rest.split_once(' ')?;
        Some(Self { whole, subject, predicate, object })
    }

    fn is(&self, property: NamedNodeRef<'_>) -> bool {
        self.predicate.strip_prefix('<').and_then(|p| p.strip_suffix('>')) == Some(property.as_str())
    }

    /// Whether the object is a part of the subject, and nothing by itself.
    fn is_part(&self) -> bool {
        self.object.starts_with("_:") || PARTS.iter().any(|property| self.is(*property))
    }

    /// Whether one of these nodes is in it; a triple as a term has its nodes inside.
    fn mentions(&self, is_one: impl Fn(&str) -> bool) -> bool {
        let inside = self.object.starts_with("<<").then(|| self.object.split(' ').any(&is_one));
        inside.unwrap_or(false) || [self.subject, self.predicate, self.object].into_iter().any(is_one)
    }
}

/// Nodes that go.
#[derive(Default)]
pub struct Removed {
    nodes: BTreeSet<String>,
    known: Nodes,
}

/// A content without what goes.
#[derive(Default)]
pub struct Without {
    /// What is left; none if all of it is, as it was.
    pub text: Option<String>,
    /// Number of the triples that are gone.
    pub triples: usize,
    /// Number of the literals in which a name is blotted out.
    pub blotted: usize,
    /// Words of the spans that are gone.
    pub quotes: BTreeSet<String>,
    /// Hashes of the texts of articles that are gone.
    pub hashes: BTreeSet<String>,
    /// Nodes that stay and have a name in their IRI.
    pub named: BTreeSet<String>,
}

impl Without {
    pub fn is_changed(&self) -> bool {
        self.text.is_some()
    }
}

impl Removed {
    pub fn new(nodes: BTreeSet<String>, known: Nodes) -> Self {
        Self { nodes, known }
    }

    /// A content without these nodes, what is only part of them, and names in what stays.
    pub fn without(&self, ntriples: &str, names: &Names) -> Without {
        let lines: Vec<Line<'_>> = ntriples.lines().filter_map(Line::of).collect();
        let parts = self.parts(&lines);
        let goes = |node: &str| self.nodes.contains(node) || parts.contains(node);
        let mut without = Without::default();
        let mut kept: Vec<String> = Vec::with_capacity(lines.len());
        for line in &lines {
            if line.mentions(goes) {
                without.triples += 1;
                if let Ok(literal) = Literal::from_str(line.object) {
                    if line.is(oa::EXACT) {
                        without.quotes.insert(literal.value().to_owned());
                    } else if line.is(schema::SHA256) {
                        without.hashes.insert(literal.value().to_lowercase());
                    }
                }
                continue;
            }
            let blotted = line.object.starts_with('"').then(|| blot(line, names)).flatten();
            without.blotted += usize::from(blotted.is_some());
            if names.is_in_id(line.subject) {
                without.named.insert(line.subject.trim_matches(['<', '>']).to_owned());
            }
            kept.push(blotted.unwrap_or_else(|| line.whole.to_owned()));
        }
        if without.triples + without.blotted > 0 {
            kept.sort_unstable();
            kept.dedup();
            without.text = Some(
                kept.iter().fold(String::with_capacity(ntriples.len()), |text, line| text + line + "\n"),
            );
        }
        without
    }

    /// The parts of removed nodes that are parts of nothing else.
    fn parts<'a>(&self, lines: &[Line<'a>]) -> HashSet<&'a str> {
        let mut objects: HashMap<&str, Vec<&'a str>> = HashMap::new();
        let mut wholes: HashMap<&str, usize> = HashMap::new();
        for line in lines.iter().filter(|line| !line.object.starts_with('"')) {
            *wholes.entry(line.object).or_default() += 1;
            objects.entry(line.subject).or_default().push(line.object);
        }
        let part_of: HashSet<&str> =
            lines.iter().filter(|line| line.is_part()).map(|line| line.object).collect();
        let mut parts: HashSet<&'a str> = HashSet::new();
        let mut to_visit: Vec<&str> =
            objects.keys().copied().filter(|node| self.nodes.contains(*node)).collect();
        while let Some(node) = to_visit.pop() {
            for object in objects.get(node).into_iter().flatten() {
                let Some(left) = wholes.get_mut(object) else { continue };
                *left = left.saturating_sub(1);
                let stays = self.known.is_record(object) || self.known.things.contains(*object);
                if *left == 0 && part_of.contains(object) && !stays && parts.insert(object) {
                    to_visit.push(object);
                }
            }
        }
        parts
    }
}

/// The line with names in its literal blotted out; none if it has none.
fn blot(line: &Line<'_>, names: &Names) -> Option<String> {
    let literal = Literal::from_str(line.object).ok()?;
    let value = names.blot(literal.value())?;
    // Language, direction and datatype stand behind the quotation mark, and stay.
    let (_, kind) = line.object.rsplit_once('"')?;
    let blotted = Literal::new_simple_literal(value);
    Some(format!("{} {} {blotted}{kind} .", line.subject, line.predicate))
}
