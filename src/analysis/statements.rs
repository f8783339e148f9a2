//! Statements: the positions in force as analyses of networks read them, one line a position and node.
//!
//! A statement has two sides, such as the body in whose name it was made and the issue, a value on the axis of
//! stances, a day, and the document that it was read in. Which sides these are the caller chooses.
//!
//! A position with several values of a side, such as two bodies represented, becomes several statements. A position
//! without a side counts for nobody and is counted as left out. Of variables of articles the texts are the nodes.

use crate::base::error::Result;
use crate::model::vocab::{dcterms, schema, stp};
use crate::model::{Concept, Stance, Status};
use crate::store::GraphReader;
use crate::store::index::positions::{PositionTable, Thing, Things};
use crate::store::index::{Corruption, Index, reading};
use crate::store::names;
use jiff::civil::Date;
use oxrdf::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};
use std::collections::{BTreeMap, HashMap};

/// Side of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Variable {
    /// Whose stance it is: `stp:actor`.
    Actor,
    /// In whose name: `stp:onBehalfOf`; who speaks for nobody else speaks for themself.
    Represented,
    /// `stp:issue`.
    Issue,
    /// `dcterms:publisher` of the article.
    Publisher,
    /// `dcterms:creator` of the article.
    Author,
    /// `schema:articleSection` of the article, or the section that DNA has for it.
    Section,
    /// `dcterms:type` of the article, or the type that DNA has for it.
    Type,
}

/// What is tied: an actor, an issue, or a text that articles have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    /// Name for people.
    pub label: String,
    /// IRI; of a text, the text.
    pub iri: String,
}

/// One position in force as seen from one pair of its sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Statement {
    /// Number of the node.
    pub node: u32,
    /// Number of the node on the other side.
    pub via: u32,
    /// From -1 (against) to 1 (for); none where the stance has none.
    pub value: Option<f64>,
    /// Last day on which it can have been expressed, else the day of the article.
    pub day: Option<Date>,
    /// Number of the article; positions of no article have a number each.
    pub document: u32,
    /// The position.
    pub position: Thing,
}

/// Statements, in the order of day and document, and their sides, in the order of their names.
#[derive(Clone, Debug, Default)]
pub struct Statements {
    /// Nodes.
    pub nodes: Vec<Node>,
    /// Nodes of the other side.
    pub vias: Vec<Node>,
    /// Statements.
    pub all: Vec<Statement>,
    /// Number of positions in force that lack one of the two sides.
    pub without_side: usize,
}

/// Which statements are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The side that becomes the nodes.
    pub nodes: Variable,
    /// The other side.
    pub via: Variable,
    /// As the Discourse Network Analyzer reads them: the day is that of the article, and statements of one document
    /// are in the order of their words.
    pub dna_compat: bool,
    /// First and last day of articles; days on which a position was stated have been selected before.
    pub days: (Option<Date>, Option<Date>),
}

impl Variable {
    /// The word for it on the command line and in messages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Actor => "actor",
            Self::Represented => "represented",
            Self::Issue => "issue",
            Self::Publisher => "publisher",
            Self::Author => "author",
            Self::Section => "section",
            Self::Type => "type",
        }
    }
}

/// Nodes by number, and for each row of the table its numbers.
struct Side {
    nodes: Vec<Node>,
    of_row: Vec<Row>,
}

/// The nodes of one row: mostly one.
enum Row {
    None,
    One(u32),
    Several(Vec<u32>),
}

impl Row {
    fn as_slice(&self) -> &[u32] {
        match self {
            Self::None => &[],
            Self::One(number) => std::slice::from_ref(number),
            Self::Several(numbers) => numbers,
        }
    }

    fn push(&mut self, number: u32) {
        *self = match std::mem::replace(self, Self::None) {
            Self::None => Self::One(number),
            Self::One(one) => Self::Several(vec![one, number]),
            Self::Several(mut numbers) => {
                numbers.push(number);
                Self::Several(numbers)
            }
        };
    }
}

impl Statements {
    /// The statements of all positions in force.
    ///
    /// # Errors
    /// A damaged index.
    pub fn of(index: &Index, selection: Selection) -> Result<Self> {
        let table = PositionTable::new(index.snapshot())?;
        let articles = table.articles()?;
        let (documents, document_of) = articles.levels();
        let (nodes, vias) = (
            side(index, &table, selection.nodes, (&documents, &document_of))?,
            side(index, &table, selection.via, (&documents, &document_of))?,
        );
        let (values, from, until) = (table.values()?, table.stated_from()?, table.stated_until()?);
        let (stances, stance_of) = table.stances()?.levels();
        let known: Vec<Option<f64>> = named(&table, &stances)?
            .iter()
            .map(|stance| Stance::from_iri(stance.as_ref()?.as_ref())?.value()?.parse().ok())
            .collect();
        let in_force = in_force(&table)?;
        let published = published(index, &table, &documents)?;
        let mut all = Vec::with_capacity(table.len());
        let mut without_side = 0;
        for row in 0..table.len() {
            if !in_force[row] {
                continue;
            }
            let (nodes, vias) = (nodes.of_row[row].as_slice(), vias.of_row[row].as_slice());
            if nodes.is_empty() || vias.is_empty() {
                without_side += 1;
                continue;
            }
            let of_article = document_of[row].and_then(|document| published[document as usize]);
            let stated = until.get(row).or_else(|| from.get(row));
            let by_article = selection.dna_compat || stated.is_none();
            let day = if by_article { of_article.or(stated) } else { stated };
            let (first, last) = selection.days;
            let is_outside =
                |day| first.is_some_and(|first| day < first) || last.is_some_and(|last| day > last);
            if by_article && day.is_some_and(is_outside) {
                continue;
            }
            let document = document_of[row].unwrap_or((documents.len() + row) as u32);
            let value = values.get(row).or_else(|| known[stance_of[row]? as usize]);
            for node in nodes {
                for via in vias {
                    let position = table.position(row);
                    all.push(Statement { node: *node, via: *via, value, day, document, position });
                }
            }
        }
        let place = if selection.dna_compat { places(index, &table, &all)? } else { HashMap::new() };
        let rank = ranks(&table, &documents)?;
        let rank = |document: u32| rank.get(document as usize).copied().unwrap_or(document);
        all.sort_by_key(|s| (s.day, rank(s.document), place.get(&s.position).copied(), s.position));
        let mut statements = Self { nodes: nodes.nodes, vias: vias.nodes, all, without_side };
        statements.retain(|_| true);
        Ok(statements)
    }

    /// Keeps some statements, and the nodes that they have, numbered anew in the order of their names.
    pub fn retain(&mut self, is_kept: impl FnMut(&Statement) -> bool) {
        self.all.retain(is_kept);
        self.nodes = sorted(std::mem::take(&mut self.nodes), &mut self.all, |s| &mut s.node);
        self.vias = sorted(std::mem::take(&mut self.vias), &mut self.all, |s| &mut s.via);
    }
}

/// Puts nodes in the order of their names, without those that no statement has, and numbers them anew.
fn sorted(nodes: Vec<Node>, all: &mut [Statement], side: fn(&mut Statement) -> &mut u32) -> Vec<Node> {
    let mut used = vec![false; nodes.len()];
    all.iter_mut().for_each(|statement| used[*side(statement) as usize] = true);
    let mut order: Vec<usize> = (0..nodes.len()).filter(|number| used[*number]).collect();
    order.sort_by(|one, next| nodes[*one].cmp(&nodes[*next]));
    let mut numbers = vec![0; nodes.len()];
    order.iter().zip(0..).for_each(|(old, new)| numbers[*old] = new);
    all.iter_mut().for_each(|statement| {
        let number = side(statement);
        *number = numbers[*number as usize];
    });
    order.into_iter().map(|number| nodes[number].clone()).collect()
}

/// The nodes of all rows.
fn side(
    index: &Index,
    table: &PositionTable<'_>,
    variable: Variable,
    (documents, document_of): (&[Thing], &[Option<u32>]),
) -> Result<Side> {
    match variable {
        Variable::Actor => things(index, table, &table.actors()?),
        Variable::Issue => things(index, table, &table.issues()?),
        Variable::Represented => {
            let actors = table.actors()?;
            let mut numbers: HashMap<Thing, u32> = HashMap::new();
            let mut of_row: Vec<Row> = (0..table.len()).map(|_| Row::None).collect();
            let mut all = Vec::new();
            let mut number = |thing: Thing| {
                *numbers.entry(thing).or_insert_with(|| {
                    all.push(thing);
                    all.len() as u32 - 1
                })
            };
            for (row, body) in table.each(stp::prop::ON_BEHALF_OF)? {
                of_row[row as usize].push(number(body));
            }
            for (row, bodies) in of_row.iter_mut().enumerate() {
                if let (Row::None, Some(actor)) = (&*bodies, actors.get(row)) {
                    bodies.push(number(actor));
                }
            }
            Ok(Side { nodes: nodes(index, table, &all)?, of_row })
        }
        Variable::Publisher | Variable::Author | Variable::Section | Variable::Type => {
            let mut numbers: BTreeMap<Node, u32> = BTreeMap::new();
            let mut of_document: Vec<Vec<u32>> = Vec::new();
            for article in named(table, documents)? {
                let texts = match article {
                    Some(article) => reading(|| texts(index, &article, variable))?,
                    None => Vec::new(),
                };
                let mut number = |node: Node| {
                    let next = numbers.len() as u32;
                    *numbers.entry(node).or_insert(next)
                };
                of_document.push(texts.into_iter().map(&mut number).collect());
            }
            let row = |document: &Option<u32>| {
                let mut row = Row::None;
                for number in document.iter().flat_map(|document| &of_document[*document as usize]) {
                    row.push(*number);
                }
                row
            };
            let of_row = document_of.iter().map(row).collect();
            let mut nodes: Vec<(Node, u32)> = numbers.into_iter().collect();
            nodes.sort_by_key(|(_, number)| *number);
            Ok(Side { nodes: nodes.into_iter().map(|(node, _)| node).collect(), of_row })
        }
    }
}

fn things(index: &Index, table: &PositionTable<'_>, column: &Things<'_>) -> Result<Side> {
    let (all, of_row) = column.levels();
    let of_row = of_row.into_iter().map(|number| number.map_or(Row::None, Row::One)).collect();
    Ok(Side { nodes: nodes(index, table, &all)?, of_row })
}

fn nodes(index: &Index, table: &PositionTable<'_>, things: &[Thing]) -> Result<Vec<Node>, Corruption> {
    let node = |thing: &Thing| {
        Ok(match table.term(*thing)? {
            Term::NamedNode(node) => {
                let thing = reading(|| names::thing(index, node))?;
                Node { label: thing.label, iri: thing.iri.into_string() }
            }
            Term::Literal(text) => Node { label: text.value().to_owned(), iri: text.value().to_owned() },
            other => Node { label: other.to_string(), iri: other.to_string() },
        })
    };
    things.iter().map(node).collect()
}

/// What an article has of a variable, each text once, in order.
fn texts(index: &Index, article: &NamedNode, variable: Variable) -> Vec<Node> {
    const DNA_SECTION: NamedNodeRef<'_> =
        NamedNodeRef::new_unchecked("https://w3id.org/standpoint/dna#Section");
    const DNA_TYPE: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://w3id.org/standpoint/dna#Type");
    let (property, of_dna) = match variable {
        Variable::Publisher => (dcterms::PUBLISHER, None),
        Variable::Author => (dcterms::CREATOR, None),
        Variable::Section => (schema::ARTICLE_SECTION, Some(DNA_SECTION)),
        _ => (dcterms::TYPE, Some(DNA_TYPE)),
    };
    let values = |subject: oxrdf::NamedOrBlankNodeRef<'_>, property: NamedNodeRef<'_>| -> Vec<Node> {
        let objects = GraphReader::matching(index, Some(subject), Some(property), None);
        let node = |term: Term| match term {
            Term::Literal(text) => Node { label: text.value().to_owned(), iri: text.value().to_owned() },
            Term::NamedNode(node) => {
                let thing = names::thing(index, node);
                Node { label: thing.label, iri: thing.iri.into_string() }
            }
            other => Node { label: other.to_string(), iri: other.to_string() },
        };
        objects.map(|triple| node(triple.object)).filter(|node| !node.label.trim().is_empty()).collect()
    };
    let mut found = values(article.as_ref().into(), property);
    if let (Some(property), true) = (of_dna, found.is_empty()) {
        let about = GraphReader::matching(index, None, Some(schema::ABOUT), Some(article.as_ref().into()));
        let rows: Vec<NamedOrBlankNode> = about.map(|triple| triple.subject).collect();
        found = rows.iter().flat_map(|row| values(row.as_ref(), property)).collect();
    }
    found.sort();
    found.dedup();
    found
}

/// For each row whether the position is in force.
fn in_force(table: &PositionTable<'_>) -> Result<Vec<bool>, Corruption> {
    let (statuses, status_of) = table.statuses()?.levels();
    let is_in_force: Vec<bool> = named(table, &statuses)?
        .into_iter()
        .map(|status| status.is_some_and(|status| status.as_ref() == Status::InForce.iri()))
        .collect();
    Ok(status_of
        .into_iter()
        .map(|status| status.is_some_and(|status| is_in_force[status as usize]))
        .collect())
}

fn named(table: &PositionTable<'_>, things: &[Thing]) -> Result<Vec<Option<NamedNode>>, Corruption> {
    things.iter().map(|thing| Ok(NamedNode::try_from(table.term(*thing)?).ok())).collect()
}

/// The last day on which each article can have been published.
fn published(
    index: &Index,
    table: &PositionTable<'_>,
    documents: &[Thing],
) -> Result<Vec<Option<Date>>, Corruption> {
    let articles = named(table, documents)?;
    reading(|| {
        let day = |article: &NamedNode, property| {
            let mut objects =
                GraphReader::matching(index, Some(article.as_ref().into()), Some(property), None);
            objects.find_map(|triple| match triple.object {
                Term::Literal(day) => day.value().parse().ok(),
                _ => None,
            })
        };
        let day = |article: &Option<NamedNode>| {
            let article = article.as_ref()?;
            day(article, stp::prop::PUBLISHED_UNTIL).or_else(|| day(article, stp::prop::PUBLISHED_FROM))
        };
        articles.iter().map(day).collect()
    })
}

/// The place of each article in their order: by name, numbers in it as numbers.
fn ranks(table: &PositionTable<'_>, documents: &[Thing]) -> Result<Vec<u32>, Corruption> {
    let key = |thing: &Thing| {
        let name = table.term(*thing)?.to_string();
        let name = name.trim_end_matches('>');
        let digits = name.len() - name.bytes().rev().take_while(u8::is_ascii_digit).count();
        Ok((name[..digits].to_owned(), name[digits..].parse::<u64>().ok()))
    };
    let keys: Vec<(String, Option<u64>)> = documents.iter().map(key).collect::<Result<_, Corruption>>()?;
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by(|one, next| keys[*one].cmp(&keys[*next]));
    let mut ranks = vec![0; keys.len()];
    order.into_iter().zip(0..).for_each(|(document, rank)| ranks[document] = rank);
    Ok(ranks)
}

/// The first code point and the end of each position's first words.
fn places(
    index: &Index,
    table: &PositionTable<'_>,
    all: &[Statement],
) -> Result<HashMap<Thing, (u64, u64)>, Corruption> {
    use crate::model::vocab::oa;
    reading(|| {
        let object = |subject: &Term, property| -> Option<Term> {
            let subject = match subject {
                Term::NamedNode(node) => node.as_ref().into(),
                Term::BlankNode(node) => node.as_ref().into(),
                _ => return None,
            };
            Some(GraphReader::matching(index, Some(subject), Some(property), None).next()?.object)
        };
        let number = |selector: &Term, property| match object(selector, property)? {
            Term::Literal(number) => number.value().parse().ok(),
            _ => None,
        };
        let place = |position: Thing| {
            let evidence = object(&table.term(position).ok()?, stp::prop::EVIDENCE)?;
            let selector = object(&evidence, oa::HAS_SELECTOR)?;
            Some((position, (number(&selector, oa::START)?, number(&selector, oa::END)?)))
        };
        all.iter().filter_map(|statement| place(statement.position)).collect()
    })
}
