//! From a file's text to records, whatever the format, with every fault told at its place.

use super::csv;
use super::record::{
    Actor, Article, Event, Issue, Measure, Membership, Nothing, OfficeClaim, Position, Post, Relation, Sheet,
    Topic,
};
use super::tree::{Entry, Node, NodeError, Path, Step, Value};
use super::yaml::yaml;
use crate::diagnostic::{Diagnostic, Place, did_you_mean, nearest};
use serde::Deserialize;
use std::cell::OnceCell;
use std::ops::Range;

/// What sheets are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `.yaml`, `.yml`
    Yaml,
    /// `.json`
    Json,
    /// `.jsonl`, `.ndjson`: an object a line; `record` says what it is, a position if absent.
    JsonLines,
    /// `.csv`
    Csv,
}

impl Format {
    /// The format that a file's extension stands for.
    #[must_use]
    pub fn from_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// A sheet as written, and the means to say where in the file each part of it stands.
#[derive(Debug)]
pub struct Written {
    /// The records.
    pub sheet: Sheet,
    /// The file, as the user named it.
    pub file: String,
    text: String,
    format: Format,
    tree: OnceCell<Option<Node>>,
}

impl Written {
    /// The place of a part.
    #[must_use]
    pub fn place(&self, path: &[Step]) -> Place {
        let tree = self.tree.get_or_init(|| tree(&self.text, self.format).ok());
        match tree {
            Some(tree) => place(&self.file, &self.text, tree.find(path)),
            None => Place::file(&self.file),
        }
    }
}

/// Reads a sheet.
///
/// # Errors
/// Everything that is wrong with its form: syntax, unknown fields, values of the wrong sort.
pub fn read(file: &str, text: String, format: Format) -> Result<Written, Vec<Diagnostic>> {
    let mut known = None;
    let sheet = match format {
        Format::Json => serde_json::from_str(&text).ok(),
        Format::JsonLines => json_lines(&text),
        Format::Yaml | Format::Csv => {
            let tree = tree(&text, format).map_err(|faults| syntax(file, &text, faults))?;
            let sheet = Sheet::deserialize(&tree).ok();
            // A tree is many times as large as its text. It is made again in the rare case that
            // a place is asked for.
            known = sheet.is_none().then_some(tree);
            sheet
        }
    };
    match sheet {
        Some(sheet) => Ok(Written { sheet, file: file.to_owned(), text, format, tree: OnceCell::new() }),
        None => Err(diagnose(file, &text, format, known)),
    }
}

/// The usual case, quickly: nothing is wrong.
fn json_lines(text: &str) -> Option<Sheet> {
    let mut sheet = Sheet::default();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if line.contains("\"record\"") {
            let tree = yaml(line).ok()?;
            let root = root_of_rows(vec![tree]);
            let one = Sheet::deserialize(&root).ok()?;
            merge(&mut sheet, one);
        } else {
            sheet.positions.push(serde_json::from_str(line).ok()?);
        }
    }
    Some(sheet)
}

fn merge(sheet: &mut Sheet, one: Sheet) {
    sheet.document = one.document.or(sheet.document.take());
    sheet.base = one.base.or(sheet.base.take());
    sheet.article = one.article.or(sheet.article.take());
    sheet.coding = one.coding.or(sheet.coding.take());
    sheet.articles.extend(one.articles);
    sheet.actors.extend(one.actors);
    sheet.posts.extend(one.posts);
    sheet.memberships.extend(one.memberships);
    sheet.topics.extend(one.topics);
    sheet.issues.extend(one.issues);
    sheet.positions.extend(one.positions);
    sheet.events.extend(one.events);
    sheet.measures.extend(one.measures);
    sheet.relations.extend(one.relations);
    sheet.office_claims.extend(one.office_claims);
    sheet.nothing_to_encode.extend(one.nothing_to_encode);
}

/// What a row can be, and the section of a sheet that it belongs to.
const RECORDS: &[(&str, &str)] = &[
    ("position", "positions"),
    ("event", "events"),
    ("measure", "measures"),
    ("relation", "relations"),
    ("officeClaim", "officeClaims"),
    ("nothing", "nothingToEncode"),
    ("article", "articles"),
    ("actor", "actors"),
    ("post", "posts"),
    ("membership", "memberships"),
    ("topic", "topics"),
    ("issue", "issues"),
];

/// A fault of the form: place in code points, and what it is.
struct Fault {
    place: Range<usize>,
    message: String,
}

fn tree(text: &str, format: Format) -> Result<Node, Vec<Fault>> {
    match format {
        Format::Yaml | Format::Json => {
            yaml(text).map_err(|e| vec![Fault { place: e.at..e.at + 1, message: e.message }])
        }
        Format::Csv => csv::rows(text).map(root_of_rows).map_err(|errors| {
            errors.into_iter().map(|e| Fault { place: e.place, message: e.message }).collect()
        }),
        Format::JsonLines => {
            let (mut rows, mut faults, mut start) = (Vec::new(), Vec::new(), 0);
            for line in text.split_inclusive('\n') {
                if !line.trim().is_empty() {
                    match (serde_json::from_str::<serde::de::IgnoredAny>(line), yaml(line)) {
                        (Ok(_), Ok(row)) => rows.push(row.shifted(start)),
                        (Err(e), _) => {
                            let at = start + e.column().saturating_sub(1);
                            faults.push(Fault { place: at..at + 1, message: bare(&e) });
                        }
                        (_, Err(e)) => {
                            faults.push(Fault { place: start + e.at..start + e.at + 1, message: e.message });
                        }
                    }
                }
                start += line.chars().count();
            }
            if faults.is_empty() { Ok(root_of_rows(rows)) } else { Err(faults) }
        }
    }
}

/// A JSON error without the place that it repeats.
fn bare(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or_else(|| text.clone(), |(message, _)| message.to_owned())
}

/// Sorts rows into the sections of a sheet. A row `sheet` carries the sheet's own fields.
fn root_of_rows(rows: Vec<Node>) -> Node {
    let mut root: Vec<Entry> = Vec::new();
    for mut row in rows {
        let record = match &mut row.value {
            Value::Map(entries) => {
                entries.iter().position(|e| e.key == "record").map(|at| entries.remove(at).node)
            }
            _ => None,
        };
        let name = match record.map(|node| node.value) {
            Some(Value::Text(name)) => name,
            _ => "position".to_owned(),
        };
        if name == "sheet" {
            if let Value::Map(entries) = row.value {
                root.extend(entries);
            }
            continue;
        }
        // An unknown kind of record becomes an unknown field, which is then told as such.
        let section = RECORDS.iter().find(|(record, _)| *record == name).map_or(name.as_str(), |(_, s)| s);
        let at = root.iter().position(|e| e.key == section).unwrap_or_else(|| {
            root.push(Entry {
                key: section.to_owned(),
                key_place: row.place.clone(),
                node: Node { place: row.place.clone(), value: Value::List(Vec::new()) },
            });
            root.len() - 1
        });
        if let Value::List(items) = &mut root[at].node.value {
            items.push(row);
        }
    }
    Node { place: 0..0, value: Value::Map(root) }
}

fn place(file: &str, text: &str, chars: Range<usize>) -> Place {
    let byte = |char: usize| text.char_indices().nth(char).map_or(text.len(), |(byte, _)| byte);
    let start = byte(chars.start);
    let end = byte(chars.end);
    // A block scalar's place ends where the next field begins.
    let end = start + text[start..end.max(start)].trim_end().len();
    Place::in_source(file, text, start..end)
}

fn syntax(file: &str, text: &str, faults: Vec<Fault>) -> Vec<Diagnostic> {
    faults
        .into_iter()
        .map(|fault| {
            let diagnostic = Diagnostic::error("this cannot be read").expected(fault.message);
            diagnostic.at(place(file, text, fault.place))
        })
        .collect()
}

/// Says everything that is wrong with a text that did not become a sheet.
fn diagnose(file: &str, text: &str, format: Format, known: Option<Node>) -> Vec<Diagnostic> {
    if format == Format::Json
        && let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text)
    {
        let line_start: usize =
            text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let at = line_start + error.column().saturating_sub(1);
        let message = bare(&error);
        let place = Place::in_source(file, text, at..at + 1);
        return vec![Diagnostic::error("this cannot be read").expected(message).at(place)];
    }
    let tree = match known.map_or_else(|| tree(text, format), Ok) {
        Ok(tree) => tree,
        Err(faults) => return syntax(file, text, faults),
    };
    let mut found = Vec::new();
    let mut tell = |path: Path, error: NodeError| found.push(explain(file, text, &tree, path, &error.0));
    let Value::Map(entries) = &tree.value else {
        if let Err(error) = Sheet::deserialize(&tree) {
            tell(Path::default(), error);
        }
        return found;
    };
    let mut head = Vec::new();
    for entry in entries {
        macro_rules! sections {
            ($($section:literal: $type:ty),*) => { match (entry.key.as_str(), &entry.node.value) {
                $(($section, Value::List(items)) => {
                    for (i, item) in items.iter().enumerate() {
                        if let Err((path, error)) = check::<$type>(item) {
                            let mut steps = vec![Step::from($section), Step::from(i)];
                            steps.extend(path.0);
                            tell(Path(steps), error);
                        }
                    }
                })*
                _ => head.push(entry.clone()),
            } };
        }
        sections!(
            "articles": Article, "actors": Actor, "posts": Post, "memberships": Membership, "topics": Topic,
            "issues": Issue, "positions": Position, "events": Event, "measures": Measure,
            "relations": Relation, "officeClaims": OfficeClaim, "nothingToEncode": Nothing
        );
    }
    let head = Node { place: tree.place.clone(), value: Value::Map(head) };
    if let Err((path, error)) = check::<Sheet>(&head) {
        tell(path, error);
    }
    found
}

/// Reads one record for its faults alone.
fn check<'de, T: Deserialize<'de>>(node: &'de Node) -> Result<(), (Path, NodeError)> {
    serde_path_to_error::deserialize::<_, T>(node).map(drop).map_err(|error| {
        let steps = error
            .path()
            .iter()
            .filter_map(|segment| match segment {
                serde_path_to_error::Segment::Seq { index } => Some(Step::Item(*index)),
                serde_path_to_error::Segment::Map { key } => Some(Step::Field(key.clone())),
                _ => None,
            })
            .collect();
        (Path(steps), error.into_inner())
    })
}

/// Words a fault that serde found. Its own words are kept where they say more.
fn explain(file: &str, text: &str, tree: &Node, mut path: Path, message: &str) -> Diagnostic {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if let (true, Some((unknown, fields))) = (message.starts_with("unknown field"), quoted.split_first()) {
        // The path may or may not end with the unknown field itself.
        if path.0.last() == Some(&Step::from(*unknown)) {
            path.0.pop();
        }
        let range = tree.find_key(&path.0, unknown);
        let whole = if path.0.is_empty() { "the sheet".to_owned() } else { format!("`{path}`") };
        let near = nearest(unknown, fields.iter().copied(), 3);
        let mut diagnostic = Diagnostic::error(format!("unknown field `{unknown}`"))
            .expected(format!("not a field of {whole}"))
            .at(place(file, text, range));
        diagnostic.help =
            did_you_mean(&near).or_else(|| Some(format!("its fields are {}", fields.join(", "))));
        return diagnostic;
    }
    let what =
        if path.0.is_empty() { "this is no sheet".to_owned() } else { format!("`{path}` cannot be read") };
    Diagnostic::error(what).expected(message).at(place(file, text, tree.find(&path.0)))
}
