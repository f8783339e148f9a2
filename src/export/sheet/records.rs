//! From triples to records: the reverse of `model::encode`, field by field.

use super::facts::Facts;
use super::{id_in, many, record};
use crate::base::fold::normalize_name;
use crate::model::identity::{Base, id_of};
use crate::model::registry::Kind;
use crate::model::vocab::{dcterms, foaf, oa, org, prov, rdf, rdfs, schema, sem, skos, stp};
use crate::model::{
    ActorKind, Certainty, CodingRole, Comparator, Concept, ConditionKind, EventKind, Explicitness,
    Extensible, Family, Intensity, List, Mode, RelationKind, Stance, Status,
};
use oxrdf::{NamedNode, NamedNodeRef, Triple};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Things by what they are called, to call each by a name that means no other.
pub(super) struct Names {
    holders: BTreeMap<(&'static str, String), BTreeSet<String>>,
    shown: BTreeMap<String, String>,
}

/// Kinds that records refer to by name.
const KINDS: [(Kind, NamedNodeRef<'static>); 5] = [
    (Kind::Actor, stp::ACTOR),
    (Kind::Issue, stp::ISSUE),
    (Kind::Article, stp::ARTICLE),
    (Kind::Post, org::POST),
    (Kind::Topic, skos::CONCEPT),
];

impl Names {
    pub(super) fn of(triples: &[Triple]) -> Self {
        let facts = Facts::new(triples);
        let mut holders: BTreeMap<(&'static str, String), BTreeSet<String>> = BTreeMap::new();
        let mut shown = BTreeMap::new();
        let lists = List::ALL.iter().map(|list| (Kind::Concept(*list), facts.concepts(*list)));
        for (kind, things) in KINDS.map(|(kind, class)| (kind, facts.members(class))).into_iter().chain(lists)
        {
            for thing in things {
                let labels = facts.texts(&thing, skos::PREF_LABEL);
                let title = facts.texts(&thing, dcterms::TITLE);
                let others = facts.texts(&thing, skos::ALT_LABEL);
                let id = id_of(&thing).to_owned();
                // Articles are called by their ids.
                let name = if kind == Kind::Article { Some(&id) } else { labels.first() };
                if let Some(name) = name {
                    shown.insert(thing.as_str().to_owned(), name.clone());
                }
                for name in labels.iter().chain(&title).chain(&others).chain([&id]) {
                    let holders = holders.entry((kind.word(), normalize_name(name))).or_default();
                    holders.insert(thing.as_str().to_owned());
                }
            }
        }
        Self { holders, shown }
    }

    /// A name that means this thing and no other of the kind; its IRI if it has none.
    fn name(&self, kind: Kind, thing: &NamedNode) -> String {
        let name = self.shown.get(thing.as_str()).filter(|name| {
            let holders = self.holders.get(&(kind.word(), normalize_name(name)));
            // A word of the model means the model's concept.
            let is_model = matches!(kind, Kind::Concept(list) if list.model(name).is_some());
            holders.is_some_and(|holders| holders.len() == 1 && holders.contains(thing.as_str()))
                && !is_model
                && !name.contains("://")
        });
        name.map_or_else(|| thing.as_str().to_owned(), |name| name.trim().to_owned())
    }

    /// A name of a source: an actor, or an article that no actor has the name of.
    fn source(&self, thing: &NamedNode) -> String {
        let as_article = self.name(Kind::Article, thing);
        let is_actors = self.holders.contains_key(&(Kind::Actor.word(), normalize_name(&as_article)));
        let as_actor = self.name(Kind::Actor, thing);
        if as_actor != thing.as_str() || is_actors { as_actor } else { as_article }
    }
}

/// The records of a graph.
pub(super) struct Records<'a> {
    pub(super) facts: &'a Facts<'a>,
    /// The graph with what stands in other documents.
    pub(super) whole: &'a Facts<'a>,
    pub(super) names: &'a Names,
    pub(super) base: &'a Base,
}

/// Where a statement stands: its article and the beginning of its first quote.
type Place = (Option<String>, u32, String);

impl Records<'_> {
    /// Adds the sections of the sheet.
    pub(super) fn fill(&self, sheet: &mut Map<String, Value>) {
        let mut articles: Vec<NamedNode> = Vec::new();
        for class in [stp::POSITION, stp::EVENT, stp::MEASURE, stp::RELATION, stp::OFFICE_CLAIM] {
            for statement in self.facts.members(class) {
                articles.extend(self.facts.link(&statement, prov::WAS_DERIVED_FROM));
            }
        }
        articles.sort_by(|one, next| one.as_str().cmp(next.as_str()));
        articles.dedup();
        let article = if articles.len() == 1 { articles.pop() } else { None };
        if let Some(article) = &article {
            sheet.insert("article".to_owned(), self.names.name(Kind::Article, article).into());
        }
        if let Some(coding) = self.coding() {
            sheet.insert("coding".to_owned(), coding);
        }
        let defined =
            |class, kind: &str, one: &dyn Fn(&NamedNode) -> Vec<(&'static str, Value)>| -> Vec<Value> {
                let things = self.facts.members(class).into_iter();
                let own = things.filter_map(|thing| {
                    let id = id_in(self.base, kind, &thing)?;
                    let mut fields = vec![("id", Value::from(id))];
                    fields.extend(one(&thing));
                    Some(record(fields))
                });
                own.collect()
            };
        let stated = |class, one: &dyn Fn(&NamedNode) -> Vec<(&'static str, Value)>| -> Vec<Value> {
            let mut all: Vec<(Place, Value)> = self
                .facts
                .members(class)
                .iter()
                .map(|statement| {
                    let mut fields = one(statement);
                    fields.extend(self.attestation(statement, article.as_ref()));
                    (self.place(statement), record(fields))
                })
                .collect();
            all.sort_by(|one, next| one.0.cmp(&next.0));
            all.into_iter().map(|(_, record)| record).collect()
        };
        let memberships = self.facts.members(org::MEMBERSHIP);
        let topics = |topic: &NamedNode| self.topic(topic);
        let sections: Vec<(&str, Vec<Value>)> = vec![
            ("articles", defined(stp::ARTICLE, "article", &|article| self.article(article))),
            ("actors", defined(stp::ACTOR, "actor", &|actor| self.actor(actor))),
            ("posts", defined(org::POST, "post", &|post| self.post(post))),
            ("memberships", memberships.iter().map(|membership| self.membership(membership)).collect()),
            ("vocabulary", self.vocabulary()),
            ("topics", defined(skos::CONCEPT, "topic", &topics)),
            ("issues", defined(stp::ISSUE, "issue", &|issue| self.issue(issue))),
            ("positions", stated(stp::POSITION, &|position| self.position(position))),
            ("events", stated(stp::EVENT, &|event| self.event(event))),
            ("measures", stated(stp::MEASURE, &|measure| self.measure(measure))),
            ("relations", stated(stp::RELATION, &|relation| self.relation(relation))),
            ("officeClaims", stated(stp::OFFICE_CLAIM, &|claim| self.office_claim(claim))),
            ("nothingToEncode", self.nothing()),
        ];
        for (section, records) in sections.into_iter().filter(|(_, records)| !records.is_empty()) {
            sheet.insert(section.to_owned(), Value::Array(records));
        }
    }

    fn name(&self, kind: Kind, thing: &NamedNode) -> Value {
        self.names.name(kind, thing).into()
    }

    fn named(&self, kind: Kind, thing: &NamedNode, property: NamedNodeRef<'_>) -> Value {
        many(self.facts.links(thing, property).iter().map(|other| self.name(kind, other)).collect())
    }

    fn named_once(&self, kind: Kind, thing: &NamedNode, property: NamedNodeRef<'_>) -> Value {
        self.facts.link(thing, property).map_or(Value::Null, |other| self.name(kind, &other))
    }

    fn iris(&self, thing: &NamedNode, property: NamedNodeRef<'_>) -> Value {
        many(self.facts.links(thing, property).iter().map(|other| other.as_str().into()).collect())
    }

    fn text(&self, thing: &NamedNode, property: NamedNodeRef<'_>) -> Value {
        self.facts.text(thing, property).map_or(Value::Null, Value::from)
    }

    fn texts(&self, thing: &NamedNode, property: NamedNodeRef<'_>) -> Value {
        many(self.facts.texts(thing, property).into_iter().map(Value::from).collect())
    }

    fn word<C: Concept>(&self, thing: &NamedNode, property: NamedNodeRef<'_>) -> Value {
        self.facts.word::<C>(thing, property).map_or(Value::Null, Value::from)
    }

    /// The word of a concept of the model, else the name of one of a case's own.
    fn listed<C: Extensible>(&self, thing: &NamedNode, property: NamedNodeRef<'_>) -> Value {
        let links = self.facts.links(thing, property);
        let is_own = |link: &&NamedNode| {
            // A class is known by its list; the concept may stand in another document.
            property != rdf::TYPE
                || self.whole.links(link, skos::IN_SCHEME).iter().any(|scheme| *scheme == C::LIST.iri())
        };
        let model = || self.word::<C>(thing, property);
        match links.iter().filter(|link| C::from_iri(link.as_ref()).is_none()).find(is_own) {
            Some(own) => self.name(Kind::Concept(C::LIST), own),
            None => model(),
        }
    }

    /// The concepts that the case adds to lists.
    fn vocabulary(&self) -> Vec<Value> {
        let of_list = |list: &List| {
            let list = *list;
            let broader = if list == List::ActorKind { rdfs::SUB_CLASS_OF } else { skos::BROADER };
            let concepts = self.facts.concepts(list).into_iter();
            let word = move |wider: &NamedNode| match list.word_of(wider.as_ref()) {
                Some(word) => word.into(),
                None => self.name(Kind::Concept(list), wider),
            };
            concepts.filter_map(move |concept| {
                let id = id_in(self.base, list.kind(), &concept)?;
                let mut fields = vec![("list", list.word().into()), ("id", id.into())];
                fields.extend(self.labels(&concept));
                fields.extend([
                    ("definition", self.text(&concept, skos::DEFINITION)),
                    ("broader", many(self.facts.links(&concept, broader).iter().map(word).collect())),
                    ("example", self.text(&concept, skos::EXAMPLE)),
                    ("note", self.texts(&concept, skos::NOTE)),
                ]);
                Some(record(fields))
            })
        };
        List::ALL.iter().flat_map(of_list).collect()
    }

    /// Label and aliases: English ones without their language.
    fn labels(&self, thing: &NamedNode) -> Vec<(&'static str, Value)> {
        let name = |(language, text): (Option<String>, String)| match language.as_deref() {
            None | Some("en") => Value::from(text),
            Some(language) => json!({ language: text }),
        };
        let of = |property| self.facts.tagged(thing, property).into_iter().map(name).collect::<Vec<_>>();
        let label = of(skos::PREF_LABEL).into_iter().next().unwrap_or_default();
        vec![("label", label), ("aliases", many(of(skos::ALT_LABEL)))]
    }

    fn article(&self, article: &NamedNode) -> Vec<(&'static str, Value)> {
        let published = record(vec![
            ("edtf", self.text(article, dcterms::ISSUED)),
            ("basis", self.word::<Explicitness>(article, stp::prop::DATING_BASIS)),
        ]);
        vec![
            ("title", self.text(article, dcterms::TITLE)),
            ("publisher", self.text(article, dcterms::PUBLISHER)),
            ("author", self.texts(article, dcterms::CREATOR)),
            ("published", published),
            ("language", self.text(article, dcterms::LANGUAGE)),
            ("url", self.iris(article, dcterms::SOURCE)),
            ("sha256", self.text(article, schema::SHA256)),
            ("length", self.text(article, stp::prop::TEXT_LENGTH)),
            ("note", self.texts(article, skos::NOTE)),
        ]
    }

    fn actor(&self, actor: &NamedNode) -> Vec<(&'static str, Value)> {
        let mut fields = self.labels(actor);
        fields.extend([
            ("kind", self.listed::<ActorKind>(actor, rdf::TYPE)),
            ("sector", self.text(actor, stp::prop::SECTOR)),
            ("memberOf", self.named(Kind::Actor, actor, org::MEMBER_OF)),
            ("exactMatch", self.iris(actor, skos::EXACT_MATCH)),
            ("note", self.texts(actor, skos::NOTE)),
        ]);
        fields
    }

    fn post(&self, post: &NamedNode) -> Vec<(&'static str, Value)> {
        let mut fields = self.labels(post);
        let is_single = self.facts.text(post, stp::prop::SINGLE_HOLDER).is_some_and(|flag| flag == "true");
        fields.push(("organisation", self.named_once(Kind::Actor, post, org::POST_IN)));
        fields.push(("singleHolder", if is_single { true.into() } else { Value::Null }));
        fields
    }

    fn membership(&self, membership: &NamedNode) -> Value {
        let role = self.facts.link(membership, org::ROLE);
        record(vec![
            ("person", self.named_once(Kind::Actor, membership, org::MEMBER)),
            ("post", self.named_once(Kind::Post, membership, stp::prop::POST)),
            ("organisation", self.named_once(Kind::Actor, membership, org::ORGANIZATION_OF)),
            ("role", role.map_or(Value::Null, |role| self.text(&role, skos::PREF_LABEL))),
            ("from", self.text(membership, schema::START_DATE)),
            ("until", self.text(membership, schema::END_DATE)),
            ("note", self.texts(membership, skos::NOTE)),
        ])
    }

    fn topic(&self, topic: &NamedNode) -> Vec<(&'static str, Value)> {
        let mut fields = self.labels(topic);
        fields.push(("broader", self.named(Kind::Topic, topic, skos::BROADER)));
        fields
    }

    fn issue(&self, issue: &NamedNode) -> Vec<(&'static str, Value)> {
        let broader = self.facts.links(issue, skos::BROADER);
        let (issues, topics): (Vec<_>, Vec<_>) =
            broader.into_iter().partition(|wider| self.whole.is_a(wider, stp::ISSUE));
        let of =
            |kind, things: &[NamedNode]| many(things.iter().map(|thing| self.name(kind, thing)).collect());
        let mut fields = self.labels(issue);
        fields.extend([
            ("family", self.word::<Family>(issue, stp::prop::FAMILY)),
            ("topic", of(Kind::Topic, &topics)),
            ("broader", of(Kind::Issue, &issues)),
            ("incompatibleWith", self.named(Kind::Issue, issue, stp::prop::INCOMPATIBLE_WITH)),
            ("contrastsWith", self.named(Kind::Issue, issue, stp::prop::CONTRASTS_WITH)),
            ("entails", self.named(Kind::Issue, issue, stp::prop::ENTAILS)),
            ("opposite", self.named_once(Kind::Issue, issue, stp::prop::OPPOSITE)),
            ("note", self.texts(issue, skos::NOTE)),
        ]);
        fields
    }

    fn position(&self, position: &NamedNode) -> Vec<(&'static str, Value)> {
        let condition = |condition: &NamedNode| {
            record(vec![
                ("kind", self.word::<ConditionKind>(condition, stp::prop::CONDITION_KIND)),
                ("text", self.text(condition, rdfs::LABEL)),
                ("requires", self.named_once(Kind::Issue, condition, stp::prop::REQUIRES)),
                ("quote", self.quotes(condition, stp::prop::EVIDENCE)),
            ])
        };
        let reason = |reason: &NamedNode| {
            let (text, quote) = (self.text(reason, rdfs::LABEL), self.quotes(reason, stp::prop::EVIDENCE));
            record(vec![("text", text), ("quote", quote)])
        };
        let parts = |property, one: &dyn Fn(&NamedNode) -> Value| {
            many(self.facts.links(position, property).iter().map(one).collect())
        };
        let status = self.facts.word::<Status>(position, stp::prop::STATUS);
        vec![
            ("actor", self.named_once(Kind::Actor, position, stp::prop::ACTOR)),
            ("alternativeHolder", self.named(Kind::Actor, position, stp::prop::ALTERNATIVE_HOLDER)),
            ("onBehalfOf", self.named(Kind::Actor, position, stp::prop::ON_BEHALF_OF)),
            ("stance", self.word::<Stance>(position, stp::prop::STANCE)),
            ("issue", self.named_once(Kind::Issue, position, stp::prop::ISSUE)),
            ("intensity", self.word::<Intensity>(position, stp::prop::INTENSITY)),
            ("mode", self.listed::<Mode>(position, stp::prop::MODE)),
            ("explicitness", self.word::<Explicitness>(position, stp::prop::EXPLICITNESS)),
            ("condition", parts(stp::prop::CONDITION, &condition)),
            ("reason", parts(stp::prop::REASON, &reason)),
            ("target", self.named(Kind::Actor, position, stp::prop::TARGET)),
            (
                "valid",
                record(vec![
                    ("from", self.text(position, stp::prop::VALID_FROM)),
                    ("until", self.text(position, stp::prop::VALID_UNTIL)),
                ]),
            ),
            (
                "status",
                status.filter(|status| *status != Status::InForce.word()).map_or(Value::Null, Value::from),
            ),
            ("supersedes", self.iris(position, stp::prop::SUPERSEDES)),
            ("alternativeReading", self.iris(position, stp::prop::ALTERNATIVE_READING)),
        ]
    }

    fn event(&self, event: &NamedNode) -> Vec<(&'static str, Value)> {
        vec![
            ("label", self.text(event, rdfs::LABEL)),
            ("kind", self.listed::<EventKind>(event, sem::EVENT_TYPE)),
            ("participant", self.named(Kind::Actor, event, sem::HAS_ACTOR)),
            ("place", self.text(event, schema::LOCATION)),
            ("about", self.named(Kind::Issue, event, schema::ABOUT)),
        ]
    }

    fn measure(&self, measure: &NamedNode) -> Vec<(&'static str, Value)> {
        let comparator = self.facts.word::<Comparator>(measure, stp::prop::COMPARATOR);
        let comparator = comparator.filter(|word| *word != Comparator::Exactly.word());
        vec![
            ("label", self.text(measure, rdfs::LABEL)),
            ("value", self.text(measure, schema::VALUE)),
            ("comparator", comparator.map_or(Value::Null, Value::from)),
            ("unit", self.text(measure, schema::UNIT_TEXT)),
            ("of", self.named(Kind::Actor, measure, stp::prop::MEASURE_OF)),
            ("about", self.named(Kind::Issue, measure, schema::ABOUT)),
        ]
    }

    fn relation(&self, relation: &NamedNode) -> Vec<(&'static str, Value)> {
        vec![
            ("from", self.named_once(Kind::Actor, relation, stp::prop::RELATION_FROM)),
            ("relation", self.listed::<RelationKind>(relation, stp::prop::RELATION_KIND)),
            ("to", self.named_once(Kind::Actor, relation, stp::prop::RELATION_TO)),
        ]
    }

    fn office_claim(&self, claim: &NamedNode) -> Vec<(&'static str, Value)> {
        vec![
            ("person", self.named_once(Kind::Actor, claim, stp::prop::HOLDER)),
            ("post", self.named_once(Kind::Post, claim, stp::prop::POST)),
        ]
    }

    /// What all statements share; the article where it is not the sheet's.
    fn attestation(&self, statement: &NamedNode, article: Option<&NamedNode>) -> Vec<(&'static str, Value)> {
        let own = self.facts.link(statement, prov::WAS_DERIVED_FROM);
        let own = own.filter(|own| Some(own) != article);
        let mut steps: Vec<(u32, Value)> = self
            .facts
            .links(statement, stp::prop::ATTRIBUTION)
            .iter()
            .map(|step| {
                let order = self.facts.text(step, stp::prop::ORDER).and_then(|order| order.parse().ok());
                let source = self.facts.link(step, stp::prop::SOURCE);
                let fields = record(vec![
                    ("source", source.map_or(Value::Null, |source| self.names.source(&source).into())),
                    ("verb", self.text(step, stp::prop::VERB)),
                    ("quote", self.quotes(step, stp::prop::EVIDENCE)),
                ]);
                (order.unwrap_or(u32::MAX), fields)
            })
            .collect();
        steps.sort_by_key(|(order, _)| *order);
        let evidence = self.facts.links(statement, stp::prop::EVIDENCE);
        let key = evidence.iter().find_map(|row| self.facts.text(row, dcterms::IDENTIFIER));
        vec![
            ("key", key.map_or(Value::Null, Value::from)),
            ("number", self.text(statement, dcterms::IDENTIFIER)),
            ("certainty", self.word::<Certainty>(statement, stp::prop::CERTAINTY)),
            ("article", own.map_or(Value::Null, |article| self.name(Kind::Article, &article))),
            ("quote", self.quotes(statement, stp::prop::EVIDENCE)),
            ("attribution", many(steps.into_iter().map(|(_, step)| step).collect())),
            ("hedge", self.quotes(statement, stp::prop::HEDGE)),
            ("time", self.time(statement)),
            ("note", self.texts(statement, skos::NOTE)),
        ]
    }

    fn time(&self, statement: &NamedNode) -> Value {
        let Some(time) = self.facts.link(statement, stp::prop::TIME_EXPRESSION) else { return Value::Null };
        let span = self.facts.link(&time, stp::prop::EVIDENCE);
        let (text, start) = match span.map(|span| self.quote(&span)) {
            Some(Value::Object(mut quote)) => {
                (quote.remove("exact").unwrap_or_default(), quote.remove("start").unwrap_or_default())
            }
            _ => (Value::Null, Value::Null),
        };
        record(vec![
            ("text", text),
            ("start", start),
            ("edtf", self.text(&time, stp::prop::EDTF)),
            ("basis", self.word::<Explicitness>(&time, stp::prop::DATING_BASIS)),
            ("note", self.text(&time, skos::NOTE)),
        ])
    }

    /// The words that a property leads to, in the order of the text.
    fn quotes(&self, thing: &NamedNode, property: NamedNodeRef<'_>) -> Value {
        let mut quotes: Vec<Value> =
            self.facts.links(thing, property).iter().map(|span| self.quote(span)).collect();
        // A record without words, such as a vote, has a key instead.
        quotes.retain(|quote| quote["exact"].is_string());
        quotes.sort_by_key(|quote| (quote["start"].as_u64(), quote["exact"].to_string()));
        many(quotes)
    }

    fn quote(&self, span: &NamedNode) -> Value {
        let selector = self.whole.link(span, oa::HAS_SELECTOR);
        let text = |property| selector.as_ref().and_then(|selector| self.whole.text(selector, property));
        let start = text(oa::START).and_then(|start| start.parse::<u32>().ok());
        record(vec![
            ("exact", text(oa::EXACT).map_or(Value::Null, Value::from)),
            ("start", start.map_or(Value::Null, Value::from)),
        ])
    }

    fn place(&self, statement: &NamedNode) -> Place {
        let article = self.facts.link(statement, prov::WAS_DERIVED_FROM);
        let spans = self.facts.links(statement, stp::prop::EVIDENCE);
        let start = spans.iter().filter_map(|span| self.quote(span)["start"].as_u64()).min();
        let start = start.and_then(|start| u32::try_from(start).ok()).unwrap_or(u32::MAX);
        (article.map(|article| article.as_str().to_owned()), start, statement.as_str().to_owned())
    }

    fn nothing(&self) -> Vec<Value> {
        let mut records = Vec::new();
        for article in self.facts.members_with(stp::prop::NOTHING_TO_ENCODE) {
            for span in self.facts.links(&article, stp::prop::NOTHING_TO_ENCODE) {
                records.push(record(vec![
                    ("article", self.name(Kind::Article, &article)),
                    ("quote", self.quote(&span)),
                    ("why", self.text(&span, skos::NOTE)),
                ]));
            }
        }
        records.sort_by_key(|record| (record["article"].to_string(), record["quote"]["start"].as_u64()));
        records
    }

    /// How it was coded, if all of it was coded alike.
    fn coding(&self) -> Option<Value> {
        let name = |coder: Option<NamedNode>| {
            coder.map_or(Value::Null, |coder| {
                self.whole.text(&coder, foaf::NAME).map_or(Value::Null, Value::from)
            })
        };
        let settled = |coding: &NamedNode| {
            let coders = self.facts.links(coding, stp::prop::SETTLES);
            Value::Array(coders.into_iter().map(|coder| name(Some(coder))).collect())
        };
        let coding = |coding: &NamedNode| {
            record(vec![
                ("coder", name(self.facts.link(coding, prov::WAS_ASSOCIATED_WITH))),
                ("role", self.word::<CodingRole>(coding, stp::prop::CODING_ROLE)),
                ("from", settled(coding)),
                ("date", self.text(coding, dcterms::DATE)),
                ("tool", self.text(coding, stp::prop::TOOL)),
                ("model", self.text(coding, stp::prop::MODEL)),
                ("acceptedBy", name(self.facts.link(coding, stp::prop::ACCEPTED_BY))),
            ])
        };
        let mut codings: Vec<Value> = self.facts.members(stp::CODING).iter().map(coding).collect();
        codings.dedup();
        if codings.len() == 1 && (codings[0]["coder"].is_string() || codings[0]["role"].is_string()) {
            codings.pop()
        } else {
            None
        }
    }
}
