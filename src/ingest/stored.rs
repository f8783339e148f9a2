//! What a store knows by name, asked of its graph when somebody asks, and remembered.

use crate::base::fold::normalize_name;
use crate::model::identity::id_of;
use crate::model::registry::{ArticleFacts, Kind, Known, MEDIA, PositionFacts, Wanted};
use crate::model::vocab::{dcterms, oa, rdf, rdfs, schema, skos, stp, xsd};
use crate::model::{ActorKind, Concept, Family, Stance};
use crate::store::index::{Index, or_throw_corruption};
use oxrdf::{Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Term, Triple};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

/// What names are written with, in the order in which a document has them.
pub(super) const NAMES: [NamedNodeRef<'static>; 3] = [dcterms::TITLE, skos::ALT_LABEL, skos::PREF_LABEL];

/// The positions of a graph that a sheet may refer to by this.
pub(super) fn positions(graph: &Stored, wanted: &Wanted<'_>) -> Vec<PositionFacts> {
    Known::positions(graph, wanted)
}

/// By kind and name, the things of that name.
type Holders = FxHashMap<(Kind, String), Rc<[NamedNode]>>;

/// The things of a store that can be named.
pub struct Stored {
    index: Index,
    /// What the graph holds besides its documents, which names nothing.
    background: HashSet<Triple>,
    holders: RefCell<Holders>,
    articles: RefCell<FxHashMap<NamedNode, Option<Rc<ArticleFacts>>>>,
}

impl Stored {
    /// The things of this graph, but for those of the background.
    #[must_use]
    pub fn new(index: Index, background: &[Triple]) -> Self {
        let background = background.iter().cloned().collect();
        Self { index, background, holders: RefCell::default(), articles: RefCell::default() }
    }

    /// Whether documents say it.
    fn is_said(&self, triple: &Triple) -> bool {
        !self.background.contains(triple) || or_throw_corruption(self.index.count(triple.as_ref())) > 1
    }

    fn values(&self, thing: &NamedNode, property: NamedNodeRef<'_>) -> impl Iterator<Item = Term> {
        let triples = self.index.matching(Some(thing.as_ref().into()), Some(property), None);
        triples.filter(|triple| self.is_said(triple)).map(|triple| triple.object)
    }

    /// The text of literals, in the order in which a document has them.
    fn texts(&self, thing: &NamedNode, property: NamedNodeRef<'_>) -> Vec<String> {
        let literal = |term| if let Term::Literal(text) = term { Some(text) } else { None };
        let mut texts: Vec<Literal> = self.values(thing, property).filter_map(literal).collect();
        texts.sort_by_cached_key(Literal::to_string);
        texts.into_iter().map(|text| text.destruct().0).collect()
    }

    fn links(&self, thing: &NamedNode, property: NamedNodeRef<'_>) -> impl Iterator<Item = NamedNode> {
        self.values(thing, property).filter_map(|term| match term {
            Term::NamedNode(node) => Some(node),
            _ => None,
        })
    }

    /// The things that have this by a property.
    fn having(&self, property: NamedNodeRef<'_>, value: &NamedNode) -> impl Iterator<Item = NamedNode> {
        let triples = self.index.matching(None, Some(property), Some(value.as_ref().into()));
        triples.filter_map(|triple| match triple.subject {
            NamedOrBlankNode::NamedNode(thing) => Some(thing),
            NamedOrBlankNode::BlankNode(_) => None,
        })
    }

    /// What is said of a position; none of anything else.
    fn position(&self, iri: NamedNode) -> Option<PositionFacts> {
        self.links(&iri, rdf::TYPE).find(|class| *class == stp::POSITION)?;
        let days = self.texts(&iri, stp::prop::STATED_UNTIL);
        let stance = self.links(&iri, stp::prop::STANCE).find_map(|stance| Stance::from_iri(stance.as_ref()));
        let quotes = self.links(&iri, stp::prop::EVIDENCE).flat_map(|span| {
            let selectors: Vec<NamedNode> = self.links(&span, oa::HAS_SELECTOR).collect();
            selectors.into_iter().flat_map(|selector| self.texts(&selector, oa::EXACT)).collect::<Vec<_>>()
        });
        Some(PositionFacts {
            actor: self.links(&iri, stp::prop::ACTOR).min()?,
            on_behalf_of: self.links(&iri, stp::prop::ON_BEHALF_OF).collect(),
            issue: self.links(&iri, stp::prop::ISSUE).min()?,
            stated_until: days.iter().filter_map(|day| day.parse().ok()).min(),
            stance: stance.map(|stance| stance.word().to_owned()).unwrap_or_default(),
            words: quotes.min().unwrap_or_default(),
            iri,
        })
    }

    fn is_of(&self, kind: Kind, thing: &NamedNode) -> bool {
        Kind::of_classes(self.links(thing, rdf::TYPE), self.links(thing, skos::IN_SCHEME)).contains(&kind)
    }
}

impl Known for Stored {
    fn holders(&self, kind: Kind, name: &str) -> Rc<[NamedNode]> {
        let key = (kind, name.to_owned());
        if let Some(known) = self.holders.borrow().get(&key) {
            return known.clone();
        }
        let is_called = |thing: &NamedNode| {
            let has = |property| self.texts(thing, property).iter().any(|text| normalize_name(text) == name);
            normalize_name(id_of(thing)) == name || NAMES.into_iter().any(has)
        };
        let mut holders = or_throw_corruption(self.index.called(name));
        holders.retain(|thing| self.is_of(kind, thing) && is_called(thing));
        holders.sort_unstable();
        let holders: Rc<[NamedNode]> = holders.into();
        self.holders.borrow_mut().insert(key, holders.clone());
        holders
    }

    fn names(&self, kind: Kind) -> Vec<(NamedNode, Vec<String>)> {
        let (property, value) = match kind {
            Kind::Concept(list) => (skos::IN_SCHEME, list.iri()),
            _ => (rdf::TYPE, kind.class()),
        };
        let things = self.index.matching(None, Some(property), Some(value.into())).filter_map(|triple| {
            let NamedOrBlankNode::NamedNode(thing) = triple.subject else { return None };
            self.is_of(kind, &thing).then_some(thing)
        });
        let mut things: Vec<NamedNode> = things.collect();
        things.sort_unstable();
        let names = |thing: &NamedNode| {
            NAMES.into_iter().flat_map(|property| self.texts(thing, property)).collect::<Vec<_>>()
        };
        things.into_iter().map(|thing| (thing.clone(), names(&thing))).collect()
    }

    fn family(&self, issue: &NamedNode) -> Option<Family> {
        let families = self.values(issue, stp::prop::FAMILY).filter_map(|family| match family {
            Term::NamedNode(family) => Some(family),
            _ => None,
        });
        let mut families: Vec<NamedNode> = families.collect();
        families.sort_unstable();
        families.iter().find_map(|family| Family::from_iri(family.as_ref()))
    }

    fn wider_kind(&self, kind: &NamedNode) -> Option<NamedNode> {
        self.links(kind, rdfs::SUB_CLASS_OF).min()
    }

    fn is_medium(&self, actor: &NamedNode) -> bool {
        let is_medium =
            |class| matches!(class, Term::NamedNode(class) if class.as_ref() == ActorKind::Media.iri());
        self.texts(actor, stp::prop::SECTOR).iter().any(|sector| sector == MEDIA)
            || self.values(actor, rdf::TYPE).any(is_medium)
    }

    fn article(&self, article: &NamedNode) -> Option<Rc<ArticleFacts>> {
        if let Some(known) = self.articles.borrow().get(article) {
            return known.clone();
        }
        let (hashes, lengths) =
            (self.texts(article, schema::SHA256), self.texts(article, stp::prop::TEXT_LENGTH));
        let day = |property| {
            let days = self.values(article, property).filter_map(|day| match day {
                Term::Literal(day) if day.datatype() == xsd::DATE => Some(day.value().to_owned()),
                _ => None,
            });
            let mut days: Vec<String> = days.collect();
            days.sort_unstable();
            days
        };
        let (from, until) = (day(stp::prop::PUBLISHED_FROM), day(stp::prop::PUBLISHED_UNTIL));
        let publishers = self.texts(article, dcterms::PUBLISHER);
        let is_known = ![&hashes, &lengths, &from, &until, &publishers].into_iter().all(Vec::is_empty);
        let parsed = |days: &[String]| days.iter().find_map(|day| day.parse().ok());
        let facts = is_known.then(|| {
            Rc::new(ArticleFacts {
                text: None,
                length: lengths.iter().find_map(|length| length.parse().ok()),
                sha256: hashes.first().cloned(),
                refused: false,
                published: (parsed(&from), parsed(&until)),
                publisher: publishers.into_iter().next(),
            })
        });
        self.articles.borrow_mut().insert(article.clone(), facts.clone());
        facts
    }

    fn positions(&self, wanted: &Wanted<'_>) -> Vec<PositionFacts> {
        let candidates: Vec<NamedNode> = match *wanted {
            Wanted::Iri(iri) => vec![iri.clone()],
            Wanted::Handle(handle) => or_throw_corruption(self.index.called(&normalize_name(handle))),
            Wanted::On(actor, issue) => {
                // An actor has fewer positions than an issue, as a rule.
                let mut of_actor: Vec<NamedNode> = self.having(stp::prop::ACTOR, actor).collect();
                of_actor.retain(|position| self.links(position, stp::prop::ISSUE).any(|one| one == *issue));
                of_actor
            }
        };
        let mut found: Vec<PositionFacts> = candidates
            .into_iter()
            .filter_map(|iri| self.position(iri))
            .filter(|facts| facts.is(wanted))
            .collect();
        found.sort_by(|a, b| a.iri.cmp(&b.iri));
        found
    }

    fn articles(&self, ids: &HashSet<&str>, hashes: &HashSet<&str>) -> Vec<NamedNode> {
        let mut articles: Vec<NamedNode> = ids
            .iter()
            .chain(hashes)
            .flat_map(|name| or_throw_corruption(self.index.called(&normalize_name(name))))
            .filter(|thing| {
                let hash = || self.article(thing).and_then(|facts| facts.sha256.clone());
                ids.contains(id_of(thing)) || hash().is_some_and(|hash| hashes.contains(hash.as_str()))
            })
            .filter(|thing| self.article(thing).is_some())
            .collect();
        articles.sort_unstable();
        articles.dedup();
        articles
    }
}
