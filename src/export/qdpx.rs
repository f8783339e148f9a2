//! Projects of REFI-QDA (`.qdpx`, <https://www.qdasoftware.org/products-project-exchange/>), which MAXQDA, NVivo,
//! ATLAS.ti and others open.
//!
//! An article is a text source, a coder a user, words that prove a position a selection. Codes stand in a tree:
//! below `stance` the stances, below `actor` the actors. That is what the import takes for a position. Words of one
//! position in several places are selections with the same codes, each linked to the next as "continued by", which
//! is what ATLAS.ti calls it. A position without words is a case, with its codes and its source.
//!
//! Offsets are code points, 0-based, the end exclusive, as the standard has them in its section on text selections.
//! Where a text is not at hand, its quotes stand in blanks at their places.

use super::placed::{Placed, Quote};
use super::rdfxml::outside_xml_text;
use super::table::Reader;
use super::value::Value;
use super::web_annotation::{coders, tags};
use super::xml::escaped;
use crate::base::error::{Error, Result};
use crate::ingest::import::qdpx::{CONTINUED, ORIGIN, VARIABLES};
use crate::model::identity::id_of;
use crate::model::vocab::{dcterms, prov, schema, skos, stp};
use crate::store::index::read::id::Id;
use crate::store::index::{Index, reading};
use oxrdf::{NamedNode, NamedNodeRef};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

/// What articles have in the variables of [`VARIABLES`]; the first is their id.
const PROPERTIES: &[Option<NamedNodeRef<'static>>] =
    &[None, Some(dcterms::PUBLISHER), Some(dcterms::ISSUED), Some(dcterms::LANGUAGE), Some(dcterms::SOURCE)];

/// What was written, and what projects have no form for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Number of positions.
    pub positions: usize,
    /// Number of sources.
    pub sources: usize,
    /// Positions without words: cases, which name no coder.
    pub cases: usize,
    /// Positions left out because they are of no article.
    pub no_article: usize,
    /// Sources without their text: quotes stand in blanks.
    pub no_text: usize,
}

/// Text of an article by its SHA-256; none where it is not at hand.
pub type Texts<'t> = dyn Fn(&str) -> Result<Option<String>> + 't;

/// Makes the file of a project of this name.
///
/// # Errors
/// A damaged index, a text that cannot be read, a name with a character that XML cannot hold.
pub fn project(
    index: &Index,
    texts: &Texts<'_>,
    quotes_max: Option<usize>,
    name: &str,
) -> Result<(Vec<u8>, Outcome)> {
    let reader = Reader::new(index, quotes_max);
    let mut outcome = Outcome::default();
    let (mut by_article, others) = reading(|| positions(&reader))?;
    outcome.no_article = others;
    let mut articles = reading(|| reader.members(stp::ARTICLE))?;
    let known: BTreeSet<Id> = articles.iter().copied().collect();
    let mut unknown: Vec<Id> = by_article.keys().copied().filter(|id| !known.contains(id)).collect();
    unknown.sort_by_cached_key(|id| reader.iri(*id));
    articles.extend(unknown);
    let mut project = Project::default();
    let mut files: Vec<(String, String)> = Vec::new();
    let mut names: BTreeSet<String> = BTreeSet::new();
    for article in articles {
        let own = by_article.remove(&article).unwrap_or_default();
        let hash = reading(|| reader.texts(article, schema::SHA256))?.text();
        let text = hash.map(|hash| texts(&hash)).transpose()?.flatten();
        outcome.no_text += usize::from(text.is_none());
        outcome.sources += 1;
        outcome.positions += own.len();
        let (guid, text) =
            reading(|| project.source(&reader, article, text, &own, &mut names, &mut outcome.cases))?;
        files.push((guid, text));
    }
    let xml = project.xml(name)?;
    let failed =
        |error: zip::result::ZipError| Error::usage(format!("the project cannot be written: {error}"));
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // Of a fixed time, so that the same graph makes the same bytes.
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    let sources = files.iter().map(|(guid, text)| (format!("sources/{guid}.txt"), text.as_str()));
    for (path, content) in std::iter::once(("project.qde".to_owned(), xml.as_str())).chain(sources) {
        archive.start_file(path, options).map_err(failed)?;
        archive.write_all(content.as_bytes()).map_err(Error::file("write", "the project"))?;
    }
    Ok((archive.finish().map_err(failed)?.into_inner(), outcome))
}

/// The positions of each article, in the order of their IRIs; the number of those without one.
fn positions(reader: &Reader<'_>) -> (HashMap<Id, Vec<Id>>, usize) {
    let mut by_article: HashMap<Id, Vec<Id>> = HashMap::new();
    let mut others = 0;
    for position in reader.positions() {
        match reader.objects(position, prov::WAS_DERIVED_FROM).first() {
            Some(article) => by_article.entry(*article).or_default().push(position),
            None => others += 1,
        }
    }
    (by_article, others)
}

/// The file of a project as it grows.
#[derive(Default)]
struct Project {
    /// GUIDs of users, by name.
    users: BTreeMap<String, String>,
    /// GUIDs of codes, by field and name.
    codes: BTreeMap<(&'static str, String), String>,
    sources: String,
    cases: String,
    notes: String,
    links: String,
    /// First text that XML cannot hold.
    lost: Option<Error>,
}

impl Project {
    /// Adds a source with its selections; its GUID and text.
    fn source(
        &mut self,
        reader: &Reader<'_>,
        article: Id,
        text: Option<String>,
        positions: &[Id],
        names: &mut BTreeSet<String>,
        cases: &mut usize,
    ) -> (String, String) {
        let spans: Vec<Vec<Quote>> = positions
            .iter()
            .map(|position| {
                let spans = reader.in_text_order(reader.objects(*position, stp::prop::EVIDENCE));
                let has_words = |span: &Id| reader.exact(*span) != Value::Absent;
                spans.into_iter().filter(has_words).map(|span| reader.quote(span)).collect()
            })
            .collect();
        let Placed { letters, places } =
            Placed::new(text.as_deref(), reader.length(article), spans.iter().flatten());
        let mut places = places.into_iter();
        let iri = reader.iri(article);
        let id = NamedNode::new(&iri).map_or_else(|_| iri.clone(), |iri| id_of(&iri).to_owned());
        let title = reader.texts(article, dcterms::TITLE).text().unwrap_or_else(|| id.clone());
        let name = if names.contains(&title) { format!("{title} ({id})") } else { title };
        names.insert(name.clone());
        let source = guid("source", &iri);
        let name = self.text(&name);
        let _ = writeln!(
            self.sources,
            "<TextSource guid=\"{source}\" name=\"{name}\" plainTextPath=\"internal://{source}.txt\">"
        );
        for (position, quotes) in positions.iter().zip(&spans) {
            let own: Vec<(usize, usize)> = places.by_ref().take(quotes.len()).collect();
            if own.is_empty() {
                *cases += 1;
                self.case(reader, *position, &source);
            } else {
                self.selections(reader, *position, &own);
            }
        }
        for (variable, property) in VARIABLES.iter().zip(PROPERTIES) {
            let value = match property {
                Some(property) => reader.objects(article, *property).first().map(|value| reader.iri(*value)),
                None => Some(id.clone()),
            };
            if let Some(value) = value {
                let (variable, value) = (guid("variable", variable), self.text(&value));
                let _ = writeln!(
                    self.sources,
                    "<VariableValue><VariableRef targetGUID=\"{variable}\"/><TextValue>{value}</TextValue></VariableValue>"
                );
            }
        }
        self.sources += "</TextSource>\n";
        (source, letters.into_iter().collect())
    }

    /// Adds the selections of a position, each with all codes.
    fn selections(&mut self, reader: &Reader<'_>, position: Id, places: &[(usize, usize)]) {
        let iri = reader.iri(position);
        let coder = coders(reader, position).first().map(|coder| reader.label(*coder)).unwrap_or_default();
        let user = if coder.is_empty() {
            String::new()
        } else {
            let user = self.users.entry(coder).or_insert_with_key(|coder| guid("user", coder));
            format!(" creatingUser=\"{user}\"")
        };
        let codes = self.codes(reader, position);
        let notes = self.notes(reader, position);
        let of = |number: usize| guid("selection", &format!("{iri} {number}"));
        for (number, (start, end)) in places.iter().enumerate() {
            let selection = of(number);
            let _ = writeln!(
                self.sources,
                "<PlainTextSelection guid=\"{selection}\" startPosition=\"{start}\" endPosition=\"{end}\"{user}>"
            );
            for code in &codes {
                let coding = guid("coding", &format!("{selection} {code}"));
                let _ = writeln!(
                    self.sources,
                    "<Coding guid=\"{coding}\"{user}><CodeRef targetGUID=\"{code}\"/></Coding>"
                );
            }
            if number == 0 {
                self.sources += &notes;
            } else {
                let before = of(number - 1);
                let _ = writeln!(
                    self.links,
                    "<Link guid=\"{}\" name=\"{CONTINUED}\" direction=\"OneWay\" originGUID=\"{before}\" targetGUID=\"{selection}\"/>",
                    guid("link", &selection)
                );
            }
            self.sources += "</PlainTextSelection>\n";
        }
    }

    /// Adds a position without words.
    fn case(&mut self, reader: &Reader<'_>, position: Id, source: &str) {
        let name = self.text(&reader.handle(position));
        let _ =
            writeln!(self.cases, "<Case guid=\"{}\" name=\"{name}\">", guid("case", &reader.iri(position)));
        let notes: Vec<String> =
            reader.objects(position, skos::NOTE).into_iter().map(|note| reader.iri(note)).collect();
        if !notes.is_empty() {
            let notes = self.text(&notes.join("\n"));
            let _ = writeln!(self.cases, "<Description>{notes}</Description>");
        }
        for code in self.codes(reader, position) {
            let _ = writeln!(self.cases, "<CodeRef targetGUID=\"{code}\"/>");
        }
        let _ = writeln!(self.cases, "<SourceRef targetGUID=\"{source}\"/>\n</Case>");
    }

    /// GUIDs of the codes of a position.
    fn codes(&mut self, reader: &Reader<'_>, position: Id) -> Vec<String> {
        let tags = tags(reader, position).into_iter();
        let code = |(field, name): (&'static str, String)| {
            let key = (field, name);
            let make = |key: &(&'static str, String)| guid("code", &format!("{} {}", key.0, key.1));
            self.codes.entry(key).or_insert_with_key(make).clone()
        };
        tags.map(code).collect()
    }

    /// Adds the notes of a position; references to them.
    fn notes(&mut self, reader: &Reader<'_>, position: Id) -> String {
        let mut references = String::new();
        for (number, note) in reader.objects(position, skos::NOTE).into_iter().enumerate() {
            let note_guid = guid("note", &format!("{} {number}", reader.iri(position)));
            let (name, note) = (self.text(&reader.handle(position)), self.text(&reader.iri(note)));
            let _ = writeln!(
                self.notes,
                "<Note guid=\"{note_guid}\" name=\"{name}\"><PlainTextContent>{note}</PlainTextContent></Note>"
            );
            let _ = writeln!(references, "<NoteRef targetGUID=\"{note_guid}\"/>");
        }
        references
    }

    /// A text as XML has it.
    fn text(&mut self, text: &str) -> String {
        if let (None, Some(lost)) = (&self.lost, outside_xml_text(text)) {
            self.lost = Some(lost.error("REFI-QDA").with_help("web-annotation and tables can"));
        }
        escaped(text)
    }

    /// The file `project.qde`.
    fn xml(mut self, name: &str) -> Result<String> {
        let name = self.text(name);
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
             <Project xmlns=\"urn:QDA-XML:project:1.0\" name=\"{name}\" origin=\"{ORIGIN}\">\n"
        );
        let users = std::mem::take(&mut self.users).into_iter();
        let users: String = users
            .map(|(name, guid)| format!("<User guid=\"{guid}\" name=\"{}\"/>\n", self.text(&name)))
            .collect();
        let mut codes = String::new();
        let all: Vec<((&str, String), String)> = std::mem::take(&mut self.codes).into_iter().collect();
        for of_field in all.chunk_by(|((one, _), _), ((other, _), _)| one == other) {
            let field = of_field[0].0.0;
            let _ = writeln!(
                codes,
                "<Code guid=\"{}\" name=\"{field}\" isCodable=\"false\">",
                guid("field", field)
            );
            for ((_, name), guid) in of_field {
                let name = self.text(name);
                let _ = writeln!(codes, "<Code guid=\"{guid}\" name=\"{name}\" isCodable=\"true\"/>");
            }
            codes += "</Code>\n";
        }
        let variables: String = VARIABLES
            .iter()
            .map(|name| {
                let guid = guid("variable", name);
                format!("<Variable guid=\"{guid}\" name=\"{name}\" typeOfVariable=\"Text\"/>\n")
            })
            .collect();
        for (element, inside, content) in [
            ("Users", "", &users),
            ("CodeBook", "Codes", &codes),
            ("Variables", "", if self.sources.is_empty() { &self.sources } else { &variables }),
            ("Cases", "", &self.cases),
            ("Sources", "", &self.sources),
            ("Notes", "", &self.notes),
            ("Links", "", &self.links),
        ] {
            if content.is_empty() {
                continue;
            }
            let _ = match inside {
                "" => writeln!(out, "<{element}>\n{content}</{element}>"),
                inside => writeln!(out, "<{element}><{inside}>\n{content}</{inside}></{element}>"),
            };
        }
        out += "</Project>\n";
        self.lost.map_or(Ok(out), Err)
    }
}

/// A GUID that follows from what it stands for: a UUID of version 8 (RFC 9562).
fn guid(kind: &str, what: &str) -> String {
    let mut bytes: [u8; 16] = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(format!("{kind} {what}"))[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
