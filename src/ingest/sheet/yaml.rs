//! YAML, and JSON as the part of YAML that it is, read into a tree.
//!
//! The parser's events become the tree at once. saphyr's own documents, read first and turned
//! into the tree then, cost twice the time of the parser itself.

use super::tree::{Entry, Node, Value};
use saphyr_parser::{BufferedInput, Event, Parser, ScalarStyle, ScanError, Span};
use std::collections::{HashMap, HashSet};
use std::str::Chars;

/// Aliases may stand for so many parts in all: a few that name each other stand for any number.
const MOST_ALIASED: usize = 100_000;
/// Lists and mappings may stand in each other so deep: what the parser sets for those in
/// brackets, for all of them.
const MOST_NESTED: usize = 255;

/// From so many fields on, names are hashed.
const MANY_FIELDS: usize = 64;

/// Why a text is no YAML of one document.
pub(crate) struct YamlError {
    /// Where, in code points.
    pub(crate) at: usize,
    /// What the parser says.
    pub(crate) message: String,
}

impl YamlError {
    fn new(span: Span, message: &str) -> Self {
        Self { at: span.start.index(), message: message.to_owned() }
    }
}

impl From<ScanError> for YamlError {
    fn from(error: ScanError) -> Self {
        Self { at: error.marker().index(), message: error.info().to_owned() }
    }
}

/// Reads a document. An empty text is `Null`.
pub(crate) fn yaml(text: &str) -> Result<Node, YamlError> {
    let mut reader = Reader {
        parser: Parser::new_from_iter(text.chars()),
        anchors: HashMap::new(),
        room: MOST_ALIASED,
        depth: 0,
    };
    let mut document = None;
    loop {
        match reader.next()? {
            (Event::StreamEnd, _) => break,
            (Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing, _) => {}
            (_, span) if document.is_some() => {
                return Err(YamlError::new(span, "a second YAML document begins; a sheet is one document"));
            }
            (event, span) => document = Some(reader.node(event, span)?),
        }
    }
    Ok(document.unwrap_or(Node { place: 0..0, value: Value::Null }))
}

/// Reads JSON, which is YAML but for one thing: a character beyond U+FFFF may be written as two escapes, the
/// halves of a surrogate pair (`\ud83d\ude00`), of which YAML knows neither.
///
/// # Errors
/// As [`yaml()`].
pub(crate) fn json(text: &str) -> Result<Node, YamlError> {
    let (joined, pairs) = join_surrogates(text);
    if pairs.is_empty() {
        return yaml(text);
    }
    // Each pair before a place makes it so much larger in the text as it was written.
    let written = |at: usize| at + SHORTENED * pairs.partition_point(|pair| *pair < at);
    let mut node = yaml(&joined).map_err(|error| YamlError { at: written(error.at), ..error })?;
    node.map_places(&written);
    Ok(node)
}

/// Code points of `\ud83d\ude00` beyond those of `\U0001f600`.
const SHORTENED: usize = 2;

/// The text with YAML's escape for each surrogate pair inside quotation marks, and where those escapes begin in
/// the new text, in code points.
fn join_surrogates(text: &str) -> (String, Vec<usize>) {
    let (mut out, mut pairs) = (String::new(), Vec::new());
    if !text.contains("\\u") {
        return (out, pairs);
    }
    let (mut chars, mut rest, mut quoted) = (0, text, false);
    while let Some(c) = rest.chars().next() {
        let mut taken = c.len_utf8();
        if quoted && c == '\\' {
            if let Some(pair) = surrogate_pair(rest) {
                pairs.push(chars);
                let escape = format!("\\U{:08x}", u32::from(pair));
                chars += escape.len();
                out += &escape;
                rest = &rest[12..];
                continue;
            }
            // The escaped character is no quotation mark that closes.
            taken += rest[taken..].chars().next().map_or(0, char::len_utf8);
        } else if c == '"' {
            quoted = !quoted;
        }
        chars += rest[..taken].chars().count();
        out += &rest[..taken];
        rest = &rest[taken..];
    }
    (out, pairs)
}

/// The character that two escapes at the beginning of a text are the halves of.
fn surrogate_pair(text: &str) -> Option<char> {
    let half = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    char::decode_utf16([half(0)?, half(6)?]).next()?.ok().filter(|c| *c > '\u{ffff}')
}

struct Reader<'a> {
    parser: Parser<'a, BufferedInput<Chars<'a>>>,
    /// What aliases stand for.
    anchors: HashMap<usize, Node>,
    /// How many parts aliases may still stand for.
    room: usize,
    /// In how many lists and mappings the next part stands.
    depth: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), YamlError> {
        Ok(self.parser.next_event().unwrap_or(Ok((Event::StreamEnd, Span::default())))?)
    }

    /// The part that begins with this event.
    fn node(&mut self, event: Event<'a>, span: Span) -> Result<Node, YamlError> {
        let (value, end, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let null = style == ScalarStyle::Plain
                    && tag.is_none()
                    && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL");
                let value = if null { Value::Null } else { Value::Text(text.into_owned()) };
                (value, span.end, anchor)
            }
            Event::SequenceStart(anchor, _) => {
                let (items, end) = self.inside(span, Self::items)?;
                (Value::List(items), end.start, anchor)
            }
            Event::MappingStart(anchor, _) => {
                let (entries, end) = self.inside(span, Self::entries)?;
                (Value::Map(entries), end.start, anchor)
            }
            Event::Alias(anchor) => (self.aliased(anchor, span)?, span.end, 0),
            _ => (Value::Null, span.end, 0),
        };
        let node = Node { place: span.start.index()..end.index(), value };
        // Anchors count from 1.
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn inside<T>(
        &mut self,
        span: Span,
        read: impl FnOnce(&mut Self) -> Result<T, YamlError>,
    ) -> Result<T, YamlError> {
        if self.depth == MOST_NESTED {
            return Err(YamlError::new(span, "recursion limit exceeded"));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn items(&mut self) -> Result<(Vec<Node>, Span), YamlError> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, span) => return Ok((items, span)),
                (event, span) => items.push(self.node(event, span)?),
            }
        }
    }

    fn entries(&mut self) -> Result<(Vec<Entry>, Span), YamlError> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut names: HashSet<String> = HashSet::new();
        loop {
            let (key, key_span) = match self.next()? {
                (Event::MappingEnd, span) => return Ok((entries, span)),
                (Event::Scalar(key, _, 0, _), span) => (key.into_owned(), span),
                (event, span) => match self.node(event, span)?.value {
                    Value::Text(key) => (key, span),
                    _ => return Err(YamlError::new(span, "a field's name is a list or a mapping")),
                },
            };
            // Records have few fields: looking through them is quicker than hashing, unless somebody
            // writes a hundred thousand.
            let twice = if entries.len() < MANY_FIELDS {
                entries.iter().any(|entry| entry.key == key)
            } else {
                if names.is_empty() {
                    names.extend(entries.iter().map(|entry| entry.key.clone()));
                }
                !names.insert(key.clone())
            };
            if twice {
                return Err(YamlError::new(key_span, "duplicated key in mapping"));
            }
            let (event, span) = self.next()?;
            let node = self.node(event, span)?;
            entries.push(Entry { key, key_place: key_span.start.index()..key_span.end.index(), node });
        }
    }

    /// What an alias stands for; nothing inside of what it names.
    fn aliased(&mut self, anchor: usize, span: Span) -> Result<Value, YamlError> {
        let Some(node) = self.anchors.get(&anchor) else { return Ok(Value::Null) };
        let Some(room) = self.room.checked_sub(size(node)) else {
            return Err(YamlError::new(
                span,
                "alias expansion exceeded the maximum node budget (possible billion-laughs attack)",
            ));
        };
        self.room = room;
        Ok(node.value.clone())
    }
}

/// Of how many parts something consists, itself included.
fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::Null | Value::Text(_) => 0,
        Value::List(items) => items.iter().map(size).sum(),
        Value::Map(entries) => entries.iter().map(|entry| 1 + size(&entry.node)).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(node: &Node) -> String {
        match &node.value {
            Value::Null => "null".to_owned(),
            Value::Text(text) => format!("{text:?}"),
            Value::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
            Value::Map(entries) => {
                let fields: Vec<_> =
                    entries.iter().map(|e| format!("{}: {}", e.key, show(&e.node))).collect();
                format!("{{{}}}", fields.join(", "))
            }
        }
    }

    fn read(text: &str) -> String {
        match yaml(text) {
            Ok(node) => show(&node),
            Err(error) => format!("{}: {}", error.at, error.message),
        }
    }

    #[test]
    fn scalars_stay_text() {
        assert_eq!(
            read("{a: 2025, b: '~', c: ~, d: null, e: }"),
            r#"{a: "2025", b: "~", c: null, d: null, e: null}"#
        );
        assert_eq!(read("- !!str null\n- |\n  two\n  lines\n- ''"), r#"["null", "two\nlines\n", ""]"#);
        assert_eq!(read(""), "null");
        assert_eq!(read("# nothing but a comment"), "null");
    }

    #[test]
    fn aliases_stand_for_what_they_name() {
        assert_eq!(read("a: &x [1, {b: 2}]\nc: *x"), r#"{a: ["1", {b: "2"}], c: ["1", {b: "2"}]}"#);
        assert_eq!(read("a: &x [*x]"), "{a: [null]}");
        let bomb: String =
            ('b'..='h').zip('a'..).fold("a: &a [1,1,1,1,1,1,1,1,1]\n".to_owned(), |text, (c, last)| {
                text + &format!("{c}: &{c} [{}]\n", vec![format!("*{last}"); 9].join(","))
            });
        assert!(read(&bomb).contains("alias expansion exceeded"), "{}", read(&bomb));
    }

    #[test]
    fn faults_have_their_place() {
        assert_eq!(read("ä: 1\nb: 2\nä: 3"), "10: duplicated key in mapping");
        assert_eq!(read("a: 1\n---\nb: 2"), "9: a second YAML document begins; a sheet is one document");
        assert_eq!(read("[a, b]: 1"), "0: a field's name is a list or a mapping");
        assert_eq!(read(&"[".repeat(10_000)), "255: recursion limit exceeded");
        assert_eq!(read(&"- ".repeat(10_000)), "510: recursion limit exceeded");
    }

    #[test]
    fn surrogate_pairs_of_json_are_one_character() {
        let text = r#"{"a": "\ud83d\ude00!", "b": "\\ud83d\\ude00", "ü": ["\uD83D\uDE00\uD83D\uDE00", 1]}"#;
        let node = json(text).unwrap_or_else(|error| panic!("{}", error.message));
        assert_eq!(show(&node), r#"{a: "😀!", b: "\\ud83d\\ude00", ü: ["😀😀", "1"]}"#);
        let chars: Vec<char> = text.chars().collect();
        let at = |path: &[super::super::Step]| chars[node.find(path)].iter().collect::<String>();
        assert_eq!(at(&["a".into()]), r#""\ud83d\ude00!""#);
        assert_eq!(at(&["b".into()]), r#""\\ud83d\\ude00""#);
        assert_eq!(at(&["ü".into(), 1.into()]), "1");
        // In YAML's other texts a backslash is a backslash.
        assert_eq!(read(r"a: \ud83d\ude00"), r#"{a: "\\ud83d\\ude00"}"#);
    }

    #[test]
    fn parts_know_their_places_in_code_points() {
        let text = "ä:\n  - b: «ü»\n    c: [1, 2]\n";
        let node = yaml(text).unwrap_or_else(|error| panic!("{}", error.message));
        let chars: Vec<char> = text.chars().collect();
        let at = |path: &[super::super::Step]| chars[node.find(path)].iter().collect::<String>();
        assert_eq!(at(&["ä".into(), 0.into(), "b".into()]), "«ü»");
        assert_eq!(at(&["ä".into(), 0.into(), "c".into()]), "c");
        assert_eq!(at(&["ä".into(), 0.into(), "c".into(), 1.into()]), "2");
    }
}
