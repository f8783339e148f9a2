//! What is wrong with the form of a sheet, in words for whoever wrote it.
//!
//! Parsers speak of sequences, scalars and tokens; coders know lists, texts and quotation marks.

use super::csv::CsvError;
use super::tree::{Found, Node, NodeError, Step, Value};
use super::yaml::YamlError;
use crate::base::diagnostic::{Diagnostic, Severity, did_you_mean, nearest};
use std::ops::Range;

/// A fault of the form, and its place in code points.
pub(super) struct Fault {
    pub(super) place: Range<usize>,
    pub(super) diagnostic: Diagnostic,
}

impl Fault {
    pub(super) fn new(place: Range<usize>, message: impl Into<String>) -> Self {
        Self { place, diagnostic: Diagnostic::error(message) }
    }

    pub(super) fn expected(mut self, label: impl Into<String>) -> Self {
        self.diagnostic = self.diagnostic.expected(label);
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.diagnostic = self.diagnostic.help(help);
        self
    }

    /// A fault with all that is said of it.
    pub(super) fn of(place: Range<usize>, message: &str, expected: String, help: &str) -> Self {
        Self::new(place, message).expected(expected).help(help)
    }

    /// The same as something to look at.
    pub(super) fn into_warning(mut self) -> Self {
        self.diagnostic.severity = Severity::Warning;
        self
    }

    /// The same fault, `by` code points further on.
    pub(super) fn shifted(mut self, by: usize) -> Self {
        self.place = self.place.start + by..self.place.end + by;
        self
    }
}

impl From<CsvError> for Fault {
    fn from(error: CsvError) -> Self {
        let fault = Self::new(error.place, error.message);
        let fault = if error.help.is_empty() { fault } else { fault.help(error.help) };
        if error.expected.is_empty() { fault } else { fault.expected(error.expected) }
    }
}

/// What a kind of record is called: the words of its section, in the singular.
pub(super) fn noun(section: &str) -> &'static str {
    match section {
        "articles" => "article",
        "actors" => "actor",
        "posts" => "post",
        "memberships" => "membership",
        "vocabulary" => "concept",
        "topics" => "topic",
        "issues" => "issue",
        "positions" => "position",
        "events" => "event",
        "measures" => "measure",
        "polls" | "poll" => "poll",
        "relations" => "relation",
        "officeClaims" => "office claim",
        "nothingToEncode" => "sentence with nothing to encode",
        _ => "record",
    }
}

/// "a position", "an event".
pub(super) fn a(noun: &str) -> String {
    format!("{} {noun}", if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" })
}

/// A row whose `record` is no kind of record.
pub(super) fn record<'k>(
    name: &str,
    place: Range<usize>,
    kinds: impl Iterator<Item = &'k str> + Clone,
) -> Fault {
    let all: Vec<&str> = kinds.clone().collect();
    let help =
        did_you_mean(&nearest(name, kinds, 2)).unwrap_or_else(|| format!("one of: {}", all.join(", ")));
    Fault::new(place, format!("unknown kind of record `{name}`"))
        .expected("expected the kind of this row's record")
        .help(help)
}

/// A whole text that is a list or a word.
pub(super) fn no_sheet(tree: &Node) -> Fault {
    let found = match &tree.value {
        Value::List(_) => "a list",
        Value::Text(_) => "a text",
        Value::Null | Value::Map(_) => "nothing",
    };
    Fault::new(tree.find(&[]), "not a sheet")
        .expected(format!("found {found}, expected fields such as `positions:`"))
        .help("`standpoint init DIR` writes a sheet to start from")
}

/// Fields of positions that a sheet has not.
const OF_A_POSITION: &[&str] = &["actor", "stance", "issue", "mode", "explicitness", "certainty", "quote"];
/// Fields of what positions refer to, which a position has not.
const OF_A_REGISTRY: &[&str] = &["label", "kind", "family", "aliases"];

/// A fault of a record that `way` leads to, `path` from there on; and the field that seems to be
/// meant by an unknown one.
pub(super) fn form(
    record: &Node,
    way: &[Step],
    path: &[Step],
    error: &NodeError,
) -> (Fault, Option<&'static str>) {
    let field = path.iter().rev().find_map(|step| match step {
        Step::Field(field) => Some(field.as_str()),
        Step::Item(_) => None,
    });
    let kind = match way.first() {
        Some(Step::Field(section)) => noun(section),
        _ => "sheet",
    };
    let (found, expected) = match error {
        NodeError::UnknownField { field: unknown, fields } => {
            // The path may or may not end with the unknown field itself.
            let above = match path.split_last() {
                Some((last, above)) if *last == Step::from(unknown.as_str()) => above,
                _ => path,
            };
            let holder = above.iter().rev().find_map(|step| match step {
                Step::Field(field) => Some(format!("`{field}`")),
                Step::Item(_) => None,
            });
            let near = nearest(unknown, fields.iter().copied(), 3);
            let help = match holder {
                // One position that was to be the sheet.
                None if kind == "sheet" && OF_A_POSITION.contains(&unknown.as_str()) => {
                    "records are items of a list: write this under `positions:`, after `- `".to_owned()
                }
                None if kind == "position" && OF_A_REGISTRY.contains(&unknown.as_str()) => {
                    "actors and issues have this field: write them under `actors:` or `issues:`; in CSV, add a \
                     column `record` that says whether a row is an actor, issue or article"
                        .to_owned()
                }
                _ => did_you_mean(&near).unwrap_or_else(|| format!("its fields are {}", fields.join(", "))),
            };
            let fault = Fault::new(record.find_key(above, unknown), format!("unknown field `{unknown}`"))
                .expected(format!("{} has no such field", holder.unwrap_or_else(|| a(kind))))
                .help(help);
            let meant = near.first().and_then(|near| fields.iter().find(|field| *field == near)).copied();
            return (fault, meant);
        }
        NodeError::Other(message) => {
            return (Fault::new(record.find(path), message.as_str()), None);
        }
        NodeError::Mismatch { found, expected } => (found, expected),
    };
    let what = match (field, path.last()) {
        (Some(field), Some(Step::Item(_))) => format!("an item of `{field}`"),
        (Some(field), _) => format!("`{field}`"),
        (None, _) => format!("this {kind}"),
    };
    let message = match found {
        Found::List => format!("{what} is a list"),
        Found::Fields => format!("{what} has fields of its own"),
        Found::Nothing => format!("{what} is empty"),
        Found::Text(text) => format!("{what} is `{text}`"),
    };
    let fault = Fault::new(record.find(path), message).expected(format!("expected {expected}"));
    let fault = match (found, expected.as_str()) {
        (Found::Fields, "a list") => fault.help(
            "a list of one item is still a list: in YAML, `- ` begins each item; in JSON, it is in brackets",
        ),
        _ => fault,
    };
    (fault, None)
}

/// A text that is no JSON.
pub(super) fn json(text: &str, error: &serde_json::Error) -> Fault {
    let line_start: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(|line| line.chars().count())
        .sum();
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let column = error.column().saturating_sub(1).min(text.len() - before);
    let column = text.as_bytes()[before..before + column].iter().filter(|b| **b & 0xC0 != 0x80).count();
    let at = line_start + column;
    let own = error.to_string();
    let own = own.rsplit_once(" at line ").map_or(own.as_str(), |(message, _)| message);
    let fault = |message: &str| Fault::new(at..at + 1, message);
    if let Some(open) = own.strip_prefix("EOF while parsing ") {
        let at = text.trim_end().chars().count();
        let fault = |message: &str| Fault::new(at..at + 1, message);
        let close = match open {
            "a list" => "`]`",
            "an object" => "`}`",
            "a string" => "a quotation mark",
            _ => "a value",
        };
        return fault("the JSON ends too early").expected(format!("{close} is missing"));
    }
    match own {
        "trailing comma" | "key must be a string" => fault("not valid JSON")
            .expected("expected a field's name in quotation marks")
            .help("the last field or item has no comma after it"),
        "trailing characters" => fault("unexpected text after the end of the JSON"),
        "recursion limit exceeded" => fault("lists or fields are nested too deeply"),
        _ => fault("not valid JSON").expected(own),
    }
}

/// A text that is no YAML of one document.
pub(super) fn yaml(text: &str, error: &YamlError) -> Fault {
    let (at, own) = (error.at, error.message.as_str());
    let here = |message: &str| Fault::new(at..at + 1, message);
    let rest = |message: &str| Fault::new(at..at + to_line_end(text, at), message);
    if own.contains("tab") && !own.contains("expected") {
        let at = tab_after(text, at).unwrap_or(at);
        return Fault::new(at..at + 1, "a tab in the indentation").help("YAML is indented with spaces only");
    }
    match own {
        "duplicated key in mapping" => {
            let key: String = text.chars().skip(at).take_while(|c| *c != ':' && *c != '\n').collect();
            let length = key.trim().chars().count().max(1);
            let key = key.trim().trim_matches(['"', '\'']).to_owned();
            Fault::new(at..at + length, format!("a second `{key}`"))
                .expected("a record has each field once")
                .help("for several items, write a list in brackets: [one, two]")
        }
        "mapping values are not allowed in this context" => {
            here("unexpected `:`").expected("a second `: ` on its line").help(
                "put text that contains a colon in quotation marks; or a line above is indented differently",
            )
        }
        "invalid indentation in quoted scalar"
        | "while scanning a quoted scalar, found unexpected end of stream"
        | "while scanning a quoted scalar, found unexpected document indicator" => {
            rest("text in quotation marks that does not end")
                .expected("the second quotation mark is missing")
                .help("inside \"…\" write \\\" for a quotation mark; inside '…' double it")
        }
        "while parsing a quoted scalar, found unknown escape character" => rest("unexpected backslash")
            .help("inside \"…\" write \\\\ for a backslash, or put the text in '…'"),
        "while parsing a quoted scalar, found invalid Unicode character escape code" => {
            rest("an escape that stands for no character")
                .expected("half of a character, or a number beyond the last")
                .help("write the character itself, or both of its halves, as in \"\\ud83d\\ude00\"")
        }
        "while parsing a block collection, did not find expected '-' indicator"
        | "while parsing a block mapping, did not find expected key"
        | "invalid indentation" => rest("this line does not fit those above it")
            .expected("its indentation differs from its neighbours")
            .help("fields of one record begin in the same column, and so do the `-` of a list"),
        "block sequence entries are not allowed in this context" => {
            rest("a list that begins on the line of its field")
                .expected("expected a text")
                .help("put the items on lines of their own; text that begins with `- ` needs quotation marks")
        }
        "while parsing a node, did not find expected node content" => {
            let open = text.chars().take(at).filter(|c| matches!(c, '[' | '{')).last();
            let what =
                if open == Some('{') { "fields in braces that do" } else { "a list in brackets that does" };
            here(&format!("{what} not end")).expected("expected an item, or the closing bracket")
        }
        "while parsing a flow sequence, expected ',' or ']'" => {
            here("a list in brackets that does not end").expected("expected `,` or `]`")
        }
        "while parsing a flow mapping, did not find expected ',' or '}'" => {
            here("fields in braces that do not end").expected("expected `,` or `}`")
        }
        "while parsing node, found unknown anchor" => {
            rest("unknown alias").help("text that begins with `*` needs quotation marks")
        }
        "simple key expect ':'" | "simple key expected" => {
            rest("a line without a field").expected("expected `field: value`")
        }
        "recursion limit exceeded" => here("lists or fields are nested too deeply"),
        _ if own.starts_with("alias expansion") => {
            rest("aliases that multiply without end").help("write the values out")
        }
        _ if own.starts_with("unexpected character") || own.starts_with("while scanning an anchor") => {
            let c: String = text.chars().skip(at).take(1).collect();
            here(&format!("text cannot begin with `{c}`")).help("put the text in quotation marks")
        }
        _ if own.starts_with("a second YAML document") => here("a second YAML document begins here")
            .expected("a sheet is one document")
            .help("delete the line `---`, or put this part in a file of its own"),
        _ => rest("not valid YAML").expected(own),
    }
}

/// How many code points of its line begin at `at`; at least one.
fn to_line_end(text: &str, at: usize) -> usize {
    text.chars().skip(at).take_while(|c| !matches!(c, '\n' | '\r')).count().max(1)
}

/// The first tab that begins a line or follows its blanks, at `from` or later; else any from there.
fn tab_after(text: &str, from: usize) -> Option<usize> {
    let line_start =
        text.chars().take(from).collect::<Vec<_>>().iter().rposition(|c| *c == '\n').map_or(0, |n| n + 1);
    let (mut indentation, mut first) = (true, None);
    for (at, c) in text.chars().enumerate().skip(line_start) {
        match c {
            '\t' if indentation => return Some(at),
            '\t' if at >= from => first = first.or(Some(at)),
            '\n' => indentation = true,
            ' ' => {}
            _ => indentation = false,
        }
    }
    first
}
