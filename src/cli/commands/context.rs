//! What every command knows: where the data is and what the terminal can show.

use super::output;
use super::output::Outcome;
use super::pager::Pager;
use super::times::{Coding, Times};
use crate::audit::receipt::Source;
use crate::base::diagnostic::Diagnostic;
use crate::base::error::{Error, Result, count};
use crate::ingest;
use crate::ingest::case::Projects;
use crate::ingest::{Content, Input, Loaded};
use crate::model::document::{Apart, Document};
use crate::model::ontology;
use crate::model::project::Project;
use crate::store::archive::{Archive, Entry, is_store};
use crate::store::index::coders::{ApartDocument, Coders};
use crate::store::index::storage;
use crate::store::index::{Index, Languages};
use crate::store::names;
use crate::store::names::coders;
use jiff::civil::Date;
use oxrdf::NamedNode;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where a command finds its data, and how it may talk.
#[derive(Clone, Debug)]
pub struct Context {
    /// The store's directory.
    pub store: PathBuf,
    /// Files to use instead of a store.
    pub data: Vec<PathBuf>,
    /// Their format, if their names do not say it.
    pub data_format: Option<Content>,
    /// The base of relative IRIs in RDF files and queries, if one is set.
    pub base: Option<NamedNode>,
    /// The languages in which labels are wanted, if any are.
    pub languages: Option<Languages>,
    /// Whether results go to a terminal, which wants tables that fit.
    pub stdout_is_terminal: bool,
    /// Whether messages go to a terminal, which wants progress and colour.
    pub stderr_is_terminal: bool,
    /// Columns of the terminal; 80 where there is none.
    pub width: usize,
    /// Where colours are wanted.
    pub colour: Colour,
    /// Whether results longer than the terminal are shown page by page.
    pub pages: bool,
}

/// Where colours are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Colour {
    /// On a terminal that has them, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

impl Colour {
    /// Whether they are wanted in a stream.
    #[must_use]
    pub fn wanted(self, is_terminal: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => {
                let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                is_terminal && !refused && is_capable()
            }
        }
    }
}

/// Whether the terminal understands more than lines of text.
fn is_capable() -> bool {
    std::env::var_os("TERM").map_or(cfg!(windows), |name| !name.is_empty() && name != "dumb")
}

/// What a graph was made of.
#[derive(Debug)]
pub enum Origin {
    /// A store, as it was when it was asked.
    Store(Box<Archive>),
    /// Files.
    Files(Vec<Document>),
}

impl Origin {
    /// The same, as receipts and reports name it.
    #[must_use]
    pub fn source(&self, context: &Context) -> Source {
        match self {
            Self::Store(archive) => Source::of_archive(archive),
            Self::Files(documents) => {
                let paths = context.data.iter().map(|path| path.display().to_string()).collect();
                Source::of_documents(paths, documents)
            }
        }
    }
}

impl Context {
    /// Prints what somebody should look at to stderr.
    pub fn warn(&self, diagnostics: &[Diagnostic]) {
        output::diagnostics(diagnostics, self.colours_messages(), self.width);
    }

    /// Prints a failure to stderr, and returns the exit status that tells it.
    pub fn report(&self, error: &Error) -> u8 {
        output::report(error, self.colours_messages(), self.message_width())
    }

    /// Columns of messages: in a pipe or a log a message is a line, to be searched for.
    fn message_width(&self) -> Option<usize> {
        self.stderr_is_terminal.then_some(self.width)
    }

    /// Whether results are coloured.
    #[must_use]
    pub fn colours_results(&self) -> bool {
        self.colour.wanted(self.stdout_is_terminal)
    }

    /// Whether messages are coloured.
    #[must_use]
    pub fn colours_messages(&self) -> bool {
        self.colour.wanted(self.stderr_is_terminal)
    }

    /// Where results for people go: to standard output, and on a terminal page by page when they are whole, at
    /// [`flush`](Write::flush).
    #[must_use]
    pub fn out(&self) -> Box<dyn Write> {
        let is_paged = self.pages && self.stdout_is_terminal && is_capable();
        match terminal_size::terminal_size().filter(|_| is_paged) {
            Some((width, height)) => Box::new(Pager::new((usize::from(width.0), usize::from(height.0)))),
            None => Box::new(output::stdout()),
        }
    }

    /// Prints a result that is there as a whole.
    ///
    /// # Errors
    /// Standard output takes no more.
    pub fn print(&self, text: &str) -> Result<Outcome> {
        output::print_to(text, &mut *self.out())?;
        Ok(Outcome::Done)
    }

    /// The graph to ask, at the times that are meant: that of the files, if any were named,
    /// else that of the store.
    ///
    /// # Errors
    /// Files that cannot be taken; a store that is absent or damaged, or whose history does not
    /// reach back so far.
    pub fn index(&self, times: &Times) -> Result<Index> {
        self.graph_of(times, false).map(|(index, _)| index)
    }

    /// The graph of the case that is at hand; none where neither files nor a store are.
    ///
    /// # Errors
    /// As [`index`](Self::index).
    pub fn case_graph(&self) -> Result<Option<Index>> {
        let is_at_hand = !self.data.is_empty() || is_store(&self.store);
        is_at_hand.then(|| self.index(&Times::default())).transpose()
    }

    /// The same graph, and what it was made of if that is wanted: often the index knows the present
    /// without the archive being opened.
    ///
    /// # Errors
    /// As [`index`](Self::index).
    pub fn graph_of(&self, times: &Times, origin: bool) -> Result<(Index, Option<Origin>)> {
        if !origin
            && self.data.is_empty()
            && times.known_on.is_none()
            && times.coding.coder.is_none()
            && let Some(index) = storage::current(&self.store, ontology::background())
        {
            return Ok((self.reading(of_day(index, times.as_of)), None));
        }
        self.graph(times).map(|(index, origin)| (index, Some(origin)))
    }

    /// The same graph, and what it was made of.
    ///
    /// # Errors
    /// As [`index`](Self::index).
    pub fn graph(&self, times: &Times) -> Result<(Index, Origin)> {
        if self.data.is_empty() {
            let archive = self.archive(times)?;
            let index = self.reading(Self::of_archive(&archive, times)?);
            return Ok((index, Origin::Store(Box::new(archive))));
        }
        let loaded = self.loaded()?;
        self.warn(&loaded.warnings);
        let index = self.reading(Self::of_files(&loaded, times)?);
        Ok((index, Origin::Files(loaded.documents)))
    }

    /// The store as it is, or was at the time that is meant.
    ///
    /// # Errors
    /// A store that is absent or damaged, or whose history does not reach back so far.
    pub fn archive(&self, times: &Times) -> Result<Archive> {
        let archive = Archive::open(&self.store)?;
        let Some(when) = &times.known_on else { return Ok(archive) };
        let archive = archive.at(archive.resolve(when)?)?;
        if let Some(lost) = archive.unverified().next() {
            output::note(&format!(
                "revision {lost} was lost: from then until the repair, the answer may lack data"
            ));
        }
        Ok(archive)
    }

    /// The graph for whoever reads labels in the languages that are wanted.
    #[must_use]
    pub fn reading(&self, index: Index) -> Index {
        let index = index.read_in(self.languages.clone());
        if let Some(wanted) = &self.languages {
            let known = names::languages(&index);
            if known.iter().all(|tag| wanted.rank(tag).is_none()) {
                let known = Vec::from_iter(known).join(", ");
                output::note(&format!("no label is in `{wanted}`; labels are in: {known}"));
            }
        }
        index
    }

    /// The graph of a store, present or past, on a day and by a coder if they are meant.
    ///
    /// # Errors
    /// A damaged store; a coder whom nobody knows.
    pub fn of_archive(archive: &Archive, times: &Times) -> Result<Index> {
        let first = Self::first_of_archive(archive)?;
        let codings = archive.documents().values().filter_map(|entry| entry.coding.as_ref());
        let coders = chosen(&first, codings, &times.coding)?;
        let index = first.of_coders(&ApartDocument::of_archive(archive, &coders, |_| true)?, &coders);
        let index = index.map_err(|error| Error::usage(format!("a document cannot be read: {error}")))?;
        Ok(of_day(index, times.as_of))
    }

    /// What first coders say in a store, whatever has been settled since.
    ///
    /// # Errors
    /// A damaged store.
    pub fn first_of_archive(archive: &Archive) -> Result<Index> {
        if let Some(gap) = archive.gap() {
            output::note(&format!("revision {}: {}", archive.number(), output::purged(gap)));
        }
        let storage::Opened { index, corruption, gone } = storage::open(archive, ontology::background())?;
        if let Some(revision) = gone {
            output::history_shrank(revision);
        }
        if let Some(corruption) = corruption {
            output::note(&format!("the store's index was damaged and has been rebuilt: {corruption}"));
        }
        Ok(index)
    }

    /// Makes the index of a store that has just changed, for whoever asks next.
    pub fn keep_index(archive: &Archive) {
        // What is wrong with a document is reported when it is asked for.
        let _ = storage::open(archive, ontology::background());
    }

    /// The graph of what was read, at the times that are meant.
    ///
    /// # Errors
    /// It is no graph; files have no history.
    pub fn of_files(loaded: &Loaded, times: &Times) -> Result<Index> {
        times.ensure_no_past()?;
        let first = Self::first_of_files(loaded)?;
        let codings = codings(&loaded.documents)?;
        let coders = chosen(&first, codings.iter(), &times.coding)?;
        let apart = ApartDocument::of_documents(&loaded.documents, &coders).map_err(Error::temporary)?;
        let index = first.of_coders(&apart, &coders).map_err(no_graph)?;
        Ok(of_day(index, times.as_of))
    }

    /// What first coders say in what was read.
    ///
    /// # Errors
    /// It is no graph.
    pub fn first_of_files(loaded: &Loaded) -> Result<Index> {
        Index::from_documents(loaded.documents.clone(), ontology::schemes()).map_err(no_graph)
    }

    /// What the team has agreed on: the project file here or above, or the one that is named.
    ///
    /// # Errors
    /// It cannot be read, or says what is not understood.
    pub fn project(&self, named: Option<&Path>) -> Result<Project> {
        let found = || Project::find(Path::new("."));
        match named.map(Path::to_owned).or_else(found) {
            Some(file) => Project::read(&file),
            None => Ok(Project::default()),
        }
    }

    /// What has been agreed on for these inputs: the file that is named, else the one of the case that all of
    /// them belong to, else the one here or above.
    ///
    /// # Errors
    /// As [`project`](Self::project).
    pub fn project_of(&self, inputs: &[Input], named: Option<&Path>) -> Result<Project> {
        let common = Projects::new(named.map(Path::to_owned)).common(inputs)?;
        common.map_or_else(|| self.project(named), |project| Ok((*project).clone()))
    }

    /// The documents behind that graph, one by one.
    ///
    /// # Errors
    /// Files that cannot be taken, a store that is absent or damaged.
    pub fn documents(&self) -> Result<Vec<Document>> {
        if !self.data.is_empty() {
            return Ok(self.loaded()?.documents);
        }
        documents(&Archive::open(&self.store)?)
    }

    /// The files that are used instead of a store.
    ///
    /// # Errors
    /// They cannot be taken.
    pub fn loaded(&self) -> Result<Loaded> {
        let mut inputs = Vec::new();
        for path in &self.data {
            // Standard input has no name that tells its format. TriG takes in Turtle and N-Triples, too.
            let guessed = if path.as_os_str() == "-" { Content::from_name("trig") } else { None };
            inputs.extend(ingest::find(std::slice::from_ref(path), self.data_format.or(guessed))?);
        }
        let options = ingest::Options { base: self.base.clone(), ..ingest::Options::default() };
        ingest::read(&inputs, options, ingest::nothing_known())
    }
}

pub(super) fn no_graph(error: impl std::fmt::Display) -> Error {
    Error::usage(format!("the input cannot be made into a graph: {error}"))
}

/// The codings of documents that are not the first coder's.
///
/// # Errors
/// A temporary file cannot be read.
pub(super) fn codings(documents: &[Document]) -> Result<Vec<Apart>> {
    let codings = documents.iter().map(|document| document.ntriples.apart());
    codings.filter_map(|coding| coding.map_err(Error::temporary).transpose()).collect()
}

/// The coders who are meant: those who are named, else the first ones.
///
/// # Errors
/// A coder whom nobody knows; none is named, and nobody is first.
pub(super) fn chosen<'a>(
    first: &Index,
    codings: impl Iterator<Item = &'a Apart> + Clone,
    coding: &Coding,
) -> Result<Coders> {
    if let Some(name) = &coding.coder {
        return coders::chosen(&coders::coders(first, codings), name);
    }
    let is_second = codings.clone().any(|coding| !coding.in_default_graph());
    if is_second && !codings.clone().any(Apart::in_default_graph) && !first.has_records()? {
        let known = coders::listed(&coders::coders(first, codings));
        return Err(Error::usage("no coder is first")
            .with_help(format!("choose with --coder NAME, or --coder all; {known}")));
    }
    Ok(Coders::First)
}

pub(super) fn of_day(index: Index, as_of: Option<Date>) -> Index {
    let Some(day) = as_of else { return index };
    let (index, left_out) = index.as_of(day);
    if left_out.undated > 0 {
        let undated = count(left_out.undated, "position");
        output::note(&format!("left out: {undated} in force without a known beginning"));
    }
    if let Some((first, last)) = left_out.begins {
        output::note(&format!(
            "no position was in force on {day}: the first began on {first}, the last on {last}"
        ));
    }
    index
}

/// What each document of a store says.
///
/// # Errors
/// A damaged store.
pub fn documents(archive: &Archive) -> Result<Vec<Document>> {
    let document = |entry: &Entry| {
        Ok(Document {
            name: entry.document.clone(),
            origin: entry.origin.clone(),
            source_hash: entry.source.clone(),
            part_of: entry.part_of.clone(),
            ntriples: archive.read(entry)?.into(),
        })
    };
    archive.documents().values().map(document).collect()
}
