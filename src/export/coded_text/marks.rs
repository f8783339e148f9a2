//! The records of a document as marks that have no place in the text yet.

use super::Names;
use super::facts::{Facts, word};
use crate::model::registry::Kind;
use crate::model::text::ArticleText;
use crate::model::vocab::{oa, prov, rdf, rdfs, schema, sem, skos, stp};
use crate::model::{Certainty, Comparator, Concept, Explicitness, List, Mode, Status};
use oxrdf::{NamedNode, NamedNodeRef};
use std::ops::Range;

/// Attributes in the order in which they are written.
pub(super) type Attributes = Vec<(String, String)>;

/// A record, and what its mark says.
pub(super) struct Record {
    pub(super) iri: NamedNode,
    pub(super) class: String,
    pub(super) attributes: Attributes,
    /// Its evidence, in the order of the text. The first is what its mark is put around.
    pub(super) places: Vec<Range<u32>>,
    pub(super) parts: Vec<Part>,
    /// Records of the same text that it refers to: attribute and IRI.
    pub(super) references: Vec<(&'static str, NamedNode)>,
}

/// What a mark inside a record's brackets says.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) class: &'static str,
    pub(super) attributes: Attributes,
    pub(super) place: Option<Range<u32>>,
}

/// Reads records off what a document says.
pub(super) struct Records<'a> {
    pub(super) facts: &'a Facts,
    pub(super) text: &'a ArticleText,
    pub(super) names: &'a Names<'a>,
    /// Whether fields are written that have a default.
    pub(super) in_full: bool,
}

impl Records<'_> {
    /// All records but those of the registry, in the order of the text.
    pub(super) fn all(&self) -> Vec<Record> {
        let mut records = Vec::new();
        type Describe<'r> = fn(&Records<'r>, &NamedNode, &mut Record);
        let classes: [(NamedNodeRef<'_>, Describe<'_>); 5] = [
            (stp::POSITION, Self::position),
            (stp::EVENT, Self::event),
            (stp::MEASURE, Self::measure),
            (stp::RELATION, Self::relation),
            (stp::OFFICE_CLAIM, Self::office_claim),
        ];
        for (class, describe) in classes {
            for iri in self.facts.of_class(class) {
                let mut record = Record {
                    iri: iri.clone(),
                    class: String::new(),
                    attributes: Vec::new(),
                    places: self.facts.places(iri, stp::prop::EVIDENCE),
                    parts: Vec::new(),
                    references: Vec::new(),
                };
                describe(self, iri, &mut record);
                self.attestation(iri, &mut record);
                records.push(record);
            }
        }
        records.extend(self.nothing());
        records.sort_by_cached_key(|record| {
            let place = record.places.first().map(|place| (place.start, u32::MAX - place.end));
            (place, record.class.clone(), record.attributes.clone(), record.iri.clone())
        });
        records
    }

    fn named(&self, record: &mut Record, attribute: &str, kind: Kind, iri: &NamedNode, p: NamedNodeRef<'_>) {
        for thing in self.facts.iris(iri, p) {
            record.attributes.push((attribute.to_owned(), (self.names)(kind, thing)));
        }
    }

    fn words(&self, record: &mut Record, attribute: &str, iri: &NamedNode, p: NamedNodeRef<'_>) {
        for word in self.facts.words(iri, p) {
            record.attributes.push((attribute.to_owned(), word.replace(' ', "-")));
        }
    }

    /// The word of a concept of an extensible list.
    fn listed(&self, record: &mut Record, attribute: &str, list: List, iri: &NamedNode, p: NamedNodeRef<'_>) {
        for concept in self.facts.iris(iri, p) {
            let word = match list.word_of(concept.as_ref()) {
                Some(word) => word.replace(' ', "-"),
                None => (self.names)(Kind::Concept(list), concept),
            };
            record.attributes.push((attribute.to_owned(), word));
        }
    }

    fn texts(&self, record: &mut Record, attribute: &str, iri: &NamedNode, p: NamedNodeRef<'_>) {
        for text in self.facts.texts(iri, p) {
            record.attributes.push((attribute.to_owned(), text.to_owned()));
        }
    }

    fn position(&self, iri: &NamedNode, record: &mut Record) {
        let stance = self.facts.words(iri, stp::prop::STANCE).into_iter().next().unwrap_or_default();
        record.class = stance.replace(' ', "-");
        self.named(record, "actor", Kind::Actor, iri, stp::prop::ACTOR);
        self.named(record, "on-behalf-of", Kind::Actor, iri, stp::prop::ON_BEHALF_OF);
        self.named(record, "issue", Kind::Issue, iri, stp::prop::ISSUE);
        self.words(record, "intensity", iri, stp::prop::INTENSITY);
        let is_said_by_others = self.facts.iri(iri, stp::prop::ATTRIBUTION).is_some();
        let explicitness = if is_said_by_others { Explicitness::Reported } else { Explicitness::Explicit };
        let is_reading = self.facts.words(iri, stp::prop::STATUS) == [Status::Ambiguous.word()];
        let certainty = if is_reading { Certainty::Probable } else { Certainty::Certain };
        if self.in_full || self.facts.words(iri, stp::prop::MODE) != [Mode::PublicStatement.word()] {
            self.listed(record, "mode", List::Mode, iri, stp::prop::MODE);
        }
        for (field, property, default) in [
            ("explicitness", stp::prop::EXPLICITNESS, explicitness.word()),
            ("certainty", stp::prop::CERTAINTY, certainty.word()),
        ] {
            if self.in_full || self.facts.words(iri, property) != [default] {
                self.words(record, field, iri, property);
            }
        }
        self.named(record, "alternative-holder", Kind::Actor, iri, stp::prop::ALTERNATIVE_HOLDER);
        self.named(record, "target", Kind::Actor, iri, stp::prop::TARGET);
        self.texts(record, "valid.from", iri, stp::prop::VALID_FROM);
        self.texts(record, "valid.until", iri, stp::prop::VALID_UNTIL);
        if self.facts.words(iri, stp::prop::STATUS) != [Status::InForce.word()] {
            self.words(record, "status", iri, stp::prop::STATUS);
        }
        for (attribute, property) in
            [("supersedes", stp::prop::SUPERSEDES), ("alternative-reading", stp::prop::ALTERNATIVE_READING)]
        {
            let others = self.facts.iris(iri, property).into_iter().cloned();
            record.references.extend(others.map(|other| (attribute, other)));
        }
        let conditions = self.facts.iris(iri, stp::prop::CONDITION).into_iter().map(|node| (node, true));
        let reasons = self.facts.iris(iri, stp::prop::REASON).into_iter().map(|node| (node, false));
        for (node, is_condition) in conditions.chain(reasons) {
            self.reason_or_condition(node, is_condition, record);
        }
    }

    fn reason_or_condition(&self, node: &NamedNode, is_condition: bool, record: &mut Record) {
        let text = self.facts.text(node, rdfs::LABEL).unwrap_or_default().to_owned();
        let place = self.facts.places(node, stp::prop::EVIDENCE).into_iter().next();
        let kind = self.facts.words(node, stp::prop::CONDITION_KIND).into_iter().next().unwrap_or_default();
        let kind = kind.replace(' ', "-");
        let requires = self.facts.iri(node, stp::prop::REQUIRES);
        if requires.is_none() && place.is_some() && place.as_ref() == record.places.first() {
            let attribute = if is_condition { kind } else { "because".to_owned() };
            record.attributes.push((attribute, text));
            return;
        }
        let mut attributes = Attributes::new();
        if is_condition {
            attributes.push(("kind".to_owned(), kind));
        }
        let words = place.clone().and_then(|place| self.text.words(place));
        let in_one_line = words.map(|words| words.split_whitespace().collect::<Vec<_>>().join(" "));
        if in_one_line.as_ref() != Some(&text) {
            attributes.push(("text".to_owned(), text));
        }
        attributes.extend(requires.map(|issue| ("requires".to_owned(), (self.names)(Kind::Issue, issue))));
        record.parts.push(Part {
            class: if is_condition { "condition" } else { "reason" },
            attributes,
            place,
        });
    }

    fn event(&self, iri: &NamedNode, record: &mut Record) {
        "event".clone_into(&mut record.class);
        self.listed(record, "kind", List::EventKind, iri, sem::EVENT_TYPE);
        self.texts(record, "label", iri, rdfs::LABEL);
        self.named(record, "participant", Kind::Actor, iri, sem::HAS_ACTOR);
        self.texts(record, "place", iri, schema::LOCATION);
        self.named(record, "about", Kind::Issue, iri, schema::ABOUT);
        self.words(record, "certainty", iri, stp::prop::CERTAINTY);
    }

    fn measure(&self, iri: &NamedNode, record: &mut Record) {
        "measure".clone_into(&mut record.class);
        self.texts(record, "label", iri, rdfs::LABEL);
        if self.facts.words(iri, stp::prop::COMPARATOR) != [Comparator::Exactly.word()] {
            self.words(record, "comparator", iri, stp::prop::COMPARATOR);
        }
        self.texts(record, "value", iri, schema::VALUE);
        self.texts(record, "unit", iri, schema::UNIT_TEXT);
        self.named(record, "of", Kind::Actor, iri, stp::prop::MEASURE_OF);
        let about = self.facts.iris(iri, schema::ABOUT).into_iter().cloned();
        record.references.extend(about.map(|other| ("about", other)));
        self.words(record, "certainty", iri, stp::prop::CERTAINTY);
    }

    fn relation(&self, iri: &NamedNode, record: &mut Record) {
        "relation".clone_into(&mut record.class);
        self.named(record, "from", Kind::Actor, iri, stp::prop::RELATION_FROM);
        self.listed(record, "relation", List::Relation, iri, stp::prop::RELATION_KIND);
        self.named(record, "to", Kind::Actor, iri, stp::prop::RELATION_TO);
        self.words(record, "certainty", iri, stp::prop::CERTAINTY);
    }

    fn office_claim(&self, iri: &NamedNode, record: &mut Record) {
        "office-claim".clone_into(&mut record.class);
        self.named(record, "person", Kind::Actor, iri, stp::prop::HOLDER);
        self.named(record, "post", Kind::Post, iri, stp::prop::POST);
        self.words(record, "certainty", iri, stp::prop::CERTAINTY);
    }

    /// Fields that all records of an article share, but for the certainty.
    fn attestation(&self, iri: &NamedNode, record: &mut Record) {
        let facts = self.facts;
        let part = |class, place| Part { class, attributes: Vec::new(), place: Some(place) };
        record.parts.extend(record.places.iter().skip(1).map(|place| part("evidence", place.clone())));
        record
            .parts
            .extend(facts.places(iri, stp::prop::HEDGE).into_iter().map(|place| part("hedge", place)));
        self.attributions(iri, record);
        for time in facts.iris(iri, stp::prop::TIME_EXPRESSION) {
            let place = facts.places(time, stp::prop::EVIDENCE).into_iter().next();
            let mut fields = Attributes::new();
            fields.extend(facts.text(time, stp::prop::EDTF).map(|edtf| ("edtf".to_owned(), edtf.to_owned())));
            let basis = facts.words(time, stp::prop::DATING_BASIS).into_iter();
            fields.extend(basis.map(|basis| ("basis".to_owned(), basis.to_owned())));
            fields.extend(facts.text(time, skos::NOTE).map(|note| ("note".to_owned(), note.to_owned())));
            match (place, fields.as_slice()) {
                (None, [(_, edtf)]) if facts.text(time, stp::prop::EDTF).is_some() => {
                    record.attributes.push(("time".to_owned(), edtf.clone()));
                }
                (None, _) => {
                    let fields = fields.into_iter().map(|(key, value)| (format!("time.{key}"), value));
                    record.attributes.extend(fields);
                }
                (place, _) => record.parts.push(Part { class: "time", attributes: fields, place }),
            }
        }
        self.texts(record, "note", iri, skos::NOTE);
    }

    fn attributions(&self, iri: &NamedNode, record: &mut Record) {
        let facts = self.facts;
        let mut steps: Vec<(u32, &NamedNode)> = facts
            .iris(iri, stp::prop::ATTRIBUTION)
            .into_iter()
            .map(|step| (facts.text(step, stp::prop::ORDER).and_then(|n| n.parse().ok()).unwrap_or(0), step))
            .collect();
        steps.sort_unstable();
        let place = |step: &NamedNode| facts.places(step, stp::prop::EVIDENCE).into_iter().next();
        let source = |step: &NamedNode| {
            facts
                .iri(step, stp::prop::SOURCE)
                .map(|source| (self.names)(Kind::Actor, source))
                .unwrap_or_default()
        };
        if let [(_, step)] = steps[..]
            && facts.text(step, stp::prop::VERB).is_none()
            && place(step).is_some()
            && place(step).as_ref() == record.places.first()
        {
            record.attributes.push(("via".to_owned(), source(step)));
            return;
        }
        let places: Vec<Option<u32>> =
            steps.iter().map(|(_, step)| place(step).map(|place| place.start)).collect();
        let in_order = places.iter().all(Option::is_some) && places.windows(2).all(|pair| pair[0] < pair[1]);
        for (order, step) in &steps {
            let mut attributes = vec![("source".to_owned(), source(step))];
            attributes
                .extend(facts.text(step, stp::prop::VERB).map(|verb| ("verb".to_owned(), verb.to_owned())));
            if steps.len() > 1 && (!in_order || self.in_full) {
                attributes.push(("order".to_owned(), order.to_string()));
            }
            record.parts.push(Part { class: "attribution", attributes, place: place(step) });
        }
    }

    /// Words that yield nothing.
    fn nothing(&self) -> Vec<Record> {
        let articles = self.facts.having(stp::prop::NOTHING_TO_ENCODE);
        let spans = articles.flat_map(|article| {
            let spans = self.facts.iris(article, stp::prop::NOTHING_TO_ENCODE).into_iter();
            let mut places = self.facts.places(article, stp::prop::NOTHING_TO_ENCODE).into_iter();
            let mut spans: Vec<&NamedNode> = spans.collect();
            spans.sort_by_key(|span| self.start(span));
            spans.into_iter().filter_map(move |span| Some((span, places.next()?)))
        });
        spans
            .map(|(span, place)| {
                let mut record = Record {
                    iri: span.clone(),
                    class: "nothing".to_owned(),
                    attributes: Vec::new(),
                    places: vec![place],
                    parts: Vec::new(),
                    references: Vec::new(),
                };
                self.texts(&mut record, "why", span, skos::NOTE);
                record
            })
            .collect()
    }

    fn start(&self, span: &NamedNode) -> (Option<u32>, Option<u32>) {
        let selector = self.facts.iri(span, oa::HAS_SELECTOR);
        let at = |p| self.facts.text(selector?, p)?.parse().ok();
        (at(oa::START), at(oa::END))
    }

    /// The articles that records are of.
    pub(super) fn articles(facts: &Facts) -> Vec<&NamedNode> {
        let mut articles: Vec<&NamedNode> = facts
            .having(prov::WAS_DERIVED_FROM)
            .flat_map(|record| facts.iris(record, prov::WAS_DERIVED_FROM))
            .chain(facts.having(stp::prop::NOTHING_TO_ENCODE))
            .collect();
        articles.sort_unstable();
        articles.dedup();
        articles
    }
}

/// The word for the kind of an actor: a case's own before the wider one of the model.
pub(super) fn actor_kind(facts: &Facts, names: &Names<'_>, actor: &NamedNode) -> Option<String> {
    let classes = || facts.iris(actor, rdf::TYPE).into_iter();
    let own = classes().find(|class| **class != stp::ACTOR && word(class).is_none());
    let own = own.map(|class| names(Kind::Concept(List::ActorKind), class));
    own.or_else(|| classes().find_map(word).map(str::to_owned))
}
