//! Which of the ontology's concepts a whole graph is written with.
//!
//! Every graph holds the concept schemes, so that questions find the value of a stance. What leaves has those
//! concepts that its positions need to be asked elsewhere, and their schemes; without positions, none: who
//! loads three triples gets three back.

use crate::model::ontology;
use crate::model::vocab::{rdf, skos, stp};
use crate::store::GraphReader;
use oxrdf::{NamedOrBlankNode, Term, TermRef, Triple};
use std::collections::HashSet;

/// The triples of the schemes that nothing in a graph needs.
pub(super) fn unused(index: &dyn GraphReader) -> HashSet<&'static Triple> {
    let schemes = ontology::schemes();
    let mut needed: HashSet<&NamedOrBlankNode> = HashSet::new();
    if index.matching(None, Some(rdf::TYPE), Some(stp::POSITION.into())).next().is_some() {
        let own: HashSet<&Triple> = schemes.iter().collect();
        let subjects: HashSet<&NamedOrBlankNode> = schemes.iter().map(|triple| &triple.subject).collect();
        needed.extend(subjects.into_iter().filter(|subject| {
            let concept = TermRef::from(subject.as_ref());
            index.matching(None, None, Some(concept)).any(|triple| !own.contains(&triple))
        }));
    }
    let in_scheme =
        |triple: &&Triple| triple.predicate == skos::IN_SCHEME && needed.contains(&triple.subject);
    let named: HashSet<Term> = schemes.iter().filter(in_scheme).map(|triple| triple.object.clone()).collect();
    let is_needed = |triple: &&Triple| {
        needed.contains(&triple.subject) || named.contains(&Term::from(triple.subject.clone()))
    };
    schemes.iter().filter(|triple| !is_needed(triple)).collect()
}
