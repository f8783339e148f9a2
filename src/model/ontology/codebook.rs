//! What a coder needs of the ontology: the rules of coding, and each list of concepts as a chapter.

use super::{STANCES, STANDPOINT, Term, VALUES, definition, parse};
use crate::model::vocab::{rdfs, skos, stp};
use oxrdf::{NamedNode, NamedOrBlankNode, Term as RdfTerm};

/// A list of concepts that a coder chooses from, such as the modes.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// The scheme; for the kinds of actor, their common class.
    pub iri: NamedNode,
    /// What the scheme or class is.
    pub about: &'static Term,
    /// Its concepts or subclasses, in the order of the ontology's files.
    pub terms: Vec<(NamedNode, &'static Term)>,
}

/// The rules of coding, in Markdown; terms of the ontology stand in them as `` `stp:OnlyIf` `` and the like.
#[must_use]
pub fn rules() -> &'static str {
    include_str!("../../../ontology/coding-rules.md")
}

/// The lists of the ontology: stances first, then the others in the order of the files, then the
/// kinds of actor.
pub fn chapters() -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = Vec::new();
    for triple in [STANCES, VALUES, STANDPOINT].into_iter().flat_map(parse) {
        let (NamedOrBlankNode::NamedNode(iri), RdfTerm::NamedNode(home)) = (triple.subject, triple.object)
        else {
            continue;
        };
        let listed = match triple.predicate.as_ref() {
            skos::IN_SCHEME => true,
            rdfs::SUB_CLASS_OF => home == stp::ACTOR,
            _ => false,
        };
        let (true, Some(term), Some(about)) = (listed, definition(iri.as_ref()), definition(home.as_ref()))
        else {
            continue;
        };
        match chapters.iter_mut().find(|chapter| chapter.iri == home) {
            Some(chapter) => chapter.terms.push((iri, term)),
            None => chapters.push(Chapter { iri: home, about, terms: vec![(iri, term)] }),
        }
    }
    chapters
}
