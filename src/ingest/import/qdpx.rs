//! Projects of REFI-QDA (`.qdpx`), which MAXQDA, NVivo, ATLAS.ti and others exchange.
//!
//! A text source is an article, a selection in its plain text a mark, a code a tag, a user a coder. A code is known by
//! the names from the root of the tree of codes, so `stance` above `supports` is the tag `stance:supports`.
//!
//! Deliberately absent: pictures, sound, video and places on pages of PDF, since evidence is words. They are counted.

use super::marks::{self, Codes, Mark, Marked, Offsets};
use super::{Imported, Options, zipped};
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::error::{Error, Result, count};
use crate::ingest::BYTE_ORDER_MARK;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::{BTreeMap, HashMap};
use std::io::{Read, Seek};
use std::path::Path;
use zip::ZipArchive;

/// Elements that are counted and not kept, and what one is.
const NOT_KEPT: &[(&str, &str)] = &[
    ("PictureSource", "picture"),
    ("AudioSource", "sound recording"),
    ("VideoSource", "video"),
    ("PDFSelection", "selection on a page of PDF"),
    ("Note", "memo"),
    ("Case", "case"),
    ("Set", "set"),
    ("Link", "link"),
    ("Graph", "graph"),
];
/// Depth of elements that is read.
const DEPTH: usize = 256;

/// Reads a project.
///
/// # Errors
/// A file that is no such project; more faulty marks than may be left out.
pub fn read(file: &Path, codes: &Codes, options: &Options) -> Result<Imported> {
    let opened = std::fs::File::open(file).map_err(Error::file("read", file))?;
    let project = ZipArchive::new(opened)
        .map_err(|error| format!("not a ZIP archive: {error}"))
        .and_then(|mut archive| Project::read(&mut archive));
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
    place: Option<(i64, i64)>,
    note: String,
    /// Each with its user.
    codes: Vec<(String, String)>,
}

impl Project {
    fn read(archive: &mut ZipArchive<impl Read + Seek>) -> Result<Self, String> {
        let names: Vec<String> = zipped::names(archive);
        let project = names.iter().find(|name| name.to_lowercase().ends_with(".qde"));
        let project = project.ok_or("it has no file `project.qde`")?;
        let text = zipped::text(archive, project)?;
        let mut reading = Reading::default();
        reading.elements(&text)?;
        let Reading { mut project, users, codes, sources, .. } = reading;
        for source in sources {
            let mut article =
                Marked { name: source.name.clone(), title: source.name.clone(), ..Marked::default() };
            article.text = match source.path.strip_prefix("internal://") {
                Some(path) => {
                    let at = names.iter().find(|name| name.rsplit('/').next() == Some(path));
                    at.map(|at| zipped::text(archive, at)).transpose()?
                }
                None => source.text,
            };
            article.text =
                article.text.map(|text| text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text).to_owned());
            if article.text.is_none() {
                project.missing.push(source.name);
            }
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
                for (user, tags) in by_user {
                    article.marks.push(Mark {
                        number: selection.guid.clone(),
                        place: selection.place.map(|(start, end)| Offsets::Points(start, end)),
                        coder: users.get(user).cloned().unwrap_or_default(),
                        note: selection.note.clone(),
                        tags,
                        ..Mark::default()
                    });
                }
            }
            project.articles.push(article);
        }
        Ok(project)
    }
}

#[derive(Default)]
struct Source {
    name: String,
    path: String,
    text: Option<String>,
    selections: Vec<Selection>,
}

/// The project file as it is being read.
#[derive(Default)]
struct Reading {
    project: Project,
    users: HashMap<String, String>,
    /// Names of codes from the root of the tree, by their GUID.
    codes: HashMap<String, Vec<String>>,
    sources: Vec<Source>,
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
                    self.sources.push(Source { name, path: get("plainTextPath")?, ..Source::default() });
                }
            }
            "PlainTextSelection" => {
                let number = |text: String| text.trim().parse::<i64>().ok();
                let place = number(get("startPosition")?).zip(number(get("endPosition")?));
                self.selection = Some(Selection {
                    guid: get("guid")?,
                    user: get("creatingUser")?,
                    place,
                    ..Selection::default()
                });
            }
            "Coding" => self.coding = get("creatingUser")?,
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
            "PlainTextSelection" => {
                if let (Some(selection), Some(source)) = (self.selection.take(), self.sources.last_mut()) {
                    source.selections.push(selection);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match (self.open.last().map(String::as_str), &mut self.selection) {
            (Some("Description"), Some(selection)) => selection.note += text,
            (Some("PlainTextContent"), None) => {
                if let Some(source) = self.sources.last_mut() {
                    source.text.get_or_insert_default().push_str(text);
                }
            }
            _ => {}
        }
    }
}

/// The name of an element without its prefix.
fn local(element: &BytesStart<'_>) -> String {
    String::from_utf8_lossy(element.local_name().as_ref()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Project, Reading};
    use proptest::prelude::*;
    use std::io::Cursor;
    use zip::ZipArchive;

    proptest! {
        #[test]
        fn whatever_is_read_nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..300), text in ".{0,300}") {
            if let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) {
                let _ = Project::read(&mut archive);
            }
            let _ = Reading::default().elements(&text);
            let _ = Reading::default().elements(&format!("<Project><TextSource><PlainTextSelection>{text}"));
        }
    }
}
