//! Marks put into the text: around their words where they nest, else empty and with `quote=`.

use super::Names;
use super::marks::{Attributes, Part, Record};
use crate::ingest::sheet::attribute_value as value;
use crate::model::registry::Kind;
use crate::model::text::ArticleText;
use oxrdf::NamedNode;
use std::collections::HashMap;
use std::ops::Range;

/// So many marks are put around the same words; readers take no more than 255 in each other.
const MOST_AROUND: usize = 64;

/// A mark that is to be written.
struct Mark {
    /// The record that it makes, or those that it is a part of.
    owners: Vec<usize>,
    is_record: bool,
    attributes: String,
    place: Option<Range<u32>>,
    /// Whether brackets can stand around its words.
    is_around: bool,
}

/// The text with the marks of these records.
pub(super) fn layout(text: &ArticleText, records: &[Record], names: &Names<'_>) -> String {
    let mut marks = marks(records);
    place(text, &mut marks);
    let ids = ids(records, &mut marks);
    let named = |record: usize| ids.get(&record).map(|id| format!("#{id}"));
    for (at, record) in records.iter().enumerate() {
        let mut attributes = vec![format!(".{}", record.class)];
        attributes.extend(named(at));
        attributes.extend(written(&record.attributes));
        for (attribute, other) in &record.references {
            let own = records.iter().position(|record| record.iri == *other).and_then(|at| ids.get(&at));
            attributes.push(format!(
                "{attribute}={}",
                own.cloned().unwrap_or_else(|| value(&names(Kind::Issue, other)))
            ));
        }
        marks[at].attributes = attributes.join(" ");
    }
    Writer { text, marks: &marks, ids: &ids, out: String::new(), slashes: 0 }.write()
}

/// The records' marks, then those of their parts; what several records share, once.
fn marks(records: &[Record]) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    for (at, record) in records.iter().enumerate() {
        let place = record.places.first().cloned();
        marks.push(Mark {
            owners: vec![at],
            is_record: true,
            attributes: String::new(),
            place,
            is_around: false,
        });
    }
    let mut shared: HashMap<(String, u32, u32), usize> = HashMap::new();
    for (at, record) in records.iter().enumerate() {
        for Part { class, attributes, place } in &record.parts {
            let attributes = [vec![format!(".{class}")], written(attributes)].concat().join(" ");
            if let Some(place) = place {
                let key = (attributes.clone(), place.start, place.end);
                if let Some(mark) = shared.get(&key) {
                    marks[*mark].owners.push(at);
                    continue;
                }
                shared.insert(key, marks.len());
            }
            let place = place.clone();
            marks.push(Mark { owners: vec![at], is_record: false, attributes, place, is_around: false });
        }
    }
    marks
}

fn written(attributes: &Attributes) -> Vec<String> {
    attributes.iter().map(|(key, text)| format!("{key}={}", value(text))).collect()
}

/// Finds the marks that can stand around their words: they cross no other and no empty line. Records come first,
/// and of these the longer.
fn place(text: &ArticleText, marks: &mut [Mark]) {
    let breaks = empty_lines(text.as_str());
    let mut order: Vec<usize> = (0..marks.len()).filter(|at| marks[*at].place.is_some()).collect();
    let key = |mark: &Mark| {
        let place = mark.place.clone().unwrap_or_default();
        (!mark.is_record, u32::MAX - (place.end - place.start), place.start)
    };
    order.sort_by_key(|at| key(&marks[*at]));
    // By the bracket that opens: those that close, the farthest first.
    let mut placed: std::collections::BTreeMap<u32, Vec<u32>> = std::collections::BTreeMap::new();
    for at in order {
        let Some(Range { start, end }) = marks[at].place.clone() else { continue };
        let broken = breaks.partition_point(|line| line.end <= start);
        let is_broken = breaks.get(broken).is_some_and(|line| line.start < end);
        let crosses = placed.range(..end).any(|(from, ends)| {
            ends.iter().any(|to| (*from < start && start < *to && *to < end) || (start < *from && end < *to))
        });
        let same = placed.get(&start).map_or(0, |ends| ends.iter().filter(|to| **to == end).count());
        if start < end && !is_broken && !crosses && same < MOST_AROUND {
            marks[at].is_around = true;
            placed.entry(start).or_default().push(end);
        }
    }
}

/// Where a line feed is followed by an empty line: both line feeds, in code points.
fn empty_lines(text: &str) -> Vec<Range<u32>> {
    let mut lines = Vec::new();
    let mut last: Option<u32> = None;
    for (at, c) in (0_u32..).zip(text.chars()) {
        match (c, last) {
            ('\n', Some(from)) => {
                lines.push(from..at + 1);
                last = Some(at);
            }
            ('\n', None) => last = Some(at),
            (c, _) if c.is_whitespace() => {}
            _ => last = None,
        }
    }
    lines
}

/// Ids for the records that others refer to, or whose parts stand outside their brackets.
fn ids(records: &[Record], marks: &mut [Mark]) -> HashMap<usize, String> {
    let mut wanted = vec![false; records.len()];
    let at_iri = |iri: &NamedNode| records.iter().position(|record| record.iri == *iri);
    for record in records {
        record.references.iter().filter_map(|(_, iri)| at_iri(iri)).for_each(|at| wanted[at] = true);
    }
    let enclosing = enclosing(marks);
    for (at, mark) in marks.iter().enumerate().filter(|(_, mark)| !mark.is_record) {
        if !belongs(mark, at, marks, &enclosing) {
            mark.owners.iter().for_each(|owner| wanted[*owner] = true);
        }
    }
    let numbered = wanted.into_iter().enumerate().filter(|(_, wanted)| *wanted);
    numbered.enumerate().map(|(number, (at, _))| (at, format!("p{}", number + 1))).collect()
}

/// Whether a part belongs to its record by its place alone.
fn belongs(mark: &Mark, at: usize, marks: &[Mark], enclosing: &HashMap<usize, usize>) -> bool {
    let [owner] = mark.owners[..] else { return false };
    if mark.is_around { enclosing.get(&at) == Some(&owner) } else { marks[owner].is_around }
}

/// The record around each part that has brackets of its own.
fn enclosing(marks: &[Mark]) -> HashMap<usize, usize> {
    let mut open: Vec<(usize, u32)> = Vec::new();
    let mut found = HashMap::new();
    for at in nested(marks) {
        let Some(place) = marks[at].place.clone() else { continue };
        while open.last().is_some_and(|(_, end)| *end <= place.start) {
            open.pop();
        }
        if let Some((record, _)) = open.iter().rev().find(|(at, _)| marks[*at].is_record) {
            found.insert(at, *record);
        }
        open.push((at, place.end));
    }
    found
}

/// The marks that have brackets, in the order in which these open.
fn nested(marks: &[Mark]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..marks.len()).filter(|at| marks[*at].is_around).collect();
    order.sort_by_key(|at| {
        let place = marks[*at].place.clone().unwrap_or_default();
        (place.start, u32::MAX - place.end, !marks[*at].is_record, *at)
    });
    order
}

struct Writer<'a> {
    text: &'a ArticleText,
    marks: &'a [Mark],
    ids: &'a HashMap<usize, String>,
    out: String,
    /// Backslashes at the end of what is written that belong to the text.
    slashes: usize,
}

impl Writer<'_> {
    fn write(mut self) -> String {
        let marks = self.marks;
        let enclosing = enclosing(marks);
        // Parts without brackets stand before the end of their record's mark, or behind it if that is empty.
        let mut loose: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, mark) in marks.iter().enumerate().filter(|(_, mark)| !mark.is_record && !mark.is_around) {
            loose.entry(mark.owners[0]).or_default().push(at);
        }
        let mut empty: Vec<usize> =
            (0..marks.len()).filter(|at| marks[*at].is_record && !marks[*at].is_around).collect();
        empty.sort_by_key(|at| (marks[*at].place.as_ref().map(|place| place.start), *at));
        let mut empty = empty.into_iter().peekable();
        let mut opening = nested(marks).into_iter().peekable();
        let mut open: Vec<usize> = Vec::new();
        let end_of = |at: usize| marks[at].place.as_ref().map_or(0, |place| place.end);
        let start_of = |at: usize| marks[at].place.as_ref().map_or(0, |place| place.start);
        let mut at = 0;
        loop {
            while open.last().is_some_and(|mark| end_of(*mark) == at) {
                let Some(mark) = open.pop() else { break };
                for part in loose.remove(&mark).unwrap_or_default() {
                    self.mark(part, belongs(&marks[part], part, marks, &enclosing));
                }
                self.bracket(']');
                self.attributes(mark, belongs(&marks[mark], mark, marks, &enclosing), false);
            }
            while let Some(mark) = empty.next_if(|mark| start_of(*mark) <= at) {
                self.mark(mark, true);
                for part in loose.remove(&mark).unwrap_or_default() {
                    self.mark(part, false);
                }
            }
            while let Some(mark) = opening.next_if(|mark| start_of(*mark) <= at) {
                self.bracket('[');
                self.slashes = 0;
                open.push(mark);
            }
            let next = [
                open.last().map(|mark| end_of(*mark)),
                empty.peek().map(|mark| start_of(*mark)),
                opening.peek().map(|mark| start_of(*mark)),
            ];
            let next = next.into_iter().flatten().min().unwrap_or(self.text.length()).min(self.text.length());
            if next <= at {
                break;
            }
            self.words(self.text.words(at..next).unwrap_or_default());
            at = next;
        }
        self.words(self.text.words(at..self.text.length()).unwrap_or_default());
        self.out
    }

    /// Words of the text; their brackets are marked as such.
    fn words(&mut self, words: &str) {
        for c in words.chars() {
            match c {
                '[' | ']' => {
                    self.out.extend(std::iter::repeat_n('\\', self.slashes + 1));
                    self.out.push(c);
                    self.slashes = 0;
                }
                '\\' => {
                    self.out.push(c);
                    self.slashes += 1;
                }
                c => {
                    self.out.push(c);
                    self.slashes = 0;
                }
            }
        }
    }

    /// A bracket of a mark: backslashes of the text before it are doubled.
    fn bracket(&mut self, bracket: char) {
        self.out.extend(std::iter::repeat_n('\\', self.slashes));
        self.out.push(bracket);
        self.slashes = 0;
    }

    /// An empty mark.
    fn mark(&mut self, at: usize, belongs: bool) {
        self.bracket('[');
        self.bracket(']');
        self.attributes(at, belongs, true);
    }

    fn attributes(&mut self, at: usize, belongs: bool, is_empty: bool) {
        let mark = &self.marks[at];
        self.out.push('{');
        self.out.push_str(&mark.attributes);
        if let Some(place) = mark.place.clone().filter(|_| is_empty) {
            let words = self.text.words(place.clone()).unwrap_or_default();
            // No value has an empty line; a blank stands for it.
            let in_one_line = words.split_whitespace().collect::<Vec<_>>().join(" ");
            let is_found = words.contains('\n') && self.text.find(&in_one_line) == Ok(place.clone());
            self.out.push_str(" quote=");
            self.out.push_str(&value(if is_found { &in_one_line } else { words }));
            if !is_found && self.text.find(words) != Ok(place.clone()) {
                self.out.push_str(&format!(" start={}", place.start));
            }
        }
        if !mark.is_record && !belongs {
            let ids: Vec<&str> =
                mark.owners.iter().filter_map(|owner| self.ids.get(owner)).map(String::as_str).collect();
            self.out.push_str(" of=");
            self.out.push_str(&ids.join(","));
        }
        self.out.push('}');
    }
}
