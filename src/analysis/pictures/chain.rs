//! The attribution of a position as a chain: from the words of an article to whose stance they report.

use super::Frame;
use crate::analysis::facts::{Facts, QuoteFacts};
use crate::base::error::{Error, Result};
use crate::export::picture::Picture;
use crate::export::picture::chain::{self, Chain, Link};
use crate::export::picture::heatmap::Name;
use crate::model::Concept;
use crate::model::identity::handle;
use crate::model::prefixes::Prefixes;
use crate::model::vocab::{prov, stp};
use crate::store::index::{Index, reading};
use oxrdf::NamedNode;

/// The chain of a position.
///
/// # Errors
/// The thing is no position; a damaged index.
pub fn attribution(index: &Index, position: &NamedNode, frame: &Frame) -> Result<Picture> {
    let links = reading(|| links(index, position))?.ok_or_else(|| {
        Error::usage("a picture shows the attribution of a position, and this is none").with_help(
            "`standpoint timeline -o timeline.svg` draws who said what when, with --actor or --issue",
        )
    })?;
    let known =
        handle(position.as_str()).map_or_else(|| Prefixes::known().shorten(position.as_ref()), str::to_owned);
    let notes = vec!["Read downwards: each box rests on the one below it.".to_owned()];
    let heading = frame.heading(&format!("On whose word: position {known}"), notes);
    Ok(chain::picture(&Chain { heading, links }, frame.width))
}

fn links(index: &Index, position: &NamedNode) -> Option<Vec<Link>> {
    let facts = Facts::new(index);
    if !facts.is_a(position, stp::POSITION) {
        return None;
    }
    let of = facts.position(position);
    let named = |node: &Option<NamedNode>| match node {
        Some(node) => Name::new(facts.label(node), node.as_str()),
        None => Name { label: "not known".to_owned(), iri: None },
    };
    let link = |how: &str, role: &str, name: Name| Link {
        how: how.to_owned(),
        role: role.to_owned(),
        title: format!("{role}: {}", name.label),
        name,
        value: None,
    };
    let mut links = vec![link("", "issue", named(&of.issue))];
    let stance = of.stance.map_or("own stance", |stance| stance.word());
    let how: Vec<String> = [stp::prop::MODE, stp::prop::EXPLICITNESS, stp::prop::CERTAINTY]
        .into_iter()
        .flat_map(|property| facts.labels(position, property))
        .collect();
    let stance = Name { label: stance.to_owned(), iri: Some(position.as_str().to_owned()) };
    let mut taken = link("on it", &how.join(" · "), stance);
    taken.value = of.stance.and_then(|stance| stance.value()?.parse().ok());
    links.push(taken);
    let represented = facts.all_named(position, stp::prop::ON_BEHALF_OF);
    let role = match represented.as_slice() {
        [] => "actor".to_owned(),
        bodies => {
            let names: Vec<&str> = bodies.iter().map(|body| body.text.as_str()).collect();
            format!("actor, in the name of {}", names.join(", "))
        }
    };
    links.push(link("taken by", &role, named(&of.actor)));
    // The words are nearest to the first step, and furthest from the last.
    for step in facts.sources(position).into_iter().rev() {
        let iri = step.thing.map(NamedNode::into_string);
        links.push(link("on the word of", "source", Name { label: step.text, iri }));
    }
    for article in facts.links(position, prov::WAS_DERIVED_FROM) {
        let (label, iri) = (facts.label(&article), article.as_str().to_owned());
        links.push(link("reported in", "article", Name { label, iri: Some(iri) }));
    }
    let quotes: Vec<String> = of.quotes.iter().map(QuoteFacts::words).collect();
    if !quotes.is_empty() {
        let words = Name { label: quotes.join(" … "), iri: Some(position.as_str().to_owned()) };
        links.push(link("in these words", "evidence", words));
    }
    Some(links)
}
