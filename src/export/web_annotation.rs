//! Web Annotations of the W3C in JSON-LD (<https://www.w3.org/TR/annotation-model/>): an annotation for each position,
//! on the words that prove it, with the position as tags: `actor:Poland`, `stance:opposes`, `issue:…`.

use super::table::Reader;
use super::value::Value as Cell;
use crate::base::error::{Error, Result};
use crate::ingest::import::annotations::GENERATOR;
use crate::model::vocab::{dcterms, oa, prov, skos, stp};
use crate::model::{Concept, Status};
use crate::store::index::read::id::Id;
use crate::store::index::{Index, reading};
use oxrdf::NamedNodeRef;
use serde_json::{Map, Value, json};
use std::io::Write;

/// What tags say of a position.
const TAGS: [(&str, NamedNodeRef<'static>); 9] = [
    ("actor", stp::prop::ACTOR),
    ("onBehalfOf", stp::prop::ON_BEHALF_OF),
    ("stance", stp::prop::STANCE),
    ("issue", stp::prop::ISSUE),
    ("target", stp::prop::TARGET),
    ("intensity", stp::prop::INTENSITY),
    ("mode", stp::prop::MODE),
    ("explicitness", stp::prop::EXPLICITNESS),
    ("certainty", stp::prop::CERTAINTY),
];

/// Writes a page of the annotations of all positions, one after another; returns their number.
///
/// # Errors
/// A damaged index, a stream that takes no more.
pub fn web_annotations(index: &Index, quotes_max: Option<usize>, out: &mut dyn Write) -> Result<usize> {
    let reader = Reader::new(index, quotes_max);
    let failed = || Error::file("write", "the annotations");
    let start =
        "{\n\"@context\": \"http://www.w3.org/ns/anno.jsonld\",\n\"type\": \"AnnotationPage\",\n\"items\": [";
    out.write_all(start.as_bytes()).map_err(failed())?;
    let positions = reading(|| reader.positions())?;
    for (number, position) in positions.iter().enumerate() {
        let annotation = reading(|| annotation(&reader, *position))?;
        let between = if number == 0 { "\n" } else { ",\n" };
        write!(out, "{between}{:#}", Value::Object(annotation)).map_err(failed())?;
    }
    out.write_all(b"\n]\n}\n").map_err(failed())?;
    Ok(positions.len())
}

fn annotation(reader: &Reader<'_>, position: Id) -> Map<String, Value> {
    let mut bodies: Vec<Value> = tags(reader, position)
        .into_iter()
        .map(|(field, value)| {
            let value = format!("{field}:{value}");
            json!({ "type": "TextualBody", "purpose": "tagging", "value": value })
        })
        .collect();
    for note in reader.objects(position, skos::NOTE) {
        let note = reader.iri(note);
        bodies.push(json!({ "type": "TextualBody", "purpose": "commenting", "value": note }));
    }
    let spans = reader.in_text_order(reader.objects(position, stp::prop::EVIDENCE));
    let mut targets: Vec<Value> = spans.iter().map(|span| target(reader, *span)).collect();
    if targets.is_empty() {
        let articles = reader.objects(position, prov::WAS_DERIVED_FROM).into_iter();
        targets = articles.map(|article| source(reader, article)).collect();
    }
    let coders: Vec<Value> = coders(reader, position)
        .into_iter()
        .map(|coder| json!({ "id": reader.iri(coder), "type": "Person", "name": reader.label(coder) }))
        .collect();
    let mut annotation = Map::new();
    annotation.insert("id".to_owned(), reader.iri(position).into());
    annotation.insert("type".to_owned(), "Annotation".into());
    annotation.insert("motivation".to_owned(), "tagging".into());
    annotation.insert("generator".to_owned(), GENERATOR.into());
    for (name, mut values) in [("creator", coders), ("body", bodies), ("target", targets)] {
        match values.len() {
            0 => {}
            1 => drop(annotation.insert(name.to_owned(), values.remove(0))),
            _ => drop(annotation.insert(name.to_owned(), values.into())),
        }
    }
    annotation
}

/// What a position says, by the fields that the import knows tags by.
pub(super) fn tags(reader: &Reader<'_>, position: Id) -> Vec<(&'static str, String)> {
    let mut tags = Vec::new();
    for (field, property) in TAGS {
        for object in reader.objects(position, property) {
            tags.push((field, reader.label(object)));
        }
    }
    for status in reader.objects(position, stp::prop::STATUS) {
        if reader.iri(status) != Status::InForce.iri().as_str() {
            tags.push(("status", reader.label(status)));
        }
    }
    tags
}

/// Who coded a position.
pub(super) fn coders(reader: &Reader<'_>, position: Id) -> Vec<Id> {
    let codings = reader.objects(position, prov::WAS_GENERATED_BY).into_iter();
    codings.flat_map(|coding| reader.objects(coding, prov::WAS_ASSOCIATED_WITH)).collect()
}

fn target(reader: &Reader<'_>, span: Id) -> Value {
    let mut selectors = Vec::new();
    if let (Cell::Integer(start), Cell::Integer(end)) = (reader.start(span), reader.end(span)) {
        selectors.push(json!({ "type": "TextPositionSelector", "start": start, "end": end }));
    }
    if let Cell::Text(words) = reader.exact(span) {
        selectors.push(json!({ "type": "TextQuoteSelector", "exact": words }));
    }
    let article = reader.objects(span, oa::HAS_SOURCE).into_iter().next();
    let source = article.map_or(Value::Null, |article| source(reader, article));
    match selectors.is_empty() {
        true => source,
        false => json!({ "source": source, "selector": selectors }),
    }
}

/// Where an article can be read, else its IRI.
fn source(reader: &Reader<'_>, article: Id) -> Value {
    let links = reader.objects(article, dcterms::SOURCE).into_iter().map(|link| reader.iri(link));
    links.into_iter().find(|link| link.starts_with("http")).unwrap_or_else(|| reader.iri(article)).into()
}
