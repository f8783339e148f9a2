//! What a query file says about itself: YAML behind `#+`, at its beginning.
//!
//! For the rest of the world these lines are comments, so the file runs in any engine as it is.

use crate::base::diagnostic::{did_you_mean, nearest};
use crate::base::error::{Error, Result};
use saphyr::{LoadableYamlNode, YamlOwned};

/// Fields with names: a header, a part of one, or a small file of settings.
#[derive(Clone, Debug, Default)]
pub struct Header {
    fields: Vec<(String, YamlOwned)>,
}

/// What the `#+` lines of a query file say, and nothing but `known` fields.
///
/// # Errors
/// No header, no YAML, a field that is not known. The caller adds the file's name: see [`in_file`].
pub fn read(text: &str, known: &[&str]) -> Result<Header> {
    let yaml: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("#+"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    if yaml.is_empty() {
        return Err(Error::usage("it needs a header of `#+` lines"));
    }
    mapping(&yaml.join("\n"), "the `#+` lines are not valid YAML", "the header", Some(known))
}

/// A file of settings: a YAML mapping, of `known` fields where they are known.
///
/// # Errors
/// As [`read`].
pub fn settings(text: &str, known: Option<&[&str]>) -> Result<Header> {
    mapping(text, "not valid YAML", "the file", known)
}

/// `broken` is said of a text that is no YAML, `what` names it.
fn mapping(text: &str, broken: &str, what: &str, known: Option<&[&str]>) -> Result<Header> {
    let documents =
        YamlOwned::load_from_str(text).map_err(|error| Error::usage(format!("{broken}: {error}")))?;
    documents.first().map_or_else(|| Ok(Header::default()), |yaml| Header::of(yaml, what, known))
}

/// For `map_err`: a fault of a file is reported with the file's name.
pub fn in_file(file: &str) -> impl FnOnce(Error) -> Error {
    let file = file.to_owned();
    move |fault| {
        let error = Error::usage(format!("{file}: {fault}"));
        match fault.help() {
            Some(help) => error.with_help(help),
            None => error,
        }
    }
}

impl Header {
    /// The fields of a mapping, none but known ones where they are known.
    fn of(yaml: &YamlOwned, what: &str, known: Option<&[&str]>) -> Result<Self> {
        let mapping = yaml.as_mapping().ok_or_else(|| Error::usage(format!("{what} must be a mapping")))?;
        let mut fields = Vec::new();
        for (name, value) in mapping {
            let name = string(name, what)?;
            if let Some(known) = known.filter(|known| !known.contains(&name.as_str())) {
                return Err(unknown("field", &name, known.iter().copied()));
            }
            fields.push((name, value.clone()));
        }
        Ok(Self { fields })
    }

    fn field(&self, wanted: &str) -> Option<&YamlOwned> {
        self.fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value)
    }

    /// A text.
    pub fn text(&self, field: &str) -> Result<Option<String>> {
        self.field(field).map(|value| string(value, field)).transpose()
    }

    /// A text that must be there; `what` needs it.
    pub fn required(&self, field: &str, what: &str) -> Result<String> {
        self.text(field)?.ok_or_else(|| Error::usage(format!("{what} needs a `{field}`")))
    }

    /// A list of texts, or one text; empty where it is absent.
    pub fn texts(&self, field: &str) -> Result<Vec<String>> {
        match self.field(field) {
            None => Ok(Vec::new()),
            Some(value) => match value.as_sequence() {
                Some(items) => items.iter().map(|item| string(item, field)).collect(),
                None => Ok(vec![string(value, field)?]),
            },
        }
    }

    /// Yes or no; no where it is absent.
    pub fn flag(&self, field: &str) -> bool {
        self.field(field).and_then(YamlOwned::as_bool).unwrap_or(false)
    }

    /// Names with a text each, in the order of the file; nothing is an empty text.
    pub(crate) fn named_texts(&self, field: &str) -> Result<Vec<(String, String)>> {
        let Some(value) = self.field(field) else { return Ok(Vec::new()) };
        let part = Self::of(value, &format!("`{field}`"), None)?;
        let text = |name: &str, value: &YamlOwned| {
            if value.is_null() { Ok(String::new()) } else { string(value, name) }
        };
        part.fields.iter().map(|(name, value)| Ok((name.clone(), text(name, value)?))).collect()
    }

    /// A part with `known` fields of its own; without any where it is absent.
    pub(crate) fn part(&self, field: &str, known: &[&str]) -> Result<Self> {
        let part = self.field(field).map(|value| Self::of(value, &format!("`{field}`"), Some(known)));
        part.unwrap_or_else(|| Ok(Self::default()))
    }

    /// Names with `known` fields of their own, in the order of the file. `noun` is what one is.
    pub fn parts(&self, field: &str, noun: &str, known: &[&str]) -> Result<Vec<(String, Self)>> {
        let Some(value) = self.field(field) else { return Ok(Vec::new()) };
        let all = Self::of(value, &format!("`{field}`"), None)?;
        let part = |(name, value): (String, YamlOwned)| {
            let fields = Self::of(&value, &format!("the {noun} `{name}`"), Some(known))?;
            Ok((name, fields))
        };
        all.fields.into_iter().map(part).collect()
    }

    /// A list of records with fields of their own; empty where it is absent.
    pub(crate) fn records(&self, field: &str) -> Result<Vec<Self>> {
        let Some(value) = self.field(field) else { return Ok(Vec::new()) };
        let items = value.as_sequence();
        let items = items.ok_or_else(|| Error::usage(format!("`{field}` must be a list of records")))?;
        items.iter().map(|item| Self::of(item, &format!("an item of `{field}`"), None)).collect()
    }

    /// All names, with the fields of each.
    pub(crate) fn all_parts(&self) -> Result<Vec<(String, Self)>> {
        let part = |(name, value): &(String, YamlOwned)| Ok((name.clone(), Self::of(value, name, None)?));
        self.fields.iter().map(part).collect()
    }

    /// All names, with a list of texts each.
    pub fn lists(&self) -> Result<Vec<(String, Vec<String>)>> {
        self.fields.iter().map(|(name, _)| Ok((name.clone(), self.texts(name)?))).collect()
    }
}

/// A word that is none of those which are known.
pub fn unknown<'k>(what: &str, found: &str, known: impl Iterator<Item = &'k str> + Clone) -> Error {
    let help = did_you_mean(&nearest(found, known.clone(), 1));
    Error::usage(format!("unknown {what} `{found}`"))
        .with_help(help.unwrap_or_else(|| format!("choose one of {}", known.collect::<Vec<_>>().join(", "))))
}

/// A scalar as text: `default: 3` and `default: 2025-04-11` are meant as they are written.
fn string(yaml: &YamlOwned, field: &str) -> Result<String> {
    yaml.as_str()
        .map(|text| text.trim_end().to_owned())
        .or_else(|| yaml.as_integer().map(|number| number.to_string()))
        .ok_or_else(|| Error::usage(format!("`{field}` must be text")))
}
