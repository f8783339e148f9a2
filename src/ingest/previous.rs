//! What a document said before it is loaded again: the IRIs of what its article states, and which articles'
//! texts were at hand.
//!
//! A statement whose words had no place keeps its IRI when the text arrives. Two designs were weighed. *The
//! IRI always hashes the words where a sheet gives no offsets*: no look-up, and each sheet gives the same
//! IRIs everywhere; but every IRI that exists today hashes offsets and would move. *The document is asked
//! what it said before*: a statement keeps the IRI that its words alone give, if this document has it. The
//! second was taken. Only the document itself is asked, since another may be of somebody who had the text,
//! and both would become one statement. A store into which the sheet is first loaded together with its text
//! has the IRIs that the offsets give, as always.

use crate::model::vocab::{oa, rdf, stp};
use oxrdf::NamedNode;
use std::collections::HashSet;

/// What a document said before.
#[derive(Debug, Default)]
pub struct Previous {
    /// IRIs of positions, events, measures, relations and office claims.
    stated: HashSet<String>,
    /// Articles of which words have a place.
    placed: HashSet<String>,
    /// The last selector with a place.
    selector: String,
}

impl Previous {
    /// Takes in lines of canonical N-Triples, in their order.
    pub(crate) fn take(&mut self, lines: &str) {
        let is_a = format!("> {} <", rdf::TYPE);
        let of_article = format!("> {} <", oa::HAS_SOURCE);
        let stated = [stp::POSITION, stp::EVENT, stp::MEASURE, stp::RELATION, stp::OFFICE_CLAIM];
        for line in lines.lines() {
            let parts = |between: &str| {
                let (subject, object) = line.strip_prefix('<')?.split_once(between)?;
                Some((subject, object.strip_suffix("> .")?))
            };
            if let Some((subject, class)) = parts(&is_a) {
                if stated.iter().any(|one| one.as_str() == class) {
                    self.stated.insert(subject.to_owned());
                } else if class == oa::TEXT_POSITION_SELECTOR.as_str() {
                    subject.clone_into(&mut self.selector);
                }
            } else if let Some((span, article)) = parts(&of_article)
                // The lines of a selector stand directly before those of its span.
                && self.selector.strip_prefix(span) == Some("-selector")
                && !self.placed.contains(article)
            {
                self.placed.insert(article.to_owned());
            }
        }
    }

    /// Whether the document stated this.
    pub(crate) fn states(&self, iri: &NamedNode) -> bool {
        self.stated.contains(iri.as_str())
    }

    /// Whether it stated anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.stated.is_empty()
    }

    /// Whether it had the places of words of this article.
    pub(crate) fn places(&self, article: &NamedNode) -> bool {
        self.placed.contains(article.as_str())
    }
}
