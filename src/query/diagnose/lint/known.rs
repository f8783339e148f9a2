//! What the ontology and the data know: terms, their classes, and what properties join.

use crate::base::diagnostic::nearest;
use crate::model::ontology;
use crate::model::ontology::Types;
use crate::model::prefixes::Prefixes;
use crate::model::vocab::{rdf, rdfs, xsd};
use crate::store::index::Index;
use crate::store::index::read::snapshot::Snapshot;
use crate::store::names;
use oxrdf::{NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Term, TermRef, Triple};
use spargebra::algebra::PropertyPathExpression as Path;
use std::collections::{BTreeMap, BTreeSet};

/// So many triples of a property, or things of a class, show what it is used for.
const SAMPLE: usize = 100;
/// So many triples are looked through for terms that are near to a wrong one.
const MOST_SCANNED: usize = 1_000_000;

/// Letters of classes that are listed, so that a list fits under the marked words.
const MOST_LISTED: usize = 36;

/// Classes, one of which a thing has; for values that are no things, `rdfs:Literal`.
pub(super) type Classes = BTreeSet<String>;

/// The graph, and the ontology's words.
pub(super) struct Known<'a> {
    pub(super) index: &'a Index,
    pub(super) types: &'static Types,
    pub(super) prefixes: &'a Prefixes,
    /// Named graphs, where the query asks for them: a document may be in them alone.
    dataset: Option<&'a Snapshot>,
}

/// What a term is used as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    Property,
    Class,
    Thing,
}

impl Use {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Property => "property",
            Self::Class => "class",
            Self::Thing => "name",
        }
    }
}

impl<'a> Known<'a> {
    pub(super) fn new(index: &'a Index, prefixes: &'a Prefixes) -> Self {
        Self { index, types: ontology::types(), prefixes, dataset: None }
    }

    /// The same for a query that names graphs, or does not.
    pub(super) fn in_graphs(self, names_graphs: bool) -> Self {
        let dataset = if names_graphs { self.index.dataset().ok().map(|dataset| &**dataset) } else { None };
        Self { dataset, ..self }
    }

    pub(super) fn short(&self, iri: &str) -> String {
        self.prefixes.shorten(NamedNodeRef::new_unchecked(iri))
    }

    /// Whether there is such a triple.
    pub(super) fn has(
        &self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
    ) -> bool {
        self.index.matching(subject, predicate, object).next().is_some()
            || self.dataset.is_some_and(|dataset| {
                let given = [subject.map(TermRef::from), predicate.map(TermRef::from), object];
                let ids = given.map(|term| term.map(|term| dataset.id(term).ok().flatten()));
                let [subject, predicate, object] = ids;
                !ids.contains(&Some(None))
                    && dataset
                        .quads([None, subject.flatten(), predicate.flatten(), object.flatten()])
                        .is_ok_and(|quads| quads.iter().next().is_some())
            })
    }

    /// Whether the ontology or the data have this IRI at all.
    pub(super) fn knows(&self, iri: NamedNodeRef<'_>) -> bool {
        self.types.mentions(iri)
            || self.has(Some(iri.into()), None, None)
            || self.has(None, None, Some(iri.into()))
            || self.has(None, Some(iri), None)
    }

    /// Whether an IRI is a property: to the ontology, or in the data.
    pub(super) fn is_property(&self, iri: NamedNodeRef<'_>) -> bool {
        self.types.properties.contains(iri.as_str()) || self.has(None, Some(iri), None)
    }

    /// Whether an IRI is a class: to the ontology, or in the data.
    pub(super) fn is_class(&self, iri: NamedNodeRef<'_>) -> bool {
        self.types.classes.contains(iri.as_str()) || self.has(None, Some(rdf::TYPE), Some(iri.into()))
    }

    /// The known terms that somebody may have meant, nearest first, as they would be written.
    pub(super) fn near(&self, iri: NamedNodeRef<'_>, used: Use, limit: usize) -> Vec<String> {
        let (namespace, local) = split(iri.as_str());
        let mut names = BTreeMap::<String, String>::new();
        let mut add = |iri: &str| {
            let (its_namespace, its_local) = split(iri);
            // The same word elsewhere is meant sooner than another word here.
            let key =
                if its_namespace == namespace { its_local.to_owned() } else { its_local.to_owned() + " " };
            names.entry(key).or_insert_with(|| iri.to_owned());
        };
        match used {
            Use::Property => {
                self.types.properties.iter().for_each(|iri| add(iri));
                let triples = self.index.triples().take(MOST_SCANNED);
                let used: BTreeSet<NamedNode> = triples.map(|triple| triple.predicate).collect();
                used.iter().for_each(|iri| add(iri.as_str()));
            }
            Use::Class => {
                self.types.classes.iter().for_each(|iri| add(iri));
                let triples = self.index.matching(None, Some(rdf::TYPE), None).take(MOST_SCANNED);
                let used: BTreeSet<String> = triples.filter_map(|triple| iri_of(&triple.object)).collect();
                used.iter().for_each(|iri| add(iri));
            }
            Use::Thing => {
                let is_thing =
                    |iri: &&str| !self.types.properties.contains(*iri) && !self.types.classes.contains(*iri);
                let own = self.types.in_namespace(namespace).filter(|iri| {
                    let (whole, local) = split(iri);
                    whole == namespace && !local.is_empty()
                });
                own.filter(is_thing).for_each(&mut add);
                let triples = self.index.matching(None, Some(rdf::TYPE), None).take(MOST_SCANNED);
                for triple in triples {
                    let NamedOrBlankNode::NamedNode(subject) = triple.subject else { continue };
                    if split(subject.as_str()).0 == namespace {
                        add(subject.as_str());
                    }
                }
            }
        }
        let near = nearest(local, names.keys().map(|name| name.trim_end()), limit);
        let mut found: Vec<String> = Vec::new();
        for name in near {
            let iri = names.get(name).or_else(|| names.get(&format!("{name} ")));
            found.extend(iri.map(|iri| self.short(iri)));
        }
        found
    }

    /// The classes of a thing.
    pub(super) fn classes_of(&self, thing: NamedOrBlankNodeRef<'_>) -> Classes {
        let types = self.index.matching(Some(thing), Some(rdf::TYPE), None);
        types.filter_map(|triple| iri_of(&triple.object)).collect()
    }

    /// The class with what its members are besides; none where nothing is known of it.
    pub(super) fn classes_with(&self, class: &NamedNode) -> Option<Classes> {
        let members = self.index.matching(None, Some(rdf::TYPE), Some(class.as_ref().into()));
        let mut classes: Classes =
            members.take(SAMPLE).flat_map(|triple| self.classes_of(triple.subject.as_ref())).collect();
        if self.types.classes.contains(class.as_str()) {
            // Data may well call something two things; what the ontology says of a class holds.
            return Some(
                if classes.is_empty() || class.as_str().starts_with(crate::model::vocab::stp::NAMESPACE) {
                    Classes::from([class.as_str().to_owned()])
                } else {
                    classes
                },
            );
        }
        classes.insert(class.as_str().to_owned());
        (classes.len() > 1).then_some(classes)
    }

    /// Classes of what can stand at the beginning of this path.
    pub(super) fn starts(&self, path: &Path) -> Option<Classes> {
        self.end_of(path, true)
    }

    /// Classes of what can stand at its end.
    pub(super) fn ends(&self, path: &Path) -> Option<Classes> {
        self.end_of(path, false)
    }

    fn end_of(&self, path: &Path, first: bool) -> Option<Classes> {
        match path {
            Path::NamedNode(property) if first => self.domain(property.as_ref()),
            Path::NamedNode(property) => self.range(property.as_ref()),
            Path::Reverse(inner) => self.end_of(inner, !first),
            Path::OneOrMore(inner) => self.end_of(inner, first),
            Path::Sequence(one, other) => self.end_of(if first { one } else { other }, first),
            Path::Alternative(one, other) => union(self.end_of(one, first), self.end_of(other, first)),
            Path::ZeroOrMore(_) | Path::ZeroOrOne(_) | Path::NegatedPropertySet(_) => None,
        }
    }

    /// The classes of what has this property: what the ontology says, else what the data show;
    /// none where a thing without a class has it.
    fn domain(&self, property: NamedNodeRef<'_>) -> Option<Classes> {
        if property == rdf::TYPE {
            return None;
        }
        let said = self.types.domain(property);
        if !said.is_empty() {
            return Some(said.iter().cloned().collect());
        }
        self.sampled(property, |triple| self.classes_of(triple.subject.as_ref()))
    }

    /// The same of its values.
    fn range(&self, property: NamedNodeRef<'_>) -> Option<Classes> {
        if property == rdf::TYPE {
            return None;
        }
        let literal = || rdfs::LITERAL.as_str().to_owned();
        let said = self.types.range(property);
        if !said.is_empty() {
            let is_datatype = |iri: &&String| {
                iri.starts_with(xsd::NAMESPACE) || **iri == rdfs::LITERAL.as_str() || iri.ends_with("/edtf")
            };
            let class = |iri: &String| if is_datatype(&iri) { literal() } else { iri.clone() };
            return Some(said.iter().map(class).collect());
        }
        self.sampled(property, |triple| match &triple.object {
            Term::Literal(_) => Classes::from([literal()]),
            Term::NamedNode(thing) => self.classes_of(thing.as_ref().into()),
            Term::BlankNode(thing) => self.classes_of(thing.as_ref().into()),
            Term::Triple(_) => Classes::new(),
        })
    }

    /// Classes of one end of the first triples with this property; none where one of them has none.
    fn sampled(&self, property: NamedNodeRef<'_>, end: impl Fn(&Triple) -> Classes) -> Option<Classes> {
        let mut classes = Classes::new();
        for triple in self.index.matching(None, Some(property), None).take(SAMPLE) {
            let own = end(&triple);
            if own.is_empty() {
                return None;
            }
            classes.extend(own);
        }
        (!classes.is_empty()).then_some(classes)
    }

    /// Whether something may be one of these and one of those.
    pub(super) fn may_meet(&self, these: &Classes, those: &Classes) -> bool {
        these.iter().any(|one| those.iter().any(|other| self.types.may_meet(one, other)))
    }

    /// The thing of these classes whose name is written like this one's but for capital letters
    /// or a letter or two.
    pub(super) fn near_of(&self, iri: NamedNodeRef<'_>, classes: &Classes) -> Option<String> {
        let class = |class: &String| names::things(self.index, NamedNodeRef::new_unchecked(class));
        let things: Vec<NamedNode> = classes.iter().flat_map(class).map(|thing| thing.iri).collect();
        let near = nearest(split(iri.as_str()).1, things.iter().map(|thing| split(thing.as_str()).1), 1);
        let near = near.first().copied()?;
        things.iter().find(|thing| split(thing.as_str()).1 == near).map(|thing| self.short(thing.as_str()))
    }

    /// The classes, as they would be written: a few.
    pub(super) fn listed(&self, classes: &Classes) -> String {
        let mut names: Vec<String> = classes.iter().map(|class| format!("`{}`", self.short(class))).collect();
        let mut room = MOST_LISTED;
        let fits = |name: &&String| {
            room = room.saturating_sub(name.len());
            room > 0
        };
        let shown = names.iter().take_while(fits).count().max(1);
        if shown < names.len() {
            names.truncate(shown);
            names.push("…".into());
        }
        names.join(", ")
    }

    /// The one thing of these classes that is called like this.
    pub(super) fn named(&self, classes: &Classes, text: &str) -> Option<String> {
        classes.iter().find_map(|class| {
            match names::find(self.index, NamedNodeRef::new_unchecked(class), text) {
                names::Found::One(thing) => Some(self.prefixes.shorten(thing.iri.as_ref())),
                names::Found::Several(_) | names::Found::None(_) => None,
            }
        })
    }
}

fn union(one: Option<Classes>, other: Option<Classes>) -> Option<Classes> {
    Some(one?.into_iter().chain(other?).collect())
}

fn iri_of(term: &Term) -> Option<String> {
    match term {
        Term::NamedNode(iri) => Some(iri.as_str().to_owned()),
        _ => None,
    }
}

/// Namespace and local name.
pub(super) fn split(iri: &str) -> (&str, &str) {
    let end = iri.rfind(['/', '#']).map_or(0, |at| at + 1);
    iri.split_at(end)
}
