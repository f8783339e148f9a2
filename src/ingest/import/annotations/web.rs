//! Web Annotations of the W3C in JSON-LD, and Hypothesis' JSON, which is nearly that.

use super::super::marks::{Mark, Marked, Offsets, Words};
use super::{Fault, each, text_of};
use serde_json::Value;
use std::collections::BTreeMap;

/// What the annotations that this program writes say that they were made with.
pub const GENERATOR: &str = "https://w3id.org/standpoint";

/// Reads annotations: one, a list, a page or a collection.
pub(super) fn read(value: &Value) -> Result<Vec<Marked>, Fault> {
    let mut all = Vec::new();
    gather(value, &mut all);
    if all.is_empty() {
        return Err(Fault::new("no annotations", None));
    }
    let mut articles: BTreeMap<String, Marked> = BTreeMap::new();
    for (number, annotation) in (1..).zip(all) {
        let targets = match &annotation["target"] {
            Value::Null => each(&annotation["uri"]),
            targets => each(targets),
        };
        // Words in several places of one page are one mark.
        let mut by_source: Vec<(String, Vec<&Value>)> = Vec::new();
        for target in targets {
            let source = match target {
                Value::String(address) => address.clone(),
                target => id(&target["source"]),
            };
            let source = if source.is_empty() { text_of(&annotation["uri"]) } else { source };
            if source.is_empty() {
                return Err(Fault::new(format!("annotation {number} has no target"), None));
            }
            match by_source.iter_mut().find(|(known, _)| *known == source) {
                Some((_, targets)) => targets.push(target),
                None => by_source.push((source, vec![target])),
            }
        }
        for (source, targets) in by_source {
            let article = articles.entry(source.clone()).or_default();
            if article.title.is_empty() {
                article.title =
                    text_of(each(&annotation["document"]["title"]).first().unwrap_or(&Value::Null));
            }
            let is_ours = id(&annotation["generator"]) == GENERATOR;
            article.has_places = is_ours;
            let bare = source.split_once("://").map_or(source.as_str(), |(_, rest)| rest);
            match source.rsplit_once("/article/").filter(|_| is_ours) {
                Some((_, id)) => article.name = id.to_owned(),
                None => {
                    article.name = bare.split('#').next().unwrap_or_default().to_owned();
                    // A link to text fragments names a place of the page, not another one.
                    article.url = source.split("#:~:").next().unwrap_or_default().to_owned();
                }
            }
            article.marks.push(mark(annotation, &targets, number));
        }
    }
    Ok(articles.into_values().collect())
}

/// The annotations in lists, pages and collections.
fn gather<'a>(value: &'a Value, all: &mut Vec<&'a Value>) {
    for item in each(value) {
        let inside =
            ["@graph", "items", "rows", "annotations", "first"].iter().find(|key| !item[**key].is_null());
        match inside {
            Some(key) => gather(&item[*key], all),
            None if !item["target"].is_null() || !item["uri"].is_null() => all.push(item),
            None => {}
        }
    }
}

/// The IRI of a node, or a text.
fn id(value: &Value) -> String {
    match value {
        Value::Object(node) => text_of(node.get("id").or_else(|| node.get("@id")).unwrap_or(&Value::Null)),
        other => text_of(other),
    }
}

fn mark(annotation: &Value, targets: &[&Value], number: usize) -> Mark {
    let own = id(annotation);
    let number = if own.is_empty() { number.to_string() } else { last_part(&own) };
    let mut mark = Mark { number, coder: coder(annotation), ..Mark::default() };
    for target in targets {
        let mut words = Words::default();
        select(&target["selector"], &mut words);
        mark.spans.push(words);
    }
    // Hypothesis has tags and a comment, the W3C bodies.
    mark.tags.extend(each(&annotation["tags"]).iter().map(|tag| vec![text_of(tag)]));
    let mut notes: Vec<String> = each(&annotation["text"]).iter().map(text_of).collect();
    notes.extend(each(&annotation["bodyValue"]).iter().map(text_of));
    for body in each(&annotation["body"]) {
        let value = text_of(if body["value"].is_null() { &body["rdf:value"] } else { &body["value"] });
        let purposes = if body["purpose"].is_null() { &annotation["motivation"] } else { &body["purpose"] };
        let is_tag = each(purposes)
            .iter()
            .any(|purpose| ["tagging", "classifying", "oa:tagging"].contains(&text_of(purpose).as_str()));
        match (is_tag, value.is_empty()) {
            (true, false) => mark.tags.push(vec![value]),
            (true, true) => mark.tags.push(vec![last_part(&id(body))]),
            (false, false) => notes.push(value),
            (false, true) => notes.push(id(body)),
        }
    }
    mark.tags.retain(|tag| !tag.concat().trim().is_empty());
    mark.notes = notes;
    mark
}

/// What selectors say of words and places.
fn select(selectors: &Value, words: &mut Words) {
    for selector in each(selectors) {
        let exact = text_of(&selector["exact"]);
        if words.exact.is_empty() && !exact.is_empty() {
            words.exact = exact;
        }
        if let (Some(start), Some(end)) = (selector["start"].as_i64(), selector["end"].as_i64()) {
            words.place = Some(Offsets::Points(start, end));
        }
        select(&selector["refinedBy"], words);
    }
}

/// Who made an annotation: a name, else the last part of what names them.
fn coder(annotation: &Value) -> String {
    let display = text_of(&annotation["user_info"]["display_name"]);
    if !display.is_empty() {
        return display;
    }
    let creator = if annotation["creator"].is_null() { &annotation["user"] } else { &annotation["creator"] };
    let creator = each(creator).first().unwrap_or(&Value::Null);
    let name = ["name", "nickname", "nick"].map(|key| text_of(&creator[key])).concat();
    if !name.is_empty() {
        return name;
    }
    let user = id(creator);
    let user = user.strip_prefix("acct:").unwrap_or(&user);
    last_part(user.split('@').next().unwrap_or_default())
}

/// What an IRI ends with.
fn last_part(iri: &str) -> String {
    iri.trim_end_matches('/').rsplit(['/', '#']).next().unwrap_or_default().to_owned()
}
