//! People, bodies, offices and terms: Popolo JSON, and extracts of Wikidata in N-Triples.
//!
//! What comes out is a registry: actors, offices, and who held which office or belonged to which body, when.

mod popolo;
mod wikidata;

use super::{Imported, record};
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::error::{Error, Result, count};
use crate::ingest::{BYTE_ORDER_MARK, invalid_utf8};
use crate::model::Edtf;
use crate::model::identity::slug;
use serde_json::{Map as Fields, Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Reads people and offices.
///
/// # Errors
/// A file that is neither Popolo nor an extract of Wikidata, or whose references lead nowhere.
pub fn read(file: &Path) -> Result<Imported> {
    let name = file.display().to_string();
    let bytes = std::fs::read(file).map_err(Error::file("read", file))?;
    let text = String::from_utf8(bytes).map_err(|error| Error::Input(vec![invalid_utf8(&name, &error)]))?;
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text);
    let people = parse(text).map_err(|Fault { message, line }| {
        let place = line.map_or_else(|| Place::file(&name), |line| Place::line(&name, line, 1));
        let help = "`import people` reads Popolo (JSON) and extracts of Wikidata (N-Triples)";
        Error::Input(vec![Diagnostic::error(message).help(help).at(place)])
    })?;
    Ok(people.imported(file))
}

/// Why a file cannot be read.
#[derive(Debug)]
struct Fault {
    message: String,
    line: Option<usize>,
}

impl Fault {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), line: None }
    }
}

fn parse(text: &str) -> std::result::Result<People, Fault> {
    match text.trim_start().starts_with(['{', '[']) {
        true => popolo::read(text),
        false => wikidata::read(text),
    }
}

/// People and offices, by the ids that the file has for them.
#[derive(Debug, Default)]
struct People {
    actors: BTreeMap<String, Actor>,
    posts: BTreeMap<String, Post>,
    memberships: Vec<Membership>,
    /// What is not kept, and how much of it.
    not_kept: BTreeMap<String, usize>,
}

#[derive(Debug, Default)]
struct Actor {
    label: String,
    aliases: Vec<String>,
    kind: &'static str,
    exact_match: Vec<String>,
    note: Vec<String>,
    /// A body above it.
    parent: Option<String>,
}

#[derive(Debug, Default)]
struct Post {
    label: String,
    organisation: Option<String>,
}

#[derive(Debug, Default)]
struct Membership {
    person: String,
    organisation: Option<String>,
    post: Option<String>,
    role: String,
    from: String,
    until: String,
    note: Vec<String>,
}

/// Ids made of labels: where two labels give one, that of the file goes with it.
fn ids<'a>(labels: impl Iterator<Item = (&'a String, &'a String)> + Clone) -> BTreeMap<&'a str, String> {
    let mut number: BTreeMap<String, usize> = BTreeMap::new();
    for (_, label) in labels.clone() {
        *number.entry(slug(label)).or_default() += 1;
    }
    let id = |(own, label): (&'a String, &'a String)| {
        let id = slug(label);
        let last = slug(own.rsplit('/').next().unwrap_or(own));
        let id = match (id.is_empty(), number.get(&id)) {
            (true, _) => last,
            (false, Some(1)) => id,
            _ => format!("{id}-{last}"),
        };
        (own.as_str(), id)
    };
    labels.map(id).collect()
}

impl People {
    fn imported(self, file: &Path) -> Imported {
        let mut imported = Imported {
            name: Imported::name_of(file),
            origin: file.display().to_string(),
            ..Imported::default()
        };
        let actors = ids(self.actors.iter().map(|(own, actor)| (own, &actor.label)));
        let posts = ids(self.posts.iter().map(|(own, post)| (own, &post.label)));
        let actor = |own: &Option<String>| own.as_ref().and_then(|own| actors.get(own.as_str())).cloned();
        let mut undated: usize = 0;
        let mut day = |text: &str| match text.parse::<Edtf>() {
            Ok(_) => Value::from(text),
            Err(_) if text.is_empty() => Value::Null,
            Err(_) => {
                undated += 1;
                Value::Null
            }
        };
        let mut memberships: Vec<Value> = Vec::new();
        for membership in &self.memberships {
            memberships.push(record(vec![
                ("person", json!(actors.get(membership.person.as_str()))),
                ("post", json!(membership.post.as_ref().and_then(|own| posts.get(own.as_str())))),
                ("organisation", json!(actor(&membership.organisation))),
                ("role", membership.role.clone().into()),
                ("from", day(&membership.from)),
                ("until", day(&membership.until)),
                ("note", json!(membership.note)),
            ]));
        }
        let fields_of = |(own, one): (&String, &Actor)| {
            record(vec![
                ("id", json!(actors.get(own.as_str()))),
                ("label", one.label.clone().into()),
                ("aliases", json!(one.aliases)),
                ("kind", one.kind.into()),
                ("memberOf", json!(actor(&one.parent))),
                ("exactMatch", json!(one.exact_match)),
                ("note", json!(one.note)),
            ])
        };
        let people: Vec<Value> = self.actors.iter().map(fields_of).collect();
        let offices: Vec<Value> = self
            .posts
            .iter()
            .map(|(own, post)| {
                record(vec![
                    ("id", json!(posts.get(own.as_str()))),
                    ("label", post.label.clone().into()),
                    ("organisation", json!(actor(&post.organisation))),
                ])
            })
            .collect();
        imported.notes.push(format!(
            "{}, {}, {}",
            count(people.len(), "actor"),
            count(offices.len(), "office"),
            count(memberships.len(), "term")
        ));
        let mut registry = Fields::new();
        registry.insert("document".to_owned(), imported.document("registry").into());
        for (section, records) in [("actors", people), ("posts", offices), ("memberships", memberships)] {
            if !records.is_empty() {
                registry.insert(section.to_owned(), records.into());
            }
        }
        imported.sheets.push(("registry".to_owned(), registry));
        if undated > 0 {
            imported.notes.push(format!("{} left out, which are no dates", count(undated, "bound")));
        }
        if !self.not_kept.is_empty() {
            let all: Vec<String> =
                self.not_kept.iter().map(|(what, number)| format!("{what} ({number})")).collect();
            imported.notes.push(format!("not kept: {}", all.join(", ")));
        }
        imported
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whatever_is_read_nothing_panics(text in ".{0,200}") {
            let _ = parse(&text);
            let _ = parse(&format!("{{\"persons\":[{{\"id\":{}}}]}}", serde_json::Value::from(text)));
        }
    }
}
