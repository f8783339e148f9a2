//! Lines of N-Triples, as the archive keeps them.
//!
//! Documents are canonical and verified by their hash before they are read, so most of their lines
//! can be taken apart without a parser: a tenth of the time. Whatever is not plain (escapes, triple
//! terms, tags in capitals) is left to the parser.

use crate::model::vocab::xsd;
use crate::store::index::read::id::Id;
use crate::store::index::read::key;
use oxrdf::{BlankNodeRef, LiteralRef, NamedNodeRef};

/// The parts of a line, as written.
pub(in crate::store::index) struct Parts<'a> {
    pub(in crate::store::index) subject: &'a str,
    pub(in crate::store::index) predicate: &'a str,
    pub(in crate::store::index) object: &'a str,
}

/// Takes a line apart, if it is a plain one.
pub(in crate::store::index) fn split(line: &str) -> Option<Parts<'_>> {
    let line = line.strip_suffix(" .")?;
    if memchr::memchr(b'\\', line.as_bytes()).is_some() {
        return None;
    }
    let mut spaces = memchr::memchr_iter(b' ', line.as_bytes());
    let (first, second) = (spaces.next()?, spaces.next()?);
    let (subject, predicate, object) = (&line[..first], &line[first + 1..second], &line[second + 1..]);
    let is_resource = |text: &str| text.starts_with(['<', '_']);
    let plain = is_resource(subject) && is_resource(predicate) && object.starts_with(['<', '_', '"']);
    plain.then_some(Parts { subject, predicate, object })
}

/// Writes the bytes of `<iri>` or `_:label`; whether it is one.
pub(in crate::store::index) fn resource(text: &str, key: &mut Vec<u8>) -> bool {
    if let Some(iri) = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')) {
        // `<<(` begins a triple term.
        let odd = |text: &[u8]| memchr::memchr3(b'<', b'>', b' ', text).is_some();
        if odd(iri.as_bytes()) || memchr::memchr(b'"', iri.as_bytes()).is_some() {
            return false;
        }
        key::iri(iri, key);
        return true;
    }
    match text.strip_prefix("_:") {
        Some(label) if !label.is_empty() && !label.contains(' ') => {
            key::blank(BlankNodeRef::new_unchecked(label), key);
            true
        }
        _ => false,
    }
}

/// Writes the bytes of a literal, or gives the id that holds its value; none if it is not plain.
pub(in crate::store::index) fn literal(text: &str, key: &mut Vec<u8>) -> Option<Option<Id>> {
    let inner = text.strip_prefix('"')?;
    let end = memchr::memchr(b'"', inner.as_bytes())?;
    let (value, rest) = (&inner[..end], &inner[end + 1..]);
    if rest.is_empty() {
        key::string(value, key);
        return Some(None);
    }
    if let Some(language) = rest.strip_prefix('@') {
        let part = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if language.is_empty() || !language.bytes().all(part) || language.contains("--") {
            return None;
        }
        key::in_language(value, language, key);
        return Some(None);
    }
    let datatype = rest.strip_prefix("^^<")?.strip_suffix('>')?;
    if datatype == xsd::STRING.as_str() || datatype.contains(['<', '>', ' ']) {
        return None;
    }
    let named = LiteralRef::new_typed_literal(value, NamedNodeRef::new_unchecked(datatype));
    if let Some(id) = Id::of_literal(named) {
        return Some(Some(id));
    }
    key::typed(value, datatype, key);
    Some(None)
}
