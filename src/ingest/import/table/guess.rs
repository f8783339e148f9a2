//! A first map of a table, after its header and its first values.
//!
//! It is a text for editing: what is guessed is written as a map has it, what is not stands in a comment.

use super::map::{FIELDS, NEEDED};
use super::rows::{self, Form, Wanted};
use crate::base::error::Result;
use crate::model::stance_words;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

/// Number of rows that are looked at.
const LOOKED_AT: usize = 1000;
/// Number of different values up to which a column may hold stances, or is listed.
const FEW: usize = 12;

/// Names of columns that stand for a field, in small letters and without marks; English, German, French, Dutch, Spanish.
const NAMES: &[(&str, &[&str])] = &[
    (
        "actor",
        &[
            "actor", "name", "who", "person", "speaker", "country", "member", "party", "state", "akteur",
            "acteur",
        ],
    ),
    (
        "onBehalfOf",
        &["onbehalfof", "organization", "organisation", "organizations", "parties", "party", "affiliation"],
    ),
    (
        "issue",
        &[
            "issue",
            "claim",
            "claims",
            "claimvalues",
            "concept",
            "topic",
            "what",
            "proposal",
            "rcid",
            "thema",
            "motion",
        ],
    ),
    (
        "stance",
        &["stance", "vote", "agreement", "polarity", "cpos", "position", "how", "label", "haltung", "stem"],
    ),
    ("quote", &["quote", "text", "sentence", "zitat", "citation", "words", "span"]),
    ("published", &["published", "date", "cdate", "day", "datum", "fecha", "pubdate"]),
    ("article", &["article", "articleid", "document", "documentid", "doc", "unitid", "source", "rcid", "id"]),
    ("title", &["title", "headline", "titel"]),
    ("publisher", &["publisher", "outlet", "newspaper", "medium", "zeitung", "krant"]),
    ("url", &["url", "link", "uri"]),
    ("coder", &["coder", "annotator", "user", "rater"]),
    ("note", &["note", "notes", "comment", "remark"]),
];

/// A map of this table as far as it can be guessed, as YAML.
///
/// # Errors
/// A table that cannot be read.
pub fn guess(file: &Path, form: Form) -> Result<String> {
    let table = Looked::at(file, form)?;
    let mut used: Vec<&str> = Vec::new();
    let mut chosen: BTreeMap<&str, &str> = BTreeMap::new();
    for (field, names) in NAMES {
        let plain = |column: &&str| {
            let letters = column.chars().filter(|letter| letter.is_alphanumeric());
            let plain: String = letters.flat_map(char::to_lowercase).collect();
            names.iter().position(|name| *name == plain)
        };
        let columns = table.columns.iter().map(|(column, _)| column.as_str());
        let best =
            columns.filter(|column| !used.contains(column)).filter_map(|c| Some((plain(&c)?, c))).min();
        if let Some((_, column)) = best {
            used.push(column);
            chosen.insert(field, column);
        }
    }
    // A column whose few values are all stances is one, whatever its name.
    if !chosen.contains_key("stance")
        && let Some((column, _)) = table.columns.iter().find(|(column, values)| {
            let all = || values.keys().all(|value| stance(value).is_some());
            !used.contains(&column.as_str()) && (2..=FEW).contains(&values.len()) && all()
        })
    {
        chosen.insert("stance", column);
    }
    if !chosen.contains_key("article")
        && let Some(column) = chosen.get("published").or(chosen.get("issue"))
    {
        chosen.insert("article", column);
    }
    Ok(table.map(&chosen, &file.display().to_string()))
}

/// A table of which the first rows have been looked at.
struct Looked {
    /// Columns, each with its values and how often they occur; no more than [`FEW`] and one.
    columns: Vec<(String, BTreeMap<String, usize>)>,
}

impl Looked {
    fn at(file: &Path, form: Form) -> Result<Self> {
        let none = |delimiter, is_latin_1, columns| Wanted {
            columns,
            delimiter,
            is_latin_1,
            between: "|".to_owned(),
        };
        let open = |wanted: &Wanted| rows::open(file, form, wanted, &Arc::default());
        let mut wanted = none(None, false, Vec::new());
        if form == Form::Csv {
            // What gives most columns separates them.
            let mut most = 0;
            for delimiter in [b',', b';', b'\t', b'|'] {
                let number = open(&none(Some(delimiter), true, Vec::new()))?.columns.len();
                if number > most {
                    (most, wanted.delimiter) = (number, Some(delimiter));
                }
            }
        }
        let mut rows = open(&wanted)?;
        if form == Form::JsonLines {
            wanted.columns = rows::keys(file)?;
            rows = open(&wanted)?;
        }
        let mut columns: Vec<(String, BTreeMap<String, usize>)> =
            rows.columns.iter().map(|column| (column.clone(), BTreeMap::new())).collect();
        let mut seen = 0;
        rows.each(&wanted, &mut |row| {
            seen += 1;
            let Ok(cells) = row.cells else { return };
            if seen > LOOKED_AT {
                return;
            }
            for ((_, values), cell) in columns.iter_mut().zip(cells) {
                let cell = cell.trim();
                if !cell.is_empty() && (values.len() <= FEW || values.contains_key(cell)) {
                    *values.entry(cell.to_owned()).or_default() += 1;
                }
            }
        })?;
        Ok(Self { columns })
    }

    fn values(&self, column: &str) -> Option<&BTreeMap<String, usize>> {
        self.columns.iter().find(|(name, _)| name == column).map(|(_, values)| values)
    }

    fn map(&self, chosen: &BTreeMap<&str, &str>, file: &str) -> String {
        let mut out = format!("# A first map of {file}, after its header and values. Check every line.\n");
        for field in FIELDS {
            match chosen.get(field) {
                Some(column) => {
                    let _ = writeln!(out, "{field}: {}", quoted(&format!("{{{column}}}")));
                }
                None if NEEDED.contains(field) => {
                    let _ = writeln!(out, "# {field}: \"{{COLUMN}}\"      no column looks like it");
                }
                None => {}
            }
        }
        if let Some(form) = chosen.get("published").and_then(|column| self.values(column)).and_then(dates) {
            let _ = writeln!(out, "dates: {form}");
        }
        if let Some(values) = chosen.get("stance").and_then(|column| self.values(column))
            && values.len() <= FEW
        {
            out += "values:\n  stance:\n";
            for value in values.keys() {
                let _ = match stance(value) {
                    Some(word) => writeln!(out, "    {}: {word}", quoted(value)),
                    None => writeln!(
                        out,
                        "    {}: undeclared      # not a stance word: choose one",
                        quoted(value)
                    ),
                };
            }
        }
        let rest = self.columns.iter().filter(|(column, _)| !chosen.values().any(|used| used == column));
        for (column, values) in rest {
            let few: Vec<&str> = values.keys().take(3).map(String::as_str).collect();
            let few: Vec<String> = few.iter().map(|value| value.chars().take(24).collect()).collect();
            let few = few.join(" · ").replace(['\n', '\r'], " ");
            let _ = writeln!(out, "# unused column {}: {few}", quoted(column));
        }
        out
    }
}

/// A text as YAML and JSON write it between quotation marks.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The stance that a value of a table means.
fn stance(value: &str) -> Option<&'static str> {
    let small = value.to_lowercase();
    Some(match small.as_str() {
        "yes" | "yea" | "aye" | "ja" | "oui" | "1" | "true" | "pro" | "agree" | "favor" | "favour" => {
            "supports"
        }
        "no" | "nay" | "nein" | "nee" | "non" | "-1" | "0" | "false" | "con" | "contra" | "disagree" => {
            "opposes"
        }
        "abstain" | "abstention" | "neutral" | "none" => "neutral",
        _ => stance_words::short_words().find(|word| *word == small)?,
    })
}

/// The form of dates that all values have.
fn dates(values: &BTreeMap<String, usize>) -> Option<&'static str> {
    let of = |form: &str| values.keys().all(|value| super::date(value, form).is_ok());
    let forms =
        ["YYYY-MM-DD", "YYYYMMDD", "DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY", "YYYY/MM/DD", "YYYY-MM", "YYYY"];
    (!values.is_empty()).then(|| forms.into_iter().find(|form| of(form))).flatten()
}
