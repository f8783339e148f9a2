//! Actors, offices, topics, issues, articles, codings.

use super::lines::Lines;
use crate::model::{Article, Coding, Concept, Content, Names};
use crate::vocab::{dcterms, foaf, org, prov, rdf, schema, skos, stp};
use oxrdf::NamedNodeRef;

pub(super) fn encode(content: &Content, lines: &mut Lines) {
    for article in &content.articles {
        encode_article(article, lines);
    }
    for actor in &content.actors {
        let s = actor.iri.as_ref();
        lines.link(s, rdf::TYPE, stp::ACTOR);
        lines.link(s, rdf::TYPE, actor.kind.iri());
        encode_names(s, &actor.names, lines);
        lines.texts(s, stp::SECTOR, &actor.sector);
        lines.links(s, org::MEMBER_OF, &actor.member_of);
        lines.links(s, skos::EXACT_MATCH, &actor.exact_match);
        lines.texts(s, skos::NOTE, &actor.notes);
    }
    for post in &content.posts {
        let s = post.iri.as_ref();
        lines.link(s, rdf::TYPE, org::POST);
        encode_names(s, &post.names, lines);
        lines.links(s, org::POST_IN, &post.organisation);
        if post.single_holder {
            lines.boolean(s, stp::SINGLE_HOLDER, true);
        }
    }
    for membership in &content.memberships {
        let s = membership.iri.as_ref();
        lines.link(s, rdf::TYPE, org::MEMBERSHIP);
        lines.link(s, org::MEMBER, &membership.person);
        lines.links(s, stp::POST_OF, &membership.post);
        lines.links(s, org::ORGANIZATION_OF, &membership.organisation);
        if let Some(role) = &membership.role {
            lines.link(s, org::ROLE, &role.iri);
            let r = role.iri.as_ref();
            lines.link(r, rdf::TYPE, org::ROLE_CLASS);
            lines.tagged(r, skos::PREF_LABEL, &("en".to_owned(), role.name.clone()));
        }
        lines.date(s, schema::START_DATE, membership.from);
        lines.date(s, schema::END_DATE, membership.until);
        lines.texts(s, skos::NOTE, &membership.notes);
    }
    for topic in &content.topics {
        let s = topic.iri.as_ref();
        lines.link(s, rdf::TYPE, skos::CONCEPT);
        encode_names(s, &topic.names, lines);
        lines.links(s, skos::BROADER, &topic.broader);
    }
    for issue in &content.issues {
        let s = issue.iri.as_ref();
        lines.link(s, rdf::TYPE, stp::ISSUE);
        encode_names(s, &issue.names, lines);
        lines.link(s, stp::FAMILY, issue.family.iri());
        lines.links(s, skos::BROADER, &issue.broader);
        lines.links(s, stp::INCOMPATIBLE_WITH, &issue.incompatible_with);
        lines.links(s, stp::ENTAILS, &issue.entails);
        lines.links(s, stp::OPPOSITE, &issue.opposite);
        lines.texts(s, skos::NOTE, &issue.notes);
    }
    for coding in &content.codings {
        encode_coding(coding, lines);
    }
}

fn encode_names(s: NamedNodeRef<'_>, names: &Names, lines: &mut Lines) {
    lines.tagged(s, skos::PREF_LABEL, &names.label);
    for alias in &names.aliases {
        lines.tagged(s, skos::ALT_LABEL, alias);
    }
}

fn encode_article(article: &Article, lines: &mut Lines) {
    let s = article.iri.as_ref();
    lines.link(s, rdf::TYPE, stp::ARTICLE);
    lines.texts(s, dcterms::TITLE, &article.title);
    lines.texts(s, dcterms::PUBLISHER, &article.publisher);
    lines.texts(s, dcterms::CREATOR, &article.authors);
    lines.texts(s, dcterms::LANGUAGE, &article.language);
    lines.links(s, dcterms::SOURCE, &article.url);
    if let Some(published) = &article.published {
        lines.edtf(s, dcterms::ISSUED, published);
        lines.date(s, stp::PUBLISHED_FROM, published.first());
        lines.date(s, stp::PUBLISHED_UNTIL, published.last());
    }
    lines.links(s, stp::DATING_BASIS, article.dating_basis.map(Concept::iri));
    lines.texts(s, schema::SHA256, &article.sha256);
    if let Some(length) = article.length {
        lines.integer(s, stp::TEXT_LENGTH, length);
    }
    lines.texts(s, skos::NOTE, &article.notes);
}

fn encode_coding(coding: &Coding, lines: &mut Lines) {
    let s = coding.iri.as_ref();
    lines.link(s, rdf::TYPE, stp::CODING);
    lines.date(s, dcterms::DATE, coding.date);
    lines.texts(s, stp::TOOL, &coding.tool);
    lines.texts(s, stp::MODEL, &coding.model);
    lines.link(s, prov::WAS_ASSOCIATED_WITH, &coding.coder.iri);
    lines.links(s, stp::ACCEPTED_BY, coding.accepted_by.as_ref().map(|coder| &coder.iri));
    for coder in coding.accepted_by.iter().chain([&coding.coder]) {
        lines.link(coder.iri.as_ref(), rdf::TYPE, prov::AGENT);
        lines.text(coder.iri.as_ref(), foaf::NAME, &coder.name);
    }
}
