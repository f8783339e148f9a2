//! Lines that stand as the archive writes them: recognised by hand, at a tenth of a parser's cost.
//!
//! What is recognised here, the parser would take, and it would be written the same again: a property test
//! holds it to that. What is not recognised is not wrong; the parser is asked.

use super::value;
use crate::model::vocab::stp;
use oxiri::Iri;
use oxrdf::vocab::{rdf, xsd};
use std::ops::Range;

/// Where the parts of a line end.
pub(super) struct Plain {
    /// The subject begins the line and ends here.
    pub(super) subject: usize,
    /// The triple without its full stop begins the line and ends here.
    pub(super) triple: usize,
    /// The name of its graph in its brackets, if it has one.
    pub(super) graph: Option<Range<usize>>,
}

/// Takes a line apart, without its line feed, if it is plain. `before` is the subject of the line before,
/// in its brackets: most lines have the same.
pub(super) fn plain(line: &str, before: &str, with_graph: bool) -> Option<Plain> {
    let bytes = line.as_bytes();
    let same = !before.is_empty() && line.starts_with(before);
    let subject = if same { before.len() } else { iri(line, 0)? };
    let predicate = iri(line, blank(bytes, subject)?)?;
    let object = blank(bytes, predicate)?;
    let triple = match bytes.get(object)? {
        b'<' => iri(line, object)?,
        b'"' => literal(line, object)?,
        _ => return None,
    };
    let is_value = line[subject + 2..predicate - 1] == *stp::prop::STANCE_VALUE.as_str();
    if is_value && !value::is_spelt(&line[object..triple]) {
        return None;
    }
    let at = blank(bytes, triple)?;
    let graph = if with_graph && bytes.get(at) == Some(&b'<') { Some(at..iri(line, at)?) } else { None };
    let at = graph.as_ref().map_or(Some(at), |graph| blank(bytes, graph.end))?;
    (&bytes[at..] == b".").then_some(Plain { subject, triple, graph })
}

/// Behind the one blank that stands here.
fn blank(line: &[u8], at: usize) -> Option<usize> {
    (line.get(at) == Some(&b' ')).then_some(at + 1)
}

/// Behind the IRI that begins here.
fn iri(line: &str, at: usize) -> Option<usize> {
    let bytes = line.as_bytes();
    if bytes.get(at) != Some(&b'<') {
        return None;
    }
    let end = at + 1 + memchr::memchr(b'>', &bytes[at + 1..])?;
    let inside = line.get(at + 1..end)?;
    (is_usual(inside.as_bytes()) || Iri::parse(inside).is_ok()).then_some(end + 1)
}

/// What may stand in a path: the signs that need no thought.
const IN_PATH: [bool; 256] = {
    let mut table = [false; 256];
    let signs = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/";
    let mut at = 0;
    while at < signs.len() {
        table[signs[at] as usize] = true;
        at += 1;
    }
    table
};

/// Whether this is surely an IRI: one of the web, in ASCII, with nothing unusual.
fn is_usual(iri: &[u8]) -> bool {
    let Some(rest) = iri.strip_prefix(b"https://").or_else(|| iri.strip_prefix(b"http://")) else {
        return false;
    };
    let host = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    let Some(slash) = rest.iter().position(|b| !host(b)) else { return false };
    if slash == 0 || rest[slash] != b'/' {
        return false;
    }
    let mut fragments = 0;
    rest[slash..].iter().all(|b| {
        fragments += usize::from(*b == b'#');
        IN_PATH[usize::from(*b)] || (*b == b'#' && fragments == 1)
    })
}

/// Behind the literal that begins here.
fn literal(line: &str, at: usize) -> Option<usize> {
    let bytes = line.as_bytes();
    let mut end = at + 1;
    loop {
        match *bytes.get(end)? {
            b'"' => break,
            // These are written so; any other escape is written otherwise.
            b'\\' if matches!(bytes.get(end + 1)?, b'"' | b'\\' | b'n' | b'r' | b't' | b'b' | b'f') => {
                end += 2
            }
            0..=0x1f | 0x7f | b'\\' => return None,
            // U+FFFE and U+FFFF are escaped.
            0xef if bytes.get(end + 1) == Some(&0xbf) && *bytes.get(end + 2)? >= 0xbe => return None,
            _ => end += 1,
        }
    }
    let rest = &bytes[end + 1..];
    match rest.first()? {
        b' ' => Some(end + 1),
        // Longer tags have rules of their own.
        b'@' => {
            let length = rest[1..].iter().take_while(|b| b.is_ascii_lowercase()).count();
            (matches!(length, 2 | 3) && rest.get(1 + length) == Some(&b' ')).then_some(end + 2 + length)
        }
        b'^' if rest.starts_with(b"^^<") => {
            let start = end + 3;
            let end = iri(line, start)?;
            let datatype = &line[start + 1..end - 1];
            // The first is not written, the others need what is not here.
            let others = [xsd::STRING, rdf::LANG_STRING, rdf::DIR_LANG_STRING];
            let special = others.iter().any(|other| other.as_str() == datatype);
            (!special).then_some(end)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::io::{RdfFormat, RdfParser};
    use oxrdf::{GraphName, Triple};
    use proptest::prelude::*;

    /// What the parser makes of it, written again; none if it refuses it.
    fn again(line: &str, format: RdfFormat) -> Option<String> {
        let mut quads = RdfParser::from_format(format).for_slice(line.as_bytes());
        let quad = quads.next()?.ok()?;
        if quads.next().is_some() {
            return None;
        }
        let graph = match &quad.graph_name {
            GraphName::DefaultGraph => String::new(),
            named => format!(" {named}"),
        };
        Some(format!("{}{graph} .", Triple::from(quad)))
    }

    fn holds(line: &str) {
        for (format, with_graph) in [(RdfFormat::NTriples, false), (RdfFormat::NQuads, true)] {
            if let Some(found) = plain(line, "", with_graph) {
                let read = again(line, format);
                assert_eq!(read.as_deref(), Some(line));
                let triple = &line[..found.triple];
                assert_eq!(again(&format!("{triple} ."), format), Some(format!("{triple} .")));
                if let Some(graph) = found.graph {
                    assert!(line.ends_with(&format!(" {} .", &line[graph])));
                }
            }
        }
    }

    #[test]
    fn what_the_archive_writes_is_plain() {
        for line in [
            "<https://e.org/a> <http://e.org/b#c> <urn:x> .",
            "<https://e.org/a> <http://e.org/b#c> \"\" .",
            "<https://e.org/ä> <http://e.org/b#c> \"ä\\n\\\"\\\\ \u{fffd}\"@en .",
            "<ex:a> <ex:b> \"1\"^^<http://www.w3.org/2001/XMLSchema#integer> .",
        ] {
            assert!(plain(line, "", false).is_some(), "{line}");
            assert!(plain(line, "", true).is_some_and(|plain| plain.graph.is_none()), "{line}");
            let quad = line.replace(" .", " <ex:g> .");
            assert!(plain(&quad, "", false).is_none(), "{quad}");
            assert!(plain(&quad, "", true).is_some_and(|plain| plain.graph.is_some()), "{quad}");
            holds(line);
            holds(&quad);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..Default::default() })]

        /// Lines that are almost right.
        #[test]
        fn what_is_plain_the_parser_takes(parts in proptest::collection::vec(proptest::sample::select(vec![
            "<", ">", "<http://e.org/", "<https://e", ".org/", "#", "a", "é", "%20", "%2", "?", "\"", "\\n",
            "\\u0041", "\\", "\u{7f}", "\u{1}", "\u{ffff}", "\u{fffe}", "\u{fffd}", "@en", "@en-gb", "@EN", "^^",
            "^^<http://www.w3.org/2001/XMLSchema#string>", "^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>",
            "^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#dirLangString>", " ", "  ", "\t", " .", ".", "_:b",
            "<ex:a>", "\"x\"", "# c", "[", "|", "\u{e000}", "\r",
        ]), 0..5), at in 0usize..4) {
            let odd = parts.concat();
            let line = match at {
                0 => format!("{odd} <ex:p> <ex:o> ."),
                1 => format!("<http://e.org/{odd}> <ex:p> \"{odd}\" ."),
                2 => format!("<ex:s> <ex:p> {odd} ."),
                _ => format!("<ex:s> <ex:p> \"x\"{odd}."),
            };
            holds(&line);
        }
    }
}
