//! Writing the graph out: whole or in part, in every format, the same bytes each time.
//!
//! An [`Export`] is what is to be written; it goes to a file, which appears whole or not at
//! all, or to a stream. Either way it is read back first and held against what was meant, so
//! that nothing leaves which another tool cannot read. Memory is bounded by the graph that is
//! written, not by its text. Deliberately absent: SPARQL.

mod cells;
pub mod coded_text;
mod compare;
mod concepts;
mod dataset;
pub mod dna;
mod engine;
mod file;
mod format;
mod graph;
mod jsonld;
mod nanopub;
pub mod network;
pub mod picture;
mod ntriples;
mod order;
mod placed;
mod prefixes;
pub mod qdpx;
mod quotes;
mod rdfxml;
mod references;
mod selection;
mod sheet;
mod table;
mod turtle;
mod value;
mod verify;
mod view;
mod web_annotation;
mod writer;
mod xml;

pub use cells::{Cell, CellTable, Spreadsheet, workbook};
pub use file::{save, save_with};
pub use format::{Content, EXPORTED, Format};
pub use nanopub::{NanopubOptions, Nanopubs, nanopubs};
pub use network::Network;
pub use rdfxml::{XmlText, outside_xml};
pub use references::references;
pub use selection::Selection;
pub use sheet::{SheetForm, Sheets, sheets};
pub use table::{Column, PACKAGE, Table, Tables};
pub use value::{Attribute, Kind, Value};
pub use view::View;
pub use web_annotation::web_annotations;

use crate::base::error::{Error, Result};
use crate::model::prefixes::Prefixes;
use crate::store::GraphReader;
use crate::store::index::SCHEMES;
use dataset::Dataset;
use flate2::{Compression, bufread::GzDecoder, write::GzEncoder};
use graph::Graph;
use jsonld::JsonLd;
use ntriples::NTriples;
use oxrdf::{NamedNode, Triple};
use rdfxml::RdfXml;
use std::collections::HashSet;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::path::Path;
use tempfile::SpooledTempFile;
use turtle::Turtle;
use writer::GraphWriter;

/// Texts up to this many bytes wait in memory for being read back, longer ones on disk.
const SPOOL: usize = 64 << 20;

/// What to write, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The format.
    pub format: Format,
    /// Form in which positions are shown.
    pub view: View,
    /// Which positions; all by default.
    pub selection: Selection,
    /// Whether to write all concepts of the ontology, and not only those that positions need.
    pub with_ontology: bool,
    /// Whether to skip the reading back, which takes about as long as the writing.
    pub unverified: bool,
    /// Number of words that quotes are cut to, if they are.
    pub quotes_max: Option<usize>,
}

/// A graph, or named graphs, ready to be written.
pub struct Export {
    content: Written,
    writer: &'static dyn GraphWriter,
    unverified: bool,
    directions_dropped: usize,
}

/// What is written.
enum Written {
    Graph(Graph),
    Dataset(Dataset),
}

impl Export {
    /// Takes from the index what the options ask for.
    ///
    /// # Errors
    /// A selection that nothing matches; a graph that the format cannot carry.
    pub fn new(index: &dyn GraphReader, options: &Options) -> Result<Self> {
        let writer = writer(options.format)?;
        if options.view == View::Rdf12 {
            check_rdf12(writer)?;
        }
        let mut reduction = Reduction::of(options);
        let graph = if options.selection.is_everything() && options.view == View::Full {
            writer.order().graph(reduction.without(all(index, options)))?
        } else {
            writer.order().graph(reduction.without(selected(index, options)?.into_iter()))?
        };
        check(&graph, writer)?;
        Ok(Self {
            content: Written::Graph(graph),
            writer,
            unverified: options.unverified,
            directions_dropped: reduction.dropped,
        })
    }

    /// Takes what the options ask for from these named graphs of the index.
    ///
    /// # Errors
    /// As [`new`](Self::new); a format without named graphs.
    pub fn of_graphs(
        index: &dyn GraphReader,
        graphs: Vec<(NamedNode, Vec<Triple>)>,
        options: &Options,
    ) -> Result<Self> {
        let writer = writer(options.format)?;
        if !options.format.has_graphs() {
            return Err(Error::usage(format!("{} has no named graphs", options.format))
                .with_help("write trig or nquads, or omit --graphs"));
        }
        if options.view == View::Rdf12 {
            check_rdf12(writer)?;
        }
        // What is shown of a triple, whichever graph it is of.
        let closed = Options { view: View::Full, ..options.clone() };
        let wanted: Option<HashSet<Triple>> = match (options.selection.is_everything(), options.view) {
            (true, View::Full | View::Rdf12) => None,
            (false, View::Rdf12) => Some(selected(index, &closed)?.into_iter().collect()),
            _ => Some(selected(index, options)?.into_iter().collect()),
        };
        let unused = unused(index, options);
        let mut reduction = Reduction::of(options);
        let graphs = graphs.into_iter().map(|(name, mut triples)| {
            triples.retain(|triple| match &wanted {
                Some(wanted) => wanted.contains(triple),
                None => name != SCHEMES || !unused.contains(triple),
            });
            if options.view == View::Rdf12 {
                triples = show(index, View::Rdf12, triples);
            }
            triples.iter_mut().for_each(|triple| reduction.drop(triple));
            (name, triples)
        });
        let dataset = Dataset::new(graphs.collect(), writer.order())?;
        dataset.graphs().try_for_each(|(_, graph)| check(graph, writer))?;
        Ok(Self {
            content: Written::Dataset(dataset),
            writer,
            unverified: options.unverified,
            directions_dropped: reduction.dropped,
        })
    }

    /// The export of these triples, for those who have no index.
    ///
    /// # Errors
    /// A graph that the format cannot carry.
    pub fn of_triples(triples: impl IntoIterator<Item = Triple>, format: Format) -> Result<Self> {
        let writer = writer(format)?;
        let graph = writer.order().graph(triples)?;
        check(&graph, writer)?;
        Ok(Self { content: Written::Graph(graph), writer, unverified: false, directions_dropped: 0 })
    }

    /// Sets the prefixes to write it with; those that it does not use are left out.
    #[must_use]
    pub fn with_prefixes(mut self, prefixes: Prefixes) -> Self {
        match &mut self.content {
            Written::Graph(graph) => graph.set_prefixes(prefixes),
            Written::Dataset(dataset) => {
                dataset.graphs_mut().for_each(|graph| graph.set_prefixes(prefixes.clone()));
            }
        }
        self
    }

    /// How many triples it has.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.content {
            Written::Graph(graph) => graph.triples().len(),
            Written::Dataset(dataset) => dataset.len(),
        }
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of texts that are written without their direction, which RDF 1.1 does not know.
    #[must_use]
    pub fn directions_dropped(&self) -> usize {
        self.directions_dropped
    }

    /// Puts it into a file, compressed where its name ends in `.gz`.
    ///
    /// # Errors
    /// A place where no file can be, a full disk, a text that does not read back: the file is
    /// then what it was before.
    pub fn save(&self, path: &Path) -> Result<()> {
        if let Some(mut device) = file::open_device(path)? {
            return self.send(&path.display().to_string(), &mut device);
        }
        file::put(path, |file| {
            self.fill(file, format::is_gzip(path)).map_err(Error::file("write", path))?;
            if self.unverified {
                return Ok(());
            }
            file.rewind().map_err(Error::file("read", path))?;
            let text = BufReader::new(file);
            if format::is_gzip(path) {
                self.verify(BufReader::new(GzDecoder::new(text)))
            } else {
                self.verify(text)
            }
        })
    }

    /// Sends it to a stream; errors call the stream `name`.
    ///
    /// # Errors
    /// A stream that takes no more; a text that does not read back, of which nothing is sent.
    pub fn send(&self, name: &str, stream: &mut impl Write) -> Result<()> {
        let failed = || Error::file("write to", name);
        if self.unverified {
            return self.fill(stream, false).map_err(failed());
        }
        let mut spool = SpooledTempFile::new(SPOOL);
        self.fill(&mut spool, false).and_then(|()| spool.rewind()).map_err(failed())?;
        self.verify(BufReader::new(&mut spool))?;
        spool.rewind().map_err(failed())?;
        io::copy(&mut spool, stream).and_then(|_| stream.flush()).map_err(failed())
    }

    fn verify(&self, text: impl BufRead) -> Result<()> {
        match &self.content {
            Written::Graph(graph) => verify::verify(graph, self.writer, text),
            Written::Dataset(dataset) => verify::verify_dataset(dataset, self.writer, text),
        }
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        match (&self.content, self.writer.format()) {
            (Written::Graph(graph), _) => self.writer.write(graph, out),
            (Written::Dataset(dataset), Format::TriG) => turtle::write_dataset(dataset, out),
            (Written::Dataset(dataset), _) => ntriples::write_dataset(dataset, out),
        }
    }

    fn fill(&self, out: &mut impl Write, compressed: bool) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        if compressed {
            let mut out = BufWriter::with_capacity(1 << 16, GzEncoder::new(&mut out, Compression::default()));
            self.write(&mut out)?;
            out.into_inner()?.finish()?;
        } else {
            self.write(&mut out)?;
        }
        out.flush()
    }
}

/// The writer of a format.
///
/// # Errors
/// A format that cannot hold a graph.
fn writer(format: Format) -> Result<&'static dyn GraphWriter> {
    Ok(match format {
        Format::Turtle => &Turtle(Format::Turtle),
        Format::TriG => &Turtle(Format::TriG),
        Format::NTriples => &NTriples(Format::NTriples),
        Format::NQuads => &NTriples(Format::NQuads),
        Format::RdfXml => &RdfXml,
        Format::JsonLd => &JsonLd,
        _ => {
            let names: Vec<&str> = Content::Graph.formats().map(Format::name).collect();
            return Err(Error::usage(format!("{format} cannot hold a graph"))
                .with_help(format!("choose one of {}", names.join(", "))));
        }
    })
}

fn check_rdf12(writer: &dyn GraphWriter) -> Result<()> {
    if writer.carries_rdf12() {
        return Ok(());
    }
    let carries = |format: &Format| self::writer(*format).is_ok_and(GraphWriter::carries_rdf12);
    let able: Vec<&str> = Content::Graph.formats().filter(carries).map(Format::name).collect();
    Err(Error::usage(format!("{} cannot carry the triple terms of RDF 1.2", writer.format()))
        .with_help(format!("formats that can: {}", able.join(", "))))
}

fn check(graph: &Graph, writer: &dyn GraphWriter) -> Result<()> {
    if graph.needs_rdf12() {
        check_rdf12(writer)?;
    }
    writer.check(graph)
}

/// What is left out of triples: directions of texts, which RDF 1.1 does not know, and words of long quotes.
struct Reduction {
    are_kept: bool,
    dropped: usize,
    quotes_max: Option<usize>,
}

impl Reduction {
    fn of(options: &Options) -> Self {
        Self { are_kept: options.view == View::Rdf12, dropped: 0, quotes_max: options.quotes_max }
    }

    fn drop(&mut self, triple: &mut Triple) {
        if !self.are_kept {
            self.dropped += usize::from(view::drop_direction(triple));
        }
        if let Some(most) = self.quotes_max {
            quotes::cut_triple(triple, most);
        }
    }

    /// These triples without them.
    fn without<'d>(
        &'d mut self,
        triples: impl Iterator<Item = Triple> + 'd,
    ) -> impl Iterator<Item = Triple> + 'd {
        triples.map(|mut triple| {
            self.drop(&mut triple);
            triple
        })
    }
}

/// The concepts that are not written.
fn unused(index: &dyn GraphReader, options: &Options) -> HashSet<&'static Triple> {
    if options.with_ontology { HashSet::new() } else { concepts::unused(index) }
}

/// All triples but those of concepts that nothing needs.
fn all<'i>(index: &'i dyn GraphReader, options: &Options) -> impl Iterator<Item = Triple> + 'i {
    let unused = unused(index, options);
    index.triples().filter(move |triple| !unused.contains(triple))
}

/// The triples that selection and view ask for.
///
/// # Errors
/// A selection that nothing matches.
pub fn selected(index: &dyn GraphReader, options: &Options) -> Result<Vec<Triple>> {
    let (selection, view) = (&options.selection, options.view);
    if selection.is_everything() {
        return Ok(show(index, view, all(index, options).collect()));
    }
    let statements = selection.statements(index);
    if statements.is_empty() {
        return Err(nothing_selected(index, selection));
    }
    let triples = match view {
        View::Direct => selection::in_force(index, &statements).into_iter().collect(),
        View::Full | View::Rdf12 => selection.close(index, &statements),
    };
    if triples.is_empty() {
        return Err(Error::usage("no direct triple matches: none of the selected positions is in force")
            .with_help("--view full shows them with their status"));
    }
    Ok(show(index, view, triples))
}

fn show(index: &dyn GraphReader, view: View, mut triples: Vec<Triple>) -> Vec<Triple> {
    match view {
        View::Full => triples,
        View::Direct => view::direct_view(index, triples.into_iter()),
        View::Rdf12 => {
            triples.extend(view::reifiers(index, &triples));
            view::triple_terms(triples)
        }
    }
}

fn nothing_selected(index: &dyn GraphReader, selection: &Selection) -> Error {
    let error = Error::usage("no position matches the selection");
    let counts: Vec<String> = selection
        .parts()
        .into_iter()
        .map(|(what, part)| format!("{} {what}", part.statements(index).len()))
        .collect();
    if counts.len() < 2 { error } else { error.with_help(format!("separately: {}", counts.join(", "))) }
}
