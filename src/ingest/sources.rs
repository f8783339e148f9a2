//! Where in the files that were read things are written.
//!
//! Asked rarely, for what is found wrong with a graph; so nothing is prepared but the order of a
//! sheet's records. An RDF parser does not say where a subject stood: its text is searched.

use super::{Content, Input};
use crate::base::diagnostic::{Lines, Place};
use crate::ingest::sheet::{Declared, Step, Written};
use crate::model;
use oxigraph::io::RdfFormat;
use oxrdf::{NamedNode, NamedNodeRef};
use rustc_hash::FxBuildHasher;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::hash::BuildHasher;
use std::io::{BufRead, BufReader};
use std::sync::Arc;

/// The files of a load, to be asked where something stands.
#[derive(Debug, Default)]
pub struct Sources {
    sheets: Vec<Sheet>,
    graphs: Vec<Graph>,
}

#[derive(Debug)]
struct Sheet {
    declared: Declared,
    /// Section and place of the records, and the things that they define.
    records: Vec<(&'static str, usize, NamedNode)>,
    places: OnceCell<HashMap<NamedNode, (&'static str, usize)>>,
}

#[derive(Debug)]
struct Graph {
    input: Input,
    text: OnceCell<Option<GraphText>>,
    /// In the place of its text, if that is long.
    begun: OnceCell<Vec<(u64, u32)>>,
}

/// Files of a line a triple that are longer, in bytes as they lie there, are not held in memory.
const LONG: u64 = 8 << 20;

/// An RDF file as it is written.
#[derive(Debug)]
struct GraphText {
    text: String,
    lines: Lines,
    /// What a line begins with, and the first such line's first byte: as a rule, a subject.
    subjects: HashMap<String, usize>,
    /// Prefixes and namespaces that the file declares.
    prefixes: Vec<(String, String)>,
}

impl Sources {
    pub(super) fn add_sheet(&mut self, declared: Declared, content: &model::Content) {
        self.sheets.push(Sheet { declared, records: content.records(), places: OnceCell::new() });
    }

    pub(super) fn add_graph(&mut self, input: &Input) {
        if !self.graphs.iter().any(|graph| graph.input.name == input.name) {
            self.graphs.push(Graph { input: input.clone(), text: OnceCell::new(), begun: OnceCell::new() });
        }
    }

    /// The sheet that has a record of the thing, with the section of the record and its place there.
    #[must_use]
    pub fn record(&self, thing: &NamedNode) -> Option<(&Written, &'static str, usize)> {
        self.sheets.iter().find_map(|sheet| {
            let (section, at) = *sheet.places().get(thing)?;
            Some((&sheet.declared.written, section, at))
        })
    }

    /// Where the sheets have a record of the thing, in their order.
    #[must_use]
    pub fn records(&self, thing: &NamedNode) -> Vec<Place> {
        self.sheets.iter().filter_map(|sheet| sheet.place(thing.as_ref())).collect()
    }

    /// The last record of a section of a sheet, by the name of its file.
    #[must_use]
    pub fn last(&self, file: &str, section: &str) -> Option<&NamedNode> {
        let sheet = self.sheets.iter().find(|sheet| sheet.declared.written.file == file)?;
        let (_, _, last) = sheet.records.iter().rfind(|(name, ..)| *name == section)?;
        Some(last)
    }

    /// Where the thing is written: in a sheet its record, in RDF where its name first begins a
    /// line, else first occurs; none where no file names it.
    ///
    /// A sheet goes before the RDF that it encodes to: it is what a person mends.
    #[must_use]
    pub fn place(&self, thing: NamedNodeRef<'_>) -> Option<Place> {
        self.sheets
            .iter()
            .find_map(|sheet| sheet.place(thing))
            .or_else(|| self.graphs.iter().find_map(|graph| graph.place(thing)))
    }
}

impl Sheet {
    fn places(&self) -> &HashMap<NamedNode, (&'static str, usize)> {
        self.places.get_or_init(|| {
            self.records.iter().map(|(section, at, thing)| (thing.clone(), (*section, *at))).collect()
        })
    }

    fn place(&self, thing: NamedNodeRef<'_>) -> Option<Place> {
        let (section, item) = *self.places().get(&thing.into_owned())?;
        Some(self.declared.written.place(&[Step::from(section), Step::from(item)]))
    }
}

impl Graph {
    fn place(&self, thing: NamedNodeRef<'_>) -> Option<Place> {
        let path = self.input.path.as_ref()?;
        let has_lines = matches!(self.input.content, Content::Rdf(RdfFormat::NTriples | RdfFormat::NQuads));
        if has_lines && path.metadata().is_ok_and(|data| data.len() > LONG) {
            let begun = self.begun.get_or_init(|| self.begun().unwrap_or_default());
            let wanted = FxBuildHasher.hash_one(thing.to_string().as_bytes());
            let first = begun.get(begun.partition_point(|(hash, _)| *hash < wanted))?;
            let line = usize::try_from(first.1).ok()?;
            return (first.0 == wanted).then(|| Place::line(&self.input.name, line, 1));
        }
        let text =
            self.text.get_or_init(|| Some(GraphText::new(String::from_utf8(self.input.read().ok()?).ok()?)));
        let text = text.as_ref()?;
        let (at, length) = text.find(thing.as_str())?;
        Some(text.lines.place(&self.input.name, &text.text, at..at + length))
    }
}

impl Graph {
    /// What lines begin with, as hashes, each with the number of the first such line.
    fn begun(&self) -> Option<Vec<(u64, u32)>> {
        let mut reader = BufReader::new(self.input.open(&Arc::default()).ok()?);
        let (mut begun, mut line, mut last) = (Vec::new(), Vec::new(), 0);
        for number in 1.. {
            line.clear();
            if reader.read_until(b'\n', &mut line).ok()? == 0 {
                break;
            }
            let end = memchr::memchr2(b' ', b'\t', &line).unwrap_or(line.len());
            let hash = FxBuildHasher.hash_one(&line[..end]);
            if hash != last {
                begun.push((hash, number));
                last = hash;
            }
        }
        begun.sort_unstable();
        begun.dedup_by_key(|(hash, _)| *hash);
        Some(begun)
    }
}

impl GraphText {
    fn new(text: String) -> Self {
        let lines = Lines::of(&text);
        let (mut subjects, mut prefixes, mut at) = (HashMap::new(), Vec::new(), 0);
        for line in text.split_inclusive('\n') {
            let first = line.split_whitespace().next().unwrap_or_default();
            if first.trim_start_matches('@').eq_ignore_ascii_case("prefix") {
                let words: Vec<&str> = line.split_whitespace().take(3).collect();
                if let [_, prefix, namespace] = words[..] {
                    let namespace = namespace.trim_start_matches('<').split('>').next().unwrap_or_default();
                    prefixes.push((prefix.to_owned(), namespace.to_owned()));
                }
            } else if line.starts_with(|c: char| !c.is_whitespace()) && !subjects.contains_key(first) {
                subjects.insert(first.to_owned(), at);
            }
            at += line.len();
        }
        Self { text, lines, subjects, prefixes }
    }

    /// Where an IRI begins a line, else where it first stands at all; and how long it is there.
    fn find(&self, iri: &str) -> Option<(usize, usize)> {
        let spelled = self.spellings(iri);
        let subject = spelled.iter().find_map(|name| Some((*self.subjects.get(name)?, name.len())));
        subject.or_else(|| {
            let places =
                spelled.iter().filter_map(|name| Some((occurrences(&self.text, name).next()?, name.len())));
            places.min()
        })
    }

    /// How an IRI can be written in this text: whole, or with a prefix that the text declares.
    fn spellings(&self, iri: &str) -> Vec<String> {
        let mut spelled = vec![format!("<{iri}>"), format!("\"{iri}\"")];
        for (prefix, namespace) in self.prefixes.iter().filter(|(_, namespace)| !namespace.is_empty()) {
            if let Some(local) = iri.strip_prefix(namespace.as_str()) {
                // The one character that names of things have and local names only behind a backslash.
                spelled.push(format!("{prefix}{}", local.replace('/', "\\/")));
            }
        }
        spelled
    }
}

/// Where the name stands and does not go on.
fn occurrences<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = usize> + 't {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\\' | '%');
    text.match_indices(name).map(|(at, _)| at).filter(move |at| {
        let before = text[..*at].chars().next_back().is_none_or(|c| !inside(c) && c != ':');
        let after = text[at + name.len()..].chars().next().is_none_or(|c| !inside(c));
        before && after
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_searched_without_being_held() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("long.nt");
        let line = |i: usize| format!("<http://e.x/{}> <http://e.x/is> \"{i}\" .\n", i / 3);
        let text: String = (0..250_000).map(line).collect();
        assert!(text.len() as u64 > LONG);
        std::fs::write(&path, text).unwrap();
        let mut sources = Sources::default();
        sources.add_graph(&super::super::find(&[path], None).unwrap()[0]);
        let place = |iri| sources.place(NamedNodeRef::new_unchecked(iri)).map(|place| place.line);
        assert_eq!(place("http://e.x/0"), Some(1));
        assert_eq!(place("http://e.x/70001"), Some(210_004));
        assert_eq!(place("http://e.x/none"), None);
    }

    #[test]
    fn a_name_is_found_however_it_is_written() {
        let text = "@prefix p: <http://e/x/> .\nPREFIX q: <http://e/>\np:ab p:b p:a .\np:a p:b q:y\\/c .\n";
        let text = GraphText::new(text.to_owned());
        let at = |iri: &str| text.find(iri).map(|(at, length)| &text.text[at..at + length]);
        let line = |iri: &str| text.find(iri).map(|(at, _)| text.text[..at].lines().count());
        assert_eq!(at("http://e/x/ab"), Some("p:ab"));
        assert_eq!((at("http://e/x/a"), line("http://e/x/a")), (Some("p:a"), Some(3)));
        assert_eq!(at("http://e/y/c"), Some("q:y\\/c"));
        assert_eq!(at("http://e/x/d"), None);
    }
}
