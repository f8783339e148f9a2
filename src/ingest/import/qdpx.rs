//! Projects of REFI-QDA (`.qdpx`), which MAXQDA, NVivo, ATLAS.ti and others exchange.
//!
//! A text source is an article, a selection in its plain text a mark, a code a tag, a user a coder, a note on a
//! selection a note. A code is known by the names from the root of the tree of codes, so `stance` above `supports` is
//! the tag `stance:supports`. Selections of the same codes that links join as "continued by" are one mark. Variables
//! of sources are notes, or fields of articles where this program wrote them.
//!
//! Deliberately absent: pictures, sound, video and places on pages of PDF, since evidence is words. They are counted.

use super::marks::{self, Codes, Mark, Marked, Offsets, Words};
use super::zipped::Zipped;
use super::{Imported, Options};

use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::error::{Error, Result, count};
use crate::ingest::BYTE_ORDER_MARK;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{Read, Seek};
use std::path::Path;

/// Elements that are counted and not kept, and what one is.
const NOT_KEPT: &[(&str, &str)] = &[
    ("PictureSource", "picture"),
    ("AudioSource", "sound recording"),
    ("VideoSource", "video"),
    ("PDFSelection", "selection on a page of PDF"),
    ("Set", "set"),
    ("Graph", "graph"),
];
/// What the file of a project that this program writes says that it was made with.
pub const ORIGIN: &str = "Standpoint";
/// Name of the link from words to the next words of the same position; ATLAS.ti calls it so.
pub const CONTINUED: &str = "continued by";
/// Variables of sources in projects that this program writes: fields of articles.
pub const VARIABLES: &[&str] = &["id", "publisher", "published", "language", "url"];
/// Depth of elements that is read.
const DEPTH: usize = 256;

/// Reads a project.
///
/// # Errors
/// A file that is no such project; more faulty marks than may be left out.
pub fn read(file: &Path, codes: &Codes, options: &Options) -> Result<Imported> {
    let opened = std::fs::File::open(file).map_err(Error::file("read", file))?;
    let project = Zipped::open(opened).and_then(|mut archive| Project::read(&mut archive));
    let project = project.map_err(|why| {
        let fault = Diagnostic::error("not a project of REFI-QDA").expected(why);
        let help = "`import qdpx` reads projects that MAXQDA, NVivo, ATLAS.ti and others export as .qdpx";
        Error::Input(vec![fault.help(help).at(Place::file(file.display().to_string()))])
    })?;
    let not_kept: Vec<String> = project.not_kept.iter().map(|(what, number)| count(*number, what)).collect();
    let missing = project.missing;
    let mut imported = marks::imported(file, project.articles, codes, options)?;
    if !not_kept.is_empty() {
        imported.notes.push(format!("not kept: {}", not_kept.join(", ")));
    }
    imported
        .notes
        .extend(missing.into_iter().map(|name| format!("the text of `{name}` is not in the project")));
    Ok(imported)
}

/// What a project holds.
#[derive(Default)]
struct Project {
    articles: Vec<Marked>,
    not_kept: BTreeMap<&'static str, usize>,
    /// Names of sources whose texts are missing.
    missing: Vec<String>,
}

/// A selection that is being read, and the codes on it by user.
#[derive(Default)]
struct Selection {
    guid: String,
    user: String,
    /// Several, where links join selections.
    places: Vec<(i64, i64)>,
    note: String,
    /// GUIDs of notes.
    notes: Vec<String>,
    /// Each with its user.
    codes: Vec<(String, String)>,
}

impl Project {
    fn read(archive: &mut Zipped<impl Read + Seek>) -> Result<Self, String> {
        let names: Vec<String> = archive.names();
        let project = names.iter().find(|name| name.to_lowercase().ends_with(".qde"));
        let project = project.ok_or("it has no file `project.qde`")?;
        let text = archive.text(project)?;
        let mut reading = Reading::default();
        reading.elements(&text)?;
        reading.join();
        let is_ours = reading.origin == ORIGIN;
        if is_ours {
            reading.positions_without_words();
        }
        let Reading { mut project, users, codes, sources, variables, notes, cases, links, .. } = reading;
        let mut used: BTreeSet<String> = BTreeSet::new();
        let files: HashMap<&str, &String> =
            names.iter().filter_map(|name| Some((name.rsplit('/').next()?, name))).collect();
        for source in sources {
            let file = source.path.rsplit('/').next().unwrap_or_default();
            let name = match (source.name.as_str(), file) {
                ("", "") => source.guid.clone(),
                ("", file) => file.to_owned(),
                (name, _) => name.to_owned(),
            };
            let mut article = Marked { name: name.clone(), title: source.name.clone(), ..Marked::default() };
            article.text = match files.get(file).filter(|_| !file.is_empty()) {
                Some(at) => Some(archive.text(at)?),
                None => source.text,
            };
            article.text =
                article.text.map(|text| text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text).to_owned());
            if article.text.is_none() {
                project.missing.push(name);
            }
            for (variable, value) in source.variables {
                let variable = variables.get(&variable).cloned().unwrap_or_default();
                match VARIABLES.iter().find(|known| is_ours && **known == variable) {
                    Some(&"id") => article.name = value,
                    Some(&"url") => article.url = value,
                    Some(field) => article.fields.push((field, value)),
                    None => article.notes.push(format!("{variable}: {value}")),
                }
            }
            let mut said = |guids: &[String]| -> Vec<String> {
                used.extend(guids.iter().cloned());
                guids.iter().filter_map(|guid| notes.get(guid).cloned()).collect()
            };
            article.notes.extend(said(&source.notes));
            for selection in source.selections {
                let mut by_user: BTreeMap<&str, Vec<Vec<String>>> = BTreeMap::new();
                for (code, user) in &selection.codes {
                    let user = if user.is_empty() { &selection.user } else { user };
                    let path =
                        codes.get(code).ok_or_else(|| format!("a selection has the unknown code {code}"))?;
                    by_user.entry(user).or_default().push(path.clone());
                }
                if by_user.is_empty() {
                    by_user.entry(&selection.user).or_default();
                }
                let mut notes = said(&selection.notes);
                notes.insert(0, selection.note.clone());
                let places = selection.places.iter();
                let spans: Vec<Words> =
                    places.map(|(start, end)| Words::at(Offsets::Points(*start, *end))).collect();
                for (user, tags) in by_user {
                    article.marks.push(Mark {
                        number: selection.guid.clone(),
                        spans: spans.clone(),
                        coder: users.get(user).cloned().unwrap_or_default(),
                        notes: notes.clone(),
                        tags,
                    });
                }
            }
            project.articles.push(article);
        }
        let memos = notes.keys().filter(|guid| !used.contains(*guid)).count();
        for (what, number) in [("memo", memos), ("case", cases.len()), ("link", links.len())] {
            if number > 0 {
                *project.not_kept.entry(what).or_default() += number;
            }
        }
        Ok(project)
    }
}

#[derive(Default)]
struct Source {
    guid: String,
    name: String,
    path: String,
    text: Option<String>,
    /// GUIDs of variables, and their values.
    variables: Vec<(String, String)>,
    /// GUIDs of notes.
    notes: Vec<String>,
    selections: Vec<Selection>,
}

/// A case: codes on sources as a whole, or on selections.
#[derive(Default)]
struct Case {
    guid: String,
    description: String,
    codes: Vec<String>,
    sources: Vec<String>,
    has_selections: bool,
}

/// The project file as it is being read.
#[derive(Default)]
struct Reading {
    /// What made it.
    origin: String,
    project: Project,
    users: HashMap<String, String>,
    /// Names of codes from the root of the tree, by their GUID.
    codes: HashMap<String, Vec<String>>,
    sources: Vec<Source>,
    /// Names of variables, by their GUID.
    variables: HashMap<String, String>,
    /// GUID of the variable whose value is open.
    variable: String,
    /// Texts of notes, by their GUID.
    notes: BTreeMap<String, String>,
    /// GUID of the note that is open.
    note: Option<String>,
    cases: Vec<Case>,
    /// Selections that are continued, and by which.
    links: Vec<(String, String)>,
    /// Names of the elements that are open.
    open: Vec<String>,
    /// Names of the codes that are open.
    tree: Vec<String>,
    /// Names of the sources that are open, PDF or text.
    names: Vec<String>,
    selection: Option<Selection>,
    /// User of the coding that is open.
    coding: String,
}

impl Reading {
    fn elements(&mut self, text: &str) -> Result<(), String> {
        let mut reader = Reader::from_str(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text));
        loop {
            let at = reader.buffer_position();
            let broken =
                |error: &dyn std::fmt::Display| format!("`project.qde` is broken at byte {at}: {error}");
            match reader.read_event().map_err(|error| broken(&error))? {
                Event::Eof if self.open.is_empty() => return Ok(()),
                Event::Eof => return Err(broken(&"it ends too early")),
                Event::Start(element) => {
                    let name = local(&element);
                    if self.open.len() >= DEPTH {
                        return Err(broken(&"elements are nested too deep"));
                    }
                    self.begin(&name, &element).map_err(|error| broken(&error))?;
                    self.open.push(name);
                }
                Event::Empty(element) => {
                    let name = local(&element);
                    self.begin(&name, &element).map_err(|error| broken(&error))?;
                    self.end(&name);
                }
                Event::End(_) => {
                    let name = self.open.pop().unwrap_or_default();
                    self.end(&name);
                }
                Event::Text(text) => {
                    let text = text.unescape().map_err(|error| broken(&error))?;
                    self.text(&text);
                }
                Event::CData(text) => self.text(&String::from_utf8_lossy(&text)),
                _ => {}
            }
        }
    }

    fn begin(&mut self, name: &str, element: &BytesStart<'_>) -> Result<(), String> {
        let get = |wanted: &str| -> Result<String, String> {
            let found = element.try_get_attribute(wanted).map_err(|error| error.to_string())?;
            let value = found.map(|found| found.unescape_value().map(|value| value.into_owned()));
            Ok(value.transpose().map_err(|error| error.to_string())?.unwrap_or_default())
        };
        match name {
            "Project" => self.origin = get("origin")?,
            "Variable" => drop(self.variables.insert(get("guid")?, get("name")?)),
            "VariableRef" => self.variable = get("targetGUID")?,
            "Note" => {
                let guid = get("guid")?;
                self.notes.insert(guid.clone(), String::new());
                self.note = Some(guid);
            }
            "NoteRef" => {
                let note = get("targetGUID")?;
                match (&mut self.selection, self.open.last().map(String::as_str)) {
                    (Some(selection), _) => selection.notes.push(note),
                    (None, Some("TextSource" | "PDFSource" | "Representation")) => {
                        self.sources
                            .iter_mut()
                            .last()
                            .into_iter()
                            .for_each(|source| source.notes.push(note.clone()));
                    }
                    _ => {}
                }
            }
            "Case" => self.cases.push(Case { guid: get("guid")?, ..Case::default() }),
            "SourceRef" => {
                let source = get("targetGUID")?;
                self.case().into_iter().for_each(|case| case.sources.push(source.clone()));
            }
            "SelectionRef" => self.case().into_iter().for_each(|case| case.has_selections = true),
            "Link" => {
                let is_continued = get("name")?.eq_ignore_ascii_case(CONTINUED);
                let ends = (get("originGUID")?, get("targetGUID")?);
                self.links.push(if is_continued { ends } else { Default::default() });
            }
            "User" => {
                let name = get("name")?;
                let name = if name.is_empty() { get("id")? } else { name };
                self.users.insert(get("guid")?, name);
            }
            "Code" => {
                self.tree.push(get("name")?);
                self.codes.insert(get("guid")?, self.tree.clone());
            }
            "TextSource" | "Representation" | "PDFSource" | "Transcript" => {
                let own = get("name")?;
                let name = match self.names.last() {
                    Some(outer) if own.is_empty() => outer.clone(),
                    _ => own,
                };
                self.names.push(name.clone());
                // A PDF has its text in a representation.
                if local(element) != "PDFSource" {
                    let (guid, path) = (get("guid")?, get("plainTextPath")?);
                    self.sources.push(Source { guid, name, path, ..Source::default() });
                }
            }
            "PlainTextSelection" => {
                let number = |text: String| text.trim().parse::<i64>().ok();
                let place = number(get("startPosition")?).zip(number(get("endPosition")?));
                self.selection = Some(Selection {
                    guid: get("guid")?,
                    user: get("creatingUser")?,
                    places: place.into_iter().collect(),
                    ..Selection::default()
                });
            }
            "Coding" => self.coding = get("creatingUser")?,
            "CodeRef" if self.case().is_some() => {
                let code = get("targetGUID")?;
                self.case().into_iter().for_each(|case| case.codes.push(code.clone()));
            }
            "CodeRef" => {
                let code = (get("targetGUID")?, self.coding.clone());
                match (&mut self.selection, self.open.iter().any(|open| open == "Coding")) {
                    (Some(selection), _) => selection.codes.push(code),
                    // A code on a source as a whole.
                    (None, true) if !self.names.is_empty() => {
                        if let Some(source) = self.sources.last_mut() {
                            let guid = format!("source-{}", source.selections.len() + 1);
                            source.selections.push(Selection {
                                guid,
                                codes: vec![code],
                                ..Selection::default()
                            });
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        if let Some((_, what)) = NOT_KEPT.iter().find(|(element, _)| *element == name) {
            *self.project.not_kept.entry(what).or_default() += 1;
        }
        Ok(())
    }

    fn end(&mut self, name: &str) {
        match name {
            "Code" => drop(self.tree.pop()),
            "TextSource" | "Representation" | "PDFSource" | "Transcript" => drop(self.names.pop()),
            "Coding" => self.coding.clear(),
            "Note" => self.note = None,
            "PlainTextSelection" => {
                if let (Some(selection), Some(source)) = (self.selection.take(), self.sources.last_mut()) {
                    source.selections.push(selection);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match self.open.last().map(String::as_str) {
            Some("Description") => {
                if let Some(selection) = &mut self.selection {
                    selection.note += text;
                } else if let Some(case) = self.case() {
                    case.description += text;
                }
            }
            Some("PlainTextContent") => match (&self.note, self.sources.last_mut()) {
                (Some(note), _) => *self.notes.entry(note.clone()).or_default() += text,
                (None, Some(source)) => source.text.get_or_insert_default().push_str(text),
                _ => {}
            },
            Some(kind) if kind.ends_with("Value") && kind != "VariableValue" && self.is_in_source() => {
                let variable = self.variable.clone();
                if let Some(source) = self.sources.last_mut() {
                    match source.variables.last_mut() {
                        Some((known, value)) if *known == variable => value.push_str(text),
                        _ => source.variables.push((variable, text.to_owned())),
                    }
                }
            }
            _ => {}
        }
    }

    /// The case that is open.
    fn case(&mut self) -> Option<&mut Case> {
        let is_open = self.open.iter().any(|open| open == "Case");
        if is_open { self.cases.last_mut() } else { None }
    }

    fn is_in_source(&self) -> bool {
        self.open.iter().any(|open| open == "Sources")
    }

    /// Makes selections of the same codes one, where links say that one continues the other.
    fn join(&mut self) {
        let next: HashMap<String, String> = self.links.iter().cloned().collect();
        let mut continued: BTreeSet<String> = BTreeSet::new();
        for source in &mut self.sources {
            let mut at: HashMap<String, usize> = HashMap::new();
            for (number, selection) in source.selections.iter().enumerate() {
                at.insert(selection.guid.clone(), number);
            }
            let mut joined: BTreeSet<usize> = BTreeSet::new();
            for first in 0..source.selections.len() {
                let mut last = first;
                while !joined.contains(&first)
                    && let Some(more) = next.get(&source.selections[last].guid).and_then(|guid| at.get(guid))
                    && *more != first
                    && source.selections[*more].codes == source.selections[first].codes
                    && joined.insert(*more)
                {
                    last = *more;
                    continued.insert(source.selections[last].guid.clone());
                    let places = std::mem::take(&mut source.selections[last].places);
                    let notes = std::mem::take(&mut source.selections[last].notes);
                    source.selections[first].places.extend(places);
                    source.selections[first].notes.extend(notes);
                }
            }
            let mut number = 0;
            source.selections.retain(|_| {
                number += 1;
                !joined.contains(&(number - 1))
            });
        }
        self.links.retain(|(_, to)| !continued.contains(to));
    }

    /// Makes cases of one source marks on it as a whole.
    fn positions_without_words(&mut self) {
        let of_case = |sources: &mut Vec<Source>, case: &Case| -> bool {
            let [source] = &case.sources[..] else { return false };
            let Some(source) = sources.iter_mut().find(|known| known.guid == *source) else { return false };
            source.selections.push(Selection {
                guid: case.guid.clone(),
                note: case.description.clone(),
                codes: case.codes.iter().map(|code| (code.clone(), String::new())).collect(),
                ..Selection::default()
            });
            true
        };
        let sources = &mut self.sources;
        self.cases.retain(|case| case.has_selections || !of_case(sources, case));
    }
}

/// The name of an element without its prefix.
fn local(element: &BytesStart<'_>) -> String {
    String::from_utf8_lossy(element.local_name().as_ref()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Project, Reading, Zipped};
    use proptest::prelude::*;
    use std::io::Cursor;

    proptest! {
        #[test]
        fn whatever_is_read_nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..300), text in ".{0,300}") {
            if let Ok(mut archive) = Zipped::open(Cursor::new(bytes)) {
                let _ = Project::read(&mut archive);
            }
            let _ = Reading::default().elements(&text);
            let _ = Reading::default().elements(&format!("<Project><TextSource><PlainTextSelection>{text}"));
        }
    }
}
