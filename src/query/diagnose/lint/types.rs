//! Patterns that can never match by type: no thing is of the classes that they ask for.
//!
//! The ontology says what has a property and what its values are; where it does not, a sample of
//! the data shows it. That makes a suspicion only. A warning follows if the graph indeed holds
//! nothing that both patterns match, whatever else they say.

use super::Found;
use super::known::{Classes, Known};
use super::places::Places;
use super::scope::{Block, Link};
use crate::base::diagnostic::Diagnostic;
use crate::model::vocab::{rdf, rdfs};
use crate::query::run::ExecOptions;
use crate::query::{Answer, run};
use oxrdf::{NamedNode, NamedNodeRef, Variable};
use spargebra::algebra::{GraphPattern, PropertyPathExpression as Path};
use spargebra::term::{TermPattern, TriplePattern};
use std::collections::BTreeMap;
use std::time::Duration;

/// A suspicion is looked into for so long; what takes longer is not reported.
const PATIENCE: Duration = Duration::from_secs(1);
/// Suspicions looked into, of one query.
const MOST_LOOKED_INTO: usize = 12;

/// What a pattern asks of the node at one of its ends.
struct Demand<'b, 'q> {
    link: &'b Link<'q>,
    inherited: bool,
    role: Role,
    classes: Classes,
}

/// As what a pattern has a node.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Role {
    Member(NamedNode),
    Subject(NamedNode),
    Value(NamedNode),
}

impl Role {
    /// Of the node at the beginning or the end of a path.
    fn at(path: &Path, start: bool) -> Option<Self> {
        match path {
            Path::NamedNode(property) if start => Some(Self::Subject(property.clone())),
            Path::NamedNode(property) => Some(Self::Value(property.clone())),
            Path::Reverse(inner) => Self::at(inner, !start),
            Path::OneOrMore(inner) => Self::at(inner, start),
            Path::Sequence(first, last) => Self::at(if start { first } else { last }, start),
            Path::Alternative(one, _) => Self::at(one, start),
            Path::ZeroOrMore(_) | Path::ZeroOrOne(_) | Path::NegatedPropertySet(_) => None,
        }
    }

    /// "no subject of `stp:issue`"
    fn none_of(&self, known: &Known<'_>) -> String {
        match self {
            Self::Member(class) => format!("no `{}`", known.short(class.as_str())),
            Self::Subject(property) => format!("no subject of `{}`", known.short(property.as_str())),
            Self::Value(property) => format!("no value of `{}`", known.short(property.as_str())),
        }
    }

    /// "has `stp:issue`"
    fn verb(&self, known: &Known<'_>) -> String {
        match self {
            Self::Member(class) => format!("is a `{}`", known.short(class.as_str())),
            Self::Subject(property) => format!("has `{}`", known.short(property.as_str())),
            Self::Value(property) => format!("is a value of `{}`", known.short(property.as_str())),
        }
    }

    /// "is used on `stp:Position`"
    fn asks(&self, classes: &Classes, known: &Known<'_>) -> String {
        let literal = classes.iter().all(|class| class == rdfs::LITERAL.as_str());
        match self {
            Self::Member(class) => format!("expects a `{}`", known.short(class.as_str())),
            Self::Subject(_) => format!("is used on {}", known.listed(classes)),
            Self::Value(_) if literal => "has text, numbers or dates as values".to_owned(),
            Self::Value(_) => format!("has values of {}", known.listed(classes)),
        }
    }
}

pub(super) fn check(blocks: &[Block<'_>], known: &Known<'_>, places: &Places<'_>, found: &mut Found<'_>) {
    let mut looked_into = 0;
    for block in blocks {
        for link in &block.links[block.inherited.0..] {
            constants(link, known, places, found);
        }
        for demands in demands(block, known).into_values() {
            for (at, next) in demands.iter().enumerate().filter(|(_, demand)| !demand.inherited) {
                let suspect = |one: &&Demand<'_, '_>| !known.may_meet(&one.classes, &next.classes);
                let Some(one) = demands[..at].iter().find(suspect) else { continue };
                looked_into += 1;
                if looked_into <= MOST_LOOKED_INTO && never_meet(one, next, known) {
                    report(one, next, known, places, found);
                }
            }
        }
    }
}

/// What the patterns of a block ask of each of its variables and blank nodes.
fn demands<'b, 'q>(block: &'b Block<'q>, known: &Known<'_>) -> BTreeMap<String, Vec<Demand<'b, 'q>>> {
    let mut demands = BTreeMap::<String, Vec<Demand<'_, '_>>>::new();
    let mut add = |node: &TermPattern, demand: Demand<'b, 'q>| {
        if matches!(node, TermPattern::Variable(_) | TermPattern::BlankNode(_)) {
            let known = demands.entry(node.to_string()).or_default();
            if !known.iter().any(|other| other.role == demand.role) {
                known.push(demand);
            }
        }
    };
    for (number, link) in block.links.iter().enumerate() {
        let inherited = number < block.inherited.0;
        if let (Path::NamedNode(property), TermPattern::NamedNode(class)) = (&link.path, link.object)
            && property.as_ref() == rdf::TYPE
        {
            if let Some(classes) = known.classes_with(class) {
                add(link.subject, Demand { link, inherited, role: Role::Member(class.clone()), classes });
            }
            continue;
        }
        if let (Some(classes), Some(role)) = (known.starts(&link.path), Role::at(&link.path, true)) {
            add(link.subject, Demand { link, inherited, role, classes });
        }
        if let (Some(classes), Some(role)) = (known.ends(&link.path), Role::at(&link.path, false)) {
            add(link.object, Demand { link, inherited, role, classes });
        }
    }
    demands
}

/// Whether the graph holds nothing that both ask for; false where that takes too long to tell.
fn never_meet(one: &Demand<'_, '_>, other: &Demand<'_, '_>, known: &Known<'_>) -> bool {
    let node = Variable::new_unchecked("node");
    let pattern = |demand: &Demand<'_, '_>, name: &str| {
        let free = TermPattern::Variable(Variable::new_unchecked(name));
        let link = |property: &NamedNode, subject: TermPattern, object: TermPattern| TriplePattern {
            subject,
            predicate: property.clone().into(),
            object,
        };
        let node = TermPattern::Variable(node.clone());
        match (&demand.role, &demand.link.path) {
            (Role::Member(class), _) => {
                vec![link(&rdf::TYPE.into_owned(), node, class.clone().into())].into()
            }
            (Role::Subject(property), Path::NamedNode(_)) => vec![link(property, node, free)].into(),
            (Role::Value(property), Path::NamedNode(_)) => vec![link(property, free, node)].into(),
            (role, path) => {
                // At which end of the path the node is, its role alone does not tell.
                let start = Role::at(path, true).as_ref() == Some(role);
                let (subject, object) = if start { (node, free) } else { (free, node) };
                Pattern::Path(GraphPattern::Path { subject, path: path.clone(), object })
            }
        }
    };
    let join = GraphPattern::Join {
        left: Box::new(pattern(one, "one").into()),
        right: Box::new(pattern(other, "other").into()),
    };
    let ask = spargebra::Query::Ask { dataset: None, pattern: join, base_iri: None };
    matches!(run::answer(ask, known.index, &ExecOptions::within(PATIENCE)), Ok(Answer::Truth(false)))
}

enum Pattern {
    Triples(Vec<TriplePattern>),
    Path(GraphPattern),
}

impl From<Vec<TriplePattern>> for Pattern {
    fn from(triples: Vec<TriplePattern>) -> Self {
        Self::Triples(triples)
    }
}

impl From<Pattern> for GraphPattern {
    fn from(pattern: Pattern) -> Self {
        match pattern {
            Pattern::Triples(patterns) => Self::Bgp { patterns },
            Pattern::Path(path) => path,
        }
    }
}

fn report(
    one: &Demand<'_, '_>,
    next: &Demand<'_, '_>,
    known: &Known<'_>,
    places: &Places<'_>,
    found: &mut Found<'_>,
) {
    let title = format!("{} {}", one.role.none_of(known), next.role.verb(known));
    let mut warning = Diagnostic::warning(title).expected(next.role.asks(&next.classes, known));
    if !matches!(one.role, Role::Member(_)) {
        let (Role::Member(iri) | Role::Subject(iri) | Role::Value(iri)) = &one.role;
        let asks = one.role.asks(&one.classes, known);
        warning = warning.note(format!("`{}` {asks}", known.short(iri.as_str())));
    }
    if let Some(help) = way(one, next, known) {
        warning = warning.help(help);
    }
    let place = match &next.role {
        Role::Member(class) => places.iri(class.as_ref()),
        _ => places.predicate(next.link.subject, &next.link.path, next.link.object),
    };
    found.warn(place, warning);
}

/// How one gets from things of the first sort to those of the second: by a property that joins
/// them, if the second is asked to have something.
fn way(one: &Demand<'_, '_>, next: &Demand<'_, '_>, known: &Known<'_>) -> Option<String> {
    let Role::Subject(wanted) = &next.role else { return None };
    // That two things share a date or a word does not make one the way to the other.
    if one.classes.contains(rdfs::LITERAL.as_str()) {
        return None;
    }
    let joins = |property: &&String| {
        let iri = NamedNodeRef::new_unchecked(property);
        let meets = |said: &[String], classes: &Classes| said.iter().any(|class| classes.contains(class));
        meets(known.types.domain(iri), &next.classes)
            && meets(known.types.range(iri), &one.classes)
            && known.has(None, Some(iri), None)
    };
    let property = known.types.properties.iter().find(joins)?;
    let (property, wanted) = (known.short(property), known.short(wanted.as_str()));
    let node = match (&next.role, next.link.subject) {
        (Role::Subject(_), TermPattern::Variable(variable)) => variable.to_string(),
        _ => "?it".to_owned(),
    };
    Some(format!("perhaps you need `{property}` between them: ?that {property} {node} ; {wanted} …"))
}

/// A constant at an end of a pattern that asks for something else.
fn constants(link: &Link<'_>, known: &Known<'_>, places: &Places<'_>, found: &mut Found<'_>) {
    let Path::NamedNode(property) = &link.path else { return };
    let name = known.short(property.as_str());
    if property.as_ref() == rdf::TYPE {
        return;
    }
    let triple = link.triple(property);
    let literal = Classes::from([rdfs::LITERAL.as_str().to_owned()]);
    if let (TermPattern::NamedNode(thing), Some(wanted)) = (link.subject, known.starts(&link.path)) {
        let classes = known.classes_of(thing.as_ref().into());
        let has = known.has(Some(thing.as_ref().into()), Some(property.as_ref()), None);
        if !classes.is_empty() && !has && !known.may_meet(&classes, &wanted) {
            let title = format!(
                "`{}` has no `{name}`: it is a {}",
                known.short(thing.as_str()),
                known.listed(&classes)
            );
            let place = places.predicate(link.subject, &link.path, link.object);
            found.warn(
                place,
                Diagnostic::warning(title).expected(format!("is used on {}", known.listed(&wanted))),
            );
        }
    }
    let Some(wanted) = known.ends(&link.path) else { return };
    match link.object {
        TermPattern::NamedNode(thing) => {
            let mut classes = known.classes_of(thing.as_ref().into());
            if classes.is_empty() && known.is_property(thing.as_ref()) {
                classes.insert(rdf::PROPERTY.as_str().to_owned());
            }
            let has = known.has(None, Some(property.as_ref()), Some(thing.as_ref().into()));
            if classes.is_empty() || has || known.may_meet(&classes, &wanted) {
                return;
            }
            let title = format!("`{name}` never has a {} as value", known.listed(&classes));
            let mut warning = Diagnostic::warning(title).expected(if wanted == literal {
                "expected text, a number or a date".to_owned()
            } else {
                format!("expected one of {}", known.listed(&wanted))
            });
            if let Some(near) = known.near_of(thing.as_ref(), &wanted) {
                warning = warning.help(format!("did you mean `{near}`?"));
            }
            found.warn(places.object(&triple, &link.path), warning);
        }
        TermPattern::Literal(value) if !wanted.contains(rdfs::LITERAL.as_str()) => {
            if known.has(None, Some(property.as_ref()), Some(value.as_ref().into())) {
                return;
            }
            let title = format!("the values of `{name}` are things, never text or numbers");
            let warning =
                Diagnostic::warning(title).expected(format!("expected one of {}", known.listed(&wanted)));
            found.warn(
                places.object(&triple, &link.path),
                warning.help(match known.named(&wanted, value.value()) {
                    Some(thing) => format!("did you mean `{thing}`?"),
                    None => format!("match its label: {name}/skos:prefLabel {value}"),
                }),
            );
        }
        _ => {}
    }
}
