//! Finding the files to read, and reading them whole.

use crate::diagnostic::{Diagnostic, Place};
use crate::document::ContentHash;
use crate::error::{Error, Result};
use crate::project;
use crate::sheet::Format as SheetFormat;
use oxigraph::io::RdfFormat;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a file holds.
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
            "ntriples" => Some(Self::Rdf(RdfFormat::NTriples)),
            "nquads" => Some(Self::Rdf(RdfFormat::NQuads)),
            "rdfxml" | "owl" => Some(Self::Rdf(RdfFormat::RdfXml)),
            // Text files are articles' texts, plain XML is anything; neither is a graph.
            "txt" | "xml" | "json" => None,
            name => RdfFormat::from_extension(name).map(Self::Rdf),
        }
    }
}

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Not at all.
    Plain,
    /// `.gz`
    Gzip,
    /// `.zst`
    Zstd,
}

/// One thing to read.
#[derive(Clone, Debug)]
pub struct Input {
    /// As the user named it.
    pub name: String,
    /// The file; none for standard input.
    pub path: Option<PathBuf>,
    /// What it holds.
    pub content: Content,
    /// How it is compressed.
    pub encoding: Encoding,
    /// The document's name where nothing else says one: folder and file without extensions.
    pub document: String,
}

/// Names of formats, for messages.
pub(crate) const FORMATS: &str =
    "turtle, trig, ntriples, nquads, rdfxml, jsonld, yaml, json, jsonl, csv; .gz and .zst of each";

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
                Error::usage("standard input has no name to tell its format by")
                    .with_help(format!("`load --format` says it: {FORMATS}"))
            })?;
            inputs.push(Input {
                name: "standard input".to_owned(),
                path: None,
                content,
                encoding: Encoding::Plain,
                document: "standard-input".to_owned(),
            });
            continue;
        }
        let metadata = std::fs::metadata(path).map_err(Error::file("read", path))?;
        if metadata.is_dir() {
            let before = inputs.len();
            walk(path, content, &mut Vec::new(), &mut inputs)?;
            if inputs.len() == before {
                return Err(Error::usage(format!("there is nothing to load in `{}`", path.display()))
                    .with_help(format!("it has no file of these formats: {FORMATS}")));
            }
        } else {
            let named = by_name(path, content).ok_or_else(|| {
                Error::usage(format!("the format of `{}` cannot be told by its name", path.display()))
                    .with_help(format!("`load --format` says it: {FORMATS}"))
            })?;
            inputs.push(named);
        }
    }
    Ok(inputs)
}

/// Everything readable below a folder, in the order of the names. Hidden files and folders,
/// JSON Schemas, project files and stores are passed over; so are pipes and devices, which may never end, and
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
        if name.starts_with('.') || name.contains(".schema.") || name == project::NAME {
            continue;
        }
        if path.is_dir() {
            if !crate::archive::is_store(&path) {
                walk(&path, content, above, inputs)?;
            }
        } else if let Some(input) = by_name(&path, None)
            && (path.is_file() || !path.exists())
        {
            inputs.push(Input { content: content.unwrap_or(input.content), ..input });
        }
    }
    above.pop();
    Ok(())
}

/// What is compressed may become so many times as long: texts, tables and graphs compress to a
/// fifth or a fiftieth, a bomb to a thousandth …
const MOST_UNPACKED: usize = 100;
/// … and in any case as long as this, in bytes.
const ALWAYS_UNPACKED: usize = 16 << 20;

/// A compressed file that becomes longer than that.
#[derive(Debug, thiserror::Error)]
#[error("{} bytes became more than {MOST_UNPACKED} times as many", crate::error::grouped(*.0))]
struct Bomb(usize);

/// How far the reading of inputs has come, to be asked by another thread.
#[derive(Debug, Default)]
pub struct Progress {
    taken: AtomicU64,
}

impl Progress {
    /// How many bytes of the files have been read, as they lie there.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }
}

/// A reader that says how much was taken from it, which a pipe's length does not.
struct Counted<R> {
    reader: R,
    taken: Arc<AtomicU64>,
    all: Arc<Progress>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(buffer)?;
        self.taken.fetch_add(length as u64, Ordering::Relaxed);
        self.all.taken.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

/// What is unpacked, as long as it is not suspiciously much.
struct Unpacked<D> {
    decoder: D,
    taken: Arc<AtomicU64>,
    length: usize,
    damaged: fn(io::Error) -> io::Error,
}

impl<D: Read> Read for Unpacked<D> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.decoder.read(buffer).map_err(self.damaged)?;
        self.length += length;
        let taken = usize::try_from(self.taken.load(Ordering::Relaxed)).unwrap_or(usize::MAX);
        if self.length > ALWAYS_UNPACKED && self.length / MOST_UNPACKED > taken {
            return Err(io::Error::other(Bomb(taken)));
        }
        Ok(length)
    }
}

/// The decoder wraps the end of the file into errors of its own.
fn damaged_zstd(error: impl std::fmt::Debug) -> io::Error {
    let cut = format!("{error:?}").contains("UnexpectedEof");
    if cut { io::ErrorKind::UnexpectedEof.into() } else { io::ErrorKind::InvalidData.into() }
}

/// What a file's name says about it.
fn by_name(path: &Path, content: Option<Content>) -> Option<Input> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let (bare, encoding) = match name.rsplit_once('.') {
        Some((bare, "gz")) => (bare, Encoding::Gzip),
        Some((bare, "zst")) => (bare, Encoding::Zstd),
        _ => (name.as_str(), Encoding::Plain),
    };
    let (stem, extension) = bare.rsplit_once('.').unwrap_or((bare, ""));
    let content = content.or_else(|| Content::from_name(extension))?;
    // The folder's own name, also when the path does not spell it out: `.`, `../x`.
    let full = std::path::absolute(path).and_then(|p| p.canonicalize()).unwrap_or_else(|_| path.to_owned());
    let folder = full.parent().and_then(Path::file_name).map(|f| f.to_string_lossy().into_owned());
    let document = folder.map_or_else(|| stem.to_owned(), |folder| format!("{folder}/{stem}"));
    Some(Input { name: path.display().to_string(), path: Some(path.to_owned()), content, encoding, document })
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
        match &self.path {
            Some(path) => {
                let file = File::open(path).map_err(|e| ReadError::Io(Error::file("read", path)(e)))?;
                self.decompressed(file, progress)
            }
            None => self.decompressed(io::stdin(), progress),
        }
        .map_err(|error| self.failed(error))
    }

    /// Whether it can be read twice.
    pub(super) fn is_lasting(&self) -> bool {
        self.path.as_ref().is_some_and(|path| path.is_file())
    }

    /// Why it could not be read.
    pub(super) fn failed(&self, error: io::Error) -> ReadError {
        let path = self.path.as_deref();
        match error {
            error if self.encoding == Encoding::Plain => {
                ReadError::Io(Error::file("read", path.unwrap_or(Path::new("standard input")))(error))
            }
            error if error.get_ref().is_some_and(|inner| inner.is::<Bomb>()) => {
                let path = path.unwrap_or(Path::new("FILE"));
                let unpack = if self.encoding == Encoding::Gzip { "gzip -d" } else { "zstd -d" };
                let diagnostic = Diagnostic::error("the compressed file unpacks to suspiciously much")
                    .expected(error.to_string())
                    .help(format!(
                        "if it is meant to, unpack it yourself and load that: {unpack} {}",
                        path.display()
                    ))
                    .at(Place::file(&self.name));
                ReadError::Fault(Box::new(diagnostic))
            }
            error => {
                let kind = if self.encoding == Encoding::Gzip { "gzip" } else { "zstd" };
                let (what, why) = match error.kind() {
                    io::ErrorKind::UnexpectedEof => (
                        "the compressed file ends too early",
                        "it was cut, perhaps while it was copied".to_owned(),
                    ),
                    io::ErrorKind::Unsupported => {
                        ("this is not compressed as its name says", format!("expected {kind}"))
                    }
                    _ => ("the compressed file is damaged", format!("it cannot be read as {kind}")),
                };
                let diagnostic = Diagnostic::error(what)
                    .expected(why)
                    .help("copy or compress it once more")
                    .at(Place::file(&self.name));
                ReadError::Fault(Box::new(diagnostic))
            }
        }
    }

    fn decompressed(
        &self,
        reader: impl Read + Send + 'static,
        progress: &Arc<Progress>,
    ) -> io::Result<Box<dyn Read + Send>> {
        let taken = Arc::new(AtomicU64::new(0));
        let mut reader = BufReader::new(Counted { reader, taken: taken.clone(), all: progress.clone() });
        let begins_with = |reader: &mut BufReader<_>, magic: &[u8]| -> io::Result<()> {
            if reader.fill_buf()?.starts_with(magic) {
                Ok(())
            } else {
                Err(io::ErrorKind::Unsupported.into())
            }
        };
        Ok(match self.encoding {
            Encoding::Plain => Box::new(reader),
            Encoding::Gzip => {
                begins_with(&mut reader, &[0x1f, 0x8b])?;
                let decoder = flate2::bufread::MultiGzDecoder::new(reader);
                Box::new(Unpacked { decoder, taken, length: 0, damaged: |error| error })
            }
            Encoding::Zstd => {
                begins_with(&mut reader, &[0x28, 0xb5, 0x2f, 0xfd])?;
                let decoder = ruzstd::decoding::StreamingDecoder::new(reader).map_err(damaged_zstd)?;
                Box::new(Unpacked { decoder, taken, length: 0, damaged: |error| damaged_zstd(error) })
            }
        })
    }

    /// What a text holds, where the file's name leaves it open: JSON may be JSON-LD.
    pub(super) fn content_of(&self, text: &str) -> Content {
        #[derive(serde::Deserialize)]
        struct Keys {
            #[serde(rename = "@context")]
            context: Option<serde::de::IgnoredAny>,
            #[serde(rename = "@graph")]
            graph: Option<serde::de::IgnoredAny>,
            #[serde(rename = "@id")]
            id: Option<serde::de::IgnoredAny>,
        }
        if self.content == Content::Sheet(SheetFormat::Json) {
            let start = text.trim_start();
            let linked = start.starts_with('[')
                || serde_json::from_str::<Keys>(text)
                    .is_ok_and(|keys| keys.context.is_some() || keys.graph.is_some() || keys.id.is_some());
            if linked {
                return Content::Rdf(RdfFormat::JsonLd { profile: Default::default() });
            }
        }
        self.content
    }
}
