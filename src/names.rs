//! Things and what they are called, in both directions.

mod find;
mod one;

pub(crate) use find::are_kin;
pub use find::{Found, Thing, find, handle, thing, things};
pub use one::{examples, one, one_of};

use crate::index::Index;
use crate::vocab::{dcterms, foaf, oa, rdf, rdfs, skos};
use oxrdf::{Literal, NamedNodeRef, NamedOrBlankNodeRef, Term};

/// What holds a thing's name, the most telling first.
pub const LABELS: &[NamedNodeRef<'static>] =
    &[skos::PREF_LABEL, rdfs::LABEL, foaf::NAME, dcterms::TITLE, rdf::VALUE, oa::EXACT];

/// The name to show for a thing: of the first property in [`LABELS`] that it has; in English, else
/// without a language, else in the alphabetically first language.
#[must_use]
pub fn label(index: &Index, thing: NamedOrBlankNodeRef<'_>) -> Option<Literal> {
    LABELS.iter().find_map(|property| {
        literals(index, thing, *property).min_by_key(|literal| {
            let language = literal.language().unwrap_or_default();
            // Further languages and values in a fixed order, so that the same graph reads the same.
            (language != "en", language.to_owned(), literal.value().to_owned())
        })
    })
}

fn literals<'i>(
    index: &'i Index,
    thing: NamedOrBlankNodeRef<'_>,
    property: NamedNodeRef<'_>,
) -> impl Iterator<Item = Literal> + 'i {
    index.matching(Some(thing), Some(property), None).filter_map(|triple| match triple.object {
        Term::Literal(literal) => Some(literal),
        _ => None,
    })
}
