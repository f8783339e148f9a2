//! Coding sheets: what a graph says, as the records that a coder would write, to load to the same graph.
//!
//! What has no form in a sheet is not guessed at: the sheets are loaded again, and what does not come back is
//! reported. Two designs were weighed. Writing down what each field cannot hold has to be thought of with every
//! field; loading finds it whatever it is, and takes as long as a load.
//!
//! Deliberately absent: the texts of articles. Every quote has its place, so none is needed.

mod facts;
mod flat;
mod records;

use crate::base::error::{Error, Result};
use crate::ingest;
use crate::ingest::sheet::as_yaml;
use crate::model::document::{self, Document};
use crate::model::identity::{Base, slug};
use crate::model::project;
use facts::Facts;
use oxrdf::{NamedNode, Triple};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashSet};
use std::path::Path;

/// In which form sheets are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetForm {
    /// A YAML file a document.
    Folder,
    /// One YAML file for all documents, whose names are lost.
    One,
    /// A CSV file for each kind of record.
    Csv,
    /// One workbook with a worksheet for each kind of record.
    Xlsx,
}

/// Sheets that are ready to be written.
#[derive(Clone, Debug, Default)]
pub struct Sheets {
    /// Names of files, from the folder or the stem that is written to, and what they hold.
    pub files: Vec<(String, Vec<u8>)>,
    /// Triples that the sheets do not bring back, as N-Triples.
    pub lost: BTreeSet<String>,
    /// Number of documents that became one.
    pub joined: usize,
}

/// The sheets of these documents; of a part of them if a selection of triples is given.
///
/// # Errors
/// Documents that cannot be read; records of several bases for one file; a workbook that holds no more.
pub fn sheets(
    documents: &[Document],
    selected: Option<&HashSet<Triple>>,
    form: SheetForm,
    stem: &str,
) -> Result<Sheets> {
    let mut graphs: Vec<(&Document, Vec<Triple>)> = Vec::new();
    for document in documents {
        let text = document.ntriples.text().map_err(Error::temporary)?;
        let triples = document::parse(&text).map(|triple| triple.expect("what was written can be read"));
        let triples = triples.filter(|triple| selected.is_none_or(|selected| selected.contains(triple)));
        let triples: Vec<Triple> = triples.collect();
        if !triples.is_empty() {
            graphs.push((document, triples));
        }
    }
    // Names and kinds of things may stand in another document than what refers to them.
    let all: Vec<Triple> = graphs.iter().flat_map(|(_, triples)| triples.iter().cloned()).collect();
    let names = records::Names::of(&all);
    let whole = Facts::new(&all);
    let mut files = Vec::new();
    // What is loaded again to see whether it is the same.
    let mut checked: Vec<(String, Vec<u8>)> = Vec::new();
    match form {
        SheetForm::Folder => {
            for (document, triples) in &graphs {
                let facts = Facts::new(triples);
                let base = one_base(&facts, document.short_name())?;
                let mut sheet = Map::new();
                sheet.insert("document".to_owned(), name_of(document).into());
                fill(&mut sheet, &facts, &whole, &names, &base)?;
                files.push((format!("{}.yaml", file_name(document)), as_yaml(&sheet).into_bytes()));
            }
            checked.clone_from(&files);
        }
        _ => {
            let base = one_base(&whole, "all documents together")?;
            let mut sheet = Map::new();
            fill(&mut sheet, &whole, &whole, &names, &base)?;
            if form == SheetForm::One {
                files.push((stem.to_owned(), as_yaml(&sheet).into_bytes()));
                checked.push(("all.yaml".to_owned(), files[0].1.clone()));
            } else {
                if base != Base::default() {
                    return Err(Error::usage(format!("CSV has no place for the base `{}`", base.as_str()))
                        .with_help("write YAML: -o FOLDER/ or -o FILE.yaml"));
                }
                let tables = flat::tables(&sheet);
                let how = super::Spreadsheet::default();
                for table in &tables {
                    checked.push((format!("{}.csv", table.name), table.csv(how).into_bytes()));
                }
                if form == SheetForm::Xlsx {
                    files.push((stem.to_owned(), super::workbook(&tables)?));
                } else {
                    let stem = stem.strip_suffix(".csv").unwrap_or(stem);
                    files =
                        checked.iter().map(|(name, text)| (format!("{stem}-{name}"), text.clone())).collect();
                }
            }
        }
    }
    let mut expected: BTreeSet<String> = all.iter().map(|triple| format!("{triple} .")).collect();
    for line in loaded(&checked)? {
        expected.remove(&line);
    }
    let joined = if form == SheetForm::Folder { 0 } else { graphs.len() };
    Ok(Sheets { files, lost: expected, joined })
}

fn fill(
    sheet: &mut Map<String, Value>,
    facts: &Facts<'_>,
    whole: &Facts<'_>,
    names: &records::Names,
    base: &Base,
) -> Result<()> {
    if *base != Base::default() {
        sheet.insert("base".to_owned(), base.as_str().into());
    }
    records::Records { facts, whole, names, base }.fill(sheet);
    Ok(())
}

/// The base of what a sheet would define.
fn one_base(facts: &Facts<'_>, what: &str) -> Result<Base> {
    let mut bases = facts.bases();
    let base = bases.pop_first();
    if let (Some(one), Some(other)) = (&base, bases.pop_first()) {
        return Err(Error::usage(format!("{what} have the bases `{one}` and `{other}`; a sheet has one"))
            .with_help("write a sheet a document: -o FOLDER/"));
    }
    Ok(base.and_then(|base| Base::new(&base).ok()).unwrap_or_default())
}

/// The name by which a sheet is loaded as this document.
fn name_of(document: &Document) -> String {
    let short = document.short_name();
    let again: Vec<String> = short.split('/').map(slug).collect();
    let is_kept =
        Base::default().thing("document", &again.join("/")) == document.name && again.join("/") == short;
    if is_kept { short.to_owned() } else { document.name.as_str().to_owned() }
}

/// A path without an extension, from the folder on: that of the document's name.
fn file_name(document: &Document) -> String {
    let parts: Vec<String> =
        document.short_name().split('/').map(slug).filter(|part| !part.is_empty()).collect();
    let name = if parts.is_empty() { "sheet".to_owned() } else { parts.join("/") };
    // The name of a project file means one.
    let of_project = project::NAME.strip_suffix(".yaml").unwrap_or(project::NAME);
    match name.rsplit_once('/').map_or((None, name.as_str()), |(folder, file)| (Some(folder), file)) {
        (None, file) if file == of_project => project::VOCABULARY.to_owned(),
        (Some(folder), file) if file == of_project => format!("{folder}/{}", project::VOCABULARY),
        _ => name,
    }
}

/// The lines of what these files load to.
fn loaded(files: &[(String, Vec<u8>)]) -> Result<Vec<String>> {
    let folder = tempfile::tempdir().map_err(Error::temporary)?;
    for (name, text) in files {
        let path = folder.path().join(name);
        write(&path, text)?;
    }
    let inputs = ingest::find(&[folder.path().to_owned()], None)?;
    let loaded = ingest::read(&inputs, ingest::Options::default(), ingest::nothing_known())?;
    let mut lines = Vec::new();
    for document in &loaded.documents {
        let text = document.ntriples.text().map_err(Error::temporary)?;
        lines.extend(text.lines().map(str::to_owned));
    }
    Ok(lines)
}

fn write(path: &Path, text: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
    }
    std::fs::write(path, text).map_err(Error::file("write", path))
}

impl Sheets {
    /// Writes the files: into the folder, or beside the file, that `path` names.
    ///
    /// # Errors
    /// A place where no file can be. Each file is whole or absent.
    pub fn save(&self, path: &Path, form: SheetForm) -> Result<()> {
        use std::io::Write;
        let folder = if form == SheetForm::Folder { path } else { path.parent().unwrap_or(Path::new("")) };
        for (name, text) in &self.files {
            let path = folder.join(name);
            if let Some(folder) = path.parent().filter(|folder| *folder != Path::new("")) {
                std::fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
            }
            super::file::put(&path, |file| file.write_all(text).map_err(Error::file("write", &path)))?;
        }
        Ok(())
    }
}

/// Lists of fields without those that are empty.
fn record(fields: Vec<(&str, Value)>) -> Value {
    let is_there = |value: &Value| match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    };
    let kept = fields.into_iter().filter(|(_, value)| is_there(value));
    Value::Object(kept.map(|(name, value)| (name.to_owned(), value)).collect())
}

/// A single item is written without a list.
fn many(mut items: Vec<Value>) -> Value {
    if items.len() == 1 { items.remove(0) } else { Value::Array(items) }
}

/// The thing that an IRI of a kind below a base has as its id.
fn id_in<'i>(base: &Base, kind: &str, iri: &'i NamedNode) -> Option<&'i str> {
    let id = iri.as_str().strip_prefix(base.as_str())?.strip_prefix(kind)?.strip_prefix('/')?;
    (!id.is_empty() && !id.contains(['/', '#'])).then_some(id)
}
