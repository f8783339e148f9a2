//! The words that a query about a graph can use: classes, properties, and what can be their values.
//!
//! Somebody waits at a key for this. So whatever is read of the graph is read on first use and kept,
//! and no more of it than `SCANNED` triples or `SAMPLE` things; a class or property of the data
//! that stands beyond them, and not in the ontology, is not offered.

use super::place::{Node, Property, Said};
use crate::model::ontology;
use crate::model::ontology::Types;
use crate::model::prefixes::Prefixes;
use crate::model::registry::Kind;
use crate::model::vocab::{owl, rdf, rdfs, skos, stp, xsd};
use crate::store::index::Index;
use crate::store::names;
use crate::store::names::{Directory, Thing};
use oxrdf::{NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Term};
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// So many triples are looked through for classes and properties that the ontology does not have.
const SCANNED: usize = 100_000;
/// So many members of a class, or triples of a property, show what it is used with.
const SAMPLE: usize = 50;
/// What has more members is no list to choose a value from.
const MOST_VALUES: usize = 500;

/// Kinds that are looked up by name. Positions have none.
const NAMED: [Kind; 5] = [Kind::Actor, Kind::Issue, Kind::Article, Kind::Post, Kind::Topic];

/// Classes, one of which something has.
type Classes = BTreeSet<String>;

/// The words for one graph.
pub struct Lexicon {
    index: Rc<Index>,
    prefixes: Prefixes,
    types: &'static Types,
    classes: OnceCell<BTreeSet<String>>,
    properties: OnceCell<BTreeSet<String>>,
    directories: RefCell<BTreeMap<String, Rc<Directory>>>,
    profiles: RefCell<BTreeMap<String, Rc<BTreeSet<String>>>>,
}

impl Lexicon {
    /// The words for this graph, as these prefixes shorten them.
    #[must_use]
    pub fn new(index: Rc<Index>, prefixes: Prefixes) -> Self {
        Self {
            index,
            prefixes,
            types: ontology::types(),
            classes: OnceCell::new(),
            properties: OnceCell::new(),
            directories: RefCell::default(),
            profiles: RefCell::default(),
        }
    }

    /// The prefixes that need no declaration.
    #[must_use]
    pub fn prefixes(&self) -> &Prefixes {
        &self.prefixes
    }

    /// The things of a kind, with their names.
    #[must_use]
    pub fn directory(&self, kind: Kind) -> Rc<Directory> {
        self.directory_of(kind.class())
    }

    fn directory_of(&self, class: NamedNodeRef<'_>) -> Rc<Directory> {
        let mut directories = self.directories.borrow_mut();
        let directory = directories.entry(class.as_str().to_owned());
        directory.or_insert_with(|| Rc::new(Directory::of(&*self.index, class))).clone()
    }

    /// The classes of the ontology and of the data.
    pub(super) fn classes(&self) -> &BTreeSet<String> {
        self.classes.get_or_init(|| {
            let used = self.index.matching(None, Some(rdf::TYPE), None).take(SCANNED);
            let used = used.filter_map(|triple| iri_of(triple.object));
            // `owl:Class` and the like are the ontology's business.
            let of_data = self.types.classes.iter().filter(|class| !class.starts_with(owl::NAMESPACE));
            used.chain(of_data.cloned()).collect()
        })
    }

    /// The properties of the ontology and of the data.
    pub(super) fn properties(&self) -> &BTreeSet<String> {
        self.properties.get_or_init(|| {
            let used = self.index.triples().take(SCANNED).map(|triple| triple.predicate.into_string());
            let said = self.types.properties.iter().filter(|iri| self.is_for_data(iri));
            used.chain(said.cloned()).collect()
        })
    }

    /// Whether a property of the ontology is about what the data hold; some are about the ontology.
    fn is_for_data(&self, iri: &str) -> bool {
        let property = NamedNodeRef::new_unchecked(iri);
        iri.starts_with(stp::NAMESPACE) || self.index.matching(None, Some(property), None).next().is_some()
    }

    /// The properties that something of which this is said can have; in reverse, those that can lead to it.
    pub(super) fn properties_of(&self, node: Option<&Node>, said: &[Said], reverse: bool) -> Vec<&str> {
        let known = node.map(|node| self.classes_of(node, said)).unwrap_or_default();
        let fitting = |property: &&String| self.fits(property, &known, reverse);
        self.properties().iter().filter(fitting).map(String::as_str).collect()
    }

    fn fits(&self, property: &str, known: &[Classes], reverse: bool) -> bool {
        let name = NamedNodeRef::new_unchecked(property);
        if reverse {
            let range = self.types.range(name);
            let is_thing =
                |class: &String| !class.starts_with(xsd::NAMESPACE) && *class != rdfs::LITERAL.as_str();
            let meets = |class: &String| range.iter().any(|other| self.types.may_meet(class, other));
            return range.iter().any(is_thing) && known.iter().all(|classes| classes.iter().any(meets));
        }
        let domain = self.types.domain(name);
        if domain.is_empty() {
            let uses = |class: &String| self.profile(class).contains(property);
            return known.iter().all(|classes| classes.iter().any(uses));
        }
        let meets = |class: &String| domain.iter().any(|other| self.types.may_meet(class, other));
        known.iter().all(|classes| classes.iter().any(meets))
    }

    /// The properties that members of a class are seen to have.
    fn profile(&self, class: &str) -> Rc<BTreeSet<String>> {
        let mut profiles = self.profiles.borrow_mut();
        let profile = profiles.entry(class.to_owned()).or_insert_with(|| {
            let class = NamedNodeRef::new_unchecked(class);
            let members = self.index.matching(None, Some(rdf::TYPE), Some(class.into())).take(SAMPLE);
            let of = |thing: NamedOrBlankNodeRef<'_>| {
                let all: Vec<String> =
                    self.index.matching(Some(thing), None, None).map(|t| t.predicate.into_string()).collect();
                all
            };
            Rc::new(members.flat_map(|triple| of(triple.subject.as_ref())).collect())
        });
        profile.clone()
    }

    /// What is known of the classes of something: one of each of these sets.
    fn classes_of(&self, node: &Node, said: &[Said]) -> Vec<Classes> {
        if let Node::Iri(iri) = node {
            let Ok(iri) = NamedNode::new(iri) else { return Vec::new() };
            let types = self.index.matching(Some(iri.as_ref().into()), Some(rdf::TYPE), None);
            let classes: Classes = types.filter_map(|triple| iri_of(triple.object)).collect();
            return if classes.is_empty() { Vec::new() } else { vec![classes] };
        }
        let mut known = Vec::new();
        for said in said {
            let Some(property) = &said.property else { continue };
            let is_type = property.iri == rdf::TYPE.as_str();
            let name = NamedNodeRef::new_unchecked(&property.iri);
            let (from, to) = if property.reverse {
                (&said.object, Some(&said.subject))
            } else {
                (&Some(said.subject.clone()), said.object.as_ref())
            };
            if from.as_ref() == Some(node) {
                match to {
                    Some(Node::Iri(class)) if is_type => known.push(Classes::from([class.clone()])),
                    _ => known.push(self.types.domain(name).iter().cloned().collect()),
                }
            } else if to == Some(node) && !is_type {
                known.push(self.types.range(name).iter().cloned().collect());
            }
        }
        known.retain(|classes| !classes.is_empty());
        known
    }

    /// What can be the value of a property.
    pub(super) fn values(&self, property: &Property) -> Vec<Thing> {
        let name = NamedNodeRef::new_unchecked(&property.iri);
        if property.iri == rdf::TYPE.as_str() {
            return Vec::new();
        }
        let said = if property.reverse { self.types.domain(name) } else { self.types.range(name) };
        if said.iter().any(|class| class == skos::CONCEPT.as_str()) {
            return self.concepts(name);
        }
        let mut classes: Classes = said.iter().cloned().collect();
        if classes.is_empty() {
            classes = self.seen(property);
        }
        let mut values: Vec<Thing> = Vec::new();
        for class in &classes {
            let class = NamedNodeRef::new_unchecked(class);
            if class == xsd::BOOLEAN || class == rdfs::LITERAL || class == stp::POSITION {
                continue;
            }
            let few = self.index.matching(None, Some(rdf::TYPE), Some(class.into())).take(MOST_VALUES + 1);
            if few.count() > MOST_VALUES && !NAMED.iter().any(|kind| kind.class() == class) {
                continue;
            }
            for thing in self.directory_of(class).things() {
                if !values.contains(thing) {
                    values.push(thing.clone());
                }
            }
        }
        values
    }

    /// The values that a variable can have, as the value or the subject of a property.
    pub(super) fn values_of(&self, variable: &str, said: &[Said]) -> Vec<Thing> {
        let node = Node::Variable(variable.to_owned());
        let reversed = |property: &Property| Property { reverse: !property.reverse, ..property.clone() };
        let properties = said.iter().filter_map(|said| {
            let property = said.property.as_ref()?;
            if said.object.as_ref() == Some(&node) {
                Some(property.clone())
            } else {
                (said.subject == node).then(|| reversed(property))
            }
        });
        let values = properties.map(|property| self.values(&property));
        values.filter(|values| !values.is_empty()).min_by_key(Vec::len).unwrap_or_default()
    }

    /// The concepts that a property has for values: of the scheme that is called after it, or of those that the
    /// data are seen to take them from.
    fn concepts(&self, property: NamedNodeRef<'_>) -> Vec<Thing> {
        let (namespace, local) = split(property.as_str());
        let mut letters = local.chars();
        let capital: String =
            letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        let mut schemes = BTreeSet::from([format!("{namespace}{capital}Scheme")]);
        let mut members = self.members(&schemes);
        if members.is_empty() {
            let used = self.index.matching(None, Some(property), None).take(SAMPLE);
            let used: BTreeSet<String> = used.filter_map(|triple| iri_of(triple.object)).collect();
            schemes.clear();
            for concept in &used {
                let concept = NamedNodeRef::new_unchecked(concept);
                let of = self.index.matching(Some(concept.into()), Some(skos::IN_SCHEME), None);
                schemes.extend(of.filter_map(|triple| iri_of(triple.object)));
            }
            members = self.members(&schemes);
        }
        members
    }

    fn members(&self, schemes: &BTreeSet<String>) -> Vec<Thing> {
        let of = |scheme: &String| {
            let scheme = NamedNodeRef::new_unchecked(scheme);
            let members = self.index.matching(None, Some(skos::IN_SCHEME), Some(scheme.into()));
            let members = members.take(MOST_VALUES).filter_map(|triple| match triple.subject {
                NamedOrBlankNode::NamedNode(iri) => Some(names::thing(&*self.index, iri)),
                NamedOrBlankNode::BlankNode(_) => None,
            });
            members.collect::<Vec<_>>()
        };
        let mut all: Vec<Thing> = schemes.iter().flat_map(of).collect();
        all.sort_by(|a, b| a.iri.cmp(&b.iri));
        all
    }

    /// The classes of what is seen as the value of a property of which the ontology says nothing.
    fn seen(&self, property: &Property) -> Classes {
        let name = NamedNodeRef::new_unchecked(&property.iri);
        let used = self.index.matching(None, Some(name), None).take(SAMPLE);
        let ends = used.filter_map(|triple| {
            if property.reverse { Some(triple.subject.to_string()) } else { iri_of(triple.object) }
        });
        let ends: BTreeSet<String> = ends.collect();
        let mut classes = Classes::new();
        for end in ends.iter().filter_map(|iri| NamedNode::new(iri.trim_matches(['<', '>'])).ok()) {
            let types = self.index.matching(Some(end.as_ref().into()), Some(rdf::TYPE), None);
            classes.extend(types.filter_map(|triple| iri_of(triple.object)));
        }
        classes.remove(skos::CONCEPT.as_str());
        classes
    }

    /// The things that have a name, of a few kinds; those that are called like this.
    pub(super) fn called(&self, name: &str) -> Vec<Thing> {
        let of = |kind: &Kind| self.directory(*kind).matching(name).into_iter().cloned().collect::<Vec<_>>();
        [Kind::Actor, Kind::Issue, Kind::Article].iter().flat_map(of).collect()
    }

    /// Everything in a namespace that has a name there: things of the data, terms of the ontology.
    pub(super) fn within(&self, namespace: &str) -> Vec<Thing> {
        let is_within = |iri: &str| split(iri).0 == namespace && iri.len() > namespace.len();
        let own = self.types.in_namespace(namespace).filter(|iri| is_within(iri));
        let mut all: BTreeMap<String, Thing> = BTreeMap::new();
        for iri in own
            .chain(self.properties().iter().map(String::as_str))
            .chain(self.classes().iter().map(String::as_str))
        {
            if is_within(iri) {
                let label = split(iri).1.to_owned();
                all.insert(iri.to_owned(), Thing { iri: NamedNode::new_unchecked(iri), label });
            }
        }
        for kind in NAMED {
            for thing in self.directory(kind).things().filter(|thing| is_within(thing.iri.as_str())) {
                all.insert(thing.iri.as_str().to_owned(), thing.clone());
            }
        }
        all.into_values().collect()
    }
}

/// Namespace and local name.
pub(super) fn split(iri: &str) -> (&str, &str) {
    let end = iri.rfind(['/', '#']).map_or(0, |at| at + 1);
    iri.split_at(end)
}

fn iri_of(term: Term) -> Option<String> {
    match term {
        Term::NamedNode(iri) => Some(iri.into_string()),
        _ => None,
    }
}
