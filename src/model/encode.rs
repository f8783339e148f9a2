//! From the model to triples: the only place that builds them.
//!
//! Lines of N-Triples are written as they come, record by record. Three shapes were weighed: building a
//! graph of terms and serialising it; writing all lines and sorting them, on disk where they are many; and
//! putting the records into the order of their IRIs before anything is written. The last wins: a term is
//! copied once, and as nearly all that is written of a record has a subject that begins with the record's
//! IRI, the lines come out in order with no more to sort than one record's. Only spans, which records
//! share, wait for their turn.

pub mod direct;
mod lines;
mod registry;
mod stated;

use crate::model::identity::Base;
use crate::model::vocab::{oa, stp};
use crate::model::{
    Actor, Article, Coder, Coding, Content, Event, Issue, Measure, Membership, Nothing, OfficeClaim,
    OwnConcept, Position, Post, Relation, Role, Span, Topic,
};
use lines::Lines;
use oxrdf::{NamedNode, NamedNodeRef};

/// What leads from something that an article states to the nodes that belong to it alone or,
/// as spans do, to several such things: they come and go with it.
pub const PARTS: &[NamedNodeRef<'static>] = &[
    stp::prop::EVIDENCE,
    stp::prop::HEDGE,
    stp::prop::CONDITION,
    stp::prop::REASON,
    stp::prop::ATTRIBUTION,
    stp::prop::TIME_EXPRESSION,
    oa::HAS_SELECTOR,
];

/// The N-Triples of everything that a sheet says, in texts of whole lines. Together they are canonical:
/// sorted by bytes, each line once.
pub fn encode(content: &Content, base: &Base, take: &mut dyn FnMut(String)) {
    let mut encoder = Encoder { content, base, lines: Lines::default(), spans: Vec::new() };
    let mut records = encoder.records();
    records.sort_unstable_by_key(|(iri, _)| *iri);
    // What an article states comes before every span.
    let first_span = base.thing("span", "");
    let late = records.partition_point(|(iri, _)| *iri < first_span.as_str());
    let mut late = records.split_off(late);
    encoder.write(&records, Some(first_span.as_str()), take);
    let mut spans = std::mem::take(&mut encoder.spans);
    spans.sort_unstable_by(|(one, ..), (next, ..)| one.as_str().cmp(next.as_str()));
    spans.dedup();
    late.extend(spans.iter().map(|(iri, proof)| {
        let record = match proof {
            Proof::Span(span, remark) => Record::Span(span, *remark),
            Proof::Row(article, key) => Record::Row(article, key),
        };
        (iri.as_str(), record)
    }));
    late.sort_by_key(|(iri, _)| *iri);
    encoder.write(&late, None, take);
    encoder.lines.settle(None, take);
    assert!(encoder.spans.is_empty(), "what an article states comes before every span");
}

/// Something that is written in one go: most lines of it have subjects that begin with its IRI.
enum Record<'a> {
    Article(&'a Article),
    Actor(&'a Actor),
    Post(&'a Post),
    Membership(&'a Membership),
    Role(&'a Role),
    OwnConcept(&'a OwnConcept),
    Topic(&'a Topic),
    Issue(&'a Issue),
    Coding(&'a Coding),
    Coder(&'a Coder),
    Position(&'a Position),
    Event(&'a Event),
    Measure(&'a Measure),
    Relation(&'a Relation),
    OfficeClaim(&'a OfficeClaim),
    /// Its article has it.
    Nothing(&'a Nothing),
    /// With a remark, if it yields nothing.
    Span(&'a Span, Option<&'a str>),
    /// A record without words: its article and its key.
    Row(&'a NamedNode, &'a str),
}

/// What is referred to as evidence.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Proof<'a> {
    /// With what is remarked on it.
    Span(&'a Span, Option<&'a str>),
    Row(&'a NamedNode, &'a str),
}

struct Encoder<'a> {
    content: &'a Content,
    base: &'a Base,
    lines: Lines,
    /// All that have been referred to, as often as they were.
    spans: Vec<(NamedNode, Proof<'a>)>,
}

impl<'a> Encoder<'a> {
    /// Everything to be written but spans, each with the IRI that it is written under.
    fn records(&mut self) -> Vec<(&'a str, Record<'a>)> {
        let content = self.content;
        let mut records = Vec::with_capacity(content.positions.len());
        macro_rules! all {
            ($($list:ident: $record:ident),*) => {
                $(records.extend(content.$list.iter().map(|r| (r.iri.as_str(), Record::$record(r))));)*
            };
        }
        all!(
            articles: Article, actors: Actor, posts: Post, memberships: Membership,
            vocabulary: OwnConcept, topics: Topic,
            issues: Issue, codings: Coding, positions: Position, events: Event, measures: Measure,
            relations: Relation, office_claims: OfficeClaim
        );
        let roles = content.memberships.iter().filter_map(|membership| membership.role.as_ref());
        records.extend(roles.map(|role| (role.iri.as_str(), Record::Role(role))));
        for nothing in &content.nothing {
            // Its article may be from elsewhere, and come after the spans.
            let proof = Proof::Span(&nothing.span, nothing.why.as_deref());
            self.spans.push((self.base.span(&nothing.span), proof));
            records.push((nothing.span.article.as_str(), Record::Nothing(nothing)));
        }
        for coding in &content.codings {
            let coders = coding.accepted_by.iter().chain(&coding.coder).chain(&coding.settles);
            records.extend(coders.map(|coder| (coder.iri.as_str(), Record::Coder(coder))));
        }
        records
    }

    /// Writes records in the order of their IRIs, and gives the lines that are below all that come next;
    /// `end` is below what comes after the last.
    fn write(&mut self, records: &[(&str, Record<'a>)], end: Option<&str>, take: &mut dyn FnMut(String)) {
        for (at, (iri, record)) in records.iter().enumerate() {
            self.record(iri, record);
            if let Some(next) = records.get(at + 1).map(|(next, _)| *next).or(end) {
                self.lines.settle(Some(next), take);
            }
        }
    }

    fn record(&mut self, iri: &str, record: &Record<'a>) {
        let lines = &mut self.lines;
        match record {
            Record::Article(article) => registry::article(article, lines),
            Record::Actor(actor) => registry::actor(actor, lines),
            Record::Post(post) => registry::post(post, lines),
            Record::Membership(membership) => registry::membership(membership, lines),
            Record::Role(role) => registry::role(role, lines),
            Record::OwnConcept(concept) => registry::concept(concept, lines),
            Record::Topic(topic) => registry::topic(topic, lines),
            Record::Issue(issue) => registry::issue(issue, lines),
            Record::Coding(coding) => registry::coding(coding, lines),
            Record::Coder(coder) => registry::coder(coder, lines),
            Record::Position(position) => self.position(position),
            Record::Event(event) => self.event(event),
            Record::Measure(measure) => self.measure(measure),
            Record::Relation(relation) => self.relation(relation),
            Record::OfficeClaim(claim) => self.office_claim(claim),
            Record::Nothing(nothing) => self.nothing(nothing),
            Record::Span(span, remark) => self.span(NamedNodeRef::new_unchecked(iri), span, *remark),
            Record::Row(article, key) => self.row(NamedNodeRef::new_unchecked(iri), article, key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Attestation, Certainty, Concept, EventKind, Listed, RelationKind};
    use std::collections::BTreeSet;

    fn span(article: &str, start: u32) -> Span {
        Span {
            article: NamedNode::new_unchecked(article),
            place: Some((start, start + 3)),
            exact: "abc".to_owned(),
        }
    }

    /// IRIs that begin with each other and articles on either side of the spans.
    fn content() -> Content {
        let articles = ["https://w3id.org/standpoint/id/article/a", "https://z.example/a", "urn:a"];
        let spans: Vec<Span> = articles.iter().flat_map(|a| [1, 12, 2, 123].map(|at| span(a, at))).collect();
        let attestation = |from: usize| Attestation {
            evidence: spans[from..].iter().step_by(3).cloned().collect(),
            hedges: spans[..=from].to_vec(),
            attribution: (0..from)
                .map(|at| crate::model::AttributionStep {
                    source: NamedNode::new_unchecked("urn:source"),
                    verb: None,
                    span: Some(spans[at].clone()),
                })
                .collect(),
            certainty: Some(Certainty::Probable),
            ..Attestation::default()
        };
        let iri = |name: &str| NamedNode::new_unchecked(format!("https://w3id.org/standpoint/id/{name}"));
        let mut content = Content::default();
        for (at, name) in
            ["event/e-1", "event/e-12", "event/e-1-attribution", "event/e"].into_iter().enumerate()
        {
            content.events.push(Event {
                iri: iri(name),
                label: "an event".to_owned(),
                kind: Listed::Model(EventKind::Meeting),
                participants: vec![iri("actor/b"), iri("actor/a"), iri("actor/b")],
                place: None,
                about: Vec::new(),
                attestation: attestation(at * 2),
                article: NamedNode::new_unchecked(articles[at % 3]),
                coding: None,
            });
        }
        content.relations.push(Relation {
            iri: iri("relation/r"),
            from: iri("actor/a"),
            kind: Listed::Model(RelationKind::ALL[0]),
            to: iri("actor/b"),
            attestation: attestation(1),
            article: NamedNode::new_unchecked(articles[1]),
            coding: None,
        });
        content.nothing = articles
            .iter()
            .map(|article| Nothing { span: span(article, 77), why: Some("a dateline".to_owned()) })
            .collect();
        content.nothing.push(Nothing { span: spans[0].clone(), why: Some("and this".to_owned()) });
        content
    }

    fn encoded(content: &Content) -> Vec<String> {
        let mut lines = Vec::new();
        encode(content, &Base::default(), &mut |text| lines.extend(text.lines().map(str::to_owned)));
        lines
    }

    #[test]
    fn lines_are_in_order_whatever_the_order_of_the_records() {
        let mut content = content();
        let lines = encoded(&content);
        assert!(lines.is_sorted() && lines.len() > 100);
        assert_eq!(lines.iter().collect::<BTreeSet<_>>().len(), lines.len());
        content.events.reverse();
        content.nothing.rotate_left(1);
        assert_eq!(encoded(&content), lines);
    }

    #[test]
    fn whole_is_what_its_records_are() {
        let all = content();
        let mut parts = BTreeSet::new();
        for event in &all.events {
            parts.extend(encoded(&Content { events: vec![event.clone()], ..Content::default() }));
        }
        for relation in &all.relations {
            parts.extend(encoded(&Content { relations: vec![relation.clone()], ..Content::default() }));
        }
        for nothing in &all.nothing {
            parts.extend(encoded(&Content { nothing: vec![nothing.clone()], ..Content::default() }));
        }
        assert_eq!(encoded(&all), parts.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn every_span_that_is_referred_to_is_described() {
        let lines = encoded(&content());
        let described: BTreeSet<&str> = lines
            .iter()
            .filter(|l| l.contains("SpecificResource"))
            .filter_map(|l| l.split(' ').next())
            .collect();
        let spans: BTreeSet<&str> = lines
            .iter()
            .flat_map(|line| line.split(' '))
            .filter(|term| term.contains("/span/") && !term.contains("selector"))
            .collect();
        assert_eq!(described, spans);
        assert_eq!(described.len(), 15);
    }
}
