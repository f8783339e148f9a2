//! From a file's text to records, whatever the format, with every fault told at its place.

use super::coded;
use super::csv;
use super::faults::{self, Fault};
use super::record::{
    Actor, Article, Event, Issue, Measure, Membership, Nothing, OfficeClaim, OwnConcept, Poll, Position,
    Post, Relation, Sheet, Topic,
};
use super::tree::{Entry, Node, NodeError, Path, Step, Value};
use super::xlsx::{self, Cells};
use super::yaml::{json, yaml};
use crate::base::diagnostic::{Diagnostic, Lines, Place};
use crate::model::project;
use crate::model::text::ArticleText;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::cell::OnceCell;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

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
    /// `.md`: the article with its words marked.
    CodedText,
    /// `.xlsx`
    Xlsx,
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
            "md" => Some(Self::CodedText),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }
}

/// A sheet as written, and the means to say where in the file each part of it stands.
///
/// Names are as the coder wrote them; [`resolve`](crate::ingest::sheet::resolve) looks them up.
///
/// ```
/// # use standpoint_data as standpoint;
/// use standpoint::ingest::sheet::{Format, Step, read};
///
/// let text = "\
/// positions:
///   - actor: Ana Berg
///     stance: conditionally supports
///     issue: The old mill is torn down
///     mode: public statement
///     explicitness: explicit
///     certainty: certain
///     quote: will tear down the mill
/// ";
/// let written = read("mill.yaml", text.to_owned(), Format::Yaml).expect("it is a sheet");
/// assert!(written.faults.is_empty());
/// assert_eq!(written.sheet.positions.len(), 1);
///
/// let place = written.place(&[Step::Field("positions".into()), Step::Item(0), Step::Field("stance".into())]);
/// assert_eq!((place.line, place.column), (3, 13));
/// ```
#[derive(Debug)]
pub struct Written {
    /// The records, but for what `faults` tell of.
    pub sheet: Sheet,
    /// The file, as the user named it.
    pub file: String,
    /// What is wrong with the form. Nothing may be made of the sheet then, but what else is wrong
    /// with it can be told at the same time.
    pub faults: Vec<Diagnostic>,
    /// What somebody should look at; the sheet is taken as it is.
    pub warnings: Vec<Diagnostic>,
    /// The text of the article, which a coded text holds itself.
    pub article_text: Option<Arc<ArticleText>>,
    /// The parts that were left out for their faults.
    left_out: HashSet<Vec<Step>>,
    text: String,
    /// Whether the line ends of the file are others than those of `text`.
    has_other_line_ends: bool,
    format: Format,
    tree: OnceCell<Option<Node>>,
    /// Of a workbook, where its cells are.
    cells: Option<Cells>,
    lines: OnceCell<Lines>,
}

impl Written {
    /// The whole as a tree; none of a text that is not sound.
    pub(super) fn tree(&self) -> Option<&Node> {
        self.tree.get_or_init(|| tree(&self.text, self.format).ok().map(|read| read.root)).as_ref()
    }

    /// The format.
    pub(super) fn form(&self) -> Format {
        self.format
    }

    pub(super) fn has_other_line_ends(&self) -> bool {
        self.has_other_line_ends
    }

    /// The bytes of a place.
    pub(super) fn bytes(&self, chars: &Range<usize>) -> Range<usize> {
        let byte = |char| self.lines().byte(&self.text, char);
        byte(chars.start)..byte(chars.end)
    }

    /// The text that was read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The place of a part.
    #[must_use]
    pub fn place(&self, path: &[Step]) -> Place {
        match self.tree() {
            Some(tree) => self.place_of(tree.find(path)),
            None => Place::file(&self.file),
        }
    }

    /// The place of the name of a field of a part.
    pub(super) fn place_of_key(&self, path: &[Step], key: &str) -> Place {
        match self.tree() {
            Some(tree) => self.place_of(tree.find_key(path, key)),
            None => Place::file(&self.file),
        }
    }

    /// Whether it comes from a spreadsheet, where dates have many forms.
    #[must_use]
    pub fn is_table(&self) -> bool {
        matches!(self.format, Format::Csv | Format::Xlsx)
    }

    fn place_of(&self, chars: Range<usize>) -> Place {
        match &self.cells {
            None => place(&self.file, &self.text, self.lines(), chars),
            Some(cells) => match cells.name(chars.start) {
                Some(cell) => Place::file(format!("{}: {cell}", self.file)),
                None => Place::file(&self.file),
            },
        }
    }

    /// Whether a part is absent only because it was left out for its faults.
    #[must_use]
    pub fn is_left_out(&self, path: &[Step]) -> bool {
        // A part of it may be what was left out: a look-up for each, however many there are.
        !self.left_out.is_empty() && (0..=path.len()).any(|end| self.left_out.contains(&path[..end]))
    }
}

/// Reads a sheet. A sheet with faults of its form comes with what could be read of it.
///
/// # Errors
/// A text in which no sheet can be made out.
pub fn read(file: &str, text: String, format: Format) -> Result<Written, Vec<Diagnostic>> {
    let quick = match format {
        Format::Json => serde_json::from_str(&text).ok(),
        Format::JsonLines => json_lines(&text),
        Format::Yaml | Format::Csv | Format::CodedText | Format::Xlsx => None,
    };
    let line_feeds = if format == Format::CodedText { coded::with_line_feeds(&text) } else { None };
    let mut written = Written::new(file, text, format);
    if let Some(text) = line_feeds {
        written.text = text;
        written.has_other_line_ends = true;
        let warning = Diagnostic::warning("line ends of Windows are read as line feeds")
            .expected("the article's text, its SHA-256 and all offsets are those with line feeds");
        written.warnings.push(warning.at(Place::file(file)));
    }
    if let Some(sheet) = quick {
        written.sheet = sheet;
    } else {
        let Tree { root: mut whole, faults, warnings } = match format {
            Format::CodedText => {
                let coded = coded::read(&written.text).map_err(|faults| written.told(faults))?;
                written.left_out.extend(coded.left_out);
                written.article_text = Some(Arc::new(ArticleText::new(coded.text)));
                Tree { root: coded.tree, faults: coded.faults, warnings: coded.warnings }
            }
            _ => tree(&written.text, format).map_err(|faults| written.told(faults))?,
        };
        if let (true, Value::Map(entries)) = (is_project_file(file), &mut whole.value) {
            entries.retain(|entry| entry.key == project::VOCABULARY);
        }
        written.faults = written.told(faults);
        written.warnings.extend(written.told(warnings.into_iter().map(Fault::into_warning).collect()));
        match deserialized(&whole) {
            // The tree is many times as large as its text. It is made again in the rare case that
            // a place is asked for.
            Ok(sheet) => written.sheet = sheet,
            Err(_) => {
                let _ = written.tree.set(Some(whole.clone()));
                written.take_out_faults(&mut whole)?;
            }
        }
    }
    if written.faults.is_empty() && written.sheet == Sheet::default() {
        return Err(vec![
            Diagnostic::error("this sheet has no records")
                .help("to take its data out of the store, use `standpoint remove`")
                .at(Place::file(file)),
        ]);
    }
    Ok(written)
}

/// The text of the article that a coded text holds: what is left without front matter and marks.
///
/// # Errors
/// It is no coded text, or something is wrong with the form of a mark.
pub fn article_text(file: &str, text: &str) -> Result<String, Vec<Diagnostic>> {
    let line_feeds = coded::with_line_feeds(text);
    let text = line_feeds.as_deref().unwrap_or(text);
    coded::article_text(text).map_err(|faults| placed(file, text, &Lines::of(text), faults))
}

/// Whether a file begins as coded texts do, with a line `---`. Its first line is enough.
#[must_use]
pub fn is_coded_text(text: &str) -> bool {
    coded::is_coded(text)
}

/// The fields of a record, by their names.
pub(super) fn fields_of<T: for<'de> Deserialize<'de>>() -> &'static [&'static str] {
    let unknown =
        Entry { key: String::new(), key_place: 0..0, node: Node { place: 0..0, value: Value::Null } };
    match T::deserialize(&Node { place: 0..0, value: Value::Map(vec![unknown]) }) {
        Err(NodeError::UnknownField { fields, .. }) => fields,
        _ => &[],
    }
}

/// Reads a workbook, as [`read`] reads a text.
///
/// # Errors
/// Bytes that are no workbook.
pub fn read_workbook(file: &str, bytes: &[u8]) -> Result<Written, Vec<Diagnostic>> {
    let section = |name: &str| {
        let is_meant = |(record, section): &&(&str, &str)| {
            [record, section].into_iter().any(|known| name.trim().eq_ignore_ascii_case(known))
        };
        RECORDS.iter().find(is_meant).map(|(record, _)| *record)
    };
    let book = xlsx::workbook(bytes, section)
        .map_err(|(message, help)| vec![Diagnostic::error(message).help(help).at(Place::file(file))])?;
    let mut written = Written::new(file, String::new(), Format::Xlsx);
    written.cells = Some(book.cells);
    let mut faults = book.faults;
    let mut whole = root_of_rows(book.rows, &mut faults);
    written.faults = written.told(faults);
    written.warnings = written.told(book.warnings.into_iter().map(Fault::into_warning).collect());
    let _ = written.tree.set(Some(whole.clone()));
    match deserialized(&whole) {
        Ok(sheet) => written.sheet = sheet,
        Err(_) => written.take_out_faults(&mut whole)?,
    }
    if written.faults.is_empty() && written.sheet == Sheet::default() {
        let fault = Diagnostic::error("this workbook has no records")
            .expected("expected a visible worksheet whose first row names fields: article, actor, stance, issue, quote")
            .help("`standpoint init --xlsx DIR` writes one to start from")
            .at(Place::file(file));
        return Err(vec![fault]);
    }
    Ok(written)
}

/// Whether it is a project file, of which only the vocabulary is a sheet's.
fn is_project_file(file: &str) -> bool {
    std::path::Path::new(file).file_name().is_some_and(|name| name == project::NAME)
}

/// By the trait: a function of its own by the same name also takes lists.
fn deserialized(tree: &Node) -> Result<Sheet, NodeError> {
    Deserialize::deserialize(tree)
}

/// The usual case, quickly: nothing is wrong.
fn json_lines(text: &str) -> Option<Sheet> {
    let mut sheet = Sheet::default();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if line.contains("\"record\"") {
            let tree = json(line).ok()?;
            let mut faults = Vec::new();
            let root = root_of_rows(vec![tree], &mut faults);
            if !faults.is_empty() {
                return None;
            }
            let one = deserialized(&root).ok()?;
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
    sheet.defaults = one.defaults.or(sheet.defaults.take());
    sheet.articles.extend(one.articles);
    sheet.actors.extend(one.actors);
    sheet.posts.extend(one.posts);
    sheet.memberships.extend(one.memberships);
    sheet.vocabulary.extend(one.vocabulary);
    sheet.topics.extend(one.topics);
    sheet.issues.extend(one.issues);
    sheet.positions.extend(one.positions);
    sheet.events.extend(one.events);
    sheet.measures.extend(one.measures);
    sheet.polls.extend(one.polls);
    sheet.poll = one.poll.or(sheet.poll.take());
    sheet.relations.extend(one.relations);
    sheet.office_claims.extend(one.office_claims);
    sheet.nothing_to_encode.extend(one.nothing_to_encode);
}

/// The lists of a YAML sheet with their places; none of a text that is no mapping in block style.
pub(crate) fn yaml_lists(text: &str) -> Option<Vec<YamlList>> {
    let root = yaml(text).ok()?;
    let Value::Map(entries) = &root.value else { return None };
    let lines = Lines::of(text);
    let bytes = |chars: &Range<usize>| lines.byte(text, chars.start)..lines.byte(text, chars.end);
    let list = |entry: &Entry| {
        let (value, items) = match &entry.node.value {
            Value::Null => (None, &[][..]),
            Value::List(items) => (Some(bytes(&entry.node.place)), items.as_slice()),
            _ => (Some(bytes(&entry.node.place)), &[][..]),
        };
        let items = items.iter().map(|item| lines.byte(text, item.place.start)).collect();
        YamlList { section: entry.key.clone(), key: bytes(&entry.key_place), value, items }
    };
    Some(entries.iter().map(list).collect())
}

/// A list of a YAML sheet's root.
pub(crate) struct YamlList {
    /// Name of the section.
    pub(crate) section: String,
    /// Bytes of the section's name.
    pub(crate) key: Range<usize>,
    /// Bytes of its value; none where nothing is written behind the name.
    pub(crate) value: Option<Range<usize>>,
    /// Bytes at which the items begin.
    pub(crate) items: Vec<usize>,
}

/// What a row can be, and the section of a sheet that it belongs to.
const RECORDS: &[(&str, &str)] = &[
    ("position", "positions"),
    ("event", "events"),
    ("measure", "measures"),
    ("poll", "polls"),
    ("relation", "relations"),
    ("officeClaim", "officeClaims"),
    ("nothing", "nothingToEncode"),
    ("article", "articles"),
    ("actor", "actors"),
    ("post", "posts"),
    ("membership", "memberships"),
    ("concept", "vocabulary"),
    ("topic", "topics"),
    ("issue", "issues"),
];

/// A tree, with faults that leave the rest of it readable.
struct Tree {
    root: Node,
    faults: Vec<Fault>,
    warnings: Vec<Fault>,
}

/// The tree of a text, or the fault that leaves nothing readable. A workbook has no text.
fn tree(text: &str, format: Format) -> Result<Tree, Vec<Fault>> {
    let sound = |root| Tree { root, faults: Vec::new(), warnings: Vec::new() };
    match format {
        Format::Xlsx => Err(Vec::new()),
        Format::Json => match serde_json::from_str::<IgnoredAny>(text) {
            Ok(_) => json(text).map(sound).map_err(|error| vec![faults::yaml(text, &error)]),
            Err(error) => Err(vec![faults::json(text, &error)]),
        },
        Format::Yaml => yaml(text).map(sound).map_err(|error| vec![faults::yaml(text, &error)]),
        Format::CodedText => coded::read(text).map(|coded| Tree {
            root: coded.tree,
            faults: coded.faults,
            warnings: coded.warnings,
        }),
        Format::Csv => {
            let csv::Table { rows, errors, warnings, .. } = csv::rows(text);
            let mut faults: Vec<Fault> = errors.into_iter().map(Fault::from).collect();
            let root = root_of_rows(rows, &mut faults);
            Ok(Tree { root, faults, warnings: warnings.into_iter().map(Fault::from).collect() })
        }
        Format::JsonLines => {
            let (mut rows, mut found, mut start) = (Vec::new(), Vec::new(), 0);
            for line in text.split_inclusive('\n') {
                let bare = line.trim_end();
                if !bare.is_empty() {
                    let row = match serde_json::from_str::<IgnoredAny>(bare) {
                        Ok(_) => json(bare).map_err(|error| faults::yaml(bare, &error)),
                        Err(error) => Err(faults::json(bare, &error)),
                    };
                    match row {
                        Ok(row) => rows.push(row.shifted(start)),
                        Err(fault) => found.push(fault.shifted(start)),
                    }
                }
                start += line.chars().count();
            }
            let root = root_of_rows(rows, &mut found);
            Ok(Tree { root, faults: found, warnings: Vec::new() })
        }
    }
}

/// Sorts rows into the sections of a sheet. A row `sheet` carries the sheet's own fields.
fn root_of_rows(rows: Vec<Node>, faults: &mut Vec<Fault>) -> Node {
    let mut root: Vec<Entry> = Vec::new();
    for mut row in rows {
        let record = match &mut row.value {
            Value::Map(entries) => {
                entries.iter().position(|e| e.key == "record").map(|at| entries.remove(at).node)
            }
            _ => None,
        };
        let (name, place) = match record {
            Some(Node { value: Value::Text(name), place }) => (name, place),
            Some(Node { place, .. }) => (String::new(), place),
            None => ("position".to_owned(), row.place.clone()),
        };
        if name == "sheet" {
            if let Value::Map(entries) = row.value {
                root.extend(entries);
            }
            continue;
        }
        let Some((_, section)) = RECORDS.iter().find(|(record, _)| *record == name) else {
            faults.push(faults::record(&name, place, RECORDS.iter().map(|(record, _)| *record)));
            continue;
        };
        let at = root.iter().position(|e| e.key == *section).unwrap_or_else(|| {
            root.push(Entry {
                key: (*section).to_owned(),
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

fn place(file: &str, text: &str, lines: &Lines, chars: Range<usize>) -> Place {
    let start = lines.byte(text, chars.start);
    let end = lines.byte(text, chars.end);
    // A block scalar's place ends where the next field begins.
    let end = start + text[start..end.max(start)].trim_end().len();
    lines.place(file, text, start..end)
}

/// Faults at their places, of which the first [`MOST_PLACED`] are looked up.
fn placed(file: &str, text: &str, lines: &Lines, faults: Vec<Fault>) -> Vec<Diagnostic> {
    let one = |(at, fault): (usize, Fault)| match at < MOST_PLACED {
        true => fault.diagnostic.at(place(file, text, lines, fault.place)),
        false => fault.diagnostic.at(Place::file(file)),
    };
    faults.into_iter().enumerate().map(one).collect()
}

/// So many faults get their line and column, for each of which the text is gone through. The rest
/// are only counted.
pub(super) const MOST_PLACED: usize = 200;
/// A record with more faults in its form is none.
const MOST_MENDED: usize = 50;

impl Written {
    fn new(file: &str, text: String, format: Format) -> Self {
        Self {
            sheet: Sheet::default(),
            file: file.to_owned(),
            faults: Vec::new(),
            warnings: Vec::new(),
            article_text: None,
            left_out: HashSet::new(),
            text,
            has_other_line_ends: false,
            format,
            tree: OnceCell::new(),
            cells: None,
            lines: OnceCell::new(),
        }
    }

    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::of(&self.text))
    }

    fn told(&self, faults: Vec<Fault>) -> Vec<Diagnostic> {
        let placed = |(at, fault): (usize, Fault)| match at < MOST_PLACED {
            true => fault.diagnostic.at(self.place_of(fault.place)),
            false => fault.diagnostic.at(self.unplaced()),
        };
        faults.into_iter().enumerate().map(placed).collect()
    }

    /// The place of a fault that is only counted.
    pub(super) fn unplaced(&self) -> Place {
        Place::file(&self.file)
    }

    /// Tells everything that is wrong with the form of the records, taking it out, and reads the
    /// rest.
    fn take_out_faults(&mut self, tree: &mut Node) -> Result<(), Vec<Diagnostic>> {
        let Value::Map(entries) = &mut tree.value else {
            let found = faults::no_sheet(tree);
            return Err(self.told(vec![found]));
        };
        let (mut found, mut left_out) = (Vec::new(), Vec::new());
        let mut head = Vec::new();
        for mut entry in std::mem::take(entries) {
            macro_rules! sections {
                ($($section:literal: $type:ty),*) => { match (entry.key.as_str(), &mut entry.node.value) {
                    $(($section, Value::List(items)) => {
                        for (i, item) in items.iter_mut().enumerate() {
                            let way = [Step::from($section), Step::from(i)];
                            mend::<$type>(item, &way, &mut found, &mut left_out);
                        }
                        entries.push(entry);
                    })*
                    _ => head.push(entry),
                } };
            }
            sections!(
                "articles": Article, "actors": Actor, "posts": Post, "memberships": Membership,
                "vocabulary": OwnConcept, "topics": Topic, "issues": Issue, "positions": Position, "events": Event,
                "measures": Measure, "polls": Poll, "relations": Relation, "officeClaims": OfficeClaim,
                "nothingToEncode": Nothing
            );
        }
        let mut head = Node { place: tree.place.clone(), value: Value::Map(head) };
        mend::<Sheet>(&mut head, &[], &mut found, &mut left_out);
        if let (Value::Map(entries), Value::Map(head)) = (&mut tree.value, head.value) {
            entries.extend(head);
        }
        let found = self.told(found);
        // A column that is no field is so in every row.
        for fault in found {
            let first = self.faults.len().min(MOST_PLACED);
            if !self.faults[..first].contains(&fault) {
                self.faults.push(fault);
            }
        }
        self.left_out.extend(left_out);
        self.sheet = deserialized(tree).unwrap_or_default();
        Ok(())
    }
}

/// Takes out of a record what is wrong with its form, and tells it. `way` leads to the record.
fn mend<T: for<'de> Deserialize<'de>>(
    node: &mut Node,
    way: &[Step],
    found: &mut Vec<Fault>,
    left_out: &mut Vec<Vec<Step>>,
) {
    let before = found.len();
    while let Err((Path(mut path), error)) = check::<T>(node) {
        let (fault, meant) = faults::form(node, way, &path, &error);
        found.push(fault);
        if let NodeError::UnknownField { field, .. } = &error {
            // The path may or may not end with the unknown field itself.
            if path.last() != Some(&Step::from(field.as_str())) {
                path.push(Step::from(field.as_str()));
            }
        }
        let taken = if found.len() - before < MOST_MENDED { node.take_out(&path) } else { None };
        let Some(taken) = taken else {
            node.value = Value::Null;
            left_out.push(way.to_vec());
            return;
        };
        // What was meant for a field is no reason to tell that the field is missing.
        if let (Some(meant), Some((_, above))) = (meant, taken.split_last()) {
            left_out.push([way, above, &[Step::from(meant)]].concat());
        }
        left_out.push([way, &taken].concat());
    }
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
