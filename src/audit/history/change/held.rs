//! A position as far as its change depends on it, read from a graph.

use crate::analysis::facts::{Facts, QuoteFacts, between};
use crate::audit::history::fields::{Field, FieldChange, Value, changes, fields};
use crate::audit::history::stated::Stated;
use crate::model::vocab::{prov, rdf, schema, stp};
use crate::model::{Concept, ConditionKind, Stance, Status};
use crate::store::GraphReader;
use crate::store::names;
use jiff::civil::Date;
use oxrdf::{NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Term};
use std::collections::{BTreeSet, HashMap};

/// Fields that do not tell how words were coded.
const NOT_CODED: &[&str] = &["coding", "supersedes", "note"];
/// Fields whose values have places in the text.
const PLACED: &[&str] = &["evidence", "hedge", "attribution", "condition", "reason", "timeExpression"];

/// Positions of one graph: those of an article or a document, or all.
pub struct Side<'a> {
    /// The graph.
    pub index: &'a dyn GraphReader,
    /// Name of the actor.
    pub name: String,
    /// Its positions.
    pub positions: Vec<NamedNode>,
}

impl<'a> Side<'a> {
    /// All positions of a graph.
    #[must_use]
    pub fn whole(index: &'a dyn GraphReader, name: impl Into<String>) -> Self {
        let positions = Facts::new(index).subjects(rdf::TYPE, &stp::POSITION.into_owned());
        Self { index, name: name.into(), positions }
    }

    /// The positions of an article.
    #[must_use]
    pub fn of_article(index: &'a dyn GraphReader, name: impl Into<String>, article: &NamedNode) -> Self {
        let facts = Facts::new(index);
        let mut positions = facts.subjects(prov::WAS_DERIVED_FROM, article);
        positions.retain(|position| facts.is_a(position, stp::POSITION));
        Self { index, name: name.into(), positions }
    }

    /// The positions that a document states, from its N-Triples.
    #[must_use]
    pub fn of_document(index: &'a dyn GraphReader, name: impl Into<String>, ntriples: &str) -> Self {
        let mut side = Self::whole(index, name);
        let typed = format!(" {} {} .", rdf::TYPE, stp::POSITION);
        let stated: BTreeSet<&str> = ntriples.lines().filter_map(|line| line.strip_suffix(&typed)).collect();
        side.positions.retain(|position| stated.contains(position.to_string().as_str()));
        side
    }
}

/// A condition of a position.
#[derive(Clone, Debug)]
pub struct Condition {
    pub(crate) kind: Option<ConditionKind>,
    /// "unless an investor comes forward".
    pub words: String,
    pub(crate) requires: Option<NamedNode>,
}

/// A position of a side.
#[derive(Clone, Debug)]
pub struct Held {
    /// Its IRI.
    pub position: NamedNode,
    /// "Ana Berg: supports – The old mill is torn down".
    pub sentence: String,
    /// Its words and their places.
    pub spans: Vec<QuoteFacts>,
    /// When it was expressed, in words.
    pub stated: String,
    /// Sources, from the one nearest to the words outwards.
    pub attribution: String,
    /// Words for mode, explicitness and certainty.
    pub how: String,
    /// The article that states it.
    pub article: Option<NamedNode>,
    /// The article's title.
    pub article_name: String,
    pub(crate) actor: Option<NamedNode>,
    pub(crate) actor_name: String,
    pub(crate) represented: Vec<NamedNode>,
    /// The stance.
    pub stance: Option<Stance>,
    pub(crate) issue: Option<NamedNode>,
    pub(crate) opposite: Vec<NamedNode>,
    /// The speaker.
    pub speaker: Option<NamedNode>,
    pub(crate) speaker_name: String,
    /// The conditions.
    pub conditions: Vec<Condition>,
    pub(crate) status: Option<Status>,
    pub(crate) begin: Option<Date>,
    fields: Vec<Field>,
}

impl Held {
    pub(crate) fn all(side: &Side<'_>) -> Vec<Self> {
        let facts = Facts::new(side.index);
        side.positions.iter().map(|position| Self::read(side.index, &facts, position)).collect()
    }

    pub(crate) fn read(index: &dyn GraphReader, facts: &Facts<'_>, position: &NamedNode) -> Self {
        let actor = facts.link(position, stp::prop::ACTOR);
        let issue = facts.link(position, stp::prop::ISSUE);
        let article = facts.link(position, prov::WAS_DERIVED_FROM);
        let steps = steps(index, position);
        let speaker = speaker(facts, &steps, actor.as_ref());
        let name = |node: &Option<NamedNode>| node.as_ref().map(|node| facts.label(node)).unwrap_or_default();
        let date = |property| facts.text(position, property);
        let day = |property| facts.text(position, property).and_then(|text| text.get(..10)?.parse().ok());
        let stated = between(date(stp::prop::STATED_FROM), date(stp::prop::STATED_UNTIL));
        let via: Vec<&str> = steps.iter().map(|step| step.words.as_str()).collect();
        let mut how = [stp::prop::MODE, stp::prop::EXPLICITNESS, stp::prop::CERTAINTY]
            .map(|property| facts.labels(position, property).join(", "))
            .to_vec();
        let status = facts.link(position, stp::prop::STATUS).and_then(|s| Status::from_iri(s.as_ref()));
        how.extend(status.filter(|status| *status != Status::InForce).map(|status| status.word().to_owned()));
        how.retain(|word| !word.is_empty());
        let fields = fields(facts, position);
        Self {
            position: position.clone(),
            sentence: Stated::sentence_of(&fields),
            spans: facts.quotes(position),
            stated: if stated.is_empty() { "undated".into() } else { stated.trim().to_owned() },
            attribution: if via.is_empty() {
                "own words".into()
            } else {
                format!("via {}", via.join(" ← "))
            },
            how: how.join(" · "),
            article_name: name(&article),
            article,
            actor_name: name(&actor),
            actor,
            represented: facts.links(position, stp::prop::ON_BEHALF_OF),
            stance: facts.link(position, stp::prop::STANCE).and_then(|s| Stance::from_iri(s.as_ref())),
            opposite: issue.iter().flat_map(|issue| opposites(facts, issue)).collect(),
            issue,
            speaker_name: name(&speaker),
            speaker,
            conditions: conditions(index, position),
            status,
            begin: day(stp::prop::VALID_FROM)
                .or_else(|| day(stp::prop::STATED_UNTIL))
                .or_else(|| day(stp::prop::STATED_FROM)),
            fields,
        }
    }

    pub(crate) fn is_conditional(&self) -> bool {
        let by_name = [Stance::ConditionallySupports, Stance::ConditionallyOpposes];
        !self.conditions.is_empty() || self.stance.is_some_and(|stance| by_name.contains(&stance))
    }

    /// The first of its quotes.
    pub fn quote(&self) -> String {
        self.spans.first().map(QuoteFacts::words).unwrap_or_default()
    }

    /// The fields that were coded otherwise.
    pub(crate) fn differing_fields(&self, other: &Self) -> Vec<&'static str> {
        let coded = |change: &FieldChange| match change.name {
            name if NOT_CODED.contains(&name) => false,
            "status" => other.status != Some(Status::Superseded),
            // Their identity holds offsets, which a rewritten text moves.
            name if PLACED.contains(&name) => unplaced(&change.before) != unplaced(&change.after),
            _ => true,
        };
        let named = changes(&self.fields, &other.fields);
        let mut differing: Vec<&str> = named.iter().filter(|c| coded(c)).map(|c| c.name).collect();
        // Parts that are blank nodes are no fields.
        let conditions =
            |held: &Self| -> Vec<String> { held.conditions.iter().map(|c| c.words.clone()).collect() };
        for (name, differs) in [
            ("attribution", self.attribution != other.attribution),
            ("condition", conditions(self) != conditions(other)),
        ] {
            if differs && !differing.contains(&name) {
                differing.push(name);
            }
        }
        differing
    }

    /// Pairs of things by which a position is found that rests on the same words, or is about
    /// the same matter.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (&NamedNode, &NamedNode)> {
        let principals = self.actor.iter().chain(&self.represented);
        let about = principals.flat_map(|actor| self.issue.iter().map(move |issue| (actor, issue)));
        let within = self
            .article
            .iter()
            .flat_map(|article| self.actor.iter().chain(&self.issue).map(move |coded| (article, coded)));
        about.chain(within)
    }

    /// The same for positions on opposite issues.
    pub(crate) fn opposite_keys(&self) -> impl Iterator<Item = (&NamedNode, &NamedNode)> {
        let principals = self.actor.iter().chain(&self.represented);
        principals.flat_map(|actor| self.opposite.iter().map(move |issue| (actor, issue)))
    }
}

/// What values say, without the places of the words in the text.
fn unplaced(values: &[Value]) -> BTreeSet<&str> {
    values.iter().map(|value| value.text.split(" [").next().unwrap_or_default()).collect()
}

/// The issues of which one says that they are opposite to each other.
fn opposites(facts: &Facts<'_>, issue: &NamedNode) -> Vec<NamedNode> {
    [facts.links(issue, stp::prop::OPPOSITE), facts.subjects(stp::prop::OPPOSITE, issue)].concat()
}

/// A link of an attribution chain, which may be a blank node in RDF that others wrote.
struct Step {
    order: u32,
    /// None where it is no named thing, and so nobody that is known.
    source: Option<NamedNode>,
    /// "Jonas Lind (according to)".
    words: String,
}

fn steps(index: &dyn GraphReader, position: &NamedNode) -> Vec<Step> {
    let facts = Facts::new(index);
    let mut steps: Vec<Step> = parts(index, position, stp::prop::ATTRIBUTION)
        .iter()
        .map(|step| {
            let one = |property| objects(index, step.as_ref(), property).into_iter().next();
            let text = |property| one(property).and_then(literal);
            let source = match one(stp::prop::SOURCE) {
                Some(Term::NamedNode(source)) => Some(source),
                _ => None,
            };
            let name = source.as_ref().map_or_else(|| "somebody".into(), |source| facts.label(source));
            let verb = text(stp::prop::VERB).map(|verb| format!(" ({verb})")).unwrap_or_default();
            let order = text(stp::prop::ORDER).and_then(|order| order.parse().ok()).unwrap_or(u32::MAX);
            Step { order, source, words: name + &verb }
        })
        .collect();
    steps.sort_by(|one, other| (one.order, &one.words).cmp(&(other.order, &other.words)));
    steps
}

/// The source nearest to the words that has a name; the actor where there is no source.
fn speaker(facts: &Facts<'_>, steps: &[Step], actor: Option<&NamedNode>) -> Option<NamedNode> {
    if steps.is_empty() {
        return actor.cloned();
    }
    let mut sources = steps.iter().filter_map(|step| step.source.as_ref());
    sources.find(|source| !facts.is_a(source, stp::ANONYMOUS_SOURCE)).cloned()
}

fn conditions(index: &dyn GraphReader, position: &NamedNode) -> Vec<Condition> {
    let facts = Facts::new(index);
    let read = |node: &NamedOrBlankNode| {
        let link = |property| match objects(index, node.as_ref(), property).into_iter().next() {
            Some(Term::NamedNode(node)) => Some(node),
            _ => None,
        };
        let kind = link(stp::prop::CONDITION_KIND);
        let label = names::shown(index, node.as_ref());
        let words = [kind.as_ref().map(|kind| facts.label(kind)), label];
        Condition {
            words: words.into_iter().flatten().collect::<Vec<_>>().join(" "),
            kind: kind.and_then(|kind| ConditionKind::from_iri(kind.as_ref())),
            requires: link(stp::prop::REQUIRES),
        }
    };
    let mut conditions: Vec<Condition> =
        parts(index, position, stp::prop::CONDITION).iter().map(read).collect();
    conditions.sort_by(|one, other| (&one.words, &one.requires).cmp(&(&other.words, &other.requires)));
    conditions
}

fn parts(index: &dyn GraphReader, position: &NamedNode, property: NamedNodeRef<'_>) -> Vec<NamedOrBlankNode> {
    let found = objects(index, position.as_ref().into(), property);
    found.into_iter().filter_map(|part| NamedOrBlankNode::try_from(part).ok()).collect()
}

fn objects(index: &dyn GraphReader, node: NamedOrBlankNodeRef<'_>, property: NamedNodeRef<'_>) -> Vec<Term> {
    index.matching(Some(node), Some(property), None).map(|triple| triple.object).collect()
}

fn literal(term: Term) -> Option<String> {
    if let Term::Literal(literal) = term { Some(literal.value().to_owned()) } else { None }
}

/// Of which articles the offsets of both graphs mean the same text.
pub(crate) struct Words {
    same_text: HashMap<String, bool>,
}

impl Words {
    pub(crate) fn of(earlier: &dyn GraphReader, later: &dyn GraphReader) -> Self {
        let (one, other) = (Facts::new(earlier), Facts::new(later));
        let articles = one.subjects(rdf::TYPE, &stp::ARTICLE.into_owned());
        let hash = |facts: &Facts<'_>, article: &NamedNode| facts.text(article, schema::SHA256);
        let same = |article: NamedNode| {
            let same = hash(&one, &article) == hash(&other, &article);
            (article.into_string(), same)
        };
        Self { same_text: articles.into_iter().map(same).collect() }
    }

    /// Whether two positions are of one article, whose text is another one by now.
    pub(crate) fn rewritten(&self, earlier: &Held, later: &Held) -> bool {
        let article = earlier.article.as_ref().filter(|article| later.article.as_ref() == Some(article));
        article.is_some_and(|article| self.same_text.get(article.as_str()) == Some(&false))
    }

    /// Whether two positions rest on the same words.
    pub(crate) fn same(&self, earlier: &Held, later: &Held) -> bool {
        let (Some(article), Some(other)) = (&earlier.article, &later.article) else { return false };
        if article != other {
            return false;
        }
        let same_text = self.same_text.get(article.as_str()).copied().unwrap_or(true);
        earlier.spans.iter().any(|one| later.spans.iter().any(|other| one.is_same(other, same_text)))
    }
}
