//! Finding the files to read, and reading them whole.

use super::packed::{self, Encoding, Fault, Progress};
use crate::base::diagnostic::{Diagnostic, did_you_mean, nearest};
use crate::base::error::{Error, Result};
use crate::ingest::sheet::Format as SheetFormat;
use crate::model::document::ContentHash;
use crate::model::project;
use oxigraph::io::RdfFormat;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Kind of content of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A graph.
    Rdf(RdfFormat),
    /// A coding sheet.
    Sheet(SheetFormat),
}

impl Content {
    /// The content that a name such as `turtle`, `ttl`, `yaml` or `csv` stands for.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        if let Some(format) = SheetFormat::from_extension(&name) {
            return Some(Self::Sheet(format));
        }
        match name.as_str() {
            "turtle" | "ttls" => Some(Self::Rdf(RdfFormat::Turtle)),
            "coded-text" | "markdown" => Some(Self::Sheet(SheetFormat::CodedText)),
            "ntriples" => Some(Self::Rdf(RdfFormat::NTriples)),
            "nquads" => Some(Self::Rdf(RdfFormat::NQuads)),
            "rdfxml" | "owl" => Some(Self::Rdf(RdfFormat::RdfXml)),
            // Text files are articles' texts, plain XML is anything; neither is a graph.
            "txt" | "xml" | "json" => None,
            name => RdfFormat::from_extension(name).map(Self::Rdf),
        }
    }
}

/// Input of a load: a file or standard input.
#[derive(Clone, Debug)]
pub struct Input {
    /// Name as the user gave it.
    pub name: String,
    /// Path of the file; none for standard input.
    pub path: Option<PathBuf>,
    /// What it holds, where no file does: what an import has made.
    pub held: Option<Arc<[u8]>>,
    /// Kind of its content.
    pub content: Content,
    /// Compression, as far as its name says.
    pub encoding: Encoding,
    /// Name of the document where nothing else says one: folder and file without extensions.
    pub document: String,
    /// Whether nobody named it, but a folder that holds it.
    pub in_folder: bool,
}

/// Names of formats, for messages.
pub(crate) const FORMATS: &str = "turtle, trig, ntriples, nquads, rdfxml, jsonld, coded-text, yaml, json, jsonl, csv, xlsx; .gz and .zst of each";

/// The inputs that these paths stand for: files, everything readable in folders, `-` for
/// standard input. `content` overrides what the names say.
///
/// # Errors
/// A path that is not there, a format that is not known, a folder with nothing to read.
pub fn find(paths: &[PathBuf], content: Option<Content>) -> Result<Vec<Input>> {
    let mut inputs = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            let content = content.ok_or_else(|| {
                Error::usage("standard input has no extension that gives its format")
                    .with_help(format!("name it with `load --format` or `--data-format`: {FORMATS}"))
            })?;
            inputs.push(Input {
                name: "standard input".to_owned(),
                path: None,
                held: None,
                content,
                encoding: Encoding::Plain,
                document: "standard-input".to_owned(),
                in_folder: false,
            });
            continue;
        }
        let metadata = std::fs::metadata(path).map_err(|error| unreadable(path, error))?;
        if metadata.is_dir() {
            if crate::store::archive::is_store(path) {
                let help = format!(
                    "name it with `--store {}`; to copy it, export it and load the export",
                    path.display()
                );
                return Err(Error::usage(format!("`{}` is a store", path.display())).with_help(help));
            }
            let before = inputs.len();
            walk(path, content, &mut Vec::new(), &mut inputs)?;
            if inputs.len() == before {
                let help = match has_markdown(path) {
                    true => "its .md files are no coded texts, which begin with a line `---`".to_owned(),
                    false => format!("these formats can be loaded: {FORMATS}"),
                };
                return Err(
                    Error::usage(format!("`{}` has no files to load", path.display())).with_help(help)
                );
            }
        } else {
            let named = by_name(path, content).ok_or_else(|| nameless(path))?;
            inputs.push(named);
        }
    }
    // A file may be named twice, by itself and by its folder, or be there under two names; what is wrong
    // with it is told once.
    let mut seen = HashSet::new();
    inputs.retain(|input| {
        let path = input.path.as_deref().filter(|path| path.is_file());
        path.and_then(|path| path.canonicalize().ok()).is_none_or(|path| seen.insert(path))
    });
    Ok(inputs)
}

fn has_markdown(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| path.extension().is_some_and(|end| end == "md"))
}

/// A path that cannot be read, with what it may be meant to be.
fn unreadable(path: &Path, error: io::Error) -> Error {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names: Vec<String> = beside.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let wanted = path.file_name().unwrap_or_default().to_string_lossy();
    let near = nearest(&wanted, names.iter().map(String::as_str), 2);
    let near: Vec<String> =
        near.into_iter().map(|name| path.with_file_name(name).display().to_string()).collect();
    match did_you_mean(&near.iter().map(String::as_str).collect::<Vec<_>>()) {
        Some(help) if error.kind() == io::ErrorKind::NotFound => {
            Error::usage(Error::file("read", path)(error).to_string()).with_help(help)
        }
        _ => Error::file("read", path)(error),
    }
}

/// A file whose name tells nothing of what is in it.
fn nameless(path: &Path) -> Error {
    let name = path.to_string_lossy();
    let end = Encoding::of_name(&name).0.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    if ["zip", "bz2", "xz", "7z", "tar", "tgz", "rar"].contains(&end.as_str()) {
        return Error::usage(format!("`{}` must be unpacked first", path.display()))
            .with_help("only .gz and .zst are read without unpacking");
    }
    Error::usage(format!("the name of `{}` does not give its format", path.display()))
        .with_help(format!("name it with `load --format` or `--data-format`: {FORMATS}"))
}

/// Everything readable below a folder, in the order of the names. Hidden files and folders,
/// JSON Schemas, project files without a vocabulary and stores are passed over; so are Markdown files without front matter, which are no
/// coded texts (`README.md`); so are pipes and devices, which may never end, and
/// links back to a folder `above`.
fn walk(
    folder: &Path,
    content: Option<Content>,
    above: &mut Vec<PathBuf>,
    inputs: &mut Vec<Input>,
) -> Result<()> {
    let itself = folder.canonicalize().map_err(Error::file("read", folder))?;
    if above.contains(&itself) {
        return Ok(());
    }
    above.push(itself);
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|e| e.path())).collect())
        .map_err(Error::file("read", folder))?;
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.')
            || name.contains(".schema.")
            || (name == project::NAME && !project::defines_vocabulary(&path))
        {
            continue;
        }
        if path.is_dir() {
            if !crate::store::archive::is_store(&path) {
                walk(&path, content, above, inputs)?;
            }
        } else if let Some(input) = by_name(&path, None)
            && (path.is_file() || !path.exists())
            && (input.content != Content::Sheet(SheetFormat::CodedText) || input.begins_coded())
        {
            inputs.push(Input { content: content.unwrap_or(input.content), in_folder: true, ..input });
        }
    }
    above.pop();
    Ok(())
}

/// What a file's name says about it.
fn by_name(path: &Path, content: Option<Content>) -> Option<Input> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let (bare, encoding) = Encoding::of_name(&name);
    let (stem, extension) = bare.rsplit_once('.').unwrap_or((bare, ""));
    let content = content.or_else(|| Content::from_name(extension))?;
    // The folder's own name, also when the path does not spell it out: `.`, `../x`; and of a file that is yet
    // to be made.
    let full = path.canonicalize().or_else(|_| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        folder.canonicalize().map(|folder| folder.join(&name))
    });
    let full = full.unwrap_or_else(|_| path.to_owned());
    let folder = full.parent().and_then(Path::file_name).map(|f| f.to_string_lossy().into_owned());
    let document = folder.map_or_else(|| stem.to_owned(), |folder| format!("{folder}/{stem}"));
    Some(Input {
        name: path.display().to_string(),
        path: Some(path.to_owned()),
        held: None,
        content,
        encoding,
        document,
        in_folder: false,
    })
}

/// A YAML sheet as an input, which may be yet to be made; none of a file in another form.
#[must_use]
pub fn yaml_sheet(path: &Path) -> Option<Input> {
    let input = by_name(path, None)?;
    let is_yaml = input.content == Content::Sheet(SheetFormat::Yaml) && input.encoding == Encoding::Plain;
    is_yaml.then_some(input)
}

/// Why an input could not be read.
pub(super) enum ReadError {
    /// The file is at fault.
    Fault(Box<Diagnostic>),
    /// The system is.
    Io(Error),
}

impl Input {
    /// The bytes, decompressed.
    pub(super) fn read(&self) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::new();
        self.open(&Arc::default())?.read_to_end(&mut bytes).map_err(|error| self.failed(error))?;
        Ok(bytes)
    }

    /// The hash of the bytes, decompressed.
    pub(super) fn sha256(&self) -> Result<String, ReadError> {
        let reader = self.open(&Arc::default())?;
        Ok(ContentHash::of_stream(reader).map_err(|error| self.failed(error))?.to_string())
    }

    /// The bytes, decompressed as they are asked for.
    pub(super) fn open(&self, progress: &Arc<Progress>) -> Result<Box<dyn Read + Send>, ReadError> {
        let is_workbook = self.content == Content::Sheet(SheetFormat::Xlsx);
        if let Some(bytes) = &self.held {
            return Ok(Box::new(Cursor::new(bytes.clone())));
        }
        match &self.path {
            Some(path) => {
                let file = File::open(path).map_err(|e| ReadError::Io(Error::file("read", path)(e)))?;
                packed::unpacked(file, self.encoding, is_workbook, progress)
            }
            None => packed::unpacked(io::stdin(), self.encoding, is_workbook, progress),
        }
        .map_err(|error| self.failed(error))
    }

    /// Whether it begins as coded texts do. A file that cannot be read says so when it is.
    fn begins_coded(&self) -> bool {
        let mut begin = Vec::new();
        let reader = self.open(&Arc::default());
        let read = reader
            .and_then(|reader| reader.take(64).read_to_end(&mut begin).map_err(|error| self.failed(error)));
        read.is_err() || crate::ingest::sheet::is_coded_text(&String::from_utf8_lossy(&begin))
    }

    /// Whether it can be read twice.
    pub(super) fn is_lasting(&self) -> bool {
        self.path.as_ref().is_some_and(|path| path.is_file())
    }

    /// Why it could not be read.
    pub(super) fn failed(&self, error: io::Error) -> ReadError {
        match Fault::of(&error) {
            Some(fault) => ReadError::Fault(Box::new(fault.diagnostic(&self.name))),
            None => {
                let path = self.path.as_deref().unwrap_or(Path::new("standard input"));
                ReadError::Io(Error::file("read", path)(error))
            }
        }
    }

    /// What a text holds, where the file's name leaves it open: JSON may be JSON-LD, and `.owl` and `.rdf` may
    /// be Turtle.
    pub(super) fn content_of(&self, text: &str) -> Content {
        type Object = HashMap<String, serde::de::IgnoredAny>;
        if self.content == Content::Sheet(SheetFormat::Json) {
            // A sheet's fields have plain names.
            let linked =
                |object: &Object| object.keys().any(|key| key.starts_with('@') || key.contains("://"));
            let is_linked = match text.trim_start().starts_with('[') {
                true => serde_json::from_str::<Vec<Object>>(text)
                    .is_ok_and(|objects| objects.is_empty() || objects.iter().any(linked)),
                false => serde_json::from_str::<Object>(text).is_ok_and(|object| linked(&object)),
            };
            if is_linked {
                return Content::Rdf(RdfFormat::JsonLd { profile: Default::default() });
            }
        }
        if self.content == Content::Rdf(RdfFormat::RdfXml) && !is_xml(text) {
            return Content::Rdf(RdfFormat::Turtle);
        }
        self.content
    }
}

/// Whether a text begins as RDF/XML does: with a declaration, a comment or an element that declares a namespace,
/// without which no element is one of RDF's. `<a> <b> <c> .` is Turtle.
fn is_xml(text: &str) -> bool {
    let Some(rest) = text.trim_start().strip_prefix('<') else { return false };
    rest.starts_with(['?', '!']) || rest.split('>').next().is_some_and(|tag| tag.contains("xmlns"))
}
