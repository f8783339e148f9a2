//! What the columns of a table mean.

use crate::base::error::{Error, Result};
use crate::base::header;
use crate::base::header::Header;
use crate::model::{Concept, Family};
use std::path::Path;

/// Fields that are made of columns.
pub(super) const FIELDS: &[&str] = &[
    "article",
    "title",
    "publisher",
    "published",
    "url",
    "actor",
    "onBehalfOf",
    "issue",
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
const NEEDED: &[&str] = &["article", "actor", "issue", "stance"];
/// Settings beside the fields.
const SETTINGS: &[&str] =
    &["delimiter", "encoding", "dates", "family", "coders", "split", "between", "values", "skip"];

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
        Self::parse(&text).map_err(header::in_file(&file.display().to_string()))
    }

    fn parse(text: &str) -> Result<Self> {
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
        Ok(Self {
            fields,
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
