//! Popolo: people, organizations, posts and memberships, as parliaments and their watchers publish them.

use super::{Actor, Fault, Membership, People, Post};
use serde_json::{Map as Fields, Value};

/// Lists that are read.
const READ: &[&str] = &["persons", "organizations", "posts", "memberships"];
/// Fields of each record that are read; of others the number is told.
const FIELDS: &[&str] = &[
    "id",
    "name",
    "other_names",
    "identifiers",
    "summary",
    "classification",
    "parent_id",
    "label",
    "role",
    "organization_id",
    "person_id",
    "post_id",
    "on_behalf_of_id",
    "start_date",
    "end_date",
    "links",
    "sources",
];

/// Reads Popolo: an object with lists, or a list of people.
pub(super) fn read(text: &str) -> Result<People, Fault> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let why = error.to_string();
        let message = format!("not JSON: {}", why.split(" at line ").next().unwrap_or_default());
        Fault { message, line: Some(error.line()) }
    })?;
    let mut people = People::default();
    let object = match value {
        Value::Object(object) => object,
        list => Fields::from_iter([("persons".to_owned(), list)]),
    };
    if !READ.iter().any(|list| object.get(*list).is_some_and(Value::is_array)) {
        return Err(Fault::new("no `persons`, `organizations`, `posts` or `memberships`"));
    }
    let list = |name: &str| object.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for (name, value) in object.iter().filter(|(name, _)| !READ.contains(&name.as_str())) {
        people.not_kept.insert(name.clone(), value.as_array().map_or(1, Vec::len));
    }
    for name in READ {
        for one in list(name).iter().filter_map(Value::as_object) {
            for (field, _) in
                one.iter().filter(|(field, value)| !FIELDS.contains(&field.as_str()) && is_there(value))
            {
                if !(*name == "persons" && field == "memberships") {
                    *people.not_kept.entry(format!("{name}.{field}")).or_default() += 1;
                }
            }
        }
    }
    for person in list("persons") {
        add(&mut people, person, "person")?;
    }
    for body in list("organizations") {
        add(&mut people, body, kind(&text_of(&body["classification"])))?;
    }
    for post in list("posts") {
        let label = [&post["label"], &post["role"]].map(text_of).into_iter().find(|label| !label.is_empty());
        let organisation = reference(&people, post, "organization_id")?;
        let own = own_id(post, "post")?;
        people.posts.insert(own.clone(), Post { label: label.unwrap_or(own), organisation });
    }
    let nested = list("persons").iter().flat_map(|person| {
        let all = person["memberships"].as_array().map_or(&[][..], Vec::as_slice);
        all.iter().map(move |one| (one, Some(person)))
    });
    for (one, person) in list("memberships").iter().map(|one| (one, None)).chain(nested) {
        let person = match (reference(&people, one, "person_id")?, person) {
            (Some(id), _) => id,
            (None, Some(person)) => own_id(person, "person")?,
            (None, None) => {
                *people.not_kept.entry("memberships of organizations".to_owned()).or_default() += 1;
                continue;
            }
        };
        let organisation = reference(&people, one, "organization_id")?;
        let post = Some(text_of(&one["post_id"])).filter(|id| !id.is_empty());
        if let Some(id) = post.as_ref().filter(|id| !people.posts.contains_key(*id)) {
            return Err(Fault::new(format!("a membership has the post_id `{id}`, which no post has")));
        }
        if post.is_none() && organisation.is_none() {
            *people.not_kept.entry("memberships without post or organization".to_owned()).or_default() += 1;
            continue;
        }
        let behalf = reference(&people, one, "on_behalf_of_id")?;
        let behalf =
            behalf.and_then(|id| people.actors.get(&id)).map(|actor| format!("on behalf of {}", actor.label));
        people.memberships.push(Membership {
            person,
            organisation,
            post,
            role: text_of(&one["role"]),
            from: text_of(&one["start_date"]),
            until: text_of(&one["end_date"]),
            note: behalf.into_iter().collect(),
        });
    }
    Ok(people)
}

fn add(people: &mut People, one: &Value, kind: &'static str) -> Result<(), Fault> {
    let own = own_id(one, kind)?;
    let label =
        Some(text_of(&one["name"])).filter(|name| !name.trim().is_empty()).unwrap_or_else(|| own.clone());
    let items = |name: &str| one[name].as_array().cloned().unwrap_or_default();
    let mut aliases: Vec<String> = items("other_names").iter().map(|other| text_of(&other["name"])).collect();
    aliases.retain(|alias| !alias.trim().is_empty() && *alias != label);
    aliases.dedup();
    let ids = items("identifiers");
    let wikidata = ids.iter().filter(|id| text_of(&id["scheme"]).eq_ignore_ascii_case("wikidata"));
    let wikidata = wikidata.map(|id| text_of(&id["identifier"])).filter(|id| !id.is_empty());
    let exact_match = wikidata.map(|id| format!("http://www.wikidata.org/entity/{id}")).collect();
    let others = ids.iter().filter(|id| !text_of(&id["scheme"]).eq_ignore_ascii_case("wikidata"));
    let mut note: Vec<String> =
        others.map(|id| format!("{}: {}", text_of(&id["scheme"]), text_of(&id["identifier"]))).collect();
    note.extend(Some(text_of(&one["summary"])).filter(|text| !text.is_empty()));
    for list in ["links", "sources"] {
        note.extend(items(list).iter().map(|link| text_of(&link["url"])).filter(|url| !url.is_empty()));
    }
    let parent = Some(text_of(&one["parent_id"])).filter(|id| !id.is_empty());
    people.actors.insert(own, Actor { label, aliases, kind, exact_match, note, parent });
    Ok(())
}

fn own_id(one: &Value, what: &str) -> Result<String, Fault> {
    match text_of(&one["id"]) {
        id if id.is_empty() => Err(Fault::new(format!("a {what} without `id`: {}", text_of(&one["name"])))),
        id => Ok(id),
    }
}

/// The actor that a field refers to.
fn reference(people: &People, one: &Value, field: &str) -> Result<Option<String>, Fault> {
    match text_of(&one[field]) {
        id if id.is_empty() => Ok(None),
        id if people.actors.contains_key(&id) => Ok(Some(id)),
        id => Err(Fault::new(format!("`{field}` is `{id}`, an id that the file does not define"))),
    }
}

fn kind(classification: &str) -> &'static str {
    let small = classification.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| small.contains(word));
    match () {
        () if has(&["party", "faction"]) => "party",
        () if has(&["ministry", "government", "executive", "cabinet"]) => "government",
        () if has(&["company", "corporation"]) => "company",
        () if has(&["court"]) => "court",
        () if has(&["ngo", "non-governmental"]) => "NGO",
        () if has(&["trade union"]) => "union",
        () => "organisation",
    }
}

fn is_there(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}
