//! Who and what can be named: actors, issues, offices, topics and articles by their names.
//!
//! Filled from sheets and from graphs that are loaded with them, and asked when a sheet's names are
//! resolved. What a store holds is not read in: it is asked when a name is looked up (`stored`).

use crate::base::fold::{fold, normalize_name, sound};
use crate::model::identity::{handle, id_of, slug};
use crate::model::text::ArticleText;
use crate::model::vocab;
use crate::model::vocab::{dcterms, org, rdf, rdfs, schema, skos, stp, xsd};
use crate::model::{ActorKind, Concept, Edtf, Family, List};
use jiff::civil::Date;
use oxrdf::{NamedNode, NamedNodeRef, NamedOrBlankNodeRef, TermRef, TripleRef};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

/// So many names are offered instead of one that is unknown.
const NEAREST: usize = 3;

/// The sector of actors that are media, where their kind does not say so.
pub const MEDIA: &str = "media";

/// What is known besides what was declared here: the things of a store.
pub trait Known {
    /// The things of a kind that have this name, which is [folded](fold), or an IRI that ends so; by their
    /// IRIs.
    fn holders(&self, kind: Kind, name: &str) -> Rc<[NamedNode]>;

    /// All things of a kind with their names.
    fn names(&self, kind: Kind) -> Vec<(NamedNode, Vec<String>)>;

    /// Whether an issue is a proposal or a claim.
    fn family(&self, issue: &NamedNode) -> Option<Family>;

    /// The class that a case's own kind of actor is a sort of.
    fn wider_kind(&self, kind: &NamedNode) -> Option<NamedNode>;

    /// Whether an actor is of the [media](MEDIA).
    fn is_medium(&self, actor: &NamedNode) -> bool;

    /// What is said of an article; none if nothing is.
    fn article(&self, article: &NamedNode) -> Option<Rc<ArticleFacts>>;

    /// The positions that a sheet may refer to by this; none of coders who are not the first.
    fn positions(&self, wanted: &Wanted<'_>) -> Vec<PositionFacts>;

    /// The articles whose id, or the hash of whose text, is one of these.
    fn articles(&self, ids: &HashSet<&str>, hashes: &HashSet<&str>) -> Vec<NamedNode>;
}

/// What positions are looked up by.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    /// The IRI.
    Iri(&'a NamedNode),
    /// The handle.
    Handle(&'a str),
    /// Actor and issue.
    On(&'a NamedNode, &'a NamedNode),
}

/// What decides which earlier position another one means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PositionFacts {
    /// The position.
    pub iri: NamedNode,
    /// Whose it is.
    pub actor: NamedNode,
    /// In whose name.
    pub on_behalf_of: BTreeSet<NamedNode>,
    /// On what.
    pub issue: NamedNode,
    /// Last day on which it can have been expressed.
    pub stated_until: Option<Date>,
    /// The stance, in words.
    pub stance: String,
    /// The first of its quotes; empty where it has none.
    pub words: String,
}

impl PositionFacts {
    /// Whether it is found by this.
    #[must_use]
    pub fn is(&self, wanted: &Wanted<'_>) -> bool {
        match *wanted {
            Wanted::Iri(iri) => self.iri == *iri,
            Wanted::Handle(digits) => handle(self.iri.as_str()) == Some(digits),
            Wanted::On(actor, issue) => self.actor == *actor && self.issue == *issue,
        }
    }
}

/// What a name can be a name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A stakeholder or source.
    Actor,
    /// A sentence one can be for or against.
    Issue,
    /// An office.
    Post,
    /// What issues are about.
    Topic,
    /// A document.
    Article,
    /// A stance on an issue, which has no name but its id.
    Position,
    /// A concept that a case adds to a list.
    Concept(List),
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Actor, Self::Issue, Self::Post, Self::Topic, Self::Article, Self::Position];

    /// Those that are looked up by name.
    pub const NAMED: [Self; 5] = [Self::Actor, Self::Issue, Self::Post, Self::Topic, Self::Article];

    /// The word for it, which is also the part of its IRIs after the base.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Actor => "actor",
            Self::Issue => "issue",
            Self::Post => "post",
            Self::Topic => "topic",
            Self::Article => "article",
            Self::Position => "position",
            Self::Concept(list) => list.kind(),
        }
    }

    /// Its class.
    #[must_use]
    pub fn class(self) -> NamedNodeRef<'static> {
        match self {
            Self::Actor => stp::ACTOR,
            Self::Issue => stp::ISSUE,
            Self::Post => org::POST,
            Self::Topic | Self::Concept(_) => skos::CONCEPT,
            Self::Article => stp::ARTICLE,
            Self::Position => stp::POSITION,
        }
    }

    /// As what a thing of these classes and schemes is looked up. An issue may be typed as the concept that it
    /// is; it stays an issue. A concept of a list that cases extend is no topic.
    pub(crate) fn of_classes(
        classes: impl Iterator<Item = NamedNode>,
        schemes: impl Iterator<Item = NamedNode>,
    ) -> Vec<Self> {
        let kind = |class: NamedNode| Self::NAMED.into_iter().find(|kind| kind.class() == class.as_ref());
        let mut kinds: Vec<Self> = classes.filter_map(kind).collect();
        if kinds.iter().any(|kind| *kind != Self::Topic) {
            kinds.retain(|kind| *kind != Self::Topic);
        }
        let lists: Vec<List> = schemes.filter_map(|scheme| List::from_iri(scheme.as_ref())).collect();
        if !lists.is_empty() {
            kinds.retain(|kind| *kind != Self::Topic);
            kinds.extend(lists.into_iter().map(Self::Concept));
        }
        kinds
    }
}

/// What looking a name up gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// The one thing of this name.
    Found(NamedNode),
    /// Several things have it; their ids, or IRIs where two have one id.
    Ambiguous(Vec<String>),
    /// Nothing has it; [`Registry::nearest`] knows what comes near.
    Unknown,
}

/// What is known of an article when its records are resolved.
#[derive(Clone, Debug, Default)]
pub struct ArticleFacts {
    /// The text, where it is at hand.
    pub text: Option<Arc<ArticleText>>,
    /// Its length in code points.
    pub length: Option<u32>,
    /// Its hash.
    pub sha256: Option<String>,
    /// Whether there is a text and it cannot be used, which has been told.
    pub refused: bool,
    /// Bounds of the day of publication.
    pub published: (Option<Date>, Option<Date>),
    /// Name of the outlet.
    pub publisher: Option<String>,
}

/// Names of one kind of thing.
#[derive(Default)]
struct Names {
    by_name: HashMap<String, Vec<NamedNode>>,
    labels: Vec<String>,
    ids: Vec<String>,
}

/// All names.
#[derive(Default)]
pub struct Registry {
    names: HashMap<Kind, Names>,
    families: HashMap<NamedNode, Family>,
    media: HashSet<NamedNode>,
    /// By the IRI of a case's own kind of actor, what it is a sort of.
    wider_kinds: HashMap<NamedNode, NamedNode>,
    articles: HashMap<NamedNode, Rc<ArticleFacts>>,
    base: Option<String>,
    stored: Option<Box<dyn Known>>,
}

impl Registry {
    /// An empty registry for things below `base`.
    #[must_use]
    pub fn new(base: &str) -> Self {
        Self { base: Some(base.to_owned()), ..Self::default() }
    }

    fn base(&self) -> &str {
        self.base.as_deref().unwrap_or(vocab::DEFAULT_BASE)
    }

    /// Adds a name; the same name twice is one.
    pub fn add_name(&mut self, kind: Kind, iri: &NamedNode, name: &str) {
        let names = self.names.entry(kind).or_default();
        let holders = names.by_name.entry(normalize_name(name)).or_default();
        if !holders.contains(iri) {
            holders.push(iri.clone());
            names.labels.push(name.to_owned());
        }
    }

    /// Adds a thing by its IRI, whose last part is a name too.
    pub fn add_thing(&mut self, kind: Kind, iri: &NamedNode) {
        let id = id_of(iri).to_owned();
        let names = self.names.entry(kind).or_default();
        let holders = names.by_name.entry(normalize_name(&id)).or_default();
        if !holders.contains(iri) {
            holders.push(iri.clone());
            names.ids.push(id);
        }
    }

    /// Lets it know what a store holds. What it knows already comes before what the store says of the
    /// same thing.
    pub fn know(&mut self, stored: Box<dyn Known>) {
        for (article, facts) in &mut self.articles {
            if let Some(said) = stored.article(article) {
                let facts = Rc::make_mut(facts);
                facts.length = facts.length.or(said.length);
                facts.sha256 = facts.sha256.take().or_else(|| said.sha256.clone());
                facts.published.0 = facts.published.0.or(said.published.0);
                facts.published.1 = facts.published.1.or(said.published.1);
                facts.publisher = facts.publisher.take().or_else(|| said.publisher.clone());
            }
        }
        self.stored = Some(stored);
    }

    /// Says of which family an issue is.
    pub fn add_family(&mut self, issue: &NamedNode, family: Family) {
        self.families.insert(issue.clone(), family);
    }

    /// The family of an issue, where known.
    #[must_use]
    pub fn family(&self, issue: &NamedNode) -> Option<Family> {
        let own = self.families.get(issue).copied();
        own.or_else(|| self.stored.as_ref()?.family(issue))
    }

    /// Says what a case's own kind of actor is a sort of.
    pub fn add_wider_kind(&mut self, kind: &NamedNode, wider: &NamedNode) {
        self.wider_kinds.insert(kind.clone(), wider.clone());
    }

    /// The kind of the model that a case's own is a sort of, perhaps by way of others of its own.
    #[must_use]
    pub fn wider_kind(&self, kind: &NamedNode) -> Option<ActorKind> {
        let mut kind = kind.clone();
        let mut seen = HashSet::new();
        while seen.insert(kind.clone()) {
            let stored = || self.stored.as_ref()?.wider_kind(&kind);
            kind = self.wider_kinds.get(&kind).cloned().or_else(stored)?;
            if let Some(known) = ActorKind::from_iri(kind.as_ref()) {
                return Some(known);
            }
        }
        None
    }

    /// Says that an actor is of the media.
    pub fn add_medium(&mut self, actor: &NamedNode) {
        self.media.insert(actor.clone());
    }

    /// Whether a source only carries what an article says: an article, an actor of the media, or the
    /// publisher of this article.
    #[must_use]
    pub fn is_medium(&self, source: &NamedNode, article: &NamedNode) -> bool {
        let is_stored = || self.stored.as_ref().is_some_and(|stored| stored.is_medium(source));
        let is_publisher = || {
            let publisher = self.article(article).and_then(|facts| facts.publisher.clone());
            publisher.is_some_and(|name| self.look_up(Kind::Actor, &name) == Lookup::Found(source.clone()))
        };
        let is_article = || self.articles.contains_key(source) || self.is_of(Kind::Article, source);
        self.media.contains(source) || is_article() || is_stored() || is_publisher()
    }

    /// Whether it is known as a thing of this kind.
    fn is_of(&self, kind: Kind, thing: &NamedNode) -> bool {
        self.holders(kind, &normalize_name(id_of(thing))).contains(thing)
    }

    /// What is known of an article, to be added to.
    pub fn article_mut(&mut self, iri: &NamedNode) -> &mut ArticleFacts {
        let said = || self.stored.as_ref().and_then(|stored| stored.article(iri)).unwrap_or_default();
        Rc::make_mut(self.articles.entry(iri.clone()).or_insert_with(said))
    }

    /// What is known of an article.
    #[must_use]
    pub fn article(&self, iri: &NamedNode) -> Option<Rc<ArticleFacts>> {
        let own = self.articles.get(iri).cloned();
        own.or_else(|| self.stored.as_ref()?.article(iri))
    }

    /// The positions of the store that a sheet may refer to by this.
    #[must_use]
    pub fn positions(&self, wanted: &Wanted<'_>) -> Vec<PositionFacts> {
        self.stored.as_ref().map(|stored| stored.positions(wanted)).unwrap_or_default()
    }

    /// Makes the articles of the store its own whose id, or the hash of whose text, is one of these.
    pub fn recall_articles(&mut self, ids: &HashSet<&str>, hashes: &HashSet<&str>) {
        let articles = self.stored.as_ref().map(|stored| stored.articles(ids, hashes));
        for article in articles.unwrap_or_default() {
            self.article_mut(&article);
        }
    }

    /// The articles whose text is not at hand, with the hash that is stated of it; of those in the store
    /// only what was [recalled](Self::recall_articles).
    #[must_use]
    pub fn articles_without_text(&self) -> Vec<(NamedNode, Option<String>)> {
        let lacking = self.articles.iter().filter(|(_, facts)| facts.text.is_none());
        lacking.map(|(iri, facts)| (iri.clone(), facts.sha256.clone())).collect()
    }

    /// The texts of articles that are at hand.
    #[must_use]
    pub fn texts(&self) -> Vec<Arc<ArticleText>> {
        self.articles.values().filter_map(|facts| facts.text.clone()).collect()
    }

    /// Whether [`add_triples`](Self::add_triples) takes anything from triples with this predicate.
    #[must_use]
    pub fn learns_from(predicate: NamedNodeRef<'_>) -> bool {
        matches!(
            predicate,
            rdf::TYPE
                | skos::PREF_LABEL
                | skos::ALT_LABEL
                | skos::IN_SCHEME
                | rdfs::SUB_CLASS_OF
                | dcterms::TITLE
                | dcterms::PUBLISHER
                | stp::prop::FAMILY
                | stp::prop::SECTOR
                | schema::SHA256
                | stp::prop::TEXT_LENGTH
                | stp::prop::PUBLISHED_FROM
                | stp::prop::PUBLISHED_UNTIL
        )
    }

    /// Takes names, families and articles from a graph; other triples are passed over. What is
    /// known of an issue or article already stays: a file that is being loaded comes before
    /// what the store says of the same thing.
    pub fn add_triples<'a>(&mut self, triples: impl Iterator<Item = TripleRef<'a>>) {
        let mut classes: HashMap<NamedNode, Vec<NamedNode>> = HashMap::new();
        let mut schemes: HashMap<NamedNode, Vec<NamedNode>> = HashMap::new();
        let mut names: Vec<(NamedNode, String)> = Vec::new();
        for triple in triples {
            let NamedOrBlankNodeRef::NamedNode(subject) = triple.subject else { continue };
            match (triple.predicate, triple.object) {
                (rdf::TYPE, TermRef::NamedNode(class)) => {
                    if class == ActorKind::Media.iri() {
                        self.media.insert(subject.into_owned());
                    }
                    classes.entry(subject.into_owned()).or_default().push(class.into_owned());
                }
                (skos::IN_SCHEME, TermRef::NamedNode(scheme)) => {
                    schemes.entry(subject.into_owned()).or_default().push(scheme.into_owned());
                }
                (rdfs::SUB_CLASS_OF, TermRef::NamedNode(wider)) => {
                    self.wider_kinds.insert(subject.into_owned(), wider.into_owned());
                }
                (skos::PREF_LABEL | skos::ALT_LABEL | dcterms::TITLE, TermRef::Literal(name)) => {
                    names.push((subject.into_owned(), name.value().to_owned()));
                }
                (stp::prop::FAMILY, TermRef::NamedNode(family)) => {
                    if let Some(family) = Family::from_iri(family) {
                        self.families.entry(subject.into_owned()).or_insert(family);
                    }
                }
                (stp::prop::SECTOR, TermRef::Literal(sector)) if sector.value() == MEDIA => {
                    self.media.insert(subject.into_owned());
                }
                (dcterms::PUBLISHER, TermRef::Literal(name)) => {
                    let facts = self.article_mut(&subject.into_owned());
                    facts.publisher.get_or_insert_with(|| name.value().to_owned());
                }
                (schema::SHA256, TermRef::Literal(hash)) => {
                    self.article_mut(&subject.into_owned())
                        .sha256
                        .get_or_insert_with(|| hash.value().to_owned());
                }
                (stp::prop::TEXT_LENGTH, TermRef::Literal(length)) => {
                    let facts = self.article_mut(&subject.into_owned());
                    facts.length = facts.length.or(length.value().parse().ok());
                }
                (stp::prop::PUBLISHED_FROM, TermRef::Literal(day)) if day.datatype() == xsd::DATE => {
                    let facts = self.article_mut(&subject.into_owned());
                    facts.published.0 = facts.published.0.or(day.value().parse().ok());
                }
                (stp::prop::PUBLISHED_UNTIL, TermRef::Literal(day)) if day.datatype() == xsd::DATE => {
                    let facts = self.article_mut(&subject.into_owned());
                    facts.published.1 = facts.published.1.or(day.value().parse().ok());
                }
                _ => {}
            }
        }
        let kinds = classes.into_iter().map(|(iri, classes)| {
            let schemes = schemes.remove(&iri).unwrap_or_default();
            (iri, Kind::of_classes(classes.into_iter(), schemes.into_iter()))
        });
        let kinds: HashMap<NamedNode, Vec<Kind>> = kinds.collect();
        for (iri, kinds) in &kinds {
            kinds.iter().for_each(|kind| self.add_thing(*kind, iri));
        }
        for (iri, name) in names {
            for kind in kinds.get(&iri).into_iter().flatten() {
                self.add_name(*kind, &iri, &name);
            }
        }
    }

    /// Sets the bounds of an article's day of publication.
    pub fn set_published(&mut self, article: &NamedNode, published: Option<&Edtf>) {
        if let Some(published) = published {
            self.article_mut(article).published = (published.first(), published.last());
        }
    }

    /// What has this name, id, prefixed name or IRI. An IRI that nothing is known of is taken
    /// at its word.
    #[must_use]
    pub fn look_up(&self, kind: Kind, name: &str) -> Lookup {
        let trimmed = name.trim();
        let holders = self.holders(kind, &normalize_name(trimmed));
        match holders.as_slice() {
            [] => {}
            [one] => return Lookup::Found(one.clone()),
            several => {
                // Things below different bases may have one id.
                let ids: BTreeSet<&str> = several.iter().map(id_of).collect();
                let by_id = ids.len() == several.len();
                let name =
                    |iri: &NamedNode| if by_id { id_of(iri).to_owned() } else { iri.as_str().to_owned() };
                return Lookup::Ambiguous(several.iter().map(name).collect());
            }
        }
        if let Some(iri) = self.as_iri(kind, trimmed) {
            return Lookup::Found(iri);
        }
        Lookup::Unknown
    }

    /// The names of this kind that come nearest to a text: those that are spelled alike, in whatever
    /// script, before those that look alike. None is taken for it: a sheet says whom it means.
    #[must_use]
    pub fn nearest(&self, kind: Kind, name: &str) -> Vec<String> {
        let stored = self.stored_labels(kind);
        let own = self.names.get(&kind).map(|names| names.labels.as_slice()).unwrap_or_default();
        let labels: Vec<&str> = own.iter().chain(&stored).map(String::as_str).collect();
        let sounds = |name: &str| sound(&fold(name));
        let wanted = sounds(name);
        let mut near: Vec<&str> = labels.iter().copied().filter(|label| sounds(label) == wanted).collect();
        let alike = crate::base::diagnostic::nearest(name.trim(), labels.iter().copied(), NEAREST);
        near.extend(alike.into_iter().filter(|label| sounds(label) != wanted));
        // Articles are called by their ids.
        let ids = if near.is_empty() { self.ids(kind) } else { Vec::new() };
        if near.is_empty() {
            near = crate::base::diagnostic::nearest(name.trim(), ids.iter().map(String::as_str), NEAREST);
        }
        near.truncate(NEAREST);
        near.into_iter().map(str::to_owned).collect()
    }

    /// All names of this kind; an id only where no label spells it.
    #[must_use]
    pub fn labels(&self, kind: Kind) -> Vec<String> {
        let own = self.names.get(&kind).map(|names| names.labels.clone()).unwrap_or_default();
        let mut labels: Vec<String> = own.into_iter().chain(self.stored_labels(kind)).collect();
        let spelled: HashSet<String> = labels.iter().map(|label| slug(label)).collect();
        labels.extend(self.ids(kind).into_iter().filter(|id| !spelled.contains(id)));
        labels
    }

    fn ids(&self, kind: Kind) -> Vec<String> {
        let own = self.names.get(&kind).map(|names| names.ids.as_slice()).unwrap_or_default();
        let stored = self.stored.iter().flat_map(|stored| stored.names(kind));
        let stored = stored.map(|(iri, _)| id_of(&iri).to_owned());
        let mut ids: Vec<String> = own.iter().cloned().chain(stored).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// What things are called in the store and nowhere else.
    fn stored_labels(&self, kind: Kind) -> Vec<String> {
        let Some(stored) = &self.stored else { return Vec::new() };
        let own = self.names.get(&kind).map(|names| &names.by_name);
        let is_own = |iri: &NamedNode, name: &str| {
            own.and_then(|own| own.get(name)).is_some_and(|holders| holders.contains(iri))
        };
        let mut labels = Vec::new();
        for (iri, names) in stored.names(kind) {
            let mut seen = HashSet::from([normalize_name(id_of(&iri))]);
            labels.extend(names.into_iter().filter(|name| {
                let folded = normalize_name(name);
                !is_own(&iri, &folded) && seen.insert(folded)
            }));
        }
        labels
    }

    /// What has this name, which is folded, the files of a load first.
    fn holders(&self, kind: Kind, name: &str) -> Vec<NamedNode> {
        let own = self.names.get(&kind).and_then(|names| names.by_name.get(name));
        let mut holders = own.cloned().unwrap_or_default();
        if let Some(stored) = &self.stored {
            for iri in &*stored.holders(kind, name) {
                if !holders.contains(iri) {
                    holders.push(iri.clone());
                }
            }
        }
        holders
    }

    /// `<iri>`, `https://…` or `actor:slug`.
    fn as_iri(&self, kind: Kind, name: &str) -> Option<NamedNode> {
        let bare = name.strip_prefix('<').and_then(|n| n.strip_suffix('>')).unwrap_or(name);
        if let Some(id) = bare.strip_prefix(kind.word()).and_then(|rest| rest.strip_prefix(':')) {
            let iri = NamedNode::new(format!("{}{}/{id}", self.base(), kind.word())).ok()?;
            return self.holders(kind, &normalize_name(id)).contains(&iri).then_some(iri);
        }
        (bare.contains("://") || bare.starts_with("urn:")).then(|| NamedNode::new(bare).ok())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iri(id: &str) -> NamedNode {
        NamedNode::new_unchecked(format!("{}actor/{id}", vocab::DEFAULT_BASE))
    }

    #[test]
    fn names_are_found_whatever_their_case_and_quotation_marks() {
        let mut registry = Registry::default();
        registry.add_thing(Kind::Actor, &iri("people-s-party"));
        registry.add_name(Kind::Actor, &iri("people-s-party"), "People’s  Party");
        for name in ["people's party", "PEOPLE’S PARTY", "people-s-party", "actor:people-s-party"] {
            assert_eq!(registry.look_up(Kind::Actor, name), Lookup::Found(iri("people-s-party")), "{name}");
        }
        assert_eq!(registry.look_up(Kind::Issue, "people's party"), Lookup::Unknown);
    }

    #[test]
    fn a_shared_name_lists_its_holders_and_an_unknown_one_the_nearest() {
        let mut registry = Registry::default();
        for (id, name) in [("lake", "The Lake"), ("lake-2", "The Lake"), ("mill", "The Mill")] {
            registry.add_thing(Kind::Actor, &iri(id));
            registry.add_name(Kind::Actor, &iri(id), name);
        }
        let both = vec!["lake".to_owned(), "lake-2".to_owned()];
        assert_eq!(registry.look_up(Kind::Actor, "the lake"), Lookup::Ambiguous(both));
        assert_eq!(registry.look_up(Kind::Actor, "The Mil"), Lookup::Unknown);
        assert_eq!(registry.nearest(Kind::Actor, "The Mil"), ["The Mill", "The Lake"]);
    }
}
