//! Articles as a reference manager knows them: BibTeX, and CSL-JSON (<https://docs.citationstyles.org>).

mod bibtex;
mod csl;

use super::format::{Content, Format};
use super::table::Reader;
use crate::base::error::{Error, Result};
use crate::model::identity::slug;
use crate::model::vocab::{dcterms, skos, stp};
use crate::store::index::read::id::Id;
use crate::store::index::{Index, reading};
use jiff::civil::Date;
use std::collections::HashSet;

/// An article to be cited.
struct Reference {
    /// Different from that of every other.
    key: String,
    iri: String,
    title: String,
    authors: Vec<String>,
    publisher: Option<String>,
    language: Option<String>,
    link: Option<String>,
    note: Option<String>,
    from: Option<Date>,
    until: Option<Date>,
}

/// Writer of references in one format.
trait ReferenceWriter {
    /// The references as a text.
    fn text(&self, references: &[Reference]) -> String;
}

/// All articles of a graph in this format, and their number.
///
/// # Errors
/// A format that holds no references; a damaged index.
pub fn references(index: &Index, format: Format) -> Result<(String, usize)> {
    let writer: &dyn ReferenceWriter = match format {
        Format::Bibtex => &bibtex::Bibtex,
        Format::CslJson => &csl::CslJson,
        _ => {
            let names: Vec<&str> = Content::References.formats().map(Format::name).collect();
            return Err(Error::usage(format!("{format} holds no references"))
                .with_help(format!("choose one of {}", names.join(", "))));
        }
    };
    let reader = Reader::new(index, None);
    let mut keys = HashSet::new();
    let references: Vec<Reference> = reading(|| {
        let articles = reader.members(stp::ARTICLE).into_iter();
        articles.map(|article| reference(&reader, article, &mut keys)).collect()
    })?;
    Ok((writer.text(&references), references.len()))
}

fn reference(reader: &Reader<'_>, article: Id, keys: &mut HashSet<String>) -> Reference {
    let label = |property| {
        let found = reader.objects(article, property).into_iter();
        found.map(|id| reader.label(id)).collect::<Vec<_>>()
    };
    // BibTeX takes no others.
    let plain: String = slug(&reader.handle(article)).chars().filter(char::is_ascii).collect();
    let plain = plain.trim_matches('-');
    let plain = if plain.is_empty() { "article" } else { plain };
    let mut key = plain.to_owned();
    let mut number = 1;
    while !keys.insert(key.clone()) {
        number += 1;
        key = format!("{plain}-{number}");
    }
    Reference {
        key,
        iri: reader.iri(article),
        title: reader.label(article),
        authors: label(dcterms::CREATOR),
        publisher: label(dcterms::PUBLISHER).into_iter().next(),
        language: label(dcterms::LANGUAGE).into_iter().next(),
        link: reader
            .objects(article, dcterms::SOURCE)
            .into_iter()
            .map(|id| reader.iri(id))
            .find(|link| link.starts_with("http")),
        note: reader.texts(article, skos::NOTE).text(),
        from: reader.day(article, stp::prop::PUBLISHED_FROM),
        until: reader.day(article, stp::prop::PUBLISHED_UNTIL),
    }
}
