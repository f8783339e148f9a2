//! Where in the files that were read things are written.
//!
//! Asked rarely, for what is found wrong with a graph; so nothing is prepared but the order of a
//! sheet's records. An RDF parser does not say where a subject stood: its text is searched.

use super::Input;
use crate::diagnostic::Place;
use crate::model::Content;
use crate::sheet::{Declared, Step};
use oxrdf::{NamedNode, NamedNodeRef};
use std::cell::OnceCell;
use std::collections::HashMap;

/// The files of a load, to be asked where something stands.
#[derive(Debug, Default)]
pub struct Sources {
    sheets: Vec<Sheet>,
    graphs: Vec<Graph>,
}

#[derive(Debug)]
struct Sheet {
    declared: Declared,
    /// Section, and the things that its records define, in their order.
    records: Vec<(&'static str, Vec<NamedNode>)>,
    places: OnceCell<HashMap<NamedNode, (&'static str, usize)>>,
}

#[derive(Debug)]
struct Graph {
    input: Input,
    text: OnceCell<Option<String>>,
}

impl Sources {
    pub(super) fn add_sheet(&mut self, declared: Declared, content: &Content) {
        self.sheets.push(Sheet { declared, records: content.records(), places: OnceCell::new() });
    }

    pub(super) fn add_graph(&mut self, input: &Input) {
        if !self.graphs.iter().any(|graph| graph.input.name == input.name) {
            self.graphs.push(Graph { input: input.clone(), text: OnceCell::new() });
        }
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
    fn place(&self, thing: NamedNodeRef<'_>) -> Option<Place> {
        let places = self.places.get_or_init(|| {
            let records = self.records.iter();
            records
                .flat_map(|(section, things)| {
                    things.iter().enumerate().map(|(i, thing)| (thing.clone(), (*section, i)))
                })
                .collect()
        });
        let (section, item) = *places.get(&thing.into_owned())?;
        Some(self.declared.written.place(&[Step::from(section), Step::from(item)]))
    }
}

impl Graph {
    fn place(&self, thing: NamedNodeRef<'_>) -> Option<Place> {
        let text = self.text.get_or_init(|| {
            self.input.path.as_ref()?;
            String::from_utf8(self.input.read().ok()?).ok()
        });
        let text = text.as_deref()?;
        let spelled = spellings(text, thing.as_str());
        let found = spelled.iter().filter_map(|name| {
            let mut places = occurrences(text, name).peekable();
            let first = *places.peek()?;
            let subject = places.find(|at| text[..*at].ends_with('\n'));
            Some((subject.is_none(), subject.unwrap_or(first), name.len()))
        });
        let (_, at, length) = found.min()?;
        Some(Place::in_source(&self.input.name, text, at..at + length))
    }
}

/// How an IRI can be written in this text: whole, or with a prefix that the text declares.
fn spellings(text: &str, iri: &str) -> Vec<String> {
    let mut spelled = vec![format!("<{iri}>"), format!("\"{iri}\"")];
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().take(3).collect();
        let [keyword, prefix, namespace] = words[..] else { continue };
        if !keyword.trim_start_matches('@').eq_ignore_ascii_case("prefix") {
            continue;
        }
        let namespace = namespace.trim_start_matches('<').split('>').next().unwrap_or_default();
        if let Some(local) = iri.strip_prefix(namespace)
            && !namespace.is_empty()
        {
            // The characters that a local name may have only behind a backslash, as far as IRIs
            // of things have them.
            spelled.push(format!("{prefix}{}", local.replace('/', "\\/")));
        }
    }
    spelled
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
    fn a_name_is_found_however_it_is_written() {
        let text = "@prefix p: <http://e/x/> .\nPREFIX q: <http://e/>\np:ab p:b p:a .\np:a p:b q:x\\/c .\n";
        let at = |iri: &str| {
            let spelled = spellings(text, iri);
            let places = spelled.iter().flat_map(|name| occurrences(text, name));
            places.map(|at| text[..at].lines().count()).collect::<Vec<_>>()
        };
        assert_eq!(at("http://e/x/ab"), [2]);
        assert_eq!(at("http://e/x/a"), [3, 3]);
        assert_eq!(at("http://e/x/c"), [4]);
        assert!(at("http://e/x/d").is_empty());
    }
}
