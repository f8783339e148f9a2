//! Receipts: what was asked of which graph, and what came out, so that it can be asked again.
//!
//! A receipt is a JSON file. Whoever has it and the store can tell whether the answer is still
//! what the store answers, years later, whatever was loaded since: the store is its revisions,
//! each named by its hash, and none is ever lost. `reproduce` does that. What is in the file:
//!
//! | field | what |
//! |---|---|
//! | `format` | `standpoint receipt 1` |
//! | `time` | when it was asked, UTC |
//! | `program`, `engine` | who answered: `standpoint 0.2.0`, `oxigraph 0.5.13` |
//! | `ontology` | SHA-256 of the concept schemes that every graph holds, as canonical N-Triples |
//! | `source` | `{"store": {identity, revision, hash, time, documents}}`: which store, its newest revision, and the digest of its set of documents; or for files `{"files": {paths, documents}}`, each document with its name, its origin, the SHA-256 of the bytes it was read from (`sha256`) and that of its canonical N-Triples (`content`) |
//! | `knownOn`, `asOf` | the times, as they were given |
//! | `question`, `parameters` | for `ask`: its name; each parameter as typed (`given`, null for the default), as understood (`shown`) and as bound (`term`, N-Triples; null where everything is meant) |
//! | `prologue`, `query` | prefix declarations that the text needs elsewhere; the text as it was run. A parameter is bound as if the pattern began with `VALUES` |
//! | `answer` | `form` (rows, truth, graph), `columns`, `ordered`, `count`, `sha256` of the canonical form, and `fingerprints`: one a row |
//! | `seal` | SHA-256 of every byte before the comma that precedes it |
//!
//! The seal shows damage and careless editing. It is no signature: whoever wants to be sure
//! that nobody made the file anew signs it, or keeps its hash elsewhere.
//!
//! # The canonical form of an answer
//!
//! UTF-8, lines ended by line feeds; another program can write it too.
//!
//! - **Rows**: SPARQL's TSV with all terms as canonical N-Triples: the columns as the query
//!   has them, with question marks; a line a row, cells divided by tabs, unbound ones empty. If
//!   the outermost query has no `ORDER BY` (`ordered` is false), the lines are sorted by bytes;
//!   the order in which an engine comes upon rows is no part of the answer. If it has one,
//!   only runs of rows that it leaves tied are sorted. Tied are neighbours with the same keys,
//!   numbers being the same by what they are worth, other literals by their text, blank nodes
//!   always. Under `DISTINCT`, keys count up to the first that is no function of the columns.
//!   For sorting, each blank node is `_:`; lines that are the same by that are sorted by the labels
//!   of the store, which depend on nothing but the document's content. Then blank nodes are
//!   called `_:b0`, `_:b1` … as they first appear.
//! - **True or false**: `true` or `false`, one line.
//! - **Graphs**: canonical N-Triples, sorted by bytes, blank nodes called as RDFC-1.0 has it.
//!
//! A fingerprint is the first 16 hexadecimal digits of the SHA-256 of a line without its line
//! feed, each blank node being `_:`. With them, rows that came and went can be counted. The rows
//! themselves are not kept: a receipt can be handed on where the answer may not be.

mod canonical;
mod reproduce;

pub use canonical::Canonical;
pub use reproduce::{Difference, Outcome, Reproduction, Verdict};

use crate::base::error::{Error, Result};
use crate::model::document;
use crate::model::document::Document;
use crate::model::ontology;
use crate::query::ask;
use crate::query::{ENGINE, Form, Query};
use crate::store::archive::layout::TOOL;
use crate::store::archive::{Archive, ContentHash, Identity, seal};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The version of what [`Receipt::to_json`] writes.
pub const FORMAT: &str = "standpoint receipt 1";

/// What was asked of which graph, and what came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// [`FORMAT`].
    pub format: String,
    /// When it was asked.
    pub time: Timestamp,
    /// The program and its version.
    pub program: String,
    /// The query engine and its version.
    pub engine: String,
    /// Hash of what the program itself adds to every graph.
    pub ontology: ContentHash,
    /// Source of the graph that was asked.
    pub source: Source,
    /// `--known-on`, as it was given; `source` says what it meant.
    pub known_on: Option<String>,
    /// The day whose positions were meant.
    pub as_of: Option<Date>,
    /// `--coder`, as it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coder: Option<String>,
    /// The question of the library.
    pub question: Option<String>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// Declarations that the text needs elsewhere.
    pub prologue: String,
    /// The query, as it was run.
    pub query: String,
    /// Record of the answer.
    pub answer: Recorded,
}

/// The graph that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A store after a revision.
    Store {
        /// Identity of the store, which its copies share; none in older receipts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        identity: Option<Identity>,
        /// Its number; 0 in a store without any.
        revision: u64,
        /// SHA-256 of its file, which names the whole state of the store.
        hash: Option<ContentHash>,
        /// When it was made.
        time: Option<Timestamp>,
        /// Digest of the set of documents; none in older receipts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        documents: Option<ContentHash>,
    },
    /// Files without a store.
    Files {
        /// Files and folders as they were named.
        paths: Vec<String>,
        /// What was read from them.
        documents: Vec<SourceDocument>,
    },
}

/// A document that was asked without a store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceDocument {
    /// Its IRI.
    pub document: String,
    /// The file.
    pub origin: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// SHA-256 of what it says, which for a sheet depends on the texts that it names.
    pub content: ContentHash,
}

/// A parameter's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// The variable.
    pub name: String,
    /// Value as it was typed; none where the default was taken.
    pub given: Option<String>,
    /// Value as it was understood.
    pub shown: String,
    /// The term that was bound, in N-Triples; none where everything was meant.
    pub term: Option<String>,
}

impl Parameter {
    /// A parameter as it was understood, and as it was typed.
    #[must_use]
    pub fn new(value: &ask::Value, given: Option<String>) -> Self {
        let term = value.term.as_ref().map(ToString::to_string);
        Self { name: value.name.clone(), given, shown: value.shown.clone(), term }
    }
}

/// What came out, without saying it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// "rows", "truth" or "graph".
    pub form: String,
    /// The columns of rows.
    pub columns: Vec<String>,
    /// Whether the order of rows counts.
    pub ordered: bool,
    /// Rows or triples; 1 for true or false.
    pub count: usize,
    /// SHA-256 of the canonical form.
    pub sha256: ContentHash,
    /// One a line of it, in its order.
    pub fingerprints: Vec<String>,
}

/// What was asked: all of a receipt but the query and its answer.
#[derive(Clone, Debug)]
pub struct Asked {
    /// When.
    pub time: Timestamp,
    /// Source of the graph.
    pub source: Source,
    /// `--known-on`, as it was given.
    pub known_on: Option<String>,
    /// The day whose positions were meant.
    pub as_of: Option<Date>,
    /// `--coder`, as it was given.
    pub coder: Option<String>,
    /// The question of the library.
    pub question: Option<String>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
}

impl Source {
    /// The store as this archive sees it.
    #[must_use]
    pub fn of_archive(archive: &Archive) -> Self {
        let head = archive.head();
        Self::Store {
            identity: archive.identity(),
            documents: Some(archive.digest()),
            revision: head.map_or(0, |head| head.number),
            hash: archive.head_hash(),
            time: head.map(|head| head.time),
        }
    }

    /// Documents without a store, read from these paths.
    #[must_use]
    pub fn of_documents(paths: Vec<String>, documents: &[Document]) -> Self {
        let mut documents: Vec<SourceDocument> = documents.iter().map(SourceDocument::of).collect();
        documents.sort();
        Self::Files { paths, documents }
    }

    /// "revision 2 (2025-04-17 09:30 UTC)", "files: a.yaml, b.ttl".
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Store { revision, time: Some(time), .. } => {
                format!("revision {revision} ({})", minutes(*time))
            }
            Self::Store { .. } => "an empty store".into(),
            Self::Files { paths, .. } => format!("files: {}", paths.join(", ")),
        }
    }
}

impl SourceDocument {
    fn of(document: &Document) -> Self {
        Self {
            document: document.name.as_str().to_owned(),
            origin: document.origin.clone(),
            sha256: document.source_hash.clone(),
            content: document.ntriples.hash(),
        }
    }
}

/// "2025-04-17 09:30 UTC".
pub fn minutes(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// SHA-256 of what the program itself adds to every graph.
fn ontology() -> ContentHash {
    ContentHash::of(document::ntriples(ontology::schemes().iter().cloned()).as_bytes())
}

impl Receipt {
    /// The receipt of a query and its answer.
    #[must_use]
    pub fn new(asked: Asked, query: &Query, answer: &Canonical) -> Self {
        let Asked { time, source, known_on, as_of, coder, question, parameters } = asked;
        Self {
            format: FORMAT.into(),
            time,
            program: TOOL.into(),
            engine: ENGINE.into(),
            ontology: ontology(),
            source,
            known_on,
            as_of,
            coder,
            question,
            parameters,
            prologue: query.prologue(),
            query: query.text().to_owned(),
            answer: Recorded {
                form: form(query.form()).into(),
                columns: answer.columns.clone(),
                ordered: answer.ordered,
                count: answer.lines.len(),
                sha256: answer.sha256,
                fingerprints: answer.fingerprints.clone(),
            },
        }
    }

    /// The file's bytes: indented JSON with the seal at its end.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        seal::seal(self)
    }

    /// Reads a receipt; `name` is that of its file, for messages.
    ///
    /// # Errors
    /// It is none, or one of a later format, or was changed after it was written.
    pub fn from_json(name: &str, bytes: &[u8]) -> Result<Self> {
        #[derive(Deserialize)]
        struct Format {
            format: String,
        }
        let none = |why: &str| {
            Error::usage(format!("`{name}` is not a receipt: {why}"))
                .with_help("`query … --receipt FILE` and `ask … --receipt FILE` write receipts")
        };
        match serde_json::from_slice(bytes) {
            Ok(Format { format }) if format == FORMAT => {}
            Ok(Format { format }) if format.starts_with("standpoint receipt ") => {
                return Err(Error::usage(format!("`{name}` is a `{format}`; this program reads `{FORMAT}`"))
                    .with_help(format!("reproduce it with a later version than {TOOL}")));
            }
            Ok(Format { format }) => return Err(none(&format!("its format is `{format}`"))),
            // Most of a receipt is one still, and says where it ends.
            Err(_) if bytes.windows(FORMAT.len()).any(|window| window == FORMAT.as_bytes()) => {}
            Err(error) if error.is_data() => return Err(none("it has no `format`")),
            Err(error) => return Err(none(&format!("it cannot be read as JSON: {error}"))),
        }
        seal::unseal(bytes).map_err(|why| {
            Error::usage(format!("the receipt `{name}` {why}"))
                .with_help("a changed receipt proves nothing: use the original file")
        })
    }
}

fn form(form: Form) -> &'static str {
    match form {
        Form::Rows => "rows",
        Form::Truth => "truth",
        Form::Graph => "graph",
    }
}
