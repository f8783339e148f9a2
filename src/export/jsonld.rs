//! JSON-LD: compact, with a context of the prefixes and of what the values of each property are, so that an actor
//! is `"actor:poland"` and a day `"2025-03-01"`.
//!
//! Two designs were weighed. Words of our own for the properties (`"actor"`) are shorter, and collide with the
//! prefixes of the things (`actor:`). Prefixed names are those of Turtle and SPARQL. The second.
//!
//! A context says that all values of a property are things, or have one datatype, where that is so; the values of
//! others say themselves what they are. Numbers are texts with a datatype: JSON's would lose their spelling.

use super::format::Format;
use super::graph::{Graph, Id};
use super::prefixes::FilePrefixes;
use super::writer::GraphWriter;
use crate::model::vocab::{rdf, xsd};
use oxigraph::io::{JsonLdProfileSet, RdfFormat};
use oxrdf::{Term, TermRef};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// The writer of JSON-LD.
pub(super) struct JsonLd;

impl GraphWriter for JsonLd {
    fn format(&self) -> Format {
        Format::JsonLd
    }

    fn rdf_format(&self) -> RdfFormat {
        RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() }
    }

    fn carries_rdf12(&self) -> bool {
        false
    }

    fn keeps_order(&self) -> bool {
        false
    }

    fn write(&self, graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
        let names = Names::of(graph);
        let context = Value::Object(names.context());
        write!(out, "{{\n\"@context\": {context:#},\n\"@graph\": [")?;
        for (number, of_subject) in graph.triples().chunk_by(|one, next| one[0] == next[0]).enumerate() {
            out.write_all(if number == 0 { b"\n" } else { b",\n" })?;
            write!(out, "{:#}", Value::Object(names.node(of_subject)))?;
        }
        out.write_all(b"\n]\n}\n")
    }
}

/// What all values of a property are.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Values {
    /// Things.
    Things,
    /// Literals of this datatype.
    Typed(String),
    /// Texts in this language.
    InLanguage(String),
    /// Texts, or of several kinds.
    Other,
}

/// How IRIs and values of a file are written.
struct Names<'g> {
    graph: &'g Graph,
    prefixes: FilePrefixes,
    /// Prefixes that could be taken for the scheme of an IRI that is written whole.
    schemes: BTreeSet<&'g str>,
    /// By property.
    values: BTreeMap<Id, Values>,
}

impl<'g> Names<'g> {
    fn of(graph: &'g Graph) -> Self {
        let scheme = |term: &'g Term| match term {
            Term::NamedNode(node) => node.as_str().split_once(':').map(|(scheme, _)| scheme),
            _ => None,
        };
        let mut values: BTreeMap<Id, Values> = BTreeMap::new();
        for &[_, predicate, object] in graph.triples() {
            let here = match graph.term(object) {
                Term::NamedNode(_) | Term::BlankNode(_) => Values::Things,
                Term::Literal(literal) => match literal.language() {
                    Some(tag) => Values::InLanguage(tag.to_owned()),
                    None if literal.datatype() == xsd::STRING => Values::Other,
                    None => Values::Typed(literal.datatype().as_str().to_owned()),
                },
                Term::Triple(_) => Values::Other,
            };
            let known = values.entry(predicate).or_insert_with(|| here.clone());
            if *known != here {
                *known = Values::Other;
            }
        }
        // The definition of a term cannot need the term itself, nor go round in a circle: neither by a datatype that
        // is a property, too, nor by a prefix whose namespace is one.
        let prefixes = FilePrefixes::of(graph);
        let properties: BTreeSet<&str> = values.keys().map(|id| graph.predicate(*id).as_str()).collect();
        let namespaces: BTreeSet<&str> = prefixes.iter().map(|(_, namespace)| namespace).collect();
        for (property, kind) in &mut values {
            let is_circle = matches!(kind, Values::Typed(datatype) if properties.contains(datatype.as_str()));
            if is_circle || namespaces.contains(graph.predicate(*property).as_str()) {
                *kind = Values::Other;
            }
        }
        Self { graph, prefixes, schemes: graph.terms().iter().filter_map(scheme).collect(), values }
    }

    fn context(&self) -> Map<String, Value> {
        let mut used: BTreeSet<usize> = BTreeSet::new();
        let mut split = |iri: &str| used.extend(self.prefixes.split(iri).map(|(prefix, _)| prefix));
        for term in self.graph.terms() {
            match term {
                Term::NamedNode(node) => split(node.as_str()),
                Term::Literal(literal) => split(literal.datatype().as_str()),
                _ => {}
            }
        }
        let mut context = Map::new();
        for (at, (prefix, namespace)) in self.prefixes.iter().enumerate() {
            if used.contains(&at) && !self.schemes.contains(prefix) {
                context.insert(prefix.to_owned(), namespace.into());
            }
        }
        let mut terms: BTreeMap<String, Value> = BTreeMap::new();
        for (property, values) in &self.values {
            let property = self.graph.predicate(*property);
            let says = match values {
                Values::Things => json!({ "@type": "@id" }),
                Values::Typed(datatype) => json!({ "@type": self.iri(datatype) }),
                Values::InLanguage(tag) => json!({ "@language": tag }),
                Values::Other => continue,
            };
            if property != rdf::TYPE {
                terms.insert(self.iri(property.as_str()), says);
            }
        }
        context.extend(terms);
        context
    }

    /// A node with everything that is said of it.
    fn node(&self, triples: &[[Id; 3]]) -> Map<String, Value> {
        let mut node = Map::new();
        node.insert("@id".to_owned(), self.thing(self.graph.term(triples[0][0]).as_ref()).into());
        for of_property in triples.chunk_by(|one, next| one[1] == next[1]) {
            let property = of_property[0][1];
            let objects = of_property.iter().map(|triple| self.graph.term(triple[2]).as_ref());
            let is_class = |term: &TermRef<'_>| matches!(term, TermRef::NamedNode(_) | TermRef::BlankNode(_));
            let iri = self.graph.predicate(property);
            let (name, mut values): (String, Vec<Value>) =
                if iri == rdf::TYPE && objects.clone().all(|o| is_class(&o)) {
                    ("@type".to_owned(), objects.map(|class| self.thing(class).into()).collect())
                } else {
                    let kind = if iri == rdf::TYPE { &Values::Other } else { &self.values[&property] };
                    (self.iri(iri.as_str()), objects.map(|object| self.value(object, kind)).collect())
                };
            let value = if values.len() == 1 { values.remove(0) } else { values.into() };
            node.insert(name, value);
        }
        node
    }

    fn value(&self, object: TermRef<'_>, kind: &Values) -> Value {
        match (object, kind) {
            (TermRef::Literal(literal), Values::Typed(_) | Values::InLanguage(_)) => literal.value().into(),
            (TermRef::Literal(literal), _) => match literal.language() {
                Some(tag) => json!({ "@value": literal.value(), "@language": tag }),
                None if literal.datatype() == xsd::STRING => literal.value().into(),
                None => json!({ "@value": literal.value(), "@type": self.iri(literal.datatype().as_str()) }),
            },
            (thing, Values::Things) => self.thing(thing).into(),
            (thing, _) => json!({ "@id": self.thing(thing) }),
        }
    }

    /// A thing, or a class.
    fn thing(&self, term: TermRef<'_>) -> String {
        match term {
            TermRef::NamedNode(node) => self.iri(node.as_str()),
            other => other.to_string(),
        }
    }

    fn iri(&self, iri: &str) -> String {
        match self.prefixes.split(iri) {
            Some((prefix, local))
                if !self.schemes.contains(self.prefixes.prefix(prefix)) && !local.is_empty() =>
            {
                format!("{}:{local}", self.prefixes.prefix(prefix))
            }
            _ => iri.to_owned(),
        }
    }
}
