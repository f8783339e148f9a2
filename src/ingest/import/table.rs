//! Tables of other people: CSV, JSON Lines and workbooks, whose columns a map explains.
//!
//! Each row is a position, or several where the map splits an issue or names columns of coders. A row's number goes
//! into the IRI of its positions. Coders who each rate every row are independent of each other: their sheets are of
//! role *second*.
//!
//! Deliberately absent: guessing what a value means. What the map does not explain is counted and reported.

mod map;
mod rows;

pub use map::Map;
pub use rows::Form;

use super::{Imported, record};
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::error::{Error, Result, count};
use crate::model::identity::slug;
use crate::model::{Concept, Stance, stance_words};
use jiff::civil::Date;
use map::Part;
use rows::Rows;
use serde_json::{Map as Fields, Value};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Number of faults that are shown one by one.
const SHOWN: usize = 20;
/// Fields that may have several values.
const MANY: &[&str] = &["issue", "onBehalfOf"];
/// Fields of a position that are taken as they are.
const PLAIN: &[&str] = &["quote", "mode", "explicitness", "certainty", "intensity", "note"];

/// Reads a table. Up to `skip` bad rows are left out, and returned as `rejects`.
///
/// # Errors
/// A file or map that cannot be read; more bad rows.
pub fn read(file: &Path, form: Form, map: &Map, skip: usize) -> Result<Imported> {
    let Rows { columns, rows, bad } = rows::read(file, form, map)?;
    let mut table = Table {
        map,
        places: columns.iter().enumerate().map(|(at, column)| (column.as_str(), at)).collect(),
        articles: Things::default(),
        actors: Things::default(),
        issues: Things::default(),
        sheets: BTreeMap::new(),
        faults: BTreeMap::new(),
        unexplained: BTreeMap::new(),
        passed: 0,
    };
    let mut rejects = bad.clone();
    for (line, _, why) in &bad {
        table.faults.entry(why.clone()).or_insert((*line, 0)).1 += 1;
    }
    for (number, (line, cells)) in (1..).zip(&rows) {
        if let Err(why) = table.row(number, cells) {
            table.faults.entry(why.clone()).or_insert((*line, 0)).1 += 1;
            rejects.push((*line, cells.join("\t"), why));
        }
    }
    if rejects.len() > skip {
        return Err(Error::Input(table.diagnostics(&file.display().to_string(), rejects.len())));
    }
    Ok(table.imported(file, rejects))
}

/// Things with ids, by what makes their ids.
#[derive(Default)]
struct Things(BTreeMap<String, Value>);

struct Table<'a> {
    map: &'a Map,
    places: HashMap<&'a str, usize>,
    articles: Things,
    actors: Things,
    issues: Things,
    /// Positions, by coder; none where the map has no coders.
    sheets: BTreeMap<String, Vec<Value>>,
    /// What is wrong: the first line, and the number of rows.
    faults: BTreeMap<String, (usize, usize)>,
    /// Values that the map does not explain, and that are taken as they are.
    unexplained: BTreeMap<(&'static str, String), usize>,
    /// Number of rows of which nothing is made, because the map says so.
    passed: usize,
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
                    column => {
                        let cell = self.places.get(column).and_then(|at| row.cells.get(*at));
                        text += cell.map_or("", String::as_str);
                    }
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
        let published = self.one("published", row);
        let published =
            if published.is_empty() { Value::Null } else { date(&published, &self.map.dates)?.into() };
        let article = slug(&self.one("article", row));
        if article.is_empty() {
            return Err("no article".to_owned());
        }
        let actor = self.one("actor", row);
        let actor = self.actors.add(&actor, |id, label| record(vec![("id", id), ("label", label)]));
        let actor = actor.ok_or("no actor")?;
        let issues = self.values("issue", row);
        if issues.is_empty() {
            return Err("no issue".to_owned());
        }
        let mut behalf = Vec::new();
        for name in self.values("onBehalfOf", row) {
            let other = self.actors.add(&name, |id, label| record(vec![("id", id), ("label", label)]));
            behalf.extend(other.filter(|other| *other != actor).map(Value::from));
        }
        let facts: Vec<Value> = ["title", "publisher", "url"].map(|field| self.one(field, row).into()).into();
        self.articles.0.entry(article.clone()).or_insert_with(|| {
            let [title, publisher, url] =
                [0, 1, 2].map(|at: usize| facts.get(at).cloned().unwrap_or_default());
            record(vec![
                ("id", article.clone().into()),
                ("title", title),
                ("publisher", publisher),
                ("published", published),
                ("url", url),
            ])
        });
        let number = match self.one("number", row) {
            number if number.is_empty() => row.number.to_string(),
            number => number,
        };
        let coder = if row.coder.is_empty() { self.one("coder", row) } else { row.coder.to_owned() };
        let plain: Vec<(&str, Value)> =
            PLAIN.iter().map(|field| (*field, Value::from(self.one(field, row)))).collect();
        for name in issues {
            let family = family.word();
            let issue = self.issues.add(&name, |id, label| {
                record(vec![("id", id), ("label", label), ("family", family.into())])
            });
            let issue = issue.ok_or("no issue")?;
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

    fn imported(self, file: &Path, rejects: Vec<(usize, String, String)>) -> Imported {
        let mut imported = Imported {
            name: Imported::name_of(file),
            origin: file.display().to_string(),
            ..Imported::default()
        };
        let sections = [("articles", self.articles), ("actors", self.actors), ("issues", self.issues)];
        let mut registry = Fields::new();
        registry.insert("document".to_owned(), imported.document("registry").into());
        for (section, things) in sections {
            let things: Vec<Value> = things.0.into_values().collect();
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
        let set = |field: &&str| self.map.fields.iter().any(|(name, _)| name == field);
        let defaults: Vec<&str> =
            ["mode", "explicitness", "certainty"].into_iter().filter(|field| !set(field)).collect();
        if !defaults.is_empty() && imported.positions > 0 {
            let positions = count(imported.positions, "position");
            imported.notes.push(format!("{positions} get the defaults of {}", defaults.join(", ")));
        }
        for ((field, value), number) in self.unexplained.iter().take(SHOWN) {
            if *field != "stance" {
                let times = count(*number, "time");
                imported.notes.push(format!("{field} `{value}` is not in the map, taken as it is ({times})"));
            }
        }
        if self.passed > 0 {
            imported.notes.push(format!("{} passed over, as the map says", count(self.passed, "record")));
        }
        if !rejects.is_empty() {
            imported.notes.push(format!("{} left out", count(rejects.len(), "bad row")));
        }
        let line = |(line, content, why): (usize, String, String)| format!("{line}\t{why}\t{content}\n");
        imported.rejects = rejects.into_iter().map(line).collect();
        imported
    }
}

impl Things {
    /// The id of a thing of this name; none of a name without letters or digits.
    fn add(&mut self, name: &str, make: impl FnOnce(Value, Value) -> Value) -> Option<String> {
        let words: Vec<&str> = name.split_whitespace().collect();
        let label = words.join(" ");
        let id = slug(&label);
        if id.is_empty() {
            return None;
        }
        self.0.entry(id.clone()).or_insert_with(|| make(id.clone().into(), label.into()));
        Some(id)
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
