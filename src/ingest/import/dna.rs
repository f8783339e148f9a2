//! Databases of the Discourse Network Analyzer, versions 2 and 3.
//!
//! A statement becomes a position with the statement's number, since DNA counts two statements that agree in
//! everything as two: the person is its actor, the organization the actor on whose behalf it is, the concept its
//! issue, the agreement its stance. A [`Map`] says so for databases with other variables. Everything else that the
//! tables hold is kept as annotations: a node for each row, a property for each column.
//!
//! DNA counts offsets in units of UTF-16, as Java does; here they are code points.
//!
//! Deliberately absent: passwords, and writing: a database is opened read-only, without its locks.

mod annotations;
mod entities;
mod map;
mod table;

pub use map::Map;

use super::{DocumentText, Imported, record};
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::error::{Error, Result, count};
use crate::model::Concept;
use crate::model::identity::slug;
use entities::{Entities, Entity};
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use map::Scheme;
use serde_json::{Map as Fields, Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use table::{Cell, Database};

/// Number of faults that are shown one by one.
const SHOWN: usize = 20;
/// Name of the tool, in codings.
const TOOL: &str = "Discourse Network Analyzer";

/// Reads a database. Up to `skip` statements that are at fault are left out of the positions and only kept as
/// annotations.
///
/// # Errors
/// A file that is no database of DNA; one that has changes beside it; references that lead nowhere; no statement
/// type with the variables of the map.
pub fn read(file: &Path, map: &Map, skip: usize) -> Result<Imported> {
    let database = Database::open(file)?;
    let scheme = Scheme::of(&database, map)?;
    let entities = Entities::of(&database, &scheme);
    let mut import = Import {
        imported: Imported {
            name: Imported::name_of(file),
            origin: file.display().to_string(),
            ..Imported::default()
        },
        texts: HashMap::new(),
        faults: Vec::new(),
        misfits: Vec::new(),
        incomplete: Vec::new(),
        database: &database,
        map,
        scheme: &scheme,
        entities: &entities,
    };
    import.registry()?;
    import.statements(skip)?;
    import.imported.annotations = annotations::quads(&database, &import.imported.name, &entities);
    import.tell();
    Ok(import.imported)
}

struct Import<'a> {
    imported: Imported,
    texts: HashMap<i64, DocumentText>,
    faults: Vec<Diagnostic>,
    /// Statements whose place is not in the text.
    misfits: Vec<i64>,
    /// Statements that lack an actor, an issue or a stance.
    incomplete: Vec<i64>,
    database: &'a Database,
    map: &'a Map,
    scheme: &'a Scheme,
    entities: &'a Entities,
}

impl Import<'_> {
    /// The id of a document's article.
    fn article(&self, document: i64) -> String {
        format!("{}-{document}", self.imported.name)
    }

    fn fault(&mut self, message: String, expected: &str) {
        let place = Place::file(&self.imported.origin);
        self.faults.push(Diagnostic::error(message).expected(expected).at(place));
    }

    /// The sheet of the articles, actors and issues.
    fn registry(&mut self) -> Result<()> {
        let documents = self.database.table("DOCUMENTS");
        let mut articles = Vec::new();
        let mut timed = 0;
        for row in documents.rows() {
            let id = row.number("ID").unwrap_or_default();
            let text = |column: &str| row.text(column).trim().to_owned();
            let seconds = row
                .number("Date")
                .map(|date| if self.database.is_version_2() { date.div_euclid(1000) } else { date });
            let when = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
            let when = when.map(|when| when.to_zoned(TimeZone::UTC).datetime());
            let hour = when.filter(|when| when.time() != Time::midnight());
            timed += usize::from(hour.is_some());
            let mut notes = vec![Value::from(text("Notes"))];
            for (name, value) in [("Section", text("Section")), ("Type", text("Type"))] {
                notes.push(if value.is_empty() { Value::Null } else { format!("{name}: {value}").into() });
            }
            notes.extend(hour.map(|when| Value::from(format!("Time: {}", when.time()))));
            notes.retain(|note| note.as_str().is_some_and(|note| !note.is_empty()));
            articles.push(record(vec![
                ("id", self.article(id).into()),
                ("title", text("Title").into()),
                ("publisher", text("Source").into()),
                ("author", Value::from(text("Author"))),
                ("published", when.map_or(Value::Null, |when| when.date().to_string().into())),
                ("note", notes.into()),
            ]));
            let text = DocumentText::new(row.text("Text").to_owned());
            if !text.text.is_empty() {
                self.imported.texts.push((self.article(id), text.text.clone()));
            }
            self.texts.insert(id, text);
        }
        if timed > 0 && self.database.is_version_2() {
            let times = count(timed, "document");
            self.imported
                .notes
                .push(format!("{times} with a time of day: version 2 has no time zone, UTC is taken"));
        }
        let mut fields = Fields::new();
        fields.insert("document".to_owned(), self.imported.document("registry").into());
        fields.insert("articles".to_owned(), articles.into());
        let actors: Vec<Value> = self.entities.actors().map(|entity| entity.actor(self.entities)).collect();
        let issues: Vec<Value> =
            self.entities.issues().map(|entity| entity.issue(self.entities, self.map.family)).collect();
        for (section, records) in [("actors", actors), ("issues", issues)] {
            if !records.is_empty() {
                fields.insert(section.to_owned(), records.into());
            }
        }
        self.imported.sheets.push(("registry".to_owned(), fields));
        Ok(())
    }

    /// A sheet for each document and coder.
    fn statements(&mut self, skip: usize) -> Result<()> {
        let values = self.database.values();
        let mut faulty: Vec<i64> = Vec::new();
        let mut sheets: BTreeMap<(i64, Option<i64>), Vec<Value>> = BTreeMap::new();
        let types = self.database.names("STATEMENTTYPES", "Label");
        let coders = self.database.names("CODERS", "Name");
        for row in self.database.table("STATEMENTS").rows() {
            let id = row.number("ID").unwrap_or_default();
            let before = self.faults.len();
            let document = row.number("DocumentId");
            let coder = row.number("Coder");
            let kind = row.number("StatementTypeId");
            for (table, column, value, is_there) in [
                (
                    "DOCUMENTS",
                    "DocumentId",
                    document,
                    document.is_some_and(|id| self.texts.contains_key(&id)),
                ),
                ("CODERS", "Coder", coder, coder.is_none_or(|id| coders.contains_key(&id))),
                ("STATEMENTTYPES", "StatementTypeId", kind, kind.is_some_and(|id| types.contains_key(&id))),
            ] {
                if !is_there {
                    let value = value.map_or_else(|| "nothing".to_owned(), |value| value.to_string());
                    self.fault(
                        format!("statement {id} has the {column} {value}"),
                        &format!("expected an ID of the table {table}"),
                    );
                }
            }
            let empty = Vec::new();
            let own = values.get(&id).unwrap_or(&empty);
            for (variable, value) in own {
                let is_reference = self.database.is_reference(*variable);
                if let Cell::Integer(entity) = value
                    && is_reference
                    && self.entities.by_id(*entity).is_none()
                {
                    self.fault(
                        format!("statement {id} has the entity {entity}"),
                        "expected an ID of the table ENTITIES",
                    );
                }
            }
            if self.faults.len() > before {
                faulty.push(id);
                continue;
            }
            let (Some(document), Some(kind)) = (document, kind) else { continue };
            let Some(variables) = self.scheme.types.get(&kind) else { continue };
            let entity = |variable: &i64| -> Option<&Entity> {
                let (_, value) = own.iter().find(|(of, _)| of == variable)?;
                self.entities.of_value(*variable, value).filter(|entity| !entity.label.is_empty())
            };
            let mut actors = variables.actor.iter().filter_map(entity);
            let mut behalf: Vec<&Entity> = variables.on_behalf_of.iter().filter_map(entity).collect();
            let actor = actors.next().or_else(|| (!behalf.is_empty()).then(|| behalf.remove(0)));
            let stance = own
                .iter()
                .find(|(of, _)| *of == variables.stance)
                .and_then(|(_, value)| self.map.stance(&value.to_string()));
            let (Some(actor), Some(issue), Some(stance)) = (actor, entity(&variables.issue), stance) else {
                self.incomplete.push(id);
                continue;
            };
            let place = (row.number("Start").unwrap_or(-1), row.number("Stop").unwrap_or(-1));
            let found = self.texts.get(&document).and_then(|text| text.words(place.0, place.1));
            if found.is_none() {
                self.misfits.push(id);
            }
            let quote = found.map_or(
                Value::Null,
                |(start, end, words)| json!({"exact": words, "start": start, "end": end}),
            );
            let rest = own.iter().filter(|(variable, _)| !variables.has(*variable));
            let notes: Vec<Value> = rest
                .filter_map(|(variable, value)| {
                    let value = match self.entities.of_value(*variable, value) {
                        Some(entity) => entity.label.clone(),
                        None => value.to_string(),
                    };
                    let name = self.database.variable(*variable)?;
                    (!value.trim().is_empty()).then(|| format!("{name}: {value}").into())
                })
                .collect();
            let behalf: Vec<Value> = behalf.iter().map(|entity| entity.reference.clone().into()).collect();
            sheets.entry((document, coder)).or_default().push(record(vec![
                ("number", id.to_string().into()),
                ("actor", actor.reference.clone().into()),
                ("onBehalfOf", behalf.into()),
                ("stance", stance.word().into()),
                ("issue", issue.reference.clone().into()),
                ("quote", quote),
                ("note", notes.into()),
            ]));
        }
        if faulty.len() > skip {
            let more = self.faults.len().saturating_sub(SHOWN);
            self.faults.truncate(SHOWN);
            if let Some(last) = self.faults.last_mut() {
                if more > 0 {
                    last.notes.push(format!("and {}", count(more, "more reference")));
                }
                last.help = Some(format!(
                    "repair the database in DNA, or leave them out with `--skip-bad {}`: they are kept as annotations",
                    faulty.len()
                ));
            }
            return Err(Error::Input(std::mem::take(&mut self.faults)));
        }
        if !faulty.is_empty() {
            self.imported.notes.push(format!(
                "{} left out, kept as annotations: their references lead nowhere ({})",
                count(faulty.len(), "statement"),
                listed(&faulty)
            ));
        }
        self.sheets(sheets, &coders);
        Ok(())
    }

    fn sheets(&mut self, sheets: BTreeMap<(i64, Option<i64>), Vec<Value>>, coders: &HashMap<i64, String>) {
        let version = self.database.setting("version").unwrap_or_default();
        let tool = format!("{TOOL} {version}");
        let mut used: HashSet<String> = HashSet::from(["registry".to_owned()]);
        for ((document, coder), positions) in sheets {
            let name = coder.and_then(|coder| coders.get(&coder)).map_or("", |name| name.trim());
            let mut part = match slug(name).as_str() {
                "" => document.to_string(),
                name => format!("{document}-{name}"),
            };
            if !used.insert(part.clone()) {
                part = format!("{document}-coder-{}", coder.unwrap_or_default());
                used.insert(part.clone());
            }
            let mut fields = Fields::new();
            fields.insert("document".to_owned(), self.imported.document(&part).into());
            fields.insert("article".to_owned(), self.article(document).into());
            let coding = record(vec![("coder", name.into()), ("tool", tool.trim().into())]);
            fields.insert("coding".to_owned(), coding);
            let defaults = self.map.defaults();
            if !defaults.is_empty() {
                fields.insert("defaults".to_owned(), Value::Object(defaults));
            }
            self.imported.positions += positions.len();
            fields.insert("positions".to_owned(), positions.into());
            self.imported.sheets.push((part, fields));
        }
    }

    /// What is kept otherwise than in DNA, and what is not kept.
    fn tell(&mut self) {
        let mut notes = std::mem::take(&mut self.imported.notes);
        let positions = self.imported.positions;
        let told = self.map.defaulted();
        if positions > 0 && !told.is_empty() {
            let get = if positions == 1 { "gets" } else { "get" };
            notes.push(format!("{} {get} the defaults of {}", count(positions, "position"), told.join(", ")));
        }
        for (label, number) in self.scheme.other_types(self.database) {
            notes.push(format!("{} of type `{label}` kept as annotations", count(number, "statement")));
        }
        if !self.incomplete.is_empty() {
            notes.push(format!(
                "{} without actor, issue or stance kept as annotations ({})",
                count(self.incomplete.len(), "statement"),
                listed(&self.incomplete)
            ));
        }
        if !self.misfits.is_empty() {
            notes.push(format!(
                "{} kept without words, as their places are not in the texts ({})",
                count(self.misfits.len(), "position"),
                listed(&self.misfits)
            ));
        }
        let rest: Vec<String> = annotations::ONLY
            .iter()
            .filter_map(|(table, noun)| {
                let number = self.database.find(table)?.len();
                (number > 0).then(|| count(number, noun))
            })
            .collect();
        if !rest.is_empty() {
            notes.push(format!("kept as annotations alone: {}", rest.join(", ")));
        }
        let passwords =
            self.database.table("CODERS").rows().filter(|row| !row.text("Password").is_empty()).count();
        if passwords > 0 {
            notes.push(format!("not imported: {}", count(passwords, "password")));
        }
        self.imported.notes = notes;
    }
}

/// The first few numbers.
fn listed(numbers: &[i64]) -> String {
    let mut shown: Vec<String> = numbers.iter().take(5).map(ToString::to_string).collect();
    if numbers.len() > shown.len() {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}
