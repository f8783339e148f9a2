//! From files to documents: whatever a person has, read whole or not at all.
//!
//! `input` finds the files and undoes their compression, `rdf` reads graphs and `star` brings
//! annotations into the model's shape, `crate::ingest::sheet` reads what coders write. Nothing is kept
//! here: the documents that come out are put into the archive by the caller.

pub mod append;
pub mod case;
mod default_modes;
mod duplicate_documents;
pub mod file_edits;
pub mod init;
mod coded_text;
pub mod coding;
pub mod import;
mod insert;
mod input;
mod moved_spans;
mod packed;
mod previous;
mod rdf;
pub mod recode;
mod references;
pub mod register;
mod reread_sources;
mod roles;
pub mod sheet;
mod sources;
pub mod stored;
mod texts;

use case::Projects;
pub use coded_text::{CodedText, article_text, encode_coded_text};
use default_modes::DefaultMode;
pub use default_modes::moved_positions;
pub use duplicate_documents::duplicate_documents;
use input::ReadError;
pub use input::{Content, Input, find, yaml_sheet};
pub use moved_spans::moved_spans;
pub use packed::{Encoding, Progress};
pub use previous::Previous;
use register::{Destination, Registered};
pub use reread_sources::reread_sources;
pub use sources::Sources;
pub use texts::Texts;
pub use texts::{files as text_files, stem, without_marks};

use crate::base::diagnostic::{Diagnostic, Place, Severity};
use crate::base::error::{Error, Result, count};
use crate::ingest::sheet::{Declared, Format as SheetFormat, Resolved};
use crate::model::document::{self, ContentPool, Document, sha256, short_name};
use crate::model::encode::encode;
use crate::model::identity::Base;
use crate::model::identity::slug;
use crate::model::ontology;
use crate::model::registry::Registry;
use crate::model::text::ArticleText;
use crate::store::archive::{Archive, ArchiveError, Entry};
use crate::store::index::Index;
use crate::store::index::storage;
use oxigraph::io::RdfFormat;
use oxrdf::{NamedNode, Triple, TripleRef};
use rdf::{Completed, Dataset, Failure, LinesError, Outcome, Sizes, Text};
use references::Positions;
use std::collections::{HashMap, HashSet};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use stored::Stored;

/// Mark with which some editors begin files.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Options of a load.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Name of the document, for a single input that names none itself.
    pub document: Option<String>,
    /// Texts of articles in which quotes are found, beside those that registries name.
    pub texts: Texts,
    /// Folder for temporary files without names: with one, memory stays within bounds, however long
    /// N-Triples and N-Quads are, and however much is read in all. Without, all is held in memory.
    pub temporary: Option<PathBuf>,
    /// Base of the relative IRIs in RDF files that set none; else the IRI of the file's document is.
    pub base: Option<NamedNode>,
    /// Project file that holds for all inputs; else the nearest in the folder of each or above it does.
    pub project: Option<PathBuf>,
    /// Where names go that nothing has yet; if nowhere, they are errors.
    pub register: Option<Destination>,
    /// Memory that a load with such a folder may take, in bytes; [`MEMORY`] if nothing is said. Not
    /// counted: what sheets hold, triples with blank nodes, and triples inside triples.
    pub memory: Option<u64>,
    /// Counter of the bytes that have been read.
    pub progress: Arc<Progress>,
}

/// Memory that a load may take if nothing else is said, in bytes.
pub const MEMORY: u64 = 1 << 30;
/// Length of the pieces in which what a document said before is read, in bytes.
const PIECE: usize = 1 << 20;
/// Share of that memory, one part in so many, in which contents of documents are held before they go to a
/// temporary file.
const HELD: u64 = 16;

/// Documents of the inputs, and what is known of them.
#[derive(Debug)]
pub struct Loaded {
    /// Documents, one for each sheet or named graph, in the order of the inputs.
    pub documents: Vec<Document>,
    /// Texts of their articles, as far as they were at hand.
    pub texts: Vec<Arc<ArticleText>>,
    /// Coded texts among the inputs.
    pub coded: Vec<CodedText>,
    /// Warnings: what somebody should look at.
    pub warnings: Vec<Diagnostic>,
    /// Index of where in the files things are written.
    pub sources: Sources,
    /// Names of the documents that were written as RDF: the model does not vouch for their form,
    /// as it does for what a sheet encodes to.
    pub foreign: HashSet<NamedNode>,
    /// Files of graphs: the document that each is named by, and the name that the user gave it.
    pub files: Vec<(NamedNode, String)>,
    /// Names that are added to a registry, if any are.
    pub registered: Option<Registered>,
    /// By document, the positions whose mode is a default.
    default_modes: HashMap<NamedNode, Vec<DefaultMode>>,
}

impl Loaded {
    /// Documents of a store that came from these files and that they no longer hold.
    #[must_use]
    pub fn gone(&self, archive: &Archive) -> Vec<NamedNode> {
        let is_of = |entry: &Entry, (file, origin): &(NamedNode, String)| match &entry.part_of {
            Some(part_of) => part_of == file,
            None => entry.document == *file && entry.origin == *origin,
        };
        let is_gone = |entry: &&Entry| {
            self.files.iter().any(|file| is_of(entry, file))
                && !self.documents.iter().any(|document| document.name == entry.document)
        };
        archive.documents().values().filter(is_gone).map(|entry| entry.document.clone()).collect()
    }
}

/// What a store knows.
#[derive(Default)]
pub struct Knowledge {
    /// Things by name, but for those of the documents that are being replaced.
    stored: Option<Stored>,
    /// What the documents said that are being replaced.
    previous: HashMap<NamedNode, Previous>,
}

/// Function that gives what a store knows; it gets the names of the documents that are being replaced. Called
/// once, and only if there are names to resolve.
pub type Known<'a> = dyn FnOnce(&HashSet<NamedNode>) -> Result<Knowledge> + 'a;

/// Knowledge for inputs that stand alone: none.
#[must_use]
pub fn nothing_known() -> Box<Known<'static>> {
    Box::new(|_| Ok(Knowledge::default()))
}

/// Knowledge for inputs that may name what a store holds; `present` is its graph.
#[must_use]
pub fn known_to<'a>(archive: &'a Archive, present: &'a Index) -> Box<Known<'a>> {
    Box::new(|replaced| {
        let mut previous = HashMap::new();
        for (name, entry) in archive.documents().iter().filter(|(name, _)| replaced.contains(*name)) {
            let mut said = Previous::default();
            archive.read_pieces(entry, PIECE, &mut |lines| {
                said.take(&lines);
                ControlFlow::Continue(())
            })?;
            previous.insert(name.clone(), said);
        }
        if archive.documents().keys().all(|document| replaced.contains(document)) {
            return Ok(Knowledge { stored: None, previous });
        }
        let index = storage::without(archive, ontology::background(), present, replaced)?;
        Ok(Knowledge { stored: Some(Stored::new(index, ontology::schemes())), previous })
    })
}

/// Reads inputs into documents: all of them, or none if anything is wrong.
///
/// # Errors
/// Everything that is wrong with any of the inputs.
pub fn read(inputs: &[Input], options: Options, known: Box<Known<'_>>) -> Result<Loaded> {
    let mut faults: Vec<Diagnostic> = Vec::new();
    let mut warnings: Vec<Diagnostic> = Vec::new();
    let mut registry = Registry::default();
    let held = options.memory.unwrap_or(MEMORY) / HELD;
    let mut room = match &options.temporary {
        Some(dir) => ContentPool::in_folder(dir, held),
        None => ContentPool::in_memory(),
    };
    // Of sheets, which are told beside errors too: an unknown column may be why a field is missing.
    let mut sheet_warnings: Vec<Diagnostic> = Vec::new();
    // Of files without data: warnings of those that lie in a folder, errors of those that somebody named.
    let mut empty: Vec<Diagnostic> = Vec::new();
    let mut datasets: Vec<(Origin, Dataset)> = Vec::new();
    let mut sheets: Vec<(Origin, Declared)> = Vec::new();
    let mut written_texts: HashMap<String, String> = HashMap::new();
    let mut projects = Projects::new(options.project.clone());
    let mut default_modes = HashMap::new();
    for input in inputs {
        let bytes = match read_one(input, &options, &mut room) {
            Ok(One::Bytes(bytes)) => bytes,
            Ok(One::Dataset(dataset, hash)) => {
                datasets.push((Origin { input, hash }, dataset));
                continue;
            }
            Ok(One::Faults(found)) => {
                faults.extend(found);
                continue;
            }
            Ok(One::Nothing) => {
                empty.push(nothing("the file has no triples", input));
                continue;
            }
            Err(ReadError::Fault(diagnostic)) => {
                faults.push(*diagnostic);
                continue;
            }
            Err(ReadError::Io(error)) => return Err(error),
        };
        let origin = Origin { input, hash: sha256(&bytes) };
        if input.content == Content::Sheet(SheetFormat::Xlsx) {
            let read = sheet::read_workbook(&input.name, &bytes);
            let written = taken(read, &mut faults, &mut sheet_warnings);
            sheets.extend(written.map(|written| (origin, sheet::declare(written, &mut registry))));
            continue;
        }
        let bytes = match input.content {
            Content::Rdf(RdfFormat::RdfXml) => rdf::in_utf8(bytes),
            _ => bytes,
        };
        let mut text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                faults.push(invalid_utf8(&input.name, &error));
                continue;
            }
        };
        if input.content == Content::Sheet(sheet::Format::CodedText) {
            written_texts.insert(input.name.clone(), text.clone());
        }
        if text.starts_with(BYTE_ORDER_MARK) {
            text.drain(..BYTE_ORDER_MARK.len_utf8());
        }
        if text.trim().is_empty() {
            empty.push(nothing("an empty file", input));
            continue;
        }
        match input.content_of(&text) {
            Content::Rdf(format) => {
                let document = document_name(input, None, &options);
                let base = options.base.as_ref().unwrap_or(&document);
                let text = Text { file: &input.name, text: &text, format, base, document: &document };
                let sizes = Sizes::within(options.memory.unwrap_or(MEMORY));
                match rdf::read_text(&text, &mut room, sizes) {
                    Ok(dataset) => datasets.push((origin, dataset)),
                    Err(Failure::Faults(found)) => faults.extend(found),
                    Err(Failure::Nothing) => empty.push(nothing("the file has no triples", input)),
                    Err(Failure::Io(error)) => return Err(unwritten(&room, error)),
                }
            }
            Content::Sheet(format) => {
                let read = sheet::read(&input.name, text, format);
                let written = taken(read, &mut faults, &mut sheet_warnings);
                sheets.extend(written.map(|written| (origin, sheet::declare(written, &mut registry))));
            }
        }
    }
    if datasets.is_empty() && sheets.is_empty() {
        empty.iter_mut().for_each(|found| found.severity = Severity::Error);
    }
    let (errors, beside): (Vec<_>, Vec<_>) =
        empty.into_iter().partition(|found| found.severity == Severity::Error);
    faults.extend(errors);
    warnings.extend(beside);
    let mut registered = None;
    let mut documents: Vec<Document> = Vec::new();
    let mut coded: Vec<CodedText> = Vec::new();
    let mut sources = Sources::default();
    let mut foreign = HashSet::new();
    let mut files = Vec::new();
    for (origin, dataset) in datasets {
        let file = document_name(origin.input, None, &options);
        let Completed { contents, warnings: found } =
            match dataset.complete(&file, &origin.input.name, &mut room) {
                Ok(complete) => complete,
                Err(Failure::Faults(found)) => {
                    faults.extend(found);
                    continue;
                }
                Err(Failure::Nothing) => continue,
                Err(Failure::Io(error)) => return Err(unwritten(&room, error)),
            };
        warnings.extend(found);
        sources.add_graph(origin.input);
        if origin.input.is_lasting() {
            files.push((file.clone(), origin.input.name.clone()));
        }
        let mut documents_of = Vec::new();
        for (name, content) in contents {
            documents_of.extend(roles::by_role(name, content, &mut room)?);
        }
        for (name, content) in documents_of {
            // Only who writes sheets refers to names.
            if !sheets.is_empty() {
                let triples = registry_triples(&content)?;
                registry.add_triples(triples.iter().map(TripleRef::from));
            }
            foreign.insert(name.clone());
            let part_of = Some(file.clone()).filter(|file| *file != name);
            documents.push(Document { part_of, ..origin.document(name, content) });
        }
    }
    if !sheets.is_empty() {
        let named = sheets
            .iter()
            .map(|(origin, declared)| document_name(origin.input, declared.document.as_deref(), &options));
        let mut names: Vec<NamedNode> = named.collect();
        let replaced: HashSet<NamedNode> =
            names.iter().cloned().chain(documents.iter().map(|d| d.name.clone())).collect();
        let Knowledge { stored, previous } = known(&replaced)?;
        if let Some(stored) = stored {
            registry.know(Box::new(stored));
        }
        faults.extend(texts::attach(&sheets, &options.texts, &mut registry)?);
        if let Some(destination) = &options.register
            && faults.is_empty()
        {
            match add_names(destination, &mut sheets, &names, &previous, &mut registry, &mut projects)? {
                Ok(added) => registered = added,
                Err(found) => faults.extend(found),
            }
            if registered.is_some() {
                faults.extend(texts::attach(&sheets, &options.texts, &mut registry)?);
            }
            if let Some(more) = sheets.get(names.len()..) {
                names.extend(
                    more.iter().map(|(o, d)| document_name(o.input, d.document.as_deref(), &options)),
                );
            }
        }
        for ((origin, declared), name) in sheets.iter().zip(&names) {
            if let (Some(source), Some((article, text))) =
                (written_texts.remove(&origin.input.name), declared.coded_article(&registry))
            {
                coded.push(CodedText { document: name.clone(), source, article, text });
            }
        }
        // What refers to positions of others waits until all of them have their IRIs.
        let waits = sheets.iter().any(|(_, declared)| declared.refers_elsewhere());
        let graphs = if waits { in_one_graph(&documents)? } else { None };
        let mut positions = Positions::of_graphs(graphs);
        let mut resolved = Vec::new();
        let mut unknown = Vec::new();
        let last = sheets.len().saturating_sub(1);
        for (at, ((origin, declared), name)) in sheets.into_iter().zip(names).enumerate() {
            let project = projects.of(origin.input)?;
            match sheet::resolve(&declared, &name, &registry, previous.get(&name), &project.defaults) {
                Ok(mut sheet) => {
                    warnings.append(&mut sheet.warnings);
                    let moving = default_modes::of(&sheet.content, &declared.base);
                    if !moving.is_empty() {
                        default_modes.insert(name.clone(), moving);
                    }
                    if waits {
                        positions.add(short_name(&name), &declared, &sheet.content);
                    }
                    resolved.push((origin, declared, name, sheet));
                }
                Err(found) => {
                    faults.extend(found.problems);
                    unknown.extend(found.unknown);
                }
            }
            if waits && at < last {
                continue;
            }
            for (origin, declared, name, Resolved { mut content, references, .. }) in resolved.drain(..) {
                // Where a sheet is at fault, its positions are unknown, and references to them are not.
                if unknown.is_empty() && !faults.iter().any(|fault| fault.severity == Severity::Error) {
                    faults.extend(positions.link(&mut content, &references, &declared, &registry));
                }
                foreign.remove(&name);
                let base = declared.base.clone();
                sources.add_sheet(declared, &content);
                // Moved in, what was read goes where it was used, beside other work.
                let ntriples = room.receive(move |give| encode(&content, &base, give));
                let ntriples = ntriples.map_err(|error| unwritten(&room, error))?;
                documents.push(origin.document(name, ntriples));
            }
        }
        // Names that could not be registered have been told as such.
        if options.register.is_none() || faults.is_empty() {
            faults.extend(register::report(&register::merged(unknown), &registry));
        }
    }
    let is_wrong = faults.iter().any(|fault| fault.severity == Severity::Error);
    if is_wrong { &mut faults } else { &mut warnings }.append(&mut sheet_warnings);
    if is_wrong {
        // By file, and in it from the top: whoever mends it goes through it once.
        let file = |fault: &Diagnostic| {
            inputs.iter().position(|input| fault.place.as_ref().is_some_and(|place| place.file == input.name))
        };
        faults.sort_by_cached_key(|fault| {
            let place = fault.place.as_ref().map(Place::order);
            (file(fault).unwrap_or(usize::MAX), place)
        });
        return Err(Error::Input(faults));
    }
    let documents = once_each(documents)?;
    let mut texts = registry.texts();
    texts.extend(options.texts.named_in(&documents)?);
    Ok(Loaded { documents, texts, coded, warnings, sources, foreign, registered, default_modes, files })
}

/// A sheet that was read; what is wrong with it goes to the faults and warnings.
fn taken(
    read: std::result::Result<sheet::Written, Vec<Diagnostic>>,
    faults: &mut Vec<Diagnostic>,
    warnings: &mut Vec<Diagnostic>,
) -> Option<sheet::Written> {
    match read {
        Ok(mut written) => {
            faults.append(&mut written.faults);
            warnings.append(&mut written.warnings);
            Some(written)
        }
        Err(found) => {
            faults.extend(found);
            None
        }
    }
}

/// Adds the names that nothing has to the registry among the sheets, or to one that is made.
fn add_names<'a>(
    destination: &'a Destination,
    sheets: &mut Vec<(Origin<'a>, Declared)>,
    names: &[NamedNode],
    previous: &HashMap<NamedNode, Previous>,
    registry: &mut Registry,
    projects: &mut Projects,
) -> Result<Result<Option<Registered>, Vec<Diagnostic>>> {
    let (mut problems, mut unknown) = (Vec::new(), Vec::new());
    for ((origin, declared), name) in sheets.iter().zip(names) {
        let project = projects.of(origin.input)?;
        if let Err(found) = sheet::resolve(declared, name, registry, previous.get(name), &project.defaults) {
            problems.extend(found.problems);
            unknown.extend(found.unknown);
        }
    }
    if !problems.is_empty() || unknown.is_empty() {
        // They are found again when the sheets are resolved.
        return Ok(Ok(None));
    }
    let place = destination.registry.as_ref().and_then(|input| {
        sheets.iter().position(|(origin, _)| origin.input.path.is_some() && origin.input.path == input.path)
    });
    let before = place.map(|at| (sheets[at].1.written.text(), sheets[at].0.hash.clone()));
    let file = destination.registry.as_ref().and_then(|input| input.path.as_deref());
    let added = match register::register(&register::merged(unknown), registry, file, before) {
        Ok(added) => added,
        Err(faults) => return Ok(Err(faults)),
    };
    let name = destination.registry.as_ref().map_or("the registry", |input| &input.name);
    let written = match sheet::read(name, added.text.clone(), SheetFormat::Yaml) {
        Ok(written) => written,
        Err(faults) => return Ok(Err(faults)),
    };
    let declared = sheet::declare(written, registry);
    match (place, &destination.registry) {
        (Some(at), _) => {
            sheets[at].0.hash = sha256(added.text.as_bytes());
            sheets[at].1 = declared;
        }
        (None, Some(input)) => {
            sheets.push((Origin { input, hash: sha256(added.text.as_bytes()) }, declared));
        }
        // Told only: nothing of it becomes a document.
        (None, None) => {}
    }
    Ok(Ok(Some(added)))
}

/// Result of reading an input.
enum One {
    /// All of it.
    Bytes(Vec<u8>),
    /// Its graphs, and the hash of what it holds.
    Dataset(Dataset, String),
    Faults(Vec<Diagnostic>),
    /// It has no triples.
    Nothing,
}

fn read_one(input: &Input, options: &Options, room: &mut ContentPool) -> Result<One, ReadError> {
    let mut reader = input.open(&options.progress)?;
    let Content::Rdf(format @ (RdfFormat::NTriples | RdfFormat::NQuads)) = input.content else {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).map_err(|error| input.failed(error))?;
        return Ok(One::Bytes(bytes));
    };
    let sizes = Sizes::within(options.memory.unwrap_or(MEMORY));
    let outcome = rdf::read_lines(reader, &input.name, format, !input.is_lasting(), room, sizes);
    match outcome {
        Ok(Outcome::Dataset(dataset, hash)) => Ok(One::Dataset(dataset, hash.to_string())),
        Ok(Outcome::Faults(faults)) => Ok(One::Faults(faults)),
        Ok(Outcome::Nothing) => Ok(One::Nothing),
        Ok(Outcome::Whole(Some(bytes))) => Ok(One::Bytes(bytes)),
        Ok(Outcome::Whole(None)) => input.read().map(One::Bytes),
        Err(LinesError::Input(error)) => Err(input.failed(error)),
        Err(LinesError::Spill(error)) => Err(ReadError::Io(unwritten(room, error))),
    }
}

/// The temporary file cannot be written, or not be read again.
fn unwritten(room: &ContentPool, error: io::Error) -> Error {
    match room.dir() {
        Some(dir) => ArchiveError::writing(dir)(error).into(),
        None => Error::temporary(error),
    }
}

/// The positions of documents that were written as RDF, to be asked; none where there are no such documents.
fn in_one_graph(documents: &[Document]) -> Result<Option<Stored>> {
    if documents.is_empty() {
        return Ok(None);
    }
    let texts = documents.iter().map(|document| document.ntriples.text());
    let texts = texts.collect::<Result<Vec<_>, _>>().map_err(Error::temporary)?;
    let index = Index::from_ntriples(texts.iter().map(AsRef::as_ref), &[])
        .map_err(|error| Error::usage(format!("the input cannot be made into a graph: {error}")))?;
    Ok(Some(Stored::new(index, &[])))
}

/// The triples of a document from which the registry learns names.
fn registry_triples(content: &document::Content) -> Result<Vec<Triple>> {
    let mut triples = Vec::new();
    let mut pieces = content.pieces();
    while let Some(piece) = pieces.next().map_err(Error::temporary)? {
        let parsed = document::parse(piece).map(|triple| triple.expect("what was written can be read"));
        triples.extend(parsed.filter(|triple| Registry::learns_from(triple.predicate.as_ref())));
    }
    Ok(triples)
}

/// An input and the hash of what it holds.
#[derive(Clone)]
struct Origin<'a> {
    input: &'a Input,
    hash: String,
}

impl Origin<'_> {
    fn document(&self, name: NamedNode, ntriples: document::Content) -> Document {
        Document {
            name,
            origin: self.input.name.clone(),
            source_hash: self.hash.clone(),
            part_of: None,
            ntriples,
        }
    }
}

/// The name of the document that an input holds: what the input says of itself, what the caller
/// says, or the names of the file and its folder, wherever that stands.
///
/// A sheet's `base:` has no part in it: the Turtle that the sheet encodes to does not say it, and has
/// to be the same document.
fn document_name(input: &Input, own: Option<&str>, options: &Options) -> NamedNode {
    let name = own.or(options.document.as_deref()).unwrap_or(&input.document);
    if name.contains("://")
        && let Ok(iri) = NamedNode::new(name)
    {
        return iri;
    }
    let parts: Vec<String> = name.split('/').map(slug).filter(|part| !part.is_empty()).collect();
    Base::default().thing("document", &parts.join("/"))
}

/// The name of the document that a file holds, if it says nothing of it itself; none if it is no file that can
/// be read.
#[must_use]
pub fn document_of(file: &Path) -> Option<NamedNode> {
    let inputs = file.is_file().then(|| find(&[file.to_owned()], None))?.ok()?;
    inputs.first().map(|input| document_name(input, None, &Options::default()))
}

/// Two files of one call may be the same document, as a sheet and the Turtle it encodes to are.
/// Then they have to say the same. Sheets come last and are kept: they are what a person mends.
fn once_each(documents: Vec<Document>) -> Result<Vec<Document>> {
    let mut places: HashMap<NamedNode, usize> = HashMap::new();
    let mut kept: Vec<Document> = Vec::new();
    for document in documents {
        let Some(at) = places.get(&document.name) else {
            places.insert(document.name.clone(), kept.len());
            kept.push(document);
            continue;
        };
        let other = &kept[*at];
        if other.ntriples != document.ntriples {
            let differ = other.ntriples.differing(&document.ntriples).map_err(Error::temporary)?;
            return Err(Error::usage(format!(
                "`{}` and `{}` are both the document `{}`, but differ in {}",
                other.origin,
                document.origin,
                document.short_name(),
                count(differ, "triple")
            ))
            .with_help("load one of them, or give a sheet another name with `document: …`"));
        }
        kept[*at] = document;
    }
    Ok(kept)
}

/// A file without data.
fn nothing(what: &str, input: &Input) -> Diagnostic {
    let found = if input.in_folder { Diagnostic::warning(what) } else { Diagnostic::error(what) };
    found.help("to take its data out of the store, use `standpoint remove`").at(Place::file(&input.name))
}

fn invalid_utf8(file: &str, error: &std::string::FromUtf8Error) -> Diagnostic {
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = error.as_bytes() {
        return Diagnostic::error("the file is UTF-16")
            .expected("expected UTF-8")
            .help("save the file as UTF-8")
            .at(Place::file(file));
    }
    let valid = error.utf8_error().valid_up_to();
    // What is valid up to there is the same with every other byte replaced.
    let shown = String::from_utf8_lossy(error.as_bytes());
    Diagnostic::error("not valid UTF-8")
        .expected(format!("unexpected byte 0x{:02x}", error.as_bytes()[valid]))
        .help("save the file as UTF-8; it may be in Windows-1252 or Latin-1")
        .at(Place::in_source(file, &shown, valid..valid + char::REPLACEMENT_CHARACTER.len_utf8()))
}
