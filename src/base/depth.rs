//! What a graph file would grow to, found before a reader does: brackets and elements in each
//! other, entities in entities. Readers and what comes after them recurse, or copy; a stranger's
//! file must not decide how far.

use crate::base::diagnostic::{Diagnostic, Place};
use oxigraph::io::RdfFormat;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::HashMap;
use std::ops::Range;

/// Brackets and elements may stand in so many others.
const MOST_NESTED: usize = 200;
/// Entities may make a file so many times as long …
const MOST_GROWN: usize = 10;
/// … or, a short one, as long as this, in bytes.
const ROOM: usize = 1 << 20;

/// What is excessive about a graph file, if anything is.
pub(crate) fn excess(file: &str, text: &str, format: RdfFormat) -> Option<Diagnostic> {
    match format {
        RdfFormat::RdfXml => xml(file, text),
        RdfFormat::JsonLd { .. } => json(text.as_bytes()).map(|at| deep(file, text, at, "lists or objects")),
        _ => turtle(text.as_bytes()).map(|at| deep(file, text, at, "brackets")),
    }
}

fn deep(file: &str, text: &str, at: Range<usize>, what: &str) -> Diagnostic {
    Diagnostic::error(format!("{what} are nested too deeply"))
        .expected(format!("inside {MOST_NESTED} others"))
        .help("give the inner node an IRI of its own, and describe it separately")
        .at(Place::in_source(file, text, at))
}

/// How deep a text is at some place.
#[derive(Default)]
struct Depth(usize);

impl Depth {
    /// Whether one more is too many.
    fn open(&mut self) -> bool {
        self.0 += 1;
        self.0 > MOST_NESTED
    }

    fn close(&mut self) {
        self.0 = self.0.saturating_sub(1);
    }
}

/// The first bracket of JSON that stands too deep.
pub fn json(text: &[u8]) -> Option<Range<usize>> {
    let (mut depth, mut at) = (Depth::default(), 0);
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => {
                at = end_of_string(text, at, b"\"");
                continue;
            }
            b'{' | b'[' if depth.open() => return Some(at..at + 1),
            b'}' | b']' => depth.close(),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The first bracket of Turtle and its kin that stands too deep.
pub(crate) fn turtle(text: &[u8]) -> Option<Range<usize>> {
    let mut depth = Depth::default();
    find_bracket(text, |bracket| match bracket {
        Bracket::Opens(_) => depth.open(),
        Bracket::Closes => {
            depth.close();
            false
        }
    })
}

/// Whether a triple stands inside another somewhere.
pub(crate) fn has_star(text: &[u8]) -> bool {
    find_bracket(text, |bracket| matches!(bracket, Bracket::Opens(b'<'))).is_some()
}

enum Bracket {
    /// And this is what it is, `<` for a doubled one.
    Opens(u8),
    Closes,
}

/// The first bracket of Turtle and its kin that is looked for.
fn find_bracket(text: &[u8], mut is_it: impl FnMut(Bracket) -> bool) -> Option<Range<usize>> {
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let doubled = text.get(at + 1) == Some(&byte);
        match byte {
            b'"' | b'\'' => {
                let long = doubled && text.get(at + 2) == Some(&byte);
                at = end_of_string(text, at, if long { &text[at..at + 3] } else { &text[at..=at] });
                continue;
            }
            b'#' => {
                at += memchr::memchr(b'\n', &text[at..]).unwrap_or(text.len() - at);
                continue;
            }
            // An escaped letter of a name.
            b'\\' => at += 1,
            b'<' if doubled => {
                if is_it(Bracket::Opens(b'<')) {
                    return Some(at..at + 2);
                }
                at += 1;
            }
            b'<' => {
                // An IRI has no blank in it; what has one is no IRI, and a fault that is reported later.
                let stop = text[at + 1..].iter().position(|b| *b <= b' ' || *b == b'>' || *b == b'<');
                at += stop.unwrap_or(text.len() - at - 1);
            }
            b'>' if doubled => {
                is_it(Bracket::Closes);
                at += 1;
            }
            b'(' | b'[' | b'{' if is_it(Bracket::Opens(byte)) => return Some(at..at + 1),
            b')' | b']' | b'}' => {
                is_it(Bracket::Closes);
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Where the string ends that begins at `at` with `fence`. Short ones of Turtle end with their
/// line at the latest: a mark that nothing closes must not hide what follows.
fn end_of_string(text: &[u8], at: usize, fence: &[u8]) -> usize {
    let mut at = at + fence.len();
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' if fence.len() == 1 => return at,
            _ if text[at..].starts_with(fence) => return at + fence.len(),
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// Elements in elements, and entities that make much of little.
fn xml(file: &str, text: &str) -> Option<Diagnostic> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut depth = Depth::default();
    loop {
        let start = position(&reader);
        match reader.read_event() {
            Ok(Event::Start(_)) if depth.open() => {
                return Some(deep(file, text, start..position(&reader), "elements"));
            }
            Ok(Event::End(_)) => depth.close(),
            Ok(Event::DocType(declarations)) => {
                let end = position(&reader);
                let declarations = String::from_utf8_lossy(&declarations);
                let elsewhere = declarations.split("<!ENTITY").skip(1).any(|declaration| {
                    let words = declaration.split_whitespace().take(3);
                    words.into_iter().any(|word| word == "SYSTEM" || word == "PUBLIC")
                });
                if elsewhere {
                    let fault = Diagnostic::error("an entity from another file, which is not read")
                        .expected("one of them names a file or an address")
                        .help("write out the entity's text")
                        .at(Place::in_source(file, text, start..start + "<!DOCTYPE".len()));
                    return Some(fault);
                }
                if grows(&declarations, &text[end.min(text.len())..], text.len()) {
                    let most = MOST_GROWN;
                    let fault = Diagnostic::error("entities would make this file too long")
                        .expected(format!("their text is over {most} times the length of the file"))
                        .help("write out the text of the entities")
                        .at(Place::in_source(file, text, start..start + "<!DOCTYPE".len()));
                    return Some(fault);
                }
            }
            // What is no XML is told by the reader of graphs.
            Ok(Event::Eof) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// Whether the entities of a document type make a text of this length grow too much.
fn grows(declarations: &str, body: &str, length: usize) -> bool {
    let most = length.saturating_mul(MOST_GROWN).max(ROOM);
    let mut lengths: HashMap<&str, usize> = HashMap::new();
    let mut whole = 0usize;
    for declaration in declarations.split("<!ENTITY").skip(1) {
        let rest = declaration.trim_start().trim_start_matches('%').trim_start();
        let Some((name, rest)) = rest.split_once(char::is_whitespace) else { continue };
        let Some(mark) = rest.find(['"', '\'']) else { continue };
        let value = &rest[mark + 1..];
        let value = value.split(&rest[mark..=mark]).next().unwrap_or_default();
        // An entity may name those before it.
        let long = value.len().saturating_add(references(value, &lengths));
        lengths.insert(name, long);
        whole = whole.saturating_add(long);
    }
    whole.saturating_add(references(body, &lengths)) > most
}

/// How long that is what a text's references stand for.
fn references(text: &str, lengths: &HashMap<&str, usize>) -> usize {
    if lengths.is_empty() {
        return 0;
    }
    let mut sum = 0usize;
    for at in memchr::memchr_iter(b'&', text.as_bytes()) {
        let rest = &text.as_bytes()[at + 1..];
        let name = rest.iter().take(MOST_NAMED).position(|byte| *byte == b';');
        let length = name.and_then(|end| lengths.get(text.get(at + 1..at + 1 + end)?));
        sum = sum.saturating_add(length.copied().unwrap_or(0));
    }
    sum
}

/// An entity's name is no longer than this, in bytes, or is not looked up.
const MOST_NAMED: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_brackets_that_are_brackets_count() {
        let deep = MOST_NESTED + 1;
        for (open, close) in [("(", ")"), ("[", "]"), ("<< ", " >>"), ("<<( ", " )>>"), ("{", "}")] {
            let nested = |n: usize| open.repeat(n) + &close.repeat(n);
            assert!(turtle(nested(deep).as_bytes()).is_some(), "{open}");
            assert!(turtle(nested(MOST_NESTED / 2).as_bytes()).is_none(), "{open}");
            assert!(turtle(nested(1).repeat(deep).as_bytes()).is_none(), "{open}");
            for hidden in [
                format!("\"{}\"", open.repeat(deep)),
                format!("'''{}\n'''", open.repeat(deep)),
                format!("# {}", open.repeat(deep)),
                format!("<https://example.org/{}>", "(".repeat(deep)),
                "a:\\(".repeat(deep),
            ] {
                assert!(turtle(hidden.as_bytes()).is_none(), "{hidden}");
            }
        }
        assert!(turtle(("\"\n".to_owned() + &"(".repeat(deep)).as_bytes()).is_some());
        assert!(json("[".repeat(deep).as_bytes()).is_some());
        assert!(json(format!("\"\\\"{}\"", "[".repeat(deep)).as_bytes()).is_none());
        for cut in ["\"", "\\", "<", "<<", "'''", "#", "\"\\"] {
            assert!(turtle(cut.as_bytes()).is_none() && json(cut.as_bytes()).is_none(), "{cut}");
        }
    }

    #[test]
    fn entities_may_shorten_names_but_not_explode() {
        let owl = r#" rdf [ <!ENTITY owl "http://www.w3.org/2002/07/owl#"> ]"#;
        let body = "<a rdf:about=\"&owl;Class\"/>".repeat(100_000);
        assert!(!grows(owl, &body, body.len()));
        let laughs: String =
            ('b'..='i').zip('a'..).fold("<!ENTITY a \"aaaaaaaaaa\">".into(), |text, (c, last)| {
                text + &format!("<!ENTITY {c} \"{}\">", format!("&{last};").repeat(10))
            });
        assert!(grows(&laughs, "&i;", 1000));
        // One long entity, named often.
        let long = format!("<!ENTITY a '{}'>", "a".repeat(10_000));
        assert!(grows(&long, &"&a;".repeat(1000), 13_000));
    }
}
