//! What the ontology says about types: classes, properties, and what each property joins.

use super::{TESTED, TYPES};
use crate::model::document;
use crate::model::vocab;
use crate::model::vocab::{owl, rdf, rdfs};
use oxrdf::{NamedNodeRef, NamedOrBlankNode, Term};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// Classes and properties, by IRI.
#[derive(Clone, Debug, Default)]
pub struct Types {
    /// The classes that the ontology defines or uses.
    pub classes: BTreeSet<String>,
    /// The properties that it defines or uses.
    pub properties: BTreeSet<String>,
    /// Everything that it mentions, and every term that the program writes or looks for.
    mentioned: BTreeSet<String>,
    /// Classes with those right above them.
    above: BTreeMap<String, Vec<String>>,
    /// Properties with the classes of what has them: one of these.
    domains: BTreeMap<String, Vec<String>>,
    /// Properties with the classes or datatypes of their values: one of these.
    ranges: BTreeMap<String, Vec<String>>,
}

/// What the ontology says about types.
pub fn types() -> &'static Types {
    static READ: OnceLock<Types> = OnceLock::new();
    READ.get_or_init(Types::read)
}

impl Types {
    fn read() -> Self {
        let mut types = Self::default();
        let vocabularies = [
            vocab::stp::TERMS,
            vocab::stp::prop::TERMS,
            vocab::rdf::TERMS,
            vocab::rdfs::TERMS,
            vocab::owl::TERMS,
            vocab::xsd::TERMS,
            vocab::skos::TERMS,
            vocab::oa::TERMS,
            vocab::prov::TERMS,
            vocab::org::TERMS,
            vocab::dcterms::TERMS,
            vocab::schema::TERMS,
            vocab::foaf::TERMS,
            vocab::sem::TERMS,
            vocab::edtf::TERMS,
        ];
        types.mentioned.extend(vocabularies.into_iter().flatten().map(|term| term.as_str().to_owned()));
        for triple in document::parse(TYPES).map(|triple| triple.expect(TESTED)) {
            let NamedOrBlankNode::NamedNode(subject) = triple.subject else { continue };
            let subject = subject.into_string();
            types.mentioned.insert(subject.clone());
            types.mentioned.insert(triple.predicate.as_str().to_owned());
            let Term::NamedNode(object) = triple.object else { continue };
            let object = object.into_string();
            types.mentioned.insert(object.clone());
            match triple.predicate.as_ref() {
                rdf::TYPE if object == owl::CLASS.as_str() => drop(types.classes.insert(subject)),
                rdf::TYPE if object.ends_with("Property") => drop(types.properties.insert(subject)),
                rdfs::SUB_CLASS_OF => types.above.entry(subject).or_default().push(object),
                rdfs::DOMAIN | vocab::schema::DOMAIN_INCLUDES => {
                    types.domains.entry(subject).or_default().push(object);
                }
                rdfs::RANGE | vocab::schema::RANGE_INCLUDES => {
                    types.ranges.entry(subject).or_default().push(object);
                }
                _ => {}
            }
        }
        types
    }

    /// Whether the ontology or the program knows this IRI.
    #[must_use]
    pub fn mentions(&self, iri: NamedNodeRef<'_>) -> bool {
        self.mentioned.contains(iri.as_str())
    }

    /// Everything in this namespace that the ontology or the program knows.
    pub fn in_namespace<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = &'a str> {
        let from = self.mentioned.range(namespace.to_owned()..);
        from.map(String::as_str).take_while(move |iri| iri.starts_with(namespace))
    }

    /// The classes of what has this property: one of them; empty where nothing is said.
    #[must_use]
    pub fn domain(&self, property: NamedNodeRef<'_>) -> &[String] {
        self.domains.get(property.as_str()).map_or(&[], Vec::as_slice)
    }

    /// The classes or datatypes of this property's values: one of them; empty where nothing is
    /// said.
    #[must_use]
    pub fn range(&self, property: NamedNodeRef<'_>) -> &[String] {
        self.ranges.get(property.as_str()).map_or(&[], Vec::as_slice)
    }

    /// Whether something may be of both classes: one is above the other, or both are above a
    /// third.
    #[must_use]
    pub fn may_meet(&self, one: &str, other: &str) -> bool {
        let one_and_above = |class: &str| {
            let mut all = vec![class.to_owned()];
            let mut at = 0;
            while let Some(class) = all.get(at) {
                let above = self.above.get(class).cloned().unwrap_or_default();
                all.extend(above);
                at += 1;
            }
            all
        };
        one_and_above(one).iter().any(|class| class == other)
            || one_and_above(other).iter().any(|class| class == one)
            || self.classes.iter().any(|class| {
                let above = one_and_above(class);
                above.iter().any(|class| class == one) && above.iter().any(|class| class == other)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::vocab::{foaf, prov, skos, stp};

    #[test]
    fn properties_join_classes() {
        let types = types();
        assert_eq!(types.domain(stp::prop::ISSUE), [stp::POSITION.as_str()]);
        assert_eq!(types.range(stp::prop::ACTOR), [stp::ACTOR.as_str()]);
        assert!(types.domain(stp::prop::EVIDENCE).len() > 3, "schema:domainIncludes counts");
        assert!(types.domain(skos::BROADER).is_empty());
        assert!(types.mentions(stp::prop::OPPOSITE) && types.mentions(oxrdf::vocab::xsd::DATE));
    }

    #[test]
    fn classes_meet_where_the_ontology_lets_them() {
        let meet =
            |one: NamedNodeRef<'_>, other: NamedNodeRef<'_>| types().may_meet(one.as_str(), other.as_str());
        assert!(meet(stp::ISSUE, skos::CONCEPT) && meet(prov::AGENT, stp::STATE));
        assert!(meet(stp::ACTOR, NamedNodeRef::new_unchecked("http://xmlns.com/foaf/0.1/Group")));
        assert!(!meet(stp::POSITION, stp::ACTOR) && !meet(stp::ISSUE, stp::STANCE));
        assert!(!meet(stp::POSITION, foaf::PERSON));
    }
}
