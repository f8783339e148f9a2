//! Addresses of the server's pages.

use crate::model::vocab::DEFAULT_BASE;
use crate::serve::view::Links;
use oxrdf::NamedNode;

/// Things at addresses of their own: below the server's root where their IRI is below the default base, else by
/// their whole IRI.
pub struct Addresses;

impl Links for Addresses {
    fn thing(&self, iri: &NamedNode) -> Option<String> {
        let id = iri.as_str().strip_prefix(DEFAULT_BASE).filter(|id| id.contains('/'));
        Some(match id {
            Some(id) => format!("/{}", id.split('/').map(encoded).collect::<Vec<_>>().join("/")),
            None => format!("/thing?iri={}", encoded(iri.as_str())),
        })
    }

    fn span(&self, article: &NamedNode, start: u32) -> Option<String> {
        Some(format!("{}#s{start}", self.thing(article)?))
    }

    fn cell(&self, actor: &NamedNode, issue: &NamedNode) -> Option<String> {
        Some(format!("/positions?actor={}&issue={}", encoded(actor.as_str()), encoded(issue.as_str())))
    }

    fn id(&self, _: &NamedNode) -> Option<String> {
        None
    }

    fn card(&self, _: &NamedNode) -> Option<String> {
        None
    }

    fn all(&self, iri: &NamedNode) -> Option<String> {
        let address = self.thing(iri)?;
        Some(if address.contains('?') { format!("{address}&all=1") } else { format!("{address}?all=1") })
    }
}

/// A text as part of an address: all but unreserved characters as `%` and two digits (RFC 3986, section 2).
#[must_use]
pub fn encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out += &format!("%{byte:02X}"),
        }
        out
    })
}

/// The text that part of an address stands for; what is no escape stays as it is.
#[must_use]
pub fn decoded(address: &str) -> String {
    let (mut bytes, mut rest) = (Vec::with_capacity(address.len()), address.as_bytes());
    while let Some((first, others)) = rest.split_first() {
        let digits = others.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped =
            digits.filter(|_| *first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &others[2..] } else { others };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_back_to_what_they_are_of() {
        for text in ["a b/ü%20?&#\"'<", "", "%", "%zz", "plain-id_1.2~3"] {
            assert_eq!(decoded(&encoded(text)), text);
            assert!(encoded(text).is_ascii());
        }
        for iri in ["issue/a%20b", "actor/ü", "position/x-1"] {
            let iri = NamedNode::new(format!("{DEFAULT_BASE}{iri}")).expect("an IRI");
            let address = Addresses.thing(&iri).expect("everything has an address");
            assert_eq!(format!("{DEFAULT_BASE}{}", decoded(&address[1..])), iri.as_str());
        }
        let foreign = NamedNode::new("http://example.org/a?b=c&d").expect("an IRI");
        assert_eq!(
            Addresses.all(&foreign).as_deref(),
            Some("/thing?iri=http%3A%2F%2Fexample.org%2Fa%3Fb%3Dc%26d&all=1")
        );
    }
}
