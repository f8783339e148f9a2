//! What is wrong with the text of a graph: each fault once, at its place, in plain words.
//!
//! The engine's readers go on after a fault, but not always well: a quotation mark that is never
//! closed takes the next statements with it, a prefix that is not declared is told at each of its
//! names. So a text that cannot be read is read once more, statement by statement.

use crate::base::diagnostic::{Diagnostic, Place, did_you_mean, nearest};
use crate::base::tokens::{Kind, Token, tokens};
use crate::model::prefixes::Prefixes;
use oxigraph::io::{RdfFormat, RdfParser, RdfSyntaxError};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// At most so many faults are told of one file.
const MOST: usize = 50;

/// Pieces may be so many bytes in all, or so many times their text.
const ROOM: usize = 4 << 20;
const TIMES: usize = 4;

/// So many sound statements are read at once.
const CHUNK: usize = 256;

/// Everything that is wrong with a text that its reader refused with these errors.
pub(in crate::ingest) fn tell(
    file: &str,
    text: &str,
    format: RdfFormat,
    errors: &[RdfSyntaxError],
) -> Vec<Diagnostic> {
    let mut found = match format {
        RdfFormat::NTriples | RdfFormat::NQuads => by_line(file, text, format),
        RdfFormat::Turtle | RdfFormat::TriG => Statements::new(file, text, format).tell(),
        _ => Vec::new(),
    };
    if found.is_empty() {
        found = whole(file, text, errors);
    }
    found.truncate(MOST);
    found
}

fn parser(format: RdfFormat) -> RdfParser {
    RdfParser::from_format(format).with_base_iri("file:///").unwrap_or_else(|_| format.into())
}

/// The first fault of a text, and the bytes that it marks.
fn first_fault(text: &str, format: RdfFormat) -> Option<(Range<usize>, String)> {
    let error = parser(format).for_slice(text.as_bytes()).find_map(Result::err)?;
    let at = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
    let range = error.location().map_or(0..0, |l| at(l.start.offset)..at(l.end.offset));
    Some((range, bare(&error)))
}

/// The engine's words without the place, which the excerpt shows.
fn bare(error: &RdfSyntaxError) -> String {
    let message = error.to_string();
    match error.location() {
        Some(_) => message.split_once(": ").map_or(message.clone(), |(_, rest)| rest.to_owned()),
        None => message,
    }
}

/// A line a statement: the first fault of each.
fn by_line(file: &str, text: &str, format: RdfFormat) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (number, line) in text.split_inclusive('\n').enumerate() {
        found.extend(of_line(file, line, format).map(|fault| fault.below(number)));
        if found.len() == MOST {
            break;
        }
    }
    found
}

/// The first fault of a line that is a statement, as if it were the first of its file.
pub(in crate::ingest) fn of_line(file: &str, line: &str, format: RdfFormat) -> Option<Diagnostic> {
    let bare = line.trim_end();
    let (range, message) = first_fault(bare, format)?;
    let range = if range.start >= bare.len() { bare.len()..bare.len() } else { range };
    let marked = &bare[floor(bare, range.start)..floor(bare, range.end)];
    let open = tokens(bare).into_iter().find(|token| token.kind == Kind::UnclosedText);
    Some(match open {
        Some(token) => fault("Line jumps are not allowed", "").at(Place::in_source(file, line, token.range)),
        None => fault(&message, marked).at(Place::in_source(file, line, range)),
    })
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// RDF/XML and JSON-LD: what the reader says, at the words that it quotes.
pub(in crate::ingest) fn whole(file: &str, text: &str, errors: &[RdfSyntaxError]) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut told: BTreeSet<String> = BTreeSet::new();
    for error in errors {
        let message = bare(error);
        // Text in a wrong place is what follows from an element that could not be read.
        if (message.starts_with("Unexpected text event") && !found.is_empty())
            || !told.insert(message.clone())
        {
            continue;
        }
        let place = match error.location() {
            Some(l) => {
                let at = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
                Place::in_source(file, text, at(l.start.offset)..at(l.end.offset))
            }
            None => match quoted(text, &message) {
                Some(range) => Place::in_source(file, text, range),
                None => Place::file(file),
            },
        };
        found.push(fault(&message, "").at(place));
    }
    found
}

/// Where the words stand that a message quotes, the last ones first.
fn quoted(text: &str, message: &str) -> Option<Range<usize>> {
    let find = |words: &str| text.find(words).map(|at| at..at + words.len());
    if let Some(prefix) = message.strip_prefix("Unknown prefix ") {
        return find(&format!("<{prefix}")).map(|r| r.start + 1..r.end).or_else(|| find(prefix));
    }
    if message.contains("LoadDocumentCallback") {
        let context = find("\"@context\"")?;
        let start = context.end + text[context.end..].find('"')?;
        let end = start + 1 + text[start + 1..].find('"')? + 1;
        return Some(start..end);
    }
    let quotes: Vec<&str> = message.split(['`', '\'']).skip(1).step_by(2).collect();
    quotes.iter().rev().filter(|words| words.len() > 1).find_map(|words| find(words)).or_else(|| {
        let keyword = message.split_whitespace().find(|word| word.starts_with('@'))?;
        find(&format!("\"{keyword}\""))
    })
}

/// Statements of Turtle, and statements and graphs of TriG.
struct Statements<'a> {
    file: &'a str,
    text: &'a str,
    format: RdfFormat,
    tokens: Vec<Token>,
    /// Declarations so far: each piece is read below them.
    prologue: String,
    /// Prefixes with nothing declared for them, where each is first used and how often.
    undeclared: BTreeMap<&'a str, (Range<usize>, usize)>,
    found: Vec<(usize, Diagnostic)>,
    /// How many bytes may still be read again: declarations are, with every piece below them.
    room: usize,
}

impl<'a> Statements<'a> {
    fn new(file: &'a str, text: &'a str, format: RdfFormat) -> Self {
        let (undeclared, found) = (BTreeMap::new(), Vec::new());
        let room = ROOM + TIMES * text.len();
        Self { file, text, format, tokens: tokens(text), prologue: String::new(), undeclared, found, room }
    }

    fn tell(mut self) -> Vec<Diagnostic> {
        self.find_undeclared();
        let pieces = self.pieces();
        let mut waiting: Vec<Range<usize>> = Vec::new();
        for piece in pieces {
            let first = &self.tokens[piece.start];
            let declares = ["@prefix", "@base", "PREFIX", "BASE", "@version", "VERSION"]
                .iter()
                .any(|word| first.text(self.text).eq_ignore_ascii_case(word));
            if declares || waiting.len() == CHUNK {
                self.read(&std::mem::take(&mut waiting));
            }
            if declares {
                let bytes = self.bytes(&piece);
                if first_fault(&self.text[bytes.clone()], self.format).is_none() {
                    self.prologue.push_str(&self.text[bytes]);
                    self.prologue.push('\n');
                    continue;
                }
            }
            waiting.push(piece);
            if self.found.len() >= MOST || self.room == 0 {
                break;
            }
        }
        self.read(&waiting);
        self.tell_undeclared();
        self.found.sort_by_key(|(at, _)| *at);
        self.found.into_iter().map(|(_, diagnostic)| diagnostic).collect()
    }

    fn place(&self, range: Range<usize>) -> Place {
        Place::in_source(self.file, self.text, range)
    }

    fn bytes(&self, piece: &Range<usize>) -> Range<usize> {
        self.tokens[piece.start].range.start..self.tokens[piece.end - 1].range.end
    }

    /// The ranges of tokens that make a statement or a graph each.
    fn pieces(&mut self) -> Vec<Range<usize>> {
        let (mut pieces, mut start, mut depth) = (Vec::new(), 0, 0usize);
        for (i, token) in self.tokens.iter().enumerate() {
            let word = token.text(self.text);
            let mut ends = false;
            match token.kind {
                Kind::Symbol if word == "{" => depth += 1,
                Kind::Symbol if word == "}" => {
                    depth = depth.saturating_sub(1);
                    ends = depth == 0;
                }
                Kind::Symbol if word == "." => ends = depth == 0,
                // A declaration in the manner of SPARQL has no full stop.
                Kind::Iri if i >= start + 2 && self.tokens[start].is_word(self.text, "PREFIX") => {
                    ends = i == start + 2
                }
                Kind::Iri if i == start + 1 && self.tokens[start].is_word(self.text, "BASE") => ends = true,
                Kind::UnclosedText => {
                    let diagnostic = fault("Line jumps are not allowed", "").help(
                        "text of several lines needs three quotation marks on each side: \"\"\"…\"\"\"",
                    );
                    let place = Place::in_source(self.file, self.text, token.range.clone());
                    self.found.push((token.range.start, diagnostic.at(place)));
                    // What it began ends here, whatever was meant to follow.
                    (start, depth) = (i + 1, 0);
                    continue;
                }
                _ => {}
            }
            if ends {
                pieces.push(start..i + 1);
                start = i + 1;
            }
        }
        if start < self.tokens.len() {
            pieces.push(start..self.tokens.len());
        }
        pieces
    }

    /// Reads pieces together; where that fails, each by itself.
    fn read(&mut self, pieces: &[Range<usize>]) {
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return };
        let range = self.bytes(&(first.start..last.end));
        self.room = self.room.saturating_sub(self.prologue.len() + range.len());
        if self.room == 0 {
            return;
        }
        let whole = format!("{}{}", self.prologue, &self.text[range.clone()]);
        if first_fault(&whole, self.format).is_none() {
            return;
        }
        for piece in pieces {
            let range = self.bytes(piece);
            self.room = self.room.saturating_sub(self.prologue.len() + range.len());
            if self.room == 0 {
                return;
            }
            let source = format!("{}{}", self.prologue, &self.text[range.clone()]);
            self.faults(piece, &range, &source);
        }
    }

    /// Faults of one piece: statements that lack their full stop, and the first other fault.
    fn faults(&mut self, piece: &Range<usize>, range: &Range<usize>, source: &str) {
        for error in parser(self.format).for_slice(source.as_bytes()).filter_map(Result::err) {
            let message = bare(&error);
            let at = |offset: u64| {
                let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(source.len());
                (offset.max(self.prologue.len()) - self.prologue.len() + range.start).min(range.end)
            };
            let place = error.location().map_or(range.clone(), |l| at(l.start.offset)..at(l.end.offset));
            // The reader counts bytes, and may stop within a letter.
            let place = floor(self.text, place.start)..floor(self.text, place.end);
            let marked = &self.text[place.clone()];
            let diagnostic = if place.start >= range.end {
                // The end of the piece, which was cut there.
                let last = self.tokens[piece.end - 1].range.clone();
                fault("Unexpected end", "").at(self.place(last))
            } else {
                fault(&message, marked).at(self.place(place.clone()))
            };
            let lacks_dot = message.starts_with("A dot is expected");
            let before = self.text[..place.start].trim_end();
            if lacks_dot && !self.text[before.len()..place.start].contains('\n') {
                // On the same line it is this word that is too many, not a full stop too few.
                let extra =
                    Diagnostic::error(format!("unexpected `{marked}`")).expected("expected `.`, `;` or `,`");
                self.found.push((place.start, extra.at(self.place(place))));
                break;
            }
            self.found.push((place.start, diagnostic));
            if !lacks_dot {
                break;
            }
        }
    }

    /// Finds names whose prefix is not declared before them, and declares it for the rest.
    fn find_undeclared(&mut self) {
        let mut declared: BTreeSet<&str> = BTreeSet::new();
        for (i, token) in self.tokens.iter().enumerate() {
            let Some((prefix, _)) = token.text(self.text).split_once(':') else { continue };
            if token.kind != Kind::PrefixedName {
                continue;
            }
            let before = i.checked_sub(1).map(|i| self.tokens[i].text(self.text)).unwrap_or_default();
            if before.eq_ignore_ascii_case("@prefix") || before.eq_ignore_ascii_case("PREFIX") {
                declared.insert(prefix);
            } else if !declared.contains(prefix) {
                self.undeclared.entry(prefix).or_insert((token.range.clone(), 0)).1 += 1;
            }
        }
        for prefix in self.undeclared.keys() {
            self.prologue.push_str(&format!("@prefix {prefix}: <urn:undeclared:> .\n"));
        }
    }

    fn tell_undeclared(&mut self) {
        let known = Prefixes::known();
        let names: Vec<&str> = known.iter().map(|(name, _)| name).filter(|name| !name.is_empty()).collect();
        for (prefix, (range, uses)) in std::mem::take(&mut self.undeclared) {
            let at = range.start;
            let looks_like_iri =
                self.text[range.end..].starts_with("//") || self.text[range.clone()].contains("://");
            let mut diagnostic = if looks_like_iri {
                Diagnostic::error("an IRI without its angle brackets")
                    .expected("expected `<` before it and `>` after it")
            } else {
                Diagnostic::error(format!("the prefix `{prefix}:` is not declared"))
                    .expected("no @prefix above declares it")
            };
            if uses > 1 && !looks_like_iri {
                diagnostic = diagnostic.note(format!("used {uses} times in this file"));
            }
            if !looks_like_iri {
                let near = nearest(prefix, names.iter().copied(), 1);
                let write = |name: &str| {
                    let namespace = known.get(name).unwrap_or("https://…");
                    format!("write at the top\n@prefix {name}: <{namespace}> .")
                };
                diagnostic = diagnostic.help(match (known.get(prefix), near.first()) {
                    (None, Some(near)) => {
                        let quoted = format!("{near}:");
                        format!("{} then {}", did_you_mean(&[&quoted]).unwrap_or_default(), write(near))
                    }
                    _ => write(prefix),
                });
            }
            // A broken IRI is told once, not as what follows from it too.
            if looks_like_iri {
                let line = self.place(range.clone()).line;
                self.found.retain(|(_, other)| other.place.as_ref().is_none_or(|p| p.line != line));
            }
            self.found.push((at, diagnostic.at(self.place(range))));
        }
    }
}

/// A fault in plain words. `marked` is the text that is underlined.
fn fault(message: &str, marked: &str) -> Diagnostic {
    const SUBJECT: &str = "expected the subject of the statement: an IRI or a prefixed name";
    const PREDICATE: &str = "expected a property: an IRI or a prefixed name";
    const OBJECT: &str = "expected a value: an IRI, a prefixed name, a string or a number";
    let cannot = || Diagnostic::error(format!("unexpected `{marked}`"));
    let ends = || Diagnostic::error("a statement ends too early");
    let too_early = matches!(marked, "." | ";" | "," | "]" | "}" | ")");
    if message.contains("code point ' '") {
        return Diagnostic::error("an IRI with a space in it")
            .expected("an IRI has no spaces")
            .help("write %20 for a space");
    }
    if let Some((_, rest)) = message.split_once("Invalid IRI code point ") {
        return Diagnostic::error(format!("an IRI with {rest} in it"))
            .expected("this is not allowed in an IRI");
    }
    if message.contains("dot") && (message.contains("expected") || message.contains("followed by")) {
        return Diagnostic::error("a statement without its full stop")
            .expected(if marked.is_empty() { "expected ` .` here" } else { "expected ` .` before this" })
            .help("every statement ends with a full stop");
    }
    if marked.starts_with("http") && message.contains("must be") {
        return Diagnostic::error("an IRI without its angle brackets")
            .expected("expected `<` before it and `>` after it");
    }
    if marked == "^" {
        return cannot().expected("a datatype follows `^^`, as in \"2025-04-11\"^^xsd:date");
    }
    if message.contains("not a valid subject")
        || message.contains("not a valid RDF subject")
        || message.starts_with("The subject of")
    {
        return cannot().expected(SUBJECT);
    }
    if message.contains("not a valid predicate") || message.starts_with("The predicate of") {
        return if too_early { ends() } else { cannot() }.expected(PREDICATE);
    }
    if message.contains("not a valid RDF object") || message.starts_with("The object of") {
        return if too_early { ends() } else { cannot() }.expected(OBJECT);
    }
    if message.starts_with("blank node property lists") {
        return cannot().expected("expected `]`, `;` or `,`");
    }
    if message.starts_with("Unexpected end") {
        return Diagnostic::error("the file ends in the middle of a statement")
            .expected("the statement that begins here or before is not finished");
    }
    if message.starts_with("Line jumps are not allowed") {
        return Diagnostic::error("a string that does not end on its line")
            .expected("the second quotation mark is missing");
    }
    if message.contains("LoadDocumentCallback") {
        return Diagnostic::error("a context from the web; nothing is fetched from there")
            .expected("would be loaded")
            .help("write the context itself into the file instead of its address");
    }
    if let Some(prefix) = message.strip_prefix("Unknown prefix ") {
        let name = prefix.trim_end_matches(':');
        let namespace = Prefixes::known().get(name).unwrap_or("https://…").to_owned();
        return Diagnostic::error(format!("the prefix `{prefix}` is not declared"))
            .expected("no xmlns above declares it")
            .help(format!("write into the first element: xmlns:{name}=\"{namespace}\""));
    }
    if let Some(text) = message.strip_prefix("Unexpected text event: ") {
        return Diagnostic::error("text where an element was expected").expected(format!("found {text}"));
    }
    if message.ends_with("is not allowed at the beginning of a prefix name") {
        return cannot();
    }
    if message.contains("No scheme found") {
        return Diagnostic::error("an IRI without its beginning")
            .expected("expected a scheme, such as https:");
    }
    if message.contains("language") && message.contains("invalid") {
        return Diagnostic::error("not a language tag").expected("expected one such as en, uk or zh-Hant");
    }
    let message = message.strip_prefix("ill-formed document: ").unwrap_or(message);
    let mut chars = message.chars();
    let message: String = chars.next().into_iter().flat_map(char::to_lowercase).chain(chars).collect();
    Diagnostic::error("this cannot be read").expected(message)
}
