//! Things and what they are called, in both directions.

pub mod coders;
mod find;
mod one;

pub use crate::model::identity::handle;
pub use find::are_kin;
pub use find::{Directory, Found, Thing, find, thing, things};
pub use one::{concept, exact, examples, one, one_of, own_concepts};

use crate::model::vocab::{dcterms, foaf, oa, rdf, rdfs, skos};
use crate::store::GraphReader;
use oxrdf::{Literal, NamedNode, NamedNodeRef, NamedOrBlankNodeRef, Term};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Properties whose values are a thing's names, the preferred first.
pub const LABELS: &[NamedNodeRef<'static>] =
    &[skos::PREF_LABEL, rdfs::LABEL, foaf::NAME, dcterms::TITLE, rdf::VALUE, oa::EXACT];

/// The same, and what holds its other names.
const NAMES: [NamedNodeRef<'static>; 7] =
    [skos::PREF_LABEL, rdfs::LABEL, foaf::NAME, dcterms::TITLE, rdf::VALUE, oa::EXACT, skos::ALT_LABEL];

/// The name of a thing in a language that is wanted, if any is: the first property in [`LABELS`] that
/// has one, else the longest alias. Otherwise that of the first property that it has; in English, else
/// without a language, else in the alphabetically first language.
#[must_use]
pub fn label(graph: &dyn GraphReader, thing: NamedOrBlankNodeRef<'_>) -> Option<Literal> {
    wanted(graph, thing).or_else(|| usual(graph, thing))
}

/// The name to show for a thing: its [`label`], with its language behind it, "Poland (en)", where others
/// are wanted.
#[must_use]
pub fn shown(graph: &dyn GraphReader, thing: NamedOrBlankNodeRef<'_>) -> Option<String> {
    let label = label(graph, thing)?;
    let foreign = |tag: &&str| graph.languages().is_some_and(|wanted| wanted.rank(tag).is_none());
    Some(match label.language().filter(foreign) {
        Some(tag) => format!("{} ({tag})", label.value()),
        None => label.value().to_owned(),
    })
}

/// The text of a literal that a thing has by a property; the first in their order, where it has several.
fn text_of(graph: &dyn GraphReader, thing: &NamedNode, property: NamedNodeRef<'_>) -> Option<String> {
    let literals = graph.matching(Some(thing.as_ref().into()), Some(property), None);
    let texts = literals.filter_map(|triple| match triple.object {
        Term::Literal(literal) => Some(literal.value().to_owned()),
        _ => None,
    });
    texts.min()
}

/// The languages that things have names in.
#[must_use]
pub fn languages(graph: &dyn GraphReader) -> BTreeSet<String> {
    let named = NAMES.into_iter();
    named
        .flat_map(|property| graph.matching(None, Some(property), None))
        .filter_map(|triple| match triple.object {
            Term::Literal(literal) => literal.language().map(str::to_owned),
            _ => None,
        })
        .collect()
}

fn wanted(graph: &dyn GraphReader, thing: NamedOrBlankNodeRef<'_>) -> Option<Literal> {
    let languages = graph.languages()?;
    let rank = |literal: &Literal| literal.language().and_then(|tag| languages.rank(tag));
    let best = |property| {
        let ranked = literals(graph, thing, property).filter_map(|literal| Some((rank(&literal)?, literal)));
        // Of several aliases the longest says most.
        let order = |(rank, literal): &(usize, Literal)| {
            (*rank, Reverse(literal.value().chars().count()), literal.value().to_owned())
        };
        ranked.min_by_key(order)
    };
    let in_order = NAMES.into_iter().filter_map(best);
    in_order.min_by_key(|(rank, _)| *rank).map(|(_, literal)| literal)
}

fn usual(graph: &dyn GraphReader, thing: NamedOrBlankNodeRef<'_>) -> Option<Literal> {
    LABELS.iter().find_map(|property| {
        literals(graph, thing, *property).min_by_key(|literal| {
            let language = literal.language().unwrap_or_default();
            // Further languages and values in a fixed order, so that the same graph reads the same.
            (language != "en", language.to_owned(), literal.value().to_owned())
        })
    })
}

fn literals<'i>(
    graph: &'i dyn GraphReader,
    thing: NamedOrBlankNodeRef<'_>,
    property: NamedNodeRef<'_>,
) -> impl Iterator<Item = Literal> + 'i {
    graph.matching(Some(thing), Some(property), None).filter_map(|triple| match triple.object {
        Term::Literal(literal) => Some(literal),
        _ => None,
    })
}
