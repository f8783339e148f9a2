//! Who stands where, on what, since when, on whose word: positions from news as RDF.
//!
//! A *position* is the stance that one stakeholder takes on one issue, as a source reports it,
//! with the words that prove it. This library reads positions from coding sheets and RDF files,
//! keeps every revision of every document, answers questions about them in SPARQL, and writes
//! them out as Turtle and other formats. The command `standpoint` is a thin layer over it.
//!
//! # Contents
//!
//! Ten wings, each of which imports only those before it; a test holds that order.
//!
//! - [`base`]: what any program needs: diagnostics, errors, folding of words, tables, SPARQL's tokens
//! - [`model`]: what is talked about: vocabulary, ontology, types, texts, identity, encoding, documents
//! - [`store`]: what is kept and what is queried: the archive (truth), the index (cache), names
//! - [`ingest`]: everything that comes in: sheets, RDF
//! - [`export`]: the graph or a part of it, in every format
//! - [`query`]: SPARQL: parsed, run, explained, answered; the questions asked by name
//! - [`analysis`]: what is read off the index without SPARQL: pages about a thing, search
//! - [`audit`]: what can be proved: checks, quotes, history, receipts
//! - [`serve`]: what a browser shows: views, the report, the server
//! - [`cli`]: what people touch: arguments, one file a command, the shell, pages
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
//! let inputs = ingest::find(&["data".into()], None)?;
//! let loaded = ingest::read(&inputs, ingest::Options::default(), ingest::nothing_known())?;
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

pub use standpoint_data::base;
pub use standpoint_data::export;
pub use standpoint_data::ingest;
pub use standpoint_data::model;
pub use standpoint_data::store;
pub mod query;
pub mod analysis;
pub mod audit;
pub mod serve;
#[doc(hidden)]
pub mod cli;

pub use base::error::{Error, Result};
