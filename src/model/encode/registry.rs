//! Actors, offices, topics, issues, articles, codings.

use super::lines::Lines;
use crate::model::vocab::{dcterms, foaf, org, prov, rdf, rdfs, schema, skos, stp};
use crate::model::{
    Actor, Article, Coder, Coding, CodingRole, Concept, Issue, List, Listed, Membership, Names, OwnConcept,
    Post, Role, Topic,
};
use oxrdf::NamedNodeRef;

pub(super) fn actor(actor: &Actor, lines: &mut Lines) {
    let s = actor.iri.as_ref();
    lines.link(s, rdf::TYPE, stp::ACTOR);
    lines.links(s, rdf::TYPE, actor.kind.as_ref().map(Listed::iri));
    lines.links(s, rdf::TYPE, actor.wider_kind.map(Concept::iri));
    names(s, &actor.names, lines);
    lines.texts(s, stp::prop::SECTOR, &actor.sector);
    lines.links(s, org::MEMBER_OF, &actor.member_of);
    lines.links(s, skos::EXACT_MATCH, &actor.exact_match);
    lines.texts(s, skos::NOTE, &actor.notes);
}

pub(super) fn post(post: &Post, lines: &mut Lines) {
    let s = post.iri.as_ref();
    lines.link(s, rdf::TYPE, org::POST);
    names(s, &post.names, lines);
    lines.links(s, org::POST_IN, &post.organisation);
    if post.single_holder {
        lines.boolean(s, stp::prop::SINGLE_HOLDER, true);
    }
}

pub(super) fn membership(membership: &Membership, lines: &mut Lines) {
    let s = membership.iri.as_ref();
    lines.link(s, rdf::TYPE, org::MEMBERSHIP);
    lines.link(s, org::MEMBER, &membership.person);
    lines.links(s, stp::prop::POST, &membership.post);
    lines.links(s, org::ORGANIZATION_OF, &membership.organisation);
    lines.links(s, org::ROLE, membership.role.as_ref().map(|role| &role.iri));
    lines.date(s, schema::START_DATE, membership.from);
    lines.date(s, schema::END_DATE, membership.until);
    lines.texts(s, skos::NOTE, &membership.notes);
}

pub(super) fn role(role: &Role, lines: &mut Lines) {
    let s = role.iri.as_ref();
    lines.link(s, rdf::TYPE, org::ROLE_CLASS);
    lines.tagged(s, skos::PREF_LABEL, &("en".to_owned(), role.name.clone()));
}

/// A kind of actor is a class: what it is a sort of is its superclass.
pub(super) fn concept(concept: &OwnConcept, lines: &mut Lines) {
    let s = concept.iri.as_ref();
    lines.link(s, rdf::TYPE, skos::CONCEPT);
    names(s, &concept.names, lines);
    if let Some(definition) = &concept.definition {
        lines.tagged(s, skos::DEFINITION, &("en".to_owned(), definition.clone()));
    }
    lines.link(s, skos::IN_SCHEME, concept.list.iri());
    let broader = if concept.list == List::ActorKind { rdfs::SUB_CLASS_OF } else { skos::BROADER };
    lines.links(s, broader, &concept.broader);
    if let Some(example) = &concept.example {
        lines.tagged(s, skos::EXAMPLE, &("en".to_owned(), example.clone()));
    }
    lines.texts(s, skos::NOTE, &concept.notes);
}

pub(super) fn topic(topic: &Topic, lines: &mut Lines) {
    let s = topic.iri.as_ref();
    lines.link(s, rdf::TYPE, skos::CONCEPT);
    names(s, &topic.names, lines);
    lines.links(s, skos::BROADER, &topic.broader);
}

pub(super) fn issue(issue: &Issue, lines: &mut Lines) {
    let s = issue.iri.as_ref();
    lines.link(s, rdf::TYPE, stp::ISSUE);
    names(s, &issue.names, lines);
    lines.link(s, stp::prop::FAMILY, issue.family.iri());
    lines.links(s, skos::BROADER, &issue.broader);
    lines.links(s, stp::prop::INCOMPATIBLE_WITH, &issue.incompatible_with);
    lines.links(s, stp::prop::CONTRASTS_WITH, &issue.contrasts_with);
    lines.links(s, stp::prop::ENTAILS, &issue.entails);
    lines.links(s, stp::prop::OPPOSITE, &issue.opposite);
    lines.texts(s, skos::NOTE, &issue.notes);
}

fn names(s: NamedNodeRef<'_>, names: &Names, lines: &mut Lines) {
    lines.tagged(s, skos::PREF_LABEL, &names.label);
    for alias in &names.aliases {
        lines.tagged(s, skos::ALT_LABEL, alias);
    }
}

pub(super) fn article(article: &Article, lines: &mut Lines) {
    let s = article.iri.as_ref();
    lines.link(s, rdf::TYPE, stp::ARTICLE);
    lines.texts(s, dcterms::TITLE, &article.title);
    lines.texts(s, dcterms::PUBLISHER, &article.publisher);
    lines.texts(s, dcterms::CREATOR, &article.authors);
    lines.texts(s, dcterms::LANGUAGE, &article.language);
    lines.links(s, dcterms::SOURCE, &article.url);
    if let Some(published) = &article.published {
        lines.edtf(s, dcterms::ISSUED, published);
        lines.date(s, stp::prop::PUBLISHED_FROM, published.first());
        lines.date(s, stp::prop::PUBLISHED_UNTIL, published.last());
    }
    lines.links(s, stp::prop::DATING_BASIS, article.dating_basis.map(Concept::iri));
    lines.texts(s, schema::SHA256, &article.sha256);
    if let Some(length) = article.length {
        lines.integer(s, stp::prop::TEXT_LENGTH, length);
    }
    lines.texts(s, skos::NOTE, &article.notes);
}

pub(super) fn coding(coding: &Coding, lines: &mut Lines) {
    let s = coding.iri.as_ref();
    lines.link(s, rdf::TYPE, stp::CODING);
    lines.date(s, dcterms::DATE, coding.date);
    lines.texts(s, stp::prop::TOOL, &coding.tool);
    lines.texts(s, stp::prop::MODEL, &coding.model);
    if coding.role != CodingRole::First {
        lines.link(s, stp::prop::CODING_ROLE, coding.role.iri());
    }
    lines.links(s, prov::WAS_ASSOCIATED_WITH, coding.coders().map(|coder| &coder.iri));
    lines.links(s, stp::prop::SETTLES, coding.settles.iter().map(|coder| &coder.iri));
    lines.links(s, stp::prop::ACCEPTED_BY, coding.accepted_by.as_ref().map(|coder| &coder.iri));
}

pub(super) fn coder(coder: &Coder, lines: &mut Lines) {
    lines.link(coder.iri.as_ref(), rdf::TYPE, prov::AGENT);
    lines.texts(coder.iri.as_ref(), foaf::NAME, &coder.name);
}
