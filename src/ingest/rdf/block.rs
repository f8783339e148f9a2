//! A chunk of whole lines, read and put in order by one thread.

use super::plain::plain;
use super::value;
use crate::base::depth;
use oxigraph::io::{RdfFormat, RdfParser, RdfSyntaxError};
use oxrdf::{GraphName, NamedOrBlankNode, Quad, Term, Triple};
use std::collections::HashMap;
use std::ops::Range;

/// Number of faulty lines that are told of one file.
pub(super) const MOST_FAULTS: usize = 50;

/// Triples of a chunk, sorted.
#[derive(Default)]
pub(super) struct Block {
    /// The lines of each graph, one graph after another, sorted and each once.
    pub(super) lines: Vec<u8>,
    /// Graphs by their place in `graphs`, and the bytes of their lines.
    pub(super) sections: Vec<(usize, Range<usize>)>,
    /// Names as they are written, empty for the default graph, in the order of their first triple.
    pub(super) graphs: Vec<String>,
    /// Whether some line has a blank node, under the label of the file.
    pub(super) has_blank: bool,
    /// How many line feeds the chunk has.
    pub(super) line_feeds: usize,
    pub(super) faults: Vec<Fault>,
    /// Whether a triple stands inside another somewhere.
    pub(super) has_star: bool,
}

/// A line that cannot be read.
pub(super) struct Fault {
    /// How many lines of the chunk are before it.
    pub(super) line: usize,
    pub(super) text: Vec<u8>,
    /// None if it is no UTF-8.
    pub(super) errors: Option<Vec<RdfSyntaxError>>,
}

/// A triple: a graph, and where it is written without its full stop.
struct Entry {
    graph: usize,
    at: Range<usize>,
    /// Whether in the chunk or in what the parser's triples were written into.
    is_rewritten: bool,
}

pub(super) struct BlockParser<'c> {
    chunk: &'c str,
    format: RdfFormat,
    rewritten: String,
    entries: Vec<Entry>,
    names: HashMap<String, usize>,
    /// The graph of the last line.
    graph: (String, usize),
    /// Whether entries are in their order, and whether they are all that the chunk is.
    is_sorted: bool,
    is_all: bool,
    block: Block,
}

impl Block {
    /// Reads a chunk of whole lines.
    pub(super) fn of(chunk: Vec<u8>, format: RdfFormat) -> Self {
        let text = match std::str::from_utf8(&chunk) {
            Ok(text) => text,
            Err(error) => return Self::no_text(&chunk, error.valid_up_to()),
        };
        let reading = BlockParser::read(text, format);
        if reading.is_all && reading.is_sorted && chunk.ends_with(b"\n") {
            let mut block = reading.block;
            block.sections = vec![(0, 0..chunk.len())];
            block.lines = chunk;
            return block;
        }
        reading.in_order()
    }

    /// The block of these quads, in which no triple stands inside another.
    pub(super) fn of_quads(quads: impl IntoIterator<Item = Quad>) -> Self {
        let mut parser = BlockParser::read("", RdfFormat::NQuads);
        quads.into_iter().for_each(|quad| parser.add_quad(quad));
        parser.in_order()
    }

    fn no_text(chunk: &[u8], at: usize) -> Self {
        let start = memchr::memrchr(b'\n', &chunk[..at]).map_or(0, |before| before + 1);
        let end = memchr::memchr(b'\n', &chunk[at..]).map_or(chunk.len(), |after| at + after);
        let line = memchr::memchr_iter(b'\n', &chunk[..start]).count();
        let fault = Fault { line, text: chunk[start..end].to_vec(), errors: None };
        Self { faults: vec![fault], ..Self::default() }
    }
}

impl<'c> BlockParser<'c> {
    fn read(chunk: &'c str, format: RdfFormat) -> Self {
        let mut reading = Self {
            chunk,
            format,
            rewritten: String::new(),
            entries: Vec::with_capacity(chunk.len() / 128),
            names: HashMap::new(),
            graph: (String::new(), usize::MAX),
            is_sorted: true,
            is_all: format == RdfFormat::NTriples,
            block: Block::default(),
        };
        let with_graph = format == RdfFormat::NQuads;
        let mut subject = "";
        // Lines in a row that are not plain, and how many are before them.
        let (mut odd, mut odd_line) = (0..0, 0);
        let mut at = 0;
        while at < chunk.len() {
            let feed = memchr::memchr(b'\n', &chunk.as_bytes()[at..]).map(|length| at + length);
            let (end, next) = feed.map_or((chunk.len(), chunk.len()), |feed| (feed, feed + 1));
            match plain(&chunk[at..end], subject, with_graph) {
                Some(found) => {
                    reading.parse(std::mem::replace(&mut odd, next..next), odd_line);
                    let line = &chunk[at..end];
                    subject = &line[..found.subject];
                    let graph = found.graph.map_or("", |graph| &line[graph]);
                    let graph = reading.graph(graph);
                    reading.add(Entry { graph, at: at..at + found.triple, is_rewritten: false });
                }
                None => {
                    if odd.is_empty() {
                        (odd, odd_line) = (at..at, reading.block.line_feeds);
                    }
                    odd.end = next;
                }
            }
            reading.block.line_feeds += usize::from(feed.is_some());
            at = next;
        }
        reading.parse(odd, odd_line);
        reading
    }

    fn graph(&mut self, name: &str) -> usize {
        if self.graph.1 != usize::MAX && self.graph.0 == name {
            return self.graph.1;
        }
        let number = match self.names.get(name) {
            Some(number) => *number,
            None => {
                self.block.graphs.push(name.to_owned());
                self.names.insert(name.to_owned(), self.names.len());
                self.names.len() - 1
            }
        };
        self.graph = (name.to_owned(), number);
        number
    }

    fn text(&self, entry: &Entry) -> &str {
        let from = if entry.is_rewritten { &self.rewritten } else { self.chunk };
        &from[entry.at.clone()]
    }

    fn add(&mut self, entry: Entry) {
        if let Some(last) = self.entries.last() {
            match (last.graph, self.text(last)).cmp(&(entry.graph, self.text(&entry))) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => {
                    self.is_all = false;
                    return;
                }
                std::cmp::Ordering::Greater => self.is_sorted = false,
            }
        }
        self.entries.push(entry);
    }

    /// Gives lines to the parser.
    fn parse(&mut self, lines: Range<usize>, first: usize) {
        if lines.is_empty() {
            return;
        }
        self.is_all = false;
        let text = &self.chunk[lines];
        if text.trim_ascii().is_empty() {
            return;
        }
        // Not given to the parser: what it makes of triples deep in others takes a deep stack to drop.
        if depth::has_star(text.as_bytes()) {
            self.block.has_star = true;
            return;
        }
        let quads: Result<Vec<Quad>, RdfSyntaxError> =
            RdfParser::from_format(self.format).for_slice(text.as_bytes()).collect();
        match quads {
            Ok(quads) => quads.into_iter().for_each(|quad| self.add_quad(quad)),
            Err(_) => self.find_faults(text, first),
        }
    }

    fn find_faults(&mut self, text: &str, first: usize) {
        for (number, line) in text.split_inclusive('\n').enumerate() {
            if self.block.faults.len() == MOST_FAULTS {
                return;
            }
            let parser = RdfParser::from_format(self.format).for_slice(line.as_bytes());
            let errors: Vec<RdfSyntaxError> = parser.filter_map(Result::err).collect();
            if !errors.is_empty() {
                let fault = Fault { line: first + number, text: line.into(), errors: Some(errors) };
                self.block.faults.push(fault);
            }
        }
    }

    fn add_quad(&mut self, quad: Quad) {
        let graph = match &quad.graph_name {
            GraphName::DefaultGraph => self.graph(""),
            named => self.graph(&named.to_string()),
        };
        let mut triple = Triple::from(quad);
        value::spell(&mut triple);
        let is_blank = matches!(triple.subject, NamedOrBlankNode::BlankNode(_))
            || matches!(triple.object, Term::BlankNode(_));
        self.block.has_blank |= is_blank;
        let start = self.rewritten.len();
        self.rewritten.push_str(&triple.to_string());
        self.add(Entry { graph, at: start..self.rewritten.len(), is_rewritten: true });
    }

    fn in_order(mut self) -> Block {
        let mut entries = std::mem::take(&mut self.entries);
        if !self.is_sorted {
            // Whether a full stop or more of a literal follows, the order is the same: a blank comes before
            // everything that a literal goes on with.
            entries.sort_unstable_by(|a, b| (a.graph, self.text(a)).cmp(&(b.graph, self.text(b))));
            entries.dedup_by(|a, b| (a.graph, self.text(a)) == (b.graph, self.text(b)));
        }
        let mut lines = Vec::with_capacity(self.chunk.len() + self.rewritten.len());
        let mut sections: Vec<(usize, Range<usize>)> = Vec::new();
        for entry in &entries {
            let start = lines.len();
            lines.extend_from_slice(self.text(entry).as_bytes());
            lines.extend_from_slice(b" .\n");
            match sections.last_mut() {
                Some((graph, section)) if *graph == entry.graph => section.end = lines.len(),
                _ => sections.push((entry.graph, start..lines.len())),
            }
        }
        Block { lines, sections, ..self.block }
    }
}
