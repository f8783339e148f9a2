//! Terms as bytes, in the order of the dictionaries.
//!
//! The first byte tells the kind, so that each kind is a range of ids. Language and datatype come
//! before the text, which lets neighbours share them; they cannot hold a zero byte, which ends them.

use crate::model::vocab::{rdf, xsd};
use oxrdf::{
    BaseDirection, BlankNode, BlankNodeRef, Literal, LiteralRef, NamedNode, NamedNodeRef, Term, TermRef,
};
use std::str::FromStr;

const IRI: u8 = 1;
const BLANK: u8 = 2;
const STRING: u8 = 3;
const LANGUAGE: u8 = 4;
const TYPED: u8 = 5;
const DIRECTED: u8 = 6;
const TRIPLE: u8 = 7;

/// Writes the bytes of a term behind what is in `key`.
pub(in crate::store::index) fn write(term: TermRef<'_>, key: &mut Vec<u8>) {
    match term {
        TermRef::NamedNode(node) => iri(node.as_str(), key),
        TermRef::BlankNode(node) => blank(node, key),
        TermRef::Literal(literal) => self::literal(literal, key),
        TermRef::Triple(triple) => {
            key.push(TRIPLE);
            // As N-Triples have it.
            key.extend(Term::Triple(Box::new(triple.clone())).to_string().bytes());
        }
    }
}

pub(in crate::store::index) fn iri(iri: &str, key: &mut Vec<u8>) {
    key.push(IRI);
    key.extend(iri.bytes());
}

pub(in crate::store::index) fn blank(node: BlankNodeRef<'_>, key: &mut Vec<u8>) {
    key.push(BLANK);
    key.extend(node.as_str().bytes());
}

/// A literal without language and datatype.
pub(in crate::store::index) fn string(text: &str, key: &mut Vec<u8>) {
    key.push(STRING);
    key.extend(text.bytes());
}

/// A literal in a language, in lower case.
pub(in crate::store::index) fn in_language(text: &str, language: &str, key: &mut Vec<u8>) {
    pair(LANGUAGE, language, text, key);
}

pub(in crate::store::index) fn typed(text: &str, datatype: &str, key: &mut Vec<u8>) {
    pair(TYPED, datatype, text, key);
}

fn literal(literal: LiteralRef<'_>, key: &mut Vec<u8>) {
    match (literal.language(), literal.direction()) {
        (None, _) if literal.datatype() == xsd::STRING => string(literal.value(), key),
        (None, _) => typed(literal.value(), literal.datatype().as_str(), key),
        (Some(language), None) => in_language(literal.value(), language, key),
        (Some(language), Some(direction)) => {
            let direction = match direction {
                BaseDirection::Ltr => "ltr",
                BaseDirection::Rtl => "rtl",
            };
            pair(DIRECTED, &format!("{language}--{direction}"), literal.value(), key);
        }
    }
}

fn pair(kind: u8, first: &str, text: &str, key: &mut Vec<u8>) {
    key.push(kind);
    key.extend(first.bytes());
    key.push(0);
    key.extend(text.bytes());
}

/// A set of terms that lie side by side in every dictionary.
#[derive(Clone, Copy, Debug)]
pub enum Kind<'a> {
    /// An IRI.
    Iri,
    /// A blank node.
    Blank,
    /// Literals of a type.
    Typed(NamedNodeRef<'a>),
}

impl Kind<'_> {
    /// The beginning of their bytes, and of nobody else's.
    pub(in crate::store::index) fn prefix(self) -> Vec<u8> {
        match self {
            Self::Iri => vec![IRI],
            Self::Blank => vec![BLANK],
            Self::Typed(xsd::STRING) => vec![STRING],
            Self::Typed(rdf::LANG_STRING) => vec![LANGUAGE],
            Self::Typed(rdf::DIR_LANG_STRING) => vec![DIRECTED],
            Self::Typed(datatype) => {
                let mut key = vec![TYPED];
                key.extend(datatype.as_str().bytes());
                key.push(0);
                key
            }
        }
    }
}

/// The text of the literal, or the IRI, that these bytes are: what SPARQL's `str()` gives.
pub(in crate::store::index) fn text(key: &[u8]) -> Option<&str> {
    let (kind, rest) = key.split_first()?;
    let text = match *kind {
        IRI | STRING => rest,
        LANGUAGE | TYPED | DIRECTED => &rest[memchr::memchr(0, rest)? + 1..],
        _ => return None,
    };
    str::from_utf8(text).ok()
}

/// Whether these are the bytes of an IRI or a blank node.
pub(in crate::store::index) fn is_resource(key: &[u8]) -> bool {
    key.first().is_some_and(|kind| *kind <= BLANK)
}

/// The term that these bytes are; none if they are of no term.
pub(in crate::store::index) fn read(key: &[u8]) -> Option<Term> {
    let (kind, rest) = key.split_first()?;
    let text = str::from_utf8(rest).ok()?;
    Some(match *kind {
        IRI => NamedNode::new_unchecked(text).into(),
        BLANK => BlankNode::new_unchecked(text).into(),
        STRING => Literal::new_simple_literal(text).into(),
        LANGUAGE => {
            let (language, text) = text.split_once('\0')?;
            Literal::new_language_tagged_literal_unchecked(text, language).into()
        }
        TYPED => {
            let (datatype, text) = text.split_once('\0')?;
            Literal::new_typed_literal(text, NamedNode::new_unchecked(datatype)).into()
        }
        DIRECTED => {
            let (tag, text) = text.split_once('\0')?;
            let (language, direction) = tag.split_once("--")?;
            let direction = if direction == "rtl" { BaseDirection::Rtl } else { BaseDirection::Ltr };
            Literal::new_directional_language_tagged_literal_unchecked(text, language, direction).into()
        }
        TRIPLE => Term::from_str(text).ok()?,
        _ => return None,
    })
}

/// How many bytes two keys share at their beginning.
pub(in crate::store::index) fn common(a: &[u8], b: &[u8]) -> usize {
    let (words, others) = (a.as_chunks::<8>().0, b.as_chunks::<8>().0);
    let same = words.iter().zip(others).take_while(|(a, b)| a == b).count() * 8;
    same + a[same..].iter().zip(&b[same..]).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_common_is_counted(a in "a{0,20}b?", b in "a{0,20}c?") {
            let plain = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
            prop_assert_eq!(common(a.as_bytes(), b.as_bytes()), plain);
        }
    }

    #[test]
    fn every_term_comes_back_from_its_bytes() {
        let iri = NamedNode::new_unchecked("http://example.com/a\u{e9}");
        let language = |text: &str, tag: &str| Literal::new_language_tagged_literal(text, tag).unwrap();
        let triple = oxrdf::Triple::new(iri.clone(), iri.clone(), language("a \"b\"\n", "en"));
        let directed = |direction| {
            Literal::new_directional_language_tagged_literal("x", "ar-EG", direction).unwrap().into()
        };
        let terms: Vec<Term> = vec![
            iri.clone().into(),
            BlankNode::new_unchecked("b1").into(),
            Literal::new_simple_literal("").into(),
            Literal::new_simple_literal("a\0b--c").into(),
            language("Зеленський", "uk").into(),
            language("a\0b", "de-AT").into(),
            Literal::new_typed_literal("042", xsd::INTEGER).into(),
            Literal::new_typed_literal("x\0y", iri.clone()).into(),
            directed(BaseDirection::Rtl),
            directed(BaseDirection::Ltr),
            triple.clone().into(),
            oxrdf::Triple::new(iri.clone(), iri, triple).into(),
        ];
        for term in terms {
            let mut key = Vec::new();
            write(term.as_ref(), &mut key);
            assert_eq!(read(&key), Some(term));
        }
        assert_eq!(read(b""), None);
        assert_eq!(read(b"\x09a"), None);
        assert_eq!(read(b"\x01\xff"), None);
    }
}
