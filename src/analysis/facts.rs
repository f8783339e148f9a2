//! What the graph says about a node, in words.

use crate::model::identity::id_of;
use crate::model::vocab::{dcterms, oa, rdf, schema, sem, skos, stp};
use crate::model::{ActorKind, Concept, List, Stance};
use crate::store::GraphReader;
use crate::store::names;
use oxrdf::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};
use std::fmt;

pub(crate) struct Facts<'a> {
    index: &'a dyn GraphReader,
}

/// What proves a statement: words of an article and their place, words alone, or a record without words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct QuoteFacts {
    /// The article's id.
    pub article: String,
    /// First code point; none of words without a place and of records.
    pub start: Option<u32>,
    /// Code point after the last.
    pub end: Option<u32>,
    /// The words; `(record)`, with its key if it has one, where there are none.
    pub exact: String,
    /// Whether it is a record without words.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub record: bool,
    /// The article.
    #[serde(skip)]
    pub source: Option<NamedNode>,
}

/// A name or other value of a page, and where it leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Value {
    /// As it reads.
    pub text: String,
    /// The thing that it is about, if there is one.
    pub thing: Option<NamedNode>,
    /// Address outside of the data.
    pub address: Option<String>,
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self { text, ..Self::default() }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What stands for the words of a record.
const RECORD: &str = "(record)";

impl QuoteFacts {
    /// The words in quotation marks, or what stands for them.
    #[must_use]
    pub fn words(&self) -> String {
        if self.record { self.exact.clone() } else { format!("“{}”", self.exact) }
    }

    /// Whether both are the same words: places that overlap, if they are of one text, else words alike.
    pub(crate) fn is_same(&self, other: &Self, same_text: bool) -> bool {
        self.article == other.article
            && match (self.place(), other.place()) {
                (Some((start, end)), Some((first, last))) if same_text => start < last && first < end,
                // Records that have no key are not known to be one.
                _ => self.exact == other.exact && self.exact != RECORD,
            }
    }

    /// First code point and the one after the last.
    #[must_use]
    pub fn place(&self) -> Option<(u32, u32)> {
        self.start.zip(self.end)
    }
}

impl fmt::Display for QuoteFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place() {
            Some((start, end)) => write!(f, "{} [{} {start}–{end}]", self.words(), self.article),
            None => write!(f, "{} [{}]", self.words(), self.article),
        }
    }
}

/// What a list of positions shows of each.
pub(crate) struct PositionFacts {
    pub(crate) iri: NamedNode,
    pub(crate) actor: Option<NamedNode>,
    pub(crate) stance: Option<Stance>,
    pub(crate) issue: Option<NamedNode>,
    pub(crate) quotes: Vec<QuoteFacts>,
    /// Where the first quote stands: article and offset.
    pub(crate) place: Option<(String, Option<u32>)>,
    /// The last day on which it can have been expressed.
    pub(crate) stated: Option<String>,
}

impl<'a> Facts<'a> {
    pub(crate) fn new(index: &'a dyn GraphReader) -> Self {
        Self { index }
    }

    fn objects(&self, s: &NamedNode, p: NamedNodeRef<'_>) -> Vec<Term> {
        let mut objects: Vec<Term> =
            self.index.matching(Some(s.as_ref().into()), Some(p), None).map(|t| t.object).collect();
        objects.sort_by_cached_key(ToString::to_string);
        objects
    }

    /// Whether it is of this class.
    pub(crate) fn is_a(&self, s: &NamedNode, class: NamedNodeRef<'_>) -> bool {
        self.index.matching(Some(s.as_ref().into()), Some(rdf::TYPE), Some(class.into())).next().is_some()
    }

    pub(crate) fn is_known(&self, s: &NamedNode) -> bool {
        self.index.matching(Some(s.as_ref().into()), None, None).next().is_some()
    }

    pub(crate) fn links(&self, s: &NamedNode, p: NamedNodeRef<'_>) -> Vec<NamedNode> {
        let named = |term| if let Term::NamedNode(node) = term { Some(node) } else { None };
        self.objects(s, p).into_iter().filter_map(named).collect()
    }

    pub(crate) fn link(&self, s: &NamedNode, p: NamedNodeRef<'_>) -> Option<NamedNode> {
        self.links(s, p).into_iter().next()
    }

    pub(crate) fn texts(&self, s: &NamedNode, p: NamedNodeRef<'_>) -> Vec<String> {
        let text = |term| if let Term::Literal(text) = term { Some(text.value().to_owned()) } else { None };
        self.objects(s, p).into_iter().filter_map(text).collect()
    }

    pub(crate) fn text(&self, s: &NamedNode, p: NamedNodeRef<'_>) -> Option<String> {
        self.texts(s, p).into_iter().next()
    }

    /// Labels and aliases but the one that is shown, with their language where it is not English.
    pub(crate) fn other_names(&self, s: &NamedNode) -> Vec<String> {
        let shown = names::label(self.index, s.as_ref().into());
        let name = |term| match term {
            Term::Literal(text) if Some(&text) == shown.as_ref() => None,
            Term::Literal(text) => Some(match text.language() {
                Some(tag) if tag != "en" => format!("{} ({tag})", text.value()),
                _ => text.value().to_owned(),
            }),
            _ => None,
        };
        let labels = self.objects(s, skos::PREF_LABEL).into_iter().chain(self.objects(s, skos::ALT_LABEL));
        labels.filter_map(name).collect()
    }

    /// Properties and values of a node, as N-Triples have them, in no particular order.
    pub(crate) fn said_of(&self, s: &NamedNode) -> Vec<String> {
        let all = self.index.matching(Some(s.as_ref().into()), None, None);
        all.map(|t| format!("{} {}", t.predicate, t.object)).collect()
    }

    pub(crate) fn subjects(&self, p: NamedNodeRef<'_>, o: &NamedNode) -> Vec<NamedNode> {
        let mut subjects: Vec<NamedNode> = self
            .index
            .matching(None, Some(p), Some(o.as_ref().into()))
            .filter_map(|t| match t.subject {
                NamedOrBlankNode::NamedNode(node) => Some(node),
                NamedOrBlankNode::BlankNode(_) => None,
            })
            .collect();
        subjects
            .sort_by_cached_key(|s| (self.quotes(s).first().and_then(|q| q.start), s.as_str().to_owned()));
        subjects
    }

    /// The name to show; the last part of the IRI where nothing names it.
    pub(crate) fn label(&self, s: &NamedNode) -> String {
        names::shown(self.index, s.as_ref().into()).unwrap_or_else(|| id_of(s).to_owned())
    }

    pub(crate) fn labels(&self, s: &NamedNode, p: NamedNodeRef<'_>) -> Vec<String> {
        self.links(s, p).iter().map(|o| self.label(o)).collect()
    }

    /// A thing by its name.
    pub(crate) fn named(&self, s: &NamedNode) -> Value {
        Value { text: self.label(s), thing: Some(s.clone()), address: None }
    }

    pub(crate) fn all_named(&self, s: &NamedNode, p: NamedNodeRef<'_>) -> Vec<Value> {
        self.links(s, p).iter().map(|o| self.named(o)).collect()
    }

    pub(crate) fn actor_kind(&self, actor: &NamedNode) -> Option<String> {
        let classes = self.links(actor, rdf::TYPE);
        let is_own = |class: &&NamedNode| {
            self.links(class, skos::IN_SCHEME).iter().any(|scheme| *scheme == List::ActorKind.iri())
        };
        let own = classes.iter().find(is_own).map(|class| self.label(class));
        let model = || classes.iter().find_map(|class| ActorKind::from_iri(class.as_ref()));
        own.or_else(|| model().map(|kind| kind.word().to_owned()))
    }

    /// What a span says; of one without a selector, that it is a record.
    pub(crate) fn spans(&self, span: &NamedNode) -> Vec<QuoteFacts> {
        let source = self.link(span, oa::HAS_SOURCE);
        let article = source.as_ref().map(|article| id_of(article).to_owned()).unwrap_or_default();
        let number = |s: &NamedNode, p| self.text(s, p).and_then(|n| n.parse().ok());
        let selectors = self.objects(span, oa::HAS_SELECTOR);
        if selectors.is_empty() && source.is_some() {
            let key = self.text(span, dcterms::IDENTIFIER);
            return vec![QuoteFacts {
                article,
                start: None,
                end: None,
                exact: key.map_or_else(|| RECORD.to_owned(), |key| format!("(record {key})")),
                record: true,
                source,
            }];
        }
        let selected = |term| {
            let Term::NamedNode(selector) = term else { return None };
            Some(QuoteFacts {
                article: article.clone(),
                start: number(&selector, oa::START),
                end: number(&selector, oa::END),
                exact: self.text(&selector, oa::EXACT)?,
                record: false,
                source: source.clone(),
            })
        };
        selectors.into_iter().filter_map(selected).collect()
    }

    /// The evidence of anything that has some, in the order of the text.
    pub(crate) fn quotes(&self, s: &NamedNode) -> Vec<QuoteFacts> {
        let mut quotes: Vec<QuoteFacts> =
            self.links(s, stp::prop::EVIDENCE).iter().flat_map(|span| self.spans(span)).collect();
        quotes.sort();
        quotes
    }

    pub(crate) fn position(&self, iri: &NamedNode) -> PositionFacts {
        let quotes = self.quotes(iri);
        PositionFacts {
            iri: iri.clone(),
            actor: self.link(iri, stp::prop::ACTOR),
            stance: self.link(iri, stp::prop::STANCE).and_then(|s| Stance::from_iri(s.as_ref())),
            issue: self.link(iri, stp::prop::ISSUE),
            place: quotes.first().map(|q| (q.article.clone(), q.start)),
            quotes,
            stated: self.text(iri, stp::prop::STATED_UNTIL),
        }
    }

    /// The positions that lead to something by this property, in the order of the text.
    pub(crate) fn positions(&self, p: NamedNodeRef<'_>, o: &NamedNode) -> Vec<PositionFacts> {
        let mut positions: Vec<PositionFacts> = self
            .subjects(p, o)
            .iter()
            .filter(|s| self.is_a(s, stp::POSITION))
            .map(|s| self.position(s))
            .collect();
        positions.sort_by(|a, b| a.place.cmp(&b.place));
        positions
    }

    /// The positions that rest on this source.
    pub(crate) fn attributed_to(&self, source: &NamedNode) -> Vec<PositionFacts> {
        let steps = self.subjects(stp::prop::SOURCE, source);
        let mut positions: Vec<PositionFacts> =
            steps.iter().flat_map(|step| self.positions(stp::prop::ATTRIBUTION, step)).collect();
        positions.sort_by(|a, b| a.place.cmp(&b.place).then_with(|| a.iri.as_str().cmp(b.iri.as_str())));
        positions.dedup_by(|a, b| a.iri == b.iri);
        positions
    }

    /// "Steve Witkoff (according to)", the source nearest to the words first.
    pub(crate) fn attribution(&self, s: &NamedNode) -> Vec<String> {
        self.sources(s).into_iter().map(|source| source.text).collect()
    }

    /// The same, each step with its source.
    pub(crate) fn sources(&self, s: &NamedNode) -> Vec<Value> {
        let step = |step: &NamedNode| {
            let (order, text) = self.attribution_step(step);
            (order, text, self.link(step, stp::prop::SOURCE))
        };
        let mut steps: Vec<_> = self.links(s, stp::prop::ATTRIBUTION).iter().map(step).collect();
        steps.sort();
        steps.into_iter().map(|(_, text, thing)| Value { text, thing, address: None }).collect()
    }

    /// The place of a step in its chain, and "Steve Witkoff (according to)".
    pub(crate) fn attribution_step(&self, step: &NamedNode) -> (u32, String) {
        let order = self.text(step, stp::prop::ORDER).and_then(|n| n.parse().ok()).unwrap_or(u32::MAX);
        let source = self.link(step, stp::prop::SOURCE).map(|s| self.label(&s)).unwrap_or_default();
        let verb = self.text(step, stp::prop::VERB).map(|v| format!(" ({v})")).unwrap_or_default();
        (order, format!("{source}{verb}"))
    }

    /// "via an official (according to) ← the ministry", or nothing.
    pub(crate) fn via(&self, s: &NamedNode) -> String {
        let steps = self.attribution(s);
        if steps.is_empty() { String::new() } else { format!("via {}", steps.join(" ← ")) }
    }

    /// "unless flats are offered nearby".
    pub(crate) fn condition(&self, condition: &NamedNode) -> String {
        let kind =
            self.link(condition, stp::prop::CONDITION_KIND).map(|k| self.label(&k)).unwrap_or_default();
        format!("{kind} {}", self.label(condition)).trim().to_owned()
    }

    /// The words and what they resolve to.
    pub(crate) fn time(&self, time: &NamedNode) -> String {
        let words = self.text(time, rdf::VALUE).map(|words| format!("“{words}” "));
        let edtf = self.text(time, stp::prop::EDTF).unwrap_or_else(|| "unresolved".to_owned());
        let basis = self.link(time, stp::prop::DATING_BASIS).map(|b| format!(" ({})", self.label(&b)));
        let note = self.text(time, skos::NOTE).map(|note| format!(": {note}"));
        format!(
            "{}{edtf}{}{}",
            words.unwrap_or_default(),
            basis.unwrap_or_default(),
            note.unwrap_or_default()
        )
    }

    /// What an event, figure, relation or office claim says, in one line.
    pub(crate) fn sentence(&self, s: &NamedNode) -> String {
        let one = |p| self.link(s, p).map(|o| self.label(&o));
        if let (Some(from), Some(kind), Some(to)) =
            (one(stp::prop::RELATION_FROM), one(stp::prop::RELATION_KIND), one(stp::prop::RELATION_TO))
        {
            return format!("{from} {kind} {to}");
        }
        if let (Some(holder), Some(post)) = (one(stp::prop::HOLDER), one(stp::prop::POST)) {
            return format!("{holder}: {post}");
        }
        let mut parts = vec![self.label(s)];
        if let Some(value) = self.text(s, schema::VALUE) {
            let comparator =
                one(stp::prop::COMPARATOR).filter(|word| word != "exactly").map(|word| word + " ");
            let unit = self.text(s, schema::UNIT_TEXT).unwrap_or_default();
            parts.push(format!("{}{value} {unit}", comparator.unwrap_or_default()));
        }
        parts.extend(one(sem::EVENT_TYPE));
        parts.extend(self.text(s, schema::LOCATION));
        let from = self.text(s, schema::START_DATE);
        let until = self.text(s, schema::END_DATE);
        let days = between(from, until);
        parts.push(days.trim().to_owned());
        let who = self.labels(s, sem::HAS_ACTOR);
        parts.push(who.join(", "));
        parts.push(self.via(s));
        parts.retain(|part| !part.is_empty());
        parts.join(" · ")
    }

    /// All that is said of a thing, labels instead of IRIs.
    pub(crate) fn everything(&self, s: &NamedNode) -> Vec<(String, String)> {
        let mut all: Vec<(String, String)> = self
            .index
            .matching(Some(s.as_ref().into()), None, None)
            .filter(|t| t.predicate != skos::NOTE && t.predicate != stp::prop::EVIDENCE)
            .map(|t| {
                let value = match &t.object {
                    Term::NamedNode(node) => self.label(node),
                    Term::Literal(text) => text.value().to_owned(),
                    other => other.to_string(),
                };
                (id_of(&t.predicate).to_owned(), value)
            })
            .collect();
        all.sort();
        all
    }
}

/// " from … until …", as far as it is known.
pub(crate) fn between(from: Option<String>, until: Option<String>) -> String {
    match (from, until) {
        (Some(from), Some(until)) if from == until => format!(" on {from}"),
        (Some(from), Some(until)) => format!(" from {from} until {until}"),
        (Some(from), None) => format!(" since {from}"),
        (None, Some(until)) => format!(" by {until}"),
        (None, None) => String::new(),
    }
}
