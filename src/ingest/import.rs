//! Data of other tools, made into documents of sheets' shape: one file a kind.
//!
//! Two designs were weighed. Records could be built as typed values and encoded at once: faster, but everything that
//! resolves names, checks quotes and reports faults would be called another way than for sheets, and nothing could be
//! written for editing. Making the fields of sheets wins: the sheets that are loaded are the ones that `--write` puts
//! into a folder, and they pass through the one reader and resolver that there is.
//!
//! Deliberately absent: the loading. What comes out are inputs, as files are.

pub mod annotations;
pub mod article;
pub mod dna;
mod marks;
pub mod people;
pub mod qdpx;
pub mod table;
mod zipped;

pub use marks::Codes;

use super::sheet::{Format, as_yaml};
use super::{Content, Encoding, Input, Progress};
use crate::base::error::{Error, Result};
use crate::model::identity::slug;
use oxigraph::io::RdfFormat;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::NamedTempFile;

/// Options of an import.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Number of faulty records that may be left out.
    pub skip_bad: usize,
    /// Folder for temporary files: with one, the positions of a map with `record: article` are not held in memory.
    pub temporary: Option<PathBuf>,
    /// Counter of the bytes that have been read.
    pub progress: Arc<Progress>,
}

/// N-Triples that an import has encoded itself.
#[derive(Debug)]
pub enum Encoded {
    /// In memory.
    Held(Arc<[u8]>),
    /// In a temporary file, which goes with this.
    File(NamedTempFile),
}

/// Sheets made of another tool's data, with texts and annotations.
#[derive(Debug, Default)]
pub struct Imported {
    /// Name of the data, which begins the names of the documents.
    pub name: String,
    /// File that they come from, as the user named it.
    pub origin: String,
    /// Sheets: the last part of the name of each document, and its fields.
    pub sheets: Vec<(String, Map<String, Value>)>,
    /// Texts of articles, each with the id of its article.
    pub texts: Vec<(String, String)>,
    /// What sheets have no fields for, as N-Quads in one named graph; empty if there is nothing.
    pub annotations: String,
    /// Graphs that are encoded already: the last part of the name of each document, and its N-Triples.
    pub encoded: Vec<(String, Encoded)>,
    /// First records of those graphs, as sheets would have them.
    pub first: Vec<Value>,
    /// Rows that were left out, one a line: its line in the file, why, what it holds.
    pub rejects: String,
    /// Number of positions.
    pub positions: usize,
    /// What to tell whoever imports: what was kept otherwise, what was left out.
    pub notes: Vec<String>,
}

/// Last part of the name of the document of annotations.
const ANNOTATIONS: &str = "annotations";

impl Imported {
    /// Name of the data that a file holds: its own, without extensions.
    #[must_use]
    pub fn name_of(file: &Path) -> String {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let name = slug(name.split('.').next().unwrap_or_default());
        if name.is_empty() { "import".to_owned() } else { name }
    }

    /// Inputs of a load, which hold the sheets, graphs and annotations. They last as long as this does.
    #[must_use]
    pub fn inputs(&self) -> Vec<Input> {
        let of = |part: &str, content: Content, path: Option<PathBuf>, held: Option<Arc<[u8]>>| Input {
            name: format!("{} ({part})", self.origin),
            path,
            held,
            content,
            encoding: Encoding::Plain,
            document: self.document(part),
            in_folder: false,
        };
        let input = |part: &str, content: Content, text: String| {
            of(part, content, None, Some(text.into_bytes().into()))
        };
        let graphs = self.encoded.iter().map(|(part, graph)| {
            let (path, held) = match graph {
                Encoded::Held(bytes) => (None, Some(bytes.clone())),
                Encoded::File(file) => (Some(file.path().to_owned()), None),
            };
            of(part, Content::Rdf(RdfFormat::NTriples), path, held)
        });
        let sheets = self.sheets.iter().map(|(part, fields)| {
            let text = Value::Object(fields.clone()).to_string();
            input(part, Content::Sheet(Format::Json), text)
        });
        let annotations = (!self.annotations.is_empty())
            .then(|| input(ANNOTATIONS, Content::Rdf(RdfFormat::NQuads), self.annotations.clone()));
        sheets.chain(graphs).chain(annotations).collect()
    }

    /// Texts in which quotes are found.
    pub fn texts(&self) -> impl Iterator<Item = (String, String)> + '_ {
        self.texts.iter().cloned()
    }

    /// Writes the sheets into a new folder, for editing: YAML, the texts beside it.
    ///
    /// # Errors
    /// A folder that holds something already; one that cannot be written.
    pub fn write(&self, folder: &Path) -> Result<usize> {
        if folder.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(Error::usage(format!("`{}` is not empty", folder.display()))
                .with_help("name a new folder after `--write`"));
        }
        if !self.encoded.is_empty() {
            return Err(Error::usage("a map with `record: article` makes no sheets")
                .with_help("leave out `--write` to load the table, or `record:` of the map to get sheets"));
        }
        let mut files: Vec<(PathBuf, &str, String)> = Vec::new();
        for (part, fields) in &self.sheets {
            files.push((folder.join(format!("{part}.yaml")), "", as_yaml(fields)));
        }
        if !self.annotations.is_empty() {
            files.push((folder.join(ANNOTATIONS).with_extension("nq"), &self.annotations, String::new()));
        }
        for (id, text) in &self.texts {
            files.push((folder.join("texts").join(format!("{id}.txt")), text, String::new()));
        }
        for (path, given, made) in &files {
            let parent = path.parent().unwrap_or(folder);
            std::fs::create_dir_all(parent).map_err(Error::file("create", parent))?;
            let text = if made.is_empty() { given } else { made.as_str() };
            std::fs::write(path, text).map_err(Error::file("write", path))?;
        }
        Ok(files.len())
    }

    /// Name of a document.
    fn document(&self, part: &str) -> String {
        format!("{}/{part}", self.name)
    }
}

/// Fields of a record without those that are empty.
fn record(fields: Vec<(&str, Value)>) -> Value {
    let is_there = |value: &Value| match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    };
    let kept = fields.into_iter().filter(|(_, value)| is_there(value));
    Value::Object(kept.map(|(name, value)| (name.to_owned(), value)).collect())
}

/// A text of a document, and where the units of UTF-16 are in it.
struct DocumentText {
    text: String,
    /// By unit of UTF-16, the code point and the byte that begin there; none within a pair. One more for the end.
    units: Vec<Option<(u32, usize)>>,
    /// By code point, the byte that begins there. One more for the end.
    points: Vec<usize>,
}

impl DocumentText {
    fn new(text: String) -> Self {
        let mut units = Vec::with_capacity(text.len() + 1);
        let mut number = 0;
        for (byte, c) in text.char_indices() {
            units.push(Some((number, byte)));
            if c.len_utf16() == 2 {
                units.push(None);
            }
            number += 1;
        }
        units.push(Some((number, text.len())));
        let points = text.char_indices().map(|(byte, _)| byte).chain([text.len()]).collect();
        Self { text, units, points }
    }

    /// The first code point of a place that is given in units, the one after its last, and the words there.
    fn words(&self, start: i64, stop: i64) -> Option<(u32, u32, &str)> {
        let at = |unit: i64| self.units.get(usize::try_from(unit).ok()?).copied().flatten();
        let ((start, from), (end, to)) = (at(start)?, at(stop)?);
        let words = self.text.get(from..to)?;
        (!words.trim().is_empty()).then_some((start, end, words))
    }

    /// The same of a place that is given in code points.
    fn words_at_points(&self, start: i64, stop: i64) -> Option<(u32, u32, &str)> {
        let (start, end) = (u32::try_from(start).ok()?, u32::try_from(stop).ok()?);
        let at = |point: u32| self.points.get(usize::try_from(point).ok()?).copied();
        let words = self.text.get(at(start)?..at(end)?)?;
        (!words.trim().is_empty()).then_some((start, end, words))
    }
}
