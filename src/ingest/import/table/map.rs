//! What the columns of a table mean.

use super::rows::Wanted;
use crate::base::error::{Error, Result};
use crate::base::header;
use crate::base::header::Header;
use crate::model::{Concept, Family};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Fields that are made of columns.
pub(super) const FIELDS: &[&str] = &[
    "article",
    "title",
    "publisher",
    "published",
    "url",
    "actor",
    "actorId",
    "actorKind",
    "alias",
    "onBehalfOf",
    "issue",
    "issueId",
    "topic",
    "stance",
    "quote",
    "coder",
    "number",
    "mode",
    "explicitness",
    "certainty",
    "intensity",
    "note",
];
/// Fields without which there is no position.
pub(super) const NEEDED: &[&str] = &["article", "actor", "issue", "stance"];
/// Settings beside the fields.
const SETTINGS: &[&str] = &[
    "delimiter",
    "encoding",
    "dates",
    "family",
    "coders",
    "split",
    "between",
    "values",
    "skip",
    "record",
    "tables",
    "registry",
];

/// Another table, whose columns a map names as `{NAME.COLUMN}`.
#[derive(Clone, Debug)]
pub(super) struct Joined {
    pub(super) name: String,
    /// Its file, in the folder of the table.
    pub(super) file: String,
    /// Column of both tables by which rows belong together.
    pub(super) key: String,
}

/// What the columns of a table mean. In a field, `{column}` stands for the cell, `{row}` for the number of the row,
/// `{coder}` and `{value}` for a column of `coders` and its cell.
#[derive(Clone, Debug)]
pub struct Map {
    /// Fields, each with its template.
    pub(super) fields: Vec<(&'static str, Vec<Part>)>,
    pub(super) delimiter: Option<u8>,
    pub(super) is_latin_1: bool,
    /// Form of dates: `YYYY-MM-DD`, or with the letters in another order and other characters between.
    pub(super) dates: String,
    pub(super) family: Family,
    /// Columns that are coders: each rates every row on their own.
    pub(super) coders: Vec<String>,
    /// By field, what separates several values.
    pub(super) split: Vec<(String, String)>,
    /// By field, the marks around what counts.
    pub(super) between: Vec<(String, String)>,
    /// By field, what its values mean.
    pub(super) values: Vec<(&'static str, Vec<(String, String)>)>,
    /// By field, values of which nothing is made.
    pub(super) skip: Vec<(&'static str, Vec<String>)>,
    /// Whether an article is itself the record that proves its positions, one for each actor and issue, on the day
    /// of the article; else each row is.
    pub(super) is_article_record: bool,
    pub(super) tables: Vec<Joined>,
    /// Registry whose names are looked up, a sheet beside the map.
    pub(super) registry: Option<PathBuf>,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Column(String),
}

impl Map {
    /// Reads a map: YAML.
    ///
    /// # Errors
    /// It cannot be read, or says what is not understood.
    pub fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).map_err(Error::file("read", file))?;
        let mut map = Self::parse(&text).map_err(header::in_file(&file.display().to_string()))?;
        map.registry = map.registry.map(|registry| file.with_file_name(registry));
        Ok(map)
    }

    /// Reads the text of a map.
    ///
    /// # Errors
    /// It says what is not understood.
    pub fn parse(text: &str) -> Result<Self> {
        let known: Vec<&str> = FIELDS.iter().chain(SETTINGS).copied().collect();
        let settings = header::settings(text, Some(&known))?;
        let mut fields = Vec::new();
        for field in FIELDS {
            if let Some(said) = settings.text(field)? {
                fields.push((*field, template(&said)?));
            }
        }
        let missing = NEEDED.iter().find(|field| !fields.iter().any(|(name, _)| name == *field));
        if let Some(field) = missing {
            return Err(Error::usage(format!("the map has no `{field}`"))
                .with_help(format!("name its column: `{field}: \"{{COLUMN}}\"`, or write a constant")));
        }
        let delimiter = settings.text("delimiter")?;
        let delimiter = delimiter.map(|said| match said.as_bytes() {
            [one] => Ok(*one),
            b"\\t" => Ok(b'\t'),
            _ if said == "tab" => Ok(b'\t'),
            _ => Err(Error::usage(format!("`{said}` cannot be a delimiter"))
                .with_help("write one character: `,`, `;`, `|`, or `tab`")),
        });
        let encoding = settings.text("encoding")?.unwrap_or_else(|| "utf-8".to_owned());
        let is_latin_1 = match encoding.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => false,
            "latin-1" | "latin1" | "iso-8859-1" => true,
            other => {
                return Err(header::unknown("encoding", other, ["utf-8", "latin-1"].into_iter()));
            }
        };
        let family = settings.text("family")?.map_or(Ok(Family::Proposal), |said| {
            Family::from_word(&said).ok_or_else(|| {
                header::unknown("family", &said, Family::ALL.iter().map(|family| family.word()))
            })
        })?;
        let is_article_record = match settings.text("record")?.as_deref() {
            None | Some("row") => false,
            Some("article") => true,
            Some(other) => return Err(header::unknown("record", other, ["row", "article"].into_iter())),
        };
        let tables = settings.parts("tables", "table", &["file", "key"])?.into_iter().map(|(name, part)| {
            let (file, key) = (part.required("file", "a table")?, part.required("key", "a table")?);
            Ok(Joined { name, file, key })
        });
        Ok(Self {
            fields,
            is_article_record,
            tables: tables.collect::<Result<_>>()?,
            registry: settings.text("registry")?.map(PathBuf::from),
            delimiter: delimiter.transpose()?,
            is_latin_1,
            dates: settings.text("dates")?.unwrap_or_else(|| "YYYY-MM-DD".to_owned()),
            family,
            coders: settings.texts("coders")?,
            split: of_fields(&settings, "split")?,
            between: of_fields(&settings, "between")?,
            values: by_field(&settings, "values", Header::named_texts)?,
            skip: by_field(&settings, "skip", Header::texts)?,
        })
    }
}

/// Columns that every row has.
const MADE: &[&str] = &["row", "coder", "value"];

impl Map {
    /// What the map wants of the table itself (`None`) or of one that is joined to it.
    pub(super) fn wanted(&self, joined: Option<&Joined>) -> Wanted {
        let mut columns: BTreeSet<&str> = match joined {
            None => self
                .coders
                .iter()
                .chain(self.tables.iter().map(|other| &other.key))
                .map(String::as_str)
                .collect(),
            Some(other) => BTreeSet::from([other.key.as_str()]),
        };
        for part in self.fields.iter().flat_map(|(_, parts)| parts) {
            let Part::Column(column) = part else { continue };
            match (self.of_joined(column), joined) {
                (Some((table, column)), Some(other)) if table.name == other.name => columns.extend([column]),
                (None, None) if !MADE.contains(&column.as_str()) => columns.extend([column.as_str()]),
                _ => {}
            }
        }
        Wanted {
            columns: columns.into_iter().map(str::to_owned).collect(),
            delimiter: self.delimiter,
            is_latin_1: self.is_latin_1,
            between: self.split.first().map_or("|", |(_, by)| by.as_str()).to_owned(),
        }
    }

    /// The other table that a column is of, and its name there.
    pub(super) fn of_joined<'m>(&'m self, column: &'m str) -> Option<(&'m Joined, &'m str)> {
        let (table, column) = column.split_once('.')?;
        Some((self.tables.iter().find(|other| other.name == table)?, column))
    }
}

/// A text by field.
fn of_fields(settings: &Header, name: &str) -> Result<Vec<(String, String)>> {
    settings.part(name, FIELDS)?;
    settings.named_texts(name)
}

/// What a part of the settings says of each field.
fn by_field<T>(
    settings: &Header,
    name: &str,
    read: impl Fn(&Header, &str) -> Result<Vec<T>>,
) -> Result<Vec<(&'static str, Vec<T>)>> {
    let part = settings.part(name, FIELDS)?;
    FIELDS.iter().map(|field| Ok((*field, read(&part, field)?))).collect()
}

/// The parts of a template.
fn template(said: &str) -> Result<Vec<Part>> {
    let (mut parts, mut rest) = (Vec::new(), said);
    while let Some((before, after)) = rest.split_once('{') {
        let Some((column, after)) = after.split_once('}') else {
            return Err(Error::usage(format!("a `{{` without `}}` in `{said}`"))
                .with_help("a column is written `{COLUMN}`, in quotation marks: \"{COLUMN}\""));
        };
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        parts.push(Part::Column(column.to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    Ok(parts)
}
