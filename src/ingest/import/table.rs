//! Tables of other people: CSV, JSON Lines and workbooks, whose columns a map explains.
//!
//! Each row is a position, or several where the map splits an issue or names columns of coders. A row's number goes
//! into the IRI of its positions. Coders who each rate every row are independent of each other: their sheets are of
//! role *second*.
//!
//! Deliberately absent: guessing what a value means. What the map does not explain is counted and reported.

mod encoder;
mod guess;
mod map;
mod rows;

pub use guess::guess;
pub use map::Map;
pub use rows::Form;

use super::{Imported, Options, record};
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::error::{Error, Result, count};
use crate::ingest::sheet::{self, Format};
use crate::model::identity::{id_of, slug};
use crate::model::registry::{Kind, Lookup, Registry};
use crate::model::{Concept, Stance, stance_words};
use encoder::{Encoder, Vote};
use jiff::civil::Date;
use map::{Joined, Part};
use rows::Wanted;
use serde_json::{Map as Fields, Value};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::path::Path;

/// Number of faults that are shown one by one.
const SHOWN: usize = 20;
/// Years of articles; those of other calendars mostly are none.
const USUAL_YEARS: std::ops::RangeInclusive<&str> = "1500"..="2200";
/// Fields that may have several values.
const MANY: &[&str] = &["issue", "onBehalfOf", "topic", "alias"];
/// Fields of a position that are taken as they are.
const PLAIN: &[&str] = &["quote", "mode", "explicitness", "certainty", "intensity", "note"];

/// Reads a table. Up to `skip_bad` bad rows are left out, and returned as `rejects`.
///
/// # Errors
/// A file or map that cannot be read; more bad rows.
pub fn read(file: &Path, form: Form, map: &Map, options: &Options) -> Result<Imported> {
    let rows = rows::open(file, form, &map.wanted(None), &options.progress)?;
    let places: HashMap<String, usize> =
        rows.columns.iter().enumerate().map(|(at, column)| (column.clone(), at)).collect();
    let mut joined = Vec::new();
    for other in &map.tables {
        joined.push(Other::read(&file.with_file_name(&other.file), other, map, options)?);
    }
    let encoder = if map.is_article_record { Some(Encoder::new(options)?) } else { None };
    let mut table = Table {
        map,
        places,
        joined,
        known: map.registry.as_deref().map(Known::read).transpose()?,
        articles: Things::default(),
        actors: Things::default(),
        issues: Things::default(),
        topics: Things::default(),
        sheets: BTreeMap::new(),
        encoder,
        faults: BTreeMap::new(),
        unexplained: BTreeMap::new(),
        unregistered: BTreeMap::new(),
        passed: 0,
        unusual_dates: None,
    };
    let (mut rejects, mut bad, mut number) = (String::new(), 0, 0);
    rows.each(&map.wanted(None), &mut |row| {
        let why = match row.cells {
            Ok(cells) => {
                number += 1;
                table.row(number, cells).err().map(|why| (why, cells.join("\t")))
            }
            Err(why) => Some((why, String::new())),
        };
        if let Some((why, cells)) = why {
            table.faults.entry(why.clone()).or_insert((row.line, 0)).1 += 1;
            bad += 1;
            // More than may be left out are an error, which says how many there are.
            if bad <= options.skip_bad {
                let content = if row.written.is_empty() { &cells } else { row.written };
                let _ = writeln!(rejects, "{}\t{why}\t{content}", row.line);
            }
        }
    })?;
    if bad > options.skip_bad {
        return Err(Error::Input(table.diagnostics(&file.display().to_string(), bad)));
    }
    table.imported(file, rejects, bad)
}

/// Things with ids, by what makes their ids.
#[derive(Default)]
struct Things {
    by_id: BTreeMap<String, Value>,
    /// Ids by the names that have been met.
    ids: HashMap<String, String>,
}

/// A table that is joined to the one that is read: the rows by their key.
struct Other {
    columns: Vec<String>,
    rows: HashMap<String, Vec<String>>,
    /// Place of the key in the table that is read.
    key: String,
}

impl Other {
    fn read(file: &Path, joined: &Joined, map: &Map, options: &Options) -> Result<Self> {
        let wanted = Wanted { delimiter: None, ..map.wanted(Some(joined)) };
        let rows = rows::open(file, Form::Csv, &wanted, &options.progress)?;
        let all = rows.columns.clone();
        let place = |column: &String| all.iter().position(|own| own == column);
        let places: Vec<usize> = wanted.columns.iter().filter_map(place).collect();
        let key = place(&joined.key).unwrap_or_default();
        let mut other =
            Self { columns: wanted.columns.clone(), rows: HashMap::new(), key: joined.key.clone() };
        let mut fault = None;
        rows.each(&wanted, &mut |row| match row.cells {
            Ok(cells) => {
                let own: Vec<String> = places.iter().map(|at| cells[*at].clone()).collect();
                match other.rows.entry(cells[key].clone()) {
                    Entry::Vacant(entry) => drop(entry.insert(own)),
                    // Of several rows, the values are joined as if they stood in one cell.
                    Entry::Occupied(mut entry) => {
                        for (all, one) in entry.get_mut().iter_mut().zip(own) {
                            if !all.split(&wanted.between).any(|known| known == one) {
                                *all += &wanted.between;
                                *all += &one;
                            }
                        }
                    }
                }
            }
            Err(why) => {
                fault.get_or_insert((row.line, why));
            }
        })?;
        match fault {
            None => Ok(other),
            Some((line, why)) => {
                let place = Place::line(file.display().to_string(), line, 1);
                Err(Error::Input(vec![Diagnostic::error(why).at(place)]))
            }
        }
    }
}

/// Names of a registry, which a map looks names up in.
struct Known(Registry);

impl Known {
    fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).map_err(Error::file("read", file))?;
        let name = file.display().to_string();
        let written = sheet::read(&name, text, Format::Yaml).map_err(Error::Input)?;
        let mut registry = Registry::default();
        let _declared = sheet::declare(written, &mut registry);
        Ok(Self(registry))
    }

    /// The id of the thing of this name.
    fn id(&self, kind: Kind, name: &str) -> Option<String> {
        match self.0.look_up(kind, name) {
            Lookup::Found(iri) => Some(id_of(&iri).to_owned()),
            Lookup::Ambiguous(_) | Lookup::Unknown => None,
        }
    }
}

struct Table<'a> {
    map: &'a Map,
    places: HashMap<String, usize>,
    joined: Vec<Other>,
    known: Option<Known>,
    articles: Things,
    actors: Things,
    issues: Things,
    topics: Things,
    /// Positions, by coder; none where the map has no coders.
    sheets: BTreeMap<String, Vec<Value>>,
    /// What takes positions instead, where an article is their record.
    encoder: Option<Encoder>,
    /// What is wrong: the first line, and the number of rows.
    faults: BTreeMap<String, (usize, usize)>,
    /// Values that the map does not explain, and that are taken as they are.
    unexplained: BTreeMap<(&'static str, String), usize>,
    /// Names that the registry of the map does not have.
    unregistered: BTreeMap<(&'static str, String), usize>,
    /// Number of rows of which nothing is made, because the map says so.
    passed: usize,
    /// First date of an article in a year that is none of [`USUAL_YEARS`], and their number.
    unusual_dates: Option<(String, usize)>,
}

/// A row, and of which coder.
#[derive(Clone, Copy)]
struct Row<'r> {
    number: usize,
    cells: &'r [String],
    coder: &'r str,
    value: &'r str,
}

impl Table<'_> {
    fn row(&mut self, number: usize, cells: &[String]) -> Result<(), String> {
        let map = self.map;
        if map.coders.is_empty() {
            return self.position(Row { number, cells, coder: "", value: "" });
        }
        for coder in &map.coders {
            let value =
                self.places.get(coder.as_str()).and_then(|at| cells.get(*at)).map_or("", |cell| cell.trim());
            if !value.is_empty() {
                self.position(Row { number, cells, coder, value })?;
            }
        }
        Ok(())
    }

    /// The cell of a column, also of one in another table.
    fn cell<'r>(&'r self, column: &str, row: Row<'r>) -> &'r str {
        let own = |column: &str| {
            self.places.get(column).and_then(|at| row.cells.get(*at)).map_or("", String::as_str)
        };
        let other = self.map.of_joined(column).and_then(|(table, column)| {
            let at = self.map.tables.iter().position(|one| one.name == table.name)?;
            Some((self.joined.get(at)?, column))
        });
        let Some((other, column)) = other else { return own(column) };
        let place = other.columns.iter().position(|known| known == column);
        let cells = other.rows.get(own(&other.key));
        place.zip(cells).and_then(|(at, cells)| cells.get(at)).map_or("", String::as_str)
    }

    /// The values of a field in a row, with what the map makes of them.
    fn values(&mut self, field: &'static str, row: Row<'_>) -> Vec<String> {
        let map = self.map;
        let Some((_, parts)) = map.fields.iter().find(|(name, _)| *name == field) else { return Vec::new() };
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(said) => text += said,
                Part::Column(column) => match column.as_str() {
                    "row" => text += &row.number.to_string(),
                    "coder" => text += row.coder,
                    "value" => text += row.value,
                    column => text += self.cell(column, row),
                },
            }
        }
        if let Some((_, mark)) = map.between.iter().find(|(of, _)| of == field) {
            let inside = text.split_once(mark.as_str()).and_then(|(_, rest)| rest.split_once(mark.as_str()));
            text = inside.map_or_else(String::new, |(inside, _)| inside.to_owned());
        }
        let split = map.split.iter().find(|(of, _)| of == field).filter(|_| MANY.contains(&field));
        let values: Vec<&str> = match split {
            Some((_, by)) => text.split(by.as_str()).collect(),
            None => vec![&text],
        };
        let meanings =
            map.values.iter().find(|(of, _)| *of == field).map_or(&[][..], |(_, all)| all.as_slice());
        let mut out = Vec::new();
        for value in values.into_iter().map(str::trim).filter(|value| !value.is_empty()) {
            match meanings.iter().find(|(of, _)| of == value) {
                Some((_, meaning)) => out.push(meaning.clone()),
                None => {
                    if !meanings.is_empty() {
                        *self.unexplained.entry((field, value.to_owned())).or_default() += 1;
                    }
                    out.push(value.to_owned());
                }
            }
        }
        out
    }

    fn one(&mut self, field: &'static str, row: Row<'_>) -> String {
        self.values(field, row).into_iter().next().unwrap_or_default()
    }

    /// The id of an actor: of the registry, else one that is made.
    fn actor(&mut self, field: &'static str, name: &str, row: Option<Row<'_>>) -> Option<String> {
        if let Some(id) = self.actors.ids.get(name) {
            return Some(id.clone());
        }
        if let Some(known) = &self.known {
            if let Some(id) = known.id(Kind::Actor, name) {
                return Some(self.actors.known(name, id));
            }
            *self.unregistered.entry((field, name.to_owned())).or_default() += 1;
        }
        let (mut id, mut kind, mut alias) = (String::new(), String::new(), Vec::new());
        if let Some(row) = row {
            (id, kind) = (self.one("actorId", row), self.one("actorKind", row));
            alias = self.values("alias", row);
        }
        self.actors.add(name, &id, |id, label| {
            record(vec![("id", id), ("label", label), ("kind", kind.into()), ("aliases", alias.into())])
        })
    }

    /// The id of an issue: of the registry, else one that is made.
    fn issue(&mut self, name: &str, row: Row<'_>) -> Option<String> {
        if let Some(id) = self.issues.ids.get(name) {
            return Some(id.clone());
        }
        if let Some(known) = &self.known {
            if let Some(id) = known.id(Kind::Issue, name) {
                return Some(self.issues.known(name, id));
            }
            *self.unregistered.entry(("issue", name.to_owned())).or_default() += 1;
        }
        let id = self.one("issueId", row);
        let mut topics: Vec<Value> = Vec::new();
        for topic in self.values("topic", row) {
            let id = self.topics.add(&topic, "", |id, label| record(vec![("id", id), ("label", label)]));
            topics.extend(id.map(Value::from));
        }
        let family = self.map.family.word();
        self.issues.add(name, &id, |id, label| {
            let fields =
                vec![("id", id), ("label", label), ("family", family.into()), ("topic", topics.into())];
            record(fields)
        })
    }

    fn position(&mut self, row: Row<'_>) -> Result<(), String> {
        for (field, skipped) in &self.map.skip {
            if !skipped.is_empty() {
                let value = self.one(field, row);
                if skipped.contains(&value) {
                    self.passed += 1;
                    return Ok(());
                }
            }
        }
        let family = self.map.family;
        let said = self.one("stance", row);
        let stance = Stance::from_word(&said).or_else(|| stance_words::stance(&said, Some(family)));
        let stance = stance.ok_or_else(|| format!("the stance `{said}` is not in the map's `values`"))?;
        if !stance.fits(family) {
            return Err(format!("`{}` is not a stance on a {}", stance.word(), family.word()));
        }
        let article = self.article(row)?;
        let actor = self.one("actor", row);
        let actor = self.actor("actor", &actor, Some(row)).ok_or("no actor")?;
        let issues = self.values("issue", row);
        if issues.is_empty() {
            return Err("no issue".to_owned());
        }
        let mut behalf = Vec::new();
        for name in self.values("onBehalfOf", row) {
            let other = self.actor("onBehalfOf", &name, None);
            behalf.extend(other.filter(|other| *other != actor));
        }
        let number = match self.one("number", row) {
            number if number.is_empty() => row.number.to_string(),
            number => number,
        };
        let coder = if row.coder.is_empty() { self.one("coder", row) } else { row.coder.to_owned() };
        let plain: Vec<(&str, Value)> =
            PLAIN.iter().map(|field| (*field, Value::from(self.one(field, row)))).collect();
        for name in issues {
            let issue = self.issue(&name, row).ok_or("no issue")?;
            if let Some(encoder) = &mut self.encoder {
                let vote = Vote { article: &article, actor: &actor, issue: &issue, stance, behalf: &behalf };
                encoder.add(&vote, &plain)?;
                continue;
            }
            let mut fields = vec![
                ("number", number.clone().into()),
                ("article", article.clone().into()),
                ("actor", actor.clone().into()),
                ("onBehalfOf", behalf.clone().into()),
                ("stance", stance.word().into()),
                ("issue", issue.into()),
            ];
            fields.extend(plain.iter().cloned());
            self.sheets.entry(coder.clone()).or_default().push(record(fields));
        }
        Ok(())
    }

    /// The id of the article of a row.
    fn article(&mut self, row: Row<'_>) -> Result<String, String> {
        let name = self.one("article", row);
        if let Some(id) = self.articles.ids.get(&name) {
            return Ok(id.clone());
        }
        let published = self.one("published", row);
        let published = match published.is_empty() {
            true if self.encoder.is_some() => return Err(format!("no date of `{name}`")),
            true => String::new(),
            false => date(&published, &self.map.dates)?,
        };
        if !published.is_empty() && !USUAL_YEARS.contains(&&published[..4]) {
            let (_, number) = self.unusual_dates.get_or_insert_with(|| (published.clone(), 0));
            *number += 1;
        }
        let [title, publisher, url] = ["title", "publisher", "url"].map(|field| self.one(field, row));
        let day = published.clone();
        let id = self.articles.add(&name, "", |id, _| {
            record(vec![
                ("id", id),
                ("title", title.into()),
                ("publisher", publisher.into()),
                ("published", published.into()),
                ("url", url.into()),
            ])
        });
        let id = id.ok_or("no article")?;
        if let Some(encoder) = &mut self.encoder {
            encoder.publish(&id, &day)?;
        }
        Ok(id)
    }

    /// What is wrong, each once with the number of rows.
    fn diagnostics(self, file: &str, bad: usize) -> Vec<Diagnostic> {
        let mut faults: Vec<(String, (usize, usize))> = self.faults.into_iter().collect();
        faults.sort_by_key(|(_, (line, rows))| (std::cmp::Reverse(*rows), *line));
        let more = faults.len().saturating_sub(SHOWN);
        let shown = faults.into_iter().take(SHOWN).map(|(why, (line, rows))| {
            Diagnostic::error(why)
                .expected(format!("{}, first here", count(rows, "row")))
                .at(Place::line(file, line, 1))
        });
        let mut shown: Vec<Diagnostic> = shown.collect();
        if let Some(last) = shown.last_mut() {
            if more > 0 {
                last.notes.push(format!("and {}", count(more, "more fault")));
            }
            last.help = Some(format!("mend them, or the map; or leave them out with `--skip-bad {bad}`"));
        }
        shown
    }

    fn imported(mut self, file: &Path, rejects: String, bad: usize) -> Result<Imported> {
        let mut imported = Imported {
            name: Imported::name_of(file),
            origin: file.display().to_string(),
            rejects,
            ..Imported::default()
        };
        let sections = [
            ("articles", self.articles),
            ("actors", self.actors),
            ("topics", self.topics),
            ("issues", self.issues),
        ];
        let mut registry = Fields::new();
        registry.insert("document".to_owned(), imported.document("registry").into());
        for (section, things) in sections {
            let things: Vec<Value> = things.by_id.into_values().collect();
            if !things.is_empty() {
                registry.insert(section.to_owned(), things.into());
            }
        }
        imported.sheets.push(("registry".to_owned(), registry));
        for (coder, positions) in self.sheets {
            let part = match slug(&coder).as_str() {
                "" => "positions".to_owned(),
                coder => format!("positions-{coder}"),
            };
            let mut fields = Fields::new();
            fields.insert("document".to_owned(), imported.document(&part).into());
            let role = if self.map.coders.is_empty() { Value::Null } else { "second".into() };
            let coding = record(vec![("coder", coder.into()), ("role", role)]);
            if coding.as_object().is_some_and(|coding| !coding.is_empty()) {
                fields.insert("coding".to_owned(), coding);
            }
            imported.positions += positions.len();
            fields.insert("positions".to_owned(), positions.into());
            imported.sheets.push((part, fields));
        }
        if let Some(encoder) = self.encoder.take() {
            imported.positions += encoder.positions;
            let (first, graph) = encoder.finish()?;
            imported.first = first;
            imported.encoded.push(("positions".to_owned(), graph));
        }
        let set = |field: &&str| self.map.fields.iter().any(|(name, _)| name == field);
        let defaults: Vec<&str> =
            ["mode", "explicitness", "certainty"].into_iter().filter(|field| !set(field)).collect();
        if !defaults.is_empty() && imported.positions > 0 {
            let positions = count(imported.positions, "position");
            let get = if imported.positions == 1 { "gets" } else { "get" };
            imported.notes.push(format!("{positions} {get} the defaults of {}", defaults.join(", ")));
        }
        let unexplained = self.unexplained.iter().filter(|((field, _), _)| *field != "stance");
        imported.notes.extend(counted(unexplained, "is not in the map"));
        imported.notes.extend(counted(self.unregistered.iter(), "is not in the registry of the map"));
        if let Some((first, number)) = &self.unusual_dates {
            imported.notes.push(format!(
                "{} before 1500 or after 2200, first {first}: of another calendar? All are taken as Gregorian",
                count(*number, "article date")
            ));
        }
        if self.passed > 0 {
            imported.notes.push(format!("{} passed over, as the map says", count(self.passed, "record")));
        }
        if bad > 0 {
            imported.notes.push(format!("{} left out", count(bad, "bad row")));
        }
        Ok(imported)
    }
}

/// Values that were taken as they are, with their numbers.
fn counted<'v>(
    values: impl Iterator<Item = (&'v (&'static str, String), &'v usize)>,
    why: &str,
) -> Vec<String> {
    let told = |((field, value), number): (&(&str, String), &usize)| {
        format!("{field} `{value}` {why}, taken as it is ({})", count(*number, "time"))
    };
    let mut notes: Vec<String> = values.map(told).collect();
    let more = notes.len().saturating_sub(SHOWN);
    notes.truncate(SHOWN);
    if more > 0 {
        notes.push(format!("and {} that {why}", count(more, "more value")));
    }
    notes
}

impl Things {
    /// The id of a thing of this name: the one that is given, else one made of the name; none of a name without
    /// letters or digits.
    fn add(&mut self, name: &str, given: &str, make: impl FnOnce(Value, Value) -> Value) -> Option<String> {
        if let Some(id) = self.ids.get(name) {
            return Some(id.clone());
        }
        let words: Vec<&str> = name.split_whitespace().collect();
        let label = words.join(" ");
        let id = slug(if given.is_empty() { &label } else { given });
        if id.is_empty() || label.is_empty() {
            return None;
        }
        self.by_id.entry(id.clone()).or_insert_with(|| make(id.clone().into(), label.into()));
        Some(self.known(name, id))
    }

    /// Remembers the id of a name that is defined elsewhere.
    fn known(&mut self, name: &str, id: String) -> String {
        self.ids.insert(name.to_owned(), id.clone());
        id
    }
}

/// A date in a form that the map gives, as EDTF: `YYYY`, `MM` and `DD` stand where its digits stand.
fn date(text: &str, form: &str) -> Result<String, String> {
    let wrong = || format!("`{text}` is not a date of the form {form}");
    let digits = |letters: &str| -> Option<i16> {
        let at = form.find(letters)?;
        text.get(at..at + letters.len())?.parse().ok()
    };
    if text.len() != form.len() {
        return Err(wrong());
    }
    let year = digits("YYYY").ok_or_else(wrong)?;
    let Some(month) = digits("MM") else { return Ok(format!("{year:04}")) };
    let part = |number: i16| i8::try_from(number).map_err(|_| wrong());
    let Some(day) = digits("DD") else {
        Date::new(year, part(month)?, 1).map_err(|_| wrong())?;
        return Ok(format!("{year:04}-{month:02}"));
    };
    Ok(Date::new(year, part(month)?, part(day)?).map_err(|_| wrong())?.to_string())
}
