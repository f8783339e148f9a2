//! What articles state: positions, events, measures, relations, offices, and their spans.

use super::{Encoder, Proof};
use crate::model::identity::part;
use crate::model::vocab::{dcterms, oa, prov, rdf, rdfs, schema, sem, skos, stp};
use crate::model::{
    Attestation, Concept, Event, Measure, Nothing, OfficeClaim, Position, Relation, Span, Time,
};
use jiff::civil::Date;
use oxrdf::{NamedNode, NamedNodeRef};

/// First and last day.
type Bounds = (Option<Date>, Option<Date>);

impl<'a> Encoder<'a> {
    /// When an article that is referred to was published.
    fn published(&self, article: &NamedNode) -> Bounds {
        self.content.published.get(article).copied().unwrap_or_default()
    }

    pub(super) fn position(&mut self, position: &'a Position) {
        let published = self.published(&position.article);
        let s = position.iri.as_ref();
        self.lines.link(s, rdf::TYPE, stp::POSITION);
        self.lines.link(s, stp::prop::ACTOR, &position.actor);
        self.lines.links(s, stp::prop::ALTERNATIVE_HOLDER, &position.alternative_holders);
        self.lines.links(s, stp::prop::ON_BEHALF_OF, &position.on_behalf_of);
        self.lines.link(s, stp::prop::STANCE, position.stance.iri());
        if let Some(value) = position.stance.value() {
            self.lines.decimal(s, stp::prop::STANCE_VALUE, value);
        }
        self.lines.link(s, stp::prop::ISSUE, &position.issue);
        self.lines.links(s, stp::prop::INTENSITY, position.intensity.map(Concept::iri));
        self.lines.link(s, stp::prop::MODE, position.mode.iri());
        self.lines.link(s, stp::prop::EXPLICITNESS, position.explicitness.iri());
        for condition in &position.conditions {
            let requires = condition.requires.as_ref().map_or("", NamedNode::as_str);
            let content = [condition.kind.word(), &condition.text, requires];
            let node = part(&position.iri, "condition", &content, condition.span.as_ref());
            self.lines.link(s, stp::prop::CONDITION, &node);
            let n = node.as_ref();
            self.lines.link(n, rdf::TYPE, stp::CONDITION);
            self.lines.link(n, stp::prop::CONDITION_KIND, condition.kind.iri());
            self.lines.text(n, rdfs::LABEL, &condition.text);
            self.lines.links(n, stp::prop::REQUIRES, &condition.requires);
            self.evidence(n, &condition.span);
        }
        for reason in &position.reasons {
            let node = part(&position.iri, "reason", &[&reason.text], reason.span.as_ref());
            self.lines.link(s, stp::prop::REASON, &node);
            let n = node.as_ref();
            self.lines.link(n, rdf::TYPE, stp::REASON);
            self.lines.text(n, rdfs::LABEL, &reason.text);
            self.evidence(n, &reason.span);
        }
        self.lines.links(s, stp::prop::TARGET, &position.targets);
        self.attestation(&position.iri, &position.article, &position.attestation);
        let time = &position.attestation.time;
        self.stated_between(s, time, published, time.is_of_article);
        self.lines.date(s, stp::prop::VALID_FROM, position.valid_from);
        self.lines.date(s, stp::prop::VALID_UNTIL, position.valid_until);
        self.lines.link(s, stp::prop::STATUS, position.status.iri());
        self.lines.links(s, stp::prop::SUPERSEDES, &position.supersedes);
        self.lines.links(s, stp::prop::ALTERNATIVE_READING, &position.alternative_readings);
        self.origin(s, &position.article, position.coding.as_ref());
    }

    pub(super) fn event(&mut self, event: &'a Event) {
        let s = event.iri.as_ref();
        self.lines.link(s, rdf::TYPE, stp::EVENT);
        self.lines.text(s, rdfs::LABEL, &event.label);
        self.lines.link(s, sem::EVENT_TYPE, event.kind.iri());
        self.lines.links(s, sem::HAS_ACTOR, &event.participants);
        self.lines.texts(s, schema::LOCATION, &event.place);
        self.lines.links(s, schema::ABOUT, &event.about);
        self.attestation(&event.iri, &event.article, &event.attestation);
        if let Some(edtf) = &event.attestation.time.edtf {
            self.lines.date(s, schema::START_DATE, edtf.first());
            self.lines.date(s, schema::END_DATE, edtf.last());
        }
        self.origin(s, &event.article, event.coding.as_ref());
    }

    pub(super) fn measure(&mut self, measure: &'a Measure) {
        let s = measure.iri.as_ref();
        self.lines.link(s, rdf::TYPE, stp::MEASURE);
        self.lines.text(s, rdfs::LABEL, &measure.label);
        self.lines.decimal(s, schema::VALUE, &measure.value);
        self.lines.link(s, stp::prop::COMPARATOR, measure.comparator.iri());
        self.lines.text(s, schema::UNIT_TEXT, &measure.unit);
        self.lines.links(s, stp::prop::MEASURE_OF, &measure.of);
        self.lines.links(s, schema::ABOUT, &measure.about);
        self.attestation(&measure.iri, &measure.article, &measure.attestation);
        self.origin(s, &measure.article, measure.coding.as_ref());
    }

    pub(super) fn relation(&mut self, relation: &'a Relation) {
        let s = relation.iri.as_ref();
        self.lines.link(s, rdf::TYPE, stp::RELATION);
        self.lines.link(s, stp::prop::RELATION_FROM, &relation.from);
        self.lines.link(s, stp::prop::RELATION_KIND, relation.kind.iri());
        self.lines.link(s, stp::prop::RELATION_TO, &relation.to);
        self.attestation(&relation.iri, &relation.article, &relation.attestation);
        self.origin(s, &relation.article, relation.coding.as_ref());
    }

    /// A claim in the present tense is dated by its article, so it gets both bounds.
    pub(super) fn office_claim(&mut self, claim: &'a OfficeClaim) {
        let published = self.published(&claim.article);
        let s = claim.iri.as_ref();
        self.lines.link(s, rdf::TYPE, stp::OFFICE_CLAIM);
        self.lines.link(s, stp::prop::HOLDER, &claim.person);
        self.lines.link(s, stp::prop::POST, &claim.post);
        self.attestation(&claim.iri, &claim.article, &claim.attestation);
        self.stated_between(s, &claim.attestation.time, published, true);
        self.origin(s, &claim.article, claim.coding.as_ref());
    }

    /// When it was expressed. What is undated was expressed before its article appeared; where
    /// `both` is set, on the day that the article appeared.
    fn stated_between(&mut self, s: NamedNodeRef<'_>, time: &Time, published: Bounds, both: bool) {
        let from = match &time.edtf {
            Some(edtf) => edtf.first(),
            None => published.0.filter(|_| both),
        };
        self.lines.date(s, stp::prop::STATED_FROM, from);
        self.lines.date(s, stp::prop::STATED_UNTIL, time.stated_until(published.1));
    }

    fn attestation(&mut self, iri: &NamedNode, article: &'a NamedNode, attestation: &'a Attestation) {
        let s = iri.as_ref();
        self.evidence(s, &attestation.evidence);
        self.lines.texts(s, dcterms::IDENTIFIER, &attestation.number);
        if let Some(key) = &attestation.record {
            let node = self.base.record(article, key);
            self.lines.link(s, stp::prop::EVIDENCE, &node);
            self.spans.push((node, Proof::Row(article, key)));
        }
        for (order, step) in (1..).zip(&attestation.attribution) {
            let verb = step.verb.as_deref().unwrap_or_default();
            let content = [&order.to_string(), step.source.as_str(), verb];
            let node = part(iri, "attribution", &content, step.span.as_ref());
            self.lines.link(s, stp::prop::ATTRIBUTION, &node);
            let n = node.as_ref();
            self.lines.link(n, rdf::TYPE, stp::ATTRIBUTION_STEP);
            self.lines.integer(n, stp::prop::ORDER, order);
            self.lines.link(n, stp::prop::SOURCE, &step.source);
            self.lines.texts(n, stp::prop::VERB, &step.verb);
            self.evidence(n, &step.span);
        }
        self.lines.links(s, stp::prop::CERTAINTY, attestation.certainty.map(Concept::iri));
        for hedge in &attestation.hedges {
            self.words(s, stp::prop::HEDGE, hedge);
        }
        self.time(iri, &attestation.time);
        self.lines.texts(s, skos::NOTE, &attestation.notes);
    }

    fn time(&mut self, iri: &NamedNode, time: &'a Time) {
        if time.expression.is_none() && time.edtf.is_none() {
            return;
        }
        let edtf = time.edtf.as_ref().map_or("", |edtf| edtf.as_str());
        let node = part(iri, "time", &[edtf], time.expression.as_ref());
        self.lines.link(iri.as_ref(), stp::prop::TIME_EXPRESSION, &node);
        let n = node.as_ref();
        self.lines.link(n, rdf::TYPE, stp::TIME_EXPRESSION);
        self.lines.texts(n, rdf::VALUE, time.expression.as_ref().map(|span| &span.exact));
        if let Some(edtf) = &time.edtf {
            self.lines.edtf(n, stp::prop::EDTF, edtf);
        }
        self.lines.links(n, stp::prop::DATING_BASIS, time.basis.map(Concept::iri));
        self.evidence(n, &time.expression);
        self.lines.texts(n, skos::NOTE, &time.note);
    }

    fn evidence(&mut self, s: NamedNodeRef<'_>, spans: impl IntoIterator<Item = &'a Span>) {
        for span in spans {
            self.words(s, stp::prop::EVIDENCE, span);
        }
    }

    /// A link to a span, which gets written when its turn comes.
    fn words(&mut self, s: NamedNodeRef<'_>, p: NamedNodeRef<'_>, span: &'a Span) {
        let node = self.base.span(span);
        self.lines.link(s, p, &node);
        self.spans.push((node, Proof::Span(span, None)));
    }

    pub(super) fn nothing(&mut self, nothing: &Nothing) {
        let node = self.base.span(&nothing.span);
        self.lines.link(nothing.span.article.as_ref(), stp::prop::NOTHING_TO_ENCODE, &node);
    }

    pub(super) fn span(&mut self, s: NamedNodeRef<'_>, span: &Span, remark: Option<&str>) {
        let selector = NamedNode::new_unchecked(format!("{}-selector", s.as_str()));
        let n = selector.as_ref();
        self.lines.link(s, rdf::TYPE, oa::SPECIFIC_RESOURCE);
        self.lines.link(s, oa::HAS_SOURCE, &span.article);
        self.lines.link(s, oa::HAS_SELECTOR, &selector);
        self.lines.texts(s, skos::NOTE, remark);
        self.lines.link(n, rdf::TYPE, oa::TEXT_QUOTE_SELECTOR);
        if let Some((start, end)) = span.place {
            self.lines.link(n, rdf::TYPE, oa::TEXT_POSITION_SELECTOR);
            self.lines.integer(n, oa::START, start);
            self.lines.integer(n, oa::END, end);
        }
        self.lines.text(n, oa::EXACT, &span.exact);
    }

    /// A record without words.
    pub(super) fn row(&mut self, s: NamedNodeRef<'_>, article: &NamedNode, key: &str) {
        self.lines.link(s, rdf::TYPE, oa::SPECIFIC_RESOURCE);
        self.lines.link(s, oa::HAS_SOURCE, article);
        self.lines.texts(s, dcterms::IDENTIFIER, (!key.is_empty()).then_some(key));
    }

    fn origin(&mut self, s: NamedNodeRef<'_>, article: &NamedNode, coding: Option<&NamedNode>) {
        self.lines.link(s, prov::WAS_DERIVED_FROM, article);
        self.lines.links(s, prov::WAS_GENERATED_BY, coding);
    }
}
