//! Who stands where, on what, since when, on whose word: positions from news as RDF.
//!
//! A *position* is the stance that one stakeholder takes on one issue, as a source reports it,
//! with the words that prove it. This library reads positions from coding sheets and RDF files,
//! keeps every revision of every document, answers questions about them in SPARQL, and writes
//! them out as Turtle and other formats. The command `standpoint` is a thin layer over it.
//!
//! # Contents, in the order in which data flows
//!
//! What is talked about:
//!
//! - [`vocab`]: every IRI that the program writes or looks for
//! - [`ontology`]: the files of `ontology/`, carried inside the program
//! - [`model`]: positions, actors, issues and the rest as plain types; no triples
//!
//! Coming in:
//!
//! - [`text`]: an article's text, and where words stand in it
//! - [`fold`]: words without case, accents, script and spelling variants
//! - [`identity`]: IRIs computed from content
//! - [`registry`]: who and what can be named, and by which names
//! - [`sheet`]: coding sheets, from what a person writes to the model
//! - [`encode`]: from the model to triples, and the direct triples that follow
//! - [`document`]: the unit of change, a named set of triples
//! - [`load`]: from files of every kind to documents, all of them or none
//!
//! Being kept:
//!
//! - [`archive`]: what every document said, and who changed it when; the truth
//! - [`index`]: the one graph that is queried; a cache of the archive
//!
//! Going out:
//!
//! - [`prefixes`]: short names for IRIs
//! - [`names`]: things and what people call them, in both directions
//! - [`query`]: questions in SPARQL: parsed, run, explained, written out
//! - [`table`]: tables for people
//! - `header`: what a query file says about itself
//! - [`ask`]: the questions of `queries/`, asked by names instead of IRIs
//! - `facts`, `page`: what the graph says about a node, in words and in lines
//! - [`show`]: the page about one thing
//! - [`find`]: things and positions by words
//! - [`export`]: the graph or a part of it, in every format
//! - [`project`]: what a team has agreed on for its case
//! - [`check`]: what is wrong with a graph, by rules and shapes
//! - [`verify`]: every quote against its article's text
//! - [`history`]: what was done, and what changed between two revisions
//! - [`receipt`]: what was asked and what came out, to be asked again
//! - [`init`]: a case of one's own to start from
//! - [`shell`]: what is typed into the shell, and what can be typed next
//!
//! For all of them:
//!
//! - [`diagnostic`]: what is wrong with an input, and where
//! - [`error`]: what can go wrong, by who has to act
//!
//! On top:
//!
//! - [`cli`]: what can be typed
//! - [`commands`]: one file a command
//!
//! # From a sheet to an answer
//!
//! ```
//! use standpoint::store::index::Index;
//! use standpoint::query::{Answer, Query};
//! use standpoint::ingest;
//! use standpoint::model::ontology;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let inputs = load::find(&["data".into()], None)?;
//! let loaded = load::read(&inputs, load::Options::default(), load::nothing_known())?;
//! let texts: Vec<_> =
//!     loaded.documents.iter().map(|document| document.ntriples.text()).collect::<Result<_, _>>()?;
//! let documents = texts.iter().map(AsRef::as_ref);
//! let index = Index::from_ntriples(documents, ontology::schemes()).expect("documents are N-Triples");
//!
//! let text = "SELECT ?name { ?who stp:opposes issue:ukraine-cedes-territory ; skos:prefLabel ?name }";
//! let answer = Query::parse("who opposes it", text)?.answer(&index, None)?;
//! let Answer::Rows { rows, .. } = answer else { unreachable!("SELECT is answered by rows") };
//! let names: Vec<String> = rows.iter().flatten().flatten().map(ToString::to_string).collect();
//! assert_eq!(names, [r#""Ukrainian respondents"@en"#]);
//! # Ok(())
//! # }
//! ```

pub mod base;
pub mod model;
pub mod store;
pub mod ingest;
pub mod export;
pub mod query;
pub mod analysis;
pub mod audit;
pub mod cli;

pub use base::error::{Error, Result};
