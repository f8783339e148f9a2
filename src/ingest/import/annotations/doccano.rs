//! JSON Lines of doccano: a text a line, with labels on spans or on the whole.

use super::super::marks::{Mark, Marked, Offsets, Words};
use super::{Fault, each, text_of};
use serde_json::{Map as Fields, Value};
use std::collections::BTreeMap;

/// Names of the list of labels, by version and task.
const LABELS: &[&str] = &["label", "labels", "entities", "spans", "cats"];

/// Whether an object is a line of doccano's.
pub(super) fn is_one(object: &Fields<String, Value>) -> bool {
    let text = ["text", "data"].iter().any(|key| object.get(*key).is_some_and(Value::is_string));
    text && LABELS.iter().any(|key| object.get(*key).is_some_and(Value::is_array))
}

/// Reads lines.
pub(super) fn read(text: &str) -> Result<Vec<Marked>, Fault> {
    let mut objects = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let value: Value = serde_json::from_str(line).map_err(|error| {
            let why = error.to_string();
            Fault::new(
                format!("not JSON: {}", why.split(" at line ").next().unwrap_or_default()),
                Some(number),
            )
        })?;
        objects.push((number, value));
    }
    of_objects(objects.iter().map(|(number, value)| (*number, value)))
}

/// Articles of objects, each with its line.
pub(super) fn of_objects<'a>(
    objects: impl Iterator<Item = (usize, &'a Value)>,
) -> Result<Vec<Marked>, Fault> {
    let mut articles = Vec::new();
    for (number, value) in objects {
        match value.as_object().filter(|object| is_one(object)) {
            Some(object) => articles.push(article(object, articles.len() + 1)),
            None => return Err(Fault::new("no `text` with `label` or `entities`", Some(number))),
        }
    }
    match articles.is_empty() {
        true => Err(Fault::new("no annotations", None)),
        false => Ok(articles),
    }
}

fn article(object: &Fields<String, Value>, number: usize) -> Marked {
    let get = |key: &str| object.get(key).unwrap_or(&Value::Null);
    let text = ["text", "data"].map(|key| text_of(get(key))).concat();
    let meta = |key: &str| match text_of(get(key)) {
        own if own.is_empty() => text_of(&get("meta")[key]),
        own => own,
    };
    let id = Some(text_of(get("id"))).filter(|id| !id.is_empty()).unwrap_or_else(|| number.to_string());
    let coder =
        ["annotation_approver", "annotator", "user"].map(meta).into_iter().find(|name| !name.is_empty());
    let note = each(get("Comments")).iter().chain(each(get("comments"))).map(text_of).collect::<Vec<_>>();
    // Labels on the same words are one mark.
    let mut by_place: BTreeMap<(i64, i64), Mark> = BTreeMap::new();
    let mut of_spans: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for label in LABELS.iter().flat_map(|key| each(get(key))) {
        let (start, end, name, own) = match label {
            Value::Array(parts) => {
                let part = |at: usize| parts.get(at).unwrap_or(&Value::Null);
                (part(0).as_i64(), part(1).as_i64(), text_of(part(2)), String::new())
            }
            Value::Object(_) => {
                let offset = |names: [&str; 2]| names.iter().find_map(|name| label[*name].as_i64());
                let (start, end) = (offset(["start_offset", "start"]), offset(["end_offset", "end"]));
                (start, end, text_of(&label["label"]), text_of(&label["id"]))
            }
            other => (None, None, text_of(other), String::new()),
        };
        let place = start.zip(end);
        let key = place.unwrap_or((-1, -1));
        let next = by_place.len() + 1;
        let mark = by_place.entry(key).or_insert_with(|| Mark {
            number: format!("{id}-{next}"),
            spans: place.map(|(start, end)| Words::at(Offsets::Points(start, end))).into_iter().collect(),
            coder: coder.clone().unwrap_or_default(),
            notes: if next == 1 { note.clone() } else { Vec::new() },
            ..Mark::default()
        });
        mark.tags
            .extend(name.split([';', '|']).map(|tag| vec![tag.trim().to_owned()]).filter(|tag| tag != &[""]));
        if !own.is_empty() {
            of_spans.insert(own, key);
        }
    }
    // What a relation leads to is said of the mark that it begins at as well.
    for relation in each(get("relations")) {
        let end = |name: &str| of_spans.get(&text_of(&relation[name])).copied();
        if let (Some(from), Some(to)) = (end("from_id"), end("to_id")) {
            for (one, other) in [(from, to), (to, from)] {
                let added = by_place.get(&other).map(|mark| mark.tags.clone()).unwrap_or_default();
                if let Some(mark) =
                    by_place.get_mut(&one).filter(|mark| mark.tags.iter().any(|tag| is_stance(tag)))
                {
                    mark.tags.extend(added.into_iter().filter(|tag| !is_stance(tag)));
                }
            }
        }
    }
    Marked {
        name: format!("doccano-{id}"),
        title: meta("title"),
        url: meta("url"),
        text: Some(text),
        marks: by_place.into_values().collect(),
        ..Marked::default()
    }
}

fn is_stance(tag: &[String]) -> bool {
    tag.last().is_some_and(|tag| tag.trim_start().to_lowercase().starts_with("stance"))
}
